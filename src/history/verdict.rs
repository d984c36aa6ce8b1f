//! Judges the versions that brought something, and those that are still there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::sight::{Seen, Sight, versions};
use super::walk::{BEFORE, Place};
use super::{HistoryError, aside, date, moved};
use crate::discover::git::batch::{self, Object};
use crate::finding::{Disposition, Finding, Introduction, Location};
use crate::judge::{self, Verdict};
use crate::link::Projects;
use crate::link::asked::Asked;
use crate::scan::single::Single;
use crate::secret::Secret;

/// Versions that are judged by one process: there are few, and each takes longer than a look.
const PART: usize = 200;
/// A commit that is longer is not read for its date.
const LONGEST_COMMIT: u64 = 1 << 20;

/// A finding in one version.
pub(super) struct Judged {
    pub place: Place,
    pub finding: Finding,
    pub value: Secret,
}

/// What is known of the files that read names into keys.
#[derive(Clone, Copy)]
pub(super) struct Readers<'a> {
    pub projects: &'a Projects,
    /// The names that only a reader can know.
    pub asked: Option<&'a Asked>,
}

/// What makes findings of many versions one: a file, and a value or, where there is none, a rule and what it says.
type Group = (u32, Secret, Option<(String, String)>);

/// The findings, each at the commit that introduced it; with those that come from several files.
pub(super) fn verdict(
    sight: &Sight<'_>,
    seen: &Seen,
    readers: Readers<'_>,
    linked: Vec<Judged>,
) -> Result<Vec<(Finding, Secret)>, HistoryError> {
    let mut groups: BTreeMap<Group, Vec<Judged>> = BTreeMap::new();
    for judged in judge_all(sight, seen, readers)?.into_iter().chain(linked) {
        let Judged { place, finding, value } = &judged;
        let what = value.is_empty().then(|| (finding.rule.to_string(), finding.message.clone()));
        groups.entry((place.path, value.clone(), what)).or_default().push(judged);
    }
    let in_head = seen.in_head();
    let known: BTreeSet<(u32, &Secret)> = seen
        .held
        .iter()
        .filter(|(key, held)| held.first.commit == BEFORE && !key.value.is_empty())
        .map(|(key, _)| (key.path, &key.value))
        .collect();
    groups.retain(|(path, value, _), group| {
        // What a range did not bring is not its business.
        !known.contains(&(*path, value)) && group.iter().all(|judged| judged.place.commit != BEFORE)
    });
    let moved = moved::values(sight, seen, &groups.keys().map(|(_, value, _)| value).collect())?;
    groups.retain(|(_, value, _), _| !moved.contains(value));
    let lost = groups.iter().filter(|((_, value, _), group)| {
        !value.is_empty() && !group.iter().any(|judged| sight.is_in_head(judged.place))
    });
    let lost = lost.filter_map(|((path, value, _), _)| Some((sight.path(*path)?.clone(), value.clone())));
    let lost: BTreeSet<aside::Lost> = lost.collect();
    let aside = aside::holders(sight, &lost)?;
    let mut findings = Vec::new();
    for ((path, value, _), group) in groups {
        let elsewhere = in_head.get(&value).filter(|_| !value.is_empty());
        let elsewhere = elsewhere.into_iter().flatten().filter(|other| **other != path);
        let elsewhere = elsewhere.filter_map(|&other| sight.path(other)).next();
        let own = sight.path(path);
        let aside = own.and_then(|own| aside.get(&(own.clone(), value.clone())));
        let elsewhere = aside.filter(|aside| own == Some(aside)).or(elsewhere).or(aside);
        let elsewhere = elsewhere.map(|path| path.to_string());
        findings.extend(one(sight, group, elsewhere).map(|(commit, finding)| (commit, finding, value)));
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut findings: Vec<_> = findings.into_iter().map(|(_, finding, value)| (finding, value)).collect();
    date_all(sight, &mut findings)?;
    Ok(findings)
}

/// By place, and of several at one place the oldest first.
fn order(one: &(u32, Finding, Secret)) -> impl Ord + '_ {
    let (commit, finding, _) = one;
    let Location { path, start, end } = &finding.location;
    (path, start, *commit, end, &finding.rule, &finding.message, &finding.fingerprint)
}

/// Judges the first version of each candidate, and the one in `HEAD`.
fn judge_all(sight: &Sight<'_>, seen: &Seen, readers: Readers<'_>) -> Result<Vec<Judged>, HistoryError> {
    let wanted: BTreeSet<Place> = seen.held.values().flat_map(|held| [Some(held.first), held.head]).flatten().collect();
    let wanted: Vec<Place> = wanted.into_iter().collect();
    let parts = sight.parts(&versions(&wanted), PART, |part| {
        let mut judged = Vec::new();
        sight
            .read(part, |places, object| {
                let Object::Content(bytes) = object else { return };
                for &place in places {
                    judged.extend(judge_one(sight, seen, readers, place, bytes));
                }
            })
            .map(|()| judged)
    })?;
    let lost = || HistoryError::Git("internal error while findings were judged".to_owned());
    let mut all = Vec::new();
    for part in parts {
        all.extend(part.ok_or_else(lost)??);
    }
    Ok(all)
}

fn judge_one(sight: &Sight<'_>, seen: &Seen, readers: Readers<'_>, place: Place, bytes: &[u8]) -> Vec<Judged> {
    let Readers { projects, asked } = readers;
    let path = sight.path(place.path);
    let single = path.and_then(|path| Single::asked_for(sight.scan, path, bytes, asked, projects));
    let Some(single) = single else { return Vec::new() };
    let Verdict { findings, values, .. } = single.judge(sight.scan, &seen.reads, projects);
    findings
        .into_iter()
        .zip(values)
        .filter(|(finding, _)| &*finding.rule != judge::UNUSED_SUPPRESSION)
        .map(|(finding, value)| Judged { place, finding, value })
        .collect()
}

/// One finding for a group, with the number of its commit: where it came up first, as bad as it ever was, hidden if what `HEAD` says hides it.
fn one(sight: &Sight<'_>, mut group: Vec<Judged>, elsewhere: Option<String>) -> Option<(u32, Finding)> {
    group.sort_by_key(|judged| (judged.place.commit, judged.place.blob, std::cmp::Reverse(judged.finding.level)));
    let level = group.iter().map(|judged| judged.finding.level).max()?;
    let now: Vec<&Judged> = group.iter().filter(|judged| sight.is_in_head(judged.place)).collect();
    let decides = now.iter().find(|judged| judged.finding.disposition == Disposition::Active).or(now.first());
    let disposition = decides.map(|judged| judged.finding.disposition.clone());
    let here = !now.is_empty();
    let Judged { place, mut finding, .. } = group.into_iter().next()?;
    finding.level = level;
    finding.disposition = disposition.unwrap_or(finding.disposition);
    let index = usize::try_from(place.commit.checked_sub(1)?).ok()?;
    let path = finding.location.path.to_string();
    finding.introduced = Some(Introduction {
        commit: sight.walked.commits.get(index)?.clone(),
        author_date: None,
        in_head: if here { Some(path) } else { elsewhere },
    });
    Some((place.commit, finding))
}

/// Reads the dates of the commits.
fn date_all(sight: &Sight<'_>, findings: &mut [(Finding, Secret)]) -> Result<(), HistoryError> {
    let commits: BTreeSet<String> =
        findings.iter().filter_map(|(finding, _)| finding.introduced.as_ref()).map(|one| one.commit.clone()).collect();
    let commits: Vec<String> = commits.into_iter().collect();
    let mut dates: HashMap<&str, String> = HashMap::new();
    batch::each(sight.repository.git(), &commits, LONGEST_COMMIT, |index, object| {
        if let (Some(commit), Object::Content(bytes)) = (commits.get(index), object) {
            dates.extend(date::of_author(bytes).map(|date| (commit.as_str(), date)));
        }
    })?;
    for introduced in findings.iter_mut().filter_map(|(finding, _)| finding.introduced.as_mut()) {
        introduced.author_date = dates.get(introduced.commit.as_str()).cloned();
    }
    Ok(())
}

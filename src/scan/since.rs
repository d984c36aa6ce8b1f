//! What a change introduces: the findings of a tree less those that were there where the change began.
//!
//! Two trees are judged: the files on disk, and the commit where the branch left its base. So it does not matter which
//! file a finding stands in: a call that makes a key of an old constant introduces the finding at that constant.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::context::Around;
use super::{Judged, Scan, ScanError, configured, judged, loosened, pool, run, single};
use crate::discover::git::revision::Base;
use crate::discover::{self, DiscoverError, Listing, git, place};
use crate::finding::{Disposition, Finding, Level, Notification, NotificationSeverity, Report};
use crate::secret::Secret;

/// Looks at files on disk; findings that were there at a merge base of `HEAD` and `base` are suppressed.
///
/// A finding was there if that commit had one of the same rule and value in the same file, under whatever name the
/// file has now, or in another where it no longer is; and at no milder level. What `base` itself has in the same file is
/// not new either.
///
/// # Errors
///
/// If nothing can be looked at, or git does not know the base.
pub fn scan_since(scan: &Scan, base: &str) -> Result<Report, ScanError> {
    let root = discover::find_root(&scan.discover)?;
    let top = place::work_tree(&root).ok_or_else(|| DiscoverError::NoRepository(root.clone()))?.to_path_buf();
    let Base { beginnings, tip } = Base::of(&top, base).map_err(told)?;
    // Whether the commit's own allowances were needed is not known, so that none that is not is new.
    let narrowed = discover::Options { narrowed: true, ..scan.discover.clone() };
    let now = judged(&Scan { discover: narrowed, config: scan.config.clone(), threads: scan.threads })?;
    let mut change = Change { scan, root: &root, top: &top, now, settled: BTreeSet::new() };
    change.tell_loosened(&beginnings)?;
    for commit in &beginnings {
        change.settle(commit, &format!("it was there before: at the merge base with {base}"), Part::Moved)?;
    }
    if !beginnings.contains(&tip) {
        change.settle(&tip, &format!("it is there already: at {base}"), Part::InPlace)?;
    }
    let mut report = change.now.report;
    report.notifications.sort();
    report.notifications.dedup();
    Ok(report)
}

fn told(error: git::GitError) -> DiscoverError {
    DiscoverError::Revision(error.to_string())
}

/// What of the findings of a commit is no longer new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What is where it was, and what moved since.
    Moved,
    /// What is in the same file.
    InPlace,
}

/// A tree that is compared with commits.
struct Change<'a> {
    scan: &'a Scan,
    root: &'a Path,
    top: &'a Path,
    now: Judged,
    /// The numbers of the findings that some commit had.
    settled: BTreeSet<usize>,
}

impl Change<'_> {
    /// Tells what the configuration lets through that none of the commits did.
    fn tell_loosened(&mut self, commits: &[String]) -> Result<(), ScanError> {
        let mut of_all: Option<Vec<Notification>> = None;
        for commit in commits {
            let looser = loosened::since(self.scan, self.root, self.top, commit)?;
            of_all = Some(match of_all {
                Some(others) => others.into_iter().filter(|one| looser.contains(one)).collect(),
                None => looser,
            });
        }
        self.now.report.notifications.extend(of_all.unwrap_or_default());
        Ok(())
    }

    /// Suppresses what a commit had.
    fn settle(&mut self, commit: &str, reason: &str, part: Part) -> Result<(), ScanError> {
        let Judged { report, values } = &mut self.now;
        if report.findings.iter().all(|finding| finding.disposition != Disposition::Active) {
            return Ok(());
        }
        let (scan, root) = (self.scan, self.root);
        let renames = match part {
            Part::Moved => git::revision::renames(self.top, commit).map_err(told)?,
            Part::InPlace => Vec::new(),
        };
        let name = |path: PathBuf| place::relative(root, &self.top.join(path));
        let renames: HashMap<String, String> =
            renames.into_iter().filter_map(|(old, new)| Some((name(old)?, name(new)?))).collect();
        // Findings stand in any text, but of the many files of the commit only those are read that may matter.
        let mut found: BTreeSet<&str> = report.findings.iter().map(|finding| &*finding.location.path).collect();
        found.extend(renames.keys().map(String::as_str));
        let before = before(scan, Listing::of_commit(&scan.discover, root, commit)?, &found)?;
        let given = discover::given_names(&scan.discover, root);
        let was_looked_at =
            |path: &str| part == Part::Moved && (place::covers(&given, path) || !root.join(path).exists());
        let there = Known::new(&before, &renames).among(&report.findings, values, &self.settled, was_looked_at);
        for &index in &there {
            if let Some(finding) = report.findings.get_mut(index) {
                finding.disposition = Disposition::SuppressedExternally { reason: reason.to_owned() };
            }
        }
        self.settled.extend(there);
        if part == Part::Moved {
            report.notifications.extend(before.report.notifications.into_iter().filter(|one| one.path.is_none()));
        }
        Ok(())
    }
}

/// What the commit's own findings are.
fn before(scan: &Scan, listing: Listing, found: &BTreeSet<&str>) -> Result<Judged, ScanError> {
    let wanted = |name: &str| single::is_readable(name) || found.contains(name);
    let mut discovery = listing.read(&scan.discover, wanted)?;
    // What is wrong with old files is nobody's business any more, but that they are not there is.
    let (of_files, mut of_all): (Vec<_>, Vec<_>) =
        discovery.notifications.drain(..).partition(|one| one.path.is_some());
    let lost = of_files.iter().filter(|one| one.severity == NotificationSeverity::Failure).count();
    of_all.iter_mut().for_each(|one| one.message += ": what it held at the merge base counts as new");
    discovery.notifications.append(&mut of_all);
    discovery.notifications.extend((lost > 0).then(|| Notification {
        path: None,
        severity: NotificationSeverity::Warning,
        message: format!(
            "{lost} files of the merge base are not in this clone and nothing is fetched for you: what they held counts as new"
        ),
    }));
    let mut config = scan.config.clone();
    config.known = None;
    let scan = Scan { discover: scan.discover.clone(), config, threads: scan.threads };
    let scan = configured(&scan, &mut discovery)?;
    Ok(pool(scan.threads)?.install(|| run(&scan, discovery, Around::Nothing)))
}

/// What tells findings of two trees apart: file, rule, and the value or, where there is none, the message.
type Key<'a> = (&'a str, &'a str, &'a [u8]);

/// The levels of the findings that there were, mildest first.
struct Known<'a>(BTreeMap<Key<'a>, Vec<Level>>);

impl<'a> Known<'a> {
    fn new(before: &'a Judged, renames: &'a HashMap<String, String>) -> Self {
        let mut known: BTreeMap<_, Vec<Level>> = BTreeMap::new();
        for (finding, value) in before.report.findings.iter().zip(&before.values) {
            // What a comment allowed then, and does not any more, is new.
            if finding.disposition == Disposition::Active {
                let path = renames.get(&*finding.location.path).map_or(&*finding.location.path, String::as_str);
                known.entry((path, &*finding.rule, identity(finding, value))).or_default().push(finding.level);
            }
        }
        known.values_mut().for_each(|levels| levels.sort_unstable());
        Self(known)
    }

    /// Which of the findings were there; each counts for one, and what became worse is new. Of those that `settled`
    /// numbers it is known already, from another commit: they come first.
    ///
    /// What is left of a file that was looked at, or is gone, is no longer there: it may have moved.
    fn among(
        mut self,
        findings: &'a [Finding],
        values: &'a [Secret],
        settled: &BTreeSet<usize>,
        was_looked_at: impl Fn(&str) -> bool,
    ) -> Vec<usize> {
        let all = findings.iter().zip(values).enumerate();
        let (known, all): (Vec<_>, Vec<_>) = all.partition(|(index, _)| settled.contains(index));
        let (active, hidden): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, (finding, _))| finding.disposition == Disposition::Active);
        let mut is_there = |finding: &'a Finding, value: &'a Secret| {
            let key = (&*finding.location.path, &*finding.rule, identity(finding, value));
            take(self.0.get_mut(&key), finding.level).is_some()
        };
        for (_, (finding, value)) in known {
            is_there(finding, value);
        }
        let (there, others): (Vec<_>, Vec<_>) =
            active.into_iter().partition(|(_, (finding, value))| is_there(finding, value));
        // What is known or allowed is still where it was, and has not moved.
        for (_, (finding, value)) in hidden {
            is_there(finding, value);
        }
        let mut moved: BTreeMap<(&str, &[u8]), Vec<Level>> = BTreeMap::new();
        for ((_, rule, identity), levels) in self.0.into_iter().filter(|((path, ..), _)| was_looked_at(path)) {
            moved.entry((rule, identity)).or_default().extend(levels);
        }
        moved.values_mut().for_each(|levels| levels.sort_unstable());
        let moved = others.into_iter().filter(|(_, (finding, value))| {
            !value.is_empty() && take(moved.get_mut(&(&*finding.rule, value.expose())), finding.level).is_some()
        });
        there.into_iter().chain(moved).map(|(index, _)| index).collect()
    }
}

/// Takes the mildest level that is as bad as this one.
fn take(levels: Option<&mut Vec<Level>>, level: Level) -> Option<Level> {
    let levels = levels?;
    let as_bad = levels.iter().position(|&one| one >= level)?;
    Some(levels.remove(as_bad))
}

fn identity<'a>(finding: &'a Finding, value: &'a Secret) -> &'a [u8] {
    if value.is_empty() { finding.message.as_bytes() } else { value.expose() }
}

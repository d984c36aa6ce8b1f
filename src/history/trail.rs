//! A finding of some commit, on the way back to the version that brought its literal.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use memchr::memmem;

use super::HistoryError;
use super::sight::{Held, Key, Seen, Sight, versions};
use super::verdict::Judged;
use super::walk::{BEFORE, Place};
use crate::discover::git::batch::Object;
use crate::discover::{Content, Input};
use crate::finding::Finding;
use crate::judge;
use crate::scan;
use crate::secret::Secret;
use crate::source::Source;
use crate::span::Position;

/// A finding that more than one file leads to.
#[derive(Debug, Clone)]
pub(super) struct Trail {
    pub finding: Finding,
    pub value: Secret,
    /// The literal as it is written, with what stands around it; `None` where it is written in another way.
    written: Option<Written>,
    /// The version of its file in which it was found, as [`likeness`] has it.
    version: Option<u64>,
    /// The number of the commit where it was found.
    commit: u32,
}

/// A text to look for in other versions.
#[derive(Debug, Clone)]
struct Written {
    text: Vec<u8>,
    /// How many columns the finding begins before the text, or behind it.
    shift: isize,
}

/// A commit that comes after all others.
pub(super) const NOW: u32 = u32::MAX;

impl Trail {
    /// The findings that count among those of a commit's files.
    pub fn all(judged: scan::Judged, inputs: &[Input], commit: u32) -> Vec<Self> {
        let findings = judged.report.findings.into_iter().zip(judged.values);
        let counts =
            |finding: &Finding, value: &Secret| &*finding.rule != judge::UNUSED_SUPPRESSION && !value.is_empty();
        findings
            .filter(|(finding, value)| counts(finding, value))
            .map(|(mut finding, value)| {
                finding.repair = None;
                let input = inputs.iter().find(|input| input.path == finding.location.path);
                let bytes = input.and_then(|input| Some((input, bytes(input)?)));
                let written = bytes.and_then(|(input, bytes)| written(input, bytes, &finding, &value));
                Self { finding, value, written, version: bytes.map(|(_, bytes)| likeness(bytes)), commit }
            })
            .collect()
    }

    /// Whether its value comes to its key from another file.
    pub fn crosses_files(&self) -> bool {
        let own = &self.finding.location.path;
        self.finding.steps.iter().any(|step| step.location.path != *own)
    }
}

fn bytes(input: &Input) -> Option<&[u8]> {
    match &input.content {
        Content::Bytes(bytes) => Some(bytes),
        Content::Disk(_) => None,
    }
}

/// The same for the same bytes.
fn likeness(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

fn written(input: &Input, bytes: &[u8], finding: &Finding, value: &Secret) -> Option<Written> {
    let source = Source::from_bytes(input.path.clone(), input.tracking, bytes.to_vec());
    let Position { line, column } = finding.location.start;
    let line = source.lines().span_of_line(&source.text, line);
    let found = memmem::find(source.text.get(line.range())?.as_bytes(), value.expose())?;
    let start = line.start() + found;
    let around = start.saturating_sub(1).max(line.start())..(start + value.len() + 1).min(line.end());
    let at = source.lines().position(&source.text, around.start);
    let shift = isize::try_from(column).ok()? - isize::try_from(at.column).ok()?;
    Some(Written { text: source.text.as_bytes().get(around)?.to_vec(), shift })
}

/// Where a trail leads.
#[derive(Default)]
struct End {
    first: Option<(Place, Position)>,
    head: Option<Place>,
    /// The version in which it was found, if a commit of the walk brought it or had it before.
    own: Option<Place>,
}

/// Follows trails to the versions that brought their literals, and adds those to what was seen.
pub(super) fn follow(sight: &Sight<'_>, trails: Vec<Trail>, seen: &mut Seen) -> Result<Vec<Judged>, HistoryError> {
    let trails = distinct(sight, trails, seen);
    if trails.is_empty() {
        return Ok(Vec::new());
    }
    let is_range = !sight.ranges.is_empty();
    let wanted = |place: &&Place| trails.contains_key(&place.path) || is_range && place.commit == BEFORE;
    let places: Vec<Place> = sight.walked.places.iter().filter(wanted).copied().collect();
    let blobs = versions(&places);
    let mut ends: BTreeMap<(u32, usize), End> = BTreeMap::new();
    let mut before = Vec::new();
    sight.read(&blobs, |places, object| {
        let Object::Content(bytes) = object else { return };
        let likeness = places.iter().any(|place| trails.contains_key(&place.path)).then(|| likeness(bytes));
        for &place in places {
            for (index, trail) in trails.get(&place.path).into_iter().flatten().enumerate() {
                let end = ends.entry((place.path, index)).or_default();
                if trail.version == likeness {
                    end.own = Some(place);
                }
                let Some(at) = trail.written.as_ref().and_then(|written| memmem::find(bytes, &written.text)) else {
                    continue;
                };
                if end.first.is_none_or(|(first, _)| (place.commit, place.blob) < (first.commit, first.blob)) {
                    end.first = Some((place, position(sight, place, bytes, at)));
                }
                end.head = end.head.or_else(|| sight.is_in_head(place).then_some(place));
            }
            if is_range && place.commit == BEFORE {
                let others = trails.iter().filter(|(path, _)| **path != place.path).flat_map(|(_, trails)| trails);
                let held = others.filter(|trail| {
                    trail.written.as_ref().is_some_and(|written| memmem::find(bytes, &written.text).is_some())
                });
                before.extend(held.map(|trail| (Key::linked(place.path, &trail.value), place)));
            }
        }
    })?;
    for (key, place) in before {
        seen.hold(key, Held { first: place, head: sight.is_in_head(place).then_some(place) });
    }
    let mut judged = Vec::new();
    for (path, trails) in trails {
        for (index, trail) in trails.into_iter().enumerate() {
            let end = ends.remove(&(path, index)).unwrap_or_default();
            let Some((place, finding)) = ended(&trail, &end) else { continue };
            seen.hold(Key::linked(path, &trail.value), Held { first: place, head: end.head });
            let head = end.head.filter(|&head| head != place);
            judged.extend(head.map(|place| Judged { place, finding: trail.finding, value: trail.value.clone() }));
            judged.push(Judged { place, finding, value: trail.value });
        }
    }
    Ok(judged)
}

/// By path, one trail for each value and rule: the newest, which says how it is now, at the worst level. What a look at
/// single files has found is left to that, unless its value comes from another.
fn distinct(sight: &Sight<'_>, mut trails: Vec<Trail>, seen: &Seen) -> BTreeMap<u32, Vec<Trail>> {
    let indices: BTreeMap<&str, u32> = (0..).zip(&sight.walked.paths).map(|(index, path)| (&**path, index)).collect();
    let known: std::collections::BTreeSet<(u32, &Secret)> =
        seen.held.keys().map(|key| (key.path, &key.value)).collect();
    trails.sort_by(|a, b| b.commit.cmp(&a.commit).then_with(|| a.finding.location.cmp(&b.finding.location)));
    let mut distinct: BTreeMap<u32, Vec<Trail>> = BTreeMap::new();
    for trail in trails {
        let Some(&path) = indices.get(&*trail.finding.location.path) else { continue };
        if !trail.crosses_files() && known.contains(&(path, &trail.value)) {
            continue;
        }
        let others = distinct.entry(path).or_default();
        match others.iter_mut().find(|other| other.value == trail.value && other.finding.rule == trail.finding.rule) {
            Some(other) => other.finding.level = other.finding.level.max(trail.finding.level),
            None => others.push(trail),
        }
    }
    distinct.retain(|_, trails| !trails.is_empty());
    distinct
}

fn position(sight: &Sight<'_>, place: Place, bytes: &[u8], at: usize) -> Position {
    let path = sight.path(place.path).cloned().unwrap_or_default();
    let source = Source::from_bytes(path, crate::source::Tracking::Tracked, bytes.to_vec());
    // In texts of other encodings nothing is found, so that offsets are those of the text but for a mark in front.
    let at = at.saturating_sub(bytes.len().saturating_sub(source.text.len())).min(source.text.len());
    if source.text.is_char_boundary(at) {
        source.lines().position(&source.text, at)
    } else {
        Position { line: source.lines().line(at), column: 1 }
    }
}

/// The place that brought a literal, and the finding there; `None` if no commit of a range did.
fn ended(trail: &Trail, end: &End) -> Option<(Place, Finding)> {
    let mut finding = trail.finding.clone();
    let Some((place, at)) = end.first else {
        // Written in a way that no text can be looked for: the version in which it was found.
        return end.own.map(|place| (place, finding));
    };
    let location = &mut finding.location;
    let shift = trail.written.as_ref().map_or(0, |written| written.shift);
    let start = Position { line: at.line, column: at.column.saturating_add_signed(shift).max(1) };
    let lines = location.end.line.saturating_sub(location.start.line);
    let column = match lines {
        0 => start.column + location.end.column.saturating_sub(location.start.column),
        _ => location.end.column,
    };
    (location.start, location.end) = (start, Position { line: start.line + lines, column });
    Some((place, finding))
}

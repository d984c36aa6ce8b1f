//! What was there already when a team began: findings that are known, so that only new ones fail.
//!
//! A baseline is a file that lies in the repository and is changed by many people. So it holds no positions and no
//! times, is sorted, and has one entry a line with its comma in front: two branches that add entries change no line in
//! common. It is a JSON array; its first element says what it is:
//!
//! ```json
//! [
//! {"format":"jwtlint-baseline","version":1,"salt":"0123456789abcdef0123456789abcdef"}
//! ,{"path":"src/auth.rs","rule":"hardcoded-secret","fingerprint":"5d0c…","tag":"1c7"}
//! ]
//! ```
//!
//! The fingerprint says which finding is meant, the [tag](crate::judge::tag) whether it still has the value that was
//! known: another secret on an old line is a new finding. The salt is made once and kept, so that an unchanged tree
//! gives an unchanged file.
//!
//! Where two branches each began a baseline, `merge=union` leaves the lines of both, which are no JSON, with the salts of
//! both. They are read line by line then, and an entry counts under any of the salts; the next baseline has one again.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Files;
use crate::finding::{Disposition, Finding};
use crate::judge::tag::{MalformedTag, Salt, Tag};
use crate::secret::Secret;
use crate::source::split_mark;

/// What a baseline is called unless somebody calls it otherwise.
pub const FILE_NAME: &str = ".jwtlint-baseline.json";

/// The reason that reports give for a known finding.
pub const REASON: &str = "known: it is in the baseline";

const FORMAT: &str = "jwtlint-baseline";
const VERSION: u32 = 1;

/// A union of more files than this is none of ours.
const MOST_SALTS: usize = 16;

/// Known findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// Under which tags are made: the first is for new ones, others were left by a merge. Never empty.
    salts: Vec<Salt>,
    entries: BTreeSet<Entry>,
}

/// One known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    path: String,
    rule: String,
    fingerprint: String,
    /// Absent where a finding has no value.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "written")]
    tag: Option<Tag>,
}

/// The first element of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: String,
    version: u32,
    salt: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Element {
    Head(Head),
    Entry(Entry),
}

/// Why there is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read.
    #[error("cannot read the baseline {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is no baseline that this version understands: {reason}", path.display())]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A new one needs a salt.
    #[error("the system gives no random bytes for the salt of a baseline")]
    Salt(#[source] io::Error),
}

/// A finding with its value.
type Seen<'a> = (&'a Finding, &'a Secret);

impl Baseline {
    /// An empty one, with a new salt.
    ///
    /// # Errors
    ///
    /// If the system has no randomness to give.
    pub fn new() -> Result<Self, BaselineError> {
        let salt = Salt::random().map_err(BaselineError::Salt)?;
        Ok(Self { salts: vec![salt], entries: BTreeSet::new() })
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no baseline.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        Self::read_among(&Files::default(), path)
    }

    /// Reads one of these files.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no baseline.
    pub fn read_among(files: &Files, path: &Path) -> Result<Self, BaselineError> {
        let text = files.text(path).map_err(|source| BaselineError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|reason| BaselineError::Invalid { path: path.to_owned(), reason })
    }

    /// Reads the text of a file; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (_, text) = split_mark(text);
        let elements: Vec<Element> = serde_json::from_str(text).or_else(|error| {
            // Where, but not what: the file may be any other.
            let whole = format!("line {}, column {} is not as it should be", error.line(), error.column());
            elements_of_union(text).ok_or_else(|| mark_of_conflict(text).unwrap_or(whole))
        })?;
        let mut salts = Vec::new();
        let mut entries = BTreeSet::new();
        for element in elements {
            match element {
                Element::Entry(entry) => drop(entries.insert(entry)),
                Element::Head(head) if head.format != FORMAT || head.version != VERSION => {
                    return Err(format!("its format is not `{FORMAT}`, version {VERSION}"));
                }
                Element::Head(head) => {
                    let salt = head.salt.parse().map_err(|error: MalformedTag| error.to_string())?;
                    if !salts.contains(&salt) {
                        salts.push(salt);
                    }
                }
            }
        }
        match salts.len() {
            0 => Err("it has no salt".to_owned()),
            1..=MOST_SALTS => Ok(Self { salts, entries }),
            _ => Err(format!("it has more than {MOST_SALTS} salts")),
        }
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        // Texts and numbers always become JSON.
        let head = |salt: &Salt| {
            let head = Head { format: FORMAT.to_owned(), version: VERSION, salt: salt.to_string() };
            serde_json::to_string(&head).unwrap_or_default()
        };
        let heads: Vec<String> = self.salts.iter().map(head).collect();
        let mut text = format!("[\n{}\n", heads.join("\n,"));
        for entry in &self.entries {
            text.push(',');
            text.push_str(&serde_json::to_string(entry).unwrap_or_default());
            text.push('\n');
        }
        text.push_str("]\n");
        text
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many findings are known that another one does not know.
    pub fn gained(&self, before: &Self) -> usize {
        self.entries.difference(&before.entries).count()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Marks the known ones among findings that count; the values stand in the same order.
    pub fn hide(&self, findings: &mut [Finding], values: &[Secret]) {
        let known = self.known(findings.iter().zip(values));
        for (finding, known) in findings.iter_mut().zip(known) {
            if known {
                finding.disposition = Disposition::SuppressedExternally { reason: REASON.to_owned() };
            }
        }
    }

    /// The baseline after another look at the findings, with their values, of all paths and rules that `covers` says
    /// yes to: what is fixed goes, and what is new and `adds` wants comes.
    pub fn update<'a>(
        &self,
        seen: impl Iterator<Item = Seen<'a>> + Clone,
        covers: impl Fn(&str, &str) -> bool,
        adds: impl Fn(&Finding) -> bool,
    ) -> Self {
        let mut entries: BTreeSet<Entry> =
            self.entries.iter().filter(|entry| !covers(&entry.path, &entry.rule)).cloned().collect();
        // Under which salt the tags of these were made is not known, and what they are of is not at hand.
        let kept = if entries.iter().any(|entry| entry.tag.is_some()) { self.salts.len() } else { 1 };
        let here = self.known(seen.clone()).into_iter().zip(seen);
        let here = here.filter(|(is_known, (finding, _))| *is_known || is_active(finding) && adds(finding));
        entries.extend(here.filter_map(|(_, (finding, value))| self.written_as(finding, value).next()));
        Self { salts: self.salts.iter().take(kept).cloned().collect(), entries }
    }

    /// The entries that stand for a finding: one for each salt, the first being that of new entries.
    fn written_as<'a>(&'a self, finding: &'a Finding, value: &'a Secret) -> impl Iterator<Item = Entry> + 'a {
        self.salts.iter().map(|salt| Entry {
            path: finding.location.path.to_string(),
            rule: finding.rule.to_string(),
            fingerprint: finding.fingerprint.clone(),
            tag: (!value.is_empty()).then(|| Tag::of(salt, value)),
        })
    }

    /// For each finding whether an entry knows it.
    ///
    /// What holds a value may be renamed, and of several like it one may go so that the others are numbered anew: an
    /// entry that no finding fits exactly still stands for one of its rule, file and value.
    fn known<'a>(&self, seen: impl Iterator<Item = Seen<'a>>) -> Vec<bool> {
        let wanted: Vec<Vec<Entry>> = seen
            .map(
                |(finding, value)| {
                    if is_active(finding) { self.written_as(finding, value).collect() } else { Vec::new() }
                },
            )
            .collect();
        let is_there = |entry: &Entry| self.entries.contains(entry);
        let mut known: Vec<bool> = wanted.iter().map(|entries| entries.iter().any(is_there)).collect();
        let used: BTreeSet<&Entry> = wanted.iter().flatten().filter(|entry| is_there(entry)).collect();
        let mut left: BTreeMap<_, Vec<&Entry>> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| !used.contains(entry)) {
            left.entry(entry.likeness()).or_default().push(entry);
        }
        for (known, entries) in known.iter_mut().zip(&wanted).filter(|(known, _)| !**known) {
            for entry in entries.iter().filter(|entry| entry.tag.is_some()) {
                // Both branches may have known it: it is used up under each salt.
                *known |= left.get_mut(&entry.likeness()).and_then(Vec::pop).is_some();
            }
        }
        known
    }
}

/// The elements of several of our files whose lines a merge has put together.
fn elements_of_union(text: &str) -> Option<Vec<Element>> {
    let lines = text.lines().map(str::trim).filter(|line| !matches!(*line, "" | "[" | "]"));
    lines.map(|line| serde_json::from_str(line.trim_start_matches(',').trim_end_matches(',')).ok()).collect()
}

/// What to do about the marks that git leaves where it cannot merge.
fn mark_of_conflict(text: &str) -> Option<String> {
    let is_mark = |line: &str| ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
    let number = text.lines().position(is_mark)? + 1;
    Some(format!("line {number} is a mark of a merge conflict; without the marks, the lines of both sides can be read"))
}

impl Entry {
    fn likeness(&self) -> (&str, &str, Option<Tag>) {
        (&self.path, &self.rule, self.tag)
    }
}

fn is_active(finding: &Finding) -> bool {
    finding.disposition == Disposition::Active
}

/// Tags as text.
mod written {
    use serde::{Deserialize as _, Deserializer, Serializer, de};

    use crate::judge::tag::Tag;

    pub(super) fn serialize<S: Serializer>(tag: &Option<Tag>, serializer: S) -> Result<S::Ok, S::Error> {
        match tag {
            Some(tag) => serializer.collect_str(tag),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Tag>, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Some).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::fact::Confidence;
    use crate::finding::{Excerpt, Level, Location, Strength};
    use crate::span::Position;

    fn finding(path: &str, fingerprint: &str) -> Finding {
        let place = Position { line: 3, column: 7 };
        Finding {
            rule: Arc::from("hardcoded-secret"),
            level: Level::Error,
            confidence: Confidence::High,
            strength: Strength::Weak,
            location: Location { path: Arc::from(path), start: place, end: place },
            message: String::new(),
            reasons: Vec::new(),
            excerpt: Excerpt::default(),
            steps: Vec::new(),
            fingerprint: fingerprint.to_owned(),
            line_hash: String::new(),
            disposition: Disposition::Active,
            detector: Arc::from("test"),
            repair: None,
            introduced: None,
        }
    }

    fn written(list: &[(Finding, Secret)]) -> Baseline {
        Baseline::new().expect("randomness").update(list.iter().map(|(one, value)| (one, value)), |_, _| true, |_| true)
    }

    fn hidden(baseline: &Baseline, list: &[(Finding, Secret)]) -> Vec<bool> {
        let (mut findings, values): (Vec<_>, Vec<_>) = list.iter().cloned().unzip();
        baseline.hide(&mut findings, &values);
        findings.iter().map(|finding| finding.disposition != Disposition::Active).collect()
    }

    #[test]
    fn what_is_written_can_be_read_and_holds_no_position() {
        let list = [(finding("b.rs", "f1"), Secret::from("pear-tree")), (finding("a.rs", "f2"), Secret::default())];
        let baseline = written(&list);
        let text = baseline.render();
        assert_eq!(Baseline::parse(&text), Ok(baseline));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
        assert_eq!(lines[2], r#",{"path":"a.rs","rule":"hardcoded-secret","fingerprint":"f2"}"#);
        assert!(lines[3].starts_with(r#",{"path":"b.rs","rule":"hardcoded-secret","fingerprint":"f1","tag":""#));
        assert!(!text.contains("pear"));
    }

    #[test]
    fn another_value_under_the_same_name_is_new() {
        let old = [(finding("a.rs", "f1"), Secret::from("pear-tree"))];
        let baseline = written(&old);
        assert_eq!(hidden(&baseline, &old), [true]);
        let others = (0..20).map(|n| (finding("a.rs", "f1"), Secret::from(format!("plum-{n}")))).collect::<Vec<_>>();
        let unnoticed = others.iter().filter(|one| hidden(&baseline, std::slice::from_ref(one)) == [true]).count();
        assert!(unnoticed <= 2, "one in 1024 is not noticed: {unnoticed}");
    }

    #[test]
    fn a_known_value_may_change_its_fingerprint_but_counts_once() {
        let baseline = written(&[(finding("a.rs", "f1"), Secret::from("pear-tree"))]);
        let renamed = (finding("a.rs", "f2"), Secret::from("pear-tree"));
        let copied = (finding("a.rs", "f3"), Secret::from("pear-tree"));
        let moved = (finding("b.rs", "f4"), Secret::from("pear-tree"));
        assert_eq!(hidden(&baseline, &[renamed, copied, moved]), [true, false, false]);
    }

    #[test]
    fn pruning_drops_what_is_fixed_and_adds_nothing() {
        let [one, two, three] = ["f1", "f2", "f3"].map(|name| (finding("a.rs", name), Secret::from(name)));
        let far = (finding("far/b.rs", "f4"), Secret::from("f4"));
        let baseline = written(&[one.clone(), two, far.clone()]);
        let seen = [one.clone(), three.clone()];
        let seen = || seen.iter().map(|(finding, value)| (finding, value));
        let here = |path: &str, _: &str| !path.starts_with("far/");
        let salted = |list: &[(Finding, Secret)]| {
            baseline.update(list.iter().map(|(finding, value)| (finding, value)), |_, _| true, |_| true)
        };
        assert_eq!(baseline.update(seen(), here, |_| false), salted(&[one.clone(), far.clone()]));
        assert_eq!(baseline.update(seen(), here, |_| true), salted(&[one, three, far]));
    }

    #[test]
    fn a_union_of_two_knows_what_both_know() {
        let [one, two, both] = ["f1", "f2", "f3"].map(|name| (finding("a.rs", name), Secret::from(name)));
        let (mine, theirs) = (written(&[one.clone(), both.clone()]), written(&[two.clone(), both.clone()]));
        let inner = |baseline: &Baseline| baseline.render().trim_matches(['[', ']', '\n']).to_owned();
        let union = format!("[\n{}\n{}\n]\n", inner(&mine), inner(&theirs));
        for text in [&union, &union.replace('\n', "\r\n"), &[mine.render(), theirs.render()].concat()] {
            let merged = Baseline::parse(text).expect("a union");
            assert_eq!(hidden(&merged, &[one.clone(), two.clone(), both.clone()]), [true; 3], "{text}");
            let copy = (finding("a.rs", "f4"), Secret::from("f3"));
            assert_eq!(hidden(&merged, &[both.clone(), copy]), [true, false], "both knew one and the same");
            let seen = [&one, &two, &both].map(|(finding, value)| (finding, value));
            let new = merged.update(seen.into_iter(), |_, _| true, |_| false);
            assert_eq!((new.salts.len(), new.len()), (1, 3));
            assert_eq!(Baseline::parse(&new.render()), Ok(new), "it is JSON again");
            let part = merged.update(std::iter::empty(), |_, _| false, |_| false);
            assert_eq!(Baseline::parse(&part.render()), Ok(merged), "what was not looked at needs its salt");
        }
    }

    #[test]
    fn marks_of_a_conflict_are_told() {
        let baseline = written(&[(finding("a.rs", "f1"), Secret::from("pear-tree"))]);
        let text = baseline.render().replacen("[\n", "[\n<<<<<<< HEAD\n", 1);
        let told = Baseline::parse(&text).err().unwrap_or_default();
        assert!(told.starts_with("line 2 is a mark of a merge conflict"), "{told}");
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        for text in ["", "{}", "[]", "[1]", r#"[{"format":"jwtlint-baseline","version":2,"salt":"00"}]"#] {
            assert!(Baseline::parse(text).is_err(), "{text}");
        }
        let head = r#"{"format":"jwtlint-baseline","version":1,"salt":"00112233445566778899aabbccddeeff"}"#;
        assert!(Baseline::parse(&format!("[{head}]")).is_ok_and(|baseline| baseline.is_empty()));
        assert!(Baseline::parse(&format!("\u{feff}[{head}]")).is_ok(), "some editors put a mark in front");
        assert!(
            Baseline::parse(&format!(r#"[{head},{{"path":"a","rule":"r","fingerprint":"f","tag":"fff"}}]"#)).is_err()
        );
    }
}

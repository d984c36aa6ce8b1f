//! What the judge decided: the vocabulary of reports.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::fact::Confidence;
use crate::span::{Position, Span};

/// How bad a finding is; the order is from mild to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Worth knowing; hidden unless asked for.
    Note,
    /// Should be fixed.
    Warning,
    /// Must be fixed.
    Error,
}

impl Level {
    /// The word SARIF, JSON and people see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What stands for a secret in everything that is shown; its width says nothing about the secret's.
pub const MASK: &str = "••••••";

/// A place in a file, as reports name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Relative to the repository root, `/`-separated.
    pub path: Arc<str>,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
}

/// A source line that may be shown: every secret of the run in it is masked, and what looks like another, and of a long one it is the part around the
/// place it is shown for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The line.
    pub text: String,
    /// Where in the text that place is, in bytes: masks and cuts leave the columns of the line behind.
    pub at: Range<usize>,
}

/// One step from the literal to the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingStep {
    /// Where.
    pub location: Location,
    /// What happens there; never holds the value.
    pub note: String,
    /// The source line, with every secret of this run that it holds masked.
    pub excerpt: String,
}

/// What is known about the value itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// There is no value to judge: a compile-time read, a log call.
    None,
    /// Empty: anyone can sign.
    Empty,
    /// In the table of publicly known JWT secrets.
    Published,
    /// Reads like "put yours here".
    Placeholder,
    /// Too short for its algorithm, or made of common words.
    Weak,
    /// Hard to guess, had it not been written down.
    Strong,
}

/// What hides a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Disposition {
    /// It counts.
    Active,
    /// A comment allows it.
    SuppressedInSource {
        /// The reason the comment gives.
        reason: String,
    },
    /// The configuration or a baseline allows it.
    SuppressedExternally {
        /// The reason the entry gives.
        reason: String,
    },
}

/// How a finding of a history came into the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The id of the commit that brought it; the finding's location speaks of the file in that commit.
    pub commit: String,
    /// When its author wrote it, as ISO 8601 in the author's time zone.
    pub author_date: Option<String>,
    /// The file in which `HEAD` still has the value, the finding's own if it is that; `None` if it was removed.
    pub in_head: Option<String>,
}

/// A decided finding: everything a report may show, and no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule, by its stable id.
    pub rule: Arc<str>,
    /// How bad.
    pub level: Level,
    /// How sure.
    pub confidence: Confidence,
    /// What is known about the value.
    pub strength: Strength,
    /// Where the literal stands.
    pub location: Location,
    /// One sentence; its first words become the alert's title.
    pub message: String,
    /// Why this counts as a JWT secret, as sentences for people; may be empty.
    pub reasons: Vec<String>,
    /// The source line (or first line) at the location.
    pub excerpt: Excerpt,
    /// The way from literal to key; empty or at least two steps.
    pub steps: Vec<FindingStep>,
    /// Stable across line moves, independent of the value: `jwtlint/v1` in SARIF.
    pub fingerprint: String,
    /// GitHub's `primaryLocationLineHash` with its counter.
    pub line_hash: String,
    /// What hides it.
    pub disposition: Disposition,
    /// The entry of `rules/`, or the analyzer, that saw it.
    pub detector: Arc<str>,
    /// What an edit of the file could do about it; `None` where that was not asked, or nothing could.
    pub repair: Option<Repair>,
    /// Which commit brought it, if a history was looked at.
    pub introduced: Option<Introduction>,
}

/// What can be done about a finding in the file where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// An edit that keeps the file in working order.
    Edit(Fix),
    /// No edit is safe, for this reason: a few words that follow "not fixed:".
    ByHand(&'static str),
}

/// An edit that takes a secret out of a file. None of its texts holds any part of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a sentence without a period.
    pub summary: String,
    /// What is replaced, in the order of the text; nothing overlaps.
    pub edits: Vec<Edit>,
}

/// One piece of text that is replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes in the decoded text of the file.
    pub span: Span,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// What stands there afterwards.
    pub replacement: String,
}

/// All edits of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The file, relative to the root.
    pub path: Arc<str>,
    /// What is replaced, in the order of the text; nothing overlaps.
    pub edits: Vec<Edit>,
    /// The edits as a unified diff in which every secret is masked.
    pub diff: String,
    /// A keyed hash of the text the edits were made for, which must not have changed when they are written.
    pub text: u64,
}

/// Something that is not a finding but must not be silent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notification {
    /// The file it is about, relative to the root; `None` for the run.
    pub path: Option<Arc<str>>,
    /// Whether the run failed by it (exit code 2), or only tells.
    pub severity: NotificationSeverity,
    /// One sentence.
    pub message: String,
}

/// How much a notification matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotificationSeverity {
    /// Told in verbose output and in machine formats: skipped on purpose.
    Note,
    /// Told always: something was looked at less closely than usual (does not parse, too large).
    Warning,
    /// The run is incomplete: exit code 2.
    Failure,
}

/// Everything a run found out.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Sorted by path, line, column, rule, message; hidden ones included.
    pub findings: Vec<Finding>,
    /// Sorted.
    pub notifications: Vec<Notification>,
    /// How many files were looked at.
    pub files_scanned: usize,
    /// How many commits, if a history was looked at: files are versions of files then.
    pub commits: Option<usize>,
    /// How many were skipped on purpose (binary, generated, vendored, excluded by configuration).
    pub files_skipped: usize,
    /// The edits that the findings' repairs come to, sorted by path; files of which the edits were asked for.
    pub patches: Vec<Patch>,
}

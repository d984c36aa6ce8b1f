//! One case: a file, what is expected of it, and what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jwtlint::finding::{Disposition, Finding, Level};

use super::row::Row;
use crate::shapes::{scan_files, verdicts};

/// What a scan of the case must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// One finding, exactly at the value: of this level, or a warning or an error.
    Found {
        /// The level, if it matters.
        level: Option<Level>,
    },
    /// Nothing but notes.
    Clean,
}

/// A file, and what is expected.
#[derive(Debug, Clone)]
pub struct Case {
    /// The row.
    pub row: String,
    /// What is special about it.
    pub variant: String,
    /// Where the file lies.
    pub path: String,
    text: String,
    value: String,
    expected: Expected,
    gap: Option<String>,
}

impl Case {
    /// A row with a key and a value: clean, unless something else is expected.
    pub fn of(row: &Row, key: &str, value: &str, variant: &str) -> Self {
        let (text, value) = row.written(key, value);
        let (row, path) = (row.name.clone(), row.path.clone());
        Self { row, variant: variant.to_owned(), path, text, value, expected: Expected::Clean, gap: None }
    }

    /// The same with something to find.
    pub fn expecting(self, expected: Expected) -> Self {
        Self { expected, ..self }
    }

    /// A case that is known to fail.
    pub fn with_gap(self, gap: Option<String>) -> Self {
        Self { gap, ..self }
    }

    /// What is wrong, if anything.
    fn verdict(&self) -> Result<(), String> {
        let report = scan_files(&[(&self.path, &self.text)]);
        let counts = |finding: &&Finding| finding.disposition == Disposition::Active && finding.level > Level::Note;
        let all: Vec<_> = report.findings.iter().filter(counts).collect();
        let mut seen = String::new();
        for finding in &all {
            let (level, text) = (finding.level.as_str(), self.text_of(finding));
            let _ = write!(seen, "\n  {level} {} at `{text}`: {}", finding.rule, finding.message);
        }
        match (self.expected, all.as_slice()) {
            (Expected::Clean, []) => Ok(()),
            (Expected::Clean, _) => Err(format!("expected nothing, found{seen}")),
            (Expected::Found { .. }, []) => Err("found nothing".to_owned()),
            (Expected::Found { level }, [only]) => match level {
                Some(level) if only.level != level => Err(format!("expected {}, found{seen}", level.as_str())),
                _ if self.text_of(only) != self.value => Err(format!("another span:{seen}")),
                _ => Ok(()),
            },
            (Expected::Found { .. }, _) => Err(format!("more than one:{seen}")),
        }
    }

    /// What stands where a finding points.
    fn text_of(&self, finding: &Finding) -> &str {
        let offset = |line: usize, column: usize| {
            let before: usize = self.text.split_inclusive('\n').take(line - 1).map(str::len).sum();
            before + column - 1
        };
        let (start, end) = (finding.location.start, finding.location.end);
        self.text.get(offset(start.line, start.column)..offset(end.line, end.column)).unwrap_or("no text")
    }
}

/// Runs cases; panics with those that are not as expected, and with gaps that are closed.
pub fn run(cases: Vec<Case>) {
    assert!(!cases.is_empty());
    let verdicts = verdicts(&cases, Case::verdict);
    let brief = std::env::var_os("BRIEF").is_some();
    let (mut wrong, mut failures) = (String::new(), 0);
    // Per row with a gap: whether any of its cases still fails.
    let mut gaps: BTreeMap<&str, bool> = BTreeMap::new();
    for (case, verdict) in &verdicts {
        if case.gap.is_some() {
            *gaps.entry(&case.row).or_default() |= verdict.is_err();
        } else if let Err(why) = verdict {
            failures += 1;
            let _ = write!(wrong, "\n### {} ({}): {why}", case.row, case.variant);
            if !brief {
                let _ = write!(wrong, "\n--- {}\n{}\n", case.path, case.text);
            }
        }
    }
    eprintln!("{} cases, {} rows with a known gap", cases.len(), gaps.len());
    assert!(failures == 0, "{failures} of {} cases are not as expected:{wrong}", cases.len());
    let closed: Vec<_> = gaps.iter().filter(|(_, open)| !**open).map(|(row, _)| row).collect();
    assert!(closed.is_empty(), "these gaps are closed, take them out of the table: {closed:?}");
}

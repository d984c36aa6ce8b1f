//! One case: files, what is expected of them, and what was found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jwtlint::finding::{Disposition, Level};

use crate::shapes::{scan_files, verdicts};

/// What every secret of a case reads like, where it reads like anything.
pub const MARK: &str = "pear-tree";

/// What a scan of the case must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The worst finding is of this level.
    Found(Level),
    /// Nothing at all.
    Clean,
}

/// A tree or a file, and what is expected.
#[derive(Debug, Clone)]
pub struct Case {
    /// Which row of which table.
    pub name: String,
    /// Paths and texts.
    pub files: Vec<(String, String)>,
    /// What a scan says.
    pub expected: Expected,
    /// Why it does not say so yet.
    pub gap: Option<String>,
}

impl Case {
    /// A case of one file.
    pub fn of_file(name: String, twin: bool, text: String, expected: Expected) -> Self {
        Self::of_tree(name, twin, vec![("src/lib.rs".to_owned(), text)], expected)
    }

    /// A case of several files.
    pub fn of_tree(name: String, twin: bool, files: Vec<(String, String)>, expected: Expected) -> Self {
        let name = if twin { format!("{name} (clean twin)") } else { name };
        Self { name, files, expected, gap: None }
    }

    /// A case that is known to fail.
    pub fn with_gap(mut self, gap: Option<String>) -> Self {
        self.gap = gap;
        self
    }

    /// What is wrong, if anything.
    fn verdict(&self) -> Result<(), String> {
        let report = scan_files(&self.files);
        let active: Vec<_> =
            report.findings.iter().filter(|finding| finding.disposition == Disposition::Active).collect();
        if let Some(trouble) = report.notifications.iter().find(|note| note.message.contains("parse")) {
            return Err(format!("the case itself is no Rust: {}", trouble.message));
        }
        let worst = active.iter().map(|finding| finding.level).max();
        let mut seen = String::new();
        for finding in &active {
            let place = format!("{}:{}", finding.location.path, finding.location.start.line);
            let _ = write!(seen, "\n  {} {} at {place}: {}", finding.level.as_str(), finding.rule, finding.message);
        }
        match (self.expected, worst) {
            (Expected::Clean, None) => Ok(()),
            (Expected::Clean, Some(_)) => Err(format!("expected nothing, found{seen}")),
            (Expected::Found(level), Some(worst)) if level == worst => {
                let marked = self.files.iter().any(|(_, text)| text.contains(MARK));
                let at_mark = active.iter().any(|finding| {
                    let file = self.files.iter().find(|(path, _)| **path == *finding.location.path);
                    let lines = finding.location.start.line - 1..finding.location.end.line;
                    file.is_some_and(|(_, text)| {
                        text.lines().take(lines.end).skip(lines.start).any(|l| l.contains(MARK))
                    })
                });
                if !marked || at_mark { Ok(()) } else { Err(format!("found, but not at the literal:{seen}")) }
            }
            (Expected::Found(level), _) => {
                Err(format!("expected {}, found{}", level.as_str(), if seen.is_empty() { " nothing" } else { &seen }))
            }
        }
    }
}

/// Runs cases; panics with those that are not as expected, and with gaps that are closed.
pub fn run(cases: Vec<Case>) {
    assert!(!cases.is_empty());
    let verdicts = verdicts(&cases, Case::verdict);
    let mut wrong = String::new();
    let mut failures = 0;
    let mut gaps: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut closed: Vec<&str> = Vec::new();
    let brief = std::env::var_os("BRIEF").is_some();
    for (case, verdict) in &verdicts {
        match (verdict, &case.gap) {
            (Ok(()), None) => {}
            (Ok(()), Some(_)) => closed.push(&case.name),
            (Err(_), Some(gap)) => gaps.entry(gap).or_default().push(&case.name),
            (Err(why), None) => {
                failures += 1;
                let _ = write!(wrong, "\n\n### {}\n{why}", case.name);
                for (path, text) in case.files.iter().filter(|_| !brief) {
                    let _ = write!(wrong, "\n--- {path}\n{text}");
                }
            }
        }
    }
    eprintln!("{} cases, {} known gaps", cases.len(), gaps.values().map(Vec::len).sum::<usize>());
    for (gap, names) in &gaps {
        eprintln!("known gap: {gap} ({} cases, such as {})", names.len(), names[0]);
    }
    assert!(closed.len() < cases.len() || cases.is_empty(), "every gap is closed");
    assert!(failures == 0, "{failures} of {} cases are not as expected:{wrong}", cases.len());
    let still: Vec<&&str> =
        closed.iter().filter(|name| !gaps.values().flatten().any(|open| same_row(open, name))).collect();
    assert!(still.is_empty(), "these gaps are closed, take them out of the table: {still:?}");
}

/// Whether two cases come from one row of shapes: a gap may hold for one sink and not for another.
fn same_row(one: &str, other: &str) -> bool {
    let row = |name: &str| name.split(" → ").next().unwrap_or_default().to_owned();
    row(one) == row(other)
}

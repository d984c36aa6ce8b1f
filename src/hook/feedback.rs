//! What a model is told about findings: facts, few enough to be read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::table;
use crate::finding::{Finding, FindingStep};
use crate::report::text::clipped;

/// Hosts cut off, or move to a file, what is longer; in bytes, so that no way of counting is exceeded.
const LONGEST: usize = 9_000;
/// A path or a message is not longer than this.
const LONGEST_PART: usize = 400;
/// Steps that are shown of one way to a key.
const MOST_STEPS: usize = 6;

/// The text for standard error; the findings are those that count.
pub(super) fn text(findings: &[&Finding]) -> String {
    let files: BTreeSet<&str> = findings.iter().map(|finding| &*finding.location.path).collect();
    let mut text = format!(
        "jwtlint: the edit was made, and {} in {}.\n",
        counted(findings.len(), "JWT secret problem is now", "JWT secret problems are now"),
        match files.iter().next() {
            Some(only) if files.len() == 1 => clipped(only, LONGEST_PART),
            _ => counted(files.len(), "file", "files"),
        },
    );
    for (shown, finding) in findings.iter().enumerate() {
        let entry = entry(finding);
        if text.len() + entry.len() > LONGEST {
            let rest = counted(findings.len() - shown, "more finding is", "more findings are");
            let _ = writeln!(text, "{rest} shown by `jwtlint check`.");
            break;
        }
        text.push_str(&entry);
    }
    text
}

fn entry(finding: &Finding) -> String {
    let location = &finding.location;
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "{}:{}:{}: {}[{}]: {}",
        clipped(&location.path, LONGEST_PART),
        location.start.line,
        location.start.column,
        finding.level.as_str(),
        finding.rule,
        clipped(&finding.message, LONGEST_PART),
    );
    for step in shown(&finding.steps) {
        let start = step.location.start;
        let path = clipped(&step.location.path, LONGEST_PART);
        let _ = writeln!(text, "  path: {path}:{}:{} {}", start.line, start.column, clipped(&step.note, LONGEST_PART));
    }
    if let Some(remedy) = table::remedy(&finding.rule) {
        let _ = writeln!(text, "  fix: {remedy}");
    }
    text
}

/// The last steps of a way: those near the key.
fn shown(steps: &[FindingStep]) -> &[FindingStep] {
    steps.get(steps.len().saturating_sub(MOST_STEPS)..).unwrap_or_default()
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

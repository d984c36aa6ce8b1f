//! How many findings of each rule and level there are.

use std::collections::BTreeMap;
use std::io;

use crate::finding::{Disposition, Level, Report};

/// Errors, warnings, notes, and what is hidden.
type Row = [usize; 4];

/// Writes a table: a line for each rule that found something, and one for all.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
    let mut all = Row::default();
    for finding in &report.findings {
        let column = match (&finding.disposition, finding.level) {
            (Disposition::Active, Level::Error) => 0,
            (Disposition::Active, Level::Warning) => 1,
            (Disposition::Active, Level::Note) => 2,
            _ => 3,
        };
        rows.entry(&finding.rule).or_default()[column] += 1;
        all[column] += 1;
    }
    let width = rows.keys().map(|rule| rule.len()).max().unwrap_or(0).max("rule".len());
    let header = ["error", "warning", "note", "hidden"];
    writeln!(out, "{:width$}  {:>7}  {:>7}  {:>7}  {:>7}", "rule", header[0], header[1], header[2], header[3])?;
    for (rule, row) in rows.into_iter().chain([("all", all)]) {
        writeln!(out, "{rule:width$}  {:>7}  {:>7}  {:>7}  {:>7}", row[0], row[1], row[2], row[3])?;
    }
    Ok(())
}

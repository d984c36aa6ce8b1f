//! Workflow commands: each finding becomes an annotation in GitHub Actions.
//!
//! A command is one line, so text from the tree must not end it or begin another.

use std::io;

use crate::catalog;
use crate::finding::{Finding, Level, Location, Notification, NotificationSeverity, Report};
use crate::report::text::printable;
use crate::report::{ReportOptions, Shown};

/// Writes one command per finding, and one per notification that people are told.
pub fn write(report: &Report, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    for finding in Shown::active_by(options).of(report) {
        write_finding(finding, out)?;
    }
    for notification in report.notifications.iter().filter(|one| options.tells(one)) {
        write_notification(notification, out)?;
    }
    Ok(())
}

fn write_finding(finding: &Finding, out: &mut dyn io::Write) -> io::Result<()> {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let place = place(&finding.location);
    let title = property(&format!("jwtlint: {}", finding.rule));
    let help = catalog::find(&finding.rule).map(|rule| format!("%0Ahelp: {}", message(&rule.hint))).unwrap_or_default();
    writeln!(out, "::{command} {place},title={title}::{}{help}", message(&finding.message))
}

fn place(location: &Location) -> String {
    let Location { path, start, end } = location;
    let lines = format!("file={},line={},endLine={}", property(path), start.line, end.line);
    // GitHub refuses columns for a range of lines.
    if start.line == end.line { format!("{lines},col={},endColumn={}", start.column, end.column) } else { lines }
}

fn write_notification(notification: &Notification, out: &mut dyn io::Write) -> io::Result<()> {
    let command = match notification.severity {
        NotificationSeverity::Note => "notice",
        NotificationSeverity::Warning => "warning",
        NotificationSeverity::Failure => "error",
    };
    let file = notification.path.as_deref().map(|path| format!("file={},", property(path))).unwrap_or_default();
    writeln!(out, "::{command} {file}title=jwtlint::{}", message(&notification.message))
}

/// Text for behind the second `::`.
fn message(text: &str) -> String {
    printable(text).replace('%', "%25")
}

/// Text for a property: the separators are escaped too, and line ends, which a file name may hold.
fn property(text: &str) -> String {
    let escaped = [('%', "%25"), ('\r', "%0D"), ('\n', "%0A"), (':', "%3A"), (',', "%2C")]
        .iter()
        .fold(text.to_owned(), |text, (letter, escape)| text.replace(*letter, escape));
    printable(&escaped).into_owned()
}

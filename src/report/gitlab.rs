//! GitLab's Code Quality report: an array of findings.

use std::io;

use serde::Serialize;

use crate::finding::{Finding, Level, Report};
use crate::report::text::{printable, write_json};
use crate::report::{ReportOptions, Shown};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the findings that are shown; the format knows neither notifications nor suppressions, which whoever calls
/// this tells in another place.
pub fn write(report: &Report, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let issues: Vec<_> = Shown::active_by(options).of(report).map(issue).collect();
    write_json(&issues, out)
}

fn issue(finding: &Finding) -> Issue<'_> {
    Issue {
        description: printable(&finding.message).into_owned(),
        check_name: &finding.rule,
        fingerprint: &finding.fingerprint,
        severity: match finding.level {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Note => "info",
        },
        location: Place {
            path: &finding.location.path,
            lines: Lines { begin: finding.location.start.line, end: finding.location.end.line },
        },
    }
}

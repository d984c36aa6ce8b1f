//! What a run found out, in the formats that people and programs read.
//!
//! Reporters decide nothing: level, rule and masking are settled before a [`Report`] gets here. All of
//! them show the same findings, those that `Shown` selects, and treat text from the scanned tree
//! with the means of [`text`].

pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod rules;
pub mod sarif;
pub mod statistics;
pub mod text;

use std::io::{self, Write as _};

use crate::finding::{Disposition, Finding, Level, Notification, NotificationSeverity, Report};

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum Format {
    /// For people, in a terminal.
    #[default]
    Human,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// For scripts; the format carries a version.
    Json,
    /// Workflow commands that become annotations in GitHub Actions.
    Github,
    /// GitLab's Code Quality report.
    Gitlab,
}

/// What a report shows, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOptions {
    /// Show notes too; otherwise they are only counted.
    pub show_notes: bool,
    /// Show suppressed findings too, as such; formats without a notion of it leave them out.
    pub show_suppressed: bool,
    /// Use colour, in the human format.
    pub color: bool,
    /// Make rules links to their pages (OSC 8), in the human format.
    pub links: bool,
    /// Tell what was skipped, too, in formats for people and their logs.
    pub verbose: bool,
    /// Leave out all but findings and failures, in formats for people and their logs.
    pub quiet: bool,
    /// The version of the program.
    pub version: String,
    /// The name that keeps several uploads of one commit apart (SARIF's `automationDetails`).
    pub category: Option<String>,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self {
            show_notes: false,
            show_suppressed: false,
            color: false,
            links: false,
            verbose: false,
            quiet: false,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            category: None,
        }
    }
}

impl ReportOptions {
    /// Whether people are told: failures always.
    pub fn tells(&self, notification: &Notification) -> bool {
        match notification.severity {
            NotificationSeverity::Failure => true,
            NotificationSeverity::Warning => !self.quiet,
            NotificationSeverity::Note => self.verbose,
        }
    }
}

/// A SARIF category without the slash that ends it in a report; `None` if nothing is left, which is none.
pub(crate) fn category(name: &str) -> Option<&str> {
    let name = name.trim_end_matches('/');
    (!name.is_empty()).then_some(name)
}

/// Writes a report in one of the formats.
pub fn write_report(
    format: Format,
    report: &Report,
    options: &ReportOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    match format {
        Format::Human => human::write(report, options, &mut out),
        Format::Sarif => sarif::write(report, options, &mut out),
        Format::Json => json::write(report, options, &mut out),
        Format::Github => github::write(report, options, &mut out),
        Format::Gitlab => gitlab::write(report, options, &mut out),
    }?;
    out.flush()
}

/// Which findings a report shows.
#[derive(Debug, Clone, Copy)]
struct Shown {
    notes: bool,
    suppressed: bool,
}

impl Shown {
    fn by(options: &ReportOptions) -> Self {
        Self { notes: options.show_notes, suppressed: options.show_suppressed }
    }

    /// For formats that cannot say that a finding is suppressed.
    fn active_by(options: &ReportOptions) -> Self {
        Self { suppressed: false, ..Self::by(options) }
    }

    fn includes(self, finding: &Finding) -> bool {
        let active = finding.disposition == Disposition::Active;
        (self.notes || finding.level > Level::Note) && (self.suppressed || active)
    }

    fn of(self, report: &Report) -> impl Iterator<Item = &Finding> {
        report.findings.iter().filter(move |finding| self.includes(finding))
    }
}

/// How many findings of each sort a run has, shown or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
}

impl Counts {
    fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for finding in &report.findings {
            let count = match (&finding.disposition, finding.level) {
                (Disposition::Active, Level::Error) => &mut counts.errors,
                (Disposition::Active, Level::Warning) => &mut counts.warnings,
                (Disposition::Active, Level::Note) => &mut counts.notes,
                (Disposition::SuppressedInSource { .. } | Disposition::SuppressedExternally { .. }, _) => {
                    &mut counts.suppressed
                }
            };
            *count += 1;
        }
        counts
    }
}

/// Whether nothing made the run incomplete.
fn is_complete(report: &Report) -> bool {
    report.notifications.iter().all(|notification| notification.severity != NotificationSeverity::Failure)
}

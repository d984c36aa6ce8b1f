//! Findings for scripts.
//!
//! One object. Its version changes when a key is renamed or removed or its meaning changes; new keys
//! may appear any time.
//!
//! | key | meaning |
//! | --- | --- |
//! | `format`, `version` | always `"jwtlint-json"`, `1` |
//! | `tool` | `name` and `version` of the program |
//! | `positions` | how to read positions: `line_base` and `column_base` are 1, `column_unit` is `"utf-16"`, `end` is one past the last character |
//! | `complete` | `false` if a failure kept the run from looking at everything (exit code 2) |
//! | `findings` | what is shown, sorted by path, line, column, rule, message |
//! | `notifications` | what is no finding but must not be silent: `severity` (`note`, `warning`, `failure`), `path` or null, `message` |
//! | `counts` | of all findings, shown or not: `error`, `warning`, `note`, `suppressed` (of any level); of files (in a history: versions of files): `files_scanned`, `files_skipped`; in a history, of `commits` |
//!
//! A finding has `rule`, `level` (`error`, `warning`, `note`), `confidence` (`high`, `medium`, `low`), `strength` (`none`, `empty`, `published`,
//! `placeholder`, `weak`, `strong`), `path` (relative to the root, `/`-separated), `start` and `end` (`line`, `column`), `message`, `reasons`,
//! `excerpt` (the source line, secrets masked; of a long line the part around the start, with `…` where it is cut), `steps` from the literal to the key (`path`, `start`, `end`, `note`, `excerpt`), `fingerprint` (stable
//! when lines move, independent of the value), `detector`, and `suppressed`: null, or `kind` (`in-source`, `external`) and `reason`. Where an edit
//! is safe there is `fix`: `summary`, and `edits` (`start`, `end`, `text`: what stands there afterwards). `remedy` lists what to do, step by step.
//! `jwtlint history` adds `introduced`: `commit`, `author_date` (ISO 8601, or null) and `in_head`, the path in which `HEAD` still has the value, or null.

use std::io;

use serde::Serialize;

use crate::fact::Confidence;
use crate::finding::{
    Disposition, Edit, Finding, FindingStep, Introduction, Level, Notification, NotificationSeverity, Repair, Report,
    Strength,
};
use crate::remedy;
use crate::report::text::write_json;
use crate::report::{Counts, ReportOptions, Shown, is_complete};
use crate::span;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    tool: Tool<'a>,
    positions: Positions,
    complete: bool,
    findings: Vec<Entry<'a>>,
    notifications: Vec<Notice<'a>>,
    counts: Totals,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Positions {
    line_base: u32,
    column_base: u32,
    column_unit: &'static str,
}

#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    level: Level,
    confidence: Confidence,
    strength: Strength,
    path: &'a str,
    start: Position,
    end: Position,
    message: &'a str,
    reasons: &'a [String],
    excerpt: &'a str,
    steps: Vec<Step<'a>>,
    fingerprint: &'a str,
    detector: &'a str,
    suppressed: Option<Suppressed<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Edits<'a>>,
    remedy: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introduced: Option<Introduced<'a>>,
}

#[derive(Serialize)]
struct Edits<'a> {
    summary: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    start: Position,
    end: Position,
    text: &'a str,
}

#[derive(Serialize)]
struct Introduced<'a> {
    commit: &'a str,
    author_date: Option<&'a str>,
    in_head: Option<&'a str>,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Step<'a> {
    path: &'a str,
    start: Position,
    end: Position,
    note: &'a str,
    excerpt: &'a str,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    kind: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Notice<'a> {
    severity: &'static str,
    path: Option<&'a str>,
    message: &'a str,
}

#[derive(Serialize)]
struct Totals {
    error: usize,
    warning: usize,
    note: usize,
    suppressed: usize,
    files_scanned: usize,
    files_skipped: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<usize>,
}

/// Writes the document.
pub fn write(report: &Report, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        format: "jwtlint-json",
        version: 1,
        tool: Tool { name: "jwtlint", version: &options.version },
        positions: Positions { line_base: 1, column_base: 1, column_unit: "utf-16" },
        complete: is_complete(report),
        findings: Shown::by(options).of(report).map(entry).collect(),
        notifications: report.notifications.iter().map(notice).collect(),
        counts: totals(report),
    };
    write_json(&document, out)
}

fn entry(finding: &Finding) -> Entry<'_> {
    Entry {
        rule: &finding.rule,
        level: finding.level,
        confidence: finding.confidence,
        strength: finding.strength,
        path: &finding.location.path,
        start: position(finding.location.start),
        end: position(finding.location.end),
        message: &finding.message,
        reasons: &finding.reasons,
        excerpt: &finding.excerpt.text,
        steps: finding.steps.iter().map(step).collect(),
        fingerprint: &finding.fingerprint,
        detector: &finding.detector,
        suppressed: suppressed(&finding.disposition),
        fix: edits(finding),
        remedy: remedy::steps(&finding.rule, remedy::language_of(&finding.location.path)),
        introduced: finding.introduced.as_ref().map(introduced),
    }
}

fn introduced(introduction: &Introduction) -> Introduced<'_> {
    Introduced {
        commit: &introduction.commit,
        author_date: introduction.author_date.as_deref(),
        in_head: introduction.in_head.as_deref(),
    }
}

fn edits(finding: &Finding) -> Option<Edits<'_>> {
    let Some(Repair::Edit(fix)) = &finding.repair else { return None };
    let replacement = |edit| {
        let Edit { start, end, replacement, .. }: &Edit = edit;
        Replacement { start: position(*start), end: position(*end), text: replacement }
    };
    Some(Edits { summary: &fix.summary, edits: fix.edits.iter().map(replacement).collect() })
}

fn position(position: span::Position) -> Position {
    Position { line: position.line, column: position.column }
}

fn step(step: &FindingStep) -> Step<'_> {
    Step {
        path: &step.location.path,
        start: position(step.location.start),
        end: position(step.location.end),
        note: &step.note,
        excerpt: &step.excerpt,
    }
}

fn suppressed(disposition: &Disposition) -> Option<Suppressed<'_>> {
    match disposition {
        Disposition::Active => None,
        Disposition::SuppressedInSource { reason } => Some(Suppressed { kind: "in-source", reason }),
        Disposition::SuppressedExternally { reason } => Some(Suppressed { kind: "external", reason }),
    }
}

fn notice(notification: &Notification) -> Notice<'_> {
    Notice {
        severity: match notification.severity {
            NotificationSeverity::Note => "note",
            NotificationSeverity::Warning => "warning",
            NotificationSeverity::Failure => "failure",
        },
        path: notification.path.as_deref(),
        message: &notification.message,
    }
}

fn totals(report: &Report) -> Totals {
    let counts = Counts::of(report);
    Totals {
        error: counts.errors,
        warning: counts.warnings,
        note: counts.notes,
        suppressed: counts.suppressed,
        files_scanned: report.files_scanned,
        files_skipped: report.files_skipped,
        commits: report.commits,
    }
}

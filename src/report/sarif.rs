//! SARIF 2.1.0 for code scanning.
//!
//! The rules are the whole catalog in order, whatever was found, so that only results vary between
//! runs. There are no snippets: a reader has the file, and a log should not hold more of it than it must.

mod limit;
mod schema;
mod uri;

use std::collections::BTreeMap;
use std::io;

use crate::catalog::{self, Rule};
use crate::finding::{
    Disposition, Edit, Finding, FindingStep, Level, Location, Notification, NotificationSeverity, Repair, Report,
};
use crate::remedy;
use crate::report::text::{clipped, write_json};
use crate::report::{ReportOptions, Shown, is_complete};
use crate::span::Position;

/// The longest text of a message, in characters; names from the tree can be of any length.
const MESSAGE: usize = 2_000;
/// Stands for the repository root, without saying where that is.
const ROOT: &str = "%SRCROOT%";

/// Writes the log.
pub fn write(report: &Report, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let shown = one_per_line(Shown::by(options).of(report));
    let (kept, left_out) = limit::most_severe(shown, limit::RESULTS, limit::BYTES);
    let results = kept.iter().map(|group| result(group, options)).collect();
    let log = schema::Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [schema::Run {
            tool: schema::Tool { driver: driver(options) },
            automation_details: options.category.as_deref().and_then(automation),
            original_uri_base_ids: BTreeMap::from([(
                ROOT,
                schema::UriBase { description: text("The root of the repository.") },
            )]),
            invocations: [invocation(report, left_out)],
            results,
            newline_sequences: ["\r\n", "\n", "\r"],
            column_kind: "utf16CodeUnits",
        }],
    };
    write_json(&log, out)
}

fn text(text: &str) -> schema::Text {
    schema::Text { text: text.to_owned() }
}

/// Text from the tree or about it; SARIF wants no empty ones.
fn message(words: &str) -> schema::Text {
    let words = clipped(words, MESSAGE);
    if words.is_empty() { text("No description") } else { schema::Text { text: words } }
}

fn automation(category: &str) -> Option<schema::AutomationDetails> {
    super::category(category).map(|category| schema::AutomationDetails { id: format!("{category}/") })
}

fn driver(options: &ReportOptions) -> schema::Driver<'_> {
    schema::Driver {
        name: "jwtlint",
        full_name: "jwtlint: hardcoded JWT secrets",
        version: &options.version,
        semantic_version: &options.version,
        information_uri: "https://crates.io/crates/jwtlint",
        rules: catalog::rules().iter().map(descriptor).collect(),
    }
}

fn descriptor(rule: &'static Rule) -> schema::Descriptor {
    schema::Descriptor {
        id: &rule.id,
        name: &rule.name,
        short_description: schema::Text { text: format!("{}.", rule.short) },
        full_description: text(&rule.full),
        help: schema::Help { text: help_text(rule), markdown: help_markdown(rule) },
        help_uri: rule.url(),
        default_configuration: schema::Configuration { enabled: rule.enabled, level: rule.level.as_str() },
        properties: schema::RuleProperties {
            tags: rule.tags(),
            precision: rule.precision.as_str(),
            security_severity: &rule.security_severity,
        },
    }
}

fn help_text(rule: &Rule) -> String {
    let references: String = rule.references.iter().map(|one| format!("\n{}: {}", one.title, one.url)).collect();
    format!("{}\n\n{}\n\n{}\n{references}", rule.full, rule.why, rule.fix)
}

fn help_markdown(rule: &Rule) -> String {
    let example = |example: &catalog::Example| {
        let catalog::Example { language, before, after } = example;
        let fence = language.to_lowercase();
        format!("\n\n**{language}**, before:\n\n```{fence}\n{before}```\n\nafter:\n\n```{fence}\n{after}```")
    };
    let examples: String = rule.examples.iter().map(example).collect();
    let references: String = rule.references.iter().map(|one| format!("\n- [{}]({})", one.title, one.url)).collect();
    let steps: String = remedy::steps(&rule.id, None)
        .iter()
        .enumerate()
        .map(|(index, step)| format!("\n{}. {step}", index + 1))
        .collect();
    format!(
        "{}\n\n## Why it matters\n\n{}\n\n## What to do\n\n{}\n{steps}{examples}\n\n## Read on\n\n`jwtlint explain {}`\n{references}\n",
        rule.full, rule.why, rule.fix, rule.id
    )
}

fn invocation(report: &Report, left_out: usize) -> schema::Invocation {
    let cut = (left_out > 0).then(|| schema::Notification {
        level: "warning",
        message: schema::Text {
            text: format!(
                "{left_out} results are left out, because code scanning refuses larger files. The most severe are kept."
            ),
        },
        locations: Vec::new(),
    });
    let (told, untold) = limit::notifications(&report.notifications);
    let untold = (untold > 0).then(|| schema::Notification {
        level: "note",
        message: schema::Text { text: format!("{untold} further notifications are left out.") },
        locations: Vec::new(),
    });
    schema::Invocation {
        execution_successful: is_complete(report),
        tool_execution_notifications: cut.into_iter().chain(told.map(notification)).chain(untold).collect(),
    }
}

fn notification(notification: &Notification) -> schema::Notification {
    schema::Notification {
        level: match notification.severity {
            NotificationSeverity::Note => "note",
            NotificationSeverity::Warning => "warning",
            NotificationSeverity::Failure => "error",
        },
        message: message(&notification.message),
        locations: notification.path.iter().map(|path| schema::Location { physical_location: file(path) }).collect(),
    }
}

/// The findings of one rule on one line: code scanning tells alerts apart by no more than that.
struct Group<'a> {
    /// The one that is shown.
    finding: &'a Finding,
    /// How many more there are.
    more: usize,
}

/// Puts findings of one rule on one line together. The first of the most severe is shown; what is suppressed
/// gives way to what is not.
fn one_per_line<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Group<'a>> {
    let weight = |finding: &Finding| (finding.disposition == Disposition::Active, finding.level);
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places = BTreeMap::new();
    for finding in findings {
        let key = (&*finding.location.path, finding.location.start.line, &*finding.rule);
        let index = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(index) {
            None => groups.push(Group { finding, more: 0 }),
            Some(group) => {
                group.more += 1;
                if weight(finding) > weight(group.finding) {
                    group.finding = finding;
                }
            }
        }
    }
    groups
}

fn result<'a>(group: &Group<'a>, options: &ReportOptions) -> schema::Result<'a> {
    let finding = group.finding;
    schema::Result {
        rule_id: &finding.rule,
        rule_index: catalog::index(&finding.rule),
        level: finding.level.as_str(),
        message: result_message(group),
        locations: [schema::Location { physical_location: physical(&finding.location) }],
        partial_fingerprints: fingerprints(finding),
        code_flows: code_flow(&finding.steps).into_iter().collect(),
        suppressions: options.show_suppressed.then(|| suppressions(&finding.disposition)),
        fixes: fix(finding).into_iter().collect(),
        properties: schema::ResultProperties {
            confidence: finding.confidence,
            strength: finding.strength,
            detector: clipped(&finding.detector, MESSAGE),
            remedy: remedy(finding),
            introduced: finding.introduced.as_ref().map(|introduction| schema::Introduced {
                commit: &introduction.commit,
                author_date: introduction.author_date.as_deref(),
                in_head: introduction.in_head.is_some(),
            }),
        },
    }
}

/// A sentence of its own at least: its first words become the title of the alert.
fn result_message(group: &Group<'_>) -> schema::Text {
    let mut words = message(&group.finding.message).text;
    if !words.ends_with(['.', '!', '?', '…']) {
        words.push('.');
    }
    match group.more {
        0 => {}
        1 => words.push_str(" There is one more like it on this line."),
        more => words.push_str(&format!(" There are {more} more like it on this line.")),
    }
    schema::Text { text: words }
}

fn fingerprints(finding: &Finding) -> BTreeMap<&'static str, &str> {
    [("primaryLocationLineHash", &*finding.line_hash), ("jwtlint/v1", &*finding.fingerprint)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn code_flow(steps: &[FindingStep]) -> Option<schema::CodeFlow> {
    let (first, last) = limit::ends(steps);
    let locations: Vec<_> = first.iter().chain(last).map(flow_location).collect();
    (!locations.is_empty()).then_some(schema::CodeFlow { thread_flows: [schema::ThreadFlow { locations }] })
}

fn flow_location(step: &FindingStep) -> schema::FlowLocation {
    schema::FlowLocation {
        location: schema::ExplainedLocation {
            physical_location: physical(&step.location),
            message: message(&step.note),
        },
    }
}

fn suppressions(disposition: &Disposition) -> Vec<schema::Suppression> {
    let suppression = |kind, reason: &str| {
        vec![schema::Suppression { kind, status: "accepted", justification: message(reason).text }]
    };
    match disposition {
        Disposition::Active => Vec::new(),
        Disposition::SuppressedInSource { reason } => suppression("inSource", reason),
        Disposition::SuppressedExternally { reason } => suppression("external", reason),
    }
}

/// The first step, which is about this place; the help of the rule tells the others.
fn remedy(finding: &Finding) -> Vec<String> {
    remedy::steps(&finding.rule, remedy::language_of(&finding.location.path)).into_iter().take(1).collect()
}

/// The edit, where one is safe: what is deleted is only pointed at, and what is inserted holds no secret.
fn fix(finding: &Finding) -> Option<schema::Fix> {
    let Some(Repair::Edit(fix)) = &finding.repair else { return None };
    let replacement = |edit: &Edit| schema::Replacement {
        deleted_region: region(edit.start, edit.end),
        inserted_content: (!edit.replacement.is_empty()).then(|| text(&edit.replacement)),
    };
    Some(schema::Fix {
        description: schema::Text { text: format!("{}.", fix.summary) },
        artifact_changes: [schema::ArtifactChange {
            artifact_location: file(&finding.location.path).artifact_location,
            replacements: fix.edits.iter().map(replacement).collect(),
        }],
    })
}

fn physical(location: &Location) -> schema::Physical {
    let Location { path, start, end } = location;
    schema::Physical { region: Some(region(*start, *end)), ..file(path) }
}

fn region(start: Position, end: Position) -> schema::Region {
    schema::Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn file(path: &str) -> schema::Physical {
    schema::Physical {
        artifact_location: schema::ArtifactLocation { uri: uri::reference(path), uri_base_id: ROOT },
        region: None,
    }
}

/// The order in which results are dropped when there are too many: the mildest and least sure first.
fn severity(finding: &Finding) -> (bool, Level, crate::fact::Confidence) {
    (finding.disposition == Disposition::Active, finding.level, finding.confidence)
}

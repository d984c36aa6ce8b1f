//! The report for people: what, where, why, and what to do about it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io;

use anstyle::{AnsiColor, Style};

use crate::catalog::{self, Rule};
use crate::finding::{
    Disposition, Excerpt, Finding, FindingStep, Introduction, Level, Location, Notification, NotificationSeverity,
    Repair, Report,
};
use crate::remedy;
use crate::report::text::{cells, printable, wrapped};
use crate::report::{Counts, ReportOptions, Shown};

/// How much of a source line is shown, in characters.
const LINE: usize = 120;
/// How much of it stands before the literal, if it has to be cut.
const BEFORE: usize = 40;
/// How a tab is shown.
const TAB: &str = "    ";
/// How wide texts get.
const WIDTH: usize = 100;
/// How much of a step's path is worth lining up.
const STEP_COLUMN: usize = 48;

/// Writes the findings that are shown, the notifications and a summary.
pub fn write(report: &Report, options: &ReportOptions, out: &mut dyn io::Write) -> io::Result<()> {
    let styles = Styles::new(options.color, options.links);
    let mut explained = BTreeSet::new();
    for finding in Shown::by(options).of(report) {
        let first_of_rule = explained.insert(&*finding.rule);
        write_finding(finding, first_of_rule, &styles, out)?;
    }
    for notification in &report.notifications {
        if options.tells(notification) {
            write_notification(notification, &styles, out)?;
        }
    }
    if options.quiet { Ok(()) } else { write_summary(report, options, &styles, out) }
}

struct Styles {
    error: Style,
    warning: Style,
    note: Style,
    frame: Style,
    strong: Style,
    links: bool,
}

impl Styles {
    fn new(color: bool, links: bool) -> Self {
        let style = |ansi: AnsiColor| if color { ansi.on_default().bold() } else { Style::new() };
        Self {
            error: style(AnsiColor::BrightRed),
            warning: style(AnsiColor::Yellow),
            note: style(AnsiColor::BrightCyan),
            frame: style(AnsiColor::BrightBlue),
            strong: if color { Style::new().bold() } else { Style::new() },
            links,
        }
    }

    fn of(&self, level: Level) -> Style {
        match level {
            Level::Error => self.error,
            Level::Warning => self.warning,
            Level::Note => self.note,
        }
    }
}

fn write_finding(finding: &Finding, in_full: bool, styles: &Styles, out: &mut dyn io::Write) -> io::Result<()> {
    let (level, strong) = (styles.of(finding.level), styles.strong);
    let (word, message) = (finding.level.as_str(), printable(&finding.message));
    let rule = linked(&finding.rule, styles);
    writeln!(out, "{level}{word}[{rule}]{level:#}{strong}: {message}{strong:#}")?;

    let margin = Margin { width: digits(finding.location.start.line), frame: styles.frame };
    margin.arrow(&finding.location, out)?;
    write_excerpt(finding, &margin, level, out)?;
    for reason in &finding.reasons {
        margin.point("why", &printable(reason), out)?;
    }
    if let Some(introduction) = &finding.introduced {
        margin.point("history", &introduced(introduction, &finding.location.path), out)?;
    }
    write_steps(&finding.steps, &margin, out)?;
    if let Some(by) = suppression(&finding.disposition) {
        margin.point("suppressed", &by, out)?;
    }
    if let Some(rule) = catalog::find(&finding.rule) {
        write_help(rule, in_full, &margin, out)?;
    }
    match &finding.repair {
        Some(Repair::Edit(_)) => {
            margin.point("edit", "`jwtlint check --fix` can do it; add --dry-run to see it first", out)?
        }
        _ if in_full => write_code(finding, &margin, out)?,
        _ => {}
    }
    writeln!(out)
}

/// A rule's id, as a link to its page where the terminal can follow it.
fn linked<'r>(rule: &'r str, styles: &Styles) -> Cow<'r, str> {
    match catalog::find(rule).and_then(Rule::url).filter(|_| styles.links) {
        Some(url) => Cow::Owned(format!("\u{1b}]8;;{url}\u{1b}\\{rule}\u{1b}]8;;\u{1b}\\")),
        None => Cow::Borrowed(rule),
    }
}

fn write_help(rule: &Rule, in_full: bool, margin: &Margin, out: &mut dyn io::Write) -> io::Result<()> {
    if !in_full {
        return margin.point("help", &rule.hint, out);
    }
    let indent = margin.width + " = help: ".len();
    margin.point("help", &wrapped(&rule.fix, indent, WIDTH), out)?;
    writeln!(out, "{:indent$}`jwtlint explain {}` tells more", "", rule.id)
}

/// How the language of the file reads a secret.
fn write_code(finding: &Finding, margin: &Margin, out: &mut dyn io::Write) -> io::Result<()> {
    let Some(language) = remedy::language_of(&finding.location.path) else { return Ok(()) };
    let steps = remedy::steps(&finding.rule, Some(language));
    let Some((_, code)) = steps.first().and_then(|step| step.split_once('\n')) else { return Ok(()) };
    margin.point("instead", &format!("in {}", language.name), out)?;
    for line in code.lines() {
        writeln!(out, "{:indent$}{line}", "", indent = margin.width + 7)?;
    }
    Ok(())
}

/// What stands left of a finding's details: room for the line number.
struct Margin {
    width: usize,
    frame: Style,
}

impl Margin {
    fn arrow(&self, location: &Location, out: &mut dyn io::Write) -> io::Result<()> {
        let (frame, width) = (self.frame, self.width);
        writeln!(out, "{:width$}{frame}-->{frame:#} {}", "", place(location))
    }

    fn bar(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let (frame, width) = (self.frame, self.width);
        writeln!(out, "{frame}{:width$} |{frame:#}", "")
    }

    fn line(&self, number: usize, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let (frame, width) = (self.frame, self.width);
        writeln!(out, "{frame}{number:width$} |{frame:#} {text}")
    }

    fn carets(&self, before: usize, under: usize, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        let (frame, width) = (self.frame, self.width);
        writeln!(out, "{frame}{:width$} |{frame:#} {:before$}{style}{}{style:#}", "", "", "^".repeat(under))
    }

    fn point(&self, label: &str, text: &str, out: &mut dyn io::Write) -> io::Result<()> {
        let (frame, width) = (self.frame, self.width);
        writeln!(out, "{:width$} {frame}={frame:#} {label}: {text}", "")
    }
}

fn digits(number: usize) -> usize {
    number.checked_ilog10().map_or(1, |power| power as usize + 1)
}

fn place(location: &Location) -> String {
    format!("{}:{}:{}", printable(&location.path), location.start.line, location.start.column)
}

fn write_excerpt(finding: &Finding, margin: &Margin, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    if finding.excerpt.text.trim().is_empty() {
        return Ok(());
    }
    let view = View::of(finding);
    margin.bar(out)?;
    margin.line(finding.location.start.line, &view.text, out)?;
    margin.carets(view.before, view.under, style, out)
}

/// A source line as it is shown, with the cells before and under the literal.
struct View {
    text: String,
    before: usize,
    under: usize,
}

impl View {
    fn of(finding: &Finding) -> Self {
        let Excerpt { text, at } = &finding.excerpt;
        let letters: Vec<char> = printable(&text.replace('\t', TAB)).chars().collect();
        let (start, end) = (letters_to(text, at.start), letters_to(text, at.end.max(at.start)));
        let first = if letters.len() <= LINE { 0 } else { start.saturating_sub(BEFORE) };
        let last = letters.len().min(first + LINE);
        let ahead = if first > 0 { "…" } else { "" };
        let behind = if last < letters.len() { "…" } else { "" };
        let width = |letters: &[char]| letters.iter().copied().map(cells).sum::<usize>();
        Self {
            text: [ahead, &letters[first..last].iter().collect::<String>(), behind].concat(),
            before: ahead.chars().count() + width(&letters[first..start]),
            under: width(&letters[start..end.min(last)]).max(1),
        }
    }
}

/// How many letters are shown for the text up to a byte.
fn letters_to(text: &str, byte: usize) -> usize {
    let before = text.char_indices().take_while(|(at, _)| *at < byte);
    before.map(|(_, letter)| if letter == '\t' { TAB.len() } else { 1 }).sum()
}

fn write_steps(steps: &[FindingStep], margin: &Margin, out: &mut dyn io::Write) -> io::Result<()> {
    let in_sight = match steps {
        [first, last] => {
            first.location.path == last.location.path && first.location.start.line == last.location.start.line
        }
        _ => steps.is_empty(),
    };
    // What stands on the one line shown needs no way to be shown.
    if in_sight {
        return Ok(());
    }
    margin.point("path", "from the literal to the key", out)?;
    let places: Vec<String> = steps.iter().map(|step| place(&step.location)).collect();
    let longest = places.iter().map(|place| place.chars().count()).max().unwrap_or(0).min(STEP_COLUMN);
    let (indent, number) = (margin.width + 5, digits(steps.len()));
    for (index, (step, place)) in steps.iter().zip(&places).enumerate() {
        writeln!(out, "{:indent$}{:number$} {place:longest$}  {}", "", index + 1, printable(&step.note))?;
    }
    Ok(())
}

/// Where it came from and whether it is still there. It has to be rotated in any case.
fn introduced(introduction: &Introduction, path: &str) -> String {
    let Introduction { commit, author_date, in_head } = introduction;
    let commit = commit.get(..12).unwrap_or(commit);
    let date =
        author_date.as_deref().and_then(|date| date.get(..10)).map_or_else(String::new, |day| format!(" of {day}"));
    let now = match in_head.as_deref() {
        None => "no longer in HEAD, but whoever can read the history can read it".to_owned(),
        Some(now) if now == path => "still in HEAD".to_owned(),
        Some(now) => format!("still in HEAD, in {}", printable(now)),
    };
    format!("introduced by commit {commit}{date}; {now}")
}

fn suppression(disposition: &Disposition) -> Option<Cow<'_, str>> {
    match disposition {
        Disposition::Active => None,
        Disposition::SuppressedInSource { reason } => Some(format!("by a comment: {}", printable(reason)).into()),
        Disposition::SuppressedExternally { reason } => {
            Some(format!("by configuration or baseline: {}", printable(reason)).into())
        }
    }
}

fn write_notification(notification: &Notification, styles: &Styles, out: &mut dyn io::Write) -> io::Result<()> {
    let (style, word) = match notification.severity {
        NotificationSeverity::Failure => (styles.error, "failed"),
        NotificationSeverity::Warning => (styles.warning, "notice"),
        NotificationSeverity::Note => (styles.note, "notice"),
    };
    let path = notification.path.as_deref().map(|path| format!("{}: ", printable(path))).unwrap_or_default();
    writeln!(out, "{style}{word}{style:#}: {path}{}", printable(&notification.message))
}

fn write_summary(report: &Report, options: &ReportOptions, styles: &Styles, out: &mut dyn io::Write) -> io::Result<()> {
    let counts = Counts::of(report);
    let strong = styles.strong;
    let mut sentences = vec![format!("{strong}{}{strong:#}", found(counts, options))];
    sentences.extend(hidden(counts, options));
    sentences.push(files(report));
    sentences.extend(notices(report, options));
    writeln!(out, "{}", sentences.join(" "))
}

/// What a report does not show, for formats that cannot say so.
pub fn left_out(report: &Report, options: &ReportOptions) -> Option<String> {
    let sentences: Vec<_> = hidden(Counts::of(report), options).into_iter().chain(notices(report, options)).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn found(counts: Counts, options: &ReportOptions) -> String {
    let notes = if options.show_notes { counts.notes } else { 0 };
    let parts: Vec<_> = [(counts.errors, "error"), (counts.warnings, "warning"), (notes, "note")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count, word))
        .collect();
    if parts.is_empty() { "No JWT secrets found.".to_owned() } else { format!("Found {}.", parts.join(", ")) }
}

fn hidden(counts: Counts, options: &ReportOptions) -> Option<String> {
    let notes = (!options.show_notes && counts.notes > 0)
        .then(|| format!("{} hidden (--verbose shows them)", counted(counts.notes, "note")));
    let suppressed = (counts.suppressed > 0).then(|| format!("{} suppressed", counts.suppressed));
    let parts: Vec<_> = notes.into_iter().chain(suppressed).collect();
    (!parts.is_empty()).then(|| format!("{}.", parts.join(", ")))
}

fn files(report: &Report) -> String {
    let scanned = match report.commits {
        None => format!("{} scanned", counted(report.files_scanned, "file")),
        Some(commits) => {
            format!("{} of files in {} scanned", counted(report.files_scanned, "version"), counted(commits, "commit"))
        }
    };
    match report.files_skipped {
        0 => format!("{scanned}."),
        skipped => format!("{scanned}, {skipped} skipped."),
    }
}

/// What the notifications add up to, as far as they were not all shown.
fn notices(report: &Report, options: &ReportOptions) -> Option<String> {
    let failures = report.notifications.iter().filter(|one| one.severity == NotificationSeverity::Failure).count();
    let untold = report.notifications.iter().filter(|one| !options.tells(one)).count();
    match (failures, untold) {
        (0, 0) => None,
        (0, untold) => Some(format!("{} (--verbose shows them).", counted(untold, "further notice"))),
        (failures, _) => Some(format!("The run is incomplete: {}.", counted(failures, "failure"))),
    }
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

//! Carries out what was typed: the edge, where errors meet people and exit codes are decided.

mod allow;
mod baseline;
mod history;
mod stream;

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::{CommandFactory as _, Parser as _};

use crate::baseline::Baseline;
use crate::check_env;
use crate::cli::{self, Check, Cli, Color, Command, RulesCommand, Selection};
use crate::config::{Config, ConfigError, FailOn, Files};
use crate::discover;
use crate::finding::{Disposition, Level, Notification, NotificationSeverity, Report};
use crate::fix::apply;
use crate::generate;
use crate::hook::{self, Hook};
use crate::policy::rules_of;
use crate::report::{self, Format, ReportOptions};
use crate::rules;
use crate::scan::{self, Scan, ScanError};
use stream::Leavable;

/// Nothing at or above the level that fails.
const CLEAN: u8 = 0;
/// Something was found.
const FOUND: u8 = 1;
/// Something failed; it wins over findings.
const FAILED: u8 = 2;

/// Runs the program and gives its exit code.
pub fn main() -> u8 {
    let failed = if hook::is_meant(env::args_os()) { hook::FAILED } else { FAILED };
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too, and are no failure. A closed pipe is none either.
            let _ = error.print();
            return if error.use_stderr() { failed } else { CLEAN };
        }
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            let mut stderr = stream::stderr();
            let _ = writeln!(stderr, "jwtlint: {}", report::text::printable(&format!("{error:#}")));
            if let Some(ConfigError::Invalid(invalid)) = configuration_error(&error) {
                for line in invalid.pointer().into_iter().flatten() {
                    let _ = writeln!(stderr, "  {}", report::text::printable(&line));
                }
            }
            failed
        }
    }
}

/// The description of a command, or of the program if none is named.
fn described(names: &[String]) -> Result<clap::Command> {
    let mut command = Cli::command();
    command.build();
    for name in names {
        let found = command.find_subcommand(name).cloned();
        command = found.with_context(|| format!("there is no command `{}`", report::text::printable(name)))?;
    }
    Ok(command)
}

/// What makes a check one of a part; `None` if it is one of all that is named.
fn part_of(check: &Check) -> Option<&'static str> {
    check.staged.then_some("--staged").or(check.changed_since.as_ref().map(|_| "--changed-since"))
}

/// Sees that a report about a part is not written as SARIF for an upload, unless that is one of its own.
fn refuse_upload_of(part: Option<&str>, check: &Check) -> Result<()> {
    let is_own = check.category.as_deref().and_then(report::category).is_some();
    if let Some(part) = part.filter(|_| check.format == Format::Sarif && check.output.is_some() && !is_own) {
        bail!(
            "with {part} a SARIF file holds a part of the findings, and code scanning closes every alert that an upload \
             leaves out: give it a category of its own (--category NAME), or write it to standard output"
        );
    }
    Ok(())
}

/// The file that several calls of one hook would write over each other; `None` if that cannot be.
///
/// pre-commit and prek set the variable, and share long lists of files out among calls.
fn split_output(check: &Check) -> Option<&Path> {
    let is_list = check.paths.iter().any(|path| path.is_file());
    check.output.as_deref().filter(|_| is_list && env::var_os("PRE_COMMIT").is_some())
}

/// What is wrong with a configuration, whoever read it.
fn configuration_error(error: &anyhow::Error) -> Option<&ConfigError> {
    match error.downcast_ref() {
        Some(ScanError::Config(error)) => Some(error),
        _ => error.downcast_ref(),
    }
}

fn run(command: Command) -> Result<u8> {
    match command {
        Command::Check(check) => run_check(&check),
        Command::Allow(typed) => allow::run(&typed),
        Command::Baseline(typed) => baseline::run(&typed),
        Command::History(typed) => history::run(&typed),
        Command::Rules(cli::Rules { command: None }) => {
            report::rules::rules_table(&mut stream::stdout())?;
            Ok(CLEAN)
        }
        Command::Rules(cli::Rules { command: Some(RulesCommand::Test { files }) }) => try_rules(&files),
        Command::Explain { rule, language } => {
            report::rules::explain(&rule, language.as_deref(), &mut stream::stdout())?;
            Ok(CLEAN)
        }
        Command::Generate(generate) => {
            for warning in generate.warnings() {
                writeln!(stream::stderr(), "jwtlint: {}", report::text::printable(&warning))?;
            }
            generate::run(&generate, &mut stream::stdout())?;
            Ok(CLEAN)
        }
        Command::CheckEnv(check) => {
            let fine = check_env::run(&check, &mut stream::stdout())?;
            Ok(if fine { CLEAN } else { FOUND })
        }
        Command::Hook(Hook::PostEdit(options)) => hook::post_edit(&options, &mut stream::stderr()),
        Command::Hook(Hook::Install(options)) => hook::install(&options, &mut stream::stdout()),
        Command::Completions { shell } => {
            // By way of a buffer: the generator does not expect that a pipe is closed.
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "jwtlint", &mut text);
            stream::stdout().write_all(&text)?;
            Ok(CLEAN)
        }
        Command::Man { command } => {
            clap_mangen::Man::new(described(&command)?).render(&mut stream::stdout())?;
            Ok(CLEAN)
        }
    }
}

fn try_rules(files: &[PathBuf]) -> Result<u8> {
    rules::bring(files)?;
    let trial = rules::try_all();
    let mut out = stream::stdout();
    for failure in &trial.failures {
        writeln!(out, "{}", report::text::printable(failure))?;
    }
    let failed = trial.failures.len();
    writeln!(out, "{} rules, {} examples, {failed} not as they say", trial.rules, trial.examples)?;
    Ok(if failed == 0 { CLEAN } else { FOUND })
}

fn run_check(check: &Check) -> Result<u8> {
    refuse_upload_of(part_of(check), check)?;
    if let Some(output) = split_output(check) {
        bail!(
            "a hook may be called several times, each with a part of the files, and each call would write {} anew: set \
             `pass_filenames: false` and name a directory, or write to standard output",
            output.display()
        );
    }
    let from_stdin = matches!(check.paths.as_slice(), [only] if only == Path::new("-"));
    let Prepared { options, config, root } =
        prepare(check, if from_stdin { &[] } else { &check.paths }, configuration)?;
    let fail_on = config.fail_on;
    let mut report = if from_stdin {
        let Some(name) = &check.stdin_filename else {
            bail!("`-` needs --stdin-filename, so that the text has a kind")
        };
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).context("cannot read standard input")?;
        let name = relative_name(name, &options.current_dir, &root);
        let config =
            if config.nests { config.clone().with_nested(&root, [name.as_str()], [])? } else { config.clone() };
        let is_excluded = options.exclude.excludes(&root.join(&name)) || config.excludes_nested(&name);
        if check.force_exclude && is_excluded { Report::default() } else { scan::scan_text(config, &name, text)? }
    } else {
        look(check, &Scan { discover: options.clone(), config: config.clone(), threads: check.selection.threads })?
    };
    if check.fix && !from_stdin {
        fix(check, &report, &root)?;
        if check.dry_run {
            tell_failures(&report)?;
            return Ok(exit_code(&report, fail_on));
        }
        report = look(check, &Scan { discover: options, config, threads: check.selection.threads })?;
    }
    match (check.statistics, check.format) {
        (true, Format::Human) => {
            report::statistics::write(&report, &mut stream::stdout())?;
            let options = report_options(check, fail_on);
            tell(&report, |one| options.tells(one))?;
        }
        (true, _) => {
            write(check, fail_on, &report)?;
            report::statistics::write(&report, &mut stream::stderr())?;
        }
        (false, _) => write(check, fail_on, &report)?,
    }
    Ok(exit_code(&report, fail_on))
}

/// The whole report, or what a branch introduces.
fn look(check: &Check, scan: &Scan) -> Result<Report> {
    Ok(match &check.changed_since {
        Some(base) => scan::scan_since(scan, base)?,
        None => scan::scan(scan)?,
    })
}

/// What is to be looked at, and how.
struct Prepared {
    options: discover::Options,
    config: Config,
    root: PathBuf,
}

/// Takes in the rule files that are brought, and sees that there is what was selected.
fn bring_rules(selection: &Selection) -> Result<()> {
    for (option, words) in [("--select", &selection.select), ("--ignore", &selection.ignore)] {
        for (number, word) in (1..).zip(words) {
            rules_of(word).with_context(|| format!("{option}, word {number}"))?;
        }
    }
    Ok(rules::bring(&selection.rules)?)
}

fn prepare(check: &Check, paths: &[PathBuf], configure: fn(&Check, &Path) -> Result<Config>) -> Result<Prepared> {
    bring_rules(&check.selection)?;
    let current_dir = env::current_dir().context("cannot tell the current directory")?;
    let mut options = discover::Options {
        paths: paths.to_vec(),
        root: check.root.clone(),
        staged: check.staged,
        no_ignores: check.no_ignores,
        force_exclude: check.force_exclude,
        narrowed: !check.selection.exclude.is_empty() || check.selection.max_file_size.is_some(),
        current_dir: current_dir.clone(),
        threads: check.selection.threads,
        ..discover::Options::default()
    };
    let root = discover::find_root(&options)?;
    let config = configure(check, &root)?;
    options.max_file_size = config.max_file_size;
    if !check.no_ignores {
        options.exclude.add(&config.folder(&root), config.exclude.patterns())?;
    }
    options.exclude.add(&current_dir, &check.selection.exclude)?;
    Ok(Prepared { options, config, root })
}

/// Writes or shows the edits, and tells what is left to people.
fn fix(check: &Check, report: &Report, root: &Path) -> Result<()> {
    let options = apply::Options { dry_run: check.dry_run, allow_dirty: check.allow_dirty, fix_index: check.fix_index };
    let outcome = apply::apply(report, root, options)?;
    if check.dry_run {
        let mut stdout = io::BufWriter::new(stream::stdout());
        for line in outcome.diff.lines() {
            let parts: Vec<_> = line.split('\t').map(report::text::printable).collect();
            writeln!(stdout, "{}", parts.join("\t"))?;
        }
        stdout.flush()?;
    }
    let mut stderr = stream::stderr();
    if !check.quiet {
        for line in &outcome.left {
            writeln!(stderr, "jwtlint: {}", report::text::printable(line))?;
        }
    }
    let plural = if outcome.files == 1 { "" } else { "s" };
    let verb = if check.dry_run { "would be edited" } else { "edited" };
    writeln!(stderr, "jwtlint: {} file{plural} {verb}", outcome.files)?;
    Ok(())
}

/// The name of a text on standard input, relative to the root.
fn relative_name(name: &str, current_dir: &Path, root: &Path) -> String {
    let absolute = current_dir.join(name);
    let relative = absolute.strip_prefix(root).unwrap_or(Path::new(name));
    relative.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The configuration, with what is known if there is a baseline.
fn configuration(check: &Check, root: &Path) -> Result<Config> {
    let mut config = settings(check, root)?;
    if !check.no_ignores {
        // What is typed is meant as it lies on disk.
        let files = if check.baseline.is_some() { Files::default() } else { config.files.clone() };
        config.baseline = check.baseline.clone().or(config.baseline);
        let known = config.baseline.as_deref().map(|path| Baseline::read_among(&files, path));
        config.known = known.transpose()?;
    }
    Ok(config)
}

/// The configuration, with what is typed in its place.
fn settings(check: &Check, root: &Path) -> Result<Config> {
    let mut config = match &check.selection.config {
        _ if check.selection.no_config => Config::default(),
        Some(path) => Config::read(path)?.named(path),
        None => {
            let files = if check.staged { Files::of_index(root)? } else { Files::default() };
            // Whoever names a root means that nothing above it counts.
            match &check.root {
                Some(_) => Config::rooted_among(&files, root)?,
                None => Config::discover_among(&files, root)?,
            }
        }
    };
    if check.no_ignores {
        config = config.without_ignores();
    }
    config =
        config.choosing(&check.selection.select, &check.selection.ignore).asking(check.profile, check.min_confidence);
    config.fail_on = check.selection.fail_on.unwrap_or(config.fail_on);
    config.max_file_size = check.selection.max_file_size.unwrap_or(config.max_file_size);
    config.now = check.now.or_else(source_date);
    Ok(config)
}

/// The time that builds which can be repeated agree on.
fn source_date() -> Option<u64> {
    env::var("SOURCE_DATE_EPOCH").ok()?.parse().ok()
}

fn report_options(check: &Check, fail_on: FailOn) -> ReportOptions {
    ReportOptions {
        show_notes: check.verbose || fail_on == FailOn::Note,
        show_suppressed: check.verbose || check.no_ignores,
        color: check.format == Format::Human
            && check.output.is_none()
            && colored(check.color, io::stdout().is_terminal()),
        links: check.format == Format::Human
            && check.output.is_none()
            && linked(check.color, io::stdout().is_terminal()),
        verbose: check.verbose,
        quiet: check.quiet,
        category: check.category.clone(),
        ..ReportOptions::default()
    }
}

fn write(check: &Check, fail_on: FailOn, report: &Report) -> Result<()> {
    let options = report_options(check, fail_on);
    match &check.output {
        Some(path) => {
            let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            report::write_report(check.format, report, &options, &mut Leavable(file))
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        None => report::write_report(check.format, report, &options, &mut stream::stdout())?,
    }
    match check.format {
        Format::Human if check.output.is_none() => {}
        Format::Gitlab => tell(report, |one| options.tells(one))?,
        Format::Human | Format::Sarif | Format::Json | Format::Github => tell_failures(report)?,
    }
    // Neither counts what it leaves out.
    let is_silent = matches!(check.format, Format::Github | Format::Gitlab) && !check.quiet;
    if let Some(left_out) = report::human::left_out(report, &options).filter(|_| is_silent) {
        writeln!(stream::stderr(), "jwtlint: {left_out}")?;
    }
    Ok(())
}

/// What went wrong, for people who read a machine's report later or never.
fn tell_failures(report: &Report) -> io::Result<()> {
    tell(report, |one| one.severity == NotificationSeverity::Failure)
}

/// What a report has no place for.
fn tell(report: &Report, is_told: impl Fn(&Notification) -> bool) -> io::Result<()> {
    let mut stderr = stream::stderr();
    for notification in report.notifications.iter().filter(|one| is_told(one)) {
        let place = notification.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        writeln!(stderr, "jwtlint: {}", report::text::printable(&format!("{place}{}", notification.message)))?;
    }
    Ok(())
}

/// The flag first; then `NO_COLOR` (empty says nothing), `FORCE_COLOR` and `CLICOLOR_FORCE` (not `0`); else a terminal,
/// unless `CLICOLOR` is `0`.
fn colored(color: Color, terminal: bool) -> bool {
    colored_by(color, terminal, |name| env::var_os(name))
}

fn colored_by(color: Color, terminal: bool, variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR").is_some() => false,
        Color::Auto => {
            let forced =
                ["FORCE_COLOR", "CLICOLOR_FORCE"].iter().filter_map(|name| set(name)).any(|value| value != "0");
            let is_fit = |name: &str, unfit: &str| set(name).is_none_or(|value| value != unfit);
            forced || (terminal && is_fit("TERM", "dumb") && is_fit("CLICOLOR", "0"))
        }
    }
}

/// Links need a terminal that understands them; `FORCE_HYPERLINK` (not `0`) says that there is one.
fn linked(color: Color, terminal: bool) -> bool {
    match env::var_os("FORCE_HYPERLINK").filter(|value| !value.is_empty()) {
        Some(force) => force != "0",
        None => terminal && colored(color, terminal) && env::var_os("CI").is_none(),
    }
}

/// 2 if something failed, 1 if something was found that counts, else 0.
fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    if report.notifications.iter().any(|notification| notification.severity == NotificationSeverity::Failure) {
        return FAILED;
    }
    let active = report.findings.iter().filter(|finding| finding.disposition == Disposition::Active);
    let worst: Option<Level> = active.map(|finding| finding.level).max();
    if worst.is_some_and(|level| fail_on.fails(level)) { FOUND } else { CLEAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_has_colours_unless_a_variable_says_no() {
        let colored = |terminal, variables: &[(&str, &str)]| {
            let variable =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
            colored_by(Color::Auto, terminal, variable)
        };
        for none in [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")] {
            assert!(!colored(true, &[none]), "{none:?}");
        }
        for nothing_said in [("NO_COLOR", ""), ("TERM", "xterm"), ("TERM", ""), ("CLICOLOR", "1"), ("CLICOLOR", "")] {
            assert!(colored(true, &[nothing_said]) && !colored(false, &[nothing_said]), "{nothing_said:?}");
        }
        assert!(colored(false, &[("CLICOLOR_FORCE", "1"), ("CLICOLOR", "0")]), "force wins");
    }
}

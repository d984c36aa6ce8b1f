//! `jwtlint allow`: entries for findings, added to the configuration.
//!
//! Entries are added as text at the end, so that nothing of what people wrote changes; what then is no configuration
//! any more is not written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use toml::Value;

use super::history::prepared;
use super::{CLEAN, FAILED, Prepared, prepare, settings, stream, tell_failures};
use crate::cli;
use crate::config::{Base, Config, FILE_NAMES, MANIFEST};
use crate::finding::{Disposition, Finding};
use crate::history;
use crate::judge::tag::{Salt, Tag};
use crate::report::text::printable;
use crate::scan::{self, Judged, Scan};
use crate::secret::Secret;
use crate::source::split_mark;

/// So many digits of a fingerprint are enough.
const FEWEST_DIGITS: usize = 8;

pub(super) fn run(typed: &cli::Allow) -> Result<u8> {
    if typed.reason.trim().is_empty() {
        bail!("an allowance needs a reason");
    }
    let (judged, config, root) = if typed.history { of_history()? } else { of_tree(typed)? };
    tell_failures(&judged.report)?;
    let findings: Vec<(&Finding, &Secret)> = judged.report.findings.iter().zip(&judged.values).collect();
    let mut files: BTreeMap<PathBuf, Vec<(&Finding, &Secret)>> = BTreeMap::new();
    for name in &typed.findings {
        for one in named(name, &findings, typed.history)? {
            let entries = files.entry(file_of(config.at(&one.0.location.path), &root)).or_default();
            if !entries.contains(&one) {
                entries.push(one);
            }
        }
    }
    let mut code = CLEAN;
    for (file, findings) in files {
        code = code.max(add(typed, &file, &root, &findings)?);
    }
    Ok(code)
}

/// The findings of the tree, with the configurations that bind them.
fn of_tree(typed: &cli::Allow) -> Result<(Judged, Config, PathBuf)> {
    let check =
        cli::Check { root: typed.root.clone(), paths: typed.root.iter().cloned().collect(), ..cli::Check::default() };
    let Prepared { mut options, config, root } = prepare(&check, &check.paths, settings)?;
    options.paths = vec![root.clone()];
    let scan = Scan { discover: options, config, threads: 0 };
    let judged = scan::judged(&scan)?;
    let config = scan.config.with_nested(&root, judged.report.findings.iter().map(|one| &*one.location.path), [])?;
    Ok((judged, config, root))
}

/// The same of the history; what is gone from the tree is bound by the configuration that would bind it.
fn of_history() -> Result<(Judged, Config, PathBuf)> {
    let typed = cli::History::default();
    let history = prepared(&typed, &typed.to_check())?;
    if history.repository.is_bare() {
        bail!("a bare repository has no configuration to add to");
    }
    let judged = history::judged(&history)?;
    let root = history.repository.directory().to_path_buf();
    let paths = judged.report.findings.iter().map(|one| &*one.location.path);
    let config = history.scan.config.with_nested(&root, paths, [])?;
    Ok((judged, config, root))
}

/// The findings that a name stands for: a fingerprint, its beginning, or a place.
fn named<'f>(
    name: &str,
    findings: &[(&'f Finding, &'f Secret)],
    is_history: bool,
) -> Result<Vec<(&'f Finding, &'f Secret)>> {
    let of = |fits: &dyn Fn(&Finding) -> bool| -> Vec<_> {
        let active = findings.iter().filter(|(finding, _)| finding.disposition == Disposition::Active);
        active.filter(|(finding, _)| fits(finding)).copied().collect()
    };
    let place =
        name.rsplit_once(':').and_then(|(path, line)| Some((path.replace('\\', "/"), line.parse::<usize>().ok()?)));
    let found = match place {
        Some((path, line)) => {
            let path = path.strip_prefix("./").unwrap_or(&path);
            of(&|finding| *finding.location.path == *path && finding.location.start.line == line)
        }
        None if name.len() < FEWEST_DIGITS => bail!("`{}` is too short for a fingerprint", printable(name)),
        None => {
            let name = name.to_ascii_lowercase();
            let found = of(&|finding| finding.fingerprint.starts_with(&name));
            if found.len() > 1 {
                bail!("`{}` is the beginning of several fingerprints", printable(&name));
            }
            found
        }
    };
    if found.is_empty() {
        let command = if is_history { "history" } else { "check" };
        bail!("there is no finding `{}` that counts (`jwtlint {command} --format json` has them)", printable(name));
    }
    Ok(found)
}

/// The file of a configuration, or the one that begins it.
fn file_of(config: &Config, root: &Path) -> PathBuf {
    let folder = config.folder(root);
    let own = match &config.base {
        Base::Root | Base::Below(_) => config.path.as_ref().map(|path| root.join(path)),
        Base::Above(_) => {
            FILE_NAMES.iter().copied().chain([MANIFEST]).map(|name| folder.join(name)).find(|path| path.is_file())
        }
    };
    own.unwrap_or_else(|| folder.join(FILE_NAMES[0]))
}

fn add(typed: &cli::Allow, file: &Path, root: &Path, findings: &[(&Finding, &Secret)]) -> Result<u8> {
    let shown = printable(&file.strip_prefix(root).unwrap_or(file).to_string_lossy()).into_owned();
    let mut out = stream::stdout();
    let old = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {shown}")),
    };
    let is_manifest = file.file_name().is_some_and(|name| name == MANIFEST);
    let salt = old.parse::<toml::Table>().ok().and_then(|table| table.get("salt")?.as_str()?.parse::<Salt>().ok());
    let (salt, is_new) = match salt {
        Some(salt) => (Some(salt), false),
        // The salt of a manifest would have to stand amid what is there.
        None if is_manifest => (None, false),
        None => (Some(Salt::random().context("the system gives no random bytes for a salt")?), true),
    };
    let head = salt.as_ref().filter(|_| is_new).map(|salt| format!("salt = \"{salt}\"\n")).unwrap_or_default();
    let table = if is_manifest { "package.metadata.jwtlint.allow" } else { "allow" };
    let entries: String =
        findings.iter().map(|one| format!("\n{}", entry(typed, table, salt.as_ref(), *one))).collect();
    if typed.dry_run {
        write!(out, "{head}{}", entries.trim_start())?;
        return Ok(CLEAN);
    }
    let new = joined(&head, &old, &entries);
    if is_manifest || Config::parse(&shown, &new).is_err() {
        writeln!(out, "{shown} is left alone; these lines belong there:\n{head}{entries}")?;
        return Ok(FAILED);
    }
    fs::write(file, new).with_context(|| format!("cannot write {shown}"))?;
    for (finding, _) in findings {
        let location = &finding.location;
        writeln!(out, "{shown}: allows {} at {}:{}", finding.rule, printable(&location.path), location.start.line)?;
    }
    Ok(CLEAN)
}

fn entry(typed: &cli::Allow, table: &str, salt: Option<&Salt>, (finding, value): (&Finding, &Secret)) -> String {
    let Finding { rule, fingerprint, location, .. } = finding;
    let text = |text: &str| Value::String(text.to_owned()).to_string();
    let mut entry = format!("[[{table}]]\n");
    // Globs have signs that paths may have: the fingerprint is enough, and the path is for people.
    entry.push_str(&format!("# {}\n", printable(&location.path)));
    entry.push_str(&format!("fingerprint = \"{fingerprint}\"\nrule = \"{rule}\"\nreason = {}\n", text(&typed.reason)));
    if let Some(day) = typed.until {
        entry.push_str(&format!("expires = {day}\n"));
    }
    if typed.history {
        entry.push_str("for = \"history\"\n");
    }
    if let Some(salt) = salt.filter(|_| !value.is_empty()) {
        entry.push_str(&format!("tag = \"{}\"\n", Tag::of(salt, value)));
    }
    entry
}

/// The text with a line in front and entries behind, with its own line ends.
fn joined(head: &str, old: &str, entries: &str) -> String {
    let (mark, body) = split_mark(old);
    let gap = if body.is_empty() || body.ends_with('\n') { "" } else { "\n" };
    let (head, entries) = (head.to_owned(), format!("{gap}{entries}"));
    let ends = |text: String| if body.contains("\r\n") { text.replace('\n', "\r\n") } else { text };
    let entries = if head.is_empty() && body.is_empty() { entries.trim_start().to_owned() } else { entries };
    format!("{mark}{}{body}{}", ends(head), ends(entries))
}

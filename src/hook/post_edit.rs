//! `jwtlint hook post-edit`: an edit in, an exit code and feedback out.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, BufRead, IsTerminal, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Deserializer, Value};

use super::event::EventError;
use super::lenient::Lenient;
use super::{CLEAN, FAILED, FOUND, PostEdit, event, feedback, place};
use crate::baseline::Baseline;
use crate::config::Config;
use crate::discover::{self, git};
use crate::finding::{Disposition, Finding, NotificationSeverity, Report};
use crate::report::text::printable;
use crate::scan::{self, Scan};

/// A hook's input holds the edit itself, and is not larger than this.
const LARGEST_INPUT: u64 = 64 << 20;
/// One file and its imports are read at once: more workers take longer to start than they save.
const WORKERS: usize = 2;

/// Checks what was edited, tells `out` what is wrong with it, and gives the exit code.
///
/// # Errors
///
/// If the input or the configuration is wrong.
pub fn post_edit(options: &PostEdit, out: &mut dyn Write) -> Result<u8> {
    let own = env::current_dir().context("cannot tell the current directory")?;
    let (files, unread) = if options.files.is_empty() { files_from_host(&own)? } else { (options.files.clone(), None) };
    let mut failures: Vec<anyhow::Error> = unread.map(Into::into).into_iter().collect();
    let mut there = Vec::new();
    for file in files {
        let place = own.join(&file);
        match place.metadata() {
            // Lists of changed files name these, too, and nothing of what is tracked here was edited in them.
            Ok(metadata) if metadata.is_dir() && (place.is_symlink() || git::is_submodule(&place)) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && place.is_symlink() => {}
            Ok(metadata) if metadata.is_dir() => {
                failures.push(anyhow!("{} is a directory; post-edit takes files", file.display()));
            }
            Ok(_) => there.push(file),
            Err(error) => failures.push(anyhow!("{}: cannot be read: {}", file.display(), error.kind())),
        }
    }
    let mut failed = false;
    let mut findings = Vec::new();
    for (root, files) in by_root(there, &own)? {
        match check(options, &root, files, &own) {
            Ok((report, fails)) => {
                failed |= tell_failures(&report, out)?;
                let fails = |finding: &Finding| counts(finding) && fails.fails(finding.level);
                findings.extend(report.findings.into_iter().filter(fails));
            }
            Err(failure) => failures.push(failure),
        }
    }
    // What was found has to reach the model, whatever else went wrong: hosts pass nothing on that failed.
    if findings.is_empty() {
        let failure = failures.into_iter().next();
        return failure.map_or(Ok(if failed { FAILED } else { CLEAN }), Err);
    }
    for failure in failures {
        writeln!(out, "jwtlint: {}", printable(&format!("{failure:#}")))?;
    }
    out.write_all(feedback::text(&findings.iter().collect::<Vec<_>>()).as_bytes())?;
    Ok(FOUND)
}

/// The files that the JSON on standard input names, and what is wrong with the rest of it. Nothing at all on it is an
/// empty list.
fn files_from_host(own: &Path) -> Result<(Vec<PathBuf>, Option<EventError>)> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        bail!("no file is given, and standard input is a terminal and no coding agent");
    }
    let Some(event) = first_value(stdin.lock().take(LARGEST_INPUT)) else { return Ok((Vec::new(), None)) };
    let edit = event::read(&event.context("standard input is no JSON")?)?;
    let place_of = |name: &String| {
        let mut places = edit.directories.iter().map(|directory| place::of(name, Some(directory), own));
        // A relative name is in one of the folders that the editor has open.
        let first = places.next().unwrap_or_else(|| place::of(name, None, own));
        if first.is_file() { first } else { places.find(|place| place.is_file()).unwrap_or(first) }
    };
    Ok((edit.files.iter().map(place_of).collect(), edit.unread))
}

/// The first value of a stream, which may then stay open.
fn first_value(stream: impl BufRead) -> Option<serde_json::Result<Value>> {
    Deserializer::from_reader(Lenient::new(stream)).into_iter().next()
}

/// Edited files by the repository that each belongs to: an agent may write outside the one it works in.
fn by_root(files: Vec<PathBuf>, own: &Path) -> Result<BTreeMap<PathBuf, Vec<PathBuf>>> {
    let here = own.canonicalize().unwrap_or_else(|_| own.to_owned());
    let mut roots: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let options = discover::Options {
            paths: vec![file.clone()],
            current_dir: own.to_owned(),
            ..discover::Options::default()
        };
        let root = discover::find_root(&options)?;
        roots.entry(project(root, &here)).or_default().push(file);
    }
    Ok(roots)
}

/// The root of an edited file: outside any repository it is the directory that the host works in, if that holds it.
fn project(root: PathBuf, here: &Path) -> PathBuf {
    let is_repository = discover::place::work_tree(&root).is_some();
    if !is_repository && root.starts_with(here) { here.to_owned() } else { root }
}

fn check(options: &PostEdit, root: &Path, files: Vec<PathBuf>, own: &Path) -> Result<(Report, crate::config::FailOn)> {
    let mut config = match &options.config {
        _ if options.no_config => Config::default(),
        Some(path) => Config::read(path)?,
        None => Config::discover(root)?,
    };
    config.known = config.baseline.as_deref().map(Baseline::read).transpose()?;
    let fails = options.fail_on.unwrap_or(config.fail_on);
    let mut discovery = discover::Options {
        paths: files,
        root: Some(root.to_owned()),
        force_exclude: true,
        max_file_size: config.max_file_size,
        current_dir: own.to_owned(),
        threads: WORKERS,
        ..discover::Options::default()
    };
    discovery.exclude.add(&config.folder(root), config.exclude.patterns())?;
    let report = scan::scan_edited(&Scan { discover: discovery, config, threads: WORKERS })?;
    Ok((report, fails))
}

/// Whether nothing hides a finding.
fn counts(finding: &Finding) -> bool {
    finding.disposition == Disposition::Active
}

/// Tells what could not be looked at; whether there was such.
fn tell_failures(report: &Report, out: &mut dyn Write) -> io::Result<bool> {
    let mut any = false;
    for notice in report.notifications.iter().filter(|one| one.severity == NotificationSeverity::Failure) {
        let place = notice.path.as_deref().map(|path| format!("{path}: ")).unwrap_or_default();
        writeln!(out, "jwtlint: {}", printable(&format!("{place}{}", notice.message)))?;
        any = true;
    }
    Ok(any)
}

//! `jwtlint history`: what commits introduced.

use std::env;

use anyhow::{Context as _, Result};

use super::{bring_rules, configuration, exit_code, refuse_upload_of, write};
use crate::cli;
use crate::discover::ExcludeSet;
use crate::history::{self, History, Repository};

pub(super) fn run(typed: &cli::History) -> Result<u8> {
    let check = typed.to_check();
    refuse_upload_of((!typed.ranges.is_empty()).then_some("a range"), &check)?;
    let history = prepared(typed, &check)?;
    let report = history::history(&history)?;
    let fail_on = history.scan.config.fail_on;
    write(&check, fail_on, &report)?;
    Ok(exit_code(&report, fail_on))
}

/// The history that is meant, with all that says how to look at it.
pub(super) fn prepared(typed: &cli::History, check: &cli::Check) -> Result<History> {
    bring_rules(&check.selection)?;
    let current_dir = env::current_dir().context("cannot tell the current directory")?;
    let repository = match &typed.repository {
        Some(directory) => Repository::at(directory)?,
        None => Repository::around(&current_dir)?,
    };
    let root = repository.directory();
    let config = configuration(check, root)?;
    let mut exclude = ExcludeSet::default();
    if !check.no_ignores {
        exclude.add(root, config.exclude.patterns())?;
    }
    // Globs are about paths in the repository, which need not lie below the current directory.
    exclude.add(root, &check.selection.exclude)?;
    let mut history = History::new(repository, config, exclude, check.selection.threads);
    history.ranges.clone_from(&typed.ranges);
    history.scan.discover.no_ignores = check.no_ignores;
    Ok(history)
}

//! Writing the edits of a report, or showing them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use super::environment::{self, Addition};
use super::keyed_hash;
use crate::discover::worktree::{self, Fate};
use crate::finding::{Disposition, Patch, Repair, Report};
use crate::source::split_mark;

/// How edits are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Show the edits and write nothing.
    pub dry_run: bool,
    /// Write files that git could not restore, too.
    pub allow_dirty: bool,
    /// Take environment files out of git's index.
    pub fix_index: bool,
}

/// What became of the edits. Nothing in it holds a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The edits as a unified diff, masked.
    pub diff: String,
    /// Files that were (or would be) written or taken out of the index.
    pub files: usize,
    /// What was not done, and why: a sentence for each.
    pub left: Vec<String>,
}

/// Writes the edits of a report on the tree at `root`, or shows them.
///
/// # Errors
///
/// If git does not answer, or a file cannot be written.
pub fn apply(report: &Report, root: &Path, options: Options) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    let committed = environment::committed(report);
    let in_repository = environment::absolute(root, &committed).iter().any(|path| worktree::fate(path) != Fate::Unseen);
    let additions = if in_repository { environment::additions(root, &committed)? } else { Vec::new() };
    let patches = editable(report, root, options, &additions, &mut outcome)?;
    for patch in patches {
        outcome.diff.push_str(&patch.diff);
        if options.dry_run || write(root, patch, &mut outcome.left)? {
            outcome.files += 1;
        }
    }
    for addition in &additions {
        outcome.diff.push_str(&addition.diff());
        outcome.files += 1;
        if !options.dry_run {
            addition.write(root)?;
        }
    }
    untrack(root, &committed, options, &mut outcome)?;
    outcome.left.extend(by_hand(report));
    Ok(outcome)
}

/// The patches of files that git could restore.
fn editable<'r>(
    report: &'r Report,
    root: &Path,
    options: Options,
    additions: &[Addition],
    outcome: &mut Outcome,
) -> anyhow::Result<Vec<&'r Patch>> {
    if options.allow_dirty || options.dry_run {
        return Ok(report.patches.iter().collect());
    }
    let path = |patch: &Patch| root.join(&*patch.path);
    let existing = additions.iter().filter(|addition| !addition.existing.is_empty());
    let files: Vec<PathBuf> =
        report.patches.iter().map(path).chain(existing.map(|addition| root.join(&addition.path))).collect();
    let dirty = worktree::changed(root, &files).map_err(anyhow::Error::msg)?;
    if let Some(addition) = additions.iter().find(|addition| dirty.contains(&root.join(&addition.path))) {
        anyhow::bail!("{} has changes that are not committed: commit them first, or use --allow-dirty", addition.path);
    }
    let (refused, clean): (Vec<_>, Vec<_>) = report.patches.iter().partition(|patch| dirty.contains(&path(patch)));
    outcome.left.extend(refused.iter().map(|patch| {
        format!(
            "{}: not edited: it has changes that are not committed; commit them first, or use --allow-dirty",
            patch.path
        )
    }));
    Ok(clean)
}

/// Writes one file, unless it has changed since it was looked at.
fn write(root: &Path, patch: &Patch, left: &mut Vec<String>) -> io::Result<bool> {
    let path = root.join(&*patch.path);
    let Ok(whole) = String::from_utf8(fs::read(&path)?) else { return Ok(false) };
    let (mark, text) = split_mark(&whole);
    let mut text = text.to_owned();
    if keyed_hash(text.as_bytes()) != patch.text {
        left.push(format!("{}: not edited: it has just been changed", patch.path));
        return Ok(false);
    }
    for edit in patch.edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    fs::write(path, format!("{mark}{text}"))?;
    Ok(true)
}

/// Takes environment files out of the index, or says that somebody has to.
fn untrack(
    root: &Path,
    files: &std::collections::BTreeSet<Arc<str>>,
    options: Options,
    outcome: &mut Outcome,
) -> anyhow::Result<()> {
    for path in files {
        let file = root.join(&**path);
        match worktree::fate(&file) {
            Fate::Tracked if options.fix_index && !options.dry_run => {
                worktree::untrack(root, &file).map_err(anyhow::Error::msg)?;
                outcome.files += 1;
            }
            Fate::Tracked if options.fix_index => outcome.diff.push_str(&format!("# git rm --cached {path}\n")),
            Fate::Tracked => outcome.left.push(format!(
                "{path}: still in git's index: `git rm --cached {path}`, or --fix-index, takes it out and leaves the file"
            )),
            Fate::Addable | Fate::Unseen => {}
        }
    }
    Ok(())
}

/// The findings that no edit is safe for.
fn by_hand(report: &Report) -> Vec<String> {
    let mut reasons: BTreeMap<(&str, usize), String> = BTreeMap::new();
    for finding in &report.findings {
        if let (Some(Repair::ByHand(reason)), Disposition::Active) = (&finding.repair, &finding.disposition)
            && &*finding.rule != "committed-env-file"
        {
            let (path, line) = (&*finding.location.path, finding.location.start.line);
            reasons.insert((path, line), format!("{path}:{line}: {}: not fixed: {reason}", finding.rule));
        }
    }
    reasons.into_values().collect()
}

//! What commits hold.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{EntryKind, GitError, Index, Staged, git, kind, path_from, records, refusal, run};

/// What a change is compared with.
#[derive(Debug)]
pub(crate) struct Base {
    /// The commits that the change began at: the newest that both `HEAD` and the base contain. Branches that were merged
    /// into each other have several.
    pub beginnings: Vec<String>,
    /// The base's own commit.
    pub tip: String,
}

/// So many commits that a change began at are told apart.
const MOST_BEGINNINGS: usize = 8;

impl Base {
    pub(crate) fn of(top: &Path, base: &str) -> Result<Self, GitError> {
        let mut command = git(top, Index::Own);
        // `:/words` looks for a commit whose message says so, and takes all that follows for words.
        let commit = if base.starts_with(":/") { base.to_owned() } else { format!("{base}^{{commit}}") };
        command.args(["rev-parse", "--verify", "--quiet", "--end-of-options"]).arg(commit);
        let tip = answer(&mut command)?
            .ok_or_else(|| GitError::Failed(format!("`{base}` names no commit here; fetch it first")))?;
        let beginnings = answer(git(top, Index::Own).args(["merge-base", "--all", &tip, "HEAD"]))?.ok_or_else(|| {
            GitError::Failed(format!(
                "`{base}` and HEAD have no commit in common here; a shallow checkout has too little history (fetch-depth: 0)"
            ))
        })?;
        let beginnings = beginnings.lines().take(MOST_BEGINNINGS).map(str::to_owned).collect();
        Ok(Self { beginnings, tip })
    }
}

/// What left trees out when a repository was cloned, asked by a call of git there: `tree:0`.
pub(crate) fn tree_filter(mut git: Command) -> Option<String> {
    let filters = ["config", "--get-regexp", r"^remote\..*\.partialclonefilter$"];
    let output = run(git.args(filters)).ok()?;
    let told = String::from_utf8_lossy(&output.stdout);
    told.split_whitespace().find(|word| word.starts_with("tree:")).map(str::to_owned)
}

/// What git answers; `None` where there is none and git has nothing to say to that: it did look.
fn answer(command: &mut Command) -> Result<Option<String>, GitError> {
    let output = command.output().map_err(|error| GitError::Absent(error.to_string()))?;
    match output.stderr.trim_ascii() {
        _ if output.status.success() => Ok(Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())),
        [] => Ok(None),
        reason => Err(refusal(reason)),
    }
}

/// The files and links of a commit.
pub(crate) fn files(top: &Path, commit: &str) -> Result<Vec<(EntryKind, Staged)>, GitError> {
    let listed = run(git(top, Index::Own).args(["ls-tree", "-r", "-z", "--full-tree", commit]));
    let output = listed.map_err(|error| tree_filter(git(top, Index::Own)).map_or(error, GitError::NoTrees))?;
    let files = records(&output.stdout).filter_map(|line| {
        // `mode type id TAB path`.
        let tab = memchr::memchr(b'\t', line)?;
        let mut columns = line.get(..tab)?.split(|&byte| byte == b' ');
        let (mode, id) = (columns.next()?, columns.nth(1)?);
        let id = String::from_utf8_lossy(id).into_owned();
        Some((kind(mode)?, Staged { path: path_from(&line[tab + 1..]), id }))
    });
    Ok(files.collect())
}

/// Which files the index has under another name than a commit: old and new names. Where the old contents are not in
/// the clone, only files that did not change otherwise.
pub(crate) fn renames(top: &Path, commit: &str) -> Result<Vec<(PathBuf, PathBuf)>, GitError> {
    renames_alike(top, commit, "-M").or_else(|_| renames_alike(top, commit, "-M100%"))
}

fn renames_alike(top: &Path, commit: &str, likeness: &str) -> Result<Vec<(PathBuf, PathBuf)>, GitError> {
    let mut command = git(top, Index::FromEnvironment);
    command.args(["diff-index", "--cached", "--raw", "-z", likeness, "--diff-filter=R"]);
    let output = run(command.args(["--no-ext-diff", "--no-textconv", commit, "--"]))?;
    let mut fields = records(&output.stdout);
    let mut renames = Vec::new();
    // `:mode mode id id R100`, then two paths.
    while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
        renames.push((path_from(old), path_from(new)));
    }
    Ok(renames)
}

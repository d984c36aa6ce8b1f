//! What whoever writes into a work tree has to ask git: whether a file can be restored, and who will see it.

use std::path::{Path, PathBuf};

use super::git::{self, GitError, Index};

/// What git would do with a file at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The file is in the index: the next commit may contain what is written there.
    Tracked,
    /// `git add` would take it.
    Addable,
    /// Git ignores it, or there is no repository, or no git.
    Unseen,
}

/// What git would do with the file at `path`, which is absolute.
pub(crate) fn fate(path: &Path) -> Fate {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else { return Fate::Unseen };
    match git::tracked_among(directory, &[Path::new(name)], directory, Index::Own) {
        Err(_) => Fate::Unseen,
        Ok(entries) if !entries.is_empty() => Fate::Tracked,
        Ok(_) => match git::ignored(directory, &[path], Index::Own) {
            Ok(ignored) if ignored.is_empty() => Fate::Addable,
            _ => Fate::Unseen,
        },
    }
}

/// Which of `files` (absolute, below `root`) differ from what git could restore; empty outside of any repository.
///
/// # Errors
///
/// What git says, if there is a repository and it does not answer.
pub(crate) fn changed(root: &Path, files: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut changed = Vec::new();
    for file in files {
        match git::status(root, file) {
            Ok(false) => {}
            Ok(true) => changed.push(file.clone()),
            Err(GitError::Absent(_)) => return Ok(Vec::new()),
            Err(GitError::Failed(reason)) if reason.contains("not a git repository") => return Ok(Vec::new()),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(changed)
}

/// Takes a file out of the index and leaves it on disk.
///
/// # Errors
///
/// What git says.
pub(crate) fn untrack(root: &Path, file: &Path) -> Result<(), String> {
    git::remove_from_index(root, file).map_err(|error| error.to_string())
}

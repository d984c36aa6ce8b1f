//! What whoever writes into a work tree has to ask git: whether a file can be restored, and who will see it.

use std::path::Path;

use super::git::{self, Index};

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
    match git::tracked(directory, &[Path::new(name)], directory, Index::Own) {
        Err(_) => Fate::Unseen,
        Ok(entries) if !entries.is_empty() => Fate::Tracked,
        Ok(_) => match git::ignored(directory, &[path], Index::Own) {
            Ok(ignored) if ignored.is_empty() => Fate::Addable,
            _ => Fate::Unseen,
        },
    }
}

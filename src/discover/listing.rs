//! Files that git holds, in the index or in a commit: listed first, and read as far as they are wanted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::{self, Blob, Staged};
use super::staged::{Scope, Verdict, failed};
use super::{Content, DiscoverError, Discovery, Input, Options, load, place};
use crate::finding::{Notification, NotificationSeverity};
use crate::source::Tracking;

/// A file with its name in reports.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub name: Arc<str>,
    pub explicit: bool,
    pub file: Staged,
}

/// Files that are not read yet; what is excluded, vendored or generated is not among them.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    top: PathBuf,
    root: PathBuf,
    /// Sorted by name.
    files: Vec<Listed>,
}

impl Listing {
    /// What the index holds below the root.
    pub(crate) fn of_index(options: &Options, root: &Path) -> Result<Self, DiscoverError> {
        Self::new(options, root, git::indexed)
    }

    /// What a commit holds below the root.
    pub(crate) fn of_commit(options: &Options, root: &Path, commit: &str) -> Result<Self, DiscoverError> {
        Self::new(options, root, |top| git::revision::files(top, commit))
    }

    fn new(
        options: &Options,
        root: &Path,
        list: impl Fn(&Path) -> Result<Vec<Staged>, git::GitError>,
    ) -> Result<Self, DiscoverError> {
        let top = place::work_tree(root).ok_or_else(|| DiscoverError::NoRepository(root.to_path_buf()))?;
        let given = [root.to_path_buf()];
        let scope = Scope { options, root, given: &given };
        let listed = list(top).map_err(failed)?.into_iter().filter_map(|file| {
            let Verdict::Wanted { name, .. } = scope.judge(&top.join(&file.path)) else { return None };
            Some(Listed { name, explicit: false, file })
        });
        let mut files: Vec<Listed> = listed.collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { top: top.to_path_buf(), root: root.to_path_buf(), files })
    }

    /// The names of the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| &*file.name)
    }

    /// The name of a path below the root, whether or not there is such a file.
    pub(crate) fn name_of(&self, path: &Path) -> Option<String> {
        place::relative(&self.root, path)
    }

    /// The name of the file that a link stands for, if the link is in the index.
    pub(crate) fn behind(&self, path: &Path) -> Option<String> {
        let (folder, name) = (path.parent()?, Path::new(path.file_name()?));
        if !path.is_symlink() {
            return None;
        }
        let entries = git::tracked_among(folder, &[name], &self.root, git::Index::FromEnvironment).ok()?;
        let is_link = entries.iter().any(|entry| entry.kind == git::EntryKind::Link);
        self.name_of(&path.canonicalize().ok()?).filter(|_| is_link)
    }

    /// Reads the files that are wanted.
    pub(crate) fn read(mut self, options: &Options, wants: impl Fn(&str) -> bool) -> Result<Discovery, DiscoverError> {
        self.files.retain(|file| wants(&file.name));
        let mut discovery = Discovery { root: self.root, ..Discovery::default() };
        read(&self.top, self.files, options, &mut discovery)?;
        Ok(discovery)
    }
}

/// Reads files from the objects of a repository.
pub(super) fn read(
    top: &Path,
    wanted: Vec<Listed>,
    options: &Options,
    discovery: &mut Discovery,
) -> Result<(), DiscoverError> {
    let files: Vec<Staged> = wanted.iter().map(|listed| listed.file.clone()).collect();
    let blobs = git::blobs(top, &files, options.max_file_size).map_err(failed)?;
    for (Listed { name: path, explicit, .. }, blob) in wanted.into_iter().zip(blobs) {
        match blob {
            Blob::Text(bytes) => discovery.inputs.push(Input {
                path,
                content: Content::Bytes(bytes),
                tracking: Tracking::Tracked,
                explicit,
            }),
            Blob::Binary => discovery.skipped += 1,
            Blob::TooLarge(size) => {
                discovery.skipped += 1;
                discovery.notifications.push(load::too_large(&path, size, options.max_file_size));
            }
            Blob::Missing => discovery.notifications.push(Notification {
                path: Some(path),
                severity: NotificationSeverity::Failure,
                message: "the content is not in the repository".to_owned(),
            }),
        }
    }
    Ok(())
}

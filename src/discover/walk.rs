//! Walks directories, by the rules of ignore files.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::filter::Filter;
use super::place;
use crate::finding::{Notification, NotificationSeverity};

/// What one walk came across.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Regular files: their names in reports, and where they are.
    pub files: Vec<(String, PathBuf)>,
    /// Links, not followed.
    pub links: Vec<PathBuf>,
    /// Directories and files passed over on purpose.
    pub skipped: BTreeSet<PathBuf>,
    /// What could not be read.
    pub notifications: Vec<Notification>,
}

/// How to walk.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk<'a> {
    pub root: &'a Path,
    pub filter: Filter<'a>,
    /// Whether ignore files count.
    pub ignores: bool,
    /// 0: as many as the machine has.
    pub threads: usize,
}

impl Walk<'_> {
    /// Walks below `directories`; tells of each directory with a `.git` as soon as it is seen.
    pub(super) fn run(self, directories: &[PathBuf], on_repository: impl Fn(&Path) + Sync) -> Walked {
        let Some((first, others)) = directories.split_first() else { return Walked::default() };
        let mut builder = WalkBuilder::new(first);
        for directory in others {
            builder.add(directory);
        }
        builder.standard_filters(self.ignores).hidden(false).threads(self.threads);
        let parts = Mutex::new(Vec::new());
        builder.build_parallel().run(|| {
            let mut part = Part { walked: Walked::default(), all: &parts };
            let on_repository = &on_repository;
            Box::new(move |entry| self.visit(entry, &mut part.walked, on_repository))
        });
        let parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.into_iter().reduce(Walked::join).unwrap_or_default()
    }

    fn visit(
        self,
        entry: Result<DirEntry, ignore::Error>,
        walked: &mut Walked,
        on_repository: &dyn Fn(&Path),
    ) -> WalkState {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                walked.notifications.extend(self.failure(&error));
                return WalkState::Continue;
            }
        };
        let Some(kind) = entry.file_type() else { return WalkState::Continue };
        if entry.file_name() == ".git" && entry.depth() > 0 {
            entry.path().parent().map(on_repository);
            return WalkState::Skip;
        }
        if entry.depth() > 0 && self.filter.skips(entry.path(), kind.is_dir()) {
            walked.skipped.insert(entry.into_path());
            return WalkState::Skip;
        }
        if kind.is_symlink() {
            walked.links.push(entry.into_path());
        } else if kind.is_file()
            && let Some(name) = place::relative(self.root, entry.path())
        {
            walked.files.push((name, entry.into_path()));
        }
        WalkState::Continue
    }

    fn failure(self, error: &ignore::Error) -> Option<Notification> {
        // Gone since its directory was read: nothing to look at.
        let reason = error.io_error().filter(|error| error.kind() != io::ErrorKind::NotFound)?;
        let path = path_of(error).and_then(|path| place::relative(self.root, path)).map(Into::into);
        Some(Notification {
            path,
            severity: NotificationSeverity::Failure,
            message: format!("cannot be read: {}", reason.kind()),
        })
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

impl Walked {
    fn join(mut self, other: Self) -> Self {
        self.files.extend(other.files);
        self.links.extend(other.links);
        self.skipped.extend(other.skipped);
        self.notifications.extend(other.notifications);
        self
    }
}

/// What one thread saw; given to the others when it ends.
struct Part<'a> {
    walked: Walked,
    all: &'a Mutex<Vec<Walked>>,
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let walked = std::mem::take(&mut self.walked);
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(walked);
    }
}

//! Walks directories, by the rules of ignore files.

use std::collections::BTreeSet;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use walkdir::WalkDir;

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
        if self.ignores {
            self.by_rules(directories, on_repository)
        } else {
            self.everything(directories, on_repository)
        }
    }

    /// All files but those that ignore rules name, on several threads.
    fn by_rules(self, directories: &[PathBuf], on_repository: impl Fn(&Path) + Sync) -> Walked {
        let Some((first, others)) = directories.split_first() else { return Walked::default() };
        let mut builder = WalkBuilder::new(first);
        for directory in others {
            builder.add(directory);
        }
        builder.hidden(false).threads(self.threads);
        let parts = Mutex::new(Vec::new());
        builder.build_parallel().run(|| {
            let mut part = Part { walked: Walked::default(), all: &parts };
            let on_repository = &on_repository;
            Box::new(move |entry| {
                let seen = match entry {
                    Ok(entry) => self.visit(Entry::of(&entry), &mut part.walked, on_repository),
                    Err(error) => {
                        part.walked.notifications.extend(self.failure(&error));
                        Seen::Enter
                    }
                };
                if seen == Seen::Skip { WalkState::Skip } else { WalkState::Continue }
            })
        });
        let parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.into_iter().reduce(Walked::join).unwrap_or_default()
    }

    /// All files, whatever any rule says.
    fn everything(self, directories: &[PathBuf], on_repository: impl Fn(&Path)) -> Walked {
        let mut walked = Walked::default();
        for directory in directories {
            let mut entries = WalkDir::new(directory).into_iter();
            while let Some(entry) = entries.next() {
                match entry {
                    Ok(entry) => {
                        let kind = Entry { path: entry.path(), depth: entry.depth(), kind: Some(entry.file_type()) };
                        if self.visit(kind, &mut walked, &on_repository) == Seen::Skip && entry.file_type().is_dir() {
                            entries.skip_current_dir();
                        }
                    }
                    Err(error) => {
                        let (path, kind) = (error.path(), error.io_error().map(io::Error::kind));
                        walked.notifications.extend(kind.and_then(|kind| self.unreadable(path, kind)));
                    }
                }
            }
        }
        walked
    }

    fn visit(self, entry: Entry<'_>, walked: &mut Walked, on_repository: &dyn Fn(&Path)) -> Seen {
        let Entry { path, depth, kind } = entry;
        let Some(kind) = kind else { return Seen::Enter };
        if depth > 0 && path.file_name().is_some_and(|name| name == ".git") {
            path.parent().map(on_repository);
            return Seen::Skip;
        }
        if depth > 0 && self.filter.skips(path, kind.is_dir()) {
            walked.skipped.insert(path.to_owned());
            return Seen::Skip;
        }
        if kind.is_symlink() {
            walked.links.push(path.to_owned());
        } else if kind.is_file()
            && let Some(name) = place::relative(self.root, path)
        {
            walked.files.push((name, path.to_owned()));
        }
        Seen::Enter
    }

    fn failure(self, error: &ignore::Error) -> Option<Notification> {
        self.unreadable(path_of(error), error.io_error()?.kind())
    }

    fn unreadable(self, path: Option<&Path>, reason: io::ErrorKind) -> Option<Notification> {
        // Gone since its directory was read: nothing to look at.
        (reason != io::ErrorKind::NotFound).then(|| Notification {
            path: path.and_then(|path| place::relative(self.root, path)).map(Into::into),
            severity: NotificationSeverity::Failure,
            message: format!("cannot be read: {reason}"),
        })
    }
}

/// A file or directory that a walk comes to.
struct Entry<'a> {
    path: &'a Path,
    depth: usize,
    kind: Option<FileType>,
}

impl<'a> Entry<'a> {
    fn of(entry: &'a DirEntry) -> Self {
        Self { path: entry.path(), depth: entry.depth(), kind: entry.file_type() }
    }
}

/// Whether a walk goes into a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Enter,
    Skip,
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

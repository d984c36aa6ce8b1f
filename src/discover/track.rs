//! Which repositories there are, what they track, and what that says about a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::git::{self, Entry, EntryKind, GitError, Index};
use super::place;
use crate::finding::{Notification, NotificationSeverity};

/// What one repository said.
#[derive(Debug)]
pub(super) struct Answer {
    /// The top of its work tree.
    pub top: PathBuf,
    /// Its tracked files, as far as they were asked for.
    pub entries: Result<Vec<Entry>, GitError>,
}

/// A repository to be asked.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The top of its work tree.
    pub top: PathBuf,
    /// Asked about what lies below this directory.
    pub from: PathBuf,
    /// Asked about only these files, if there are any.
    pub files: Vec<PathBuf>,
}

impl Question {
    /// About everything in a repository.
    pub(super) fn all(top: &Path) -> Self {
        Self { top: top.to_path_buf(), from: top.to_path_buf(), files: Vec::new() }
    }
}

/// Whoever asks git.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    /// What names are relative to.
    pub root: &'a Path,
    /// The work tree of the current directory: the one that a hook's environment speaks of.
    pub current: Option<&'a Path>,
}

impl Asker<'_> {
    /// What is tracked.
    pub(super) fn ask(self, question: Question) -> Answer {
        let Question { top, from, files } = &question;
        let index = self.index(top);
        let entries = if files.is_empty() {
            git::tracked(top, from, self.root, index)
        } else {
            let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
            git::tracked_among(from, &files, self.root, index)
        };
        Answer { top: question.top, entries }
    }

    /// Answers questions until there are no more, on the thread that calls it.
    pub(super) fn ask_all(self, questions: &Mutex<Receiver<Question>>) -> Vec<Answer> {
        let next = || questions.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
        std::iter::from_fn(next).map(|question| self.ask(question)).collect()
    }

    /// Which of `files`, all in the work tree `top`, are ignored and not tracked.
    pub(super) fn ignored(self, top: &Path, files: &[&Path]) -> Result<BTreeSet<PathBuf>, GitError> {
        git::ignored(top, files, self.index(top)).map(|ignored| ignored.into_iter().collect())
    }

    fn index(self, top: &Path) -> Index {
        if self.current == Some(top) { Index::FromEnvironment } else { Index::Own }
    }
}

/// The repositories of a scan.
#[derive(Debug, Default)]
pub(super) struct Repositories {
    /// Tops of work trees, and whether git answered there.
    tops: BTreeMap<PathBuf, bool>,
    /// All that is tracked, sorted by name.
    pub entries: Vec<Entry>,
    /// Where git did not answer.
    pub notifications: Vec<Notification>,
}

impl Repositories {
    /// Puts the answers together, and asks the submodules that `reaches` says are part of the scan but no walk came upon.
    pub(super) fn new(mut answers: Vec<Answer>, asker: Asker<'_>, reaches: impl Fn(&Path) -> bool) -> Self {
        let mut repositories = Self::default();
        let mut asked: BTreeSet<PathBuf> = answers.iter().map(|answer| answer.top.clone()).collect();
        while let Some(answer) = answers.pop() {
            repositories.tops.insert(answer.top.clone(), answer.entries.is_ok());
            match answer.entries {
                Ok(entries) => {
                    let modules = entries.iter().filter(|entry| entry.kind == EntryKind::Submodule);
                    for module in modules.map(Entry::path) {
                        if reaches(&module)
                            && place::work_tree(&module) == Some(&module)
                            && asked.insert(module.clone())
                        {
                            answers.push(asker.ask(Question::all(&module)));
                        }
                    }
                    repositories.entries.extend(entries);
                }
                Err(error) => repositories.notifications.push(unanswered(asker.root, &answer.top, &error)),
            }
        }
        repositories.entries.par_sort();
        repositories
    }

    /// Whether the directory is the top of a repository's work tree.
    pub(super) fn has_top(&self, directory: &Path) -> bool {
        self.tops.contains_key(directory)
    }

    /// The innermost repository that holds a file, and whether git answered there.
    pub(super) fn holding(&self, file: &Path) -> Option<(&Path, bool)> {
        if self.tops.is_empty() {
            return None;
        }
        file.ancestors().skip(1).find_map(|directory| self.tops.get_key_value(directory)).map(|(top, &ok)| (&**top, ok))
    }
}

/// That git did not answer, and what becomes of its repository.
pub(super) fn unanswered(root: &Path, top: &Path, error: &GitError) -> Notification {
    Notification {
        path: place::relative(root, top).filter(|name| !name.is_empty()).map(Into::into),
        severity: NotificationSeverity::Warning,
        // Git names the directory in full, which reports do not.
        message: format!("scanned as plain files, without knowing which are tracked: {error}")
            .replace(&*top.to_string_lossy(), "."),
    }
}

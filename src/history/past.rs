//! The tree of a commit: files are looked for in it by name, and read when they are found.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::sight::Sight;
use super::walk;
use crate::discover::git::GitError;
use crate::discover::git::batch::{Conversation, Object};
use crate::discover::{Content, Input};
use crate::scan::imports::Tree;
use crate::source::Tracking;

/// All names that files ever had.
pub(super) struct Names<'w> {
    /// With the number of the path, if a commit of the walk touched it.
    by_path: HashMap<&'w str, Option<u32>>,
    by_folder: HashMap<&'w str, Vec<&'w str>>,
}

impl<'w> Names<'w> {
    pub fn new(sight: &Sight<'w>) -> Self {
        let mut names = Self { by_path: HashMap::new(), by_folder: HashMap::new() };
        for (index, path) in (0..).zip(&sight.walked.paths) {
            names.add(path, Some(index));
        }
        // A range leaves most files as they are.
        if !sight.ranges.is_empty() {
            let mut others: Vec<&str> = sight.ends.iter().flat_map(HashMap::keys).map(String::as_str).collect();
            others.sort_unstable();
            others.dedup();
            others.retain(|name| walk::is_wanted(sight.repository, sight.scan, name));
            others.into_iter().for_each(|name| names.add(name, None));
        }
        names
    }

    fn add(&mut self, path: &'w str, index: Option<u32>) {
        if self.by_path.contains_key(path) {
            return;
        }
        self.by_path.insert(path, index);
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.by_folder.entry(folder).or_default().push(name);
    }
}

/// A folder with more files than this is no package.
const MOST_FILES: usize = 2_000;

/// One commit after another, from one process.
pub(super) struct Past<'a> {
    sight: &'a Sight<'a>,
    names: &'a Names<'a>,
    git: Conversation,
    commit: String,
    /// Paths that were looked for and that there were at some time.
    pub asked: BTreeSet<u32>,
    /// What git said when it did not answer.
    failure: Option<GitError>,
}

impl<'a> Past<'a> {
    pub fn new(sight: &'a Sight<'a>, names: &'a Names<'a>) -> Result<Self, GitError> {
        let git = Conversation::begin(sight.repository.git())?;
        Ok(Self { sight, names, git, commit: String::new(), asked: BTreeSet::new(), failure: None })
    }

    /// From now on, files are those of this commit.
    pub fn go_to(&mut self, commit: &str) {
        commit.clone_into(&mut self.commit);
        self.asked.clear();
    }

    /// Whether git has answered up to now.
    pub fn is_intact(&mut self) -> Result<(), GitError> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// A file of the commit.
    pub fn read_file(&mut self, name: &str) -> Result<Option<Input>, GitError> {
        let file = self.file(name);
        self.is_intact().map(|()| file)
    }

    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, GitError> {
        match self.git.ask(&format!("{}:{name}", self.commit), self.sight.scan.discover.max_file_size)? {
            Object::Content(bytes) => Ok(Some(bytes.to_vec())),
            Object::TooLarge(_) | Object::Missing => Ok(None),
        }
    }
}

impl Tree for Past<'_> {
    fn file(&mut self, name: &str) -> Option<Input> {
        let &index = self.names.by_path.get(name)?;
        // A question is a line.
        if name.contains('\n') || self.failure.is_some() {
            return None;
        }
        self.asked.extend(index);
        match self.read(name) {
            Ok(bytes) => Some(Input {
                path: Arc::from(name),
                content: Content::Bytes(bytes?.into()),
                tracking: Tracking::Tracked,
                explicit: true,
            }),
            Err(error) => {
                self.failure = Some(error);
                None
            }
        }
    }

    fn has_folder(&mut self, name: &str) -> bool {
        self.names.by_folder.contains_key(name)
    }

    fn names_in(&mut self, folder: &str) -> Vec<String> {
        let names = self.names.by_folder.get(folder).filter(|names| names.len() <= MOST_FILES);
        names.into_iter().flatten().map(|name| (*name).to_owned()).collect()
    }
}

//! The contents of versions.

use super::Repository;
use super::id::Id;
use crate::discover::git::GitError;
use crate::discover::git::batch::{self, Conversation, Object};
use crate::discover::git::pack::{Packs, Reader};

/// Where contents come from: the packs of the repository, and for what is not there, git.
pub(super) struct Objects<'a> {
    repository: &'a Repository,
    packs: Packs,
    /// What is longer is not wanted.
    max: u64,
}

impl<'a> Objects<'a> {
    pub(super) fn of(repository: &'a Repository, max: u64) -> Result<Self, GitError> {
        Ok(Self { repository, packs: Packs::open(&repository.objects()?), max })
    }

    /// Gives each object of these ids, in their order, with its place among them.
    pub(super) fn each(&self, ids: &[Id], mut take: impl FnMut(usize, Object<'_>)) -> Result<(), GitError> {
        let is_packed = |id: &Id| id.sha1().is_some_and(|id| self.packs.hold(id));
        if !ids.iter().all(is_packed) {
            let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
            return batch::each(self.repository.git(), &ids, self.max, take);
        }
        let mut reader = Reader::new(&self.packs);
        let mut asked: Option<Conversation> = None;
        for (index, id) in ids.iter().enumerate() {
            if let Some(object) = id.sha1().and_then(|id| reader.read(id, self.max)) {
                take(index, object);
                continue;
            }
            // It is very large, or broken: git tells.
            let git = match &mut asked {
                Some(git) => git,
                None => asked.insert(Conversation::begin(self.repository.git())?),
            };
            take(index, git.ask(&id.to_string(), self.max)?);
        }
        Ok(())
    }
}

//! The contents of versions.

use super::Repository;
use super::id::Id;
use crate::discover::git::GitError;
use crate::discover::git::batch::{self, Conversation, Object};
use crate::discover::git::pack::{Packs, Place, Reader};

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
        let places: Option<Vec<Place>> = ids.iter().map(|id| self.packs.find(id.sha1()?)).collect();
        let Some(places) = places else {
            let ids: Vec<String> = ids.iter().map(Id::to_string).collect();
            return batch::each(self.repository.git(), &ids, self.max, take);
        };
        let mut reader = Reader::new(&self.packs);
        let mut asked: Option<Conversation> = None;
        for (index, (id, &place)) in ids.iter().zip(&places).enumerate() {
            if let Some(object) = reader.read(place, self.max) {
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

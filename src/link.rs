//! Joins the facts of many files: from a key back to the literals that reach it.
//!
//! [`evaluate`] follows values whatever the language; a world says what names mean: [`rust`] with
//! modules, crates and types, and [`flat`] for languages where a file's names and its relative
//! imports are all that is looked at.

mod entry;
pub mod evaluate;
pub mod flat;
pub mod need;
pub mod own;
mod project;
mod role;
pub mod rust;
pub mod trace;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fact::{Candidate, Confidence, Evidence, FileId, Place};
use entry::{Fit, Reads};
pub use project::Projects;

/// What linking found.
#[derive(Debug, Default)]
pub struct Linked {
    /// Values with their roles.
    pub candidates: Vec<Candidate>,
    /// Environment variables and configuration keys whose values reach a key, with the file that reads them.
    pub key_names: BTreeSet<(String, FileId)>,
}

impl Linked {
    /// Settles what configuration says with what code does: an entry that code reads into a key has the
    /// evidence of a flow, and one whose name alone says too little stays only then.
    pub fn settle(mut self, path_of: impl Fn(FileId) -> Option<Arc<str>>, projects: &Projects) -> Vec<Candidate> {
        let names = std::mem::take(&mut self.key_names);
        let reads = Reads::new(names.into_iter().filter_map(|(name, file)| Some((name, path_of(file)?))));
        self.candidates.retain_mut(|candidate| {
            let fit = path_of(candidate.file).and_then(|own| {
                let of =
                    |name| reads.of(name).filter(|(_, reader)| projects.share(&own, reader)).map(|(fit, _)| fit).max();
                names_of(candidate).filter_map(of).max()
            });
            if fit == Some(Fit::Exact) {
                candidate.confidence = candidate.confidence.max(Confidence::Medium);
                if candidate.conditional || candidate.place == Place::Configuration {
                    candidate.evidence = candidate.evidence.max(Evidence::FlowsToKey);
                }
            }
            fit.is_some() || !candidate.conditional
        });
        self.candidates
    }

    /// Adds what another part of the tree gave.
    pub fn append(&mut self, mut other: Linked) {
        self.candidates.append(&mut other.candidates);
        self.key_names.append(&mut other.key_names);
    }
}

/// What a reader may call a value: as it is read itself, or, for a constant of code, as it is named.
fn names_of(candidate: &Candidate) -> impl Iterator<Item = &str> {
    let own = (candidate.place == Place::Code).then(|| candidate.subject.rsplit('.').next()).flatten();
    candidate.read_as.as_deref().into_iter().chain(own)
}

//! Joins the facts of many files: from a key back to the literals that reach it.
//!
//! [`evaluate`] follows values whatever the language; a world says what names mean: [`rust`] with
//! modules, crates and types, and [`flat`] for languages where a file's names and its relative
//! imports are all that is looked at.

pub mod evaluate;
pub mod flat;
mod role;
pub mod rust;
pub mod trace;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::fact::{Candidate, Evidence, FileId, Place};

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
    pub fn settle(mut self, path_of: impl Fn(FileId) -> Option<Arc<str>>) -> Vec<Candidate> {
        let mut readers: HashMap<&str, Vec<Arc<str>>> = HashMap::new();
        for (name, file) in &self.key_names {
            readers.entry(name).or_default().extend(path_of(*file));
        }
        self.candidates.retain_mut(|candidate| {
            let read = candidate.read_as.as_deref().and_then(|name| readers.get(name));
            let own = path_of(candidate.file);
            let is_read = match (read, &own) {
                (Some(readers), Some(own)) => readers.iter().any(|reader| is_one_project(own, reader)),
                _ => false,
            };
            if is_read && candidate.place == Place::Configuration {
                candidate.evidence = candidate.evidence.max(Evidence::FlowsToKey);
            }
            is_read || !candidate.conditional
        });
        self.candidates
    }

    /// Adds what another part of the tree gave.
    pub fn append(&mut self, mut other: Linked) {
        self.candidates.append(&mut other.candidates);
        self.key_names.append(&mut other.key_names);
    }
}

/// Whether two files may belong to one project of a tree that may hold many: one lies at the top, or
/// both below the same first folder.
fn is_one_project(one: &str, other: &str) -> bool {
    match (one.split_once('/'), other.split_once('/')) {
        (Some((one, _)), Some((other, _))) => one == other,
        _ => true,
    }
}

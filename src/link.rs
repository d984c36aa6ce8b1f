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

use std::collections::BTreeSet;

use crate::fact::Candidate;

/// What linking found.
#[derive(Debug, Default)]
pub struct Linked {
    /// Values with their roles.
    pub candidates: Vec<Candidate>,
    /// Environment variables and configuration keys whose values reach a key.
    pub key_names: BTreeSet<String>,
}

impl Linked {
    /// Adds what another part of the tree gave.
    pub fn append(&mut self, mut other: Linked) {
        self.candidates.append(&mut other.candidates);
        self.key_names.append(&mut other.key_names);
    }
}

//! Joins the facts of many files: from a key back to the literals that reach it.
//!
//! [`evaluate`] follows values whatever the language; a world says what names mean: [`rust`] with
//! modules, crates and types, and [`flat`] for languages where a file's names and its relative
//! imports are all that is looked at.

mod entry;
pub mod evaluate;
pub mod flat;
mod role;
pub mod rust;
pub mod trace;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fact::{Candidate, Confidence, Evidence, FileId, Place};
use entry::{Fit, Reads};

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
        let names = std::mem::take(&mut self.key_names);
        let reads = Reads::new(names.into_iter().filter_map(|(name, file)| Some((name, path_of(file)?))));
        self.candidates.retain_mut(|candidate| {
            let fit = match (&candidate.read_as, path_of(candidate.file)) {
                (Some(name), Some(own)) => {
                    reads.of(name).filter(|(_, reader)| is_one_project(&own, reader)).map(|(fit, _)| fit).max()
                }
                _ => None,
            };
            if fit == Some(Fit::Exact) {
                candidate.confidence = candidate.confidence.max(Confidence::Medium);
                if candidate.place == Place::Configuration {
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

/// Whether two files may belong to one project of a tree that may hold many: one lies at the top or in
/// a folder that projects divide themselves into, or both lie below the same first folder.
fn is_one_project(one: &str, other: &str) -> bool {
    match (one.split_once('/'), other.split_once('/')) {
        (Some((one, _)), Some((other, _))) => one == other || divides_a_project(one) || divides_a_project(other),
        _ => true,
    }
}

/// Folders of one project; what lies beside them at the top belongs to it.
fn divides_a_project(folder: &str) -> bool {
    const FOLDERS: [&str; 28] = [
        "src",
        "lib",
        "libs",
        "crates",
        "packages",
        "cmd",
        "internal",
        "pkg",
        "config",
        "configs",
        "configuration",
        "conf",
        "settings",
        "env",
        "envs",
        "etc",
        "share",
        "deploy",
        "deployment",
        "docker",
        "compose",
        "infra",
        "infrastructure",
        "k8s",
        "kubernetes",
        "helm",
        "charts",
        "scripts",
    ];
    folder.starts_with('.') || FOLDERS.contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projects_side_by_side_are_apart() {
        assert!(is_one_project("src/main.rs", "config/base.toml") && is_one_project("api/src/a.rs", "api/.env"));
        assert!(is_one_project(".env", "api/src/a.rs") && is_one_project(".github/workflows/ci.yml", "api/a.rs"));
        assert!(!is_one_project("shop/.env", "blog/src/a.rs"));
    }
}

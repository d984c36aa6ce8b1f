//! The files that an edited file imports, found by where they would lie.
//!
//! A hook that answers after each edit has no time to look at a whole tree. Names lead to few places: a path of Rust
//! to a file of its modules, an import to a file beside or below. Those places are tried, and what is there is read in
//! its turn, some steps far. Who uses the edited file is not asked: the look at the whole tree before a commit is.

mod code;
mod rust;
mod rust_paths;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::kind::Kind;
use super::{Scan, load_whole};
use crate::discover::{self, Discovery, Input};

/// Imports of imports are read this far.
const ROUNDS: usize = 3;
/// Files that are read around those that were edited; the nearest come first.
const MOST_FILES: usize = 120;
/// Places that are tried.
const MOST_PROBES: usize = 8_000;

/// The files that those of a discovery import, at any remove that matters.
pub(super) fn of(scan: &Scan, discovery: &Discovery) -> Vec<Input> {
    let mut search = Search::new(scan, &discovery.root);
    let mut frontier = discovery.inputs.clone();
    let mut done: BTreeSet<Arc<str>> = frontier.iter().map(|input| input.path.clone()).collect();
    for _ in 0..ROUNDS {
        for input in &frontier {
            search.look_at(input);
        }
        frontier = search.found().filter(|input| done.insert(input.path.clone())).cloned().collect();
        if frontier.is_empty() || search.is_exhausted() {
            break;
        }
    }
    search.found().cloned().collect()
}

/// Places that were tried, and what was there.
struct Search<'a> {
    scan: &'a Scan,
    root: &'a Path,
    probed: BTreeMap<String, Option<Input>>,
    packages: BTreeMap<String, Arc<rust::Package>>,
    files: usize,
}

impl<'a> Search<'a> {
    fn new(scan: &'a Scan, root: &'a Path) -> Self {
        Self { scan, root, probed: BTreeMap::new(), packages: BTreeMap::new(), files: 0 }
    }

    fn found(&self) -> impl Iterator<Item = &Input> {
        self.probed.values().flatten()
    }

    fn is_exhausted(&self) -> bool {
        self.files >= MOST_FILES || self.probed.len() >= MOST_PROBES
    }

    /// Whether a file is there; it then belongs to the scan.
    fn has(&mut self, name: &str) -> bool {
        if let Some(known) = self.probed.get(name) {
            return known.is_some();
        }
        if self.is_exhausted() {
            return false;
        }
        let input = discover::probe(&self.scan.discover, self.root, name);
        let there = input.is_some();
        self.files += usize::from(there);
        self.probed.insert(name.to_owned(), input);
        there
    }

    /// Tries the places that the names of one file lead to.
    fn look_at(&mut self, input: &Input) {
        match Kind::of(&input.path) {
            Kind::Rust => {
                if let Some(source) = load_whole(input, self.scan) {
                    self.rust(&input.path, &source.text);
                }
            }
            Kind::Code(language) => {
                if let Some(source) = load_whole(input, self.scan) {
                    self.code(&source, language);
                }
            }
            Kind::Dotenv | Kind::Configuration(_) | Kind::Notebook | Kind::Other => {}
        }
    }
}

/// The folder of a path and its last part.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A folder, and those above it up to the root.
fn upwards(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| split(folder).0))
}

/// A path below a folder.
fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

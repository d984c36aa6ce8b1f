//! The files that an edited file imports, found by where they would lie.
//!
//! A hook that answers after each edit has no time to look at a whole tree. Names lead to few places: a path of Rust
//! to a file of its modules, an import to a file beside or below. Those places are tried, and what is there is read in
//! its turn, some steps far. Who uses the edited file is not asked: the look at the whole tree before a commit is.

mod code;
mod rust;
pub(crate) mod rust_paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::kind::Kind;
use super::{Scan, load_whole};
use crate::discover::{self, Input};

/// Imports of imports are read this far.
const ROUNDS: usize = 3;
/// Files that are read around those that were edited; the nearest come first.
const MOST_FILES: usize = 120;
/// Places that are tried.
const MOST_PROBES: usize = 8_000;
/// A folder with more entries than this is no package.
const MOST_ENTRIES: usize = 2_000;

/// A tree in which files are looked for by name.
pub(crate) trait Tree {
    /// The file at a path below the root; `None` where there is none, or it is not part of the scan.
    fn file(&mut self, name: &str) -> Option<Input>;
    /// Whether there is a folder at a path below the root.
    fn has_folder(&mut self, name: &str) -> bool;
    /// The names of a folder's files; none where they are too many for a package.
    fn names_in(&mut self, folder: &str) -> Vec<String>;
}

/// The files on disk.
pub(super) struct OnDisk<'a> {
    pub options: &'a discover::Options,
    pub root: &'a Path,
}

impl Tree for OnDisk<'_> {
    fn file(&mut self, name: &str) -> Option<Input> {
        discover::probe(self.options, self.root, name)
    }

    fn has_folder(&mut self, name: &str) -> bool {
        self.root.join(name).is_dir()
    }

    fn names_in(&mut self, folder: &str) -> Vec<String> {
        // A folder that cannot be read holds nothing that could be.
        let Ok(entries) = fs::read_dir(self.root.join(folder)) else { return Vec::new() };
        let names: Vec<_> = entries.flatten().take(MOST_ENTRIES + 1).map(|entry| entry.file_name()).collect();
        if names.len() > MOST_ENTRIES {
            return Vec::new();
        }
        names.into_iter().filter_map(|name| name.into_string().ok()).collect()
    }
}

/// The files that some import, at any remove that matters; only for these words, if there are any.
pub(crate) fn of(scan: &Scan, inputs: &[Input], tree: &mut dyn Tree, words: Option<&BTreeSet<String>>) -> Vec<Input> {
    let mut search = Search::new(scan, tree, words);
    let mut frontier = inputs.to_vec();
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
    tree: &'a mut dyn Tree,
    /// What imports are followed for; whatever they are for, without any.
    words: Option<&'a BTreeSet<String>>,
    probed: BTreeMap<String, Option<Input>>,
    packages: BTreeMap<String, Arc<rust::Package>>,
    files: usize,
}

impl<'a> Search<'a> {
    fn new(scan: &'a Scan, tree: &'a mut dyn Tree, words: Option<&'a BTreeSet<String>>) -> Self {
        Self { scan, tree, words, probed: BTreeMap::new(), packages: BTreeMap::new(), files: 0 }
    }

    fn found(&self) -> impl Iterator<Item = &Input> {
        self.probed.values().flatten()
    }

    fn is_exhausted(&self) -> bool {
        self.files >= MOST_FILES || self.probed.len() >= MOST_PROBES
    }

    /// Whether a name matters to what is looked for.
    fn wants(&self, name: &str) -> bool {
        self.words.is_none_or(|words| words.contains(name))
    }

    /// Whether a file is there; it then belongs to the scan.
    fn has(&mut self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn get(&mut self, name: &str) -> Option<&Input> {
        if !self.probed.contains_key(name) {
            if self.is_exhausted() {
                return None;
            }
            let input = self.tree.file(name);
            self.files += usize::from(input.is_some());
            self.probed.insert(name.to_owned(), input);
        }
        self.probed.get(name)?.as_ref()
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
            Kind::Dotenv | Kind::Configuration(_) | Kind::Notebook | Kind::Document | Kind::Bare | Kind::Other => {}
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

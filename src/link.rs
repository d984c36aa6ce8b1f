//! Joins the facts of many files: from a key back to the literals that reach it.
//!
//! [`evaluate`] follows values whatever the language; a world says what names mean: [`rust`] with
//! modules, crates and types, and [`flat`] for languages where a file's names and its relative
//! imports are all that is looked at.

mod ahead;
pub mod asked;
mod entry;
pub mod evaluate;
pub mod flat;
mod memo;
pub mod need;
pub mod own;
mod project;
mod role;
pub mod rust;
pub mod trace;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::fact::{Candidate, Confidence, Evidence, FileId, Place};
use crate::names;
use crate::span::Span;
use entry::{Fit, Reads};
pub use project::Projects;

/// What linking found.
#[derive(Debug, Default)]
pub struct Linked {
    /// Values with their roles.
    pub candidates: Vec<Candidate>,
    /// Environment variables and configuration keys whose values reach a key, with the file that reads them.
    pub key_names: BTreeSet<(String, FileId)>,
    /// Those that configuration fills keys from, with the file that does.
    pub filled: BTreeSet<(String, FileId)>,
}

/// What is left of what linking found, once configuration and code are settled with each other.
#[derive(Debug, Default)]
pub struct Settled {
    /// Values with their roles.
    pub candidates: Vec<Candidate>,
    /// The places of those that only count because somebody reads them into a key, with the paths of the files that do.
    pub made_keys: BTreeMap<(FileId, Span), BTreeSet<Arc<str>>>,
}

impl Linked {
    /// Settles what configuration says with what code does: an entry that code reads into a key has the
    /// evidence of a flow, and one whose name alone says too little stays only then.
    pub fn settle(mut self, path_of: impl Fn(FileId) -> Option<Arc<str>>, projects: &Projects) -> Settled {
        let names = std::mem::take(&mut self.key_names);
        let filled = std::mem::take(&mut self.filled);
        let with_path = |(name, file): (String, FileId)| Some((name, path_of(file)?));
        let reads = Reads::new(names.into_iter().filter_map(with_path));
        let filled = Reads::new(filled.into_iter().filter_map(with_path));
        let mut made_keys: BTreeMap<(FileId, Span), BTreeSet<Arc<str>>> = BTreeMap::new();
        self.candidates.retain_mut(|candidate| {
            let Some(own) = path_of(candidate.file) else { return !candidate.conditional };
            let readers = readers_of(candidate, &own, &reads, projects);
            let fit = readers.iter().map(|(fit, _)| *fit).max();
            let is_conditional = candidate.conditional;
            let read_by = readers.into_iter().filter(|_| is_conditional).map(|(_, reader)| reader.clone());
            let mut by: BTreeSet<Arc<str>> = read_by.collect();
            if fit == Some(Fit::Exact) {
                candidate.confidence = candidate.confidence.max(Confidence::Medium);
                // That one place does without the variable says nothing of the place that signs with it.
                let is_called_so = candidate.conditional && !candidate.secret.is_empty();
                if is_called_so || candidate.place == Place::Configuration {
                    candidate.evidence = candidate.evidence.max(Evidence::FlowsToKey);
                }
            }
            if is_conditional {
                let fillers = names_of(candidate).flat_map(|name| filled.of(name));
                let fillers = fillers.filter(|(fit, by)| *fit == Fit::Exact && asked::may_fill(&own, by));
                by.extend(fillers.map(|(_, by)| by.clone()));
            }
            let is_made_key = !by.is_empty();
            if is_made_key {
                made_keys.entry((candidate.file, candidate.span)).or_default().append(&mut by);
            }
            is_made_key || !is_conditional
        });
        Settled { candidates: self.candidates, made_keys }
    }

    /// Adds what another part of the tree gave.
    pub fn append(&mut self, mut other: Linked) {
        self.candidates.append(&mut other.candidates);
        self.key_names.append(&mut other.key_names);
        self.filled.append(&mut other.filled);
    }
}

/// Who reads a candidate's value into a key, and how well the names fit.
fn readers_of<'r>(
    candidate: &'r Candidate,
    own: &str,
    reads: &'r Reads<Arc<str>>,
    projects: &Projects,
) -> Vec<(Fit, &'r Arc<str>)> {
    let of = |name| {
        let readers = reads.of(name).filter(|(_, reader)| projects.share(own, reader));
        readers.filter(|(_, reader)| may_read(candidate, own, name, reader)).collect::<Vec<_>>()
    };
    names_of(candidate).flat_map(of).collect()
}

/// Whether a read in `reader` may mean this value by `name`: one word (`secret`) leads to a constant of another file
/// only where settings hold it, since everybody has a `secret`.
fn may_read(candidate: &Candidate, own: &str, name: &str, reader: &str) -> bool {
    if candidate.place != Place::Code || own == reader || names::words(name) > 1 {
        return true;
    }
    asked::is_of_settings(own) || candidate.subject.rsplit(['.', ':']).skip(1).any(names::holds_settings)
}

/// What a reader may call a value: as it is read itself, or, for a constant of code, as it is named.
fn names_of(candidate: &Candidate) -> impl Iterator<Item = &str> {
    let own = (candidate.place == Place::Code).then(|| candidate.subject.rsplit('.').next()).flatten();
    candidate.read_as.as_deref().into_iter().chain(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Origin, Setting};

    fn constant(subject: &str) -> Candidate {
        Candidate {
            file: FileId(0),
            span: Span::new(0, 0),
            secret: "pear-tree-in-winter".into(),
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::Named,
            origin: Origin::Literal,
            place: Place::Code,
            subject: subject.to_owned(),
            steps: Vec::new(),
            setting: Setting::Production,
            confidence: Confidence::Low,
            read_as: Some(subject.to_owned()),
            conditional: true,
            detector: Arc::from("code/name"),
        }
    }

    #[test]
    fn one_word_alone_leads_to_no_other_file() {
        let kept = |subject, path: &'static str, read: &str, reader: FileId| {
            let key_names = BTreeSet::from([(read.to_owned(), reader)]);
            let linked = Linked { candidates: vec![constant(subject)], key_names, ..Linked::default() };
            let path_of = move |file: FileId| Some(Arc::from(if file.0 == 0 { path } else { "src/tickets.py" }));
            linked.settle(path_of, &Projects::default()).candidates.len() == 1
        };
        assert!(!kept("secret", "src/visits.py", "secret", FileId(1)));
        assert!(kept("secret", "src/visits.py", "secret", FileId(0)), "the same file");
        assert!(kept("secret", "src/config.py", "secret", FileId(1)), "a file of settings");
        assert!(kept("AppSettings.secret", "src/visits.py", "secret", FileId(1)), "an object of settings");
        assert!(kept("ticket_secret", "src/visits.py", "ticket_secret", FileId(1)));
    }
}

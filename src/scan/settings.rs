//! The settings that code reads into keys under names which say nothing by themselves.
//!
//! Once it is known what is read, the configuration of the same projects is read again for that, and files of settings
//! that no cheap look finds worth reading.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::kind::Kind;
use super::unspoken::LARGEST;
use super::{Scan, ids, input_of, load_whole};
use crate::analyze::anyword::Lowered;
use crate::analyze::pattern::Engine;
use crate::analyze::{config, dotenv};
use crate::discover::Input;
use crate::fact::{Candidate, Facts, FileId};
use crate::link::asked::{self, Asked, OfFile};
use crate::link::flat::{FlatWorld, are_kin};
use crate::link::need::place;
use crate::link::{Linked, Projects};
use crate::share::FEW_FILES;
use crate::source::{Source, Sources};
use crate::span::Span;

/// Files that are read for what is asked for; a tree with more of them has its settings among data.
const MOST_FILES: usize = 4_000;

/// So many programs around those that read may keep the settings.
const MOST_NEAR: usize = 120;
/// So many that read are looked around.
const MOST_READERS: usize = 16;

/// What a file of settings gave.
enum Read {
    Entries(Vec<Candidate>),
    Program(Facts),
}

/// Adds the settings that are asked for: those of configuration, and those that code keeps in code.
pub(super) fn add(
    linked: &mut Linked,
    flat: &FlatWorld,
    projects: &Projects,
    inputs: &[Input],
    scan: &Scan,
    sources: &mut Sources,
) {
    let path_of = |id: FileId| Some(input_of(inputs, id)?.path.clone());
    let names = linked.key_names.iter().chain(&linked.filled);
    let names = names.filter_map(|(name, reader)| Some((name.clone(), path_of(*reader)?)));
    let Some(asked) = Asked::among(names, projects) else { return };
    let near = near(&asked, flat, projects, inputs);
    let is_wanted = |(id, input): &(FileId, &Input)| match Kind::of(&input.path) {
        Kind::Code(_) => !flat.holds(*id) && (near.contains(id) || asked::is_of_settings(&input.path)),
        _ => is_configuration(&input.path),
    };
    let all: Vec<(FileId, &Input)> = ids(inputs).collect();
    let mut wanted: Vec<(FileId, &Input)> = all.into_par_iter().filter(is_wanted).collect();
    wanted.truncate(MOST_FILES);
    let read: Vec<(FileId, Source, Read)> = wanted
        .into_par_iter()
        .with_max_len(FEW_FILES)
        .filter_map(|(id, input)| {
            let of_file = asked.of(&input.path, projects)?;
            let source = load_whole(input, scan)?;
            let read = look_at(id, &source, &of_file)?;
            Some((id, source, read))
        })
        .collect();
    let mut found = flat.settings(&asked, projects);
    let mut programs = Vec::new();
    for (id, source, read) in read {
        match read {
            Read::Entries(candidates) => found.extend(candidates),
            Read::Program(facts) => programs.push((id, source.path.clone(), facts)),
        }
        sources.insert(id, source);
    }
    found.extend(FlatWorld::new(programs).settings(&asked, projects));
    let known: BTreeSet<(FileId, Span)> = linked.candidates.iter().map(|one| (one.file, one.span)).collect();
    found.retain(|one| !known.contains(&(one.file, one.span)));
    linked.candidates.append(&mut found);
}

/// The programs nearest to those that read, in their languages.
fn near(asked: &Asked, flat: &FlatWorld, projects: &Projects, inputs: &[Input]) -> BTreeSet<FileId> {
    let readers: Vec<(&str, &str)> =
        asked.readers().into_iter().take(MOST_READERS).map(|reader| (reader, place(reader).1)).collect();
    let closeness = |path: &str| {
        let ending = place(path).1;
        let kin = readers.iter().filter(|(_, of_reader)| are_kin(of_reader, ending));
        kin.map(|(reader, _)| reader.split('/').zip(path.split('/')).take_while(|(one, other)| one == other).count())
            .max()
    };
    let is_asked = |id: FileId, input: &Input| !flat.holds(id) && asked.of(&input.path, projects).is_some();
    let all: Vec<(FileId, &Input)> = ids(inputs).collect();
    let mut found: Vec<(usize, FileId)> = all
        .into_par_iter()
        .filter_map(|(id, input)| Some((closeness(&input.path).filter(|_| is_asked(id, input))?, id)))
        .collect();
    found.sort_unstable_by_key(|(closeness, id)| (std::cmp::Reverse(*closeness), *id));
    found.into_iter().take(MOST_NEAR).map(|(_, id)| id).collect()
}

fn look_at(id: FileId, source: &Source, of_file: &OfFile<'_>) -> Option<Read> {
    if !may_hold(source, of_file) {
        return None;
    }
    if let Kind::Code(language) = Kind::of(&source.path) {
        return Some(Read::Program(Engine::embedded().analyze(source, language)));
    }
    let found = entries(id, source, of_file);
    (!found.is_empty()).then_some(Read::Entries(found))
}

/// A cheap look at a file for what is asked for.
pub(super) fn may_hold(source: &Source, of_file: &OfFile<'_>) -> bool {
    source.text.len() <= LARGEST && of_file.may_be_in(&Lowered::of(source.text.as_bytes()))
}

/// What a file of configuration gives the names that are asked for.
pub(super) fn entries(id: FileId, source: &Source, of_file: &OfFile<'_>) -> Vec<Candidate> {
    let read_as = |name: &str, is_variable: bool| of_file.read_as(name, is_variable);
    match Kind::of(&source.path) {
        Kind::Configuration(format) => config::analyze_asked(&read_as, id, source, format).candidates,
        Kind::Dotenv => dotenv::analyze_asked(&read_as, id, source).candidates,
        _ => Vec::new(),
    }
}

/// Whether a file may hold configuration.
pub(crate) fn is_configuration(path: &str) -> bool {
    matches!(Kind::of(path), Kind::Configuration(_) | Kind::Dotenv)
}

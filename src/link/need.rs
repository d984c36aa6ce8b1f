//! Files that no cheap look finds worth reading, but that a key elsewhere depends on: they hold its constant under a
//! name that says nothing.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::flat::{self, letters};
use crate::fact::{Binding, Callee, Facts, FileId, Function, Value};
use crate::names;

/// How deep values are looked into for names.
pub(super) const DEEPEST: usize = 12;
/// How often a name leads to a local name.
const ROUNDS: usize = 3;
/// Names that a file asks for.
const MOST_NAMES: usize = 256;
/// Files that one name may mean.
const MOST_FILES: usize = 3;
/// Files of a folder among which a name is looked for.
const MOST_NEIGHBOURS: usize = 256;

/// Functions of a file that are given a key.
const MOST_TAKERS: usize = 16;
/// What the files are called in which programs start, by the letters of their names.
const STARTS: [&str; 12] = [
    "main",
    "app",
    "index",
    "server",
    "program",
    "startup",
    "application",
    "bootstrap",
    "configure",
    "setup",
    "wsgi",
    "cli",
];
/// So many of them are looked into, the nearest first.
const MOST_STARTS: usize = 12;
/// So many files around one whose function takes a key are looked into for who calls it.
const MOST_NEAR: usize = 120;

/// So many of a folder are looked at for these.
const MOST_AROUND: usize = 2_000;

/// Where files lie.
#[derive(Debug, Default)]
pub struct Nearby<'p> {
    /// All of them, in the order of their paths.
    sorted: Vec<(&'p str, FileId)>,
    by_letters: FxHashMap<String, Vec<(FileId, &'p str)>>,
    by_folder: FxHashMap<&'p str, Vec<(FileId, &'p str)>>,
    folders_named: FxHashMap<&'p str, BTreeSet<&'p str>>,
}

/// What is to be read.
#[derive(Debug, Default)]
pub struct Needs<'p> {
    /// These files.
    pub files: BTreeSet<FileId>,
    /// Files of these folders, by the ending of their names, that hold one of these words.
    folders: BTreeMap<(&'p str, &'p str), BTreeSet<String>>,
    /// These files, if they hold one of these words.
    starts: BTreeMap<FileId, BTreeSet<String>>,
}

/// A file's path and facts, and the words for which it was read if it has no sink.
type Asking<'f> = (&'f str, &'f Facts, Option<&'f BTreeSet<String>>);

impl Needs<'_> {
    fn with(mut self, other: Self) -> Self {
        self.files.extend(other.files);
        other.folders.into_iter().for_each(|(place, words)| self.folders.entry(place).or_default().extend(words));
        other.starts.into_iter().for_each(|(file, words)| self.starts.entry(file).or_default().extend(words));
        self
    }
}

impl<'p> Nearby<'p> {
    /// The places of `files`.
    pub fn new(files: impl Iterator<Item = (FileId, &'p str)>) -> Self {
        let files: Vec<(FileId, &'p str)> = files.collect();
        let by_letters = || {
            let mut by_letters: FxHashMap<String, Vec<(FileId, &'p str)>> = FxHashMap::default();
            for &(id, path) in &files {
                let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                by_letters.entry(letters(stem)).or_default().push((id, path));
            }
            by_letters
        };
        let by_place = || {
            let mut nearby = Self { sorted: files.iter().map(|&(id, path)| (path, id)).collect(), ..Self::default() };
            for &(id, path) in &files {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let folder_files = nearby.by_folder.entry(folder).or_default();
                if folder_files.is_empty() {
                    nearby.folders_named.entry(folder.rsplit('/').next().unwrap_or(folder)).or_default().insert(folder);
                }
                folder_files.push((id, path));
            }
            nearby.sorted.sort_unstable();
            nearby
        };
        let (by_letters, nearby) = rayon::join(by_letters, by_place);
        Self { by_letters, ..nearby }
    }

    /// The file of this path.
    fn at(&self, path: &str) -> Option<FileId> {
        let at = self.sorted.binary_search_by(|(other, _)| (*other).cmp(path)).ok()?;
        self.sorted.get(at).map(|(_, id)| *id)
    }

    /// What all these files refer to.
    pub fn needs_of<'f>(&self, files: impl ParallelIterator<Item = Asking<'f>>) -> Needs<'p> {
        files
            .fold(Needs::default, |mut needs, (path, facts, asked)| {
                self.add(path, facts, asked, &mut needs);
                needs
            })
            .reduce(Needs::default, Needs::with)
    }

    /// Adds what a file refers to: what it imports by relative paths, and where names in secret positions lead, by
    /// other imports or by where files lie.
    fn add(&self, path: &str, facts: &Facts, asked: Option<&BTreeSet<String>>, needs: &mut Needs<'p>) {
        needs.files.extend(flat::imported_files(path, &facts.imports, |path| self.at(path)));
        let mut names = names_of(facts, asked);
        names.extend(facts.parents.iter().map(|(_, parent)| parent.as_str()));
        for import in &facts.imports {
            if import.alias.is_empty() || names.contains(import.alias.as_str()) {
                // C: what is included may lie elsewhere.
                let included = import.module.strip_prefix("./").filter(|_| import.alias.is_empty());
                let module = included.and_then(|file| file.rsplit_once('.')).map_or(&*import.module, |(stem, _)| stem);
                self.module(path, module, import.member.as_deref(), &names, needs);
            }
        }
        let bound = bound_in(facts);
        let unbound: Vec<&str> = names.difference(&bound).copied().collect();
        for name in &unbound {
            self.called(name, path, needs);
        }
        let (folder, ending) = place(path);
        if !unbound.is_empty() && flat::shares_folders(ending) {
            self.folder(folder, ending, &unbound, needs);
        }
        let constants: Vec<&str> = unbound.iter().copied().filter(|name| flat::is_global(ending, name)).collect();
        if !constants.is_empty() {
            self.starts(path, &constants, needs);
        }
        let takers = takers(path, facts, &names);
        if !takers.is_empty() {
            self.folder(folder, ending, &takers, needs);
            self.starts(path, &takers, needs);
        }
    }

    /// Where programs start, and what lies near: the files there that hold one of these words may hand over a key.
    fn starts(&self, from: &str, words: &[&str], needs: &mut Needs<'p>) {
        let (_, ending) = place(from);
        let shared = |path: &str| from.split('/').zip(path.split('/')).take_while(|(one, other)| one == other).count();
        let named = STARTS.iter().filter_map(|stem| self.by_letters.get(*stem)).flatten();
        let kin = named.filter(|(_, path)| flat::are_kin(place(path).1, ending));
        let mut starts: Vec<(usize, FileId)> = kin.map(|(id, path)| (shared(path), *id)).collect();
        starts.sort_unstable_by_key(|(shared, id)| (std::cmp::Reverse(*shared), *id));
        let starts = starts.into_iter().take(MOST_STARTS).map(|(_, id)| id);
        for file in starts.chain(self.nearest(from, ending)) {
            needs.starts.entry(file).or_default().extend(words.iter().map(|word| (*word).to_owned()));
        }
    }

    /// The files that lie nearest to one, in its language: those of its folder and below, then of the folders above.
    fn nearest(&self, from: &str, ending: &str) -> Vec<FileId> {
        let mut found = Vec::new();
        let mut inner = 0..0;
        let mut folder = from;
        while found.len() < MOST_NEAR && !folder.is_empty() {
            folder = folder.trim_end_matches('/').rfind('/').map_or("", |slash| &folder[..=slash]);
            let start = self.sorted.partition_point(|(path, _)| *path < folder);
            let length = self.sorted[start..].partition_point(|(path, _)| path.starts_with(folder));
            let end = start + length;
            // What lies in the folder below was looked at.
            let middle = if inner.is_empty() { end..end } else { inner };
            let level = self.sorted[start..middle.start].iter().chain(&self.sorted[middle.end..end]);
            let kin = level.take(MOST_AROUND).filter(|(path, _)| flat::are_kin(place(path).1, ending));
            let mut kin: Vec<FileId> = kin.map(|(_, id)| *id).collect();
            kin.sort_unstable();
            found.extend(kin.into_iter().take(MOST_NEAR - found.len()));
            inner = start..end;
        }
        found
    }

    /// The files of folders that may be needed, each with the words one of which it must hold.
    pub fn searched<'n>(&self, needs: &'n Needs<'p>) -> Vec<(FileId, &'n BTreeSet<String>)> {
        let mut found = Vec::new();
        for ((folder, ending), words) in &needs.folders {
            let files = self.by_folder.get(folder).map_or(&[][..], Vec::as_slice);
            let same = files.iter().filter(|(_, path)| place(path).1 == *ending);
            found.extend(same.take(MOST_NEIGHBOURS).map(|(file, _)| (*file, words)));
        }
        found.extend(needs.starts.iter().map(|(file, words)| (*file, words)));
        found
    }

    /// The file of a dotted or aliased module, or the package's folder.
    fn module(&self, from: &str, module: &str, member: Option<&str>, names: &BTreeSet<&str>, needs: &mut Needs<'p>) {
        let parts: Vec<&str> =
            module.split(['.', '\\', '/', ':', '@', '~', '#', '$']).filter(|part| !part.is_empty()).collect();
        let whole: Vec<&str> = parts.iter().copied().chain(member).collect();
        // What a class is in says nothing of where its file lies.
        let class = &parts[parts.len().saturating_sub(usize::from(flat::is_free_of_folders(from)))..];
        for parts in [&whole[..], &parts[..], class] {
            let Some(stem) = parts.last() else { continue };
            let files = self.by_letters.get(&letters(stem)).map_or(&[][..], Vec::as_slice);
            let ends = |path: &str| {
                let path = path.rsplit_once('.').map_or(path, |(path, _)| path);
                let mut own = path.rsplit('/');
                parts.iter().rev().all(|part| own.next() == Some(part))
            };
            let found: Vec<FileId> = files.iter().filter(|(_, path)| ends(path)).map(|(id, _)| *id).collect();
            if found.len() <= MOST_FILES {
                needs.files.extend(found);
            }
        }
        let (_, ending) = place(from);
        if ending == "go"
            && let Some(folders) = module.rsplit('/').next().and_then(|name| self.folders_named.get(name))
        {
            let words: Vec<&str> = names.iter().copied().collect();
            folders.iter().take(MOST_FILES).for_each(|folder| self.folder(folder, ending, &words, needs));
        }
    }

    /// Files called like a name: a class's own file.
    fn called(&self, name: &str, from: &str, needs: &mut Needs<'p>) {
        let (_, ending) = place(from);
        let files = self.by_letters.get(&letters(name)).map_or(&[][..], Vec::as_slice);
        let same = files.iter().filter(|(_, path)| place(path).1 == ending);
        let same: Vec<FileId> = same.map(|(id, _)| *id).collect();
        if same.len() <= MOST_FILES {
            needs.files.extend(same);
        }
    }

    fn folder(&self, folder: &str, ending: &str, words: &[&str], needs: &mut Needs<'p>) {
        let files = self.by_folder.get(folder).map_or(&[][..], Vec::as_slice);
        let Some(&(_, path)) = files.iter().find(|(_, path)| place(path).1 == ending) else { return };
        needs.folders.entry(place(path)).or_default().extend(words.iter().map(|word| (*word).to_owned()));
    }
}

/// What is called by those who hand over a key: the functions of which a parameter is one of these names, or their
/// class.
fn takers<'f>(path: &'f str, facts: &'f Facts, names: &BTreeSet<&str>) -> Vec<&'f str> {
    // `({ seal }) => …`: members of a parameter that are names.
    let is_taken = |binding: &Binding| match (&binding.value, binding.path.as_slice()) {
        (Value::Field(of, ..), [name]) => matches!(**of, Value::Param(_)) && names.contains(name.as_str()),
        _ => false,
    };
    let patterns: BTreeSet<usize> =
        facts.bindings.iter().filter(|one| is_taken(one)).filter_map(|one| one.function).collect();
    let takes = |(index, function): &(usize, &Function)| {
        patterns.contains(index) || function.parameters.iter().any(|name| names.contains(name.as_str()))
    };
    let extended: BTreeSet<usize> =
        facts.sinks.iter().filter(|sink| sink.value == Value::This).filter_map(|sink| sink.function).collect();
    let extends = |index: usize, function: &Function| extended.contains(&index) && function.parameters.is_empty();
    let takers = facts.functions.iter().enumerate();
    let takers = takers.filter(|(index, function)| takes(&(*index, function)) || extends(*index, function));
    let called = takers.flat_map(|(_, function)| {
        // Who imports a module as a whole may call it as they like, but not its file.
        let by_file = flat::is_whole_module(facts, function).then(|| names::of_file(path));
        std::iter::once(flat::called(path, function)).chain(by_file)
    });
    called.filter(|name| name.len() > 2).take(MOST_TAKERS).collect()
}

/// The names that keys of a file depend on; `None` where none of them is from elsewhere.
pub fn asked_elsewhere(path: &str, facts: &Facts) -> Option<BTreeSet<String>> {
    let names = names_of(facts, None);
    let mut roots = BTreeSet::new();
    facts.sinks.iter().for_each(|sink| collect_roots(&sink.value, DEEPEST, &mut roots));
    let last = |binding: &Binding| binding.path.last().is_some_and(|last| names.contains(last.as_str()));
    facts.bindings.iter().filter(|binding| last(binding)).for_each(|binding| {
        collect_roots(&binding.value, DEEPEST, &mut roots);
    });
    let imported: BTreeSet<&str> = facts.imports.iter().map(|import| import.alias.as_str()).collect();
    let ending = place(path).1;
    let shares = |name: &str| flat::shares_folders(ending) || flat::is_global(ending, name);
    let bound = bound_in(facts);
    let asks = roots.iter().any(|name| imported.contains(name) || shares(name) && !bound.contains(name));
    asks.then(|| names.into_iter().map(str::to_owned).collect())
}

/// The names that begin what a value is made of: of `keys.gate` that is `keys`.
fn collect_roots<'f>(value: &'f Value, depth: usize, roots: &mut BTreeSet<&'f str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Name(name) => roots.extend(name.segments.first().map(String::as_str)),
        Value::Call(call) => {
            if let Callee::Path(name) = &call.callee {
                roots.extend(name.segments.first().map(String::as_str));
            }
        }
        _ => {}
    }
    parts(value).for_each(|part| collect_roots(part, depth, roots));
}

/// The values that a value is made of, as they are written.
pub(super) fn parts(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Field(of, ..) | Value::Decoded(_, of) | Value::Closure(of) | Value::Within(_, of) => {
            Box::new(std::iter::once(&**of))
        }
        Value::Via(via) => Box::new(std::iter::once(&via.value)),
        Value::Fallback { primary, default } => Box::new([&**primary, &**default].into_iter()),
        Value::AnyOf(values) | Value::Concat(values) => Box::new(values.iter()),
        Value::Record(record) => Box::new(record.fields.iter().map(|field| &field.value)),
        Value::Call(call) => {
            let receiver = match &call.callee {
                Callee::Method(of, _) => Some(of),
                Callee::Path(_) => None,
            };
            Box::new(receiver.into_iter().chain(call.arguments.iter().map(|argument| &argument.value)))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// The folder and the ending of a path.
pub(crate) fn place(path: &str) -> (&str, &str) {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    (folder, file.rsplit_once('.').map_or("", |(_, ending)| ending))
}

/// The names that a file gives values, and those it imports.
fn bound_in(facts: &Facts) -> BTreeSet<&str> {
    let bindings = facts.bindings.iter().filter_map(|binding| match binding.path.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let functions = facts.functions.iter().map(|function| &function.name);
    let imports = facts.imports.iter().map(|import| &import.alias);
    bindings.chain(functions).chain(imports).map(String::as_str).collect()
}

/// The names that keys of a file depend on, as far as the file itself tells.
fn names_of<'f>(facts: &'f Facts, asked: Option<&'f BTreeSet<String>>) -> BTreeSet<&'f str> {
    let mut names: BTreeSet<&str> = asked.into_iter().flatten().map(String::as_str).collect();
    for sink in &facts.sinks {
        collect(&sink.value, DEEPEST, &mut names);
    }
    let mut known = 0;
    for _ in 0..ROUNDS {
        if names.len() == known || names.len() > MOST_NAMES {
            break;
        }
        known = names.len();
        let mut more = BTreeSet::new();
        for binding in &facts.bindings {
            if binding.path.last().is_some_and(|last| names.contains(last.as_str())) {
                collect(&binding.value, DEEPEST, &mut more);
            }
        }
        for function in &facts.functions {
            if names.contains(function.name.as_str()) {
                collect(&function.result, DEEPEST, &mut more);
            }
        }
        names.append(&mut more);
    }
    names
}

fn collect<'f>(value: &'f Value, depth: usize, names: &mut BTreeSet<&'f str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Name(name) => names.extend(name.segments.iter().map(String::as_str)),
        Value::Field(of, member, _) => {
            names.insert(member);
            collect(of, depth, names);
        }
        Value::Call(call) => {
            match &call.callee {
                Callee::Path(name) => names.extend(name.segments.iter().map(String::as_str)),
                Callee::Method(of, method) => {
                    names.insert(method);
                    collect(of, depth, names);
                }
            }
            call.arguments.iter().for_each(|argument| collect(&argument.value, depth, names));
        }
        Value::Fallback { primary, default } => {
            collect(primary, depth, names);
            collect(default, depth, names);
        }
        Value::AnyOf(values) | Value::Concat(values) => values.iter().for_each(|value| collect(value, depth, names)),
        Value::Decoded(_, inner) | Value::Closure(inner) | Value::Within(_, inner) => collect(inner, depth, names),
        Value::Via(via) => collect(&via.value, depth, names),
        Value::Record(record) => record.fields.iter().for_each(|field| collect(&field.value, depth, names)),
        _ => {}
    }
}

//! What names mean where a file's own names and its imports are all that is looked at: every language
//! but Rust.

mod by_name;
mod own;
mod settings;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use self::by_name::ByName;
use super::Linked;
use super::asked::{self, SERVICE_ARGUMENTS, SERVICE_BINDINGS};
use super::evaluate::{CONSTRUCTORS, Caller, Definition, Evaluator, FunctionId, FunctionView, Site, World};
use super::memo::remembered;
use super::need::place;
use super::own::OwnOf;
use super::role::Role;
use super::rust::join;
use super::trace;
use crate::analyze::config;
use crate::fact::{
    Algorithm, Argument, Binding, Call, CallSite, Callee, Confidence, EnvRead, Evidence, Facts, FileId, Function,
    Import, KeyKind, Name, Setting, Step, Value,
};
use crate::judge::context;
use crate::names::{self, ExtraNames, NameClass};
use crate::share::FEW_FILES;
use crate::span::Span;

/// Names that lead to names of other files are followed this far.
const DEEPEST: usize = 6;
/// Files named like a class among which the one with a function is looked for.
const MOST_NAMESAKES: usize = 8;
/// Classes that extend each other are followed this far.
const INHERITED: usize = 4;
/// Callers of one function that are looked at.
const MOST_CALLERS: usize = 64;

/// What a function is called that is all that a module exports.
const EXPORTED: [&str; 2] = ["exports", "default"];

/// Methods that many types have to make a text of themselves: which one is meant, only the type tells.
const TEXT_METHODS: [&str; 6] = ["String", "toString", "ToString", "to_s", "__str__", "inspect"];

/// Files of one or more languages with their facts.
#[derive(Debug, Default)]
pub struct FlatWorld {
    files: BTreeMap<FileId, FlatFile>,
    by_path: FxHashMap<Arc<str>, FileId>,
    named: Named,
    folders: Folders,
    /// Calls by a hash of the last name they go by, the file and their index in it; sorted.
    calls: Vec<(u64, FileId, usize)>,
    /// Functions that are called on what they are given first: `key.ToBytes()` of C#.
    extensions: FxHashMap<String, Vec<FunctionId>>,
    /// Where constants that every file of a program sees are defined: the file and the index of the binding in it.
    constants: FxHashMap<String, Vec<(FileId, usize)>>,
    targets: Mutex<Targets>,
    /// What calls reach, as far as asked, by a hash of the name they go by.
    reached: Mutex<FxHashMap<u64, Arc<Reached>>>,
    /// Whether code gives a setting of this name a value, as far as asked.
    set: Mutex<FxHashMap<String, bool>>,
}

/// Files by what they are called.
#[derive(Debug, Default)]
struct Named {
    /// By the last part of their path without its ending: `auth.config.js` is `auth.config`.
    by_stem: FxHashMap<String, Vec<FileId>>,
    /// The same, by the letters alone: an object is often called like its class.
    by_letters: FxHashMap<String, Vec<FileId>>,
}

/// Files by the folder they lie in.
#[derive(Debug, Default)]
struct Folders {
    by_path: FxHashMap<String, Vec<FileId>>,
    /// The paths of folders by their last part.
    by_name: FxHashMap<String, Vec<String>>,
}

/// For each function the calls that reach it, by their file and index in it; no more than [`MOST_CALLERS`].
type Reached = FxHashMap<FunctionId, Vec<(FileId, usize)>>;

/// The depth at which a file was asked for a name, by a hash of both.
type Seen = FxHashMap<u64, usize>;

/// What imports lead to, as far as asked: by the file that imports, the module and its member, and whether all that is in
/// it is imported.
type Targets = FxHashMap<(FileId, String, Option<String>, bool), Vec<FileId>>;

#[derive(Debug)]
struct FlatFile {
    path: Arc<str>,
    /// What its path says that it is for.
    setting: Setting,
    facts: Facts,
    /// Bindings by their last name.
    bindings: ByName,
    functions: ByName,
    /// Functions by the names of their parameters, once that is asked.
    taking: OnceLock<FxHashMap<String, Vec<usize>>>,
    /// The bindings by which functions give members of their own class what they are given, and the position of that, by
    /// the function; once that is asked.
    given: OnceLock<FxHashMap<usize, Vec<(usize, usize)>>>,
}

impl FlatFile {
    fn new(path: Arc<str>, facts: Facts) -> Self {
        let bindings = ByName::of(facts.bindings.iter().map(last_name));
        let functions = ByName::of(facts.functions.iter().map(|function| function.name.as_str()));
        let setting = context::of_path(&path);
        Self { path, setting, facts, bindings, functions, taking: OnceLock::new(), given: OnceLock::new() }
    }

    /// The bindings with this last name, as they stand in the file.
    fn bindings_called(&self, name: &str) -> impl Iterator<Item = &Binding> {
        let named = self.bindings.get(name).filter_map(|index| self.facts.bindings.get(index));
        named.filter(move |binding| last_name(binding) == name)
    }

    /// The functions of this name with their indices, as they stand in the file.
    fn functions_called(&self, name: &str) -> impl Iterator<Item = (usize, &Function)> {
        let named = self.functions.get(name).filter_map(|index| Some((index, self.facts.functions.get(index)?)));
        named.filter(move |(_, function)| function.name == name)
    }

    /// The functions that have a parameter of this name, as they stand in the file.
    fn taking(&self, parameter: &str) -> &[usize] {
        let find = || {
            let mut taking: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (index, function) in self.facts.functions.iter().enumerate() {
                for parameter in &function.parameters {
                    let functions = taking.entry(parameter.clone()).or_default();
                    if functions.last() != Some(&index) {
                        functions.push(index);
                    }
                }
            }
            taking
        };
        self.taking.get_or_init(find).get(parameter).map_or(&[], Vec::as_slice)
    }

    /// The bindings by which a function gives members of its own class what it is given, and the position of that.
    fn given_by(&self, function: usize) -> &[(usize, usize)] {
        let find = || {
            let mut given: FxHashMap<usize, Vec<(usize, usize)>> = FxHashMap::default();
            for (index, binding) in self.facts.bindings.iter().enumerate() {
                if let [owner, _] = binding.path.as_slice()
                    && let Some(id) = binding.function
                    && let Some(function) = self.facts.functions.get(id)
                    && function.owner.as_ref() == Some(owner)
                    && let Some(position) = parameter_of(&binding.value, function)
                {
                    given.entry(id).or_default().push((index, position));
                }
            }
            given
        };
        self.given.get_or_init(find).get(&function).map_or(&[], Vec::as_slice)
    }

    /// Options of the command line that are called so.
    fn options(&self, name: &str) -> impl Iterator<Item = &Binding> {
        self.bindings_called(name).filter(|binding| binding.path.len() == 1 && is_option(&binding.value))
    }
}

impl Named {
    fn of(files: &[(FileId, FlatFile)]) -> Self {
        let mut named = Self::default();
        for (id, file) in files {
            let name = file.path.rsplit_once('/').map_or(&*file.path, |(_, name)| name);
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            named.by_stem.entry(stem.to_owned()).or_default().push(*id);
            named.by_letters.entry(letters(stem)).or_default().push(*id);
        }
        named
    }
}

impl Folders {
    fn of(files: &[(FileId, FlatFile)]) -> Self {
        let mut folders = Self::default();
        for (id, file) in files {
            let path = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let inside = folders.by_path.entry(path.to_owned()).or_default();
            if inside.is_empty() {
                let name = path.rsplit('/').next().unwrap_or(path);
                folders.by_name.entry(name.to_owned()).or_default().push(path.to_owned());
            }
            inside.push(*id);
        }
        folders
    }
}

/// The calls of all files, to be looked up by [`FlatWorld::reached`].
fn calls_by_name(files: &[(FileId, FlatFile)]) -> Vec<(u64, FileId, usize)> {
    let of_file = |(id, file): &(FileId, FlatFile)| {
        let renamed = Renamed::of(&file.facts);
        let named = |(index, site): (usize, &CallSite)| {
            let names = [called_name(&site.call.callee), renamed.of_call(&site.call.callee)];
            names.into_iter().flatten().map(|name| (hash(name), *id, index)).collect::<Vec<_>>()
        };
        file.facts.calls.iter().enumerate().flat_map(named).collect::<Vec<_>>()
    };
    let mut calls: Vec<(u64, FileId, usize)> =
        files.par_iter().with_max_len(FEW_FILES).flat_map_iter(of_file).collect();
    calls.par_sort_unstable();
    calls
}

/// What imported names are called where they come from.
struct Renamed<'f> {
    names: FxHashMap<&'f str, &'f str>,
}

impl<'f> Renamed<'f> {
    fn of(facts: &'f Facts) -> Self {
        let name = |import: &'f Import| {
            let name = match import.member.as_deref() {
                None | Some("default") => names::of_file(&import.module),
                Some(member) => member,
            };
            (name != import.alias).then_some((import.alias.as_str(), name))
        };
        Self { names: facts.imports.iter().filter_map(name).collect() }
    }

    /// What a call by an imported name calls: the member of a module, or the module as a whole by its file.
    fn of_call(&self, callee: &Callee) -> Option<&'f str> {
        match callee {
            Callee::Path(name) => match name.segments.as_slice() {
                [only] => self.names.get(only.as_str()).copied(),
                _ => None,
            },
            Callee::Method(..) => None,
        }
    }
}

fn hash(of: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

impl FlatWorld {
    /// The world of these files.
    pub fn new(files: Vec<(FileId, Arc<str>, Facts)>) -> Self {
        let files = files.into_par_iter().with_max_len(FEW_FILES);
        let files: Vec<(FileId, FlatFile)> = files.map(|(id, path, facts)| (id, FlatFile::new(path, facts))).collect();
        let places = || (Named::of(&files), Folders::of(&files));
        let (calls, (named, folders)) = rayon::join(|| calls_by_name(&files), places);
        let by_path = files.iter().map(|(id, file)| (file.path.clone(), *id)).collect();
        let (extensions, constants) = (extensions(&files), constants(&files));
        let files = files.into_iter().collect();
        Self { files, by_path, named, folders, calls, extensions, constants, ..Self::default() }
    }

    /// Whether a file is part of it.
    pub fn holds(&self, id: FileId) -> bool {
        self.files.contains_key(&id)
    }

    /// Links all files: sinks, and names that read like a JWT secret's.
    pub fn link(&self, own: &OwnOf<'_>) -> Linked {
        let files: Vec<FileId> = self.files.keys().copied().collect();
        let shares = files.par_iter().with_max_len(FEW_FILES);
        let parts: Vec<Linked> = shares.map(|&id| self.link_file(id, own)).collect();
        let mut linked = Linked::default();
        parts.into_iter().for_each(|part| linked.append(part));
        linked
    }

    fn link_file(&self, id: FileId, own: &OwnOf<'_>) -> Linked {
        let mut linked = Linked::default();
        let Some(file) = self.files.get(&id) else { return linked };
        let own = own(&file.path);
        self.own_sinks(id, file, own, &mut linked);
        linked.candidates.extend(file.facts.candidates.iter().cloned());
        linked.filled.extend(file.facts.reads.iter().map(|name| (name.clone(), id)));
        for sink in &file.facts.sinks {
            let site = Site { file: id, module: 0, function: sink.function, setting: sink.setting };
            for mut trace in Evaluator::new(self).trace(self.first_set(&sink.value), site) {
                if sink.confidence < Confidence::High && trace.is_of_another_credential() {
                    continue;
                }
                if let trace::Source::Read { name: Some(name), .. } = &trace.source {
                    linked.key_names.insert((name.clone(), trace.file));
                }
                if sink.refuses_empty && trace.length() == 0 && matches!(trace.source, trace::Source::Literal(_)) {
                    continue;
                }
                trace.encodings.extend(sink.encoding);
                let role = Role {
                    evidence: Evidence::FlowsToKey,
                    subject: sink.api.to_string(),
                    confidence: sink.confidence,
                    algorithm: sink.algorithm,
                    key: sink.kind,
                    end: Some(Step { file: id, span: sink.span, note: format!("key: `{}`", sink.api) }),
                    is_default: false,
                    conditional: false,
                    detector: sink.detector.clone(),
                };
                linked.candidates.extend(role.candidate(trace));
            }
        }
        for binding in &file.facts.bindings {
            self.link_name(id, binding, &own.names, &mut linked);
        }
        for binding in file.facts.functions.iter().enumerate().filter_map(|(index, one)| as_getter(index, one)) {
            self.link_name(id, &binding, &own.names, &mut linked);
        }
        self.link_fallbacks(id, file, &mut linked);
        linked
    }

    /// What an API reads by itself: the first setting that code sets, or else the last.
    fn first_set<'v>(&self, mut value: &'v Value) -> &'v Value {
        while let Value::Fallback { primary, default } = value
            && let Value::Env(EnvRead { name: Some(name), span, .. }) = &**primary
            && span.start() == span.end()
        {
            let sets = |file: &FlatFile| {
                file.bindings_called(name).next().is_some() || file.facts.sinks.iter().any(|sink| *sink.api == **name)
            };
            let is_set = remembered(&self.set, name.clone(), || self.files.values().any(sets));
            value = if is_set { primary } else { default };
        }
        value
    }

    /// Defaults of variables that are named like a JWT secret, wherever the value goes.
    fn link_fallbacks(&self, id: FileId, file: &FlatFile, linked: &mut Linked) {
        let results = file.facts.functions.iter().enumerate();
        let results = results.map(|(index, function)| (&function.result, Some(index), function.setting));
        let bound = file.facts.bindings.iter().map(|binding| (&binding.value, binding.function, binding.setting));
        let given =
            file.facts.calls.iter().flat_map(|site| {
                site.call.arguments.iter().map(|argument| (&argument.value, site.function, site.setting))
            });
        for (value, function, setting) in results.chain(bound).chain(given) {
            let mut found = Vec::new();
            fallbacks(value, 0, &mut found);
            for (read, default) in found {
                let Some((name, span)) = read.named() else { continue };
                let site = Site { file: id, module: 0, function, setting };
                for trace in Evaluator::new(self).trace(default, site) {
                    let role = Role {
                        evidence: Evidence::Named,
                        end: Some(Step { file: id, span, note: format!("read of `{name}`") }),
                        subject: name.clone(),
                        confidence: Confidence::Medium,
                        algorithm: None,
                        key: KeyKind::Either,
                        is_default: true,
                        conditional: false,
                        detector: Arc::from("code/name"),
                    };
                    linked.candidates.extend(role.candidate(trace));
                }
            }
        }
    }

    fn link_name(&self, id: FileId, binding: &Binding, extra: &ExtraNames, linked: &mut Linked) {
        let path: Vec<&str> = binding.path.iter().map(String::as_str).collect();
        let mut class = names::classify_with(extra, &path);
        if class == NameClass::Contextual && self.is_beside_algorithm(id, binding) {
            class = NameClass::Secret;
        }
        let named_by_file = class == NameClass::Contextual && self.is_about_jwt(id);
        if named_by_file {
            class = NameClass::Secret;
        }
        if !matches!(class, NameClass::Secret | NameClass::Contextual) {
            return;
        }
        if binding.path.iter().any(|part| matches!(part.as_str(), "example" | "examples")) {
            return;
        }
        let subject = binding.path.join(".");
        let site = Site { file: id, module: 0, function: binding.function, setting: binding.setting };
        for trace in Evaluator::new(self).trace(&binding.value, site) {
            let role = Role {
                evidence: Evidence::Named,
                subject: subject.clone(),
                confidence: if class == NameClass::Secret && !named_by_file {
                    Confidence::Medium
                } else {
                    Confidence::Low
                },
                algorithm: None,
                key: KeyKind::Either,
                end: Some(Step { file: id, span: binding.span, note: format!("named `{subject}`") }),
                is_default: false,
                conditional: class == NameClass::Contextual,
                detector: Arc::from("code/name"),
            };
            let candidate = role.candidate(trace).map(|mut candidate| {
                candidate.read_as = candidate.read_as.or_else(|| Some(subject.clone()));
                candidate
            });
            linked.candidates.extend(candidate);
        }
    }

    fn is_about_jwt(&self, id: FileId) -> bool {
        self.files.get(&id).is_some_and(|file| names::is_about_jwt(&file.path) && !config::is_among_texts(&file.path))
    }

    /// Whether what stands beside a name says by which shared-key algorithm tokens are signed: `ALGORITHM = "HS256"`.
    fn is_beside_algorithm(&self, id: FileId, binding: &Binding) -> bool {
        let owner = binding.path.split_last().map(|(_, owner)| owner);
        let says_algorithm = |other: &&Binding| {
            other.path.split_last().is_some_and(|(last, of)| Some(of) == owner && names::is_of_algorithm(last))
                && other.visible == binding.visible
                && is_shared_key_algorithm(&other.value)
        };
        self.files.get(&id).is_some_and(|file| file.facts.bindings.iter().any(|other| says_algorithm(&other)))
    }

    fn definition<'w>(&'w self, id: FileId, binding: &'w Binding) -> Definition<'w> {
        Definition {
            value: Cow::Borrowed(&binding.value),
            site: Site { file: id, module: 0, function: binding.function, setting: binding.setting },
            span: binding.span,
            note: format!("`{}`", binding.path.join(".")),
            is_default: false,
            of_type: false,
            is_guess: false,
        }
    }

    fn result_of(&self, id: FunctionId) -> Option<Definition<'_>> {
        let function = self.function(id)?;
        Some(Definition {
            value: Cow::Borrowed(function.result),
            site: function.site,
            span: function.span,
            note: format!("returned by `{}`", function.name),
            is_default: false,
            of_type: false,
            is_guess: false,
        })
    }

    /// Bindings of `path` that can be seen from `at`: those of the innermost scope, before `at` if there are any.
    fn local(&self, id: FileId, path: &[String], at: Span) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let Some(last) = path.last() else { return Vec::new() };
        let visible: Vec<&Binding> = file
            .bindings_called(last)
            .filter(|binding| binding.path == path && binding.visible.is_none_or(|scope| scope.contains(at)))
            .collect();
        let width = |binding: &&Binding| binding.visible.map_or(usize::MAX, |scope| scope.end() - scope.start());
        let Some(innermost) = visible.iter().map(width).min() else { return Vec::new() };
        let nearest = visible.into_iter().filter(|binding| width(binding) == innermost);
        let (before, after): (Vec<&Binding>, Vec<&Binding>) =
            nearest.partition(|binding| binding.span.start() < at.start());
        let chosen = if before.is_empty() { after } else { before };
        chosen.into_iter().map(|binding| self.definition(id, binding)).collect()
    }

    /// What other files see under a name of this one.
    fn exported(&self, id: FileId, path: &[String], depth: usize) -> Vec<Definition<'_>> {
        self.exported_but(&mut Seen::default(), id, path, depth)
    }

    /// The same, of files that were not `seen` with this name: many ways may lead to one.
    fn exported_but(&self, seen: &mut Seen, id: FileId, path: &[String], depth: usize) -> Vec<Definition<'_>> {
        let visit = hash((id, path));
        if seen.get(&visit).is_some_and(|&before| before <= depth) {
            return Vec::new();
        }
        seen.insert(visit, depth);
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let Some(last) = path.last() else { return Vec::new() };
        let found: Vec<Definition<'_>> = file
            .bindings_called(last)
            .filter(|binding| binding.visible.is_none() && ends_with(&binding.path, path))
            .map(|binding| self.definition(id, binding))
            .collect();
        if !found.is_empty() {
            return found;
        }
        let found: Vec<Definition<'_>> = self.of_module(id, file, path).into_iter().collect();
        if !found.is_empty() || depth >= DEEPEST {
            return found;
        }
        self.imported_but(seen, id, path, depth + 1)
    }

    /// A member of the object that a module is as a whole: `module.exports = { … }`.
    fn of_module<'w>(&'w self, id: FileId, file: &'w FlatFile, path: &[String]) -> Option<Definition<'w>> {
        let wholes = EXPORTED.iter().flat_map(|name| file.bindings_called(name));
        wholes.filter(|binding| is_whole_binding(binding)).find_map(|binding| {
            let mut value = &binding.value;
            let mut span = binding.span;
            for part in path {
                let Value::Record(record) = value else { return None };
                let field = record.fields.iter().find(|field| field.name == *part)?;
                (value, span) = (&field.value, field.span);
            }
            let own = self.definition(id, binding);
            Some(Definition { value: Cow::Borrowed(value), span, note: format!("`{}`", path.join(".")), ..own })
        })
    }

    /// What a name means through the imports of a file.
    fn imported(&self, id: FileId, path: &[String]) -> Vec<Definition<'_>> {
        self.imported_but(&mut Seen::default(), id, path, 0)
    }

    fn imported_but(&self, seen: &mut Seen, id: FileId, path: &[String], depth: usize) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let mut found = Vec::new();
        for import in &file.facts.imports {
            let named = import.alias == *first;
            if !named && !import.alias.is_empty() {
                continue;
            }
            for target in self.with_implementations(self.targets(id, import)) {
                let wanted: Vec<String> = match (&import.member, named) {
                    // `from . import settings`: the member is a file.
                    (Some(member), true) if !rest.is_empty() && self.is_called(target, member) => rest.to_vec(),
                    (Some(member), true) if member != "default" => {
                        std::iter::once(member.clone()).chain(rest.iter().cloned()).collect()
                    }
                    (_, true) if rest.is_empty() => vec!["default".to_owned()],
                    (_, true) => rest.to_vec(),
                    (_, false) => path.to_vec(),
                };
                found.extend(self.exported_but(seen, target, &wanted, depth));
            }
        }
        found
    }

    /// C++: what a header declares may be defined in the file of its name.
    fn with_implementations(&self, mut targets: Vec<FileId>) -> Vec<FileId> {
        let stem_of = |id: &FileId| {
            let file = self.files.get(id)?.path.rsplit('/').next()?;
            let (stem, ending) = file.rsplit_once('.')?;
            matches!(ending, "h" | "hh" | "hpp" | "hxx").then_some(stem)
        };
        let named = targets.iter().filter_map(stem_of).filter_map(|stem| self.named.by_stem.get(stem));
        let more: Vec<FileId> = named.filter(|files| files.len() <= MOST_NAMESAKES).flatten().copied().collect();
        targets.extend(more.into_iter().filter(|id| stem_of(id).is_none()));
        targets
    }

    /// `require('module').member`.
    fn required(&self, id: FileId, base: &Value, member: &str) -> Vec<Definition<'_>> {
        let Value::Call(call) = base else { return Vec::new() };
        let (Callee::Path(name), [argument]) = (&call.callee, call.arguments.as_slice()) else { return Vec::new() };
        let Value::Literal(module) = &argument.value else { return Vec::new() };
        let Some(module) = module.secret.expose_str().filter(|_| name.segments.as_slice() == ["require"]) else {
            return Vec::new();
        };
        let import = Import { alias: String::new(), module: module.to_owned(), member: None, span: call.span };
        let path = [member.to_owned()];
        self.targets(id, &import).into_iter().flat_map(|target| self.exported(target, &path, 0)).collect()
    }

    /// Whether the file is called `name`, whatever its ending.
    fn is_called(&self, id: FileId, name: &str) -> bool {
        let file = self.files.get(&id).and_then(|file| file.path.rsplit('/').next());
        file.and_then(|file| file.split('.').next()) == Some(name)
    }

    /// The files that an import may mean: by a relative path, else by the end of a dotted one.
    fn targets(&self, id: FileId, import: &Import) -> Vec<FileId> {
        let asked = (id, import.module.clone(), import.member.clone(), import.alias.is_empty());
        remembered(&self.targets, asked, || self.find_targets(id, import))
    }

    fn find_targets(&self, id: FileId, import: &Import) -> Vec<FileId> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        if let Some(base) = relative_base(&file.path, &import.module) {
            let found = files_at(&base, import.member.as_deref(), |path| self.by_path.get(path).copied());
            // What is included may lie beside any file above.
            let included = import.alias.is_empty().then(|| import.module.strip_prefix("./")).flatten();
            return match included.and_then(|module| module.rsplit_once('.')).filter(|_| found.is_empty()) {
                Some((module, _)) => self.ending_with(module),
                None => found,
            };
        }
        let module =
            import.module.strip_prefix("$lib").unwrap_or(&import.module).trim_start_matches(['@', '~', '/', '#']);
        if module.contains('/') || module.len() < import.module.len() {
            let found = self.ending_with(module);
            return if found.is_empty() { self.package(id, module) } else { found };
        }
        let path = module.replace(['.', '\\', ':'], "/").replace("//", "/");
        let found = self.ending_with(&path);
        match path.rsplit_once('/') {
            // What a class is in says nothing of where its file lies.
            Some((_, class)) if found.is_empty() && is_free_of_folders(&file.path) => self.ending_with(class),
            _ => found,
        }
    }

    /// The files of the folder that a package path (`example.org/app/config`) ends in: of several, the one
    /// that shares most of the path, then the one nearest to the importer.
    fn package(&self, id: FileId, module: &str) -> Vec<FileId> {
        let Some(importer) = self.files.get(&id) else { return Vec::new() };
        let ending = importer.path.rsplit_once('.').map_or("", |(_, ending)| ending);
        let name = module.rsplit('/').next().unwrap_or(module);
        let folders = self.folders.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let shared_end =
            |folder: &str| folder.rsplit('/').zip(module.rsplit('/')).take_while(|(one, other)| one == other).count();
        let shared_start = |folder: &str| {
            folder.split('/').zip(importer.path.split('/')).take_while(|(one, other)| one == other).count()
        };
        let nearest = folders.iter().max_by_key(|folder| (shared_end(folder), shared_start(folder)));
        let files = nearest.and_then(|folder| self.folders.by_path.get(folder)).map_or(&[][..], Vec::as_slice);
        files
            .iter()
            .filter(|file| self.files.get(file).is_some_and(|file| file.path.ends_with(&format!(".{ending}"))))
            .copied()
            .collect()
    }

    /// Files whose path without ending ends with these parts; too many mean nothing.
    fn ending_with(&self, tail: &str) -> Vec<FileId> {
        let parts: Vec<&str> = tail.split('/').filter(|part| !part.is_empty()).collect();
        let Some(stem) = parts.last() else { return Vec::new() };
        let candidates = self.named.by_stem.get(*stem).map_or(&[][..], Vec::as_slice);
        let fits = |id: &&FileId| {
            let Some(file) = self.files.get(id) else { return false };
            let path = file.path.rsplit_once('.').map_or(&*file.path, |(path, _)| path);
            let mut own = path.rsplit('/');
            parts.iter().rev().all(|part| own.next() == Some(part))
        };
        let found: Vec<FileId> = candidates.iter().filter(fits).copied().collect();
        if found.len() > 3 { Vec::new() } else { found }
    }

    /// What a name means by where files lie: a package's other files, a class's own file.
    fn neighbours(&self, id: FileId, path: &[String]) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let mut exported = self.beside(id, file).map(|other| self.exported(other, path, DEEPEST));
        let mut found = exported.find(|found| !found.is_empty()).unwrap_or_default();
        if found.is_empty()
            && path.len() > 1
            && path[0].starts_with(|c: char| c.is_ascii_uppercase())
            && let Some([only]) = self.named.by_stem.get(&path[0]).map(Vec::as_slice)
        {
            found.extend(self.exported(*only, &path[1..], DEEPEST));
        }
        found
    }

    /// A constant that every file of a program sees, whatever includes what.
    fn constant(&self, id: FileId, name: &str) -> Vec<Definition<'_>> {
        let is_kin = |other: &FileId| {
            let paths = (self.files.get(&id), self.files.get(other));
            matches!(paths, (Some(one), Some(other)) if place(&one.path).1 == place(&other.path).1)
        };
        let indices = self.constants.get(name).filter(|all| all.len() <= MOST_NAMESAKES).into_iter().flatten();
        let kin = indices.filter(|(other, _)| is_kin(other));
        kin.filter_map(|(other, index)| {
            Some(self.definition(*other, self.files.get(other)?.facts.bindings.get(*index)?))
        })
        .collect()
    }

    /// What an option of the command line is by default, as a member of what was parsed: `args.seal`.
    fn option<'w>(&'w self, file: &'w FlatFile, id: FileId, path: &[String]) -> Vec<Definition<'w>> {
        let [_, member] = path else { return Vec::new() };
        file.options(member).map(|binding| self.definition(id, binding)).collect()
    }

    /// A member of the object around that a class before its own has.
    fn inherited_by_owner(&self, site: Site, member: &str) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&site.file) else { return Vec::new() };
        let function = site.function.and_then(|index| file.facts.functions.get(index));
        let owner = function.and_then(|function| function.owner.as_deref());
        let only =
            || file.facts.parents.first().filter(|_| file.facts.parents.len() == 1).map(|(class, _)| class.as_str());
        owner.or_else(only).map_or_else(Vec::new, |class| self.inherited(site.file, class, member, INHERITED))
    }

    /// A member that a class has from one that it extends.
    fn inherited(&self, id: FileId, class: &str, member: &str, steps: usize) -> Vec<Definition<'_>> {
        let Some(steps) = steps.checked_sub(1) else { return Vec::new() };
        let Some(own) = self.files.get(&id) else { return Vec::new() };
        let imports = own.facts.imports.iter().filter(|import| import.alias == class);
        let elsewhere = imports.flat_map(|import| self.targets(id, import));
        for file in std::iter::once(id).chain(elsewhere) {
            let Some(holder) = self.files.get(&file) else { continue };
            for (_, parent) in holder.facts.parents.iter().filter(|(one, parent)| one == class && parent != class) {
                let path = [parent.clone(), member.to_owned()];
                let mut found = self.exported(file, &path, 0);
                if found.is_empty() {
                    found = self.neighbours(file, &path);
                }
                if found.is_empty() {
                    found = self.computed(file, &path);
                }
                if found.is_empty() {
                    found = self.inherited(file, parent, member, steps);
                }
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    /// A member that a function without parameters computes when it is read: a getter, a property.
    fn computed(&self, id: FileId, path: &[String]) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let Some((member, owner)) = path.split_last() else { return Vec::new() };
        let computes = |id: &FunctionId| {
            let Some(function) = file.facts.functions.get(id.index) else { return false };
            let of = function.owner.as_deref();
            function.parameters.is_empty()
                && owner.last().map_or(of.is_some(), |owner| of.is_some_and(|of| letters(of) == letters(owner)))
        };
        let functions = self.functions_named(id, member);
        functions.into_iter().filter(computes).filter_map(|id| self.result_of(id)).collect()
    }

    /// A member of an object that is called like its class, here or in the class's own file: `jwtSettings.key`,
    /// and `jwtSettings.getKey()` where nothing in sight has that name.
    fn of_class(&self, id: FileId, path: &[String]) -> Vec<Definition<'_>> {
        let [.., owner, member] = path else { return Vec::new() };
        let class = letters(owner);
        let names = [Some(member.clone()), names::property_of(member)];
        let Some(own) = self.files.get(&id) else { return Vec::new() };
        let imports = own.facts.imports.iter().filter(|import| import.alias == *owner || import.alias == path[0]);
        let mut files: Vec<FileId> = std::iter::once(id).chain(imports.flat_map(|one| self.targets(id, one))).collect();
        files.extend(self.named.by_letters.get(&class).filter(|files| files.len() == 1).into_iter().flatten());
        for file in files {
            let Some(own) = self.files.get(&file) else { continue };
            for name in names.iter().flatten() {
                let of_class = |binding: &&Binding| {
                    let [.., of, _] = binding.path.as_slice() else { return false };
                    let is_section = || names::section_of(of).is_some_and(|section| letters(section) == class);
                    binding.visible.is_none() && of != owner && (letters(of) == class || is_section())
                };
                let found: Vec<Definition<'_>> =
                    own.bindings_called(name).filter(of_class).map(|binding| self.definition(file, binding)).collect();
                if !found.is_empty() {
                    return found;
                }
            }
        }
        Vec::new()
    }

    /// Where a call stands, and the call.
    fn call(&self, file: FileId, index: usize) -> Option<(Site, &CallSite)> {
        let place = self.files.get(&file)?.facts.calls.get(index)?;
        Some((Site { file, module: 0, function: place.function, setting: place.setting }, place))
    }

    /// Which functions the calls of what is called `name` reach, in the order of files and texts. All of them at once:
    /// a thousand services may each have a function of this name.
    fn reached(&self, name: &str) -> Arc<Reached> {
        let wanted = hash(name);
        remembered(&self.reached, wanted, || {
            let start = self.calls.partition_point(|(hash, ..)| *hash < wanted);
            let alike = self.calls.get(start..).unwrap_or_default().iter().take_while(|(hash, ..)| *hash == wanted);
            let mut reached = Reached::default();
            for &(_, file, index) in alike {
                let Some((site, place)) = self.call(file, index) else { continue };
                for function in self.callees(site, &place.call.callee) {
                    let calls = reached.entry(function).or_default();
                    if calls.len() < MOST_CALLERS && calls.last() != Some(&(file, index)) {
                        calls.push((file, index));
                    }
                }
            }
            Arc::new(reached)
        })
    }

    fn functions_named(&self, id: FileId, name: &str) -> Vec<FunctionId> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        file.functions_called(name).map(|(index, _)| FunctionId { file: id, index }).collect()
    }

    /// The functions that make a value of a class.
    fn constructors(&self, id: FileId, class: &str) -> Vec<FunctionId> {
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        CONSTRUCTORS
            .iter()
            .flat_map(|name| file.functions_called(name))
            .filter(|(_, function)| function.owner.as_deref() == Some(class))
            .map(|(index, _)| FunctionId { file: id, index })
            .collect()
    }

    /// The constructor of the class that is all that a module exports.
    fn only_constructor(&self, id: FileId) -> Option<FunctionId> {
        let file = self.files.get(&id)?;
        let whole = |(_, function): &(usize, &Function)| is_whole_module(&file.facts, function);
        let (index, _) = file.facts.functions.iter().enumerate().find(whole)?;
        Some(FunctionId { file: id, index })
    }

    /// The other files of a folder, in languages in which they see each other's names.
    fn beside<'w>(&'w self, id: FileId, file: &'w FlatFile) -> impl Iterator<Item = FileId> + 'w {
        let (folder, ending) = place(&file.path);
        let files = self.folders.by_path.get(folder).filter(|_| shares_folders(ending)).into_iter().flatten().copied();
        let is_alike = move |other: &FileId| {
            self.files.get(other).is_some_and(|file| file.path.rsplit_once('.').is_some_and(|(_, own)| own == ending))
        };
        files.filter(move |other| *other != id).filter(is_alike)
    }

    /// Whether a value is a parameter that every caller gives an object which is written out: what that does not hold
    /// comes from nowhere.
    fn is_given_in_full(&self, site: Site, value: &Value) -> bool {
        let parameter = match value {
            Value::Name(name) => self.as_parameter(site, name),
            _ => None,
        };
        let Some((index, position)) = parameter else { return false };
        let callers = self.callers(FunctionId { file: site.file, index });
        let is_written_out = |caller: &Caller| {
            let argument = caller.call.arguments.get(position).map(|argument| &argument.value);
            matches!(argument, Some(Value::Record(record)) if record.rest.is_none())
        };
        !callers.is_empty() && callers.iter().all(is_written_out)
    }

    /// Functions and constructors of the other files of a package.
    fn functions_beside(&self, file: &FlatFile, id: FileId, name: &str) -> Vec<FunctionId> {
        // Nobody calls a method of another class by its name alone.
        let called_alone = |one: &FunctionId| self.owner(*one).is_none_or(|owner| owner == name);
        let of = |other| {
            let functions = self.functions_named(other, name).into_iter().filter(called_alone);
            functions.chain(self.constructors(other, name)).collect::<Vec<_>>()
        };
        self.beside(id, file).map(of).find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Whether two files are of one language.
    fn is_near(&self, one: FileId, other: FileId) -> bool {
        let ending = |id| self.files.get(&id).map(|file| place(&file.path).1);
        ending(one) == ending(other)
    }

    /// What a class leaves to those that extend it, in the other files of a package.
    fn overriding(&self, file: &FlatFile, id: FileId, name: &str) -> Vec<FunctionId> {
        let own: FxHashSet<&str> = file.facts.functions.iter().filter_map(|one| one.owner.as_deref()).collect();
        let extends = |one: &FunctionId| {
            let parents = self.files.get(&one.file).map_or(&[][..], |other| other.facts.parents.as_slice());
            let owner = self.owner(*one);
            parents.iter().any(|(class, parent)| owner == Some(class) && own.contains(parent.as_str()))
        };
        self.beside(id, file)
            .flat_map(|other| self.functions_named(other, name))
            .filter(extends)
            .take(MOST_NAMESAKES)
            .collect()
    }

    /// Whether a file knows something it imports by this name.
    fn imports(&self, id: FileId, alias: &str) -> bool {
        self.files.get(&id).is_some_and(|file| file.facts.imports.iter().any(|import| import.alias == alias))
    }

    /// Whether a name stands for a package in a file, so that what is called by it is none of the file's own functions.
    fn imports_package(&self, id: FileId, alias: &str) -> bool {
        self.files.get(&id).is_some_and(|file| {
            file.path.ends_with(".go") && file.facts.imports.iter().any(|import| import.alias == alias)
        })
    }

    /// The class or type that a function belongs to.
    fn owner(&self, id: FunctionId) -> Option<&str> {
        self.files.get(&id.file)?.facts.functions.get(id.index)?.owner.as_deref()
    }

    fn functions_at(&self, id: FileId, path: &[String]) -> Vec<FunctionId> {
        let Some(name) = path.last() else { return Vec::new() };
        let is_of_package = path.len() > 1 && self.imports_package(id, &path[0]);
        if !is_of_package {
            let mut found = self.functions_named(id, name);
            found.extend(self.constructors(id, name));
            if !found.is_empty() {
                return found;
            }
        }
        let Some(file) = self.files.get(&id) else { return Vec::new() };
        let mut found = Vec::new();
        for import in &file.facts.imports {
            let by_alias = path.first() == Some(&import.alias);
            if !by_alias && !import.alias.is_empty() {
                continue;
            }
            let wanted = match &import.member {
                Some(member) if by_alias && path.len() == 1 => member,
                _ => name,
            };
            for target in self.targets(id, import) {
                found.extend(self.functions_named(target, wanted));
                found.extend(self.constructors(target, wanted));
                if import.member.as_deref().is_none_or(|member| member == "default") && by_alias && path.len() == 1 {
                    // What a module is as a whole.
                    found.extend(EXPORTED.iter().flat_map(|name| self.functions_named(target, name)));
                    found.extend(self.only_constructor(target).filter(|id| !found.contains(id)));
                }
            }
        }
        if found.is_empty() && path.len() == 1 {
            found = self.functions_beside(file, id, name);
        }
        if found.is_empty() && path.len() == 1 {
            found = self.overriding(file, id, name);
        }
        if found.is_empty()
            && let Some([only]) = self.named.by_stem.get(name).map(Vec::as_slice)
        {
            found.extend(self.constructors(*only, name));
        }
        if found.is_empty()
            && let [.., owner, _] = path
            && let Some(files) =
                self.named.by_letters.get(&letters(owner)).filter(|files| files.len() <= MOST_NAMESAKES)
        {
            let named: Vec<FunctionId> = files.iter().flat_map(|&file| self.functions_named(file, name)).collect();
            found.extend(named.iter().copied().filter(|_| named.len() == 1));
        }
        found
    }
}

impl World for FlatWorld {
    fn definitions(&self, site: Site, name: &Name) -> Vec<Definition<'_>> {
        let mut found = self.local(site.file, &name.segments, name.span);
        if found.is_empty() {
            found = self.imported(site.file, &name.segments);
        }
        if found.is_empty() && name.segments.len() == 1 {
            // A member of the class around, named without `this`.
            found = self.members(site, &Value::This, &name.segments[0]);
        }
        if found.is_empty() {
            found = self.neighbours(site.file, &name.segments);
        }
        if found.is_empty() && name.segments.len() == 1 {
            // A call without brackets.
            let functions = self.functions_at(site.file, &name.segments);
            found.extend(functions.into_iter().filter_map(|id| self.result_of(id)));
        }
        if found.is_empty()
            && let [name] = name.segments.as_slice()
        {
            found = self.constant(site.file, name);
        }
        if found.is_empty() {
            found.extend(setting_read(site, &name.segments, name.span));
        }
        found
    }

    fn members(&self, site: Site, base: &Value, member: &str) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&site.file) else { return Vec::new() };
        let mut path = match dotted(base) {
            Some(path) => path,
            None => return self.required(site.file, base, member),
        };
        path.push(member.to_owned());
        let found: Vec<Definition<'_>> = file
            .bindings_called(member)
            .filter(|binding| match base {
                Value::This => binding.path.len() > 1,
                _ => ends_with(&binding.path, &path),
            })
            .map(|binding| self.definition(site.file, binding))
            .collect();
        if found.is_empty() && matches!(base, Value::This) {
            let found = self.computed(site.file, &path);
            return if found.is_empty() { self.inherited_by_owner(site, member) } else { found };
        }
        if !found.is_empty() && !are_blank(&found) {
            return found;
        }
        let blank = found;
        let mut found = self.imported(site.file, &path);
        if found.is_empty() {
            found = self.neighbours(site.file, &path);
        }
        if found.is_empty() {
            found = self.computed(site.file, &path);
        }
        if found.is_empty() && path.len() > 1 {
            let imports = file.facts.imports.iter().filter(|import| import.alias == path[0]);
            let files = imports.flat_map(|import| self.targets(site.file, import));
            found =
                files.map(|target| self.computed(target, &path)).find(|found| !found.is_empty()).unwrap_or_default();
        }
        if found.is_empty() {
            found = self.of_class(site.file, &path);
        }
        if found.is_empty()
            && let [.., class, _] = path.as_slice()
        {
            found = self.inherited(site.file, class, member, INHERITED);
        }
        if found.is_empty() {
            found = self.option(file, site.file, &path);
        }
        if found.is_empty() {
            found = blank;
        }
        if are_blank(&found) && !self.is_given_in_full(site, base) {
            found.extend(setting_read(site, &path, Span::new(0, 0)));
        }
        found
    }

    fn callees(&self, site: Site, callee: &Callee) -> Vec<FunctionId> {
        match callee {
            Callee::Path(name) => self.functions_at(site.file, &name.segments),
            Callee::Method(receiver, name) => {
                let mut path = dotted(receiver).unwrap_or_default();
                path.push(name.clone());
                let mut found = self.functions_at(site.file, &path);
                if found.is_empty() {
                    found.extend(
                        self.extensions.get(name).into_iter().flatten().filter(|one| self.is_near(one.file, site.file)),
                    );
                }
                if TEXT_METHODS.contains(&name.as_str()) && !matches!(receiver, Value::This) {
                    let of = path.iter().rev().nth(1).map(|of| letters(of));
                    let is_of_package =
                        |id: &FunctionId| self.owner(*id).is_none() && self.imports(site.file, &path[0]);
                    found.retain(|id| of.is_some() && (self.owner(*id).map(letters) == of || is_of_package(id)));
                }
                if found.len() > 3 { Vec::new() } else { found }
            }
        }
    }

    fn function(&self, id: FunctionId) -> Option<FunctionView<'_>> {
        let function = self.files.get(&id.file)?.facts.functions.get(id.index)?;
        Some(FunctionView {
            name: &function.name,
            has_receiver: false,
            is_constructor: CONSTRUCTORS.contains(&function.name.as_str())
                || function.owner.as_ref() == Some(&function.name),
            result: &function.result,
            site: Site { file: id.file, module: 0, function: Some(id.index), setting: function.setting },
            span: function.span,
        })
    }

    fn callers(&self, id: FunctionId) -> Vec<Caller> {
        let Some(own) = self.files.get(&id.file) else { return Vec::new() };
        let Some(function) = own.facts.functions.get(id.index) else { return Vec::new() };
        let name = called(&own.path, function);
        let by_file =
            Some(names::of_file(&own.path)).filter(|file| *file != name && is_whole_module(&own.facts, function));
        let mut found = Vec::new();
        for name in std::iter::once(name).chain(by_file) {
            let reached = self.reached(name);
            let calls = reached.get(&id).into_iter().flatten().filter_map(|&(file, index)| self.call(file, index));
            found.extend(calls.map(|(site, place)| Caller { site, call: place.call.clone() }));
        }
        found.truncate(MOST_CALLERS);
        found
    }

    fn parameter(&self, id: FunctionId, index: usize) -> Option<(String, Span)> {
        let function = self.files.get(&id.file)?.facts.functions.get(id.index)?;
        Some((function.parameters.get(index)?.clone(), function.span))
    }

    fn is_untyped(&self) -> bool {
        true
    }

    fn entries(&self, site: Site, base: &Value) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&site.file) else { return Vec::new() };
        let Some(owner) = dotted(base).filter(|path| !path.is_empty()) else { return Vec::new() };
        let is_entry = |binding: &&Binding| {
            let (_, of) = binding.path.split_last().unwrap_or((&owner[0], &[]));
            ends_with(of, &owner)
        };
        file.facts.bindings.iter().filter(is_entry).map(|binding| self.definition(site.file, binding)).collect()
    }

    fn members_given(&self, constructor: FunctionId) -> Vec<(&str, usize)> {
        let Some(file) = self.files.get(&constructor.file) else { return Vec::new() };
        let given = file.given_by(constructor.index).iter();
        let named = |&(binding, position): &(usize, usize)| {
            Some((file.facts.bindings.get(binding)?.path.last()?.as_str(), position))
        };
        given.filter_map(named).collect()
    }

    fn unfilled(&self, id: FunctionId, parameter: usize) -> Vec<Definition<'_>> {
        let Some(file) = self.files.get(&id.file) else { return Vec::new() };
        let Some(function) = file.facts.functions.get(id.index) else { return Vec::new() };
        let Some(name) = function.parameters.get(parameter) else { return Vec::new() };
        // Python: `@click.option("--seal", default=…)`, which stands before the function and after any other.
        let is_before = |binding: &&Binding| {
            let between = binding.span.start()..function.span.start();
            let is_other = |other: &Function| between.contains(&other.span.start());
            binding.span.start() < function.span.start() && !file.facts.functions.iter().any(is_other)
        };
        let options = file.options(name).filter(is_before).map(|binding| self.definition(id.file, binding));
        options.chain(service_arguments(&file.path, function, name, id)).collect()
    }

    fn as_parameter(&self, site: Site, name: &Name) -> Option<(usize, usize)> {
        let [only] = name.segments.as_slice() else { return None };
        let file = self.files.get(&site.file)?;
        let taking = file.taking(only).iter().filter_map(|&index| Some((index, file.facts.functions.get(index)?)));
        let (index, function) = taking
            .filter(|(_, function)| function.body.contains(name.span))
            .min_by_key(|(_, function)| function.body.end() - function.body.start())?;
        let position = function.parameters.iter().position(|parameter| parameter == only)?;
        // A local of the same name inside the body hides the parameter, and a default stands for it; that it is of a type
        // of settings does neither.
        let hidden = file.bindings_called(only).any(|binding| {
            binding.path.len() == 1
                && (function.body.contains(binding.span) || !is_of_settings_type(&binding.value))
                && binding.visible.is_some_and(|scope| function.body.contains(scope) && scope.contains(name.span))
        });
        (!hidden).then_some((index, position))
    }

    fn setting(&self, site: Site) -> Setting {
        let by_path = self.files.get(&site.file).map(|file| file.setting).unwrap_or_default();
        let owner =
            site.function.and_then(|index| self.files.get(&site.file)?.facts.functions.get(index)?.owner.as_deref());
        let by_owner = owner.map(context::of_type_name).unwrap_or_default();
        by_path.max(site.setting).max(by_owner)
    }
}

/// Whether a value is, or is unless it is told otherwise, an algorithm that takes a shared key.
fn is_shared_key_algorithm(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().and_then(Algorithm::named).is_some(),
        Value::Fallback { default, .. } => is_shared_key_algorithm(default),
        _ => false,
    }
}

/// Whether nothing but empty texts are given: there, what is filled from outside starts out.
fn are_blank(definitions: &[Definition<'_>]) -> bool {
    definitions.iter().all(|definition| definition.value.is_empty_text())
}

/// Symfony: what a service is made with stands in `services.yaml`.
fn service_arguments(path: &str, function: &Function, name: &str, id: FunctionId) -> Vec<Definition<'static>> {
    let Some(owner) = function.owner.as_deref().filter(|_| path.ends_with(".php") && function.name == "__construct")
    else {
        return Vec::new();
    };
    let site = Site { file: id.file, module: 0, function: Some(id.index), setting: function.setting };
    let named = [format!("{owner}.{SERVICE_ARGUMENTS}.{name}"), format!("{SERVICE_BINDINGS}.{name}")];
    let position = function.parameters.iter().position(|parameter| parameter == name);
    let by_position = position.map(|position| asked::argument_at(owner, position));
    named.into_iter().chain(by_position).map(|name| read_of(site, name, function.span)).collect()
}

/// Whether a value is a parameter itself, or what its type of settings says.
fn is_of_settings_type(value: &Value) -> bool {
    matches!(value, Value::AnyOf(values) if matches!(values.as_slice(), [Value::Param(_), Value::Name(_)]))
}

/// Whether a value is the default of an option of the command line.
fn is_option(value: &Value) -> bool {
    let Value::Fallback { primary, .. } = value else { return false };
    matches!(&**primary, Value::Env(EnvRead { name: Some(name), .. }) if name.starts_with('-'))
}

/// The position of the parameter that a value is, or is unless nothing is given.
fn parameter_of(value: &Value, function: &Function) -> Option<usize> {
    match value {
        Value::Param(index) => Some(*index),
        Value::Name(name) => match name.segments.as_slice() {
            [only] => function.parameters.iter().position(|parameter| parameter == only),
            _ => None,
        },
        Value::Fallback { primary, .. } => parameter_of(primary, function),
        _ => None,
    }
}

/// A member of settings that no code in sight fills is read from configuration, by its path below them: with their
/// own name as well where that says more than that they are settings.
fn setting_read(site: Site, path: &[String], span: Span) -> Vec<Definition<'static>> {
    let members = path.len().saturating_sub(1);
    let owner = path[..members].iter().rposition(|owner| names::holds_settings(owner));
    let is_value = path.last().is_some_and(|last| !names::holds_settings(last));
    let names = owner.filter(|_| is_value).into_iter().flat_map(|owner| {
        let member = path[owner + 1..].join(".");
        let named = names::words(&path[owner]) > 1;
        // `GateOptions.Material` is `Material` of the section `Gate`.
        let section = names::section_of(&path[owner]).map(|section| format!("{section}.{member}"));
        // Dynaconf: `settings.SEAL` is `seal` of the file.
        let lower = (!member.contains(|c: char| c.is_ascii_lowercase())).then(|| member.to_ascii_lowercase());
        [named.then(|| path[owner..].join(".")), section, Some(member), lower].into_iter().flatten()
    });
    names.map(|name| read_of(site, name, span)).collect()
}

/// A read of the setting of this name.
fn read_of(site: Site, name: String, span: Span) -> Definition<'static> {
    Definition {
        value: Cow::Owned(Value::Env(EnvRead { name: Some(name), span, compile_time: false })),
        site,
        span,
        note: String::new(),
        is_default: false,
        of_type: false,
        is_guess: false,
    }
}

/// What a fallback stands in for.
#[derive(Clone, Copy)]
enum Read<'v> {
    /// A variable or setting.
    Env(&'v EnvRead),
    /// A member of an object that comes from elsewhere: `options.jwtSecret`, `yaml["jwt_secret"]`, `yaml.get("jwt_secret")`.
    Member(&'v Value, &'v str, Span),
}

impl Read<'_> {
    /// Its name and where it stands, if that reads like a JWT secret's.
    fn named(self) -> Option<(String, Span)> {
        match self {
            Self::Env(read) => {
                let name = read.name.as_deref().filter(|name| names::classify(&[name]) == NameClass::Secret)?;
                Some((name.to_owned(), read.span))
            }
            Self::Member(of, member, span) => {
                let mut path = dotted(of).unwrap_or_default();
                path.push(member.to_owned());
                let parts: Vec<&str> = path.iter().map(String::as_str).collect();
                (names::classify(&parts) == NameClass::Secret).then(|| (path.join("."), span))
            }
        }
    }
}

/// `settings.get("jwt_secret")`
fn looked_up(call: &Call) -> Option<Read<'_>> {
    let (Callee::Method(of, method), [Argument { value: Value::Literal(name), .. }]) =
        (&call.callee, call.arguments.as_slice())
    else {
        return None;
    };
    let is_lookup = method.starts_with("get") || method.starts_with("Get") || method == "fetch";
    let name = name.secret.expose_str().filter(|_| is_lookup)?;
    Some(Read::Member(of, name, call.span))
}

/// A function without parameters as a name for what it gives: `get_jwt_secret()`.
fn as_getter(index: usize, function: &Function) -> Option<Binding> {
    if function.result == Value::Unknown || !function.parameters.is_empty() || !names::could_be_key(&function.name) {
        return None;
    }
    let name = names::without_getter(&function.name);
    let path: Vec<&str> = function.owner.as_deref().into_iter().chain([name]).collect();
    // A method that handles a key and gives an error is called so, too; only what says secret is taken at its word.
    if names::classify(&path) != NameClass::Secret {
        return None;
    }
    Some(Binding {
        path: path.into_iter().map(str::to_owned).collect(),
        value: function.result.clone(),
        span: function.span,
        visible: None,
        function: Some(index),
        setting: function.setting,
    })
}

/// Reads with their defaults, as they are written in a value.
fn fallbacks<'v>(value: &'v Value, depth: usize, found: &mut Vec<(Read<'v>, &'v Value)>) {
    const DEEPEST: usize = 16;
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Fallback { primary, default } => {
            let read = match &**primary {
                Value::AnyOf(values) => values.first(),
                value => Some(value),
            };
            match read {
                Some(Value::Env(read)) => found.push((Read::Env(read), default)),
                Some(Value::Field(of, member, span)) => found.push((Read::Member(of, member, *span), default)),
                Some(Value::Call(call)) => found.extend(looked_up(call).map(|read| (read, &**default))),
                _ => {}
            }
            fallbacks(primary, depth + 1, found);
            fallbacks(default, depth + 1, found);
        }
        Value::AnyOf(values) | Value::Concat(values) => {
            values.iter().for_each(|value| fallbacks(value, depth + 1, found));
        }
        Value::Decoded(_, value) | Value::Closure(value) | Value::Within(_, value) => {
            fallbacks(value, depth + 1, found)
        }
        Value::Record(record) => record.fields.iter().for_each(|field| fallbacks(&field.value, depth + 1, found)),
        _ => {}
    }
}

/// A name or member path as its parts; `this` is none.
fn dotted(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Name(name) => Some(name.segments.clone()),
        Value::Field(base, member, _) => {
            let mut path = dotted(base)?;
            path.push(member.clone());
            Some(path)
        }
        Value::This => Some(Vec::new()),
        Value::Via(via) => dotted(&via.value),
        _ => None,
    }
}

/// The files that a file imports by relative paths.
pub fn imported_files(path: &str, imports: &[Import], file_at: impl Fn(&str) -> Option<FileId> + Copy) -> Vec<FileId> {
    let mut found = Vec::new();
    for import in imports {
        if let Some(base) = relative_base(path, &import.module) {
            found.extend(files_at(&base, import.member.as_deref(), file_at));
        }
    }
    found
}

/// Where a relative module lies, without its ending.
fn relative_base(path: &str, module: &str) -> Option<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let dots = module.bytes().take_while(|&byte| byte == b'.').count();
    if dots == 0 {
        return None;
    }
    let rest = &module[dots..];
    if rest.starts_with('/') || rest.is_empty() && dots <= 2 && !path.ends_with(".py") {
        return Some(join(folder, module));
    }
    // Python: one dot is the own folder, each further dot one up.
    let mut base = folder.to_owned();
    for _ in 1..dots {
        base = parent(&base);
    }
    Some(join(&base, &rest.replace('.', "/")))
}

/// The file of a module by its path without ending, the index of a folder, and a module named as a member of a folder.
fn files_at(base: &str, member: Option<&str>, file_at: impl Fn(&str) -> Option<FileId>) -> Vec<FileId> {
    const ENDINGS: [&str; 14] = [
        "",
        ".js",
        ".ts",
        ".mjs",
        ".cjs",
        ".tsx",
        ".jsx",
        ".py",
        ".rb",
        ".php",
        "/index.js",
        "/index.ts",
        "/__init__.py",
        ".dart",
    ];
    let find = |base: &str| ENDINGS.iter().find_map(|ending| file_at(&format!("{base}{ending}")));
    let stem = base.strip_suffix(".js").map(|stem| format!("{stem}.ts"));
    let mut found: Vec<FileId> = find(base).or_else(|| file_at(&stem?)).into_iter().collect();
    found.extend(member.and_then(|member| find(&join(base, member))));
    found
}

/// Whether files of a folder see each other's names without an import.
pub(super) fn shares_folders(ending: &str) -> bool {
    matches!(ending, "go" | "kt" | "swift" | "scala" | "java" | "groovy" | "cs" | "dart")
}

/// Whether every file of a program sees a name of one, wherever that is defined: a constant in PHP or Ruby.
pub(super) fn is_global(ending: &str, name: &str) -> bool {
    let is_constant = || names::is_shouted(name);
    matches!(ending, "php" | "rb") && name.starts_with(|c: char| c.is_ascii_uppercase()) && is_constant()
}

/// What a function of the file at `path` is called by: a constructor by its class, all that a module exports by its
/// file.
pub(super) fn called<'f>(path: &'f str, function: &'f Function) -> &'f str {
    match &function.owner {
        Some(owner) if CONSTRUCTORS.contains(&function.name.as_str()) => owner,
        None if EXPORTED.contains(&function.name.as_str()) => names::of_file(path),
        _ => &function.name,
    }
}

/// Whether a function is the constructor of the only class of its file, which may go by the file's name.
pub(super) fn is_whole_module(facts: &Facts, function: &Function) -> bool {
    let is_constructor = |one: &Function| CONSTRUCTORS.contains(&one.name.as_str()) && one.owner.is_some();
    is_constructor(function) && !facts.functions.iter().any(|one| is_constructor(one) && one.owner != function.owner)
}

/// Whether a file is in a language whose namespaces need not be folders.
pub(super) fn is_free_of_folders(path: &str) -> bool {
    [".cs", ".kt", ".scala"].iter().any(|ending| path.ends_with(ending))
}

/// The constants of files that every file of their program sees.
fn constants(files: &[(FileId, FlatFile)]) -> FxHashMap<String, Vec<(FileId, usize)>> {
    let mut constants: FxHashMap<String, Vec<(FileId, usize)>> = FxHashMap::default();
    for (id, file) in files {
        let ending = place(&file.path).1;
        for (index, binding) in file.facts.bindings.iter().enumerate().filter(|(_, one)| one.visible.is_none()) {
            if let [name] = binding.path.as_slice()
                && is_global(ending, name)
            {
                constants.entry(name.clone()).or_default().push((*id, index));
            }
        }
    }
    constants
}

/// The functions of a file that are called on what they are given first.
fn extensions(files: &[(FileId, FlatFile)]) -> FxHashMap<String, Vec<FunctionId>> {
    let extends = |binding: &&Binding| binding.value == Value::This && binding.path.len() == 1;
    let mut extensions: FxHashMap<String, Vec<FunctionId>> = FxHashMap::default();
    for (id, file) in files.iter().filter(|(_, file)| file.path.ends_with(".cs")) {
        for index in file.facts.bindings.iter().filter(extends).filter_map(|one| one.function) {
            let Some(function) = file.facts.functions.get(index) else { continue };
            extensions.entry(function.name.clone()).or_default().push(FunctionId { file: *id, index });
        }
    }
    extensions
}

/// Whether files with these endings hold one language.
pub(crate) fn are_kin(one: &str, other: &str) -> bool {
    const KIN: [&[&str]; 3] = [
        &["c", "cc", "cpp", "cxx", "h", "hh", "hpp", "hxx"],
        &["js", "ts", "jsx", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"],
        &["java", "kt"],
    ];
    one == other || KIN.iter().any(|kin| kin.contains(&one) && kin.contains(&other))
}

/// The letters of a name in lower case: `_jwtSettings` and `JwtSettings` have the same.
pub(super) fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn last_name(binding: &Binding) -> &str {
    binding.path.last().map_or("", String::as_str)
}

fn ends_with(path: &[String], tail: &[String]) -> bool {
    path.len() >= tail.len() && path[path.len() - tail.len()..] == *tail
}

/// Whether a binding gives a module all that it exports.
fn is_whole_binding(binding: &Binding) -> bool {
    let path: Vec<&str> = binding.path.iter().map(String::as_str).collect();
    binding.visible.is_none() && matches!(path.as_slice(), ["module", "exports"] | ["default"])
}

fn called_name(callee: &Callee) -> Option<&str> {
    match callee {
        Callee::Path(name) => name.segments.last().map(String::as_str),
        Callee::Method(_, name) => Some(name),
    }
}

fn parent(folder: &str) -> String {
    folder.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned())
}

//! What names mean in Rust: crates, modules, imports, types and their members.
//!
//! Nothing is compiled. Modules are found by where files lie (and `#[path]`), crates by their
//! manifests; a file is parsed when an answer depends on it.

mod asked;
mod channels;
mod conversions;
mod held;
mod helpers;
mod index;
mod logs;
mod macros;
mod manifest;
mod own;
mod report;
mod resolve;
mod settings;
mod shown;
mod sinks;
mod types;
mod unvalidated;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use index::{IdentifierIndex, Word};
pub use manifest::{Manifest, join};
use resolve::{Item, ModuleAt};
use types::Local;

use super::ahead::{Ahead, Asked};
use super::evaluate::{Caller, Definition, FunctionId, FunctionView, Site, World};
use super::memo::remembered;
use crate::analyze::anyword::is_whole_word;
use crate::analyze::rust::model::{Constant, FieldWrite, RustFile, Site as FileSite, WriteKind};
use crate::analyze::rust::{self, BY_CONVERSION, Bodies, Unparsed, rules};
use crate::fact::{Argument, Call, Callee, FileId, Name, Setting, Value, selector};
use crate::judge::context;
use crate::names::{self, NameClass};
use crate::source::Source;
use crate::span::Span;

/// A name that more files than this hold is too common to follow.
const MOST_FILES: usize = 400;
/// A method's name that no more files than this hold is looked for in all of them.
const FEW_FILES: usize = 40;
/// A variant whose name says nothing of keys is none's holder if it is filled in more places than this.
const MOST_FILLED: usize = 16;
/// Callers of one function that are looked at.
const MOST_CALLERS: usize = 64;

/// Gives the text of a file of the workspace, if it can be read.
pub type Load<'a> = dyn Fn(FileId) -> Option<Source> + Sync + 'a;

/// Reads the manifests of the tree.
pub type ReadManifests<'a> = dyn Fn() -> Vec<Manifest> + Sync + 'a;

/// What paths mean in modules, as far as asked.
type Resolved = FxHashMap<(ModuleAt, Vec<String>), Vec<Item>>;
/// The files of a workspace that hold words, by the numbers of those, as far as asked.
type Held = FxHashMap<(Option<usize>, Vec<u32>), Arc<[usize]>>;
/// Methods by package, type and name, as far as asked.
type MethodTable = FxHashMap<(Option<usize>, String, String), Vec<FunctionId>>;
/// What members are given, by package, type and name, as far as asked.
type WriteTable = FxHashMap<(Option<usize>, String, String), Arc<[WriteId]>>;
/// Which of the items left unread are wanted.
type Wanted = Box<dyn Fn(PartId, &str) -> bool + Send + Sync>;

/// All Rust files of a scan.
pub struct RustWorld<'a> {
    entries: Vec<Entry>,
    by_path: FxHashMap<Arc<str>, usize>,
    by_id: FxHashMap<FileId, usize>,
    crates: Vec<Manifest>,
    /// The packages of the tree that each depends on, at any remove.
    reach: Vec<FxHashSet<usize>>,
    /// The files of packages that have to do with each other, by the workspace of those.
    workspaces: FxHashMap<Option<usize>, Vec<usize>>,
    load: &'a Load<'a>,
    manifests: &'a ReadManifests<'a>,
    index: OnceLock<IdentifierIndex>,
    held: Mutex<Held>,
    callers: Mutex<FxHashMap<FunctionId, Vec<Caller>>>,
    resolved: Mutex<Resolved>,
    /// What `crate` means in files, as far as asked.
    roots: Mutex<FxHashMap<usize, Arc<[ModuleAt]>>>,
    methods: Mutex<MethodTable>,
    written: Mutex<WriteTable>,
    settings: Mutex<FxHashMap<usize, Setting>>,
    /// The modules that name a file by a `#[path]`, as far as asked.
    by_attribute: Mutex<FxHashMap<usize, Option<ModuleAt>>>,
    ahead: Ahead<Wanted>,
}

struct Entry {
    id: FileId,
    path: Arc<str>,
    /// The nearest manifest above it.
    package: Option<usize>,
    /// The first of the packages that this one has to do with.
    workspace: Option<usize>,
    parsed: OnceLock<Option<Parsed>>,
}

/// A parsed file.
pub struct Parsed {
    /// Its text.
    pub source: Source,
    /// Its facts.
    pub facts: RustFile,
    /// Its items by name.
    items: FxHashMap<String, Vec<LocalItem>>,
}

/// What was known of files. To tidy it up takes its time, which nobody has to wait for.
pub struct Leftovers {
    _parsed: Vec<(RustFile, FxHashMap<String, Vec<LocalItem>>)>,
}

/// A part of a file that is read by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartId {
    /// What stands outside of items that are left unread.
    Rest,
    /// The body of a function, by its index.
    Function(usize),
    /// The value of a constant, by its index.
    Constant(usize),
}

impl PartId {
    /// The function, if it is the body of one.
    fn function(self) -> Option<usize> {
        match self {
            Self::Function(index) => Some(index),
            Self::Rest | Self::Constant(_) => None,
        }
    }
}

/// A place where a member is given a value.
#[derive(Debug, Clone, Copy)]
struct WriteId {
    file: usize,
    part: PartId,
    index: usize,
}

/// An item of a file, by its index in the list of its kind.
#[derive(Debug, Clone, Copy)]
enum LocalItem {
    Constant(usize),
    Function(usize),
    Struct(usize),
    Alias(usize),
    Module(usize),
}

impl<'a> RustWorld<'a> {
    /// The world of these files. The manifests of the tree are read when something is to be linked.
    pub fn new(files: Vec<(FileId, Arc<str>)>, manifests: &'a ReadManifests<'a>, load: &'a Load<'a>) -> Self {
        let entry = |(id, path)| Entry { id, package: None, workspace: None, path, parsed: OnceLock::new() };
        let entries: Vec<Entry> = files.into_iter().map(entry).collect();
        let by_path = entries.iter().enumerate().map(|(index, entry)| (entry.path.clone(), index)).collect();
        let by_id = entries.iter().enumerate().map(|(index, entry)| (entry.id, index)).collect();
        Self {
            by_path,
            by_id,
            reach: Vec::new(),
            workspaces: FxHashMap::from_iter([(None, (0..entries.len()).collect())]),
            crates: Vec::new(),
            entries,
            load,
            manifests,
            index: OnceLock::new(),
            held: Mutex::new(FxHashMap::default()),
            callers: Mutex::new(FxHashMap::default()),
            resolved: Mutex::new(FxHashMap::default()),
            roots: Mutex::new(FxHashMap::default()),
            methods: Mutex::new(FxHashMap::default()),
            written: Mutex::new(FxHashMap::default()),
            settings: Mutex::new(FxHashMap::default()),
            by_attribute: Mutex::new(FxHashMap::default()),
            ahead: Ahead::default(),
        }
    }

    /// Reads to which packages the files belong, if that is not known yet.
    fn know_packages(&mut self) {
        if !self.crates.is_empty() {
            return;
        }
        let mut manifests = (self.manifests)();
        manifest::inherit(&mut manifests);
        // The deepest folder first, so that the first that fits is the nearest.
        manifests.sort_by(|a, b| b.folder.len().cmp(&a.folder.len()).then_with(|| a.folder.cmp(&b.folder)));
        self.reach = manifest::reach(&manifests);
        let workspaces_of = manifest::workspaces(&self.reach);
        self.workspaces.clear();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            entry.package = manifests.iter().position(|manifest| below(&manifest.folder, &entry.path));
            entry.workspace = entry.package.and_then(|package| workspaces_of.get(package).copied());
            self.workspaces.entry(entry.workspace).or_default().push(index);
        }
        self.crates = manifests;
    }

    /// Gives the world a file that is read already.
    ///
    /// # Errors
    ///
    /// If it does not parse; the source comes back for other analyzers.
    pub fn add(&self, id: FileId, source: Source) -> Result<(), (Unparsed, Source)> {
        match rust::analyze(&source.text, Bodies::Telling) {
            Ok(facts) => {
                if let Some(&entry) = self.by_id.get(&id) {
                    // Each file is added once; a second time changes nothing.
                    let _ = self.entries[entry].parsed.set(Some(Parsed::new(source, facts)));
                }
                Ok(())
            }
            Err(reason) => Err((reason, source)),
        }
    }

    /// The files parsed so far, by id, and what is left of them.
    pub fn into_sources(self) -> (BTreeMap<FileId, Source>, Leftovers) {
        let parsed = self.entries.into_iter().filter_map(|entry| Some((entry.id, entry.parsed.into_inner()??)));
        let apart = parsed.map(|(id, Parsed { source, facts, items })| ((id, source), (facts, items)));
        let (sources, leftovers) = apart.unzip();
        (sources, Leftovers { _parsed: leftovers })
    }

    fn parsed(&self, entry: usize) -> Option<&Parsed> {
        let entry = self.entries.get(entry)?;
        entry
            .parsed
            .get_or_init(|| {
                let source = (self.load)(entry.id)?;
                let entry = self.by_id.get(&entry.id).copied()?;
                let facts = rust::analyze(&source.text, Bodies::Asked).ok()?;
                let with_macros = self.with_macros(entry, &source.text, &facts, Bodies::Asked);
                Some(Parsed::new(source, with_macros.unwrap_or(facts)))
            })
            .as_ref()
    }

    /// Lets all workers parse what is going to be looked into.
    fn parse_all(&self, entries: &[usize]) {
        entries.par_iter().with_max_len(1).for_each(|&entry| {
            let _ = self.parsed(entry);
        });
    }

    /// What tasks give, shared among all workers; those that have none left read ahead for the others.
    fn share<T: Send + Sync>(&self, count: usize, task: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let read = |file: usize, wanted: &Wanted| {
            if let Some(parsed) = self.parsed(file) {
                parsed.parts_where(wanted).for_each(drop);
            }
        };
        self.ahead.share(count, task, read)
    }

    /// Lets workers that have nothing to do parse files which are going to be looked into, and of the items left unread
    /// in them those that are `wanted`.
    fn ahead(
        &self,
        files: &[usize],
        wanted: impl Fn(PartId, &str) -> bool + Send + Sync + 'static,
    ) -> Option<Asked<'_, Wanted>> {
        self.ahead.ask(files, || Box::new(wanted))
    }

    fn facts(&self, entry: usize) -> Option<&RustFile> {
        self.parsed(entry).map(|parsed| &parsed.facts)
    }

    fn entry_of(&self, id: FileId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    fn facts_of(&self, id: FileId) -> Option<&RustFile> {
        self.facts(self.entry_of(id)?)
    }

    /// Files of the workspace of one that hold all of these words; none if they are too many to matter.
    fn files_with(&self, from: usize, words: &[Word<'_>]) -> Vec<usize> {
        let workspace = self.entries[from].workspace;
        let asked = (workspace, words.iter().map(|word| word.hash()).collect());
        let found = remembered(&self.held, asked, || {
            let among = self.workspaces.get(&workspace).map(Vec::as_slice).unwrap_or_default();
            let mut files = self.index().files_with(among, words);
            if files.len() > MOST_FILES {
                return Arc::default();
            }
            // That nobody defines a type is telling, and among many files one seems to that does not.
            let types: Vec<&str> = words.iter().filter_map(|word| word.as_type()).collect();
            files.retain(|&file| types.iter().all(|name| self.defines_type(file, name)));
            files.into()
        });
        found.to_vec()
    }

    fn defines_type(&self, entry: usize, name: &str) -> bool {
        self.says(entry, |text| index::defines_type(text, name))
    }

    /// Whether the text of a file, which is not parsed for it, says something.
    fn says(&self, entry: usize, says: impl Fn(&str) -> bool) -> bool {
        match self.entries[entry].parsed.get() {
            Some(Some(parsed)) => says(&parsed.source.text),
            _ => (self.load)(self.entries[entry].id).is_some_and(|source| says(&source.text)),
        }
    }

    /// Whether a file may hold a word.
    fn may_hold(&self, entry: usize, word: &str) -> bool {
        self.index().holds(entry, Word::Any(word))
    }

    /// The identifiers of the files that matter; read when first asked for.
    fn index(&self) -> &IdentifierIndex {
        self.index.get_or_init(|| {
            let matters = self.packages_that_matter();
            IdentifierIndex::build(self.entries.len(), |entry| {
                let entry = &self.entries[entry];
                match entry.parsed.get() {
                    Some(Some(parsed)) => Some(Cow::Borrowed(parsed.source.text.as_str())),
                    _ if matters.contains(&entry.package) => {
                        (self.load)(entry.id).map(|source| Cow::Owned(source.text))
                    }
                    _ => None,
                }
            })
        })
    }

    /// The packages that have to do with a file that was added: no value flows to it from others.
    fn packages_that_matter(&self) -> FxHashSet<Option<usize>> {
        let added = self.entries.iter().filter(|entry| matches!(entry.parsed.get(), Some(Some(_))));
        let own: FxHashSet<Option<usize>> = added.map(|entry| entry.package).collect();
        let related = |package: usize| {
            own.contains(&Some(package))
                || own
                    .iter()
                    .flatten()
                    .any(|&one| self.reach[one].contains(&package) || self.reach[package].contains(&one))
        };
        let others: Vec<Option<usize>> = (0..self.crates.len()).filter(|&package| related(package)).map(Some).collect();
        own.into_iter().chain(others).collect()
    }

    fn site(&self, entry: usize, site: FileSite) -> Site {
        Site { file: self.entries[entry].id, module: site.module, function: site.function, setting: site.setting }
    }

    fn module_at(&self, site: Site) -> Option<ModuleAt> {
        Some(ModuleAt { file: self.entry_of(site.file)?, module: site.module })
    }

    /// The type whose impl a site is in.
    fn owner_at(&self, site: Site) -> Option<&crate::analyze::rust::model::TypeRef> {
        self.facts_of(site.file)?.functions.get(site.function?)?.owner.as_ref()
    }

    /// What a file is for: by its path, and by the `mod` declarations that lead to it.
    fn file_setting(&self, entry: usize) -> Setting {
        remembered(&self.settings, entry, || self.file_setting_uncached(entry))
    }

    fn file_setting_uncached(&self, entry: usize) -> Setting {
        let mut setting = context::of_path(&self.entries[entry].path);
        let mut at = ModuleAt { file: entry, module: 0 };
        for _ in 0..32 {
            let Some(parent) = self.parent_file(at) else { break };
            setting = setting.max(self.declared_setting(parent.file, at.file));
            at = parent;
        }
        setting
    }

    /// What a file says another one is for that it declares as a module.
    fn declared_setting(&self, parent: usize, child: usize) -> Setting {
        let name = self.module_name(ModuleAt { file: child, module: 0 });
        // Without these, only what it is called says what a module is for.
        if !["cfg", "path"].into_iter().any(|word| self.may_hold(parent, word)) {
            return if rust::is_test_name(&name) { Setting::Test } else { Setting::default() };
        }
        let modules = self.facts(parent).into_iter().flat_map(|facts| facts.modules.iter().enumerate());
        let mut children = modules.flat_map(|(module, of)| of.children.iter().map(move |one| (module, one)));
        let declared = children.find(|(module, one)| match &one.path {
            Some(_) => self
                .child_file(ModuleAt { file: parent, module: *module }, &one.name)
                .is_some_and(|at| at.file == child),
            None => one.name == name,
        });
        declared.map(|(_, one)| one.setting).unwrap_or_default()
    }

    fn is_in_test_by_name(&self, site: Site) -> bool {
        let Some(facts) = self.facts_of(site.file) else { return false };
        let mut module = facts.modules.get(site.module);
        while let Some(at) = module {
            if at.is_test_by_name {
                return true;
            }
            // A module comes after the one around it, so that this ends.
            module = at.parent.and_then(|parent| facts.modules.get(parent));
        }
        false
    }

    /// Members that are given values, by the name of their type and their own.
    fn writes(&self, from: usize, owner: &str, member: &str) -> Vec<(usize, &FieldWrite)> {
        let asked = (self.entries[from].package, owner.to_owned(), member.to_owned());
        let found = remembered(&self.written, asked, || self.find_writes(from, owner, member).into());
        let write = |id: &WriteId| Some((id.file, self.parsed(id.file)?.part(id.part)?.field_writes.get(id.index)?));
        found.iter().filter_map(write).collect()
    }

    fn find_writes(&self, from: usize, owner: &str, member: &str) -> Vec<WriteId> {
        let mut found = Vec::new();
        // The position of a tuple is not written where it is filled.
        let is_position = member.starts_with(|c: char| c.is_ascii_digit());
        // A member that any type may have is looked for only where its own is named: otherwise that is everywhere.
        let words = match (is_position, names::classify(&[member]) == NameClass::Secret) {
            (true, _) => &[Word::Any(owner)][..],
            (false, true) => &[Word::Written(member)],
            (false, false) => &[Word::Written(member), Word::Any(owner)],
        };
        let mut files = self.files_with(from, words);
        // What half the tree names is no holder of a key.
        if is_position && files.len() > FEW_FILES && names::classify(&[owner]) == NameClass::Other {
            return found;
        }
        files.retain(|&file| self.are_related(file, from));
        let (of, given, position) = (owner.to_owned(), member.to_owned(), format!(".{member}"));
        // A position is filled where its type is named, or assigned to.
        let may_write = move |_: PartId, body: &str| {
            if is_position {
                holds_word(body, &of) || holds_word(body, "Self") || body.contains(&position)
            } else {
                body.contains(&given)
            }
        };
        let _ahead = self.ahead(&files, may_write.clone());
        for file in files {
            let Some(parsed) = self.parsed(file) else { continue };
            let writes = parsed.parts_with_ids(&may_write).flat_map(|(part, facts)| {
                let writes = facts.field_writes.iter().enumerate();
                writes.map(move |(index, write)| (WriteId { file, part, index }, write))
            });
            for (id, write) in writes.filter(|(_, write)| write.field == member) {
                let fits = match (&write.of_type, &write.base) {
                    (Some(of), _) => of.path.last().is_some_and(|name| name == owner),
                    (None, Some(base)) => {
                        let site = self.site(file, write.site);
                        self.struct_names_of(site, base).iter().any(|name| name == owner)
                    }
                    (None, None) => false,
                };
                if fits {
                    found.push(id);
                }
            }
        }
        // `Value::Str(…)` stands all over a program: what it holds in one place is not what it holds in another.
        if is_position && found.len() > MOST_FILLED && names::classify(&[owner]) == NameClass::Other {
            found.clear();
        }
        found
    }

    /// Members of this name whatever their type, for names that say enough.
    fn writes_by_name(&self, from: usize, member: &str) -> Vec<(usize, &FieldWrite)> {
        if names::classify(&[member]) != NameClass::Secret {
            return Vec::new();
        }
        let mut files = self.files_with(from, &[Word::Written(member)]);
        files.retain(|&file| self.are_related(file, from));
        self.writes_in(files, member, |write| write.field == member)
    }

    /// What is given a value in files, where they hold a word, and is wanted.
    fn writes_in(
        &self,
        files: Vec<usize>,
        word: &str,
        is_wanted: impl Fn(&FieldWrite) -> bool,
    ) -> Vec<(usize, &FieldWrite)> {
        let _ahead = self.ahead(&files, holding(word));
        let parts = files.into_iter().filter_map(|file| Some((file, self.parsed(file)?.parts(word))));
        parts
            .flat_map(|(file, parts)| parts.flat_map(|facts| &facts.field_writes).map(move |write| (file, write)))
            .filter(|(_, write)| is_wanted(write))
            .collect()
    }

    /// Of the constants that a name may mean, takes those out that stand in another body, and where one stands in this
    /// body, all that it hides.
    fn keep_those_in_sight(&self, site: Site, items: &mut Vec<Item>) {
        let body_of = |item: &Item| match *item {
            Item::Constant { file, index } => {
                let body = self.facts(file).and_then(|facts| facts.constants.get(index)).and_then(|of| of.body);
                body.map(|body| self.id_of(file) == site.file && Some(body) == site.function)
            }
            _ => None,
        };
        if items.len() < 2 || items.iter().all(|item| body_of(item).is_none()) {
            return;
        }
        let hides = items.iter().any(|item| body_of(item) == Some(true));
        let outside = items.iter().any(|item| body_of(item).is_none());
        items.retain(|item| match body_of(item) {
            Some(own) => own || !hides && !outside,
            None => !hides,
        });
    }

    /// Whether the program stops somewhere if the member of that name is empty.
    fn refuses_empty(&self, from: usize, member: &str) -> bool {
        self.files_with(from, &[Word::Any(member)]).into_iter().any(|file| {
            self.are_related(file, from)
                && self.parsed(file).is_some_and(|parsed| {
                    parsed.parts(member).flat_map(|facts| &facts.never_empty).any(|refused| refused == member)
                })
        })
    }

    /// Whether a member that is given a value may be one of these structs': of several of that name, one may be meant.
    fn may_be_of(&self, structs: &[Local], file: usize, write: &FieldWrite) -> bool {
        let Some(of) = &write.of_type else { return true };
        let mut known = structs.iter().filter(|known| Some(&known.name) == of.path.last()).peekable();
        if known.peek().is_none() {
            return true;
        }
        let known: Option<Vec<usize>> = known.map(|known| known.home).collect();
        known.is_none_or(|known| {
            let homes = self.homes_of(self.site(file, write.site), &of.path);
            homes.is_empty() || homes.iter().any(|home| known.contains(home))
        })
    }

    fn definition_of_write<'w>(&'w self, (file, write): (usize, &'w FieldWrite)) -> Definition<'w> {
        let owner = write.of_type.as_ref().and_then(|of| of.path.last());
        let note = match owner {
            Some(owner) => format!("field `{owner}.{}`", write.field),
            None => format!("field `{}`", write.field),
        };
        let defaults_to_empty = matches!(&write.value, Value::Fallback { default, .. } if default.is_empty_text());
        let value = if defaults_to_empty && self.refuses_empty(file, &write.field) {
            Cow::Owned(write.value.without_empty_default())
        } else {
            Cow::Borrowed(&write.value)
        };
        Definition {
            value,
            site: self.site(file, write.site),
            span: write.span,
            note,
            is_default: write.kind == WriteKind::Default,
            of_type: true,
            is_guess: names::classify(&[owner.map_or("", String::as_str), &write.field]) == NameClass::Other,
        }
    }

    fn definition_of(&self, item: &Item) -> Option<Definition<'_>> {
        match *item {
            Item::Constant { file, index } => {
                let parsed = self.parsed(file)?;
                let constant = parsed.facts.constants.get(index)?;
                let value = parsed.value(constant);
                let mut site = self.site(file, constant.site);
                if matches!(value, Value::Literal(_)) && self.is_refused(file, &constant.name) {
                    site.setting = site.setting.max(Setting::Development);
                }
                Some(Definition {
                    value: Cow::Borrowed(value),
                    site,
                    span: constant.span,
                    note: format!("constant `{}`", constant.name),
                    is_default: false,
                    of_type: false,
                    is_guess: false,
                })
            }
            Item::Function { file, index } => {
                let parsed = self.parsed(file)?;
                let function = parsed.facts.functions.get(index)?;
                Some(Definition {
                    value: Cow::Borrowed(parsed.result(index)?),
                    site: self.site(file, function.site),
                    span: function.span,
                    note: format!("function `{}`", function.name),
                    is_default: false,
                    of_type: false,
                    is_guess: false,
                })
            }
            _ => None,
        }
    }

    /// Whether a constant is there for nothing else than to be refused: `if secret == OLD_DEFAULT { bail!(…) }`.
    fn is_only_refused(&self, file: usize, name: &str) -> bool {
        let compares =
            |file: usize| self.parsed(file).is_some_and(|parsed| is_only_compared(&parsed.source.text, name));
        // Its own file most often uses it, and no other has to be parsed.
        names::is_shouted(name)
            && compares(file)
            && self.is_refused(file, name)
            && self.files_with(file, &[Word::Any(name)]).into_iter().all(compares)
    }

    /// Whether the program stops where a value equals this constant: a default that production refuses.
    fn is_refused(&self, file: usize, name: &str) -> bool {
        self.files_with(file, &[Word::Any(name)]).into_iter().any(|other| {
            self.are_related(other, file)
                && self.parsed(other).is_some_and(|parsed| {
                    parsed.parts(name).flat_map(|facts| &facts.refused).any(|refused| refused == name)
                })
        })
    }

    /// Whether code of one file can mean a type of another: same package, or one depends on the other.
    fn are_related(&self, file: usize, other: usize) -> bool {
        let package = |file: usize| self.entries[file].package;
        let (Some(one), Some(two)) = (package(file), package(other)) else { return package(file) == package(other) };
        one == two || self.reach[one].contains(&two) || self.reach[two].contains(&one)
    }

    /// `static SECRET: OnceLock<…>` is given its value by `SECRET.set(…)`.
    fn holder_writes(&self, from: usize, name: &str) -> Vec<Definition<'_>> {
        let sets = |write: &FieldWrite| {
            write.field == "set"
                && write.of_type.as_ref().and_then(|of| of.path.last()).is_some_and(|last| last == name)
        };
        let writes = self.writes_in(self.files_with(from, &[Word::Any(name)]), name, sets);
        writes.into_iter().map(|write| self.definition_of_write(write)).collect()
    }

    fn find_callers(&self, id: FunctionId) -> Vec<Caller> {
        let Some(from) = self.entry_of(id.file) else { return Vec::new() };
        let Some(function) = self.facts(from).and_then(|facts| facts.functions.get(id.index)) else {
            return Vec::new();
        };
        let owner = function.owner.as_ref().and_then(|of| of.path.last());
        let word = rules::macro_name(&function.name).unwrap_or(&function.name);
        let mut files = match owner {
            // `Type::function(…)` names its type; a method is called where the type need not be named, which
            // is followed for names that few files hold.
            Some(owner) => {
                let named = self.files_with(from, &[Word::Any(word)]);
                let rare = function.has_receiver && named.len() <= FEW_FILES;
                if rare { named } else { self.files_with(from, &[Word::Any(word), Word::Any(owner)]) }
            }
            None => self.files_with(from, &[Word::Called(word)]),
        };
        // `.into()` calls `Type::from`.
        let method = BY_CONVERSION.iter().find(|(name, _)| function.of_trait.is_some() && *name == function.name);
        if let (Some((_, method)), Some(owner)) = (method, owner) {
            files.extend(self.files_with(from, &[Word::Any(method), Word::Any(owner)]));
            files.sort_unstable();
            files.dedup();
            // A type that half the tree is made into is no key's.
            if files.len() > 2 * FEW_FILES && names::classify(&[owner]) == NameClass::Other {
                return Vec::new();
            }
        }
        if files.len() > FEW_FILES {
            // Not all callers may be looked at: those in tests come last.
            files.sort_by_key(|&file| self.file_setting(file));
        }
        files.retain(|&file| self.are_related(file, from));
        let (of_word, of_method) = (holding(word), method.map(|(_, method)| holding(method)));
        let calls = move |part: PartId, body: &str| {
            of_word(part, body) || of_method.as_ref().is_some_and(|of_method| of_method(part, body))
        };
        let _ahead = self.ahead(&files, calls.clone());
        let mut found = Vec::new();
        for file in files {
            let Some(parsed) = self.parsed(file) else { continue };
            let facts = &parsed.facts;
            for call in parsed.parts_where(&calls).flat_map(|part| &part.calls) {
                let named = match &call.call.callee {
                    Callee::Path(name) => {
                        name.segments.last() == Some(&function.name) && may_name(facts, &name.segments, owner)
                    }
                    Callee::Method(_, name) => *name == function.name && function.has_receiver,
                };
                let site = self.site(file, call.site);
                if named && self.callees(site, &call.call.callee).contains(&id) {
                    found.push(Caller { site, call: aligned(&call.call, function.parameters.len()) });
                    if found.len() >= MOST_CALLERS {
                        return found;
                    }
                }
            }
        }
        found
    }
}

impl World for RustWorld<'_> {
    fn definitions(&self, site: Site, name: &Name) -> Vec<Definition<'_>> {
        if channels::is_channel(name) {
            return self.sent(site, name);
        }
        let Some(at) = self.module_at(site) else { return Vec::new() };
        let path = self.without_self(site, &name.segments);
        let mut items = self.resolve(at, &path);
        if items.iter().all(|item| matches!(item, Item::External(_))) {
            let mut others = self.implemented(at, &path);
            if others.is_empty() {
                others = self.only_constant_named(at, &path);
            }
            items.extend(others);
        }
        self.keep_those_in_sight(site, &mut items);
        let mut found: Vec<Definition<'_>> = items.iter().filter_map(|item| self.definition_of(item)).collect();
        if found.iter().all(|definition| is_empty_holder(&definition.value))
            && let Some(last) = path.last()
            && !found.is_empty()
        {
            found.extend(self.holder_writes(at.file, last));
        }
        found
    }

    fn members(&self, site: Site, base: &Value, member: &str) -> Vec<Definition<'_>> {
        let Some(from) = self.entry_of(site.file) else { return Vec::new() };
        let (variant, member) = selector::split(member);
        let structs = if variant.is_none() { self.structs_of(site, base) } else { Vec::new() };
        let mut owners = match variant {
            Some(variant) => vec![variant.to_owned()],
            None => self.owners_of_member(from, types::names_of(&structs), member),
        };
        // `data.0.0` of what a framework wraps: the outer position is the wrapper's.
        if let (true, Value::Field(wrapper, outer, _)) = (owners.is_empty() && member == "0", base)
            && outer == "0"
        {
            owners = self.struct_names_of(site, wrapper);
        }
        let mut writes: Vec<(usize, &FieldWrite)> =
            owners.iter().flat_map(|owner| self.writes(from, owner, member)).collect();
        writes.retain(|(file, write)| self.may_be_of(&structs, *file, write));
        if owners.is_empty() {
            writes = self.writes_by_name(from, member);
        }
        let settings = owners.iter().flat_map(|owner| self.settings(from, owner, member));
        writes.into_iter().map(|write| self.definition_of_write(write)).chain(settings).collect()
    }

    fn callees(&self, site: Site, callee: &Callee) -> Vec<FunctionId> {
        match callee {
            Callee::Path(name) => self.functions_at(site, &name.segments),
            Callee::Method(receiver, name) => self.methods_of_value(site, receiver, name),
        }
    }

    fn function(&self, id: FunctionId) -> Option<FunctionView<'_>> {
        let entry = self.entry_of(id.file)?;
        let parsed = self.parsed(entry)?;
        let function = parsed.facts.functions.get(id.index)?;
        Some(FunctionView {
            name: &function.name,
            has_receiver: function.has_receiver,
            is_constructor: super::evaluate::CONSTRUCTORS.contains(&function.name.as_str()),
            result: parsed.result(id.index)?,
            site: self.site(entry, function.site),
            span: function.span,
        })
    }

    fn callers(&self, id: FunctionId) -> Vec<Caller> {
        remembered(&self.callers, id, || self.find_callers(id))
    }

    fn is_never_empty(&self, site: Site, member: &str) -> bool {
        self.entry_of(site.file).is_some_and(|from| self.refuses_empty(from, member))
    }

    fn reads_store(&self, method: &str) -> bool {
        rust::table::table().is_store_read(method)
    }

    fn conversions(&self, site: Site, value: &Value) -> Vec<FunctionId> {
        self.conversions_of(site, value)
    }

    fn calls_in(&self, id: FunctionId) -> Vec<Caller> {
        let Some((entry, parsed)) = self.entry_of(id.file).and_then(|entry| Some((entry, self.parsed(entry)?))) else {
            return Vec::new();
        };
        let read = rust::body(&parsed.facts, &parsed.source.text, id.index).map_or(&parsed.facts, |body| &body.facts);
        let calls = read.calls.iter().filter(|call| call.site.function == Some(id.index));
        calls.map(|call| Caller { site: self.site(entry, call.site), call: call.call.clone() }).collect()
    }

    fn parameter(&self, id: FunctionId, index: usize) -> Option<(String, Span)> {
        let parameter = self.facts_of(id.file)?.functions.get(id.index)?.parameters.get(index)?;
        Some((parameter.name.clone(), parameter.span))
    }

    fn unfilled(&self, id: FunctionId, parameter: usize) -> Vec<Definition<'_>> {
        let Some(from) = self.entry_of(id.file) else { return Vec::new() };
        let function = self.facts(from).and_then(|facts| facts.functions.get(id.index));
        let Some(function) = function.filter(|function| function.is_built) else { return Vec::new() };
        let owner = function.owner.as_ref().and_then(|of| of.path.last());
        let (Some(owner), Some(parameter)) = (owner, function.parameters.get(parameter)) else { return Vec::new() };
        let writes = self.writes(from, owner, &parameter.name).into_iter();
        writes.map(|write| self.definition_of_write(write)).collect()
    }

    fn setting(&self, site: Site) -> Setting {
        let file = self.entry_of(site.file).map(|entry| self.file_setting(entry)).unwrap_or_default();
        let owner = self.owner_at(site).and_then(|of| of.path.last());
        let named = if self.is_in_test_by_name(site) { Setting::Test } else { Setting::Production };
        let function = site.function.and_then(|index| self.facts_of(site.file)?.functions.get(index));
        let by_function = function.map(|function| context::of_function_name(&function.name)).unwrap_or_default();
        let by_owner = owner.map(|name| context::of_type_name(name)).unwrap_or_default();
        file.max(site.setting).max(named).max(by_owner).max(by_function)
    }
}

impl Parsed {
    fn new(source: Source, facts: RustFile) -> Self {
        let mut items: FxHashMap<String, Vec<LocalItem>> = FxHashMap::default();
        let mut add = |name: &str, item| items.entry(name.to_owned()).or_default().push(item);
        for (index, constant) in facts.constants.iter().enumerate() {
            add(&constant.name, LocalItem::Constant(index));
        }
        for (index, function) in facts.functions.iter().enumerate() {
            add(&function.name, LocalItem::Function(index));
        }
        for (index, structure) in facts.structs.iter().enumerate() {
            add(structure.name.split("::").next().unwrap_or_default(), LocalItem::Struct(index));
        }
        for (index, alias) in facts.aliases.iter().enumerate() {
            add(&alias.name, LocalItem::Alias(index));
        }
        for (index, module) in facts.modules.iter().enumerate().skip(1) {
            add(&module.name, LocalItem::Module(index));
        }
        Self { source, facts, items }
    }

    /// What the file says outside of items that are not read, and in those of them that hold `word`.
    fn parts<'p>(&'p self, word: &str) -> impl Iterator<Item = &'p RustFile> + use<'p> {
        self.parts_where(holding(word))
    }

    /// What the file says outside of items that are not read, and in those that are `wanted` by what they are and their
    /// text.
    fn parts_where(&self, wanted: impl Fn(PartId, &str) -> bool) -> impl Iterator<Item = &RustFile> {
        self.parts_with_ids(wanted).map(|(_, facts)| facts)
    }

    fn parts_with_ids(&self, wanted: impl Fn(PartId, &str) -> bool) -> impl Iterator<Item = (PartId, &RustFile)> {
        let facts = &self.facts;
        let bodies = facts.bodies.iter().map(|(&function, body)| (PartId::Function(function), body));
        let constants = facts.constants.iter().enumerate();
        let constants = constants.filter_map(|(index, one)| Some((PartId::Constant(index), one.unread.as_ref()?)));
        let unread = bodies.chain(constants).filter(move |(part, unread)| {
            self.source.text.get(unread.range.clone()).is_some_and(|item| wanted(*part, item))
        });
        let read = unread.filter_map(|(part, _)| Some((part, self.part(part)?)));
        std::iter::once((PartId::Rest, facts)).chain(read)
    }

    /// What one part of the file says.
    fn part(&self, part: PartId) -> Option<&RustFile> {
        let (facts, text) = (&self.facts, self.source.text.as_str());
        let read = match part {
            PartId::Rest => return Some(facts),
            PartId::Function(index) => rust::body(facts, text, index),
            PartId::Constant(index) => rust::initial(facts, text, facts.constants.get(index)?),
        };
        read.map(|read| &read.facts)
    }

    /// What a constant of this file is.
    fn value<'p>(&'p self, constant: &'p Constant) -> &'p Value {
        rust::initial(&self.facts, &self.source.text, constant).map_or(&constant.value, |read| &read.result)
    }

    /// What a function returns.
    fn result(&self, function: usize) -> Option<&Value> {
        match rust::body(&self.facts, &self.source.text, function) {
            Some(body) => Some(&body.result),
            None => self.facts.functions.get(function).map(|function| &function.result),
        }
    }
}

/// Whether an item left unread holds a word, or one that it is a part of.
fn holding(word: &str) -> impl Fn(PartId, &str) -> bool + Send + Sync + Clone + use<> {
    let word = memchr::memmem::Finder::new(word).into_owned();
    move |_, item| word.find(item.as_bytes()).is_some()
}

/// Whether a constant is defined, imported or compared wherever a text names it.
fn is_only_compared(text: &str, name: &str) -> bool {
    let is_compared = |at: usize| {
        let path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '&' | '*');
        let before = text[..at].trim_end_matches(path).trim_end();
        let after = text[at + name.len()..].trim_start_matches(".as_str()").trim_start();
        let since = |ends: &[char]| text[..at].rsplit(ends).next().unwrap_or_default().trim_start();
        ["const", "static", "=="].iter().any(|word| before.ends_with(word))
            || after.starts_with("==")
            || since(&['\n']).starts_with("//")
            || ["use ", "pub use "].iter().any(|word| since(&[';', '}']).starts_with(word))
    };
    memchr::memmem::find_iter(text.as_bytes(), name)
        .filter(|&at| is_whole_word(text, at..at + name.len()))
        .all(is_compared)
}

/// A call with an argument for each parameter, where it tells the last of them only.
fn aligned(call: &Arc<Call>, parameters: usize) -> Arc<Call> {
    let [first, rest @ ..] = call.arguments.as_slice() else { return call.clone() };
    if !matches!(&first.value, Value::Field(_, member, _) if member == selector::BEFORE) {
        return call.clone();
    }
    let unknown = Argument { label: None, value: Value::Unknown };
    let missing = std::iter::repeat_n(unknown, parameters.saturating_sub(rest.len()));
    let told = rest.iter().skip(rest.len().saturating_sub(parameters)).cloned();
    Arc::new(Call { arguments: missing.chain(told).collect(), ..Call::clone(call) })
}

/// Whether the path of a call can be that of a function with this owner, before anything is resolved.
fn may_name(facts: &RustFile, path: &[String], owner: Option<&String>) -> bool {
    let before = path.len().checked_sub(2).map(|at| &path[at]);
    match (before, owner) {
        (Some(of_type), Some(owner)) => {
            of_type == owner
                || of_type == "Self"
                || facts.aliases.iter().any(|alias| alias.name == *of_type)
                || facts
                    .modules
                    .iter()
                    .flat_map(|module| &module.uses)
                    .any(|import| import.alias.as_ref() == Some(of_type) && import.path.last() != Some(of_type))
        }
        (Some(module), None) => !module.starts_with(|c: char| c.is_ascii_uppercase()),
        (None, owner) => owner.is_none(),
    }
}

/// Whether a word stands in some code, and not as a part of another.
fn holds_word(code: &str, word: &str) -> bool {
    memchr::memmem::find_iter(code.as_bytes(), word).any(|at| is_whole_word(code, at..at + word.len()))
}

/// Whether a constant is given its value elsewhere: `OnceLock::new()`.
fn is_empty_holder(value: &Value) -> bool {
    match value {
        Value::Unknown | Value::Never | Value::Record(_) => true,
        // `const_rwlock(None)`
        Value::Call(call) => call.arguments.iter().all(|argument| is_empty_holder(&argument.value)),
        Value::Literal(literal) => literal.secret.is_empty(),
        _ => false,
    }
}

/// Whether a path lies in a folder or below it.
fn below(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

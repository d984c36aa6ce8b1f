//! Types that show a secret where they are printed as a whole, and the names that lead to a value of one: what code has to say
//! before it is worth finding out what it prints.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::held::Held;
use super::index::Word;
use super::logs::is_plain;
use super::types::shown;
use super::{FEW_FILES, RustWorld};
use crate::analyze::anyword::{AnyWord, Lowered};
use crate::analyze::rust::model::{Form, Function, RustFile, Struct, TypeRef};
use crate::fact::{Call, Callee, Value, selector};
use crate::names::{self, NameClass};

/// Words that lead to what shows a secret.
const MOST_WORDS: usize = 64;
/// A word that more files than this hold leads nowhere; no more of them are looked at.
const MOST_FILES: usize = 100;
/// Types that hold types that show a secret.
const DEEPEST: usize = 3;
/// Values in values are looked into this far.
const DEEPEST_VALUE: usize = 16;

/// The names of a workspace that lead to a type that shows a secret.
#[derive(Debug, Default, Clone)]
pub(super) struct Shown {
    /// Types, what holds or makes them outside of types, and members.
    words: FxHashSet<String>,
    /// Methods that give such a type, with the types that have them.
    methods: FxHashMap<String, FxHashSet<String>>,
    /// All of these, to look for them in code.
    text: Option<AnyWord>,
    /// Members that hold keys whatever they are called, with their types.
    keys: Arc<KeyMembers>,
}

/// Members that hold keys, by the names of their types.
pub(super) type KeyMembers = FxHashSet<(String, String)>;

impl Shown {
    /// These names, with those that the imports of a file give them.
    pub fn imported_in(self: &Arc<Self>, file: &RustFile) -> Arc<Self> {
        let imports = file.modules.iter().flat_map(|module| &module.uses);
        let renamed: Vec<&String> = imports
            .filter(|import| import.path.last().is_some_and(|name| self.words.contains(name)))
            .filter_map(|import| import.alias.as_ref().filter(|alias| !self.words.contains(*alias)))
            .collect();
        if renamed.is_empty() {
            return self.clone();
        }
        let mut own = Self::clone(self);
        own.words.extend(renamed.into_iter().cloned());
        own.text = own.words_in_texts();
        Arc::new(own)
    }

    /// The names among these that may be those of types.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str).filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))
    }

    /// Whether a text gives one of these another name: `use config::Jwt as Tokens`.
    pub fn is_renamed_in(&self, text: &str) -> bool {
        let name_before = |at: usize| {
            let before = text[..at].trim_end();
            before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
        };
        memchr::memmem::find_iter(text.as_bytes(), " as ").any(|at| self.words.contains(name_before(at)))
    }

    fn words_in_texts(&self) -> Option<AnyWord> {
        Some(AnyWord::new(self.words.iter().chain(self.methods.keys()).map(String::as_str)))
    }

    /// Whether a member holds a key, by where its value goes.
    pub fn is_key(&self, owner: &str, member: &str) -> bool {
        !self.keys.is_empty() && self.keys.contains(&(owner.to_owned(), member.to_owned()))
    }

    /// Whether the text of a function names what may lead there.
    pub fn is_named_in(&self, function: &str) -> bool {
        self.text.as_ref().is_some_and(|words| words.is_in(&Lowered::of(function.as_bytes())))
    }

    /// Whether a type is one of these, or a wrapper of one.
    pub fn includes(&self, of: &TypeRef) -> bool {
        of.holds(&|name| self.words.contains(name))
    }

    /// Whether `value` of a function may be of such a type, by what it names.
    pub fn may_be(&self, value: &Value, function: Option<&Function>) -> bool {
        self.leads(value, function, 0)
    }

    fn leads(&self, value: &Value, function: Option<&Function>, depth: usize) -> bool {
        if depth > DEEPEST_VALUE {
            return true;
        }
        let inner = |value: &Value| self.leads(value, function, depth + 1);
        let owner = || function.and_then(|function| function.owner.as_ref());
        match value {
            Value::Via(via) => inner(&via.value),
            Value::Within(_, value) | Value::Closure(value) => inner(value),
            Value::Param(index) => {
                let parameter = function.and_then(|function| function.parameters.get(*index));
                parameter.is_some_and(|parameter| {
                    let of = &parameter.of_type;
                    let generics = function.into_iter().flat_map(|function| &function.generics);
                    let mut bounds = generics.filter(|(name, _)| of.path.first() == Some(name));
                    self.includes(of) || bounds.any(|(_, bound)| self.includes(bound))
                })
            }
            Value::This => owner().is_some_and(|owner| self.includes(owner)),
            Value::Record(record) => {
                record.type_name.as_ref().is_some_and(|name| self.is_said(&name.segments, function))
            }
            Value::Name(name) => self.is_said(&name.segments, function),
            // A member is of a type of its own; an element or a position is of one that stands in what holds it.
            Value::Field(base, member, _) => {
                let plain = selector::plain(member);
                let is_part = selector::is_structural(member) || plain.bytes().all(|byte| byte.is_ascii_digit());
                self.words.contains(plain) || is_part && inner(base)
            }
            Value::Call(call) => self.gives(call, function, depth),
            Value::Fallback { primary, default } => inner(primary) || inner(default),
            Value::AnyOf(values) => values.iter().any(inner),
            // What a closure is handed is known only when its caller is found.
            Value::Handed(_) => true,
            _ => false,
        }
    }

    fn gives(&self, call: &Call, function: Option<&Function>, depth: usize) -> bool {
        match &call.callee {
            Callee::Path(name) => {
                let segments = &name.segments;
                let is_method = match segments.as_slice() {
                    [.., owner, name] => self.methods.get(name).is_some_and(|owners| owners.contains(owner)),
                    _ => false,
                };
                self.is_said(segments, function) || is_method
            }
            Callee::Method(receiver, name) => {
                self.methods.contains_key(name)
                    || self.words.contains(name)
                    || self.leads(receiver, function, depth + 1)
            }
        }
    }

    fn is_said(&self, path: &[String], function: Option<&Function>) -> bool {
        let is_own = || {
            path.first().is_some_and(|first| first == "Self")
                && function.and_then(|function| function.owner.as_ref()).is_some_and(|owner| self.includes(owner))
        };
        path.iter().any(|segment| self.words.contains(segment)) || is_own()
    }
}

impl RustWorld<'_> {
    /// The files that name what leads to a type in one of the `seeds`, or to one that holds a key, that shows a secret,
    /// with these names.
    pub(super) fn files_naming_shown(&self, seeds: &[usize], held: &[Held]) -> BTreeMap<usize, Arc<Shown>> {
        let mut types: BTreeMap<Option<usize>, Vec<(usize, String)>> = BTreeMap::new();
        for &seed in seeds {
            let structs = self.facts(seed).into_iter().flat_map(|facts| &facts.structs);
            let shown = structs.filter(|of| secrets_shown(of).any(|of_type| self.may_be_shown(seed, of_type)));
            let names = shown.map(|of| (seed, base(&of.name).to_owned()));
            types.entry(self.entries[seed].workspace).or_default().extend(names);
        }
        let mut keys: BTreeMap<Option<usize>, KeyMembers> = BTreeMap::new();
        for (from, owner, member) in held.iter().filter_map(Held::member) {
            let Some(shape) = self.shape_named(from, owner) else { continue };
            if [Form::Debug, Form::Serialized].iter().any(|&form| shape.shown(form).any(|(name, _)| name == member)) {
                let workspace = self.entries[from].workspace;
                let of = (shape.file, base(owner).to_owned());
                let types = types.entry(workspace).or_default();
                if !types.contains(&of) {
                    types.push(of);
                }
                keys.entry(workspace).or_default().insert((owner.to_owned(), member.to_owned()));
            }
        }
        let seeds: BTreeSet<usize> = seeds.iter().copied().collect();
        let mut naming = BTreeMap::new();
        for (workspace, types) in types.into_iter().filter(|(_, types)| !types.is_empty()) {
            let (words, mut shown) = self.names_of_shown(types);
            shown.keys = Arc::new(keys.remove(&workspace).unwrap_or_default());
            let shown = Arc::new(shown);
            let mut holding = BTreeSet::new();
            for (from, word) in words {
                let files = self.files_with(from, &[Word::Any(&word)]);
                let few = files.len() <= MOST_FILES;
                let files = files.into_iter().filter(|file| few || seeds.contains(file));
                holding.extend(files.filter(|&file| self.are_related(file, from)));
            }
            let (added, others): (Vec<usize>, Vec<usize>) = holding.into_iter().partition(|file| seeds.contains(file));
            let others = others.into_iter().filter(|&file| self.prints(file)).take(MOST_FILES);
            naming.extend(added.into_iter().chain(others).map(|file| (file, shown.clone())));
        }
        naming
    }

    /// Whether what a member of this type holds can be told: it is a text, or a type of the workspace.
    fn may_be_shown(&self, from: usize, of: &TypeRef) -> bool {
        let is_declared = |name: &str| !self.files_with(from, &[Word::Type(name)]).is_empty();
        is_plain(of) || of.holds(&is_declared)
    }

    /// What a file has to name to print one of these types: the type, what holds it, a function that makes it.
    fn names_of_shown(&self, mut types: Vec<(usize, String)>) -> (BTreeSet<(usize, String)>, Shown) {
        let mut words: BTreeSet<(usize, String)> = BTreeSet::new();
        let mut shown = Shown::default();
        for _ in 0..DEEPEST {
            let mut holders = Vec::new();
            let naming = |(from, name): &(usize, String)| {
                let mut files = self.files_with(*from, &[Word::Any(name)]);
                if files.len() > FEW_FILES {
                    files = vec![*from];
                }
                files.retain(|&file| self.are_related(file, *from));
                files
            };
            let files: BTreeSet<usize> = types.iter().take(MOST_WORDS).flat_map(naming).collect();
            self.parse_all(&files.into_iter().collect::<Vec<_>>());
            for of in std::mem::take(&mut types) {
                if words.len() >= MOST_WORDS || !words.insert(of.clone()) {
                    continue;
                }
                let files = naming(&of);
                let (_, name) = of;
                for file in files {
                    let Some(facts) = self.facts(file) else { continue };
                    for function in facts.functions.iter().filter(|one| one.returns.mentions(&name)) {
                        match function.owner.as_ref().and_then(|owner| owner.path.last()) {
                            Some(owner) => {
                                shown.methods.entry(function.name.clone()).or_default().insert(owner.clone());
                            }
                            None => {
                                words.insert((file, function.name.clone()));
                            }
                        }
                    }
                    let statics = facts.constants.iter().filter(|one| one.of_type.mentions(&name));
                    words.extend(statics.map(|constant| (file, constant.name.clone())));
                    let aliases = facts.aliases.iter().filter(|alias| alias.target.mentions(&name));
                    words.extend(aliases.map(|alias| (file, alias.name.clone())));
                    for holder in &facts.structs {
                        let fields = holder.fields.iter().filter(|(_, of)| of.mentions(&name));
                        let fields: Vec<&String> = fields.map(|(field, _)| field).collect();
                        shown.words.extend(fields.iter().map(|field| (*field).clone()));
                        let telling = fields.iter().filter(|field| field.len() > 2);
                        words.extend(telling.map(|field| (file, (*field).clone())));
                        if !fields.is_empty() && (holder.derives_debug || holder.derives_serialize) {
                            holders.push((file, base(&holder.name).to_owned()));
                        }
                    }
                }
            }
            types = holders;
        }
        shown.words.extend(words.iter().map(|(_, word)| word.clone()));
        shown.text = shown.words_in_texts();
        (words, shown)
    }
}

/// Whether a type shows a member that is named like a secret where it is printed as a whole.
pub(super) fn shows_secret(of: &Struct) -> bool {
    secrets_shown(of).next().is_some()
}

/// The types of the members named like a secret that a type shows where it is printed as a whole.
fn secrets_shown(of: &Struct) -> impl Iterator<Item = &TypeRef> {
    let is_sealed = |of: &TypeRef| of.path.last().is_some_and(|last| last.starts_with("Secret"));
    let is_secret = |name: &str| names::classify(&[base(&of.name), name]) == NameClass::Secret;
    let fields = [Form::Debug, Form::Serialized].into_iter().flat_map(|form| shown(of, form));
    fields.filter(move |(name, of_type)| !is_sealed(of_type) && is_secret(name)).map(|(_, of_type)| of_type)
}

/// The enum of a variant, or the struct itself.
pub(super) fn base(name: &str) -> &str {
    name.split("::").next().unwrap_or(name)
}

//! Types, as far as declarations tell them: of parameters, members, results, constructors.

use super::RustWorld;
use super::channels::is_channel;
use super::index::Word;
use super::resolve::{Item, ModuleAt};
use super::shown::base;
use crate::analyze::rust::model::{Form, Struct, TypeRef};
use crate::fact::{CALLED, Callee, Handed, Value, selector};
use crate::link::evaluate::{Site, World as _};

/// Types that lead to types are followed this far.
const DEEPEST: usize = 12;

/// A type, and the module where its name is to be resolved.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub of: TypeRef,
    pub at: ModuleAt,
}

/// A struct as far as printing it matters.
pub(super) struct Shape<'w> {
    pub of: &'w Struct,
    /// The file that defines it.
    pub file: usize,
}

impl<'w> Shape<'w> {
    /// The members that are shown where it is printed like this.
    pub fn shown(&self, form: Form) -> impl Iterator<Item = &'w (String, TypeRef)> + use<'w> {
        shown(self.of, form)
    }
}

/// The members of a struct that are shown where it is printed like this.
pub(super) fn shown(of: &Struct, form: Form) -> impl Iterator<Item = &(String, TypeRef)> {
    let (derives, hidden) = match form {
        Form::Display => (false, &of.hidden),
        Form::Debug => (of.derives_debug, &of.hidden),
        Form::Serialized => (of.derives_serialize, &of.unserialized),
    };
    of.fields.iter().filter(move |(name, _)| derives && !hidden.contains(name))
}

/// A type or trait of the workspace.
#[derive(Debug, PartialEq)]
pub(super) struct Local {
    pub name: String,
    /// The file that defines it, where an import or a path leads there.
    pub home: Option<usize>,
}

/// The names of types, each once.
pub(super) fn names_of(types: &[Local]) -> Vec<String> {
    let mut names: Vec<String> = types.iter().map(|of| of.name.clone()).collect();
    names.dedup();
    names
}

impl RustWorld<'_> {
    /// The names of the workspace's structs that a value may be.
    pub(super) fn struct_names_of(&self, site: Site, value: &Value) -> Vec<String> {
        names_of(&self.structs_of(site, value))
    }

    /// The name of a type itself, or of the first type of the workspace among its arguments:
    /// `State<Arc<AppState>>` is `AppState`.
    pub(super) fn local_type_names(&self, typed: &Typed, depth: usize) -> Vec<String> {
        names_of(&self.local_types(typed, depth))
    }

    /// The workspace's structs that a value may be, with the files that define them.
    pub(super) fn structs_of(&self, site: Site, value: &Value) -> Vec<Local> {
        let typed = self.type_of(site, value, 0);
        let mut found = typed.map(|typed| self.local_types(&typed, 0)).unwrap_or_default();
        found.retain(|local| !local.name.is_empty());
        found
    }

    /// The files that define the struct which a path names at a site.
    pub(super) fn homes_of(&self, site: Site, path: &[String]) -> Vec<usize> {
        let items = self.module_at(site).map(|at| self.resolve(at, &self.without_self(site, path)));
        let homes = items.unwrap_or_default().into_iter().filter_map(|item| match item {
            Item::Struct { file, .. } => Some(file),
            _ => None,
        });
        homes.collect()
    }

    fn local_types(&self, typed: &Typed, depth: usize) -> Vec<Local> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let mut found: Vec<Local> = Vec::new();
        for item in self.resolve(typed.at, &typed.of.path) {
            match item {
                Item::Struct { file, index } => {
                    let name = self.facts(file).and_then(|facts| facts.structs.get(index)).map(|of| of.name.clone());
                    let name = name.map(|name| name.split("::").next().unwrap_or_default().to_owned());
                    found.extend(name.map(|name| Local { name, home: Some(file) }));
                }
                Item::Alias { file, index } => {
                    let Some(alias) = self.facts(file).and_then(|facts| facts.aliases.get(index)) else { continue };
                    let target = Typed { of: alias.target.clone(), at: ModuleAt { file, module: alias.module } };
                    found.extend(self.local_types(&target, depth + 1));
                }
                _ => {}
            }
        }
        if found.is_empty() {
            found = typed
                .of
                .arguments
                .iter()
                .map(|argument| self.local_types(&Typed { of: argument.clone(), at: typed.at }, depth + 1))
                .find(|names| !names.is_empty())
                .unwrap_or_default();
        }
        if found.is_empty()
            && let Some(name) = typed.of.path.last()
            && self.is_declared_somewhere(typed.at.file, name)
        {
            found.push(Local { name: name.clone(), home: None });
        }
        // What a derive macro's `ConfigBuilder` builds.
        if found.is_empty()
            && let Some(built) = typed.of.path.last().and_then(|name| name.strip_suffix("Builder"))
            && self.is_declared_somewhere(typed.at.file, built)
        {
            found.push(Local { name: built.to_owned(), home: None });
        }
        found.dedup();
        found
    }

    /// Whether a name that no import explains is a type or trait of the workspace.
    fn is_declared_somewhere(&self, from: usize, name: &str) -> bool {
        let declares = |file: usize| {
            self.facts(file).is_some_and(|facts| {
                let owners = facts.functions.iter().filter_map(|function| function.owner.as_ref()?.path.last());
                facts.structs.iter().any(|of| of.name.split("::").next() == Some(name))
                    || owners.into_iter().any(|owner| owner == name)
            })
        };
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && self.files_with(from, &[Word::Type(name)]).into_iter().any(declares)
    }

    /// The declared type of a value.
    pub(super) fn type_of(&self, site: Site, value: &Value, depth: usize) -> Option<Typed> {
        if depth > DEEPEST {
            return None;
        }
        let at = self.module_at(site)?;
        match value {
            Value::Via(via) => self.type_of(site, &via.value, depth + 1),
            Value::Within(_, value) | Value::Closure(value) => self.type_of(site, value, depth + 1),
            Value::Param(index) => {
                let function = self.facts_of(site.file)?.functions.get(site.function?)?;
                let of = &function.parameters.get(*index)?.of_type;
                let bound =
                    function.generics.iter().find(|(name, _)| of.path.len() == 1 && of.path.first() == Some(name));
                Some(Typed { of: bound.map_or(of, |(_, of_trait)| of_trait).clone(), at })
            }
            Value::This => Some(Typed { of: self.owner_at(site)?.clone(), at }),
            Value::Handed(handed) => self.type_handed(site, handed, depth),
            Value::Record(record) => {
                let path = self.without_self(site, &record.type_name.as_ref()?.segments);
                // A type parameter, which says less than the value.
                if let ([letter], Some(rest)) = (path.as_slice(), &record.rest)
                    && letter.len() == 1
                    && self.resolve(at, &path).is_empty()
                {
                    return self.type_of(site, rest, depth + 1);
                }
                Some(Typed { of: TypeRef { path, arguments: Vec::new() }, at })
            }
            Value::Name(name) if is_channel(name) => {
                self.sent(site, name).iter().find_map(|sent| self.type_of(sent.site, &sent.value, depth + 1))
            }
            Value::Name(name) => {
                let path = self.without_self(site, &name.segments);
                self.resolve(at, &path).into_iter().find_map(|item| match item {
                    Item::Constant { file, index } => {
                        let constant = self.facts(file)?.constants.get(index)?;
                        Some(Typed {
                            of: constant.of_type.clone(),
                            at: ModuleAt { file, module: constant.site.module },
                        })
                    }
                    // `Signer` of `struct Signer;` is a value as well.
                    Item::Struct { .. } => {
                        Some(Typed { of: TypeRef { path: path.clone(), arguments: Vec::new() }, at })
                    }
                    _ => None,
                })
            }
            // An element of what is of a type has that type among its arguments.
            Value::Field(base, member, _) if selector::is_structural(member) => self.type_of(site, base, depth + 1),
            Value::Field(base, member, _) => {
                let typed = self.type_of_member(site, base, member, depth)?;
                match typed.of.path.as_slice() {
                    [name] => match self.bound_at(site, name) {
                        Some(of_trait) => Some(Typed { of: of_trait.clone(), at }),
                        None => Some(typed),
                    },
                    _ => Some(typed),
                }
            }
            Value::Call(call) => match &call.callee {
                Callee::Path(name) => {
                    let path = self.without_self(site, &name.segments);
                    self.type_returned(site, &call.callee, depth).or_else(|| {
                        // `Settings::parse()`, `Config::default()` of a derive: the type in front.
                        let of = path.get(..path.len().checked_sub(1)?)?.to_vec();
                        let is_type = of.last()?.starts_with(|c: char| c.is_ascii_uppercase());
                        is_type.then_some(Typed { of: TypeRef { path: of, arguments: Vec::new() }, at })
                    })
                }
                Callee::Method(receiver, _) => self
                    .type_returned(site, &call.callee, depth)
                    // A method nobody knows (`build`, `get`, `load`) most often gives what its receiver holds.
                    .or_else(|| self.type_of(site, receiver, depth + 1)),
            },
            Value::Fallback { primary, default } => {
                self.type_of(site, primary, depth + 1).or_else(|| self.type_of(site, default, depth + 1))
            }
            Value::AnyOf(values) => values.iter().find_map(|value| self.type_of(site, value, depth + 1)),
            Value::Case(case) => self.type_of(site, &case.value, depth + 1),
            _ => None,
        }
    }

    /// The type of what a function gives to a closure; a method nobody knows (`send_modify`, `update`, `map`) most often
    /// gives what its receiver holds.
    fn type_handed(&self, site: Site, handed: &Handed, depth: usize) -> Option<Typed> {
        let callees = self.callees(site, &handed.call.callee);
        if callees.is_empty()
            && handed.position == 0
            && let Callee::Method(receiver, _) = &handed.call.callee
        {
            return self.type_of(site, receiver, depth + 1);
        }
        let calls = callees.into_iter().flat_map(|id| self.calls_in(id));
        calls.into_iter().find_map(|call| match &call.call.callee {
            Callee::Method(Value::Param(index), name) if name == CALLED && *index == handed.argument => {
                self.type_of(call.site, &call.call.arguments.get(handed.position)?.value, depth + 1)
            }
            _ => None,
        })
    }

    fn type_returned(&self, site: Site, callee: &Callee, depth: usize) -> Option<Typed> {
        let callees = match callee {
            Callee::Path(name) => self.functions_at(site, &name.segments),
            Callee::Method(receiver, name) => {
                let from = self.entry_of(site.file)?;
                let typed = self.type_of(site, receiver, depth + 1)?;
                let owners = self.local_type_names(&typed, depth + 1);
                owners.iter().flat_map(|owner| self.methods(from, owner, name)).collect()
            }
        };
        callees.into_iter().find_map(|id| {
            let entry = self.entry_of(id.file)?;
            let function = self.facts(entry)?.functions.get(id.index)?;
            let at = ModuleAt { file: entry, module: function.site.module };
            Some(Typed { of: with_owner(&function.returns, function.owner.as_ref()), at })
        })
    }

    fn type_of_member(&self, site: Site, base: &Value, member: &str, depth: usize) -> Option<Typed> {
        let base_type = self.type_of(site, base, depth + 1)?;
        let owners = self.local_type_names(&base_type, depth + 1);
        let (variant, member) = selector::split(member);
        let own = variant.map(|variant| format!("{}::{variant}", owners.first().map_or("", String::as_str)));
        if let Some(found) = own.and_then(|own| self.member_type(base_type.at.file, &own, member)) {
            return Some(found);
        }
        if owners.is_empty() && member.bytes().all(|byte| byte.is_ascii_digit()) {
            let index: usize = member.parse().ok()?;
            return Some(Typed { of: base_type.of.arguments.get(index)?.clone(), at: base_type.at });
        }
        owners.iter().find_map(|owner| self.member_type(base_type.at.file, owner, member))
    }

    pub(super) fn member_type(&self, from: usize, owner: &str, member: &str) -> Option<Typed> {
        let declared = owner.split("::").next().unwrap_or(owner);
        // Positions are not written.
        let member_word = if member.starts_with(|c: char| c.is_ascii_digit()) { declared } else { member };
        self.files_with(from, &[Word::Type(declared), Word::Any(member_word)]).into_iter().find_map(|file| {
            let structure = self.facts(file)?.structs.iter().find(|of| of.name == owner)?;
            let (_, of) = structure.fields.iter().find(|(name, _)| name == member)?;
            Some(Typed { of: of.clone(), at: ModuleAt { file, module: structure.site.module } })
        })
    }

    /// The types among which a member is: these, or what those of them that have no such member and only wrap something
    /// hold.
    pub(super) fn owners_of_member(&self, from: usize, owners: Vec<String>, member: &str) -> Vec<String> {
        let declares = |owner: &String| self.member_type(from, owner, member).is_some();
        if owners.iter().any(declares) {
            return owners;
        }
        let wrapped: Vec<String> = owners
            .iter()
            .filter_map(|owner| self.shape_named(from, owner))
            .filter_map(|shape| match shape.of.fields.as_slice() {
                [(_, only)] => {
                    Some(self.local_type_names(&Typed { of: only.clone(), at: ModuleAt { file: from, module: 0 } }, 0))
                }
                _ => None,
            })
            .flatten()
            .filter(declares)
            .collect();
        if wrapped.is_empty() { owners } else { wrapped }
    }

    /// The struct that a value is.
    pub(super) fn shape_of(&self, site: Site, value: &Value) -> Option<Shape<'_>> {
        let name = self.struct_names_of(site, value).into_iter().next()?;
        self.shape_named(self.entry_of(site.file)?, &name)
    }

    /// The struct of a name, or a variant of an enum: `Clay::Inline`.
    pub(super) fn shape_named(&self, from: usize, name: &str) -> Option<Shape<'_>> {
        self.files_with(from, &[Word::Type(base(name))]).into_iter().find_map(|file| {
            let of = self.facts(file)?.structs.iter().find(|of| of.name == name)?;
            Some(Shape { of, file })
        })
    }

    /// What a value of a type may be printed as: the struct, or each variant of the enum.
    pub(super) fn shapes_named(&self, from: usize, name: &str) -> Vec<Shape<'_>> {
        let in_file = |file: usize| {
            let structs = self.facts(file).into_iter().flat_map(|facts| &facts.structs);
            structs.filter(|of| base(&of.name) == name).map(|of| Shape { of, file }).collect::<Vec<_>>()
        };
        let files = self.files_with(from, &[Word::Type(name)]).into_iter();
        files.map(in_file).find(|shapes| !shapes.is_empty()).unwrap_or_default()
    }

    /// The same for the first type of the workspace that a value may be of.
    pub(super) fn shapes_of(&self, site: Site, value: &Value) -> Vec<Shape<'_>> {
        let Some(name) = self.struct_names_of(site, value).into_iter().next() else { return Vec::new() };
        self.entry_of(site.file).map(|from| self.shapes_named(from, &name)).unwrap_or_default()
    }
}

/// A return type with `Self` replaced.
fn with_owner(of: &TypeRef, owner: Option<&TypeRef>) -> TypeRef {
    match owner {
        Some(owner) if of.path.last().is_some_and(|name| name == "Self") => owner.clone(),
        owner => TypeRef {
            path: of.path.clone(),
            arguments: of.arguments.iter().map(|argument| with_owner(argument, owner)).collect(),
        },
    }
}

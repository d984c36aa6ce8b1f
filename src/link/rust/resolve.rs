//! Paths to items, through modules, imports, re-exports and crates.

use std::sync::Arc;

use super::index::Word;
use super::manifest::{join, nearest};
use super::{LocalItem, RustWorld};
use crate::analyze::rust::model::{Constant, Function, ModuleFile, RustFile, TypeRef, Use};
use crate::analyze::rust::rules;
use crate::analyze::rust::table::table;
use crate::fact::{FileId, Value};
use crate::link::evaluate::{FunctionId, Site};
use crate::link::memo::remembered;
use crate::names;

/// Imports that lead to imports are followed this far.
const DEEPEST: usize = 14;

/// Imports between a path and a function beside a module of its name.
const FEW_STEPS: usize = 4;

/// A method whose receiver's type is unknown is looked for where no more files than this define its name.
const FEW_DEFINITIONS: usize = 8;

/// A module of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ModuleAt {
    pub file: usize,
    pub module: usize,
}

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Constant {
        file: usize,
        index: usize,
    },
    Function {
        file: usize,
        index: usize,
    },
    Struct {
        file: usize,
        index: usize,
    },
    Alias {
        file: usize,
        index: usize,
    },
    Module(ModuleAt),
    /// Something of a crate outside the tree, by its full path.
    External(Vec<String>),
}

impl RustWorld<'_> {
    /// What `path` means in a module; several where `#[cfg]` makes twins.
    pub(super) fn resolve(&self, at: ModuleAt, path: &[String]) -> Vec<Item> {
        remembered(&self.resolved, (at, path.to_vec()), || self.resolve_bounded(at, path, 0))
    }

    fn resolve_bounded(&self, at: ModuleAt, path: &[String], depth: usize) -> Vec<Item> {
        let Some((first, rest)) = path.split_first() else { return vec![Item::Module(at)] };
        if depth > DEEPEST {
            return Vec::new();
        }
        match first.as_str() {
            "crate" => {
                let roots = self.roots_of(at.file);
                roots.iter().flat_map(|&root| self.resolve_in(root, rest, depth + 1)).collect()
            }
            "self" => self.resolve_in(at, rest, depth + 1),
            "super" => match self.parent(at) {
                Some(parent) if rest.first().is_some_and(|next| next == "super") => {
                    self.resolve_bounded(parent, rest, depth + 1)
                }
                Some(parent) => self.resolve_in(parent, rest, depth + 1),
                None => Vec::new(),
            },
            _ => {
                let found = self.resolve_in(at, path, depth + 1);
                // What a module of the tree holds and nobody resolves is no crate's.
                // What the glob of a crate outside might bring hides no crate of the tree.
                let outside = !found.is_empty() && found.iter().all(is_external);
                let may_be_crate = !rest.is_empty() || first.starts_with(|c: char| c.is_ascii_lowercase());
                let by_glob = outside && may_be_crate && !self.is_imported(at, first);
                if !found.is_empty() && !by_glob || !rest.is_empty() && self.child_file(at, first).is_some() {
                    return found;
                }
                let roots = self.crate_roots_named(at.file, first);
                if by_glob && roots.is_empty() {
                    return found;
                }
                if !roots.is_empty() {
                    return roots.into_iter().flat_map(|root| self.resolve_in(root, rest, depth + 1)).collect();
                }
                let crate_like = first.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
                if crate_like && !rest.is_empty() {
                    let mut path = path.to_vec();
                    path[0] = self.package_called(at.file, first);
                    return vec![Item::External(path)];
                }
                Vec::new()
            }
        }
    }

    /// Whether an import of a module brings a name, no glob.
    fn is_imported(&self, at: ModuleAt, name: &str) -> bool {
        let module = self.facts(at.file).and_then(|facts| facts.modules.get(at.module));
        module.is_some_and(|module| module.uses.iter().any(|import| import.alias.as_deref() == Some(name)))
    }

    /// What `path` means among the items of a module.
    fn resolve_in(&self, at: ModuleAt, path: &[String], depth: usize) -> Vec<Item> {
        let Some((first, rest)) = path.split_first() else { return vec![Item::Module(at)] };
        let mut items = self.items_in(at, first, depth);
        if rest.is_empty() {
            items.extend(self.beside_module(at, first, &items, depth));
            return items;
        }
        let mut found = Vec::new();
        for item in items {
            match item {
                Item::Module(module) => found.extend(self.resolve_in(module, rest, depth + 1)),
                Item::Struct { file, index } => {
                    let name = self.facts(file).and_then(|facts| facts.structs.get(index));
                    let name = name.map(|of| of.name.split("::").next().unwrap_or_default().to_owned());
                    if let Some(name) = name {
                        found.extend(self.associated(file, &name, &rest[0]));
                    }
                }
                Item::Alias { file, index } => {
                    let Some(alias) = self.facts(file).and_then(|facts| facts.aliases.get(index)) else { continue };
                    let mut target = alias.target.path.clone();
                    target.extend(rest.iter().cloned());
                    let at = ModuleAt { file, module: alias.module };
                    found.extend(self.resolve_bounded(at, &target, depth + 1));
                }
                Item::External(mut path) => {
                    path.extend(rest.iter().cloned());
                    found.push(Item::External(path));
                }
                Item::Constant { .. } | Item::Function { .. } => {}
            }
        }
        found.dedup();
        found
    }

    /// What globs bring under the name of a module: that hides no function or constant.
    fn beside_module(&self, at: ModuleAt, name: &str, found: &[Item], depth: usize) -> Vec<Item> {
        let module = self.facts(at.file).and_then(|facts| facts.modules.get(at.module));
        let uses = module.map(|module| module.uses.as_slice()).unwrap_or_default();
        let only_modules = !found.is_empty() && found.iter().all(|item| matches!(item, Item::Module(_)));
        // The path of a glob, and of what that leads to, is a module's.
        if depth > FEW_STEPS || !only_modules || uses.iter().all(|import| import.alias.is_some()) {
            return Vec::new();
        }
        let mut brought = self.in_globs(at, uses, name, depth);
        brought.retain(|item| matches!(item, Item::Function { .. } | Item::Constant { .. }));
        brought
    }

    /// Items of a type: associated constants and functions, enum variants.
    fn associated(&self, type_file: usize, owner: &str, name: &str) -> Vec<Item> {
        let variant = format!("{owner}::{name}");
        let mut found = Vec::new();
        if let Some(facts) = self.facts(type_file) {
            found.extend(
                facts
                    .structs
                    .iter()
                    .enumerate()
                    .filter(|(_, of)| of.name == variant)
                    .map(|(index, _)| Item::Struct { file: type_file, index }),
            );
        }
        let mut files = self.files_owning(type_file, owner, Word::Function(name));
        files.extend(self.files_owning(type_file, owner, Word::Constant(name)));
        files.retain(|&file| self.are_related(file, type_file));
        files.sort_unstable();
        files.dedup();
        for file in files {
            let Some(facts) = self.facts(file) else { continue };
            let owned = |of: &Option<crate::analyze::rust::model::TypeRef>| {
                of.as_ref().and_then(|of| of.path.last()).is_some_and(|last| last == owner)
            };
            for (index, constant) in facts.constants.iter().enumerate() {
                if constant.name == name && owned(&constant.owner) {
                    found.push(Item::Constant { file, index });
                }
            }
            for (index, function) in facts.functions.iter().enumerate() {
                if function.name == name && owned(&function.owner) {
                    found.push(Item::Function { file, index });
                }
            }
        }
        found
    }

    /// What one name means in a module: an item, a module below, an import, or something of a glob.
    fn items_in(&self, at: ModuleAt, name: &str, depth: usize) -> Vec<Item> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let Some(parsed) = self.parsed(at.file) else { return Vec::new() };
        let facts = &parsed.facts;
        let file = at.file;
        let mut found: Vec<Item> = Vec::new();
        for item in parsed.items.get(name).into_iter().flatten() {
            match *item {
                LocalItem::Constant(index) => {
                    let constant = &facts.constants[index];
                    // A constant of a body is seen from that body only, which a look at its module cannot tell
                    // apart: it counts.
                    if constant.site.module == at.module && constant.owner.is_none() {
                        found.push(Item::Constant { file, index });
                    }
                }
                LocalItem::Function(index) => {
                    let function = &facts.functions[index];
                    if function.site.module == at.module && function.owner.is_none() {
                        found.push(Item::Function { file, index });
                    }
                }
                LocalItem::Struct(index) => {
                    if facts.structs[index].site.module == at.module {
                        found.push(Item::Struct { file, index });
                    }
                }
                LocalItem::Alias(index) => {
                    if facts.aliases[index].module == at.module {
                        found.push(Item::Alias { file, index });
                    }
                }
                LocalItem::Module(index) => {
                    if facts.modules[index].parent == Some(at.module) {
                        found.push(Item::Module(ModuleAt { file, module: index }));
                    }
                }
            }
        }
        found.extend(self.child_file(at, name).map(Item::Module));
        let Some(module) = facts.modules.get(at.module) else { return found };
        for path in &module.includes {
            let own = &self.entries[file].path;
            let folder = own.rsplit_once('/').map_or("", |(folder, _)| folder);
            let included = self.by_path.get(join(folder, path).as_str()).filter(|&&included| included != file);
            let items = included.map(|&file| self.items_in(ModuleAt { file, module: 0 }, name, depth + 1));
            found.extend(items.unwrap_or_default());
        }
        for import in module.uses.iter().filter(|import| import.alias.as_deref() == Some(name)) {
            found.extend(self.imported(at, import, depth));
        }
        // What a glob brings is hidden by what is declared or imported by name, be it a trait, or a module whose file is
        // not among those at hand.
        let is_explained = || {
            module.children.iter().any(|child| child.name == name)
                || module.uses.iter().any(|import| import.alias.as_deref() == Some(name))
                || facts.traits.iter().any(|(known, of)| known == name && *of == at.module)
        };
        if found.is_empty() && !is_explained() {
            found = self.in_globs(at, &module.uses, name, depth);
        }
        found
    }

    fn imported(&self, at: ModuleAt, import: &Use, depth: usize) -> Vec<Item> {
        let to_itself = import.path.len() == 1 && import.alias.as_ref() == import.path.first();
        if to_itself {
            return vec![Item::External(import.path.clone())];
        }
        let begins_with_alias = import.path.first() == import.alias.as_ref();
        if !begins_with_alias {
            let found = self.resolve_bounded(at, &import.path, depth + 1);
            return match import.path.as_slice() {
                // `use jsonwebtoken as jwt;`
                [only] if found.is_empty() => vec![Item::External(vec![self.package_called(at.file, only)])],
                _ => found,
            };
        }
        // `use secret::secret;` must not look for its own first segment among the imports.
        let first = &import.path[0];
        if let Some(child) = self.child_file(at, first) {
            return self.resolve_in(child, &import.path[1..], depth + 1);
        }
        let roots = self.crate_roots_named(at.file, first);
        if roots.is_empty() {
            return vec![Item::External(import.path.clone())];
        }
        roots.into_iter().flat_map(|root| self.resolve_in(root, &import.path[1..], depth + 1)).collect()
    }

    fn in_globs(&self, at: ModuleAt, uses: &[Use], name: &str, depth: usize) -> Vec<Item> {
        let mut outside = Vec::new();
        for glob in uses.iter().filter(|import| import.alias.is_none()) {
            let mut is_of_tree = false;
            for item in self.resolve_bounded(at, &glob.path, depth + 2) {
                is_of_tree |= matches!(item, Item::Module(_));
                match item {
                    Item::Module(module) if module != at => {
                        let found = self.items_in(module, name, depth + 2);
                        if !found.is_empty() {
                            return found;
                        }
                    }
                    Item::External(mut path) => {
                        path.push(name.to_owned());
                        outside.push(Item::External(path));
                    }
                    _ => {}
                }
            }
            if let [only] = glob.path.as_slice()
                && !is_of_tree
                && only.starts_with(|c: char| c.is_ascii_lowercase())
                && !matches!(only.as_str(), "crate" | "self" | "super")
                && self.crate_roots_named(at.file, only).is_empty()
            {
                outside.push(Item::External(vec![self.package_called(at.file, only), name.to_owned()]));
            }
        }
        outside
    }

    /// `mod name;` below a module: by `#[path]`, else by where its file must lie.
    pub(super) fn child_file(&self, at: ModuleAt, name: &str) -> Option<ModuleAt> {
        let facts = self.facts(at.file)?;
        let declared = facts.modules.get(at.module)?.children.iter().filter(|child| child.name == name);
        let mut candidates = declared.flat_map(move |child| self.places_of_child(at, child));
        let file = candidates.find_map(|candidate| self.by_path.get(candidate.as_str()))?;
        Some(ModuleAt { file: *file, module: 0 })
    }

    /// Where the file of a module's child may lie.
    fn places_of_child(&self, at: ModuleAt, declared: &ModuleFile) -> Vec<String> {
        let path = &self.entries[at.file].path;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let module_folder = self.module_folder(at);
        match &declared.path {
            Some(path) => vec![join(folder, path), join(&module_folder, path)],
            None => {
                let name = &declared.name;
                let mut places =
                    vec![join(&module_folder, &format!("{name}.rs")), join(&module_folder, &format!("{name}/mod.rs"))];
                // The children of what a `#[path]` leads to lie beside it.
                if at.module == 0 && module_folder != folder && !places.iter().any(|place| self.is_file(place)) {
                    let beside = [join(folder, &format!("{name}.rs")), join(folder, &format!("{name}/mod.rs"))];
                    if beside.iter().any(|place| self.is_file(place)) && self.parent_by_attribute(at.file).is_some() {
                        places.extend(beside);
                    }
                }
                places
            }
        }
    }

    fn is_file(&self, path: &str) -> bool {
        self.by_path.contains_key(path)
    }

    /// The folder where the files of a module's children lie.
    fn module_folder(&self, at: ModuleAt) -> String {
        let path = &self.entries[at.file].path;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let mut base = match stem {
            "mod" | "lib" | "main" => folder.to_owned(),
            _ if self.is_root(at.file) => folder.to_owned(),
            stem => join(folder, stem),
        };
        for name in self.inline_names(at) {
            base = join(&base, &name);
        }
        base
    }

    /// The names of the inline modules around a module, outermost first.
    fn inline_names(&self, at: ModuleAt) -> Vec<String> {
        let Some(facts) = self.facts(at.file) else { return Vec::new() };
        let mut names = Vec::new();
        let mut module = at.module;
        while let Some(inner) = facts.modules.get(module) {
            let Some(parent) = inner.parent else { break };
            names.push(inner.name.clone());
            module = parent;
        }
        names.reverse();
        names
    }

    fn parent(&self, at: ModuleAt) -> Option<ModuleAt> {
        let facts = self.facts(at.file)?;
        match facts.modules.get(at.module)?.parent {
            Some(parent) => Some(ModuleAt { file: at.file, module: parent }),
            None => self.parent_file(at),
        }
    }

    /// The file whose `mod` declaration leads to this file, by where both lie.
    pub(super) fn parent_file(&self, at: ModuleAt) -> Option<ModuleAt> {
        if self.is_root(at.file) {
            return None;
        }
        let path = &self.entries[at.file].path;
        let (folder, file) = path.rsplit_once('/')?;
        let above = match file {
            "lib.rs" | "main.rs" => return None,
            "mod.rs" => folder.rsplit_once('/').map_or("", |(above, _)| above),
            _ => folder,
        };
        let beside = format!("{}.rs", above);
        let candidates = [join(above, "mod.rs"), beside, join(above, "lib.rs"), join(above, "main.rs")];
        let file = candidates.iter().find_map(|candidate| self.by_path.get(candidate.as_str()));
        match file {
            Some(file) => (*file != at.file).then_some(ModuleAt { file: *file, module: 0 }),
            None => self.inline_parent(at.file).or_else(|| self.parent_by_attribute(at.file)),
        }
    }

    /// The module that is written out in a file above and declares this one: `mod token { mod keys; }`.
    fn inline_parent(&self, file: usize) -> Option<ModuleAt> {
        const HIGHEST: usize = 4;
        let own = &self.entries[file].path;
        let name = self.module_name(ModuleAt { file, module: 0 });
        let mut folder = own.rsplit_once('/')?.0;
        for _ in 0..HIGHEST {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let beside = format!("{folder}.rs");
            let candidates = [join(folder, "mod.rs"), beside, join(folder, "lib.rs"), join(folder, "main.rs")];
            for other in candidates.iter().filter_map(|candidate| self.by_path.get(candidate.as_str()).copied()) {
                let modules = 0..self.facts(other).map_or(0, |facts| facts.modules.len());
                let mut declaring = modules.map(|module| ModuleAt { file: other, module });
                let found = declaring.find(|at| self.child_file(*at, &name).is_some_and(|child| child.file == file));
                if found.is_some() {
                    return found;
                }
            }
            if folder.is_empty() {
                break;
            }
        }
        None
    }

    /// The module that names a file in a `#[path]`.
    fn parent_by_attribute(&self, file: usize) -> Option<ModuleAt> {
        remembered(&self.by_attribute, file, || {
            let path = &self.entries[file].path;
            let stem = path.rsplit('/').next()?.strip_suffix(".rs")?;
            // A name with a hyphen is several words; the last is in the text as well.
            let word = stem.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
            let mut files = self.files_with(file, &[Word::Any("path"), Word::Any("mod"), Word::Any(word)]);
            files.retain(|&other| other != file && self.names_file(other, stem));
            files.into_iter().find_map(|other| {
                let modules = self.facts(other)?.modules.iter().enumerate();
                let mut children = modules.flat_map(|(module, of)| of.children.iter().map(move |one| (module, one)));
                let found = children.find(|(module, one)| {
                    let at = ModuleAt { file: other, module: *module };
                    one.path.is_some() && self.child_file(at, &one.name).is_some_and(|child| child.file == file)
                });
                found.map(|(module, _)| ModuleAt { file: other, module })
            })
        })
    }

    /// Whether a file may say in an attribute that one of its modules lies in a file of this name.
    fn names_file(&self, file: usize, stem: &str) -> bool {
        let name = format!("{stem}.rs\"");
        let holds = |text: &str, what: &str| memchr::memmem::find(text.as_bytes(), what.as_bytes()).is_some();
        self.says(file, |text| holds(text, "path =") && holds(text, &name))
    }

    /// What the parent calls the module that a file is.
    pub(super) fn module_name(&self, at: ModuleAt) -> String {
        let path = &self.entries[at.file].path;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        match file {
            "mod.rs" => folder.rsplit('/').next().unwrap_or(folder).to_owned(),
            file => file.strip_suffix(".rs").unwrap_or(file).to_owned(),
        }
    }

    fn package_folder(&self, file: usize) -> &str {
        self.entries[file].package.and_then(|package| self.crates.get(package)).map_or("", |package| &package.folder)
    }

    /// Whether a file is the root of a crate.
    fn is_root(&self, file: usize) -> bool {
        let path = &self.entries[file].path;
        let package = self.entries[file].package.and_then(|package| self.crates.get(package));
        if package.is_some_and(|package| package.roots.iter().any(|root| **root == **path)) {
            return true;
        }
        let folder = package.map_or("", |package| package.folder.as_str());
        let below = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        match below.rsplit_once('/') {
            Some(("src", "lib.rs" | "main.rs")) | Some(("src/bin" | "tests" | "examples" | "benches", _)) => true,
            Some((_, "main.rs")) => {
                ["tests/", "examples/", "benches/", "src/bin/"].iter().any(|at| below.starts_with(at))
            }
            None => below == "build.rs",
            _ => false,
        }
    }

    /// The modules that `crate` means in a file.
    fn roots_of(&self, file: usize) -> Arc<[ModuleAt]> {
        remembered(&self.roots, file, || self.find_roots(file).into())
    }

    fn find_roots(&self, file: usize) -> Vec<ModuleAt> {
        let path = &self.entries[file].path;
        let folder = self.package_folder(file);
        let below = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
        let own_root = ["src/bin/", "tests/", "examples/", "benches/"].iter().any(|at| below.starts_with(at));
        if own_root {
            let mut at = ModuleAt { file, module: 0 };
            for _ in 0..DEEPEST {
                match self.parent_file(at) {
                    Some(parent) => at = parent,
                    None => return vec![at],
                }
            }
        }
        let mut roots = self.library_roots(folder, self.entries[file].package);
        if roots.is_empty() {
            // No manifest in sight: the topmost module above the file.
            let mut at = ModuleAt { file, module: 0 };
            for _ in 0..DEEPEST {
                match self.parent_file(at) {
                    Some(parent) => at = parent,
                    None => break,
                }
            }
            roots.push(at);
        }
        roots
    }

    fn library_roots(&self, folder: &str, package: Option<usize>) -> Vec<ModuleAt> {
        let named = package.and_then(|package| self.crates.get(package)).map(|package| package.roots.clone());
        let usual = [join(folder, "src/lib.rs"), join(folder, "src/main.rs")];
        named
            .into_iter()
            .flatten()
            .chain(usual)
            .filter_map(|root| self.by_path.get(root.as_str()))
            .map(|&file| ModuleAt { file, module: 0 })
            .collect()
    }

    /// The roots of a workspace member by the name that code in `file` uses for it.
    fn crate_roots_named(&self, file: usize, name: &str) -> Vec<ModuleAt> {
        let package = self.package_called(file, name);
        let is_called = |known: &String| *known == package || known == name;
        let members = self.crates.iter().enumerate().filter(|(_, member)| member.names.iter().any(is_called));
        let named: Vec<usize> = members.map(|(index, _)| index).collect();
        let nearest = nearest(&self.crates, self.package_folder(file), &named).into_iter();
        nearest.flat_map(|index| self.library_roots(&self.crates[index].folder, Some(index))).collect()
    }

    /// The package that code in `file` calls `name`.
    pub(super) fn package_called(&self, file: usize, name: &str) -> String {
        let package = self.entries[file].package.and_then(|package| self.crates.get(package));
        let renamed = package.and_then(|package| package.dependencies.get(name)).cloned();
        renamed.or_else(|| self.crate_alias(file, name)).unwrap_or_else(|| name.to_owned())
    }

    /// `extern crate name as alias;` at the root of the crate.
    fn crate_alias(&self, file: usize, name: &str) -> Option<String> {
        self.roots_of(file).iter().find_map(|root| {
            let aliases = &self.facts(root.file)?.crate_aliases;
            aliases.iter().find(|(alias, _)| alias == name).map(|(_, name)| name.clone())
        })
    }

    /// Whether the package of a file depends on a crate.
    pub(super) fn depends_on(&self, file: usize, name: &str) -> bool {
        let package = self.entries[file].package.and_then(|package| self.crates.get(package));
        package.is_some_and(|package| package.dependencies.values().any(|dependency| dependency == name))
    }

    /// A constant that no import explains (a macro may have made it), if the workspace has just one of that name.
    pub(super) fn only_constant_named(&self, at: ModuleAt, path: &[String]) -> Vec<Item> {
        let Some(name) = path.last() else { return Vec::new() };
        if name.len() <= 3 || !names::is_shouted(name) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for file in self.files_with(at.file, &[Word::Constant(name)]) {
            if self.package_folder(file) != self.package_folder(at.file) {
                continue;
            }
            let Some(facts) = self.facts(file) else { continue };
            let constants = facts.constants.iter().enumerate().filter(|(_, constant)| constant.name == *name);
            found.extend(constants.map(|(index, _)| Item::Constant { file, index }));
        }
        if found.len() == 1 { found } else { Vec::new() }
    }

    /// The values that a trait's constant is given by those who implement it, and by the trait itself.
    pub(super) fn implemented(&self, at: ModuleAt, path: &[String]) -> Vec<Item> {
        let [.., of_trait, name] = path else { return Vec::new() };
        if !of_trait.starts_with(|first: char| first.is_ascii_uppercase()) {
            return Vec::new();
        }
        let files = self.files_with(at.file, &[Word::Any(of_trait), Word::Constant(name)]).into_iter();
        let related = files.filter(|&file| self.are_related(file, at.file));
        let constants = related.filter_map(|file| Some((file, self.facts(file)?))).flat_map(|(file, facts)| {
            let fits = move |constant: &Constant| {
                let owner = constant.owner.as_ref().and_then(|of| of.path.last());
                constant.name == *name && [constant.of_trait.as_ref(), owner].contains(&Some(of_trait))
            };
            let fitting = facts.constants.iter().enumerate().filter(move |(_, constant)| fits(constant));
            fitting.map(move |(index, _)| Item::Constant { file, index })
        });
        constants.collect()
    }

    /// The functions that a path names.
    pub(super) fn functions_at(&self, site: Site, path: &[String]) -> Vec<FunctionId> {
        let Some(at) = self.module_at(site) else { return Vec::new() };
        if let [name] = path
            && let Some(bare) = rules::macro_name(name)
        {
            return self.macros(at.file, name, bare);
        }
        let path = self.without_self(site, path);
        let items = self.resolve(at, &path);
        let mut found: Vec<FunctionId> = items
            .iter()
            .filter_map(|item| match *item {
                Item::Function { file, index } => Some(FunctionId { file: self.entries[file].id, index }),
                _ => None,
            })
            .collect();
        // What a trait only declares is what its implementations are.
        let is_declared = |id: &FunctionId| {
            let function = self.facts_of(id.file).and_then(|facts| facts.functions.get(id.index));
            function.is_some_and(|function| !function.has_body && function.owner.is_some())
        };
        if !found.is_empty()
            && found.iter().all(is_declared)
            && let [.., owner, name] = path.as_slice()
        {
            found.extend(self.methods(at.file, owner, name));
        }
        if found.is_empty()
            && let [.., owner, name] = path.as_slice()
            && (items.is_empty() || is_of_own_crate(&path) && items.iter().all(is_external))
            && owner.starts_with(|c: char| c.is_ascii_uppercase())
        {
            found = self.methods(at.file, owner, name);
        }
        found
    }

    /// The rules of a macro of the workspace, which is seen wherever it may be.
    fn macros(&self, from: usize, name: &str, bare: &str) -> Vec<FunctionId> {
        let mut files = self.files_with(from, &[Word::Function(bare)]);
        files.retain(|&file| self.are_related(file, from));
        let mut found = Vec::new();
        for file in files {
            let functions = self.facts(file).into_iter().flat_map(|facts| facts.functions.iter().enumerate());
            let rules = functions.filter(|(_, function)| function.name == name);
            found.extend(rules.map(|(index, _)| FunctionId { file: self.entries[file].id, index }));
        }
        found
    }

    /// A path with `Self` replaced by the type that it means at a site.
    pub(super) fn without_self(&self, site: Site, path: &[String]) -> Vec<String> {
        match (path.first().map(String::as_str), self.owner_at(site)) {
            (Some("Self"), Some(owner)) => owner.path.iter().chain(&path[1..]).cloned().collect(),
            (Some(first), _) if path.len() == 2 => match self.bound_at(site, first) {
                Some(of_trait) => of_trait.path.iter().chain(&path[1..]).cloned().collect(),
                None => path.to_vec(),
            },
            _ => path.to_vec(),
        }
    }

    /// The trait that a type parameter of the function at a site must have.
    pub(super) fn bound_at(&self, site: Site, name: &str) -> Option<&TypeRef> {
        let function = self.facts_of(site.file)?.functions.get(site.function?)?;
        function.generics.iter().find(|(known, _)| known == name).map(|(_, of_trait)| of_trait)
    }

    /// Methods and associated functions of a type, or of a trait's implementations.
    pub(super) fn methods(&self, from: usize, owner: &str, name: &str) -> Vec<FunctionId> {
        if self.files_with(from, &[Word::Type(owner)]).is_empty() {
            // A type of a crate outside the tree, whose methods are not to be had, or one that a macro makes here.
            let found = self.methods_in(from, owner, name);
            // Which of several types a foreign trait means is not said: `Default::default()`.
            let owner_of = |id: &FunctionId| self.facts_of(id.file)?.functions.get(id.index)?.owner.as_ref();
            let is_one = found.windows(2).all(|pair| owner_of(&pair[0]) == owner_of(&pair[1]));
            return if is_one { found } else { Vec::new() };
        }
        let key = (self.entries[from].package, owner.to_owned(), name.to_owned());
        remembered(&self.methods, key, || self.find_methods(from, owner, name))
    }

    fn find_methods(&self, from: usize, owner: &str, name: &str) -> Vec<FunctionId> {
        let mut found = Vec::new();
        let mut files = self.files_owning(from, owner, Word::Function(name));
        if files.is_empty() {
            // A macro may make it beside the type.
            let makers: &[&str] = if name == "new" { &["derive_new", "Constructor"] } else { &["macro_rules"] };
            let of = |maker| self.files_with(from, &[Word::Type(owner), Word::Any(name), Word::Any(maker)]);
            files = makers.iter().copied().flat_map(of).collect();
        }
        for file in files {
            if self.are_related(file, from) {
                found.extend(self.methods_in(file, owner, name));
            }
        }
        found
    }

    /// The files that may define an item of a type or trait.
    fn files_owning(&self, from: usize, owner: &str, item: Word<'_>) -> Vec<usize> {
        // The rules of a macro name no type that they are for.
        let places = [
            &[Word::Implemented(owner), item][..],
            &[Word::Type(owner), item],
            &[Word::Any(owner), item, Word::Any("macro_rules")],
        ];
        let mut files: Vec<usize> = places.into_iter().flat_map(|words| self.files_with(from, words)).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The methods of one file.
    fn methods_in(&self, file: usize, owner: &str, name: &str) -> Vec<FunctionId> {
        let functions = self.facts(file).into_iter().flat_map(|facts| facts.functions.iter().enumerate());
        let fitting = functions.filter(|(_, function)| {
            let of_type = function.owner.as_ref().and_then(|of| of.path.last()).is_some_and(|last| last == owner);
            function.name == name && (of_type || function.of_trait.as_deref() == Some(owner))
        });
        fitting.map(|(index, _)| FunctionId { file: self.entries[file].id, index }).collect()
    }

    /// Methods of a value: of its type; where that is unknown, the only one of that name in the workspace.
    pub(super) fn methods_of_value(&self, site: Site, receiver: &Value, name: &str) -> Vec<FunctionId> {
        let Some(from) = self.entry_of(site.file) else { return Vec::new() };
        let typed = self.type_of(site, receiver, 0);
        let owners = typed.as_ref().map(|typed| self.local_type_names(typed, 0)).unwrap_or_default();
        let mut found: Vec<FunctionId> = owners.iter().flat_map(|owner| self.methods(from, owner, name)).collect();
        found.sort_unstable_by_key(|id: &FunctionId| (id.file, id.index));
        found.dedup();
        if !found.is_empty() || table().is_conversion(name) || self.is_foreign(site, receiver) {
            return found;
        }
        let is_in_container = typed.is_some_and(|typed| is_container(&typed.of));
        let mut files = self.files_with(from, &[Word::Function(name)]);
        files.retain(|&file| self.are_related(file, from));
        if files.len() > FEW_DEFINITIONS {
            return Vec::new();
        }
        for file in files {
            let Some(facts) = self.facts(file) else { continue };
            for (index, function) in facts.functions.iter().enumerate() {
                // A type that is known and has no such method can have it by default of a trait.
                let may_be = if is_in_container {
                    function.of_trait.is_some()
                } else {
                    owners.is_empty() || is_of_trait(facts, function)
                };
                if function.name == name && function.has_receiver && function.has_body && may_be {
                    found.push(FunctionId { file: self.entries[file].id, index });
                }
            }
        }
        if found.len() == 1 { found } else { Vec::new() }
    }

    /// Whether a value is something that is imported from a crate outside of the tree, whose methods are not in sight.
    fn is_foreign(&self, site: Site, value: &Value) -> bool {
        match value {
            Value::Via(via) => self.is_foreign(site, &via.value),
            Value::Name(name) => {
                let items = self.module_at(site).map(|at| self.resolve(at, &name.segments)).unwrap_or_default();
                !items.is_empty() && items.iter().all(is_external)
            }
            _ => false,
        }
    }

    /// The file of an entry.
    pub(super) fn id_of(&self, entry: usize) -> FileId {
        self.entries[entry].id
    }
}

/// Whether a type is a container, or holds nothing else: `Arc<RwLock<HashMap<…>>>`.
fn is_container(of: &TypeRef) -> bool {
    of.path.last().is_some_and(|name| table().is_container(name))
        || matches!(of.arguments.as_slice(), [only] if is_container(only))
}

/// Whether a path begins in the crate that it stands in, whatever a glob may bring under its names.
fn is_of_own_crate(path: &[String]) -> bool {
    path.first().is_some_and(|first| matches!(first.as_str(), "crate" | "self" | "super"))
}

fn is_external(item: &Item) -> bool {
    matches!(item, Item::External(_))
}

/// Whether a function stands in a trait, not in an impl of a type of its file.
fn is_of_trait(facts: &RustFile, function: &Function) -> bool {
    let owner = function.owner.as_ref().and_then(|of| of.path.last());
    let is_type = |name: &String| facts.structs.iter().any(|of| of.name.split("::").next() == Some(name));
    function.of_trait.is_none() && owner.is_some_and(|name| !is_type(name))
}

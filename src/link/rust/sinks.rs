//! Whether a call that looks like a sink is one: by where its type or function comes from.

use super::RustWorld;
use super::resolve::{Item, ModuleAt};
use crate::analyze::rust::model::{RustFile, SinkCall};
use crate::analyze::rust::table::{Context, SinkEntry, SinkShape, table};
use crate::fact::{Algorithm, Confidence};
use crate::link::evaluate::Site;

/// A sink that is one.
pub(super) struct Accepted<'t> {
    pub entry: &'t SinkEntry,
    /// Which of the call's values is the secret.
    pub value: usize,
    pub confidence: Confidence,
    pub algorithm: Option<Algorithm>,
}

impl RustWorld<'_> {
    /// The entry of the table that a call fits best.
    pub(super) fn accepted(&self, file: usize, call: &SinkCall) -> Option<Accepted<'static>> {
        call.entries
            .iter()
            .enumerate()
            .filter_map(|(value, &index)| {
                let entry = &table().sinks[index];
                let confidence = self.confidence(file, call, entry)?;
                let hint = call.algorithm_hint.as_deref().and_then(algorithm_of);
                Some(Accepted { entry, value, confidence, algorithm: entry.algorithm.or(hint) })
            })
            .max_by_key(|accepted| accepted.confidence)
    }

    fn confidence(&self, file: usize, call: &SinkCall, entry: &SinkEntry) -> Option<Confidence> {
        if entry.context == Some(Context::Jwt) && (is_of_old_digest(call) || !self.speaks_of_jwt(file, call)) {
            return None;
        }
        if let Some(word) = &entry.types
            && !call.algorithm_hint.as_ref().is_some_and(|hint| hint.contains(word.as_str()))
        {
            return None;
        }
        let site = self.site(file, call.site);
        match &entry.shape {
            // `impl Load for EncodingKey { fn load() -> Self { Self::from_secret(…) } }`
            SinkShape::Call(wanted) => self.call_confidence(site, &self.without_self(site, &call.path), wanted, entry),
            SinkShape::Field(owner, _) => self.type_confidence(site, &call.path, std::slice::from_ref(owner), entry),
            SinkShape::Method(_) => {
                (entry.distinctive || self.uses_crate(file, &entry.crates)).then_some(Confidence::High)
            }
            SinkShape::Attribute(..) => {
                let depends = entry.crates.iter().any(|name| self.depends_on(file, name));
                (depends || self.uses_crate(file, &entry.crates)).then_some(Confidence::High)
            }
        }
    }

    fn call_confidence(&self, site: Site, path: &[String], wanted: &[String], entry: &SinkEntry) -> Option<Confidence> {
        let (function, of_type) = path.split_last()?;
        let (wanted_function, wanted_type) = wanted.split_last()?;
        let common = COMMON.contains(&function.as_str());
        let facts = self.facts_of(site.file)?;
        if common && !wanted_type.is_empty() && !super::may_name(facts, path, wanted_type.last()) {
            return None;
        }
        if path.len() == 1 && !may_be_imported(facts, function) {
            return None;
        }
        match wanted_type.last() {
            Some(_) => self.type_confidence(site, of_type, wanted_type, entry),
            None => {
                let at = self.module_at(site)?;
                let items = self.resolve(at, path);
                let listed = items.iter().any(|item| match item {
                    Item::External(full) => full.last() == Some(wanted_function) && is_of(full, &entry.crates),
                    _ => false,
                });
                listed.then_some(Confidence::High)
            }
        }
    }

    /// Whether a type's path leads to the wanted type of one of the entry's crates.
    fn type_confidence(
        &self,
        site: Site,
        path: &[String],
        wanted_path: &[String],
        entry: &SinkEntry,
    ) -> Option<Confidence> {
        let at = self.module_at(site)?;
        let wanted = wanted_path.last()?;
        if self.is_imported_from(at, path, wanted, &entry.crates) {
            return Some(Confidence::High);
        }
        let mut best = None;
        let items = self.resolve_aliases(at, path);
        for item in &items {
            match item {
                Item::External(full) if full.last() == Some(wanted) => {
                    if is_of(full, &entry.crates) {
                        return Some(Confidence::High);
                    }
                    // `hmac::Key` is distinctive, any crate's `Key` is not.
                    if entry.distinctive && full.ends_with(wanted_path) {
                        best = Some(Confidence::High);
                    }
                }
                Item::Struct { .. } | Item::Function { .. } | Item::Constant { .. } => return None,
                _ => {}
            }
        }
        let unresolved = items.is_empty() && path.ends_with(wanted_path);
        if unresolved && entry.distinctive {
            best = best.max(Some(Confidence::Medium));
        }
        best
    }

    /// Whether an import of the module itself brings the wanted type from one of its crates: the usual case, which
    /// needs no other file.
    fn is_imported_from(&self, at: ModuleAt, path: &[String], wanted: &str, crates: &[String]) -> bool {
        let [name] = path else { return false };
        let Some(module) = self.facts(at.file).and_then(|facts| facts.modules.get(at.module)) else { return false };
        module.uses.iter().any(|import| {
            import.alias.as_ref() == Some(name)
                && import.path.last().is_some_and(|last| last == wanted)
                && import.path.first().is_some_and(|first| crates.contains(first))
        })
    }

    /// What a type's path leads to, aliases followed.
    fn resolve_aliases(&self, at: ModuleAt, path: &[String]) -> Vec<Item> {
        let mut items = self.resolve(at, path);
        for _ in 0..6 {
            let Some(position) = items.iter().position(|item| matches!(item, Item::Alias { .. })) else { break };
            let Item::Alias { file, index } = items.swap_remove(position) else { break };
            let Some(alias) = self.facts(file).and_then(|facts| facts.aliases.get(index)) else { break };
            let at = ModuleAt { file, module: alias.module };
            let targets = self.resolve(at, &alias.target.path);
            if targets.is_empty() {
                items.push(Item::External(alias.target.path.clone()));
            }
            items.extend(targets);
        }
        items
    }

    /// Whether any import of a file begins with one of these crates.
    fn uses_crate(&self, file: usize, crates: &[String]) -> bool {
        self.facts(file).is_some_and(|facts| {
            facts.modules.iter().flat_map(|module| &module.uses).any(|import| {
                import
                    .path
                    .first()
                    .is_some_and(|first| crates.contains(first) || crates.contains(&self.package_called(file, first)))
            })
        })
    }

    /// Whether the code around a general key speaks of JWTs: its file, its module's path, or its function's name.
    fn speaks_of_jwt(&self, file: usize, call: &SinkCall) -> bool {
        let Some(facts) = self.facts(file) else { return false };
        let path = self.entries[file].path.to_ascii_lowercase();
        let function = call.site.function.and_then(|index| facts.functions.get(index));
        let named = function.is_some_and(|function| {
            let name = function.name.to_ascii_lowercase();
            name.contains("jwt") || name.contains("token")
        });
        facts.jwt_context || path.contains("jwt") || named
    }
}

/// Functions that so many types have that their type is looked for only where it is named.
const COMMON: [&str; 5] = ["new", "from", "default", "from_bytes", "from_pem"];

/// Whether an import, or a glob, may bring a function into a file.
fn may_be_imported(facts: &RustFile, function: &str) -> bool {
    let mut imports = facts.modules.iter().flat_map(|module| &module.uses);
    imports.any(|import| import.alias.as_deref().is_none_or(|alias| alias == function))
}

/// Whether a general HMAC is one with a digest that no token is signed with: `Hmac<Sha1>`.
fn is_of_old_digest(call: &SinkCall) -> bool {
    call.algorithm_hint.as_deref().is_some_and(|hint| {
        let lower = hint.to_ascii_lowercase();
        ["sha1", "md5", "blake"].iter().any(|digest| lower.contains(digest))
    })
}

fn is_of(full: &[String], crates: &[String]) -> bool {
    full.first().is_some_and(|name| crates.contains(name))
}

/// `Hmac<Sha384>`, `HS512`.
fn algorithm_of(hint: &str) -> Option<Algorithm> {
    let lower = hint.to_ascii_lowercase();
    if lower.contains("sha256") {
        Some(Algorithm::Hs256)
    } else if lower.contains("sha384") {
        Some(Algorithm::Hs384)
    } else if lower.contains("sha512") {
        Some(Algorithm::Hs512)
    } else {
        Algorithm::in_name(hint)
    }
}

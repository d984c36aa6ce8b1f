//! Secrets that are printed: by their own name, or inside of a value that derives `Debug`.
//!
//! A file that only prints says nothing of secrets. It is looked at where a type of the workspace shows one, and
//! then only if it prints for debugging and names the type, what holds it, or what makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::index::Word;
use super::types::Shape;
use super::{FEW_FILES, RustWorld};
use crate::analyze::rust::model::{LoggedValue, Struct, TypeRef};
use crate::fact::{Candidate, Confidence, Evidence, Origin, Place, Value};
use crate::link::evaluate::{Evaluator, Site, World as _};
use crate::link::trace::{Source, Trace};
use crate::names::{self, NameClass};
use crate::secret::Secret;

/// Macros that print a value of which the code says no more than its name.
const PRINTING: [&str; 11] =
    ["println", "eprintln", "print", "dbg", "trace", "debug", "info", "warn", "error", "event", "log"];
/// Words that lead to what shows a secret.
const MOST_WORDS: usize = 64;
/// A word that more files than this hold leads nowhere; no more of them are looked at.
const MOST_FILES: usize = 100;
/// Types that hold types that show a secret.
const DEEPEST: usize = 3;

impl RustWorld<'_> {
    /// Leaks in files that were not added, of the types in those that were.
    pub(super) fn leaks_elsewhere(&self, seeds: &[usize]) -> Vec<Candidate> {
        let mut shown: BTreeMap<Option<usize>, Vec<(usize, String)>> = BTreeMap::new();
        for &seed in seeds {
            let structs = self.facts(seed).into_iter().flat_map(|facts| &facts.structs);
            let names = structs.filter(|of| shows_secret(of)).map(|of| (seed, base(&of.name).to_owned()));
            shown.entry(self.entries[seed].workspace).or_default().extend(names);
        }
        let known: BTreeSet<usize> = seeds.iter().copied().collect();
        let mut files = Vec::new();
        for shown in shown.into_values() {
            let mut holding = BTreeSet::new();
            for (from, word) in self.words_of_shown(shown) {
                let files = self.files_with(from, &[Word::Any(&word)]);
                if files.len() <= MOST_FILES {
                    holding.extend(files.into_iter().filter(|&file| self.are_related(file, from)));
                }
            }
            let prints = |file: &usize| PRINTING.iter().any(|name| self.may_hold(*file, name));
            files.extend(holding.difference(&known).copied().filter(prints).take(MOST_FILES));
        }
        let leaks: Vec<Vec<Candidate>> = files.par_iter().map(|&file| self.leaks_in(file)).collect();
        leaks.concat()
    }

    fn leaks_in(&self, file: usize) -> Vec<Candidate> {
        let text = match self.entries[file].parsed.get() {
            Some(parsed) => parsed.as_ref().map(|parsed| shows_whole(&parsed.source.text)),
            None => (self.load)(self.id_of(file)).map(|source| shows_whole(&source.text)),
        };
        let Some(parsed) = text.filter(|shows| *shows).and_then(|_| self.parsed(file)) else { return Vec::new() };
        let logged = parsed.parts_where(shows_whole).flat_map(|part| &part.logged);
        logged.filter(|logged| logged.debug).filter_map(|logged| self.link_log(file, logged, true)).collect()
    }

    /// What a file has to name to print one of these types: the type, what holds it, a function that makes it.
    fn words_of_shown(&self, mut shown: Vec<(usize, String)>) -> BTreeSet<(usize, String)> {
        let mut words: BTreeSet<(usize, String)> = BTreeSet::new();
        for _ in 0..DEEPEST {
            let mut holders = Vec::new();
            for (from, name) in std::mem::take(&mut shown) {
                if words.len() >= MOST_WORDS || !words.insert((from, name.clone())) {
                    continue;
                }
                let mut files = self.files_with(from, &[Word::Any(&name)]);
                if files.len() > FEW_FILES {
                    files = vec![from];
                }
                for file in files {
                    let Some(facts) = self.facts(file).filter(|_| self.are_related(file, from)) else { continue };
                    let makes =
                        facts.functions.iter().filter(|one| one.owner.is_none() && mentions(&one.returns, &name));
                    words.extend(makes.map(|function| (file, function.name.clone())));
                    let statics = facts.constants.iter().filter(|one| mentions(&one.of_type, &name));
                    words.extend(statics.map(|constant| (file, constant.name.clone())));
                    for holder in &facts.structs {
                        let fields = holder.fields.iter().filter(|(_, of)| mentions(of, &name));
                        let fields: Vec<&String> = fields.map(|(field, _)| field).collect();
                        words.extend(
                            fields.iter().filter(|field| field.len() > 2).map(|field| (file, (*field).clone())),
                        );
                        if !fields.is_empty() && holder.derives_debug {
                            holders.push((file, base(&holder.name).to_owned()));
                        }
                    }
                }
            }
            shown = holders;
        }
        words
    }

    /// A secret that is printed: by its own name, or inside a value that derives `Debug`.
    pub(super) fn link_log(&self, entry: usize, logged: &LoggedValue, shows: bool) -> Option<Candidate> {
        let path: Vec<&str> = logged.name.iter().map(String::as_str).collect();
        let site = self.site(entry, logged.site);
        let subject = if names::classify(&path) == NameClass::Secret {
            if self.is_name_of_variable(site, &logged.value) {
                return None;
            }
            logged.name.join(".")
        } else if let Some(read) = secret_read(&logged.value) {
            read
        } else if logged.debug && shows {
            let shape = self.shape_of(site, &logged.value)?;
            self.shown_secret(entry, &shape, 0)?
        } else {
            return None;
        };
        Some(Candidate {
            file: self.id_of(entry),
            span: logged.span,
            secret: Secret::default(),
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::Named,
            origin: Origin::Logged,
            place: Place::Code,
            subject,
            steps: Vec::new(),
            setting: self.setting(site),
            confidence: Confidence::Medium,
            read_as: None,
            conditional: false,
            detector: Arc::from("rust/log"),
        })
    }
}

impl RustWorld<'_> {
    /// The member of a struct that `{:?}` shows and that is named like a secret, members of members included.
    fn shown_secret(&self, from: usize, shape: &Shape, depth: usize) -> Option<String> {
        /// Structs in structs are looked at this far.
        const DEEPEST: usize = 3;
        if !shape.derives_debug || depth > DEEPEST {
            return None;
        }
        let own = shape
            .fields
            .iter()
            .find(|(name, of)| names::classify(&[&shape.name, name]) == NameClass::Secret && is_plain(of));
        if let Some((name, _)) = own {
            return Some(format!("{}.{name}", shape.name));
        }
        shape.fields.iter().filter(|(_, of)| !is_plain(of)).find_map(|(name, of)| {
            let inner = self.shape_named(from, of.path.last()?)?;
            // `JwtSecret(String)`: the member's name says what its only content is.
            match inner.fields.as_slice() {
                [(_, only)] if inner.derives_debug && is_plain(only) => {
                    let classified = names::classify(&[&shape.name, name]);
                    (classified == NameClass::Secret).then(|| format!("{}.{name}", shape.name))
                }
                _ => None,
            }
            .or_else(|| self.shown_secret(from, &inner, depth + 1))
        })
    }

    /// Whether a value is the constant name of an environment variable: `const JWT_SECRET: &str = "JWT_SECRET"`.
    fn is_name_of_variable(&self, site: Site, value: &Value) -> bool {
        let Value::Name(_) = value else { return false };
        let traces = Evaluator::new(self).trace(value, site);
        let names_one = |trace: &Trace| match &trace.source {
            Source::Literal(secret) => secret.expose_str().is_some_and(|text| {
                text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
            }),
            _ => false,
        };
        !traces.is_empty() && traces.iter().all(names_one)
    }
}

/// The variable that a local holds, if it is named like a secret.
fn secret_read(value: &Value) -> Option<String> {
    match value {
        Value::Env(read) => read.name.clone().filter(|name| names::classify(&[name]) == NameClass::Secret),
        Value::Via(via) => secret_read(&via.value),
        Value::Fallback { primary, .. } => secret_read(primary),
        _ => None,
    }
}

/// Whether a type is text or bytes, wrapped in what shows its content.
fn is_plain(of: &TypeRef) -> bool {
    const TEXTS: [&str; 6] = ["String", "str", "u8", "Bytes", "OsString", "PathBuf"];
    const WRAPPERS: [&str; 10] = ["[]", "Option", "Vec", "Box", "Arc", "Rc", "Cow", "Mutex", "RwLock", "Zeroizing"];
    of.path.last().is_some_and(|name| {
        TEXTS.contains(&name.as_str()) || (WRAPPERS.contains(&name.as_str()) && of.arguments.iter().any(is_plain))
    })
}

/// Whether a type's derived `Debug` shows a member that is named like a secret.
pub(super) fn shows_secret(of: &Struct) -> bool {
    let is_sealed = |of: &TypeRef| of.path.last().is_some_and(|last| last.starts_with("Secret"));
    let shown = of.fields.iter().filter(|(name, of_type)| !of.hidden.contains(name) && !is_sealed(of_type));
    let mut secrets = shown.filter(|(name, _)| names::classify(&[base(&of.name), name]) == NameClass::Secret);
    of.derives_debug && secrets.next().is_some()
}

/// The enum of a variant, or the struct itself.
fn base(name: &str) -> &str {
    name.split("::").next().unwrap_or(name)
}

/// Whether a type is `name`, or a wrapper of it.
fn mentions(of: &TypeRef, name: &str) -> bool {
    of.path.last().is_some_and(|last| last == name) || of.arguments.iter().any(|argument| mentions(argument, name))
}

/// Whether code prints a value for debugging.
fn shows_whole(code: &str) -> bool {
    [":?}", ":#?}", "dbg!", "(?", " ?"]
        .iter()
        .any(|sign| memchr::memmem::find(code.as_bytes(), sign.as_bytes()).is_some())
}

//! Secrets that are printed: by their own name, or inside of a value that derives `Debug`.
//!
//! Code that only prints says nothing of secrets. It is looked at where a type of the workspace shows one, and
//! then only if its file prints for debugging and names the type, what holds it, or what makes it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::RustWorld;
use super::index::Word;
use super::shown::Shown;
use super::types::Shape;
use crate::analyze::rust;
use crate::analyze::rust::model::{Function, LoggedValue, TypeRef};
use crate::fact::{Candidate, Confidence, Evidence, Origin, Place, Value};
use crate::link::evaluate::{Evaluator, Site, World as _};
use crate::link::trace::{Source, Trace};
use crate::names::{self, NameClass};
use crate::secret::Secret;
use crate::span::Span;

/// Macros that print a value of which the code says no more than its name.
const PRINTING: [&str; 12] =
    ["println", "eprintln", "print", "dbg", "trace", "debug", "info", "warn", "error", "event", "log", "instrument"];

/// A value that the code of a file shows, and what is shown by the names that the file has for it.
type Logged<'w> = (usize, &'w LoggedValue, Arc<Shown>);

impl RustWorld<'_> {
    /// Leaks in files that were not added, and in bodies of the others that were not read for what else they say.
    pub(super) fn leaks_in_unread(&self, naming: &BTreeMap<usize, Arc<Shown>>, seeds: &[usize]) -> Vec<Candidate> {
        let naming: Vec<(&usize, &Arc<Shown>)> = naming.iter().collect();
        let logged = self.share(naming.len(), |number| {
            let (&file, shown) = naming[number];
            self.logged_in(file, shown, seeds.contains(&file))
        });
        let logged: Vec<Logged<'_>> = logged.into_iter().flatten().collect();
        let leaks = self.share(logged.len(), |number| {
            let (file, logged, shown) = &logged[number];
            self.link_log(*file, logged, Some(shown.as_ref()))
        });
        leaks.into_iter().flatten().collect()
    }

    /// What a file shows that may hold a secret, with what is shown as the file names it.
    fn logged_in(&self, file: usize, shown: &Arc<Shown>, is_seed: bool) -> Vec<Logged<'_>> {
        let implements = || shown.types().any(|name| self.index().holds(file, Word::Implemented(name)));
        let may_print = |text: &str| {
            let is_telling = |part: &str| shows_whole(part) && shown.is_named_in(part);
            shows_whole(text) && (implements() || shown.is_renamed_in(text) || rust::any_part(text, is_telling))
        };
        let prints = match self.entries[file].parsed.get() {
            Some(parsed) => parsed.as_ref().is_some_and(|parsed| shows_whole(&parsed.source.text)),
            None => (self.load)(self.id_of(file)).is_some_and(|source| may_print(&source.text)),
        };
        let Some(parsed) = prints.then(|| self.parsed(file)).flatten() else { return Vec::new() };
        let shown = match shown.imported_in(&parsed.facts) {
            Cow::Borrowed(_) => shown.clone(),
            Cow::Owned(own) => Arc::new(own),
        };
        let functions = &parsed.facts.functions;
        let is_of_shown = |function: Option<usize>| {
            let owner = function.and_then(|function| functions.get(function)?.owner.as_ref());
            owner.is_some_and(|owner| shown.includes(owner))
        };
        let tells = |function: Option<usize>, body: &str| {
            shows_whole(body) && (is_of_shown(function) || shown.is_named_in(body))
        };
        // What was read of a seed is linked with it.
        let parts = parsed.parts_where(tells).skip(usize::from(is_seed));
        let logged = parts.flat_map(|part| &part.logged).filter(|logged| logged.debug);
        logged.map(|logged| (file, logged, shown.clone())).collect()
    }

    /// Whether a file may print.
    pub(super) fn prints(&self, file: usize) -> bool {
        PRINTING.iter().any(|name| self.may_hold(file, name))
    }

    /// A secret that is printed: by its own name, or inside a value that derives `Debug`.
    pub(super) fn link_log(&self, entry: usize, logged: &LoggedValue, shown: Option<&Shown>) -> Option<Candidate> {
        let path: Vec<&str> = logged.name.iter().map(String::as_str).collect();
        let site = self.site(entry, logged.site);
        let subject = if names::classify(&path) == NameClass::Secret {
            if self.is_name_of_variable(site, &logged.value) {
                return None;
            }
            logged.name.join(".")
        } else if let Some(read) = secret_read(&logged.value).or_else(|| self.read_into_key(entry, logged)) {
            read
        } else if logged.debug
            && shown.is_some_and(|shown| shown.may_be(&logged.value, self.function_at(entry, logged)))
        {
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
            let inner = self.shape_named(from, held(of).path.last()?)?;
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

    /// The variable that a local holds which is a key a few lines on, whatever both are called.
    fn read_into_key(&self, entry: usize, logged: &LoggedValue) -> Option<String> {
        let Value::Via(local) = &logged.value else { return None };
        let mut sinks = self.facts(entry)?.sinks.iter().filter(|call| call.site.function == logged.site.function);
        let is_key = sinks.any(|call| {
            let value = self.accepted(entry, call).and_then(|accepted| call.values.get(accepted.value));
            value.is_some_and(|value| is_made_of(value, local.span))
        });
        let site = self.site(entry, logged.site);
        // What a type of the project's own shows of itself may be less than the key.
        if !is_key || !self.struct_names_of(site, &logged.value).is_empty() {
            return None;
        }
        let traces = Evaluator::new(self).trace(&logged.value, site);
        traces.iter().find_map(|trace| trace.read_name().flatten())
    }

    fn function_at(&self, entry: usize, logged: &LoggedValue) -> Option<&Function> {
        self.facts(entry)?.functions.get(logged.site.function?)
    }

    /// Whether a value is the constant name of an environment variable: `const JWT_SECRET: &str = "JWT_SECRET"`.
    fn is_name_of_variable(&self, site: Site, value: &Value) -> bool {
        let Value::Name(_) = value else { return false };
        let traces = Evaluator::new(self).trace(value, site);
        let names_one = |trace: &Trace| match &trace.source {
            Source::Literal(secret) => {
                secret.expose_str().is_some_and(|text| text.contains('_') && names::is_shouted(text))
            }
            _ => false,
        };
        !traces.is_empty() && traces.iter().all(names_one)
    }
}

/// Whether a value is that of the local which is bound at `span`, through other locals.
fn is_made_of(value: &Value, span: Span) -> bool {
    let mut at = value;
    while let Value::Via(via) = at {
        if via.span == span {
            return true;
        }
        at = &via.value;
    }
    false
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

/// Types that show what they hold.
const WRAPPERS: [&str; 18] = [
    "[]",
    "Option",
    "Vec",
    "Box",
    "Arc",
    "Rc",
    "Cow",
    "Mutex",
    "RwLock",
    "RefCell",
    "OnceCell",
    "OnceLock",
    "LazyLock",
    "ArcSwap",
    "Pin",
    "VecDeque",
    "Data",
    "Zeroizing",
];

fn shows_content(of: &TypeRef) -> bool {
    of.path.last().is_some_and(|name| WRAPPERS.contains(&name.as_str()))
}

/// Whether a type is text or bytes, wrapped in what shows its content.
pub(super) fn is_plain(of: &TypeRef) -> bool {
    const TEXTS: [&str; 5] = ["String", "str", "u8", "Bytes", "OsString"];
    of.path.last().is_some_and(|name| TEXTS.contains(&name.as_str()))
        || shows_content(of) && of.arguments.iter().any(is_plain)
}

/// What is in a type that shows it: `Config` of `Arc<RwLock<Config>>`.
fn held(of: &TypeRef) -> &TypeRef {
    match of.arguments.as_slice() {
        [only] if shows_content(of) => held(only),
        _ => of,
    }
}

/// Whether code prints a value for debugging.
fn shows_whole(code: &str) -> bool {
    [":?}", ":#?}", "dbg!", "(?", " ?", "instrument"]
        .iter()
        .any(|sign| memchr::memmem::find(code.as_bytes(), sign.as_bytes()).is_some())
}

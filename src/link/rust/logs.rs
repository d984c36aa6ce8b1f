//! Secrets that are printed: by their own name, or inside of a value that derives `Debug`.
//!
//! Code that only prints says nothing of secrets. It is looked at where a type of the workspace shows one, and
//! then only if its file prints for debugging and names the type, what holds it, or what makes it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::Word;
use super::shown::Shown;
use super::types::Shape;
use super::{PartId, RustWorld, held};
use crate::analyze::rust;
use crate::analyze::rust::model::{Form, Function, LoggedValue, SinkCall, TypeRef};
use crate::fact::{Candidate, Confidence, Evidence, KeyKind, Origin, Place, Step, Value};
use crate::link::evaluate::{Evaluator, Site, World as _};
use crate::link::trace::Source;
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
        let shown = shown.imported_in(&parsed.facts);
        let functions = &parsed.facts.functions;
        let is_of_shown = |part: PartId| {
            let owner = part.function().and_then(|function| functions.get(function)?.owner.as_ref());
            owner.is_some_and(|owner| shown.includes(owner))
        };
        let tells = |part: PartId, body: &str| shows_whole(body) && (is_of_shown(part) || shown.is_named_in(body));
        // What was read of a seed is linked with it.
        let parts = parsed.parts_where(tells).skip(usize::from(is_seed));
        let logged = parts.flat_map(|part| &part.logged).filter(|logged| logged.form.is_whole());
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
            if self.is_written_out(site, &logged.value) {
                return None;
            }
            logged.name.join(".")
        } else if let Some(read) = secret_read(&logged.value).or_else(|| self.read_into_key(entry, logged)) {
            read
        } else {
            let may_be = |shown: &&Shown| shown.may_be(&logged.value, self.function_at(entry, logged));
            let shown = shown.filter(|_| logged.form.is_whole()).filter(may_be)?;
            let shapes = self.shapes_of(site, &logged.value);
            shapes.iter().find_map(|shape| self.shown_secret(shape, logged.form, shown, 0))?
        };
        Some(self.leak(entry, logged, subject, Vec::new()))
    }

    /// What is printed as a finding.
    pub(super) fn leak(&self, entry: usize, logged: &LoggedValue, subject: String, steps: Vec<Step>) -> Candidate {
        Candidate {
            file: self.id_of(entry),
            span: logged.span,
            secret: Secret::default(),
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::Named,
            origin: Origin::Logged,
            place: Place::Code,
            subject,
            steps,
            setting: self.setting(self.site(entry, logged.site)),
            confidence: Confidence::Medium,
            read_as: None,
            conditional: false,
            detector: Arc::from("rust/log"),
        }
    }
}

impl RustWorld<'_> {
    /// The member of a struct that is shown with it and holds a secret, members of members included.
    pub(super) fn shown_secret(&self, shape: &Shape<'_>, form: Form, shown: &Shown, depth: usize) -> Option<String> {
        /// Structs in structs are looked at this far.
        const DEEPEST: usize = 3;
        if depth > DEEPEST {
            return None;
        }
        let struct_name = &shape.of.name;
        let is_secret = |name: &str| names::classify(&[struct_name, name]) == NameClass::Secret;
        let own =
            shape.shown(form).find(|(name, of)| is_plain(of) && (is_secret(name) || shown.is_key(struct_name, name)));
        if let Some((name, _)) = own {
            return Some(held::named(struct_name, name));
        }
        shape.shown(form).filter(|(_, of)| !is_plain(of)).find_map(|(name, of)| {
            self.shapes_named(shape.file, content(of).path.last()?).iter().find_map(|inner| {
                // `JwtSecret(String)`: the member's name says what its only content is.
                let only = match inner.of.fields.as_slice() {
                    [(_, only)] if is_plain(only) => inner.shown(form).next(),
                    _ => None,
                };
                let is_content = only.is_some() && is_secret(name);
                is_content
                    .then(|| held::named(struct_name, name))
                    .or_else(|| self.shown_secret(inner, form, shown, depth + 1))
            })
        })
    }

    /// The variable, member or parameter that is shown and is a key a few lines on, whatever it is called.
    fn read_into_key(&self, entry: usize, logged: &LoggedValue) -> Option<String> {
        let (site, shown) = (self.site(entry, logged.site), place(&logged.value));
        let local = match &logged.value {
            Value::Via(local) => Some(local.span),
            _ => None,
        };
        let is_here = local.is_none() && matches!(shown, Value::Param(_) | Value::Field(..));
        if local.is_none() && !is_here {
            return None;
        }
        let owner = self.owner_at(site);
        let is_shown = |call: &SinkCall, value: &Value| {
            if call.site.function == logged.site.function {
                local.is_some_and(|local| is_made_of(value, local)) || is_here && holds_place(value, shown, 0)
            } else {
                // A member is the same in all methods.
                let is_of_same = || owner == self.owner_at(self.site(entry, call.site));
                is_of_self(shown) && is_of_same() && holds_place(value, shown, 0)
            }
        };
        let is_key = self.facts(entry)?.sinks.iter().any(|call| {
            let may_be = call.values.iter().any(|value| is_shown(call, value));
            let Some(accepted) = may_be.then(|| self.accepted(entry, call)).flatten() else { return false };
            // A public key may be shown.
            let is_secret = local.is_some() || matches!(accepted.entry.key, KeyKind::Symmetric | KeyKind::Private);
            is_secret && call.values.get(accepted.value).is_some_and(|value| is_shown(call, value))
        });
        if !is_key {
            return None;
        }
        // What a type of the project's own shows of itself may be less than the key.
        if let Some(shape) = self.shape_of(site, &logged.value) {
            let shows_all = matches!(shape.of.fields.as_slice(), [(_, only)] if is_plain(only));
            return shape.shown(logged.form).next().filter(|_| shows_all).map(|_| shape.of.name.clone());
        }
        let of = self.type_of(site, &logged.value, 0).map(|typed| typed.of);
        let may_be_sealed = is_here && of.is_some_and(|of| !is_plain(&of));
        if may_be_sealed || !self.struct_names_of(site, &logged.value).is_empty() {
            return None;
        }
        let traces = Evaluator::new(self).trace(&logged.value, site);
        let read = traces.iter().find_map(|trace| trace.read_name().flatten());
        read.or_else(|| is_here.then(|| logged.name.join(".")).filter(|name| !name.is_empty()))
    }

    fn function_at(&self, entry: usize, logged: &LoggedValue) -> Option<&Function> {
        self.facts(entry)?.functions.get(logged.site.function?)
    }

    /// Whether a value is a constant that is written out: the name of a variable, or a default, of which everybody who
    /// has the program knows what it is.
    pub(super) fn is_written_out(&self, site: Site, value: &Value) -> bool {
        let Value::Name(_) = value else { return false };
        let traces = Evaluator::new(self).trace(value, site);
        !traces.is_empty() && traces.iter().all(|trace| matches!(trace.source, Source::Literal(_)))
    }
}

/// Whether a value is that of the local which is bound at `span`, through other locals.
pub(super) fn is_made_of(value: &Value, span: Span) -> bool {
    let mut at = value;
    while let Value::Via(via) = at {
        if via.span == span {
            return true;
        }
        at = &via.value;
    }
    false
}

/// What a local stands for.
pub(super) fn place(value: &Value) -> &Value {
    let mut at = value;
    while let Value::Via(via) = at {
        at = &via.value;
    }
    at
}

/// Whether two values are the same member, parameter or name.
fn is_same_place(one: &Value, other: &Value) -> bool {
    let is_same_local = matches!((one, other), (Value::Via(one), Value::Via(other)) if one.span == other.span);
    is_same_local
        || match (place(one), place(other)) {
            (Value::Param(one), Value::Param(other)) => one == other,
            (Value::This, Value::This) => true,
            (Value::Name(one), Value::Name(other)) => one.segments == other.segments,
            (Value::Field(of, member, _), Value::Field(of_other, other, _)) => {
                member == other && is_same_place(of, of_other)
            }
            _ => false,
        }
}

/// Whether a value is a member of what a method is called on, or of a member of that.
fn is_of_self(value: &Value) -> bool {
    match place(value) {
        Value::Field(base, ..) => matches!(place(base), Value::This) || is_of_self(base),
        _ => false,
    }
}

/// Whether a value is another, decoded or in the place of a default.
fn holds_place(value: &Value, wanted: &Value, depth: usize) -> bool {
    const DEEPEST: usize = 24;
    if depth > DEEPEST {
        return false;
    }
    let inner = |value: &Value| holds_place(value, wanted, depth + 1);
    is_same_place(value, wanted)
        || match value {
            Value::Via(via) => inner(&via.value),
            Value::Within(_, value) | Value::Decoded(_, value) | Value::Closure(value) => inner(value),
            Value::Fallback { primary, .. } => inner(primary),
            Value::AnyOf(values) => values.iter().any(inner),
            Value::Case(case) => inner(&case.value),
            _ => false,
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
fn content(of: &TypeRef) -> &TypeRef {
    match of.arguments.as_slice() {
        [only] if shows_content(of) => content(only),
        _ => of,
    }
}

/// Whether code prints a value as a whole.
pub(super) fn shows_whole(code: &str) -> bool {
    [":?}", ":#?}", "dbg!", "(?", " ?", "instrument", "to_string(&", "::to_string(", "to_string_pretty("]
        .iter()
        .any(|sign| memchr::memmem::find(code.as_bytes(), sign.as_bytes()).is_some())
}

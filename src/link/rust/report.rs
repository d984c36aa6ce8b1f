//! From sinks and names to candidates: each literal with the way that makes it a JWT secret.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::RustWorld;
use super::types::Shape;
use crate::analyze::rust::model::{LoggedValue, NamedValue, RustFile, SinkCall, TypeRef, WriteKind};
use crate::fact::{Candidate, Confidence, Evidence, KeyKind, Origin, Place, Step, Value};
use crate::link::Linked;
use crate::link::evaluate::{Evaluator, Site};
use crate::link::role::Role;
use crate::link::trace::{Source, Trace};
use crate::names::{self, NameClass};
use crate::secret::Secret;

impl RustWorld<'_> {
    /// Links the files that were added.
    pub fn link(&self) -> Linked {
        let seeds: Vec<usize> = (0..self.entries.len())
            .filter(|&entry| matches!(self.entries[entry].parsed.get(), Some(Some(_))))
            .collect();
        let mut linked = Linked::default();
        let speaks = |facts: &RustFile| !(facts.sinks.is_empty() && facts.named.is_empty() && facts.logged.is_empty());
        if !seeds.iter().any(|&seed| self.facts(seed).is_some_and(speaks)) {
            return linked;
        }
        // Now, while no worker waits for it: they all take part, and none is called away to a file that asks for it.
        self.index();
        let sinks: Vec<Linked> = seeds.par_iter().map(|&entry| self.link_sinks(entry)).collect();
        sinks.into_iter().for_each(|part| linked.append(part));
        let read: BTreeSet<&str> = linked.key_names.iter().map(|(name, _)| name.as_str()).collect();
        let others: Vec<Linked> = seeds.par_iter().map(|&entry| self.link_others(entry, &read)).collect();
        others.into_iter().for_each(|part| linked.append(part));
        linked
    }

    fn link_sinks(&self, entry: usize) -> Linked {
        let mut linked = Linked::default();
        let Some(facts) = self.facts(entry) else { return linked };
        for call in &facts.sinks {
            self.link_sink(entry, call, &mut linked);
        }
        linked
    }

    /// Names and logs, when it is known what is `read` into keys.
    fn link_others(&self, entry: usize, read: &BTreeSet<&str>) -> Linked {
        let mut linked = Linked::default();
        let Some(facts) = self.facts(entry) else { return linked };
        for named in &facts.named {
            self.link_name(entry, named, read, &mut linked);
        }
        for logged in &facts.logged {
            linked.candidates.extend(self.link_log(entry, logged));
        }
        linked
    }

    fn link_sink(&self, entry: usize, call: &SinkCall, linked: &mut Linked) {
        let Some(accepted) = self.accepted(entry, call) else { return };
        let Some(value) = call.values.get(accepted.value) else { return };
        let file = self.id_of(entry);
        let end = Step { file, span: call.span, note: format!("key: `{}`", accepted.entry.api) };
        let site = self.site(entry, call.site);
        for mut trace in Evaluator::new(self).trace(value, site) {
            if let Source::Read { name: Some(name), .. } = &trace.source {
                linked.key_names.insert((name.clone(), trace.file));
            }
            linked.candidates.extend(self.unvalidated(&trace, accepted.entry.key, file));
            trace.encodings.extend(accepted.entry.encoding);
            let role = Role {
                evidence: Evidence::FlowsToKey,
                subject: accepted.entry.api.clone(),
                confidence: accepted.confidence,
                algorithm: accepted.algorithm,
                key: accepted.entry.key,
                end: Some(end.clone()),
                is_default: false,
                conditional: false,
                detector: Arc::from("rust/sink"),
            };
            linked.candidates.extend(role.candidate(trace));
        }
    }

    fn link_name(&self, entry: usize, named: &NamedValue, read: &BTreeSet<&str>, linked: &mut Linked) {
        let path: Vec<&str> = named.path.iter().map(String::as_str).collect();
        let certain = names::classify(&path) == NameClass::Secret;
        let is_read = || match &named.entry {
            Some(name) => read.contains(name.as_str()),
            None => reads(&named.value, read, 0),
        };
        if !certain && !is_read() {
            return;
        }
        let subject = named.path.join(".");
        let site = self.site(entry, named.site);
        for trace in Evaluator::new(self).trace(&named.value, site) {
            let role = Role {
                evidence: Evidence::Named,
                subject: subject.clone(),
                confidence: if certain || named.entry.is_some() { Confidence::Medium } else { Confidence::Low },
                algorithm: None,
                key: KeyKind::Either,
                end: Some(Step { file: self.id_of(entry), span: named.span, note: format!("named `{subject}`") }),
                is_default: named.kind == WriteKind::Default,
                conditional: !certain,
                detector: Arc::from("rust/name"),
            };
            let candidate = role.candidate(trace).map(|mut candidate| {
                candidate.read_as = named.entry.clone().or(candidate.read_as).or_else(|| Some(subject.clone()));
                candidate
            });
            linked.candidates.extend(candidate);
        }
    }

    /// A secret that is printed: by its own name, or inside a value that derives `Debug`.
    fn link_log(&self, entry: usize, logged: &LoggedValue) -> Option<Candidate> {
        let path: Vec<&str> = logged.name.iter().map(String::as_str).collect();
        let site = self.site(entry, logged.site);
        let subject = if names::classify(&path) == NameClass::Secret {
            if self.is_name_of_variable(site, &logged.value) {
                return None;
            }
            logged.name.join(".")
        } else if let Some(read) = secret_read(&logged.value) {
            read
        } else if logged.debug && may_hold_settings(&logged.name) {
            let shape = self.shape_of(site, &logged.value)?;
            self.shown_secret(&shape, 0)?
        } else {
            return None;
        };
        use crate::link::evaluate::World as _;
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
    fn shown_secret(&self, shape: &Shape, depth: usize) -> Option<String> {
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
            let inner = self.shape_named(of.path.last()?)?;
            // `JwtSecret(String)`: the member's name says what its only content is.
            match inner.fields.as_slice() {
                [(_, only)] if inner.derives_debug && is_plain(only) => {
                    let classified = names::classify(&[&shape.name, name]);
                    (classified == NameClass::Secret).then(|| format!("{}.{name}", shape.name))
                }
                _ => None,
            }
            .or_else(|| self.shown_secret(&inner, depth + 1))
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

/// Whether a value is called like something that holds settings: only then is its type looked for.
fn may_hold_settings(name: &[String]) -> bool {
    const WORDS: [&str; 9] = ["conf", "cfg", "setting", "state", "opt", "arg", "jwt", "auth", "secret"];
    name.last().is_some_and(|last| {
        let last = last.to_ascii_lowercase();
        last == "self" || WORDS.iter().any(|word| last.contains(word))
    })
}

/// Whether a value holds, as it is written, a read of one of these names, or hands one to a helper.
fn reads(value: &Value, names: &BTreeSet<&str>, depth: usize) -> bool {
    const DEEPEST: usize = 24;
    if depth > DEEPEST {
        return false;
    }
    let inner = |value: &Value| reads(value, names, depth + 1);
    match value {
        Value::Env(read) => read.name.as_deref().is_some_and(|name| names.contains(name)),
        Value::Literal(literal) => literal.secret.expose_str().is_some_and(|text| names.contains(text)),
        Value::Fallback { primary, default } => inner(primary) || inner(default),
        Value::AnyOf(values) | Value::Concat(values) => values.iter().any(inner),
        Value::Decoded(_, value) | Value::Closure(value) | Value::Within(_, value) | Value::Field(value, ..) => {
            inner(value)
        }
        Value::Via(via) => inner(&via.value),
        Value::Call(call) => call.arguments.iter().any(|argument| inner(&argument.value)),
        _ => false,
    }
}

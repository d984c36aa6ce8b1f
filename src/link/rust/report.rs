//! From sinks and names to candidates: each literal with the way that makes it a JWT secret.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;

use super::index::Word;
use super::shown::{Shown, shows_secret};
use super::{FEW_FILES, PartId, RustWorld, holding};
use crate::analyze::rust::model::{CallSite, NamedValue, RustFile, SinkCall, Site as FileSite, WriteKind};
use crate::analyze::rust::settings;
use crate::analyze::rust::table::table;
use crate::fact::{Call, Callee, Confidence, Evidence, KeyKind, Step, Value};
use crate::link::Linked;
use crate::link::evaluate::{Evaluator, Site, World as _};
use crate::link::role::Role;
use crate::link::trace::Source;
use crate::names::{self, NameClass};

impl RustWorld<'_> {
    /// Links the files that were added.
    pub fn link(&mut self) -> Linked {
        let mut linked = Linked::default();
        let speaks = |facts: &RustFile| {
            let says_nothing = facts.sinks.is_empty() && facts.named.is_empty() && facts.logged.is_empty();
            !says_nothing
                || !facts.keys.is_empty()
                || !facts.settings.is_empty()
                || !facts.makers.is_empty()
                || facts.structs.iter().any(shows_secret)
                || facts.calls.iter().any(hands_secret)
        };
        if !self.added().into_iter().any(|seed| self.facts(seed).is_some_and(speaks)) {
            return linked;
        }
        self.know_packages();
        // Now, while no worker waits for it: they all take part, and none is called away to a file that asks for it.
        self.index();
        self.write_macros_out();
        let seeds = self.added();
        let sinks = self.share(seeds.len(), |number| self.link_sinks(seeds[number]));
        sinks.into_iter().for_each(|part| linked.append(part));
        let read: BTreeSet<&str> = linked.key_names.iter().map(|(name, _)| name.as_str()).collect();
        let reading = AhoCorasick::new(&read).ok().filter(|_| !read.is_empty());
        let held = self.share(seeds.len(), |number| self.keys_held(seeds[number]));
        let held = self.each_once(held);
        let naming = self.files_naming_shown(&seeds, &held);
        let one_of_each: BTreeMap<Option<usize>, usize> =
            seeds.iter().map(|&seed| (self.entries[seed].workspace, seed)).collect();
        let one_of_each: Vec<usize> = one_of_each.into_values().collect();
        let others = self.share(seeds.len() + one_of_each.len(), |number| match seeds.get(number) {
            Some(&entry) => {
                let mut linked = self.link_others(entry, &read, naming.get(&entry));
                linked.append(self.names_in_unread(entry, &read, reading.as_ref()));
                linked
            }
            None => {
                let from = one_of_each[number - seeds.len()];
                let mut linked = self.entries_elsewhere(from, &seeds, &read);
                linked.append(self.settings_elsewhere(from, &seeds, &read));
                linked
            }
        });
        others.into_iter().for_each(|part| linked.append(part));
        linked.candidates.extend(self.leaks_in_unread(&naming, &seeds));
        let mut leaks = self.leaks_of_held(&held);
        leaks.extend(self.share(seeds.len(), |number| self.leaks_by_helpers(seeds[number])).into_iter().flatten());
        leaks.extend(self.leaks_by_generic_helpers(&naming));
        Self::add_leaks(&mut linked, leaks);
        linked
    }

    /// The files that were added.
    pub(super) fn added(&self) -> Vec<usize> {
        let is_added = |entry: &usize| matches!(self.entries[*entry].parsed.get(), Some(Some(_)));
        (0..self.entries.len()).filter(is_added).collect()
    }

    fn link_sinks(&self, entry: usize) -> Linked {
        let mut linked = Linked::default();
        let Some(facts) = self.facts(entry) else { return linked };
        for call in &facts.sinks {
            self.link_sink(entry, call, &mut linked);
        }
        linked
    }

    /// Names and logs, when it is known what is `read` into keys, and the names of what is `shown` with a secret, if the file has one of them.
    fn link_others(&self, entry: usize, read: &BTreeSet<&str>, shown: Option<&Arc<Shown>>) -> Linked {
        let mut linked = Linked::default();
        let Some(facts) = self.facts(entry) else { return linked };
        for named in &facts.named {
            self.link_name(entry, named, read, &mut linked);
        }
        let shown = shown.map(|shown| shown.imported_in(facts));
        for logged in &facts.logged {
            linked.candidates.extend(self.link_log(entry, logged, shown.as_deref()));
        }
        for (value, site) in &facts.keys {
            self.link_key(entry, value, *site, &mut linked);
        }
        for (text, site) in &facts.settings {
            self.link_settings(entry, text, *site, read, &mut linked);
        }
        linked
    }

    /// Names in items left unread that say too little by themselves, and count where what they name is `read` into a key
    /// elsewhere.
    fn names_in_unread(&self, entry: usize, read: &BTreeSet<&str>, reading: Option<&AhoCorasick>) -> Linked {
        let mut linked = Linked::default();
        let (Some(reading), Some(parsed)) = (reading, self.parsed(entry)) else { return linked };
        let parts = parsed.parts_where(|_, item| reading.is_match(item)).skip(1);
        for named in parts.flat_map(|part| &part.named) {
            self.link_name(entry, named, read, &mut linked);
        }
        linked
    }

    /// The entries of settings in a constant that is parsed.
    fn link_settings(&self, entry: usize, text: &Value, site: FileSite, read: &BTreeSet<&str>, linked: &mut Linked) {
        for trace in Evaluator::new(self).trace(text, self.site(entry, site)) {
            let Source::Literal(secret) = &trace.source else { continue };
            let Some(file) = self.entry_of(trace.file) else { continue };
            let (Some(text), Some(parsed)) = (secret.expose_str(), self.parsed(file)) else { continue };
            for (name, value) in settings::entries(text) {
                let span = settings::place(&parsed.source.text, trace.span, &value);
                let named = NamedValue {
                    path: name.split('.').map(|part| part.replace('-', "_")).collect(),
                    value: Value::literal(value, span),
                    span,
                    kind: WriteKind::Default,
                    entry: Some(name),
                    site: FileSite { module: 0, function: None, setting: trace.setting },
                };
                self.link_name(file, &named, read, linked);
            }
        }
    }

    /// Files of a workspace that were not added but write an entry that code reads into a key: `set_default("auth.phrase", …)`.
    fn entries_elsewhere(&self, from: usize, seeds: &[usize], read: &BTreeSet<&str>) -> Linked {
        let mut linked = Linked::default();
        for name in read {
            // An entry that says by its name what it holds makes a file one that was added.
            if names::classify(&name.split('.').collect::<Vec<_>>()) == NameClass::Secret {
                continue;
            }
            let Some(word) = last_word(name) else { continue };
            let writing =
                table().named_writes().flat_map(|write| self.files_with(from, &[Word::Any(word), Word::Any(write)]));
            let files: BTreeSet<usize> = writing.filter(|file| !seeds.contains(file)).collect();
            let files: Vec<usize> = files.into_iter().take(FEW_FILES).collect();
            let _ahead = self.ahead(&files, holding(word));
            for file in files {
                let Some(parsed) = self.parsed(file) else { continue };
                let written = parsed.parts(word).flat_map(|part| &part.named);
                for named in written.filter(|named| named.entry.as_deref() == Some(*name)) {
                    self.link_name(file, named, read, &mut linked);
                }
            }
        }
        linked
    }

    /// Files of a workspace that parse a text of the source as settings, of which code reads keys: those that were not
    /// added, and bodies of the others that are left unread.
    fn settings_elsewhere(&self, from: usize, seeds: &[usize], read: &BTreeSet<&str>) -> Linked {
        /// So many files of a workspace that parse settings are looked at.
        const MOST: usize = 8;
        let mut linked = Linked::default();
        if read.is_empty() {
            return linked;
        }
        let parsing = table().settings().flat_map(|parser| self.files_that_parse(from, parser, read));
        let (added, others): (BTreeSet<usize>, BTreeSet<usize>) = parsing.partition(|file| seeds.contains(file));
        let files: Vec<usize> = others.into_iter().take(MOST).chain(added.into_iter().take(MOST)).collect();
        let parses = |_: PartId, body: &str| ["from_str", "string", "from_read"].iter().any(|word| body.contains(word));
        let _ahead = self.ahead(&files, parses);
        for file in files {
            let Some(parsed) = self.parsed(file) else { continue };
            // What was read of a file that was added is linked with it.
            let parts = parsed.parts_where(parses).skip(usize::from(seeds.contains(&file)));
            for (text, site) in parts.flat_map(|part| &part.settings) {
                self.link_settings(file, text, *site, read, &mut linked);
            }
        }
        linked
    }

    /// The files that call a parser of settings. One of data counts only beside a name that is read.
    fn files_that_parse(&self, from: usize, parser: (&str, &str), read: &BTreeSet<&str>) -> Vec<usize> {
        let (of, name) = parser;
        let called = [Word::Any(of), Word::Any(name)];
        if !of.starts_with("serde_json") {
            return self.files_with(from, &called);
        }
        let words: BTreeSet<&str> = read.iter().filter_map(|name| last_word(name)).collect();
        let beside = words.into_iter().flat_map(|word| self.files_with(from, &[called[0], called[1], Word::Any(word)]));
        beside.collect()
    }

    /// The shared key of a JWK that is written out.
    fn link_key(&self, entry: usize, value: &Value, site: FileSite, linked: &mut Linked) {
        for trace in Evaluator::new(self).trace(value, self.site(entry, site)) {
            let role = Role {
                evidence: Evidence::KeyMaterial,
                subject: "symmetric JWK".to_owned(),
                confidence: Confidence::High,
                algorithm: None,
                key: KeyKind::Symmetric,
                end: None,
                is_default: false,
                conditional: false,
                detector: Arc::from("rust/jwk"),
            };
            linked.candidates.extend(role.candidate(trace));
        }
    }

    fn link_sink(&self, entry: usize, call: &SinkCall, linked: &mut Linked) {
        let Some(accepted) = self.accepted(entry, call) else { return };
        let Some(value) = call.values.get(accepted.value) else { return };
        let file = self.id_of(entry);
        let end = Step { file, span: call.span, note: format!("key: `{}`", accepted.entry.api) };
        let site = self.site(entry, call.site);
        for mut trace in Evaluator::new(self).trace_bytes(value, site) {
            if accepted.confidence < Confidence::High && trace.is_of_another_credential() {
                continue;
            }
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
        if let Some(name) = named.path.last()
            && self.is_only_refused(entry, name)
        {
            return;
        }
        let subject = named.path.join(".");
        let site = self.site(entry, named.site);
        let written = match &named.value {
            Value::Call(call) if named.kind == WriteKind::ByHelper => self.written_by(site, call),
            _ => None,
        };
        let is_by_helper = named.kind == WriteKind::ByHelper && written.is_none();
        for trace in Evaluator::new(self).trace(written.unwrap_or(&named.value), site) {
            if is_by_helper && trace.instead_of.is_none() {
                continue;
            }
            let role = Role {
                evidence: Evidence::Named,
                subject: subject.clone(),
                confidence: if certain || named.entry.is_some() { Confidence::Medium } else { Confidence::Low },
                algorithm: None,
                key: KeyKind::Either,
                // What holds the value is told by who holds it, if there is one.
                end: (!is_by_helper).then(|| Step {
                    file: self.id_of(entry),
                    span: named.span,
                    note: format!("named `{subject}`"),
                }),
                is_default: named.kind == WriteKind::Default || named.kind == WriteKind::ByHelper && !is_by_helper,
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

    /// The value that a helper writes to the entry of a store whose name it is given: `default_to("JWT_SECRET", "…")`.
    fn written_by<'c>(&self, site: Site, call: &'c Call) -> Option<&'c Value> {
        self.callees(site, &call.callee).into_iter().find_map(|id| {
            let entry = self.entry_of(id.file)?;
            let function = self.facts(entry)?.functions.get(id.index)?;
            let is_path = matches!(call.callee, Callee::Path(_));
            let receivers = usize::from(function.has_receiver && is_path);
            let mut writers = self.part_with(entry, id.index)?.writers.iter();
            let &(_, key, value) = writers.find(|(writer, ..)| *writer == id.index)?;
            (key + receivers == 0).then_some(())?;
            Some(&call.arguments.get(value + receivers)?.value)
        })
    }
}

/// What the name of an entry ends with: `phrase` of `auth.phrase`.
fn last_word(name: &str) -> Option<&str> {
    name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Whether a function is handed what may be a secret by its name.
fn hands_secret(call: &CallSite) -> bool {
    call.arguments().iter().any(|argument| match &argument.value {
        Value::Field(_, member, _) => names::could_be_key(member),
        Value::Via(local) => names::could_be_key(&local.name),
        _ => false,
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
        Value::Fallback { primary, default } => inner(primary) || inner(default),
        Value::AnyOf(values) | Value::Concat(values) => values.iter().any(inner),
        Value::Decoded(_, value) | Value::Closure(value) | Value::Within(_, value) | Value::Field(value, ..) => {
            inner(value)
        }
        Value::Via(via) => inner(&via.value),
        Value::Call(call) => {
            call.arguments.iter().any(|argument| is_among(&argument.value, names) || inner(&argument.value))
        }
        _ => false,
    }
}

/// Whether a helper is handed one of these names. (A constant that holds a name of its own is not given its value.)
fn is_among(value: &Value, names: &BTreeSet<&str>) -> bool {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().is_some_and(|text| names.contains(text)),
        Value::Via(via) => is_among(&via.value, names),
        _ => false,
    }
}

//! Where keys are held on their way: the locals, parameters and members that a value passes before it is one. What
//! prints one of these, or hands it to a function that does, shows the key, whatever it is called.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::helpers::text_parameter;
use super::index::Word;
use super::logs::{is_made_of, is_plain, place};
use super::resolve::Item;
use super::{FEW_FILES, PartId, RustWorld, shown};
use crate::analyze::rust;
use crate::analyze::rust::model::RustFile;
use crate::fact::{Call, Callee, Candidate, Confidence, FileId, KeyKind, Origin, Setting, Value, Via, selector};
use crate::link::Linked;
use crate::link::evaluate::{Evaluator, FunctionId, Site, World as _};
use crate::span::Span;

/// Places on the way to one key.
const MOST_PLACES: usize = 48;
/// Values in values are looked into this far.
const DEEPEST: usize = 24;
/// Callers of one function that are looked at.
const MOST_CALLERS: usize = 16;
/// Functions that one call may mean.
pub(super) const MOST_MEANT: usize = 4;

/// A place that holds a key.
#[derive(Debug, Clone)]
pub(super) enum Held {
    /// A local of a function.
    Local { site: Site, local: Arc<Via> },
    /// A parameter.
    Param { function: FunctionId, index: usize },
    /// A member of a type, as a file names that.
    Member { from: usize, owner: String, member: String },
}

/// What tells one place from another.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Known {
    Local(FileId, Span),
    Param(FunctionId, usize),
    Member(Option<usize>, String, String),
}

impl Held {
    /// The member, with the file that names its type.
    pub fn member(&self) -> Option<(usize, &str, &str)> {
        match self {
            Self::Member { from, owner, member } => Some((*from, owner, member)),
            Self::Local { .. } | Self::Param { .. } => None,
        }
    }
}

/// A function that is being looked into, with what calls it and where from.
type Given<'g> = Option<(&'g Call, bool, Site)>;

struct Walk<'w, 'a> {
    world: &'w RustWorld<'a>,
    known: FxHashSet<Known>,
    found: Vec<Held>,
}

impl Walk<'_, '_> {
    /// Notes a place; whether it is a new one.
    fn note(&mut self, held: Held) -> bool {
        let is_new = self.found.len() < MOST_PLACES && self.known.insert(self.world.known(&held));
        if is_new {
            self.found.push(held);
        }
        is_new
    }

    fn visit(&mut self, value: &Value, site: Site, given: Given<'_>, depth: usize) {
        if depth > DEEPEST || self.found.len() >= MOST_PLACES {
            return;
        }
        let depth = depth + 1;
        match value {
            Value::Via(local) => self.local(local, site, given, depth),
            Value::Name(name) => self.constant(&name.segments, site, depth),
            Value::Param(index) => self.parameter(*index, site, given, depth),
            Value::Field(base, member, _) if selector::is_structural(member) => self.visit(base, site, given, depth),
            Value::Field(base, member, _) => self.member(base, member, site, depth),
            Value::Call(call) => self.call(call, site, depth),
            Value::Fallback { primary, .. } => self.visit(primary, site, given, depth),
            Value::AnyOf(values) => values.iter().for_each(|value| self.visit(value, site, given, depth)),
            Value::Decoded(_, value) | Value::Within(_, value) | Value::Closure(value) => {
                self.visit(value, site, given, depth);
            }
            Value::Case(case) => self.visit(&case.value, site, given, depth),
            Value::Record(record) => {
                if let ([only], None) = (record.fields.as_slice(), &record.rest) {
                    self.visit(&only.value, site, given, depth);
                }
            }
            Value::Handed(handed) => {
                if let Callee::Method(receiver, _) = &handed.call.callee
                    && self.world.callees(site, &handed.call.callee).is_empty()
                {
                    self.visit(receiver, site, given, depth);
                }
            }
            _ => {}
        }
    }

    fn local(&mut self, local: &Arc<Via>, site: Site, given: Given<'_>, depth: usize) {
        if self.note(Held::Local { site, local: local.clone() }) {
            self.visit(&local.value, site, given, depth);
        }
    }

    /// `static KEY: LazyLock<String> = LazyLock::new(|| …)`
    fn constant(&mut self, path: &[String], site: Site, depth: usize) {
        let world = self.world;
        let Some(at) = world.module_at(site) else { return };
        for item in world.resolve(at, &world.without_self(site, path)).into_iter().take(MOST_MEANT) {
            let Item::Constant { file, index } = item else { continue };
            let Some(parsed) = world.parsed(file) else { continue };
            let Some(constant) = parsed.facts.constants.get(index) else { continue };
            self.visit(parsed.value(constant), world.site(file, constant.site), None, depth);
        }
    }

    fn parameter(&mut self, index: usize, site: Site, given: Given<'_>, depth: usize) {
        let Some(function) = site.function.map(|index| FunctionId { file: site.file, index }) else { return };
        let is_new = self.note(Held::Param { function, index });
        match given {
            Some((call, has_receiver, caller)) => {
                let is_path = matches!(call.callee, Callee::Path(_));
                let argument = call.arguments.get(index + usize::from(has_receiver && is_path));
                if let Some(argument) = argument {
                    self.visit(&argument.value, caller, None, depth);
                }
            }
            None if is_new => {
                for caller in self.world.callers(function).into_iter().take(MOST_CALLERS) {
                    if let Some(argument) = caller.call.arguments.get(index) {
                        self.visit(&argument.value, caller.site, None, depth);
                    }
                }
            }
            None => {}
        }
    }

    fn member(&mut self, base: &Value, member: &str, site: Site, depth: usize) {
        let (written_with, member) = selector::split(member);
        let Some(from) = self.world.entry_of(site.file) else { return };
        let mut owners = self.world.struct_names_of(site, base);
        if let Some(variant) = written_with {
            // `Barrel { pitch }` is a struct, or a variant of an enum.
            for owner in &mut owners {
                let of_variant = format!("{owner}::{variant}");
                if self.world.member_type(from, &of_variant, member).is_some() {
                    *owner = of_variant;
                }
            }
        }
        for owner in self.world.owners_of_member(from, owners, member) {
            if !self.note(Held::Member { from, owner: owner.clone(), member: member.to_owned() }) {
                continue;
            }
            for (file, write) in self.world.writes(from, &owner, member) {
                self.visit(&write.value, self.world.site(file, write.site), None, depth);
            }
        }
    }

    fn call(&mut self, call: &Call, site: Site, depth: usize) {
        let world = self.world;
        let mut callees = world.callees(site, &call.callee);
        if let (true, Callee::Method(receiver, _)) = (callees.is_empty() && call.arguments.is_empty(), &call.callee) {
            callees = world.conversions(site, receiver);
        }
        for function in callees.into_iter().take(MOST_MEANT).filter_map(|id| world.function(id)) {
            self.visit(function.result, function.site, Some((call, function.has_receiver, site)), depth);
        }
    }
}

impl RustWorld<'_> {
    fn known(&self, held: &Held) -> Known {
        match held {
            Held::Local { site, local } => Known::Local(site.file, local.span),
            Held::Param { function, index } => Known::Param(*function, *index),
            Held::Member { from, owner, member } => {
                Known::Member(self.entries[*from].workspace, owner.clone(), member.clone())
            }
        }
    }

    /// The places that hold what becomes a key in a file.
    pub(super) fn keys_held(&self, entry: usize) -> Vec<Held> {
        let mut found = Vec::new();
        for call in self.facts(entry).into_iter().flat_map(|facts| &facts.sinks) {
            let accepted = self.accepted(entry, call).filter(|accepted| {
                // A public key may be shown.
                (accepted.confidence == Confidence::High || accepted.entry.context.is_none())
                    && matches!(accepted.entry.key, KeyKind::Symmetric | KeyKind::Private)
            });
            let Some(value) = accepted.and_then(|accepted| call.values.get(accepted.value)) else { continue };
            let site = self.site(entry, call.site);
            if self.setting(site) == Setting::Test {
                continue;
            }
            let mut walk = Walk { world: self, known: FxHashSet::default(), found: Vec::new() };
            walk.visit(value, site, None, 0);
            // `seal.as_bytes()` of a type of the project's own.
            for function in self.conversions(site, value).into_iter().filter_map(|id| self.function(id)) {
                walk.visit(function.result, function.site, None, 0);
            }
            found.append(&mut walk.found);
        }
        found
    }

    /// Each of these places once.
    pub(super) fn each_once(&self, held: Vec<Vec<Held>>) -> Vec<Held> {
        let mut known = FxHashSet::default();
        held.into_iter().flatten().filter(|held| known.insert(self.known(held))).collect()
    }

    /// What prints the keys in these places.
    pub(super) fn leaks_of_held(&self, held: &[Held]) -> Vec<Candidate> {
        let leaks = self.share(held.len(), |number| match &held[number] {
            Held::Local { site, local } => self.leaks_of_local(*site, local),
            Held::Param { function, index } => self.leaks_of_parameter(*function, *index),
            Held::Member { from, owner, member } => self.leaks_of_member(*from, owner, member),
        });
        leaks.into_iter().flatten().collect()
    }

    fn leaks_of_local(&self, site: Site, local: &Arc<Via>) -> Vec<Candidate> {
        /// Types that do not print what they hold.
        const SEALED: [&str; 4] = ["SecretString", "SecretBox", "SecretVec", "Secret"];
        let Some(entry) = self.entry_of(site.file) else { return Vec::new() };
        let is_local = |at: Site, value: &Value| at.function == site.function && is_made_of(value, local.span);
        let parts: Vec<&RustFile> = match site.function {
            Some(function) => self.part_with(entry, function).into_iter().collect(),
            // In the value of a constant.
            None => {
                let parsed = self.parsed(entry).into_iter();
                let is_constant = |part: PartId, text: &str| part.function().is_none() && text.contains(&local.name);
                parsed.flat_map(|parsed| parsed.parts_where(is_constant)).collect()
            }
        };
        let shown = |part: &&RustFile| self.shown_in(entry, part, &local.name, is_local);
        let mut found: Vec<Candidate> = parts.iter().flat_map(shown).collect();
        // What a type of the project's own shows of itself may be less than the key.
        let is_of_own_type = || !self.struct_names_of(site, &Value::Via(local.clone())).is_empty();
        if found.is_empty() || is_of_own_type() || SEALED.iter().any(|of| self.may_hold(entry, of)) {
            return Vec::new();
        }
        // What is made anew and shown to whoever starts the program is meant for them.
        let traces = Evaluator::new(self).trace(&Value::Via(local.clone()), site);
        if !traces.iter().any(|trace| trace.read_name().is_some()) {
            found.clear();
        }
        found
    }

    fn leaks_of_parameter(&self, id: FunctionId, index: usize) -> Vec<Candidate> {
        let Some(entry) = self.entry_of(id.file) else { return Vec::new() };
        let function = self.facts(entry).and_then(|facts| facts.functions.get(id.index));
        let Some(name) = function.and_then(|function| text_parameter(function, index)) else { return Vec::new() };
        let Some(part) = self.part_with(entry, id.index) else { return Vec::new() };
        self.shown_in(entry, part, name, |at, value| {
            at.function == Some(id.index) && matches!(place(value), Value::Param(own) if *own == index)
        })
    }

    fn leaks_of_member(&self, from: usize, owner: &str, member: &str) -> Vec<Candidate> {
        if !self.member_type(from, owner, member).is_some_and(|typed| is_plain(&typed.of)) {
            return Vec::new();
        }
        let declared = shown::base(owner);
        let mut files = if is_position(member) {
            self.files_with(from, &[Word::Any(declared)])
        } else {
            let by_name = self.files_with(from, &[Word::Any(member)]);
            // A name that is everywhere counts beside that of the type.
            let is_rare = by_name.len() <= FEW_FILES;
            if is_rare { by_name } else { self.files_with(from, &[Word::Any(member), Word::Any(declared)]) }
        };
        files.retain(|&file| self.are_related(file, from));
        if files.len() > FEW_FILES {
            return Vec::new();
        }
        let named = format!(".{member}");
        let subject = self::named(owner, member);
        let mut found = Vec::new();
        for file in files {
            let Some(parsed) = self.says(file, |text| text.contains(&named)).then(|| self.parsed(file)).flatten()
            else {
                continue;
            };
            for part in parsed.parts_where(|_, body| body.contains(&named)) {
                found.extend(self.shown_in(file, part, &subject, |site, value| {
                    matches!(place(value), Value::Field(base, own, _) if selector::plain(own) == member
                        && self.struct_names_of(site, base).iter().any(|name| name == owner))
                }));
            }
        }
        found
    }

    /// What a part of a file prints of what is held, by itself or by a function that it hands it to.
    fn shown_in(
        &self,
        entry: usize,
        part: &RustFile,
        subject: &str,
        is_held: impl Fn(Site, &Value) -> bool,
    ) -> Vec<Candidate> {
        let mut found = Vec::new();
        for logged in &part.logged {
            if is_held(self.site(entry, logged.site), &logged.value) {
                found.push(self.leak(entry, logged, subject.to_owned(), Vec::new()));
            }
        }
        for call in &part.calls {
            let site = self.site(entry, call.site);
            for (position, argument) in call.arguments().iter().enumerate() {
                if is_held(site, &argument.value) {
                    found.extend(self.printed_by(site, &call.call, position, subject.to_owned()));
                }
            }
        }
        found
    }

    /// The part of a file that holds the body of a function.
    pub(super) fn part_with(&self, entry: usize, function: usize) -> Option<&RustFile> {
        let parsed = self.parsed(entry)?;
        let body = rust::body(&parsed.facts, &parsed.source.text, function);
        Some(body.map_or(&parsed.facts, |body| &body.facts))
    }

    /// Adds leaks that are not known yet.
    pub(super) fn add_leaks(linked: &mut Linked, leaks: Vec<Candidate>) {
        let known = linked.candidates.iter().filter(|known| known.origin == Origin::Logged);
        let mut known: FxHashSet<(FileId, Span)> = known.map(|known| (known.file, known.span)).collect();
        linked.candidates.extend(leaks.into_iter().filter(|leak| known.insert((leak.file, leak.span))));
    }
}

/// What a member is called in a message; the only one of a type is what the type is for.
pub(super) fn named(owner: &str, member: &str) -> String {
    if is_position(member) { owner.to_owned() } else { format!("{owner}.{member}") }
}

/// Whether a member is called by its position: `0`.
fn is_position(member: &str) -> bool {
    member.starts_with(|c: char| c.is_ascii_digit())
}

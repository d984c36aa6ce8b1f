//! Functions that print what they are handed: a secret in an argument of theirs is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::held::MOST_MEANT;
use super::index::{SHOWING, Word};
use super::logs::{is_plain, place, shows_whole};
use super::shown::Shown;
use super::{RustWorld, holds_word};
use crate::analyze::anyword::is_whole_word;
use crate::analyze::rust::lexical;
use crate::analyze::rust::model::{Function, LoggedValue};
use crate::fact::{Call, Callee, Candidate, Setting, Step, Value, selector};
use crate::link::evaluate::{Site, World as _};
use crate::names::{self, NameClass};

/// Functions that hand a parameter on to one that prints it.
const DEEPEST_HELPER: usize = 2;
/// Members of members that a path is made of.
const DEEPEST: usize = 24;

/// A function that takes whatever has one of the traits of [`SHOWING`].
struct Taker {
    name: String,
    /// Its text.
    item: String,
}

impl Taker {
    /// Whether it says what prints values as a whole.
    fn prints(&self) -> bool {
        shows_whole(&self.item) && (self.item.contains("!(") || self.item.contains("instrument"))
    }
}

impl RustWorld<'_> {
    /// What a file hands to functions that print it, of what is named like a secret.
    pub(super) fn leaks_by_helpers(&self, entry: usize) -> Vec<Candidate> {
        let mut found = Vec::new();
        for call in self.facts(entry).into_iter().flat_map(|facts| &facts.calls) {
            let site = self.site(entry, call.site);
            for (position, argument) in call.arguments().iter().enumerate() {
                let value = &argument.value;
                let path = self.path_of(site, value, 0).unwrap_or_default();
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let may_be = path.last().is_some_and(|last| names::could_be_key(last));
                if !may_be || names::classify(&path) != NameClass::Secret || matches!(place(value), Value::Literal(_)) {
                    continue;
                }
                let printed = self.printed_by(site, &call.call, position, path.join("."));
                found.extend(printed.filter(|_| !self.is_written_out(site, value)));
            }
        }
        found
    }

    /// Values that show a secret and are handed to a function which prints whatever it is given as a whole, in files
    /// that name what leads there.
    pub(super) fn leaks_by_generic_helpers(&self, naming: &BTreeMap<usize, Arc<Shown>>) -> Vec<Candidate> {
        let one_of_each: BTreeMap<Option<usize>, usize> =
            naming.keys().map(|&file| (self.entries[file].workspace, file)).collect();
        let helpers: BTreeMap<Option<usize>, FxHashSet<String>> =
            one_of_each.into_iter().map(|(workspace, from)| (workspace, self.generic_helpers(from))).collect();
        let naming: Vec<(usize, &Shown, &FxHashSet<String>)> = naming
            .iter()
            .filter_map(|(&file, shown)| Some((file, shown.as_ref(), helpers.get(&self.entries[file].workspace)?)))
            .filter(|(.., helpers)| !helpers.is_empty())
            .collect();
        let leaks = self.share(naming.len(), |number| {
            let (file, shown, helpers) = naming[number];
            self.leaks_by_helpers_among(file, shown, helpers)
        });
        leaks.into_iter().flatten().collect()
    }

    fn leaks_by_helpers_among(&self, file: usize, shown: &Shown, helpers: &FxHashSet<String>) -> Vec<Candidate> {
        let calls_any = |text: &str| helpers.iter().any(|name| calls(text, name));
        let Some(parsed) = self.says(file, calls_any).then(|| self.parsed(file)).flatten() else { return Vec::new() };
        let functions = &parsed.facts.functions;
        let mut found = Vec::new();
        let parts = parsed.parts_where(|_, body| shown.is_named_in(body) && calls_any(body));
        for call in parts.flat_map(|part| &part.calls) {
            let is_helper = matches!(&call.call.callee, Callee::Path(name)
                if name.segments.last().is_some_and(|name| helpers.contains(name)));
            if !is_helper {
                continue;
            }
            let function = call.site.function.and_then(|index| functions.get(index));
            let site = self.site(file, call.site);
            for (position, argument) in call.arguments().iter().enumerate() {
                if !shown.may_be(&argument.value, function) {
                    continue;
                }
                let printed = self.printing(site, &call.call, position, 0).filter(|(_, at, _)| at.form.is_whole());
                let Some(printed) = printed else { continue };
                let shapes = self.shapes_of(site, &argument.value);
                let subject = shapes.iter().find_map(|shape| self.shown_secret(shape, printed.1.form, shown, 0));
                found.extend(subject.and_then(|subject| self.handed_to(site, &call.call, printed, subject)));
            }
        }
        found
    }

    /// The names of functions of a workspace that may print whatever they are given as a whole, or hand it on to one that
    /// does.
    fn generic_helpers(&self, from: usize) -> FxHashSet<String> {
        let files: BTreeSet<usize> =
            SHOWING.iter().flat_map(|name| self.files_with(from, &[Word::Asked(name)])).collect();
        let files: Vec<usize> = files.into_iter().collect();
        let takers = self.share(files.len(), |number| {
            let source = (self.load)(self.id_of(files[number]));
            source.map(|source| takers_of_anything(&source.text)).unwrap_or_default()
        });
        let takers: Vec<Taker> = takers.into_iter().flatten().collect();
        let mut helpers: FxHashSet<String> =
            takers.iter().filter(|taker| taker.prints()).map(|taker| taker.name.clone()).collect();
        for _ in 0..DEEPEST_HELPER {
            let hand_on = takers.iter().filter(|taker| helpers.iter().any(|helper| calls(&taker.item, helper)));
            let hand_on: Vec<String> = hand_on.map(|taker| taker.name.clone()).collect();
            helpers.extend(hand_on);
        }
        helpers
    }

    /// How code names a value: `config.jwt_secret`.
    fn path_of(&self, site: Site, value: &Value, depth: usize) -> Option<Vec<String>> {
        match value {
            Value::Via(via) => Some(vec![via.name.clone()]),
            Value::This => Some(Vec::new()),
            Value::Param(index) => {
                let function = self.facts_of(site.file)?.functions.get(site.function?)?;
                Some(vec![function.parameters.get(*index)?.name.clone()])
            }
            Value::Name(name) => Some(name.segments.last().into_iter().cloned().collect()),
            Value::Field(base, member, _) if depth < DEEPEST && !selector::is_structural(member) => {
                let mut path = self.path_of(site, base, depth + 1).unwrap_or_default();
                path.push(selector::plain(member).to_owned());
                Some(path)
            }
            _ => None,
        }
    }

    /// The place where a function prints what a call hands it.
    pub(super) fn printed_by(&self, site: Site, call: &Call, position: usize, subject: String) -> Option<Candidate> {
        let (entry, logged, name) = self.printing(site, call, position, 0)?;
        self.handed_to(site, call, (entry, logged, name), subject)
    }

    /// What a helper prints that a call hands it.
    fn handed_to(
        &self,
        site: Site,
        call: &Call,
        (entry, logged, name): (usize, &LoggedValue, &str),
        subject: String,
    ) -> Option<Candidate> {
        let setting = self.setting(site);
        if setting == Setting::Test {
            return None;
        }
        let handed = Step { file: site.file, span: call.span, note: format!("handed to `{name}`") };
        let shown = Step { file: self.id_of(entry), span: logged.span, note: format!("printed by `{name}`") };
        let mut candidate = self.leak(entry, logged, subject, vec![handed, shown]);
        candidate.setting = candidate.setting.max(setting);
        Some(candidate)
    }

    fn printing(&self, site: Site, call: &Call, position: usize, depth: usize) -> Option<(usize, &LoggedValue, &str)> {
        let callees = self.callees(site, &call.callee);
        callees.into_iter().take(MOST_MEANT).find_map(|id| {
            let entry = self.entry_of(id.file)?;
            let parsed = self.parsed(entry)?;
            let function = parsed.facts.functions.get(id.index)?;
            let is_path = matches!(call.callee, Callee::Path(_));
            let index = position.checked_sub(usize::from(function.has_receiver && is_path))?;
            let name = text_parameter(function, index)?;
            if let Some(body) = parsed.facts.bodies.get(&id.index) {
                let text = parsed.source.text.get(body.range.clone())?;
                let is_used = memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).nth(1).is_some();
                if !is_used {
                    return None;
                }
            }
            let part = self.part_with(entry, id.index)?;
            let is_it = |value: &Value| matches!(place(value), Value::Param(own) if *own == index);
            let mut logged = part.logged.iter().filter(|logged| logged.site.function == Some(id.index));
            if let Some(logged) = logged.find(|logged| is_it(&logged.value)) {
                return Some((entry, logged, function.name.as_str()));
            }
            if depth >= DEEPEST_HELPER {
                return None;
            }
            let calls = part.calls.iter().filter(|call| call.site.function == Some(id.index));
            calls.into_iter().find_map(|call| {
                let position = call.arguments().iter().position(|argument| is_it(&argument.value))?;
                self.printing(self.site(entry, call.site), &call.call, position, depth + 1)
            })
        })
    }
}

/// The name of a parameter that is text, or anything that can be printed.
pub(super) fn text_parameter(function: &Function, index: usize) -> Option<&str> {
    let parameter = function.parameters.get(index)?;
    let of = &parameter.of_type;
    let is_generic = of.path.len() == 1 && function.generics.iter().any(|(name, _)| of.path.first() == Some(name));
    let is_of_trait = of.path.last().is_some_and(|name| SHOWING.contains(&name.as_str()));
    (is_plain(of) || is_generic || is_of_trait).then_some(parameter.name.as_str())
}

/// The functions of a text that ask no more of an argument than a trait of [`SHOWING`].
fn takers_of_anything(text: &str) -> Vec<Taker> {
    const KEYWORD: &str = "fn ";
    let defined = memchr::memmem::find_iter(text.as_bytes(), KEYWORD)
        .filter(|&at| at == 0 || !lexical::is_part(text.as_bytes()[at - 1]));
    let taker = |at: usize| {
        let after = &text[at + KEYWORD.len()..];
        let head = &after[..after.find('{')?];
        let name = head.split(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())?;
        if !SHOWING.iter().any(|name| holds_word(head, name)) {
            return None;
        }
        let item = text.get(at..lexical::item_end(text.as_bytes(), at))?;
        Some(Taker { name: name.to_owned(), item: item.to_owned() })
    };
    defined.filter_map(taker).collect()
}

/// Whether a text calls something of this name.
fn calls(text: &str, name: &str) -> bool {
    memchr::memmem::find_iter(text.as_bytes(), name).any(|at| {
        let after = text[at + name.len()..].trim_ascii_start();
        is_whole_word(text, at..at + name.len()) && (after.starts_with('(') || after.starts_with("::<"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(String, bool)> {
        takers_of_anything(text).into_iter().map(|taker| (taker.name.clone(), taker.prints())).collect()
    }

    #[test]
    fn takers_ask_for_a_trait() {
        let text = r##"
            use std::fmt::Debug;
            fn dump<T: Debug>(it: T) { println!("{it:?}"); }
            pub(crate) fn put(it: &impl serde::Serialize) -> String { serde_json::to_string(it).unwrap() }
            async fn hand_on<'a, T>(it: &'a T) where T: Debug + Send { dump(it) }
            fn other(it: &Debugger) { println!("{it:?}"); }
            type Taker = fn (u8) -> u8;
            #[derive(Debug)] struct Fn; fn
        "##;
        let expected = [("dump", true), ("put", false), ("hand_on", false)];
        assert_eq!(names(text), expected.map(|(name, prints)| (name.to_owned(), prints)));
        assert_eq!(names("fn open<T: Debug>(it: T) { dbg!(it); "), [("open".to_owned(), true)]);
    }

    #[test]
    fn a_call_names_a_function_as_a_whole() {
        for text in ["dump(it)", "x; diary::dump (it)", "dump::<Boot>(it)"] {
            assert!(calls(text, "dump"), "{text}");
        }
        for text in ["dumps(it)", "undump(it)", "dump", "let dump = 1;", "use diary::dump;"] {
            assert!(!calls(text, "dump"), "{text}");
        }
    }
}

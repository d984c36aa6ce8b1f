//! Names and functions that a project's configuration declares.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;

use crate::fact::{Call, Callee, Value};
use crate::names::{ExtraNames, NameClass, classify_with};

/// What a project says holds or takes JWT secrets, besides what is known.
#[derive(Debug, Clone, Default)]
pub struct OwnKeys {
    /// Names that hold them.
    pub names: ExtraNames,
    /// Functions that take them.
    pub sinks: Vec<OwnSink>,
    words: Option<AhoCorasick>,
}

/// A function of the project that takes a JWT key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSink {
    /// As it was written.
    pub call: String,
    /// The same, taken apart at `::` and `.`.
    path: Vec<String>,
    /// The position of the key among the arguments, the receiver not counted.
    pub argument: usize,
    /// The label of the key, in languages with named arguments.
    pub label: Option<String>,
}

/// Gives the declarations that bind a file.
pub type OwnOf<'a> = dyn Fn(&str) -> &'a OwnKeys + Sync + 'a;

impl OwnKeys {
    /// These names and functions.
    pub fn new(names: &[String], sinks: Vec<OwnSink>) -> Self {
        let words: Vec<&str> =
            names.iter().map(|name| last_word(name)).chain(sinks.iter().map(OwnSink::name)).collect();
        let words = (!words.is_empty())
            .then(|| AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok())
            .flatten();
        Self { names: ExtraNames::new(names), sinks, words }
    }

    /// Whether bytes may hold one of the names or functions: a cheap look.
    pub fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.words.as_ref().is_some_and(|words| words.is_match(bytes))
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.words.is_none()
    }

    /// Whether a name is a secret's only because the project says so.
    pub fn declares(&self, path: &[&str]) -> bool {
        !self.is_empty()
            && classify_with(&self.names, path) == NameClass::Secret
            && classify_with(&ExtraNames::default(), path) != NameClass::Secret
    }
}

impl OwnSink {
    /// A function by its name, or by the end of its path; `None` if that is none.
    pub fn new(call: &str, argument: usize, label: Option<String>) -> Option<Self> {
        let path: Vec<String> = call.split("::").flat_map(|part| part.split('.')).map(str::to_owned).collect();
        let is_name = |part: &String| {
            !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
        };
        path.iter().all(is_name).then(|| Self { call: call.to_owned(), path, argument, label })
    }

    /// The function's own name.
    pub fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// The value that a call gives it as the key, if the call is one of it. `meanings` are the paths that a path of
    /// the file may stand for.
    pub fn key<'c>(&self, call: &'c Call, meanings: impl Fn(&[String]) -> Vec<Vec<String>>) -> Option<&'c Value> {
        let is_meant = match &call.callee {
            Callee::Path(name) => {
                name.segments.last().is_some_and(|last| last == self.name())
                    && (name.segments.ends_with(&self.path)
                        || meanings(&name.segments).iter().any(|path| path.ends_with(&self.path)))
                    || self.is_renamed(&name.segments, &meanings)
            }
            Callee::Method(receiver, name) => name == self.name() && self.fits_receiver(receiver),
        };
        let labelled =
            || call.arguments.iter().find(|argument| argument.label.is_some() && argument.label == self.label);
        let placed = || call.arguments.get(self.argument).filter(|argument| argument.label.is_none());
        is_meant.then(|| labelled().or_else(placed)).flatten().map(|argument| &argument.value)
    }

    /// `import { install as add }` gives the function another name.
    fn is_renamed(&self, path: &[String], meanings: &impl Fn(&[String]) -> Vec<Vec<String>>) -> bool {
        path.len() == 1 && path[0] != self.name() && meanings(path).iter().any(|path| path.ends_with(&self.path))
    }

    /// A method of whatever, or of a value called like the type or module in front of the name.
    fn fits_receiver(&self, receiver: &Value) -> bool {
        let Some(owner) = self.path.len().checked_sub(2).and_then(|at| self.path.get(at)) else { return true };
        let folded = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let name = match receiver {
            Value::Name(name) => name.segments.last().map(|last| Cow::Borrowed(last.as_str())),
            Value::Field(_, member, _) => Some(Cow::Borrowed(member.as_str())),
            _ => None,
        };
        name.is_some_and(|name| folded(&name) == folded(owner))
    }
}

/// The last word of a name, however its words are set apart.
fn last_word(name: &str) -> &str {
    let last = name.rsplit(|letter: char| !letter.is_alphanumeric()).find(|part| !part.is_empty()).unwrap_or(name);
    let humps = last.char_indices().zip(last.chars().skip(1));
    let hump = humps.filter(|((_, before), after)| before.is_lowercase() && after.is_uppercase()).last();
    hump.and_then(|((at, before), _)| last.get(at + before.len_utf8()..)).unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Argument, Name};
    use crate::span::Span;
    use std::sync::Arc;

    fn call(callee: Callee) -> Call {
        let argument = |label: Option<&str>| Argument { label: label.map(str::to_owned), value: Value::Random };
        Call { callee, arguments: vec![argument(None), argument(Some("key"))], span: Span::new(0, 0) }
    }

    fn name(path: &str) -> Name {
        Name { segments: path.split('.').map(str::to_owned).collect(), span: Span::new(0, 0) }
    }

    fn fits(sink: &str, callee: Callee) -> bool {
        let sink = OwnSink::new(sink, 0, None).expect("a name");
        let meanings = |path: &[String]| match path {
            [only] if only == "add" => vec![vec!["orchard".to_owned(), "install".to_owned()]],
            _ => Vec::new(),
        };
        sink.key(&call(callee), meanings).is_some()
    }

    #[test]
    fn a_call_is_known_by_the_end_of_its_path() {
        assert!(fits("install", Callee::Path(name("a.b.install"))));
        assert!(fits("b::install", Callee::Path(name("a.b.install"))));
        assert!(!fits("c.install", Callee::Path(name("a.b.install"))));
        assert!(fits("orchard.install", Callee::Path(name("add"))), "renamed by an import");
        let receiver = |of: &str| Value::Name(Arc::new(name(of)));
        assert!(fits("install", Callee::Method(receiver("x"), "install".to_owned())));
        assert!(fits("TokenGate.install", Callee::Method(receiver("token_gate"), "install".to_owned())));
        assert!(!fits("TokenGate.install", Callee::Method(receiver("x"), "install".to_owned())));
    }

    #[test]
    fn a_cheap_look_knows_every_spelling() {
        for name in ["TICKET_SEAL", "ticketSeal", "ticket-seal", "x.ticketSeal"] {
            assert_eq!(last_word(name).to_lowercase(), "seal");
        }
        let own = OwnKeys::new(&["TICKET_SEAL".to_owned()], Vec::new());
        assert!(own.may_be_in(b"let ticketSeal = 1") && !own.may_be_in(b"let ticket = 1"));
        assert!(own.declares(&["ticket_seal"]) && !own.declares(&["JWT_SECRET"]), "that one is known anyway");
        assert!(!OwnKeys::default().may_be_in(b"seal"));
    }

    #[test]
    fn the_key_has_a_place_or_a_label() {
        let key = |argument, label: Option<&str>| {
            let sink = OwnSink::new("install", argument, label.map(str::to_owned)).expect("a name");
            sink.key(&call(Callee::Path(name("install"))), |_| Vec::new()).is_some()
        };
        assert!(key(0, None) && key(7, Some("key")));
        assert!(!key(1, None), "that one has a label");
        assert!(!key(7, None));
        assert!(OwnSink::new("a..b", 0, None).is_none() && OwnSink::new("a b", 0, None).is_none());
    }
}

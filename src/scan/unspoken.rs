//! Entries of configuration whose names say nothing: `APP_KEY`, `BANANA`. Only a program that reads one into a key makes
//! it a secret.
//!
//! Where a file with such entries is looked at alone, the rest of its project is looked at as well, but only if some
//! file there speaks of one of them. What nobody would take for a key is left out, so that most files have none.

use std::collections::BTreeSet;

use regex::bytes::Regex;

use super::Scan;
use super::kind::Kind;
use crate::analyze::anyword::Lowered;
use crate::analyze::config::{self, Format};
use crate::discover::{self, Input, Load};
use crate::fact::{Candidate, Confidence, Evidence, FileId};
use crate::judge::value::{self, Class};
use crate::link::asked;
use crate::names;
use crate::share::with_buffer;
use crate::source::Source;

/// A file with more bytes is data.
pub(super) const LARGEST: usize = 256 << 10;
/// More entries than these are not told apart.
const MOST: usize = 200;

/// Entries, by patterns of how programs spell them, in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entries(BTreeSet<String>);

impl Entries {
    /// Those of one file.
    pub(super) fn of(source: &Source, format: Format) -> Self {
        let mut found = Self::default();
        if source.text.len() > LARGEST {
            return found;
        }
        let is_of_settings = asked::is_of_settings(&source.path);
        found.add(source, format, |is_variable| is_variable || is_of_settings, |_| true);
        if !is_of_settings {
            // What only tools read is so common that nothing short of a secret's look speaks for it.
            found.add(source, format, |is_variable| !is_variable, |class| class == Class::Strong);
        }
        found
    }

    fn add(
        &mut self,
        source: &Source,
        format: Format,
        is_wanted: impl Fn(bool) -> bool,
        is_worth: impl Fn(Class) -> bool,
    ) {
        let read_as = |name: &str, is_variable: bool| {
            let words = asked::words_asked_for(name, is_variable);
            (is_wanted(is_variable) && !words.is_empty()).then(|| spelled(&words))
        };
        let candidates = config::analyze_asked(&read_as, FileId(0), source, format).candidates;
        let kept = candidates.into_iter().filter(|one| class_of_key(one).is_some_and(&is_worth));
        self.0.extend(kept.filter_map(|one| one.read_as));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Whether a file may read one of them.
    pub(super) fn readers<'s>(&self, scan: &'s Scan) -> impl Fn(&Input) -> bool + Sync + 's {
        let all = self.0.iter().map(String::as_str).collect::<Vec<_>>().join("|");
        // Too many of them are spoken of everywhere.
        let any = (self.0.len() <= MOST).then(|| Regex::new(&all).ok()).flatten();
        let speaks = move |text: &Lowered| any.as_ref().is_none_or(|any| any.is_match(text.bytes()));
        move |input: &Input| {
            let kind = Kind::of(&input.path);
            if matches!(kind, Kind::Document | Kind::Bare | Kind::Other) {
                return false;
            }
            with_buffer(|buffer| {
                let Load::Bytes(charset) = discover::load(input, scan.discover.max_file_size, buffer) else {
                    return false;
                };
                let text = Lowered::of(charset.text(buffer).as_bytes());
                match kind {
                    // Configuration reads for a key of its own.
                    Kind::Configuration(_) | Kind::Dotenv => config::relevant(&text) && speaks(&text),
                    _ => speaks(&text),
                }
            })
        }
    }
}

/// What the value of an entry would be as a key; `None` if it is none, or nobody's.
fn class_of_key(candidate: &Candidate) -> Option<Class> {
    let read = Candidate { evidence: Evidence::FlowsToKey, confidence: Confidence::Medium, ..candidate.clone() };
    let is_setting = candidate.secret.expose_str().is_some_and(|text| is_number(text) || names::says_what_runs(text));
    match value::classify(&read) {
        Class::NotSecret(_) | Class::Absent | Class::Empty => None,
        class => (!is_setting).then_some(class),
    }
}

/// Whether a text is a small number or a version: `80`, `1.2.3`, `v2`.
fn is_number(text: &str) -> bool {
    const LONGEST: usize = 3;
    let digits = text.strip_prefix('v').unwrap_or(text);
    let is_of = |is: fn(u8) -> bool| !digits.is_empty() && digits.bytes().all(is);
    is_of(|byte| byte.is_ascii_digit()) && digits.len() <= LONGEST
        || is_of(|byte| byte.is_ascii_digit() || byte == b'.') && digits.contains('.')
}

/// A pattern for words as any program may join them: `APP_KEY`, `appKey`, `app.key`, `['app']['key']`.
fn spelled(words: &[String]) -> String {
    words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("[^a-z0-9]{0,4}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::config::format_of;
    use crate::source::{Charset, Tracking};

    fn entries(path: &str, text: &str) -> Vec<String> {
        let source = Source::decoded(path.into(), Tracking::Tracked, Charset::Utf8, text.into());
        let format = format_of(path).unwrap_or_else(|| panic!("{path} has a format"));
        Entries::of(&source, format).0.into_iter().collect()
    }

    #[test]
    fn what_everybody_commits_is_not_looked_up() {
        for (path, text) in [
            (
                "package.json",
                r#"{"name": "shop", "version": "1.0.2", "scripts": {"start": "node ."}, "dependencies": {"express": "^4.1.0"}}"#,
            ),
            (
                "Cargo.toml",
                "[package]\nname = \"shop\"\nedition = \"2024\"\n[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\n",
            ),
            (
                "compose.yaml",
                "services:\n  api:\n    image: shop:1.2\n    environment:\n      NODE_ENV: production\n      WORKERS: 8\n      APP_KEY: ${APP_KEY}\n",
            ),
            (
                ".github/workflows/ci.yml",
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3\n      - run: npm test\n",
            ),
            ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.2.3\"\nrequires-python = \">=3.12\"\n"),
            ("Dockerfile", "FROM node:22\nENV NODE_ENV=production\nWORKDIR /app\nCOPY . .\nRUN npm ci\n"),
        ] {
            assert_eq!(entries(path, text), [""; 0], "{path}");
        }
    }

    #[test]
    fn what_may_be_a_key_is_looked_up() {
        assert_eq!(entries("compose.yaml", "environment:\n  - BANANA=pear\n"), ["banana"]);
        assert_eq!(entries("run.sh", "export GATE__SEAL_TEXT=pear\n"), ["seal[^a-z0-9]{0,4}text"]);
        assert_eq!(entries("config/gate.yml", "material: pear\n"), ["material"]);
        assert_eq!(entries("gate.yml", "gate:\n  material: pear\n  bar: kV9x2LqTz7RmWb4YcN8sPd3HfJ6gAe1U\n"), ["bar"]);
    }

    #[test]
    fn names_are_known_in_every_spelling() {
        let any = Regex::new(&spelled(&asked::words_asked_for("APP_KEY", true))).expect("a pattern");
        for text in ["env.APP_KEY", "settings.appKey", "'app.key'", "c['app']['key']", "app_key"] {
            assert!(any.is_match(Lowered::of(text.as_bytes()).bytes()), "{text}");
        }
        assert!(!any.is_match(b"app with a key"));
    }
}

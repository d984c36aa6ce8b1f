//! Facts about programs in any language that `rules/` describes.
//!
//! A language description drives a [lexer], whose flat tokens with matched brackets a tolerant reader
//! of expressions and statements turns into [`Facts`]. What counts as a read of the environment, as a
//! conversion or as a key's consumer is [data](rule), too: a new library or language needs no Rust.

mod call;
pub mod example;
mod expression;
mod import;
mod lambda;
pub mod language;
pub mod lexer;
pub mod literal;
pub mod path;
pub mod prepared;
pub mod rule;
mod scanner;
mod statement;
pub(crate) mod telling;
#[cfg(test)]
mod tests;
pub mod token;
mod unclosed;

use std::cell::Cell;
use std::sync::{Arc, LazyLock, OnceLock};

use rustc_hash::FxHashMap;

use self::language::{Index, IndexEntry};
use self::prepared::Prepared;
use self::scanner::Scanner;
use self::token::Token;
use crate::analyze::anyword::Lowered;
use crate::embedded;
use crate::fact::{Algorithm, Confidence, Facts, Setting, Sink, Value};
use crate::source::Source;
use crate::span::Span;

/// A language of the engine, by its place in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageId(usize);

/// The languages and their rules, each made ready when first asked for.
#[derive(Debug)]
pub struct Engine {
    entries: Vec<IndexEntry>,
    by_extension: FxHashMap<String, LanguageId>,
    by_file: FxHashMap<String, LanguageId>,
    prepared: Vec<OnceLock<Option<Prepared>>>,
}

impl Engine {
    /// The engine over the rules that are compiled in.
    pub fn embedded() -> &'static Engine {
        static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
            let index = embedded::text("languages/index.toml").unwrap_or("language = []");
            // Tests see to it that what is compiled in parses.
            Engine::new(toml::from_str::<Index>(index).map(|index| index.language).unwrap_or_default())
        });
        &ENGINE
    }

    fn new(entries: Vec<IndexEntry>) -> Self {
        let mut by_extension = FxHashMap::default();
        let mut by_file = FxHashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            by_extension.extend(entry.extensions.iter().map(|one| (one.clone(), LanguageId(index))));
            by_file.extend(entry.files.iter().map(|one| (one.clone(), LanguageId(index))));
        }
        let prepared = entries.iter().map(|_| OnceLock::new()).collect();
        Self { entries, by_extension, by_file, prepared }
    }

    /// The languages: their ids and names, in order.
    pub fn languages(&self) -> impl Iterator<Item = (LanguageId, &str)> {
        self.entries.iter().enumerate().map(|(index, entry)| (LanguageId(index), entry.id.as_str()))
    }

    /// The language of a file, by its name.
    pub fn language_of(&self, path: &str) -> Option<LanguageId> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if let Some(&language) = self.by_file.get(name) {
            return Some(language);
        }
        self.by_extension.get(&extension(name)).copied()
    }

    /// The language called `id`: the stem of its description.
    pub fn language(&self, id: &str) -> Option<LanguageId> {
        self.entries.iter().position(|entry| entry.id == id).map(LanguageId)
    }

    /// The description and rules of a language.
    pub fn prepared(&self, language: LanguageId) -> Option<&Prepared> {
        let entry = self.entries.get(language.0)?;
        self.prepared
            .get(language.0)?
            .get_or_init(|| {
                let description = embedded::text(&format!("languages/{}.toml", entry.id))?;
                let name = format!("code/{}.toml", entry.id);
                let rules = embedded::text(&name).unwrap_or("");
                let mut added = embedded::added(&name).peekable();
                if added.peek().is_none() {
                    return Prepared::new(description, rules, embedded::text).ok();
                }
                let added: Vec<&str> = added.map(|file| file.text.as_str()).collect();
                Prepared::new(description, &[rules, &added.join("\n")].join("\n"), embedded::text).ok()
            })
            .as_ref()
    }

    /// Whether the text holds a word that makes the file worth reading: linear, and before any decoding.
    pub fn relevant(&self, language: LanguageId, text: &Lowered) -> bool {
        self.prepared(language).is_some_and(|prepared| prepared.relevant(text))
    }

    /// What the file says.
    pub fn analyze(&self, source: &Source, language: LanguageId) -> Facts {
        self.read(source, language, false).unwrap_or_default()
    }

    /// What the file says if that matters by itself: if a rule applies to it, or a name in it may be that of a JWT
    /// secret. Another file is worth reading only for who imports it.
    pub fn analyze_telling(&self, source: &Source, language: LanguageId) -> Option<Facts> {
        self.read(source, language, !telling::is_telling_path(&source.path))
    }

    fn read(&self, source: &Source, language: LanguageId, only_telling: bool) -> Option<Facts> {
        thread_local! {
            /// A list for tokens that the next file takes over: they are the largest that is needed of a file.
            static LIST: Cell<Vec<Token>> = Cell::default();
        }
        let prepared = self.prepared(language)?;
        let text = source.text.as_str();
        u32::try_from(text.len()).ok()?;
        let tokens = prepared.lexer.lex_into(LIST.take(), text, &extension(source.file_name()));
        let sight = prepared.sight(&tokens);
        let is_read = !only_telling || telling::is_telling(&sight, &tokens);
        let facts = is_read.then(|| {
            let mut scanner = Scanner::new(&tokens, prepared, &sight.applicable);
            scanner.statements();
            let mut facts = scanner.facts;
            text_sinks(prepared, &sight.applicable, &tokens, &mut facts);
            facts
        });
        LIST.set(tokens.list);
        facts
    }
}

/// What the rules with a text matcher find outside comments.
fn text_sinks(prepared: &Prepared, applicable: &[bool], tokens: &token::Tokens<'_>, facts: &mut Facts) {
    for (entry, rule) in prepared.rules.iter().enumerate() {
        if applicable.get(entry) != Some(&true) {
            continue;
        }
        let Some(pattern) = prepared.text_pattern(entry) else { continue };
        for found in pattern.captures_iter(tokens.text) {
            let Some(secret) = found.name("secret") else { continue };
            if tokens.at_offset(secret.start()).is_none() {
                continue;
            }
            let span = Span::new(secret.start(), secret.end());
            let Some(detector) = prepared.ids.get(entry).cloned() else { continue };
            facts.sinks.push(Sink {
                api: Arc::from(rule.api.as_deref().unwrap_or(&rule.summary)),
                value: Value::literal(secret.as_str(), span),
                span,
                algorithm: rule.algorithm.fixed.as_deref().and_then(Algorithm::in_name),
                encoding: rule.encoding.and_then(language::EncodingName::encoding),
                kind: rule.kind.into(),
                refuses_empty: rule.refuses_empty,
                function: None,
                setting: Setting::Production,
                confidence: rule.confidence.unwrap_or(Confidence::High),
                detector,
            });
        }
    }
}

/// The extension of a file name, in lower case.
fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

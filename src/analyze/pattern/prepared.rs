//! A language with its rules, ready for use.

use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use regex::Regex;
use rustc_hash::FxHashMap;

use super::language::{KnownCall, Language, Meaning};
use super::lexer::Lexer;
use super::path::PathPattern;
use super::rule::{Rule, RuleFile};
use super::token::Tokens;
use crate::analyze::anyword::{AnyWord, Lowered, is_whole_word};

/// Words that make a file worth reading whatever its language: names of JWT secrets contain one.
pub(super) const SECRET_WORDS: &[&str] = &[
    "jwt",
    "jws",
    "secret",
    "signing",
    "signkey",
    "sign_key",
    "hmac",
    "passphrase",
    "securitykey",
    "tokenkey",
    "token_key",
    "privatekey",
    "private_key",
];

/// A language with its rules.
#[derive(Debug)]
pub struct Prepared {
    /// The description.
    pub language: Language,
    /// Its rules, and after them those of languages that it is close to.
    pub rules: Vec<Rule>,
    /// How many are its own.
    pub own: usize,
    /// The ids of the rules, as facts carry them.
    pub ids: Vec<Arc<str>>,
    /// Its lexer.
    pub lexer: Lexer,
    /// Calls with a meaning: those of the language and of its rules.
    pub known: Vec<KnownCall>,
    /// Entries of `known` by the last segment of a name.
    pub known_index: PathIndex,
    /// Rules with a call matcher.
    pub call_index: PathIndex,
    /// Rules with an assign matcher.
    pub assign_index: PathIndex,
    /// Entries of the language's members.
    pub member_index: PathIndex,
    texts: Vec<OnceLock<Option<Regex>>>,
    words: LazyLock<Words, Box<dyn FnOnce() -> Words + Send>>,
}

/// What a look at the bytes of a file shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// Which rules apply, by their indices.
    pub applicable: Vec<bool>,
    /// Where words stand of which names of JWT secrets contain one.
    pub secret_words: Vec<usize>,
}

/// Entries by the last segment of the path patterns they go by.
#[derive(Debug, Default)]
pub struct PathIndex {
    plain: FxHashMap<String, Vec<(usize, PathPattern)>>,
    wild: Vec<(usize, PathPattern)>,
}

impl PathIndex {
    fn add(&mut self, entry: usize, patterns: &[PathPattern]) {
        for pattern in patterns {
            match pattern.plain_last() {
                Some(last) => self.plain.entry(last.to_owned()).or_default().push((entry, pattern.clone())),
                None => self.wild.push((entry, pattern.clone())),
            }
        }
    }

    /// Whether any entry could match a path that ends so.
    pub fn has(&self, last: &str) -> bool {
        !self.wild.is_empty() || self.plain.contains_key(last)
    }

    /// The entries that match one of `paths`, which end alike, in the order of the rules.
    pub fn find(&self, paths: &[&[&str]]) -> Vec<usize> {
        let plain = paths.iter().filter_map(|path| self.plain.get(*path.last()?)).flatten();
        let mut found: Vec<usize> = plain
            .chain(&self.wild)
            .filter(|(_, pattern)| paths.iter().any(|path| pattern.matches(path)))
            .map(|(entry, _)| *entry)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The multi-pattern search that decides whether a file is read and which rules apply.
struct Words {
    automaton: Option<AhoCorasick>,
    /// The words of which one alone makes a file relevant.
    relevant: AnyWord,
    count: usize,
    /// Those that a rule asks for around what it looks for.
    contexts: Vec<bool>,
    /// For each rule the words of which one must occur, twice, and those of which none may.
    rules: Vec<[Vec<usize>; 3]>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("count", &self.count).finish_non_exhaustive()
    }
}

impl Words {
    fn new(rules: Vec<[Vec<String>; 3]>) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut relevant: Vec<bool> = Vec::new();
        let mut index = FxHashMap::default();
        let mut add = |word: &str, alone: bool| {
            let at = *index.entry(word.to_ascii_lowercase()).or_insert_with_key(|word| {
                words.push(word.clone());
                relevant.push(false);
                words.len() - 1
            });
            relevant[at] |= alone;
            at
        };
        // First, so that they are known by their indices.
        for word in SECRET_WORDS {
            add(word, true);
        }
        let rules: Vec<[Vec<usize>; 3]> = rules
            .iter()
            .map(|[keywords, requires, lacks]| {
                let keywords_alone = requires.is_empty();
                [
                    keywords.iter().map(|word| add(word, keywords_alone)).collect(),
                    requires.iter().map(|word| add(word, true)).collect(),
                    lacks.iter().map(|word| add(word, false)).collect(),
                ]
            })
            .collect();
        let mut contexts = vec![false; words.len()];
        for &word in rules.iter().flat_map(|[_, requires, _]| requires) {
            contexts[word] = true;
        }
        let automaton =
            AhoCorasickBuilder::new().ascii_case_insensitive(true).match_kind(MatchKind::Standard).build(&words).ok();
        let alone = words.iter().zip(&relevant).filter(|(_, alone)| **alone).map(|(word, _)| word.as_str());
        Self { automaton, relevant: AnyWord::new(alone), count: words.len(), contexts, rules }
    }
}

impl Prepared {
    /// Parses a description and its rules, and what it takes over of other languages: `text_of` has their files by
    /// name. What is compiled in parses, as tests see to it.
    pub fn new(
        description: &str,
        rules: &str,
        text_of: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Self, toml::de::Error> {
        let mut language: Language = toml::from_str(description)?;
        let mut rules: Vec<Rule> = toml::from_str::<RuleFile>(rules)?.rule;
        // A user's rule takes the place of the one that it is named after.
        let last: FxHashMap<String, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.id.clone(), at)).collect();
        let mut at = 0;
        rules.retain(|rule| {
            at += 1;
            last.get(&rule.id) == Some(&(at - 1))
        });
        let own = rules.len();
        for text in language.calls_of.iter().filter_map(|other| text_of(&format!("languages/{other}.toml"))) {
            let other: Language = toml::from_str(text)?;
            language.call.extend(other.call);
            language.member.extend(other.member);
            language.annotation.extend(other.annotation);
        }
        for text in language.rules_of.iter().filter_map(|other| text_of(&format!("code/{other}.toml"))) {
            let others = toml::from_str::<RuleFile>(text)?.rule.into_iter();
            rules.extend(others.filter(|rule| !last.contains_key(&rule.id)));
        }
        let mut known = language.call.clone();
        for rule in &rules {
            if let Some(fallback) = &rule.fallback {
                known.push(KnownCall {
                    names: fallback.names.clone(),
                    is: Meaning::Fallback,
                    name: None,
                    value: fallback.value,
                    default: Some(fallback.default),
                    default_labels: Vec::new(),
                    target: None,
                    member_of: None,
                    sets: false,
                    encoding: None,
                    encoding_argument: None,
                    compile_time: false,
                    in_section: false,
                    section: None,
                    min_arguments: 0,
                    max_arguments: None,
                });
            }
        }
        let mut known_index = PathIndex::default();
        known.iter().enumerate().for_each(|(entry, call)| known_index.add(entry, &call.names));
        let (mut call_index, mut assign_index, mut member_index) =
            (PathIndex::default(), PathIndex::default(), PathIndex::default());
        for (entry, rule) in rules.iter().enumerate() {
            if let Some(matcher) = &rule.call {
                call_index.add(entry, &matcher.names);
            }
            if let Some(matcher) = &rule.assign {
                assign_index.add(entry, &matcher.names);
            }
        }
        language.member.iter().enumerate().for_each(|(entry, member)| member_index.add(entry, &member.of));
        let words: Vec<_> =
            rules.iter().map(|rule| [&rule.keywords, &rule.requires, &rule.lacks].map(Clone::clone)).collect();
        Ok(Self {
            lexer: Lexer::new(&language),
            ids: rules.iter().map(|rule| Arc::from(rule.id.as_str())).collect(),
            texts: rules.iter().map(|_| OnceLock::new()).collect(),
            words: LazyLock::new(Box::new(move || Words::new(words))),
            language,
            rules,
            own,
            known,
            known_index,
            call_index,
            assign_index,
            member_index,
        })
    }

    /// Whether a file with this text is worth reading.
    pub fn relevant(&self, text: &Lowered) -> bool {
        self.words.relevant.is_in(text)
    }

    /// What of the rules and words occurs in a file with these tokens. Words around a call that say what it is for count
    /// in a comment only where they stand by themselves: `@Security JWTKeyAuth` is about who may call it.
    pub fn sight(&self, tokens: &Tokens<'_>) -> Sight {
        let words = &*self.words;
        let mut occurs = vec![words.automaton.is_none(); words.count];
        let mut secret_words = Vec::new();
        if let Some(automaton) = &words.automaton {
            for found in automaton.find_overlapping_iter(tokens.text) {
                let word = found.pattern().as_usize();
                if let Some(occurs) = occurs.get_mut(word).filter(|occurs| !**occurs) {
                    *occurs = words.contexts.get(word) != Some(&true)
                        || tokens.at_offset(found.start()).is_some()
                        || is_whole_word(tokens.text, found.range());
                }
                if word < SECRET_WORDS.len() {
                    secret_words.push(found.start());
                }
            }
        }
        let any = |list: &[usize]| list.iter().any(|&word| occurs.get(word) == Some(&true));
        let met = |list: &[usize]| list.is_empty() || any(list);
        let applies = |[keywords, requires, lacks]: &[Vec<usize>; 3]| met(keywords) && met(requires) && !any(lacks);
        let applicable = words.rules.iter().map(applies).collect();
        Sight { applicable, secret_words }
    }

    /// The regular expression of a rule with a text matcher.
    pub fn text_pattern(&self, rule: usize) -> Option<&Regex> {
        let matcher = self.rules.get(rule)?.text.as_ref()?;
        self.texts.get(rule)?.get_or_init(|| Regex::new(&matcher.pattern).ok()).as_ref()
    }
}

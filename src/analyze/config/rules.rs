//! Keys that products and frameworks document as theirs: `rules/config/*.toml`.

use std::cell::OnceCell;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::embedded;
use crate::fact::{Confidence, Encoding};

/// One rule: where it applies, and what its keys hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    /// The product or framework.
    pub framework: String,
    /// Key paths, `.` between their parts, `*` for any one part; they match the end of a path.
    #[serde(default)]
    path: Vec<String>,
    /// Environment variables.
    #[serde(default)]
    env: Vec<String>,
    /// Wildcards on the file's path; without any, every file.
    #[serde(default)]
    pub files: Vec<String>,
    /// One of these must stand in the file; without any, no matter.
    #[serde(default)]
    pub needs: Vec<String>,
    /// None of these may stand in the file.
    #[serde(default)]
    lacks: Vec<String>,
    /// Texts that let a file through to the rule where no word of a secret's name stands in its keys.
    #[serde(default)]
    keywords: Vec<String>,
    /// How the text stands for key bytes.
    #[serde(default)]
    encoding: Option<Transfer>,
    /// The secret is what follows this text.
    #[serde(default)]
    pub after: Option<String>,
    /// It is a private key: PEM, or what stands between its first and last line.
    #[serde(default)]
    pub private: bool,
    /// A look-alike: no finding.
    #[serde(default)]
    pub not_a_secret: bool,
    /// Counts only where code is seen to read it into a key.
    #[serde(default)]
    pub conditional: bool,
    /// How sure it is.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// What it must find.
    #[serde(default)]
    pub find: Vec<Example>,
    /// What it must leave alone.
    #[serde(default)]
    pub clean: Vec<Example>,
}

/// An example of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The path of the file.
    pub file: String,
    /// Its text.
    pub text: String,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Transfer {
    Base64,
    Hex,
}

/// A rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its rules.
    #[serde(default)]
    pub key: Vec<KeyRule>,
}

/// All rules, with what makes looking them up cheap.
pub struct Rules {
    /// In the order of their files.
    pub list: Vec<Rule>,
    /// What rules need, or must not have, in the file.
    texts: Option<AhoCorasick>,
    /// For each of these, whose it is, and whether it is needed.
    owner_of_text: Vec<(usize, bool)>,
    /// Folded parts of which one stands among the last of every key that a rule knows.
    parts: FxHashSet<String>,
    /// Among how many.
    depth: usize,
}

/// A rule made ready.
pub struct Rule {
    /// What the file says.
    pub data: KeyRule,
    /// What candidates call it.
    pub detector: Arc<str>,
    /// The file it stands in.
    pub file: String,
    paths: Vec<Vec<String>>,
    names: Vec<Vec<String>>,
}

/// The rules for one file, looked up once an entry of it may be known to one of them.
pub struct RulesOfFile<'f> {
    path: &'f str,
    text: &'f str,
    found: OnceCell<Vec<&'static Rule>>,
}

impl<'f> RulesOfFile<'f> {
    /// Of the file at `path` that says `text`.
    pub fn new(path: &'f str, text: &'f str) -> Self {
        Self { path, text, found: OnceCell::new() }
    }

    /// The rule that knows a key.
    pub fn knowing(&self, key: &[String], variable: bool) -> Option<&'static Rule> {
        if !RULES.may_know(key) {
            return None;
        }
        let rules = self.found.get_or_init(|| RULES.for_file(self.path, self.text));
        let folded = folded_parts(key);
        rules.iter().find(|rule| rule.matches(&folded, variable)).copied()
    }
}

/// The rules that a user brings, and those that were built in, save where the user has one of the same name.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let built_in = embedded::folder("config").filter(|(name, _)| !name.ends_with("formats.toml"));
    let added = embedded::added("config").map(|file| (file.path.as_str(), file.text.as_str()));
    let mut seen = FxHashSet::default();
    let rules = added.chain(built_in).flat_map(|(file, text)| {
        let rules = toml::from_str::<RuleFile>(text).map(|file| file.key).unwrap_or_default();
        rules.into_iter().map(move |rule| (file, rule))
    });
    Rules::index(rules.filter(|(_, rule)| seen.insert(rule.framework.clone())))
});

impl Rules {
    fn index<'f>(rules: impl Iterator<Item = (&'f str, KeyRule)>) -> Self {
        let list: Vec<Rule> = rules.map(|(file, rule)| Rule::new(file, rule)).collect();
        let mut owner_of_text = Vec::new();
        let mut texts = Vec::new();
        for (index, rule) in list.iter().enumerate() {
            let needs = rule.data.needs.iter().map(|text| (text, true));
            for (text, wanted) in needs.chain(rule.data.lacks.iter().map(|text| (text, false))) {
                texts.push(text.clone());
                owner_of_text.push((index, wanted));
            }
        }
        // Small files are the rule: a table of all transitions costs more to build than it saves.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let texts = AhoCorasick::builder().kind(kind).ascii_case_insensitive(true).build(texts).ok();
        let last = |wanted: &Vec<String>| wanted.iter().rev().position(|part| part != "*");
        let keys = || list.iter().flat_map(|rule| rule.paths.iter().chain(&rule.names));
        let parts = keys().filter_map(|wanted| wanted.iter().rev().nth(last(wanted)?).cloned()).collect();
        let depth = keys().filter_map(last).max().map_or(0, |steps| steps + 1);
        Self { list, texts, owner_of_text, parts, depth }
    }

    /// Whether some rule may know a key, by its last parts: a cheap look before they are all compared.
    fn may_know(&self, path: &[String]) -> bool {
        let mut folded = String::new();
        members(path).take(self.depth).any(|part| {
            folded.clear();
            folded.extend(folded_chars(part));
            self.parts.contains(&folded)
        })
    }

    /// Texts that make a file worth reading, besides what the names of secrets have in common.
    pub fn keywords(&self) -> impl Iterator<Item = String> {
        self.list.iter().filter(|rule| !rule.data.not_a_secret).flat_map(Rule::gate_words)
    }

    /// The rules for a file, by its path and what it says.
    fn for_file(&self, path: &str, text: &str) -> Vec<&Rule> {
        let lower = path.to_ascii_lowercase();
        let by_name: Vec<(usize, &Rule)> =
            self.list.iter().enumerate().filter(|(_, rule)| rule.fits_file(&lower)).collect();
        if by_name.iter().all(|(_, rule)| rule.data.needs.is_empty() && rule.data.lacks.is_empty()) {
            return by_name.into_iter().map(|(_, rule)| rule).collect();
        }
        let (met, spoilt) = self.texts_in(path, text);
        let applies = |(index, rule): &(usize, &Rule)| {
            (rule.data.needs.is_empty() || met.contains(index)) && !spoilt.contains(index)
        };
        by_name.into_iter().filter(applies).map(|(_, rule)| rule).collect()
    }

    /// The rules of which some need stands in the text or the path, and those of which something stands there that
    /// must not.
    fn texts_in(&self, path: &str, text: &str) -> (FxHashSet<usize>, FxHashSet<usize>) {
        let (mut met, mut spoilt) = (FxHashSet::default(), FxHashSet::default());
        let Some(texts) = &self.texts else { return (met, spoilt) };
        for found in [path, text].into_iter().flat_map(|text| texts.find_overlapping_iter(text)) {
            let (rule, wanted) = self.owner_of_text[found.pattern().as_usize()];
            if wanted {
                met.insert(rule)
            } else {
                spoilt.insert(rule)
            };
        }
        (met, spoilt)
    }
}

impl KeyRule {
    /// Its key paths and variables.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.path.iter().chain(&self.env).map(String::as_str)
    }

    /// What is wrong with the rule itself, apart from its examples.
    pub fn fault(&self) -> Option<&'static str> {
        let shows = |examples: &[Example]| !examples.is_empty();
        if self.path.is_empty() && self.env.is_empty() {
            Some("a rule needs a `path` or an `env`")
        } else if self.path.iter().any(|path| path.split('.').all(|part| part == "*")) {
            Some("a `path` of nothing but `*` fits everything")
        } else if !self.not_a_secret && !shows(&self.find) {
            Some("a rule shows what it finds: `find = [{ file = …, text = … }]`")
        } else if self.not_a_secret && !shows(&self.clean) {
            Some("a rule shows what it leaves alone: `clean = [{ file = …, text = … }]`")
        } else {
            None
        }
    }
}

impl Rule {
    /// Texts of which one stands in every file that the rule finds something in, as far as they are needed: its
    /// keywords and variables, and the last part of each path of a user's rule without keywords in its usual spellings.
    /// (Of what is built in, tests say where that is not enough.)
    fn gate_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.data.keywords.iter().chain(&self.data.env).cloned().collect();
        if self.data.keywords.is_empty() && embedded::text(&self.file).is_none() {
            for part in self.data.path.iter().filter_map(|path| path.split('.').rfind(|part| *part != "*")) {
                words.extend(["_", "-", ""].map(|separator| part.replace(['_', '-'], separator)));
            }
        }
        words
    }

    fn new(file: &str, data: KeyRule) -> Self {
        let paths = data.path.iter().map(|path| path.split('.').map(fold).collect()).collect();
        let names = data.env.iter().map(|name| folded_parts(std::slice::from_ref(name))).collect();
        let detector = Arc::from(format!("config/{}", fold(&data.framework)));
        Self { data, detector, file: file.to_owned(), paths, names }
    }

    fn fits_file(&self, path: &str) -> bool {
        self.data.files.is_empty() || self.data.files.iter().any(|pattern| fits(pattern, path))
    }

    /// Whether the rule knows this key. `parts` are folded; `variable` says that the key is an environment variable.
    pub fn matches(&self, parts: &[String], variable: bool) -> bool {
        let ends_with = |wanted: &Vec<String>| {
            parts.len() >= wanted.len()
                && wanted.iter().rev().zip(parts.iter().rev()).all(|(wanted, part)| wanted == "*" || wanted == part)
        };
        self.paths.iter().any(ends_with) || (variable && self.names.iter().any(ends_with))
    }

    /// How the text stands for key bytes.
    pub fn encoding(&self) -> Option<Encoding> {
        self.data.encoding.map(|transfer| match transfer {
            Transfer::Base64 => Encoding::Base64,
            Transfer::Hex => Encoding::Hex,
        })
    }
}

/// Lower case, without separators inside a word.
pub fn fold(part: &str) -> String {
    folded_chars(part).collect()
}

fn folded_chars(part: &str) -> impl Iterator<Item = char> {
    part.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase())
}

/// The folded parts of a path; `Jwt:Key`, `jwt.key` and `Jwt__Key` have two.
pub fn folded_parts(path: &[String]) -> Vec<String> {
    let mut parts: Vec<String> = members(path).map(fold).collect();
    parts.reverse();
    parts
}

/// The parts of a path, the last first.
fn members(path: &[String]) -> impl Iterator<Item = &str> {
    let parts = path.iter().rev().flat_map(|part| part.rsplit(['.', ':'])).flat_map(|part| part.rsplit("__"));
    parts.filter(|part| !part.is_empty())
}

/// Whether a wildcard pattern fits a path in lower case, or, without a `/`, its last part. `*` is any text.
/// A pattern with a `/` may start after any part of the path.
pub fn fits(pattern: &str, path: &str) -> bool {
    let anchored = !pattern.contains('/');
    let subject = if anchored { path.rsplit('/').next().unwrap_or(path) } else { path };
    let Some((first, others)) = pattern.split_once('*') else {
        return if anchored { subject == pattern } else { subject.ends_with(pattern) };
    };
    let start = if anchored { subject.starts_with(first).then_some(0) } else { subject.find(first) };
    let Some(mut rest) = start.and_then(|start| subject.get(start + first.len()..)) else { return false };
    let mut pieces = others.split('*').peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_files_parse() {
        for (name, text) in embedded::folder("config").filter(|(name, _)| !name.ends_with("formats.toml")) {
            if let Err(error) = toml::from_str::<RuleFile>(text) {
                panic!("{name}: {error}");
            }
        }
        assert!(RULES.list.len() > 20);
    }

    #[test]
    fn wildcards() {
        for (pattern, path, wanted) in [
            ("docker-compose*.yml", "a/docker-compose.dev.yml", true),
            ("docker-compose*.yml", "a/docker-compose.yaml", false),
            ("app.ini", "conf/app.ini", true),
            ("app.ini", "conf/myapp.ini", false),
            ("appsettings*.json", "src/AppSettings.Development.json", true),
            ("config/*.yaml", "x/config/production.yaml", true),
            ("config/*.yaml", "x/production.yaml", false),
            ("*.json", "é/a.json", true),
            ("*a*a.x", "ba.x", false),
        ] {
            assert_eq!(fits(pattern, &path.to_lowercase()), wanted, "{pattern} {path}");
        }
    }
}

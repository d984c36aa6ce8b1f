//! What each rule is about: the documentation of the rules, as data.
//!
//! It lives in `rules/catalog.toml` and is read when first asked for, so that a clean run pays nothing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;
use thiserror::Error;

use crate::embedded;
use crate::finding::Level;

/// One rule, as its documentation says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// The stable kebab-case name.
    pub id: String,
    /// The same in the spelling SARIF wants for names.
    pub name: String,
    /// One line, without a period.
    pub short: String,
    /// What it reports.
    pub full: String,
    /// What goes wrong otherwise.
    pub why: String,
    /// What to do instead.
    pub fix: String,
    /// The same in a few words.
    pub hint: String,
    /// How bad a finding is in production code, before its context is judged.
    pub level: Level,
    /// Whether it applies without being selected.
    #[serde(default = "enabled")]
    pub enabled: bool,
    /// How seldom it errs.
    pub precision: Precision,
    /// GitHub's score, a decimal above 0.0 and up to 10.0, kept as text because SARIF wants text.
    pub security_severity: String,
    /// Numbers of the Common Weakness Enumeration, the best fit first.
    pub cwe: Vec<u32>,
    /// The policies it serves: `SEC-001`.
    pub policy: Vec<String>,
    /// Where to read on; the first is the one reports link to.
    pub references: Vec<Reference>,
    /// Before and after.
    #[serde(rename = "example")]
    pub examples: Vec<Example>,
}

fn enabled() -> bool {
    true
}

impl Rule {
    /// The page that reports link to.
    pub fn url(&self) -> Option<&str> {
        self.references.first().map(|reference| reference.url.as_str())
    }

    /// Its labels, as code scanning shows them: `security`, the weaknesses, the policies.
    pub fn tags(&self) -> Vec<String> {
        let weaknesses = self.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}"));
        ["security".to_owned()].into_iter().chain(weaknesses).chain(self.policy.iter().cloned()).collect()
    }
}

/// How seldom a rule errs, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// Hardly ever.
    VeryHigh,
    /// Seldom.
    High,
    /// Now and then.
    Medium,
    /// Often.
    Low,
}

impl Precision {
    /// The word SARIF and people see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VeryHigh => "very-high",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A page to read on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// A tiny piece of code, wrong and right.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The language it is in, as people write it.
    pub language: String,
    /// What the rule reports.
    pub before: String,
    /// What to write instead.
    pub after: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Rule>,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let text = embedded::text("catalog.toml").expect("rules/catalog.toml is built in");
    let mut rules = toml::from_str::<File>(text).expect("rules/catalog.toml is read by the tests").rule;
    rules.sort_by(|one, other| one.id.cmp(&other.id));
    rules
});

/// All rules, sorted by id.
pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    index(id).map(|index| &RULES[index])
}

/// Where in [`rules`] the rule with this id stands.
pub fn index(id: &str) -> Option<usize> {
    RULES.binary_search_by(|rule| rule.id.as_str().cmp(id)).ok()
}

/// The rule with this id, or an error for people that names its neighbours.
pub fn lookup(id: &str) -> Result<&'static Rule, UnknownRule> {
    find(id).ok_or_else(|| UnknownRule { near: near(id) })
}

/// An id that no rule has. It is not repeated: it may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no such rule{}", suggestion(near))]
pub struct UnknownRule {
    /// Ids that are spelt nearly like it, or share a word with it; the nearest first.
    pub near: Vec<&'static str>,
}

fn suggestion(near: &[&str]) -> String {
    if near.is_empty() {
        return "; `jwtlint rules` lists them all".to_owned();
    }
    let names: Vec<_> = near.iter().map(|id| format!("`{id}`")).collect();
    format!("; did you mean {}?", names.join(" or "))
}

/// At most three ids that somebody who typed `id` may have meant.
fn near(id: &str) -> Vec<&'static str> {
    const LONGEST: usize = 64;
    let typed: Vec<char> = id.chars().take(LONGEST).map(|letter| letter.to_ascii_lowercase()).collect();
    let words: BTreeSet<String> =
        typed.split(|letter| !letter.is_alphanumeric()).map(|word| word.iter().collect()).collect();
    let mut near: Vec<_> = RULES
        .iter()
        .filter_map(|rule| {
            let name: Vec<char> = rule.id.chars().collect();
            let distance = edit_distance(&typed, &name);
            // Every second rule is about a secret, so that word says nothing.
            let shares_word = rule.id.split('-').any(|word| word != "secret" && words.contains(word));
            (distance <= name.len() / 3 || shares_word).then_some((distance, rule.id.as_str()))
        })
        .collect();
    near.sort_unstable();
    near.into_iter().map(|(_, id)| id).take(3).collect()
}

/// How many letters must be put in, taken out or replaced to make one word the other.
fn edit_distance(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (taken, letter) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], taken + 1);
        for (column, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != candidate);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTRACT: [&str; 12] = [
        "committed-env-file",
        "committed-private-key",
        "committed-token",
        "compile-time-secret",
        "hardcoded-secret",
        "insecure-fallback",
        "logged-secret",
        "published-secret",
        "reused-secret",
        "unused-suppression",
        "unvalidated-secret",
        "weak-secret",
    ];

    #[test]
    fn the_rules_are_those_of_the_contract_in_order() {
        let ids: Vec<_> = rules().iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids, CONTRACT);
    }

    #[test]
    fn only_the_unvalidated_secret_is_off() {
        let off: Vec<_> = rules().iter().filter(|rule| !rule.enabled).map(|rule| rule.id.as_str()).collect();
        assert_eq!(off, ["unvalidated-secret"]);
    }

    #[test]
    fn texts_keep_github_s_limits() {
        for rule in rules() {
            assert!((1..=255).contains(&rule.name.len()), "{}: name", rule.id);
            for text in [&rule.short, &rule.full, &rule.why, &rule.fix, &rule.hint] {
                assert!((1..=1024).contains(&text.chars().count()), "{}: {text}", rule.id);
                assert_eq!(text.trim(), text, "{}", rule.id);
            }
            assert!(
                !rule.short.ends_with('.') && !rule.hint.ends_with('.'),
                "{}: short and hint are no sentences",
                rule.id
            );
            assert!(rule.full.ends_with('.') && rule.fix.ends_with('.') && rule.why.ends_with('.'), "{}", rule.id);
        }
    }

    #[test]
    fn tags_are_few_and_different_and_name_a_policy_and_a_weakness() {
        for rule in rules() {
            let tags = rule.tags();
            assert!(tags.len() <= 10, "{}", rule.id);
            assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len(), "{}", rule.id);
            assert!(!rule.cwe.is_empty(), "{}", rule.id);
            assert!(!rule.policy.is_empty(), "{}", rule.id);
            assert!(
                rule.policy.iter().all(|tag| ["SEC-001", "SEC-003", "SEC-005"].contains(&tag.as_str())),
                "{}",
                rule.id
            );
        }
        assert_eq!(
            find("hardcoded-secret").map(Rule::tags).unwrap_or_default(),
            ["security", "external/cwe/cwe-798", "external/cwe/cwe-321", "SEC-001", "SEC-005"]
        );
    }

    #[test]
    fn the_severity_is_a_decimal_that_github_accepts() {
        for rule in rules() {
            let score: f64 = rule.security_severity.parse().unwrap_or(f64::NAN);
            assert!(score > 0.0 && score <= 10.0, "{}: {}", rule.id, rule.security_severity);
        }
    }

    #[test]
    fn every_rule_shows_rust_and_another_language_before_and_after() {
        for rule in rules() {
            assert!(rule.examples.iter().any(|example| example.language == "Rust"), "{}", rule.id);
            assert!(rule.examples.iter().any(|example| example.language != "Rust"), "{}", rule.id);
            assert!(rule.examples.iter().all(|example| example.before != example.after), "{}", rule.id);
        }
    }

    #[test]
    fn references_are_links() {
        for rule in rules() {
            assert!(rule.url().is_some(), "{}", rule.id);
            assert!(rule.references.iter().all(|reference| reference.url.starts_with("https://")), "{}", rule.id);
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(toml::from_str::<File>("[[rule]]\nid = \"x\"\ncolour = \"red\"\n").is_err());
    }

    #[test]
    fn an_unknown_rule_names_its_neighbours() {
        let near = |id| lookup(id).err().map(|error| error.near).unwrap_or_default();
        assert_eq!(near("hardcoded-secrets"), ["hardcoded-secret"]);
        assert_eq!(near("Week-Secret").first(), Some(&"weak-secret"));
        assert_eq!(near("committed"), ["committed-token", "committed-env-file", "committed-private-key"]);
        assert_eq!(near("xyz"), [""; 0]);
        let message = lookup("fallback\u{1b}[0m").map_err(|error| error.to_string());
        assert_eq!(message, Err("there is no such rule; did you mean `insecure-fallback`?".to_owned()));
    }

    #[test]
    fn a_word_of_any_length_can_be_looked_up() {
        assert!(lookup(&"hardcoded-".repeat(100_000)).is_err());
        assert!(lookup("").is_err());
    }
}

//! What a project or a run asks for beyond the rules themselves: a profile, and how sure and how bad findings have to be.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Deserialize;

use crate::catalog::{self, Rule, UnknownRule};
use crate::fact::Confidence;
use crate::finding::Level;
use crate::strength;

/// A set of rules, and what is asked of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The rules that are on by default.
    #[default]
    Default,
    /// These and the ones that are off; secrets are measured by the strict profile of `check-env`.
    Strict,
    /// No hardcoded secrets.
    #[serde(rename = "SEC-001")]
    #[value(name = "SEC-001", alias = "sec-001")]
    Sec001,
    /// Requirements for environment variables.
    #[serde(rename = "SEC-003")]
    #[value(name = "SEC-003", alias = "sec-003")]
    Sec003,
    /// Key management; secrets are measured by the strict profile.
    #[serde(rename = "SEC-005")]
    #[value(name = "SEC-005", alias = "sec-005")]
    Sec005,
}

impl Profile {
    /// The policy tag whose rules it selects.
    fn tag(self) -> Option<&'static str> {
        match self {
            Self::Default | Self::Strict => None,
            Self::Sec001 => Some("SEC-001"),
            Self::Sec003 => Some("SEC-003"),
            Self::Sec005 => Some("SEC-005"),
        }
    }

    /// The rules that run where no others are selected.
    pub fn has(self, rule: &Rule) -> bool {
        match self.tag() {
            Some(tag) => rule.policy.iter().any(|other| other == tag),
            None => rule.enabled || self == Self::Strict,
        }
    }

    /// What is asked of a secret.
    pub fn secrets(self) -> strength::Profile {
        match self {
            Self::Strict | Self::Sec005 => strength::Profile::Strict,
            Self::Default | Self::Sec001 | Self::Sec003 => strength::Profile::Default,
        }
    }
}

/// What is asked of findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Which rules run where none are selected, and what a secret is measured by.
    pub profile: Profile,
    /// Findings that are less sure do not count.
    pub min_confidence: Option<Confidence>,
    /// What is said about single rules.
    pub rules: BTreeMap<String, RulePolicy>,
}

/// What is said about one rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RulePolicy {
    /// Its level wherever it is found; `Some(None)` is off.
    pub level: Option<Option<Level>>,
    /// Findings of it that are less sure do not count.
    pub min_confidence: Option<Confidence>,
}

impl Policy {
    /// Whether a finding of the rule is sure enough to count.
    pub fn is_sure(&self, rule: &str, confidence: Confidence) -> bool {
        let own = self.rules.get(rule).and_then(|rule| rule.min_confidence);
        own.or(self.min_confidence).is_none_or(|wanted| confidence >= wanted)
    }

    /// The level that the rule has everywhere: `Some(None)` is off.
    pub fn level(&self, rule: &str) -> Option<Option<Level>> {
        self.rules.get(rule).and_then(|rule| rule.level)
    }

    /// The same with what the command line says.
    #[must_use]
    pub fn with(mut self, profile: Option<Profile>, min_confidence: Option<Confidence>) -> Self {
        self.profile = profile.unwrap_or(self.profile);
        if let Some(wanted) = min_confidence {
            self.min_confidence = Some(wanted);
            self.rules.values_mut().for_each(|rule| rule.min_confidence = None);
        }
        self
    }
}

/// The rules that a word selects: one by its id, or all of a policy by its tag.
///
/// # Errors
///
/// If it is neither.
pub fn rules_of(word: &str) -> Result<Vec<&'static Rule>, UnknownRule> {
    let of_tag: Vec<_> =
        catalog::rules().iter().filter(|rule| rule.policy.iter().any(|tag| tag.eq_ignore_ascii_case(word))).collect();
    if of_tag.is_empty() { catalog::lookup(word).map(|rule| vec![rule]) } else { Ok(of_tag) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_selects_its_rules() {
        let ids = |word| rules_of(word).expect("known").into_iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>();
        assert_eq!(ids("weak-secret"), ["weak-secret"]);
        assert!(ids("SEC-001").contains(&"hardcoded-secret") && !ids("SEC-001").contains(&"weak-secret"));
        assert!(ids("sec-003").contains(&"insecure-fallback"));
        assert!(rules_of("SEC-002").is_err());
    }

    #[test]
    fn a_profile_has_its_rules() {
        let has = |profile: Profile, id| catalog::find(id).is_some_and(|rule| profile.has(rule));
        assert!(has(Profile::Default, "weak-secret") && !has(Profile::Default, "unvalidated-secret"));
        assert!(has(Profile::Strict, "weak-secret") && has(Profile::Strict, "unvalidated-secret"));
        assert!(has(Profile::Sec005, "weak-secret") && !has(Profile::Sec001, "weak-secret"));
    }

    #[test]
    fn what_is_said_of_a_rule_goes_before_what_is_said_of_all() {
        let rule = RulePolicy { min_confidence: Some(Confidence::Low), ..RulePolicy::default() };
        let rules = BTreeMap::from([("hardcoded-secret".to_owned(), rule)]);
        let policy = Policy { min_confidence: Some(Confidence::High), rules, ..Policy::default() };
        assert!(policy.is_sure("hardcoded-secret", Confidence::Low));
        assert!(!policy.is_sure("insecure-fallback", Confidence::Medium));
        let typed = policy.with(None, Some(Confidence::Medium));
        assert!(!typed.is_sure("hardcoded-secret", Confidence::Low), "what is typed goes before all");
    }
}

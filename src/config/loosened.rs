//! What a change of the configuration lets through that the one before did not.

use super::{Allow, Config, FailOn, LevelOverride};
use crate::catalog::{self, Rule};
use crate::fact::Confidence;
use crate::finding::Level;
use crate::policy::RulePolicy;
use crate::strength;

impl Config {
    /// In what this configuration is looser than `before`, in a few words each and in a fixed order.
    pub fn looser_than(&self, before: &Self) -> Vec<String> {
        let mut loose = Vec::new();
        let gained = |what: &str, now: &[String], then: &[String]| {
            let new = now.iter().filter(|one| !then.contains(one));
            new.map(|one| format!("`{what}` gained `{one}`")).collect::<Vec<_>>()
        };
        loose.extend(gained("exclude", self.exclude.patterns(), before.exclude.patterns()));
        loose.extend(gained("names.not-secret", &self.names.not_secret, &before.names.not_secret));
        loose.extend(gained("rules.ignore", &self.rules.ignore, &before.rules.ignore));
        let unselected = before.enabled().into_iter().filter(|rule| !self.is_enabled(rule));
        let unselected = unselected.filter(|rule| !self.rules.ignore.iter().any(|ignored| ignored == rule));
        loose.extend(unselected.map(|rule| format!("`{rule}` is not selected any more")));
        if before.policy.profile.secrets() == strength::Profile::Strict
            && self.policy.profile.secrets() != strength::Profile::Strict
        {
            loose.push("`profile` asks less of secrets".to_owned());
        }
        let confidence = |config: &Self| config.policy.min_confidence.unwrap_or(Confidence::Low);
        if confidence(self) > confidence(before) {
            loose.push("`min-confidence` is higher".to_owned());
        }
        loose.extend(self.levels.iter().flat_map(|entry| lowered(entry, before)));
        loose.extend(before.levels.iter().flat_map(|entry| lost(entry, self)));
        loose.extend(catalog::rules().iter().flat_map(|rule| self.looser_about(rule, before)));
        loose.extend(self.allow.iter().filter(|allow| !before.allows(allow)).map(described));
        let lost = before.own.sinks.iter().filter(|sink| !self.own.sinks.contains(sink));
        loose.extend(lost.map(|sink| format!("`sink` lost `{}`", sink.call)));
        let lost = before.names.secret.iter().filter(|name| !self.names.secret.contains(name));
        loose.extend(lost.map(|name| format!("`names.secret` lost `{name}`")));
        if laxity(self.fail_on) > laxity(before.fail_on) {
            loose.push("`fail-on` is laxer".to_owned());
        }
        if self.max_file_size < before.max_file_size {
            loose.push("`max-file-size` is smaller".to_owned());
        }
        if self.baseline.is_some() && before.baseline.is_none() {
            loose.push("a baseline is named".to_owned());
        }
        loose
    }

    fn enabled(&self) -> Vec<&'static str> {
        catalog::rules().iter().map(|rule| rule.id.as_str()).filter(|rule| self.is_enabled(rule)).collect()
    }

    /// In what the table of a single rule lets more through than the one before.
    fn looser_about(&self, rule: &Rule, before: &Self) -> Vec<String> {
        let of = |config: &Self| config.policy.rules.get(&rule.id).copied().unwrap_or_default();
        let (now, then) = (of(self), of(before));
        let mut loose = Vec::new();
        let level = |policy: RulePolicy| rank(policy.level.unwrap_or(Some(rule.level)));
        if level(now) < level(then) {
            let level = now.level.map_or("as usual", |level| level.map_or("off", Level::as_str));
            loose.push(format!("`{}` is {level}", rule.id));
        }
        let confidence = |policy: RulePolicy, of: &Self| {
            policy.min_confidence.or(of.policy.min_confidence).unwrap_or(Confidence::Low)
        };
        let is_said = now.min_confidence.is_some() || then.min_confidence.is_some();
        if is_said && confidence(now, self) > confidence(then, before) {
            loose.push(format!("`min-confidence` of `{}` is higher", rule.id));
        }
        loose
    }

    /// Whether an entry was there, and as lasting.
    fn allows(&self, new: &Allow) -> bool {
        self.allow.iter().any(|old| {
            let same = old.path == new.path && old.rule == new.rule && old.fingerprint == new.fingerprint;
            let lasting = match (old.expires, new.expires) {
                (None, _) => true,
                (Some(old), Some(new)) => new <= old,
                (Some(_), None) => false,
            };
            same && lasting && (old.tag.is_none() || new.tag.is_some())
        })
    }
}

/// Rules that a table lowers below their usual level, where the table before did not say the same.
fn lowered<'e>(entry: &'e LevelOverride, before: &'e Config) -> impl Iterator<Item = String> + 'e {
    let then = before.levels.iter().rev().find(|then| then.paths.patterns() == entry.paths.patterns());
    let glob = entry.paths.patterns().join(" ");
    entry.rules.iter().filter_map(move |(rule, &level)| {
        let usual = catalog::find(rule).map(|rule| rule.level);
        let was = then.and_then(|then| then.rules.get(rule).copied()).unwrap_or(usual);
        let now = level.map_or("off", Level::as_str);
        (rank(level) < rank(was)).then(|| format!("`{rule}` is {now} at `{glob}`"))
    })
}

/// Rules that a table raised, and that no table of the same paths speaks of any more.
fn lost<'e>(entry: &'e LevelOverride, now: &'e Config) -> impl Iterator<Item = String> + 'e {
    let still = now.levels.iter().rev().find(|still| still.paths.patterns() == entry.paths.patterns());
    let glob = entry.paths.patterns().join(" ");
    entry.rules.iter().filter_map(move |(rule, &level)| {
        let raised = rank(level) >= rank(catalog::find(rule).map(|rule| rule.level));
        let gone = still.is_none_or(|still| !still.rules.contains_key(rule));
        (raised && gone).then(|| format!("`levels` lost `{rule}` at `{glob}`"))
    })
}

/// How much a level asks for; off is nothing.
fn rank(level: Option<Level>) -> usize {
    level.map_or(0, |level| 1 + level as usize)
}

fn described(allow: &Allow) -> String {
    let rule = allow.rule.as_deref().or(allow.fingerprint.as_deref()).unwrap_or_default();
    let place = if allow.path.is_empty() { String::new() } else { format!(" at `{}`", allow.path) };
    format!("`allow` gained `{rule}`{place}")
}

fn laxity(fail_on: FailOn) -> usize {
    match fail_on {
        FailOn::Note => 0,
        FailOn::Warning => 1,
        FailOn::Error => 2,
        FailOn::Never => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looser(before: &str, after: &str) -> Vec<String> {
        let parse = |text: &str| Config::parse("jwtlint.toml", text).unwrap_or_else(|error| panic!("{error}"));
        parse(after).looser_than(&parse(before))
    }

    #[test]
    fn what_lets_more_through_is_told() {
        for (before, after, told) in [
            ("", "exclude = ['/src/']", "`exclude` gained `/src/`"),
            ("", "fail-on = 'never'", "`fail-on` is laxer"),
            ("", "max-file-size = 10", "`max-file-size` is smaller"),
            ("", "baseline = 'known.json'", "a baseline is named"),
            ("", "[rules]\nignore = ['weak-secret']", "`rules.ignore` gained `weak-secret`"),
            ("", "[names]\nnot-secret = ['JWT_SECRET']", "`names.not-secret` gained `jwtsecret`"),
            ("[names]\nsecret = ['SEAL']", "", "`names.secret` lost `SEAL`"),
            ("[[sink]]\ncall = 'install'", "", "`sink` lost `install`"),
            ("", "[levels.'src']\nhardcoded-secret = 'note'", "`hardcoded-secret` is note at `src`"),
            ("", "[levels.'src']\nhardcoded-secret = 'off'", "`hardcoded-secret` is off at `src`"),
            ("[levels.'tests']\nhardcoded-secret = 'error'", "", "`levels` lost `hardcoded-secret` at `tests`"),
            ("", "min-confidence = 'high'", "`min-confidence` is higher"),
            ("min-confidence = 'medium'", "min-confidence = 'high'", "`min-confidence` is higher"),
            ("", "[rules.weak-secret]\nlevel = 'off'", "`weak-secret` is off"),
            ("", "[rules.hardcoded-secret]\nlevel = 'note'", "`hardcoded-secret` is note"),
            ("[rules.weak-secret]\nlevel = 'error'", "", "`weak-secret` is as usual"),
            ("", "[rules.weak-secret]\nmin-confidence = 'high'", "`min-confidence` of `weak-secret` is higher"),
            (
                "profile = 'SEC-005'\nrules.select = ['weak-secret']",
                "rules.select = ['weak-secret']",
                "`profile` asks less of secrets",
            ),
            ("", "[[allow]]\npath = 'a'\nrule = 'weak-secret'\nreason = 'x'", "`allow` gained `weak-secret` at `a`"),
            (
                "[[allow]]\npath = 'a'\nrule = 'weak-secret'\nreason = 'x'\nexpires = 2027-01-01",
                "[[allow]]\npath = 'a'\nrule = 'weak-secret'\nreason = 'x'\nexpires = 2027-01-02",
                "`allow` gained `weak-secret` at `a`",
            ),
        ] {
            assert_eq!(looser(before, after), [told]);
            assert!(looser(after, after).is_empty(), "{after}");
            assert!(looser(after, before).is_empty(), "the other way round it is stricter: {after}");
        }
        let laxer = looser("profile = 'strict'", "profile = 'default'");
        assert_eq!(laxer, ["`unvalidated-secret` is not selected any more", "`profile` asks less of secrets"]);
        assert!(
            looser("", "[rules]\nselect = ['hardcoded-secret']")
                .contains(&"`committed-token` is not selected any more".to_owned())
        );
    }
}

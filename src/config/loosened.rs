//! What a change of the configuration lets through that the one before did not.

use super::{Allow, Config, FailOn, LevelOverride};
use crate::catalog;
use crate::finding::Level;

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
        let unselected = before.enabled().into_iter().filter(|rule| !self.rules.is_enabled(rule));
        let unselected = unselected.filter(|rule| !self.rules.ignore.iter().any(|ignored| ignored == rule));
        loose.extend(unselected.map(|rule| format!("`{rule}` is not selected any more")));
        loose.extend(self.levels.iter().flat_map(|entry| lowered(entry, before)));
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
        catalog::rules().iter().map(|rule| rule.id.as_str()).filter(|rule| self.rules.is_enabled(rule)).collect()
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
    let level_of = |level: Option<Level>| level.map_or(0, |level| 1 + level as usize);
    let glob = entry.paths.patterns().join(" ");
    entry.rules.iter().filter_map(move |(rule, &level)| {
        let usual = catalog::find(rule).map(|rule| rule.level);
        let was = then.and_then(|then| then.rules.get(rule).copied()).unwrap_or(usual);
        let now = level.map_or("off", Level::as_str);
        (level_of(level) < level_of(was)).then(|| format!("`{rule}` is {now} at `{glob}`"))
    })
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
        assert!(
            looser("", "[rules]\nselect = ['hardcoded-secret']")
                .contains(&"`committed-token` is not selected any more".to_owned())
        );
    }
}

//! What a change of the configuration lets through that the one before did not.

use std::collections::BTreeSet;

use super::{Allow, Config, FailOn, Globs, LevelOverride};
use crate::catalog::{self, Rule};
use crate::fact::{Confidence, Setting};
use crate::finding::Level;
use crate::judge::context;
use crate::policy::RulePolicy;
use crate::strength;

impl Config {
    /// In what this configuration is looser than `before` for a part of the tree, in a few words each and in a fixed
    /// order.
    pub fn looser_than(&self, before: &Self, part: &Part<'_>) -> Vec<String> {
        let mut loose = Vec::new();
        let gained = |what: &str, now: &[String], then: &[String]| {
            let new = now.iter().filter(|one| !then.contains(one));
            new.map(|one| format!("`{what}` gained `{one}`")).collect::<Vec<_>>()
        };
        loose.extend(excluded(self, before, part));
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
        loose.extend(lowered(self, before, part));
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

    /// Whether the globs of both come to the same, whatever files there are.
    pub(crate) fn fits_like(&self, other: &Self) -> bool {
        let is_same = self.exclude == other.exclude && self.levels == other.levels;
        is_same && (self.base == other.base || self.exclude.patterns().is_empty() && self.levels.is_empty())
    }

    /// The tables of levels that fit a path, the one that decides first.
    fn tables_for(&self, path: &str) -> Vec<&LevelOverride> {
        if self.levels.is_empty() {
            return Vec::new();
        }
        let path = self.within(path);
        self.levels.iter().rev().filter(|table| table.paths.is_match(&path)).collect()
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
            // What is for the history alone is for nothing of the present.
            let wide = !old.for_history || new.for_history;
            same && lasting && wide && (old.tag.is_none() || new.tag.is_some())
        })
    }
}

/// What is not looked at any more. A glob that fits no more than others did says nothing new; one that takes files out
/// again may be gone, or stand before what takes them in.
fn excluded(now: &Config, before: &Config, part: &Part<'_>) -> Vec<String> {
    if now.fits_like(before) {
        return Vec::new();
    }
    let was = |path: &str| before.exclude.is_match(&before.within(path));
    let is_new = |path: &str| now.exclude.is_match(&now.within(path)) && !was(path);
    let mut new: Vec<&str> = part.files.iter().copied().filter(|path| is_new(path)).collect();
    let known = before.exclude.patterns();
    let mut told = Vec::new();
    for glob in now.exclude.patterns().iter().filter(|glob| !known.contains(glob) && !glob.starts_with('!')) {
        let alone = Globs::new([glob]).unwrap_or_default();
        let files = new.len();
        new.retain(|path| !alone.is_match(&now.within(path)));
        let fitted = filled(glob).is_some_and(|sample| now.base == before.base && before.exclude.is_match(&sample));
        if new.len() < files || !fitted {
            told.push(format!("`exclude` gained `{glob}`"));
        }
    }
    let lost = known.iter().filter(|glob| !now.exclude.patterns().contains(glob));
    let lost: Vec<_> = lost.filter_map(|glob| Some((glob, filled(glob.strip_prefix('!')?)?))).collect();
    for (glob, sample) in lost {
        if now.base == before.base && now.exclude.is_match(&sample) && !before.exclude.is_match(&sample) {
            told.push(format!("`exclude` lost `{glob}`"));
            new.clear();
        }
    }
    // One example is enough.
    told.extend(new.first().map(|path| format!("`exclude` fits `{path}`")));
    told
}

/// Where the tables of levels ask less of a file than they did. What counts is what comes of all of them together: the
/// same table says something else behind another.
fn lowered(now: &Config, before: &Config, part: &Part<'_>) -> Vec<String> {
    if now.fits_like(before) {
        return Vec::new();
    }
    let rules: BTreeSet<&str> =
        now.levels.iter().chain(&before.levels).flat_map(|table| table.rules.keys().map(String::as_str)).collect();
    let samples: Vec<String> = now.levels.iter().chain(&before.levels).flat_map(|table| part.samples(table)).collect();
    let mut told = Vec::new();
    let files = part.files.iter().copied().filter(|path| !now.exclude.is_match(&now.within(path)));
    for path in files.chain(samples.iter().map(String::as_str)) {
        let (fitting, fitted) = (now.tables_for(path), before.tables_for(path));
        for &rule in &rules {
            let at = format!(", such as `{path}`");
            let message = match (decisive(&fitting, rule), decisive(&fitted, rule)) {
                (None, None) => continue,
                (Some((table, level)), then) => {
                    let then = then.map(|(_, level)| level).or_else(|| before.policy.level(rule));
                    if rank(level) >= rank(then.unwrap_or_else(|| usual(rule, path))) {
                        continue;
                    }
                    let such = if before.levels.contains(table) { at.as_str() } else { "" };
                    let level = level.map_or("off", Level::as_str);
                    (format!("`{rule}` is {level} at `{}`", table.paths.patterns().join(" ")), such)
                }
                (None, Some((table, level))) => {
                    // What is milder than usual was so for some reason, and is stricter without.
                    let is_loose = match now.policy.level(rule) {
                        Some(now) => rank(now) < rank(level),
                        None => rank(level) >= rank(usual(rule, path)),
                    };
                    if !is_loose {
                        continue;
                    }
                    let such = if now.levels.contains(table) { at.as_str() } else { "" };
                    (format!("`levels` lost `{rule}` at `{}`", table.paths.patterns().join(" ")), such)
                }
            };
            // One example is enough.
            if !told.iter().any(|(known, _): &(String, String)| *known == message.0) {
                told.push((message.0, message.1.to_owned()));
            }
        }
    }
    told.into_iter().map(|(what, such)| what + &such).collect()
}

/// The first table that speaks of a rule, and what it says.
fn decisive<'c>(tables: &[&'c LevelOverride], rule: &str) -> Option<(&'c LevelOverride, Option<Level>)> {
    tables.iter().find_map(|&table| Some((table, *table.rules.get(rule)?)))
}

/// The worst that a rule usually says of a file there.
fn usual(rule: &str, path: &str) -> Option<Level> {
    let usual = catalog::find(rule)?.level;
    Some(if context::of_path(path) == Setting::Production { usual } else { usual.min(Level::Warning) })
}

/// The part of a tree that one configuration binds, and bound before.
pub struct Part<'a> {
    /// Where it begins, below the root.
    pub folder: &'a str,
    /// The files in it, be they excluded or not.
    pub files: Vec<&'a str>,
    /// Whether a file would be in it.
    pub holds: &'a dyn Fn(&str) -> bool,
}

impl Part<'_> {
    /// Files that the globs of a table fit, for such as are yet to come.
    fn samples(&self, table: &LevelOverride) -> impl Iterator<Item = String> {
        let filled = table.paths.patterns().iter().filter_map(|glob| filled(glob));
        let places = filled.flat_map(|sample| {
            let below = if self.folder.is_empty() { sample.clone() } else { format!("{}/{sample}", self.folder) };
            [below, sample]
        });
        places.filter(|path| (self.holds)(path))
    }
}

/// A path that a glob fits; `None` where it takes more than filling its gaps.
fn filled(glob: &str) -> Option<String> {
    let glob = glob.strip_prefix("./").unwrap_or(glob).trim_matches('/');
    if glob.starts_with('!') || glob.contains(['[', '\\', '{']) {
        return None;
    }
    let path = glob.replace("**", "x").replace(['*', '?'], "x");
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    Some(if is_file { path } else { path + "/x" })
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
        looser_for(before, after, &[])
    }

    fn looser_for(before: &str, after: &str, files: &[&str]) -> Vec<String> {
        let parse = |text: &str| Config::parse("jwtlint.toml", text).unwrap_or_else(|error| panic!("{error}"));
        let part = Part { folder: "", files: files.to_vec(), holds: &|_| true };
        parse(after).looser_than(&parse(before), &part)
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
            (
                "[[allow]]\npath = 'a'\nrule = 'weak-secret'\nreason = 'x'\nfor = 'history'",
                "[[allow]]\npath = 'a'\nrule = 'weak-secret'\nreason = 'x'",
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

    #[test]
    fn what_is_excluded_in_other_words_is_not_told() {
        let told = |before: &str, after: &str| {
            let line = |globs: &str| format!("exclude = [{globs}]");
            looser_for(&line(before), &line(after), &["gen/a.rs", "src/a.snap", "src/keep.snap"])
        };
        for (before, after) in [
            ("'gen/'", "'gen'"),
            ("'gen'", "'/gen/**'"),
            ("'*.snap'", "'*.snap', 'src/*.snap'"),
            ("'*.snap'", "'*.snap', '!keep.snap'"),
            ("'gen', '*.snap'", "'*.snap', 'gen'"),
        ] {
            assert!(told(before, after).is_empty(), "{before} became {after}: {:?}", told(before, after));
        }
        assert_eq!(told("'*.snap', '!keep.snap'", "'*.snap'"), ["`exclude` lost `!keep.snap`"]);
        assert_eq!(told("'*.snap', '!keep.snap'", "'!keep.snap', '*.snap'"), ["`exclude` fits `src/keep.snap`"]);
        assert_eq!(told("'/gen/b/'", "'/gen/'"), ["`exclude` gained `/gen/`"]);
        assert_eq!(told("'x[ab]'", "'x[ab]', 'y[ab]'"), ["`exclude` gained `y[ab]`"]);
    }

    #[test]
    fn what_comes_of_all_tables_of_levels_counts() {
        let table = |glob: &str, level: &str| format!("[levels.'{glob}']\nhardcoded-secret = '{level}'\n");
        let (strict, loose) = (table("src/auth", "error"), table("src", "note"));
        let files = ["src/auth/key.rs", "src/main.rs"];
        let swapped = "`hardcoded-secret` is note at `src`, such as `src/auth/key.rs`";
        let (last_strict, last_loose) = (format!("{loose}{strict}"), format!("{strict}{loose}"));
        assert_eq!(looser_for(&last_strict, &last_loose, &files), [swapped]);
        assert!(looser_for(&last_loose, &last_strict, &files).is_empty(), "the other way round it is stricter");
        for (before, after) in [
            (loose.clone(), table("src/**", "note")),
            (loose.clone(), format!("{loose}{}", table("src/gen", "note"))),
            (String::new(), format!("{loose}{}", table("sr?", "error"))),
            (String::new(), table("tests", "warning")),
            (strict.clone(), "[rules.hardcoded-secret]\nlevel = 'error'".to_owned()),
            (
                format!("{}{}", table("a", "note"), table("b", "off")),
                format!("{}{}", table("b", "off"), table("a", "note")),
            ),
        ] {
            let told = looser_for(&before, &after, &files);
            assert!(told.is_empty(), "{before} became {after}: {told:?}");
        }
        assert_eq!(looser("", &table("no/such", "off")), ["`hardcoded-secret` is off at `no/such`"]);
        assert_eq!(looser("", &table("tests", "off")), ["`hardcoded-secret` is off at `tests`"]);
    }
}

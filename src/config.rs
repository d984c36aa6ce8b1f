//! `jwtlint.toml`: what a project says about itself.
//!
//! It is `jwtlint.toml`, `.jwtlint.toml`, or the table `package.metadata.jwtlint` (or `workspace.metadata.jwtlint`) of a
//! `Cargo.toml`. A file is judged by the nearest one upwards, alone; only `exclude` of the one at the root binds
//! everything. Paths and globs in it are relative to its folder and read like lines of a `.gitignore`: `*` stays
//! within a name, `**` crosses folders, a pattern without `/` fits at any depth, and a folder stands for all below it.
//!
//! ```toml
//! exclude = ["third_party/", "*.snap"]     # not looked at
//! fail-on = "error"                        # error, warning (default), note or never
//! max-file-size = "2MB"                    # larger files are skipped, and the run says so
//! profile = "strict"                       # default, strict, SEC-001, SEC-003 or SEC-005
//! min-confidence = "medium"                # what is less sure does not count
//! baseline = ".jwtlint-baseline.json"      # what it knows does not count (see `jwtlint baseline`)
//!
//! [names]
//! secret = ["TICKET_SEAL"]                 # these hold JWT secrets
//! not-secret = ["JWT_SECRET_NAME", "*_ID"] # these do not, whatever they look like; `*`: any characters
//!
//! [rules]
//! select = ["hardcoded-secret"]            # only these; without it, all that are on by default
//! ignore = ["committed-token"]             # not these; a tag (`SEC-001`) stands for all its rules
//!
//! [rules.logged-secret]                    # one rule, wherever no table of levels fits
//! level = "error"                          # error, warning, note or off
//! min-confidence = "high"                  # high, medium or low
//!
//! [levels."scripts/**"]                    # the last table that fits a path decides
//! hardcoded-secret = "note"                # error, warning, note or off
//!
//! [[sink]]                                 # a function of your own that takes a key
//! call = "orchard_auth::install_key"       # by the end of its path, in any language
//! argument = 1                             # counted from 0, which it is by default; or `label = "key"`
//!
//! [[allow]]                                # for files that have no comments
//! path = "fixtures/demo.json"
//! rule = "hardcoded-secret"
//! reason = "the demo account of the public playground"
//! expires = 2027-01-31                     # optional: the last day on which it counts
//! tag = "1c7"                              # optional: only while the value is the one that was allowed
//!
//! [[allow]]                                # one finding, by the fingerprint in JSON and SARIF reports
//! fingerprint = "0123456789abcdef0123456789abcdef"
//! reason = "the key of the public playground"
//! for = "history"                          # optional: of `jwtlint history` only; `check` does not miss it
//! ```
//!
//! A tag is made under `salt = "…"` (32 hexadecimal digits or more, random, at the top of the file).

mod date;
pub(crate) mod echo;
mod files;
pub(crate) mod loosened;
pub(crate) mod place;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::{fmt, io};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::baseline::Baseline;
use crate::catalog;
use crate::discover::{anchored, fault_of};
use crate::fact::Confidence;
use crate::finding::{Level, Notification, NotificationSeverity};
use crate::judge::tag::{MalformedTag, Salt, Tag};
use crate::link::own::{OwnKeys, OwnSink};
use crate::policy::{Policy, Profile, RulePolicy, rules_of};
use crate::span::{LineIndex, Position};
use crate::wildcard::Wildcard;
pub use date::Day;
use date::WrittenDay;
pub use files::Files;
pub use place::{Base, MANIFEST};

/// The names under which a configuration is found, in the order they are tried.
pub const FILE_NAMES: [&str; 2] = ["jwtlint.toml", ".jwtlint.toml"];

/// Files above this many bytes are skipped unless the configuration says otherwise.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 5 * 1024 * 1024;

/// From which level on findings fail a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// Only errors.
    Error,
    /// Warnings and errors.
    #[default]
    Warning,
    /// Everything.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of `level` fails the run.
    pub fn fails(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Note => true,
            Self::Never => false,
        }
    }
}

/// A checked configuration; [`Config::default`] is what runs without a file.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it was read, for findings about it: relative to the root, `/`-separated. [`Config::read`]
    /// takes the file's name, which is right for one at the root.
    pub path: Option<String>,
    /// Where it lies, seen from the root.
    pub base: Base,
    /// Configurations below the root, the deepest first.
    pub nested: Vec<Config>,
    /// Whether such are looked for: not where one was named, or none is wanted.
    pub nests: bool,
    /// Where they are read from.
    pub files: Files,
    /// The file that was named, where it stands in for what would be found.
    pub named: Option<PathBuf>,
    /// What the command line selects, whatever the files say.
    chosen: Chosen,
    /// Files and folders that are not looked at.
    pub exclude: Globs,
    /// Names and functions that hold or take JWT secrets in this project.
    pub own: OwnKeys,
    /// Names that do not hold JWT secrets, whatever they look like.
    pub names: Names,
    /// Which rules run.
    pub rules: RuleSelection,
    /// Profile, and what is asked of findings.
    pub policy: Policy,
    /// Levels for parts of the tree, in the order of the file; the last that fits decides.
    pub levels: Vec<LevelOverride>,
    /// Findings that are allowed.
    pub allow: Vec<Allow>,
    /// Whether a history is looked at, and with it what is allowed there only. No file sets it.
    pub of_history: bool,
    /// What only the configuration of a root can say: its names, and why this one cannot be that of a folder below.
    for_a_run: Vec<(&'static str, InvalidConfig)>,
    /// What fails a run.
    pub fail_on: FailOn,
    /// The largest file that is read, in bytes.
    pub max_file_size: u64,
    /// Whether comments in the tree may allow findings.
    pub honor_suppressions: bool,
    /// The file of known findings, relative to the configuration's folder until [`Config::read`] puts that in front.
    pub baseline: Option<PathBuf>,
    /// Known findings, which do not count.
    pub known: Option<Baseline>,
    /// The time by which tokens have expired, in seconds since 1970, if not the present. No file sets it.
    pub now: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            base: Base::default(),
            nested: Vec::new(),
            nests: false,
            files: Files::default(),
            named: None,
            chosen: Chosen::default(),
            exclude: Globs::default(),
            own: OwnKeys::default(),
            names: Names::default(),
            rules: RuleSelection::default(),
            policy: Policy::default(),
            levels: Vec::new(),
            allow: Vec::new(),
            of_history: false,
            for_a_run: Vec::new(),
            fail_on: FailOn::default(),
            max_file_size: DEFAULT_MAX_FILE_SIZE,
            honor_suppressions: true,
            baseline: None,
            known: None,
            now: None,
        }
    }
}

impl Config {
    /// This one, and those of the folders below.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Config> {
        std::iter::once(self).chain(&self.nested)
    }

    /// Reads a file; messages call it by its name.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::read_among(&Files::default(), path)
    }

    /// The same, called for by the name of its file.
    #[must_use]
    pub fn named(self, path: &Path) -> Self {
        Self { named: Some(path.to_owned()), ..self }
    }

    fn read_among(files: &Files, path: &Path) -> Result<Self, ConfigError> {
        let text = files.text(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let name =
            path.file_name().map_or_else(|| FILE_NAMES[0].to_owned(), |name| name.to_string_lossy().into_owned());
        let mut config = if name == place::MANIFEST {
            Self::parse_manifest(&name, &text)?.unwrap_or_default()
        } else {
            Self::parse(&name, &text)?
        };
        config.baseline = config.baseline.map(|baseline| path.parent().unwrap_or(Path::new("")).join(baseline));
        Ok(config)
    }

    /// Checks the text of a configuration that messages call `name`.
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        let invalid = |fault: Fault| ConfigError::Invalid(Box::new(fault.locate(name, text)));
        let written: Written = toml::from_str(text).map_err(|error| {
            invalid(Fault { span: error.span().unwrap_or(0..0), message: echo::message(error.message()) })
        })?;
        written.check(name, text).map_err(invalid)
    }

    /// Checks the part of a `Cargo.toml` that is meant for us, if it has one.
    pub fn parse_manifest(name: &str, text: &str) -> Result<Option<Self>, ConfigError> {
        if !text.contains("jwtlint") {
            return Ok(None);
        }
        let invalid = |fault: Fault| ConfigError::Invalid(Box::new(fault.locate(name, text)));
        let manifest: WrittenManifest = match toml::from_str(text) {
            Ok(manifest) => manifest,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                // A manifest that is broken elsewhere is not ours to complain about.
                if text.parse::<toml::Table>().is_err() && !is_ours(text, span.start) {
                    return Ok(None);
                }
                return Err(invalid(Fault { span, message: echo::message(error.message()) }));
            }
        };
        let of = |part: Option<WrittenPart>| part?.metadata?.jwtlint;
        let written = of(manifest.package).or_else(|| of(manifest.workspace));
        written.map(|written| written.check(name, text).map_err(invalid)).transpose()
    }

    /// Fails where what counts for a whole run is said in a folder below the root, where it cannot count.
    fn refuse_what_counts_for_a_run(&self) -> Result<(), ConfigError> {
        let first = self.for_a_run.first();
        first.map_or(Ok(()), |(_, invalid)| Err(ConfigError::Invalid(Box::new(invalid.clone()))))
    }

    /// The same without what counts for a whole run.
    fn without_what_counts_for_a_run(self) -> Self {
        let Self { fail_on, max_file_size, baseline, .. } = Self::default();
        Self { fail_on, max_file_size, baseline, ..self }
    }

    /// What the configurations of repositories in this one say of whole runs, which are not theirs.
    pub fn passed_over(&self) -> impl Iterator<Item = Notification> {
        self.nested.iter().filter(|config| !config.for_a_run.is_empty()).map(|config| {
            let names: Vec<String> = config.for_a_run.iter().map(|(name, _)| format!("`{name}`")).collect();
            Notification {
                path: config.path.as_deref().map(Arc::from),
                severity: NotificationSeverity::Note,
                message: format!(
                    "{} of a repository in this one: passed over, only the root's counts",
                    names.join(", ")
                ),
            }
        })
    }

    /// The same, with nothing hidden: no excludes, allowances, unselected or switched-off rules, or
    /// comments that suppress. What the command line selects is to be added after this.
    pub fn without_ignores(mut self) -> Self {
        self.nested = self.nested.into_iter().map(Self::without_ignores).collect();
        self.exclude = Globs::default();
        self.names.not_secret.clear();
        self.rules = RuleSelection::default();
        self.policy.min_confidence = None;
        self.policy.rules.values_mut().for_each(|rule| {
            rule.min_confidence = None;
            rule.level = rule.level.filter(Option::is_some);
        });
        for entry in &mut self.levels {
            entry.rules.retain(|_, level| level.is_some());
        }
        self.allow.clear();
        self.honor_suppressions = false;
        self.baseline = None;
        self.known = None;
        self
    }

    /// The same with the rules that the command line selects and ignores.
    pub fn choosing(mut self, select: &[String], ignore: &[String]) -> Self {
        self.chosen.rules = RuleSelection { select: expanded(select), ignore: expanded(ignore) };
        self.apply_choice();
        self
    }

    /// The same with the profile and the confidence that the command line asks for.
    pub fn asking(mut self, profile: Option<Profile>, min_confidence: Option<Confidence>) -> Self {
        (self.chosen.profile, self.chosen.min_confidence) = (profile, min_confidence);
        self.apply_choice();
        self
    }

    /// Whether the command line selects some of what the files ask for.
    pub fn is_chosen(&self) -> bool {
        let Chosen { rules, profile, min_confidence } = &self.chosen;
        !rules.select.is_empty() || !rules.ignore.is_empty() || profile.is_some() || min_confidence.is_some()
    }

    /// Whether a rule runs.
    pub fn is_enabled(&self, rule: &str) -> bool {
        let selected = !self.rules.select.is_empty();
        let by_profile = || catalog::find(rule).is_some_and(|rule| self.policy.profile.has(rule));
        if selected { self.rules.is_enabled(rule) } else { !self.rules.is_ignored(rule) && by_profile() }
    }

    fn apply_choice(&mut self) {
        self.policy = std::mem::take(&mut self.policy).with(self.chosen.profile, self.chosen.min_confidence);
        if self.chosen.profile.is_some() && self.chosen.rules.select.is_empty() {
            self.rules.select.clear();
        }
        if !self.chosen.rules.select.is_empty() {
            self.rules.select.clone_from(&self.chosen.rules.select);
            self.rules.ignore.clear();
        }
        self.rules.ignore.extend(self.chosen.rules.ignore.iter().cloned());
    }

    /// The level that the configuration gives `rule` at `path`: `None` if it says nothing, `Some(None)` for off.
    pub fn level(&self, path: &str, rule: &str) -> Option<Option<Level>> {
        let path = self.within(path);
        self.levels
            .iter()
            .rev()
            .find_map(|entry| entry.rules.get(rule).copied().filter(|_| entry.paths.is_match(&path)))
            .or_else(|| self.policy.level(rule))
    }
}

/// Patterns for paths, read like lines of a `.gitignore`.
#[derive(Debug, Clone)]
pub struct Globs {
    patterns: Vec<String>,
    matcher: Gitignore,
}

impl Default for Globs {
    fn default() -> Self {
        Self { patterns: Vec::new(), matcher: Gitignore::empty() }
    }
}

impl PartialEq for Globs {
    /// What is written alike fits alike.
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for Globs {}

impl Globs {
    /// Compiles patterns; the error names the first that is malformed.
    pub fn new<I: IntoIterator<Item = S>, S: AsRef<str>>(patterns: I) -> Result<Self, String> {
        let mut builder = GitignoreBuilder::new("");
        builder.allow_unclosed_class(false);
        let mut kept = Vec::new();
        for pattern in patterns {
            let pattern = pattern.as_ref();
            builder
                .add_line(None, &anchored(pattern))
                .map_err(|error| format!("not a valid glob{}", fault_of(&error)))?;
            kept.push(pattern.to_owned());
        }
        let matcher = builder.build().map_err(|error| error.to_string())?;
        Ok(Self { patterns: kept, matcher })
    }

    /// Whether a file (`/`-separated, relative to the configuration's folder) or a folder that holds it fits.
    pub fn is_match(&self, path: &str) -> bool {
        !self.patterns.is_empty()
            && !path.starts_with('/')
            && self.matcher.matched_path_or_any_parents(path, false).is_ignore()
    }

    /// The patterns as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

/// Names that a project adds to, and takes from, those that count as JWT secrets.
#[derive(Debug, Clone, Default)]
pub struct Names {
    secret: Vec<String>,
    not_secret: Vec<String>,
}

impl Names {
    /// Whether the configuration says that `name` holds no JWT secret.
    ///
    /// Case and separators do not matter, `*` stands for any characters, and of a dotted name the
    /// last part is enough.
    pub fn is_not_secret(&self, name: &str) -> bool {
        if self.not_secret.is_empty() {
            return false;
        }
        let last = name.rsplit(['.', ':', '/']).next().unwrap_or(name);
        let forms = [fold(name), fold(last)];
        self.not_secret.iter().any(|pattern| forms.iter().any(|form| Wildcard::new(pattern).fits(form)))
    }
}

/// A name without case and separators.
fn fold(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '*').flat_map(char::to_lowercase).collect()
}

/// What the command line says about rules and findings.
#[derive(Debug, Clone, Default)]
struct Chosen {
    rules: RuleSelection,
    profile: Option<Profile>,
    min_confidence: Option<Confidence>,
}

/// The rules that the words select, which have been checked.
fn expanded(words: &[String]) -> Vec<String> {
    words.iter().flat_map(|word| rules_of(word).unwrap_or_default()).map(|rule| rule.id.clone()).collect()
}

/// Which rules run.
#[derive(Debug, Clone, Default)]
pub struct RuleSelection {
    /// Only these; empty means all but those that are off by default.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl RuleSelection {
    /// Whether `rule` runs.
    pub fn is_enabled(&self, rule: &str) -> bool {
        if self.is_ignored(rule) {
            return false;
        }
        if self.select.is_empty() {
            catalog::find(rule).is_some_and(|rule| rule.enabled)
        } else {
            self.select.iter().any(|other| other == rule)
        }
    }

    /// Whether `rule` is one of those that are not to run.
    pub fn is_ignored(&self, rule: &str) -> bool {
        self.ignore.iter().any(|other| other == rule)
    }
}

/// Levels for one part of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelOverride {
    /// The part.
    pub paths: Globs,
    /// The level of a rule there; `None` is off.
    pub rules: BTreeMap<String, Option<Level>>,
}

/// A finding that is allowed, for files that have no comments: by place and rule, by fingerprint, or by all of them.
#[derive(Debug, Clone)]
pub struct Allow {
    /// Where; empty for anywhere.
    pub paths: Globs,
    /// The path as written, or empty.
    pub path: String,
    /// What; `None` for whatever the fingerprint is of.
    pub rule: Option<String>,
    /// Which.
    pub fingerprint: Option<String>,
    /// The last day on which it counts.
    pub expires: Option<Day>,
    /// Whether it is about what only the history holds.
    pub for_history: bool,
    /// Why; a report shows it.
    pub reason: String,
    /// A few bits of the value that was allowed, with the salt of the file.
    pub tag: Option<(Salt, Tag)>,
    /// Where the entry's path, or its fingerprint, stands in the configuration.
    pub start: Position,
    /// One past its last character.
    pub end: Position,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It says something that means nothing here.
    #[error("{0}")]
    Invalid(Box<InvalidConfig>),
}

impl ConfigError {
    /// The same about a configuration in a folder below the root.
    fn below(self, folder: &str) -> Self {
        match self {
            Self::Invalid(mut invalid) => {
                invalid.file = format!("{folder}/{}", invalid.file);
                Self::Invalid(invalid)
            }
            unreadable @ Self::Unreadable { .. } => unreadable,
        }
    }
}

/// A place in a configuration and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidConfig {
    /// The file.
    pub file: String,
    /// Where it starts.
    pub position: Position,
    /// What is wrong.
    pub message: String,
    /// The line up to the end of the wrong part, without values: they may be anybody's business.
    shown: String,
    /// Where the wrong part starts in `shown`, in characters.
    indent: usize,
}

impl InvalidConfig {
    /// The wrong part of the line and carets below it; `None` where there is nothing to point at.
    pub fn pointer(&self) -> Option<[String; 2]> {
        let carets = self.shown.chars().count().checked_sub(self.indent).filter(|&carets| carets > 0)?;
        Some([self.shown.clone(), format!("{:indent$}{:^<carets$}", "", "", indent = self.indent)])
    }
}

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        write!(f, "{}:{line}:{column}: {}", self.file, self.message)
    }
}

/// A complaint about bytes of the configuration's text.
struct Fault {
    span: Range<usize>,
    message: String,
}

impl Fault {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    fn locate(self, file: &str, text: &str) -> InvalidConfig {
        let lines = LineIndex::new(text);
        let start = floor(text, self.span.start);
        let line = lines.span_of_line(text, lines.line(start));
        let end = floor(text, self.span.end.clamp(start, line.end().max(start)));
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let (shown, indent) = echo::line(part(line.start(), start), part(start, end));
        InvalidConfig {
            file: file.to_owned(),
            position: lines.position(text, start),
            message: self.message,
            shown,
            indent,
        }
    }
}

/// Whether a place in a manifest, which need not be TOML, is in one of our tables.
fn is_ours(manifest: &str, offset: usize) -> bool {
    let before = manifest.get(..floor(manifest, offset)).unwrap_or_default();
    let header = before.lines().rev().map(str::trim_start).find(|line| line.starts_with('['));
    header.is_some_and(|header| header.contains("metadata.jwtlint"))
}

/// The nearest character boundary at or before `offset`.
fn floor(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The file as written, before names, globs and sizes are checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Written {
    exclude: Vec<Spanned<String>>,
    fail_on: Option<Spanned<FailOn>>,
    max_file_size: Option<Spanned<WrittenSize>>,
    names: WrittenNames,
    rules: WrittenRules,
    profile: Profile,
    min_confidence: Option<Confidence>,
    levels: BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, WrittenLevel>>,
    sink: Vec<WrittenSink>,
    allow: Vec<WrittenAllow>,
    salt: Option<Spanned<String>>,
    baseline: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenNames {
    secret: Vec<Spanned<String>>,
    not_secret: Vec<Spanned<String>>,
}

#[derive(Default)]
struct WrittenRules {
    select: Vec<Spanned<String>>,
    ignore: Vec<Spanned<String>>,
    each: Vec<(Spanned<String>, WrittenRule)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenRule {
    level: Option<WrittenLevel>,
    min_confidence: Option<Confidence>,
}

impl<'de> Deserialize<'de> for WrittenRules {
    /// Two lists, and a table for each rule by its id.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> serde::de::Visitor<'de> for Keys {
            type Value = WrittenRules;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`select`, `ignore`, and a table for each rule")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut rules = WrittenRules::default();
                while let Some(key) = map.next_key::<Spanned<String>>()? {
                    match key.get_ref().as_str() {
                        "select" => rules.select = map.next_value()?,
                        "ignore" => rules.ignore = map.next_value()?,
                        id if catalog::find(id).is_some() => rules.each.push((key, map.next_value()?)),
                        other => return Err(serde::de::Error::unknown_field(other, &["select", "ignore"])),
                    }
                }
                Ok(rules)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAllow {
    path: Option<Spanned<String>>,
    rule: Option<Spanned<String>>,
    fingerprint: Option<Spanned<String>>,
    reason: Spanned<String>,
    expires: Option<Spanned<WrittenDay>>,
    tag: Option<Spanned<String>>,
    r#for: Option<WrittenScope>,
}

/// What an allowance is for, where that is not everything.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenScope {
    History,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSink {
    call: Spanned<String>,
    #[serde(default)]
    argument: usize,
    label: Option<String>,
}

/// A `Cargo.toml`, as far as it matters here.
#[derive(Deserialize)]
struct WrittenManifest {
    package: Option<WrittenPart>,
    workspace: Option<WrittenPart>,
}

#[derive(Deserialize)]
struct WrittenPart {
    metadata: Option<WrittenMetadata>,
}

#[derive(Deserialize)]
struct WrittenMetadata {
    jwtlint: Option<Written>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum WrittenLevel {
    Error,
    Warning,
    Note,
    Off,
}

impl WrittenLevel {
    fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Note => Some(Level::Note),
            Self::Off => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a number of bytes or a text like \"2MB\"")]
enum WrittenSize {
    Bytes(u64),
    Text(String),
}

impl Written {
    fn check(self, name: &str, text: &str) -> Result<Config, Fault> {
        let lines = LineIndex::new(text);
        let salt = self.salt.as_ref().map(tag_part).transpose()?;
        let spans = [
            ("fail-on", self.fail_on.as_ref().map(Spanned::span)),
            ("max-file-size", self.max_file_size.as_ref().map(Spanned::span)),
            ("baseline", self.baseline.as_ref().map(Spanned::span)),
        ];
        let refused = "this counts for a whole run: only the configuration at the root may say it";
        let for_a_run = spans.into_iter().filter_map(|(key, span)| Some((key, Fault::new(span?, refused))));
        let for_a_run = for_a_run.map(|(key, fault)| (key, fault.locate(name, text))).collect();
        let allow = self.allow.into_iter().map(|entry| entry.check(&lines, text, salt.as_ref()));
        let allow = allow.collect::<Result<_, _>>()?;
        let mut levels: Vec<_> = self.levels.into_iter().collect();
        levels.sort_by_key(|(glob, _)| glob.span().start);
        Ok(Config {
            path: Some(name.to_owned()),
            exclude: globs(&self.exclude)?,
            base: Base::Root,
            nested: Vec::new(),
            nests: false,
            files: Files::default(),
            named: None,
            chosen: Chosen::default(),
            own: OwnKeys::new(&names(&self.names.secret, str::to_owned)?, sinks(&self.sink)?),
            names: Names {
                secret: names(&self.names.secret, str::to_owned)?,
                not_secret: names(&self.names.not_secret, fold)?,
            },
            rules: RuleSelection { select: rules(&self.rules.select)?, ignore: rules(&self.rules.ignore)? },
            policy: Policy {
                profile: self.profile,
                min_confidence: self.min_confidence,
                rules: self.rules.each.into_iter().map(rule_policy).collect::<Result<_, _>>()?,
            },
            levels: levels.into_iter().map(|(glob, rules)| level_override(&glob, rules)).collect::<Result<_, _>>()?,
            allow,
            for_a_run,
            fail_on: self.fail_on.map(Spanned::into_inner).unwrap_or_default(),
            max_file_size: self.max_file_size.map_or(Ok(DEFAULT_MAX_FILE_SIZE), |size| check_size(&size))?,
            honor_suppressions: true,
            baseline: self.baseline.map(Spanned::into_inner),
            of_history: false,
            known: None,
            now: None,
        })
    }
}

impl WrittenAllow {
    fn check(self, lines: &LineIndex, text: &str, salt: Option<&Salt>) -> Result<Allow, Fault> {
        if self.reason.get_ref().trim().is_empty() {
            return Err(Fault::new(self.reason.span(), "an allowance needs a reason"));
        }
        let tag = match (&self.tag, salt) {
            (None, _) => None,
            (Some(tag), Some(salt)) => Some((salt.clone(), tag_part(tag)?)),
            (Some(tag), None) => return Err(Fault::new(tag.span(), "a tag needs the salt it was made under")),
        };
        let place = match (&self.path, &self.fingerprint) {
            (Some(place), _) | (None, Some(place)) => place.span(),
            (None, None) => return Err(Fault::new(self.reason.span(), "an allowance needs a path or a fingerprint")),
        };
        if self.fingerprint.is_none() && self.rule.is_none() {
            return Err(Fault::new(place, "an allowance of a path needs a rule"));
        }
        Ok(Allow {
            paths: globs(self.path.as_slice())?,
            path: self.path.map(Spanned::into_inner).unwrap_or_default(),
            rule: self.rule.as_ref().map(rule).transpose()?,
            fingerprint: self.fingerprint.as_ref().map(fingerprint).transpose()?,
            expires: self.expires.as_ref().map(Day::read).transpose()?,
            for_history: matches!(self.r#for, Some(WrittenScope::History)),
            reason: self.reason.into_inner().trim().to_owned(),
            tag,
            start: lines.position(text, floor(text, place.start)),
            end: lines.position(text, floor(text, place.end)),
        })
    }
}

fn fingerprint(written: &Spanned<String>) -> Result<String, Fault> {
    let text = written.get_ref().trim();
    let is_one = text.len() == 32 && text.chars().all(|letter| letter.is_ascii_hexdigit());
    is_one
        .then(|| text.to_owned())
        .ok_or_else(|| Fault::new(written.span(), "a fingerprint is what JSON reports call so, and SARIF `jwtlint/v1`"))
}

fn sinks(written: &[WrittenSink]) -> Result<Vec<OwnSink>, Fault> {
    let sink = |sink: &WrittenSink| {
        OwnSink::new(sink.call.get_ref(), sink.argument, sink.label.clone())
            .ok_or_else(|| Fault::new(sink.call.span(), "a call is a name or a path, like `auth::install_key`"))
    };
    written.iter().map(sink).collect()
}

/// Reads a salt or a tag.
fn tag_part<T: FromStr<Err = MalformedTag>>(written: &Spanned<String>) -> Result<T, Fault> {
    written.get_ref().parse().map_err(|error: MalformedTag| Fault::new(written.span(), error.to_string()))
}

fn globs(written: &[Spanned<String>]) -> Result<Globs, Fault> {
    for pattern in written {
        if pattern.get_ref().trim().is_empty() {
            return Err(Fault::new(pattern.span(), "an empty glob fits nothing"));
        }
        Globs::new([pattern.get_ref()]).map_err(|message| Fault::new(pattern.span(), message))?;
    }
    Globs::new(written.iter().map(Spanned::get_ref)).map_err(|message| Fault::new(0..0, message))
}

fn names(written: &[Spanned<String>], spelling: fn(&str) -> String) -> Result<Vec<String>, Fault> {
    let check = |name: &Spanned<String>| {
        if name.get_ref().contains(char::is_alphanumeric) {
            Ok(spelling(name.get_ref()))
        } else {
            Err(Fault::new(name.span(), "a name needs at least one letter or digit"))
        }
    };
    written.iter().map(check).collect()
}

/// The rules of ids and tags.
fn rules(written: &[Spanned<String>]) -> Result<Vec<String>, Fault> {
    let mut ids = Vec::new();
    for word in written {
        let found = rules_of(word.get_ref()).map_err(|unknown| Fault::new(word.span(), unknown.to_string()))?;
        ids.extend(found.into_iter().map(|rule| rule.id.clone()));
    }
    Ok(ids)
}

fn rule_policy((id, written): (Spanned<String>, WrittenRule)) -> Result<(String, RulePolicy), Fault> {
    let level = written.level.map(WrittenLevel::level);
    Ok((rule(&id)?, RulePolicy { level, min_confidence: written.min_confidence }))
}

fn rule(written: &Spanned<String>) -> Result<String, Fault> {
    let id = written.get_ref();
    match catalog::lookup(id) {
        Ok(rule) => Ok(rule.id.clone()),
        Err(unknown) => Err(Fault::new(written.span(), unknown.to_string())),
    }
}

fn level_override(
    glob: &Spanned<String>,
    written: BTreeMap<Spanned<String>, WrittenLevel>,
) -> Result<LevelOverride, Fault> {
    let rules = written.iter().map(|(id, level)| Ok((rule(id)?, level.level())));
    Ok(LevelOverride { rules: rules.collect::<Result<_, _>>()?, paths: globs(std::slice::from_ref(glob))? })
}

fn check_size(written: &Spanned<WrittenSize>) -> Result<u64, Fault> {
    match written.get_ref() {
        WrittenSize::Bytes(bytes) => Ok(*bytes),
        WrittenSize::Text(text) => parse_size(text).ok_or_else(|| {
            Fault::new(written.span(), "a size is a number of bytes, or a text like \"2MB\" or \"512KiB\"")
        }),
    }
}

/// Reads `2MB`, `512KiB`, `1048576`: what `--max-file-size` takes as well.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::{NameClass, classify_with};

    fn parse(text: &str) -> Config {
        Config::parse("jwtlint.toml", text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn refuse(text: &str) -> String {
        match Config::parse("jwtlint.toml", text) {
            Ok(_) => panic!("accepted: {text}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = parse("");
        assert_eq!(config.fail_on, FailOn::Warning);
        assert_eq!(config.max_file_size, DEFAULT_MAX_FILE_SIZE);
        assert!(config.rules.is_enabled("hardcoded-secret"));
        assert!(!config.rules.is_enabled("unvalidated-secret"), "off by default");
    }

    #[test]
    fn every_key_has_its_effect() {
        let config = parse(
            r#"
            exclude = ["third_party/", "*.snap"]
            fail-on = "never"
            max-file-size = "2MiB"
            [names]
            secret = ["TICKET_SEAL"]
            not-secret = ["jwtSecretName"]
            [rules]
            select = ["hardcoded-secret", "committed-token"]
            ignore = ["committed-token"]
            [levels."scripts/**"]
            hardcoded-secret = "note"
            [levels."scripts/seed.py"]
            hardcoded-secret = "off"
            [[allow]]
            path = "demo.json"
            rule = "hardcoded-secret"
            reason = "the public playground"
            "#,
        );
        assert!(config.exclude.is_match("third_party/a/b.rs") && config.exclude.is_match("web/x.snap"));
        assert!(!config.exclude.is_match("src/third_party.rs"));
        assert_eq!((config.fail_on, config.max_file_size), (FailOn::Never, 2 << 20));
        assert_eq!(classify_with(&config.own.names, &["ticketSeal"]), NameClass::Secret);
        assert!(config.names.is_not_secret("JWT_SECRET_NAME") && !config.names.is_not_secret("JWT_SECRET"));
        assert!(config.rules.is_enabled("hardcoded-secret") && !config.rules.is_enabled("committed-token"));
        assert!(!config.rules.is_enabled("logged-secret"), "not selected");
        assert_eq!(config.level("scripts/a/b.py", "hardcoded-secret"), Some(Some(Level::Note)));
        assert_eq!(config.level("scripts/seed.py", "hardcoded-secret"), Some(None), "the last that fits decides");
        assert_eq!(config.level("src/a.py", "hardcoded-secret"), None);
        assert_eq!(config.allow[0].start, Position { line: 16, column: 20 });
    }

    #[test]
    fn an_unknown_key_is_shown_where_it_stands() {
        let text = "fail-on = \"error\"\n  exlude = [\"a\"]\n";
        let Err(ConfigError::Invalid(invalid)) = Config::parse("jwtlint.toml", text) else { panic!("accepted") };
        assert!(invalid.to_string().starts_with("jwtlint.toml:2:3: unknown field `exlude`, expected one of"));
        assert_eq!(invalid.pointer(), Some(["  exlude".to_owned(), "  ^^^^^^".to_owned()]));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        assert!(refuse("[rules]\nignore = [\"hard-coded\"]").contains("2:11: there is no such rule"));
        assert!(refuse("[levels.\"a\"]\nhardcoded-secret = \"loud\"").contains("2:20"));
        assert!(refuse("[levels.\"a\"]\nhardcoded = \"off\"").contains("2:1: there is no such rule"));
        assert!(refuse("exclude = [\"a/{b\"]").contains("1:12: not a valid glob: unclosed"));
        assert!(refuse("exclude = [\"[a\"]").contains("1:12: not a valid glob: unclosed"));
        assert!(refuse("[[allow]]\npath=\"a\"\nrule=\"weak-secret\"\nreason=\" \"").contains("needs a reason"));
        assert!(refuse("[[allow]]\npath=\"a\"\nrule=\"weak-secret\"").contains("missing field `reason`"));
        assert!(
            refuse("[[allow]]\npath=\"a\"\nrule=\"weak-secret\"\nreason=\"x\"\ntag=\"1c7\"")
                .contains("5:5: a tag needs")
        );
        assert!(refuse("salt = \"pear\"").contains("1:8: a salt is at least"));
        assert!(refuse("max-file-size = \"2 buckets\"").contains("1:17"));
        assert!(refuse("[names]\nsecret = [\"*\"]").contains("2:11"));
        assert!(refuse("exclude = [").starts_with("jwtlint.toml:1:"));
    }

    #[test]
    fn without_ignores_hides_nothing() {
        let config = parse(
            "exclude = [\"*\"]\n[rules]\nignore = [\"weak-secret\"]\n[names]\nnot-secret = [\"JWT_SECRET\"]\n\
             [levels.\"*\"]\nweak-secret = \"off\"\nhardcoded-secret = \"note\"",
        )
        .without_ignores();
        assert!(!config.exclude.is_match("a") && config.rules.is_enabled("weak-secret"));
        assert!(!config.names.is_not_secret("JWT_SECRET") && !config.honor_suppressions);
        assert_eq!(config.level("a", "weak-secret"), None);
        assert_eq!(config.level("a", "hardcoded-secret"), Some(Some(Level::Note)));
    }

    #[test]
    fn a_configuration_is_found_at_the_root() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        assert!(Config::discover(folder.path()).is_ok_and(|config| config.path.is_none()));
        std::fs::write(folder.path().join(".jwtlint.toml"), "fail-on = 'note'")?;
        assert!(Config::discover(folder.path()).is_ok_and(|config| config.fail_on == FailOn::Note));
        Ok(())
    }
}

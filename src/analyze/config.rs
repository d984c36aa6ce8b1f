//! Configuration files: which keys hold a JWT secret, and where its text stands.
//!
//! Readers for each format yield entries in one pass ([`entry`]); names and documented keys turn entries into
//! candidates (`collect`). Whether a value is a secret at all is the judge's business.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::analyze::anyword::{AnyWord, Lowered};
use crate::analyze::config::collect::{Collector, FileContext, ReadAs};
use crate::analyze::config::entry::Visitor;
use crate::fact::{Facts, FileId, Setting};
use crate::names::ExtraNames;
use crate::source::Source;
use crate::wildcard::Wildcards;

mod braces;
pub(crate) mod collect;
mod directives;
mod dockerfile;
pub mod entry;
pub mod example;
mod http;
pub(in crate::analyze) mod key_material;
mod kubernetes;
mod make;
mod powershell;
mod properties;
pub mod rules;
mod shell;
mod sql;
mod toml;
pub(crate) mod value;
mod xml;
mod yaml;

pub(crate) use key_material::key_in_json;

#[cfg(test)]
mod tests;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// YAML, templates included.
    Yaml,
    /// TOML.
    Toml,
    /// JSON with comments and trailing commas.
    Json,
    /// Java properties.
    Properties,
    /// INI and what looks like it.
    Ini,
    /// Dockerfiles.
    Dockerfile,
    /// Shell scripts and batch files.
    Shell,
    /// Makefiles and justfiles.
    Make,
    /// Terraform and its kin.
    Hcl,
    /// HOCON.
    Hocon,
    /// XML.
    Xml,
    /// PowerShell.
    PowerShell,
    /// SQL, for its settings.
    Sql,
    /// Variables of request files.
    Http,
    /// A name and arguments on each line: nginx, Apache, HAProxy, Caddy.
    Directives,
}

impl Format {
    /// Whether a variable of the file can take the value of an earlier one.
    fn has_variables(self) -> bool {
        matches!(self, Self::Shell | Self::Dockerfile)
    }
}

/// What `rules/config/formats.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatFile {
    suffixes: Vec<String>,
    ignored: Vec<String>,
    formats: FxHashMap<Format, Vec<String>>,
    folders: FxHashMap<Format, Vec<String>>,
    keys: Keys,
    gate: Gate,
}

/// Keys that mean something to the collector.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    environments: FxHashSet<String>,
    whole_assignments: FxHashSet<String>,
    command_keys: FxHashSet<String>,
    content_keys: FxHashSet<String>,
    pair_names: FxHashSet<String>,
    pair_values: FxHashSet<String>,
    skipped_parts: FxHashSet<String>,
    script_tables: FxHashSet<String>,
    test_runners: FxHashSet<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Gate {
    words: Vec<String>,
}

/// The file, indexed.
#[derive(Default)]
struct FormatTable {
    suffixes: Vec<String>,
    /// Names of files.
    ignored: Wildcards<()>,
    /// Names of folders: `*/i18n/*`.
    ignored_folders: FxHashSet<String>,
    /// With the length of the pattern: longer ones are more specific.
    by_name: Wildcards<(usize, Format)>,
    /// Folders whose `*.conf` and files without an extension are of a format.
    by_folder: FxHashMap<String, Format>,
    keys: Keys,
    gate_words: Vec<String>,
}

static TABLE: LazyLock<FormatTable> = LazyLock::new(|| {
    let text = crate::embedded::text("config/formats.toml").unwrap_or_default();
    ::toml::from_str(text).map(FormatTable::index).unwrap_or_default()
});

impl FormatTable {
    fn index(file: FormatFile) -> Self {
        let mut by_name = Wildcards::default();
        let patterns = file.formats.iter().flat_map(|(format, names)| names.iter().map(move |name| (name, format)));
        patterns.for_each(|(name, format)| by_name.insert(name, (name.len(), *format)));
        let (mut ignored, mut ignored_folders) = (Wildcards::default(), FxHashSet::default());
        for pattern in &file.ignored {
            match pattern.strip_prefix("*/").and_then(|rest| rest.strip_suffix("/*")) {
                Some(folder) => drop(ignored_folders.insert(folder.to_owned())),
                None => ignored.insert(pattern, ()),
            }
        }
        let folders =
            file.folders.into_iter().flat_map(|(format, names)| names.into_iter().map(move |name| (name, format)));
        Self {
            suffixes: file.suffixes,
            ignored,
            ignored_folders,
            by_name,
            by_folder: folders.collect(),
            keys: file.keys,
            gate_words: file.gate.words,
        }
    }

    fn is_ignored(&self, folders: &str, name: &str) -> bool {
        self.ignored.matching(name).next().is_some()
            || self.are_texts(folders)
            // Android: the texts of a language other than the first.
            || (name == "strings.xml" && folders.rsplit('/').next() != Some("values"))
    }

    /// Whether what lies in these folders are texts for people.
    fn are_texts(&self, folders: &str) -> bool {
        folders.split('/').any(|folder| self.ignored_folders.contains(folder))
    }

    fn format_in(&self, folders: &str, name: &str) -> Option<Format> {
        if !name.ends_with(".conf") && name.contains('.') {
            return None;
        }
        folders.rsplit('/').find_map(|folder| self.by_folder.get(folder)).copied()
    }

    fn format_of_name(&self, name: &str) -> Option<Format> {
        self.by_name.matching(name).max_by_key(|(length, format)| (*length, *format)).map(|(_, format)| *format)
    }
}

fn formats() -> &'static Keys {
    &TABLE.keys
}

/// The format of a file, by its path; `None` for what is no configuration or holds none.
pub fn format_of(path: &str) -> Option<Format> {
    let lower = path.to_ascii_lowercase();
    let (folders, mut name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    if TABLE.is_ignored(folders, name) {
        return None;
    }
    if let Some(format) = TABLE.format_in(folders, name) {
        return Some(format);
    }
    loop {
        if let Some(format) = TABLE.format_of_name(name) {
            return Some(format);
        }
        name = TABLE.suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()))?;
    }
}

/// Whether a file lies among texts for people: `lang/en/jwt.php`.
pub fn is_among_texts(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folders, _)| TABLE.are_texts(folders))
}

/// Whether a file could hold anything of interest: a cheap look at its bytes.
pub fn relevant(text: &Lowered) -> bool {
    static WORDS: LazyLock<AnyWord> = LazyLock::new(|| {
        let of_rules: Vec<String> = rules::RULES.keywords().collect();
        AnyWord::new(TABLE.gate_words.iter().chain(&of_rules).map(String::as_str))
    });
    WORDS.is_in(text)
}

/// The candidates of a file.
pub fn analyze(file: FileId, source: &Source, format: Format) -> Facts {
    analyze_with(&ExtraNames::default(), file, source, format)
}

/// Like [`analyze`], with names of the user's own.
pub fn analyze_with(extra: &ExtraNames, file: FileId, source: &Source, format: Format) -> Facts {
    let (path, setting) = (&source.path, Setting::Production);
    collected(FileContext { file, path, extra, dotenv: false, setting, asked: None }, source, format)
}

/// The entries of a file that are asked for, whatever they are called.
pub(crate) fn analyze_asked(asked: ReadAs<'_>, file: FileId, source: &Source, format: Format) -> Facts {
    let (path, extra, setting) = (&source.path, &ExtraNames::default(), Setting::Production);
    collected(FileContext { file, path, extra, dotenv: false, setting, asked: Some(asked) }, source, format)
}

fn collected(context: FileContext<'_>, source: &Source, format: Format) -> Facts {
    let mut collector = Collector::new(context, &source.text);
    if format.has_variables() {
        collector = collector.with_variables();
    }
    read(format, &source.text, &mut collector);
    collector.finish()
}

/// Shows `visitor` everything in a text.
pub(crate) fn read(format: Format, text: &str, visitor: &mut dyn Visitor) {
    match format {
        Format::Yaml => yaml::read(text, visitor),
        Format::Toml => toml::read(text, visitor),
        Format::Json => braces::read(text, braces::Dialect::JSON, visitor),
        Format::Properties => properties::read(text, visitor),
        Format::Ini => properties::read_ini(text, visitor),
        Format::Dockerfile => dockerfile::read(text, visitor),
        Format::Shell => shell::read(text, visitor),
        Format::Make => make::read(text, visitor),
        Format::Hcl => braces::read(text, braces::Dialect::HCL, visitor),
        Format::Hocon => braces::read(text, braces::Dialect::HOCON, visitor),
        Format::Xml => xml::read(text, visitor),
        Format::PowerShell => powershell::read(text, visitor),
        Format::Sql => sql::read(text, visitor),
        Format::Http => http::read(text, visitor),
        Format::Directives => directives::read(text, visitor),
    }
}

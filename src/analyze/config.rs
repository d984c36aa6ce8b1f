//! Configuration files: which keys hold a JWT secret, and where its text stands.
//!
//! Readers for each format yield entries in one pass ([`entry`]); names and documented keys turn entries into
//! candidates (`collect`). Whether a value is a secret at all is the judge's business.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::analyze::config::collect::{Collector, FileContext};
use crate::analyze::config::entry::Visitor;
use crate::fact::{Facts, FileId, Setting};
use crate::names::ExtraNames;
use crate::source::Source;

mod braces;
pub(crate) mod collect;
mod dockerfile;
pub mod entry;
mod key_material;
mod kubernetes;
mod properties;
pub mod rules;
mod shell;
mod toml;
pub(crate) mod value;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
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
    /// Shell scripts, batch files, makefiles.
    Shell,
    /// Terraform and its kin.
    Hcl,
    /// HOCON.
    Hocon,
    /// XML.
    Xml,
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
    formats: HashMap<Format, Vec<String>>,
    keys: Keys,
    gate: Gate,
}

/// Keys that mean something to the collector.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    environments: HashSet<String>,
    whole_assignments: HashSet<String>,
    command_keys: HashSet<String>,
    pair_names: HashSet<String>,
    pair_values: HashSet<String>,
    skipped_parts: HashSet<String>,
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
    ignored: Vec<String>,
    by_extension: HashMap<String, Format>,
    by_name: Vec<(String, Format)>,
    keys: Keys,
    gate: Option<AhoCorasick>,
}

static TABLE: LazyLock<FormatTable> = LazyLock::new(|| {
    let text = crate::embedded::text("config/formats.toml").unwrap_or_default();
    ::toml::from_str(text).map(FormatTable::index).unwrap_or_default()
});

impl FormatTable {
    fn index(file: FormatFile) -> Self {
        let mut by_extension = HashMap::new();
        let mut by_name = Vec::new();
        let pairs =
            file.formats.into_iter().flat_map(|(format, names)| names.into_iter().map(move |name| (name, format)));
        for (name, format) in pairs.collect::<Vec<_>>() {
            match name.strip_prefix("*.").filter(|extension| !extension.contains(['*', '.'])) {
                Some(extension) => drop(by_extension.insert(extension.to_owned(), format)),
                None => by_name.push((name, format)),
            }
        }
        // Longer patterns are more specific.
        by_name.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let gate = AhoCorasick::builder().ascii_case_insensitive(true).build(&file.gate.words).ok();
        Self { suffixes: file.suffixes, ignored: file.ignored, by_extension, by_name, keys: file.keys, gate }
    }

    fn format_of_name(&self, path: &str) -> Option<Format> {
        let by_name = self.by_name.iter().find(|(pattern, _)| rules::fits(pattern, path));
        by_name.map(|(_, format)| *format).or_else(|| self.by_extension.get(path.rsplit_once('.')?.1).copied())
    }
}

fn formats() -> &'static Keys {
    &TABLE.keys
}

/// The format of a file, by its path; `None` for what is no configuration or holds none.
pub fn format_of(path: &str) -> Option<Format> {
    let lower = path.to_ascii_lowercase();
    let rooted = format!("/{}", lower.trim_start_matches('/'));
    if TABLE.ignored.iter().any(|pattern| rules::fits(pattern, &rooted)) {
        return None;
    }
    let mut name = lower.as_str();
    loop {
        if let Some(format) = TABLE.format_of_name(name) {
            return Some(format);
        }
        name = TABLE.suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()))?;
    }
}

/// Whether a file could hold anything of interest: a cheap look at its bytes.
pub fn relevant(_format: Format, bytes: &[u8]) -> bool {
    static FRAMEWORKS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(rules::RULES.keywords()).ok());
    let meets = |gate: &Option<AhoCorasick>| gate.as_ref().is_none_or(|gate| gate.is_match(bytes));
    meets(&TABLE.gate) || meets(&FRAMEWORKS)
}

/// The candidates of a file.
pub fn analyze(file: FileId, source: &Source, format: Format) -> Facts {
    analyze_with(&ExtraNames::default(), file, source, format)
}

/// Like [`analyze`], with names of the user's own.
pub fn analyze_with(extra: &ExtraNames, file: FileId, source: &Source, format: Format) -> Facts {
    let context = FileContext { file, path: &source.path, extra, dotenv: false, setting: Setting::Production };
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
        Format::Hcl => braces::read(text, braces::Dialect::HCL, visitor),
        Format::Hocon => braces::read(text, braces::Dialect::HOCON, visitor),
        Format::Xml => xml::read(text, visitor),
    }
}

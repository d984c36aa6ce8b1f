//! The files below `rules/`, as they were when the program was built.

use std::str;
use std::sync::OnceLock;

/// Name relative to `rules/` (`/`-separated) and content, sorted by name within each folder.
pub static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// The content of one file; `None` if there is no such file or it is not UTF-8.
pub fn text(name: &str) -> Option<&'static str> {
    str::from_utf8(bytes(name)?).ok()
}

/// The content of one file as it is.
pub fn bytes(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, bytes)| *bytes)
}

/// The text files below one folder of `rules/`, by name: `folder("languages")`.
pub fn folder(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(file, bytes)| {
        file.strip_prefix(folder)?.strip_prefix('/')?;
        Some((*file, str::from_utf8(bytes).ok()?))
    })
}

/// A rule file that a user adds to those built in.
#[derive(Debug, Clone)]
pub struct Added {
    /// The file below `rules/` whose rules it joins: `config/…` or `code/go.toml`.
    pub name: String,
    /// What the user calls it.
    pub path: String,
    /// Its content.
    pub text: String,
}

static ADDED: OnceLock<Vec<Added>> = OnceLock::new();

/// Adds rule files for the whole run, once and before any rule is looked at; false if it is too late for that.
pub fn add(files: Vec<Added>) -> bool {
    ADDED.set(files).is_ok()
}

/// What was added to a folder of `rules/`, or to one file.
pub fn added(name: &str) -> impl Iterator<Item = &'static Added> {
    let files = ADDED.get().map(Vec::as_slice).unwrap_or_default();
    let belongs = move |file: &&Added| file.name == name || file.name.split('/').next() == Some(name);
    // The iterator must not hold on to `name`.
    files.iter().filter(belongs).collect::<Vec<_>>().into_iter()
}

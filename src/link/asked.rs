//! Names that code reads into keys and that say nothing of a secret themselves: `gate.material`, `SEAL`.
//!
//! No look at a file finds an entry of such a name; only who knows what is asked for does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entry::{self, Fit, Reads};
use super::need::place;
use super::project::{Home, Projects};
use crate::analyze::anyword::Lowered;
use crate::analyze::{config, dotenv};
use crate::names;

/// What the arguments of a service stand below in `services.yaml`.
pub(super) const SERVICE_ARGUMENTS: &str = "arguments";
/// What the arguments of all services stand below there.
pub(super) const SERVICE_BINDINGS: &str = "bind";

/// The name of what a service is made with by its position, as [`by_position`] gives it: its last part is the class.
pub(super) fn argument_at(class: &str, position: usize) -> String {
    let class = class.rsplit('\\').next().unwrap_or(class);
    format!("{SERVICE_ARGUMENTS}.{position}.{class}")
}

/// The same of an entry: `services.App\Gate.arguments.0`.
fn by_position(name: &str) -> Option<String> {
    let (of, position) = name.rsplit_once('.')?;
    let class = of.strip_suffix(SERVICE_ARGUMENTS)?.strip_suffix('.')?;
    Some(argument_at(class.rsplit('.').next()?, position.parse().ok()?))
}

/// What is asked for, and by which files.
#[derive(Debug)]
pub struct Asked {
    reads: Reads<Arc<str>>,
    /// The last words of the names that each project asks for, by where they may stand.
    ends: Vec<Ends>,
}

/// The last words of names, with the project that asks for them and where in it.
#[derive(Debug)]
struct Ends {
    home: Home<Arc<str>>,
    range: Range,
    words: BTreeSet<String>,
}

/// What is asked for of one file.
#[derive(Debug, Clone)]
pub struct OfFile<'a> {
    asked: &'a Asked,
    path: &'a str,
    projects: &'a Projects,
    /// The last words of the names that are asked for by files of the same project.
    ends: BTreeSet<&'a str>,
}

impl Asked {
    /// The names among these that only an asker can know, with the paths of the files that read them; `None` where
    /// there is none.
    pub fn among(names: impl IntoIterator<Item = (String, Arc<str>)>, projects: &Projects) -> Option<Self> {
        let asked: Vec<(String, Arc<str>)> = names.into_iter().filter(|(name, _)| is_unspoken(name)).collect();
        let mut ends: BTreeMap<(String, Range), Ends> = BTreeMap::new();
        for (name, reader) in &asked {
            let (home, range) = (projects.home(reader.clone()), Range::of(reader));
            let of_home = ends.entry((home.key().to_owned(), range.clone()));
            let of_home = of_home.or_insert_with(|| Ends { home, range, words: BTreeSet::new() });
            of_home.words.extend(entry::words(name).pop());
        }
        (!asked.is_empty()).then(|| Self { reads: Reads::new(asked), ends: ends.into_values().collect() })
    }

    /// The paths of the files that ask.
    pub fn readers(&self) -> BTreeSet<&str> {
        self.reads.readers().map(|reader| &**reader).collect()
    }

    /// What is asked for of the file at `path`; `None` where its project asks for nothing.
    pub fn of<'a>(&'a self, path: &'a str, projects: &'a Projects) -> Option<OfFile<'a>> {
        let home = projects.home(path);
        let near = self.ends.iter().filter(|ends| ends.range.covers(path) && home.shares(&ends.home));
        let ends: BTreeSet<&str> = near.flat_map(|ends| &ends.words).map(String::as_str).collect();
        (!ends.is_empty()).then_some(OfFile { asked: self, path, projects, ends })
    }
}

impl OfFile<'_> {
    /// Whether a text holds the last word of a name that is asked for.
    pub fn may_be_in(&self, text: &Lowered) -> bool {
        self.ends.iter().any(|end| memchr::memmem::find(text.bytes(), end.as_bytes()).is_some())
    }

    /// Whether names with this last part are asked for.
    pub fn asks_for(&self, last: &str) -> bool {
        entry::words(last).pop().is_some_and(|word| self.ends.contains(word.as_str()))
    }

    /// The name under which code reads an entry: its own, or with the file's name before it, as Laravel's
    /// `config('gate.material')` and Rails' `config_for(:gate)` do.
    pub fn read_as(&self, name: &str, is_variable: bool) -> Option<String> {
        let argument = by_position(name);
        let name = argument.as_deref().unwrap_or(name);
        if !self.asks_for(name.rsplit('.').next().unwrap_or(name)) {
            return None;
        }
        let file = self.path.rsplit('/').next().unwrap_or(self.path);
        let stem = file.split('.').next().unwrap_or(file);
        let below_profile = name.split_once('.').filter(|(first, _)| entry::is_profile(first)).map(|(_, rest)| rest);
        let spellings = [
            Some(name.to_owned()),
            (!is_variable).then(|| format!("{stem}.{name}")),
            below_profile.map(|rest| format!("{stem}.{rest}")),
        ];
        let is_free = is_variable || names::words(name) > 1 || is_of_settings(self.path);
        let is_argument = is_argument(name);
        spellings.into_iter().flatten().find(|spelling| {
            let mut readers = self.asked.reads.of(spelling).filter(|(fit, _)| *fit == Fit::Exact || is_argument);
            readers.any(|(_, reader)| {
                (is_free || **reader == *self.path)
                    && self.projects.share(self.path, reader)
                    && may_fill(self.path, reader)
            })
        })
    }
}

/// Whether a file holds settings by its name or its folder's: `config/gate.php`, `appsettings.json`, `.env`.
pub fn is_of_settings(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folders.rsplit('/').next().unwrap_or(folders);
    let mut parts = file.split('.').filter(|part| !part.is_empty());
    names::holds_settings(folder)
        || parts.any(|part| {
            names::holds_settings(part) || matches!(part, "application" | "constants" | "parameters" | "values")
        })
}

/// Whether an entry is what a service is made with: `$seal` below `arguments`.
fn is_argument(name: &str) -> bool {
    if is_argument_at(name) {
        return true;
    }
    let mut parts = name.rsplit('.');
    let is_named = parts.next().is_some_and(|last| last.starts_with('$'));
    is_named && parts.next().is_some_and(|of| matches!(of, SERVICE_ARGUMENTS | SERVICE_BINDINGS))
}

/// Whether a name is one of [`argument_at`].
fn is_argument_at(name: &str) -> bool {
    let rest = name.strip_prefix(SERVICE_ARGUMENTS).and_then(|rest| rest.strip_prefix('.'));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Where what a file asks for may stand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Range {
    /// Code reads from anywhere.
    Anywhere,
    /// The templates of a chart are filled from what lies in it.
    Below(String),
    /// Other configuration is filled from what lies beside it.
    Beside(String),
}

impl Range {
    fn of(reader: &str) -> Self {
        if config::format_of(reader).is_none() && !dotenv::is_dotenv(reader) {
            return Self::Anywhere;
        }
        match reader.rsplit_once("/templates/") {
            Some((chart, _)) => Self::Below(format!("{chart}/")),
            None if reader.starts_with("templates/") => Self::Below(String::new()),
            None => Self::Beside(place(reader).0.to_owned()),
        }
    }

    fn covers(&self, path: &str) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Below(chart) => path.starts_with(chart.as_str()),
            Self::Beside(folder) => place(path).0 == folder,
        }
    }
}

/// Whether what a file fills keys from may stand in another one.
pub(super) fn may_fill(path: &str, reader: &str) -> bool {
    Range::of(reader).covers(path)
}

/// Whether no look at names and bytes leads to an entry of this name, and it may be a key all the same.
fn is_unspoken(name: &str) -> bool {
    if is_argument_at(name) {
        return true;
    }
    let last = last_part(name);
    let is_seen = names::could_be_read_as_key(last) && config::relevant(&Lowered::of(name.as_bytes()));
    !is_seen && may_be_key(last)
}

/// The lower-case words by which a program that asks for an entry has to speak of it; none if nobody does.
pub fn words_asked_for(name: &str, is_variable: bool) -> Vec<String> {
    if let Some(argument) = by_position(name) {
        return entry::words(last_part(&argument));
    }
    let last = last_part(name);
    if !may_be_key(last) {
        return Vec::new();
    }
    // `GATE__MATERIAL`: a member of a section.
    entry::words(if is_variable { last.rsplit("__").next().unwrap_or(last) } else { last })
}

fn last_part(name: &str) -> &str {
    name.rsplit(['.', ':', '/']).next().unwrap_or(name)
}

/// Whether a name by itself has nothing against being a key's.
fn may_be_key(name: &str) -> bool {
    name.len() > 2 && !names::is_harmless(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(read: &str, path: &str, name: &str, is_variable: bool) -> Option<String> {
        let projects = Projects::default();
        let asked = Asked::among([(read.to_owned(), Arc::from("src/tickets.js"))], &projects)?;
        asked.of(path, &projects)?.read_as(name, is_variable)
    }

    #[test]
    fn an_entry_is_read_by_its_name_or_with_that_of_its_file() {
        let read = |read, path, name| read_as(read, path, name, false).is_some();
        assert!(read("gate.material", "config/default.json", "gate.material"));
        assert!(read("gate.material", "config/gate.php", "material"));
        assert!(read("gate.material", "config/gate.yml", "production.material"));
        assert!(read("Gate:Material", "appsettings.json", "Gate.Material"));
        assert!(!read("gate.material", "config/default.json", "door.material"));
        assert!(!read("gate.material", "config/default.json", "gate.material.length"));
    }

    #[test]
    fn one_word_is_read_from_settings_or_as_a_variable() {
        assert!(read_as("seal", "config.json", "seal", false).is_some());
        assert!(read_as("seal", "visits.json", "seal", false).is_none());
        assert!(read_as("SEAL", "compose.yml", "SEAL", true).is_some());
        assert!(read_as("SEAL", "compose.yml", "APP_SEAL", true).is_none());
    }

    #[test]
    fn what_is_seen_anyway_is_not_asked_for() {
        let asked = |name: &str| Asked::among([(name.to_owned(), Arc::from("a.js"))], &Projects::default());
        for name in ["JWT_SECRET", "auth.secret", "JWT_PUBLIC_KEY", "app.id", "a.b"] {
            assert!(asked(name).is_none(), "{name}");
        }
        assert!(asked("app.key").is_some(), "no file is read for its keys");
    }

    #[test]
    fn a_project_asks_its_own_files() {
        let projects = Projects::new(["a/package.json", "b/package.json"]);
        let asked = Asked::among([("gate.material".to_owned(), Arc::from("a/src/x.js"))], &projects);
        let asks = |path| asked.as_ref().is_some_and(|asked| asked.of(path, &projects).is_some());
        assert!(asks("a/config/default.json"));
        assert!(!asks("b/config/default.json"));
    }
}

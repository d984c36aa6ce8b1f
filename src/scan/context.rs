//! Files that were not asked for, but that what was asked for may depend on.
//!
//! A finding must not depend on which other files the same process was given: hooks split their lists
//! as they like. So where only part of a tree is looked at, the rest of the projects that it belongs
//! to is read as well, and only findings in the files asked for are reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::Scan;
use super::imports::{self, OnDisk};
use super::kind::Kind;
use super::unspoken::Entries;
use crate::analyze::anyword::Lowered;
use crate::analyze::pattern::{Engine, LanguageId};
use crate::discover::{self, DiscoverError, Discovery, Input, Listing, Load};
use crate::finding::{Notification, NotificationSeverity};
use crate::manifest;

/// Files beside manifests that stand at the top of a project.
const MARKERS: [&str; 2] = ["global.json", "Dockerfile"];

/// How much of the tree is read around what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// The projects that it belongs to.
    Projects,
    /// The files that it imports.
    Imports,
    /// Nothing: all that matters is among what was asked for.
    Nothing,
}

/// What a run looks at: what was asked for, and what that may depend on.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// Sorted by path.
    pub list: Vec<Input>,
    /// For each whether it was asked for.
    pub asked_for: Vec<bool>,
    /// What of the rest could not be looked at.
    pub notifications: Vec<Notification>,
}

impl Inputs {
    /// The inputs of a run: those that were found, and more.
    pub fn new(scan: &Scan, discovery: &mut Discovery, around: Around) -> Self {
        let (more, notifications) = match around {
            Around::Projects => match rest_of_projects(scan, discovery) {
                Ok(rest) => (rest.inputs, told(rest.notifications, &discovery.notifications)),
                Err(error) => (Vec::new(), vec![unreadable(&error)]),
            },
            Around::Imports => {
                let mut tree = OnDisk { options: &scan.discover, root: &discovery.root };
                (imports::of(scan, &discovery.inputs, &mut tree, None), Vec::new())
            }
            Around::Nothing => (Vec::new(), Vec::new()),
        };
        let asked_for = std::mem::take(&mut discovery.inputs).into_iter().map(|input| (input, true));
        let mut list: Vec<(Input, bool)> = asked_for.chain(more.into_iter().map(|input| (input, false))).collect();
        // What was asked for comes first and stays.
        list.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        list.dedup_by(|(later, is_asked_for), (first, _)| !*is_asked_for && later.path == first.path);
        let (list, asked_for) = list.into_iter().unzip();
        Self { list, asked_for, notifications }
    }
}

/// What is said about the rest of a tree: what could not be read there may have led to a finding, but nobody asked
/// for it. What was said about the files asked for is said once, and the same of many files in one sentence.
fn told(about_rest: Vec<Notification>, already: &[Notification]) -> Vec<Notification> {
    let mut files: BTreeMap<String, Vec<Option<Arc<str>>>> = BTreeMap::new();
    let failures = about_rest.into_iter().filter(|one| one.severity == NotificationSeverity::Failure);
    for Notification { path, message, .. } in failures.filter(|one| !already.contains(one)) {
        files.entry(message).or_default().push(path);
    }
    let told = |(message, mut paths): (String, Vec<Option<Arc<str>>>)| {
        let severity = NotificationSeverity::Warning;
        match (paths.len(), paths.pop()) {
            (1, Some(path)) => Notification { path, severity, message },
            (count, _) => {
                let message = format!("{count} files that those asked for may depend on were not looked at: {message}");
                Notification { path: None, severity, message }
            }
        }
    };
    files.into_iter().map(told).collect()
}

fn unreadable(error: &DiscoverError) -> Notification {
    Notification {
        path: None,
        severity: NotificationSeverity::Failure,
        message: format!("the files that those asked for may depend on were not looked at: {error}"),
    }
}

/// All files of the projects that matter.
fn rest_of_projects(scan: &Scan, discovery: &Discovery) -> Result<Discovery, DiscoverError> {
    if scan.discover.staged {
        return rest_of_index(scan, discovery);
    }
    let root = &discovery.root;
    let mut projects = projects(scan, discovery, |file| root.join(file).is_file());
    if projects.0.is_empty() {
        return Ok(Discovery::default());
    }
    let options = discover::Options {
        paths: projects.0.keys().map(|folder| root.join(folder)).collect(),
        root: Some(root.clone()),
        ..scan.discover.clone()
    };
    let mut rest = discover::discover(&options)?;
    projects.settle(scan, &rest.inputs.iter().collect::<Vec<_>>());
    rest.inputs.retain(|input| projects.may_matter(&input.path));
    Ok(rest)
}

/// The same for what is staged: the commit will hold what the index does, whatever the work tree holds.
fn rest_of_index(scan: &Scan, discovery: &Discovery) -> Result<Discovery, DiscoverError> {
    if discovery.inputs.is_empty() {
        return Ok(Discovery::default());
    }
    let listing = Listing::of_index(&scan.discover, &discovery.root)?;
    let names: FxHashSet<String> = listing.names().map(str::to_owned).collect();
    let mut projects = projects(scan, discovery, |file| names.contains(file));
    if projects.0.is_empty() {
        return Ok(Discovery::default());
    }
    let asked_for: FxHashSet<&str> = discovery.inputs.iter().map(|input| &*input.path).collect();
    // Keys that are compiled in have no analyzer.
    let is_key = |name: &str| [".pem", ".key", ".p8", ".jwk", ".txt", ".secret"].iter().any(|end| name.ends_with(end));
    let is_read = |name: &str| !matches!(Kind::of(name), Kind::Document | Kind::Other) || is_key(name);
    let wants = |name: &str| !asked_for.contains(name) && is_read(name) && projects.may_matter(name);
    let mut rest = listing.read(&scan.discover, wants)?;
    projects.settle(scan, &discovery.inputs.iter().chain(&rest.inputs).collect::<Vec<_>>());
    rest.inputs.retain(|input| projects.may_matter(&input.path));
    Ok(rest)
}

/// How much of a project may have to do with files of it.
#[derive(Debug, Default)]
struct Reach {
    /// All of it.
    is_everything: bool,
    /// Of what says nothing of keys: only who imports it, in a language that can, makes a key of what it holds.
    importers: BTreeSet<&'static str>,
    /// All of it, if some file there reads one of these.
    entries: Entries,
}

impl Reach {
    fn and(mut self, mut other: Self) -> Self {
        self.is_everything |= other.is_everything;
        self.importers.append(&mut other.importers);
        self.entries.append(other.entries);
        self
    }

    fn covers(&self, name: &str) -> bool {
        if self.is_everything || !self.entries.is_empty() {
            return true;
        }
        let own = name.rsplit('/').next().unwrap_or(name);
        let is_importer = match Kind::of(name) {
            Kind::Code(language) => self.importers.contains(family(language)),
            Kind::Notebook => self.importers.contains("python"),
            _ => false,
        };
        // What a project is made of counts for what belongs together.
        is_importer || manifest::is_manifest(own) || MARKERS.contains(&own)
    }
}

/// Languages whose programs import each other, by one of them.
fn family(language: LanguageId) -> &'static str {
    let id = Engine::embedded().languages().find(|(other, _)| *other == language).map_or("", |(_, id)| id);
    if matches!(id, "kotlin" | "groovy" | "scala") { "java" } else { id }
}

/// Projects by their folders, as far as they matter.
#[derive(Debug, Default)]
struct Reaches(BTreeMap<String, Reach>);

impl Reaches {
    /// Whether a file may have to do with those asked for.
    fn may_matter(&self, name: &str) -> bool {
        self.0.iter().any(|(folder, reach)| is_in(folder, name) && reach.covers(name))
    }

    /// Settles what depends on whether somebody reads an entry; `read` is what may.
    fn settle(&mut self, scan: &Scan, read: &[&Input]) {
        for (folder, reach) in &mut self.0 {
            let entries = std::mem::take(&mut reach.entries);
            if !reach.is_everything && !entries.is_empty() {
                let reads = entries.readers(scan);
                reach.is_everything = read.par_iter().any(|input| is_in(folder, &input.path) && reads(input));
            }
        }
        self.0.retain(|_, reach| reach.is_everything || !reach.importers.is_empty());
    }
}

fn is_in(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
}

/// The projects of the files asked for, if not all of the tree was: for files that matter to others or
/// to which others matter.
///
/// By their names below the root; `is_file` says whether there is a file of such a name.
fn projects(scan: &Scan, discovery: &Discovery, is_file: impl Fn(&str) -> bool) -> Reaches {
    let root = &discovery.root;
    if has_everything(scan, root) || root.as_os_str().is_empty() {
        return Reaches::default();
    }
    let is_repository = root.join(".git").exists();
    let mut found: BTreeMap<String, Reach> = BTreeMap::new();
    let mut buffer = Vec::new();
    for input in &discovery.inputs {
        let folder = input.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(project) = project_of(folder, is_repository, &is_file) else { continue };
        if found.get(&project).is_some_and(|reach| reach.is_everything) {
            continue;
        }
        if let Some(reach) = reach(scan, input, &mut buffer) {
            let all = match found.remove(&project) {
                Some(before) => before.and(reach),
                None => reach,
            };
            found.insert(project, all);
        }
    }
    Reaches(found)
}

/// Whether a run looks at all of a project, for all that its configuration asks for.
pub(super) fn is_whole(scan: &Scan, root: &Path) -> bool {
    !scan.discover.narrowed && !scan.config.is_chosen() && !root.as_os_str().is_empty() && has_everything(scan, root)
}

/// Whether the whole tree is asked for.
fn has_everything(scan: &Scan, root: &Path) -> bool {
    let discover::Options { staged, paths, current_dir, .. } = &scan.discover;
    let here = || paths.is_empty() && !scan.discover.force_exclude && current_dir == root;
    !staged && (here() || paths.iter().any(|path| covers(&current_dir.join(path), root)))
}

fn covers(path: &Path, root: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| root.canonicalize().is_ok_and(|root| root.starts_with(path)))
}

/// Between which files and this one a value may flow; `None` if between none.
fn reach(scan: &Scan, input: &Input, buffer: &mut Vec<u8>) -> Option<Reach> {
    let everything = Reach { is_everything: true, ..Reach::default() };
    let kind = Kind::of(&input.path);
    match kind {
        // What is no seed may still hold the constant that another file signs with.
        Kind::Rust => return Some(everything),
        Kind::Document | Kind::Bare | Kind::Other => return None,
        Kind::Dotenv | Kind::Configuration(_) | Kind::Code(_) | Kind::Notebook => {}
    }
    let Load::Bytes(charset) = discover::load(input, scan.discover.max_file_size, buffer) else { return None };
    let has_own = || scan.config.at(&input.path).own.may_be_in(buffer);
    if !charset.is_ascii_compatible() || kind.is_relevant(&input.path, buffer, &mut Lowered::default()) || has_own() {
        return Some(everything);
    }
    match kind {
        Kind::Code(language) => Some(Reach { importers: BTreeSet::from([family(language)]), ..Reach::default() }),
        Kind::Configuration(format) => {
            let entries = Entries::of(&discover::decode(input, charset, buffer), format);
            (!entries.is_empty()).then(|| Reach { entries, ..Reach::default() })
        }
        _ => None,
    }
}

/// The outermost folder around a file, below the root, that holds the marks of a project; the root of a repository
/// where none does. Elsewhere files that lie together (in a folder for temporary files, say) need not belong together.
fn project_of(folder: &str, is_repository: bool, is_file: &impl Fn(&str) -> bool) -> Option<String> {
    let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
    let mut around = [0].into_iter().chain(ends).map(|end| &folder[..end]);
    let marked = |folder: &&str| {
        manifest::NAMES
            .iter()
            .chain(&MARKERS)
            .any(|marker| if folder.is_empty() { is_file(marker) } else { is_file(&format!("{folder}/{marker}")) })
    };
    around.find(marked).or(is_repository.then_some("")).map(str::to_owned)
}

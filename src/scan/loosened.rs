//! Whether a change loosens the configuration that it is judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Scan, ScanError, configured};
use crate::baseline::Baseline;
use crate::config::loosened::Part;
use crate::config::place::folders_above;
use crate::config::{Config, FILE_NAMES, Files, MANIFEST};
use crate::discover::{self, Content, DiscoverError, Input, Listing, Options, Target, git, place};
use crate::finding::{Notification, NotificationSeverity};
use crate::source::{Source, Tracking};

/// What the configurations and the baseline on disk let through that those of a commit did not.
pub(super) fn since(scan: &Scan, root: &Path, top: &Path, commit: &str) -> Result<Vec<Notification>, ScanError> {
    // What is named counts wherever it lies; what is found does not where nothing is looked at.
    let listing = Listing::of_commit(&scan.discover, root, commit)?;
    let exclude = discover::ExcludeSet::default();
    let everything = Options { exclude: exclude.clone(), ..scan.discover.clone() };
    let options = Options { exclude, no_ignores: true, max_file_size: u64::MAX, ..scan.discover.clone() };
    let past = Past { root, top, commit, listing, options };
    let mut discovery = discover::discover(&scan.discover)?;
    let scan = configured(scan, &mut discovery)?;
    let files = || -> Result<BTreeSet<String>, ScanError> {
        let then = Listing::of_commit(&everything, root, commit)?;
        let now = discovery.inputs.iter().map(|input| &*input.path);
        Ok(then.names().chain(now).map(str::to_owned).collect())
    };
    let (mut found, baseline) = match &scan.config.named {
        Some(path) => of_named(path, &past, &files)?,
        None if scan.config.nests => of_folders(&scan.config, &past, &files)?,
        // Nothing was to be read.
        None => (Vec::new(), None),
    };
    if let Some(path) = &scan.config.baseline {
        found.extend(of_baseline(&scan.config.files, path, baseline, &past)?);
    }
    Ok(found)
}

/// What is told of the configurations, and the baseline that they name: now, and then.
type Told = (Vec<Notification>, Option<Named>);

/// The files of the tree, now and then; asked for only where it matters which there are.
type AllFiles<'a> = &'a dyn Fn() -> Result<BTreeSet<String>, ScanError>;

/// The baselines that the configuration of the root names.
struct Named {
    now: PathBuf,
    then: Option<PathBuf>,
}

/// Compares the file that was named with what it was. One that git does not keep is no part of a change.
fn of_named(path: &Path, past: &Past<'_>, files: AllFiles<'_>) -> Result<Told, ScanError> {
    let now = Config::read(path)?;
    let baselines = |then: Option<&Config>, folder: Option<&Path>| {
        let then = then.and_then(|then| Some(folder?.join(then.baseline.as_ref()?)));
        now.baseline.clone().map(|now| Named { now, then })
    };
    let Some(file) = past.place(path) else { return Ok((Vec::new(), baselines(None, None))) };
    let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let old = past.read(&file)?;
    if old.is_none() && !past.is_tracked(&file)? {
        return Ok((Vec::new(), baselines(None, None)));
    }
    let then = match &old {
        Some(old) => read(old, &name),
        // What is added stands in for what would be found.
        None => past.configurations()?.remove(""),
    };
    let folder = if old.is_some() { file.parent() } else { Some(past.root) };
    let baselines = baselines(then.as_ref(), folder);
    let then = then.unwrap_or_default();
    let files = if now.fits_like(&then) { BTreeSet::new() } else { files()? };
    let part = Part { folder: "", files: files.iter().map(String::as_str).collect(), holds: &|_| true };
    let looser = now.looser_than(&then, &part);
    Ok((looser.iter().map(|what| told(Some(&past.name(&file)), what)).collect(), baselines))
}

/// Compares the configurations that are found with those that would have been.
fn of_folders(config: &Config, past: &Past<'_>, files: AllFiles<'_>) -> Result<Told, ScanError> {
    let before = past.configurations()?;
    let nested = config.nested.iter().filter_map(|config| config.path.as_deref()?.rsplit_once('/'));
    let folders: BTreeSet<&str> =
        before.keys().map(String::as_str).chain(nested.map(|(folder, _)| folder)).chain([""]).collect();
    let mut after: BTreeMap<String, Config> = BTreeMap::new();
    for &folder in &folders {
        let config = Config::in_folder(&config.files, &past.root.join(folder))?;
        after.extend(config.map(|config| (folder.to_owned(), config.based(folder))));
    }
    let none = Config::default();
    let mut found = Vec::new();
    // What is added, or taken away, stands in for the one above it.
    let pair = |folder: &str| (nearest(&after, folder).unwrap_or(&none), nearest(&before, folder).unwrap_or(&none));
    let is_like = |folder: &&str| {
        let (now, then) = pair(folder);
        now.fits_like(then)
    };
    let files = if folders.iter().all(is_like) { BTreeSet::new() } else { files()? };
    // Each file is judged by the nearest configuration, and by no other.
    let folder_of = |path: &str| *folders_above(path).find_map(|folder| folders.get(folder)).unwrap_or(&"");
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &files {
        parts.entry(folder_of(file)).or_default().push(file);
    }
    for &folder in &folders {
        let (now, then) = pair(folder);
        let own = after.get(folder).or(before.get(folder));
        let path = own.and_then(|own| own.path.as_ref());
        let path = path.map(|name| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") });
        let files = parts.remove(folder).unwrap_or_default();
        let part = Part { folder, files, holds: &|path| folder_of(path) == folder };
        found.extend(now.looser_than(then, &part).iter().map(|what| told(path.as_deref(), what)));
    }
    let named = after.get("").and_then(|now| {
        let then = before.get("").and_then(|then| then.baseline.as_ref()).map(|then| past.root.join(then));
        Some(Named { now: now.baseline.clone()?, then })
    });
    Ok((found, named))
}

/// Compares the baseline that hides findings with the one that did, be it named by the configuration or typed.
fn of_baseline(
    files: &Files,
    path: &Path,
    named: Option<Named>,
    past: &Past<'_>,
) -> Result<Option<Notification>, ScanError> {
    let Some(file) = past.place(path) else { return Ok(None) };
    let old = match named.filter(|named| named.now == path) {
        // That one is named now has been told.
        Some(Named { then: None, .. }) => return Ok(None),
        Some(Named { then: Some(then), .. }) => past.read(&place::resolve(&then))?,
        None => past.read(&file)?,
    };
    // One that git does not keep is no part of a change.
    if old.is_none() && !past.is_tracked(&file)? {
        return Ok(None);
    }
    // One that cannot be read fails the run elsewhere.
    let Ok(now) = Baseline::read_among(files, path) else { return Ok(None) };
    let then = old.and_then(|old| Baseline::parse(&String::from_utf8(old).ok()?).ok());
    let gained = then.map_or(now.len(), |then| now.gained(&then));
    Ok((gained > 0).then(|| told(Some(&past.name(&file)), &format!("the baseline gained {gained}"))))
}

fn told(path: Option<&str>, what: &str) -> Notification {
    Notification {
        path: path.map(Into::into),
        severity: NotificationSeverity::Warning,
        message: format!("the change loosens the configuration: {what}"),
    }
}

/// The commit that a change began at.
struct Past<'a> {
    root: &'a Path,
    top: &'a Path,
    commit: &'a str,
    /// What is looked at in it below the root.
    listing: Listing,
    options: Options,
}

impl Past<'_> {
    /// Where a file that was named lies in the work tree.
    fn place(&self, path: &Path) -> Option<PathBuf> {
        let path = place::canonical(&self.options.current_dir.join(path)).ok()?;
        path.starts_with(self.top).then_some(path)
    }

    /// What reports call a file of the work tree.
    fn name(&self, file: &Path) -> String {
        place::relative(self.root, file).or_else(|| place::relative(self.top, file)).unwrap_or_default()
    }

    fn is_tracked(&self, file: &Path) -> Result<bool, ScanError> {
        Ok(git::knows(self.top, file).map_err(refused)?)
    }

    /// What a file held, under the name that it had.
    fn read(&self, file: &Path) -> Result<Option<Vec<u8>>, ScanError> {
        let listing = Listing::of_commit(&self.options, self.top, self.commit)?;
        let Some(mut name) = place::relative(self.top, file) else { return Ok(None) };
        if !listing.names().any(|one| one == name) {
            let renames = git::revision::renames(self.top, self.commit).map_err(refused)?;
            let Some((old, _)) = renames.into_iter().find(|(_, new)| self.top.join(new) == file) else {
                return Ok(None);
            };
            name = place::relative(self.top, &self.top.join(old)).unwrap_or_default();
        }
        let old = listing.read(&self.options, |path| path == name)?;
        Ok(old.inputs.into_iter().next().and_then(|input| bytes(&input).map(<[u8]>::to_vec)))
    }

    /// The configurations that were found, by their folders.
    fn configurations(&self) -> Result<BTreeMap<String, Config>, ScanError> {
        // A link stands for the file that it leads to.
        let mut leading: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for link in self.listing.links().filter(|link| is_configuration(link)) {
            if let Some(Target::Name(name)) = self.listing.behind(link) {
                leading.entry(name).or_default().push(link);
            }
        }
        let wants = |name: &str| is_configuration(name) || leading.contains_key(name);
        let old = self.listing.clone().read(&self.options, wants)?;
        let mut texts: BTreeMap<&str, &[u8]> = BTreeMap::new();
        for input in &old.inputs {
            let Some(bytes) = bytes(input) else { continue };
            let own = is_configuration(&input.path).then_some(&*input.path);
            let links = leading.get(&*input.path).into_iter().flatten().copied();
            texts.extend(own.into_iter().chain(links).map(|name| (name, bytes)));
        }
        let mut before: BTreeMap<String, Config> = BTreeMap::new();
        for (path, bytes) in texts {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            // A manifest counts only where no file of our own lies beside it.
            if let Some(config) = read(bytes, name).filter(|_| name != MANIFEST || !before.contains_key(folder)) {
                before.insert(folder.to_owned(), config.based(folder));
            }
        }
        Ok(before)
    }
}

/// Whether a path is one at which a configuration is found.
fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    FILE_NAMES.contains(&name) || name == MANIFEST
}

fn refused(error: git::GitError) -> DiscoverError {
    DiscoverError::Revision(error.to_string())
}

fn bytes(input: &Input) -> Option<&[u8]> {
    match &input.content {
        Content::Bytes(bytes) => Some(bytes),
        Content::Disk(_) => None,
    }
}

/// The configuration that counts in a folder: its own, or the nearest above it.
fn nearest<'c>(configs: &'c BTreeMap<String, Config>, folder: &str) -> Option<&'c Config> {
    std::iter::once(folder).chain(folders_above(folder)).chain([""]).find_map(|at| configs.get(at))
}

/// A configuration as it was; one that was broken said nothing.
fn read(bytes: &[u8], name: &str) -> Option<Config> {
    let source = Source::from_bytes(name, Tracking::Tracked, bytes.to_vec());
    if name == MANIFEST {
        return Config::parse_manifest(name, &source.text).ok().flatten();
    }
    Config::parse(name, &source.text).ok()
}

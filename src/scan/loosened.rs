//! Whether a change loosens the configuration that it is judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Scan, ScanError, configured};
use crate::baseline::Baseline;
use crate::config::place::folders_above;
use crate::config::{Config, FILE_NAMES, Files, MANIFEST};
use crate::discover::{self, Content, Input, Listing, Options};
use crate::finding::{Notification, NotificationSeverity};
use crate::source::Source;

/// What the configurations on disk let through that those of a commit did not.
pub(super) fn since(scan: &Scan, root: &Path, listing: Listing) -> Result<Vec<Notification>, ScanError> {
    if !scan.config.nests {
        // What was named on the command line, or nothing, is no part of the change.
        return Ok(Vec::new());
    }
    let is_one = |name: &str| FILE_NAMES.contains(&name) || name == MANIFEST;
    let options = Options { exclude: discover::ExcludeSet::default(), no_ignores: true, ..scan.discover.clone() };
    let old = listing.clone().read(&options, |path| is_one(path.rsplit('/').next().unwrap_or(path)))?;
    let mut before: BTreeMap<String, Config> = BTreeMap::new();
    for input in &old.inputs {
        let (folder, name) = input.path.rsplit_once('/').unwrap_or(("", &input.path));
        // A manifest counts only where no file of our own lies beside it.
        if let Some(config) = read(input, name).filter(|_| name != MANIFEST || !before.contains_key(folder)) {
            before.insert(folder.to_owned(), config);
        }
    }
    let mut discovery = discover::discover(&scan.discover)?;
    let scan = configured(scan, &mut discovery)?;
    let nested = scan.config.nested.iter().filter_map(|config| config.path.as_deref()?.rsplit_once('/'));
    let folders: BTreeSet<&str> =
        before.keys().map(String::as_str).chain(nested.map(|(folder, _)| folder)).chain([""]).collect();
    let mut after: BTreeMap<String, Config> = BTreeMap::new();
    for &folder in &folders {
        let config = Config::in_folder(&scan.config.files, &root.join(folder))?;
        after.extend(config.map(|config| (folder.to_owned(), config)));
    }
    let none = Config::default();
    let mut found = Vec::new();
    for folder in folders {
        // What is added, or taken away, stands in for the one above it.
        let (now, then) = (nearest(&after, folder).unwrap_or(&none), nearest(&before, folder).unwrap_or(&none));
        let own = after.get(folder).or(before.get(folder));
        let path = own.and_then(|own| own.path.as_ref());
        let path = path.map(|name| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") });
        let told = |path: Option<&str>, what: &str| Notification {
            path: path.map(Into::into),
            severity: NotificationSeverity::Warning,
            message: format!("the change loosens the configuration: {what}"),
        };
        found.extend(now.looser_than(then).iter().map(|what| told(path.as_deref(), what)));
        // Where none was named before, that one is now has been told.
        if let (true, Some(baseline), Some(_)) = (folder.is_empty(), &now.baseline, &then.baseline)
            && let Some((name, gained)) = gained(&listing, &options, &scan.config.files, baseline)?
        {
            found.push(told(Some(&name), &format!("the baseline gained {gained}")));
        }
    }
    Ok(found)
}

/// The configuration that counts in a folder: its own, or the nearest above it.
fn nearest<'c>(configs: &'c BTreeMap<String, Config>, folder: &str) -> Option<&'c Config> {
    std::iter::once(folder).chain(folders_above(folder)).chain([""]).find_map(|at| configs.get(at))
}

/// The name of a baseline, and how many findings it knows that it did not in the commit, if any.
fn gained(
    listing: &Listing,
    options: &Options,
    files: &Files,
    path: &Path,
) -> Result<Option<(String, usize)>, ScanError> {
    // One that cannot be read fails the run elsewhere.
    let (Some(name), Ok(now)) = (listing.name_of(path), Baseline::read_among(files, path)) else { return Ok(None) };
    // It is longer than what is scanned may be.
    let options = Options { max_file_size: u64::MAX, ..options.clone() };
    let old = listing.clone().read(&options, |path| path == name)?;
    let then = old.inputs.first().and_then(|input| match &input.content {
        Content::Bytes(bytes) => Baseline::parse(std::str::from_utf8(bytes).ok()?).ok(),
        Content::Disk(_) => None,
    });
    let gained = then.map_or(now.len(), |then| now.gained(&then));
    Ok((gained > 0).then_some((name, gained)))
}

/// A configuration as it was; one that was broken said nothing.
fn read(input: &Input, name: &str) -> Option<Config> {
    let Content::Bytes(bytes) = &input.content else { return None };
    let source = Source::from_bytes(input.path.clone(), input.tracking, bytes.to_vec());
    if name == MANIFEST {
        return Config::parse_manifest(name, &source.text).ok().flatten();
    }
    Config::parse(name, &source.text).ok()
}

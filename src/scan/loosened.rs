//! Whether a change loosens the configuration that it is judged by.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Scan, ScanError, configured};
use crate::config::{Config, FILE_NAMES, MANIFEST};
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
    let old = listing.read(&options, |path| is_one(path.rsplit('/').next().unwrap_or(path)))?;
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
    let mut found = Vec::new();
    for folder in folders {
        let now = Config::in_folder(&scan.config.files, &root.join(folder))?.unwrap_or_default();
        let then = before.get(folder).cloned().unwrap_or_default();
        let path = now.path.as_ref().or(then.path.as_ref());
        let path = path.map(|name| if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") });
        found.extend(now.looser_than(&then).into_iter().map(|what| Notification {
            path: path.as_deref().map(Into::into),
            severity: NotificationSeverity::Warning,
            message: format!("the change loosens the configuration: {what}"),
        }));
    }
    Ok(found)
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

//! What is staged: the content a commit would take, whatever the work tree holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::{self, GitError};
use super::listing::{self, Listed};
use super::{DiscoverError, Discovery, Options, given, load, place};
use crate::finding::{Notification, NotificationSeverity};

/// Finds the staged files at or below the places of the given paths.
pub(super) fn discover(options: &Options, root: &Path, given: &[PathBuf]) -> Result<Discovery, DiscoverError> {
    let top = place::work_tree(root).ok_or_else(|| DiscoverError::NoRepository(root.to_path_buf()))?;
    let mut discovery = Discovery::default();
    let mut behind: Vec<PathBuf> = Vec::new();
    for place in given {
        match target(root, place) {
            Ok(target) => {
                discovery.notifications.extend(missing(options, root, top, place, &target)?);
                behind.push(target);
            }
            Err(leaves) => discovery.notifications.push(leaves),
        }
    }
    behind.sort();
    behind.dedup();
    let scope = Scope { options, root, given: &behind };
    let mut wanted = Vec::new();
    let changes = git::staged(top).map_err(failed)?;
    for file in changes.files {
        match scope.judge(&top.join(&file.path)) {
            Verdict::Wanted { name, explicit } => wanted.push(Listed { name, explicit, file }),
            Verdict::Skipped => discovery.skipped += 1,
            Verdict::Elsewhere => {}
        }
    }
    for path in changes.unmerged {
        if let Verdict::Wanted { name, .. } = scope.judge(&top.join(&path)) {
            discovery.skipped += 1;
            discovery.notifications.push(unmerged(name));
        }
    }
    if wanted.is_empty() {
        return Ok(discovery);
    }
    wanted.sort_by(|a: &Listed, b| a.name.cmp(&b.name));
    listing::read(top, wanted, options, &mut discovery)?;
    Ok(discovery)
}

/// A link stands for what is staged where it leads, or below, unless that is outside the root.
fn target(root: &Path, place: &Path) -> Result<PathBuf, Notification> {
    let link = fs::read_link(place).ok();
    let Some(target) = link.and_then(|link| Some(place::resolve(&place.parent()?.join(link)))) else {
        return Ok(if place.is_dir() { place::resolve(place) } else { place.to_path_buf() });
    };
    match place::relative(root, &target) {
        Some(_) => Ok(target),
        None => Err(given::outside(&shown(root, place), false)),
    }
}

/// What is said of a place that is neither there nor known to git.
fn missing(
    options: &Options,
    root: &Path,
    top: &Path,
    place: &Path,
    target: &Path,
) -> Result<Option<Notification>, DiscoverError> {
    let Err(error) = target.symlink_metadata() else { return Ok(None) };
    if !target.starts_with(top) || git::knows(top, target).map_err(failed)? {
        return Ok(None);
    }
    let mut notification = load::failure(&shown(root, place), &error);
    // What a hook was told of may be gone by now.
    if options.force_exclude {
        notification.severity = NotificationSeverity::Warning;
    }
    Ok(Some(notification))
}

fn unmerged(name: Arc<str>) -> Notification {
    Notification {
        path: Some(name),
        severity: NotificationSeverity::Warning,
        message: "not scanned: it is in conflict, and nothing of it is staged yet".to_owned(),
    }
}

fn shown(root: &Path, place: &Path) -> Arc<str> {
    place::relative(root, place).unwrap_or_else(|| place::shown(place.as_os_str())).into()
}

pub(super) fn failed(error: GitError) -> DiscoverError {
    DiscoverError::Staged(error.to_string())
}

pub(super) struct Scope<'a> {
    pub options: &'a Options,
    pub root: &'a Path,
    /// Sorted.
    pub given: &'a [PathBuf],
}

pub(super) enum Verdict {
    Wanted { name: Arc<str>, explicit: bool },
    Skipped,
    Elsewhere,
}

impl Scope<'_> {
    pub fn judge(&self, file: &Path) -> Verdict {
        let Some(name) = place::relative(self.root, file) else { return Verdict::Elsewhere };
        let filter = self.options.filter();
        let mut skipped = false;
        for given in place::holding(self.given, file) {
            let base = if self.options.force_exclude { self.root } else { given };
            // Nothing lies between a file and itself: one that was named is wanted.
            if filter.skipped_part(base, file, false).is_none() {
                return Verdict::Wanted { name: name.into(), explicit: given == file };
            }
            skipped = true;
        }
        if skipped { Verdict::Skipped } else { Verdict::Elsewhere }
    }
}

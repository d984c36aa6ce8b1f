//! What is staged: the content a commit would take, whatever the work tree holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::{self, GitError};
use super::listing::{self, Listed};
use super::{DiscoverError, Discovery, Options, load, place};
use crate::finding::NotificationSeverity;

/// Finds the staged files at or below the places of the given paths.
pub(super) fn discover(options: &Options, root: &Path, given: &[PathBuf]) -> Result<Discovery, DiscoverError> {
    let top = place::work_tree(root).ok_or_else(|| DiscoverError::NoRepository(root.to_path_buf()))?;
    let mut given: Vec<PathBuf> = given.iter().map(|place| behind(place)).collect();
    given.sort();
    given.dedup();
    let scope = Scope { options, root, given: &given };
    let mut discovery = Discovery::default();
    let mut wanted = Vec::new();
    for place in given.iter().filter(|place| place.starts_with(top)) {
        if let Err(error) = place.symlink_metadata()
            && !git::knows(top, place).map_err(failed)?
        {
            let shown = place::relative(root, place).unwrap_or_else(|| place::shown(place.as_os_str()));
            let mut notification = load::failure(&shown.into(), &error);
            // What a hook was told of may be gone by now.
            if options.force_exclude {
                notification.severity = NotificationSeverity::Warning;
            }
            discovery.notifications.push(notification);
        }
    }
    for file in git::staged(top).map_err(failed)? {
        match scope.judge(&top.join(&file.path)) {
            Verdict::Wanted { name, explicit } => wanted.push(Listed { name, explicit, file }),
            Verdict::Skipped => discovery.skipped += 1,
            Verdict::Elsewhere => {}
        }
    }
    if wanted.is_empty() {
        return Ok(discovery);
    }
    wanted.sort_by(|a: &Listed, b| a.name.cmp(&b.name));
    listing::read(top, wanted, options, &mut discovery)?;
    Ok(discovery)
}

/// A link to a directory stands for what is staged in there.
fn behind(place: &Path) -> PathBuf {
    if place.is_dir() { place::resolve(place) } else { place.to_path_buf() }
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

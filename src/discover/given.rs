//! What the given paths are: directories to walk, files to look at, or nothing of the kind.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use super::filter::Filter;
use super::{load, place};
use crate::finding::{Notification, NotificationSeverity};

/// The given paths, sorted out.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// To be walked; sorted.
    pub directories: Vec<PathBuf>,
    /// To be looked at: names in reports, and where they are.
    pub files: Vec<(String, PathBuf)>,
    /// Passed over, because excludes bind these too.
    pub skipped: Vec<PathBuf>,
    /// What is neither.
    pub notifications: Vec<Notification>,
}

impl Given {
    /// Looks at each path, given by its place.
    pub(super) fn sort_out(places: Vec<PathBuf>, root: &Path, force: Option<Filter<'_>>) -> Self {
        let mut given = Self::default();
        for place in places {
            if let Err(mut notification) = given.add(&place, root, force) {
                // What a hook was told of may be gone by now.
                if force.is_some() && notification.severity == NotificationSeverity::Failure && is_gone(&place) {
                    notification.severity = NotificationSeverity::Warning;
                }
                given.notifications.push(notification);
            }
        }
        given.directories.sort();
        given.directories.dedup();
        given
    }

    fn add(&mut self, place: &Path, root: &Path, force: Option<Filter<'_>>) -> Result<(), Notification> {
        let shown: Arc<str> = place::relative(root, place).unwrap_or_else(|| place::shown(place.as_os_str())).into();
        let failed = |error: &io::Error| load::failure(&shown, error);
        let mut kind = fs::symlink_metadata(place).map_err(|error| failed(&error))?.file_type();
        let mut path = place.to_path_buf();
        if kind.is_symlink() {
            path = place::canonical(place).map_err(|error| failed(&error))?;
            kind = fs::metadata(&path).map_err(|error| failed(&error))?.file_type();
        }
        let Some(name) = place::relative(root, &path) else { return Err(outside(&shown, path == place)) };
        if force.is_some_and(|filter| filter.binds(root, &path, kind.is_dir())) {
            self.skipped.push(path);
        } else if kind.is_dir() {
            self.directories.push(path);
        } else if kind.is_file() {
            self.files.push((name, path));
        } else {
            return Err(failed(&io::Error::other("not a regular file")));
        }
        Ok(())
    }
}

fn is_gone(place: &Path) -> bool {
    fs::metadata(place).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// What is said of a path that lies outside the root itself, or is a link that leads there.
pub(super) fn outside(shown: &Arc<str>, itself: bool) -> Notification {
    let (severity, message) = if itself {
        (NotificationSeverity::Failure, "not scanned: it lies outside the root (see --root)")
    } else {
        (NotificationSeverity::Warning, "not scanned: the link leaves the root")
    };
    Notification { path: Some(shown.clone()), severity, message: message.to_owned() }
}

//! Single files that nobody named, but that a name in another file may lead to.

use std::fs;
use std::path::Path;

use super::{Content, Input, Options, place};
use crate::source::Tracking;

/// The file at a path relative to the root; `None` where there is none, or it is passed over, or a link stands for it.
pub fn probe(options: &Options, root: &Path, name: &str) -> Option<Input> {
    let path = root.join(name);
    let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    if name.is_empty() || !is_file(&path) || options.filter().skipped_part(root, &path, false).is_some() {
        return None;
    }
    // A directory on the way may be a link that leaves the root, or that makes this a second name of a file.
    let real = place::canonical(&path).ok()?;
    (place::relative(root, &real).as_deref() == Some(name)).then(|| Input {
        path: name.into(),
        content: Content::Disk(path),
        tracking: Tracking::Unknown,
        explicit: false,
    })
}

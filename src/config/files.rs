//! Where configurations are read from: the disk, or the index, where what the commit would contain decides.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::{FILE_NAMES, MANIFEST};
use crate::discover::{Content, DiscoverError, Listing, Options, Target};

/// Files that may be configurations, or that those name.
#[derive(Debug, Clone, Default)]
pub struct Files(Option<Arc<Index>>);

/// What the index holds below the root of a scan.
#[derive(Debug)]
struct Index {
    options: Options,
    listing: Listing,
    /// The configurations, by their names below the root.
    texts: HashMap<Arc<str>, Arc<[u8]>>,
}

impl Files {
    /// Those of the index, below the root. What lies elsewhere is read from disk.
    ///
    /// # Errors
    ///
    /// If there is no repository, or git does not tell what is staged.
    pub fn of_index(root: &Path) -> Result<Self, DiscoverError> {
        // A configuration counts wherever it lies, and however large it is.
        let options = Options { no_ignores: true, max_file_size: u64::MAX, ..Options::default() };
        let listing = Listing::of_index(&options, root)?;
        let mut index = Index { options, listing, texts: HashMap::new() };
        let is_one = |name: &str| FILE_NAMES.contains(&name) || name == MANIFEST;
        index.texts = index.read(|path| is_one(path.rsplit('/').next().unwrap_or(path)))?;
        Ok(Self(Some(Arc::new(index))))
    }

    /// Whether there is such a file. A link that leads nowhere was meant to be one: it is told that it cannot be read.
    pub fn has(&self, path: &Path) -> bool {
        let Some((index, name)) = self.below_index(path) else { return is_on_disk(path) };
        match index.listing.behind(&name) {
            Some(Target::Name(target)) => {
                let is_folder = || index.listing.names().any(|one| is_below(one, &target));
                index.listing.has(&target) || index.listing.is_link(&name) && !is_folder()
            }
            Some(Target::Elsewhere(path)) => is_on_disk(&path),
            None => index.listing.has(&name) || index.listing.is_link(&name),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// If it is not there, or no text.
    pub fn text(&self, path: &Path) -> io::Result<String> {
        let Some((index, name)) = self.below_index(path) else { return fs::read_to_string(path) };
        let name = match index.listing.behind(&name) {
            Some(Target::Name(target)) => target,
            // What is no part of the commit is as it is.
            Some(Target::Elsewhere(path)) => return fs::read_to_string(path),
            None => name,
        };
        let bytes = match index.texts.get(&*name) {
            Some(bytes) => Some(bytes.clone()),
            None => index.read(|one| one == name).map_err(io::Error::other)?.remove(&*name),
        };
        let bytes = bytes.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it is not in the index"))?;
        String::from_utf8(bytes.to_vec()).map_err(io::Error::other)
    }

    fn below_index(&self, path: &Path) -> Option<(&Index, String)> {
        let index = self.0.as_deref()?;
        Some((index, index.listing.name_of(path)?))
    }
}

/// Whether there is a file on disk, or a link that leads to no folder.
fn is_on_disk(path: &Path) -> bool {
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_symlink() => !path.is_dir(),
        Ok(metadata) => metadata.is_file(),
        Err(_) => false,
    }
}

/// Whether a name is one of a file in a folder.
fn is_below(name: &str, folder: &str) -> bool {
    name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

impl Index {
    fn read(&self, wants: impl Fn(&str) -> bool) -> Result<HashMap<Arc<str>, Arc<[u8]>>, DiscoverError> {
        let inputs = self.listing.clone().read(&self.options, wants)?.inputs;
        let texts = inputs.into_iter().filter_map(|input| match input.content {
            Content::Bytes(bytes) => Some((input.path, bytes)),
            Content::Disk(_) => None,
        });
        Ok(texts.collect())
    }
}

//! Where configurations are read from: the disk, or the index, where what the commit would contain decides.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::{FILE_NAMES, MANIFEST};
use crate::discover::{Content, DiscoverError, Listing, Options};

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

    /// Whether there is such a file.
    pub fn has(&self, path: &Path) -> bool {
        match self.below_index(path) {
            Some((index, name)) => index.has(&name) || index.listing.behind(path).is_some_and(|file| index.has(&file)),
            // A link that leads nowhere was meant to be one: it is told that it cannot be read.
            None => match path.symlink_metadata() {
                Ok(metadata) if metadata.is_symlink() => !path.is_dir(),
                Ok(metadata) => metadata.is_file(),
                Err(_) => false,
            },
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    ///
    /// If it is not there, or no text.
    pub fn text(&self, path: &Path) -> io::Result<String> {
        let Some((index, name)) = self.below_index(path) else { return fs::read_to_string(path) };
        let bytes = match index.texts.get(&*name) {
            Some(bytes) => Some(bytes.clone()),
            None => {
                let name = index.listing.behind(path).filter(|_| !index.has(&name)).unwrap_or(name);
                index.read(|one| one == name).map_err(io::Error::other)?.remove(&*name)
            }
        };
        let bytes = bytes.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it is not in the index"))?;
        String::from_utf8(bytes.to_vec()).map_err(io::Error::other)
    }

    fn below_index(&self, path: &Path) -> Option<(&Index, String)> {
        let index = self.0.as_deref()?;
        Some((index, index.listing.name_of(path)?))
    }
}

impl Index {
    fn has(&self, name: &str) -> bool {
        self.listing.names().any(|one| one == name)
    }

    fn read(&self, wants: impl Fn(&str) -> bool) -> Result<HashMap<Arc<str>, Arc<[u8]>>, DiscoverError> {
        let inputs = self.listing.clone().read(&self.options, wants)?.inputs;
        let texts = inputs.into_iter().filter_map(|input| match input.content {
            Content::Bytes(bytes) => Some((input.path, bytes)),
            Content::Disk(_) => None,
        });
        Ok(texts.collect())
    }
}

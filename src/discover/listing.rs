//! Files that git holds, in the index or in a commit: listed first, and read as far as they are wanted.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::git::{self, Blob, EntryKind, Staged};
use super::staged::{Scope, Verdict, failed};
use super::{Content, DiscoverError, Discovery, Input, Options, load, place};
use crate::finding::{Notification, NotificationSeverity};
use crate::source::Tracking;

/// A file with its name in reports.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    pub name: Arc<str>,
    pub explicit: bool,
    pub file: Staged,
}

/// Files that are not read yet; what is excluded, vendored or generated is not among them.
#[derive(Debug, Clone)]
pub(crate) struct Listing {
    top: PathBuf,
    root: PathBuf,
    /// Sorted by name.
    files: Vec<Listed>,
    /// By name.
    links: HashMap<String, Staged>,
    /// What the submodules hold at the commits that this one names.
    modules: Vec<Listing>,
    /// Submodules whose commits are not here.
    lost: Vec<String>,
}

/// Where a link leads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To this name below the root, whether or not there is such a file.
    Name(String),
    /// Out of the root.
    Elsewhere(PathBuf),
}

/// Links that lead to links are followed no further than by systems.
const MOST_LINKS: usize = 40;

impl Listing {
    /// What the index holds below the root.
    pub(crate) fn of_index(options: &Options, root: &Path) -> Result<Self, DiscoverError> {
        let top = top_of(root)?;
        Ok(Self::new(options, root, top, git::indexed(top).map_err(failed)?))
    }

    /// What a commit holds below the root, and the submodules that are checked out.
    pub(crate) fn of_commit(options: &Options, root: &Path, commit: &str) -> Result<Self, DiscoverError> {
        Self::of_commit_at(options, root, top_of(root)?, commit)
    }

    fn of_commit_at(options: &Options, root: &Path, top: &Path, commit: &str) -> Result<Self, DiscoverError> {
        let unreadable = |error| DiscoverError::Revision(format!("the commit {commit} cannot be read: {error}"));
        let listed = git::revision::files(top, commit).map_err(unreadable)?;
        let is_module = |(kind, file): &&(EntryKind, Staged)| {
            *kind == EntryKind::Submodule && place::dot_git(&top.join(&file.path)).is_some()
        };
        let modules: Vec<Staged> = listed.iter().filter(is_module).map(|(_, file)| file.clone()).collect();
        let mut listing = Self::new(options, root, top, listed);
        for Staged { path, id } in modules {
            let top = top.join(path);
            match Self::of_commit_at(options, root, &top, &id) {
                Ok(module) => listing.modules.push(module),
                Err(_) => listing.lost.extend(place::relative(root, &top)),
            }
        }
        Ok(listing)
    }

    fn new(options: &Options, root: &Path, top: &Path, listed: Vec<(EntryKind, Staged)>) -> Self {
        let given = [root.to_path_buf()];
        let scope = Scope { options, root, given: &given };
        let (mut files, mut links) = (Vec::new(), HashMap::new());
        for (kind, file) in listed {
            let place = top.join(&file.path);
            match kind {
                EntryKind::File => {
                    let Verdict::Wanted { name, .. } = scope.judge(&place) else { continue };
                    files.push(Listed { name, explicit: false, file });
                }
                EntryKind::Link => links.extend(place::relative(root, &place).map(|name| (name, file))),
                EntryKind::Submodule => {}
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let (top, root) = (top.to_path_buf(), root.to_path_buf());
        Self { top, root, files, links, modules: Vec::new(), lost: Vec::new() }
    }

    /// The names of the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.all().into_iter().flat_map(|one| &one.files).map(|file| &*file.name)
    }

    /// The name of a path below the root, whether or not there is such a file.
    pub(crate) fn name_of(&self, path: &Path) -> Option<String> {
        place::relative(&self.root, path)
    }

    /// This one, and those of its submodules.
    fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(listing) = all.get(next).copied() {
            all.extend(&listing.modules);
            next += 1;
        }
        all
    }

    /// Whether there is a file of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is_in = |one: &Self| one.files.binary_search_by(|file| (*file.name).cmp(name)).is_ok();
        is_in(self) || self.modules.iter().any(|module| module.has(name))
    }

    /// Whether there is a link of this name.
    pub(crate) fn is_link(&self, name: &str) -> bool {
        self.links.contains_key(name)
    }

    /// The names of the links.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        self.links.keys().map(String::as_str)
    }

    /// Where a name leads that is a link, or stands behind one; `None` where no link is on the way.
    pub(crate) fn behind(&self, name: &str) -> Option<Target> {
        if self.links.is_empty() {
            return None;
        }
        let mut rest: VecDeque<String> = name.split('/').map(str::to_owned).collect();
        let mut path: Vec<String> = Vec::new();
        let mut followed = 0;
        while let Some(part) = rest.pop_front() {
            match &*part {
                "" | "." => continue,
                ".." if path.pop().is_some() => continue,
                ".." => return Some(Target::Elsewhere(below(self.root.parent()?, rest))),
                _ => path.push(part),
            }
            let Some(link) = self.links.get(&path.join("/")) else { continue };
            followed += 1;
            let target = self.text_of(link).filter(|_| followed <= MOST_LINKS)?;
            path.pop();
            if Path::new(&target).is_absolute() {
                let Some(name) = self.name_of(Path::new(&target)) else {
                    return Some(Target::Elsewhere(below(Path::new(&target), rest)));
                };
                path.clear();
                name.split('/').rev().for_each(|part| rest.push_front(part.to_owned()));
            } else {
                target.split('/').rev().for_each(|part| rest.push_front(part.to_owned()));
            }
        }
        (followed > 0).then(|| Target::Name(path.join("/")))
    }

    /// What stands in a link.
    fn text_of(&self, link: &Staged) -> Option<String> {
        let blob = git::blobs(&self.top, std::slice::from_ref(link), load::LARGEST).ok()?.pop()?;
        let Blob::Text(bytes) = blob else { return None };
        String::from_utf8(bytes.to_vec()).ok()
    }

    /// Reads the files that are wanted.
    pub(crate) fn read(mut self, options: &Options, wants: impl Fn(&str) -> bool) -> Result<Discovery, DiscoverError> {
        let mut discovery = Discovery { root: std::mem::take(&mut self.root), ..Discovery::default() };
        let mut listings = vec![self];
        while let Some(mut listing) = listings.pop() {
            listings.append(&mut listing.modules);
            listing.files.retain(|file| wants(&file.name));
            read(&listing.top, listing.files, options, &mut discovery)?;
            discovery.notifications.extend(listing.lost.iter().map(|module| Notification {
                path: None,
                severity: NotificationSeverity::Warning,
                message: format!("the commit of the submodule `{module}` is not here, and nothing is fetched for you"),
            }));
        }
        discovery.inputs.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(discovery)
    }
}

fn top_of(root: &Path) -> Result<&Path, DiscoverError> {
    place::work_tree(root).ok_or_else(|| DiscoverError::NoRepository(root.to_path_buf()))
}

/// A path with the rest of another behind it.
fn below(path: &Path, rest: VecDeque<String>) -> PathBuf {
    rest.into_iter().fold(path.to_path_buf(), |path, part| path.join(part))
}

/// Reads files from the objects of a repository.
pub(super) fn read(
    top: &Path,
    wanted: Vec<Listed>,
    options: &Options,
    discovery: &mut Discovery,
) -> Result<(), DiscoverError> {
    let files: Vec<Staged> = wanted.iter().map(|listed| listed.file.clone()).collect();
    let blobs = git::blobs(top, &files, options.max_file_size).map_err(failed)?;
    for (Listed { name: path, explicit, .. }, blob) in wanted.into_iter().zip(blobs) {
        match blob {
            Blob::Text(bytes) => discovery.inputs.push(Input {
                path,
                content: Content::Bytes(bytes),
                tracking: Tracking::Tracked,
                explicit,
            }),
            Blob::Binary => discovery.skipped += 1,
            Blob::TooLarge(size) => {
                discovery.skipped += 1;
                discovery.notifications.push(load::too_large(&path, size, options.max_file_size));
            }
            Blob::Missing => discovery.notifications.push(Notification {
                path: Some(path),
                severity: NotificationSeverity::Failure,
                message: "the content is not in the repository".to_owned(),
            }),
        }
    }
    Ok(())
}

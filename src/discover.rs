//! What to look at: paths given by the user become inputs.
//!
//! This part alone knows about git and ignore files. A tracked file is an input even where an ignore file names it:
//! that is how a committed `.env` hides from every walker. Git is asked while the directories are walked, and not at
//! all where its answer does not matter.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::Notification;
use crate::source::Tracking;

pub(crate) mod elsewhere;
mod exclude;
mod filter;
pub(crate) mod git;
mod given;
mod listing;
mod load;
pub(crate) mod names;
pub(crate) mod place;
mod probe;
mod staged;
mod track;
mod tree;
mod walk;
pub(crate) mod worktree;

pub use exclude::{ExcludeError, ExcludeSet};
pub(crate) use exclude::{anchored, fault_of};
pub(crate) use listing::{Listing, Target};
pub use load::{LARGEST, Load, Read, Skip, decode, load, read};
pub use probe::probe;

use filter::Filter;
use place::Places;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Files and directories, relative to `current_dir` or absolute. Without any it is `current_dir`, with `staged` the
    /// whole root, or else with `force_exclude` nothing: a hook with nothing to look at.
    pub paths: Vec<PathBuf>,
    /// What reported paths are relative to; found by [`find_root`] if absent.
    pub root: Option<PathBuf>,
    /// Look at what is staged instead of what is on disk.
    pub staged: bool,
    /// Look at ignored, vendored and generated files too. (`exclude` still counts: leave out of it what is to be shown.)
    pub no_ignores: bool,
    /// What is not looked at.
    pub exclude: ExcludeSet,
    /// Whether less is looked at than the configuration asks for.
    pub narrowed: bool,
    /// Whether excludes, and the skipping of vendored and generated files, bind explicitly given files too.
    pub force_exclude: bool,
    /// The size in bytes above which staged files are not read; [`load()`] is told separately.
    pub max_file_size: u64,
    /// The directory that relative paths start from; absolute.
    pub current_dir: PathBuf,
    /// How many threads walk; 0 for as many as the machine has.
    pub threads: usize,
}

/// Where the bytes of an input are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// In a file.
    Disk(PathBuf),
    /// Here already: what is staged.
    Bytes(Arc<[u8]>),
}

/// A file to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Relative to the root, `/`-separated. A byte that is no UTF-8 is shown as U+FFFD and its number.
    pub path: Arc<str>,
    /// Its bytes.
    pub content: Content,
    /// What git knows about it.
    pub tracking: Tracking,
    /// Whether the user named this very file.
    pub explicit: bool,
}

/// What there is to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discovery {
    /// What the paths are relative to.
    pub root: PathBuf,
    /// Sorted by path, each once.
    pub inputs: Vec<Input>,
    /// Links on disk that a walk came by, which are no inputs by their names: what they lead to is.
    pub links: Vec<String>,
    /// What could not be looked at, and why. Sorted.
    pub notifications: Vec<Notification>,
    /// How many files and directories were passed over: excluded, vendored, generated, or binary and too large among
    /// staged ones. A directory counts once.
    pub skipped: usize,
}

/// Why nothing can be looked at.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// The root is no directory.
    #[error("the root `{}` is not a directory that can be read", path.display())]
    Root {
        /// As it was given.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// What git would have to tell, without a repository.
    #[error("there is no git repository at `{}`", .0.display())]
    NoRepository(PathBuf),
    /// `--staged`, and git does not say what is.
    #[error("what is staged cannot be read: {0}")]
    Staged(String),
    /// Git does not know a revision.
    #[error("{0}")]
    Revision(String),
}

/// Finds the files to look at.
pub fn discover(options: &Options) -> Result<Discovery, DiscoverError> {
    let mut places = Places::new(&options.current_dir);
    let given: Vec<PathBuf> = given_paths(options).map(|path| places.of(path)).collect();
    let root = root_of(options.root.as_deref(), &given, &options.current_dir)?;
    let mut discovery = if options.staged {
        // A commit takes the whole index, from wherever it is made.
        let given = if options.paths.is_empty() { vec![root.clone()] } else { given };
        staged::discover(options, &root, &given)?
    } else {
        tree::discover(options, &root, given)
    };
    discovery.notifications.sort();
    discovery.notifications.dedup();
    discovery.root = root;
    Ok(discovery)
}

/// The root of a scan of `options.paths`, without looking for files: the one given; else the top of the git work tree
/// that holds all of the paths; else the deepest directory that does.
pub fn find_root(options: &Options) -> Result<PathBuf, DiscoverError> {
    let mut places = Places::new(&options.current_dir);
    let given: Vec<PathBuf> = given_paths(options).map(|path| places.of(path)).collect();
    root_of(options.root.as_deref(), &given, &options.current_dir)
}

/// What was given, by its names below the root; the root itself has the empty name.
pub fn given_names(options: &Options, root: &Path) -> Vec<String> {
    let mut places = Places::new(&options.current_dir);
    given_paths(options).filter_map(|path| place::relative(root, &places.of(path))).collect()
}

fn given_paths(options: &Options) -> impl Iterator<Item = &Path> {
    let here = options.paths.is_empty() && (options.staged || !options.force_exclude);
    options.paths.iter().map(PathBuf::as_path).chain(here.then_some(options.current_dir.as_path()))
}

fn root_of(root: Option<&Path>, given: &[PathBuf], current_dir: &Path) -> Result<PathBuf, DiscoverError> {
    match root {
        Some(root) => directory(&current_dir.join(root))
            .map_err(|source| DiscoverError::Root { path: root.to_path_buf(), source }),
        None => Ok(place::common_root(given)
            .or_else(|| place::common_root(&[place::resolve(current_dir)]))
            .unwrap_or_else(|| current_dir.to_path_buf())),
    }
}

fn directory(path: &Path) -> io::Result<PathBuf> {
    let path = place::canonical(path)?;
    if path.is_dir() { Ok(path) } else { Err(io::ErrorKind::NotADirectory.into()) }
}

impl Options {
    pub(crate) fn filter(&self) -> Filter<'_> {
        Filter { exclude: &self.exclude, foreign: !self.no_ignores }
    }
}

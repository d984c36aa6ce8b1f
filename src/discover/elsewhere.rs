//! The repository that the environment names, where that is not the one around the work tree: files of a home directory
//! that a bare repository tracks (`git --git-dir=… --work-tree=…`), and the hooks of such a repository.
//!
//! Where `GIT_DIR` names the repository that is found from the work tree anyway, as it does in most hooks, nothing here
//! applies. What `GIT_DIR` alone says of a directory that is in a repository of its own is left aside: a hook may look at
//! other repositories than that of the commit.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use super::place::{canonical, dot_git};

/// The repository of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Where it is.
    pub git_dir: PathBuf,
    /// The top of its work tree; none in a bare repository.
    pub top: Option<PathBuf>,
}

/// The repository that the environment names.
pub(crate) fn get() -> Option<&'static Elsewhere> {
    static ELSEWHERE: OnceLock<Option<Elsewhere>> = OnceLock::new();
    ELSEWHERE.get_or_init(|| find(&env::var_os("GIT_DIR")?, env::var_os("GIT_WORK_TREE").as_deref())).as_ref()
}

/// The top of its work tree.
pub(super) fn top() -> Option<&'static Path> {
    get()?.top.as_deref()
}

/// Whether `GIT_DIR` names the repository of this directory, whether or not that is elsewhere: then what the environment
/// says about objects is about its objects.
pub(crate) fn is_of(git_dir: &Path) -> bool {
    let named = env::var_os("GIT_DIR").and_then(|named| canonical(Path::new(&named)).ok());
    named.is_some_and(|named| canonical(git_dir).is_ok_and(|git_dir| git_dir == named))
}

fn find(git_dir: &OsStr, work_tree: Option<&OsStr>) -> Option<Elsewhere> {
    let git_dir = canonical(Path::new(git_dir)).ok().filter(|path| path.join("HEAD").is_file())?;
    let here = env::current_dir().and_then(|here| canonical(&here)).ok()?;
    if let Some(work_tree) = work_tree {
        let top = canonical(Path::new(work_tree)).ok()?;
        let is_own = dot_git(&top).is_some_and(|own| own == git_dir);
        return (!is_own).then_some(Elsewhere { git_dir, top: Some(top) });
    }
    let has_own = here.ancestors().any(|ancestor| fs::symlink_metadata(ancestor.join(".git")).is_ok());
    (!has_own).then(|| Elsewhere { top: asked(&git_dir), git_dir })
}

/// What git says that the top is: the directory itself, or what the repository's configuration names.
fn asked(git_dir: &Path) -> Option<PathBuf> {
    let mut command = Command::new("git");
    command.args(["-c", "core.fsmonitor=false", "rev-parse", "--show-toplevel"]).env("GIT_DIR", git_dir);
    let output = command.output().ok().filter(|output| output.status.success())?;
    let line = output.stdout.strip_suffix(b"\n")?;
    canonical(&super::git::path_from(line)).ok()
}

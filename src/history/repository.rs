//! Which repository, with or without a work tree, and what is asked of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::HistoryError;
use super::id::Id;
use crate::discover::git::{self, EntryKind, GitError, Index};
use crate::discover::{elsewhere, place};

/// A repository, with or without a work tree.
#[derive(Debug, Clone)]
pub struct Repository {
    directory: PathBuf,
    bare: bool,
}

impl Repository {
    /// The repository around a directory: the work tree that holds it, or the bare repository that it is.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn around(directory: &Path) -> Result<Self, HistoryError> {
        let none = || HistoryError::NoRepository(directory.to_path_buf());
        let directory = place::canonical(directory).map_err(|_| none())?;
        if let Some(top) = place::work_tree(&directory) {
            return Ok(Self { directory: top.to_path_buf(), bare: false });
        }
        let named = || elsewhere::get().filter(|named| named.top.is_none()).map(|named| named.git_dir.as_path());
        let bare = directory.ancestors().find(|ancestor| is_bare(ancestor)).or_else(named).ok_or_else(none)?;
        Ok(Self { directory: bare.to_path_buf(), bare: true })
    }

    /// The repository that this very directory is, with or without a work tree.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub fn at(directory: &Path) -> Result<Self, HistoryError> {
        match place::canonical(directory) {
            Ok(directory) if is_bare(&directory) => Ok(Self { directory, bare: true }),
            _ => Self::around(directory),
        }
    }

    /// Where it is: the top of the work tree, or the bare repository itself.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The command every call begins with.
    pub(super) fn git(&self) -> Command {
        // A hook that is called before what was pushed is accepted finds that in a place of its own.
        let own = if self.bare { Some(self.directory.clone()) } else { place::dot_git(&self.directory) };
        let is_hook = own.is_some_and(|own| elsewhere::is_of(&own));
        let mut command = git::git(&self.directory, if is_hook { Index::FromEnvironment } else { Index::Own });
        if self.bare {
            // The user named it, or stands in it.
            command.args(["-c", "safe.bareRepository=all"]);
        }
        command
    }

    /// The versions of files in `HEAD`, by name and id; nothing before the first commit.
    pub(super) fn head_versions(&self) -> Result<HashMap<String, Id>, GitError> {
        if self.has_head() { self.versions_in("HEAD") } else { Ok(HashMap::new()) }
    }

    /// The links in `HEAD`.
    pub(super) fn head_links(&self) -> Result<Vec<String>, GitError> {
        let links: Vec<_> = if self.has_head() { self.entries_in("HEAD", EntryKind::Link)? } else { Vec::new() };
        Ok(links.into_iter().map(|(name, _)| name).collect())
    }

    /// The versions of files in a commit, by name and id.
    pub(super) fn versions_in(&self, commit: &str) -> Result<HashMap<String, Id>, GitError> {
        self.entries_in(commit, EntryKind::File)
    }

    fn entries_in<T: FromIterator<(String, Id)>>(&self, commit: &str, wanted: EntryKind) -> Result<T, GitError> {
        let output = git::run(self.git().args(["ls-tree", "-r", "-z", "--full-tree", commit]))?;
        let versions = git::records(&output.stdout).filter_map(|line| {
            // `mode type id TAB path`.
            let tab = memchr::memchr(b'\t', line)?;
            let mut columns = line.get(..tab)?.split(|&byte| byte == b' ');
            let (mode, id) = (columns.next()?, columns.nth(1)?);
            git::kind(mode).filter(|&kind| kind == wanted)?;
            Some((name(line.get(tab + 1..)?).to_string(), Id::parse(id)?))
        });
        Ok(versions.collect())
    }

    /// What left trees out when this was cloned: `tree:0`.
    pub(super) fn tree_filter(&self) -> Option<String> {
        git::revision::tree_filter(self.git())
    }

    /// Whether there is a commit in `HEAD`.
    pub(super) fn has_head(&self) -> bool {
        self.commit("HEAD").is_some()
    }

    /// The commit that `HEAD`, or the id of a commit or a tag, leads to.
    fn commit(&self, id: &str) -> Option<String> {
        let commit = format!("{id}^{{commit}}");
        let output = git::run(self.git().args(["rev-parse", "--verify", "--quiet", &commit])).ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// The commits that ranges end at, each once. What is no revision at all is left to `rev-list`, which says why.
    ///
    /// # Errors
    ///
    /// If one speaks of a file or a folder: `rev-list` passes that over.
    pub(super) fn ends(&self, ranges: &[String]) -> Result<Vec<String>, HistoryError> {
        let mut ends = Vec::new();
        for range in ranges {
            let output = git::run(self.git().args(["rev-parse", "--revs-only", "--end-of-options", range]))?;
            // git repeats the option that ends all options.
            for line in String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.starts_with('-')) {
                let id = line.strip_prefix('^');
                let commit = self.commit(id.unwrap_or(line)).ok_or_else(|| HistoryError::NoCommit(range.clone()))?;
                if id.is_none() && !ends.contains(&commit) {
                    ends.push(commit);
                }
            }
        }
        Ok(ends)
    }

    /// The directory of its objects.
    pub(super) fn objects(&self) -> Result<PathBuf, GitError> {
        let output = git::run(self.git().args(["rev-parse", "--git-path", "objects"]))?;
        let path = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        Ok(self.directory.join(git::path_from(path)))
    }

    /// Whether commits are missing at the old end.
    pub(super) fn is_shallow(&self) -> Result<bool, GitError> {
        let output = git::run(self.git().args(["rev-parse", "--is-shallow-repository"]))?;
        Ok(output.stdout.starts_with(b"true"))
    }
}

/// A path of git as reports name it.
pub(super) fn name(path: &[u8]) -> Arc<str> {
    place::shown(git::path_from(path).as_os_str()).into()
}

fn is_bare(directory: &Path) -> bool {
    directory.join("HEAD").is_file() && directory.join("objects").is_dir() && directory.join("refs").is_dir()
}

//! What the user does not want to have looked at.

use std::borrow::Cow;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::place;

/// Globs in the syntax of `.gitignore`, each relative to the directory it was written for.
#[derive(Debug, Clone, Default)]
pub struct ExcludeSet {
    groups: Vec<Gitignore>,
}

/// A glob that cannot be understood.
#[derive(Debug, thiserror::Error)]
#[error("invalid exclude pattern `{glob}`: {reason}")]
pub struct ExcludeError {
    /// As it was written.
    pub glob: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ExcludeSet {
    /// Adds globs that are relative to `base`: the directory of the configuration file, or the current one.
    ///
    /// Within one call a later `!glob` takes back what an earlier one excludes.
    pub fn add<S: AsRef<str>>(&mut self, base: &Path, globs: impl IntoIterator<Item = S>) -> Result<(), ExcludeError> {
        let mut builder = GitignoreBuilder::new(place::resolve(base));
        builder.allow_unclosed_class(false);
        let mut last = String::new();
        for glob in globs {
            last = glob.as_ref().to_owned();
            builder.add_line(None, &anchored(&last)).map_err(|error| ExcludeError::new(&last, &error))?;
        }
        let group = builder.build().map_err(|error| ExcludeError::new(&last, &error))?;
        if !group.is_empty() {
            self.groups.push(group);
        }
        Ok(())
    }

    /// Whether nothing is excluded.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether a glob names this file, or a directory above it.
    pub fn excludes(&self, file: &Path) -> bool {
        file.ancestors().enumerate().any(|(level, path)| self.matches(path, level > 0))
    }

    /// Whether a glob names this path itself; one that names a directory above it does not count here.
    pub(super) fn matches(&self, path: &Path, is_directory: bool) -> bool {
        self.groups.iter().any(|group| path.starts_with(group.path()) && group.matched(path, is_directory).is_ignore())
    }
}

/// The glob as a `.gitignore` has it, where `./gen` would fit nothing.
pub(crate) fn anchored(glob: &str) -> Cow<'_, str> {
    match (glob.strip_prefix("./"), glob.strip_prefix("!./")) {
        (Some(rest), _) => Cow::Owned(format!("/{rest}")),
        (_, Some(rest)) => Cow::Owned(format!("!/{rest}")),
        (None, None) => Cow::Borrowed(glob),
    }
}

impl ExcludeError {
    fn new(glob: &str, error: &ignore::Error) -> Self {
        Self { glob: glob.to_owned(), reason: error.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_are_relative_to_their_base() -> Result<(), ExcludeError> {
        let mut set = ExcludeSet::default();
        set.add(Path::new("/no-such/tree"), ["/gen/", "*.snap", "!keep.snap"])?;
        set.add(Path::new("/no-such/tree/web"), ["/dist"])?;
        assert!(set.matches(Path::new("/no-such/tree/gen"), true));
        assert!(!set.matches(Path::new("/no-such/tree/gen"), false), "a trailing slash means a directory");
        assert!(set.matches(Path::new("/no-such/tree/a/b.snap"), false));
        assert!(!set.matches(Path::new("/no-such/tree/a/keep.snap"), false));
        assert!(set.matches(Path::new("/no-such/tree/web/dist"), true));
        assert!(!set.matches(Path::new("/no-such/tree/dist"), true));
        assert!(!set.matches(Path::new("/elsewhere/b.snap"), false));
        Ok(())
    }

    #[test]
    fn a_glob_may_begin_where_it_was_written() -> Result<(), ExcludeError> {
        let mut set = ExcludeSet::default();
        set.add(Path::new("/no-such/tree"), ["./gen", "!./gen/kept.rs"])?;
        assert!(set.matches(Path::new("/no-such/tree/gen"), true));
        assert!(!set.matches(Path::new("/no-such/tree/web/gen"), true));
        assert!(!set.matches(Path::new("/no-such/tree/gen/kept.rs"), false));
        Ok(())
    }

    #[test]
    fn a_broken_glob_is_named() {
        let error = ExcludeSet::default().add(Path::new("/no-such"), ["a/[b"]).err().map(|error| error.glob);
        assert_eq!(error.as_deref(), Some("a/[b"));
    }
}

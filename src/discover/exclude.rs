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
#[error("exclude pattern {number} is not a valid glob{reason}")]
pub struct ExcludeError {
    /// Which of those that were given, counted from one: its text may be anything, and is not repeated.
    pub number: usize,
    /// What is wrong with it, behind a colon.
    reason: String,
}

impl ExcludeSet {
    /// Adds globs that are relative to `base`: the directory of the configuration file, or the current one.
    ///
    /// Within one call a later `!glob` takes back what an earlier one excludes.
    pub fn add<S: AsRef<str>>(&mut self, base: &Path, globs: impl IntoIterator<Item = S>) -> Result<(), ExcludeError> {
        let mut builder = GitignoreBuilder::new(place::resolve(base));
        builder.allow_unclosed_class(false);
        let mut number = 0;
        for glob in globs {
            number += 1;
            let added = builder.add_line(None, &anchored(glob.as_ref()));
            added.map_err(|error| ExcludeError { number, reason: fault_of(&error) })?;
        }
        let group = builder.build().map_err(|error| ExcludeError { number, reason: fault_of(&error) })?;
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

/// What is wrong with a glob, behind a colon and without its text; empty where that is not known.
pub(crate) fn fault_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => format!(": {err}"),
        _ => String::new(),
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
    fn a_broken_glob_is_counted_and_not_repeated() {
        let error =
            ExcludeSet::default().add(Path::new("/no-such"), ["a", "a/[b"]).err().map(|error| error.to_string());
        let wanted = "exclude pattern 2 is not a valid glob: unclosed character class; missing ']'";
        assert_eq!(error.as_deref(), Some(wanted));
    }
}

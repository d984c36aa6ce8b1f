//! What is passed over although nobody ignores it.

use std::path::{Path, PathBuf};

use super::exclude::ExcludeSet;
use super::names;

/// The user's excludes, and foreign and generated paths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter<'a> {
    pub exclude: &'a ExcludeSet,
    /// Whether vendored and generated paths are passed over.
    pub foreign: bool,
}

impl Filter<'_> {
    /// Whether this path is passed over by its own name.
    pub(super) fn skips(self, path: &Path, is_directory: bool) -> bool {
        self.foreign && is_foreign(path, is_directory)
            || !self.exclude.is_empty() && self.exclude.matches(path, is_directory)
    }

    /// Whether an explicitly given path is passed over: by what lies below the root, or because the user excludes
    /// the root itself, which is where that path lies if it was given alone.
    pub(super) fn binds(self, root: &Path, path: &Path, is_directory: bool) -> bool {
        self.skipped_part(root, path, is_directory).is_some()
            || root.ancestors().any(|above| self.exclude.matches(above, true))
    }

    /// The first directory between `base` and the path, or the path itself, that is passed over.
    pub(crate) fn skipped_part(self, base: &Path, path: &Path, is_directory: bool) -> Option<PathBuf> {
        let mut part = base.to_path_buf();
        let mut names = path.strip_prefix(base).ok()?.iter().peekable();
        while let Some(name) = names.next() {
            part.push(name);
            if self.skips(&part, is_directory || names.peek().is_some()) {
                return Some(part);
            }
        }
        None
    }
}

fn is_foreign(path: &Path, is_directory: bool) -> bool {
    if is_directory {
        return names::is_foreign_directory(path);
    }
    path.file_name().and_then(|name| name.to_str()).is_some_and(names::is_generated_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_base_is_judged() {
        let filter = Filter { exclude: &ExcludeSet::default(), foreign: true };
        let part = |base: &str, file: &str| filter.skipped_part(Path::new(base), Path::new(file), false);
        assert_eq!(part("/r", "/r/a/vendor/x/y.go"), Some(PathBuf::from("/r/a/vendor")));
        assert_eq!(part("/r/a/vendor", "/r/a/vendor/x/y.go"), None);
        assert_eq!(part("/r", "/r/vendor"), None, "a file may be called so");
        assert_eq!(part("/r", "/r/yarn.lock"), Some(PathBuf::from("/r/yarn.lock")));
    }
}

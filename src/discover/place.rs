//! Where paths are: the root that reports name everything from, and one name per file.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

use super::elsewhere;

/// The real path: absolute and without links.
pub(crate) fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path).map(without_verbatim_prefix)
}

/// `C:\x` for `\\?\C:\x`, which git and people do not understand.
#[cfg(windows)]
fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|path| path.strip_prefix(r"\\?\")) {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => path,
    }
}

#[cfg(not(windows))]
fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    path
}

/// The real path of what exists of `path`, and the rest as it is written.
pub(crate) fn resolve(path: &Path) -> PathBuf {
    for ancestor in path.ancestors() {
        if let (Ok(mut real), Ok(rest)) = (canonical(ancestor), path.strip_prefix(ancestor)) {
            for part in rest.components() {
                match part {
                    Component::ParentDir => drop(real.pop()),
                    Component::Normal(name) => real.push(name),
                    _ => {}
                }
            }
            return real;
        }
    }
    path.to_path_buf()
}

/// Finds the places of many paths; most of them share their directories.
#[derive(Debug)]
pub(super) struct Places {
    current_dir: PathBuf,
    directories: HashMap<PathBuf, PathBuf>,
}

impl Places {
    pub(super) fn new(current_dir: &Path) -> Self {
        Self { current_dir: resolve(current_dir), directories: HashMap::new() }
    }

    /// The path as it is in the file system: absolute, links among its directories resolved, its last part kept.
    pub(super) fn of(&mut self, path: &Path) -> PathBuf {
        let path = self.current_dir.join(path);
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return resolve(&path) };
        if let Some(directory) = self.directories.get(parent) {
            return directory.join(name);
        }
        let directory = resolve(parent);
        let place = directory.join(name);
        self.directories.insert(parent.to_path_buf(), directory);
        place
    }
}

/// The top of the git work tree that holds `directory`: the nearest one with a `.git`, or that the environment names.
pub(crate) fn work_tree(directory: &Path) -> Option<&Path> {
    let named = elsewhere::top();
    let is_top = |ancestor: &Path| named == Some(ancestor) || fs::symlink_metadata(ancestor.join(".git")).is_ok();
    directory.ancestors().find(|ancestor| is_top(ancestor))
}

/// The repository that the `.git` of a work tree is, or names.
pub(crate) fn dot_git(top: &Path) -> Option<PathBuf> {
    let path = top.join(".git");
    if path.is_dir() {
        return canonical(&path).ok();
    }
    let named = fs::read_to_string(&path).ok()?;
    canonical(&top.join(named.strip_prefix("gitdir:")?.trim())).ok()
}

/// The root for these places: the work tree that holds all of them, else the nearest directory that does.
///
/// It does not depend on their order. `None` only if there are none, or if they share no directory at all.
pub(super) fn common_root(places: &[PathBuf]) -> Option<PathBuf> {
    let mut anchors = places.iter().map(|place| anchor(place));
    let first = anchors.next()?;
    let common = anchors.try_fold(first, |common, anchor| common_directory(&common, &anchor))?;
    Some(work_tree(&common).map(Path::to_path_buf).unwrap_or(common))
}

/// The deepest directory that is the same for both, or holds the other.
pub(super) fn common_directory(a: &Path, b: &Path) -> Option<PathBuf> {
    a.ancestors().find(|ancestor| b.starts_with(ancestor)).map(Path::to_path_buf)
}

/// Those of `bases`, which are sorted, that are `path` or hold it, the nearest first.
pub(super) fn holding<'a>(bases: &'a [PathBuf], path: &Path) -> impl Iterator<Item = &'a Path> {
    let exact = |ancestor: &Path| bases.binary_search_by(|base| base.as_path().cmp(ancestor)).ok();
    path.ancestors().filter_map(exact).filter_map(|index| bases.get(index)).map(PathBuf::as_path)
}

/// Whether a path is one of `names`, or below it; the empty name holds everything.
pub(crate) fn covers(names: &[String], path: &str) -> bool {
    names.iter().any(|name| {
        path.strip_prefix(name.as_str()).is_some_and(|rest| name.is_empty() || rest.is_empty() || rest.starts_with('/'))
    })
}

/// The directory that a place stands for. A link to a directory stands for its target only outside any
/// repository; inside one it is a file like others.
fn anchor(place: &Path) -> PathBuf {
    let parent = || place.parent().unwrap_or(place).to_path_buf();
    match fs::symlink_metadata(place) {
        Ok(metadata) if metadata.is_dir() => place.to_path_buf(),
        Ok(metadata) if metadata.is_symlink() && place.is_dir() && work_tree(&parent()).is_none() => {
            canonical(place).unwrap_or_else(|_| parent())
        }
        _ => parent(),
    }
}

/// The name of `path` in reports; `None` if it is not below `root`. The root itself has the empty name.
pub(crate) fn relative(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    if cfg!(windows) {
        let parts: Vec<_> = rest.iter().map(shown).collect();
        return Some(parts.join("/"));
    }
    Some(shown(rest.as_os_str()))
}

/// A name as text. What is not UTF-8 becomes U+FFFD and the byte's number, so that two names stay two.
pub(crate) fn shown(name: &OsStr) -> String {
    if let Some(name) = name.to_str() {
        return name.to_owned();
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string does not fail.
            let _ = write!(text, "\u{fffd}{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_does_not_depend_on_the_order() {
        let places = ["/no-such/a/b/x.rs", "/no-such/a/c/y.rs"].map(PathBuf::from);
        let [b, c] = places.clone();
        assert_eq!(common_root(&places), Some(PathBuf::from("/no-such/a")));
        assert_eq!(common_root(&[c, b]), common_root(&places));
        assert_eq!(common_root(&[]), None);
    }

    #[test]
    fn the_bases_of_a_path_are_found_among_many() {
        let mut bases = ["/r", "/r/a-b", "/r/a", "/r/a/b/c.rs", "/s"].map(PathBuf::from);
        bases.sort();
        let found: Vec<_> = holding(&bases, Path::new("/r/a/b/c.rs")).collect();
        assert_eq!(found, ["/r/a/b/c.rs", "/r/a", "/r"].map(Path::new));
    }

    #[test]
    fn what_does_not_exist_keeps_its_name() {
        assert_eq!(resolve(Path::new("/no-such/x/../y")), Path::new("/no-such/y"));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let name = |bytes| shown(OsStr::from_bytes(bytes));
        assert_eq!(name(b"a\xff.rs"), "a\u{fffd}FF.rs");
        assert_ne!(name(b"a\xff.rs"), name(b"a\xfe.rs"));
        assert_eq!(name("a%é".as_bytes()), "a%é");
    }
}

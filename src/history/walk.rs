//! Which commit brought which version of which file.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;

use super::id::Id;
use super::repository::name;
use super::{HistoryError, Repository, in_parallel, workers};
use crate::discover::git::{self, EntryKind, GitError};
use crate::scan::{Scan, single};

/// A version under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Its index in [`Walked::blobs`].
    pub blob: u32,
    /// The first commit that has it: its index in [`Walked::commits`] and one; 0 if it was there before all of them.
    pub commit: u32,
    /// Its index in [`Walked::paths`].
    pub path: u32,
}

/// There before all commits of a range.
pub(super) const BEFORE: u32 = 0;

/// All versions of files that an analyzer reads.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Oldest first: parents before children, and otherwise by date.
    pub commits: Vec<String>,
    pub paths: Vec<Arc<str>>,
    /// Versions in the order in which they came: neighbours are alike, which is how packs keep them.
    pub blobs: Vec<Id>,
    /// Sorted by blob.
    pub places: Vec<Place>,
    pub shallow: bool,
}

/// A name for a version, as one part of the walk saw it.
struct Change {
    blob: Id,
    commit: u32,
    path: u32,
}

/// What one part of the walk saw.
#[derive(Default)]
struct Part {
    paths: Vec<Arc<str>>,
    changes: Vec<Change>,
}

/// Walks the commits of these ranges, or all that any reference reaches.
pub(super) fn walk(repository: &Repository, ranges: &[String], scan: &Scan) -> Result<Walked, HistoryError> {
    let commits = commits(repository, ranges)?;
    /// A process for fewer commits is not worth its start.
    const FEWEST: usize = 500;
    let numbered: Vec<(u32, &String)> = (1..).zip(&commits).collect();
    // Later commits take longer, since the tree has grown.
    let size = numbered.len().div_ceil(3 * workers(scan)).max(FEWEST);
    let parts: Vec<&[(u32, &String)]> = numbered.chunks(size).collect();
    let reader = Reader { repository, scan, before: !ranges.is_empty() };
    let mut walked = Walked { shallow: repository.is_shallow()?, ..Walked::default() };
    let mut merging = Merging::default();
    for part in in_parallel(scan, &parts, |part| reader.read(part))? {
        let part = part.ok_or_else(|| HistoryError::Git("internal error while commits were read".to_owned()))??;
        merging.add(part, &mut walked);
    }
    walked.places.sort_unstable();
    walked.commits = commits;
    Ok(walked)
}

/// The commits, oldest first.
fn commits(repository: &Repository, ranges: &[String]) -> Result<Vec<String>, GitError> {
    let mut command = repository.git();
    command.args(["rev-list", "--date-order", "--reverse"]);
    if ranges.is_empty() {
        command.arg("--all");
        if repository.has_head() {
            command.arg("HEAD");
        }
    } else {
        command.arg("--end-of-options").args(ranges);
    }
    let output = git::run(command.arg("--"))?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Puts parts together, which number their paths each for itself.
#[derive(Default)]
struct Merging {
    paths: HashMap<Arc<str>, u32>,
    blobs: HashMap<Id, u32>,
    seen: HashSet<(u32, u32)>,
}

impl Merging {
    /// Adds a part; parts come oldest first.
    fn add(&mut self, part: Part, walked: &mut Walked) {
        let paths: Vec<u32> = part
            .paths
            .into_iter()
            .map(|path| {
                *self.paths.entry(path).or_insert_with_key(|path| {
                    walked.paths.push(path.clone());
                    number(walked.paths.len())
                })
            })
            .collect();
        for Change { blob, commit, path } in part.changes {
            let Some(&path) = usize::try_from(path).ok().and_then(|path| paths.get(path)) else { continue };
            let blob = *self.blobs.entry(blob).or_insert_with(|| {
                walked.blobs.push(blob);
                number(walked.blobs.len())
            });
            if self.seen.insert((blob, path)) {
                walked.places.push(Place { blob, commit, path });
            }
        }
    }
}

/// The index of the last of so many.
fn number(length: usize) -> u32 {
    u32::try_from(length.saturating_sub(1)).unwrap_or(u32::MAX)
}

/// Asks git what commits change.
struct Reader<'a> {
    repository: &'a Repository,
    scan: &'a Scan,
    /// Whether versions that are changed or removed are wanted as well: of a range, they may have been there before.
    before: bool,
}

impl Reader<'_> {
    fn read(&self, commits: &[(u32, &String)]) -> Result<Part, GitError> {
        let mut command = self.repository.git();
        // Of a merge only what none of its parents has.
        command.args(["diff-tree", "--stdin", "-r", "--root", "-c", "--raw", "-z", "--no-renames", "--no-abbrev"]);
        command.args(["--no-ext-diff", "--no-textconv"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| GitError::Absent(error.to_string()))?;
        let part = thread::scope(|scope| {
            if let Some(stdin) = child.stdin.take() {
                scope.spawn(move || {
                    let mut stdin = BufWriter::new(stdin);
                    // If git went away, the reading side notices.
                    let _ = commits.iter().try_for_each(|(_, id)| writeln!(stdin, "{id}"));
                });
            }
            let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
            self.parse(BufReader::with_capacity(256 * 1024, stdout), commits)
        });
        let ended = child.wait_with_output().map_err(|error| GitError::Failed(error.to_string()))?;
        if !ended.status.success() {
            return Err(git::refusal(&ended.stderr));
        }
        part.map_err(|error: io::Error| GitError::Failed(error.to_string()))
    }

    /// Records end with NUL: a commit's id, or what changed and then the path.
    fn parse(&self, mut from: impl BufRead, commits: &[(u32, &String)]) -> io::Result<Part> {
        let mut part = Part::default();
        let mut known: HashMap<Vec<u8>, Option<u32>> = HashMap::new();
        let mut seen: HashSet<(Id, u32)> = HashSet::new();
        let mut upcoming = commits.iter();
        let mut commit = BEFORE;
        let (mut head, mut path) = (Vec::new(), Vec::new());
        while record(&mut from, &mut head)? {
            if head.first() != Some(&b':') {
                // Commits without changes are passed over in silence.
                commit = upcoming.find(|(_, id)| id.as_bytes() == head).map_or(commit, |(number, _)| *number);
                continue;
            }
            record(&mut from, &mut path)?;
            let index = match known.get(&path) {
                Some(&index) => index,
                None => {
                    let index = self.wanted(&path).map(|name| {
                        part.paths.push(name);
                        number(part.paths.len())
                    });
                    known.insert(path.clone(), index);
                    index
                }
            };
            let (Some(path), Some(Versions { old, new })) = (index, versions(&head)) else { continue };
            let old = old.filter(|_| self.before).map(|blob| (blob, BEFORE));
            for (blob, commit) in old.into_iter().chain(new.map(|blob| (blob, commit))) {
                if seen.insert((blob, path)) {
                    part.changes.push(Change { blob, commit, path });
                }
            }
        }
        Ok(part)
    }

    /// The name of a file that an analyzer reads and nothing excludes.
    fn wanted(&self, path: &[u8]) -> Option<Arc<str>> {
        let name = name(path);
        is_wanted(self.repository, self.scan, &name).then_some(name)
    }
}

/// Whether an analyzer reads files of this name and nothing excludes it.
pub(super) fn is_wanted(repository: &Repository, scan: &Scan, name: &str) -> bool {
    let root = repository.directory();
    single::is_readable(name)
        && scan.discover.filter().skipped_part(root, &root.join(Path::new(name)), false).is_none()
        && !scan.config.excludes_nested(name)
}

/// Reads to the next NUL; `false` at the end.
fn record(from: &mut impl BufRead, into: &mut Vec<u8>) -> io::Result<bool> {
    into.clear();
    from.read_until(0, into)?;
    let some = !into.is_empty();
    if into.last() == Some(&0) {
        into.pop();
    }
    Ok(some)
}

/// The versions before and after a change, where they are files.
#[derive(Debug, PartialEq, Eq)]
struct Versions {
    old: Option<Id>,
    new: Option<Id>,
}

/// `:mode mode id id status`; a merge has as many colons, and as many modes and ids in front, as parents.
fn versions(head: &[u8]) -> Option<Versions> {
    let parents = head.iter().take_while(|&&byte| byte == b':').count();
    let fields: Vec<&[u8]> = head.get(parents..)?.split(|&byte| byte == b' ').collect();
    let file = |side: usize| {
        let mode = git::kind(fields.get(side)?)?;
        (mode == EntryKind::File).then(|| fields.get(parents + 1 + side)).flatten().and_then(|id| Id::parse(id))
    };
    // What the parents of a merge have, their own commits have brought.
    Some(Versions { old: if parents == 1 { file(0) } else { None }, new: file(parents) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn id(text: &str) -> Option<Id> {
        Id::parse(text.as_bytes())
    }

    #[test]
    fn changes_tell_the_versions() {
        let of = |head: String| versions(head.as_bytes());
        let both = Some(Versions { old: id(OLD), new: id(NEW) });
        assert_eq!(of(format!(":100644 100755 {OLD} {NEW} M")), both);
        assert_eq!(of(format!(":000000 100644 {NONE} {NEW} A")), Some(Versions { old: None, new: id(NEW) }));
        assert_eq!(of(format!(":100644 000000 {OLD} {NONE} D")), Some(Versions { old: id(OLD), new: None }));
        let merge = format!("::100644 100644 100644 {OLD} {OLD} {NEW} MM");
        assert_eq!(of(merge), Some(Versions { old: None, new: id(NEW) }));
        assert_eq!(of(format!(":100644 160000 {OLD} {NEW} T")), Some(Versions { old: id(OLD), new: None }));
        assert_eq!(of(":".to_owned()), Some(Versions { old: None, new: None }));
    }
}

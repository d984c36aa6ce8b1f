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

/// There before a range: held by a commit that the range leaves out and one of its own follows.
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

/// Walks the commits of these ranges, which end with these versions of files, or all that any reference reaches.
pub(super) fn walk(
    repository: &Repository,
    ranges: &[String],
    ends: &[HashMap<String, Id>],
    scan: &Scan,
) -> Result<Walked, HistoryError> {
    let Commits { commits, before } = commits(repository, ranges)?;
    /// A process for fewer commits is not worth its start.
    const FEWEST: usize = 500;
    let numbered: Vec<(u32, &str)> = (1..).zip(commits.iter().map(String::as_str)).collect();
    // Later commits take longer, since the tree has grown.
    let size = numbered.len().div_ceil(3 * workers(scan)).max(FEWEST);
    let parts: Vec<&[(u32, &str)]> = numbered.chunks(size).collect();
    let reader = Reader { repository, scan };
    let mut walked = Walked { shallow: repository.is_shallow()?, ..Walked::default() };
    let mut merging = Merging::default();
    for part in in_parallel(scan, &parts, |part| reader.read(part))? {
        let part = part.ok_or_else(|| HistoryError::Git("internal error while commits were read".to_owned()))??;
        merging.add(part, &mut walked);
    }
    reader.each_before(&before, |name, blob| {
        // A file that is nowhere at the end may be one that a merge has moved.
        let is_gone = || ends.iter().all(|end| !end.contains_key(name)) && is_wanted(repository, scan, name);
        merging.add_before(name, blob, is_gone, &mut walked);
    })?;
    merging.finish(&mut walked);
    walked.commits = commits;
    Ok(walked)
}

/// What there is to walk, oldest first.
struct Commits {
    commits: Vec<String>,
    /// Parents of them that a range leaves out.
    before: Vec<String>,
}

fn commits(repository: &Repository, ranges: &[String]) -> Result<Commits, GitError> {
    let mut command = repository.git();
    command.args(["rev-list", "--date-order", "--reverse"]);
    if ranges.is_empty() {
        command.arg("--all");
        if repository.has_head() {
            command.arg("HEAD");
        }
    } else {
        command.args(["--boundary", "--end-of-options"]).args(ranges);
    }
    let output = git::run(command.arg("--"))?;
    let mut found = Commits { commits: Vec::new(), before: Vec::new() };
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        match line.strip_prefix('-') {
            Some(before) => found.before.push(before.to_owned()),
            None => found.commits.push(line.to_owned()),
        }
    }
    Ok(found)
}

/// Puts parts together, which number their paths each for itself.
#[derive(Default)]
struct Merging {
    paths: HashMap<Arc<str>, u32>,
    blobs: HashMap<Id, u32>,
    seen: HashSet<(u32, u32)>,
    /// Versions and paths that were there before all parts.
    before: HashSet<(u32, u32)>,
}

impl Merging {
    /// Adds a part; parts come oldest first.
    fn add(&mut self, part: Part, walked: &mut Walked) {
        let paths: Vec<u32> = part.paths.into_iter().map(|path| self.path(path, walked)).collect();
        for Change { blob, commit, path } in part.changes {
            let Some(&path) = usize::try_from(path).ok().and_then(|path| paths.get(path)) else { continue };
            let blob = self.blob(blob, walked);
            if self.seen.insert((blob, path)) {
                walked.places.push(Place { blob, commit, path });
            }
        }
    }

    /// Adds a version that was there before all parts, if its file is one of theirs, or `is_gone`.
    fn add_before(&mut self, name: &str, blob: Id, is_gone: impl Fn() -> bool, walked: &mut Walked) {
        if !self.paths.contains_key(name) && !is_gone() {
            return;
        }
        let path = self.path(name.into(), walked);
        let blob = self.blob(blob, walked);
        self.before.insert((blob, path));
    }

    /// Versions that were there before are none that a commit brought, even if one has brought them again.
    fn finish(mut self, walked: &mut Walked) {
        for place in &mut walked.places {
            if self.before.remove(&(place.blob, place.path)) {
                place.commit = BEFORE;
            }
        }
        let others = self.before.into_iter();
        walked.places.extend(others.map(|(blob, path)| Place { blob, commit: BEFORE, path }));
        walked.places.sort_unstable();
    }

    fn path(&mut self, path: Arc<str>, walked: &mut Walked) -> u32 {
        *self.paths.entry(path).or_insert_with_key(|path| {
            walked.paths.push(path.clone());
            number(walked.paths.len())
        })
    }

    fn blob(&mut self, blob: Id, walked: &mut Walked) -> u32 {
        *self.blobs.entry(blob).or_insert_with(|| {
            walked.blobs.push(blob);
            number(walked.blobs.len())
        })
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
}

impl Reader<'_> {
    /// Gives all versions of files that some commits hold: those of the first, and what the next ones have otherwise.
    fn each_before(&self, commits: &[String], mut take: impl FnMut(&str, Id)) -> Result<(), GitError> {
        let Some(first) = commits.first() else { return Ok(()) };
        let mut versions: Vec<(String, Id)> = self.repository.versions_in(first)?.into_iter().collect();
        versions.sort_unstable();
        versions.iter().for_each(|(name, blob)| take(name, *blob));
        // Each is compared with the one in front, as if that were its parent.
        let compared: Vec<String> =
            commits.windows(2).filter_map(|pair| Some(format!("{} {}", pair.get(1)?, pair.first()?))).collect();
        let part = self.read(&compared.iter().map(|pair| (BEFORE, pair.as_str())).collect::<Vec<_>>())?;
        for Change { blob, path, .. } in part.changes {
            if let Some(name) = usize::try_from(path).ok().and_then(|path| part.paths.get(path)) {
                take(name, blob);
            }
        }
        Ok(())
    }

    /// Reads what commits change, which are numbered, and may be followed by other parents than their own.
    fn read(&self, commits: &[(u32, &str)]) -> Result<Part, GitError> {
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
    fn parse(&self, mut from: impl BufRead, commits: &[(u32, &str)]) -> io::Result<Part> {
        let mut part = Part::default();
        let mut known: HashMap<Vec<u8>, Option<u32>> = HashMap::new();
        let mut seen: HashSet<(Id, u32)> = HashSet::new();
        let mut upcoming = commits.iter();
        let mut commit = BEFORE;
        let (mut head, mut path) = (Vec::new(), Vec::new());
        while record(&mut from, &mut head)? {
            if head.first() != Some(&b':') {
                // Commits without changes are passed over in silence.
                commit =
                    upcoming.find(|(_, id)| id.as_bytes().starts_with(&head)).map_or(commit, |(number, _)| *number);
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
            let (Some(path), Some(blob)) = (index, version(&head)) else { continue };
            if seen.insert((blob, path)) {
                part.changes.push(Change { blob, commit, path });
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

/// The version after a change, where it is a file.
///
/// `:mode mode id id status`; a merge has as many colons, and as many modes and ids in front, as parents.
fn version(head: &[u8]) -> Option<Id> {
    let parents = head.iter().take_while(|&&byte| byte == b':').count();
    let mut fields = head.get(parents..)?.split(|&byte| byte == b' ');
    let kind = git::kind(fields.nth(parents)?)?;
    (kind == EntryKind::File).then(|| fields.nth(parents)).flatten().and_then(Id::parse)
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
    fn changes_tell_the_version() {
        let of = |head: String| version(head.as_bytes());
        assert_eq!(of(format!(":100644 100755 {OLD} {NEW} M")), id(NEW));
        assert_eq!(of(format!(":000000 100644 {NONE} {NEW} A")), id(NEW));
        assert_eq!(of(format!(":100644 000000 {OLD} {NONE} D")), None);
        assert_eq!(of(format!("::100644 100644 100644 {OLD} {OLD} {NEW} MM")), id(NEW));
        assert_eq!(of(format!(":100644 160000 {OLD} {NEW} T")), None);
        assert_eq!(of(":".to_owned()), None);
    }
}

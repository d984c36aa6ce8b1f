//! What git knows, asked from the `git` program.
//!
//! Every call has hooks, file system monitor, external diff and lazy fetching switched off: a scanned repository
//! brings its own configuration, and nothing that stands in it may run.

pub(crate) mod batch;
mod index_file;
pub(crate) mod pack;
pub(crate) mod revision;

use std::env;
use std::ffi::OsStr;
use std::io::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::thread;

use super::elsewhere::{self, Elsewhere};
use super::place;
use crate::source::Charset;
use batch::Object;

/// Why git gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GitError {
    #[error("the git program could not be started: {0}")]
    Absent(String),
    #[error("git refuses the repository because it belongs to another user (see git's `safe.directory`)")]
    Ownership,
    /// A partial clone that does not even say which files a commit has.
    #[error(
        "this clone was made with `--filter={0}` and lacks trees, and nothing is fetched for you; a clone without a filter \
         has it all"
    )]
    NoTrees(String),
    #[error("git failed: {0}")]
    Failed(String),
}

/// One entry of an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// Relative to the root of the scan, as reports show it.
    pub name: String,
    pub kind: EntryKind,
    /// How much of the name leads to the directory whose entries were asked for.
    prefix: usize,
    /// That directory.
    directory: Arc<Path>,
    /// Where it is in there, if that is not what its name says: names may be any bytes.
    other: Option<PathBuf>,
}

/// What an entry of an index is, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntryKind {
    File,
    Link,
    Submodule,
}

/// All files that the index holds, staged or not.
pub(super) fn indexed(top: &Path) -> Result<Vec<(EntryKind, Staged)>, GitError> {
    let output = run(git(top, Index::FromEnvironment).args(["ls-files", "-z", "--stage"]))?;
    let mut files: Vec<(EntryKind, Staged)> = records(&output.stdout)
        .filter_map(|line| {
            // `mode id stage TAB path`.
            let tab = memchr::memchr(b'\t', line)?;
            let mut columns = line.get(..tab)?.split(|&byte| byte == b' ');
            let (mode, id) = (columns.next()?, columns.next()?);
            let id = String::from_utf8_lossy(id).into_owned();
            Some((kind(mode)?, Staged { path: path_from(&line[tab + 1..]), id }))
        })
        .collect();
    // A conflict has up to three entries of one name.
    files.dedup_by(|(_, a), (_, b)| a.path == b.path);
    Ok(files)
}

/// A file of the index or of a commit.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    /// Relative to the top of the work tree, in git's bytes.
    pub path: PathBuf,
    /// The blob's id.
    pub id: String,
}

/// A blob, as far as it is wanted.
#[derive(Debug)]
pub(super) enum Blob {
    Text(Arc<[u8]>),
    Binary,
    TooLarge(u64),
    Missing,
}

/// Whose index is meant: a hook's environment speaks of the repository that is being committed to, not of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    /// `GIT_INDEX_FILE`, where it is set.
    FromEnvironment,
    /// The repository's own.
    Own,
}

/// The variables by which git would look at another repository than the one of its directory.
const ELSEWHERE: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_CEILING_DIRECTORIES",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
];

/// The tracked files at or below `directory`, which is in the work tree `top`.
pub(super) fn tracked(top: &Path, directory: &Path, root: &Path, index: Index) -> Result<Vec<Entry>, GitError> {
    let is_own = index == Index::Own || env::var_os("GIT_INDEX_FILE").is_none();
    match is_own.then(|| read(top, directory, root)).flatten() {
        Some(entries) => Ok(entries),
        None => tracked_among(directory, &[], root, index),
    }
}

/// Those of `files` below `directory` that are tracked; all files there if none are named.
pub(super) fn tracked_among(
    directory: &Path,
    files: &[&Path],
    root: &Path,
    index: Index,
) -> Result<Vec<Entry>, GitError> {
    let mut command = git(directory, index);
    command.args(["--literal-pathspecs", "ls-files", "-z", "--stage", "--"]).args(files);
    let output = run(&mut command)?;
    let (prefix, directory) = (prefix(root, directory), Arc::from(directory));
    let mut entries: Vec<Entry> = records(&output.stdout).filter_map(|line| entry(line, &prefix, &directory)).collect();
    // A conflict has up to three entries of one name.
    entries.dedup_by(|a, b| a.name == b.name);
    Ok(entries)
}

/// Whether the index has this directory as a submodule, filled or not.
pub(crate) fn is_submodule(directory: &Path) -> bool {
    let (Some(above), Some(name)) = (directory.parent(), directory.file_name()) else { return false };
    tracked_among(above, &[Path::new(name)], above, Index::FromEnvironment)
        .is_ok_and(|entries| matches!(&*entries, [Entry { kind: EntryKind::Submodule, .. }]))
}

/// Whether the index or the last commit has a file at this place in the work tree, or below it.
pub(crate) fn knows(top: &Path, place: &Path) -> Result<bool, GitError> {
    let lists: [&[&str]; 2] = [&["ls-files"], &["diff", "--cached", "--name-only", "--no-ext-diff", "-O/dev/null"]];
    for list in lists {
        let mut command = git(top, Index::FromEnvironment);
        command.arg("--literal-pathspecs").args(list).args(["-z", "--"]).arg(place);
        if !run(&mut command)?.stdout.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is tracked, from the file of the index, where that is enough.
fn read(top: &Path, directory: &Path, root: &Path) -> Option<Vec<Entry>> {
    let bytes = index_file::of(top)?;
    let mut below = bytes_of(directory.strip_prefix(top).ok()?)?;
    if !below.is_empty() {
        below.push(b'/');
    }
    let (prefix, directory) = (prefix(root, directory), Arc::from(directory));
    let mut entries: Vec<Entry> = Vec::new();
    index_file::each(&bytes, |kind, path| {
        let Some(path) = path.strip_prefix(below.as_slice()) else { return };
        let entry = Entry::new(kind, path, &prefix, &directory);
        // A conflict has up to three entries of one name.
        if entries.last().is_none_or(|last| last.name != entry.name) {
            entries.push(entry);
        }
    })?;
    Some(entries)
}

/// How the names of what is in a directory begin.
fn prefix(root: &Path, directory: &Path) -> String {
    match place::relative(root, directory) {
        Some(prefix) if !prefix.is_empty() => prefix + "/",
        _ => String::new(),
    }
}

impl Entry {
    fn new(kind: EntryKind, path: &[u8], prefix: &str, directory: &Arc<Path>) -> Self {
        let path = path_from(path);
        let shown = place::shown(path.as_os_str());
        let name = [prefix, &shown].concat();
        let other = (path.to_str() != Some(&*shown)).then_some(path);
        Self { name, kind, prefix: prefix.len(), directory: directory.clone(), other }
    }

    /// Where it is on disk.
    pub(super) fn path(&self) -> PathBuf {
        match &self.other {
            Some(other) => self.directory.join(other),
            None => self.directory.join(self.name.get(self.prefix..).unwrap_or_default()),
        }
    }
}

/// `mode id stage TAB path`.
fn entry(line: &[u8], prefix: &str, directory: &Arc<Path>) -> Option<Entry> {
    let tab = memchr::memchr(b'\t', line)?;
    let kind = kind(line.get(..6)?)?;
    Some(Entry::new(kind, line.get(tab + 1..)?, prefix, directory))
}

/// What an entry is, by its mode as git prints it.
pub(crate) fn kind(mode: &[u8]) -> Option<EntryKind> {
    kind_of(u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?)
}

fn kind_of(mode: u32) -> Option<EntryKind> {
    match mode >> 12 {
        0o12 => Some(EntryKind::Link),
        0o16 => Some(EntryKind::Submodule),
        0o10 => Some(EntryKind::File),
        _ => None,
    }
}

/// Which of `files` are ignored and not tracked; they lie in `repository`.
pub(super) fn ignored(repository: &Path, files: &[&Path], index: Index) -> Result<Vec<PathBuf>, GitError> {
    let mut command = git(repository, index);
    command.args(["check-ignore", "-z", "--stdin"]).stdin(Stdio::piped());
    let mut questions = Vec::new();
    for file in files {
        if let Some(bytes) = file.strip_prefix(repository).ok().and_then(bytes_of) {
            // `check-ignore` knows no literal paths: a colon at the beginning would be magic.
            questions.extend_from_slice(b"./");
            questions.extend_from_slice(&bytes);
            questions.push(0);
        }
    }
    let output = answered(&mut command, &questions)?;
    match output.status.code() {
        // 1: none of them.
        Some(0 | 1) => Ok(records(&output.stdout).map(|path| repository.join(path_from(path))).collect()),
        _ => Err(refusal(&output.stderr)),
    }
}

/// Whether a file differs from the last commit, or is not tracked at all (nor ignored).
pub(super) fn status(root: &Path, file: &Path) -> Result<bool, GitError> {
    let mut command = git(root, Index::Own);
    command.args(["--literal-pathspecs", "status", "--porcelain", "-z", "--untracked-files=all"]);
    command.args(["--ignore-submodules=all", "--"]).arg(file);
    Ok(!run(&mut command)?.stdout.is_empty())
}

/// Takes a file out of the index; the file itself stays.
pub(super) fn remove_from_index(root: &Path, file: &Path) -> Result<(), GitError> {
    let mut command = git(root, Index::Own);
    command.args(["--literal-pathspecs", "rm", "--quiet", "--cached", "--"]).arg(file);
    run(&mut command).map(drop)
}

/// What a commit would change.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// The files whose staged content differs from the last commit, or from nothing where there is none.
    pub files: Vec<Staged>,
    /// What is in conflict, relative to the top of the work tree: nothing is staged of it.
    pub unmerged: Vec<PathBuf>,
}

/// What is staged.
pub(super) fn staged(top: &Path) -> Result<Changes, GitError> {
    let mut command = git(top, Index::FromEnvironment);
    command.args(["diff", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=ACMRTU"]);
    command.args(["--no-ext-diff", "--no-textconv", "--no-relative", "--ignore-submodules=all"]);
    // The order that a configuration names may be in a file that is not there.
    command.args(["-O/dev/null", "--"]);
    // Of a repository that it refuses, `git diff` knows nothing and takes its options for mistakes.
    let output =
        run(&mut command).map_err(|error| run(git(top, Index::Own).arg("rev-parse")).err().unwrap_or(error))?;
    let mut changes = Changes::default();
    let mut fields = records(&output.stdout);
    // `:mode mode id id status`, then the path.
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let mut columns = head.split(|&byte| byte == b' ');
        let (Some(mode), Some(id), status) = (columns.nth(1), columns.nth(1), columns.next()) else { continue };
        if status == Some(b"U") {
            changes.unmerged.push(path_from(path));
        } else if kind(mode) == Some(EntryKind::File) {
            changes.files.push(Staged { path: path_from(path), id: String::from_utf8_lossy(id).into_owned() });
        }
    }
    Ok(changes)
}

/// Blobs that are worth a process of their own: to unpack them takes longer than to start it.
const WORTH_A_PROCESS: usize = 500;

/// The content of blobs, in the order of `wanted`. What is binary or larger than `max` is not kept.
pub(super) fn blobs(top: &Path, wanted: &[Staged], max: u64) -> Result<Vec<Blob>, GitError> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let share = wanted.len().div_ceil(processors).max(WORTH_A_PROCESS);
    let parts: Vec<_> = thread::scope(|scope| {
        let begun: Vec<_> = wanted.chunks(share).map(|part| scope.spawn(move || some_blobs(top, part, max))).collect();
        begun.into_iter().map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut blobs = Vec::with_capacity(wanted.len());
    for part in parts {
        blobs.extend(part?);
    }
    Ok(blobs)
}

fn some_blobs(top: &Path, wanted: &[Staged], max: u64) -> Result<Vec<Blob>, GitError> {
    let ids: Vec<String> = wanted.iter().map(|file| file.id.clone()).collect();
    let mut blobs = Vec::with_capacity(wanted.len());
    batch::each(git(top, Index::FromEnvironment), &ids, max, |index, object| {
        let path = wanted.get(index).map(|file| file.path.to_string_lossy()).unwrap_or_default();
        blobs.push(match object {
            Object::Content(bytes) if Charset::of(&path, bytes) == Charset::Binary => Blob::Binary,
            Object::Content(bytes) => Blob::Text(bytes.into()),
            Object::TooLarge(size) => Blob::TooLarge(size),
            Object::Missing => Blob::Missing,
        });
    })?;
    Ok(blobs)
}

/// The command every call begins with.
pub(crate) fn git(directory: &Path, index: Index) -> Command {
    let mut command = Command::new("git");
    command.current_dir(directory).stdin(Stdio::null());
    for setting in
        ["core.fsmonitor=false", "core.hooksPath=/dev/null", "safe.bareRepository=explicit", "protocol.allow=never"]
    {
        command.args(["-c", setting]);
    }
    command.arg("--no-pager");
    command.envs([
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_NO_LAZY_FETCH", "1"),
        // Objects are taken as they are, and as they are pushed: nothing stands in for another.
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        // Nor does a file of this clone say which parents a commit has. (git warns of one that is there, even empty.)
        ("GIT_GRAFT_FILE", "/dev/null/none"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ]);
    for variable in ELSEWHERE {
        command.env_remove(variable);
    }
    if let Some(Elsewhere { git_dir, top: Some(top) }) = elsewhere::get()
        && place::work_tree(directory) == Some(top)
    {
        command.env("GIT_DIR", git_dir).env("GIT_WORK_TREE", top);
    }
    command.env_remove("GIT_EXTERNAL_DIFF");
    if index == Index::Own || !is_of_hook(directory) {
        command.env_remove("GIT_INDEX_FILE").env_remove("GIT_OBJECT_DIRECTORY");
        command.env_remove("GIT_ALTERNATE_OBJECT_DIRECTORIES");
    }
    command
}

/// Whether a directory is in the work tree that a hook's environment speaks of: that of the current directory.
fn is_of_hook(directory: &Path) -> bool {
    // A name that is relative is so to the top of whatever repository it is about.
    let elsewhere = env::var_os("GIT_INDEX_FILE").is_some_and(|file| Path::new(&file).is_absolute());
    let here = || env::current_dir().and_then(|here| place::canonical(&here)).ok();
    !elsewhere || here().is_none_or(|here| place::work_tree(&here) == place::work_tree(directory))
}

pub(crate) fn run(command: &mut Command) -> Result<Output, GitError> {
    let output = command.output().map_err(|error| GitError::Absent(error.to_string()))?;
    if output.status.success() { Ok(output) } else { Err(refusal(&output.stderr)) }
}

/// Runs a command that reads `input`, however much it writes meanwhile.
pub(crate) fn answered(command: &mut Command, input: &[u8]) -> Result<Output, GitError> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| GitError::Absent(error.to_string()))?;
    let stdin = child.stdin.take();
    thread::scope(|scope| {
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    })
    .map_err(|error| GitError::Failed(error.to_string()))
}

/// What git says about its failure, on one line and without control characters.
pub(crate) fn refusal(stderr: &[u8]) -> GitError {
    let text = String::from_utf8_lossy(stderr);
    if text.contains("dubious ownership") {
        return GitError::Ownership;
    }
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("no reason given");
    GitError::Failed(line.chars().filter(|c| !c.is_control()).collect())
}

pub(crate) fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&byte| byte == 0).filter(|record| !record.is_empty())
}

#[cfg(unix)]
pub(crate) fn path_from(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(crate) fn path_from(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The path as git reads it.
#[cfg(unix)]
fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    Some(path.as_os_str().as_bytes().to_vec())
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> Option<Vec<u8>> {
    let parts: Option<Vec<&str>> = path.iter().map(OsStr::to_str).collect();
    Some(parts?.join("/").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_line_becomes_an_entry() {
        let line = b"100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\ta\tb.env";
        let entry = entry(line, "sub/", &Arc::from(Path::new("/r/sub"))).expect("an entry");
        assert_eq!((entry.name.as_str(), entry.kind), ("sub/a\tb.env", EntryKind::File));
        assert_eq!(entry.path(), Path::new("/r/sub").join("a\tb.env"));
        assert_eq!(kind(b"120000"), Some(EntryKind::Link));
        assert_eq!(kind(b"160000"), Some(EntryKind::Submodule));
        assert_eq!(kind(b"040000"), None);
    }

    /// A repository with these files, of all of which something is known.
    fn repository(init: &[&str], files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        call(folder.path(), &[&["init", "--quiet"], init].concat());
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
            std::fs::write(path, file).expect("a file");
        }
        call(folder.path(), &["add", "--force", "."]);
        folder
    }

    fn call(folder: &Path, arguments: &[&str]) {
        let names = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "advice.addEmptyPathspec=false"];
        let output = Command::new("git").current_dir(folder).args(names).args(arguments).output().expect("git");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// What is read, if it is; it must be what git says.
    fn read_like_git(folder: &Path, below: &str) -> Option<Vec<Entry>> {
        let folder = place::canonical(folder).expect("a folder");
        let directory = folder.join(below);
        let read = read(&folder, &directory, &folder);
        let told = tracked_among(&directory, &[], &folder, Index::Own).expect("an answer");
        assert!(read.as_ref().is_none_or(|read| *read == told), "{read:?} is not {told:?}");
        read
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_of_the_index_says_what_git_says() {
        let long = format!("{}/{}.rs", "folder/".repeat(40), "x".repeat(200));
        let files = ["a", "ab", "b/.env", "b/c/d.rs", "é \t\n.md", &long, "z z"];
        for version in ["2", "3", "4"] {
            let folder = repository(&[], &files);
            let folder = folder.path();
            call(folder, &["update-index", "--index-version", version]);
            assert_eq!(read_like_git(folder, "").map(|read| read.len()), Some(files.len()));
            assert_eq!(read_like_git(folder, "b").map(|read| read.len()), Some(2));
            call(folder, &["commit", "--quiet", "--message", "x"]);
            // What needs flags of version 3, and what has a mode of its own.
            std::fs::write(folder.join("new"), "x").expect("a file");
            call(folder, &["add", "--intent-to-add", "new"]);
            call(folder, &["update-index", "--skip-worktree", "a"]);
            let id = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
            call(folder, &["update-index", "--add", "--cacheinfo", &format!("160000,{id},module")]);
            call(folder, &["update-index", "--add", "--cacheinfo", &format!("120000,{id},link")]);
            assert_eq!(read_like_git(folder, "").map(|read| read.len()), Some(files.len() + 3));
            call(folder, &["update-index", "--split-index"]);
            assert_eq!(read_like_git(folder, ""), None, "a split index is git's own affair");
        }
        let empty = repository(&[], &[]);
        assert_eq!(read_like_git(empty.path(), ""), None, "there is no index yet");
        let other = repository(&["--object-format=sha256"], &files);
        assert_eq!(read_like_git(other.path(), ""), None, "its hashes are longer");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_three_sides_of_a_conflict_are_one_file() {
        let folder = repository(&[], &["a", "b"]);
        let folder = folder.path();
        call(folder, &["commit", "--quiet", "--message", "x"]);
        call(folder, &["checkout", "--quiet", "-b", "side"]);
        for (text, branch) in [("side", None), ("main", Some("-"))] {
            if let Some(branch) = branch {
                call(folder, &["checkout", "--quiet", branch]);
            }
            std::fs::write(folder.join("a"), text).expect("a file");
            call(folder, &["commit", "--quiet", "--all", "--message", text]);
        }
        let merge = Command::new("git").current_dir(folder).args(["merge", "--quiet", "side"]).output().expect("git");
        assert!(!merge.status.success());
        assert_eq!(read_like_git(folder, "").map(|read| read.len()), Some(2));
    }

    #[test]
    fn a_broken_index_is_no_index() {
        let folder = repository(&[], &["a", "b/.env", "b/c.rs"]);
        for version in ["2", "4"] {
            call(folder.path(), &["update-index", "--index-version", version]);
            let bytes = std::fs::read(folder.path().join(".git/index")).expect("an index");
            assert_eq!(index_file::each(&bytes, |_, _| {}), Some(()));
            for length in 0..bytes.len() {
                assert_eq!(index_file::each(&bytes[..length], |_, _| {}), None, "{length} bytes");
                let mut other = bytes.clone();
                other[length] ^= 0xff;
                // Whatever comes of it, it ends.
                let _ = index_file::each(&other, |_, _| {});
            }
        }
    }

    #[test]
    fn what_git_says_is_cleaned() {
        assert_eq!(refusal(b"\nfatal: \x1b[31mno\nmore"), GitError::Failed("fatal: [31mno".into()));
        assert_eq!(refusal(b"fatal: detected dubious ownership in repository"), GitError::Ownership);
    }
}

//! One file, decoded once.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::fact::FileId;
use crate::span::{LineIndex, Position};

mod decode;

pub use decode::Charset;
pub(crate) use decode::split_mark;

/// What git knows about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tracking {
    /// In the index or a commit.
    Tracked,
    /// In a repository, neither tracked nor ignored: one `git add .` from being committed.
    Untracked,
    /// In a repository, ignored and not tracked.
    Ignored,
    /// Outside any repository, or git could not be asked, or it does not matter for this file.
    Unknown,
}

/// A file's text with what is needed to speak about places in it.
#[derive(Debug)]
pub struct Source {
    /// Relative to the root, `/`-separated.
    pub path: Arc<str>,
    /// What git knows about it.
    pub tracking: Tracking,
    /// The decoded text, without a byte order mark.
    pub text: String,
    /// The bytes as read, kept only where decoding changed them (byte order mark, UTF-16, invalid
    /// sequences): GitHub's line hash is computed from these.
    pub original: Option<Vec<u8>>,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A file whose text needed no decoding.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            tracking: Tracking::Unknown,
            text: text.into(),
            original: None,
            lines: OnceLock::new(),
        }
    }

    /// A file from its bytes: decoded by what they are, binary ones as if they were UTF-8.
    pub fn from_bytes(path: impl Into<Arc<str>>, tracking: Tracking, bytes: impl Into<Vec<u8>>) -> Self {
        let (path, bytes) = (path.into(), bytes.into());
        let charset = Charset::of(&path, &bytes);
        Self::decoded(path, tracking, charset, bytes)
    }

    /// A file from its bytes, of which it is known what they are.
    pub fn decoded(path: Arc<str>, tracking: Tracking, charset: Charset, bytes: Vec<u8>) -> Self {
        let (text, original) = charset.decode(bytes);
        Self { path, tracking, text, original, lines: OnceLock::new() }
    }

    /// The line table, made when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The last segment of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The files of a run whose text is kept: those with facts, by id.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<FileId, Source>);

impl Sources {
    /// Keeps a file.
    pub fn insert(&mut self, id: FileId, source: Source) {
        self.0.insert(id, source);
    }

    /// The file, if it was kept.
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.0.get(&id)
    }

    /// All files, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.0.iter().map(|(&id, source)| (id, source))
    }
}

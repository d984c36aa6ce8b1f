//! Reads inputs, cheaply: what is too large is not read, what is binary only at its beginning.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::{Content, Input};
use crate::finding::{Notification, NotificationSeverity};
use crate::source::{Charset, Source};
use crate::span::LONGEST_TEXT;

/// Why a file was not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// Its content is not text.
    Binary,
    /// It is larger than the limit; to be told.
    TooLarge(Notification),
    /// It went away after the walk had seen it.
    Gone,
}

/// The outcome of [`load`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Load {
    /// The buffer holds the file, and this is how to decode it.
    Bytes(Charset),
    /// Nothing to look at.
    Skipped(Skip),
    /// It could not be read.
    Failed(Notification),
}

/// The outcome of [`read`].
#[derive(Debug)]
pub enum Read {
    /// The file's text.
    Text(Source),
    /// Nothing to look at.
    Skipped(Skip),
    /// It could not be read.
    Failed(Notification),
}

/// No larger file is read, in bytes: decoding makes up to three bytes of one, and spans have to reach the last of them.
pub const LARGEST: u64 = LONGEST_TEXT as u64 / 4;

/// Reads a file into `buffer`, which is emptied first and may be used again for the next one.
///
/// This is the scan's inner loop: most files are done with once their bytes have been searched, and only the others
/// are [`decode`]d. Bytes whose [`Charset::is_ascii_compatible`] is false cannot be searched before that.
pub fn load(input: &Input, max: u64, buffer: &mut Vec<u8>) -> Load {
    let max = max.min(LARGEST);
    buffer.clear();
    match &input.content {
        Content::Bytes(bytes) => {
            if bytes.len() as u64 > max {
                return Load::Skipped(Skip::TooLarge(too_large(&input.path, bytes.len() as u64, max)));
            }
            buffer.extend_from_slice(bytes);
            text_or_binary(&input.path, buffer)
        }
        Content::Disk(path) => match load_file(&input.path, path, max, buffer) {
            Ok(load) => load,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !input.explicit => Load::Skipped(Skip::Gone),
            Err(error) => Load::Failed(failure(&input.path, &error)),
        },
    }
}

/// Makes the text of what [`load`] has read.
pub fn decode(input: &Input, charset: Charset, bytes: &[u8]) -> Source {
    Source::decoded(input.path.clone(), input.tracking, charset, bytes.to_vec())
}

/// [`load`] and [`decode`] in one.
pub fn read(input: &Input, max: u64) -> Read {
    let mut buffer = Vec::new();
    match load(input, max, &mut buffer) {
        Load::Bytes(charset) => Read::Text(Source::decoded(input.path.clone(), input.tracking, charset, buffer)),
        Load::Skipped(skip) => Read::Skipped(skip),
        Load::Failed(notification) => Read::Failed(notification),
    }
}

fn load_file(name: &Arc<str>, path: &Path, max: u64, buffer: &mut Vec<u8>) -> io::Result<Load> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let size = metadata.len();
    if size > max {
        return Ok(Load::Skipped(Skip::TooLarge(too_large(name, size, max))));
    }
    if size == 0 {
        return load_stream(name, file, max, buffer);
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    fill(&mut file, buffer, size.min(Charset::PROBE))?;
    let charset = Charset::of(name, buffer);
    if charset == Charset::Binary {
        return Ok(Load::Skipped(Skip::Binary));
    }
    fill(&mut file, buffer, size)?;
    Ok(Load::Bytes(charset))
}

/// Reads what says that it is empty: it may be, or its size is not known before it is read.
fn load_stream(name: &Arc<str>, file: File, max: u64, buffer: &mut Vec<u8>) -> io::Result<Load> {
    file.take(max.saturating_add(1)).read_to_end(buffer)?;
    if buffer.len() as u64 > max {
        return Ok(Load::Skipped(Skip::TooLarge(too_large(name, buffer.len() as u64, max))));
    }
    Ok(text_or_binary(name, buffer))
}

fn text_or_binary(name: &str, bytes: &[u8]) -> Load {
    match Charset::of(name, bytes) {
        Charset::Binary => Load::Skipped(Skip::Binary),
        charset => Load::Bytes(charset),
    }
}

/// Reads until the buffer holds `size` bytes or the file ends.
///
/// In as few calls as possible: `read_to_end` begins with small ones.
fn fill(file: &mut File, buffer: &mut Vec<u8>, size: usize) -> io::Result<()> {
    let mut filled = buffer.len();
    buffer.resize(size.max(filled), 0);
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read(rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    buffer.truncate(filled);
    Ok(())
}

/// The notification for a file that cannot be read.
pub(super) fn failure(name: &Arc<str>, error: &io::Error) -> Notification {
    let reason = match error.kind() {
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    };
    Notification {
        path: Some(name.clone()),
        severity: NotificationSeverity::Failure,
        message: format!("cannot be read: {reason}"),
    }
}

/// The notification for a file larger than the limit.
pub(super) fn too_large(name: &Arc<str>, size: u64, max: u64) -> Notification {
    Notification {
        path: Some(name.clone()),
        severity: NotificationSeverity::Warning,
        message: format!("not scanned: its {size} bytes exceed the limit of {max} (--max-file-size)"),
    }
}

//! What a repository tracks, read from the file of its index: to start `git` takes longer than all else in a small one.
//!
//! Only the plain form is read, versions 2 to 4 with SHA-1 (gitformat-index(5)), and only where git would answer too:
//! it is there, and the repository belongs to who asks. All else — a split or sparse index, other hashes, another owner,
//! an index that the environment names — is asked from git itself.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs};

use super::{EntryKind, kind_of};
use crate::discover::{elsewhere, place};

/// The length of a SHA-1.
const ID: usize = 20;

/// The times, numbers and sizes before the id of an entry; the mode stands among them.
const STATUS: usize = 40;

/// Where the mode stands.
const MODE: usize = 24;

/// The largest length of a name that the flags tell.
const TOLD_LENGTH: usize = 0xfff;

/// The bytes of the repository's index, if git would read it and nothing else.
pub(super) fn of(top: &Path) -> Option<Vec<u8>> {
    if elsewhere::get().is_some() || !is_installed() {
        return None;
    }
    let git_dir = place::dot_git(top)?;
    let belongs = owner(top)? == own_id()? && owner(&git_dir)? == own_id()?;
    (belongs && git_dir.join("HEAD").is_file()).then(|| fs::read(git_dir.join("index")).ok())?
}

/// Gives what each entry is, and its path from the top of the work tree.
///
/// `None` if the bytes are not an index of the plain form; some entries may have been given then.
pub(super) fn each(bytes: &[u8], mut give: impl FnMut(EntryKind, &[u8])) -> Option<()> {
    let (head, mut rest) = bytes.split_at_checked(12)?;
    let version = number(head, 4)?;
    if !head.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let mut path: Vec<u8> = Vec::new();
    for _ in 0..number(head, 8)? {
        let mode = number(rest, MODE)?;
        let flags = usize::from(u16::from_be_bytes(rest.get(STATUS + ID..)?.first_chunk().copied()?));
        // Further flags follow where version 3 and later say so.
        let is_extended = flags & 0x4000 != 0;
        if is_extended && version == 2 {
            return None;
        }
        let fixed = STATUS + ID + if is_extended { 4 } else { 2 };
        let mut name = rest.get(fixed..)?;
        let mut length = fixed;
        if version == 4 {
            let (dropped, read) = offset(name)?;
            path.truncate(path.len().checked_sub(dropped)?);
            name = name.get(read..)?;
            length += read;
        } else {
            path.clear();
        }
        let end = memchr::memchr(0, name)?;
        path.extend_from_slice(&name[..end]);
        let told = flags & TOLD_LENGTH;
        if path.is_empty() || told != path.len().min(TOLD_LENGTH) {
            return None;
        }
        // At least one zero ends a name; before version 4, as many as fill the entry to eight bytes.
        length = if version == 4 { length + end + 1 } else { (length + end + 8) & !7 };
        rest = rest.get(length..)?;
        if let Some(kind) = kind_of(mode) {
            give(kind, &path);
        }
    }
    // Extensions that one may leave aside begin with a capital; others change what the entries mean. A hash ends it.
    while rest.len() > ID {
        if !rest.first()?.is_ascii_uppercase() {
            return None;
        }
        rest = rest.get(8 + usize::try_from(number(rest, 4)?).ok()?..)?;
    }
    (rest.len() == ID).then_some(())
}

/// The number of four bytes at a place.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

/// A number as packs write offsets, and how many bytes it takes.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (index, &byte) in bytes.iter().enumerate() {
        value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
        value = value.checked_add(1)?;
    }
    None
}

/// Whether there is a program that could be asked: who has none is told so, rather than half served.
fn is_installed() -> bool {
    static INSTALLED: OnceLock<bool> = OnceLock::new();
    *INSTALLED.get_or_init(|| {
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|directory: PathBuf| directory.join("git").is_file())
    })
}

/// Whom a file belongs to.
#[cfg(unix)]
fn owner(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|metadata| metadata.uid())
}

#[cfg(not(unix))]
fn owner(_: &Path) -> Option<u32> {
    None
}

/// Who asks, where the system has a file that belongs to whoever looks at it.
fn own_id() -> Option<u32> {
    static OWN: OnceLock<Option<u32>> = OnceLock::new();
    *OWN.get_or_init(|| owner(Path::new("/proc/self")))
}

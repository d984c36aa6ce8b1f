//! The files below `rules/`, as they were when the program was built.

use std::str;

/// Name relative to `rules/` (`/`-separated) and content, sorted by name within each folder.
pub static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// The content of one file; `None` if there is no such file or it is not UTF-8.
pub fn text(name: &str) -> Option<&'static str> {
    str::from_utf8(bytes(name)?).ok()
}

/// The content of one file as it is.
pub fn bytes(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, bytes)| *bytes)
}

/// The text files below one folder of `rules/`, by name: `folder("languages")`.
pub fn folder(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter_map(move |(file, bytes)| {
        file.strip_prefix(folder)?.strip_prefix('/')?;
        Some((*file, str::from_utf8(bytes).ok()?))
    })
}

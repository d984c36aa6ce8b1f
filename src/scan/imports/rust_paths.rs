//! The paths of a Rust text, without parsing it: `a::b::c`, and what a tree in braces stands for.

use std::collections::BTreeSet;

/// Paths of one file that are looked at.
const MOST_PATHS: usize = 4_000;
/// Segments of a path that may still name modules.
const MOST_SEGMENTS: usize = 8;

/// All paths of at least two segments. Those in comments and literals are among them: a place tried in vain is cheap.
pub(super) fn paths(text: &str) -> BTreeSet<Vec<&str>> {
    let mut reader = Reader::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'/' if bytes.get(at) == Some(&b'/') => {
                at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            byte if byte.is_ascii_whitespace() => {}
            byte if is_part(byte) => {
                while bytes.get(at).is_some_and(|&byte| is_part(byte)) {
                    at += 1;
                }
                reader.name(text.get(start..at).unwrap_or_default());
            }
            b':' if bytes.get(at) == Some(&b':') => {
                at += 1;
                reader.joined = true;
            }
            b'{' => reader.open(),
            b'}' => reader.close(),
            b',' => reader.next(),
            _ => reader.end(),
        }
        if reader.found.len() >= MOST_PATHS {
            break;
        }
    }
    reader.end();
    reader.found
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[derive(Default)]
struct Reader<'t> {
    found: BTreeSet<Vec<&'t str>>,
    path: Vec<&'t str>,
    /// How long the path was at each open brace of a tree.
    trees: Vec<usize>,
    /// The next name belongs to the path.
    joined: bool,
}

impl<'t> Reader<'t> {
    fn name(&mut self, name: &'t str) {
        if self.joined {
            self.path.push(name);
        } else if self.trees.is_empty() {
            self.keep();
            self.path.clear();
            self.path.push(name);
        }
        // Otherwise it is `as` or the name after it.
        self.joined = false;
    }

    fn open(&mut self) {
        if self.joined && !self.path.is_empty() && self.trees.len() < MOST_SEGMENTS {
            self.trees.push(self.path.len());
        } else {
            self.end();
        }
    }

    fn close(&mut self) {
        self.keep();
        self.trees.pop();
        match self.trees.last() {
            Some(&length) => {
                self.path.truncate(length);
                self.joined = false;
            }
            None => self.end(),
        }
    }

    fn next(&mut self) {
        self.keep();
        self.path.truncate(self.trees.last().copied().unwrap_or_default());
        self.joined = true;
    }

    fn end(&mut self) {
        self.keep();
        self.path.clear();
        self.trees.clear();
        self.joined = true;
    }

    fn keep(&mut self) {
        if self.path.len() > 1 {
            self.found.insert(self.path.iter().take(MOST_SEGMENTS).copied().collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        paths(text).into_iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn trees_are_taken_apart() {
        assert_eq!(
            read("use crate::{keys::{self, SECRET as KEY}, env, // crate::no\n time::*};\nfn f() { super::a() }"),
            ["crate::env", "crate::keys::SECRET", "crate::keys::self", "crate::time", "super::a"]
        );
    }

    #[test]
    fn expressions_and_types_have_paths() {
        assert_eq!(read("let a: b::C<d::E> = f(g :: h, i::j {k: 1});"), ["b::C", "d::E", "g::h", "i::j"]);
        assert_eq!(read("let x = y; z"), [""; 0]);
    }

    #[test]
    fn unbalanced_braces_do_no_harm() {
        let text = "a::{".repeat(5_000);
        assert!(read(&text).len() < 20);
        assert_eq!(read("}}} a::b }"), ["a::b"]);
    }
}

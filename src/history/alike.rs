//! Versions of a Rust file, or of a manifest, that differ only where it does not matter.
//!
//! Parsing is what takes time, and most changes of a file have nothing to do with its secrets. Two versions that have
//! the same lines with texts, numbers and the words of names that hold or take secrets, in the same order, say the
//! same as far as one file tells.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::Regex;

use super::walk::Place;

/// What was seen of each path, and in which commit first.
#[derive(Debug, Default)]
pub(super) struct Alike(HashMap<(u32, u64), u32>);

/// A line that may matter.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"["'`]|^\s*\d|(?i:jwt|jws|jose|secret|key|token|sign|hmac|salt|seal|crypt|cfg|env)"#).ok()
});

/// The same for manifests, of which most changes are other versions of dependencies. Tokens are long.
static MANIFEST_LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s*(?:\[|[^"'=]*(?i:jwt|jws|jose|secret|key|token|sign|hmac|salt|seal|crypt|pass|auth|env)[^"'=]*=)|eyJ|"{3}|'{3}|["'][^"']{24,}"#).ok()
});

impl Alike {
    /// Whether a version like this one was seen under this path, and is not younger; from now on, it was.
    pub(super) fn is_known(&mut self, place: Place, name: &str, bytes: &[u8]) -> bool {
        // The lines of a key in PEM have no mark.
        let lines = match name.rsplit('/').next() {
            Some("Cargo.toml") => &MANIFEST_LINE,
            _ if name.ends_with(".rs") => &LINE,
            _ => return false,
        };
        if memmem::find(bytes, b"-----BEGIN").is_some() {
            return false;
        }
        let Some(line) = lines.as_ref() else { return false };
        let first = self.0.entry((place.path, likeness(line, bytes))).or_insert(u32::MAX);
        let is_known = *first <= place.commit;
        *first = place.commit.min(*first);
        is_known
    }
}

/// The same for versions that have the same lines that may matter.
fn likeness(line: &Regex, bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    for text in lines.filter(|text| !only_explains(text) && line.is_match(text)) {
        text.hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether a line is a comment that neither allows a finding nor holds a token.
fn only_explains(line: &[u8]) -> bool {
    let holds = |word: &str| memmem::find(line, word.as_bytes()).is_some();
    line.starts_with(b"//") && !holds("jwtlint") && !holds("eyJ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "const JWT_SECRET: &str = \"pear\";\nfn other() {\n    work();\n}\n";

    fn at(path: u32, commit: u32) -> Place {
        Place { blob: commit, commit, path }
    }

    fn is_known(other: &str) -> bool {
        let mut alike = Alike::default();
        assert!(!alike.is_known(at(1, 4), "a.rs", TEXT.as_bytes()));
        alike.is_known(at(1, 5), "a.rs", other.as_bytes())
    }

    #[test]
    fn an_older_version_is_looked_at() {
        let mut alike = Alike::default();
        for (commit, known) in [(4, false), (4, true), (3, false), (4, true), (3, true), (1, false)] {
            assert_eq!(alike.is_known(at(1, commit), "a.rs", TEXT.as_bytes()), known, "{commit}");
        }
    }

    #[test]
    fn what_does_not_matter_may_differ() {
        assert!(is_known(TEXT));
        assert!(is_known(&TEXT.replace("work", "rest")));
        assert!(is_known(&TEXT.replace("    work", "    // signs \"all\" of it\n    work")));
        assert!(!is_known(&TEXT.replace("    work", "    // jwtlint: ignore\n    work")));
        assert!(!is_known(&TEXT.replace("pear", "plum")));
        assert!(!is_known(&TEXT.replace("work()", "sign(token)")));
        assert!(!is_known(&TEXT.replace("    work", "    7, 8, 9\n    work")));
        assert!(!is_known(&TEXT.replace("fn other", "#[cfg(test)]\nfn other")));
    }

    #[test]
    fn versions_of_dependencies_do_not_matter() {
        let manifest = "[package.metadata.shop]\njwt-secret = \"pear\"\n[dependencies]\nserde = \"1\"\n";
        let is_known = |other: &str| {
            let mut alike = Alike::default();
            assert!(!alike.is_known(at(1, 4), "a/Cargo.toml", manifest.as_bytes()));
            alike.is_known(at(1, 5), "a/Cargo.toml", other.as_bytes())
        };
        assert!(is_known(&manifest.replace("\"1\"", "{ version = \"2\" }")));
        assert!(!is_known(&manifest.replace("pear", "plum")));
        assert!(!is_known(&manifest.replace("shop", "jwt")));
        assert!(!is_known(&manifest.replace("\"1\"", "\"abcdefghijklmnopqrstuvwxyz\"")));
    }

    #[test]
    fn other_files_and_keys_in_pem_are_looked_at() {
        let mut alike = Alike::default();
        let pem = "const KEY: &str = \"-----BEGIN PRIVATE KEY-----\npear\n\";\n".as_bytes();
        for (path, name, bytes) in [(1, "a.rs", TEXT.as_bytes()), (2, "b.rs", TEXT.as_bytes()), (3, "c.rs", pem)] {
            assert!(!alike.is_known(at(path, 4), name, bytes));
        }
        assert!(!alike.is_known(at(3, 5), "c.rs", pem));
        assert!((5..7).all(|commit| !alike.is_known(at(4, commit), "d.yml", TEXT.as_bytes())));
    }
}

//! Versions of a Rust file that differ only where it does not matter.
//!
//! Parsing is what takes time, and most changes of a file have nothing to do with its secrets. Two versions that have
//! the same lines with texts, numbers and the words of names that hold or take secrets, in the same order, say the
//! same as far as one file tells.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::Regex;

/// What was seen of each path.
#[derive(Debug, Default)]
pub(super) struct Alike(HashSet<(u32, u64)>);

/// A line that may matter.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"["'`]|^\s*\d|(?i:jwt|jws|jose|secret|key|token|sign|hmac|salt|seal|crypt|cfg|env|config|setting)"#)
        .ok()
});

impl Alike {
    /// Whether a version like this one was seen under this path; from now on, it was.
    pub(super) fn is_known(&mut self, path: u32, name: &str, bytes: &[u8]) -> bool {
        // The lines of a key in PEM have no mark.
        if !name.ends_with(".rs") || memmem::find(bytes, b"-----BEGIN").is_some() {
            return false;
        }
        let Some(line) = LINE.as_ref() else { return false };
        let mut hasher = DefaultHasher::new();
        for text in bytes.split(|&byte| byte == b'\n').filter(|text| line.is_match(text)) {
            text.trim_ascii().hash(&mut hasher);
        }
        !self.0.insert((path, hasher.finish()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "const JWT_SECRET: &str = \"pear\";\nfn other() {\n    work();\n}\n";

    fn is_known(other: &str) -> bool {
        let mut alike = Alike::default();
        assert!(!alike.is_known(1, "a.rs", TEXT.as_bytes()));
        alike.is_known(1, "a.rs", other.as_bytes())
    }

    #[test]
    fn what_does_not_matter_may_differ() {
        assert!(is_known(TEXT));
        assert!(is_known(&TEXT.replace("work", "rest")));
        assert!(!is_known(&TEXT.replace("pear", "plum")));
        assert!(!is_known(&TEXT.replace("work()", "sign(token)")));
        assert!(!is_known(&TEXT.replace("    work", "    7, 8, 9\n    work")));
        assert!(!is_known(&TEXT.replace("fn other", "#[cfg(test)]\nfn other")));
    }

    #[test]
    fn other_files_and_keys_in_pem_are_looked_at() {
        let mut alike = Alike::default();
        let pem = "const KEY: &str = \"-----BEGIN PRIVATE KEY-----\npear\n\";\n".as_bytes();
        for (path, name, bytes) in [(1, "a.rs", TEXT.as_bytes()), (2, "b.rs", TEXT.as_bytes()), (3, "c.rs", pem)] {
            assert!(!alike.is_known(path, name, bytes));
        }
        assert!(!alike.is_known(3, "c.rs", pem));
        assert!(!alike.is_known(4, "d.yml", TEXT.as_bytes()) && !alike.is_known(4, "d.yml", TEXT.as_bytes()));
    }
}

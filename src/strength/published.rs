//! Secrets that everybody can look up.
//!
//! `rules/published/hashes.txt` holds one line for each: the first 8 bytes of its SHA-256 in
//! hexadecimal, sorted, so that a lookup is a binary search in the embedded text and the program
//! carries no list of keys. `rules/published/named.txt` holds those whose origin is worth telling.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::decode;

/// Hexadecimal digits of one line, and the newline after them.
const LINE: usize = 17;

static HASHES: &[u8] = include_bytes!("../../rules/published/hashes.txt");

/// A value whose origin is known.
struct NamedSecret {
    value: &'static str,
    origin: &'static str,
}

static NAMED: LazyLock<Vec<NamedSecret>> = LazyLock::new(|| {
    let mut origin = "";
    let mut named = Vec::new();
    let lines = include_str!("../../rules/published/named.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(value) => named.push(NamedSecret { value, origin }),
            None => origin = line,
        }
    }
    named
});

/// Where a published value comes from, as words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published(&'static str);

impl Published {
    /// In the table, without a name of its own.
    pub(crate) const LISTED: Self = Self("in public lists of JWT secrets");

    /// What is published there, as words that follow "published:".
    #[cfg(feature = "scanner")]
    pub(crate) const fn at(origin: &'static str) -> Self {
        Self(origin)
    }

    /// The origin: "the default of the jwt.io debugger".
    pub fn origin(self) -> &'static str {
        self.0
    }
}

/// Looks a value up: as it is, without white space around it, decoded from hexadecimal and base64; and whether it is the
/// hash of one of them, which is no harder to guess.
pub fn look_up(value: &[u8]) -> Option<Published> {
    let trimmed = value.trim_ascii();
    exact(value)
        .or_else(|| if trimmed.len() < value.len() { exact(trimmed) } else { None })
        .or_else(|| exact(&decode::hex(trimmed)?))
        .or_else(|| exact(&decode::base64(trimmed)?))
        .or_else(|| digest(&decode::hex(trimmed)?))
        .or_else(|| digest(&decode::base64(trimmed)?))
}

/// The table holds the beginning of each hash.
fn digest(bytes: &[u8]) -> Option<Published> {
    let hash = decode::to_hex(bytes.get(..8).filter(|_| bytes.len() == 32)?);
    contains(HASHES, hash.as_bytes()).then_some(Published("the SHA-256 of one in public lists of JWT secrets"))
}

/// The values whose origin is known by name; a token is tried against these.
pub fn named() -> impl Iterator<Item = (&'static str, Published)> {
    NAMED.iter().map(|secret| (secret.value, Published(secret.origin)))
}

fn exact(value: &[u8]) -> Option<Published> {
    if value.is_empty() {
        return None;
    }
    let named = NAMED.iter().find(|secret| secret.value.as_bytes() == value);
    named.map(|secret| Published(secret.origin)).or_else(|| {
        let hash = decode::to_hex(Sha256::digest(value).get(..8)?);
        contains(HASHES, hash.as_bytes()).then_some(Published::LISTED)
    })
}

/// Binary search over lines of equal length.
fn contains(lines: &[u8], wanted: &[u8]) -> bool {
    let (mut low, mut high) = (0, lines.len() / LINE);
    while low < high {
        let middle = low + (high - low) / 2;
        match lines.get(middle * LINE..middle * LINE + LINE - 1).unwrap_or_default().cmp(wanted) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        let lines: Vec<&[u8]> = HASHES.chunks(LINE).collect();
        assert!(lines.len() > 4_400, "only {} lines", lines.len());
        assert!(lines.iter().all(|line| line.len() == LINE && line[16] == b'\n'));
        assert!(lines.is_sorted());
        for line in [lines.first(), lines.last()].into_iter().flatten() {
            assert!(contains(HASHES, &line[..16]), "the ends are found");
        }
    }

    #[test]
    fn a_published_value_is_found_in_every_form() {
        let plain = b"keyboard cat";
        for form in [
            plain.to_vec(),
            b" keyboard cat\n".to_vec(),
            decode::to_hex(plain).into_bytes(),
            decode::to_base64(plain, false).into_bytes(),
        ] {
            assert!(look_up(&form).is_some(), "{}", String::from_utf8_lossy(&form));
        }
        for form in [decode::to_hex(&Sha256::digest(plain)), decode::to_base64(&Sha256::digest(plain), true)] {
            assert!(look_up(form.as_bytes()).is_some_and(|published| published.origin().contains("SHA-256")), "{form}");
        }
        assert_eq!(look_up(&Sha256::digest(plain)), None, "the hash itself, raw, is not what anybody writes");
        assert_eq!(look_up(b"pear-tree-in-winter"), None);
        assert_eq!(look_up(b""), None);
    }

    #[test]
    fn well_known_values_tell_where_they_come_from() {
        let origin = |value: &str| look_up(value.as_bytes()).map(Published::origin);
        assert_eq!(origin("a-string-secret-at-least-256-bits-long"), Some("the default of the jwt.io debugger"));
        assert!(named().count() > 20);
    }
}

//! Ids of objects, in less room than their text takes.

use std::fmt;

use crate::discover::git::pack::Sha1;

/// An id of SHA-1 or SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Id {
    bytes: [u8; 32],
    length: u8,
}

impl Id {
    /// Reads hexadecimal digits; `None` for what is no id, and for the zeros that stand for no object.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let length = text.len() / 2;
        if !matches!(text.len(), 40 | 64) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        let id = Self { bytes, length: u8::try_from(length).ok()? };
        (id.bytes != [0; 32]).then_some(id)
    }

    /// Its bytes, if it is one of SHA-1.
    pub(super) fn sha1(&self) -> Option<&Sha1> {
        self.bytes.first_chunk().filter(|bytes| bytes.len() == usize::from(self.length))
    }
}

fn digit(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes.iter().take(usize::from(self.length)).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_both_lengths() {
        let short = "0123456789abcdef0123456789abcdef01234567";
        let long = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for text in [short, long] {
            assert_eq!(Id::parse(text.as_bytes()).map(|id| id.to_string()).as_deref(), Some(text));
        }
        assert_eq!(Id::parse(&[b'0'; 40]), None, "no object");
        assert_eq!(Id::parse(b"0123"), None);
        assert_eq!(Id::parse(&[b'g'; 40]), None);
    }
}

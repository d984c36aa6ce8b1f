//! A few bits of a value, so that an entry which allows it can notice that it has changed.
//!
//! A tag is at most 10 bits of an HMAC under a salt that lies beside it: enough to notice another
//! value, too little to confirm a guess, because one in a thousand wrong guesses fits as well.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::decode;
use crate::secret::Secret;

/// Bytes that SHA-256 reads at a time: the length to which HMAC fills its key.
const BLOCK: usize = 64;

/// The shortest salt that is accepted, in bytes.
const SHORTEST_SALT: usize = 16;

/// Random bytes, made once for a file of entries and kept in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salt(Vec<u8>);

impl FromStr for Salt {
    type Err = MalformedTag;

    /// Reads hexadecimal digits, at least 32.
    fn from_str(text: &str) -> Result<Self, MalformedTag> {
        let bytes = decode::hex(text.as_bytes()).filter(|bytes| bytes.len() >= SHORTEST_SALT);
        bytes.map(Self).ok_or(MalformedTag)
    }
}

/// 10 bits of a value; three hexadecimal digits in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u16);

/// What is written as a salt or tag is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a salt is at least 32 hexadecimal digits, a tag three (up to 3ff)")]
pub struct MalformedTag;

impl Tag {
    /// The tag of a value.
    pub fn of(salt: &Salt, value: &Secret) -> Self {
        let [high, low, ..] = hmac(&salt.0, value.expose());
        Self(u16::from_be_bytes([high, low]) >> 6)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03x}", self.0)
    }
}

impl FromStr for Tag {
    type Err = MalformedTag;

    fn from_str(text: &str) -> Result<Self, MalformedTag> {
        let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let bits = u16::from_str_radix(text, 16).ok().filter(|bits| digits && *bits < 1 << 10);
        bits.map(Self).ok_or(MalformedTag)
    }
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let hashed = Sha256::digest(key);
    let key = if key.len() > BLOCK { &hashed[..] } else { key };
    let padded = |fill: u8| {
        let mut block = [fill; BLOCK];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hmac_is_that_of_the_standard() {
        // RFC 4231, test cases 2 and 6.
        let shown = |key: &[u8], message: &[u8]| decode::to_hex(&hmac(key, message));
        assert_eq!(
            shown(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            shown(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_tag_is_ten_bits_and_depends_on_salt_and_value() -> Result<(), MalformedTag> {
        let salt: Salt = "00112233445566778899aabbccddeeff".parse()?;
        let other: Salt = "ff112233445566778899aabbccddeeff".parse()?;
        let tags: std::collections::BTreeSet<Tag> =
            (0..5000).map(|n| Tag::of(&salt, &Secret::from(format!("pear-{n}")))).collect();
        assert!(tags.len() > 900 && tags.len() <= 1024);
        let value = Secret::from("pear-tree");
        assert_ne!(Tag::of(&salt, &value), Tag::of(&other, &value));
        assert_eq!(Tag::of(&salt, &value).to_string().parse(), Ok(Tag::of(&salt, &value)));
        for malformed in ["", "400", "fff", "+3f", "3f", "0x3"] {
            assert_eq!(malformed.parse::<Tag>(), Err(MalformedTag), "{malformed}");
        }
        assert_eq!("0011".parse::<Salt>(), Err(MalformedTag));
        Ok(())
    }
}

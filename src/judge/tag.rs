//! A few bits of a value, so that an entry which allows it can notice that it has changed.
//!
//! A tag is at most 10 bits of an HMAC under a salt that lies beside it: enough to notice another
//! value, too little to confirm a guess, because one in a thousand wrong guesses fits as well.

use std::str::FromStr;
use std::{fmt, io};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::decode;
use crate::secret::Secret;

/// The shortest salt that is accepted, in bytes.
const SHORTEST_SALT: usize = 16;

/// Random bytes, made once for a file of entries and kept in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salt(Vec<u8>);

impl Salt {
    /// A new one, from the randomness of the operating system.
    ///
    /// # Errors
    ///
    /// If the system gives none.
    pub fn random() -> io::Result<Self> {
        let mut bytes = vec![0; SHORTEST_SALT];
        getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&decode::to_hex(&self.0))
    }
}

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
        // An HMAC takes keys of any length; the zero tag would only mean that every value counts as changed.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&salt.0) else { return Self(0) };
        mac.update(value.expose());
        let code: [u8; 32] = mac.finalize().into_bytes().into();
        let [high, low, ..] = code;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_are_the_first_of_the_standards_hmac() {
        // RFC 4231, test case 6: a key of 131 bytes; its code begins with 60e4.
        let salt = Salt(vec![0xaa; 131]);
        let tag = Tag::of(&salt, &Secret::from("Test Using Larger Than Block-Size Key - Hash Key First"));
        assert_eq!(tag, Tag(0x60e4 >> 6));
    }

    #[test]
    fn salts_are_random_and_can_be_read_again() -> io::Result<()> {
        let (one, other) = (Salt::random()?, Salt::random()?);
        assert_ne!(one, other);
        assert_eq!(one.to_string().parse(), Ok(one));
        Ok(())
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

//! Keys that everybody can look up: the samples of standards and of tools.
//!
//! `rules/published/keys.txt` holds one line for each: the first 8 bytes of the SHA-256 of its public part in
//! hexadecimal, and where it comes from.

use sha2::{Digest, Sha256};

use super::PublicKey;
use crate::strength::{Published, decode};

/// Where this key is published, if it is.
pub fn look_up(key: &PublicKey) -> Option<Published> {
    let wanted = print(key);
    let mut lines = include_str!("../../rules/published/keys.txt").lines();
    lines.find_map(|line| line.strip_prefix(wanted.as_str())?.strip_prefix(' ')).map(Published::at)
}

/// The beginning of the hash of what makes a key.
fn print(key: &PublicKey) -> String {
    let (PublicKey::Rsa { modulus: number, .. } | PublicKey::Curve { point: number, .. }) = key;
    Sha256::digest(number).get(..8).map(decode::to_hex).unwrap_or_default()
}

//! Keys that everybody can look up: the samples of standards and of tools.
//!
//! `rules/published/keys.txt` holds the public part of each, and where the private one is published.

use std::sync::LazyLock;

use super::{Curve, PublicKey};
use crate::strength::{Published, decode};

/// What RSA keys have that are made today, and all that are listed.
const EXPONENT: [u8; 3] = [1, 0, 1];

static KEYS: LazyLock<Vec<(PublicKey, Published)>> = LazyLock::new(|| {
    let mut origin = "";
    let mut keys = Vec::new();
    let lines = include_str!("../../rules/published/keys.txt").lines();
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(key) => keys.extend(read(key).map(|key| (key, Published::at(origin)))),
            None => origin = line,
        }
    }
    keys
});

/// Where the private part of this key is published, if it is.
pub fn look_up(key: &PublicKey) -> Option<Published> {
    all().find(|(other, _)| *other == key).map(|(_, origin)| origin)
}

/// All of them, and where their private parts are published.
pub fn all() -> impl Iterator<Item = (&'static PublicKey, Published)> {
    KEYS.iter().map(|(key, origin)| (key, *origin))
}

/// A kind and a number: `P-256 …`.
fn read(line: &str) -> Option<PublicKey> {
    let (kind, number) = line.split_once(' ')?;
    let number = decode::base64(number.as_bytes())?;
    let curve = match kind {
        "RSA" => return PublicKey::rsa(&number, &EXPONENT),
        "P-256" => Curve::P256,
        "P-384" => Curve::P384,
        "P-521" => Curve::P521,
        "Ed25519" => Curve::Ed25519,
        _ => return None,
    };
    PublicKey::curve(curve, &number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_line_is_a_key_and_none_comes_twice() {
        let lines = include_str!("../../rules/published/keys.txt").lines();
        let listed = lines.filter(|line| line.starts_with(' ')).count();
        assert_eq!(all().count(), listed);
        assert_eq!(all().map(|(key, _)| key).collect::<BTreeSet<_>>().len(), listed);
        assert!(all().all(|(_, origin)| !origin.origin().is_empty()));
    }

    #[test]
    fn a_key_is_known_by_all_of_its_public_part() {
        let sample = |kind: &str| all().find(|(_, origin)| origin.origin() == format!("the {kind} sample of jwt.io"));
        for kind in ["RS256", "former RS256", "ES256", "ES384", "ES512", "EdDSA"] {
            assert!(sample(kind).is_some_and(|(key, _)| look_up(key).is_some()), "{kind}");
        }
        let Some((PublicKey::Curve { curve, point }, _)) = sample("ES256") else { panic!("it is listed") };
        let mut other = point.clone();
        other[63] ^= 1;
        assert_eq!(look_up(&PublicKey::Curve { curve: *curve, point: other }), None);
        assert_eq!(look_up(&PublicKey::Curve { curve: Curve::Secp256k1, point: point.clone() }), None);
    }
}

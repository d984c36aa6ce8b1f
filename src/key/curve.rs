//! Elliptic curves: those of ECDSA, and the two of EdDSA.

use super::Curve;

/// The public point of a private number, by one of the crates for ECDSA: they are alike, but share no type.
macro_rules! point {
    ($ecdsa:ident, $number:expr) => {{
        let key = $ecdsa::ecdsa::SigningKey::from_slice($number).ok()?;
        Some(key.verifying_key().to_sec1_point(false).as_bytes().get(1..)?.to_vec())
    }};
}

/// Whether a signature verifies, by one of the crates for ECDSA.
macro_rules! verified {
    ($ecdsa:ident, $point:expr, $input:expr, $signature:expr) => {{
        use $ecdsa::ecdsa::{Signature, VerifyingKey, signature::Verifier};
        let key = VerifyingKey::from_sec1_bytes(&[&[4], $point].concat());
        // Of the two signatures that there are, one crate asks for the smaller; tokens may hold either.
        key.is_ok_and(|key| {
            Signature::from_slice($signature)
                .is_ok_and(|signature| key.verify($input, &signature.normalize_s()).is_ok())
        })
    }};
}

/// The public point of a private number.
pub(super) fn public(curve: Curve, number: &[u8]) -> Option<Vec<u8>> {
    match curve {
        Curve::P256 => point!(p256, number),
        Curve::P384 => point!(p384, number),
        Curve::Ed25519 => {
            let seed = ed25519_compact::Seed::from_slice(number).ok()?;
            Some(ed25519_compact::KeyPair::from_seed(seed).pk.to_vec())
        }
        Curve::P521 => point!(p521, number),
        Curve::Secp256k1 => point!(k256, number),
        Curve::Ed448 => {
            let key = ed448_goldilocks::SigningKey::try_from(number).ok()?;
            Some(key.verifying_key().to_bytes().to_vec())
        }
    }
}

/// Whether the signature was made over `input` with the private key of `point`.
pub(super) fn verifies(curve: Curve, point: &[u8], input: &[u8], signature: &[u8]) -> bool {
    match curve {
        Curve::P256 => verified!(p256, point, input, signature),
        Curve::P384 => verified!(p384, point, input, signature),
        Curve::Ed25519 => ed25519_verifies(point, input, signature).is_some(),
        Curve::P521 => verified!(p521, point, input, signature),
        Curve::Secp256k1 => verified!(k256, point, input, signature),
        Curve::Ed448 => ed448_verifies(point, input, signature).is_some(),
    }
}

fn ed25519_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    let key = ed25519_compact::PublicKey::from_slice(point).ok()?;
    key.verify(input, &ed25519_compact::Signature::from_slice(signature).ok()?).ok()
}

fn ed448_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    let key = ed448_goldilocks::VerifyingKey::from_bytes(point.try_into().ok()?).ok()?;
    key.verify_raw(&ed448_goldilocks::Signature::from_slice(signature).ok()?, input).ok()
}

//! Elliptic curves: those of ECDSA, and Ed25519. On Ed448 nothing is calculated.

use super::Curve;

/// The public point of a private number; `None` on curves that are not calculated on.
pub(super) fn public(curve: Curve, number: &[u8]) -> Option<Vec<u8>> {
    match curve {
        Curve::P256 => {
            let key = p256::ecdsa::SigningKey::from_slice(number).ok()?;
            Some(key.verifying_key().to_sec1_point(false).as_bytes().get(1..)?.to_vec())
        }
        Curve::P384 => {
            let key = p384::ecdsa::SigningKey::from_slice(number).ok()?;
            Some(key.verifying_key().to_sec1_point(false).as_bytes().get(1..)?.to_vec())
        }
        Curve::Ed25519 => {
            let seed = ed25519_compact::Seed::from_slice(number).ok()?;
            Some(ed25519_compact::KeyPair::from_seed(seed).pk.to_vec())
        }
        Curve::P521 => {
            let key = p521::ecdsa::SigningKey::from_slice(number).ok()?;
            Some(key.verifying_key().to_sec1_point(false).as_bytes().get(1..)?.to_vec())
        }
        Curve::Secp256k1 => {
            let key = k256::ecdsa::SigningKey::from_slice(number).ok()?;
            Some(key.verifying_key().to_sec1_point(false).as_bytes().get(1..)?.to_vec())
        }
        Curve::Ed448 => None,
    }
}

/// Whether the signature was made over `input` with the private key of `point`.
pub(super) fn verifies(curve: Curve, point: &[u8], input: &[u8], signature: &[u8]) -> bool {
    match curve {
        Curve::P256 => p256_verifies(point, input, signature),
        Curve::P384 => p384_verifies(point, input, signature),
        Curve::Ed25519 => ed25519_verifies(point, input, signature),
        Curve::P521 => p521_verifies(point, input, signature),
        Curve::Secp256k1 => secp256k1_verifies(point, input, signature),
        Curve::Ed448 => None,
    }
    .is_some()
}

fn p256_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
    let key = VerifyingKey::from_sec1_bytes(&[&[4], point].concat()).ok()?;
    key.verify(input, &Signature::from_slice(signature).ok()?).ok()
}

fn p384_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    use p384::ecdsa::{Signature, VerifyingKey, signature::Verifier};
    let key = VerifyingKey::from_sec1_bytes(&[&[4], point].concat()).ok()?;
    key.verify(input, &Signature::from_slice(signature).ok()?).ok()
}

fn p521_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    use p521::ecdsa::{Signature, VerifyingKey, signature::Verifier};
    let key = VerifyingKey::from_sec1_bytes(&[&[4], point].concat()).ok()?;
    key.verify(input, &Signature::from_slice(signature).ok()?).ok()
}

fn secp256k1_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    use k256::ecdsa::{Signature, VerifyingKey, signature::Verifier};
    let key = VerifyingKey::from_sec1_bytes(&[&[4], point].concat()).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    // The crate asks for the smaller of the two signatures that there are; tokens may hold either.
    key.verify(input, &signature.normalize_s()).ok()
}

fn ed25519_verifies(point: &[u8], input: &[u8], signature: &[u8]) -> Option<()> {
    let key = ed25519_compact::PublicKey::from_slice(point).ok()?;
    key.verify(input, &ed25519_compact::Signature::from_slice(signature).ok()?).ok()
}

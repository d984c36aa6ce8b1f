//! JSON Web Tokens, recognised by their structure: a header with a known algorithm, and parts as long as that asks for.
//!
//! What merely looks like one (a truncated token, a session cookie of another kind, a dotted name) does not pass.
//! `find` looks for tokens in texts; this file reads one in its compact form, and knows what it says about itself.

pub mod claims;
mod find;
pub(crate) mod joint;
mod json;

use serde::Deserialize;

use crate::fact::Algorithm;
use crate::strength::decode;
pub use claims::Claims;
pub use find::{Found, Sight, Sighting, find};

/// Longer tokens are not read: no real one comes near.
pub const LONGEST: usize = 64 * 1024;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// Not at all: whoever accepts it accepts anything.
    None,
    /// With a shared secret.
    Hmac(Algorithm),
    /// With a private key.
    Asymmetric(Scheme),
    /// It is encrypted, not signed.
    Encrypted,
}

/// A signature scheme with a public and a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// RSA with PKCS #1 v1.5 padding.
    RsaPkcs1(Hash),
    /// RSA-PSS.
    RsaPss(Hash),
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// ECDSA on secp256k1.
    Secp256k1,
    /// EdDSA on edwards25519.
    Ed25519,
    /// EdDSA on edwards448.
    Ed448,
    /// One that is recognised, but not verified: ML-DSA.
    Other,
}

/// A hash of the SHA-2 family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// A token in its compact form, taken apart.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    compact: &'a str,
    /// How it is signed.
    pub signing: Signing,
    /// What it says; an encrypted token says nothing.
    pub claims: Claims,
    /// Where the last dot before the signature stands.
    signed: usize,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    enc: Option<String>,
}

impl<'a> Token<'a> {
    /// Reads a compact token; `None` if it is none, or not whole.
    pub fn read(compact: &'a str) -> Option<Self> {
        if compact.len() > LONGEST {
            return None;
        }
        let parts: Vec<&str> = compact.split('.').collect();
        let header = header(parts.first()?)?;
        match (parts.as_slice(), &header.enc) {
            ([_, payload, signature], None) => Self::signed(compact, &header.alg, payload, signature),
            ([_, key, vector, text, tag], Some(content)) => {
                let fits = is_encrypted(&header.alg, content, [key, vector, text, tag]);
                let signed = compact.len() - tag.len() - 1;
                fits.then(|| Self { compact, signing: Signing::Encrypted, claims: Claims::default(), signed })
            }
            _ => None,
        }
    }

    fn signed(compact: &'a str, algorithm: &str, payload: &str, signature: &str) -> Option<Self> {
        let claims = Claims::read(&decode::base64(payload.as_bytes())?)?;
        let length = if signature.is_empty() { 0 } else { decode::base64(signature.as_bytes())?.len() };
        let signing = signing(algorithm, length)?;
        Some(Self { compact, signing, claims, signed: compact.len() - signature.len() - 1 })
    }

    /// What the signature is made over.
    pub fn signing_input(&self) -> &'a [u8] {
        self.compact.as_bytes().get(..self.signed).unwrap_or_default()
    }

    /// The signature's bytes.
    pub fn signature(&self) -> Vec<u8> {
        let encoded = self.compact.as_bytes().get(self.signed + 1..).unwrap_or_default();
        decode::base64(encoded).unwrap_or_default()
    }
}

/// The header, if `part` is one.
fn header(part: &str) -> Option<Header> {
    let json = decode::base64(part.as_bytes())?;
    json.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(&json).ok()).flatten()
}

/// Whether `part` is the header of a token.
fn is_header(part: &str) -> bool {
    header(part).is_some_and(|header| header.enc.is_some() || KNOWN.contains(&header.alg.as_str()))
}

/// The algorithms that sign.
const KNOWN: [&str; 20] = [
    "none",
    "HS256",
    "HS384",
    "HS512",
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "ES256K",
    "EdDSA",
    "Ed25519",
    "Ed448",
    "ML-DSA-44",
    "ML-DSA-65",
    "ML-DSA-87",
];

/// What an algorithm is, if a signature of `length` bytes can be its.
fn signing(algorithm: &str, length: usize) -> Option<Signing> {
    use Scheme::{Ed448, Ed25519, Other, P256, P384, P521, RsaPkcs1, RsaPss, Secp256k1};
    let hash = match algorithm.get(2..) {
        Some("384") => Hash::Sha384,
        Some("512") => Hash::Sha512,
        _ => Hash::Sha256,
    };
    let (signing, fits) = match algorithm {
        "none" => (Signing::None, length == 0),
        "HS256" => (Signing::Hmac(Algorithm::Hs256), length == 32),
        "HS384" => (Signing::Hmac(Algorithm::Hs384), length == 48),
        "HS512" => (Signing::Hmac(Algorithm::Hs512), length == 64),
        "RS256" | "RS384" | "RS512" => (Signing::Asymmetric(RsaPkcs1(hash)), is_modulus(length)),
        "PS256" | "PS384" | "PS512" => (Signing::Asymmetric(RsaPss(hash)), is_modulus(length)),
        "ES256" => (Signing::Asymmetric(P256), length == 64),
        "ES384" => (Signing::Asymmetric(P384), length == 96),
        "ES512" => (Signing::Asymmetric(P521), length == 132),
        "ES256K" => (Signing::Asymmetric(Secp256k1), length == 64),
        "EdDSA" | "Ed25519" if length == 64 => (Signing::Asymmetric(Ed25519), true),
        "EdDSA" | "Ed448" => (Signing::Asymmetric(Ed448), length == 114),
        "ML-DSA-44" => (Signing::Asymmetric(Other), length == 2420),
        "ML-DSA-65" => (Signing::Asymmetric(Other), length == 3309),
        "ML-DSA-87" => (Signing::Asymmetric(Other), length == 4627),
        _ => return None,
    };
    fits.then_some(signing)
}

/// RSA keys have between 1024 and 16384 bits, in steps of 256.
fn is_modulus(length: usize) -> bool {
    (128..=2048).contains(&length) && length.is_multiple_of(32)
}

/// Whether the parts of an encrypted token are as long as its algorithms ask for.
fn is_encrypted(algorithm: &str, content: &str, [key, vector, text, tag]: [&str; 4]) -> bool {
    let bytes = |part: &str| decode::base64(part.as_bytes()).map(|bytes| bytes.len());
    let wraps = ["RSA", "A128", "A192", "A256", "PBES2-", "ECDH-ES+"].iter().any(|start| algorithm.starts_with(start));
    let direct = matches!(algorithm, "dir" | "ECDH-ES");
    let (vector_length, tag_length) = match content {
        "A128GCM" | "A192GCM" | "A256GCM" => (12, 16),
        "A128CBC-HS256" => (16, 16),
        "A192CBC-HS384" => (16, 24),
        "A256CBC-HS512" => (16, 32),
        "C20P" => (12, 16),
        "XC20P" => (24, 16),
        _ => return false,
    };
    (direct && key.is_empty() || wraps && bytes(key).is_some())
        && bytes(vector) == Some(vector_length)
        && bytes(tag) == Some(tag_length)
        && bytes(text).is_some()
}

#[cfg(test)]
pub(crate) mod testing {
    use super::decode;

    /// A compact token, put together when the test runs: none stands in this tree.
    pub(crate) fn compact(header: &str, payload: &str, signature: &[u8]) -> String {
        let part = |bytes: &[u8]| decode::to_base64(bytes, true);
        format!("{}.{}.{}", part(header.as_bytes()), part(payload.as_bytes()), part(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::testing::compact;
    use super::*;

    const CLAIMS: &str = r#"{"sub":"u1"}"#;

    fn signing_of(header: &str, length: usize) -> Option<Signing> {
        Token::read(&compact(header, CLAIMS, &vec![7; length])).map(|token| token.signing)
    }

    #[test]
    fn every_order_and_spacing_of_the_header_is_read() {
        for header in [
            r#"{"alg":"HS256","typ":"JWT"}"#,
            r#"{"typ":"JWT","alg":"HS256"}"#,
            r#"{ "kid" : "1", "alg" : "HS256" }"#,
            "{\n  \"alg\": \"HS256\"\n}",
            "{\r\n\t\"alg\":\"HS256\"}",
        ] {
            assert_eq!(signing_of(header, 32), Some(Signing::Hmac(Algorithm::Hs256)), "{header}");
        }
    }

    #[test]
    fn the_signature_is_as_long_as_the_algorithm_asks_for() {
        for (name, length) in [
            ("none", 0),
            ("HS384", 48),
            ("HS512", 64),
            ("RS256", 256),
            ("PS512", 512),
            ("ES256", 64),
            ("ES384", 96),
            ("ES512", 132),
            ("EdDSA", 64),
            ("EdDSA", 114),
        ] {
            let header = format!(r#"{{"alg":"{name}"}}"#);
            assert!(signing_of(&header, length).is_some(), "{name}");
            assert_eq!(signing_of(&header, length + 1), None, "{name} is too long");
            assert_eq!(length.checked_sub(1).and_then(|length| signing_of(&header, length)), None, "{name} is cut");
        }
        assert_eq!(signing_of(r#"{"alg":"ROT13"}"#, 32), None);
    }

    #[test]
    fn encrypted_tokens_have_five_parts() {
        let part = |length| decode::to_base64(&vec![9; length], true);
        let token = |header: &str, key: usize, vector, tag| {
            let header = decode::to_base64(header.as_bytes(), true);
            format!("{header}.{}.{}.{}.{}", part(key), part(vector), part(40), part(tag))
        };
        let direct = r#"{"alg":"dir","enc":"A256GCM"}"#;
        let wrapped = r#"{"alg":"RSA-OAEP-256","enc":"A128CBC-HS256"}"#;
        assert!(Token::read(&token(direct, 0, 12, 16)).is_some());
        assert!(Token::read(&token(wrapped, 256, 16, 16)).is_some());
        assert!(Token::read(&token(direct, 16, 12, 16)).is_none(), "a direct key is not sent");
        assert!(Token::read(&token(direct, 0, 12, 15)).is_none(), "truncated");
    }

    #[test]
    fn what_is_signed_and_the_signature_are_told_apart() {
        let text = compact(r#"{"alg":"HS256"}"#, CLAIMS, &[7; 32]);
        let token = Token::read(&text).map(|token| (token.signing_input().len(), token.signature()));
        assert_eq!(token, Some((text.len() - 44, vec![7; 32])));
    }
}

//! Keys of asymmetric signatures, as they are written down: PEM and JWK, private and public.
//!
//! A private key holds its public part, or the public part follows from it. By that part a committed private key is
//! told to belong to a committed public key, and tokens are verified with it.

mod bare;
mod curve;
mod der;
mod find;
mod jwk;
mod pem;
pub mod published;
mod rsa;

use crate::secret::Secret;
use crate::span::Span;
use crate::token::Scheme;
pub use find::{Found, MARKS, find, may_be_at, may_be_jwk};
pub use pem::{armour, holds_private, is_bare_private};

/// The public part of a key: what tokens are verified with. Equal parts are of one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PublicKey {
    /// RSA; numbers without leading zeros, the most significant byte first.
    Rsa {
        /// The product of the primes.
        modulus: Vec<u8>,
        /// What signatures are raised to.
        exponent: Vec<u8>,
    },
    /// A point on a curve.
    Curve {
        /// Which curve.
        curve: Curve,
        /// Both coordinates one after the other; of the Edwards curves the encoded point.
        point: Vec<u8>,
    },
}

/// A curve that JWTs are signed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Curve {
    /// ES256.
    P256,
    /// ES384.
    P384,
    /// ES512.
    P521,
    /// ES256K.
    Secp256k1,
    /// `EdDSA`.
    Ed25519,
    /// `EdDSA`, rarely.
    Ed448,
}

impl Curve {
    /// The length of a private key, and of a coordinate, in bytes.
    fn length(self) -> usize {
        match self {
            Self::P256 | Self::Secp256k1 | Self::Ed25519 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
            Self::Ed448 => 57,
        }
    }

    /// The length of a point.
    fn point_length(self) -> usize {
        match self {
            Self::Ed25519 | Self::Ed448 => self.length(),
            _ => 2 * self.length(),
        }
    }
}

/// A key that is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What everybody may know.
    pub public: PublicKey,
    /// The private number (`d` of a JWK), where it is there as well.
    pub private: Option<Secret>,
    /// The primes of an RSA key, where they are there as well.
    pub primes: Option<[Secret; 2]>,
}

/// In which form a key is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// PEM, plain or in base64.
    Pem,
    /// A certificate in PEM.
    Certificate,
    /// A JSON Web Key: made for tokens.
    Jwk,
}

/// A key in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The armoured text with its first and last line; of a JWK the private number, or the object.
    pub span: Span,
    /// What nobody may read of it.
    pub secret: Vec<Span>,
    /// In which form.
    pub form: Form,
    /// The key.
    pub key: Key,
}

impl Key {
    fn new(public: PublicKey, private: Option<Secret>) -> Self {
        Self { public, private, primes: None }
    }

    /// Whether the private and the public part belong together, as far as that can be told: a damaged key signs nothing.
    pub fn is_whole(&self) -> bool {
        let Some(private) = &self.private else { return false };
        match &self.public {
            PublicKey::Rsa { modulus, exponent } => match &self.primes {
                Some([one, other]) => {
                    rsa::fits_primes(modulus, exponent, private.expose(), [one.expose(), other.expose()])
                }
                None => rsa::is_pair(modulus, exponent, private.expose()),
            },
            PublicKey::Curve { curve, point } => {
                curve::public(*curve, private.expose()).is_some_and(|derived| derived == *point)
            }
        }
    }
}

impl PublicKey {
    /// An RSA key, if these can be its numbers.
    fn rsa(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        /// In bytes; tokens are signed with nothing longer.
        const LONGEST: usize = 2048;
        let (modulus, exponent) = (unpadded(modulus), unpadded(exponent));
        let fits = (64..=LONGEST).contains(&modulus.len()) && (1..=8).contains(&exponent.len());
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        (fits && is_odd(modulus) && is_odd(exponent))
            .then(|| Self::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
    }

    /// A point, if it is as long as its curve asks for.
    fn curve(curve: Curve, point: &[u8]) -> Option<Self> {
        (point.len() == curve.point_length()).then(|| Self::Curve { curve, point: point.to_vec() })
    }

    /// Whether tokens of this scheme, with a signature of so many bytes, may be verified with this key.
    pub fn fits(&self, scheme: Scheme, signature: usize) -> bool {
        match (self, scheme) {
            (Self::Rsa { modulus, .. }, Scheme::RsaPkcs1(_) | Scheme::RsaPss(_)) => modulus.len() == signature,
            (Self::Curve { curve, .. }, Scheme::P256) => *curve == Curve::P256,
            (Self::Curve { curve, .. }, Scheme::P384) => *curve == Curve::P384,
            (Self::Curve { curve, .. }, Scheme::P521) => *curve == Curve::P521,
            (Self::Curve { curve, .. }, Scheme::Secp256k1) => *curve == Curve::Secp256k1,
            (Self::Curve { curve, .. }, Scheme::Ed25519) => *curve == Curve::Ed25519,
            (Self::Curve { curve, .. }, Scheme::Ed448) => *curve == Curve::Ed448,
            _ => false,
        }
    }

    /// How much work it is to verify one signature; 1 is that of RSA with 2048 bits.
    pub fn work(&self) -> usize {
        match self {
            Self::Rsa { modulus, exponent } => (modulus.len() / 256).pow(2).max(1) * exponent.len().div_ceil(3),
            Self::Curve { curve: Curve::P256, .. } => 3,
            Self::Curve { curve: Curve::P384, .. } => 11,
            Self::Curve { curve: Curve::P521, .. } => 30,
            Self::Curve { curve: Curve::Secp256k1, .. } => 3,
            Self::Curve { curve: Curve::Ed25519, .. } => 1,
            Self::Curve { curve: Curve::Ed448, .. } => 6,
        }
    }

    /// Whether `signature` of this scheme was made over `input` with the private key.
    pub fn verifies(&self, scheme: Scheme, input: &[u8], signature: &[u8]) -> bool {
        if !self.fits(scheme, signature.len()) {
            return false;
        }
        match (self, scheme) {
            (Self::Rsa { modulus, exponent }, Scheme::RsaPkcs1(hash)) => {
                rsa::verifies_pkcs1(modulus, exponent, hash, input, signature)
            }
            (Self::Rsa { modulus, exponent }, Scheme::RsaPss(hash)) => {
                rsa::verifies_pss(modulus, exponent, hash, input, signature)
            }
            (Self::Curve { curve, point }, _) => curve::verifies(*curve, point, input, signature),
            _ => false,
        }
    }
}

/// A number without leading zeros.
fn unpadded(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|&byte| byte != 0).unwrap_or(number.len());
    number.get(start..).unwrap_or_default()
}

/// A number as long as `length`, with zeros before it; `None` if it is longer.
fn padded(number: &[u8], length: usize) -> Option<Vec<u8>> {
    let number = unpadded(number);
    let mut padded = vec![0; length.checked_sub(number.len())?];
    padded.extend_from_slice(number);
    Some(padded)
}

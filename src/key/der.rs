//! Keys in DER: just as much of it as keys and certificates need.

use super::{Curve, Key, PublicKey, curve, padded};
use crate::secret::Secret;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// `[0]` and `[1]` around a value.
const TAGGED: [u8; 2] = [0xa0, 0xa1];

const RSA: [&[u8]; 2] = [b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"];
const ELLIPTIC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
const CURVES: [(&[u8], Curve); 6] = [
    (b"\x2a\x86\x48\xce\x3d\x03\x01\x07", Curve::P256),
    (b"\x2b\x81\x04\x00\x22", Curve::P384),
    (b"\x2b\x81\x04\x00\x23", Curve::P521),
    (b"\x2b\x81\x04\x00\x0a", Curve::Secp256k1),
    (b"\x2b\x65\x70", Curve::Ed25519),
    (b"\x2b\x65\x71", Curve::Ed448),
];

/// The key in the bytes of a PEM block with this label.
pub(super) fn key(label: &str, der: &[u8]) -> Option<Key> {
    let public = |public| Some(Key::new(public, None));
    let mut reader = Reader(der);
    let mut outer = reader.within(SEQUENCE)?;
    match label {
        // Some write the older form under the newer label.
        "PRIVATE KEY" => pkcs8(&mut Reader(outer.0)).or_else(|| pkcs1(&mut outer)),
        "RSA PRIVATE KEY" => pkcs1(&mut outer),
        "EC PRIVATE KEY" => sec1(&mut outer, None),
        "PUBLIC KEY" => public(subject(&mut outer)?),
        "RSA PUBLIC KEY" => public(PublicKey::rsa(outer.take(INTEGER)?, outer.take(INTEGER)?)?),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => public(certified(&mut outer)?),
        _ => None,
    }
}

/// How long a sequence is that begins so, with its head.
pub(super) fn length(head: &[u8]) -> Option<usize> {
    match *head {
        [SEQUENCE, length @ ..=0x7f, ..] => Some(2 + usize::from(length)),
        [SEQUENCE, 0x81, length, ..] => Some(3 + usize::from(length)),
        [SEQUENCE, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}

/// What is left to be read.
struct Reader<'d>(&'d [u8]);

impl<'d> Reader<'d> {
    /// The next value with its tag.
    fn next(&mut self) -> Option<(u8, &'d [u8])> {
        let (&[tag, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match first {
            ..=0x7f => (usize::from(first), rest),
            // Up to four bytes of length; keys need two.
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0, |length, &digit| length << 8 | usize::from(digit)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next value, which has to have this tag.
    fn take(&mut self, tag: u8) -> Option<&'d [u8]> {
        self.next().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    fn within(&mut self, tag: u8) -> Option<Reader<'d>> {
        self.take(tag).map(Reader)
    }

    /// The same where the value may be missing.
    fn within_if(&mut self, tag: u8) -> Option<Reader<'d>> {
        if self.0.first() == Some(&tag) { self.within(tag) } else { None }
    }

    /// The bytes of the next bit string.
    fn bits(&mut self) -> Option<&'d [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }
}

/// What a key is for, as `AlgorithmIdentifier` says.
enum Algorithm {
    Rsa,
    Curve(Curve),
}

fn algorithm(outer: &mut Reader<'_>) -> Option<Algorithm> {
    let mut inner = outer.within(SEQUENCE)?;
    let id = inner.take(OBJECT_ID)?;
    if RSA.contains(&id) {
        return Some(Algorithm::Rsa);
    }
    let curve = if id == ELLIPTIC { inner.take(OBJECT_ID)? } else { id };
    curve_of(curve).map(Algorithm::Curve)
}

fn curve_of(id: &[u8]) -> Option<Curve> {
    CURVES.iter().find(|(other, _)| *other == id).map(|(_, curve)| *curve)
}

/// `PrivateKeyInfo`.
fn pkcs8(outer: &mut Reader<'_>) -> Option<Key> {
    outer.take(INTEGER)?;
    let algorithm = algorithm(outer)?;
    let mut inner = Reader(outer.take(OCTET_STRING)?);
    match algorithm {
        Algorithm::Rsa => pkcs1(&mut inner.within(SEQUENCE)?),
        Algorithm::Curve(curve @ (Curve::Ed25519 | Curve::Ed448)) => {
            let seed = inner.take(OCTET_STRING)?;
            from_number(curve, seed, None)
        }
        Algorithm::Curve(curve) => sec1(&mut inner.within(SEQUENCE)?, Some(curve)),
    }
}

/// `RSAPrivateKey`.
fn pkcs1(inner: &mut Reader<'_>) -> Option<Key> {
    inner.take(INTEGER)?;
    let public = PublicKey::rsa(inner.take(INTEGER)?, inner.take(INTEGER)?)?;
    let private = Some(Secret::new(inner.take(INTEGER)?));
    let mut prime = || inner.take(INTEGER).map(Secret::new);
    Some(Key { public, private, primes: prime().zip(prime()).map(<[Secret; 2]>::from) })
}

/// `ECPrivateKey`, on a curve that it names or that is known.
fn sec1(inner: &mut Reader<'_>, known: Option<Curve>) -> Option<Key> {
    inner.take(INTEGER)?;
    let number = inner.take(OCTET_STRING)?;
    let named = inner.within_if(TAGGED[0]).and_then(|mut named| curve_of(named.take(OBJECT_ID)?));
    let point = inner.within_if(TAGGED[1]).and_then(|mut point| point.bits()?.strip_prefix(&[4]));
    from_number(known.or(named)?, number, point)
}

/// A key by its private number, and its point if that is given.
pub(super) fn from_number(on: Curve, number: &[u8], point: Option<&[u8]>) -> Option<Key> {
    let number = match on {
        Curve::Ed25519 | Curve::Ed448 => number.to_vec(),
        _ => padded(number, on.length())?,
    };
    let point = match point {
        Some(point) => point.to_vec(),
        None => curve::public(on, &number)?,
    };
    Some(Key::new(PublicKey::curve(on, &point)?, Some(Secret::new(number))))
}

/// `SubjectPublicKeyInfo`.
fn subject(outer: &mut Reader<'_>) -> Option<PublicKey> {
    match algorithm(outer)? {
        Algorithm::Rsa => {
            let mut numbers = Reader(outer.bits()?).within(SEQUENCE)?;
            PublicKey::rsa(numbers.take(INTEGER)?, numbers.take(INTEGER)?)
        }
        Algorithm::Curve(curve @ (Curve::Ed25519 | Curve::Ed448)) => PublicKey::curve(curve, outer.bits()?),
        Algorithm::Curve(curve) => PublicKey::curve(curve, outer.bits()?.strip_prefix(&[4])?),
    }
}

/// The key of an X.509 certificate.
fn certified(outer: &mut Reader<'_>) -> Option<PublicKey> {
    let mut certificate = outer.within(SEQUENCE)?;
    // The version may be missing; then follow number, algorithm, issuer, validity and subject.
    let _version = certificate.within_if(TAGGED[0]);
    certificate.take(INTEGER)?;
    for _ in 0..4 {
        certificate.take(SEQUENCE)?;
    }
    subject(&mut certificate.within(SEQUENCE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_what_is_there() {
        for (bytes, content) in [
            (&[2, 1, 7][..], Some(&[7][..])),
            (&[2, 0x81, 1, 7], Some(&[7])),
            (&[2, 2, 7], None),
            (&[2, 0x80, 7, 0, 0], None),
            (&[2, 0x84, 0xff, 0xff, 0xff, 0xff, 7], None),
            (&[2, 0x85, 0, 0, 0, 0, 1, 7], None),
            (&[2], None),
            (&[], None),
        ] {
            assert_eq!(Reader(bytes).take(INTEGER), content, "{bytes:?}");
        }
    }

    #[test]
    fn the_older_form_is_read_under_the_newer_label() {
        let integer = |byte: u8, length: usize| {
            let mut value = vec![INTEGER, 0x82, 0, 0];
            value[2..].copy_from_slice(&u16::try_from(length).unwrap_or_default().to_be_bytes());
            value.extend(std::iter::repeat_n(byte, length));
            value
        };
        let body = [vec![INTEGER, 1, 0], integer(0x4d, 256), vec![INTEGER, 3, 1, 0, 1], integer(0x4b, 256)].concat();
        let length = u16::try_from(body.len()).unwrap_or_default().to_be_bytes();
        let rsa = [vec![SEQUENCE, 0x82], length.to_vec(), body].concat();
        let read = |label| key(label, &rsa).map(|key| (key.public, key.private.is_some()));
        assert!(read("RSA PRIVATE KEY").is_some_and(|(_, is_private)| is_private));
        assert_eq!(read("PRIVATE KEY"), read("RSA PRIVATE KEY"));
        assert_eq!(read("EC PRIVATE KEY"), None);
    }

    #[test]
    fn a_number_is_as_long_as_its_curve_asks_for() {
        assert!(from_number(Curve::P256, &[7], None).is_some_and(|key| key.is_whole()));
        assert_eq!(from_number(Curve::P256, &[7; 33], None), None);
        assert_eq!(from_number(Curve::P256, &[0xff; 32], None), None, "not below the order");
        assert!(from_number(Curve::P521, &[7], None).is_some_and(|key| key.is_whole()));
        assert!(from_number(Curve::Ed448, &[7; 57], None).is_some_and(|key| key.is_whole()));
        assert_eq!(from_number(Curve::Ed448, &[7; 56], None), None);
        assert_eq!(from_number(Curve::Ed25519, &[7; 31], None), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_can_be_read(
            tags in proptest::collection::vec((proptest::sample::select(&[2u8, 3, 4, 6, 0x30, 0xa0, 0xa1, 5]), 0u8..9), 0..40),
            label in proptest::sample::select(&["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE"]),
        ) {
            let bytes: Vec<u8> = tags.iter().flat_map(|&(tag, length)| [tag, length, 0]).collect();
            let whole = [&[0x30, 0x78][..], &bytes, &[0; 120]].concat();
            let _read = key(label, &whole);
        }
    }
}

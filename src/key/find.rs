//! Where keys stand in a text, whatever the text is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Sighting, bare, jwk, pem};

/// A file holds no more keys than this.
const MOST_KEYS: usize = 1_000;

/// What tells that a key may be near: the end of its label, PEM in base64, the type of a JWK, plain and in base64, and
/// what private keys in DER begin with.
pub const MARKS: [&str; 16] = [
    "PRIVATE KEY-----",
    "PUBLIC KEY-----",
    "CERTIFICATE-----",
    "LS0tLS1CRUdJTi",
    "kty",
    // `"kty":`, wherever it begins in a group of three bytes.
    "Imt0eSI6",
    "JrdHkiO",
    "ia3R5Ij",
    // Version and algorithm: RSA, elliptic curves with and without the point, Edwards curves.
    "IBADANBgkqhki",
    "GByqGSM49AgEG",
    "YHKoZIzj0CAQ",
    "CAQAwBQYDK2V",
    // The older forms: RSA, P-256, P-384, P-521.
    "IBAAKCA",
    "CAQEEI",
    "IGkAgEBBD",
    "IHcAgEBBE",
];

/// The index of the mark of PEM in base64.
const IN_BASE64: usize = 3;
/// The index of the mark of a JWK.
const JWK: usize = 4;
/// The indices of the marks of a JWK in base64.
const JWK_IN_BASE64: std::ops::RangeInclusive<usize> = 5..=7;
/// The index of the first mark of DER.
const DER: usize = 8;

/// The keys of a text.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the text.
    pub keys: Vec<Sighting>,
    /// There may be more.
    pub truncated: bool,
}

/// Whether the mark with this index, which ends at `end`, may be that of a key.
pub fn may_be_at(bytes: &[u8], mark: usize, end: usize) -> bool {
    let next = bytes.get(end);
    mark != JWK || next.is_some_and(|byte| byte.is_ascii_whitespace() || b"\"'`\\:=".contains(byte))
}

/// Whether a stretch of base64 may be a JWK.
pub fn may_be_jwk(base64: &[u8]) -> bool {
    /// Shorter stretches are no keys.
    const SHORTEST: usize = 100;
    base64.len() >= SHORTEST
        && MARKS[JWK_IN_BASE64].iter().any(|mark| memchr::memmem::find(base64, mark.as_bytes()).is_some())
}

/// All keys of a text.
pub fn find(text: &str) -> Found {
    static ANY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKS).ok());
    let mut found = Found::default();
    let Some(any) = ANY.as_ref() else { return found };
    let mut behind = 0;
    let marks = any.find_iter(text).filter(|mark| may_be_at(text.as_bytes(), mark.pattern().as_usize(), mark.end()));
    // The last line of a key has a label, too, and its digits have marks.
    let mut tries = 0;
    for mark in marks {
        if mark.start() < behind {
            continue;
        }
        tries += 1;
        if tries > 2 * MOST_KEYS {
            found.truncated = true;
            break;
        }
        let key = match mark.pattern().as_usize() {
            IN_BASE64 => pem::in_base64(text, mark.start()),
            JWK => jwk::at(text, mark.start()),
            pattern if JWK_IN_BASE64.contains(&pattern) => bare::jwk_at(text, mark.start()),
            DER.. => bare::der_at(text, mark.start()),
            _ => pem::at(text, mark.start()),
        };
        let Some(sighting) = key else { continue };
        if sighting.form != super::Form::Jwk || JWK_IN_BASE64.contains(&mark.pattern().as_usize()) {
            behind = sighting.span.end();
        }
        found.keys.push(sighting);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Curve, Form, PublicKey};
    use crate::strength::decode;

    /// An invented key on P-256.
    fn jwk() -> String {
        let number = [7; 32];
        let key = p256::ecdsa::SigningKey::from_slice(&number).map(|key| key.verifying_key().to_sec1_point(false));
        let point = key.map(|point| point.as_bytes()[1..].to_vec()).unwrap_or_default();
        let text = |bytes: &[u8]| decode::to_base64(bytes, true);
        let (x, y) = point.split_at(32);
        format!(r#"{{"crv":"P-256","d":"{}","kty":"EC","x":"{}","y":"{}"}}"#, text(&number), text(x), text(y))
    }

    #[test]
    fn a_jwk_is_found_in_every_text() {
        let plain = jwk();
        let escaped = plain.replace('"', "\\\"");
        let bare = plain.replace('"', "").replace(':', ": '").replace(',', "', ").replace('}', "'}");
        for text in [
            plain.clone(),
            format!("k = \"{escaped}\""),
            format!("x = {bare}"),
            format!("{{\"keys\": [{{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}}, {plain}]}}"),
        ] {
            let found = find(&text).keys;
            let [one] = found.as_slice() else { panic!("{} keys in {text}", found.len()) };
            assert_eq!(one.form, Form::Jwk);
            assert!(matches!(one.key.public, PublicKey::Curve { curve: Curve::P256, .. }), "{text}");
            assert_eq!(&text[one.span.range()], decode::to_base64(&[7; 32], true), "{text}");
            assert!(one.key.is_whole(), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in [
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\\nMIIE…\\n-----END PRIVATE KEY-----",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "-----END PRIVATE KEY-----",
            r#"{"kty":"oct","k":"cGVhcg"}"#,
            r#"{"kty":"EC","crv":"P-256","x":"AQ"}"#,
            "kty: EC\n",
            "let kty = 1;",
            "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t",
        ] {
            assert_eq!(find(text).keys, [], "{text}");
        }
    }

    #[test]
    fn endless_beginnings_take_no_time() {
        for mark in ["-----BEGIN PRIVATE KEY-----\nAAAA", "{\"kty\":\"EC\",", "LS0tLS1CRUdJTi", "kty: EC\n"] {
            assert!(find(&mark.repeat(50_000)).truncated, "{mark}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_searched(
            text in "(-----(BEGIN|END) (RSA |EC |)(PRIVATE|PUBLIC) KEY-----|MIIE|MC4C|[A-Za-z+/]{4}|\\\\|n|\"|'|\n|kty|\"[dnexy]\": ?|[{}:,#]|é| ){0,40}"
        ) {
            for one in find(&text).keys {
                proptest::prop_assert!(text.get(one.span.range()).is_some());
            }
        }
    }
}

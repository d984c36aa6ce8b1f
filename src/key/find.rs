//! Where keys stand in a text, whatever the text is.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::{Sighting, bare, jwk, pem};
use crate::strength::decode;

/// A file holds no more keys than this.
const MOST_KEYS: usize = 1_000;

/// What tells that a key may be near: the end of its label, PEM in base64, the type of a JWK, plain and in base64, and
/// what private keys in DER begin with.
pub const MARKS: [&str; 24] = [
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
    // In base64 once more, from the beginning of a group: PEM, RSA, elliptic and Edwards curves, the older forms, JSON.
    "TFMwdExTMUNSVWRK",
    "SUJBREFOQmdrcWhr",
    "QnlxR1NNNDlBZ0VH",
    "S29aSXpqMENBUVlJ",
    "Q0FRQXdCUVlESzJW",
    "SUJBQUtD",
    "Q0FRRUVJ",
    "ZXlK",
];

/// The index of the mark of PEM in base64.
const IN_BASE64: usize = 3;
/// The index of the mark of a JWK.
const JWK: usize = 4;
/// The indices of the marks of a JWK in base64.
const JWK_IN_BASE64: std::ops::RangeInclusive<usize> = 5..=7;
/// The indices of the marks of DER.
const DER: std::ops::RangeInclusive<usize> = 8..=15;
/// The index of the first mark of what is encoded twice.
const TWICE: usize = 16;
/// The index of the mark of JSON that is encoded twice.
const JSON_TWICE: usize = 23;

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
    if mark == JSON_TWICE {
        // Most of what begins so is a token.
        return decoded_at(bytes, end - MARKS[JSON_TWICE].len()).is_some_and(|inner| may_be_jwk(&inner));
    }
    mark != JWK || next.is_some_and(|byte| byte.is_ascii_whitespace() || b"\"'`\\:=".contains(byte))
}

/// Whether a stretch of base64 may be a JWK.
pub fn may_be_jwk(base64: &[u8]) -> bool {
    /// Shorter stretches are no keys.
    const SHORTEST: usize = 100;
    base64.len() >= SHORTEST
        && MARKS[JWK_IN_BASE64].iter().any(|mark| memchr::memmem::find(base64, mark.as_bytes()).is_some())
}

/// What a stretch of base64 stands for.
fn decoded_at(bytes: &[u8], start: usize) -> Option<Vec<u8>> {
    /// In bytes; longer stretches are no keys.
    const LONGEST: usize = 32 * 1024;
    let begins =
        start.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let digits = bytes.get(start..)?.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric());
    let length = digits.count();
    begins.then(|| decode::base64(&bytes[start..start + length / 4 * 4])).flatten()
}

/// The first key in a text that is encoded.
pub(super) fn in_base64(text: &str) -> Option<Sighting> {
    static ENCODED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(&MARKS[..TWICE]).ok());
    /// With more beginnings than this it is no key.
    const MOST: usize = 20;
    let is_encoded = |mark: usize| mark == IN_BASE64 || JWK_IN_BASE64.contains(&mark) || DER.contains(&mark);
    let marks = ENCODED.as_ref()?.find_iter(text).take(MOST).filter(|mark| is_encoded(mark.pattern().as_usize()));
    marks.filter_map(|mark| at(text, mark.pattern().as_usize(), mark.start())).next()
}

/// The key with this mark at `start`.
fn at(text: &str, mark: usize, start: usize) -> Option<Sighting> {
    match mark {
        IN_BASE64 => pem::in_base64(text, start),
        JWK => jwk::at(text, start),
        mark if JWK_IN_BASE64.contains(&mark) => bare::jwk_at(text, start),
        mark if DER.contains(&mark) => bare::der_at(text, start),
        TWICE.. => bare::twice_at(text, start),
        _ => pem::at(text, start),
    }
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
        let pattern = mark.pattern().as_usize();
        let Some(sighting) = at(text, pattern, mark.start()) else { continue };
        if sighting.form != super::Form::Jwk || pattern != JWK {
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

    /// The same key in DER, in base64.
    fn der() -> String {
        let head = b"\x30\x31\x02\x01\x01\x04\x20";
        let curve = b"\xa0\x0a\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
        let sec1 = [&head[..], &[7; 32], curve].concat();
        let outer = b"\x30\x4d\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x33";
        decode::to_base64(&[&outer[..], &sec1].concat(), false)
    }

    #[test]
    fn a_key_goes_on_over_lines() {
        let digits = der();
        let lines: Vec<&str> =
            digits.as_bytes().chunks(48).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
        let quoted: Vec<String> = lines.iter().map(|line| format!("\"{line}\"")).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{digits}\n-----END PRIVATE KEY-----\n");
        let folded = decode::to_base64(pem.as_bytes(), false);
        let (one, other) = folded.split_at(76);
        for (text, start) in [
            (format!("k: |\n  {}\nother: x\n", lines.join("\n  ")), lines[0]),
            (format!("k = {};", quoted.join(" +\n    ")), lines[0]),
            (format!("k = ({})", quoted.join("\n     ")), lines[0]),
            (format!("k = \"{}\"", lines.join("\\n")), lines[0]),
            (format!("data:\n  k: |\n    {one}\n    {other}\n  other: x\n"), one),
        ] {
            let found = find(&text).keys;
            let [key] = found.as_slice() else { panic!("{} keys in {text}", found.len()) };
            assert!(key.key.is_whole() && text[key.span.range()].starts_with(start), "{text}");
            assert!(!text[key.span.range()].contains("other"), "{text}");
        }
        for text in [lines[0].to_owned(), format!("{}\n{{}}\n{}", lines[0], lines[1..].join("\n")), one.to_owned()] {
            assert_eq!(find(&text).keys, [], "{text}");
        }
    }

    #[test]
    fn a_key_may_be_encoded_twice() {
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", der());
        for inner in [der(), decode::to_base64(pem.as_bytes(), false), decode::to_base64(jwk().as_bytes(), false)] {
            let twice = decode::to_base64(format!("{inner}\n").as_bytes(), false);
            let text = format!("data:\n  k: {twice}\n");
            let found = find(&text).keys;
            let [key] = found.as_slice() else { panic!("{} keys in {text}", found.len()) };
            assert!(key.key.is_whole() && text[key.span.range()] == twice, "{text}");
            assert_eq!(find(&format!("k: {}\n", &twice[..twice.len() / 2])).keys, [], "{text}");
            assert_eq!(find(&format!("k: x{twice}\n")).keys, [], "{text}");
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

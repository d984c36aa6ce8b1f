//! Keys in one stretch of base64: DER without the lines of PEM around it, and a JWK as variables hold it.

use super::{Form, Key, Sighting, der, jwk};
use crate::span::Span;
use crate::strength::decode;

/// Longer stretches are no keys, in bytes of text.
const LONGEST: usize = 16 * 1024;

/// What tells the kind of a private key stands no farther from its beginning.
const NEAR: usize = 40;

/// What private keys in DER are labelled with in PEM.
const LABELS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// A private key in DER.
pub(super) fn private(der: &[u8]) -> Option<Key> {
    LABELS.into_iter().find_map(|label| der::key(label, der)).filter(|key| key.private.is_some())
}

/// The private key in DER that has a mark of its kind at `mark`.
pub(super) fn der_at(text: &str, mark: usize) -> Option<Sighting> {
    let (span, bytes) = stretch(text, mark, NEAR)?;
    // What has a label is read by it.
    let before = text.get(..span.start())?.trim_end().trim_end_matches("\\n");
    if before.ends_with("-----") {
        return None;
    }
    // Each is a sequence of more bytes than one.
    let key = text.get(span.start()..)?.starts_with('M').then(|| private(&bytes)).flatten()?;
    Some(Sighting { span, secret: vec![span], form: Form::Pem, key })
}

/// The JWK whose member `kty` is encoded at `mark`.
pub(super) fn jwk_at(text: &str, mark: usize) -> Option<Sighting> {
    let (span, bytes) = stretch(text, mark, LONGEST)?;
    let json = std::str::from_utf8(&bytes).ok()?;
    let key = jwk::at(json, json.find("\"kty\"")? + 1)?.key;
    let secret = key.private.iter().map(|_| span).collect();
    Some(Sighting { span, secret, form: Form::Jwk, key })
}

/// The stretch of base64 around `at`, which begins no farther before it, and what it stands for.
fn stretch(text: &str, at: usize, before: usize) -> Option<(Span, Vec<u8>)> {
    let bytes = text.as_bytes();
    // What is behind `=` begins there. The slash is escaped by some who write JSON.
    let is_digit = |at: usize| match bytes.get(at) {
        Some(b'\\') => bytes.get(at + 1) == Some(&b'/'),
        Some(byte) => byte.is_ascii_alphanumeric() || b"+/-_".contains(byte),
        None => false,
    };
    let nearest = at.saturating_sub(before);
    let first = (nearest..=at).rev().take_while(|&at| is_digit(at)).last()?;
    // Behind the dash of `${NAME:-…}`.
    let start = first + bytes.get(first..)?.iter().take_while(|&&byte| byte == b'-').count();
    if first.checked_sub(1).is_some_and(is_digit) || start > at {
        return None;
    }
    let end = (at..at.saturating_add(LONGEST)).find(|&at| !is_digit(at))?;
    let written: Vec<u8> = bytes.get(start..end)?.iter().copied().filter(|&byte| byte != b'\\').collect();
    Some((Span::new(start, end), decode::base64(&written)?))
}

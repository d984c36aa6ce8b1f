//! Keys in base64 alone: DER without the lines of PEM around it, a JWK as variables hold it, and both in base64 once more.

use super::{Form, Key, Sighting, der, find, jwk, pem};
use crate::span::Span;
use crate::strength::decode;

/// Longer stretches are no keys, in bytes of text.
const LONGEST: usize = 16 * 1024;

/// What tells the kind of a private key stands no farther from its beginning.
const NEAR: usize = 40;

/// The same in base64 once more.
const NEAR_TWICE: usize = 60;

/// What private keys in DER are labelled with in PEM.
const LABELS: [&str; 3] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];

/// A private key in DER.
pub(super) fn private(der: &[u8]) -> Option<Key> {
    LABELS.into_iter().find_map(|label| der::key(label, der)).filter(|key| key.private.is_some())
}

/// The private key in DER that has a mark of its kind at `mark`.
pub(super) fn der_at(text: &str, mark: usize) -> Option<Sighting> {
    let span = stretch(text, mark, NEAR)?;
    // What has a label is read by it.
    let before = text.get(..span.start())?.trim_end().trim_end_matches("\\n");
    if before.ends_with("-----") {
        return None;
    }
    // Each is a sequence of more bytes than one.
    if !text.get(span.start()..)?.starts_with('M') {
        return None;
    }
    let on_one_line = decoded(text, span).and_then(|bytes| private(&bytes));
    let (span, key) = on_one_line.map(|key| (span, key)).or_else(|| on_lines(text, span.start()))?;
    Some(Sighting { span, secret: vec![span], form: Form::Pem, key })
}

/// The private key whose digits go on over lines, or over strings that are joined: its beginning says how long it is.
fn on_lines(text: &str, start: usize) -> Option<(Span, Key)> {
    /// What the length is told by.
    const HEAD: usize = 8;
    let head = decode::base64(text.as_bytes().get(start..start + HEAD)?)?;
    let length = der::length(&head).filter(|&length| length < LONGEST)?;
    let (digits, end) = pem::digits(text, start, (length * 4).div_ceil(3))?;
    Some((Span::new(start, end), private(&decode::base64(&digits)?)?))
}

/// The key in base64 that is in base64 once more, with a mark at `mark`: a cluster's secret holds what a variable does.
pub(super) fn twice_at(text: &str, mark: usize) -> Option<Sighting> {
    let span = stretch(text, mark, NEAR_TWICE)?;
    let inner = String::from_utf8(decoded(text, span)?).ok()?;
    let Sighting { form, key, .. } = find::in_base64(&inner)?;
    let secret = key.private.iter().map(|_| span).collect();
    Some(Sighting { span, secret, form, key })
}

/// The JWK whose member `kty` is encoded at `mark`.
pub(super) fn jwk_at(text: &str, mark: usize) -> Option<Sighting> {
    let span = stretch(text, mark, LONGEST)?;
    let bytes = decoded(text, span)?;
    let json = std::str::from_utf8(&bytes).ok()?;
    let key = jwk::at(json, json.find("\"kty\"")? + 1)?.key;
    let secret = key.private.iter().map(|_| span).collect();
    Some(Sighting { span, secret, form: Form::Jwk, key })
}

/// The stretch of base64 around `at`, which begins no farther before it.
fn stretch(text: &str, at: usize, before: usize) -> Option<Span> {
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
    Some(Span::new(start, end))
}

/// What a stretch of base64 stands for.
fn decoded(text: &str, span: Span) -> Option<Vec<u8>> {
    let written: Vec<u8> = text.get(span.range())?.bytes().filter(|&byte| byte != b'\\').collect();
    decode::base64(&written)
}

//! JSON Web Keys in any text: JSON, JSON in a string, objects of programs, blocks of YAML.

use std::ops::Range;

use super::{Curve, Form, Key, PublicKey, Sighting, der, padded};
use crate::secret::Secret;
use crate::span::Span;
use crate::strength::decode;

/// A key's members stand no farther from its type than this, in bytes.
const REACH: usize = 12 * 1024;

/// A key in YAML has no more lines before or after its type than this.
const MOST_LINES: usize = 24;

/// The key whose member `kty` is at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Sighting> {
    let object = object(text, at).or_else(|| block(text, at))?;
    let members = Members::read(text, object.clone());
    let key = members.key()?;
    let private = key.private.as_ref().and(members.ranges[Name::D as usize].clone());
    let span = private.unwrap_or(object);
    let secret = PRIVATE.iter().filter_map(|name| members.ranges[*name as usize].clone());
    let secret = secret.map(|range| Span::new(range.start, range.end)).collect();
    Some(Sighting { span: Span::new(span.start, span.end), secret, form: Form::Jwk, key })
}

/// The braces around `at`, and what they hold.
fn object(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let brace = |open: u8, close: u8, range: &mut dyn Iterator<Item = usize>| {
        let mut depth = 0usize;
        for index in range {
            let byte = *bytes.get(index)?;
            if byte == close {
                depth += 1;
            } else if byte == open {
                match depth.checked_sub(1) {
                    Some(less) => depth = less,
                    None => return Some(index),
                }
            }
        }
        None
    };
    let start = brace(b'{', b'}', &mut (at.saturating_sub(REACH)..at).rev())?;
    let end = brace(b'}', b'{', &mut (at..bytes.len().min(at + REACH)))?;
    Some(start..end + 1)
}

/// The lines around `at` that begin in the same column.
fn block(text: &str, at: usize) -> Option<Range<usize>> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let column = at - line_start;
    let of_yaml = |prefix: &str| prefix.bytes().all(|byte| matches!(byte, b' ' | b'-' | b'"'));
    text.get(line_start..at).filter(|prefix| of_yaml(prefix))?;
    let column = column - usize::from(text.get(line_start..at)?.ends_with('"'));
    let is_member = |line: &str| {
        line.get(..column).is_some_and(|prefix| prefix.bytes().all(|byte| matches!(byte, b' ' | b'-')))
            && line.as_bytes().get(column).is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'"')
    };
    let is_first = |line: &str| line.get(..column).is_some_and(|prefix| prefix.contains('-'));
    let mut start = line_start;
    for line in text.get(..line_start)?.split_inclusive('\n').rev().take(MOST_LINES) {
        if is_first(text.get(start..).unwrap_or_default()) || !is_member(line) {
            break;
        }
        start -= line.len();
    }
    let mut end = line_start;
    for (number, line) in text.get(line_start..)?.split_inclusive('\n').take(MOST_LINES).enumerate() {
        if !is_member(line) || number > 0 && is_first(line) {
            break;
        }
        end += line.len();
    }
    Some(start..end)
}

/// The members that matter.
#[derive(Clone, Copy)]
enum Name {
    Kty,
    Crv,
    N,
    E,
    X,
    Y,
    D,
    P,
    Q,
    Dp,
    Dq,
    Qi,
}

/// What nobody may read.
const PRIVATE: [Name; 6] = [Name::D, Name::P, Name::Q, Name::Dp, Name::Dq, Name::Qi];

const NAMES: [(&str, Name); 12] = [
    ("kty", Name::Kty),
    ("crv", Name::Crv),
    ("n", Name::N),
    ("e", Name::E),
    ("x", Name::X),
    ("y", Name::Y),
    ("d", Name::D),
    ("p", Name::P),
    ("q", Name::Q),
    ("dp", Name::Dp),
    ("dq", Name::Dq),
    ("qi", Name::Qi),
];

/// Where the values of the members stand.
struct Members<'t> {
    text: &'t str,
    ranges: [Option<Range<usize>>; NAMES.len()],
}

impl<'t> Members<'t> {
    fn read(text: &'t str, within: Range<usize>) -> Self {
        let mut members = Self { text, ranges: Default::default() };
        let bytes = text.as_bytes();
        let mut at = within.start;
        while at < within.end {
            if !is_digit(bytes.get(at)) {
                at += 1;
                continue;
            }
            let end = end_of(bytes, at, within.end);
            let name = NAMES.iter().find(|(name, _)| text.get(at..end) == Some(name)).map(|(_, name)| *name);
            at = end;
            if let Some(name) = name
                && let Some(value) = value_behind(bytes, end, within.end)
            {
                at = value.end;
                let range = &mut members.ranges[name as usize];
                if range.is_none() {
                    *range = Some(value);
                }
            }
        }
        members
    }

    fn text(&self, name: Name) -> Option<&'t str> {
        self.text.get(self.ranges[name as usize].clone()?)
    }

    fn number(&self, name: Name) -> Option<Vec<u8>> {
        decode::base64(self.text(name)?.as_bytes())
    }

    fn key(&self) -> Option<Key> {
        let private = || self.number(Name::D);
        match self.text(Name::Kty)? {
            "RSA" => {
                let public = PublicKey::rsa(&self.number(Name::N)?, &self.number(Name::E)?)?;
                let primes = self.number(Name::P).zip(self.number(Name::Q));
                let primes = primes.map(|(one, other)| [Secret::new(one), Secret::new(other)]);
                Some(Key { public, private: private().map(Secret::new), primes })
            }
            "EC" => {
                let curve = match self.text(Name::Crv)? {
                    "P-256" => Curve::P256,
                    "P-384" => Curve::P384,
                    "P-521" => Curve::P521,
                    "secp256k1" => Curve::Secp256k1,
                    _ => return None,
                };
                let coordinate = |name| padded(&self.number(name)?, curve.length());
                let point = coordinate(Name::X).zip(coordinate(Name::Y)).map(|(x, y)| [x, y].concat());
                self.on(curve, point, private())
            }
            "OKP" => {
                let curve = match self.text(Name::Crv)? {
                    "Ed25519" => Curve::Ed25519,
                    "Ed448" => Curve::Ed448,
                    _ => return None,
                };
                self.on(curve, self.number(Name::X), private())
            }
            _ => None,
        }
    }

    fn on(&self, curve: Curve, point: Option<Vec<u8>>, private: Option<Vec<u8>>) -> Option<Key> {
        match private {
            Some(private) => der::from_number(curve, &private, point.as_deref()),
            None => Some(Key::new(PublicKey::curve(curve, &point?)?, None)),
        }
    }
}

/// A digit of base64url, or of a name.
fn is_digit(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn end_of(bytes: &[u8], at: usize, limit: usize) -> usize {
    (at..limit).find(|&at| !is_digit(bytes.get(at))).unwrap_or(limit)
}

/// The value that is given to the name that ends at `at`: `": "value"`, `: 'value'`, `=> value`, `\":\"value\"`.
fn value_behind(bytes: &[u8], at: usize, limit: usize) -> Option<Range<usize>> {
    let skip = |at: usize, of: &dyn Fn(u8) -> bool| {
        (at..limit).find(|&at| bytes.get(at).is_none_or(|&byte| !of(byte))).unwrap_or(limit)
    };
    let quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\');
    let blank = |byte: u8| byte.is_ascii_whitespace();
    let at = skip(skip(at, &quote), &blank);
    let at = match bytes.get(at..)? {
        [b'=', b'>', ..] => at + 2,
        [b':' | b'=', ..] => at + 1,
        _ => return None,
    };
    let start = skip(skip(at, &blank), &quote);
    let end = end_of(bytes, start, limit);
    (end > start).then_some(start..end)
}

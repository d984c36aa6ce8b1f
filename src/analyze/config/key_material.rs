//! Keys that are data: JWKs, the JSON that Hasura takes, and PEM in base64.

use std::ops::Range;

use super::braces::{self, Dialect};
use super::entry::{Entry, Visitor};
use super::kubernetes::base64;
use crate::fact::Encoding;
use crate::key;
use crate::secret::Secret;
use crate::span::Span;

/// A private or symmetric JWK.
pub struct Key {
    /// What it is called.
    pub name: String,
    /// The private part.
    pub secret: Secret,
    /// Where that stands.
    pub span: Span,
}

/// The members of the object being read that make a JWK.
#[derive(Default)]
pub struct KeySet {
    parent: Vec<String>,
    key_type: Option<String>,
    private: Option<(Secret, Span)>,
    shared: Option<(Secret, Span)>,
}

impl KeySet {
    /// Takes an entry; a key once both its type and its secret part are known.
    pub fn note(&mut self, entry: &Entry<'_>) -> Option<Key> {
        let (last, parent) = entry.path.split_last()?;
        if !matches!(last.as_str(), "kty" | "d" | "k") {
            return None;
        }
        if self.parent != parent {
            *self = Self { parent: parent.to_vec(), ..Self::default() };
        }
        let part = || is_base64url(&entry.value).then(|| (Secret::from(entry.value.as_ref()), entry.value_span));
        match last.as_str() {
            "kty" => self.key_type = Some(entry.value.to_string()),
            "d" => self.private = part(),
            _ => self.shared = part(),
        }
        let (name, part) = match self.key_type.as_deref()? {
            "RSA" | "EC" | "OKP" => ("private JWK", &mut self.private),
            "oct" => ("symmetric JWK", &mut self.shared),
            _ => return None,
        };
        let (secret, span) = part.take()?;
        Some(Key { name: name.to_owned(), secret, span })
    }
}

fn is_base64url(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+' | b'/'))
}

/// The shared key inside a JSON value: `{"type":"HS256","key":"…"}`, or a symmetric JWK. Quotes may be escaped.
pub fn key_in_json(raw: &str) -> Option<(Range<usize>, Option<Encoding>)> {
    // Same length, so that offsets stay; it leaves a blank at the end of each text.
    let plain = raw.replace("\\\"", " \"");
    let mut members = Members::default();
    braces::read(&plain, Dialect::JSON, &mut members);
    let find = |name: &str| members.0.iter().find(|(key, ..)| key == name);
    if find("kty").is_some_and(|(_, value, _)| value == "oct") {
        return find("k").map(|(_, _, range)| (range.clone(), Some(Encoding::Base64)));
    }
    find("type").filter(|(_, value, _)| value.to_ascii_uppercase().starts_with("HS"))?;
    find("key").filter(|(_, value, _)| !value.is_empty()).map(|(_, _, range)| (range.clone(), None))
}

/// The last part of each path with its value.
#[derive(Default)]
struct Members(Vec<(String, String, Range<usize>)>);

impl Visitor for Members {
    fn entry(&mut self, entry: Entry<'_>) {
        if let Some(last) = entry.path.last() {
            let value = entry.value.trim_end();
            let start = entry.value_span.start();
            self.0.push((last.trim_end().to_owned(), value.to_owned(), start..start + value.len()));
        }
    }
}

/// A private key in PEM, plain or in base64, or without its first and last line, as environment variables carry it.
pub fn private_key(value: &str) -> Option<Secret> {
    let is_key = || key::find(value).keys.iter().any(|sighting| sighting.key.private.is_some());
    if value.contains("PRIVATE KEY-----") {
        return is_key().then(|| Secret::from(value));
    }
    private_key_in_base64(value).or_else(|| key::is_bare_private(value).then(|| Secret::from(value)))
}

fn private_key_in_base64(value: &str) -> Option<Secret> {
    if !value.trim_start().starts_with("LS0tLS1CRUdJTi") {
        return None;
    }
    let bytes = base64(value.trim())?;
    let private = memchr::memmem::find(&bytes, b"PRIVATE KEY-----").is_some();
    private.then(|| Secret::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hasura_and_jwk_values() {
        let hs = r#"{"type":"HS256", "key": "pear"}"#;
        assert_eq!(key_in_json(hs).map(|(range, _)| &hs[range]), Some("pear"));
        let escaped = r#"{\"type\":\"HS512\",\"key\":\"pear\"}"#;
        assert_eq!(key_in_json(escaped).map(|(range, _)| &escaped[range]), Some("pear"));
        let oct = r#"{"keys":[{"kty":"oct","k":"cGVhcg"}]}"#;
        assert_eq!(
            key_in_json(oct).map(|(range, encoding)| (&oct[range], encoding)),
            Some(("cGVhcg", Some(Encoding::Base64)))
        );
        assert_eq!(key_in_json(r#"{"type":"RS256","key":"public"}"#), None);
        assert_eq!(key_in_json(r#"{"jwk_url":"https://example.org"}"#), None);
        assert_eq!(key_in_json("{é"), None);
    }

    #[test]
    fn pem_in_base64() {
        // "-----BEGIN PRIVATE KEY-----" and the same of a public key.
        assert!(private_key_in_base64("LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t").is_some());
        assert!(private_key_in_base64("LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0=").is_none());
        assert!(private_key_in_base64("pear").is_none());
    }
}

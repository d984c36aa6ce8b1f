//! Tokens in their JSON serialisation (RFC 7515 §7.2, RFC 7516 §7.2).

use serde_json::{Map, Value};

use super::find::Sighting;
use super::{LONGEST, Token};
use crate::secret::Secret;
use crate::span::Span;

/// Members of an object that begins farther before its header are not read.
const REACH: usize = 4 * 1024;

/// The token whose protected header begins at `start`.
pub(super) fn at(text: &str, start: usize) -> Option<Sighting> {
    let before = text.get(..start)?;
    before.trim_end().strip_suffix('"')?.trim_end().strip_suffix(':')?.trim_end().strip_suffix("\"protected\"")?;
    let own = enclosing(text, start)?;
    if let Some(compact) = object(text, own).and_then(|(object, _)| compact(&object, &object)) {
        return sighting(text, own, compact);
    }
    // One of several signatures, or the shared header of several recipients.
    let (signature, end) = object(text, own)?;
    let (whole, _) = enclosing(text, own).and_then(|outer| object(text, outer))?;
    let compact = compact(&whole, &signature)?;
    Some(Sighting { span: Span::new(own, end), compact: Secret::from(compact) })
}

fn sighting(text: &str, start: usize, compact: String) -> Option<Sighting> {
    let (_, end) = object(text, start)?;
    Some(Sighting { span: Span::new(start, end), compact: Secret::from(compact) })
}

/// The compact form of an object, whose signature may be told apart.
fn compact(whole: &Map<String, Value>, signed: &Map<String, Value>) -> Option<String> {
    let member = |object: &Map<String, Value>, name: &str| object.get(name)?.as_str().map(str::to_owned);
    let recipient = || whole.get("recipients")?.as_array()?.first()?.as_object();
    let compact = match (member(whole, "payload"), member(whole, "ciphertext")) {
        (Some(payload), _) => {
            format!("{}.{payload}.{}", member(signed, "protected")?, member(signed, "signature")?)
        }
        (None, Some(text)) => {
            let key = member(whole, "encrypted_key").or_else(|| member(recipient()?, "encrypted_key"));
            let (vector, tag) = (member(whole, "iv")?, member(whole, "tag")?);
            format!("{}.{}.{vector}.{text}.{tag}", member(whole, "protected")?, key.unwrap_or_default())
        }
        (None, None) => return None,
    };
    Token::read(&compact).is_some().then_some(compact)
}

/// Where the innermost object around `at` begins. Braces in strings mislead it, and then nothing is found.
fn enclosing(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    for start in (at.saturating_sub(REACH)..at).rev() {
        match bytes.get(start)? {
            b'}' => depth += 1,
            b'{' if depth == 0 => return Some(start),
            b'{' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The object that begins at `start`, and where it ends.
fn object(text: &str, start: usize) -> Option<(Map<String, Value>, usize)> {
    let rest = text.get(start..)?;
    let mut end = rest.len().min(2 * LONGEST);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let mut values = serde_json::Deserializer::from_str(rest.get(..end)?).into_iter::<Map<String, Value>>();
    let object = values.next()?.ok()?;
    Some((object, start + values.byte_offset()))
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::super::testing::compact;

    #[test]
    fn all_json_serialisations_are_read() {
        let token = compact(r#"{"alg":"HS256"}"#, r#"{"sub":"u1"}"#, &[3; 32]);
        let parts: Vec<&str> = token.split('.').collect();
        let flattened = r#"x = {"payload": "{2}", "protected":"{1}", "header": {"kid": "1"}, "signature":"{3}"};"#;
        let general = "{\"payload\":\"{2}\",\n\"signatures\":[{\"protected\":\"{1}\",\n\"signature\":\"{3}\"}]}";
        for text in [flattened, general] {
            let text = text.replace("{1}", parts[0]).replace("{2}", parts[1]).replace("{3}", parts[2]);
            let found = find(&text).tokens;
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].compact.expose_str(), Some(token.as_str()), "{text}");
            let shown = &text[found[0].span.range()];
            assert!(shown.starts_with('{') && shown.ends_with('}') && shown.contains(parts[2]), "{shown}");
        }
        let cut = flattened.replace("{1}", parts[0]).replace("{2}", parts[1]).replace("{3}", "c2ln");
        assert!(find(&cut).tokens.is_empty());
    }
}

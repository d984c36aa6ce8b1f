//! Texts in the source that hold data: a JWK, or the settings that a parser is given.

use super::Walker;
use crate::analyze::config::key_material;
use crate::fact::{Encoding, Literal, Value, selector};
use crate::names::{self, NameClass};
use crate::span::Span;

impl Walker<'_> {
    /// Notes the shared key of a JWK that is written out.
    pub(super) fn key_in_text(&mut self, value: &Value) {
        let Value::Literal(literal) = value else { return };
        let Some(text) = literal.secret.expose_str().filter(|text| text.contains("kty")) else { return };
        let Some((range, Some(encoding))) = key_material::key_in_json(text) else { return };
        let Some(key) = text.get(range) else { return };
        let span = self.within_literal(literal, key);
        self.key(Value::literal(key, span), encoding);
    }

    /// The same of an object that a macro makes.
    pub(super) fn key_in_object(&mut self, list: &Value) {
        let Value::Record(record) = list else { return };
        let member =
            |name: &str| selector::select(record, &selector::entry(name)).first().map(|(value, _)| (*value).clone());
        let is_shared = member("kty").and_then(|kind| super::calls::text_of(&kind)).is_some_and(|kind| kind == "oct");
        if let Some(key) = member("k").filter(|_| is_shared) {
            self.key(key, Encoding::Base64);
        }
    }

    fn key(&mut self, value: Value, encoding: Encoding) {
        let site = self.site;
        self.out.keys.push((Value::Decoded(encoding, value.into()), site));
    }

    /// Entries of the settings in a text that a parser is given: `JWT_SECRET=…`, `jwt_secret = "…"`.
    pub(super) fn settings_in(&mut self, text: Option<&Value>) {
        let mut text = text;
        while let Some(Value::Via(via)) = text {
            text = Some(&via.value);
        }
        let Some(Value::Literal(literal)) = text else { return };
        let Some(lines) = literal.secret.expose_str() else { return };
        let mut table = String::new();
        for line in lines.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                table = format!("{}.", name.trim());
                continue;
            }
            let Some((name, value)) = line.trim_start_matches(['{', '"']).split_once(['=', ':']) else { continue };
            let name = format!("{table}{}", name.trim().trim_matches('"'));
            let value = value.trim().trim_end_matches([',', '}']).trim().trim_matches(['"', '\'']);
            let path: Vec<&str> = name.split('.').collect();
            if !value.is_empty() && names::classify(&path) == NameClass::Secret {
                let span = self.within_literal(literal, value);
                self.entry_write(name, Value::literal(value, span), span);
            }
        }
    }

    /// Where a part of a literal's text stands, if it is written there as it is.
    fn within_literal(&self, literal: &Literal, part: &str) -> Span {
        let written = self.positions.text.get(literal.span.range()).unwrap_or_default();
        match memchr::memmem::find(written.as_bytes(), part.as_bytes()) {
            Some(at) => Span::new(literal.span.start + at, literal.span.start + at + part.len()),
            None => literal.span,
        }
    }
}

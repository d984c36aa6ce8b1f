//! Texts in the source that hold data: a JWK, or the settings that a parser is given.

use super::Walker;
use crate::analyze::config::key_material;
use crate::analyze::rust::settings;
use crate::fact::{Encoding, Literal, Value, selector};
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

    /// A text that a parser of settings is given, for the linker to find and to look into: `JWT_SECRET=…`,
    /// `jwt_secret = "…"`.
    pub(super) fn settings_in(&mut self, text: Option<&Value>) {
        let mut text = text;
        while let Some(Value::Via(via)) = text {
            text = Some(&via.value);
        }
        if let Some(text @ (Value::Literal(_) | Value::Name(_) | Value::Field(..) | Value::Param(_) | Value::Call(_))) =
            text
        {
            let site = self.site;
            self.out.settings.push((text.clone(), site));
        }
    }

    /// Where a part of a literal's text stands, if it is written there as it is.
    pub(super) fn within_literal(&self, literal: &Literal, part: &str) -> Span {
        settings::place(self.positions.text, literal.span, part)
    }
}

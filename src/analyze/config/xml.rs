//! XML, as far as configuration uses it: text of elements, attributes, and pairs of key and value.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, trimmed};
use crate::span::Span;

/// Deeper nesting is not followed.
const DEEPEST: usize = 64;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut reader = Reader { text, path: Vec::new(), names: Vec::new(), text_start: 0, key: None, visitor };
    let mut at = 0;
    while let Some(length) = memchr::memchr(b'<', &text.as_bytes()[at..]) {
        at = reader.markup(at + length);
    }
}

struct Reader<'t, 'v> {
    text: &'t str,
    path: Vec<String>,
    names: Vec<Span>,
    /// Where the text of the innermost element starts.
    text_start: usize,
    /// What the last `<key>` of a property list says.
    key: Option<Span>,
    visitor: &'v mut dyn Visitor,
}

impl Reader<'_, '_> {
    /// Reads what opens at `at`, a `<`; where to go on.
    fn markup(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        if rest.starts_with("<!--") {
            return self.behind(at + 4, "-->");
        }
        if rest.starts_with("<![CDATA[") {
            return self.character_data(at + 9);
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            return self.behind(at, ">");
        }
        if rest.starts_with("</") {
            self.close(at);
            return self.behind(at, ">");
        }
        self.open(at)
    }

    fn behind(&self, at: usize, mark: &str) -> usize {
        self.text[at..].find(mark).map_or(self.text.len(), |length| at + length + mark.len())
    }

    fn character_data(&mut self, start: usize) -> usize {
        let end = self.behind(start, "]]>");
        self.emit_text(start, end.saturating_sub(3).max(start));
        self.text_start = end;
        end
    }

    fn close(&mut self, at: usize) {
        self.emit_text(self.text_start, at);
        self.text_start = at;
        self.path.pop();
        self.names.pop();
    }

    fn emit_text(&mut self, start: usize, end: usize) {
        let Some(&key_span) = self.names.last() else { return };
        let Some(raw) = self.text.get(start..end) else { return };
        if raw.trim().is_empty() || raw.contains(['<', '>']) {
            return;
        }
        let span = trimmed(self.text, start, end);
        let element = self.path.last().map_or("", String::as_str);
        if self.path.first().is_some_and(|root| root == "resources") && is_label(&self.text[span.range()]) {
            // Android: a text that people read.
            return;
        }
        match self.key.take().filter(|_| element == "string") {
            // `<key>name</key><string>value</string>`
            Some(key) => {
                self.path.push(self.text[key.range()].to_owned());
                self.emit(key, span);
                self.path.pop();
            }
            None => {
                self.key = (element == "key").then_some(span);
                self.emit(key_span, span);
            }
        }
    }

    /// An opening tag with its attributes.
    fn open(&mut self, at: usize) -> usize {
        let name_end =
            self.while_byte(at + 1, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'>' | b'/' | b'<'));
        let name = Span::new(at + 1, name_end);
        let (attributes, end, empty) = self.attributes(name_end);
        self.path.push(self.text[name.range()].to_owned());
        self.names.push(name);
        self.emit_attributes(&attributes);
        if empty || self.path.len() > DEEPEST {
            self.path.pop();
            self.names.pop();
        } else if let Some(label) = attributes.iter().find(|attribute| self.is_label(attribute)) {
            // `<string name="jwt_secret">…`: the label says more than the tag.
            if let Some(last) = self.path.last_mut() {
                *last = self.text[label.value.range()].to_owned();
            }
        }
        self.text_start = end;
        end
    }

    fn is_label(&self, attribute: &Attribute) -> bool {
        matches!(&self.text[attribute.name.range()], "key" | "name" | "Name" | "Key" | "id")
    }

    /// `key="…" value="…"` is a pair; other attributes are members of the element.
    fn emit_attributes(&mut self, attributes: &[Attribute]) {
        let label = attributes.iter().find(|attribute| self.is_label(attribute)).copied();
        for attribute in attributes {
            let name = &self.text[attribute.name.range()];
            let (key_span, key) = match label {
                Some(label) if name.eq_ignore_ascii_case("value") => (label.value, &self.text[label.value.range()]),
                _ => (attribute.name, name),
            };
            self.path.push(key.to_owned());
            self.emit(key_span, attribute.value);
            self.path.pop();
        }
    }

    /// The attributes from `at` on, the offset behind the tag, and whether it is empty (`/>`).
    fn attributes(&self, mut at: usize) -> (Vec<Attribute>, usize, bool) {
        let bytes = self.text.as_bytes();
        let mut attributes = Vec::new();
        let mut empty = false;
        loop {
            at = self.while_byte(at, |byte| byte.is_ascii_whitespace());
            match bytes.get(at) {
                None | Some(b'<') => return (attributes, at, empty),
                Some(b'>') => return (attributes, at + 1, empty),
                Some(b'/') => {
                    empty = true;
                    at += 1;
                }
                Some(_) => at = self.attribute(at, &mut attributes),
            }
        }
    }

    fn attribute(&self, at: usize, attributes: &mut Vec<Attribute>) -> usize {
        let bytes = self.text.as_bytes();
        let name_end = self
            .while_byte(at, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'>' | b'<' | b'"' | b'\''));
        let equals = self.while_byte(name_end, |byte| byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            // A stray quote or the like: on to the next character.
            return if equals > at { equals } else { at + self.text[at..].chars().next().map_or(1, char::len_utf8) };
        }
        let open = self.while_byte(equals + 1, |byte| byte.is_ascii_whitespace());
        let Some(&quote @ (b'"' | b'\'')) = bytes.get(open) else { return open };
        let Some(length) = memchr::memchr2(quote, b'<', &bytes[open + 1..]) else { return self.text.len() };
        let end = open + 1 + length;
        attributes.push(Attribute { name: Span::new(at, name_end), value: Span::new(open + 1, end) });
        if bytes[end] == quote { end + 1 } else { end }
    }

    fn while_byte(&self, at: usize, part: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        at.min(self.text.len()) + rest.iter().take_while(|byte| part(**byte)).count()
    }

    fn emit(&mut self, key_span: Span, value_span: Span) {
        let value = unescape(&self.text[value_span.range()]);
        self.visitor.entry(Entry { path: &self.path, key_span, value, value_span, variable: false });
    }
}

/// Whether a text is one for people: several words, or one that begins as a sentence does.
fn is_label(text: &str) -> bool {
    text.contains(' ') || (text.starts_with(char::is_uppercase) && text.chars().all(char::is_alphabetic))
}

#[derive(Debug, Clone, Copy)]
struct Attribute {
    name: Span,
    value: Span,
}

/// The predefined entities.
fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('&') {
        return Cow::Borrowed(raw);
    }
    let text = raw.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    Cow::Owned(text.replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::{entries, pairs};
    use super::*;

    #[test]
    fn elements_attributes_and_pairs() {
        let text = "<?xml version=\"1.0\"?><!-- <jwt.secret>no</jwt.secret> -->\n<project><properties>\n<jwt.secret> pear </jwt.secret><e/></properties>\n<appSettings><add key=\"Jwt:Key\" value=\"plum &amp; fig\"/></appSettings>\n<jwt secret='lime'/><string name=\"jwt_secret\">kiwi</string><x><![CDATA[a<b]]></x></project>";
        assert_eq!(
            pairs(text, read),
            [
                "project|properties|jwt.secret=pear",
                "project|appSettings|add|key=Jwt:Key",
                "project|appSettings|add|Jwt:Key=plum &amp; fig",
                "project|jwt|secret=lime",
                "project|string|name=jwt_secret",
                "project|jwt_secret=kiwi",
            ]
        );
        assert_eq!(entries(text, read)[2].1, "plum & fig");
    }

    #[test]
    fn broken_input_ends() {
        for text in [
            "<",
            "<a",
            "<a b",
            "<a b=",
            "<a b='",
            "</",
            "<!--",
            "<![CDATA[",
            "<a é='é",
            "<é>é</é",
            "<<<>>>",
            "<a /é>",
            "<a =>",
            "<a \"\">",
        ] {
            pairs(text, read);
        }
    }
}

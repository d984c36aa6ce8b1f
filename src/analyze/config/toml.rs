//! TOML: tables, dotted keys, and values on one line or many.

use std::borrow::Cow;

use super::braces::{self, Dialect};
use super::entry::{Entry, Visitor, line_end, trimmed, unescape};
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut reader = Reader { text, at: 0, table: Vec::new(), visitor };
    while reader.at < text.len() {
        let start = reader.at;
        let end = line_end(text, start);
        reader.at = end + 1;
        reader.line(trimmed(text, start, end));
    }
}

struct Reader<'t, 'v> {
    text: &'t str,
    at: usize,
    /// The parts of the table header in force.
    table: Vec<String>,
    visitor: &'v mut dyn Visitor,
}

impl Reader<'_, '_> {
    fn line(&mut self, line: Span) {
        let text = &self.text[line.range()];
        if text.starts_with('[') {
            let header = text.trim_start_matches('[').split(']').next().unwrap_or_default();
            self.table = key_parts(header);
        } else if !text.starts_with('#')
            && let Some(length) = separator(text)
        {
            let key = trimmed(self.text, line.start(), line.start() + length);
            self.value(key, trimmed(self.text, line.start() + length + 1, line.end()));
        }
    }

    fn value(&mut self, key: Span, value: Span) {
        let depth = self.table.len();
        self.table.extend(key_parts(&self.text[key.range()]));
        let text = &self.text[value.range()];
        if text.starts_with("\"\"\"") || text.starts_with("'''") {
            self.many_lines(key, value.start());
        } else if text.starts_with(['{', '[']) {
            let end = braces::read_value(self.text, value.start(), Dialect::TOML, &mut self.table, self.visitor);
            self.at = line_end(self.text, end.min(self.text.len())) + 1;
        } else if text.starts_with(['"', '\'']) {
            self.one_line(key, value);
        }
        self.table.truncate(depth);
    }

    fn one_line(&mut self, key: Span, value: Span) {
        let bytes = &self.text.as_bytes()[value.range()];
        let basic = bytes[0] == b'"';
        let mut end = 1;
        while end < bytes.len() && bytes[end] != bytes[0] {
            end += if basic && bytes[end] == b'\\' { 2 } else { 1 };
        }
        let span = Span::new(value.start() + 1, value.start() + end.min(bytes.len()));
        if let Some(raw) = self.text.get(span.range()) {
            self.emit(key, if basic { unescape(raw) } else { Cow::Borrowed(raw) }, span);
        }
    }

    fn many_lines(&mut self, key: Span, at: usize) {
        let (mark, rest) = self.text[at..].split_at(3);
        let end = rest.find(mark).map_or(self.text.len(), |length| at + 3 + length);
        let span = trimmed(self.text, at + 3, end);
        self.at = line_end(self.text, end) + 1;
        let raw = &self.text[span.range()];
        self.emit(key, if mark == "\"\"\"" { unescape(raw) } else { Cow::Borrowed(raw) }, span);
    }

    fn emit(&mut self, key_span: Span, value: Cow<'_, str>, value_span: Span) {
        self.visitor.entry(Entry { path: &self.table, key_span, value, value_span, variable: false });
    }
}

/// The offset of the `=` that ends the key.
fn separator(line: &str) -> Option<usize> {
    let mut quote = None;
    line.bytes().position(|byte| match (quote, byte) {
        (None, b'=') => true,
        (None, b'"' | b'\'') => {
            quote = Some(byte);
            false
        }
        (Some(open), _) if open == byte => {
            quote = None;
            false
        }
        _ => false,
    })
}

/// `a."b.c".d` has three parts.
fn key_parts(key: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for c in key.chars() {
        match (quote, c) {
            (None, '.') => parts.push(String::new()),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, _) if c.is_whitespace() => {}
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.push(c);
                }
            }
        }
    }
    parts.truncate(32);
    parts
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::{entries, pairs};
    use super::*;

    #[test]
    fn tables_dotted_keys_and_inline_values() {
        let text = "top = \"é\" # c\n[http.jwt] # note\nencoding_secret = 'pear'\n\"a.b\".c = \"x\\\"y\"\n[[list]]\nt = { k = \"v\", l = [\"m\",\n \"n\"] }\nn = 12\n[\"q r\"]\ns = \"\"\"\nmany\nlines\"\"\"\nz = \"end\"";
        assert_eq!(
            pairs(text, read),
            [
                "top=é",
                "http|jwt|encoding_secret=pear",
                "http|jwt|a.b|c=x\\\"y",
                "list|t|k=v",
                "list|t|l|0=m",
                "list|t|l|1=n",
                "q r|s=many\nlines",
                "q r|z=end"
            ]
        );
        assert_eq!(entries(text, read)[2].1, "x\"y");
    }

    #[test]
    fn broken_input_ends() {
        for text in ["a = \"", "a = \"\\", "[", "= x", "a = {", "a = '''", "a = \"\"\"é", "é = 'é"] {
            pairs(text, read);
        }
    }
}

//! YAML, as forgiving as the files are: templates in and between the lines, broken parts skipped.
//!
//! Reads line by line with a stack of indentations, and never goes back.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::braces::{self, Dialect};
use super::entry::{Entry, Visitor, line_end, trimmed, unescape};
use crate::span::Span;

/// Deeper nesting is not followed.
const DEEPEST: usize = 64;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let (frames, path, anchors) = (Vec::new(), Vec::new(), FxHashMap::default());
    Reader { text, bytes: text.as_bytes(), at: 0, frames, path, anchor: None, anchors, visitor }.run();
}

/// An open key or list item.
struct Frame {
    indent: usize,
    /// The number of the item; `None` for a key.
    item: Option<usize>,
    span: Span,
    /// Its value stands on its own line, or members below it.
    filled: bool,
}

/// A scalar that aliases may take.
struct Anchored {
    value: String,
    span: Span,
}

/// So many anchors are remembered.
const MOST_ANCHORS: usize = 1_000;

struct Reader<'t, 'v> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    frames: Vec<Frame>,
    path: Vec<String>,
    /// The name of the anchor before the value being read.
    anchor: Option<String>,
    anchors: FxHashMap<String, Anchored>,
    visitor: &'v mut dyn Visitor,
}

impl Reader<'_, '_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            let start = self.at;
            let end = line_end(self.text, start);
            self.at = end + 1;
            self.line(start, end);
        }
    }

    fn line(&mut self, start: usize, end: usize) {
        let content = trimmed(self.text, start, end);
        let line = &self.text[content.range()];
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        if content.start() == start && (line.starts_with("---") || line.starts_with("...")) {
            self.unwind(0);
            self.anchors.clear();
            self.visitor.document();
            let rest = trimmed(self.text, start + 3, end);
            if rest.start() < rest.end() && self.bytes[start + 3] == b' ' {
                self.node(rest.start(), rest.start() - start, end);
            }
            return;
        }
        if let Some(rest) = self.skip_template(content, end) {
            return self.at = rest;
        }
        self.node(content.start(), content.start() - start, end);
    }

    /// A line that is nothing but template code; where to go on.
    fn skip_template(&self, content: Span, end: usize) -> Option<usize> {
        let line = &self.text[content.range()];
        let close = match line.get(..2)? {
            "{{" => "}}",
            "{%" => "%}",
            "<%" => "%>",
            _ => return None,
        };
        match line.rfind(close) {
            Some(at) if at + 2 == line.len() => Some(end + 1),
            Some(_) => None,
            // A comment of the template language may go over lines; no further than a screenful.
            None => {
                let limit = (end + 4000).min(self.text.len());
                let length = memchr::memmem::find(&self.bytes[end..limit], close.as_bytes())?;
                Some(line_end(self.text, end + length) + 1)
            }
        }
    }

    /// What stands at `column` of a line: items, a key, a value.
    fn node(&mut self, mut at: usize, mut column: usize, end: usize) {
        while self.bytes[at] == b'-' && self.bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) && at < end {
            self.push_item(column, at);
            let content = trimmed(self.text, at + 1, end);
            if content.start() == content.end() || self.bytes[content.start()] == b'#' || self.frames.len() > DEEPEST {
                return;
            }
            column += content.start() - at;
            at = content.start();
        }
        match self.key(at, end) {
            Some((key, after)) => {
                self.push_key(column, key);
                self.value(after, end);
            }
            None if self.frames.last().is_some_and(|frame| frame.item.is_some() && frame.indent < column) => {
                self.value(at, end)
            }
            None if matches!(self.bytes[at], b'{' | b'[') && self.frames.is_empty() => self.value(at, end),
            // The value of a key that stands below it.
            None if self.frames.last().is_some_and(|frame| !frame.filled && frame.indent < column) => {
                self.value(at, end);
            }
            None => {}
        }
    }

    /// Closes everything that is indented as far as `indent` or further.
    fn unwind(&mut self, indent: usize) {
        while self.frames.last().is_some_and(|frame| frame.indent >= indent) {
            self.frames.pop();
            self.path.pop();
        }
    }

    /// Says that the innermost key or item has what it holds.
    fn fill(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.filled = true;
        }
    }

    fn push_item(&mut self, column: usize, at: usize) {
        self.unwind(column + 1);
        let mut number = 0;
        if let Some(Frame { indent, item: Some(before), .. }) = self.frames.last()
            && *indent == column
        {
            number = before + 1;
            self.frames.pop();
            self.path.pop();
        }
        self.fill();
        self.frames.push(Frame { indent: column, item: Some(number), span: Span::new(at, at + 1), filled: false });
        self.path.push(number.to_string());
    }

    fn push_key(&mut self, column: usize, key: Span) {
        self.unwind(column);
        if self.frames.len() > DEEPEST {
            return;
        }
        self.fill();
        self.frames.push(Frame { indent: column, item: None, span: key, filled: false });
        let raw = &self.text[key.range()];
        // Without quotes a backslash is one: `App\Gate:`.
        let is_quoted = key.start() > 0 && self.bytes[key.start() - 1] == b'"';
        self.path.push(if is_quoted { unescape(raw).into_owned() } else { raw.to_owned() });
    }

    /// The key at `at`, and the offset behind its colon.
    fn key(&self, at: usize, end: usize) -> Option<(Span, usize)> {
        let first = self.bytes[at];
        if matches!(first, b'"' | b'\'') {
            let close = at + 1 + memchr::memchr(first, &self.bytes[at + 1..end])?;
            let after = trimmed(self.text, close + 1, end).start();
            return (self.bytes.get(after) == Some(&b':')).then_some((Span::new(at + 1, close), after + 1));
        }
        let template = self.text[at..end].starts_with("{{");
        if matches!(first, b'[' | b'|' | b'>' | b'&' | b'!' | b'*') || (first == b'{' && !template) {
            return None;
        }
        let mut here = at;
        while here < end {
            match self.bytes[here] {
                b':' if here + 1 == end || self.bytes[here + 1].is_ascii_whitespace() => {
                    return Some((trimmed(self.text, at, here), here + 1));
                }
                b'#' if here > at && self.bytes[here - 1] == b' ' => return None,
                b'{' if self.bytes.get(here + 1) == Some(&b'{') => {
                    here = memchr::memmem::find(&self.bytes[here..end], b"}}").map_or(end, |length| here + length + 2);
                }
                _ => here += 1,
            }
        }
        None
    }

    /// The value at `at` of the innermost key or item.
    fn value(&mut self, at: usize, end: usize) {
        self.anchor = None;
        let Some(content) = self.skip_properties(trimmed(self.text, at, end)) else { return self.fill() };
        let Some(&first) = self.bytes[content.range()].first() else { return };
        let template = self.text[content.range()].starts_with("{{");
        if first != b'#' {
            self.fill();
        }
        match first {
            b'#' => {}
            b'*' => self.alias(content),
            b'|' | b'>' => self.block_scalar(first == b'>', end),
            b'"' | b'\'' => self.quoted(first, content.start()),
            b'{' | b'[' if !template => self.flow(content.start()),
            _ => self.plain(content),
        }
    }

    /// Skips anchors and tags; `None` for a value that a tag makes something else: `!vault`, `!Ref`.
    fn skip_properties(&mut self, mut content: Span) -> Option<Span> {
        loop {
            let text = &self.text[content.range()];
            match text.bytes().next() {
                Some(b'!') if !text.starts_with("!!") => return None,
                Some(b'&' | b'!') if text.starts_with("!!") || text.len() > 1 => {
                    let length = text.find([' ', '\t']).unwrap_or(text.len());
                    self.anchor = text[..length].strip_prefix('&').map(str::to_owned).or(self.anchor.take());
                    content = trimmed(self.text, content.start() + length, content.end());
                }
                _ => return Some(content),
            }
        }
    }

    fn plain(&mut self, content: Span) {
        let text = &self.text[content.range()];
        // A comment cannot start inside a template.
        let code = text.rfind("}}").or_else(|| text.rfind("%>")).filter(|_| text.starts_with(['{', '<'])).unwrap_or(0);
        let length = text[code..].find(" #").map_or(text.len(), |length| code + length);
        let span = trimmed(self.text, content.start(), content.start() + length);
        self.emit(Cow::Borrowed(&self.text[span.range()]), span);
    }

    /// Quotes may close on a later line; one that never closes ends with its line.
    fn quoted(&mut self, quote: u8, at: usize) {
        let line = line_end(self.text, at);
        let mut end = at + 1;
        loop {
            match self.bytes.get(end) {
                None => {
                    end = line;
                    break;
                }
                Some(b'\\') if quote == b'"' => end += 2,
                Some(byte) if *byte == quote && quote == b'\'' && self.bytes.get(end + 1) == Some(&quote) => end += 2,
                Some(byte) if *byte == quote => break,
                Some(_) => end += 1,
            }
        }
        let span = Span::new(at + 1, end.max(at + 1).min(self.text.len()));
        let Some(raw) = self.text.get(span.range()) else { return };
        self.at = line_end(self.text, span.end()) + 1;
        if quote == b'"' {
            self.emit(unescape(raw), span);
        } else if raw.contains("''") {
            self.emit(Cow::Owned(raw.replace("''", "'")), span);
        } else {
            self.emit(Cow::Borrowed(raw), span);
        }
    }

    fn flow(&mut self, at: usize) {
        let indent = self.frames.last().map_or(0, |frame| frame.indent);
        let outer = if self.frames.is_empty() { Dialect::JSON } else { Dialect::yaml(indent) };
        let end = braces::read_value(self.text, at, outer, &mut self.path, self.visitor);
        self.at = line_end(self.text, end.min(self.text.len())) + 1;
    }

    /// The lines below a `|` or `>`, as far as they are indented more than the key.
    fn block_scalar(&mut self, folded: bool, header_end: usize) {
        let outer = self.frames.last().map_or(0, |frame| frame.indent);
        let start = (header_end + 1).min(self.text.len());
        let (end, indent) = self.block_extent(start, outer);
        self.at = end;
        let raw = &self.text[start..end];
        let name = self.path.iter().rev().find(|part| part.parse::<u32>().is_err()).map_or("", String::as_str);
        if raw.trim().is_empty() || self.visitor.embedded(name, raw, start) {
            return;
        }
        let lines = raw.lines().map(|line| line.get(indent..).unwrap_or("").trim_end_matches('\r'));
        let value = lines.collect::<Vec<_>>().join(if folded { " " } else { "\n" });
        let value = value.trim().to_owned();
        self.emit(Cow::Owned(value), trimmed(self.text, start, end));
    }

    /// Where the block that starts at `start` ends, and how far its first line is indented.
    fn block_extent(&self, start: usize, outer: usize) -> (usize, usize) {
        let mut at = start;
        let mut first = None;
        while at < self.text.len() {
            let end = line_end(self.text, at);
            let content = trimmed(self.text, at, end);
            let blank = content.start() == content.end();
            if !blank && content.start() - at <= outer && !self.frames.is_empty() {
                break;
            }
            if !blank {
                first.get_or_insert(content.start() - at);
            }
            at = (end + 1).min(self.text.len());
        }
        (at, first.unwrap_or(0))
    }

    /// `*name`: the value that the anchor of that name has, where that stands.
    fn alias(&mut self, content: Span) {
        let name = self.text[content.range()].trim_start_matches('*');
        let name = name.split([' ', '\t']).next().unwrap_or_default();
        if let Some((value, span)) = self.anchors.get(name).map(|anchored| (anchored.value.clone(), anchored.span)) {
            self.emit(Cow::Owned(value), span);
        }
    }

    fn emit(&mut self, value: Cow<'_, str>, value_span: Span) {
        if let Some(name) = self.anchor.take().filter(|_| self.anchors.len() < MOST_ANCHORS) {
            self.anchors.insert(name, Anchored { value: value.clone().into_owned(), span: value_span });
        }
        let key_span = self.frames.last().map_or(value_span, |frame| frame.span);
        self.visitor.entry(Entry { path: &self.path, key_span, value, value_span, variable: false });
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::{entries, pairs};
    use super::*;

    fn found(text: &str) -> Vec<String> {
        pairs(text, read)
    }

    #[test]
    fn keys_lists_and_comments() {
        let text = "# head\nauth:\n  jwt: # note\n    secret: pear # tail\n    expiration: 60\nlist:\n- a\n- name: X\n  value: 'it''s'\n-   - deep\nlast: \"q\\\"x\"\n";
        assert_eq!(
            found(text),
            [
                "auth|jwt|secret=pear",
                "auth|jwt|expiration=60",
                "list|0=a",
                "list|1|name=X",
                "list|1|value=it''s",
                "list|2|0=deep",
                "last=q\\\"x"
            ]
        );
        assert_eq!(entries(text, read)[4].1, "it's");
        assert_eq!(entries(text, read)[6].1, "q\"x");
    }

    #[test]
    fn key_spans_point_at_keys() {
        let kept = entries("a:\n  \"b c\": x\n", read);
        assert_eq!(kept, [("a|b c".into(), "x".into(), "b c".into(), "x".into())]);
    }

    #[test]
    fn flow_style() {
        let text = "a: {b: pear, c: [x, 'y'], d: {e: \"z\"}}\nf: [K=v, {g: h}]\ng: [broken\nh: i\n";
        assert_eq!(
            found(text),
            ["a|b=pear", "a|c|0=x", "a|c|1=y", "a|d|e=z", "f|0=K=v", "f|1|g=h", "g|0=broken", "h=i"]
        );
    }

    #[test]
    fn block_scalars_are_dedented() {
        let kept = entries("a:\n  b: |-\n    one\n      two\n\n  c: >\n    x\n    y\nd: e\n", read);
        assert_eq!(kept[0].1, "one\n  two");
        assert_eq!(kept[0].3, "one\n      two");
        assert_eq!(kept[1].1, "x y");
        assert_eq!(kept[2].0, "d");
    }

    #[test]
    fn templates_are_tolerated() {
        let text = "{{- if .Values.jwt }}\na:\n  {{ .Values.k }}: v\n  secret: {{ .Values.s | default \"pear\" | quote }}\n{{- end }}\n{{/* two\nlines: x */}}\njwt:\n  secret: <%= get_env(name=\"K\", default=\"plum\") %>\nx: {{ .y }} # c\n";
        assert_eq!(
            found(text),
            [
                "a|{{ .Values.k }}=v",
                "a|secret={{ .Values.s | default \"pear\" | quote }}",
                "jwt|secret=<%= get_env(name=\"K\", default=\"plum\") %>",
                "x={{ .y }}"
            ]
        );
    }

    #[test]
    fn tags_anchors_and_documents() {
        assert_eq!(
            found("a: &x !!str pear\nb: !Ref Thing\nc: *x\n---\nd: e\n--- # x\nf: g"),
            ["a=pear", "c=pear", "d=e", "f=g"]
        );
    }

    #[test]
    fn windows_lines() {
        assert_eq!(found("a:\r\n  b: pear\r\n  c: \"q\"\r\n"), ["a|b=pear", "a|c=q"]);
    }

    #[test]
    fn broken_input_ends() {
        for text in [
            "a: \"",
            "a: '\\",
            "- - - -",
            "a: |",
            ": :",
            "\t- a: [",
            "é: \"\\é",
            "a: {{",
            "{{",
            "--- a",
            "---",
            "- ",
            "a: !",
            "a: &",
        ] {
            found(text);
        }
        found(&"- ".repeat(10_000));
    }
}

//! Formats whose structure is brackets: JSON with its relaxations, HCL, HOCON, the flow style of YAML and the
//! inline values of TOML. One tolerant reader; a [`Dialect`] says what differs.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed, unescape};
use crate::span::Span;

/// How a format differs from the others.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// What stands between key and value.
    separators: &'static [u8],
    /// `#` starts a comment.
    hash_comments: bool,
    /// `//` and `/* */` are comments.
    slash_comments: bool,
    /// Scalars without quotes are text.
    bare_text: bool,
    /// `variable "name" { … }`, `key { … }`, calls and here documents.
    blocks: bool,
    /// Scalars may go over several lines, and a line indented no further than this ends everything.
    outer_indent: Option<usize>,
}

impl Dialect {
    /// JSON with comments, trailing commas and single quotes.
    pub const JSON: Self = Self {
        separators: b":",
        hash_comments: false,
        slash_comments: true,
        bare_text: false,
        blocks: false,
        outer_indent: None,
    };
    /// Terraform and its kin.
    pub const HCL: Self = Self {
        separators: b"=:",
        hash_comments: true,
        slash_comments: true,
        bare_text: false,
        blocks: true,
        outer_indent: None,
    };
    /// The configuration language of Play, Akka and Ktor.
    pub const HOCON: Self = Self { bare_text: true, ..Self::HCL };
    /// Inline tables and arrays of TOML.
    pub const TOML: Self = Self {
        separators: b"=",
        hash_comments: true,
        slash_comments: false,
        bare_text: false,
        blocks: false,
        outer_indent: None,
    };

    /// YAML's flow style below a key at `indent`.
    pub fn yaml(indent: usize) -> Self {
        Self {
            separators: b":",
            hash_comments: true,
            slash_comments: false,
            bare_text: true,
            blocks: false,
            outer_indent: Some(indent),
        }
    }
}

/// Deeper nesting is not followed.
const DEEPEST: usize = 96;

/// Reads a whole file.
pub fn read(text: &str, dialect: Dialect, visitor: &mut dyn Visitor) {
    let mut path = Vec::new();
    Reader::new(text, 0, dialect, &mut path, visitor).run(false);
}

/// Reads the value in brackets that opens at `at`, below `path`, and returns the offset behind it.
pub fn read_value(text: &str, at: usize, dialect: Dialect, path: &mut Vec<String>, visitor: &mut dyn Visitor) -> usize {
    Reader::new(text, at, dialect, path, visitor).run(true)
}

/// An open bracket.
struct Frame {
    array: bool,
    /// Parts of the path that it brought.
    parts: usize,
    /// Items so far.
    index: usize,
}

struct Reader<'t, 'r> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    dialect: Dialect,
    path: &'r mut Vec<String>,
    frames: Vec<Frame>,
    visitor: &'r mut dyn Visitor,
}

impl<'t, 'r> Reader<'t, 'r> {
    fn new(
        text: &'t str,
        at: usize,
        dialect: Dialect,
        path: &'r mut Vec<String>,
        visitor: &'r mut dyn Visitor,
    ) -> Self {
        Self { text, bytes: text.as_bytes(), at, dialect, path, frames: Vec::new(), visitor }
    }

    /// Reads to the end of the text, or of the first value.
    fn run(mut self, one_value: bool) -> usize {
        let depth_outside = self.path.len();
        while let Some(byte) = self.skip_blanks(true) {
            if self.frames.len() > DEEPEST {
                self.at = self.text.len();
                break;
            }
            match byte {
                b'}' | b']' | b')' => self.close(),
                b'{' | b'[' if !self.in_array() => self.open(byte == b'[', 0),
                b'(' if self.dialect.blocks && !self.in_array() => self.open(false, 0),
                _ if self.in_array() => self.item(),
                _ => self.member(),
            }
            if one_value && self.frames.is_empty() {
                break;
            }
        }
        self.path.truncate(depth_outside);
        self.at
    }

    fn in_array(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.array)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn open(&mut self, array: bool, parts: usize) {
        self.at += 1;
        self.frames.push(Frame { array, parts, index: 0 });
    }

    fn close(&mut self) {
        self.at += 1;
        if let Some(frame) = self.frames.pop() {
            self.path.truncate(self.path.len().saturating_sub(frame.parts));
        }
    }

    /// Skips blanks, commas and comments; what comes next.
    fn skip_blanks(&mut self, lines: bool) -> Option<u8> {
        loop {
            match self.peek()? {
                b'\n' if !lines => return Some(b'\n'),
                b'\n' if self.line_is_outside(self.at + 1) => {
                    self.frames.clear();
                    let end = self.at;
                    self.at = self.text.len();
                    return self.leave(end);
                }
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b',' | b';' if lines => self.at += 1,
                b'#' if self.dialect.hash_comments => self.at = line_end(self.text, self.at),
                b'/' if self.dialect.slash_comments && self.bytes.get(self.at + 1) == Some(&b'/') => {
                    self.at = line_end(self.text, self.at);
                }
                b'/' if self.dialect.slash_comments && self.bytes.get(self.at + 1) == Some(&b'*') => {
                    self.skip_block_comment()
                }
                byte => return Some(byte),
            }
        }
    }

    /// Ends the reading at `end`, the end of a line inside a flow that was never closed.
    fn leave(&mut self, end: usize) -> Option<u8> {
        self.at = end;
        self.dialect.outer_indent = None;
        self.text = &self.text[..end];
        self.bytes = self.text.as_bytes();
        None
    }

    /// Whether the line at `start` belongs to what is around the flow.
    fn line_is_outside(&self, start: usize) -> bool {
        let Some(outer) = self.dialect.outer_indent else { return false };
        let line = &self.bytes[start..];
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        indent <= outer
            && line.get(indent).is_some_and(|byte| !matches!(byte, b'}' | b']' | b'\r' | b'\n' | b'#' | b'\t'))
    }

    fn skip_block_comment(&mut self) {
        let rest = &self.text[self.at + 2..];
        self.at += rest.find("*/").map_or(rest.len() + 2, |length| length + 4);
    }

    fn item(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        self.path.push(frame.index.to_string());
        frame.index += 1;
        self.value(Span::new(self.at, self.at), 1);
    }

    /// `key: value`, `key { … }`, or a word that is neither.
    fn member(&mut self) {
        let Some((mut key_span, quoted)) = self.word() else {
            self.at += self.text[self.at..].chars().next().map_or(1, char::len_utf8);
            return;
        };
        self.path.push(unescape(&self.text[key_span.range()]).into_owned());
        let mut parts = 1;
        let mut argument = None;
        loop {
            match self.skip_blanks(quoted && !self.dialect.blocks) {
                Some(byte) if self.dialect.separators.contains(&byte) => {
                    let double = self.text[self.at..].starts_with("::");
                    self.at += if double { 2 } else { 1 };
                    return self.value(key_span, parts);
                }
                Some(b'+') if self.dialect.blocks && self.bytes.get(self.at + 1) == Some(&b'=') => self.at += 1,
                Some(b'{') if self.dialect.blocks => return self.open(false, parts),
                Some(byte) if self.dialect.blocks && parts < 4 && (matches!(byte, b'"' | b'\'') || is_word(byte)) => {
                    let Some((label, quoted)) = self.word() else { break };
                    argument = quoted.then_some(label);
                    self.path.push(self.text[label.range()].to_owned());
                    key_span = label;
                    parts += 1;
                }
                _ => break,
            }
        }
        if let Some(text) = argument.filter(|_| parts == 2) {
            // A command and its text: `sh 'make'`.
            self.path.pop();
            parts -= 1;
            self.emit(key_span, unescape(&self.text[text.range()]), text);
        }
        self.path.truncate(self.path.len() - parts);
    }

    /// A key or label: its content, and whether it was in quotes.
    fn word(&mut self) -> Option<(Span, bool)> {
        let byte = self.peek()?;
        if matches!(byte, b'"' | b'\'') {
            let triple =
                self.dialect.blocks && ["\"\"\"", "'''"].iter().any(|mark| self.text[self.at..].starts_with(mark));
            return Some((if triple { self.triple() } else { self.quoted(byte) }, true));
        }
        let yaml = self.dialect.outer_indent.is_some();
        let start = self.at;
        while let Some(byte) = self.peek() {
            let part = if yaml {
                !matches!(byte, b',' | b'{' | b'}' | b'[' | b']' | b':' | b'\n' | b'#')
            } else {
                is_word(byte)
            };
            if !part {
                break;
            }
            self.at += 1;
        }
        let span = trimmed(self.text, start, self.at);
        (span.start() < span.end()).then_some((span, false))
    }

    /// Reads past a quoted text; its content.
    fn quoted(&mut self, quote: u8) -> Span {
        let start = self.at + 1;
        let many_lines = self.dialect.outer_indent.is_some();
        let mut at = start;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\\' => at = self.after_char(at + 1),
                b'\n' if !many_lines => break,
                b'$' if self.dialect.blocks && self.bytes.get(at + 1) == Some(&b'{') => {
                    at = self.after_interpolation(at + 2)
                }
                _ if byte == quote => {
                    self.at = at + 1;
                    return Span::new(start, at);
                }
                _ => at += 1,
            }
        }
        let end = at.min(self.text.len());
        self.at = end;
        Span::new(start.min(end), end)
    }

    fn after_char(&self, at: usize) -> usize {
        at + self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
    }

    /// Behind the `}` that ends `${ … }`, within the line.
    fn after_interpolation(&self, mut at: usize) -> usize {
        let mut depth = 1;
        while let Some(&byte) = self.bytes.get(at) {
            match byte {
                b'\n' => return at,
                b'{' => depth += 1,
                b'}' if depth == 1 => return at + 1,
                b'}' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
        at
    }

    /// The value of the last part of the path, which goes with it.
    fn value(&mut self, key_span: Span, parts: usize) {
        let Some(byte) = self.skip_value_blanks() else {
            return self.path.truncate(self.path.len().saturating_sub(parts));
        };
        match byte {
            b'{' if self.dialect.bare_text && self.bytes.get(self.at + 1) == Some(&b'{') => self.template(key_span),
            b'{' | b'[' => return self.open(byte == b'[', parts),
            b'"' | b'\'' if self.text[self.at..].starts_with("\"\"\"") || self.text[self.at..].starts_with("'''") => {
                self.triple_quoted(key_span);
            }
            b'"' | b'\'' => {
                let span = self.quoted(byte);
                self.emit(key_span, unescape(&self.text[span.range()]), span);
            }
            b'<' if self.dialect.blocks && self.text[self.at..].starts_with("<<") => self.here_document(key_span),
            b'}' | b']' | b')' => {}
            _ => {
                if self.bare(key_span) {
                    return self.open(true, parts);
                }
            }
        }
        self.path.truncate(self.path.len().saturating_sub(parts));
    }

    /// Like [`Self::skip_blanks`], but a comma ends a missing value.
    fn skip_value_blanks(&mut self) -> Option<u8> {
        self.skip_blanks(false)?;
        while self.peek() == Some(b'\n') && !self.line_is_outside(self.at + 1) {
            self.at += 1;
            self.skip_blanks(false)?;
        }
        self.peek().filter(|byte| !matches!(byte, b',' | b'\n'))
    }

    fn template(&mut self, key_span: Span) {
        let end = line_end(self.text, self.at);
        let length = self.text[self.at..end].find("}}").map_or(end - self.at, |length| length + 2);
        let span = Span::new(self.at, self.at + length);
        self.at = span.end();
        self.emit(key_span, Cow::Borrowed(&self.text[span.range()]), span);
    }

    /// Reads past a text in triple quotes; its content.
    fn triple(&mut self) -> Span {
        let (mark, rest) = self.text[self.at..].split_at(3);
        let start = self.at + 3;
        let end = rest.find(mark).map_or(self.text.len(), |length| start + length);
        self.at = (end + 3).min(self.text.len());
        trimmed(self.text, start, end)
    }

    fn triple_quoted(&mut self, key_span: Span) {
        let span = self.triple();
        self.emit(key_span, Cow::Borrowed(&self.text[span.range()]), span);
    }

    fn here_document(&mut self, key_span: Span) {
        let first = line_end(self.text, self.at);
        let mark = self.text[self.at + 2..first].trim().trim_start_matches(['-', '~']).trim_matches('"');
        let start = (first + 1).min(self.text.len());
        let mut end = start;
        while end < self.text.len() {
            let next = line_end(self.text, end);
            if self.text[end..next].trim() == mark {
                break;
            }
            end = (next + 1).min(self.text.len());
        }
        self.at = line_end(self.text, end);
        let span = trimmed(self.text, start, end);
        let name = self.path.last().map_or("", String::as_str);
        if !self.visitor.embedded(name, &self.text[start..end], start) {
            self.emit(key_span, Cow::Borrowed(&self.text[span.range()]), span);
        }
    }

    /// A value without quotes; true if it is a call whose arguments come next.
    fn bare(&mut self, key_span: Span) -> bool {
        let start = self.at;
        let yaml = self.dialect.outer_indent.is_some();
        while let Some(byte) = self.peek() {
            match byte {
                b'(' if self.dialect.blocks && self.text[start..self.at].bytes().all(is_word) => {
                    return self.call(start, key_span);
                }
                b'$' if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    self.at = self.after_interpolation(self.at + 2);
                    continue;
                }
                b',' | b'\n' | b'}' | b']' => break,
                b')' if self.dialect.blocks => break,
                b'#' if self.dialect.hash_comments && self.at > start && self.bytes[self.at - 1] == b' ' => break,
                b':' if yaml && matches!(self.bytes.get(self.at + 1), Some(b' ' | b'\n')) => break,
                quote @ (b'"' | b'\'') if self.dialect.blocks && !self.dialect.bare_text => {
                    let choice = self.text[start..self.at].trim_end();
                    let chosen = choice.ends_with([':', '?']) && choice.contains('?');
                    let content = self.quoted(quote);
                    if chosen {
                        self.emit_default(key_span, content);
                    }
                }
                b'"' if self.dialect.blocks => drop(self.quoted(b'"')),
                _ => self.at += 1,
            }
        }
        let span = trimmed(self.text, start, self.at);
        let pair = yaml && self.in_array() && self.peek() == Some(b':');
        if pair {
            self.pair_in_array(span);
        } else if self.dialect.bare_text && span.start() < span.end() {
            self.emit(key_span, Cow::Borrowed(&self.text[span.range()]), span);
        }
        if self.at == start {
            self.at = self.after_char(start);
        }
        false
    }

    /// A call whose name starts at `start`: true if its arguments stand for the value. What else is called takes
    /// names, or makes something new.
    fn call(&mut self, start: usize, key_span: Span) -> bool {
        const TRANSPARENT: [&str; 18] = [
            "jsonencode",
            "yamlencode",
            "base64encode",
            "tomap",
            "tostring",
            "toset",
            "tolist",
            "merge",
            "concat",
            "coalesce",
            "coalescelist",
            "try",
            "sensitive",
            "nonsensitive",
            "trimspace",
            "urlencode",
            "string",
            "jsondecode",
        ];
        let name = &self.text[start..self.at];
        if TRANSPARENT.contains(&name) {
            return true;
        }
        let skipped = match name {
            "get_env" | "env" | "env_var_or_default" => 1,
            "lookup" => 2,
            _ => usize::MAX,
        };
        self.arguments(skipped, key_span);
        false
    }

    /// Reads past the arguments of a call; texts after the first `skipped` are defaults.
    fn arguments(&mut self, skipped: usize, key_span: Span) {
        let (mut depth, mut index) = (0_usize, 0_usize);
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' => {
                    let content = self.quoted(byte);
                    if depth == 1 && index >= skipped {
                        self.emit_default(key_span, content);
                    }
                    continue;
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b',' if depth == 1 => index += 1,
                b'#' if self.dialect.hash_comments => self.at = line_end(self.text, self.at).saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
    }

    fn emit_default(&mut self, key_span: Span, content: Span) {
        self.path.push("default".to_owned());
        self.emit(key_span, unescape(&self.text[content.range()]), content);
        self.path.pop();
    }

    /// `[name: value]`: a map of one entry without braces.
    fn pair_in_array(&mut self, key_span: Span) {
        self.path.push(self.text[key_span.range()].to_owned());
        self.at += 1;
        if let Some(byte) = self.skip_value_blanks().filter(|byte| !matches!(byte, b'}' | b']' | b'{' | b'[')) {
            let span = if matches!(byte, b'"' | b'\'') { self.quoted(byte) } else { self.bare_word() };
            self.emit(key_span, Cow::Borrowed(&self.text[span.range()]), span);
        }
        self.path.pop();
    }

    fn bare_word(&mut self) -> Span {
        let start = self.at;
        while self.peek().is_some_and(|byte| !matches!(byte, b',' | b'\n' | b'}' | b']')) {
            self.at += 1;
        }
        trimmed(self.text, start, self.at)
    }

    fn emit(&mut self, key_span: Span, value: Cow<'_, str>, value_span: Span) {
        self.visitor.entry(Entry { path: self.path, key_span, value, value_span, variable: false });
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'@') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    fn found(text: &str, dialect: Dialect) -> Vec<String> {
        pairs(text, |text, visitor| read(text, dialect, visitor))
    }

    #[test]
    fn json_with_comments_and_trailing_commas() {
        let text = r#"{ // é
            "Jwt": { "Key": "pear \"tree\"", /* no */ "Issuer": "me", },
            "list": ["a", {"b": "c"}, ],
            'single': 'quoted', "n": 12 }"#;
        assert_eq!(
            found(text, Dialect::JSON),
            [r#"Jwt|Key=pear \"tree\""#, "Jwt|Issuer=me", "list|0=a", "list|1|b=c", "single=quoted"]
        );
    }

    #[test]
    fn hcl_blocks_calls_and_here_documents() {
        let text = r#"
            variable "jwt_secret" {
              type    = string # no
              default = "pear-tree"
            }
            locals { a = "${var.x}-${lookup(m, "k")}"
              b = var.a != "" ? var.a : "c" }
            env = jsonencode([{ name = "JWT_SECRET", value = "plum" }])
            doc = <<-EOF
              two
              lines
            EOF
            after = "x""#;
        assert_eq!(
            found(text, Dialect::HCL),
            [
                "variable|jwt_secret|default=pear-tree",
                "locals|a=${var.x}-${lookup(m, \"k\")}",
                "locals|b|default=c",
                "env|0|0|name=JWT_SECRET",
                "env|0|0|value=plum",
                "doc=two\n              lines",
                "after=x"
            ]
        );
    }

    #[test]
    fn hocon() {
        let text = "jwt { secret = \"pear\", secret = ${?JWT_SECRET}\n realm: plain text # no\n}\na.b.c = x";
        assert_eq!(
            found(text, Dialect::HOCON),
            ["jwt|secret=pear", "jwt|secret=${?JWT_SECRET}", "jwt|realm=plain text", "a.b.c=x"]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in
            ["{", "{\"a", "[[[[", "}}}}", "{\"a\": \"b\\", "a = <<", "a = <<EOF\nb", "é = é(", "\"é\\é", "{,,,:::"]
        {
            for dialect in [Dialect::JSON, Dialect::HCL, Dialect::HOCON, Dialect::TOML, Dialect::yaml(0)] {
                found(text, dialect);
            }
        }
        assert!(found(&"[".repeat(100_000), Dialect::JSON).is_empty());
    }
}

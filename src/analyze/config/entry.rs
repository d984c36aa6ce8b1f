//! What the readers of configuration formats yield.

use std::borrow::Cow;

use crate::fact::Setting;
use crate::span::Span;

/// A key that is given a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The key with what it is a member of, outermost first; items of lists are named by their number.
    pub path: &'a [String],
    /// Where the key stands, or the list item.
    pub key_span: Span,
    /// The value, escapes resolved.
    pub value: Cow<'a, str>,
    /// The content of the value, without quotes.
    pub value_span: Span,
    /// The last part of the path is an environment variable: it is a name by itself.
    pub variable: bool,
}

/// Takes what a reader finds, in the order of the text.
pub trait Visitor {
    /// A key with a scalar value.
    fn entry(&mut self, entry: Entry<'_>);

    /// The start of another document in the same file.
    fn document(&mut self) {}

    /// The recipe in which what follows stands; without a name, in none.
    fn recipe(&mut self, _name: &str) {}

    /// What the command is for whose variables follow.
    fn command(&mut self, _setting: Setting) {}

    /// A block of text under `name`, raw, that begins at byte `at`; true if it was read as a file of its own.
    fn embedded(&mut self, _name: &str, _text: &str, _at: usize) -> bool {
        false
    }
}

/// Resolves backslash escapes as JSON, TOML, HCL and double-quoted YAML know them.
pub fn unescape(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c == '\\' { push_escape(&mut text, &mut rest) } else { text.push(c) }
    }
    Cow::Owned(text)
}

fn push_escape(text: &mut String, rest: &mut std::str::Chars<'_>) {
    match rest.next() {
        Some('n') => text.push('\n'),
        Some('t') => text.push('\t'),
        Some('r') => text.push('\r'),
        Some('0') => text.push('\0'),
        Some('u') => push_code_point(text, rest, 4),
        Some('x') => push_code_point(text, rest, 2),
        Some('\n') => {}
        Some(other) => text.push(other),
        None => text.push('\\'),
    }
}

/// The character of `digits` hexadecimal digits; anything else is left out.
fn push_code_point(text: &mut String, rest: &mut std::str::Chars<'_>, digits: usize) {
    let Some(code) = rest.as_str().get(..digits) else { return };
    if let Some(c) = u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
        text.push(c);
    }
    *rest = rest.as_str()[digits..].chars();
}

/// The end of the line that holds `at`: the offset of its line feed, or of the end of the text.
pub fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length)
}

/// `start..end` without blanks at its ends.
pub fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = &text[start..end];
    let start = start + (part.len() - part.trim_start().len());
    Span::new(start, start + part.trim().len())
}

/// The span without a pair of quotes around it.
pub fn unquoted(text: &str, span: Span) -> Span {
    let part = &text.as_bytes()[span.range()];
    match part {
        [first @ (b'"' | b'\''), .., last] if first == last => Span::new(span.start() + 1, span.end() - 1),
        _ => span,
    }
}

#[cfg(test)]
pub mod testing {
    //! A visitor that keeps everything.

    use super::{Entry, Visitor};

    /// An entry on its own feet: path, value, the text of the key and of the value.
    pub type Kept = (String, String, String, String);

    struct Keeper<'t> {
        text: &'t str,
        kept: Vec<Kept>,
    }

    impl Visitor for Keeper<'_> {
        fn entry(&mut self, entry: Entry<'_>) {
            self.kept.push((
                entry.path.join("|"),
                entry.value.into_owned(),
                self.text[entry.key_span.range()].to_owned(),
                self.text[entry.value_span.range()].to_owned(),
            ));
        }
    }

    /// Everything `read` finds in `text`.
    pub fn entries(text: &str, read: impl FnOnce(&str, &mut dyn Visitor)) -> Vec<Kept> {
        let mut keeper = Keeper { text, kept: Vec::new() };
        read(text, &mut keeper);
        keeper.kept
    }

    /// Path and source text of each value, `path=text`.
    pub fn pairs(text: &str, read: impl FnOnce(&str, &mut dyn Visitor)) -> Vec<String> {
        entries(text, read).into_iter().map(|(path, _, _, raw)| format!("{path}={raw}")).collect()
    }
}

//! Text from a scanned tree, made safe to show.
//!
//! File names, messages and source lines may hold anything: escape sequences that move a cursor, line
//! ends that forge a log line, marks that turn the direction of text around, commands for a CI runner.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Stands for each character that was taken out, so that columns stay.
const TAKEN_OUT: char = char::REPLACEMENT_CHARACTER;

/// The text in one line, without control characters and without what CI runners take for a command
/// in the middle of a line (`##[…]`, `##vso[…]`).
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_control) && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let clean: String = text.chars().map(|letter| if is_control(letter) { TAKEN_OUT } else { letter }).collect();
    Cow::Owned(clean.replace("##[", "#\u{FFFD}[").replace("##vso[", "#\u{FFFD}vso["))
}

/// At most `limit` characters of the printable text.
pub fn clipped(text: &str, limit: usize) -> String {
    let text = printable(text);
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

/// The text in lines of at most `width` letters where its words allow; all but the first are indented.
pub fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + text.len() / 8);
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if wrapped.is_empty() {
            column += length;
        } else if column + 1 + length <= width {
            wrapped.push(' ');
            column += 1 + length;
        } else {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent + length;
        }
        wrapped.push_str(word);
    }
    wrapped
}

/// Controls of terminals (C0, DEL, C1), line ends that are no LF, and marks of direction.
fn is_control(letter: char) -> bool {
    letter.is_control() || is_invisible_format(letter)
}

fn is_invisible_format(letter: char) -> bool {
    matches!(letter, '\u{061C}' | '\u{200E}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// How many cells of a terminal a character takes: near enough to place carets.
pub fn cells(letter: char) -> usize {
    match letter {
        '\u{300}'..='\u{36F}' | '\u{200B}'..='\u{200D}' | '\u{FE00}'..='\u{FE0F}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

/// Writes indented JSON and a newline. What a terminal could take for a command is escaped, so that
/// the exact text comes back to whoever parses it and nothing happens to whoever looks at it.
pub fn write_json(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaping(PrettyFormatter::new())))?;
    out.write_all(b"\n")
}

/// JSON in which DEL, C1 controls and marks of direction are escaped as the C0 controls are.
struct Escaping<'a>(PrettyFormatter<'a>);

impl Formatter for Escaping<'_> {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_control) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut letters = from.chars();
            if let Some(letter) = letters.next() {
                // Every one of them is in the basic plane, so one escape is enough.
                write!(out, "\\u{:04x}", u32::from(letter))?;
            }
            rest = letters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for text in ["src/é🔑.rs", "a # b ## c", ""] {
            assert!(matches!(printable(text), Cow::Borrowed(_) | Cow::Owned(_)));
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn controls_of_terminals_lines_and_direction_are_taken_out() {
        assert_eq!(printable("a\u{1b}[31mb\nc\rd\u{9b}e\u{7f}f"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}f");
        assert_eq!(printable("user\u{202e}nimda\u{2028}x"), "user\u{fffd}nimda\u{fffd}x");
    }

    #[test]
    fn no_ci_command_survives() {
        for text in ["a ##[error]b", "a ##vso[task.setvariable variable=x]y", "###[x]", "####vso[x]"] {
            let clean = printable(text);
            assert!(!clean.contains("##[") && !clean.contains("##vso["), "{clean}");
            assert_eq!(clean.chars().count(), text.chars().count());
        }
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clipped("ééé", 2), "éé…");
        assert_eq!(clipped("ééé", 3), "ééé");
    }

    #[test]
    fn text_is_wrapped_at_words() {
        assert_eq!(wrapped("one two  three", 2, 9), "one two\n  three");
        assert_eq!(wrapped("unbreakable", 2, 4), "unbreakable");
        assert_eq!(wrapped("", 2, 4), "");
    }

    #[test]
    fn json_is_exact_to_parsers_and_harmless_to_terminals() {
        let text = "a\u{1b}[0m\u{9b}\u{7f}\u{202e}é\n\"\\";
        let mut out = Vec::new();
        write_json(&[text], &mut out).expect("memory takes it");
        let written = String::from_utf8(out).expect("JSON is UTF-8");
        assert!(!written.trim_end().chars().any(|letter| letter != '\n' && is_control(letter)), "{written}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&written).ok(), Some(vec![text.to_owned()]));
    }
}

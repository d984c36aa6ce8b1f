//! Files of directives: nginx, Apache, HAProxy, Caddy. A line is a name and its arguments.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed, unquoted};
use super::shell;
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = end + 1;
        if !text[line.range()].starts_with(['#', '<']) {
            directive(text, line, visitor);
        }
    }
}

/// The last argument is the value of what stands before it: `set $name "value";`, `SetEnv NAME value`.
fn directive(text: &str, line: Span, visitor: &mut dyn Visitor) {
    let content = text[line.range()].trim_end_matches(['{', '}', ' ', '\t']);
    let words = words(text, Span::new(line.start(), line.start() + content.len()));
    if let [.., name, value] = *words.as_slice() {
        let name = unquoted(text, name);
        let text_of_name = text[name.range()].trim_start_matches('$');
        if text[value.range()].contains('=') && !text[value.range()].starts_with(['"', '\'']) {
            return shell::read_assignments(text, value, visitor);
        }
        let value_span = unquoted(text, value);
        let path = [text_of_name.to_owned()];
        let value = Cow::Borrowed(&text[value_span.range()]);
        visitor.entry(Entry { path: &path, key_span: name, value, value_span, variable: true });
    }
}

/// The words of a line with their quotes, up to a comment.
fn words(text: &str, line: Span) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = line.start();
    while at < line.end() {
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b';' => at += 1,
            b'#' => break,
            first => {
                let start = at;
                let quoted = matches!(first, b'"' | b'\'').then(|| memchr::memchr(first, &bytes[at + 1..line.end()]));
                at = match quoted.flatten() {
                    Some(length) => at + length + 2,
                    None => bytes[at..line.end()]
                        .iter()
                        .position(|byte| matches!(byte, b' ' | b'\t'))
                        .map_or(line.end(), |length| at + length),
                };
                let word = text[start..at].trim_end_matches(';');
                words.push(Span::new(start, start + word.len()));
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    #[test]
    fn the_last_argument_is_a_value() {
        let text = "# set $a no;\nserver {\n  set $jwt_secret \"pear tree\"; # c\n  env JWT_KEY=plum;\n}\nSetEnv A_KEY fig\n<Directory /x>\nsign_key 'lime=='\nlisten 80;\n";
        assert_eq!(
            pairs(text, read),
            ["jwt_secret=pear tree", "JWT_KEY=plum", "A_KEY=fig", "sign_key=lime==", "listen=80"]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in ["", ";", "a '", "a \"é", "é é;", "{", "a =", "# "] {
            pairs(text, read);
        }
    }
}

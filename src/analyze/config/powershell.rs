//! PowerShell: variables, parameters with defaults, hash tables, options and calls that set a variable.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed};
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    let mut comment = false;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = end + 1;
        let content = &text[line.range()];
        comment |= content.starts_with("<#");
        if !comment && !content.starts_with('#') {
            read_line(text, line, visitor);
        }
        comment &= !content.contains("#>");
    }
}

/// A text in quotes or a bare word, behind a name that it is given to.
fn read_line(text: &str, line: Span, visitor: &mut dyn Visitor) {
    let words = words(text, line);
    let word = |index: usize| words.get(index).map_or("", |span| &text[span.range()]);
    if word(0).trim_start_matches('&').starts_with("Write-") {
        return;
    }
    let item = words.iter().position(|span| text[span.range()].to_ascii_lowercase().starts_with("env:"));
    for (index, &span) in words.iter().enumerate() {
        let Some(name) = name_of(text, span) else { continue };
        let value = if word(index + 1) == "=" {
            // A bare word that is given to a variable is a command: `$key = Get-Secret`.
            words.get(index + 2).filter(|value| is_quoted(text, **value) || !text[span.range()].starts_with('$'))
        } else if text[span.range()].starts_with('-') {
            words.get(index + 1).filter(|next| !text[next.range()].starts_with('-'))
        } else if item == Some(index) {
            let value = words.iter().position(|span| text[span.range()].eq_ignore_ascii_case("-value"));
            words.get(value.map_or(index + 1, |value| value + 1))
        } else if is_quoted(text, span) && word(index + 1) == "," && content_before(text, line, span).ends_with('(') {
            // `SetEnvironmentVariable("NAME", "value")`
            words.get(index + 2).filter(|_| text[line.start()..span.start()].contains("SetEnvironmentVariable"))
        } else {
            None
        };
        let Some(&value) = value.filter(|value| is_value(&text[value.range()])) else { continue };
        let value_span = unquoted(text, value);
        let path = [text[name.range()].to_owned()];
        let value = Cow::Borrowed(&text[value_span.range()]);
        visitor.entry(Entry { path: &path, key_span: name, value, value_span, variable: true });
    }
}

fn content_before(text: &str, line: Span, span: Span) -> &str {
    text[line.start()..span.start()].trim_end()
}

/// `$name`, `$env:NAME`, `-Name`, `Env:NAME`, a key of a hash table, a name in quotes.
fn name_of(text: &str, span: Span) -> Option<Span> {
    let inner = unquoted(text, span);
    let word = &text[inner.range()];
    let name = word.rsplit([':', '$']).next().unwrap_or(word).trim_start_matches('-');
    let is_name = !name.is_empty()
        && !name.as_bytes()[0].is_ascii_digit()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    is_name.then(|| Span::new(inner.end() - name.len(), inner.end()))
}

/// A text, not an expression: `'value'`, `"value"`, a bare word.
fn is_value(word: &str) -> bool {
    !word.starts_with(['$', '(', '@', '[', '{', '=']) && word != ","
}

fn is_quoted(text: &str, span: Span) -> bool {
    text[span.range()].starts_with(['"', '\''])
}

fn unquoted(text: &str, span: Span) -> Span {
    super::entry::unquoted(text, span)
}

/// The words of one line with their quotes, up to a comment; `=` and `,` are words.
fn words(text: &str, line: Span) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = line.start();
    while at < line.end() {
        let start = at;
        match bytes[at] {
            b' ' | b'\t' | b'\r' | b';' | b'(' | b')' | b'{' | b'}' | b'|' | b'&' => at += 1,
            b'#' => break,
            b'=' | b',' => {
                at += 1;
                words.push(Span::new(start, at));
            }
            // A type: `[string]$name`.
            b'[' => at = memchr::memchr(b']', &bytes[at..line.end()]).map_or(line.end(), |length| at + length + 1),
            quote @ (b'"' | b'\'') => {
                at = memchr::memchr(quote, &bytes[at + 1..line.end()]).map_or(line.end(), |length| at + length + 2);
                words.push(Span::new(start, at));
            }
            _ => {
                let end = bytes[at..line.end()].iter().position(|byte| {
                    matches!(byte, b' ' | b'\t' | b'\r' | b';' | b'(' | b')' | b'{' | b'}' | b'=' | b',' | b'|')
                });
                at = end.map_or(line.end(), |length| at + length);
                words.push(Span::new(start, at));
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
    fn every_way_to_set() {
        let text = "# $env:A_KEY = 'no'\n<# $a = 'no'\n$b = 'no' #>\n$env:JWT_SECRET = 'pear'\n[string]$jwtKey = \"plum tree\"\n@{ A_KEY = 'fig'; B = \"lime\" }\n./run -JwtKey kiwi -Force\n[Environment]::SetEnvironmentVariable(\"JWT_KEY\", \"date\", \"Machine\")\nSet-Item -Path Env:JWT_KEY -Value 'quince'\n$x = $env:JWT_SECRET\nWrite-Host \"JWT_SECRET\" = 'no'\n";
        assert_eq!(
            pairs(text, read),
            [
                "JWT_SECRET=pear",
                "jwtKey=plum tree",
                "A_KEY=fig",
                "B=lime",
                "JwtKey=kiwi",
                "JWT_KEY=date",
                "Path=Env:JWT_KEY",
                "JWT_KEY=quince",
                "Value=quince"
            ]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in ["$", "$a =", "\"", "'é", "é = 'é'", "[", "<#", "#>", "-", "= =", "$a = $"] {
            pairs(text, read);
        }
    }
}

//! Java properties, and INI files, which differ by their sections and quotes.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed, unescape, unquoted};
use super::shell;
use crate::span::Span;

/// Reads a properties file: `=`, `:` or a blank separates; a line may go on after `\`.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    while at < text.len() {
        let first = line_end(text, at);
        let line = trimmed(text, at, first);
        let comment = text[line.range()].starts_with(['#', '!']);
        let end = if comment { first } else { logical_end(text, at, first) };
        at = end + 1;
        if !comment {
            property(text, trimmed(text, line.start(), end), visitor);
        }
    }
}

/// The end of the last line that `\` joins to the one that ends at `end`.
fn logical_end(text: &str, start: usize, mut end: usize) -> usize {
    let mut line = start;
    while end < text.len() {
        let backslashes =
            text[line..end].trim_end_matches('\r').bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            break;
        }
        line = end + 1;
        end = line_end(text, line);
    }
    end
}

fn property(text: &str, line: Span, visitor: &mut dyn Visitor) {
    let bytes = &text.as_bytes()[line.range()];
    let mut key_end = 0;
    while key_end < bytes.len() && !matches!(bytes[key_end], b'=' | b':' | b' ' | b'\t' | b'\n') {
        key_end += if bytes[key_end] == b'\\' { 2 } else { 1 };
    }
    let key_end = (line.start() + key_end).min(line.end());
    let Some(rest) = text.get(key_end..line.end()).filter(|rest| !rest.is_empty() && key_end > line.start()) else {
        return;
    };
    let after_blanks = rest.trim_start_matches([' ', '\t']);
    let value = after_blanks.strip_prefix(['=', ':']).unwrap_or(after_blanks);
    let value_span = trimmed(text, line.end() - value.len(), line.end());
    let key_span = Span::new(line.start(), key_end);
    let path = [unescape(&text[key_span.range()]).into_owned()];
    let value = unescape_lines(&text[value_span.range()]);
    visitor.entry(Entry { path: &path, key_span, value, value_span, variable: false });
}

/// Joins continued lines, whose indentation does not count, and resolves escapes.
fn unescape_lines(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    if !raw.contains('\n') {
        return unescape(raw);
    }
    let lines: Vec<_> = raw.lines().map(|line| line.trim().trim_end_matches('\\')).collect();
    Cow::Owned(unescape(&lines.concat()).into_owned())
}

/// Reads an INI file: sections, `=` or `:`, quotes, comments with `;` and `#`.
pub fn read_ini(text: &str, visitor: &mut dyn Visitor) {
    let mut path = vec![String::new(), String::new()];
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = end + 1;
        let content = &text[line.range()];
        if content.starts_with(['#', ';', '!']) || content.starts_with("--") {
            continue;
        }
        if let Some(header) = content.strip_prefix('[') {
            path[0] = header.split(']').next().unwrap_or_default().trim_matches('"').to_owned();
        } else {
            setting(text, line, &mut path, visitor);
        }
    }
}

fn setting(text: &str, line: Span, path: &mut [String], visitor: &mut dyn Visitor) {
    let content = &text[line.range()];
    let Some(length) = content.find(['=', ':']).or_else(|| content.find([' ', '\t'])) else { return };
    let key_span = trimmed(text, line.start(), line.start() + length);
    let value_span = unquoted(text, without_comment(text, trimmed(text, line.start() + length + 1, line.end())));
    let key = &text[key_span.range()];
    let value = || Span::new(line.start() + length + 1, line.end());
    if matches!(key, "Environment" | "environment" | "ENVIRONMENT" | "env") && text[value_span.range()].contains('=') {
        // systemd, supervisor and uWSGI: the value is a list of variables.
        return shell::read_assignments(text, value(), visitor);
    }
    if key.starts_with("Exec") || key == "command" {
        return shell::read_line(text, value(), visitor);
    }
    if key.contains([' ', '\t'])
        && key_span.end() == line.start() + length
        && text.as_bytes()[line.start() + length] == b'='
    {
        // The line of an inventory or a directive: `host key=value`, `env NAME=value;`.
        return shell::read_assignments(text, line, visitor);
    }
    path[1].clear();
    path[1].push_str(key);
    let from = usize::from(path[0].is_empty());
    let value = Cow::Borrowed(&text[value_span.range()]);
    visitor.entry(Entry { path: &path[from..], key_span, value, value_span, variable: false });
}

/// Cuts a comment that follows a blank, or quotes.
fn without_comment(text: &str, value: Span) -> Span {
    let content = &text[value.range()];
    if let Some(quote) = content.chars().next().filter(|c| matches!(c, '"' | '\''))
        && let Some(length) = content[1..].find(quote)
    {
        return Span::new(value.start(), value.start() + length + 2);
    }
    let length = [" ;", " #", "\t;", "\t#"].iter().filter_map(|mark| content.find(mark)).min().unwrap_or(content.len());
    trimmed(text, value.start(), value.start() + length)
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::{entries, pairs};
    use super::*;

    #[test]
    fn properties() {
        let text = "# jwt.secret=no\n! no\njwt.secret=pear\r\n app.key : plum tree \nwith\\:colon = x\nlong = one, \\\n    two\nblank value\nempty=\nuni=\\u00e9\n";
        assert_eq!(
            pairs(text, read),
            [
                "jwt.secret=pear",
                "app.key=plum tree",
                "with:colon=x",
                "long=one, \\\n    two",
                "blank=value",
                "empty=",
                "uni=\\u00e9"
            ]
        );
        assert_eq!(entries(text, read)[3].1, "one, two");
        assert_eq!(entries(text, read)[6].1, "é");
    }

    #[test]
    fn ini() {
        let text = "top = 1\n; c\n[oauth2] ; x\nJWT_SECRET = \"pear # tree\" ; c\nKEY: plum ; c\n[Service]\nEnvironment=\"A_KEY=fig\" B=lime\n";
        assert_eq!(
            pairs(text, read_ini),
            ["top=1", "oauth2|JWT_SECRET=pear # tree", "oauth2|KEY=plum", "A_KEY=fig", "B=lime"]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in ["=", "\\", "a\\", "a=\\", "[", "a='", "é", "é=é\\", "\\é=x", ":"] {
            pairs(text, read);
            pairs(text, read_ini);
        }
    }
}

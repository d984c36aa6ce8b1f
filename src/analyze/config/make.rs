//! Makefiles and justfiles: variables with their operators, and the commands of recipes.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed, unquoted};
use super::{shell, value};
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let end = line_end(text, at);
        let line = trimmed(text, start, end);
        at = end + 1;
        let content = &text[line.range()];
        if content.starts_with('#') {
            continue;
        }
        if !content.is_empty() && start == line.start() {
            visitor.recipe(recipe(content).unwrap_or_default());
        }
        match variable(text, line) {
            Some((name, value)) => emit(text, name, value, visitor),
            None => {
                // `@` and `-` before a command are for make.
                let command = content.trim_start_matches(['@', '-', '+']);
                shell::read_line(text, Span::new(line.end() - command.len(), line.end()), visitor);
            }
        }
    }
}

/// `name: what it needs`, `@name argument="…":`: the name.
fn recipe(line: &str) -> Option<&str> {
    let (before, after) = line.split_once(':')?;
    let mut words = before.split_whitespace();
    let name = words.next()?;
    let assigns = name.contains('=')
        || words.next().is_some_and(|next| next.starts_with(['=', '?', '+', '!']))
        || after.trim_start_matches(':').starts_with('=');
    (!assigns).then(|| name.trim_start_matches('@'))
}

/// `NAME := value`, exported or for one target; in a recipe these are a shell's.
fn variable(text: &str, line: Span) -> Option<(Span, Span)> {
    let content = &text[line.range()];
    let equals = content.find('=')?;
    let before = content[..equals].trim_end_matches([':', '?', '+', '!']);
    let spaced = before.ends_with([' ', '\t']) || before.len() < equals;
    let name = before.trim_end().rsplit([' ', '\t', ':']).next()?;
    let start = line.start() + before.trim_end().len() - name.len();
    let is_name = !name.is_empty()
        && !name.as_bytes()[0].is_ascii_digit()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    let ahead = before.trim_end()[..before.trim_end().len() - name.len()].trim_end();
    let is_statement =
        ahead.is_empty() || ahead.ends_with([':']) || ["export", "override"].iter().any(|word| ahead.ends_with(word));
    let value = trimmed(text, line.start() + equals + 1, line.end());
    (is_name && is_statement && (spaced || (ahead.is_empty() && !text[value.range()].contains(' '))))
        .then(|| (Span::new(start, start + name.len()), value))
}

fn emit(text: &str, name: Span, written: Span, visitor: &mut dyn Visitor) {
    let content = &text[written.range()];
    let (span, default) = match content.bytes().next() {
        Some(quote @ (b'"' | b'\'')) => match memchr::memchr(quote, &content.as_bytes()[1..]) {
            Some(length) if only_comment(&content[length + 2..]) => {
                (Span::new(written.start() + 1, written.start() + 1 + length), false)
            }
            _ => return,
        },
        _ => match default_of_read(text, written) {
            Some(default) => (default, true),
            None => {
                (trimmed(text, written.start(), written.start() + content.find(" #").unwrap_or(content.len())), false)
            }
        },
    };
    let raw = &text[span.range()];
    // Other calls of just make or read a value.
    let is_call = raw.ends_with(')')
        && raw.starts_with(|c: char| c.is_ascii_alphabetic())
        && raw.contains('(')
        && raw.starts_with(char::is_lowercase);
    if (is_call || value::is_of_parameters(raw)) && !default {
        return;
    }
    let mut path = vec![text[name.range()].to_owned()];
    path.extend(default.then(|| "default".to_owned()));
    visitor.entry(Entry {
        path: &path,
        key_span: name,
        value: Cow::Borrowed(raw),
        value_span: span,
        variable: !default,
    });
}

/// `env_var_or_default("NAME", "text")`, `env("NAME", "text")`: the text.
fn default_of_read(text: &str, value: Span) -> Option<Span> {
    let content = &text[value.range()];
    let call = ["env_var_or_default(", "env("].iter().find(|call| content.starts_with(**call))?;
    let (_, second) = content[call.len()..].split_once(',')?;
    let start = value.end() - second.len();
    let argument = trimmed(text, start, start + second.find(')')?);
    let inner = unquoted(text, argument);
    (inner != argument).then_some(inner)
}

fn only_comment(rest: &str) -> bool {
    rest.trim().is_empty() || rest.trim().starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    #[test]
    fn variables_and_recipes() {
        let text = "# A = no\nA = pear tree # c\nexport B ?= plum\nC := 'fig'\nrun: export D = lime\nrun: build\n\t@E=kiwi ./x --flag g\nG := env_var_or_default(\"X\", \"date\")\nH := env('X')\nI := `cmd`\nJ=quince\nK := \"a\" + b\n\tL=\"$$1\" ./x\nM=$1\nN=\"$$1\"\n";
        assert_eq!(
            pairs(text, read),
            ["A=pear tree", "B=plum", "C=fig", "D=lime", "E=kiwi", "flag=g", "G|default=date", "I=`cmd`", "J=quince"]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in ["=", ":=", "é = é", "a := \"", "a := env(", "a := env(\"x\", ", "\t@", "a: b = 'é"] {
            pairs(text, read);
        }
    }
}

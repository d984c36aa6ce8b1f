//! Notebooks (`.ipynb`): the code of the code cells, read as the kernel's language.
//!
//! The cells are JSON strings, so their text is taken out with a map of where each piece stands, and what is found in
//! it is moved back. Outputs and prose are no code.

use std::borrow::Cow;

use crate::analyze::anyword::Lowered;
use crate::analyze::config::entry;
use crate::analyze::pattern::Engine;
use crate::fact::Facts;
use crate::source::Source;
use crate::span::Span;

/// Whether the path is a notebook's.
pub fn is_notebook(path: &str) -> bool {
    path.ends_with(".ipynb")
}

/// A cheap look: may code in it matter? Kernels of other languages name the same things.
pub fn is_relevant(text: &Lowered) -> bool {
    let engine = Engine::embedded();
    engine.language("python").is_some_and(|language| engine.relevant(language, text))
}

/// What the code cells say.
pub fn analyze(source: &Source) -> Facts {
    let notebook = Notebook::read(&source.text);
    let engine = Engine::embedded();
    let Some(language) = engine.language(&notebook.language()) else { return Facts::default() };
    let stem = source.path.strip_suffix(".ipynb").unwrap_or(&source.path);
    let mut facts = engine.analyze(&Source::new(stem, notebook.code), language);
    facts.moved(&|span| notebook.pieces.moved(span));
    facts
}

/// The code of a notebook.
#[derive(Debug, Default)]
struct Notebook {
    /// The code cells, one after the other.
    code: String,
    pieces: Pieces,
    language: String,
}

impl Notebook {
    fn read(text: &str) -> Self {
        let mut notebook = Self::default();
        Cursor { text, at: 0 }.members(|cursor, key| match key {
            "cells" => cursor.elements(|cursor| notebook.cell(cursor)),
            "metadata" => cursor.members(|cursor, key| match key {
                "kernelspec" | "language_info" => cursor.members(|cursor, key| {
                    let named = key == "language" || (key == "name" && notebook.language.is_empty());
                    match cursor.string().filter(|_| named) {
                        Some(name) => notebook.language = cursor.slice(name).to_ascii_lowercase(),
                        None => cursor.skip(),
                    }
                }),
                _ => cursor.skip(),
            }),
            _ => cursor.skip(),
        });
        notebook
    }

    /// The name of the kernel's language as descriptions have it.
    fn language(&self) -> Cow<'_, str> {
        let name = self.language.as_str();
        Cow::Borrowed(match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "" | "ipython" | "python" | "ir-python" => "python",
            "c#" | ".net-csharp" => "csharp",
            "c++" => "cpp",
            "typescript" | "node" | "deno" => "javascript",
            other => other,
        })
    }

    fn cell(&mut self, cursor: &mut Cursor<'_>) {
        let mut is_code = false;
        let mut lines = Vec::new();
        cursor.members(|cursor, key| match key {
            "cell_type" => is_code = cursor.string().is_some_and(|kind| cursor.slice(kind) == "code"),
            // Older notebooks call it `input`.
            "source" | "input" => match cursor.string() {
                Some(whole) => lines.push(whole),
                None => cursor.elements(|cursor| match cursor.string() {
                    Some(line) => lines.push(line),
                    None => cursor.skip(),
                }),
            },
            _ => cursor.skip(),
        });
        if is_code {
            lines.into_iter().for_each(|line| self.push(cursor.text, line));
            self.push_break(cursor.at);
        }
    }

    /// Adds a JSON string's content.
    fn push(&mut self, text: &str, content: Span) {
        let mut at = content.start();
        while let Some(rest) = text.get(at..content.end()).filter(|rest| !rest.is_empty()) {
            let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            if plain > 0 {
                self.pieces.add(self.code.len(), at, plain);
                self.code.push_str(&rest[..plain]);
                at += plain;
                continue;
            }
            let length = escape_length(rest);
            let Some(escape) = rest.get(..length) else { return };
            self.pieces.add(self.code.len(), at, length);
            self.code.push_str(&entry::unescape(escape));
            at += length;
        }
    }

    fn push_break(&mut self, at: usize) {
        self.pieces.add(self.code.len(), at, 0);
        self.code.push('\n');
    }
}

/// The bytes of the escape that `rest` starts with: two escaped surrogates are one.
fn escape_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    match bytes.get(1) {
        Some(b'u')
            if bytes.get(2).is_some_and(|first| first.eq_ignore_ascii_case(&b'd')) && bytes.get(6) == Some(&b'\\') =>
        {
            12
        }
        Some(b'u') => 6,
        _ => 2,
    }
    .min(rest.len())
}

/// Where the pieces of a text stand in the one they were taken from.
#[derive(Debug, Default)]
struct Pieces(Vec<Piece>);

#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it starts in the text that was put together.
    start: usize,
    /// Where it starts in the original.
    origin: usize,
    /// Its length there.
    length: usize,
}

impl Pieces {
    fn add(&mut self, start: usize, origin: usize, length: usize) {
        self.0.push(Piece { start, origin, length });
    }

    fn moved(&self, span: Span) -> Span {
        let start = self.origin(span.start(), false);
        Span::new(start, self.origin(span.end(), span.end() > span.start()).max(start))
    }

    /// Where a place stands in the original; one past a character with `is_end`.
    fn origin(&self, at: usize, is_end: bool) -> usize {
        let of = at.saturating_sub(usize::from(is_end));
        let index = self.0.partition_point(|piece| piece.start <= of);
        let Some(piece) = index.checked_sub(1).and_then(|index| self.0.get(index)) else { return 0 };
        piece.origin + (at - piece.start).min(piece.length)
    }
}

/// A place in JSON. What is malformed ends the reading, and nothing else.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    fn byte(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// The content of the string at hand.
    fn string(&mut self) -> Option<Span> {
        if self.byte()? != b'"' {
            return None;
        }
        let start = self.at + 1;
        let mut at = start;
        loop {
            at += memchr::memchr2(b'"', b'\\', self.text.as_bytes().get(at..)?)?;
            if self.text.as_bytes()[at] == b'"' {
                self.at = at + 1;
                return Some(Span::new(start, at));
            }
            at += 2;
        }
    }

    /// Reads the object at hand; `member` takes the value behind each key. Anything else is skipped.
    fn members(&mut self, mut member: impl FnMut(&mut Self, &str)) {
        if self.byte() != Some(b'{') {
            return self.skip();
        }
        self.at += 1;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    let Some(key) = self.string() else { break };
                    let key = self.slice(key);
                    if self.byte() != Some(b':') {
                        break;
                    }
                    self.at += 1;
                    member(self, key);
                }
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return;
                }
                _ => break,
            }
        }
        self.at = self.text.len();
    }

    /// Reads the array at hand; `element` takes each value. Anything else is skipped.
    fn elements(&mut self, mut element: impl FnMut(&mut Self)) {
        if self.byte() != Some(b'[') {
            return self.skip();
        }
        self.at += 1;
        while let Some(byte) = self.byte() {
            match byte {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return;
                }
                b'}' => break,
                _ => element(self),
            }
        }
        self.at = self.text.len();
    }

    /// Passes over the value at hand.
    fn skip(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    if self.string().is_none() {
                        break;
                    }
                }
                b'{' | b'[' => {
                    open += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    let Some(rest) = open.checked_sub(1) else { return };
                    open = rest;
                    self.at += 1;
                }
                b',' if open == 0 => return,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if open == 0 {
                return;
            }
        }
        self.at = self.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::Value;

    fn notebook(cells: &str) -> Source {
        Source::new(
            "visits.ipynb",
            format!(r#"{{"metadata": {{"kernelspec": {{"language": "python"}}}}, "cells": [{cells}]}}"#),
        )
    }

    fn literals(source: &Source) -> Vec<(String, &str)> {
        let facts = analyze(source);
        let of = |value: &Value| match value {
            Value::Literal(literal) => {
                Some((literal.secret.expose_str()?.to_owned(), source.text.get(literal.span.range())?))
            }
            _ => None,
        };
        facts.bindings.iter().filter_map(|binding| of(&binding.value)).collect()
    }

    #[test]
    fn spans_lie_in_the_json() {
        let source = notebook(
            r#"{"cell_type": "code", "outputs": [{"text": ["key = \"no\""]}], "source": ["import jwt\n", "jwt_key = \"pear\\t\u0041-\\\"tree\"\n", "other_key = 'plum'"]}"#,
        );
        let found = literals(&source);
        assert_eq!(found[0], ("pear\tA-\"tree".to_owned(), r#"pear\\t\u0041-\\\"tree"#));
        assert_eq!(found[1], ("plum".to_owned(), "plum"));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn only_code_cells_are_code() {
        let source = notebook(
            r#"{"cell_type": "markdown", "source": "jwt_key = 'pear'"}, {"source": "jwt_key = 'plum'", "cell_type": "code"}"#,
        );
        assert_eq!(literals(&source), [("plum".to_owned(), "plum")]);
    }

    #[test]
    fn the_kernel_says_which_language_it_is() {
        for (metadata, language) in [
            (r#"{"kernelspec": {"name": "python3"}}"#, "python"),
            (r#"{"kernelspec": {"language": "JavaScript", "name": "x"}}"#, "javascript"),
            (r#"{"language_info": {"version": "1", "name": "scala"}}"#, "scala"),
            (r#"{"language_info": {"name": "julia"}}"#, "julia"),
            ("{}", "python"),
        ] {
            let text = format!(r#"{{"cells": [], "metadata": {metadata}}}"#);
            assert_eq!(Notebook::read(&text).language(), language, "{metadata}");
        }
    }

    #[test]
    fn broken_notebooks_are_read_as_far_as_they_go() {
        let whole = notebook(r#"{"cell_type": "code", "source": ["a = 'b\\n\ud83d\ude00'\n", 3, {"x": [1]}]}"#).text;
        for end in (0..whole.len()).filter(|&end| whole.is_char_boundary(end)) {
            analyze(&Source::new("x.ipynb", &whole[..end]));
        }
    }
}

//! Program text around a literal, as tokens.

use crate::analyze::pattern::token::{Kind, Tokens};
use crate::span::Span;

/// The tokens of a file, and how to find one's way among them.
pub(super) struct Code<'t> {
    pub tokens: &'t Tokens<'t>,
}

/// Looking back goes so far: an expression that is longer is left alone.
const FAR: usize = 400;

impl<'t> Code<'t> {
    pub(super) fn text(&self) -> &'t str {
        self.tokens.text
    }

    /// The string literal whose content is exactly this.
    pub(super) fn literal(&self, content: Span) -> Option<usize> {
        let index =
            self.tokens.at_offset(content.start().saturating_sub(1)).or(self.tokens.at_offset(content.start()))?;
        (index..index + 2)
            .find(|&index| self.tokens.kind(index) == Some(Kind::Text) && self.tokens.content(index) == content)
            .filter(|&index| index.checked_sub(1).is_none_or(|before| self.tokens.kind(before) != Some(Kind::Template)))
    }

    pub(super) fn str(&self, index: usize) -> &'t str {
        self.tokens.str(index)
    }

    pub(super) fn is(&self, index: usize, text: &str) -> bool {
        self.tokens.is(index, text)
    }

    pub(super) fn is_any(&self, index: usize, texts: &[impl AsRef<str>]) -> bool {
        texts.iter().any(|text| self.is(index, text.as_ref()))
    }

    /// The token before; one that is nowhere if there is none.
    pub(super) fn before(&self, index: usize) -> usize {
        index.checked_sub(1).unwrap_or(usize::MAX)
    }

    pub(super) fn kind(&self, index: usize) -> Option<Kind> {
        self.tokens.kind(index)
    }

    /// Whether a new line starts with this token.
    pub(super) fn line_break(&self, index: usize) -> bool {
        self.tokens.line_break(index)
    }

    /// The first token of what ends with `index`: the mate of a closing bracket, else the token itself.
    pub(super) fn opening(&self, index: usize) -> usize {
        if self.kind(index) == Some(Kind::Close) { self.tokens.mate(index).min(index) } else { index }
    }

    /// The bracket around the token.
    pub(super) fn enclosing(&self, index: usize) -> Option<usize> {
        let mut at = index;
        for _ in 0..FAR {
            at = at.checked_sub(1)?;
            match self.kind(at) {
                Some(Kind::Open | Kind::Template) => return Some(at),
                Some(Kind::Close) => at = self.tokens.mate(at).min(at),
                _ => {}
            }
        }
        None
    }

    /// The closing bracket that belongs to an opening one; past the end if there is none.
    pub(super) fn closing(&self, open: usize) -> usize {
        self.tokens.mate(open)
    }

    /// The first token of the statement: after `;` or a brace, or after a line that has ended where `newlines` end
    /// statements. Brackets that close before are passed over.
    pub(super) fn statement(&self, index: usize, newlines: bool) -> usize {
        let mut at = index;
        for _ in 0..FAR {
            let Some(before) = at.checked_sub(1) else { return at };
            match self.kind(before) {
                Some(Kind::Open | Kind::Template) => return at,
                Some(Kind::Close) if self.is(before, "}") => return at,
                Some(Kind::Close) => at = self.opening(before),
                _ if self.is(before, ";") => return at,
                _ => at = before,
            }
            if newlines && self.line_break(at) && self.kind(at) == Some(Kind::Word) {
                return at;
            }
        }
        at
    }

    /// The path that ends with the word at `index`: `System.getenv().getOrDefault`, calls without arguments included.
    /// Its first token, and its text without white space.
    pub(super) fn path(&self, index: usize, separators: &[&str]) -> Option<(usize, String)> {
        if self.kind(index) != Some(Kind::Word) {
            return None;
        }
        let mut first = index;
        for _ in 0..8 {
            let Some(separator) = first.checked_sub(1).filter(|&at| self.is_any(at, separators)) else { break };
            let Some(mut part) = separator.checked_sub(1) else { break };
            if self.is(part, ")") && self.opening(part) + 1 == part {
                part = part.saturating_sub(2);
            }
            if self.kind(part) != Some(Kind::Word) {
                break;
            }
            first = part;
        }
        let text = (first..=index).map(|at| self.str(at)).collect();
        Some((first, text))
    }

    /// The name that is given the value at `index`: `name = …`, `name: …`, `"name" => …`, `settings["name"] = …`.
    pub(super) fn target(&self, index: usize) -> Option<&'t str> {
        let mut first = index;
        // Out of what converts the value: `[]byte(…)`, `String::from(…)`, `hmac(…)`.
        for _ in 0..2 {
            let before = self.before(first);
            if self.is_any(before, &["=", ":=", ":", "=>"]) {
                let mut target = self.before(before);
                if self.is(target, "]") {
                    target = self.before(target);
                }
                return match self.kind(target)? {
                    Kind::Word => Some(self.str(target)),
                    Kind::Text => Some(self.tokens.content_str(target)),
                    _ => None,
                };
            }
            let open = self.enclosing(first).filter(|&open| self.is(open, "(") && open + 1 == first)?;
            first = self.path(self.before(open), &[".", "::"]).map_or(open, |(first, _)| first);
            if self.is(self.before(first), "]") {
                first = self.opening(self.before(first));
            }
        }
        None
    }

    /// What stands from the start of `first` to the end of `last`.
    pub(super) fn slice(&self, first: usize, last: usize) -> &'t str {
        self.text().get(self.span(first, last).range()).unwrap_or_default()
    }

    /// The bytes from the start of `first` to the end of `last`.
    pub(super) fn span(&self, first: usize, last: usize) -> Span {
        self.tokens.range(first, last + 1)
    }

    /// The white space that the token's line begins with.
    pub(super) fn indent(&self, index: usize) -> &'t str {
        let line = &self.text()[self.line_start(index)..];
        let length = line.find(|c: char| c != ' ' && c != '\t').unwrap_or(line.len());
        &line[..length]
    }

    /// Where the line of the token begins.
    pub(super) fn line_start(&self, index: usize) -> usize {
        let start = self.tokens.span(index).start();
        let before = self.text().as_bytes().get(..start).unwrap_or_default();
        memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1)
    }
}

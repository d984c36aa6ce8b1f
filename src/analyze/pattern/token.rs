//! A file as a flat list of tokens in which brackets know their mates.

use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// A number, or a regular expression literal: constant, but no text.
    Number,
    /// A string literal, or the constant piece of one between interpolations.
    Text,
    /// The start of a string literal with interpolations; its mate is the [`Kind::Close`] that ends it.
    /// Between the two stand [`Kind::Text`] pieces and bracketed code.
    Template,
    /// An opening bracket, or the start of an interpolation.
    Open,
    /// A closing bracket, or the end of an interpolation or template.
    Close,
    /// Punctuation.
    Operator,
}

/// How escapes in a string literal are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Escapes {
    /// `\n`, `\x41`, `\u0041`, `\u{41}` and so on.
    #[default]
    Backslash,
    /// A backslash only escapes itself and the quote.
    Minimal,
    /// The quote is doubled.
    Doubled,
    /// None at all.
    None,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Whether a line ends between the token before and this one.
    pub line_break: bool,
    /// How escapes in it are written, for text.
    pub escapes: Escapes,
    /// First byte, delimiters included.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// For brackets the index of the mate; for text the length of the opening delimiter in the upper
    /// and of the closing one in the lower 16 bits.
    pub link: u32,
}

/// The tokens of one file.
#[derive(Debug)]
pub struct Tokens<'t> {
    /// The text they were made from.
    pub text: &'t str,
    /// In order.
    pub list: Vec<Token>,
}

impl<'t> Tokens<'t> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What stands at `index`.
    pub fn kind(&self, index: usize) -> Option<Kind> {
        self.list.get(index).map(|token| token.kind)
    }

    /// The text of the token, delimiters included; nothing past the end.
    pub fn str(&self, index: usize) -> &'t str {
        self.list.get(index).map_or("", |token| self.text.get(token.start as usize..token.end as usize).unwrap_or(""))
    }

    /// Whether the token is punctuation, a bracket or a word that reads `text`.
    #[inline]
    pub fn is(&self, index: usize, text: &str) -> bool {
        let Some(token) = self.list.get(index) else { return text.is_empty() };
        // The length first: most tokens differ in that already.
        (token.end - token.start) as usize == text.len()
            && token.kind != Kind::Text
            && self.text.as_bytes().get(token.start as usize..token.end as usize) == Some(text.as_bytes())
    }

    /// The name at `index`, if a word stands there.
    pub fn word(&self, index: usize) -> Option<&'t str> {
        (self.kind(index) == Some(Kind::Word)).then(|| self.str(index))
    }

    /// Whether a line starts with this token; the end of the file counts as one.
    pub fn line_break(&self, index: usize) -> bool {
        self.list.get(index).is_none_or(|token| token.line_break)
    }

    /// The index of the bracket that belongs to the one at `index`; past the end if it is never closed.
    pub fn mate(&self, index: usize) -> usize {
        match self.list.get(index) {
            Some(token) if matches!(token.kind, Kind::Open | Kind::Close | Kind::Template) => {
                (token.link as usize).min(self.list.len())
            }
            _ => index,
        }
    }

    /// Whether nothing in the text closes the bracket at `index`.
    pub fn is_left_open(&self, index: usize) -> bool {
        self.list.get(self.mate(index)).is_none_or(|mate| mate.start == mate.end)
    }

    /// One past what starts at `index`: past the mate of a bracket, past the token otherwise.
    pub fn after(&self, index: usize) -> usize {
        match self.kind(index) {
            Some(Kind::Open | Kind::Template) => (self.mate(index) + 1).max(index + 1).min(self.list.len()),
            _ => index + 1,
        }
    }

    /// Where the token stands.
    pub fn span(&self, index: usize) -> Span {
        match self.list.get(index) {
            Some(token) => Span::new(token.start as usize, token.end as usize),
            None => Span::new(self.text.len(), self.text.len()),
        }
    }

    /// From the start of `first` to the end of the token before `end`.
    pub fn range(&self, first: usize, end: usize) -> Span {
        let start = self.span(first).start();
        let stop = end.checked_sub(1).map_or(start, |last| self.span(last.max(first)).end());
        Span::new(start, stop.max(start))
    }

    /// The content of a text token, without delimiters.
    pub fn content(&self, index: usize) -> Span {
        let span = self.span(index);
        match self.list.get(index) {
            Some(token) if token.kind == Kind::Text => {
                let start = span.start() + (token.link >> 16) as usize;
                Span::new(start, span.end().saturating_sub((token.link & 0xffff) as usize).max(start))
            }
            _ => span,
        }
    }

    /// The content of a text token as written, escapes unresolved.
    pub fn content_str(&self, index: usize) -> &'t str {
        self.text.get(self.content(index).range()).unwrap_or("")
    }

    /// Whether nothing stands between the token at `index` and the one before.
    pub fn adjacent(&self, index: usize) -> bool {
        index > 0 && self.span(index - 1).end() == self.span(index).start()
    }

    /// How far the token that starts a line is indented, in bytes.
    pub fn indentation(&self, index: usize) -> usize {
        let start = self.span(index).start();
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        start - memchr::memrchr2(b'\n', b'\r', before).map_or(0, |at| at + 1)
    }

    /// The index of the token that covers the byte at `offset`.
    pub fn at_offset(&self, offset: usize) -> Option<usize> {
        let index = self.list.partition_point(|token| token.end as usize <= offset);
        self.list.get(index).filter(|token| token.start as usize <= offset).map(|_| index)
    }
}

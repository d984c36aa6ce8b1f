//! One line taken apart, in whatever language: what is quoted, and what is a comment.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::Ground;
use crate::judge::suppress::Syntax;

/// What stands between two quotes, or behind one that nothing closes.
#[derive(Debug, Clone)]
pub(super) struct Quoted {
    /// Without the quotes.
    pub inside: Range<usize>,
    /// Where the quotes begin.
    pub opens: usize,
    /// Where they end.
    pub ends: usize,
    pub in_comment: bool,
}

/// A line and its parts.
#[derive(Debug)]
pub(super) struct Line<'t> {
    pub text: &'t str,
    /// In order; none is within another.
    pub quoted: Vec<Quoted>,
    pub comments: Vec<Range<usize>>,
}

impl<'t> Line<'t> {
    /// Takes a line apart. `is_cut`: its beginning is not in sight, and may be within quotes.
    pub(super) fn read(text: &'t str, is_cut: bool, ground: Ground) -> Self {
        let mut line = Self { text, quoted: Vec::new(), comments: Vec::new() };
        let mut at = if is_cut { first_quote(text) } else { 0 };
        if ground.syntax == Syntax::Slashes && text.trim_start().starts_with("* ") {
            line.comments.push(0..text.len());
        }
        while let Some(c) = text[at..].chars().next() {
            let in_comment = line.comments.last().is_some_and(|comment| comment.end > at);
            at = if let Some(quoted) = line.quoted_at(at, c, ground, in_comment) {
                let ends = quoted.ends;
                if !is_reason(&text[..at]) {
                    line.quoted.push(quoted);
                }
                ends
            } else {
                if !in_comment && let Some(comment) = comment_at(text, at, ground.syntax) {
                    line.comments.push(comment);
                }
                at + c.len_utf8()
            };
        }
        line
    }

    /// The insides of quotes in comments.
    pub(super) fn quoted_in_comments(&self) -> impl Iterator<Item = Range<usize>> {
        self.quoted.iter().filter(|quoted| quoted.in_comment).map(|quoted| quoted.inside.clone())
    }

    /// What is quoted and ends where `end` is.
    pub(super) fn quoted_before(&self, end: usize) -> Option<&Quoted> {
        let index = self.quoted.binary_search_by_key(&end, |quoted| quoted.ends).ok()?;
        self.quoted.get(index)
    }

    /// Whether a comment or quotes hold this place: texts, in which values stand as they are.
    pub(super) fn is_text(&self, at: usize) -> bool {
        let quoted = self.quoted.partition_point(|quoted| quoted.inside.end <= at);
        self.comments.iter().any(|comment| comment.contains(&at))
            || self.quoted.get(quoted).is_some_and(|quoted| quoted.inside.contains(&at))
    }

    /// The quoted text that begins with `quote` at `at`, if this is what it does there.
    fn quoted_at(&self, at: usize, quote: char, ground: Ground, in_comment: bool) -> Option<Quoted> {
        if !matches!(quote, '"' | '\'' | '`') {
            return None;
        }
        let bytes = self.text.as_bytes();
        let byte = *bytes.get(at)?;
        let width = if bytes[at..].starts_with(&[byte; 3]) { 3 } else { 1 };
        let closed = closing(bytes, at + width, byte, width);
        if quote == '\'' {
            // The user's, and Rust's lifetimes.
            let is_apostrophe = at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_alphanumeric());
            let is_lifetime =
                ground.is_rust && closed.is_none_or(|end| end > at + 2 && bytes.get(at + 1) != Some(&b'\\'));
            if is_apostrophe || closed.is_none() || is_lifetime && !in_comment {
                return None;
            }
        }
        if closed.is_none() && in_comment {
            return None;
        }
        let end = closed.unwrap_or(bytes.len());
        let ends = (end + width).min(bytes.len());
        Some(Quoted { inside: at + width..end, opens: at, ends, in_comment })
    }
}

/// Whether a text ends where the reason of an allowance begins: that is written to be read.
fn is_reason(text: &str) -> bool {
    static REASON: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"jwtlint:[ \t]*allow\([^()]*\)[ \t]*reason[ \t]*=[ \t]*$").ok());
    text.ends_with('=') && REASON.as_ref().is_some_and(|reason| reason.is_match(text))
}

/// Where the quote is that closes what begins at `at`.
fn closing(bytes: &[u8], mut at: usize, quote: u8, width: usize) -> Option<usize> {
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' {
            at += 2;
        } else if byte == quote && bytes[at..].starts_with(&[quote; 3][..width]) {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

/// The first quote that opens for sure, or nearly so: `{"`, `, "`.
fn first_quote(text: &str) -> usize {
    static OPENING: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"[{(\[,=:][ \t]*(["'])"#).ok());
    let opening = OPENING.as_ref().and_then(|opening| opening.captures(text)).and_then(|groups| groups.get(1));
    opening.map_or(text.len(), |quote| quote.start())
}

/// The comment that begins at `at`.
fn comment_at(text: &str, at: usize, syntax: Syntax) -> Option<Range<usize>> {
    let (before, rest) = (text.get(..at)?, text.get(at..)?);
    let stands_free = before.is_empty() || before.ends_with(char::is_whitespace);
    let is_first = before.trim().is_empty();
    let opened = ["//", "/*", "<!--", "{#", "{{/*", "{{!", "#", "--", ";", "%", "REM "].into_iter().find(|opener| {
        rest.starts_with(opener)
            && syntax.opens_with(opener)
            && match *opener {
                // Not of `https://`.
                "//" => !before.ends_with(':'),
                "#" => stands_free && !rest.starts_with("#[") && !rest.starts_with("#!") && !rest.starts_with("#{"),
                "--" => stands_free && rest[2..].starts_with(char::is_whitespace),
                ";" | "%" | "REM " => is_first,
                _ => true,
            }
    })?;
    let closer = match opened {
        "/*" => "*/",
        "<!--" => "-->",
        "{#" => "#}",
        "{{/*" | "{{!" => "}}",
        _ => return Some(at..text.len()),
    };
    let length = rest.find(closer).map_or(rest.len(), |end| end + closer.len());
    Some(at..at + length)
}

//! Where tokens stand in a text, whatever the text is.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, packed};
use memchr::memmem;

use super::joint::{self, Joint, blanks};
use super::{LONGEST, Token, is_header, json};
use crate::key;
use crate::secret::Secret;
use crate::span::Span;
use crate::strength::decode;

/// A file holds no more tokens than this: a list of a million is data.
const MOST_TOKENS: usize = 1_000;

/// A token is joined from no more strings than this.
const MOST_PIECES: usize = 64;

/// A header is joined from no more strings than this.
const MOST_HEADER_PIECES: usize = 6;

/// A line that ends within a token is at least as long, if that token goes on in the next line.
const SHORTEST_LINE: usize = 20;

/// How the base64 of a JSON object begins: `{"`, and `{` before a blank, a newline, a carriage return, a tab.
const STARTS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

/// How a token begins that is in base64 once more, as in a secret of a cluster.
const START_IN_BASE64: &[u8] = b"ZXlK";

/// A token in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// From its first to its last character, the marks of the strings between included.
    pub span: Span,
    /// The token in its compact form.
    pub compact: Secret,
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of the text.
    pub tokens: Vec<Sighting>,
    /// There were more.
    pub truncated: bool,
}

/// What tokens and keys begin with.
static MARKS: LazyLock<Marks> = LazyLock::new(|| Marks::new(&[&STARTS[..], &key::MARKS[..]].concat()));

/// What a text may hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sight {
    /// Tokens.
    pub tokens: bool,
    /// Keys, private or public.
    pub keys: bool,
}

impl Sight {
    /// Whether bytes hold anything with which a token or key begins.
    pub fn has_mark(bytes: &[u8]) -> bool {
        MARKS.next(bytes, 0).is_some()
    }

    /// A cheap look at the bytes, for both at once.
    pub fn of(bytes: &[u8]) -> Self {
        let mut sight = Self::default();
        let mut from = 0;
        while let Some(mark) = MARKS.next(bytes, from) {
            if let Some(of_key) = mark.pattern.checked_sub(STARTS.len()) {
                sight.keys |= key::may_be_at(bytes, of_key, mark.end);
                sight.tokens |=
                    bytes[mark.start..mark.end] == *START_IN_BASE64 && encoded_at(bytes, mark.start).is_some();
                from = mark.end;
            } else {
                let header = run(bytes, mark.start, is_digit);
                sight.keys |= key::may_be_jwk(&bytes[mark.start..header]);
                // What follows: the payload, or the end of a string that goes on elsewhere.
                let follows = bytes.get(header).is_some_and(|byte| b".\"'`\\\r\n".contains(byte));
                let is_long = !sight.tokens && follows && header - mark.start >= 8;
                let part = is_long.then(|| std::str::from_utf8(&bytes[mark.start..header]));
                sight.tokens |= part.is_some_and(|part| part.is_ok_and(may_begin));
                from = header.max(mark.start + 1);
            }
            if sight.tokens && sight.keys {
                break;
            }
        }
        sight
    }

    /// Whether there is anything to look for.
    pub fn is_any(self) -> bool {
        self.tokens || self.keys
    }
}

/// Whether a first part is a header, or may be the beginning of one.
fn may_begin(part: &str) -> bool {
    /// Shorter ones may be cut by the end of a string.
    const SHORT: usize = 400;
    part.len() < SHORT || is_header(part)
}

/// All tokens of a text.
pub fn find(text: &str) -> Found {
    let bytes = text.as_bytes();
    let mut found = Found::default();
    let mut from = 0;
    while let Some(start) = next_start(bytes, from) {
        let sighting = compact_at(text, start).or_else(|| json::at(text, start));
        from = match &sighting {
            Some(sighting) => sighting.span.end().max(start + 1),
            None => run(bytes, start, is_digit).max(start + 1),
        };
        let Some(sighting) = sighting else { continue };
        if found.tokens.len() == MOST_TOKENS {
            found.truncated = true;
            break;
        }
        found.tokens.push(sighting);
    }
    let encoded: Vec<Sighting> = memmem::find_iter(bytes, START_IN_BASE64)
        .filter_map(|start| encoded_at(bytes, start))
        .take(MOST_TOKENS)
        .collect();
    if !encoded.is_empty() {
        found.tokens.extend(encoded);
        found.tokens.sort_by_key(|one| one.span);
    }
    found
}

/// The token that is in base64 once more from `start` on. Text in base64 has no other digits than letters and numbers.
fn encoded_at(bytes: &[u8], start: usize) -> Option<Sighting> {
    if start.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(|&byte| is_digit(byte)) {
        return None;
    }
    let span = Span::new(start, run(bytes, start, |byte| byte.is_ascii_alphanumeric()));
    let inner = bytes.get(span.range()).filter(|digits| digits.len() <= 2 * LONGEST).and_then(decode::base64)?;
    let compact = std::str::from_utf8(&inner).ok()?.trim_end();
    Token::read(compact).map(|_| Sighting { span, compact: Secret::from(compact) })
}

/// Where the next header may begin.
fn next_start(bytes: &[u8], from: usize) -> Option<usize> {
    static MARKS: LazyLock<Marks> = LazyLock::new(|| Marks::new(&STARTS));
    MARKS.next(bytes, from).map(|mark| mark.start)
}

/// Texts that are looked for all at once; those of [`STARTS`] come first, and begin no word.
struct Marks {
    /// Several at once where the processor can.
    packed: Option<packed::Searcher>,
    any: Option<AhoCorasick>,
}

/// One of them in a text.
struct Mark {
    start: usize,
    end: usize,
    pattern: usize,
}

impl Marks {
    fn new(marks: &[&str]) -> Self {
        Self { packed: packed::Searcher::new(marks), any: AhoCorasick::new(marks).ok() }
    }

    fn next(&self, bytes: &[u8], from: usize) -> Option<Mark> {
        let mut from = from;
        while from < bytes.len() {
            let found = match &self.packed {
                Some(packed) => packed.find_in(bytes, aho_corasick::Span { start: from, end: bytes.len() }),
                None => {
                    let within = aho_corasick::Input::new(bytes).span(from..bytes.len());
                    self.any.as_ref().and_then(|any| any.find(within))
                }
            }?;
            let (start, end, pattern) = (found.start(), found.end(), found.pattern().as_usize());
            // `eyJ` is rare, and so are marks of keys; the others are parts of words such as "framework".
            let is_rare = pattern == 0 || pattern >= STARTS.len();
            if is_rare || start.checked_sub(1).and_then(|at| bytes.get(at)).is_none_or(|&byte| !is_digit(byte)) {
                return Some(Mark { start, end, pattern });
            }
            from = start + 1;
        }
        None
    }
}

/// A digit of URL-safe base64.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The end of the run of such bytes at `start`.
fn run(bytes: &[u8], start: usize, of: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| !of(byte)).unwrap_or(rest.len())
}

/// The compact token that begins at `start`, joined from adjacent strings and lines if it has to be.
fn compact_at(text: &str, start: usize) -> Option<Sighting> {
    let bytes = text.as_bytes();
    let mut pieces = Pieces::default();
    let mut at = start;
    for _ in 0..MOST_PIECES {
        let end = run(bytes, at, |byte| is_digit(byte) || byte == b'.');
        pieces.push(text.get(at..end)?, at);
        if let Some(length) = pieces.token() {
            return pieces.sighting(start, length);
        }
        if pieces.is_hopeless() {
            return None;
        }
        let goes = goes_on(bytes, end, end - at)?;
        if goes.is_comma {
            pieces.join_items();
        }
        at = goes.next;
    }
    None
}

/// The parts of a token as far as they have been read.
#[derive(Default)]
struct Pieces {
    compact: String,
    /// Where each piece begins, in `compact` and in the text.
    starts: Vec<(usize, usize)>,
}

impl Pieces {
    fn push(&mut self, piece: &str, at: usize) {
        self.starts.push((self.compact.len(), at));
        self.compact.push_str(piece);
    }

    /// Items of a list are joined by dots, if none of them has one; otherwise they are parts of any size.
    fn join_items(&mut self) {
        let first = self.starts.get(1).map_or(self.compact.len(), |&(second, _)| second.saturating_sub(1));
        if self.compact.get(..first).is_some_and(|first| !first.contains('.')) {
            self.compact.push('.');
        }
    }

    /// The length of the token that all pieces together are; dots that end a sentence are no part of it.
    fn token(&self) -> Option<usize> {
        let compact = &self.compact;
        if compact.bytes().filter(|&byte| byte == b'.').count() < 2 {
            return None;
        }
        let trimmed = compact.trim_end_matches('.').len();
        let unsigned = (trimmed + 1).min(compact.len());
        [trimmed, unsigned]
            .into_iter()
            .find(|&length| compact.get(..length).is_some_and(|token| Token::read(token).is_some()))
    }

    /// Whether nothing that follows can make this a token.
    fn is_hopeless(&self) -> bool {
        let has_bad_header = self.compact.split_once('.').is_some_and(|(header, _)| !is_header(header));
        let has_no_end = self.starts.len() >= MOST_HEADER_PIECES && !self.compact.contains('.');
        has_bad_header || has_no_end || self.compact.len() > LONGEST
    }

    fn sighting(&self, start: usize, length: usize) -> Option<Sighting> {
        let (from, at) = self.starts.iter().rev().find(|(from, _)| *from < length)?;
        let span = Span::new(start, at + length - from);
        Some(Sighting { span, compact: Secret::from(self.compact.get(..length)?) })
    }
}

/// Where a token that was interrupted goes on.
struct Goes {
    next: usize,
    /// The pieces are items of a list.
    is_comma: bool,
}

/// What joins the piece of `length` bytes that ends at `at` with the next one.
fn goes_on(bytes: &[u8], at: usize, length: usize) -> Option<Goes> {
    let rest = bytes.get(at..)?;
    let here = |next: usize, is_comma: bool| {
        (bytes.get(next).is_some_and(|&byte| is_digit(byte) || byte == b'.')).then_some(Goes { next, is_comma })
    };
    let behind = |at: usize, slashes: &[u8]| {
        let Joint { next, is_comma, .. } = joint::between(bytes, at, slashes)?;
        here(next, is_comma)
    };
    match rest {
        // A string, or a line of a script, that goes on.
        [b'\\', b'\r' | b'\n', ..] => here(blanks(bytes, at + 1), false),
        [b'\r' | b'\n', ..] if length >= SHORTEST_LINE => here(blanks(bytes, at), false),
        [b'"' | b'\'' | b'`', ..] => behind(at + 1, b""),
        [b'\\', b'"' | b'\'', ..] => behind(at + 2, b"\\"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::compact;
    use super::*;

    fn token() -> String {
        compact(r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"sub":"u1","iss":"orchard"}"#, &[0x5a; 32])
    }

    /// The tokens of a text, and what stands where they are.
    fn found(text: &str) -> Vec<(String, &str)> {
        assert!(
            Sight::of(text.as_bytes()).tokens || find(text).tokens.is_empty(),
            "the cheap look must not miss: {text}"
        );
        let all = find(text).tokens.into_iter();
        all.filter_map(|one| Some((one.compact.expose_str()?.to_owned(), text.get(one.span.range())?))).collect()
    }

    #[test]
    fn a_token_is_found_in_base64() {
        let token = token();
        let encoded = decode::to_base64(format!("{token}\n").as_bytes(), false);
        for text in [encoded.clone(), format!("data:\n  t: {encoded}=\n"), format!("T='{encoded}'\n# {token}\n")] {
            assert!(found(&text).contains(&(token.clone(), encoded.as_str())), "{text}");
        }
        let damaged = format!("{}{}", &encoded[..encoded.len() / 2], &encoded[encoded.len() / 2 + 8..]);
        for text in [format!("x{encoded}"), encoded[..encoded.len() - 12].to_owned(), damaged] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn a_token_is_found_in_every_text() {
        let token = token();
        for text in [
            "{T}",
            "Authorization: Bearer {T}\r\n",
            "const t = '{T}';",
            "curl -H \"Cookie: session={T}; path=/\" x",
            "https://x.example/?token={T}&a=b",
            "{\"body\": \"{\\\"t\\\":\\\"{T}\\\"}\"}",
            "It is {T}. So it goes.",
            "a\\n{T}\\nb",
            "<{T}>",
        ] {
            let text = text.replace("{T}", &token);
            assert_eq!(found(&text), [(token.clone(), token.as_str())], "{text}");
        }
    }

    #[test]
    fn a_token_in_adjacent_strings_is_one() {
        let token = token();
        let (first, rest) = token.split_at(50);
        let (second, third) = rest.split_at(20);
        for text in [
            "x = (\"{1}\" \"{2}\"\n  \"{3}\")",
            "x = '{1}' +\n    '{2}' + '{3}';",
            "$x = \"{1}\" . \"{2}\" . \"{3}\";",
            "x = \"{1}\" <> \"{2}\" <>\n \"{3}\"",
            "x = \"{1}\\\n      {2}\\\r\n   {3}\"",
            "x = `{1}` + `{2}` + `{3}`",
            "x = b\"{1}\" \\\n b\"{2}{3}\"",
            "concat!(\"{1}\",\n \"{2}\", \"{3}\")",
            "['{1}', '{2}',\n'{3}'].join('')",
            "token: >-\n  {1}\n  {2}\n  {3}\n",
        ] {
            let text = text.replace("{1}", first).replace("{2}", second).replace("{3}", third);
            let all = found(&text);
            assert_eq!(all.len(), 1, "{text}");
            assert_eq!(all[0].0, token, "{text}");
            assert!(all[0].1.starts_with(first) && all[0].1.ends_with(third), "{text}");
        }
        let parts: Vec<&str> = token.split('.').collect();
        let list = format!("['{}',\n '{}', '{}'].join('.')", parts[0], parts[1], parts[2]);
        assert_eq!(found(&list).len(), 1);
        let two = format!("['{token}', '{token}']");
        assert_eq!(found(&two).len(), 2);
    }

    #[test]
    fn what_is_no_whole_token_is_none() {
        let token = token();
        let (cut, _) = token.split_at(token.len() - 1);
        let headless = &token[4..];
        let flask = compact(r#"{"user":"ann"}"#, "AAAA", &[1; 27]);
        for text in [
            cut.to_owned(),
            format!("{cut}…"),
            format!("{token}A"),
            format!("{token}.more"),
            format!("{}...", &token[..40]),
            headless.to_owned(),
            flask,
            "eyJhbGciOiJIUzI1NiJ9".to_owned(),
            "com.example.framework.ewoks.Key".to_owned(),
            format!("{}.{}", &token[..30], "signature"),
            format!("eyJ.{token}").replace("eyJh", "eyXh"),
        ] {
            assert_eq!(found(&text), [], "{text}");
        }
    }

    #[test]
    fn endless_lists_of_beginnings_take_no_time() {
        let text = "\"eyJhbGciOiJIUzI1NiJ9\" +\n".repeat(20_000);
        assert!(find(&text).tokens.is_empty());
        assert!(find(&"eyJ".repeat(100_000)).tokens.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_searched(text in "([\"'+. \\\\\n{}:,]|eyJ|eyJhbGciOiJIUzI1NiJ9|\"protected\"|é){0,60}") {
            for one in find(&text).tokens {
                proptest::prop_assert!(text.get(one.span.range()).is_some());
            }
        }
    }
}

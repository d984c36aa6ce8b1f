//! Every string of a text that could be a secret, told by marks alone: languages differ too much to be read for this.
//!
//! Line by line, so that a quote in a comment misleads no further: what stands between two quotes of one kind
//! (whichever of them opens, where that is not plain), and, outside of program source, what stands behind `=` or `:`, in
//! an element of XML, and each word that is more than a word. What is written in pieces is put together (`pieces`), and
//! languages have marks of their own (`marks`).
//! Sentences are no secrets ([`MOST_SPACES`]), and what only programs write is not looked at.

mod marks;
mod pieces;

use std::borrow::Cow;

use crate::span::Span;
use crate::strength::decode;
use marks::{ENDINGS, Marks, ends_with};
use pieces::Joined;

/// Longer strings are no shared secrets.
const LONGEST: usize = 1100;
/// Shorter ones are not tried.
const SHORTEST: usize = 3;
/// A text of more words than a passphrase has is a sentence.
const MOST_SPACES: usize = 3;
/// The same in data, where fewer texts are for people, and for a text that says of itself that it is secret.
const MOST_SPACES_IN_SECRETS: usize = 8;
/// Shorter words of a line are not tried for themselves.
const SHORTEST_WORD: usize = 6;

/// What the text is, and how strings are marked in it besides by quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Style {
    kind: Kind,
    marks: Marks,
}

/// What the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Program source: only what is quoted is a string.
    Code,
    /// Configuration, or data.
    Data,
    /// For people to read: its words are words.
    Prose,
}

/// Configuration without anything special.
const DATA: Style = Style { kind: Kind::Data, marks: Marks::None };

impl Style {
    /// The style of a file, by its path; `None` where nobody writes secrets.
    pub(super) fn of(path: &str, is_code: bool) -> Option<Self> {
        if ends_with(path, &ENDINGS.without) {
            return None;
        }
        let kind = if is_code {
            Kind::Code
        } else if ends_with(path, &ENDINGS.prose) {
            Kind::Prose
        } else {
            Kind::Data
        };
        Some(Self { kind, marks: Marks::of(path) })
    }

    /// How many blanks a passphrase may have.
    fn most_spaces(self) -> usize {
        if self.is_data() { MOST_SPACES_IN_SECRETS } else { MOST_SPACES }
    }

    fn is_code(self) -> bool {
        self.kind == Kind::Code
    }

    fn is_data(self) -> bool {
        self.kind == Kind::Data
    }
}

/// A string and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written<'t> {
    /// What it says.
    pub value: Cow<'t, str>,
    /// As it is written, without quotes.
    pub span: Span,
}

/// Shows `take` every string of `text`, some more than once.
pub(super) fn each<'t>(text: &'t str, style: Style, take: &mut impl FnMut(Written<'t>)) {
    let bytes = text.as_bytes();
    let mut start = 0;
    if !style.is_code() && memchr::memchr(b'\n', text.trim_end().as_bytes()).is_none() {
        with_line_end(text, 0, style, take);
    }
    let mut marked = style.marks.next(bytes, 0);
    // Where what has been joined already ends.
    let (mut literals_end, mut lines_end) = (0, 0);
    while start < bytes.len() {
        if style.is_code() {
            // Most lines of programs have no quotes.
            let quote = memchr::memchr3(b'"', b'\'', b'`', &bytes[start..]).map(|at| start + at);
            if marked.is_some_and(|at| at < start) {
                marked = style.marks.next(bytes, start);
            }
            let Some(mark) = quote.into_iter().chain(marked).min() else { return };
            start += memchr::memrchr2(b'\n', b'\r', &bytes[start..mark]).map_or(0, |at| at + 1);
        }
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |length| start + length);
        let line_start = start;
        start = end + 1;
        let Some(line) = text.get(line_start..end).filter(|line| !line.is_empty()) else { continue };
        if style.is_data()
            && let Some(joint) = opened_scalar(&bytes[..line_start])
        {
            whole(pieces::block(text, line_start, None, joint), style, true, take);
        }
        if let Some(mark) = opened_block(line, style) {
            let behind = end + text.get(end..).and_then(|rest| rest.find('\n')).map_or(0, |at| at + 1);
            whole(pieces::block(text, behind, Some(mark), "\n"), style, true, take);
        }
        if line.ends_with('\\')
            && lines_end <= line_start
            && let Some(joined) = pieces::continued(text, line_start)
        {
            lines_end = joined.end;
            continued(&joined, style, take);
        }
        let mut take_at = |from: usize, until: usize| {
            let (start, end) = (line_start + from, line_start + until);
            if style.marks.has_pieces()
                && start >= literals_end
                && bytes.get(end + 1).is_some_and(|&behind| pieces::may_go_on(behind))
                && let Some(joined) = pieces::literals(text, start, end)
            {
                literals_end = joined.end;
                whole(Some(joined), style, false, take);
            }
            let Some(raw) = line.get(from..until) else { return };
            if !is_candidate(raw, style) {
                return;
            }
            let span = Span::new(start, end);
            readings(raw, |value| take(Written { value: Cow::Owned(value), span }));
            if style.is_data() {
                inner(raw, span, take);
            }
            take(Written { value: Cow::Borrowed(raw), span });
        };
        quoted(line, &mut take_at);
        style.marks.strings(line, &mut take_at);
        if !style.is_code() {
            assigned(line, &mut take_at);
        }
        if style.is_data() {
            words(line, &mut take_at);
        }
    }
}

/// A text that was put together; of a block, with its line end as well.
fn whole<'t>(joined: Option<Joined>, style: Style, is_block: bool, take: &mut impl FnMut(Written<'t>)) {
    // What is put together with blanks in it is a message.
    let may_be_key = |joined: &Joined| is_candidate(&joined.text, style) && (is_block || !joined.text.contains(' '));
    let Some(joined) = joined.filter(may_be_key) else { return };
    let span = joined.span();
    let ended = is_block.then(|| format!("{}\n", joined.text));
    let mut take = |value: String| take(Written { value: Cow::Owned(value), span });
    readings(&joined.text, &mut take);
    ended.into_iter().for_each(&mut take);
    take(joined.text);
}

/// The strings of a line that goes on in others, as far as they do.
fn continued<'t>(joined: &Joined, style: Style, take: &mut impl FnMut(Written<'t>)) {
    let mut take_at = |from: usize, until: usize| {
        let Some(span) = joined.across(from, until) else { return };
        let Some(raw) = joined.text.get(from..until).filter(|raw| is_candidate(raw, style)) else { return };
        let mut take = |value: String| take(Written { value: Cow::Owned(value), span });
        readings(raw, &mut take);
        take(raw.to_owned());
    };
    quoted(&joined.text, &mut take_at);
    if !style.is_code() {
        assigned(&joined.text, &mut take_at);
    }
}

/// The strings of a file that is written in one text: in base64, as clusters hold it, or with its line ends escaped.
fn inner<'t>(raw: &str, span: Span, take: &mut impl FnMut(Written<'t>)) {
    /// Shorter ones are values, not files.
    const SHORTEST: usize = 20;
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let text = if raw.len() < SHORTEST {
        return;
    } else if memchr::memchr(b'\\', raw.as_bytes()).is_some() {
        Some(unescaped(raw))
    } else if raw.len().is_multiple_of(4) && raw.bytes().all(is_digit) {
        decode::base64(raw.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok())
    } else {
        None
    };
    // A value has one line, with its end.
    let text = text.filter(|text| text.trim_end().contains('\n'));
    for line in text.iter().flat_map(|text| text.lines()) {
        let mut take_at = |from: usize, until: usize| {
            if let Some(raw) = line.get(from..until).filter(|raw| is_candidate(raw, DATA)) {
                take(Written { value: Cow::Owned(raw.to_owned()), span });
            }
        };
        quoted(line, &mut take_at);
        assigned(line, &mut take_at);
    }
}

/// What a text with escapes in it may say: unescaped, once and twice (JSON in a string); with doubled quotes as one, and
/// doubled dollars; without entities. Most texts have no sign for any of that.
fn readings(raw: &str, mut take: impl FnMut(String)) {
    let bytes = raw.as_bytes();
    let has_escapes = memchr::memchr3(b'\\', b'&', b'$', bytes).is_some();
    if has_escapes && raw.contains('\\') {
        let once = unescaped(raw);
        let twice = once.contains('\\').then(|| unescaped(&once));
        take(once);
        twice.into_iter().for_each(&mut take);
    }
    if memchr::memchr2(b'"', b'\'', bytes).is_some()
        && (raw.contains("''") || raw.contains("\"\"") || raw.contains(QUOTE_IN_SHELL))
    {
        take(raw.replace(QUOTE_IN_SHELL, "'").replace("''", "'").replace("\"\"", "\""));
    }
    if has_escapes {
        if raw.contains('&') && raw.contains(';') {
            without_entities(raw).into_iter().for_each(&mut take);
        }
        if raw.contains("$$") {
            take(raw.replace("$$", "$"));
        }
    }
}

/// What a text of XML says; `None` if it has no entities.
fn without_entities(raw: &str) -> Option<String> {
    const ENTITIES: [(&str, &str); 7] = [
        ("&#34;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let has_any = ENTITIES.iter().any(|(entity, _)| raw.contains(entity));
    has_any.then(|| ENTITIES.iter().fold(raw.to_owned(), |text, (entity, sign)| text.replace(entity, sign)))
}

/// The quotes that end a line, if what follows may be a block of its own; the name of a heredoc.
fn opened_block(line: &str, style: Style) -> Option<&str> {
    let bytes = line.as_bytes().trim_ascii_end();
    let bytes = bytes.strip_suffix(b"\\").unwrap_or(bytes);
    if matches!(bytes.last(), Some(b'"' | b'\'' | b'`')) {
        let line = line.get(..bytes.len())?;
        let opens = |mark: &&str| line.ends_with(mark) && (style.kind != Kind::Prose || *mark != "`");
        let quotes = ["\"\"\"", "'''", "`"].into_iter().find(opens);
        // PowerShell's end the other way round.
        let around = [("@\"", "\"@"), ("@'", "'@")].into_iter().find(|(open, _)| line.ends_with(open));
        if quotes.is_some() || around.is_some() {
            return quotes.or(around.map(|(_, close)| close));
        }
    }
    if !style.marks.has_heredocs() {
        return None;
    }
    let (_, opened) = line.split_once("<<")?;
    let name = opened.trim_start_matches(['<', '~', '-', '"', '\'']);
    let length = name.bytes().position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_').unwrap_or(name.len());
    name.get(..length).filter(|name| name.len() > 1)
}

/// What joins the lines of a block of YAML that the text before opens.
fn opened_scalar(before: &[u8]) -> Option<&'static str> {
    let line = before.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.strip_suffix(b"-").or_else(|| line.strip_suffix(b"+")).unwrap_or(line);
    let (&mark, rest) = line.split_last()?;
    let joint = match mark {
        b'|' => "\n",
        b'>' => " ",
        _ => return None,
    };
    rest.last().is_some_and(|byte| *byte == b' ').then_some(joint)
}

/// A line with its end, as programs read a file that holds nothing else, and YAML a block (`|`).
fn with_line_end<'t>(line: &'t str, start: usize, style: Style, take: &mut impl FnMut(Written<'t>)) {
    let text = line.trim();
    if is_candidate(text, style) {
        let from = start + line.len() - line.trim_start().len();
        take(Written { value: Cow::Owned(format!("{text}\n")), span: Span::new(from, from + text.len()) });
    }
}

fn is_candidate(raw: &str, style: Style) -> bool {
    // With quotes around it, it is shown without them as well.
    (SHORTEST..=LONGEST).contains(&raw.len())
        && !raw.starts_with(['"', '\'', '`'])
        && !raw.ends_with(['"', '\'', '`'])
        && raw.bytes().any(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
        && !is_sentence(raw, style.most_spaces())
}

/// Whether it has too many words for a secret.
fn is_sentence(raw: &str, most_spaces: usize) -> bool {
    if memchr::memchr_iter(b' ', raw.as_bytes()).nth(most_spaces).is_none() {
        return false;
    }
    let spaces = memchr::memchr_iter(b' ', raw.trim().as_bytes()).take(MOST_SPACES_IN_SECRETS + 1).count();
    if spaces <= most_spaces {
        return false;
    }
    let speaks_of_itself = || {
        let mut words = raw.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| ["secret", "key", "jwt", "token"].iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    most_spaces == MOST_SPACES_IN_SECRETS || spaces > MOST_SPACES_IN_SECRETS || !speaks_of_itself()
}

/// Between quotes of one kind; those that are escaped once, or twice, are kinds of their own.
///
/// Where a line has quotes of one kind only, and an even number of them, they open and close in turn. Otherwise each
/// may do either.
fn quoted(line: &str, take: &mut impl FnMut(usize, usize)) {
    let bytes = line.as_bytes();
    let kind_of = |quote: u8| match quote {
        b'"' => 0,
        b'\'' => 1,
        _ => 2,
    };
    let mut counts = [0_usize; 3];
    let mut last = usize::MAX - 1;
    let (mut is_doubled, mut is_marked) = (false, false);
    for at in memchr::memchr3_iter(b'"', b'\'', b'`', bytes) {
        counts[kind_of(bytes[at])] += 1;
        let before = if at > 0 { bytes[at - 1] } else { b' ' };
        is_doubled |= last + 1 == at && is_within(bytes, last, at);
        is_marked |= matches!(before, b'#' | b'R') || last + 1 == at && bytes.get(at + 1) == Some(&before);
        last = at;
    }
    let kinds = counts.iter().filter(|&&count| count > 0).count();
    if kinds == 0 {
        return;
    }
    let has_escapes = memchr::memchr(b'\\', bytes).is_some();
    if is_doubled || has_escapes && line.contains(QUOTE_IN_SHELL) {
        with_doubled_quotes(bytes, take);
    }
    if is_marked {
        marks::raw(line, take);
    }
    let in_turn = kinds == 1 && !has_escapes && counts.iter().all(|count| count.is_multiple_of(2));
    // Where the last quote of each kind ended: plain, escaped, and escaped twice.
    let mut opened: [[Option<usize>; 3]; 3] = [[None; 3]; 3];
    for at in memchr::memchr3_iter(b'"', b'\'', b'`', bytes) {
        let slashes = if has_escapes { bytes[..at].iter().rev().take_while(|&&byte| byte == b'\\').count() } else { 0 };
        let level = if slashes % 2 == 0 { 0 } else { slashes.div_ceil(2).min(2) };
        let opened = &mut opened[kind_of(bytes[at])][level];
        if let Some(from) = opened.take() {
            let until = at - if level == 0 { 0 } else { slashes };
            take(from, until);
            if let Some((start, end)) = within(bytes.get(from..until).unwrap_or_default()) {
                take(from + start, from + end);
            }
            if in_turn {
                continue;
            }
        }
        *opened = Some(at + 1);
    }
}

/// The value in `NAME=value`, and what stands between brackets (`R"(…)"`).
fn within(text: &[u8]) -> Option<(usize, usize)> {
    /// Names are no longer.
    const LONGEST: usize = 48;
    if let [b'(', .., b')'] = text {
        return Some((1, text.len() - 1));
    }
    let near = text.get(..text.len().min(LONGEST)).unwrap_or_default();
    let equals = memchr::memchr(b'=', near)?;
    let is_name = near.iter().take(equals).all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
    is_name.then_some((equals + 1, text.len()))
}

/// How a shell writes a quote within quotes.
const QUOTE_IN_SHELL: &str = "'\\''";

/// Whether two quotes beside each other stand within a text, not around an empty one.
fn is_within(bytes: &[u8], first: usize, second: usize) -> bool {
    let is_text = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let before = first.checked_sub(1).and_then(|at| bytes.get(at));
    let behind = bytes.get(second + 1);
    bytes.get(first) == bytes.get(second) && is_text(before) && (is_text(behind) || behind == Some(&b' '))
}

/// Strings in which a quote is written twice, or as shells write it.
fn with_doubled_quotes(bytes: &[u8], take: &mut impl FnMut(usize, usize)) {
    let mut at = 0;
    while let Some(open) = memchr::memchr2(b'"', b'\'', &bytes[at..]).map(|found| at + found) {
        let quote = bytes[open];
        let mut is_doubled = false;
        at = open + 1;
        let close = loop {
            let Some(next) = memchr::memchr(quote, &bytes[at..]).map(|found| at + found) else { return };
            let rest = &bytes[next..];
            let width = if rest.starts_with(QUOTE_IN_SHELL.as_bytes()) {
                QUOTE_IN_SHELL.len()
            } else if rest.get(1) == Some(&quote) {
                2
            } else {
                break next;
            };
            is_doubled = true;
            at = next + width;
        };
        if is_doubled {
            take(open + 1, close);
        }
        at = close + 1;
    }
}

/// Behind `=` and `:`, up to the end of the line or a comment; defaults of references; elements of XML.
fn assigned(line: &str, take: &mut impl FnMut(usize, usize)) {
    let trimmed = |from: usize, until: usize| {
        let part = line.get(from..until).unwrap_or_default();
        let start = from + part.len() - part.trim_start().len();
        let text = part.trim().trim_end_matches([',', ';']);
        // Of a string that began before.
        let text = if text.starts_with(['"', '\'']) { text } else { text.trim_end_matches(['"', '\'']) };
        (start, start + text.len())
    };
    let bare = trimmed(0, line.len());
    let item = line.get(bare.0..bare.1).filter(|bare| bare.starts_with("- ")).map_or(bare.0, |_| bare.0 + 2);
    let is_alone = |text: &str| text.split_ascii_whitespace().nth(3).is_none() && !text.ends_with([':', '{', '[', '(']);
    if line.get(item..bare.1).is_some_and(is_alone) {
        take(item, bare.1);
    }
    for mark in ['=', ':'] {
        let Some(at) = line.find(mark) else { continue };
        let (start, end) = trimmed(at + 1, line.len());
        take(start, end);
        for comment in [" #", " ;"] {
            if let Some(comment) = line.get(start..end).and_then(|value| value.find(comment)) {
                let (start, end) = trimmed(start, start + comment);
                take(start, end);
            }
        }
    }
    for (at, _) in line.match_indices('}').take(8) {
        let before = line.get(..at).unwrap_or_default();
        let Some(open) = before.rfind("${") else { continue };
        let Some(colon) = before.get(open..).and_then(|inside| inside.find(':')) else { continue };
        let start = open + colon + 1;
        take(start, at);
        if before.get(start..).is_some_and(|default| default.starts_with(['-', '=', '?'])) {
            take(start + 1, at);
        }
    }
    if let Some(end) = line.find("</")
        && let Some(start) = line.get(..end).and_then(|before| before.rfind('>'))
    {
        take(start + 1, end);
    }
    if let Some((before, rest)) = line.split_once("<![CDATA[")
        && let Some(length) = rest.find("]]>")
    {
        let start = before.len() + "<![CDATA[".len();
        take(start, start + length);
    }
}

/// Each word that is more than a word, or that an option or variable before it asks for, and what follows `=` in it.
fn words(line: &str, take: &mut impl FnMut(usize, usize)) {
    /// Lines of data have no end.
    const MOST: usize = 64;
    let mut is_asked_for = false;
    for word in line.split_ascii_whitespace().take(MOST) {
        // The words are parts of the line.
        let start = word.as_ptr() as usize - line.as_ptr() as usize;
        let text = word.trim_end_matches([',', ';']);
        let end = start + text.len();
        let is_more = |text: &str| text.len() >= SHORTEST_WORD && !text.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_asked_for || is_more(text) {
            take(start, end);
        }
        let inner = between_brackets(text);
        if inner.len() < text.len() && is_more(inner) {
            let from = inner.as_ptr() as usize - line.as_ptr() as usize;
            take(from, from + inner.len());
        }
        for (equals, _) in word.match_indices('=').take(2) {
            take(start + equals + 1, end);
        }
        is_asked_for = word.starts_with('-')
            || word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    }
}

/// What stands between brackets, as long as there are any: an item of a list, a string of Lua or Perl.
fn between_brackets(word: &str) -> &str {
    let Some(open) = word.rfind(['[', '{', '(']) else { return word.trim_end_matches([']', '}', ')']) };
    let inner = word.get(open + 1..).unwrap_or_default();
    inner.split([']', '}', ')']).next().unwrap_or_default()
}

/// What a string says, by the escapes that languages have in common.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('0') => text.push('\0'),
            Some('x') => text.extend(code_point(&mut chars, 2)),
            Some('u') => text.extend(code_point(&mut chars, 4)),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}

/// The character of so many hexadecimal digits, or of those in braces.
fn code_point(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let rest = chars.as_str();
    let (code, length) = match rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((code, _)) => (code, code.len() + 2),
        None => (rest.get(..digits)?, digits),
    };
    let point = u32::from_str_radix(code, 16).ok().and_then(char::from_u32)?;
    *chars = rest.get(length..)?.chars();
    Some(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Style = Style { kind: Kind::Code, marks: Marks::None };
    const PROSE: Style = Style { kind: Kind::Prose, marks: Marks::None };

    fn strings(text: &str, style: Style) -> Vec<String> {
        let mut all = Vec::new();
        each(text, style, &mut |written| all.push(written.value.into_owned()));
        all
    }

    #[test]
    fn quoted_strings_are_found_in_code() {
        for text in [
            "let k = \"pear-tree\";",
            "k = b'pear-tree'",
            "// don't\nk(`pear-tree`)",
            "fn f<'a>(x: &'a str) -> &'a str { \"pear-tree\" }",
            "x = '\"' + \"pear-tree\"",
            "json = \"{\\\"k\\\":\\\"pear-tree\\\"}\"",
            "k = \"pear\\x2dtree\"",
            "k = \"\\u{70}ear\\u002dtree\"",
        ] {
            assert!(strings(text, CODE).contains(&"pear-tree".to_owned()), "{text}: {:?}", strings(text, CODE));
        }
        assert!(!strings("k = pear-tree", CODE).contains(&"pear-tree".to_owned()));
    }

    #[test]
    fn data_needs_no_quotes() {
        for text in [
            "K=pear-tree",
            "k: pear-tree # really",
            "  - pear-tree",
            "args: [--k, pear-tree]".replace(']', " ]").as_str(),
            "ENV K pear-tree",
            "run --k=pear-tree --port 1",
            "K=${K:-pear-tree}",
            "k: ${K:pear-tree}",
            "<k>pear-tree</k>",
            "<k><![CDATA[pear-tree]]></k>",
            "pear-tree\r\n",
            "'k' => 'pear-tree',",
        ] {
            assert!(strings(text, DATA).contains(&"pear-tree".to_owned()), "{text}: {:?}", strings(text, DATA));
        }
    }

    #[test]
    fn programs_may_read_a_line_with_its_end() {
        for (text, style) in
            [("pear-tree\n", PROSE), ("pear-tree\r\n", DATA), ("a:\n  b: |\n    pear-tree\n  c: 1\n", DATA)]
        {
            assert!(strings(text, style).contains(&"pear-tree\n".to_owned()), "{text}");
        }
        assert!(!strings("a: b\npear-tree\n", DATA).contains(&"pear-tree\n".to_owned()));
    }

    #[test]
    fn a_passphrase_in_data_may_be_longer_than_a_text_of_code() {
        let phrase = "nine hares cross a frozen lake";
        for (text, style, is_shown) in [
            (format!("k: {phrase}\n"), DATA, true),
            (format!("k: \"{phrase} at dusk and dawn\"\n"), DATA, false),
            (format!("k = \"{phrase}\""), CODE, false),
            (format!("k = \"{phrase} token\""), CODE, true),
        ] {
            assert_eq!(strings(&text, style).iter().any(|one| one.starts_with(phrase)), is_shown, "{text}");
        }
    }

    #[test]
    fn spans_are_those_of_the_text() {
        let text = "é = \"x\"\r\nkey = 'pear-tree'\n";
        each(text, DATA, &mut |written| assert_eq!(&text[written.span.range()], &*written.value));
    }
}

//! Strings that are written in pieces: as literals beside each other, on lines that go on, in blocks of lines.

use super::LONGEST;
use crate::span::Span;
use crate::token::joint;

/// A string is joined from no more pieces than this.
const MOST_PIECES: usize = 16;

/// What stands farther before a list does not name it.
const REACH: usize = 32;

/// A text put together, and where its parts stand.
#[derive(Debug, Default)]
pub(super) struct Joined {
    pub text: String,
    /// Where each piece begins, in the text and in the file.
    starts: Vec<(usize, usize)>,
    /// Where the last piece ends in the file.
    pub end: usize,
}

impl Joined {
    fn push(&mut self, piece: &str, at: usize) {
        self.starts.push((self.text.len(), at));
        self.text.push_str(piece);
        self.end = at + piece.len();
    }

    /// Where a part of the text stands, if it is of more than one piece: others are read where they are.
    pub(super) fn across(&self, from: usize, until: usize) -> Option<Span> {
        let piece_of = |at: usize| self.starts.iter().rev().find(|(start, _)| *start <= at);
        let (first, start) = piece_of(from)?;
        let (last, end) = piece_of(until.checked_sub(1)?)?;
        (first != last).then(|| Span::new(start + from - first, end + until - last))
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.starts.first().map_or(self.end, |(_, start)| *start), self.end)
    }
}

/// Whether others may follow a literal that has this behind its quote.
pub(super) fn may_go_on(behind: u8) -> bool {
    matches!(
        behind,
        b' ' | b'\t'
            | b'\r'
            | b'\n'
            | b'+'
            | b'.'
            | b'<'
            | b'&'
            | b'|'
            | b'~'
            | b'^'
            | b'*'
            | b'\\'
            | b','
            | b')'
            | b'"'
            | b'\''
            | b'`'
    )
}

/// The literals that begin with the one between these places, if more than one make a whole.
pub(super) fn literals(text: &str, from: usize, until: usize) -> Option<Joined> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(until)?;
    // Nothing between two quotes is the beginning of three.
    if from == until || !matches!(quote, b'"' | b'\'' | b'`') || bytes.get(from.checked_sub(1)?) != Some(&quote) {
        return None;
    }
    if bytes.get(until + 1) == Some(&b',') && !is_first(bytes, from - 1) {
        return None;
    }
    let mut joined = Joined::default();
    let mut until = until;
    let mut list = None;
    while let Some(joint) = joint::between(bytes, until + 1, b"") {
        if joint.is_comma && *list.get_or_insert_with(|| List::around(text, from)) == List::Unknown {
            break;
        }
        let near = bytes.get(joint.next..bytes.len().min(joint.next + LONGEST))?;
        let Some(length) = closing(near, joint.quote) else { break };
        if joined.starts.is_empty() {
            joined.push(text.get(from..until)?, from);
        }
        until = joint.next + length;
        joined.push(text.get(joint.next..until)?, joint.next);
        if joined.starts.len() > MOST_PIECES || joined.text.len() > LONGEST {
            return None;
        }
    }
    let is_whole = list != Some(List::Array) || is_joined(bytes, until + 1);
    (joined.starts.len() > 1 && is_whole).then_some(joined)
}

/// Whether the literal whose quote is at `quote` is the first of a list.
fn is_first(bytes: &[u8], quote: usize) -> bool {
    let before = bytes.get(..quote).unwrap_or_default();
    let near = before.iter().rev().take(REACH).find(|byte| !byte.is_ascii_whitespace());
    matches!(near, Some(b'(' | b'['))
}

/// Where a literal ends.
fn closing(near: &[u8], quote: u8) -> Option<usize> {
    let mut is_escaped = false;
    for (at, &byte) in near.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'\n' if quote != b'`' => return None,
            _ if byte == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// What literals with commas between them are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    /// What a function makes one text of: `concat!(…)`, `join("", […])`.
    Arguments,
    /// An array, which may be joined.
    Array,
    /// Anything.
    Unknown,
}

impl List {
    /// What the literal that begins at `from` is the first of.
    fn around(text: &str, from: usize) -> Self {
        let mut near = from.saturating_sub(REACH);
        while !text.is_char_boundary(near) {
            near += 1;
        }
        let before = text.get(near..from).unwrap_or_default().trim_end_matches(['"', '\'', '`', 'b', 'r']).trim_end();
        if !before.ends_with(['(', '[']) {
            Self::Unknown
        } else if ["concat", "paste0", "join"].iter().any(|name| before.contains(name)) {
            Self::Arguments
        } else if before.ends_with('[') {
            Self::Array
        } else {
            Self::Unknown
        }
    }
}

/// Whether an array whose last literal ends at `at` is joined to one text.
fn is_joined(bytes: &[u8], at: usize) -> bool {
    let at = joint::blanks(bytes, at);
    let at = joint::blanks(bytes, at + usize::from(bytes.get(at) == Some(&b',')));
    bytes.get(at..).is_some_and(|rest| rest.starts_with(b"].join("))
}

/// The line that begins at `start` and goes on behind a backslash at its end.
pub(super) fn continued(text: &str, start: usize) -> Option<Joined> {
    let mut joined = Joined::default();
    let mut at = start;
    for line in text.get(start..)?.split_inclusive('\n').take(MOST_PIECES) {
        let content = line.trim_end_matches(['\n', '\r']);
        let piece = if joined.starts.is_empty() { content } else { content.trim_start() };
        let indent = content.len() - piece.len();
        let slashes = piece.bytes().rev().take_while(|&byte| byte == b'\\').count();
        let goes_on = slashes % 2 == 1;
        joined.push(piece.get(..piece.len() - usize::from(goes_on))?, at + indent);
        at += line.len();
        if !goes_on || joined.text.len() > LONGEST {
            break;
        }
    }
    (joined.starts.len() > 1).then_some(joined)
}

/// Where a short mark is in a short text.
fn position(text: &[u8], mark: &[u8]) -> Option<usize> {
    let (first, _) = mark.split_first()?;
    memchr::memchr_iter(*first, text).find(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(mark)))
}

/// The lines from `start` on that a block holds: up to one with `mark`, or, in YAML, to one that is not indented so far.
pub(super) fn block(text: &str, start: usize, mark: Option<&str>, joint: &str) -> Option<Joined> {
    let mut joined = Joined::default();
    let mut at = start;
    let mut is_closed = false;
    let indent_of = |line: &str| line.len() - line.trim_start().len();
    let mut indent = None;
    for line in text.get(start..)?.split_inclusive('\n').take(MOST_PIECES) {
        let content = line.trim();
        let marked = mark.and_then(|mark| position(content.as_bytes(), mark.as_bytes()));
        let is_over = match mark {
            Some(_) => marked.is_some(),
            None => content.is_empty() || indent_of(line) < *indent.get_or_insert(indent_of(line)),
        };
        let piece = if mark.is_none() && is_over { "" } else { content.get(..marked.unwrap_or(content.len()))? };
        if !piece.is_empty() {
            if !joined.starts.is_empty() {
                joined.text.push_str(joint);
            }
            joined.push(piece, at + indent_of(line));
        }
        at += line.len();
        is_closed = is_over || mark.is_none() && at == text.len();
        if is_over || joined.text.len() > LONGEST {
            break;
        }
    }
    // A text of several lines with words in them is for people.
    let may_be_key = joined.starts.len() == 1 || !joined.text.replace(joint, "").contains(' ');
    (is_closed && may_be_key && !joined.starts.is_empty()).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The literals that begin with the first one in a text.
    fn joined(text: &str) -> Option<String> {
        let from = text.find(['"', '\'', '`'])? + 1;
        let quote = text.get(from - 1..from)?;
        let until = from + text.get(from..)?.find(quote)?;
        let joined = literals(text, from, until)?;
        assert_eq!(joined.span(), Span::new(from, text.rfind("tree")? + 4), "{text}");
        Some(joined.text)
    }

    #[test]
    fn literals_beside_each_other_are_one() {
        for text in [
            "k = \"pear\" \"-tree\";",
            "k = 'pear' +\n    `-tree`;",
            "k = concat!(\n    \"pear\",\n    \"-tree\",\n);",
            "k = ['pe', 'ar', '-tree'].join('')",
            "k = join(\"\", [\"pear\", \"-tree\"])".replace("\"\", ", "").as_str(),
            "k = String::from(\"pear\") + \"-tree\"",
        ] {
            assert_eq!(joined(text).as_deref(), Some("pear-tree"), "{text}");
        }
        for text in ["f('pear', '-tree')", "k = ['pear', '-tree']", "'pear': '-tree'", "'pear'; '-tree'", "'pear' + x"]
        {
            assert_eq!(joined(text), None, "{text}");
        }
    }

    #[test]
    fn lines_that_go_on_are_one() {
        let text = "k=pear\\\n    -tree\nl=1\n";
        let Some(joined) = continued(text, 0) else { panic!("it goes on") };
        assert_eq!(joined.text, "k=pear-tree");
        assert_eq!(joined.across(2, 11), Some(Span::new(2, 17)));
        assert_eq!(joined.across(2, 6), None);
        assert!(continued("k=pear\\\\\n-tree\n", 0).is_none());
    }

    #[test]
    fn a_block_holds_a_few_lines_without_words() {
        let of = |text: &str, mark| block(text, 0, mark, "\n").map(|joined| joined.text);
        assert_eq!(of("  pear-tree\n\"\"\"\n", Some("\"\"\"")).as_deref(), Some("pear-tree"));
        assert_eq!(of("  pear-tree\"\"\"\n", Some("\"\"\"")).as_deref(), Some("pear-tree"));
        assert_eq!(of("  pear\n  tree\nk: 1\n", None).as_deref(), Some("pear\ntree"));
        assert_eq!(of("  pear tree\n  plum tree\n", None), None);
        assert_eq!(of("pear-tree\n", Some("EOT")), None);
    }
}

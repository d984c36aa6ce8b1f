//! Where something stands in a text: byte spans, and the lines and columns that reports speak.

use std::ops::Range;

/// A half-open range of bytes in the text of one [`Source`](crate::source::Source).
///
/// Both ends lie on character boundaries. There are many, so that they are kept small: no text is longer than
/// [`LONGEST_TEXT`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    start: u32,
    end: u32,
}

/// What a [`Span`] can point to, in bytes.
pub const LONGEST_TEXT: usize = u32::MAX as usize;

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span ends before it starts: {start}..{end}");
        let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: short(start), end: short(end) }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// The span as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// The same length of text, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start() + by, self.end() + by)
    }

    /// Whether `other` lies inside this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A place as people and SARIF name it: both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in UTF-16 code units (SARIF `columnKind: utf16CodeUnits`).
    pub column: usize,
}

/// The starts of a text's lines, so that byte offsets become [`Position`]s.
///
/// LF, CRLF and a lone CR end a line, as they do for GitHub's line fingerprint.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Box<[usize]>,
    /// Whether bytes are columns: lines of minified files are long, and findings on them many.
    ascii: bool,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let carriage_return_of_crlf = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !carriage_return_of_crlf {
                starts.push(at + 1);
            }
        }
        Self { starts: starts.into_boxed_slice(), ascii: text.is_ascii() }
    }

    /// How many lines there are; a text that ends with a newline has one last, empty line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line, counted from 1, that holds the byte at `offset`.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset)
    }

    /// The position of the byte at `offset` of `text`, the text this index was made from.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.line(offset);
        let before = &text[self.starts[line - 1]..offset];
        Position { line, column: if self.ascii { before.len() } else { utf16_length(before) } + 1 }
    }

    /// The bytes of `line` (from 1) without its line ending; empty for a line that does not exist.
    pub fn span_of_line(&self, text: &str, line: usize) -> Span {
        let Some(&start) = line.checked_sub(1).and_then(|index| self.starts.get(index)) else {
            return Span::new(text.len(), text.len());
        };
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let content = text[start..end].trim_end_matches(['\r', '\n']);
        Span::new(start, start + content.len())
    }
}

/// How many UTF-16 code units a text has: one for each character, and one more for those that take four bytes.
/// Told by single bytes, which is fast.
fn utf16_length(text: &str) -> usize {
    text.bytes().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(byte >= 0xf0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units() {
        let text = "é🔑x\r\ny\rz\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, text.find('x').unwrap_or(0)), Position { line: 1, column: 4 });
        assert_eq!(lines.position(text, text.find('y').unwrap_or(0)), Position { line: 2, column: 1 });
        assert_eq!(lines.position(text, text.find('z').unwrap_or(0)), Position { line: 3, column: 1 });
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.span_of_line(text, 1).range(), 0..7);
        assert_eq!(lines.span_of_line(text, 9).range(), text.len()..text.len());
    }
}

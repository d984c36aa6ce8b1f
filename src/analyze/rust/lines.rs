//! From lines and columns, as a parser counts them, to bytes.

/// Where the lines of a text begin. Only a line feed ends a line here, as in proc-macro2 1.0.
#[derive(Debug, Default)]
pub struct Lines {
    starts: Box<[usize]>,
}

impl Lines {
    /// Finds the lines of `text`.
    pub fn of(text: &str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        Self { starts: std::iter::once(0).chain(ends.map(|end| end + 1)).collect() }
    }

    /// The line, from 0, that holds a byte.
    pub fn holding(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// Where a line, from 0, begins; `None` past the last.
    pub fn start(&self, line: usize) -> Option<usize> {
        self.starts.get(line).copied()
    }
}

/// The byte that so many characters of `text` end at; the text's end if it has fewer.
pub fn width(text: &str, characters: usize) -> usize {
    match text.as_bytes().get(..characters) {
        Some(bytes) if bytes.is_ascii() => characters,
        _ => text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_a_line_feed() {
        let lines = Lines::of("a\r\nbc\n");
        assert_eq!([0, 2, 3, 5, 6].map(|at| lines.holding(at)), [0, 0, 1, 1, 2]);
        assert_eq!([0, 1, 2, 3].map(|line| lines.start(line)), [Some(0), Some(3), Some(6), None]);
    }

    #[test]
    fn columns_are_characters() {
        assert_eq!([0, 1, 2, 3].map(|characters| width("aé.", characters)), [0, 1, 3, 4]);
        assert_eq!(width("ab", 5), 2);
    }
}

//! The cheap look at a file's bytes before anything is read: is any of these words in it, in any case?

use std::ops::Range;

use regex::bytes::Regex;

/// Bytes in lower case, for [`AnyWord`]: made once for all looks at a file, in a buffer that is used again.
#[derive(Debug, Default)]
pub struct Lowered(Vec<u8>);

impl Lowered {
    /// Takes over `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut lowered = Self::default();
        lowered.set(bytes);
        lowered
    }

    /// Takes over other bytes.
    pub fn set(&mut self, bytes: &[u8]) {
        self.0.clear();
        self.0.extend(bytes.iter().map(u8::to_ascii_lowercase));
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A search for any of many words without regard to case.
///
/// To lower the bytes and then to search them with regard to case is several times as fast as a search that has to
/// expect either case of each letter.
#[derive(Debug, Clone)]
pub struct AnyWord(Option<Regex>);

impl AnyWord {
    /// No more of a word is looked for: what two texts have in common speaks for both, up to here from where they differ.
    pub const LONGEST: usize = 64;

    /// The search for these words; without any it finds nothing. Of a very long word only the beginning is looked for.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let beginning = |word: &str| word.get(..Self::LONGEST).unwrap_or(word).to_ascii_lowercase();
        let mut words: Vec<String> = words.into_iter().map(beginning).collect();
        words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let mut needed: Vec<String> = Vec::new();
        for word in words {
            // What holds a shorter word is found by that.
            if !needed.iter().any(|shorter| word.contains(shorter)) {
                needed.push(word);
            }
        }
        if needed.is_empty() {
            return Self(None);
        }
        let alternatives: Vec<String> = needed.iter().map(|word| regex::escape(word)).collect();
        // Escaped words always make a pattern; `.` would find every file, so that nothing is lost.
        Self(Regex::new(&alternatives.join("|")).or_else(|_| Regex::new("")).ok())
    }

    /// Whether one of the words is there.
    pub fn is_in(&self, text: &Lowered) -> bool {
        self.is_within(text, 0..text.0.len())
    }

    /// Whether one of the words is in this part of the text.
    pub fn is_within(&self, text: &Lowered, part: Range<usize>) -> bool {
        self.0.as_ref().is_some_and(|pattern| text.0.get(part).is_some_and(|part| pattern.is_match(part)))
    }
}

/// Whether what stands in `range` of a text is not a part of a longer word.
pub(crate) fn is_whole_word(text: &str, range: Range<usize>) -> bool {
    let is_part = |at: Option<usize>| {
        at.and_then(|at| text.as_bytes().get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    !is_part(range.start.checked_sub(1)) && !is_part(Some(range.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case() {
        let any = AnyWord::new(["Secret", "jwt", "client_secret"]);
        assert!(any.is_in(&Lowered::of(b"let x = CLIENT_SECRET;")) && any.is_in(&Lowered::of(b"JwtAuth")));
        assert!(!any.is_in(&Lowered::of(b"sec ret, jw t")));
        assert!(!AnyWord::new([]).is_in(&Lowered::of(b"anything")));
    }
}

//! The cheap look at a file's bytes before anything is read: is any of these words in it, in any case?

use std::collections::{BTreeMap, BTreeSet};
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
pub struct AnyWord {
    /// Searches for parts of the words, of which a text without any of the words most often holds none; none where the
    /// words are few.
    hints: Vec<Regex>,
    words: Option<Regex>,
}

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
        let hints = hints(&needed);
        Self {
            hints: hints.chunks(FAST).filter_map(any_of).collect(),
            words: (!needed.is_empty()).then(|| any_of(&needed)).flatten(),
        }
    }

    /// Whether one of the words is there.
    pub fn is_in(&self, text: &Lowered) -> bool {
        self.is_within(text, 0..text.0.len())
    }

    /// Whether one of the words is in this part of the text.
    pub fn is_within(&self, text: &Lowered, part: Range<usize>) -> bool {
        let (Some(words), Some(part)) = (&self.words, text.0.get(part)) else { return false };
        (self.hints.is_empty() || self.hints.iter().any(|hint| hint.is_match(part))) && words.is_match(part)
    }
}

/// So many words are looked for at once with little to be looked at twice.
const FAST: usize = 16;

/// The search for any of these words.
fn any_of<W: AsRef<str>>(words: &[W]) -> Option<Regex> {
    let alternatives: Vec<String> = words.iter().map(|word| regex::escape(word.as_ref())).collect();
    // Escaped words always make a pattern; one that fits everywhere finds every file, so that nothing is lost.
    Regex::new(&alternatives.join("|")).or_else(|_| Regex::new("")).ok()
}

/// Parts of words of which each word holds one, as few and as rare in code as can be, the shortest first; none if the
/// words are so few that nothing is won, or so many that it takes long.
fn hints(words: &[String]) -> Vec<&str> {
    const MANY: usize = 128;
    /// As many letters are compared at once.
    const LENGTH: usize = 5;
    /// To look for one more costs as much as to find one so many times more often.
    const EACH: f64 = 0.2;
    /// A short piece of a name is so many times as common as its letters by chance.
    const MANY_TIMES: f64 = 1000.0;
    const SHORT: usize = 5;
    if !(FAST + 1..=MANY).contains(&words.len()) {
        return Vec::new();
    }
    let mut holders: BTreeMap<&str, u128> = BTreeMap::new();
    for (number, word) in words.iter().enumerate() {
        let length = LENGTH.min(word.len());
        for part in (0..=word.len() - length).filter_map(|at| word.get(at..at + length)) {
            *holders.entry(part).or_default() |= 1 << number;
        }
    }
    // `from`, `new_`: the short pieces of names stand everywhere.
    let pieces: BTreeSet<&str> =
        words.iter().flat_map(|word| word.split('_')).filter(|piece| piece.len() <= SHORT).collect();
    let is_of_piece = |part: &str| pieces.iter().any(|piece| piece.contains(part.trim_matches('_')));
    let cost = |part: &str| EACH + share(part) * if is_of_piece(part) { MANY_TIMES } else { 1.0 };
    let parts: Vec<(&str, u128, f64)> = holders.into_iter().map(|(part, of)| (part, of, cost(part))).collect();
    let mut left = (0..words.len()).fold(0_u128, |left, number| left | 1 << number);
    let mut hints = Vec::new();
    while left != 0 {
        let worth = |(_, holders, cost): &(&str, u128, f64)| f64::from((holders & left).count_ones()) / cost;
        let best = parts.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)));
        // A word of longer letters than are compared has no part.
        let Some((hint, found, _)) = best.filter(|(_, found, _)| found & left != 0) else { return Vec::new() };
        left &= !found;
        hints.push(*hint);
    }
    hints.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    hints
}

/// How many times some letters stand by chance in a million bytes of code.
fn share(part: &str) -> f64 {
    /// The commonest bytes of code, the first making about a tenth of it.
    const COMMON: &[u8] = b"e_tsroinalcdumpfghbyv";
    let share = |byte: u8| match COMMON.iter().position(|&common| common == byte) {
        Some(rank) => 0.1 - 0.0045 * rank as f64,
        None => 0.005,
    };
    1e6 * part.bytes().map(share).product::<f64>()
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

    #[test]
    fn many_words_are_found_like_few() {
        let words: Vec<String> = (0..60).map(|number| format!("from_{number}_{}", number * 7919)).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.extend(["jwt", "k", "übergröße", "\u{1f511}\u{1f511}"]);
        for some in [&words[..], &words[..words.len() - 1]] {
            let any = AnyWord::new(some.iter().copied());
            for word in some {
                assert!(any.is_in(&Lowered::of(format!("a{}b", word.to_uppercase()).as_bytes())) || !word.is_ascii());
                assert!(any.is_in(&Lowered::of(format!("a{word}b").as_bytes())), "{word}");
            }
            assert!(!any.is_in(&Lowered::of(b"from_, from_1_, jw t, s")), "{some:?}");
        }
        assert!(!AnyWord::new(words[..60].iter().copied()).hints.is_empty(), "they are many");
    }

    #[test]
    fn hints_are_rare_parts_of_all_words() {
        let words = ["from_rsa_pem", "from_ec_pem", "kty", "es256key", "hs256key"].map(str::to_owned);
        let many: Vec<String> = words.iter().cloned().chain((10..30).map(|n| format!("{n}zz{n}"))).collect();
        let found = hints(&many);
        assert!(hints(&words).is_empty() && found.len() < many.len(), "{found:?}");
        assert!(many.iter().all(|word| found.iter().any(|hint| word.contains(hint))), "{found:?}");
    }
}

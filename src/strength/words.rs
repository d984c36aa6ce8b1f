//! The words of `rules/strength/`, as plain lists: a program that only judges its secret needs no parser for them.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that add nothing to a secret.
pub(crate) static COMMON: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words(include_str!("../../rules/strength/common-words.txt")).collect());

/// Words that hold sentences together, of each language by themselves.
pub(super) static FUNCTION: LazyLock<Vec<HashSet<&str>>> = LazyLock::new(|| {
    let lines = include_str!("../../rules/strength/function-words.txt").lines();
    lines.filter(|line| !line.starts_with('#')).map(|line| line.split_whitespace().collect()).collect()
});

/// Whether a word, in lower case, is one of those that hold sentences together.
#[cfg(feature = "scanner")]
pub(crate) fn holds_sentences(word: &str) -> bool {
    FUNCTION.iter().any(|language| language.contains(word))
}

/// Without separators: "put yours here".
pub(super) static PLACEHOLDER_PHRASES: LazyLock<Vec<&str>> =
    LazyLock::new(|| words(include_str!("../../rules/strength/placeholder-phrases.txt")).collect());

/// By themselves: "put yours here".
pub(super) static PLACEHOLDER_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words(include_str!("../../rules/strength/placeholder-words.txt")).collect());

/// What the strict profile allows nowhere.
pub(super) static STRICT: LazyLock<Vec<&str>> =
    LazyLock::new(|| words(include_str!("../../rules/strength/strict-words.txt")).collect());

/// What stands between white space, comment lines left out.
fn words(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_there_and_in_lower_case() {
        assert!(COMMON.len() > 150 && PLACEHOLDER_PHRASES.len() > 50 && PLACEHOLDER_WORDS.len() > 10);
        assert_eq!((STRICT.len(), FUNCTION.len()), (13, 5));
        let function = FUNCTION.iter().flatten();
        let all = COMMON
            .iter()
            .chain(function)
            .chain(PLACEHOLDER_PHRASES.iter())
            .chain(PLACEHOLDER_WORDS.iter())
            .chain(STRICT.iter());
        for word in all {
            assert_eq!(*word, word.to_lowercase());
        }
    }
}

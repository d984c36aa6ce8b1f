//! Texts that ask to be replaced.

use super::words::{PLACEHOLDER_PHRASES, PLACEHOLDER_WORDS};

/// Whether the text reads like "put yours here".
pub(crate) fn is_placeholder(text: &str) -> bool {
    let folded = fold(text);
    let bare = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '`'));
    let only_marks =
        !bare.is_empty() && bare.chars().all(|c| matches!(c, '*' | '.' | '-' | '_' | 'x' | 'X' | '?' | '#' | '…'));
    only_marks
        || (bare.starts_with('<') && bare.ends_with('>'))
        || PLACEHOLDER_PHRASES.iter().any(|phrase| folded.contains(phrase))
        || words_of(text).any(|word| PLACEHOLDER_WORDS.contains(word.to_lowercase().as_str()))
}

/// The words of a text: split where neither letter nor digit stands, and where a capital follows a small letter.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(|part| {
        let mut starts = vec![0];
        let mut small = false;
        for (at, c) in part.char_indices() {
            if c.is_uppercase() && small {
                starts.push(at);
            }
            small = c.is_lowercase();
        }
        starts.push(part.len());
        let words: Vec<&str> = starts.windows(2).filter_map(|pair| part.get(pair[0]..pair[1])).collect();
        words
    })
}

/// A text in lower case, letters and digits only.
pub(crate) fn fold(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

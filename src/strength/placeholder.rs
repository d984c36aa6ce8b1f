//! Texts that ask to be replaced.

use super::words::{COMMON, FUNCTION, PLACEHOLDER_PHRASES, PLACEHOLDER_WORDS};

/// Whether the text reads like "put yours here".
pub(crate) fn is_placeholder(text: &str) -> bool {
    let folded = fold(text);
    let bare = text.trim_matches(|c: char| matches!(c, '"' | '\'' | '`'));
    let only_marks =
        !bare.is_empty() && bare.chars().all(|c| matches!(c, '*' | '.' | '-' | '_' | 'x' | 'X' | '?' | '#' | '…'));
    only_marks
        || (bare.starts_with('<') && bare.ends_with('>'))
        || (PLACEHOLDER_PHRASES.iter().any(|phrase| folded.contains(phrase))
            || words_of(text).any(|word| PLACEHOLDER_WORDS.contains(word.to_lowercase().as_str())))
            && !is_drawn(text)
}

/// Whether words were drawn at random, which may be any words: at least five say something of no secret, and hardly one
/// holds them together.
fn is_drawn(text: &str) -> bool {
    const ENOUGH: usize = 5;
    let (mut saying, mut holding) = (0, 0);
    for word in words_of(text).map(str::to_lowercase).filter(|word| !word.is_empty()) {
        let word = word.as_str();
        if FUNCTION.iter().any(|language| language.contains(word)) {
            holding += 1;
        } else if word.len() > 2
            && word.chars().all(char::is_alphabetic)
            && !COMMON.contains(word)
            && !PLACEHOLDER_WORDS.contains(word)
        {
            saying += 1;
        }
    }
    saying >= ENOUGH && holding <= 1
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_drawn_at_random_may_be_any_words() {
        for text in [
            "lantern-orchard-change-gravel-tundra-velvet",
            "filling orchard gravel tundra velvet mosaic",
            "LanternResampleGravelTundraVelvetMosaic",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
        for text in [
            "change-me-before-going-live-on-the-cluster",
            "your-very-long-and-complicated-passphrase-for-signing-json-web-tokens",
            "replace with output of openssl rand hex",
            "example-orchard-secret-key",
            "ReplaceThisWithALongRandomStringFromYourPasswordManager",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }
}

//! How hard a key is to guess: its length against what its algorithm asks for, and whether
//! anything is left of it without common words and patterns.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use super::words::{COMMON, FUNCTION};
use super::{Algorithm, Encoding, decode};

/// What a key needs where no algorithm is in sight: that of HS256, the most common.
const MINIMUM_KEY_BYTES: usize = 32;

/// With fewer characters than this besides common words, a key is guessed.
const MINIMUM_REST: usize = 8;

/// Why a key is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Shorter than RFC 7518 §3.2 asks for.
    Short {
        /// How long it is, decoded.
        bytes: usize,
        /// What it is used with, as far as is known.
        algorithm: Option<Algorithm>,
    },
    /// Little is left without common words.
    CommonWords,
    /// It reads like a sentence, and is too short for one.
    Sentence,
    /// A few characters, or one part over and over.
    Repeated,
    /// It counts up or down.
    Sequential,
    /// Neighbours on a keyboard.
    Keyboard,
    /// Little is left without what the project is called.
    ProjectName,
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { bytes, algorithm } => {
                let plural = if *bytes == 1 { "" } else { "s" };
                let minimum = minimum(*algorithm);
                let name = match algorithm {
                    Some(Algorithm::Hs384) => "HS384",
                    Some(Algorithm::Hs512) => "HS512",
                    Some(Algorithm::Hs256) => "HS256",
                    None => "even HS256",
                };
                write!(f, "{bytes} byte{plural}; {name} asks for {minimum} (RFC 7518 §3.2)")
            }
            Self::CommonWords => f.write_str("little is left of it without common words"),
            Self::Sentence => f.write_str("it reads like a sentence, whose words follow from each other"),
            Self::Repeated => f.write_str("one part of it, repeated, is all there is"),
            Self::Sequential => f.write_str("it counts up or down"),
            Self::Keyboard => f.write_str("neighbours on a keyboard"),
            Self::ProjectName => f.write_str("little is left of it without the name of the project"),
        }
    }
}

fn minimum(algorithm: Option<Algorithm>) -> usize {
    algorithm.map_or(MINIMUM_KEY_BYTES, Algorithm::minimum_key_bytes)
}

/// Why `value`, once decoded, is a weak key; `None` if it is a strong one.
pub fn weakness(value: &[u8], encodings: &[Encoding], algorithm: Option<Algorithm>) -> Option<Weakness> {
    let key = key_bytes(value, encodings);
    let hidden = hidden_text(value);
    let texts = || [Some(value), Some(&key.bytes), hidden.as_deref()].into_iter().flatten();
    let encoded = decode::base64(value).filter(|bytes| bytes.len() >= 16);
    if let Some(pattern) = texts().chain(encoded.as_deref()).find_map(pattern) {
        return Some(pattern);
    }
    if key.has_this_length && key.bytes.len() < minimum(algorithm) {
        return Some(Weakness::Short { bytes: key.bytes.len(), algorithm });
    }
    if texts().any(is_common) {
        return Some(Weakness::CommonWords);
    }
    texts().any(is_sentence).then_some(Weakness::Sentence)
}

/// The text that a value is written for in base64 or hexadecimal, whether or not it is decoded before it is used.
/// Random bytes are no text.
fn hidden_text(value: &[u8]) -> Option<Vec<u8>> {
    const SHORTEST: usize = 12;
    let is_text = |bytes: &Vec<u8>| bytes.len() >= SHORTEST && bytes.iter().all(|byte| (b' '..=b'~').contains(byte));
    decode::hex(value).filter(is_text).or_else(|| decode::base64(value).filter(is_text))
}

/// Whether little is left of `value`, or of what it decodes to, without common words and what the project is called.
pub fn is_named_for(value: &[u8], encodings: &[Encoding], names: &[&str]) -> bool {
    /// Shorter parts of names stand in words by chance.
    const SHORTEST: usize = 4;
    let is_part = |part: &str| part.len() >= SHORTEST && !COMMON.contains(part);
    let mut parts: Vec<String> = Vec::new();
    for name in names.iter().map(|name| name.to_lowercase()) {
        let words = name.split(|c: char| !c.is_alphanumeric());
        parts.extend(words.clone().map(str::to_owned).chain([words.collect()]).filter(|part| is_part(part)));
    }
    if parts.is_empty() {
        return false;
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let is_named = |bytes: &[u8]| {
        let Ok(text) = std::str::from_utf8(bytes) else { return false };
        let lower = text.to_lowercase();
        if !parts.iter().any(|part| lower.contains(part.as_str())) {
            return false;
        }
        let without = parts.iter().fold(lower.clone(), |text, part| text.replace(part.as_str(), " "));
        let letters_and_digits = lower.chars().filter(|c| c.is_alphanumeric()).count();
        let left = rest(&without);
        left < MINIMUM_REST.max(letters_and_digits / 3) && left < rest(&lower)
    };
    is_named(value) || !encodings.is_empty() && is_named(&key_bytes(value, encodings).bytes)
}

struct Key {
    bytes: Vec<u8>,
    /// A digest hides the length of what goes in; the rest is shown by it unchanged.
    has_this_length: bool,
}

fn key_bytes(value: &[u8], encodings: &[Encoding]) -> Key {
    let mut key = Key { bytes: value.to_vec(), has_this_length: true };
    for &encoding in encodings {
        if encoding == Encoding::Digest {
            key.has_this_length = false;
            break;
        }
        match decode::decode(encoding, &key.bytes) {
            Some(bytes) => key.bytes = bytes,
            None => break,
        }
    }
    key
}

/// Few different bytes, one part over and over, or mostly neighbours: in the alphabet, or on a keyboard.
fn pattern(bytes: &[u8]) -> Option<Weakness> {
    const ROWS: [&[u8]; 7] = [
        b"1234567890",
        b"qwertyuiop",
        b"asdfghjkl",
        b"zxcvbnm",
        b"qwertzuiop",
        b"azertyuiop",
        b"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
    ];
    if bytes.len() < 4 {
        return None;
    }
    let mut seen = [false; 256];
    bytes.iter().for_each(|&byte| seen[usize::from(byte)] = true);
    let different = seen.iter().filter(|&&seen| seen).count();
    let mostly = |is_step: &dyn Fn(u8, u8) -> bool| {
        let steps = bytes.windows(2).filter(|pair| is_step(pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()));
        steps.count() * 10 >= (bytes.len() - 1) * 7
    };
    let beside = |one: u8, other: u8| {
        let in_row = |row: &&[u8]| row.windows(2).any(|pair| pair == [one, other] || pair == [other, one]);
        ROWS.iter().any(in_row)
    };
    if different <= 3 || repeats(bytes) || repeats(without_end(bytes)) {
        Some(Weakness::Repeated)
    } else if mostly(&|one, other| one.abs_diff(other) <= 1) {
        Some(Weakness::Sequential)
    } else {
        mostly(&beside).then_some(Weakness::Keyboard)
    }
}

/// What stands before the digits and signs at the end, if that is nearly everything.
fn without_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(u8::is_ascii_alphabetic).map_or(0, |at| at + 1);
    if end * 4 >= bytes.len() * 3 { &bytes[..end] } else { bytes }
}

/// Whether a part of at most half the length, repeated, makes the whole.
fn repeats(bytes: &[u8]) -> bool {
    let mut border = vec![0usize; bytes.len()];
    for at in 1..bytes.len() {
        let mut length = border[at - 1];
        while length > 0 && bytes[at] != bytes[length] {
            length = border[length - 1];
        }
        border[at] = if bytes[at] == bytes[length] { length + 1 } else { 0 };
    }
    border.last().is_some_and(|&longest| (bytes.len() - longest) * 2 <= bytes.len())
}

/// Whether common words and counted digits are nearly all there is.
fn is_common(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let letters_and_digits = text.chars().filter(|c| c.is_alphanumeric()).count();
    let is_little = |rest: usize| rest < MINIMUM_REST.max(letters_and_digits / 3);
    is_little(rest(text)) || is_little(rest(&with_letters(text)))
}

/// Whether words are held together as in a sentence, and are too few for one. Words that are drawn at random are worth
/// about 13 bits each; of those that follow from each other, one that says something is worth 8, and the others 2. A
/// sentence has to be worth more than can be tried.
fn is_sentence(bytes: &[u8]) -> bool {
    /// In bits.
    const ENOUGH: usize = 80;
    const FEWEST: usize = 3;
    /// A sentence that is worth enough is no longer.
    const LONGEST: usize = 400;
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST) else { return false };
    if text.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && !"-_.,;:!?'’".contains(c)) {
        return false;
    }
    let words: Vec<String> = words(text).map(str::to_lowercase).collect();
    let plain = words.iter().filter(|word| word.chars().all(char::is_alphabetic)).count();
    let of = |language: &HashSet<&str>| words.iter().filter(|word| language.contains(word.as_str())).count();
    let holding = FUNCTION.iter().map(of).max().unwrap_or(0);
    let is_held = holding >= FEWEST && holding * 3 >= words.len() && plain * 5 >= words.len() * 4;
    is_held && (words.len() - holding) * 8 + holding * 2 < ENOUGH
}

/// Words between signs, and those that begin with a capital within: `ThePearTree`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(|part| {
        let mut rest = part;
        std::iter::from_fn(move || {
            let begins = |(one, other): (char, char)| {
                one.is_lowercase() && other.is_uppercase() || one.is_numeric() != other.is_numeric()
            };
            let pairs = rest.char_indices().zip(rest.char_indices().skip(1));
            let end = pairs.clone().find(|((_, one), (_, other))| begins((*one, *other)));
            let end = end.map_or(rest.len(), |(_, (at, _))| at);
            let (word, after) = rest.split_at(end);
            rest = after;
            (!word.is_empty()).then_some(word)
        })
    })
}

/// `password` for `P@ssw0rd`.
fn with_letters(text: &str) -> String {
    let letter = |sign: char| match sign {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '$' | '5' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// How many letters and digits are left without common words and counted digits.
pub(crate) fn rest(text: &str) -> usize {
    let of = |run: &str| if run.starts_with(char::is_numeric) { rest_of_digits(run) } else { rest_of_letters(run) };
    runs(&without_dates(&text.to_lowercase())).map(of).sum()
}

/// The text without dates such as `2024-01-31` and `20240131`.
fn without_dates(text: &str) -> Cow<'_, str> {
    if !text.contains("19") && !text.contains("20") {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let length = date(&text.as_bytes()[at..]).unwrap_or(0);
        kept.push(if length > 0 { ' ' } else { c });
        at += length.max(c.len_utf8());
    }
    Cow::Owned(kept)
}

/// The length of the date that a text begins with: year, month and day.
fn date(text: &[u8]) -> Option<usize> {
    let number = |at: usize, length: usize| -> Option<u32> {
        let digits = text.get(at..at + length)?;
        std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_digit))?.parse().ok()
    };
    let separator = usize::from(text.get(4).is_some_and(|byte| b"-/._".contains(byte)));
    let (month, day) = (4 + separator, 6 + 2 * separator);
    let is_separated = separator == 0 || text.get(day - 1) == text.get(4);
    let fits = (1900..2100).contains(&number(0, 4)?)
        && (1..=12).contains(&number(month, 2)?)
        && (1..=31).contains(&number(day, 2)?);
    (is_separated && fits).then_some(day + 2)
}

/// Runs of letters and runs of digits.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(|part| {
        let digits = part.find(char::is_numeric).unwrap_or(part.len());
        let mut pieces = vec![&part[..digits]];
        let mut rest = &part[digits..];
        while let Some(first) = rest.chars().next() {
            let end = rest.find(|c: char| c.is_numeric() != first.is_numeric()).unwrap_or(rest.len());
            pieces.push(&rest[..end]);
            rest = &rest[end..];
        }
        pieces.into_iter().filter(|piece| !piece.is_empty())
    })
}

/// Years, key sizes, and digits that count or repeat add nothing.
fn rest_of_digits(run: &str) -> usize {
    const NUMBERS: [&str; 6] = ["32", "64", "128", "256", "384", "512"];
    let length = run.chars().count();
    let counted = length > 1 && run.as_bytes().windows(2).all(|pair| pair[0].abs_diff(pair[1]) <= 1);
    let year = length == 4 && (run.starts_with("19") || run.starts_with("20"));
    if counted || year || NUMBERS.contains(&run) || run == "1234567890" { 0 } else { length }
}

/// The letters of a run that belong to no common word; the longest word at each place is taken out.
/// Words of one or two letters count only by themselves: any random text is full of them.
fn rest_of_letters(run: &str) -> usize {
    const LONGEST: usize = 16;
    if COMMON.contains(run) {
        return 0;
    }
    let mut rest = 0;
    let mut at = 0;
    while let Some(c) = run[at..].chars().next() {
        let longest = run.len().min(at + LONGEST);
        let word = (at + 3..=longest).rev().find(|&end| run.get(at..end).is_some_and(|word| COMMON.contains(word)));
        at = word.unwrap_or_else(|| {
            rest += 1;
            at + c.len_utf8()
        });
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 characters that no list knows.
    fn invented_key() -> &'static str {
        "q7Vr2mXw9cTz4LbN8sKd3HfJ6yPg5RaE1uWoZi0Q"
    }

    #[test]
    fn the_length_counts_after_decoding() {
        let key = invented_key();
        assert_eq!(weakness(key.as_bytes(), &[], None), None);
        let hex = decode::to_hex(&key.as_bytes()[..16]);
        assert_eq!(weakness(hex.as_bytes(), &[], None), None, "32 digits used raw are 32 bytes");
        assert_eq!(
            weakness(hex.as_bytes(), &[Encoding::Hex], None),
            Some(Weakness::Short { bytes: 16, algorithm: None }),
            "decoded they are 16"
        );
        assert_eq!(weakness(b"k7#Qz!m2", &[Encoding::Digest], None), Some(Weakness::CommonWords));
        assert_eq!(weakness(&key.as_bytes()[..24], &[Encoding::Digest], None), None, "a digest has the length it has");
    }

    #[test]
    fn each_algorithm_has_its_minimum() {
        let key = invented_key();
        assert_eq!(weakness(key.as_bytes(), &[], Some(Algorithm::Hs256)), None);
        let short = weakness(key.as_bytes(), &[], Some(Algorithm::Hs512)).map(|weakness| weakness.to_string());
        assert_eq!(short.as_deref(), Some("40 bytes; HS512 asks for 64 (RFC 7518 §3.2)"));
    }

    #[test]
    fn common_words_are_worth_nothing() {
        for value in [
            "this-is-my-super-secret-jwt-signing-key-2024",
            "MySuperSecretKeyForJwtTokenAuthentication123456",
            "development-secret-key-do-not-use-in-production",
            "secretsecretpasswordpasswordadminadminkey",
            "My-P@ssw0rd-1s-My-S3cr3t-K3y-F0r-7h3-53rv3r",
            "mysupersecretjwtkeythatnobodyknows",
            "monkeydragonfootballsunshinemaster",
            "correct horse battery staple the quick brown fox",
            "2024-01-15-2023-12-31-2022-05-05-2021-06-07",
            "key-20240115-20231231-20220505-20210607",
            // The same in base64 and in hexadecimal.
            "dGhpcy1pcy1teS1zdXBlci1zZWNyZXQtand0LXNpZ25pbmcta2V5",
            "6d792d73757065722d7365637265742d6a77742d6b65792d666f722d70726f64",
        ] {
            assert_eq!(weakness(value.as_bytes(), &[], None), Some(Weakness::CommonWords), "{value}");
        }
        assert_eq!(weakness(b"nine-hares-cross-a-frozen-lake-at-dusk", &[], None), None);
    }

    #[test]
    fn a_sentence_is_guessed_word_by_word() {
        for value in [
            "pear-tree-in-winter-over-a-frozen-lake",
            "the plums are on the table, and the pears are not",
            "ThePearTreesAreInBloomThisWinter",
            "WHAT_WE_HAVE_PLANTED_WILL_STILL_BE_THERE",
            "die birnen liegen auf dem tisch und die pflaumen nicht",
            // In base64.
            "cGVhciB0cmVlcyBhcmUgaW4gYmxvb20gYW5kIHNvIGFyZSB0aGUgcGx1bXM=",
        ] {
            assert_eq!(weakness(value.as_bytes(), &[], None), Some(Weakness::Sentence), "{value}");
        }
        for value in [
            // Drawn.
            "lantern orchard gravel tundra velvet mosaic",
            "until-orchard-gravel-tundra-velvet-mosaic-over-pickle",
            "LanternOrchardGravelTundraVelvetMosaic",
            // Long enough for a sentence.
            "nine hares cross a frozen lake at dusk while the old miller counts pears by lantern light in his crooked barn",
            "a-i-7Vr2mXw9-the-cTz4LbN8sKd3HfJ6yPg5RaE",
            invented_key(),
        ] {
            assert_eq!(weakness(value.as_bytes(), &[], None), None, "{value}");
        }
    }

    #[test]
    fn the_name_of_the_project_is_worth_nothing() {
        let names = ["@garden/pear-orchard"];
        for value in ["pear-orchard-secret", "PearOrchardJwtSecretKey2024", "orchard123", "gardenpearorchardsecret"] {
            assert!(is_named_for(value.as_bytes(), &[], &names), "{value}");
            let encoded = decode::to_base64(value.as_bytes(), false);
            assert!(is_named_for(encoded.as_bytes(), &[Encoding::Base64], &names), "{value}");
        }
        for value in [invented_key(), "orchard-q7Vr2mXw9cTz4LbN8sKd3HfJ6yPg5RaE", "super-secret", "pear-tree-in-winter"]
        {
            assert!(!is_named_for(value.as_bytes(), &[], &names), "{value}");
        }
        assert!(!is_named_for(b"my-secret-app-key", &[], &["app", "secret"]), "common words are no names");
    }

    #[test]
    fn patterns_are_no_keys() {
        for (value, weakness_of_it) in [
            ("abcabcabcabcabcabcabcabcabcabcabcabc", Weakness::Repeated),
            ("0123456789abcdef0123456789abcdef", Weakness::Repeated),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Weakness::Repeated),
            ("abcdefghijklmnopqrstuvwxyz0123456789", Weakness::Sequential),
            ("98765432109876543210ABCDEFGHIJKLMNOP", Weakness::Sequential),
            ("qwertyuiopasdfghjklzxcvbnmQWERTYUIOP", Weakness::Keyboard),
            ("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol", Weakness::Keyboard),
            ("qwertyuiopasdfghjklzxcvbnm1234567890", Weakness::Keyboard),
            ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", Weakness::Sequential),
            ("11223344556677889900112233445566", Weakness::Sequential),
            ("P@ssw0rdP@ssw0rdP@ssw0rdP@ssw0rd1", Weakness::Repeated),
            ("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", Weakness::Repeated),
        ] {
            assert_eq!(weakness(value.as_bytes(), &[], None), Some(weakness_of_it), "{value}");
        }
        assert_eq!(weakness(&[0; 32], &[], None), Some(Weakness::Repeated));
    }
}

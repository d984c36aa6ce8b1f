//! Texts that nobody wrote by hand.
//!
//! In words, a capital begins a word and digits stand at its end; in what a generator gives, capitals, small letters and
//! digits take turns all the time.

use std::ops::Range;

/// No shorter text is looked at.
const SHORTEST: usize = 16;

/// So many hexadecimal digits are a key or a hash.
const HEX: usize = 32;

/// The parts of a text that look random.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for run in text.split_inclusive(|c: char| !is_digit(c)) {
        let digits = run.trim_end_matches(|c: char| !is_digit(c));
        // Signs at the front belong to the text around it: `--flag`.
        let random = digits.trim_start_matches(['-', '/', '+', '_']);
        if is_random(random) {
            let from = start + digits.len() - random.len();
            found.push(from..from + random.len());
        }
        start += run.len();
    }
    found
}

/// A digit of base64, in either of its alphabets.
fn is_digit(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-')
}

/// Whether a run of digits looks random.
fn is_random(run: &str) -> bool {
    if run.len() < SHORTEST {
        return false;
    }
    let letters: Vec<u8> = run.bytes().filter(u8::is_ascii_alphanumeric).collect();
    if letters.len() < SHORTEST || is_uuid(run) {
        return false;
    }
    let has = |of: fn(&u8) -> bool| letters.iter().any(of);
    let is_hex = run.len() >= HEX && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
        return true;
    }
    let turns = letters.windows(2).filter(|pair| takes_turns(pair[0], pair[1])).count();
    // In percent: the longer a text, the less is left to chance.
    let least = match letters.len() {
        ..20 => 40,
        20..32 => 30,
        _ => 25,
    };
    turns * 100 >= letters.len() * least
}

/// Whether two neighbours are of different kinds; a capital before a small letter begins a word.
fn takes_turns(one: u8, other: u8) -> bool {
    one.is_ascii_digit() != other.is_ascii_digit() || one.is_ascii_lowercase() && other.is_ascii_uppercase()
}

/// `550e8400-e29b-41d4-a716-446655440000`: the name of something.
fn is_uuid(run: &str) -> bool {
    let groups: Vec<&str> = run.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_told_from_what_is_drawn() {
        for random in [
            "kV9x2LqTz7RmWb4YcN8sPd3HfJ6gAe1U",
            "Zq8Wn3Xv5Tb7Ym2Kc9Lp4Rd6Hs1Jg0Fa",
            "q7vr2mxw9ctz4lbn8skd3hfj6yp",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzQ9x1T2h",
        ] {
            assert_eq!(find(&format!("a=({random})")).first(), Some(&(3..3 + random.len())), "{random}");
        }
        for written in [
            "AccessTokenSecretKeyProviderFactoryBean",
            "src/link/rust/resolve/by_name/of_trait_v2.rs",
            "https://example.org/orchards/2024/pear-trees/index.html",
            "550e8400-e29b-41d4-a716-446655440000",
            "SymmetricSecurityKey(Encoding.UTF8.GetBytes",
            "x86_64-unknown-linux-gnu",
            "ChaCha20Poly1305",
            "HmacSha256WithRsaEncryption",
            "JWT_SECRET_ROTATION_2024_01_31",
            "JWT_SECRET=XAbC1d2",
            "------------------------------------",
            "123456789012345678901234567890",
        ] {
            assert!(find(written).is_empty(), "{written}");
        }
    }
}

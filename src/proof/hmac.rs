//! Tries secrets on tokens.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use hmac::{Hmac, KeyInit, Mac};
use rayon::prelude::*;
use sha2::{Sha256, Sha384, Sha512};

use crate::fact::Algorithm;
use crate::strength::decode;
use crate::token::{Signing, Token};

/// A token that is signed with a shared secret.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    algorithm: Algorithm,
    input: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    /// `None` for tokens that are signed otherwise.
    pub(super) fn of(token: &Token<'_>) -> Option<Self> {
        let Signing::Hmac(algorithm) = token.signing else { return None };
        Some(Self { algorithm, input: token.signing_input().to_vec(), signature: token.signature() })
    }

    /// How much work one try is: blocks that the hash reads.
    pub(super) fn blocks(&self) -> usize {
        self.input.len() / 64 + 5
    }
}

/// The keys that a text may stand for: as it is, trimmed, decoded from base64 (which some say in front) and hexadecimal;
/// and a text in base64, as clusters hold what is encoded already, without its line end, and decoded once more.
pub(super) fn forms(value: &[u8]) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let trimmed = value.trim_ascii();
    let encoded = trimmed.strip_prefix(b"base64:").unwrap_or(trimmed);
    let [base64, hex] = decoded(encoded);
    let text = base64.as_deref().map(<[u8]>::trim_ascii).filter(|text| text.iter().all(u8::is_ascii_graphic));
    let [once_more, digits] = text.map(decoded).unwrap_or_default();
    let line = base64.as_deref().filter(|bytes| bytes.last().is_some_and(u8::is_ascii_whitespace));
    let line = line.map(|bytes| bytes.trim_ascii().to_vec()).filter(|line| !line.is_empty());
    let inner = [line, once_more, digits].into_iter().flatten();
    [Some(Cow::Borrowed(value)), (trimmed.len() < value.len()).then_some(Cow::Borrowed(trimmed))]
        .into_iter()
        .chain([base64, hex].map(|key| key.map(Cow::Owned)))
        .flatten()
        .chain(inner.map(Cow::Owned))
}

/// What a text is the base64 and the hexadecimal form of.
fn decoded(text: &[u8]) -> [Option<Vec<u8>>; 2] {
    let kinds = Kinds::of(text);
    [
        kinds.may_be_base64.then(|| decode::base64(text).filter(|key| is_key(key))).flatten(),
        kinds.may_be_hex.then(|| decode::hex(text)).flatten(),
    ]
}

/// Whether somebody may have encoded these bytes: they say something, or there are as many as random keys have.
fn is_key(decoded: &[u8]) -> bool {
    const RANDOM: usize = 16;
    decoded.len() >= RANDOM || decoded.iter().all(|byte| (b' '..=b'~').contains(byte))
}

/// What a text may be an encoding of.
struct Kinds {
    may_be_base64: bool,
    may_be_hex: bool,
}

impl Kinds {
    fn of(text: &[u8]) -> Self {
        /// Shorter texts are no encoded keys.
        const SHORTEST: usize = 8;
        let (mut upper, mut lower, mut other, mut hex, mut base64) = (false, false, false, true, true);
        for byte in text {
            match byte {
                b'A'..=b'Z' => upper = true,
                b'a'..=b'z' => lower = true,
                b'0'..=b'9' | b'+' | b'/' | b'=' => other = true,
                b'-' | b'_' => {}
                byte if byte.is_ascii_whitespace() => {}
                _ => base64 = false,
            }
            hex &= byte.is_ascii_hexdigit() || *byte == b'x';
        }
        let is_long = text.len() >= SHORTEST;
        // A word in one case is a word, and words are what most strings are.
        let is_mixed = usize::from(upper) + usize::from(lower) + usize::from(other) >= 2;
        Self { may_be_base64: is_long && base64 && is_mixed, may_be_hex: is_long && hex }
    }
}

/// Texts that have been seen, by a hash of each: that two fall together is as good as impossible, and then only one is
/// tried.
#[derive(Debug, Default)]
pub(super) struct Seen(HashSet<u64, BuildHasherDefault<AsItIs>>);

impl Seen {
    /// Whether `text` is new.
    pub(super) fn insert(&mut self, text: &[u8]) -> bool {
        self.0.insert(digest(text))
    }
}

/// 64 well mixed bits of a text; fast, and the same in each run.
fn digest(text: &[u8]) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * u128::from(ODD);
        (product >> 64) as u64 ^ product as u64 ^ state.rotate_left(23)
    };
    let mut state = ODD ^ text.len() as u64;
    let mut words = text.chunks_exact(8);
    for word in &mut words {
        state = mix(state, word.try_into().map_or(0, u64::from_le_bytes));
    }
    let last = words.remainder().iter().fold(1, |last, &byte| last << 8 | u64::from(byte));
    mix(mix(state, last), ODD)
}

/// Hashes that need no hashing.
#[derive(Debug, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = digest(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// Keys to try, each once, and no more than so many.
#[derive(Debug, Default)]
pub(super) struct Keys {
    seen: Seen,
    list: Vec<Vec<u8>>,
    /// More were offered than there is room for.
    pub truncated: bool,
}

impl Keys {
    /// Adds all that `value` may stand for, as long as there are fewer than `most`.
    pub(super) fn add(&mut self, value: &[u8], most: usize) {
        forms(value).for_each(|key| self.add_key(key.into_owned(), most));
    }

    /// Adds a key as it is.
    pub(super) fn add_key(&mut self, key: Vec<u8>, most: usize) {
        if self.truncated || !self.seen.insert(&key) {
            return;
        }
        if self.list.len() >= most {
            self.truncated = true;
        } else {
            self.list.push(key);
        }
    }

    /// The keys, in the order in which they came.
    pub(super) fn list(&self) -> &[Vec<u8>] {
        &self.list
    }
}

/// The pairs, by their indices, of tokens and keys that fit, in the order of the keys.
pub(super) fn matches(keys: &[Vec<u8>], tokens: &[&Signed]) -> Vec<(usize, usize)> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let of = |algorithm| -> Vec<(usize, &Signed)> {
        tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| token.algorithm == algorithm)
            .map(|(at, token)| (at, *token))
            .collect()
    };
    let (hs256, hs384, hs512) = (of(Algorithm::Hs256), of(Algorithm::Hs384), of(Algorithm::Hs512));
    keys.par_iter()
        .enumerate()
        .with_min_len(256)
        .flat_map_iter(|(index, key)| {
            let mut fitting = fits::<Hmac<Sha256>>(key, &hs256);
            fitting.append(&mut fits::<Hmac<Sha384>>(key, &hs384));
            fitting.append(&mut fits::<Hmac<Sha512>>(key, &hs512));
            fitting.into_iter().map(move |token| (token, index))
        })
        .collect()
}

/// The tokens that verify under `key`.
fn fits<M: Mac + KeyInit + Clone>(key: &[u8], tokens: &[(usize, &Signed)]) -> Vec<usize> {
    if tokens.is_empty() {
        return Vec::new();
    }
    let Ok(keyed) = <M as KeyInit>::new_from_slice(key) else { return Vec::new() };
    let verifies = |token: &Signed| keyed.clone().chain_update(&token.input).verify_slice(&token.signature).is_ok();
    tokens.iter().filter(|(_, token)| verifies(token)).map(|(at, _)| *at).collect()
}

/// Signs as the tests' tokens are signed.
#[cfg(test)]
pub(super) fn sign(algorithm: Algorithm, key: &[u8], input: &[u8]) -> Vec<u8> {
    fn with<M: Mac + KeyInit>(key: &[u8], input: &[u8]) -> Vec<u8> {
        let keyed =
            <M as KeyInit>::new_from_slice(key).map(|mac| mac.chain_update(input).finalize().into_bytes().to_vec());
        keyed.unwrap_or_default()
    }
    match algorithm {
        Algorithm::Hs256 => with::<Hmac<Sha256>>(key, input),
        Algorithm::Hs384 => with::<Hmac<Sha384>>(key, input),
        Algorithm::Hs512 => with::<Hmac<Sha512>>(key, input),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_the_standard_verifies() {
        // RFC 7515 A.1, with its key.
        let input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                     cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let compact = format!("{input}.{}", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let token = Token::read(&compact).as_ref().and_then(Signed::of);
        let mut keys = Keys::default();
        keys.add(b"pear-tree", 9);
        keys.add(b"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", 9);
        let Some(token) = token else { panic!("it is a token") };
        let found = matches(keys.list(), &[&token]);
        assert_eq!(found.iter().map(|(token, key)| (*token, keys.list()[*key].len())).collect::<Vec<_>>(), [(0, 64)]);
    }

    #[test]
    fn each_algorithm_is_tried_in_every_form() {
        for algorithm in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
            let key = b"pear-tree-in-winter";
            let signature = sign(algorithm, key, b"a.b");
            let token = Signed { algorithm, input: b"a.b".to_vec(), signature };
            for form in [
                "pear-tree-in-winter".to_owned(),
                " pear-tree-in-winter\n".to_owned(),
                decode::to_base64(key, false),
                decode::to_base64(key, true),
                decode::to_hex(key),
                decode::to_hex(key).to_uppercase(),
                decode::to_base64(b"pear-tree-in-winter\n", false),
                decode::to_base64(decode::to_hex(key).as_bytes(), false),
                decode::to_base64(format!("{}\n", decode::to_base64(key, false)).as_bytes(), false),
            ] {
                let mut keys = Keys::default();
                keys.add(form.as_bytes(), 10);
                assert_eq!(matches(keys.list(), &[&token]).len(), 1, "{algorithm:?} {form}");
            }
            let mut keys = Keys::default();
            keys.add(b"pear-tree-in-winteR", 10);
            assert!(matches(keys.list(), &[&token]).is_empty());
        }
    }

    #[test]
    fn texts_are_told_apart() {
        let mut seen = Seen::default();
        let all = (0..50_000).map(|number| format!("{}{number}", "pear-tree-".repeat(number % 3)));
        assert_eq!(all.clone().filter(|text| seen.insert(text.as_bytes())).count(), 50_000);
        assert_eq!(all.filter(|text| seen.insert(text.as_bytes())).count(), 0);
        assert!(seen.insert(b"") && seen.insert(b"\0") && seen.insert(b"\0\0"));
    }

    #[test]
    fn no_more_keys_are_kept_than_asked_for() {
        let mut keys = Keys::default();
        (0..100).for_each(|number| keys.add(format!("k-{number}").as_bytes(), 50));
        assert_eq!((keys.list().len(), keys.truncated), (50, true));
    }
}

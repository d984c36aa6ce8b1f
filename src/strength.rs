//! Is this JWT secret good enough? The judgement of the linter, for a program to make of its own secret when it starts.
//!
//! ```
//! use jwtlint::strength::{self, Flaw, Policy};
//!
//! // In a service: `let secret = std::env::var("JWT_SECRET")?;`
//! let secret = "keyboard cat";
//! assert!(matches!(strength::check(secret), Err(Flaw::Published(_))), "everybody knows this one");
//!
//! let policy = Policy::strict();
//! assert!(policy.check("7w8Rz-mN2pQv5tBxLc9hJf3GdYa6Xe1WoUiPq4Zs0rM").is_ok());
//! let flaw = policy.check("pear-tree-in-winter").expect_err("short");
//! eprintln!("JWT_SECRET is not fit for use: {flaw}"); // tells what is wrong, never the value
//! ```
//!
//! A service needs nothing of the scanner for this:
//!
//! ```toml
//! [dependencies]
//! jwtlint = { version = "0.1", default-features = false }
//! ```
//!
//! What then remains depends on `sha2` alone; the words and the table of published secrets are built in.

pub(crate) mod decode;
pub(crate) mod measure;
pub(crate) mod placeholder;
pub mod published;
pub(crate) mod words;

use std::fmt;

pub use measure::Weakness;
pub use published::Published;

/// Characters that the strict profile asks for.
const STRICT_CHARACTERS: usize = 32;

/// What is asked of a secret.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "scanner", derive(clap::ValueEnum))]
pub enum Profile {
    /// Not published, no placeholder, long enough for its algorithm, and worth something without common words.
    #[default]
    Default,
    /// Besides that at least 32 characters, and none of a fixed list of words anywhere: `secret`, `password`, `key`,
    /// `test`, `dev`, `demo`, `example`, `default`, `changeme`, `admin`, `root`, `user`, `123456`.
    ///
    /// One in a few hundred random texts contains `key` or `dev` by chance, and is refused all the same.
    Strict,
}

/// What a secret is judged by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    profile: Profile,
    algorithm: Option<Algorithm>,
    encodings: Vec<Encoding>,
    projects: Vec<String>,
}

impl Policy {
    /// The policy of this profile, for a secret that is used as it is, with HS256.
    pub fn new(profile: Profile) -> Self {
        Self { profile, ..Self::default() }
    }

    /// The policy of the [strict profile](Profile::Strict).
    pub fn strict() -> Self {
        Self::new(Profile::Strict)
    }

    /// The same for another algorithm, which may ask for a longer secret.
    #[must_use]
    pub fn algorithm(self, algorithm: Algorithm) -> Self {
        Self { algorithm: Some(algorithm), ..self }
    }

    /// The same for a secret that is decoded before it is used: the length counts afterwards.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encodings.push(encoding);
        self
    }

    /// The same for a secret of a project that is called so: what is made of its name is guessed first.
    #[must_use]
    pub fn project(mut self, name: impl Into<String>) -> Self {
        self.projects.push(name.into());
        self
    }

    /// Judges a secret.
    ///
    /// # Errors
    ///
    /// The first flaw that is found; its text never holds the secret or a part of it.
    pub fn check(&self, secret: impl AsRef<[u8]>) -> Result<(), Flaw> {
        let secret = secret.as_ref();
        if secret.trim_ascii().is_empty() {
            return Err(Flaw::Empty);
        }
        if let Some(published) = published::look_up(secret) {
            return Err(Flaw::Published(published));
        }
        let text = std::str::from_utf8(secret).ok().map(str::trim);
        if text.is_some_and(placeholder::is_placeholder) {
            return Err(Flaw::Placeholder);
        }
        let projects: Vec<&str> = self.projects.iter().map(String::as_str).collect();
        if measure::is_named_for(secret, &self.encodings, &projects) {
            return Err(Flaw::Weak(Weakness::ProjectName));
        }
        if let Some(weakness) = measure::weakness(secret, &self.encodings, self.algorithm) {
            return Err(Flaw::Weak(weakness));
        }
        match self.profile {
            Profile::Default => Ok(()),
            Profile::Strict => strict(secret),
        }
    }
}

/// Judges a secret by the [default profile](Profile::Default).
///
/// # Errors
///
/// The first flaw that is found.
pub fn check(secret: impl AsRef<[u8]>) -> Result<(), Flaw> {
    Policy::default().check(secret)
}

/// What the strict profile asks for besides.
fn strict(secret: &[u8]) -> Result<(), Flaw> {
    let text = String::from_utf8_lossy(secret);
    let characters = text.chars().count();
    if characters < STRICT_CHARACTERS {
        return Err(Flaw::FewCharacters { characters });
    }
    if contains_strict_word(&text) {
        return Err(Flaw::ForbiddenWord);
    }
    Ok(())
}

/// Whether one of the words that the strict profile forbids stands anywhere.
pub(crate) fn contains_strict_word(text: &str) -> bool {
    let lower = text.to_lowercase();
    words::STRICT.iter().any(|word| lower.contains(word))
}

/// What is wrong with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// There is none.
    Empty,
    /// Everybody can look it up.
    Published(Published),
    /// It reads like "put yours here".
    Placeholder,
    /// It is easy to guess.
    Weak(Weakness),
    /// The strict profile asks for more characters.
    FewCharacters {
        /// How many there are.
        characters: usize,
    },
    /// The strict profile forbids a word in it.
    ForbiddenWord,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Published(published) => write!(f, "it is published: {}", published.origin()),
            Self::Placeholder => f.write_str("it reads like a placeholder"),
            Self::Weak(weakness) => write!(f, "it is weak: {weakness}"),
            Self::FewCharacters { characters } => {
                write!(f, "it has {characters} characters; the strict profile asks for {STRICT_CHARACTERS}")
            }
            Self::ForbiddenWord => f.write_str("it contains a word that the strict profile forbids"),
        }
    }
}

impl std::error::Error for Flaw {}

/// A hash of the JWS algorithms; `HS256` asks for 32 bytes of key (RFC 7518 §3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "scanner", derive(clap::ValueEnum))]
pub enum Algorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl Algorithm {
    /// The shortest key, in bytes, that RFC 7518 §3.2 allows.
    pub fn minimum_key_bytes(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }

    /// The algorithm that is called so in a token's header (RFC 7518 §3.1).
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "HS256" => Some(Self::Hs256),
            "HS384" => Some(Self::Hs384),
            "HS512" => Some(Self::Hs512),
            _ => None,
        }
    }

    /// The algorithm that `name` contains, whatever its spelling: `HS256`, `HmacSha512`.
    pub fn in_name(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        if !(lower.contains("hs") || lower.contains("hmac")) {
            return None;
        }
        [("256", Self::Hs256), ("384", Self::Hs384), ("512", Self::Hs512)]
            .into_iter()
            .find_map(|(size, algorithm)| lower.contains(size).then_some(algorithm))
    }
}

/// How text stands for key bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Standard or URL-safe base64, padded or not.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Base32.
    Base32,
    /// A digest or key derivation: constant in, constant out, but the length is that of its output.
    Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No list knows it, and no word is in it.
    const GOOD: &str = "7w8Rz-mN2pQv5tBxLc9hJf3GdYa6Xe1WoUiPq4Zs0rM";

    #[test]
    fn a_good_secret_passes_both_profiles() {
        assert_eq!(check(GOOD), Ok(()));
        assert_eq!(Policy::strict().check(GOOD), Ok(()));
    }

    #[test]
    fn each_flaw_is_told() {
        let told = |secret: &str| check(secret).map_err(|flaw| flaw.to_string()).expect_err("a flaw");
        assert_eq!(told(" "), "it is empty");
        assert_eq!(told("keyboard cat"), "it is published: the example of express-session, copied widely");
        assert_eq!(told("your-orchard-secret"), "it reads like a placeholder");
        assert_eq!(told("pear-tree-in-winter"), "it is weak: 19 bytes; even HS256 asks for 32 (RFC 7518 §3.2)");
    }

    #[test]
    fn the_strict_profile_asks_for_more() {
        let strict = Policy::strict();
        let with_word = format!("{GOOD}-DeV-{GOOD}");
        assert_eq!(check(&with_word), Ok(()));
        assert_eq!(strict.check(&with_word), Err(Flaw::ForbiddenWord));
        let few = "é7ü8ö-ñN2ç£v5tß£§é9hñf3";
        assert_eq!(check(few), Ok(()));
        assert_eq!(strict.check(few), Err(Flaw::FewCharacters { characters: few.chars().count() }));
    }

    #[test]
    fn the_algorithm_and_the_encoding_decide_the_length() {
        assert!(Policy::default().algorithm(Algorithm::Hs512).check(GOOD).is_err());
        let named = Policy::default().project("pear-orchard").check("pear-orchard-signing-secret-2024-key");
        assert_eq!(named, Err(Flaw::Weak(Weakness::ProjectName)));
        let hexadecimal = "9f86d081884c7d659a2feaa0c55ad015";
        assert_eq!(check(hexadecimal), Ok(()));
        assert!(Policy::default().encoding(Encoding::Hex).check(hexadecimal).is_err());
    }
}

//! `jwtlint generate`: a new secret, from the randomness of the operating system.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::discover::worktree::{Fate, fate};
use crate::strength::{Flaw, Policy, Weakness, decode};

/// What every algorithm's secret should have at least.
const ENOUGH_BITS: u32 = 256;

/// So often a secret is drawn; one in a few hundred holds a word by chance.
const DRAWS: usize = 1_000;

/// `jwtlint generate`.
#[derive(Debug, Args)]
pub struct Generate {
    /// How many bits of randomness; HS384 asks for 384, HS512 for 512
    #[arg(long, value_name = "N", default_value_t = ENOUGH_BITS, value_parser = clap::value_parser!(u32).range(64..=8192))]
    pub bits: u32,
    /// How the secret is written
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub encoding: Form,
    /// Write a line of an environment file: NAME=secret
    #[arg(long, value_name = "NAME", value_parser = variable_name)]
    pub env: Option<String>,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Hexadecimal digits.
    Hex,
    /// Standard base64, padded.
    Base64,
    /// Base64 for URLs, without padding: nothing in it needs quotes anywhere.
    #[default]
    Base64url,
}

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness: {0}")]
    Randomness(getrandom::Error),
    /// What it gives is no randomness.
    #[error("what the operating system gives does not look random")]
    NotRandom,
}

/// A new secret. With 256 bits or more it passes the strict profile.
///
/// # Errors
///
/// If the operating system gives no randomness.
pub fn secret(bits: u32, form: Form) -> Result<String, GenerateError> {
    let mut bytes = vec![0; usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX)];
    for _ in 0..DRAWS {
        getrandom::fill(&mut bytes).map_err(GenerateError::Randomness)?;
        let secret = write(&bytes, form);
        if is_fit(&secret, bits) {
            return Ok(secret);
        }
    }
    Err(GenerateError::NotRandom)
}

fn write(bytes: &[u8], form: Form) -> String {
    match form {
        Form::Hex => decode::to_hex(bytes),
        Form::Base64url => decode::to_base64(bytes, true),
        Form::Base64 => {
            let mut text = decode::to_base64(bytes, false);
            while !text.len().is_multiple_of(4) {
                text.push('=');
            }
            text
        }
    }
}

/// Whether nothing but its length, which was asked for, speaks against a secret.
fn is_fit(secret: &str, bits: u32) -> bool {
    match Policy::strict().check(secret) {
        Ok(()) => true,
        Err(Flaw::Weak(Weakness::Short { .. }) | Flaw::FewCharacters { .. }) => bits < ENOUGH_BITS,
        Err(_) => false,
    }
}

impl Generate {
    /// What is written: the secret, or a line of an environment file.
    ///
    /// # Errors
    ///
    /// If the operating system gives no randomness.
    pub fn line(&self) -> Result<String, GenerateError> {
        let secret = secret(self.bits, self.encoding)?;
        Ok(self.env.as_deref().map_or(secret.clone(), |name| format!("{name}={secret}")))
    }

    /// What a person should know before the secret is in use.
    pub fn warnings(&self) -> Vec<String> {
        let few = (self.bits < ENOUGH_BITS)
            .then(|| format!("{} bits are fewer than HS256 asks for ({ENOUGH_BITS})", self.bits));
        let seen = redirected_to().and_then(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match fate(&file) {
                Fate::Tracked => Some(format!(
                    "the secret goes into `{name}`, which git tracks: take the file out of the index (`git rm --cached`), ignore \
                     it, and make another secret if this one gets committed"
                )),
                Fate::Addable => {
                    Some(format!("the secret goes into `{name}`, which git does not ignore: name it in .gitignore"))
                }
                Fate::Unseen => None,
            }
        });
        few.into_iter().chain(seen).collect()
    }
}

/// The file that standard output goes to.
#[cfg(target_os = "linux")]
fn redirected_to() -> Option<PathBuf> {
    let file = std::fs::read_link("/proc/self/fd/1").ok()?;
    file.metadata().is_ok_and(|metadata| metadata.is_file()).then_some(file)
}

/// The file that standard output goes to, which this system does not tell.
#[cfg(not(target_os = "linux"))]
fn redirected_to() -> Option<PathBuf> {
    None
}

/// Writes the secret.
///
/// # Errors
///
/// If it cannot be written, or there is no randomness.
pub fn run(generate: &Generate, out: &mut dyn io::Write) -> anyhow::Result<()> {
    writeln!(out, "{}", generate.line()?)?;
    Ok(())
}

/// A name that a shell and an environment file take.
pub(crate) fn variable_name(text: &str) -> Result<String, String> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_name { Ok(text.to_owned()) } else { Err("a variable's name has letters, digits and `_` only".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strength::{Profile, contains_strict_word};

    #[test]
    fn a_thousand_secrets_pass_both_profiles_and_differ() {
        let mut all = std::collections::BTreeSet::new();
        for (form, length) in [(Form::Hex, 64), (Form::Base64, 44), (Form::Base64url, 43)] {
            for _ in 0..1_000 {
                let secret = secret(ENOUGH_BITS, form).expect("randomness");
                assert_eq!(secret.len(), length);
                for profile in [Profile::Default, Profile::Strict] {
                    assert_eq!(Policy::new(profile).check(&secret), Ok(()));
                }
                all.insert(secret);
            }
        }
        assert_eq!(all.len(), 3_000);
    }

    #[test]
    fn a_secret_with_a_forbidden_word_is_drawn_again() {
        assert!(!is_fit("7w8Rz-mN2pQv5tBxLc9hJf3KeYa6Xe1WoUiPq4Zs0rM", 256), "Key");
        assert!(is_fit("7w8Rz-mN2pQv5tBxLc9hJf3GdYa6Xe1WoUiPq4Zs0rM", 256));
        assert!(!is_fit("7w8Rz-mN2pQv", 256) && is_fit("7w8Rz-mN2pQv", 72), "short only where that was asked for");
    }

    #[test]
    fn fewer_or_more_bits_are_given_where_they_are_asked_for() {
        assert_eq!(secret(128, Form::Hex).expect("randomness").len(), 32);
        assert_eq!(secret(512, Form::Hex).expect("randomness").len(), 128);
        assert!(!contains_strict_word(&secret(64, Form::Base64url).expect("randomness")));
    }

    #[test]
    fn names_are_what_a_shell_takes() {
        assert!(variable_name("JWT_SECRET").is_ok() && variable_name("_x1").is_ok());
        assert!(variable_name("1X").is_err() && variable_name("A B").is_err() && variable_name("").is_err());
    }
}

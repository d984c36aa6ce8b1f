//! `jwtlint check-env`: judges the JWT secrets of an environment before the program that uses them starts.
//!
//! Made for a container's entrypoint or systemd's `ExecStartPre`: a line for each variable that never holds its
//! value, and an exit code. What is asked of a secret is [`strength::Policy`](crate::strength::Policy).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use crate::analyze::config::entry::{Entry, Visitor};
use crate::analyze::dotenv;
use crate::names::{NameClass, classify};
use crate::report::text::printable;
use crate::secret::Secret;
use crate::source::split_mark;
use crate::strength::{Algorithm, Encoding, Policy, Profile};

/// Files with secrets are no larger than this.
const LARGEST: u64 = 1 << 20;

/// Where a variable of this name ends so, it names a file with the secret: what Docker's official images read.
const FILE: &str = "_FILE";

/// `jwtlint check-env`.
#[derive(Debug, Args, Default)]
pub struct CheckEnv {
    /// A variable that has to hold a good secret (may be given often) [default: all that are named like a JWT secret]
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// Judge what this file sets instead of the environment
    #[arg(long, value_name = "FILE")]
    pub env_file: Option<PathBuf>,
    /// What is asked of a secret
    #[arg(long, value_enum, default_value_t, value_name = "PROFILE")]
    pub profile: Profile,
    /// The algorithm it is used with: HS384 and HS512 ask for more bytes
    #[arg(long, value_enum, value_name = "ALGORITHM")]
    pub algorithm: Option<Algorithm>,
    /// What the program decodes the secret from before it uses it; the length counts afterwards
    #[arg(long, value_enum, value_name = "ENCODING")]
    pub encoding: Option<Decoded>,
    /// Say nothing about variables that are fine
    #[arg(long, short)]
    pub quiet: bool,
}

/// What programs decode secrets from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Decoded {
    /// Base64, standard or for URLs.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Base32.
    Base32,
}

impl Decoded {
    fn encoding(self) -> Encoding {
        match self {
            Self::Base64 => Encoding::Base64,
            Self::Hex => Encoding::Hex,
            Self::Base32 => Encoding::Base32,
        }
    }
}

/// Variables and their values; a variable may be set several times.
type Variables = BTreeMap<String, Vec<Secret>>;

/// Writes a line for each variable, and says whether all are fine.
///
/// # Errors
///
/// If a file cannot be read, or `out` not be written.
pub fn run(check: &CheckEnv, out: &mut dyn io::Write) -> Result<bool> {
    let variables = match &check.env_file {
        Some(file) => from_text(&read(file)?),
        None => from_environment(),
    };
    judge(check, &variables, out)
}

fn judge(check: &CheckEnv, variables: &Variables, out: &mut dyn io::Write) -> Result<bool> {
    let names: BTreeSet<String> = if check.name.is_empty() {
        variables.keys().filter_map(|name| secret_name(name)).map(str::to_owned).collect()
    } else {
        check.name.iter().cloned().collect()
    };
    if names.is_empty() {
        writeln!(out, "no variable is named like a JWT secret; say with --name which one has to be there")?;
        return Ok(false);
    }
    let policy = policy(check);
    let mut seen: BTreeMap<Secret, String> = BTreeMap::new();
    let mut fine = true;
    for name in names {
        let shown = printable(&name).into_owned();
        for value in values(&name, variables)? {
            let flaw = policy.check(value.expose()).err().map(|flaw| flaw.to_string());
            let same = seen.get(&value).filter(|other| **other != shown);
            let same = same.map(|other| format!("it has the same value as {other}"));
            let reused = same.filter(|_| !value.is_empty());
            fine &= flaw.is_none() && (reused.is_none() || check.profile == Profile::Default);
            match (flaw, reused) {
                (Some(flaw), _) => writeln!(out, "{shown}: refused: {flaw}")?,
                (None, Some(reused)) if check.profile == Profile::Strict => {
                    writeln!(out, "{shown}: refused: {reused}")?
                }
                (None, Some(reused)) => writeln!(out, "{shown}: fine, but {reused}")?,
                (None, None) if check.quiet => {}
                (None, None) => writeln!(out, "{shown}: fine")?,
            }
            seen.entry(value).or_insert_with(|| shown.clone());
        }
        if !is_set(&name, variables) {
            writeln!(out, "{shown}: refused: it is not set")?;
            fine = false;
        }
    }
    Ok(fine)
}

fn policy(check: &CheckEnv) -> Policy {
    let policy = Policy::new(check.profile);
    let policy = check.algorithm.into_iter().fold(policy, Policy::algorithm);
    check.encoding.map(Decoded::encoding).into_iter().fold(policy, Policy::encoding)
}

/// The variable that holds a JWT secret by its name: `JWT_SECRET` for itself and for `JWT_SECRET_FILE`.
fn secret_name(name: &str) -> Option<&str> {
    let is_secret = |name: &str| classify(&[name]) == NameClass::Secret;
    if is_secret(name) {
        return Some(name);
    }
    name.strip_suffix(FILE).filter(|name| is_secret(name))
}

fn is_set(name: &str, variables: &Variables) -> bool {
    variables.contains_key(name) || variables.contains_key(&format!("{name}{FILE}"))
}

/// The values of a variable; where it is not set, what is in the file that `NAME_FILE` names.
fn values(name: &str, variables: &Variables) -> Result<Vec<Secret>> {
    if let Some(values) = variables.get(name) {
        return Ok(values.clone());
    }
    let files = variables.get(&format!("{name}{FILE}")).into_iter().flatten();
    files
        .map(|file| {
            let path = file.expose_str().unwrap_or_default();
            let text = read(Path::new(path)).with_context(|| format!("{}{FILE}", printable(name)))?;
            Ok(Secret::from(text.trim_end_matches(['\r', '\n'])))
        })
        .collect()
}

fn from_environment() -> Variables {
    let mut variables = Variables::new();
    for (name, value) in env::vars_os() {
        if let Some(name) = name.to_str() {
            variables.entry(name.to_owned()).or_default().push(Secret::new(value.as_encoded_bytes()));
        }
    }
    variables
}

/// The text of a file; an error names it, and holds nothing of what is in it.
fn read(path: &Path) -> Result<String> {
    let describe = || format!("cannot read {}", path.display());
    let length = fs::metadata(path).with_context(describe)?.len();
    if length > LARGEST {
        bail!("{} is too large to hold secrets", path.display());
    }
    let bytes = fs::read(path).with_context(describe)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn from_text(text: &str) -> Variables {
    #[derive(Default)]
    struct Reader(Variables);
    impl Visitor for Reader {
        fn entry(&mut self, entry: Entry<'_>) {
            if let Some(name) = entry.path.last() {
                self.0.entry(name.clone()).or_default().push(Secret::from(&*entry.value));
            }
        }
    }
    let mut reader = Reader::default();
    dotenv::read(split_mark(text).1, &mut reader);
    reader.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "7w8Rz-mN2pQv5tBxLc9hJf3GdYa6Xe1WoUiPq4Zs0rM";
    const OTHER: &str = "Zb4Xq-1WnLr8vTc6yHs2uJp9fMa5Gd3oEi7RtQwZx0N";

    fn judged(check: &CheckEnv, file: &str) -> (String, bool) {
        let mut out = Vec::new();
        let fine = judge(check, &from_text(file), &mut out).expect("no failure");
        (String::from_utf8(out).expect("UTF-8"), fine)
    }

    #[test]
    fn variables_are_found_by_their_names() {
        let file = format!("PORT=80\nJWT_SECRET={GOOD}\nACCESS_TOKEN_SECRET=\"{OTHER}\"\nCOOKIE_SECRET=pear\n");
        let (said, fine) = judged(&CheckEnv::default(), &file);
        assert_eq!((said.as_str(), fine), ("ACCESS_TOKEN_SECRET: fine\nJWT_SECRET: fine\n", true));
    }

    #[test]
    fn what_is_asked_for_must_be_there() {
        let check = CheckEnv { name: vec!["JWT_SECRET".into(), "HMAC".into()], ..CheckEnv::default() };
        let (said, fine) = judged(&check, "JWT_SECRET=pear\n");
        assert!(said.starts_with("HMAC: refused: it is not set\nJWT_SECRET: refused: it is weak: 4 bytes"), "{said}");
        assert!(!fine && !said.contains("pear"));
    }

    #[test]
    fn an_environment_without_any_secret_is_not_fine() {
        let (said, fine) = judged(&CheckEnv::default(), "PORT=80\n");
        assert!(said.contains("--name") && !fine);
    }

    #[test]
    fn the_strict_profile_wants_each_value_once() {
        let file = format!("JWT_SECRET={GOOD}\nJWT_REFRESH_SECRET={GOOD}\n");
        let (said, fine) = judged(&CheckEnv::default(), &file);
        assert_eq!(
            said,
            "JWT_REFRESH_SECRET: fine\nJWT_SECRET: fine, but it has the same value as JWT_REFRESH_SECRET\n"
        );
        assert!(fine);
        let (said, fine) = judged(&CheckEnv { profile: Profile::Strict, ..CheckEnv::default() }, &file);
        assert!(!fine && said.contains("JWT_SECRET: refused: it has the same value"), "{said}");
    }

    #[test]
    fn the_algorithm_and_the_encoding_count() {
        let longer = CheckEnv { algorithm: Some(Algorithm::Hs512), ..CheckEnv::default() };
        assert!(!judged(&longer, &format!("JWT_SECRET={GOOD}\n")).1);
        let decoded = CheckEnv { encoding: Some(Decoded::Hex), ..CheckEnv::default() };
        assert!(!judged(&decoded, "JWT_SECRET=9f86d081884c7d659a2feaa0c55ad015\n").1);
    }

    #[test]
    fn the_last_of_several_lines_does_not_hide_the_others() {
        let (said, fine) = judged(&CheckEnv::default(), &format!("JWT_SECRET=pear\nJWT_SECRET={GOOD}\n"));
        assert!(!fine, "{said}");
    }
}

//! Files that are a secret themselves, as orchestrators mount them: `secrets/jwt_secret`, `jwt-secret.txt`, `jwt.key`.

use std::sync::Arc;

use crate::fact::{Candidate, Confidence, Evidence, Facts, FileId, Origin, Place};
use crate::names::{self, NameClass};
use crate::secret::Secret;
use crate::source::Source;
use crate::span::Span;

/// More bytes are no secret.
const LONGEST: usize = 1024;

/// What such a file ends with, if with anything.
const ENDINGS: [&str; 6] = [".txt", ".secret", ".key", ".b64", ".hex", ".base64"];

/// Whether a file is called as a JWT secret is.
pub fn is_bare(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // `jwt.key` says it all; `jwt_secret.txt` is no text of a secret.
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let has_no_other_ending = !stem.trim_start_matches('.').contains('.');
    has_no_other_ending && [stem, name].iter().any(|name| names::classify(&[name]) == NameClass::Secret)
}

/// Whether the bytes may be one.
pub(crate) fn may_be_secret(bytes: &[u8]) -> bool {
    bytes.len() <= LONGEST
}

/// The secret, if the file holds one word and nothing else.
pub fn analyze(file: FileId, source: &Source) -> Facts {
    let name = source.file_name();
    let value = source.text.trim();
    let is_word = value.bytes().all(|byte| byte.is_ascii_graphic()) && !value.contains("-----");
    if value.is_empty() || !is_word || value.len() > LONGEST {
        return Facts::default();
    }
    let start = source.text.len() - source.text.trim_start().len();
    let candidate = Candidate {
        file,
        span: Span::new(start, start + value.len()),
        secret: Secret::from(value),
        encodings: Vec::new(),
        algorithm: None,
        evidence: Evidence::Named,
        origin: Origin::Literal,
        place: Place::Configuration,
        subject: name.to_owned(),
        steps: Vec::new(),
        setting: crate::fact::Setting::Production,
        confidence: Confidence::Medium,
        read_as: None,
        conditional: false,
        detector: Arc::from("config"),
    };
    Facts { candidates: vec![candidate], ..Facts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let are =
            ["secrets/jwt_secret", "jwt-secret.txt", "jwtsecret.key", "jwt.key", "JWT_SECRET_KEY", "token_secret.b64"];
        let are_not = [
            "jwt",
            "jwt.txt",
            "jwt_secret.md",
            "secret.txt",
            "jwt_secret_rotation.txt",
            "jwt.secret.tar.gz",
            "jwt_public.key",
        ];
        assert_eq!(are.iter().find(|path| !is_bare(path)), None);
        assert_eq!(are_not.iter().find(|path| is_bare(path)), None);
    }
}

//! Patterns over dotted paths: `jwt.sign`, `**.config.JWT_SECRET_KEY`, `get*Env`.
//!
//! Calls in a chain are transparent, so `new SignJWT(claims).setIssuedAt().sign(key)` has the path
//! `SignJWT.setIssuedAt.sign`. Globs keep the start of the process cheap where thousands of regular
//! expressions would not.

use serde::Deserialize;

/// Segments separated by `.`; `**` stands for any number of segments, `*` for any text within one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct PathPattern {
    segments: Vec<String>,
}

impl From<String> for PathPattern {
    fn from(text: String) -> Self {
        Self { segments: text.split('.').map(str::to_owned).collect() }
    }
}

impl PathPattern {
    /// The last segment, if it is plain text: what an index is keyed by.
    pub fn plain_last(&self) -> Option<&str> {
        self.segments.last().map(String::as_str).filter(|last| !last.contains('*'))
    }

    /// Whether the whole of `path` fits.
    pub fn matches(&self, path: &[&str]) -> bool {
        segments_match(&self.segments, path, 8)
    }
}

fn segments_match(pattern: &[String], path: &[&str], depth: usize) -> bool {
    let Some((first, pattern_rest)) = pattern.split_first() else { return path.is_empty() };
    if first == "**" {
        return depth > 0 && (0..=path.len()).any(|skip| segments_match(pattern_rest, &path[skip..], depth - 1));
    }
    match path.split_first() {
        Some((segment, path_rest)) => glob(first, segment) && segments_match(pattern_rest, path_rest, depth),
        None => false,
    }
}

/// Whether `text` fits a pattern in which `*` stands for any text; linear but for one restart per star.
pub fn glob(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    let mut pieces: Vec<&str> = tail.split('*').collect();
    let last = pieces.pop().unwrap_or("");
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = rest.get(at + piece.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, path: &str) -> bool {
        PathPattern::from(pattern.to_owned()).matches(&path.split('.').collect::<Vec<_>>())
    }

    #[test]
    fn stars_stand_for_text_and_for_segments() {
        assert!(fits("jwt.sign", "jwt.sign"));
        assert!(!fits("jwt.sign", "a.jwt.sign"));
        assert!(fits("**.sign", "sign"));
        assert!(fits("**.SignJWT.**.sign", "jose.SignJWT.setIssuedAt.sign"));
        assert!(fits("*[cC]onfig.get", "my[cC]onfig.get"));
        assert!(fits("get*Env*", "getFromEnvOr"));
        assert!(!fits("get*Env", "getEnvs"));
    }
}

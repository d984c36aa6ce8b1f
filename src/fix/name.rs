//! The environment variable that a secret is to be read from.

use rayon::prelude::*;

use crate::names::{NameClass, classify};
use crate::source::{Source, Sources};

/// Where nothing has a better name.
pub(super) const USUAL: &str = "JWT_SECRET";

/// The first of the names that says JWT secret, as a variable is written.
pub(super) fn of(names: &[String]) -> Option<String> {
    names.iter().find_map(|name| variable(name))
}

/// Whether any file reads the variable: `getenv("X"`, `environ["X"]`, `process.env.X`, `${X`.
pub(super) fn is_read(name: &str, sources: &Sources) -> bool {
    const READS: [&str; 13] = [
        "environ",
        "environ.get",
        "ENV",
        "ENV.fetch",
        "_ENV",
        "_SERVER",
        "env",
        "env.get",
        "getenv",
        "Getenv",
        "var",
        "LookupEnv",
        "GetEnvironmentVariable",
    ];
    let sources: Vec<&Source> = sources.iter().map(|(_, source)| source).collect();
    sources.into_par_iter().any(|source| {
        let text = source.text.as_str();
        memchr::memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
            let (Some(before), Some(after)) = (text.get(..at), text.get(at + name.len()..)) else { return false };
            let opened = before.strip_suffix(['"', '\'', '`']).and_then(|before| before.strip_suffix(['(', '[']));
            let is_member = ["env.", "ENV.", "${"].iter().any(|end| before.ends_with(end));
            let goes_on = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
            !goes_on && (is_member || READS.iter().any(|read| opened.is_some_and(|before| before.ends_with(read))))
        })
    })
}

/// `jwtSecret`, `Config.jwt_secret` and `jwt.secret` are `JWT_SECRET`.
fn variable(name: &str) -> Option<String> {
    const LONGEST: usize = 48;
    let last = name.rsplit(['.', ':', '/']).find(|part| !part.is_empty()).unwrap_or(name);
    [last, name].into_iter().find_map(|name| {
        let written = screaming(name);
        let is_secret = classify(&[written.as_str()]) == NameClass::Secret;
        (is_secret && written.len() <= LONGEST && written.starts_with(|c: char| c.is_ascii_alphabetic()))
            .then_some(written)
    })
}

fn screaming(name: &str) -> String {
    let mut written = String::new();
    let mut small = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            small = false;
            if !written.is_empty() && !written.ends_with('_') {
                written.push('_');
            }
            continue;
        }
        if c.is_ascii_uppercase() && small {
            written.push('_');
        }
        small = !c.is_ascii_uppercase();
        written.push(c.to_ascii_uppercase());
    }
    written.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_best_name_becomes_a_variable() {
        let of = |names: &[&str]| super::of(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        for (names, variable) in [
            (&["jwtRefreshSecret"][..], Some("JWT_REFRESH_SECRET")),
            (&["Config.jwt_secret"], Some("JWT_SECRET")),
            (&["app.jwt.secret"], Some("APP_JWT_SECRET")),
            (&["jwt.sign", "JWT_SECRET_KEY"], Some("JWT_SECRET_KEY")),
            (&["EncodingKey::from_secret"], None),
            (&[], None),
        ] {
            assert_eq!(of(names).as_deref(), variable, "{names:?}");
        }
    }
}

//! Which Rust files are worth parsing before anything else asks for them.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::table::{SinkShape, table};
use crate::analyze::anyword::{AnyWord, Lowered};

/// Functions that many types have: there the type tells.
const COMMON: [&str; 8] = ["new", "from", "default", "from_bytes", "from_pem", "from_der", "from_slice", "sign"];

/// Words of which each name for a JWT secret holds one.
const NAME_WORDS: [&str; 6] = ["jwt", "jws", "jose", "secret", "signing", "hmac"];

/// A name of two words that is a JWT secret's, or one word beside `jwt` anywhere in the file.
const NAMES: &str = "(?:token|access|refresh)[_.]?(?:token)?[_.]?(?:signing[_.]?|hmac[_.]?)?secret|(?:access|refresh)_?token_?key|\
next_?auth_?secret|secret_?or_?(?:private_?)?key|issuer_?signing_?key|bearer_?secret";

/// Whether a file holds a sink of the table, or a name like a JWT secret's.
pub fn is_seed(path: &str, text: &Lowered) -> bool {
    static FIRST: LazyLock<AnyWord> =
        LazyLock::new(|| AnyWord::new(NAME_WORDS.into_iter().chain(words_of_sinks().iter().map(String::as_str))));
    static SINKS: LazyLock<Regex> = LazyLock::new(|| {
        let words: Vec<String> = words_of_sinks().iter().map(|word| bounded(word)).collect();
        regex(&words.join("|"))
    });
    static NAMED: LazyLock<Regex> = LazyLock::new(|| regex(NAMES));
    FIRST.is_in(text) && (SINKS.is_match(text.bytes()) || NAMED.is_match(text.bytes()) || is_jwt_file(path, text))
}

/// Parts of names for credentials, without which a name says nothing.
const CREDENTIALS: [&str; 10] =
    ["key", "token", "salt", "pass", "phrase", "hash", "signature", "seed", "pepper", "kty"];

/// Whether a function of a file that is a seed may hold a sink, a value under a secret's name, or the printing of one.
pub fn is_telling(text: &Lowered, function: Range<usize>) -> bool {
    /// What prints a whole value.
    const WHOLE: [&str; 2] = [":?}", "dbg!"];
    /// What parses a text as settings, where no data is parsed.
    const SETTINGS: [&str; 6] = ["toml::", "yaml::", "yml::", "file::from_str", "json::string", "from_read"];
    /// What makes a value of the type around, whose name may say more than the function's.
    const OWN: [&str; 3] = ["self {", "self{", "self("];
    static TELLING: LazyLock<AnyWord> = LazyLock::new(|| {
        let sinks = sink_names();
        let writes = table().named_writes();
        let words = NAME_WORDS.into_iter().chain(CREDENTIALS).chain(WHOLE).chain(SETTINGS).chain(writes);
        AnyWord::new(words.chain(sinks.iter().map(String::as_str)))
    });
    static MAKING: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(OWN));
    static SAYING: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(NAME_WORDS.into_iter().chain(CREDENTIALS)));
    TELLING.is_within(text, function.clone())
        || MAKING.is_within(text, function.clone())
            && impl_around(text.bytes(), function.start).is_some_and(|head| SAYING.is_within(text, head))
}

/// The head of the last `impl` that starts a line before `at`.
fn impl_around(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut end = at.min(text.len());
    loop {
        let start = memmem::rfind(text.get(..end)?, b"impl")?;
        let line = memchr::memrchr(b'\n', text.get(..start)?).map_or(0, |at| at + 1);
        if text.get(line..start)?.iter().all(u8::is_ascii_whitespace) {
            let length = memchr::memchr(b'{', text.get(start..)?)?;
            return Some(start..start + length);
        }
        end = start;
    }
}

/// Whether a file imports what makes a sink under another name.
pub fn renames_sinks(text: &Lowered) -> bool {
    static RENAMED: LazyLock<AnyWord> = LazyLock::new(|| {
        let words: Vec<String> = sink_names().iter().map(|name| format!("{name} as ")).collect();
        AnyWord::new(words.iter().map(String::as_str))
    });
    RENAMED.is_in(text)
}

/// What a call of a sink has to name: the function, or for a function that many types have, the type.
fn sink_names() -> BTreeSet<String> {
    let names = table().sinks.iter().filter_map(|sink| match &sink.shape {
        SinkShape::Call(path) => match path.as_slice() {
            [.., owner, name] if COMMON.contains(&name.as_str()) => Some(owner),
            [.., name] => Some(name),
            [] => None,
        },
        SinkShape::Method(name) | SinkShape::Field(_, name) => Some(name),
        SinkShape::Attribute(..) => None,
    });
    names.map(|name| name.to_lowercase()).collect()
}

/// A file about JWTs with something called a secret or key in it: in one name (`jwt_secret`), in an item or
/// member called after JWTs (`struct Jwt`, `jwt: …`), or in the call of a general HMAC.
fn is_jwt_file(path: &str, text: &Lowered) -> bool {
    static JWT: LazyLock<Regex> = LazyLock::new(|| regex("jwt|jws|hs256|url_safe"));
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!("secret|hmac|(?:^|[^a-z])p?key|\\b(?:{})\\b", crates())));
    static NEAR: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            "jw[ts][a-z0-9_.]*(?:secret|key|sign|pem|auth)|(?:secret|key)[a-z_]*jw[ts]|\
             (?:struct|enum|impl|mod|fn)\\s+\\w*jwt|::jwt|jwt\\w*\"?\\s*[:{{(\\])]|\\b(?:{})\\b",
            context_words()
        ))
    });
    let by_path = JWT.is_match(path.to_ascii_lowercase().as_bytes());
    (by_path || JWT.is_match(text.bytes())) && KEY.is_match(text.bytes()) && (by_path || NEAR.is_match(text.bytes()))
}

/// The functions of sinks that count only beside JWT words.
fn context_words() -> String {
    let general = table().sinks.iter().filter(|sink| sink.context.is_some());
    let words: BTreeSet<String> = general
        .filter_map(|sink| match &sink.shape {
            SinkShape::Call(path) => match path.as_slice() {
                [.., owner, name] if name == "new" => Some(format!("{}::new", regex::escape(&owner.to_lowercase()))),
                [.., name] => Some(regex::escape(&name.to_lowercase())),
                [] => None,
            },
            _ => None,
        })
        .collect();
    words.into_iter().collect::<Vec<_>>().join("|")
}

/// The crates of sinks, and the functions, types and methods that tell a sink wherever they come from.
fn words_of_sinks() -> BTreeSet<String> {
    // A JWK that is written out.
    let mut words = BTreeSet::from(["kty".to_owned()]);
    for sink in &table().sinks {
        if sink.context.is_none() {
            words.extend(sink.crates.iter().filter(|name| is_about_tokens(name)).map(|name| name.to_lowercase()));
        }
        // A general HMAC key counts only beside a JWT word, which the look at the file's words finds.
        if !sink.distinctive || sink.context.is_some() {
            continue;
        }
        let word = match &sink.shape {
            SinkShape::Call(path) => match path.as_slice() {
                [.., owner, name] if COMMON.contains(&name.as_str()) => Some(owner),
                [.., name] => Some(name),
                [] => None,
            },
            SinkShape::Method(name) => Some(name),
            SinkShape::Field(owner, _) => Some(owner),
            SinkShape::Attribute(..) => None,
        };
        words.extend(word.map(|word| word.to_lowercase()));
    }
    words
}

/// A word on its own; the name of a crate about tokens counts within other words, too.
fn bounded(word: &str) -> String {
    let escaped = regex::escape(word);
    if is_about_tokens(word) { escaped } else { format!("\\b{escaped}\\b") }
}

/// The crates of all sinks: beside a JWT word any of them may take a key.
fn crates() -> String {
    let crates: BTreeSet<&str> = table().sinks.iter().flat_map(|sink| &sink.crates).map(String::as_str).collect();
    crates.into_iter().map(regex::escape).collect::<Vec<_>>().join("|")
}

/// Crates whose whole purpose is tokens; a web framework's name tells nothing.
fn is_about_tokens(name: &str) -> bool {
    ["jwt", "jsonwebtoken", "jose", "biscuit", "medallion", "no_way", "livekit", "openidconnect"]
        .iter()
        .any(|word| name.contains(word))
}

/// The patterns are built from the table, which tests read as well.
fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .unwrap_or_else(|error| panic!("the pattern of the Rust gate: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sinks_and_names_are_seeds() {
        for text in [
            "use jsonwebtoken::encode;",
            "DecodingKey::from_secret(K)",
            "pub const JWT_SECRET: &str = \"\";",
            "struct Jwt { secret: String }",
            "let k: Hmac<Sha256> = Hmac::new_from_slice(b\"\")?; // jwt",
            "token_secret: String,",
        ] {
            assert!(is_seed("src/lib.rs", &Lowered::of(text.as_bytes())), "{text}");
        }
        for text in ["fn main() {}", "let key = map.get(&k);", "struct Token { kind: Kind }", "// a secret garden"] {
            assert!(!is_seed("src/lib.rs", &Lowered::of(text.as_bytes())), "{text}");
        }
    }
}

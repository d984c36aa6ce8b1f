//! Which Rust files are worth parsing before anything else asks for them.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::{Regex, RegexBuilder};

use super::table::{SinkShape, table};
use crate::analyze::anyword::{AnyWord, Lowered};
use crate::names::{self, NameClass};

/// Functions that many types have: there the type tells.
const COMMON: [&str; 8] = ["new", "from", "default", "from_bytes", "from_pem", "from_der", "from_slice", "sign"];

/// Words of which each name for a JWT secret holds one.
const NAME_WORDS: [&str; 6] = ["jwt", "jws", "jose", "secret", "signing", "hmac"];

/// A name of two words that is a JWT secret's, or one word beside `jwt` anywhere in the file.
const NAMES: &str = "(?:token|access|refresh)[_.]?(?:token)?[_.]?(?:signing[_.]?|hmac[_.]?)?secret|(?:access|refresh)_?token_?key|\
next_?auth_?secret|secret_?or_?(?:private_?)?key|issuer_?signing_?key|bearer_?secret";

/// Whether any of the words is in a file without which it is no seed.
pub fn has_word(text: &Lowered) -> bool {
    static FIRST: LazyLock<AnyWord> =
        LazyLock::new(|| AnyWord::new(NAME_WORDS.into_iter().chain(words_of_sinks().iter().map(String::as_str))));
    FIRST.is_in(text)
}

/// Whether a file holds a sink of the table, or a name like a JWT secret's.
pub fn is_seed(path: &str, text: &Lowered) -> bool {
    static WORDS: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(words_of_sinks().iter().map(String::as_str)));
    static SINKS: LazyLock<Regex> = LazyLock::new(|| {
        let words: Vec<String> = words_of_sinks().iter().map(|word| bounded(word)).collect();
        regex(&words.join("|"))
    });
    static NAMED: LazyLock<Regex> = LazyLock::new(|| regex(NAMES));
    let has_sink = || WORDS.is_in(text) && SINKS.is_match(text.bytes());
    has_word(text) && (has_sink() || NAMED.is_match(text.bytes()) || is_jwt_file(path, text))
}

/// Parts of names for credentials, without which a type's name says nothing of those that it makes.
const CREDENTIALS: [&str; 10] =
    ["key", "token", "salt", "pass", "phrase", "hash", "signature", "seed", "pepper", "kty"];

/// Some code, as it is written and for searches.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// As it is written.
    pub text: &'a str,
    /// The same in lower case, byte by byte.
    pub lowered: &'a Lowered,
    /// Where its implementations begin.
    pub impls: &'a Impls,
}

/// Where each `impl` of some code stands that starts a line, found when the first is asked for.
#[derive(Debug, Default)]
pub struct Impls(OnceCell<Vec<usize>>);

impl Impls {
    /// The head of the last one before `at`, in the code that these are of.
    fn head_before(&self, text: &[u8], at: usize) -> Option<Range<usize>> {
        let all = self.0.get_or_init(|| {
            let starts_line = |&start: &usize| {
                let line = memchr::memrchr(b'\n', &text[..start]).map_or(0, |at| at + 1);
                text[line..start].iter().all(u8::is_ascii_whitespace)
            };
            memmem::find_iter(text, IMPL).filter(starts_line).collect()
        });
        let start = *all.get(..all.partition_point(|&start| start + IMPL.len() <= at))?.last()?;
        let length = memchr::memchr(b'{', text.get(start..)?)?;
        Some(start..start + length)
    }
}

const IMPL: &[u8] = b"impl";

/// Whether a function of a file that is a seed may hold a sink, or a value under a secret's name.
///
/// What prints whole values is read when it is known that a type shows a secret.
pub fn is_telling(code: Code<'_>, function: Range<usize>) -> bool {
    /// What parses a text as settings, where no data is parsed.
    const SETTINGS: [&str; 6] = ["toml::", "yaml::", "yml::", "file::from_str", "json::string", "from_read"];
    /// Other spellings of names for secrets.
    const OTHERS: [&str; 4] = ["secre", "sekret", "scrt", "sec_key"];
    /// What a key that is written out begins with.
    const KEYS: [&str; 2] = ["-----begin", "kty"];
    /// What makes a value of the type around, whose name may say more than the function's.
    const OWN: [&str; 3] = ["self {", "self{", "self("];
    static TELLING: LazyLock<AnyWord> =
        LazyLock::new(|| AnyWord::new(KEYS.into_iter().chain(SETTINGS).chain(table().named_writes())));
    static NAMING: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(NAME_WORDS.into_iter().chain(OTHERS)));
    static TAKING: LazyLock<Regex> = LazyLock::new(|| regex(&format!("{}|{TOKEN_KEYS}", sink_calls())));
    static MAKING: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(OWN));
    static SAYING: LazyLock<AnyWord> = LazyLock::new(|| AnyWord::new(NAME_WORDS.into_iter().chain(CREDENTIALS)));
    let around = || code.impls.head_before(code.lowered.bytes(), function.start);
    TELLING.is_within(code.lowered, function.clone())
        || NAMING.is_within(code.lowered, function.clone())
            && code.text.get(function.clone()).is_some_and(|text| {
                names_secret(text, || around().and_then(|head| code.text.get(head)).unwrap_or_default())
            })
        || code.lowered.bytes().get(function.clone()).is_some_and(|function| TAKING.is_match(function))
        || MAKING.is_within(code.lowered, function.clone())
            && around().is_some_and(|head| SAYING.is_within(code.lowered, head))
}

/// The same for code that stands alone.
pub fn is_telling_alone(code: &str) -> bool {
    let lowered = Lowered::of(code.as_bytes());
    is_telling(Code { text: code, lowered: &lowered, impls: &Impls::default() }, 0..code.len())
}

/// Whether a word of some code names a JWT secret, by itself or as a member of what another word names there or in the
/// head of the `impl` around.
fn names_secret<'a>(code: &'a str, head: impl FnOnce() -> &'a str) -> bool {
    let words = |text: &'a str| text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let is_secret = |path: &[&str]| names::classify(path) == NameClass::Secret;
    let mut members: Vec<&str> = Vec::new();
    for word in words(code).filter(|word| names::could_be_key(word)) {
        // What a method does stands before what it gives: `with_jwt_secret(…)`.
        let given = word.split_once('_').map(|(_, name)| name).filter(|_| !names::is_foreign(word));
        for name in [Some(word), given].into_iter().flatten() {
            if members.contains(&name) {
                continue;
            }
            if is_secret(&[name]) {
                return true;
            }
            if names::may_be_member(name) {
                members.push(name);
            }
        }
    }
    if members.is_empty() {
        return false;
    }
    let mut holders: Vec<&str> = words(code).chain(words(head())).filter(|word| names::could_hold_key(word)).collect();
    holders.sort_unstable();
    holders.dedup();
    holders.iter().any(|holder| members.iter().any(|member| is_secret(&[holder, member])))
}

/// Names of keys for tokens that hold no word for secrets.
const TOKEN_KEYS: &str =
    "(?:token|access|refresh)_?(?:token)?_?(?:rsa|ec|ed25519|ecdsa|private|priv|pem|signature|salt|pass|key)";

/// Whether a file calls what makes a sink by another name, by an import or the alias of a type.
pub fn renames_sinks(text: &Lowered) -> bool {
    /// What a number is cast to, which is written like a renaming.
    const NUMBERS: [&[u8]; 14] = [
        b"u8", b"u16", b"u32", b"u64", b"u128", b"usize", b"i8", b"i16", b"i32", b"i64", b"i128", b"isize", b"f32",
        b"f64",
    ];
    static RENAMED: LazyLock<Regex> = LazyLock::new(|| {
        let names: Vec<String> = sink_names().iter().map(|name| regex::escape(name)).collect();
        let names = names.join("|");
        regex(&format!(
            "(?:::|[{{,])\\s*(?:{names})\\s+as\\s+([a-z0-9_]+)|\\btype\\s[^=;]+=\\s*(?:[a-z0-9_]+\\s*::\\s*)*({names})\\s*[<;]"
        ))
    });
    let mut renamed = RENAMED.captures_iter(text.bytes()).filter_map(|captures| captures.get(1).or(captures.get(2)));
    renamed.any(|alias| !NUMBERS.contains(&alias.as_bytes()))
}

/// What a call of a sink has to name: the function, or for a function that many types have, the type.
fn sink_names() -> BTreeSet<String> {
    table().sinks.iter().filter_map(|sink| naming(&sink.shape)).map(str::to_lowercase).collect()
}

fn naming(shape: &SinkShape) -> Option<&str> {
    match shape {
        SinkShape::Call(path) => match path.as_slice() {
            [.., owner, name] if COMMON.contains(&name.as_str()) => Some(owner),
            [.., name] => Some(name),
            [] => None,
        },
        SinkShape::Method(name) => Some(name),
        SinkShape::Field(owner, _) => Some(owner),
        SinkShape::Attribute(..) => None,
    }
}

/// How the calls of sinks look in lower case: a word like `verify` counts only where it is called.
fn sink_calls() -> String {
    let calls: BTreeSet<String> = table()
        .sinks
        .iter()
        .filter_map(|sink| {
            let name = naming(&sink.shape)?.to_lowercase();
            let is_word = !name.contains('_') && !name.bytes().any(|byte| byte.is_ascii_digit());
            Some(match &sink.shape {
                SinkShape::Call(path) if path.last().is_none_or(|last| last.to_lowercase() != name) => {
                    format!("\\b{name}\\s*(?:::|<|>)")
                }
                SinkShape::Call(_) if is_word => {
                    format!("(?:^|[^.a-z0-9_]){name}\\s*(?:\\(|::\\s*<)")
                }
                SinkShape::Method(_) if is_word => format!("\\.\\s*{name}\\s*(?:\\(|::\\s*<)"),
                _ => format!("\\b{}\\b", regex::escape(&name)),
            })
        })
        .collect();
    calls.into_iter().collect::<Vec<_>>().join("|")
}

static JWT: LazyLock<Regex> = LazyLock::new(|| regex("jwt|jws|hs256|url_safe"));

/// Whether the path of a file says that it is about JWTs.
pub fn is_named_for_jwt(path: &str) -> bool {
    JWT.is_match(path.to_ascii_lowercase().as_bytes())
}

/// A file about JWTs with something called a secret or key in it: in one name (`jwt_secret`), in an item or
/// member called after JWTs (`struct Jwt`, `jwt: …`), or in the call of a general HMAC.
fn is_jwt_file(path: &str, text: &Lowered) -> bool {
    static KEY: LazyLock<Regex> =
        LazyLock::new(|| regex(&format!("secret|hmac|(?:^|[^a-z])p?key|\\b(?:{})\\b", crates())));
    static NEAR: LazyLock<Regex> = LazyLock::new(|| {
        regex(&format!(
            "jw[ts][a-z0-9_.]*(?:secret|key|sign|pem|auth)|(?:secret|key)[a-z_]*jw[ts]|\
             (?:struct|enum|impl|mod|fn)\\s+\\w*jwt|::jwt|jwt\\w*\"?\\s*[:{{(\\])]|\\b(?:{})\\b",
            context_words()
        ))
    });
    let by_path = is_named_for_jwt(path);
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
        words.extend(naming(&sink.shape).map(str::to_lowercase));
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

    #[test]
    fn words_of_sinks_tell_only_where_they_are_called() {
        let tells = is_telling_alone;
        for text in [
            "fn f() { encode(&header, &claims, KEY) }",
            "fn f() { frank::encode::<T>(a, b, c, d) }",
            "fn f() { make(EncodingKey::from_secret) }",
            "fn f() { Secret::Bytes(KEY.into()) }",
            "fn f() { OctetKeyParameters { value, .. } }",
            "fn f() { token.sign(KEY) }",
            "fn f() { let access_token_key = KEY; }",
        ] {
            assert!(tells(text), "{text}");
        }
        for text in [
            "fn f() { let value = map.get(&key); value }",
            "fn f() { page.encode_utf8(bytes).verify; }",
            "fn f() { let token = lexer.token(); println!(\"{token:?}\") }",
        ] {
            assert!(!tells(text), "{text}");
        }
    }

    #[test]
    fn names_tell_with_what_holds_them() {
        let tells = is_telling_alone;
        for text in [
            "fn f() { let jwt_secret = KEY; }",
            "fn f() { Jwt { age: 1, secret: KEY } }",
            "fn f() { config.jwt.signing.key = KEY; }",
            "fn f() { builder.with_jwt_secret(KEY) }",
            "fn f() { Token { secret: KEY } }",
            "fn f() { json!({ \"jsonWebToken\": { \"secret\": KEY } }) }",
            "impl JwtConfig {\n fn secret(&self) -> &str { KEY } }",
        ] {
            assert!(tells(text), "{text}");
        }
        for text in [
            "fn f() { let secret_key = KEY; }",
            "fn f() { let (token, key) = split(signing); }",
            "fn f() { let client_secret = token.client_secret; }",
            "impl Mail { fn secret(&self) -> &str { KEY } }",
        ] {
            assert!(!tells(text), "{text}");
        }
    }

    #[test]
    fn casts_are_no_renaming() {
        let renames = |text: &str| renames_sinks(&Lowered::of(text.as_bytes()));
        assert!(renames("use jsonwebtoken::{encode as seal, Header};") && renames("use jwt_simple::HS256Key as K;"));
        assert!(renames("pub type Quince = jwt_simple::HS256Key;"));
        assert!(!renames("f(value as u64, Page::BYTES as usize, encode as usize)") && !renames("let encode = 1;"));
    }
}

//! What a value is, by itself: no secret, a bad one, or a good one that should not be here.
//!
//! The first that fits counts: not a secret, published (unless it reads like a placeholder),
//! placeholder, weak, strong. A literal in code that reaches a key is a secret whatever it looks
//! like. The words and shapes are in `rules/values.toml` and `rules/strength/`.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::embedded;
use crate::fact::{Candidate, Confidence, Evidence, Origin, Place};
use crate::finding::Strength;
use crate::names::{self, NameClass};
use crate::strength::measure::{self, Weakness};
use crate::strength::placeholder::fold;
pub(crate) use crate::strength::placeholder::is_placeholder;
use crate::strength::published::{self, Published};

/// What a value turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No secret at all, and why.
    NotSecret(NotSecret),
    /// There is no value: a read, a log call, a token.
    Absent,
    /// Empty, and used as a key.
    Empty,
    /// Publicly known.
    Published(Published),
    /// "Put yours here"; it may be publicly known as well.
    Placeholder,
    /// Easy to guess.
    Weak(Weakness),
    /// Hard to guess.
    Strong,
}

impl Class {
    /// The word for it in reports.
    pub fn strength(self) -> Strength {
        match self {
            Self::NotSecret(_) | Self::Absent => Strength::None,
            Self::Empty => Strength::Empty,
            Self::Published(_) => Strength::Published,
            Self::Placeholder => Strength::Placeholder,
            Self::Weak(_) => Strength::Weak,
            Self::Strong => Strength::Strong,
        }
    }
}

/// Why a value is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotSecret {
    /// Nothing is there.
    Empty,
    /// It says where the secret is: `${X}`, a vault path, a URL, a file.
    Reference,
    /// It is encrypted.
    Encrypted,
    /// The credential of something else.
    Foreign,
    /// The name of the thing that holds it, or of an environment variable.
    Name,
    /// A sentence for people.
    Message,
    /// Yes, no, nothing, or how long.
    Setting,
    /// A type or an algorithm.
    Type,
}

/// Classifies the value of a candidate.
pub fn classify(candidate: &Candidate) -> Class {
    if has_no_value(candidate) {
        return Class::Absent;
    }
    // A flow that is only guessed (through members that any value of a type may have) is judged by its value too.
    let flows = candidate.evidence >= Evidence::FlowsToKey && candidate.confidence > Confidence::Low;
    let bytes = candidate.secret.expose();
    if bytes.trim_ascii().is_empty() {
        let is_key = flows && candidate.place == Place::Code;
        return if is_key { Class::Empty } else { Class::NotSecret(NotSecret::Empty) };
    }
    if candidate.origin == Origin::PrivateKey || is_compiled_in(candidate) && is_private_key(bytes) {
        return Class::Strong;
    }
    let published = published::look_up(bytes);
    if let Some(text) = candidate.secret.expose_str().map(str::trim) {
        if let Some(why) = not_secret(candidate, text, flows, published.is_some()) {
            return Class::NotSecret(why);
        }
        if is_placeholder(text) {
            return Class::Placeholder;
        }
    }
    if let Some(published) = published {
        return Class::Published(published);
    }
    measure::weakness(bytes, &candidate.encodings, candidate.algorithm).map_or(Class::Strong, Class::Weak)
}

/// Whether a secret is the half of an access key, as clouds and registries give them out: it is called an access secret,
/// and the same file speaks of access keys, not of refreshing, or in code the same object does.
pub fn is_of_access_key(candidate: &Candidate, text: &str) -> bool {
    is_called_access_secret(&candidate.subject) && candidate.evidence <= Evidence::Named && {
        let lower = text.to_ascii_lowercase();
        let says_so = ["access_key", "accesskey", "access-key"].iter().any(|key| lower.contains(key));
        says_so && !lower.contains("refresh")
            || candidate.place == Place::Code && stands_by_access_key(text, candidate.span.start())
    }
}

/// Whether a name is that of an access secret, of whatever it is.
pub(crate) fn is_called_access_secret(name: &str) -> bool {
    let name = fold(name);
    name.contains("accesssecret") && !name.contains("jwt") && !name.contains("token")
}

/// Whether what stands beside an access secret under this name says that it is half of an access key.
pub(crate) fn is_beside_access_secret(name: &str) -> bool {
    let is = |word: &String| folded(name).eq(word.chars().rev());
    let ends_with = |word: &String| folded(name).take(word.len()).eq(word.chars().rev());
    WORDS.access_key_ends.iter().any(ends_with) || WORDS.access_key_siblings.iter().any(is)
}

/// Whether a name speaks of refreshing: an access secret beside it is for tokens.
pub(crate) fn is_of_refreshing(name: &str) -> bool {
    const WORD: &[u8] = b"refresh";
    name.as_bytes().windows(WORD.len()).any(|window| window.eq_ignore_ascii_case(WORD))
}

/// The letters of a name without separators, the last first.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().rev().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).map(|c| c.to_ascii_lowercase())
}

/// Whether the object or the call around a place in code has an access key for a member, and nothing to do with
/// refreshing.
fn stands_by_access_key(text: &str, at: usize) -> bool {
    /// The members of a longer object do not belong together.
    const LONGEST: usize = 4096;
    /// An argument of a call that is a member of the object: `accessSecret: env("X", "…")`.
    const OUTWARD: usize = 2;
    let (bytes, mut start, mut end) = (text.as_bytes(), at, at);
    (0..OUTWARD).any(|_| {
        let before = bytes[..start].iter().rev().take(LONGEST);
        let Some(opened) = unmatched(before, b"})", b"{(") else { return false };
        let Some(closed) = unmatched(bytes[end..].iter().take(LONGEST), b"{(", b"})") else { return false };
        (start, end) = (start - opened - 1, end + closed + 1);
        let inside = text.get(start + 1..end - 1).unwrap_or_default();
        let names = || inside.split([',', ';', '\n']).filter_map(name_of_member);
        names().any(is_beside_access_secret) && !names().any(is_of_refreshing)
    })
}

/// How many bytes stand before the first of `wanted` that belongs to none of `others`.
fn unmatched<'b>(bytes: impl Iterator<Item = &'b u8>, others: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut open = 0_usize;
    for (index, byte) in bytes.enumerate() {
        if others.contains(byte) {
            open += 1;
        } else if wanted.contains(byte) {
            if open == 0 {
                return Some(index);
            }
            open -= 1;
        }
    }
    None
}

/// `name: value`, `"name" => value`, `const name = value`, `name`: the name.
fn name_of_member(member: &str) -> Option<&str> {
    let name = member.split([':', '=']).next()?.trim().trim_end_matches(['"', '\'', '`', '?', ']']);
    let start = name.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).map_or(0, |at| at + 1);
    name.get(start..).filter(|name| !name.is_empty())
}

fn has_no_value(candidate: &Candidate) -> bool {
    match candidate.origin {
        Origin::CompileTimeVariable | Origin::Token | Origin::Logged | Origin::Unvalidated => true,
        // A file that could not be looked into.
        Origin::CompileTimeFile => candidate.secret.is_empty(),
        Origin::Literal | Origin::Fallback | Origin::EnvFile | Origin::PrivateKey => false,
    }
}

fn is_compiled_in(candidate: &Candidate) -> bool {
    candidate.origin == Origin::CompileTimeFile
}

fn is_private_key(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"PRIVATE KEY-----").is_some()
}

/// Whether a text is to be filled in before it is used.
pub(crate) fn is_template(text: &str) -> bool {
    is_template_marker(text)
        || text.contains("-----BEGIN ") && ["{{", "${", "<%"].iter().any(|mark| text.contains(mark))
}

/// Whether a value is no secret whatever holds it: it says where one is, it is encrypted, or it is a word of settings.
pub(super) fn is_no_secret_anywhere(text: &str) -> bool {
    let folded = fold(text);
    is_reference(text)
        || is_encrypted(text)
        || is_env_name(text)
        || is_mask(text)
        || is_duration(text)
        || WORDS.flags.contains(folded.as_str())
        || WORDS.types.contains(folded.as_str())
}

/// Whether, and why, a value is no secret, given what role it plays.
fn not_secret(candidate: &Candidate, text: &str, flows: bool, published: bool) -> Option<NotSecret> {
    let in_code = candidate.place == Place::Code;
    if flows && in_code {
        // A file that is itself a template is filled in before it runs.
        return is_template_marker(text).then_some(NotSecret::Reference);
    }
    let fallback = candidate.origin == Origin::Fallback;
    // A default `<your-key>` is what the program really signs with.
    let in_brackets = !fallback && text.starts_with('<') && text.ends_with('>');
    if in_brackets || is_reference(text) {
        return Some(NotSecret::Reference);
    }
    if is_encrypted(text) {
        return Some(NotSecret::Encrypted);
    }
    if candidate.evidence == Evidence::Proven {
        return None;
    }
    let folded = fold(text);
    if WORDS.flags.contains(folded.as_str()) || is_duration(text) {
        return Some(NotSecret::Setting);
    }
    if in_code && is_mask(text) || !flows && !published && is_message(text, in_code) {
        return Some(NotSecret::Message);
    }
    let subject = &candidate.subject;
    if in_code && (is_slot(&folded, text, subject) || !fallback && is_key_of_entry(text, &folded, subject)) {
        return Some(NotSecret::Name);
    }
    if fallback {
        return None;
    }
    // In an environment that is committed, `JWT_SECRET=jwt-secret` is what the program signs with.
    let runs_with_it = candidate.origin == Origin::EnvFile && !is_env_name(text);
    if is_own_name(&folded, &candidate.subject) && !runs_with_it || (in_code && is_name_in_code(text, &folded)) {
        return Some(NotSecret::Name);
    }
    WORDS.types.contains(folded.as_str()).then_some(NotSecret::Type)
}

/// `{{ … }}`, `{% … %}`, `<%= … %>` and nothing else.
fn is_template_marker(text: &str) -> bool {
    let markers = [("{{", "}}"), ("{%", "%}"), ("<%", "%>"), ("${{", "}}")];
    markers.iter().any(|(open, close)| text.len() > 4 && text.starts_with(open) && text.ends_with(close))
}

/// Whether the text says where a secret is.
fn is_reference(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    starts_with_any(&lower, &WORDS.reference_starts)
        || [("${", "}"), ("{{", "}}"), ("$(", ")")].iter().any(|(open, close)| encloses(text, open, close))
        || is_variable(text)
        || is_dotted(text) && lower.split('.').next().is_some_and(|first| WORDS.reference_objects.contains(first))
        || is_address(&lower)
        || is_path(&lower)
        // PostgREST: the content of a file.
        || lower.strip_prefix('@').is_some_and(is_path)
        || names_an_entry(text)
}

fn encloses(text: &str, open: &str, close: &str) -> bool {
    text.find(open).is_some_and(|at| text[at + open.len()..].contains(close))
}

/// `$NAME`, `%NAME%`, `@name@`, `__NAME__`, `{name}`.
fn is_variable(text: &str) -> bool {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))
    };
    let inside = |open: &str, close: &str| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let shell = text.strip_prefix('$').is_some_and(|name| {
        // `$ecret` is a spelling of a word; a variable is in capitals or has several words.
        is_name(name) && (name.contains('_') || !name.contains(|c: char| c.is_ascii_lowercase()))
    });
    shell
        || [("%", "%"), ("@", "@"), ("{", "}")].iter().any(|(open, close)| inside(open, close).is_some_and(is_name))
        || inside("__", "__").is_some_and(|name| is_name(name) && !name.contains(|c: char| c.is_ascii_lowercase()))
}

/// `a.b.c`, every part a name.
fn is_dotted(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        })
}

/// An address without credentials; blanks are only in those that programs for passwords give out.
fn is_address(lower: &str) -> bool {
    let Some((scheme, rest)) = lower.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !scheme.is_empty()
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
        && !authority.contains('@')
        && (!rest.contains(char::is_whitespace) || scheme == "pass")
}

/// The path of an entry in a store of secrets, whole or a part of it: `orchard/prod/jwt-secret`, `orchard/`.
fn names_an_entry(text: &str) -> bool {
    let Some((folders, last)) = text.rsplit_once('/') else { return false };
    let is_word = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let is_plain = |part: &str| is_word(part) && !part.contains(|c: char| c.is_ascii_uppercase());
    let mut folders = folders.strip_prefix('/').unwrap_or(folders).split('/');
    if last.is_empty() {
        return folders.all(is_plain);
    }
    let names_secret = is_word(last) && names::words(last) > 1 && names::classify(&[last]) != NameClass::Other;
    names_secret && folders.all(|part| part.is_empty() || is_word(part))
}

fn is_path(lower: &str) -> bool {
    // Symfony: `%kernel.project_dir%/config/jwt/private.pem`.
    let below = lower.strip_prefix('%').and_then(|rest| rest.split_once("%/"));
    let lower = below.filter(|(folder, _)| is_dotted(folder)).map_or(lower, |(_, path)| path);
    let path_like = lower.chars().all(|c| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.' | '_' | '-' | ':' | '~'));
    if !path_like {
        return false;
    }
    let drive = matches!(lower.as_bytes(), [b'a'..=b'z', b':', b'/' | b'\\', ..]);
    let relative = ["./", "../", "~/", ".\\", "..\\"].iter().any(|start| lower.starts_with(start));
    let rooted = lower.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').next().is_some_and(|first| rest.len() > first.len() && WORDS.path_roots.contains(first))
    });
    drive
        || relative
        || rooted
        || WORDS.file_ends.iter().any(|end| lower.len() > end.len() && lower.ends_with(end.as_str()))
}

fn is_encrypted(text: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let sealed = text.len() > 200 && text.starts_with("Ag") && text.chars().all(base64);
    sealed || starts_with_any(&text.to_ascii_lowercase(), &WORDS.encrypted_starts)
}

/// `15m`, `7 days`: how long something lasts. Bare digits are not: they may well be the secret.
fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 20] = [
        "ms", "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hour",
        "hours", "d", "day", "days", "w", "y",
    ];
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && UNITS.contains(&unit.trim().to_ascii_lowercase().as_str())
}

/// A sentence for people; configuration has few of these, so there they must look the part.
fn is_message(text: &str, in_code: bool) -> bool {
    let words: Vec<String> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()).collect();
    let has_message_word = words.iter().any(|word| WORDS.message_words.contains(word.as_str()));
    let capital = text.starts_with(|c: char| c.is_uppercase());
    // Secrets are written with the letters that every keyboard has.
    let is_foreign = || in_code && words.len() >= 2 && text.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
    words.len() >= 3 && has_message_word && (in_code || capital) || is_foreign()
}

/// The name of the thing itself; a single word such as `secret` is a secret, if a poor one.
fn is_own_name(folded: &str, subject: &str) -> bool {
    const SINGLE_WORDS: [&str; 6] = ["secret", "key", "jwt", "token", "password", "salt"];
    let last = subject.rsplit(['.', ':', '/']).next().unwrap_or(subject);
    !folded.is_empty() && !SINGLE_WORDS.contains(&folded) && (folded == fold(last) || folded == fold(subject))
}

/// Names as code spells them out: of variables, headers, columns, members.
fn is_name_in_code(text: &str, folded: &str) -> bool {
    is_env_name(text) && !is_placeholder(text)
        || WORDS.names.contains(folded)
        || text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("x-"))
        || is_dotted(text)
        || is_path_among_settings(text)
}

/// `***`: what is shown in place of a secret.
fn is_mask(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '*' | '•' | '●'))
}

/// `ACCESS_TOKEN_KEY = "orchard_access_token"` or `SETTINGS_JWT_KEY = "jwt"` is the key that a token, or what is said of
/// tokens, is stored under: in a browser, a cache, a table.
fn is_slot(folded: &str, text: &str, subject: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '@');
    let subject = fold(subject);
    folded.ends_with("token") && subject.ends_with("tokenkey") && text.chars().all(is_word)
        || folded == "jwt" && subject.ends_with("jwtkey")
}

/// `RESOURCE_ACCESS_KEY = "resource_access"`, `USER_JWT_KEY = "user"`: the key of an entry, which is called as the
/// constant is called, or begins so.
fn is_key_of_entry(text: &str, folded: &str, subject: &str) -> bool {
    let last = subject.rsplit(['.', ':', '/']).next().unwrap_or(subject);
    let called = fold(last);
    let Some(called) = called.strip_suffix("key").filter(|called| !called.ends_with("secret")) else { return false };
    let is_word = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '-');
    let is_whole_word = || {
        let mut rest = last.get(folded.len()..).unwrap_or_default().chars();
        rest.next().is_some_and(|next| next == '_' || next.is_ascii_uppercase())
    };
    text.len() > 2
        && text.chars().all(is_word)
        && (called == folded || called.starts_with(folded) && !text.contains(['_', '-']) && is_whole_word())
}

/// `^[A-Z][A-Z0-9]*(__?[A-Z0-9]+)+$`: two underscores stand between the levels of settings.
fn is_env_name(text: &str) -> bool {
    text.contains('_')
        && !text.contains("___")
        && !text.ends_with('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// `auth.jwt.secret-key`: the path of a secret among settings.
fn is_path_among_settings(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_word = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-'))
    };
    parts.len() > 1 && parts.iter().all(is_word) && names::classify(&parts) != NameClass::Other
}

fn starts_with_any(lower: &str, starts: &[String]) -> bool {
    starts.iter().any(|start| lower.starts_with(start.as_str()))
}

/// `rules/values.toml`.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    embedded::text("values.toml")
        .and_then(|text| toml::from_str::<Written>(text).ok())
        .map_or_else(Words::default, Words::from)
});

/// The words and shapes that tell values apart.
#[derive(Default)]
struct Words {
    names: FxHashSet<String>,
    flags: FxHashSet<String>,
    types: FxHashSet<String>,
    message_words: FxHashSet<String>,
    reference_starts: Vec<String>,
    reference_objects: FxHashSet<String>,
    encrypted_starts: Vec<String>,
    file_ends: Vec<String>,
    path_roots: FxHashSet<String>,
    access_key_ends: Vec<String>,
    access_key_siblings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    not_secret: WrittenNotSecret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenNotSecret {
    names: FxHashSet<String>,
    flags: FxHashSet<String>,
    types: FxHashSet<String>,
    message_words: FxHashSet<String>,
    reference_starts: Vec<String>,
    reference_objects: FxHashSet<String>,
    encrypted_starts: Vec<String>,
    file_ends: Vec<String>,
    path_roots: FxHashSet<String>,
    access_key_ends: Vec<String>,
    access_key_siblings: Vec<String>,
}

impl From<Written> for Words {
    fn from(written: Written) -> Self {
        let Written { not_secret } = written;
        Self {
            names: not_secret.names,
            flags: not_secret.flags,
            types: not_secret.types,
            message_words: not_secret.message_words,
            reference_starts: not_secret.reference_starts,
            reference_objects: not_secret.reference_objects,
            encrypted_starts: not_secret.encrypted_starts,
            file_ends: not_secret.file_ends,
            path_roots: not_secret.path_roots,
            access_key_ends: not_secret.access_key_ends,
            access_key_siblings: not_secret.access_key_siblings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{candidate, invented_key};
    use crate::span::Span;

    fn named_in(place: Place, value: &str) -> Class {
        classify(&Candidate { place, ..candidate(value) })
    }

    fn flows(value: &str) -> Class {
        classify(&Candidate { evidence: Evidence::FlowsToKey, ..candidate(value) })
    }

    #[test]
    fn the_word_lists_are_there() {
        assert!(WORDS.reference_starts.len() > 20);
    }

    #[test]
    fn references_are_no_secrets_anywhere() {
        for value in [
            "",
            "  ",
            "${JWT_SECRET}",
            "$JWT_SECRET",
            "prefix-${X}-suffix",
            "{{ .Values.jwt.secret }}",
            "<your-secret>",
            "$(cat key)",
            "%env(JWT_SECRET)%",
            "process.env.JWT_SECRET",
            "#{jwt_secret}#",
            "vault:secret/data/jwt",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "/run/secrets/jwt",
            "op://vault/jwt/key",
            "https://auth.example.org/keys",
            "./keys/private.pem",
            "private.key",
            "/etc/app/jwt",
            "var.jwt_secret",
            "@jwt.secret@",
            "__JWT_SECRET__",
            "${JWT_SECRET:-pear}",
        ] {
            for place in [Place::Code, Place::Configuration] {
                assert!(matches!(named_in(place, value), Class::NotSecret(_)), "{value} in {place:?}");
            }
        }
    }

    #[test]
    fn an_access_secret_beside_an_access_key_is_for_no_token() {
        let is_one = |text: &str| {
            let found = Candidate { subject: "accessSecret".into(), place: Place::Code, ..candidate("pear") };
            let at = text.find("pear").unwrap_or_default();
            is_of_access_key(&Candidate { span: Span::new(at, at + 4), ..found }, text)
        };
        for text in [
            "let oss = { accessKey: id, accessSecret: 'pear' }; let refreshed = 1;",
            "sms = Client(\n  access_key_id=KEY,\n  access_secret=\"pear\",\n)\nrefresh()",
            "{ bucket: 'a', accessSecret: env('X', 'pear'), domain: { a: 1 } }; refresh()",
            "$c = ['a' => ['x' => f('endpoint' => $e, 'accessSecret' => 'pear')]]; refresh()",
            "class A { aliyunAccessKey?: string; accessSecret = 'pear'; } refresh()",
        ] {
            assert!(is_one(text), "{text}");
        }
        for text in [
            "let keys = { accessSecret: 'pear', refreshSecret: 'plum' }; let s3 = { accessKey: id };",
            "let all = { accessKey: id, accessSecret: 'pear', refreshSecret: 'plum' };",
            "let keys = { accessSecret: 'pear', expires: 1 }; const endpoint = { bucket: 1 };",
            "({é:pear",
            "pear",
        ] {
            assert!(!is_one(text), "{text}");
        }
    }

    #[test]
    fn encrypted_values_are_no_secrets() {
        for value in [
            "ENC[AES256_GCM,data:x,iv:y]",
            "$ANSIBLE_VAULT;1.1;AES256",
            "{cipher}0a1b2c",
            &format!("Ag{}", "B4x9".repeat(60)),
        ] {
            assert_eq!(named_in(Place::Configuration, value), Class::NotSecret(NotSecret::Encrypted), "{value}");
        }
    }

    #[test]
    fn names_messages_and_settings_are_no_secrets() {
        for value in [
            "JWT_SECRET",
            "jwt-secret",
            "API_SIGNING_KEY",
            "APP__AUTH__JWT_SECRET",
            "auth.jwt.secret-key",
            "JWT_SECRET must be set",
            "Authorization",
            "x-access-token",
            "access_token",
            "true",
            "15m",
            "7 days",
            "String",
            "config.auth.secret",
            "none",
        ] {
            assert!(matches!(named_in(Place::Code, value), Class::NotSecret(_)), "{value}");
        }
    }

    #[test]
    fn the_key_that_a_token_is_stored_under_is_none() {
        let stored = |origin, subject: &str, value: &str| {
            classify(&Candidate { subject: subject.into(), origin, place: Place::Code, ..candidate(value) })
        };
        for origin in [Origin::Literal, Origin::Fallback] {
            for value in ["orchard_access_token", "@orchard/access-token", "orchard:refreshToken"] {
                assert_eq!(stored(origin, "ACCESS_TOKEN_KEY", value), Class::NotSecret(NotSecret::Name), "{value}");
                assert!(matches!(stored(origin, "ACCESS_TOKEN_SECRET", value), Class::Weak(_)), "{value}");
            }
            assert!(matches!(stored(origin, "ACCESS_TOKEN_KEY", "pear-tree-in-winter"), Class::Weak(_)));
        }
    }

    #[test]
    fn poor_secrets_are_still_secrets() {
        for value in [
            "233",
            "secret",
            "$ecretKey",
            "my secret key",
            "token",
            "hello",
            "pear.tree/winter+",
            "pear.tree-in-winter",
            "PEAR___TREE",
            "this is my secret key",
        ] {
            let class = named_in(Place::Configuration, value);
            assert!(matches!(class, Class::Weak(_) | Class::Published(_)), "{value}: {class:?}");
        }
        let single_word =
            Candidate { subject: "jwt.secret".into(), place: Place::Configuration, ..candidate("secret") };
        assert!(matches!(classify(&single_word), Class::Published(_)), "a single word is not taken for the key's name");
    }

    #[test]
    fn what_reaches_a_key_in_code_is_a_secret_whatever_it_looks_like() {
        assert_eq!(flows(""), Class::Empty);
        assert_eq!(
            flows("{{ cookiecutter.secret }}"),
            Class::NotSecret(NotSecret::Reference),
            "the file is a template"
        );
        for value in ["JWT_SECRET", "${X}", "Authorization", "true", "JWT_SECRET must be set"] {
            assert!(!matches!(flows(value), Class::NotSecret(_)), "{value}");
        }
        let read_from_file =
            |value, evidence| classify(&Candidate { evidence, place: Place::Configuration, ..candidate(value) });
        for value in ["${X}", "JWT_SECRET", "true", ""] {
            let class = read_from_file(value, Evidence::FlowsToKey);
            assert!(matches!(class, Class::NotSecret(_)), "{value} in a file is none still");
        }
        assert!(!matches!(read_from_file("JWT_SECRET", Evidence::Proven), Class::NotSecret(_)), "it is proven");
    }

    #[test]
    fn a_fallback_is_judged_as_what_the_program_uses() {
        let fallback = |value| classify(&Candidate { origin: Origin::Fallback, ..candidate(value) });
        assert_eq!(fallback("<token-key>"), Class::Placeholder);
        assert!(matches!(fallback("JWT_SECRET"), Class::Published(_) | Class::Weak(_)));
        assert_eq!(fallback(""), Class::NotSecret(NotSecret::Empty));
        assert_eq!(fallback("not set"), Class::NotSecret(NotSecret::Setting));
        assert_eq!(fallback("${OTHER}"), Class::NotSecret(NotSecret::Reference));
    }

    #[test]
    fn placeholders_come_before_published_and_weak() {
        for value in [
            "your-256-bit-secret",
            "change-me",
            "CHANGE_ME",
            "changeThisSecret",
            "please_replace",
            "xxxxxxxx",
            "******",
            "example-key",
            "insert-jwt-secret-here",
            "TODO",
            "...",
        ] {
            assert_eq!(named_in(Place::Configuration, value), Class::Placeholder, "{value}");
        }
        for value in ["yourt", "exchange-rate", "hereafter"] {
            assert_ne!(named_in(Place::Configuration, value), Class::Placeholder, "{value}");
        }
    }

    #[test]
    fn the_rest_is_weak_or_strong() {
        assert_eq!(flows(invented_key()), Class::Strong);
        assert!(matches!(flows("pear-tree-in-winter"), Class::Weak(Weakness::Short { bytes: 19, .. })));
    }
}

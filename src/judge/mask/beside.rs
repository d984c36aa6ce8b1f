//! What else on a line is nobody's business: secrets that no finding is about.
//!
//! A password stands beside a JWT secret more often than not, and a comment says what the secret was before. Nothing
//! follows these values, so all there is to go by is the line: what a value is called, that it stands in an address, how it
//! looks, and that it is quoted in a comment. What is covered in vain costs a reader a word; what is not costs a secret. Still,
//! names, paths, addresses and words that everybody uses stay as they are, or no line could be read.

mod line;
mod named;
mod random;

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::analyze::dotenv;
use crate::analyze::token::place_of;
use crate::fact::Place;
use crate::judge::suppress::Syntax;
use crate::judge::value;

use line::Line;

/// How much of a line is looked at before the part that is shown: a name may stand there, or a quote that opens.
const BEFORE: usize = 1024;

/// The same behind it.
const BEHIND: usize = 512;

/// What a file is, as far as its values are concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    /// What is not quoted there is no value.
    is_code: bool,
    is_rust: bool,
    /// A value without quotes reaches to the end of its line.
    has_long_values: bool,
    syntax: Syntax,
}

impl Ground {
    /// That of a file, by its path.
    pub(super) fn of(path: &str) -> Self {
        let file = path.rsplit('/').next().unwrap_or(path);
        let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
        Self {
            is_code: place_of(path) == Place::Code,
            is_rust: ending == "rs",
            has_long_values: dotenv::is_dotenv(path)
                || ["yml", "yaml", "properties", "ini", "conf", "cfg"].contains(&ending),
            syntax: Syntax::of(file),
        }
    }
}

/// The parts of `line` that look like secrets, as far as they may touch `window`; all places are those of `text`.
pub(super) fn secrets(text: &str, line: Range<usize>, window: Range<usize>, ground: Ground) -> Vec<Range<usize>> {
    let start = super::floor(text, window.start.saturating_sub(BEFORE).max(line.start));
    let end = super::ceil(text, (window.end + BEHIND).min(line.end));
    let Some(part) = text.get(start..end) else { return Vec::new() };
    let read = Line::read(part, start > line.start, ground);
    let shown = window.start.saturating_sub(start)..window.end.saturating_sub(start);
    let mut found = named::values(&read, &shown, ground);
    found.extend(read.quoted_in_comments().filter(|quoted| !is_plain_in_comment(&part[quoted.clone()])));
    found.extend(in_addresses(part));
    found.extend(keys(part));
    found.extend(random::find(part));
    let places = found.into_iter().map(|range| behind_scheme(part, range.start).min(range.end)..range.end);
    places.map(|range| start + range.start..start + range.end).collect()
}

/// Where a value begins that stands at a place, perhaps behind a word that says of what kind it is, and behind the
/// header's name: `Authorization: Bearer …`.
fn behind_scheme(text: &str, at: usize) -> usize {
    static SCHEME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[ \t]*(?:[A-Za-z-]+:[ \t]*)?(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN|JWT|jwt)[ \t]+")
            .ok()
    });
    let scheme = SCHEME.as_ref().zip(text.get(at..)).and_then(|(scheme, text)| scheme.find(text));
    at + scheme.map_or(0, |scheme| scheme.end())
}

/// Whether nobody wrote this word, or a part of it, by hand.
pub(super) fn looks_random(word: &str) -> bool {
    !random::find(word).is_empty()
}

/// Whether a text that is called like a secret, or quoted in a comment, says what everybody knows, or where the secret is.
fn tells_nothing(text: &str) -> bool {
    let text = text.trim();
    !text.contains(|c: char| c.is_alphanumeric())
        || text.starts_with('<')
        || is_file(text)
        || value::is_no_secret_anywhere(text)
}

/// `src/orchard.py`: files of programs have many endings.
fn is_file(text: &str) -> bool {
    static FILE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^[A-Za-z_.-]+(?:/[A-Za-z_-]+)+\.[a-z]{1,5}$").ok());
    FILE.as_ref().is_some_and(|file| file.is_match(text))
}

/// Comments quote names of code as well: `Claims::new`, `verify()`.
fn is_plain_in_comment(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
    let name = text.strip_suffix("()").unwrap_or(text);
    let is_path = name.split("::").all(|part| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
    let is_code = (name.len() < text.len() || text.contains("::")) && is_path && name.chars().all(is_name);
    tells_nothing(text) || is_code && random::find(text).is_empty()
}

/// The password of `scheme://user:password@host`, and of `curl --user user:password`.
fn in_addresses(line: &str) -> Vec<Range<usize>> {
    static USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"://[^ \t\r\n/?\#"'`<>@:]*:([^ \t\r\n/"'`<>]*)@|(?:^|[ \t])(?:-u|--user)[ \t\r\n=]["']?[0-9A-Za-z_.@-]+:([^ \t\r\n"']+)"#).ok()
    });
    groups(USER.as_ref(), line).filter(|password| !tells_nothing(&line[password.clone()])).collect()
}

/// Tokens, and what stands between the marks of a key.
fn keys(line: &str) -> Vec<Range<usize>> {
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"-----BEGIN [A-Z0-9 ]+-----(.+?)(?:-----END|$)|(?-u:\b)(eyJ[0-9A-Za-z_-]{6,}(?:\.[0-9A-Za-z_-]*)*)")
            .ok()
    });
    groups(KEY.as_ref(), line).collect()
}

/// Where the groups of a pattern are found.
fn groups(pattern: Option<&'static Regex>, text: &str) -> impl Iterator<Item = Range<usize>> {
    let found = pattern.into_iter().flat_map(move |pattern| pattern.captures_iter(text));
    found.filter_map(|groups| groups.iter().skip(1).flatten().next().map(|group| group.range()))
}

#[cfg(test)]
mod tests;

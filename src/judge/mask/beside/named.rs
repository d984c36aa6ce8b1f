//! Values by what they are called: `password = "…"`, `DB_PASSWORD=…`, `getenv("DB_PASSWORD") ?: "…"`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::{Line, Quoted};
use super::{Ground, behind_scheme, random, tells_nothing};
use crate::names::{self, Holding};
use crate::strength::words::holds_sentences;

/// So many steps lead from a value to its name, and so far they lead, in bytes.
const MOST_STEPS: usize = 8;
const FARTHEST: usize = 240;

/// The values on a line whose names say that they are secret, as far as they touch `shown`.
pub(super) fn values(line: &Line<'_>, shown: &Range<usize>, ground: Ground) -> Vec<Range<usize>> {
    let near = line.quoted.iter().filter(|quoted| quoted.ends > shown.start && quoted.opens < shown.end);
    let quoted = near.filter(|quoted| is_hidden(&line.text[quoted.inside.clone()], called(line, quoted)));
    let mut found: Vec<_> = quoted.map(|quoted| quoted.inside.clone()).collect();
    found.extend(bare(line, shown, ground));
    found.extend(in_elements(line.text));
    found.extend(formerly(line));
    found
}

/// Whether a value is to be hidden, given what its name says.
fn is_hidden(text: &str, holding: Holding) -> bool {
    match holding {
        Holding::Credential => !tells_nothing(text),
        Holding::Perhaps => !tells_nothing(text) && !is_worded(text),
        Holding::Other => false,
    }
}

/// Whether a text is made of words: `user_id`, `access-token`, `^9.0.0`.
fn is_worded(text: &str) -> bool {
    let is_word = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.is_empty() || letters.len() == part.len() && part.chars().all(char::is_alphabetic)
    };
    text.split(|c: char| !c.is_alphanumeric()).all(is_word) && random::find(text).is_empty()
}

/// What the name says that a quoted text goes by.
fn called(line: &Line<'_>, quoted: &Quoted) -> Holding {
    let mut at = quoted.opens;
    // Members of objects, whose names stand before them, are no elements of a list.
    let mut in_list = false;
    for _ in 0..MOST_STEPS {
        let Some(before) = line.text.get(..at).map(without_prefix) else { break };
        let is_element = before.ends_with(['(', '[', ',']);
        if before.len() + FARTHEST < quoted.opens || in_list && !is_element {
            break;
        }
        in_list = before.ends_with(',');
        match step(line, before, at == quoted.opens) {
            Step::Said(holding) => return holding,
            Step::On(next) => at = next,
        }
    }
    Holding::Other
}

/// Where the search for the name of a value goes on, or ends.
enum Step {
    On(usize),
    Said(Holding),
}

/// Goes one step from a value to its name: what stands before it? `is_first`: this is the first step.
fn step(line: &Line<'_>, before: &str, is_first: bool) -> Step {
    if let Some(head) = before.strip_suffix(['(', '[', '{']) {
        return opened(head, &before[head.len()..]);
    }
    if let Some(head) = before.strip_suffix(',') {
        return listed(line, head.trim_end(), is_first);
    }
    if let Some(closure) = end_of(&CLOSURE, before) {
        return Step::On(closure);
    }
    if let Some(or) = end_of(&OR, before) {
        return Step::Said(of_all(within(&before[..or], &[';', ','])));
    }
    if let Some(sign) = end_of(&IS, before) {
        return Step::Said(of_target(line, before[..sign].trim_end(), &before[sign..]));
    }
    let joined = before.strip_suffix(['+', '.', '~', '&']).map_or(before, str::trim_end);
    if let Some(string) = line.quoted_before(joined.len()) {
        return Step::On(string.opens);
    }
    // `--password "…"`, `jwt_secret "…";`
    let word = joined.rfind(|c: char| !is_of_name(c)).map_or(joined, |at| &joined[at + 1..]);
    Step::Said(if joined.len() == before.len() { names::holding(word) } else { Holding::Other })
}

/// Behind a bracket: the argument of a call that takes a secret, makes a value of it or stands in for one, or a member of
/// a list.
fn opened(head: &str, bracket: &str) -> Step {
    let head = head.trim_end();
    let path = head.rfind(|c: char| !is_of_name(c) && !matches!(c, ':' | '!' | '>' | '?')).map_or(0, |at| at + 1);
    let name = head[path..].rsplit(['.', ':', '>']).next().unwrap_or_default().trim_end_matches(['!', '?']);
    if name.is_empty() {
        // `[]byte("…")`
        return if head.is_empty() || bracket == "{" { Step::Said(Holding::Other) } else { Step::On(head.len()) };
    }
    if bracket != "(" {
        return Step::Said(Holding::Other);
    }
    let lower = name.to_ascii_lowercase();
    if is_stand_in(&lower) {
        return Step::Said(of_all(within(&head[..head.len() - name.len()], &[';', '{'])));
    }
    if CONVERSIONS.contains(&lower.as_str()) {
        let receiver = head[..path].trim_end();
        return Step::On(receiver.strip_suffix("[]").unwrap_or(receiver).len());
    }
    Step::Said(if names::is_of_getter(name) { Holding::Other } else { names::holding(name) })
}

/// Behind a comma: `getenv("DB_PASSWORD", "…")`, or one of several. `is_first`: the value itself stands there.
fn listed(line: &Line<'_>, head: &str, is_first: bool) -> Step {
    let Some(string) = line.quoted_before(head.len()) else { return Step::Said(Holding::Other) };
    match names::holding(&line.text[string.inside.clone()]) {
        said @ (Holding::Credential | Holding::Perhaps) if is_first => Step::Said(said),
        _ => Step::On(string.opens),
    }
}

/// What the thing is called that is given a value, or compared with it.
fn of_target(line: &Line<'_>, head: &str, sign: &str) -> Holding {
    let name = last_name(head);
    if let Some(holding) = of_entry(head, name) {
        return holding;
    }
    if matches!(sign, ":" | "=>") && !name.is_empty() {
        return names::holding(name);
    }
    let target = within(head, &[';', ',', '{', '(']);
    // Values before it are not what it is called, but `config["password"]` is.
    let start = head.len() - target.len();
    let is_index = |quoted: &Quoted| line.text[..quoted.opens].trim_end().ends_with(['[', '(']);
    let value = line.quoted.iter().rev().find(|quoted| quoted.ends <= head.len() && !is_index(quoted));
    of_all(&head[value.map_or(start, |value| value.ends.max(start))..])
}

/// `"name": "DB_PASSWORD", "value": "…"`: what is said of the value there, if that is what `name` holds.
fn of_entry(head: &str, name: &str) -> Option<Holding> {
    VALUES.contains(&name.to_ascii_lowercase().as_str()).then(|| of_all(within(head, &['}', ';', '<', '>'])))
}

/// The name at the end of a text, quotes and brackets aside.
fn last_name(head: &str) -> &str {
    let head = head.trim_end_matches(|c: char| matches!(c, '"' | '\'' | '`' | ']' | '?' | '\\') || c.is_whitespace());
    head.rfind(|c: char| !is_of_name(c))
        .map_or(head, |at| &head[at + head[at..].chars().next().map_or(1, char::len_utf8)..])
}

/// The most that any of the names in a text says.
fn of_all(text: &str) -> Holding {
    let names = text.split(|c: char| !is_of_name(c)).filter(|name| !name.is_empty());
    names.map(names::holding).max().unwrap_or(Holding::Other)
}

/// What stands behind the last of these signs.
fn within<'t>(text: &'t str, signs: &[char]) -> &'t str {
    let text = &text[super::super::ceil(text, text.len().saturating_sub(FARTHEST))..];
    text.rfind(signs).map_or(text, |at| &text[at + 1..])
}

/// Without what belongs to the quote: `b"`, `r#"`, `&"`, `$"`.
fn without_prefix(before: &str) -> &str {
    static PREFIX: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[^A-Za-z0-9_])([bBrRuUfFcCL]{1,2}#{0,3}|[&@$*\\]+)$").ok());
    let prefix = PREFIX.as_ref().and_then(|prefix| prefix.captures(before)).and_then(|groups| groups.get(1));
    prefix.map_or(before, |prefix| &before[..prefix.start()]).trim_end()
}

/// Where what a pattern finds at the end of a text begins.
fn end_of(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<usize> {
    let near = super::super::ceil(text, text.len().saturating_sub(FARTHEST));
    LazyLock::force(pattern).as_ref()?.find(&text[near..]).map(|found| near + found.start())
}

/// `|_|` and `() =>` before what they give, as an argument.
static CLOSURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\|[0-9A-Za-z_ \t\r\n,&]*\||\([ \t]*[0-9A-Za-z_]*[ \t]*\)[ \t]*(?:=>|->)|lambda[ \t]*[0-9A-Za-z_]*[ \t]*:)(?:[ \t]*\{)?$").ok()
});

/// Signs between a value and what takes its place.
static OR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:\|\||\?\?|\?:|//|(?-u:\b)(?:or|else|OR))$").ok());

/// Signs between a name and its value.
static IS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:===?|!==?|=>|:=|\?\?=|\|\|=|\?=|\+=|:-|=~|<-|->|=|:)$").ok());

/// Calls that make the same value of another type.
const CONVERSIONS: [&str; 28] = [
    "some",
    "ok",
    "from",
    "new",
    "of",
    "byte",
    "bytes",
    "bytearray",
    "str",
    "string",
    "decode",
    "encode",
    "b64decode",
    "b64encode",
    "atob",
    "btoa",
    "from_str",
    "from_bytes",
    "from_static",
    "getbytes",
    "tochararray",
    "to_string",
    "arc",
    "rc",
    "box",
    "just",
    "base64decode",
    "frombase64string",
];

/// Members that hold the value of a thing that another member names.
const VALUES: [&str; 6] = ["value", "default", "fallback", "content", "val", "defaultvalue"];

/// `unwrap_or`, `orElse`, `getOrDefault`: what they are given stands in for what is missing.
fn is_stand_in(lower: &str) -> bool {
    ["unwrap_or", "orelse", "or_else", "getorelse", "ifempty", "default"].iter().any(|start| lower.starts_with(start))
        || lower == "or"
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '$')
}

/// Values without quotes: in configuration, in comments, and in texts that hold more than a value.
fn bare(line: &Line<'_>, shown: &Range<usize>, ground: Ground) -> Vec<Range<usize>> {
    static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"([A-Za-z_][0-9A-Za-z_.-]*)["'\])`\\]{0,4}[ \t]*(?:=>|:=|:-|===?|!=|:|=)[ \t]*|(?:^|[ \t])--?([A-Za-z][0-9A-Za-z_-]*)[ \t]+|^[ \t]*(?:ENV|ARG|export|set|setx)[ \t]+([A-Za-z_][0-9A-Za-z_]*)[ \t]+"#).ok()
    });
    let Some(pair) = PAIR.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(groups) = pair.captures_at(line.text, at) {
        let Some(whole) = groups.get(0) else { break };
        at = whole.end();
        if at >= shown.end {
            break;
        }
        let name = groups.iter().skip(1).flatten().next();
        let Some(name) = name.filter(|_| line.is_text(whole.end()) || !ground.is_code) else { continue };
        let is_first = line.text[..name.start()].trim_start_matches(['-', ' ', '\t']).trim_start().is_empty();
        let value = bare_value(line, behind_scheme(line.text, whole.end()), is_first && ground.has_long_values);
        if value.is_empty() || value.end <= shown.start {
            continue;
        }
        let text = &line.text[value.clone()];
        let entry = of_entry(&line.text[..name.start()], name.as_str());
        if is_hidden(text, entry.unwrap_or_else(|| names::holding(name.as_str()))) && !is_prose(line, text, value.start)
        {
            found.push(value);
        }
    }
    found
}

/// What stands at a place without quotes; `is_long`: up to the end of the line.
fn bare_value(line: &Line<'_>, at: usize, is_long: bool) -> Range<usize> {
    let rest = &line.text[at..];
    if rest.starts_with(['"', '\'', '`']) {
        return at..at;
    }
    // `{` and the like begin more than a value.
    if is_long && !line.is_text(at) && !rest.starts_with(['{', '[', '&', '*', '!', '|', '>']) {
        let comment = line.comments.iter().find(|comment| comment.start >= at);
        let end = comment.map_or(line.text.len(), |comment| comment.start);
        return at..at + line.text[at..end].trim_end().len();
    }
    let ends = if line.is_text(at) { ",;)}]<>&|" } else { "" };
    let is_open = |sign: char| {
        let opener = match sign {
            ')' => '(',
            '}' => '{',
            ']' => '[',
            _ => return false,
        };
        line.text[..at].contains(opener)
    };
    let is_in_flow = line.text[..at].contains(['{', '[']);
    let end = rest.find(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`') || ends.contains(c) || is_open(c) || c == ',' && is_in_flow
    });
    at..at + end.unwrap_or(rest.len())
}

/// Whether the value in a comment is only the next word of a sentence: `secret: see the notes`.
fn is_prose(line: &Line<'_>, value: &str, at: usize) -> bool {
    line.is_text(at) && holds_sentences(&value.to_lowercase())
}

/// `<password>…</password>`
fn in_elements(text: &str) -> Vec<Range<usize>> {
    static ELEMENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"<([A-Za-z][0-9A-Za-z_.:-]*)(?:[ \t][^<>]*)?>([^<>]+)</").ok());
    let elements = ELEMENT.iter().flat_map(|element| element.captures_iter(text));
    elements
        .filter_map(|groups| Some((groups.get(1)?, groups.get(2)?)))
        .filter(|(name, value)| is_hidden(value.as_str(), names::holding(name.as_str())))
        .map(|(_, value)| value.range())
        .collect()
}

/// What a value was before: `was "…"`, and in comments `old: …`.
fn formerly(line: &Line<'_>) -> Vec<Range<usize>> {
    static FORMER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i-u:\b(?:old|was|were|previous|previously|prev|former|formerly|before|originally|replaces|replaced|earlier|instead of|rotated from|changed from)\b)[ \t]*(?i-u:value|secret|key|one)?[ \t]*(?:[:=][ \t]*)?(?:["'`](?<quoted>[^"'`]+)|(?<bare>[^ \t\r\n"'`,;()]+))"#).ok()
    });
    let found = FORMER.iter().flat_map(|former| former.captures_iter(line.text)).filter_map(|groups| {
        let (range, is_old) = if let Some(quoted) = groups.name("quoted") {
            (quoted.range(), true)
        } else {
            let bare = groups.name("bare")?;
            let said = line.text[..bare.start()].trim_end().ends_with([':', '=']);
            let is_in_comment = line.comments.iter().any(|comment| comment.contains(&bare.start()));
            (bare.range(), is_in_comment && is_former(bare.as_str(), said))
        };
        (is_old && !tells_nothing(&line.text[range.clone()])).then_some(range)
    });
    found.collect()
}

/// Whether a word behind one for the past is a value, and not the next of a sentence. `is_said`: a colon stands between.
fn is_former(word: &str, is_said: bool) -> bool {
    let has = |of: fn(&char) -> bool| word.chars().any(|c| of(&c));
    if is_said {
        !holds_sentences(&word.to_lowercase())
    } else {
        word.len() >= 6 && has(char::is_ascii_digit) && has(char::is_ascii_alphabetic)
    }
}

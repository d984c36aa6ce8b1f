//! Edits of Rust: only where the type of what stands there afterwards is known.

use super::code::Code;
use super::{Change, Outcome};
use crate::analyze::pattern::token::Kind;

/// Calls that read the environment, as people write them.
const READS: [&str; 8] =
    ["env::var", "std::env::var", "var", "dotenvy::var", "dotenv::var", "dotenv!", "option_env!", "std::option_env!"];

/// Methods that change what a text is, and not what it says.
const CONVERSIONS: [&str; 10] =
    ["to_string", "to_owned", "into", "as_bytes", "as_ref", "as_str", "to_vec", "into_bytes", "as_slice", "clone"];

/// What an expression is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// `&str`
    Str,
    /// `&[u8]`, or `&[u8; N]`
    Bytes,
    /// `String`
    Text,
    /// `Vec<u8>`
    Vector,
    /// Whatever is wanted there.
    Any,
}

/// The literal with its conversions.
#[derive(Debug, Clone, Copy)]
struct Expression {
    first: usize,
    last: usize,
    kind: Type,
}

/// A literal that takes the place of what could not be read: the program stops instead.
pub(super) fn fallback(code: &Code<'_>, literal: usize, name: &str) -> Outcome {
    let whole = expression(code, literal);
    if let Some(change) = command_line_default(code, literal) {
        return Ok(vec![change]);
    }
    let outcome = method(code, whole, name).or_else(|| branch(code, whole, name));
    outcome.map_or(Err("the default is used in a way that no edit of this place alone can change"), |change| {
        Ok(vec![change])
    })
}

/// `.unwrap_or_default()` of a read.
pub(super) fn empty_default(code: &Code<'_>, at: usize, name: &str) -> Outcome {
    let method = (at.saturating_sub(6)..at + 12).find(|&at| code.is(at, "unwrap_or_default"));
    let change = method.and_then(|method| {
        let read = receiver(code, method)?;
        Some(chained(code, read, method, method + 2, &expectation(name)))
    });
    change.map_or(Err("the default is used in a way that no edit of this place alone can change"), |change| {
        Ok(vec![change])
    })
}

/// A literal that the program signs or verifies with: it is read from the environment instead.
pub(super) fn literal(code: &Code<'_>, literal: usize, name: &str) -> Outcome {
    if is_constant(code, literal) {
        return Err("a constant cannot read the environment: make it a function, or a `LazyLock` that reads it once");
    }
    let whole = expression(code, literal);
    let suffix = match whole.kind {
        Type::Text => "",
        Type::Vector => ".into_bytes()",
        Type::Bytes if is_key_argument(code, whole) => ".as_bytes()",
        _ => return Err("what takes the literal may want another type than a text that is read"),
    };
    let read = if is_imported(code) { "env::var" } else { "std::env::var" };
    let elements = [format!("{read}(\"{name}\")"), expectation(name), suffix.to_owned()];
    let text = layout(code, whole.first, whole.last, &elements);
    let (close, dot) = (whole.last + 1, whole.last + 2);
    // What follows a call of several lines starts a line of its own.
    let moved = text.starts_with('\n') && code.is(close, ")") && !code.line_break(dot);
    let start = code.tokens.span(dot).start();
    let indent = code.indent(whole.first);
    let follows =
        (moved && code.is(dot, ".")).then(|| Change::new(crate::span::Span::new(start, start), format!("\n{indent}")));
    Ok([Change::new(code.span(whole.first, whole.last), text)].into_iter().chain(follows).collect())
}

fn expectation(name: &str) -> String {
    format!(".expect(\"{name} must be set\")")
}

/// Whether the file says `env::var` itself.
fn is_imported(code: &Code<'_>) -> bool {
    let uses = (0..code.tokens.len()).any(|at| {
        code.is(at, "use")
            && code.is(at + 1, "std")
            && code.is(at + 2, "::")
            && code.is(at + 3, "env")
            && code.is(at + 4, ";")
    });
    uses && !within_module(code)
}

/// Whether the file has modules of its own, which do not see the imports of the file.
fn within_module(code: &Code<'_>) -> bool {
    (0..code.tokens.len()).any(|at| code.is(at, "mod") && code.is(at + 2, "{"))
}

/// The literal, what it is converted by, and what it is wrapped in.
fn expression(code: &Code<'_>, literal: usize) -> Expression {
    let is_bytes = code.str(literal).starts_with('b');
    let mut whole = Expression { first: literal, last: literal, kind: if is_bytes { Type::Bytes } else { Type::Str } };
    for _ in 0..8 {
        let (dot, method) = (whole.last + 1, whole.last + 2);
        let (before, next) = (code.before(whole.first), whole.last + 1);
        if code.is(dot, ".")
            && code.is_any(method, &CONVERSIONS)
            && code.is(method + 1, "(")
            && code.is(method + 2, ")")
        {
            whole.kind = converted(whole.kind, code.str(method));
            whole.last = method + 2;
        } else if code.is(next, "[") && code.is(next + 1, "..") && code.is(next + 2, "]") {
            whole.last = next + 2;
        } else if code.is(before, "&") && !is_operand(code, code.before(before)) {
            whole.first = before;
            whole.kind = if whole.kind == Type::Vector { Type::Bytes } else { whole.kind };
        } else if code.is(before, "(") && code.is(next, ")") {
            let Some((first, path)) = code.path(code.before(before), &["::"]) else { break };
            whole.kind = match (path.as_str(), whole.kind) {
                ("String::from", Type::Str) => Type::Text,
                ("Vec::from", Type::Bytes) => Type::Vector,
                _ => break,
            };
            (whole.first, whole.last) = (first, next);
        } else {
            break;
        }
    }
    whole
}

fn converted(kind: Type, method: &str) -> Type {
    match (method, kind) {
        ("to_string", _) | ("to_owned", Type::Str) => Type::Text,
        ("to_owned" | "to_vec", Type::Bytes) | ("into_bytes", Type::Text) => Type::Vector,
        ("as_bytes", _) | ("as_ref" | "as_slice", Type::Bytes | Type::Str | Type::Vector) => Type::Bytes,
        ("as_str", Type::Text) => Type::Str,
        ("clone", kind) => kind,
        _ => Type::Any,
    }
}

/// Whether an operand ends here, so that `&` behind it joins two.
fn is_operand(code: &Code<'_>, index: usize) -> bool {
    match code.kind(index) {
        Some(Kind::Word) => !code.is_any(index, &["return", "match", "in", "if", "mut", "else", "break"]),
        Some(Kind::Number | Kind::Text) => true,
        Some(Kind::Close) => !code.is(index, "}"),
        _ => false,
    }
}

/// `read.unwrap_or(literal)` and `read.unwrap_or_else(|_| literal)`.
fn method(code: &Code<'_>, whole: Expression, name: &str) -> Option<Change> {
    let open = code.enclosing(whole.first)?;
    let (open, body) = if code.is(open, "{") { (code.enclosing(open)?, Some(open)) } else { (open, None) };
    let close = code.closing(open);
    let method = code.before(open);
    if !code.is(open, "(") || !code.is(code.before(method), ".") {
        return None;
    }
    let closure = body.unwrap_or(whole.first);
    let alone = body.is_none_or(|body| whole.first == body + 1 && code.closing(body) == whole.last + 1);
    let ends = body.map_or(whole.last + 1, |body| code.closing(body) + 1);
    let fits = match code.str(method) {
        "unwrap_or" => body.is_none() && whole.first == open + 1 && is_last(code, whole.last, close),
        "unwrap_or_else" => code.is_any(code.before(closure), &["|", "||"]) && (ends == close || code.is(ends, ",")),
        _ => false,
    };
    if !fits {
        return None;
    }
    let read = receiver(code, method);
    match read {
        Some(read) if alone => Some(chained(code, read, method, close, &expectation(name))),
        _ if code.is(method, "unwrap_or_else") && (alone || is_tail(code, whole)) => {
            Some(Change::new(code.span(whole.first, whole.last), panic(name)))
        }
        _ => None,
    }
}

fn is_last(code: &Code<'_>, last: usize, close: usize) -> bool {
    last + 1 == close || (code.is(last + 1, ",") && last + 2 == close)
}

fn is_tail(code: &Code<'_>, whole: Expression) -> bool {
    code.is(whole.last + 1, "}") && code.is_any(code.before(whole.first), &["{", ";", "}"])
}

fn panic(name: &str) -> String {
    format!("panic!(\"{name} must be set\")")
}

/// The first token of the read that the method is called on, through methods that keep its error.
fn receiver(code: &Code<'_>, method: usize) -> Option<usize> {
    let mut dot = code.before(method);
    for _ in 0..6 {
        let close = code.before(dot);
        if !code.is(dot, ".") || !code.is(close, ")") {
            return None;
        }
        let open = code.opening(close);
        let mut callee = code.before(open);
        if code.is(callee, "!") {
            callee = code.before(callee);
        }
        let (first, path) = code.path(callee, &["::"])?;
        let path = if code.is(callee + 1, "!") { format!("{path}!") } else { path };
        if READS.contains(&path.as_str()) {
            return Some(first);
        }
        if !matches!(path.as_str(), "ok" | "as_deref" | "as_ref" | "map" | "filter") {
            return None;
        }
        dot = code.before(callee);
    }
    None
}

/// What is read before this token: `env::var("X")`.
pub(super) fn read_name<'t>(code: &Code<'t>, index: usize) -> Option<&'t str> {
    const NEAR: usize = 60;
    (index.saturating_sub(NEAR)..index).rev().find_map(|at| {
        let open = code.before(at);
        let mut callee = code.before(open);
        if code.is(callee, "!") {
            callee = code.before(callee);
        }
        let reads = code.kind(at) == Some(Kind::Text)
            && code.is(open, "(")
            && code.is_any(callee, &["var", "option_env", "dotenv", "var_os"]);
        let name = reads.then(|| code.tokens.content_str(at))?;
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
    })
}

/// The methods from `method` to `close` become `ending`; the chain is laid out anew where it is short.
fn chained(code: &Code<'_>, read: usize, method: usize, close: usize, ending: &str) -> Change {
    let dot = code.before(method);
    let simple = (read..dot).all(|at| !code.line_break(at) || at == read);
    let elements = elements(code, read, dot);
    if !simple && elements.len() > 2 {
        return Change::new(code.span(dot, close), ending.to_owned());
    }
    let mut elements = elements;
    elements.push(ending.to_owned());
    let mut last = close;
    while code.is(last + 1, ".") && code.kind(last + 2) == Some(Kind::Word) && code.is(last + 3, "(") {
        let end = code.closing(last + 3);
        elements.push(format!(".{}", code.slice(last + 2, end)));
        last = end;
    }
    Change::new(code.span(read, last), layout(code, read, last, &elements))
}

/// The parts of a chain of calls: `env::var("X")`, `.ok()`.
fn elements(code: &Code<'_>, read: usize, end: usize) -> Vec<String> {
    let mut elements = Vec::new();
    let (mut start, mut at) = (read, read);
    while at < end {
        if code.is(at, ".") && at > start {
            elements.push(code.slice(start, at - 1).to_owned());
            start = at;
        }
        at = code.tokens.after(at);
    }
    elements.push(code.slice(start, end - 1).to_owned());
    elements
}

/// A chain as rustfmt writes it by default: on one line where it is short enough, else one call a line.
fn layout(code: &Code<'_>, first: usize, last: usize, elements: &[String]) -> String {
    const WIDTH: usize = 100;
    const CHAIN: usize = 60;
    let flat: String = elements.concat();
    let line = code.line_start(first);
    let before = code.text()[line..code.tokens.span(first).start()].chars().count();
    let rest = &code.text()[code.tokens.span(last).end()..];
    let after = rest.split(['\n', '\r']).next().unwrap_or_default().chars().count();
    let calls = elements.iter().filter(|element| !element.is_empty()).count();
    // A single call may be as long as the line.
    if (flat.chars().count() <= CHAIN || calls <= 2) && before + flat.chars().count() + after <= WIDTH {
        return flat;
    }
    let indent = code.indent(first);
    let argument = code.is(code.before(first), "(") && code.is(last + 1, ")");
    let deeper = if argument { format!("{indent}        ") } else { format!("{indent}    ") };
    let mut text = String::new();
    if argument {
        text.push_str(&format!("\n{indent}    "));
    }
    for (index, element) in elements.iter().filter(|element| !element.is_empty()).enumerate() {
        if index > 0 {
            text.push('\n');
            text.push_str(&deeper);
        }
        text.push_str(element);
    }
    if argument {
        text.push_str(&format!(",\n{indent}"));
    }
    text
}

/// `Err(_) => literal` and `else { literal }`, where the environment is read just before.
fn branch(code: &Code<'_>, whole: Expression, name: &str) -> Option<Change> {
    let before = code.before(whole.first);
    let arm = code.is(before, "=>") && code.is_any(whole.last + 1, &[",", "}"]);
    let other =
        code.enclosing(whole.first).is_some_and(|open| code.is(open, "{") && code.is(code.before(open), "else"));
    if !(arm || (other && is_tail(code, whole))) {
        return None;
    }
    let near =
        (whole.first.saturating_sub(60)..whole.first).any(|at| code.is_any(at, &["var", "option_env", "var_os"]));
    near.then(|| Change::new(code.span(whole.first, whole.last), panic(name)))
}

/// `#[arg(env = "X", default_value = "literal")]`: without the default, the argument is required.
fn command_line_default(code: &Code<'_>, literal: usize) -> Option<Change> {
    let equals = code.before(literal);
    let key = code.before(equals);
    let open = code.enclosing(literal)?;
    let attribute = code.is(open, "(") && code.is_any(code.before(open), &["arg", "clap", "structopt"]);
    if !attribute || !code.is(equals, "=") || !code.is_any(key, &["default_value", "default_value_t"]) {
        return None;
    }
    let span = match code.before(key) {
        comma if code.is(comma, ",") => code.span(comma, literal),
        _ if code.is(literal + 1, ",") => {
            let next = code.tokens.span(literal + 2).start();
            crate::span::Span::new(code.tokens.span(key).start(), next)
        }
        _ => return None,
    };
    Some(Change::new(span, String::new()))
}

/// Whether the literal stands where only constants may: in `const` and `static` items outside of any closure, in
/// attributes, patterns and constant functions.
fn is_constant(code: &Code<'_>, literal: usize) -> bool {
    let mut at = literal;
    for _ in 0..32 {
        let start = code.statement(at, false);
        let words: Vec<&str> = (start..at).map(|index| code.str(index)).take(40).collect();
        let open = code.enclosing(at);
        let bracket = open.map(|open| code.str(open)).unwrap_or_default();
        let within: Vec<&str> =
            open.map(|open| (open + 1..at).map(|index| code.str(index)).collect()).unwrap_or_default();
        if bracket != "{" && within.iter().any(|word| matches!(*word, "|" | "||")) {
            return false;
        }
        let item = words.iter().position(|word| matches!(*word, "const" | "static"));
        if item.is_some_and(|item| words.get(item + 1) != Some(&"fn") || at != literal) && !words.contains(&"|") {
            return true;
        }
        if bracket == "[" && open.is_some_and(|open| code.is_any(code.before(open), &["#", "!"])) {
            return true;
        }
        let Some(open) = open else { return false };
        if bracket == "{" && words_before(code, open).contains(&"fn") {
            return words_before(code, open).contains(&"const");
        }
        at = open;
    }
    true
}

fn words_before<'t>(code: &Code<'t>, open: usize) -> Vec<&'t str> {
    (code.statement(open, false)..open).map(|index| code.str(index)).collect()
}

/// Whether the expression is the whole argument of a constructor that copies the key.
fn is_key_argument(code: &Code<'_>, whole: Expression) -> bool {
    let before = code.before(whole.first);
    let Some((_, path)) = code.path(code.before(before), &["::"]) else { return false };
    let constructors =
        ["::from_secret", "::from_bytes", "::new_from_slice", "Hs256Key::new", "Hs384Key::new", "Hs512Key::new"];
    code.is(before, "(")
        && is_last(code, whole.last, code.closing(before))
        && constructors.iter().any(|end| path.ends_with(end))
}

/// Whether code of a test stands around the literal.
pub(super) fn is_test(code: &Code<'_>, literal: usize) -> bool {
    let mut at = literal;
    while let Some(open) = code.enclosing(at) {
        if code.is(open, "{") {
            let header = words_before(code, open);
            let is_module = header.windows(2).any(|pair| matches!(pair, ["mod", "test" | "tests"]));
            // `#[test]` and `#[cfg(test)]`: the attribute stands before the item, in brackets.
            let attribute = header.windows(2).any(|pair| matches!(pair, ["[" | "(" | "::" | ",", "test"]));
            if is_module || attribute {
                return true;
            }
        }
        at = open;
    }
    false
}

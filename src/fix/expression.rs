//! Edits of program text by the shape of the expression around a literal, for all languages but Rust.

use super::code::Code;
use super::style::{DefaultCall, Style, fill};
use super::{Change, Outcome};
use crate::analyze::pattern::token::Kind;

/// What joins the parts of a path.
const SEPARATORS: [&str; 4] = [".", "?.", "::", "->"];

/// Words by which the environment is read.
const READS: [&str; 9] =
    ["environ", "getenv", "Getenv", "LookupEnv", "env", "ENV", "GetEnvironmentVariable", "_ENV", "_SERVER"];

/// A literal that takes the place of what could not be read: the program stops instead.
pub(super) fn fallback(code: &Code<'_>, style: &Style, literal: usize, name: &str) -> Outcome {
    without_default(code, style, literal, name)
        .or_else(|| without_alternative(code, style, literal, name))
        .or_else(|| stop(code, style, literal, name))
        .or_else(|| statement(code, style, literal, name))
        .unwrap_or(Err("the default is used in a way that no edit of this place alone can change"))
}

/// The name of what is read before the literal, in the same expression: `getenv("X", …`, `env.X || …`.
pub(super) fn read_name<'t>(code: &Code<'t>, literal: usize) -> Option<&'t str> {
    const NEAR: usize = 60;
    if is_pattern_default(code, literal) {
        // `{ X = "literal" }` and `{ X: x = "literal" }`.
        let target = code.before(code.before(literal));
        let key = if code.is(code.before(target), ":") { code.before(code.before(target)) } else { target };
        return Some(code.str(key)).filter(|name| is_name(name));
    }
    (literal.saturating_sub(NEAR)..literal).rev().find_map(|at| {
        let before = code.before(at);
        match code.kind(at)? {
            Kind::Text if code.is_any(before, &["(", "["]) && is_read(code, before) => {
                Some(code.tokens.content_str(at)).filter(|name| is_name(name))
            }
            Kind::Word if code.is_any(before, &[".", "?."]) && code.is_any(code.before(before), &READS) => {
                Some(code.str(at)).filter(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()) && is_name(name))
            }
            _ => None,
        }
    })
}

/// Whether the bracket belongs to a call or an index, not to a list or to parentheses.
fn is_read(code: &Code<'_>, bracket: usize) -> bool {
    matches!(code.kind(code.before(bracket)), Some(Kind::Word))
}

/// A variable or a configuration key, which a message can name.
fn is_name(text: &str) -> bool {
    (2..80).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':' | b'-'))
}

/// `getenv("X", "literal")` becomes what fails without the variable.
fn without_default(code: &Code<'_>, style: &Style, literal: usize, name: &str) -> Option<Outcome> {
    let open = code.enclosing(literal).filter(|&open| code.is(open, "("))?;
    let close = code.closing(open);
    let last = code.before(close);
    if !(last == literal || (code.is(last, ",") && code.before(last) == literal)) {
        return None;
    }
    let (first, callee) = code.path(code.before(open), &SEPARATORS)?;
    let (comma, keyword) = match code.before(literal) {
        equals if code.is_any(equals, &["=", ":"]) => {
            (code.before(code.before(equals)), Some(code.str(code.before(equals))))
        }
        comma => (comma, None),
    };
    if !code.is(comma, ",") || has_comma(code, open, comma) {
        return None;
    }
    let call =
        style.default.iter().find(|call| call.keyword.as_deref() == keyword && is_callee(&callee, &call.call))?;
    let argument = code.slice(open + 1, code.before(comma));
    Some(Ok(vec![Change::new(code.span(first, close), becomes(call, argument, &callee, name))]))
}

fn becomes(call: &DefaultCall, argument: &str, callee: &str, name: &str) -> String {
    // `my.os.getenv` stays what it is: only what the table names is replaced.
    let prefix = callee.strip_suffix(call.call.as_str()).unwrap_or_default();
    let text = call.becomes.replace("{name}", name).replace("{0}", argument).replace("{callee}", &call.call);
    format!("{prefix}{text}")
}

fn is_callee(callee: &str, wanted: &str) -> bool {
    callee == wanted || callee.strip_suffix(wanted).is_some_and(|before| matches!(before, "this." | "self."))
}

fn has_comma(code: &Code<'_>, open: usize, comma: usize) -> bool {
    let mut at = open + 1;
    while at < comma {
        if code.is(at, ",") {
            return true;
        }
        at = code.tokens.after(at);
    }
    false
}

/// `os.getenv("X") or "literal"` becomes what fails without the variable.
fn without_alternative(code: &Code<'_>, style: &Style, literal: usize, name: &str) -> Option<Outcome> {
    let or = code.before(literal);
    let close = code.before(or);
    if !code.is(or, "or") || !code.is(close, ")") || !ends(code, literal + 1) {
        return None;
    }
    let open = code.opening(close);
    let (first, callee) = code.path(code.before(open), &SEPARATORS)?;
    let call = style.default.iter().find(|call| call.keyword.is_none() && is_callee(&callee, &call.call))?;
    if has_comma(code, open, close) || open + 1 == close {
        return None;
    }
    let argument = code.slice(open + 1, code.before(close));
    Some(Ok(vec![Change::new(code.span(first, literal), becomes(call, argument, &callee, name))]))
}

/// The literal itself becomes an expression that does not come back.
fn stop(code: &Code<'_>, style: &Style, literal: usize, name: &str) -> Option<Outcome> {
    let stop = style.stop.as_ref()?;
    let before = code.before(literal);
    let lazy = code.is_any(before, &style.after)
        || is_last_of_ternary(code, style, literal)
        || is_lazy_argument(code, style, literal)
        || is_pattern_default(code, literal);
    let chained = code.is_any(literal + 1, &style.after);
    let cast = code.is(literal + 1, "as") && !code.is(literal + 2, "const");
    if !lazy || !(ends(code, literal + 1) || chained || cast) {
        return None;
    }
    Some(Ok(vec![Change::new(code.span(literal, literal), fill(stop, name, ""))]))
}

/// `env.X ? env.X : "literal"`: what stands last is computed only where there is no other.
fn is_last_of_ternary(code: &Code<'_>, style: &Style, literal: usize) -> bool {
    const LONG: usize = 20;
    let colon = code.before(literal);
    if !code.is(colon, ":") || style.after.is_empty() {
        return false;
    }
    let near = colon.saturating_sub(LONG)..colon;
    let Some(question) = near.rev().find(|&at| code.is(at, "?")) else { return false };
    let length = colon - question - 1;
    let Some(first) = question.checked_sub(length).filter(|_| length > 0) else { return false };
    (0..length).all(|at| code.str(first + at) == code.str(question + 1 + at))
        && !code.is_any(code.before(first), &["&&", "||", "==", "!=", "===", "!==", "!", "."])
}

/// `sys.env.getOrElse("X", "literal")`, whose last argument is computed only where it is needed.
fn is_lazy_argument(code: &Code<'_>, style: &Style, literal: usize) -> bool {
    let Some(open) = code.enclosing(literal).filter(|&open| code.is_any(open, &["(", "{"])) else { return false };
    if code.closing(open) != literal + 1 {
        return false;
    }
    let before = code.before(open);
    if !style.within_block {
        return code.is(open, "(") && code.is_any(before, &style.within);
    }
    // `ENV.fetch("X") { "literal" }`
    let callee = if code.is(before, ")") { code.before(code.opening(before)) } else { before };
    code.is(open, "{") && code.before(literal) == open && code.is_any(callee, &style.within)
}

/// `const { X = "literal" } = process.env`.
fn is_pattern_default(code: &Code<'_>, literal: usize) -> bool {
    let Some(open) = code.enclosing(literal).filter(|&open| code.is(open, "{")) else { return false };
    code.is(code.before(literal), "=")
        && code.is_any(code.before(open), &["const", "let", "var"])
        && code.is(code.closing(open) + 1, "=")
}

/// `if (!x) x = "literal"` and `return "literal"`: the statement stops the program instead.
fn statement(code: &Code<'_>, style: &Style, literal: usize, name: &str) -> Option<Outcome> {
    let throw = style.throw.as_ref()?;
    let by_lines = !matches!(style.id.as_str(), "java" | "csharp" | "php");
    let before = code.before(literal);
    let is_return = code.is(before, "return");
    if !(is_return || code.is(before, "=")) || !ends(code, literal + 1) {
        return None;
    }
    let start = code.statement(literal, by_lines);
    let only_when_absent = if is_return {
        start == before && reads_before(code, literal)
    } else {
        let target = code.before(before);
        code.path(target, &SEPARATORS).is_some_and(|(first, _)| first == start) && follows_absence(code, start, target)
    };
    if !only_when_absent {
        return None;
    }
    // What follows in the block could no longer be reached, which some compilers refuse.
    let next = if code.is(literal + 1, ";") { literal + 2 } else { literal + 1 };
    if style.id == "java" && !code.is(next, "}") {
        return None;
    }
    Some(Ok(vec![Change::new(code.span(start, literal), fill(throw, name, ""))]))
}

/// Whether the environment is read shortly before.
fn reads_before(code: &Code<'_>, literal: usize) -> bool {
    const NEAR: usize = 40;
    (literal.saturating_sub(NEAR)..literal).any(|at| code.is_any(at, &READS))
}

/// Whether the statement runs only where `target` has no value: `if not x:`, `if x == "" {`, `if (!x)`.
fn follows_absence(code: &Code<'_>, start: usize, target: usize) -> bool {
    const SHORT: usize = 16;
    let first = start.saturating_sub(SHORT);
    let Some(condition) = (first..start).rev().find(|&at| code.is(at, "if")) else { return false };
    let header: Vec<&str> = (condition..start).map(|at| code.str(at)).collect();
    let absent = header.windows(2).any(|pair| match pair {
        ["not" | "!" | "empty", _] => true,
        ["==" | "===", value] => matches!(*value, "\"\"" | "''" | "nil" | "null" | "undefined"),
        ["is" | "?", "None" | "null"] => true,
        _ => false,
    });
    // Nothing but the condition stands between: the statement is the first of the block.
    let opened = header.iter().filter(|text| matches!(**text, "{" | ":" | ";")).count();
    absent && opened <= 2 && header.contains(&code.str(target))
}

/// A literal that the program signs or verifies with: it is read from the environment instead.
pub(super) fn literal(code: &Code<'_>, style: &Style, literal: usize, name: &str, extension: &str) -> Outcome {
    let Some(read) = &style.read else { return Err("no edit is known to be safe in this language") };
    if matches!(extension, "jsx" | "tsx" | "vue" | "svelte" | "astro" | "html" | "htm") {
        return Err("what runs in a browser has no environment");
    }
    let prefix = &code.str(literal)[..code.tokens.content(literal).start() - code.tokens.span(literal).start()];
    let prefix = prefix.trim_end_matches(['"', '\'', '`', '#', '@', '$']);
    let template = match (prefix.to_ascii_lowercase().as_str(), &style.read_bytes) {
        ("b" | "br" | "rb", Some(bytes)) => bytes,
        ("" | "r" | "u", _) => read,
        _ => return Err("the literal is of a special sort"),
    };
    if let Some(reason) = holds_constant(code, style, literal) {
        return Err(reason);
    }
    let next = literal + 1;
    let member = code.is_any(next, &[".", "?."]) && !code.line_break(next);
    if !(ends(code, next) || member) {
        return Err("the literal is part of a larger expression");
    }
    let mut text = fill(template, name, code.indent(literal));
    if style.loose && member {
        text = format!("({text})");
    }
    let mut changes: Vec<Change> =
        style.import.iter().filter_map(|module| super::imports::change(code, style, module)).collect();
    changes.push(Change::new(code.span(literal, literal), text));
    Ok(changes)
}

/// Why no read can stand in the place of the literal.
fn holds_constant(code: &Code<'_>, style: &Style, literal: usize) -> Option<&'static str> {
    const CONSTANT: Option<&str> = Some("a constant cannot read the environment");
    let before = code.before(literal);
    if !code.is_any(before, &["(", ",", "=", ":", "=>", "return", "[", ":=", "->"]) {
        return Some("the literal is part of a larger expression");
    }
    let by_lines = !matches!(style.id.as_str(), "java" | "csharp" | "php");
    let start = code.statement(literal, by_lines);
    let words: Vec<&str> = (start..literal).map(|at| code.str(at)).collect();
    if words.iter().any(|word| style.constant.iter().any(|constant| constant == word)) {
        return CONSTANT;
    }
    let open = code.enclosing(literal);
    let header = open.map(|open| code.statement(open, by_lines)..open).unwrap_or(0..0);
    let header: Vec<&str> = header.map(|at| code.str(at)).collect();
    if header.iter().any(|word| style.constant.iter().any(|constant| constant == word) && *word != "case") {
        let of_class = header.iter().any(|word| matches!(*word, "class" | "function" | "fn"));
        if !of_class || header.contains(&"annotation") || header.contains(&"enum") {
            return CONSTANT;
        }
    }
    let in_parentheses = open.is_some_and(|open| code.is(open, "("));
    let annotated = open.is_some_and(|open| {
        let path = code.path(code.before(open), &SEPARATORS);
        path.is_some_and(|(first, _)| {
            code.is(code.before(first), "@")
                || code.enclosing(first).is_some_and(|outer| style.id == "csharp" && code.is(outer, "["))
        })
    });
    if annotated && style.id != "python" && style.id != "javascript" {
        return CONSTANT;
    }
    if in_parentheses && code.is(before, "=") {
        let defines = header.iter().any(|word| matches!(*word, "def" | "function" | "fn"));
        if defines || matches!(style.id.as_str(), "csharp" | "php") {
            return CONSTANT;
        }
    }
    let is_value = |&at: &usize| {
        code.kind(at) == Some(Kind::Text) && code.tokens.content_str(at) == code.tokens.content_str(literal)
    };
    match style.id.as_str() {
        "javascript" if code.is(literal + 1, ":") => Some("the literal is a key"),
        "javascript" if (start..literal).any(|at| is_value(&at)) => Some("the literal stands there twice"),
        "java" if words.contains(&"final") && words.contains(&"static") && !words.contains(&"private") => {
            Some("a constant that other classes may use as one cannot read the environment")
        }
        "java" if words.contains(&"final") && used_in_annotation(code, start, literal) => CONSTANT,
        "go" if !is_plain_go_string(code, &words, literal) => Some("the literal may be of a type of its own"),
        _ => None,
    }
}

fn used_in_annotation(code: &Code<'_>, start: usize, literal: usize) -> bool {
    let Some(name) = (start..literal).rev().find(|&at| code.kind(at) == Some(Kind::Word)) else { return false };
    let name = code.str(name);
    (0..code.tokens.len()).any(|at| {
        at != literal
            && code.is(at, name)
            && code.enclosing(at).is_some_and(|open| {
                code.path(code.before(open), &SEPARATORS).is_some_and(|(first, _)| code.is(code.before(first), "@"))
            })
    })
}

/// Untyped constants take the type that is wanted; what is read is a `string`.
fn is_plain_go_string(code: &Code<'_>, words: &[&str], literal: usize) -> bool {
    let before = code.before(literal);
    let conversion = code.is(before, "(")
        && code.is(code.before(before), "byte")
        && code.is(code.before(code.before(before)), "]")
        && code.is(literal + 1, ")");
    let variable = code.is(before, ":=") || matches!(words, ["var", _, "="] | ["var", _, "string", "="]);
    conversion || (variable && words.iter().filter(|word| **word == ",").count() == 0)
}

/// Whether an expression ends before this token.
fn ends(code: &Code<'_>, next: usize) -> bool {
    if code.is_any(next, &[")", ",", ";", "}", "]"]) {
        return true;
    }
    let continues = [".", "?.", "->", "+", "%", "*", "||", "&&", "??", "?:", "?", "=", "==", "(", "["];
    code.line_break(next) && !code.is_any(next, &continues) && code.kind(next) != Some(Kind::Text)
}

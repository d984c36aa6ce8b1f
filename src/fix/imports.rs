//! A line that brings in the module an edit needs.

use super::Change;
use super::code::Code;
use super::style::Style;
use crate::analyze::pattern::token::Kind;
use crate::span::Span;

/// The line to add; `None` where the module is there.
pub(super) fn change(code: &Code<'_>, style: &Style, module: &str) -> Option<Change> {
    match style.id.as_str() {
        "python" => python(code, module),
        "go" => go(code, module),
        _ => None,
    }
}

/// The first tokens of lines that no bracket or indentation encloses.
fn lines<'c>(code: &'c Code<'_>) -> impl Iterator<Item = usize> + 'c {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < code.tokens.len() {
            let here = at;
            at = code.tokens.after(at);
            if code.line_break(here) && code.line_start(here) == code.tokens.span(here).start() {
                return Some(here);
            }
        }
        None
    })
}

fn python(code: &Code<'_>, module: &str) -> Option<Change> {
    let plain: Vec<usize> = lines(code).filter(|&at| code.is(at, "import")).collect();
    if plain.iter().any(|&at| code.is(at + 1, module) && !code.is(at + 2, "as") && !code.is(at + 2, ".")) {
        return None;
    }
    let line = format!("import {module}\n");
    let later = plain.iter().find(|&&at| code.str(at + 1) > module).copied();
    let from = || lines(code).find(|&at| code.is(at, "from") && !code.is(at + 1, "__future__"));
    let first = || lines(code).find(|&at| code.kind(at) != Some(Kind::Text) && !code.is(at, "from"));
    let (at, gap) = match later.or_else(from) {
        Some(at) => (at, ""),
        None => match plain.last() {
            Some(&last) => return Some(Change::new(empty(line_end(code, last)), line)),
            None => (first()?, "\n"),
        },
    };
    Some(Change::new(empty(code.line_start(at)), format!("{line}{gap}")))
}

/// Imports of Go are sorted within their group.
fn go(code: &Code<'_>, module: &str) -> Option<Change> {
    let imports: Vec<usize> = lines(code).filter(|&at| code.is(at, "import")).collect();
    let quoted = format!("\"{module}\"");
    let is_there = |at: usize| code.str(at) == quoted;
    for &import in &imports {
        let paths =
            if code.is(import + 1, "(") { import + 2..code.closing(import + 1) } else { import + 1..import + 3 };
        // `_ "os"` and the like bring the module in under another name.
        if paths.clone().any(|at| is_there(at) && (code.kind(at - 1) != Some(Kind::Word) || code.is(at - 1, "import")))
        {
            return None;
        }
    }
    if let Some(&group) = imports.iter().find(|&&at| code.is(at + 1, "(")) {
        let close = code.closing(group + 1);
        let mut at = group + 2;
        // The first group ends at an empty line.
        while at < close {
            let ended = code.text()[..code.line_start(at)].trim_end_matches([' ', '\t']).ends_with("\n\n");
            if (at > group + 2 && ended) || code.str(at) > quoted.as_str() {
                break;
            }
            at += 1;
        }
        let later_group = at < close && at > group + 2 && code.text()[..code.line_start(at)].ends_with("\n\n");
        let place = if later_group { line_end(code, at - 1) } else { code.line_start(at.min(close)) };
        return Some(Change::new(empty(place), format!("\t{quoted}\n")));
    }
    if let Some(&single) = imports.first() {
        return Some(Change::new(empty(code.line_start(single)), format!("import {quoted}\n")));
    }
    let package = lines(code).find(|&at| code.is(at, "package"))?;
    Some(Change::new(empty(line_end(code, package)), format!("\nimport {quoted}\n")))
}

/// Where the line after the token's begins.
fn line_end(code: &Code<'_>, index: usize) -> usize {
    let end = code.tokens.span(index).end();
    memchr::memchr(b'\n', code.text().as_bytes().get(end..).unwrap_or_default())
        .map_or(code.text().len(), |length| end + length + 1)
}

fn empty(at: usize) -> Span {
    Span::new(at, at)
}

//! Settings in a text of the source: names with values, whatever the format.

use serde_json::Value as Json;

use crate::span::Span;

/// No more entries of one text are looked at.
const MOST: usize = 200;
/// Tables in tables are followed this far.
const DEEPEST: usize = 8;

/// The names, with what they are members of, and their values.
pub fn entries(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    match serde_json::from_str::<Json>(text) {
        Ok(json @ Json::Object(_)) => of_json("", &json, 0, &mut found),
        _ => of_lines(text, &mut found),
    }
    found
}

/// Where a part of a literal's text stands, if it is written there as it is.
pub fn place(text: &str, literal: Span, part: &str) -> Span {
    let written = text.get(literal.range()).unwrap_or_default();
    match memchr::memmem::find(written.as_bytes(), part.as_bytes()) {
        Some(at) => Span::new(literal.start() + at, literal.start() + at + part.len()),
        None => literal,
    }
}

fn of_json(table: &str, json: &Json, depth: usize, found: &mut Vec<(String, String)>) {
    let Json::Object(members) = json else { return };
    for (name, value) in members {
        let name = format!("{table}{name}");
        match value {
            Json::String(text) if !text.is_empty() && found.len() < MOST => found.push((name, text.clone())),
            Json::Object(_) if depth < DEEPEST => of_json(&format!("{name}."), value, depth + 1, found),
            _ => {}
        }
    }
}

/// `[table]` and `name = "value"`, `table:` and `name: value`, `NAME=value`.
fn of_lines(text: &str, found: &mut Vec<(String, String)>) {
    let mut table = String::new();
    // Names without a value, with how far they are indented.
    let mut open: Vec<(usize, &str)> = Vec::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = format!("{}.", name.trim());
            continue;
        }
        let Some((name, value)) = line.trim_start_matches(['{', '"']).split_once(['=', ':']) else { continue };
        let name = name.trim().trim_matches('"');
        let value = value.trim().trim_end_matches([',', '}']).trim().trim_matches(['"', '\'']);
        open.retain(|(outer, _)| *outer < indent);
        if value.is_empty() || value == "{" {
            open.push((indent, name));
            open.truncate(DEEPEST);
        } else if found.len() < MOST {
            let around: String = open.iter().map(|(_, name)| format!("{name}.")).collect();
            found.push((format!("{table}{around}{name}"), value.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_names_its_entries() {
        let wanted = [("jwt.secret".to_owned(), "pear-tree".to_owned())];
        for text in [
            "[jwt]\nsecret = \"pear-tree\"",
            "jwt.secret = 'pear-tree'",
            "jwt:\n  secret: pear-tree\nother:",
            "{\"jwt\":{\"secret\":\"pear-tree\"}}",
            "{\n  \"jwt\": {\n    \"secret\": \"pear-tree\", // a comment\n",
        ] {
            let found = entries(text);
            assert_eq!(found.first().map(|(name, _)| name), Some(&wanted[0].0), "{text}");
        }
        assert_eq!(entries("a:\n  b:\n    c: 1\n  d: 2\ne: 3").len(), 3);
        assert_eq!(entries("a:\n  b:\n    c: 1\n  d: 2\ne: 3")[2].0, "e");
    }
}

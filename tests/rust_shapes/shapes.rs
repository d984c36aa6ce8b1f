//! `shapes.txt`: how a constant is written and carried.

use jwtlint::finding::Level;

use super::case::Expected;

/// A string literal where the table says `LIT`.
const LITERAL: &str = "\"pear-tree-in-winter\"";
/// What stands there in the clean twin.
const READ: &str = "std::env::var(\"ORCHARD_PHRASE\").expect(\"ORCHARD_PHRASE is set\")";

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its name.
    pub name: String,
    /// What a scan of it says; that of its twin is always nothing.
    pub expected: Expected,
    /// Why it is not found yet.
    pub gap: Option<String>,
    /// Why its twin is not clean yet.
    pub twin_gap: Option<String>,
    lines: Vec<String>,
}

/// A shape's code, as itself or as its twin.
#[derive(Debug, Clone)]
pub struct Shaped {
    /// Items of the file.
    pub items: String,
    /// Statements before the use.
    pub body: String,
    /// The bytes used as the key.
    pub value: String,
}

/// All rows.
pub fn shapes() -> Vec<Shape> {
    let text = include_str!("shapes.txt");
    let mut shapes: Vec<Shape> = Vec::new();
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            shapes.push(Shape::headed(head));
        } else if let Some(shape) = shapes.last_mut() {
            shape.lines.push(line.to_owned());
        }
    }
    shapes
}

impl Shape {
    fn headed(head: &str) -> Self {
        let mut parts = head.split(" | ");
        let name = parts.next().unwrap().trim().to_owned();
        let mut shape =
            Self { name, expected: Expected::Found(Level::Error), gap: None, twin_gap: None, lines: Vec::new() };
        for part in parts {
            match part.trim().split_once('=').unwrap() {
                ("level", "none") => shape.expected = Expected::Clean,
                ("level", "note") => shape.expected = Expected::Found(Level::Note),
                ("level", "warning") => shape.expected = Expected::Found(Level::Warning),
                ("gap", why) => shape.gap = Some(why.to_owned()),
                ("twin-gap", why) => shape.twin_gap = Some(why.to_owned()),
                other => panic!("no such option of a shape: {other:?}"),
            }
        }
        shape
    }

    /// The code of the shape or of its clean twin.
    pub fn written(&self, twin: bool) -> Shaped {
        let (mut items, mut body, mut value) = (String::new(), String::new(), String::new());
        let mut part = 0;
        for line in &self.lines {
            let line = match line.split_at_checked(1) {
                Some(("+", line)) if !twin => line,
                Some(("-", line)) if twin && !line.starts_with("--") => line,
                Some(("+", _)) => continue,
                Some(("-", line)) if !line.starts_with("--") => continue,
                _ => line.as_str(),
            };
            if line == "---" {
                part = 1;
            } else if let Some(expression) = line.strip_prefix(">>> ") {
                part = 2;
                value.push_str(expression);
                value.push('\n');
            } else {
                let part = [&mut items, &mut body, &mut value].into_iter().nth(part).unwrap();
                part.push_str(line);
                part.push('\n');
            }
        }
        let fill = |code: String| filled(&code, twin);
        Shaped { items: fill(items), body: fill(body), value: fill(value.trim().to_owned()) }
    }
}

/// Code with its literals written out, or read from the environment instead.
pub fn filled(code: &str, twin: bool) -> String {
    let (bytes, text) = if twin {
        (format!("{READ}.as_bytes()"), READ.to_owned())
    } else {
        (format!("b{LITERAL}"), LITERAL.to_owned())
    };
    code.replace("BLIT", &bytes).replace("LIT", &text)
}

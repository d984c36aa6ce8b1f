//! Tokens that are written down: in any text, for they look the same everywhere.

use std::sync::Arc;

use crate::analyze::pattern::Engine;
use crate::analyze::rust::lexical::item_end;
use crate::fact::{Candidate, Confidence, Evidence, Facts, FileId, Origin, Place, Setting};
use crate::secret::Secret;
use crate::source::Source;
use crate::span::Span;
use crate::token::{self, Sighting};

/// Where a name is looked for before a value, in bytes.
const REACH: usize = 160;

/// How far before a token, in bytes and lines, the word stands that makes it an example of a schema.
const EXAMPLE: usize = 240;
const EXAMPLE_LINES: usize = 4;

/// Nobody writes more on one line before a comment, in bytes.
const LONG_LINE: usize = 4096;

/// The tokens of a file.
pub fn analyze(file: FileId, source: &Source) -> Facts {
    let found = token::find(&source.text);
    let surroundings = Surroundings::of(source);
    let candidates = found.tokens.into_iter().map(|sighting| candidate(file, &surroundings, sighting)).collect();
    Facts { candidates, truncated: found.truncated, ..Facts::default() }
}

fn candidate(file: FileId, surroundings: &Surroundings<'_>, sighting: Sighting) -> Candidate {
    let Sighting { span, compact } = sighting;
    let found = surroundings.proven(file, span, compact);
    let of_example = is_of_example(surroundings.text, span);
    Candidate {
        evidence: Evidence::Token,
        origin: Origin::Token,
        detector: Arc::from("token"),
        setting: if of_example { found.setting.max(Setting::Documentation) } else { found.setting },
        ..found
    }
}

/// Whether a place is the example of a schema, which people read: `@ApiProperty({ example: "…" })`,
/// `json_schema_extra={"example": {"token": "…"}}`.
fn is_of_example(text: &str, span: Span) -> bool {
    let mut near = span.start().saturating_sub(EXAMPLE);
    while !text.is_char_boundary(near) {
        near += 1;
    }
    let before = text.get(near..span.start()).unwrap_or_default();
    let lines = before.rsplit('\n').take(EXAMPLE_LINES);
    let mut words = lines.flat_map(|line| line.match_indices("example").map(move |(at, word)| (line, at + word.len())));
    words.any(|(line, end)| {
        let is_whole = !line[..end].trim_end_matches("example").ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = line[end..].trim_start_matches('s').trim_start_matches(['"', '\'']).trim_start();
        is_whole && rest.starts_with([':', '=']) && !rest.starts_with("==")
    })
}

/// What the parts of a text are for, without an analyzer of the language: comments and tests that stand among other
/// code. The path tells the rest.
pub(crate) struct Surroundings<'a> {
    text: &'a str,
    place: Place,
    documentation: Vec<Span>,
    tests: Vec<Span>,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn of(source: &'a Source) -> Self {
        let Source { path, text, .. } = source;
        let place = place_of(path);
        let tests = if path.ends_with(".rs") { rust_tests(text) } else { Vec::new() };
        let documentation = if place == Place::Code { documentation(text) } else { Vec::new() };
        Self { text, place, documentation, tests }
    }

    /// A secret that a proof speaks for, with what its place and its name say.
    pub(crate) fn proven(&self, file: FileId, span: Span, secret: Secret) -> Candidate {
        let (place, setting) = self.at(span);
        Candidate {
            file,
            span,
            secret,
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::Proven,
            origin: Origin::Literal,
            place,
            subject: name_before(line_before(self.text, span)).to_owned(),
            steps: Vec::new(),
            setting,
            confidence: Confidence::High,
            read_as: None,
            conditional: false,
            detector: Arc::from("proof"),
        }
    }

    /// What a place is, and what it is for.
    pub(crate) fn at(&self, span: Span) -> (Place, Setting) {
        let within = |spans: &[Span]| {
            let next = spans.partition_point(|other| other.start() <= span.start());
            next.checked_sub(1).and_then(|at| spans.get(at)).is_some_and(|other| span.start() < other.end())
        };
        if is_comment(line_before(self.text, span)) || within(&self.documentation) {
            (Place::Comment, Setting::Documentation)
        } else if within(&self.tests) {
            (self.place, Setting::Test)
        } else {
            (self.place, Setting::Production)
        }
    }
}

/// Block comments that begin a line or follow a blank, and the texts that document something.
fn documentation(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(['/', '"'])) {
        let open = from + found;
        let before = text.get(..open).unwrap_or_default();
        let rest = text.get(open..).unwrap_or_default();
        let (end, documents) = if rest.starts_with("/*") && before.chars().next_back().is_none_or(char::is_whitespace) {
            ("*/", true)
        } else if rest.starts_with("\"\"\"") {
            let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
            let of_elixir = ["@doc", "@moduledoc", "@typedoc"].iter().any(|mark| line.starts_with(mark));
            ("\"\"\"", line.is_empty() || line == "r" || of_elixir)
        } else {
            from = open + 1;
            continue;
        };
        let close = rest.get(3..).and_then(|rest| rest.find(end)).map_or(rest.len(), |at| at + 3 + end.len());
        if documents {
            spans.push(Span::new(open, open + close));
        }
        from = open + close;
    }
    spans
}

/// Modules and functions for tests: what an attribute at the beginning of a line stands on.
fn rust_tests(text: &str) -> Vec<Span> {
    const MARKS: [&str; 3] = ["#[cfg(test)]", "#[test]", "#[tokio::test"];
    let mut spans = Vec::new();
    let mut start = 0;
    while let Some(line) = text.get(start..).and_then(|rest| rest.split_inclusive('\n').next()) {
        let code = line.trim_start();
        let mut end = start + line.len();
        if MARKS.iter().any(|mark| code.starts_with(mark)) {
            let item = item_end(text.as_bytes(), end - code.len());
            spans.push(Span::new(start, item));
            end = text.get(item..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| item + at + 1);
        }
        start = end;
    }
    spans
}

/// Program source, or what a program reads.
pub(crate) fn place_of(path: &str) -> Place {
    let is_code = path.ends_with(".rs") || Engine::embedded().language_of(path).is_some();
    if is_code { Place::Code } else { Place::Configuration }
}

/// What stands before a place on its line, as far as that is near.
pub(crate) fn line_before(text: &str, span: Span) -> &str {
    let mut near = span.start().saturating_sub(LONG_LINE);
    while !text.is_char_boundary(near) {
        near += 1;
    }
    let before = text.get(near..span.start()).unwrap_or_default();
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    before.get(line..).unwrap_or_default()
}

/// Whether a comment has begun on the line, as far as can be told without knowing the language.
fn is_comment(before: &str) -> bool {
    if before.len() + 4 >= LONG_LINE {
        return false;
    }
    let start = before.trim_start();
    let opens =
        ["//", "#", "/*", "* ", "*\t", "<!--", "-- ", ";;", "; ", "\"\"\""].iter().any(|mark| start.starts_with(mark));
    let follows = ["//", "# ", "/*"].iter().any(|mark| {
        // An address, and a mark in a string, open no comment.
        start.split_once(mark).is_some_and(|(code, _)| {
            code.ends_with(char::is_whitespace)
                && ["\"", "'", "`"].iter().all(|quote| code.matches(quote).count() % 2 == 0)
        })
    });
    (opens && !start.starts_with("#define")) || follows
}

/// The name of what is given a value that follows: `token` in `let token = "`, `Authorization` in a header.
pub(crate) fn name_before(before: &str) -> &str {
    let mut near = before.len().saturating_sub(REACH);
    while !before.is_char_boundary(near) {
        near += 1;
    }
    let near = before.get(near..).unwrap_or_default();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut words = near
        .split(|c: char| !is_name(c))
        .filter(|word| word.len() > 1 && !word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let is_noise = |word: &str| {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "bearer"
                | "jwt"
                | "value"
                | "str"
                | "string"
                | "static"
                | "as"
                | "const"
                | "let"
                | "var"
                | "return"
                | "nbr"
                // The accessors of a property: `public string Token { get; set; } = "`.
                | "get"
                | "set"
                | "init"
        )
    };
    words
        .rfind(|word| !is_noise(word) && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_before_a_value_is_what_holds_it() {
        for (before, name) in [
            ("    let session_token = \"", "session_token"),
            ("Authorization: Bearer ", "Authorization"),
            ("    public string LicenseKey { get; set; } = \"", "LicenseKey"),
            ("    \"authorization\": \"Bearer ", "authorization"),
            ("  ANON_KEY=", "ANON_KEY"),
            ("  { \"key\": \"token\", \"value\": \"", "token"),
            ("pub static SAMPLE: &str = \"", "SAMPLE"),
            ("", ""),
        ] {
            assert_eq!(name_before(before), name, "{before}");
        }
    }

    #[test]
    fn tests_and_documentation_among_other_code_are_told() {
        let setting = |path: &str, text: &str| {
            let at = text.find("HERE").unwrap_or_default();
            Surroundings::of(&Source::new(path, text)).at(Span::new(at, at + 4)).1
        };
        for test in
            ["#[cfg(test)]\nmod tests {\n    fn a() { HERE }\n}\n", "  #[test]\n  fn a() {\n    x(\"HERE\");\n  }\n"]
        {
            assert_eq!(setting("a.rs", test), Setting::Test, "{test}");
        }
        let behind = "#[cfg(test)]\nmod tests {\n    fn a() {}\n}\nfn b() { HERE }";
        assert_eq!(setting("a.rs", behind), Setting::Production);
        for (path, text) in [
            ("a.ex", "@doc \"\"\"\n    iex> verify(\"HERE\")\n\"\"\"\n"),
            ("a.py", "def a():\n    \"\"\"\n    >>> a('HERE')\n"),
            ("a.js", "/*\n  HERE\n*/"),
        ] {
            assert_eq!(setting(path, text), Setting::Documentation, "{text}");
        }
        assert_eq!(setting("a.py", "X = \"\"\"\nHERE\n\"\"\""), Setting::Production);
        assert_eq!(setting("a.js", "/* a */\nHERE"), Setting::Production);
    }

    #[test]
    fn comments_are_told_without_the_language() {
        for before in ["// ", "  # token: ", " * Authorization: ", "x = 1; // like ", "KEY=1 # or ", "<!-- ", "/// "] {
            assert!(is_comment(before), "{before}");
        }
        for before in ["x = \"", "url = \"https://x.example/?t=", "a = '# ", "color: #fff; b: ", ""] {
            assert!(!is_comment(before), "{before}");
        }
    }
}

//! Comments that allow findings: `jwtlint: allow(RULE[, RULE]) reason="…"`.
//!
//! At the end of a line such a comment covers that line; on a line of its own it covers the next line
//! of code, and where a statement starts there, the statement. Comments are found line by line: the
//! words must directly follow what opens a comment, and that must not stand in a string.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use crate::catalog;
use crate::source::Source;
use crate::span::Span;

/// A statement reaches at most this many lines: a comment above a whole file is no allowance for it.
const LONGEST_STATEMENT: usize = 200;

/// The words that all such comments have.
const MARK: &str = "jwtlint:";

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Directive {
    /// From `jwtlint:` to the end of what it says.
    pub span: Span,
    /// The lines it covers.
    pub lines: RangeInclusive<usize>,
    /// What it allows and why, or what is wrong with it.
    pub verdict: Result<Allowance, Fault>,
}

/// A comment that says all it has to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The ids of rules, as written, each with whether a finding needed it.
    pub rules: Vec<(String, bool)>,
    /// Why.
    pub reason: String,
}

/// What is wrong with a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not of the form `allow(RULE) reason="…"`.
    Malformed,
    /// It names no reason.
    NoReason,
    /// It names a rule that does not exist.
    UnknownRule(String),
}

/// What opens a comment, in any language, and then the words.
static OPENED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^\s*\*|//[/!]?|#+!?|/\*+!?|<!--|--\[*|;+|%+|\bREM\b|\{\{/\*|\{#-?|\{\{!(?:--)?|\(\*|^\s*')\s*jwtlint:",
    )
    .ok()
});

static ALLOW: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^jwtlint:\s*allow\(\s*([A-Za-z0-9_-]+(?:\s*,\s*[A-Za-z0-9_-]+)*)\s*,?\s*\)(?:\s*reason\s*=\s*(?:"([^"]*)"|'([^']*)'))?"#).ok()
});

/// The comments of a file that speak to jwtlint.
pub(super) fn scan(source: &Source) -> Vec<Directive> {
    let text = &source.text;
    let mut directives = Vec::new();
    let mut marks = memmem::find_iter(text.as_bytes(), MARK).peekable();
    if marks.peek().is_none() {
        return directives;
    }
    let lines = source.lines();
    let syntax = Syntax::of(source.file_name());
    let mut last_line = 0;
    for at in marks {
        let number = lines.line(at);
        // One a line; what follows in the same comment is its reason.
        if number == last_line {
            continue;
        }
        let line = lines.span_of_line(text, number);
        let Some(content) = text.get(line.range()) else { continue };
        let Some(comment) = comment_start(content, at - line.start(), syntax) else { continue };
        last_line = number;
        let (verdict, length) = parse(&text[at..line.end()]);
        let span = Span::new(at, at + length);
        let alone = content[..comment].trim().is_empty() && !code_follows(&content[span.end() - line.start()..]);
        let lines = if alone { next_statement(source, number) } else { number..=number };
        directives.push(Directive { span, lines, verdict });
    }
    directives
}

/// What opens comments in a file, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `//`, `/*`, and `<!--` where markup is mixed in.
    Slashes,
    /// `#`.
    Hash,
    /// `<!--`: in prose `#` is a heading, and code is quoted.
    Markup,
    /// Anything goes.
    Any,
}

impl Syntax {
    pub(super) fn of(file_name: &str) -> Self {
        let extension = file_name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        match extension.as_str() {
            "rs" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "go" | "java" | "kt" | "kts"
            | "scala" | "cs" | "swift" | "dart" | "c" | "h" | "cc" | "cpp" | "hpp" | "vue" | "svelte" | "groovy"
            | "gradle" | "zig" => Self::Slashes,
            "py" | "rb" | "ex" | "exs" | "yml" | "yaml" | "toml" | "sh" | "bash" | "zsh" | "env" | "pl" | "r"
            | "jl" => Self::Hash,
            "md" | "mdx" | "markdown" | "rst" | "adoc" | "html" | "htm" | "xml" | "svg" => Self::Markup,
            _ => Self::Any,
        }
    }

    pub(super) fn opens_with(self, opener: &str) -> bool {
        let markup = opener.starts_with("<!--");
        match self {
            Self::Slashes => markup || opener.starts_with('/') || opener.starts_with('*'),
            // Helm and other templates put their own comments into YAML.
            Self::Hash => opener.starts_with('#') || opener.starts_with("{{") || opener.starts_with("{#"),
            Self::Markup => markup,
            Self::Any => true,
        }
    }
}

/// Where the comment opens whose first words are the mark at `at`; `None` if that is no comment.
fn comment_start(line: &str, at: usize, syntax: Syntax) -> Option<usize> {
    let upto = line.get(..at + MARK.len())?;
    let opened = OPENED.as_ref()?.find_iter(upto).find(|found| found.end() == upto.len())?;
    let opener = opened.as_str().trim_start();
    let quoted = !opener.starts_with("<!--") && in_string(line, opened.start());
    (syntax.opens_with(opener) && !quoted).then_some(opened.start())
}

/// Whether a string is open at `at`, as far as one line tells.
fn in_string(line: &str, at: usize) -> bool {
    let mut open: Option<char> = None;
    let mut escaped = false;
    for c in line[..at].chars() {
        match open {
            _ if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(quote) if c == quote => open = None,
            None if matches!(c, '"' | '\'' | '`') => open = Some(c),
            _ => {}
        }
    }
    match open {
        // Rust's lifetimes and prose have single quotes that never close.
        Some('\'') => line[at..].contains('\''),
        Some(_) => true,
        None => false,
    }
}

/// Whether code stands behind a comment that ends on its line.
fn code_follows(rest: &str) -> bool {
    let behind = ["*/", "-->", "*)", "#}", "--}}", "}}"].iter().filter_map(|end| rest.split_once(end)).next();
    behind.is_some_and(|(_, code)| !code.trim_matches(|c: char| c.is_whitespace() || c == '}').is_empty())
}

/// Reads `jwtlint: allow(…) reason="…"`; the number is how many bytes belong to it.
fn parse(text: &str) -> (Result<Allowance, Fault>, usize) {
    let Some(found) = ALLOW.as_ref().and_then(|allow| allow.captures(text)) else {
        let end = ["*/", "-->", "*)"].iter().filter_map(|end| text.find(end)).min().unwrap_or(text.len());
        return (Err(Fault::Malformed), text[..end].trim_end().len());
    };
    let group = |index| found.get(index).map(|group| group.as_str());
    let length = found.get(0).map_or(MARK.len(), |whole| whole.end());
    let reason = group(2).or(group(3)).map(str::trim).unwrap_or_default();
    let rules: Vec<&str> = group(1).unwrap_or_default().split(',').map(str::trim).collect();
    if let Some(unknown) = rules.iter().find(|rule| catalog::find(rule).is_none()) {
        return (Err(Fault::UnknownRule((*unknown).to_owned())), length);
    }
    if reason.is_empty() {
        return (Err(Fault::NoReason), length);
    }
    let rules = rules.into_iter().map(|rule| (rule.to_owned(), false)).collect();
    (Ok(Allowance { rules, reason: reason.to_owned() }), length)
}

/// The lines of the statement that follows the comment on line `comment`.
fn next_statement(source: &Source, comment: usize) -> RangeInclusive<usize> {
    let count = source.lines().count();
    let text_of = |line| source.text.get(source.lines().span_of_line(&source.text, line).range()).unwrap_or_default();
    let Some(first) = (comment + 1..=count.min(comment + LONGEST_STATEMENT)).find(|&line| !is_blank(text_of(line)))
    else {
        return comment..=comment;
    };
    let mut statement = Statement::default();
    let indent = indentation(text_of(first));
    for number in first..=count.min(first + LONGEST_STATEMENT) {
        let line = text_of(number);
        if statement.block_scalar && number > first {
            if line.trim().is_empty() || indentation(line) > indent {
                continue;
            }
            return first..=number - 1;
        }
        if statement.read(line) == Next::Ends {
            return first..=number;
        }
    }
    first..=count.min(first + LONGEST_STATEMENT)
}

/// Blank, a comment, or an attribute: none of these is a statement.
fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || ["//", "#", "/*", "*", "<!--", "--", ";", "%", "@"].iter().any(|start| line.starts_with(start))
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// How far a statement has been read: which brackets are open.
#[derive(Default)]
struct Statement {
    depth: usize,
    /// A YAML text that goes on while lines are indented.
    block_scalar: bool,
}

#[derive(PartialEq, Eq)]
enum Next {
    GoesOn,
    Ends,
}

impl Statement {
    fn read(&mut self, line: &str) -> Next {
        let code = line.trim_end();
        let mut quote: Option<char> = None;
        let mut escaped = false;
        for (at, c) in code.char_indices() {
            match quote {
                _ if escaped => escaped = false,
                Some(_) if c == '\\' => escaped = true,
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if matches!(c, '"' | '`') || c == '\'' && code[at + 1..].contains('\'') => quote = Some(c),
                None if code[at..].starts_with("//") => break,
                None if c == '{' && self.depth == 0 && !holds_value(&code[..at]) => return Next::Ends,
                None if matches!(c, '(' | '[' | '{') => self.depth += 1,
                None if matches!(c, ')' | ']' | '}') => self.depth = self.depth.saturating_sub(1),
                None => {}
            }
        }
        self.block_scalar =
            self.depth == 0 && [": |", ": >", ": |-", ": >-", ": |+", ": >+"].iter().any(|end| code.ends_with(end));
        let open_ended =
            ["=", "=>", "||", "&&", "??", "+", "\\", ".", "?", ":=", "->"].iter().any(|end| code.ends_with(end));
        let goes_on = self.depth > 0 || self.block_scalar || open_ended;
        if goes_on { Next::GoesOn } else { Next::Ends }
    }
}

/// Whether a `{` after this text opens a value; otherwise it opens a block, which is no part of the statement.
fn holds_value(before: &str) -> bool {
    let before = before.trim_end();
    let assigns = before.char_indices().any(|(at, c)| {
        c == '=' && !before[at + 1..].starts_with(['=', '~']) && !before[..at].ends_with(['=', '!', '<', '>', '~'])
    });
    let opener = before.chars().next_back().is_none_or(|last| matches!(last, '=' | ':' | ',' | '&' | '>' | '(' | '['));
    let returns = before.trim_start().starts_with("return");
    opener || returns || assigns && !starts_block(before)
}

/// `for (…; i = …)` and the like have a `=` and open a block.
fn starts_block(before: &str) -> bool {
    let first = before.split(|c: char| !c.is_alphanumeric() && c != '_').find(|word| !word.is_empty());
    first.is_some_and(|word| {
        matches!(word, "fn" | "def" | "function" | "class" | "if" | "for" | "while" | "switch" | "match" | "impl")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directives(name: &str, text: &str) -> Vec<Directive> {
        scan(&Source::new(name, text))
    }

    fn lines(text: &str) -> RangeInclusive<usize> {
        match directives("a.rs", text).as_slice() {
            [one] => one.lines.clone(),
            other => panic!("{} comments in {text}", other.len()),
        }
    }

    #[test]
    fn every_comment_syntax_is_understood() {
        let words = "jwtlint: allow(hardcoded-secret) reason=\"a demo\"";
        for comment in [
            format!("// {words}"),
            format!("/// {words}"),
            format!("# {words}"),
            format!("/* {words} */"),
            format!(" * {words}"),
            format!("<!-- {words} -->"),
            format!("-- {words}"),
            format!("; {words}"),
            format!("% {words}"),
            format!("REM {words}"),
            format!("{{{{/* {words} */}}}}"),
            format!("{{# {words} #}}"),
            format!("//{words}"),
        ] {
            let found = directives("a.txt", &comment);
            let allowance = Allowance { rules: vec![("hardcoded-secret".into(), false)], reason: "a demo".into() };
            assert_eq!(found.len(), 1, "{comment}");
            assert_eq!(found[0].verdict, Ok(allowance), "{comment}");
            assert_eq!(&comment[found[0].span.range()], words);
        }
    }

    #[test]
    fn several_rules_share_a_reason() {
        let found = directives("a.py", "# jwtlint: allow(weak-secret, hardcoded-secret) reason='it isn''t used'");
        let rules = found[0].verdict.as_ref().map(|allowance| allowance.rules.len());
        assert_eq!(rules, Ok(2));
    }

    #[test]
    fn what_is_missing_is_told() {
        let fault = |text: &str| directives("a.rs", text).remove(0).verdict.err();
        assert_eq!(fault("// jwtlint: allow(weak-secret)"), Some(Fault::NoReason));
        assert_eq!(fault("// jwtlint: allow(weak-secret) reason=\" \""), Some(Fault::NoReason));
        assert_eq!(fault("// jwtlint: allow(weak) reason=\"x\""), Some(Fault::UnknownRule("weak".into())));
        for malformed in [
            "// jwtlint: allow",
            "// jwtlint: allow() reason=\"x\"",
            "// jwtlint: ignore",
            "// jwtlint: disable-next-line",
        ] {
            assert_eq!(fault(malformed), Some(Fault::Malformed), "{malformed}");
        }
    }

    #[test]
    fn strings_and_prose_are_no_comments() {
        for text in [
            "let a = \"// jwtlint: allow(x)\";",
            "a = '# jwtlint: allow(x)'",
            "see jwtlint: allow(x)",
            "`// jwtlint: allow(x)`",
        ] {
            assert_eq!(directives("a.rs", text), [], "{text}");
        }
        assert_eq!(directives("a.rs", "# jwtlint: allow(weak-secret) reason=\"x\""), [], "no comment in Rust");
        assert_eq!(directives("guide.md", "```\n# jwtlint: allow(weak-secret) reason=\"x\"\n```"), []);
        assert_eq!(directives("guide.md", "<!-- jwtlint: allow(weak-secret) reason=\"x\" -->").len(), 1);
        assert_eq!(directives("a.rs", "fn f<'a>() {} // jwtlint: allow(weak-secret) reason=\"x\"").len(), 1);
    }

    const ALONE: &str = "// jwtlint: allow(hardcoded-secret) reason=\"x\"\n";

    #[test]
    fn at_the_end_of_a_line_it_covers_that_line() {
        assert_eq!(lines("a();\nb(1); // jwtlint: allow(weak-secret) reason=\"x\"\nc();"), 2..=2);
        assert_eq!(lines("/* jwtlint: allow(weak-secret) reason=\"x\" */ b(1);\nc();"), 1..=1);
    }

    #[test]
    fn alone_it_covers_the_next_statement() {
        for (code, expected) in [
            ("a();\nb();", 2..=2),
            ("\n// why\n#[allow(x)]\na();\nb();", 5..=5),
            ("sign(\n  a,\n  b,\n);\nc();", 2..=5),
            ("let a = Config {\n  b: 1,\n};\nc();", 2..=4),
            ("const A: &str =\n  \"x\";\nc();", 2..=3),
            ("fn f() {\n  a();\n}", 2..=2),
            ("impl Default for A {\n  a();\n}", 2..=2),
            ("if a == b {\n  c();\n}", 2..=2),
            ("key: |\n  one\n  two\nother: 1", 2..=4),
            ("const a = env.X ||\n  'x';\nb();", 2..=3),
            ("", 1..=1),
        ] {
            assert_eq!(lines(&format!("{ALONE}{code}")), expected, "{code}");
        }
    }
}

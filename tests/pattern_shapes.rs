//! Generated code: every example of every rule, rewritten the ways people write it, and its clean twins.
//!
//! The examples come from `rules/code/` itself. What is not found yet stands in `GAPS`: the test tells how many there
//! are, and fails when one of them works, so that the list stays true.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "a test tells what it saw, and its tables are its own")]

#[path = "shared/shapes.rs"]
mod shapes;
#[path = "shared/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use jwtlint::analyze::pattern::Engine;
use shapes::{scan_files, verdicts};

/// How a language writes what the rewrites need. `LIT` is the quoted literal, `{…}` the rest of a line.
struct Style {
    language: &'static str,
    extension: &'static str,
    /// What reads the key from outside.
    read: &'static str,
    /// Other quotes: what stands before and after the text.
    quotes: &'static [(&'static str, &'static str)],
    /// A comment that may stand between arguments.
    comment: &'static str,
    /// A constant and how it is named: in the same file.
    constant: (&'static str, &'static str),
    /// A member of a class and how it is named: in the same file.
    member: (&'static str, &'static str),
    /// A function that returns it and its call.
    helper: (&'static str, &'static str),
    /// Another file: its name and text, what brings it in, and the name.
    other: (&'static str, &'static str, &'static str, &'static str),
    /// Declarations stand behind the code instead of in front of it.
    behind: bool,
}

const STYLES: [Style; 14] = [
    Style {
        language: "javascript",
        extension: "ts",
        read: "process.env.ORCHARD_KEY",
        quotes: &[("\"", "\""), ("'", "'"), ("`", "`")],
        comment: "/* the key */",
        constant: ("const FRUIT = LIT;\n", "FRUIT"),
        member: ("class Orchard { static fruit = LIT; }\n", "Orchard.fruit"),
        helper: ("function fruit() { return LIT; }\n", "fruit()"),
        other: ("fruit.ts", "export const FRUIT = LIT;\n", "import { FRUIT } from './fruit';\n", "FRUIT"),
        behind: false,
    },
    Style {
        language: "python",
        extension: "py",
        read: "os.environ['ORCHARD_KEY']",
        quotes: &[("\"", "\""), ("'", "'"), ("\"\"\"", "\"\"\""), ("b'", "'"), ("r\"", "\"")],
        comment: "# the key",
        constant: ("FRUIT = LIT\n", "FRUIT"),
        member: ("class Orchard:\n    fruit = LIT\n\n", "Orchard.fruit"),
        helper: ("def fruit():\n    return LIT\n\n", "fruit()"),
        other: ("fruit.py", "FRUIT = LIT\n", "from .fruit import FRUIT\n", "FRUIT"),
        behind: false,
    },
    Style {
        language: "go",
        extension: "go",
        read: "os.Getenv(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("`", "`")],
        comment: "/* the key */",
        constant: ("\nconst Fruit = LIT\n", "Fruit"),
        member: ("\nvar orchard = Orchard{Fruit: LIT}\n", "orchard.Fruit"),
        helper: ("\nfunc fruit() string {\n\treturn LIT\n}\n", "fruit()"),
        other: ("fruit.go", "package auth\n\nconst Fruit = LIT\n", "", "Fruit"),
        behind: true,
    },
    Style {
        language: "java",
        extension: "java",
        read: "System.getenv(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("\"\"\"\n        ", "\"\"\"")],
        comment: "/* the key */",
        constant: ("\nclass Orchard { static final String FRUIT = LIT; }\n", "Orchard.FRUIT"),
        member: ("\nclass Orchard {\n  public static final String FRUIT =\n      LIT;\n}\n", "Orchard.FRUIT"),
        helper: ("\nclass Orchard { static String fruit() { return LIT; } }\n", "Orchard.fruit()"),
        other: ("Orchard.java", "class Orchard { static final String FRUIT = LIT; }\n", "", "Orchard.FRUIT"),
        behind: true,
    },
    Style {
        language: "groovy",
        extension: "groovy",
        read: "System.getenv('ORCHARD_KEY')",
        quotes: &[("\"", "\""), ("'", "'"), ("'''", "'''")],
        comment: "/* the key */",
        constant: ("\nclass Orchard { static final String FRUIT = LIT }\n", "Orchard.FRUIT"),
        member: ("\nclass Orchard {\n  static fruit = LIT\n}\n", "Orchard.fruit"),
        helper: ("\nclass Orchard { static String fruit() { return LIT } }\n", "Orchard.fruit()"),
        other: ("Orchard.groovy", "class Orchard { static final String FRUIT = LIT }\n", "", "Orchard.FRUIT"),
        behind: true,
    },
    Style {
        language: "kotlin",
        extension: "kt",
        read: "System.getenv(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("\"\"\"", "\"\"\"")],
        comment: "/* the key */",
        constant: ("\nconst val FRUIT = LIT\n", "FRUIT"),
        member: ("\nobject Orchard {\n    const val FRUIT = LIT\n}\n", "Orchard.FRUIT"),
        helper: ("\nfun fruit() = LIT\n", "fruit()"),
        other: ("Fruit.kt", "const val FRUIT = LIT\n", "", "FRUIT"),
        behind: true,
    },
    Style {
        language: "scala",
        extension: "scala",
        read: "sys.env(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("\"\"\"", "\"\"\"")],
        comment: "/* the key */",
        constant: ("\nobject Orchard { val fruit = LIT }\n", "Orchard.fruit"),
        member: ("\nobject Orchard {\n  final val Fruit: String = LIT\n}\n", "Orchard.Fruit"),
        helper: ("\nobject Orchard { def fruit: String = LIT }\n", "Orchard.fruit"),
        other: ("Orchard.scala", "object Orchard { val fruit = LIT }\n", "", "Orchard.fruit"),
        behind: true,
    },
    Style {
        language: "csharp",
        extension: "cs",
        read: "Environment.GetEnvironmentVariable(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("@\"", "\""), ("\"\"\"", "\"\"\"")],
        comment: "/* the key */",
        constant: ("\nclass Orchard { public const string Fruit = LIT; }\n", "Orchard.Fruit"),
        member: ("\nstatic class Orchard\n{\n    public static string Fruit { get; } = LIT;\n}\n", "Orchard.Fruit"),
        helper: ("\nclass Orchard { public static string Fruit() => LIT; }\n", "Orchard.Fruit()"),
        other: ("Orchard.cs", "class Orchard { public const string Fruit = LIT; }\n", "", "Orchard.Fruit"),
        behind: true,
    },
    Style {
        language: "php",
        extension: "php",
        read: "getenv('ORCHARD_KEY')",
        quotes: &[("\"", "\""), ("'", "'")],
        comment: "/* the key */",
        constant: ("const FRUIT = LIT;\n", "FRUIT"),
        member: ("class Orchard { const FRUIT = LIT; }\n", "Orchard::FRUIT"),
        helper: ("function fruit() { return LIT; }\n", "fruit()"),
        other: ("fruit.php", "<?php\nconst FRUIT = LIT;\n", "require_once __DIR__ . '/fruit.php';\n", "FRUIT"),
        behind: false,
    },
    Style {
        language: "ruby",
        extension: "rb",
        read: "ENV['ORCHARD_KEY']",
        quotes: &[("\"", "\""), ("'", "'"), ("%q(", ")")],
        comment: "# the key",
        constant: ("FRUIT = LIT\n", "FRUIT"),
        member: ("class Orchard\n  FRUIT = LIT.freeze\nend\n", "Orchard::FRUIT"),
        helper: ("def fruit\n  LIT\nend\n", "fruit"),
        other: ("fruit.rb", "FRUIT = LIT\n", "require_relative 'fruit'\n", "FRUIT"),
        behind: false,
    },
    Style {
        language: "elixir",
        extension: "ex",
        read: "System.fetch_env!(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("~s(", ")")],
        comment: "# the key",
        constant: ("\ndefmodule Orchard do\n  def fruit do\n    LIT\n  end\nend\n", "Orchard.fruit()"),
        member: ("\ndefmodule Orchard do\n  @fruit LIT\n  def fruit, do: @fruit\nend\n", "Orchard.fruit()"),
        helper: ("\ndefmodule Orchard do\n  def fruit(), do: LIT\nend\n", "Orchard.fruit()"),
        other: ("orchard.ex", "defmodule Orchard do\n  def fruit, do: LIT\nend\n", "", "Orchard.fruit()"),
        behind: true,
    },
    Style {
        language: "dart",
        extension: "dart",
        read: "Platform.environment['ORCHARD_KEY']!",
        quotes: &[("\"", "\""), ("'", "'"), ("r'", "'"), ("'''", "'''")],
        comment: "/* the key */",
        constant: ("\nconst fruit = LIT;\n", "fruit"),
        member: ("\nclass Orchard {\n  static const fruit = LIT;\n}\n", "Orchard.fruit"),
        helper: ("\nString fruit() {\n  return LIT;\n}\n", "fruit()"),
        other: ("fruit.dart", "const fruit = LIT;\n", "import 'fruit.dart';\n", "fruit"),
        behind: true,
    },
    Style {
        language: "swift",
        extension: "swift",
        read: "Environment.get(\"ORCHARD_KEY\")!",
        quotes: &[("\"", "\""), ("#\"", "\"#")],
        comment: "/* the key */",
        constant: ("\nlet fruit = LIT\n", "fruit"),
        member: ("\nenum Orchard {\n    static let fruit = LIT\n}\n", "Orchard.fruit"),
        helper: ("\nfunc fruit() -> String {\n    return LIT\n}\n", "fruit()"),
        other: ("Fruit.swift", "let fruit = LIT\n", "", "fruit"),
        behind: true,
    },
    Style {
        language: "cpp",
        extension: "cpp",
        read: "std::getenv(\"ORCHARD_KEY\")",
        quotes: &[("\"", "\""), ("R\"(", ")\"")],
        comment: "/* the key */",
        constant: ("static const char* FRUIT = LIT;\n", "FRUIT"),
        member: ("struct Orchard { static constexpr const char* fruit = LIT; };\n", "Orchard::fruit"),
        helper: ("static std::string fruit() { return LIT; }\n", "fruit()"),
        other: ("fruit.h", "static const char* FRUIT = LIT;\n", "#include \"fruit.h\"\n", "FRUIT"),
        behind: false,
    },
];

/// `language rule rewrite`, by the start: what does not work yet.
const GAPS: &[&str] = &[];

/// One rewritten example.
struct Case {
    name: String,
    files: Vec<(String, String)>,
    clean: bool,
}

/// Where the quoted secret of an example stands, if it stands there once and as a literal of its own.
fn quoted(code: &str, secret: &str) -> Option<std::ops::Range<usize>> {
    let at = code.find(secret)?;
    let end = at + secret.len();
    if code[end..].contains(secret) || at == 0 {
        return None;
    }
    let (before, after) = (code.as_bytes()[at - 1], *code.as_bytes().get(end)?);
    let alone =
        at < 2 || !code.as_bytes()[at - 2].is_ascii_alphanumeric() && !b"@\"'`".contains(&code.as_bytes()[at - 2]);
    (before == after && b"\"'`".contains(&before) && alone).then_some(at - 1..end + 1)
}

/// The code with a declaration put where the language wants it.
fn declared(style: &Style, code: &str, declaration: &str, behind: bool) -> String {
    if behind {
        return format!("{code}{declaration}");
    }
    let opening = if style.language == "php" { "<?php\n" } else { "" };
    let rest = code.strip_prefix(opening).unwrap_or(code);
    format!("{opening}{declaration}{rest}")
}

fn cases_of(style: &Style, rule: &str, number: usize, code: &str, secret: &str) -> Vec<Case> {
    let Some(span) = quoted(code, secret) else { return Vec::new() };
    let literal = &code[span.clone()];
    let with = |text: &str| format!("{}{text}{}", &code[..span.start], &code[span.end..]);
    let main = |text: String| vec![(format!("src/example.{}", style.extension), text)];
    let mut cases = Vec::new();
    let mut add = |rewrite: &str, files: Vec<(String, String)>, clean: bool| {
        cases.push(Case { name: format!("{} {rule} {number} {rewrite}", style.language), files, clean });
    };
    add("as it is", main(code.to_owned()), false);
    // A read while compiling is a finding of its own.
    if !code.contains("fromEnvironment") {
        add("read", main(with(style.read)), true);
        add("unknown", main(with("loadedElsewhere")), true);
    }
    for (open, close) in style.quotes {
        add(&format!("quotes {}", open.trim()), main(with(&format!("{open}{secret}{close}"))), false);
    }
    let before = code[..span.start].trim_end();
    if before.ends_with(['(', ',']) {
        let spread = format!("\n      {}\n      {literal}\n      ", style.comment);
        add("over lines", main(with(&spread)), false);
    }
    let declarations = [("constant", style.constant), ("member", style.member), ("helper", style.helper)];
    for (rewrite, (declaration, name)) in declarations {
        let text = declared(style, &with(name), &declaration.replace("LIT", literal), style.behind);
        add(rewrite, main(text), false);
    }
    let (file, text, import, name) = style.other;
    let mut files = main(declared(style, &with(name), import, false));
    files.push((format!("src/{file}"), text.replace("LIT", literal)));
    add("other file", files, false);
    cases
}

fn run(cases: &[Case]) {
    let mut works = BTreeSet::new();
    let mut fails = Vec::new();
    let mut known = 0;
    for (case, found) in verdicts(cases, |case| !scan_files(&case.files).findings.is_empty()) {
        let gap = GAPS.iter().find(|gap| case.name == **gap);
        match (found != case.clean, gap) {
            (true, Some(gap)) => drop(works.insert(*gap)),
            (false, Some(_)) => known += 1,
            (false, None) => fails.push(case),
            (true, None) => {}
        }
    }
    eprintln!("{} cases, {known} known gaps", cases.len());
    for case in &fails {
        let what = if case.clean { "reported, though clean" } else { "not found" };
        eprintln!("{}: {what}", case.name);
        if std::env::var_os("SHAPES_VERBOSE").is_some() {
            case.files.iter().for_each(|(path, text)| eprintln!("--- {path}\n{text}"));
        }
    }
    assert!(works.is_empty(), "these are no gaps any more: {works:#?}");
    assert!(fails.is_empty(), "{} of {} cases fail", fails.len(), cases.len());
}

#[test]
fn rewritten_examples_stay_found_and_clean_twins_stay_clean() {
    let engine = Engine::embedded();
    let mut cases = Vec::new();
    for (language, id) in engine.languages() {
        let Some(style) = STYLES.iter().find(|style| style.language == id) else { continue };
        let prepared = engine.prepared(language).unwrap();
        // What a text matcher finds is no literal of its own.
        for rule in prepared.rules.iter().take(prepared.own).filter(|rule| rule.text.is_none()) {
            for (number, example) in rule.example.iter().enumerate() {
                if let [secret] = example.find.as_slice() {
                    cases.extend(cases_of(style, &rule.id, number, &example.code, secret));
                }
            }
        }
    }
    assert!(cases.len() > 1_000, "the examples are read: {}", cases.len());
    run(&cases);
}

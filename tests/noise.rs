//! Whatever is in a file: the program neither crashes nor hangs, and says what it could not look into.

mod common;

use common::plants::PLANTS;
use common::{Run, Tree};

const SECRET: &str = "Hq3vTz8LmKw2XpRj7NyGsVu4ZkWtJ9Qm";
/// Extensions of every kind of file that is read.
const KINDS: [&str; 24] = [
    "rs",
    "js",
    "ts",
    "tsx",
    "py",
    "go",
    "java",
    "kt",
    "cs",
    "php",
    "rb",
    "ex",
    "scala",
    "swift",
    "dart",
    "sh",
    "env",
    "yaml",
    "toml",
    "json",
    "properties",
    "ini",
    "xml",
    "tf",
];
/// Words that make files worth a closer look.
const BAIT: &str = "jsonwebtoken jwt JWT_SECRET secret from_secret sign";

/// Numbers that look random, the same every time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[3]).collect()
    }

    /// Pieces of source text in any order.
    fn words(&mut self, length: usize) -> String {
        const WORDS: &[&str] = &[
            "jwt",
            "secret",
            "JWT_SECRET",
            " = ",
            ": ",
            "\"",
            "'",
            "`",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "<",
            ">",
            "${",
            "{{",
            "}}",
            "#",
            "//",
            "/*",
            "*/",
            "--",
            "|",
            "&",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "  ",
            ";",
            ",",
            ".",
            "::",
            "const ",
            "let ",
            "fn ",
            "def ",
            "class ",
            "<<EOF\n",
            "EOF\n",
            "r#\"",
            "\"\"\"",
            "'''",
            "é",
            "🔑",
            "\0",
            "\u{2028}",
            "unwrap_or",
            "||",
            "??",
            "env",
            "!",
            "@",
            "-----BEGIN PRIVATE KEY-----",
            "eyJhbGci.",
        ];
        let mut text = String::from(BAIT);
        while text.len() < length {
            let index = usize::try_from(self.next() >> 40).expect("24 bits") % WORDS.len();
            text.push_str(WORDS[index]);
        }
        text
    }
}

/// The run ends by itself, with a report, and nothing has failed.
#[track_caller]
fn survives(tree: &Tree) -> Run {
    let run = tree.check(["--format=json", "--verbose", "--max-file-size=20M"]);
    assert!(matches!(run.code, Some(0 | 1)), "{:?} {}", run.code, run.stderr);
    assert_eq!(run.stderr, "");
    assert_eq!(run.json()["complete"], true, "{:?}", run.notifications());
    run
}

/// The same, and each of these files is told to be understood only in part.
#[track_caller]
fn survives_and_tells(tree: &Tree, names: &[&str]) {
    let told = survives(tree).notifications();
    for name in names {
        assert!(told.iter().any(|one| one.starts_with(&format!("warning {name}:"))), "{name} is not told of: {told:?}");
    }
}

#[test]
fn random_bytes() {
    let tree = Tree::new();
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    for (index, kind) in KINDS.iter().enumerate() {
        tree.write(&format!("binary/{index}.{kind}"), noise.bytes(20_000));
        let text: Vec<u8> = noise.bytes(20_000).into_iter().filter(|byte| *byte != 0).collect();
        tree.write(&format!("bytes/{index}.{kind}"), [BAIT.as_bytes(), &text].concat());
        for round in 0..4 {
            tree.write(&format!("words/{index}-{round}.{kind}"), noise.words(10_000));
        }
    }
    survives(&tree);
}

#[test]
fn sources_that_break_off_anywhere() {
    let tree = Tree::new();
    for plant in PLANTS {
        let text = plant.with(SECRET);
        let folder = format!("{}.d", plant.path.replace('/', "_"));
        let name = plant.path.rsplit('/').next().expect("a name");
        for end in (0..text.len()).step_by(7) {
            tree.write(&format!("{folder}/{end}/{name}"), &text.as_bytes()[..end]);
        }
    }
    survives(&tree);
}

#[test]
fn the_linters_own_sources_with_holes() {
    let tree = Tree::new();
    let mut noise = Noise(7);
    for (index, text) in
        [include_str!("../src/judge.rs"), include_str!("../src/link/evaluate.rs"), include_str!("cli.rs")]
            .iter()
            .enumerate()
    {
        for round in 0..10 {
            let mut bytes = format!("// {BAIT}\n{text}").into_bytes();
            for _ in 0..20 {
                let at = usize::try_from(noise.next() >> 20).expect("44 bits") % bytes.len();
                bytes[at] = noise.next().to_le_bytes()[0] & 0x7f;
            }
            tree.write(&format!("{index}-{round}.rs"), bytes);
        }
    }
    survives(&tree);
}

#[test]
fn single_lines_of_five_megabytes() {
    const SIZE: usize = 5_000_000;
    let tree = Tree::new();
    let value = "a".repeat(SIZE);
    tree.write("value.rs", format!("const JWT_SECRET: &str = \"{value}\";"));
    tree.write("value.js", format!("const jwt = require('jsonwebtoken'); jwt.sign({{}}, '{value}');"));
    tree.write("value.json", format!("{{\"jwt_secret\": \"{value}\"}}"));
    tree.write("value/.env", format!("JWT_SECRET={value}"));
    tree.write("minified.js", "jwt.sign(a,process.env.JWT_SECRET||'pear');".repeat(SIZE / 43));
    tree.write("array.json", format!("[{}1]", "{\"jwt_secret\": 1},".repeat(SIZE / 18)));
    tree.write("flow.yaml", format!("jwt_secret: [{}]", "a, ".repeat(SIZE / 3)));
    tree.write("spaces.py", format!("JWT_SECRET ={}'x'", " ".repeat(SIZE)));
    tree.write("quotes.py", format!("JWT_SECRET = {}", "'".repeat(SIZE)));
    tree.write("backslashes.sh", format!("JWT_SECRET={}", "\\".repeat(SIZE)));
    tree.write("assignments.sh", "JWT_SECRET=x ".repeat(SIZE / 520));
    survives(&tree);
}

#[test]
fn a_list_of_a_million_is_cut_and_announced() {
    let tree = Tree::new();
    let list: String = (0..3_000).map(|index| format!("pear{index}-tree, ")).collect();
    tree.write("flow.yaml", format!("jwt_secret: [{list}]"));
    let run = tree.check(["--format=json"]);
    assert_eq!((run.code, run.findings().len()), (Some(1), 2_000));
    assert!(run.notifications().iter().any(|one| one.starts_with("warning flow.yaml:")), "{run:?}");
}

#[test]
fn what_is_larger_than_the_limit_is_announced() {
    let tree = Tree::new();
    tree.write("large.json", format!("{{\"jwt_secret\": \"{}\"}}", "a".repeat(5 << 20)));
    let run = tree.check(["--format=json"]);
    assert_eq!((run.code, run.findings().len()), (Some(0), 0));
    assert!(run.notifications().iter().any(|one| one.starts_with("warning large.json:")), "{run:?}");
}

#[test]
fn brackets_without_end() {
    const DEPTH: usize = 100_000;
    let tree = Tree::new();
    for (name, bracket) in [
        ("round", "("),
        ("square", "["),
        ("curly", "{"),
        ("angle", "<"),
        ("not", "!"),
        ("and", "&"),
        ("minus", "-"),
        ("star", "*"),
    ] {
        let open = bracket.repeat(DEPTH);
        for kind in KINDS {
            tree.write(&format!("{kind}/{name}.{kind}"), format!("{BAIT}\nconst JWT_SECRET = {open}"));
            tree.write(&format!("{kind}/{name}_plain.{kind}"), format!("{open} {BAIT}"));
        }
        tree.write(&format!("let/{name}.rs"), format!("// jsonwebtoken\nconst JWT_SECRET: &str = {open}"));
    }
    survives_and_tells(&tree, &["rs/round.rs", "rs/square.rs", "rs/curly.rs", "let/round.rs", "let/minus.rs"]);
}

#[test]
fn brackets_that_are_closed() {
    const DEPTH: usize = 100_000;
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(DEPTH), close.repeat(DEPTH));
    let tree = Tree::new();
    tree.write("expression.rs", format!("fn jsonwebtoken() {{ from_secret({}); }}", nested("(", "\"x\"", ")")));
    tree.write("block.rs", format!("fn jsonwebtoken() {}", nested("{", "", "}")));
    tree.write("type.rs", format!("const JWT_SECRET: {} = 1;", nested("&'static (", "u8", ",)")));
    tree.write("generic.rs", format!("const JWT_SECRET: {} = 1;", nested("Option<", "u8", ">")));
    tree.write("macro.rs", format!("fn jsonwebtoken() {{ {} }}", nested("m!(", "", ")")));
    tree.write("module.rs", format!("// jsonwebtoken\n{}", nested("mod a {", "", "}")));
    tree.write("array.json", format!("{{\"jwt_secret\": {}}}", nested("[", "1", "]")));
    tree.write("object.json", nested("{\"jwt_secret\":", "1", "}"));
    tree.write("array.toml", format!("jwt_secret = {}", nested("[", "1", "]")));
    tree.write("table.toml", format!("[{}jwt_secret]\nx = 1", "a.".repeat(DEPTH)));
    tree.write("flow.yaml", format!("jwt_secret: {}", nested("[", "1", "]")));
    tree.write("list.yaml", format!("jwt_secret:\n  {}1", "- ".repeat(DEPTH)));
    tree.write("element.xml", nested("<jwtSecret>", "x", "</jwtSecret>"));
    for kind in ["js", "ts", "py", "go", "java", "kt", "cs", "php", "rb", "ex", "scala", "swift", "dart"] {
        tree.write(&format!("call.{kind}"), format!("jwt.sign({{}}, {})", nested("f(", "'x'", ")")));
        tree.write(&format!("list.{kind}"), format!("jwtSecret = {}", nested("[", "\"x\"", "]")));
        tree.write(&format!("ternary.{kind}"), format!("jwtSecret = {}", "a ? b : ".repeat(DEPTH)));
        tree.write(&format!("or.{kind}"), format!("jwtSecret = {}'x'", "process.env.JWT_SECRET || ".repeat(DEPTH)));
        tree.write(&format!("plus.{kind}"), format!("jwtSecret = {}'x'", "'a' + ".repeat(DEPTH)));
        tree.write(&format!("template.{kind}"), format!("jwtSecret = {}", nested("`${", "x", "}`")));
        tree.write(&format!("arrow.{kind}"), format!("jwtSecret = {} 'x'", "() => ".repeat(DEPTH)));
    }
    tree.write("shell.sh", format!("JWT_SECRET={}", nested("$(", "x", ")")));
    tree.write("default.sh", format!("JWT_SECRET={}", nested("${JWT_SECRET:-", "x", "}")));
    survives(&tree);
}

#[test]
fn chains_in_rust() {
    const LENGTH: usize = 20_000;
    let tree = Tree::new();
    let function = |body: &str| format!("fn jsonwebtoken(jwt_secret: &str) {{ {body} }}");
    tree.write("else_if.rs", function(&format!("{}{{}}", "if a { } else ".repeat(LENGTH))));
    tree.write("methods.rs", function(&format!("let jwt_secret = a{};", ".b()".repeat(LENGTH))));
    tree.write("fields.rs", function(&format!("let jwt_secret = a{};", ".b".repeat(LENGTH))));
    tree.write("questions.rs", function(&format!("let jwt_secret = a{};", "?".repeat(LENGTH))));
    tree.write("indices.rs", function(&format!("let jwt_secret = a{};", "[0]".repeat(LENGTH))));
    tree.write("calls.rs", function(&format!("let jwt_secret = a{};", "()".repeat(LENGTH))));
    tree.write("plus.rs", function(&format!("let jwt_secret = {}\"x\";", "\"a\" + ".repeat(LENGTH))));
    tree.write("casts.rs", function(&format!("let jwt_secret = 1{};", " as u8".repeat(LENGTH))));
    tree.write("assignments.rs", function(&format!("{}1;", "jwt_secret = ".repeat(LENGTH))));
    tree.write("closures.rs", function(&format!("let jwt_secret = {}1;", "|_| ".repeat(LENGTH))));
    tree.write("returns.rs", function(&format!("{}1", "return ".repeat(LENGTH))));
    tree.write("patterns.rs", function(&format!("let {}jwt_secret = 1;", "&".repeat(LENGTH))));
    tree.write("arrows.rs", format!("type JwtSecret = {}u8;", "fn() -> ".repeat(LENGTH)));
    tree.write("paths.rs", format!("use {}jwt_secret;", "a::".repeat(LENGTH)));
    tree.write("attributes.rs", format!("{}fn jwt_secret() {{}}", "#[a]\n".repeat(LENGTH)));
    tree.write("aliases.rs", {
        let aliases: String = (0..LENGTH).map(|n| format!("const A{n}: &str = A{};\n", n + 1)).collect();
        format!("{aliases}const A{LENGTH}: &str = \"x\";\nfn key() {{ jsonwebtoken::EncodingKey::from_secret(A0.as_ref()); }}")
    });
    tree.write(
        "circle.rs",
        "const A: &str = B; const B: &str = A; fn key() { jsonwebtoken::EncodingKey::from_secret(A.as_ref()); }",
    );
    tree.write(
        "recursion.rs",
        "fn a(s: &str) -> String { b(s) } fn b(s: &str) -> String { a(s) }\nfn key() { jsonwebtoken::EncodingKey::from_secret(a(\"pear\").as_ref()); }",
    );
    tree.write("functions.rs", {
        let functions: String =
            (0..LENGTH).map(|n| format!("fn f{n}(s: &str) -> String {{ f{}(s) + &f{}(s) }}\n", n + 1, n + 1)).collect();
        format!("{functions}fn key() {{ jsonwebtoken::EncodingKey::from_secret(f0(\"pear\").as_ref()); }}")
    });
    tree.write("branches.rs", {
        let branches = "let s = if a { s } else { t }; let t = if b { t } else { s };\n".repeat(LENGTH / 4);
        format!("fn key(s: &str, t: &str) {{ {branches} jsonwebtoken::EncodingKey::from_secret(s.as_ref()); }}")
    });
    survives(&tree);
}

#[test]
fn many_of_everything() {
    const COUNT: usize = 4_000;
    let tree = Tree::new();
    let lines = |line: &dyn Fn(usize) -> String| (0..COUNT).map(|number| line(number) + "\n").collect::<String>();
    tree.write("many.env", lines(&|n| format!("JWT_SECRET_{n}=pear-tree-in-winter-{n}")));
    tree.write("references.env", lines(&|n| format!("JWT_SECRET_{n}=$JWT_SECRET_{}", n + 1)));
    tree.write("many.rs", lines(&|n| format!("const JWT_SECRET_{n}: &str = \"pear-tree-in-winter-{n}\";")));
    tree.write("many.js", lines(&|n| format!("const jwtSecret{n} = process.env.JWT_SECRET_{n} || 'pear-tree-{n}';")));
    tree.write(
        "one.js",
        lines(&|n| format!("const secret{} = secret{n};", n + 1))
            + "const jwt = require('jsonwebtoken');jwt.sign({}, secret4000);",
    );
    tree.write("many.yaml", lines(&|n| format!("jwt_secret_{n}: pear-tree-in-winter-{n}")));
    tree.write("anchors.yaml", lines(&|n| format!("a{}: &a{} [*a{n}, *a{n}]", n + 1, n + 1)) + "jwt_secret: *a4000\n");
    tree.write(
        "allowed.py",
        lines(&|n| format!("JWT_SECRET_{n} = 'pear'  # jwtlint: allow(hardcoded-secret) reason=\"{n}\"")),
    );
    tree.write(
        "same_line.js",
        (0..COUNT).map(|n| format!("const jwtSecret{n} = 'pear-tree-{n}';")).collect::<String>(),
    );
    let run = survives(&tree);
    assert_eq!(run.code, Some(1));
}

/// What grows with the square of their number takes minutes here.
#[test]
fn many_services_alike() {
    const COUNT: usize = 2_000;
    let tree = Tree::new();
    for service in 0..COUNT {
        tree.write(&format!("s{service}/package.json"), "{}");
        tree.write(
            &format!("s{service}/auth.js"),
            "const jwt = require('jsonwebtoken');\nmodule.exports.issue = function issue(key) { return jwt.sign({}, key); };\n",
        );
        tree.write(
            &format!("s{service}/main.js"),
            "const { issue } = require('./auth');\nissue('pear-tree-in-winter');\n",
        );
    }
    let run = survives(&tree);
    assert_eq!(run.findings().len(), COUNT, "each has its own");
}

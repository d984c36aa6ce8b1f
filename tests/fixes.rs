//! `jwtlint check --fix` on the files of `fixtures/fixes`: NAME.before.EXT becomes NAME.after.EXT, which is clean, and
//! which the language's own tools read. `UPDATE_FIXES=1 cargo test --test fixes` writes what it becomes.

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::{Run, Tree, have, have_python_module, run};

/// Where a file has to be, if not at the top of a source folder, to be taken for what it is.
const PLACES: [(&str, &str); 3] = [
    ("docker-compose", "docker-compose.yml"),
    ("application", "src/main/resources/application.yml"),
    ("production", "config/production.yaml"),
];

struct Case {
    name: String,
    extension: String,
    before: PathBuf,
}

impl Case {
    fn after(&self) -> PathBuf {
        self.before.with_file_name(format!("{}.after.{}", self.name, self.extension))
    }

    /// The file's name in a tree.
    fn place(&self) -> String {
        let place = PLACES.iter().find(|(name, _)| *name == self.name);
        place.map_or_else(|| format!("src/{}.{}", self.name, self.extension), |(_, place)| (*place).to_owned())
    }
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fixes");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the fixtures").map(|entry| entry.expect("one").path()).collect();
    files.sort();
    let case = |before: PathBuf| {
        let name = before.file_name()?.to_str()?.to_owned();
        let (name, extension) = name.split_once(".before.")?;
        Some(Case { name: name.to_owned(), extension: extension.to_owned(), before: before.clone() })
    };
    files.into_iter().filter_map(case).collect()
}

/// A repository that holds just the file of the case, committed.
fn tree(case: &Case) -> Option<Tree> {
    let tree = Tree::repository()?;
    tree.write(&case.place(), fs::read(&case.before).expect("a fixture")).commit();
    Some(tree)
}

fn fix(tree: &Tree) -> Run {
    let run = tree.check(["--fix", "--format=json", "--verbose"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    run
}

#[test]
fn each_file_becomes_what_it_should() {
    for case in cases() {
        let Some(tree) = tree(&case) else { return };
        fix(&tree);
        let fixed = fs::read_to_string(tree.path(&case.place())).expect("a fixed file");
        if env::var_os("UPDATE_FIXES").is_some() {
            fs::write(case.after(), &fixed).expect("a written fixture");
        }
        let expected = fs::read_to_string(case.after()).unwrap_or_default();
        assert_eq!(fixed, expected, "{}", case.place());
        assert_ne!(fixed, fs::read_to_string(&case.before).expect("a fixture"), "{}: nothing was fixed", case.name);
    }
}

#[test]
fn what_was_fixed_is_clean_and_is_not_fixed_again() {
    for case in cases() {
        let Some(tree) = tree(&case) else { return };
        let before = tree.check(["--format=json"]);
        let fixable =
            before.json()["findings"].as_array().expect("a list").iter().filter(|one| one["fix"].is_object()).count();
        let all = before.findings().len();
        let after = fix(&tree);
        let left =
            after.json()["findings"].as_array().expect("a list").iter().filter(|one| one["level"] != "note").count();
        assert!(fixable > 0, "{}", case.name);
        assert_eq!(left, all - fixable, "{}: {:?} then {:?}", case.name, before.findings(), after.findings());
        let fixed = fs::read_to_string(tree.path(&case.place())).expect("a file");
        tree.check(["--fix", "--allow-dirty"]);
        assert_eq!(
            fs::read_to_string(tree.path(&case.place())).expect("a file"),
            fixed,
            "{}: it is fixed twice",
            case.name
        );
    }
}

#[test]
fn a_dry_run_shows_the_edits_masked_and_writes_nothing() {
    for case in cases() {
        let Some(tree) = tree(&case) else { return };
        let run = tree.check(["--fix", "--dry-run"]);
        for text in [&run.stdout, &run.stderr] {
            for secret in ["pear-tree", "plum-tree", "fig-tree", "apple-tree"] {
                assert!(!text.contains(secret), "{}: {text}", case.name);
            }
        }
        assert_eq!(fs::read(tree.path(&case.place())).expect("a file"), fs::read(&case.before).expect("a fixture"));
        // Unmasked, the diff is one that git can apply.
        let mut patch = run.stdout.clone();
        let text = fs::read_to_string(&case.before).expect("a fixture");
        let masked: BTreeMap<String, &str> = text.lines().map(|line| (masked(line), line)).collect();
        for (shown, line) in masked {
            patch = patch
                .replace(&format!("-{shown}\n"), &format!("-{line}\n"))
                .replace(&format!("\n {shown}\n"), &format!("\n {line}\n"));
        }
        tree.write("fix.patch", &patch).git(["apply", "fix.patch"]);
        assert_eq!(
            fs::read_to_string(tree.path(&case.place())).ok(),
            fs::read_to_string(case.after()).ok(),
            "{}",
            case.name
        );
    }
}

/// A line as the diff shows it.
fn masked(line: &str) -> String {
    ["pear-tree-in-winter", "plum-tree-in-summer", "fig-tree-in-autumn", "apple-tree-in-spring"]
        .iter()
        .fold(line.to_owned(), |line, secret| line.replace(secret, "••••••"))
}

#[test]
fn the_tools_of_each_language_read_what_was_written() {
    for case in cases() {
        let after = case.after();
        let file = after.to_str().expect("UTF-8");
        match case.extension.as_str() {
            "js" => succeeds("node", &["--check", file]),
            "py" => succeeds("python3", &["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", file]),
            "go" => succeeds("gofmt", &["-d", file]),
            "php" => succeeds("php", &["-l", file]),
            "rb" => succeeds("ruby", &["-c", file]),
            "sh" => succeeds("sh", &["-n", file]),
            "rs" => {
                // Outside of this repository, which has settings of its own.
                let tree = Tree::new();
                tree.write("fixed.rs", fs::read(&after).expect("a fixture"));
                succeeds("rustfmt", &["--check", "--edition=2024", tree.path("fixed.rs").to_str().expect("UTF-8")]);
                compiles(&after);
            }
            _ => {}
        }
    }
}

/// The grammars of an editor, one for each kind of file, say that what was written is still a program.
#[test]
fn what_was_written_parses_in_every_language() {
    if !have_python_module("tree_sitter_language_pack") {
        return;
    }
    let mut files: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for case in cases() {
        let language = match case.extension.as_str() {
            "cs" => "csharp",
            "go" => "go",
            "java" => "java",
            "js" => "javascript",
            "kt" => "kotlin",
            "php" => "php",
            "py" => "python",
            "rb" => "ruby",
            "rs" => "rust",
            "sh" => "bash",
            "ts" => "typescript",
            "yml" | "yaml" => "yaml",
            other => panic!("no grammar for .{other}"),
        };
        files.entry(language).or_default().push(case.after());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shared/parse.py");
    for (language, files) in files {
        let run = run(Command::new("python3").arg(&script).arg(language).args(files));
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    }
}

fn succeeds(tool: &str, arguments: &[&str]) {
    let present = Command::new(tool).arg("--version").output().is_ok();
    if !present {
        return;
    }
    let output = Command::new(tool).args(arguments).output().expect("it runs");
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    assert!(output.status.success() && !said.contains("+++"), "{tool} {arguments:?}: {said}");
}

/// Compiles a file against stand-ins for the crates it uses, of the same types.
fn compiles(file: &Path) {
    const JSONWEBTOKEN: &str = "pub struct EncodingKey(Vec<u8>);\npub struct DecodingKey(Vec<u8>);\n\
        impl EncodingKey { pub fn from_secret(key: &[u8]) -> Self { Self(key.to_vec()) }\n\
        pub fn sign(&self, text: &[u8]) -> Vec<u8> { [&self.0, text].concat() } }\n\
        impl DecodingKey { pub fn from_secret(key: &[u8]) -> Self { Self(key.to_vec()) } }\n";
    const CLAP: &str = "extern crate proc_macro;\nuse proc_macro::TokenStream;\n\
        #[proc_macro_derive(Parser, attributes(arg))]\npub fn parser(item: TokenStream) -> TokenStream {\n\
        let name = item.into_iter().skip_while(|token| token.to_string() != \"struct\").nth(1).unwrap();\n\
        format!(\"impl {name} {{ pub fn parse() -> Self {{ unimplemented!() }} }}\").parse().unwrap() }\n";
    if !have("rustc") {
        return;
    }
    let tree = Tree::new();
    let macros = format!("{}clap{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    tree.write("jsonwebtoken.rs", JSONWEBTOKEN).write("clap.rs", CLAP);
    tree.write("fixed.rs", fs::read(file).expect("a fixture"));
    let clap = format!("--extern=clap={macros}");
    for (name, arguments) in [
        ("jsonwebtoken.rs", &["--crate-type=lib"][..]),
        ("clap.rs", &["--crate-type=proc-macro", "-o", &macros]),
        ("fixed.rs", &["--crate-type=lib", "--emit=metadata", "--extern=jsonwebtoken=libjsonwebtoken.rlib", &clap]),
    ] {
        let output =
            Command::new("rustc").current_dir(tree.top()).args(["--edition=2024", name]).args(arguments).output();
        let output = output.expect("rustc runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_file_that_git_could_not_restore_is_left_alone() {
    let Some(tree) = Tree::repository() else { return };
    let code = "const secret = process.env.JWT_SECRET || \"pear-tree-in-winter\";\n";
    tree.write("src/a.js", code).commit().write("src/a.js", format!("{code}\n"));
    tree.write("src/new.js", code);
    let run = tree.check(["--fix"]);
    assert!(run.stderr.contains("src/a.js: not edited") && run.stderr.contains("src/new.js: not edited"), "{run:?}");
    assert!(fs::read_to_string(tree.path("src/a.js")).expect("a file").contains("pear-tree"));
    tree.check(["--fix", "--force"]);
    assert!(!fs::read_to_string(tree.path("src/a.js")).expect("a file").contains("pear-tree"));
    assert!(!fs::read_to_string(tree.path("src/new.js")).expect("a file").contains("pear-tree"));
}

#[test]
fn nothing_but_the_literal_changes() {
    let python = "import os, jwt\n\ndef sign():\n\tkey = os.getenv(\"JWT_SECRET\", \"pear-tree-in-winter\")\n\treturn jwt.encode({}, key)\n";
    let two = "const a = process.env.JWT_SECRET || 'pear-tree-in-winter', b = process.env.REFRESH_JWT_SECRET || 'fig-tree-in-winter';\n";
    let calls = "jwt.sign({}, a); jwt.sign({}, b); // é😀\n";
    let head = "const jwt = require('jsonwebtoken');\n";
    for (name, text) in [
        ("tabs.py", python.to_owned()),
        ("windows.py", python.replace('\n', "\r\n")),
        ("mark.py", format!("\u{feff}{python}")),
        ("both.py", format!("\u{feff}{}", python.replace('\n', "\r\n"))),
        ("unended.py", python.trim_end().to_owned()),
        ("two.js", format!("{head}{two}{calls}")),
        ("wide.js", format!("/* é😀 */ {head}/* é😀 */ {two}{calls}")),
    ] {
        let Some(tree) = Tree::repository() else { return };
        tree.write(name, &text).commit();
        let run = tree.check(["--fix"]);
        let fixed = fs::read_to_string(tree.path(name)).expect("a fixed file");
        assert!(run.code == Some(0) && !fixed.contains("in-winter"), "{name}: {run:?}");
        let (old, new): (Vec<&str>, Vec<&str>) =
            (text.split_inclusive('\n').collect(), fixed.split_inclusive('\n').collect());
        let changed: Vec<usize> = (0..old.len()).filter(|&line| old.get(line) != new.get(line)).collect();
        assert_eq!((old.len(), changed.len()), (new.len(), 1), "{name}: {fixed}");
        let (old, new) = (old[changed[0]], new[changed[0]]);
        assert_eq!(old.ends_with("\r\n"), new.ends_with("\r\n"), "{name}");
        assert_eq!(fixed.starts_with('\u{feff}'), text.starts_with('\u{feff}'), "{name}");
        tree.check(["--fix", "--force"]);
        assert_eq!(fs::read_to_string(tree.path(name)).expect("a file"), fixed, "{name}: it is done once");
    }
    // What is not UTF-8 is left alone.
    let Some(tree) = Tree::repository() else { return };
    let latin = [b"# caf\xe9\n", python.as_bytes()].concat();
    tree.write("latin.py", &latin).commit();
    assert_eq!(tree.check(["--fix"]).code, Some(1));
    assert_eq!(fs::read(tree.path("latin.py")).expect("a file"), latin);
}

#[test]
fn what_has_lines_of_its_own_or_stands_in_a_type_is_left_alone() {
    for (name, text) in [
        (
            "a.php",
            "<?php\nuse Firebase\\JWT\\JWT;\n$secret = <<<'EOT'\npear-tree-in-winter\nEOT;\nJWT::encode([], $secret, 'HS256');\n",
        ),
        ("a.ts", "export const JWT_SECRET: 'pear-tree-in-winter' = 'pear-tree-in-winter';\n"),
        (
            "b.js",
            "const jwt = require('jsonwebtoken');\nconst a = isProd ? process.env.JWT_SECRET : 'pear-tree-in-winter';\njwt.sign({}, a);\n",
        ),
    ] {
        let Some(tree) = Tree::repository() else { return };
        tree.write(name, text).commit();
        assert_eq!(tree.check(["--fix"]).code, Some(1), "{name}");
        assert_eq!(fs::read_to_string(tree.path(name)).expect("a file"), text, "{name}");
    }
}

#[test]
fn two_secrets_of_one_name_do_not_become_one_however_often_it_is_fixed() {
    let compose = "services:\n  a:\n    environment:\n      JWT_SECRET: pear-tree-in-winter\n  b:\n    environment:\n      JWT_SECRET: fig-tree-in-autumn\n";
    let script =
        "#!/bin/sh\nexport JWT_SECRET=pear-tree-in-winter\nserve &\nexport JWT_SECRET=fig-tree-in-autumn\nserve\n";
    for (path, text) in [("docker-compose.yml", compose), ("run.sh", script)] {
        let Some(tree) = Tree::repository() else { return };
        tree.write(path, text).commit();
        for _ in 0..2 {
            tree.check(["--fix", "--force"]);
            let fixed = fs::read_to_string(tree.path(path)).expect("a file");
            assert!(!fixed.contains("pear-tree") && fixed.contains("fig-tree"), "{fixed}");
        }
    }
}

#[test]
fn what_signs_and_what_verifies_read_the_same_variable() {
    let Some(tree) = Tree::repository() else { return };
    let head = "const jwt = require(\"jsonwebtoken\");\n";
    tree.write(
        "src/a.js",
        format!("{head}const jwtSigningSecret = \"pear-tree-in-winter\";\njwt.sign({{}}, jwtSigningSecret);\n"),
    )
    .write(
        "src/b.js",
        format!("{head}jwt.verify(token, \"pear-tree-in-winter\");\njwt.verify(token, \"fig-tree-in-autumn\");\n"),
    )
    .commit();
    tree.check(["--fix"]);
    let [signs, verifies] = ["src/a.js", "src/b.js"].map(|path| fs::read_to_string(tree.path(path)).expect("a file"));
    assert!(signs.contains("process.env.JWT_SIGNING_SECRET"), "{signs}");
    assert!(
        verifies.contains("process.env.JWT_SIGNING_SECRET") && verifies.contains("process.env.JWT_SECRET"),
        "{verifies}"
    );
}

#[test]
fn an_environment_file_gets_a_template_and_is_ignored() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".env", "# of the orchard\nJWT_SECRET=pear-tree-in-winter\nPORT=80\n")
        .write("deploy/.env", "JWT_SECRET=plum-tree-in-summer\n");
    tree.write(".gitignore", "target").commit();
    let shown = tree.check(["--fix", "--dry-run", "--fix-index"]);
    assert!(shown.stdout.contains("+.env\n") && shown.stdout.contains("+JWT_SECRET=\n"), "{shown:?}");
    assert!(!tree.path(".env.example").exists());

    let run = tree.check(["--fix"]);
    assert_eq!(run.code, Some(1), "they are still in the index: {run:?}");
    assert!(run.stderr.contains("git rm --cached .env"), "{run:?}");
    assert_eq!(fs::read_to_string(tree.path(".gitignore")).expect("a file"), "target\n.env\n/deploy/.env\n");
    let template = fs::read_to_string(tree.path(".env.example")).expect("a template");
    assert!(template.ends_with("\nJWT_SECRET=\nPORT=\n") && !template.contains("orchard"), "{template}");

    tree.commit();
    let run = tree.check(["--fix", "--fix-index"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(tree.path(".env").exists(), "the file stays where it is");
}

#[test]
fn tests_and_foreign_code_are_left_as_they_are() {
    let Some(tree) = Tree::repository() else { return };
    let code =
        "const jwt = require(\"jsonwebtoken\");\njwt.sign({}, process.env.JWT_SECRET || \"pear-tree-in-winter\");\n";
    let rust = "#[cfg(test)]\nmod tests {\n    fn key() -> jsonwebtoken::EncodingKey {\n        jsonwebtoken::EncodingKey::from_secret(b\"pear-tree-in-winter\")\n    }\n}\n";
    tree.write("tests/a.test.js", code).write("vendor/a.js", code).write("src/lib.rs", rust).commit();
    let run = tree.check(["--fix", "--fail-on=note", "."]);
    assert!(run.stderr.contains("0 files edited"), "{run:?}");
}

#[test]
fn sarif_offers_the_edits_without_the_secrets() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.py", "import os\nSECRET = os.getenv(\"JWT_SECRET\", \"quinces-in-the-rain\")\n").commit();
    let run = tree.check(["--format=sarif"]);
    let fix = &run.json()["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(fix["artifactLocation"]["uri"], "src/a.py");
    assert_eq!(fix["replacements"][0]["insertedContent"]["text"], "os.environ[\"JWT_SECRET\"]");
    assert_eq!(fix["replacements"][0]["deletedRegion"]["startLine"], 2);
    assert!(!run.stdout.contains("quinces"));
}

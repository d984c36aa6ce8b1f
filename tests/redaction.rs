//! No part of a secret leaves the process, whatever the place, the format and the options.

mod common;

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use common::plants::{PLANTS, base64};
use common::{Run, Tree, jwtlint, run_with};

const FORMATS: [&str; 5] = ["human", "sarif", "json", "github", "gitlab"];
/// Ways to make the program say more.
const LOUD: [&[&str]; 4] = [&[], &["--verbose", "--color=always"], &["--no-ignores", "--fail-on=note"], &["--quiet"]];

/// 32 random characters. Every second one is a letter beyond `f`, so that no part reads like a number or a hash.
fn random_secret() -> String {
    const LETTERS: &[u8] = b"ghjkmnpqrstuvwxyzGHJKLMNPQRSTUVWXYZ";
    const ALL: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let random = RandomState::new();
    (0..32_usize)
        .map(|index| {
            let set = if index % 2 == 0 { LETTERS } else { ALL };
            let number = usize::try_from(random.hash_one(index) >> 33).expect("31 bits");
            char::from(set[number % set.len()])
        })
        .collect()
}

/// What four or more characters in a row look like: as they are, in base64 at every alignment, in hexadecimal.
fn traces(secret: &str) -> BTreeSet<String> {
    let mut traces = BTreeSet::new();
    for window in secret.as_bytes().windows(4) {
        traces.insert(String::from_utf8_lossy(window).into_owned());
        traces.insert(window.iter().map(|byte| format!("{byte:02x}")).collect());
        traces.insert(window.iter().map(|byte| format!("{byte:02X}")).collect());
        traces.insert(window.iter().map(|byte| format!("%{byte:02X}")).collect());
        traces.insert(window.iter().map(|byte| format!("\\u{byte:04x}")).collect());
        for shift in 0..3 {
            let shifted = [&b"\0\0"[..shift], window].concat();
            // The digits that do not depend on what stands before or after.
            let (first, last) = ((shift * 8).div_ceil(6), (shifted.len() * 8) / 6);
            traces.insert(base64(&shifted)[first..last].to_owned());
        }
    }
    traces
}

/// The parts of the secret in a text.
fn found_in(text: &str, traces: &BTreeSet<String>) -> BTreeSet<String> {
    traces.iter().filter(|trace| text.contains(*trace)).cloned().collect()
}

/// All that the program says in every format and way.
fn everything_said(tree: &Tree) -> Vec<(String, Run)> {
    let mut said = Vec::new();
    for format in FORMATS {
        for options in LOUD {
            let run = tree.check([&["--format", format, "."], options].concat());
            assert_eq!(run.code, Some(1), "{format} {options:?}: {}", run.stderr);
            said.push((format!("{format} {options:?}"), run));
        }
    }
    said.push(("fix".to_owned(), tree.check(["--fix", "--dry-run", "--verbose", "."])));
    said.push(("statistics".to_owned(), tree.check(["--statistics", "--profile=strict", "."])));
    said
}

/// What one run says holds traces of its secret by chance, now and then: the other run, with another secret, tells.
fn assert_silent(said: &[(String, Run)], secret: &str, elsewhere: &str) {
    let traces = traces(secret);
    let chance = found_in(elsewhere, &traces);
    for (way, run) in said {
        for text in [&run.stdout, &run.stderr] {
            let leaked: Vec<_> = found_in(text, &traces).difference(&chance).cloned().collect();
            assert!(leaked.is_empty(), "{way}: {leaked:?} of {secret:?}");
        }
    }
}

fn planted(secret: &str) -> Tree {
    let tree = Tree::new();
    for plant in PLANTS {
        tree.write(plant.path, plant.with(secret));
    }
    tree
}

fn joined(said: &[(String, Run)]) -> String {
    said.iter().map(|(_, run)| format!("{}\n{}\n", run.stdout, run.stderr)).collect()
}

#[test]
fn the_places_are_found() {
    let tree = planted(&random_secret());
    let found: BTreeSet<String> = tree.check(["--format=json", "--verbose"]).findings().into_iter().collect();
    let missing: Vec<_> = PLANTS
        .iter()
        .flat_map(|plant| plant.found.iter().map(|place| format!("{}:{place}", plant.path)))
        .filter(|place| !found.contains(place))
        .collect();
    assert!(missing.is_empty(), "not found: {missing:#?} in {found:#?}");
}

#[test]
fn no_part_of_a_secret_is_said_anywhere() {
    let secrets = [random_secret(), random_secret()];
    let said = secrets.each_ref().map(|secret| everything_said(&planted(secret)));
    assert_silent(&said[0], &secrets[0], &joined(&said[1]));
    assert_silent(&said[1], &secrets[1], &joined(&said[0]));
}

#[test]
fn no_part_of_a_secret_on_standard_input_is_said() {
    let secret = random_secret();
    let tree = Tree::new();
    for plant in PLANTS {
        for format in FORMATS {
            let mut command = jwtlint(tree.top());
            command.args(["check", "-", "--verbose", "--format", format, "--stdin-filename", plant.path]);
            let run = run_with(&mut command, plant.with(&secret).as_bytes());
            assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
            let leaked = [&run.stdout, &run.stderr].map(|text| text.contains(&secret) || text.contains(&secret[8..16]));
            assert_eq!(leaked, [false; 2], "{} as {format}: {run:?}", plant.path);
        }
    }
}

/// Files in which another secret, `{T}`, stands beside the one that is found, and the line that is shown.
const BESIDE: &[(&str, &str, &str)] = &[
    (
        "comment.py",
        "import jwt\njwt.encode({}, \"{S}\")  # JWT_SECRET={T} in prod\n",
        "jwt.encode({}, \"{M}\")  # JWT_SECRET={M} in prod",
    ),
    (".env", "JWT_SECRET={S} # old: {T}\n", "JWT_SECRET={M} # old: {M}"),
    ("Dockerfile", "FROM x\nENV JWT_SECRET={S} DB_PASSWORD={T}\n", "ENV JWT_SECRET={M} DB_PASSWORD={M}"),
    ("was.js", "const jwtSecret = \"{S}\"; // was \"{T}\"\n", "const jwtSecret = \"{M}\"; // was \"{M}\""),
    (
        "old.js",
        "const jwtSecret = \"{S}\"; // const oldJwtSecret = \"{T}\"\n",
        "const jwtSecret = \"{M}\"; // const oldJwtSecret = \"{M}\"",
    ),
    (
        "one.json",
        "{\"jwt\":{\"secret\":\"{S}\",\"issuer\":\"orchard\"},\"password\":\"{T}\"}\n",
        "{\"jwt\":{\"secret\":\"{M}\",\"issuer\":\"orchard\"},\"password\":\"{M}\"}",
    ),
    (
        "url.sh",
        "JWT_SECRET={S} DATABASE_URL=postgres://u:{T}@db.example.org/orchard ./serve\n",
        "JWT_SECRET={M} DATABASE_URL=postgres://u:{M}@db.example.org/orchard ./serve",
    ),
];

#[test]
fn no_secret_beside_the_one_that_is_found_is_shown() {
    for other in [random_secret().as_str(), "hunter2hunter2", "plum-stone-at-dawn"] {
        let secret = random_secret();
        let tree = Tree::new();
        for (path, text, _) in BESIDE {
            tree.write(path, text.replace("{S}", &secret).replace("{T}", other));
        }
        let said = everything_said(&tree);
        for (way, run) in &said {
            assert!(!run.stdout.contains(other) && !run.stderr.contains(other), "{way}: {run:?}");
        }
        let report = tree.check(["--format=json", "--verbose", "."]).json();
        for (path, _, line) in BESIDE {
            let findings = report["findings"].as_array().expect("a list");
            let finding = findings.iter().find(|finding| finding["path"] == *path);
            let shown = finding.and_then(|finding| finding["excerpt"].as_str());
            assert_eq!(shown, Some(line.replace("{M}", "••••••").as_str()), "{path}");
        }
    }
}

#[test]
fn a_broken_configuration_is_not_quoted() {
    let secret = random_secret();
    for (broken, wanted) in [
        ("JWT_SECRET={S}\n", "jwtlint.toml:1:12: "),
        ("[names]\nsecret = [\"{S}\"\n", "jwtlint.toml:"),
        ("salt = \"{S}\"\n", "jwtlint.toml:1:8: a salt is"),
        ("{S} = 1\n", "jwtlint.toml:1:1: unknown field, expected one of `exclude`"),
        ("fail-on = \"{S}\"\n", "jwtlint.toml:1:11: unknown value, expected one of `error`"),
        ("exclude = \"{S}\"\n", "jwtlint.toml:1:11: invalid type: string, expected a sequence"),
        ("exclude = [\"src\", \"[{S}\"]\n", "jwtlint.toml:1:19: not a valid glob: unclosed character class"),
        ("[rules]\nignore = [\"{S}\"]\n", "jwtlint.toml:2:11: there is no such rule; `jwtlint rules` lists them all"),
        ("[rules]\nignore = [\"{S}\",\n\"{S}\"]\n", "jwtlint.toml:2:11: there is no such rule"),
        ("[rules.{S}]\nlevel = \"error\"\n", "jwtlint.toml:1:2: unknown field, expected `select` or `ignore`"),
        ("[levels.\"a\"]\n{S} = \"error\"\n", "jwtlint.toml:2:1: there is no such rule"),
        ("[[allow]]\npath = \"a\"\nrule = \"{S}\"\nreason = \"b\"\n", "jwtlint.toml:3:8: there is no such rule"),
        ("max-file-size = \"{S}\"\n", "jwtlint.toml:1:17: a size is"),
        ("[[sink]]\ncall = \"{S}()\"\n", "jwtlint.toml:2:8: a call is"),
    ] {
        let tree = Tree::new();
        tree.write("jwtlint.toml", broken.replace("{S}", &secret));
        let run = tree.check::<&str>([]);
        assert_eq!(run.code, Some(2), "{broken}: {run:?}");
        assert!(run.stderr.contains(wanted), "{broken}: {run:?}");
        let parts = secret.as_bytes().windows(4).map(String::from_utf8_lossy);
        assert_eq!(parts.filter(|part| run.stderr.contains(&**part)).count(), 0, "{broken}: {run:?}");
    }
}

#[test]
fn a_broken_command_line_is_not_quoted() {
    let secret = random_secret();
    for (option, value, wanted) in [
        ("--select", "weak-secret,{S}", "--select, word 2: there is no such rule"),
        ("--ignore", "{S}", "--ignore, word 1: there is no such rule; `jwtlint rules` lists them all"),
        ("--ignore", "weak-secrets", "--ignore, word 1: there is no such rule; did you mean `weak-secret`?"),
        ("--exclude", "[{S}", "exclude pattern 1 is not a valid glob: unclosed character class"),
    ] {
        let run = Tree::new().check([option, &value.replace("{S}", &secret)]);
        assert_eq!(run.code, Some(2), "{option}: {run:?}");
        assert!(run.stderr.contains(wanted) && !run.stderr.contains(&secret[..8]), "{option}: {run:?}");
    }
}

#[test]
fn a_masked_finding_still_says_where_it_is() {
    let secrets = [random_secret(), random_secret()];
    let said = secrets.each_ref().map(|secret| planted(secret).check(["--root=.", "rust/neighbours.rs"]));
    for run in &said {
        assert!(run.stdout.contains("rust/neighbours.rs:1:"), "{run:?}");
        assert!(run.stdout.contains("pub const JWT_SECRET: &str = \""), "the line is shown around the mask: {run:?}");
    }
    let [one, other] = said.map(|run| [("human".to_owned(), run)]);
    assert_silent(&one, &secrets[0], &joined(&other));
    assert_silent(&other, &secrets[1], &joined(&one));
}

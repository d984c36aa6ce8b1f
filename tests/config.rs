//! `jwtlint.toml` as people use it: where it is found, what it says, and its schema.

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{Run, Tree, have, jwtlint, run};
use jwtlint::catalog;
use jwtlint::config::Config;
use serde_json::Value;

const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const FINDING: &str = "src/lib.rs:1 hardcoded-secret";

fn json(tree: &Tree, arguments: &[&str]) -> Run {
    tree.check(["--format", "json"].iter().chain(arguments))
}

#[test]
fn it_has_several_names() {
    for (name, text) in [
        ("jwtlint.toml", "[rules]\nignore = [\"hardcoded-secret\"]\n"),
        (".jwtlint.toml", "[rules]\nignore = [\"hardcoded-secret\"]\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\n[package.metadata.jwtlint.rules]\nignore = [\"hardcoded-secret\"]\n"),
        ("Cargo.toml", "[workspace]\nmembers = []\n[workspace.metadata.jwtlint]\nexclude = [\"src\"]\n"),
    ] {
        let tree = Tree::new();
        tree.write("src/lib.rs", LEAK);
        assert_eq!(json(&tree, &[]).findings(), [FINDING], "without {name}");
        tree.write(name, text);
        let run = json(&tree, &[]);
        assert_eq!((run.code, run.findings()), (Some(0), Vec::new()), "{name}: {run:?}");
        assert_eq!(json(&tree, &["--no-config"]).findings(), [FINDING]);
    }
}

#[test]
fn what_a_manifest_says_wrong_is_shown_there() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK);
    tree.write("Cargo.toml", "[package]\nname = \"a\"\n\n[package.metadata.jwtlint]\nexlude = []\n");
    let run = json(&tree, &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("Cargo.toml:5:1: unknown field `exlude`"), "{}", run.stderr);
    tree.write("Cargo.toml", "[package]\nname = \"a\"\nmetadata = \"jwtlint\nbroken");
    assert_eq!(json(&tree, &[]).findings(), [FINDING], "a broken manifest is not ours to complain about");
    tree.write("Cargo.toml", "[package.metadata.jwtlint]\nexclude = []\nexclude = []\n[package]\nname = \"a\"\n");
    let run = json(&tree, &[]);
    assert!(run.code == Some(2) && run.stderr.contains("Cargo.toml:3:1: duplicate key"), "{run:?}");
}

/// A link that leads nowhere is no reason to go on without what it was to say.
#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK).write("shared/some.toml", "exclude = [\"src\"]\n");
    std::os::unix::fs::symlink("shared/some.toml", tree.path("jwtlint.toml")).expect("a link");
    assert_eq!(json(&tree, &[]).code, Some(0));
    fs::remove_file(tree.path("shared/some.toml")).expect("removed");
    let run = json(&tree, &[]);
    assert!(run.code == Some(2) && run.stderr.contains("cannot read"), "{run:?}");
    assert_eq!(json(&tree, &["--no-config"]).findings(), [FINDING]);
}

#[test]
fn the_nearest_upwards_binds_a_file() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK).write("web/src/lib.rs", LEAK).write("web/shop/src/lib.rs", LEAK);
    tree.write(
        "jwtlint.toml",
        "[levels.\"/web/src\"]\nhardcoded-secret = \"note\"\n[levels.\"/src\"]\nhardcoded-secret = \"warning\"\n",
    );
    tree.write("web/shop/jwtlint.toml", "[levels.\"/src\"]\nhardcoded-secret = \"off\"\n");
    let levels = |arguments: &[&str]| {
        let json = json(&tree, arguments).json();
        let findings = json["findings"].as_array().expect("findings").clone();
        let text = |one: &Value, key: &str| one[key].as_str().expect("a text").to_owned();
        findings.iter().map(|one| format!("{} {}", text(one, "path"), text(one, "level"))).collect::<Vec<_>>()
    };
    assert_eq!(
        levels(&["--verbose"])[..2],
        ["src/lib.rs warning", "web/shop/src/lib.rs error"],
        "{:?}",
        levels(&["--verbose"])
    );
    let shown = levels(&[]);
    assert_eq!(shown, ["src/lib.rs warning"], "a note, and one that is off");
    let one_by_one = |file: &str| levels(&["--root", ".", file]);
    assert_eq!(one_by_one("src/lib.rs"), shown);
    assert!(one_by_one("web/shop/src/lib.rs").is_empty(), "whoever gives the files, the same binds them");
}

#[test]
fn what_lies_above_a_named_folder_binds_it() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("web/src/lib.rs", LEAK).write("web/jwtlint.toml", "exclude = [\"/src\"]\n");
    assert!(json(&tree, &["web/src"]).findings().is_empty());
    let stdin = |arguments: &[&str]| {
        let command = ["check", "-", "--stdin-filename=web/src/lib.rs", "--format=json"];
        common::run_with(common::jwtlint(tree.top()).args(command).args(arguments), LEAK.as_bytes())
    };
    assert!(stdin(&["--force-exclude"]).findings().is_empty());
    assert_eq!(stdin(&[]).findings().len(), 1, "what is named counts");
    tree.write("web/jwtlint.toml", "[levels.\"/src\"]\nhardcoded-secret = \"off\"\n");
    assert!(json(&tree, &["web/src"]).findings().is_empty() && stdin(&[]).findings().is_empty());
    let inside = run(jwtlint(&tree.path("web/src")).args(["check", "--format=json"]));
    assert!(inside.findings().is_empty(), "{inside:?}");
}

#[test]
fn a_repository_ends_the_search_and_other_folders_do_not() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("jwtlint.toml", "exclude = [\"src\"]\n").write("a/src/lib.rs", LEAK).write("b/src/lib.rs", LEAK);
    let findings = |folder: &str| {
        let run = run(jwtlint(&tree.path(folder)).args(["check", "--format", "json"]));
        run.findings()
    };
    assert!(findings("a").is_empty(), "the repository's configuration binds its folders");
    common::git(&tree.path("b")).args(["init", "--quiet"]).status().expect("git runs");
    assert_eq!(findings("b"), [FINDING], "another repository has its own");
    let plain = Tree::new();
    plain.write("jwtlint.toml", "exclude = [\"/sub/src\"]\n").write("sub/src/lib.rs", LEAK);
    let run = run(jwtlint(&plain.path("sub")).args(["check", "--format", "json"]));
    assert!(run.findings().is_empty(), "globs are relative to the configuration: {run:?}");
}

#[test]
fn a_mistake_is_shown_with_its_folder() {
    let tree = Tree::new();
    tree.write("jwtlint.toml", "").write("web/shop/src/lib.rs", LEAK);
    for (name, text, line) in [
        ("web/shop/.jwtlint.toml", "\n[names]\nsecrets = []\n", 3),
        ("web/shop/jwtlint.toml", "fail-on = \"loud\"\n", 1),
        ("web/shop/jwtlint.toml", "fail-on = \"error\"\n", 1),
        ("web/shop/src/Cargo.toml", "[package.metadata.jwtlint]\nexlude = []\n", 2),
    ] {
        tree.write("web/shop/jwtlint.toml", "").write(name, text);
        if name.ends_with(".jwtlint.toml") {
            fs::remove_file(tree.path("web/shop/jwtlint.toml")).expect("removed");
        }
        let run = json(&tree, &[]);
        assert!(run.code == Some(2) && run.stderr.contains(&format!("{name}:{line}:")), "{name}: {run:?}");
        fs::remove_file(tree.path(name)).expect("removed");
    }
}

/// Only a look at everything tells that there is no file, or nothing in it, that an allowance is for.
#[test]
fn an_allowance_for_nothing_is_reported_by_a_whole_run() {
    let tree = Tree::new();
    let allow =
        |path: &str, rule: &str| format!("[[allow]]\npath = \"{path}\"\nrule = \"{rule}\"\nreason = \"a demo\"\n");
    tree.write("src/lib.rs", LEAK).write("src/clean.rs", "pub fn nothing() {}\n").write("sub/a.rs", "");
    let entries = [
        ("gone.rs", "hardcoded-secret"),
        ("old/**", "hardcoded-secret"),
        ("src/clean.rs", "weak-secret"),
        ("/src/lib.rs", "hardcoded-secret"),
    ];
    tree.write("jwtlint.toml", entries.map(|(path, rule)| allow(path, rule)).concat());
    tree.write("sub/jwtlint.toml", allow("gone.rs", "hardcoded-secret"));
    let unused = |lines: &[&str]| lines.iter().map(|line| format!("{line} unused-suppression")).collect::<Vec<_>>();
    let whole = unused(&["jwtlint.toml:2", "jwtlint.toml:6", "jwtlint.toml:10", "sub/jwtlint.toml:2"]);
    assert_eq!(json(&tree, &[]).findings(), whole);
    for part in [
        &["src"][..],
        &["--exclude=old"],
        &["--max-file-size=10"],
        &["--select=hardcoded-secret"],
        &["--force-exclude", "src/lib.rs"],
    ] {
        let run = json(&tree, &[&["--root=."], part].concat());
        assert_eq!(run.findings(), [""; 0], "{part:?}");
    }
    tree.write(
        "jwtlint.toml",
        format!("[rules]\nignore = [\"hardcoded-secret\"]\n{}", allow("gone.rs", "hardcoded-secret")),
    );
    assert_eq!(
        json(&tree, &["src", "."]).findings(),
        unused(&["sub/jwtlint.toml:2"]),
        "of a rule that is off nothing is known"
    );
}

#[test]
fn what_counts_for_a_run_is_said_at_the_root() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK)
        .write("web/jwtlint.toml", "exclude = []\nfail-on = \"never\"\n")
        .write("web/a.rs", "");
    let run = json(&tree, &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("web/jwtlint.toml:2:11: this counts for a whole run"), "{}", run.stderr);
}

#[test]
fn functions_of_the_project_take_keys() {
    let tree = Tree::new();
    tree.write(
        "jwtlint.toml",
        "[[sink]]\ncall = \"gate::install\"\nargument = 1\n[[sink]]\ncall = \"Gate.install\"\nlabel = \"key\"\n",
    );
    tree.write("src/lib.rs", "mod gate;\nmod own;\nuse gate::install;\nconst PLAIN: &str = \"pear-tree\";\nfn a() { install(1, PLAIN); }\nfn b() { other::install(1, \"no\"); gate::install(\"no\", std::env::var(\"X\").unwrap()) }\n");
    tree.write(
        "web/app.js",
        "import { install as put } from './gate';\nconst plain = 'pear-tree';\nput('no', plain);\n",
    );
    tree.write("shop/app.py", "from shop import gate\ngate.install(1, 'pear-tree')\n");
    tree.write("shop/more.py", "gate.install(0, key='pear-tree')\n");
    let run = json(&tree, &[]);
    assert_eq!(
        run.findings(),
        [
            "shop/app.py:2 hardcoded-secret",
            "shop/more.py:1 hardcoded-secret",
            "src/lib.rs:4 hardcoded-secret",
            "web/app.js:2 hardcoded-secret"
        ],
        "{run:?}"
    );
    tree.write("jwtlint.toml", "");
    assert!(json(&tree, &[]).findings().is_empty(), "without the declaration nothing says so");
}

#[test]
fn names_of_the_project_hold_secrets() {
    let tree = Tree::new();
    tree.write("jwtlint.toml", "[names]\nsecret = [\"TICKET_SEAL\"]\nnot-secret = [\"jwt_secret\"]\n");
    tree.write("src/lib.rs", "pub const TICKET_SEAL: &str = \"pear-tree-in-winter\";\nstruct S { ticket_seal: String }\nfn s() -> S { S { ticket_seal: \"pear-tree\".to_owned() } }\n");
    tree.write("src/plain.rs", LEAK);
    tree.write("app.js", "const ticketSeal = 'pear-tree-in-winter';\n");
    tree.write("conf.yaml", "ticket_seal: pear-tree-in-winter\n");
    let run = json(&tree, &[]);
    assert_eq!(
        run.findings(),
        [
            "app.js:1 hardcoded-secret",
            "conf.yaml:1 hardcoded-secret",
            "src/lib.rs:1 hardcoded-secret",
            "src/lib.rs:3 hardcoded-secret"
        ],
        "{run:?}"
    );
}

#[test]
fn an_allowance_names_a_finding_and_ends() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK);
    let fingerprint = json(&tree, &[]).json()["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let with = |more: &str| {
        tree.write("jwtlint.toml", format!("[[allow]]\nreason = \"a demo\"\n{more}\n"));
        json(&tree, &[]).findings()
    };
    assert!(with(&format!("fingerprint = \"{fingerprint}\"")).is_empty());
    assert!(with(&format!("fingerprint = \"{fingerprint}\"\nexpires = 9999-12-31")).is_empty());
    let unused = ["jwtlint.toml:3 unused-suppression", FINDING];
    assert_eq!(with(&format!("fingerprint = \"{fingerprint}\"\nexpires = 2001-12-31")), unused, "it has ended");
    assert_eq!(json(&tree, &["--root=.", "src/lib.rs"]).findings(), [FINDING], "nobody asked for the configuration");
    assert_eq!(with(&format!("fingerprint = \"{fingerprint}\"\npath = \"other.rs\""))[1..], [FINDING]);
    assert_eq!(with(&format!("fingerprint = \"{}\"", "0".repeat(32))), unused, "no finding has it");
    for partial in [
        &["--root=.", "src/lib.rs"][..],
        &["--select=hardcoded-secret"],
        &["--exclude=web/"],
        &["--min-confidence=low"],
    ] {
        assert_eq!(json(&tree, partial).findings(), [FINDING], "a finding elsewhere may have it: {partial:?}");
    }
    assert!(with("path = \"src/lib.rs\"\nrule = \"hardcoded-secret\"\nexpires = \"9999-12-31\"").is_empty());
    assert_eq!(
        with("path = \"src/lib.rs\"\nrule = \"hardcoded-secret\"\nexpires = 2001-12-31"),
        ["jwtlint.toml:3 unused-suppression", FINDING],
        "an allowance that has ended is shown"
    );
}

#[test]
fn a_change_that_loosens_the_configuration_is_told() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("jwtlint.toml", "exclude = [\"gen/\"]\n").write("src/lib.rs", "").write("web/a.rs", "").commit();
    let told = || json(&tree, &["--changed-since", "HEAD"]).notifications();
    assert!(told().is_empty(), "{:?}", told());
    tree.write("jwtlint.toml", "exclude = [\"gen/\", \"src/\"]\n");
    tree.write("web/.jwtlint.toml", "[levels.\"*\"]\nhardcoded-secret = \"off\"\n");
    assert_eq!(
        told(),
        [
            "warning jwtlint.toml: the change loosens the configuration: `exclude` gained `src/`",
            "warning web/.jwtlint.toml: the change loosens the configuration: `hardcoded-secret` is off at `*`"
        ]
    );
    tree.write("jwtlint.toml", "").git(["add", "."]);
    assert_eq!(told().len(), 1, "to exclude less is stricter");
    assert!(json(&tree, &[]).notifications().is_empty(), "only a comparison can tell");
}

#[test]
fn a_configuration_that_stands_in_for_the_one_above_is_compared_with_it() {
    let Some(tree) = Tree::repository() else { return };
    let told = || json(&tree, &["--changed-since", "HEAD"]).notifications();
    let off = "[levels.\"*\"]\nhardcoded-secret = \"off\"\n";
    tree.write("jwtlint.toml", "[[sink]]\ncall = \"install_key\"\nargument = 0\n").write("web/a.rs", "").commit();
    tree.write("web/jwtlint.toml", "");
    let [only] = told().try_into().expect("one");
    assert!(only.starts_with("warning web/jwtlint.toml: the change loosens the configuration"), "{only}");
    tree.write("web/jwtlint.toml", "[[sink]]\ncall = \"install_key\"\nargument = 0\n");
    assert!(told().is_empty(), "it says the same: {:?}", told());
    tree.write("jwtlint.toml", off).write("web/jwtlint.toml", "").commit();
    fs::remove_file(tree.path("web/jwtlint.toml")).expect("a file");
    let message = "warning web/jwtlint.toml: the change loosens the configuration: `hardcoded-secret` is off at `*`";
    assert_eq!(told(), [message], "what was stricter is gone");
}

#[test]
fn a_baseline_that_grows_is_told() {
    let Some(tree) = Tree::repository() else { return };
    let begin = || assert_eq!(run(jwtlint(tree.top()).arg("baseline")).code, Some(0));
    tree.write("jwtlint.toml", "baseline = \"known.json\"\n").write("src/lib.rs", LEAK);
    begin();
    tree.commit();
    let told = || json(&tree, &["--changed-since", "HEAD"]).notifications();
    assert!(told().is_empty(), "{:?}", told());
    tree.write("src/new.rs", LEAK.replace("pear", "fig"));
    begin();
    assert_eq!(told(), ["warning known.json: the change loosens the configuration: the baseline gained 1"]);
    tree.write("src/new.rs", "").write("src/lib.rs", "");
    begin();
    assert!(told().is_empty(), "what is fixed and forgotten loosens nothing");
}

#[test]
fn a_configuration_that_is_named_is_compared_too() {
    let Some(tree) = Tree::repository() else { return };
    let told = |more: &[&str]| {
        let run = json(&tree, &[&["--changed-since", "HEAD"], more].concat());
        assert_ne!(run.code, Some(2), "{run:?}");
        run.notifications()
    };
    let named = ["--config", "ci/strict.toml"];
    tree.write("ci/strict.toml", "exclude = [\"gen/\"]\n").write("src/lib.rs", "").commit();
    assert!(told(&named).is_empty(), "{:?}", told(&named));
    tree.write("ci/strict.toml", "exclude = [\"gen/\", \"src/\"]\n");
    let message = "the change loosens the configuration: `exclude` gained `src/`";
    assert_eq!(told(&named), [format!("warning ci/strict.toml: {message}")]);
    assert_eq!(told(&[&named[..], &["--root", "src", "src"]].concat()), [format!("warning ci/strict.toml: {message}")]);
    tree.git(["mv", "ci/strict.toml", "ci/other.toml"]);
    assert_eq!(told(&["--config", "ci/other.toml"]), [format!("warning ci/other.toml: {message}")], "by another name");
    tree.git(["reset", "--quiet", "--hard"]).write("ci/strict.toml", "");
    assert!(told(&named).is_empty(), "to exclude less is stricter");
    tree.git(["reset", "--quiet", "--hard"]).write("new.toml", "exclude = [\"src/\"]\n");
    assert!(told(&["--config", "new.toml"]).is_empty(), "git does not keep it");
    tree.git(["add", "new.toml"]);
    assert_eq!(
        told(&["--config", "new.toml"]),
        [format!("warning new.toml: {message}")],
        "nothing was excluded before"
    );
    let elsewhere = Tree::new();
    elsewhere.write("own.toml", "exclude = [\"src/\"]\n");
    assert!(
        told(&["--config", &elsewhere.path("own.toml").to_string_lossy()]).is_empty(),
        "it is no part of the change"
    );
}

#[test]
fn levels_that_go_down_by_their_order_are_told() {
    let Some(tree) = Tree::repository() else { return };
    let (strict, loose) =
        ("[levels.\"src/auth\"]\nhardcoded-secret = \"error\"\n", "[levels.\"src\"]\nhardcoded-secret = \"note\"\n");
    tree.write("jwtlint.toml", format!("{loose}{strict}")).write("src/auth/key.rs", LEAK).commit();
    let told = || json(&tree, &["--changed-since", "HEAD"]).notifications();
    assert!(told().is_empty(), "{:?}", told());
    tree.write("jwtlint.toml", format!("{strict}{loose}"));
    assert_eq!(
        told(),
        [
            "warning jwtlint.toml: the change loosens the configuration: `hardcoded-secret` is note at `src`, such as `src/auth/key.rs`"
        ]
    );
    tree.commit().write("jwtlint.toml", format!("{loose}{strict}"));
    assert!(told().is_empty(), "the other way round it is stricter");
    tree.write("jwtlint.toml", format!("{strict}[levels.\"src/**\"]\nhardcoded-secret = \"note\"\n"));
    assert!(told().is_empty(), "the same in other words: {:?}", told());
}

#[test]
fn a_baseline_that_is_typed_is_compared_too() {
    let Some(tree) = Tree::repository() else { return };
    let begin = || assert_eq!(run(jwtlint(tree.top()).args(["baseline", "-o", "ci/known.json"])).code, Some(0));
    let told = |more: &[&str]| {
        let more = [&["--changed-since", "HEAD", "--baseline", "ci/known.json"], more].concat();
        json(&tree, &more).notifications()
    };
    tree.write("src/lib.rs", LEAK).write("ci/none", "");
    begin();
    tree.write(".gitignore", "known.json\n").git(["add", "."]).git(["commit", "--quiet", "-m", "x"]);
    assert!(told(&[]).is_empty(), "git does not keep it: {:?}", told(&[]));
    tree.commit();
    assert!(told(&[]).is_empty(), "{:?}", told(&[]));
    tree.write("src/new.rs", LEAK.replace("pear", "fig"));
    begin();
    let message = "warning ci/known.json: the change loosens the configuration: the baseline gained 1";
    assert_eq!(told(&[]), [message]);
    assert_eq!(told(&["--no-config"]), [message]);
    tree.write("jwtlint.toml", "exclude = [\"ci/\"]\nbaseline = \"ci/known.json\"\n").git(["add", "."]);
    assert!(told(&[]).contains(&message.to_owned()) || told(&[]).iter().any(|one| one.contains("a baseline is named")));
    tree.commit();
    assert!(told(&[]).is_empty(), "in a folder that is excluded: {:?}", told(&[]));
    let run = json(&tree, &["--changed-since", "HEAD"]);
    assert!(run.notifications().is_empty(), "{run:?}");
    tree.write("jwtlint.toml", "exclude = [\"ci/\"]\nbaseline = \"./ci/../ci/known.json\"\n");
    let run = json(&tree, &["--changed-since", "HEAD"]);
    assert!(run.notifications().is_empty(), "by another path: {run:?}");
    tree.commit();
    let run = json(&tree, &["--changed-since", "HEAD"]);
    assert!(run.notifications().is_empty(), "by another path, before: {run:?}");
    tree.git(["mv", "ci/known.json", "known.json"]);
    tree.write("jwtlint.toml", "exclude = [\"ci/\"]\nbaseline = \"known.json\"\n");
    let run = json(&tree, &["--changed-since", "HEAD"]);
    assert!(run.notifications().is_empty(), "it moved: {run:?}");
    tree.write("src/lib.rs", "").write("src/new.rs", "");
    assert_eq!(jwtlint_baseline(&tree), Some(0));
    assert!(json(&tree, &["--changed-since", "HEAD"]).notifications().is_empty(), "what is fixed loosens nothing");
}

fn jwtlint_baseline(tree: &Tree) -> Option<i32> {
    run(jwtlint(tree.top()).arg("baseline")).code
}

/// A configuration that says everything.
const EVERYTHING: &str = r#"
exclude = ["third_party/"]
fail-on = "error"
max-file-size = "2MB"
baseline = ".jwtlint-baseline.json"
profile = "strict"
min-confidence = "medium"
salt = "00112233445566778899aabbccddeeff"
[names]
secret = ["TICKET_SEAL"]
not-secret = ["*_ID"]
[rules]
select = ["hardcoded-secret", "SEC-003"]
ignore = ["committed-token"]
[rules.logged-secret]
level = "off"
min-confidence = "high"
[levels."scripts/**"]
hardcoded-secret = "note"
[[sink]]
call = "gate::install"
argument = 1
label = "key"
[[allow]]
path = "demo.json"
rule = "hardcoded-secret"
fingerprint = "0123456789abcdef0123456789abcdef"
reason = "a demo"
expires = "2027-01-31"
tag = "1c7"
for = "history"
"#;

fn schema() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("jwtlint.schema.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the schema")).expect("JSON")
}

fn keys(object: &Value) -> BTreeSet<String> {
    object.as_object().expect("an object").keys().cloned().collect()
}

/// The keys that the parser lists where it meets one that it does not know.
fn known_to_the_parser(text: &str) -> BTreeSet<String> {
    let error = Config::parse("jwtlint.toml", text).expect_err("an unknown key").to_string();
    let (_, list) = error.split_once("expected").unwrap_or_else(|| panic!("{error}"));
    list.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_schema_and_the_parser_know_the_same_keys() {
    let schema = schema();
    let properties = &schema["properties"];
    assert!(Config::parse("jwtlint.toml", EVERYTHING).is_ok());
    assert_eq!(keys(properties), known_to_the_parser("pear = 1"));
    assert_eq!(keys(&properties["names"]["properties"]), known_to_the_parser("[names]\npear = 1"));
    assert_eq!(keys(&properties["rules"]["properties"]), known_to_the_parser("[rules]\npear = 1"));
    assert_eq!(keys(&properties["sink"]["items"]["properties"]), known_to_the_parser("[[sink]]\npear = 1"));
    assert_eq!(keys(&properties["allow"]["items"]["properties"]), known_to_the_parser("[[allow]]\npear = 1"));
    let rules: Vec<&str> =
        schema["definitions"]["rule"]["enum"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
    assert_eq!(rules, catalog::rules().iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>());
    let written: BTreeSet<String> = toml::from_str::<toml::Table>(EVERYTHING).expect("TOML").keys().cloned().collect();
    assert_eq!(keys(properties), written, "the example says everything");
}

#[test]
fn the_schema_judges_like_the_parser() {
    if !have("check-jsonschema") {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = fs::read_to_string(root.join("jwtlint.toml")).expect("our own");
    let good = [
        EVERYTHING,
        &*own,
        "max-file-size = 7",
        "max-file-size = \"8000000000000000 KB\"",
        "exclude = [\"a[bc]d\", \"[!a]\", \"[]a]\", \"{a,b}/**\", 'a\\[', \"{a,{b,c}}\", \"#a\", \"!b\"]",
        "[rules]\nselect = [\"sec-001\"]",
        "[[sink]]\ncall = \"$gate.install_é\"",
        "salt = \"00112233445566778899AABBCCDDEEFF\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nexpires = \"2028-02-29\"",
        "[[allow]]\nfingerprint = '0123456789abcdef0123456789abcdef'\nreason = 'x'",
    ];
    let bad = [
        "exlude = []",
        "fail-on = \"loud\"",
        "max-file-size = \"2 buckets\"",
        "[rules]\nignore = [\"hard-coded\"]",
        "[levels.\"a\"]\nhardcoded-secret = \"loud\"",
        "profile = \"SEC-002\"",
        "min-confidence = \"certain\"",
        "[rules.hard-coded]\nlevel = \"off\"",
        "[rules.weak-secret]\nloud = true",
        "[[sink]]\nargument = 1",
        "[[sink]]\ncall = \"a..b\"",
        "[[allow]]\npath = \"a\"\nreason = \"x\"",
        "[[allow]]\nrule = \"weak-secret\"\nreason = \"x\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \" \"",
        "[[allow]]\nfingerprint = \"12\"\nreason = \"x\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nfor = \"ever\"",
        "[names]\nsecret = [\"*\"]",
        "exclude = [\"a\", \"[b\"]",
        "[rules]\nselect = [5]",
        "exclude = [\"{a,b\"]",
        "exclude = [\"a}\"]",
        "exclude = ['a\\']",
        "max-file-size = \"99999999999999999999\"",
        "max-file-size = \"99999999999GB\"",
        "[levels.\" \"]\nweak-secret = \"note\"",
        "[levels.\"[a\"]\nweak-secret = \"note\"",
        "[[sink]]\ncall = \"install()\"",
        "[[sink]]\ncall = \"gate::*\"",
        "salt = \"00112233445566778899aabbccddeeff0\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\ntag = \"1c7\"",
        "salt = \"00112233445566778899aabbccddeeff\"\n[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\ntag = \"400\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nexpires = \"2027-02-29\"",
        "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nexpires = \"2027-13-01\"",
        "[[allow]]\npath = \"[a\"\nrule = \"weak-secret\"\nreason = \"x\"",
    ];
    let folder = Tree::new();
    let mut command = Command::new("check-jsonschema");
    command.args(["--output-format", "json", "--schemafile"]).arg(root.join("jwtlint.schema.json"));
    for (number, text) in good.iter().chain(&bad).enumerate() {
        folder.write(&format!("{number:02}.toml"), text);
        command.arg(folder.path(&format!("{number:02}.toml")));
    }
    let verdict = run(&mut command).json();
    let refused: BTreeSet<&str> =
        verdict["errors"].as_array().expect("errors").iter().filter_map(|error| error["filename"].as_str()).collect();
    for (number, text) in good.iter().chain(&bad).enumerate() {
        let is_good = number < good.len();
        let by_schema = !refused.iter().any(|file| file.ends_with(&format!("{number:02}.toml")));
        assert_eq!(by_schema, is_good, "the schema: {text}");
        assert_eq!(Config::parse("jwtlint.toml", text).is_ok(), is_good, "the parser: {text}");
    }
}

#[test]
fn allowances_are_written_for_findings() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK).write("web/app.rs", LEAK.replace("pear", "fig"));
    let text = "# ours\r\nexclude = [\"gen/\"] # made\r\n";
    tree.write("jwtlint.toml", text).write("web/jwtlint.toml", "");
    let allow = |arguments: &[&str]| common::run(common::jwtlint(tree.top()).arg("allow").args(arguments));
    let read = |name: &str| fs::read_to_string(tree.path(name)).expect("a configuration");
    let fingerprint = json(&tree, &[]).json()["findings"][1]["fingerprint"].as_str().expect("text")[..12].to_owned();

    let shown = allow(&["--reason=a \"demo\"", "--dry-run", "src/lib.rs:1"]);
    assert!(shown.stdout.contains("reason = 'a \"demo\"'") && shown.code == Some(0), "{shown:?}");
    assert_eq!(read("jwtlint.toml"), text, "nothing was written");
    let run = allow(&["--reason=a \"demo\"", "--until=9999-12-31", "src/lib.rs:1", &fingerprint]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("jwtlint.toml: allows hardcoded-secret at src/lib.rs:1"), "{run:?}");
    assert!(json(&tree, &[]).findings().is_empty(), "{}", read("jwtlint.toml"));
    let new = read("jwtlint.toml");
    assert!(
        new.starts_with("salt = \"") && new.contains(text) && !new.contains("fig") && !new.contains("pear"),
        "{new}"
    );
    assert!(new.contains("expires = 9999-12-31\r\n") && !new.replace("\r\n", "").contains('\n'), "{new}");
    assert!(read("web/jwtlint.toml").contains("# web/app.rs\n"), "the nearest one binds");

    let is_found = |fruit| {
        tree.write("src/lib.rs", LEAK.replace("pear", fruit));
        json(&tree, &["--root=.", "src"]).findings() == [FINDING]
    };
    // Under a random salt, one value in 1 024 has the tag of the first.
    let found = ["plum", "peach", "quince", "medlar"].into_iter().filter(|fruit| is_found(fruit)).count();
    assert!(found >= 2, "another value is another finding: {found}");
    for wrong in
        [&["src/lib.rs:1"][..], &["--reason= ", "src/lib.rs:1"], &["--reason=x", "src/lib.rs:9"], &["--reason=x", "0"]]
    {
        assert_eq!(allow(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(allow(&["--reason=x", "--until=soon", "src/lib.rs:1"]).code, Some(2));
}

#[test]
fn an_allowance_begins_a_configuration_or_is_shown() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK);
    let allow = || common::run(common::jwtlint(tree.top()).args(["allow", "--reason=a demo", "./src/lib.rs:1"]));
    assert_eq!(allow().code, Some(0));
    assert!(json(&tree, &[]).findings().is_empty());
    assert_eq!(allow().code, Some(2), "it is allowed already");
    fs::remove_file(tree.path("jwtlint.toml")).expect("a file");
    let manifest = "[package]\nname = \"shop\"\n[package.metadata.jwtlint]\nfail-on = \"error\"\n";
    tree.write("Cargo.toml", manifest);
    let run = allow();
    assert_eq!(run.code, Some(2));
    assert!(
        run.stdout.contains("Cargo.toml is left alone") && run.stdout.contains("[[package.metadata.jwtlint.allow]]")
    );
    assert_eq!(fs::read_to_string(tree.path("Cargo.toml")).expect("a file"), manifest);
}

#[test]
fn configurations_of_all_sorts() {
    let tree = Tree::new();
    tree.write("src/lib.rs", LEAK).write("web/src/lib.rs", LEAK.replace("pear", "fig"));
    let web = "web/src/lib.rs:1 hardcoded-secret";
    let allow = |more: &str| format!("[[allow]]\nrule = \"hardcoded-secret\"\nreason = \"a demo\"\n{more}\n");
    for (text, expected) in [
        (String::new(), vec![FINDING, web]),
        ("\u{feff}exclude = [\"/src/\"]\n".to_owned(), vec![web]),
        ("# one\r\nexclude = [\"/src/\"]\r\n".to_owned(), vec![web]),
        ("exclude = [\"./src\"]\n".to_owned(), vec![web]),
        ("exclude = [\"src\"]\n".to_owned(), vec![]),
        ("exclude = [\"*.rs\", \"!./src/lib.rs\"]\n".to_owned(), vec![FINDING]),
        (allow("path = \"src/\""), vec![]),
        (allow("path = \"/src/lib.rs\""), vec![web]),
        (allow("path = \"src/lib.rs\"\nfor = \"history\""), vec![FINDING, web]),
        ("[levels.\"web/**\"]\nhardcoded-secret = \"off\"\n".to_owned(), vec![FINDING]),
        ("[rules]\nignore = [\"hardcoded-secret\"]\n".to_owned(), vec![]),
        ("max-file-size = \"10B\"\n".to_owned(), vec![]),
        ("min-confidence = \"high\"\n".to_owned(), vec![]),
    ] {
        tree.write("jwtlint.toml", &text);
        assert_eq!(json(&tree, &[]).findings(), expected, "{text}");
    }
    for (text, place) in [
        ("exclude = [\"ok\", \"[a\"]\n", "jwtlint.toml:1:18"),
        ("exclude = []\nexclude = []\n", "jwtlint.toml:2:1"),
        ("max-file-size = -1\n", "jwtlint.toml:1:17"),
        (
            "[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nexpires = \"2027-02-29\"\n",
            "jwtlint.toml:5:11",
        ),
        ("[[allow]]\npath = \"a\"\nrule = \"weak-secret\"\nreason = \"x\"\nfor = \"check\"\n", "jwtlint.toml:5:7"),
        ("[[sink]]\ncall = \"a\"\nargument = \"first\"\n", "jwtlint.toml:3:12"),
    ] {
        tree.write("jwtlint.toml", text);
        let run = tree.check(["--format=sarif", "--output=out.sarif"]);
        assert_eq!(run.code, Some(2), "{text}: {run:?}");
        assert!(run.stderr.contains(place), "{text}: {run:?}");
        assert!(run.stdout.is_empty() && !tree.path("out.sarif").exists(), "nothing that looks like a clean report");
    }
    for unreadable in [&b"exclude = [\"\xff\"]\n"[..], b"\0\0\0"] {
        tree.write("jwtlint.toml", unreadable);
        assert_eq!(tree.check::<&str>([]).code, Some(2));
    }
}

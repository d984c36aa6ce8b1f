//! `check --staged`: what the commit would contain decides.

use std::path::Path;

use super::common::{Run, Tree, git, jwtlint, run};
use super::{CLEAN, LEAK};

fn staged(tree: &Tree) -> Run {
    tree.check(["--staged", "--format=json"])
}

fn found(tree: &Tree) -> Vec<String> {
    let run = staged(tree);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    run.findings()
}

const SIGN: &str = "use crate::config::SEAL;\n\
                    pub fn key() -> jsonwebtoken::EncodingKey {\n    \
                    jsonwebtoken::EncodingKey::from_secret(SEAL.as_bytes())\n}\n";

/// A crate whose key is a constant of another file.
fn two_files(tree: &Tree, seal: &str) {
    tree.write("Cargo.toml", "[package]\nname = \"shop\"\n").write("src/lib.rs", "mod config;\nmod sign;\n");
    tree.write("src/config.rs", seal).write("src/sign.rs", SIGN);
}

#[test]
fn the_rest_of_the_tree_is_read_from_the_index() {
    let Some(tree) = Tree::repository() else { return };
    let literal = "pub const SEAL: &str = \"a-basket-of-quinces\";\n";
    two_files(&tree, literal);
    tree.commit();
    // The call is gone from the work tree only: the commit keeps it.
    tree.write("src/config.rs", literal.replace("quinces", "plums")).git(["add", "."]);
    tree.write("src/sign.rs", "");
    assert_eq!(found(&tree), ["src/config.rs:1 hardcoded-secret"]);
    // And the other way round: it is gone from the index only.
    tree.git(["add", "."]).write("src/sign.rs", SIGN);
    assert!(found(&tree).is_empty());
}

#[test]
fn neither_untracked_files_nor_removed_manifests_matter() {
    let Some(tree) = Tree::repository() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    std::fs::remove_file(tree.path("src/sign.rs")).expect("a file");
    tree.git(["add", "."]).write("src/sign.rs", SIGN);
    assert!(found(&tree).is_empty(), "the call is not part of the commit");
    tree.git(["add", "."]);
    std::fs::remove_file(tree.path("Cargo.toml")).expect("a file");
    assert_eq!(found(&tree), ["src/config.rs:1 hardcoded-secret"]);
}

#[test]
fn a_finding_does_not_depend_on_the_other_files_of_the_run() {
    let Some(tree) = Tree::repository() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    tree.git(["add", "."]);
    let whole = found(&tree);
    assert_eq!(whole, ["src/config.rs:1 hardcoded-secret"]);
    assert_eq!(tree.check(["--staged", "--format=json", "src/config.rs"]).findings(), whole);
    assert_eq!(
        tree.check(["--staged", "--format=json", "src/sign.rs"]).findings(),
        whole,
        "it makes the literal a key"
    );
}

const CALLER: &str =
    "const jwt = require('jsonwebtoken');\nconst { gate } = require('../keys/gate');\njwt.sign({}, gate);\n";

#[test]
fn a_call_that_makes_a_key_of_an_old_constant_is_refused() {
    let Some(tree) = Tree::repository() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    tree.write("src/sign.rs", "").write("keys/gate.js", "exports.gate = 'pear-tree-in-winter';\n");
    tree.write("keys/gate.py", "GATE = 'pear-tree-in-winter'\n").commit();
    tree.write("src/sign.rs", SIGN).write("web/auth.js", CALLER);
    tree.write("auth.py", "import jwt\nfrom keys.gate import GATE\njwt.encode({}, GATE)\n").git(["add", "."]);
    let all =
        ["keys/gate.js:1 hardcoded-secret", "keys/gate.py:1 hardcoded-secret", "src/config.rs:1 hardcoded-secret"];
    assert_eq!(found(&tree), all);
    // A hook that passes names sees the same.
    let run = tree.check(["--force-exclude", "--format=json", "--", "auth.py", "web/auth.js", "src/sign.rs"]);
    assert_eq!(run.findings(), all);
    tree.git(["commit", "--quiet", "--message=x"]).write("other.py", "import jwt\n").git(["add", "."]);
    assert!(found(&tree).is_empty(), "what the commit has nothing to do with is for other commands");
}

#[test]
fn a_constant_of_any_name_is_refused_where_an_old_call_makes_it_a_key() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("keys/gate.js", "exports.gate = process.env.GATE;\n").write("web/auth.js", CALLER);
    tree.write("keys/gate.py", "GATE = None\n");
    tree.write("auth.py", "import jwt\nfrom keys.gate import GATE\njwt.encode({}, GATE)\n").commit();
    tree.write("keys/gate.js", "exports.gate = 'pear-tree-in-winter';\n");
    tree.write("keys/gate.py", "GATE = 'pear-tree-in-winter'\n").git(["add", "."]);
    let all = ["keys/gate.js:1 hardcoded-secret", "keys/gate.py:1 hardcoded-secret"];
    assert_eq!(found(&tree), all);
    assert_eq!(tree.check(["--format=json", "--", "keys/gate.js", "keys/gate.py"]).findings(), all);
}

/// A program that signs with what a variable holds.
fn signer(variable: &str) -> String {
    format!(
        "const jwt = require('jsonwebtoken');\nexports.sign = (user) => jwt.sign({{ user }}, process.env.{variable});\n"
    )
}

#[test]
fn an_entry_of_any_name_is_refused_where_old_code_makes_it_a_key() {
    const VALUE: &str = "kV9x2LqTz7RmWb4YcN8sPd3HfJ6gAe1U";
    let entry = |name: &str, before: &str, between: &str| format!("{before}{name}{between}{VALUE}\n");
    for name in ["APP_KEY", "BANANA", "APP_PEPPER"] {
        let files = [
            ("docker-compose.yml", entry(name, "services:\n  api:\n    environment:\n      ", ": ")),
            ("compose.yaml", entry(name, "services:\n  api:\n    environment:\n      - ", "=")),
            ("k8s/map.yaml", entry(name, "kind: ConfigMap\nmetadata:\n  name: api\ndata:\n  ", ": ")),
            ("Dockerfile", entry(name, "FROM node\nENV ", "=")),
            ("Procfile", format!("web: {name}={VALUE} node auth.js\n")),
            ("fly.toml", format!("[env]\n{name} = \"{VALUE}\"\n")),
            ("package.json", format!("{{\"scripts\": {{\"start\": \"{name}={VALUE} node auth.js\"}}}}\n")),
            ("run.sh", entry(name, "export ", "=")),
            ("api.service", entry(name, "[Service]\nEnvironment=", "=")),
        ];
        for (file, text) in files {
            let Some(tree) = Tree::repository() else { return };
            tree.write("auth.js", signer(name)).commit();
            tree.write(file, text).git(["add", file]);
            let all = found(&tree);
            assert!(matches!(&*all, [one] if one.starts_with(file)), "{name} in {file}: {all:?}");
            for arguments in
                [&["--force-exclude", "--", file][..], &[file], &["--force-exclude", "--", file, "auth.js"]]
            {
                assert_eq!(
                    tree.check(["--format=json"].iter().chain(arguments)).findings(),
                    all,
                    "{name}: {arguments:?}"
                );
            }
        }
    }
}

#[test]
fn an_entry_that_no_code_makes_a_key_is_nobodys_business() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("auth.js", signer("APP_KEY")).write("app.js", "exports.tint = process.env.BANANA;\n").commit();
    tree.write(
        "compose.yaml",
        "services:\n  api:\n    environment:\n      BANANA: kV9x2LqTz7RmWb4YcN8sPd3H\n      PORT: 80\n",
    );
    tree.git(["add", "."]);
    assert!(found(&tree).is_empty());
    // What the commit does not contain reads nothing.
    tree.write("auth.js", signer("BANANA"));
    assert!(found(&tree).is_empty());
    tree.git(["add", "."]);
    assert_eq!(found(&tree), ["compose.yaml:4 hardcoded-secret"]);
}

#[test]
fn a_member_of_the_settings_is_refused_where_old_code_makes_it_a_key() {
    let Some(tree) = Tree::repository() else { return };
    let code = "const jwt = require('jsonwebtoken');\nconst config = require('config');\n";
    tree.write("auth.js", format!("{code}jwt.sign({{}}, config.get('gate.material'));\n")).commit();
    tree.write("config/default.json", "{ \"gate\": { \"material\": \"a-basket-of-quinces\" } }\n").git(["add", "."]);
    assert_eq!(found(&tree), ["config/default.json:1 hardcoded-secret"]);
    tree.write("config/default.json", "{ \"door\": { \"material\": \"a-basket-of-quinces\" } }\n").git(["add", "."]);
    assert!(found(&tree).is_empty());
}

#[test]
fn a_read_that_makes_a_key_of_old_entries_is_refused() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".env", "APP_SECRET=Zq8Wn3Xv5Tb7Ym2Kc9Lp4Rd6Hs1Jg0Fa\nAPP_KEY=pear-tree-in-winter\n");
    tree.write(
        "compose.yml",
        "services:\n  api:\n    environment:\n      APP_SECRET: kV9x2LqTz7RmWb4YcN8sPd3HfJ6gAe1U\n",
    );
    tree.write("deploy/values.yaml", "gate:\n  bar: a-basket-of-quinces\n").commit();
    tree.write("web/auth.js", signer("APP_SECRET")).git(["add", "."]);
    let all = [".env:1 committed-env-file", "compose.yml:4 hardcoded-secret"];
    assert_eq!(found(&tree), all);
    let run = tree.check(["--force-exclude", "--format=json", "--", "web/auth.js"]);
    assert_eq!(run.findings(), all, "a hook that passes names sees the same");
    assert!(tree.check(["--format=json", "--", "web/auth.js"]).findings().is_empty(), "who asks for a file gets that");
    tree.git(["commit", "--quiet", "--message=x"]).write("web/other.js", "exports.a = process.env.APP_SECRET;\n");
    tree.git(["add", "."]);
    assert!(found(&tree).is_empty(), "what the commit has nothing to do with is for other commands");
}

#[test]
fn constants_are_looked_up_by_programs_of_another_language_that_can() {
    let Some(tree) = Tree::repository() else { return };
    let algorithm = "import com.auth0.jwt.algorithms.Algorithm";
    tree.write("src/A.java", format!("{algorithm};\nclass A {{ Algorithm a = Algorithm.HMAC256(Gate.SEAL); }}\n"));
    tree.write("src/B.kt", format!("{algorithm}\nval b = Algorithm.HMAC256(Door.SEAL)\n"));
    let cell = r#"["import jwt\n", "from gate import SEAL\n", "jwt.encode({}, SEAL)\n"]"#;
    let notebook =
        format!(r#"{{"cells": [{{"cell_type": "code", "source": {cell}}}], "metadata": {{}}, "nbformat": 4}}"#);
    tree.write("book.ipynb", notebook).commit();
    tree.write("src/Gate.kt", "object Gate { const val SEAL = \"a-basket-of-quinces\" }\n");
    tree.write("src/Door.java", "class Door { static final String SEAL = \"a-basket-of-medlars\"; }\n");
    tree.write("gate.py", "SEAL = \"a-basket-of-plums\"\n").git(["add", "."]);
    let all = ["gate.py:1", "src/Door.java:1", "src/Gate.kt:1"].map(|place| format!("{place} hardcoded-secret"));
    assert_eq!(found(&tree), all);
}

#[test]
fn the_configuration_is_the_one_that_the_commit_would_contain() {
    let exclude = "exclude = [\"a.rs\"]\n";
    for (name, index, disk, expected) in [
        ("jwtlint.toml", Some(exclude), Some(""), 0),
        ("jwtlint.toml", Some(""), Some(exclude), 1),
        ("jwtlint.toml", None, Some(exclude), 1),
        ("jwtlint.toml", Some(exclude), None, 0),
        (".jwtlint.toml", Some(exclude), Some("no configuration"), 0),
        ("src/jwtlint.toml", Some("exclude = [\"*.rs\"]\n"), Some(""), 0),
        ("src/jwtlint.toml", Some(""), Some("exclude = [\"*.rs\"]\n"), 1),
        ("Cargo.toml", Some("[package.metadata.jwtlint]\nexclude = [\"a.rs\"]\n"), Some(""), 0),
        ("Cargo.toml", Some(""), Some("[package.metadata.jwtlint]\nexclude = [\"a.rs\"]\n"), 1),
    ] {
        let Some(tree) = Tree::repository() else { return };
        tree.write("src/a.rs", CLEAN).write(name, index.unwrap_or_default()).commit();
        if index.is_none() {
            tree.git(["rm", "--quiet", name]);
        }
        tree.write("src/a.rs", LEAK).git(["add", "src/a.rs"]);
        match disk {
            Some(text) => drop(tree.write(name, text)),
            None => std::fs::remove_file(tree.path(name)).expect("a file"),
        }
        assert_eq!(found(&tree).len(), expected, "{name}: {index:?} is staged, {disk:?} on disk");
        let inside = run(jwtlint(&tree.path("src")).args(["check", "--staged", "--format=json"]));
        assert_eq!(inside.findings().len(), expected, "{name}, in a folder");
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_is_read_from_the_index() {
    let Some(tree) = Tree::repository() else { return };
    let link = || std::os::unix::fs::symlink("shared/some.toml", tree.path("jwtlint.toml")).expect("a link");
    tree.write("src/lib.rs", LEAK).write("shared/some.toml", "exclude = [\"src\"]\n").git(["add", "src", "shared"]);
    link();
    assert_eq!(staged(&tree).code, Some(1), "the link is not staged");
    tree.git(["add", "jwtlint.toml"]).write("shared/some.toml", "nonsense = 1\n");
    assert_eq!(staged(&tree).code, Some(0), "and what it leads to counts as it is staged");
}

#[cfg(unix)]
#[test]
fn a_link_counts_as_it_is_staged_and_not_as_it_is_on_disk() {
    let Some(tree) = Tree::repository() else { return };
    let link = |target: &str, name: &str| {
        let _ = std::fs::remove_file(tree.path(name));
        std::os::unix::fs::symlink(target, tree.path(name)).expect("a link");
    };
    let off = "[levels.\"*\"]\nhardcoded-secret = \"off\"\n";
    tree.write("shared/off.toml", off).write("shared/strict.toml", "").write("web/app/a.rs", LEAK);
    link("../shared", "web/common");
    link("common/off.toml", "web/jwtlint.toml");
    tree.git(["add", "."]);
    assert!(found(&tree).is_empty(), "over a folder that is a link, too: {:?}", found(&tree));
    link("../shared/strict.toml", "web/jwtlint.toml");
    assert!(found(&tree).is_empty(), "only on disk it leads elsewhere");
    std::fs::remove_file(tree.path("web/jwtlint.toml")).expect("a link");
    assert!(found(&tree).is_empty(), "only on disk it is gone");
    link("../shared/strict.toml", "web/jwtlint.toml");
    tree.git(["add", "."]);
    link("common/off.toml", "web/jwtlint.toml");
    assert_eq!(found(&tree), ["web/app/a.rs:1 hardcoded-secret"], "only on disk it is laxer");
    for nowhere in ["gone.toml", "jwtlint.toml"] {
        link(nowhere, "web/jwtlint.toml");
        tree.git(["add", "."]);
        let run = staged(&tree);
        assert!(run.code == Some(2) && run.stderr.contains("cannot read"), "{run:?}");
    }
    let outside = tree.path("../outside.toml");
    std::fs::write(&outside, off).expect("a file");
    for target in ["../../outside.toml", &outside.to_string_lossy()] {
        link(target, "web/jwtlint.toml");
        tree.git(["add", "."]);
        assert!(found(&tree).is_empty(), "what is no part of the commit is as it is: {target}");
    }
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_binds_its_folder_for_everyone() {
    let Some(tree) = Tree::repository() else { return };
    let off = "[levels.\"*\"]\nhardcoded-secret = \"off\"\n";
    tree.write("shared/off.toml", off).write("web/a.rs", LEAK).write("shared/strict.toml", "");
    std::os::unix::fs::symlink("../shared/off.toml", tree.path("web/jwtlint.toml")).expect("a link");
    tree.commit();
    for arguments in [&["check"][..], &["check", "web"], &["check", "web/a.rs"], &["history"]] {
        let run = run(jwtlint(tree.top()).args(arguments));
        assert_eq!(run.code, Some(0), "{arguments:?}: {run:?}");
    }
    let told = || tree.check(["--changed-since=HEAD", "--format=json"]).notifications();
    assert!(told().is_empty(), "nothing changed: {:?}", told());
    std::fs::remove_file(tree.path("web/jwtlint.toml")).expect("a link");
    std::os::unix::fs::symlink("../shared/strict.toml", tree.path("web/jwtlint.toml")).expect("a link");
    assert!(told().is_empty(), "it is stricter: {:?}", told());
    tree.commit();
    std::fs::remove_file(tree.path("web/jwtlint.toml")).expect("a link");
    std::os::unix::fs::symlink("../shared/off.toml", tree.path("web/jwtlint.toml")).expect("a link");
    let message = "warning web/jwtlint.toml: the change loosens the configuration: `hardcoded-secret` is off at `*`";
    assert_eq!(told(), [message]);
}

#[test]
fn a_configuration_that_is_broken_only_on_disk_does_not_matter() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("jwtlint.toml", "").write("a.rs", LEAK).git(["add", "."]).write("jwtlint.toml", "exlude = []\n");
    assert_eq!(found(&tree), ["a.rs:1 hardcoded-secret"]);
    tree.git(["add", "."]).write("jwtlint.toml", "");
    let run = staged(&tree);
    assert!(run.code == Some(2) && run.stderr.contains("jwtlint.toml:1:1: unknown field `exlude`"), "{run:?}");
    assert_eq!(tree.check(["--staged", "--no-config", "--format=json"]).findings().len(), 1);
}

#[test]
fn the_baseline_is_the_one_that_the_commit_would_contain() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("jwtlint.toml", "baseline = \"known.json\"\n").write("a.rs", CLEAN).git(["add", "."]);
    let run = staged(&tree);
    assert!(run.code == Some(2) && run.stderr.contains("known.json: it is not in the index"), "{run:?}");
    let baseline = |tree: &Tree| run_in(tree, &["baseline", "--output", "known.json", "--no-config"]);
    assert_eq!(baseline(&tree).code, Some(0));
    tree.git(["add", "."]).write("a.rs", LEAK);
    assert_eq!(baseline(&tree).code, Some(0));
    tree.git(["add", "a.rs"]);
    let shown = |tree: &Tree| {
        let json = staged(tree).json();
        json["findings"].as_array().expect("findings").iter().filter(|one| one["suppressed"].is_null()).count()
    };
    assert_eq!((staged(&tree).code, shown(&tree)), (Some(1), 1), "known on disk only");
    tree.git(["add", "known.json"]).write("known.json", "");
    assert_eq!((staged(&tree).code, shown(&tree)), (Some(0), 0), "known in the index");
}

fn run_in(tree: &Tree, arguments: &[&str]) -> Run {
    run(jwtlint(tree.top()).args(arguments))
}

#[test]
fn a_place_that_git_does_not_know_has_to_be_there() {
    let Some(tree) = Tree::repository() else { return };
    let staged = |arguments: &[&str]| tree.check(["--staged", "--format=json"].iter().chain(arguments));
    tree.write("src/new.rs", CLEAN).git(["add", "."]);
    let told = ["failure srcc: cannot be read: entity not found"];
    for arguments in [&["srcc/"][..], &["srcc", "src"]] {
        let run = staged(arguments);
        assert_eq!((run.code, run.notifications()), (Some(2), told.map(str::to_owned).to_vec()), "{run:?}");
    }
    assert_eq!(staged(&["--force-exclude", "srcc"]).code, Some(0), "a hook may be told of what is gone");
    // What is gone from disk only, from the index only, and from both.
    tree.write("src/old.rs", CLEAN).write("lib/old.rs", CLEAN).commit();
    std::fs::remove_file(tree.path("src/old.rs")).expect("a file");
    assert_eq!(staged(&["src/old.rs"]).code, Some(0));
    tree.git(["rm", "--quiet", "-r", "src/old.rs", "lib"]);
    for gone in ["src/old.rs", "lib/", "lib/old.rs"] {
        let run = staged(&[gone]);
        assert_eq!((run.code, run.notifications().len()), (Some(0), 0), "{gone}: {run:?}");
    }
}

#[test]
fn what_is_in_conflict_is_told() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.rs", CLEAN).write("vendor/b.rs", CLEAN).commit().git(["switch", "--quiet", "--create", "topic"]);
    tree.write("src/a.rs", LEAK).write("vendor/b.rs", LEAK).commit().git(["switch", "--quiet", "main"]);
    tree.write("src/a.rs", "").write("vendor/b.rs", "").commit();
    assert!(!git(tree.top()).args(["merge", "--quiet", "topic"]).status().expect("git runs").success());
    tree.write("src/c.rs", LEAK).git(["add", "src/c.rs"]);
    let run = staged(&tree);
    assert_eq!(run.findings(), ["src/c.rs:1 hardcoded-secret"]);
    assert_eq!(
        run.notifications(),
        ["warning src/a.rs: not scanned: it is in conflict, and nothing of it is staged yet"]
    );
    assert!(tree.check(["--staged", "--format=json", "src/c.rs"]).notifications().is_empty(), "that one is not");
    tree.write("src/a.rs", CLEAN).git(["add", "src/a.rs", "vendor"]);
    assert!(staged(&tree).notifications().is_empty(), "it is resolved");
}

#[cfg(unix)]
#[test]
fn a_link_that_is_named_stands_for_what_is_staged_behind_it() {
    let Some(tree) = Tree::repository() else { return };
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, tree.path(name)).expect("a link");
    tree.write("src/a.rs", CLEAN).write("src/b.rs", CLEAN);
    link("src/a.rs", "link.rs");
    link("link.rs", "again.rs");
    link("src", "folder");
    link("/dev/null", "out.rs");
    link("nowhere.rs", "dead.rs");
    tree.commit().write("src/a.rs", LEAK).write("src/b.rs", LEAK).git(["add", "."]);
    let named = |name: &str| tree.check(["--staged", "--format=json", "--", name]);
    for name in ["link.rs", "again.rs", "folder/a.rs"] {
        assert_eq!(named(name).findings(), ["src/a.rs:1 hardcoded-secret"], "{name}");
    }
    assert_eq!(named("folder").findings().len(), 2);
    assert_eq!(named("out.rs").notifications(), ["warning out.rs: not scanned: the link leaves the root"]);
    let dead = named("dead.rs");
    assert_eq!(
        (dead.code, dead.notifications()),
        (Some(2), vec!["failure dead.rs: cannot be read: entity not found".to_owned()])
    );
    std::fs::remove_file(tree.path("src/a.rs")).expect("a file");
    assert_eq!(named("link.rs").findings(), ["src/a.rs:1 hardcoded-secret"], "gone from disk only");
}

#[test]
fn a_repository_of_somebody_else_is_called_so() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).git(["add", "."]);
    let run = run(jwtlint(tree.top()).env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1").args(["check", "--staged"]));
    assert!(run.code == Some(2) && run.stderr.contains("safe.directory"), "{run:?}");
}

#[test]
fn before_the_first_commit_and_in_a_folder() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("api/src/auth.rs", LEAK).write("web/auth.rs", LEAK).git(["add", "."]);
    assert_eq!(found(&tree), ["api/src/auth.rs:1 hardcoded-secret", "web/auth.rs:1 hardcoded-secret"]);
    for folder in ["api", "api/src"] {
        let inside = |paths: &[&str]| {
            run(jwtlint(&tree.path(folder)).args(["check", "--staged", "--format=json"]).args(paths)).findings()
        };
        assert_eq!(inside(&[]), found(&tree), "a commit that is made in {folder} takes all");
        assert_eq!(inside(&["."]), ["api/src/auth.rs:1 hardcoded-secret"], "{folder} was named");
    }
    tree.write("empty/x", "").git(["rm", "--quiet", "--cached", "-r", "api"]);
    let empty = run(jwtlint(&tree.path("empty")).args(["check", "--staged", "--force-exclude", "--format=json"]));
    assert_eq!(empty.findings(), ["web/auth.rs:1 hardcoded-secret"], "nothing of the folder is staged");
}

#[test]
fn only_what_is_staged_of_a_file_counts() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.rs", CLEAN).commit();
    tree.write("src/a.rs", format!("{CLEAN}// more\n")).git(["add", "."]).write("src/a.rs", LEAK);
    assert!(found(&tree).is_empty());
    tree.git(["add", "."]).write("src/a.rs", CLEAN);
    assert_eq!(found(&tree), ["src/a.rs:1 hardcoded-secret"]);
}

#[test]
fn renamed_removed_and_intended_files() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/old.rs", LEAK).write("src/gone.rs", LEAK).commit();
    tree.git(["mv", "src/old.rs", "src/new.rs"]).git(["rm", "--quiet", "src/gone.rs"]);
    tree.write("src/later.rs", LEAK).git(["add", "--intent-to-add", "src/later.rs"]);
    assert_eq!(found(&tree), ["src/new.rs:1 hardcoded-secret"]);
}

#[cfg(unix)]
#[test]
fn names_of_all_sorts() {
    use std::os::unix::ffi::OsStrExt;
    let Some(tree) = Tree::repository() else { return };
    tree.write("a b.rs", LEAK).write("line\nbreak.rs", LEAK).write(":(top)é.rs", LEAK);
    std::fs::write(tree.top().join(std::ffi::OsStr::from_bytes(b"byte\xff.rs")), LEAK).expect("a file");
    tree.git(["add", "--all", "."]);
    let all = [":(top)é.rs", "a b.rs", "byte\u{fffd}FF.rs", "line\nbreak.rs"];
    assert_eq!(found(&tree), all.map(|name| format!("{name}:1 hardcoded-secret")));
}

#[test]
fn the_index_is_the_one_that_git_names() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.rs", CLEAN).commit();
    tree.write("src/a.rs", LEAK);
    // What `git commit PATH` does: an index of its own for this one commit.
    let of = |index: &Path, directory: &str, arguments: &[&str]| {
        run(jwtlint(&tree.path(directory)).env("GIT_INDEX_FILE", index).args(["check", "--staged"]).args(arguments))
    };
    let other = tree.path(".git/next-index-1.lock");
    std::fs::copy(tree.path(".git/index"), &other).expect("an index");
    let added = git(tree.top()).env("GIT_INDEX_FILE", &other).args(["add", "src/a.rs"]).status().expect("git runs");
    assert!(added.success());
    assert_eq!(of(&other, ".", &[]).code, Some(1));
    assert_eq!(of(Path::new(".git/next-index-1.lock"), ".", &[]).code, Some(1), "relative to the top");
    assert_eq!(of(Path::new(".git/index"), ".", &[]).code, Some(0));
    assert_eq!(of(Path::new(".git/next-index-1.lock"), "src", &[]).code, Some(1), "also from a folder");
}

#[cfg(unix)]
#[test]
fn the_index_of_a_commit_is_none_of_another_repository() {
    let (Some(tree), Some(other)) = (Tree::repository(), Tree::repository()) else { return };
    tree.write("a.rs", CLEAN).commit().write("a.rs", LEAK);
    other.write("a.rs", CLEAN).commit();
    // `git commit -a` names the index to be by its whole path.
    let hook = |folder: &Path| {
        let script = tree.path(".git/hooks/pre-commit");
        let program = env!("CARGO_BIN_EXE_jwtlint");
        std::fs::create_dir_all(tree.path(".git/hooks")).expect("a folder");
        std::fs::write(&script, format!("#!/bin/sh\nexec {program} check --staged '{}'\n", folder.display()))
            .expect("a hook");
        super::common::make_executable(&script);
        run(git(tree.top()).args(["commit", "--all", "--quiet", "--message=x"])).code
    };
    assert_eq!(hook(tree.top()), Some(1));
    assert_eq!(hook(other.top()), Some(0), "nothing is staged there");
    tree.write("a.rs", CLEAN.repeat(2));
    other.write("a.rs", LEAK).git(["add", "."]);
    assert_eq!(hook(other.top()), Some(1), "its own index counts");
}

#[test]
fn in_a_linked_work_tree_and_in_a_submodule() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.rs", CLEAN).commit().git(["worktree", "add", "--quiet", "../linked"]);
    let linked = tree.path("../linked").canonicalize().expect("a folder");
    let Some(inner) = Tree::repository() else { return };
    inner.write("lib.rs", CLEAN).commit();
    let inner_path = inner.top().to_string_lossy().into_owned();
    tree.git(["submodule", "--quiet", "add", &inner_path, "module"]);
    for place in [linked, tree.path("module")] {
        let check = || run(jwtlint(&place).args(["check", "--staged", "--format=json"]));
        assert!(check().findings().is_empty());
        std::fs::write(place.join("leak.rs"), LEAK).expect("a file");
        assert!(git(&place).args(["add", "leak.rs"]).status().expect("git runs").success());
        assert_eq!(check().findings(), ["leak.rs:1 hardcoded-secret"], "{}", place.display());
    }
    let outer = found(&tree);
    assert!(outer.is_empty(), "what is staged in a module is its own: {outer:?}");
}

#[test]
fn hunks_decide_and_not_files() {
    let Some(tree) = Tree::repository() else { return };
    let lines: String = (0..20).map(|line| format!("// {line}\n")).collect();
    tree.write("a.rs", format!("{CLEAN}{lines}")).commit();
    let other = LEAK.replace("JWT", "OTHER_JWT").replace("pear", "fig");
    tree.write("a.rs", format!("{LEAK}{lines}{other}"));
    let mut add = git(tree.top());
    let added = super::common::run_with(add.args(["add", "--patch"]), b"n\ny\n");
    assert_eq!(added.code, Some(0), "{added:?}");
    assert_eq!(found(&tree), ["a.rs:22 hardcoded-secret"]);
}

#[test]
fn commits_that_git_makes_in_parts() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", CLEAN).commit().git(["switch", "--quiet", "--create", "side"]);
    tree.write("side.rs", LEAK).commit().git(["switch", "--quiet", "main"]).write("b.rs", CLEAN).commit();
    tree.git(["merge", "--quiet", "--no-commit", "side"]).write("merged.rs", LEAK).git(["add", "merged.rs"]);
    assert_eq!(found(&tree), ["merged.rs:1 hardcoded-secret", "side.rs:1 hardcoded-secret"], "a merge in progress");
    tree.git(["reset", "--quiet", "--hard"]).git(["cherry-pick", "--no-commit", "side"]);
    assert_eq!(found(&tree), ["side.rs:1 hardcoded-secret"], "a commit that is picked");
    tree.git(["mv", "side.rs", "other.rs"]).write("other.rs", format!("// more\n{LEAK}")).git(["add", "."]);
    assert_eq!(found(&tree), ["other.rs:2 hardcoded-secret"], "renamed and edited");
    tree.git(["commit", "--quiet", "--message", "x"]).git(["rm", "--quiet", "--cached", "other.rs"]);
    assert!(found(&tree).is_empty(), "taken out of the index only");
}

#[test]
fn indices_and_contents_of_all_sorts() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("web/w.rs", CLEAN).write("api/a.rs", CLEAN).commit();
    tree.git(["update-index", "--index-version", "4"]).git(["update-index", "--split-index"]);
    tree.git(["config", "core.autocrlf", "true"]).git(["config", "filter.masks.clean", "sed s/pear/fig/"]);
    tree.git(["config", "filter.removes.clean", "sed /JWT/d"]);
    tree.write(".gitattributes", "*.mask.rs filter=masks\n*.none.rs filter=removes\n");
    tree.write("line.rs", format!("// x\r\n{}\r\n", LEAK.trim_end())).write("a.mask.rs", LEAK).write("a.none.rs", LEAK);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "4d".repeat(32));
    tree.write("key.pem", pointer).git(["add", "."]);
    assert_eq!(found(&tree), ["a.mask.rs:1 hardcoded-secret", "line.rs:2 hardcoded-secret"]);
    tree.git(["commit", "--quiet", "--message", "x"]).git(["sparse-checkout", "set", "api"]).write("api/a.rs", LEAK);
    tree.git(["add", "api"]);
    assert_eq!(found(&tree), ["api/a.rs:1 hardcoded-secret"], "of a checkout that lacks most files");
    let mut hook = jwtlint(&tree.path("api"));
    hook.env("GIT_DIR", "../.git").env("GIT_WORK_TREE", "..").env("GIT_PREFIX", "api/");
    let hooked = run(hook.args(["check", "--staged", "--format=json"]));
    assert_eq!(hooked.findings(), ["api/a.rs:1 hardcoded-secret"], "with what git sets for hooks");
}

#[test]
fn what_is_lost_of_the_index_is_told() {
    let Some(tree) = Tree::repository() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    tree.commit();
    let listed = git(tree.top()).args(["rev-parse", ":src/config.rs"]).output().expect("git runs").stdout;
    let id = String::from_utf8_lossy(&listed).trim().to_owned();
    std::fs::remove_file(tree.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))).expect("a loose object");
    tree.write("src/sign.rs", format!("// more\n{SIGN}")).git(["add", "src/sign.rs"]);
    let run = staged(&tree);
    assert_eq!(run.code, Some(0), "what is staged was looked at: {run:?}");
    assert_eq!(run.notifications(), ["warning src/config.rs: the content is not in the repository"]);
}

#[test]
fn ids_may_be_sha256() {
    let Some(tree) = sha256() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    tree.git(["add", "."]);
    assert_eq!(found(&tree), ["src/config.rs:1 hardcoded-secret"]);
}

/// A repository with ids of SHA-256, which old gits do not know.
pub fn sha256() -> Option<Tree> {
    super::common::have("git").then_some(())?;
    let tree = Tree::new();
    let made = git(tree.top()).args(["init", "--quiet", "--object-format=sha256"]).status().expect("git runs");
    made.success().then_some(tree)
}

#[test]
fn nothing_of_the_repository_runs_and_nothing_is_written() {
    let Some(tree) = Tree::repository() else { return };
    two_files(&tree, "pub const SEAL: &str = \"a-basket-of-quinces\";\n");
    tree.git(["add", "."]);
    let proof = tree.path("../it-ran");
    let command = format!("touch '{}'", proof.display());
    for name in ["core.fsmonitor", "diff.external", "core.pager", "gpg.program", "filter.x.clean", "diff.x.textconv"] {
        tree.git(["config", name, &command]);
    }
    tree.write(".git/info/attributes", "* filter=x diff=x\n").git(["config", "log.showSignature", "true"]);
    let index = || std::fs::read(tree.path(".git/index")).expect("an index");
    let before = index();
    assert_eq!(staged(&tree).code, Some(1));
    assert!(!proof.exists() && index() == before);
}

#[test]
fn outside_a_repository_it_fails() {
    let tree = Tree::new();
    let run = tree.check(["--staged"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("no git repository"), "{run:?}");
}

//! `check --changed-since`: only what a branch introduces counts.

use super::common::{Run, Tree};
use super::{CLEAN, LEAK};

const OTHER: &str = "pub const REFRESH_JWT_SECRET: &str = \"plum-tree-in-summer\";\n";

/// A branch that began at a commit with a finding, while `main` went on.
fn branch() -> Option<Tree> {
    let tree = Tree::repository()?;
    tree.write("src/old.rs", LEAK).write("src/lib.rs", CLEAN).commit().git(["switch", "--quiet", "--create", "topic"]);
    tree.git(["switch", "--quiet", "main"]).write("src/main_only.rs", OTHER).commit();
    tree.git(["switch", "--quiet", "topic"]);
    Some(tree)
}

fn since(tree: &Tree) -> Run {
    let run = tree.check(["--changed-since=main", "--format=json"]);
    assert_ne!(run.code, Some(2), "{run:?}");
    run
}

fn introduced(tree: &Tree) -> Vec<String> {
    let run = since(tree);
    let findings = run.findings();
    assert_eq!(run.code, Some(i32::from(!findings.is_empty())));
    findings
}

#[test]
fn what_was_there_does_not_fail_even_if_the_file_changes() {
    let Some(tree) = branch() else { return };
    assert!(introduced(&tree).is_empty());
    tree.write("src/old.rs", format!("// one more line\n{LEAK}// and another\n")).commit();
    let run = since(&tree);
    assert!(run.findings().is_empty());
    assert_eq!(run.json()["counts"]["suppressed"], 1, "it is counted");
    assert_eq!(tree.check([""; 0]).code, Some(1));
}

#[test]
fn what_is_new_fails_wherever_it_stands() {
    let Some(tree) = branch() else { return };
    tree.write("src/old.rs", format!("{LEAK}{OTHER}")).commit();
    assert_eq!(introduced(&tree), ["src/old.rs:2 hardcoded-secret"]);
    tree.write("src/old.rs", LEAK.replace("pear", "fig")).write("src/new.rs", OTHER);
    assert_eq!(introduced(&tree), ["src/new.rs:1 hardcoded-secret", "src/old.rs:1 hardcoded-secret"]);
}

#[test]
fn a_second_copy_is_new() {
    let Some(tree) = branch() else { return };
    tree.write("src/old.rs", format!("{LEAK}{}", LEAK.replace("JWT_SECRET", "ADMIN_JWT_SECRET"))).commit();
    assert_eq!(introduced(&tree).len(), 1);
}

#[test]
fn renamed_files_keep_what_they_had_unless_it_gets_worse() {
    let Some(tree) = branch() else { return };
    tree.write("tests/fixture.rs", OTHER).commit().git(["branch", "--force", "main"]);
    tree.git(["mv", "src/old.rs", "src/auth.rs"]).commit();
    assert!(introduced(&tree).is_empty());
    tree.git(["mv", "tests/fixture.rs", "src/fixture.rs"]).commit();
    assert_eq!(introduced(&tree), ["src/fixture.rs:1 hardcoded-secret"], "what was a note is an error now");
}

#[test]
fn a_call_that_makes_a_key_of_an_old_constant_introduces_the_finding() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("Cargo.toml", "[package]\nname = \"shop\"\n").write("src/lib.rs", "mod config;\nmod sign;\n");
    tree.write("src/config.rs", "pub const SEAL: &str = \"a-basket-of-quinces\";\n").write("src/sign.rs", "");
    tree.commit().git(["switch", "--quiet", "--create", "topic"]);
    tree.write(
        "src/sign.rs",
        "use crate::config::SEAL;\npub fn key() -> jsonwebtoken::EncodingKey {\n    \
         jsonwebtoken::EncodingKey::from_secret(SEAL.as_bytes())\n}\n",
    );
    tree.commit();
    assert_eq!(introduced(&tree), ["src/config.rs:1 hardcoded-secret"]);
}

#[test]
fn a_comment_that_is_taken_away_introduces_what_it_allowed() {
    let Some(tree) = Tree::repository() else { return };
    let allowed = format!("{} // jwtlint: allow(hardcoded-secret) reason=\"demo\"\n", LEAK.trim_end());
    tree.write("src/a.rs", allowed).commit().git(["switch", "--quiet", "--create", "topic"]);
    assert!(introduced(&tree).is_empty());
    tree.write("src/a.rs", LEAK).commit();
    assert_eq!(introduced(&tree), ["src/a.rs:1 hardcoded-secret"]);
}

#[test]
fn a_base_that_is_not_there_fails() {
    let Some(tree) = branch() else { return };
    for base in ["no-such-branch", "--output=evil", ""] {
        let run = tree.check([format!("--changed-since={base}")]);
        assert_eq!(run.code, Some(2), "{run:?}");
    }
    assert!(!tree.path("evil").exists());
    tree.git(["switch", "--quiet", "--orphan", "apart"]).write("a.rs", LEAK).commit();
    let run = tree.check(["--changed-since=main"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("in common"), "{run:?}");
    let alone = Tree::new();
    assert_eq!(alone.write("a.rs", LEAK).check(["--changed-since=main"]).code, Some(2));
}

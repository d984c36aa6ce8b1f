//! `check --changed-since`: only what a branch introduces counts.

use super::common::plants::base64;
use super::common::{Run, Tree, jwtlint, run};
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
fn why_git_does_not_answer_is_told() {
    let Some(tree) = branch() else { return };
    let since = |base: &str, variable: (&str, &str)| {
        let run = run(jwtlint(tree.top()).env(variable.0, variable.1).args(["check", "--changed-since", base]));
        assert_eq!(run.code, Some(2), "{run:?}");
        run.stderr
    };
    let refused = since("main", ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    assert!(refused.contains("safe.directory"), "{refused}");
    let absent = since("main", ("PATH", "/nowhere"));
    assert!(absent.contains("could not be started"), "{absent}");
    for unknown in ["no-such-branch", ":/no such words", "", "HEAD~99", "HEAD@{99}", "main..topic"] {
        let unknown = since(unknown, ("LANG", "C"));
        assert!(unknown.contains("names no commit here; fetch it first"), "{unknown}");
    }
    tree.git(["switch", "--quiet", "--orphan", "other"]).write("src/a.rs", CLEAN).commit();
    let other = since("main", ("LANG", "C"));
    assert!(other.contains("no commit in common"), "{other}");
}

#[test]
fn an_allowance_that_was_not_needed_before_is_not_new() {
    let Some(tree) = branch() else { return };
    tree.write("jwtlint.toml", "[[allow]]\npath = \"gone.rs\"\nrule = \"hardcoded-secret\"\nreason = \"a demo\"\n");
    tree.git(["add", "."]).commit();
    assert!(introduced(&tree).is_empty());
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
fn what_moves_is_not_new() {
    let Some(tree) = branch() else { return };
    let other = "pub fn unrelated() -> u32 { 7 }\n".repeat(12);
    tree.git(["rm", "--quiet", "src/old.rs"]).write("src/keys.rs", format!("{other}{LEAK}")).commit();
    assert!(introduced(&tree).is_empty(), "into a file that is hardly like the old one");
    tree.write("src/keys.rs", &other).write("src/lib.rs", format!("{CLEAN}mod keys {{\n    {LEAK}}}\n"));
    assert!(introduced(&tree).is_empty(), "into a file that was there, indented, before it is committed");
    tree.git(["add", "."]).write("src/old.rs", LEAK);
    let copy = ["src/lib.rs:3 hardcoded-secret"];
    assert_eq!(introduced(&tree), copy, "the old one is still there");
    assert_eq!(
        tree.check(["--changed-since=main", "--format=json", "src/lib.rs"]).findings(),
        copy,
        "looked at or not"
    );
}

#[test]
fn what_is_known_or_allowed_has_not_moved() {
    let Some(tree) = branch() else { return };
    tree.write("jwtlint.toml", "baseline = \"known.json\"\n");
    assert_eq!(run(jwtlint(tree.top()).arg("baseline")).code, Some(0));
    tree.commit().git(["branch", "--force", "main"]);
    tree.write("src/copy.rs", LEAK);
    let copy = ["src/copy.rs:1 hardcoded-secret"];
    assert_eq!(introduced(&tree), copy, "the known one is still there");
    tree.git(["rm", "--quiet", "--force", "known.json", "jwtlint.toml"]);
    let allowed = format!("{} // jwtlint: allow(hardcoded-secret) reason=\"demo\"\n", LEAK.trim_end());
    tree.write("src/old.rs", allowed);
    assert_eq!(introduced(&tree), copy, "and the one that is allowed now, too");
}

#[test]
fn what_a_merge_of_the_base_brings_is_not_new() {
    let Some(tree) = branch() else { return };
    tree.write("src/new.rs", LEAK.replace("pear", "fig")).commit();
    tree.git(["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(introduced(&tree), ["src/new.rs:1 hardcoded-secret"]);
    // The base goes on, and is merged again with a conflict that keeps its side.
    tree.git(["switch", "--quiet", "main"]).write("src/lib.rs", OTHER.replace("plum", "sloe")).commit();
    tree.git(["switch", "--quiet", "topic"]).write("src/lib.rs", format!("{CLEAN}// ours\n")).commit();
    tree.git(["merge", "--quiet", "--no-edit", "--strategy-option=theirs", "main"]);
    assert_eq!(introduced(&tree), ["src/new.rs:1 hardcoded-secret"]);
}

#[test]
fn what_either_of_two_merge_bases_had_is_not_new() {
    let Some(tree) = Tree::repository() else { return };
    let loose = "exclude = [\"gen/\"]\n";
    tree.write("src/lib.rs", CLEAN).commit().git(["switch", "--quiet", "--create", "left"]);
    tree.write("src/left.rs", LEAK).write("src/both.rs", LEAK).commit();
    tree.git(["switch", "--quiet", "main"]).write("src/main.rs", OTHER).write("src/both.rs", LEAK);
    tree.write("jwtlint.toml", loose).commit();
    tree.git(["branch", "before"]).git(["merge", "--quiet", "--no-edit", "left"]);
    tree.git(["switch", "--quiet", "left"]).git(["merge", "--quiet", "--no-edit", "before"]);
    let run = since(&tree);
    assert_eq!((run.findings(), run.notifications()), (Vec::new(), Vec::new()), "neither is the change's");
    tree.write("src/both.rs", format!("{LEAK}// more\n{}", LEAK.replace("JWT", "ACCESS_JWT")))
        .write("src/new.rs", OTHER);
    tree.write("jwtlint.toml", "exclude = [\"gen/\", \"old/\"]\n");
    assert_eq!(introduced(&tree), ["src/both.rs:3 hardcoded-secret", "src/new.rs:1 hardcoded-secret"]);
    assert_eq!(since(&tree).notifications().len(), 1, "and what is looser than in both is told");
}

#[test]
fn what_the_base_itself_has_in_the_same_file_is_not_new() {
    let Some(tree) = branch() else { return };
    tree.write("src/main_only.rs", format!("// taken over by hand\n{OTHER}")).commit();
    assert!(introduced(&tree).is_empty());
    tree.write("src/main_only.rs", OTHER.replace("plum", "fig"));
    assert_eq!(introduced(&tree), ["src/main_only.rs:1 hardcoded-secret"], "another one is");
    tree.git(["rm", "--quiet", "--force", "src/main_only.rs"]).write("src/new.rs", OTHER);
    assert_eq!(introduced(&tree), ["src/new.rs:1 hardcoded-secret"], "and one in another file");
}

#[test]
fn a_clone_without_trees_is_told() {
    let Some(tree) = branch() else { return };
    tree.write("src/new.rs", OTHER).commit().git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", tree.top().display());
    tree.git(["clone", "--quiet", "--filter=tree:0", &source, "../treeless"]);
    let run = run(jwtlint(&tree.path("../treeless")).args(["check", "--changed-since=origin/main"]));
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr.contains("cannot be read: this clone was made with `--filter=tree:0` and lacks trees"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("staged"), "{run:?}");
}

#[test]
fn a_merge_base_that_is_not_in_the_clone_is_told() {
    let Some(tree) = branch() else { return };
    tree.git(["mv", "src/old.rs", "src/new.rs"]).write("src/new.rs", format!("// more\n{LEAK}")).commit();
    tree.git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", tree.top().display());
    tree.git(["clone", "--quiet", "--filter=blob:none", &source, "../partial"]);
    let partial = tree.path("../partial");
    let run = super::common::run(super::common::jwtlint(&partial).args([
        "check",
        "--changed-since=origin/main",
        "--format=json",
    ]));
    let told = run.notifications();
    assert!(told.iter().any(|one| one.contains("1 files of the merge base are not in this clone")), "{run:?}");
}

#[test]
fn what_a_submodule_says_of_its_own_runs_is_passed_over() {
    let (Some(tree), Some(other)) = (Tree::repository(), Tree::repository()) else { return };
    other.write("src/old.rs", LEAK).write("known.json", "{}").write("gen/a.rs", OTHER);
    let laxer = "fail-on = \"never\"\nbaseline = \"known.json\"\nexclude = [\"gen/\"]\n";
    other.write("jwtlint.toml", laxer).commit();
    tree.write("src/lib.rs", CLEAN).commit();
    let source = other.top().to_string_lossy().into_owned();
    tree.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &source, "module"])
        .write("a.rs", CLEAN);
    tree.git(["add", "."]);
    let told = "note module/jwtlint.toml: `fail-on`, `baseline` of a repository in this one: passed over, only the root's counts";
    for arguments in [&[][..], &["--root=.", "module"], &["--root=.", "module/src/old.rs"]] {
        let run = tree.check(["--format=json"].iter().chain(arguments));
        assert_eq!(run.code, Some(1), "{arguments:?}: {run:?}");
        assert_eq!(run.findings(), ["module/src/old.rs:1 hardcoded-secret"], "{arguments:?}: the rest of it counts");
        assert_eq!(run.notifications(), [told], "{arguments:?}");
    }
    assert_eq!(tree.check(["--staged"]).code, Some(0));
    let since = tree.commit().check(["--changed-since=HEAD", "--format=json"]);
    assert_eq!((since.code, since.notifications()), (Some(0), vec![told.to_owned()]));
    assert_eq!(run(jwtlint(tree.top()).arg("history")).code, Some(0));
    assert_eq!(
        run(jwtlint(&tree.path("module")).args(["check", "--no-ignores"])).code,
        Some(0),
        "its own runs heed it"
    );
}

#[test]
fn what_a_submodule_held_is_not_new() {
    let (Some(tree), Some(other), Some(inner)) = (Tree::repository(), Tree::repository(), Tree::repository()) else {
        return;
    };
    let add = |tree: &Tree, other: &Tree| {
        let source = format!("file://{}", other.top().display());
        tree.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &source, "module"]);
    };
    inner.write("src/deep.rs", OTHER).commit();
    other.write("src/old.rs", LEAK).write("jwtlint.toml", "exclude = [\"gen/\"]\n").commit();
    add(&other, &inner);
    other.commit();
    tree.write("src/lib.rs", CLEAN);
    add(&tree, &other);
    tree.git(["-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive"]);
    tree.commit().git(["switch", "--quiet", "--create", "topic"]);
    let run = since(&tree);
    assert!(run.findings().is_empty() && run.notifications().is_empty(), "{run:?}");
    assert_eq!(run.json()["counts"]["suppressed"], 2, "{run:?}");
    let module = |arguments: &[&str]| {
        assert!(super::common::git(&tree.path("module")).args(arguments).status().expect("git").success());
    };
    tree.write("module/src/new.rs", LEAK.replace("pear", "fig"));
    module(&["add", "."]);
    module(&["commit", "--quiet", "--message", "x"]);
    tree.commit();
    assert_eq!(introduced(&tree), ["module/src/new.rs:1 hardcoded-secret"], "what the newer one brings is");
    module(&["checkout", "--quiet", "--orphan", "apart"]);
    module(&["commit", "--quiet", "--message", "x"]);
    module(&["reflog", "expire", "--expire=now", "--all"]);
    for branch in ["heads/main", "remotes/origin/main", "remotes/origin/HEAD"] {
        module(&["update-ref", "-d", &format!("refs/{branch}")]);
    }
    module(&["gc", "--quiet", "--prune=now"]);
    tree.commit();
    let run = since(&tree);
    let told = "warning : the commit of the submodule `module` is not here, and nothing is fetched for you: what it held at the merge base counts as new";
    assert!(run.notifications().contains(&told.to_owned()), "{run:?}");
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
    assert_eq!(tree.check(["--changed-since=:/as it is"]).code, Some(0), "a commit by its message");
    assert_eq!(tree.check(["--changed-since=:/as it never was"]).code, Some(2));
    tree.git(["switch", "--quiet", "--orphan", "apart"]).write("a.rs", LEAK).commit();
    let run = tree.check(["--changed-since=main"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("in common"), "{run:?}");
    let alone = Tree::new();
    assert_eq!(alone.write("a.rs", LEAK).check(["--changed-since=main"]).code, Some(2));
}

#[test]
fn key_files_and_other_texts_that_were_there() {
    let Some(tree) = Tree::repository() else { return };
    let der = [&b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[7; 32]].concat();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&der));
    let part = |text: &[u8]| base64(text).replace('=', "");
    let token = format!("{}.{}.{}", part(br#"{"alg":"HS256"}"#), part(br#"{"sub":"ann"}"#), part(&[0x5a; 32]));
    tree.write("jwt.pem", pem)
        .write("visits.zig", format!("const visit = \"{token}\";\n"))
        .write("a.rs", CLEAN)
        .commit();
    tree.write("a.rs", format!("{CLEAN}// more\n")).commit();
    let since = |base: &str| tree.check(["--changed-since", base, "--format=json"]);
    assert_eq!(since("HEAD~1").code, Some(0), "{:?}", since("HEAD~1"));
    tree.git(["mv", "visits.zig", "calls.zig"]);
    assert_eq!(since("HEAD").code, Some(0), "under another name: {:?}", since("HEAD"));
    assert_eq!(tree.check(["--format=json"]).findings().len(), 2);
}

//! `jwtlint history`: what commits introduced.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::common::plants::base64;
use super::common::{Run, Tree, git, jwtlint, run};
use super::staged::sha256;
use super::{CLEAN, LEAK};

const OTHER: &str = "pub const REFRESH_JWT_SECRET: &str = \"plum-tree-in-summer\";\n";

fn history(directory: &Path, arguments: &[&str]) -> Run {
    run(jwtlint(directory).args(["history", "--format=json"]).args(arguments))
}

/// `path:line subject of the commit | where HEAD has it` of each finding.
fn found(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let run = history(tree.top(), arguments);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    told(tree, &run)
}

fn told(tree: &Tree, run: &Run) -> Vec<String> {
    let json = run.json();
    let findings = json["findings"].as_array().expect("findings");
    let line = |one: &Value| {
        let introduced = &one["introduced"];
        let commit = introduced["commit"].as_str().expect("a commit");
        let subject = git(tree.top()).args(["show", "--no-patch", "--format=%s", commit]).output().expect("git runs");
        let subject = String::from_utf8_lossy(&subject.stdout).trim().to_owned();
        let head = introduced["in_head"].as_str().unwrap_or("gone");
        format!("{}:{} {subject} | {head}", one["path"].as_str().expect("a path"), one["start"]["line"])
    };
    findings.iter().map(line).collect()
}

trait Commits {
    fn commit_as(&self, subject: &str) -> &Self;
}

impl Commits for Tree {
    fn commit_as(&self, subject: &str) -> &Self {
        self.git(["add", "--all", "--force"]);
        self.git(["commit", "--quiet", "--allow-empty", "--message", subject, "--date=2026-03-08T10:00:00+01:30"])
    }
}

/// A secret that came second, was edited around, and is gone.
fn gone(tree: &Tree) {
    tree.write("src/auth.rs", CLEAN).commit_as("begin");
    tree.write("src/auth.rs", LEAK).commit_as("for now");
    tree.write("src/auth.rs", format!("// a line\n{LEAK}")).commit_as("comment");
    tree.write("src/auth.rs", CLEAN).commit_as("clean up");
}

#[test]
fn many_versions_with_one_secret_are_one_finding_at_the_first() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    assert_eq!(found(&tree, &[]), ["src/auth.rs:1 for now | gone"]);
    let run = history(tree.top(), &[]);
    assert_eq!(run.code, Some(1));
    let json = run.json();
    assert_eq!(json["findings"][0]["introduced"]["author_date"], "2026-03-08T10:00:00+01:30");
    assert_eq!((&json["counts"]["commits"], &json["counts"]["files_scanned"]), (&4.into(), &3.into()));
    assert!(!run.stdout.contains("pear-tree"));
}

#[test]
fn what_head_still_has_is_told() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    tree.write("src/other.rs", OTHER).commit_as("another");
    tree.git(["mv", "src/other.rs", "src/moved.rs"]).commit_as("move");
    let expected =
        ["src/auth.rs:1 for now | gone", "src/moved.rs:1 move | src/moved.rs", "src/other.rs:1 another | src/moved.rs"];
    assert_eq!(found(&tree, &[]), expected);
    let human = run(jwtlint(tree.top()).arg("history"));
    assert!(human.stdout.contains("of 2026-03-08; no longer in HEAD"), "{human:?}");
    assert!(human.stdout.contains("; still in HEAD, in src/moved.rs"), "{human:?}");
    assert!(human.stdout.contains("4 versions of files in 6 commits scanned"), "{human:?}");
}

#[test]
fn another_value_is_another_finding() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).commit_as("one").write("a.rs", LEAK.replace("pear", "fig")).commit_as("two");
    tree.write("a.rs", LEAK).commit_as("one again");
    assert_eq!(found(&tree, &[]), ["a.rs:1 one | a.rs", "a.rs:1 two | gone"]);
}

#[test]
fn branches_tags_merges_and_environment_files() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env\n").write("a.rs", CLEAN).commit_as("begin");
    tree.git(["switch", "--quiet", "--create", "side"]).write(".env", "JWT_SECRET=pear-tree-in-winter\n");
    tree.commit_as("by force").git(["tag", "kept"]).git(["switch", "--quiet", "main"]);
    tree.git(["branch", "--quiet", "--delete", "--force", "side"]).write("b.rs", CLEAN).commit_as("on main");
    // A merge that brings what neither side has.
    tree.git(["switch", "--quiet", "--create", "other", "HEAD~1"]).write("c.rs", CLEAN).commit_as("aside");
    tree.git(["switch", "--quiet", "main"]).git(["merge", "--quiet", "--no-commit", "other"]);
    tree.write("merged.rs", LEAK).commit_as("merge");
    assert_eq!(found(&tree, &[]), [".env:1 by force | merged.rs", "merged.rs:1 merge | merged.rs"]);
    assert_eq!(found(&tree, &["main"]), ["merged.rs:1 merge | merged.rs"]);
}

#[test]
fn a_range_tells_what_it_brought() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    assert!(found(&tree, &["HEAD~1..HEAD"]).is_empty());
    assert!(found(&tree, &["HEAD~2..HEAD"]).is_empty(), "the secret was there before the comment came");
    assert_eq!(found(&tree, &["HEAD~3..HEAD"]), ["src/auth.rs:1 for now | gone"]);
    for range in ["no-such..HEAD", "--output=evil"] {
        assert_eq!(history(tree.top(), &["--", range]).code, Some(2), "{range}");
    }
    assert!(!tree.path("evil").exists());
}

#[test]
fn a_range_that_moves_a_secret_does_not_bring_it() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/old.rs", LEAK).write("src/lib.rs", CLEAN).commit_as("begin").git(["tag", "base"]);
    tree.git(["mv", "src/old.rs", "src/renamed.rs"]).commit_as("rename");
    assert!(found(&tree, &["base..HEAD"]).is_empty());
    tree.git(["rm", "--quiet", "src/renamed.rs"]).write("src/lib.rs", format!("{CLEAN}mod keys {{\n    {LEAK}}}\n"));
    tree.commit_as("move");
    assert!(found(&tree, &["base..HEAD"]).is_empty());
    assert!(found(&tree, &["HEAD~1..HEAD"]).is_empty());
    tree.write("src/copy.rs", LEAK).write("src/lib.rs", format!("{CLEAN}mod keys {{\n{LEAK}}}\n"));
    tree.commit_as("copy");
    assert_eq!(found(&tree, &["HEAD~1..HEAD"]), ["src/copy.rs:1 copy | src/copy.rs"], "the other one is still there");
    assert_eq!(found(&tree, &["HEAD"]).len(), 4, "each file that ever had it");
}

#[test]
fn a_branch_that_merges_its_base_does_not_bring_what_the_base_has() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/lib.rs", CLEAN).commit_as("begin").git(["switch", "--quiet", "--create", "topic"]);
    tree.write("src/topic.rs", CLEAN).commit_as("ours").git(["switch", "--quiet", "main"]);
    tree.write("src/main.rs", LEAK).commit_as("theirs").git(["switch", "--quiet", "topic"]);
    tree.git(["merge", "--quiet", "--message", "merge", "main"]).write("src/new.rs", OTHER).commit_as("new");
    assert_eq!(found(&tree, &["main..topic"]), ["src/new.rs:1 new | src/new.rs"]);
}

/// An old range, or one of another branch: a hook that is called before a push is accepted looks at such ones.
#[test]
fn a_range_tells_the_same_wherever_head_is() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/old.rs", CLEAN).write("src/kept.rs", CLEAN).commit_as("begin").git(["tag", "v1"]);
    tree.git(["rm", "--quiet", "src/old.rs"]).write("src/new.rs", LEAK).write("src/kept.rs", format!("{CLEAN}\n"));
    tree.commit_as("leak").git(["tag", "v2"]);
    assert_eq!(found(&tree, &["v1..v2"]), ["src/new.rs:1 leak | src/new.rs"]);
    tree.write("src/old.rs", LEAK).write("src/kept.rs", format!("{LEAK}{OTHER}")).commit_as("more");
    assert_eq!(found(&tree, &["v1..v2"]), ["src/new.rs:1 leak | src/new.rs"]);
    tree.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    assert_eq!(told(&tree, &history(&tree.path("../bare.git"), &["v1..v2"])), ["src/new.rs:1 leak | src/new.rs"]);
    tree.git(["switch", "--quiet", "--create", "topic", "v1"]).write("src/kept.rs", format!("// touched\n{CLEAN}"));
    tree.commit_as("touch").git(["switch", "--quiet", "main"]);
    assert!(found(&tree, &["main..topic"]).is_empty(), "what main has is not what the topic brings");
}

/// A version of `HEAD` that is none of the range may hold what the range brought.
#[test]
fn what_head_still_has_of_an_old_range_is_told() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    tree.write("src/sign.rs", SIGN).write("src/config.rs", "").commit_as("begin").git(["tag", "v1"]);
    tree.write("src/a.rs", LEAK).write("src/config.rs", SEAL).commit_as("leak").git(["tag", "v2"]);
    let told = |head: [&str; 2]| {
        let expected = [format!("src/a.rs:1 leak | {}", head[0]), format!("src/config.rs:1 leak | {}", head[1])];
        assert_eq!(found(&tree, &["v1..v2"]), expected);
    };
    told(["src/a.rs", "src/config.rs"]);
    tree.write("src/a.rs", format!("// a line\n{LEAK}")).write("src/config.rs", format!("// a line\n{SEAL}"));
    tree.commit_as("comments");
    told(["src/a.rs", "src/config.rs"]);
    tree.git(["mv", "src/a.rs", "src/z.rs"]).write("src/config.rs", "").commit_as("move");
    told(["src/z.rs", "gone"]);
    tree.git(["rm", "--quiet", "src/z.rs"]).commit_as("clean up");
    told(["gone", "gone"]);
}

/// A constant that no text leads to, since it is written in another way than its value.
#[test]
fn an_escaped_constant_is_brought_by_the_version_that_has_it() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    let escaped = SEAL.replace("a-basket", "a\\x2dbasket");
    tree.write("src/config.rs", "").write("src/sign.rs", SIGN).commit_as("begin").git(["tag", "v1"]);
    tree.write("src/config.rs", &escaped).commit_as("constant").git(["tag", "v2"]);
    tree.write("src/config.rs", "").commit_as("clean up").write("src/config.rs", &escaped).commit_as("again");
    assert_eq!(found(&tree, &["v1..v2"]), ["src/config.rs:1 constant | src/config.rs"]);
    assert!(found(&tree, &["HEAD~1..HEAD"]).len() == 1);
    assert!(found(&tree, &["v2..HEAD"]).is_empty(), "it was there before");
}

/// The base branch's own secret comes with it in a merge, whatever else that changes of the file.
#[test]
fn what_a_merge_takes_from_the_base_is_not_brought_by_the_branch() {
    let Some(tree) = Tree::repository() else { return };
    let lines = "// a line\n".repeat(20);
    let (ours, theirs) = (format!("// ours\n{lines}"), format!("{lines}{LEAK}"));
    tree.write("src/a.rs", &lines).commit_as("begin").git(["switch", "--quiet", "--create", "topic"]);
    tree.write("src/a.rs", ours).commit_as("ours").git(["switch", "--quiet", "main"]);
    tree.write("src/a.rs", theirs).write("src/b.rs", OTHER).commit_as("theirs").git(["switch", "--quiet", "topic"]);
    let merge = || tree.git(["merge", "--quiet", "--no-ff", "--no-commit", "main"]);
    merge().commit_as("merge");
    assert!(found(&tree, &["main..topic"]).is_empty());
    // The merge itself may move what it takes, or bring more.
    tree.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    merge().git(["mv", "src/b.rs", "src/moved.rs"]).commit_as("merge and move");
    assert!(found(&tree, &["main..topic"]).is_empty());
    tree.git(["reset", "--quiet", "--hard", "HEAD~1"]);
    merge().write("src/c.rs", LEAK.replace("pear", "fig")).commit_as("merge and leak");
    assert_eq!(found(&tree, &["main..topic"]), ["src/c.rs:1 merge and leak | src/c.rs"]);
}

/// A range that leaves out several commits was preceded by what each of them held.
#[test]
fn every_merge_of_the_base_counts() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/lib.rs", CLEAN).commit_as("begin").git(["branch", "--quiet", "topic"]);
    for (number, fruit) in ["pear", "quince", "medlar"].into_iter().enumerate() {
        tree.write("src/a.rs", LEAK.replace("pear", fruit)).commit_as("rotate");
        tree.git(["switch", "--quiet", "topic"]).write("src/lib.rs", format!("{CLEAN}// {number}\n")).commit_as("work");
        tree.git(["merge", "--quiet", "--message", "merge", "main"]).git(["switch", "--quiet", "main"]);
    }
    tree.git(["switch", "--quiet", "topic"]);
    // Each of the three was on main, when the topic took it from there.
    tree.write("src/a.rs", ["pear", "quince", "medlar"].map(|fruit| LEAK.replace("pear", fruit)).concat());
    tree.commit_as("all of them");
    assert!(found(&tree, &["main..topic"]).is_empty());
    tree.write("src/a.rs", OTHER).commit_as("another");
    assert_eq!(found(&tree, &["main..topic"]), ["src/a.rs:1 another | src/a.rs"]);
}

#[test]
fn what_is_no_commit_is_refused() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    tree.git(["tag", "--annotate", "--message=a tag", "v1"]).git([
        "tag",
        "--message=of a folder",
        "folder",
        "HEAD:src",
    ]);
    for revision in ["HEAD:src/auth.rs", "HEAD^{tree}", "HEAD:src", "folder", "HEAD~1..HEAD:src", "^HEAD:src"] {
        let run = history(tree.top(), &["--", revision]);
        assert_eq!(run.code, Some(2), "{revision}: {run:?}");
        assert!(run.stderr.contains(&format!("`{revision}` is not a commit")), "{run:?}");
        assert_eq!(history(tree.top(), &["--", "HEAD", revision]).code, Some(2), "{revision} beside another");
    }
    let nothing = history(tree.top(), &["--", "^HEAD~1"]);
    assert!(nothing.code == Some(2) && nothing.stderr.contains("only leaves some out"), "{nothing:?}");
    for revision in ["v1", "HEAD^{commit}", "HEAD~2...v1", ":/for now", "HEAD..HEAD", "HEAD^!"] {
        assert!(matches!(history(tree.top(), &["--", revision]).code, Some(0 | 1)), "{revision}");
    }
}

#[test]
fn names_that_count_if_code_reads_them() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("package.json", "{}").write("deploy.env", "SESSION_SEAL=pear-tree-in-winter\n").commit_as("seal");
    assert!(found(&tree, &[]).is_empty(), "nothing says that it is a key");
    tree.write("deploy.env", "APP_SECRET=pear-tree-in-winter\n").commit_as("name");
    let reads = "const jwt = require('jsonwebtoken');\njwt.sign({}, process.env.APP_SECRET);\n";
    tree.write("src/a.js", reads).commit_as("read");
    assert_eq!(found(&tree, &[]), ["deploy.env:1 name | deploy.env"]);
}

#[test]
fn what_comments_configuration_and_baseline_hide() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).commit_as("one").write("b.rs", OTHER).write("out/c.rs", LEAK).commit_as("two");
    let allowed = format!("{} // jwtlint: allow(hardcoded-secret) reason=\"demo\"\n", LEAK.trim_end());
    tree.write("a.rs", allowed).commit_as("allow").write("jwtlint.toml", "exclude = [\"out/\"]\n");
    assert_eq!(found(&tree, &[]), ["b.rs:1 two | b.rs"]);
    assert_eq!(run(jwtlint(tree.top()).arg("baseline")).code, Some(0));
    assert!(found(&tree, &["--baseline=.jwtlint-baseline.json"]).is_empty());
    assert_eq!(found(&tree, &["--baseline=.jwtlint-baseline.json", "--no-ignores"]).len(), 3);
}

#[test]
fn bare_repositories_and_such_with_sha256() {
    let Some(tree) = sha256() else { return };
    gone(&tree);
    assert_eq!(found(&tree, &[]), ["src/auth.rs:1 for now | gone"]);
    tree.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = tree.path("../bare.git");
    assert_eq!(told(&tree, &history(&bare, &[])), ["src/auth.rs:1 for now | gone"]);
    assert_eq!(told(&tree, &history(&bare.join("refs"), &[])), ["src/auth.rs:1 for now | gone"]);
    let named = history(Path::new("/"), &["--repository", &bare.to_string_lossy()]);
    assert_eq!(told(&tree, &named), ["src/auth.rs:1 for now | gone"]);
}

#[test]
fn shallow_and_partial_clones_say_what_they_lack() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    tree.write("src/auth.rs", LEAK).commit_as("again").git(["config", "uploadpack.allowFilter", "true"]);
    let source = format!("file://{}", tree.top().display());
    tree.git(["clone", "--quiet", "--depth=1", &source, "../shallow"]);
    let shallow = history(&tree.path("../shallow"), &[]);
    assert_eq!(shallow.code, Some(1));
    assert!(shallow.notifications().iter().any(|one| one.contains("shallow")), "{shallow:?}");
    tree.git(["clone", "--quiet", "--no-checkout", "--filter=blob:none", &source, "../partial"]);
    let partial = history(&tree.path("../partial"), &[]);
    assert_eq!(partial.code, Some(2), "{partial:?}");
    let told = partial.notifications();
    assert!(told.iter().any(|one| one.contains("3 versions of files are not in this clone")), "{told:?}");
    tree.git(["clone", "--quiet", "--no-checkout", "--filter=tree:0", &source, "../treeless"]);
    let treeless = history(&tree.path("../treeless"), &[]);
    assert_eq!(treeless.code, Some(2));
    assert!(treeless.stderr.contains("`--filter=tree:0` and lacks trees"), "{treeless:?}");
}

#[test]
fn empty_repositories_and_no_repository() {
    let Some(tree) = Tree::repository() else { return };
    assert_eq!(history(tree.top(), &[]).code, Some(0));
    tree.commit_as("empty");
    assert_eq!(history(tree.top(), &[]).code, Some(0));
    let run = history(Tree::new().top(), &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("no git repository"), "{run:?}");
}

#[test]
fn replaced_objects_hide_nothing_and_nothing_runs() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).commit_as("one").write("b.rs", CLEAN).commit_as("two");
    let id = |name: &str| {
        let output = git(tree.top()).args(["rev-parse", name]).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    tree.git(["replace", &id("HEAD:a.rs"), &id("HEAD:b.rs")]);
    let proof = tree.path("../it-ran");
    let command = format!("touch '{}'", proof.display());
    for name in ["core.fsmonitor", "diff.external", "core.pager", "gpg.program", "filter.x.smudge", "diff.x.textconv"] {
        tree.git(["config", name, &command]);
    }
    tree.write(".git/info/attributes", "* filter=x diff=x\n").git(["config", "log.showSignature", "true"]);
    assert_eq!(found(&tree, &[]), ["a.rs:1 one | a.rs"]);
    assert!(!proof.exists());
}

#[test]
fn grafts_hide_nothing() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).commit_as("one").write("a.rs", CLEAN).commit_as("two").write("b.rs", CLEAN);
    tree.commit_as("three");
    let head = git(tree.top()).args(["rev-parse", "HEAD"]).output().expect("git runs").stdout;
    tree.write(".git/info/grafts", head);
    assert_eq!(found(&tree, &[]), ["a.rs:1 one | gone"]);
    let run = tree.check(["--changed-since", "HEAD~2", "--format=json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn the_report_is_the_same_whatever_the_number_of_workers() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    for number in 0..20 {
        tree.write(&format!("src/m{number}.rs"), LEAK.replace("pear", &format!("tree{}", number % 7)));
        tree.commit_as("more");
    }
    let one = history(tree.top(), &["--threads=1"]);
    assert_eq!(one.stdout, history(tree.top(), &["--threads=4"]).stdout);
    assert_eq!(one.findings().len(), 21);
}

/// What is in packs is read from them, and the rest asked from git.
#[test]
fn packs_say_what_single_objects_say() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    for version in 0..30 {
        tree.write("src/other.rs", format!("{OTHER}{}", "// a line\n".repeat(version))).commit_as("other");
    }
    let told = ["src/auth.rs:1 for now | gone", "src/other.rs:1 other | src/other.rs"];
    let report = || history(tree.top(), &[]).stdout;
    assert_eq!(found(&tree, &[]), told);
    let loose = report();
    tree.git(["repack", "-adfq"]);
    assert_eq!(report(), loose);
    tree.write("src/third.rs", CLEAN).commit_as("third");
    assert_eq!(found(&tree, &[]), told, "in part packed");
}

#[test]
fn a_broken_pack_is_told() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    tree.git(["repack", "-adfq"]);
    let packs = tree.top().join(".git/objects/pack");
    let files = fs::read_dir(packs).expect("packs").flatten().map(|file| file.path());
    let pack = files.into_iter().find(|path| path.extension().is_some_and(|name| name == "pack")).expect("a pack");
    // Of the objects, blobs come last.
    let mut bytes = fs::read(&pack).expect("its bytes");
    let end = bytes.len() - 20;
    bytes[end - 40..end].fill(0);
    fs::remove_file(&pack).and_then(|()| fs::write(&pack, bytes)).expect("it is broken");
    let run = history(tree.top(), &[]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("history cannot be read"), "{run:?}");
}

#[test]
fn sarif_tells_the_commit() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    let run = run(jwtlint(tree.top()).args(["history", "--format=sarif", "--fail-on=never"]));
    assert_eq!(run.code, Some(0));
    let result = run.json()["runs"][0]["results"][0].clone();
    assert_eq!(result["properties"]["introduced"]["inHead"], false);
    assert_eq!(result["properties"]["introduced"]["authorDate"], "2026-03-08T10:00:00+01:30");
}

/// A constant that says nothing, and a file that signs with it.
const SEAL: &str = "pub const SEAL: &str = \"a-basket-of-quinces\";\n";
const SIGN: &str = "use crate::config::SEAL;\n\
                    pub fn key() -> jsonwebtoken::EncodingKey {\n    \
                    jsonwebtoken::EncodingKey::from_secret(SEAL.as_bytes())\n}\n";
const SIGN_WITHOUT: &str = "pub fn key() -> Option<jsonwebtoken::EncodingKey> { None }\n";

fn crate_with(tree: &Tree) {
    tree.write("Cargo.toml", "[package]\nname = \"shop\"\n").write("src/lib.rs", "mod config;\nmod sign;\n");
}

#[test]
fn a_constant_of_another_file_is_found_in_head() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    tree.write("src/config.rs", SEAL).commit_as("constant").write("src/sign.rs", SIGN).commit_as("sign");
    tree.write("src/config.rs", format!("// moved down\n\n{SEAL}")).commit_as("comment");
    assert_eq!(found(&tree, &[]), ["src/config.rs:1 constant | src/config.rs"]);
    let json = history(tree.top(), &[]).json();
    let steps = json["findings"][0]["steps"].as_array().map_or(0, Vec::len);
    assert!(steps > 1, "the way to the key is told: {json}");
}

#[test]
fn a_constant_of_another_file_is_found_after_it_is_gone() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    tree.write("src/config.rs", "").write("src/sign.rs", SIGN_WITHOUT).commit_as("begin");
    tree.write("src/config.rs", SEAL).commit_as("constant").write("src/sign.rs", SIGN).commit_as("sign");
    tree.write("src/config.rs", SEAL.replace("quinces", "medlars")).commit_as("rotate");
    tree.write("src/config.rs", "pub const OTHER: u8 = 1;\n").write("src/sign.rs", SIGN_WITHOUT).commit_as("clean up");
    let both = ["src/config.rs:1 constant | gone", "src/config.rs:1 rotate | gone"];
    assert_eq!(found(&tree, &[]), both);
    assert_eq!(found(&tree, &["--threads=1"]), both);
    assert_eq!(found(&tree, &["HEAD~2..HEAD"]), ["src/config.rs:1 rotate | gone"]);
}

#[test]
fn a_call_that_came_before_the_constant_has_its_value() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    let from_environment = "pub static SEAL: std::sync::LazyLock<String> = \
                            std::sync::LazyLock::new(|| std::env::var(\"SEAL\").unwrap());\n";
    tree.write("src/config.rs", from_environment).write("src/sign.rs", SIGN).commit_as("begin");
    tree.write("src/config.rs", SEAL).commit_as("for now").write("src/config.rs", from_environment).commit_as("back");
    assert_eq!(found(&tree, &[]), ["src/config.rs:1 for now | gone"]);
}

#[test]
fn a_range_with_a_constant_that_an_untouched_file_signs_with() {
    let Some(tree) = Tree::repository() else { return };
    crate_with(&tree);
    tree.write("src/config.rs", "").write("src/sign.rs", SIGN).commit_as("begin").git(["tag", "base"]);
    tree.write("src/config.rs", SEAL).commit_as("constant");
    assert_eq!(found(&tree, &["base..HEAD"]), ["src/config.rs:1 constant | src/config.rs"]);
    tree.git(["mv", "src/config.rs", "src/settings.rs"]).write("src/lib.rs", "mod settings;\nmod sign;\n");
    tree.write("src/sign.rs", SIGN.replace("config", "settings")).commit_as("rename");
    assert!(found(&tree, &["HEAD~1..HEAD"]).is_empty(), "it moved");
}

const READER: &str =
    "const jwt = require('jsonwebtoken');\nexports.sign = (user) => jwt.sign({ user }, process.env.APP_SEAL);\n";

fn compose_with(value: &str) -> String {
    format!("services:\n  api:\n    image: api\n    environment:\n      APP_SEAL: {value}\n")
}

#[test]
fn settings_that_only_their_reader_speaks_for() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("sign.js", READER).commit_as("sign");
    tree.write("compose.yml", compose_with("pear-tree-in-winter")).commit_as("settings");
    let now = ["compose.yml:5 settings | compose.yml"];
    assert_eq!(found(&tree, &[]), now);
    assert_eq!(found(&tree, &["HEAD"]), now);
    tree.write("compose.yml", compose_with("plum-tree-in-spring")).commit_as("rotate");
    tree.write("compose.yml", compose_with("${APP_SEAL:?}")).commit_as("clean up");
    tree.write("README", "").commit_as("after");
    let gone = ["compose.yml:5 settings | gone", "compose.yml:5 rotate | gone"];
    assert_eq!(found(&tree, &[]), gone);
    assert_eq!(found(&tree, &["--threads=1"]), gone);
}

#[test]
fn settings_that_nobody_reads_into_a_key() {
    let Some(tree) = Tree::repository() else { return };
    let reader = READER.replace("jwt.sign({ user }, process.env.APP_SEAL)", "paint(process.env.APP_SEAL)");
    tree.write("sign.js", reader).write("compose.yml", compose_with("pear-tree-in-winter")).commit_as("begin");
    tree.write("compose.yml", compose_with("plum-tree-in-spring")).commit_as("rotate");
    assert!(found(&tree, &[]).is_empty());
}

#[test]
fn constants_of_other_languages_and_of_merged_branches() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("package.json", "{}").write("README", "").commit_as("begin");
    tree.git(["switch", "--quiet", "--create", "side"]);
    tree.write("web/keys.js", "module.exports.gate = 'pear-tree-in-winter';\n").commit_as("javascript");
    tree.git(["switch", "--quiet", "main"]);
    tree.write("shop/settings.py", "JWT_GATE = 'fig-tree-in-summer'\n").commit_as("python");
    tree.git(["merge", "--quiet", "--no-commit", "side"]);
    tree.write(
        "web/auth.js",
        "const jwt = require('jsonwebtoken');\nconst { gate } = require('./keys');\njwt.sign({}, gate);\n",
    )
    .write("shop/login.py", "import jwt\nfrom shop.settings import JWT_GATE\njwt.encode({}, JWT_GATE)\n")
    .write("svc/keys.go", "package svc\n\nvar gate = []byte(\"plum-tree-in-spring\")\n")
    .write(
        "svc/auth.go",
        "package svc\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\nfunc f(t *jwt.Token) { t.SignedString(gate) }\n",
    )
    .commit_as("merge");
    tree.git(["rm", "--quiet", "-r", "web", "shop", "svc"]).commit_as("clean up");
    let expected =
        ["shop/settings.py:1 python | gone", "svc/keys.go:3 merge | gone", "web/keys.js:1 javascript | gone"];
    assert_eq!(found(&tree, &[]), expected);
}

#[test]
fn a_caller_in_another_file_is_found_in_head() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("Cargo.toml", "[package]\nname = \"shop\"\n").write("src/lib.rs", "mod login;\nmod sign;\n");
    let sign = "pub fn with(key: &[u8]) -> jsonwebtoken::EncodingKey { jsonwebtoken::EncodingKey::from_secret(key) }\n";
    tree.write("src/sign.rs", sign).commit_as("sign");
    tree.write("src/login.rs", "pub fn f() { crate::sign::with(b\"pear-tree-in-winter\"); }\n").commit_as("call");
    assert_eq!(found(&tree, &[]), ["src/login.rs:1 call | src/login.rs"]);
}

#[test]
fn configurations_of_folders_bind_their_versions() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("legacy/a.rs", LEAK).write("api/a.rs", OTHER).commit_as("both");
    tree.write("api/b.rs", "pub const TICKET_SEAL: &str = \"fig-tree-in-summer\";\n").commit_as("own name");
    tree.write("legacy/jwtlint.toml", "exclude = [\"*.rs\"]\n");
    tree.write("api/jwtlint.toml", "[names]\nsecret = [\"TICKET_SEAL\"]\n").commit_as("configure");
    assert_eq!(found(&tree, &[]), ["api/a.rs:1 both | api/a.rs", "api/b.rs:1 own name | api/b.rs"]);
    assert_eq!(found(&tree, &["--no-config"]).len(), 2, "both of those with a name that says enough");
    tree.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
    let bare = history(&tree.path("../bare.git"), &[]);
    assert!(bare.notifications().iter().any(|one| one.contains("the configuration in HEAD was not read")), "{bare:?}");
}

/// An invented Ed25519 key in DER.
fn der(seed: u8) -> Vec<u8> {
    [&b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[seed; 32]].concat()
}

fn pem(seed: u8) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&der(seed)))
}

#[test]
fn key_files_that_are_called_so_are_found_after_they_are_gone() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("keys/jwt.pem", pem(7)).write("keys/tls.pem", pem(8)).commit_as("keys");
    tree.write("config/jwt/private.der", der(9)).write("jwt_key", pem(7)).commit_as("more keys");
    std::fs::remove_file(tree.path("keys/jwt.pem")).expect("a file");
    tree.commit_as("clean up");
    let head = "config/jwt/private.der";
    assert_eq!(
        found(&tree, &[]),
        [
            format!("{head}:1 more keys | {head}"),
            "jwt_key:1 more keys | jwt_key".to_owned(),
            "keys/jwt.pem:1 keys | jwt_key".to_owned(),
        ],
        "and the one for connections is none of ours"
    );
}

#[test]
fn a_key_that_another_file_of_head_proves() {
    let Some(tree) = Tree::repository() else { return };
    let seed = ed25519_compact::Seed::new([7; 32]);
    let point = ed25519_compact::KeyPair::from_seed(seed).pk;
    let point = base64(point.as_ref()).replace('+', "-").replace('/', "_").replace('=', "");
    tree.write("seal.pem", pem(7)).commit_as("a key");
    assert!(found(&tree, &[]).is_empty(), "nothing says what it is for");
    tree.write("keys.json", format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","x":"{point}"}}]}}"#)).commit_as("set");
    assert_eq!(found(&tree, &[]), ["seal.pem:1 a key | seal.pem"]);
}

#[test]
fn tokens_in_requests_and_logs() {
    let Some(tree) = Tree::repository() else { return };
    let part = |text: &[u8]| base64(text).replace('=', "");
    let token = format!("{}.{}.{}", part(br#"{"alg":"HS256"}"#), part(br#"{"sub":"ann"}"#), part(&[0x5a; 32]));
    for name in ["visit.http", "visit.har", "server.log"] {
        tree.write(name, format!("Authorization: Bearer {token}\n"));
    }
    tree.commit_as("requests");
    for name in ["visit.http", "visit.har", "server.log"] {
        std::fs::remove_file(tree.path(name)).expect("a file");
    }
    tree.commit_as("clean up");
    let places = ["server.log", "visit.har", "visit.http"].map(|name| format!("{name}:1 requests | gone"));
    assert_eq!(found(&tree, &[]), places);
}

#[test]
fn what_was_rotated_is_allowed_in_the_history_only() {
    let Some(tree) = Tree::repository() else { return };
    gone(&tree);
    tree.write("src/b.rs", OTHER).commit_as("other");
    let allow = |arguments: &[&str]| run(jwtlint(tree.top()).args(["allow", "--reason=rotated"]).args(arguments));
    let check = || tree.check(["--format=json"]).findings();
    let still_there = ["src/b.rs:1 hardcoded-secret"];
    assert_eq!(allow(&["src/auth.rs:1"]).code, Some(2), "the tree has no such finding");
    assert_eq!(allow(&["--history", "src/auth.rs:1"]).code, Some(0));
    assert_eq!(found(&tree, &[]), ["src/b.rs:1 other | src/b.rs"]);
    assert_eq!(check(), still_there, "and nobody misses it in the tree");
    assert_eq!(allow(&["--history", "src/b.rs:1"]).code, Some(0));
    assert!(found(&tree, &[]).is_empty());
    assert_eq!(check(), still_there, "what is allowed in the history is not in the tree");
    // Another secret at the same place is another finding.
    tree.write("src/auth.rs", LEAK.replace("pear", "quince")).commit_as("again");
    assert_eq!(found(&tree, &[]), ["src/auth.rs:1 again | src/auth.rs"]);
    assert_eq!(found(&tree, &["--no-ignores"]).len(), 3);
    let text = std::fs::read_to_string(tree.path("jwtlint.toml")).expect("a configuration");
    assert_eq!(text.matches("for = \"history\"").count(), 2, "{text}");
    tree.write(
        "jwtlint.toml",
        format!("{text}\n[[allow]]\nfingerprint = \"{}\"\nreason = \"x\"\nfor = \"history\"\n", "0".repeat(32)),
    );
    let told = |arguments: &[&str]| history(tree.top(), arguments).notifications();
    assert_eq!(told(&["HEAD~1..HEAD"]), [""; 0], "it may be of another part");
    let all = told(&[]);
    assert!(
        all.len() == 1 && all[0].starts_with("warning jwtlint.toml: ") && all[0].contains("0000` is not needed"),
        "{all:?}"
    );
}

#[test]
fn a_constant_of_the_same_folder_is_found_after_both_are_gone() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("auth/seal.go", "package auth\n\nvar seal = []byte(\"a-basket-of-quinces\")\n");
    let sign = "package auth\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\nfunc Sign(c jwt.Claims) (string, error) {\n\t\
                return jwt.NewWithClaims(jwt.SigningMethodHS256, c).SignedString(seal)\n}\n";
    tree.write("auth/sign.go", sign);
    tree.write("src/Seals.java", "class Seals {\n  static final String SEAL = \"a-basket-of-plums\";\n}\n");
    let sign = "import io.jsonwebtoken.Jwts;\nclass Sign {\n  String sign() {\n    \
                return Jwts.builder().signWith(SignatureAlgorithm.HS256, Seals.SEAL).compact();\n  }\n}\n";
    tree.write("src/Sign.java", sign).commit_as("seals");
    tree.git(["rm", "--quiet", "-r", "auth", "src"]).commit_as("clean up");
    assert_eq!(found(&tree, &[]), ["auth/seal.go:3 seals | gone", "src/Seals.java:2 seals | gone"]);
}

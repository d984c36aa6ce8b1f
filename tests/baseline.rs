//! `jwtlint baseline`, and what `check` makes of it.

mod common;

use std::fs;

use common::{Run, Tree, jwtlint, run};

const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const OTHER: &str = "pub const REFRESH_JWT_SECRET: &str = \"plum-tree-in-summer\";\n";
const FILE: &str = ".jwtlint-baseline.json";
/// A salt under which the secrets of these tests have different tags; under a random one, one pair in 1 024 has the same.
const SALT: &str = "00112233445566778899aabbccddeeff";

fn baseline(tree: &Tree, arguments: &[&str]) -> Run {
    let run = run(jwtlint(tree.top()).arg("baseline").args(arguments));
    assert_eq!(run.code, Some(0), "{run:?}");
    run
}

fn text(tree: &Tree) -> String {
    fs::read_to_string(tree.path(FILE)).expect("a baseline")
}

/// A tree with two findings, and what is known of it.
fn begun() -> Tree {
    let tree = Tree::new();
    tree.write("jwtlint.toml", format!("baseline = \"{FILE}\"\n"));
    tree.write("src/auth.rs", LEAK).write("src/refresh.rs", OTHER);
    assert_eq!(tree.check(["--config=/dev/null"]).code, Some(1));
    tree.write(FILE, format!("[\n{{\"format\":\"jwtlint-baseline\",\"version\":1,\"salt\":\"{SALT}\"}}\n]\n"));
    baseline(&tree, &[]);
    assert!(text(&tree).contains(SALT), "a salt is kept");
    tree
}

#[test]
fn what_is_known_is_counted_and_not_shown() {
    let tree = begun();
    let run = tree.check([""; 0]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.stdout.contains("src/auth.rs") && run.stdout.contains("2 suppressed"), "{run:?}");
    let run = tree.check(["--format=json"]);
    assert_eq!(run.json()["counts"]["suppressed"], 2, "{run:?}");
    assert!(run.findings().is_empty());
    assert_eq!(text(&tree).lines().count(), 5, "{}", text(&tree));
    assert!(!text(&tree).contains("pear"));
}

#[test]
fn a_new_finding_fails_also_in_a_known_file() {
    let tree = begun();
    tree.write("src/auth.rs", format!("{LEAK}pub const ADMIN_JWT_SECRET: &str = \"fig-tree-in-autumn\";\n"));
    let run = tree.check(["--format=json"]);
    assert_eq!((run.code, run.findings()), (Some(1), vec!["src/auth.rs:2 hardcoded-secret".to_owned()]));
}

#[test]
fn another_secret_on_a_known_line_is_reported() {
    let tree = begun();
    tree.write("src/auth.rs", LEAK.replace("pear-tree", "cherry-tree"));
    let run = tree.check(["--format=json"]);
    assert_eq!((run.code, run.findings()), (Some(1), vec!["src/auth.rs:1 hardcoded-secret".to_owned()]));
}

#[test]
fn lines_that_move_change_no_byte() {
    let tree = begun();
    let before = text(&tree);
    tree.write("src/auth.rs", format!("{}{LEAK}", "// a line\n".repeat(50)));
    assert_eq!(tree.check([""; 0]).code, Some(0));
    baseline(&tree, &[]);
    baseline(&tree, &["--root=.", "src"]);
    baseline(&tree, &["--prune"]);
    assert_eq!(text(&tree), before);
}

/// On Windows, or where somebody's editor writes them so.
#[test]
fn line_ends_stay_as_they_are() {
    let tree = begun();
    tree.write(FILE, text(&tree).replace('\n', "\r\n"));
    let before = text(&tree);
    assert_eq!(tree.check([""; 0]).code, Some(0));
    baseline(&tree, &[]);
    assert_eq!(text(&tree), before);
    tree.write("src/new.rs", LEAK);
    baseline(&tree, &[]);
    let after = text(&tree);
    assert_eq!(after.lines().count(), before.lines().count() + 1);
    assert_eq!(after.matches("\r\n").count(), after.matches('\n').count(), "{after:?}");
}

#[test]
fn what_is_fixed_is_pruned_and_what_is_new_is_not_added_then() {
    let tree = begun();
    tree.write("src/auth.rs", "").write("src/new.rs", LEAK);
    baseline(&tree, &["--prune"]);
    assert!(text(&tree).contains("src/refresh.rs") && !text(&tree).contains("src/auth.rs"), "{}", text(&tree));
    assert_eq!(tree.check(["--format=json"]).findings(), ["src/new.rs:1 hardcoded-secret"]);
    baseline(&tree, &[]);
    assert_eq!(tree.check([""; 0]).code, Some(0));
}

#[test]
fn a_look_at_a_part_forgets_nothing_of_the_rest() {
    let tree = begun();
    fs::remove_file(tree.path("src/auth.rs")).expect("a file");
    let before = text(&tree);
    baseline(&tree, &["--root=.", "src/refresh.rs"]);
    baseline(&tree, &["--exclude=src/auth.rs"]);
    baseline(&tree, &["--select=insecure-fallback"]);
    baseline(&tree, &["--root=.", "--max-file-size=10", "src/refresh.rs"]);
    baseline(&tree, &["--root=.", "--max-file-size=10", "--prune", "src/refresh.rs"]);
    assert_eq!(text(&tree), before);
    baseline(&tree, &["--root=.", "src"]);
    assert!(!text(&tree).contains("src/auth.rs"));
}

#[test]
fn everything_that_is_hidden_can_be_shown() {
    let tree = begun();
    tree.write("src/allowed.rs", format!("{} // jwtlint: allow(hardcoded-secret) reason=\"demo\"\n", LEAK.trim_end()));
    tree.write("jwtlint.toml", format!("baseline = \"{FILE}\"\nexclude = [\"out/\"]\n")).write("out/a.rs", LEAK);
    assert_eq!(tree.check([""; 0]).code, Some(0));
    let run = tree.check(["--no-ignores", "--format=json"]);
    let all = ["out/a.rs", "src/allowed.rs", "src/auth.rs", "src/refresh.rs"];
    assert_eq!((run.code, run.findings()), (Some(1), all.map(|path| format!("{path}:1 hardcoded-secret")).to_vec()));
}

#[test]
fn sarif_leaves_out_what_is_known_unless_asked() {
    let tree = begun();
    tree.write("src/new.rs", LEAK);
    let results = |arguments: &[&str]| {
        let run = tree.check(["--format=sarif"].iter().chain(arguments));
        run.json()["runs"][0]["results"].as_array().expect("results").clone()
    };
    let shown = results(&[]);
    assert_eq!(shown.len(), 1);
    assert!(shown[0].get("suppressions").is_none());
    let all = results(&["--verbose"]);
    let suppressions: Vec<_> = all.iter().map(|one| one["suppressions"].as_array().expect("an array").len()).collect();
    assert_eq!(suppressions, [1, 0, 1]);
    assert_eq!(all[0]["suppressions"][0]["kind"], "external");
}

#[test]
fn the_file_may_be_named_and_has_to_be_there() {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK);
    baseline(&tree, &["--output=known.json"]);
    assert_eq!(tree.check(["--baseline=known.json"]).code, Some(0));
    assert_eq!(tree.check(["--baseline=none.json"]).code, Some(2));
    tree.write("known.json", "{}");
    let refused = tree.check(["--baseline=known.json"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("known.json"), "{refused:?}");
    let run = run(jwtlint(tree.top()).args(["baseline", "--output=known.json"]));
    assert_eq!(run.code, Some(2), "what is no baseline is not overwritten");
    assert_eq!(fs::read_to_string(tree.path("known.json")).expect("a file"), "{}");
}

#[test]
fn a_run_that_fails_leaves_the_file_as_it_was() {
    let tree = begun();
    let before = text(&tree);
    let run = run(jwtlint(tree.top()).args(["baseline", "src/auth.rs", "no-such-file"]));
    assert_eq!((run.code, text(&tree)), (Some(2), before), "{run:?}");
}

#[test]
fn a_baseline_is_no_finding_itself() {
    let tree = begun();
    tree.write("config/jwt.secret.yaml", "jwt:\n  secret: pear-tree-in-winter\n");
    baseline(&tree, &[]);
    let run = tree.check(["--no-config", "--format=json", FILE]);
    assert_eq!((run.code, run.findings()), (Some(0), Vec::new()));
}

#[test]
fn branches_that_add_to_it_merge() {
    let Some(tree) = Tree::repository() else { return };
    for name in ["b", "d", "f"] {
        tree.write(&format!("src/{name}.rs"), LEAK);
    }
    baseline(&tree, &[]);
    tree.commit().git(["switch", "--quiet", "--create", "one"]).write("src/a.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["switch", "--quiet", "main"]).write("src/g.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["merge", "--quiet", "--no-edit", "one"]);
    let merged = text(&tree);
    assert_eq!(tree.check([format!("--baseline={FILE}")]).code, Some(0));
    baseline(&tree, &[]);
    assert_eq!(text(&tree), merged);
}

#[test]
fn branches_that_each_began_a_baseline_merge_where_git_is_told_how() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitattributes", format!("{FILE} merge=union\n")).commit();
    tree.git(["switch", "--quiet", "--create", "one"]).write("src/x.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["switch", "--quiet", "main"]).write("src/y.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["merge", "--quiet", "--no-edit", "one"]);
    assert_eq!(text(&tree).matches("\"salt\"").count(), 2, "{}", text(&tree));
    assert_eq!(tree.check([format!("--baseline={FILE}")]).code, Some(0), "{}", text(&tree));
    tree.write("src/x.rs", LEAK.replace("pear", "plum"));
    let run = tree.check([format!("--baseline={FILE}"), "--format=json".to_owned()]);
    assert_eq!(run.findings(), ["src/x.rs:1 hardcoded-secret"], "another value is new");
    tree.write("src/x.rs", LEAK);
    baseline(&tree, &["src"]);
    assert_eq!(text(&tree).lines().count(), 5, "of one salt again: {}", text(&tree));
    assert_eq!(tree.check([format!("--baseline={FILE}")]).code, Some(0), "{}", text(&tree));
}

#[test]
fn branches_that_add_at_the_same_place_merge_where_git_is_told_how() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitattributes", format!("{FILE} merge=union\n")).write("src/a.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["switch", "--quiet", "--create", "one"]).write("src/x.rs", LEAK);
    baseline(&tree, &[]);
    tree.commit().git(["switch", "--quiet", "main"]).write("src/y.rs", LEAK).write("src/a.rs", "");
    baseline(&tree, &[]);
    tree.commit().git(["merge", "--quiet", "--no-edit", "one"]);
    assert_eq!(tree.check([format!("--baseline={FILE}")]).code, Some(0), "{}", text(&tree));
    baseline(&tree, &[]);
    assert_eq!(text(&tree).lines().count(), 5, "in order, and without what is fixed: {}", text(&tree));
}

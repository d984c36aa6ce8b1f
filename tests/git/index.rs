//! Indices and work trees of all sorts: whatever state they are in, the commit that git would make decides.

use std::fs;
use std::path::Path;

use super::common::{Run, Tree, git, jwtlint, run};
use super::{CLEAN, LEAK};

const OTHER: &str = "pub const JWT_SECRET: &str = \"plum-tree-in-summer\";\n";
const FOUND: [&str; 1] = ["a.rs:1 hardcoded-secret"];
const NOTHING: [&str; 0] = [];

fn staged_in(directory: &Path, more: &[&str]) -> Run {
    run(jwtlint(directory).args(["check", "--staged", "--format=json"]).args(more))
}

#[track_caller]
fn is_found<const N: usize>(tree: &Tree, expected: [&str; N]) {
    let run = staged_in(tree.top(), &[]);
    assert_eq!((run.code, run.findings()), (Some(i32::from(N > 0)), expected.map(str::to_owned).to_vec()), "{run:?}");
}

/// A repository with a clean file, of which a version with a secret is staged and one without is on disk.
fn staged_leak() -> Option<Tree> {
    let tree = Tree::repository()?;
    tree.write("a.rs", CLEAN).commit().write("a.rs", LEAK).git(["add", "a.rs"]).write("a.rs", CLEAN);
    Some(tree)
}

#[test]
fn work_trees_that_lack_files_or_hide_changes() {
    for hide in ["--skip-worktree", "--assume-unchanged"] {
        let Some(tree) = staged_leak() else { return };
        tree.git(["update-index", hide, "a.rs"]);
        is_found(&tree, FOUND);
        fs::remove_file(tree.path("a.rs")).expect("a file");
        is_found(&tree, FOUND);
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", CLEAN).commit().git(["update-index", hide, "a.rs"]).write("a.rs", LEAK);
        is_found(&tree, NOTHING);
    }
    let Some(tree) = Tree::repository() else { return };
    tree.write("api/a.rs", CLEAN).write("web/w.rs", LEAK).commit();
    tree.git(["sparse-checkout", "set", "--sparse-index", "api"]).write("api/a.rs", LEAK).git(["add", "api"]);
    is_found(&tree, ["api/a.rs:1 hardcoded-secret"]);
    tree.write("web/new.rs", OTHER).git(["add", "--sparse", "web/new.rs"]);
    is_found(&tree, ["api/a.rs:1 hardcoded-secret", "web/new.rs:1 hardcoded-secret"]);
}

#[test]
fn what_stands_on_disk_in_place_of_a_staged_file() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/a.rs", LEAK).git(["add", "."]);
    let found = ["src/a.rs:1 hardcoded-secret"];
    fs::remove_dir_all(tree.path("src")).expect("a folder");
    is_found(&tree, found);
    assert_eq!(staged_in(tree.top(), &["src/a.rs"]).findings(), found, "the file is named");
    assert_eq!(staged_in(tree.top(), &["src"]).findings(), found, "the folder is named");
    tree.write("src", "a file");
    is_found(&tree, found);
    fs::remove_file(tree.path("src")).expect("a file");
    tree.write("src/a.rs/b.rs", CLEAN);
    is_found(&tree, found);
}

#[test]
fn a_conflict_is_looked_at_once_it_is_solved() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", CLEAN).write("b.rs", CLEAN).commit().git(["switch", "--quiet", "--create", "side"]);
    tree.write("a.rs", LEAK).commit().git(["switch", "--quiet", "main"]).write("a.rs", OTHER).commit();
    assert_eq!(git(tree.top()).args(["merge", "--quiet", "side"]).output().expect("git runs").status.code(), Some(1));
    is_found(&tree, NOTHING);
    tree.write("b.rs", LEAK).git(["add", "b.rs"]);
    is_found(&tree, ["b.rs:1 hardcoded-secret"]);
    tree.write("a.rs", LEAK).git(["add", "a.rs"]);
    is_found(&tree, ["a.rs:1 hardcoded-secret", "b.rs:1 hardcoded-secret"]);
}

#[test]
fn files_that_become_something_else() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", LEAK).commit().git(["update-index", "--chmod=+x", "a.rs"]);
    is_found(&tree, FOUND);
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", CLEAN).commit();
    fs::remove_file(tree.path("a.rs")).expect("a file");
    tree.write("a.rs/b.rs", LEAK).git(["add", "--all"]);
    is_found(&tree, ["a.rs/b.rs:1 hardcoded-secret"]);
    let lines = "// a line\n".repeat(40);
    for copies in ["true", "false", "copies"] {
        let Some(tree) = Tree::repository() else { return };
        tree.write("old.rs", &lines).commit().git(["config", "diff.renames", copies]).git(["mv", "old.rs", "a.rs"]);
        tree.write("a.rs", format!("{LEAK}{lines}")).git(["add", "."]);
        is_found(&tree, FOUND);
    }
}

#[cfg(unix)]
#[test]
fn links_that_become_files_and_files_that_become_links() {
    let Some(tree) = Tree::repository() else { return };
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, tree.path(name)).expect("a link");
    link("elsewhere", "a.rs");
    tree.write("b.rs", LEAK).commit();
    for name in ["a.rs", "b.rs"] {
        fs::remove_file(tree.path(name)).expect("it goes");
    }
    link("pub const JWT_SECRET: &str = 'pear-tree-in-winter';", "b.rs");
    tree.write("a.rs", LEAK).git(["add", "--all"]);
    is_found(&tree, FOUND);
}

#[test]
fn what_attributes_make_of_a_file() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitattributes", "w.rs working-tree-encoding=UTF-16LE-BOM\ni.rs ident\nb.rs binary\ne.rs eol=crlf\n");
    let utf16: Vec<u8> = [0xfeff].into_iter().chain(LEAK.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    tree.write("w.rs", utf16).write("i.rs", format!("// $Id$\n{LEAK}")).write("b.rs", LEAK);
    tree.write("e.rs", LEAK.replace('\n', "\r\n")).git(["add", "."]);
    is_found(
        &tree,
        ["b.rs:1 hardcoded-secret", "e.rs:1 hardcoded-secret", "i.rs:2 hardcoded-secret", "w.rs:1 hardcoded-secret"],
    );
}

#[test]
fn an_object_that_is_replaced_is_committed_as_it_is() {
    let Some(tree) = staged_leak() else { return };
    let id = |name: &str| {
        let output = git(tree.top()).args(["rev-parse", name]).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    tree.git(["replace", &id(":a.rs"), &id("HEAD:a.rs")]);
    is_found(&tree, FOUND);
}

#[test]
fn settings_of_git_and_its_environment_change_nothing() {
    let Some(tree) = staged_leak() else { return };
    for (name, value) in [
        ("diff.orderFile", "/no/such/file"),
        ("diff.relative", "true"),
        ("diff.noprefix", "true"),
        ("diff.renames", "copies"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.external", "false"),
        ("core.quotePath", "true"),
        ("core.abbrev", "4"),
        ("core.pager", "false"),
        ("core.ignoreCase", "true"),
        ("core.fsmonitor", "false"),
        ("core.untrackedCache", "true"),
        ("core.hooksPath", "/no/such/folder"),
        ("feature.manyFiles", "true"),
        ("color.ui", "always"),
        ("status.short", "true"),
        ("log.showSignature", "true"),
        ("i18n.logOutputEncoding", "ISO-8859-1"),
        ("alias.diff", "!false"),
        ("alias.ls-files", "!false"),
    ] {
        tree.git(["config", name, value]);
        is_found(&tree, FOUND);
        tree.git(["config", "--unset", name]);
    }
    for (name, value) in [
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_EXTERNAL_DIFF", "false"),
        ("GIT_DIFF_OPTS", "--unified=9"),
        ("GIT_PREFIX", "no/such/"),
        ("GIT_CEILING_DIRECTORIES", "/"),
        ("GIT_TRACE", "1"),
        ("GIT_PAGER", "false"),
        ("GIT_NAMESPACE", "a"),
        ("GIT_DEFAULT_HASH", "sha256"),
        ("LC_ALL", "no_SUCH"),
    ] {
        let run = run(jwtlint(tree.top()).env(name, value).args(["check", "--staged", "--format=json"]));
        assert_eq!(run.findings(), FOUND, "{name}: {run:?}");
    }
}

#[test]
fn names_that_are_patterns_for_git() {
    let Some(tree) = Tree::repository() else { return };
    let names = ["*.rs", ":!x.rs", ":(exclude)a.rs", "[a].rs"];
    for name in names {
        tree.write(name, LEAK);
    }
    tree.git(["--literal-pathspecs", "add", "."]);
    is_found(
        &tree,
        [
            "*.rs:1 hardcoded-secret",
            ":!x.rs:1 hardcoded-secret",
            ":(exclude)a.rs:1 hardcoded-secret",
            "[a].rs:1 hardcoded-secret",
        ],
    );
    for name in names {
        assert_eq!(staged_in(tree.top(), &["--", name]).findings(), [format!("{name}:1 hardcoded-secret")]);
    }
}

#[test]
fn an_allowance_counts_if_it_is_committed_as_well() {
    let allowed = format!("// jwtlint: allow(hardcoded-secret) reason=\"a demo\"\n{LEAK}");
    for (index, disk, expected) in [(allowed.as_str(), LEAK, 0), (LEAK, allowed.as_str(), 1)] {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", index).git(["add", "."]).write("a.rs", disk);
        assert_eq!(staged_in(tree.top(), &[]).findings().len(), expected);
    }
}

/// Commits as people make them, with the hook that `jwtlint hook install` would write.
#[cfg(unix)]
mod hooks {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn tree() -> Option<Tree> {
        let tree = Tree::repository()?;
        tree.write("a.rs", CLEAN).write("b.rs", CLEAN).commit();
        for hook in ["pre-commit", "pre-merge-commit"] {
            let path = tree.path(&format!(".git/hooks/{hook}"));
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            let program = env!("CARGO_BIN_EXE_jwtlint");
            fs::write(&path, format!("#!/bin/sh\nexec '{program}' check --staged\n")).expect("a hook");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode is set");
        }
        Some(tree)
    }

    #[track_caller]
    fn ends_with(tree: &Tree, code: i32, arguments: &[&str]) {
        let run = run(git(tree.top()).env("GIT_EDITOR", "true").args(arguments));
        assert_eq!(run.code, Some(code), "{arguments:?}: {run:?}");
    }

    #[test]
    fn parts_of_what_is_staged() {
        let Some(tree) = tree() else { return };
        tree.write("a.rs", LEAK).git(["add", "a.rs"]).write("b.rs", format!("{CLEAN}// more\n"));
        ends_with(&tree, 0, &["commit", "--message=b", "--only", "b.rs"]);
        ends_with(&tree, 1, &["commit", "--message=a"]);
        tree.git(["reset", "--quiet"]).write("b.rs", CLEAN).git(["add", "b.rs"]);
        ends_with(&tree, 1, &["commit", "--message=both", "--include", "a.rs"]);
        ends_with(&tree, 1, &["commit", "--message=all", "--all"]);
        ends_with(&tree, 0, &["commit", "--message=b"]);
    }

    #[test]
    fn commits_that_are_amended() {
        let Some(tree) = tree() else { return };
        tree.write("a.rs", LEAK).git(["add", "."]);
        ends_with(&tree, 1, &["commit", "--amend", "--no-edit"]);
        tree.git(["commit", "--quiet", "--no-verify", "--message=leak"])
            .write("a.rs", format!("{CLEAN}// more\n"))
            .git(["add", "."]);
        ends_with(&tree, 0, &["commit", "--amend", "--no-edit"]);
    }

    #[test]
    fn merges_and_stashes() {
        let Some(tree) = tree() else { return };
        tree.git(["switch", "--quiet", "--create", "side"]).write("side.rs", LEAK).commit();
        tree.git(["switch", "--quiet", "main"]).write("c.rs", CLEAN).commit();
        ends_with(&tree, 1, &["merge", "--quiet", "--no-ff", "--no-edit", "side"]);
        tree.git(["reset", "--quiet", "--hard"])
            .write("a.rs", LEAK)
            .git(["add", "a.rs"])
            .write("b.rs", "// unstaged\n");
        tree.git(["stash", "push", "--quiet", "--keep-index"]);
        is_found(&tree, FOUND);
        tree.git(["reset", "--quiet", "--hard"]).git(["stash", "pop", "--quiet", "--index"]);
        is_found(&tree, FOUND);
        ends_with(&tree, 1, &["commit", "--message=a"]);
    }

    #[test]
    fn a_rebase_that_looks_at_each_commit() {
        let Some(tree) = tree() else { return };
        tree.write("c.rs", CLEAN).commit().write("a.rs", LEAK).commit().write("d.rs", CLEAN).commit();
        let program = env!("CARGO_BIN_EXE_jwtlint");
        let look = format!("'{program}' check --changed-since HEAD~1");
        let rebase = run(git(tree.top()).env("GIT_EDITOR", "true").args(["rebase", "--exec", &look, "HEAD~3"]));
        assert!(rebase.code == Some(1) && rebase.stdout.contains("a.rs:1"), "{rebase:?}");
        assert!(!tree.path("d.rs").exists(), "it stops at the commit that brings the secret");
    }

    #[test]
    fn a_branch_without_a_commit_in_a_linked_work_tree() {
        let Some(tree) = tree() else { return };
        tree.git(["worktree", "add", "--quiet", "--detach", "../linked"]);
        let linked = tree.path("../linked").canonicalize().expect("a folder");
        let git_there = |arguments: &[&str]| run(git(&linked).args(arguments)).code;
        assert_eq!(git_there(&["switch", "--quiet", "--orphan", "new"]), Some(0));
        fs::write(linked.join("a.rs"), LEAK).expect("a file");
        assert_eq!((git_there(&["add", "a.rs"]), git_there(&["commit", "--message=x"])), (Some(0), Some(1)));
        fs::write(linked.join("a.rs"), CLEAN).expect("a file");
        assert_eq!((git_there(&["add", "a.rs"]), git_there(&["commit", "--message=x"])), (Some(0), Some(0)));
    }
}

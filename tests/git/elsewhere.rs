//! Repositories that the environment names: bare ones with a work tree somewhere else, and what hooks see.

use std::fs;
use std::path::{Path, PathBuf};

use super::common::{Run, Tree, git, jwtlint, run};
use super::{CLEAN, LEAK};

/// A home directory of which a bare repository beside it tracks some files.
struct Home {
    tree: Tree,
    git_dir: PathBuf,
}

impl Home {
    fn new() -> Option<Self> {
        super::common::have("git").then_some(())?;
        let tree = Tree::new();
        let git_dir = tree.top().with_file_name("dotfiles.git");
        let made = git(tree.top()).args(["init", "--quiet", "--bare"]).arg(&git_dir).status().expect("git runs");
        assert!(made.success());
        tree.write("src/a.rs", CLEAN).write("other/b.rs", LEAK);
        let home = Self { tree, git_dir };
        home.git(&["add", "src"]);
        home.git(&["commit", "--quiet", "--message", "one"]);
        Some(home)
    }

    fn try_git(&self, directory: &str, arguments: &[&str]) -> Run {
        let (git_dir, top) = (self.git_dir.display(), self.tree.top().display());
        let named = [format!("--git-dir={git_dir}"), format!("--work-tree={top}")];
        run(git(&self.tree.path(directory)).args(named).args(arguments))
    }

    fn git(&self, arguments: &[&str]) {
        let run = self.try_git(".", arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
    }

    /// The program, as one calls it who has exported where the repository is.
    fn jwtlint(&self, directory: &str, arguments: &[&str]) -> Run {
        let mut command = jwtlint(&self.tree.path(directory));
        run(command.env("GIT_DIR", &self.git_dir).env("GIT_WORK_TREE", self.tree.top()).args(arguments))
    }
}

/// Makes a hook of the program with these arguments.
#[cfg(unix)]
fn hook(git_dir: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = git_dir.join("hooks").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let program = env!("CARGO_BIN_EXE_jwtlint");
    fs::write(&path, format!("#!/bin/sh\n{}\n", script.replace("jwtlint", program))).expect("a hook");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode is set");
}

#[test]
fn a_work_tree_that_a_repository_elsewhere_tracks() {
    let Some(home) = Home::new() else { return };
    let staged = |directory: &str| home.jwtlint(directory, &["check", "--staged", "--format=json"]);
    assert!(staged(".").findings().is_empty(), "what is not added does not matter");
    home.tree.write("src/a.rs", LEAK);
    home.git(&["add", "src/a.rs"]);
    home.tree.write("src/a.rs", CLEAN);
    for directory in [".", "src", "other"] {
        assert_eq!(staged(directory).findings(), ["src/a.rs:1 hardcoded-secret"], "{directory}");
    }
    assert!(home.jwtlint("other", &["check", "--staged", "--format=json", "."]).findings().is_empty());
    home.git(&["commit", "--quiet", "--message", "two"]);
    let since = home.jwtlint(".", &["check", "--changed-since=HEAD~1", "--format=json", "src", "other"]);
    assert_eq!(since.findings(), ["other/b.rs:1 hardcoded-secret"], "{since:?}");
    let history = home.jwtlint("src", &["history", "--format=json"]);
    assert_eq!(history.findings(), ["src/a.rs:1 hardcoded-secret"], "{history:?}");
}

#[test]
fn what_is_tracked_there_is_known() {
    let Some(home) = Home::new() else { return };
    home.tree.write(".gitignore", ".env\n").write("src/.env", "JWT_SECRET=pear-tree-in-winter\n");
    let check = |more: &[&str]| home.jwtlint(".", &[&["check", "--format=json"], more].concat());
    assert!(check(&["src"]).findings().is_empty(), "it is ignored");
    home.git(&["add", "--force", "src/.env"]);
    assert_eq!(check(&["src"]).findings(), ["src/.env:1 committed-env-file"]);
    assert_eq!(check(&["src/.env"]).findings(), ["src/.env:1 committed-env-file"]);
    assert_eq!(check(&[]).findings().len(), 2, "and files that are not tracked are looked at like everywhere");
}

#[test]
fn a_repository_in_the_work_tree_is_its_own() {
    let Some(home) = Home::new() else { return };
    home.tree.write("project/a.rs", LEAK);
    let project = home.tree.path("project");
    for arguments in [&["init", "--quiet"][..], &["add", "."]] {
        assert!(git(&project).args(arguments).status().expect("git runs").success());
    }
    let staged = home.jwtlint("project", &["check", "--staged", "--format=json"]);
    assert_eq!(staged.findings(), ["a.rs:1 hardcoded-secret"], "{staged:?}");
}

#[test]
fn what_the_environment_names_may_be_wrong() {
    let Some(home) = Home::new() else { return };
    let directory = home.tree.path("src");
    for (git_dir, work_tree) in [("/no/such/place", None), ("", None), ("/no/such/place", Some(".")), ("..", None)] {
        let mut command = jwtlint(&directory);
        command.env("GIT_DIR", git_dir).args(["check", "--format=json", "a.rs"]);
        work_tree.map(|work_tree| command.env("GIT_WORK_TREE", work_tree));
        assert_eq!(run(&mut command).code, Some(0), "{git_dir:?}");
    }
    // Of a repository that is named without its work tree, the directory is the top.
    let other = Tree::new();
    other.write("a.rs", LEAK);
    let mut command = jwtlint(other.top());
    let run = run(command.env("GIT_DIR", home.tree.top()).args(["check", "--staged"]));
    assert_eq!(run.code, Some(2), "a work tree is no repository: {run:?}");
}

#[cfg(unix)]
#[test]
fn a_hook_of_a_repository_elsewhere_refuses_a_secret() {
    let Some(home) = Home::new() else { return };
    hook(&home.git_dir, "pre-commit", "exec jwtlint check --staged");
    for directory in [".", "src"] {
        home.tree.write("src/a.rs", LEAK);
        let refused = home.try_git(directory, &["commit", "--all", "--message", "two"]);
        assert!(refused.code == Some(1) && refused.stderr.contains("src/a.rs:1"), "{refused:?}");
        home.tree.write("src/a.rs", format!("{CLEAN}// {directory}\n"));
        let passed = home.try_git(directory, &["commit", "--all", "--message", "two"]);
        assert_eq!(passed.code, Some(0), "{passed:?}");
    }
}

/// What was pushed lies in a place of its own until the hook has accepted it.
#[cfg(unix)]
#[test]
fn a_server_refuses_a_push_with_a_secret() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", CLEAN).commit();
    for (kind, server) in [("--bare", "server.git"), ("--quiet", "server")] {
        let server = tree.top().with_file_name(server);
        assert!(
            git(tree.top()).args(["clone", "--quiet", kind, "."]).arg(&server).status().expect("git runs").success()
        );
        let git_dir = if kind == "--bare" { server.clone() } else { server.join(".git") };
        let allowed = git(&server).args(["config", "receive.denyCurrentBranch", "ignore"]).status().expect("git runs");
        assert!(allowed.success());
        hook(&git_dir, "pre-receive", "while read old new ref; do jwtlint history \"$old..$new\" || exit 1; done");
        let push = || run(git(tree.top()).arg("push").arg(&server).arg("HEAD:refs/heads/main"));
        tree.write("a.rs", LEAK).commit();
        let refused = push();
        assert!(refused.code == Some(1) && refused.stderr.contains("a.rs:1:"), "{refused:?}");
        tree.git(["reset", "--quiet", "--hard", "HEAD~1"]).write("a.rs", format!("{CLEAN}// {kind}\n")).commit();
        let passed = push();
        assert_eq!(passed.code, Some(0), "{passed:?}");
    }
}

#[test]
fn a_bare_repository_that_is_named_has_a_history() {
    let Some(home) = Home::new() else { return };
    home.tree.write("src/a.rs", LEAK);
    home.git(&["commit", "--quiet", "--all", "--message", "two"]);
    let elsewhere = Tree::new();
    let mut command = jwtlint(elsewhere.top());
    let run = run(command.env("GIT_DIR", &home.git_dir).args(["history", "--format=json"]));
    assert_eq!(run.findings(), ["src/a.rs:1 hardcoded-secret"], "{run:?}");
}

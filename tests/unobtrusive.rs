//! Staying out of the way: no writes, no surprises on terminals and pipes, help for shells; and `hook install`, which
//! writes only what it has shown.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use common::{Run, Tree, have, jwtlint, run, run_unread, run_with};

const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const CLEAN: &str = "pub fn secret() -> Option<String> { std::env::var(\"JWT_SECRET\").ok() }\n";

/// Every file and folder with its time of change.
fn state(tree: &Tree) -> BTreeMap<String, SystemTime> {
    let mut open = vec![tree.top().to_owned()];
    let mut state = BTreeMap::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            let metadata = entry.metadata().expect("its metadata");
            if metadata.is_dir() {
                open.push(entry.path());
            }
            state.insert(entry.path().display().to_string(), metadata.modified().expect("a time"));
        }
    }
    state
}

#[test]
fn nothing_is_written_and_no_home_is_needed() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/auth.rs", LEAK).write(".env", "JWT_SECRET=pear-tree-in-winter\n").git(["add", "."]);
    let before = state(&tree);
    for arguments in
        [&["check"][..], &["check", "--staged"], &["check", "src/auth.rs"], &["hook", "post-edit", "src/auth.rs"]]
    {
        let mut command = jwtlint(tree.top());
        for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR", "USER"] {
            command.env_remove(variable);
        }
        let run = run(command.args(arguments));
        assert!(matches!(run.code, Some(1 | 2)) && !run.stderr.contains("panicked"), "{arguments:?}: {run:?}");
        assert_eq!(state(&tree), before, "{arguments:?} changes nothing");
    }
}

/// Whoever may write nothing anywhere below a tree: the owner of these files, without rights to any of them.
#[cfg(unix)]
mod read_only {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, lchown};
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use crate::common::{Tree, have, without_host_settings};

    /// Nobody.
    const USER: u32 = 65_534;

    pub struct ReadOnly<'t> {
        tree: &'t Tree,
        /// The program, at a place that everybody may read.
        program: PathBuf,
        as_root: bool,
    }

    impl<'t> ReadOnly<'t> {
        /// `None`, and a message, where root cannot become somebody else.
        pub fn new(tree: &'t Tree) -> Option<Self> {
            let as_root = fs::metadata(tree.top()).expect("a folder").uid() == 0;
            if as_root && !have("setpriv") {
                return None;
            }
            let outside = tree.top().parent().expect("a folder");
            let program = outside.join("jwtlint");
            fs::copy(env!("CARGO_BIN_EXE_jwtlint"), &program).expect("a copy");
            fs::set_permissions(outside, Permissions::from_mode(0o755)).expect("a mode");
            let this = Self { tree, program, as_root };
            this.change(tree.top(), 0o555, 0o444);
            Some(this)
        }

        fn change(&self, path: &Path, folders: u32, files: u32) {
            let metadata = fs::symlink_metadata(path).expect("it is there");
            if self.as_root {
                lchown(path, Some(USER), Some(USER)).expect("an owner");
            }
            if metadata.is_dir() {
                // What is within can be reached before and behind the change.
                fs::set_permissions(path, Permissions::from_mode(0o755)).expect("a mode");
                for entry in fs::read_dir(path).expect("a folder") {
                    self.change(&entry.expect("an entry").path(), folders, files);
                }
            }
            if !metadata.is_symlink() {
                let mode = if metadata.is_dir() { folders } else { files };
                fs::set_permissions(path, Permissions::from_mode(mode)).expect("a mode");
            }
        }

        /// A program without rights, without a home, in the tree.
        pub fn command(&self, program: &Path) -> Command {
            let mut command = if self.as_root {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"]).arg(program);
                command
            } else {
                Command::new(program)
            };
            without_host_settings(&mut command);
            for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR", "USER"] {
                command.env_remove(variable);
            }
            command.current_dir(self.tree.top());
            command
        }

        pub fn jwtlint(&self) -> Command {
            self.command(&self.program)
        }
    }

    impl Drop for ReadOnly<'_> {
        fn drop(&mut self) {
            // So that it can be removed.
            self.change(self.tree.top(), 0o755, 0o644);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_tree_that_cannot_be_written_is_looked_at_like_any_other() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/clean.rs", CLEAN).commit().write("src/auth.rs", LEAK).commit();
    tree.write("web/auth.rs", LEAK).git(["add", "."]).write(".env", "JWT_SECRET=pear-tree-in-winter\n");
    let before = state(&tree);
    {
        let Some(read_only) = read_only::ReadOnly::new(&tree) else { return };
        let mut touch = read_only.command(std::path::Path::new("touch"));
        assert_ne!(run(touch.arg("src/new.rs")).code, Some(0), "nothing can be written, or this tests nothing");
        let (staged, of_head) = ("web/auth.rs:1 hardcoded-secret", "src/auth.rs:1 hardcoded-secret");
        for (arguments, expected) in [
            (&["check"][..], &[".env:1 committed-env-file", of_head, staged][..]),
            (&["check", "--staged"], &[staged]),
            (&["check", "src/auth.rs"], &[of_head]),
            (&["check", "--changed-since=HEAD~1", "src"], &[of_head]),
            (&["history"], &[of_head]),
        ] {
            let found = run(read_only.jwtlint().args(arguments).arg("--format=json"));
            assert_eq!((found.code, found.findings()), (Some(1), expected.iter().map(ToString::to_string).collect()));
            assert_eq!(found.notifications(), [""; 0], "{arguments:?}");
        }
        let edited = run(read_only.jwtlint().args(["hook", "post-edit", "src/auth.rs"]));
        assert!(edited.code == Some(2) && edited.stderr.contains("src/auth.rs:1"), "{edited:?}");
        // What has to write says that it cannot.
        for arguments in [
            &["baseline"][..],
            &["check", "--output=report.json"],
            &["check", "--fix", "--force"],
            &["allow", "--reason=x", "src/auth.rs:1"],
        ] {
            let refused = run(read_only.jwtlint().args(arguments));
            assert_eq!(refused.code, Some(2), "{arguments:?}: {refused:?}");
            assert!(refused.stderr.contains("ermission denied"), "{arguments:?}: {refused:?}");
        }
    }
    assert_eq!(state(&tree), before);
}

/// pre-commit shares long lists of files out among calls; the last one would win.
#[test]
fn calls_of_one_hook_do_not_write_over_each_other() {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK);
    let hook = |arguments: &[&str]| run(jwtlint(tree.top()).env("PRE_COMMIT", "1").arg("check").args(arguments));
    let refused = hook(&["--output=report.json", "--format=json", "src/auth.rs"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("pass_filenames: false") && refused.stderr.contains("report.json"), "{refused:?}");
    assert!(!tree.top().join("report.json").exists());
    assert_eq!(hook(&["--output=report.json", "--format=json", "."]).code, Some(1), "a directory is not shared out");
    assert_eq!(hook(&["--format=json", "src/auth.rs"]).code, Some(1), "nor is standard output lost");
    assert_eq!(tree.check(["--output=other.json", "src/auth.rs"]).code, Some(1), "outside of hooks nobody splits");
}

#[cfg(unix)]
#[test]
fn sockets_are_no_files() {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK);
    let _socket = std::os::unix::net::UnixListener::bind(tree.top().join("socket")).expect("a socket");
    let named = tree.check(["socket", "src/auth.rs"]);
    assert!(named.code == Some(2) && named.stdout.contains("failed: socket: "), "{named:?}");
    assert_eq!(tree.check(["."]).code, Some(1), "in a folder they are passed over");
}

#[test]
fn what_is_gone_when_a_hook_runs_is_told_and_no_failure() {
    let tree = Tree::new();
    tree.write("src/a.rs", LEAK);
    let run = tree.check(["--force-exclude", "--format=json", "--root=.", "--", "src/gone.rs"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.notifications(), ["warning src/gone.rs: cannot be read: entity not found"]);
    assert_eq!(tree.check(["--force-exclude", "--", "src/gone.rs", "src/a.rs"]).code, Some(1));
    assert_eq!(tree.check(["--", "src/gone.rs"]).code, Some(2), "what is typed has to be there");
}

#[test]
fn excludes_bind_what_a_hook_passes() {
    let tree = Tree::new();
    tree.write("jwtlint.toml", "exclude = [\"demo/\"]\n").write("demo/auth.rs", LEAK).write("logo.png", b"\x89PNG\0\0");
    assert_eq!(tree.check(["--force-exclude", "demo/auth.rs"]).code, Some(0));
    assert_eq!(tree.check(["demo/auth.rs"]).code, Some(1), "who names a file without the flag means it");
    assert_eq!(tree.check(["--force-exclude", "--"]).code, Some(0), "no files at all are fine");
    assert_eq!(tree.check(["--force-exclude", "logo.png"]).code, Some(0));
}

#[test]
fn a_part_of_the_findings_is_not_written_for_an_upload() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/clean.rs", CLEAN).git(["add", "."]);
    let staged = |more: &[&str]| tree.check(["--staged", "--format", "sarif"].iter().chain(more));
    let refused = staged(&["--output", "out.sarif"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--category") && !tree.path("out.sarif").exists(), "{}", refused.stderr);
    let since = tree.check(["--changed-since", "HEAD", "--format", "sarif", "--output", "out.sarif"]);
    assert!(since.code == Some(2) && since.stderr.contains("--category"), "{}", since.stderr);
    assert_eq!(staged(&[]).code, Some(0), "to standard output it may be anything");
    for none in ["", "/"] {
        assert_eq!(staged(&["--output", "out.sarif", "--category", none]).code, Some(2), "`{none}` is no category");
    }
    assert_eq!(staged(&["--output", "out.sarif", "--category", "staged"]).code, Some(0));
    assert_eq!(tree.check(["--format", "sarif", "--output", "out.sarif", "src"]).code, Some(0));
}

#[test]
fn a_range_of_the_history_is_not_written_for_an_upload() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/clean.rs", CLEAN).commit();
    let history = |more: &[&str]| run(jwtlint(tree.top()).args(["history", "--format=sarif"]).args(more));
    for category in [&[][..], &["--category="], &["--category=/"]] {
        let refused = history(&[&["HEAD", "--output=out.sarif"], category].concat());
        assert_eq!(refused.code, Some(2), "{category:?}");
        assert!(refused.stderr.contains("with a range") && refused.stderr.contains("--category"), "{}", refused.stderr);
        assert!(!tree.path("out.sarif").exists());
    }
    assert_eq!(history(&["HEAD"]).code, Some(0), "to standard output it may be anything");
    assert_eq!(history(&["HEAD", "--output=out.sarif", "--category=range"]).code, Some(0));
    assert_eq!(history(&["--output=out.sarif"]).code, Some(0), "all of the history");
}

#[test]
fn rules_are_links_where_a_terminal_follows_them() {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK);
    let with = |force: &str| run(jwtlint(tree.top()).arg("check").env("FORCE_HYPERLINK", force)).stdout;
    assert!(with("1").contains("\u{1b}]8;;https://cwe.mitre.org/"));
    assert!(!with("0").contains('\u{1b}') && !with("").contains('\u{1b}'), "a pipe is no terminal");
}

#[test]
fn shells_and_readers_of_manuals_are_helped() {
    let tree = Tree::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(jwtlint(tree.top()).args(["completions", shell]));
        assert!(run.code == Some(0) && run.stdout.contains("post-edit") && run.stdout.contains("fail-on"), "{shell}");
    }
    assert_eq!(run(jwtlint(tree.top()).args(["completions", "sand"])).code, Some(2));
    let page = |command: &[&str]| run(jwtlint(tree.top()).arg("man").args(command));
    assert!(page(&[]).stdout.contains(".TH jwtlint 1"));
    assert!(page(&["check"]).stdout.contains("force\\-exclude"));
    assert!(page(&["hook", "post-edit"]).stdout.contains(".TH jwtlint-hook-post-edit 1"));
    assert_eq!(page(&["chek"]).code, Some(2));
    if have("bash") {
        let completions = run(jwtlint(tree.top()).args(["completions", "bash"])).stdout;
        assert_eq!(run_with(Command::new("bash").arg("-n"), completions.as_bytes()).code, Some(0), "bash can read it");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    let tree = Tree::new();
    for number in 0..200 {
        tree.write(&format!("src/a{number}.rs"), LEAK);
    }
    for arguments in
        [&["check"][..], &["check", "--format", "sarif"], &["completions", "bash"], &["man", "check"], &["rules"]]
    {
        let (code, told) = run_unread(jwtlint(tree.top()).args(arguments));
        assert!(code.is_some_and(|code| code < 3) && told.is_empty(), "{arguments:?} {code:?}: {told}");
    }
}

fn install(tree: &Tree, arguments: &[&str]) -> Run {
    run(jwtlint(tree.top()).args(["hook", "install"]).args(arguments))
}

const AGENTS: [(&str, &str); 5] = [
    ("--claude", ".claude/settings.json"),
    ("--codex", ".codex/hooks.json"),
    ("--gemini", ".gemini/settings.json"),
    ("--cursor", ".cursor/hooks.json"),
    ("--copilot", ".github/hooks/jwtlint.json"),
];

#[test]
fn install_shows_before_it_writes() {
    let Some(tree) = Tree::repository() else { return };
    let before = state(&tree);
    let flags: Vec<&str> = AGENTS.iter().map(|(flag, _)| *flag).chain(["--pre-commit", "--pre-push"]).collect();
    let shown = install(&tree, &[&flags[..], &["--dry-run"]].concat());
    assert_eq!(shown.code, Some(0), "{shown:?}");
    let asked = install(&tree, &flags);
    assert_eq!(asked.code, Some(1), "nobody says yes: {asked:?}");
    assert_eq!(state(&tree), before, "nothing is written so far");
    let written = install(&tree, &[&flags[..], &["--yes"]].concat());
    assert_eq!(written.code, Some(0), "{written:?}");
    for (_, file) in AGENTS {
        let text = fs::read_to_string(tree.path(file)).expect("it is written");
        let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert!(json["hooks"].is_object() && text.contains("jwtlint hook post-edit"), "{file}: {text}");
        assert!(text.lines().all(|line| shown.stdout.contains(line)), "{file} was shown");
    }
    let again = install(&tree, &[&flags[..], &["--yes"]].concat());
    assert_eq!((again.code, again.stdout.matches("calls jwtlint already").count()), (Some(0), 7), "{again:?}");
    assert_eq!(install(&tree, &[]).code, Some(1), "nothing is chosen");
}

#[test]
fn install_leaves_what_is_there() {
    let Some(tree) = Tree::repository() else { return };
    let settings = "{\n  \"model\": \"pear\",\n  \"hooks\": {\n    \"PostToolUse\": [\n      { \"matcher\": \"Bash\", \"hooks\": [] }\n    ]\n  }\n}\n";
    tree.write(".claude/settings.json", settings).write(".gemini/settings.json", "{ // mine\n}\n");
    tree.write(".git/hooks/pre-commit", "#!/bin/sh\nexec mine\n").write(".pre-commit-config.yaml", "repos: []\n");
    let run = install(&tree, &["--claude", "--gemini", "--pre-commit", "--yes"]);
    assert_eq!(run.code, Some(1), "some are left alone: {run:?}");
    let text = |name: &str| fs::read_to_string(tree.path(name)).expect("a file");
    let claude: serde_json::Value = serde_json::from_str(&text(".claude/settings.json")).expect("JSON");
    assert_eq!((&claude["model"], claude["hooks"]["PostToolUse"].as_array().map(Vec::len)), (&"pear".into(), Some(2)));
    assert_eq!(text(".gemini/settings.json"), "{ // mine\n}\n");
    assert_eq!(text(".pre-commit-config.yaml"), "repos: []\n");
    assert!(
        run.stdout.contains("\"AfterTool\"") && run.stdout.contains("- id: jwtlint"),
        "the lines are shown: {}",
        run.stdout
    );
    fs::remove_file(tree.path(".pre-commit-config.yaml")).expect("removed");
    assert_eq!(install(&tree, &["--pre-commit", "--yes"]).code, Some(1));
    assert_eq!(text(".git/hooks/pre-commit"), "#!/bin/sh\nexec mine\n");
    tree.write(".git/hooks/pre-commit", "#!/bin/sh\n# no jwtlint yet\n");
    assert_eq!(install(&tree, &["--pre-commit", "--yes"]).code, Some(1), "a comment calls nothing");
    tree.write(".git/hooks/pre-commit", "#!/bin/sh\nnpx jwtlint check --staged\n");
    common::make_executable(&tree.path(".git/hooks/pre-commit"));
    assert_eq!(install(&tree, &["--pre-commit", "--yes"]).code, Some(0));
    tree.write(".cursor/hooks.json", "{ // mine: jwtlint hook post-edit\n}\n");
    assert_eq!(install(&tree, &["--cursor", "--yes"]).code, Some(0));
}

/// What is there stays byte for byte, with its tabs, blanks and objects on one line.
#[test]
fn install_adds_lines_and_changes_none() {
    let Some(tree) = Tree::repository() else { return };
    for settings in [
        "{\n\t\"model\": \"pear\",\n\t\"env\": {\"A\": \"1\", \"B\": \"2\"},\n\t\"hooks\": {\n\t\t\"Stop\": []\n\t}\n}\n",
        "{\n    \"model\": \"pear\",\n    \"env\": {\"A\": \"1\"}\n}",
    ] {
        for (flag, file) in AGENTS {
            tree.write(file, settings);
            let run = install(&tree, &[flag, "--yes"]);
            assert_eq!(run.code, Some(0), "{run:?}");
            let text = fs::read_to_string(tree.path(file)).expect("a file");
            assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
            let mut lines = text.lines();
            // A line may have got a comma.
            let is_there = |line: &str| lines.any(|other| other.strip_suffix(',').unwrap_or(other) == line);
            let mut before = settings.lines().map(|line| line.strip_suffix(',').unwrap_or(line));
            assert!(before.all(is_there), "{flag}: {text}");
            assert_eq!(text.ends_with('\n'), settings.ends_with('\n'), "{flag}: {text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_hook_that_git_passes_over_is_called_so() {
    let Some(tree) = Tree::repository() else { return };
    for (script, told) in
        [("jwtlint check --staged\n", "it calls jwtlint, but is not executable"), ("mine\n", "|| exit 1")]
    {
        tree.write(".git/hooks/pre-commit", script);
        let run = install(&tree, &["--pre-commit", "--yes"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.contains(told) && run.stdout.contains("not executable"), "{run:?}");
    }
}

#[test]
fn what_calls_only_its_likes_does_not_call_it() {
    let Some(tree) = Tree::repository() else { return };
    let other = r#"{"hooks": {"PostToolUse": [{"matcher": "Edit", "hooks": [{"type": "command", "command": "/home/u/jwtlint-site/fmt.sh"}]}]}}"#;
    tree.write(".claude/settings.json", other);
    tree.write(".pre-commit-config.yaml", "exclude: ^jwtlint/\nrepos: []\n");
    let run = install(&tree, &["--pre-commit", "--yes"]);
    assert!(run.code == Some(1) && run.stdout.contains("- id: jwtlint"), "{run:?}");
    tree.write(".git/hooks/pre-push", "#!/bin/sh\ncd jwtlint && make check\n");
    common::make_executable(&tree.path(".git/hooks/pre-push"));
    let run = install(&tree, &["--pre-push", "--yes"]);
    assert!(run.code == Some(1) && run.stdout.contains("another hook is there"), "{run:?}");
    let run = install(&tree, &["--claude", "--yes"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let text = fs::read_to_string(tree.path(".claude/settings.json")).expect("a file");
    assert!(text.contains("jwtlint-site") && text.contains("jwtlint hook post-edit"), "{text}");
    assert!(install(&tree, &["--claude", "--yes"]).stdout.contains("calls jwtlint already"));
}

/// The folder that git is pointed to is written anew at each installation, and ignored; people write the one above.
#[test]
fn the_hooks_of_husky_are_those_that_people_write() {
    let Some(tree) = Tree::repository() else { return };
    tree.git(["config", "core.hooksPath", ".husky/_"]);
    tree.write(".husky/_/h", "sh -e \"$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\"\n");
    tree.write(".husky/_/pre-commit", "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    let hook = || install(&tree, &["--pre-commit", "--yes"]);
    tree.write(".husky/pre-commit", "npm test\n");
    let run = hook();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.starts_with(".husky/pre-commit is left alone: another hook is there. "), "{run:?}");
    tree.write(".husky/pre-commit", "npm test\njwtlint check --staged\n");
    let run = hook();
    assert_eq!((run.code, &*run.stdout), (Some(0), ".husky/pre-commit: calls jwtlint already\n"), "{run:?}");
    fs::remove_file(tree.path(".husky/pre-commit")).expect("removed");
    assert_eq!(hook().code, Some(0));
    assert!(fs::read_to_string(tree.path(".husky/pre-commit")).expect("a hook").contains("exec jwtlint check"));
}

#[test]
fn a_repository_that_git_refuses_is_no_missing_one() {
    let Some(tree) = Tree::repository() else { return };
    let hook = |variable: (&str, &str)| {
        run(jwtlint(tree.top()).env(variable.0, variable.1).args(["hook", "install", "--pre-commit", "--yes"]))
    };
    let refused = hook(("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    assert!(refused.code == Some(1) && refused.stderr.contains("safe.directory"), "{refused:?}");
    let absent = hook(("PATH", "/nowhere"));
    assert!(absent.code == Some(1) && absent.stderr.contains("cannot run git"), "{absent:?}");
    let none = install(&Tree::new(), &["--pre-commit", "--yes"]);
    assert!(none.code == Some(1) && none.stderr.contains("is in no git repository"), "{none:?}");
}

#[cfg(unix)]
#[test]
fn an_installed_hook_of_git_refuses_a_secret() {
    let Some(tree) = Tree::repository() else { return };
    assert_eq!(install(&tree, &["--pre-commit", "--yes"]).code, Some(0));
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_jwtlint")).parent().expect("a folder").to_path_buf();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths(&path))).expect("a path");
    let commit = || run(common::git(tree.top()).env("PATH", &path).args(["commit", "--message=x"]));
    tree.write("src/auth.rs", LEAK).git(["add", "."]);
    assert_eq!(commit().code, Some(1));
    tree.write("src/auth.rs", CLEAN).git(["add", "."]);
    assert_eq!(commit().code, Some(0));
}

/// Whoever calls the program from a script may leave its standard input open, and never write to it.
#[test]
fn standard_input_that_stays_open_hangs_nothing() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/auth.rs", LEAK).commit();
    for arguments in [
        &["check"][..],
        &["check", "src/auth.rs"],
        &["check", "--staged"],
        &["check", "--changed-since=HEAD"],
        &["history"],
        &["rules"],
        &["explain", "weak-secret"],
        &["generate"],
        &["check-env"],
        &["hook", "post-edit", "src/auth.rs"],
        &["baseline"],
    ] {
        let mut child = jwtlint(tree.top())
            .args(arguments)
            .env("JWT_SECRET", "pear")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let open = child.stdin.take();
        let start = std::time::Instant::now();
        let ended = loop {
            match child.try_wait().expect("a child") {
                Some(status) => break status,
                None => assert!(start.elapsed().as_secs() < 60, "{arguments:?} waits for its input"),
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        };
        assert!(ended.code().is_some(), "{arguments:?}");
        drop(open);
    }
}

/// Below 10 ms where it is built for use; here it is not, and other tests run beside it.
#[test]
fn one_small_file_takes_no_time() {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK);
    let time = |arguments: &[&str]| {
        let start = std::time::Instant::now();
        run(jwtlint(tree.top()).args(arguments));
        start.elapsed().as_millis()
    };
    for arguments in [&["check", "src/auth.rs"][..], &["hook", "post-edit", "src/auth.rs"]] {
        let best = (0..8).map(|_| time(arguments)).min().expect("runs");
        assert!(best < 500, "{arguments:?}: {best} ms");
    }
}

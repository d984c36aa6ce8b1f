//! Which files are looked at, on real trees and with the real `git`.

#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod common;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use jwtlint::discover::{DiscoverError, Discovery, ExcludeSet, Input, Options, Read, Skip, discover, find_root, read};
use jwtlint::finding::NotificationSeverity::{Failure, Warning};
use jwtlint::source::Tracking;
use tempfile::TempDir;

/// A directory that goes away with the test.
struct Tree {
    _guard: TempDir,
    top: PathBuf,
}

impl Tree {
    fn new() -> Self {
        let guard = TempDir::new().expect("a temporary directory");
        let top = guard.path().canonicalize().expect("its real path").join("tree");
        fs::create_dir(&top).expect("a directory");
        Self { _guard: guard, top }
    }

    /// With a repository; `None`, and a message, where there is no git.
    fn repository() -> Option<Self> {
        if !common::have("git") {
            return None;
        }
        let tree = Self::new();
        tree.git(["init", "--quiet"]);
        Some(tree)
    }

    fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.top.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(path, content).expect("a written file");
        self
    }

    fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> &Self {
        self.git_in("", arguments)
    }

    fn git_in<S: AsRef<OsStr>>(&self, directory: &str, arguments: impl IntoIterator<Item = S>) -> &Self {
        let output = git(&self.top.join(directory)).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self
    }

    fn options(&self) -> Options {
        Options { current_dir: self.top.clone(), max_file_size: 1 << 20, ..Options::default() }
    }

    fn scan(&self, paths: &[&str]) -> Discovery {
        let paths = paths.iter().map(PathBuf::from).collect();
        found(&Options { paths, ..self.options() })
    }

    fn staged(&self) -> Discovery {
        found(&Options { staged: true, ..self.options() })
    }
}

fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    for (variable, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        command.env_remove(variable);
    }
    command.current_dir(directory).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "protocol.file.allow=always"]);
    command.args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"]);
    command
}

fn found(options: &Options) -> Discovery {
    discover(options).expect("something to look at")
}

fn names(discovery: &Discovery) -> Vec<&str> {
    discovery.inputs.iter().map(|input| &*input.path).collect()
}

fn input<'a>(discovery: &'a Discovery, path: &str) -> &'a Input {
    discovery.inputs.iter().find(|input| &*input.path == path).expect("the input is there")
}

fn text(input: &Input) -> String {
    match read(input, 1 << 20) {
        Read::Text(source) => source.text,
        other => panic!("{} is no text: {other:?}", input.path),
    }
}

#[test]
fn a_plain_directory_is_walked_with_hidden_files() {
    let tree = Tree::new();
    tree.write("b.rs", "").write(".env", "").write(".github/workflows/ci.yml", "").write("a/c.py", "");
    let scan = tree.scan(&[]);
    assert_eq!(names(&scan), [".env", ".github/workflows/ci.yml", "a/c.py", "b.rs"]);
    assert_eq!(scan.root, tree.top);
    assert_eq!(input(&scan, ".env").tracking, Tracking::Unknown);
    assert_eq!(scan.notifications, []);
}

#[test]
fn outside_a_repository_the_root_is_what_was_given() {
    let tree = Tree::new();
    tree.write("a/x.rs", "").write("a/b/y.rs", "").write("a/c/z.rs", "");
    assert_eq!(names(&tree.scan(&["a/x.rs"])), ["x.rs"]);
    assert_eq!(names(&tree.scan(&["a/b"])), ["y.rs"]);
    assert_eq!(names(&tree.scan(&["a/c/z.rs", "a/b/y.rs"])), ["b/y.rs", "c/z.rs"]);
    assert_eq!(tree.scan(&["a/c/z.rs", "a/b/y.rs"]), tree.scan(&["a/b/y.rs", "a/c/z.rs"]));
}

#[test]
fn a_given_root_names_the_paths() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a/b/y.rs", "").write("a/.env", "").write("x.rs", "").git(["add", "--all"]);
    let root = |root: &str, path: &str| {
        found(&Options { root: Some(root.into()), paths: vec![path.into()], ..tree.options() })
    };
    assert_eq!(names(&root("a", "a/b")), ["b/y.rs"]);
    assert_eq!(input(&root("a", "a"), ".env").tracking, Tracking::Tracked);
    let outside = root("a", "x.rs");
    assert_eq!(names(&outside), Vec::<&str>::new());
    assert_eq!(outside.notifications[0].severity, Failure);
    let missing = Options { root: Some("no-such".into()), ..tree.options() };
    assert!(matches!(discover(&missing), Err(DiscoverError::Root { .. })));
}

#[test]
fn every_way_to_write_a_path_gives_one_name() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("sub/[id] #1%é.ts", "").write("sub/deep/x.rs", "").write("other.rs", "");
    let expected = ["sub/[id] #1%é.ts", "sub/deep/x.rs"];
    let absolute = tree.top.join("sub");
    for path in ["sub", "./sub", "sub/", "sub/deep/..", "sub/../sub/.", absolute.to_str().expect("text")] {
        assert_eq!(names(&tree.scan(&[path])), expected, "{path}");
    }
    let below = |path: &str| Options { current_dir: tree.top.join("sub"), paths: vec![path.into()], ..tree.options() };
    for path in [".", "../sub", "deep/.."] {
        assert_eq!(names(&found(&below(path))), expected, "{path}");
    }
    assert_eq!(find_root(&below("deep/x.rs")).ok(), Some(tree.top.clone()));
}

#[test]
fn ignored_files_are_left_out_unless_they_are_tracked() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env\nlogs/\n").write(".ignore", "hidden.toml\nsecret.toml\n");
    tree.write(".env", "A=1").write("logs/old.log", "").write("logs/new.log", "");
    tree.write("hidden.toml", "").write("secret.toml", "").write("new.rs", "");
    tree.git(["add", "--force", ".env", "logs/old.log", "secret.toml", ".gitignore", ".ignore"]);
    let scan = tree.scan(&[]);
    assert_eq!(names(&scan), [".env", ".gitignore", ".ignore", "logs/old.log", "new.rs", "secret.toml"]);
    assert_eq!(input(&scan, ".env").tracking, Tracking::Tracked);
    assert_eq!(input(&scan, "new.rs").tracking, Tracking::Untracked);
}

#[test]
fn an_ignored_directory_may_be_asked_for_by_name() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", "private/\n").write("private/new.env", "").write("private/old.env", "").write("a.rs", "");
    tree.git(["add", "--force", "private/old.env"]);
    let scan = tree.scan(&["private"]);
    assert_eq!(names(&scan), ["private/new.env", "private/old.env"]);
    assert_eq!(input(&scan, "private/new.env").tracking, Tracking::Ignored);
    assert_eq!(input(&scan, "private/old.env").tracking, Tracking::Tracked);
}

#[test]
fn what_git_knows_about_an_explicit_file() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env*\n").write(".env", "").write(".env.local", "").write("new.env", "");
    tree.write(":(odd).json", "");
    tree.git(["add", "--force", ".env"]);
    let scan = tree.scan(&[".env", ".env.local", "new.env", ":(odd).json"]);
    let tracking: Vec<_> = scan.inputs.iter().map(|input| input.tracking).collect();
    assert_eq!(tracking, [Tracking::Tracked, Tracking::Ignored, Tracking::Untracked, Tracking::Untracked]);
    assert!(scan.inputs.iter().all(|input| input.explicit));
    assert_eq!(tree.scan(&["new.env"]).inputs[0].tracking, Tracking::Untracked, "does not depend on the others");
}

#[test]
fn no_ignores_shows_everything_and_still_knows_what_is_ignored() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env\n").write(".env", "").write("node_modules/x/i.js", "").write("Cargo.lock", "");
    let scan = found(&Options { no_ignores: true, ..tree.options() });
    assert_eq!(names(&scan), [".env", ".gitignore", "Cargo.lock", "node_modules/x/i.js"]);
    assert_eq!(input(&scan, ".env").tracking, Tracking::Ignored);
    assert_eq!(scan.skipped, 0);
}

#[test]
fn vendored_and_generated_files_are_skipped_and_counted() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("vendor/x/.env", "").write("vendor/y.go", "").write("web/app.min.js", "").write("yarn.lock", "");
    tree.write("a.rs", "").git(["add", "--all"]);
    let scan = tree.scan(&[]);
    assert_eq!((names(&scan), scan.skipped), (vec!["a.rs"], 3));
    assert_eq!(names(&tree.scan(&["vendor/y.go", "yarn.lock"])), ["vendor/y.go", "yarn.lock"]);
    assert_eq!(names(&tree.scan(&["vendor"])), ["vendor/x/.env", "vendor/y.go"], "asked for by name");
    let forced = Options { paths: vec!["vendor/y.go".into(), "a.rs".into()], force_exclude: true, ..tree.options() };
    assert_eq!((names(&found(&forced)), found(&forced).skipped), (vec!["a.rs"], 1));
}

#[test]
fn what_only_the_repository_says_is_ignored_is_so_for_a_walk() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".env", "A=b\n").write("sub/.env.local", "A=b\n").write("elsewhere", ".env\n");
    let tracking = |name: &str| input(&tree.scan(&[""]), name).tracking;
    assert_eq!((tracking(".env"), tracking("sub/.env.local")), (Tracking::Untracked, Tracking::Untracked));
    tree.git([OsStr::new("config"), OsStr::new("core.excludesFile"), tree.top.join("elsewhere").as_os_str()]);
    assert_eq!((tracking(".env"), tracking("sub/.env.local")), (Tracking::Ignored, Tracking::Untracked));
}

#[test]
fn excludes_bind_explicit_files_only_by_force() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("gen/a.rs", "").write("gen/b.rs", "").write("c.rs", "").git(["add", "--all"]);
    let mut exclude = ExcludeSet::default();
    exclude.add(&tree.top, ["/gen/"]).expect("a glob");
    let paths = |paths: &[&str], force_exclude| {
        let paths = paths.iter().map(PathBuf::from).collect();
        found(&Options { paths, exclude: exclude.clone(), force_exclude, ..tree.options() })
    };
    assert_eq!((names(&paths(&["."], false)), paths(&["."], false).skipped), (vec!["c.rs"], 1));
    assert_eq!(names(&paths(&[".", "gen/a.rs"], false)), ["c.rs", "gen/a.rs"]);
    assert_eq!(names(&paths(&["c.rs", "gen/a.rs"], true)), ["c.rs"]);
    assert_eq!(names(&paths(&[], true)), Vec::<&str>::new(), "a hook without files");
}

#[test]
fn nested_repositories_and_submodules_belong_to_the_tree() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("library/.gitignore", ".env\n").write("library/.env", "A=1");
    tree.git_in("library", ["init", "--quiet"]).git_in("library", ["add", "--force", ".env", ".gitignore"]);
    tree.git_in("library", ["commit", "--quiet", "-m", "one"]);
    tree.git(["submodule", "--quiet", "add", "./library", "module"]);
    tree.write(".gitignore", "x\n").write("module/new.rs", "").git(["add", ".gitignore"]);
    let scan = tree.scan(&[]);
    assert_eq!(
        names(&scan),
        [
            ".gitignore",
            ".gitmodules",
            "library/.env",
            "library/.gitignore",
            "module/.env",
            "module/.gitignore",
            "module/new.rs"
        ]
    );
    assert_eq!(input(&scan, "library/.env").tracking, Tracking::Tracked);
    assert_eq!(input(&scan, "module/.env").tracking, Tracking::Tracked);
    assert_eq!(input(&scan, "module/new.rs").tracking, Tracking::Untracked);
    let inside = found(&Options { current_dir: tree.top.join("module"), ..tree.options() });
    assert_eq!(names(&inside), [".env", ".gitignore", "new.rs"], "its own root");
}

#[test]
fn a_linked_worktree_is_a_root() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a/.env", "").git(["add", "--all"]).git(["commit", "--quiet", "-m", "one"]);
    tree.git(["worktree", "add", "--quiet", "../linked"]);
    let linked = tree.top.with_file_name("linked");
    let scan = found(&Options { current_dir: linked.join("a"), ..tree.options() });
    assert_eq!(scan.root, linked);
    assert_eq!(input(&scan, "a/.env").tracking, Tracking::Tracked);
    assert_eq!(scan.inputs.len(), 1, "and its .git file is no input");
}

#[test]
fn a_missing_file_fails_and_the_rest_goes_on() {
    let tree = Tree::new();
    tree.write("a.rs", "");
    let scan = tree.scan(&["a.rs", "no/such.rs"]);
    assert_eq!(names(&scan), ["a.rs"]);
    assert_eq!(scan.notifications[0].severity, Failure);
    assert_eq!(scan.notifications[0].path.as_deref(), Some("no/such.rs"));
}

#[test]
fn a_broken_repository_is_scanned_as_plain_files() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", "").write(".git/HEAD", "nonsense");
    let scan = tree.scan(&[]);
    assert_eq!(names(&scan), ["a.rs"]);
    assert_eq!(scan.inputs[0].tracking, Tracking::Unknown);
    assert_eq!(scan.notifications[0].severity, Warning);
}

#[test]
fn nothing_a_repository_configures_is_run() {
    let Some(tree) = Tree::repository() else { return };
    let trap = tree.top.with_file_name("sprung");
    let command = format!("touch '{}'; false", trap.display());
    tree.write("a.json", "{}").write(".gitattributes", "* diff=trap filter=trap\n").git(["add", "--all"]);
    for key in ["core.fsmonitor", "diff.external", "diff.trap.textconv", "diff.trap.command", "core.pager"] {
        tree.git(["config", key, &command]);
    }
    tree.git(["config", "filter.trap.clean", &command]).git(["config", "filter.trap.smudge", &command]);
    tree.write("a.json", "{ }").write("b.json", "");
    assert_eq!(tree.scan(&[]).inputs.len(), 3);
    assert_eq!(tree.scan(&["a.json", "b.json"]).inputs.len(), 2);
    assert_eq!(names(&tree.staged()), [".gitattributes", "a.json"]);
    assert!(!trap.exists(), "a command of the repository was run");
}

#[test]
fn reading_skips_binary_files_and_tells_of_large_ones() {
    let tree = Tree::new();
    tree.write("a.png", b"\x89PNG\0\0").write("big.txt", "x".repeat(50)).write("empty", "").write("ok.txt", "é");
    let scan = tree.scan(&[]);
    let read = |path| read(input(&scan, path), 49);
    assert!(matches!(read("a.png"), Read::Skipped(Skip::Binary)));
    assert!(matches!(read("empty"), Read::Text(source) if source.text.is_empty()));
    assert!(matches!(read("ok.txt"), Read::Text(source) if source.text == "é" && source.original.is_none()));
    let Read::Skipped(Skip::TooLarge(told)) = read("big.txt") else { panic!("it is too large") };
    assert_eq!((told.severity, told.path.as_deref()), (Warning, Some("big.txt")));
    assert!(told.message.contains("50"), "{}", told.message);
}

#[test]
fn a_file_longer_than_the_probe_is_read_whole() {
    let tree = Tree::new();
    let long = "0123456789abcdef".repeat(4000);
    tree.write("long.txt", &long);
    assert_eq!(text(&tree.scan(&[]).inputs[0]), long);
}

#[test]
fn a_file_that_went_away_is_no_failure_unless_it_was_named() {
    let tree = Tree::new();
    tree.write("a.rs", "");
    let (walked, named) = (tree.scan(&[]), tree.scan(&["a.rs"]));
    fs::remove_file(tree.top.join("a.rs")).expect("it was there");
    assert!(matches!(read(&walked.inputs[0], 9), Read::Skipped(Skip::Gone)));
    assert!(matches!(read(&named.inputs[0], 9), Read::Failed(told) if told.severity == Failure));
}

#[test]
fn staged_content_decides() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", "staged").write("sub/b.rs", "b").write("binary", b"\0").write("yarn.lock", "");
    tree.write("big.txt", "x".repeat(99)).git(["add", "--all"]);
    tree.write("a.rs", "on disk").write("c.rs", "only on disk");
    fs::remove_file(tree.top.join("sub/b.rs")).expect("it was there");
    let scan = found(&Options { staged: true, max_file_size: 98, ..tree.options() });
    assert_eq!(names(&scan), ["a.rs", "sub/b.rs"], "the first commit is compared with nothing");
    assert_eq!(text(input(&scan, "a.rs")), "staged");
    assert_eq!(input(&scan, "a.rs").tracking, Tracking::Tracked);
    assert_eq!(scan.skipped, 3);
    assert_eq!(scan.notifications[0].path.as_deref(), Some("big.txt"));

    tree.git(["commit", "--quiet", "-m", "one"]);
    assert_eq!(tree.staged().inputs, []);
    tree.git(["rm", "--quiet", "--cached", "a.rs"]).git(["mv", "yarn.lock", "renamed.txt"]);
    assert_eq!(names(&tree.staged()), ["renamed.txt"]);
}

#[test]
fn staged_paths_are_restricted_to_the_given_ones() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("a.rs", "").write("sub/b.rs", "").write("sub/vendor/c.go", "").git(["add", "--all"]);
    let staged = |directory: &str, path: &str, force_exclude| {
        let current_dir = tree.top.join(directory);
        let paths = vec![path.into()];
        found(&Options { current_dir, paths, staged: true, force_exclude, ..tree.options() })
    };
    assert_eq!(names(&staged("", "sub", false)), ["sub/b.rs"]);
    assert_eq!(names(&staged("sub", ".", false)), ["sub/b.rs"]);
    assert_eq!(names(&staged("sub", "../a.rs", false)), ["a.rs"]);
    assert_eq!(names(&staged("", "sub/vendor/c.go", false)), ["sub/vendor/c.go"]);
    assert_eq!(names(&staged("", "sub/vendor/c.go", true)), Vec::<&str>::new());
    assert_eq!(names(&staged("", "not-staged.rs", false)), Vec::<&str>::new());
}

#[test]
fn staged_needs_a_repository() {
    let tree = Tree::new();
    let options = Options { staged: true, ..tree.options() };
    assert!(matches!(discover(&options), Err(DiscoverError::NoRepository(_))));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::time::Duration;
    use std::{sync::mpsc, thread};

    use super::*;

    #[test]
    fn links_are_reported_as_their_targets_once() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("real/a.py", "").write("sub/own.py", "");
        let link = |target: &str, at: &str| symlink(target, tree.top.join(at)).expect("a link");
        link("../real/a.py", "sub/a.py");
        link("../real/a.py", "sub/again.py");
        link("..", "sub/loop");
        link("/etc/hostname", "sub/out");
        link("nowhere", "sub/broken");
        tree.git(["add", "--all"]);
        assert_eq!(names(&tree.scan(&[])), ["real/a.py", "sub/own.py"]);
        assert_eq!(names(&tree.scan(&["sub"])), ["real/a.py", "sub/own.py"]);
        assert_eq!(names(&tree.scan(&["sub/a.py", "sub/again.py", "real/a.py"])), ["real/a.py"]);
        assert_eq!(names(&tree.scan(&["sub/loop/real"])), ["real/a.py"]);
        let out = tree.scan(&["sub/out"]);
        assert_eq!((names(&out), out.notifications[0].severity), (vec![], Warning));
        let broken = tree.scan(&["sub/broken"]);
        assert_eq!(broken.notifications[0].severity, Failure);
        assert_eq!(names(&tree.staged()), ["real/a.py", "sub/own.py"], "staged links are no files");
    }

    #[test]
    fn a_tracked_file_behind_a_link_that_leaves_the_root_is_not_read() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("data/a.env", "A=1").git(["add", "--all"]);
        fs::rename(tree.top.join("data"), tree.top.with_file_name("elsewhere")).expect("moved");
        symlink("../elsewhere", tree.top.join("data")).expect("a link");
        assert_eq!(names(&tree.scan(&[])), Vec::<&str>::new());
    }

    #[test]
    fn a_tracked_file_behind_a_link_within_the_root_is_read_where_it_is() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("data/a.env", "A=1").git(["add", "--all"]);
        fs::rename(tree.top.join("data"), tree.top.join("moved")).expect("moved");
        symlink("moved", tree.top.join("data")).expect("a link");
        let scan = tree.scan(&[]);
        assert_eq!((names(&scan), scan.inputs[0].tracking), (vec!["moved/a.env"], Tracking::Untracked));
    }

    #[test]
    fn a_linked_directory_outside_any_repository_may_be_given() {
        let tree = Tree::new();
        tree.write("real/a.py", "");
        symlink("real", tree.top.join("link")).expect("a link");
        assert_eq!(names(&tree.scan(&["link"])), ["a.py"]);
    }

    #[test]
    fn pipes_are_never_opened() {
        let tree = Tree::new();
        tree.write("a.rs", "");
        let made = Command::new("mkfifo").arg(tree.top.join("pipe")).status();
        if !made.is_ok_and(|status| status.success()) {
            eprintln!("skipped: mkfifo is absent");
            return;
        }
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let scans = (tree.scan(&["."]), tree.scan(&["pipe", "a.rs"]));
            sender.send(scans).is_ok()
        });
        let (walked, named) = receiver.recv_timeout(Duration::from_secs(20)).expect("it does not hang");
        assert_eq!((names(&walked), &walked.notifications[..]), (vec!["a.rs"], &[][..]));
        assert_eq!((names(&named), named.notifications[0].severity), (vec!["a.rs"], Failure));
    }

    #[test]
    fn a_directory_that_cannot_be_read_is_a_failure() {
        let tree = Tree::new();
        tree.write("a.rs", "").write("closed/b.rs", "");
        let closed = tree.top.join("closed");
        let allow = |mode| fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).expect("its mode is set");
        allow(0o000);
        if fs::read_dir(&closed).is_ok() {
            eprintln!("skipped: this user may read everything");
        } else {
            let scan = tree.scan(&[]);
            assert_eq!(names(&scan), ["a.rs"]);
            assert_eq!(scan.notifications[0].severity, Failure);
            assert_eq!(scan.notifications[0].path.as_deref(), Some("closed"));
        }
        allow(0o755);
    }

    #[test]
    fn odd_names_stay_apart() {
        let Some(tree) = Tree::repository() else { return };
        for name in [&b"a\xff.env"[..], b"a\xfe.env", b"a\nb.env", b"--config=evil.env", b"back\\slash.env"] {
            fs::write(tree.top.join(OsStr::from_bytes(name)), "A=1").expect("a written file");
        }
        tree.git(["add", "--all"]);
        let expected = ["--config=evil.env", "a\nb.env", "a\u{fffd}FE.env", "a\u{fffd}FF.env", "back\\slash.env"];
        let scan = tree.scan(&[]);
        assert_eq!(names(&scan), expected);
        assert!(scan.inputs.iter().all(|input| input.tracking == Tracking::Tracked && text(input) == "A=1"));
        assert_eq!(names(&tree.scan(&["--config=evil.env"])), ["--config=evil.env"]);
        assert_eq!(names(&tree.staged()), expected);
    }

    /// Finds what is staged, or all there is, and writes it down. Other tests run it in a process of its own, because
    /// git and its hooks speak through the environment.
    #[test]
    #[ignore = "run by other tests"]
    fn probe() {
        let Some(out) = env::var_os("JWTLINT_TEST_PROBE") else { return };
        let staged = env::var_os("JWTLINT_TEST_TREE").is_none();
        let current_dir = env::current_dir().expect("a current directory");
        let scan = found(&Options { staged, current_dir, max_file_size: 1 << 20, ..Options::default() });
        let line = |input: &Input| match staged {
            true => format!("{}={}", input.path, text(input)),
            false => format!("{}: {:?}", input.path, input.tracking),
        };
        let told = scan.notifications.iter().map(|told| format!("{:?}: {}", told.severity, told.message));
        let lines: Vec<String> = scan.inputs.iter().map(line).chain(told).collect();
        fs::write(out, lines.join("\n")).expect("a written report");
    }

    /// What a scan of the tree finds in an environment of its own.
    fn scan_with(tree: &Tree, variables: &[(&str, &str)]) -> String {
        let report = tree.top.with_file_name("report");
        let output = Command::new(env::current_exe().expect("this program"))
            .args(["--exact", "unix::probe", "--ignored", "--quiet"])
            .current_dir(&tree.top)
            .env("JWTLINT_TEST_PROBE", &report)
            .env("JWTLINT_TEST_TREE", "1")
            .envs(variables.iter().copied())
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        fs::read_to_string(report).expect("a report")
    }

    #[test]
    fn without_git_the_tree_is_plain_files() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "").write(".env", "").write(".gitignore", ".env\n");
        let report = scan_with(&tree, &[("PATH", "/no-such-directory")]);
        assert!(report.starts_with(".gitignore: Unknown\na.rs: Unknown\nWarning: "), "{report}");
        assert!(report.contains("could not be started"), "{report}");
    }

    #[test]
    fn a_repository_of_another_user_is_plain_files() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "");
        let report = scan_with(&tree, &[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
        assert!(report.starts_with("a.rs: Unknown\nWarning: "), "{report}");
        assert!(report.contains("another user"), "{report}");
    }

    #[test]
    fn the_environment_of_a_hook_speaks_only_of_its_own_repository() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "").git(["add", "--all"]);
        tree.write("nested/b.rs", "").git_in("nested", ["init", "--quiet"]).git_in("nested", ["add", "--all"]);
        let variables = [("GIT_DIR", ".git"), ("GIT_WORK_TREE", "."), ("GIT_INDEX_FILE", ".git/index")];
        assert_eq!(scan_with(&tree, &variables), "a.rs: Tracked\nnested/b.rs: Tracked");
    }

    #[test]
    fn a_worktree_of_a_bare_repository_is_a_repository() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "").git(["add", "--all"]).git(["commit", "--quiet", "-m", "one"]);
        tree.git(["clone", "--quiet", "--bare", ".", "../bare.git"]);
        tree.git_in("../bare.git", ["worktree", "add", "--quiet", "-b", "other", "../out"]);
        let out = found(&Options { current_dir: tree.top.with_file_name("out"), ..tree.options() });
        assert_eq!((names(&out), out.inputs[0].tracking), (vec!["a.rs"], Tracking::Tracked));
    }

    /// Commits in `directory`, and returns what the hook saw there.
    fn commit(tree: &Tree, directory: &str, arguments: &[&str]) -> String {
        let probe = env::current_exe().expect("this program");
        let hooks = tree.top.with_file_name("hooks");
        fs::create_dir_all(&hooks).expect("a directory");
        let hook = hooks.join("pre-commit");
        let script =
            format!("#!/bin/sh\nexec '{}' --exact unix::probe --ignored --quiet >/dev/null\n", probe.display());
        fs::write(&hook, script).expect("a written hook");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("its mode is set");
        let report = tree.top.with_file_name("report");
        let _ = fs::remove_file(&report);
        let output = git(&tree.top.join(directory))
            .env("JWTLINT_TEST_PROBE", &report)
            .args(["-c", &format!("core.hooksPath={}", hooks.display()), "commit", "--quiet", "-m", "message"])
            .args(arguments)
            .output()
            .expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(report).expect("the hook has run")
    }

    #[test]
    fn a_hook_sees_what_will_be_committed() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "one").write("sub/b.rs", "one").git(["add", "--all"]).write("a.rs", "two");
        assert_eq!(commit(&tree, "", &[]), "a.rs=one\nsub/b.rs=one", "a first commit, partly staged");
        tree.write("sub/b.rs", "two");
        assert_eq!(commit(&tree, "sub", &["b.rs"]), "sub/b.rs=two", "one path, from a subdirectory");
        tree.write("sub/b.rs", "three").git(["add", "sub/b.rs"]).write("c.rs", "new, not added");
        assert_eq!(commit(&tree, "", &["-a"]), "a.rs=two\nsub/b.rs=three", "all that is tracked");
    }

    #[test]
    fn a_hook_sees_the_same_in_linked_worktrees_and_submodules() {
        let Some(tree) = Tree::repository() else { return };
        tree.write("a.rs", "one").git(["add", "--all"]);
        commit(&tree, "", &[]);
        tree.git(["worktree", "add", "--quiet", "../linked"]).write("../linked/a.rs", "two");
        assert_eq!(commit(&tree, "../linked", &["-a"]), "a.rs=two");
        tree.write("../linked/a.rs", "three");
        assert_eq!(commit(&tree, "../linked", &["a.rs"]), "a.rs=three");
        tree.git(["submodule", "--quiet", "add", &tree.top.display().to_string(), "module"]);
        tree.write("module/a.rs", "four").git_in("module", ["add", "a.rs"]);
        assert_eq!(commit(&tree, "module", &[]), "a.rs=four");
    }
}

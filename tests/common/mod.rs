//! What the end-to-end tests share: scratch trees, the built program, and outside tools that may be absent.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::ffi::OsStr;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, fs};

use serde_json::Value;
use tempfile::TempDir;

pub mod plants;

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether a tool that is not part of the project can be run. Where it cannot, the test says that it is skipped;
/// in CI, where everything is installed, that is a failure.
pub fn have(tool: &str) -> bool {
    is_there(tool, Command::new(tool).arg("--version"))
}

/// The same for a module of Python.
pub fn have_python_module(module: &str) -> bool {
    is_there(module, Command::new("python3").args(["-c", &format!("import {module}")]))
}

fn is_there(tool: &str, trial: &mut Command) -> bool {
    let present = trial.output().is_ok_and(|output| output.status.success());
    if !present {
        assert!(env::var_os("CI").is_none(), "{tool} is absent, and in CI no test is skipped");
        eprintln!("skipped: {tool} is absent");
    }
    present
}

/// A directory that goes away with the test.
pub struct Tree {
    _guard: TempDir,
    top: PathBuf,
}

impl Tree {
    /// An empty one, outside any repository.
    pub fn new() -> Self {
        let guard = TempDir::new().expect("a temporary directory");
        let top = guard.path().canonicalize().expect("its real path").join("tree");
        fs::create_dir(&top).expect("a directory");
        Self { _guard: guard, top }
    }

    /// An empty git repository; `None`, and a message, where there is no git.
    pub fn repository() -> Option<Self> {
        have("git").then(|| {
            let tree = Self::new();
            tree.git(["init", "--quiet"]);
            tree
        })
    }

    /// The top directory.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// A path in the tree.
    pub fn path(&self, name: &str) -> PathBuf {
        self.top.join(name)
    }

    /// Writes a file, and the directories above it.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
        fs::write(path, content).expect("a written file");
        self
    }

    /// Runs git here; it has to succeed.
    pub fn git<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> &Self {
        let output = git(&self.top).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// Stages and commits everything.
    pub fn commit(&self) -> &Self {
        self.git(["add", "--all", "--force"]).git(["commit", "--quiet", "--no-verify", "--message", "as it is"])
    }

    /// `jwtlint check` with these arguments, here.
    pub fn check<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run {
        run(jwtlint(&self.top).arg("check").args(arguments))
    }
}

/// Makes a script one that is run; on Windows all are.
pub fn make_executable(script: &Path) {
    #[cfg(unix)]
    fs::set_permissions(script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("permissions");
    #[cfg(not(unix))]
    let _ = script;
}

/// Runs git with no configuration but this.
pub fn git(directory: &Path) -> Command {
    let mut command = Command::new("git");
    without_host_settings(&mut command);
    command.current_dir(directory);
    for (name, value) in GIT_IDENTITY {
        command.env(name, value);
    }
    command.args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", "-c", "protocol.file.allow=always"]);
    command
}

/// Who commits, and no settings of whoever runs the tests.
pub const GIT_IDENTITY: [(&str, &str); 6] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "Nobody"),
    ("GIT_AUTHOR_EMAIL", "nobody@example.com"),
    ("GIT_COMMITTER_NAME", "Nobody"),
    ("GIT_COMMITTER_EMAIL", "nobody@example.com"),
];

/// The built program, in this directory.
pub fn jwtlint(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwtlint"));
    without_host_settings(&mut command);
    command.current_dir(directory);
    command
}

/// Takes away what the host's environment says about git and colours.
pub fn without_host_settings(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("GIT_") || ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "PRE_COMMIT"].contains(&&*text) {
            command.env_remove(name);
        }
    }
}

/// What a process left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Run {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The findings of a report in JSON, as `path:line rule`.
    pub fn findings(&self) -> Vec<String> {
        let json = self.json();
        let findings = json["findings"].as_array().expect("a list of findings");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        findings
            .iter()
            .map(|one| format!("{}:{} {}", text(&one["path"]), one["start"]["line"], text(&one["rule"])))
            .collect()
    }

    /// The notifications of a report in JSON, as `severity path: message`.
    pub fn notifications(&self) -> Vec<String> {
        let json = self.json();
        let notices = json["notifications"].as_array().expect("a list of notifications");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        notices
            .iter()
            .map(|one| format!("{} {}: {}", text(&one["severity"]), text(&one["path"]), text(&one["message"])))
            .collect()
    }
}

/// Runs a process without input to its end.
pub fn run(command: &mut Command) -> Run {
    run_with(command, b"")
}

/// Runs a process whose output nobody reads to its end; what it says besides, and its exit code.
pub fn run_unread(command: &mut Command) -> (Option<i32>, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("UTF-8");
    (child.wait().expect("it ends").code(), told)
}

/// Runs a process with this on its standard input to its end; one that hangs fails the test.
pub fn run_with(command: &mut Command, input: &[u8]) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    if let Some(mut stdin) = child.stdin.take() {
        // A process that does not read its input closes it early.
        let _ = stdin.write_all(input);
    }
    let status = wait(&mut child);
    let text = |thread: JoinHandle<Vec<u8>>| String::from_utf8(thread.join().expect("a reader")).expect("UTF-8");
    Run { code: status.code(), stdout: text(stdout), stderr: text(stderr) }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    let mut pipe = pipe.expect("a pipe");
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("what was written");
        bytes
    })
}

fn wait(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        match child.try_wait().expect("a child") {
            Some(status) => return status,
            None if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
            None => {
                child.kill().expect("it ends");
                panic!("it hangs");
            }
        }
    }
}

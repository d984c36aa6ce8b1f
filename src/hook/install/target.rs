//! The files that call hooks, and what belongs into each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::settings::{self, Unfit};
use super::{Plan, command};
use crate::discover::{git::refusal, place};

/// What is called after an edit.
pub(super) const COMMAND: &str = "jwtlint hook post-edit";

/// A program that calls hooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    PreCommit,
    PrePush,
    Claude,
    Codex,
    Gemini,
    Cursor,
    Copilot,
}

impl Target {
    /// The file that makes it call.
    pub(super) fn path(self, root: &Path) -> Result<PathBuf> {
        Ok(match self {
            Self::PreCommit if root.join(PRE_COMMIT_CONFIG).is_file() => root.join(PRE_COMMIT_CONFIG),
            Self::PreCommit => written_hooks(root)?.join("pre-commit"),
            Self::PrePush => written_hooks(root)?.join("pre-push"),
            Self::Claude => root.join(".claude/settings.json"),
            Self::Codex => root.join(".codex/hooks.json"),
            Self::Gemini => root.join(".gemini/settings.json"),
            Self::Cursor => root.join(".cursor/hooks.json"),
            Self::Copilot => root.join(".github/hooks/jwtlint.json"),
        })
    }

    /// What is to be done about that file.
    pub(super) fn plan(self, root: &Path, path: &Path) -> Result<Plan> {
        let there = match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        Ok(match self.settings() {
            Some(settings) => settings_plan(&settings, there.as_deref()),
            None if *path == root.join(PRE_COMMIT_CONFIG) => pre_commit_plan(there.as_deref()),
            None => self.script_plan(there.as_deref(), is_run(path)),
        })
    }

    fn script_plan(self, there: Option<&str>, is_run: bool) -> Plan {
        let call = if self == Self::PreCommit { "jwtlint check --staged --force-exclude" } else { "jwtlint check" };
        let refuse = |why: &str, lines: String| Plan::Refuse { why: why.to_owned(), lines };
        let lines = || format!("{call} || exit 1\n");
        match there.map(|script| written_lines(script).any(command::calls)) {
            Some(true) if is_run => Plan::Done,
            Some(true) => refuse("it calls jwtlint, but is not executable, and git passes over it", String::new()),
            Some(false) if is_run => refuse("another hook is there", lines()),
            Some(false) => refuse("another hook is there, which is not executable, and git passes over it", lines()),
            None => Plan::Write {
                text: format!("#!/bin/sh\n# Written by `jwtlint hook install`.\nexec {call}\n"),
                is_new: true,
                executable: true,
            },
        }
    }

    /// What its settings need; `None` if they are none.
    fn settings(self) -> Option<settings::Needed> {
        let nested = |matcher: &str| {
            format!(r#"{{ "matcher": "{matcher}", "hooks": [{{ "type": "command", "command": "{COMMAND}" }}] }}"#)
        };
        let (version, event, entry) = match self {
            Self::PreCommit | Self::PrePush => return None,
            Self::Claude => (None, "PostToolUse", nested("Edit|Write|MultiEdit|NotebookEdit")),
            Self::Codex => (None, "PostToolUse", nested("apply_patch|Edit|Write")),
            Self::Gemini => (None, "AfterTool", nested("write_file|replace")),
            Self::Cursor => (Some(1), "afterFileEdit", format!(r#"{{ "command": "{COMMAND}" }}"#)),
            Self::Copilot => (
                Some(1),
                "postToolUse",
                format!(r#"{{ "type": "command", "bash": "{COMMAND}", "powershell": "{COMMAND}", "timeoutSec": 30 }}"#),
            ),
        };
        Some(settings::Needed { version, event, entry })
    }
}

const PRE_COMMIT_CONFIG: &str = ".pre-commit-config.yaml";

fn pre_commit_lines() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "  - repo: https://git.example/jwtlint # where your clone or mirror is\n    rev: v{version}\n    hooks:\n      - id: jwtlint\n"
    )
}

/// What is to be done about the configuration of pre-commit, where a repository, or the id of a hook, is named for us.
fn pre_commit_plan(there: Option<&str>) -> Plan {
    if there.is_some_and(|text| written_lines(text).any(names_hook)) {
        return Plan::Done;
    }
    Plan::Refuse { why: "pre-commit's configuration is written by hand".to_owned(), lines: pre_commit_lines() }
}

/// Whether a line of pre-commit's configuration names our repository, or a hook by an id or a command of ours.
fn names_hook(line: &str) -> bool {
    let of = |key: &str| {
        let (before, value) = line.split_once(key)?;
        let is_key = before.chars().all(|letter| " \t-{[,\"'".contains(letter)) || before.ends_with([' ', '{', ',']);
        let value = value.split(" #").next().unwrap_or(value);
        is_key.then(|| value.split([',', '}']).next().unwrap_or(value).trim().trim_matches(['"', '\'']))
    };
    let is_ours = |name: &str| name == "jwtlint" || name.starts_with("jwtlint-");
    let repository = |url: &str| url.trim_end_matches('/').rsplit(['/', ':']).next() == Some("jwtlint");
    of("id:").is_some_and(is_ours)
        || of("entry:").is_some_and(command::calls)
        || of("repo:").is_some_and(|url| repository(url.strip_suffix(".git").unwrap_or(url)))
}

/// The lines that are no comments.
fn written_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#'))
}

/// Whether a script at this place is run: git passes over what is not executable, and husky does not.
fn is_run(script: &Path) -> bool {
    script.parent().is_some_and(|folder| is_generated(&folder.join("_"))) || is_executable(script)
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

/// Git for Windows runs hooks by their first line.
#[cfg(not(unix))]
fn is_executable(_: &Path) -> bool {
    true
}

/// Whether a folder holds the hooks that husky writes anew at each installation; they call those in the folder above.
fn is_generated(hooks: &Path) -> bool {
    hooks.file_name().is_some_and(|name| name == "_") && hooks.join("h").is_file()
}

/// The folder of the hooks that people write.
fn written_hooks(root: &Path) -> Result<PathBuf> {
    let hooks = git_hooks(root)?;
    Ok(match hooks.parent() {
        Some(above) if is_generated(&hooks) => above.to_owned(),
        _ => hooks,
    })
}

fn settings_plan(needed: &settings::Needed, there: Option<&str>) -> Plan {
    match needed.added_to(there) {
        Ok(Some(text)) => Plan::Write { text, is_new: there.is_none(), executable: false },
        Ok(None) => Plan::Done,
        // With comments in it, it is no plain JSON, and may call it all the same.
        Err(_) if there.is_some_and(|text| text.contains(COMMAND)) => Plan::Done,
        Err(Unfit(why)) => {
            Plan::Refuse { why: why.to_owned(), lines: needed.added_to(None).ok().flatten().unwrap_or_default() }
        }
    }
}

/// Where git looks for the hooks of a repository, its configuration included.
fn git_hooks(root: &Path) -> Result<PathBuf> {
    let mut command = Command::new("git");
    command.current_dir(root).args(["-c", "core.fsmonitor=false", "rev-parse", "--git-path", "hooks"]);
    let output = command.envs([("GIT_OPTIONAL_LOCKS", "0"), ("LC_ALL", "C")]).output().context("cannot run git")?;
    if !output.status.success() && place::work_tree(root).is_none() {
        bail!("{} is in no git repository, so there are no hooks to install", root.display());
    }
    if !output.status.success() {
        return Err(refusal(&output.stderr)).context("cannot tell where the hooks of this repository are");
    }
    let path = String::from_utf8(output.stdout).context("git names a folder that is no text")?;
    Ok(root.join(path.trim_end_matches(['\n', '\r'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_pre_commit_names_a_hook_of_ours() {
        for line in [
            "      - id: jwtlint",
            "      - id: jwtlint # the wheel",
            "      - id: 'jwtlint-system' # no wheel",
            "  - repo: https://git.example/team/jwtlint.git",
            "  - {repo: \"git@git.example:jwtlint\", rev: v1, hooks: [{id: jwtlint-source}]}",
            "        entry: tools/jwtlint check --staged",
        ] {
            assert!(names_hook(line), "{line}");
        }
        for line in [
            "exclude: ^jwtlint/",
            "  - repo: https://git.example/jwtlint/other",
            "      - id: my-jwtlint",
            "        entry: cat jwtlint.toml",
            "        files: jwtlint",
            "        name: no jwtlint here",
        ] {
            assert!(!names_hook(line), "{line}");
        }
    }
}

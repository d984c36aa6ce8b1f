//! The files that call hooks, and what belongs into each.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::Plan;
use super::settings::{self, Unfit};

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
            Self::PreCommit => git_hooks(root)?.join("pre-commit"),
            Self::PrePush => git_hooks(root)?.join("pre-push"),
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
            None if there.as_deref().is_some_and(calls) => Plan::Done,
            None if *path == root.join(PRE_COMMIT_CONFIG) => Plan::Refuse {
                why: "pre-commit's configuration is written by hand".to_owned(),
                lines: pre_commit_lines(),
            },
            None => self.script_plan(there),
        })
    }

    fn script_plan(self, there: Option<String>) -> Plan {
        let command = if self == Self::PreCommit { "jwtlint check --staged --force-exclude" } else { "jwtlint check" };
        match there {
            Some(_) => {
                Plan::Refuse { why: "another hook is there".to_owned(), lines: format!("{command} || exit 1\n") }
            }
            None => Plan::Write {
                text: format!("#!/bin/sh\n# Written by `jwtlint hook install`.\nexec {command}\n"),
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

/// Whether a script, or the configuration of pre-commit, does more than speak of jwtlint.
fn calls(text: &str) -> bool {
    text.lines().any(|line| !line.trim_start().starts_with('#') && line.contains("jwtlint"))
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
    let output = command.env("GIT_OPTIONAL_LOCKS", "0").output().context("cannot run git")?;
    if !output.status.success() {
        bail!("{} is in no git repository, so there are no hooks to install", root.display());
    }
    let path = String::from_utf8(output.stdout).context("git names a folder that is no text")?;
    Ok(root.join(path.trim_end_matches(['\n', '\r'])))
}

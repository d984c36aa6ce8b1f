//! `jwtlint hook install`: writes the few lines that make git, coding agents and editors call the hooks.
//!
//! What will be written is shown first. Nothing that is there is replaced: settings in JSON keep every member they
//! have, and a file that cannot be added to is left alone, with the lines that belong into it.

mod command;
mod settings;
mod target;

use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::{env, iter};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::{CLEAN, FAILED};
use crate::discover;
use crate::report::text::printable;
use target::Target;

/// `jwtlint hook install`.
#[derive(Debug, Args, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own on the command line")]
pub struct Install {
    /// Check what is staged before each commit (git's own hook)
    #[arg(long)]
    pub pre_commit: bool,
    /// Check the tree before each push (git's own hook)
    #[arg(long)]
    pub pre_push: bool,
    /// Claude Code: .claude/settings.json
    #[arg(long)]
    pub claude: bool,
    /// Codex: .codex/hooks.json
    #[arg(long)]
    pub codex: bool,
    /// Gemini CLI: .gemini/settings.json
    #[arg(long)]
    pub gemini: bool,
    /// Cursor: .cursor/hooks.json
    #[arg(long)]
    pub cursor: bool,
    /// GitHub Copilot: .github/hooks/jwtlint.json
    #[arg(long)]
    pub copilot: bool,
    /// Show what would be written, and write nothing
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    /// Write without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// What is to be done about one file.
#[derive(Debug)]
enum Plan {
    /// It gets this text; only new if nothing is there.
    Write { text: String, is_new: bool, executable: bool },
    /// It calls the hook already.
    Done,
    /// It is left alone; these lines, if any, belong into it.
    Refuse { why: String, lines: String },
}

/// Shows what is to be written, asks, and writes.
///
/// # Errors
///
/// If nothing is chosen, or a file cannot be read or written.
pub fn install(options: &Install, out: &mut dyn Write) -> Result<u8> {
    let targets = options.targets();
    if targets.is_empty() {
        bail!("nothing is chosen: --pre-commit, --pre-push, --claude, --codex, --gemini, --cursor or --copilot");
    }
    let here = env::current_dir().context("cannot tell the current directory")?;
    let root = discover::find_root(&discover::Options { current_dir: here, ..discover::Options::default() })?;
    let mut plans = Vec::new();
    for target in targets {
        let path = target.path(&root)?;
        let plan = target.plan(&root, &path)?;
        show(&root, &path, &plan, out)?;
        plans.push((path, plan));
    }
    let refused = plans.iter().any(|(_, plan)| matches!(plan, Plan::Refuse { .. }));
    let changes = plans.iter().any(|(_, plan)| matches!(plan, Plan::Write { .. }));
    if changes && !options.dry_run {
        if !options.yes && !is_wanted(out)? {
            writeln!(out, "Nothing is written.")?;
            return Ok(FAILED);
        }
        for (path, plan) in &plans {
            write(path, plan).with_context(|| format!("cannot write {}", path.display()))?;
        }
        writeln!(out, "Written.")?;
    }
    Ok(if refused { FAILED } else { CLEAN })
}

impl Install {
    fn targets(&self) -> Vec<Target> {
        let chosen = [
            (self.pre_commit, Target::PreCommit),
            (self.pre_push, Target::PrePush),
            (self.claude, Target::Claude),
            (self.codex, Target::Codex),
            (self.gemini, Target::Gemini),
            (self.cursor, Target::Cursor),
            (self.copilot, Target::Copilot),
        ];
        chosen.into_iter().filter(|(chosen, _)| *chosen).map(|(_, target)| target).collect()
    }
}

fn show(root: &Path, path: &Path, plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    let name = printable(&name);
    match plan {
        Plan::Write { text, is_new, .. } => {
            writeln!(out, "{name} ({}):", if *is_new { "new" } else { "added to" })?;
            indented(text, out)
        }
        Plan::Done => writeln!(out, "{name}: calls jwtlint already"),
        Plan::Refuse { why, lines } if lines.is_empty() => writeln!(out, "{name} is left alone: {why}"),
        Plan::Refuse { why, lines } => {
            writeln!(out, "{name} is left alone: {why}. These lines belong there:")?;
            indented(lines, out)
        }
    }
}

fn indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    text.lines().chain(iter::once("")).try_for_each(|line| {
        let indent = if line.is_empty() { "" } else { "    " };
        writeln!(out, "{indent}{}", printable(line))
    })
}

/// Asks, if there is somebody to ask.
fn is_wanted(out: &mut dyn Write) -> io::Result<bool> {
    if !io::stdin().is_terminal() {
        writeln!(out, "Without a terminal to ask at, --yes is needed.")?;
        return Ok(false);
    }
    write!(out, "Write this? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn write(path: &PathBuf, plan: &Plan) -> io::Result<()> {
    let Plan::Write { text, is_new, executable } = plan else { return Ok(()) };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // What came into being meanwhile is not overwritten.
    let mut file = OpenOptions::new().write(true).create_new(*is_new).truncate(!is_new).open(path)?;
    file.write_all(text.as_bytes())?;
    if *executable { make_executable(path) } else { Ok(()) }
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Git for Windows runs hooks by their first line.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Ok(())
}

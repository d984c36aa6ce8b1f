//! Hooks: what other programs call after an edit, and the configuration that makes them do so.
//!
//! The hosts (coding agents, editors) have a protocol of their own: 0 is clean and silent, 2 hands standard error to
//! the model, and anything else is a failure that is shown to the user. So no failure of ours may be 2 here, not even
//! a flag that is spelled wrong.

mod event;
mod feedback;
mod install;
mod lenient;
mod patch;
mod place;
mod post_edit;
mod table;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::config::FailOn;

pub use install::{Install, install};
pub use post_edit::post_edit;

/// Nothing found.
pub const CLEAN: u8 = 0;
/// Something failed.
pub const FAILED: u8 = 1;
/// Something was found; it is told on standard error.
pub const FOUND: u8 = 2;

/// `jwtlint hook`.
#[derive(Debug, Subcommand)]
pub enum Hook {
    /// Check files that were just edited: those given, or those that the JSON of a coding agent names
    ///
    /// Without arguments standard input is read: the JSON that Claude Code, Codex, Gemini CLI, Cursor and Copilot hand
    /// to hooks. Exits 0 and is silent if all is well, 2 with findings on standard error, 1 if anything failed and
    /// nothing was found.
    PostEdit(PostEdit),
    /// Make git, coding agents and editors call jwtlint
    ///
    /// Shows the lines first, asks, and never replaces what is there. Exits 1 if a file was left alone.
    Install(Install),
}

/// `jwtlint hook post-edit`.
#[derive(Debug, Args, Default)]
pub struct PostEdit {
    /// Files that were edited; without any, standard input tells
    pub files: Vec<PathBuf>,
    /// Read this configuration file
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
    /// The mildest level that is told [default: warning]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
}

/// Whether a command line, the program's name included, is meant for `hook`, however wrong the rest of it is.
pub fn is_meant(arguments: impl IntoIterator<Item = OsString>) -> bool {
    arguments
        .into_iter()
        .skip(1)
        .find(|argument| !argument.as_encoded_bytes().starts_with(b"-"))
        .is_some_and(|first| first == "hook")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_are_known_by_their_first_word() {
        let meant = |line: &str| is_meant(line.split(' ').map(OsString::from));
        assert!(meant("jwtlint hook post-edit --frob") && meant("jwtlint --frob hook"));
        assert!(!meant("jwtlint check hook") && !meant("jwtlint"));
    }
}

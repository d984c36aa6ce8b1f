//! What was typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::check_env::CheckEnv;
use crate::config::{Day, FailOn};
use crate::fact::Confidence;
use crate::generate::Generate;
use crate::hook::Hook;
use crate::policy::Profile;
use crate::report::Format;

/// Finds hardcoded JWT secrets.
#[derive(Debug, Parser)]
#[command(name = "jwtlint", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look for hardcoded JWT secrets
    Check(Box<Check>),
    /// Write down what is known today, so that only new findings fail
    Baseline(Box<Baseline>),
    /// Allow findings in the configuration, for a reason
    ///
    /// Adds an entry for each finding to the configuration that binds its file, or begins one; nothing else of the file
    /// changes. Where the language has comments, `jwtlint: allow(RULE) reason="…"` at the line does the same.
    Allow(Box<Allow>),
    /// Look for secrets that commits introduced, whether or not they are still there
    History(Box<History>),
    /// List the rules, or try them
    Rules(Rules),
    /// Explain a rule
    Explain {
        /// The rule's id
        rule: String,
        /// The language of the code that is shown: its name, or an extension [default: Rust]
        #[arg(long, value_name = "LANGUAGE")]
        language: Option<String>,
    },
    /// Print a new secret
    Generate(Generate),
    /// Judge the JWT secrets of the environment, before a program starts
    ///
    /// Exits with 0 if all are fine, 1 if one is weak, published or missing, 2 if something failed. Without --name
    /// at least one variable has to be named like a JWT secret. `NAME_FILE` may name a file that holds the secret.
    CheckEnv(CheckEnv),
    /// For programs that call jwtlint: coding agents and editors
    #[command(subcommand)]
    Hook(Hook),
    /// Print what a shell needs to complete command lines
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the program, or of one of its commands
    Man {
        /// The command: `check`, or `hook post-edit`
        command: Vec<String>,
    },
}

/// `jwtlint rules`.
#[derive(Debug, Args)]
pub struct Rules {
    /// What to do with them.
    #[command(subcommand)]
    pub command: Option<RulesCommand>,
}

/// `jwtlint rules …`.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Try rule files on the examples in them
    ///
    /// Exits with 0 if all examples are as they say, 1 if one is not, 2 if a file is no rule file.
    Test {
        /// Rule files, or folders of them [default: the built-in rules]
        files: Vec<PathBuf>,
    },
}

/// `jwtlint check`.
#[derive(Debug, Args, Default)]
pub struct Check {
    /// Files and directories; `-` reads standard input [default: .]
    pub paths: Vec<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Judge paths relative to this directory, and report them so [default: the repository's top]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Look at what is staged for commit, in the whole repository unless paths are given
    #[arg(long)]
    pub staged: bool,
    /// Only what this branch introduces counts: not what was there where it left BASE
    #[arg(long, value_name = "BASE", conflicts_with_all = ["staged", "stdin_filename"])]
    pub changed_since: Option<String>,
    /// The name of the text on standard input
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<String>,
    /// How to look.
    #[command(flatten)]
    pub selection: Selection,
    /// For hooks: excludes bind files that are given explicitly, too; no files at all is fine; and what a given file
    /// makes of a literal in another counts
    #[arg(long)]
    pub force_exclude: bool,
    /// Do not count what this file knows (see `jwtlint baseline`)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Which rules run where none are selected, and what is asked of secrets [default: default]
    #[arg(long, value_enum, value_name = "PROFILE")]
    pub profile: Option<Profile>,
    /// Findings that are less sure than this do not count [default: low]
    #[arg(long, value_enum, value_name = "CONFIDENCE")]
    pub min_confidence: Option<Confidence>,
    /// Show how many findings of each rule and level there are, instead of the findings
    #[arg(long)]
    pub statistics: bool,
    /// Show what ignore files, excludes, comments and baselines hide
    #[arg(long)]
    pub no_ignores: bool,
    /// The SARIF category, for several uploads of one commit
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// The time by which tokens have expired, in seconds since 1970 [default: the present]
    #[arg(long, value_name = "SECONDS", hide = true)]
    pub now: Option<u64>,
    /// Write the edits that are safe, then report what is left
    #[arg(long, conflicts_with_all = ["staged", "stdin_filename"])]
    pub fix: bool,
    /// Show the edits of --fix as a diff, with secrets masked, and write nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Let --fix edit files that have uncommitted changes
    #[arg(long, alias = "force", requires = "fix")]
    pub allow_dirty: bool,
    /// Let --fix take environment files out of git's index; the files stay
    #[arg(long, requires = "fix")]
    pub fix_index: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Say no more than the findings
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show notes and everything that was passed over
    #[arg(long, short)]
    pub verbose: bool,
}

/// `jwtlint baseline`.
#[derive(Debug, Args, Default)]
pub struct Baseline {
    /// Files and directories; what is known of others stays [default: .]
    pub paths: Vec<PathBuf>,
    /// The file [default: the configuration's `baseline`, or .jwtlint-baseline.json at the root]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only take out what is fixed
    #[arg(long)]
    pub prune: bool,
    /// Judge paths relative to this directory [default: the repository's top]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// How to look.
    #[command(flatten)]
    pub selection: Selection,
}

/// `jwtlint allow`.
#[derive(Debug, Args, Default)]
pub struct Allow {
    /// Findings: PATH:LINE as reports have it, or fingerprints (their first 8 digits will do)
    #[arg(required = true, value_name = "FINDING")]
    pub findings: Vec<String>,
    /// Why; reports show it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The last day on which it counts, such as 2027-01-31 [default: without end]
    #[arg(long, value_name = "DAY", alias = "expires", value_parser = parse_day)]
    pub until: Option<Day>,
    /// The findings are those of `jwtlint history`, and count there only
    #[arg(long, conflicts_with = "root")]
    pub history: bool,
    /// Print the entries and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Judge paths relative to this directory [default: the repository's top]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// `jwtlint history`.
#[derive(Debug, Args, Default)]
pub struct History {
    /// Revisions and ranges, such as `main..HEAD` [default: the commits that any branch, tag or other reference reaches]
    pub ranges: Vec<String>,
    /// The repository, with or without a work tree [default: the one around the current directory]
    #[arg(long, value_name = "DIR")]
    pub repository: Option<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How to look.
    #[command(flatten)]
    pub selection: Selection,
    /// Do not count what this file knows (see `jwtlint baseline`)
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Show what excludes, comments and baselines hide
    #[arg(long)]
    pub no_ignores: bool,
    /// The SARIF category, for several uploads of one commit
    #[arg(long, value_name = "NAME")]
    pub category: Option<String>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Say no more than the findings
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Show notes and what is suppressed
    #[arg(long, short)]
    pub verbose: bool,
}

impl History {
    /// A check that looks and reports in the same way.
    pub fn to_check(&self) -> Check {
        Check {
            format: self.format,
            output: self.output.clone(),
            baseline: self.baseline.clone(),
            no_ignores: self.no_ignores,
            category: self.category.clone(),
            color: self.color,
            quiet: self.quiet,
            verbose: self.verbose,
            selection: self.selection.clone(),
            ..Check::default()
        }
    }
}

/// What several commands let choose.
#[derive(Debug, Args, Default, Clone)]
pub struct Selection {
    /// The mildest level that fails a run [default: warning]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<FailOn>,
    /// Read this configuration file
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
    /// Leave out what this glob matches (may be given often)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Only these rules; a tag (SEC-001) stands for all its rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules, or those of these tags
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Detect by the rule files in this folder, too (or this file; may be given often)
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// Workers [default: one for each processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub threads: usize,
    /// Pass over larger files, in bytes or with K, M, G [default: 5M]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_file_size: Option<u64>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On terminals, unless `NO_COLOR` says no.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// `2027-01-31`.
fn parse_day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "a day is written like 2027-01-31".to_owned())
}

/// `5M`, `1048576`, `200k`.
fn parse_size(text: &str) -> Result<u64, String> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches("ib").trim_end_matches('b');
    let (digits, unit) = match digits.chars().last() {
        Some('k') => (&digits[..digits.len() - 1], 1 << 10),
        Some('m') => (&digits[..digits.len() - 1], 1 << 20),
        Some('g') => (&digits[..digits.len() - 1], 1 << 30),
        _ => (digits, 1),
    };
    let number: u64 = digits.trim().parse().map_err(|_| "a size is a number, with K, M or G if need be".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "that is too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_size("5M"), Ok(5 << 20));
        assert_eq!(parse_size("200kB"), Ok(200 << 10));
        assert_eq!(parse_size("17"), Ok(17));
        assert!(parse_size("much").is_err());
        assert!(parse_size("99999999999999G").is_err());
    }
}

//! What the README shows is what the program writes.
//!
//! The parts between `<!-- generated: NAME -->` and `<!-- end -->` are compared with reality.
//! `UPDATE_README=1 cargo test --test readme` rewrites them.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Mutex;

use jwtlint::catalog;

/// What the README tells people to type first, after `cargo run --release --`.
const FIRST_COMMAND: &str = "check --root fixtures/shop fixtures/shop";

/// Where the findings are that the README shows; all would be too long.
const SHOWN: [&str; 4] = [".env:5", "api/src/auth/keys.rs:4", "api/src/config.rs:24", "docker-compose.yml:24"];

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn the_demonstration_is_real() -> Outcome {
    let output = demonstration()?;
    assert_eq!(output.status.code(), Some(1), "the README says that it exits 1");
    compare("demonstration", &shortened(&String::from_utf8(output.stdout)?)?)
}

#[test]
fn the_table_of_rules_is_complete() -> Outcome {
    let mut table = "| rule | level | what it says |\n| --- | --- | --- |\n".to_owned();
    for rule in catalog::rules() {
        let off = if rule.enabled { "" } else { ", off by default" };
        writeln!(table, "| `{}` | {}{off} | {} |", rule.id, rule.level.as_str(), rule.short)?;
    }
    compare("rules", &table)
}

#[test]
fn the_first_command_is_the_one_that_is_tested() -> Outcome {
    assert!(readme()?.contains(&format!("cargo run --release -- {FIRST_COMMAND}")));
    Ok(())
}

#[test]
fn no_secret_of_the_demonstration_is_shown() -> Outcome {
    let output = String::from_utf8(demonstration()?.stdout)?;
    for line in fs::read_to_string(root().join("fixtures/shop/.env"))?.lines() {
        if let Some((name, value)) = line.split_once('=').filter(|(name, _)| name.ends_with("_SECRET")) {
            let value = value.trim_matches('"');
            assert!(!value.is_empty() && !output.contains(value), "the value of {name} is shown");
        }
    }
    Ok(())
}

fn demonstration() -> Result<Output, std::io::Error> {
    Command::new(env!("CARGO_BIN_EXE_jwtlint"))
        .args(FIRST_COMMAND.split(' '))
        .current_dir(root())
        .env_remove("FORCE_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
}

/// The shown findings and the last line, in a code block.
fn shortened(output: &str) -> Result<String, Box<dyn Error>> {
    // Without a repository around it (a source archive) nothing says that the file is committed.
    let output = output.replace("]: environment file", "]: committed environment file");
    let shown = |paragraph: &&str| SHOWN.iter().any(|place| paragraph.contains(&format!("--> {place}:")));
    let paragraphs: Vec<_> = output.trim_end().split("\n\n").collect();
    let findings: Vec<_> = paragraphs.iter().copied().filter(shown).collect();
    assert_eq!(findings.len(), SHOWN.len(), "a finding that the README shows is gone:\n{output}");
    let summary = paragraphs.last().ok_or("no output")?;
    Ok(format!("```text\n{}\n\n[…]\n\n{summary}\n```\n", findings.join("\n\n")))
}

fn compare(name: &str, expected: &str) -> Outcome {
    // The tests of this file run at once, and each may rewrite its part.
    static WRITING: Mutex<()> = Mutex::new(());
    let _lock = WRITING.lock()?;
    let text = readme()?;
    let part = part(&text, name)?;
    if std::env::var_os("UPDATE_README").is_some() {
        let (before, after) = (&text[..part.start], &text[part.end..]);
        fs::write(root().join("README.md"), [before, expected, after].concat())?;
        return Ok(());
    }
    assert_eq!(&text[part], expected, "run `UPDATE_README=1 cargo test --test readme`");
    Ok(())
}

/// Where a generated part stands.
fn part(text: &str, name: &str) -> Result<Range<usize>, &'static str> {
    let mark = format!("<!-- generated: {name} -->\n");
    let start = text.find(&mark).ok_or("the mark is missing")? + mark.len();
    let length = text[start..].find("<!-- end -->").ok_or("the end mark is missing")?;
    Ok(start..start + length)
}

/// With line feeds, however git checked it out.
fn readme() -> Result<String, std::io::Error> {
    Ok(fs::read_to_string(root().join("README.md"))?.replace("\r\n", "\n"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

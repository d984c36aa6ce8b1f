//! The rules, for people: `jwtlint rules` and `jwtlint explain`.

use std::io;

use thiserror::Error;

use crate::catalog::{self, Example, Rule, UnknownRule};
use crate::report::text::wrapped;

/// How far texts are indented, and how wide they get.
const INDENT: usize = 2;
const WIDTH: usize = 100;

/// Writes a line for every rule.
pub fn rules_table(out: &mut dyn io::Write) -> io::Result<()> {
    let rules = catalog::rules();
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let off = if rule.enabled { "" } else { " (off by default)" };
        writeln!(out, "{:width$}  {:7}  {}{off}", rule.id, rule.level.as_str(), rule.short)?;
    }
    Ok(())
}

/// Why an explanation was not written.
#[derive(Debug, Error)]
pub enum ExplainError {
    /// There is nothing to explain.
    #[error(transparent)]
    UnknownRule(#[from] UnknownRule),
    /// It could not be written.
    #[error("cannot write the explanation")]
    Write(#[from] io::Error),
}

/// Writes all that is to say about one rule.
pub fn explain(id: &str, out: &mut dyn io::Write) -> Result<(), ExplainError> {
    let rule = catalog::lookup(id)?;
    write_explanation(rule, out)?;
    Ok(())
}

fn write_explanation(rule: &Rule, out: &mut dyn io::Write) -> io::Result<()> {
    let off = if rule.enabled { "" } else { ", off by default" };
    writeln!(out, "{}: {}", rule.id, rule.short)?;
    writeln!(out, "level {}{off}, precision {}", rule.level.as_str(), rule.precision.as_str())?;
    for (title, text) in [("What it reports", &rule.full), ("Why it matters", &rule.why), ("What to do", &rule.fix)] {
        writeln!(out, "\n{title}\n{:INDENT$}{}", "", wrapped(text, INDENT, WIDTH))?;
    }
    for example in &rule.examples {
        write_example(example, out)?;
    }
    let weaknesses: Vec<_> = rule.cwe.iter().map(|number| format!("CWE-{number}")).collect();
    writeln!(out, "\nTags\n{:INDENT$}{}", "", [weaknesses, rule.policy.clone()].concat().join(", "))?;
    writeln!(out, "\nRead on")?;
    for reference in &rule.references {
        writeln!(out, "{:INDENT$}{}\n{:INDENT$}{:INDENT$}{}", "", reference.title, "", "", reference.url)?;
    }
    Ok(())
}

fn write_example(example: &Example, out: &mut dyn io::Write) -> io::Result<()> {
    for (when, code) in [("before", &example.before), ("after", &example.after)] {
        writeln!(out, "\n{}, {when}", example.language)?;
        for line in code.lines() {
            writeln!(out, "{:INDENT$}{:INDENT$}{line}", "", "")?;
        }
    }
    Ok(())
}

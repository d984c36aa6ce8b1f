//! The rules, for people: `jwtlint rules` and `jwtlint explain`.

use std::io;

use thiserror::Error;

use crate::catalog::{self, Example, Rule, UnknownRule};
use crate::remedy::{self, Language};
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
    /// There are no steps in that language.
    #[error("nothing is known about the language `{}`", .0.escape_debug())]
    UnknownLanguage(String),
    /// It could not be written.
    #[error("cannot write the explanation")]
    Write(#[from] io::Error),
}

/// Writes all that is to say about one rule.
///
/// # Errors
///
/// If there is no such rule or language, or the text cannot be written.
pub fn explain(id: &str, language: Option<&str>, out: &mut dyn io::Write) -> Result<(), ExplainError> {
    let rule = catalog::lookup(id)?;
    let find = |word: &str| remedy::language(word).ok_or_else(|| ExplainError::UnknownLanguage(word.to_owned()));
    let language = language.map(find).transpose()?;
    write_explanation(rule, language, out)?;
    Ok(())
}

/// The steps, with code in the language that is asked for, or in all.
fn write_steps(rule: &Rule, language: Option<&Language>, out: &mut dyn io::Write) -> io::Result<()> {
    let shown = language.or_else(|| remedy::language("Rust"));
    let steps = remedy::steps(&rule.id, shown);
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nStep by step")?;
    for (index, step) in steps.iter().enumerate() {
        let (text, code) = step.split_once('\n').unwrap_or((step, ""));
        writeln!(out, "{:INDENT$}{}. {}", "", index + 1, wrapped(text, INDENT + 3, WIDTH))?;
        for line in code.lines() {
            writeln!(out, "{:indent$}{line}", "", indent = INDENT + 6)?;
        }
    }
    if language.is_none() && steps.iter().any(|step| step.contains('\n')) {
        let names: Vec<&str> = remedy::languages().iter().map(|language| language.name.as_str()).collect();
        let text = format!("The code is Rust; --language shows that of {}.", names[1..].join(", "));
        writeln!(out, "{:INDENT$}{}", "", wrapped(&text, INDENT, WIDTH))?;
    }
    Ok(())
}

fn write_explanation(rule: &Rule, language: Option<&Language>, out: &mut dyn io::Write) -> io::Result<()> {
    let off = if rule.enabled { "" } else { ", off by default" };
    writeln!(out, "{}: {}", rule.id, rule.short)?;
    writeln!(out, "level {}{off}, precision {}", rule.level.as_str(), rule.precision.as_str())?;
    for (title, text) in [("What it reports", &rule.full), ("Why it matters", &rule.why), ("What to do", &rule.fix)] {
        writeln!(out, "\n{title}\n{:INDENT$}{}", "", wrapped(text, INDENT, WIDTH))?;
    }
    write_steps(rule, language, out)?;
    let named = |example: &&Example| language.is_none_or(|language| language.name == example.language);
    for example in rule.examples.iter().filter(named) {
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

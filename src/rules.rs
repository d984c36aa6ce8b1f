//! Rules that a user brings, and the trial of rules on their own examples.
//!
//! A rule file is one TOML file of the form that the built-in ones have. With `[[key]]` it holds keys of configuration
//! files ([`crate::analyze::config::rules`]); with `[[rule]]` it holds what takes a key in code
//! ([`crate::analyze::pattern::rule`]), and is called by its language: `go.toml`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;
use walkdir::WalkDir;

use crate::analyze::config::{example as key_example, rules as keys};
use crate::analyze::pattern::{Engine, example as code_example, rule as code};
use crate::config::echo;
use crate::embedded::{self, Added};
use crate::span::{LineIndex, Position};

/// Why rules cannot be used.
#[derive(Debug, Error)]
pub enum RulesError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no rule file there.
    #[error("there are no rule files (*.toml) in {}", path.display())]
    Empty {
        /// Where.
        path: PathBuf,
    },
    /// A file does not say what a rule file says.
    #[error("{path}:{}:{}: {message}", position.line, position.column)]
    Invalid {
        /// The file.
        path: String,
        /// Where in it.
        position: Position,
        /// What is wrong.
        message: String,
    },
    /// Rules were looked at before.
    #[error("rules can only be added once")]
    TooLate,
}

/// What one rule file holds.
enum Content {
    Keys(Vec<keys::KeyRule>),
    Code(Vec<code::Rule>),
}

/// Reads the rule files that `paths` name or hold, checks them, and adds them to those built in.
pub fn bring(paths: &[PathBuf]) -> Result<(), RulesError> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut files = Vec::new();
    for path in paths {
        for file in rule_files(path)? {
            files.push(read(&file)?);
        }
    }
    if embedded::add(files) { Ok(()) } else { Err(RulesError::TooLate) }
}

/// The rule files at a path, sorted.
fn rule_files(path: &Path) -> Result<Vec<PathBuf>, RulesError> {
    let unreadable = |source: io::Error| RulesError::Unreadable { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in WalkDir::new(path).max_depth(4).sort_by_file_name() {
        let entry = entry.map_err(|error| unreadable(error.into()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "toml") {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() { Err(RulesError::Empty { path: path.to_owned() }) } else { Ok(files) }
}

/// Reads and checks one file.
fn read(path: &Path) -> Result<Added, RulesError> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|source| RulesError::Unreadable { path: path.to_owned(), source })?;
    let shown = path.to_string_lossy().replace('\\', "/");
    let (content, name) = parse(&shown, &text)?;
    check(&content, &shown, &text)?;
    Ok(Added { name, path: shown, text })
}

/// What a file holds, and the built-in file that it joins.
fn parse(path: &str, text: &str) -> Result<(Content, String), RulesError> {
    let invalid = |error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        fault(path, text, start, &echo::message(error.message().trim()))
    };
    let table: toml::Table = toml::from_str(text).map_err(invalid)?;
    match (table.contains_key("key"), table.contains_key("rule")) {
        (true, false) => {
            let keys = toml::from_str::<keys::RuleFile>(text).map_err(invalid)?.key;
            Ok((Content::Keys(keys), format!("config/{path}")))
        }
        (false, true) => {
            let rules = toml::from_str::<code::RuleFile>(text).map_err(invalid)?.rule;
            let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            if Engine::embedded().language(&stem).is_none() {
                let known: Vec<_> = Engine::embedded().languages().map(|(_, id)| id).collect();
                let known = known.join(", ");
                let message = format!("a file of code rules is called by its language, one of {known}: `go.toml`");
                return Err(fault(path, text, header(text, "[[rule]]", 0), &message));
            }
            Ok((Content::Code(rules), format!("code/{stem}.toml")))
        }
        (true, true) => {
            let at = header(text, "[[rule]]", 0);
            Err(fault(path, text, at, "keys and code rules stand in files of their own"))
        }
        (false, false) => Err(fault(path, text, 0, "a rule file has `[[key]]` or `[[rule]]` entries")),
    }
}

/// Whether each rule is complete.
fn check(content: &Content, path: &str, text: &str) -> Result<(), RulesError> {
    let (header_text, faults): (_, Vec<Option<&str>>) = match content {
        Content::Keys(keys) => ("[[key]]", keys.iter().map(keys::KeyRule::fault).collect()),
        Content::Code(rules) => ("[[rule]]", rules.iter().map(code_example::fault).collect()),
    };
    match faults.iter().enumerate().find_map(|(number, fault)| fault.map(|fault| (number, fault))) {
        Some((number, message)) => Err(fault(path, text, header(text, header_text, number), message)),
        None => Ok(()),
    }
}

/// Where the entry of that number begins.
fn header(text: &str, header: &str, number: usize) -> usize {
    let starts = text.match_indices(header).map(|(at, _)| at);
    starts
        .filter(|&at| text[..at].rsplit('\n').next().is_some_and(|line| line.trim().is_empty()))
        .nth(number)
        .unwrap_or(0)
}

fn fault(path: &str, text: &str, at: usize, message: &str) -> RulesError {
    let position = LineIndex::new(text).position(text, at.min(text.len()));
    // The parser may speak of what stands there on a second line; the first says what is wrong.
    let message = message.lines().next().unwrap_or_default().to_owned();
    RulesError::Invalid { path: path.to_owned(), position, message }
}

/// What a trial of rules came to.
#[derive(Debug, Default)]
pub struct Trial {
    /// How many rules were tried.
    pub rules: usize,
    /// On how many examples.
    pub examples: usize,
    /// What is not as a rule says, one line each.
    pub failures: Vec<String>,
}

/// Tries the rules that were brought on their examples; without any, those that were built in.
pub fn try_all() -> Trial {
    let own = embedded::added("config").chain(embedded::added("code")).next().is_some();
    let mut trial = Trial::default();
    for rule in &keys::RULES.list {
        if !own || embedded::added("config").any(|file| file.path == rule.file) {
            trial.add(rule.data.find.len() + rule.data.clean.len());
            for (kind, number) in key_example::failing(rule) {
                trial.fail(&rule.file, &rule.data.framework, &format!("{kind} {number}"));
            }
        }
    }
    let engine = Engine::embedded();
    for (language, id) in engine.languages() {
        let name = format!("code/{id}.toml");
        let files: Vec<&Added> = embedded::added(&name).collect();
        if own && files.is_empty() {
            continue;
        }
        let rules =
            engine.prepared(language).and_then(|prepared| prepared.rules.get(..prepared.own)).unwrap_or_default();
        for rule in rules {
            let file = files.iter().find(|file| file.text.contains(&format!("\"{}\"", rule.id)));
            if own && file.is_none() {
                continue;
            }
            trial.add(rule.example.len());
            for number in code_example::failing(engine, language, rule) {
                trial.fail(file.map_or(name.as_str(), |file| &file.path), &rule.id, &format!("example {number}"));
            }
        }
    }
    trial
}

impl Trial {
    fn add(&mut self, examples: usize) {
        self.rules += 1;
        self.examples += examples;
    }

    fn fail(&mut self, file: &str, rule: &str, example: &str) {
        self.failures.push(format!("{file}: `{rule}`: {example} is not as it says"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &str, text: &str) -> String {
        let read = parse(path, text).and_then(|(content, _)| check(&content, path, text));
        read.map_or_else(|error| error.to_string(), |()| String::new())
    }

    const KEY: &str = "[[key]]\nframework = \"Orchard\"\npath = [\"orchard.seal\"]\nfind = [{ file = \"a.yml\", text = \"orchard:\\n  seal: pear\\n\" }]\n";

    #[test]
    fn a_complete_rule_is_accepted() {
        assert_eq!(refused("orchard.toml", KEY), "");
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, wanted) in [
            ("", "x.toml:1:1: a rule file has"),
            ("[[key]\n", "x.toml:1:"),
            ("[[key]]\nframework = \"a\"\n", "x.toml:1:1: a rule needs a `path` or an `env`"),
            (&format!("{KEY}\n[[key]]\nframework = \"b\"\nenv = [\"B\"]\n"), "x.toml:6:1: a rule shows what it finds"),
            (&KEY.replace("path", "pth"), "x.toml:3:1: unknown field `pth`"),
            (
                "# c\n[[rule]]\nid = \"a\"\nsummary = \"b\"\n",
                "x.toml:2:1: a file of code rules is called by its language",
            ),
            ("[[key]]\n[[rule]]\n", "x.toml:2:1: keys and code rules"),
        ] {
            let message = refused("x.toml", text);
            assert!(message.starts_with(wanted), "{message}");
        }
        let rule = "[[rule]]\nid = \"a\"\nsummary = \"b\"\n[rule.text]\npattern = \"(\"\n";
        assert!(refused("go.toml", rule).contains("go.toml:1:1: the `pattern`"), "{}", refused("go.toml", rule));
    }
}

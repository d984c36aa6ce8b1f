//! The examples of a rule for configuration keys.

use super::rules::{Example, Rule};
use super::{analyze, format_of, relevant};
use crate::analyze::anyword::Lowered;
use crate::analyze::dotenv;
use crate::fact::{Candidate, FileId};
use crate::source::Source;

/// The examples that are not as the rule says: `find` or `clean`, and their numbers from 1.
pub fn failing(rule: &Rule) -> Vec<(&'static str, usize)> {
    let finds = |example: &Example| {
        candidates(example).iter().any(|candidate| {
            let text = example.text.get(candidate.span.range()).unwrap_or_default();
            candidate.detector == rule.detector && !text.is_empty() && !text.contains(['$', '{', '"'])
        })
    };
    let is_clean = |example: &Example| {
        candidates(example).iter().all(|candidate| candidate.conditional || candidate.secret.is_empty())
    };
    let numbered = |examples: &'static str, list: Vec<bool>| {
        list.into_iter().enumerate().filter(|(_, fine)| !fine).map(move |(number, _)| (examples, number + 1))
    };
    let find = numbered("find", rule.data.find.iter().map(finds).collect());
    let clean = numbered("clean", rule.data.clean.iter().map(is_clean).collect());
    find.chain(clean).collect()
}

/// The candidates of an example, of whatever kind its name says.
fn candidates(example: &Example) -> Vec<Candidate> {
    let source = Source::new(example.file.as_str(), example.text.as_str());
    if dotenv::is_dotenv(&example.file) {
        return dotenv::analyze(FileId(0), &source).candidates;
    }
    match format_of(&example.file) {
        Some(format) if relevant(&Lowered::of(example.text.as_bytes())) => {
            analyze(FileId(0), &source, format).candidates
        }
        _ => Vec::new(),
    }
}

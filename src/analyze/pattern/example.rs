//! The examples of a rule for code.

use super::call::path_of;
use super::rule::Rule;
use super::{Engine, LanguageId};
use crate::analyze::anyword::Lowered;
use crate::fact::{Callee, Facts, Value};
use crate::source::Source;

/// How far values are followed by their names.
const DEEPEST: usize = 12;

/// What is wrong with the rule itself, apart from what its examples find.
pub fn fault(rule: &Rule) -> Option<&'static str> {
    let matchers = [rule.call.is_some(), rule.assign.is_some(), rule.fallback.is_some(), rule.text.is_some()];
    if !matchers.contains(&true) {
        return Some("a rule needs a `call`, an `assign`, a `fallback` or a `text`");
    }
    if rule.text.as_ref().is_some_and(|text| !has_secret_group(&text.pattern)) {
        return Some("the `pattern` is no regular expression with a group `secret`");
    }
    let (clean, find): (Vec<_>, Vec<_>) = rule.example.iter().partition(|example| example.find.is_empty());
    (clean.is_empty() || find.is_empty()).then_some("a rule needs an example that finds something and a clean twin")
}

fn has_secret_group(pattern: &str) -> bool {
    regex::Regex::new(pattern).is_ok_and(|regex| regex.capture_names().any(|name| name == Some("secret")))
}

/// The numbers, from 1, of the examples that are not as the rule says.
pub fn failing(engine: &Engine, language: LanguageId, rule: &Rule) -> Vec<usize> {
    let examples = rule.example.iter().enumerate();
    let failing = examples.filter(|(_, example)| {
        let mut expected = example.find.clone();
        expected.sort();
        found(engine, language, rule, &example.code) != Some(expected)
    });
    failing.map(|(number, _)| number + 1).collect()
}

/// The secrets that a rule finds in a text, sorted; `None` if the file would not even be read.
pub fn found(engine: &Engine, language: LanguageId, rule: &Rule, code: &str) -> Option<Vec<String>> {
    let id = engine.languages().find(|(other, _)| *other == language).map_or("", |(_, id)| id);
    let source = Source::new(format!("example.{}", if id == "javascript" { "ts" } else { id }), code);
    let facts = engine.analyze(&source, language);
    let mut found = Vec::new();
    // A text rule, too, must be noticed by its keywords.
    for sink in facts.sinks.iter().filter(|sink| *sink.detector == *rule.id) {
        literals(&sink.value, &facts, DEEPEST, &mut found);
    }
    found.sort();
    found.dedup();
    (found.is_empty() || engine.relevant(language, &Lowered::of(source.text.as_bytes()))).then_some(found)
}

/// The literals that may be in `value`, by names in the same file only.
fn literals(value: &Value, facts: &Facts, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Literal(literal) => found.extend(literal.secret.expose_str().map(str::to_owned)),
        Value::Fallback { primary, default } => {
            literals(primary, facts, depth, found);
            literals(default, facts, depth, found);
        }
        Value::AnyOf(values) | Value::Concat(values) => {
            values.iter().for_each(|value| literals(value, facts, depth, found));
        }
        Value::Decoded(_, inner) | Value::Closure(inner) => literals(inner, facts, depth, found),
        Value::Env(read) => {
            for binding in facts.bindings.iter().filter(|binding| binding.path.last() == read.name.as_ref()) {
                literals(&binding.value, facts, depth, found);
            }
        }
        Value::Call(call) => {
            let name = match &call.callee {
                Callee::Path(name) => name.segments.last(),
                Callee::Method(_, name) => Some(name),
            };
            for function in facts.functions.iter().filter(|function| Some(&function.name) == name) {
                literals(&function.result, facts, depth, found);
            }
        }
        other => {
            let Some(path) = path_of(other) else { return };
            let before = found.len();
            for binding in facts.bindings.iter().filter(|binding| binding.path.ends_with(&path)) {
                literals(&binding.value, facts, depth, found);
            }
            // A member of something whose type is not followed here; a call without brackets.
            if found.len() == before
                && let Some(last) = path.last()
            {
                let member = |path: &[String]| path.len() == 2 && path.last() == Some(last);
                for binding in facts.bindings.iter().filter(|binding| member(&binding.path)) {
                    literals(&binding.value, facts, depth, found);
                }
                for function in facts.functions.iter().filter(|function| function.name == *last) {
                    literals(&function.result, facts, depth, found);
                }
            }
        }
    }
}

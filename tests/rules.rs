//! Every example in `rules/code/` finds what it says, and every rule has both kinds.

use jwtlint::analyze::anyword::Lowered;
use jwtlint::analyze::pattern::Engine;
use jwtlint::fact::{Callee, Facts, FileId, Value};
use jwtlint::source::Source;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let engine = Engine::embedded();
    let mut trials = Vec::new();
    for (language, id) in engine.languages() {
        let Some(prepared) = engine.prepared(language) else {
            trials.push(Trial::test(format!("{id} parses"), move || Err(why(id))));
            continue;
        };
        for rule in &prepared.rules {
            trials.push(Trial::test(format!("{id}::{} has both kinds of examples", rule.id), move || {
                let (clean, find): (Vec<_>, Vec<_>) = rule.example.iter().partition(|example| example.find.is_empty());
                if clean.is_empty() || find.is_empty() {
                    Err("one that finds and a clean twin are needed".into())
                } else {
                    Ok(())
                }
            }));
            for (number, example) in rule.example.iter().enumerate() {
                trials.push(Trial::test(format!("{id}::{}::{number}", rule.id), move || {
                    let source = Source::new(format!("example.{}", file_extension(id)), example.code.clone());
                    let facts = engine.analyze(FileId(0), &source, language);
                    let mut found = Vec::new();
                    // A text rule, too, must be noticed by its keywords.
                    for sink in facts.sinks.iter().filter(|sink| *sink.detector == *rule.id) {
                        literals(&sink.value, &facts, 12, &mut found);
                    }
                    if !example.find.is_empty() && !engine.relevant(language, &Lowered::of(source.text.as_bytes())) {
                        return Err("the file would not be read".into());
                    }
                    found.sort();
                    found.dedup();
                    let mut expected = example.find.clone();
                    expected.sort();
                    if found == expected {
                        Ok(())
                    } else {
                        Err(format!(
                            "found {found:?}, expected {expected:?} in\n{}\nsinks: {:#?}",
                            example.code, facts.sinks
                        )
                        .into())
                    }
                }));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn why(id: &str) -> Failed {
    let text = |name: &str| jwtlint::embedded::text(name).unwrap_or("");
    let description =
        toml::from_str::<jwtlint::analyze::pattern::language::Language>(text(&format!("languages/{id}.toml")));
    let rules = toml::from_str::<jwtlint::analyze::pattern::rule::RuleFile>(text(&format!("code/{id}.toml")));
    format!("{:?} {:?}", description.err(), rules.err()).into()
}

fn file_extension(language: &str) -> &str {
    match language {
        "javascript" => "ts",
        other => other,
    }
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

fn path_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Name(name) => Some(name.segments.clone()),
        Value::This => Some(Vec::new()),
        Value::Field(of, name, _) => {
            let mut path = path_of(of)?;
            path.push(name.clone());
            Some(path)
        }
        _ => None,
    }
}

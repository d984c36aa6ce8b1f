//! Every example in `rules/code/` finds what it says, and every rule has both kinds.

use jwtlint::analyze::pattern::{Engine, example};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let engine = Engine::embedded();
    let mut trials = Vec::new();
    for (language, id) in engine.languages() {
        let Some(prepared) = engine.prepared(language) else {
            trials.push(Trial::test(format!("{id} parses"), move || Err(why(id))));
            continue;
        };
        for rule in prepared.rules.iter().take(prepared.own) {
            trials.push(Trial::test(format!("{id}::{} is complete", rule.id), move || match example::fault(rule) {
                Some(fault) => Err(fault.into()),
                None => Ok(()),
            }));
            for (number, shown) in rule.example.iter().enumerate() {
                trials.push(Trial::test(format!("{id}::{}::{number}", rule.id), move || {
                    let mut expected = shown.find.clone();
                    expected.sort();
                    match example::found(engine, language, rule, &shown.code) {
                        None => Err("the file would not be read".into()),
                        Some(found) if found == expected => Ok(()),
                        Some(found) => Err(format!("found {found:?}, expected {expected:?} in\n{}", shown.code).into()),
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

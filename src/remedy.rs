//! What to do about a finding, step by step and in the language it is in: `rules/remedies.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rule: Vec<Steps>,
    language: Vec<Language>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    ids: Vec<String>,
    steps: Vec<String>,
}

/// A language with the code that steps show.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// What people call it.
    pub name: String,
    /// What else they call it, or those that are written in the same way.
    #[serde(default)]
    also: Vec<String>,
    extensions: Vec<String>,
    read: String,
    rotate: String,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    embedded::text("remedies.toml")
        .and_then(|text| toml::from_str(text).ok())
        .unwrap_or(File { rule: Vec::new(), language: Vec::new() })
});

/// The languages, in order.
pub fn languages() -> &'static [Language] {
    &FILE.language
}

/// The language of a file, by its name.
pub fn language_of(path: &str) -> Option<&'static Language> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let of =
        |extension: &str| FILE.language.iter().find(|language| language.extensions.iter().any(|one| one == extension));
    of(extension).or_else(|| of(if crate::analyze::dotenv::is_dotenv(path) { "env" } else { "" }))
}

/// The language called so, or that files with this extension are in.
pub fn language(word: &str) -> Option<&'static Language> {
    let is = |language: &&Language| {
        let mut names = [&language.name].into_iter().chain(&language.also).chain(&language.extensions);
        names.any(|one| one.eq_ignore_ascii_case(word))
    };
    FILE.language.iter().find(is)
}

/// The steps of a rule; code only where there is some in that language.
pub fn steps(rule: &str, language: Option<&Language>) -> Vec<String> {
    let steps = FILE.rule.iter().find(|steps| steps.ids.iter().any(|id| id == rule));
    let filled = |step: &String| match language {
        Some(language) => step.replace("{read}", language.read.trim()).replace("{rotate}", language.rotate.trim()),
        None => step.split(":\n{").next().map_or_else(String::new, |text| format!("{}.", text.trim_end_matches('.'))),
    };
    steps.map_or_else(Vec::new, |steps| steps.steps.iter().map(filled).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_rule_but_that_about_suppressions_has_steps() {
        for rule in catalog::rules().iter().filter(|rule| rule.id != "unused-suppression") {
            assert!(!steps(&rule.id, None).is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn steps_are_in_the_language_of_the_file() {
        let python = steps("hardcoded-secret", language_of("src/app.py"));
        assert!(python[0].ends_with("secret = os.environ[\"JWT_SECRET\"]"), "{}", python[0]);
        assert!(python[2].contains("jwt.decode(token, old_secret"));
        let unknown = steps("hardcoded-secret", language_of("a.xyz"));
        assert_eq!(unknown[0], "Read the secret when the program starts, and stop where it is missing.");
        assert!(unknown.iter().all(|step| !step.contains('{')));
        assert_eq!(language_of("deploy/.env.production").map(|language| language.name.as_str()), Some("Shell"));
        assert_eq!(language("rs").map(|language| language.name.as_str()), Some("Rust"));
        assert_eq!(language("csharp").map(|language| language.name.as_str()), Some("C#"));
    }

    #[test]
    fn every_language_that_is_read_has_its_steps() {
        use crate::analyze::pattern::Engine;
        for (_, id) in Engine::embedded().languages() {
            assert!(language(id).is_some(), "{id}");
        }
        assert!(language("typescript").is_some());
    }
}

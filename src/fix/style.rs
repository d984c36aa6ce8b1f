//! How things are written in each language: `rules/fixes.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;

/// How a language says what an edit has to say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Style {
    pub id: String,
    pub stop: Option<String>,
    pub after: Vec<String>,
    pub within: Vec<String>,
    pub within_block: bool,
    pub throw: Option<String>,
    pub read: Option<String>,
    pub read_bytes: Option<String>,
    pub loose: bool,
    pub constant: Vec<String>,
    pub import: Option<String>,
    pub default: Vec<DefaultCall>,
}

/// A call whose last argument is what it gives where the read fails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DefaultCall {
    pub call: String,
    pub keyword: Option<String>,
    pub becomes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: Vec<Style>,
}

static STYLES: LazyLock<Vec<Style>> = LazyLock::new(|| {
    embedded::text("fixes.toml")
        .and_then(|text| toml::from_str::<File>(text).ok())
        .map_or_else(Vec::new, |file| file.language)
});

/// The style of a language, by its id.
pub(super) fn of(language: &str) -> Option<&'static Style> {
    STYLES.iter().find(|style| style.id == language)
}

/// Puts what is known into a template.
pub(super) fn fill(template: &str, name: &str, indent: &str) -> String {
    template.replace("{name}", name).replace("{indent}", indent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::pattern::Engine;

    #[test]
    fn every_style_is_that_of_a_language() {
        assert!(STYLES.len() > 8);
        for style in STYLES.iter() {
            assert!(Engine::embedded().language(&style.id).is_some(), "{}", style.id);
            assert!(style.throw.as_ref().is_some_and(|throw| throw.contains("{name}")), "{}", style.id);
        }
    }
}

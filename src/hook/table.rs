//! `rules/hook.toml`: tools of agents, and remedies.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    editing: BTreeSet<String>,
    running: BTreeSet<String>,
    remedy: BTreeMap<String, String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A table that does not parse is caught by the test below; a hook must not fail by it.
    embedded::text("hook.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
});

/// What a tool of an agent does to files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    /// Writes those that its input names.
    Edits,
    /// Runs a command, which may be a patch.
    Runs,
    /// Nothing, or nothing we know of.
    Other,
}

impl Tool {
    /// The tool of this name; `mcp__files__write_file` is the `write_file` of a server.
    pub(super) fn named(name: &str) -> Self {
        let own = name.rsplit("__").next().unwrap_or(name);
        let own = own.rsplit(['.', '/', ':']).next().unwrap_or(own);
        let own: String =
            own.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        if TABLE.editing.contains(&own) {
            Self::Edits
        } else if TABLE.running.contains(&own) {
            Self::Runs
        } else {
            Self::Other
        }
    }
}

/// The way out of a rule's findings, as a fact.
pub(super) fn remedy(rule: &str) -> Option<&'static str> {
    TABLE.remedy.get(rule).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn every_rule_has_a_remedy() {
        for rule in catalog::rules() {
            assert!(remedy(&rule.id).is_some_and(|text| text.len() < 250), "{}", rule.id);
        }
        assert_eq!(TABLE.remedy.len(), catalog::rules().len(), "none for a rule that there is not");
    }

    #[test]
    fn tools_are_known_by_name() {
        for name in ["Write", "MultiEdit", "apply_patch", "replace", "mcp__files__write_file", "str_replace_editor"] {
            assert_eq!(Tool::named(name), Tool::Edits, "{name}");
        }
        assert_eq!(Tool::named("Bash"), Tool::Runs);
        assert_eq!(Tool::named("Read"), Tool::Other);
        assert_eq!(Tool::named(""), Tool::Other);
    }
}

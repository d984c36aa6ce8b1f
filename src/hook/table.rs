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
    before: Vec<String>,
    failed: Vec<String>,
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
        let listed = Self::listed(own);
        if listed != Self::Other || !own.starts_with("mcp_") {
            return listed;
        }
        // `mcp_files_write_file`: a server's name may be of several words, too.
        let endings = own.match_indices('_').filter_map(|(at, _)| own.get(at + 1..));
        endings.map(Self::listed).find(|tool| *tool != Self::Other).unwrap_or(Self::Other)
    }

    fn listed(name: &str) -> Self {
        let name: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
        if TABLE.editing.contains(&name) {
            Self::Edits
        } else if TABLE.running.contains(&name) {
            Self::Runs
        } else {
            Self::Other
        }
    }
}

/// Whether a name is that of a tool of a server: `mcp__files__write_file`.
pub(super) fn is_of_server(name: &str) -> bool {
    name.starts_with("mcp_") || name.contains("__") || name.contains(['.', '/', ':'])
}

/// Whether an event of this name comes before what it tells of.
pub(super) fn comes_before(event: &str) -> bool {
    let event = event.to_ascii_lowercase();
    TABLE.before.iter().any(|beginning| event.starts_with(beginning.as_str()))
}

/// Whether the name of an event, or the type of a result, says that something failed.
pub(super) fn tells_of_failure(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    TABLE.failed.iter().any(|end| name.ends_with(end.as_str()))
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
        for name in [
            "Write",
            "MultiEdit",
            "apply_patch",
            "replace",
            "mcp__files__write_file",
            "mcp_my_files_write_file",
            "str_replace_editor",
        ] {
            assert_eq!(Tool::named(name), Tool::Edits, "{name}");
        }
        assert_eq!(Tool::named("Bash"), Tool::Runs);
        assert_eq!(Tool::named("Read"), Tool::Other);
        assert_eq!(Tool::named(""), Tool::Other);
        assert_eq!(Tool::named("mcp_files_read_file"), Tool::Other);
        assert_eq!(Tool::named("only_write"), Tool::Other);
        assert!(comes_before("PreToolUse") && comes_before("beforeReadFile") && !comes_before("PostToolUse"));
        assert!(tells_of_failure("PostToolUseFailure") && !tells_of_failure("PostToolUse"));
    }
}

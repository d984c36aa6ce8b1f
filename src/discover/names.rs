//! What a name alone says about a path: the tables of `rules/paths.toml`.

use std::path::Path;
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::embedded;

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    // A table that does not parse is caught by the test below; a run must not fail by it.
    embedded::text("paths.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    vendored: Vendored,
    generated: Generated,
    tracking: Endings,
    text: Endings,
    keys: Endings,
    history: Credentials,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vendored {
    directories: FxHashSet<String>,
    marked: FxHashMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Generated {
    directories: FxHashSet<String>,
    files: FxHashSet<String>,
    endings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Endings {
    endings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    endings: Vec<String>,
    words: Vec<String>,
}

/// Whether a directory holds code that others wrote or that a tool generated.
pub(super) fn is_foreign_directory(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    TABLES.vendored.directories.contains(name)
        || TABLES.generated.directories.contains(name)
        || TABLES.vendored.marked.get(name).is_some_and(|marker| path.join(marker).is_file())
}

/// Whether a file is generated: lock files, minified code, source maps.
pub(super) fn is_generated_file(name: &str) -> bool {
    TABLES.generated.files.contains(name) || ends_with_any(name, &TABLES.generated.endings)
}

/// Whether it matters what git knows about a file.
pub(super) fn tracking_matters(name: &str) -> bool {
    is_dotenv(name) || ends_with_any(&name.to_ascii_lowercase(), &TABLES.tracking.endings)
}

/// Whether the name says that a file is text.
pub(crate) fn is_text(name: &str) -> bool {
    is_dotenv(name) || ends_with_any(&name.to_ascii_lowercase(), &TABLES.text.endings)
}

/// Whether the name says that a file is a key, be it none of text.
pub(crate) fn is_key(name: &str) -> bool {
    ends_with_any(&name.to_ascii_lowercase(), &TABLES.keys.endings)
}

/// Whether the name says that a file is a key or holds tokens, though it is no program, configuration or text.
pub(crate) fn may_hold_credentials(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Credentials { endings, words } = &TABLES.history;
    ends_with_any(&name, endings) || !name.contains('.') && words.iter().any(|word| name.contains(word.as_str()))
}

/// `.env`, `.env.local`, `.envrc`, `prod.env`, …
fn is_dotenv(name: &str) -> bool {
    name.starts_with(".env") || name.ends_with(".env")
}

fn ends_with_any(name: &str, endings: &[String]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_parse() {
        let text = embedded::text("paths.toml").unwrap_or_default();
        let tables = toml::from_str::<Tables>(text);
        assert!(tables.is_ok_and(|tables| !tables.vendored.directories.is_empty()));
    }

    #[test]
    fn foreign_directories_are_known_by_name_or_by_a_file_inside() {
        assert!(is_foreign_directory(Path::new("web/node_modules")));
        assert!(!is_foreign_directory(Path::new("web/src")));
        assert!(!is_foreign_directory(Path::new("no/such/target")), "the marker is not there");
    }

    #[test]
    fn generated_files() {
        assert!(is_generated_file("package-lock.json"));
        assert!(is_generated_file("app.min.js"));
        assert!(is_generated_file("service.cdx.xml"));
        assert!(is_generated_file("searchindex.json"));
        assert!(!is_generated_file("app.js"));
        assert!(!is_generated_file("min.js"));
    }

    #[test]
    fn keys_and_tokens_may_stand_in() {
        for name in ["jwt.pem", "jwtRS256.key", "private_key", "JWT_SECRET", "visit.http", "server.log"] {
            assert!(may_hold_credentials(name), "{name}");
        }
        for name in ["logo.png", "LICENSE", "monkey.png", "Makefile", "keyboard.svg"] {
            assert!(!may_hold_credentials(name), "{name}");
        }
    }

    #[test]
    fn tracking_matters_for_configuration() {
        assert!(tracking_matters(".env.production"));
        assert!(tracking_matters("prod.env"));
        assert!(tracking_matters("appsettings.JSON"));
        assert!(!tracking_matters("main.rs"));
    }
}

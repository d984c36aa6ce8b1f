//! Which analyzer reads a file, and whether a cheap look says that it may matter.

use crate::analyze::pattern::{Engine, LanguageId};
use crate::analyze::{config as configuration, dotenv, rust};

/// Which analyzer reads a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Rust,
    Dotenv,
    Configuration(configuration::Format),
    Code(LanguageId),
    Other,
}

impl Kind {
    pub(super) fn of(path: &str) -> Self {
        if path.ends_with(".rs") {
            Self::Rust
        } else if dotenv::is_dotenv(path) {
            Self::Dotenv
        } else if let Some(language) = Engine::embedded().language_of(path) {
            Self::Code(language)
        } else if let Some(format) = configuration::format_of(path) {
            Self::Configuration(format)
        } else {
            Self::Other
        }
    }

    /// A cheap look at the bytes: may anything of interest be in them?
    pub(super) fn is_relevant(self, path: &str, bytes: &[u8]) -> bool {
        match self {
            Self::Rust => rust::gate::is_seed(path, bytes),
            Self::Dotenv => true,
            Self::Configuration(format) => configuration::relevant(format, bytes),
            Self::Code(language) => Engine::embedded().relevant(language, bytes),
            Self::Other => false,
        }
    }
}

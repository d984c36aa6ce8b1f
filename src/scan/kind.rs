//! Which analyzer reads a file, and whether a cheap look says that it may matter.

use crate::analyze::anyword::Lowered;
use crate::analyze::pattern::{Engine, LanguageId};
use crate::analyze::{bare, config as configuration, dotenv, notebook, rust};

/// Which analyzer reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Rust,
    Dotenv,
    Configuration(configuration::Format),
    Code(LanguageId),
    Notebook,
    Document,
    /// The secret itself.
    Bare,
    Other,
}

impl Kind {
    pub(super) fn of(path: &str) -> Self {
        if path.ends_with(".rs") {
            Self::Rust
        } else if notebook::is_notebook(path) {
            Self::Notebook
        } else if dotenv::is_dotenv(path) {
            Self::Dotenv
        } else if let Some(language) = Engine::embedded().language_of(path) {
            // `secrets.yml.erb` is configuration with a little code in it.
            let inner = path.strip_suffix(".erb").or_else(|| path.strip_suffix(".eex"));
            match inner.and_then(configuration::format_of) {
                Some(format) => Self::Configuration(format),
                None => Self::Code(language),
            }
        } else if let Some(format) = configuration::format_of(path) {
            Self::Configuration(format)
        } else if dotenv::is_document(path) {
            Self::Document
        } else if bare::is_bare(path) {
            Self::Bare
        } else {
            Self::Other
        }
    }

    /// Whether program text is what a bundler writes: large, and with hardly a line break. It is passed over and
    /// counted like other generated files.
    pub(super) fn is_minified(self, bytes: &[u8]) -> bool {
        const LARGE: usize = 64 << 10;
        /// Bytes in a line, on average, that people do not write.
        const LONG_LINE: usize = 400;
        matches!(self, Self::Code(_))
            && bytes.len() > LARGE
            && memchr::memchr_iter(b'\n', bytes).count() < bytes.len() / LONG_LINE
    }

    /// Whether a text holds any of the words without which nothing of interest is in it.
    pub(super) fn has_word(self, text: &Lowered) -> bool {
        match self {
            Self::Rust => rust::gate::has_word(text),
            Self::Configuration(_) | Self::Document => configuration::relevant(text),
            Self::Code(language) => Engine::embedded().relevant(language, text),
            Self::Notebook => notebook::is_relevant(text),
            Self::Dotenv | Self::Bare => true,
            Self::Other => false,
        }
    }

    /// Whether a text that was found irrelevant, and is in lower case since, holds none of those words either.
    pub(super) fn is_silent(self, text: &Lowered) -> bool {
        match self {
            Self::Rust => !self.has_word(text),
            // Their words are all that makes them relevant.
            Self::Configuration(_) | Self::Code(_) | Self::Notebook | Self::Other => true,
            Self::Document | Self::Dotenv | Self::Bare => false,
        }
    }

    /// A cheap look at the bytes: may anything of interest be in them?
    pub(super) fn is_relevant(self, path: &str, bytes: &[u8], lowered: &mut Lowered) -> bool {
        match self {
            Self::Dotenv => return true,
            Self::Bare => return bare::may_be_secret(bytes),
            Self::Other => return false,
            Self::Document if !dotenv::may_show_variables(bytes) => return false,
            Self::Rust | Self::Configuration(_) | Self::Code(_) | Self::Notebook | Self::Document => lowered.set(bytes),
        }
        match self {
            Self::Rust => rust::gate::is_seed(path, lowered),
            _ => self.has_word(lowered),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_told_from_sources() {
        let bundle = "var a=function(b){return b};".repeat(4_000);
        assert!(Kind::of("dist/app.js").is_minified(bundle.as_bytes()));
        assert!(!Kind::of("src/app.js").is_minified(bundle.replace(';', ";\n").as_bytes()));
        assert!(!Kind::of("config.json").is_minified(bundle.as_bytes()), "data may stand on one line");
        assert!(!Kind::of("src/app.js").is_minified(b"var a = 1;"), "small files are read in any case");
    }
}

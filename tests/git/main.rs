//! What git holds: the index before a commit, what a branch introduces, and the history. With the real git.

#[path = "../common/mod.rs"]
mod common;

mod elsewhere;
mod history;
mod index;
mod since;
mod staged;

/// A secret with all it takes.
pub const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
/// The same without.
pub const CLEAN: &str = "pub fn secret() -> Option<String> { std::env::var(\"JWT_SECRET\").ok() }\n";

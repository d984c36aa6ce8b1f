//! The Rust analyzer: syn parses a file, a walk over it yields its facts.
//!
//! Nothing is resolved here beyond locals: names of other items and files stay names, and the linker
//! (`crate::link`) finds what they stand for.

mod attributes;
mod body;
pub mod gate;
mod guard;
mod items;
mod literal;
pub mod model;
pub mod table;

use model::{Module, RustFile, Site};

use crate::fact::Setting;

/// Why a file has no facts from syn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unparsed {
    /// Nested so deep that a recursive parser would be at risk.
    #[error("nested too deeply to parse as Rust")]
    TooDeep,
    /// Not Rust that syn knows.
    #[error("does not parse as Rust (line {line})")]
    Syntax {
        /// The line, from 1, where parsing stopped.
        line: usize,
    },
}

/// The facts of one file.
///
/// # Errors
///
/// If the text cannot be parsed; the pattern analyzer's Rust rules still can read it.
pub fn analyze(text: &str) -> Result<RustFile, Unparsed> {
    if !guard::is_parseable(text) {
        return Err(Unparsed::TooDeep);
    }
    let offset = shebang_length(text);
    let parsed = syn::parse_str::<syn::File>(&text[offset..]);
    let result = parsed
        .map(|file| facts(&file, text, offset))
        .map_err(|error| Unparsed::Syntax { line: error.span().start().line + text[..offset].matches('\n').count() });
    // The thread's table of positions would otherwise grow with every file.
    proc_macro2::extra::invalidate_current_thread_spans();
    result
}

fn facts(file: &syn::File, text: &str, offset: usize) -> RustFile {
    let mut out = RustFile { jwt_context: speaks_of_jwt(text), ..RustFile::default() };
    let setting = attributes::setting(&file.attrs);
    out.modules.push(Module { setting, ..Module::default() });
    let positions = literal::Positions { text, offset };
    let mut collector = items::Collector { out: &mut out, positions, table: table::table(), depth: 0 };
    collector.items(&file.items, Site { module: 0, function: None, setting });
    out
}

/// The length of a `#!` line, which is no Rust; `#![…]` is.
fn shebang_length(text: &str) -> usize {
    let is_shebang = text.starts_with("#!") && !text[2..].trim_start().starts_with('[');
    if is_shebang { text.find('\n').unwrap_or(text.len()) } else { 0 }
}

/// Whether a file's words make a general HMAC key in it a JWT key.
fn speaks_of_jwt(text: &str) -> bool {
    const WORDS: [&[u8]; 7] = [b"jwt", b"jws", b"hs256", b"hs384", b"hs512", b"\"alg\"", b"json web token"];
    let lower = text.to_ascii_lowercase();
    WORDS.iter().any(|word| memchr::memmem::find(lower.as_bytes(), word).is_some())
        || (lower.contains("url_safe") && (lower.contains("token") || lower.contains("\"{}.{}\"")))
}

/// Whether the code is for tests only, as far as the file itself says.
pub fn is_test_file(file: &RustFile) -> bool {
    file.modules.first().is_some_and(|module| module.setting == Setting::Test)
}

//! The `jwtlint` program: arguments in, exit code out.

use std::process::ExitCode;

/// Syntax trees are many small pieces: this allocator takes an eighth off a scan, most of it where workers free what
/// others made. Its series 2: of series 3, processes that hang and crash are on record (microsoft/mimalloc#1206,
/// purpleprotocol/mimalloc_rust#159).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(jwtlint::command::main())
}

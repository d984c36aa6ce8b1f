//! The `jwtlint` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(jwtlint::command::main())
}

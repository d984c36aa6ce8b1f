//! Embeds every file below `rules/` into the binary, so that adding a rule touches no Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("cargo sets the path"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets the path"))?);
    let rules = root.join("rules");
    println!("cargo::rerun-if-changed=rules");

    let mut table = String::from("&[\n");
    for entry in walkdir::WalkDir::new(&rules).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = slashed(entry.path().strip_prefix(&rules).map_err(io::Error::other)?);
            writeln!(table, "    ({name:?}, include_bytes!({:?})),", entry.path()).map_err(io::Error::other)?;
        }
    }
    table.push_str("]\n");
    fs::write(out.join("rule_files.rs"), table)
}

/// The path with `/` between its parts on every system.
fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

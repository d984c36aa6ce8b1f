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
    for path in files_below(&rules)? {
        let name = slashed(path.strip_prefix(&rules).map_err(io::Error::other)?);
        // Where the sources lie is said when they are compiled: a folder of builds may serve several copies of them.
        writeln!(
            table,
            "    ({name:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {:?}))),",
            format!("/rules/{name}")
        )
        .map_err(io::Error::other)?;
    }
    table.push_str("]\n");
    fs::write(out.join("rule_files.rs"), table)
}

/// The files below `folder`, by name.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.append(&mut files_below(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}

/// The path with `/` between its parts on every system.
fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

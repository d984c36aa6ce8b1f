//! Scans files that a test makes up, as a tree of their own.

use std::error::Error;
use std::fs;
use std::path::Path;

use jwtlint::config::Config;
use jwtlint::discover;
use jwtlint::finding::Report;
use jwtlint::scan::{Scan, scan};

/// What is found in a folder that holds these files: paths and texts.
pub fn scan_tree<P: AsRef<Path>, T: AsRef<str>>(config: Config, files: &[(P, T)]) -> Result<Report, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    for (path, text) in files {
        let path = folder.path().join(path.as_ref());
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
        fs::write(path, text.as_ref())?;
    }
    let top = folder.path().canonicalize()?;
    let discover = discover::Options {
        paths: vec![top.clone()],
        root: Some(top.clone()),
        current_dir: top,
        max_file_size: u64::MAX,
        threads: 1,
        ..discover::Options::default()
    };
    Ok(scan(&Scan { discover, config, threads: 1 })?)
}

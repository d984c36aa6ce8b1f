//! Makes `rules/published/hashes.txt` from a list of published JWT secrets, one a line:
//!
//! ```sh
//! cargo run --example published-hashes < jwt-secrets.txt > rules/published/hashes.txt
//! ```
//!
//! The list is that of wallarm/jwt-secrets without the everyday passwords added in May 2023; see
//! `rules/published/NOTICE`.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let mut list = Vec::new();
    io::stdin().read_to_end(&mut list)?;
    let values = list.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let hashes: BTreeSet<Vec<u8>> =
        values.filter(|value| !value.is_empty()).map(|value| Sha256::digest(value)[..8].to_vec()).collect();
    let mut out = io::stdout().lock();
    for hash in hashes {
        for byte in hash {
            write!(out, "{byte:02x}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

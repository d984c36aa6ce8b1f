//! Makes the tables below `rules/published/` from a list of published JWT secrets, one a line:
//!
//! ```sh
//! cargo run --example published -- hashes < jwt-secrets.txt > rules/published/hashes.txt
//! cargo run --example published -- values < jwt-secrets.txt > rules/published/values.bin
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
    let lines = list.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let values: BTreeSet<&[u8]> = lines.filter(|value| !value.is_empty()).collect();
    let mut out = io::stdout().lock();
    match std::env::args().nth(1).as_deref() {
        Some("hashes") => hashes(&values, &mut out),
        Some("values") => {
            let joined = values.into_iter().collect::<Vec<_>>().join(&b'\n');
            out.write_all(&miniz_oxide::deflate::compress_to_vec(&joined, 10))
        }
        _ => Err(io::Error::other("which table: hashes or values?")),
    }
}

/// The first 8 bytes of each value's SHA-256, in hexadecimal and sorted.
fn hashes(values: &BTreeSet<&[u8]>, out: &mut impl Write) -> io::Result<()> {
    let hashes: BTreeSet<Vec<u8>> = values.iter().map(|value| Sha256::digest(value)[..8].to_vec()).collect();
    for hash in hashes {
        for byte in hash {
            write!(out, "{byte:02x}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

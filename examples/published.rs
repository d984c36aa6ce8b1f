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
use zlib_rs::{Deflate, DeflateFlush, Status};

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
            out.write_all(&deflated(&joined)?)
        }
        _ => Err(io::Error::other("which table: hashes or values?")),
    }
}

/// Without a header (RFC 1951), as small as it gets.
fn deflated(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut deflate = Deflate::new(9, false, 15);
    let mut out = vec![0; bytes.len() + 64];
    match deflate.compress(bytes, &mut out, DeflateFlush::Finish) {
        Ok(Status::StreamEnd) => Ok(out.into_iter().take(deflate.total_out().try_into().unwrap_or(0)).collect()),
        other => Err(io::Error::other(format!("the list cannot be packed: {other:?}"))),
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

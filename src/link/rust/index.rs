//! Which files hold an identifier: a table of hashes, so that only files that matter are parsed.

use rayon::prelude::*;

/// The identifiers of many files.
#[derive(Debug, Default)]
pub struct IdentifierIndex {
    /// For each file the hashes of its identifiers, sorted. Two identifiers may share a hash: that
    /// costs a file looked at in vain, no more.
    files: Vec<Vec<u32>>,
}

impl IdentifierIndex {
    /// Reads the texts that `text` gives for `0..count`.
    pub fn build(count: usize, text: impl Fn(usize) -> Option<String> + Sync) -> Self {
        let files = (0..count).into_par_iter().map(|file| text(file).map(|text| hashes(&text)).unwrap_or_default());
        Self { files: files.collect() }
    }

    /// The files that hold all of `identifiers`, in order.
    pub fn files_with(&self, identifiers: &[&str]) -> Vec<usize> {
        let wanted: Vec<u32> = identifiers.iter().map(|name| hash(name.as_bytes())).collect();
        let holds = |hashes: &Vec<u32>| wanted.iter().all(|hash| hashes.binary_search(hash).is_ok());
        self.files.iter().enumerate().filter(|(_, hashes)| holds(hashes)).map(|(file, _)| file).collect()
    }
}

fn hashes(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len() / 16);
    let mut at = 0;
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_part(bytes[at]) {
            at += 1;
        }
        found.push(hash(&bytes[start..at]));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_whole_identifiers() {
        let texts = ["fn sign(key: &str) {}", "fn resign() { key }", "sign(key)"];
        let index = IdentifierIndex::build(3, |file| Some(texts[file].to_owned()));
        assert_eq!(index.files_with(&["sign"]), [0, 2]);
        assert_eq!(index.files_with(&["key", "resign"]), [1]);
    }
}

//! Which files hold an identifier, and which define it: a table of hashes, so that only files that
//! matter are parsed.

use rayon::prelude::*;

/// What is looked for in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// An identifier, wherever it stands.
    Any(&'a str),
    /// The definition of a function.
    Function(&'a str),
    /// The definition of a struct, enum, union, trait or type alias.
    Type(&'a str),
    /// The definition of a constant or static.
    Constant(&'a str),
}

impl Word<'_> {
    fn hash(self) -> u32 {
        match self {
            Self::Any(name) => hash(name.as_bytes()),
            Self::Function(name) => Definition::Function.hash(name.as_bytes()),
            Self::Type(name) => Definition::Type.hash(name.as_bytes()),
            Self::Constant(name) => Definition::Constant.hash(name.as_bytes()),
        }
    }
}

/// What a keyword before an identifier defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    Function,
    Type,
    Constant,
}

impl Definition {
    fn after(keyword: &[u8]) -> Option<Self> {
        match keyword {
            b"fn" => Some(Self::Function),
            b"struct" | b"enum" | b"union" | b"trait" | b"type" => Some(Self::Type),
            // `static ref` of lazy_static, `static mut`.
            b"const" | b"static" | b"ref" | b"mut" => Some(Self::Constant),
            _ => None,
        }
    }

    fn hash(self, name: &[u8]) -> u32 {
        let seed = match self {
            Self::Function => 0x9e37_79b9,
            Self::Type => 0x85eb_ca6b,
            Self::Constant => 0xc2b2_ae35,
        };
        hash(name) ^ seed
    }
}

/// The identifiers of many files.
#[derive(Debug, Default)]
pub struct IdentifierIndex {
    /// A word's hash and a file that holds it, sorted. Two words may share a hash: that costs a file
    /// looked at in vain, no more.
    places: Vec<(u32, u32)>,
}

impl IdentifierIndex {
    /// Reads the texts that `text` gives for `0..count`.
    pub fn build(count: u32, text: impl Fn(usize) -> Option<String> + Sync) -> Self {
        let mut places: Vec<(u32, u32)> = (0..count)
            .into_par_iter()
            .flat_map_iter(|file| {
                let words = text(file as usize).map(|text| hashes(&text)).unwrap_or_default();
                words.into_iter().map(move |word| (word, file))
            })
            .collect();
        places.par_sort_unstable();
        Self { places }
    }

    /// The files that hold all of `words`, in order.
    pub fn files_with(&self, words: &[Word<'_>]) -> Vec<usize> {
        let mut lists: Vec<&[(u32, u32)]> = words.iter().map(|word| self.files_of(word.hash())).collect();
        lists.sort_by_key(|list| list.len());
        let Some((shortest, others)) = lists.split_first() else { return Vec::new() };
        let in_all = |file: u32| others.iter().all(|list| list.binary_search_by_key(&file, |&(_, file)| file).is_ok());
        shortest.iter().map(|&(_, file)| file).filter(|&file| in_all(file)).map(|file| file as usize).collect()
    }

    fn files_of(&self, hash: u32) -> &[(u32, u32)] {
        let start = self.places.partition_point(|&(word, _)| word < hash);
        let length = self.places[start..].partition_point(|&(word, _)| word == hash);
        &self.places[start..start + length]
    }
}

fn hashes(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut found = Vec::with_capacity(bytes.len() / 16);
    let mut at = 0;
    let mut defines = None;
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_part(bytes[at]) {
            at += 1;
        }
        let word = &bytes[start..at];
        found.push(hash(word));
        if let Some(definition) = defines {
            found.push(Definition::hash(definition, word));
        }
        defines = Definition::after(word);
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
        assert_eq!(index.files_with(&[Word::Any("sign")]), [0, 2]);
        assert_eq!(index.files_with(&[Word::Any("key"), Word::Any("resign")]), [1]);
        assert_eq!(index.files_with(&[Word::Function("sign")]), [0]);
        assert!(index.files_with(&[Word::Type("sign")]).is_empty());
    }
}

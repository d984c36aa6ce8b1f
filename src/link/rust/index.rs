//! Which files hold an identifier, and which define it: a table of hashes, so that only files that
//! matter are parsed.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::analyze::anyword::is_whole_word;
use crate::share::FEW_FILES;

/// What is looked for in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// An identifier, wherever it stands.
    Any(&'a str),
    /// The definition of a function or macro.
    Function(&'a str),
    /// The definition of a struct, enum, union, trait or type alias.
    Type(&'a str),
    /// A type or trait in the head of an impl.
    Implemented(&'a str),
    /// The definition of a constant or static.
    Constant(&'a str),
    /// What looks like the call of a free or associated function or macro, or the path of one.
    Called(&'a str),
    /// What looks like a member that is given a value, or a method that gives it one.
    Written(&'a str),
    /// A trait of [`SHOWING`] where something is asked to have it: `impl Debug`, `T: fmt::Debug`.
    Asked(&'a str),
}

/// The traits of what can be printed, or written out.
pub const SHOWING: [&str; 4] = ["Debug", "Display", "Serialize", "ToString"];

impl Word<'_> {
    /// A number for it, the same in each run.
    pub fn hash(self) -> u32 {
        match self {
            Self::Any(name) => hash(name.as_bytes()),
            Self::Function(name) => Part::Function.mark(hash(name.as_bytes())),
            Self::Type(name) => Part::Type.mark(hash(name.as_bytes())),
            Self::Implemented(name) => Part::Implemented.mark(hash(name.as_bytes())),
            Self::Constant(name) => Part::Constant.mark(hash(name.as_bytes())),
            Self::Called(name) => Part::Called.mark(hash(name.as_bytes())),
            Self::Written(name) => Part::Written.mark(hash(name.as_bytes())),
            Self::Asked(name) => Part::Asked.mark(hash(name.as_bytes())),
        }
    }
}

impl<'a> Word<'a> {
    /// The name of the type whose definition is looked for.
    pub fn as_type(self) -> Option<&'a str> {
        match self {
            Self::Type(name) => Some(name),
            _ => None,
        }
    }
}

/// Whether a text defines a type of this name: what [`Word::Type`] says by hashes, for certain.
pub fn defines_type(text: &str, name: &str) -> bool {
    let defines = |before: &str| {
        let before = before.strip_suffix("r#").unwrap_or(before);
        let keyword = before.trim_ascii_end();
        let start = keyword.bytes().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
        keyword.len() < before.len() && Part::after(&keyword.as_bytes()[start..]) == Some(Part::Type)
    };
    memchr::memmem::find_iter(text.as_bytes(), name)
        .any(|at| is_whole_word(text, at..at + name.len()) && defines(&text[..at]))
}

/// The part that an identifier plays where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Function,
    Type,
    Implemented,
    Constant,
    Called,
    Written,
    Asked,
}

impl Part {
    /// What a keyword before an identifier defines.
    fn after(keyword: &[u8]) -> Option<Self> {
        match keyword {
            b"fn" | b"macro_rules" => Some(Self::Function),
            b"struct" | b"enum" | b"union" | b"trait" | b"type" => Some(Self::Type),
            // `static ref` of lazy_static, `static mut`.
            b"const" | b"static" | b"ref" | b"mut" => Some(Self::Constant),
            _ => None,
        }
    }

    /// What the text around an identifier makes of it.
    fn between(before: u8, after: &[u8]) -> [Option<Self>; 2] {
        /// Methods that give what they are called on a value.
        const WRITERS: [&[u8]; 7] = [b"set", b"replace", b"insert", b"store", b"swap", b"copy_from", b"clone_from"];
        let is_member = before == b'.';
        let after = after.trim_ascii_start();
        let (called, written) = match after {
            [b':', b':', b'<', ..] => (!is_member, false),
            [b':', b':', ..] | [b'=', b'=' | b'>', ..] => (false, false),
            [b'!', b'=', ..] => (false, false),
            [b'!', ..] => (!is_member, false),
            // `with_secret(…)`, `.secret(…)` of a builder
            [b'(', ..] => (!is_member, is_member),
            [b'=', ..] => (false, true),
            [b'.', after @ ..] => (false, is_member && WRITERS.iter().any(|name| after.starts_with(name))),
            [b':' | b',' | b'}', ..] => (before == b':', !is_member),
            _ => (before == b':', false),
        };
        [called.then_some(Self::Called), written.then_some(Self::Written)]
    }

    /// The hash of a name in this part.
    fn mark(self, name: u32) -> u32 {
        let seed = match self {
            Self::Function => 0x9e37_79b9,
            Self::Type => 0x85eb_ca6b,
            Self::Implemented => 0x2c1b_3c6d,
            Self::Constant => 0xc2b2_ae35,
            Self::Called => 0x27d4_eb2f,
            Self::Written => 0x1656_67b1,
            Self::Asked => 0x2545_f491,
        };
        name ^ seed
    }
}

/// The identifiers of many files, but for those in lines that are nothing but a comment.
///
/// Each file has a Bloom filter over its words, a bit for every byte of text and four for every word: a
/// word that is not there is found in about one file of ten thousand, which costs that file looked at in
/// vain, no more.
#[derive(Debug, Default)]
pub struct IdentifierIndex {
    files: Vec<Filter>,
}

impl IdentifierIndex {
    /// Reads the texts that `text` gives for `0..count`.
    pub fn build<'a>(count: usize, text: impl Fn(usize) -> Option<Cow<'a, str>> + Sync) -> Self {
        let filters = (0..count)
            .into_par_iter()
            .with_max_len(FEW_FILES)
            .map(|file| text(file).map(|text| Filter::of(&text)).unwrap_or_default());
        Self { files: filters.collect() }
    }

    /// Whether a file may hold a word.
    pub fn holds(&self, file: usize, word: Word<'_>) -> bool {
        self.files.get(file).is_some_and(|filter| filter.holds(word.hash()))
    }

    /// The files among these that hold all of `words`, in the same order.
    pub fn files_with(&self, among: &[usize], words: &[Word<'_>]) -> Vec<usize> {
        let wanted: Vec<u32> = words.iter().map(|word| word.hash()).collect();
        let holds = |filter: &Filter| wanted.iter().all(|&hash| filter.holds(hash));
        among.iter().copied().filter(|&file| self.files.get(file).is_some_and(holds)).collect()
    }
}

/// The words of one file; empty for a file that cannot be read.
#[derive(Debug, Default)]
struct Filter {
    /// A power of two of blocks, or none.
    bits: Vec<u64>,
}

impl Filter {
    fn of(text: &str) -> Self {
        let blocks = (text.len() / 64).next_power_of_two().max(64);
        let mut filter = Self { bits: vec![0; blocks] };
        let bytes = text.as_bytes();
        let mut defines: Option<Part> = None;
        let mut is_in_head = false;
        let mut last = 0;
        let mut words = Words::of(bytes);
        while let Some((start, end)) = words.next() {
            let between = &bytes[last..start];
            if is_comment(between, last == 0) {
                last = words.skip_line(end);
                continue;
            }
            let (word, after) = (&bytes[start..end], &bytes[end..]);
            last = end;
            let hash = hash_start(&bytes[start..], end - start);
            filter.add(hash);
            // `r#type: Default` defines no type.
            if let Some(definition) = defines
                && matches!(between.trim_ascii(), b"" | b"!" | b"#")
            {
                filter.add(definition.mark(hash));
            }
            let parts = Part::between(between.last().copied().unwrap_or(b' '), after);
            for part in parts.into_iter().flatten() {
                filter.add(part.mark(hash));
            }
            is_in_head = is_in_head && !between.contains(&b'{');
            if is_in_head {
                filter.add(Part::Implemented.mark(hash));
            }
            if !may_be_keyword(word) {
                defines = None;
            } else if word != b"r" || !after.starts_with(b"#") {
                is_in_head |= word == b"impl" && begins_item(&bytes[..start]);
                defines = Part::after(word);
                if !is_in_head && SHOWING.iter().any(|name| name.as_bytes() == word) && is_asked(&bytes[..start]) {
                    filter.add(Part::Asked.mark(hash));
                }
            }
        }
        filter
    }

    fn add(&mut self, hash: u32) {
        for (block, bits) in Self::places(hash, self.bits.len()) {
            self.bits[block] |= bits;
        }
    }

    fn holds(&self, hash: u32) -> bool {
        !self.bits.is_empty()
            && Self::places(hash, self.bits.len()).into_iter().all(|(block, bits)| self.bits[block] & bits == bits)
    }

    /// Four bits for a word: two in each of two blocks, from one mix of its hash.
    fn places(hash: u32, blocks: usize) -> [(usize, u64); 2] {
        let mixed = u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let block = |bits: u64| usize::try_from(bits & 0xff_ffff).unwrap_or_default() & (blocks - 1);
        let pair = |bits: u64| 1 << (bits & 63) | 1 << (bits >> 6 & 63);
        [(block(mixed), pair(mixed >> 24)), (block(mixed >> 40), pair(mixed >> 36))]
    }
}

/// Whether what stands before a word, after the one before it, begins a line of nothing but a comment.
fn is_comment(between: &[u8], is_first: bool) -> bool {
    // Most words stand one or two bytes apart.
    between.len() > 2
        && match memchr::memrchr(b'\n', between) {
            Some(end) => between[end + 1..].trim_ascii_start().starts_with(b"//"),
            None => is_first && between.starts_with(b"//"),
        }
}

/// Whether an `impl` after this text begins an item; in `key: impl AsRef<str>` it is a type.
fn begins_item(before: &[u8]) -> bool {
    !matches!(before.trim_ascii_end().last(), Some(b':' | b'>' | b'(' | b'&' | b'<' | b',' | b'+' | b'=' | b'|'))
}

/// Whether a trait after this text is asked for; in `derive(Debug, Clone)` it is given.
fn is_asked(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    matches!(before.last(), Some(b':' | b'+')) || before.ends_with(b"impl") || before.ends_with(b"dyn")
}

/// Whether a word begins as one does that says what it or the next one is for, and is as long as it.
fn may_be_keyword(word: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 17] = [
        b"fn",
        b"macro_rules",
        b"struct",
        b"enum",
        b"union",
        b"trait",
        b"type",
        b"const",
        b"static",
        b"ref",
        b"mut",
        b"impl",
        b"r",
        SHOWING[0].as_bytes(),
        SHOWING[1].as_bytes(),
        SHOWING[2].as_bytes(),
        SHOWING[3].as_bytes(),
    ];
    /// A bit for each length of the keywords that begin with a byte.
    const LENGTHS: [u16; 256] = {
        let mut lengths = [0; 256];
        let mut at = 0;
        while at < KEYWORDS.len() {
            lengths[KEYWORDS[at][0] as usize] |= 1 << KEYWORDS[at].len();
            at += 1;
        }
        lengths
    };
    let of_first = word.first().map_or(0, |&first| LENGTHS[usize::from(first)]);
    word.len() < 16 && of_first >> word.len() & 1 == 1
}

/// The words of a text, by where they start and end.
///
/// Where they do is found for 64 bytes at a time: the length of a word is nothing that a processor can foresee.
struct Words<'t> {
    text: &'t [u8],
    /// Where the 64 bytes begin whose `edges` are given.
    block: usize,
    /// A bit for each byte that is another kind than the one before it.
    edges: u64,
    /// Whether the last byte of the block is part of a word.
    ends_in_word: bool,
}

impl<'t> Words<'t> {
    fn of(text: &'t [u8]) -> Self {
        let mut words = Self { text, block: 0, edges: 0, ends_in_word: false };
        words.read_block();
        words
    }

    fn read_block(&mut self) {
        let rest = self.text.get(self.block..).unwrap_or_default();
        let parts = match rest.first_chunk::<64>() {
            Some(bytes) => parts_among(bytes),
            None => {
                let mut bytes = [b' '; 64];
                bytes[..rest.len()].copy_from_slice(rest);
                parts_among(&bytes)
            }
        };
        self.edges = parts ^ (parts << 1 | u64::from(self.ends_in_word));
        self.ends_in_word = parts >> 63 == 1;
    }

    /// Goes on after the line that `from` stands in, and gives where that ends.
    fn skip_line(&mut self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(self.text.len(), |length| from + length);
        if end - end % 64 != self.block {
            self.block = end - end % 64;
            self.ends_in_word = false;
            self.read_block();
        }
        self.edges &= !(u64::MAX >> (63 - end % 64));
        end
    }

    fn next_edge(&mut self) -> Option<usize> {
        while self.edges == 0 {
            self.block += 64;
            if self.block > self.text.len() {
                return None;
            }
            self.read_block();
        }
        let at = self.block + self.edges.trailing_zeros() as usize;
        self.edges &= self.edges - 1;
        Some(at)
    }
}

impl Iterator for Words<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let start = self.next_edge()?;
        Some((start, self.next_edge()?))
    }
}

/// A bit for each byte that is part of a word.
fn parts_among(bytes: &[u8; 64]) -> u64 {
    /// Brings the lowest bits of eight bytes together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut are_parts = [0; 64];
    for (is, byte) in are_parts.iter_mut().zip(bytes) {
        *is = u8::from(is_part(*byte));
    }
    let (eights, _) = are_parts.as_chunks::<8>();
    let mut mask = 0;
    for eight in eights.iter().rev() {
        mask = mask << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56;
    }
    mask
}

/// Whether an identifier may be made of a byte.
const fn is_part(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26 || byte.wrapping_sub(b'0') < 10 || byte == b'_' || byte >= 0x80
}

/// A hash of a word: good enough for a filter, and cheap for words of one step.
fn hash(word: &[u8]) -> u32 {
    hash_start(word, word.len())
}

/// The hash of the first `length` bytes of a text, eight at a time; what follows them spares looking at each.
fn hash_start(mut text: &[u8], length: usize) -> u32 {
    let mut state = length as u64;
    let mut left = length;
    while left > 0 {
        let part = match text.first_chunk::<8>() {
            Some(bytes) if left < 8 => u64::from_le_bytes(*bytes) & ((1 << (8 * left)) - 1),
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => text.iter().take(left).rev().fold(0, |part, &byte| part << 8 | u64::from(byte)),
        };
        state = (state ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
        left = left.saturating_sub(8);
        text = text.get(8..).unwrap_or_default();
    }
    (state >> 32) as u32 ^ state as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_hash_wherever_it_stands() {
        for word in ["k", "sign", "eight_by", "from_secret", "a_name_of_more_than_sixteen"] {
            for after in ["", ";", "(key)", " // and much more text than eight bytes"] {
                assert_eq!(hash_start(format!("{word}{after}").as_bytes(), word.len()), hash(word.as_bytes()));
            }
        }
        assert_ne!(hash(b"sign"), hash(b"sign\0"));
    }

    #[test]
    fn words_are_what_stands_between_other_bytes() {
        for before in 0..70 {
            for length in [0, 1, 2, 7, 8, 63, 64, 65, 130] {
                for after in ["", ".", " next", "::é_9!"] {
                    let text = format!("{}{}{after}", ".".repeat(before), "w".repeat(length));
                    let found: Vec<&str> = Words::of(text.as_bytes()).map(|(start, end)| &text[start..end]).collect();
                    let other = |c: char| !c.is_alphanumeric() && c != '_';
                    let expected: Vec<&str> = text.split(other).filter(|word| !word.is_empty()).collect();
                    assert_eq!(found, expected, "{text}");
                }
            }
        }
    }

    #[test]
    fn lines_of_nothing_but_a_comment_say_nothing() {
        for indent in 0..70 {
            for length in [0, 1, 40, 63, 64, 65, 130] {
                let (indent, said) = (" ".repeat(indent), " said".repeat(length));
                let text =
                    format!("// at{said}\nfn first() {{\n{indent}/// of{said} it\n{indent}//! it\nnext(); // end\n//x");
                let index = IdentifierIndex::build(1, |_| Some(Cow::Owned(text.clone())));
                for word in [Word::Function("first"), Word::Called("next"), Word::Any("end")] {
                    assert!(index.holds(0, word), "{word:?} in {text}");
                }
                for word in ["at", "of", "said", "it", "x"] {
                    assert!(!index.holds(0, Word::Any(word)), "{word} in {text}");
                }
            }
        }
        assert!(holds("f(\"http://host\", key)", Word::Any("key")) && holds("a\n/ b", Word::Any("b")));
    }

    #[test]
    fn every_keyword_that_defines_is_seen() {
        for (keyword, name) in [("fn", Word::Function("it")), ("macro_rules!", Word::Function("it"))] {
            assert!(
                IdentifierIndex::build(1, |_| Some(Cow::Owned(format!("{keyword} it")))).holds(0, name),
                "{keyword}"
            );
        }
        for keyword in ["struct", "enum", "union", "trait", "type"] {
            assert!(defines_type(&format!("{keyword} It"), "It"), "{keyword}");
            let index = IdentifierIndex::build(1, |_| Some(Cow::Owned(format!("{keyword} It"))));
            assert!(index.holds(0, Word::Type("It")), "{keyword}");
        }
        for keyword in ["const", "static", "static ref", "static mut"] {
            let index = IdentifierIndex::build(1, |_| Some(Cow::Owned(format!("{keyword} IT: u8"))));
            assert!(index.holds(0, Word::Constant("IT")), "{keyword}");
        }
    }

    #[test]
    fn files_are_found_by_whole_identifiers() {
        let texts = ["fn sign(key: &str) {}", "fn resign() { key }", "sign(key)"];
        let index = IdentifierIndex::build(3, |file| Some(Cow::Borrowed(texts[file])));
        assert_eq!(index.files_with(&[0, 1, 2], &[Word::Any("sign")]), [0, 2]);
        assert_eq!(index.files_with(&[0, 1, 2], &[Word::Any("key"), Word::Any("resign")]), [1]);
        assert_eq!(index.files_with(&[0, 1, 2], &[Word::Function("sign")]), [0]);
        assert!(index.files_with(&[0, 1, 2], &[Word::Type("sign")]).is_empty());
        assert_eq!(index.files_with(&[1, 2], &[Word::Any("sign")]), [2]);
    }

    fn holds(text: &'static str, word: Word<'_>) -> bool {
        IdentifierIndex::build(1, |_| Some(Cow::Borrowed(text))).holds(0, word)
    }

    #[test]
    fn what_is_implemented_is_told_from_what_is_named() {
        for text in [
            "impl Signer {",
            "} impl<T: Into<String>> fmt::Debug for Signer<T> {",
            "#[async_trait] impl Signer for Quince",
            "impl<T> From<(T, u8)>\nfor Signer<T>\nwhere T: Copy {",
        ] {
            assert!(holds(text, Word::Implemented("Signer")), "{text}");
        }
        for text in ["impl Quince { fn a(it: Signer) {} }", "fn a(it: impl Quince) -> Signer {", "struct Signer;"] {
            assert!(!holds(text, Word::Implemented("Signer")), "{text}");
        }
    }

    #[test]
    fn what_a_keyword_defines_stands_beside_it() {
        for text in ["struct Signer;", "pub enum Signer {", "type Signer<T> = Vec<T>;", "trait\n    r#Signer {"] {
            assert!(holds(text, Word::Type("Signer")) && defines_type(text, "Signer"), "{text}");
        }
        for text in ["Record { r#type: Signer::new() }", "// of that type: Signer", "impl Signer {"] {
            assert!(!holds(text, Word::Type("Signer")) && !defines_type(text, "Signer"), "{text}");
        }
        assert!(!defines_type("struct Signers; enum DesignSigner {} mystruct Signer", "Signer"));
        assert!(holds("pub fn r#type() {}", Word::Function("type")));
        assert!(holds("macro_rules! signer {", Word::Function("signer")));
    }

    #[test]
    fn calls_are_told_from_variables() {
        for text in [
            "sign(key)",
            "keys::sign (key)",
            "sign::<Key>(key)",
            "sign!(key)",
            "keys.map(auth::sign)",
            "use auth::sign;",
        ] {
            assert!(holds(text, Word::Called("sign")), "{text}");
        }
        for text in ["sign.len()", "it.sign(key)", "let sign = 1;", "check(sign, key)", "sign::make()", "sign != key"] {
            assert!(!holds(text, Word::Called("sign")), "{text}");
        }
    }

    #[test]
    fn traits_that_are_asked_for_are_told_from_those_that_are_given() {
        for text in [
            "fn dump<T: Debug>(it: T) {}",
            "fn dump(it: &impl fmt::Debug) {}",
            "fn dump<T>(it: T) where T: Send + Debug {}",
            "fn dump(it: Box<dyn Debug>) {}",
            "fn dump(it: impl Debug) {}",
        ] {
            assert!(holds(text, Word::Asked("Debug")), "{text}");
        }
        for text in ["#[derive(Clone, Debug)]", "impl fmt::Debug for It {", "use std::fmt::{Debug, Display};", "Debug"]
        {
            assert!(!holds(text, Word::Asked("Debug")), "{text}");
        }
    }

    #[test]
    fn members_that_are_given_values_are_told_from_those_that_are_read() {
        for text in [
            "Jwt { key: \"\" }",
            "Jwt { key, age }",
            "Jwt { age, key }",
            "self.key = made",
            "self.key.replace(made)",
            "builder.key(\"\")",
        ] {
            assert!(holds(text, Word::Written("key")), "{text}");
        }
        for text in
            ["self.key.clone()", "f(self.key, 1)", "self.key == other", "&self.key;", "key::make()", "Key { other: 1 }"]
        {
            assert!(!holds(text, Word::Written("key")), "{text}");
        }
    }
}

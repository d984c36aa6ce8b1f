//! Names for a finding that survive edits elsewhere in its file.
//!
//! Two of them. [`LineHashes`] is GitHub's `primaryLocationLineHash`: code scanning matches alerts by
//! it, so it follows GitHub's algorithm unit for unit. It depends on the text of the line, so it may
//! appear in SARIF only. [`Fingerprints`] makes jwtlint's own `jwtlint/v1`, from path, rule and
//! structure: neither the value nor a line number goes in, so it gives nothing away and stays when
//! lines move.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::source::Source;

/// How many UTF-16 units, blanks left out, one line hash covers.
const WINDOW: usize = 100;
/// The base of GitHub's polynomial hash.
const BASE: u64 = 37;
/// `BASE` to the power of `WINDOW`: the weight of the unit that leaves the window.
const LEAVING: u64 = BASE.wrapping_pow(WINDOW as u32);
/// What GitHub's algorithm puts after the last unit of a file.
const TERMINATOR: u16 = 0xFFFF;

/// GitHub's `primaryLocationLineHash` of every line of one file, from one pass over its bytes.
#[derive(Debug, Clone)]
pub struct LineHashes(Vec<LineHash>);

#[derive(Debug, Clone, Copy)]
struct LineHash {
    value: u64,
    /// How many lines up to and including this one have the same value.
    count: u32,
}

impl LineHashes {
    /// The hashes of a file, from the bytes as they are on disk.
    pub fn of(source: &Source) -> Self {
        Self::of_bytes(source.original.as_deref().unwrap_or(source.text.as_bytes()))
    }

    /// The hashes of a file with these bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut hasher = LineHasher::default();
        for chunk in bytes.utf8_chunks() {
            chunk.valid().encode_utf16().for_each(|unit| hasher.read(unit));
            if !chunk.invalid().is_empty() {
                hasher.read(char::REPLACEMENT_CHARACTER as u16);
            }
        }
        Self::counted(hasher.finish())
    }

    fn counted(values: Vec<u64>) -> Self {
        let mut seen: HashMap<u64, u32> = HashMap::with_capacity(values.len());
        let count = |value| {
            let count = seen.entry(value).or_default();
            *count += 1;
            LineHash { value, count: *count }
        };
        Self(values.into_iter().map(count).collect())
    }

    /// The hash of `line` (from 1) with its counter, as SARIF has it; `None` for a line that does not exist.
    pub fn get(&self, line: usize) -> Option<String> {
        let LineHash { value, count } = self.0.get(line.checked_sub(1)?)?;
        Some(format!("{value:x}:{count}"))
    }
}

/// Slides a window of [`WINDOW`] units over a file and takes the hash at each line's first unit.
struct LineHasher {
    window: [u16; WINDOW],
    hash: u64,
    /// How many units went in.
    count: usize,
    /// Where lines begin whose window is not full yet, by number of the unit; never more than a window.
    open: VecDeque<usize>,
    lines: Vec<u64>,
    at_line_start: bool,
    after_carriage_return: bool,
}

impl Default for LineHasher {
    fn default() -> Self {
        Self {
            window: [0; WINDOW],
            hash: 0,
            count: 0,
            open: VecDeque::with_capacity(WINDOW),
            lines: Vec::new(),
            at_line_start: true,
            after_carriage_return: false,
        }
    }
}

impl LineHasher {
    /// Takes one unit of the file: blanks do not count, and CR and CRLF count as LF.
    fn read(&mut self, unit: u16) {
        const SPACE: u16 = b' ' as u16;
        const TAB: u16 = b'\t' as u16;
        const LF: u16 = b'\n' as u16;
        const CR: u16 = b'\r' as u16;
        let second_of_crlf = unit == LF && self.after_carriage_return;
        self.after_carriage_return = unit == CR;
        match unit {
            SPACE | TAB => {}
            LF if second_of_crlf => {}
            LF | CR => {
                self.keep(LF);
                self.at_line_start = true;
            }
            _ => self.keep(unit),
        }
    }

    fn keep(&mut self, unit: u16) {
        if self.at_line_start {
            self.open.push_back(self.count);
            self.at_line_start = false;
        }
        self.slide(unit);
    }

    fn slide(&mut self, unit: u16) {
        let slot = &mut self.window[self.count % WINDOW];
        let leaving = u64::from(std::mem::replace(slot, unit));
        self.hash =
            self.hash.wrapping_mul(BASE).wrapping_add(u64::from(unit)).wrapping_sub(leaving.wrapping_mul(LEAVING));
        self.count += 1;
        if self.open.front().is_some_and(|start| self.count - start == WINDOW) {
            self.open.pop_front();
            self.lines.push(self.hash);
        }
    }

    /// Ends the file and fills the last windows with zeros.
    fn finish(mut self) -> Vec<u64> {
        self.keep(TERMINATOR);
        while !self.open.is_empty() {
            self.slide(0);
        }
        self.lines
    }
}

/// What a `jwtlint/v1` fingerprint is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity<'a> {
    /// Relative to the root, `/`-separated.
    pub path: &'a str,
    /// The rule's id.
    pub rule: &'a str,
    /// The entry of `rules/`, or the analyzer, that saw it.
    pub detector: &'a str,
    /// The name of the thing that holds the secret or takes it; never the secret.
    pub subject: &'a str,
}

impl Identity<'_> {
    /// The fingerprint of the `ordinal`-th finding, from 1, among those with this identity.
    pub fn fingerprint(&self, ordinal: u32) -> String {
        let mut hash = Sha256::new();
        for part in [self.path, self.rule, self.detector, self.subject] {
            // The length in front keeps the borders of parts apart.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(ordinal.to_be_bytes());
        hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Hands out `jwtlint/v1` fingerprints, numbering findings of equal identity in the order of the calls.
#[derive(Debug, Clone, Default)]
pub struct Fingerprints {
    given: HashMap<String, u32>,
}

impl Fingerprints {
    /// The next fingerprint for this identity; call it in the order of the report.
    pub fn next(&mut self, identity: &Identity<'_>) -> String {
        let first = identity.fingerprint(1);
        let ordinal = self.given.entry(first.clone()).or_default();
        *ordinal += 1;
        if *ordinal == 1 { first } else { identity.fingerprint(*ordinal) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FOUR_LINES: &str = "const x = 1;\n\nconst secret = \"changeme\";\njwt.sign(p, secret);\n";

    fn hashes(bytes: impl AsRef<[u8]>) -> Vec<String> {
        let hashes = LineHashes::of_bytes(bytes.as_ref());
        (1..).map_while(|line| hashes.get(line)).collect()
    }

    #[test]
    fn an_empty_file_has_one_line() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn newline_style_and_blanks_do_not_matter() {
        let expected = [
            "d44b12d35bac1676:1",
            "71dd6da5cec9aa88:1",
            "7ce0b2f0e405133e:1",
            "d233d13382e16c37:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(hashes(FOUR_LINES), expected);
        assert_eq!(hashes(FOUR_LINES.replace('\n', "\r\n")), expected);
        assert_eq!(hashes(FOUR_LINES.replace('\n', "\r")), expected);
        assert_eq!(hashes(FOUR_LINES.replace("const", "\t const \t")), expected);
    }

    #[test]
    fn a_blank_between_cr_and_lf_makes_two_line_ends() {
        assert_eq!(hashes("a\r \nb"), hashes("a\n\nb"));
        assert_eq!(hashes("a\r\nb"), hashes("a\nb"));
    }

    #[test]
    fn a_byte_order_mark_belongs_to_line_one() {
        let marked = hashes(format!("\u{feff}{FOUR_LINES}"));
        assert_eq!(marked[0], "15b0365ae3a70c61:1");
        assert_eq!(marked[1..], hashes(FOUR_LINES)[1..]);
    }

    #[test]
    fn the_end_of_the_file_counts() {
        let expected = ["9f450a621954f000:1", "f30624072ff12c42:1", "27c30f03eebad320:1", "df4cbd3af2e9a159:1"];
        assert_eq!(hashes(FOUR_LINES.trim_end()), expected);
    }

    #[test]
    fn equal_lines_are_counted() {
        let hashes = hashes("k=1\n".repeat(40));
        assert_eq!(hashes[..3], ["62e6d4504864ed3b:1", "62e6d4504864ed3b:2", "62e6d4504864ed3b:3"]);
        assert_eq!(hashes[39..], ["905b075e803be406:1", "c129715d7a2bc9a3:1"]);
    }

    #[test]
    fn an_astral_character_is_two_units_and_the_value_is_not_padded() {
        assert_eq!(hashes("k = \"🔑é\";\n")[0], "741681937b8bca7:1");
    }

    #[test]
    fn an_invalid_sequence_is_one_replacement_character() {
        assert_eq!(hashes(b"k=\xe9\xff\n")[0], "41b40a16bdff867b:1");
    }

    #[test]
    fn unicode_line_separators_do_not_end_a_line() {
        assert_eq!(hashes("a\u{2028}b\nc\n")[..2], ["32b4ce6fcc17f7e5:1", "3791504be0bd17cc:1"]);
    }

    #[test]
    fn the_bytes_on_disk_decide() {
        let mut source = Source::new("a.js", FOUR_LINES);
        source.original = Some(format!("\u{feff}{FOUR_LINES}").into_bytes());
        assert_eq!(LineHashes::of(&source).get(1).as_deref(), Some("15b0365ae3a70c61:1"));
        assert_eq!(LineHashes::of(&source).get(0), None);
        assert_eq!(LineHashes::of(&source).get(6), None);
    }

    /// The algorithm word for word, a window at a time.
    fn slow_hashes(text: &str) -> Vec<u64> {
        let mut units: Vec<u16> = Vec::new();
        let mut before = 0;
        for unit in text.encode_utf16() {
            match unit {
                0x20 | 0x09 => {}
                0x0A if before == 0x0D => {}
                0x0D => units.push(0x0A),
                unit => units.push(unit),
            }
            before = unit;
        }
        units.push(0xFFFF);
        let starts = (0..units.len()).filter(|&at| at == 0 || units[at - 1] == 0x0A);
        let padded = |start| units[start..].iter().copied().chain(std::iter::repeat(0)).take(100);
        let hash = |hash: u64, unit: u16| hash.wrapping_mul(37).wrapping_add(u64::from(unit));
        starts.map(|start| padded(start).fold(0, hash)).collect()
    }

    proptest! {
        #[test]
        fn sliding_gives_what_hashing_every_window_gives(text in "([ \\t\\r\\na-c]|\\PC){0,400}") {
            let quick: Vec<_> = LineHashes::of_bytes(text.as_bytes()).0.iter().map(|line| line.value).collect();
            prop_assert_eq!(quick, slow_hashes(&text));
        }
    }

    const IDENTITY: Identity<'static> =
        Identity { path: "src/auth.rs", rule: "hardcoded-secret", detector: "rust", subject: "SECRET" };

    #[test]
    fn every_part_of_an_identity_counts_and_stays_apart() {
        let others = [
            Identity { path: "src/auth2.rs", ..IDENTITY },
            Identity { rule: "weak-secret", ..IDENTITY },
            Identity { detector: "dotenv", ..IDENTITY },
            Identity { subject: "OTHER", ..IDENTITY },
            Identity { detector: "rustS", subject: "ECRET", ..IDENTITY },
        ];
        for other in others {
            assert_ne!(other.fingerprint(1), IDENTITY.fingerprint(1), "{other:?}");
        }
        assert_ne!(IDENTITY.fingerprint(2), IDENTITY.fingerprint(1));
    }

    #[test]
    fn the_fingerprint_of_an_identity_never_changes_between_versions() {
        assert_eq!(IDENTITY.fingerprint(1), "da566f2eaf2a20c178ce686fa4a148b3");
    }

    #[test]
    fn equals_are_numbered() {
        let mut fingerprints = Fingerprints::default();
        let first = fingerprints.next(&IDENTITY);
        let other = fingerprints.next(&Identity { subject: "OTHER", ..IDENTITY });
        let second = fingerprints.next(&IDENTITY);
        assert_eq!(first, IDENTITY.fingerprint(1));
        assert_eq!(second, IDENTITY.fingerprint(2));
        assert_eq!(other, Identity { subject: "OTHER", ..IDENTITY }.fingerprint(1));
    }
}

//! Bytes to text: which encoding, and what to do with what does not fit it.

use std::borrow::Cow;
use std::path::Path;

use crate::discover::names;
use crate::key;

/// The byte order mark, decoded.
const MARK: char = '\u{feff}';

/// The byte order mark of a text, empty if it has none, and the rest.
pub(crate) fn split_mark(text: &str) -> (&str, &str) {
    text.split_at(if text.starts_with(MARK) { MARK.len_utf8() } else { 0 })
}

/// How the bytes of a file stand for text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8, perhaps with a byte order mark, perhaps with invalid sequences.
    Utf8,
    /// UTF-16, the low byte first.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
    /// UTF-32, the low byte first.
    Utf32Le,
    /// UTF-32, the high byte first.
    Utf32Be,
    /// No text but a key in DER, read as its PEM on one line.
    Der,
    /// Not text.
    Binary,
}

impl Charset {
    /// How many of the first bytes decide whether a file is text.
    pub const PROBE: usize = 8 * 1024;

    /// Looks at the byte order mark and the first [`PROBE`](Self::PROBE) bytes. The name decides only about
    /// UTF-16 without a byte order mark, which is taken for text where the ending says so, and about keys in DER.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => return Self::Utf32Le,
            [0, 0, 0xfe, 0xff, ..] => return Self::Utf32Be,
            [0xff, 0xfe, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] => return Self::Utf16Be,
            [0x30, ..] if names::is_key(file_name(path)) && key::armour(bytes).is_some() => return Self::Der,
            _ => {}
        }
        let probe = bytes.get(..Self::PROBE).unwrap_or(bytes);
        if memchr::memchr(0, probe).is_none() {
            return Self::Utf8;
        }
        bare_utf16(probe).filter(|_| names::is_text(file_name(path))).unwrap_or(Self::Binary)
    }

    /// Whether a search for ASCII words may look at the bytes themselves.
    pub fn is_ascii_compatible(self) -> bool {
        self == Self::Utf8
    }

    /// The same text as [`Charset::decode`] gives, without a copy where the bytes are that text.
    pub fn text(self, bytes: &[u8]) -> Cow<'_, str> {
        match (self, str::from_utf8(bytes)) {
            (Self::Utf8 | Self::Binary, Ok(text)) => Cow::Borrowed(split_mark(text).1),
            _ => Cow::Owned(self.decode(bytes.to_vec()).0),
        }
    }

    /// The text, without its byte order mark; each invalid sequence becomes U+FFFD.
    ///
    /// The bytes come back as well where the text is no longer the same as they are. [`Charset::Binary`] is read as UTF-8.
    pub fn decode(self, bytes: Vec<u8>) -> (String, Option<Vec<u8>>) {
        let text = match self {
            Self::Utf8 | Self::Binary => match String::from_utf8(bytes) {
                Ok(text) if !text.starts_with(MARK) => return (text, None),
                Ok(text) => return (text.without_mark(), Some(text.into_bytes())),
                Err(error) => {
                    let text = String::from_utf8_lossy(error.as_bytes()).without_mark();
                    return (text, Some(error.into_bytes()));
                }
            },
            Self::Utf16Le => utf16(&bytes, u16::from_le_bytes),
            Self::Utf16Be => utf16(&bytes, u16::from_be_bytes),
            Self::Utf32Le => utf32(&bytes, u32::from_le_bytes),
            Self::Utf32Be => utf32(&bytes, u32::from_be_bytes),
            Self::Der => key::armour(&bytes).unwrap_or_default(),
        };
        (text.without_mark(), Some(bytes))
    }
}

/// Text that may begin with a byte order mark.
trait ByteOrderMark {
    /// The text without it; a second one is content.
    fn without_mark(&self) -> String;
}

impl<T: AsRef<str>> ByteOrderMark for T {
    fn without_mark(&self) -> String {
        split_mark(self.as_ref()).1.to_owned()
    }
}

fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// UTF-16 that begins with ASCII characters: every other byte is NUL, and no other.
fn bare_utf16(probe: &[u8]) -> Option<Charset> {
    let first = probe.get(..32).unwrap_or(probe).chunks_exact(2);
    if first.len() < 2 {
        return None;
    }
    let all = |fits: fn(&[u8]) -> bool| first.clone().all(fits);
    if all(|unit| matches!(unit, [low, 0] if *low != 0)) {
        Some(Charset::Utf16Le)
    } else if all(|unit| matches!(unit, [0, low] if *low != 0)) {
        Some(Charset::Utf16Be)
    } else {
        None
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (units, rest) = bytes.as_chunks::<2>();
    let mut text: String =
        char::decode_utf16(units.iter().map(|&pair| unit(pair))).map(|c| c.unwrap_or('\u{fffd}')).collect();
    if !rest.is_empty() {
        text.push('\u{fffd}');
    }
    text
}

fn utf32(bytes: &[u8], unit: fn([u8; 4]) -> u32) -> String {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut text: String = units.iter().map(|&four| char::from_u32(unit(four)).unwrap_or('\u{fffd}')).collect();
    if !rest.is_empty() {
        text.push('\u{fffd}');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(path: &str, bytes: &[u8]) -> (Charset, String, bool) {
        let charset = Charset::of(path, bytes);
        let (text, original) = charset.decode(bytes.to_vec());
        assert!(original.is_none_or(|original| original == bytes), "the original is what was read");
        (charset, text, charset.decode(bytes.to_vec()).1.is_some())
    }

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn plain_utf8_is_taken_as_it_is() {
        assert_eq!(decoded("a.rs", "é🔑".as_bytes()), (Charset::Utf8, "é🔑".into(), false));
        assert_eq!(decoded("a.rs", b""), (Charset::Utf8, String::new(), false));
    }

    #[test]
    fn one_byte_order_mark_is_dropped_and_the_bytes_kept() {
        assert_eq!(decoded("a.rs", b"\xef\xbb\xbfx"), (Charset::Utf8, "x".into(), true));
        assert_eq!(decoded("a.rs", b"\xef\xbb\xbf\xef\xbb\xbfx"), (Charset::Utf8, "\u{feff}x".into(), true));
        assert_eq!(decoded("a.rs", b"\xef\xbb\xbfx\xff"), (Charset::Utf8, "x\u{fffd}".into(), true));
    }

    #[test]
    fn an_invalid_sequence_becomes_one_replacement_per_maximal_part() {
        assert_eq!(decoded("a.rs", b"k=\xe9\xff\n").1, "k=\u{fffd}\u{fffd}\n");
        assert_eq!(decoded("a.rs", b"\xf0\x9f\x94x").1, "\u{fffd}x");
    }

    #[test]
    fn utf16_and_utf32_are_known_by_their_byte_order_mark() {
        let text = "key = \"🔑\"";
        let le = utf16le(&format!("\u{feff}{text}"));
        let be: Vec<u8> = le.chunks(2).flat_map(|unit| [unit[1], unit[0]]).collect();
        let le32: Vec<u8> = "\u{feff}ab".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let be32: Vec<u8> = "\u{feff}ab".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(decoded("x.bin", &le), (Charset::Utf16Le, text.into(), true));
        assert_eq!(decoded("x.bin", &be), (Charset::Utf16Be, text.into(), true));
        assert_eq!(decoded("x.bin", &le32), (Charset::Utf32Le, "ab".into(), true));
        assert_eq!(decoded("x.bin", &be32), (Charset::Utf32Be, "ab".into(), true));
    }

    #[test]
    fn utf16_without_a_mark_needs_a_text_name() {
        let bytes = utf16le("secret = \"pear-tree-in-winter\"\r\n");
        assert_eq!(decoded("conf/app.INI", &bytes).0, Charset::Utf16Le);
        assert_eq!(decoded("conf/.env.local", &bytes).0, Charset::Utf16Le);
        assert_eq!(decoded("conf/app.exe", &bytes).0, Charset::Binary);
    }

    #[test]
    fn broken_utf16_does_not_stop() {
        let mut bytes = vec![0xff, 0xfe, 0x00, 0xd8, b'a', 0];
        bytes.push(b'b');
        assert_eq!(decoded("a.txt", &bytes).1, "\u{fffd}a\u{fffd}");
    }

    #[test]
    fn a_nul_among_the_first_bytes_means_binary() {
        assert_eq!(decoded("a.txt", b"GIF89a\0\x01").0, Charset::Binary);
        let mut late = vec![b'a'; Charset::PROBE];
        late.push(0);
        assert_eq!(Charset::of("a.txt", &late), Charset::Utf8);
    }
}

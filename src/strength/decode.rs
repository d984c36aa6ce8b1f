//! Text that stands for bytes: base64, hexadecimal and base32, leniently read.

use super::Encoding;

/// The bytes that `text` stands for; `None` if it is not of that encoding.
pub(crate) fn decode(encoding: Encoding, text: &[u8]) -> Option<Vec<u8>> {
    match encoding {
        Encoding::Base64 => base64(text),
        Encoding::Hex => hex(text),
        Encoding::Base32 => bits(text, 5, |byte| match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => Some(letter - b'A'),
            digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
            _ => None,
        }),
        Encoding::Digest => None,
    }
}

/// Reads standard and URL-safe base64, padded or not.
pub(crate) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    bits(text, 6, |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

/// Reads pairs of hexadecimal digits, with or without `0x`.
pub(crate) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b"0x").unwrap_or(text);
    if !text.len().is_multiple_of(2) {
        return None;
    }
    bits(text, 4, |byte| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
}

/// Joins digits of `width` bits to bytes; padding at the end and white space are passed over.
fn bits(text: &[u8], width: u32, digit: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let unpadded = text.trim_ascii_end();
    let end = unpadded.iter().rposition(|&byte| byte != b'=').map_or(0, |at| at + 1);
    let mut bytes = Vec::with_capacity(end);
    let (mut held, mut count) = (0u32, 0);
    for &byte in unpadded[..end].iter().filter(|byte| !byte.is_ascii_whitespace()) {
        held = held << width | u32::from(digit(byte)?);
        count += width;
        if count >= 8 {
            count -= 8;
            bytes.push((held >> count & 0xff) as u8);
        }
        held &= (1 << count) - 1;
    }
    // What is left over is padding: fewer bits than one digit.
    (count < width && !bytes.is_empty()).then_some(bytes)
}

/// Writes base64 without padding, in the standard or the URL-safe alphabet.
#[cfg(any(feature = "scanner", test))]
pub(crate) fn to_base64(bytes: &[u8], url_safe: bool) -> String {
    let last = if url_safe { b"-_" } else { b"+/" };
    let digit = |value: u32| match value & 63 {
        value @ 0..=25 => b'A' + value as u8,
        value @ 26..=51 => b'a' + (value - 26) as u8,
        value @ 52..=61 => b'0' + (value - 52) as u8,
        value => last[(value - 62) as usize],
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let joined = chunk.iter().fold(0u32, |held, &byte| held << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(digit(joined >> (18 - 6 * place))));
        }
    }
    text
}

/// Writes hexadecimal digits in lower case.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_encodings_are_read() {
        assert_eq!(base64(b"cGVhci10cmVl"), Some(b"pear-tree".to_vec()));
        assert_eq!(base64(b"cGVhci10cmVlcw=="), Some(b"pear-trees".to_vec()));
        assert_eq!(base64(b"cGVhci10cmVlcw"), Some(b"pear-trees".to_vec()));
        assert_eq!(hex(b"0x70656172"), Some(b"pear".to_vec()));
        assert_eq!(hex(b"706"), None);
        assert_eq!(decode(Encoding::Base32, b"OBSWC4Q="), Some(b"pear".to_vec()));
        assert_eq!(base64(b"pear tree!"), None);
        assert_eq!(base64(b""), None);
    }

    #[test]
    fn what_is_written_can_be_read() {
        for bytes in [&b"p"[..], b"pe", b"pea", b"pear\xff\xfe\xfd"] {
            assert_eq!(base64(to_base64(bytes, false).as_bytes()).as_deref(), Some(bytes));
            assert_eq!(base64(to_base64(bytes, true).as_bytes()).as_deref(), Some(bytes));
            assert_eq!(hex(to_hex(bytes).as_bytes()).as_deref(), Some(bytes));
        }
    }
}

//! What Kubernetes does to values.

use crate::secret::Secret;

/// The text that the base64 of a Secret's `data` stands for; `None` if it is no base64 or stands for nothing.
pub fn decoded(encoded: &Secret) -> Option<Secret> {
    // What is not of the standard alphabet is filled in before: `__JWT_SECRET__`.
    let text = encoded.expose_str()?.trim();
    let bytes = if text.contains(['_', '-']) { None } else { base64(text) }?;
    (!bytes.is_empty()).then(|| Secret::new(bytes))
}

/// Standard base64, padded or not, line breaks allowed.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut buffer = 0_u32;
    let mut bits = 0;
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        buffer = (buffer << 6) | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_both_ways() {
        assert_eq!(base64("cGVhci10cmVl").as_deref(), Some(b"pear-tree".as_slice()));
        assert_eq!(base64("cGVhcg==").as_deref(), Some(b"pear".as_slice()));
        assert_eq!(base64("cGVh\n  cg").as_deref(), Some(b"pear".as_slice()));
        assert_eq!(base64("{{ x }}"), None);
        assert_eq!(decoded(&Secret::from("")), None);
    }
}

//! Paths as URI references.

use std::fmt::Write as _;

/// The path as a relative reference (RFC 3986) from which exactly the path can be decoded.
pub(super) fn reference(path: &str) -> String {
    let first_segment = path.find('/').unwrap_or(path.len());
    let mut uri = String::with_capacity(path.len());
    for (index, byte) in path.bytes().enumerate() {
        // A colon in the first segment would make what stands before it a scheme.
        let plain = byte == b'/' || is_plain(byte) && (byte != b':' || index > first_segment);
        if plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// What a path segment may hold as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(uri: &str) -> Option<String> {
        let mut pieces = uri.split('%');
        let mut bytes = pieces.next()?.as_bytes().to_vec();
        for piece in pieces {
            bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
            bytes.extend_from_slice(piece.get(2..)?.as_bytes());
        }
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn odd_names_are_escaped_by_segment() {
        for (path, uri) in [
            ("src/main.rs", "src/main.rs"),
            ("a:b.js", "a%3Ab.js"),
            ("x/a:b.js", "x/a:b.js"),
            ("app/[id]/page one.ts", "app/%5Bid%5D/page%20one.ts"),
            ("a#b?c%20.js", "a%23b%3Fc%2520.js"),
            ("back\\slash.py", "back%5Cslash.py"),
            ("é/🔑.env", "%C3%A9/%F0%9F%94%91.env"),
            ("(group)/it's@home+you&me=~1.rs", "(group)/it's@home+you&me=~1.rs"),
            ("new\nline", "new%0Aline"),
        ] {
            assert_eq!(reference(path), uri);
        }
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in "\\PC{0,40}") {
            let uri = reference(&path);
            prop_assert!(uri.bytes().all(|byte| byte == b'/' || byte == b'%' || is_plain(byte)));
            prop_assert_eq!(decoded(&uri), Some(path));
        }
    }
}

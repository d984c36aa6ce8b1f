//! Where texts, characters and comments of Rust end, for scans that do without a parser.

/// Past a text whose opening quote is at `at`; of a raw one the hashes before tell where it ends.
pub fn text_end(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[..at].iter().rev().take_while(|&&byte| byte == b'#').count();
    if bytes[..at - hashes].ends_with(b"r") {
        return raw_end(bytes, at, hashes);
    }
    let mut from = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', bytes.get(from..).unwrap_or_default()).map(|n| from + n) {
        if bytes[found] == b'"' {
            return found + 1;
        }
        from = found + 2;
    }
    bytes.len()
}

fn raw_end(bytes: &[u8], at: usize, hashes: usize) -> usize {
    let mut from = at + 1;
    while let Some(quote) = memchr::memchr(b'"', bytes.get(from..).unwrap_or_default()).map(|n| from + n) {
        let closing = bytes[quote + 1..].iter().take(hashes).take_while(|&&byte| byte == b'#').count();
        from = quote + 1;
        if closing == hashes {
            return from + hashes;
        }
    }
    bytes.len()
}

/// Past a character whose quote is at `at`, or past a lifetime.
pub fn quote_end(bytes: &[u8], at: usize) -> usize {
    let inside = at + 1;
    let first = bytes.get(inside).copied().unwrap_or(0);
    if first == b'\\' {
        let end = memchr::memchr(b'\'', bytes.get(inside + 2..).unwrap_or_default());
        return end.map_or(bytes.len(), |n| inside + 2 + n + 1);
    }
    let width = match first {
        0x00..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    if bytes.get(inside + width) == Some(&b'\'') {
        return inside + width + 1;
    }
    inside + bytes.get(inside..).unwrap_or_default().iter().take_while(|&&byte| is_part(byte)).count()
}

/// Past a comment that begins at `at` with `//` or `/*`; the latter nest. `None` if none begins there.
pub fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at..at + 2)? {
        b"//" => Some(memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n)),
        b"/*" => Some(block_end(bytes, at)),
        _ => None,
    }
}

fn block_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => {
                depth += 1;
                at += 2;
            }
            Some(b"*/") => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Past the item that begins at `at`, with its attributes: past its block, or the semicolon of one without.
pub fn item_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'"' => text_end(bytes, at),
            b'\'' => quote_end(bytes, at),
            b'/' => comment_end(bytes, at).unwrap_or(at + 1),
            _ => at + 1,
        };
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(byte, b'}' | b';') {
            return at;
        }
    }
    bytes.len()
}

/// Whether a byte is part of a word.
pub fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ends_where_it_ends() {
        for (text, at, rest) in
            [(r#""a\"b" c"#, 0, " c"), (r##"r"a\" c"##, 1, " c"), ("br#\"a\" b\"# c", 3, " c"), ("\"open", 0, "")]
        {
            assert_eq!(&text[text_end(text.as_bytes(), at)..], rest, "{text}");
        }
        for (text, rest) in [("'a' c", " c"), (r"'\'' c", " c"), ("'é' c", " c"), ("'static c", " c"), ("'", "")] {
            assert_eq!(&text[quote_end(text.as_bytes(), 0)..], rest, "{text}");
        }
        for (text, rest) in [
            ("#[cfg(test)] mod t { const A: &str = r#\"\n}\n\"#; const B: [u8; 1] = [b'}']; } b", " b"),
            ("#[cfg(test)] mod t; b", " b"),
            ("#[test] fn f<'a>() { // }", ""),
        ] {
            assert_eq!(&text[item_end(text.as_bytes(), 0)..], rest, "{text}");
        }
        for (text, rest) in [("// a\nb", Some("\nb")), ("/* /* a */ */b", Some("b")), ("/* a", Some("")), ("/ a", None)]
        {
            assert_eq!(comment_end(text.as_bytes(), 0).map(|end| &text[end..]), rest, "{text}");
        }
    }
}

//! What a string literal says.

use super::token::Escapes;

/// Resolves the escapes of `raw`, the text between the delimiters.
pub fn unescape(raw: &str, escapes: Escapes, quote: char) -> Vec<u8> {
    match escapes {
        Escapes::None => raw.as_bytes().to_vec(),
        Escapes::Doubled => raw.replace(&format!("{quote}{quote}"), &quote.to_string()).into_bytes(),
        Escapes::Minimal => backslashes(raw, Some(quote)),
        Escapes::Backslash if !raw.contains('\\') => raw.as_bytes().to_vec(),
        Escapes::Backslash => backslashes(raw, None),
    }
}

/// `only` limits the escapes to the backslash and this quote.
fn backslashes(raw: &str, only: Option<char>) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            push(&mut out, character);
            continue;
        }
        let Some(escaped) = rest.next() else {
            out.push(b'\\');
            break;
        };
        if let Some(quote) = only {
            if escaped != '\\' && escaped != quote {
                out.push(b'\\');
            }
            push(&mut out, escaped);
            continue;
        }
        match escaped {
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'r' => out.push(b'\r'),
            '0' => out.push(0),
            'a' => out.push(7),
            'b' => out.push(8),
            'f' => out.push(12),
            'v' => out.push(11),
            'e' => out.push(27),
            'x' => match hexadecimal(&mut rest, 2) {
                Some(byte) => out.push(u8::try_from(byte).unwrap_or(b'?')),
                None => out.push(b'x'),
            },
            'u' | 'U' => match code_point(&mut rest, if escaped == 'u' { 4 } else { 8 }) {
                Some(character) => push(&mut out, character),
                None => push(&mut out, escaped),
            },
            '\n' => {}
            '\r' => {
                if rest.as_str().starts_with('\n') {
                    rest.next();
                }
            }
            other => push(&mut out, other),
        }
    }
    out
}

fn code_point(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    if !rest.as_str().starts_with('{') {
        return char::from_u32(hexadecimal(rest, digits)?);
    }
    let (inside, after) = rest.as_str().get(1..)?.split_once('}')?;
    let character = char::from_u32(u32::from_str_radix(inside, 16).ok()?)?;
    *rest = after.chars();
    Some(character)
}

fn hexadecimal(rest: &mut std::str::Chars<'_>, digits: usize) -> Option<u32> {
    let text = rest.as_str();
    let number = u32::from_str_radix(text.get(..digits)?, 16).ok()?;
    *rest = text.get(digits..)?.chars();
    Some(number)
}

fn push(out: &mut Vec<u8>, character: char) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape(r"pear\x2dtree\u0021\u{21}\n", Escapes::Backslash, '"'), b"pear-tree!!\n");
        assert_eq!(unescape(r"it\'s\n", Escapes::Minimal, '\''), br"it's\n");
        assert_eq!(unescape(r#"say ""pear"""#, Escapes::Doubled, '"'), br#"say "pear""#);
        assert_eq!(unescape(r"a\n", Escapes::None, '"'), br"a\n");
    }

    #[test]
    fn broken_escapes_lose_nothing() {
        assert_eq!(unescape("a\\", Escapes::Backslash, '"'), b"a\\");
        assert_eq!(unescape(r"\uZZ", Escapes::Backslash, '"'), b"uZZ");
    }
}

//! What joins two string literals in source text: nothing, a sign, or a call around them.

/// Where a text that was interrupted by the end of a literal goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joint {
    /// Behind the next opening quote.
    pub next: usize,
    /// That quote.
    pub quote: u8,
    /// The literals are items of a list.
    pub is_comma: bool,
}

/// From behind a closing quote to behind the next opening one, which is written with `slashes` in front.
pub(crate) fn between(bytes: &[u8], at: usize, slashes: &[u8]) -> Option<Joint> {
    let at = behind_calls(bytes, at)?;
    let (mut at, joiner) = behind_joiner(bytes, at);
    // Visual Basic's sign for a line that goes on.
    if bytes.get(at) == Some(&b'_') {
        at = blanks(bytes, at + 1);
    }
    // Python's, Rust's and C#'s strings may have a sign before them.
    let at = at + usize::from(matches!(bytes.get(at), Some(b'b' | b'r' | b'f' | b'u' | b'@')));
    let open = at + slashes.len();
    let quote = bytes.get(open).copied().filter(|quote| matches!(quote, b'"' | b'\'' | b'`'))?;
    let is_written_so = bytes.get(at..open) == Some(slashes);
    is_written_so.then_some(Joint { next: open + 1, quote, is_comma: joiner == Some(b',') })
}

/// Behind what makes another type of the first string, and white space; `None` where nothing can follow.
fn behind_calls(bytes: &[u8], at: usize) -> Option<usize> {
    const CALLS: [&[u8]; 3] = [b".to_owned()", b".to_string()", b".concat("];
    let rest = bytes.get(at..)?;
    let length = match rest.first()? {
        b'.' => CALLS.iter().find(|call| rest.starts_with(call)).map_or(0, |call| call.len()),
        // It joins nothing by itself.
        b')' => {
            let next = blanks(bytes, at + 1);
            return matches!(bytes.get(next), Some(b'+' | b'.' | b'&' | b'~')).then_some(next);
        }
        _ => 0,
    };
    Some(blanks(bytes, at + length))
}

/// Behind the sign that joins two strings, if there is one, and white space.
fn behind_joiner(bytes: &[u8], at: usize) -> (usize, Option<u8>) {
    let sign = bytes.get(at).copied();
    let is_doubled = bytes.get(at + 1).copied() == sign;
    let length = match sign {
        Some(b'+' | b'.' | b'&') => 1 + usize::from(is_doubled),
        Some(b'~' | b'^' | b'*' | b'\\' | b',') => 1,
        Some(b'|') if is_doubled => 2,
        Some(b'<') if bytes.get(at + 1) == Some(&b'>') => 2,
        _ => return (at, None),
    };
    let next = blanks(bytes, at + length);
    // The line goes on.
    let is_continued = matches!(bytes.get(next..), Some([b'\\', b'\r' | b'\n', ..]));
    (if is_continued { blanks(bytes, next + 1) } else { next }, sign)
}

/// The end of the white space at `at`; of a long stretch, somewhere within.
pub(crate) fn blanks(bytes: &[u8], at: usize) -> usize {
    const LONG: usize = 200;
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take(LONG).position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len().min(LONG))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_joined_by_signs_blanks_and_calls() {
        for between_them in [
            "",
            " ",
            "\n    ",
            " + ",
            " +\n\t",
            " + \\\n    ",
            "\n  + ",
            " . ",
            " .. ",
            " <> ",
            " ++ ",
            " || ",
            " & ",
            " & _\n  ",
            " ~ ",
            " ^ ",
            " * ",
            " \\\n  ",
            ".to_owned() + ",
            ") + ",
            ".concat(",
            " + @",
            " b",
            ", ",
        ] {
            let text = format!("\"pear\"{between_them}'tree'");
            let found = between(text.as_bytes(), 6, b"").map(|joint| &text[joint.next..]);
            assert_eq!(found, Some("tree'"), "{text}");
        }
        for between_them in [": ", "; ", " => ", " == ", ") ", "] + [", " + x + ", ".len() + "] {
            let text = format!("\"pear\"{between_them}'tree'");
            assert_eq!(between(text.as_bytes(), 6, b""), None, "{text}");
        }
    }
}

//! What may be given to a recursive parser without its stack at risk.

/// Brackets nest no deeper in code that people write.
const DEEPEST: usize = 160;
/// One run of operators, prefixes or chained calls between separators is no longer than this.
const LONGEST_CHAIN: usize = 2_000;

/// Whether the nesting of `text` is within what a parser with recursion can bear.
///
/// Strings, characters and comments are skipped by a scan that need not be exact: where it errs, it
/// errs towards counting more.
pub fn is_parseable(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut chains = vec![0usize];
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |n| at + n)
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |n| at + n + 3);
            }
            b'"' => at = string_end(bytes, at),
            b'\'' if bytes.get(at + 1) == Some(&b'\\') => {
                at = memchr::memchr(b'\'', &bytes[at + 2..]).map_or(bytes.len(), |n| at + n + 2)
            }
            b'\'' if bytes.get(at + 2) == Some(&b'\'') => at += 2,
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return false;
                }
                chains.push(0);
            }
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if chains.len() > 1 {
                    chains.pop();
                }
            }
            b';' | b',' => {
                if let Some(chain) = chains.last_mut() {
                    *chain = 0;
                }
            }
            b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^' | b'!' | b'<' | b'.' | b'=' | b'?' | b'#' | b'\''
            | b'>' => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 1;
                    if *chain > LONGEST_CHAIN && *chain > chain_allowance(bytes[at]) {
                        return false;
                    }
                }
            }
            b'e' if bytes[at..].starts_with(b"else") => {
                if let Some(chain) = chains.last_mut() {
                    *chain += 2;
                    if *chain > LONGEST_CHAIN {
                        return false;
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    true
}

/// Attributes and doc comments at the top of a file never meet a separator; they do not nest.
fn chain_allowance(byte: u8) -> usize {
    match byte {
        b'#' | b'=' | b'>' | b'\'' => 20 * LONGEST_CHAIN,
        _ => 0,
    }
}

/// The closing quote of a string whose opening quote is at `at`; raw strings end where their hashes say.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let hashes = bytes[..at].iter().rev().take_while(|&&byte| byte == b'#').count();
    let raw = bytes[..at - hashes].ends_with(b"r");
    if raw {
        let mut search = at + 1;
        while let Some(quote) = memchr::memchr(b'"', &bytes[search.min(bytes.len())..]).map(|n| search + n) {
            let closing = &bytes[quote + 1..];
            if closing.len() >= hashes && closing[..hashes].iter().all(|&byte| byte == b'#') {
                return quote + hashes;
            }
            search = quote + 1;
        }
        return bytes.len();
    }
    let mut search = at + 1;
    while let Some(found) = memchr::memchr2(b'"', b'\\', &bytes[search.min(bytes.len())..]).map(|n| search + n) {
        if bytes[found] == b'"' {
            return found;
        }
        search = found + 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_parseable_code() {
        assert!(is_parseable(include_str!("guard.rs")));
        assert!(is_parseable("const K: [u8; 5000] = [0x6c, 0x6f];"));
    }

    #[test]
    fn nesting_and_chains_are_refused() {
        for opening in ["(", "[", "{"] {
            assert!(!is_parseable(&opening.repeat(100_000)), "{opening}");
        }
        for chain in ["!", "&", "-", "a.", "a+", "if a {} else "] {
            assert!(!is_parseable(&format!("fn f() {{ {} }}", chain.repeat(100_000))), "{chain}");
        }
        assert!(is_parseable(&format!("const S: &str = r#\"{}\"#;", "((((".repeat(1000))));
    }
}

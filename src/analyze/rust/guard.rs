//! What may be given to a recursive parser without its stack at risk.

use super::lexical::{comment_end, quote_end, text_end};

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
        let skipped = match bytes[at] {
            b'/' => comment_end(bytes, at),
            b'"' => Some(text_end(bytes, at)),
            // Lifetimes are counted below.
            b'\'' => Some(quote_end(bytes, at)).filter(|&end| end > at + 1 && bytes[..end].ends_with(b"'")),
            _ => None,
        };
        if let Some(end) = skipped {
            at = end;
            continue;
        }
        match bytes[at] {
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

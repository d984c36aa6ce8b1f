//! JSON that hosts write and that a strict reader refuses.
//!
//! JavaScript cuts texts between the two halves of a character outside the basic plane, and escapes the half that is
//! left; what a tool answered may be nested without an end. Neither says anything about which file was edited.

use std::collections::VecDeque;
use std::io::{self, BufRead, Read};

/// What is nested deeper is `null`: no member that is asked for is so deep, and a parser's stack is finite.
const DEEPEST: usize = 100;
/// The byte order mark that some shells write in front.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// The character that stands for what is none.
const REPLACEMENT: u16 = 0xfffd;

/// A stream of JSON that a strict reader takes, too. It reads no further than the value goes, since the stream may
/// stay open.
pub(super) struct Lenient<R> {
    stream: io::Bytes<R>,
    /// Read too early, and to be read again.
    ahead: VecDeque<u8>,
    /// Ready to be handed out.
    ready: VecDeque<u8>,
    depth: usize,
    in_string: bool,
}

impl<R: BufRead> Lenient<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream: stream.bytes(), ahead: VecDeque::new(), ready: VecDeque::new(), depth: 0, in_string: false }
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        self.ahead.pop_front().map_or_else(|| self.stream.next().transpose(), |byte| Ok(Some(byte)))
    }

    fn read_again(&mut self, bytes: &[u8]) {
        bytes.iter().rev().for_each(|&byte| self.ahead.push_front(byte));
    }

    fn hand_out(&mut self, bytes: &[u8]) {
        if self.depth <= DEEPEST {
            self.ready.extend(bytes);
        }
    }

    /// Takes in the next byte or escape; whether there was one.
    fn step(&mut self) -> io::Result<bool> {
        let Some(byte) = self.next()? else { return Ok(false) };
        match byte {
            b'\\' if self.in_string => {
                self.read_again(b"\\");
                self.escape()?;
            }
            b'"' => {
                self.in_string = !self.in_string;
                self.hand_out(b"\"");
            }
            b'{' | b'[' if !self.in_string => {
                if self.depth == DEEPEST {
                    self.hand_out(b"null");
                }
                self.depth += 1;
                self.hand_out(&[byte]);
            }
            b'}' | b']' if !self.in_string => {
                self.hand_out(&[byte]);
                self.depth = self.depth.saturating_sub(1);
            }
            _ if self.depth == 0 && MARK.contains(&byte) => {}
            _ => self.hand_out(&[byte]),
        }
        Ok(true)
    }

    fn escape(&mut self) -> io::Result<()> {
        let Some(unit) = self.code_unit()? else {
            let (mark, letter) = (self.next()?, self.next()?);
            mark.into_iter().chain(letter).for_each(|byte| self.hand_out(&[byte]));
            return Ok(());
        };
        let next = if is_high(unit) { self.code_unit()? } else { None };
        match next {
            Some(low) if is_low(low) => self.hand_out(&[written(unit), written(low)].concat()),
            next => {
                let is_half = is_high(unit) || is_low(unit);
                self.hand_out(&written(if is_half { REPLACEMENT } else { unit }));
                next.into_iter().for_each(|other| self.read_again(&written(other)));
            }
        }
        Ok(())
    }

    /// The UTF-16 unit of the `\uXXXX` that comes next. What is something else is left for the next to read.
    fn code_unit(&mut self) -> io::Result<Option<u16>> {
        let mut seen = Vec::new();
        while let Some(byte) = self.next()? {
            seen.push(byte);
            let fits = match seen.len() {
                1 => byte == b'\\',
                2 => byte == b'u',
                _ => byte.is_ascii_hexdigit(),
            };
            if !fits {
                break;
            }
            if let [_, _, digits @ ..] = &*seen
                && digits.len() == 4
            {
                return Ok(std::str::from_utf8(digits).ok().and_then(|digits| u16::from_str_radix(digits, 16).ok()));
            }
        }
        self.read_again(&seen);
        Ok(None)
    }
}

impl<R: BufRead> Read for Lenient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.ready.is_empty() && self.step()? {}
        self.ready.read(buffer)
    }
}

fn written(unit: u16) -> Vec<u8> {
    format!("\\u{unit:04x}").into_bytes()
}

fn is_high(unit: u16) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

fn is_low(unit: u16) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(text: &str) -> Option<Value> {
        serde_json::from_reader(Lenient::new(text.as_bytes())).ok()
    }

    #[test]
    fn half_a_character_is_replaced_and_a_whole_one_stays() {
        for (escaped, text) in [
            (r"\ud83d", "\u{fffd}"),
            (r"\uDE00", "\u{fffd}"),
            (r"a\ud83d\ude00b", "a😀b"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud83d\n\ud83d\u0041", "\u{fffd}\n\u{fffd}A"),
            (r"\\ud83d \\\ud83d", "\\ud83d \\\u{fffd}"),
            (r#"\"\u005b{\ud83d[\""#, "\"[{\u{fffd}[\""),
            ("\\ud83d\u{feff}é", "\u{fffd}\u{feff}é"),
        ] {
            assert_eq!(read(&format!("{{\"a\":\"{escaped}\"}}")), Some(json!({ "a": text })), "{escaped}");
        }
        for broken in [r#"{"a":"\ud83"}"#, r#"{"a":"\ud83d\u"}"#, r#"{"a":"\x"}"#, r#"{"a":"\"#, r#"{"a":"\ud83d"#] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_deep_is_nothing_and_what_stands_beside_it_stays() {
        let nested = |depth: usize| format!("{}\"]\"{}", "[".repeat(depth), "]".repeat(depth));
        for depth in [1, DEEPEST - 1, DEEPEST, DEEPEST + 1, 100_000] {
            let value = read(&format!("{{\"a\":{},\"b\":1}}", nested(depth)));
            assert_eq!(value.map(|value| value["b"].clone()), Some(json!(1)), "{depth}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
        assert_eq!(read("\u{feff}[1]"), Some(json!([1])));
    }
}

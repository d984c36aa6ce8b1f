//! PEM in any text: a file of its own, strings with `\n` in them, strings joined over lines, blocks of YAML.

use super::{Form, Key, Sighting, bare, der};
use crate::span::Span;
use crate::strength::decode;

/// Longer keys and certificates are not read, in bytes of text.
const LONGEST: usize = 32 * 1024;

/// Fewer digits are no key.
const SHORTEST: usize = 40;

/// Labels are shorter.
const LONGEST_LABEL: usize = 40;

/// Between two strings that are joined stands no more than this.
const WIDEST_JOINT: usize = 64;

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// The key whose first line has its label's end at `mark`.
pub(super) fn at(text: &str, mark: usize) -> Option<Sighting> {
    let before = label_before(text, mark);
    let start = mark - before.len() + before.rfind(BEGIN)?;
    let rest = text.get(start + BEGIN.len()..)?;
    let label = rest.get(..rest.find(DASHES)?)?;
    let body = start + BEGIN.len() + label.len() + DASHES.len();
    let mut armoured = Armoured { bytes: text.as_bytes().get(body..)?, at: 0 };
    let base64 = armoured.body()?;
    let end = body + armoured.at;
    let closing = format!("-----END {label}-----");
    let closes = text.get(end..)?.starts_with(&closing);
    let key = closes.then(|| der::key(label, &decode::base64(&base64)?)).flatten()?;
    let form = if key.private.is_none() && label.ends_with("CERTIFICATE") { Form::Certificate } else { Form::Pem };
    Some(sighting(Span::new(start, end + closing.len()), form, key))
}

/// As much of what stands before `mark` as a label and what opens it may take.
fn label_before(text: &str, mark: usize) -> &str {
    let near = (mark.saturating_sub(LONGEST_LABEL)..=mark).find(|&at| text.is_char_boundary(at));
    near.and_then(|near| text.get(near..mark)).unwrap_or_default()
}

/// A digit of base64, or what fills it up.
fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Whether a text has a private key in PEM, be it one that cannot be read: encrypted, or of another kind.
pub fn holds_private(text: &str) -> bool {
    const LABEL: &str = "PRIVATE KEY-----";
    text.match_indices(LABEL).any(|(at, _)| {
        let opens = label_before(text, at).contains(BEGIN);
        let rest = text.get(at + LABEL.len()..).unwrap_or_default();
        // What old keys say of their encryption.
        let body = rest.split_once("\n\n").filter(|(head, _)| head.contains("DEK-Info")).map_or(rest, |(_, body)| body);
        let digits = Armoured { bytes: body.as_bytes(), at: 0 }.body();
        opens && digits.is_some_and(|digits| digits.len() >= SHORTEST)
    })
}

/// Whether a text is the base64 of a private key, without the lines around it.
pub fn is_bare_private(text: &str) -> bool {
    let text = text.trim();
    // Each is a sequence of more bytes than one, and so begins with `M`.
    let may_be = text.starts_with('M') && (SHORTEST..LONGEST).contains(&text.len()) && text.bytes().all(is_digit);
    may_be && decode::base64(text.as_bytes()).is_some_and(|der| bare::private(&der).is_some())
}

/// A key in DER as it would be written in PEM, but on one line.
pub fn armour(der: &[u8]) -> Option<String> {
    const LABELS: [&str; 5] = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "PUBLIC KEY", "CERTIFICATE"];
    if der.len() > LONGEST {
        return None;
    }
    let label = LABELS.into_iter().find(|label| der::key(label, der).is_some())?;
    Some(format!("-----BEGIN {label}-----{}-----END {label}-----\n", decode::to_base64(der, false)))
}

/// So many digits from `start` on, over lines and strings that are joined, and where they end.
pub(super) fn digits(text: &str, start: usize, count: usize) -> Option<(Vec<u8>, usize)> {
    let mut armoured = Armoured { bytes: text.as_bytes().get(start..)?, at: 0 };
    let digits = armoured.digits(count);
    (digits.len() == count).then_some((digits, start + armoured.at))
}

/// A key in PEM that is in base64 once more, from `start`: as variables and clusters hold it.
pub(super) fn in_base64(text: &str, start: usize) -> Option<Sighting> {
    on_one_line(text, start).or_else(|| on_lines(text, start))
}

fn on_lines(text: &str, start: usize) -> Option<Sighting> {
    let mut armoured = Armoured { bytes: text.as_bytes().get(start..)?, at: 0 };
    let mut all = armoured.digits(2 * LONGEST);
    // What comes behind the last line are letters as well.
    let padding = all.iter().position(|&digit| digit == b'=').unwrap_or(all.len());
    all.truncate(padding / 4 * 4 + if padding % 4 > 1 { padding % 4 } else { 0 });
    let inner = String::from_utf8_lossy(&decode::base64(&all)?).into_owned();
    let mark = inner.find("KEY-----").or_else(|| inner.find("CERTIFICATE-----"))?;
    let Sighting { form, key, span, .. } = at(&inner, mark)?;
    let (_, end) = digits(text, start, (span.end() * 4).div_ceil(3))?;
    Some(sighting(Span::new(start, end), form, key))
}

fn on_one_line(text: &str, start: usize) -> Option<Sighting> {
    let rest = text.as_bytes().get(start..)?;
    let is_digit = |byte: u8| is_digit(byte) || matches!(byte, b'-' | b'_');
    let length = rest.iter().take(2 * LONGEST).position(|&byte| !is_digit(byte)).unwrap_or(rest.len().min(2 * LONGEST));
    let inner = String::from_utf8(decode::base64(rest.get(..length)?)?).ok()?;
    let mark = inner.find("KEY-----").or_else(|| inner.find("CERTIFICATE-----"))?;
    let Sighting { form, key, .. } = at(&inner, mark)?;
    Some(sighting(Span::new(start, start + length), form, key))
}

fn sighting(span: Span, form: Form, key: Key) -> Sighting {
    let secret = key.private.iter().map(|_| span).collect();
    Sighting { span, secret, form, key }
}

/// The lines between the first and the last.
struct Armoured<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Armoured<'_> {
    /// The digits up to the dashes; `None` if anything else is among them.
    fn body(&mut self) -> Option<Vec<u8>> {
        let digits = self.digits(LONGEST);
        (self.bytes.get(self.at) == Some(&b'-')).then_some(digits)
    }

    /// No more than so many digits, up to the first sign that may not be among them.
    fn digits(&mut self, most: usize) -> Vec<u8> {
        let mut digits = Vec::new();
        while self.at < 2 * LONGEST && digits.len() < most && self.step(&mut digits).is_some() {
            self.at += 1;
        }
        digits
    }

    fn step(&mut self, digits: &mut Vec<u8>) -> Option<()> {
        match *self.bytes.get(self.at)? {
            byte if is_digit(byte) => digits.push(byte),
            byte if byte.is_ascii_whitespace() => {}
            b'\\' => self.escape(digits)?,
            quote @ (b'"' | b'\'' | b'`') => self.joint(quote)?,
            // Comments and margins begin lines.
            b'#' | b'|' | b'*' if self.begins_line() => {}
            _ => return None,
        }
        Some(())
    }

    /// A line break as it is written in a string, however often it is escaped.
    fn escape(&mut self, digits: &mut Vec<u8>) -> Option<()> {
        let slashes = self.bytes.get(self.at..)?.iter().take_while(|&&byte| byte == b'\\').count();
        self.at += slashes;
        match *self.bytes.get(self.at)? {
            b'n' | b'r' | b't' | b'\n' | b'\r' => {}
            b'/' => digits.push(b'/'),
            // The quote of a string in a string.
            quote @ (b'"' | b'\'') => self.joint(quote)?,
            _ => return None,
        }
        Some(())
    }

    /// From the end of a string to the beginning of the next one.
    fn joint(&mut self, quote: u8) -> Option<()> {
        let rest = self.bytes.get(self.at + 1..)?;
        let next = rest.iter().take(WIDEST_JOINT).position(|&byte| byte == quote)?;
        self.at += 1 + next;
        Some(())
    }

    fn begins_line(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default().iter().rev();
        before.copied().find(|byte| !matches!(byte, b' ' | b'\t')).is_none_or(|byte| byte == b'\n')
    }
}

//! Request files (`.http`, `.rest`): the variables that they define.

use std::borrow::Cow;

use super::entry::{Entry, Visitor, line_end, trimmed};
use crate::span::Span;

/// Reads a whole file: `@name = value`.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = end + 1;
        let Some(rest) = text[line.range()].strip_prefix('@') else { continue };
        let Some(length) = rest.find('=') else { continue };
        let key_span = trimmed(text, line.start() + 1, line.start() + 1 + length);
        let value_span = trimmed(text, line.start() + length + 2, line.end());
        let name = &text[key_span.range()];
        if !name.contains([' ', '\t']) {
            let path = [name.to_owned()];
            let value = Cow::Borrowed(&text[value_span.range()]);
            visitor.entry(Entry {
                path: &path,
                key_span: Span::new(key_span.start(), key_span.end()),
                value,
                value_span,
                variable: true,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    #[test]
    fn variables_alone() {
        let text = "@host = http://x\n@jwtSecret=pear\n\nGET {{host}}?a=b\n# @name login\n@a b = c\n@é\n@=\n";
        assert_eq!(pairs(text, read), ["host=http://x", "jwtSecret=pear", "="]);
    }
}

//! SQL, as far as it holds settings: `ALTER DATABASE … SET "app.jwt_secret" TO '…'`, `set_config`, variables.

use std::borrow::Cow;

use super::entry::{Entry, Visitor};
use crate::fact::Algorithm;
use crate::span::Span;

/// Reads a whole file: a text in quotes right behind a name and `TO`, `=`, `:=`, `DEFAULT` or, in a call of
/// `set_config` and in `\set`, a comma or nothing.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut last = Last::default();
    let mut key = Key::default();
    let mut calls = Calls::default();
    let mut rows = Rows::default();
    let mut at = 0;
    while let Some(token) = next(text, at) {
        at = token.span.end();
        let is_key = calls.is_key(text, &token);
        if is_key {
            emit(text, &["jwt", "key"], token.content, token.content, visitor);
        }
        if let Some(name) = rows.name_for(text, &token) {
            emit(text, &[&text[name.range()]], name, token.content, visitor);
        }
        if let Some(span) = key.take(text, &token, is_key) {
            emit(text, &["jwt", "key"], span, span, visitor);
        }
        let content = &text[token.content.range()];
        match token.kind {
            Kind::Text => {
                // psql joins pieces, one of which may be an escaped quote.
                if let Some(name) = last.name_for_value().filter(|_| !content.starts_with('\\')) {
                    emit(text, &[&text[name.range()]], name, token.content, visitor);
                }
                last = last.after_text(token.content);
            }
            Kind::Name => last = last.after_name(token.content, content),
            Kind::Sign => last = last.after_sign(content),
        }
    }
}

fn emit(text: &str, path: &[&str], key_span: Span, value_span: Span, visitor: &mut dyn Visitor) {
    let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
    let raw = &text[value_span.range()];
    let value = if raw.contains("''") { Cow::Owned(raw.replace("''", "'")) } else { Cow::Borrowed(raw) };
    visitor.entry(Entry { path: &path, key_span, value, value_span, variable: false });
}

/// Keys beside the algorithm that they are for: `ALGORITHM HS512 KEY 'text'`, `sign(claims, 'text', 'HS256')`.
#[derive(Default)]
struct Key {
    /// An algorithm stands before in this statement.
    named: bool,
    /// The word `KEY` or `VALUE` stands right before.
    here: bool,
    /// The text before the comma before.
    before: Option<Span>,
}

impl Key {
    /// The text that is a key, seen from `token`, which `is_key` says is known to be one.
    fn take(&mut self, text: &str, token: &Token, is_key: bool) -> Option<Span> {
        let content = &text[token.content.range()];
        let is_algorithm = Algorithm::named(content).is_some();
        let found = match token.kind {
            Kind::Text if self.named && self.here => Some(token.content),
            Kind::Text if is_algorithm => self.before.take(),
            _ => None,
        };
        self.here = token.kind == Kind::Name && ["key", "value"].iter().any(|word| content.eq_ignore_ascii_case(word));
        self.named = (self.named || (token.kind == Kind::Name && is_algorithm)) && content != ";";
        self.before = match token.kind {
            Kind::Text if !is_key => Some(token.content),
            Kind::Sign if content == "," => self.before,
            _ => None,
        };
        found
    }
}

/// Open brackets, and which argument of `sign(claims, 'text')` or `verify(token, 'text')` comes next.
#[derive(Default)]
struct Calls {
    /// Of each open bracket: whether it belongs to such a call, and how many commas came.
    open: Vec<(bool, usize)>,
    /// The token before is the name of such a function.
    named: bool,
    /// The token before is a comma.
    comma: bool,
}

impl Calls {
    /// Whether the token is the key, alone in its argument as far as can be seen from here.
    fn is_key(&mut self, text: &str, token: &Token) -> bool {
        const DEEPEST: usize = 256;
        let content = &text[token.content.range()];
        let is_key = token.kind == Kind::Text && self.comma && self.open.last() == Some(&(true, 1));
        if token.kind == Kind::Sign {
            match content {
                "(" if self.open.len() < DEEPEST => self.open.push((self.named, 0)),
                ")" => drop(self.open.pop()),
                ";" => self.open.clear(),
                "," => self.open.iter_mut().last().into_iter().for_each(|(_, commas)| *commas += 1),
                _ => {}
            }
        }
        self.comma = token.kind == Kind::Sign && content == ",";
        let function = content.rsplit('.').next().unwrap_or(content);
        self.named =
            token.kind == Kind::Name && ["sign", "verify"].iter().any(|one| function.eq_ignore_ascii_case(one));
        is_key
    }
}

/// `INSERT INTO table (names) VALUES (texts), (texts)`: by column, and where a row begins with the name of a setting,
/// by that.
#[derive(Default)]
struct Rows {
    state: RowState,
    columns: Vec<Span>,
    depth: usize,
    column: usize,
    /// The text before, if nothing but a comma stands between.
    before: Option<Span>,
}

#[derive(Default, PartialEq)]
enum RowState {
    #[default]
    Outside,
    Columns,
    Values,
}

impl Rows {
    /// The name of what the token says.
    fn name_for(&mut self, text: &str, token: &Token) -> Option<Span> {
        const MOST_COLUMNS: usize = 256;
        let content = &text[token.content.range()];
        let word = |word: &str| token.kind == Kind::Name && content.eq_ignore_ascii_case(word);
        if word("insert") {
            *self = Self { state: RowState::Columns, ..Self::default() };
        } else if self.state == RowState::Columns && word("values") {
            (self.state, self.depth) = (RowState::Values, 0);
        } else if self.state == RowState::Columns && self.depth == 1 && token.kind == Kind::Name {
            if self.columns.len() < MOST_COLUMNS {
                self.columns.push(token.content);
            }
        } else if self.state != RowState::Outside && token.kind == Kind::Sign {
            match content {
                "(" => {
                    self.depth += 1;
                    if self.depth == 1 {
                        self.column = 0;
                    }
                }
                ")" => self.depth = self.depth.saturating_sub(1),
                "," if self.depth == 1 => self.column += 1,
                ";" => *self = Self::default(),
                _ => {}
            }
        }
        let before = self.before.take();
        if self.state != RowState::Values || self.depth != 1 {
            return None;
        }
        if token.kind == Kind::Sign {
            self.before = before.filter(|_| content == ",");
            return None;
        }
        self.before = (token.kind == Kind::Text).then_some(token.content);
        let column = self.columns.get(self.column).copied();
        let is_value = |span: &Span| matches!(text[span.range()].to_ascii_lowercase().as_str(), "value" | "val" | "v");
        match token.kind {
            Kind::Text if column.is_none_or(|span| is_value(&span)) => before,
            Kind::Text => column,
            _ => None,
        }
    }
}

/// What stands before the token being looked at.
#[derive(Default, Clone, Copy)]
struct Last {
    /// The latest name or, in a call of `set_config`, its first text.
    name: Option<Span>,
    /// Something behind the name says that a value comes.
    assigns: bool,
    /// In a call of `set_config`.
    call: bool,
    /// Right behind `\set`, where a value needs no sign.
    command: bool,
}

impl Last {
    fn name_for_value(self) -> Option<Span> {
        self.name.filter(|_| self.assigns)
    }

    fn after_text(self, content: Span) -> Self {
        let is_first = self.call && self.name.is_none();
        Self { name: is_first.then_some(content), call: is_first, ..Self::default() }
    }

    fn after_name(self, span: Span, content: &str) -> Self {
        let is = |words: &[&str]| words.iter().any(|word| content.eq_ignore_ascii_case(word));
        if is(&["to", "default"]) {
            Self { assigns: self.name.is_some(), ..self }
        } else if content.starts_with(|c: char| c.is_ascii_digit())
            || (is(&["text", "varchar", "constant", "character", "varying", "char"]) && self.name.is_some())
        {
            // `name varchar(64) := 'value'`
            self
        } else if is(&["set_config"]) {
            Self { call: true, ..Self::default() }
        } else if content == "\\set" {
            Self { command: true, ..Self::default() }
        } else {
            Self { name: Some(span), assigns: self.command, ..Self::default() }
        }
    }

    fn after_sign(self, sign: &str) -> Self {
        match sign {
            "=" | ":=" => Self { assigns: self.name.is_some(), ..self },
            "," if self.call => Self { assigns: self.name.is_some(), ..self },
            "(" | ")" if self.call || !self.assigns => self,
            _ => Self::default(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Name,
    Text,
    Sign,
}

struct Token {
    kind: Kind,
    span: Span,
    content: Span,
}

/// The token at or after `at`, comments skipped.
fn next(text: &str, mut at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    loop {
        let byte = *bytes.get(at)?;
        match byte {
            b'-' if bytes.get(at + 1) == Some(&b'-') => at += memchr::memchr(b'\n', &bytes[at..])?,
            b'/' if bytes.get(at + 1) == Some(&b'*') => at += memchr::memmem::find(&bytes[at..], b"*/")? + 2,
            byte if byte.is_ascii_whitespace() => at += 1,
            b'\'' => return Some(quoted(bytes, at, Kind::Text)),
            b'"' | b'`' => return Some(quoted(bytes, at, Kind::Name)),
            b'$' => return Some(dollar(text, at)),
            b':' if bytes.get(at + 1) == Some(&b'=') => return Some(plain(Kind::Sign, at, at + 2)),
            byte if is_name(byte) || byte == b'\\' || byte == b'@' => {
                let length = bytes[at + 1..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
                return Some(plain(Kind::Name, at, at + 1 + length));
            }
            _ => return Some(plain(Kind::Sign, at, at + 1)),
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn plain(kind: Kind, start: usize, end: usize) -> Token {
    let span = Span::new(start, end);
    Token { kind, span, content: span }
}

/// Quotes are doubled inside quotes; what does not close ends with its line.
fn quoted(bytes: &[u8], at: usize, kind: Kind) -> Token {
    let quote = bytes[at];
    let mut end = at + 1;
    while let Some(&byte) = bytes.get(end) {
        if byte == b'\n' && kind == Kind::Name {
            break;
        }
        if byte == quote {
            if bytes.get(end + 1) != Some(&quote) {
                return Token { kind, span: Span::new(at, end + 1), content: Span::new(at + 1, end) };
            }
            end += 1;
        }
        end += 1;
    }
    let end = end.min(bytes.len());
    Token { kind: Kind::Sign, span: Span::new(at, end.max(at + 1)), content: Span::new(at, at) }
}

/// `$$text$$`, `$tag$text$tag$`. The body of a function is read for what is in it.
fn dollar(text: &str, at: usize) -> Token {
    let rest = &text[at..];
    let tag =
        rest[1..].find('$').map(|length| &rest[..length + 2]).filter(|tag| tag[1..tag.len() - 1].bytes().all(is_name));
    let Some(tag) = tag else { return plain(Kind::Sign, at, at + 1) };
    let start = at + tag.len();
    match text[start..].find(tag) {
        Some(length) if !text[start..start + length].contains(['\n', ';']) => Token {
            kind: Kind::Text,
            span: Span::new(at, start + length + tag.len()),
            content: Span::new(start, start + length),
        },
        _ => plain(Kind::Sign, at, start),
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    #[test]
    fn settings_and_variables() {
        let text = "-- SET a.b TO 'no'\nALTER DATABASE x SET \"app.settings.jwt_secret\" TO 'pear''s';\nSET LOCAL app.jwt_key = 'plum';\nSELECT set_config('app.jwt_secret', 'fig', false);\n\\set jwt_secret 'lime'\nALTER ROLE r SET a.b TO $$kiwi$$;\nCREATE FUNCTION f() AS $$\nDECLARE s text := 'date';\nk varchar(64) DEFAULT 'quince';\n$$;\n";
        assert_eq!(
            pairs(text, read),
            [
                "app.settings.jwt_secret=pear''s",
                "app.jwt_key=plum",
                "app.jwt_secret=fig",
                "jwt_secret=lime",
                "a.b=kiwi",
                "s=date",
                "k=quince"
            ]
        );
    }

    #[test]
    fn keys_beside_their_algorithm() {
        let text = "DEFINE ACCESS a ON DATABASE TYPE JWT ALGORITHM HS512 KEY 'pear';\nDEFINE TOKEN t ON SCOPE s TYPE HS256 VALUE \"no\" ;\nSELECT sign(claims, 'plum', 'HS256'), verify(token, secret, 'HS256');\nDEFINE ACCESS a TYPE JWT ALGORITHM RS256 KEY 'public';";
        assert_eq!(pairs(text, read), ["jwt|key=pear", "jwt|key=plum"]);
    }

    #[test]
    fn keys_of_signing_functions() {
        let text = "SELECT sign(row_to_json(r), 'pear') FROM (SELECT 1, 'no') r;\nSELECT * FROM extensions.verify('a.b.c', 'plum');";
        assert_eq!(pairs(text, read), ["jwt|key=pear", "jwt|key=plum"]);
    }

    #[test]
    fn rows_of_tables() {
        let text = "INSERT INTO t (id, jwt_secret) VALUES (1, 'pear'), (f(2, 3), 'plum');\nINSERT INTO s (k, value) VALUES ('jwt_secret', 'fig');\nINSERT INTO s VALUES ('jwt_key', 'lime');";
        assert_eq!(
            pairs(text, read),
            ["jwt_secret=pear", "jwt_secret=plum", "k=jwt_secret", "jwt_secret=fig", "jwt_key=lime"]
        );
    }

    #[test]
    fn other_texts_are_no_values() {
        for text in [
            "SELECT current_setting('app.jwt_secret', true)",
            "SELECT * FROM t WHERE name IN ('jwt_secret', 'pear')",
            "COMMENT ON COLUMN t.jwt_secret IS 'what signs tokens'",
            "INSERT INTO t SELECT 'jwt_secret', 'pear'",
            "SELECT sign(-3), design(a, 'pear'), sign(claims, current_setting('x'))",
            "RAISE EXCEPTION 'jwt_secret', 'x'",
            "\\set jwt_secret '\\'' :jwt_secret '\\''\n",
        ] {
            assert!(pairs(text, read).is_empty(), "{text}");
        }
    }

    #[test]
    fn broken_input_ends() {
        for text in ["'", "\"", "$", "$$", "$é$", "a = '", "\\", "é = 'é", "/*", "--", "set_config('"] {
            pairs(text, read);
        }
    }
}

//! Text to tokens, by a language's lexical description. Linear, and total: anything is tokens.

use std::ops::Range;

use super::language::{Language, Region, StringStyle, Variation};
use super::token::{Escapes, Kind, Token, Tokens};
use super::unclosed;

/// Operators of more than one character that most languages share.
const COMMON_OPERATORS: &[&str] = &[
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "=>", "->", "::", "...", "..", "++", "--", "+=", "-=", "*=", "/=",
];

const SPACE: u8 = 1;
const WORD: u8 = 2;
const WORD_START: u8 = 4;
const WORD_END: u8 = 8;
/// Something of more than one byte may start here: a comment, string, or operator.
const SPECIAL: u8 = 16;

/// A lexical description, made fast.
#[derive(Debug)]
pub struct Lexer {
    classes: [u8; 256],
    openings: Vec<Vec<Opening>>,
    styles: Vec<Style>,
    regions: Vec<Region>,
    nested_comments: bool,
    regex: bool,
    regex_words: Vec<String>,
}

#[derive(Debug)]
struct Opening {
    text: String,
    what: What,
}

#[derive(Debug)]
enum What {
    LineComment,
    BlockComment(String),
    String { style: usize, delimiter: usize },
    Operator,
}

#[derive(Debug)]
struct Style {
    open: String,
    close: String,
    escapes: Escapes,
    multiline: bool,
    interpolation: Vec<(String, String)>,
    interpolated_name: String,
    character: bool,
    variation: Variation,
    /// Bytes the scan of the content must look at.
    stops: [bool; 256],
}

impl Style {
    /// What starts code or a name inside.
    fn marks(&self) -> Vec<String> {
        let name = (!self.interpolated_name.is_empty()).then(|| self.interpolated_name.clone());
        self.interpolation.iter().map(|(open, _)| open.clone()).chain(name).collect()
    }
}

/// A here-document that was announced.
#[derive(Debug)]
struct LateHeredoc {
    /// The token to fill.
    token: usize,
    /// What ends it.
    name: String,
    /// What starts code or a name inside.
    filled_by: Vec<String>,
}

impl Lexer {
    /// Prepares a description.
    pub fn new(language: &Language) -> Self {
        let lexical = &language.lexical;
        let mut lexer = Self {
            classes: [0; 256],
            openings: (0..256).map(|_| Vec::new()).collect(),
            styles: lexical.string.iter().map(Style::new).collect(),
            regions: Vec::new(),
            nested_comments: lexical.nested_comments,
            regex: lexical.regex,
            regex_words: language.grammar.keywords.iter().chain(&*language.grammar.returns).cloned().collect(),
        };
        lexer.classify(&lexical.word, &lexical.word_start, &lexical.word_end);
        for open in &lexical.line_comments {
            lexer.add(open.clone(), What::LineComment);
        }
        for (open, close) in &lexical.block_comments {
            lexer.add(open.clone(), What::BlockComment(close.clone()));
        }
        for (style, description) in lexical.string.iter().enumerate() {
            for prefix in &description.prefixes {
                let what = What::String { style, delimiter: description.open.len() };
                lexer.add(format!("{prefix}{}", description.open), what);
            }
        }
        for operator in COMMON_OPERATORS.iter().copied().chain(lexical.operators.iter().map(String::as_str)) {
            lexer.add(operator.to_owned(), What::Operator);
        }
        // The longest that fits is taken.
        lexer.openings.iter_mut().for_each(|openings| {
            openings.sort_by_key(|opening| std::cmp::Reverse(opening.text.len()));
        });
        lexer.regions = lexical
            .region
            .iter()
            .map(|region| Region {
                extensions: region.extensions.clone(),
                open: region.open.clone(),
                open_end: region.open_end.clone(),
                close: region.close.clone(),
            })
            .collect();
        lexer
    }

    fn classify(&mut self, word: &str, word_start: &str, word_end: &str) {
        for byte in 0..=255_u8 {
            let class = &mut self.classes[usize::from(byte)];
            if byte.is_ascii_whitespace() || byte == 0x0b {
                *class |= SPACE;
            }
            if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 || word.as_bytes().contains(&byte) {
                *class |= WORD;
            }
            if (*class & WORD != 0 && !byte.is_ascii_digit()) || word_start.as_bytes().contains(&byte) {
                *class |= WORD_START;
            }
            if word_end.as_bytes().contains(&byte) {
                *class |= WORD_END;
            }
        }
    }

    fn add(&mut self, text: String, what: What) {
        if let Some(&first) = text.as_bytes().first() {
            self.classes[usize::from(first)] |= SPECIAL;
            self.openings[usize::from(first)].push(Opening { text, what });
        }
    }

    fn class(&self, byte: u8) -> u8 {
        self.classes[usize::from(byte)]
    }

    /// The tokens of `text`, the content of a file with this extension.
    pub fn lex<'t>(&self, text: &'t str, extension: &str) -> Tokens<'t> {
        self.lex_into(Vec::new(), text, extension)
    }

    /// [`Lexer::lex`] into a list that served before.
    pub fn lex_into<'t>(&self, mut list: Vec<Token>, text: &'t str, extension: &str) -> Tokens<'t> {
        list.clear();
        list.reserve(text.len() / 6);
        let mut run = Run {
            lexer: self,
            text,
            bytes: text.as_bytes(),
            at: 0,
            end: text.len(),
            tokens: list,
            frames: Vec::new(),
            left_open: false,
            line_break: true,
            late: Vec::new(),
            regex_fails_until: 0,
            string_fails_until: vec![0; self.styles.len()],
        };
        for region in self.code(text, extension) {
            run.at = region.start;
            run.end = region.end;
            run.line_break = true;
            run.region();
        }
        run.finish()
    }

    /// The pieces of the text that are code.
    fn code(&self, text: &str, extension: &str) -> Vec<Range<usize>> {
        let regions: Vec<&Region> = self
            .regions
            .iter()
            .filter(|region| region.extensions.is_empty() || region.extensions.iter().any(|one| one == extension))
            .collect();
        if regions.is_empty() {
            return std::iter::once(0..text.len()).collect();
        }
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some((open, region)) = regions
            .iter()
            .filter_map(|region| Some((at + find(text, at, &region.open)?, region)))
            .min_by_key(|(open, _)| *open)
        {
            let mut start = open + region.open.len();
            if !region.open_end.is_empty() {
                match find(text, start, &region.open_end) {
                    Some(offset) => start += offset + region.open_end.len(),
                    None => break,
                }
            }
            let end = find(text, start, &region.close).map_or(text.len(), |offset| start + offset);
            pieces.push(start..end);
            at = (end + region.close.len()).min(text.len());
        }
        pieces
    }
}

fn find(text: &str, from: usize, needle: &str) -> Option<usize> {
    memchr::memmem::find(text.as_bytes().get(from..)?, needle.as_bytes())
}

impl Style {
    fn new(description: &StringStyle) -> Self {
        let close = if description.close.is_empty() { &description.open } else { &description.close };
        let mut stops = [false; 256];
        let mut stop = |text: &str| {
            if let Some(&byte) = text.as_bytes().first() {
                stops[usize::from(byte)] = true;
            }
        };
        stop(close);
        for (open, _) in &description.interpolation {
            stop(open);
        }
        stop(&description.interpolated_name);
        if description.variation == Variation::Named {
            stop(")");
        }
        if matches!(description.escapes, Escapes::Backslash | Escapes::Minimal) {
            stop("\\");
        }
        if !description.multiline {
            stop("\n");
            stop("\r");
        }
        Self {
            open: description.open.clone(),
            close: close.clone(),
            escapes: description.escapes,
            multiline: description.multiline,
            interpolation: description.interpolation.clone(),
            interpolated_name: description.interpolated_name.clone(),
            character: description.character,
            variation: description.variation,
            stops,
        }
    }
}

enum Frame {
    Bracket {
        open: u8,
        token: usize,
    },
    /// Code inside a string; afterwards the string goes on.
    Interpolation {
        close: u8,
        token: usize,
    },
    String {
        style: usize,
        close: String,
        token: usize,
    },
}

struct Run<'l, 't> {
    lexer: &'l Lexer,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    end: usize,
    tokens: Vec<Token>,
    frames: Vec<Frame>,
    /// Whether a bracket ended without a mate.
    left_open: bool,
    line_break: bool,
    /// Here-documents whose text starts on the next line.
    late: Vec<LateHeredoc>,
    /// A regular expression that starts before this offset is known not to end on its line.
    regex_fails_until: usize,
    string_fails_until: Vec<usize>,
}

impl<'t> Run<'_, 't> {
    fn finish(self) -> Tokens<'t> {
        let tokens = Tokens { text: self.text, list: self.tokens };
        if self.left_open { unclosed::close(tokens) } else { tokens }
    }

    fn byte(&self, at: usize) -> u8 {
        if at < self.end { self.bytes.get(at).copied().unwrap_or(0) } else { 0 }
    }

    fn starts_with(&self, at: usize, text: &str) -> bool {
        self.bytes.get(at..self.end).is_some_and(|rest| rest.starts_with(text.as_bytes()))
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize, link: u32, escapes: Escapes) -> usize {
        let token = Token { kind, line_break: self.line_break, escapes, start: offset(start), end: offset(end), link };
        self.line_break = false;
        self.tokens.push(token);
        self.tokens.len() - 1
    }

    fn operator(&mut self, length: usize) {
        self.push(Kind::Operator, self.at, self.at + length, 0, Escapes::None);
        self.at += length;
    }

    fn region(&mut self) {
        while self.at < self.end {
            let byte = self.byte(self.at);
            let class = self.lexer.class(byte);
            if class & (SPACE | SPECIAL) == SPACE {
                self.space(byte);
            } else if (class & SPECIAL != 0 && self.special(byte)) || self.word(class) {
                // Taken.
            } else if class & SPACE != 0 {
                self.space(byte);
            } else if byte.is_ascii_digit() {
                self.number();
            } else {
                self.punctuation(byte);
            }
        }
        self.left_open |= !self.frames.is_empty();
        self.frames.clear();
        self.late.clear();
    }

    fn space(&mut self, byte: u8) {
        self.at += 1;
        if byte == b'\n' || byte == b'\r' {
            self.line_break = true;
            if byte == b'\n' && !self.late.is_empty() {
                self.late_heredocs();
            }
        }
    }

    fn word(&mut self, class: u8) -> bool {
        if class & WORD_START == 0 {
            return false;
        }
        let start = self.at;
        let mut at = start + 1;
        while at < self.end && self.lexer.class(self.bytes[at]) & WORD != 0 {
            at += 1;
        }
        if at < self.end
            && self.lexer.class(self.bytes[at]) & WORD_END != 0
            && !matches!(self.byte(at + 1), b'=' | b':')
        {
            at += 1;
        }
        self.push(Kind::Word, start, at, 0, Escapes::None);
        self.at = at;
        true
    }

    fn number(&mut self) {
        let start = self.at;
        let mut at = start;
        while at < self.end {
            let byte = self.bytes[at];
            let fraction = byte == b'.' && self.byte(at + 1).is_ascii_digit();
            if !(byte.is_ascii_alphanumeric() || byte == b'_' || fraction) {
                break;
            }
            at += 1;
        }
        self.push(Kind::Number, start, at, 0, Escapes::None);
        self.at = at;
    }

    /// A comment, string or operator of several bytes, if one starts here.
    fn special(&mut self, byte: u8) -> bool {
        let lexer = self.lexer;
        let Some(openings) = lexer.openings.get(usize::from(byte)) else { return false };
        let inside_word = lexer.class(byte) & WORD != 0;
        for opening in openings {
            if !self.starts_with(self.at, &opening.text) {
                continue;
            }
            match &opening.what {
                What::LineComment if self.comment_starts(&opening.text) => {
                    let rest = self.bytes.get(self.at..self.end).unwrap_or_default();
                    self.at = memchr::memchr2(b'\n', b'\r', rest).map_or(self.end, |length| self.at + length);
                    return true;
                }
                What::BlockComment(close) => {
                    self.block_comment(&opening.text, close);
                    return true;
                }
                What::String { style, delimiter } => {
                    if self.string(*style, opening.text.len(), *delimiter) {
                        return true;
                    }
                }
                What::Operator if !inside_word => {
                    // `?.5` is a question and a number.
                    if opening.text == "?." && self.byte(self.at + 2).is_ascii_digit() {
                        continue;
                    }
                    self.operator(opening.text.len());
                    return true;
                }
                What::Operator | What::LineComment => {}
            }
        }
        self.lexer.regex && byte == b'/' && self.regex()
    }

    /// `#` starts no comment in `#[attribute]` or inside a word.
    fn comment_starts(&self, open: &str) -> bool {
        open != "#" || self.byte(self.at + 1) != b'['
    }

    fn block_comment(&mut self, open: &str, close: &str) {
        let start = self.at;
        let mut from = start + open.len();
        let mut depth = 1_usize;
        while depth > 0 {
            let Some(length) = find(self.text, from, close) else {
                from = self.end;
                break;
            };
            let inner = self.bytes.get(from..from + length).unwrap_or_default();
            let opened = if self.lexer.nested_comments { memchr::memmem::find_iter(inner, open).count() } else { 0 };
            depth = depth + opened - 1;
            from += length + close.len();
        }
        self.at = from.min(self.end);
        let body = self.bytes.get(start..self.at).unwrap_or_default();
        self.line_break |= memchr::memchr2(b'\n', b'\r', body).is_some();
    }

    fn regex(&mut self) -> bool {
        if self.at < self.regex_fails_until || !self.regex_may_start() {
            return false;
        }
        let mut at = self.at + 1;
        let mut class = false;
        loop {
            match self.byte(at) {
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                b'\n' | b'\r' | 0 => {
                    self.regex_fails_until = at;
                    return false;
                }
                _ => {}
            }
            at += 1;
        }
        at += 1;
        while at < self.end && self.bytes[at].is_ascii_alphabetic() {
            at += 1;
        }
        self.push(Kind::Number, self.at, at, 0, Escapes::None);
        self.at = at;
        true
    }

    /// Whether an operand may stand here; right after `<` it is a closing tag.
    fn regex_may_start(&self) -> bool {
        let Some(last) = self.tokens.last() else { return true };
        let text = self.text.get(last.start as usize..last.end as usize).unwrap_or("");
        match last.kind {
            Kind::Word => self.lexer.regex_words.iter().any(|word| word == text),
            Kind::Operator => !(matches!(text, "++" | "--") || (text == "<" && last.end as usize == self.at)),
            Kind::Open | Kind::Template => true,
            Kind::Number | Kind::Text | Kind::Close => false,
        }
    }

    fn punctuation(&mut self, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => {
                let token = self.push(Kind::Open, self.at, self.at + 1, u32::MAX, Escapes::None);
                self.frames.push(Frame::Bracket { open: byte, token });
                self.at += 1;
            }
            b')' | b']' | b'}' => self.close(byte),
            _ if self.text.is_char_boundary(self.at) => {
                let length = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
                self.operator(length);
            }
            _ => self.at += 1,
        }
    }

    fn close(&mut self, byte: u8) {
        match self.frame_for(byte) {
            Some(index) => {
                self.left_open |= index + 1 < self.frames.len();
                let frame = self.frames.drain(index..).next();
                self.at += 1;
                let (Some(Frame::Bracket { token, .. }) | Some(Frame::Interpolation { token, .. })) = frame else {
                    return;
                };
                self.push_close(token, self.at - 1, self.at);
                if matches!(self.frames.last(), Some(Frame::String { .. })) {
                    self.string_content(self.at);
                }
            }
            None => self.operator(1),
        }
    }

    fn push_close(&mut self, open: usize, start: usize, end: usize) {
        let close = self.push(Kind::Close, start, end, offset(open), Escapes::None);
        if let Some(token) = self.tokens.get_mut(open) {
            token.link = offset(close);
        }
    }

    /// The innermost frame that `byte` closes. A brace closes brackets left open inside it, nothing
    /// closes a brace but a brace, and nothing reaches out of an interpolation.
    fn frame_for(&self, byte: u8) -> Option<usize> {
        for (index, frame) in self.frames.iter().enumerate().rev().take(64) {
            match *frame {
                Frame::String { .. } => return None,
                Frame::Interpolation { close, .. } => return (close == byte).then_some(index),
                Frame::Bracket { open, .. } => {
                    if matches!((open, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        return Some(index);
                    }
                    if open == b'{' {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// A string literal; `opening` is the length of prefix and delimiter.
    fn string(&mut self, style_index: usize, opening: usize, delimiter: usize) -> bool {
        if self.at < self.string_fails_until.get(style_index).copied().unwrap_or(0) {
            return false;
        }
        let lexer = self.lexer;
        let Some(style) = lexer.styles.get(style_index) else { return false };
        let start = self.at;
        match style.variation {
            Variation::Heredoc | Variation::LateHeredoc => return self.heredoc(style, start + opening),
            Variation::Hashes => {
                let hashes = style.open.bytes().filter(|&byte| byte == b'#').count().min(delimiter);
                return self.hashed(style_index, style, start + opening, hashes);
            }
            Variation::Named => return self.named(style_index, start + opening),
            Variation::Fixed => {}
        }
        if style.character {
            return self.character(style, start + opening);
        }
        self.begin_string(style_index, style.close.clone(), start + opening)
    }

    /// Opens a string whose content starts at `content`.
    fn begin_string(&mut self, style: usize, close: String, content: usize) -> bool {
        let (start, line_break) = (self.at, self.line_break);
        let token = self.push(Kind::Template, start, content, u32::MAX, Escapes::None);
        self.frames.push(Frame::String { style, close, token });
        if self.string_content(content) {
            return true;
        }
        self.frames.pop();
        self.tokens.truncate(token);
        self.line_break = line_break;
        self.at = start;
        false
    }

    /// Scans the content of the innermost frame, a string, from `from`, up to its end or its next
    /// interpolation. `false` if it is not terminated, which undoes it.
    fn string_content(&mut self, mut from: usize) -> bool {
        let lexer = self.lexer;
        let Some(Frame::String { style: style_index, close, token }) = self.frames.last() else { return false };
        let (style_index, token, close) = (*style_index, *token, close.clone());
        let Some(style) = lexer.styles.get(style_index) else { return false };
        let mut at = from;
        loop {
            while at < self.end && !style.stops[usize::from(self.bytes[at])] {
                at += 1;
            }
            if at >= self.end {
                if !style.multiline && self.tokens.len() == token + 1 {
                    return self.string_fails(style_index, self.end);
                }
                return self.end_string(from, self.end, self.end, token, style);
            }
            if self.starts_with(at, &close) {
                let doubled = style.escapes == Escapes::Doubled && self.starts_with(at + close.len(), &close);
                if doubled {
                    at += close.len() * 2;
                    continue;
                }
                // Of `""""` the last three quotes close.
                while close.len() >= 3 && self.starts_with(at + 1, &close) {
                    at += 1;
                }
                return self.end_string(from, at, at + close.len(), token, style);
            }
            let byte = self.bytes[at];
            if let Some((open, shut)) = style.interpolation.iter().find(|(open, _)| self.starts_with(at, open)) {
                if open == "{" && self.byte(at + 1) == b'{' {
                    at += 2;
                    continue;
                }
                self.piece(from, at, style);
                self.at = at + open.len();
                let bracket = self.push(Kind::Open, at, self.at, u32::MAX, Escapes::None);
                let close = shut.as_bytes().first().copied().unwrap_or(b'}');
                self.frames.push(Frame::Interpolation { close, token: bracket });
                return true;
            }
            if !style.interpolated_name.is_empty() && self.starts_with(at, &style.interpolated_name) {
                let name = at + style.interpolated_name.len();
                if self.byte(name).is_ascii_alphabetic() || self.byte(name) == b'_' {
                    self.piece(from, at, style);
                    from = self.interpolated_name(at, name);
                    at = from;
                    continue;
                }
            }
            match byte {
                b'\\' if matches!(style.escapes, Escapes::Backslash | Escapes::Minimal) => {
                    at += 1;
                    if self.byte(at) == b'\r' && self.byte(at + 1) == b'\n' {
                        at += 1;
                    }
                    at = (at + 1).min(self.end);
                }
                b'\n' | b'\r' if !style.multiline => {
                    if self.tokens.len() == token + 1 {
                        return self.string_fails(style_index, at);
                    }
                    return self.end_string(from, at, at, token, style);
                }
                _ => at += 1,
            }
        }
    }

    fn string_fails(&mut self, style: usize, until: usize) -> bool {
        if let Some(fails) = self.string_fails_until.get_mut(style) {
            *fails = until;
        }
        false
    }

    /// `$name` inside a string, as an interpolation of one word; returns where it ends.
    fn interpolated_name(&mut self, mark: usize, name: usize) -> usize {
        let mut end = name;
        while end < self.end && (self.bytes[end].is_ascii_alphanumeric() || self.bytes[end] == b'_') {
            end += 1;
        }
        let open = self.push(Kind::Open, mark, name, u32::MAX, Escapes::None);
        self.push(Kind::Word, name, end, 0, Escapes::None);
        self.push_close(open, end, end);
        end
    }

    /// A constant piece before an interpolation.
    fn piece(&mut self, from: usize, to: usize, style: &Style) {
        if from < to {
            let at = self.push(Kind::Text, from, to, 0, style.escapes);
            if let Some(token) = self.tokens.get_mut(at) {
                token.line_break = false;
            }
        }
    }

    fn end_string(&mut self, from: usize, content_end: usize, end: usize, token: usize, style: &Style) -> bool {
        self.frames.pop();
        self.at = end;
        if self.tokens.len() == token + 1 {
            if let Some(opening) = self.tokens.get_mut(token) {
                let open = from - opening.start as usize;
                opening.kind = Kind::Text;
                opening.end = offset(end);
                opening.escapes = style.escapes;
                opening.link = ((open.min(0xffff) as u32) << 16) | ((end - content_end).min(0xffff) as u32);
            }
        } else {
            self.piece(from, content_end, style);
            self.push_close(token, content_end, end);
        }
        true
    }

    /// `'a'` or `'\n'`; anything else that starts with the quote is a mark of another kind.
    fn character(&mut self, style: &Style, content: usize) -> bool {
        let mut at = content;
        if self.byte(at) == b'\\' {
            at += 2;
            while at < self.end && at < content + 12 && !self.starts_with(at, &style.close) {
                at += 1;
            }
        } else {
            match self.text.get(at..self.end).and_then(|rest| rest.chars().next()) {
                Some(character) if character != '\n' => at += character.len_utf8(),
                _ => return false,
            }
        }
        if !self.starts_with(at, &style.close) {
            return false;
        }
        self.push(Kind::Number, self.at, at + style.close.len(), 0, Escapes::None);
        self.at = at + style.close.len();
        true
    }

    /// `#"…"#`: what was matched so far is the first `#`, or nothing but the quote.
    fn hashed(&mut self, style_index: usize, style: &Style, mut at: usize, mut hashes: usize) -> bool {
        while hashes > 0 && self.byte(at) == b'#' {
            hashes += 1;
            at += 1;
        }
        let quote = style.close.trim_matches('#').to_owned();
        if hashes > 0 && !style.open.ends_with('"') {
            if !self.starts_with(at, &quote) {
                return false;
            }
            at += quote.len();
        }
        if hashes > 255 {
            return false;
        }
        self.begin_string(style_index, format!("{quote}{}", "#".repeat(hashes)), at)
    }

    /// `R"name(…)name"`.
    fn named(&mut self, style_index: usize, at: usize) -> bool {
        let rest = self.bytes.get(at..self.end.min(at + 20)).unwrap_or_default();
        let Some(length) = memchr::memchr(b'(', rest) else { return false };
        let Some(name) = self.text.get(at..at + length) else { return false };
        self.begin_string(style_index, format!("){name}\""), at + length + 1)
    }

    fn heredoc(&mut self, style: &Style, at: usize) -> bool {
        let quote = match self.byte(at) {
            quote @ (b'\'' | b'"') => Some(quote),
            _ => None,
        };
        let name_start = at + usize::from(quote.is_some());
        let mut name_end = name_start;
        while name_end < self.end && (self.bytes[name_end].is_ascii_alphanumeric() || self.bytes[name_end] == b'_') {
            name_end += 1;
        }
        let Some(name) = self.text.get(name_start..name_end).filter(|name| starts_name(name)) else { return false };
        let mut after = name_end;
        if let Some(quote) = quote {
            if self.byte(after) != quote {
                return false;
            }
            after += 1;
        }
        let token = self.push(Kind::Text, self.at, after, 0, Escapes::None);
        self.at = after;
        let filled_by = if quote == Some(b'\'') { Vec::new() } else { style.marks() };
        self.late.push(LateHeredoc { token, name: name.to_owned(), filled_by });
        if style.variation == Variation::Heredoc {
            let rest = self.bytes.get(after..self.end).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(length) => {
                    self.at = after + length + 1;
                    self.late_heredocs();
                }
                None => self.late.clear(),
            }
        }
        true
    }

    /// Reads the here-documents announced on the line that has just ended.
    fn late_heredocs(&mut self) {
        for LateHeredoc { token, name, filled_by } in std::mem::take(&mut self.late) {
            let start = self.at;
            let mut line = start;
            let (content_end, end) = loop {
                let rest = self.bytes.get(line..self.end).unwrap_or_default();
                let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                let indentation = rest.iter().take(length).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                let named = line + indentation;
                if self.starts_with(named, &name) && self.lexer.class(self.byte(named + name.len())) & WORD == 0 {
                    break (line.saturating_sub(1).max(start), named + name.len());
                }
                line += length + 1;
                if line >= self.end {
                    break (self.end, self.end);
                }
            };
            let content = self.bytes.get(start.min(content_end)..content_end).unwrap_or_default();
            let is_filled = filled_by.iter().any(|mark| memchr::memmem::find(content, mark.as_bytes()).is_some());
            // The token moves to its text, so that spans point there; it stays in its place in the list.
            if let Some(opening) = self.tokens.get_mut(token) {
                if is_filled {
                    // What it says is known only when it runs, as little as of a number.
                    opening.kind = Kind::Number;
                }
                opening.start = offset(start.min(content_end));
                opening.end = offset(content_end);
                opening.link = 0;
            }
            self.at = end;
        }
    }
}

fn starts_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

/// Offsets fit: larger texts are not analyzed.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use crate::analyze::pattern::Engine;
    use crate::analyze::pattern::token::Kind;

    /// The tokens of `text`, text literals in guillemets and templates with a mark at both ends.
    fn tokens(language: &str, text: &str) -> String {
        let engine = Engine::embedded();
        let prepared = engine.language(language).and_then(|language| engine.prepared(language)).expect("described");
        let tokens = prepared.lexer.lex(text, "");
        let show = |index: usize| match tokens.kind(index) {
            Some(Kind::Text) => format!("«{}»", tokens.content_str(index)),
            Some(Kind::Template) => "T(".to_owned(),
            Some(Kind::Close) if tokens.kind(tokens.mate(index)) == Some(Kind::Template) => ")T".to_owned(),
            _ => tokens.str(index).to_owned(),
        };
        (0..tokens.len()).map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_are_no_tokens() {
        assert_eq!(tokens("javascript", "a // 'b'\n/* 'c' */ d"), "a d");
        assert_eq!(tokens("python", "a # 'b'\nc"), "a c");
        assert_eq!(tokens("php", "text <?php a; # 'b'\n#[c] ?> text"), "php a ; # [ c ]");
    }

    #[test]
    fn interpolations_are_code() {
        assert_eq!(tokens("javascript", "`a${b['c']}d`"), "T( «a» ${ b [ «c» ] } «d» )T");
        assert_eq!(tokens("javascript", "`a${`b${c}`}`"), "T( «a» ${ T( «b» ${ c } )T } )T");
        assert_eq!(tokens("ruby", "\"a#{b}\""), "T( «a» #{ b } )T");
        assert_eq!(tokens("kotlin", "\"a$b-${c}\""), "T( «a» $ b  «-» ${ c } )T");
        assert_eq!(tokens("python", "f'{a}{{b'"), "T( { a } «{{b» )T");
        assert_eq!(tokens("swift", "\"a\\(b)c\""), "T( «a» \\( b ) «c» )T");
    }

    #[test]
    fn strings_of_every_kind() {
        assert_eq!(tokens("python", "'''a\n'b''' rb'c\\' b\"d\""), "«a\n'b» «c\\» «d»");
        assert_eq!(tokens("csharp", "@\"a\"\"b\" 'c' \"\"\"d\"e\"\"\""), "«a\"\"b» 'c' «d\"e»");
        assert_eq!(tokens("cpp", "R\"x(a)\" )x\" L\"b\""), "«a)\" » «b»");
        assert_eq!(tokens("rust", "r##\"a\"#b\"## 'static 'c'"), "«a\"#b» ' static 'c'");
        assert_eq!(tokens("swift", "#\"a\"b\"# #available"), "«a\"b» # available");
        assert_eq!(tokens("php", "<? f(<<<'EOT'\n  a\n  EOT, b);"), "f ( «  a» , b ) ;");
        assert_eq!(tokens("ruby", "f(<<~EOT, b)\n  a\nEOT\nc"), "f ( «  a» , b ) c");
    }

    #[test]
    fn what_is_not_closed_costs_only_its_line() {
        assert_eq!(tokens("javascript", "it's\n'a'"), "it ' s «a»");
        assert_eq!(tokens("javascript", "<b>don't</b>\nf('a')"), "< b > don ' t < / b > f ( «a» )");
        assert_eq!(tokens("python", "a = 'b' + '"), "a = «b» + '");
    }

    #[test]
    fn a_slash_divides_or_starts_a_regular_expression() {
        assert_eq!(tokens("javascript", "x = /['\"]/g.test(a) / b"), "x = /['\"]/g . test ( a ) / b");
        assert_eq!(tokens("javascript", "a / b; 'c' / d"), "a / b ; «c» / d");
    }

    #[test]
    fn only_scripts_of_components_are_code() {
        let engine = Engine::embedded();
        let prepared = engine.language("javascript").and_then(|language| engine.prepared(language)).expect("described");
        let tokens = prepared.lexer.lex("<p>it's</p><script setup>a('b')</script><p>", "vue");
        assert_eq!(tokens.len(), 4);
    }

    #[test]
    fn braces_close_what_was_left_open() {
        let engine = Engine::embedded();
        let prepared = engine.language("javascript").and_then(|language| engine.prepared(language)).expect("described");
        let tokens = prepared.lexer.lex("{ f(a; } g()", "js");
        assert!(tokens.is(tokens.mate(0), "}"));
    }
}

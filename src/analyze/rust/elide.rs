//! What need not be parsed, found without parsing: comments, the bodies of functions, and long values of constants; most
//! of these say nothing about secrets, and are read only when somebody asks for what is in them.

use std::ops::Range;

use super::lexical::{comment_end, is_part, quote_end, text_end};

/// A function whose body can be left out for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// From `fn` to the closing brace.
    pub function: Range<usize>,
    /// The opening brace.
    pub open: usize,
}

impl Body {
    /// What stands between the braces.
    pub fn inside(&self) -> Range<usize> {
        self.open + 1..self.function.end - 1
    }
}

/// A constant of whose value a part can be left out for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// From `const` or `static` to the semicolon.
    pub item: Range<usize>,
    /// Where its name stands.
    pub name: usize,
    /// What stands between brackets of its value.
    inside: Vec<Range<usize>>,
}

/// What is shorter than this is parsed as quickly as left out.
const SHORTEST: usize = 48;

/// Words that begin an item: a body with items of its own matters to names outside of it.
const ITEMS: [&[u8]; 11] =
    [b"use", b"fn", b"const", b"static", b"struct", b"enum", b"impl", b"mod", b"trait", b"type", b"macro_rules"];

/// What can be left out of a text.
#[derive(Debug, Default)]
pub struct Found {
    /// The functions whose bodies can be left out, in order. None lies within another.
    pub bodies: Vec<Body>,
    /// The constants, in order, none of them in a function.
    pub constants: Vec<Constant>,
    /// Comments; to a parser, one that documents is an attribute of several tokens.
    comments: Vec<Range<usize>>,
}

/// Finds what can be left out.
///
/// A scan by characters: where it takes something for a body that is none, parsing shows, because no function
/// begins its body there.
pub fn find(text: &str) -> Found {
    let bytes = text.as_bytes();
    let mut scan = Scan { bytes, at: 0, comments: Vec::new() };
    let (mut bodies, mut constants) = (Vec::new(), Vec::new());
    let mut item_may_begin = true;
    while let Some(token) = scan.next() {
        let may_begin = std::mem::replace(&mut item_may_begin, token.comes_before_items());
        // The rules of a macro are read with the calls that they are for.
        if token == Token::Word(b"macro_rules") {
            scan.past_rules();
            continue;
        }
        if let Token::Word(keyword @ (b"const" | b"static")) = token {
            if may_begin {
                constants.extend(scan.constant(scan.at - keyword.len()));
            }
            continue;
        }
        if token != Token::Word(b"fn") {
            continue;
        }
        let start = scan.at - 2;
        let Some(Token::Word(_)) = scan.next() else { continue };
        let Some(open) = scan.head() else { continue };
        let Some(has_items) = scan.block() else { break };
        if !has_items && scan.at - open > SHORTEST {
            bodies.push(Body { function: start..scan.at, open });
        }
    }
    Found { bodies, constants, comments: scan.comments }
}

impl Found {
    /// `text` without all this: what is left stands in the same line and column.
    pub fn without(&self, text: &str) -> String {
        let bodies = self.bodies.iter().map(Body::inside);
        let values = self.constants.iter().flat_map(|constant| &constant.inside);
        let mut cuts: Vec<Range<usize>> = bodies.chain(values.chain(&self.comments).cloned()).collect();
        cuts.sort_unstable_by_key(|cut| cut.start);
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for cut in cuts {
            // The comments of a body go with it.
            if cut.start < from {
                continue;
            }
            out.push_str(&text[from..cut.start]);
            let lines = memchr::memchr_iter(b'\n', &text.as_bytes()[cut.clone()]).count();
            out.extend(std::iter::repeat_n('\n', lines));
            if !text[cut.end..].starts_with('\n') {
                let last = text[cut.clone()].rsplit('\n').next().unwrap_or_default();
                out.extend(last.chars().map(|_| ' '));
            }
            from = cut.end;
        }
        out.push_str(&text[from..]);
        out
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t [u8]),
    Open(u8),
    Close,
    /// Anything else but comments.
    Other(u8),
}

impl Token<'_> {
    /// Whether an item can begin after it; `const` also stands before parameters and after the `*` of pointers.
    fn comes_before_items(&self) -> bool {
        matches!(self, Token::Word(_) | Token::Open(b'{') | Token::Close | Token::Other(b';'))
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    comments: Vec<Range<usize>>,
}

impl<'t> Scan<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            match byte {
                b'/' => match comment_end(self.bytes, self.at) {
                    Some(end) => {
                        self.comments.push(self.at..end);
                        self.at = end;
                    }
                    None => {
                        self.at += 1;
                        return Some(Token::Other(byte));
                    }
                },
                b'"' => {
                    self.at = text_end(self.bytes, self.at);
                    return Some(Token::Other(byte));
                }
                b'\'' => {
                    self.at = quote_end(self.bytes, self.at);
                    return Some(Token::Other(byte));
                }
                b'{' | b'(' | b'[' => {
                    self.at += 1;
                    return Some(Token::Open(byte));
                }
                b'}' | b')' | b']' => {
                    self.at += 1;
                    return Some(Token::Close);
                }
                _ if is_part(byte) => return Some(self.word()),
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    self.at += 1;
                    return Some(Token::Other(byte));
                }
            }
        }
    }

    fn word(&mut self) -> Token<'t> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|&byte| is_part(byte)) {
            self.at += 1;
        }
        Token::Word(&self.bytes[start..self.at])
    }

    /// Goes past a function's head; gives where its body opens, if it has one.
    fn head(&mut self) -> Option<usize> {
        let mut depth = 0usize;
        while let Some(token) = self.next() {
            match token {
                Token::Open(b'{') if depth == 0 => return Some(self.at - 1),
                Token::Open(_) => depth += 1,
                Token::Close => depth = depth.checked_sub(1)?,
                Token::Other(b';') if depth == 0 => return None,
                Token::Word(_) | Token::Other(_) => {}
            }
        }
        None
    }

    /// Goes past a constant whose keyword, which stands at `start`, was taken; gives it if its value is long.
    ///
    /// Only what stands before its colon is looked at once more where it is no constant.
    fn constant(&mut self, start: usize) -> Option<Constant> {
        let after = self.at;
        let Some(name) = self.name_of_constant() else {
            self.at = after;
            return None;
        };
        // Types nest in brackets of their own, and an `=` between angle brackets is followed by no long bracket.
        loop {
            match self.next()? {
                Token::Other(b'=') => break,
                Token::Other(b';' | b',') | Token::Close | Token::Open(b'{') => return None,
                Token::Open(_) => self.block_without_items()?,
                Token::Word(_) | Token::Other(_) => {}
            }
        }
        let mut inside = Vec::new();
        loop {
            match self.next()? {
                Token::Other(b';') => break,
                Token::Open(_) => {
                    let open = self.at;
                    self.block_without_items()?;
                    if self.at - open > SHORTEST {
                        inside.push(open..self.at - 1);
                    }
                }
                Token::Close | Token::Other(b',') => return None,
                Token::Word(word) if ITEMS.contains(&word) => {
                    self.at -= word.len();
                    return None;
                }
                Token::Word(_) | Token::Other(_) => {}
            }
        }
        (!inside.is_empty()).then_some(Constant { item: start..self.at, name, inside })
    }

    /// Where the name of a constant stands, whose colon was taken too.
    fn name_of_constant(&mut self) -> Option<usize> {
        let mut word = self.next()?;
        if word == Token::Word(b"mut") {
            word = self.next()?;
        }
        let Token::Word(name) = word else { return None };
        let name = self.at - name.len();
        (self.next()? == Token::Other(b':')).then_some(name)
    }

    /// Goes past the name and the rules of a macro.
    fn past_rules(&mut self) {
        let before = self.at;
        let head = [self.next(), self.next()];
        match (head, self.next()) {
            ([Some(Token::Other(b'!')), Some(Token::Word(_))], Some(Token::Open(_))) => drop(self.block()),
            _ => self.at = before,
        }
    }

    /// Goes past a block whose bracket was taken, or no further than to the first item in it.
    fn block_without_items(&mut self) -> Option<()> {
        let mut depth = 1usize;
        while depth > 0 {
            match self.next()? {
                Token::Open(_) => depth += 1,
                Token::Close => depth -= 1,
                Token::Word(word) if ITEMS.contains(&word) => {
                    self.at -= word.len();
                    return None;
                }
                Token::Word(_) | Token::Other(_) => {}
            }
        }
        Some(())
    }

    /// Goes past a block whose brace was taken; says whether items stand in it. `None` if it does not end.
    fn block(&mut self) -> Option<bool> {
        let mut has_items = false;
        let mut depth = 1usize;
        while let Some(token) = self.next() {
            match token {
                Token::Open(_) => depth += 1,
                Token::Close => depth -= 1,
                Token::Word(word) => has_items |= ITEMS.contains(&word),
                Token::Other(_) => {}
            }
            if depth == 0 {
                return Some(has_items);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "let a = 1; let b = 2; let c = 3; let d = 4; let e = 5; let f = 6;";

    fn found(text: &str) -> Vec<&str> {
        find(text)
            .bodies
            .into_iter()
            .map(|body| text[body.function].split(['(', '<']).next().unwrap_or_default())
            .collect()
    }

    #[test]
    fn bodies_are_found_whatever_stands_around_them() {
        let text = format!(
            "fn a() {{ {LONG} }} impl T {{ pub async fn b<'a>(&'a self, f: fn(u8) -> u8) -> [u8; {{ 4 }}] where T: X {{ {LONG} }} }}
             // fn no() {{ {LONG}
             const S: &str = \"fn no() {{\"; const R: &str = r#\"\" fn no() {{\"#; const C: [char; 3] = ['\"', '\\'', '{{'];
             trait X {{ fn none(&self); fn c(&self) {{ let s = '}}'; {LONG} }} }} mod m {{ fn d() {{ /* }} /* */ }} */ {LONG} }} }}"
        );
        assert_eq!(found(&text), ["fn a", "fn b", "fn c", "fn d"]);
    }

    #[test]
    fn short_bodies_and_bodies_with_items_are_no_matter() {
        assert!(found("fn a() { 1 }").is_empty());
        assert!(found(&format!("fn a() {{ use std::env; {LONG} }}")).is_empty());
        assert!(found(&format!("fn a() {{ fn b() {{ {LONG} }} b() }}")).is_empty());
        assert!(found(&format!("fn a() {{ {LONG}")).is_empty(), "it does not end");
    }

    #[test]
    fn long_values_of_constants_are_found() {
        let list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]";
        let text = format!(
            "const A: &[u8; {{ 19 }}] = &{list}; pub static mut B: Lazy<fn(u8) -> u8> = Lazy::new(|| {{ {LONG} }}).into();
             const SHORT: u8 = {{ 4 }}; const fn f<const N: usize>(a: [u8; N]) {{}} let c: *const u8 = 0; static ref D: X = {list};
             impl T {{ const E: X = X {{ {LONG} }}; const F: X = {{ fn g() {{}} {LONG} }}; }} trait Y {{ const G: X; }} const H: X = {list}"
        );
        let found = find(&text);
        let items: Vec<&str> = found.constants.iter().map(|one| &text[one.item.clone()]).collect();
        let starts: Vec<&str> = items.iter().filter_map(|item| item.split(':').next()).collect();
        assert_eq!(starts, ["const A", "static mut B", "const E"]);
        assert!(items.iter().all(|item| item.ends_with(';')) && found.bodies.is_empty());
        let names: Vec<&str> = found.constants.iter().map(|one| &text[one.name..=one.name]).collect();
        assert_eq!(names, ["A", "B", "E"]);
        let left = found.without(&text);
        assert!(left.contains("Lazy::new(") && left.contains(").into();") && left.len() == text.len());
        assert_eq!(left.matches(list).count(), 2, "{left}");
    }

    #[test]
    fn parameters_and_pointers_are_no_constants() {
        let list = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]";
        for (parameters, tail) in [("const N: usize", ""), ("'a, const N: usize = 3", ""), ("T, const N: u8", ";")] {
            let text = format!("struct A<{parameters}> {{ a: [u8; N] }}{tail} pub const B: &[u8] = &{list};");
            let found = find(&text).constants;
            let items: Vec<&str> = found.iter().map(|one| &text[one.item.clone()]).collect();
            assert_eq!(items, [format!("const B: &[u8] = &{list};")], "{text}");
        }
        assert!(find(&format!("struct A<const N: usize = 3>({list});")).constants.is_empty());
        assert!(
            find(&format!("fn a(p: *const u8); type A = B<fn(*const X) -> T>; let a: *const T = b({list});"))
                .constants
                .is_empty()
        );
    }

    #[test]
    fn what_never_ends_is_looked_at_once() {
        for piece in ["const A: B = ", "const A: ", "static A: [B; ", "; const A: B = { fn ", "; const A: B = c + "] {
            let text = piece.repeat(100_000);
            assert!(find(&text).constants.is_empty());
        }
    }

    #[test]
    fn what_is_left_has_the_same_places() {
        let text = format!(
            "/// é\nfn a() {{ {LONG} // }}\n é }} /* é\n */ fn b() {{}} // b\n//! c\nfn c() {{ {LONG} }} fn d() {{}}"
        );
        let left = find(&text).without(&text);
        let place = |text: &str, what: &str| {
            let before = &text[..text.find(what).expect("it is left")];
            (before.matches('\n').count(), before.rsplit('\n').next().map_or(0, |line| line.chars().count()))
        };
        for what in ["fn a", "fn b", "fn c", "fn d"] {
            assert_eq!(place(&left, what), place(&text, what), "{what}");
        }
        assert!(!left.contains("let") && !left.contains('/') && left.len() < text.len(), "{left}");
    }
}

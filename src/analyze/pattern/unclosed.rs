//! Brackets that nobody closes.
//!
//! While a file is edited, a bracket is open now and then, and would take all that follows for its own. So it ends where
//! what holds it ends, and before the first line that is indented no deeper than its own: there the next statement begins.

use super::token::{Escapes, Kind, Token, Tokens};

/// A file with more of them is no program.
const MOST: usize = 64;

/// Gives each round or square bracket that is left open a mate of no width.
pub(super) fn close(tokens: Tokens<'_>) -> Tokens<'_> {
    let is_open = |index: usize, token: &Token| {
        token.kind == Kind::Open && token.link == u32::MAX && matches!(tokens.str(index), "(" | "[")
    };
    let open = tokens.list.iter().enumerate().filter(|(index, token)| is_open(*index, token));
    let open: Vec<usize> = open.map(|(index, _)| index).take(MOST + 1).collect();
    if open.is_empty() || open.len() > MOST {
        return tokens;
    }
    let mut ends: Vec<(usize, usize)> = open.into_iter().map(|index| (end(&tokens, index), index)).collect();
    // Where several end, the last that was opened ends first.
    ends.sort_by_key(|&(end, open)| (end, std::cmp::Reverse(open)));
    with_ends(tokens, &ends)
}

/// The token before which a bracket ends.
fn end(tokens: &Tokens<'_>, open: usize) -> usize {
    let line = (0..=open).rev().find(|&index| tokens.line_break(index)).unwrap_or(0);
    let indentation = tokens.indentation(line);
    let mut at = open + 1;
    while let Some(token) = tokens.list.get(at) {
        if token.kind == Kind::Close || token.line_break && tokens.indentation(at) <= indentation {
            break;
        }
        // What is open within it ends with it at the latest.
        at = if token.link == u32::MAX { at + 1 } else { tokens.after(at) };
    }
    at
}

/// The tokens with mates for some brackets: `(before, bracket)`, in order.
fn with_ends<'t>(tokens: Tokens<'t>, ends: &[(usize, usize)]) -> Tokens<'t> {
    let moved = |index: usize| index + ends.partition_point(|&(end, _)| end <= index);
    let mut list: Vec<Token> = Vec::with_capacity(tokens.len() + ends.len());
    let mut rest = ends.iter().peekable();
    for index in 0..=tokens.len() {
        while let Some((_, open)) = rest.next_if(|(end, _)| *end == index) {
            let link = u32::try_from(list.len()).unwrap_or(u32::MAX);
            let at = list.last().map_or(0, |before| before.end);
            let open = moved(*open);
            if let Some(opening) = list.get_mut(open) {
                opening.link = link;
            }
            let link = u32::try_from(open).unwrap_or(u32::MAX);
            list.push(Token { kind: Kind::Close, line_break: false, escapes: Escapes::None, start: at, end: at, link });
        }
        let Some(&token) = tokens.list.get(index) else { break };
        let is_linked = matches!(token.kind, Kind::Open | Kind::Close | Kind::Template) && token.link != u32::MAX;
        let link = if is_linked { u32::try_from(moved(token.link as usize)).unwrap_or(u32::MAX) } else { token.link };
        list.push(Token { link, ..token });
    }
    Tokens { text: tokens.text, list }
}

#[cfg(test)]
mod tests {
    use crate::analyze::pattern::Engine;
    use crate::analyze::pattern::token::Kind;

    /// Each bracket with what stands between it and its mate.
    fn pairs(language: &str, text: &str) -> Vec<String> {
        let engine = Engine::embedded();
        let prepared = engine.language(language).and_then(|language| engine.prepared(language)).expect("described");
        let tokens = prepared.lexer.lex(text, "");
        let open = (0..tokens.len()).filter(|&index| tokens.kind(index) == Some(Kind::Open));
        let inside =
            |index: usize| (index + 1..tokens.mate(index)).map(|at| tokens.str(at)).collect::<Vec<_>>().join(" ");
        let whole = |index: usize| format!("{}{}", tokens.str(index), inside(index).trim_end());
        assert!(open.clone().all(|index| tokens.mate(tokens.mate(index)) == index), "{text}");
        open.map(whole).collect()
    }

    #[test]
    fn a_bracket_ends_before_the_next_statement() {
        assert_eq!(pairs("rust", "fn x( {}\nfn y(a) {}"), ["({ }", "{", "(a", "{"]);
        assert_eq!(
            pairs("rust", "mod m {\n  fn x([ {}\n  fn y(a) {}\n}"),
            ["{fn x ( [ { }   fn y ( a ) { }", "([ { }", "[{ }", "{", "(a", "{"]
        );
        assert_eq!(pairs("python", "f(a,\n  b\ng(c)"), ["(a , b", "(c"]);
    }

    #[test]
    fn it_ends_with_what_holds_it() {
        assert_eq!(pairs("javascript", "{ f(a; } g(b)"), ["{f ( a ;", "(a ;", "(b"]);
        assert_eq!(pairs("javascript", "f(a, 'b'"), ["(a , 'b'"]);
    }
}

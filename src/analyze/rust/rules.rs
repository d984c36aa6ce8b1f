//! `macro_rules!` of the project's own, as far as a rule reads like a function: names for expressions, and code.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Block, Expr};

use crate::names;

/// Groups in groups are followed this far.
const DEEPEST: usize = 100;

/// One rule.
pub struct Rule {
    /// What stands for its arguments, in order.
    pub parameters: Vec<String>,
    /// Its code, with the arguments as names.
    pub body: Block,
}

/// What the function is called that stands for a rule of a macro with so many arguments.
pub fn function_name(name: &str, arguments: usize) -> String {
    format!("{name}!{arguments}")
}

/// The macro that such a function stands for.
pub fn macro_name(function: &str) -> Option<&str> {
    function.split_once('!').map(|(name, _)| name)
}

/// The rules of a macro that read like functions.
pub fn of(tokens: TokenStream) -> Vec<Rule> {
    let list: Vec<TokenTree> = tokens.into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Group(pattern)) = list.get(at) {
        // `=`, `>` and a body; then `;`.
        let Some(TokenTree::Group(body)) = list.get(at + 3) else { break };
        at += 5;
        let Some(parameters) = parameters(pattern) else { continue };
        let Some(code) = with_names(body.stream(), &parameters, 0) else { continue };
        if let Ok(stmts) = Block::parse_within.parse2(code) {
            found.push(Rule { parameters, body: Block { brace_token: syn::token::Brace::default(), stmts } });
        }
    }
    found
}

/// Whether the rules of a macro write items.
pub fn makes_items(tokens: TokenStream) -> bool {
    const ITEMS: [&str; 6] = ["fn", "const", "static", "struct", "impl", "enum"];
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(rule) => rule
            .stream()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(word) if ITEMS.iter().any(|item| word == item))),
        _ => false,
    })
}

/// `$name:expr, $other:literal` with commas between and at most a comma that may be left out at the end.
fn parameters(pattern: &Group) -> Option<Vec<String>> {
    let list: Vec<TokenTree> = pattern.stream().into_iter().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < list.len() {
        match (&list[at], list.get(at + 1)) {
            (TokenTree::Punct(dollar), Some(TokenTree::Ident(name))) if dollar.as_char() == '$' => {
                found.push(name.to_string());
                at += 4;
            }
            // `$(,)?`
            (TokenTree::Punct(dollar), Some(TokenTree::Group(group))) if dollar.as_char() == '$' => {
                return (group.stream().to_string() == "," && at + 3 >= list.len()).then_some(found);
            }
            (TokenTree::Punct(comma), _) if comma.as_char() == ',' => at += 1,
            _ => return None,
        }
    }
    Some(found)
}

/// The body with names in place of `$name`; none if it repeats something.
fn with_names(body: TokenStream, parameters: &[String], depth: usize) -> Option<TokenStream> {
    if depth > DEEPEST {
        return None;
    }
    let mut out: Vec<TokenTree> = Vec::new();
    let mut rest = body.into_iter();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Punct(dollar) if dollar.as_char() == '$' => match rest.next()? {
                TokenTree::Ident(name) if parameters.contains(&name.to_string()) || name == "crate" => {
                    out.push(name.into());
                }
                _ => return None,
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), with_names(group.stream(), parameters, depth + 1)?);
                inner.set_span(group.span());
                out.push(inner.into());
            }
            token => out.push(token),
        }
    }
    Some(out.into_iter().collect())
}

/// `NAME = value;`, `NAME => value,` and `NAME, value` in the call of a macro of another file, which most likely makes
/// constants of them; of `name, value` most likely a function.
pub fn assignments(tokens: &TokenStream) -> Vec<(Ident, Expr)> {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_end = |token: &TokenTree| matches!(token, TokenTree::Punct(end) if matches!(end.as_char(), ';' | ','));
    let parts: Vec<&[TokenTree]> = list.split(is_end).collect();
    let pairs = parts.windows(2).filter_map(|pair| match pair {
        [[.., TokenTree::Ident(name)], [TokenTree::Literal(_)]] => {
            Some((name.clone(), syn::parse2(pair[1].iter().cloned().collect()).ok()?))
        }
        _ => None,
    });
    parts.iter().filter_map(|part| assignment(part)).chain(pairs).collect()
}

/// Whether a name is a constant's by how it is written.
pub fn is_constant_name(name: &Ident) -> bool {
    names::is_shouted(&name.to_string())
}

fn assignment(tokens: &[TokenTree]) -> Option<(Ident, Expr)> {
    let sign = tokens.iter().position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '='))?;
    let name = tokens[..sign].iter().find_map(|token| match token {
        TokenTree::Ident(name) if is_constant_name(name) => Some(name.clone()),
        _ => None,
    })?;
    let is_arrow = matches!(tokens.get(sign + 1), Some(TokenTree::Punct(head)) if head.as_char() == '>');
    let value = tokens.get(sign + if is_arrow { 2 } else { 1 }..)?.iter().cloned().collect();
    Some((name, syn::parse2(value).ok()?))
}

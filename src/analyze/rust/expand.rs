//! `macro_rules!` whose calls stand for items: a call is matched with a rule and the rule's text written out, so that
//! the items can be read like any others.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use rustc_hash::{FxHashMap, FxHashSet};
use syn::parse::{Parse, ParseStream, Parser};

/// Groups in groups and repetitions in repetitions are followed this far.
const DEEPEST: usize = 40;
/// A call or its result with more tokens than this stays what it is.
const MOST_TOKENS: usize = 20_000;

/// Calls that are written out, of one file: rules may call themselves.
const MOST_CALLS: usize = 400;

/// Tokens that all calls of a file may be written out to.
const MOST_WRITTEN: usize = 200_000;

/// The macros of a file, by name.
#[derive(Default)]
pub struct Macros {
    rules: FxHashMap<String, TokenStream>,
    /// Those of other files, whose tokens stand nowhere in this one.
    of_others: FxHashSet<String>,
    calls: usize,
    written: usize,
}

impl Macros {
    /// The macros that these texts of other files define.
    pub fn of_others(texts: &[String]) -> Self {
        let mut macros = Self::default();
        for item in texts.iter().filter_map(|text| syn::parse_str::<syn::ItemMacro>(text).ok()) {
            let Some(name) = item.ident.map(|name| name.to_string()) else { continue };
            macros.of_others.insert(name.clone());
            macros.rules.insert(name, item.mac.tokens);
        }
        macros
    }

    /// From here on the name stands for these rules.
    pub fn define(&mut self, name: String, rules: TokenStream) {
        self.of_others.remove(&name);
        self.rules.insert(name, rules);
    }

    /// Whether rules are known by this name.
    pub fn knows(&self, name: &str) -> bool {
        self.rules.contains_key(name)
    }

    /// What a call at `at` stands for; none if the macro is not known, or no rule fits.
    pub fn call(&mut self, name: &str, given: TokenStream, at: Span) -> Option<TokenStream> {
        let rules = self.rules.get(name).filter(|_| self.calls < MOST_CALLS)?.clone();
        let rules = if self.of_others.contains(name) { standing_at(rules, at, 0)? } else { rules };
        let most = MOST_TOKENS.min(MOST_WRITTEN.saturating_sub(self.written));
        let mut left = most;
        self.calls += 1;
        let result = call(rules, given, &mut left);
        self.written += most - left;
        result
    }
}

/// Tokens of another file, as if they stood at a place of this one.
fn standing_at(tokens: TokenStream, at: Span, depth: usize) -> Option<TokenStream> {
    if depth > DEEPEST {
        return None;
    }
    let moved = tokens.into_iter().map(|token| {
        let mut token = match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), standing_at(group.stream(), at, depth + 1)?).into()
            }
            token => token,
        };
        token.set_span(at);
        Some(token)
    });
    moved.collect()
}

/// What a call stands for by the rules of a macro; none if no rule fits.
fn call(rules: TokenStream, given: TokenStream, left: &mut usize) -> Option<TokenStream> {
    let given: Vec<TokenTree> = given.into_iter().collect();
    if given.len() > MOST_TOKENS {
        return None;
    }
    let rules: Vec<TokenTree> = rules.into_iter().collect();
    let mut at = 0;
    while let Some(TokenTree::Group(pattern)) = rules.get(at) {
        // `=`, `>` and a body; then `;`.
        let Some(TokenTree::Group(body)) = rules.get(at + 3) else { break };
        at += 5;
        let pattern: Vec<TokenTree> = pattern.stream().into_iter().collect();
        let mut bound = Bound::default();
        if matches(&pattern, &given, &mut bound, 0) == Some(given.len()) {
            return written(body.stream(), &bound, 0, left);
        }
    }
    None
}

type Bound = FxHashMap<String, Binding>;

/// What a name of a pattern stands for.
#[derive(Clone)]
enum Binding {
    One(TokenStream),
    /// In a repetition: once for each.
    Many(Vec<Binding>),
}

/// Matches tokens from the start of `given`; how many they are.
fn matches(pattern: &[TokenTree], given: &[TokenTree], bound: &mut Bound, depth: usize) -> Option<usize> {
    if depth > DEEPEST {
        return None;
    }
    let mut at = 0;
    let mut next = 0;
    while let Some(token) = pattern.get(next) {
        match (token, pattern.get(next + 1)) {
            (TokenTree::Punct(dollar), Some(TokenTree::Ident(name))) if dollar.as_char() == '$' => {
                let Some(TokenTree::Ident(kind)) = pattern.get(next + 3) else { return None };
                let length = fragment(&kind.to_string(), given.get(at..)?)?;
                let tokens: TokenStream = given.get(at..at + length)?.iter().cloned().collect();
                bound.insert(name.to_string(), Binding::One(tokens));
                at += length;
                next += 4;
            }
            (TokenTree::Punct(dollar), Some(TokenTree::Group(group))) if dollar.as_char() == '$' => {
                let (separator, length) = repetition(pattern.get(next + 2..)?)?;
                at += repeated(group, separator.as_ref(), given.get(at..)?, bound, depth)?;
                next += 2 + length;
            }
            (TokenTree::Group(group), _) => {
                let Some(TokenTree::Group(other)) = given.get(at) else { return None };
                let inner: Vec<TokenTree> = other.stream().into_iter().collect();
                let pattern: Vec<TokenTree> = group.stream().into_iter().collect();
                let fits = group.delimiter() == other.delimiter()
                    && matches(&pattern, &inner, bound, depth + 1) == Some(inner.len());
                if !fits {
                    return None;
                }
                at += 1;
                next += 1;
            }
            (token, _) => {
                given.get(at).filter(|other| is_same(token, other))?;
                at += 1;
                next += 1;
            }
        }
    }
    Some(at)
}

/// The separator after a repetition's group, and how many tokens it and the operator are.
fn repetition(after: &[TokenTree]) -> Option<(Option<TokenTree>, usize)> {
    let is_operator = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if "*+?".contains(sign.as_char()));
    match after {
        [operator, ..] if is_operator(operator) => Some((None, 1)),
        [separator, operator, ..] if is_operator(operator) => Some((Some(separator.clone()), 2)),
        _ => None,
    }
}

fn repeated(
    group: &Group,
    separator: Option<&TokenTree>,
    given: &[TokenTree],
    bound: &mut Bound,
    depth: usize,
) -> Option<usize> {
    let pattern: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut at = 0;
    let mut rounds: Vec<Bound> = Vec::new();
    while at < given.len() {
        let separated = match separator {
            Some(separator) if !rounds.is_empty() => given.get(at).is_some_and(|token| is_same(separator, token)),
            _ => false,
        };
        if separator.is_some() && !rounds.is_empty() && !separated {
            break;
        }
        let from = at + usize::from(separated);
        let mut round = Bound::default();
        match matches(&pattern, given.get(from..)?, &mut round, depth + 1) {
            Some(length) if length > 0 => at = from + length,
            _ => break,
        }
        rounds.push(round);
    }
    for name in names(&pattern, depth) {
        let each = rounds.iter_mut().filter_map(|round| round.remove(&name)).collect();
        bound.insert(name, Binding::Many(each));
    }
    Some(at)
}

/// The names that a pattern binds.
fn names(pattern: &[TokenTree], depth: usize) -> Vec<String> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, token) in pattern.iter().enumerate() {
        match (token, pattern.get(at + 1)) {
            (TokenTree::Punct(dollar), Some(TokenTree::Ident(name))) if dollar.as_char() == '$' => {
                found.push(name.to_string());
            }
            (TokenTree::Group(group), _) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                found.extend(names(&inner, depth + 1));
            }
            _ => {}
        }
    }
    found
}

fn is_same(one: &TokenTree, other: &TokenTree) -> bool {
    match (one, other) {
        (TokenTree::Ident(one), TokenTree::Ident(other)) => one == other,
        (TokenTree::Punct(one), TokenTree::Punct(other)) => one.as_char() == other.as_char(),
        (TokenTree::Literal(one), TokenTree::Literal(other)) => one.to_string() == other.to_string(),
        _ => false,
    }
}

/// How many tokens a fragment of this kind takes.
fn fragment(kind: &str, given: &[TokenTree]) -> Option<usize> {
    let first = given.first();
    let is_sign =
        |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(own)) if own.as_char() == sign);
    match kind {
        "ident" => matches!(first, Some(TokenTree::Ident(_))).then_some(1),
        "tt" => first.map(|_| 1),
        "literal" => match first {
            Some(TokenTree::Literal(_)) => Some(1),
            Some(TokenTree::Ident(word)) => (*word == "true" || *word == "false").then_some(1),
            _ if is_sign(first, '-') => Some(2),
            _ => None,
        },
        "lifetime" => is_sign(first, '\'').then_some(2),
        "block" => is_group(first, Delimiter::Brace).then_some(1),
        "vis" => Some(match first {
            Some(TokenTree::Ident(word)) if *word == "pub" => {
                1 + usize::from(is_group(given.get(1), Delimiter::Parenthesis))
            }
            _ => 0,
        }),
        // What follows an expression is one of these signs, or nothing.
        "expr" | "expr_2021" | "stmt" => {
            let ends = |at: usize| {
                is_sign(given.get(at), ',')
                    || is_sign(given.get(at), ';')
                    || is_sign(given.get(at), '=') && is_sign(given.get(at + 1), '>')
            };
            let end = (0..given.len()).find(|&at| ends(at)).unwrap_or(given.len());
            (end > 0).then_some(end)
        }
        "ty" => parsed::<syn::Type>(given),
        "path" => parsed::<syn::Path>(given),
        "meta" => parsed::<syn::Meta>(given),
        "item" => parsed::<syn::Item>(given),
        _ => None,
    }
}

fn is_group(token: Option<&TokenTree>, delimiter: Delimiter) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == delimiter)
}

/// How many tokens something takes that only a parser can tell; it is looked for no further than a type may be long.
fn parsed<T: Parse>(given: &[TokenTree]) -> Option<usize> {
    const LONGEST: usize = 64;
    let near = given.get(..LONGEST).unwrap_or(given);
    let rest = |input: ParseStream<'_>| {
        input.parse::<T>()?;
        input.parse::<TokenStream>()
    };
    let rest = rest.parse2(near.iter().cloned().collect()).ok()?;
    Some(near.len() - rest.into_iter().count())
}

/// A rule's text with what its names stand for.
fn written(body: TokenStream, bound: &Bound, depth: usize, left: &mut usize) -> Option<TokenStream> {
    if depth > DEEPEST {
        return None;
    }
    let tokens: Vec<TokenTree> = body.into_iter().collect();
    let mut out: Vec<TokenTree> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        *left = left.checked_sub(1)?;
        match (token, tokens.get(at + 1)) {
            (TokenTree::Punct(dollar), Some(TokenTree::Ident(name))) if dollar.as_char() == '$' => {
                match bound.get(&name.to_string()) {
                    Some(Binding::One(tokens)) => {
                        let before = out.len();
                        out.extend(tokens.clone());
                        *left = left.checked_sub(out.len() - before)?;
                    }
                    Some(Binding::Many(_)) => return None,
                    None => out.push(name.clone().into()),
                }
                at += 2;
            }
            (TokenTree::Punct(dollar), Some(TokenTree::Group(group))) if dollar.as_char() == '$' => {
                let (separator, length) = repetition(tokens.get(at + 2..)?)?;
                at += 2 + length;
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let used = names(&inner, depth);
                let rounds = used.iter().filter_map(|name| match bound.get(name) {
                    Some(Binding::Many(each)) => Some(each.len()),
                    _ => None,
                });
                for round in 0..rounds.max().unwrap_or_default() {
                    if round > 0 {
                        out.extend(separator.clone());
                    }
                    let single = bound.iter().filter(|(_, binding)| matches!(binding, Binding::One(_)));
                    let mut once: Bound = single.map(|(name, binding)| (name.clone(), binding.clone())).collect();
                    for name in &used {
                        if let Some(Binding::Many(each)) = bound.get(name) {
                            once.insert(name.clone(), each.get(round)?.clone());
                        }
                    }
                    out.extend(written(group.stream(), &once, depth + 1, left)?);
                }
            }
            (TokenTree::Group(group), _) => {
                let mut inner = Group::new(group.delimiter(), written(group.stream(), bound, depth + 1, left)?);
                inner.set_span(group.span());
                out.push(inner.into());
                at += 1;
            }
            (token, _) => {
                out.push(token.clone());
                at += 1;
            }
        }
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(rules: &str, given: &str) -> Option<String> {
        let mut left = MOST_TOKENS;
        let text = call(rules.parse().ok()?, given.parse().ok()?, &mut left)?.to_string();
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_is_written_out_is_bounded_for_a_file() {
        let mut macros = Macros::default();
        let rules = format!("() => {{ {} }}", "const A: u8 = 1; ".repeat(1000));
        macros.define("big".to_owned(), rules.parse().unwrap_or_default());
        let written =
            (0..MOST_CALLS).filter(|_| macros.call("big", TokenStream::new(), Span::call_site()).is_some()).count();
        assert_eq!(written, MOST_WRITTEN / 7_000);
    }

    #[test]
    fn a_call_is_written_out() {
        let rules = "($vis:vis $name:ident : $of:ty = $value:expr) => { $vis const $name: $of = $value; };
                     ($name:ident => $value:literal) => { fn $name() -> &'static str { $value } };";
        assert_eq!(
            expanded(rules, "pub(crate) A: Option<&'static str> = Some(\"b\")").as_deref(),
            Some("pub (crate) const A : Option <&'static str > = Some (\"b\") ;")
        );
        assert_eq!(expanded(rules, "a => \"b\"").as_deref(), Some("fn a () -> &'static str { \"b\" }"));
        assert_eq!(expanded(rules, "a b"), None);
    }

    #[test]
    fn repetitions_are_written_as_often_as_they_are_given() {
        let rules = "($($name:ident = $value:expr),* $(,)?) => { $(const $name: &str = $value;)* };";
        assert_eq!(
            expanded(rules, "A = f(1, 2), B = \"b\",").as_deref(),
            Some("const A : & str = f (1 , 2) ; const B : & str = \"b\" ;")
        );
        assert_eq!(expanded(rules, "").as_deref(), Some(""));
        let nested = "($($of:ident { $($name:ident),+ });*) => { $(mod $of { $(use $name;)+ })* };";
        assert_eq!(
            expanded(nested, "a { b, c }; d { e }").as_deref(),
            Some("mod a { use b ; use c ; } mod d { use e ; }")
        );
    }

    #[test]
    fn a_text_that_grows_without_end_is_none() {
        let rules = "($($a:ident)*) => { $($a)* $($a)* };";
        assert!(expanded(rules, &"a ".repeat(4_000)).is_some());
        assert!(expanded(rules, &"a ".repeat(12_000)).is_none());
    }
}

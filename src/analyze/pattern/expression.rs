//! Tokens of an expression to a [`Value`]. Tolerant: what it does not know is [`Value::Unknown`].

use std::sync::Arc;

use super::language::{ImportStyle, WordList};
use super::literal::unescape;
use super::scanner::{DEPTH, Scanner, ScopeKind};
use super::token::Kind;
use crate::fact::{Call, Callee, Import, Literal, Name, Record, RecordField, Setting, Value, selector};
use crate::secret::Secret;
use crate::span::Span;

/// How many links a chain such as `a.b().c` may have, and how many sides `a || b || c`.
const LINKS: usize = 40;
/// How many members of an object are kept.
const MEMBERS: usize = 512;
/// How many tokens of a condition are looked at.
const CONDITION: usize = 32;
/// How far to look for the end of type arguments.
const TYPE_TOKENS: usize = 32;

/// One element of a bracketed list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its label or key.
    pub(super) label: Option<(String, Span)>,
    pub(super) value: Value,
    /// `...rest`.
    pub(super) spread: bool,
    /// Where it stands, without the label.
    pub(super) span: Span,
}

/// A value and the dotted path that leads to it.
struct Chain<'a> {
    value: Value,
    path: Vec<&'a str>,
    is_new: bool,
}

impl<'a> Scanner<'a> {
    /// The expression at hand; goes on behind it.
    pub(super) fn value(&mut self) -> Value {
        if self.depth >= DEPTH {
            self.at = self.tokens.after(self.at).min(self.limit);
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.operators();
        self.depth -= 1;
        value
    }

    /// Operands and the operators between them.
    fn operators(&mut self) -> Value {
        let grammar = self.grammar();
        let start = self.at;
        let mut sides = Vec::new();
        let mut term = Term::default();
        term.add(self.operand());
        loop {
            if self.line_ends() || !matches!(self.tokens.kind(self.at), Some(Kind::Operator | Kind::Word)) {
                break;
            }
            let operator = self.here();
            if self.one_of(self.at, &grammar.infix_matches) && self.tokens.is(self.at + 1, "{") {
                self.at += 1;
                let matched = term.value();
                let chosen = self.arms(&matched);
                term = Term::default();
                term.add(chosen);
                continue;
            }
            if self.one_of(self.at, &grammar.fallback) {
                sides.push(std::mem::take(&mut term).value());
            } else if self.one_of(self.at, &grammar.concat) {
                // The parts go on.
            } else if self.one_of(self.at, &grammar.cast_words) {
                self.at += 1;
                if self.is("!") || self.is("?") {
                    self.at += 1;
                }
                self.skip_type();
                continue;
            } else if grammar.trailing_if && operator == "if" {
                self.at += 1;
                let yes = term.value();
                let start = self.at;
                self.value();
                let condition = (start, self.at);
                let no = if self.is("else") {
                    self.at += 1;
                    self.value()
                } else {
                    Value::Unknown
                };
                return self.chosen(condition, yes, no);
            } else if grammar.ternary && operator == "?" {
                let condition = (start, self.at);
                self.at += 1;
                let yes = self.value();
                if !self.is(":") {
                    return yes;
                }
                self.at += 1;
                let no = self.value();
                return self.chosen(condition, yes, no);
            } else if operator == "|>" && grammar.pipes {
                self.piped = Some(std::mem::take(&mut term).value());
                self.at += 1;
                let operand = self.operand();
                self.piped = None;
                term.add(operand);
                continue;
            } else if matches!(operator, "&&" | "and") {
                term = Term::default();
            } else if is_binary(operator) || self.one_of(self.at, &grammar.word_operators) {
                term.spoiled = true;
            } else {
                break;
            }
            self.at += 1;
            if self.at >= self.limit {
                break;
            }
            let operand = self.operand();
            term.add(operand);
        }
        sides.push(term.value());
        sides.truncate(LINKS);
        let last = sides.pop().unwrap_or(Value::Unknown);
        sides.into_iter().rev().fold(last, |default, primary| Value::fallback(primary, default))
    }

    /// One of two values by a condition, which may ask for development: `NODE_ENV === "test" ? "…" : key`.
    fn chosen(&self, (start, end): (usize, usize), yes: Value, no: Value) -> Value {
        let start = start.max(end.saturating_sub(CONDITION));
        match self.judge_condition(start, end).1 {
            Some(setting) => choice(within(Some(setting), yes), no),
            None => choice(yes, within(self.judge_alternative(start, end), no)),
        }
    }

    /// One operand with what is before and behind it.
    fn operand(&mut self) -> Value {
        let grammar = self.grammar();
        let mut unknown = false;
        let mut is_new = false;
        while self.at < self.limit {
            if self.starts_lambda() {
                break;
            }
            if self.one_of(self.at, &grammar.prefixes) && !(is_new && self.tokens.is(self.at + 1, ".")) {
                is_new |= self.here() == "new";
            } else if matches!(self.here(), "!" | "-" | "+" | "~" | "not" | "++" | "--")
                && self.tokens.kind(self.at) != Some(Kind::Text)
            {
                unknown = true;
            } else {
                break;
            }
            self.at += 1;
        }
        let value = self.primary(is_new);
        if unknown { Value::Unknown } else { value }
    }

    fn primary(&mut self, is_new: bool) -> Value {
        if self.at >= self.limit {
            return Value::Unknown;
        }
        if self.starts_lambda() {
            return self.lambda();
        }
        let mut chain = Chain { value: Value::Unknown, path: Vec::new(), is_new };
        match self.tokens.kind(self.at) {
            Some(Kind::Text | Kind::Template) => chain.value = self.texts(),
            Some(Kind::Number) => self.at += 1,
            Some(Kind::Open) => self.group(&mut chain),
            Some(Kind::Word) => {
                if !self.name(&mut chain) {
                    return self.keyword();
                }
            }
            Some(Kind::Operator) => chain.value = self.marked(),
            Some(Kind::Close) | None => return Value::Unknown,
        }
        self.chain(chain)
    }

    /// Brackets that start an operand: one name or call in them is what it is without.
    fn group(&mut self, chain: &mut Chain<'a>) {
        let open = self.at;
        if chain.is_new
            && self.is("(")
            && let Some(expected) = self.expected.take()
        {
            let segments = vec![expected.to_owned()];
            chain.value = Value::Name(Arc::new(Name { segments, span: self.tokens.span(open) }));
            chain.path.push(expected);
            return;
        }
        chain.value = self.bracketed();
        let whole = matches!(chain.value, Value::Name(_) | Value::Field(..) | Value::Call(_));
        if whole && self.tokens.is(open, "(") && self.last_chain.0 == self.tokens.mate(open) {
            chain.path = std::mem::take(&mut self.last_chain.1);
        }
    }

    /// Text literals side by side are one.
    fn texts(&mut self) -> Value {
        let mut parts = Vec::new();
        while matches!(self.tokens.kind(self.at), Some(Kind::Text | Kind::Template)) {
            if !parts.is_empty() && self.line_ends() {
                break;
            }
            let part = self.text();
            parts.push(part);
        }
        concat(parts)
    }

    /// One text literal.
    fn text(&mut self) -> Value {
        let start = self.at;
        if self.tokens.kind(start) == Some(Kind::Text) {
            self.at += 1;
            return self.literal(start);
        }
        let end = self.tokens.mate(start).min(self.limit);
        let mut parts = Vec::new();
        self.at = start + 1;
        while self.at < end {
            let at = self.at;
            match self.tokens.kind(at) {
                Some(Kind::Text) => {
                    self.at += 1;
                    parts.push(self.literal(at));
                }
                Some(Kind::Open) => {
                    let values = self.items(&WordList::default());
                    parts.push(values.into_iter().next().map_or(Value::Unknown, |item| item.value));
                }
                _ => self.at += 1,
            }
        }
        self.at = self.tokens.after(start);
        Value::Concat(parts)
    }

    /// The text token at `index`.
    pub(super) fn literal(&self, index: usize) -> Value {
        let span = self.tokens.content(index);
        let raw = self.tokens.content_str(index);
        let Some(token) = self.tokens.list.get(index) else { return Value::Unknown };
        let quote = self.tokens.text.get(span.end()..).and_then(|rest| rest.chars().next()).unwrap_or('"');
        // A text block starts on the line after its delimiter; the indentation is no part of it.
        let (raw, span) = match raw.strip_prefix("\r\n").or_else(|| raw.strip_prefix('\n')) {
            Some(block) if !block.trim().is_empty() => {
                let inner = block.trim_start();
                let start = span.end() - inner.len();
                let inner = inner.trim_end();
                (inner, Span::new(start, start + inner.len()))
            }
            _ => (raw, span),
        };
        Value::Literal(Literal { secret: Secret::new(unescape(raw, token.escapes, quote)), span })
    }

    /// What a text token says, for keys and labels.
    pub(super) fn content(&self, index: usize) -> String {
        self.tokens.content_str(index).to_owned()
    }

    /// Brackets that start an operand.
    fn bracketed(&mut self) -> Value {
        let grammar = self.grammar();
        let (open, close) = (self.at, self.tokens.mate(self.at));
        match self.here() {
            "(" if grammar.casts && self.is_cast(open, close) => {
                self.at = close + 1;
                self.value_of_cast()
            }
            "[" if grammar.slice_types && self.tokens.word(close + 1).is_some() && self.tokens.adjacent(close + 1) => {
                self.at = close + 1;
                self.typed()
            }
            "[" if grammar.slice_types && self.tokens.is(close + 1, "[") => {
                self.at = close + 1;
                self.bracketed()
            }
            "(" => {
                let mut items = self.items(&grammar.labels);
                match items.len() {
                    1 if items.first().is_some_and(|item| item.label.is_none()) => items.remove(0).value,
                    2.. if grammar.comma_expressions => items.pop().map_or(Value::Unknown, |item| item.value),
                    _ => self.record(None, items, Span::new(0, 0)),
                }
            }
            "{" if grammar.brace_lambdas => self.block_lambda(open),
            _ => {
                let items = self.items(&grammar.pairs);
                self.record(None, items, self.tokens.range(open + 1, close))
            }
        }
    }

    fn value_of_cast(&mut self) -> Value {
        if self.depth >= DEPTH {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.operand();
        self.depth -= 1;
        value
    }

    /// `(Type) operand`.
    fn is_cast(&self, open: usize, close: usize) -> bool {
        if close <= open + 1 || close - open > 8 {
            return false;
        }
        let pointer = self.tokens.is(close - 1, "*");
        let typed = (open + 1..close).all(|index| {
            self.tokens.word(index).is_some()
                || matches!(self.tokens.str(index), "." | "<" | ">" | "[" | "]" | "?")
                || (pointer && self.tokens.is(index, "*"))
        });
        let operand = matches!(self.tokens.kind(close + 1), Some(Kind::Word | Kind::Text | Kind::Template))
            || self.tokens.is(close + 1, "(");
        let word_operator = self.one_of(close + 1, &self.grammar().word_operators);
        typed && operand && !word_operator && !self.tokens.line_break(close + 1)
    }

    /// Go: a type after `[]` or `map[K]`, then `{…}` or `(…)`.
    fn typed(&mut self) -> Value {
        let start = self.at;
        let mut segments = Vec::new();
        while self.at < self.limit {
            let Some(word) = self.tokens.word(self.at) else {
                if !self.is("[") && !self.is("*") {
                    break;
                }
                // `map[string][]byte`, `map[string]*Key`
                self.at = self.tokens.after(self.at);
                continue;
            };
            segments.push(word.to_owned());
            self.at += 1;
            if word == "map" && self.is("[") {
                self.at = self.tokens.after(self.at);
            } else if self.is(".") {
                self.at += 1;
            } else if self.is("{") && matches!(word, "interface" | "struct") {
                self.at = self.tokens.after(self.at);
                break;
            } else {
                break;
            }
        }
        while self.is("[") || self.is("*") {
            self.at = self.tokens.after(self.at);
        }
        if self.is("(") {
            let items = self.items(&WordList::default());
            return items.into_iter().next().map_or(Value::Unknown, |item| item.value);
        }
        if self.is("{") {
            let (open, close) = (self.at, self.tokens.mate(self.at));
            let mut items = self.items(&self.grammar().pairs);
            let name = Name { segments, span: self.tokens.range(start, open) };
            let of_map = usize::from(name.segments.first().is_some_and(|first| first == "map"));
            let element = Name { segments: name.segments.iter().skip(of_map).cloned().collect(), span: name.span };
            for item in &mut items {
                // Elements need not name their type again.
                if let Value::Record(record) = &mut item.value
                    && record.type_name.is_none()
                {
                    Arc::make_mut(record).type_name = Some(element.clone());
                }
            }
            return self.record(Some(name), items, self.tokens.range(open + 1, close));
        }
        Value::Unknown
    }

    /// An operand that a mark starts: `:symbol`, `%{…}`, `@member`.
    fn marked(&mut self) -> Value {
        let grammar = self.grammar();
        match self.here() {
            ":" if grammar.symbols && self.tokens.adjacent(self.at + 1) => {
                self.at += 2;
                if !self.one_of(self.at, &grammar.member) || self.line_ends() {
                    return Value::Unknown;
                }
                // Elixir: a module of Erlang, `:crypto.mac(…)`.
                let (word, span) = (self.tokens.str(self.at - 1), self.tokens.span(self.at - 1));
                let value = name(word, span);
                self.chain(Chain { value, path: vec![word], is_new: false })
            }
            "%" if grammar.symbols => {
                self.at += 1;
                let mut name = None;
                if let Some(word) = self.tokens.word(self.at) {
                    name = Some(Name { segments: vec![word.to_owned()], span: self.tokens.span(self.at) });
                    self.at += 1;
                    while self.is(".") {
                        self.at += 2;
                    }
                }
                if !self.is("{") {
                    return Value::Unknown;
                }
                let (open, close) = (self.at, self.tokens.mate(self.at));
                let items = self.items(&grammar.pairs);
                self.record(name, items, self.tokens.range(open + 1, close))
            }
            "." if self.tokens.word(self.at + 1).is_some() => {
                // A member of a type that is inferred: `.hs256(key)`, `.sha256`.
                self.at += 1;
                let word = self.here();
                let span = self.tokens.span(self.at);
                self.at += 1;
                let value = name(word, span);
                self.chain(Chain { value, path: vec![word], is_new: false })
            }
            _ => {
                self.at += 1;
                Value::Unknown
            }
        }
    }

    /// A word that is a name; `false` for keywords.
    fn name(&mut self, chain: &mut Chain<'a>) -> bool {
        let grammar = self.grammar();
        let word = self.here();
        let composed = (word == "map" && self.tokens.is(self.at + 1, "["))
            || (word == "struct"
                && self.tokens.is(self.at + 1, "{")
                && self.tokens.is(self.tokens.after(self.at + 1), "{"));
        if grammar.slice_types && composed {
            chain.value = self.typed();
            return true;
        }
        if self.is_receiver(self.at) {
            self.at += 1;
            chain.value = Value::This;
            chain.path.push(word);
            return true;
        }
        if self.one_of(self.at, &grammar.constants) {
            self.at += 1;
            return true;
        }
        if self.one_of(self.at, &grammar.keywords)
            || self.one_of(self.at, &grammar.conditions)
            || self.one_of(self.at, &grammar.returns)
            || self.one_of(self.at, &grammar.matches)
        {
            return false;
        }
        let span = self.tokens.span(self.at);
        self.at += 1;
        let marked = !grammar.member_sigil.is_empty() && word.starts_with(&grammar.member_sigil);
        if marked {
            let member = word.trim_start_matches(grammar.member_sigil.as_str());
            chain.value = Value::Field(Arc::new(Value::This), member.to_owned(), span);
            chain.path.push(member);
        } else {
            let bare = self.bare(word);
            chain.value = name(bare, span);
            chain.path.push(bare);
        }
        true
    }

    /// `when (value) { pattern -> result … }` and its kin, with the word at hand.
    fn matched(&mut self) -> Value {
        self.depth += 1;
        let head = self.at;
        self.at += 1;
        let open_ended = self.grammar().indentation;
        let mut matched = Value::Unknown;
        if !self.is("{") && self.tokens.str(self.at) != "do" {
            let saved = (self.header, self.brackets);
            self.header = true;
            matched = self.operand();
            (self.header, self.brackets) = saved;
        }
        let chosen = if self.is("{") {
            self.arms(&matched)
        } else if open_ended && self.is("do") {
            let end = self.indented_end(head);
            self.at += 1;
            self.arms_until(end, &matched)
        } else {
            Value::Unknown
        };
        self.depth -= 1;
        chosen
    }

    /// The results in the braces at hand.
    fn arms(&mut self, matched: &Value) -> Value {
        let close = self.tokens.mate(self.at).min(self.limit);
        self.at += 1;
        let chosen = self.arms_until(close, matched);
        self.at = (close + 1).min(self.limit);
        chosen
    }

    /// One of the results behind the arrows before `end`: a constant is what there is where nothing came from outside.
    fn arms_until(&mut self, end: usize, matched: &Value) -> Value {
        let grammar = self.grammar();
        let saved = (self.limit, self.brackets, self.header);
        (self.limit, self.brackets, self.header) = (end.min(self.limit), 0, false);
        let depth = self.tokens.indentation(self.at);
        let mut results = Vec::new();
        while self.at < self.limit {
            if self.tokens.kind(self.at) == Some(Kind::Text) || !self.tokens.is(self.at, &grammar.match_arrow) {
                self.at = self.tokens.after(self.at);
                continue;
            }
            self.at += 1;
            let before = self.at;
            let result = self.arm(depth);
            if results.len() < MEMBERS {
                results.push(result);
            }
            self.at = self.at.max(before);
        }
        (self.limit, self.brackets, self.header) = saved;
        results.retain(|result| *result != Value::Unknown);
        let (mut constants, others): (Vec<Value>, Vec<Value>) = results.into_iter().partition(constant);
        let outside = others.iter().find(|other| from_outside(other)).or(Some(matched)).filter(|one| from_outside(one));
        match outside {
            Some(outside) if !constants.is_empty() => Value::fallback(outside.clone(), Value::any_of(constants)),
            _ => {
                constants.extend(others);
                Value::any_of(constants)
            }
        }
    }

    /// What stands behind an arrow: a block, the statements before the next pattern, or an expression. `depth` is the
    /// indentation of patterns.
    fn arm(&mut self, depth: usize) -> Value {
        if self.is("{") {
            return self.block_value(self.at);
        }
        let grammar = self.grammar();
        let patterns = &grammar.match_patterns;
        if !grammar.indentation && patterns.is_empty() {
            return self.value();
        }
        let next_pattern = |at: usize| match patterns.is_empty() {
            true => self.tokens.line_break(at) && self.tokens.indentation(at) <= depth,
            false => self.one_of(at, patterns),
        };
        let mut end = self.at;
        while end < self.limit && !next_pattern(end) {
            end = self.tokens.after(end);
        }
        let saved = self.limit;
        self.limit = end.min(self.limit);
        let mut scope = self.scope();
        scope.end = self.limit;
        self.scopes.push(scope);
        self.statements();
        let result = self.scopes.pop().and_then(|scope| scope.last);
        self.limit = saved;
        result.unwrap_or(Value::Unknown)
    }

    /// An expression that a keyword starts.
    fn keyword(&mut self) -> Value {
        if self.one_of(self.at, &self.grammar().matches) && self.depth < DEPTH {
            return self.matched();
        }
        if self.one_of(self.at, &self.grammar().rescued) && self.depth < DEPTH {
            return self.word_block();
        }
        if !self.grammar().if_expression || !self.is("if") || self.depth >= DEPTH {
            // The caller sees that nothing was taken, or the scan of statements goes on from here.
            return Value::Unknown;
        }
        self.depth += 1;
        self.at += 1;
        if self.is("(") {
            self.at = self.tokens.after(self.at);
        } else {
            let mut steps = 0;
            while self.at < self.limit && !self.is("{") && steps < 64 {
                self.at = self.tokens.after(self.at);
                steps += 1;
            }
        }
        let yes = self.branch();
        let no = if self.is("else") {
            self.at += 1;
            self.branch()
        } else {
            Value::Unknown
        };
        self.depth -= 1;
        choice(yes, no)
    }

    /// The value of a block between words: `begin … rescue … end`, `do |name| … end`.
    fn word_block(&mut self) -> Value {
        if self.depth >= DEPTH {
            return Value::Unknown;
        }
        self.depth += 1;
        let saved = (self.limit, self.brackets, self.header);
        let end = self.indented_end(self.at).max(self.at + 1);
        (self.limit, self.brackets, self.header) = (end, 0, false);
        let mut scope = self.scope();
        (scope.kind, scope.function, scope.end) = (ScopeKind::Function, None, end);
        self.scopes.push(scope);
        self.at += 1;
        self.skip_block_parameters();
        self.statements();
        let value = self.leave_function(true);
        (self.limit, self.brackets, self.header) = saved;
        // Behind the word that ends it.
        self.at = (end + 1).min(self.limit);
        self.depth -= 1;
        value
    }

    /// A block that yields its last expression, or an expression.
    fn branch(&mut self) -> Value {
        if self.is("{") { self.block_value(self.at) } else { self.value() }
    }

    /// Members, calls, indices and so on.
    fn chain(&mut self, mut chain: Chain<'a>) -> Value {
        let grammar = self.grammar();
        let start = self.at.saturating_sub(1);
        for link in 0.. {
            if link == LINKS {
                chain.value = Value::Unknown;
            }
            if self.line_ends() {
                break;
            }
            let at = self.at;
            let next = self.tokens.str(at);
            if self.one_of(at, &grammar.member) {
                if !self.member(&mut chain) {
                    break;
                }
            } else if self.one_of(at, &grammar.path) {
                self.at += 1;
                self.namespaced(&mut chain);
            } else if self.one_of(at, &grammar.suffixes) && self.tokens.adjacent(at) {
                self.at += 1;
            } else if next == "<" && self.tokens.kind(at) == Some(Kind::Operator) {
                match self.after_type_arguments(at, chain.is_new) {
                    Some(after) => {
                        self.type_argument = self.tokens.word(at + 1).filter(|_| after == at + 3);
                        if chain.path.last().is_some_and(|name| grammar.makers.iter().any(|one| one == name)) {
                            self.made(&mut chain, at + 1);
                        }
                        self.at = after;
                    }
                    None => break,
                }
            } else if self.tokens.kind(at) != Some(Kind::Open) {
                break;
            } else if next == "(" {
                if grammar.bare_calls && !self.tokens.adjacent(at) {
                    break;
                }
                self.call(&mut chain, start);
            } else if next == "[" && grammar.bracket_types && self.tokens.is(self.tokens.after(at), "(") {
                self.at = self.tokens.after(at);
            } else if next == "[" {
                if (grammar.bare_calls && !self.tokens.adjacent(at)) || matches!(chain.value, Value::Literal(_)) {
                    break;
                }
                self.index(&mut chain);
            } else if !self.braces(&mut chain, start) {
                break;
            }
        }
        self.last_chain = (self.at, chain.path);
        chain.value
    }

    /// `make_shared<a::T>(…)` constructs as `a::T(…)` does; the type argument starts at `at`.
    fn made(&self, chain: &mut Chain<'a>, mut at: usize) {
        let start = at;
        let mut path = Vec::new();
        while let Some(word) = self.tokens.word(at).filter(|_| path.len() < LINKS) {
            path.push(word);
            at += 1;
            if !self.one_of(at, &self.grammar().path) {
                break;
            }
            at += 1;
        }
        if !path.is_empty() && matches!(self.tokens.str(at), "," | ">") {
            let segments = path.iter().map(|word| (*word).to_owned()).collect();
            chain.value = Value::Name(Arc::new(Name { segments, span: self.tokens.range(start, at) }));
            chain.path = path;
        }
    }

    /// `.member`; `false` if nothing that can be a member follows.
    fn member(&mut self, chain: &mut Chain<'a>) -> bool {
        let next = self.at + 1;
        match self.tokens.kind(next) {
            Some(Kind::Word | Kind::Number) if next < self.limit => {
                let word = self.bare(self.tokens.str(next));
                self.at = next + 1;
                self.field(chain, word, word.to_owned(), self.tokens.span(next), false);
                true
            }
            Some(Kind::Open) if next < self.limit && !self.tokens.is(next, "{") => {
                self.at = next;
                true
            }
            _ => false,
        }
    }

    fn namespaced(&mut self, chain: &mut Chain<'a>) {
        let Some(word) = self.tokens.word(self.at).filter(|_| self.at < self.limit) else { return };
        let span = self.tokens.span(self.at);
        let word = self.bare(word);
        self.at += 1;
        chain.path.push(word);
        match &mut chain.value {
            Value::Name(name) if name.segments.len() < LINKS => {
                let name = Arc::make_mut(name);
                name.segments.push(word.to_owned());
                name.span = name.span.to(span);
            }
            value => {
                let of = std::mem::replace(value, Value::Unknown);
                *value = field(of, word.to_owned(), span);
            }
        }
    }

    /// Selects a member, which may be a read from outside.
    fn field(&mut self, chain: &mut Chain<'a>, segment: &'a str, name: String, span: Span, indexed: bool) {
        let of = std::mem::replace(&mut chain.value, Value::Unknown);
        if !indexed && self.grammar().transparent.has(segment) && !self.tokens.is(self.at, "(") {
            chain.value = of;
            return;
        }
        chain.value = match self.known_member(&chain.path, indexed) {
            Some(member) if !self.tokens.is(self.at, "(") => {
                Value::Env(crate::fact::EnvRead { name: Some(name), span, compile_time: member.compile_time })
            }
            _ => field(of, name, span),
        };
        chain.path.push(segment);
    }

    fn index(&mut self, chain: &mut Chain<'a>) {
        let (open, close) = (self.at, self.tokens.mate(self.at));
        let single = close == open + 2;
        let number = single && self.tokens.kind(open + 1) == Some(Kind::Number);
        let symbol = close == open + 3 && self.tokens.is(open + 1, ":");
        if number || (single && self.tokens.kind(open + 1) == Some(Kind::Text)) || symbol {
            let key = close - 1;
            let segment = self.tokens.content_str(key);
            self.at = self.tokens.after(open);
            self.field(chain, segment, segment.to_owned(), self.tokens.content(key), true);
            return;
        }
        if chain.is_new && matches!(self.tokens.str(self.tokens.after(open)), "{" | "[") {
            self.at = self.tokens.after(open);
            return;
        }
        if self.slices() && (open + 1..close).any(|at| self.tokens.is(at, ":")) {
            // A part of what is sliced.
            self.at = self.tokens.after(open);
            chain.path.clear();
            return;
        }
        let items = self.items(&WordList::default());
        let known = self.known_member(&chain.path, true).map(|member| member.compile_time);
        chain.value = match (known, items.first()) {
            (Some(compile_time), Some(item)) => {
                Value::Env(crate::fact::EnvRead { name: None, span: item.span, compile_time })
            }
            // One of the members, by a name that is not written here.
            (None, Some(item)) if items.len() == 1 && matches!(chain.value, Value::Name(_) | Value::Field(..)) => {
                let of = std::mem::replace(&mut chain.value, Value::Unknown);
                field(of, selector::SOME.to_owned(), item.span)
            }
            _ => Value::Unknown,
        };
        chain.path.clear();
    }

    /// Whether `text[from:to]` is a part of a text.
    fn slices(&self) -> bool {
        let grammar = self.grammar();
        grammar.slice_types || (grammar.indentation && grammar.annotations)
    }

    fn call(&mut self, chain: &mut Chain<'a>, start: usize) {
        let open = self.at;
        let piped = self.piped.take();
        self.configures = self.type_argument.take().filter(|_| self.grammar().types_first);
        let mut items = self.items(&self.grammar().labels);
        self.configures = None;
        if let Some(value) = piped {
            items.insert(0, Item { label: None, value, spread: false, span: self.tokens.span(open) });
        }
        if self.grammar().trailing_blocks && !self.header && self.is("{") && !self.line_ends() {
            let block = self.at;
            let value = self.block_lambda(block);
            items.push(Item { label: None, value, spread: false, span: self.tokens.range(block, self.at) });
        }
        if self.is("do") && self.grammar().bare_calls && !self.line_ends() && self.takes_block(&chain.path) {
            let block = self.at;
            let value = Value::Closure(Arc::new(self.word_block()));
            items.push(Item { label: None, value, spread: false, span: self.tokens.range(block, self.at) });
        }
        let span = self.tokens.range(start.min(open), self.at);
        let module = self.module_at(chain, open);
        let wraps = items.len() == 1 && chain.path.last().is_some_and(|name| self.is_wrapper(name));
        let wrapped = (wraps && self.last_chain.0 == self.tokens.mate(open)).then(|| self.last_chain.1.clone());
        if let Some((path, value)) = self.partial(&chain.path, &items, span) {
            (chain.path, chain.value) = (path, value);
            return;
        }
        self.finish_call(chain, items, span);
        let assigned = open > 1 && self.tokens.is(open - 2, "=");
        if let Some(module) = module.filter(|_| !assigned && self.one_of(self.at, &self.grammar().member)) {
            // What a member of it is used for stands here and nowhere else.
            let alias = format!("require {module}");
            self.facts.imports.push(Import { alias, module: module.to_owned(), member: None, span });
        }
        if let Some(module) = module.filter(|_| self.is("(") && !self.line_ends()) {
            // `require("./tickets")(seal)`: what it is as a whole is called.
            let alias = crate::names::of_file(module).to_owned();
            chain.value = Value::Name(Arc::new(Name { segments: vec![alias.clone()], span }));
            self.facts.imports.push(Import { alias, module: module.to_owned(), member: None, span });
        }
        if let Some(path) = module.map(|module| vec![module]).or(wrapped) {
            chain.path = path;
        }
    }

    /// Whether a function of this name gives the function back that it is given.
    fn is_wrapper(&self, name: &str) -> bool {
        self.grammar().wrappers.has(name)
    }

    /// `partial(jwt.encode, key=…)`: what is given in advance reaches the key. It is the function itself where the other
    /// arguments keep their positions.
    fn partial(&mut self, path: &[&'a str], items: &[Item], span: Span) -> Option<(Vec<&'a str>, Value)> {
        let (first, given) = items.split_first()?;
        let is_partial = path.last().is_some_and(|name| self.grammar().partials.has(name));
        let called = self.tokens.text.get(first.span.range()).filter(|_| is_partial && first.label.is_none())?;
        let called: Vec<&'a str> = called.split('.').collect();
        self.given_in_advance(&called, &first.value, given, span);
        given.iter().all(|item| item.label.is_some()).then(|| (called, first.value.clone()))
    }

    /// The module that `require("module")` names, the bracket of which stands at `open`.
    fn module_at(&self, chain: &Chain<'a>, open: usize) -> Option<&'a str> {
        let requires = matches!(chain.path.as_slice(), ["require" | "import"])
            && self.grammar().imports.contains(&ImportStyle::Ecmascript)
            && self.tokens.kind(open + 1) == Some(Kind::Text)
            && self.tokens.mate(open) == open + 2;
        requires.then(|| self.tokens.content_str(open + 1))
    }

    /// Makes a call of the chain and these arguments.
    fn finish_call(&mut self, chain: &mut Chain<'a>, items: Vec<Item>, span: Span) {
        let callee = std::mem::replace(&mut chain.value, Value::Unknown);
        chain.value = self.called(callee, &chain.path, items, span);
    }

    /// Braces right behind a value: a typed object, an initializer, or a function for a call.
    fn braces(&mut self, chain: &mut Chain<'a>, start: usize) -> bool {
        let grammar = self.grammar();
        let open = self.at;
        let close = self.tokens.mate(open);
        // `hs256 { key }`: no block follows the name of what takes a key.
        let takes_key =
            || grammar.direct_init && chain.path.last().is_some_and(|name| self.prepared.call_index.has(name));
        let typed = grammar.composites && !chain.path.is_empty() && (self.tokens.adjacent(open) || takes_key());
        if chain.is_new || typed {
            let name = match (&chain.value, chain.is_new) {
                (Value::Call(call), true) => match &call.callee {
                    Callee::Path(name) => Some(name.clone()),
                    Callee::Method(..) => None,
                },
                _ => Some(Name {
                    segments: chain.path.iter().map(|segment| (*segment).to_owned()).collect(),
                    span: self.tokens.range(start, open),
                }),
            };
            let items = self.items(&grammar.pairs);
            if typed && !chain.is_new && items.iter().all(|item| item.label.is_none()) {
                if let Some((&name, members)) =
                    chain.path.last().and_then(|name| self.structs.get_key_value(name)).filter(|_| grammar.named_types)
                {
                    // Go: members in the order of the struct.
                    let members: Vec<&str> = members.clone();
                    for (member, item) in members.into_iter().zip(&items) {
                        let path = vec![name.to_owned(), member.to_owned()];
                        self.push_binding(path, item.value.clone(), item.span, None);
                    }
                }
                // `hs256{key}` constructs as a call does.
                let span = self.tokens.range(start, self.at);
                self.finish_call(chain, items, span);
            } else {
                chain.value = self.record(name, items, self.tokens.range(open + 1, close));
            }
            chain.is_new = false;
            return true;
        }
        if !grammar.trailing_blocks || self.header || chain.path.is_empty() || self.line_ends() {
            return false;
        }
        let value = self.block_lambda(open);
        let item = Item { label: None, value, spread: false, span: self.tokens.range(open, self.at) };
        let span = self.tokens.range(start, self.at);
        self.finish_call(chain, vec![item], span);
        true
    }

    /// One past `<…>`, if what stands at `index` are type arguments of a call.
    fn after_type_arguments(&self, index: usize, is_new: bool) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = index;
        while at < self.limit && at < index + TYPE_TOKENS {
            match self.tokens.str(at) {
                "<" => depth += 1,
                ">" => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        let next = self.tokens.str(at + 1);
                        let member = is_new && matches!(next, "{" | "[");
                        return (next == "(" || next == "::" || member).then_some(at + 1);
                    }
                }
                "." | "," | "?" | "|" | "&" | "[" | "]" | "::" | ":" | "*" => {}
                _ if matches!(self.tokens.kind(at), Some(Kind::Word | Kind::Text)) => {}
                _ => return None,
            }
            at += 1;
        }
        None
    }

    /// A type after a cast word.
    pub(super) fn skip_type(&mut self) {
        while self.at < self.limit && self.tokens.word(self.at).is_some() {
            self.at += 1;
            if self.is("<") {
                let mut depth = 0_usize;
                for _ in 0..TYPE_TOKENS {
                    match self.here() {
                        "<" => depth += 1,
                        ">" => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    self.at = (self.at + 1).min(self.limit);
                    if depth == 0 {
                        break;
                    }
                }
            }
            while self.is("[") {
                self.at = self.tokens.after(self.at);
            }
            if self.is(".") || self.is("|") || self.is("&") || self.is("::") {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The elements between the bracket at hand and its mate; goes on behind that.
    pub(super) fn items(&mut self, separators: &WordList) -> Vec<Item> {
        let open = self.at;
        let end = self.tokens.mate(open).min(self.limit);
        let after = self.tokens.after(open).min(self.limit.max(open + 1));
        let saved = (self.limit, self.brackets, self.header);
        (self.limit, self.brackets, self.header) = (end, self.brackets + 1, false);
        self.at = open + 1;
        let braces = self.tokens.is(open, "{");
        let mut items = Vec::new();
        while self.at < end {
            if matches!(self.here(), "," | ";") && self.tokens.kind(self.at) == Some(Kind::Operator) {
                self.at += 1;
                continue;
            }
            let before = self.at;
            let item = self.item(separators, braces);
            if items.len() < MEMBERS {
                items.push(item);
            }
            self.rest_of_item();
            if self.at == before {
                self.at += 1;
            }
        }
        (self.limit, self.brackets, self.header) = saved;
        self.at = after;
        items
    }

    pub(super) fn item(&mut self, separators: &WordList, braces: bool) -> Item {
        let spread = matches!(self.here(), "..." | "**" | "*" | "..") && self.tokens.kind(self.at) != Some(Kind::Text);
        if spread {
            self.at += 1;
        }
        let label = self.label(separators);
        let start = self.at;
        if label.is_none() && braces {
            if let Some(item) = self.method_item() {
                return item;
            }
            let next = self.tokens.str(self.at + 1);
            let shorthand = !spread && !self.grammar().composites && (next == "," || self.at + 1 == self.limit);
            if let Some(word) = self.tokens.word(self.at).filter(|_| shorthand) {
                let span = self.tokens.span(self.at);
                let label = (word.to_owned(), span);
                let value = self.value();
                return Item { label: Some(label), value, spread: false, span };
            }
        }
        let value = self.value();
        Item { label, value, spread, span: self.tokens.range(start, self.at.max(start + 1)) }
    }

    /// What an element holds beyond its expression: type annotations, comprehensions, markup.
    fn rest_of_item(&mut self) {
        while self.at < self.limit && !self.is(",") {
            let before = self.at;
            match self.tokens.kind(before) {
                Some(Kind::Word | Kind::Open | Kind::Template) => {
                    self.value();
                }
                _ => self.at += 1,
            }
            if self.at == before {
                self.at += 1;
            }
        }
    }

    /// `label:`, `"label" =>`, `:label =>`, `[label]:`, `.label =`.
    fn label(&mut self, separators: &WordList) -> Option<(String, Span)> {
        let at = self.at;
        let separates = |index: usize| index < self.limit && self.one_of(index, separators);
        let (key, after) = match self.tokens.kind(at)? {
            Kind::Word => {
                // `a.b.c => v` and `A::B => v` are named by their last word.
                let mut key = at;
                while self.tokens.word(key + 2).is_some()
                    && matches!(self.tokens.str(key + 1), "." | "::")
                    && key < at + 16
                {
                    key += 2;
                }
                (key, key + 1)
            }
            Kind::Text | Kind::Number => (at, at + 1),
            Kind::Operator if matches!(self.here(), ":" | ".") => (at + 1, at + 2),
            // `[key]`, `[Type.Member]`
            Kind::Open if self.here() == "[" && (at + 2..at + 8).contains(&self.tokens.mate(at)) => {
                (self.tokens.mate(at) - 1, self.tokens.mate(at) + 1)
            }
            _ => return None,
        };
        let text = self.tokens.kind(key) == Some(Kind::Text);
        let paired = text && separates_pairs(self, after);
        if !(separates(after) || paired) {
            return None;
        }
        // `a ? b : c` inside brackets is no label, since `?` stands before the colon.
        self.at = after + 1;
        Some((self.bare(self.tokens.content_str(key)).to_owned(), self.tokens.content(key)))
    }

    /// `name(…) {…}` in an object.
    fn method_item(&mut self) -> Option<Item> {
        let mut at = self.at;
        while matches!(self.tokens.str(at), "async" | "get" | "set" | "*" | "static")
            && (self.tokens.word(at + 1).is_some() || self.tokens.is(at + 1, "*"))
        {
            at += 1;
        }
        let name = self.tokens.word(at)?;
        if !self.tokens.is(at + 1, "(") {
            return None;
        }
        let body = self.body_after(self.tokens.after(at + 1), self.limit)?;
        let span = self.tokens.span(at);
        let value = self.closure(Some((at + 1, self.tokens.mate(at + 1))), body, at);
        self.name_last_lambda(name, span);
        Some(Item { label: Some((name.to_owned(), span)), value, spread: false, span })
    }

    /// The block after a method's parameters and result type.
    fn body_after(&self, from: usize, end: usize) -> Option<usize> {
        let mut at = from;
        while at < end && at < from + TYPE_TOKENS {
            if self.tokens.is(at, "{") {
                // A type in braces is followed by the block proper.
                let next = self.tokens.after(at);
                let again = self.tokens.is(next, "{") && !self.tokens.line_break(next);
                return Some(if again && at > from { next } else { at });
            }
            if self.tokens.is(at, ",") || self.tokens.is(at, ";") || self.tokens.is(at, "=") {
                return None;
            }
            if at == from && !self.tokens.is(at, ":") && !self.tokens.is(at, "->") {
                return None;
            }
            at = self.tokens.after(at);
        }
        None
    }

    /// An object of these members.
    pub(super) fn record(&self, type_name: Option<Name>, items: Vec<Item>, content: Span) -> Value {
        if let Some(bytes) = self.bytes(&items, content) {
            return bytes;
        }
        let mut record = Record { type_name, fields: Vec::with_capacity(items.len()), rest: None };
        for (index, item) in items.into_iter().enumerate() {
            if item.spread {
                // The later spread comes first where both have a member.
                record.rest = Some(match record.rest.take() {
                    Some(earlier) => Value::fallback(item.value, earlier),
                    None => item.value,
                });
                continue;
            }
            let (name, span) = item.label.unwrap_or_else(|| (index.to_string(), item.span));
            record.fields.push(RecordField { name, span, value: item.value });
        }
        Value::Record(Arc::new(record))
    }

    /// A list of byte values is a key written out.
    fn bytes(&self, items: &[Item], content: Span) -> Option<Value> {
        if items.len() < 8 || items.len() == MEMBERS {
            return None;
        }
        let bytes: Option<Vec<u8>> = items
            .iter()
            .map(|item| {
                let text = self.tokens.text.get(item.span.range())?;
                match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                    Some(digits) => u8::from_str_radix(digits, 16).ok(),
                    None => text.parse().ok(),
                }
                .filter(|_| item.label.is_none())
            })
            .collect();
        Some(Value::literal(Secret::new(bytes?), content))
    }
}

/// Whether a pair such as `"key" => value` goes on at `index`, whatever the brackets.
fn separates_pairs(scanner: &Scanner<'_>, index: usize) -> bool {
    index < scanner.limit && scanner.one_of(index, &scanner.grammar().pairs) && !scanner.tokens.is(index, "=")
}

/// The operands between two fallback operators.
#[derive(Default)]
struct Term {
    parts: Vec<Value>,
    /// An operator whose result is no text.
    spoiled: bool,
}

impl Term {
    fn add(&mut self, value: Value) {
        self.parts.push(value);
    }

    fn value(self) -> Value {
        if self.spoiled { Value::Unknown } else { concat(self.parts) }
    }
}

fn concat(mut parts: Vec<Value>) -> Value {
    match parts.len() {
        0 => Value::Unknown,
        1 => parts.remove(0),
        _ => Value::Concat(parts),
    }
}

/// A name of one word.
pub(super) fn name(word: &str, span: Span) -> Value {
    Value::Name(Arc::new(Name { segments: vec![word.to_owned()], span }))
}

/// A member; of what is unknown, members are.
pub(super) fn field(of: Value, name: String, span: Span) -> Value {
    match of {
        Value::Unknown => Value::Unknown,
        of => Value::Field(Arc::new(of), name, span),
    }
}

/// One of two by a condition: a constant beside something from outside is its fallback.
pub(super) fn choice(yes: Value, no: Value) -> Value {
    match (from_outside(&yes), from_outside(&no)) {
        (true, false) if constant(&no) => Value::fallback(yes, no),
        (false, true) if constant(&yes) => Value::fallback(no, yes),
        _ => Value::any_of(vec![yes, no]),
    }
}

/// A text as what a condition around it says that it is for.
pub(super) fn within(setting: Option<Setting>, value: Value) -> Value {
    match setting {
        Some(setting) if holds_text(&value) => Value::Within(setting, Arc::new(value)),
        _ => value,
    }
}

/// Whether the value may be a constant: it is written out, or a name.
fn holds_text(value: &Value) -> bool {
    constant(value) || matches!(value, Value::Name(_) | Value::Field(..))
}

/// Whether the value is read from outside, wholly or first.
pub(super) fn from_outside(value: &Value) -> bool {
    match value {
        Value::Env(_) => true,
        Value::Fallback { primary, .. } => from_outside(primary),
        Value::Decoded(_, inner) => from_outside(inner),
        _ => false,
    }
}

/// Whether the value is written out.
pub(super) fn constant(value: &Value) -> bool {
    match value {
        Value::Literal(_) => true,
        Value::Decoded(_, inner) | Value::Within(_, inner) => constant(inner),
        Value::Concat(parts) => parts.iter().all(constant),
        _ => false,
    }
}

/// The call that a value of a chain makes.
pub(super) fn callee(value: Value) -> Option<Callee> {
    match value {
        Value::Name(name) => Some(Callee::Path(Arc::unwrap_or_clone(name))),
        Value::Field(of, method, _) => Some(Callee::Method(Arc::unwrap_or_clone(of), method)),
        _ => None,
    }
}

/// A call as a value.
pub(super) fn call_value(call: Call) -> Value {
    Value::Call(Arc::new(call))
}

fn is_binary(operator: &str) -> bool {
    matches!(
        operator,
        "==="
            | "!=="
            | "=="
            | "!="
            | "<="
            | ">="
            | "<"
            | ">"
            | "-"
            | "*"
            | "/"
            | "%"
            | "&"
            | "|"
            | "^"
            | "<<"
            | "+"
            | "=~"
            | "|>"
            | ".."
            | "~"
    )
}

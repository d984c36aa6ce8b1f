//! Functions inside expressions.

use std::sync::Arc;

use super::scanner::{DEPTH, Scanner, ScopeKind};
use super::token::Kind;
use crate::fact::{Function, Value};
use crate::span::Span;

/// How far from its parameters a function's body may start.
const HEAD_TOKENS: usize = 48;

impl Scanner<'_> {
    /// Whether a function starts here.
    pub(super) fn starts_lambda(&self) -> bool {
        let grammar = self.grammar();
        let at = self.at;
        if self.tokens.kind(at) == Some(Kind::Word) {
            if self.one_of(at, &grammar.function_words) {
                return true;
            }
            return self.one_of(at + 1, &grammar.lambda) && at + 1 < self.limit;
        }
        if self.tokens.kind(at) != Some(Kind::Open) {
            return self.tokens.kind(at) == Some(Kind::Operator) && self.one_of(at, &grammar.function_words);
        }
        match self.tokens.str(at) {
            "(" => {
                let mut after = self.tokens.after(at);
                // A result type may stand before the arrow.
                if self.tokens.is(after, ":") && !grammar.lambda.is_empty() {
                    let mut steps = 0;
                    while after < self.limit && steps < 12 && !self.one_of(after, &grammar.lambda) {
                        if matches!(self.tokens.str(after), "," | ";" | "?" | "=" | "{") {
                            return false;
                        }
                        after = self.tokens.after(after);
                        steps += 1;
                    }
                }
                after < self.limit && self.one_of(after, &grammar.lambda)
            }
            // C++: a capture list.
            "[" if self.one_of(at, &grammar.function_words) => {
                let after = self.tokens.after(at);
                self.tokens.is(after, "(") || self.tokens.is(after, "{")
            }
            _ => false,
        }
    }

    /// The function that starts here; goes on behind it.
    pub(super) fn lambda(&mut self) -> Value {
        let grammar = self.grammar();
        let start = self.at;
        let mut at = start;
        if self.is("|") || self.is("||") {
            // Rust: `|a, b| …`.
            let close = (start + 1..self.limit.min(start + HEAD_TOKENS)).find(|&at| self.tokens.is(at, "|"));
            let close = if self.is("|") { close.unwrap_or(start) } else { start };
            return self.closure((close > start).then_some((start, close)), close + 1, start);
        }
        if self.one_of(at, &grammar.function_words) {
            at = self.tokens.after(at);
            if self.tokens.is(at, "*") || self.tokens.is(at, "&") {
                at += 1;
            }
            if self.tokens.word(at).is_some() && self.tokens.is(at + 1, "(") {
                at += 1;
            }
        }
        let mut parameters = None;
        if self.tokens.is(at, "(") {
            parameters = Some((at, self.tokens.mate(at)));
            at = self.tokens.after(at);
        }
        let first = at;
        let mut steps = 0;
        while at < self.limit && steps < HEAD_TOKENS {
            if self.one_of(at, &grammar.lambda) || (self.tokens.is(at, ":") && grammar.trailing_if) {
                at += 1;
                break;
            }
            if self.tokens.is(at, "{") {
                let next = self.tokens.after(at);
                if at > first && self.tokens.is(next, "{") && !self.tokens.line_break(next) {
                    at = next;
                }
                break;
            }
            at = self.tokens.after(at);
            steps += 1;
        }
        if parameters.is_none() && at > first + 1 {
            parameters = Some((first.saturating_sub(1), at - 1));
        }
        self.closure(parameters, at, start)
    }

    /// `{ a -> … }`: braces that are a function.
    pub(super) fn block_lambda(&mut self, open: usize) -> Value {
        let arrow = &self.grammar().brace_lambda_arrow;
        let mut parameters = None;
        if !arrow.is_empty() {
            let mut at = open + 1;
            let mut steps = 0;
            while at < self.tokens.mate(open) && steps < 16 {
                if self.tokens.is(at, arrow) {
                    parameters = Some((open, at));
                    break;
                }
                if !(self.tokens.word(at).is_some() || matches!(self.tokens.str(at), "," | ":" | "(" | "<" | ">" | "|"))
                {
                    break;
                }
                at = self.tokens.after(at);
                steps += 1;
            }
        }
        self.closure(parameters, open, open)
    }

    /// A block's value: that of its last statement.
    pub(super) fn block_value(&mut self, open: usize) -> Value {
        match self.closure(None, open, open) {
            Value::Closure(result) => Arc::unwrap_or_clone(result),
            other => other,
        }
    }

    /// The function with these parameters (between two tokens) and the body at `body`.
    pub(super) fn closure(&mut self, parameters: Option<(usize, usize)>, body: usize, start: usize) -> Value {
        let block = self.tokens.is(body, "{") && self.tokens.kind(body) == Some(Kind::Open);
        let configures = self.configures.take();
        if self.depth >= DEPTH {
            self.at =
                if block { self.tokens.after(body).min(self.limit) } else { body.max(self.at + 1).min(self.limit) };
            return Value::Unknown;
        }
        self.depth += 1;
        let index = self.facts.functions.len();
        self.facts.functions.push(Function {
            name: String::new(),
            owner: self.owner().map(str::to_owned),
            parameters: Vec::new(),
            result: Value::Unknown,
            span: self.tokens.span(start),
            body: self.tokens.range(body, self.tokens.after(body)),
            setting: self.setting(),
        });
        let end = if block { self.tokens.mate(body).min(self.limit) } else { self.limit };
        let mut scope = self.scope();
        scope.end = end;
        scope.kind = ScopeKind::Function;
        scope.function = Some(index);
        scope.setting = self.setting();
        let visible = Some(self.tokens.range(body, self.tokens.after(body)));
        scope.visible = visible;
        self.scopes.push(scope);
        let first = self.facts.bindings.len();
        if let Some((open, close)) = parameters {
            let parameters = self.parameters(open, close);
            // C#: `Configure<T>(it => it.Member = value)`.
            if let (Some(configured), [only], Some(scope)) = (configures, parameters.as_slice(), self.scopes.last_mut())
            {
                scope.owner = Some(configured.to_owned());
                scope.receiver = Some(only.clone());
            }
            if let Some(function) = self.facts.functions.get_mut(index) {
                function.parameters = parameters;
            }
        }
        let result = if block {
            self.at = body + 1;
            let saved = (self.limit, self.brackets, self.header);
            (self.limit, self.brackets, self.header) = (end, 0, false);
            self.skip_block_parameters();
            self.statements();
            (self.limit, self.brackets, self.header) = saved;
            self.at = self.tokens.after(body).min(self.limit.max(body + 1));
            self.leave_function(true)
        } else {
            self.at = body;
            let assigns = !self.starts_lambda() && self.assignment(false);
            let value = if assigns { Value::Unknown } else { self.value() };
            self.leaves(&[], &value, None);
            self.scopes.pop();
            if let Some(function) = self.facts.functions.get_mut(index) {
                let span = self.tokens.range(body, self.at.max(body + 1));
                function.body = span;
                // Only now it is known how far the parameters can be seen.
                let own = self.facts.bindings.get_mut(first..).into_iter().flatten();
                own.filter(|binding| binding.visible == visible).for_each(|binding| binding.visible = Some(span));
            }
            value
        };
        if let Some(function) = self.facts.functions.get_mut(index) {
            function.result = result.clone();
        }
        self.last_lambda = Some((index, self.at));
        self.depth -= 1;
        Value::Closure(Arc::new(result))
    }

    /// Gives the function that was just read the name it is bound to.
    pub(super) fn name_last_lambda(&mut self, name: &str, span: Span) {
        let Some((index, end)) = self.last_lambda else { return };
        if let Some(function) =
            self.facts.functions.get_mut(index).filter(|function| end == self.at && function.name.is_empty())
        {
            name.clone_into(&mut function.name);
            function.span = span;
        }
    }
}

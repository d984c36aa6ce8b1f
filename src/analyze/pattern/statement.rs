//! Statements: what is declared, assigned, returned, and in which scope.

use std::sync::Arc;

use super::call::{anew, text_of};
use super::expression::{choice, constant, within};
use super::language::{ImportStyle, WordList};
use super::scanner::{Guard, Scanner, Scope, ScopeKind};
use super::token::Kind;
use crate::fact::{Argument, Call, Callee, EnvRead, Function, Name, Setting, Value};
use crate::names;
use crate::span::Span;

/// How far a statement's head may reach before its block.
const HEAD_TOKENS: usize = 96;
/// How many members a target may have.
const TARGET: usize = 16;
/// How deep patterns nest.
const PATTERNS: usize = 8;
/// How many results of a function are kept.
const RESULTS: usize = 16;

/// What an assignment gives a value to.
struct Target<'a> {
    path: Vec<&'a str>,
    span: Span,
    /// The token behind it.
    after: usize,
    this: bool,
}

impl<'a> Scanner<'a> {
    /// Everything up to the limit.
    pub(super) fn statements(&mut self) {
        let base = self.scopes.len();
        while self.at < self.limit {
            while self.scopes.len() > base && self.scopes.last().is_some_and(|scope| scope.end <= self.at) {
                self.leave_scope();
            }
            let before = self.at;
            self.statement();
            if self.at == before {
                self.at += 1;
            }
        }
        while self.scopes.len() > base {
            self.leave_scope();
        }
    }

    fn leave_scope(&mut self) {
        match self.scopes.last().map(|scope| scope.kind) {
            Some(ScopeKind::Function) => {
                self.leave_function(self.grammar().implicit_result);
            }
            _ => {
                if let Some(Scope { last: Some(value), .. }) = self.scopes.pop() {
                    self.remember(value);
                }
            }
        }
    }

    /// Ends the innermost scope, a function; its result is what it returns.
    pub(super) fn leave_function(&mut self, implicit: bool) -> Value {
        let yields = implicit && self.grammar().implicit_result;
        if yields && let Some(last @ Value::Record(_)) = self.scopes.last().and_then(|scope| scope.last.clone()) {
            self.leaves(&[], &last, None);
        }
        let Some(scope) = self.scopes.pop() else { return Value::Unknown };
        let mut returns = scope.returns;
        if (implicit && (self.grammar().implicit_result || self.grammar().brace_lambdas))
            && let Some(last) = scope.last
        {
            returns.push(last);
        }
        let result = result_of(returns);
        if let Some(index) = scope.function {
            if let Some(function) = self.facts.functions.get_mut(index) {
                function.result = result.clone();
            }
            self.sinks_of_method(index, &result);
        }
        result
    }

    fn remember(&mut self, value: Value) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.last = Some(value);
        }
    }

    fn statement(&mut self) {
        let grammar = self.grammar();
        let at = self.at;
        match self.tokens.kind(at) {
            Some(Kind::Word) => {}
            Some(Kind::Open | Kind::Text | Kind::Template) => return self.loose(),
            Some(Kind::Operator) if self.tokens.is(at, "@") => return self.mark(),
            Some(Kind::Operator) if self.tokens.is(at, "#") && !grammar.defines.is_empty() => return self.directive(),
            Some(Kind::Operator) if self.tokens.is(at, "%") && grammar.symbols => return self.loose(),
            Some(Kind::Operator) if self.one_of(at, &grammar.function_words) => return self.loose(),
            _ => {
                self.at += 1;
                return;
            }
        }
        if grammar.newlines && self.tokens.line_break(at) {
            self.header = false;
        }
        if self.import() {
            return;
        }
        if grammar.class_methods && self.in_class() && self.one_of(at, &grammar.prefixes) {
            self.at += 1;
            return;
        }
        if self.one_of(at, &grammar.prefixes)
            && self.one_of(at + 1, &grammar.functions)
            && (self.tokens.word(at + 2).is_some() || self.tokens.is(at + 2, "*"))
        {
            // `async function name`
            self.at += 1;
            return;
        }
        if self.one_of(at, &grammar.returns) {
            return self.returned();
        }
        if self.one_of(at, &grammar.defines) && self.defined() {
            return;
        }
        if self.one_of(at, &grammar.accessors) && self.accessor() {
            return;
        }
        if self.one_of(at, &grammar.outer) {
            return self.outer();
        }
        if self.one_of(at, &grammar.conditions) {
            return self.condition();
        }
        if self.one_of(at, &grammar.classes) && self.class() {
            return;
        }
        if self.one_of(at, &grammar.functions) && self.function_declaration(at + 1) {
            return;
        }
        if self.one_of(at, &grammar.declarations) && self.declaration() {
            return;
        }
        if self.tokens.str(at).starts_with('@') && grammar.member_sigil.is_empty() && self.annotation_at(at) {
            return;
        }
        if self.assignment(false) || self.direct_init() {
            return;
        }
        if grammar.types_first
            && self.tokens.is(at + 1, ";")
            && at > 0
            && !self.tokens.line_break(at)
            && (self.tokens.word(at - 1).is_some() || matches!(self.tokens.str(at - 1), ">" | "]" | "*" | "?"))
        {
            self.declare(at);
        }
        if grammar.types_first
            && let Some(name) = self.after_generic_type(at)
        {
            self.at = name;
            return;
        }
        if grammar.member_blocks && self.member_block() {
            return;
        }
        if (grammar.methods || (grammar.class_methods && self.in_class())) && self.method() {
            return;
        }
        if self.default_export() || self.export_list() {
            return;
        }
        if self.one_of(at, &grammar.matches) && self.depth < super::scanner::DEPTH {
            let value = self.value();
            return self.remember(value);
        }
        if self.one_of(at, &grammar.rescues) {
            self.rescued();
        }
        if self.one_of(at, &grammar.keywords) && !self.starts_lambda() {
            self.header = grammar.trailing_blocks;
            self.at += 1;
            self.skip_block_parameters();
            return;
        }
        self.loose();
    }

    /// Where the name stands that a type such as `Map<String, Key>` at `at` declares.
    fn after_generic_type(&self, at: usize) -> Option<usize> {
        let mut open = at + 1;
        while matches!(self.tokens.str(open), "." | "::") && open < at + TARGET {
            open += 2;
        }
        if !self.tokens.is(open, "<") {
            return None;
        }
        let mut depth = 0_usize;
        for index in open..(open + HEAD_TOKENS).min(self.limit) {
            match self.tokens.str(index) {
                "<" => depth += 1,
                ">" => depth = depth.checked_sub(1)?,
                "." | "," | "?" | "[" | "]" | "::" | "*" | "&" => {}
                _ if self.tokens.word(index).is_some() => {}
                _ => return None,
            }
            if depth == 0 {
                let name = index + 1;
                return self.tokens.word(name).is_some().then_some(name);
            }
        }
        None
    }

    /// Ruby: what a function yields is its last value before `rescue`, or else that of the block behind.
    fn rescued(&mut self) {
        if let Some(scope) = self.scopes.last_mut()
            && scope.kind == ScopeKind::Function
            && let Some(last) = scope.last.take()
            && scope.returns.len() < RESULTS
        {
            scope.returns.push(last);
        }
    }

    /// Groovy: `name { … }`, which gives `name` members.
    fn member_block(&mut self) -> bool {
        let (at, open) = (self.at, self.at + 1);
        let starts = at == 0 || self.tokens.line_break(at) || matches!(self.tokens.str(at - 1), "{" | ";");
        if !starts || !self.tokens.is(open, "{") || self.one_of(at, &self.grammar().keywords) || self.in_class() {
            return false;
        }
        let Some(name) = self.tokens.word(at) else { return false };
        self.at = open;
        self.block();
        if let Some(scope) = self.scopes.last_mut().filter(|scope| scope.members_of.len() < TARGET) {
            scope.members_of.push(name.to_owned());
        }
        true
    }

    /// C: `#include "file"` and `#define NAME "value"` say something, other directives are passed over.
    fn directive(&mut self) {
        let word = self.at + 1;
        self.at = word;
        if self.one_of(word, &self.grammar().defines)
            || (self.tokens.is(word, "include") && self.tokens.kind(word + 1) == Some(Kind::Text))
        {
            return;
        }
        while self.at < self.limit && (!self.tokens.line_break(self.at) || self.tokens.is(self.at - 1, "\\")) {
            self.at += 1;
        }
    }

    /// `export default value`: importers know it as `default`.
    fn default_export(&mut self) -> bool {
        let at = self.at;
        let exports = self.grammar().imports.contains(&ImportStyle::Ecmascript)
            && self.is("default")
            && at > 0
            && self.tokens.is(at - 1, "export");
        let declares = self.one_of(at + 1, &self.grammar().classes) || self.tokens.is(at + 1, "abstract");
        if !exports || declares {
            return false;
        }
        self.at += 1;
        let value = self.value();
        if matches!(value, Value::Closure(_)) {
            self.name_last_lambda("default", self.tokens.span(at));
        }
        self.bind(vec!["default".to_owned()], value, self.tokens.span(at), None);
        true
    }

    /// `export { inner as outer }`: importers know it by its second name.
    fn export_list(&mut self) -> bool {
        let open = self.at + 1;
        let exports = self.grammar().imports.contains(&ImportStyle::Ecmascript) && self.is("export");
        if !exports || !self.tokens.is(open, "{") || self.tokens.is(self.tokens.after(open), "from") {
            return false;
        }
        let close = self.tokens.mate(open).min(self.limit);
        for at in (open + 1..close).filter(|&at| self.tokens.is(at, "as")) {
            if let (Some(inner), Some(outer)) = (self.tokens.word(at - 1), self.tokens.word(at + 1)) {
                let span = self.tokens.span(at + 1);
                let inner = super::expression::name(inner, self.tokens.span(at - 1));
                self.push_binding(vec![outer.to_owned()], inner, span, None);
            }
        }
        self.at = self.tokens.after(open);
        true
    }

    /// An expression that stands as a statement, or a piece of one.
    fn loose(&mut self) {
        let grammar = self.grammar();
        let before = self.at;
        // Ruby: what blocks end with is a word, so this is a hash.
        let is_record = grammar.indentation && grammar.implicit_result;
        if self.is("{") && self.tokens.kind(before) == Some(Kind::Open) && !is_record {
            return self.block();
        }
        if self.is("(") && !self.starts_lambda() && !self.tokens.line_break(before) {
            self.at += 1;
            return;
        }
        if self.bare_call() {
            return;
        }
        let start_of_line = self.tokens.line_break(before)
            || before == 0
            || self.tokens.is(before - 1, "{")
            || self.tokens.is(before - 1, ";")
            || (grammar.bare_calls && self.tokens.is(before - 1, "|"))
            || (!grammar.match_arrow.is_empty() && self.tokens.is(before - 1, &grammar.match_arrow))
            // Elixir: `def name, do: value`.
            || (before > 1 && self.tokens.is(before - 1, ":") && self.one_of(before - 2, &grammar.block_words));
        let whole = (grammar.implicit_result || grammar.brace_lambdas) && start_of_line;
        let value = self.value();
        if whole && self.at > before {
            self.remember(value);
        }
    }

    /// A block that nothing declares.
    fn block(&mut self) {
        let (open, close) = (self.at, self.tokens.mate(self.at));
        self.header = false;
        let mut scope = self.scope();
        scope.end = close.min(self.limit);
        scope.visible = Some(self.tokens.range(open, close + 1));
        scope.setting = self.setting();
        self.scopes.push(scope);
        self.at = open + 1;
        self.skip_block_parameters();
    }

    /// Ruby: `|a, b|` at the start of a block.
    pub(super) fn skip_block_parameters(&mut self) {
        if !self.grammar().bare_calls || !self.is("|") {
            return;
        }
        let close = (self.at + 1..self.limit.min(self.at + 64)).find(|&at| self.tokens.is(at, "|"));
        self.at = close.map_or(self.at, |close| close + 1);
    }

    /// `return value`.
    fn returned(&mut self) {
        let start = self.at;
        self.at += 1;
        if self.at >= self.limit || (self.tokens.line_break(self.at) && self.grammar().newlines) || self.is(";") {
            return;
        }
        if self.at < self.limit && self.is("}") {
            return;
        }
        let value = self.value();
        self.leaves(&[], &value, None);
        self.sinks_of_result(&value);
        // Of several results the first is the value; beside an error an empty one is none.
        let mut failed = false;
        let mut certain = false;
        while self.is(",") && self.grammar().newlines {
            self.at += 1;
            failed |= self.tokens.word(self.at).is_some() && !self.one_of(self.at, &self.grammar().constants);
            let beside = self.value();
            certain |= self.is_error(&beside);
        }
        let empty = matches!(&value, Value::Literal(literal) if literal.secret.is_empty());
        if certain || (failed && empty) {
            return;
        }
        let setting = self.guarded(start);
        let function = self.scopes.iter_mut().rev().find(|scope| scope.kind == ScopeKind::Function);
        if let Some(scope) = function {
            if scope.returns.len() < RESULTS {
                scope.returns.push(within(setting, value));
            }
        } else if matches!(value, Value::Record(_)) {
            // PHP: what a file of settings gives to who includes it.
            let span = self.tokens.span(start);
            self.push_binding(vec!["default".to_owned()], value, span, None);
        }
    }

    /// Go: an error that was just made.
    fn is_error(&self, value: &Value) -> bool {
        let made = |value: &Value| match value {
            Value::Call(call) => match &call.callee {
                Callee::Method(Value::Name(package), function) => {
                    package.segments == ["errors"] || (package.segments == ["fmt"] && function == "Errorf")
                }
                _ => false,
            },
            _ => false,
        };
        match value {
            Value::Name(name) => {
                let last = self.facts.bindings.iter().rev().take(8).find(|binding| binding.path == name.segments);
                last.is_some_and(|binding| made(&binding.value))
            }
            value => made(value),
        }
    }

    /// What a function such as `createJwtOptions` yields is given to whoever calls it back.
    fn sinks_of_result(&mut self, value: &Value) {
        let Value::Record(record) = value else { return };
        let name = self.function().and_then(|index| self.facts.functions.get(index)).map(|function| &function.name);
        let Some(name) = name.filter(|name| !name.is_empty()).cloned() else { return };
        for field in &record.fields {
            self.sinks_of_name(&[name.clone(), field.name.clone()], &field.value, field.span);
        }
    }

    /// `if …`: notes what the condition says about its block. The condition itself is read on.
    fn condition(&mut self) {
        let grammar = self.grammar();
        let start = self.at + 1;
        let mut end = start;
        if self.tokens.is(start, "(") && !grammar.indentation {
            end = self.tokens.after(start);
        } else {
            let mut steps = 0;
            while end < self.limit && steps < HEAD_TOKENS {
                let stop = self.tokens.is(end, "{")
                    || (grammar.indentation
                        && (self.tokens.is(end, ":") || (end > start && self.tokens.line_break(end))));
                if stop {
                    break;
                }
                end = self.tokens.after(end);
                steps += 1;
            }
        }
        let block = if self.tokens.is(end, "{") {
            (end, self.tokens.mate(end))
        } else if grammar.indentation {
            (end, self.indented_end(self.at))
        } else {
            (end, self.statement_end(end))
        };
        let (absence, setting) = self.judge_condition(start, end.min(start + HEAD_TOKENS));
        let presence = (start..end.min(start + HEAD_TOKENS)).any(|at| {
            let is_blank =
                || self.tokens.kind(at + 1) == Some(Kind::Text) && self.tokens.content_str(at + 1).is_empty();
            match self.tokens.str(at) {
                "!=" | "!==" => is_blank() || self.tokens.is(at + 1, "0"),
                ">" => self.tokens.is(at + 1, "0"),
                _ => false,
            }
        });
        if absence && self.leaves_off(block) {
            self.refuse_empty(start, end.min(start + HEAD_TOKENS));
        }
        if absence || presence || setting.is_some() {
            self.guards.push(Guard { condition: (start, end), block, absence, presence, setting });
        }
        let alternative = self.tokens.is(block.1 + 1, "else") && self.tokens.is(block.1 + 2, "{");
        if alternative
            && setting.is_none()
            && let Some(setting) = self.judge_alternative(start, end)
        {
            let block = (block.1 + 2, self.tokens.mate(block.1 + 2));
            let setting = Some(setting);
            self.guards.push(Guard { condition: (start, end), block, absence: false, presence: false, setting });
        }
        self.header = grammar.trailing_blocks;
        self.at += 1;
    }

    /// Whether a block ends what is being done: it throws, returns or exits, and sets nothing.
    fn leaves_off(&self, block: (usize, usize)) -> bool {
        const LEAVING: [&str; 12] = [
            "throw",
            "raise",
            "return",
            "exit",
            "panic",
            "abort",
            "die",
            "halt",
            "Fatal",
            "Fatalf",
            "Fatalln",
            "fatalError",
        ];
        (block.0..block.1.min(block.0 + HEAD_TOKENS)).any(|at| match self.tokens.word(at) {
            // Kotlin's, not a logger's.
            Some("error") => !self.tokens.is(at.saturating_sub(1), "."),
            Some(word) => LEAVING.contains(&word),
            None => false,
        })
    }

    /// What a condition asks for is not empty where it does not hold: an empty default of it is no key.
    fn refuse_empty(&mut self, start: usize, end: usize) {
        /// Names that a condition asks for.
        const MOST: usize = 4;
        let names: Vec<&str> = (start..end)
            .filter(|&at| !self.tokens.is(at + 1, "(") && !self.tokens.is(at + 1, "."))
            .filter_map(|at| self.tokens.word(at))
            .take(MOST)
            .collect();
        for name in names {
            let name = self.bare(name);
            let bindings = self.facts.bindings.iter_mut().rev().take(64);
            for binding in bindings.filter(|binding| binding.path.last().is_some_and(|last| last == name)) {
                binding.value = binding.value.without_empty_default();
            }
        }
    }

    /// Whether the condition asks for absence, and whether it holds only in development.
    pub(super) fn judge_condition(&self, start: usize, end: usize) -> (bool, Option<Setting>) {
        let negated =
            self.is("unless") || (start..end).any(|at| matches!(self.tokens.str(at), "!" | "!=" | "!==" | "not"));
        let mut absence = negated && !(start..end).any(|at| matches!(self.tokens.str(at), "!=" | "!=="));
        for at in start..end {
            let text = self.tokens.str(at);
            absence |= match self.tokens.kind(at) {
                Some(Kind::Text) => self.tokens.content_str(at).is_empty() && !negated,
                Some(Kind::Word) => {
                    let lower = text.to_ascii_lowercase();
                    matches!(lower.as_str(), "null" | "none" | "nil" | "undefined") && !negated
                        || ["empty", "blank", "nil?", "missing"].iter().any(|part| lower.contains(part))
                }
                Some(Kind::Number) => text == "0" && !negated,
                _ => false,
            };
        }
        let tests = |at: usize| self.development_word(at);
        if !(start..end).any(tests) {
            return (absence, None);
        }
        let names = |list: &[&str]| {
            (start..end).any(|at| {
                self.tokens.kind(at) == Some(Kind::Text)
                    && list.iter().any(|one| self.tokens.content_str(at).eq_ignore_ascii_case(one))
            })
        };
        let setting = if names(&["production", "prod"]) {
            negated.then_some(Setting::Development)
        } else if names(&["test", "testing"]) {
            (!negated).then_some(Setting::Test)
        } else if names(&["development", "dev", "local"]) {
            (!negated).then_some(Setting::Development)
        } else {
            let says = |part: &str| {
                (start..end).filter(|&at| tests(at)).any(|at| self.tokens.str(at).to_ascii_lowercase().contains(part))
            };
            let milder = if says("test") { Setting::Test } else { Setting::Development };
            let production = (start..end).any(|at| self.tokens.str(at).to_ascii_lowercase().contains("prod"));
            (negated == production).then_some(milder)
        };
        (absence, setting)
    }

    /// What the `else` of a test for production is for.
    pub(super) fn judge_alternative(&self, start: usize, end: usize) -> Option<Setting> {
        let production = (start..end).any(|at| self.tokens.str(at).to_ascii_lowercase().contains("prod"));
        let tests = (start..end).any(|at| self.development_word(at));
        (production && tests).then_some(Setting::Development)
    }

    fn development_word(&self, at: usize) -> bool {
        let words = &self.grammar().development;
        let kind = self.tokens.kind(at);
        matches!(kind, Some(Kind::Word | Kind::Text)) && words.iter().any(|word| word == self.tokens.content_str(at))
            || kind == Some(Kind::Word) && names::asks_what_runs(self.tokens.str(at))
    }

    /// Where the statement at `from` ends.
    fn statement_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.limit && at < from + HEAD_TOKENS && !self.tokens.is(at, ";") {
            if at > from && self.grammar().newlines && self.tokens.line_break(at) {
                break;
            }
            at = self.tokens.after(at);
        }
        at
    }

    /// Where the block that the token at `head` starts ends, by indentation: at the first later line
    /// that is not deeper than the line of `head`.
    pub(super) fn indented_end(&mut self, head: usize) -> usize {
        let mut first = head;
        while first > 0 && !self.tokens.line_break(first) && head - first < HEAD_TOKENS {
            first -= 1;
        }
        let (from, known, end) = self.last_indented;
        let within = from <= first && head < end;
        if within && !self.tokens.line_break(first) {
            // Far into a long line.
            return end;
        }
        let depth = self.tokens.indentation(first);
        if within && known == depth {
            return end;
        }
        let mut at = self.tokens.after(head);
        let rescues = &self.grammar().rescues;
        let ends = |at: usize| {
            self.tokens.line_break(at)
                && (self.tokens.indentation(at) < depth
                    || self.tokens.indentation(at) == depth && !self.one_of(at, rescues))
        };
        while at < self.limit && !ends(at) {
            at = self.tokens.after(at);
        }
        let end = at.min(self.limit);
        self.last_indented = (first, depth, end);
        end
    }

    /// `class Name … {`, `type Name struct {`, `module Name`; `false` if it is none after all.
    fn class(&mut self) -> bool {
        let grammar = self.grammar();
        let at = self.at;
        let mut name_at = at + 1;
        while self.one_of(name_at, &grammar.classes) {
            name_at += 1;
        }
        let mut names = Vec::new();
        let mut index = name_at;
        while let Some(word) = self.tokens.word(index).filter(|_| names.len() < TARGET) {
            names.push(word);
            if !matches!(self.tokens.str(index + 1), "." | "::") {
                break;
            }
            index += 2;
        }
        let Some(&name) = names.last() else { return self.unnamed_class(index) };
        if grammar.named_types && !self.tokens.is(index + 1, "struct") && !self.tokens.is(index + 1, "interface") {
            return false;
        }
        let mut head = index + 1;
        let mut steps = 0;
        let mut parameters = None;
        let mut inherits = false;
        let mut interface_at = None;
        let mut parent_at = (grammar.indentation && matches!(self.tokens.str(head), "(" | "<")).then_some(head + 1);
        if !grammar.indentation {
            while head < self.limit && steps < HEAD_TOKENS && !self.tokens.is(head, "{") {
                let next_line = grammar.newlines && self.tokens.line_break(head) && self.tokens.word(head).is_some();
                // `record Name(…);`
                if parameters.is_some() && (next_line || self.tokens.is(head, ";")) {
                    break;
                }
                if matches!(self.tokens.str(head), ";" | "=") || self.one_of(head, &grammar.classes) {
                    return false;
                }
                if !inherits && matches!(self.tokens.str(head), ":" | "extends") {
                    parent_at = Some(head + 1);
                } else if self.tokens.is(head, "implements") {
                    interface_at = Some(head + 1);
                }
                inherits |= matches!(self.tokens.str(head), ":" | "extends" | "implements" | "with");
                if self.tokens.is(head, "(") && !inherits {
                    parameters.get_or_insert(head);
                }
                if next_line {
                    break;
                }
                head = self.tokens.after(head);
                steps += 1;
            }
        }
        let end = if grammar.indentation { self.indented_end(at) } else { self.tokens.mate(head) };
        let mut scope = self.scope();
        scope.kind = ScopeKind::Class;
        scope.end = end.min(self.limit);
        scope.visible = None;
        scope.owner = Some(name.to_owned());
        let (parent, behind) = parent_at.map_or((None, 0), |at| self.last_of_path(at));
        let interface = interface_at.and_then(|at| self.last_of_path(at).0);
        let parents = parent.iter().chain(&interface).cloned();
        self.facts.parents.extend(parents.map(|parent| (name.to_owned(), parent)));
        if let Some((section, span)) = self.section.take() {
            let read = EnvRead { name: Some(section), span, compile_time: false };
            self.push_binding(vec![name.to_owned()], Value::Env(read), span, None);
        }
        scope.parent = parent;
        scope.members_of.clear();
        scope.setting = self.setting();
        if !grammar.indentation && !self.tokens.is(head, "{") {
            scope.end = head.min(self.limit);
        }
        self.scopes.push(scope);
        if let Some(open) = parameters {
            let saved = self.at;
            self.constructor(name, index, open, end);
            self.at = saved;
        }
        if let Some(parent) = parent_at.filter(|_| !grammar.indentation && self.tokens.is(behind, "(")) {
            // Kotlin, Scala: `class A : B(…)`.
            (self.at, self.header) = (parent, true);
            self.value();
            self.header = false;
        }
        self.at = if grammar.indentation { index + 1 } else { (head + 1).min(self.limit) };
        if (at..name_at).any(|at| self.tokens.is(at, "enum")) || at > 0 && self.tokens.is(at - 1, "enum") {
            self.enumerators(name);
        }
        if grammar.tag_defaults.is_empty() {
            return true;
        }
        if self.tokens.is(index + 1, "struct") {
            self.note_members(name);
        }
        self.tagged_fields();
        true
    }

    /// Java, Kotlin: `NAME(arguments), …` at the start of an enumeration are objects of it.
    fn enumerators(&mut self, class: &str) {
        let end = self.scopes.last().map_or(self.at, |scope| scope.end);
        while let Some(name) = self.tokens.word(self.at).filter(|_| self.at < end) {
            let (at, open) = (self.at, self.at + 1);
            if !self.tokens.is(open, "(") {
                if !self.tokens.is(open, ",") {
                    return;
                }
                self.at = open + 1;
                continue;
            }
            let name = name.to_owned();
            self.at = open;
            let items = self.items(&self.grammar().labels);
            let arguments = anew(items, |item| Argument { label: None, value: item.value });
            let span = self.tokens.span(at);
            let callee = Callee::Path(Name { segments: vec![class.to_owned()], span });
            let object = Value::Call(Arc::new(Call { callee, arguments, span: self.tokens.range(at, self.at) }));
            self.push_binding(vec![class.to_owned(), name], object, span, None);
            if self.is("{") {
                self.at = self.tokens.after(self.at);
            }
            if !self.is(",") {
                return;
            }
            self.at += 1;
        }
    }

    /// Go: remembers the members of a struct, for values that are given in their order.
    fn note_members(&mut self, name: &'a str) {
        let end = self.scopes.last().map_or(self.at, |scope| scope.end);
        let mut members = Vec::new();
        let mut at = self.at;
        while at < end && members.len() < TARGET {
            let starts = at == self.at || self.tokens.line_break(at) || self.tokens.is(at - 1, ";");
            if let Some(word) = self.tokens.word(at).filter(|_| starts) {
                members.push(word);
                while self.tokens.is(at + 1, ",")
                    && let Some(word) = self.tokens.word(at + 2)
                {
                    members.push(word);
                    at += 2;
                }
            }
            at = self.tokens.after(at);
        }
        self.structs.insert(name, members);
    }

    /// The last word of the dotted path at `at`, and the token behind it.
    fn last_of_path(&self, mut at: usize) -> (Option<String>, usize) {
        let mut last = None;
        for _ in 0..TARGET {
            let Some(word) = self.tokens.word(at) else { break };
            last = Some(word.to_owned());
            at += 1;
            if !matches!(self.tokens.str(at), "." | "::" | "\\") {
                break;
            }
            at += 1;
        }
        (last, at)
    }

    /// Kotlin: `companion object {`, whose members are those of the class around.
    fn unnamed_class(&mut self, open: usize) -> bool {
        // C++: what is in a namespace without a name, the whole file sees.
        let is_namespace = self.is("namespace") && open == self.at + 1;
        if !(self.in_class() || is_namespace) || !self.tokens.is(open, "{") {
            return false;
        }
        let mut scope = self.scope();
        scope.kind = ScopeKind::Class;
        scope.end = self.tokens.mate(open).min(self.limit);
        scope.visible = None;
        self.scopes.push(scope);
        self.at = open + 1;
        true
    }

    /// The constructor in the head of a class: what is in the class sees its parameters.
    fn constructor(&mut self, class: &str, name_at: usize, open: usize, end: usize) {
        let index = self.facts.functions.len();
        let scope = self.scopes.last();
        self.facts.functions.push(Function {
            name: "constructor".to_owned(),
            owner: Some(class.to_owned()),
            parameters: Vec::new(),
            result: Value::Unknown,
            span: self.tokens.span(name_at),
            body: self.tokens.range(open, end.max(self.tokens.mate(open)).saturating_add(1)),
            setting: scope.map_or(Setting::Production, |scope| scope.setting),
        });
        let outer = scope.and_then(|scope| scope.function);
        if let Some(scope) = self.scopes.last_mut() {
            scope.function = Some(index);
        }
        let parameters = self.parameters(open, self.tokens.mate(open));
        if let Some(function) = self.facts.functions.get_mut(index) {
            function.parameters = parameters;
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.function = outer;
        }
    }

    /// Go: defaults in the tags of a struct's fields.
    fn tagged_fields(&mut self) {
        let (start, end) = (self.at, self.scopes.last().map_or(self.at, |scope| scope.end));
        let mut line = start;
        for at in start..end {
            if self.tokens.line_break(at) {
                line = at;
            }
            if self.tokens.kind(at) != Some(Kind::Text) || self.tokens.word(line).is_none() {
                continue;
            }
            let grammar = self.grammar();
            let content = self.tokens.content(at);
            let Some(default) = tag(self.tokens.content_str(at), &grammar.tag_defaults) else { continue };
            let name = tag(self.tokens.content_str(at), &grammar.tag_names);
            let literal = Value::literal(
                self.tokens.content_str(at).get(default.clone()).unwrap_or(""),
                Span::new(content.start() + default.start, content.start() + default.end),
            );
            let read = EnvRead {
                name: name
                    .and_then(|name| self.tokens.content_str(at).get(name))
                    .map(|name| name.split(',').next().unwrap_or(name).to_owned()),
                span: content,
                compile_time: false,
            };
            let path = self.member_path(&[self.tokens.str(line)]);
            self.bind(path, Value::fallback(Value::Env(read), literal), self.tokens.span(line), None);
        }
    }

    fn member_path(&self, names: &[&str]) -> Vec<String> {
        let owner = self.owner().map(str::to_owned);
        owner.into_iter().chain(names.iter().map(|name| self.bare(name).to_owned())).collect()
    }

    /// A function whose name may stand at `at`; `false` if there is none.
    fn function_declaration(&mut self, mut at: usize) -> bool {
        let grammar = self.grammar();
        let mut owner = self.owner().map(str::to_owned);
        let mut receiver = None;
        let word_at = at - 1;
        if matches!(self.tokens.str(at), "*" | "&") {
            at += 1;
        }
        if grammar.named_types && self.tokens.is(at, "(") {
            // Go: the receiver, whose type is the last word.
            let close = self.tokens.mate(at);
            receiver = self.tokens.word(at + 1).filter(|_| close > at + 2).map(str::to_owned);
            owner = (at..close).rev().find_map(|index| self.tokens.word(index)).map(str::to_owned);
            at = close + 1;
        }
        if self.tokens.is(at, "<") {
            at = self.skip_angles(at);
        }
        let mut name_at = at;
        while self.tokens.word(name_at).is_some() && self.tokens.is(name_at + 1, ".") && name_at < at + TARGET {
            name_at += 2;
        }
        let (name, name_at) = match self.tokens.word(name_at) {
            Some(name) => (name, name_at),
            None if self.tokens.is(at, "(") => (self.tokens.str(word_at), word_at),
            None => return false,
        };
        let mut head = name_at + 1;
        if self.tokens.is(head, "<") {
            head = self.skip_angles(head);
        } else if self.tokens.is(head, "[") && grammar.named_types {
            head = self.tokens.after(head);
        }
        let parameters = self.tokens.is(head, "(").then(|| (head, self.tokens.mate(head)));
        if parameters.is_none() && !grammar.indentation && !self.tokens.is(head, ":") && !self.tokens.is(head, "=") {
            return false;
        }
        let after = if parameters.is_some() { self.tokens.after(head) } else { head };
        self.enter_function(name, name_at, owner, parameters, after);
        if let Some(scope) = self.scopes.last_mut().filter(|_| receiver.is_some()) {
            scope.receiver = receiver;
        }
        true
    }

    /// `name(…) {`.
    fn method(&mut self) -> bool {
        let at = self.at;
        if !self.tokens.is(at + 1, "(") || self.one_of(at, &self.grammar().keywords) {
            return false;
        }
        let close = self.tokens.mate(at + 1);
        if close >= self.limit {
            return false;
        }
        let mut head = close + 1;
        let mut steps = 0;
        while head < self.limit && steps < 24 {
            let text = self.tokens.str(head);
            if text == "{" || (text == "=>" && self.grammar().types_first) {
                let owner = self.owner().map(str::to_owned);
                let name = self.tokens.str(at);
                self.enter_function(name, at, owner, Some((at + 1, close)), close + 1);
                return true;
            }
            if text == ";" && head == close + 1 && self.in_class() && self.owner() == Some(self.tokens.str(at)) {
                let end = self.scopes.last().map_or(close, |scope| scope.end);
                self.constructor(self.tokens.str(at), at, at + 1, end);
                self.at = close + 1;
                return true;
            }
            if text == ":" && self.one_of(head + 1, &self.grammar().own_constructors) && self.tokens.is(head + 2, "(") {
                // `Name(…) : base(…) {`
                head = self.tokens.after(head + 2);
                steps += 1;
                continue;
            }
            if text == ":" && self.grammar().direct_init {
                return self.with_initializers(at, close, head + 1);
            }
            let type_like = self.tokens.word(head).is_some()
                || matches!(text, ":" | "<" | ">" | "." | "," | "?" | "[" | "|" | "&" | "->" | "*" | "::");
            let continues = head > close + 1 || !self.tokens.line_break(head) || text == ":" || text == "throws";
            if !type_like || !continues {
                return false;
            }
            head = self.tokens.after(head);
            steps += 1;
        }
        false
    }

    /// C++: `Name(…) : member(value), member{value} { … }`, with the first member at `from`.
    fn with_initializers(&mut self, name_at: usize, close: usize, from: usize) -> bool {
        let mut members = Vec::new();
        let mut at = from;
        while self.tokens.word(at).is_some() && matches!(self.tokens.str(at + 1), "(" | "{") && members.len() < TARGET {
            members.push(at);
            at = self.tokens.after(at + 1);
            if !self.tokens.is(at, ",") {
                break;
            }
            at += 1;
        }
        if !self.tokens.is(at, "{") {
            return false;
        }
        let owner = self.owner().map(str::to_owned);
        self.enter_function(self.tokens.str(name_at), name_at, owner, Some((name_at + 1, close)), at);
        let body = self.at;
        for member in members {
            let span = self.tokens.span(member);
            self.at = member + 1;
            let value = self.items(&WordList::default()).into_iter().next().map_or(Value::Unknown, |item| item.value);
            let path = self.member_path(&[self.tokens.str(member)]);
            self.bind(path, value, span, None);
        }
        self.at = body;
        true
    }

    /// C++: `Type name{value};`, `Type name("value");` with the name at hand.
    fn direct_init(&mut self) -> bool {
        let at = self.at;
        let typed =
            at > 0 && (self.tokens.word(at - 1).is_some() || matches!(self.tokens.str(at - 1), ">" | "*" | "&"));
        let open = at + 1;
        if !self.grammar().direct_init
            || !typed
            || self.one_of(at - 1, &self.grammar().keywords)
            || self.one_of(at - 1, &self.grammar().returns)
            || !matches!(self.tokens.str(open), "{" | "(")
            || !self.tokens.is(self.tokens.after(open), ";")
        {
            return false;
        }
        let path = self.type_before(at);
        let text = self.tokens.kind(open + 1) == Some(Kind::Text);
        if !text && path.is_empty() {
            return false;
        }
        let Some(target) = self.target(at) else { return false };
        self.at = open;
        let items = self.items(&WordList::default());
        let first = items.first().map_or(Value::Unknown, |item| item.value.clone());
        let segments = path.iter().map(|word| (*word).to_owned()).collect();
        let of = Value::Name(Arc::new(Name { segments, span: self.tokens.span(at - 1) }));
        let made = if path.is_empty() { Value::Unknown } else { self.called(of, &path, items, target.span) };
        self.assign(&target, if text { first } else { made }, false, open);
        true
    }

    /// The path of the type whose last word stands before `at`: `jwt::algorithm::hs256`.
    fn type_before(&self, at: usize) -> Vec<&'a str> {
        let mut path = Vec::new();
        let mut end = at;
        while let Some(word) = end.checked_sub(1).and_then(|index| self.tokens.word(index)) {
            path.push(word);
            end -= 1;
            if path.len() == TARGET || end == 0 || !self.one_of(end - 1, &self.grammar().path) {
                break;
            }
            end -= 1;
        }
        path.reverse();
        path
    }

    /// Registers a function and goes on in its body.
    fn enter_function(
        &mut self,
        name: &str,
        name_at: usize,
        owner: Option<String>,
        parameters: Option<(usize, usize)>,
        after: usize,
    ) {
        let grammar = self.grammar();
        if let Some((open, _)) = parameters.filter(|(open, _)| self.tokens.is_left_open(*open)) {
            // Its body may stand among what was taken for parameters.
            self.at = open + 1;
            return;
        }
        let index = self.facts.functions.len();
        let mut body = after;
        let mut steps = 0;
        let mut expression = false;
        let mut delegation = None;
        while body < self.limit && steps < HEAD_TOKENS {
            let text = self.tokens.str(body);
            if self.tokens.is(body + 1, "(") && self.one_of(body, &grammar.own_constructors) {
                delegation = Some(body);
            }
            if text == "{" {
                let next = self.tokens.after(body);
                if self.tokens.is(next, "{") && !self.tokens.line_break(next) && body > after {
                    body = next;
                }
                break;
            }
            if text == "=" || text == "=>" {
                body += 1;
                expression = !self.tokens.is(body, "{");
                break;
            }
            if grammar.indentation {
                let words = self.one_of(body, &grammar.block_words);
                let ends = (text == ":" && grammar.block_words.is_empty()) || text == ";";
                if words || ends || self.tokens.line_break(body) {
                    body += usize::from(words || ends);
                    break;
                }
            } else if text == ";"
                || (grammar.newlines && self.tokens.line_break(body) && self.tokens.word(body).is_some())
            {
                // A declaration without a body.
                self.at = body;
                return;
            }
            body = self.tokens.after(body);
            steps += 1;
        }
        let (end, open) = if expression {
            (self.statement_end(body), body)
        } else if grammar.indentation {
            (self.indented_end(name_at), body)
        } else {
            (self.tokens.mate(body), body + 1)
        };
        let end = end.min(self.limit);
        let mut scope = self.scope();
        scope.end = end;
        scope.kind = ScopeKind::Function;
        scope.function = Some(index);
        scope.owner.clone_from(&owner);
        scope.setting = self.setting();
        let span =
            self.tokens.range(body.min(end), end.saturating_add(usize::from(!expression && !grammar.indentation)));
        scope.visible = Some(span);
        self.facts.functions.push(Function {
            name: self.bare(name).to_owned(),
            owner,
            parameters: Vec::new(),
            result: Value::Unknown,
            span: self.tokens.span(name_at),
            body: span,
            setting: scope.setting,
        });
        self.scopes.push(scope);
        if let Some((open, close)) = parameters {
            let parameters = self.parameters(open, close);
            if let Some(function) = self.facts.functions.get_mut(index) {
                function.parameters = parameters;
            }
        }
        self.header = false;
        if let Some(delegation) = delegation {
            (self.at, self.header) = (delegation, true);
            self.value();
            self.header = false;
        }
        self.at = open;
        if expression {
            let value = self.value();
            if let Some(scope) = self.scopes.last_mut() {
                scope.returns.push(value);
                scope.end = self.at.min(scope.end.max(self.at));
            }
        }
    }

    /// The names of the parameters between two tokens, and their defaults as bindings.
    pub(super) fn parameters(&mut self, open: usize, close: usize) -> Vec<String> {
        let saved = (self.at, self.limit, self.brackets, self.header);
        let mut names = Vec::new();
        let mut at = open + 1;
        while at < close {
            let end = self.parameter_end(at, close);
            self.parameter(at, end, &mut names);
            at = end + 1;
        }
        (self.at, self.limit, self.brackets, self.header) = saved;
        names
    }

    fn parameter_end(&self, from: usize, close: usize) -> usize {
        let mut at = from;
        let mut angles = 0_usize;
        while at < close {
            match self.tokens.str(at) {
                "," if angles == 0 => break,
                "<" => angles += 1,
                ">" => angles = angles.saturating_sub(1),
                "=" => angles = 0,
                _ => {}
            }
            at = self.tokens.after(at);
        }
        at.min(close)
    }

    fn parameter(&mut self, start: usize, end: usize, names: &mut Vec<String>) {
        let grammar = self.grammar();
        let mut start = start;
        while start < end && self.tokens.str(start).starts_with('@') && grammar.member_sigil.is_empty() {
            let separate = self.tokens.is(start, "@");
            let annotation = if separate { start + 1 } else { start };
            self.annotation(annotation);
            start = self.tokens.after(annotation);
            while self.tokens.is(start, "(") || (self.tokens.is(start, ".") && start < end) {
                start = self.tokens.after(start);
            }
        }
        if self.tokens.kind(start) == Some(Kind::Open) && matches!(self.tokens.str(start), "{" | "[") && start < end {
            return self.grouped_parameters(start, names);
        }
        let mut name = None;
        let mut default = None;
        let mut typed = false;
        let mut at = start;
        while at < end {
            match self.tokens.str(at) {
                "=" => {
                    default = Some(at + 1);
                    break;
                }
                "\\\\" if grammar.symbols => {
                    default = Some(at + 1);
                    break;
                }
                ":" => {
                    // Ruby: `name: default`.
                    if grammar.bare_calls && at + 1 < end {
                        default = Some(at + 1);
                        break;
                    }
                    typed = true;
                }
                _ if self.tokens.word(at).is_some() && !typed => {
                    let later = grammar.types_first || self.declares(at - 1) || self.tokens.is(at + 1, ":");
                    if name.is_none() || later {
                        name = Some(at);
                    }
                }
                _ => {}
            }
            at = self.tokens.after(at);
        }
        // C#: `this` before a parameter is what an extension is called on.
        if grammar.types_first && self.one_of(start, &grammar.receivers) && self.tokens.word(start + 1).is_some() {
            if let Some(name) = name {
                let visible = self.visible();
                self.push_binding(vec![self.tokens.str(name).to_owned()], Value::This, self.tokens.span(name), visible);
            }
            return;
        }
        let Some(name) = name else {
            if start < end {
                names.push("_".to_owned());
            }
            return;
        };
        let word = self.bare(self.tokens.str(name)).to_owned();
        let receiver = self.one_of(name, &grammar.receivers) || matches!(word.as_str(), "cls" | "void");
        if receiver && names.is_empty() && default.is_none() {
            return;
        }
        let index = names.len();
        names.push(word.clone());
        let visible = self.visible();
        let span = self.tokens.span(name);
        let mut given = Value::Param(index);
        if let Some(alike) = self.stands_for(start, name, end).filter(|_| default.is_none()) {
            given = super::expression::name(alike, span);
            self.bind_parameter(&word, given.clone(), span, visible);
        }
        if let Some(default) = default {
            (self.at, self.limit, self.brackets) = (default, end, 1);
            let value = self.value();
            if value != Value::Unknown {
                given = Value::fallback(given, value);
                self.bind_parameter(&word, given.clone(), span, visible);
            }
        }
        if grammar.annotations
            && self.tokens.is(name + 1, ":")
            && let Some(class) = self.tokens.word(name + 2).and_then(|class| self.imports.get(class))
        {
            self.instances.insert(word.clone(), class.clone());
        }
        if let Some(class) = self.settings_type(start, name, end).filter(|_| self.annotated.is_none()) {
            let class = super::expression::name(class, span);
            given = Value::AnyOf(vec![given, class]);
            self.bind_parameter(&word, given.clone(), span, visible);
        }
        if let Some(value) = self.annotated.take() {
            self.bind_parameter(&word, value, span, visible);
        }
        // A parameter that is declared as a member is one, too.
        let member = (start..name).any(|at| self.one_of(at, &grammar.promotes));
        if member && !self.in_class() && self.owner().is_some() {
            self.push_binding(self.member_path(&[&word]), given, span, None);
        }
    }

    /// What a parameter's type says that its value is: `config: ConfigType<typeof jwtConfig>` of TypeScript,
    /// `IOptions<JwtOptions> options` of C#.
    fn stands_for(&self, start: usize, name: usize, end: usize) -> Option<&'a str> {
        let grammar = self.grammar();
        if grammar.annotations {
            let query = (name..end.min(name + HEAD_TOKENS)).find(|&at| self.tokens.is(at, "typeof"))?;
            return self.tokens.word(query + 1);
        }
        let holder = (start..name).find(|&at| self.one_of(at, &grammar.holders) && self.tokens.is(at + 1, "<"))?;
        self.tokens.word(holder + 2).filter(|_| self.tokens.is(holder + 3, ">"))
    }

    /// The type of a parameter, where it is one of settings: their members are read from what that is filled from.
    fn settings_type(&self, start: usize, name: usize, end: usize) -> Option<&'a str> {
        let grammar = self.grammar();
        let at = if grammar.types_first {
            name.checked_sub(1).filter(|at| (start..name).contains(at))?
        } else if grammar.annotations && self.tokens.is(name + 1, ":") {
            (name + 2..end.min(name + HEAD_TOKENS))
                .take_while(|&at| self.tokens.word(at).is_some() || self.tokens.is(at, "."))
                .last()?
        } else if grammar.named_types {
            let is_of_type = |&at: &usize| self.tokens.word(at).is_some() || matches!(self.tokens.str(at), "." | "*");
            (name + 1..end.min(name + HEAD_TOKENS)).take_while(is_of_type).last()?
        } else {
            return None;
        };
        let class = self.tokens.word(at).filter(|word| word.starts_with(|c: char| c.is_ascii_uppercase()))?;
        names::holds_settings(class).then_some(class)
    }

    /// Parameters in a bracket of their own: Dart's optional ones, each one a parameter; elsewhere a pattern, the
    /// members of one parameter.
    fn grouped_parameters(&mut self, open: usize, names: &mut Vec<String>) {
        let close = self.tokens.mate(open);
        let index = names.len();
        let pattern = !self.grammar().types_first;
        if pattern {
            names.push("_".to_owned());
        }
        let visible = self.visible();
        let mut at = open + 1;
        while at < close {
            let end = self.parameter_end(at, close);
            if !pattern {
                self.parameter(at, end, names);
            } else if let Some(key) = self.tokens.word(at) {
                let renamed = self.tokens.is(at + 1, ":") && self.tokens.word(at + 2).is_some();
                let name = if renamed { at + 2 } else { at };
                let span = self.tokens.span(name);
                let given = super::expression::field(Value::Param(index), key.to_owned(), span);
                if !self.tokens.is(name + 1, "=") {
                    self.push_binding(vec![self.tokens.str(name).to_owned()], given, span, visible);
                } else {
                    (self.at, self.limit, self.brackets) = (name + 2, end, 1);
                    let default = self.value();
                    self.bind(vec![self.tokens.str(name).to_owned()], Value::fallback(given, default), span, visible);
                }
            }
            at = end + 1;
        }
    }

    /// The parameter of a class is a member, and a name in its body.
    fn bind_parameter(&mut self, word: &str, value: Value, span: Span, visible: Option<Span>) {
        let constructor = self.function().filter(|_| self.in_class());
        match constructor.and_then(|index| self.facts.functions.get(index)).map(|function| function.body) {
            Some(body) => {
                self.bind(self.member_path(&[word]), value.clone(), span, visible);
                self.push_binding(vec![word.to_owned()], value, span, Some(body));
            }
            None => self.bind(vec![word.to_owned()], value, span, visible),
        }
    }

    fn declares(&self, at: usize) -> bool {
        self.one_of(at, &self.grammar().declarations) || self.one_of(at, &self.grammar().keywords)
    }

    pub(super) fn skip_angles(&self, from: usize) -> usize {
        let mut depth = 0_usize;
        for at in from..(from + HEAD_TOKENS).min(self.limit) {
            match self.tokens.str(at) {
                "<" => depth += 1,
                ">" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        from
    }

    /// `const …`; `false` if the word is no declaration here.
    fn declaration(&mut self) -> bool {
        let next = self.at + 1;
        match self.tokens.kind(next) {
            Some(Kind::Open) if self.tokens.is(self.tokens.after(next), "=") => {
                self.destructuring(next);
                true
            }
            Some(Kind::Word | Kind::Operator) => {
                self.at = next;
                if self.tokens.kind(next) == Some(Kind::Word)
                    && !self.one_of(next, &self.grammar().declarations)
                    && !self.assignment(true)
                {
                    self.declare(next);
                    // `let one, other;`
                    let mut last = next;
                    while self.tokens.is(last + 1, ",")
                        && self.tokens.word(last + 2).is_some()
                        && !self.tokens.is(last + 3, "=")
                    {
                        last += 2;
                        self.declare(last);
                    }
                }
                true
            }
            Some(Kind::Open) if self.tokens.is(next, "(") && self.grammar().named_types => {
                // Go: `const ( … )`.
                self.at = next + 1;
                true
            }
            _ => false,
        }
    }

    /// Notes a name that is declared without a value.
    fn declare(&mut self, at: usize) {
        if self.in_class() {
            let owner = self.owner().map(str::to_owned);
            let name = self.name_declared(at);
            // Of `Type name;` either may stand at hand.
            let at_hand = [at + usize::from(self.grammar().types_first), at];
            let class = at_hand.into_iter().find_map(|at| self.settings_type(at.saturating_sub(1), at, at + TARGET));
            if let Some((class, name)) = class.zip(name) {
                let span = self.tokens.span(at);
                let class = super::expression::name(class, span);
                self.push_binding(self.member_path(&[name]), class, span, None);
            }
            if let Some((owner, name)) = owner.zip(name) {
                self.members.insert((owner, self.bare(name)));
            }
        } else if let Some(word) = self.tokens.word(at) {
            let visible = self.visible();
            self.declared.push((self.bare(word), visible));
            self.declare_typed(at);
        }
    }

    /// `global name, other`: what the function gives them, the whole file sees.
    fn outer(&mut self) {
        self.at += 1;
        while let Some(word) = self.tokens.word(self.at).filter(|_| !self.line_ends()) {
            self.declared.push((self.bare(word), None));
            self.at += 1 + usize::from(self.tokens.is(self.at + 1, ","));
        }
    }

    /// Go: `var name Type`, whose members are what the type says.
    fn declare_typed(&mut self, at: usize) {
        let Some(name) = self.tokens.word(at).filter(|_| self.grammar().named_types) else { return };
        let Some(class) = self.tokens.word(at + 1) else { return };
        let mut segments = vec![class.to_owned()];
        let mut next = at + 2;
        if self.tokens.is(next, ".")
            && let Some(class) = self.tokens.word(next + 1)
        {
            segments.push(class.to_owned());
            next += 2;
        }
        if segments.last().is_some_and(|class| class.starts_with(|c: char| c.is_ascii_uppercase())) {
            let span = self.tokens.range(at + 1, next);
            // As `Type{}` is made.
            let callee = Callee::Path(Name { segments, span });
            let value = Value::Call(Arc::new(Call { callee, arguments: Vec::new(), span }));
            self.push_binding(vec![name.to_owned()], value, self.tokens.span(at), self.visible());
        }
    }

    /// The name of a member that is declared at `at`, behind its type where types stand first.
    fn name_declared(&self, at: usize) -> Option<&'a str> {
        if !self.grammar().types_first {
            return self.tokens.word(at);
        }
        let mut name = None;
        let mut at = at;
        for _ in 0..HEAD_TOKENS {
            match self.tokens.str(at) {
                ";" | "," | "{" => return name,
                "<" => at = self.skip_angles(at),
                "." | "?" | "[" => at = self.tokens.after(at),
                _ => {
                    name = Some(self.tokens.word(at)?);
                    at += 1;
                }
            }
        }
        None
    }

    /// `{ a, b: c = d } = value`, with the pattern at `open`.
    fn destructuring(&mut self, open: usize) {
        let close = self.tokens.mate(open);
        self.at = close + 2;
        let value = self.value();
        let after = self.at;
        let saved = (self.limit, self.brackets);
        self.pattern(open, &value, PATTERNS);
        (self.limit, self.brackets) = saved;
        self.at = after;
    }

    /// Binds the names of the pattern at `open` to the members of a value.
    fn pattern(&mut self, open: usize, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let close = self.tokens.mate(open);
        let visible = self.visible();
        let braces = self.tokens.is(open, "{");
        let mut at = open + 1;
        let mut index = 0;
        while at < close {
            let end = self.parameter_end(at, close);
            let key = if braces { self.tokens.content_str(at).to_owned() } else { index.to_string() };
            let mut name = at;
            if braces && self.tokens.is(at + 1, ":") && self.tokens.word(at + 2).is_some() {
                name = at + 2;
            }
            if braces && self.tokens.is(at + 1, ":") && self.tokens.is(at + 2, "{") {
                let member = self.member_value(value, &key, self.tokens.span(at));
                self.pattern(at + 2, &member, depth);
            } else if let Some(word) = self.tokens.word(name) {
                let span = self.tokens.span(name);
                let mut member = self.member_value(value, &key, span);
                if self.tokens.is(name + 1, "=") {
                    (self.at, self.limit, self.brackets) = (name + 2, end, 1);
                    let default = self.value();
                    member = match member {
                        Value::Unknown => default,
                        member => Value::fallback(member, default),
                    };
                }
                if let Some(mut path) = self.module_path(value) {
                    path.push(key.clone());
                    self.imports.insert(word.to_owned(), path);
                }
                if let Some((module, _)) = self.required(value) {
                    // What it is stands in the other file; a binding here would hide that.
                    self.import_name(word, module, Some(&key), span);
                    member = Value::Unknown;
                }
                self.bind(vec![self.bare(word).to_owned()], member, span, visible);
            }
            index += 1;
            at = end + 1;
        }
    }

    fn member_value(&self, value: &Value, key: &str, span: Span) -> Value {
        let known = match value {
            Value::Field(of, member, _) => match &**of {
                Value::Name(name) => {
                    let whole = format!("{}.{member}", name.segments.join("."));
                    let entry = |known: &super::language::KnownMember| {
                        known.of.iter().any(|of| of.matches(&whole.split('.').collect::<Vec<_>>()))
                    };
                    self.prepared.language.member.iter().any(entry)
                }
                _ => false,
            },
            _ => false,
        };
        if known {
            return Value::Env(EnvRead { name: Some(key.to_owned()), span, compile_time: false });
        }
        match value {
            Value::Record(record) => match record.fields.iter().find(|field| field.name == key) {
                Some(field) => field.value.clone(),
                None => record
                    .rest
                    .clone()
                    .map_or(Value::Unknown, |rest| super::expression::field(rest, key.to_owned(), span)),
            },
            Value::Name(_) | Value::Field(..) | Value::Call(_) | Value::This => {
                super::expression::field(value.clone(), key.to_owned(), span)
            }
            _ => Value::Unknown,
        }
    }

    /// `a.b = value` and its kin; `false` if what stands here is none.
    pub(super) fn assignment(&mut self, declared: bool) -> bool {
        let grammar = self.grammar();
        let Some(first) = self.target(self.at) else { return false };
        let mut targets = vec![first];
        let mut after = targets.first().map_or(self.at, |target| target.after);
        // C++: `const char* name = …`.
        let pointed = grammar.types_first
            && matches!(self.tokens.str(after), "*" | "&")
            && self.assigns_at(after + 2, declared).is_some();
        if pointed && let Some(target) = self.target(after + 1) {
            self.at = after + 1;
            after = target.after;
            targets = vec![target];
        }
        // `a, b = x, y`.
        while grammar.newlines && self.tokens.is(after, ",") && targets.len() < TARGET && !self.tokens.line_break(after)
        {
            match self.target(after + 1) {
                Some(target) => {
                    after = target.after;
                    targets.push(target);
                }
                None => return false,
            }
        }
        let Some((operator, start)) = self.assigns_at(after, declared) else {
            return self.annotated_name(&targets, after) || (declared && self.computed(&targets, after));
        };
        let missing = self.one_of(operator, &grammar.assign_fallback);
        let before = self.at.checked_sub(1).filter(|_| grammar.types_first && !self.tokens.line_break(self.at));
        self.expected = before.filter(|&at| !self.declares(at)).and_then(|at| self.tokens.word(at));
        self.at = start;
        let mut values = vec![self.assigned()];
        self.expected = None;
        if targets.len() > 1 {
            while self.is(",") && values.len() < TARGET {
                self.at += 1;
                values.push(self.assigned());
            }
        }
        let mut values = values.into_iter();
        for target in targets {
            let value = values.next().unwrap_or(Value::Unknown);
            self.assign(&target, value, missing, operator);
        }
        true
    }

    /// The value after an assignment operator, which may be an assignment itself.
    fn assigned(&mut self) -> Value {
        if self.starts_lambda() || self.depth >= super::scanner::DEPTH {
            return self.value();
        }
        let chained = self.target(self.at).filter(|target| {
            self.tokens.is(target.after, "=")
                && self.one_of(target.after, &self.grammar().assign)
                && target.after < self.limit
        });
        match chained {
            Some(target) => {
                self.at = target.after + 1;
                self.depth += 1;
                let value = self.assigned();
                self.depth -= 1;
                self.assign(&target, value.clone(), false, target.after);
                value
            }
            None => self.bare_value(),
        }
    }

    fn bare_value(&mut self) -> Value {
        match self.bare_call_value() {
            Some(value) => value,
            None => self.value(),
        }
    }

    /// Where a name can be seen that is given a value at `at`: an assignment in an inner block gives it to the name of an
    /// outer one.
    pub(super) fn visible_as(&self, path: &[String], at: Span) -> Option<Span> {
        let here = |scope: &Option<Span>| scope.is_none_or(|scope| scope.contains(at));
        let mut earlier = self.facts.bindings.iter().rev().take(64);
        if let Some(earlier) = earlier.find(|binding| binding.path == path && here(&binding.visible)) {
            return earlier.visible;
        }
        let [only] = path else { return self.visible() };
        let mut declared = self.declared.iter().rev().take(64);
        declared.find(|(name, scope)| *name == only.as_str() && here(scope)).map_or(self.visible(), |(_, scope)| *scope)
    }

    fn assign(&mut self, target: &Target<'a>, value: Value, missing: bool, operator: usize) {
        let mut value = value;
        let last = target.path.last().copied().unwrap_or_default();
        if matches!(value, Value::Closure(_)) {
            self.name_last_lambda(last, target.span);
        }
        if let Some((module, member)) = self.required(&value) {
            self.import_name(last, module, member.as_deref(), target.span);
            value = Value::Unknown;
        } else if let Some(path) = self.module_path(&value) {
            self.imports.insert(last.to_owned(), path);
        } else if let Some(path) = self.class_path(&value) {
            self.instances.insert(last.to_owned(), path);
        }
        if value.is_empty_text() && !target.this && target.path.len() > 1 {
            // `reply.secret = ""` takes a secret out of what is shown.
            return;
        }
        let path = self.path_of(target);
        if matches!(self.tokens.str(operator), "+=" | "<<") {
            // What was there before is left open: only a long addition says something by itself.
            value = Value::Concat(vec![Value::Unknown, value]);
        }
        if missing || self.guarded_by_absence(target, operator) {
            value = Value::fallback(self.earlier(&path, target), value);
        }
        if let Some(annotated) = self.annotated.take() {
            value = match annotated {
                Value::Env(_) => Value::fallback(annotated, value),
                other => other,
            };
        }
        let class = self.in_class();
        let local = target.path.len() == 1 && !target.this && !class;
        let visible = match local {
            true if self.declared_here(operator, target) => self.visible(),
            true => self.visible_as(&path, target.span),
            false => None,
        };
        let around = self.scopes.last().map(|scope| scope.members_of.as_slice()).unwrap_or_default();
        if !around.is_empty() && !target.this && !self.declared_here(operator, target) {
            let path: Vec<String> = around.iter().chain(&path).cloned().collect();
            self.bind(path, value.clone(), target.span, None);
        }
        if let [object, member] = path.as_slice()
            && !target.this
            && let Some(class) = self.instances.get(object).and_then(|class| class.last())
        {
            let typed = vec![class.clone(), member.clone()];
            self.push_binding(typed, value.clone(), target.span, None);
        }
        if local && let Some(path) = self.member_assigned(operator, target) {
            // `key = …` in a constructor, where the class declares `key`.
            self.bind(path, value.clone(), target.span, None);
        } else {
            self.bind(path, value.clone(), target.span, visible);
        }
        self.remember(value);
    }

    /// The path of the member of the class around that a bare name means where it is assigned.
    fn member_assigned(&self, operator: usize, target: &Target<'a>) -> Option<Vec<String>> {
        let member = (self.owner()?.to_owned(), *target.path.last()?);
        if !self.members.contains(&member) || self.declared_here(operator, target) {
            return None;
        }
        let is_here = |scope: &Span| scope.contains(target.span);
        let mut bound = self.facts.bindings.iter().rev().take(64).filter(|binding| binding.path == [member.1]);
        let mut declared = self.declared.iter().rev().take(64).filter(|(name, _)| *name == member.1);
        let is_hidden = bound.any(|binding| binding.visible.as_ref().is_some_and(is_here))
            || declared.any(|(_, scope)| scope.as_ref().is_some_and(is_here));
        (!is_hidden).then(|| vec![member.0, member.1.to_owned()])
    }

    /// Whether the target is declared where it is assigned, rather than earlier.
    fn declared_here(&self, operator: usize, target: &Target<'a>) -> bool {
        let first = self.tokens.at_offset(target.span.start()).unwrap_or(operator);
        self.tokens.is(operator, ":=")
            || first.checked_sub(1).is_some_and(|before| {
                self.one_of(before, &self.grammar().declarations)
                    || (self.grammar().types_first
                        && self.tokens.word(before).is_some()
                        && !self.tokens.line_break(first))
            })
    }

    fn path_of(&self, target: &Target<'a>) -> Vec<String> {
        let owned = target.this || (self.in_class() && target.path.len() == 1);
        let owner = self.owner().filter(|_| owned).map(str::to_owned);
        owner.into_iter().chain(target.path.iter().map(|name| (*name).to_owned())).collect()
    }

    /// What the name was before: the value of its last binding, or the name itself.
    fn earlier(&self, path: &[String], target: &Target<'a>) -> Value {
        let earlier = self.facts.bindings.iter().rev().take(64).find(|binding| binding.path == path);
        match earlier {
            // One after the other would nest without end.
            Some(binding) if !matches!(binding.value, Value::Fallback { .. }) => binding.value.clone(),
            _ => Value::Name(Arc::new(Name {
                segments: target.path.iter().map(|name| (*name).to_owned()).collect(),
                span: target.span,
            })),
        }
    }

    fn guarded_by_absence(&self, target: &Target<'a>, at: usize) -> bool {
        let Some(name) = target.path.last() else { return false };
        self.guards.iter().rev().take(8).any(|guard| {
            let inside = guard.block.0 <= at && at < guard.block.1;
            let (start, end) = guard.condition;
            inside && guard.absence && (start..end).any(|index| self.bare(self.tokens.str(index)) == *name)
        })
    }

    /// A name or chain of members at `at` that could be assigned to.
    fn target(&self, at: usize) -> Option<Target<'a>> {
        let grammar = self.grammar();
        let word = self.tokens.word(at).filter(|_| at < self.limit)?;
        let this = self.is_receiver(at);
        if !this && (self.one_of(at, &grammar.keywords) || self.one_of(at, &grammar.returns)) {
            return None;
        }
        let member = !grammar.member_sigil.is_empty() && word.starts_with(&grammar.member_sigil);
        let mut target = Target { path: Vec::new(), span: self.tokens.span(at), after: at + 1, this: this || member };
        if member {
            target.path.push(word.trim_start_matches(grammar.member_sigil.as_str()));
        } else if !this {
            target.path.push(self.bare(word));
        }
        while target.path.len() < TARGET {
            let next = target.after;
            let selects = self.one_of(next, &grammar.member) || self.one_of(next, &grammar.path);
            if let Some(word) = self.tokens.word(next + 1).filter(|_| selects) {
                target.path.push(self.bare(word));
                target.span = self.tokens.span(next + 1);
                target.after = next + 2;
            } else if self.tokens.is(next, "[")
                && self.tokens.mate(next) == next + 2
                && self.tokens.kind(next + 1) == Some(Kind::Text)
            {
                target.path.push(self.tokens.content_str(next + 1));
                target.span = self.tokens.content(next + 1);
                target.after = next + 3;
            } else if self.tokens.is(next, "[") && self.tokens.mate(next) == next + 3 && self.tokens.is(next + 1, ":") {
                target.path.push(self.tokens.str(next + 2));
                target.span = self.tokens.span(next + 2);
                target.after = next + 4;
            } else {
                break;
            }
        }
        (!target.path.is_empty()).then_some(target)
    }

    /// The assignment operator behind a target, and where the value starts.
    fn assigns_at(&self, after: usize, declared: bool) -> Option<(usize, usize)> {
        let grammar = self.grammar();
        let assigns = |at: usize| {
            at < self.limit
                && self.tokens.kind(at) == Some(Kind::Operator)
                && (self.one_of(at, &grammar.assign) || self.one_of(at, &grammar.assign_fallback))
        };
        let delegates = |at: usize| declared && at < self.limit && self.one_of(at, &grammar.delegates);
        if assigns(after) || delegates(after) {
            return Some((after, after + 1));
        }
        // C++: a declared array; C#: accessors.
        if grammar.types_first && self.tokens.is(after, "[") && assigns(self.tokens.after(after)) {
            let operator = self.tokens.after(after);
            return Some((operator, operator + 1));
        }
        if grammar.types_first && self.tokens.is(after, "{") {
            let operator = self.tokens.after(after);
            let accessor =
                matches!(self.tokens.str(after + 1), "get" | "set" | "init" | "private" | "protected" | "internal");
            return (accessor && assigns(operator) && !self.tokens.line_break(operator))
                .then_some((operator, operator + 1));
        }
        let mut at = after;
        if matches!(self.tokens.str(at), "!" | "?") {
            at += 1;
        }
        let typed = grammar.annotations && self.tokens.is(at, ":");
        // Go: `x string = …`, where `const` or `var` may open a group.
        let go = grammar.named_types && (declared || self.tokens.line_break(self.at)) && self.tokens.word(at).is_some();
        if !(typed && (declared || self.in_class() || grammar.indentation) || go) {
            return None;
        }
        if grammar.indentation && !declared && !self.tokens.line_break(self.at) {
            return None;
        }
        let mut angles = 0_usize;
        for _ in 0..32 {
            if at >= self.limit || (grammar.newlines && self.tokens.line_break(at) && angles == 0) {
                return None;
            }
            match self.tokens.str(at) {
                "=" if self.tokens.kind(at) == Some(Kind::Operator) => return Some((at, at + 1)),
                "<" => angles += 1,
                ">" => angles = angles.saturating_sub(1),
                ";" => return None,
                "," if angles == 0 => return None,
                _ if delegates(at) => return Some((at, at + 1)),
                _ => {}
            }
            at = self.tokens.after(at);
        }
        None
    }

    /// A field that only an annotation gives a value.
    fn annotated_name(&mut self, targets: &[Target<'a>], after: usize) -> bool {
        let ends = matches!(self.tokens.str(after), ";" | ":" | "," | ")")
            || (self.grammar().newlines && (self.tokens.line_break(after) || self.tokens.is(after, "}")));
        let [target] = targets else { return false };
        if self.annotated.is_none() || !ends {
            return false;
        }
        let Some(value) = self.annotated.take() else { return false };
        let path = self.path_of(target);
        self.bind(path, value, target.span, None);
        self.at = after;
        true
    }

    /// `#define NAME "value"`.
    fn defined(&mut self) -> bool {
        let (name, value) = (self.at + 1, self.at + 2);
        let marked = self.at > 0 && self.tokens.is(self.at - 1, "#");
        let Some(word) = self.tokens.word(name).filter(|_| marked) else { return false };
        if self.tokens.kind(value) != Some(Kind::Text) || self.tokens.line_break(value) {
            return false;
        }
        self.bind(vec![word.to_owned()], self.literal(value), self.tokens.span(name), None);
        self.at = value + 1;
        true
    }

    /// `get name => value`, `get name { … }`.
    fn accessor(&mut self) -> bool {
        let name = self.at + 1;
        let Some(word) = self.tokens.word(name) else { return false };
        if !matches!(self.tokens.str(name + 1), "=>" | "{") {
            return false;
        }
        let owner = self.owner().map(str::to_owned);
        self.enter_function(word, name, owner, None, name + 1);
        true
    }

    /// `val name get() = value`, `var name: Type { … }`.
    fn computed(&mut self, targets: &[Target<'a>], after: usize) -> bool {
        let grammar = self.grammar();
        let [target] = targets else { return false };
        let Some(name) = target.path.last().copied().filter(|_| target.path.len() == 1) else { return false };
        let name_at = after.saturating_sub(1);
        let mut at = after;
        if self.tokens.is(at, ":") {
            at += 1;
            while at < self.limit && at < after + 12 && !self.tokens.line_break(at) {
                if self.tokens.is(at, "{") || self.one_of(at, &grammar.accessors) {
                    break;
                }
                at = self.tokens.after(at);
            }
        }
        let getter = self.one_of(at, &grammar.accessors) && self.tokens.is(at + 1, "(");
        let block = grammar.computed && at > after && self.tokens.is(at, "{");
        if !getter && !block {
            return false;
        }
        let owner = self.owner().map(str::to_owned);
        let body = if getter { self.tokens.after(at + 1) } else { at };
        self.enter_function(name, name_at, owner, None, body);
        true
    }

    /// `@` apart from its name.
    fn mark(&mut self) {
        let at = self.at;
        self.at += 1;
        if self.tokens.word(at + 1).is_some() && self.tokens.adjacent(at + 1) {
            self.annotation_at(at + 1);
        }
    }

    fn annotation_at(&mut self, at: usize) -> bool {
        let known = self.annotation(at);
        if known {
            self.at = self.tokens.after(at + 1);
        }
        known
    }

    /// Reads an annotation that gives a value; `false` if the one whose name stands at `at` does not.
    fn annotation(&mut self, at: usize) -> bool {
        let name = self.tokens.str(at).trim_start_matches('@');
        let Some(known) =
            self.prepared.language.annotation.iter().find(|known| known.names.iter().any(|one| one == name))
        else {
            return false;
        };
        if !self.tokens.is(at + 1, "(") {
            return false;
        }
        let saved = (self.at, self.limit);
        self.limit = self.tokens.len();
        self.at = at + 1;
        let items = self.items(&WordList::from(vec!["=".to_owned(), ":".to_owned()]));
        (self.at, self.limit) = saved;
        let labelled = |label: &str| {
            items
                .iter()
                .find(|item| item.label.as_ref().map_or(label.is_empty() || label == "value", |(one, _)| one == label))
        };
        let name = labelled(&known.name_label).map(|item| &item.value);
        let default = labelled(&known.default_label).map(|item| item.value.clone());
        let span = self.tokens.span(at);
        if known.section {
            self.section = name.or(items.first().map(|item| &item.value)).and_then(text_of).map(|name| (name, span));
            return true;
        }
        self.annotated = if known.placeholder {
            default.and_then(|value| placeholder(&value))
        } else {
            default.filter(constant).map(|default| {
                let name = name.filter(|_| !known.name_label.is_empty()).and_then(text_of);
                Value::fallback(Value::Env(EnvRead { name, span, compile_time: false }), default)
            })
        };
        true
    }

    /// `name argument, argument`: a call without brackets.
    fn bare_call(&mut self) -> bool {
        self.bare_call_value().is_some()
    }

    fn bare_call_value(&mut self) -> Option<Value> {
        let commands = self.grammar().command_calls;
        if !self.grammar().bare_calls && !commands {
            return None;
        }
        let start = self.at;
        let target = self.target(start)?;
        let argument = target.after;
        if argument >= self.limit || self.tokens.line_break(argument) || self.tokens.adjacent(argument) {
            return None;
        }
        let starts = match self.tokens.kind(argument)? {
            Kind::Text | Kind::Template => true,
            _ if commands => false,
            Kind::Number => true,
            Kind::Word => {
                let text = self.tokens.str(argument);
                !self.one_of(argument, &self.grammar().keywords)
                    && !self.one_of(argument, &self.grammar().conditions)
                    && !self.one_of(argument, &self.grammar().word_operators)
                    && !self.one_of(argument, &self.grammar().fallback)
                    && !matches!(text, "and" | "do" | "then" | "end")
            }
            Kind::Operator => {
                matches!(self.tokens.str(argument), ":" | "%" | "@") && self.tokens.adjacent(argument + 1)
            }
            Kind::Open => self.tokens.is(argument, "["),
            Kind::Close => false,
        };
        if !starts {
            return None;
        }
        self.at = argument;
        let sigil = &self.grammar().member_sigil;
        if target.path.len() == 1 && !sigil.is_empty() && self.tokens.str(start).starts_with(sigil.as_str()) {
            // Elixir: a module attribute.
            let value = self.value();
            self.assign(&target, value, false, argument);
            return Some(Value::Unknown);
        }
        let items = self.bare_items();
        let value = self.bare_callee(&target, start);
        let span = self.tokens.range(start, self.at);
        Some(self.called(value, &target.path, items, span))
    }

    fn bare_callee(&self, target: &Target<'a>, start: usize) -> Value {
        let mut segments = target.path.iter();
        let first = if target.this {
            Value::This
        } else {
            let name = segments.next().map_or_else(Vec::new, |name| vec![(*name).to_owned()]);
            Value::Name(Arc::new(Name { segments: name, span: self.tokens.span(start) }))
        };
        segments.fold(first, |of, name| super::expression::field(of, (*name).to_owned(), target.span))
    }
}

/// The value of one of several returns: constants beside something else are its fallback.
fn result_of(returns: Vec<Value>) -> Value {
    let mut kept: Vec<Value> = returns.into_iter().filter(|value| *value != Value::Unknown).collect();
    kept.truncate(RESULTS);
    if let [_, _] = kept.as_slice() {
        let second = kept.pop().unwrap_or(Value::Unknown);
        let first = kept.pop().unwrap_or(Value::Unknown);
        return choice(first, second);
    }
    Value::any_of(kept)
}

/// Where the value of the first of `keys` stands in a struct tag such as `env:"X" default:"y"`.
fn tag(text: &str, keys: &[String]) -> Option<std::ops::Range<usize>> {
    keys.iter().find_map(|key| {
        let mut from = 0;
        loop {
            let at = from + text.get(from..)?.find(&format!("{key}:\""))?;
            let whole = at == 0 || text.as_bytes().get(at - 1).is_some_and(|byte| matches!(byte, b' ' | b',' | b'`'));
            let start = at + key.len() + 2;
            let end = start + text.get(start..)?.find('"')?;
            if whole {
                return Some(start..end);
            }
            from = start;
        }
    })
}

/// `${name:default}` in the text of an annotation.
fn placeholder(value: &Value) -> Option<Value> {
    let Value::Literal(literal) = value else { return None };
    let text = literal.secret.expose_str()?;
    let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    // The mark may be escaped, as Kotlin asks for.
    let escape = (literal.span.end() - literal.span.start()).checked_sub(text.len());
    let Some((inside, escape)) = inside.zip(escape.filter(|length| *length <= 1)) else {
        return (!text.contains("${") && !text.contains("#{")).then(|| value.clone());
    };
    let (name, default) = match inside.split_once(':') {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    let read = Value::Env(EnvRead { name: Some(name.to_owned()), span: literal.span, compile_time: false });
    Some(match default {
        Some(default) if !default.contains("${") => {
            let start = literal.span.start() + escape + 2 + name.len() + 1;
            Value::fallback(read, Value::literal(default, Span::new(start, start + default.len())))
        }
        _ => read,
    })
}

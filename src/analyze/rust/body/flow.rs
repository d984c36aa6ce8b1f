//! Conditions, loops, closures, and how the values of branches come together.

use std::sync::Arc;

use syn::{Expr, Pat};

use super::{Walker, bounded};
use crate::analyze::rust::attributes;
use crate::analyze::rust::model::WriteKind;
use crate::fact::selector;
use crate::fact::{Case, Setting, Value};
use crate::names::{self, NameClass};
use crate::span::Span;

/// The values of two ways of which one is taken.
///
/// A read from outside beside a constant is a read with a fallback, whatever the shape of the code.
pub(in crate::analyze::rust) fn join(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::Never, other) | (other, Value::Never) => other,
        (first, second) if first == second => first,
        (first, second) => match (leaning(&first), leaning(&second)) {
            (Leaning::Read, Leaning::Constant) => Value::fallback(first, second),
            (Leaning::Constant, Leaning::Read) => Value::fallback(second, first),
            _ => match (first, second) {
                (Value::AnyOf(mut values), other) => {
                    values.push(other);
                    Value::AnyOf(values)
                }
                (first, second) => Value::AnyOf(vec![first, second]),
            },
        },
    }
}

#[derive(PartialEq, Eq)]
enum Leaning {
    Read,
    Constant,
    Other,
}

fn leaning(value: &Value) -> Leaning {
    match value {
        Value::Env(_) => Leaning::Read,
        Value::Fallback { primary, .. } => leaning(primary),
        Value::Literal(_) => Leaning::Constant,
        Value::Name(name) if is_constant_name(name.segments.last()) => Leaning::Constant,
        Value::Via(via) => leaning(&via.value),
        Value::Within(_, value) | Value::Decoded(_, value) | Value::Closure(value) => leaning(value),
        Value::AnyOf(values) | Value::Concat(values) => {
            let all: Vec<Leaning> = values.iter().map(leaning).collect();
            if all.contains(&Leaning::Read) {
                Leaning::Read
            } else if !all.is_empty() && all.iter().all(|one| *one == Leaning::Constant) {
                Leaning::Constant
            } else {
                Leaning::Other
            }
        }
        _ => Leaning::Other,
    }
}

pub(super) fn is_constant_name(name: Option<&String>) -> bool {
    name.is_some_and(|name| names::is_shouted(name) && name.len() > 1)
}

/// A value that only exists in a setting.
pub(super) fn within(setting: Setting, value: Value) -> Value {
    match value {
        Value::Never | Value::Unknown => value,
        value if setting == Setting::Production => value,
        value => Value::Within(setting, Arc::new(value)),
    }
}

impl Walker<'_> {
    /// Runs `walk` under a condition: assignments in it do not replace what was there.
    pub(super) fn conditionally(&mut self, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        let mark = self.locals.len();
        self.conditions += 1;
        let value = walk(self);
        self.conditions -= 1;
        self.locals.truncate(mark);
        value
    }

    pub(super) fn if_expr(&mut self, condition: &syn::ExprIf) -> Value {
        let only = only_in(&condition.cond);
        let mark = self.locals.len();
        self.expr(&condition.cond);
        let before_use = self.take_for_there(&condition.cond);
        // Where the condition holds it is no key yet, and where it does not, it is not empty.
        let before_refusal = self.refuse_empty(&condition.cond);
        let known_absent = self.absent.len();
        places_asked_for_absence(&condition.cond, &mut self.absent);
        let then = self.conditionally(|walker| match only {
            Some((setting, true)) => walker.only_within(setting, |walker| walker.block(&condition.then_branch)),
            _ => walker.block(&condition.then_branch),
        });
        self.absent.truncate(known_absent);
        self.locals.truncate(mark);
        self.restore(before_use);
        if matches!(then, Value::Never) {
            self.refuse(&condition.cond);
        }
        let otherwise = match &condition.else_branch {
            Some((_, branch)) => self.conditionally(|walker| match only {
                Some((setting, false)) => walker.only_within(setting, |walker| walker.expr(branch)),
                _ => walker.expr(branch),
            }),
            None if matches!(then, Value::Never) => return Value::Unknown,
            None => {
                self.restore(before_refusal);
                return then;
            }
        };
        if !matches!(then, Value::Never) {
            self.restore(before_refusal);
        }
        self.fallback_by_name(join(then, otherwise))
    }

    /// A read with a fallback, noted where the name of what is read is that of a JWT secret: such a
    /// default counts wherever the value goes.
    pub(super) fn fallback_by_name(&mut self, value: Value) -> Value {
        let value = bounded(value);
        if let Value::Fallback { primary, default } = &value
            && let Some((name, span)) = read_name(primary)
            && names::classify(&[name.as_str()]) == NameClass::Secret
        {
            let default = (**default).clone();
            self.named(&[&name], &default, span, WriteKind::Default);
        }
        value
    }

    /// Where `condition` does not hold, the locals that it asks to be empty are not: their empty default is no
    /// key. Gives what they were before.
    fn refuse_empty(&mut self, condition: &Expr) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        asked(condition, true, &mut found);
        self.never_empty(&found)
    }

    /// Where `condition` holds, the locals of which it says so are not empty. Gives what they were before.
    pub(super) fn take_for_there(&mut self, condition: &Expr) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        asked(condition, false, &mut found);
        self.never_empty(&found)
    }

    fn never_empty(&mut self, asked: &[&Expr]) -> Vec<(String, Value)> {
        let mut before = Vec::new();
        for name in asked.iter().filter_map(|expr| local_at_start(expr)) {
            if let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == name) {
                let without = local.value.without_empty_default();
                before.push((name, std::mem::replace(&mut local.value, without)));
            }
        }
        before
    }

    /// Takes a refusal back for the locals that were not given another value meanwhile.
    pub(super) fn restore(&mut self, before: Vec<(String, Value)>) {
        for (name, value) in before {
            if let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == name)
                && local.value == value.without_empty_default()
            {
                local.value = value;
            }
        }
    }

    /// `assert!(!secret.is_empty())`, `ensure!(…)`: from here on it is not empty.
    pub(super) fn asserted(&mut self, condition: &Expr) {
        let mut found = Vec::new();
        asked(condition, false, &mut found);
        self.never_empty(&found);
        self.out.never_empty.extend(members_among(found));
    }

    /// `if secret == DEFAULT_SECRET { bail!(…) }`: the constant never gets past this.
    fn refuse(&mut self, condition: &Expr) {
        let mut found = Vec::new();
        asked(condition, true, &mut found);
        self.out.never_empty.extend(members_among(found));
        match condition {
            Expr::Binary(binary) => match binary.op {
                syn::BinOp::Eq(_) => {
                    for side in [&binary.left, &binary.right] {
                        if let Expr::Path(path) = super::strip_reference(side) {
                            let name = path.path.segments.last().map(|segment| segment.ident.to_string());
                            self.out.refused.extend(name.filter(|name| is_constant_name(Some(name))));
                        }
                    }
                }
                syn::BinOp::And(_) | syn::BinOp::Or(_) => {
                    self.refuse(&binary.left);
                    self.refuse(&binary.right);
                }
                _ => {}
            },
            Expr::Paren(inner) => self.refuse(&inner.expr),
            _ => {}
        }
    }

    /// A branch that only exists in some builds: those of development, or of tests.
    pub(super) fn only_within(&mut self, setting: Setting, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        let value = self.within(setting, walk);
        within(setting, value)
    }

    pub(super) fn match_expr(&mut self, matching: &syn::ExprMatch) -> Value {
        let mut scrutinee = self.expr(&matching.expr);
        self.measured(&matching.expr);
        let mut result = Value::Never;
        let mut texts = Vec::new();
        for arm in &matching.arms {
            let value = self.conditionally(|walker| {
                walker.bind(&arm.pat, scrutinee.clone(), None);
                if let Pat::Guard(guarded) = &arm.pat {
                    walker.expr(&guarded.guard);
                    walker.take_for_there(&guarded.guard);
                }
                walker.expr(&arm.body)
            });
            // What an arm before takes is nothing for the others.
            if is_arm_for_empty(&arm.pat) {
                scrutinee = scrutinee.without_empty_default();
            }
            result = join(result, case_of(&scrutinee, &arm.pat, &mut texts, value));
        }
        self.fallback_by_name(result)
    }

    /// A loop or labelled block: its value is what `break` gives.
    pub(super) fn breakable(&mut self, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        let outer = std::mem::take(&mut self.breaks);
        let tail = walk(self);
        let breaks = std::mem::replace(&mut self.breaks, outer);
        bounded(breaks.into_iter().fold(tail, |so_far, next| match so_far {
            Value::Unknown => next,
            so_far => join(so_far, next),
        }))
    }

    /// A loop's body, which may run or not.
    pub(super) fn loop_body(&mut self, body: &syn::Block) -> Value {
        self.conditionally(|walker| {
            walker.block(body);
            Value::Unknown
        })
    }

    pub(super) fn for_loop(&mut self, inner: &syn::ExprForLoop) -> Value {
        let items = self.expr(&inner.expr);
        self.conditionally(|walker| {
            let item = element(items);
            walker.bind(&inner.pat, item, None);
            walker.block(&inner.body);
            Value::Unknown
        })
    }

    /// What a closure under a local name gives for these arguments: it is walked once more, unless that has been
    /// done too often.
    pub(super) fn walked_again(&mut self, closure: &syn::ExprClosure, arguments: &[Value], known: Value) -> Value {
        const MOST: usize = 24;
        let told = arguments.iter().any(|argument| !matches!(argument, Value::Unknown | Value::Never));
        if !told || self.walks >= MOST {
            return known;
        }
        self.walks += 1;
        self.closure(closure, arguments)
    }

    /// A closure's value, with its first parameters given `arguments`.
    pub(super) fn closure(&mut self, closure: &syn::ExprClosure, arguments: &[Value]) -> Value {
        let result = self.closure_body(|walker| {
            for (index, pattern) in closure.inputs.iter().enumerate() {
                let value = arguments.get(index).cloned().unwrap_or(Value::Unknown);
                walker.bind(pattern, value, None);
            }
            walker.expr(&closure.body)
        });
        Value::Closure(Arc::new(result))
    }

    /// A body with returns of its own.
    pub(super) fn closure_body(&mut self, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        let outer = std::mem::take(&mut self.returns);
        let mark = self.locals.len();
        let tail = walk(self);
        self.locals.truncate(mark);
        let value = self.with_returns(tail);
        self.returns = outer;
        value
    }
}

/// The name of a variable that is read, and where.
fn read_name(value: &Value) -> Option<(String, Span)> {
    match value {
        Value::Env(read) if !read.compile_time => Some((read.name.clone()?, read.span)),
        Value::Fallback { primary, .. } => read_name(primary),
        Value::Via(via) => read_name(&via.value),
        _ => None,
    }
}

/// One element of a list, for loops over constants.
pub(super) fn element(items: Value) -> Value {
    match items {
        Value::Record(record) if selector::is_list(&record) => {
            Value::any_of(record.fields.iter().map(|field| field.value.clone()).collect())
        }
        Value::Via(via) if matches!(via.value, Value::Record(_) | Value::Via(_)) => element(via.value.clone()),
        Value::Field(_, ref member, _) if selector::is_structural(member) => items,
        // A list that stands elsewhere.
        Value::Name(ref name) if is_constant_name(name.segments.last()) => each(items),
        Value::Call(_) | Value::Field(..) | Value::Param(_) => each(items),
        Value::AnyOf(values) => Value::AnyOf(values.into_iter().map(element).collect()),
        // One list behind another.
        Value::Concat(parts) if parts.iter().any(selector::holds_list) => {
            Value::AnyOf(parts.into_iter().map(element).collect())
        }
        other => other,
    }
}

/// Each element of a list that is not in sight.
fn each(items: Value) -> Value {
    let span = match &items {
        Value::Name(name) => name.span,
        Value::Call(call) => call.span,
        Value::Field(_, _, span) => *span,
        _ => Span::new(0, 0),
    };
    Value::Field(Arc::new(items), selector::EACH.to_owned(), span)
}

/// What a condition says to be empty or too short, or to be there: `a` of `a.is_empty()`, `a.len() < 32`, `a == "" || …`,
/// or of `!a.is_empty()`, `a.len() >= 32 && …`, `a != ""`.
fn asked<'e>(condition: &'e Expr, empty: bool, found: &mut Vec<&'e Expr>) {
    match condition {
        Expr::Binary(binary) => {
            let (left, right) = (&*binary.left, &*binary.right);
            match binary.op {
                syn::BinOp::Or(_) | syn::BinOp::And(_) if matches!(binary.op, syn::BinOp::Or(_)) == empty => {
                    asked(left, empty, found);
                    asked(right, empty, found);
                }
                syn::BinOp::Lt(_) | syn::BinOp::Le(_) => {
                    found.extend(measured_by(if empty { left } else { right }, "len"));
                }
                syn::BinOp::Gt(_) | syn::BinOp::Ge(_) => {
                    found.extend(measured_by(if empty { right } else { left }, "len"));
                }
                syn::BinOp::Eq(_) if empty && is_empty_text(right) => found.push(left),
                syn::BinOp::Ne(_) if !empty && is_empty_text(right) => found.push(left),
                _ => {}
            }
        }
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => asked(&unary.expr, !empty, found),
        Expr::Paren(inner) => asked(&inner.expr, empty, found),
        condition if empty => found.extend(measured_by(condition, "is_empty")),
        _ => {}
    }
}

/// What an arm gives for what a parameter is, after arms for `before`: `"PORT" => "8080"` is for those who give `PORT`.
fn case_of(scrutinee: &Value, pattern: &Pat, before: &mut Vec<String>, value: Value) -> Value {
    let mut texts = Vec::new();
    let is_among = match pattern {
        Pat::Wild(_) | Pat::Ident(_) => false,
        pattern if texts_of(pattern, &mut texts) => true,
        _ => return value,
    };
    before.extend(texts.iter().cloned());
    let known = if is_among { texts } else { before.clone() };
    if known.is_empty() || !is_parameter(scrutinee) || matches!(value, Value::Never | Value::Unknown) {
        return value;
    }
    Value::Case(Arc::new(Case { of: scrutinee.clone(), texts: known, is_among, value }))
}

fn is_parameter(value: &Value) -> bool {
    match value {
        Value::Via(via) => is_parameter(&via.value),
        value => matches!(value, Value::Param(_)),
    }
}

/// The texts that a pattern stands for, if it is made of nothing else.
fn texts_of(pattern: &Pat, texts: &mut Vec<String>) -> bool {
    match pattern {
        Pat::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => {
                texts.push(text.value());
                true
            }
            _ => false,
        },
        Pat::Or(alternatives) => alternatives.cases.iter().all(|one| texts_of(one, texts)),
        _ => false,
    }
}

/// Whether an arm takes all empty texts: `"" => …`, `text if text.is_empty() => …`.
fn is_arm_for_empty(pattern: &Pat) -> bool {
    match pattern {
        Pat::Lit(literal) => says_nothing(&literal.lit),
        Pat::Or(alternatives) => alternatives.cases.iter().any(is_arm_for_empty),
        Pat::Guard(guarded) => match &*guarded.pat {
            Pat::Ident(bound) => {
                let of_guard = measured_by(&guarded.guard, "is_empty").and_then(local_at_start);
                of_guard.is_some_and(|name| bound.ident == name)
            }
            _ => false,
        },
        _ => false,
    }
}

/// What such a method is called on.
fn measured_by<'e>(expr: &'e Expr, method: &str) -> Option<&'e Expr> {
    match expr {
        Expr::MethodCall(call) if call.method == method => Some(&*call.receiver),
        _ => None,
    }
}

fn is_empty_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(literal) if says_nothing(&literal.lit))
}

fn says_nothing(literal: &syn::Lit) -> bool {
    matches!(literal, syn::Lit::Str(text) if text.value().is_empty())
}

/// The names of these members: `secret` of `config.secret.trim()`.
fn members_among(asked: Vec<&Expr>) -> impl Iterator<Item = String> {
    asked.into_iter().filter_map(|expr| place_of(expr)?.pop())
}

/// The members of `config.secret.is_empty()`, `config.secret.is_none() || …`, `let None = config.secret`.
fn places_asked_for_absence(condition: &Expr, places: &mut Vec<Vec<String>>) {
    match condition {
        Expr::Binary(binary) => match binary.op {
            syn::BinOp::Or(_) => {
                places_asked_for_absence(&binary.left, places);
                places_asked_for_absence(&binary.right, places);
            }
            syn::BinOp::Lt(_) | syn::BinOp::Le(_) | syn::BinOp::Eq(_) => places.extend(place_of(&binary.left)),
            _ => {}
        },
        Expr::Paren(inner) => places_asked_for_absence(&inner.expr, places),
        Expr::MethodCall(call) if matches!(call.method.to_string().as_str(), "is_empty" | "is_none" | "is_none_or") => {
            places.extend(place_of(&call.receiver));
        }
        Expr::Let(pattern) => {
            let is_none = matches!(&*pattern.pat, syn::Pat::Ident(none) if none.ident == "None");
            places.extend(place_of(&pattern.expr).filter(|_| is_none));
        }
        _ => {}
    }
}

/// The names that lead to a member: `config`, `jwt`, `secret` of `config.jwt.secret.trim()`.
fn place_of(expr: &Expr) -> Option<Vec<String>> {
    match super::strip_reference(expr) {
        Expr::MethodCall(call) if call.args.is_empty() => place_of(&call.receiver),
        Expr::Field(field) => place_of_member(field),
        _ => None,
    }
}

/// The names that lead to a member: `config`, `jwt`, `secret` of `config.jwt.secret`.
pub(super) fn place_of_member(field: &syn::ExprField) -> Option<Vec<String>> {
    let mut names = vec![super::member_name(&field.member)];
    let mut at = super::strip_reference(&field.base);
    while let Expr::Field(field) = at {
        names.push(super::member_name(&field.member));
        at = super::strip_reference(&field.base);
    }
    let Expr::Path(path) = at else { return None };
    names.push(path.path.get_ident()?.to_string());
    names.reverse();
    Some(names)
}

/// The local that a chain such as `secret.trim()` begins with.
fn local_at_start(expr: &Expr) -> Option<String> {
    match super::strip_reference(expr) {
        Expr::MethodCall(call) => match super::strip_reference(&call.receiver) {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        },
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}

/// Whether a condition tells debug builds or tests from others, and whether it holds in them.
fn only_in(condition: &Expr) -> Option<(Setting, bool)> {
    match condition {
        Expr::Macro(call) if call.mac.path.is_ident("cfg") => attributes::cfg_telling(&call.mac.tokens),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Not(_)) => {
            only_in(&unary.expr).map(|(setting, holds)| (setting, !holds))
        }
        Expr::Paren(inner) => only_in(&inner.expr),
        _ => None,
    }
}

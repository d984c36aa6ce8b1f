//! Lists made of elements of another, one for each number: `array::from_fn(|at| SAND[at] ^ 0x5a)`.

use std::sync::Arc;

use syn::{Expr, ExprClosure, ExprIndex, Pat};

use super::calls::opened;
use super::flow::is_constant_name;
use super::{Walker, strip_reference};
use crate::fact::{Value, selector};

impl Walker<'_> {
    /// What a function gives for one number after another.
    pub(super) fn counted(&mut self, function: &ExprClosure) -> Value {
        let given = opened(self.closure(function, &[]));
        match function.inputs.first() {
            Some(Pat::Ident(variable)) => taken_by(given, &function.body, &variable.ident.to_string()),
            _ => given,
        }
    }

    /// `buffer[at] = SAND[at]`: what zeros become that are there to be filled.
    pub(super) fn assign_element(&mut self, part: &ExprIndex, given: &Expr, value: Value) {
        let (Expr::Path(path), Expr::Path(number)) = (strip_reference(&part.expr), &*part.index) else { return };
        let names = (path.path.get_ident(), number.path.get_ident());
        let (Some(name), Some(number)) = (names.0.map(ToString::to_string), names.1.map(ToString::to_string)) else {
            return;
        };
        let filling = taken_by(value, given, &number);
        let local = self.locals.iter_mut().rev().find(|local| local.name == name);
        if let Some(local) = local.filter(|local| is_blank(&local.value)) {
            local.value = filling;
        }
    }
}

/// A list of which some code takes an element for each number; any other element as it is.
fn taken_by(element: Value, code: &Expr, variable: &str) -> Value {
    match element {
        Value::Field(list, member, _)
            if member == selector::ANY && pick(code).is_some_and(|pick| is_counted(&pick.index, variable)) =>
        {
            Arc::unwrap_or_clone(list)
        }
        element => element,
    }
}

/// The expression that picks an element in some code: `SAND[at] ^ 0x5a`.
fn pick(code: &Expr) -> Option<&ExprIndex> {
    match code {
        Expr::Index(index) => Some(index),
        Expr::Binary(mixed) => pick(&mixed.left),
        Expr::Cast(cast) => pick(&cast.expr),
        Expr::Paren(inner) => pick(&inner.expr),
        Expr::Reference(inner) => pick(&inner.expr),
        Expr::Unary(inner) => pick(&inner.expr),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(tail, None)] => pick(tail),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a number is made of nothing but this variable, constants and lengths: `at % SAND.len()`, but not
/// `rng.random_range(0..26)`.
fn is_counted(number: &Expr, variable: &str) -> bool {
    /// Whether the variable is in it; nothing where something else is.
    fn holds(number: &Expr, variable: &str) -> Option<bool> {
        match number {
            Expr::Lit(_) => Some(false),
            Expr::Path(path) if path.path.is_ident(variable) => Some(true),
            Expr::Path(path) => {
                let name = path.path.segments.last().map(|segment| segment.ident.to_string());
                is_constant_name(name.as_ref()).then_some(false)
            }
            Expr::Binary(two) => Some(holds(&two.left, variable)? | holds(&two.right, variable)?),
            Expr::Paren(inner) => holds(&inner.expr, variable),
            Expr::Cast(cast) => holds(&cast.expr, variable),
            Expr::MethodCall(call) => (call.method == "len").then_some(false),
            _ => None,
        }
    }
    holds(number, variable) == Some(true)
}

/// Whether numbers are counted: `(0..48)`.
pub(super) fn is_range(expr: &Expr) -> bool {
    match expr {
        Expr::Paren(inner) => is_range(&inner.expr),
        Expr::Range(_) => true,
        _ => false,
    }
}

/// Whether bytes are all zero as they are written.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => !literal.secret.is_empty() && literal.secret.expose().iter().all(|&byte| byte == 0),
        _ => false,
    }
}

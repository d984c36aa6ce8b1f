//! Lengths that the program looks at, and values that it has checked: whoever does so knows what a key needs.

use syn::Expr;

use super::{Walker, strip_reference};
use crate::fact::Value;
use crate::span::Span;

impl Walker<'_> {
    /// One side of a comparison: `secret.len()`.
    pub(super) fn measured(&mut self, side: &Expr) {
        if let Expr::MethodCall(call) = strip_reference(side)
            && call.args.is_empty()
            && matches!(call.method.to_string().as_str(), "len" | "count")
        {
            self.looked_at(&call.receiver);
        }
    }

    /// Arguments of a call that is for checking keys or settings: `validate_secret(&secret)`.
    pub(super) fn checked<'e>(&mut self, function: &str, arguments: impl Iterator<Item = &'e Expr>) {
        const CHECKS: [&str; 6] = ["valid", "check", "ensure", "enforce", "strength", "length"];
        const THINGS: [&str; 5] = ["secret", "key", "config", "setting", "length"];
        let lower = function.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if says(&CHECKS) && says(&THINGS) {
            arguments.for_each(|argument| self.looked_at(argument));
        }
    }

    fn looked_at(&mut self, expr: &Expr) {
        let Some(name) = base_name(expr, 0) else { return };
        if let Some(local) = self.local_named(&name) {
            let reads = reads_in(&local.value);
            self.out.measured.reads.extend(reads);
        }
        self.out.measured.names.push(name);
    }
}

/// The name that an expression ends in, conversions taken off: `secret` of `self.secret.as_bytes()`.
fn base_name(expr: &Expr, depth: usize) -> Option<String> {
    if depth > super::DEEPEST {
        return None;
    }
    match strip_reference(expr) {
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Expr::Field(field) => Some(super::member_name(&field.member)),
        Expr::MethodCall(call) => base_name(&call.receiver, depth + 1),
        Expr::Try(inner) => base_name(&inner.expr, depth + 1),
        _ => None,
    }
}

/// Where a value is read from outside.
fn reads_in(value: &Value) -> Vec<Span> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Env(read) => found.push(read.span),
            Value::Fallback { primary, default } => open.extend([&**primary, &**default]),
            Value::AnyOf(values) => open.extend(values),
            Value::Decoded(_, value) | Value::Within(_, value) => open.push(value),
            Value::Via(via) => open.push(&via.value),
            _ => {}
        }
    }
    found
}

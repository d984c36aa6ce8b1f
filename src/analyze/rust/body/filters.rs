//! Filters in a row, as warp puts them together: `one.and(other).and_then(handler)` calls `handler` with what each gives.

use std::sync::Arc;

use crate::fact::{Callee, Value, selector};
use crate::span::Span;

/// Filters in a row that are looked at.
const MOST: usize = 16;

/// Filters that only let through or not, and give nothing.
const SILENT: [&str; 12] =
    ["any", "get", "post", "put", "delete", "patch", "head", "options", "path", "end", "content_length_limit", "exact"];

/// What the filters of a row give, in their order: behind whatever those give that nothing is known of. `None` if it is
/// no row.
pub(super) fn given(row: &Value, span: Span) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    let mut rest = row;
    while let Value::Call(call) = bare(rest)
        && let Callee::Method(first, method) = &call.callee
        && let ("and", [filter]) = (method.as_str(), call.arguments.as_slice())
        && values.len() < MOST
    {
        if !is_silent(&filter.value) {
            values.push(filter.value.clone());
        }
        rest = first;
    }
    if values.is_empty() {
        return None;
    }
    // `any().map(move || secret.clone())` at the beginning.
    if !is_silent(rest) {
        values.push(rest.clone());
    }
    values.push(Value::Field(Arc::new(Value::Unknown), selector::BEFORE.to_owned(), span));
    values.reverse();
    Some(values)
}

fn bare(mut value: &Value) -> &Value {
    while let Value::Via(via) = value {
        value = &via.value;
    }
    value
}

fn is_silent(filter: &Value) -> bool {
    match filter {
        Value::Call(call) => {
            let name = match &call.callee {
                Callee::Path(name) => name.segments.last(),
                Callee::Method(_, name) => Some(name),
            };
            name.is_some_and(|name| SILENT.contains(&name.as_str()))
        }
        _ => false,
    }
}

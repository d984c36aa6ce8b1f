//! Iterators whose elements are made of those of others: numbered, in pairs, in groups; and what is collected of them.

use super::calls::tuple;
use super::flow::element;
use crate::fact::{RecordField, Value, selector};
use crate::span::Span;

/// What `items.method(arguments)` iterates over, if the method is one that makes elements of others.
pub(super) fn adapted(method: &str, items: &Value, arguments: &[Value], span: Span) -> Option<Value> {
    if matches!(items, Value::Unknown | Value::Never) {
        return None;
    }
    match (method, arguments) {
        ("enumerate", []) => Some(list_of([tuple(vec![Value::Unknown, element(items.clone())], span)], span)),
        ("zip" | "zip_eq" | "zip_longest", [other]) => Some(zipped(items, other, span)),
        // What a closure makes of each element: `.map(|(id, key)| (id.to_string(), key.to_vec())).collect()`.
        ("collect", []) if is_tuple(items) => Some(list_of([items.clone()], span)),
        // Of bytes a part is as good as the whole; of a list it is a list.
        ("chunks" | "chunks_exact" | "windows" | "rchunks" | "array_chunks" | "tuple_windows" | "tuples", _)
            if selector::holds_list(items) =>
        {
            Some(list_of([items.clone()], span))
        }
        ("chunks" | "chunks_exact" | "windows" | "rchunks", [_]) => Some(items.clone()),
        _ => None,
    }
}

/// Both sides by their places, where both are written out; else what one side may be beside what the other may be.
fn zipped(one: &Value, other: &Value, span: Span) -> Value {
    if let (Some(ones), Some(others)) = (elements(one), elements(other)) {
        let pairs =
            ones.iter().zip(others).map(|(one, other)| tuple(vec![one.value.clone(), other.value.clone()], span));
        return list_of(pairs, span);
    }
    // Options have a method of this name, too: no list then.
    let pair = tuple(vec![element(one.clone()), element(other.clone())], span);
    let is_list = selector::holds_list(one) || selector::holds_list(other);
    if is_list { list_of([pair], span) } else { pair }
}

fn is_tuple(value: &Value) -> bool {
    match value {
        Value::Record(record) => record.type_name.is_none() && record.fields.len() > 1,
        Value::Via(via) => is_tuple(&via.value),
        _ => false,
    }
}

fn elements(value: &Value) -> Option<&[RecordField]> {
    match value {
        Value::Record(record) if selector::is_list(record) => Some(&record.fields),
        Value::Via(via) => elements(&via.value),
        _ => None,
    }
}

fn list_of(values: impl IntoIterator<Item = Value>, span: Span) -> Value {
    let values = values.into_iter().enumerate();
    super::list(values.map(|(index, value)| RecordField { name: index.to_string(), span, value }).collect(), span)
}

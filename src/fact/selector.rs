//! Members that are no names: elements of lists, values of maps, what a variant of an enum holds.
//!
//! A list is a record of the type `[]`, and a map a list of pairs.

use crate::fact::{Record, Value};
use crate::span::Span;

/// The type of a list.
const LIST: &str = "[]";
/// Some element of a list, or some value of a map.
pub const ANY: &str = "[]";
/// Each element of a list in turn; of what is no list, itself.
pub const EACH: &str = "[*]";
/// All elements of a list, put together to one text; of what is no list, itself.
pub const JOINED: &str = "[joined]";
/// Some member of an object, by a name that is not written out.
pub const SOME: &str = "[some]";
/// As the first argument of a call: as many as nothing is known of, before the others.
pub const BEFORE: &str = "[before]";
/// The bytes of a number.
pub const NUMBER: &str = "[bytes]";
/// What the selectors of a map's entries begin with; the key follows.
const ENTRY: &str = "{}";

/// Methods without arguments that hand on what they are called on, where the type has no method of its own by that name.
pub const HANDING_ON: [&str; 10] =
    ["load", "read", "bytes", "expose", "to_bytes", "recv", "try_recv", "recv_async", "borrow_and_update", "subscribe"];

/// The value of a map under a key.
pub fn entry(key: &str) -> String {
    format!("{ENTRY}{key}")
}

/// Whether a selector is for the value of a map under a key that is written out.
pub fn is_entry(member: &str) -> bool {
    member.starts_with(ENTRY)
}

/// A position or member of what a variant or tuple struct holds: `Variant::0`.
pub fn of_variant(variant: &str, member: &str) -> String {
    format!("{variant}::{member}")
}

/// The variant or struct that a member is written with, and the member.
pub fn split(member: &str) -> (Option<&str>, &str) {
    match member.split_once("::") {
        Some((variant, member)) if !variant.starts_with(ENTRY) => (Some(variant), member),
        _ => (None, member),
    }
}

/// The name of a member without what it is written with.
pub fn plain(member: &str) -> &str {
    split(member).1
}

/// Whether a selector is for lists and maps, which no type declares.
pub fn is_structural(member: &str) -> bool {
    member.starts_with(['[', '{'])
}

/// Whether a record is a list.
pub fn is_list(record: &Record) -> bool {
    record.type_name.as_ref().is_some_and(|name| name.segments.len() == 1 && name.segments[0] == LIST)
}

/// Whether a value is a list as it is written.
pub fn holds_list(value: &Value) -> bool {
    match value {
        Value::Record(record) => is_list(record),
        Value::Via(via) => holds_list(&via.value),
        Value::Within(_, value) | Value::Closure(value) => holds_list(value),
        Value::Fallback { primary, default } => holds_list(primary) || holds_list(default),
        Value::AnyOf(values) => values.iter().any(holds_list),
        _ => false,
    }
}

/// The values that a member of a record may be, with where they are named.
pub fn select<'r>(record: &'r Record, member: &str) -> Vec<(&'r Value, Option<Span>)> {
    if let Some(key) = member.strip_prefix(ENTRY) {
        let pairs = record.fields.iter().filter_map(|field| pair(&field.value));
        return pairs.filter(|(known, _)| is_key(known, key)).map(|(_, value)| (value, None)).collect();
    }
    if member == ANY || member == EACH {
        if !is_list(record) {
            return Vec::new();
        }
        let whole = record.fields.iter().map(|field| (&field.value, None));
        let values = record.fields.iter().filter_map(|field| Some((pair(&field.value)?.1, None)));
        return match member {
            ANY if is_map(record) => values.collect(),
            ANY => whole.chain(values).collect(),
            _ => whole.collect(),
        };
    }
    if member == SOME {
        let value = |value| written_pair(value).map_or(value, |(_, value)| value);
        return record.fields.iter().map(|field| (value(&field.value), Some(field.span))).collect();
    }
    let (variant, member) = split(member);
    if let (Some(variant), Some(name)) = (variant, &record.type_name)
        && let [.., _, own] = name.segments.as_slice()
        && own != variant
    {
        return Vec::new();
    }
    let field = record.fields.iter().rev().find(|field| field.name == member);
    let named = field.map(|field| (&field.value, Some(field.span)));
    let paired = || {
        let pairs = record.fields.iter().filter_map(|field| written_pair(&field.value));
        pairs.filter(|(key, _)| *key == member).map(|(_, value)| (value, None)).next()
    };
    named.or_else(paired).into_iter().collect()
}

/// The key and the value of an entry that is written as a list of both: `{ "one", key }`.
fn written_pair(value: &Value) -> Option<(&str, &Value)> {
    let Value::Record(record) = value else { return None };
    match record.fields.as_slice() {
        [key, value] if record.type_name.is_none() && key.name == "0" && value.name == "1" => match &key.value {
            Value::Literal(literal) => Some((literal.secret.expose_str()?, &value.value)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a list of pairs is a map for sure: the keys are written out, the values made.
fn is_map(record: &Record) -> bool {
    !record.fields.is_empty()
        && record.fields.iter().filter_map(|field| pair(&field.value)).count() == record.fields.len()
        && record
            .fields
            .iter()
            .filter_map(|field| pair(&field.value))
            .all(|(key, value)| matches!(key, Value::Literal(_)) && matches!(value, Value::Record(_) | Value::Call(_)))
}

/// The key and the value of an entry.
fn pair(value: &Value) -> Option<(&Value, &Value)> {
    match value {
        Value::Record(record) if record.type_name.is_none() => match record.fields.as_slice() {
            [key, value] => Some((&key.value, &value.value)),
            _ => None,
        },
        Value::Via(via) => pair(&via.value),
        _ => None,
    }
}

/// Whether a key may be this text: one that is not written out may be any.
fn is_key(known: &Value, key: &str) -> bool {
    match known {
        Value::Literal(literal) => literal.secret.expose_str() == Some(key),
        Value::Via(via) => is_key(&via.value, key),
        _ => true,
    }
}

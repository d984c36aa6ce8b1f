//! Numbers whose bytes are a key: `0x0123_4567_89ab_cdef_u64.to_be_bytes()`.

use std::sync::Arc;

use syn::{Expr, Lit};

use super::{Walker, member};
use crate::fact::{Record, RecordField, Value, selector};
use crate::secret::Secret;
use crate::span::Span;

/// A number with fewer digits is a size, a port or an age.
const FEWEST_DIGITS: usize = 7;
/// A list with more numbers is a table.
const MOST_NUMBERS: usize = 64;

impl Walker<'_> {
    /// A number that may be a key once its bytes are asked for.
    pub(super) fn number(&self, literal: &Lit) -> Value {
        match literal {
            Lit::Int(int) if int.base10_digits().len() >= FEWEST_DIGITS => {
                let bytes = bytes_of(int);
                bytes.map_or(Value::Unknown, |bytes| with_bytes(bytes, self.positions.span(int.span())))
            }
            _ => Value::Unknown,
        }
    }
}

/// The bytes of a number, of an element of a list of numbers or of all of them.
pub(super) fn in_bytes(number: Value, span: Span) -> Value {
    match number {
        Value::Unknown | Value::Never | Value::Random => number,
        number => member(number, selector::NUMBER, span),
    }
}

/// Whether a function of the integer types gives their bytes.
pub(super) fn gives_bytes(function: &str) -> bool {
    matches!(function, "to_be_bytes" | "to_le_bytes" | "to_ne_bytes")
}

/// `[0x1001, 0x2002]`: numbers of which some are more than bytes.
pub(super) fn of_array(array: &syn::ExprArray, span: Span) -> Option<Value> {
    if !(2..=MOST_NUMBERS).contains(&array.elems.len()) {
        return None;
    }
    let numbers = array.elems.iter().map(|elem| match elem {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(int) => bytes_of(int),
            _ => None,
        },
        _ => None,
    });
    let bytes: Option<Vec<Vec<u8>>> = numbers.collect();
    bytes.map(|bytes| with_bytes(bytes.concat(), span))
}

fn bytes_of(int: &syn::LitInt) -> Option<Vec<u8>> {
    let number: u128 = int.base10_parse().ok()?;
    let width = match int.suffix() {
        "u128" | "i128" => 16,
        "u32" | "i32" => 4,
        _ if number > u128::from(u64::MAX) => 16,
        _ => 8,
    };
    number.to_be_bytes().get(16 - width..).map(<[u8]>::to_vec)
}

/// A number: no text, but with bytes.
fn with_bytes(bytes: Vec<u8>, span: Span) -> Value {
    let value = Value::literal(Secret::new(bytes), span);
    let fields = vec![RecordField { name: selector::NUMBER.to_owned(), span, value }];
    Value::Record(Arc::new(Record { type_name: None, fields, rest: None }))
}

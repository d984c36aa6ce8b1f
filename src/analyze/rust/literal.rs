//! Where the content of a literal stands, without quotes, prefix and hashes.

use proc_macro2::{LineColumn, Span as TokenSpan};
use syn::{Expr, Lit, Path, Type};

use super::lines::{self, Lines};
use super::model::TypeRef;
use crate::fact::{Literal, Value};
use crate::secret::Secret;
use crate::span::Span;

/// Turns positions that syn reports into spans of the file's text.
#[derive(Debug, Clone, Copy)]
pub struct Positions<'a> {
    /// The file's text.
    pub text: &'a str,
    lines: &'a Lines,
    /// Where in it the parsed part begins (a shebang comes before; an attribute may hold code in a string).
    offset: usize,
    /// The line, from 0, where that is.
    first: usize,
}

impl<'a> Positions<'a> {
    /// Of what is parsed from `offset` on; the lines are those of the whole text.
    pub fn new(text: &'a str, lines: &'a Lines, offset: usize) -> Self {
        Self { text, lines, offset, first: lines.holding(offset) }
    }

    /// The same for code that begins at `offset`.
    pub fn from(self, offset: usize) -> Self {
        Self::new(self.text, self.lines, offset)
    }

    /// The span of a token or of everything between two.
    pub fn span(&self, span: TokenSpan) -> Span {
        // By lines: a token's bytes are looked up in a tree that grows with every question.
        let (start, end) = (self.byte(span.start()), self.byte(span.end()));
        Span::new(start, end.max(start))
    }

    fn byte(&self, at: LineColumn) -> usize {
        // What was parsed may begin in the middle of its first line.
        let start = match at.line.saturating_sub(1) {
            0 => self.offset,
            line => self.lines.start(self.first + line).unwrap_or(self.text.len()),
        };
        start + lines::width(&self.text[start..], at.column)
    }

    /// The span of a literal's content.
    pub fn content(&self, span: TokenSpan) -> Span {
        let whole = self.span(span);
        let written = &self.text[whole.range()];
        let quote = match written.find(['"', '\'']) {
            Some(quote) if written[..quote].chars().all(|c| matches!(c, 'b' | 'c' | 'r' | '#')) => quote,
            _ => return whole,
        };
        let hashes = written[..quote].bytes().filter(|&byte| byte == b'#').count();
        let end = written.len().saturating_sub(1 + hashes);
        if end < quote + 1 { whole } else { Span::new(whole.start() + quote + 1, whole.start() + end) }
    }

    /// From the start of one token to the end of another.
    fn between(&self, first: TokenSpan, last: TokenSpan) -> Span {
        self.span(first).to(self.span(last))
    }

    /// A path without its generic arguments.
    pub fn path(&self, path: &Path) -> Span {
        match (path.segments.first(), path.segments.last()) {
            (Some(first), Some(last)) => self.between(first.ident.span(), last.ident.span()),
            _ => Span::new(0, 0),
        }
    }

    /// `name!(…)`.
    pub fn macro_call(&self, call: &syn::Macro) -> Span {
        self.path(&call.path).to(self.span(call.delimiter.span().close()))
    }

    /// `#[…]`.
    pub fn attribute(&self, attribute: &syn::Attribute) -> Span {
        self.between(attribute.pound_token.span, attribute.bracket_token.span.close())
    }

    /// A field's name or position.
    pub fn member(&self, member: &syn::Member) -> Span {
        match member {
            syn::Member::Named(name) => self.span(name.span()),
            syn::Member::Unnamed(index) => self.span(index.span),
        }
    }

    /// The part of an expression that names what it is: cheap, and enough to point at.
    pub fn expr(&self, expr: &Expr) -> Span {
        match expr {
            Expr::Path(path) => self.path(&path.path),
            Expr::Lit(literal) => self.span(literal.lit.span()),
            Expr::Field(field) => self.expr(&field.base).to(self.member(&field.member)),
            Expr::Reference(inner) => self.expr(&inner.expr),
            Expr::Unary(inner) => self.expr(&inner.expr),
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Try(inner) => self.expr(&inner.expr),
            Expr::Await(inner) => self.expr(&inner.base),
            Expr::Call(call) => self.expr(&call.func).to(self.span(call.paren_token.span.close())),
            Expr::MethodCall(call) => self.between(call.method.span(), call.paren_token.span.close()),
            Expr::Macro(call) => self.macro_call(&call.mac),
            Expr::Array(array) => self.span(array.bracket_token.span.join()),
            Expr::Repeat(repeat) => self.span(repeat.bracket_token.span.join()),
            Expr::Index(index) => self.expr(&index.expr).to(self.span(index.bracket_token.span.close())),
            _ => Span::new(0, 0),
        }
    }

    /// The name a pattern binds.
    pub fn pattern(&self, pattern: &syn::Pat) -> Span {
        match pattern {
            syn::Pat::Ident(name) => self.span(name.ident.span()),
            syn::Pat::Type(typed) => self.pattern(&typed.pat),
            syn::Pat::Reference(inner) => self.pattern(&inner.pat),
            syn::Pat::TupleStruct(tuple) => tuple.elems.first().map_or(Span::new(0, 0), |inner| self.pattern(inner)),
            _ => Span::new(0, 0),
        }
    }

    /// A literal as a value; numbers and booleans are none.
    pub fn literal(&self, literal: &Lit) -> Option<Value> {
        let secret = match literal {
            Lit::Str(text) => Secret::from(text.value()),
            Lit::ByteStr(bytes) => Secret::new(bytes.value()),
            Lit::CStr(text) => Secret::new(text.value().into_bytes()),
            _ => return None,
        };
        Some(Value::Literal(Literal { secret, span: self.content(literal.span()) }))
    }
}

/// The segments of a path, generic arguments left out.
pub fn segments(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// A constant byte: `0x6c`, `b'l'`, `108u8`, `'l' as u8`.
pub fn byte(expr: &Expr) -> Option<u8> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(int) => int.base10_parse().ok(),
            Lit::Byte(byte) => Some(byte.value()),
            Lit::Char(character) => u8::try_from(u32::from(character.value())).ok(),
            _ => None,
        },
        Expr::Cast(cast) => byte(&cast.expr),
        Expr::Paren(paren) => byte(&paren.expr),
        _ => None,
    }
}

/// A type without references and lifetimes.
pub fn type_ref(of: &Type) -> TypeRef {
    bounded_type_ref(of, 0)
}

fn bounded_type_ref(of: &Type, depth: usize) -> TypeRef {
    const DEEPEST: usize = 24;
    if depth > DEEPEST {
        return TypeRef::default();
    }
    let inner = |of: &Type| bounded_type_ref(of, depth + 1);
    match of {
        Type::Reference(reference) => inner(&reference.elem),
        Type::Paren(paren) => inner(&paren.elem),
        Type::Group(group) => inner(&group.elem),
        Type::Ptr(pointer) => inner(&pointer.elem),
        Type::Array(array) => TypeRef { path: vec!["[]".into()], arguments: vec![inner(&array.elem)] },
        Type::Slice(slice) => TypeRef { path: vec!["[]".into()], arguments: vec![inner(&slice.elem)] },
        Type::Tuple(tuple) => TypeRef { path: vec!["()".into()], arguments: tuple.elems.iter().map(inner).collect() },
        Type::Path(path) => TypeRef { path: segments(&path.path), arguments: generic_types(&path.path, depth) },
        Type::ImplTrait(bounds) => bounds.bounds.iter().find_map(|bound| bound_type(bound, depth)).unwrap_or_default(),
        Type::TraitObject(bounds) => {
            bounds.bounds.iter().find_map(|bound| bound_type(bound, depth)).unwrap_or_default()
        }
        _ => TypeRef::default(),
    }
}

/// The type parameters of a signature or impl, with the first trait that each must have. `where AppState: FromRef<S>` says
/// something of a type, not of a parameter.
pub fn generics(of: &syn::Generics) -> Vec<(String, TypeRef)> {
    let is_parameter = |name: &str| {
        !name.contains(|c: char| c.is_ascii_lowercase()) || of.type_params().any(|parameter| parameter.ident == name)
    };
    let mut found = Vec::new();
    for parameter in of.type_params() {
        found.extend(
            parameter.bounds.iter().find_map(|bound| bound_type(bound, 0)).map(|of| (parameter.ident.to_string(), of)),
        );
    }
    for predicate in of.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let syn::WherePredicate::Type(bounded) = predicate
            && let [name] = type_ref(&bounded.bounded_ty).path.as_slice()
            && is_parameter(name)
        {
            found.extend(bounded.bounds.iter().find_map(|bound| bound_type(bound, 0)).map(|of| (name.clone(), of)));
        }
    }
    found
}

fn bound_type(bound: &syn::TypeParamBound, depth: usize) -> Option<TypeRef> {
    let syn::TypeParamBound::Trait(bound) = bound else { return None };
    Some(TypeRef { path: segments(&bound.path), arguments: generic_types(&bound.path, depth) })
}

/// The type arguments of a path, of all its segments.
fn generic_types(path: &Path, depth: usize) -> Vec<TypeRef> {
    path.segments
        .iter()
        .flat_map(|segment| match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .filter_map(|argument| match argument {
                    syn::GenericArgument::Type(of) => Some(bounded_type_ref(of, depth + 1)),
                    syn::GenericArgument::AssocType(assoc) => Some(bounded_type_ref(&assoc.ty, depth + 1)),
                    _ => None,
                })
                .collect(),
            syn::PathArguments::Parenthesized(signature) => match &signature.output {
                syn::ReturnType::Type(_, of) => vec![bounded_type_ref(of, depth + 1)],
                syn::ReturnType::Default => Vec::new(),
            },
            syn::PathArguments::None => Vec::new(),
        })
        .collect()
}

//! Patterns: how a value is taken apart into names.

use std::sync::Arc;

use std::rc::Rc;

use syn::{Expr, Pat};

use super::{DEEPEST, Local, Walker, bounded, join, member, member_name};
use crate::analyze::rust::attributes;
use crate::analyze::rust::literal::{segments, type_ref};
use crate::analyze::rust::model::{TypeRef, WriteKind};
use crate::analyze::rust::table::Treatment;
use crate::fact::selector;
use crate::fact::{Setting, Value};

impl Walker<'_> {
    /// `let pattern = init else { … };`
    pub(super) fn local(&mut self, local: &syn::Local) {
        let Some(init) = &local.init else {
            self.bind(&local.pat, Value::Never, None);
            return;
        };
        let mut value = self.expr(&init.expr);
        if let Some((_, otherwise)) = &init.diverge {
            self.conditions += 1;
            let other = self.expr(otherwise);
            self.conditions -= 1;
            value = join(value, other);
        }
        if let Pat::Type(typed) = &local.pat {
            value = self.converted(&init.expr, &type_ref(&typed.ty), &value).unwrap_or(value);
        }
        match strip_type(&local.pat) {
            Pat::Ident(name) => {
                let span = self.positions.span(name.ident.span());
                self.named(&[&name.ident.to_string()], &value, span, WriteKind::Given);
            }
            Pat::Tuple(tuple) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    let Pat::Ident(name) = element else { continue };
                    let span = self.positions.span(name.ident.span());
                    let value = member(value.clone(), &index.to_string(), span);
                    self.named(&[&name.ident.to_string()], &value, span, WriteKind::Given);
                }
            }
            _ => {}
        }
        let closure = match &*init.expr {
            Expr::Closure(closure) if !closure.inputs.is_empty() => Some(Rc::new(syn::ExprClosure::clone(closure))),
            _ => None,
        };
        let setting = attributes::setting(&local.attrs);
        let twin = local.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        let value = if setting == Setting::Production { value } else { Value::Within(setting, Arc::new(value)) };
        let before = match strip_type(&local.pat) {
            Pat::Ident(name) if twin => self.twin_of(&name.ident.to_string()),
            _ => None,
        };
        let value = match before {
            Some(before) => join(value, before),
            None => value,
        };
        self.bind(&local.pat, value, None);
        if let Some(bound) = self.locals.last_mut().filter(|_| matches!(strip_type(&local.pat), Pat::Ident(_))) {
            bound.closure = closure;
            bound.is_twin = twin;
        }
    }

    /// The value of a local that exists under another `#[cfg]` than the one being bound.
    fn twin_of(&self, name: &str) -> Option<Value> {
        self.locals
            .iter()
            .rev()
            .find(|local| local.name == name)
            .filter(|local| local.is_twin)
            .map(|local| local.value.clone())
    }

    /// Gives the names of a pattern their values.
    pub(super) fn bind(&mut self, pattern: &Pat, value: Value, of_type: Option<TypeRef>) {
        if self.depth >= DEEPEST {
            return;
        }
        self.depth += 1;
        self.bind_inner(pattern, value, of_type);
        self.depth -= 1;
    }

    fn bind_inner(&mut self, pattern: &Pat, value: Value, of_type: Option<TypeRef>) {
        match pattern {
            Pat::Ident(name) => {
                let span = self.positions.span(name.ident.span());
                if let Some((_, inner)) = &name.subpat {
                    self.bind(inner, value.clone(), None);
                }
                let conditions = self.conditions;
                let value = match (&value, &of_type) {
                    (Value::Handed(_), Some(of)) => super::of_own_type(value, of, span),
                    _ => value,
                };
                self.locals.push(Local {
                    name: name.ident.to_string(),
                    value: bounded(value),
                    of_type,
                    span,
                    conditions,
                    closure: None,
                    is_twin: false,
                });
            }
            Pat::Type(typed) => {
                let of_type = type_ref(&typed.ty);
                self.bind(&typed.pat, super::typed(value, &of_type), Some(of_type));
            }
            Pat::Reference(inner) => self.bind(&inner.pat, value, of_type),
            Pat::Paren(inner) => self.bind(&inner.pat, value, of_type),
            Pat::Guard(inner) => self.bind(&inner.pat, value, of_type),
            Pat::Or(alternatives) => {
                let mark = self.locals.len();
                for alternative in &alternatives.cases {
                    let before = self.locals.len();
                    self.bind(alternative, value.clone(), of_type.clone());
                    // A name stands for what any of the alternatives gives it.
                    for at in before..self.locals.len() {
                        let (known, new) = self.locals.split_at_mut(at);
                        let known = known.iter_mut().skip(mark).find(|local| local.name == new[0].name);
                        if let Some(known) = known {
                            let other = std::mem::replace(&mut known.value, Value::Unknown);
                            known.value = bounded(join(other, new[0].value.clone()));
                        }
                    }
                    let names: Vec<String> =
                        self.locals.iter().take(before).skip(mark).map(|local| local.name.clone()).collect();
                    let mut at = 0;
                    self.locals.retain(|local| {
                        at += 1;
                        at <= before || !names.contains(&local.name)
                    });
                }
            }
            Pat::Tuple(tuple) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    let span = self.positions.pattern(element);
                    let element_type = of_type.as_ref().and_then(|of| of.arguments.get(index)).cloned();
                    self.bind(element, member(value.clone(), &index.to_string(), span), element_type);
                }
            }
            Pat::Slice(slice) => {
                for (index, element) in slice.elems.iter().enumerate() {
                    let span = self.positions.pattern(element);
                    self.bind(element, member(value.clone(), &index.to_string(), span), None);
                }
            }
            Pat::TupleStruct(tuple) => self.bind_variant(tuple, &value, of_type.as_ref()),
            Pat::Struct(fields) => {
                let path = segments(&fields.path);
                for field in &fields.fields {
                    let span = self.positions.member(&field.member);
                    let name = member_of(&path, &member_name(&field.member));
                    self.bind(&field.pat, member(value.clone(), &name, span), None);
                }
            }
            _ => {}
        }
    }

    /// `Ok(v)`, `Some(v)` and extractors such as `State(v)` hand their content on; the failing side has none.
    fn bind_variant(&mut self, tuple: &syn::PatTupleStruct, value: &Value, of_type: Option<&TypeRef>) {
        let path = segments(&tuple.path);
        let fails = path.last().is_some_and(|name| name == "Err");
        let transparent = self.table.function(&path) == Some(Treatment::Convert);
        let inner_type = of_type.and_then(|of| of.arguments.first());
        for (index, element) in tuple.elems.iter().enumerate() {
            let inner = if fails {
                Value::Unknown
            } else if transparent {
                value.clone()
            } else {
                let member_name = member_of(&path, &index.to_string());
                member(value.clone(), &member_name, self.positions.pattern(element))
            };
            self.bind(element, inner, inner_type.cloned());
        }
    }
}

/// A member as the pattern of a variant or struct names it: the variants of an enum have members of the same names.
fn member_of(path: &[String], member: &str) -> String {
    match path.last() {
        Some(variant) if variant != "Self" => selector::of_variant(variant, member),
        _ => member.to_owned(),
    }
}

fn strip_type(pattern: &Pat) -> &Pat {
    match pattern {
        Pat::Type(typed) => strip_type(&typed.pat),
        other => other,
    }
}

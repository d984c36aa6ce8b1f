//! Calls: known functions by the table, combinators of `Option` and `Result`, and sinks.

use std::sync::Arc;

use syn::Expr;

use super::flow::{element, is_constant_name};
use super::{Walker, bounded, is_own_type, join, strip_reference, typed};
use super::{filters, iterators, numbers, picks};
use crate::analyze::rust::literal::{segments, type_ref};
use crate::analyze::rust::model::{CallSite, FieldWrite, NamedValue, SinkCall, TypeRef, Use, WriteKind};
use crate::analyze::rust::table::{SinkShape, Treatment};
use crate::fact::selector;
use crate::fact::{Argument, CALLED, Call, Callee, Encoding, EnvRead, Handed, Name, Record, RecordField, Value};
use crate::names::{self, NameClass};
use crate::secret::Secret;
use crate::span::Span;

/// Chains of methods are looked at this far for their beginning.
const LONGEST_CHAIN: usize = 60;
/// Parameters of a function that is an argument itself.
const MOST_HANDED: usize = 3;
/// The name of a variable or setting is no longer.
const LONGEST_NAME: usize = 80;
/// Arguments of a call that are looked at where one of them is a function.
const MOST_TAKING: usize = 16;

impl Walker<'_> {
    /// `path(arguments)`.
    pub(super) fn call(&mut self, call: &syn::ExprCall) -> Value {
        let Some((path, names)) = self.callee(&call.func) else {
            let callee = self.expr(&call.func);
            let arguments = call.args.iter().map(|argument| self.expr(argument)).collect();
            let span = self.positions.span(call.paren_token.span.join());
            return self.called_value(callee, arguments, span);
        };
        let span = self.positions.path(path).to(self.positions.span(call.paren_token.span.close()));
        if let [name] = names.as_slice()
            && let Some(local) = self.local_named(name)
        {
            let (callee, closure) = (local.value.clone(), local.closure.clone());
            let arguments: Vec<Value> = call.args.iter().map(|argument| self.expr(argument)).collect();
            return self.called_local(callee, closure.as_deref(), arguments, span);
        }
        let last = names.last().cloned().unwrap_or_default();
        if last == "Err" {
            for argument in &call.args {
                self.expr(argument);
                self.message(argument);
            }
            return Value::Never;
        }
        if last == "replace"
            && let ([.., module, _], Some(target), 2) = (names.as_slice(), call.args.first(), call.args.len())
            && module == "mem"
        {
            let old = self.expr(target);
            let new = call.args.last().map_or(Value::Unknown, |new| self.expr(new));
            self.mutate(target, |_| new);
            return old;
        }
        // `array::from_fn(|at| SAND[at])`
        if let ("from_fn", Some(Expr::Closure(function)), 1) = (last.as_str(), call.args.first(), call.args.len()) {
            return self.counted(function);
        }
        let treatment = self.table.function(&names);
        if treatment.is_none()
            && let Some(method) = self.written_as_method(call, path, &names)
        {
            return self.method_call(&method);
        }
        let arguments = self
            .arguments_of(&call.args, span, || Callee::Path(Name { segments: names.clone(), span: Span::new(0, 0) }));
        self.path_sink(path, &names, &arguments, span);
        self.checked(&last, call.args.iter());
        self.fill_randomly(&last, call.args.iter());
        if names.len() > 1
            && matches!(last.as_str(), "exit" | "abort" | "panic" | "panic_any" | "unreachable_unchecked")
        {
            return Value::Never;
        }
        // `Engine::decode(&STANDARD, text)`
        if let ([.., of_trait, function], Some(engine), 2..) = (names.as_slice(), call.args.first(), arguments.len())
            && of_trait == "Engine"
            && function.starts_with("decode")
        {
            let encoding = self.engine_of(engine).unwrap_or(Encoding::Base64);
            return self.decoded(encoding, arguments.into_iter().nth(1));
        }
        match treatment {
            Some(Treatment::Channel) => match self.channel(&names, &arguments, span) {
                Some(ends) => ends,
                None => self.unknown_call(names, path, arguments, span),
            },
            None if numbers::gives_bytes(&last) => {
                numbers::in_bytes(arguments.into_iter().next().unwrap_or(Value::Unknown), span)
            }
            Some(Treatment::Convert) => match arguments.into_iter().next() {
                Some(value) => opened(value),
                None => Value::Unknown,
            },
            Some(Treatment::Decode(encoding)) => {
                self.decode_into(&call.args, encoding, &arguments);
                self.decoded(encoding, arguments.into_iter().next())
            }
            Some(Treatment::Derive(position)) => self.derived(&call.args, arguments.into_iter().nth(position)),
            Some(Treatment::Environment(with_default)) => self.environment(&call.args, arguments, with_default, span),
            Some(Treatment::External) => Value::Env(EnvRead { name: None, span, compile_time: false }),
            Some(Treatment::Random) => Value::Random,
            Some(Treatment::Fixed) => self.fixed(call, span),
            Some(Treatment::NamedWrite) => {
                self.named_write(&call.args, &arguments);
                Value::Unknown
            }
            Some(Treatment::Settings) | None => {
                if treatment.is_some() {
                    self.settings_in(arguments.first());
                }
                let value = self.unknown_call(names, path, arguments, span);
                match path.segments.last().and_then(turbofish).or_else(|| held_by_pointer(path)) {
                    Some(of) => typed(value, &of),
                    None => value,
                }
            }
        }
    }

    /// `Arc::clone(&key)`, `<T as AsRef<[u8]>>::as_ref(&key)` as the call of a method that they are.
    fn written_as_method(
        &self,
        call: &syn::ExprCall,
        path: &syn::Path,
        names: &[String],
    ) -> Option<syn::ExprMethodCall> {
        let of_parameter = || is_type_parameter(&names[0]) && self.table.is_method(&segments(path));
        if call.args.is_empty() || names.len() < 2 || !(self.table.is_method(names) || of_parameter()) {
            return None;
        }
        let mut args = call.args.iter().cloned();
        let receiver = Box::new(args.next()?);
        let last = path.segments.last()?;
        let turbofish = match &last.arguments {
            syn::PathArguments::AngleBracketed(generics) => Some(generics.clone()),
            _ => None,
        };
        Some(syn::ExprMethodCall {
            attrs: Vec::new(),
            receiver,
            dot_token: syn::token::Dot::default(),
            method: last.ident.clone(),
            turbofish,
            paren_token: call.paren_token,
            args: args.collect(),
        })
    }

    /// `Uuid::nil()`, `StdRng::seed_from_u64(42)`: as good as written out, if what it is made of is.
    fn fixed(&mut self, call: &syn::ExprCall, span: Span) -> Value {
        if !call.args.iter().all(|argument| is_fixed(argument, 0)) {
            return Value::Unknown;
        }
        let text = self.positions.text.get(span.range()).unwrap_or_default();
        Value::Decoded(Encoding::Digest, Arc::new(Value::literal(text, span)))
    }

    /// What is called, if it is a path: `a::b`, `(a::b)`; of `<A as B>::c` the type and the function.
    fn callee<'e>(&self, callee: &'e Expr) -> Option<(&'e syn::Path, Vec<String>)> {
        match callee {
            Expr::Path(path) => {
                let own = path.qself.as_ref().map(|qself| type_ref(&qself.ty).path).unwrap_or_default();
                let names = segments(&path.path);
                match (own.last().map(String::as_str), names.last()) {
                    (Some("[]"), Some(function)) => Some((&path.path, vec!["array".to_owned(), function.clone()])),
                    // Of a type that is a parameter's own, only the trait is known: `<R::Keys as Source>::key`.
                    (Some(_), Some(_)) if own.len() > 1 && names.len() > 1 && is_type_parameter(&own[0]) => {
                        Some((&path.path, names))
                    }
                    (Some(_), Some(function)) => {
                        Some((&path.path, own.iter().chain(std::iter::once(function)).cloned().collect()))
                    }
                    _ => Some((&path.path, names)),
                }
            }
            Expr::Paren(inner) => self.callee(&inner.expr),
            Expr::Group(inner) => self.callee(&inner.expr),
            _ => None,
        }
    }

    /// What a name that is imported under another one is called where it comes from.
    fn name_at_origin<'n>(&'n self, name: &'n str) -> &'n str {
        let file = self.around.unwrap_or(self.out);
        let uses = file.modules.get(self.site.module).map(|module| module.uses.as_slice()).unwrap_or_default();
        let import = uses.iter().find(|import| import.alias.as_deref() == Some(name));
        import.and_then(|import| import.path.last()).map_or(name, String::as_str)
    }

    /// The arguments of a call; a closure among them is given what the function that is called gives it.
    fn arguments_of(
        &mut self,
        written: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        span: Span,
        callee: impl Fn() -> Callee,
    ) -> Vec<Value> {
        let mut arguments: Vec<Value> = Vec::with_capacity(written.len());
        for argument in written {
            let handed_by_callee = |parameters| {
                let before = arguments.iter().take(MOST_TAKING).cloned();
                let given = before.map(|value| Argument { label: None, value }).collect();
                handed(callee(), given, arguments.len(), parameters, span)
            };
            let value = match argument {
                Expr::Closure(closure) if !closure.inputs.is_empty() => {
                    self.closure(closure, &handed_by_callee(closure.inputs.len()))
                }
                Expr::Path(path) if self.names_sink(&path.path) => {
                    let handed = handed_by_callee(MOST_HANDED);
                    let at = self.positions.path(&path.path);
                    self.path_sink(&path.path, &segments(&path.path), &handed, at);
                    self.expr(argument)
                }
                argument => self.expr(argument),
            };
            arguments.push(value);
        }
        arguments
    }

    /// Whether a path ends like a function that takes a key: `make(EncodingKey::from_secret)`.
    fn names_sink(&self, path: &syn::Path) -> bool {
        path.segments.len() > 1
            && path.segments.last().is_some_and(|last| !self.table.functions_named(&last.ident.to_string()).is_empty())
    }

    /// What a local gives that is called, or handed on to be called.
    fn called_local(
        &mut self,
        callee: Value,
        closure: Option<&syn::ExprClosure>,
        arguments: Vec<Value>,
        span: Span,
    ) -> Value {
        match closure {
            Some(closure) => called(self.walked_again(closure, &arguments, callee)),
            None => self.called_value(callee, arguments, span),
        }
    }

    /// What a value gives that is called: a closure its result, a parameter what callers give for it.
    fn called_value(&mut self, callee: Value, arguments: Vec<Value>, span: Span) -> Value {
        match called(callee.clone()) {
            Value::Unknown if is_elsewhere(&callee) => {
                self.record_call(Callee::Method(callee, CALLED.to_owned()), arguments, span)
            }
            value => value,
        }
    }

    /// A function that may be in the workspace, or a tuple struct.
    fn unknown_call(&mut self, names: Vec<String>, path: &syn::Path, arguments: Vec<Value>, span: Span) -> Value {
        let name = Name { segments: names, span: self.positions.path(path) };
        let constructor = name.segments.last().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()));
        if constructor {
            let type_name = crate::analyze::rust::model::TypeRef { path: name.segments.clone(), arguments: Vec::new() };
            let mut fields = Vec::with_capacity(arguments.len());
            for (index, value) in arguments.into_iter().enumerate() {
                self.write_field(Some(type_name.clone()), None, &index.to_string(), value.clone(), span);
                fields.push(RecordField { name: index.to_string(), span, value });
            }
            return bounded(Value::Record(Arc::new(Record { type_name: Some(name), fields, rest: None })));
        }
        self.record_call(Callee::Path(name), arguments, span)
    }

    pub(super) fn record_call(&mut self, callee: Callee, arguments: Vec<Value>, span: Span) -> Value {
        let arguments = arguments.into_iter().map(|value| Argument { label: None, value }).collect();
        let value = bounded(Value::Call(Arc::new(Call { callee, arguments, span })));
        if let Value::Call(call) = &value {
            self.out.calls.push(CallSite { call: call.clone(), site: self.site });
            self.functions_handed(call);
            self.helper_by_name(call);
        }
        value
    }

    /// Whether a method is one that the project gives the type of what it is called on: in this file, or where it
    /// otherwise would be that of a store or a list, in another.
    fn is_own_method(&self, receiver: &Expr, value: &Value, method: &str) -> bool {
        /// Methods of iterators and lists that others often have, too.
        const SEARCHES: [&str; 5] = ["find", "first", "last", "next", "values"];
        let file = self.around.unwrap_or(self.out);
        let reads = self.table.is_store_read(method) || SEARCHES.contains(&method);
        if !reads && !file.own_methods.know(method) {
            return false;
        }
        let imports = file.modules.get(self.site.module).map_or(&[][..], |module| &module.uses);
        let is_imported = |owner: &str| {
            let of_crate = |one: &Use| matches!(one.path.first().map(String::as_str), Some("crate" | "super" | "self"));
            imports.iter().any(|one| one.alias.as_deref() == Some(owner) && of_crate(one))
        };
        let has = |owner: &str| file.own_methods.has(owner, method) || reads && is_imported(owner);
        let is_bound = |of: &TypeRef| {
            let generics = self.site.function.and_then(|function| file.functions.get(function));
            let mut bounds = generics.into_iter().flat_map(|function| &function.generics);
            bounds.any(|(name, bound)| of.path.first() == Some(name) && bound.holds(&has))
        };
        let is_own = |of: &TypeRef| is_on(of, &has) || is_bound(of);
        match strip_reference(receiver) {
            Expr::Path(path) if path.path.segments.len() == 1 => match self.type_of_local(receiver) {
                Some(of) => is_own(&of),
                None => {
                    let constant = path.path.get_ident().map(ToString::to_string);
                    constant.is_some_and(|name| file.own_methods.of_constant(&name).is_some_and(has))
                }
            },
            _ => super::type_of_constructor(value).is_some_and(|of| is_own(&of)),
        }
    }

    /// `env_or("JWT_SECRET", "…")`: what may be a read with a default, told by the name of what is read.
    fn helper_by_name(&mut self, call: &Arc<Call>) {
        let [Argument { value: Value::Literal(name), .. }, _, ..] = call.arguments.as_slice() else { return };
        let Some(text) = name.secret.expose_str().filter(|text| text.len() < LONGEST_NAME) else { return };
        let path: Vec<&str> = text.split(['.', '/']).collect();
        if names::classify(&path) == NameClass::Secret {
            let path = path.into_iter().map(str::to_owned).collect();
            let (value, site) = (Value::Call(call.clone()), self.site);
            let kind = WriteKind::ByHelper;
            self.out.named.push(NamedValue { path, value, span: name.span, kind, entry: None, site });
        }
    }

    /// `.env("JWT_SECRET", "…")`, `map.insert("JWT_SECRET", "…")`, `("JWT_SECRET", "…")`: a constant beside the name of
    /// what it is.
    pub(super) fn named_pair(&mut self, key: &Value, value: &Value, span: Span) {
        self.named_pair_in(&[], key, value, span);
    }

    /// The same in an object that is called so: `"jwt": { "secret": "…" }`.
    pub(super) fn named_pair_in(&mut self, around: &[String], key: &Value, value: &Value, span: Span) {
        if !is_written_out(value) || super::is_mask(value) {
            return;
        }
        // Words with spaces between them are what somebody reads beside the name.
        if text_of(value).is_some_and(|text| text.contains(char::is_whitespace)) {
            return;
        }
        let Some(name) = text_of(key).filter(|name| name.len() < LONGEST_NAME) else { return };
        let own = name.split(['.', '/']);
        let path = around.iter().map(String::as_str).chain(own).map(|part| part.replace('-', "_"));
        let path: Vec<String> = path.filter(|part| !part.is_empty()).collect();
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        if names::classify(&parts) == NameClass::Secret {
            self.named(&parts, value, span, WriteKind::Given);
        }
    }

    /// `["PORT=80", "JWT_SECRET=…"]`: variables as a container or process is given them.
    pub(super) fn named_in_texts(&mut self, list: &[RecordField]) {
        for element in list {
            let Value::Literal(literal) = &element.value else { continue };
            let Some((name, value)) = literal.secret.expose_str().and_then(|text| text.split_once('=')) else {
                continue;
            };
            if is_constant_name(Some(&name.to_owned())) {
                let key = Value::literal(name, element.span);
                let value = Value::literal(value, self.within_literal(literal, value));
                self.named_pair(&key, &value, element.span);
            }
        }
    }

    /// `EnvVar { name: "JWT_SECRET".into(), value: Some("…".into()) }`
    pub(super) fn named_in_record(&mut self, fields: &[RecordField]) {
        let field = |names: &[&str]| fields.iter().find(|field| names.contains(&field.name.as_str()));
        let (Some(key), Some(value)) = (field(&["name", "key"]), field(&["value"])) else { return };
        // Of other names there may be a label or a type beside them.
        if text_of(&key.value).is_some_and(|name| is_constant_name(Some(&name)) || name.contains(['.', '/'])) {
            let (key, span) = (key.value.clone(), key.span);
            let value = value.value.clone();
            self.named_pair(&key, &value, span);
        }
    }

    /// A function that is an argument is called by whoever takes it.
    fn functions_handed(&mut self, call: &Arc<Call>) {
        for (index, argument) in call.arguments.iter().enumerate().take(MOST_TAKING) {
            let Value::Name(name) = &argument.value else { continue };
            if !name.segments.last().is_some_and(|last| last.starts_with(|first: char| first.is_ascii_lowercase())) {
                continue;
            }
            let given = handed(call.callee.clone(), call.arguments.clone(), index, MOST_HANDED, call.span);
            let arguments = given.into_iter().map(|value| Argument { label: None, value }).collect();
            let callee = Callee::Path((**name).clone());
            let call = Arc::new(Call { callee, arguments, span: name.span });
            self.out.calls.push(CallSite { call, site: self.site });
        }
    }

    /// `receiver.method(arguments)`.
    pub(super) fn method_call(&mut self, call: &syn::ExprMethodCall) -> Value {
        let method = call.method.to_string();
        let span = self.positions.span(call.method.span()).to(self.positions.span(call.paren_token.span.close()));
        let receiver = self.expr(&call.receiver);
        if self.is_own_method(&call.receiver, &receiver, &method) {
            let arguments = self.arguments_of(&call.args, span, || Callee::Method(receiver.clone(), method.clone()));
            self.method_sink(&method, call, &arguments, span);
            self.checked(&method, call.args.iter());
            self.builder_setter(&method, call, &receiver, &arguments);
            return self.record_call(Callee::Method(receiver, method), arguments, span);
        }
        if let Some(value) = self.combinator(&method, &receiver, call) {
            return value;
        }
        let arguments = self.arguments_of(&call.args, span, || Callee::Method(receiver.clone(), method.clone()));
        self.method_sink(&method, call, &arguments, span);
        if self.conditions == 0 && self.table.stops_checking(&method) {
            self.unchecked.push(method.clone());
        }
        self.checked(&method, call.args.iter());
        if is_constant(&receiver) && self.table.fills_randomly(&method) {
            self.fill(call.args.iter(), &receiver);
        } else {
            self.fill_randomly(&method, call.args.iter());
        }
        if let Some(position) = self.table.derivation(&method) {
            return self.derived(&call.args, arguments.into_iter().nth(position));
        }
        if self.table.derives_into(&method) && !matches!(receiver, Value::Unknown) {
            self.fill(call.args.iter(), &receiver);
        }
        self.defaults_by_name(&method, call, &arguments);
        if let ("env" | "insert" | "put", [key, value]) = (method.as_str(), arguments.as_slice()) {
            self.named_pair(key, value, call.args.first().map_or(span, |key| self.positions.expr(key)));
        }
        if matches!(method.as_str(), "decode" | "decode_vec" | "decode_slice" | "decode_mut" | "encode")
            && let Some(encoding) = self.engine_of(&call.receiver)
        {
            if method == "encode" {
                return self.decoded(Encoding::Digest, arguments.into_iter().next());
            }
            self.decode_into(&call.args, encoding, &arguments);
            return self.decoded(encoding, arguments.into_iter().next());
        }
        self.builder_setter(&method, call, &receiver, &arguments);
        if let [value] = arguments.as_slice()
            && self.table.sends(&method)
        {
            self.sent(&receiver, value.clone(), span);
        }
        if let Some(items) = iterators::adapted(&method, &receiver, &arguments, span) {
            return bounded(items);
        }
        match method.as_str() {
            "push_str" | "extend_from_slice" | "extend" | "append" | "push" | "insert_str" | "write_str"
            | "write_all" | "update" => {
                let byte = call.args.last().and_then(|argument| self.single_byte(argument));
                if let Some(added) = byte.or_else(|| arguments.into_iter().last()) {
                    self.holder_write(&receiver, added.clone());
                    if method == "push" && !matches!(added, Value::Unknown | Value::Never) {
                        let element = RecordField { name: "0".to_owned(), span, value: added.clone() };
                        self.added_to_member(&call.receiver, super::list(vec![element], span));
                    }
                    self.mutate(&call.receiver, |old| appended(old, added));
                }
                Value::Unknown
            }
            "copy_from_slice" | "clone_from_slice" | "clone_from" | "set" | "replace" | "insert" | "store" | "swap"
                if call.args.len() == 1 =>
            {
                let Some(new) = arguments.into_iter().next() else { return Value::Unknown };
                self.holder_write(&receiver, new.clone());
                match strip_reference(&call.receiver) {
                    // `self.key.replace(…)` gives a member its value.
                    Expr::Field(target) => self.assign_member(target, new.clone()),
                    target => self.mutate(target, |_| new.clone()),
                }
                // `key.insert(…)` of an option gives what is in it now.
                if method == "insert" { new } else { Value::Unknown }
            }
            "chain_update" => {
                let added = arguments.into_iter().next().unwrap_or(Value::Unknown);
                bounded(appended(receiver, added))
            }
            // A part of a text.
            "get" if matches!(call.args.first(), Some(Expr::Range(_))) => receiver,
            "next" | "nth" | "first" | "last" | "peek" | "pop" | "pop_front" | "pop_back"
                if selector::holds_list(&receiver) =>
            {
                element(receiver)
            }
            "chain" if call.args.len() == 1 => {
                let added = arguments.into_iter().next().unwrap_or(Value::Unknown);
                bounded(Value::Concat(vec![opened(receiver), added]))
            }
            "call" if call.args.is_empty() => match self.call_of_builder(call, span) {
                Some(value) => value,
                None => self.record_call(Callee::Method(receiver, method), Vec::new(), span),
            },
            _ if numbers::gives_bytes(&method) => numbers::in_bytes(receiver, span),
            "block_on" | "block_in_place" => arguments.into_iter().next().map_or(Value::Unknown, opened),
            // `task_local!`
            "scope" | "sync_scope" if call.args.len() == 2 => {
                let value = arguments.into_iter().next().unwrap_or(Value::Unknown);
                self.holder_write(&receiver, value);
                Value::Unknown
            }
            "insert" | "insert_entry" | "try_insert" if call.args.len() == 2 => {
                self.inserted(&call.receiver, &receiver, tuple(arguments, span), span);
                Value::Unknown
            }
            "get_or_init" | "get_or_try_init" => arguments.into_iter().next().map_or(receiver, opened),
            "get_or_insert_with" | "get_or_insert" => match arguments.into_iter().next() {
                Some(default) => fallback(receiver, opened(default)),
                None => receiver,
            },
            _ if self.table.is_named_write(&method) => {
                self.named_write(&call.args, &arguments);
                receiver
            }
            _ if self.table.is_random(&method) && call.args.len() <= 1 && !is_constant(&receiver) => Value::Random,
            // What a seeded generator gives is known to who knows the seed.
            _ if self.table.is_random(&method) && is_constant(&receiver) => receiver,
            _ if self.table.is_store_read(&method) && !arguments.is_empty() => {
                let name = arguments.first().and_then(text_of);
                match name {
                    Some(name) if is_lookup(&method) => self.entry(receiver, Some(&name), span),
                    Some(name) => Value::Env(EnvRead { name: Some(name), span, compile_time: false }),
                    None if is_lookup(&method) && selector::holds_list(&receiver) => {
                        Value::Field(Arc::new(receiver), selector::ANY.to_owned(), span)
                    }
                    None => self.record_call(Callee::Method(receiver, method), arguments, span),
                }
            }
            // `config.pointer("/jwt/secret")`
            "pointer"
                if let [pointer] = arguments.as_slice()
                    && let Some(path) = text_of(pointer)
                    && path.starts_with('/') =>
            {
                let read = Value::Env(EnvRead { name: Some(path[1..].replace('/', ".")), span, compile_time: false });
                if selector::holds_list(&receiver) || matches!(receiver, Value::Name(_) | Value::Via(_)) {
                    let entry = |base, key| Value::Field(Arc::new(base), selector::entry(key), span);
                    bounded(join(read, path[1..].split('/').fold(receiver, entry)))
                } else {
                    read
                }
            }
            // Either side of a text may be the secret.
            "split_once" | "rsplit_once" | "split_at" => tuple(vec![receiver.clone(), receiver], span),
            // A type of the project's own may have a method of this name that does more.
            _ if is_ambiguous(&method) && call.args.is_empty() && is_elsewhere(&receiver) => {
                self.record_call(Callee::Method(receiver, method), Vec::new(), span)
            }
            _ if self.table.is_conversion(&method) => {
                let receiver = opened(receiver);
                if method == "into"
                    && let Some(of) = self.type_of_local(&call.receiver)
                    && let [made] = of.arguments.as_slice()
                    && of.path.last().is_some_and(|name| name == "Into")
                {
                    return self.converted(&Expr::MethodCall(call.clone()), made, &receiver).unwrap_or(receiver);
                }
                match call.turbofish.as_ref().and_then(|of| of.args.first()) {
                    Some(syn::GenericArgument::Type(of)) => {
                        self.converted(&Expr::MethodCall(call.clone()), &type_ref(of), &receiver).unwrap_or(receiver)
                    }
                    _ => receiver,
                }
            }
            _ => {
                let value = self.record_call(Callee::Method(receiver, method), arguments, span);
                let written = call.turbofish.as_ref().and_then(|generics| generics.args.first());
                match written {
                    Some(syn::GenericArgument::Type(of)) => typed(value, &type_ref(of)),
                    _ => value,
                }
            }
        }
    }

    /// `ConfigBuilder::default().secret("…")`, `Config::builder().secret("…")`: a member is given its value by a
    /// method that a derive macro makes, `config.set_secret("…")` too.
    fn builder_setter(&mut self, method: &str, call: &syn::ExprMethodCall, receiver: &Value, arguments: &[Value]) {
        let [value] = arguments else { return };
        let span = self.positions.span(call.method.span());
        let set = method.strip_prefix("set_").or_else(|| method.strip_prefix("with_"));
        match (built_type(&call.receiver), set) {
            (Some(of_type), set) => {
                self.write_field(Some(of_type), None, set.unwrap_or(method), value.clone(), span);
            }
            (None, Some(member)) => self.write_field(None, Some(receiver.clone()), member, value.clone(), span),
            // `options.jwt_secret("…")`: what is called like this and given a text is told the secret.
            (None, None) if is_constant(value) && names::classify(&[method]) == NameClass::Secret => {
                self.write_field(None, Some(receiver.clone()), method, value.clone(), span);
            }
            (None, None) => {}
        }
    }

    /// `sign().subject("…").key("…").call()`: a function that is given its arguments one by one, by their names.
    fn call_of_builder(&mut self, call: &syn::ExprMethodCall, span: Span) -> Option<Value> {
        let (segments, start) = chain_start(&call.receiver).filter(|(_, start)| start.args.is_empty())?;
        let mut arguments = Vec::new();
        let mut at = &*call.receiver;
        for _ in 0..LONGEST_CHAIN {
            let Expr::MethodCall(setter) = at else { break };
            if let Some(given) = setter.args.first().filter(|_| setter.args.len() == 1) {
                arguments.push(Argument { label: Some(setter.method.to_string()), value: self.expr(given) });
            }
            at = &setter.receiver;
        }
        let name = Name { segments, span: self.positions.expr(&start.func) };
        let value = bounded(Value::Call(Arc::new(Call { callee: Callee::Path(name), arguments, span })));
        if let Value::Call(call) = &value {
            self.out.calls.push(CallSite { call: call.clone(), site: self.site });
        }
        Some(value)
    }

    /// A pair is put into a map.
    fn inserted(&mut self, map: &Expr, holder: &Value, pair: Value, span: Span) {
        self.holder_write(holder, with_element(Value::Unknown, pair.clone(), span));
        self.added_to_member(map, with_element(Value::Unknown, pair.clone(), span));
        self.mutate(map, |old| with_element(old, pair, span));
    }

    /// `map.entry(key).or_insert(value)`
    fn inserted_by_entry(&mut self, entry: &Expr, value: &Value, span: Span) {
        let Expr::MethodCall(entry) = strip_reference(entry) else { return };
        let (true, Some(key), 1) = (entry.method == "entry", entry.args.first(), entry.args.len()) else { return };
        let (key, holder) = (self.expr(key), self.expr(&entry.receiver));
        self.inserted(&entry.receiver, &holder, tuple(vec![key, value.clone()], span), span);
    }

    /// The methods of `Option`, `Result`, iterators and booleans that choose between values.
    fn combinator(&mut self, method: &str, receiver: &Value, call: &syn::ExprMethodCall) -> Option<Value> {
        let mut arguments = call.args.iter();
        let first = arguments.next();
        let span = self.positions.span(call.method.span());
        let value = match (method, first) {
            ("unwrap_or" | "or" | "xor" | "unwrap_or_with" | "or_insert", Some(default)) => {
                let default = self.expr(default);
                self.inserted_by_entry(&call.receiver, &default, span);
                fallback(receiver.clone(), default)
            }
            ("unwrap_or_else" | "or_else" | "or_insert_with", Some(default)) => {
                let default = self.applied(default, &[]);
                self.inserted_by_entry(&call.receiver, &default, span);
                fallback(receiver.clone(), default)
            }
            // `(0..32).map(|at| SAND[at])`
            ("map", Some(Expr::Closure(function))) if picks::is_range(&call.receiver) => self.counted(function),
            ("fallback" | "fallback_with", Some(default)) if is_option(&call.receiver) => {
                let default = self.applied(default, &[]);
                fallback(receiver.clone(), default)
            }
            // The first of a chain is the fallback of none in front: `names.chain(once("…")).next()`.
            ("next", None) if let Value::Concat(parts) = receiver => match parts.as_slice() {
                [first, second] if is_chain(&call.receiver) => fallback(first.clone(), second.clone()),
                _ => return None,
            },
            ("and", Some(other @ Expr::Call(of))) if self.is_wrapper(&of.func) => self.expr(other),
            ("fold" | "reduce", Some(init)) => {
                let start = if method == "fold" { self.expr(init) } else { Value::Unknown };
                if let Some(Expr::Closure(closure)) = call.args.last() {
                    self.closure(closure, &[start.clone(), element(receiver.clone())]);
                }
                match joined(receiver.clone()) {
                    Value::Concat(parts) if parts.iter().all(is_constant) => appended(start, Value::Concat(parts)),
                    _ => Value::Unknown,
                }
            }
            ("unwrap_or_default", None) if is_constant(receiver) => receiver.clone(),
            ("unwrap_or_default", None) => fallback(receiver.clone(), Value::literal(Secret::default(), span)),
            ("map_or", Some(default)) => {
                let default = self.expr(default);
                let mapped = arguments.next().map(|function| self.applied(function, std::slice::from_ref(receiver)));
                fallback(mapped.unwrap_or(Value::Unknown), default)
            }
            ("map_or_else", Some(default)) => {
                let default = self.applied(default, &[]);
                let mapped = arguments.next().map(|function| self.applied(function, std::slice::from_ref(receiver)));
                fallback(mapped.unwrap_or(Value::Unknown), default)
            }
            ("map" | "and_then" | "then", Some(function @ Expr::Path(_))) => {
                let of_row = filters::given(receiver, span);
                self.applied(function, &of_row.unwrap_or_else(|| vec![element(receiver.clone())]))
            }
            ("then" | "then_some", Some(Expr::Closure(_))) => {
                let before = self.take_for_there(&call.receiver);
                let value = self.applied(first?, &[element(receiver.clone())]);
                self.restore(before);
                value
            }
            (
                "map" | "and_then" | "then" | "find_map" | "filter_map" | "flat_map" | "map_while" | "for_each",
                Some(function),
            ) => self.applied(function, &[element(receiver.clone())]),
            ("any" | "all" | "position" | "try_for_each", Some(function)) => {
                self.applied(function, &[element(receiver.clone())]);
                Value::Unknown
            }
            ("find" | "max_by_key" | "min_by_key", Some(function)) => {
                let item = element(receiver.clone());
                self.applied(function, std::slice::from_ref(&item));
                // `DEFAULTS.iter().find(|(name, _)| *name == "jwt_secret")`
                match key_sought(function).map(|key| self.expr(key)).as_ref().and_then(text_of) {
                    Some(key) => {
                        let found = Value::Field(Arc::new(receiver.clone()), selector::entry(&key), span);
                        tuple(vec![Value::literal(key, span), found], span)
                    }
                    None => item,
                }
            }
            ("values" | "into_values" | "values_mut", None) => {
                Value::Field(Arc::new(receiver.clone()), selector::ANY.to_owned(), span)
            }
            ("with" | "with_borrow", Some(Expr::Closure(closure))) => {
                opened(self.closure(closure, std::slice::from_ref(receiver)))
            }
            ("then_some", Some(value)) => self.expr(value),
            ("filter" | "inspect" | "take_while" | "skip_while", Some(function)) => {
                self.applied(function, &[element(receiver.clone())]);
                receiver.clone()
            }
            // These get the error, or nothing: never what went well.
            ("map_err" | "ok_or_else" | "with_context" | "inspect_err" | "wrap_err_with", Some(function)) => {
                self.applied(function, &[]);
                self.message(function);
                receiver.clone()
            }
            ("join", Some(Expr::Call(_) | Expr::Tuple(_) | Expr::MethodCall(_) | Expr::Macro(_))) => return None,
            // That of a thread takes nothing.
            ("join", None) => joined(receiver.clone()),
            ("join" | "concat", _) => joined_there(receiver.clone(), span),
            _ => return None,
        };
        Some(self.fallback_by_name(value))
    }

    /// What a function value gives for `arguments`: a closure's result, a call of a path.
    fn applied(&mut self, function: &Expr, arguments: &[Value]) -> Value {
        match function {
            Expr::Closure(closure) => opened(self.closure(closure, arguments)),
            Expr::Paren(inner) => self.applied(&inner.expr, arguments),
            Expr::Path(path) => {
                let names = qualified(&path.path);
                let span = self.positions.path(&path.path);
                if let [name] = names.as_slice()
                    && let Some(local) = self.local_named(name)
                {
                    let (callee, closure) = (local.value.clone(), local.closure.clone());
                    return self.called_local(callee, closure.as_deref(), arguments.to_vec(), span);
                }
                match self.table.function(&names) {
                    Some(Treatment::Convert) => arguments.first().cloned().unwrap_or(Value::Unknown),
                    Some(Treatment::Decode(encoding)) => self.decoded(encoding, arguments.first().cloned()),
                    Some(Treatment::Derive(position)) => {
                        self.decoded(Encoding::Digest, arguments.get(position).cloned())
                    }
                    Some(Treatment::Random) => Value::Random,
                    Some(Treatment::Environment(_)) => {
                        let name = arguments.first().and_then(text_of);
                        Value::Env(EnvRead { name, span, compile_time: false })
                    }
                    Some(_) => Value::Unknown,
                    None if names.last().is_some_and(|last| numbers::gives_bytes(last)) => {
                        numbers::in_bytes(arguments.first().cloned().unwrap_or(Value::Unknown), span)
                    }
                    None if conversion_as_path(&names, self) => arguments.first().cloned().unwrap_or(Value::Unknown),
                    None => {
                        self.path_sink(&path.path, &names, arguments, span);
                        self.unknown_call(names, &path.path, arguments.to_vec(), span)
                    }
                }
            }
            other => opened(self.expr(other)),
        }
    }

    fn decoded(&mut self, encoding: Encoding, value: Option<Value>) -> Value {
        match value {
            Some(Value::Unknown) | None => Value::Unknown,
            Some(value) => Value::Decoded(encoding, Arc::new(value)),
        }
    }

    /// `pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut key)`: a key made of another secret, which the buffers hold.
    fn derived(
        &mut self,
        arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        secret: Option<Value>,
    ) -> Value {
        let value = self.decoded(Encoding::Digest, secret);
        self.fill(arguments.iter(), &value);
        value
    }

    /// `decode_slice(text, &mut buffer)`: the buffer holds the decoded text.
    fn decode_into(
        &mut self,
        arguments: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        encoding: Encoding,
        values: &[Value],
    ) {
        let buffer = arguments.iter().skip(1).find_map(|argument| match argument {
            Expr::Reference(buffer) if buffer.mutability.is_some() => Some(buffer),
            _ => None,
        });
        if let (Some(buffer), Some(value)) = (buffer, values.first()) {
            let value = Value::Decoded(encoding, Arc::new(value.clone()));
            self.mutate(&buffer.expr, |_| value);
        }
    }

    fn engine_of(&self, receiver: &Expr) -> Option<Encoding> {
        match strip_reference(receiver) {
            Expr::Path(path) => {
                let written = path.path.segments.last()?.ident.to_string();
                // `let engine = GeneralPurpose::new(&alphabet, config);`
                if let Some(local) = path.path.get_ident().and_then(|_| self.local_named(&written)) {
                    return is_engine(&local.value).then_some(Encoding::Base64);
                }
                let name = self.name_at_origin(&written);
                // A constant of the project's own that decodes is an engine too.
                self.table.engine(name).or_else(|| is_constant_name(Some(&written)).then_some(Encoding::Base64))
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => makes_engine(&segments(&path.path)).then_some(Encoding::Base64),
                _ => None,
            },
            _ => None,
        }
    }

    /// A byte or character that is appended: `key.push(b'k')`.
    fn single_byte(&self, argument: &Expr) -> Option<Value> {
        match argument {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Byte(_) | syn::Lit::Char(_), .. }) => {
                let byte = crate::analyze::rust::literal::byte(argument)?;
                Some(Value::literal(Secret::new(vec![byte]), self.positions.expr(argument)))
            }
            _ => None,
        }
    }

    /// Whether a call wraps what went well: `Ok(…)`, `Some(…)`.
    fn is_wrapper(&self, callee: &Expr) -> bool {
        matches!(callee, Expr::Path(path) if path.path.is_ident("Ok") || path.path.is_ident("Some"))
    }

    fn environment(
        &mut self,
        written: &syn::punctuated::Punctuated<Expr, syn::Token![,]>,
        mut arguments: Vec<Value>,
        with_default: bool,
        span: Span,
    ) -> Value {
        let name = arguments.first().and_then(text_of).or_else(|| constant_name(written.first()?));
        let read = Value::Env(EnvRead { name, span, compile_time: false });
        if with_default && arguments.len() > 1 {
            return fallback(read, arguments.swap_remove(1));
        }
        read
    }

    /// `set_default("jwt.secret", "…")`, `env::set_var("JWT_SECRET", "…")`.
    fn named_write(&mut self, written: &syn::punctuated::Punctuated<Expr, syn::Token![,]>, arguments: &[Value]) {
        let (Some(key), Some(value)) = (arguments.first(), arguments.get(1)) else { return };
        if let (Value::Param(key), Value::Param(value), Some(function)) = (key, value, self.site.function) {
            self.out.writers.push((function, *key, *value));
        }
        let span = written.first().map_or(Span::new(0, 0), |key| self.positions.expr(key));
        let (keys, values) = (each_of(key), each_of(value));
        if keys.len() == values.len() {
            // More than one: `for (name, value) in [("HOST", "…"), ("JWT_SECRET", "…")]`.
            for (key, value) in keys.iter().zip(values) {
                if let Some(name) = text_of(key) {
                    self.entry_write(name, value.clone(), span);
                }
            }
        }
    }

    /// `SECRET.set(value)` of a static holder: a write to what the name stands for.
    pub(super) fn holder_write(&mut self, receiver: &Value, value: Value) {
        if let Value::Name(name) = receiver
            && self.is_worth_keeping(&value)
        {
            let site = self.site;
            self.out.field_writes.push(crate::analyze::rust::model::FieldWrite {
                of_type: Some(crate::analyze::rust::model::TypeRef {
                    path: name.segments.clone(),
                    arguments: Vec::new(),
                }),
                base: None,
                field: "set".to_owned(),
                value,
                span: name.span,
                kind: WriteKind::Given,
                site,
            });
        }
    }

    /// `self.keys.insert(name, key)`, `self.keys.push(key)`: what a member of the type around holds besides.
    fn added_to_member(&mut self, receiver: &Expr, value: Value) {
        if let Expr::Field(target) = strip_reference(receiver)
            && let Expr::Path(of) = strip_reference(&target.base)
            && of.path.is_ident("self")
        {
            let (of_type, base) = (self.owner.clone(), Some(Value::This));
            let (field, span) = (super::member_name(&target.member), self.positions.member(&target.member));
            let (kind, site) = (WriteKind::Given, self.site);
            self.out.field_writes.push(FieldWrite { of_type, base, field, value, span, kind, site });
        }
    }

    /// `rng.fill_bytes(&mut key)`: the buffer is random from here on.
    fn fill_randomly<'e>(&mut self, function: &str, arguments: impl Iterator<Item = &'e Expr>) {
        let random = self.table.fills_randomly(function);
        for target in arguments.filter_map(buffer) {
            if random {
                self.mutate(target, |_| Value::Random);
            } else {
                // A blank buffer that is handed out to be written: what comes back is not known.
                self.mutate(target, |old| if is_blank(&old) { Value::Unknown } else { old });
            }
        }
    }

    /// The buffers among the arguments hold `value` from here on.
    fn fill<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>, value: &Value) {
        for target in arguments.filter_map(buffer) {
            self.mutate(target, |_| value.clone());
        }
    }

    /// `Arg::new("jwt-secret").default_value("…")`, `figment.merge(("jwt_secret", "…"))`.
    fn defaults_by_name(&mut self, method: &str, call: &syn::ExprMethodCall, arguments: &[Value]) {
        match method {
            "default_value" | "default_values" | "default_missing_value" => {
                let Some(argument) = argument_named(&call.receiver) else { return };
                let name = self.expr(argument);
                let (Some(name), Some(value)) = (text_of(&name), arguments.first()) else { return };
                let span = self.positions.expr(argument);
                self.entry_write(name, value.clone(), span);
            }
            "merge" | "join" | "admerge" | "adjoin" => {
                let Some(Expr::Tuple(pair)) = call.args.first() else { return };
                let [Some(key), Some(value)] = [0, 1].map(|at| pair.elems.get(at)) else { return };
                let (name, span) = (self.expr(key), self.positions.expr(key));
                let value = self.expr(value);
                if let Some(name) = text_of(&name) {
                    self.entry_write(name, value, span);
                }
            }
            _ => {}
        }
    }

    /// A value that an entry of a store is given by its name.
    pub(in crate::analyze::rust) fn entry_write(&mut self, name: String, value: Value, span: Span) {
        if self.is_worth_keeping(&value) {
            let path = name.split(['.', '/']).map(|part| part.replace('-', "_")).collect();
            let (kind, site) = (WriteKind::Default, self.site);
            self.out.named.push(NamedValue { path, value, span, kind, entry: Some(name), site });
        }
    }

    /// `let key: Key = "…".into()` calls `Key::from`, which no path names; gives what comes of it.
    pub(in crate::analyze::rust) fn converted(&mut self, expr: &Expr, of: &TypeRef, value: &Value) -> Option<Value> {
        let mut of = match of.path.last().map(String::as_str) {
            Some("Result" | "Option") => of.arguments.first().unwrap_or(of),
            _ => of,
        };
        let mut at = expr;
        for _ in 0..LONGEST_CHAIN {
            match at {
                Expr::Try(inner) => at = &inner.expr,
                // `Arc::new("…".into())`, `LazyLock::new(|| "…".into())`: what holds the type holds what is made of it.
                Expr::Call(call) if call.args.len() == 1 => {
                    at = call.args.first()?;
                    of = of.arguments.last()?;
                }
                Expr::Closure(closure) if closure.inputs.is_empty() => at = &closure.body,
                Expr::Block(block) => match block.block.stmts.last()? {
                    syn::Stmt::Expr(tail, None) => at = tail,
                    _ => return None,
                },
                Expr::MethodCall(call) => match call.method.to_string().as_str() {
                    "unwrap" | "expect" | "map_err" | "context" => at = &call.receiver,
                    name => {
                        let (function, _) = BY_CONVERSION.iter().find(|(_, method)| *method == name)?;
                        let mut segments = of.path.clone();
                        segments.push((*function).to_owned());
                        let span = self.positions.span(call.method.span());
                        let mut value = value;
                        while let Value::Closure(inner) = value {
                            value = inner;
                        }
                        let tells = is_own_type(of) && !matches!(value, Value::Unknown | Value::Never);
                        if !tells {
                            return None;
                        }
                        // `let key: Hs256Key = bytes.into();`
                        self.named_sink(&segments, std::slice::from_ref(value), span, None);
                        let callee = Callee::Path(Name { segments, span });
                        return Some(self.record_call(callee, vec![value.clone()], span));
                    }
                },
                _ => return None,
            }
        }
        None
    }

    fn path_sink(&mut self, path: &syn::Path, names: &[String], arguments: &[Value], span: Span) {
        self.named_sink(names, arguments, span, Some(path));
    }

    fn named_sink(&mut self, names: &[String], arguments: &[Value], span: Span, path: Option<&syn::Path>) {
        let Some(last) = names.last() else { return };
        let last = match names {
            [only] => self.name_at_origin(only),
            _ => last,
        };
        let count = arguments.len();
        let written = path.map(path_with_types);
        let fitting: Vec<usize> = self
            .table
            .functions_named(last)
            .iter()
            .copied()
            .filter(|&entry| {
                let sink = &self.table.sinks[entry];
                let SinkShape::Call(wanted) = &sink.shape else { return false };
                sink.argument < count
                    && sink.arity.is_none_or(|arity| arity == count)
                    && (wanted.len() == 1 || names.len() >= 2)
            })
            .collect();
        if fitting.is_empty() {
            return;
        }
        let values = fitting.iter().map(|&entry| arguments[self.table.sinks[entry].argument].clone()).collect();
        self.sink(fitting, names.to_vec(), values, span, written);
    }

    fn method_sink(&mut self, method: &str, call: &syn::ExprMethodCall, arguments: &[Value], span: Span) {
        let count = arguments.len();
        let fitting: Vec<usize> = self
            .table
            .methods_named(method)
            .iter()
            .copied()
            .filter(|&entry| {
                let sink = &self.table.sinks[entry];
                sink.argument < count && sink.arity.is_none_or(|arity| arity == count)
            })
            .collect();
        if fitting.is_empty() {
            return;
        }
        let receiver = match strip_reference(&call.receiver) {
            Expr::Path(path) => segments(&path.path),
            _ => Vec::new(),
        };
        let values = fitting.iter().map(|&entry| arguments[self.table.sinks[entry].argument].clone()).collect();
        let hint = receiver.last().cloned();
        self.sink(fitting, receiver, values, span, hint);
    }

    /// Records a value in a secret position.
    pub(in crate::analyze::rust) fn sink(
        &mut self,
        entries: Vec<usize>,
        path: Vec<String>,
        values: Vec<Value>,
        span: Span,
        hint: Option<String>,
    ) {
        if values.iter().all(|value| matches!(value, Value::Unknown | Value::Random | Value::Never)) {
            return;
        }
        let site = self.site;
        self.out.sinks.push(SinkCall { entries, path, values, span, algorithm_hint: hint, site });
    }
}

/// Functions of the standard traits that convert, and the methods that call them.
pub(crate) const BY_CONVERSION: [(&str, &str); 3] = [("from", "into"), ("try_from", "try_into"), ("from_str", "parse")];

/// What is handed out to be written: `&mut key`, `&mut key[..16]`, `key.as_mut()`.
fn buffer(argument: &Expr) -> Option<&Expr> {
    match argument {
        Expr::Reference(reference) if reference.mutability.is_some() => match &*reference.expr {
            Expr::Index(index) => Some(&index.expr),
            target => Some(target),
        },
        Expr::MethodCall(call) => {
            matches!(call.method.to_string().as_str(), "as_mut" | "as_mut_slice" | "borrow_mut" | "deref_mut")
                .then_some(&*call.receiver)
        }
        _ => None,
    }
}

/// What the function that is called gives to the closure that is its argument number `argument`.
fn handed(callee: Callee, given: Vec<Argument>, argument: usize, parameters: usize, span: Span) -> Vec<Value> {
    let call = Arc::new(Call { callee, arguments: given, span });
    let value = |position| bounded(Value::Handed(Arc::new(Handed { call: call.clone(), argument, position })));
    (0..parameters).map(value).collect()
}

/// The function that a chain of methods begins with, by its path, and the call of it.
fn chain_start(receiver: &Expr) -> Option<(Vec<String>, &syn::ExprCall)> {
    let mut at = receiver;
    for _ in 0..LONGEST_CHAIN {
        match at {
            Expr::MethodCall(call) => at = &call.receiver,
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return None };
                return Some((segments(&path.path), call));
            }
            _ => return None,
        }
    }
    None
}

/// What names the argument of a command line that a chain of methods begins with: `Arg::new("name")`.
fn argument_named(receiver: &Expr) -> Option<&Expr> {
    let (path, call) = chain_start(receiver)?;
    let [.., owner, function] = path.as_slice() else { return None };
    let is_argument = owner == "Arg" && matches!(function.as_str(), "new" | "with_name");
    call.args.first().filter(|_| is_argument)
}

/// Whether a chain of methods reads an option of a command line, by bpaf: `long("secret").argument("SECRET")`.
fn is_option(receiver: &Expr) -> bool {
    let begins = |(path, _): (Vec<String>, &syn::ExprCall)| {
        path.last().is_some_and(|last| matches!(last.as_str(), "long" | "short" | "env" | "positional"))
    };
    chain_start(receiver).is_some_and(begins)
}

/// The type that the chain of methods before a call builds, if it begins with a builder.
fn built_type(receiver: &Expr) -> Option<TypeRef> {
    let (names, _) = chain_start(receiver)?;
    let [.., name, function] = names.as_slice() else { return None };
    let built = match name.strip_suffix("Builder") {
        Some("") => return None,
        Some(built) => built,
        None if function == "builder" => name,
        None => return None,
    };
    Some(TypeRef { path: vec![built.to_owned()], arguments: Vec::new() })
}

/// `from_str::<Config>`: the one type written.
fn turbofish(segment: &syn::PathSegment) -> Option<TypeRef> {
    match &segment.arguments {
        syn::PathArguments::AngleBracketed(generics) => match generics.args.first() {
            Some(syn::GenericArgument::Type(of)) if generics.args.len() == 1 => Some(type_ref(of)),
            _ => None,
        },
        _ => None,
    }
}

/// `AppState` of `Arc::<AppState>::from_ref(state)`.
fn held_by_pointer(path: &syn::Path) -> Option<TypeRef> {
    let owner = path.segments.iter().rev().nth(1)?;
    ["Arc", "Rc", "Box"].iter().any(|pointer| owner.ident == pointer).then(|| turbofish(owner)).flatten()
}

fn qualified(path: &syn::Path) -> Vec<String> {
    segments(path)
}

/// A path with the names of its generic arguments: `Hmac<Sha256>::new_from_slice`.
fn path_with_types(path: &syn::Path) -> String {
    let mut written = String::new();
    for segment in &path.segments {
        written.push_str(&segment.ident.to_string());
        if let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments {
            for argument in &arguments.args {
                if let syn::GenericArgument::Type(syn::Type::Path(of)) = argument {
                    written.push('<');
                    written.push_str(&segments(&of.path).join("::"));
                    written.push('>');
                }
            }
        }
        written.push_str("::");
    }
    written
}

/// `String::from` and the like as a value: `.map(String::from)`, `.map(str::to_owned)`.
fn conversion_as_path(names: &[String], walker: &Walker<'_>) -> bool {
    names.len() > 1 && names.last().is_some_and(|name| walker.table.is_conversion(name))
}

/// The value of a called closure.
fn called(value: Value) -> Value {
    match value {
        Value::Closure(result) => Arc::unwrap_or_clone(result),
        Value::Via(via) => called(via.value.clone()),
        _ => Value::Unknown,
    }
}

/// A closure handed to a holder (`LazyLock::new(|| …)`) stands for its result.
pub(super) fn opened(value: Value) -> Value {
    match value {
        Value::Closure(result) => Arc::unwrap_or_clone(result),
        value => value,
    }
}

fn fallback(primary: Value, default: Value) -> Value {
    match (primary, default) {
        (primary, Value::Never) => primary,
        (Value::Never, default) => default,
        // `key.strip_prefix("0x").unwrap_or(key)`: one value, whichever way.
        (primary, default) if is_same(&primary, &default) => primary,
        (primary, default) if is_same(read_as_text(&primary), &default) => Value::AnyOf(vec![primary, default]),
        (primary, default) => Value::fallback(primary, default),
    }
}

/// What is decoded, if something is.
fn read_as_text(value: &Value) -> &Value {
    match value {
        Value::Decoded(_, value) => read_as_text(value),
        Value::Via(via) => read_as_text(&via.value),
        value => value,
    }
}

/// Whether two values are one that is named in two places.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Via(via), value) | (value, Value::Via(via)) => is_same(&via.value, value),
        (Value::Name(one), Value::Name(other)) => one.segments == other.segments,
        (Value::Field(one, member, _), Value::Field(other, wanted, _)) => member == wanted && is_same(one, other),
        (one, other) => one == other,
    }
}

/// `["a", "b"].concat()`.
fn joined(value: Value) -> Value {
    match value {
        Value::Record(record) => Value::Concat(record.fields.iter().map(|field| field.value.clone()).collect()),
        Value::Via(via) => joined(via.value.clone()),
        value => value,
    }
}

/// The same of a list that may be written out in another place.
fn joined_there(list: Value, span: Span) -> Value {
    match joined(list) {
        list @ (Value::Name(_) | Value::Call(_) | Value::Field(..) | Value::Param(_)) => {
            bounded(Value::Field(Arc::new(list), selector::JOINED.to_owned(), span))
        }
        value => value,
    }
}

/// Values side by side.
pub(super) fn tuple(values: Vec<Value>, span: Span) -> Value {
    let field = |(index, value): (usize, Value)| RecordField { name: index.to_string(), span, value };
    let fields = values.into_iter().enumerate().map(field).collect();
    Value::Record(Arc::new(Record { type_name: None, fields, rest: None }))
}

/// A list with one element more; what was no list in sight begins one.
fn with_element(old: Value, element: Value, span: Span) -> Value {
    match old {
        Value::Record(record) if selector::is_list(&record) => {
            let mut record = Arc::unwrap_or_clone(record);
            let name = record.fields.len().to_string();
            record.fields.push(RecordField { name, span, value: element });
            bounded(Value::Record(Arc::new(record)))
        }
        Value::Record(record) if record.fields.is_empty() => with_element(super::list(Vec::new(), span), element, span),
        Value::Call(_) | Value::Unknown | Value::Never => with_element(super::list(Vec::new(), span), element, span),
        // What is there already is not in sight, but where it is one list.
        other if !selector::holds_list(&other) => {
            join(with_element(super::list(Vec::new(), span), element, span), other)
        }
        other => other,
    }
}

/// Whether a name is written like that of a type parameter.
pub(super) fn is_type_parameter(name: &str) -> bool {
    name.len() == 1 && name.starts_with(|first: char| first.is_ascii_uppercase())
}

/// Whether something is the call that puts one iterator behind another.
fn is_chain(receiver: &Expr) -> bool {
    matches!(strip_reference(receiver), Expr::MethodCall(call) if call.method == "chain")
}

/// Whether a local holds an engine of base64.
fn is_engine(value: &Value) -> bool {
    match value {
        Value::Via(via) => is_engine(&via.value),
        Value::Call(call) => matches!(&call.callee, Callee::Path(name) if makes_engine(&name.segments)),
        _ => false,
    }
}

/// Whether a function makes an engine of base64: `GeneralPurpose::new`.
fn makes_engine(path: &[String]) -> bool {
    matches!(path, [.., owner, function] if owner == "GeneralPurpose" && function == "new")
}

/// Methods that only hand on what they are called on, unless a type has its own.
fn is_ambiguous(method: &str) -> bool {
    selector::HANDING_ON.contains(&method)
}

/// Whether what a value is has to be found elsewhere.
fn is_elsewhere(value: &Value) -> bool {
    match value {
        Value::Via(via) => is_elsewhere(&via.value),
        Value::Call(_) | Value::Field(..) | Value::Param(_) | Value::This | Value::Handed(_) => true,
        _ => false,
    }
}

/// Whether a method that one of these types has is called on it, through pointers to it.
fn is_on(of: &TypeRef, has: &dyn Fn(&str) -> bool) -> bool {
    const POINTERS: [&str; 6] = ["Arc", "Rc", "Box", "Cow", "State", "Data"];
    of.path.last().is_some_and(|name| {
        has(name) || POINTERS.contains(&name.as_str()) && of.arguments.iter().any(|argument| is_on(argument, has))
    })
}

/// What the first of a pair is compared with: `"NAME"` of `|(name, _)| *name == "NAME"`.
fn key_sought(function: &Expr) -> Option<&Expr> {
    let Expr::Closure(closure) = function else { return None };
    let mut pattern = closure.inputs.first()?;
    while let syn::Pat::Reference(inner) = pattern {
        pattern = &inner.pat;
    }
    let syn::Pat::Tuple(pair) = pattern else { return None };
    let (syn::Pat::Ident(key), 2) = (pair.elems.first()?, pair.elems.len()) else { return None };
    let Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::Eq(_), right, .. }) = &*closure.body else { return None };
    let is_key = |mut side: &Expr| {
        while let Expr::Unary(syn::ExprUnary { expr, .. }) | Expr::Reference(syn::ExprReference { expr, .. }) = side {
            side = expr;
        }
        matches!(side, Expr::Path(path) if path.path.is_ident(&key.ident))
    };
    if is_key(left) { Some(right) } else { Some(&**left).filter(|_| is_key(right)) }
}

/// Methods that give an entry of a map by its key.
fn is_lookup(method: &str) -> bool {
    matches!(method, "get" | "get_mut" | "remove")
}

fn appended(old: Value, added: Value) -> Value {
    match old {
        Value::Literal(literal) if literal.secret.is_empty() => added,
        Value::Call(call) if is_digest(&call) => Value::Decoded(Encoding::Digest, Arc::new(added)),
        Value::Call(call) if is_empty_text(&call) => added,
        Value::Unknown | Value::Never => added,
        old => Value::Concat(vec![old, added]),
    }
}

/// A buffer with nothing in it yet: `[0u8; 32]`, `String::new()`.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => literal.secret.expose().iter().all(|&byte| byte == 0),
        Value::Via(via) => is_blank(&via.value),
        _ => false,
    }
}

/// `String::new()`, `Vec::with_capacity(32)`.
fn is_empty_text(call: &Call) -> bool {
    let Callee::Path(name) = &call.callee else { return false };
    match name.segments.last().map(String::as_str) {
        Some("new" | "default") => call.arguments.is_empty(),
        Some("with_capacity") => true,
        _ => false,
    }
}

/// Whether an expression is a number, text or bytes written out, or a constant.
fn is_fixed(expr: &Expr, depth: usize) -> bool {
    const DEEPEST: usize = 8;
    match strip_reference(expr) {
        Expr::Lit(_) => true,
        Expr::Path(path) => is_constant_name(path.path.segments.last().map(|last| last.ident.to_string()).as_ref()),
        Expr::Array(array) => depth < DEEPEST && array.elems.iter().all(|elem| is_fixed(elem, depth + 1)),
        Expr::Repeat(repeat) => depth < DEEPEST && is_fixed(&repeat.expr, depth + 1),
        Expr::Cast(cast) => depth < DEEPEST && is_fixed(&cast.expr, depth + 1),
        _ => false,
    }
}

/// `Sha256::new()`: what it is updated with comes out in another form.
fn is_digest(call: &Call) -> bool {
    match &call.callee {
        Callee::Path(name) => match name.segments.as_slice() {
            [.., owner, function] => {
                matches!(function.as_str(), "new" | "default")
                    && ["Sha", "Md5", "Blake", "Keccak", "Hasher"].iter().any(|start| owner.starts_with(start))
            }
            _ => false,
        },
        Callee::Method(..) => false,
    }
}

/// Whether a value is a text, or the name of a constant.
fn is_written_out(value: &Value) -> bool {
    match value {
        Value::Literal(_) => true,
        Value::Name(name) => is_constant_name(name.segments.last()),
        Value::Via(via) => is_written_out(&via.value),
        _ => false,
    }
}

fn is_constant(value: &Value) -> bool {
    match value {
        Value::Literal(_) => true,
        Value::Decoded(_, value) => is_constant(value),
        Value::Via(via) => is_constant(&via.value),
        _ => false,
    }
}

/// The text of a constant argument that names something.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().map(str::to_owned),
        Value::Via(via) => text_of(&via.value),
        _ => None,
    }
}

/// The values of which a value is one.
fn each_of(value: &Value) -> &[Value] {
    match value {
        Value::AnyOf(values) => values,
        Value::Via(via) => each_of(&via.value),
        value => std::slice::from_ref(value),
    }
}

/// `env::var(JWT_SECRET_ENV)`: the constant's own name says what is read, if nothing better does.
fn constant_name(argument: &Expr) -> Option<String> {
    match strip_reference(argument) {
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

//! What expressions stand for: a walk over one body that keeps its locals as symbolic values.
//!
//! Evaluating an expression records what it does on the way: values that reach sinks, members that
//! are written, functions that are called.

mod builds;
mod calls;
mod channels;
mod filters;
mod flow;
mod iterators;
mod macros;
mod measure;
mod numbers;
mod patterns;
mod picks;
mod texts;

use std::rc::Rc;
use std::sync::Arc;

use syn::{Block, Expr, Member, Stmt};

use super::attributes;
use super::expand::Macros;
use super::literal::{Positions, byte, segments, type_ref};
use super::model::{FieldWrite, NamedValue, RustFile, SinkCall, Site, TypeRef, WriteKind};
use super::table::{SinkShape, Table};
use crate::fact::selector;
use crate::fact::{EnvRead, Name, Record, RecordField, Setting, Value, Via};
use crate::names::{self, NameClass};
use crate::secret::Secret;
use crate::span::Span;

pub(crate) use calls::BY_CONVERSION;
pub(super) use flow::join;

/// Expressions nest no deeper than this; below it everything is unknown.
const DEEPEST: usize = 300;
/// A value with more parts than this is not followed: it is no key.
const LARGEST: usize = 160;

/// The walk over one function, constant or attribute.
pub(super) struct Walker<'a> {
    pub out: &'a mut RustFile,
    pub positions: Positions<'a>,
    pub table: &'static Table,
    pub site: Site,
    /// The type whose impl this stands in.
    pub owner: Option<TypeRef>,
    /// The function around gives defaults: `Default::default`, `fn default_config()`.
    pub in_default: bool,
    /// Members of which a condition around says that they are not there.
    absent: Vec<Vec<String>>,
    /// The file around, where `out` is that of one body.
    pub around: Option<&'a RustFile>,
    locals: Vec<Local>,
    /// What `return` gave, of the innermost function or closure.
    returns: Vec<Value>,
    /// What `break` gave, of the innermost loop or labelled block.
    breaks: Vec<Value>,
    /// How often closures were walked for the sake of their arguments.
    walks: usize,
    /// How many conditions are around the current place.
    conditions: usize,
    /// Methods that switch verifying off and are called in any case.
    unchecked: Vec<String>,
    depth: usize,
}

/// A local name.
struct Local {
    name: String,
    value: Value,
    of_type: Option<TypeRef>,
    span: Span,
    conditions: usize,
    /// The closure with parameters that it is, to be walked with the arguments of a call.
    closure: Option<Rc<syn::ExprClosure>>,
    /// It only exists under a `#[cfg]`.
    is_twin: bool,
}

impl<'a> Walker<'a> {
    pub fn new(
        out: &'a mut RustFile,
        positions: Positions<'a>,
        table: &'static Table,
        site: Site,
        owner: Option<TypeRef>,
    ) -> Self {
        Self {
            out,
            positions,
            table,
            site,
            owner,
            in_default: false,
            absent: Vec::new(),
            around: None,
            locals: Vec::new(),
            returns: Vec::new(),
            breaks: Vec::new(),
            walks: 0,
            conditions: 0,
            unchecked: Vec::new(),
            depth: 0,
        }
    }

    /// The value of a function's body.
    pub fn function(&mut self, block: &Block) -> Value {
        let first = self.out.sinks.len();
        let tail = self.block(block);
        self.forget_unchecked(first);
        self.with_returns(tail)
    }

    /// Forgets the key, from sink `first` on, that a decoder is given but verifies nothing with. Where there are several,
    /// it is not known which of them that is.
    fn forget_unchecked(&mut self, first: usize) {
        if self.unchecked.is_empty() {
            return;
        }
        let is_unchecked = |sink: &SinkCall| {
            let mut called = sink
                .entries
                .iter()
                .map(|entry| &self.table.sinks[*entry])
                .filter(|entry| matches!(&entry.shape, SinkShape::Call(wanted) if sink.path.ends_with(wanted)));
            called.any(|entry| entry.unchecked.as_ref().is_some_and(|method| self.unchecked.contains(method)))
        };
        let found = self.out.sinks.iter().enumerate().skip(first).filter(|(_, sink)| is_unchecked(sink));
        let found: Vec<usize> = found.map(|(index, _)| index).collect();
        if let [only] = found[..] {
            self.out.sinks.remove(only);
        }
    }

    /// What a body writes to the formatter that it is given.
    pub fn written_to(&mut self, formatter: &str, block: &Block) -> Value {
        if let Some(local) = self.locals.iter_mut().find(|local| local.name == formatter) {
            local.value = Value::Never;
        }
        self.function(block);
        match self.local_named(formatter) {
            Some(local) if !shows_mask(&local.value) => local.value.clone(),
            _ => Value::Unknown,
        }
    }

    fn with_returns(&mut self, tail: Value) -> Value {
        let returns = std::mem::take(&mut self.returns);
        bounded(returns.into_iter().rev().fold(tail, join))
    }

    /// The value of a block: that of its tail.
    pub fn block(&mut self, block: &Block) -> Value {
        let mark = self.locals.len();
        let value = self.statements(&block.stmts);
        self.locals.truncate(mark);
        value
    }

    /// A statement; the value of a block's last one is the block's.
    fn statement(&mut self, statement: &Stmt) -> Value {
        match statement {
            Stmt::Local(local) => {
                self.local(local);
                Value::Unknown
            }
            Stmt::Expr(expr, semicolon) => {
                let value = self.expr_statement(expr);
                match (value, semicolon) {
                    (Value::Never, _) => Value::Never,
                    (_, Some(_)) => Value::Unknown,
                    (value, None) => value,
                }
            }
            Stmt::Macro(statement) => {
                let setting = attributes::setting(&statement.attrs);
                let value = self.within(setting, |walker| walker.macro_call(&statement.mac));
                match (value, &statement.semi_token) {
                    (Value::Never, _) => Value::Never,
                    (_, Some(_)) => Value::Unknown,
                    (value, None) => value,
                }
            }
            Stmt::Item(item) => {
                self.inner_item(item);
                Value::Unknown
            }
        }
    }

    /// An item inside a body: recorded like any other of the file; a constant also is a local name.
    fn inner_item(&mut self, item: &syn::Item) {
        let locals = std::mem::take(&mut self.locals);
        let mut collector = super::items::Collector {
            out: &mut *self.out,
            positions: self.positions,
            table: self.table,
            depth: self.depth,
            unread: super::Unread::default(),
            macros: Macros::default(),
            telling: None,
            around: self.around,
        };
        collector.item(item, self.site);
        self.locals = locals;
    }

    /// The value of an expression.
    pub fn expr(&mut self, expr: &Expr) -> Value {
        if self.depth >= DEEPEST {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.expr_inner(expr);
        self.depth -= 1;
        value
    }

    fn expr_inner(&mut self, expr: &Expr) -> Value {
        match expr {
            Expr::Lit(literal) => {
                let Some(value) = self.positions.literal(&literal.lit) else { return self.number(&literal.lit) };
                self.key_in_text(&value);
                value
            }
            Expr::Path(path) => self.path(&path.path),
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Group(inner) => self.expr(&inner.expr),
            Expr::Reference(inner) => self.expr(&inner.expr),
            Expr::RawAddr(inner) => self.expr(&inner.expr),
            Expr::Unary(unary) => self.expr(&unary.expr),
            Expr::Cast(cast) => self.expr(&cast.expr),
            Expr::Try(inner) => self.expr(&inner.expr),
            Expr::Await(inner) => self.expr(&inner.base),
            Expr::Block(block) if block.label.is_some() => self.breakable(|walker| walker.block(&block.block)),
            Expr::Block(block) => self.block(&block.block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Const(block) => self.block(&block.block),
            Expr::Async(block) => self.closure_body(|walker| walker.block(&block.block)),
            Expr::TryBlock(block) => self.closure_body(|walker| walker.block(&block.block)),
            Expr::Array(array) => self.array(array),
            Expr::Repeat(repeat) => self.repeat(repeat),
            Expr::Tuple(tuple) => self.tuple(tuple),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Index(index) => self.index(index),
            Expr::Field(field) => self.field(field),
            Expr::Struct(literal) => self.struct_literal(literal),
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Macro(call) => self.macro_call(&call.mac),
            Expr::Closure(closure) => self.closure(closure, &[]),
            Expr::If(condition) => self.if_expr(condition),
            Expr::Match(matching) => self.match_expr(matching),
            Expr::Let(condition) => {
                let value = self.expr(&condition.expr);
                self.bind(&condition.pat, value, None);
                Value::Unknown
            }
            Expr::Loop(inner) => self.breakable(|walker| walker.loop_body(&inner.body)),
            Expr::While(inner) => {
                self.expr(&inner.cond);
                self.loop_body(&inner.body);
                Value::Unknown
            }
            Expr::ForLoop(inner) => self.for_loop(inner),
            Expr::Assign(assign) => self.assign(assign),
            Expr::Return(result) => {
                if let Some(expr) = &result.expr {
                    let value = self.expr(expr);
                    self.returns.push(value);
                }
                Value::Never
            }
            Expr::Break(inner) => {
                if let Some(expr) = &inner.expr {
                    let value = self.expr(expr);
                    self.breaks.push(value);
                }
                Value::Never
            }
            Expr::Continue(_) => Value::Never,
            Expr::Yield(inner) => {
                if let Some(expr) = &inner.expr {
                    self.expr(expr);
                }
                Value::Unknown
            }
            Expr::Range(range) => {
                for end in [&range.start, &range.end].into_iter().flatten() {
                    self.expr(end);
                }
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    fn path(&mut self, path: &syn::Path) -> Value {
        let names = segments(path);
        if let [name] = names.as_slice() {
            if name == "self" {
                return Value::This;
            }
            if name == "None" {
                return Value::Never;
            }
            if let Some(local) = self.local_named(name) {
                return via(local);
            }
        }
        Value::Name(Arc::new(Name { segments: names, span: self.positions.path(path) }))
    }

    fn local_named(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    /// `[0x6c, 0x6f]` is text in disguise; an array of texts keeps its elements.
    fn array(&mut self, array: &syn::ExprArray) -> Value {
        let span = self.positions.span(array.bracket_token.span.join());
        let bytes: Option<Vec<u8>> = array.elems.iter().map(byte).collect();
        if let Some(bytes) = bytes
            && !bytes.is_empty()
        {
            return Value::literal(Secret::new(bytes), span);
        }
        if let Some(numbers) = numbers::of_array(array, span) {
            return numbers;
        }
        let fields = array.elems.iter().enumerate().map(|(index, elem)| RecordField {
            name: index.to_string(),
            span: self.positions.expr(elem),
            value: self.expr(elem),
        });
        let fields: Vec<RecordField> = fields.collect();
        self.named_in_texts(&fields);
        list(fields, span)
    }

    fn repeat(&mut self, repeat: &syn::ExprRepeat) -> Value {
        const LONGEST: usize = 4096;
        let length = match &*repeat.len {
            Expr::Lit(lit) => match &lit.lit {
                syn::Lit::Int(int) => int.base10_parse().unwrap_or(32),
                _ => 32,
            },
            _ => 32,
        };
        match byte(&repeat.expr) {
            Some(byte) => {
                let bytes = vec![byte; length.min(LONGEST)];
                Value::literal(Secret::new(bytes), self.positions.span(repeat.bracket_token.span.join()))
            }
            None => self.expr(&repeat.expr),
        }
    }

    fn tuple(&mut self, tuple: &syn::ExprTuple) -> Value {
        let fields = tuple
            .elems
            .iter()
            .enumerate()
            .map(|(index, elem)| RecordField {
                name: index.to_string(),
                span: self.positions.expr(elem),
                value: self.expr(elem),
            })
            .collect::<Vec<_>>();
        // A table of variables and their values: `[("PORT", "8080"), ("JWT_SECRET", "…")]`.
        if let [key, value] = fields.as_slice()
            && calls::text_of(&key.value).is_some_and(|name| flow::is_constant_name(Some(&name)))
        {
            self.named_pair(&key.value, &value.value, key.span);
        }
        Value::Record(Arc::new(Record { type_name: None, fields, rest: None }))
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> Value {
        let left = self.expr(&binary.left);
        let right = self.expr(&binary.right);
        match binary.op {
            syn::BinOp::Lt(_)
            | syn::BinOp::Le(_)
            | syn::BinOp::Gt(_)
            | syn::BinOp::Ge(_)
            | syn::BinOp::Eq(_)
            | syn::BinOp::Ne(_) => {
                self.measured(&binary.left);
                self.measured(&binary.right);
                Value::Unknown
            }
            syn::BinOp::Add(_) => bounded(Value::Concat(vec![left, right])),
            // A constant mixed with something is as good as written out.
            syn::BinOp::BitXor(_) => left,
            syn::BinOp::AddAssign(_) => {
                self.mutate(&binary.left, |old| Value::Concat(vec![old, right]));
                Value::Unknown
            }
            _ => Value::Unknown,
        }
    }

    /// A slice of a value is that value; an entry by text is that of a map in sight, or read from outside.
    fn index(&mut self, index: &syn::ExprIndex) -> Value {
        let base = self.expr(&index.expr);
        let span = self.positions.span(index.bracket_token.span.join());
        if let Expr::Lit(literal) = &*index.index {
            return match self.positions.literal(&literal.lit) {
                Some(Value::Literal(key)) => self.entry(base, key.secret.expose_str(), span),
                _ => match &literal.lit {
                    syn::Lit::Int(int) => member(base, int.base10_digits(), span),
                    _ => Value::Unknown,
                },
            };
        }
        if matches!(&*index.index, Expr::Range(_)) {
            return base;
        }
        let key = self.expr(&index.index);
        match (&base, calls::text_of(&key)) {
            (_, Some(key)) => self.entry(base, Some(&key), span),
            // Some element: of a list each, of text no part.
            (
                Value::Name(_) | Value::Record(_) | Value::Via(_) | Value::Field(..) | Value::Call(_) | Value::Param(_),
                None,
            ) => Value::Field(Arc::new(base), selector::ANY.to_owned(), span),
            _ => Value::Unknown,
        }
    }

    /// The value under a key, of a map in sight or of a store that is filled outside of the source.
    pub(super) fn entry(&mut self, base: Value, key: Option<&str>, span: Span) -> Value {
        let read = Value::Env(EnvRead { name: key.map(str::to_owned), span, compile_time: false });
        let Some(key) = key else { return read };
        if selector::holds_list(&base) {
            return Value::Field(Arc::new(base), selector::entry(key), span);
        }
        let mut beneath = &base;
        while let Value::Via(via) = beneath {
            beneath = &via.value;
        }
        match beneath {
            Value::Name(_) | Value::Field(..) | Value::Call(_) | Value::Param(_) => {
                let entry = Value::Field(Arc::new(base), selector::entry(key), span);
                Value::AnyOf(vec![read, entry])
            }
            // `settings()["jwt"]["secret"]`: that of what the first index gives.
            Value::AnyOf(values) => {
                let are_entries =
                    values.iter().filter(|value| matches!(value, Value::Field(..)) || selector::holds_list(value));
                let entries =
                    are_entries.map(|value| Value::Field(Arc::new(value.clone()), selector::entry(key), span));
                bounded(Value::any_of(std::iter::once(read).chain(entries).collect()))
            }
            _ => read,
        }
    }

    fn field(&mut self, field: &syn::ExprField) -> Value {
        let base = self.expr(&field.base);
        let name = member_name(&field.member);
        member(base, &name, self.positions.member(&field.member))
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> Value {
        let path = segments(&literal.path);
        let of_type = TypeRef { path: path.clone(), arguments: Vec::new() };
        let mut fields = Vec::with_capacity(literal.fields.len());
        for field in &literal.fields {
            let name = member_name(&field.member);
            let span = self.positions.member(&field.member);
            let value = self.expr(&field.expr);
            if let Some(of) = self.type_of_field(&of_type, &name) {
                self.converted(&field.expr, &of, &value);
            }
            self.write_field(Some(of_type.clone()), None, &name, value.clone(), span);
            fields.push(RecordField { name, span, value });
        }
        self.named_in_record(&fields);
        let rest = literal.rest.as_ref().map(|rest| self.expr(rest));
        let type_name = Some(Name { segments: path, span: self.positions.path(&literal.path) });
        bounded(Value::Record(Arc::new(Record { type_name, fields, rest })))
    }

    /// The type of a member, if its struct stands in this file.
    fn type_of_field(&self, of: &TypeRef, field: &str) -> Option<TypeRef> {
        let own = self.owner.as_ref().filter(|_| of.path.last().is_some_and(|name| name == "Self"));
        let name = own.unwrap_or(of).path.last()?;
        let around = self.around.map(|file| &file.structs).into_iter().flatten();
        let known = around.chain(&self.out.structs).find(|known| known.name == *name)?;
        known.fields.iter().find(|(known, _)| known == field).map(|(_, of)| of.clone())
    }

    /// Records that a member is given a value, and whether that is a sink.
    fn write_field(&mut self, of_type: Option<TypeRef>, base: Option<Value>, field: &str, value: Value, span: Span) {
        let owner = match &of_type {
            Some(of) if of.path.last().is_some_and(|name| name == "Self") => self.owner.clone(),
            other => other.clone(),
        };
        let entries: Vec<usize> = self.table.fields_named(field).to_vec();
        if let Some(of) = &owner {
            let fitting: Vec<usize> = entries
                .into_iter()
                .filter(|&entry| match &self.table.sinks[entry].shape {
                    SinkShape::Field(owner, _) => of.path.last() == Some(owner),
                    _ => false,
                })
                .collect();
            if !fitting.is_empty() {
                let values = vec![value.clone(); fitting.len()];
                self.sink(fitting, of.path.clone(), values, span, None);
            }
        }
        if is_mask(&value) {
            return;
        }
        let kind = if self.in_default { WriteKind::Default } else { WriteKind::Given };
        let owner_name = owner.as_ref().and_then(|of| of.path.last()).map_or("", String::as_str);
        self.named(&[owner_name, field], &value, span, kind);
        if self.is_worth_keeping(&value) {
            let site = self.site;
            self.out.field_writes.push(FieldWrite {
                of_type: owner,
                base,
                field: field.to_owned(),
                value,
                span,
                kind,
                site,
            });
        }
    }

    fn is_worth_keeping(&self, value: &Value) -> bool {
        !matches!(value, Value::Unknown | Value::Never)
    }

    /// Records a name that reads like a secret's.
    pub fn named(&mut self, path: &[&str], value: &Value, span: Span, kind: WriteKind) {
        if matches!(value, Value::Unknown | Value::Never | Value::Random | Value::This | Value::Param(_)) {
            return;
        }
        let path: Vec<&str> = path.iter().copied().filter(|part| !part.is_empty()).collect();
        if matches!(names::classify(&path), NameClass::Secret | NameClass::Contextual) {
            self.out.named.push(NamedValue {
                path: path.into_iter().map(str::to_owned).collect(),
                value: value.clone(),
                span,
                kind,
                entry: None,
                site: self.site,
            });
        }
    }

    fn assign(&mut self, assign: &syn::ExprAssign) -> Value {
        let value = self.expr(&assign.right);
        match &*assign.left {
            Expr::Field(target) => self.assign_member(target, value),
            left => {
                let left = strip_reference(left);
                if let Expr::Path(path) = left
                    && let Some(name) = path.path.get_ident()
                {
                    let span = self.positions.span(name.span());
                    self.named(&[&name.to_string()], &value, span, WriteKind::Given);
                }
                if let Expr::MethodCall(_) = left {
                    // `*SECRET.write()? = …` gives a holder its value.
                    let holder = self.expr(left);
                    self.holder_write(&holder, value);
                } else {
                    // `ORCHARD = Some(…)` of a mutable static.
                    // So does `*guard = Some(…)`, where the guard is of such a static.
                    if let Expr::Path(path) = left
                        && let Some(name) = path.path.segments.last().map(|segment| segment.ident.to_string())
                    {
                        let holder = match self.local_named(&name) {
                            Some(local) if matches!(&*assign.left, Expr::Unary(_)) => local.value.clone(),
                            None if flow::is_constant_name(Some(&name)) => self.expr(left),
                            _ => Value::Unknown,
                        };
                        self.holder_write(&holder, value.clone());
                    }
                    match left {
                        Expr::Index(part) if !matches!(&*part.index, Expr::Range(_)) => {
                            self.assign_element(part, &assign.right, value)
                        }
                        left => self.mutate(left, |_| value),
                    }
                }
            }
        }
        Value::Unknown
    }

    /// A member is given a value.
    fn assign_member(&mut self, target: &syn::ExprField, value: Value) {
        let base = self.expr(&target.base);
        let field = member_name(&target.member);
        let span = self.positions.member(&target.member);
        // An empty text takes a secret out of what is shown.
        if !value.is_empty_text() {
            let of_type = self.type_of_local(&target.base);
            let place = flow::place_of_member(target).unwrap_or_default();
            // `if config.secret.is_empty() { config.secret = "…" }`
            let outer = self.in_default;
            self.in_default |= self.absent.contains(&place);
            if of_type.is_none()
                && let [.., holder, member] = place.as_slice()
                && holder != "self"
            {
                let kind = if self.in_default { WriteKind::Default } else { WriteKind::Given };
                self.named(&[holder, member], &value, span, kind);
            }
            self.write_field(of_type, Some(base), &field, value.clone(), span);
            self.in_default = outer;
        }
        self.mutate(&target.base, |old| with_member(old, &field, span, value));
    }

    /// The written type of a local, for members of it.
    fn type_of_local(&self, expr: &Expr) -> Option<TypeRef> {
        match strip_reference(expr) {
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                if name == "self" {
                    return self.owner.clone();
                }
                let local = self.local_named(&name)?;
                local.of_type.clone().or_else(|| type_of_constructor(&local.value))
            }
            _ => None,
        }
    }

    /// Changes the local that `target` names: for good, or as one possibility if under a condition.
    fn mutate(&mut self, target: &Expr, change: impl FnOnce(Value) -> Value) {
        let target = match strip_reference(target) {
            Expr::Index(part) if matches!(&*part.index, Expr::Range(_)) => strip_reference(&part.expr),
            target => target,
        };
        let Expr::Path(path) = target else { return };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else { return };
        let conditions = self.conditions;
        let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == name) else { return };
        let old = std::mem::replace(&mut local.value, Value::Unknown);
        let conditional = conditions > local.conditions;
        let kept = conditional.then(|| old.clone());
        let new = change(old);
        local.value = bounded(match kept {
            Some(old) => join(new, old),
            None => new,
        });
    }
}

/// What stands for a secret where it is shown: `"***"`, `"[REDACTED]"`.
fn is_mask(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().is_some_and(|text| {
            let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
            let is_word = ["redacted", "hidden", "masked", "omitted", "filtered"];
            text.len() > 1 && (inner.is_empty() || is_word.iter().any(|word| inner.eq_ignore_ascii_case(word)))
        }),
        Value::Via(via) => is_mask(&via.value),
        _ => false,
    }
}

/// Whether text is written with a part of it hidden: `SigningKey(***)`.
fn shows_mask(value: &Value) -> bool {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().is_some_and(|text| {
            let lower = text.to_ascii_lowercase();
            ["**", "..", "…", "redacted", "hidden", "masked"].iter().any(|mark| lower.contains(mark))
        }),
        Value::Concat(parts) | Value::AnyOf(parts) => parts.iter().any(shows_mask),
        Value::Via(via) => shows_mask(&via.value),
        _ => false,
    }
}

/// A local's value, with the step that shows its name.
fn via(local: &Local) -> Value {
    match &local.value {
        Value::Param(_) | Value::This | Value::Unknown | Value::Random | Value::Never => local.value.clone(),
        value => Value::Via(Arc::new(Via { name: local.name.clone(), span: local.span, value: value.clone() })),
    }
}

/// A member of a value; of a value whose members are known, that member.
pub(super) fn member(base: Value, name: &str, span: Span) -> Value {
    if let Value::AnyOf(values) = &base
        && values.iter().all(is_tuple)
    {
        return Value::AnyOf(values.iter().map(|value| member(value.clone(), name, span)).collect());
    }
    match record_member(&base, name) {
        Some(value) => value,
        None if matches!(base, Value::Unknown | Value::Never) => {
            Value::Field(Arc::new(Value::Unknown), name.to_owned(), span)
        }
        None => Value::Field(Arc::new(base), name.to_owned(), span),
    }
}

fn is_tuple(value: &Value) -> bool {
    matches!(value, Value::Record(record) if record.type_name.is_none() && record.rest.is_none())
}

fn record_member(base: &Value, name: &str) -> Option<Value> {
    match base {
        Value::Record(record) => match selector::select(record, name).as_slice() {
            [(value, _)] => Some((*value).clone()),
            _ => None,
        },
        Value::Via(via) => record_member(&via.value, name),
        _ => None,
    }
}

/// A record with one member given another value.
fn with_member(base: Value, name: &str, span: Span, value: Value) -> Value {
    match base {
        Value::Record(record) => {
            let mut record = Arc::unwrap_or_clone(record);
            match record.fields.iter_mut().find(|field| field.name == name) {
                Some(field) => field.value = value,
                None => record.fields.push(RecordField { name: name.to_owned(), span, value }),
            }
            Value::Record(Arc::new(record))
        }
        Value::Via(via) => {
            let mut via = Arc::unwrap_or_clone(via);
            via.value = with_member(via.value, name, span, value);
            Value::Via(Arc::new(via))
        }
        other => other,
    }
}

/// The type a value is made by: a struct literal, `Type::new()`.
fn type_of_constructor(value: &Value) -> Option<TypeRef> {
    match value {
        Value::Record(record) => {
            record.type_name.as_ref().map(|name| TypeRef { path: name.segments.clone(), arguments: Vec::new() })
        }
        Value::Via(via) => type_of_constructor(&via.value),
        Value::Call(call) => match &call.callee {
            crate::fact::Callee::Path(name) => {
                let (_, owner) = name.segments.split_last()?;
                let is_type = owner.last()?.starts_with(|c: char| c.is_ascii_uppercase());
                is_type.then(|| TypeRef { path: owner.to_vec(), arguments: Vec::new() })
            }
            crate::fact::Callee::Method(..) => None,
        },
        _ => None,
    }
}

/// A list of these elements.
fn list(fields: Vec<RecordField>, span: Span) -> Value {
    let type_name = Some(Name { segments: vec!["[]".to_owned()], span });
    Value::Record(Arc::new(Record { type_name, fields, rest: None }))
}

/// The result of an unknown call with the type that is written beside it: members are those of the type.
pub(super) fn typed(value: Value, of: &TypeRef) -> Value {
    match value {
        Value::Call(call) => {
            let span = call.span;
            of_own_type(Value::Call(call), of, span)
        }
        value => value,
    }
}

/// A value with the type that is written beside it, wrappers taken off: members are those of the type.
pub(super) fn of_own_type(value: Value, of: &TypeRef, span: Span) -> Value {
    const DEEPEST: usize = 6;
    const WRAPPERS: [&str; 12] = [
        "State",
        "Extension",
        "Json",
        "Data",
        "Ref",
        "RefMut",
        "Guard",
        "MutexGuard",
        "RwLockReadGuard",
        "Lazy",
        "LazyLock",
        "OnceLock",
    ];
    let mut innermost = of;
    for _ in 0..DEEPEST {
        let name = innermost.path.last().map_or("", String::as_str);
        match innermost.arguments.first() {
            Some(inner) if WRAPPERS.contains(&name) || !is_own_type(innermost) => innermost = inner,
            _ => break,
        }
    }
    // A letter may be a type as well as a parameter, of which the linker goes on to the value.
    if !is_own_type(innermost) && !is_letter(innermost) {
        return value;
    }
    let type_name = Some(Name { segments: innermost.path.clone(), span });
    Value::Record(Arc::new(Record { type_name, fields: Vec::new(), rest: Some(value) }))
}

/// Whether a type is called by one capital letter.
fn is_letter(of: &TypeRef) -> bool {
    matches!(of.path.as_slice(), [name] if calls::is_type_parameter(name))
}

/// Whether a type may be one of the project's own, by its name.
fn is_own_type(of: &TypeRef) -> bool {
    const HOLDERS: [&str; 14] = [
        "String", "Vec", "Option", "Result", "Box", "Arc", "Rc", "Cow", "Hmac", "HashMap", "BTreeMap", "PathBuf",
        "Bytes", "OsString",
    ];
    of.path.last().is_some_and(|name| {
        name.len() > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) && !HOLDERS.contains(&name.as_str())
    })
}

fn strip_reference(expr: &Expr) -> &Expr {
    match expr {
        Expr::Reference(inner) => strip_reference(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => strip_reference(&inner.expr),
        Expr::Paren(inner) => strip_reference(&inner.expr),
        other => other,
    }
}

fn member_name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// A value, or unknown if it has grown too large to be a key.
pub(super) fn bounded(value: Value) -> Value {
    if size(&value, LARGEST) >= LARGEST { Value::Unknown } else { value }
}

/// How many parts a value has, counting no further than `limit`.
fn size(value: &Value, limit: usize) -> usize {
    let mut total = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        total += 1;
        if total >= limit {
            return limit;
        }
        match value {
            Value::Fallback { primary, default } => open.extend([&**primary, &**default]),
            Value::AnyOf(values) | Value::Concat(values) => open.extend(values),
            Value::Decoded(_, value) | Value::Closure(value) | Value::Within(_, value) => open.push(value),
            Value::Field(base, _, _) => open.push(base),
            Value::Via(via) => open.push(&via.value),
            Value::Case(case) => open.push(&case.value),
            Value::Handed(handed) => open.extend(handed.call.arguments.iter().map(|argument| &argument.value)),
            Value::Call(call) => {
                open.extend(call.arguments.iter().map(|argument| &argument.value));
                if let crate::fact::Callee::Method(receiver, _) = &call.callee {
                    open.push(receiver);
                }
            }
            Value::Record(record) => {
                open.extend(record.fields.iter().map(|field| &field.value));
                open.extend(&record.rest);
            }
            _ => {}
        }
    }
    total
}

impl Walker<'_> {
    /// Makes a name of a parameter known, with its type; a pattern takes it apart.
    pub fn parameter(&mut self, pattern: &syn::Pat, of: &syn::Type, index: usize) {
        let of_type = type_ref(of);
        self.bind(pattern, Value::Param(index), Some(of_type));
    }

    /// Makes the name of a macro's argument known.
    pub fn given(&mut self, name: &str, index: usize, span: Span) {
        self.locals.push(Local {
            name: name.to_owned(),
            value: Value::Param(index),
            of_type: None,
            span,
            conditions: 0,
            closure: None,
            is_twin: false,
        });
    }

    /// The setting that attributes put around a place.
    pub fn within(&mut self, setting: Setting, walk: impl FnOnce(&mut Self) -> Value) -> Value {
        let before = self.site.setting;
        self.site.setting = before.max(setting);
        let value = walk(self);
        self.site.setting = before;
        value
    }
}

//! Items: constants, functions, types, impls, modules, imports.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, FnArg, ImplItem, Item, Macro, Pat, ReturnType, Signature, Token, TraitItem, Type, UseTree};

use super::attributes;
use super::body::Walker;
use super::expand::Macros;
use super::literal::{Positions, generics, segments, type_ref};
use super::model::{
    Constant, FieldWrite, Form, Function, LoggedValue, Module, ModuleFile, NamedValue, Parameter, RustFile, Site,
    Struct, TypeAlias, TypeRef, UnreadBody, Use, WriteKind,
};
use super::table::Table;
use super::{Unread, gate, rules};
use crate::fact::{Name, Record, RecordField, Setting, Value};
use crate::names;
use crate::span::Span;

/// Modules nest no deeper than this.
const DEEPEST: usize = 120;
/// Derives that fill a struct from a file, the environment or a command line.
const READERS: [&str; 7] = ["Deserialize", "Parser", "Args", "Envconfig", "FromEnv", "Config", "FromConfig"];

/// What stands around a function.
#[derive(Clone, Copy, Default)]
pub(super) struct Outer<'o> {
    /// The type whose impl, or the trait.
    pub owner: Option<&'o TypeRef>,
    /// The trait that is implemented there.
    pub of_trait: Option<&'o str>,
    pub generics: &'o [(String, TypeRef)],
}

/// Collects the facts of items.
pub(super) struct Collector<'a> {
    pub out: &'a mut RustFile,
    pub positions: Positions<'a>,
    pub table: &'static Table,
    pub depth: usize,
    /// What was left out.
    pub unread: Unread,
    /// The macros that were defined so far.
    pub macros: Macros,
    /// The text, where it is asked which macros make keys.
    pub telling: Option<gate::Code<'a>>,
    /// The file around, where `out` is that of one body.
    pub around: Option<&'a RustFile>,
}

impl Collector<'_> {
    /// All items of a module.
    pub fn items(&mut self, items: &[Item], site: Site) {
        for item in items {
            self.item(item, site);
        }
    }

    /// One item.
    pub fn item(&mut self, item: &Item, site: Site) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        self.item_inner(item, site);
        self.depth -= 1;
    }

    fn item_inner(&mut self, item: &Item, site: Site) {
        match item {
            Item::Const(item) => {
                self.constant(&item.ident, &item.ty, &item.expr, Outer::default(), within(site, &item.attrs));
            }
            Item::Static(item) => {
                self.constant(&item.ident, &item.ty, &item.expr, Outer::default(), within(site, &item.attrs));
            }
            Item::Fn(item) => {
                let outer = Outer::default();
                let index = self.out.functions.len();
                let site = within(site, &item.attrs);
                self.function(&item.sig, Some(&item.block), outer, site);
                self.instrumented(&item.attrs, &item.sig, Site { function: Some(index), ..site });
            }
            Item::Struct(item) => self.structure(item, within(site, &item.attrs)),
            Item::Enum(item) => self.enumeration(item, within(site, &item.attrs)),
            Item::Impl(item) => self.implementation(item, within(site, &item.attrs)),
            Item::Trait(item) => {
                self.out.traits.push((item.ident.to_string(), site.module));
                let owner = TypeRef { path: vec![item.ident.to_string()], arguments: Vec::new() };
                let generics = generics(&item.generics);
                let outer = Outer { owner: Some(&owner), of_trait: None, generics: &generics };
                for member in &item.items {
                    match member {
                        TraitItem::Fn(member) => {
                            let site = within(site, &member.attrs);
                            self.function(&member.sig, member.default.as_ref(), outer, site);
                        }
                        TraitItem::Const(member) => {
                            if let Some((_, expr)) = &member.default {
                                self.constant(&member.ident, &member.ty, expr, outer, site);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Item::Type(item) => {
                let target = type_ref(&item.ty);
                self.out.aliases.push(TypeAlias { name: item.ident.to_string(), target, module: site.module });
            }
            Item::Use(item) => {
                let uses = &mut self.out.modules[site.module].uses;
                use_leaves(&item.tree, &mut Vec::new(), uses);
            }
            Item::ExternCrate(item) => {
                let name = item.ident.to_string();
                let alias = item.rename.as_ref().map(|(_, alias)| alias.to_string());
                self.out.crate_aliases.extend(alias.clone().map(|alias| (alias, name.clone())));
                // The name is the module's, as `self::jwt` shows.
                let alias = alias.or_else(|| Some(name.clone()));
                self.out.modules[site.module].uses.push(Use { alias, path: vec![name] });
            }
            Item::Mod(item) => self.module(item, within(site, &item.attrs)),
            Item::Macro(item) => match &item.ident {
                Some(name) => {
                    self.macros.define(name.to_string(), item.mac.tokens.clone());
                    let rules = self.positions.macro_call(&item.mac);
                    if self.telling.is_some_and(|code| gate::is_telling(code, rules.range()))
                        && rules::makes_items(item.mac.tokens.clone())
                    {
                        self.out.makers.push(name.to_string());
                    }
                    self.macro_rules(name, &item.mac, within(site, &item.attrs));
                }
                None => self.item_macro(&item.mac, within(site, &item.attrs)),
            },
            _ => {}
        }
    }

    fn walker(&mut self, site: Site, owner: Option<TypeRef>) -> Walker<'_> {
        let mut walker = Walker::new(&mut *self.out, self.positions, self.table, site, owner);
        walker.around = self.around;
        walker
    }

    fn constant(&mut self, name: &syn::Ident, of: &Type, expr: &Expr, outer: Outer<'_>, site: Site) {
        let Outer { owner, of_trait, .. } = outer;
        let body = site.function;
        let site = Site { function: None, ..site };
        let span = self.positions.span(name.span());
        let unread = self.unread.constants.get(&span.start()).cloned().map(UnreadBody::new);
        let name = name.to_string();
        let of_type = type_ref(of);
        let value = match unread {
            Some(_) => Value::Unknown,
            None => self.initial((&name, &of_type, span), expr, owner, site),
        };
        let owner = owner.cloned();
        let of_trait = of_trait.map(str::to_owned);
        self.out.constants.push(Constant { name, owner, of_trait, of_type, value, unread, span, site, body });
    }

    /// What a constant is; what else its value says is recorded.
    pub fn initial(
        &mut self,
        (name, of, span): (&str, &TypeRef, Span),
        expr: &Expr,
        owner: Option<&TypeRef>,
        site: Site,
    ) -> Value {
        let mut walker = self.walker(site, owner.cloned());
        let value = walker.expr(expr);
        walker.converted(expr, of, &value);
        let owner_name = owner.and_then(|of| of.path.last()).map_or("", String::as_str);
        walker.named(&[owner_name, name], &value, span, WriteKind::Given);
        value
    }

    fn function(&mut self, signature: &Signature, body: Option<&syn::Block>, outer: Outer<'_>, site: Site) {
        let Outer { owner, of_trait, generics: around } = outer;
        let index = self.out.functions.len();
        let is_for_tests = is_name_of_test_helper(&signature.ident.to_string());
        let setting = if is_for_tests { site.setting.max(Setting::Test) } else { site.setting };
        let site = Site { function: Some(index), setting, ..site };
        let parameters = typed(signature)
            .map(|parameter| Parameter {
                name: pattern_name(&parameter.pat),
                of_type: type_ref(&parameter.ty),
                span: self.positions.pattern(&parameter.pat),
            })
            .collect();
        let returns = match &signature.output {
            ReturnType::Type(_, of) => type_ref(of),
            ReturnType::Default => TypeRef::default(),
        };
        let name = signature.ident.to_string();
        let span = self.positions.span(signature.ident.span());
        self.out.functions.push(Function {
            name: name.clone(),
            owner: owner.cloned(),
            of_trait: of_trait.map(str::to_owned),
            has_receiver: signature.receiver().is_some(),
            is_built: false,
            has_body: body.is_some(),
            generics: generics(&signature.generics).into_iter().chain(around.iter().cloned()).collect(),
            parameters,
            returns,
            result: Value::Unknown,
            span,
            site,
        });
        let Some(body) = body else { return };
        let opens = self.positions.span(body.brace_token.span.open()).start();
        if let Some(range) = self.unread.bodies.get(&opens) {
            self.out.bodies.insert(index, UnreadBody::new(range.clone()));
            return;
        }
        let result = self.body(signature, body, outer, site);
        self.out.functions[index].result = result;
    }

    /// What a function returns; what else its body says is recorded.
    pub fn body(&mut self, signature: &Signature, body: &syn::Block, outer: Outer<'_>, site: Site) -> Value {
        let Outer { owner, of_trait, .. } = outer;
        let name = signature.ident.to_string();
        let span = self.positions.span(signature.ident.span());
        let mut walker = self.walker(site, owner.cloned());
        walker.in_default = name == "default" || name.starts_with("default_") || name.ends_with("_default");
        for (index, parameter) in typed(signature).enumerate() {
            walker.parameter(&parameter.pat, &parameter.ty, index);
        }
        let result = match (of_trait, typed(signature).next().map(|formatter| pattern_name(&formatter.pat))) {
            (Some("Display"), Some(formatter)) => walker.written_to(&formatter, body),
            _ => walker.function(body),
        };
        if let (ReturnType::Type(_, of), Some(syn::Stmt::Expr(tail, None))) = (&signature.output, body.stmts.last()) {
            walker.converted(tail, &type_ref(of), &result);
        }
        if returns_text(&signature.output) {
            let owner_name = owner.and_then(|of| of.path.last()).map_or("", String::as_str);
            let kind = if name.contains("default") { WriteKind::Default } else { WriteKind::Given };
            // With parameters, what is named for a key may be the name of an entry: `jwt:{user}`.
            let named_for = if typed(signature).next().is_none() { names::without_getter(&name) } else { &name };
            walker.named(&[owner_name, named_for], &result, span, kind);
        }
        self.named_parameters(signature, owner, site);
        result
    }

    /// `#[instrument]`: each parameter and the receiver is a field of the span, shown for debugging, but those that it
    /// skips.
    fn instrumented(&mut self, attrs: &[Attribute], signature: &Signature, site: Site) {
        let Some(skipped) = attributes::instrument_skips(attrs) else { return };
        let is_skipped = |name: &str| skipped.iter().any(|one| one == name);
        let shown = |value: Value, name: Vec<String>, span: Span| LoggedValue {
            macro_name: "instrument".to_owned(),
            value,
            name,
            form: Form::Debug,
            span,
            site,
        };
        if let Some(receiver) = signature.receiver().filter(|_| !is_skipped("self")) {
            let span = self.positions.span(receiver.self_token.span);
            self.out.logged.push(shown(Value::This, Vec::new(), span));
        }
        for (index, parameter) in typed(signature).enumerate() {
            let Pat::Ident(pattern) = &*parameter.pat else { continue };
            let name = pattern.ident.to_string();
            let of = type_ref(&parameter.ty);
            let is_sealed = of.path.last().is_some_and(|name| name.starts_with("Secret"));
            if is_sealed || is_skipped(&name) {
                continue;
            }
            let span = self.positions.pattern(&parameter.pat);
            // What a type of the project's own shows of itself is not said by the parameter's name.
            let named = if has_text(&of) { vec![name] } else { Vec::new() };
            self.out.logged.push(shown(Value::Param(index), named, span));
        }
    }

    /// Parameters that are named like a secret: what callers give for them counts, whatever becomes of it.
    fn named_parameters(&mut self, signature: &Signature, owner: Option<&TypeRef>, site: Site) {
        let owner_name = owner.and_then(|of| of.path.last()).map_or("", String::as_str);
        for (index, parameter) in typed(signature).enumerate() {
            let Pat::Ident(name) = &*parameter.pat else { continue };
            let name = name.ident.to_string();
            let path: Vec<&str> = [owner_name, &name].into_iter().filter(|part| !part.is_empty()).collect();
            if has_text(&type_ref(&parameter.ty)) && names::classify(&path) == names::NameClass::Secret {
                self.out.named.push(NamedValue {
                    path: path.into_iter().map(str::to_owned).collect(),
                    value: Value::Param(index),
                    span: self.positions.pattern(&parameter.pat),
                    kind: WriteKind::Given,
                    entry: None,
                    site,
                });
            }
        }
    }

    fn structure(&mut self, item: &syn::ItemStruct, site: Site) {
        let name = item.ident.to_string();
        let of_type = TypeRef { path: vec![name.clone()], arguments: Vec::new() };
        self.attribute_sinks(&item.attrs, site);
        let fields = self.fields(&item.fields, &of_type, &item.attrs, site);
        if ["new", "Constructor"].iter().any(|name| attributes::derives(&item.attrs, name)) {
            self.derived_constructor(&of_type, &fields, self.positions.span(item.ident.span()), site);
        }
        if attributes::derives(&item.attrs, "Bpaf") {
            let made = attributes::parser_function(&item.attrs, &name);
            let index = self.function_of_macro(made, &[], self.positions.span(item.ident.span()), site);
            self.out.functions[index].returns = of_type.clone();
        }
        let derives_debug = attributes::derives_debug(&item.attrs);
        let hidden = those(&item.fields, attributes::hides_from_debug);
        let derives_serialize = attributes::derives_serialize(&item.attrs);
        let unserialized = those(&item.fields, attributes::hides_from_serialize);
        let is_read = READERS.iter().any(|reader| attributes::derives(&item.attrs, reader));
        let of = Struct { name, fields, derives_debug, hidden, derives_serialize, unserialized, is_read, site };
        self.out.structs.push(of);
    }

    /// The `new` that a derive macro makes of all fields.
    fn derived_constructor(&mut self, of: &TypeRef, fields: &[(String, TypeRef)], span: Span, site: Site) {
        let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let index = self.function_of_macro("new".to_owned(), &names, span, site);
        let site = Site { function: Some(index), ..site };
        self.out.functions[index].owner = Some(of.clone());
        self.out.functions[index].returns = of.clone();
        let mut members = Vec::with_capacity(names.len());
        for (position, name) in names.into_iter().enumerate() {
            let value = Value::Param(position);
            members.push(RecordField { name: name.clone(), span, value: value.clone() });
            let (of_type, kind) = (Some(of.clone()), WriteKind::Given);
            // No step of its own: the parameter is one.
            let span = Span::new(span.end(), span.end());
            self.out.field_writes.push(FieldWrite { of_type, base: None, field: name, value, span, kind, site });
        }
        let type_name = Some(Name { segments: of.path.clone(), span });
        self.out.functions[index].result =
            Value::Record(std::sync::Arc::new(Record { type_name, fields: members, rest: None }));
    }

    fn enumeration(&mut self, item: &syn::ItemEnum, site: Site) {
        self.attribute_sinks(&item.attrs, site);
        let derives_debug = attributes::derives_debug(&item.attrs);
        let derives_serialize = attributes::derives_serialize(&item.attrs);
        for variant in &item.variants {
            let name = format!("{}::{}", item.ident, variant.ident);
            let of_type =
                TypeRef { path: vec![item.ident.to_string(), variant.ident.to_string()], arguments: Vec::new() };
            let fields = self.fields(&variant.fields, &of_type, &item.attrs, site);
            let hidden = those(&variant.fields, attributes::hides_from_debug);
            let unserialized = those(&variant.fields, attributes::hides_from_serialize);
            let is_read = false;
            let of = Struct { name, fields, derives_debug, hidden, derives_serialize, unserialized, is_read, site };
            self.out.structs.push(of);
        }
        self.texts_of_variants(item, site);
    }

    /// What strum's attributes make of variants: text, and properties that are read by name.
    fn texts_of_variants(&mut self, item: &syn::ItemEnum, site: Site) {
        let functions = attributes::text_functions(&item.attrs);
        let site = Site { function: None, ..site };
        let mut walker = self.walker(site, None);
        let mut texts = Vec::new();
        for variant in item.variants.iter().filter(|variant| !variant.attrs.is_empty()) {
            let (text, properties) = attributes::texts_of_variant(&variant.attrs, &mut walker);
            texts.extend(text);
            for (name, value, span) in properties {
                walker.entry_write(name, value, span);
            }
        }
        if texts.is_empty() {
            return;
        }
        let span = self.positions.span(item.ident.span());
        for (name, of_trait) in functions {
            let index = self.function_of_macro(name.to_owned(), &[], span, site);
            let function = &mut self.out.functions[index];
            function.owner = Some(TypeRef { path: vec![item.ident.to_string()], arguments: Vec::new() });
            function.of_trait = Some(of_trait.to_owned());
            function.has_receiver = true;
            function.result = Value::any_of(texts.clone());
        }
    }

    /// The fields' names and types; defaults that attributes give them are recorded.
    fn fields(
        &mut self,
        fields: &syn::Fields,
        owner: &TypeRef,
        attrs: &[Attribute],
        site: Site,
    ) -> Vec<(String, TypeRef)> {
        let site = Site { function: None, ..site };
        let struct_default = attributes::serde_struct_default(attrs);
        fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
                let span = field.ident.as_ref().map_or(Span::new(0, 0), |name| self.positions.span(name.span()));
                if attributes::checks_length(&field.attrs) {
                    self.out.measured.names.push(name.clone());
                }
                let mut walker = Walker::new(&mut *self.out, self.positions, self.table, site, Some(owner.clone()));
                let owner_name = owner.path.last().map_or("", String::as_str).to_owned();
                for value in attributes::field_defaults(&field.attrs, struct_default, &mut walker) {
                    walker.named(&[&owner_name, &name], &value, span, WriteKind::Default);
                    walker.out.field_writes.push(FieldWrite {
                        of_type: Some(owner.clone()),
                        base: None,
                        field: name.clone(),
                        value,
                        span,
                        kind: WriteKind::Default,
                        site,
                    });
                }
                (name, type_ref(&field.ty))
            })
            .collect()
    }

    /// `#[jwt("…")]` and the like.
    fn attribute_sinks(&mut self, attrs: &[Attribute], site: Site) {
        let site = Site { function: None, ..site };
        for attribute in attrs {
            let Some(name) = attribute.path().segments.last().map(|segment| segment.ident.to_string()) else {
                continue;
            };
            for &entry in self.table.attributes_named(&name) {
                let table = self.table;
                let mut walker = self.walker(site, None);
                let Some(value) = attributes::sink_value(attribute, &table.sinks[entry], &mut walker) else { continue };
                let span = walker.positions.attribute(attribute);
                walker.sink(vec![entry], segments(attribute.path()), vec![value], span, None);
            }
        }
    }

    fn implementation(&mut self, item: &syn::ItemImpl, site: Site) {
        let owner = type_ref(&item.self_ty);
        let of_trait =
            item.trait_.as_ref().and_then(|(path, _)| path.segments.last()).map(|segment| segment.ident.to_string());
        let generics = generics(&item.generics);
        let outer = Outer { owner: Some(&owner), of_trait: of_trait.as_deref(), generics: &generics };
        for member in &item.items {
            self.member(member, outer, site);
        }
    }

    /// A member of an impl.
    fn member(&mut self, member: &ImplItem, outer: Outer<'_>, site: Site) {
        match member {
            ImplItem::Fn(member) => {
                let site = within(site, &member.attrs);
                let index = self.out.functions.len();
                self.function(&member.sig, Some(&member.block), outer, site);
                self.instrumented(&member.attrs, &member.sig, Site { function: Some(index), ..site });
                self.out.functions[index].is_built = attributes::is_builder(&member.attrs);
            }
            ImplItem::Const(member) => {
                let site = within(site, &member.attrs);
                self.constant(&member.ident, &member.ty, &member.expr, outer, site);
            }
            ImplItem::Macro(member) => match self.expanded(&member.mac) {
                Some(tokens) if self.depth <= DEEPEST => {
                    let Ok(item) = syn::parse2::<syn::ItemImpl>(members(tokens)) else { return };
                    self.depth += 1;
                    for member in &item.items {
                        self.member(member, outer, site);
                    }
                    self.depth -= 1;
                }
                _ => self.item_macro(&member.mac, site),
            },
            _ => {}
        }
    }

    /// What a call of a macro of the file stands for.
    fn expanded(&mut self, call: &Macro) -> Option<TokenStream> {
        let name = &call.path.segments.last()?.ident;
        self.macros.call(&name.to_string(), call.tokens.clone(), name.span())
    }

    fn module(&mut self, item: &syn::ItemMod, site: Site) {
        let name = item.ident.to_string();
        let setting = site.setting;
        let is_test_by_name = is_test_name(&name);
        match &item.content {
            Some((_, items)) => {
                let index = self.out.modules.len();
                let parent = Some(site.module);
                self.out.modules.push(Module { name, parent, is_test_by_name, setting, ..Module::default() });
                self.items(items, Site { module: index, function: None, setting });
            }
            None => {
                let setting = if is_test_by_name { setting.max(Setting::Test) } else { setting };
                let paths = attributes::path_attributes(&item.attrs);
                let children = &mut self.out.modules[site.module].children;
                if paths.is_empty() {
                    children.push(ModuleFile { name, path: None, setting });
                } else {
                    let file = |path| ModuleFile { name: name.clone(), path: Some(path), setting };
                    children.extend(paths.into_iter().map(file));
                }
            }
        }
    }

    /// Items in a macro: `lazy_static! { static ref A: T = …; }`, `cfg_if! { … }`, or plain items.
    pub fn item_macro(&mut self, call: &Macro, site: Site) {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        match name.as_str() {
            "lazy_static" | "thread_local" | "task_local" => self.lazy_statics(call, site),
            "include" => {
                let path = syn::parse2::<syn::LitStr>(call.tokens.clone()).ok();
                if let Some(module) = self.out.modules.get_mut(site.module) {
                    module.includes.extend(path.map(|path| path.value()));
                }
            }
            _ => {
                if let Some(tokens) = self.expanded(call) {
                    self.items_in(tokens, site);
                    return;
                }
                let are_items = self.items_in(call.tokens.clone(), site);
                if !are_items {
                    self.closures_in(call, site);
                }
                if !are_items && !self.macros.knows(&name) {
                    let written = self.positions.text.get(self.positions.macro_call(call).range());
                    let with_text = written.is_some_and(|written| written.contains('"'));
                    self.out.unknown_macros.push((name, with_text));
                }
            }
        }
    }

    /// What a macro between items is given to run: `fuzz_target!(|data| { … })`.
    fn closures_in(&mut self, call: &Macro, site: Site) {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let closures = parsed.into_iter().flatten().filter(|argument| matches!(argument, Expr::Closure(_)));
        for closure in closures {
            self.walker(Site { function: None, ..site }, None).expr(&closure);
        }
    }

    fn lazy_statics(&mut self, call: &Macro, site: Site) {
        let Ok(statics) = lazy_statics.parse2(call.tokens.clone()) else { return };
        for (attrs, name, of, expr) in statics {
            // `task_local!` says nothing of the value.
            let expr = expr.unwrap_or(Expr::Verbatim(TokenStream::new()));
            self.constant(&name, &of, &expr, Outer::default(), within(site, &attrs));
        }
    }

    /// The rules of a macro of the project's own, each as a function of what it is given.
    fn macro_rules(&mut self, name: &syn::Ident, call: &Macro, site: Site) {
        for rule in rules::of(call.tokens.clone()) {
            let span = self.positions.span(name.span());
            let made = rules::function_name(&name.to_string(), rule.parameters.len());
            let index = self.function_of_macro(made, &rule.parameters, span, site);
            let mut walker = self.walker(Site { function: Some(index), ..site }, None);
            for (index, name) in rule.parameters.iter().enumerate() {
                walker.given(name, index, span);
            }
            let result = walker.function(&rule.body);
            self.out.functions[index].result = result;
        }
    }

    /// A function without arguments that a macro most likely makes.
    fn made_function(&mut self, name: &syn::Ident, result: &Expr, site: Site) {
        let span = self.positions.span(name.span());
        let index = self.function_of_macro(name.to_string(), &[], span, site);
        let mut walker = self.walker(Site { function: Some(index), ..site }, None);
        let result = walker.expr(result);
        walker.named(&[&name.to_string()], &result, span, WriteKind::Given);
        self.out.functions[index].result = result;
    }

    fn function_of_macro(&mut self, name: String, parameters: &[String], span: Span, site: Site) -> usize {
        let index = self.out.functions.len();
        let parameter = |name: &String| Parameter { name: name.clone(), of_type: TypeRef::default(), span };
        self.out.functions.push(Function {
            name,
            owner: None,
            of_trait: None,
            has_receiver: false,
            is_built: false,
            has_body: true,
            generics: Vec::new(),
            parameters: parameters.iter().map(parameter).collect(),
            returns: TypeRef::default(),
            result: Value::Unknown,
            span,
            site: Site { function: Some(index), ..site },
        });
        index
    }

    /// Items at the top of the tokens or in groups among them; whether they are nothing but items.
    fn items_in(&mut self, tokens: TokenStream, site: Site) -> bool {
        if self.depth > DEEPEST {
            return false;
        }
        if let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) {
            self.items(&file.items, site);
            return true;
        }
        for (name, expr) in rules::assignments(&tokens) {
            if !rules::is_constant_name(&name) {
                self.made_function(&name, &expr, site);
                continue;
            }
            let of = Type::Infer(syn::TypeInfer { attrs: Vec::new(), underscore_token: Token![_](name.span()) });
            self.constant(&name, &of, &expr, Outer::default(), site);
        }
        self.depth += 1;
        // `if #[cfg(test)] { … } else { … }`
        let mut setting = Setting::Production;
        for token in tokens {
            let TokenTree::Group(group) = token else { continue };
            match attributes::cfg_in_brackets(&group) {
                Some(only) => setting = only,
                None => {
                    self.items_in(group.stream(), Site { setting: site.setting.max(setting), ..site });
                    setting = Setting::Production;
                }
            }
        }
        self.depth -= 1;
        false
    }
}

/// The parameters without the receiver.
fn typed(signature: &Signature) -> impl Iterator<Item = &syn::PatType> {
    signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    })
}

type LazyStatic = (Vec<Attribute>, syn::Ident, Type, Option<Expr>);

/// `static ref NAME: Type = expression;`, with or without `ref`, any number of them.
fn lazy_statics(input: ParseStream<'_>) -> syn::Result<Vec<LazyStatic>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        input.parse::<Token![static]>()?;
        input.parse::<Option<Token![ref]>>()?;
        let name: syn::Ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let of: Type = input.parse()?;
        let expr = match input.parse::<Option<Token![=]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        if !input.is_empty() {
            input.parse::<Token![;]>()?;
        }
        found.push((attrs, name, of, expr));
    }
    Ok(found)
}

/// The members of an impl, as an impl.
fn members(tokens: TokenStream) -> TokenStream {
    let word = |word| TokenTree::Ident(syn::Ident::new(word, proc_macro2::Span::call_site()));
    let body = TokenTree::Group(Group::new(Delimiter::Brace, tokens));
    [word("impl"), word("Self"), body].into_iter().collect()
}

/// The site inside an item with these attributes.
fn within(site: Site, attrs: &[Attribute]) -> Site {
    Site { setting: site.setting.max(attributes::setting(attrs)), ..site }
}

/// The fields whose attributes say something.
fn those(fields: &syn::Fields, say: impl Fn(&[Attribute]) -> bool) -> Vec<String> {
    let those = fields.iter().enumerate().filter(|(_, field)| say(&field.attrs));
    those.map(|(index, field)| field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string)).collect()
}

/// Whether a function makes something for tests alone: `create_test_context`, `state_for_tests`. `test_connection` may
/// well be part of the program.
fn is_name_of_test_helper(name: &str) -> bool {
    const MAKES: [&str; 10] = ["create", "setup", "new", "make", "build", "init", "get", "spawn", "generate", "with"];
    let makes = name.split_once("_test_").is_some_and(|(verb, _)| MAKES.contains(&verb));
    makes || ["_for_test", "_for_tests", "_for_testing"].iter().any(|end| name.ends_with(end))
}

/// Whether a module of this name is for tests.
pub fn is_test_name(name: &str) -> bool {
    matches!(name, "tests" | "test" | "testing" | "test_utils" | "test_helpers" | "benches")
}

fn pattern_name(pattern: &Pat) -> String {
    match pattern {
        Pat::Ident(name) => name.ident.to_string(),
        Pat::TupleStruct(tuple) => tuple.elems.first().map_or_else(|| "_".to_owned(), pattern_name),
        Pat::Reference(inner) => pattern_name(&inner.pat),
        _ => "_".to_owned(),
    }
}

/// Whether a function gives text or bytes, so that its name says what they are.
fn returns_text(output: &ReturnType) -> bool {
    let ReturnType::Type(_, of) = output else { return false };
    has_text(&type_ref(of))
}

/// Whether a type is text or bytes, or holds them.
fn has_text(of: &TypeRef) -> bool {
    of.path.last().is_some_and(|name| {
        matches!(
            name.as_str(),
            "str" | "String" | "u8" | "Vec" | "Cow" | "Bytes" | "SecretString" | "Secret" | "OsString"
        )
    }) || of.arguments.iter().any(has_text)
}

fn use_leaves(tree: &UseTree, prefix: &mut Vec<String>, uses: &mut Vec<Use>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            use_leaves(&path.tree, prefix, uses);
            prefix.pop();
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            if name == "self" {
                uses.push(Use { alias: prefix.last().cloned(), path: prefix.clone() });
            } else {
                let mut path = prefix.clone();
                path.push(name.clone());
                uses.push(Use { alias: Some(name), path });
            }
        }
        UseTree::Rename(rename) => {
            let mut path = prefix.clone();
            if rename.ident != "self" {
                path.push(rename.ident.to_string());
            }
            uses.push(Use { alias: Some(rename.rename.to_string()), path });
        }
        UseTree::Glob(_) => uses.push(Use { alias: None, path: prefix.clone() }),
        UseTree::Group(group) => {
            for tree in &group.items {
                use_leaves(tree, prefix, uses);
            }
        }
    }
}

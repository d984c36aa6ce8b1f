//! What attributes say: test context, defaults of fields, secrets given to derive macros.

use std::sync::Arc;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Token};

use super::body::Walker;
use super::table::{SinkEntry, SinkShape};
use crate::fact::{Call, Callee, EnvRead, Literal, Name, Setting, Value};
use crate::span::Span;

/// What the code under these attributes is for.
pub fn setting(attrs: &[Attribute]) -> Setting {
    attrs.iter().map(setting_of).max().unwrap_or_default()
}

fn setting_of(attribute: &Attribute) -> Setting {
    let Some(name) = attribute.path().segments.last().map(|segment| segment.ident.to_string()) else {
        return Setting::Production;
    };
    match name.as_str() {
        "test" | "rstest" | "test_case" | "bench" | "quickcheck" | "proptest" | "wasm_bindgen_test" | "test_log" => {
            Setting::Test
        }
        "cfg" => match &attribute.meta {
            Meta::List(list) => cfg_setting(list.tokens.clone()),
            _ => Setting::Production,
        },
        _ => Setting::Production,
    }
}

/// `test`, `all(test, unix)`, `any(test, feature = "test-utils")`, `debug_assertions`; a `not(…)` takes nothing away.
pub(super) fn cfg_setting(tokens: TokenStream) -> Setting {
    predicates(tokens).map(|predicate| setting_of_predicate(&predicate)).max().unwrap_or_default()
}

/// What stands between the commas.
fn predicates(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',');
    let parts: Vec<Vec<TokenTree>> = tokens.split(is_comma).map(<[TokenTree]>::to_vec).collect();
    parts.into_iter().filter(|part| !part.is_empty())
}

fn setting_of_predicate(predicate: &[TokenTree]) -> Setting {
    match predicate {
        [TokenTree::Ident(name), TokenTree::Group(inner)] => match name.to_string().as_str() {
            "all" => cfg_setting(inner.stream()),
            // With one of several, production may be among them: `any(test, feature = "fallback-key")`.
            "any" => {
                predicates(inner.stream()).map(|predicate| setting_of_predicate(&predicate)).min().unwrap_or_default()
            }
            _ => Setting::Production,
        },
        [TokenTree::Ident(name)] => match name.to_string().as_str() {
            "test" | "doctest" | "doc" | "miri" | "loom" | "kani" | "fuzzing" | "rust_analyzer" => Setting::Test,
            "debug_assertions" => Setting::Development,
            _ => Setting::Production,
        },
        [.., TokenTree::Literal(feature)] => setting_of_feature(&feature.to_string()),
        _ => Setting::Production,
    }
}

fn setting_of_feature(name: &str) -> Setting {
    const TESTS: [&str; 14] = [
        "test",
        "tests",
        "testing",
        "testutil",
        "testutils",
        "testkit",
        "mock",
        "mocks",
        "mocking",
        "fixtures",
        "bench",
        "benchmarks",
        "fuzz",
        "fuzzing",
    ];
    let says = |said: &[&str]| name.split(|c: char| !c.is_alphanumeric()).any(|word| said.contains(&word));
    if says(&TESTS) {
        Setting::Test
    } else if says(&["dev", "development"]) {
        Setting::Development
    } else {
        Setting::Production
    }
}

/// What a condition tells from other builds, and whether it holds there: `test`, `not(debug_assertions)`.
pub(super) fn cfg_telling(condition: &TokenStream) -> Option<(Setting, bool)> {
    let mut tokens = condition.clone().into_iter();
    let (stated, holds) = match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Ident(not)), Some(TokenTree::Group(negated))) if not == "not" => (negated.stream(), false),
        _ => (condition.clone(), true),
    };
    let setting = cfg_setting(stated);
    (setting != Setting::Production).then_some((setting, holds))
}

/// The condition of `#[cfg(…)]`.
pub(super) fn cfg_condition(attrs: &[Attribute]) -> Option<&TokenStream> {
    attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => Some(&list.tokens),
        _ => None,
    })
}

/// What `[cfg(…)]` in front of code says that is for.
pub fn cfg_in_brackets(group: &proc_macro2::Group) -> Option<Setting> {
    let mut tokens = group.stream().into_iter();
    match (group.delimiter(), tokens.next(), tokens.next()) {
        (Delimiter::Bracket, Some(TokenTree::Ident(name)), Some(TokenTree::Group(condition))) if name == "cfg" => {
            Some(cfg_setting(condition.stream()))
        }
        _ => None,
    }
}

/// Whether a derive list holds `name`.
pub fn derives(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| match &attribute.meta {
        Meta::List(list) => {
            list.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == name))
        }
        _ => false,
    })
}

/// Whether a type shows its fields: by the derive of the standard library or of a crate with options for fields.
pub fn derives_debug(attrs: &[Attribute]) -> bool {
    derives(attrs, "Debug")
        || attrs
            .iter()
            .filter(|attribute| is_of_debug_crate(attribute))
            .any(|attribute| mentions(attribute, &["Debug"]))
}

/// Whether a field is left out or shown otherwise: `#[debug(skip)]`, `#[debug("…")]`, `#[derivative(Debug = "ignore")]`.
pub fn hides_from_debug(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attribute| {
        attribute.path().is_ident("debug")
            || attribute.path().is_ident("redact")
            || (is_of_debug_crate(attribute) && mentions(attribute, &["ignore", "format_with", "method", "skip"]))
    })
}

/// Whether a type is written out with its fields by what serde derives.
pub fn derives_serialize(attrs: &[Attribute]) -> bool {
    let is_other = |attribute: &Attribute| options(attribute).iter().any(|option| option.name == "into");
    derives(attrs, "Serialize") && !of_serde(attrs).any(is_other)
}

/// Whether a field is left out of that, or written in a way of its own, which may hide it.
pub fn hides_from_serialize(attrs: &[Attribute]) -> bool {
    const HIDING: [&str; 4] = ["skip", "skip_serializing", "serialize_with", "with"];
    let hides = |attribute: &Attribute| options(attribute).iter().any(|one| HIDING.contains(&one.name.as_str()));
    of_serde(attrs).any(hides)
}

fn of_serde(attrs: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attrs.iter().filter(|attribute| ["serde", "serde_as"].iter().any(|name| attribute.path().is_ident(name)))
}

fn is_of_debug_crate(attribute: &Attribute) -> bool {
    ["derivative", "educe", "derive_where"].iter().any(|name| attribute.path().is_ident(name))
}

/// Whether an attribute holds one of these words, in texts or groups as well.
fn mentions(attribute: &Attribute, words: &[&str]) -> bool {
    match &attribute.meta {
        Meta::List(list) => {
            let text = list.tokens.to_string();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| words.contains(&word))
        }
        _ => false,
    }
}

/// Whether a field's length is checked: `#[validate(length(min = 32))]`.
pub fn checks_length(attrs: &[Attribute]) -> bool {
    attrs.iter().filter(|attribute| ["validate", "garde"].iter().any(|name| attribute.path().is_ident(name))).any(
        |attribute| match &attribute.meta {
            Meta::List(list) => {
                list.tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(name) if name == "length"))
            }
            _ => false,
        },
    )
}

/// The parameters that `#[instrument]` leaves out; `None` where nothing of it shows parameters.
pub fn instrument_skips(attrs: &[Attribute]) -> Option<Vec<String>> {
    let is_instrument =
        |attribute: &&Attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "instrument");
    let attribute = attrs.iter().find(is_instrument)?;
    let Meta::List(list) = &attribute.meta else { return Some(Vec::new()) };
    let mut skipped = Vec::new();
    let mut tokens = list.tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(word) = token else { continue };
        if word == "skip_all" {
            return None;
        }
        if word == "skip"
            && let Some(TokenTree::Group(group)) = tokens.peek()
        {
            let names = group.stream().into_iter().filter_map(|token| match token {
                TokenTree::Ident(name) => Some(name.to_string()),
                _ => None,
            });
            skipped.extend(names);
        }
    }
    Some(skipped)
}

/// `#[path = "…"]`, and what `#[cfg_attr(unix, path = "…")]` says for some builds.
pub fn path_attributes(attrs: &[Attribute]) -> Vec<String> {
    let of_pair = |pair: syn::MetaNameValue| match pair.value {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(path), .. }) if pair.path.is_ident("path") => Some(path.value()),
        _ => None,
    };
    let of_attribute = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) => of_pair(pair.clone()),
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let parsed = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).ok()?;
            parsed.into_iter().skip(1).find_map(|meta| match meta {
                Meta::NameValue(pair) => of_pair(pair),
                _ => None,
            })
        }
        _ => None,
    };
    attrs.iter().filter_map(of_attribute).collect()
}

/// Whether `#[serde(default)]` stands on the struct, so that its `Default` fills what is missing.
pub fn serde_struct_default(attrs: &[Attribute]) -> bool {
    attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .any(|attribute| options(attribute).iter().any(|option| option.name == "default" && option.value.is_none()))
}

/// One `name`, `name = value` or `name(…)` of an attribute.
struct AttributeOption {
    name: String,
    value: Option<Expr>,
    /// What stands in parentheses.
    inner: TokenStream,
}

fn options(attribute: &Attribute) -> Vec<AttributeOption> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    option_list.parse2(list.tokens.clone()).unwrap_or_default()
}

fn option_list(input: ParseStream<'_>) -> syn::Result<Vec<AttributeOption>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        if input.peek(Lit) || !input.peek(syn::Ident) && !input.peek(Token![default]) {
            let value: Expr = input.parse()?;
            found.push(AttributeOption { name: String::new(), value: Some(value), inner: TokenStream::new() });
        } else {
            let name = input.call(<syn::Ident as syn::ext::IdentExt>::parse_any)?;
            let mut value = None;
            let mut given = TokenStream::new();
            if input.peek(Token![=]) {
                input.parse::<Token![=]>()?;
                value = Some(input.parse()?);
            } else if input.peek(syn::token::Paren) {
                let inner;
                syn::parenthesized!(inner in input);
                given = inner.parse()?;
                // `fallback("…")` is `fallback = "…"`.
                if matches!(name.to_string().as_str(), "fallback" | "fallback_with" | "env" | "generate") {
                    value = syn::parse2(given.clone()).ok();
                }
            } else if input.peek(Token![::]) {
                let path = Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path: name.clone().into() });
                input.parse::<TokenStream>()?;
                value = Some(path);
            }
            found.push(AttributeOption { name: name.to_string(), value, inner: given });
        }
        if input.is_empty() {
            break;
        }
        input.parse::<Token![,]>()?;
    }
    Ok(found)
}

/// The values that attributes of a field give it where nothing else does, or the name it is read by: serde, clap, envconfig,
/// derive_builder, SmartDefault, confique and their like.
pub(super) fn field_defaults(attrs: &[Attribute], _struct_default: bool, walker: &mut Walker<'_>) -> Vec<Value> {
    let mut values = Vec::new();
    for attribute in attrs {
        let Some(kind) = attribute.path().segments.last().map(|segment| segment.ident.to_string()) else { continue };
        if matches!(kind.as_str(), "doc" | "cfg" | "allow" | "expect") {
            continue;
        }
        if matches!(kind.as_str(), "default" | "educe" | "serde_inline_default") {
            values.extend(bare_default(attribute, walker));
            continue;
        }
        let options = options(attribute);
        let env = options.iter().find(|option| matches!(option.name.as_str(), "env" | "from"));
        let before = values.len();
        for option in &options {
            // `#[derivative(Default(value = "…"))]`
            if kind == "derivative" && option.name == "Default" {
                let inner = option_list.parse2(option.inner.clone()).unwrap_or_default();
                let given = inner.into_iter().find(|inner| inner.name == "value").and_then(|inner| inner.value);
                values.extend(given.map(|expr| default_option(&kind, &expr, walker)));
            }
            let Some(expr) = &option.value else { continue };
            let value = match option.name.as_str() {
                "default" => default_option(&kind, expr, walker),
                "default_value"
                | "default_value_t"
                | "default_missing_value"
                | "default_value_os_t"
                | "fallback"
                | "default_str" => walker.expr(expr),
                "default_fn" | "default_value_fn" | "fn_default" | "fallback_with" => called(expr, walker),
                _ => continue,
            };
            values.push(match env {
                Some(env) => Value::fallback(env_of(env, walker), value),
                None => value,
            });
        }
        let renamed = options.iter().find(|option| kind == "serde" && option.name == "rename");
        if let Some(name) = env.or(renamed).filter(|name| name.value.is_some() && values.len() == before) {
            values.push(env_of(name, walker));
        }
    }
    values
}

/// `#[arg(env = "X", default_value = "…")]`: the read in front of the default.
fn env_of(option: &AttributeOption, walker: &mut Walker<'_>) -> Value {
    let value = option.value.as_ref().map(|expr| walker.expr(expr));
    match value {
        Some(Value::Literal(literal)) => Value::Env(EnvRead {
            name: literal.secret.expose_str().map(str::to_owned),
            span: literal.span,
            compile_time: false,
        }),
        _ => Value::Env(EnvRead { name: None, span: Span::new(0, 0), compile_time: false }),
    }
}

/// `default = …` means different things: serde names a function, derive_builder holds code in a string, others the value.
fn default_option(kind: &str, expr: &Expr, walker: &mut Walker<'_>) -> Value {
    let Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) = expr else {
        return walker.expr(expr);
    };
    match kind {
        "serde" | "serde_inline_default" => match syn::parse_str::<syn::Path>(&text.value()) {
            Ok(path) => call_of(&path, walker.positions.content(text.span())),
            Err(_) => Value::Unknown,
        },
        "builder" | "derivative" | "argh" => code_in_string(text, walker),
        _ => walker.expr(expr),
    }
}

/// Code in a string: `#[builder(default = r#"String::from("…")"#)]`.
fn code_in_string(text: &syn::LitStr, walker: &mut Walker<'_>) -> Value {
    let content = walker.positions.content(text.span());
    let written = &walker.positions.text[content.range()];
    if written != text.value() {
        // With escapes no place in the code is where it seems; a text that is only wrapped is known all the same.
        let code = syn::parse_str::<Expr>(&text.value()).ok();
        return code
            .and_then(|code| wrapped_text(&code, 0))
            .map_or(Value::Unknown, |text| Value::literal(text, content));
    }
    let Ok(expr) = syn::parse_str::<Expr>(written) else { return Value::Unknown };
    let outer = walker.positions;
    walker.positions = outer.from(content.start());
    let value = walker.expr(&expr);
    walker.positions = outer;
    value
}

/// The text of `"…"`, `String::from("…")`, `"…".to_owned()`.
fn wrapped_text(code: &Expr, depth: usize) -> Option<String> {
    const DEEPEST: usize = 4;
    let inner = match code {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => return Some(text.value()),
        Expr::MethodCall(call) if ["to_string", "to_owned", "into"].iter().any(|name| call.method == name) => {
            &call.receiver
        }
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "from") => {
                call.args.first()?
            }
            _ => return None,
        },
        _ => return None,
    };
    if depth < DEEPEST { wrapped_text(inner, depth + 1) } else { None }
}

fn bare_default(attribute: &Attribute, walker: &mut Walker<'_>) -> Option<Value> {
    match &attribute.meta {
        Meta::List(list) => {
            let expr = syn::parse2::<Expr>(list.tokens.clone()).ok()?;
            match expr {
                Expr::Assign(assign) => match (&*assign.left, &*assign.right) {
                    // SmartDefault: `_code = "…"`
                    (Expr::Path(name), Expr::Lit(syn::ExprLit { lit: Lit::Str(code), .. }))
                        if name.path.is_ident("_code") =>
                    {
                        Some(code_in_string(code, walker))
                    }
                    (_, value) => Some(walker.expr(value)),
                },
                expr => Some(walker.expr(&expr)),
            }
        }
        Meta::NameValue(pair) => Some(walker.expr(&pair.value)),
        Meta::Path(_) => None,
    }
}

fn called(expr: &Expr, walker: &mut Walker<'_>) -> Value {
    match expr {
        Expr::Path(path) => call_of(&path.path, Span::new(0, 0)),
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => match syn::parse_str::<syn::Path>(&text.value()) {
            Ok(path) => call_of(&path, walker.positions.content(text.span())),
            Err(_) => Value::Unknown,
        },
        other => walker.expr(other),
    }
}

fn call_of(path: &syn::Path, span: Span) -> Value {
    let segments = super::literal::segments(path);
    Value::Call(Arc::new(Call { callee: Callee::Path(Name { segments, span }), arguments: Vec::new(), span }))
}

/// Whether a function becomes a builder: `#[builder]` of bon.
pub fn is_builder(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attribute| attribute.path().segments.last().is_some_and(|last| last.ident == "builder"))
}

/// The function that `derive(Bpaf)` makes for a type, which gives the type: called like it, or as an option says.
pub fn parser_function(attrs: &[Attribute], name: &str) -> String {
    let options = attrs.iter().filter(|attribute| attribute.path().is_ident("bpaf")).flat_map(options);
    let generated =
        options.into_iter().find(|option| option.name == "generate").and_then(|option| match option.value {
            Some(Expr::Path(path)) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        });
    generated.unwrap_or_else(|| in_snake_case(name))
}

fn in_snake_case(name: &str) -> String {
    let mut made = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_uppercase() && !made.is_empty() {
            made.push('_');
        }
        made.extend(letter.to_lowercase());
    }
    made
}

/// The functions by which strum makes text of a variant, with their traits.
pub fn text_functions(attrs: &[Attribute]) -> Vec<(&'static str, &'static str)> {
    const MADE: [(&str, &str, &str); 3] =
        [("AsRefStr", "as_ref", "AsRef"), ("IntoStaticStr", "into", "Into"), ("Display", "to_string", "ToString")];
    let derived = MADE.into_iter().filter(|(derive, ..)| derives(attrs, derive));
    derived.map(|(_, function, of_trait)| (function, of_trait)).collect()
}

/// What strum makes of a variant as text, and the properties that it gives it by name.
pub(super) fn texts_of_variant(
    attrs: &[Attribute],
    walker: &mut Walker<'_>,
) -> (Vec<Value>, Vec<(String, Value, Span)>) {
    let (mut texts, mut properties) = (Vec::new(), Vec::new());
    for option in attrs.iter().filter(|attribute| attribute.path().is_ident("strum")).flat_map(options) {
        match (option.name.as_str(), option.value) {
            ("serialize" | "to_string", Some(expr)) => texts.push(walker.expr(&expr)),
            ("props", _) => {
                for property in option_list.parse2(option.inner).unwrap_or_default() {
                    if let Some(Value::Literal(text)) = property.value.map(|value| walker.expr(&value)) {
                        let span = text.span;
                        properties.push((property.name, Value::Literal(text), span));
                    }
                }
            }
            _ => {}
        }
    }
    (texts, properties)
}

/// The secret in an attribute that is a sink.
pub(super) fn sink_value(attribute: &Attribute, sink: &SinkEntry, walker: &mut Walker<'_>) -> Option<Value> {
    let SinkShape::Attribute(_, wanted) = &sink.shape else { return None };
    let options = options(attribute);
    let expr = match wanted {
        Some(name) => options.into_iter().find(|option| option.name == *name)?.value?,
        None => {
            let first = options.into_iter().next()?;
            match first.value {
                Some(value) if first.name.is_empty() => value,
                None => syn::parse_str(&first.name).ok()?,
                Some(_) => return None,
            }
        }
    };
    match walker.expr(&expr) {
        Value::Literal(Literal { secret, span }) => Some(Value::Literal(Literal { secret, span })),
        Value::Name(name) => {
            let mut name = Arc::unwrap_or_clone(name);
            name.span = walker.positions.attribute(attribute);
            Some(Value::Name(Arc::new(name)))
        }
        other => Some(other),
    }
}

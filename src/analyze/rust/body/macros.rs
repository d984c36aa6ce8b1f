//! Macro calls: their bodies are tokens, parsed where their grammar is known.

use std::sync::Arc;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Macro, Pat, Token};

use super::{Walker, bounded, join};
use crate::analyze::rust::Unread;
use crate::analyze::rust::expand::Macros;
use crate::analyze::rust::items::Collector;
use crate::analyze::rust::model::{Form, LoggedValue};
use crate::analyze::rust::rules;
use crate::fact::{Callee, Embed, Encoding, EnvRead, Literal, Name, Record, RecordField, Value};
use crate::span::Span;

/// Macros whose tokens are code for another time or place.
const QUOTING: &[&str] = &["quote", "quote_spanned", "parse_quote", "parse_quote_spanned", "macro_rules"];
/// Macros after which control does not come back.
const DIVERGING: &[&str] =
    &["panic", "unreachable", "todo", "unimplemented", "bail", "abort", "compile_error", "exit", "throw"];
/// Macros of the standard library and of crates that everybody uses, whose value is no key.
const STANDARD: &[&str] = &[
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
    "matches",
    "assert_matches",
    "line",
    "file",
    "column",
    "module_path",
    "cfg",
    "pin",
    "ready",
    "include",
    "query",
    "query_as",
    "query_scalar",
    "routes",
    "instrument",
    "metrics",
    "counter",
    "gauge",
    "histogram",
    "html",
    "view",
    "rsx",
    "catch",
    "tokio_test",
];
/// Macros that write to a log or a terminal.
const LOGGING: &[&str] = &[
    "println",
    "eprintln",
    "print",
    "eprint",
    "dbg",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "log",
    "info_span",
    "debug_span",
    // Messages of errors, which end in a log.
    "bail",
    "anyhow",
    "eyre",
    "format_err",
    "unreachable",
    "todo",
    "unimplemented",
];

/// An arm of `select!`.
struct SelectArm {
    /// What is waited for; `else` waits for nothing.
    given: Option<(Pat, Expr)>,
    body: Expr,
}

/// `pattern = future, if condition => body`, any number of them, as tokio and futures write it.
fn select_arms(input: ParseStream<'_>) -> syn::Result<Vec<SelectArm>> {
    let mut arms = Vec::new();
    if input.peek(syn::Ident) && input.peek2(Token![;]) {
        // `biased;`
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    while !input.is_empty() {
        let given = if input.peek(Token![else]) || input.peek(syn::Ident) && input.peek2(Token![=>]) {
            input.call(<syn::Ident as syn::ext::IdentExt>::parse_any)?;
            None
        } else {
            let pattern = Pat::parse_multi(input)?;
            input.parse::<Token![=]>()?;
            let given = input.parse()?;
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                input.parse::<Token![if]>()?;
                input.parse::<Expr>()?;
            }
            Some((pattern, given))
        };
        input.parse::<Token![=>]>()?;
        // A block ends where it ends: what follows is another arm.
        let body = if input.peek(syn::token::Brace) {
            Expr::Block(syn::ExprBlock { attrs: Vec::new(), label: None, block: input.parse()? })
        } else {
            input.parse()?
        };
        input.parse::<Option<Token![,]>>()?;
        arms.push(SelectArm { given, body });
    }
    Ok(arms)
}

/// The file that a literal names.
fn embedded(path: &Literal) -> Value {
    Value::Embed(Embed { path: path.secret.expose_str().unwrap_or_default().to_owned(), span: path.span })
}

impl Walker<'_> {
    /// The value of a macro call.
    pub(super) fn macro_call(&mut self, call: &Macro) -> Value {
        let name = call.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        let span = self.positions.macro_call(call);
        match name.as_str() {
            _ if QUOTING.contains(&name.as_str()) => Value::Unknown,
            "env" | "dotenv" => self.compile_time_read(call, span),
            "option_env" => self.compile_time_read(call, span),
            "include_str" | "include_bytes" => match self.arguments(call).into_iter().next() {
                Some(Value::Literal(path)) => embedded(&path),
                // `concat!(env!("CARGO_MANIFEST_DIR"), "/keys/private.pem")`
                Some(Value::Concat(parts)) => match parts.as_slice() {
                    [Value::Env(read), Value::Literal(path)] if read.name.as_deref() == Some("CARGO_MANIFEST_DIR") => {
                        embedded(path)
                    }
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            // Obfuscation keeps a text from `strings`, not from whoever has the program.
            // So does a fixed UUID.
            "obfstr" | "obfbytes" | "obfstring" | "obfcstr" | "lc" | "uuid" => {
                self.arguments(call).into_iter().next().unwrap_or(Value::Unknown)
            }
            "stringify" => {
                let content = self.positions.span(call.delimiter.span().join());
                Value::literal(call.tokens.to_string(), content)
            }
            "concat" | "concatcp" | "concatc" | "concat_const" | "const_concat" | "concat_bytes" => {
                bounded(Value::Concat(self.pieces_written(call)))
            }
            "formatcp" | "formatc" => self.format(call),
            "format" | "format_args" | "format_compact" => self.format(call),
            "hex" => match self.arguments(call).into_iter().next() {
                Some(value) => Value::Decoded(Encoding::Hex, Arc::new(value)),
                None => Value::Unknown,
            },
            "vec" | "smallvec" => self.vec(call, span),
            "hashmap" | "btreemap" | "phf_map" | "phf_ordered_map" | "indexmap" | "convert_args" | "hash_map"
            | "btree_map" | "json" => self.map(call, span),
            "join" | "try_join" => {
                let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
                match parsed {
                    Ok(arguments) => {
                        let values = arguments.iter().map(|argument| self.expr(argument)).collect();
                        bounded(super::calls::tuple(values, span))
                    }
                    Err(_) => {
                        self.visit_tokens(call.tokens.clone());
                        Value::Unknown
                    }
                }
            }
            "select" => match select_arms.parse2(call.tokens.clone()) {
                Ok(arms) => self.select(&arms),
                Err(_) => {
                    self.visit_tokens(call.tokens.clone());
                    Value::Unknown
                }
            },
            "cfg_if" => self.cfg_if(call.tokens.clone()),
            "write" | "writeln" => {
                if self.is_terminal(call) {
                    self.log(&name, call);
                    return Value::Unknown;
                }
                self.write_macro(call)
            }
            // It gives what it prints.
            "dbg" => {
                self.log(&name, call);
                match self.arguments(call).as_mut_slice() {
                    [only] => std::mem::replace(only, Value::Unknown),
                    _ => Value::Unknown,
                }
            }
            "panic" => {
                self.log(&name, call);
                Value::Never
            }
            "assert" | "ensure" | "debug_assert" => {
                if let Ok(arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone())
                    && let Some(condition) = arguments.first()
                {
                    self.expr(condition);
                    self.asserted(condition);
                    self.log_segments(&name, split(call.tokens.clone(), ',').into_iter().skip(1));
                }
                Value::Unknown
            }
            "lazy_static" | "thread_local" | "task_local" => {
                self.items_of(call);
                Value::Unknown
            }
            _ => {
                if LOGGING.contains(&name.as_str()) {
                    if name == "println" {
                        self.cargo_instruction(call);
                    }
                    self.log(&name, call);
                } else if STANDARD.contains(&name.as_str()) || DIVERGING.contains(&name.as_str()) {
                    self.visit_arguments(call.tokens.clone());
                } else {
                    return self.own_macro(&name, call, span);
                }
                if DIVERGING.contains(&name.as_str()) { Value::Never } else { Value::Unknown }
            }
        }
    }

    /// `select! { message = receiver.recv() => …, _ = stop.changed() => … }`: one of the arms runs.
    fn select(&mut self, arms: &[SelectArm]) -> Value {
        let mut result = Value::Never;
        for arm in arms {
            let value = self.conditionally(|walker| {
                if let Some((pattern, given)) = &arm.given {
                    let given = walker.expr(given);
                    walker.bind(pattern, given, None);
                }
                walker.expr(&arm.body)
            });
            result = join(result, value);
        }
        bounded(result)
    }

    /// A macro that may be of the project: a call of the function that stands for the rule of as many arguments.
    fn own_macro(&mut self, name: &str, call: &Macro, span: Span) -> Value {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(arguments) = parsed else {
            self.visit_tokens(call.tokens.clone());
            return Value::Unknown;
        };
        let values: Vec<Value> = arguments.iter().map(|argument| self.expr(argument)).collect();
        let segments = vec![rules::function_name(name, values.len())];
        self.record_call(Callee::Path(Name { segments, span: self.positions.path(&call.path) }), values, span)
    }

    fn compile_time_read(&mut self, call: &Macro, span: Span) -> Value {
        let name = self.arguments(call).first().and_then(super::calls::text_of);
        Value::Env(EnvRead { name, span, compile_time: true })
    }

    /// Comma-separated expressions; none if the tokens are no such thing.
    fn arguments(&mut self, call: &Macro) -> Vec<Value> {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        parsed.map(|arguments| arguments.iter().map(|argument| self.expr(argument)).collect()).unwrap_or_default()
    }

    /// Comma-separated expressions of which numbers and characters are text, too.
    fn pieces_written(&mut self, call: &Macro) -> Vec<Value> {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        parsed.map(|arguments| arguments.iter().map(|argument| self.piece(argument)).collect()).unwrap_or_default()
    }

    /// A part of a text that is put together: what a number or a character is printed as.
    fn piece(&mut self, argument: &Expr) -> Value {
        let Expr::Lit(literal) = argument else { return self.expr(argument) };
        let text = match &literal.lit {
            Lit::Int(number) => number.base10_digits().to_owned(),
            Lit::Float(number) => number.base10_digits().to_owned(),
            Lit::Bool(truth) => truth.value.to_string(),
            Lit::Char(character) => character.value().to_string(),
            _ => return self.expr(argument),
        };
        Value::literal(text, self.positions.span(literal.lit.span()))
    }

    fn vec(&mut self, call: &Macro, span: Span) -> Value {
        if let Ok(array) = syn::parse2::<Expr>(bracketed(call.tokens.clone())) {
            return match self.expr(&array) {
                Value::Literal(mut literal) => {
                    literal.span = span;
                    Value::Literal(literal)
                }
                value => value,
            };
        }
        Value::Unknown
    }

    /// `hashmap! { key => value }`, `json!({ "key": value })`: a list of pairs.
    fn map(&mut self, call: &Macro, span: Span) -> Value {
        self.pairs(call.tokens.clone(), span, &mut Vec::new(), 0)
    }

    /// The pairs of an object, which stands in others under these names.
    fn pairs(&mut self, tokens: TokenStream, span: Span, around: &mut Vec<String>, depth: usize) -> Value {
        /// Objects in objects are read this far.
        const DEEPEST: usize = 8;
        let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
        if let [TokenTree::Group(group)] = list.as_slice()
            && group.delimiter() == Delimiter::Brace
            && depth < DEEPEST
        {
            return self.pairs(group.stream(), span, around, depth + 1);
        }
        let mut fields = Vec::new();
        for segment in split(tokens, ',') {
            let Some((key, value)) = split_pair(&segment) else { continue };
            let Ok(key) = syn::parse2::<Expr>(key) else { continue };
            let key = RecordField { name: "0".to_owned(), span, value: self.expr(&key) };
            let value = match syn::parse2::<Expr>(value.clone()) {
                Ok(value) => self.expr(&value),
                Err(_) if depth < DEEPEST => {
                    around.push(super::calls::text_of(&key.value).unwrap_or_default());
                    let value = self.pairs(value, span, around, depth + 1);
                    around.pop();
                    value
                }
                Err(_) => Value::Unknown,
            };
            self.named_pair_in(around, &key.value, &value, span);
            let value = RecordField { name: "1".to_owned(), span, value };
            let pair = Value::Record(Arc::new(Record { type_name: None, fields: vec![key, value], rest: None }));
            fields.push(RecordField { name: fields.len().to_string(), span, value: pair });
        }
        let list = super::list(fields, span);
        self.key_in_object(&list);
        bounded(list)
    }

    /// `format!("{}-{name}", a)`: the pieces in order.
    fn format(&mut self, call: &Macro) -> Value {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(arguments) = parsed else { return Value::Unknown };
        self.formatted(arguments.into_iter())
    }

    /// A format string and its arguments.
    fn formatted(&mut self, mut arguments: impl Iterator<Item = Expr>) -> Value {
        let Some(Expr::Lit(syn::ExprLit { lit: Lit::Str(template), .. })) = arguments.next() else {
            return Value::Unknown;
        };
        let (named, positional): (Vec<Expr>, Vec<Expr>) =
            arguments.partition(|argument| matches!(argument, Expr::Assign(_)));
        let named: Vec<(String, Value)> = named
            .iter()
            .filter_map(|argument| match argument {
                Expr::Assign(assign) => match &*assign.left {
                    Expr::Path(path) => Some((path.path.get_ident()?.to_string(), self.piece(&assign.right))),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let positional: Vec<Value> = positional.iter().map(|argument| self.piece(argument)).collect();
        let content = self.positions.content(template.span());
        let mut parts = Vec::new();
        let mut next = 0;
        for piece in pieces(&template.value()) {
            parts.push(match piece {
                Piece::Text(text) => Value::literal(text, content),
                Piece::Hole(argument, _) => match argument.parse::<usize>() {
                    Ok(index) => positional.get(index).cloned().unwrap_or(Value::Unknown),
                    Err(_) if argument.is_empty() => {
                        next += 1;
                        positional.get(next - 1).cloned().unwrap_or(Value::Unknown)
                    }
                    Err(_) => match named.iter().find(|(name, _)| *name == argument) {
                        Some((_, value)) => value.clone(),
                        None => self.captured(&argument, content),
                    },
                },
            });
        }
        match parts.len() {
            0 => Value::literal("", content),
            1 => parts.remove(0),
            _ => bounded(Value::Concat(parts)),
        }
    }

    /// A name captured in a format string.
    fn captured(&mut self, name: &str, span: Span) -> Value {
        match self.local_named(name) {
            Some(local) => super::via(local),
            None => Value::Name(Arc::new(Name { segments: vec![name.to_owned()], span })),
        }
    }

    /// `write!(key, "…")` appends to a local.
    fn write_macro(&mut self, call: &Macro) -> Value {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(call.tokens.clone());
        let Ok(arguments) = parsed else { return Value::Unknown };
        let mut arguments = arguments.into_iter();
        let Some(target) = arguments.next() else { return Value::Unknown };
        let added = self.formatted(arguments);
        if !matches!(added, Value::Unknown) {
            self.mutate(&target, |old| match old {
                Value::Literal(literal) if !literal.secret.is_empty() => {
                    Value::Concat(vec![Value::Literal(literal), added])
                }
                Value::Concat(mut parts) => {
                    parts.push(added);
                    Value::Concat(parts)
                }
                _ => added,
            });
        }
        Value::Unknown
    }

    /// `println!("cargo:rustc-env=NAME=value")`: what a build script has `env!("NAME")` stand for.
    fn cargo_instruction(&mut self, call: &Macro) {
        let Some(TokenTree::Literal(template)) = call.tokens.clone().into_iter().next() else { return };
        let Ok(template) = syn::parse2::<syn::LitStr>(TokenTree::Literal(template).into()) else { return };
        let text = template.value();
        let Some((_, entry)) = text.split_once("rustc-env=").filter(|_| text.starts_with("cargo:")) else { return };
        let Some((name, value)) = entry.split_once('=') else { return };
        let content = self.positions.content(template.span());
        let value = match value.contains('{') {
            false => {
                let start = content.start() + text.len() - value.len();
                let is_as_written = self.positions.text.get(content.range()) == Some(text.as_str());
                Value::literal(value, if is_as_written { Span::new(start, content.end()) } else { content })
            }
            true => match self.format(call) {
                Value::Concat(mut parts) if parts.len() == 2 => parts.pop().unwrap_or(Value::Unknown),
                _ => Value::Unknown,
            },
        };
        self.entry_write(name.to_owned(), value, content);
    }

    /// Whether `writeln!` writes to the terminal: `io::stderr()`, or a local that holds it.
    fn is_terminal(&mut self, call: &Macro) -> bool {
        let Some(target) = split(call.tokens.clone(), ',').into_iter().next() else { return false };
        let is_stream = |token: TokenTree| matches!(token, TokenTree::Ident(name) if is_stream(&name.to_string()));
        target.clone().into_iter().any(is_stream)
            || syn::parse2::<Expr>(target).is_ok_and(|target| writes_to_stream(&self.expr(&target)))
    }

    /// What the message of an error says: `Err(format!("…"))`, `Err(Error::Key(format!("…")))`.
    pub(super) fn message(&mut self, error: &Expr) {
        match error {
            Expr::Macro(message) if message.mac.path.is_ident("format") => self.log("format", &message.mac),
            Expr::MethodCall(call) if call.args.is_empty() => self.message(&call.receiver),
            Expr::Call(call) => call.args.iter().for_each(|argument| self.message(argument)),
            Expr::Reference(message) => self.message(&message.expr),
            // `with_context(|| format!("…"))`
            Expr::Closure(closure) => self.message(&closure.body),
            Expr::Block(block) => {
                if let [syn::Stmt::Expr(message, None)] = block.block.stmts.as_slice() {
                    self.message(message);
                }
            }
            _ => {}
        }
    }

    /// Arguments of a printing or logging macro: walked, and kept with the names they read by.
    fn log(&mut self, macro_name: &str, call: &Macro) {
        self.log_segments(macro_name, split(call.tokens.clone(), ',').into_iter());
    }

    fn log_segments(&mut self, macro_name: &str, segments: impl Iterator<Item = TokenStream>) {
        let mut template: Option<Holes> = None;
        for segment in segments.flat_map(|segment| split(segment, ';')) {
            // `target: "boot"` is no template.
            if is_about_event(&segment) {
                continue;
            }
            // slog's `"key" => value`.
            let segment = match split_pair(&segment) {
                Some((key, value)) if is_text(&key) => value,
                _ => segment,
            };
            let label = label_of(&segment);
            let sigil = sigil_of(&segment);
            let (_, segment) = strip_sigil(segment);
            let Ok(expr) = syn::parse2::<Expr>(after_label(segment)) else { continue };
            if template.is_none()
                && let Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) = &expr
            {
                let content = self.positions.content(text.span());
                template = Some(Holes::of(&text.value(), content));
                continue;
            }
            let value = self.expr(&expr);
            let by_template = template.as_mut().is_some_and(|holes| holes.is_debug(label.as_deref()));
            let name = dotted_name(&expr);
            let span = self.positions.expr(&expr);
            let debug = sigil == Some('?') || macro_name == "dbg" || by_template;
            // `dbg!(Settings::load())`
            let is_made_here =
                || debug && matches!(&value, Value::Call(call) if matches!(call.callee, Callee::Path(_)));
            if !name.is_empty() || matches!(value, Value::Env(_)) || is_made_here() || serialized(&value).is_some() {
                self.logged(macro_name, value, name, debug, span);
            }
        }
        let Some(Holes { named, content, .. }) = template else { return };
        for (name, debug) in named {
            let value = self.captured(&name, content);
            self.logged(macro_name, value, vec![name], debug, content);
        }
    }

    fn logged(&mut self, macro_name: &str, value: Value, name: Vec<String>, debug: bool, span: Span) {
        let form = if debug { Form::Debug } else { Form::Display };
        let (value, form) = match serialized(&value) {
            Some(written) => (written.clone(), Form::Serialized),
            None => (value, form),
        };
        let site = self.site;
        self.out.logged.push(LoggedValue { macro_name: macro_name.to_owned(), value, name, form, span, site });
    }

    /// Expressions separated by commas, fat arrows or semicolons; what parses is walked.
    fn visit_arguments(&mut self, tokens: TokenStream) {
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone());
        match parsed {
            Ok(arguments) => {
                for argument in &arguments {
                    self.expr(argument);
                }
            }
            Err(_) => self.visit_tokens(tokens),
        }
    }

    /// Any tokens: runs of them that are expressions or statements are walked, groups searched.
    pub(super) fn visit_tokens(&mut self, tokens: TokenStream) {
        if self.depth >= super::DEEPEST {
            return;
        }
        self.depth += 1;
        for segment in split(tokens, ',').into_iter().flat_map(|segment| split(segment, ';')) {
            let segment = after_label(segment);
            if let Ok(expr) = syn::parse2::<Expr>(segment.clone()) {
                self.expr(&expr);
                continue;
            }
            for token in segment {
                if let TokenTree::Group(group) = token {
                    match group.delimiter() {
                        Delimiter::Brace => self.visit_block(group.stream()),
                        _ => self.visit_tokens(group.stream()),
                    }
                }
            }
        }
        self.depth -= 1;
    }

    fn visit_block(&mut self, tokens: TokenStream) {
        match syn::Block::parse_within.parse2(tokens.clone()) {
            Ok(statements) => {
                let mark = self.locals.len();
                for statement in &statements {
                    self.statement(statement);
                }
                self.locals.truncate(mark);
            }
            Err(_) => self.visit_tokens(tokens),
        }
    }

    fn items_of(&mut self, call: &Macro) {
        let locals = std::mem::take(&mut self.locals);
        Collector {
            out: &mut *self.out,
            positions: self.positions,
            table: self.table,
            depth: self.depth,
            unread: Unread::default(),
            macros: Macros::default(),
            telling: None,
            around: self.around,
        }
        .item_macro(call, self.site);
        self.locals = locals;
    }
}

/// A piece of a format string.
enum Piece {
    Text(String),
    /// The argument's name or position, and whether it is printed for debugging.
    Hole(String, bool),
}

/// The arguments that a format string asks for.
struct Holes {
    /// By position, whether they are printed for debugging.
    positional: Vec<bool>,
    /// Names that no argument has been given to.
    named: Vec<(String, bool)>,
    /// How many arguments have come by position.
    given: usize,
    content: Span,
}

impl Holes {
    fn of(template: &str, content: Span) -> Self {
        let mut holes = Self { positional: Vec::new(), named: Vec::new(), given: 0, content };
        for piece in pieces(template) {
            match piece {
                Piece::Hole(name, debug) if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    holes.named.push((name, debug));
                }
                Piece::Hole(name, debug) if name.is_empty() => holes.positional.push(debug),
                Piece::Hole(..) | Piece::Text(_) => {}
            }
        }
        holes
    }

    /// Whether the next argument is printed for debugging, under its label if it has one.
    fn is_debug(&mut self, label: Option<&str>) -> bool {
        match label {
            Some(label) => match self.named.iter().position(|(name, _)| name == label) {
                Some(at) => self.named.swap_remove(at).1,
                None => false,
            },
            None => {
                self.given += 1;
                self.positional.get(self.given - 1).copied().unwrap_or_default()
            }
        }
    }
}

fn pieces(template: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '{' if rest.peek() == Some(&'{') => {
                rest.next();
                text.push('{');
            }
            '}' if rest.peek() == Some(&'}') => {
                rest.next();
                text.push('}');
            }
            '{' => {
                let inside: String = rest.by_ref().take_while(|&c| c != '}').collect();
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                let (argument, style) = inside.split_once(':').unwrap_or((&inside, ""));
                pieces.push(Piece::Hole(argument.trim().to_owned(), style.contains('?')));
            }
            other => text.push(other),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// The tokens between separators at the top level.
pub(super) fn split(tokens: TokenStream, separator: char) -> Vec<TokenStream> {
    let mut segments = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == separator => segments.push(Vec::new()),
            _ => {
                if let Some(segment) = segments.last_mut() {
                    segment.push(token);
                }
            }
        }
    }
    segments.into_iter().filter(|segment| !segment.is_empty()).map(TokenStream::from_iter).collect()
}

/// The sides of `key => value` or `key: value`.
fn split_pair(tokens: &TokenStream) -> Option<(TokenStream, TokenStream)> {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let punct = |at: usize| match list.get(at) {
        Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing())),
        _ => None,
    };
    let arrow = (0..list.len()).find(|&at| {
        matches!(punct(at), Some(('=', proc_macro2::Spacing::Joint))) && matches!(punct(at + 1), Some(('>', _)))
    });
    let (left, right) = match (arrow, punct(1)) {
        (Some(at), _) => (at, at + 2),
        (None, Some((':', proc_macro2::Spacing::Alone))) => (1, 2),
        _ => return None,
    };
    let part = |part: &[TokenTree]| part.iter().cloned().collect::<TokenStream>();
    Some((part(&list[..left]), part(list.get(right..)?)))
}

fn is_stream(name: &str) -> bool {
    matches!(name, "stdout" | "stderr")
}

/// Whether a value is a stream of the terminal, locked or not.
fn writes_to_stream(value: &Value) -> bool {
    match value {
        Value::Via(via) => writes_to_stream(&via.value),
        Value::Call(call) => match &call.callee {
            Callee::Path(name) => name.segments.last().is_some_and(|last| is_stream(last)),
            Callee::Method(receiver, method) => method == "lock" && writes_to_stream(receiver),
        },
        _ => false,
    }
}

/// What a text was made of by a serializer: `config` of `serde_json::to_string(&config)`.
fn serialized(value: &Value) -> Option<&Value> {
    const CRATES: [&str; 9] =
        ["serde_json", "toml", "serde_yaml", "serde_yml", "serde_yaml_ng", "ron", "json5", "basic_toml", "ser"];
    match value {
        Value::Via(via) => serialized(&via.value),
        Value::Fallback { primary, .. } => serialized(primary),
        Value::Call(call) => {
            let Callee::Path(name) = &call.callee else { return None };
            let (function, path) = name.segments.split_last()?;
            let of_serializer = match path.last() {
                Some(last) => CRATES.contains(&last.as_str()),
                // A function that is imported.
                None => true,
            };
            let writes = ["to_string", "to_string_pretty"].contains(&function.as_str());
            call.arguments.first().map(|first| &first.value).filter(|_| of_serializer && writes)
        }
        _ => None,
    }
}

/// Whether an argument says of a log entry where it belongs: `target: "boot"`, `parent: &span`.
fn is_about_event(tokens: &TokenStream) -> bool {
    let mut rest = tokens.clone().into_iter();
    match (rest.next(), rest.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(punct))) => {
            punct.as_char() == ':'
                && punct.spacing() == proc_macro2::Spacing::Alone
                && ["target", "parent", "name", "logger"].iter().any(|word| name == word)
        }
        _ => false,
    }
}

/// Whether the left side of a pair is a text.
fn is_text(key: &TokenStream) -> bool {
    let mut rest = key.clone().into_iter();
    matches!((rest.next(), rest.next()), (Some(TokenTree::Literal(_)), None))
}

/// `?value` and `%value` of tracing.
fn strip_sigil(tokens: TokenStream) -> (Option<char>, TokenStream) {
    let mut rest = tokens.clone().into_iter();
    match rest.next() {
        Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '?' | '%') => {
            (Some(punct.as_char()), rest.collect())
        }
        _ => (None, tokens),
    }
}

/// The name in front of `name = value`.
fn label_of(tokens: &TokenStream) -> Option<String> {
    let mut rest = tokens.clone().into_iter();
    match (rest.next(), rest.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Punct(punct)))
            if punct.as_char() == '=' && punct.spacing() == proc_macro2::Spacing::Alone =>
        {
            Some(name.to_string())
        }
        _ => None,
    }
}

/// The sigil of `?value` or `label = ?value`.
fn sigil_of(tokens: &TokenStream) -> Option<char> {
    let skipped = if label_of(tokens).is_some() { 2 } else { 0 };
    strip_sigil(tokens.clone().into_iter().skip(skipped).collect()).0
}

/// `label: value`, `label = value`, `"label": value`, `pattern => value`: the value.
fn after_label(tokens: TokenStream) -> TokenStream {
    let list: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let punct = |at: usize| match list.get(at) {
        Some(TokenTree::Punct(punct)) => Some((punct.as_char(), punct.spacing())),
        _ => None,
    };
    let labelled = matches!(list.first(), Some(TokenTree::Ident(_) | TokenTree::Literal(_)));
    match punct(1) {
        Some((':' | '=', proc_macro2::Spacing::Alone)) if labelled => {
            let from = match punct(2) {
                Some(('?' | '%', _)) => 3,
                _ => 2,
            };
            list.into_iter().skip(from).collect()
        }
        _ => tokens,
    }
}

/// Whether a path ends in a name that is written like a type's.
fn is_variant(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| {
        let name = last.ident.to_string();
        name.starts_with(|first: char| first.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase())
    })
}

fn bracketed(tokens: TokenStream) -> TokenStream {
    TokenTree::Group(proc_macro2::Group::new(Delimiter::Bracket, tokens)).into()
}

/// The name an expression reads by: `config.jwt.secret`, `secret`; a variant, `Kind::JwtSecret`, is no secret.
fn dotted_name(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Path(path) if path.path.segments.len() > 1 && is_variant(&path.path) => Vec::new(),
        Expr::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()).into_iter().collect(),
        Expr::Field(field) => {
            let mut name = dotted_name(&field.base);
            name.push(super::member_name(&field.member));
            name
        }
        Expr::Reference(inner) => dotted_name(&inner.expr),
        Expr::Unary(inner) => dotted_name(&inner.expr),
        Expr::Paren(inner) => dotted_name(&inner.expr),
        Expr::MethodCall(call)
            if matches!(
                call.method.to_string().as_str(),
                "clone" | "as_str" | "expose_secret" | "as_ref" | "to_string" | "unwrap" | "expect"
            ) =>
        {
            dotted_name(&call.receiver)
        }
        _ => Vec::new(),
    }
}

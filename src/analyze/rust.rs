//! The Rust analyzer: syn parses a file, a walk over it yields its facts.
//!
//! Nothing is resolved here beyond locals: names of other items and files stay names, and the linker
//! (`crate::link`) finds what they stand for.

mod attributes;
mod body;
mod elide;
mod expand;
pub mod gate;
mod guard;
mod items;
pub(crate) mod lexical;
mod lines;
mod literal;
pub mod model;
mod own_methods;
pub mod rules;
pub mod settings;
pub mod table;

use std::ops::Range;

pub(crate) use body::BY_CONVERSION;
pub(crate) use items::is_test_name;
use rustc_hash::FxHashMap;

use lines::Lines;
use literal::Positions;
use model::{BodyFacts, Constant, Module, RustFile, Site};

use crate::analyze::anyword::Lowered;
use crate::fact::{Setting, Value};

/// Why a file has no facts from syn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unparsed {
    /// Nested so deep that a recursive parser would be at risk.
    #[error("nested too deeply to parse as Rust")]
    TooDeep,
    /// Not Rust that syn knows.
    #[error("does not parse as Rust (line {line})")]
    Syntax {
        /// The line, from 1, where parsing stopped.
        line: usize,
    },
}

/// Which bodies of functions and long values of constants are read at once; the others are when [`body()`] or [`initial`]
/// asks for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// Those that may hold a sink or a secret by name, or print one.
    Telling,
    /// None: the file is read for its items.
    Asked,
}

/// The facts of one file.
///
/// # Errors
///
/// If the text cannot be parsed; the pattern analyzer's Rust rules still can read it.
pub fn analyze(text: &str, bodies: Bodies) -> Result<RustFile, Unparsed> {
    analyze_with(text, bodies, &[])
}

/// The same with macros of other files, by the text that defines each.
///
/// # Errors
///
/// As for [`analyze`].
pub fn analyze_with(text: &str, bodies: Bodies, macros: &[String]) -> Result<RustFile, Unparsed> {
    if !guard::is_parseable(text) {
        return Err(Unparsed::TooDeep);
    }
    let offset = shebang_length(text);
    let mut elided = elide::find(text);
    let lowered = Lowered::of(text.as_bytes());
    let impls = gate::Impls::default();
    let code = gate::Code { text, lowered: &lowered, impls: &impls };
    if bodies == Bodies::Telling {
        elided.bodies.retain(|body| !gate::is_telling(code, body.function.clone()));
        elided.constants.retain(|constant| !gate::is_telling(code, constant.item.clone()));
        if !(elided.bodies.is_empty() && elided.constants.is_empty()) && gate::renames_sinks(&lowered) {
            elided.bodies.clear();
            elided.constants.clear();
        }
    }
    let jwt_context = speaks_of_jwt(&lowered);
    let lines = Lines::of(text);
    let positions = Positions::new(text, &lines, offset);
    let left = elided.without(text);
    let around = Around { jwt_context, macros, telling: (bodies == Bodies::Telling).then_some(code) };
    let result = parse(&left, offset, |file| facts(file, positions, Unread::of(&elided), around));
    // What looked like bodies and comments may be something else to a parser.
    let result = if result.is_err() && left != text {
        parse(text, offset, |file| facts(file, positions, Unread::default(), around))
    } else {
        result
    };
    // The thread's table of positions would otherwise grow with every file.
    proc_macro2::extra::invalidate_current_thread_spans();
    result.map(|file| RustFile { lines, ..file })
}

fn parse(text: &str, offset: usize, facts: impl FnOnce(&syn::File) -> RustFile) -> Result<RustFile, Unparsed> {
    let parsed = syn::parse_str::<syn::File>(&text[offset..]);
    parsed
        .map(|file| facts(&file))
        .map_err(|error| Unparsed::Syntax { line: error.span().start().line + text[..offset].matches('\n').count() })
}

/// What is known of a file beside what the parser says.
#[derive(Clone, Copy)]
struct Around<'a> {
    jwt_context: bool,
    /// The text of macros of other files.
    macros: &'a [String],
    /// Its text, where that tells which macros matter.
    telling: Option<gate::Code<'a>>,
}

/// What was left out of a file: the texts of items.
#[derive(Debug, Default)]
struct Unread {
    /// Functions, by where their bodies open.
    bodies: FxHashMap<usize, Range<usize>>,
    /// Constants, by where their names stand.
    constants: FxHashMap<usize, Range<usize>>,
}

impl Unread {
    fn of(elided: &elide::Found) -> Self {
        Self {
            bodies: elided.bodies.iter().map(|body| (body.open, body.function.clone())).collect(),
            constants: elided.constants.iter().map(|constant| (constant.name, constant.item.clone())).collect(),
        }
    }
}

fn facts(file: &syn::File, positions: Positions<'_>, unread: Unread, around: Around<'_>) -> RustFile {
    let mut out = RustFile { jwt_context: around.jwt_context, ..RustFile::default() };
    out.own_methods = own_methods::OwnMethods::of(&file.items);
    let setting = attributes::setting(&file.attrs);
    out.modules.push(Module { setting, ..Module::default() });
    let table = table::table();
    let mut collector = items::Collector {
        out: &mut out,
        positions,
        table,
        depth: 0,
        unread,
        macros: expand::Macros::of_others(around.macros),
        telling: around.telling,
        around: None,
    };
    collector.items(&file.items, Site { module: 0, function: None, setting });
    out
}

/// What a body says that was left unread; `None` for functions whose facts are the file's.
pub fn body<'f>(file: &'f RustFile, text: &str, function: usize) -> Option<&'f BodyFacts> {
    let unread = file.bodies.get(&function)?;
    Some(unread.read.get_or_init(|| Box::new(read_body(file, text, function, unread.range.clone()))))
}

fn read_body(file: &RustFile, text: &str, index: usize, range: Range<usize>) -> BodyFacts {
    read_alone(file, text, range, |collector, item: &syn::ItemFn| {
        let function = file.functions.get(index)?;
        let (owner, of_trait) = (function.owner.as_ref(), function.of_trait.as_deref());
        let outer = items::Outer { owner, of_trait, generics: &[] };
        Some(collector.body(&item.sig, &item.block, outer, function.site))
    })
}

/// What a constant is whose value was left unread, with what else that says; `None` where it is the file's.
pub fn initial<'f>(file: &RustFile, text: &str, constant: &'f Constant) -> Option<&'f BodyFacts> {
    let unread = constant.unread.as_ref()?;
    Some(unread.read.get_or_init(|| {
        let read = read_alone(file, text, unread.range.clone(), |collector, item: &syn::Item| {
            let value = match item {
                syn::Item::Const(item) => &item.expr,
                syn::Item::Static(item) => &item.expr,
                _ => return None,
            };
            let named = (constant.name.as_str(), &constant.of_type, constant.span);
            Some(collector.initial(named, value, constant.owner.as_ref(), constant.site))
        });
        Box::new(read)
    }))
}

/// The facts of an item of a file that is read after the others, and what it gives.
fn read_alone<T: syn::parse::Parse>(
    file: &RustFile,
    text: &str,
    range: Range<usize>,
    of: impl FnOnce(&mut items::Collector<'_>, &T) -> Option<Value>,
) -> BodyFacts {
    let mut read = BodyFacts { result: Value::Unknown, facts: RustFile::default() };
    if let Some(item) = text.get(range.clone()).and_then(|text| syn::parse_str::<T>(text).ok()) {
        let mut collector = items::Collector {
            out: &mut read.facts,
            positions: Positions::new(text, &file.lines, range.start),
            table: table::table(),
            depth: 0,
            unread: Unread::default(),
            macros: expand::Macros::default(),
            telling: None,
            around: Some(file),
        };
        read.result = of(&mut collector, &item).unwrap_or(Value::Unknown);
    }
    proc_macro2::extra::invalidate_current_thread_spans();
    read
}

/// Whether a part of a text that is read by itself may hold something: the body of a function, the value of a constant,
/// or all else.
pub fn any_part(text: &str, holds: impl Fn(&str) -> bool) -> bool {
    let elided = elide::find(text);
    let constants = elided.constants.iter().map(|constant| &constant.item);
    let mut alone = elided.bodies.iter().map(|body| &body.function).chain(constants);
    alone.any(|item| text.get(item.clone()).is_some_and(&holds)) || holds(&elided.without(text))
}

/// The text of `macro_rules! name { … }` in a file.
pub fn macro_named<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    const KEYWORD: &str = "macro_rules!";
    let named = |at: &usize| {
        let after = text.get(at + KEYWORD.len()..).unwrap_or_default().trim_start();
        let rest = after.strip_prefix(name);
        rest.is_some_and(|rest| rest.trim_start().starts_with(['{', '(', '[']))
    };
    let at = memchr::memmem::find_iter(text.as_bytes(), KEYWORD).find(named)?;
    text.get(at..lexical::item_end(text.as_bytes(), at)).filter(|item| guard::is_parseable(item))
}

/// The length of a `#!` line, which is no Rust; `#![…]` is.
fn shebang_length(text: &str) -> usize {
    let is_shebang = text.starts_with("#!") && !text[2..].trim_start().starts_with('[');
    if is_shebang { text.find('\n').unwrap_or(text.len()) } else { 0 }
}

/// Whether a file's words make a general HMAC key in it a JWT key.
fn speaks_of_jwt(text: &Lowered) -> bool {
    const WORDS: [&str; 7] = ["jwt", "jws", "hs256", "hs384", "hs512", "\"alg\"", "json web token"];
    /// So many letters in one piece are data, in which any word may stand.
    const DATA: usize = 40;
    let is_piece = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let is_said = |at: usize| {
        let before = text.bytes()[..at].iter().rev().take(DATA).take_while(|byte| is_piece(byte)).count();
        let after = text.bytes()[at..].iter().take(DATA).take_while(|byte| is_piece(byte)).count();
        before + after < DATA
    };
    let has = |word: &str| memchr::memmem::find_iter(text.bytes(), word.as_bytes()).any(is_said);
    WORDS.into_iter().any(has) || (has("url_safe") && (has("token") || has("\"{}.{}\"")))
}

/// Whether the code is for tests only, as far as the file itself says.
pub fn is_test_file(file: &RustFile) -> bool {
    file.modules.first().is_some_and(|module| module.setting == Setting::Test)
}

//! What one Rust file says, before any name is resolved.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::lines::Lines;
use super::own_methods::OwnMethods;
use crate::fact::{Argument, Call, Setting, Value};
use crate::span::Span;

/// The facts of one Rust file.
#[derive(Debug, Default)]
pub struct RustFile {
    /// The file itself is module 0; inline modules follow.
    pub modules: Vec<Module>,
    /// Constants, statics and associated constants.
    pub constants: Vec<Constant>,
    /// Functions and methods with a body.
    pub functions: Vec<Function>,
    /// Structs, and enum variants with their fields.
    pub structs: Vec<Struct>,
    /// Traits, by name and module.
    pub traits: Vec<(String, usize)>,
    /// `type A = B`.
    pub aliases: Vec<TypeAlias>,
    /// Members of types that are given a value: literals, assignments, attribute defaults.
    pub field_writes: Vec<FieldWrite>,
    /// Values in the secret position of calls that may be sinks; the linker checks the type's origin.
    pub sinks: Vec<SinkCall>,
    /// Calls of functions that may be in the workspace.
    pub calls: Vec<CallSite>,
    /// Names that are given values and read like a secret's.
    pub named: Vec<NamedValue>,
    /// Texts that stand elsewhere and are parsed as settings.
    pub settings: Vec<(Value, Site)>,
    /// Shared keys in JWKs that are written out.
    pub keys: Vec<(Value, Site)>,
    /// Functions that write an entry of a store by the name and the value that they are given, with the positions of
    /// both: `fn default_to(name, value) { env::set_var(name, value) }`.
    pub writers: Vec<(usize, usize, usize)>,
    /// Arguments of printing and logging macros.
    pub logged: Vec<LoggedValue>,
    /// Constants that a value is compared with before the program stops.
    pub refused: Vec<String>,
    /// Members that the program stops for where they are empty or too short.
    pub never_empty: Vec<String>,
    /// What the program looks at the length of.
    pub measured: Measured,
    /// `extern crate name as alias;`
    pub crate_aliases: Vec<(String, String)>,
    /// The file speaks of JWTs, so that a general HMAC key in it counts.
    pub jwt_context: bool,
    /// Macros that are called for items and that the file does not define, with whether they are given a text.
    pub unknown_macros: Vec<(String, bool)>,
    /// Macros of the file that make items, and may make keys of what they are given.
    pub makers: Vec<String>,
    /// Bodies that are not read yet, by the function they belong to.
    pub bodies: BTreeMap<usize, UnreadBody>,
    /// The methods of its own types.
    pub(super) own_methods: OwnMethods,
    /// Where its lines begin, for the positions in those bodies.
    pub(super) lines: Lines,
}

/// The body of a function or the value of a constant that is read when somebody asks for what is in it.
#[derive(Debug)]
pub struct UnreadBody {
    /// The item in the file's text: from `fn` to the closing brace, from `const` or `static` to the semicolon.
    pub range: Range<usize>,
    /// What is in it, once it is read.
    pub(super) read: OnceLock<Box<BodyFacts>>,
}

/// What a body says.
#[derive(Debug)]
pub struct BodyFacts {
    /// What the function returns, or what the constant is.
    pub result: Value,
    /// Everything else; items there are none.
    pub facts: RustFile,
}

impl UnreadBody {
    pub(super) fn new(range: Range<usize>) -> Self {
        Self { range, read: OnceLock::new() }
    }
}

/// Values whose length is compared, or that are handed to a check.
#[derive(Debug, Default)]
pub struct Measured {
    /// Names of locals, parameters and members.
    pub names: Vec<String>,
    /// Reads from outside that such a local holds.
    pub reads: Vec<Span>,
}

/// Where a fact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// The module of the file.
    pub module: usize,
    /// The function, by its index in the file.
    pub function: Option<usize>,
    /// What the code around it is for, as far as attributes tell.
    pub setting: Setting,
}

/// A module of a file.
#[derive(Debug, Default)]
pub struct Module {
    /// Its name; empty for the file itself.
    pub name: String,
    /// The module around it.
    pub parent: Option<usize>,
    /// What it brings into scope.
    pub uses: Vec<Use>,
    /// `mod x;` declarations with a path attribute.
    pub children: Vec<ModuleFile>,
    /// Files whose items are its own: `include!("…")`.
    pub includes: Vec<String>,
    /// What it is for, by its attributes.
    pub setting: Setting,
    /// It is called `tests` or the like: what runs in it is a test, what stands in it may be used by others.
    pub is_test_by_name: bool,
}

/// `mod name;`.
#[derive(Debug)]
pub struct ModuleFile {
    /// The module's name.
    pub name: String,
    /// `#[path = "…"]`, relative to the file's folder.
    pub path: Option<String>,
    /// What it is for: `#[cfg(test)] mod helpers;`.
    pub setting: Setting,
}

/// One leaf of a `use`.
#[derive(Debug)]
pub struct Use {
    /// The name in scope; `None` is a glob.
    pub alias: Option<String>,
    /// What is meant.
    pub path: Vec<String>,
}

/// A type as far as resolution needs it: references and lifetimes are gone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeRef {
    /// The path; `[]` for arrays and slices, `()` for tuples, `Self` as written.
    pub path: Vec<String>,
    /// Generic arguments, or the elements.
    pub arguments: Vec<TypeRef>,
}

impl TypeRef {
    /// Whether the name of the type is one of these, or it wraps a type of such a name.
    pub fn holds(&self, is: &dyn Fn(&str) -> bool) -> bool {
        self.path.last().is_some_and(|name| is(name)) || self.arguments.iter().any(|argument| argument.holds(is))
    }

    /// Whether a type is `name`, or a wrapper of it.
    pub fn mentions(&self, name: &str) -> bool {
        self.holds(&|own| own == name)
    }
}

/// A constant or static.
#[derive(Debug)]
pub struct Constant {
    /// Its name.
    pub name: String,
    /// The type whose associated constant it is.
    pub owner: Option<TypeRef>,
    /// The trait that is implemented there.
    pub of_trait: Option<String>,
    /// Its type.
    pub of_type: TypeRef,
    /// Its value, if that was read with the file.
    pub value: Value,
    /// Its value, if that was left unread.
    pub unread: Option<UnreadBody>,
    /// Where its name stands.
    pub span: Span,
    /// Where it stands; its value is in no function.
    pub site: Site,
    /// The function whose body it stands in: nobody else sees it.
    pub body: Option<usize>,
}

/// A function or method.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The type it is a method of.
    pub owner: Option<TypeRef>,
    /// The trait it implements there.
    pub of_trait: Option<String>,
    /// Whether it has a receiver.
    pub has_receiver: bool,
    /// Whether a macro makes a builder of it, whose setters are called like its parameters.
    pub is_built: bool,
    /// Whether it has a body: a trait declares functions that have none.
    pub has_body: bool,
    /// Its type parameters, and those of the impl around, with the trait each must have.
    pub generics: Vec<(String, TypeRef)>,
    /// Parameters without the receiver.
    pub parameters: Vec<Parameter>,
    /// Its return type.
    pub returns: TypeRef,
    /// What it returns.
    pub result: Value,
    /// Where its name stands.
    pub span: Span,
    /// Where it stands; `site.function` is itself.
    pub site: Site,
}

/// A parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name; `_` for a pattern.
    pub name: String,
    /// Its type.
    pub of_type: TypeRef,
    /// Where it stands.
    pub span: Span,
}

/// A struct, or a variant of an enum (`Enum::Variant` is its name).
#[derive(Debug)]
pub struct Struct {
    /// Its name.
    pub name: String,
    /// Its fields' names and types; positions for tuples.
    pub fields: Vec<(String, TypeRef)>,
    /// Derives `Debug`.
    pub derives_debug: bool,
    /// Fields that the derived `Debug` leaves out.
    pub hidden: Vec<String>,
    /// Derives `Serialize`.
    pub derives_serialize: bool,
    /// Fields that the derived `Serialize` leaves out or writes in a way of its own.
    pub unserialized: Vec<String>,
    /// Derives what fills it from outside: `Deserialize`, `Envconfig`.
    pub is_read: bool,
    /// Where it stands.
    pub site: Site,
}

/// `type A = B`.
#[derive(Debug)]
pub struct TypeAlias {
    /// A.
    pub name: String,
    /// B.
    pub target: TypeRef,
    /// Where it stands.
    pub module: usize,
}

/// How a member gets its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// In a struct literal, or an assignment.
    Given,
    /// By a default: `impl Default`, serde, clap, a builder.
    Default,
    /// By what may be a helper: it counts as far as that reads something and has a default.
    ByHelper,
}

/// What the name of a channel begins with; the place that makes it follows.
pub const CHANNEL: &str = "channel at ";
/// The member of a channel that its senders give values.
pub const SENT: &str = "(sent)";

/// A member that is given a value.
#[derive(Debug)]
pub struct FieldWrite {
    /// The type; `None` where only the member is known (`config.secret = …`, then `base` tells).
    pub of_type: Option<TypeRef>,
    /// The value whose member is assigned, where the type is not written.
    pub base: Option<Value>,
    /// The member.
    pub field: String,
    /// What it is given.
    pub value: Value,
    /// Where the member's name stands.
    pub span: Span,
    /// How.
    pub kind: WriteKind,
    /// Where it stands.
    pub site: Site,
}

/// A call that looks like a sink.
#[derive(Debug)]
pub struct SinkCall {
    /// The entries of the sink table that fit by name.
    pub entries: Vec<usize>,
    /// The path that was called, or the receiver's for a method.
    pub path: Vec<String>,
    /// The value in the secret position, one for each entry.
    pub values: Vec<Value>,
    /// The whole call, for steps.
    pub span: Span,
    /// An algorithm in sight: a generic argument, another argument.
    pub algorithm_hint: Option<String>,
    /// Where it stands.
    pub site: Site,
}

/// A call.
#[derive(Debug)]
pub struct CallSite {
    /// The call.
    pub call: Arc<Call>,
    /// Where it stands.
    pub site: Site,
}

impl CallSite {
    /// What the function is given.
    pub fn arguments(&self) -> &[Argument] {
        &self.call.arguments
    }
}

/// A name that reads like a secret's, with what it is given.
#[derive(Debug)]
pub struct NamedValue {
    /// The name with what it is a member of.
    pub path: Vec<String>,
    /// What it is given.
    pub value: Value,
    /// Where the name stands.
    pub span: Span,
    /// Whether the value is a default.
    pub kind: WriteKind,
    /// The entry of a store that is written by its name: `set_var("NAME", …)`. It counts, whatever it is
    /// called, if code reads that entry into a key.
    pub entry: Option<String>,
    /// Where it stands.
    pub site: Site,
}

/// How a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// With `{}`.
    Display,
    /// With `{:?}`.
    Debug,
    /// As a text that a serializer makes of it: `serde_json::to_string(&config)`.
    Serialized,
}

impl Form {
    /// Whether members are printed that the code beside does not name.
    pub fn is_whole(self) -> bool {
        self != Self::Display
    }
}

/// A value that is printed.
#[derive(Debug)]
pub struct LoggedValue {
    /// The macro.
    pub macro_name: String,
    /// The value.
    pub value: Value,
    /// The name in the text: `secret`, `config.jwt_secret`.
    pub name: Vec<String>,
    /// How.
    pub form: Form,
    /// Where it stands in the call.
    pub span: Span,
    /// Where it stands.
    pub site: Site,
}

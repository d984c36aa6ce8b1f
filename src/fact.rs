//! The small vocabulary that every analyzer speaks and the linker reads.
//!
//! A file's [`Facts`] say that a name is given a value, that a value reaches a key, that a function
//! returns a value. Values are symbolic: a [`Value::Name`] stays a name until the linker has found
//! what it names. Spans are bytes in the text of the file the facts belong to.

mod moved;
pub mod selector;

use std::sync::Arc;

use crate::secret::Secret;
use crate::span::Span;
pub use crate::strength::{Algorithm, Encoding};

/// A file of the scan, by its index in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// What an expression stands for, as far as the text tells.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A constant written out.
    Literal(Literal),
    /// A read of an environment variable, or of another store that is filled outside the source.
    Env(EnvRead),
    /// `primary`, or `default` where that is absent: `env || "x"`, `unwrap_or("x")`.
    Fallback {
        /// What is tried first.
        primary: Arc<Value>,
        /// What is used without it.
        default: Arc<Value>,
    },
    /// One of several, by a condition.
    AnyOf(Vec<Value>),
    /// Parts joined to one text.
    Concat(Vec<Value>),
    /// A value decoded to key bytes.
    Decoded(Encoding, Arc<Value>),
    /// A file compiled in: `include_str!`, `include_bytes!`.
    Embed(Embed),
    /// A parameter of the function that the value stands in, by index, the receiver not counted.
    Param(usize),
    /// The receiver of the method that the value stands in: `self`, `this`.
    This,
    /// A name to be resolved.
    Name(Arc<Name>),
    /// A member of a value: `config.jwt.secret` is a field of a field of a name. Tuple positions are `0`, `1`, …
    Field(Arc<Value>, String, Span),
    /// A call of a function that the analyzer does not know by name.
    Call(Arc<Call>),
    /// An object with members: a struct literal, an object literal, a map.
    Record(Arc<Record>),
    /// A function without a name, and what it returns.
    Closure(Arc<Value>),
    /// What a function gives to a closure that it was handed.
    Handed(Arc<Handed>),
    /// A value under a local name: a step of the way that the linker shows.
    Via(Arc<Via>),
    /// What one arm gives of a `match` on a parameter: it counts for callers that give what the arm is for.
    Case(Arc<Case>),
    /// A value that only exists in a setting: the branch under `cfg!(debug_assertions)`.
    Within(Setting, Arc<Value>),
    /// Made anew at run time: safe.
    Random,
    /// Control does not come back: `panic!`, `return`, `Err(…)`.
    Never,
    /// Anything else.
    Unknown,
}

impl Value {
    /// `default` used where `primary` is absent.
    pub fn fallback(primary: Value, default: Value) -> Self {
        Self::Fallback { primary: Arc::new(primary), default: Arc::new(default) }
    }

    /// A literal with the span of its quoted text.
    pub fn literal(text: impl Into<Secret>, span: Span) -> Self {
        Self::Literal(Literal { secret: text.into(), span })
    }

    /// Whether it is a text without anything in it.
    pub fn is_empty_text(&self) -> bool {
        matches!(self, Self::Literal(literal) if literal.secret.is_empty())
    }

    /// The value where something asked that it is not empty: an empty default is none then.
    pub fn without_empty_default(&self) -> Self {
        match self {
            Self::Fallback { primary, default } if default.is_empty_text() => (**primary).clone(),
            value => value.clone(),
        }
    }

    /// One of `values`; fewer than two collapse.
    pub fn any_of(mut values: Vec<Value>) -> Self {
        match values.len() {
            0 => Self::Unknown,
            1 => values.remove(0),
            _ => Self::AnyOf(values),
        }
    }
}

/// A parameter of a closure that is an argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// The call, without the closure.
    pub call: Arc<Call>,
    /// Which argument the closure is.
    pub argument: usize,
    /// Which of the closure's parameters this is.
    pub position: usize,
}

/// The name under which a value that is called is a method of itself: `callback(key)`.
pub const CALLED: &str = "()";

/// A value for some of the texts that another may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What is compared.
    pub of: Value,
    /// The texts.
    pub texts: Vec<String>,
    /// Whether it is for these texts, or for all others.
    pub is_among: bool,
    /// What it is then.
    pub value: Value,
}

/// A value bound to a local name.
#[derive(Debug, Clone, PartialEq)]
pub struct Via {
    /// The local name.
    pub name: String,
    /// Where it is bound.
    pub span: Span,
    /// What it is bound to.
    pub value: Value,
}

/// A constant in the source.
#[derive(Debug, Clone, PartialEq)]
pub struct Literal {
    /// What it says, escapes resolved.
    pub secret: Secret,
    /// The content without quotes, prefix and delimiters: this is what reports mask and point at.
    pub span: Span,
}

/// A read from outside the source.
#[derive(Debug, Clone, PartialEq)]
pub struct EnvRead {
    /// The variable or key, where it is constant.
    pub name: Option<String>,
    /// Where it is read.
    pub span: Span,
    /// Read while compiling, so that the value is baked into the binary: `env!`, `dotenv!`.
    pub compile_time: bool,
}

/// A file whose content becomes a constant of the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Embed {
    /// The path as written, relative to the file that names it.
    pub path: String,
    /// The literal that names it.
    pub span: Span,
}

/// A name as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// `crate::config::SECRET` has three.
    pub segments: Vec<String>,
    /// Where it stands; scopes are judged from here.
    pub span: Span,
}

/// A call that may be resolved to a function in the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What is called.
    pub callee: Callee,
    /// What it is given.
    pub arguments: Vec<Argument>,
    /// The whole call.
    pub span: Span,
}

/// What is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Callee {
    /// A free or associated function by its path.
    Path(Name),
    /// A method of a value.
    Method(Value, String),
}

/// One argument.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Its label, in languages with named arguments.
    pub label: Option<String>,
    /// What it stands for.
    pub value: Value,
}

/// An object with members.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its type, where it is named.
    pub type_name: Option<Name>,
    /// Its members in order of the text, with the span of each key.
    pub fields: Vec<RecordField>,
    /// Where the members that are not named come from: `..Config::default()`, `...base`.
    pub rest: Option<Value>,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordField {
    /// Its name.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// What it is given.
    pub value: Value,
}

/// What one file says.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Functions with a body; others refer to them by index.
    pub functions: Vec<Function>,
    /// Names that are given values.
    pub bindings: Vec<Binding>,
    /// Values that reach a key.
    pub sinks: Vec<Sink>,
    /// Calls of functions that may be in the tree, so that parameters find their arguments.
    pub calls: Vec<CallSite>,
    /// Names brought in from other files.
    pub imports: Vec<Import>,
    /// Classes, and what each extends.
    pub parents: Vec<(String, String)>,
    /// What needs no linking: tokens, private keys, configuration entries.
    pub candidates: Vec<Candidate>,
    /// Names of settings that configuration fills keys from: `auth.seal` of `JWT_SECRET: {{ .Values.auth.seal }}`.
    pub reads: Vec<String>,
    /// There were more candidates than are kept of one file.
    pub truncated: bool,
}

/// A function, method or closure bound to a name.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The type or class it belongs to.
    pub owner: Option<String>,
    /// Its parameters' names, the receiver not counted; `_` where a pattern stands.
    pub parameters: Vec<String>,
    /// What it returns.
    pub result: Value,
    /// Where its name stands.
    pub span: Span,
    /// Where its body stands: names inside see its parameters.
    pub body: Span,
    /// What the code around it is for.
    pub setting: Setting,
}

/// A name that is given a value.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The name with what it is a member of, outermost first: `["jwtConstants", "secret"]`.
    pub path: Vec<String>,
    /// What it is given.
    pub value: Value,
    /// Where the name stands.
    pub span: Span,
    /// Where the name can be seen; `None` is the whole file and its importers.
    pub visible: Option<Span>,
    /// The function it stands in.
    pub function: Option<usize>,
    /// What the code around it is for.
    pub setting: Setting,
}

/// A value that reaches a key.
#[derive(Debug, Clone)]
pub struct Sink {
    /// What API takes it, as people know it: `jwt.sign`, `EncodingKey::from_secret`.
    pub api: Arc<str>,
    /// The value in the secret position.
    pub value: Value,
    /// Where the argument stands.
    pub span: Span,
    /// The algorithm the call implies.
    pub algorithm: Option<Algorithm>,
    /// How the API reads the text, raw unless it says otherwise.
    pub encoding: Option<Encoding>,
    /// What the key is for.
    pub kind: KeyKind,
    /// The function it stands in.
    pub function: Option<usize>,
    /// What the code around it is for.
    pub setting: Setting,
    /// The API fails with an empty key: an empty default for it lets nobody sign.
    pub refuses_empty: bool,
    /// How sure it is that this is JWT: a namesake of a general API counts less.
    pub confidence: Confidence,
    /// The pattern rule or sink table entry that found it.
    pub detector: Arc<str>,
}

/// What sort of key a sink takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// A shared secret: HMAC, or symmetric encryption.
    Symmetric,
    /// A private key in PEM, DER or JWK form.
    Private,
    /// The private or the public key of a pair: the call names an algorithm that takes no other, and fails with less.
    OfPair,
    /// Either, by the algorithm.
    Either,
}

/// A call in a function.
#[derive(Debug, Clone)]
pub struct CallSite {
    /// The call.
    pub call: Arc<Call>,
    /// The function it stands in.
    pub function: Option<usize>,
    /// What the code around it is for.
    pub setting: Setting,
}

/// A name brought in from another file.
#[derive(Debug, Clone)]
pub struct Import {
    /// What it is called here; empty for a glob.
    pub alias: String,
    /// The module as written: `./auth.config`, `..settings`.
    pub module: String,
    /// The member of the module; `None` is the module itself (or its default export).
    pub member: Option<String>,
    /// Where the import stands.
    pub span: Span,
}

/// What the code around a place is for, as far as the code itself tells; the path tells the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Setting {
    /// It runs in production.
    #[default]
    Production,
    /// Only for development: `debug_assertions`, `NODE_ENV !== "production"`.
    Development,
    /// An example: `examples/`, a demo.
    Example,
    /// A test.
    Test,
    /// A template to copy: `.env.example`.
    Template,
    /// A comment or documentation.
    Documentation,
}

/// How sure a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A guess worth a look.
    Low,
    /// Likely.
    Medium,
    /// As good as sure.
    High,
}

/// Why a value counts as a JWT secret, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// A token as such.
    Token,
    /// A private key or symmetric JWK with JWT context.
    KeyMaterial,
    /// The thing that holds it is named like a JWT secret.
    Named,
    /// A configuration key that a framework documents as its JWT secret.
    FrameworkKey,
    /// It reaches the secret argument of a JWT API.
    FlowsToKey,
    /// A token in the tree verifies under it.
    Proven,
}

/// How a value got where it is: the most specific decides the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    /// Written out.
    Literal,
    /// Used where a read from outside fails.
    Fallback,
    /// A line of an environment file.
    EnvFile,
    /// A variable read while compiling; the span is the read, there is no value.
    CompileTimeVariable,
    /// A key file compiled in; the span names the file.
    CompileTimeFile,
    /// A private key in the tree.
    PrivateKey,
    /// A token in the tree.
    Token,
    /// A secret that is written to a log; the span is the place that writes it.
    Logged,
    /// A read from outside that reaches a key unchecked; the span is the read.
    Unvalidated,
}

/// The sort of place a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Program source.
    Code,
    /// A configuration file that something runs with.
    Configuration,
    /// A comment, or prose.
    Comment,
}

/// One step of the way from a literal to the key.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The file it is in.
    pub file: FileId,
    /// Where.
    pub span: Span,
    /// What happens there, in a few words and without the value: ``constant `SECRET` ``.
    pub note: String,
}

/// A value with what is known about its role: what analyzers and linker hand to the judge.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The file that holds it.
    pub file: FileId,
    /// Where it stands: the content of the literal, without quotes.
    pub span: Span,
    /// The value; empty where there is none ([`Origin::CompileTimeVariable`] and the like).
    pub secret: Secret,
    /// How the value is turned into key bytes before it is used, first applied first.
    pub encodings: Vec<Encoding>,
    /// The algorithm it is used with, where one is in sight.
    pub algorithm: Option<Algorithm>,
    /// Why it counts.
    pub evidence: Evidence,
    /// How it got there.
    pub origin: Origin,
    /// The sort of place.
    pub place: Place,
    /// The name of the thing that holds it or takes it: `JWT_SECRET`, `jwt.sign`.
    pub subject: String,
    /// The way from the literal to the key, both included; empty where the evidence is no flow. A
    /// candidate with steps comes from the linker, and its `setting` takes the paths into account:
    /// the linker knows what drives a value along.
    pub steps: Vec<Step>,
    /// What the code around it is for.
    pub setting: Setting,
    /// How sure the detector is.
    pub confidence: Confidence,
    /// The name under which code reads this entry (an environment variable, a dotted configuration
    /// key): where the linker sees a read of that name reach a key, the evidence becomes a flow.
    pub read_as: Option<String>,
    /// The name alone says too little (`SECRET_KEY`): the candidate counts only if the linker finds
    /// that `read_as` reaches a key.
    pub conditional: bool,
    /// The rule of `rules/`, or the analyzer, that saw it.
    pub detector: Arc<str>,
}

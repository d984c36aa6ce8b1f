//! What a language looks like, as data: `rules/languages/*.toml`.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::path::PathPattern;
use super::token::Escapes;
use crate::fact::Encoding;

/// One line of `rules/languages/index.toml`: which files a description is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexEntry {
    /// The stem of the description and of the rule file.
    pub id: String,
    /// Extensions, without the dot, in lower case.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Whole file names.
    #[serde(default)]
    pub files: Vec<String>,
}

/// The content of `rules/languages/index.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// The languages; their order numbers them.
    pub language: Vec<IndexEntry>,
}

/// A language description.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// How people call it.
    pub name: String,
    /// How text becomes tokens.
    #[serde(default)]
    pub lexical: Lexical,
    /// How tokens become expressions and statements.
    #[serde(default)]
    pub grammar: Grammar,
    /// Other languages whose calls, members and annotations are known here, too.
    #[serde(default)]
    pub calls_of: Vec<String>,
    /// Other languages whose rules hold here, too.
    #[serde(default)]
    pub rules_of: Vec<String>,
    /// Calls with a known meaning.
    #[serde(default)]
    pub call: Vec<KnownCall>,
    /// Members with a known meaning.
    #[serde(default)]
    pub member: Vec<KnownMember>,
    /// Annotations that give the thing they stand on a value.
    #[serde(default)]
    pub annotation: Vec<Annotation>,
    /// What is in sight everywhere without an import: a name and the module it stands for.
    #[serde(default)]
    pub ambient: FxHashMap<String, String>,
}

/// How text becomes tokens.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lexical {
    /// What starts a comment to the end of the line.
    pub line_comments: Vec<String>,
    /// What starts and ends a comment.
    pub block_comments: Vec<(String, String)>,
    /// Such comments may stand in each other.
    pub nested_comments: bool,
    /// ASCII characters, besides letters, digits and `_`, that words are made of.
    pub word: String,
    /// ASCII characters that may only start a word.
    pub word_start: String,
    /// ASCII characters that may only end one.
    pub word_end: String,
    /// Operators of more than one character, besides the ones most languages share.
    pub operators: Vec<String>,
    /// Whether `/…/` may be a regular expression.
    pub regex: bool,
    /// String literals.
    pub string: Vec<StringStyle>,
    /// Only what stands between these is code.
    pub region: Vec<Region>,
}

/// A piece of a file that holds code, the rest being text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Extensions it holds for; empty for all.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// What opens it.
    pub open: String,
    /// What ends the opening: `>` of a tag.
    #[serde(default)]
    pub open_end: String,
    /// What closes it.
    pub close: String,
}

/// A kind of string literal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StringStyle {
    /// The opening delimiter, without prefix.
    pub open: String,
    /// The closing one; the opening one if left out.
    #[serde(default)]
    pub close: String,
    /// What may stand right before the opening delimiter; left out, nothing does.
    #[serde(default = "no_prefix")]
    pub prefixes: Vec<String>,
    /// How escapes are written.
    #[serde(default)]
    pub escapes: Escapes,
    /// Whether it may span lines.
    #[serde(default)]
    pub multiline: bool,
    /// What opens and closes code inside.
    #[serde(default)]
    pub interpolation: Vec<(String, String)>,
    /// What starts a plain name inside: `$`.
    #[serde(default)]
    pub interpolated_name: String,
    /// It holds one character only, and an opening delimiter without that is punctuation.
    #[serde(default)]
    pub character: bool,
    /// How the delimiters vary.
    #[serde(default)]
    pub variation: Variation,
}

fn no_prefix() -> Vec<String> {
    vec![String::new()]
}

/// How the delimiters of a string vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    /// They do not.
    #[default]
    Fixed,
    /// Any number of `#` before the opening and after the closing one.
    Hashes,
    /// C++: a name between the opening delimiter and `(`, repeated between `)` and the closing one.
    Named,
    /// A here-document: a name after the opening delimiter, and text until a line that holds it.
    Heredoc,
    /// As [`Variation::Heredoc`], but the text starts on the next line and the line goes on as code.
    LateHeredoc,
}

/// How tokens become expressions and statements.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grammar {
    /// A line's end ends a statement.
    pub newlines: bool,
    /// Blocks are made by indentation, or end with a word that stands where their start does.
    pub indentation: bool,
    /// Operators that yield their left side or else their right one.
    pub fallback: WordList,
    /// Operators that join texts.
    pub concat: WordList,
    /// Operators that select a member.
    pub member: WordList,
    /// Operators that select from a namespace.
    pub path: WordList,
    /// Operators that assign.
    pub assign: WordList,
    /// Operators that assign only where nothing is.
    pub assign_fallback: WordList,
    /// What stands between the parameters and the body of a lambda.
    pub lambda: WordList,
    /// Words or operators before an operand that leave it what it is.
    pub prefixes: WordList,
    /// Operators after an operand that leave it what it is.
    pub suffixes: WordList,
    /// Words between two operands.
    pub word_operators: WordList,
    /// `a ? b : c`.
    pub ternary: bool,
    /// `b if a else c`.
    pub trailing_if: bool,
    /// `if a { b } else { c }` is an expression.
    pub if_expression: bool,
    /// Words for the object a method is called on.
    pub receivers: WordList,
    /// A mark on names that is no part of them: `$` in PHP.
    pub sigil: String,
    /// A mark on names for members of the receiver: `@` in Ruby.
    pub member_sigil: String,
    /// Names that stand for no value.
    pub constants: WordList,
    /// Between label and value in the arguments of a call.
    pub labels: WordList,
    /// Between key and value in brackets and braces.
    pub pairs: WordList,
    /// `:name` is a constant that serves as a key.
    pub symbols: bool,
    /// `Type{…}` makes a value.
    pub composites: bool,
    /// `[]T{…}`, `[]byte(x)`, `map[K]V{…}`.
    pub slice_types: bool,
    /// Functions may be called on a value of a type that is not theirs.
    pub extensions: bool,
    /// `(Type) x`.
    pub casts: bool,
    /// Words of a cast after a value: `as`.
    pub cast_words: WordList,
    /// A block after a call belongs to it.
    pub trailing_blocks: bool,
    /// `{…}` in an expression is a function, not a record.
    pub brace_lambdas: bool,
    /// Between the parameters and the body inside such braces: `->`, `in`.
    pub brace_lambda_arrow: String,
    /// Calls may go without brackets.
    pub bare_calls: bool,
    /// A function without `return` yields its last expression.
    pub implicit_result: bool,
    /// Words that start a function.
    pub functions: WordList,
    /// Words that start a function without a name, and its brackets.
    pub function_words: WordList,
    /// `name(…) {` is a function.
    pub methods: bool,
    /// The same, but only in the body of a class.
    pub class_methods: bool,
    /// Words that start a class or whatever else gives its members a name.
    pub classes: WordList,
    /// A type may stand before the word that says what it is: `type T struct`.
    pub named_types: bool,
    /// Words that return a value.
    pub returns: WordList,
    /// Words that declare a name.
    pub declarations: WordList,
    /// Words before names that the whole file sees, although a function gives them their values.
    pub outer: WordList,
    /// `name: Type = value`.
    pub annotations: bool,
    /// Types stand before names.
    pub types_first: bool,
    /// Words that start a statement and are no names.
    pub keywords: WordList,
    /// Words that start a condition which guards the next block.
    pub conditions: WordList,
    /// How other files are brought in.
    pub imports: Vec<ImportStyle>,
    /// Words in the name of a test for development.
    pub development: WordList,
    /// Keys of struct tags that hold a default.
    pub tag_defaults: WordList,
    /// Keys of struct tags that name an environment variable.
    pub tag_names: WordList,
    /// `f[Type](…)`.
    pub bracket_types: bool,
    /// `(a, b)` is `b`.
    pub comma_expressions: bool,
    /// Members that are their owner in another form: `text.utf8`.
    pub transparent: WordList,
    /// Words that make a parameter a member, too.
    pub promotes: WordList,
    /// Words before a member that is computed when it is read: `get`.
    pub accessors: WordList,
    /// `var name: Type { … }` is computed when it is read.
    pub computed: bool,
    /// Words after `#` that give a name a value.
    pub defines: WordList,
    /// Words between a declared name and what computes its value: `by`.
    pub delegates: WordList,
    /// Calls at the start of a statement may go without brackets before a text.
    pub command_calls: bool,
    /// `value |> call(…)` gives a call its first argument.
    pub pipes: bool,
    /// Functions that give the function back that they are given: `promisify`.
    pub wrappers: WordList,
    /// Functions that give the function back that they are given first, with the other arguments given in advance.
    pub partials: WordList,
    /// Functions that make a value of their type argument: `make_shared<T>(…)`.
    pub makers: WordList,
    /// Words that stand for the constructor of the class around, or of the one it extends, before brackets.
    pub own_constructors: WordList,
    /// Types whose value is one of their type argument: `IOptions<T>`.
    pub holders: WordList,
    /// `name { … }` at the start of a statement gives `name` members.
    pub member_blocks: bool,
    /// Words before what a block yields where it failed so far.
    pub rescues: WordList,
    /// Functions that make an object of their named arguments: `dict`.
    pub object_calls: WordList,
    /// Words that start such a block.
    pub rescued: WordList,
    /// `Type name{value}`, and members given values before a constructor's body.
    pub direct_init: bool,
    /// Words that choose one of several values by patterns: `when`.
    pub matches: WordList,
    /// The same, behind the value that is matched: `match`.
    pub infix_matches: WordList,
    /// Between pattern and value there.
    pub match_arrow: String,
    /// Words that start a pattern there, where several statements may stand behind the arrow.
    pub match_patterns: WordList,
    /// Words between a function's parameters and a block made by indentation: `do`.
    pub block_words: WordList,
}

/// Words that one token is compared with; most differ from all of them in their first byte.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Vec<String>")]
pub struct WordList {
    words: Vec<String>,
    /// The lower six bits of the first bytes, as a set.
    firsts: u64,
}

impl WordList {
    /// Whether `text` is one of them.
    #[inline]
    pub fn has(&self, text: &str) -> bool {
        let first = text.as_bytes().first().map_or(0, |byte| 1_u64 << (byte & 63));
        self.firsts & first != 0 && self.words.iter().any(|word| word == text)
    }
}

impl From<Vec<String>> for WordList {
    fn from(words: Vec<String>) -> Self {
        let firsts = words.iter().filter_map(|word| word.bytes().next());
        Self { firsts: firsts.fold(0, |set, first| set | 1 << (first & 63)), words }
    }
}

impl std::ops::Deref for WordList {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.words
    }
}

/// How other files are brought in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportStyle {
    /// `import a, { b as c } from "m"`, `export … from "m"`.
    Ecmascript,
    /// `import a.b as c`, `from m import a as b`.
    Python,
    /// `import x "m"`, `import ( … )`.
    Go,
    /// `import a.b.C`, `using A.B`, `import a.{B, C => D}`.
    Dotted,
    /// `use A\B\C as D;`.
    Backslash,
    /// `require "m"`, `#include "m"`, `import 'm' as n`.
    Quoted,
    /// `alias A.B.C`.
    Alias,
}

/// Where in a call something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Position {
    /// The argument of this index.
    Index(usize),
    /// What the method is called on.
    Receiver(ReceiverWord),
}

/// The word for a call's receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiverWord {
    /// What the method is called on.
    Receiver,
}

/// What a known call means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// It reads what is set outside the source.
    Environment,
    /// Its value is that of an argument or the receiver.
    Conversion,
    /// Its value is `value` or else `default`.
    Fallback,
    /// Its value is that of its arguments, one behind the other, and before them that of what it is called on if `value` says so.
    Join,
    /// It makes something new.
    Random,
    /// It gives the entry called `name` a `value` where it has none.
    Default,
    /// It calls back: its value is what an argument returns.
    Callback,
    /// It gives the constant called `name` a `value`.
    Define,
    /// It gives the variable that the text at `name` names before `=` the value behind.
    Assign,
    /// It gives what it is called on a member called `name` with a `value`.
    Put,
    /// It makes an object of names and values: pairs in a list, or one after the other.
    Map,
    /// It makes an object of the members of its arguments, the last of which win.
    Merge,
    /// It selects the member of the receiver, or of `value`, that the arguments lead to, one after the other.
    Select,
}

/// A call with a known meaning.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownCall {
    /// The paths it goes by.
    pub names: Vec<PathPattern>,
    /// What it means.
    pub is: Meaning,
    /// Where the name of what is read stands.
    pub name: Option<usize>,
    /// Where the value stands.
    pub value: Option<Position>,
    /// Where the default stands.
    pub default: Option<usize>,
    /// The label of the default.
    #[serde(default)]
    pub default_labels: Vec<String>,
    /// What it decodes.
    pub encoding: Option<EncodingName>,
    /// Which argument says what it decodes.
    pub encoding_argument: Option<usize>,
    /// Read while compiling.
    #[serde(default)]
    pub compile_time: bool,
    /// What it is called on may be a section of the settings, in which the name is looked up.
    #[serde(default)]
    pub in_section: bool,
    /// The argument that names the section of the name.
    pub section: Option<usize>,
    /// The argument that is given what is read: `StringVar(&seal, "seal", …)`.
    pub target: Option<usize>,
    /// The object whose member is given what is read.
    pub member_of: Option<String>,
    /// What is read is given the default for whoever reads it later.
    #[serde(default)]
    pub sets: bool,
    /// It is this call only with at least so many arguments.
    #[serde(default)]
    pub min_arguments: usize,
    /// It is this call only with at most so many arguments.
    pub max_arguments: Option<usize>,
}

/// An encoding, in rule files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncodingName {
    /// As is.
    Raw,
    /// Base64 in any alphabet.
    Base64,
    /// Hexadecimal.
    Hex,
    /// Base32.
    Base32,
    /// A digest.
    Digest,
}

impl EncodingName {
    /// The encoding as facts have it; raw is none.
    pub fn encoding(self) -> Option<Encoding> {
        match self {
            Self::Raw => None,
            Self::Base64 => Some(Encoding::Base64),
            Self::Hex => Some(Encoding::Hex),
            Self::Base32 => Some(Encoding::Base32),
            Self::Digest => Some(Encoding::Digest),
        }
    }
}

/// Members that read what is set outside the source: `process.env.X`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownMember {
    /// What the member is of.
    pub of: Vec<PathPattern>,
    /// Read while compiling.
    #[serde(default)]
    pub compile_time: bool,
    /// Only `of["X"]`, not `of.X`.
    #[serde(default)]
    pub indexed: bool,
}

/// An annotation that gives the thing it stands on a value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Annotation {
    /// Its name, without the mark before it.
    pub names: Vec<String>,
    /// It names the section of the settings that the members of a class are read from.
    #[serde(default)]
    pub section: bool,
    /// Its text is a placeholder: `${name:default}`.
    #[serde(default)]
    pub placeholder: bool,
    /// The label of the name.
    #[serde(default)]
    pub name_label: String,
    /// The label of the default; the first argument where left out.
    #[serde(default)]
    pub default_label: String,
}

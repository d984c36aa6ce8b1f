//! A rule as data: `rules/code/<language>.toml`.
//!
//! ```toml
//! [[rule]]
//! id = "js-jsonwebtoken"                # stable, kebab-case, unique
//! summary = "jsonwebtoken signs or verifies with it"
//! api = "jwt.sign"                      # what people call the API
//! keywords = ["sign", "verify"]         # the file must contain one of these …
//! requires = ["jsonwebtoken"]           # … and one of these: import or library names
//! lacks = ["jose"]                      # … and none of these
//! kind = "either"                       # symmetric (default), private, either
//! confidence = "high"                   # high (default), medium, low
//! encoding = "base64"                   # how the API reads text: raw (default), base64, hex
//! refuses_empty = true                  # an empty key fails where it is used
//! algorithm = { fixed = "HS256" }       # or { argument = 2 }, { option = "algorithm" }
//!
//! [rule.call]                           # one of call, assign, fallback, text
//! names = ["jsonwebtoken.sign", "jwt.sign"]
//! argument = 1
//!
//! [[rule.example]]
//! code = "import jwt from 'jsonwebtoken'; jwt.sign(claims, 'pear-tree')"
//! find = ["pear-tree"]
//!
//! [[rule.example]]                      # the clean twin
//! code = "import jwt from 'jsonwebtoken'; jwt.sign(claims, process.env.JWT_SECRET)"
//! find = []
//! ```
//!
//! Names are [path patterns](super::path::PathPattern), tried on the path as written and on the path
//! in which an imported name is replaced by its module (and member).

use serde::Deserialize;

use super::language::{EncodingName, Position, WordList};
use super::path::PathPattern;
use crate::fact::{Confidence, KeyKind};

/// A rule file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Its rules.
    #[serde(default)]
    pub rule: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its stable name.
    pub id: String,
    /// What it finds, in a few words.
    pub summary: String,
    /// What people call the API; the matched path where left out.
    pub api: Option<String>,
    /// The file must contain one of these, in any case.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The file must also contain one of these: names of imports or libraries.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The file must contain none of these.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// Matches calls.
    pub call: Option<CallMatcher>,
    /// Matches names, members and keys that are given a value.
    pub assign: Option<AssignMatcher>,
    /// Matches calls that yield one value or else another; no sink, but a fallback for whatever it flows to.
    pub fallback: Option<FallbackMatcher>,
    /// Matches text.
    pub text: Option<TextMatcher>,
    /// Where the algorithm is told.
    #[serde(default)]
    pub algorithm: AlgorithmSource,
    /// It refuses an empty key, so that an empty default fails where it is used instead of letting anybody sign.
    #[serde(default)]
    pub refuses_empty: bool,
    /// How the API reads text.
    pub encoding: Option<EncodingName>,
    /// What sort of key it is.
    #[serde(default)]
    pub kind: KindName,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// What it must and must not find.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// Matches calls.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallMatcher {
    /// The paths it goes by.
    pub names: Vec<PathPattern>,
    /// The index of the secret argument.
    pub argument: Option<usize>,
    /// All arguments from that index on are secrets.
    #[serde(default)]
    pub rest: bool,
    /// Labels of the secret argument, in languages with labels.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Dotted paths of the secret in an argument that is an object.
    #[serde(default)]
    pub options: Vec<String>,
    /// Which argument that is; any object where left out.
    pub options_argument: Option<usize>,
    /// The fewest arguments it has.
    #[serde(default)]
    pub min_arguments: usize,
    /// The most.
    pub max_arguments: Option<usize>,
    /// The secret argument may be a function that yields the key.
    #[serde(default)]
    pub callback: bool,
    /// The key is what the block behind the call yields.
    #[serde(default)]
    pub block: bool,
    /// Words in the call, such as `false`, that say that nothing is verified: an empty key is none then.
    #[serde(default)]
    pub off: WordList,
    /// It reads the key from the first of these settings that is set, instead of taking it.
    #[serde(default)]
    pub reads: Vec<String>,
}

/// Matches names, members and keys that are given a value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignMatcher {
    /// The paths: of the name with its members, or of a typed object and its member.
    pub names: Vec<PathPattern>,
    /// It may be a function that yields the key.
    #[serde(default)]
    pub callback: bool,
    /// It may be an object each member of which is a key.
    #[serde(default)]
    pub each: bool,
    /// It is a method, and yields the key.
    #[serde(default)]
    pub method: bool,
}

/// Matches calls that yield one value or else another.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FallbackMatcher {
    /// The paths it goes by.
    pub names: Vec<PathPattern>,
    /// What is tried first.
    pub value: Option<Position>,
    /// What is used without it.
    pub default: usize,
}

/// Matches text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextMatcher {
    /// A regular expression with a group `secret`; what it finds in comments does not count.
    pub pattern: String,
}

/// Where the algorithm is told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlgorithmSource {
    /// It is always this one.
    pub fixed: Option<String>,
    /// The argument that names it.
    pub argument: Option<usize>,
    /// The option or label that names it.
    pub option: Option<String>,
}

/// What sort of key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KindName {
    /// A shared secret.
    #[default]
    Symmetric,
    /// A private key.
    Private,
    /// Either.
    Either,
}

impl From<KindName> for KeyKind {
    fn from(name: KindName) -> Self {
        match name {
            KindName::Symmetric => Self::Symmetric,
            KindName::Private => Self::Private,
            KindName::Either => Self::Either,
        }
    }
}

/// A piece of code and what the rule finds in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The code, in the rule's language.
    pub code: String,
    /// The secrets found, in order; none for a clean twin.
    pub find: Vec<String>,
}

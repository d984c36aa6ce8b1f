//! `rules/rust.toml`, read once.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::embedded;
use crate::fact::{Algorithm, Encoding, KeyKind};

/// The table that is built into the program.
///
/// # Panics
///
/// If the embedded file is broken, which a test would have shown.
pub fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let text = embedded::text("rust.toml").unwrap_or_default();
        let written: Written = toml::from_str(text).unwrap_or_else(|error| panic!("rules/rust.toml: {error}"));
        Table::new(written)
    });
    &TABLE
}

/// The file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sink: Vec<WrittenSink>,
    conversions: Conversions,
    methods: Methods,
    derivations: Derivations,
    decoders: Decoders,
    channels: Channels,
    sources: Sources,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSink {
    call: Option<OneOrMany>,
    method: Option<OneOrMany>,
    field: Option<OneOrMany>,
    attribute: Option<OneOrMany>,
    option: Option<String>,
    crates: Vec<String>,
    #[serde(default)]
    argument: usize,
    arity: Option<usize>,
    #[serde(default)]
    distinctive: bool,
    unchecked: Option<String>,
    context: Option<Context>,
    types: Option<String>,
    encoding: Option<WrittenEncoding>,
    algorithm: Option<String>,
    #[serde(default)]
    key: WrittenKey,
}

/// What must be around a sink for it to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// The file speaks of JWTs.
    Jwt,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenEncoding {
    Base64,
    Hex,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum WrittenKey {
    #[default]
    Symmetric,
    Private,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Conversions {
    methods: FxHashSet<String>,
    functions: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Methods {
    owners: FxHashSet<String>,
    makers: Vec<String>,
    containers: FxHashSet<String>,
    traits: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Derivations {
    functions: Vec<(usize, String)>,
    methods: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decoders {
    base64: FxHashSet<String>,
    hex: FxHashSet<String>,
    base32: FxHashSet<String>,
    digest: FxHashSet<String>,
    engines_base64: FxHashSet<String>,
    engines_hex: FxHashSet<String>,
    engines_base32: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Channels {
    functions: FxHashSet<String>,
    senders: FxHashSet<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    environment: FxHashSet<String>,
    environment_with_default: FxHashSet<String>,
    store_methods: FxHashSet<String>,
    external: FxHashSet<String>,
    random: FxHashSet<String>,
    random_methods: FxHashSet<String>,
    random_fills: FxHashSet<String>,
    named_writes: FxHashSet<String>,
    stores: FxHashSet<String>,
    fixed: FxHashSet<String>,
    settings: FxHashSet<String>,
}

/// What a sink is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkShape {
    /// A function, by the last segments of its path.
    Call(Vec<String>),
    /// A method.
    Method(String),
    /// A field: type and member.
    Field(String, String),
    /// An attribute, and the option that carries the secret (its first positional item if none).
    Attribute(String, Option<String>),
}

/// One entry of the sink table.
#[derive(Debug, Clone)]
pub struct SinkEntry {
    /// How it looks.
    pub shape: SinkShape,
    /// How people know it.
    pub api: String,
    /// Crates it comes from.
    pub crates: Vec<String>,
    /// Position of the secret.
    pub argument: usize,
    /// How many arguments the call has, where that tells it from a namesake.
    pub arity: Option<usize>,
    /// Its name is enough where the origin cannot be traced.
    pub distinctive: bool,
    /// A method after whose call nothing is verified with the key.
    pub unchecked: Option<String>,
    /// What must be around it.
    pub context: Option<Context>,
    /// A word in the type or generic arguments.
    pub types: Option<String>,
    /// How the text is read.
    pub encoding: Option<Encoding>,
    /// What it is signed with.
    pub algorithm: Option<Algorithm>,
    /// What sort of key.
    pub key: KeyKind,
}

/// How a function treats the value it is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// Same secret, other type.
    Convert,
    /// Text to key bytes.
    Decode(Encoding),
    /// A key made of the secret at this position.
    Derive(usize),
    /// Reads an environment variable; with a default if `true`.
    Environment(bool),
    /// Reads from outside, unknown.
    External,
    /// New at run time.
    Random,
    /// Gives the value of argument 1 to the entry named by argument 0.
    NamedWrite,
    /// Makes the ends of a channel.
    Channel,
    /// The same at each run, if its arguments are.
    Fixed,
    /// Parses settings.
    Settings,
}

/// The table in a shape for looking up.
#[derive(Debug)]
pub struct Table {
    /// All sinks.
    pub sinks: Vec<SinkEntry>,
    by_function: FxHashMap<String, Vec<usize>>,
    by_method: FxHashMap<String, Vec<usize>>,
    by_field: FxHashMap<String, Vec<usize>>,
    by_attribute: FxHashMap<String, Vec<usize>>,
    /// The methods that switch verifying off.
    unchecked: FxHashSet<String>,
    /// The last segments of all functions that are listed in `written`.
    last_names: FxHashSet<String>,
    written: Tables,
}

#[derive(Debug)]
struct Tables {
    conversions: Conversions,
    methods: Methods,
    derivations: FxHashMap<String, usize>,
    derived_into: FxHashSet<String>,
    decoders: Decoders,
    channels: Channels,
    sources: Sources,
}

impl Table {
    fn new(written: Written) -> Self {
        let sinks: Vec<SinkEntry> = written.sink.into_iter().flat_map(entries).collect();
        let mut by_function: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut by_method: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut by_field: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        let mut by_attribute: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (index, sink) in sinks.iter().enumerate() {
            match &sink.shape {
                SinkShape::Call(path) => {
                    by_function.entry(path.last().cloned().unwrap_or_default()).or_default().push(index);
                }
                SinkShape::Method(name) => by_method.entry(name.clone()).or_default().push(index),
                SinkShape::Field(_, member) => by_field.entry(member.clone()).or_default().push(index),
                SinkShape::Attribute(name, _) => by_attribute.entry(name.clone()).or_default().push(index),
            }
        }
        let unchecked = sinks.iter().filter_map(|sink| sink.unchecked.clone()).collect();
        let derivations = written.derivations.functions.into_iter().map(|(position, path)| (path, position)).collect();
        let written = Tables {
            conversions: written.conversions,
            methods: written.methods,
            derivations,
            derived_into: written.derivations.methods,
            decoders: written.decoders,
            channels: written.channels,
            sources: written.sources,
        };
        let last_names = last_names(&written);
        Self { sinks, by_function, by_method, by_field, by_attribute, unchecked, last_names, written }
    }

    /// Sinks whose function has this name.
    pub fn functions_named(&self, name: &str) -> &[usize] {
        self.by_function.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sinks that are a method of this name.
    pub fn methods_named(&self, name: &str) -> &[usize] {
        self.by_method.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sinks that are a field of this name.
    pub fn fields_named(&self, name: &str) -> &[usize] {
        self.by_field.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sinks that are an attribute of this name.
    pub fn attributes_named(&self, name: &str) -> &[usize] {
        self.by_attribute.get(name).map_or(&[], Vec::as_slice)
    }

    /// What a function of the standard library or a known crate does with its value.
    pub fn function(&self, path: &[String]) -> Option<Treatment> {
        let last = path.last()?;
        // Most calls are of none of them: one look tells.
        if !self.last_names.contains(last) {
            return None;
        }
        let two = path.len().checked_sub(2).map(|at| format!("{}::{last}", path[at]));
        let listed = |set: &FxHashSet<String>| set.contains(last) || two.as_ref().is_some_and(|two| set.contains(two));
        let qualified = |set: &FxHashSet<String>| match &two {
            Some(two) => set.contains(two),
            None => set.contains(last),
        };
        let Tables { conversions, derivations, decoders, channels, sources, .. } = &self.written;
        if listed(&sources.environment) {
            Some(Treatment::Environment(false))
        } else if qualified(&sources.environment_with_default) {
            Some(Treatment::Environment(true))
        } else if qualified(&sources.external) {
            Some(Treatment::External)
        } else if qualified(&sources.random) {
            Some(Treatment::Random)
        } else if qualified(&sources.named_writes) || (two.is_some() && last == "set_var") {
            Some(Treatment::NamedWrite)
        } else if qualified(&sources.fixed) {
            Some(Treatment::Fixed)
        } else if qualified(&sources.settings) {
            Some(Treatment::Settings)
        } else if let Some(encoding) = decoders.function(&qualified) {
            Some(Treatment::Decode(encoding))
        } else if let Some(&position) = two.as_ref().and_then(|two| derivations.get(two)).or(derivations.get(last)) {
            Some(Treatment::Derive(position))
        } else if qualified(&channels.functions) {
            Some(Treatment::Channel)
        } else if listed(&conversions.functions) {
            Some(Treatment::Convert)
        } else {
            None
        }
    }

    /// Whether a path is that of a method of the standard library, whose receiver is the first argument.
    pub fn is_method(&self, path: &[String]) -> bool {
        let [.., owner, function] = path else { return false };
        let Methods { owners, makers, .. } = &self.written.methods;
        let makes = |maker: &String| {
            function.strip_prefix(maker.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        owners.contains(owner)
            && function.starts_with(|first: char| first.is_ascii_lowercase())
            && !makers.iter().any(makes)
    }

    /// Whether a type is one of the standard library, or of a crate that everybody uses, that holds others and has
    /// methods of its own.
    pub fn is_container(&self, name: &str) -> bool {
        self.written.methods.containers.contains(name)
    }

    /// Whether the methods of a trait do for any type what they do for those of the standard library.
    pub fn is_std_trait(&self, name: &str) -> bool {
        self.written.methods.traits.contains(name)
    }

    /// Whether a method hands its receiver on.
    pub fn is_conversion(&self, method: &str) -> bool {
        self.written.conversions.methods.contains(method)
    }

    /// Whether a method sends its argument into a channel.
    pub fn sends(&self, method: &str) -> bool {
        self.written.channels.senders.contains(method)
    }

    /// The methods that send something into a channel.
    pub fn senders(&self) -> impl Iterator<Item = &str> {
        self.written.channels.senders.iter().map(String::as_str)
    }

    /// Whether after this method's call keys of some sink verify nothing.
    pub fn stops_checking(&self, method: &str) -> bool {
        self.unchecked.contains(method)
    }

    /// The position of the secret of which a method makes a key.
    pub fn derivation(&self, method: &str) -> Option<usize> {
        self.written.derivations.get(method).copied()
    }

    /// Whether a method writes into a buffer what its receiver was made of.
    pub fn derives_into(&self, method: &str) -> bool {
        self.written.derived_into.contains(method)
    }

    /// Whether a method reads an entry of a store.
    pub fn is_store_read(&self, method: &str) -> bool {
        self.written.sources.store_methods.contains(method)
    }

    /// Whether a method makes something new at run time.
    pub fn is_random(&self, method: &str) -> bool {
        self.written.sources.random_methods.contains(method)
    }

    /// Whether a function or method fills the buffer it is given with random bytes.
    pub fn fills_randomly(&self, name: &str) -> bool {
        self.written.sources.random_fills.contains(name)
    }

    /// The functions that write an entry of a store by its name, or the types whose functions do, or what else tells that
    /// entries are written.
    pub fn named_writes(&self) -> impl Iterator<Item = &str> {
        let Sources { named_writes, stores, .. } = &self.written.sources;
        named_writes.iter().filter_map(|path| path.split("::").next()).chain(stores.iter().map(String::as_str))
    }

    /// The functions that parse texts as settings, with what is in front of their name.
    pub fn settings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.written.sources.settings.iter().filter_map(|path| path.rsplit_once("::"))
    }

    /// Whether a method gives its argument 1 to the entry named by argument 0.
    pub fn is_named_write(&self, method: &str) -> bool {
        self.written.sources.named_writes.contains(method)
    }

    /// What `.decode(…)` on a value of this name decodes.
    pub fn engine(&self, name: &str) -> Option<Encoding> {
        let decoders = &self.written.decoders;
        if decoders.engines_base64.contains(name) {
            Some(Encoding::Base64)
        } else if decoders.engines_hex.contains(name) {
            Some(Encoding::Hex)
        } else if decoders.engines_base32.contains(name) {
            Some(Encoding::Base32)
        } else {
            None
        }
    }
}

/// The last segments of the functions in all lists.
fn last_names(tables: &Tables) -> FxHashSet<String> {
    let Tables { conversions, derivations, decoders, channels, sources, .. } = tables;
    let lists = [
        &conversions.functions,
        &decoders.base64,
        &decoders.hex,
        &decoders.base32,
        &decoders.digest,
        &sources.environment,
        &sources.environment_with_default,
        &sources.external,
        &sources.random,
        &sources.named_writes,
        &sources.fixed,
        &sources.settings,
        &channels.functions,
    ];
    let names = lists.into_iter().flatten().chain(derivations.keys());
    let last = |path: &String| path.rsplit("::").next().unwrap_or(path).to_owned();
    names.map(last).chain(["set_var".to_owned()]).collect()
}

impl Decoders {
    fn function(&self, listed: &dyn Fn(&FxHashSet<String>) -> bool) -> Option<Encoding> {
        if listed(&self.base64) {
            Some(Encoding::Base64)
        } else if listed(&self.hex) {
            Some(Encoding::Hex)
        } else if listed(&self.base32) {
            Some(Encoding::Base32)
        } else if listed(&self.digest) {
            Some(Encoding::Digest)
        } else {
            None
        }
    }
}

fn entries(sink: WrittenSink) -> Vec<SinkEntry> {
    let many = |names: Option<OneOrMany>| names.map(OneOrMany::into_vec).unwrap_or_default();
    let mut shapes: Vec<(SinkShape, String)> = Vec::new();
    for path in many(sink.call) {
        shapes.push((SinkShape::Call(path.split("::").map(str::to_owned).collect()), path));
    }
    for name in many(sink.method) {
        shapes.push((SinkShape::Method(name.clone()), name));
    }
    for field in many(sink.field) {
        let (owner, member) = field.split_once('.').unwrap_or(("", &field));
        shapes.push((SinkShape::Field(owner.to_owned(), member.to_owned()), field.clone()));
    }
    for name in many(sink.attribute) {
        shapes.push((SinkShape::Attribute(name.clone(), sink.option.clone()), format!("#[{name}]")));
    }
    let with_crate = |path: String| {
        let qualified = path.contains("::") || path.contains('.') || path.starts_with('#');
        if qualified { path } else { format!("{}::{path}", sink.crates.first().map_or("", String::as_str)) }
    };
    shapes
        .into_iter()
        .map(|(shape, api)| SinkEntry {
            shape,
            api: with_crate(api),
            crates: sink.crates.clone(),
            argument: sink.argument,
            arity: sink.arity,
            distinctive: sink.distinctive,
            unchecked: sink.unchecked.clone(),
            context: sink.context,
            types: sink.types.clone(),
            encoding: sink.encoding.map(|encoding| match encoding {
                WrittenEncoding::Base64 => Encoding::Base64,
                WrittenEncoding::Hex => Encoding::Hex,
            }),
            algorithm: sink.algorithm.as_deref().and_then(Algorithm::in_name),
            key: match sink.key {
                WrittenKey::Symmetric => KeyKind::Symmetric,
                WrittenKey::Private => KeyKind::Private,
            },
        })
        .collect()
}

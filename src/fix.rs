//! Edits that take a secret out of a file and leave the file in working order.
//!
//! An edit is planned where it is sure to be right: what is written must be of the type that was there, and the
//! program must stop with the variable's name where the secret is missing. Elsewhere a few words say why there is
//! none. Nothing is planned for tests, examples and templates. [`plan`] attaches the edits to the findings, so
//! that SARIF can offer them; [`apply`] writes them.

pub mod apply;
mod code;
mod diff;
pub mod environment;
mod expression;
mod imports;
mod name;
mod rust;
mod settings;
mod style;

use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use crate::analyze::pattern::Engine;
use crate::fact::{Evidence, FileId, Origin, Setting};
use crate::finding::{Disposition, Edit, Finding, Fix, Patch, Repair};
use crate::judge::context;
use crate::judge::{Masker, Site};
use crate::secret::Secret;
use crate::source::{Source, Sources, split_mark};
use crate::span::Span;
use code::Code;

/// A piece of text to be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    span: Span,
    replacement: String,
}

impl Change {
    fn new(span: Span, replacement: String) -> Self {
        Self { span, replacement }
    }
}

/// What to replace, or why nothing is.
type Outcome = Result<Vec<Change>, &'static str>;

/// Why a literal keeps its place where it would become what another one is.
const SHARED: &str = "another secret would be read from the same variable";

/// Larger files are not edited: nobody writes them by hand.
const LARGEST: usize = 512 << 10;

/// So many findings of one file get an edit; a file with more is data.
const MOST_IN_FILE: usize = 100;

/// So many variables are looked for in the tree.
const MOST_NAMES: usize = 100;

/// Plans an edit for each finding that can have one. `sites` and `values` belong to the findings by their order.
pub fn plan(
    findings: &mut [Finding],
    sites: &[Option<Site>],
    values: &[Secret],
    sources: &Sources,
    masker: &Masker,
) -> Vec<Patch> {
    let mut planner = Planner { sources, masker, names: HashMap::new(), read: HashMap::new(), files: BTreeMap::new() };
    let order = by_file(findings, sites);
    // The variables that fallbacks read are taken before any is given to a literal.
    for literals in [false, true] {
        for (&file, indices) in &order {
            let Some(source) = sources.get(file).filter(|source| source.text.len() <= LARGEST) else { continue };
            let is_turn = |index: &&usize| {
                let site = sites.get(**index).and_then(Option::as_ref);
                site.is_some_and(|site| (site.origin == Origin::Literal) == literals)
            };
            let indices: Vec<usize> = indices.iter().filter(is_turn).take(MOST_IN_FILE).copied().collect();
            if !indices.is_empty() {
                planner.file(file, source, &indices, findings, sites, values);
            }
        }
    }
    planner.patches()
}

/// The findings that may be mended, by the file they are in.
fn by_file(findings: &[Finding], sites: &[Option<Site>]) -> BTreeMap<FileId, Vec<usize>> {
    let mut order: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (index, (finding, site)) in findings.iter().zip(sites).enumerate() {
        let Some(site) = site else { continue };
        let in_use = matches!(site.setting, Setting::Production | Setting::Development);
        let there = matches!(context::of_path(&finding.location.path), Setting::Production | Setting::Development);
        if in_use && there && finding.disposition == Disposition::Active {
            order.entry(site.file).or_default().push(index);
        }
    }
    order
}

struct Planner<'a> {
    sources: &'a Sources,
    masker: &'a Masker,
    /// Which value a variable stands for: two secrets must not become one.
    names: HashMap<String, Secret>,
    /// Which variables are read somewhere.
    read: HashMap<String, bool>,
    files: BTreeMap<FileId, Vec<Change>>,
}

impl Planner<'_> {
    fn file(
        &mut self,
        file: FileId,
        source: &Source,
        indices: &[usize],
        findings: &mut [Finding],
        sites: &[Option<Site>],
        values: &[Secret],
    ) {
        let engine = Engine::embedded();
        let extension =
            source.file_name().rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase()).unwrap_or_default();
        let language = engine.language_of(&source.path);
        let prepared = language.and_then(|language| engine.prepared(language));
        let id =
            language.and_then(|language| engine.languages().find(|(other, _)| *other == language)).map(|(_, id)| id);
        let tokens = prepared
            .filter(|_| u32::try_from(source.text.len()).is_ok())
            .map(|prepared| prepared.lexer.lex(&source.text, &extension));
        for &index in indices {
            let (Some(finding), Some(Some(site))) = (findings.get_mut(index), sites.get(index)) else { continue };
            let value = values.get(index).cloned().unwrap_or_default();
            let outcome = if !is_plain(source) {
                Err("the file is not plain UTF-8")
            } else {
                let tokens = tokens.as_ref().map(|tokens| Code { tokens });
                let place = Place {
                    source,
                    site,
                    code: tokens.as_ref(),
                    language: id.unwrap_or_default(),
                    extension: &extension,
                };
                self.outcome(&place, &value)
            };
            finding.repair = self.repair(file, source, site, outcome);
        }
    }

    fn outcome(&mut self, place: &Place<'_>, value: &Secret) -> Outcome {
        let origin = place.site.origin;
        match origin {
            Origin::Literal | Origin::Fallback => {}
            Origin::EnvFile => return Err("the file is taken out of the index by --fix-index, and ignored by --fix"),
            Origin::CompileTimeVariable | Origin::CompileTimeFile => {
                return Err("the program has to read it when it starts");
            }
            Origin::PrivateKey => return Err("the key has to be made anew"),
            Origin::Token => return Err("the token has to be revoked"),
            Origin::Logged | Origin::Unvalidated => return Err("what to write instead is for people to decide"),
        }
        let own = settings::name(place.source, place.site.span);
        // A file that sets the variable says itself which one it is; the next file is another deployment.
        let key = own.as_ref().map(|name| format!("{}:{name}", place.source.path));
        let is_required = own.as_ref().is_some_and(|name| settings::is_required(place.source, name));
        let name = own.or_else(|| place.name()).unwrap_or_else(|| self.usual(value));
        let changes = place.changes(&name)?;
        match (origin, key) {
            (Origin::Literal, Some(key)) if is_required && !self.names.contains_key(&key) => return Err(SHARED),
            (Origin::Literal, Some(key)) => self.reserve(key, value)?,
            (Origin::Literal, None) if !self.names.contains_key(&name) && self.is_read(&name) => {
                return Err("the program reads another secret from the variable that this one would get");
            }
            (Origin::Literal, None) => self.reserve(name, value)?,
            (_, key) => drop(self.names.entry(key.unwrap_or(name)).or_insert_with(|| value.clone())),
        }
        let tells = changes.iter().any(|change| self.masker.note(&change.replacement) != change.replacement);
        if tells { Err("a name there could give the value away") } else { Ok(changes) }
    }

    /// Whether the program reads the variable already; that of too many is not known.
    fn is_read(&mut self, name: &str) -> bool {
        if let Some(&read) = self.read.get(name) {
            return read;
        }
        let read = self.read.len() >= MOST_NAMES || name::is_read(name, self.sources);
        self.read.insert(name.to_owned(), read);
        read
    }

    /// The variable where the place says nothing: the one that the value has elsewhere, so that what signs and what
    /// verifies read the same.
    fn usual(&self, value: &Secret) -> String {
        let others = self.names.iter().filter(|(other, held)| *held == value && !other.contains(':'));
        others.map(|(other, _)| other.as_str()).min().unwrap_or(name::USUAL).to_owned()
    }

    /// The variable for a value, unless another value has it.
    fn reserve(&mut self, name: String, value: &Secret) -> Result<(), &'static str> {
        let holder = self.names.entry(name).or_insert_with(|| value.clone());
        if holder == value { Ok(()) } else { Err(SHARED) }
    }

    fn repair(&mut self, file: FileId, source: &Source, site: &Site, outcome: Outcome) -> Option<Repair> {
        let mut changes = match outcome {
            Ok(changes) if !changes.is_empty() => changes,
            Ok(_) => return None,
            Err(reason) => return Some(Repair::ByHand(reason)),
        };
        changes.sort_by_key(|change| change.span);
        if source.text.contains("\r\n") {
            changes.iter_mut().for_each(|change| change.replacement = change.replacement.replace('\n', "\r\n"));
        }
        let planned = self.files.entry(file).or_default();
        let collides =
            |change: &Change| planned.iter().any(|other| other != change && overlap(other.span, change.span));
        if changes.iter().any(collides) {
            return Some(Repair::ByHand("another edit changes the same place"));
        }
        for change in &changes {
            if !planned.contains(change) {
                planned.push(change.clone());
            }
        }
        let summary = match site.origin {
            Origin::Fallback => "Stop where the secret is missing, instead of using the literal",
            _ => "Read the secret from the environment, and stop where it is missing",
        };
        Some(Repair::Edit(Fix { summary: summary.to_owned(), edits: edits(source, &changes) }))
    }

    fn patches(mut self) -> Vec<Patch> {
        let mut patches = Vec::new();
        for (file, mut changes) in std::mem::take(&mut self.files) {
            let Some(source) = self.sources.get(file) else { continue };
            changes.sort_by_key(|change| change.span);
            patches.push(Patch {
                path: Arc::clone(&source.path),
                diff: diff::unified(file, source, self.masker, &changes),
                edits: edits(source, &changes),
                text: keyed_hash(source.text.as_bytes()),
            });
        }
        patches.sort_by(|one, other| one.path.cmp(&other.path));
        patches
    }
}

fn overlap(one: Span, other: Span) -> bool {
    one.start() < other.end() && other.start() < one.end() || one == other
}

fn edits(source: &Source, changes: &[Change]) -> Vec<Edit> {
    let edit = |change: &Change| Edit {
        span: change.span,
        start: source.position(change.span.start()),
        end: source.position(change.span.end()),
        replacement: change.replacement.clone(),
    };
    changes.iter().map(edit).collect()
}

/// A hash that only this run can make: it tells whether a file has changed, and nothing about what is in it.
fn keyed_hash(bytes: &[u8]) -> u64 {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEY.hash_one(bytes)
}

/// Whether the file is its text in UTF-8, perhaps with a byte order mark.
fn is_plain(source: &Source) -> bool {
    let text = |bytes: &Vec<u8>| str::from_utf8(bytes).is_ok_and(|whole| split_mark(whole).1 == source.text);
    source.original.as_ref().is_none_or(text)
}

/// One literal and what surrounds it.
struct Place<'a> {
    source: &'a Source,
    site: &'a Site,
    code: Option<&'a Code<'a>>,
    language: &'a str,
    extension: &'a str,
}

impl Place<'_> {
    /// The variable that takes the place of the value, as far as the place says.
    fn name(&self) -> Option<String> {
        let wanted = || {
            let literal = self.code.and_then(|code| Some((code, code.literal(self.site.span)?)));
            let target = literal.and_then(|(code, literal)| code.target(literal));
            let names: Vec<String> = target.into_iter().map(str::to_owned).chain(self.site.names.clone()).collect();
            name::of(&names)
        };
        if self.site.origin != Origin::Fallback {
            return wanted();
        }
        let at = self.code.and_then(|code| Some((code, code.tokens.at_offset(self.site.span.start())?)));
        let read = at.and_then(|(code, at)| match self.language {
            "rust" => rust::read_name(code, at),
            _ => expression::read_name(code, at),
        });
        read.map(str::to_owned).or_else(wanted)
    }

    fn changes(&self, name: &str) -> Outcome {
        if let Some(outcome) = settings::change(self.source, self.site.span, name) {
            return outcome;
        }
        let (Some(code), false) = (self.code, self.language.is_empty()) else {
            return Err("this format cannot read the environment: let the program do it");
        };
        let span = self.site.span;
        let Some(literal) = code.literal(span) else {
            return match (self.language, code.tokens.at_offset(span.start())) {
                ("rust", Some(at)) if span.start() == span.end() || self.site.origin == Origin::Fallback => {
                    rust::empty_default(code, at, name)
                }
                _ => Err("the value is only a part of the literal"),
            };
        };
        if code.tokens.span(literal) == span {
            return Err("the value has lines of its own");
        }
        let sure = self.site.evidence >= Evidence::Named;
        match (self.language, self.site.origin) {
            ("rust", _) if rust::is_test(code, literal) => Err("tests are left as they are"),
            ("rust", Origin::Fallback) => rust::fallback(code, literal, name),
            ("rust", _) if sure => rust::literal(code, literal, name),
            (language, origin) => match style::of(language) {
                Some(style) if origin == Origin::Fallback => expression::fallback(code, style, literal, name),
                Some(style) if sure => expression::literal(code, style, literal, name, self.extension),
                _ => Err("no edit is known to be safe in this language"),
            },
        }
    }
}

//! One run: inputs are read, analyzed, linked and judged.

mod compiled_in;
mod context;
pub(crate) mod imports;
mod kind;
mod loosened;
mod project_names;
mod settings;
mod silent;
mod since;
pub(crate) mod single;
mod unspoken;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::analyze::anyword::Lowered;
use crate::analyze::pattern::Engine;
use crate::analyze::{self, config as configuration, dotenv, notebook};
use crate::config::{Config, ConfigError};
use crate::discover::{self, DiscoverError, Discovery, Input, Load, Skip};
use crate::fact::{Candidate, Facts, FileId, Origin};
use crate::finding::{Finding, Notification, NotificationSeverity, Report};
use crate::fix;
use crate::judge::{self, Judge, Site};
use crate::key;
use crate::link::flat::FlatWorld;
use crate::link::need::Nearby;
use crate::link::rust::{Manifest, RustWorld};
use crate::link::{Projects, Settled};
use crate::proof;
use crate::secret::Secret;
use crate::share::{FEW_FILES, lend, with_buffer};
use crate::source::{Source, Sources};
use crate::span::Span;
use crate::token::Sight;
use context::{Around, Inputs};
use kind::Kind;
pub use since::scan_since;

/// Parsers recurse; a worker's stack bears what the nesting guard lets through, in debug builds too.
const STACK: usize = 96 << 20;

/// What a run is given.
#[derive(Debug)]
pub struct Scan {
    /// What to look at.
    pub discover: discover::Options,
    /// How to judge it.
    pub config: Config,
    /// Workers; 0 is one for each processor.
    pub threads: usize,
}

/// Why a run cannot even begin.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Nothing can be looked at.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// A configuration below the root cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No workers.
    #[error("cannot start worker threads")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Looks at files on disk, or at what is staged.
///
/// # Errors
///
/// If nothing can be looked at; what fails for one file is a notification in the report.
pub fn scan(scan: &Scan) -> Result<Report, ScanError> {
    judged(scan).map(|judged| judged.report)
}

/// A report with the values behind its findings, in the same order: for what compares runs, not for reports.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub report: Report,
    pub values: Vec<Secret>,
}

/// The same as [`scan`], with values.
pub(crate) fn judged(scan: &Scan) -> Result<Judged, ScanError> {
    discovered(scan, Around::Projects)
}

/// Looks at files that were just edited, with no more of the tree than they import: what takes a look at everything
/// is left to [`scan()`]. A finding elsewhere counts if an edited file is on the way to the key.
///
/// # Errors
///
/// As for [`scan()`].
pub fn scan_edited(scan: &Scan) -> Result<Report, ScanError> {
    discovered(scan, Around::Imports).map(|judged| judged.report)
}

/// Looks at one text under a name, as if it were a file of that name at the root.
///
/// # Errors
///
/// If no worker can be started.
pub fn scan_text(config: Config, name: &str, text: impl Into<Vec<u8>>) -> Result<Report, ScanError> {
    let input = Input {
        path: Arc::from(name),
        content: discover::Content::Bytes(text.into().into()),
        tracking: crate::source::Tracking::Unknown,
        explicit: true,
    };
    let discovery = Discovery { root: PathBuf::new(), inputs: vec![input], ..Discovery::default() };
    let options = discover::Options { max_file_size: u64::MAX, ..discover::Options::default() };
    let scan = Scan { discover: options, config, threads: 1 };
    Ok(pool(1)?.install(|| run(&scan, discovery, Around::Projects)).report)
}

/// Finds what there is to look at, and looks at it.
fn discovered(scan: &Scan, around: Around) -> Result<Judged, ScanError> {
    pool(scan.threads)?.install(|| {
        let mut discovery = discover::discover(&scan.discover)?;
        let scan = &configured(scan, &mut discovery)?;
        Ok(run(scan, discovery, around))
    })
}

/// The scan with the configurations that lie below the root, whose excludes take inputs away.
fn configured(scan: &Scan, discovery: &mut Discovery) -> Result<Scan, ScanError> {
    let mut config = scan.config.clone();
    if config.nests {
        // No walk has come by the configurations above what was named, nor by those that are staged already.
        let is_named = |input: &&Input| input.explicit || scan.discover.staged;
        let (named, listed): (Vec<&Input>, Vec<&Input>) = discovery.inputs.iter().partition(is_named);
        let given = discover::given_names(&scan.discover, &discovery.root);
        let named = named.into_iter().map(|input| &*input.path).chain(given.iter().map(String::as_str));
        let listed = listed.into_iter().map(|input| &*input.path).chain(discovery.links.iter().map(String::as_str));
        config = config.with_nested(&discovery.root, named, listed)?;
        discovery.notifications.extend(config.passed_over());
    }
    let before = discovery.inputs.len();
    let binds = |input: &Input| !input.explicit || scan.discover.force_exclude;
    discovery.inputs.retain(|input| !binds(input) || !config.excludes_nested(&input.path));
    discovery.skipped += before - discovery.inputs.len();
    Ok(Scan { discover: scan.discover.clone(), config, threads: scan.threads })
}

/// Judges these files and nothing else, on the worker that it is called from.
pub(crate) fn judge_these(scan: &Scan, inputs: Vec<Input>) -> Judged {
    run(scan, Discovery { inputs, ..Discovery::default() }, Around::Nothing)
}

/// One worker with a stack for parsers, that takes up no work but what it is given.
pub(crate) fn worker() -> Result<rayon::ThreadPool, ScanError> {
    pool(1)
}

/// Workers with a stack for parsers; 0 for one for each processor.
pub(crate) fn pool(threads: usize) -> Result<rayon::ThreadPool, ScanError> {
    Ok(rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build()?)
}

/// What reading and analyzing one input gave.
#[derive(Default)]
struct Outcome {
    /// Looked at, even if nothing in it matters.
    scanned: bool,
    /// Text to keep: it has facts, or comments that speak to us.
    source: Option<Source>,
    /// What the file says, for all but Rust.
    facts: Option<Facts>,
    /// The tokens in it.
    tokens: Vec<Candidate>,
    /// The private and public keys in it.
    keys: Vec<proof::Located>,
    notification: Option<Notification>,
}

impl Outcome {
    /// Whether there is nothing to keep.
    fn is_nothing(&self) -> bool {
        let has_any = self.source.is_some() || self.facts.is_some() || self.notification.is_some();
        !has_any && self.tokens.is_empty() && self.keys.is_empty()
    }

    /// Whether a finding may stand in the file.
    fn is_telling(&self) -> bool {
        let has_private = || self.keys.iter().any(|(_, sighting)| sighting.key.private.is_some());
        self.facts.is_some() || !self.tokens.is_empty() || has_private()
    }
}

fn run(scan: &Scan, mut discovery: Discovery, around: Around) -> Judged {
    let is_whole = around == Around::Projects && context::is_whole(scan, &discovery.root);
    let Inputs { list: inputs, asked_for, notifications } = Inputs::new(scan, &mut discovery, around);
    let inputs = inputs.as_slice();
    let load = |id: FileId| load_whole(input_of(inputs, id)?, scan);
    let rust_files: Vec<(FileId, Arc<str>)> =
        ids(inputs).filter(|(_, input)| is_rust(&input.path)).map(|(id, input)| (id, input.path.clone())).collect();
    let manifests = || manifests(inputs, &load);
    let mut world = RustWorld::new(rust_files, &manifests, &load);
    let look = || -> Vec<(bool, Option<Box<Outcome>>)> {
        let all: Vec<(FileId, &Input)> = ids(inputs).collect();
        let look = |(id, input)| {
            let outcome = lend(&BUFFERS, |buffers| look_at(id, input, scan, &world, buffers));
            // Most inputs give nothing, which is to take no room.
            (outcome.scanned, (!outcome.is_nothing()).then(|| Box::new(outcome)))
        };
        all.into_par_iter().with_max_len(FEW_FILES).map(look).collect()
    };
    let places = || (programs(inputs), Projects::new(inputs.iter().map(|input| &*input.path)));
    // The last file that is read may be the longest: there is something to do beside it.
    let (outcomes, (nearby, projects)) = rayon::join(look, places);

    let mut report =
        Report { notifications: discovery.notifications, files_skipped: discovery.skipped, ..Report::default() };
    report.notifications.extend(notifications);
    let mut sources = Sources::default();
    let mut flat = Vec::new();
    let mut tokens = Vec::new();
    let mut keys = Vec::new();
    for (((id, _), (scanned, outcome)), &asked_for) in ids(inputs).zip(outcomes).zip(&asked_for) {
        if asked_for {
            report.files_scanned += usize::from(scanned);
            report.files_skipped += usize::from(!scanned);
        }
        let Some(outcome) = outcome else { continue };
        if asked_for {
            report.notifications.extend(outcome.notification);
        }
        tokens.extend(outcome.tokens);
        keys.extend(outcome.keys);
        if let Some(source) = outcome.source {
            flat.extend(outcome.facts.map(|facts| (id, source.path.clone(), facts)));
            sources.insert(id, source);
        }
    }
    read_imports(inputs, scan, &nearby, &mut flat, &mut sources);
    let mut linked = world.link();
    let own = |path: &str| &scan.config.at(path).own;
    linked.append(world.link_own(&own));
    let flat = FlatWorld::new(flat);
    linked.append(flat.link(&own));
    settings::add(&mut linked, &flat, &projects, inputs, scan, &mut sources);
    let (parsed, leftovers) = world.into_sources();
    for (id, source) in parsed {
        sources.insert(id, source);
    }
    let bystanders: Vec<Candidate> = linked.candidates.iter().filter(|one| one.conditional).cloned().collect();
    let Settled { mut candidates, made_keys } = linked.settle(|id| Some(input_of(inputs, id)?.path.clone()), &projects);
    compiled_in::open(&mut candidates, inputs, scan, &mut sources);
    candidates.append(&mut tokens);
    let files: Vec<(FileId, Arc<str>)> = ids(inputs).map(|(id, input)| (id, input.path.clone())).collect();
    let proofs = proof::prove(&candidates, &keys, &sources, &files, &Again { inputs, scan });
    candidates.extend(proofs.candidates);
    for source in proofs.sources {
        sources.insert(source.0, source.1);
    }
    report.notifications.extend(proofs.notifications);
    let paths = candidates.iter().filter(|one| one.origin != Origin::Token);
    let paths: BTreeSet<&str> = paths.filter_map(|one| Some(&*input_of(inputs, one.file)?.path)).collect();
    let top = discovery.root.file_name().and_then(|name| name.to_str());
    let projects = project_names::of(paths.into_iter(), top, inputs, load);
    let judge = Judge::new(&scan.config, &sources).knowing(&proofs.known_keys).beside(&bystanders);
    let hidden = secret_places(&keys);
    let judge = judge.within(&projects).hiding(&hidden).of_whole(is_whole);
    let verdict = judge.judge(&candidates);
    let asked_inputs = || inputs.iter().zip(&asked_for).filter(|(_, asked)| **asked).map(|(input, _)| input);
    let reported: BTreeSet<&str> = asked_inputs().map(|input| &*input.path).collect();
    // A hook tells which literal elsewhere an edited or staged file makes a key of.
    let is_changed = |input: &&Input| scan.discover.staged || scan.discover.force_exclude && input.explicit;
    let changed: BTreeSet<&str> = asked_inputs().filter(is_changed).map(|input| &*input.path).collect();
    let is_read_there = |site: &Site| {
        made_keys.get(&(site.file, site.span)).is_some_and(|by| by.iter().any(|path| changed.contains(&**path)))
    };
    let asked = |finding: &Finding, site: Option<&Site>| {
        // That a suppression hides nothing is known only to who has seen everything that may lead to its line.
        (around != Around::Imports || &*finding.rule != judge::UNUSED_SUPPRESSION)
            && (reported.contains(&*finding.location.path)
                || finding.steps.iter().any(|step| changed.contains(&*step.location.path))
                || site.is_some_and(is_read_there))
    };
    let mut findings = verdict.findings;
    report.patches = fix::plan(&mut findings, &verdict.sites, &verdict.values, &sources, &verdict.masker);
    report.patches.retain(|patch| reported.contains(&*patch.path));
    let findings = findings.into_iter().zip(verdict.values).zip(verdict.sites);
    let asked_for = findings.filter(|((finding, _), site)| asked(finding, site.as_ref()));
    let (findings, values) = asked_for.map(|(found, _)| found).unzip();
    report.findings = findings;
    report.notifications.extend(verdict.notifications);
    report.notifications.sort();
    report.notifications.dedup();
    // Much to tidy up, and nobody waits for it.
    rayon::spawn(move || drop((flat, leftovers)));
    Judged { report, values }
}

/// What nobody may read of keys.
fn secret_places(keys: &[proof::Located]) -> Vec<(FileId, Span)> {
    keys.iter().flat_map(|(file, sighting)| sighting.secret.iter().map(|span| (*file, *span))).collect()
}

fn input_of(inputs: &[Input], id: FileId) -> Option<&Input> {
    inputs.get(usize::try_from(id.0).ok()?)
}

/// The input at a path; inputs are sorted by it.
fn id_at(inputs: &[Input], path: &str) -> Option<FileId> {
    let at = inputs.binary_search_by(|input| (*input.path).cmp(path)).ok()?;
    u32::try_from(at).ok().map(FileId)
}

fn load_whole(input: &Input, scan: &Scan) -> Option<Source> {
    with_buffer(|buffer| match discover::load(input, scan.discover.max_file_size, buffer) {
        Load::Bytes(charset) => Some(discover::decode(input, charset, buffer)),
        Load::Skipped(_) | Load::Failed(_) => None,
    })
}

/// Reads files once more, for who asks for what people have written in them.
struct Again<'a> {
    inputs: &'a [Input],
    scan: &'a Scan,
}

impl proof::Reader for Again<'_> {
    fn text<'b>(&self, file: FileId, buffer: &'b mut Vec<u8>) -> Option<Cow<'b, str>> {
        let input = input_of(self.inputs, file)?;
        let Load::Bytes(charset) = discover::load(input, self.scan.discover.max_file_size, buffer) else { return None };
        if !self.scan.discover.no_ignores && Kind::of(&input.path).is_minified(buffer) {
            return None;
        }
        Some(charset.text(buffer))
    }

    fn source(&self, file: FileId) -> Option<Source> {
        load_whole(input_of(self.inputs, file)?, self.scan)
    }
}

/// Why a file is wanted: for itself, or if it holds one of these words.
type Wanted<'w> = Vec<Option<&'w BTreeSet<String>>>;

/// Whether a file is wanted for itself, or holds a word that it is wanted for.
fn is_needed(source: &Source, wanted: &Wanted<'_>) -> bool {
    let holds = |word: &String| memchr::memmem::find(source.text.as_bytes(), word.as_bytes()).is_some();
    wanted.iter().any(|words| words.is_none_or(|words| words.iter().any(holds)))
}

fn words_of(wanted: Wanted<'_>) -> BTreeSet<String> {
    wanted.into_iter().flatten().flatten().cloned().collect()
}

/// Where programs lie that others may import.
fn programs(inputs: &[Input]) -> Nearby<'_> {
    let engine = Engine::embedded();
    let is_program = |path: &str| !is_rust(path) && engine.language_of(path).is_some();
    Nearby::new(ids(inputs).map(|(id, input)| (id, &*input.path)).filter(|(_, path)| is_program(path)))
}

/// Reads files that no cheap look found, but that a file with a sink imports: they may hold its constant.
fn read_imports(
    inputs: &[Input],
    scan: &Scan,
    nearby: &Nearby<'_>,
    flat: &mut Vec<(FileId, Arc<str>, Facts)>,
    sources: &mut Sources,
) {
    /// Imports of imports are read this far.
    const ROUNDS: usize = 3;
    if flat.iter().all(|(_, _, facts)| facts.sinks.is_empty()) {
        return;
    }
    let engine = Engine::embedded();
    let mut read: BTreeSet<FileId> = flat.iter().map(|(id, ..)| *id).collect();
    let found = flat.len();
    let mut asking: Vec<usize> = (0..found).filter(|&at| !flat[at].2.sinks.is_empty()).collect();
    let mut heard: BTreeSet<usize> = asking.iter().copied().collect();
    let mut asked: BTreeMap<FileId, BTreeSet<String>> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let end = flat.len();
        let askers = asking.par_iter().map(|&at| &flat[at]);
        let needs = nearby.needs_of(askers.map(|(id, path, facts)| (&**path, facts, asked.get(id))));
        let mut wanted: BTreeMap<FileId, Wanted<'_>> = BTreeMap::new();
        needs.files.iter().for_each(|&id| wanted.entry(id).or_default().push(None));
        nearby.searched(&needs).into_iter().for_each(|(id, words)| wanted.entry(id).or_default().push(Some(words)));
        let (known, wanted): (BTreeMap<_, _>, BTreeMap<_, _>) =
            wanted.into_iter().partition(|(id, _)| read.contains(id));
        // What lies between may have been read for what it says itself.
        let between: Vec<(usize, FileId, BTreeSet<String>)> = known
            .into_par_iter()
            .filter_map(|(id, words)| {
                let at = flat[..found].binary_search_by_key(&id, |(id, ..)| *id).ok()?;
                let is_new = !heard.contains(&at) && is_needed(sources.get(id)?, &words);
                is_new.then(|| (at, id, words_of(words)))
            })
            .collect();
        let wanted: Vec<(FileId, Wanted<'_>)> = wanted.into_iter().collect();
        let analyzed: Vec<(FileId, Facts, Source, BTreeSet<String>)> = wanted
            .into_par_iter()
            .with_max_len(FEW_FILES)
            .filter_map(|(id, words)| {
                let input = input_of(inputs, id)?;
                let language = engine.language_of(&input.path)?;
                let source = load_whole(input, scan)?;
                is_needed(&source, &words).then(|| (id, engine.analyze(&source, language), source, words_of(words)))
            })
            .collect();
        asked.clear();
        asking.clear();
        for (at, id, words) in between {
            asking.push(at);
            heard.insert(at);
            asked.insert(id, words);
        }
        for (id, facts, source, words) in analyzed {
            asked.insert(id, words);
            read.insert(id);
            flat.push((id, source.path.clone(), facts));
            sources.insert(id, source);
        }
        asking.extend(end..flat.len());
        if asking.is_empty() {
            break;
        }
    }
    flat.sort_by_key(|(id, ..)| *id);
}

fn ids(inputs: &[Input]) -> impl Iterator<Item = (FileId, &Input)> {
    inputs.iter().enumerate().filter_map(|(index, input)| Some((FileId(u32::try_from(index).ok()?), input)))
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

fn manifests(inputs: &[Input], load: &(dyn Fn(FileId) -> Option<Source> + Sync)) -> Vec<Manifest> {
    let found = ids(inputs).filter_map(|(id, input)| match input.path.rsplit_once('/') {
        Some((folder, "Cargo.toml")) => Some((id, folder)),
        None if &*input.path == "Cargo.toml" => Some((id, "")),
        _ => None,
    });
    let found: Vec<(FileId, &str)> = found.collect();
    found.into_par_iter().filter_map(|(id, folder)| Some(Manifest::read(folder, &load(id)?.text))).collect()
}

/// What a worker uses again for each file.
#[derive(Default)]
struct Buffers {
    bytes: Vec<u8>,
    lowered: Lowered,
}

thread_local! {
    static BUFFERS: Cell<Buffers> = Cell::default();
}

/// Reads one input, and analyzes it if a cheap look says that it may matter.
fn look_at(id: FileId, input: &Input, scan: &Scan, world: &RustWorld<'_>, buffers: &mut Buffers) -> Outcome {
    let Buffers { bytes: buffer, lowered } = buffers;
    let charset = match discover::load(input, scan.discover.max_file_size, buffer) {
        Load::Bytes(charset) => charset,
        Load::Failed(notification) => return Outcome { notification: Some(notification), ..Outcome::default() },
        Load::Skipped(Skip::TooLarge(notification)) => {
            return Outcome { notification: Some(notification), ..Outcome::default() };
        }
        Load::Skipped(_) => return Outcome::default(),
    };
    let kind = Kind::of(&input.path);
    if !scan.discover.no_ignores && kind.is_minified(buffer) {
        return Outcome::default();
    }
    let decoded = (!charset.is_ascii_compatible()).then(|| discover::decode(input, charset, buffer));
    let bytes = decoded.as_ref().map_or(buffer.as_slice(), |source| source.text.as_bytes());
    let first = FirstLook::at(bytes, &input.path, kind, &scan.config, lowered);
    let has_directive = has_directive(bytes);
    if !first.is_promising() && !has_directive {
        return Outcome { scanned: true, ..Outcome::default() };
    }
    let source = decoded.unwrap_or_else(|| discover::decode(input, charset, buffer));
    analyze(id, source, kind, first, has_directive, scan, world)
}

/// What a cheap look at the bytes of a text says.
#[derive(Debug, Clone, Copy)]
struct FirstLook {
    /// Its analyzer may find something.
    is_relevant: bool,
    /// It may hold names or functions that the project declares.
    has_own: bool,
    sight: Sight,
}

impl FirstLook {
    fn at(bytes: &[u8], path: &str, kind: Kind, config: &Config, lowered: &mut Lowered) -> Self {
        let has_own = config.at(path).own.may_be_in(bytes);
        let is_relevant = kind.is_relevant(path, bytes, lowered) || has_own;
        Self { is_relevant, has_own, sight: Sight::of(bytes) }
    }

    fn is_promising(self) -> bool {
        self.is_relevant || self.sight.is_any()
    }
}

/// Finds what a text says, of which the first look is known, and whether a comment in it may speak to us.
fn analyze(
    id: FileId,
    source: Source,
    kind: Kind,
    first: FirstLook,
    has_directive: bool,
    scan: &Scan,
    world: &RustWorld<'_>,
) -> Outcome {
    let mut outcome = Outcome { scanned: true, ..Outcome::default() };
    let path = source.path.clone();
    if first.sight.tokens {
        let facts = analyze::token::analyze(id, &source);
        outcome.notification = facts.truncated.then(|| crowded(&path, "tokens"));
        outcome.tokens = facts.candidates;
    }
    if first.sight.keys {
        let found = key::find(&source.text);
        outcome.notification = found.truncated.then(|| crowded(&path, "keys")).or(outcome.notification);
        outcome.keys = found.keys.into_iter().map(|sighting| (id, sighting)).collect();
    }
    if !first.is_relevant && !has_directive {
        outcome.source = outcome.is_telling().then_some(source);
        return outcome;
    }
    let names = &scan.config.at(&path).own.names;
    match kind {
        Kind::Rust => match world.add(id, source) {
            Ok(()) => {}
            Err((reason, source)) => {
                outcome.notification = Some(Notification {
                    path: Some(path.clone()),
                    severity: NotificationSeverity::Warning,
                    message: format!("{reason}; read by the text rules only"),
                });
                outcome.facts = text_rules_for_rust(&source);
                outcome.source = Some(source);
            }
        },
        Kind::Dotenv => {
            outcome.facts = Some(dotenv::analyze_with(names, id, &source));
            outcome.source = Some(source);
        }
        Kind::Configuration(format) => {
            outcome.facts = Some(configuration::analyze_with(names, id, &source, format));
            outcome.source = Some(source);
        }
        Kind::Code(language) => {
            let engine = Engine::embedded();
            outcome.facts = if first.has_own {
                Some(engine.analyze(&source, language))
            } else {
                engine.analyze_telling(&source, language)
            };
            outcome.source = (outcome.is_telling() || has_directive).then_some(source);
        }
        Kind::Notebook => {
            outcome.facts = Some(notebook::analyze(&source));
            outcome.source = Some(source);
        }
        Kind::Document => {
            outcome.facts = Some(dotenv::analyze_document(names, id, &source));
            outcome.source = Some(source);
        }
        Kind::Bare => {
            outcome.facts = Some(analyze::bare::analyze(id, &source));
            outcome.source = Some(source);
        }
        Kind::Other => outcome.source = Some(source),
    }
    if outcome.facts.as_ref().is_some_and(|facts| facts.truncated) {
        outcome.notification = Some(crowded(&path, "JWT secrets"));
    }
    outcome
}

fn crowded(path: &Arc<str>, with: &str) -> Notification {
    Notification {
        path: Some(path.clone()),
        severity: NotificationSeverity::Warning,
        message: format!("more entries look like {with} than one file can hold; only the first are judged"),
    }
}

/// Whether a comment may speak to us: such a file is kept, so that a suppression that suppresses nothing is seen.
fn has_directive(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"jwtlint:").is_some()
}

/// What the pattern analyzer makes of Rust that syn cannot parse.
fn text_rules_for_rust(source: &Source) -> Option<Facts> {
    let engine = Engine::embedded();
    let language = engine.language("rust")?;
    Some(engine.analyze(source, language))
}

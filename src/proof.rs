//! Proof, offline: a token in the tree that verifies under a string of the tree makes that string a signing secret,
//! whatever it is called; and one that verifies under a published secret can be made by anyone.
//!
//! Nothing happens here unless there is a token. Then the secrets that are known by their role are tried, then the
//! published ones; and only for tokens that none of these fits, every string of the tree (`strings`), as it is and
//! decoded. The work is bounded for each repository: no more than [`MOST_KEYS`] keys, and no more than [`MOST_BLOCKS`]
//! blocks for the hash to read (a few seconds); where the bound cuts in, the run says so.
//!
//! Private keys are tried on the tokens that are signed with one, and compared with the tree's public keys (`pairs`).

mod hmac;
mod pairs;
mod public;
mod regions;
mod strings;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::analyze::dotenv;
use crate::analyze::token::{Surroundings, place_of};
use crate::fact::{Candidate, Confidence, Evidence, FileId, Origin, Place, Step};
use crate::finding::{Notification, NotificationSeverity};
use crate::judge::{KnownKey, KnownKeys, context};
use crate::secret::Secret;
use crate::share::{FEW_FILES, with_buffer};
use crate::source::{Source, Sources};
use crate::span::Span;
use crate::strength::published::Published;
use crate::strength::{decode, measure};
use crate::token::Token;
use hmac::{Keys, Seen, Signed};
pub use pairs::{Located, MOST_WORK};
use regions::{Area, Regions};
use strings::{Style, Written};

/// How many keys of one repository are tried, counted after decoding.
pub const MOST_KEYS: usize = 100_000;

/// How much the hash reads for one repository, in blocks of 64 bytes.
pub const MOST_BLOCKS: usize = 48 << 20;

/// How many tokens are looked at.
const MOST_TOKENS: usize = 2_000;

/// A secret or a private key that nothing but the proof speaks for is reported at no more places than this.
const MOST_PLACES: usize = 10;

/// The same for a common word: it is the token that gives it away, not the places where it stands by chance.
const MOST_PLACES_OF_A_WORD: usize = 3;

/// Files are read so many at a time.
const CHUNK: usize = 512;

/// What was proven.
#[derive(Debug, Default)]
pub struct Proofs {
    /// The secrets, at their places, and the tokens whose secret is known but stands nowhere.
    pub candidates: Vec<Candidate>,
    /// Files that hold a proven secret, and were not kept so far.
    pub sources: Vec<(FileId, Source)>,
    /// What is known about tokens.
    pub known_keys: KnownKeys,
    /// What was not tried.
    pub notifications: Vec<Notification>,
}

/// Reads files of a run again.
pub trait Reader: Sync {
    /// A file's text, which may lie in `buffer`; `None` for what cannot be read, or what people have not written.
    fn text<'b>(&self, file: FileId, buffer: &'b mut Vec<u8>) -> Option<Cow<'b, str>>;

    /// The same, to keep.
    fn source(&self, file: FileId) -> Option<Source>;
}

/// Nothing is read again: only what has a role is tried.
impl Reader for () {
    fn text<'b>(&self, _: FileId, _: &'b mut Vec<u8>) -> Option<Cow<'b, str>> {
        None
    }

    fn source(&self, _: FileId) -> Option<Source> {
        None
    }
}

/// The files of a run.
struct Tree<'a> {
    files: &'a [(FileId, Arc<str>)],
    /// Those that are read already.
    sources: &'a Sources,
    reader: &'a dyn Reader,
    /// The repositories in it, if it is a folder of many.
    regions: Regions<'a>,
}

/// A token, each only once, with all its places.
struct Sample<'a, S = Signed> {
    token: Token<'a>,
    signed: S,
    places: Vec<&'a Candidate>,
}

/// Tries the tokens among `candidates` against the secrets among them, the published ones, and all strings of `files`;
/// and the private ones among `keys` against the tokens and the public ones.
pub fn prove(
    candidates: &[Candidate],
    keys: &[Located],
    sources: &Sources,
    files: &[(FileId, Arc<str>)],
    reader: &dyn Reader,
) -> Proofs {
    let mut proofs = Proofs::default();
    if keys.is_empty() && candidates.iter().all(|one| one.origin != Origin::Token) {
        return proofs;
    }
    let regions = Regions::new(files.iter().map(|(_, path)| &**path));
    let tree = Tree { files, sources, reader, regions };
    pairs::prove(&tree, candidates, keys, &mut proofs);
    prove_shared(tree, candidates, &mut proofs);
    proofs
}

/// The same for secrets that are shared.
fn prove_shared(tree: Tree<'_>, candidates: &[Candidate], proofs: &mut Proofs) {
    let tokens = samples(candidates, Signed::of);
    if tokens.is_empty() {
        return;
    }
    let by_role = || solve(&keys_by_role(candidates), &tokens, &Solved::new());
    let (public, by_role) = rayon::join(Public::read, by_role);
    let published = solve(&public.keys, &tokens, &by_role);
    let unsolved = tokens.iter().enumerate().filter(|(at, _)| !by_role.contains_key(at) && !published.contains_key(at));
    let (searched, homes) = search(&tree, &unsolved.collect::<Vec<_>>(), &mut proofs.notifications);
    let elsewhere: Solved = published.into_iter().chain(searched).collect();
    let ground = Ground { tree, tokens: &tokens, public };
    ground.prove_by_role(candidates, &by_role, proofs);
    ground.prove_elsewhere(&elsewhere, &homes, proofs);
}

/// The tokens that are signed in this way; those that prove most first.
fn samples<S>(candidates: &[Candidate], signed: impl Fn(&Token<'_>) -> Option<S>) -> Vec<Sample<'_, S>> {
    let mut by_text: FxHashMap<&str, usize> = FxHashMap::default();
    let mut samples: Vec<Sample<'_, S>> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.origin == Origin::Token) {
        let Some(compact) = candidate.secret.expose_str() else { continue };
        if let Some(sample) = by_text.get(compact).and_then(|&at| samples.get_mut(at)) {
            sample.places.push(candidate);
            continue;
        }
        let Some(token) = Token::read(compact) else { continue };
        let Some(signed) = signed(&token) else { continue };
        by_text.insert(compact, samples.len());
        samples.push(Sample { token, signed, places: vec![candidate] });
    }
    // What is no sample and lives longest proves most.
    samples.sort_by_key(|one| {
        let claims = &one.token.claims;
        (claims.is_sample(), std::cmp::Reverse(claims.expiry().unwrap_or(u64::MAX)))
    });
    samples.truncate(MOST_TOKENS);
    samples
}

/// The keys of tokens, by the tokens' indices.
type Solved = BTreeMap<usize, Vec<u8>>;

/// Tries these keys on the tokens that are not solved yet.
fn solve(keys: &Keys, tokens: &[Sample<'_>], solved: &Solved) -> Solved {
    let left: Vec<usize> = (0..tokens.len()).filter(|at| !solved.contains_key(at)).collect();
    let signed: Vec<&Signed> = left.iter().filter_map(|&at| Some(&tokens.get(at)?.signed)).collect();
    let found = hmac::matches(keys.list(), &signed).into_iter().rev();
    found.filter_map(|(token, key)| Some((*left.get(token)?, keys.list().get(key)?.clone()))).collect()
}

/// Everything that the role of a candidate speaks for.
fn keys_by_role(candidates: &[Candidate]) -> Keys {
    let mut keys = Keys::default();
    for candidate in candidates.iter().filter(|candidate| has_key(candidate)) {
        keys.add(candidate.secret.expose(), MOST_KEYS);
    }
    keys
}

/// Published keys, decoded ones included, and where they come from.
struct Public {
    keys: Keys,
    origins: FxHashMap<Vec<u8>, Published>,
}

impl Public {
    fn read() -> Self {
        let mut public = Self { keys: Keys::default(), origins: FxHashMap::default() };
        for (value, origin) in public::values() {
            for key in hmac::forms(&value).map(Cow::into_owned) {
                public.origins.entry(key.clone()).or_insert(origin);
                public.keys.add_key(key, MOST_KEYS);
            }
        }
        public
    }

    fn origin(&self, key: &[u8]) -> Option<Published> {
        self.origins.get(key).copied()
    }
}

fn has_key(candidate: &Candidate) -> bool {
    candidate.origin != Origin::Token && !candidate.secret.is_empty()
}

/// Some files of the scan, and where they are.
type Files = Vec<(FileId, Arc<str>)>;

/// Tries every string of the tree on the tokens that are left; of many repositories, each on its own. With the keys come
/// files that hold them, however they are written there.
fn search(
    tree: &Tree<'_>,
    unsolved: &[(usize, &Sample<'_>)],
    notifications: &mut Vec<Notification>,
) -> (Solved, BTreeSet<FileId>) {
    let regions = &tree.regions;
    let areas: Vec<Area<'_>> = unsolved
        .iter()
        .map(|(_, sample)| regions.area(sample.places.iter().map(|place| tree.path(place.file))))
        .collect();
    let mut files_of: BTreeMap<Option<&str>, Files> = BTreeMap::new();
    for (id, path) in tree.files {
        files_of.entry(regions.of(path)).or_default().push((*id, path.clone()));
    }
    let files_of: Vec<(Option<&str>, Files)> = files_of.into_iter().collect();
    let tried: Vec<Tried> = files_of
        .into_par_iter()
        .with_max_len(1)
        .map(|(region, files)| {
            let near = unsolved.iter().zip(&areas).filter(|(_, area)| area.holds(region));
            let near: Vec<(usize, &Signed)> = near.map(|((at, sample), _)| (*at, &sample.signed)).collect();
            if near.is_empty() {
                return Tried::default();
            }
            let (keys, homes) = tree.keys(&files);
            try_keys(&keys, &homes, &near)
        })
        .collect();
    let mut solved = Solved::new();
    let mut homes = BTreeSet::new();
    let mut left: BTreeSet<usize> = BTreeSet::new();
    let mut truncated = false;
    for part in tried {
        truncated |= part.truncated;
        homes.extend(part.homes);
        left.extend(part.untried);
        for (token, key) in part.solved {
            solved.entry(token).or_insert(key);
        }
    }
    left.retain(|token| !solved.contains_key(token));
    notifications.extend(bounds(left.len(), truncated));
    (solved, homes)
}

/// What came of trying the strings of one repository.
#[derive(Default)]
struct Tried {
    solved: Solved,
    /// Files that hold their keys.
    homes: BTreeSet<FileId>,
    /// The tokens that there was no time for.
    untried: Vec<usize>,
    /// Whether there were more strings.
    truncated: bool,
}

/// Tries keys, each from one of `homes`, on tokens, as many as there is time for.
fn try_keys(keys: &Keys, homes: &[FileId], tokens: &[(usize, &Signed)]) -> Tried {
    let mut left = MOST_BLOCKS / keys.list().len().max(1);
    let (tried, mut untried): (Vec<_>, Vec<_>) = tokens.iter().copied().partition(|(_, signed)| {
        let blocks = signed.blocks();
        let is_affordable = blocks <= left;
        left -= if is_affordable { blocks } else { 0 };
        is_affordable
    });
    let mut solved = Solved::new();
    let mut try_on = |keys: &[Vec<u8>], tokens: &[(usize, &Signed)]| -> BTreeSet<usize> {
        let signed: Vec<&Signed> = tokens.iter().map(|(_, signed)| *signed).collect();
        let mut found = BTreeSet::new();
        for (token, key) in hmac::matches(keys, &signed) {
            let (Some((token, _)), Some(bytes)) = (tokens.get(token), keys.get(key)) else { continue };
            solved.entry(*token).or_insert_with(|| bytes.clone());
            found.insert(key);
        }
        found
    };
    let found = try_on(keys.list(), &tried);
    let homes = found.iter().filter_map(|&key| homes.get(key).copied()).collect();
    // One secret signs many tokens: those that there was no time for may be among them.
    let found: Vec<Vec<u8>> = found.into_iter().filter_map(|key| keys.list().get(key).cloned()).collect();
    try_on(&found, &untried);
    untried.retain(|(token, _)| !solved.contains_key(token));
    let untried = untried.into_iter().map(|(token, _)| token).collect();
    Tried { solved, homes, untried, truncated: keys.truncated }
}

/// What was not tried.
fn bounds(untried: usize, truncated: bool) -> impl Iterator<Item = Notification> {
    let tokens = (untried > 0).then(|| {
        format!("{untried} tokens were tried against likely secrets only: there are too many for all the strings of this tree")
    });
    let keys = truncated.then(|| {
        format!("tokens were tried against {MOST_KEYS} strings of this tree and no more: a secret among the others is not seen")
    });
    tokens.into_iter().chain(keys).map(|message| Notification {
        path: None,
        severity: NotificationSeverity::Warning,
        message,
    })
}

impl Tree<'_> {
    /// What files give that may hold secrets, in their order, for so many files at a time. Each worker takes a few in a
    /// row, with a state of its own.
    fn read<S: Default, T: Send>(
        &self,
        files: &[(FileId, Arc<str>)],
        of: impl Fn(&mut S, FileId, Style, &str) -> T + Sync,
    ) -> impl Iterator<Item = Vec<T>> {
        let few = move |files: &[(FileId, Arc<str>)]| -> Vec<T> {
            let mut state = S::default();
            let read = |(id, path): &(FileId, Arc<str>)| {
                let style = Style::of(path, place_of(path) == Place::Code)?;
                with_buffer(|buffer| Some(of(&mut state, *id, style, &self.reader.text(*id, buffer)?)))
            };
            files.iter().filter_map(read).collect()
        };
        files.chunks(CHUNK).map(move |chunk| chunk.par_chunks(FEW_FILES).flat_map_iter(&few).collect())
    }

    fn path(&self, file: FileId) -> Option<&str> {
        let at = self.files.binary_search_by_key(&file, |(id, _)| *id).ok()?;
        self.files.get(at).map(|(_, path)| &**path)
    }

    /// What a file's text gives; `None` if it cannot be read.
    fn text<T>(&self, file: FileId, of: impl FnOnce(&Source) -> T) -> Option<T> {
        match self.sources.get(file) {
            Some(source) => Some(of(source)),
            None => self.reader.source(file).as_ref().map(of),
        }
    }

    /// Keeps a file that a report will speak of.
    fn keep(&self, file: FileId, proofs: &mut Proofs) {
        if self.sources.get(file).is_none() && proofs.sources.iter().all(|(other, _)| *other != file) {
            proofs.sources.extend(self.reader.source(file).map(|source| (file, source)));
        }
    }

    /// All strings of these files, as keys, each with a file that it is from; those that look like keys first.
    fn keys(&self, files: &[(FileId, Arc<str>)]) -> (Keys, Vec<FileId>) {
        let mut keys = Keys::default();
        let mut homes: Vec<FileId> = Vec::new();
        let mut others: Vec<(FileId, Vec<u8>)> = Vec::new();
        let strings = |seen: &mut Seen, id, style, text: &str| {
            let (mut likely, mut others) = (Vec::new(), Vec::new());
            strings::each(text, style, &mut |written: Written<'_>| {
                let value = written.value.as_bytes();
                let list = if looks_like_a_key(value) { &mut likely } else { &mut others };
                if list.len() < MOST_KEYS && seen.insert(value) {
                    list.extend(hmac::forms(value).map(Cow::into_owned));
                }
            });
            (id, likely, others)
        };
        let mut add = |id: FileId, key: Vec<u8>| {
            keys.add_key(key, MOST_KEYS);
            homes.resize(keys.list().len(), id);
            keys.truncated
        };
        for chunk in self.read(files, strings) {
            let mut is_full = false;
            for (id, likely, unlikely) in chunk {
                is_full |= likely.into_iter().fold(false, |_, key| add(id, key));
                let room = MOST_KEYS.saturating_sub(others.len());
                others.extend(unlikely.into_iter().take(room).map(|key| (id, key)));
            }
            if is_full {
                break;
            }
        }
        others.into_iter().for_each(|(id, key)| {
            add(id, key);
        });
        (keys, homes)
    }

    /// Where strings stand that are one of the keys, in the files that are `near`; `homes` are known to hold some.
    fn places(&self, wanted: &FxHashSet<&[u8]>, homes: &BTreeSet<FileId>, near: &impl Fn(&str) -> bool) -> Vec<Placed> {
        let files: Vec<(FileId, Arc<str>)> = self.files.iter().filter(|(_, path)| near(path)).cloned().collect();
        let written = written_forms(wanted);
        let find = |(): &mut (), id, style, text: &str| {
            // What is escaped by number may be written in any way.
            let may_hold =
                |written: &AhoCorasick| written.is_match(text) || text.contains("\\x") || text.contains("\\u");
            if !homes.contains(&id) && !written.as_ref().is_none_or(may_hold) {
                return (id, Vec::new());
            }
            let mut places: Vec<(Vec<u8>, Span)> = Vec::new();
            strings::each(text, style, &mut |written: Written<'_>| {
                let key = hmac::forms(written.value.as_bytes()).find(|form| wanted.contains(&**form));
                if let Some(key) = key
                    && places.last().is_none_or(|(_, span)| *span != written.span)
                {
                    places.push((key.into_owned(), written.span));
                }
            });
            places.sort_by_key(|(_, span)| (span.start(), span.end()));
            places.dedup_by(|later, earlier| earlier.1.start() <= later.1.start() && later.1.start() < earlier.1.end());
            (id, places)
        };
        let found = self.read(&files, find).flatten().filter(|(_, places)| !places.is_empty());
        found.filter_map(|(file, places)| Some(Placed { file, source: self.reader.source(file)?, places })).collect()
    }
}

/// How keys are written: as they are, in base64 and in hexadecimal; `None` if one may be written in any way.
fn written_forms(keys: &FxHashSet<&[u8]>) -> Option<AhoCorasick> {
    let forms_of = |key: &&[u8]| {
        let hex = decode::to_hex(key);
        // The slash of base64 is escaped by some who write JSON.
        let base64 = [false, true].map(|is_url_safe| decode::to_base64(key, is_url_safe));
        let base64 = base64.iter().map(|written| unescaped_part(written.as_bytes()).map(<[u8]>::to_vec));
        let hex = [hex.to_uppercase().into_bytes(), hex.into_bytes()];
        let inner = [false, true].map(|is_url_safe| decode::to_base64(key, is_url_safe).into_bytes());
        // Whole groups of three, for what follows may be padding or the end of a line.
        let encoded = hex.iter().chain(&inner).map(|text| text.get(..text.len() / 3 * 3).unwrap_or_default());
        let again: Vec<_> = encoded.map(|text| Some(decode::to_base64(text, false).into_bytes())).collect();
        let digits = hex.map(Some).into_iter().chain(again);
        [unescaped_part(key).map(<[u8]>::to_vec)].into_iter().chain(base64).chain(digits).collect::<Option<Vec<_>>>()
    };
    let forms: Option<Vec<Vec<Vec<u8>>>> = keys.iter().map(forms_of).collect();
    AhoCorasick::new(forms?.into_iter().flatten()).ok()
}

/// The longest part of a key in which nothing is escaped by a sign in front; `None` if it is too short to look for.
fn unescaped_part(key: &[u8]) -> Option<&[u8]> {
    const SHORTEST: usize = 3;
    let is_escaped = |byte: &u8| *byte < b' ' || b"\"'`\\/$#=:!&<>".contains(byte);
    key.split(is_escaped).max_by_key(|part| part.len()).filter(|part| part.len() >= SHORTEST)
}

/// A file with keys in it.
struct Placed {
    file: FileId,
    source: Source,
    /// Each with its place, in the order of the text.
    places: Vec<(Vec<u8>, Span)>,
}

/// Whether a string is more likely a key than a text: it has no white space, and is not short.
fn looks_like_a_key(value: &[u8]) -> bool {
    value.len() >= 8 && !value.iter().any(u8::is_ascii_whitespace)
}

/// What proofs are made from.
struct Ground<'a> {
    tree: Tree<'a>,
    tokens: &'a [Sample<'a>],
    public: Public,
}

impl Ground<'_> {
    /// Adds the proof to what the role speaks for.
    fn prove_by_role(&self, candidates: &[Candidate], keys: &Solved, proofs: &mut Proofs) {
        let mut token_of: FxHashMap<&[u8], &Sample<'_>> = FxHashMap::default();
        for (&at, key) in keys {
            let Some(token) = self.tokens.get(at).filter(|token| self.proves(token, key)) else { continue };
            token_of.entry(key).or_insert(token);
        }
        if token_of.is_empty() {
            return;
        }
        for candidate in candidates.iter().filter(|candidate| has_key(candidate)) {
            let token = hmac::forms(candidate.secret.expose()).find_map(|form| token_of.get(&*form).copied());
            let Some(step) = token.and_then(step) else { continue };
            let mut proven = Candidate {
                evidence: Evidence::Proven,
                setting: context::of(candidate, self.tree.sources),
                confidence: Confidence::High,
                ..candidate.clone()
            };
            if proven.steps.is_empty() {
                proven.steps.push(Step { file: proven.file, span: proven.span, note: "secret".to_owned() });
            }
            proven.steps.push(step);
            proofs.candidates.push(proven);
        }
    }

    /// Whether a token says anything about a string: samples are copied from documentation, as their secrets are.
    fn proves(&self, token: &Sample<'_>, key: &[u8]) -> bool {
        !token.token.claims.is_sample() || self.public.origin(key).is_none()
    }

    /// Reports secrets that nothing but the proof speaks for; where they cannot be told, their tokens.
    fn prove_elsewhere(&self, keys: &Solved, homes: &BTreeSet<FileId>, proofs: &mut Proofs) {
        let mut tokens_of: BTreeMap<&[u8], Vec<&Sample<'_>>> = BTreeMap::new();
        for (&at, key) in keys {
            tokens_of.entry(key).or_default().extend(self.tokens.get(at));
        }
        // The places of published words say nothing.
        let is_sought = |key: &[u8], tokens: &[&Sample<'_>]| {
            tokens.iter().any(|token| self.proves(token, key))
                && (is_distinctive(key) || self.public.origin(key).is_none())
        };
        let sought: FxHashSet<&[u8]> =
            tokens_of.iter().filter(|(key, tokens)| is_sought(key, tokens)).map(|(key, _)| *key).collect();
        let mut found: BTreeMap<Vec<u8>, Vec<(usize, Span)>> = BTreeMap::new();
        let around = tokens_of.iter().filter(|(key, _)| sought.contains(*key)).flat_map(|(_, tokens)| tokens);
        let around = around.flat_map(|token| &token.places).filter_map(|place| self.tree.path(place.file));
        let near = self.tree.regions.around(around);
        let files = if sought.is_empty() { Vec::new() } else { self.tree.places(&sought, homes, &near) };
        for (at, file) in files.iter().enumerate() {
            for (key, span) in &file.places {
                found.entry(key.clone()).or_default().push((at, *span));
            }
        }
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        for (key, tokens) in &tokens_of {
            let places = found.get(*key).map(Vec::as_slice).unwrap_or_default();
            let most = if is_distinctive(key) { usize::MAX } else { MOST_PLACES_OF_A_WORD };
            if places.is_empty() || places.len() > most {
                self.report_tokens(key, tokens, proofs);
                continue;
            }
            let Some(step) = tokens.iter().find(|token| self.proves(token, key)).and_then(|token| step(token)) else {
                continue;
            };
            for &(at, span) in places.iter().take(MOST_PLACES) {
                let Some(file) = files.get(at) else { continue };
                kept.insert(at);
                proofs.candidates.push(neutral(file, key, span, step.clone()));
            }
        }
        for (at, file) in files.into_iter().enumerate() {
            if kept.contains(&at) && self.tree.sources.get(file.file).is_none() {
                proofs.sources.push((file.file, file.source));
            }
        }
    }

    /// Reports tokens for what their secret is.
    fn report_tokens(&self, key: &[u8], tokens: &[&Sample<'_>], proofs: &mut Proofs) {
        let known = self.public.origin(key).map_or(KnownKey::Guessable, KnownKey::Published);
        for place in tokens.iter().flat_map(|token| &token.places) {
            proofs.known_keys.insert((place.file, place.span), known);
            proofs.candidates.push(Candidate { evidence: Evidence::Proven, ..(*place).clone() });
        }
    }
}

fn step<S>(token: &Sample<'_, S>) -> Option<Step> {
    let place = token.places.first()?;
    Some(Step { file: place.file, span: place.span, note: "token that verifies under it".to_owned() })
}

/// Whether a key is no word that stands in many texts by chance.
fn is_distinctive(key: &[u8]) -> bool {
    key.len() >= 8 && std::str::from_utf8(key).map_or(true, |text| measure::rest(text) >= 4)
}

/// A proven secret that has no other role.
fn neutral(file: &Placed, key: &[u8], span: Span, token: Step) -> Candidate {
    let Source { path, text, .. } = &file.source;
    let raw = text.get(span.range()).unwrap_or_default();
    let secret = if raw.contains(['\\', '\'', '"', '&']) { Secret::new(key) } else { Secret::from(raw) };
    let proven = Surroundings::of(&file.source).proven(file.file, span, secret);
    Candidate {
        origin: if dotenv::is_dotenv(path) { Origin::EnvFile } else { Origin::Literal },
        setting: proven.setting.max(context::of_path(path)),
        steps: vec![Step { file: file.file, span, note: "secret".to_owned() }, token],
        ..proven
    }
}

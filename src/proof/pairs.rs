//! Proof for private keys: a token that verifies under the public part, or that part written down somewhere as the key
//! that somebody verifies with. Where there is neither, what the key, its file or its folder is called decides.
//!
//! Public parts are compared; tokens are verified, each with every private key of its algorithm and repository, as long
//! as that is no more work than [`MOST_WORK`]. A token that none of them signed is tried with the published ones, which
//! everybody has: where one fits, the token is what there is to report.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::regions::Area;
use super::{MOST_PLACES, Proofs, Sample, Tree, samples};
use crate::analyze::token::{Surroundings, line_before, name_before};
use crate::fact::{Candidate, Confidence, Evidence, FileId, Origin, Step};
use crate::finding::{Notification, NotificationSeverity};
use crate::judge::{KnownKey, context};
use crate::key::{Form, PublicKey, Sighting, published};
use crate::names::{self, NameClass};
use crate::secret::Secret;
use crate::source::Source;
use crate::strength::published::Published;
use crate::token::{Scheme, Signing, Token};

/// How much is calculated altogether, in verifications with RSA of 2048 bits: about three seconds on one core. So many are
/// 16 000 with ES256, 4 500 with ES384, 1 600 with ES512, 50 000 with Ed25519.
pub const MOST_WORK: usize = 50_000;

/// The same for published keys: they are many, and few tokens are signed with one.
const MOST_PUBLISHED_WORK: usize = 5_000;

/// So many private keys are checked for damage; further ones are taken to be whole.
const MOST_CHECKS: usize = 500;

/// A key and the file that holds it.
pub type Located = (FileId, Sighting);

/// What a signature was made with, and over what.
pub(super) struct Signature {
    scheme: Scheme,
    input: Vec<u8>,
    bytes: Vec<u8>,
}

impl Signature {
    /// `None` for tokens that are signed otherwise, and for algorithms that are not calculated.
    pub(super) fn of(token: &Token<'_>) -> Option<Self> {
        let Signing::Asymmetric(scheme) = token.signing else { return None };
        let is_known = scheme != Scheme::Other;
        is_known.then(|| Self { scheme, input: token.signing_input().to_vec(), bytes: token.signature() })
    }

    fn verifies_under(&self, key: &PublicKey) -> bool {
        key.verifies(self.scheme, &self.input, &self.bytes)
    }
}

/// A key with all places of its private part, and of the public part by itself.
#[derive(Default)]
struct Pair<'a> {
    private: Vec<&'a Located>,
    public: Vec<&'a Located>,
}

/// How a private key was proven.
#[derive(Clone, Copy)]
enum Proof<'a, 'c> {
    Token(&'a Sample<'c, Signature>),
    /// The public part, and how sure it is that it is for tokens.
    Key(&'a Located, Confidence),
}

impl Proof<'_, '_> {
    fn confidence(self) -> Confidence {
        match self {
            Self::Token(_) => Confidence::High,
            Self::Key(_, confidence) => confidence,
        }
    }

    fn step(self) -> Option<Step> {
        match self {
            Self::Token(token) => super::step(token),
            Self::Key((file, sighting), _) => {
                let note = "verification key that belongs to it".to_owned();
                Some(Step { file: *file, span: sighting.span, note })
            }
        }
    }
}

/// Adds what is proven about private keys.
pub(super) fn prove(tree: &Tree<'_>, candidates: &[Candidate], keys: &[Located], proofs: &mut Proofs) {
    let mut pairs: BTreeMap<&PublicKey, Pair<'_>> = BTreeMap::new();
    for located in keys.iter().filter(|(_, sighting)| sighting.key.private.is_some()) {
        pairs.entry(&located.1.key.public).or_default().private.push(located);
    }
    for located in keys.iter().filter(|(_, sighting)| sighting.key.private.is_none()) {
        if let Some(pair) = pairs.get_mut(&located.1.key.public) {
            pair.public.push(located);
        }
    }
    let tokens = samples(candidates, Signature::of);
    if pairs.is_empty() {
        prove_published(&tokens, &BTreeSet::new(), proofs);
        return;
    }
    let keyring = Keyring { tree, candidates, about_tokens: about_tokens(tree, candidates, &tokens) };
    let verified = keyring.verify(&pairs, &tokens, &mut proofs.notifications);
    prove_published(&tokens, &verified.values().flatten().copied().collect(), proofs);
    let mut unchecked = MOST_CHECKS;
    for (number, (key, pair)) in pairs.iter().enumerate() {
        let origin = published::look_up(key);
        if let Some(origin) = origin {
            let places = pair.private.iter().flat_map(|located| keyring.at(located));
            let known = KnownKey::Published(origin);
            proofs.known_keys.extend(places.map(|candidate| ((candidate.file, candidate.span), known)));
        }
        // What is copied from documentation belongs together there.
        let tells = |token: &&Sample<'_, Signature>| origin.is_none() || !token.token.claims.is_sample();
        let by_token = verified.get(&number).into_iter().flatten().filter_map(|&at| tokens.get(at)).find(tells);
        let by_key = || keyring.verification_key(pair).map(|(key, sure)| Proof::Key(key, sure));
        let proof = by_token.map(Proof::Token).or_else(by_key);
        let mut is_whole = |located: &&&Located| {
            let is_checked = unchecked > 0;
            unchecked = unchecked.saturating_sub(1);
            !is_checked || located.1.key.is_whole()
        };
        let Some(proof) = proof else {
            let named = pair.private.iter().filter(|located| keyring.is_called_a_token_key(located, pair));
            for located in named.filter(&mut is_whole).take(MOST_PLACES) {
                keyring.report_by_name(located, origin, proofs);
            }
            continue;
        };
        for located in pair.private.iter().filter(&mut is_whole).take(MOST_PLACES) {
            keyring.report(located, proof, origin, proofs);
        }
    }
}

/// Reports tokens that a published key signed, but for those whose key stands in the tree.
fn prove_published(tokens: &[Sample<'_, Signature>], verified: &BTreeSet<usize>, proofs: &mut Proofs) {
    let mut work = 0;
    let mut tries = Vec::new();
    for (_, token) in tokens.iter().enumerate().filter(|(at, _)| !verified.contains(at)) {
        let Signature { scheme, bytes, .. } = &token.signed;
        let fitting = || published::all().filter(|(key, _)| key.fits(*scheme, bytes.len()));
        work += fitting().map(|(key, _)| key.work()).sum::<usize>();
        if work > MOST_PUBLISHED_WORK {
            let message = "some tokens were not tried with published private keys: there are too many".to_owned();
            proofs.notifications.push(Notification { path: None, severity: NotificationSeverity::Warning, message });
            break;
        }
        tries.extend(fitting().map(|(key, origin)| (token, key, origin)));
    }
    let signed: Vec<_> = tries.into_par_iter().filter(|(token, key, _)| token.signed.verifies_under(key)).collect();
    for (token, _, origin) in signed {
        for place in &token.places {
            proofs.known_keys.insert((place.file, place.span), KnownKey::Published(origin));
            proofs.candidates.push(Candidate { evidence: Evidence::Proven, ..(*place).clone() });
        }
    }
}

/// Where tokens are signed, or stand.
fn about_tokens<'a>(tree: &Tree<'a>, candidates: &[Candidate], tokens: &[Sample<'_, Signature>]) -> Area<'a> {
    let counts = |one: &&Candidate| matches!(one.evidence, Evidence::KeyMaterial | Evidence::FlowsToKey);
    let signing = candidates.iter().filter(counts);
    let places = tokens.iter().flat_map(|token| token.places.iter().copied()).chain(signing);
    tree.regions.area(places.map(|one| tree.path(one.file)))
}

/// What is known around the keys.
struct Keyring<'a> {
    tree: &'a Tree<'a>,
    candidates: &'a [Candidate],
    /// Where tokens are signed, or stand.
    about_tokens: Area<'a>,
}

impl<'a> Keyring<'a> {
    /// The candidates that are this key.
    fn at(&self, (file, sighting): &Located) -> impl Iterator<Item = &'a Candidate> {
        let (file, span) = (*file, sighting.span);
        self.candidates.iter().filter(move |one| {
            one.file == file && one.origin != Origin::Token && (one.span.contains(span) || span.contains(one.span))
        })
    }

    /// The tokens that verify under each key, by indices.
    fn verify(
        &self,
        pairs: &BTreeMap<&PublicKey, Pair<'_>>,
        tokens: &[Sample<'_, Signature>],
        notifications: &mut Vec<Notification>,
    ) -> BTreeMap<usize, Vec<usize>> {
        let areas: Vec<Area<'_>> = pairs.values().map(|pair| self.area(pair)).collect();
        let keys = || pairs.keys().zip(&areas).enumerate();
        let fitting = tokens.iter().enumerate().flat_map(|(at, token)| {
            let Signature { scheme, bytes, .. } = &token.signed;
            let here = self.tree.regions.area(token.places.iter().map(|place| self.tree.path(place.file)));
            let fits = move |(_, (key, area)): &(usize, (&&PublicKey, &Area<'_>))| {
                key.fits(*scheme, bytes.len()) && here.touches(area)
            };
            keys().filter(fits).map(move |(number, (key, _))| (number, *key, at, token))
        });
        let mut work = 0;
        let mut tries = Vec::new();
        let mut is_cut = false;
        for one in fitting {
            let (_, key, ..) = one;
            work += key.work();
            is_cut = work > MOST_WORK;
            if is_cut {
                break;
            }
            tries.push(one);
        }
        if is_cut {
            let message = format!(
                "{} pairs of a token and a private key were tried and no more: a key that signed one of the other tokens is \
                 not seen",
                tries.len()
            );
            notifications.push(Notification { path: None, severity: NotificationSeverity::Warning, message });
        }
        let verifies =
            |(_, key, _, token): &(usize, &PublicKey, usize, &Sample<'_, Signature>)| token.signed.verifies_under(key);
        let found: Vec<_> = tries.into_par_iter().filter(verifies).map(|(number, _, at, _)| (number, at)).collect();
        let mut by_key: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, at) in found {
            by_key.entry(number).or_default().push(at);
        }
        by_key
    }

    /// Where the private part stands.
    fn area(&self, pair: &Pair<'_>) -> Area<'a> {
        self.tree.regions.area(pair.private.iter().map(|(file, _)| self.tree.path(*file)))
    }

    /// The public part that shows what the key is for, and how sure that is: a certificate is for connections, unless
    /// somebody says that it is for tokens.
    fn verification_key<'k>(&self, pair: &Pair<'k>) -> Option<(&'k Located, Confidence)> {
        let of_form = |form| pair.public.iter().copied().find(move |(_, one)| one.form == form);
        let is_jwk = pair.private.iter().any(|(_, one)| one.form == Form::Jwk);
        if let Some(public) = of_form(Form::Jwk) {
            return Some((public, Confidence::High));
        }
        let (public, is_plain) = match of_form(Form::Pem) {
            Some(public) => (public, true),
            None => (of_form(Form::Certificate)?, false),
        };
        let says = |located: &Located| self.at(located).next().is_some() || self.is_named_for_tokens(located, is_plain);
        if is_jwk || pair.private.iter().chain([&public]).any(|located| says(located)) {
            return Some((public, Confidence::High));
        }
        let is_for_tokens = is_plain && self.area(pair).touches(&self.about_tokens);
        is_for_tokens.then_some((public, Confidence::Medium))
    }

    /// Whether the name of the file (or of its folders), or of what is given the key, speaks of tokens. A service that has to
    /// do with tokens has certificates like any other.
    fn is_named_for_tokens(&self, (file, sighting): &Located, folders_count: bool) -> bool {
        let speaks = |name: &str| {
            let name = name.to_ascii_lowercase();
            ["jwt", "jwk", "jws", "jose", "oidc", "token"].iter().any(|word| name.contains(word))
        };
        let Some(path) = self.tree.path(*file) else { return false };
        let name = path.rsplit('/').next().unwrap_or(path);
        speaks(if folders_count { path } else { name })
            || self.tree.text(*file, |source| speaks(name_before(line_before(&source.text, sighting.span))))
                == Some(true)
    }

    /// Whether a private key that nothing proves is for tokens by what it, its file or its folder is called. The key of
    /// a certificate is for connections, whatever its folder says.
    fn is_called_a_token_key(&self, located: &Located, pair: &Pair<'_>) -> bool {
        if self.at(located).next().is_some() {
            // Its name has been heard already.
            return false;
        }
        let (file, sighting) = located;
        let has_certificate = pair.public.iter().any(|(_, public)| public.form == Form::Certificate);
        let is_named = |source: &Source| {
            let name = name_before(line_before(&source.text, sighting.span));
            names::classify(&[name]) == NameClass::PrivateKey || names::is_about_tokens(name)
        };
        !has_certificate && self.tree.path(*file).is_some_and(is_place_of_token_keys)
            || self.tree.text(*file, is_named) == Some(true)
    }

    /// Reports a private key that only what it is called speaks for.
    fn report_by_name(&self, located: &Located, published: Option<Published>, proofs: &mut Proofs) {
        let Some(neutral) = self.tree.text(located.0, |source| neutral(source, located)) else { return };
        self.tree.keep(located.0, proofs);
        proofs.known_keys.extend(published.map(|origin| ((located.0, neutral.span), KnownKey::Published(origin))));
        let (evidence, confidence) = (Evidence::KeyMaterial, Confidence::Medium);
        proofs.candidates.push(Candidate { evidence, confidence, detector: Arc::from("key"), ..neutral });
    }

    fn report(&self, located: &Located, proof: Proof<'_, '_>, published: Option<Published>, proofs: &mut Proofs) {
        let Some(step) = proof.step() else { return };
        let known: Vec<Candidate> = self.at(located).cloned().collect();
        self.tree.keep(step.file, proofs);
        if known.is_empty() {
            let neutral = self.tree.text(located.0, |source| neutral(source, located));
            let Some(neutral) = neutral else { return };
            self.tree.keep(located.0, proofs);
            proofs.known_keys.extend(published.map(|origin| ((located.0, neutral.span), KnownKey::Published(origin))));
            proofs.candidates.push(self.proven(neutral, step, proof));
        } else {
            let proven = known.into_iter().map(|one| self.proven(one, step.clone(), proof));
            proofs.candidates.extend(proven);
        }
    }

    fn proven(&self, key: Candidate, step: Step, proof: Proof<'_, '_>) -> Candidate {
        let setting = context::of(&key, self.tree.sources).max(key.setting);
        let origin = match key.origin {
            // That it is compiled in says more.
            Origin::CompileTimeFile => key.origin,
            _ => Origin::PrivateKey,
        };
        let confidence = proof.confidence();
        let mut proven = Candidate { evidence: Evidence::Proven, origin, setting, confidence, ..key };
        if proven.steps.is_empty() {
            proven.steps.push(Step { file: proven.file, span: proven.span, note: "private key".to_owned() });
        }
        proven.steps.push(step);
        proven
    }
}

/// Whether the file, or the folder that it is in, is called after tokens: `jwtRS256.key`, `config/jwt/private.pem`.
fn is_place_of_token_keys(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folder = folders.rsplit('/').next().unwrap_or_default();
    names::is_about_tokens(stem) || (names::is_about_tokens(folder) && !names::is_foreign(stem))
}

/// A private key that nothing but the proof speaks for.
fn neutral(source: &Source, (file, sighting): &Located) -> Candidate {
    let secret = Secret::from(source.text.get(sighting.span.range()).unwrap_or_default());
    let mut neutral = Surroundings::of(source).proven(*file, sighting.span, secret);
    if neutral.subject.is_empty() {
        neutral.subject = source.file_name().to_owned();
    }
    neutral.origin = Origin::PrivateKey;
    neutral.setting = neutral.setting.max(context::of_path(&source.path));
    neutral
}

//! From a way to a candidate: what a value is by where its way ends.

use std::sync::Arc;

use super::trace::{Source, Trace};
use crate::fact::{Algorithm, Candidate, Confidence, Evidence, KeyKind, Origin, Place, Step};
use crate::secret::Secret;

/// No key of a pair is written in fewer bytes; what is shorter is an address, a file, or nothing yet.
const SHORTEST_OF_PAIR: usize = 64;

/// What a way ends in.
#[derive(Debug)]
pub struct Role {
    /// Why a value there counts.
    pub evidence: Evidence,
    /// The name of the thing.
    pub subject: String,
    /// How sure.
    pub confidence: Confidence,
    /// What is signed with it.
    pub algorithm: Option<Algorithm>,
    /// What sort of key.
    pub key: KeyKind,
    /// The last step.
    pub end: Option<Step>,
    /// Used where nothing else is given.
    pub is_default: bool,
    /// The name alone says too little.
    pub conditional: bool,
    /// What saw it.
    pub detector: Arc<str>,
}

impl Role {
    /// The way's beginning as a candidate; none for what is read at run time.
    pub fn candidate(self, trace: Trace) -> Option<Candidate> {
        let is_default = trace.instead_of.is_some() || self.is_default;
        let (secret, origin, first) = match &trace.source {
            Source::Literal(secret) if self.key != KeyKind::Symmetric && is_public_key(secret) => return None,
            Source::Literal(secret) if is_private_key(secret) => (secret.clone(), Origin::PrivateKey, "private key"),
            Source::Literal(secret) if is_default => (secret.clone(), Origin::Fallback, "default"),
            Source::Literal(secret) => (secret.clone(), Origin::Literal, "literal"),
            Source::Read { compile_time: true, .. } => {
                (Secret::default(), Origin::CompileTimeVariable, "compile-time read")
            }
            Source::File(_) => (Secret::default(), Origin::CompileTimeFile, "file compiled in"),
            Source::Read { .. } => return None,
        };
        if let Source::Literal(secret) = &trace.source {
            let shortest = match self.key {
                KeyKind::Private => 1,
                KeyKind::OfPair => SHORTEST_OF_PAIR,
                KeyKind::Symmetric | KeyKind::Either => 0,
            };
            if secret.len() < shortest {
                return None;
            }
        }
        let mut steps: Vec<Step> = Vec::with_capacity(trace.steps.len() + 2);
        steps.push(Step { file: trace.file, span: trace.span, note: first.to_owned() });
        steps.extend(trace.steps);
        steps.extend(self.end);
        steps.dedup_by(|next, before| (next.file, next.span) == (before.file, before.span));
        Some(Candidate {
            file: trace.file,
            span: trace.span,
            secret,
            encodings: trace.encodings,
            algorithm: self.algorithm,
            evidence: self.evidence,
            origin,
            place: Place::Code,
            subject: self.subject,
            steps,
            setting: trace.setting,
            confidence: if trace.guesses > 1 && trace.is_open { Confidence::Low } else { self.confidence },
            read_as: trace.instead_of.flatten(),
            conditional: self.conditional,
            detector: self.detector,
        })
    }
}

/// A public key or certificate in PEM form: no secret where the algorithm may be asymmetric.
fn is_public_key(secret: &Secret) -> bool {
    secret.expose_str().is_some_and(|text| {
        text.contains("-----BEGIN ")
            && !text.contains("PRIVATE KEY")
            && ["PUBLIC KEY-----", "CERTIFICATE-----"].iter().any(|end| text.contains(end))
    })
}

/// A private key in PEM form, whichever sort.
fn is_private_key(secret: &Secret) -> bool {
    secret.expose_str().is_some_and(|text| text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----"))
}

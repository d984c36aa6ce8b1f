//! What tests of the judge start from.

use std::sync::Arc;

use crate::fact::{Candidate, Confidence, Evidence, FileId, Origin, Place, Setting};
use crate::secret::Secret;
use crate::source::{Source, Sources};
use crate::span::Span;

/// Sources with ids in the order given.
pub(crate) fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (id, (path, text)) in (0..).zip(files) {
        sources.insert(FileId(id), Source::new(*path, *text));
    }
    sources
}

/// A literal in code, in a thing that is named like a JWT secret.
pub(crate) fn candidate(value: &str) -> Candidate {
    Candidate {
        file: FileId(0),
        span: Span::new(0, 1),
        secret: Secret::from(value),
        encodings: Vec::new(),
        algorithm: None,
        evidence: Evidence::Named,
        origin: Origin::Literal,
        place: Place::Code,
        subject: "JWT_SECRET".to_owned(),
        steps: Vec::new(),
        setting: Setting::Production,
        confidence: Confidence::High,
        read_as: None,
        conditional: false,
        detector: Arc::from("test"),
    }
}

/// 40 characters without words or patterns.
pub(crate) fn invented_key() -> &'static str {
    "q7Vd-0xKp2_ZmR9tLw4Hs8Yc1Gf6Nj3Bu5Ea7XoT"
}

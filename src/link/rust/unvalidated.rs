//! Reads that reach a key although nothing in sight looks at their length.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{PartId, RustWorld};
use crate::fact::{Candidate, Confidence, Evidence, FileId, KeyKind, Origin, Place};
use crate::link::trace::{Source, Trace};
use crate::secret::Secret;

impl RustWorld<'_> {
    /// The read at the beginning of a way to a key of this kind in `file`, if it goes there unchecked.
    pub(super) fn unvalidated(&self, trace: &Trace, key: KeyKind, file: FileId) -> Option<Candidate> {
        let Source::Read { name: Some(name), compile_time: false } = &trace.source else { return None };
        if key == KeyKind::Private || trace.span.start() == trace.span.end() || self.is_measured(trace, file) {
            return None;
        }
        Some(Candidate {
            file: trace.file,
            span: trace.span,
            secret: Secret::default(),
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::FlowsToKey,
            origin: Origin::Unvalidated,
            place: Place::Code,
            subject: name.clone(),
            steps: Vec::new(),
            setting: trace.setting,
            confidence: Confidence::Medium,
            read_as: None,
            conditional: false,
            detector: Arc::from("rust/unvalidated"),
        })
    }

    /// Whether a file on the way looks at the length of the read, or of anything by a name on the way.
    fn is_measured(&self, trace: &Trace, end: FileId) -> bool {
        let names: BTreeSet<&str> = trace
            .steps
            .iter()
            .filter_map(|step| self.parsed(self.entry_of(step.file)?)?.source.text.get(step.span.range()))
            .collect();
        let files: BTreeSet<FileId> = trace.steps.iter().map(|step| step.file).chain([trace.file, end]).collect();
        let parts = files.into_iter().filter_map(|file| {
            let parsed = self.parsed(self.entry_of(file)?)?;
            // Constants that measure anything are few.
            let reads = move |part: PartId| {
                let body = part.function().and_then(|function| parsed.facts.bodies.get(&function));
                file == trace.file && body.is_none_or(|body| body.range.contains(&trace.span.start()))
            };
            let names = names.clone();
            let tells = move |part: PartId, body: &str| {
                measures(body) && (reads(part) || names.iter().any(|name| body.contains(name)))
            };
            Some(parsed.parts_where(tells).map(move |part| (file, &part.measured)))
        });
        parts.flatten().any(|(file, measured)| {
            (file == trace.file && measured.reads.contains(&trace.span))
                || measured.names.iter().any(|name| names.contains(name.as_str()))
        })
    }
}

/// Whether a body may look at a length, or call what checks something.
fn measures(body: &str) -> bool {
    ["len", "count", "valid", "check", "ensure", "enforce", "strength"]
        .iter()
        .any(|word| memchr::memmem::find(body.as_bytes(), word.as_bytes()).is_some())
}

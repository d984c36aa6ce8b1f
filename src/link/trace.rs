//! A way from where a value comes from to where it was asked for.

use rustc_hash::FxHashSet;

use crate::fact::{Encoding, FileId, Setting, Step};
use crate::names;
use crate::secret::Secret;
use crate::span::Span;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// Written out.
    Literal(Secret),
    /// Read from outside, under a name if that is known.
    Read {
        /// An environment variable, a configuration key.
        name: Option<String>,
        /// Read while compiling.
        compile_time: bool,
    },
    /// A file compiled in, by the path as written.
    File(String),
}

/// One way.
#[derive(Debug, Clone)]
pub struct Trace {
    /// Where the value comes from.
    pub source: Source,
    /// The file of that place.
    pub file: FileId,
    /// That place.
    pub span: Span,
    /// What was passed on the way, the source's end first.
    pub steps: Vec<Step>,
    /// How the text becomes bytes, first applied first.
    pub encodings: Vec<Encoding>,
    /// A default: used where the read (of this name, if known) gives nothing.
    pub instead_of: Option<Option<String>>,
    /// What the code that drives the value along is for: the mildest on the way.
    pub setting: Setting,
    /// Steps that go by a type instead of a value: each may mix two values of one type.
    pub guesses: usize,
    /// One of those steps had several values to choose from.
    pub is_open: bool,
}

/// Of ways that lead from the same place to the same key bytes, one: that which guesses least, and of those the shortest.
pub fn distinct(mut traces: Vec<Trace>) -> Vec<Trace> {
    traces.sort_by_key(|trace| (trace.guesses, trace.is_open, trace.steps.len()));
    let mut known = FxHashSet::default();
    traces.retain(|trace| {
        let Trace { source, file, span, encodings, instead_of, setting, .. } = trace;
        known.insert((source.clone(), *file, *span, encodings.clone(), instead_of.clone(), *setting))
    });
    traces
}

impl Trace {
    /// A way that has just begun.
    pub fn new(source: Source, file: FileId, span: Span) -> Self {
        Self {
            source,
            file,
            span,
            steps: Vec::new(),
            encodings: Vec::new(),
            instead_of: None,
            setting: Setting::Production,
            guesses: 0,
            is_open: false,
        }
    }

    /// The name that is read, if it is known, of a value that is read.
    pub fn read_name(&self) -> Option<Option<String>> {
        match &self.source {
            Source::Read { name, .. } => Some(name.clone()),
            Source::Literal(_) | Source::File(_) => None,
        }
    }

    /// Whether what is read, or what the value goes through, is called another credential: `RAZORPAY_SECRET`. What
    /// signs anything at all, as an HMAC does, then hardly signs tokens.
    pub fn is_of_another_credential(&self) -> bool {
        let read = match &self.source {
            Source::Read { name, .. } => name.as_deref(),
            Source::Literal(_) | Source::File(_) => None,
        };
        let instead_of = self.instead_of.as_ref().and_then(Option::as_deref);
        let named = self.steps.iter().filter_map(|step| step.note.split('`').nth(1));
        let mut names = read.into_iter().chain(instead_of).chain(named);
        names.any(|name| names::could_be_key(name) && names::is_foreign(name))
    }

    /// Whether the value is in the source or compiled into the program.
    pub fn is_constant(&self) -> bool {
        match &self.source {
            Source::Literal(_) | Source::File(_) => true,
            Source::Read { compile_time, .. } => *compile_time,
        }
    }

    /// Adds text to a literal.
    pub fn append(&mut self, more: &Secret) {
        if let Source::Literal(secret) = &mut self.source {
            let mut bytes = secret.expose().to_vec();
            bytes.extend_from_slice(more.expose());
            *secret = Secret::new(bytes);
        }
    }

    /// Takes the place of another trace, with the steps that lead there.
    pub fn move_to(&mut self, other: Self) {
        self.file = other.file;
        self.span = other.span;
        self.steps = other.steps;
    }

    /// Whether it is a text without anything in it.
    pub fn is_empty_text(&self) -> bool {
        matches!(&self.source, Source::Literal(secret) if secret.is_empty())
    }

    /// The length of a literal in bytes.
    pub fn length(&self) -> usize {
        match &self.source {
            Source::Literal(secret) => secret.len(),
            _ => 0,
        }
    }

    /// Gives a read without a name the name that its helper was given.
    pub fn name_read(&mut self, given: Option<&str>) {
        let Some(given) = given else { return };
        match &mut self.source {
            Source::Read { name, .. } if name.is_none() => *name = Some(given.to_owned()),
            _ => {}
        }
        if let Some(read @ None) = &mut self.instead_of {
            *read = Some(given.to_owned());
        }
    }
}

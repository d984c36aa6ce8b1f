//! Files that are compiled in: the key stands in them, and so does the finding.

use std::ops::Range;

use super::{Scan, id_at, input_of, load_whole};
use crate::analyze::config::key_in_json;
use crate::discover::Input;
use crate::fact::{Candidate, Encoding, FileId, Origin, Setting, Step};
use crate::judge::{context, value};
use crate::key;
use crate::link::rust::join;
use crate::secret::Secret;
use crate::source::{Source, Sources};
use crate::span::Span;

/// Longer texts are no shared secrets.
const LONGEST: usize = 4096;

/// Longer texts are not read as JSON.
const LONGEST_JSON: usize = 64 * 1024;

/// Moves what is known of a file that is compiled in to the key in it, and forgets it where there is none. What cannot be
/// read, or is not among the inputs, stays where it is.
pub(super) fn open(candidates: &mut Vec<Candidate>, inputs: &[Input], scan: &Scan, sources: &mut Sources) {
    candidates.retain_mut(|candidate| {
        if candidate.origin != Origin::CompileTimeFile {
            return true;
        }
        let Some(id) = named(candidate, inputs, sources) else { return true };
        if sources.get(id).is_none()
            && let Some(source) = input_of(inputs, id).and_then(|input| load_whole(input, scan))
        {
            sources.insert(id, source);
        }
        let Some(source) = sources.get(id) else { return true };
        match content(source) {
            Content::Key { place, secret, encoding } => {
                candidate.secret = secret;
                candidate.encodings.splice(..0, encoding);
                move_to(candidate, id, Span::new(place.start, place.end));
                true
            }
            Content::Nothing => false,
            Content::Unknown => true,
        }
    });
}

/// The file that a candidate's literal names: beside the file that has it, or below one of the folders above it.
fn named(candidate: &Candidate, inputs: &[Input], sources: &Sources) -> Option<FileId> {
    let source = sources.get(candidate.file)?;
    let written = source.text.get(candidate.span.range())?;
    let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let find = |folder: &str| id_at(inputs, &join(folder, written));
    if !written.starts_with('/') {
        return find(folder);
    }
    // Below the folder of the manifest, wherever that is.
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
    })
    .find_map(find)
}

fn move_to(candidate: &mut Candidate, file: FileId, span: Span) {
    candidate.file = file;
    candidate.span = span;
    candidate.steps.insert(0, Step { file, span, note: "key".to_owned() });
}

/// What a file holds that is used as a key.
enum Content {
    /// A key.
    Key { place: Range<usize>, secret: Secret, encoding: Option<Encoding> },
    /// A public key, or a template for one that is not here.
    Nothing,
    /// Something else.
    Unknown,
}

fn content(source: &Source) -> Content {
    let text = source.text.as_str();
    let trimmed = text.trim();
    let start = text.len() - text.trim_start().len();
    let part = |place: Range<usize>, encoding| {
        let secret = Secret::from(text.get(place.clone()).unwrap_or_default());
        Content::Key { place, secret, encoding }
    };
    if context::of_path(&source.path) == Setting::Template || value::is_template(trimmed) {
        return Content::Nothing;
    }
    let keys = key::find(text).keys;
    if let Some(private) = keys.iter().find(|sighting| sighting.key.private.is_some()) {
        return part(private.span.range(), None);
    }
    if key::holds_private(text) {
        return part(start..start + trimmed.len(), None);
    }
    if !keys.is_empty() || text.contains("-----BEGIN ") {
        return Content::Nothing;
    }
    if trimmed.starts_with('{') && text.len() <= LONGEST_JSON {
        return key_in_json(text).map_or(Content::Unknown, |(range, encoding)| part(range, encoding));
    }
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return Content::Unknown;
    }
    // The blanks around it are part of the key.
    Content::Key { place: start..start + trimmed.len(), secret: Secret::from(text), encoding: None }
}

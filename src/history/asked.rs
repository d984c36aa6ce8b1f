//! Entries of configuration under names that say nothing by themselves, which code of any version reads into keys.
//!
//! No look at one version finds such an entry; once all have been looked at, it is known what to ask for.

use super::HistoryError;
use super::sight::{Held, Key, Seen, Sight, versions};
use super::walk::Place;
use crate::discover::git::GitError;
use crate::discover::git::batch::Object;
use crate::link::Projects;
use crate::link::asked::Asked;
use crate::scan::single::{Single, is_configuration};

/// Versions that one worker reads, at most.
const PART: usize = 2_000;

/// What the versions of all files read into keys, if some of it has to be asked for.
pub(super) fn by(seen: &Seen, projects: &Projects) -> Option<Asked> {
    Asked::among(seen.reads.iter().cloned(), projects)
}

/// Adds the entries that are asked for to what was seen.
pub(super) fn look(sight: &Sight<'_>, asked: &Asked, projects: &Projects, seen: &mut Seen) -> Result<(), HistoryError> {
    let is_asked = |place: &&Place| {
        sight.path(place.path).is_some_and(|path| is_configuration(path) && asked.of(path, projects).is_some())
    };
    let places: Vec<Place> = sight.walked.places.iter().filter(is_asked).copied().collect();
    let versions = versions(&places);
    for part in sight.parts(&versions, PART, |part| entries(sight, asked, projects, part))? {
        match part {
            Some(part) => part?.into_iter().for_each(|(key, held)| seen.hold(key, held)),
            None => seen.given_up += 1,
        }
    }
    Ok(())
}

fn entries(
    sight: &Sight<'_>,
    asked: &Asked,
    projects: &Projects,
    versions: &[&[Place]],
) -> Result<Vec<(Key, Held)>, GitError> {
    let mut found = Vec::new();
    sight.read(versions, |places, object| {
        let Object::Content(bytes) = object else { return };
        for &place in places {
            let Some(path) = sight.path(place.path) else { continue };
            let Some(single) = Single::asked_for(sight.scan, path, bytes, Some(asked), projects) else { continue };
            let head = sight.is_in_head(place).then_some(place);
            let held = Held { first: place, head };
            found.extend(single.candidates().iter().map(|candidate| (Key::of(candidate, place.path), held)));
        }
    })?;
    Ok(found)
}

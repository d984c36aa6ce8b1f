//! Secrets that a range only moved: they were there before it, in files that no longer hold them at its end.
//!
//! A copy is another matter: then the old file still has it.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::HistoryError;
use super::sight::{Seen, Sight};
use super::walk::BEFORE;
use crate::discover::git::batch::{self, Object};
use crate::scan::single::Single;
use crate::secret::Secret;

/// Those of `values` that a range found in a file, and that are in none of the files that had them before.
pub(super) fn values<'s>(
    sight: &Sight<'_>,
    seen: &'s Seen,
    values: &BTreeSet<&Secret>,
) -> Result<BTreeSet<&'s Secret>, HistoryError> {
    let mut before: BTreeMap<&Secret, BTreeSet<u32>> = BTreeMap::new();
    for (key, held) in &seen.held {
        if held.first.commit == BEFORE && !key.value.is_empty() && values.contains(&key.value) {
            before.entry(&key.value).or_default().insert(key.path);
        }
    }
    if before.is_empty() {
        return Ok(BTreeSet::new());
    }
    let tips = sight.repository.tips(sight.ranges)?;
    let paths: BTreeSet<u32> = before.values().flatten().copied().collect();
    let places: Vec<(u32, String)> = paths
        .into_iter()
        .filter_map(|path| Some((path, sight.path(path)?)))
        .flat_map(|(path, name)| tips.iter().map(move |tip| (path, format!("{tip}:{name}"))))
        .collect();
    // A line is a question; what cannot be asked about is taken to be where it was.
    let (askable, others): (Vec<_>, Vec<_>) = places.into_iter().partition(|(_, place)| !place.contains('\n'));
    let unmoved: BTreeSet<u32> = others.into_iter().map(|(path, _)| path).collect();
    before.retain(|_, paths| paths.is_disjoint(&unmoved));
    let ids: Vec<String> = askable.iter().map(|(_, place)| place.clone()).collect();
    batch::each(sight.repository.git(), &ids, sight.scan.discover.max_file_size, |index, object| {
        if let (Some(&(path, _)), Object::Content(bytes)) = (askable.get(index), object) {
            before.retain(|value, paths| !paths.contains(&path) || !holds(sight, path, bytes, value));
        }
    })?;
    Ok(before.into_keys().collect())
}

/// Whether a version of a file holds a value, as it is or written in another way.
fn holds(sight: &Sight<'_>, path: u32, bytes: &[u8], value: &Secret) -> bool {
    let as_it_is = || memmem::find(bytes, value.expose()).is_some();
    let as_read = || {
        let single = sight.path(path).and_then(|path| Single::new(sight.scan, path, bytes));
        single.is_some_and(|single| single.candidates().iter().any(|candidate| candidate.secret == *value))
    };
    as_it_is() || as_read()
}

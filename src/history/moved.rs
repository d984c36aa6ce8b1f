//! Secrets that a range only moved: they were there before it, in files that no longer hold them at its end.
//!
//! A copy is another matter: then the old file still has it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use memchr::memmem;

use super::HistoryError;
use super::id::Id;
use super::sight::{Seen, Sight};
use super::walk::BEFORE;
use crate::discover::git::batch::Object;
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
    let paths: BTreeSet<u32> = before.values().flatten().copied().collect();
    let versions: BTreeSet<(u32, Id)> = paths
        .into_iter()
        .filter_map(|path| Some((path, sight.path(path)?)))
        .flat_map(|(path, name)| sight.ends.iter().filter_map(move |end| Some((path, *end.get(&**name)?))))
        .collect();
    let (paths, ids): (Vec<u32>, Vec<Id>) = versions.into_iter().unzip();
    sight.objects.each(&ids, |index, object| {
        let Some(&path) = paths.get(index) else { return };
        if let (Some(name), Object::Content(bytes)) = (sight.path(path), object) {
            before.retain(|value, paths| !paths.contains(&path) || !holds(sight, name, bytes, value));
        }
    })?;
    Ok(before.into_keys().collect())
}

/// Whether a version of a file holds a value, as it is or written in another way.
fn holds(sight: &Sight<'_>, path: &Arc<str>, bytes: &[u8], value: &Secret) -> bool {
    let as_it_is = || memmem::find(bytes, value.expose()).is_some();
    let as_read = || {
        let single = Single::new(sight.scan, path, bytes);
        single.is_some_and(|single| single.candidates().iter().any(|candidate| candidate.secret == *value))
    };
    as_it_is() || as_read()
}

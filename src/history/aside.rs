//! Files of `HEAD` that are not those where a range ends: a secret of an old range, or of another branch, may still be
//! in one of them, or in it again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use memchr::memmem;

use super::id::Id;
use super::sight::{Sight, shares};
use super::{HistoryError, in_parallel, walk};
use crate::discover::git::GitError;
use crate::discover::git::batch::Object;
use crate::scan::single::Single;
use crate::secret::Secret;

/// A value, with the path where a range has it.
pub(super) type Lost = (Arc<str>, Secret);

/// Files that one worker reads, at most.
const PART: usize = 500;

/// For each of some values, the file of `HEAD` that has it: its own if that does, or else the first.
pub(super) fn holders<'l>(
    sight: &Sight<'_>,
    lost: &'l BTreeSet<Lost>,
) -> Result<BTreeMap<&'l Lost, Arc<str>>, HistoryError> {
    if lost.is_empty() || sight.ranges.is_empty() {
        return Ok(BTreeMap::new());
    }
    let is_aside = |(name, id): &(&String, &Id)| sight.ends.iter().all(|end| end.get(*name) != Some(*id));
    let files = sight.head.iter().filter(is_aside).map(|(name, id)| (name.as_str(), *id));
    let mut files: Vec<(&str, Id)> =
        files.filter(|(name, _)| walk::is_wanted(sight.repository, sight.scan, name)).collect();
    files.sort_unstable();
    let parts = in_parallel(sight.scan, &shares(&files, PART), |part| read(sight, part, lost))?;
    let unread = || HistoryError::Git("internal error while the files of HEAD were read".to_owned());
    let mut holders: BTreeMap<&Lost, Arc<str>> = BTreeMap::new();
    for part in parts {
        for (lost, name) in part.ok_or_else(unread)?? {
            let is_own = lost.0 == name;
            let holder = holders.entry(lost).or_insert_with(|| name.clone());
            if is_own {
                *holder = name;
            }
        }
    }
    Ok(holders)
}

/// What is in some files.
fn read<'l>(
    sight: &Sight<'_>,
    files: &[(&str, Id)],
    lost: &'l BTreeSet<Lost>,
) -> Result<Vec<(&'l Lost, Arc<str>)>, GitError> {
    let ids: Vec<Id> = files.iter().map(|(_, id)| *id).collect();
    let mut found = Vec::new();
    sight.objects.each(&ids, |index, object| {
        let (Some((name, _)), Object::Content(bytes)) = (files.get(index), object) else { return };
        let name: Arc<str> = Arc::from(*name);
        let single = Single::new(sight.scan, &name, bytes);
        let candidates = single.iter().flat_map(|single| single.candidates()).map(|candidate| candidate.secret.clone());
        let values: BTreeSet<Secret> = candidates.chain(single.iter().flat_map(Single::private_keys)).collect();
        // Of a value that another file makes a key, the text is all there is to see.
        let is_text = |(path, value): &Lost| *path == name && memmem::find(bytes, value.expose()).is_some();
        let held = lost.iter().filter(|lost| values.contains(&lost.1) || is_text(lost));
        found.extend(held.map(|lost| (lost, name.clone())));
    })?;
    Ok(found)
}

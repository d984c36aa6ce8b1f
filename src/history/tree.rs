//! `HEAD` as a whole, or the tree where a range ends, whatever `HEAD` is: what it holds is linked as a scan would link it.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::id::Id;
use super::sight::{Sight, shares};
use super::trail::{NOW, Trail};
use super::walk;
use super::{HistoryError, in_parallel};
use crate::discover::git::GitError;
use crate::discover::git::batch::Object;
use crate::discover::{Content, Input};
use crate::scan;
use crate::source::Tracking;

/// A tree with more bytes that matter is not judged as a whole.
const LARGEST: usize = 256 << 20;

/// Files that one worker reads, at most.
const PART: usize = 2_000;

/// The findings of `HEAD`, or of where ranges end; `None` if one of the trees is too large.
pub(super) fn judge(sight: &Sight<'_>) -> Result<Option<Vec<Trail>>, HistoryError> {
    if sight.walked.places.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let trees = if sight.ranges.is_empty() { std::slice::from_ref(sight.head) } else { sight.ends };
    let mut trails = Vec::new();
    for tree in trees {
        let mut files: Vec<(&str, Id)> = tree.iter().map(|(name, id)| (name.as_str(), *id)).collect();
        files.retain(|(name, _)| walk::is_wanted(sight.repository, sight.scan, name));
        files.sort_unstable();
        let Some(found) = judge_these(sight, &files)? else { return Ok(None) };
        trails.extend(found);
    }
    Ok(Some(trails))
}

fn judge_these(sight: &Sight<'_>, files: &[(&str, Id)]) -> Result<Option<Vec<Trail>>, HistoryError> {
    let size = AtomicUsize::new(0);
    let parts = in_parallel(sight.scan, &shares(files, PART), |part| read(sight, part, &size))?;
    let lost = || HistoryError::Git("internal error while the files of a tree were read".to_owned());
    let parts = parts.into_iter().map(|part| Ok(part.ok_or_else(lost)??)).collect::<Result<Vec<_>, HistoryError>>()?;
    if size.into_inner() > LARGEST {
        return Ok(None);
    }
    let inputs: Vec<Input> = parts.into_iter().flatten().collect();
    let pool = scan::pool(sight.scan.threads)?;
    let judged = pool.install(|| scan::judge_these(sight.scan, inputs.clone()));
    Ok(Some(Trail::all(judged, &inputs, NOW)))
}

/// Reads files, as long as all that is read is not too large.
fn read(sight: &Sight<'_>, files: &[(&str, Id)], size: &AtomicUsize) -> Result<Vec<Input>, GitError> {
    let ids: Vec<Id> = files.iter().map(|(_, id)| *id).collect();
    let mut inputs = Vec::new();
    sight.objects.each(&ids, |index, object| {
        let (Some((name, _)), Object::Content(bytes)) = (files.get(index), object) else { return };
        if size.fetch_add(bytes.len(), Ordering::Relaxed) <= LARGEST {
            let content = Content::Bytes(bytes.into());
            inputs.push(Input { path: (*name).into(), content, tracking: Tracking::Tracked, explicit: true });
        }
    })?;
    Ok(inputs)
}

//! `HEAD` as a whole: what it holds is linked as a scan would link it.

use std::collections::BTreeSet;
use std::path::Path;

use super::HistoryError;
use super::id::Id;
use super::sight::{Seen, Sight};
use super::trail::{NOW, Trail};
use super::walk;
use crate::discover::git::batch::Object;
use crate::discover::{Content, Input};
use crate::manifest::is_manifest;
use crate::scan;
use crate::source::Tracking;

/// A tree with more bytes that matter is not judged as a whole.
const LARGEST: usize = 256 << 20;

/// The findings of `HEAD`; `None` if it is too large.
pub(super) fn judge(sight: &Sight<'_>, seen: &Seen) -> Result<Option<Vec<Trail>>, HistoryError> {
    let is_range = !sight.ranges.is_empty();
    if sight.walked.places.is_empty() || !is_range && seen.open.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let named = |paths: &BTreeSet<u32>| -> BTreeSet<&str> {
        paths.iter().filter_map(|&path| sight.path(path)).map(|path| &**path).collect()
    };
    let matters = named(&seen.matters);
    // What gives a key its value is written in the same language.
    let endings: BTreeSet<Option<&str>> = named(&seen.open).into_iter().map(ending).collect();
    let wanted = |name: &str| match is_range {
        // Files that the range did not touch were not looked at.
        true => walk::is_wanted(sight.repository, sight.scan, name),
        false => {
            let may_help = endings.contains(&ending(name)) || is_manifest(last(name));
            matters.contains(name) || may_help && walk::is_wanted(sight.repository, sight.scan, name)
        }
    };
    let mut files: Vec<(&str, Id)> = sight.head.iter().map(|(name, id)| (name.as_str(), *id)).collect();
    files.retain(|(name, _)| wanted(name));
    files.sort_unstable();
    let ids: Vec<Id> = files.iter().map(|(_, id)| *id).collect();
    let mut inputs = Vec::new();
    let mut size = 0;
    sight.objects.each(&ids, |index, object| {
        let (Some((name, _)), Object::Content(bytes)) = (files.get(index), object) else { return };
        size += bytes.len();
        if size > LARGEST {
            inputs.clear();
        } else {
            let content = Content::Bytes(bytes.into());
            inputs.push(Input { path: (*name).into(), content, tracking: Tracking::Tracked, explicit: true });
        }
    })?;
    if size > LARGEST {
        return Ok(None);
    }
    let pool = scan::pool(sight.scan.threads)?;
    let judged = pool.install(|| scan::judge_these(sight.scan, inputs.clone()));
    Ok(Some(Trail::all(judged, &inputs, NOW)))
}

fn ending(name: &str) -> Option<&str> {
    Path::new(name).extension()?.to_str()
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

//! Code scanning refuses files that are too large, so a log stays below its limits: what is most
//! severe is kept, and what is left out is counted.

use std::cmp::Reverse;

use super::{Group, MESSAGE, severity};
use crate::finding::{Finding, FindingStep, Notification};

/// How many results one run may have.
pub(super) const RESULTS: usize = 25_000;
/// How large the results may become when compressed; the limit for the file is 10 MB.
pub(super) const BYTES: usize = 9_000_000;
/// How many steps of one result are shown.
const STEPS: usize = 1_000;
/// How many notifications are written.
const NOTIFICATIONS: usize = 1_000;

/// What the repeated words of a result or of a step cost when compressed, rather more than less.
const FRAME: usize = 150;

/// The most severe groups, at most `results` and about `bytes` of them, in their old order, and how
/// many are left out.
pub(super) fn most_severe(groups: Vec<Group<'_>>, results: usize, bytes: usize) -> (Vec<Group<'_>>, usize) {
    let total = groups.len();
    let mut ranked: Vec<_> = groups.into_iter().enumerate().collect();
    ranked.sort_by_key(|(index, group)| (Reverse(severity(group.finding)), *index));
    let mut room = bytes;
    let mut kept: Vec<_> = ranked
        .into_iter()
        .take(results)
        .map_while(|(index, group)| {
            room = room.checked_sub(cost(&group))?;
            Some((index, group))
        })
        .collect();
    kept.sort_by_key(|(index, _)| *index);
    let left_out = total - kept.len();
    (kept.into_iter().map(|(_, group)| group).collect(), left_out)
}

/// A bound for the compressed size of one result: text of the tree as if it did not compress at all.
fn cost(group: &Group<'_>) -> usize {
    let Finding { location, message, detector, fingerprint, line_hash, steps, .. } = group.finding;
    let own = [&*location.path, fingerprint, line_hash].map(str::len).iter().sum::<usize>();
    let (first, last) = ends(steps);
    let steps = first.iter().chain(last).map(|step| FRAME / 2 + step.location.path.len() + clipped_len(&step.note));
    FRAME + own + clipped_len(message) + clipped_len(detector) + steps.sum::<usize>()
}

/// The most bytes that remain of a text after clipping.
fn clipped_len(text: &str) -> usize {
    text.len().min(4 * MESSAGE)
}

/// The steps that are shown: all, or the first ones and the last.
pub(super) fn ends(steps: &[FindingStep]) -> (&[FindingStep], &[FindingStep]) {
    if steps.len() <= STEPS { (steps, &[]) } else { (&steps[..STEPS - 1], &steps[steps.len() - 1..]) }
}

/// The notifications that are written, the most severe, and how many are left out.
pub(super) fn notifications(all: &[Notification]) -> (impl Iterator<Item = &Notification>, usize) {
    let mut ranked: Vec<_> = all.iter().enumerate().collect();
    ranked.sort_by_key(|(index, notification)| (Reverse(notification.severity), *index));
    ranked.truncate(NOTIFICATIONS);
    ranked.sort_by_key(|(index, _)| *index);
    let left_out = all.len() - ranked.len();
    (ranked.into_iter().map(|(_, notification)| notification), left_out)
}

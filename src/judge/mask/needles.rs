//! Many strings of bytes that are looked for in short texts.
//!
//! Keys and tokens are long, and excerpts are short: an automaton would take longer to build than everything else.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// No needle is shorter.
pub(super) const SHORTEST: usize = 3;

/// What is looked for, each once.
#[derive(Default)]
pub(super) struct Needles {
    sorted: Vec<Vec<u8>>,
    /// For each of them the longest other one that it begins with.
    shorter: Vec<Option<usize>>,
    /// Those that begin with the same bytes stand in a row.
    by_start: FxHashMap<[u8; SHORTEST], Range<usize>>,
}

impl Needles {
    /// Takes in needles; those that are too short are left out.
    pub(super) fn new(mut sorted: Vec<Vec<u8>>) -> Self {
        sorted.retain(|needle| needle.len() >= SHORTEST);
        sorted.par_sort_unstable();
        sorted.dedup();
        let mut needles = Self::default();
        // Those that all begin with each other, up to the last one seen.
        let mut nested: Vec<usize> = Vec::new();
        for (at, needle) in sorted.iter().enumerate() {
            while nested.pop_if(|other| !sorted.get(*other).is_some_and(|other| needle.starts_with(other))).is_some() {}
            needles.shorter.push(nested.last().copied());
            nested.push(at);
            if let Some(start) = needle.first_chunk() {
                needles.by_start.entry(*start).or_insert(at..at).end = at + 1;
            }
        }
        needles.sorted = sorted;
        needles
    }

    /// The longest of them, in bytes; 0 without any.
    pub(super) fn longest(&self) -> usize {
        self.sorted.iter().map(Vec::len).max().unwrap_or_default()
    }

    /// All places where one of them occurs in `text`, those that overlap included.
    pub(super) fn find<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (Range<usize>, &'t [u8])> {
        (0..text.len()).flat_map(move |at| {
            let text = text.get(at..).unwrap_or_default();
            self.beginning(text).map(move |needle| (at..at + needle.len(), needle))
        })
    }

    /// Those that `text` begins with, the longest first.
    fn beginning<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
        let alike = text.first_chunk().and_then(|start| self.by_start.get(start)).cloned();
        let last = alike.and_then(|alike| {
            let from = alike.start;
            let before = self.sorted.get(alike)?.partition_point(|needle| needle.as_slice() <= text);
            (from + before).checked_sub(1)
        });
        // What `text` begins with is not after it, and whatever stands in between begins with it as well.
        let nested = std::iter::successors(last, |at| self.shorter.get(*at).copied().flatten());
        nested.filter_map(|at| self.sorted.get(at).map(Vec::as_slice)).filter(|needle| text.starts_with(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn all_that_occurs_is_found(needles in proptest::collection::vec("[ab]{3,6}", 0..12), text in "[abc]{0,40}") {
            let found = Needles::new(needles.iter().map(|needle| needle.as_bytes().to_vec()).collect());
            let mut found: Vec<(usize, usize)> = found.find(text.as_bytes()).map(|(place, _)| (place.start, place.end)).collect();
            found.sort_unstable();
            let mut expected: Vec<(usize, usize)> = needles
                .iter()
                .flat_map(|needle| (0..text.len()).filter(|&at| text[at..].starts_with(needle.as_str())).map(|at| (at, at + needle.len())))
                .collect();
            expected.sort_unstable();
            expected.dedup();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_is_too_short_is_not_looked_for() {
        let needles = Needles::new(vec![b"ab".to_vec(), Vec::new()]);
        assert_eq!((needles.find(b"abab").count(), needles.longest()), (0, 0));
    }
}

//! Versions of files that hold nothing of interest.
//!
//! Most files of a history never do, and most commits change a few lines of them: of the next version only what differs
//! from such a one has to be looked at.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// How much is looked at before and behind what differs: a mark may stand some lines before what it is about.
const AROUND: usize = 1 << 10;

/// So many bytes of versions are kept; then anew.
const MOST_BYTES: usize = 24 << 20;

/// The last version of each path that held nothing.
#[derive(Debug, Default)]
pub(super) struct Dull {
    versions: FxHashMap<u32, Box<[u8]>>,
    bytes: usize,
}

impl Dull {
    /// Where a version may say something that the last one did not; `None` if that is not known to be dull.
    pub(super) fn differing(&self, path: u32, bytes: &[u8]) -> Option<Range<usize>> {
        let last = self.versions.get(&path)?;
        let same = |(one, other): &(&u8, &u8)| one == other;
        let shortest = last.len().min(bytes.len());
        let before = common_prefix(last, bytes);
        let behind = last.iter().rev().zip(bytes.iter().rev()).take(shortest - before).take_while(same).count();
        let start = before.saturating_sub(AROUND);
        Some(start..(bytes.len() - behind + AROUND).min(bytes.len()))
    }

    /// Takes note of a version that holds nothing.
    pub(super) fn hold(&mut self, path: u32, bytes: &[u8]) {
        if self.bytes + bytes.len() > MOST_BYTES {
            *self = Self::default();
        }
        self.bytes += bytes.len();
        if let Some(old) = self.versions.insert(path, bytes.into()) {
            self.bytes -= old.len();
        }
    }

    /// Forgets a path: its newest version is not dull.
    pub(super) fn forget(&mut self, path: u32) {
        if let Some(old) = self.versions.remove(&path) {
            self.bytes -= old.len();
        }
    }
}

/// How many bytes both begin with; compared in pieces, which is many times as fast as one by one.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    const PIECE: usize = 256;
    let pieces = one.chunks_exact(PIECE).zip(other.chunks_exact(PIECE));
    let whole = PIECE * pieces.take_while(|(one, other)| one == other).count();
    whole + one[whole..].iter().zip(&other[whole..]).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_and_what_is_around_it_is_looked_at() {
        let mut dull = Dull::default();
        let old = "a line that says nothing\n".repeat(1_000);
        assert_eq!(dull.differing(1, old.as_bytes()), None);
        dull.hold(1, old.as_bytes());
        let middle = old.len() / 2;
        for changed in ["a secret", "", "a line that says"] {
            let new = format!("{}{changed}{}", &old[..middle], &old[middle..]);
            let range = dull.differing(1, new.as_bytes()).expect("it is known");
            assert!(range.len() <= changed.len() + 2 * AROUND + 25 && new[range].contains(changed));
        }
        let removed = format!("{}{}", &old[..middle], &old[middle + 2_500..]);
        assert!(dull.differing(1, removed.as_bytes()).is_some_and(|range| range.len() <= 2 * AROUND + 25));
        let shorter = &old[..100];
        assert_eq!(dull.differing(1, shorter.as_bytes()), Some(0..100));
        assert_eq!(dull.differing(1, b""), Some(0..0));
        dull.forget(1);
        assert_eq!((dull.differing(1, old.as_bytes()), dull.bytes), (None, 0));
    }

    #[test]
    fn no_more_is_kept_than_is_said() {
        let mut dull = Dull::default();
        for path in 0..100 {
            dull.hold(path, &vec![b'a'; 1 << 20]);
            assert!(dull.bytes <= MOST_BYTES && dull.differing(path, b"a").is_some());
        }
    }
}

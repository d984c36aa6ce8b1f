//! Where in a pack each object begins.

use std::fs;
use std::path::Path;

use super::Sha1;

/// The magic bytes and the version.
const HEAD: [u8; 8] = [0xff, b't', b'O', b'c', 0, 0, 0, 2];

/// For each first byte of an id, how many ids begin with it or a smaller one.
const FANOUT: usize = 256 * 4;

/// A larger index (of some four million objects) is left to git.
const LARGEST: u64 = 128 << 20;

/// An index of version 2 with SHA-1.
#[derive(Debug)]
pub(super) struct Index {
    bytes: Vec<u8>,
    /// How many objects it knows.
    count: usize,
}

impl Index {
    /// Reads a file; `None` if it is no such index.
    pub(super) fn read(path: &Path) -> Option<Self> {
        (fs::metadata(path).ok()?.len() <= LARGEST).then_some(())?;
        Self::of(fs::read(path).ok()?)
    }

    fn of(bytes: Vec<u8>) -> Option<Self> {
        let count = index(number(&bytes, HEAD.len() + FANOUT - 4)?)?;
        // Ids, checksums and offsets; two hashes end it.
        let least = HEAD.len() + FANOUT + count.checked_mul(28)? + 40;
        (bytes.starts_with(&HEAD) && bytes.len() >= least).then_some(Self { bytes, count })
    }

    /// Where an object begins.
    pub(super) fn find(&self, id: &Sha1) -> Option<u64> {
        let fanout = |first: u8| index(number(&self.bytes, HEAD.len() + 4 * usize::from(first))?);
        let [first, ..] = *id;
        let begin = first.checked_sub(1).map_or(Some(0), fanout)?;
        let end = fanout(first)?.min(self.count);
        let names = HEAD.len() + FANOUT;
        let (ids, _) = self.bytes.get(names..names + 20 * self.count)?.as_chunks::<20>();
        let found = begin + ids.get(begin..end)?.binary_search(id).ok()?;
        self.offset(found)
    }

    /// The offset of an object by its number.
    fn offset(&self, found: usize) -> Option<u64> {
        let offsets = HEAD.len() + FANOUT + 24 * self.count;
        let offset = number(&self.bytes, offsets + 4 * found)?;
        /// Set where the rest is the number of a longer offset in the table behind.
        const IS_LONG: u32 = 1 << 31;
        if offset & IS_LONG == 0 {
            return Some(offset.into());
        }
        let at = offsets + 4 * self.count + 8 * index(offset & !IS_LONG)?;
        Some(u64::from_be_bytes(*self.bytes.get(at..)?.first_chunk()?))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of these objects, which are sorted.
    fn bytes(objects: &[(Sha1, u64)]) -> Vec<u8> {
        let mut out = HEAD.to_vec();
        for first in 0..=u8::MAX {
            let upto = objects.iter().filter(|(id, _)| id[0] <= first).count();
            out.extend(u32::try_from(upto).unwrap_or(u32::MAX).to_be_bytes());
        }
        objects.iter().for_each(|(id, _)| out.extend(id));
        objects.iter().for_each(|_| out.extend([0; 4]));
        let mut long: Vec<u64> = Vec::new();
        for (_, offset) in objects {
            let short = u32::try_from(*offset).ok().filter(|offset| offset >> 31 == 0).unwrap_or_else(|| {
                long.push(*offset);
                1 << 31 | u32::try_from(long.len() - 1).unwrap_or(0)
            });
            out.extend(short.to_be_bytes());
        }
        long.iter().for_each(|offset| out.extend(offset.to_be_bytes()));
        out.extend([0; 40]);
        out
    }

    #[test]
    fn objects_are_found_by_their_ids() {
        let objects = [([0; 20], 12), ([7; 20], 900), ([8; 20], 5 << 32), ([0xff; 20], 1 << 31)];
        let index = Index::of(bytes(&objects));
        let find = |id: Sha1| index.as_ref().and_then(|index| index.find(&id));
        for (id, offset) in objects {
            assert_eq!(find(id), Some(offset));
        }
        assert_eq!(find([9; 20]), None);
        assert!(Index::of(bytes(&[])).is_some_and(|index| index.find(&[0; 20]).is_none()));
    }

    #[test]
    fn other_files_are_none() {
        let good = bytes(&[([7; 20], 12)]);
        assert!(Index::of(good.clone()).is_some());
        assert!(Index::of(good[..good.len() - 1].to_vec()).is_none(), "cut off");
        assert!(Index::of(b"\xfftOc\0\0\0\x03".to_vec()).is_none(), "another version");
        assert!(Index::of(Vec::new()).is_none());
    }

    #[test]
    fn lies_lead_nowhere() {
        let mut lying = bytes(&[([7; 20], 12), ([8; 20], 13)]);
        // More ids begin with 8 than there are, and the offset of the first is long, in a table that is not there.
        lying[HEAD.len() + 4 * 8 + 3] = 200;
        let offsets = HEAD.len() + FANOUT + 24 * 2;
        lying[offsets] = 0xff;
        let index = Index::of(lying);
        assert_eq!(index.as_ref().and_then(|index| index.find(&[7; 20])), None);
        assert_eq!(index.as_ref().and_then(|index| index.find(&[8; 20])), Some(13));
    }
}

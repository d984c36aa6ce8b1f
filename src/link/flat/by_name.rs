//! What a file has under a name.

use std::hash::{BuildHasher as _, BuildHasherDefault};

use rustc_hash::FxHasher;

/// Indices by a name. Only hashes are kept, since there are many names, and each stands with what it names.
#[derive(Debug, Default)]
pub(super) struct ByName(Box<[(u32, u32)]>);

impl ByName {
    /// The indices of these names.
    pub(super) fn of<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut sorted: Vec<(u32, u32)> = names.map(hash).zip(0..).collect();
        sorted.sort_unstable();
        Self(sorted.into_boxed_slice())
    }

    /// The indices of what has this name, in order, and now and then of something else: to be compared.
    pub(super) fn get(&self, name: &str) -> impl Iterator<Item = usize> {
        let hash = hash(name);
        let start = self.0.partition_point(|(other, _)| *other < hash);
        let equal = self.0.get(start..).unwrap_or_default().iter().take_while(move |(other, _)| *other == hash);
        equal.map(|(_, index)| *index as usize)
    }
}

fn hash(name: &str) -> u32 {
    let hash = BuildHasherDefault::<FxHasher>::default().hash_one(name);
    (hash >> 32) as u32 ^ hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_name_in_order() {
        let names = ByName::of(["quince", "seal", "quince", "medlar", "quince"].into_iter());
        assert_eq!(names.get("quince").collect::<Vec<_>>(), [0, 2, 4]);
        assert_eq!(names.get("seal").collect::<Vec<_>>(), [1]);
        assert_eq!(names.get("pear").count(), 0);
        assert_eq!(ByName::default().get("pear").count(), 0);
    }
}

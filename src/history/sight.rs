//! Reads all versions and keeps, of each secret, where it came up first and whether `HEAD` has it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::alike::Alike;
use super::id::Id;
use super::links::Ask;
use super::objects::Objects;
use super::walk::{Place, Walked};
use super::{HistoryError, Repository, in_parallel};
use crate::discover::git::GitError;
use crate::discover::git::batch::Object;
use crate::fact::{Candidate, Origin};
use crate::scan::single::{Look, Looker, Reading, Single};
use crate::scan::{Scan, ScanError};
use crate::secret::Secret;

/// What is looked at, and by what.
pub(super) struct Sight<'a> {
    pub repository: &'a Repository,
    pub scan: &'a Scan,
    /// As they were typed; none for all there is.
    pub ranges: &'a [String],
    /// The versions where each of the ranges ends, by name.
    pub ends: &'a [HashMap<String, Id>],
    pub walked: &'a Walked,
    /// The versions in `HEAD`, by name.
    pub head: &'a HashMap<String, Id>,
    pub objects: &'a Objects<'a>,
}

/// What makes candidates of many versions one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub path: u32,
    pub value: Secret,
    origin: Origin,
    subject: String,
}

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    /// The oldest version that has it.
    pub first: Place,
    /// The version in `HEAD`, if that has it.
    pub head: Option<Place>,
}

/// What all versions held.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub held: BTreeMap<Key, Held>,
    /// The names that are read into a key, with the files that read them.
    pub reads: BTreeSet<(String, Arc<str>)>,
    /// The versions whose keys depend on names of other files.
    pub asks: Vec<Ask>,
    /// How many versions were read.
    pub looked_at: usize,
    pub too_large: usize,
    /// How many are not in the repository.
    pub missing: usize,
    /// How many parts were lost to a panic.
    pub given_up: usize,
}

/// Versions that one worker reads and compares with each other, at most: starting anew takes time.
const PART: usize = 6_000;

/// A list in parts that become smaller: who is done first takes another, and none is left alone with a large one. They are
/// the same however many workers there are.
pub(super) fn shares<T>(mut list: &[T], most: usize) -> Vec<&[T]> {
    let least = (most / 24).max(1);
    let mut parts = Vec::new();
    while !list.is_empty() {
        let length = (list.len() / 4).clamp(least, most).min(list.len());
        let (part, rest) = list.split_at(length);
        parts.push(part);
        list = rest;
    }
    parts
}

/// Places that are sorted by blob, those of each together.
pub(super) fn versions(places: &[Place]) -> Vec<&[Place]> {
    places.chunk_by(|one, other| one.blob == other.blob).collect()
}

impl Sight<'_> {
    /// Looks at all versions.
    pub fn look(&self) -> Result<Seen, HistoryError> {
        // Versions of one path one after the other: they are made from each other, and mostly alike.
        let mut versions = versions(&self.walked.places);
        versions.sort_by_key(|places| places.first().map(|place| (place.path, place.blob)));
        let mut seen = Seen::default();
        for part in self.parts(&versions, PART, |part| self.look_at(part))? {
            match part {
                Some(part) => seen.add(part?),
                None => seen.given_up += 1,
            }
        }
        Ok(seen)
    }

    /// Does the same with each part of a list of versions, each with its places; `size` is the most that a part has.
    pub fn parts<R: Send>(
        &self,
        versions: &[&[Place]],
        size: usize,
        work: impl Fn(&[&[Place]]) -> R + Sync,
    ) -> Result<Vec<Option<R>>, ScanError> {
        in_parallel(self.scan, &shares(versions, size), |part| work(part))
    }

    /// Reads the blobs of these places; gives each with its places.
    pub fn read(&self, blobs: &[&[Place]], mut take: impl FnMut(&[Place], Object<'_>)) -> Result<(), GitError> {
        let id = |places: &&[Place]| self.walked.blobs.get(usize::try_from(places.first()?.blob).ok()?);
        let ids: Vec<Id> = blobs.iter().filter_map(id).copied().collect();
        self.objects.each(&ids, |index, object| {
            if let Some(places) = blobs.get(index) {
                take(places, object);
            }
        })
    }

    /// The path of a place.
    pub fn path(&self, index: u32) -> Option<&Arc<str>> {
        self.walked.paths.get(usize::try_from(index).ok()?)
    }

    /// The id of a commit by its number.
    pub fn commit(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.walked.commits.get(index).map(String::as_str)
    }

    /// Whether `HEAD` has this version under this name.
    pub fn is_in_head(&self, place: Place) -> bool {
        let id = usize::try_from(place.blob).ok().and_then(|blob| self.walked.blobs.get(blob));
        let path = self.path(place.path);
        path.and_then(|path| self.head.get(&**path)).is_some_and(|version| Some(version) == id)
    }

    fn look_at(&self, blobs: &[&[Place]]) -> Result<Seen, GitError> {
        let mut seen = Seen::default();
        let mut buffers = Buffers::default();
        self.read(blobs, |places, object| match object {
            Object::Missing => seen.missing += 1,
            Object::TooLarge(_) => seen.too_large += 1,
            Object::Content(bytes) => {
                seen.looked_at += 1;
                let mut readings = Vec::new();
                for &place in places {
                    self.look_at_version(place, bytes, &mut readings, &mut buffers, &mut seen);
                }
            }
        })?;
        Ok(seen)
    }

    /// Looks at a version under one of its names; `readings` is what was seen of it under others.
    fn look_at_version<'s>(
        &'s self,
        place: Place,
        bytes: &[u8],
        readings: &mut Vec<Read<'s>>,
        buffers: &mut Buffers,
        seen: &mut Seen,
    ) {
        let Some(path) = self.path(place.path) else { return };
        let config = &self.scan.config;
        let reading = Reading::of(path, config);
        let index = readings.iter().position(|read| read.reading == reading).unwrap_or_else(|| {
            let look = buffers.looker.look(path, reading, bytes, config);
            readings.push(Read { reading, look, is_known_to_say_nothing: false });
            readings.len() - 1
        });
        let Some(read) = readings.get_mut(index) else { return };
        let Some(look) = read.look else { return };
        let in_head = self.is_in_head(place);
        // What HEAD has is looked at in any case: it matters whether a secret is still there.
        if buffers.alike.is_known(place, path, bytes) && !in_head {
            return;
        }
        if read.is_known_to_say_nothing {
            return;
        }
        let Some(single) = Single::of(self.scan, path, bytes, look) else {
            read.is_known_to_say_nothing = true;
            return;
        };
        seen.reads.extend(single.key_names().map(|name| (name.to_owned(), path.clone())));
        if let Some(words) = single.asked() {
            seen.asks.extend(Ask::new(place, words, bytes));
        }
        let head = in_head.then_some(place);
        for candidate in single.candidates() {
            seen.hold(Key::of(candidate, place.path), Held { first: place, head });
        }
        for value in single.private_keys() {
            seen.hold(Key::private(place.path, value), Held { first: place, head });
        }
    }
}

/// What is known of a version under names that are read alike.
struct Read<'s> {
    reading: Reading<'s>,
    look: Option<Look>,
    /// It said nothing under one of them.
    is_known_to_say_nothing: bool,
}

/// What is kept from one version of a part to the next.
#[derive(Default)]
struct Buffers {
    looker: Looker,
    alike: Alike,
}

impl Key {
    /// What a version of a file holds.
    pub fn of(candidate: &Candidate, path: u32) -> Self {
        let Candidate { secret, origin, subject, .. } = candidate;
        Self { path, value: secret.clone(), origin: *origin, subject: subject.clone() }
    }

    /// A private key that only what it is called may speak for.
    fn private(path: u32, value: Secret) -> Self {
        Self { path, value, origin: Origin::PrivateKey, subject: String::new() }
    }

    /// A literal that another file makes a key of.
    pub fn linked(path: u32, value: &Secret) -> Self {
        Self { path, value: value.clone(), origin: Origin::Literal, subject: String::new() }
    }
}

impl Seen {
    /// Takes note of a secret; the oldest place counts.
    pub fn hold(&mut self, key: Key, held: Held) {
        match self.held.entry(key) {
            Entry::Vacant(entry) => drop(entry.insert(held)),
            Entry::Occupied(mut entry) => {
                let old = entry.get_mut();
                let order = |place: Place| (place.commit, place.blob);
                if order(held.first) < order(old.first) {
                    old.first = held.first;
                }
                old.head = old.head.or(held.head);
            }
        }
    }

    fn add(&mut self, other: Seen) {
        for (key, held) in other.held {
            self.hold(key, held);
        }
        self.reads.extend(other.reads);
        self.asks.extend(other.asks);
        self.looked_at += other.looked_at;
        self.too_large += other.too_large;
        self.missing += other.missing;
        self.given_up += other.given_up;
    }

    /// Which files of `HEAD` hold each value.
    pub fn in_head(&self) -> BTreeMap<&Secret, BTreeSet<u32>> {
        let mut in_head: BTreeMap<&Secret, BTreeSet<u32>> = BTreeMap::new();
        for (key, _) in self.held.iter().filter(|(_, held)| held.head.is_some()) {
            in_head.entry(&key.value).or_default().insert(key.path);
        }
        in_head
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_smaller_and_are_all_there_is() {
        let list: Vec<u32> = (0..41_000).collect();
        let parts = shares(&list, PART);
        assert_eq!(parts.concat(), list);
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        assert!(lengths.is_sorted_by(|one, next| one >= next), "{lengths:?}");
        assert!(lengths.first() == Some(&PART) && lengths.last().is_some_and(|&last| last <= PART / 24));
        assert_eq!(
            shares(&list[..40], 96).iter().map(|part| part.len()).collect::<Vec<_>>(),
            [10, 7, 5, 4, 4, 4, 4, 2]
        );
        assert_eq!(shares(&list[..3], 2).len(), 3);
        assert!(shares(&list[..0], PART).is_empty());
    }
}

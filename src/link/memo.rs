//! Answers that are given once and remembered.

use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// An answer that was given before, or is found now. Nothing is locked while it is found: two workers may
/// find the same one.
pub(super) fn remembered<K: Hash + Eq, V: Clone>(
    known: &Mutex<FxHashMap<K, V>>,
    key: K,
    find: impl FnOnce() -> V,
) -> V {
    let before = known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    before.unwrap_or_else(|| {
        let found = find();
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found.clone());
        found
    })
}

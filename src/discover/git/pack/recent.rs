//! Contents that were read lately, up to a size.

use std::collections::VecDeque;
use std::hash::Hash;
use std::rc::Rc;

use rustc_hash::FxHashMap;

/// Keeps contents by what names them, until there are too many bytes; then the oldest goes.
pub(super) struct Recent<K> {
    kept: FxHashMap<K, Rc<Vec<u8>>>,
    /// In the order in which they came.
    order: VecDeque<K>,
    /// How many bytes are kept.
    size: usize,
    most: usize,
    /// What is of no use any more but for its room.
    rooms: Vec<Vec<u8>>,
}

/// As many rooms are kept; each may be as large as what it held.
const ROOMS: usize = 16;

impl<K: Copy + Eq + Hash> Recent<K> {
    pub(super) fn new(most: usize) -> Self {
        Self { kept: FxHashMap::default(), order: VecDeque::new(), size: 0, most, rooms: Vec::new() }
    }

    pub(super) fn get(&self, name: &K) -> Option<Rc<Vec<u8>>> {
        self.kept.get(name).cloned()
    }

    pub(super) fn keep(&mut self, name: K, content: Rc<Vec<u8>>) {
        self.size += content.len();
        if let Some(old) = self.kept.insert(name, content) {
            self.size -= old.len();
        } else {
            self.order.push_back(name);
        }
        while self.size > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            let Some(content) = self.kept.remove(&oldest) else { continue };
            self.size -= content.len();
            if let Ok(room) = Rc::try_unwrap(content) {
                self.reuse(room);
            }
        }
    }

    /// Room for something else, in which anything may stand.
    pub(super) fn room(&mut self) -> Vec<u8> {
        self.rooms.pop().unwrap_or_default()
    }

    pub(super) fn reuse(&mut self, room: Vec<u8>) {
        /// Larger ones are rarely of use again.
        const LARGEST: usize = 1 << 20;
        if self.rooms.len() < ROOMS && room.capacity() <= LARGEST {
            self.rooms.push(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes() {
        let mut recent = Recent::new(10);
        let content = |length| Rc::new(vec![0; length]);
        recent.keep(1, content(4));
        recent.keep(2, content(4));
        recent.keep(2, content(5));
        assert!(recent.get(&1).is_some() && recent.get(&2).is_some_and(|content| content.len() == 5));
        recent.keep(3, content(2));
        assert!(recent.get(&1).is_none(), "11 bytes are too many");
        assert!(recent.get(&2).is_some() && recent.get(&3).is_some());
        assert_eq!((recent.size, recent.room().len()), (7, 4));
        recent.keep(4, content(11));
        assert!(recent.get(&4).is_none() && recent.size == 0, "what is larger than all is not kept");
    }
}

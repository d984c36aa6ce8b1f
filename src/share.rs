//! How work is shared among workers, and what each of them keeps from one task to the next.

use std::cell::Cell;
use std::thread::LocalKey;

/// So many files a worker takes at a time: they differ so much in what they take that a larger share leaves the other
/// workers with nothing to do at the end.
pub(crate) const FEW_FILES: usize = 16;

/// Lends what a worker keeps to a task. A task that this one waits for gets a new one.
pub(crate) fn lend<K: Default, T>(kept: &'static LocalKey<Cell<K>>, task: impl FnOnce(&mut K) -> T) -> T {
    let mut lent = kept.take();
    let done = task(&mut lent);
    kept.set(lent);
    done
}

/// Lends a worker's buffer for the bytes of a file.
pub(crate) fn with_buffer<T>(task: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    thread_local! {
        static BUFFER: Cell<Vec<u8>> = Cell::default();
    }
    lend(&BUFFER, task)
}

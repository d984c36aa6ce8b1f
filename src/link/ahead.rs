//! Reading ahead: workers that have no task left read what those who have one are going to look into.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

/// What is going to be looked into, by someone who begins at the front.
#[derive(Debug)]
struct Request<W> {
    number: usize,
    files: Vec<usize>,
    /// What is wanted of each file.
    wanted: Arc<W>,
}

#[derive(Debug)]
struct State<W> {
    requests: Vec<Request<W>>,
    /// How many requests there were.
    asked: usize,
    /// Workers that have a task.
    working: usize,
}

/// Tasks for all workers, and what is to be read ahead for them.
#[derive(Debug)]
pub(super) struct Ahead<W> {
    state: Mutex<State<W>>,
    changed: Condvar,
    /// Workers that have no task left: without any, nobody is asked.
    idle: AtomicUsize,
}

impl<W> Default for Ahead<W> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State { requests: Vec::new(), asked: 0, working: 0 }),
            changed: Condvar::new(),
            idle: AtomicUsize::new(0),
        }
    }
}

impl<W: Send + Sync> Ahead<W> {
    /// What the tasks `0..count` give, in their order. Who finds none left reads what others are going to look into.
    pub fn share<T: Send + Sync>(
        &self,
        count: usize,
        task: impl Fn(usize) -> T + Sync,
        read: impl Fn(usize, &W) + Sync,
    ) -> Vec<T> {
        let done: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        self.state().working = rayon::current_num_threads();
        rayon::broadcast(|_| {
            // A task that panics is one that ends, or the others would wait for it.
            let ended = Ended(self);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(slot) = done.get(number) else { break };
                // Each number is taken once, so that nothing is there.
                let _ = slot.set(task(number));
            }
            drop(ended);
            self.idle.fetch_add(1, Ordering::Relaxed);
            while let Some((file, wanted)) = self.next_wanted() {
                read(file, &wanted);
            }
            self.idle.fetch_sub(1, Ordering::Relaxed);
        });
        done.into_iter().filter_map(OnceLock::into_inner).collect()
    }

    /// Lets those who have nothing to do read files, as long as what this gives is kept.
    pub fn ask(&self, files: &[usize], wanted: impl FnOnce() -> W) -> Option<Asked<'_, W>> {
        // The first is looked into at once.
        let [_, later @ ..] = files else { return None };
        if later.is_empty() || self.idle.load(Ordering::Relaxed) == 0 {
            return None;
        }
        let (files, wanted) = (later.to_vec(), Arc::new(wanted()));
        let mut state = self.state();
        state.asked += 1;
        let number = state.asked;
        state.requests.push(Request { number, files, wanted });
        drop(state);
        self.changed.notify_all();
        Some(Asked { of: self, number })
    }

    /// The file that is wanted last of those who asked last; waits for one as long as somebody has a task.
    fn next_wanted(&self) -> Option<(usize, Arc<W>)> {
        let mut state = self.state();
        loop {
            while let Some(request) = state.requests.last_mut() {
                match request.files.pop() {
                    Some(file) => return Some((file, request.wanted.clone())),
                    None => drop(state.requests.pop()),
                }
            }
            if state.working == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker that has a task.
struct Ended<'a, W: Send + Sync>(&'a Ahead<W>);

impl<W: Send + Sync> Drop for Ended<'_, W> {
    fn drop(&mut self) {
        self.0.state().working -= 1;
        self.0.changed.notify_all();
    }
}

/// Files that are read ahead.
pub(super) struct Asked<'a, W: Send + Sync> {
    of: &'a Ahead<W>,
    number: usize,
}

impl<W: Send + Sync> Drop for Asked<'_, W> {
    fn drop(&mut self) {
        self.of.state().requests.retain(|request| request.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize) -> rayon::ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start")
    }

    #[test]
    fn what_tasks_give_comes_in_their_order() {
        for threads in [1, 2, 5] {
            let ahead: Ahead<()> = Ahead::default();
            let squares = pool(threads).install(|| ahead.share(100, |number| number * number, |_, ()| ()));
            assert_eq!(squares, (0..100).map(|number| number * number).collect::<Vec<_>>());
            assert!(pool(threads).install(|| ahead.share(0, |number| number, |_, ()| ())).is_empty());
        }
    }

    #[test]
    fn who_has_no_task_reads_what_another_is_going_to_look_into() {
        let ahead: Ahead<&str> = Ahead::default();
        let read = Mutex::new(Vec::new());
        let task = |_| {
            // Until the other worker has nothing to do, nobody is asked.
            let asked = loop {
                match ahead.ask(&[7, 8, 9], || "words") {
                    Some(asked) => break asked,
                    None => std::thread::yield_now(),
                }
            };
            while read.lock().expect("no test panics").len() < 2 {
                std::thread::yield_now();
            }
            drop(asked);
        };
        pool(2)
            .install(|| ahead.share(1, task, |file, words| read.lock().expect("no test panics").push((file, *words))));
        assert_eq!(read.into_inner().expect("no test panics"), [(9, "words"), (8, "words")]);
    }

    #[test]
    fn nobody_is_asked_where_all_have_a_task() {
        let ahead: Ahead<()> = Ahead::default();
        pool(1).install(|| ahead.share(3, |_| assert!(ahead.ask(&[1, 2, 3], || ()).is_none()), |_, ()| ()));
        assert!(ahead.ask(&[1, 2, 3], || ()).is_none());
    }

    #[test]
    fn a_task_that_panics_lets_nobody_wait() {
        let ahead: Ahead<()> = Ahead::default();
        let shared = || pool(2).install(|| ahead.share(2, |number| assert_eq!(number, 0), |_, ()| ()));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(shared)).is_err());
    }
}

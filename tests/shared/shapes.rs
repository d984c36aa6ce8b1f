//! What all tests of generated cases do: scan many small trees, on all processors.

use std::path::Path;

use jwtlint::config::Config;
use jwtlint::finding::Report;
use jwtlint::scan;

use crate::tree::scan_tree;

/// What is found in these files; one alone needs no folder.
pub fn scan_files<P: AsRef<str> + AsRef<Path>, T: AsRef<str>>(files: &[(P, T)]) -> Report {
    match files {
        [(path, text)] => {
            scan::scan_text(Config::default(), AsRef::<str>::as_ref(path), text.as_ref().as_bytes()).unwrap()
        }
        _ => scan_tree(Config::default(), files).unwrap(),
    }
}

/// Judges each case, on as many threads as there are processors: a scan brings its own workers, but for a small tree
/// one.
pub fn verdicts<C: Sync, V: Send>(cases: &[C], verdict: impl Fn(&C) -> V + Sync) -> Vec<(&C, V)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(threads));
        let workers: Vec<_> = parts
            .map(|part| scope.spawn(|| part.iter().map(|case| (case, verdict(case))).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

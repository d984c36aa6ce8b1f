//! Secrets that commits introduced, whether or not they are still there: who can read a repository can read its
//! history, so each of them has to be rotated.
//!
//! Every version of every file is looked at once. First `walk` asks git which commit brought which version under
//! which name, oldest first; then all versions are read, from a few processes, and dismissed by the same cheap look at
//! their bytes that a scan takes; what is left, and is not `alike` to what came before, is analyzed. A version is
//! analyzed by itself: names and keys are linked within it, and entries of environment and configuration files with
//! what any version of any file reads into a key. Then `links` follows names of other files, and the `tree` of `HEAD`,
//! or where a range ends, is judged as a whole; what they find is traced (`trail`) to the version that brought the literal.
//!
//! The many versions of a file that hold one secret are one finding, at the version that brought it. Only that one,
//! and the one in `HEAD`, are judged; so memory depends on how many secrets there are, and not on how often they were
//! committed.

mod alike;
mod aside;
mod asked;
mod date;
mod id;
mod links;
mod moved;
mod objects;
mod past;
mod repository;
mod sight;
mod trail;
mod tree;
mod verdict;
mod walk;

use std::collections::HashMap;
use std::path::PathBuf;

use crate::config::{Config, FILE_NAMES};
use crate::discover::git::GitError;
use crate::discover::{self, ExcludeSet};
use crate::finding::{Finding, Notification, NotificationSeverity, Report};
use crate::link::Projects;
use crate::scan::{self, Judged, Scan, ScanError};
use id::Id;
use objects::Objects;

pub use repository::Repository;

/// What to look at.
#[derive(Debug)]
pub struct History {
    /// Whose history.
    pub repository: Repository,
    /// Revisions and ranges, as git reads them; all that any reference reaches if there are none.
    pub ranges: Vec<String>,
    /// How to judge it, with paths relative to the top of the tree.
    pub scan: Scan,
}

/// Why a history cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// There is none.
    #[error("there is no git repository at `{}`", .0.display())]
    NoRepository(PathBuf),
    /// A revision that is something else.
    #[error("`{0}` is not a commit, nor a range of commits")]
    NoCommit(String),
    /// Ranges that only leave commits out.
    #[error("nothing says which commits to look at: `{0}` only leaves some out")]
    NoEnd(String),
    /// Git does not tell.
    #[error("the history cannot be read: {0}")]
    Git(String),
    /// A partial clone that does not even say which files there were.
    #[error(
        "the history cannot be read: this clone was made with `--filter={0}` and lacks trees, and nothing is fetched \
         for you; a clone without a filter has it all"
    )]
    NoTrees(String),
    /// No workers.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl From<GitError> for HistoryError {
    fn from(error: GitError) -> Self {
        Self::Git(error.to_string())
    }
}

impl History {
    /// A history, judged by this configuration.
    pub fn new(repository: Repository, mut config: Config, exclude: ExcludeSet, threads: usize) -> Self {
        config.of_history = true;
        let discover = discover::Options {
            exclude,
            max_file_size: config.max_file_size.min(discover::LARGEST),
            current_dir: repository.directory().to_path_buf(),
            threads,
            ..discover::Options::default()
        };
        Self { repository, ranges: Vec::new(), scan: Scan { discover, config, threads } }
    }
}

/// Looks at all versions of all files.
///
/// # Errors
///
/// If git does not tell what there is; what is not there of a partial clone is a notification in the report.
pub fn history(history: &History) -> Result<Report, HistoryError> {
    judged(history).map(|judged| judged.report)
}

/// The same with the values of the findings.
pub(crate) fn judged(history: &History) -> Result<Judged, HistoryError> {
    all_judged(history).map_err(|error| match error {
        HistoryError::Git(_) => history.repository.tree_filter().map_or(error, HistoryError::NoTrees),
        error => error,
    })
}

fn all_judged(history: &History) -> Result<Judged, HistoryError> {
    let History { repository, ranges, .. } = history;
    let head = repository.head_versions()?;
    let links = repository.head_links()?;
    let scan = &configured(history, head.keys().chain(&links).map(String::as_str))?;
    let ends = repository.ends(ranges)?;
    let ends = ends.iter().map(|commit| repository.versions_in(commit)).collect::<Result<Vec<_>, _>>()?;
    let walked = walk::walk(repository, ranges, &ends, scan)?;
    if ends.is_empty() && !ranges.is_empty() {
        return Err(HistoryError::NoEnd(ranges.join(" ")));
    }
    let objects = Objects::of(repository, scan.discover.max_file_size)?;
    let sight = sight::Sight { repository, scan, ranges, ends: &ends, walked: &walked, head: &head, objects: &objects };
    let mut seen = sight.look()?;
    let projects = Projects::new(walked.paths.iter().map(|path| &**path));
    let asked = asked::by(&seen, &projects);
    if let Some(asked) = &asked {
        asked::look(&sight, asked, &projects, &mut seen)?;
    }
    let links::Linked { mut trails, left_out } = links::follow(&sight, &seen)?;
    let whole = tree::judge(&sight)?;
    let is_whole = whole.is_some();
    trails.extend(whole.into_iter().flatten());
    let linked = trail::follow(&sight, trails, &mut seen)?;
    let readers = verdict::Readers { projects: &projects, asked: asked.as_ref() };
    let (findings, values) = verdict::verdict(&sight, &seen, readers, linked)?.into_iter().unzip();
    let mut report = Report {
        findings,
        files_scanned: seen.looked_at,
        files_skipped: seen.too_large,
        commits: Some(walked.commits.len()),
        ..Report::default()
    };
    report.notifications = notifications(&walked, &seen, scan.discover.max_file_size);
    report.notifications.extend(unlinked(left_out, is_whole, ranges));
    report.notifications.extend(unread_configuration(history, &head));
    report.notifications.extend(scan.config.passed_over());
    let is_all = ranges.is_empty() && !walked.shallow && seen.missing + seen.given_up == 0;
    if is_all {
        report.notifications.extend(unneeded(&scan.config, &report.findings));
    }
    report.notifications.sort();
    Ok(Judged { report, values })
}

/// Allowances of the history that no finding needs.
fn unneeded(config: &Config, findings: &[Finding]) -> Vec<Notification> {
    let needed = |fingerprint: &String| findings.iter().any(|finding| finding.fingerprint == *fingerprint);
    let entries = config.all().flat_map(|config| config.allow.iter().map(|allow| (config.path.as_deref(), allow)));
    let unneeded = entries.filter_map(move |(path, allow)| {
        let fingerprint = allow.fingerprint.as_ref().filter(|fingerprint| allow.for_history && !needed(fingerprint))?;
        Some(Notification {
            path: path.map(Into::into),
            severity: NotificationSeverity::Warning,
            message: format!("allowance of `{fingerprint}` is not needed: there is no such finding in the history"),
        })
    });
    unneeded.collect()
}

fn notifications(walked: &walk::Walked, seen: &sight::Seen, max: u64) -> Vec<Notification> {
    let about = |severity, message| Notification { path: None, severity, message };
    let shallow = walked.shallow.then(|| {
        let message = "the repository is shallow: what the oldest commits here hold may be older, \
                       and what was removed before is not looked at";
        about(NotificationSeverity::Warning, message.to_owned())
    });
    let missing = (seen.missing > 0).then(|| {
        let message = format!(
            "{} versions of files are not in this clone and were not looked at; nothing is fetched for you",
            seen.missing
        );
        about(NotificationSeverity::Failure, message)
    });
    let large = (seen.too_large > 0).then(|| {
        let message = format!("{} versions of files exceed the limit of {max} bytes (--max-file-size)", seen.too_large);
        about(NotificationSeverity::Warning, message)
    });
    let panicked = (seen.given_up > 0).then(|| {
        let message = format!("internal error: {} parts of the history were not looked at", seen.given_up);
        about(NotificationSeverity::Failure, message)
    });
    shallow.into_iter().chain(missing).chain(large).chain(panicked).collect()
}

/// The scan with the configurations that lie below the top of the work tree, for all versions of the files there.
fn configured<'n>(history: &History, head: impl Iterator<Item = &'n str>) -> Result<Scan, ScanError> {
    let Scan { discover, config, threads } = &history.scan;
    let mut config = config.clone();
    if config.nests && !history.repository.is_bare() {
        config = config.with_nested(history.repository.directory(), [], head)?;
    }
    Ok(Scan { discover: discover.clone(), config, threads: *threads })
}

/// Configurations that only a work tree would have.
fn unread_configuration(history: &History, head: &HashMap<String, Id>) -> Option<Notification> {
    let is_one = |name: &String| FILE_NAMES.contains(&name.rsplit('/').next().unwrap_or(name));
    let unread = history.scan.config.nests && history.repository.is_bare() && head.keys().any(is_one);
    unread.then(|| Notification {
        path: None,
        severity: NotificationSeverity::Warning,
        message: "the configuration in HEAD was not read: a bare repository has no work tree (see --config)".to_owned(),
    })
}

/// What was not linked because there is too much of it.
fn unlinked(left_out: usize, is_whole: bool, ranges: &[String]) -> Vec<Notification> {
    let about = |message| Notification { path: None, severity: NotificationSeverity::Warning, message };
    let versions = (left_out > 0).then(|| {
        about(format!(
            "{left_out} of the oldest versions of files were not judged together with what they import: there are too many"
        ))
    });
    let what = if ranges.is_empty() { "HEAD" } else { "the tree at the end of a range" };
    let tree =
        (!is_whole).then(|| about(format!("{what} is too large to be judged as a whole; `jwtlint check` does so")));
    versions.into_iter().chain(tree).collect()
}

/// Workers as many as are asked for, or as the machine has.
fn workers(scan: &Scan) -> usize {
    let all = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if scan.threads == 0 { all() } else { scan.threads }
}

/// Does the parts of some work on several threads, each with a stack for parsers and nobody else's work to take up.
fn in_parallel<P: Sync, R: Send>(
    scan: &Scan,
    parts: &[P],
    work: impl Fn(&P) -> R + Sync,
) -> Result<Vec<Option<R>>, ScanError> {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    let pools = (0..workers(scan).min(parts.len())).map(|_| scan::worker()).collect::<Result<Vec<_>, _>>()?;
    let mut done: Vec<Option<R>> = parts.iter().map(|_| None).collect();
    let results = std::thread::scope(|scope| {
        let run = |pool: &rayon::ThreadPool| {
            pool.install(|| {
                let mut mine = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(part) = parts.get(index) else { break };
                    mine.push((index, work(part)));
                }
                mine
            })
        };
        let threads: Vec<_> = pools.iter().map(|pool| scope.spawn(move || run(pool))).collect();
        // A thread that panics loses its parts; that they are lost is told.
        threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect::<Vec<_>>()
    });
    for (index, result) in results {
        if let Some(slot) = done.get_mut(index) {
            *slot = Some(result);
        }
    }
    Ok(done)
}

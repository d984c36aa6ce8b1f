//! What is on disk: given files, walked directories, and what git tracks besides.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use rayon::prelude::*;

use super::filter::Filter;
use super::git::{Entry, EntryKind};
use super::given::Given;
use super::track::{Answer, Asker, Question, Repositories};
use super::walk::{Walk, Walked};
use super::{Content, Discovery, Input, Options, names, place, track};
use crate::finding::Notification;
use crate::source::Tracking;

/// How many git processes run at a time beside the walk.
const ASKING_THREADS: usize = 2;

/// How many given files git is asked about one by one.
const MOST_FILES: usize = 100;

/// A file that will be an input.
#[derive(Debug)]
struct File {
    name: String,
    path: PathBuf,
    explicit: bool,
    tracking: Tracking,
}

/// Finds the inputs among the places of the given paths.
pub(super) fn discover(options: &Options, root: &Path, places: Vec<PathBuf>) -> Discovery {
    let filter = options.filter();
    let given = Given::sort_out(places, root, options.force_exclude.then_some(filter));
    let walk = Walk { root, filter, ignores: !options.no_ignores, threads: options.threads };
    let current_dir = place::resolve(&options.current_dir);
    let asker = Asker { root, current: place::work_tree(&current_dir) };
    let (mut walked, answers) = walk_and_ask(walk, asker, &given);

    let scope = Scope { root, filter, directories: &given.directories };
    let repositories = Repositories::new(answers, asker, |module| matches!(scope.reach(module, true), Reach::Wanted));
    let mut skipped: BTreeSet<PathBuf> = given.skipped.into_iter().collect();
    skipped.append(&mut walked.skipped);

    let explicit = given.files.into_iter().map(|(name, path)| File::new(name, path, true));
    let found = walked.files.into_iter().map(|(name, path)| File::new(name, path, false));
    let mut files: Vec<File> = explicit.chain(found).collect();
    files.extend(walked.links.iter().filter_map(|link| scope.behind_link(link)));
    sort(&mut files);
    let hidden = mark_tracked(&mut files, &repositories.entries);
    let hidden: Vec<File> = scope.on_disk(&hidden, &mut skipped).collect();
    if !hidden.is_empty() {
        files.extend(hidden);
        sort(&mut files);
    }
    let obedient = !options.no_ignores && given.directories.iter().all(|directory| repositories.has_top(directory));
    let unanswered = mark_untracked(&mut files, &repositories, asker, obedient);

    let mut notifications = given.notifications;
    notifications.extend(unanswered);
    notifications.extend(walked.notifications);
    notifications.extend(repositories.notifications);
    for file in files.iter().filter(|file| file.explicit) {
        skipped.remove(&file.path);
    }
    Discovery {
        root: root.to_path_buf(),
        inputs: files.into_iter().map(File::into_input).collect(),
        links: walked.links.iter().filter_map(|link| place::relative(root, link)).collect(),
        notifications,
        skipped: skipped.len(),
    }
}

/// Walks the directories, and meanwhile asks git about the repositories that are known and those that turn up.
fn walk_and_ask(walk: Walk<'_>, asker: Asker<'_>, given: &Given) -> (Walked, Vec<Answer>) {
    let questions = first_questions(given);
    if given.directories.is_empty() {
        return (Walked::default(), questions.into_iter().map(|question| asker.ask(question)).collect());
    }
    let known: BTreeSet<PathBuf> = questions.iter().map(|question| question.top.clone()).collect();
    let asked = Mutex::new(known);
    let (sender, receiver) = mpsc::channel();
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        let askers: Vec<_> = (0..ASKING_THREADS).map(|_| scope.spawn(|| asker.ask_all(&receiver))).collect();
        let send = |question| {
            // The receiving side lives until the sender is dropped.
            let _ = sender.send(question);
        };
        questions.into_iter().for_each(send);
        let walked = walk.run(&given.directories, |top| {
            let new = asked.lock().unwrap_or_else(PoisonError::into_inner).insert(top.to_path_buf());
            if new {
                send(Question::all(top));
            }
        });
        drop(sender);
        let answers = askers.into_iter().flat_map(|asker| match asker.join() {
            Ok(answers) => answers,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        (walked, answers.collect())
    })
}

/// One question for each repository that holds a given path and whose answer matters.
fn first_questions(given: &Given) -> Vec<Question> {
    let mut questions: BTreeMap<PathBuf, Question> = BTreeMap::new();
    let files = given.files.iter().filter(|(name, _)| names::tracking_matters(last(name)));
    let files = files.filter_map(|(_, path)| Some((path.parent()?, Some(path))));
    let mut tops: BTreeMap<&Path, Option<&Path>> = BTreeMap::new();
    let mut whole = BTreeSet::new();
    for (directory, file) in given.directories.iter().map(|path| (path.as_path(), None)).chain(files) {
        let Some(top) = *tops.entry(directory).or_insert_with(|| place::work_tree(directory)) else { continue };
        let question = questions
            .entry(top.to_path_buf())
            .or_insert_with(|| Question { from: directory.to_path_buf(), ..Question::all(top) });
        question.from = place::common_directory(&question.from, directory).unwrap_or_else(|| top.to_path_buf());
        match file {
            Some(file) => question.files.push(file.clone()),
            None => {
                whole.insert(top.to_path_buf());
            }
        }
    }
    for question in questions.values_mut() {
        // A directory needs all there is; a long list of files is not worth its length.
        if whole.contains(&question.top) || question.files.len() > MOST_FILES {
            question.files.clear();
        }
    }
    questions.into_values().collect()
}

/// What belongs to the scan.
#[derive(Clone, Copy)]
struct Scope<'a> {
    root: &'a Path,
    filter: Filter<'a>,
    /// Given ones, sorted.
    directories: &'a [PathBuf],
}

/// How a path stands to the scan.
enum Reach {
    Wanted,
    /// By this part of it.
    Skipped(PathBuf),
    Outside,
}

impl Scope<'_> {
    /// Whether a path lies below a given directory, and nothing between them is passed over.
    fn reach(self, path: &Path, is_directory: bool) -> Reach {
        let mut reach = Reach::Outside;
        for base in place::holding(self.directories, path) {
            match self.filter.skipped_part(base, path, is_directory) {
                None => return Reach::Wanted,
                Some(part) => reach = Reach::Skipped(part),
            }
        }
        reach
    }

    /// The file that a link leads to, if it is in the root and no directory that is walked anyway holds it.
    fn behind_link(self, link: &Path) -> Option<File> {
        let path = place::canonical(link).ok()?;
        let name = place::relative(self.root, &path)?;
        let walked = place::holding(self.directories, &path).next().is_some();
        let wanted = !walked && path.is_file() && self.filter.skipped_part(self.root, &path, false).is_none();
        wanted.then(|| File::new(name, path, false))
    }

    /// Those of the tracked files no walk has found that are there and wanted; what is not wanted is noted.
    fn on_disk(self, entries: &[&Entry], skipped: &mut BTreeSet<PathBuf>) -> impl Iterator<Item = File> {
        // Entries are sorted: one below a directory that was just passed over needs no second thought.
        let mut last: Option<PathBuf> = None;
        entries.iter().filter_map(move |entry| {
            if entry.kind != EntryKind::File {
                return None;
            }
            let listed = entry.path();
            if last.as_ref().is_some_and(|last| listed.starts_with(last)) {
                return None;
            }
            match self.reach(&listed, false) {
                Reach::Wanted => {}
                Reach::Outside => return None,
                Reach::Skipped(part) => {
                    last = Some(part.clone());
                    skipped.insert(part);
                    return None;
                }
            }
            if !fs::symlink_metadata(&listed).is_ok_and(|metadata| metadata.is_file()) {
                return None;
            }
            // A directory above it may have become a link since the file was added.
            // (Where case does not matter, the index may write a name in another way than the disk.)
            let path = place::canonical(&listed).ok()?;
            let same = path.as_os_str().eq_ignore_ascii_case(listed.as_os_str());
            let name = place::relative(self.root, &path).filter(|_| same)?;
            Some(File { name, path, explicit: false, tracking: Tracking::Tracked })
        })
    }
}

/// By name, each once; the explicit one stays.
fn sort(files: &mut Vec<File>) {
    files.par_sort_unstable_by(|a, b| {
        let names = a.name.cmp(&b.name);
        names
            .then(b.explicit.cmp(&a.explicit))
            .then_with(|| (b.tracking == Tracking::Tracked).cmp(&(a.tracking == Tracking::Tracked)))
    });
    files.dedup_by(|a, b| a.name == b.name);
}

/// Marks the files that are tracked, and returns the tracked ones that are not among them. Both are sorted by name.
fn mark_tracked<'a>(files: &mut [File], entries: &'a [Entry]) -> Vec<&'a Entry> {
    let mut files = files.iter_mut().peekable();
    let mut hidden = Vec::new();
    for entry in entries {
        while files.next_if(|file| file.name < entry.name).is_some() {}
        match files.next_if(|file| file.name == entry.name) {
            Some(file) => file.tracking = Tracking::Tracked,
            None => hidden.push(entry),
        }
    }
    hidden
}

/// Tells ignored files from others among those that are not tracked.
///
/// A walk that obeys ignore files finds few ignored ones: those that only the repository's own settings name, and those
/// in an ignored directory that was given. All others have to be asked about. `obedient` says that the walk was such.
/// Returns where git did not answer.
fn mark_untracked(
    files: &mut [File],
    repositories: &Repositories,
    asker: Asker<'_>,
    obedient: bool,
) -> Vec<Notification> {
    let mut unanswered = Vec::new();
    let mut doubtful: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    let is_likely_untracked = |file: &File| obedient && !file.explicit;
    for (index, file) in files.iter_mut().enumerate().filter(|(_, file)| file.tracking == Tracking::Unknown) {
        let Some((top, true)) = repositories.holding(&file.path) else { continue };
        let matters = names::tracking_matters(last(&file.name));
        if file.explicit && !matters {
            continue;
        }
        file.tracking = Tracking::Untracked;
        if matters {
            doubtful.entry(top.to_path_buf()).or_default().push(index);
        }
    }
    for (top, indices) in doubtful {
        let paths: Vec<&Path> = indices.iter().filter_map(|&index| files.get(index)).map(|file| &*file.path).collect();
        let answer = asker.ignored(&top, &paths);
        let all_likely = indices.iter().filter_map(|&index| files.get(index)).all(is_likely_untracked);
        let error = answer.as_ref().err().filter(|_| !all_likely);
        unanswered.extend(error.map(|error| track::unanswered(asker.root, &top, error)));
        for index in indices {
            let Some(file) = files.get_mut(index) else { continue };
            file.tracking = match &answer {
                Ok(ignored) if ignored.contains(&file.path) => Tracking::Ignored,
                Ok(_) => Tracking::Untracked,
                Err(_) if is_likely_untracked(file) => Tracking::Untracked,
                Err(_) => Tracking::Unknown,
            };
        }
    }
    unanswered
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

impl File {
    fn new(name: String, path: PathBuf, explicit: bool) -> Self {
        Self { name, path, explicit, tracking: Tracking::Unknown }
    }

    fn into_input(self) -> Input {
        Input {
            path: self.name.into(),
            content: Content::Disk(self.path),
            tracking: self.tracking,
            explicit: self.explicit,
        }
    }
}

//! Keys of one file to which another gives the value, at the commits where both are.
//!
//! A look at one version tells that its key depends on a name that it does not define. Where that comes up, and where
//! a file that may define it changes, the version is judged once more together with the files that it imports for
//! the sake of that name, as that commit has them. `HEAD` is judged as a whole, as a scan would: there, nothing has to
//! be imported. What is found this way has come with the first version of its file that holds the literal.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use aho_corasick::AhoCorasick;

use super::past::{Names, Past};
use super::sight::{Seen, Sight, versions};
use super::trail::Trail;
use super::walk::{BEFORE, Place};
use super::{HistoryError, in_parallel, workers};
use crate::discover::git::batch::Object;
use crate::scan::{self, imports};

/// A version whose keys depend on names that it does not define.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ask {
    pub place: Place,
    /// The names.
    pub words: BTreeSet<String>,
    /// The same for versions that say the same about them.
    pub said: u64,
}

impl Ask {
    /// `None` if the text does not hold the words.
    pub fn new(place: Place, words: &BTreeSet<String>, bytes: &[u8]) -> Option<Self> {
        let said = said(bytes, &AhoCorasick::new(words).ok()?)?;
        Some(Self { place, words: words.clone(), said })
    }
}

/// What was found at some commits.
#[derive(Debug, Default)]
pub(super) struct Linked {
    pub trails: Vec<Trail>,
    /// Places that were not judged because there are too many.
    pub left_out: usize,
}

/// However short a history is, so many commits are gone to.
const FEWEST: usize = 100;
/// And of a long one, one for so many versions of files.
const VERSIONS: usize = 300;
/// Commits that one process goes to.
const PART: usize = 24;

/// One file at one commit, by their numbers.
type Stop = (u32, u32);

/// Goes to the commits where names may be given values.
pub(super) fn follow(sight: &Sight<'_>, seen: &Seen) -> Result<Linked, HistoryError> {
    let mut asks: BTreeMap<u32, Vec<&Ask>> = BTreeMap::new();
    let mut known: BTreeSet<(u32, u64)> = BTreeSet::new();
    let mut sorted: Vec<&Ask> = seen.asks.iter().collect();
    sorted.sort_by_key(|ask| (ask.place.commit, ask.place.path));
    for ask in sorted {
        if known.insert((ask.place.path, ask.said)) {
            asks.entry(ask.place.path).or_default().push(ask);
        }
    }
    let words = |path: u32| {
        let asks = asks.get(&path).into_iter().flatten();
        asks.flat_map(|ask| ask.words.iter().cloned()).collect::<BTreeSet<String>>()
    };
    let words: BTreeMap<u32, BTreeSet<String>> = asks.keys().map(|&path| (path, words(path))).collect();
    let names = Names::new(sight);
    let mut left = FEWEST.max(sight.walked.places.len() / VERSIONS);
    // What was there before a range is there at its first commit, if it stays.
    let stops =
        asks.iter().flat_map(|(&path, asks)| asks.iter().map(move |ask| (path, ask.place.commit.max(BEFORE + 1))));
    let stops = stops.collect::<BTreeSet<Stop>>().into_iter().collect();
    let mut linked = Linked::default();
    let first = newest(stops, &mut left, &mut linked.left_out);
    let tour = Tour { sight, names: &names, words: &words };
    let seen_at_first = tour.go(&first, &mut linked)?;
    let gone: BTreeSet<Stop> = first.into_iter().collect();
    let more = tour.changes(&seen_at_first)?.into_iter().filter(|stop| !gone.contains(stop)).collect();
    let more = newest(more, &mut left, &mut linked.left_out);
    tour.go(&more, &mut linked)?;
    Ok(linked)
}

/// The newest of them, as many as are left.
fn newest(mut stops: Vec<Stop>, left: &mut usize, left_out: &mut usize) -> Vec<Stop> {
    stops.sort_by_key(|&(path, commit)| (std::cmp::Reverse(commit), path));
    *left_out += stops.len().saturating_sub(*left);
    stops.truncate(*left);
    *left -= stops.len();
    // Commits of one file after another: their trees are alike.
    stops.sort_unstable();
    stops
}

/// The files that may give names of a file values.
type Providers = BTreeMap<u32, BTreeSet<u32>>;

struct Tour<'a> {
    sight: &'a Sight<'a>,
    names: &'a Names<'a>,
    /// By path, the names that matter.
    words: &'a BTreeMap<u32, BTreeSet<String>>,
}

impl Tour<'_> {
    /// Judges files at commits; gives the files that were looked for, for each.
    fn go(&self, stops: &[Stop], linked: &mut Linked) -> Result<Providers, HistoryError> {
        let size = stops.len().div_ceil(workers(self.sight.scan)).clamp(1, PART);
        let parts: Vec<&[Stop]> = stops.chunks(size).collect();
        let mut providers = Providers::new();
        for part in in_parallel(self.sight.scan, &parts, |part| self.go_part(part))? {
            let lost = || HistoryError::Git("internal error while files were linked".to_owned());
            let (trails, found) = part.ok_or_else(lost)??;
            linked.trails.extend(trails);
            for (path, files) in found {
                providers.entry(path).or_default().extend(files);
            }
        }
        Ok(providers)
    }

    fn go_part(&self, stops: &[Stop]) -> Result<(Vec<Trail>, Providers), HistoryError> {
        let mut past = Past::new(self.sight, self.names)?;
        let mut trails = Vec::new();
        let mut providers = Providers::new();
        for &(path, commit) in stops {
            let (Some(name), Some(words), Some(id)) =
                (self.sight.path(path), self.words.get(&path), self.sight.commit(commit))
            else {
                continue;
            };
            past.go_to(id);
            let Some(own) = past.read_file(name)? else { continue };
            let mut inputs = imports::of(self.sight.scan, std::slice::from_ref(&own), &mut past, Some(words));
            past.is_intact()?;
            providers.entry(path).or_default().extend(past.asked.iter().copied().filter(|&asked| asked != path));
            inputs.retain(|input| input.path != own.path);
            if inputs.is_empty() {
                continue;
            }
            inputs.push(own);
            inputs.sort_by(|a, b| a.path.cmp(&b.path));
            let judged = scan::judge_these(self.sight.scan, inputs.clone());
            trails.extend(Trail::all(judged, &inputs, commit));
        }
        Ok((trails, providers))
    }

    /// Where a file that gives names values changes in what it says about them.
    fn changes(&self, providers: &Providers) -> Result<Vec<Stop>, HistoryError> {
        let mut asking: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (&path, files) in providers {
            for &file in files {
                asking.entry(file).or_default().insert(path);
            }
        }
        let searches: BTreeMap<u32, AhoCorasick> = asking
            .iter()
            .filter_map(|(&file, paths)| {
                let words: BTreeSet<&String> = paths.iter().filter_map(|path| self.words.get(path)).flatten().collect();
                Some((file, AhoCorasick::new(words).ok()?))
            })
            .collect();
        let places: Vec<Place> =
            self.sight.walked.places.iter().filter(|place| searches.contains_key(&place.path)).copied().collect();
        let blobs = versions(&places);
        let mut first: BTreeMap<(u32, u64), u32> = BTreeMap::new();
        self.sight.read(&blobs, |places, object| {
            let Object::Content(bytes) = object else { return };
            for place in places.iter().filter(|place| place.commit != BEFORE) {
                let Some(said) = searches.get(&place.path).and_then(|search| said(bytes, search)) else { continue };
                let commit = first.entry((place.path, said)).or_insert(place.commit);
                *commit = place.commit.min(*commit);
            }
        })?;
        let stops = first
            .into_iter()
            .flat_map(|((file, _), commit)| asking.get(&file).into_iter().flatten().map(move |&path| (path, commit)));
        Ok(stops.collect::<BTreeSet<Stop>>().into_iter().collect())
    }
}

/// What a text says about some words: the lines that hold one, and those behind them; `None` for nothing.
fn said(bytes: &[u8], words: &AhoCorasick) -> Option<u64> {
    /// Lines that a value may take.
    const BEHIND: usize = 3;
    if !words.is_match(bytes) {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    let mut left = 0;
    for line in bytes.split(|&byte| byte == b'\n') {
        if words.is_match(line) {
            left = BEHIND;
        }
        if left > 0 {
            line.trim_ascii().hash(&mut hasher);
            left -= 1;
        }
    }
    Some(hasher.finish())
}

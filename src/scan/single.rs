//! One file by itself: for the many versions of a file that a history holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::kind::Kind;
use super::{BUFFERS, Outcome, Scan, look_at, secret_places};
use crate::analyze::anyword::Lowered;
use crate::config::Config;
use crate::discover::{Content, Input, names};
use crate::fact::{Candidate, FileId};
use crate::judge::{Judge, Verdict};
use crate::link::flat::FlatWorld;
use crate::link::rust::RustWorld;
use crate::link::{Linked, Projects, need};
use crate::proof;
use crate::secret::Secret;
use crate::share::lend;
use crate::source::{Charset, Source, Sources, Tracking};
use crate::token::Sight;

/// Whether there is an analyzer for files of this name.
pub(crate) fn is_readable(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // Tokens may stand in any text.
    !matches!(Kind::of(path), Kind::Document | Kind::Other) || names::is_text(name) || names::may_hold_credentials(name)
}

/// A cheap look at the bytes: may anything of interest be in them?
pub(crate) fn may_matter(config: &Config, path: &str, bytes: &[u8], lowered: &mut Lowered) -> bool {
    let kind = Kind::of(path);
    match Charset::of(path, bytes) {
        Charset::Binary => false,
        charset if charset.is_ascii_compatible() => {
            let matters = |lowered| {
                kind.is_relevant(path, bytes, lowered)
                    || Sight::of(bytes).is_any()
                    || config.at(path).own.may_be_in(bytes)
            };
            !kind.is_minified(bytes) && matters(lowered)
        }
        _ => true,
    }
}

/// What a file says by itself.
pub(crate) struct Single {
    source: Source,
    linked: Linked,
    keys: Vec<proof::Located>,
    /// The names that its keys depend on, if some are from elsewhere.
    asked: Option<BTreeSet<String>>,
    /// Whether other files may say what its key is.
    is_open: bool,
}

/// The id of the file that is looked at.
const ITSELF: FileId = FileId(0);

impl Single {
    /// Analyzes and links; `None` where there is nothing to judge.
    pub(crate) fn new(scan: &Scan, path: &Arc<str>, bytes: &[u8]) -> Option<Self> {
        let content = Content::Bytes(Arc::from(bytes));
        let input = Input { path: path.clone(), content, tracking: Tracking::Tracked, explicit: true };
        let rust = path.ends_with(".rs").then(|| (ITSELF, path.clone()));
        let nothing = |_: FileId| None;
        let mut world = RustWorld::new(rust.into_iter().collect(), Vec::new(), &nothing);
        let Outcome { source, facts, mut tokens, keys, .. } =
            lend(&BUFFERS, |buffers| look_at(ITSELF, &input, scan, &world, buffers));
        let own = |path: &str| &scan.config.at(path).own;
        let mut linked = world.link();
        linked.append(world.link_own(&own));
        let asked = facts
            .as_ref()
            .and_then(|facts| need::asked_elsewhere(path, facts))
            .or_else(|| world.asked_elsewhere(ITSELF));
        let is_open = asked.is_some() || facts.as_ref().is_some_and(need::takes_key) || world.takes_key(ITSELF);
        let facts = facts.map(|facts| (ITSELF, path.clone(), facts)).into_iter().collect();
        linked.append(FlatWorld::new(facts).link(&own));
        linked.candidates.append(&mut tokens);
        let source = source.or_else(|| world.into_sources().remove(&ITSELF))?;
        Some(Self { source, linked, keys, asked, is_open })
    }

    /// What may be found in it.
    pub(crate) fn candidates(&self) -> &[Candidate] {
        &self.linked.candidates
    }

    /// The private keys in it, as they are written: what they are called may speak for them.
    pub(crate) fn private_keys(&self) -> impl Iterator<Item = Secret> {
        let private = self.keys.iter().filter(|(_, sighting)| sighting.key.private.is_some());
        private.filter_map(|(_, sighting)| Some(Secret::from(self.source.text.get(sighting.span.range())?)))
    }

    /// The names of variables and configuration keys that it reads into a key.
    pub(crate) fn key_names(&self) -> impl Iterator<Item = &str> {
        self.linked.key_names.iter().map(|(name, _)| name.as_str())
    }

    /// The names that its keys depend on; `None` where the file itself gives all of them values.
    pub(crate) fn asked(&self) -> Option<&BTreeSet<String>> {
        self.asked.as_ref()
    }

    /// Whether other files may say what its key is: they define it, or call its function with it.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Judges it; other files, by their paths, read these names into a key.
    pub(crate) fn judge(mut self, scan: &Scan, reads: &BTreeSet<(String, Arc<str>)>, projects: &Projects) -> Verdict {
        let own = self.source.path.clone();
        let mut paths = vec![own];
        for (name, path) in reads {
            let Ok(id) = u32::try_from(paths.len()) else { break };
            self.linked.key_names.insert((name.clone(), FileId(id)));
            paths.push(path.clone());
        }
        let path_of = |id: FileId| paths.get(usize::try_from(id.0).ok()?).cloned();
        let own = [(ITSELF, self.source.path.clone())];
        let mut candidates = self.linked.settle(path_of, projects);
        let mut sources = Sources::default();
        sources.insert(ITSELF, self.source);
        let proofs = proof::prove(&candidates, &self.keys, &sources, &own, &());
        candidates.extend(proofs.candidates);
        let hidden = secret_places(&self.keys);
        Judge::new(&scan.config, &sources).knowing(&proofs.known_keys).hiding(&hidden).judge(&candidates)
    }
}

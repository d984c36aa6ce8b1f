//! One file by itself: for the many versions of a file that a history holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::kind::Kind;
use super::settings;
use super::silent::Silent;
use super::{FirstLook, Outcome, Scan, analyze, has_directive, secret_places};
use crate::analyze::anyword::Lowered;
use crate::analyze::pattern::telling::is_telling_path;
use crate::analyze::rust::gate::is_named_for_jwt;
use crate::config::Config;
use crate::discover::names;
use crate::fact::{Candidate, FileId};
use crate::judge::{Judge, Verdict};
use crate::link::asked::Asked;
use crate::link::flat::FlatWorld;
use crate::link::own::OwnKeys;
use crate::link::rust::RustWorld;
use crate::link::{Linked, Projects, need};
use crate::proof;
use crate::secret::Secret;
use crate::source::{Charset, Source, Sources, Tracking};
use crate::span::Span;
use crate::token::Sight;

pub(crate) use super::settings::is_configuration;

/// Whether there is an analyzer for files of this name.
pub(crate) fn is_readable(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // Tokens may stand in any text.
    !matches!(Kind::of(path), Kind::Document | Kind::Other) || names::is_text(name) || names::may_hold_credentials(name)
}

/// What a path says about how a file there is read. The same bytes under two paths that say the same look the same at
/// first; and where a program under one of them says nothing, it says nothing under the other.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'p> {
    kind: Kind,
    /// The file's name, without its folders.
    name: &'p str,
    is_named_for_jwt: bool,
    is_telling: bool,
    own: &'p OwnKeys,
}

impl<'p> Reading<'p> {
    pub(crate) fn of(path: &'p str, config: &'p Config) -> Self {
        let kind = Kind::of(path);
        Self {
            kind,
            name: path.rsplit('/').next().unwrap_or(path),
            is_named_for_jwt: matches!(kind, Kind::Rust) && is_named_for_jwt(path),
            is_telling: matches!(kind, Kind::Code(_)) && is_telling_path(path),
            own: &config.at(path).own,
        }
    }
}

impl PartialEq for Reading<'_> {
    fn eq(&self, other: &Self) -> bool {
        let of = |one: &Self| (one.kind, one.is_named_for_jwt, one.is_telling);
        of(self) == of(other) && self.name == other.name && std::ptr::eq(self.own, other.own)
    }
}

/// What a cheap look at a file says in which something may be of interest.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    kind: Kind,
    charset: Charset,
    /// `None` where the bytes are no text before they are decoded.
    first: Option<FirstLook>,
}

/// Takes cheap looks at one version after the other, which mostly differ little.
#[derive(Default)]
pub(crate) struct Looker {
    lowered: Lowered,
    silent: Silent,
}

impl Looker {
    /// A cheap look at the bytes; `None` where nothing can be of interest.
    pub(crate) fn look(&mut self, path: &str, reading: Reading<'_>, bytes: &[u8], config: &Config) -> Option<Look> {
        let kind = reading.kind;
        let charset = Charset::of(path, bytes);
        if charset == Charset::Binary {
            return None;
        }
        if !charset.is_ascii_compatible() {
            return Some(Look { kind, charset, first: None });
        }
        let may_be_silent = reading.own.is_empty();
        if may_be_silent && self.silent.covers(kind, bytes, &mut self.lowered) || kind.is_minified(bytes) {
            return None;
        }
        let first = FirstLook::at(bytes, path, kind, config, &mut self.lowered);
        if first.is_promising() {
            return Some(Look { kind, charset, first: Some(first) });
        }
        if may_be_silent && kind.is_silent(&self.lowered) && !Sight::has_mark(bytes) {
            self.silent.keep(kind, bytes);
        }
        None
    }
}

/// What a file says by itself.
pub(crate) struct Single {
    source: Source,
    linked: Linked,
    keys: Vec<proof::Located>,
    /// The names that its keys depend on, if some are from elsewhere.
    asked: Option<BTreeSet<String>>,
}

/// The id of the file that is looked at.
const ITSELF: FileId = FileId(0);

impl Single {
    /// Looks, analyzes and links; `None` where there is nothing to judge.
    pub(crate) fn new(scan: &Scan, path: &Arc<str>, bytes: &[u8]) -> Option<Self> {
        let reading = Reading::of(path, &scan.config);
        let look = Looker::default().look(path, reading, bytes, &scan.config)?;
        Self::of(scan, path, bytes, look)
    }

    /// Analyzes and links what was looked at.
    pub(crate) fn of(scan: &Scan, path: &Arc<str>, bytes: &[u8], look: Look) -> Option<Self> {
        let Look { kind, charset, first } = look;
        let source = Source::decoded(path.clone(), Tracking::Tracked, charset, bytes.to_vec());
        let text = source.text.as_bytes();
        let first = first.unwrap_or_else(|| FirstLook::at(text, path, kind, &scan.config, &mut Lowered::default()));
        let has_directive = has_directive(text);
        if !first.is_promising() && !has_directive {
            return None;
        }
        let rust = path.ends_with(".rs").then(|| (ITSELF, path.clone()));
        let nothing = |_: FileId| None;
        let mut world = RustWorld::new(rust.into_iter().collect(), &Vec::new, &nothing);
        let Outcome { source, facts, mut tokens, keys, .. } =
            analyze(ITSELF, source, kind, first, has_directive, scan, &world);
        let own = |path: &str| &scan.config.at(path).own;
        let mut linked = world.link();
        linked.append(world.link_own(&own));
        let asked = facts
            .as_ref()
            .and_then(|facts| need::asked_elsewhere(path, facts))
            .or_else(|| world.asked_elsewhere(ITSELF));
        let facts = facts.map(|facts| (ITSELF, path.clone(), facts)).into_iter().collect();
        linked.append(FlatWorld::new(facts).link(&own));
        linked.candidates.append(&mut tokens);
        let source = source.or_else(|| world.into_sources().0.remove(&ITSELF))?;
        Some(Self { source, linked, keys, asked })
    }

    /// The same with the entries that other files ask for under names which say nothing by themselves.
    pub(crate) fn asked_for(
        scan: &Scan,
        path: &Arc<str>,
        bytes: &[u8],
        asked: Option<&Asked>,
        projects: &Projects,
    ) -> Option<Self> {
        let single = Self::new(scan, path, bytes);
        let of_file = asked.filter(|_| settings::is_configuration(path)).and_then(|asked| asked.of(path, projects));
        let Some(of_file) = of_file else { return single };
        let mut single = match single {
            Some(single) => single,
            None => Self::unread(path, bytes)?,
        };
        if settings::may_hold(&single.source, &of_file) {
            let known: BTreeSet<Span> = single.linked.candidates.iter().map(|one| one.span).collect();
            let entries = settings::entries(ITSELF, &single.source, &of_file);
            single.linked.candidates.extend(entries.into_iter().filter(|one| !known.contains(&one.span)));
        }
        let is_anything = !single.linked.candidates.is_empty() || !single.keys.is_empty();
        is_anything.then_some(single)
    }

    /// A text in which nothing was found.
    fn unread(path: &Arc<str>, bytes: &[u8]) -> Option<Self> {
        let charset = Charset::of(path, bytes);
        let source = (charset != Charset::Binary)
            .then(|| Source::decoded(path.clone(), Tracking::Tracked, charset, bytes.to_vec()))?;
        Some(Self { source, linked: Linked::default(), keys: Vec::new(), asked: None })
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
        let mut candidates = self.linked.settle(path_of, projects).candidates;
        let mut sources = Sources::default();
        sources.insert(ITSELF, self.source);
        let proofs = proof::prove(&candidates, &self.keys, &sources, &own, &());
        candidates.extend(proofs.candidates);
        let hidden = secret_places(&self.keys);
        Judge::new(&scan.config, &sources).knowing(&proofs.known_keys).hiding(&hidden).judge(&candidates)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_promising(looker: &mut Looker, path: &str, text: &str) -> bool {
        let config = Config::default();
        looker.look(path, Reading::of(path, &config), text.as_bytes(), &config).is_some()
    }

    proptest! {
        #[test]
        fn what_was_silent_before_changes_no_look(
            versions in prop::collection::vec(prop::collection::vec(0..12_usize, 0..40), 1..8),
            path in prop::sample::select(vec!["src/lib.rs", "a.yml", "b.py", "c.txt", "d.html"]),
        ) {
            const PARTS: [&str; 12] = [
                "let a = 1;\n", "\n", "work(b)\n", "# ", "jwt", "_sec", "ret: pear\n", "ey", "JhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl",
                "decode", "from_secret(b)\n", "some words of no matter, one after the other, until the line is long enough\n",
            ];
            let mut looker = Looker::default();
            for version in versions {
                // So much is the same in all of them that only what differs is looked at.
                let same = PARTS[11].repeat(8);
                let text: String = version.iter().map(|&part| PARTS[part]).collect();
                let text = format!("{same}{text}{same}");
                let fresh = is_promising(&mut Looker::default(), path, &text);
                prop_assert_eq!(is_promising(&mut looker, path, &text), fresh, "{}", text);
            }
        }
    }

    #[test]
    fn a_secret_in_a_silent_file_is_seen() {
        let mut looker = Looker::default();
        let text = "fn work() {}\n".repeat(40);
        assert!(!is_promising(&mut looker, "a.rs", &text));
        assert!(!is_promising(&mut looker, "b.rs", &text.replacen("work", "rest", 1)));
        let with = text.replacen("work() {}", "key() { EncodingKey::from_secret(b\"pear\"); }", 2);
        assert!(is_promising(&mut looker, "a.rs", &with));
        assert!(is_promising(&mut looker, "a.rs", &with), "it is not taken for silent now");
    }
}

//! One value that serves as several secrets: whoever learns it once can use it everywhere.
//!
//! That two services share a key, so that one can verify what the other signs, is what a shared secret is for. It is
//! reuse where the value serves another purpose (access and refresh tokens, tokens and sessions), where it is that of
//! another environment, and where a test, a template or a document has given it away.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::value::Class;
use crate::fact::{Candidate, Evidence, FileId, Origin, Setting};
use crate::source::{Source, Sources};
use crate::span::Span;

/// A place where a value is a secret.
#[derive(Clone, Copy)]
pub(super) struct Use<'a> {
    pub candidate: &'a Candidate,
    pub source: &'a Source,
    pub class: Class,
    pub setting: Setting,
}

/// In what way a value is reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// It is not secret in another place: a test, a template, documentation.
    GivenAway,
    /// It serves another purpose.
    Purpose,
    /// It is that of another environment.
    Environment,
}

/// All values with their places.
#[derive(Default)]
pub(super) struct Reuse<'a> {
    by_value: FxHashMap<&'a [u8], Places<'a>>,
}

/// The places of one value.
#[derive(Default)]
struct Places<'a> {
    /// Sorted by place.
    uses: Vec<Use<'a>>,
    /// The first two in each role, which are enough for whoever asks for the first other one.
    telling: Vec<(Role, Use<'a>)>,
}

/// What a place makes of the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Role {
    given_away: bool,
    purpose: &'static str,
    environment: &'static str,
}

impl<'a> Reuse<'a> {
    /// Sorts uses by value; one for each place.
    pub(super) fn of(uses: impl IntoIterator<Item = Use<'a>>) -> Self {
        let mut by_value: FxHashMap<&[u8], Places<'a>> = FxHashMap::default();
        for one in uses.into_iter().filter(is_value) {
            by_value.entry(one.candidate.secret.expose().trim_ascii()).or_default().uses.push(one);
        }
        by_value.values_mut().for_each(Places::sort);
        Self { by_value }
    }

    /// The ways in which the value at this place is reused, the worst first, each with the place that shows it.
    pub(super) fn at(&self, candidate: &Candidate, setting: Setting, source: &Source) -> Vec<(Kind, Use<'a>)> {
        if setting != Setting::Production {
            return Vec::new();
        }
        let places = self.by_value.get(candidate.secret.expose().trim_ascii());
        let others = places.into_iter().flat_map(|places| &places.telling);
        let others = others.filter(|(_, other)| other.place() != (candidate.file, candidate.span.start()));
        let own = (purpose(&candidate.subject), environment(&source.path, setting));
        let mut ways: BTreeMap<Kind, Use<'a>> = BTreeMap::new();
        for (kind, other) in others.flat_map(|(role, other)| role.ways(own).map(move |kind| (kind, other))) {
            let shown = ways.entry(kind).or_insert(*other);
            if other.place() < shown.place() {
                *shown = *other;
            }
        }
        ways.into_iter().collect()
    }

    /// Values that are reused, each with its places in production first.
    pub(super) fn all(&self) -> Vec<(Kind, Vec<Use<'a>>)> {
        let mut found: Vec<(Kind, Vec<Use<'a>>)> = Vec::new();
        for Places { uses, .. } in self.by_value.values().filter(|places| places.uses.len() > 1) {
            let running = uses.iter().filter(|one| one.setting == Setting::Production && !one.candidate.conditional);
            let reused =
                running.filter_map(|one| Some((self.at(one.candidate, one.setting, one.source).first()?.0, *one)));
            let Some((kind, first)) = reused.min_by_key(|(kind, one)| (*kind, one.place())) else { continue };
            let rest = uses.iter().filter(|one| one.place() != first.place()).copied();
            found.push((kind, [first].into_iter().chain(rest).collect()));
        }
        found.sort_by_key(|(_, uses)| uses.first().map(Use::place));
        found
    }
}

impl Places<'_> {
    fn sort(&mut self) {
        // What goes by a name knows best what the value is for.
        let by_name = |one: &Use<'_>| one.candidate.evidence <= Evidence::FrameworkKey;
        self.uses
            .sort_by_key(|one| (one.place(), one.candidate.conditional, !by_name(one), one.candidate.subject.as_str()));
        self.uses.dedup_by_key(|one| one.place());
        let mut seen: FxHashMap<Role, usize> = FxHashMap::default();
        for one in &self.uses {
            let role = Role::of(one);
            let before = seen.entry(role).or_default();
            if *before < 2 {
                *before += 1;
                self.telling.push((role, *one));
            }
        }
    }
}

impl Role {
    fn of(one: &Use<'_>) -> Self {
        let given_away = match one.setting {
            // What is filled in by everybody is in use because it was not.
            Setting::Template => true,
            Setting::Test | Setting::Example | Setting::Documentation => one.class != Class::Placeholder,
            Setting::Production | Setting::Development => false,
        };
        let purpose = purpose(&one.candidate.subject);
        Self { given_away, purpose, environment: environment(&one.source.path, one.setting) }
    }

    /// In what ways such a place reuses the value of a place in production, which has this purpose and environment.
    fn ways(self, own: (&str, &str)) -> impl Iterator<Item = Kind> {
        let is_another = !self.given_away && self.purpose != own.0;
        let is_elsewhere = !self.given_away && self.environment != own.1;
        let ways = [(self.given_away, Kind::GivenAway), (is_another, Kind::Purpose), (is_elsewhere, Kind::Environment)];
        ways.into_iter().filter(|(is, _)| *is).map(|(_, kind)| kind)
    }
}

impl Use<'_> {
    pub(super) fn place(&self) -> (FileId, usize) {
        (self.candidate.file, self.candidate.span.start())
    }

    /// `path:line`.
    pub(super) fn shown(&self) -> String {
        format!("{}:{}", self.source.path, self.source.position(self.candidate.span.start()).line)
    }

    /// The whole place.
    pub(super) fn span(&self) -> Span {
        self.candidate.span
    }
}

/// Uses of `candidates`, where their files are known.
pub(super) fn uses<'a>(
    candidates: impl IntoIterator<Item = (&'a Candidate, Class)>,
    sources: &'a Sources,
) -> impl Iterator<Item = Use<'a>> {
    candidates.into_iter().filter_map(|(candidate, class)| {
        let source = sources.get(candidate.file)?;
        Some(Use { candidate, source, class, setting: super::context::of(candidate, sources) })
    })
}

fn is_value(one: &Use<'_>) -> bool {
    let written = matches!(one.candidate.origin, Origin::Literal | Origin::Fallback | Origin::EnvFile);
    let is_secret = !matches!(one.class, Class::NotSecret(_) | Class::Absent | Class::Empty);
    written && is_secret && !one.candidate.secret.expose().trim_ascii().is_empty()
}

/// What a secret is for, by the name of what holds it; what only signs tokens is for tokens.
fn purpose(subject: &str) -> &'static str {
    const PURPOSES: [(&str, &str); 9] = [
        ("refresh", "refresh tokens"),
        ("session", "sessions"),
        ("cookie", "cookies"),
        ("csrf", "forms"),
        ("webhook", "webhooks"),
        ("encrypt", "encryption"),
        ("reset", "resets"),
        ("verif", "verification"),
        ("invit", "invitations"),
    ];
    let lower = subject.to_ascii_lowercase();
    // The verb of an API is none.
    let is_call = subject.contains("::") || lower.ends_with("verify");
    PURPOSES.iter().find(|(word, _)| !is_call && lower.contains(word)).map_or("tokens", |(_, purpose)| purpose)
}

/// The environment that a path tells of.
fn environment(path: &str, setting: Setting) -> &'static str {
    const STAGING: [&str; 6] = ["staging", "stage", "stg", "preprod", "uat", "qa"];
    if setting == Setting::Development {
        return "development";
    }
    let lower = path.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    if words.any(|word| STAGING.contains(&word)) { "staging" } else { "production" }
}

/// What the other place is, for people.
pub(super) fn describe(kind: Kind, other: &Use<'_>) -> String {
    let place = other.shown();
    match kind {
        Kind::GivenAway => {
            let what = match other.setting {
                Setting::Template => "a template",
                Setting::Test => "a test",
                Setting::Example => "an example",
                _ => "documentation",
            };
            format!("reused: {what} has given it away ({place})")
        }
        Kind::Purpose => {
            format!("reused: the same value serves for {} ({place})", purpose(&other.candidate.subject))
        }
        Kind::Environment => {
            format!("reused: the same value serves in {} ({place})", environment(&other.source.path, other.setting))
        }
    }
}

/// The words for a value that is reported for nothing else.
pub(super) fn title(kind: Kind, uses: &[Use<'_>]) -> String {
    let several = |of: &dyn Fn(&Use<'_>) -> &'static str| {
        let all: BTreeSet<&str> = uses.iter().map(of).collect();
        all.into_iter().collect::<Vec<_>>().join(" and ")
    };
    match kind {
        Kind::GivenAway => "secret in use is that of a test, a template or documentation".to_owned(),
        Kind::Purpose => {
            format!("one secret serves several purposes: {}", several(&|one| purpose(&one.candidate.subject)))
        }
        Kind::Environment => {
            format!(
                "one secret serves in several environments: {}",
                several(&|one| environment(&one.source.path, one.setting))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::{candidate, sources};

    const PATHS: [(&str, &str); 5] =
        [("prod/.env", ""), ("staging/.env", ""), ("tests/auth.py", ""), (".env.example", ""), ("web/.env", "")];

    fn reuse(class: Class, places: &[(u32, &str)]) -> Vec<(Kind, usize)> {
        let sources = sources(&PATHS);
        let candidates: Vec<Candidate> = places
            .iter()
            .map(|(file, subject)| Candidate {
                file: FileId(*file),
                subject: (*subject).into(),
                ..candidate("pear-tree")
            })
            .collect();
        let reuse = Reuse::of(uses(candidates.iter().map(|one| (one, class)), &sources));
        reuse.all().iter().map(|(kind, uses)| (*kind, uses.len())).collect()
    }

    #[test]
    fn services_may_share_a_secret() {
        assert_eq!(reuse(Class::Strong, &[(0, "JWT_SECRET"), (4, "JWT_SECRET")]), []);
        assert_eq!(reuse(Class::Strong, &[(0, "JWT_SECRET"), (4, "ACCESS_TOKEN_SECRET")]), []);
        assert_eq!(reuse(Class::Strong, &[(0, "JWT_SECRET")]), []);
    }

    #[test]
    fn purposes_environments_and_quiet_places_are_told() {
        for (places, kind) in [
            ([(0, "ACCESS_TOKEN_SECRET"), (4, "REFRESH_TOKEN_SECRET")], Kind::Purpose),
            ([(0, "JWT_SECRET"), (4, "SESSION_SECRET")], Kind::Purpose),
            ([(0, "JWT_SECRET"), (1, "JWT_SECRET")], Kind::Environment),
            ([(0, "JWT_SECRET"), (2, "SECRET")], Kind::GivenAway),
            ([(0, "JWT_SECRET"), (3, "JWT_SECRET")], Kind::GivenAway),
        ] {
            assert_eq!(reuse(Class::Strong, &places), [(kind, 2)], "{places:?}");
        }
        assert_eq!(reuse(Class::Placeholder, &[(0, "JWT_SECRET"), (2, "JWT_SECRET")]), []);
        assert_eq!(reuse(Class::Placeholder, &[(0, "JWT_SECRET"), (3, "JWT_SECRET")]), [(Kind::GivenAway, 2)]);
    }
}

//! The only place that decides rule, level and confidence of a finding.
//!
//! Candidates come in with their values; findings go out without. In between: what is the value
//! ([`value`]), what is the place for ([`context`]), how bad is it (`level`), which candidates are
//! one and the same literal, what hides them (`suppress`, and the configuration), and how to show
//! lines without the secrets on them (`mask`).

pub mod context;
mod level;
mod mask;
mod message;
mod project;
mod reuse;
mod suppress;
pub mod tag;
#[cfg(test)]
mod testing;
mod token;
pub mod value;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::config::{Allow, Config};
use crate::fact::{Candidate, Confidence, Evidence, FileId, Origin, Setting, Step};
use crate::finding::{
    Disposition, Excerpt, Finding, FindingStep, Level, Location, Notification, NotificationSeverity, Strength,
};
use crate::fingerprint::{Fingerprints, Identity, LineHashes};
use crate::policy::Profile;
use crate::secret::Secret;
use crate::share::FEW_FILES;
use crate::source::{Source, Sources, Tracking};
use crate::span::Span;
use crate::strength::{self, Flaw, Weakness, decode, measure, published};

use level::Circumstances;
pub use mask::MASK;
pub use mask::Masker;
use message::{Account, Proof};
pub use project::ProjectNames;
use published::Published;
use reuse::{Reuse, Use};
use suppress::{Directive, Fault};
use tag::Tag;
use token::{Portrait, Standing, Worth};
use value::{Class, NotSecret};

/// The rule about comments that allow nothing.
pub(crate) const UNUSED_SUPPRESSION: &str = "unused-suppression";

/// The rule about values that serve as several secrets.
const REUSED_SECRET: &str = "reused-secret";

/// What the judge decided.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Sorted by path, line, column, rule, message; hidden ones included.
    pub findings: Vec<Finding>,
    /// The values behind the findings, in the same order (empty where there is none): a baseline
    /// needs them to notice that one has changed.
    pub values: Vec<Secret>,
    /// Where the values stand, in the same order.
    pub sites: Vec<Option<Site>>,
    /// What hides the values in source lines.
    pub masker: Masker,
    /// What must not be silent though it is no finding.
    pub notifications: Vec<Notification>,
}

/// Under what secret a token verifies, where that secret stands nowhere in the tree as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownKey {
    /// Everybody can look it up.
    Published(Published),
    /// A word that is easy to guess.
    Guessable,
}

/// The tokens of a run whose secrets are known, by their places.
pub type KnownKeys = BTreeMap<(FileId, Span), KnownKey>;

/// What a judgement is made by.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    config: &'a Config,
    sources: &'a Sources,
    known_keys: Option<&'a KnownKeys>,
    bystanders: &'a [Candidate],
    projects: Option<&'a ProjectNames>,
    hidden: &'a [(FileId, Span)],
    now: u64,
    /// Whether every file of the project is among the sources.
    is_whole: bool,
}

/// A candidate that is reported, with what was found out about it.
#[derive(Clone, Copy)]
struct Weighed<'a> {
    candidate: &'a Candidate,
    source: &'a Source,
    class: Class,
    setting: Setting,
    level: Level,
    /// Nothing speaks against the place, but the strict profile against the value.
    by_profile: bool,
}

/// What tokens are worth, by their places.
type Tokens = BTreeMap<(FileId, Span), Worth>;

/// What is known of all candidates together.
struct Known<'a, 'm> {
    masker: &'m Masker,
    tokens: &'m Tokens,
    places: FxHashMap<&'a [u8], BTreeSet<(FileId, usize)>>,
    reuse: Reuse<'a>,
}

/// A finding on its way into the report, with what is needed to compare and to number it.
struct Draft<'a> {
    finding: Finding,
    source: Option<&'a Source>,
    subject: String,
    value: Secret,
    site: Option<Site>,
}

/// Where the value behind a finding stands, for whoever edits the file.
#[derive(Debug, Clone)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The content of the literal.
    pub span: Span,
    /// How the value got there.
    pub origin: Origin,
    /// Why it counts.
    pub evidence: Evidence,
    /// What the code there is for.
    pub setting: Setting,
    /// What holds or takes it, and what it is read as; the best name first.
    pub names: Vec<String>,
}

impl<'a> Judge<'a> {
    /// A judge over these sources, at the time that the configuration sets, else at the present.
    pub fn new(config: &'a Config, sources: &'a Sources) -> Self {
        let present = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self {
            config,
            sources,
            known_keys: None,
            bystanders: &[],
            projects: None,
            hidden: &[],
            now: config.now.unwrap_or_else(present),
            is_whole: false,
        }
    }

    /// The same, told whether every file of the project is among the sources, so that what fits none of them is unused.
    pub fn of_whole(self, is_whole: bool) -> Self {
        Self { is_whole, ..self }
    }

    /// The same with what was found out about tokens.
    pub fn knowing(self, known_keys: &'a KnownKeys) -> Self {
        Self { known_keys: Some(known_keys), ..self }
    }

    /// The same with values whose names say too little for a finding: they may be those of secrets all the same.
    pub fn beside(self, bystanders: &'a [Candidate]) -> Self {
        Self { bystanders, ..self }
    }

    /// The same in projects that are called so.
    pub fn within(self, projects: &'a ProjectNames) -> Self {
        Self { projects: Some(projects), ..self }
    }

    /// The same with places that no report shows: keys that nothing is to be said about otherwise.
    pub fn hiding(self, hidden: &'a [(FileId, Span)]) -> Self {
        Self { hidden, ..self }
    }

    /// The same at another time, in seconds since 1970: tokens expire.
    pub fn at(self, now: u64) -> Self {
        Self { now, ..self }
    }

    /// Decides.
    pub fn judge(&self, candidates: &[Candidate]) -> Verdict {
        let classes: Vec<Class> = candidates.par_iter().map(|candidate| self.classify(candidate)).collect();
        let tokens = self.tokens(candidates);
        let weigh = || {
            let weighed = candidates.par_iter().zip(&classes);
            let mut weighed: Vec<Weighed<'_>> =
                weighed.filter_map(|(candidate, &class)| self.weigh(candidate, class, &tokens)).collect();
            weighed.sort_by(|one, other| place(one).cmp(&place(other)));
            (weighed, self.reuse(candidates, &classes))
        };
        let (masker, (weighed, reuse)) = rayon::join(|| masker(candidates, &classes, self.hidden), weigh);
        let groups = groups(&weighed);
        let known = Known { masker: &masker, tokens: &tokens, places: places_by_value(&groups), reuse };
        let mut drafts: Vec<Draft<'_>> = groups.par_iter().filter_map(|group| self.draft(group, &known)).collect();
        drafts.extend(self.reused(&known, &groups));
        let unused = self.suppress(&mut drafts, &masker);
        drafts.extend(unused);
        let mut verdict = report(drafts);
        let unused = self.allow_fingerprints(&mut verdict, &masker);
        verdict.add(report(unused));
        if let Some(known) = &self.config.known {
            known.hide(&mut verdict.findings, &verdict.values);
        }
        verdict.notifications.extend(self.lost(candidates));
        verdict.masker = masker;
        verdict
    }

    /// What the value is; of private keys it is known from elsewhere that they are published.
    fn classify(&self, candidate: &Candidate) -> Class {
        let known = || self.known_keys?.get(&(candidate.file, candidate.span));
        match (candidate.origin, known()) {
            (Origin::PrivateKey | Origin::CompileTimeFile, Some(KnownKey::Published(published))) => {
                Class::Published(*published)
            }
            _ => match value::classify(candidate) {
                Class::Strong | Class::Weak(_) | Class::Published(_) | Class::Placeholder
                    if self.is_of_access_key(candidate) =>
                {
                    Class::NotSecret(NotSecret::Foreign)
                }
                Class::Strong | Class::Weak(_) if self.is_named_for_project(candidate) => {
                    Class::Weak(Weakness::ProjectName)
                }
                class => class,
            },
        }
    }

    fn is_of_access_key(&self, candidate: &Candidate) -> bool {
        self.sources.get(candidate.file).is_some_and(|source| value::is_of_access_key(candidate, &source.text))
    }

    /// Whether the value is made of what the project is called.
    fn is_named_for_project(&self, candidate: &Candidate) -> bool {
        let names = self.projects.zip(self.sources.get(candidate.file)).map(|(all, source)| all.around(&source.path));
        candidate.origin != Origin::PrivateKey
            && names.is_some_and(|names| measure::is_named_for(candidate.secret.expose(), &candidate.encodings, &names))
    }

    /// A candidate whose file was not kept cannot be shown, and that must not go unnoticed.
    fn lost(&self, candidates: &[Candidate]) -> Option<Notification> {
        let lost = candidates.iter().filter(|candidate| self.sources.get(candidate.file).is_none()).count();
        (lost > 0).then(|| Notification {
            path: None,
            severity: NotificationSeverity::Failure,
            message: format!("internal error: {lost} possible findings stand in files whose text is gone"),
        })
    }

    /// What each token is worth.
    fn tokens(&self, candidates: &[Candidate]) -> Tokens {
        candidates
            .iter()
            .filter(|candidate| candidate.origin == Origin::Token)
            .map(|token| {
                let setting = context::of(token, self.sources);
                ((token.file, token.span), Worth::of(&token.secret, &token.subject, setting, self.now))
            })
            .collect()
    }

    fn weigh(&self, candidate: &'a Candidate, class: Class, tokens: &Tokens) -> Option<Weighed<'a>> {
        let source = self.sources.get(candidate.file)?;
        let setting = context::of(candidate, self.sources);
        let token = standing(candidate, tokens);
        let by_place = level::level(candidate, Circumstances { class, setting, tracking: source.tracking, token });
        let profile = self.config.at(&source.path).policy.profile;
        let is_refused = || is_flawed(class) || refused(profile, class, &candidate.secret).is_some();
        let is_strict =
            profile.secrets() == strength::Profile::Strict && level::is_for_profile(candidate, class, setting);
        let by_profile = (is_strict && is_refused()).then_some(Level::Warning);
        let level = by_place.max(by_profile)?;
        Some(Weighed { candidate, source, class, setting, level, by_profile: by_place.is_none() })
    }

    /// One finding for one literal, however many candidates saw it.
    fn draft(&self, group: &[Weighed<'a>], known: &Known<'a, '_>) -> Option<Draft<'a>> {
        let masker = known.masker;
        let group = secrets_first(group);
        let leader = leader(&group)?;
        let origin = group.iter().map(|one| one.candidate.origin).max()?;
        let level = group.iter().map(|one| one.level).max()?;
        let proof = group.iter().copied().filter(|one| is_proof(one)).max_by_key(rank);
        let Weighed { candidate, source, class, setting, .. } = leader;
        let value = &candidate.secret;
        let subject = masker.name(&candidate.subject, value);
        let holding = holder(&group, leader);
        let holder = masker.name(&holding.subject, value);
        let reused = known.reuse.at(holding, setting, source);
        let level = if reused.first().is_some_and(|(kind, _)| is_made_worse(candidate, class, source, *kind)) {
            Level::Error
        } else {
            level
        };
        let others = known.places.get(value.expose()).map_or(0, |places| places.len().saturating_sub(1));
        let tracking = source.tracking;
        let known_key = self.known_key(candidate);
        let account = Account {
            candidate,
            origin,
            class,
            setting,
            tracking,
            subject: subject.as_deref(),
            holder: holder.as_deref(),
            others,
            proven: proof.map(|proof| Proof::of(proof.candidate, known.tokens)),
            known_key,
            by_profile: group.iter().all(|one| one.by_profile),
            reused: reused.iter().map(|(kind, other)| reuse::describe(*kind, other)).collect(),
            portrait: (origin == Origin::Token).then(|| Portrait::of(value, self.now, masker)),
        };
        let rule = account.rule();
        let config = self.config.at(&source.path);
        let confidence = group.iter().map(|one| level::confidence(one.candidate, one.class)).max()?;
        let disposition = self.disposition(rule, source, candidate, confidence)?;
        let refused = refused(config.policy.profile, class, value);
        let steps =
            proof.or_else(|| group.iter().copied().filter(|one| one.candidate.steps.len() > 1).max_by_key(rank));
        let finding = Finding {
            rule: Arc::from(rule),
            level: config.level(&source.path, rule).flatten().unwrap_or(level),
            confidence,
            strength: if refused.is_some() { Strength::Weak } else { class.strength() },
            location: location(source, candidate.span),
            message: account.message(),
            reasons: account.reasons().into_iter().chain(refused).collect(),
            excerpt: masker.excerpt(candidate.file, source, candidate.span),
            steps: steps.map_or_else(Vec::new, |one| self.steps(&one.candidate.steps, masker)),
            fingerprint: String::new(),
            line_hash: String::new(),
            disposition,
            detector: Arc::clone(&candidate.detector),
            repair: None,
            introduced: None,
        };
        let site = Site {
            file: candidate.file,
            span: candidate.span,
            origin,
            evidence: candidate.evidence,
            setting,
            names: [&holder, &subject].into_iter().flatten().cloned().chain(candidate.read_as.clone()).collect(),
        };
        let subject = holder.unwrap_or_default();
        Some(Draft { finding, source: Some(source), subject, value: value.clone(), site: Some(site) })
    }

    /// How values are reused, those of mere bystanders included.
    fn reuse(&self, candidates: &'a [Candidate], classes: &[Class]) -> Reuse<'a> {
        let judged = candidates.iter().zip(classes.iter().copied());
        let bystanders: Vec<(&Candidate, Class)> =
            self.bystanders.par_iter().map(|candidate| (candidate, value::classify(candidate))).collect();
        Reuse::of(reuse::uses(judged.chain(bystanders), self.sources))
    }

    /// Values whose reuse is all there is to report: of an environment that runs, say, and that git ignores.
    fn reused(&self, known: &Known<'a, '_>, groups: &[&[Weighed<'a>]]) -> Vec<Draft<'a>> {
        let reported: BTreeSet<(FileId, usize)> = groups
            .iter()
            .filter_map(|group| group.first())
            .map(|one| (one.candidate.file, one.candidate.span.start()))
            .collect();
        let values = known.reuse.all().into_iter();
        let silent = values.filter(|(_, uses)| !uses.iter().any(|one| reported.contains(&one.place())));
        silent.filter_map(|(kind, uses)| self.reused_draft(known.masker, kind, &uses)).collect()
    }

    fn reused_draft(&self, masker: &Masker, kind: reuse::Kind, uses: &[Use<'a>]) -> Option<Draft<'a>> {
        /// So many places are shown.
        const MOST: usize = 20;
        let first = uses.first()?;
        let Use { candidate, source, class, .. } = *first;
        let disposition = self.disposition(REUSED_SECRET, source, candidate, candidate.confidence)?;
        // Whoever copies a template to try something out has done nothing wrong yet.
        let level = if kind == reuse::Kind::GivenAway { Level::Note } else { Level::Warning };
        let place = |one: &Use<'_>| {
            let name = masker.name(&one.candidate.subject, &one.candidate.secret);
            let note = name.map_or_else(|| "secret".to_owned(), |name| format!("`{name}`"));
            Step { file: one.candidate.file, span: one.span(), note }
        };
        let steps: Vec<Step> = uses.iter().take(MOST).map(place).collect();
        let finding = Finding {
            rule: Arc::from(REUSED_SECRET),
            level: self.config.at(&source.path).level(&source.path, REUSED_SECRET).flatten().unwrap_or(level),
            confidence: candidate.confidence,
            strength: class.strength(),
            location: location(source, candidate.span),
            message: reuse::title(kind, uses),
            reasons: uses
                .get(1..)?
                .iter()
                .take(3)
                .map(|other| format!("the same value stands at {}", other.shown()))
                .collect(),
            excerpt: masker.excerpt(candidate.file, source, candidate.span),
            steps: self.steps(&steps, masker),
            fingerprint: String::new(),
            line_hash: String::new(),
            disposition,
            detector: Arc::clone(&candidate.detector),
            repair: None,
            introduced: None,
        };
        let subject = masker.name(&candidate.subject, &candidate.secret).unwrap_or_default();
        Some(Draft { finding, source: Some(source), subject, value: candidate.secret.clone(), site: None })
    }

    /// The secret of a token, where the token is all there is to report.
    fn known_key(&self, candidate: &Candidate) -> Option<KnownKey> {
        let is_proven = candidate.origin == Origin::Token && candidate.evidence == Evidence::Proven;
        let known = || self.known_keys?.get(&(candidate.file, candidate.span)).copied();
        is_proven.then(|| known().unwrap_or(KnownKey::Guessable))
    }

    /// What the configuration hides; `None` for rules that do not run.
    fn disposition(
        &self,
        rule: &str,
        source: &Source,
        candidate: &Candidate,
        confidence: Confidence,
    ) -> Option<Disposition> {
        let config = self.config.at(&source.path);
        let hidden = |reason: &str| Some(Disposition::SuppressedExternally { reason: reason.to_owned() });
        if config.rules.is_ignored(rule) {
            return hidden("the configuration ignores this rule");
        }
        if !config.is_enabled(rule) {
            return None;
        }
        if config.level(&source.path, rule) == Some(None) {
            return hidden("the configuration switches this rule off here");
        }
        let by_name = candidate.evidence <= Evidence::FrameworkKey;
        if by_name && config.names.is_not_secret(&candidate.subject) {
            return hidden("the configuration says that this name holds no secret");
        }
        if !config.policy.is_sure(rule, confidence) {
            return hidden("it is less sure than what is asked for");
        }
        Some(Disposition::Active)
    }

    fn steps(&self, steps: &[Step], masker: &Masker) -> Vec<FindingStep> {
        let shown = |step: &Step| {
            let source = self.sources.get(step.file)?;
            Some(FindingStep {
                location: location(source, step.span),
                note: masker.note(&step.note),
                excerpt: masker.excerpt(step.file, source, step.span).text,
            })
        };
        let steps: Vec<FindingStep> = steps.iter().filter_map(shown).collect();
        if steps.len() > 1 { steps } else { Vec::new() }
    }

    /// Marks what comments and configuration allow, and returns what is wrong with those.
    fn suppress(&self, drafts: &mut [Draft<'a>], masker: &Masker) -> Vec<Draft<'a>> {
        let mut by_path: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (index, draft) in drafts.iter().enumerate() {
            by_path.entry(Arc::clone(&draft.finding.location.path)).or_default().push(index);
        }
        let mut unused = Vec::new();
        if self.config.honor_suppressions {
            let sources: Vec<(FileId, &Source)> = self.sources.iter().collect();
            let directives: Vec<Vec<suppress::Directive>> =
                sources.par_iter().with_max_len(FEW_FILES).map(|(_, source)| suppress::scan(source)).collect();
            for ((file, source), directives) in sources.into_iter().zip(directives) {
                let indices = by_path.get(&source.path).map_or(&[][..], Vec::as_slice);
                for mut directive in directives {
                    apply(&mut directive, indices, drafts, masker);
                    unused.extend(self.complaints(file, source, &directive, masker));
                }
            }
        }
        for config in self.config.all() {
            for allow in self.allowances(config).filter(|allow| allow.fingerprint.is_none()) {
                unused.extend(self.allow(config, allow, &by_path, drafts, masker));
            }
        }
        unused
    }

    /// The entries of a configuration that count in this run.
    fn allowances<'c>(&self, config: &'c Config) -> impl Iterator<Item = &'c Allow> {
        let of_history = self.config.of_history;
        config.allow.iter().filter(move |allow| of_history || !allow.for_history)
    }

    /// Applies an entry of the configuration; complains if it was not needed.
    fn allow(
        &self,
        config: &Config,
        allow: &Allow,
        by_path: &FxHashMap<Arc<str>, Vec<usize>>,
        drafts: &mut [Draft<'a>],
        masker: &Masker,
    ) -> Option<Draft<'a>> {
        let is_over = allow.expires.is_some_and(|day| day.is_over(self.now));
        let mut needed = false;
        let mut looked_at = false;
        for (_, source) in self.sources.iter().filter(|(_, source)| binds(self.config, config, allow, &source.path)) {
            looked_at |= config.within(&source.path) == allow.path.trim_start_matches('/');
            for &index in by_path.get(&source.path).into_iter().flatten() {
                let Some(draft) = drafts.get_mut(index) else { continue };
                if allow.rule.as_ref().is_none_or(|rule| *draft.finding.rule != **rule) || !allow.fits(&draft.value) {
                    continue;
                }
                needed = true;
                if !is_over {
                    hide(&mut draft.finding, Disposition::SuppressedExternally { reason: masker.note(&allow.reason) });
                }
            }
        }
        match allow.expires {
            Some(day) if is_over && (needed || looked_at) => {
                self.unused_entry(config, allow, &format!("ended on {day}"))
            }
            _ if needed => None,
            _ if looked_at => self.unused_entry(config, allow, "is not needed: there is no such finding in this file"),
            // A glob may be about files that this run did not look at, or for a rule that it did not ask.
            _ if self.is_whole && allow.rule.as_ref().is_none_or(|rule| config.is_enabled(rule)) => {
                self.unused_entry(config, allow, "is not needed: there is no such finding")
            }
            _ => None,
        }
    }

    /// Applies the entries that name findings by their fingerprints, which are known last; complains about those that
    /// have ended, and, where everything was looked at, those that were not needed.
    fn allow_fingerprints(&self, verdict: &mut Verdict, masker: &Masker) -> Vec<Draft<'a>> {
        let mut unused = Vec::new();
        for config in self.config.all() {
            for allow in self.allowances(config) {
                let Some(fingerprint) = allow.fingerprint.as_ref() else { continue };
                let ended = allow.expires.filter(|day| day.is_over(self.now));
                let mut needed = false;
                for (finding, value) in verdict.findings.iter_mut().zip(&verdict.values) {
                    let fits = finding.fingerprint == *fingerprint
                        && allow.rule.as_ref().is_none_or(|rule| *finding.rule == **rule)
                        && binds(self.config, config, allow, &finding.location.path)
                        && allow.fits(value);
                    needed |= fits;
                    if fits && ended.is_none() {
                        hide(finding, Disposition::SuppressedExternally { reason: masker.note(&allow.reason) });
                    }
                }
                unused.extend(match ended {
                    Some(day) if needed => self.unused_entry(config, allow, &format!("ended on {day}")),
                    None if needed => None,
                    _ if self.is_whole => self.unused_entry(config, allow, "is not needed: there is no such finding"),
                    _ => None,
                });
            }
        }
        unused
    }

    fn complaints(&self, file: FileId, source: &'a Source, directive: &Directive, masker: &Masker) -> Vec<Draft<'a>> {
        let messages: Vec<String> = match &directive.verdict {
            Err(Fault::Malformed) => {
                vec!["suppression is not of the form `jwtlint: allow(RULE) reason=\"…\"`".to_owned()]
            }
            Err(Fault::NoReason) => vec!["suppression without a reason does not suppress".to_owned()],
            // What it names instead may be anything.
            Err(Fault::UnknownRule(rule)) if masker.hides(rule) => {
                vec!["suppression names a rule that does not exist".to_owned()]
            }
            Err(Fault::UnknownRule(rule)) => vec![format!("suppression names a rule that does not exist: `{rule}`")],
            Ok(allowance) => {
                let rules = &self.config.at(&source.path).rules;
                let idle = allowance.rules.iter().filter(|(rule, used)| !used && rules.is_enabled(rule));
                idle.map(|(rule, _)| format!("suppression of `{rule}` is not needed: there is no such finding here"))
                    .collect()
            }
        };
        let excerpt = || masker.excerpt(file, source, directive.span);
        messages
            .into_iter()
            .filter_map(|message| self.unused(location(source, directive.span), message, excerpt(), Some(source)))
            .collect()
    }

    fn unused_entry(&self, config: &Config, allow: &Allow, fault: &str) -> Option<Draft<'a>> {
        let path = Arc::from(config.path.as_deref()?);
        let what = allow.rule.as_deref().or(allow.fingerprint.as_deref()).unwrap_or_default();
        let message = format!("allowance of `{what}` {fault}");
        self.unused(Location { path, start: allow.start, end: allow.end }, message, Excerpt::default(), None)
    }

    fn unused(
        &self,
        location: Location,
        message: String,
        excerpt: Excerpt,
        source: Option<&'a Source>,
    ) -> Option<Draft<'a>> {
        let config = self.config.at(&location.path);
        let level = match config.level(&location.path, UNUSED_SUPPRESSION) {
            Some(level) => level?,
            None => Level::Warning,
        };
        let finding = Finding {
            rule: Arc::from(UNUSED_SUPPRESSION),
            level,
            confidence: Confidence::High,
            strength: Strength::None,
            location,
            message,
            reasons: Vec::new(),
            excerpt,
            steps: Vec::new(),
            fingerprint: String::new(),
            line_hash: String::new(),
            disposition: Disposition::Active,
            detector: Arc::from("suppression"),
            repair: None,
            introduced: None,
        };
        let draft = Draft { finding, source, subject: String::new(), value: Secret::default(), site: None };
        config.is_enabled(UNUSED_SUPPRESSION).then_some(draft)
    }
}

/// Whether a finding is an error because the value is no secret elsewhere: where it is one here, and that is no guess.
fn is_made_worse(candidate: &Candidate, class: Class, source: &Source, kind: reuse::Kind) -> bool {
    let is_guess = candidate.confidence == Confidence::Low
        || class == Class::Placeholder && candidate.place == crate::fact::Place::Code;
    let is_elsewhere = candidate.origin == Origin::EnvFile && source.tracking == Tracking::Untracked;
    kind == reuse::Kind::GivenAway && !is_guess && !is_elsewhere
}

/// Hides what the run's reports must not show: every value but those that are no secrets, and every place of one.
fn masker(candidates: &[Candidate], classes: &[Class], hidden: &[(FileId, Span)]) -> Masker {
    let values = candidates.iter().zip(classes).filter(|(_, class)| !matches!(class, Class::NotSecret(_)));
    let places = candidates.iter().filter(|candidate| !candidate.secret.is_empty());
    Masker::new(
        values.map(|(candidate, _)| &candidate.secret),
        places.map(|one| (one.file, one.span)).chain(hidden.iter().copied()),
    )
}

/// What the token is worth, or the best of the tokens that prove the value; where these are not known, they count as
/// valid.
fn standing(candidate: &Candidate, tokens: &Tokens) -> Standing {
    if candidate.origin == Origin::Token {
        return tokens.get(&(candidate.file, candidate.span)).map_or(Standing::Valid, |worth| worth.standing);
    }
    let mut found = proofs(candidate, tokens).peekable();
    let is_live = match found.peek() {
        Some(_) => found.any(|proof| proof.shows_use),
        // That two keys belong together does not tell whether they are in use.
        None => Proof::of(candidate, tokens) == Proof::Token,
    };
    if is_live { Standing::Valid } else { Standing::Expired }
}

/// What the tokens are worth that a value was proven by.
fn proofs(candidate: &Candidate, tokens: &Tokens) -> impl Iterator<Item = Worth> {
    candidate.steps.iter().filter_map(|step| tokens.get(&(step.file, step.span)).copied())
}

impl Proof {
    /// How a proven value was proven.
    fn of(candidate: &Candidate, tokens: &Tokens) -> Self {
        let by_key = matches!(candidate.origin, Origin::PrivateKey | Origin::CompileTimeFile)
            && candidate.evidence == Evidence::Proven
            && proofs(candidate, tokens).next().is_none();
        if by_key { Self::Key } else { Self::Token }
    }
}

/// A group without its tokens, if there is more: a token that serves as a secret is a secret.
fn secrets_first<'a>(group: &[Weighed<'a>]) -> Vec<Weighed<'a>> {
    let is_token = |one: &Weighed<'_>| one.candidate.origin == Origin::Token;
    let only_tokens = group.iter().all(is_token);
    group.iter().filter(|one| only_tokens || !is_token(one)).copied().collect()
}

/// Whether this is known of a value only because a token verifies under it.
fn is_proof(one: &Weighed<'_>) -> bool {
    one.candidate.evidence == Evidence::Proven && one.candidate.origin != Origin::Token
}

/// The candidate that a finding is told by: a proof says nothing about how the value serves, and comes last.
fn leader<'a>(group: &[Weighed<'a>]) -> Option<Weighed<'a>> {
    let told = group.iter().copied().filter(|one| !is_proof(one)).max_by_key(rank);
    told.or_else(|| group.iter().copied().max_by_key(rank))
}

/// Candidates of different kinds are different findings even at one place.
fn kind(origin: Origin) -> u8 {
    match origin {
        Origin::Logged => 1,
        Origin::Unvalidated => 2,
        _ => 0,
    }
}

/// Strongest evidence first, then the worst level, the surest, and the one that knows most.
fn rank(one: &Weighed<'_>) -> (Evidence, Level, Confidence, usize, bool) {
    let Weighed { candidate, level, .. } = one;
    (candidate.evidence, *level, candidate.confidence, candidate.steps.len(), candidate.algorithm.is_some())
}

/// The candidate that names the thing which holds the value: one that goes by names knows it better
/// than one that goes by the key it reaches. It is the same whichever files are looked at besides.
fn holder<'a>(group: &[Weighed<'a>], leader: Weighed<'a>) -> &'a Candidate {
    let by_name = group.iter().filter(|one| one.candidate.evidence <= Evidence::FrameworkKey);
    by_name.copied().max_by_key(rank).unwrap_or(leader).candidate
}

/// What candidates are sorted by: file, kind, outer literals first, and what tells equals apart.
fn place<'w>(one: &'w Weighed<'_>) -> impl Ord + 'w {
    let Candidate { file, span, origin, evidence, subject, detector, .. } = one.candidate;
    (file, kind(*origin), span.start(), Reverse(span.end()), evidence, origin, subject, detector)
}

/// Splits sorted candidates where a new literal begins: one that does not lie within the one before.
fn groups<'s, 'a>(weighed: &'s [Weighed<'a>]) -> Vec<&'s [Weighed<'a>]> {
    let mut groups = Vec::new();
    let mut start = 0;
    for at in 1..=weighed.len() {
        let first = weighed.get(start);
        let same = first.zip(weighed.get(at)).is_some_and(|(first, next)| {
            let (first, next) = (first.candidate, next.candidate);
            first.file == next.file && kind(first.origin) == kind(next.origin) && first.span.contains(next.span)
        });
        if !same {
            groups.extend(weighed.get(start..at).filter(|group| !group.is_empty()));
            start = at;
        }
    }
    groups
}

/// Where each value stands.
fn places_by_value<'a>(groups: &[&[Weighed<'a>]]) -> FxHashMap<&'a [u8], BTreeSet<(FileId, usize)>> {
    let mut places: FxHashMap<&[u8], BTreeSet<(FileId, usize)>> = FxHashMap::default();
    for one in groups.iter().filter_map(|group| group.first()) {
        if !one.candidate.secret.is_empty() {
            let place = (one.candidate.file, one.candidate.span.start());
            places.entry(one.candidate.secret.expose()).or_default().insert(place);
        }
    }
    places
}

/// Hides the findings that a comment covers.
fn apply(directive: &mut Directive, indices: &[usize], drafts: &mut [Draft<'_>], masker: &Masker) {
    let Ok(allowance) = &mut directive.verdict else { return };
    for &index in indices {
        let Some(Draft { finding, .. }) = drafts.get_mut(index) else { continue };
        let covered = finding.location.start.line <= *directive.lines.end()
            && *directive.lines.start() <= finding.location.end.line;
        let rule = allowance.rules.iter_mut().find(|(rule, _)| covered && *rule == *finding.rule);
        if let Some((_, used)) = rule {
            *used = true;
            hide(finding, Disposition::SuppressedInSource { reason: masker.note(&allowance.reason) });
        }
    }
}

impl Verdict {
    /// Takes in findings, each at its place.
    fn add(&mut self, other: Verdict) {
        if other.findings.is_empty() {
            return;
        }
        self.findings.extend(other.findings);
        self.values.extend(other.values);
        self.sites.extend(other.sites);
        let values = std::mem::take(&mut self.values).into_iter().zip(std::mem::take(&mut self.sites));
        let mut all: Vec<_> = std::mem::take(&mut self.findings).into_iter().zip(values).collect();
        all.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        for (finding, (value, site)) in all {
            self.findings.push(finding);
            self.values.push(value);
            self.sites.push(site);
        }
    }
}

/// Whether an entry of a configuration is about a file.
fn binds(all: &Config, config: &Config, allow: &Allow, path: &str) -> bool {
    std::ptr::eq(all.at(path), config) && (allow.path.is_empty() || allow.paths.is_match(&config.within(path)))
}

impl Allow {
    /// Whether the value is the one that was allowed, if the entry says which.
    fn fits(&self, value: &Secret) -> bool {
        self.tag.as_ref().is_none_or(|(salt, tag)| Tag::of(salt, value) == *tag)
    }
}

/// What hides a finding first is what reports show.
fn hide(finding: &mut Finding, by: Disposition) {
    if finding.disposition == Disposition::Active {
        finding.disposition = by;
    }
}

/// Whether any profile has something against the value.
fn is_flawed(class: Class) -> bool {
    matches!(class, Class::Empty | Class::Published(_) | Class::Placeholder | Class::Weak(_))
}

/// What the strict profile has against a secret that is strong otherwise.
fn refused(profile: Profile, class: Class, value: &Secret) -> Option<String> {
    let policy = strength::Policy::new(profile.secrets());
    let flaw = (class == Class::Strong).then(|| policy.check(value.expose()).err()).flatten()?;
    matches!(flaw, Flaw::FewCharacters { .. } | Flaw::ForbiddenWord).then(|| format!("strict profile: {flaw}"))
}

fn location(source: &Source, span: Span) -> Location {
    Location { path: Arc::clone(&source.path), start: source.position(span.start()), end: source.position(span.end()) }
}

/// Sorts and numbers the findings.
fn report(mut drafts: Vec<Draft<'_>>) -> Verdict {
    drafts.sort_by(|one, other| order(&one.finding).cmp(&order(&other.finding)));
    let mut fingerprints = Fingerprints::default();
    let sources: FxHashMap<&str, &Source> =
        drafts.iter().filter_map(|draft| Some((&*draft.source?.path, draft.source?))).collect();
    let sources: Vec<(&str, &Source)> = sources.into_iter().collect();
    let line_hashes: FxHashMap<&str, LineHashes> =
        sources.into_par_iter().with_max_len(FEW_FILES).map(|(path, source)| (path, LineHashes::of(source))).collect();
    let mut verdict = Verdict::default();
    for Draft { mut finding, source, subject, value, site } in drafts {
        let Finding { rule, detector, location, .. } = &finding;
        let identity = Identity { path: &location.path, rule, detector, subject: &subject };
        let fingerprint = fingerprints.next(&identity);
        let line_hash = source.and_then(|source| line_hashes.get(&*source.path)?.get(location.start.line));
        finding.fingerprint = fingerprint;
        finding.line_hash = line_hash.unwrap_or_default();
        verdict.findings.push(finding);
        verdict.values.push(value);
        verdict.sites.push(site);
    }
    verdict
}

fn order(finding: &Finding) -> (&Location, &str, &str) {
    (&finding.location, &finding.rule, &finding.message)
}

#[cfg(test)]
mod tests;

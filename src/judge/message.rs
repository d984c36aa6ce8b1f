//! The words of a finding. None of them holds any part of a value.

use super::KnownKey;
use super::level::rule;
use super::token::Portrait;
use super::value::Class;
use crate::fact::{Candidate, Evidence, Origin, Place, Setting};
use crate::source::Tracking;
use crate::strength::published;
use crate::token::{Signing, Token};

/// How it is known that a value signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// A token in the tree verifies under it.
    Token,
    /// A verification key in the tree belongs to it.
    Key,
}

impl Proof {
    fn reason(self) -> &'static str {
        match self {
            Self::Token => "proven: a token in the tree verifies under it, so whoever reads it can make such tokens",
            Self::Key => {
                "proven: a verification key in the tree belongs to it, so whoever reads it can make tokens that are accepted"
            }
        }
    }
}

/// What there is to say about one finding.
#[derive(Clone)]
pub(super) struct Account<'a> {
    /// The strongest candidate.
    pub candidate: &'a Candidate,
    /// The most specific way the value got there.
    pub origin: Origin,
    /// What the value is.
    pub class: Class,
    /// What the code there is for.
    pub setting: Setting,
    /// What git knows about the file.
    pub tracking: Tracking,
    /// The thing that holds or takes the value; `None` where its name could give the value away.
    pub subject: Option<&'a str>,
    /// The same for the thing that holds it, where another candidate knows that better.
    pub holder: Option<&'a str>,
    /// At how many other places the same value stands.
    pub others: usize,
    /// How the value was proven, if it was.
    pub proven: Option<Proof>,
    /// The secret of a token, where that is known and nothing else is to be reported.
    pub known_key: Option<KnownKey>,
    /// Nothing but the strict profile has anything against it.
    pub by_profile: bool,
    /// In what ways the value is reused.
    pub reused: Vec<String>,
    /// What there is to say about a token.
    pub portrait: Option<Portrait>,
}

impl Account<'_> {
    /// The rule that the finding belongs to.
    pub(super) fn rule(&self) -> &'static str {
        match self.known_key {
            Some(KnownKey::Published(_)) => "published-secret",
            Some(KnownKey::Guessable) => "weak-secret",
            None if self.by_profile && matches!(self.class, Class::Published(_)) => "published-secret",
            None if self.by_profile => "weak-secret",
            None => rule(self.origin),
        }
    }

    /// One sentence: what is wrong.
    pub(super) fn message(&self) -> String {
        let subject = self.subject();
        if self.by_profile {
            return format!("the strict profile refuses the secret in {}", self.holder());
        }
        match self.origin {
            Origin::Literal => self.hardcoded(),
            Origin::Fallback => self.fallback(),
            Origin::EnvFile => self.environment_file(),
            Origin::CompileTimeVariable => {
                format!("{subject} is read while compiling, so its value ends up in the binary")
            }
            Origin::CompileTimeFile => format!("key file is compiled into the binary for {subject}"),
            Origin::PrivateKey => {
                let adjective = if matches!(self.class, Class::Published(_)) { "published " } else { "" };
                format!("{adjective}private key that signs JWTs is written down in {subject}")
            }
            Origin::Token => self.token(),
            Origin::Logged => format!("JWT secret {subject} is written to a log"),
            Origin::Unvalidated => {
                format!("{subject} becomes a JWT key without a check that it is there and long enough")
            }
        }
    }

    fn token(&self) -> String {
        let title = self.portrait.as_ref().map_or("JWT", |portrait| &portrait.title);
        match self.known_key {
            Some(KnownKey::Published(_)) => format!("{title} is signed with a published {}", self.token_key()),
            Some(KnownKey::Guessable) => format!("{title} is signed with a secret that is easy to guess"),
            None => {
                let holder = self.subject.map(|subject| format!(" in `{subject}`")).unwrap_or_default();
                format!("{title} is written down{holder}")
            }
        }
    }

    /// What a token is signed with.
    fn token_key(&self) -> &'static str {
        let signing = self.candidate.secret.expose_str().and_then(Token::read).map(|token| token.signing);
        if matches!(signing, Some(Signing::Asymmetric(_))) { "private key" } else { "secret" }
    }

    fn hardcoded(&self) -> String {
        let adjective = match self.class {
            Class::Empty => "empty ",
            Class::Published(_) => "published ",
            Class::Placeholder => "placeholder as ",
            Class::Weak(_) => "weak ",
            Class::Strong | Class::Absent | Class::NotSecret(_) => "",
        };
        let subject = self.subject();
        let in_code = self.candidate.place == Place::Code;
        match self.candidate.evidence {
            Evidence::FlowsToKey if in_code => format!("hardcoded {adjective}JWT secret reaches {subject}"),
            _ => format!("hardcoded {adjective}JWT secret in {subject}"),
        }
    }

    fn fallback(&self) -> String {
        let kind = self.kind("value");
        // Where only the key is known, that is no name of what falls back.
        if self.candidate.evidence == Evidence::FlowsToKey && self.holder == self.subject {
            return format!("fallback that reaches {} is {kind}", self.subject());
        }
        format!("fallback for {} is {kind}", self.holder())
    }

    fn environment_file(&self) -> String {
        let (subject, kind) = (self.holder(), self.kind("value"));
        match (self.setting, self.tracking) {
            (Setting::Template, _) => format!("template holds what looks like a real value for {subject}"),
            (_, Tracking::Untracked) => {
                format!("environment file that git does not ignore holds {kind} for {subject}")
            }
            (_, Tracking::Tracked) => format!("committed environment file holds {kind} for {subject}"),
            (_, Tracking::Ignored | Tracking::Unknown) => format!("environment file holds {kind} for {subject}"),
        }
    }

    fn kind(&self, noun: &str) -> String {
        match self.class {
            Class::Empty => "empty".to_owned(),
            Class::Published(_) => format!("a published {noun}"),
            Class::Placeholder => "a placeholder".to_owned(),
            Class::Weak(_) => format!("a weak {noun}"),
            Class::Strong => format!("a hardcoded {noun}"),
            Class::Absent | Class::NotSecret(_) => format!("a {noun}"),
        }
    }

    fn subject(&self) -> String {
        quoted(self.subject)
    }

    fn holder(&self) -> String {
        quoted(self.holder)
    }

    /// Why it counts, what the value is worth, and what makes it milder: short facts.
    pub(super) fn reasons(&self) -> Vec<String> {
        let mut reasons = vec![self.why()];
        reasons.extend(self.proven.map(|proof| proof.reason().to_owned()));
        reasons.extend(self.worth());
        reasons.extend(self.circumstances().map(str::to_owned));
        reasons.extend(self.reused.clone());
        match self.others {
            0 => {}
            1 => reasons.push("the same value stands in one other place".to_owned()),
            others => reasons.push(format!("the same value stands in {others} other places")),
        }
        reasons
    }

    fn why(&self) -> String {
        let subject = self.subject();
        match (self.candidate.evidence, self.candidate.place) {
            (Evidence::Proven | Evidence::Token, _) if self.portrait.is_some() => self.token_use(),
            (Evidence::Proven, _) if self.origin == Origin::PrivateKey => "it signs tokens".to_owned(),
            (Evidence::Proven, _) => "it is a signing secret, whatever it is called".to_owned(),
            (Evidence::FlowsToKey, Place::Code) => format!("it reaches the key of {subject}"),
            (Evidence::FlowsToKey, _) => format!("code reads {subject} and uses it as a JWT key"),
            (Evidence::FrameworkKey, _) => format!("{subject} is documented as a JWT secret"),
            (Evidence::Named, _) => format!("{subject} is named like a JWT secret"),
            (Evidence::KeyMaterial, _) => "it is key material, and JWTs are in sight".to_owned(),
            (Evidence::Token, _) => "whoever reads it can use it".to_owned(),
        }
    }

    fn token_use(&self) -> String {
        match self.known_key {
            Some(KnownKey::Published(published)) => {
                format!(
                    "anyone can make such tokens, for its {} is published: {}",
                    self.token_key(),
                    published.origin()
                )
            }
            Some(KnownKey::Guessable) => "anyone can make such tokens, for its secret is a common word".to_owned(),
            None => self.portrait.as_ref().map(|portrait| portrait.use_of_it).unwrap_or_default().to_owned(),
        }
    }

    fn worth(&self) -> Vec<String> {
        match self.class {
            Class::Empty => vec!["empty: anyone can sign".to_owned()],
            Class::Published(published) => vec![format!("published: {}", published.origin())],
            Class::Placeholder => {
                let published = published::look_up(self.candidate.secret.expose());
                let published = published.map(|published| format!("published: {}", published.origin()));
                ["reads like a placeholder".to_owned()].into_iter().chain(published).collect()
            }
            Class::Weak(weakness) => vec![format!("weak: {weakness}")],
            Class::Strong | Class::Absent | Class::NotSecret(_) => Vec::new(),
        }
    }

    fn circumstances(&self) -> impl Iterator<Item = &'static str> {
        let setting = match self.setting {
            Setting::Production => None,
            Setting::Development => Some("in a setting for development"),
            Setting::Example => Some("in an example"),
            Setting::Test => Some("in test code"),
            Setting::Template => Some("in a template"),
            Setting::Documentation => Some("in documentation or a comment"),
        };
        let untracked = self.origin == Origin::EnvFile && self.tracking == Tracking::Untracked;
        setting.into_iter().chain(untracked.then_some("not committed yet, and not ignored: git would take it"))
    }
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(|| "the key".to_owned(), |name| format!("`{name}`"))
}

//! The words of a finding. None of them holds any part of a value.

use super::level::rule;
use super::published;
use super::value::Class;
use crate::fact::{Candidate, Evidence, Origin, Place, Setting};
use crate::source::Tracking;

/// What there is to say about one finding.
#[derive(Clone, Copy)]
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
}

impl Account<'_> {
    /// The rule that the finding belongs to.
    pub(super) fn rule(&self) -> &'static str {
        rule(self.origin)
    }

    /// One sentence: what is wrong.
    pub(super) fn message(&self) -> String {
        let subject = self.subject();
        match self.origin {
            Origin::Literal => self.hardcoded(),
            Origin::Fallback => self.fallback(),
            Origin::EnvFile => self.environment_file(),
            Origin::CompileTimeVariable => {
                format!("{subject} is read while compiling, so its value ends up in the binary")
            }
            Origin::CompileTimeFile => format!("key file is compiled into the binary for {subject}"),
            Origin::PrivateKey => format!("private key that signs JWTs is written down in {subject}"),
            Origin::Token if self.candidate.evidence == Evidence::Proven => {
                format!("JWT in {subject} is signed with a known secret")
            }
            Origin::Token => format!("JWT is written down in {subject}"),
            Origin::Logged => format!("JWT secret {subject} is written to a log"),
            Origin::Unvalidated => {
                format!("{subject} becomes a JWT key without a check that it is there and long enough")
            }
        }
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
        reasons.extend(self.worth());
        reasons.extend(self.circumstances().map(str::to_owned));
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
            (Evidence::Proven, _) if self.candidate.origin == Origin::Token => {
                "its signature verifies under a secret that is not secret".to_owned()
            }
            (Evidence::Proven, _) => "proven: a token in the tree verifies under it".to_owned(),
            (Evidence::FlowsToKey, Place::Code) => format!("it reaches the key of {subject}"),
            (Evidence::FlowsToKey, _) => format!("code reads {subject} and uses it as a JWT key"),
            (Evidence::FrameworkKey, _) => format!("{subject} is documented as a JWT secret"),
            (Evidence::Named, _) => format!("{subject} is named like a JWT secret"),
            (Evidence::KeyMaterial, _) => "it is key material, and JWTs are in sight".to_owned(),
            (Evidence::Token, _) => "whoever reads it can use it until it expires".to_owned(),
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

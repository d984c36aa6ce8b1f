//! How bad a finding is: one table of evidence × value by context.

use super::token::Standing;
use super::value::Class;
use crate::fact::{Candidate, Confidence, Evidence, Origin, Place, Setting};
use crate::finding::Level;
use crate::source::Tracking;
use crate::strength::Weakness;

/// What a candidate is, as far as the table asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    FlowsToKey,
    Fallback,
    EnvFile,
    Named,
    PlaceholderInConfiguration,
    PlaceholderInCode,
    Proven,
    KeyMaterial,
    Token,
    CompileTimeVariable,
    CompileTimeFile,
    Logged,
    Unvalidated,
}

/// What the table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Not reported.
    Nothing,
    /// Cannot be by the meaning of the row; should it be all the same, the name alone counts.
    ByName,
    /// This level.
    Always(Level),
    /// This level for a value that is hard to guess, else nothing.
    IfStrong(Level),
    /// A warning while the token is valid and no published sample, and the secret not one that anyone knows or guesses
    /// anyway, else a note: tests sign with such secrets all the time.
    WarningIfLive,
}

const NOTHING: Cell = Cell::Nothing;
const BY_NAME: Cell = Cell::ByName;
const NOTE: Cell = Cell::Always(Level::Note);
const WARNING: Cell = Cell::Always(Level::Warning);
const ERROR: Cell = Cell::Always(Level::Error);
const IF_LIVE: Cell = Cell::WarningIfLive;
const STRONG_WARNING: Cell = Cell::IfStrong(Level::Warning);
const STRONG_NOTE: Cell = Cell::IfStrong(Level::Note);

/// Columns: production, development, test or example, template, documentation or comment.
#[rustfmt::skip]
const TABLE: [(Row, [Cell; 5]); 13] = [
    (Row::FlowsToKey,                 [ERROR,   WARNING, NOTE,    BY_NAME,        NOTHING]),
    (Row::Fallback,                   [ERROR,   WARNING, NOTE,    BY_NAME,        NOTHING]),
    (Row::EnvFile,                    [ERROR,   WARNING, NOTE,    BY_NAME,        BY_NAME]),
    (Row::Named,                      [ERROR,   WARNING, NOTE,    STRONG_WARNING, STRONG_NOTE]),
    (Row::PlaceholderInConfiguration, [WARNING, WARNING, NOTE,    NOTHING,        NOTHING]),
    (Row::PlaceholderInCode,          [WARNING, NOTE,    NOTHING, NOTHING,        NOTHING]),
    (Row::Proven,                     [ERROR,   WARNING, IF_LIVE, IF_LIVE,        IF_LIVE]),
    (Row::KeyMaterial,                [ERROR,   WARNING, NOTE,    WARNING,        NOTE]),
    (Row::Token,                      [WARNING, WARNING, NOTE,    NOTE,           NOTE]),
    (Row::CompileTimeVariable,        [WARNING, NOTE,    NOTE,    NOTHING,        NOTHING]),
    (Row::CompileTimeFile,            [ERROR,   WARNING, NOTE,    NOTHING,        NOTHING]),
    (Row::Logged,                     [WARNING, WARNING, NOTHING, NOTHING,        NOTHING]),
    (Row::Unvalidated,                [WARNING, NOTE,    NOTHING, NOTHING,        NOTHING]),
];

/// What is known about a candidate beside itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances {
    /// What its value is.
    pub class: Class,
    /// What the code there is for.
    pub setting: Setting,
    /// What git knows about its file.
    pub tracking: Tracking,
    /// What the token (or the token that proves the value) is worth now.
    pub token: Standing,
}

/// The level of a candidate; `None` where it is not reported.
pub(super) fn level(candidate: &Candidate, circumstances: Circumstances) -> Option<Level> {
    let Circumstances { class, setting, tracking, token } = circumstances;
    if matches!(class, Class::NotSecret(_)) {
        return None;
    }
    let live = token.is_live();
    let row = row(candidate, class, live);
    if row == Row::Token && matches!(token, Standing::Expired | Standing::Sample) {
        return None;
    }
    let decided = match cell(row, setting) {
        Cell::ByName => apply(cell(named(candidate, class), setting), class, live),
        cell => apply(cell, class, live),
    }?;
    let milder = match token {
        Standing::Valid | Standing::Expired => false,
        Standing::Public | Standing::License => candidate.evidence != Evidence::Proven,
        Standing::Unsigned | Standing::Sample => true,
    };
    let capped = match (candidate.origin, tracking) {
        // Of samples, and of tokens that are public or prove nothing, only who asks is told.
        (Origin::Token, _) if milder => Level::Note,
        (Origin::EnvFile, Tracking::Ignored) => return None,
        (Origin::EnvFile, Tracking::Untracked) => decided.min(Level::Warning),
        _ => decided,
    };
    // A guess never breaks a build.
    Some(if candidate.confidence == Confidence::Low { capped.min(Level::Warning) } else { capped })
}

/// Whether the strict profile judges the value, wherever the table is milder: what runs, and what is copied to run.
/// Tests, examples and documentation need no good secrets, and a template is made of placeholders.
pub(super) fn is_for_profile(candidate: &Candidate, class: Class, setting: Setting) -> bool {
    let is_written = matches!(candidate.origin, Origin::Literal | Origin::Fallback | Origin::EnvFile);
    let counts = match setting {
        Setting::Production | Setting::Development => true,
        Setting::Template => matches!(class, Class::Weak(_) | Class::Published(_) | Class::Strong),
        Setting::Test | Setting::Example | Setting::Documentation => false,
    };
    is_written && counts && candidate.confidence > Confidence::Low
}

fn apply(cell: Cell, class: Class, live: bool) -> Option<Level> {
    match cell {
        Cell::Nothing | Cell::ByName => None,
        Cell::Always(level) => Some(level),
        Cell::IfStrong(level) => (class == Class::Strong).then_some(level),
        Cell::WarningIfLive => {
            let is_worth_keeping = matches!(class, Class::Strong | Class::Weak(Weakness::Short { .. }));
            Some(if live && is_worth_keeping { Level::Warning } else { Level::Note })
        }
    }
}

fn row(candidate: &Candidate, class: Class, live: bool) -> Row {
    match (candidate.origin, candidate.evidence) {
        (Origin::CompileTimeVariable, _) => Row::CompileTimeVariable,
        (Origin::CompileTimeFile, _) => Row::CompileTimeFile,
        (Origin::Logged, _) => Row::Logged,
        (Origin::Unvalidated, _) => Row::Unvalidated,
        // A private key is one by its looks, too: where no token shows that it is in use, it is no less than that.
        (Origin::PrivateKey, Evidence::Proven) if !live => Row::KeyMaterial,
        (_, Evidence::Proven) => Row::Proven,
        (Origin::Token, _) | (_, Evidence::Token) => Row::Token,
        (Origin::PrivateKey, _) | (_, Evidence::KeyMaterial) => Row::KeyMaterial,
        (Origin::EnvFile, _) => Row::EnvFile,
        (_, Evidence::FlowsToKey) => Row::FlowsToKey,
        (Origin::Fallback, _) => Row::Fallback,
        (Origin::Literal, Evidence::Named | Evidence::FrameworkKey) => named(candidate, class),
    }
}

fn named(candidate: &Candidate, class: Class) -> Row {
    match (class, candidate.place, candidate.evidence) {
        (Class::Placeholder, Place::Code, Evidence::Named) => Row::PlaceholderInCode,
        (Class::Placeholder, ..) => Row::PlaceholderInConfiguration,
        _ => Row::Named,
    }
}

fn cell(row: Row, setting: Setting) -> Cell {
    let column = match setting {
        Setting::Production => 0,
        Setting::Development => 1,
        Setting::Test | Setting::Example => 2,
        Setting::Template => 3,
        Setting::Documentation => 4,
    };
    TABLE.iter().find(|(other, _)| *other == row).and_then(|(_, cells)| cells.get(column)).copied().unwrap_or(NOTHING)
}

/// The rule of a candidate: the most specific about how the value got there.
pub(super) fn rule(origin: Origin) -> &'static str {
    match origin {
        Origin::Literal => "hardcoded-secret",
        Origin::Fallback => "insecure-fallback",
        Origin::EnvFile => "committed-env-file",
        Origin::CompileTimeVariable | Origin::CompileTimeFile => "compile-time-secret",
        Origin::PrivateKey => "committed-private-key",
        Origin::Token => "committed-token",
        Origin::Logged => "logged-secret",
        Origin::Unvalidated => "unvalidated-secret",
    }
}

/// How sure the finding is: never surer than its detector, nor than its evidence allows.
pub(super) fn confidence(candidate: &Candidate, class: Class) -> Confidence {
    let by_evidence = match (candidate.evidence, class, candidate.place) {
        (Evidence::Proven | Evidence::FlowsToKey | Evidence::KeyMaterial, ..) => Confidence::High,
        (Evidence::Token, ..) => Confidence::Medium,
        (_, Class::Placeholder, Place::Code) => Confidence::Low,
        (_, Class::Placeholder, _) | (Evidence::Named, _, Place::Code | Place::Comment) => Confidence::Medium,
        (Evidence::FrameworkKey | Evidence::Named, ..) => Confidence::High,
    };
    by_evidence.min(candidate.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::testing::candidate;

    const SETTINGS: [Setting; 5] =
        [Setting::Production, Setting::Development, Setting::Test, Setting::Template, Setting::Documentation];

    fn levels(candidate: &Candidate, class: Class, live: bool) -> String {
        let tracking = Tracking::Tracked;
        let token = if live { Standing::Valid } else { Standing::Expired };
        let letter = |setting| match level(candidate, Circumstances { class, setting, tracking, token }) {
            Some(Level::Error) => 'E',
            Some(Level::Warning) => 'W',
            Some(Level::Note) => 'n',
            None => '-',
        };
        SETTINGS.into_iter().map(letter).collect()
    }

    fn with(origin: Origin, evidence: Evidence, place: Place) -> Candidate {
        Candidate { origin, evidence, place, ..candidate("x") }
    }

    /// The table of the design, cell by cell: production, development, test, template, documentation.
    #[test]
    fn every_cell_is_as_designed() {
        use Evidence::{FlowsToKey, FrameworkKey, KeyMaterial, Named, Proven, Token};
        use Place::{Code, Configuration};
        let weak = Class::Weak(Weakness::CommonWords);
        for (origin, evidence, place, class, live, expected) in [
            (Origin::Literal, FlowsToKey, Code, Class::Strong, false, "EWnW-"),
            (Origin::Literal, FlowsToKey, Code, weak, false, "EWn--"),
            (Origin::Literal, FlowsToKey, Code, Class::Empty, false, "EWn--"),
            (Origin::Literal, FlowsToKey, Code, Class::Placeholder, false, "EWn--"),
            (Origin::Fallback, Named, Code, weak, false, "EWn--"),
            (Origin::Fallback, Named, Code, Class::Placeholder, false, "EWn--"),
            (Origin::EnvFile, Named, Configuration, Class::Strong, false, "EWnWn"),
            (Origin::EnvFile, Named, Configuration, weak, false, "EWn--"),
            (Origin::EnvFile, Named, Configuration, Class::Placeholder, false, "EWn--"),
            (Origin::EnvFile, FlowsToKey, Configuration, weak, false, "EWn--"),
            (Origin::Literal, Named, Code, Class::Strong, false, "EWnWn"),
            (Origin::Literal, FrameworkKey, Configuration, Class::Strong, false, "EWnWn"),
            (Origin::Literal, FrameworkKey, Configuration, weak, false, "EWn--"),
            (Origin::Literal, Named, Configuration, Class::Placeholder, false, "WWn--"),
            (Origin::Literal, FrameworkKey, Configuration, Class::Placeholder, false, "WWn--"),
            (Origin::Literal, Named, Code, Class::Placeholder, false, "Wn---"),
            (Origin::Literal, Proven, Code, Class::Strong, true, "EWWWW"),
            (Origin::Literal, Proven, Code, Class::Strong, false, "EWnnn"),
            (Origin::Literal, Proven, Code, weak, true, "EWnnn"),
            (Origin::Token, Proven, Code, Class::Absent, true, "EWnnn"),
            (Origin::PrivateKey, KeyMaterial, Configuration, Class::Strong, false, "EWnWn"),
            (Origin::PrivateKey, Proven, Configuration, Class::Strong, false, "EWnWn"),
            (Origin::PrivateKey, Proven, Configuration, Class::Strong, true, "EWWWW"),
            (Origin::Token, Token, Code, Class::Absent, true, "WWnnn"),
            (Origin::Token, Token, Code, Class::Absent, false, "-----"),
            (Origin::CompileTimeVariable, FlowsToKey, Code, Class::Absent, false, "Wnn--"),
            (Origin::CompileTimeFile, FlowsToKey, Code, Class::Absent, false, "EWn--"),
            (Origin::Logged, FlowsToKey, Code, Class::Absent, false, "WW---"),
        ] {
            let found = levels(&with(origin, evidence, place), class, live);
            assert_eq!(found, expected, "{origin:?} {evidence:?} {place:?} {class:?} live: {live}");
        }
    }

    #[test]
    fn an_example_counts_as_a_test() {
        assert_eq!(cell(Row::FlowsToKey, Setting::Example), cell(Row::FlowsToKey, Setting::Test));
    }

    #[test]
    fn an_ignored_env_file_is_where_secrets_belong() {
        let env = with(Origin::EnvFile, Evidence::FlowsToKey, Place::Configuration);
        let judged = |tracking| {
            let (setting, token) = (Setting::Production, Standing::Valid);
            level(&env, Circumstances { class: Class::Strong, setting, tracking, token })
        };
        assert_eq!(judged(Tracking::Ignored), None);
        assert_eq!(judged(Tracking::Untracked), Some(Level::Warning));
        assert_eq!(judged(Tracking::Unknown), Some(Level::Error));
    }

    #[test]
    fn tokens_that_are_made_to_be_seen_are_notes() {
        let (class, tracking, setting) = (Class::Absent, Tracking::Tracked, Setting::Production);
        let judged = |evidence, token| {
            let candidate = with(Origin::Token, evidence, Place::Code);
            level(&candidate, Circumstances { class, setting, tracking, token })
        };
        assert_eq!(judged(Evidence::Token, Standing::Public), Some(Level::Note));
        assert_eq!(judged(Evidence::Token, Standing::Unsigned), Some(Level::Note));
        assert_eq!(judged(Evidence::Token, Standing::Sample), None);
        assert_eq!(judged(Evidence::Proven, Standing::Sample), Some(Level::Note), "its secret is published as well");
        assert_eq!(judged(Evidence::Proven, Standing::Public), Some(Level::Error), "anyone can make others");
    }

    #[test]
    fn a_guess_is_no_error() {
        let guess = Candidate { confidence: Confidence::Low, ..with(Origin::Literal, Evidence::Named, Place::Code) };
        assert_eq!(levels(&guess, Class::Strong, false), "WWnWn");
        assert_eq!(confidence(&guess, Class::Strong), Confidence::Low);
    }
}

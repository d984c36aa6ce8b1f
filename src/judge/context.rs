//! What the code at a place is for.
//!
//! The path tells by `rules/contexts.toml`; the code tells through a candidate's own setting. For a
//! value that stands where it is found, the milder of both counts.
//!
//! A flow crosses files, and there the direction matters: a constant of a test that production code
//! signs with is production, whereas a text that a test hands to a production function is a test. Only
//! the linker knows the direction: it weighs each place on the way by [`of_path`] and by the code, and
//! its word, the candidate's setting, is final for whatever has steps, save in languages whose tests
//! are built apart: there, a value that stands in a test was handed over in any case.

use std::cell::RefCell;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::embedded;
use crate::fact::{Candidate, Place, Setting};
use crate::source::Sources;
use crate::wildcard::{Wildcard, Wildcards};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    folders: Vec<String>,
    files: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    test: Patterns,
    example: Patterns,
    development: Patterns,
    template: Patterns,
    documentation: Patterns,
}

/// The settings that paths tell, mildest first.
const MILDEST_FIRST: [Setting; 5] =
    [Setting::Documentation, Setting::Template, Setting::Test, Setting::Example, Setting::Development];

/// The patterns of `rules/contexts.toml`.
#[derive(Default)]
struct Contexts {
    folders: Wildcards<PathPattern>,
    files: Wildcards<PathPattern>,
}

/// A pattern whose last part is looked up; what it asks of the parts above, and what it says.
struct PathPattern {
    /// Nearest first.
    above: Vec<Wildcard>,
    /// Whether nothing may stand above these.
    is_top: bool,
    /// The place in [`MILDEST_FIRST`].
    rank: usize,
}

static CONTEXTS: LazyLock<Contexts> = LazyLock::new(|| {
    let file = embedded::text("contexts.toml").and_then(|text| toml::from_str::<ContextFile>(text).ok());
    file.map(Contexts::new).unwrap_or_default()
});

impl Contexts {
    fn new(file: ContextFile) -> Self {
        let mut contexts = Self::default();
        let lists = [file.documentation, file.template, file.test, file.example, file.development];
        for (rank, patterns) in lists.into_iter().enumerate() {
            patterns.folders.iter().for_each(|pattern| insert(&mut contexts.folders, pattern, rank));
            patterns.files.iter().for_each(|pattern| insert(&mut contexts.files, pattern, rank));
        }
        contexts
    }
}

fn insert(patterns: &mut Wildcards<PathPattern>, pattern: &str, rank: usize) {
    let (is_top, pattern) = pattern.strip_prefix('/').map_or((false, pattern), |below| (true, below));
    let mut parts = pattern.rsplit('/');
    let last = parts.next().unwrap_or_default();
    patterns.insert(last, PathPattern { above: parts.map(Wildcard::new).collect(), is_top, rank });
}

/// The rank of the mildest pattern that fits the end of `parts`.
fn mildest(patterns: &Wildcards<PathPattern>, parts: &[&str]) -> Option<usize> {
    let (last, above) = parts.split_last()?;
    let fits = |pattern: &&PathPattern| {
        let is_place =
            if pattern.is_top { pattern.above.len() == above.len() } else { pattern.above.len() <= above.len() };
        is_place && pattern.above.iter().zip(above.iter().rev()).all(|(wanted, part)| wanted.fits(part))
    };
    patterns.matching(last).filter(fits).map(|pattern| pattern.rank).min()
}

/// The setting of a candidate: that of its flow, or the milder of its code and its path.
pub fn of(candidate: &Candidate, sources: &Sources) -> Setting {
    if candidate.place == Place::Comment {
        return Setting::Documentation;
    }
    let Some(source) = sources.get(candidate.file) else { return candidate.setting };
    let by_path = of_path(&source.path);
    if candidate.steps.is_empty() || (by_path == Setting::Test && is_built_apart(source.file_name())) {
        return candidate.setting.max(by_path);
    }
    candidate.setting
}

/// Whether tests of this language are built apart, so that production code cannot name what stands in them: whatever
/// of them reaches a key was handed over. (In Rust the linker knows which module is a test.)
fn is_built_apart(file_name: &str) -> bool {
    [".go", ".java", ".kt", ".scala", ".cs", ".swift"].iter().any(|end| file_name.ends_with(end))
}

/// What a path (relative to the root, `/`-separated) says about the code there: the mildest that fits.
pub fn of_path(path: &str) -> Setting {
    thread_local! {
        // Several candidates of one file are asked for in a row.
        static LAST: RefCell<(String, Setting)> = RefCell::default();
    }
    LAST.with_borrow_mut(|(last, setting)| {
        if last != path {
            *setting = setting_of(path);
            path.clone_into(last);
        }
        *setting
    })
}

fn setting_of(path: &str) -> Setting {
    let path = path.to_lowercase();
    let mut parts: Vec<&str> = path.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    drop_packages(&mut parts);
    let by_folder = parts.split_last().and_then(|(_, folders)| of_folders(folders));
    let rank = by_folder.into_iter().chain(mildest(&CONTEXTS.files, &parts)).min();
    rank.and_then(|rank| MILDEST_FIRST.get(rank)).copied().unwrap_or(Setting::Production)
}

/// The rank of the mildest pattern that fits one of these folders, each in the one before.
fn of_folders(folders: &[&str]) -> Option<usize> {
    thread_local! {
        // Paths are asked in their order, so that most begin with the folders of the last.
        static LAST: RefCell<Vec<(String, Option<usize>)>> = RefCell::default();
    }
    LAST.with_borrow_mut(|known| {
        let shared = known.iter().zip(folders).take_while(|((known, _), folder)| known == *folder).count();
        known.truncate(shared);
        for end in shared + 1..=folders.len() {
            let above = known.last().and_then(|(_, rank)| *rank);
            let rank = above.into_iter().chain(mildest(&CONTEXTS.folders, &folders[..end])).min();
            known.push((folders[end - 1].to_owned(), rank));
        }
        known.last().and_then(|(_, rank)| *rank)
    })
}

/// Forgets folders that are a package's name: `src/main/java/com/example/demo/Jwt.java` is no example.
fn drop_packages(parts: &mut Vec<&str>) {
    const LANGUAGES: [&str; 4] = ["java", "kotlin", "scala", "groovy"];
    const DOMAINS: [&str; 12] = ["com", "org", "net", "io", "dev", "me", "cn", "de", "fr", "br", "ru", "edu"];
    let is_class =
        [".java", ".kt", ".scala", ".groovy"].iter().any(|end| parts.last().is_some_and(|name| name.ends_with(end)));
    if !is_class {
        return;
    }
    let last = parts.len() - 1;
    let language = parts
        .windows(3)
        .position(|three| three[0] == "src" && three[1].ends_with("main") && LANGUAGES.contains(&three[2]));
    let domain = parts[..last].iter().position(|part| DOMAINS.contains(part));
    if let Some(start) = language.map(|at| at + 3).or(domain.filter(|&at| at > 0)).filter(|&start| start < last) {
        parts.drain(start..last);
    }
}

/// What the name of a type says about the code in it: `MockAuth`, `FakeTokenService` stand in for the real one.
pub fn of_type_name(name: &str) -> Setting {
    let stands_in = ["Mock", "Fake", "Stub", "Dummy", "Test"].iter().any(|word| {
        name.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()))
            || (name.len() > word.len() && name.ends_with(word))
            || name.ends_with(&format!("{word}s"))
    });
    if stands_in { Setting::Test } else { Setting::Production }
}

/// What the name of a function says about the code in it: `Settings::mock()`, `config_for_tests()`.
pub fn of_function_name(name: &str) -> Setting {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let last = words.next_back().unwrap_or(first);
    let stands_in = matches!(first, "mock" | "fake" | "stub" | "dummy")
        || matches!(last, "mock" | "fake" | "stub" | "dummy")
        || ["for_test", "for_tests", "for_testing"].iter().any(|end| name.ends_with(end));
    if stands_in { Setting::Test } else { Setting::Production }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{FileId, Step};
    use crate::judge::testing::{candidate, sources};
    use crate::span::Span;

    #[test]
    fn the_path_tells_what_code_is_for() {
        use Setting::{Development, Documentation, Example, Production, Template, Test};
        for (path, expected) in [
            ("src/auth/jwt.rs", Production),
            ("src/snapshots/shop__tests__secret.snap", Test),
            ("src/snapshots/today.json", Production),
            ("src/run_latest.sh", Production),
            ("src/latest_tests_run.py", Production),
            ("scripts/run_tests_local.sh", Test),
            ("scripts/setup-test-env.ps1", Test),
            ("scripts/set_attestation_key.sh", Production),
            ("server/example_tickets.py", Example),
            ("server/exampled.py", Production),
            ("src/config/config_dev.rs", Development),
            ("config/config-local.yml", Development),
            ("config/config-locale.yml", Production),
            ("ci.yml", Development),
            ("api/PyJWT-2.0.dist-info/METADATA", Documentation),
            ("config/prod.yml", Production),
            (".env", Production),
            (".env.production", Production),
            ("src/latest.rs", Production),
            ("src/auth/local/strategy.ts", Production),
            ("src/Audit.java", Production),
            ("src/main/java/com/example/demo/JwtUtil.java", Production),
            ("api/src/main/kotlin/dev/orchard/sample/Jwt.kt", Production),
            ("src/org/example/Jwt.kt", Production),
            ("src/test/java/com/example/demo/Keys.java", Test),
            ("examples/src/main/java/org/pear/Keys.java", Example),
            ("tests/login.rs", Test),
            ("pkg/token_test.go", Test),
            ("web/src/login.spec.ts", Test),
            ("service/src/test/java/org/x/Keys.java", Test),
            ("src/__tests__/a.js", Test),
            ("shop-e2e/docker/config.yml", Test),
            ("orchard_e2e/src/keys.ts", Test),
            ("orchard-e2ee/src/keys.ts", Production),
            ("sdk/tests~/keys.cs", Test),
            ("internal/testdata/keys.json", Test),
            (".env.test", Test),
            ("spec/models/user.rb", Test),
            ("examples/simple.rs", Example),
            ("charts/orchard/ci/metrics.yaml", Test),
            ("t/plugin/signing.t", Test),
            ("t/certs/private.pem", Test),
            ("lib/orchard/t/login.t", Test),
            ("app/t/page.tsx", Production),
            ("ci/ingress-values.yaml", Test),
            ("ci/deploy.sh", Development),
            ("charts/orchard/values.yaml", Production),
            ("docs/compose.yml", Example),
            ("demo/main.go", Example),
            ("docker-compose.dev.yml", Development),
            ("config/development.json", Development),
            ("src/main/resources/application-dev.yml", Development),
            ("Api/appsettings.Development.json", Development),
            (".github/workflows/ci.yml", Development),
            (".env.local", Development),
            (".env.example", Template),
            (".env.production.sample", Template),
            (".env.exmaple", Template),
            ("env.example ", Template),
            (".env.ejemplo", Template),
            ("src/main/resources/env/develop/application.yml", Development),
            ("src/env/developers.yml", Production),
            ("config.toml.dist", Template),
            ("deploy/env.example/shop.env", Template),
            ("examples/.env.example", Template),
            ("README.md", Documentation),
            ("tests/README.md", Documentation),
            ("docs/guide/auth.md", Documentation),
            ("tests/docker-compose.dev.yml", Test),
        ] {
            assert_eq!(of_path(path), expected, "{path}");
        }
    }

    #[test]
    fn code_and_path_together_are_as_mild_as_the_milder() {
        let sources = sources(&[("src/lib.rs", "x"), ("tests/a.rs", "x")]);
        assert_eq!(of(&candidate("a"), &sources), Setting::Production);
        let in_unit_test = Candidate { setting: Setting::Test, ..candidate("a") };
        assert_eq!(of(&in_unit_test, &sources), Setting::Test);
        let by_path = Candidate { file: FileId(1), ..candidate("a") };
        assert_eq!(of(&by_path, &sources), Setting::Test);
        let comment = Candidate { place: Place::Comment, ..candidate("a") };
        assert_eq!(of(&comment, &sources), Setting::Documentation);
    }

    #[test]
    fn a_test_constant_that_production_code_signs_with_is_production() {
        let sources = sources(&[("src/lib.js", "x"), ("tests/a.js", "x"), ("auth/a_test.go", "x")]);
        let step = |file| Step { file: FileId(file), span: Span::new(0, 1), note: String::new() };
        let flow = |setting| Candidate { file: FileId(1), steps: vec![step(1), step(0)], setting, ..candidate("a") };
        assert_eq!(of(&flow(Setting::Production), &sources), Setting::Production);
        assert_eq!(of(&flow(Setting::Test), &sources), Setting::Test, "handed over by a test");
        let built_apart = Candidate { file: FileId(2), ..flow(Setting::Production) };
        assert_eq!(of(&built_apart, &sources), Setting::Test, "production code cannot name it");
    }

    #[test]
    fn functions_that_stand_in_for_others_are_tests() {
        for name in ["mock", "mock_settings", "settings_for_tests", "new_for_test", "fake_keys", "keys_stub"] {
            assert_eq!(of_function_name(name), Setting::Test, "{name}");
        }
        for name in ["", "new", "test_connection", "default", "hammock", "sign_for"] {
            assert_eq!(of_function_name(name), Setting::Production, "{name}");
        }
    }
}

use super::testing::{candidate, invented_key, sources};
use super::*;
use crate::fact::{Algorithm, Place};
use crate::source::Tracking;

const VALUE: &str = "pear-tree-in-winter";

/// A candidate at the `nth` place (from 0) where `value` stands in the file.
fn found(sources: &Sources, file: u32, value: &str, nth: usize) -> Candidate {
    let file = FileId(file);
    let text = sources.get(file).map(|source| source.text.as_str()).unwrap_or_default();
    let Some((start, _)) = text.match_indices(value).nth(nth) else { panic!("{value} is not there") };
    Candidate { file, span: Span::new(start, start + value.len()), ..candidate(value) }
}

fn decide(sources: &Sources, candidates: &[Candidate]) -> Vec<Finding> {
    decide_with("", sources, candidates)
}

fn decide_with(config: &str, sources: &Sources, candidates: &[Candidate]) -> Vec<Finding> {
    let config = Config::parse("jwtlint.toml", config).unwrap_or_else(|error| panic!("{error}"));
    Judge::new(&config, sources).at(1_000_000).judge(candidates).findings
}

fn summary(findings: &[Finding]) -> Vec<String> {
    let line = |finding: &Finding| {
        let Finding { rule, level, location, message, .. } = finding;
        format!("{}:{} {} {rule}: {message}", location.path, location.start.line, level.as_str())
    };
    findings.iter().map(line).collect()
}

fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| &*finding.rule).collect()
}

#[test]
fn one_literal_is_one_finding() {
    let sources = sources(&[("src/auth.rs", "const S: &str = \"pear-tree-in-winter\";\nsign(S);\n")]);
    let named = found(&sources, 0, VALUE, 0);
    let step = |span, note: &str| Step { file: FileId(0), span, note: note.into() };
    let flow = Candidate {
        evidence: Evidence::FlowsToKey,
        subject: "EncodingKey::from_secret".into(),
        algorithm: Some(Algorithm::Hs256),
        steps: vec![step(named.span, "constant `S`"), step(Span::new(44, 45), "key of `EncodingKey::from_secret`")],
        ..named.clone()
    };
    let fallback = Candidate { origin: Origin::Fallback, ..named.clone() };
    let findings = decide(&sources, &[named.clone(), flow.clone()]);
    assert_eq!(
        summary(&findings),
        ["src/auth.rs:1 error hardcoded-secret: hardcoded weak JWT secret reaches `EncodingKey::from_secret`"]
    );
    assert_eq!(
        findings[0].reasons,
        ["it reaches the key of `EncodingKey::from_secret`", "weak: 19 bytes; HS256 asks for 32 (RFC 7518 §3.2)"]
    );
    assert_eq!(findings[0].excerpt.text, format!("const S: &str = \"{MASK}\";"));
    assert_eq!(findings[0].steps.len(), 2);
    assert_eq!(findings[0].steps[1].excerpt, "sign(S);");
    assert_eq!(findings[0].strength, Strength::Weak);
    assert_eq!(
        summary(&decide(&sources, &[fallback, named, flow.clone()])),
        ["src/auth.rs:1 error insecure-fallback: fallback for `JWT_SECRET` is a weak value"],
        "the most specific way to get there decides"
    );
    let by_key = Candidate { origin: Origin::Fallback, ..flow };
    assert_eq!(
        decide(&sources, &[by_key])[0].message,
        "fallback that reaches `EncodingKey::from_secret` is a weak value"
    );
}

#[test]
fn distinct_literals_on_a_line_are_distinct_findings() {
    let sources = sources(&[("a.js", "sign(a, 'pear-tree'); sign(b, 'plum-tree'); log(x)")]);
    let logged = Candidate { origin: Origin::Logged, secret: Secret::default(), ..found(&sources, 0, "pear-tree", 0) };
    let candidates = [found(&sources, 0, "plum-tree", 0), found(&sources, 0, "pear-tree", 0), logged];
    assert_eq!(rules(&decide(&sources, &candidates)), ["hardcoded-secret", "logged-secret", "hardcoded-secret"]);
}

#[test]
fn a_literal_within_another_is_the_same_literal() {
    let sources = sources(&[("a.yml", "JWT_SECRET: {k: pear-tree-in-winter}\n")]);
    let inner = found(&sources, 0, VALUE, 0);
    let outer = found(&sources, 0, "{k: pear-tree-in-winter}", 0);
    assert_eq!(decide(&sources, &[inner.clone(), outer]).len(), 1);
    let reference = Candidate { secret: "${A:-pear}".into(), ..found(&sources, 0, "{k: pear-tree-in-winter}", 0) };
    let fallback = Candidate { origin: Origin::Fallback, ..inner };
    let findings = decide(&sources, &[reference, fallback]);
    assert_eq!(rules(&findings), ["insecure-fallback"], "what is no secret swallows nothing");
}

#[test]
fn no_report_holds_a_value() {
    let key = invented_key();
    let text = format!("a = \"{key}\"; b = \"{VALUE}\"\nsign(\"{VALUE}\") // not {key}\n");
    let sources = sources(&[("src/a.js", &text)]);
    let flow = |value: &str, nth| {
        let base = found(&sources, 0, value, nth);
        let steps = vec![
            Step { file: FileId(0), span: base.span, note: format!("constant `{value}`") },
            Step {
                file: FileId(0),
                span: Span::new(text.find("sign").unwrap_or(0), text.len() - 1),
                note: "key".into(),
            },
        ];
        Candidate { evidence: Evidence::FlowsToKey, subject: value.into(), steps, ..base }
    };
    let findings = decide(&sources, &[flow(key, 0), flow(VALUE, 0), flow(VALUE, 1)]);
    assert_eq!(findings.len(), 3);
    let shown = format!("{findings:?}");
    for value in [key, VALUE] {
        for part in value.as_bytes().windows(6) {
            let part = String::from_utf8_lossy(part);
            assert!(!shown.contains(&*part), "{part} in {shown}");
        }
    }
    assert!(shown.contains("reaches the key"), "a subject that is the value is not named");
}

#[test]
fn a_value_that_stands_in_several_places_is_told() {
    let sources = sources(&[("a.py", "A = 'pear-tree'\nB = 'pear-tree'\nC = 'pear-tree'\n")]);
    let findings = decide(&sources, &[0, 1, 2].map(|nth| found(&sources, 0, "pear-tree", nth)));
    assert_eq!(findings[0].reasons.last().map(String::as_str), Some("the same value stands in 2 other places"));
    let prints: BTreeSet<_> = findings.iter().map(|finding| &finding.fingerprint).collect();
    assert_eq!(prints.len(), 3, "equals are numbered");
    assert!(findings.iter().all(|finding| finding.line_hash.ends_with(":1")));
}

#[test]
fn an_environment_file_is_judged_by_what_git_does_with_it() {
    for (tracking, expected) in [
        (
            Tracking::Tracked,
            Some("error committed-env-file: committed environment file holds a weak value for `JWT_SECRET`"),
        ),
        (
            Tracking::Untracked,
            Some(
                "warning committed-env-file: environment file that git does not ignore holds a weak value for `JWT_SECRET`",
            ),
        ),
        (Tracking::Ignored, None),
        (Tracking::Unknown, Some("error committed-env-file: environment file holds a weak value for `JWT_SECRET`")),
    ] {
        let mut sources = Sources::default();
        let mut source = Source::new(".env", "JWT_SECRET=pear-tree\n");
        source.tracking = tracking;
        sources.insert(FileId(0), source);
        let base = found(&sources, 0, "pear-tree", 0);
        let entry = Candidate { origin: Origin::EnvFile, place: Place::Configuration, ..base };
        let findings = summary(&decide(&sources, &[entry]));
        assert_eq!(findings.first().map(|line| line.trim_start_matches(".env:1 ")), expected, "{tracking:?}");
    }
}

#[test]
fn a_token_whose_secret_is_known_is_reported_for_that() {
    let sources = sources(&[("a.py", "t = 'aaaa.bbbb.cccc'\n")]);
    let token = Candidate { origin: Origin::Token, subject: "t".into(), ..found(&sources, 0, "aaaa.bbbb.cccc", 0) };
    let plain = Candidate { evidence: Evidence::Token, ..token.clone() };
    assert_eq!(rules(&decide(&sources, &[plain])), ["committed-token"]);
    let proven = Candidate { evidence: Evidence::Proven, ..token };
    let Some(published) = published::look_up(b"keyboard cat") else { panic!("it is published") };
    for (key, rule) in [(KnownKey::Published(published), "published-secret"), (KnownKey::Guessable, "weak-secret")] {
        let keys = KnownKeys::from([((proven.file, proven.span), key)]);
        let config = Config::default();
        let verdict = Judge::new(&config, &sources).knowing(&keys).at(0).judge(std::slice::from_ref(&proven));
        assert_eq!(rules(&verdict.findings), [rule]);
    }
}

#[test]
fn a_proof_is_an_attribute_of_the_finding() {
    let sources = sources(&[("a.py", "t = 'aaaa.bbbb.cccc'\ns = 'pear-tree'\n")]);
    let named = found(&sources, 0, "pear-tree", 0);
    let plain = decide(&sources, std::slice::from_ref(&named));
    let place = |candidate: &Candidate| Step { file: candidate.file, span: candidate.span, note: String::new() };
    let steps = vec![place(&named), place(&found(&sources, 0, "aaaa.bbbb.cccc", 0))];
    let proof = Candidate { evidence: Evidence::Proven, subject: "other".into(), steps, ..named.clone() };
    let proven = decide(&sources, &[named, proof]);
    assert_eq!(summary(&plain), summary(&proven), "rule and words are those of the place");
    assert_eq!(plain[0].fingerprint, proven[0].fingerprint, "a token elsewhere makes no other finding");
    assert_eq!(proven[0].steps.len(), 2);
    assert!(proven[0].reasons.iter().any(|reason| reason.starts_with("proven")), "{:?}", proven[0].reasons);
}

#[test]
fn comments_allow_and_what_they_hide_is_kept() {
    let text = "A = 'pear-tree'  # jwtlint: allow(hardcoded-secret) reason=\"a demo of pear-tree\"\n\
                # jwtlint: allow(hardcoded-secret) reason=\"b demo\"\nB = 'pear-tree'\nC = 'pear-tree'\n";
    let sources = sources(&[("a.py", text)]);
    // The second of them is in the comment.
    let candidates = [0, 2, 3].map(|nth| found(&sources, 0, "pear-tree", nth));
    let dispositions: Vec<_> = decide(&sources, &candidates).into_iter().map(|finding| finding.disposition).collect();
    let allowed = |reason: &str| Disposition::SuppressedInSource { reason: reason.into() };
    assert_eq!(dispositions, [allowed(&format!("a demo of {MASK}")), allowed("b demo"), Disposition::Active]);

    let config = Config::default().without_ignores();
    let findings = Judge::new(&config, &sources).judge(&candidates).findings;
    assert!(findings.iter().all(|finding| finding.disposition == Disposition::Active));
}

#[test]
fn comments_that_allow_nothing_are_reported() {
    let text = "# jwtlint: allow(weak-secret, hardcoded-secret) reason=\"x\"\nA = 'pear-tree'\n\
                B = 1 # jwtlint: allow(hardcoded-secret)\nC = 1 # jwtlint: allow(soft-secret) reason=\"x\"\n# jwtlint: nolint\n";
    let sources = sources(&[("a.py", text)]);
    let findings = decide(&sources, &[found(&sources, 0, "pear-tree", 0)]);
    assert_eq!(
        summary(&findings),
        [
            "a.py:1 warning unused-suppression: suppression of `weak-secret` is not needed: there is no such finding here",
            "a.py:2 error hardcoded-secret: hardcoded weak JWT secret in `JWT_SECRET`",
            "a.py:3 warning unused-suppression: suppression without a reason does not suppress",
            "a.py:4 warning unused-suppression: suppression names a rule that does not exist: `soft-secret`",
            "a.py:5 warning unused-suppression: suppression is not of the form `jwtlint: allow(RULE) reason=\"…\"`",
        ]
    );
}

#[test]
fn the_configuration_decides_over_levels_and_allowances() {
    let sources =
        sources(&[("a.json", "{\"jwtSecret\": \"pear-tree\"}"), ("b.json", "{\"jwtSecret\": \"pear-tree\"}")]);
    let candidates = [0, 1].map(|file| found(&sources, file, "pear-tree", 0));
    let first = |config: &str| {
        let finding = decide_with(config, &sources, &candidates).remove(0);
        (finding.level, finding.disposition != Disposition::Active)
    };
    assert_eq!(first(""), (Level::Error, false));
    assert_eq!(first("[levels.\"a.json\"]\nhardcoded-secret = \"note\""), (Level::Note, false));
    assert_eq!(first("[levels.\"a.json\"]\nhardcoded-secret = \"off\""), (Level::Error, true));
    assert_eq!(first("[[allow]]\npath=\"a.json\"\nrule=\"hardcoded-secret\"\nreason=\"demo\""), (Level::Error, true));
    assert_eq!(first("[names]\nnot-secret = [\"jwtSecret\"]"), (Level::Error, true));
    assert_eq!(first("[rules]\nignore = [\"hardcoded-secret\"]"), (Level::Error, true));
    assert_eq!(decide_with("[rules]\nselect = [\"committed-token\"]", &sources, &candidates), []);
}

#[test]
fn an_allowance_that_is_not_needed_is_reported_where_it_stands() {
    let sources = sources(&[("a.json", "{}")]);
    let allow = |path: &str| format!("[[allow]]\npath = \"{path}\"\nrule = \"weak-secret\"\nreason = \"x\"\n");
    let findings = decide_with(&allow("a.json"), &sources, &[]);
    assert_eq!(
        summary(&findings),
        [
            "jwtlint.toml:2 warning unused-suppression: allowance of `weak-secret` is not needed: there is no such finding in this file"
        ]
    );
    assert_eq!(decide_with(&allow("*.json"), &sources, &[]), [], "a glob may be about files not looked at");
    assert_eq!(decide_with(&allow("other.json"), &sources, &[]), []);
}

#[test]
fn an_allowance_with_a_tag_ends_when_the_value_changes() -> Result<(), tag::MalformedTag> {
    let salt = "00112233445566778899aabbccddeeff";
    let tag = Tag::of(&salt.parse()?, &"pear-tree".into());
    let config = format!(
        "salt = \"{salt}\"\n[[allow]]\npath = \"a.json\"\nrule = \"hardcoded-secret\"\nreason = \"x\"\ntag = \"{tag}\"\n"
    );
    let judged = |value: &str| {
        let sources = sources(&[("a.json", &format!("{{\"jwtSecret\": \"{value}\"}}"))]);
        let findings = decide_with(&config, &sources, &[found(&sources, 0, value, 0)]);
        findings
            .into_iter()
            .map(|finding| (finding.rule.to_string(), finding.disposition == Disposition::Active))
            .collect::<Vec<_>>()
    };
    assert_eq!(judged("pear-tree"), [("hardcoded-secret".to_owned(), false)]);
    assert_eq!(judged("plum-tree"), [("hardcoded-secret".to_owned(), true), ("unused-suppression".to_owned(), true)]);
    Ok(())
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn any_text_can_be_judged(
        text in "(jwtlint: allow\\(|[ -~]|é|🔑|\n|\r|\t|//|#|reason=\"|\\)|\\{|weak-secret|-----BEGIN|eyJ){0,80}",
        start in 0usize..200,
        length in 0usize..200,
    ) {
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let span = Span::new(boundary(start.min(start + length)), boundary(start + length));
        let value = &text[span.range()];
        for name in ["a.rs", "a.py", "a.md", "a"] {
            let sources = sources(&[(name, text.as_str())]);
            for origin in [Origin::Literal, Origin::Fallback, Origin::EnvFile, Origin::Token, Origin::PrivateKey, Origin::Logged] {
                for evidence in [Evidence::Named, Evidence::FlowsToKey, Evidence::Proven] {
                    decide(&sources, &[Candidate { span, origin, evidence, ..candidate(value) }]);
                }
            }
        }
    }
}

#[test]
fn a_lost_file_fails_the_run() {
    let sources = sources(&[("a.py", "")]);
    let lost = Candidate { file: FileId(7), ..candidate(VALUE) };
    let config = Config::default();
    let verdict = Judge::new(&config, &sources).judge(&[lost]);
    assert_eq!(verdict.findings, []);
    assert_eq!(verdict.notifications[0].severity, NotificationSeverity::Failure);
}

#[test]
fn the_order_of_candidates_does_not_matter() {
    let sources = sources(&[("b.py", "A = 'pear-tree'; B = 'plum-tree'"), ("a.py", "C = 'pear-tree'")]);
    let mut candidates = vec![
        found(&sources, 0, "plum-tree", 0),
        found(&sources, 1, "pear-tree", 0),
        found(&sources, 0, "pear-tree", 0),
    ];
    // Two that differ in nothing but their name: one of them must lead in every order.
    candidates.push(Candidate { subject: "OTHER".into(), ..candidates[0].clone() });
    let one = decide(&sources, &candidates);
    candidates.reverse();
    assert_eq!(one, decide(&sources, &candidates));
    let columns: Vec<_> = one.iter().map(|finding| (&*finding.location.path, finding.location.start.column)).collect();
    assert_eq!(columns, [("a.py", 6), ("b.py", 6), ("b.py", 23)]);
}

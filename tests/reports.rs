//! Every format, from one report that holds one of everything.

mod sample;

use jwtlint::config::Config;
use jwtlint::finding::{Disposition, Finding, FindingStep, Location, Notification, NotificationSeverity, Report};
use jwtlint::report::{Format, ReportOptions};
use jwtlint::scan;
use jwtlint::span::Position;
use proptest::prelude::*;
use sample::{finding, options, report, written};
use serde_json::Value;

fn everything() -> ReportOptions {
    ReportOptions { show_notes: true, show_suppressed: true, verbose: true, ..options() }
}

#[test]
fn human() {
    insta::assert_snapshot!(written(Format::Human, &report(), &options()));
}

#[test]
fn human_with_everything_shown() {
    let text = written(Format::Human, &report(), &everything());
    for shown in [
        "note[hardcoded-secret]",
        "suppressed: by a comment: sandbox key",
        "No git repository",
        "known, see the baseline",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn sarif() {
    insta::assert_snapshot!(without_rules(&written(Format::Sarif, &report(), &options())));
}

#[test]
fn json() {
    insta::assert_snapshot!(written(Format::Json, &report(), &everything()));
}

#[test]
fn github() {
    insta::assert_snapshot!(written(Format::Github, &report(), &options()));
}

#[test]
fn gitlab() {
    insta::assert_snapshot!(written(Format::Gitlab, &report(), &options()));
}

#[test]
fn rules_table() {
    let mut out = Vec::new();
    jwtlint::report::rules::rules_table(&mut out).expect("memory takes everything");
    insta::assert_snapshot!(String::from_utf8_lossy(&out));
}

#[test]
fn explain() {
    let mut out = Vec::new();
    jwtlint::report::rules::explain("insecure-fallback", None, &mut out).expect("the rule exists");
    insta::assert_snapshot!(String::from_utf8_lossy(&out));
}

#[test]
fn an_unknown_rule_cannot_be_explained() {
    let mut out = Vec::new();
    let error = jwtlint::report::rules::explain("weak-secrets", None, &mut out).expect_err("there is no such rule");
    assert!(error.to_string().contains("did you mean `weak-secret`?"), "{error}");
    assert!(out.is_empty());
}

#[test]
fn a_clean_run_is_one_calm_line() {
    let clean = Report { files_scanned: 1, ..Report::default() };
    assert_eq!(written(Format::Human, &clean, &options()), "No JWT secrets found. 1 file scanned.\n");
    assert_eq!(written(Format::Human, &clean, &ReportOptions { quiet: true, ..options() }), "");
    assert_eq!(written(Format::Github, &clean, &options()), "");
    assert_eq!(written(Format::Gitlab, &clean, &options()), "[]\n");
}

#[test]
fn a_failure_is_told_even_when_quiet() {
    let text = written(Format::Human, &report(), &ReportOptions { quiet: true, ..options() });
    assert!(text.contains("failed: locked.env: cannot be read"), "{text}");
    assert!(!text.contains("does not parse") && !text.contains("Found"), "{text}");
}

#[test]
fn colour_is_used_only_when_asked_for_and_only_for_people() {
    let colored = ReportOptions { color: true, ..options() };
    assert!(written(Format::Human, &report(), &colored).contains('\u{1b}'));
    for format in [Format::Human, Format::Sarif, Format::Json, Format::Github, Format::Gitlab] {
        assert!(!written(format, &report(), &options()).contains('\u{1b}'), "{format:?}");
    }
    for format in [Format::Sarif, Format::Json, Format::Github, Format::Gitlab] {
        assert!(!written(format, &report(), &colored).contains('\u{1b}'), "{format:?}");
    }
}

#[test]
fn colour_changes_nothing_else() {
    let colored = written(Format::Human, &report(), &ReportOptions { color: true, ..options() });
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), written(Format::Human, &report(), &options()));
}

#[test]
fn no_line_can_be_forged() {
    for format in [Format::Human, Format::Github] {
        let text = written(format, &report(), &everything());
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::forged")), "{text}");
        assert!(!text.contains("##["), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
    }
}

/// The line of an excerpt and the carets below it, without the margin.
fn excerpt_and_carets(finding: Finding) -> (String, String) {
    let text = written(Format::Human, &Report { findings: vec![finding], ..Report::default() }, &options());
    let mut lines = text.lines().filter_map(|line| line.split_once(" | ")).map(|(_, content)| content.to_owned());
    (lines.next().unwrap_or_default(), lines.next().unwrap_or_default())
}

#[test]
fn carets_stand_under_the_mask() {
    assert_eq!(
        excerpt_and_carets(finding("a.js", 1, "const s = '••••••';")),
        ("const s = '••••••';".to_owned(), "           ^^^^^^".to_owned())
    );
}

#[test]
fn carets_allow_for_tabs_and_wide_letters() {
    assert_eq!(
        excerpt_and_carets(finding("a.js", 1, "\té🔑 '••••••';")),
        ("    é🔑 '••••••';".to_owned(), "         ^^^^^^".to_owned())
    );
}

#[test]
fn carets_cover_the_mask_even_if_the_value_was_longer_or_shorter() {
    for end in [2, 14, 90, 4000] {
        let mut finding = finding("a.js", 1, "const s = '••••••';");
        finding.location.end.column = end;
        assert_eq!(excerpt_and_carets(finding).1, "           ^^^^^^");
    }
}

#[test]
fn positions_beyond_the_excerpt_still_give_a_report() {
    let mut finding = finding("a.js", 1, "x");
    finding.excerpt.at = 1_000..2_000;
    assert_eq!(excerpt_and_carets(finding), ("x".to_owned(), " ^".to_owned()));
}

#[test]
fn a_long_line_is_cut_around_the_literal() {
    let line = format!("{}'••••••'{}", "a".repeat(3_000), "b".repeat(3_000));
    let (excerpt, carets) = excerpt_and_carets(finding("bundle.js", 1, &line));
    assert!(excerpt.starts_with("…aaa") && excerpt.ends_with("bbb…"), "{excerpt}");
    assert!(excerpt.chars().count() < 130, "{excerpt}");
    let under: String =
        excerpt.chars().zip(carets.chars()).filter(|(_, caret)| *caret == '^').map(|(letter, _)| letter).collect();
    assert_eq!(under, "••••••");
}

#[test]
fn a_long_line_of_a_file_shows_the_name_the_mask_and_the_carets_under_it() {
    for before in (0..30).chain(90..180).chain([239, 240, 241, 400, 5_000]) {
        let (ahead, behind) = ("x".repeat(before), "y".repeat(100));
        let text = format!("{{\"é\":\"{ahead}\",\"jwtSecret\":\"wd0tfYAbcdef123456\",\"z\":\"{behind}\"}}");
        let report = scan::scan_text(Config::default(), "a.json", text.as_bytes()).expect("text can be scanned");
        let finding = report.findings.into_iter().next().expect("the secret is found");
        let (excerpt, carets) = excerpt_and_carets(finding);
        assert!(excerpt.contains("\"jwtSecret\":\"••••••\""), "{before}: {excerpt}");
        assert!(!excerpt.contains("tfYA"), "{before}: {excerpt}");
        let under = excerpt.chars().zip(carets.chars()).filter(|(_, caret)| *caret == '^').map(|(letter, _)| letter);
        assert_eq!(under.collect::<String>(), "••••••", "{before}: {excerpt}\n{carets}");
        assert_eq!(carets.trim().chars().count(), 6, "{before}: {carets}");
    }
}

#[test]
fn help_is_given_in_full_only_once_per_rule() {
    let text = written(Format::Human, &report(), &options());
    let rule = jwtlint::catalog::find("hardcoded-secret").expect("the rule exists");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words.matches(&rule.fix).count(), 1);
    assert_eq!(text.matches(&rule.hint).count(), 2);
}

/// The rules take many lines and have tests of their own.
fn without_rules(sarif: &str) -> String {
    let start = sarif.find("\"rules\": [").expect("a driver has rules");
    let end = sarif[start..].find("\n          ]").expect("the list ends") + start;
    format!("{}\"rules\": […{}", &sarif[..start], &sarif[end..])
}

/// A finding with the same hostile text everywhere, at any place.
fn hostile(text: &str, start: (usize, usize), end: (usize, usize)) -> Finding {
    let place = |path: &str| Location {
        path: path.into(),
        start: Position { line: start.0, column: start.1 },
        end: Position { line: start.0 + end.0, column: end.1 },
    };
    let step = FindingStep { location: place(text), note: text.into(), excerpt: text.into() };
    Finding {
        location: place(text),
        message: text.into(),
        reasons: vec![text.into()],
        steps: vec![step.clone(), step],
        disposition: Disposition::SuppressedExternally { reason: text.into() },
        detector: text.into(),
        ..finding("", 1, text)
    }
}

fn hostile_report(text: &str, start: (usize, usize), end: (usize, usize)) -> Report {
    let suppressed = hostile(text, start, end);
    let active = Finding { disposition: Disposition::Active, ..suppressed.clone() };
    let severity = NotificationSeverity::Failure;
    let notification = Notification { path: Some(text.into()), severity, message: text.into() };
    Report { findings: vec![active, suppressed], notifications: vec![notification], ..Report::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_of_the_tree_never_steers_who_reads_it(
        text in "([\\x00-\\x20#:%,\\*\u{7f}-\u{9f}\u{2028}-\u{202e}]|##\\[|##vso\\[|::error::|\\PC){0,300}",
        start in (1_usize..2_000, 1_usize..400),
        end in (0_usize..2, 1_usize..400),
    ) {
        let report = hostile_report(&text, start, end);
        for format in [Format::Human, Format::Sarif, Format::Json, Format::Github, Format::Gitlab] {
            let written = written(format, &report, &everything());
            let steers = |letter: char| letter != '\n' && letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}');
            prop_assert!(!written.contains(steers), "{:?}: {:?}", format, written);
            match format {
                Format::Github => prop_assert_eq!(written.lines().count(), 2),
                Format::Human => prop_assert!(!written.contains("##[") && !written.contains("##vso["), "{:?}", written),
                Format::Sarif | Format::Gitlab => prop_assert!(serde_json::from_str::<Value>(&written).is_ok()),
                Format::Json => {
                    let value: Value = serde_json::from_str(&written).expect("it is JSON");
                    prop_assert_eq!(value["findings"][0]["path"].as_str(), Some(text.as_str()));
                }
            }
        }
    }
}

//! What code scanning asks of a SARIF file and no schema checks.

mod sample;

use std::collections::BTreeSet;
use std::path::Path;

use jwtlint::finding::{Disposition, Finding, FindingStep, Level, Notification, NotificationSeverity, Report};
use jwtlint::report::{Format, ReportOptions};
use sample::{finding, location, options, report, written};
use serde_json::Value;

fn log(report: &Report, options: &ReportOptions) -> Value {
    serde_json::from_str(&written(Format::Sarif, report, options)).expect("it is JSON")
}

fn run(findings: Vec<Finding>, options: &ReportOptions) -> Value {
    log(&Report { findings, ..Report::default() }, options)["runs"][0].take()
}

fn array<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// For the validators outside: one log with and one without everything shown.
#[test]
fn samples_are_left_for_validators() {
    let everything =
        ReportOptions { show_notes: true, show_suppressed: true, category: Some("everything".to_owned()), ..options() };
    for (name, report, options) in
        [("plain", report(), options()), ("everything", report(), everything), ("clean", Report::default(), options())]
    {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.sarif"));
        std::fs::write(file, written(Format::Sarif, &report, &options)).expect("the folder is there");
    }
}

#[test]
fn a_clean_run_has_an_empty_list_of_results() {
    let run = run(vec![], &options());
    assert_eq!(run["results"], Value::Array(vec![]));
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["newlineSequences"], serde_json::json!(["\r\n", "\n", "\r"]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn rules_are_complete_and_do_not_depend_on_findings() {
    let empty = run(vec![], &options());
    let full = log(&report(), &options());
    assert_eq!(empty["tool"], full["runs"][0]["tool"]);

    let rules = array(&empty["tool"]["driver"], "rules");
    let ids: Vec<_> = rules.iter().map(|rule| rule["id"].as_str()).collect();
    assert!(ids.is_sorted() && ids.len() == 12, "{ids:?}");
    for rule in rules {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        for pointer in ["/name", "/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            assert!(!text(pointer).is_empty(), "{pointer} of {rule}");
        }
        assert!(text("/help/markdown").contains(&format!("]({})", text("/helpUri"))), "{rule}");
        assert!(text("/properties/security-severity").parse::<f64>().is_ok_and(|score| score > 0.0 && score <= 10.0));
        let tags = array(&rule["properties"], "tags");
        assert!(tags.len() <= 10 && tags.contains(&Value::from("security")), "{tags:?}");
    }
}

#[test]
fn a_result_points_at_its_rule() {
    let log = log(&report(), &options());
    let run = &log["runs"][0];
    for result in array(run, "results") {
        let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).unwrap_or(usize::MAX);
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
fn an_unknown_rule_is_reported_without_an_index() {
    let odd = Finding { rule: "my-own".into(), ..finding("a.js", 1, "'••••••'") };
    let run = run(vec![odd], &options());
    assert_eq!(run["results"][0]["ruleId"], "my-own");
    assert_eq!(run["results"][0].get("ruleIndex"), None);
}

#[test]
fn there_is_no_secret_s_line_in_it() {
    let text = written(Format::Sarif, &report(), &options());
    assert!(!text.contains("snippet") && !text.contains("••••••"), "{text}");
}

#[test]
fn the_category_ends_in_a_slash_and_is_absent_unless_given() {
    let id = |category: Option<&str>| {
        let options = ReportOptions { category: category.map(str::to_owned), ..options() };
        run(vec![], &options)["automationDetails"]["id"].as_str().map(str::to_owned)
    };
    assert_eq!(id(None), None);
    assert_eq!(id(Some("")), None);
    assert_eq!(id(Some("nightly")), Some("nightly/".to_owned()));
    assert_eq!(id(Some("jwt/nightly/")), Some("jwt/nightly/".to_owned()));
}

#[test]
fn notes_are_left_out_unless_asked_for() {
    let note = || Finding { level: Level::Note, ..finding("a.js", 1, "'••••••'") };
    assert_eq!(array(&run(vec![note()], &options()), "results").len(), 0);
    let shown = run(vec![note()], &ReportOptions { show_notes: true, ..options() });
    assert_eq!(shown["results"][0]["level"], "note");
}

#[test]
fn suppressed_findings_are_absent_or_every_result_says_so() {
    let allowed = || Finding {
        disposition: Disposition::SuppressedInSource { reason: "sandbox".into() },
        ..finding("a.js", 1, "'••••••'")
    };
    let both = || vec![allowed(), finding("a.js", 2, "'••••••'")];
    let hidden = run(both(), &options());
    assert_eq!(array(&hidden, "results").len(), 1);
    assert_eq!(hidden["results"][0].get("suppressions"), None);

    let shown = run(both(), &ReportOptions { show_suppressed: true, ..options() });
    assert_eq!(
        shown["results"][0]["suppressions"],
        serde_json::json!([{ "kind": "inSource", "status": "accepted", "justification": "sandbox" }])
    );
    assert_eq!(shown["results"][1]["suppressions"], serde_json::json!([]));
}

#[test]
fn one_result_per_rule_file_and_line() {
    let mild = Finding { level: Level::Warning, ..finding("a.js", 1, "'••••••'") };
    let bad = Finding { location: location("a.js", 1, (30, 34)), ..finding("a.js", 1, "'••••••'") };
    let other_rule = Finding { rule: "weak-secret".into(), ..mild.clone() };
    let other_line = finding("a.js", 2, "'••••••'");
    let run = run(vec![mild, bad, other_rule, other_line], &options());
    let places: Vec<_> = array(&run, "results")
        .iter()
        .map(|result| (result["ruleId"].as_str(), &result["locations"][0]["physicalLocation"]["region"]))
        .map(|(rule, region)| (rule, region["startLine"].as_u64(), region["startColumn"].as_u64()))
        .collect();
    let expected = [
        (Some("hardcoded-secret"), Some(1), Some(30)),
        (Some("weak-secret"), Some(1), Some(2)),
        (Some("hardcoded-secret"), Some(2), Some(2)),
    ];
    assert_eq!(places, expected);
    let message = run["results"][0]["message"]["text"].as_str().unwrap_or_default();
    assert!(message.ends_with("There is one more like it on this line."), "{message}");
}

#[test]
fn fingerprints_are_both_there_or_left_out_when_unknown() {
    let known = finding("a.js", 0xA, "'••••••'");
    let unknown = Finding { line_hash: String::new(), ..finding("b.js", 1, "'••••••'") };
    let run = run(vec![known, unknown], &options());
    let of = |index: usize| run["results"][index]["partialFingerprints"].clone();
    assert_eq!(of(0)["primaryLocationLineHash"], "a:1");
    assert_eq!(of(0)["jwtlint/v1"].as_str().map(str::len), Some(32));
    assert_eq!(of(1).as_object().map(|map| map.keys().collect::<Vec<_>>()), Some(vec![&"jwtlint/v1".to_owned()]));
}

#[test]
fn steps_become_a_code_flow_of_bounded_length() {
    let step = |line| FindingStep {
        location: location("src/config é.rs", line, (1, 2)),
        note: format!("step {line}"),
        excerpt: String::new(),
    };
    let long = Finding { steps: (1..=20_000).map(step).collect(), ..finding("a.js", 1, "'••••••'") };
    let run = run(vec![long], &options());
    let flow = array(&run["results"][0]["codeFlows"][0]["threadFlows"][0], "locations");
    assert_eq!(flow.len(), 1_000);
    assert_eq!(flow[0]["location"]["message"]["text"], "step 1");
    assert_eq!(flow[999]["location"]["message"]["text"], "step 20000");
    assert_eq!(flow[0]["location"]["physicalLocation"]["artifactLocation"]["uri"], "src/config%20%C3%A9.rs");
}

#[test]
fn a_failure_makes_the_run_unsuccessful_and_is_told() {
    let failure = Notification {
        path: Some("locked.env".into()),
        severity: NotificationSeverity::Failure,
        message: "cannot be read".into(),
    };
    let log = log(&Report { notifications: vec![failure], ..Report::default() }, &options());
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let told = &invocation["toolExecutionNotifications"][0];
    assert_eq!((told["level"].as_str(), told["message"]["text"].as_str()), (Some("error"), Some("cannot be read")));
}

#[test]
fn too_many_results_keep_the_most_severe_in_order_and_say_so() {
    let findings = (1..=26_000).map(|line| Finding {
        level: if line % 2 == 0 { Level::Error } else { Level::Warning },
        message: "A literal is a JWT secret".into(),
        ..finding("a.js", line, "'••••••'")
    });
    let run = run(findings.collect(), &options());
    let results = array(&run, "results");
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 13_000);
    let lines: Vec<_> = results
        .iter()
        .filter_map(|result| result["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64())
        .collect();
    assert!(lines.is_sorted());
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap_or_default();
    assert!(told.starts_with("1000 results are left out"), "{told}");
}

#[test]
fn a_log_stays_below_the_size_that_is_refused() {
    let findings = (1..=9_000).map(|line| Finding {
        message: format!("{line} {}", "pear tree ".repeat(300)),
        ..finding("a.js", line, "'••••••'")
    });
    let run = run(findings.collect(), &options());
    let results = array(&run, "results").len();
    assert!((1_000..5_000).contains(&results), "{results}");
    let told = run["invocations"][0]["toolExecutionNotifications"][0]["level"].as_str();
    assert_eq!(told, Some("warning"));
}

#[test]
fn no_text_is_empty_and_no_tag_comes_twice() {
    fn check(value: &Value, key: &str) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| check(value, key)),
            Value::Array(values) => {
                let different: BTreeSet<_> = values.iter().map(Value::to_string).collect();
                assert!(key != "tags" || different.len() == values.len(), "{values:?}");
                values.iter().for_each(|value| check(value, key));
            }
            Value::String(text) => assert!(!text.is_empty(), "{key} is empty"),
            Value::Null => panic!("{key} is null"),
            Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let silent = Finding { message: String::new(), reasons: vec![], ..finding("a.js", 1, "'••••••'") };
    check(&log(&Report { findings: vec![silent], ..report() }, &options()), "log");
}

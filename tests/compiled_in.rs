//! Keys that are compiled in from files: the finding stands in the file, and leads to where it is used.

#[path = "shared/tree.rs"]
mod tree;

use std::error::Error;

use jwtlint::config::Config;
use jwtlint::finding::Report;
use tree::scan_tree;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// A PEM block whose digits are no key: what is read is what it says of itself.
fn pem(label: &str) -> String {
    let digits = "MC4CAQAwBQYDK2VwBCIEIGhlcm9uLXdhaXRzLWF0LXRoZS1wb25kLWluLXdpbnRlcgAA";
    format!("-----BEGIN {label}-----\n{digits}\n-----END {label}-----\n")
}

/// `path:line rule` of what counts.
fn places(report: &Report) -> Vec<String> {
    let place = |finding: &jwtlint::finding::Finding| {
        format!("{}:{} {}", finding.location.path, finding.location.start.line, finding.rule)
    };
    report.findings.iter().map(place).collect()
}

/// What is found where a program signs with the `content` of the file `path`, which it names as `written`.
fn found(written: &str, path: &str, content: &str) -> Result<Report> {
    let code = format!(
        "use jsonwebtoken::EncodingKey;\npub fn shared() -> EncodingKey {{\n    EncodingKey::from_secret({written})\n}}\n"
    );
    scan_tree(
        Config::default(),
        &[("app/src/keys/mod.rs", code.as_str()), ("app/src/lib.rs", "mod keys;"), (path, content)],
    )
}

const INCLUDED: &str = "include_bytes!(\"../../seal.key\")";

#[test]
fn a_key_is_found_through_the_file_it_names() -> Result {
    let jwk = r#"{"kty": "oct",
        "k": "aGVyb24td2FpdHMtYXQtdGhlLXBvbmQtaW4td2ludGVy"}"#;
    let private = pem("PRIVATE KEY");
    let encrypted = pem("ENCRYPTED PRIVATE KEY");
    for (written, content, line) in [
        (INCLUDED, "heron-waits-at-the-pond-in-winter\n", 1),
        ("include_str!(\"../../seal.key\").as_bytes()", "\nheron-waits-at-the-pond", 2),
        ("include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/seal.key\"))", "heron-waits-at-the-pond", 1),
        (INCLUDED, private.as_str(), 1),
        (INCLUDED, encrypted.as_str(), 1),
        (INCLUDED, jwk, 2),
    ] {
        let report = found(written, "app/seal.key", content)?;
        assert_eq!(places(&report), [format!("app/seal.key:{line} compile-time-secret")], "{written} {content}");
        let steps: Vec<_> = report.findings[0].steps.iter().map(|step| &*step.location.path).collect();
        assert_eq!(steps.first(), Some(&"app/seal.key"));
        assert!(steps[1..].iter().all(|path| *path == "app/src/keys/mod.rs") && steps.len() > 1, "{steps:?}");
        assert!(!format!("{report:?}").contains("heron"), "nothing of it is told");
    }
    Ok(())
}

#[test]
fn what_holds_no_key_is_nothing() -> Result {
    let public = pem("PUBLIC KEY");
    let certificate = pem("CERTIFICATE");
    for content in [
        public.as_str(),
        certificate.as_str(),
        "{{ jwt_key }}\n",
        "-----BEGIN PRIVATE KEY-----\n{{ body }}\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n<your key>\n-----END PRIVATE KEY-----\n",
        r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    ] {
        assert_eq!(places(&found(INCLUDED, "app/seal.key", content)?), [""; 0], "{content}");
    }
    let written = "include_bytes!(\"../../seal.key.example\")";
    assert_eq!(places(&found(written, "app/seal.key.example", "heron-waits-at-the-pond")?), [""; 0]);
    Ok(())
}

#[test]
fn a_file_that_is_not_there_is_known_by_its_name() -> Result {
    for (path, content) in
        [("elsewhere/seal.key", "heron-waits-at-the-pond"), ("app/seal.key", ""), ("app/seal.key", "\0\u{1}")]
    {
        let report = found(INCLUDED, path, content)?;
        assert_eq!(places(&report), ["app/src/keys/mod.rs:3 compile-time-secret"], "{path} {content:?}");
    }
    Ok(())
}

#[test]
fn two_ways_to_one_key_are_one_finding() -> Result {
    let code = "pub fn keys() {\n    jsonwebtoken::EncodingKey::from_secret(include_bytes!(\"seal.key\"));\n    \
                jsonwebtoken::DecodingKey::from_secret(include_bytes!(\"seal.key\"));\n}\n";
    let report = scan_tree(Config::default(), &[("src/lib.rs", code), ("src/seal.key", "heron-waits-at-the-pond")])?;
    assert_eq!(places(&report), ["src/seal.key:1 compile-time-secret"]);
    assert!(
        report.findings[0].reasons.iter().any(|reason| reason.starts_with("weak: ")),
        "{:?}",
        report.findings[0].reasons
    );
    Ok(())
}

//! Rules that a user brings: `jwtlint rules test` tries them, `jwtlint check --rules` detects by them.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

type Outcome = Result<(), Box<dyn Error>>;

const KEYS: &str = r#"
[[key]]
framework = "Orchard"
path = ["orchard.seal"]
find = [{ file = "orchard.yml", text = "orchard:\n  seal: pear-tree-in-winter\n" }]
clean = [{ file = "orchard.yml", text = "orchard:\n  seal: ${SEAL}\n" }]
"#;

const GO: &str = r#"
[[rule]]
id = "go-orchard"
summary = "the orchard library seals tickets with it"
keywords = ["orchard"]

[rule.call]
names = ["orchard.Seal"]
argument = 1

[[rule.example]]
code = "package a\nimport \"example.org/orchard\"\nvar t = orchard.Seal(ticket, \"pear-tree\")\n"
find = ["pear-tree"]

[[rule.example]]
code = "package a\nimport \"example.org/orchard\"\nvar t = orchard.Seal(ticket, os.Getenv(\"SEAL\"))\n"
find = []
"#;

fn jwtlint(folder: &Path, arguments: &[&str]) -> Result<Output, std::io::Error> {
    Command::new(env!("CARGO_BIN_EXE_jwtlint")).args(arguments).current_dir(folder).output()
}

/// A folder with files.
fn folder(files: &[(&str, &str)]) -> Result<tempfile::TempDir, std::io::Error> {
    let folder = tempfile::tempdir()?;
    for (path, text) in files {
        let path = folder.path().join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(folder)
}

fn said(output: &Output) -> String {
    [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat()
}

#[test]
fn the_built_in_rules_pass() -> Outcome {
    let output = jwtlint(Path::new("."), &["rules", "test"])?;
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).ends_with(" 0 not as they say\n"), "{}", said(&output));
    let list = jwtlint(Path::new("."), &["rules"])?;
    assert!(said(&list).contains("hardcoded-secret"), "the list is still there");
    Ok(())
}

#[test]
fn rules_of_a_user_are_tried() -> Outcome {
    let folder = folder(&[("lint/keys.toml", KEYS), ("lint/go.toml", GO)])?;
    let output = jwtlint(folder.path(), &["rules", "test", "lint"])?;
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(0), "2 rules, 4 examples, 0 not as they say\n"));
    Ok(())
}

#[test]
fn an_example_that_is_not_as_it_says_fails() -> Outcome {
    let folder = folder(&[("keys.toml", &KEYS.replace("seal: pear", "sael: pear"))])?;
    let output = jwtlint(folder.path(), &["rules", "test", "keys.toml"])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("keys.toml: `Orchard`: find 1 is not as it says\n"), "{}", said(&output));
    Ok(())
}

#[test]
fn check_detects_by_them() -> Outcome {
    let go = "package a\nimport \"example.org/orchard\"\nvar t = orchard.Seal(ticket, \"pear-tree-in-winter\")\n";
    let yaml = "orchard:\n  seal: pear-tree-in-winter\n";
    let folder = folder(&[("lint/keys.toml", KEYS), ("lint/go.toml", GO), ("src/a.go", go), ("config/a.yml", yaml)])?;
    let without = jwtlint(folder.path(), &["check", "--no-config", "src", "config"])?;
    assert_eq!(without.status.code(), Some(0), "{}", said(&without));
    let with = jwtlint(folder.path(), &["check", "--no-config", "--rules", "lint", "src", "config"])?;
    assert_eq!(with.status.code(), Some(1), "{}", said(&with));
    for place in ["src/a.go:3:", "config/a.yml:2:"] {
        assert!(said(&with).contains(place), "{place} is missing:\n{}", said(&with));
    }
    assert!(!said(&with).contains("pear-tree"), "no secret is shown");
    Ok(())
}

#[test]
fn what_is_wrong_with_a_rule_file_has_a_place() -> Outcome {
    let folder = folder(&[("lint/keys.toml", "[[key]]\nframework = 1\n"), ("a.yml", "a: b\n")])?;
    for arguments in [["rules", "test", "lint/keys.toml"].as_slice(), &["check", "--rules", "lint", "a.yml"]] {
        let output = jwtlint(folder.path(), arguments)?;
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).starts_with("jwtlint: lint/keys.toml:2:13: invalid type"), "{}", said(&output));
    }
    let missing = jwtlint(folder.path(), &["check", "--rules", "nowhere", "a.yml"])?;
    assert_eq!(missing.status.code(), Some(2), "{}", said(&missing));
    Ok(())
}

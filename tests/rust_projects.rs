//! Small projects of several files, as people write them, each with its clean twin.
//!
//!     === name | none          `none`: nothing is wrong in either
//!     //// path
//!     text of the file
//!
//! Lines that begin with + stand only in the case itself, lines that begin with - only in the twin.

#![allow(clippy::unwrap_used, reason = "a test's tables are its own")]

#[path = "shared/shapes.rs"]
mod shapes;
#[path = "shared/tree.rs"]
mod tree;

use jwtlint::finding::{Disposition, Level};

/// The manifest of a project that brings none.
const MANIFEST: &str = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\njsonwebtoken = \"9\"\n";

struct Case {
    name: String,
    is_twin: bool,
    is_found: bool,
    files: Vec<(String, String)>,
}

/// The cases of a table, each followed by its twin.
fn cases(table: &str) -> Vec<Case> {
    let projects = table.split("\n=== ").skip(1);
    projects
        .flat_map(|project| {
            let (head, files) = project.split_once('\n').unwrap();
            let (name, option) = head.split_once(" | ").unwrap_or((head, ""));
            [false, true].map(|is_twin| {
                let written = files.split("//// ").skip(1).map(|file| written(file, is_twin));
                let mut files: Vec<(String, String)> = written.collect();
                if files.iter().all(|(path, _)| path != "Cargo.toml") {
                    files.push(("Cargo.toml".to_owned(), MANIFEST.to_owned()));
                }
                Case { name: name.to_owned(), is_twin, is_found: !is_twin && option != "none", files }
            })
        })
        .collect()
}

fn written(file: &str, is_twin: bool) -> (String, String) {
    let (path, text) = file.split_once('\n').unwrap();
    let lines = text.lines().filter_map(|line| match line.split_at_checked(1) {
        Some(("+", rest)) => (!is_twin).then_some(rest),
        Some(("-", rest)) => is_twin.then_some(rest),
        _ => Some(line),
    });
    (path.to_owned(), lines.collect::<Vec<_>>().join("\n") + "\n")
}

fn is_found(case: &Case) -> bool {
    let report = shapes::scan_files(&case.files);
    let active = report.findings.iter().filter(|finding| finding.disposition == Disposition::Active);
    active.into_iter().any(|finding| finding.level >= Level::Warning)
}

fn check(table: &str) {
    let cases = cases(table);
    assert!(cases.len() > 20, "the table is read");
    let wrong: Vec<String> = shapes::verdicts(&cases, is_found)
        .into_iter()
        .filter(|(case, found)| *found != case.is_found)
        .map(|(case, found)| format!("{}{}: found {found}", case.name, if case.is_twin { " (twin)" } else { "" }))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn ways_through_functions_are_followed() {
    check(include_str!("rust_projects/ways.txt"));
}

#[test]
fn services_are_read_as_people_write_them() {
    check(include_str!("rust_projects/services.txt"));
}

#[test]
fn unusual_forms_are_followed() {
    check(include_str!("rust_projects/forms.txt"));
}

#[test]
fn whatever_holds_a_key_is_opened() {
    check(include_str!("rust_projects/holders.txt"));
}

#[test]
fn functions_are_known_by_what_they_are() {
    check(include_str!("rust_projects/functions.txt"));
}

#[test]
fn what_crates_make_of_code_is_known() {
    check(include_str!("rust_projects/makers.txt"));
}

#[test]
fn turns_of_the_language_and_of_names_are_followed() {
    check(include_str!("rust_projects/turns.txt"));
}

#[test]
fn methods_by_path_and_iterators_are_followed() {
    check(include_str!("rust_projects/calls.txt"));
}

#[test]
fn what_is_filled_later_or_by_others_is_followed() {
    check(include_str!("rust_projects/fills.txt"));
}

#[test]
fn keys_that_are_printed_are_leaks_wherever_that_is() {
    check(include_str!("rust_projects/leaks.txt"));
}

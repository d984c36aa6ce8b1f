//! Generated configuration: keys × formats × values, each case with its clean twins.
//!
//! `config_shapes/*.txt` say how each format writes a key and its value. A literal must be found with exactly its
//! span, and nothing else; the same place with a reference, or under the name of something else, must be clean. What
//! is not found yet stands in the tables as a known gap, and the test fails when one of them works.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "a test tells what it saw, and its tables are its own")]

#[path = "shared/shapes.rs"]
mod shapes;
#[path = "shared/tree.rs"]
mod tree;

mod config_shapes {
    pub mod case;
    pub mod row;
    pub mod values;
}

use config_shapes::case::{Case, Expected, run};
use config_shapes::row::{Row, rows};
use config_shapes::values::{LITERAL, OTHER_KEYS, PLACEHOLDER, SECRET_KEYS, references};

/// The key that stands for all where only formats or values vary.
const USUAL: &str = "jwt secret";

#[test]
fn every_format_gives_up_its_literals() {
    let rows = rows();
    assert!(rows.len() > 250, "the tables are read: {}", rows.len());
    let cases = rows.iter().flat_map(|row| {
        SECRET_KEYS.iter().map(move |key| {
            let case = Case::of(row, key, LITERAL, key);
            case.expecting(Expected::Found { level: Some(row.level) }).with_gap(row.gap.clone())
        })
    });
    run(cases.collect());
}

#[test]
fn references_are_clean() {
    let rows = rows();
    let cases = rows.iter().flat_map(|row| {
        let fits = references().into_iter().filter(|reference| row.takes(reference.name));
        fits.map(move |reference| Case::of(row, USUAL, reference.text, reference.name))
    });
    run(cases.collect());
}

#[test]
fn other_keys_are_clean() {
    let rows = rows();
    let cases = rows.iter().flat_map(|row| {
        let keys = OTHER_KEYS.iter().filter(|key| row.takes_key(key));
        keys.map(move |key| Case::of(row, key, LITERAL, key))
    });
    run(cases.collect());
}

#[test]
fn placeholders_count_where_they_run_and_nowhere_else() {
    let rows: Vec<Row> = rows().into_iter().filter(|row| row.gap.is_none()).collect();
    let runs = rows
        .iter()
        .filter(|row| row.takes("placeholder"))
        .map(|row| Case::of(row, USUAL, PLACEHOLDER, "placeholder").expecting(Expected::Found { level: None }));
    let templates = rows.iter().map(|row| {
        let mut case = Case::of(row, USUAL, PLACEHOLDER, "template");
        case.path.push_str(".example");
        case
    });
    run(runs.chain(templates).collect());
}

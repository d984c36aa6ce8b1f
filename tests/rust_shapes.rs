//! Generated Rust: shapes of value × sinks × imports × routes × places, each case with its clean twin.
//!
//! `rust_shapes/shapes.txt` says how a constant is written and carried; the sinks come from
//! `rules/rust.toml` itself. What is not found yet stands in the tables as a known gap: the test tells
//! how many there are, and fails when one of them works, so that the list stays true.

#![allow(clippy::print_stderr, clippy::unwrap_used, reason = "a test tells what it saw, and its tables are its own")]

#[path = "shared/shapes.rs"]
mod shapes;
#[path = "shared/tree.rs"]
mod tree;

mod rust_shapes {
    pub mod case;
    pub mod names;
    pub mod places;
    pub mod rewrites;
    pub mod routes;
    pub mod settings;
    pub mod shapes;
    pub mod sinks;
}

use rust_shapes::case::{Case, Expected, run};
use rust_shapes::routes::{Route, routes};
use rust_shapes::shapes::{Shape, shapes};
use rust_shapes::sinks::{SinkForm, imports, sinks};
use rust_shapes::{names, places, rewrites, settings};

/// Shapes that stand for all others where only sinks, imports, routes or places vary.
const TYPICAL: [&str; 4] = ["string literal", "constant", "function", "fallback 2: unwrap_or_else"];
/// Sinks that stand for all others where only shapes vary.
const USUAL: [&str; 3] = ["EncodingKey::from_secret", "HS256Key::from_bytes", "Hmac::new_from_slice"];

fn typical() -> Vec<Shape> {
    let found: Vec<Shape> = shapes().into_iter().filter(|shape| TYPICAL.contains(&shape.name.as_str())).collect();
    assert_eq!(found.len(), TYPICAL.len(), "a typical shape is not in the table");
    found
}

fn usual() -> Vec<SinkForm> {
    let found: Vec<SinkForm> = sinks().into_iter().filter(|sink| USUAL.contains(&sink.name.as_str())).collect();
    assert_eq!(found.len(), USUAL.len(), "a usual sink is not in the table");
    found
}

/// A shape's value given to a sink by a route, in one file; and its twin.
fn single_file(shape: &Shape, sink: &SinkForm, route: &Route) -> [Case; 2] {
    [false, true].map(|twin| {
        let shaped = shape.written(twin);
        let name = format!("{} → {} by {}", shape.name, sink.name, route.name);
        let text = route.file(sink, &shaped);
        let expected = if twin { Expected::Clean } else { shape.expected };
        let gap = if twin { shape.twin_gap.clone() } else { shape.gap.clone() };
        Case::of_file(name, twin, text, expected).with_gap(gap.or_else(|| route.gap.map(str::to_owned)))
    })
}

#[test]
fn every_shape_reaches_the_usual_sinks() {
    let direct = Route::direct();
    let sinks = usual();
    run(shapes().iter().flat_map(|shape| sinks.iter().flat_map(|sink| single_file(shape, sink, &direct))).collect());
}

#[test]
fn every_sink_takes_the_typical_shapes() {
    let direct = Route::direct();
    let sinks = sinks();
    assert!(sinks.len() > 60, "the table of sinks is read: {}", sinks.len());
    run(typical().iter().flat_map(|shape| sinks.iter().flat_map(|sink| single_file(shape, sink, &direct))).collect());
}

#[test]
fn every_import_leads_to_the_sink() {
    let direct = Route::direct();
    let shape = &typical()[1];
    let forms: Vec<SinkForm> = sinks().iter().flat_map(imports).collect();
    run(forms.iter().flat_map(|sink| single_file(shape, sink, &direct)).collect());
}

#[test]
fn every_route_leads_to_the_sink() {
    let (sinks, routes) = (usual(), routes());
    let mut cases = Vec::new();
    for shape in &typical() {
        for sink in &sinks {
            cases.extend(routes.iter().flat_map(|route| single_file(shape, sink, route)));
        }
    }
    run(cases);
}

#[test]
fn every_place_is_found() {
    run(places::cases(&usual()[..1]));
}

#[test]
fn settings_make_it_milder() {
    run(settings::cases());
}

#[test]
fn names_tell_where_no_sink_is_in_sight() {
    run(names::cases());
}

#[test]
fn rewritten_cases_stay_found() {
    let sink = &usual()[0];
    let direct = Route::direct();
    let mut cases = Vec::new();
    for shape in shapes() {
        for case in single_file(&shape, sink, &direct) {
            cases.extend(rewrites::of(&case));
        }
    }
    run(cases);
}

//! What keys depend on that a file does not define itself.

use std::collections::BTreeSet;

use super::RustWorld;
use crate::analyze::rust::model::RustFile;
use crate::fact::{Callee, FileId, Value};
use crate::link::need::{DEEPEST, parts};

impl RustWorld<'_> {
    /// The constants and functions that keys of a file depend on and that it does not define; `None` without any.
    pub fn asked_elsewhere(&self, file: FileId) -> Option<BTreeSet<String>> {
        let parsed = self.parsed(self.entry_of(file)?)?;
        let facts = &parsed.facts;
        let mut names = BTreeSet::new();
        self.keys(file).for_each(|value| collect(value, DEEPEST, &mut names));
        let mut more = BTreeSet::new();
        for constant in facts.constants.iter().filter(|constant| names.contains(constant.name.as_str())) {
            collect(parsed.value(constant), DEEPEST, &mut more);
        }
        names.append(&mut more);
        let own = own_names(facts);
        names.retain(|name| !own.contains(name));
        (!names.is_empty()).then(|| names.into_iter().map(str::to_owned).collect())
    }

    fn keys(&self, file: FileId) -> impl Iterator<Item = &Value> {
        let entry = self.entry_of(file);
        let sinks = entry.and_then(|entry| Some((entry, self.facts(entry)?)));
        sinks.into_iter().flat_map(move |(entry, facts)| {
            facts.sinks.iter().filter_map(move |call| call.values.get(self.accepted(entry, call)?.value))
        })
    }
}

/// Names of constants, and of functions that belong to no type.
fn collect<'f>(value: &'f Value, depth: usize, names: &mut BTreeSet<&'f str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Name(name) => names.extend(name.segments.last().map(String::as_str).filter(|name| is_constant(name))),
        Value::Handed(handed) => names.extend(free_function(&handed.call.callee)),
        Value::Call(call) => names.extend(free_function(&call.callee)),
        _ => {}
    }
    parts(value).for_each(|part| collect(part, depth, names));
}

/// The name of a function that belongs to no type.
fn free_function(callee: &Callee) -> Option<&str> {
    let Callee::Path(name) = callee else { return None };
    let (last, before) = name.segments.split_last()?;
    let is_free = before.last().is_none_or(|owner| owner.starts_with(|first: char| first.is_ascii_lowercase()));
    let is_standard = name.segments.first().is_some_and(|first| matches!(first.as_str(), "std" | "env"));
    (is_free && !is_standard && is_function(last)).then_some(last)
}

fn is_constant(name: &str) -> bool {
    name.len() > 1 && !name.contains(|letter: char| letter.is_ascii_lowercase())
}

fn is_function(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
}

fn own_names(facts: &RustFile) -> BTreeSet<&str> {
    let constants = facts.constants.iter().map(|constant| &constant.name);
    let functions = facts.functions.iter().map(|function| &function.name);
    constants.chain(functions).map(String::as_str).collect()
}

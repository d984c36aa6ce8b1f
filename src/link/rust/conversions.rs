//! Types of the project's own that become text or bytes by an impl beside them.

use super::RustWorld;
use super::resolve::Item;
use crate::analyze::rust::model::{Function, TypeRef};
use crate::fact::Value;
use crate::link::evaluate::{FunctionId, Site};

/// Methods, and the traits that they are of; `as_bytes` is of none.
const METHODS: [(&str, &str); 6] = [
    ("as_ref", "AsRef"),
    ("deref", "Deref"),
    ("borrow", "Borrow"),
    ("into", "Into"),
    ("expose_secret", "ExposeSecret"),
    ("as_bytes", ""),
];
/// What is shown of a value may be less than the value: it counts where nothing else makes text of it.
const SHOWING: [(&str, &str); 2] = [("fmt", "Display"), ("to_string", "ToString")];
/// What text and bytes are held by.
const TEXTS: [&str; 8] = ["String", "Vec", "str", "[]", "Box", "Cow", "Bytes", "Arc"];

impl RustWorld<'_> {
    /// The functions that make text or bytes of a value, if it is of a type of the tree: those in the file of the type.
    pub(super) fn conversions_of(&self, site: Site, value: &Value) -> Vec<FunctionId> {
        let Some(typed) = self.type_of(site, value, 0) else { return Vec::new() };
        let mut found = Vec::new();
        for item in self.resolve(typed.at, &typed.of.path) {
            let Item::Struct { file, index } = item else { continue };
            let Some(facts) = self.facts(file) else { continue };
            let Some(owner) = facts.structs.get(index).and_then(|of| of.name.split("::").next()) else { continue };
            let of = |methods: &[(&str, &str)]| {
                let fits = |one: &Function| is_one_of(one, owner, methods) || is_text_from(one, owner);
                let fitting = facts.functions.iter().enumerate().filter(|(_, one)| fits(one));
                fitting.map(|(index, _)| FunctionId { file: self.id_of(file), index }).collect::<Vec<_>>()
            };
            let made = of(&METHODS);
            found.extend(if made.is_empty() { of(&SHOWING) } else { made });
        }
        found.dedup();
        found
    }
}

fn is_one_of(function: &Function, owner: &str, methods: &[(&str, &str)]) -> bool {
    let of_trait = function.of_trait.as_deref().unwrap_or_default();
    methods.contains(&(function.name.as_str(), of_trait)) && function.owner.as_ref().is_some_and(|of| ends(of, owner))
}

/// `impl From<Owner> for String`.
fn is_text_from(function: &Function, owner: &str) -> bool {
    function.name == "from"
        && function.of_trait.as_deref() == Some("From")
        && function.owner.as_ref().is_some_and(|of| TEXTS.iter().any(|text| ends(of, text)))
        && function.parameters.first().is_some_and(|parameter| ends(&parameter.of_type, owner))
}

fn ends(of: &TypeRef, name: &str) -> bool {
    of.path.last().is_some_and(|last| last == name)
}

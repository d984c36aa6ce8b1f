//! Members that no code writes, because a file or the environment fills their type: what configuration calls them.

use super::RustWorld;
use super::index::Word;
use crate::analyze::rust::model::Struct;
use crate::fact::{EnvRead, Value};
use crate::link::evaluate::Definition;
use crate::names::{self, NameClass};
use crate::span::Span;

/// Types that hold one settings type, beyond which its name says nothing.
const MOST_HOLDERS: usize = 8;

impl RustWorld<'_> {
    /// The reads that fill `member` of a type: `Settings { auth: Auth }` reads `Auth.secret` as `auth.secret`.
    pub(super) fn settings(&self, from: usize, owner: &str, member: &str) -> Vec<Definition<'_>> {
        let mut found = Vec::new();
        for file in self.files_with(from, &[Word::Type(owner), Word::Any(member)]) {
            if !self.are_related(file, from) {
                continue;
            }
            let Some(facts) = self.facts(file) else { continue };
            let holds =
                |of: &&Struct| of.is_read && of.name == owner && of.fields.iter().any(|(name, _)| name == member);
            let Some(structure) = facts.structs.iter().find(holds) else { continue };
            let names = self.names_in_settings(file, owner, member);
            found.extend(names.into_iter().map(|name| Definition {
                value: std::borrow::Cow::Owned(Value::Env(EnvRead {
                    name: Some(name),
                    span: Span::new(0, 0),
                    compile_time: false,
                })),
                site: self.site(file, structure.site),
                span: Span::new(0, 0),
                note: String::new(),
                is_default: false,
                of_type: true,
                is_guess: names::classify(&[owner, member]) == NameClass::Other,
            }));
        }
        found
    }

    /// What configuration calls a member: by itself, or with the members that hold its type.
    fn names_in_settings(&self, file: usize, owner: &str, member: &str) -> Vec<String> {
        let mut names = Vec::new();
        // A type that is read is held by types that are read, and those say so where they stand.
        for holder in self.files_with(file, &[Word::Any(owner), Word::Any("Deserialize")]) {
            if !self.are_related(holder, file) {
                continue;
            }
            let structs = self.facts(holder).into_iter().flat_map(|facts| &facts.structs);
            let fields = structs.filter(|of| of.is_read && of.name != owner).flat_map(|of| &of.fields);
            names.extend(fields.filter(|(_, of)| of.mentions(owner)).map(|(name, _)| format!("{name}.{member}")));
            if names.len() > MOST_HOLDERS {
                return Vec::new();
            }
        }
        if names.is_empty() {
            names.push(member.to_owned());
        }
        names.sort();
        names.dedup();
        names
    }
}

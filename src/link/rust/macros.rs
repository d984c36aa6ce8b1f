//! Macros of other files: a file that calls one for items is read once more with its rules, and so is a file that
//! calls one which makes keys of what it is given.

use std::collections::BTreeSet;

use super::index::Word;
use super::{FEW_FILES, Parsed, RustWorld};
use crate::analyze::rust::model::RustFile;
use crate::analyze::rust::{self, Bodies};

/// Macros that one file takes from others.
const MOST_MACROS: usize = 16;
/// Files that define a macro of one name.
const MOST_DEFINITIONS: usize = 3;

impl RustWorld<'_> {
    /// Reads the files that were added with the macros of others, and adds those that call a macro which makes keys.
    pub(super) fn write_macros_out(&mut self) {
        let added = self.added();
        for &entry in &added {
            let Some(Some(parsed)) = self.entries[entry].parsed.get() else { continue };
            let Some(facts) = self.with_macros(entry, &parsed.source.text, &parsed.facts, Bodies::Telling) else {
                continue;
            };
            if let Some(Some(parsed)) = self.entries[entry].parsed.take() {
                self.entries[entry].parsed = Some(Parsed::new(parsed.source, facts)).into();
            }
        }
        let mut callers = BTreeSet::new();
        for &entry in &added {
            for name in self.facts(entry).into_iter().flat_map(|facts| &facts.makers) {
                let calling = self.files_with(entry, &[Word::Called(name)]);
                if calling.len() <= FEW_FILES {
                    callers.extend(calling.into_iter().filter(|&caller| self.are_related(caller, entry)));
                }
            }
        }
        // Being parsed is being added.
        for caller in callers {
            self.parsed(caller);
        }
    }

    /// The facts of a file with the macros of other files that it calls for items; none if there are none.
    pub(super) fn with_macros(&self, entry: usize, text: &str, facts: &RustFile, bodies: Bodies) -> Option<RustFile> {
        // Without an index nobody knows who defines a macro.
        if facts.unknown_macros.is_empty() || self.index.get().is_none() {
            return None;
        }
        let mut called: Vec<&(String, bool)> = facts.unknown_macros.iter().collect();
        called.sort_unstable_by_key(|(name, with_text)| (name, !with_text));
        called.dedup_by_key(|(name, _)| name);
        let called = called.into_iter().take(MOST_MACROS);
        let macros = called.filter_map(|(name, with_text)| {
            // What holds neither a text nor a sink makes no key.
            self.macro_named(entry, name).filter(|rules| *with_text || rust::gate::is_telling_alone(rules))
        });
        let macros: Vec<String> = macros.collect();
        if macros.is_empty() {
            return None;
        }
        rust::analyze_with(text, bodies, &macros).ok()
    }

    /// The text of a macro's rules, from another file. That is not parsed for it: it may need macros of this one.
    fn macro_named(&self, from: usize, name: &str) -> Option<String> {
        let files = self.files_with(from, &[Word::Function(name)]);
        let others = files.into_iter().filter(|&file| file != from && self.are_related(file, from));
        others.take(MOST_DEFINITIONS).find_map(|file| {
            let rules = |text: &str| rust::macro_named(text, name).map(str::to_owned);
            match self.entries[file].parsed.get() {
                Some(Some(parsed)) => rules(&parsed.source.text),
                Some(None) => None,
                None => rules(&(self.load)(self.entries[file].id)?.text),
            }
        })
    }
}

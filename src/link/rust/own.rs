//! Names and functions of Rust that the project's configuration declares.

use std::sync::Arc;

use super::{Parsed, RustWorld};
use crate::analyze::rust::model::{RustFile, Site as FileSite, WriteKind};
use crate::fact::{Confidence, Evidence, KeyKind, Step, Value};
use crate::link::Linked;
use crate::link::evaluate::Evaluator;
use crate::link::own::OwnKeys;
use crate::link::role::Role;
use crate::link::trace::Source;
use crate::span::Span;

impl RustWorld<'_> {
    /// Links the files that were added to what is declared for each.
    pub fn link_own(&mut self, own: &crate::link::own::OwnOf<'_>) -> Linked {
        let mut linked = Linked::default();
        let added = self.added().into_iter().map(|entry| (entry, own(&self.entries[entry].path)));
        let declared: Vec<(usize, &OwnKeys)> = added.filter(|(_, declared)| !declared.is_empty()).collect();
        if declared.is_empty() {
            return linked;
        }
        self.know_packages();
        for (entry, declared) in declared {
            let Some(parsed) = self.parsed(entry) else { continue };
            for part in parsed.parts("") {
                self.own_sinks(entry, (&parsed.facts, part), declared, &mut linked);
                self.own_names(entry, (parsed, part), declared, &mut linked);
            }
        }
        linked
    }

    fn own_sinks(&self, entry: usize, (file, part): (&RustFile, &RustFile), own: &OwnKeys, linked: &mut Linked) {
        for call in &part.calls {
            let imports = file.modules.get(call.site.module).map_or(&[][..], |module| &module.uses);
            let meanings = |path: &[String]| {
                let (first, rest) = path.split_first()?;
                let import = imports.iter().find(|import| import.alias.as_ref() == Some(first))?;
                Some(import.path.iter().chain(rest).cloned().collect::<Vec<_>>())
            };
            for sink in &own.sinks {
                let Some(value) = sink.key(&call.call, |path| meanings(path).into_iter().collect()) else { continue };
                let note = format!("key: `{}`", sink.call);
                let role = Way { evidence: Evidence::FlowsToKey, subject: &sink.call, span: call.call.span, note };
                self.own_value(entry, call.site, value, &role, linked);
            }
        }
    }

    fn own_names(&self, entry: usize, (file, part): (&Parsed, &RustFile), own: &OwnKeys, linked: &mut Linked) {
        let constants = part.constants.iter().map(|one| (&one.name, file.value(one), one.span, one.site));
        let fields = part.field_writes.iter().filter(|write| write.kind != WriteKind::Default);
        let fields = fields.map(|one| (&one.field, &one.value, one.span, one.site));
        for (name, value, span, site) in constants.chain(fields) {
            if own.declares(&[name]) {
                let note = format!("named `{name}`");
                let role = Way { evidence: Evidence::Named, subject: name, span, note };
                self.own_value(entry, site, value, &role, linked);
            }
        }
    }

    fn own_value(&self, entry: usize, site: FileSite, value: &Value, way: &Way<'_>, linked: &mut Linked) {
        for trace in Evaluator::new(self).trace(value, self.site(entry, site)) {
            if let (Evidence::FlowsToKey, Source::Read { name: Some(name), .. }) = (way.evidence, &trace.source) {
                linked.key_names.insert((name.clone(), trace.file));
            }
            let role = Role {
                evidence: way.evidence,
                subject: way.subject.to_owned(),
                confidence: Confidence::High,
                algorithm: None,
                key: KeyKind::Either,
                end: Some(Step { file: self.id_of(entry), span: way.span, note: way.note.clone() }),
                is_default: false,
                conditional: false,
                detector: Arc::from("configuration"),
            };
            linked.candidates.extend(role.candidate(trace));
        }
    }
}

/// Where a value goes, and what makes that a secret's place.
struct Way<'w> {
    evidence: Evidence,
    subject: &'w str,
    span: Span,
    note: String,
}

//! Functions that the project's configuration declares to take keys.

use std::sync::Arc;

use super::{FlatFile, FlatWorld};
use crate::fact::{Confidence, Evidence, FileId, Import, KeyKind, Step};
use crate::link::Linked;
use crate::link::evaluate::{Evaluator, Site};
use crate::link::own::OwnKeys;
use crate::link::role::Role;
use crate::link::trace::Source;

impl FlatWorld {
    pub(super) fn own_sinks(&self, id: FileId, file: &FlatFile, own: &OwnKeys, linked: &mut Linked) {
        if own.sinks.is_empty() {
            return;
        }
        for call in &file.facts.calls {
            let site = Site { file: id, module: 0, function: call.function, setting: call.setting };
            for sink in &own.sinks {
                let Some(value) = sink.key(&call.call, |path| meanings(&file.facts.imports, path)) else { continue };
                for trace in Evaluator::new(self).trace(value, site) {
                    if let Source::Read { name: Some(name), .. } = &trace.source {
                        linked.key_names.insert((name.clone(), trace.file));
                    }
                    let role = Role {
                        evidence: Evidence::FlowsToKey,
                        subject: sink.call.clone(),
                        confidence: Confidence::High,
                        algorithm: None,
                        key: KeyKind::Either,
                        end: Some(Step { file: id, span: call.call.span, note: format!("key: `{}`", sink.call) }),
                        is_default: false,
                        conditional: false,
                        detector: Arc::from("configuration"),
                    };
                    linked.candidates.extend(role.candidate(trace));
                }
            }
        }
    }
}

/// The paths that a path stands for by the imports of its file.
fn meanings(imports: &[Import], path: &[String]) -> Vec<Vec<String>> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let named = imports.iter().filter(|import| import.alias == *first);
    named
        .map(|import| {
            let module = import.module.split(['.', '/', '\\', ':']).filter(|part| !part.is_empty());
            module.map(str::to_owned).chain(import.member.clone()).chain(rest.iter().cloned()).collect()
        })
        .collect()
}

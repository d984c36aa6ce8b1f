//! Settings that code keeps in code: `return ['material' => …]` in `config/gate.php`, `app.config['SEAL'] = …`.

use std::sync::Arc;

use rayon::prelude::*;

use super::{FlatFile, FlatWorld, Role, Site};
use crate::fact::{Binding, Callee, Candidate, Confidence, Evidence, Facts, FileId, KeyKind, Step, Value};
use crate::link::asked::{Asked, OfFile};
use crate::link::evaluate::Evaluator;
use crate::link::project::Projects;
use crate::names;
use crate::span::Span;

/// Objects in objects are looked into so far.
const DEEPEST: usize = 8;

/// A setting in code.
struct Setting<'f> {
    path: Vec<&'f str>,
    value: &'f Value,
    span: Span,
    site: Site,
}

impl FlatWorld {
    /// What the settings are given that are asked for.
    pub fn settings(&self, asked: &Asked, projects: &Projects) -> Vec<Candidate> {
        let of_file = |(id, file): (&FileId, &FlatFile)| {
            let mut found = Vec::new();
            let Some(wanted) = asked.of(&file.path, projects) else { return found };
            let mut take = |setting: Setting<'_>| {
                if let Some(name) = read_as(&setting.path, &wanted) {
                    found.extend(self.setting_of(&setting, &name));
                }
            };
            each_setting(*id, &file.facts, &mut take);
            found
        };
        self.files.par_iter().flat_map_iter(of_file).collect()
    }

    fn setting_of(&self, setting: &Setting<'_>, name: &str) -> Vec<Candidate> {
        let subject = setting.path.join(".");
        let role = || Role {
            evidence: Evidence::Named,
            subject: subject.clone(),
            confidence: Confidence::Medium,
            algorithm: None,
            key: KeyKind::Either,
            end: Some(Step { file: setting.site.file, span: setting.span, note: format!("read as `{name}`") }),
            is_default: false,
            conditional: true,
            detector: Arc::from("code/name"),
        };
        let traces = Evaluator::new(self).trace(setting.value, setting.site).into_iter();
        let candidates = traces.filter_map(|trace| role().candidate(trace));
        let full = candidates.filter(|candidate| !candidate.secret.is_empty());
        full.map(|candidate| Candidate { read_as: Some(name.to_owned()), ..candidate }).collect()
    }
}

/// Everything in a file that is given a value by a name: bindings, members of objects, named arguments.
fn each_setting<'f>(file: FileId, facts: &'f Facts, take: &mut dyn FnMut(Setting<'f>)) {
    let site = |function, setting| Site { file, module: 0, function, setting };
    for binding in &facts.bindings {
        // A local name is nobody else's, but what a member is called says more.
        if binding.visible.is_none() || binding.path.len() > 1 || is_declared_default(binding) {
            let path = binding.path.iter().map(String::as_str).collect();
            let site = site(binding.function, binding.setting);
            each_member(Setting { path, value: &binding.value, span: binding.span, site }, take, DEEPEST);
        }
    }
    for place in &facts.calls {
        // `app.config.update(SEAL=…)`, `config :app, seal: …`.
        let owner = match &place.call.callee {
            Callee::Method(receiver, _) => dotted_names(receiver),
            Callee::Path(name) => name.segments.iter().map(String::as_str).collect(),
        };
        let site = site(place.function, place.setting);
        for argument in &place.call.arguments {
            // `z.object({ SEAL: … })`: what is given describes the whole.
            let mut path = if argument.label.is_some() { owner.clone() } else { Vec::new() };
            path.extend(argument.label.as_deref());
            if argument.label.is_some() || matches!(argument.value, Value::Record(_)) {
                let span = place.call.span;
                each_member(Setting { path, value: &argument.value, span, site }, take, DEEPEST);
            }
        }
    }
}

/// Whether a call gives a setting its default: `viper.SetDefault("seal", …)`.
fn is_declared_default(binding: &Binding) -> bool {
    let Value::Fallback { primary, .. } = &binding.value else { return false };
    matches!(&**primary, Value::Env(read) if binding.visible == Some(read.span))
}

fn each_member<'f>(setting: Setting<'f>, take: &mut dyn FnMut(Setting<'f>), depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match setting.value {
        Value::Record(record) => {
            for field in &record.fields {
                let mut path = setting.path.clone();
                // `gate: { env: 'GATE', default: '…' }` describes `gate`.
                if field.name != "default" || path.is_empty() {
                    path.push(&field.name);
                }
                each_member(Setting { path, value: &field.value, span: field.span, ..setting }, take, depth);
            }
        }
        Value::Closure(value) => each_member(Setting { value, ..setting }, take, depth),
        _ => take(setting),
    }
}

fn dotted_names(value: &Value) -> Vec<&str> {
    match value {
        Value::Name(name) => name.segments.iter().map(String::as_str).collect(),
        Value::Field(of, member, _) => {
            let mut path = dotted_names(of);
            path.push(member);
            path
        }
        _ => Vec::new(),
    }
}

/// The name under which other code reads a setting: its own, or that below what holds settings.
fn read_as(path: &[&str], wanted: &OfFile<'_>) -> Option<String> {
    path.last().filter(|last| wanted.asks_for(last))?;
    const EXPORTS: [&str; 3] = ["module", "exports", "default"];
    let exported = path.iter().take_while(|part| EXPORTS.contains(part)).count();
    let below = path.iter().rposition(|owner| names::holds_settings(owner)).map(|at| at + 1);
    [Some(exported), below].into_iter().flatten().find_map(|start| {
        let name = path.get(start..).filter(|rest| !rest.is_empty())?.join(".");
        wanted.read_as(&name, !name.contains(|c: char| c.is_ascii_lowercase()))
    })
}

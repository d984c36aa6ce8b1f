//! Facts about a text that was taken out of a larger one, moved to where it stands there.

use std::sync::Arc;

use super::{Call, Callee, Candidate, Facts, Name, Record, Value};
use crate::span::Span;

impl Facts {
    /// Moves every span.
    pub fn moved(&mut self, to: &impl Fn(Span) -> Span) {
        for function in &mut self.functions {
            function.span = to(function.span);
            function.body = to(function.body);
            move_value(&mut function.result, to);
        }
        for binding in &mut self.bindings {
            binding.span = to(binding.span);
            binding.visible = binding.visible.map(to);
            move_value(&mut binding.value, to);
        }
        for sink in &mut self.sinks {
            sink.span = to(sink.span);
            move_value(&mut sink.value, to);
        }
        for site in &mut self.calls {
            move_call(Arc::make_mut(&mut site.call), to);
        }
        for import in &mut self.imports {
            import.span = to(import.span);
        }
        for Candidate { span, steps, .. } in &mut self.candidates {
            *span = to(*span);
            steps.iter_mut().for_each(|step| step.span = to(step.span));
        }
    }
}

fn move_value(value: &mut Value, to: &impl Fn(Span) -> Span) {
    match value {
        Value::Literal(literal) => literal.span = to(literal.span),
        Value::Env(read) => read.span = to(read.span),
        Value::Embed(embed) => embed.span = to(embed.span),
        Value::Name(name) => move_name(Arc::make_mut(name), to),
        Value::Fallback { primary, default } => {
            move_value(Arc::make_mut(primary), to);
            move_value(Arc::make_mut(default), to);
        }
        Value::AnyOf(values) | Value::Concat(values) => values.iter_mut().for_each(|value| move_value(value, to)),
        Value::Decoded(_, inner) | Value::Closure(inner) | Value::Within(_, inner) => {
            move_value(Arc::make_mut(inner), to);
        }
        Value::Field(of, _, span) => {
            *span = to(*span);
            move_value(Arc::make_mut(of), to);
        }
        Value::Case(case) => {
            let case = Arc::make_mut(case);
            move_value(&mut case.of, to);
            move_value(&mut case.value, to);
        }
        Value::Call(call) => move_call(Arc::make_mut(call), to),
        Value::Handed(handed) => move_call(Arc::make_mut(&mut Arc::make_mut(handed).call), to),
        Value::Record(record) => move_record(Arc::make_mut(record), to),
        Value::Via(via) => {
            let via = Arc::make_mut(via);
            via.span = to(via.span);
            move_value(&mut via.value, to);
        }
        Value::Param(_) | Value::This | Value::Random | Value::Never | Value::Unknown => {}
    }
}

fn move_name(name: &mut Name, to: &impl Fn(Span) -> Span) {
    name.span = to(name.span);
}

fn move_call(call: &mut Call, to: &impl Fn(Span) -> Span) {
    call.span = to(call.span);
    match &mut call.callee {
        Callee::Path(name) => move_name(name, to),
        Callee::Method(receiver, _) => move_value(receiver, to),
    }
    call.arguments.iter_mut().for_each(|argument| move_value(&mut argument.value, to));
}

fn move_record(record: &mut Record, to: &impl Fn(Span) -> Span) {
    if let Some(name) = &mut record.type_name {
        move_name(name, to);
    }
    for field in &mut record.fields {
        field.span = to(field.span);
        move_value(&mut field.value, to);
    }
    if let Some(rest) = &mut record.rest {
        move_value(rest, to);
    }
}

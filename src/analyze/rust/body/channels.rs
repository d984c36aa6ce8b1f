//! Channels: what is sent at one end comes out at the other.

use std::sync::Arc;

use super::Walker;
use super::calls::tuple;
use crate::analyze::rust::model::{CHANNEL, FieldWrite, SENT, WriteKind};
use crate::fact::{Name, Value};
use crate::span::Span;

/// Modules that have a function `channel`, which code may import by its bare name.
const MODULES: [&str; 5] = ["mpsc", "oneshot", "watch", "broadcast", "mpmc"];

impl Walker<'_> {
    /// The ends of a new channel, or none if a function of the project's own is only called like one that makes them.
    pub(super) fn channel(&mut self, path: &[String], arguments: &[Value], span: Span) -> Option<Value> {
        if path == ["channel"] && !self.imports_channel() {
            return None;
        }
        let segments = vec![format!("{CHANNEL}{}", span.start())];
        let channel = Value::Name(Arc::new(Name { segments, span }));
        if let Some(first) = arguments.first() {
            // What a `watch` begins with; a size is no value.
            self.sent(&channel, first.clone(), span);
        }
        Some(tuple(vec![channel.clone(), channel], span))
    }

    fn imports_channel(&self) -> bool {
        let file = self.around.unwrap_or(self.out);
        let module = file.modules.get(self.site.module);
        module.into_iter().flat_map(|module| &module.uses).any(|import| match import.path.as_slice() {
            [.., module, function] => function == "channel" && MODULES.contains(&module.as_str()),
            _ => false,
        })
    }

    /// `sender.send(value)`.
    pub(super) fn sent(&mut self, sender: &Value, value: Value, span: Span) {
        let may_be_sender = matches!(sender, Value::Name(_) | Value::Via(_) | Value::Param(_) | Value::Field(..));
        if may_be_sender && self.is_worth_keeping(&value) {
            self.out.field_writes.push(FieldWrite {
                of_type: None,
                base: Some(sender.clone()),
                field: SENT.to_owned(),
                value,
                span,
                kind: WriteKind::Given,
                site: self.site,
            });
        }
    }
}

//! What comes out of a channel: whatever any of its senders is given.

use std::borrow::Cow;

use super::index::Word;
use super::{FEW_FILES, PartId, RustWorld};
use crate::analyze::rust::model::{CHANNEL, SENT};
use crate::analyze::rust::table::table;
use crate::fact::{Callee, FileId, Name, Value};
use crate::link::evaluate::{Definition, FunctionId, Site, World as _};

/// Parameters, members and statics between a sender and the place that makes it.
const STEPS: usize = 5;

/// Whether a name is that of a channel, by the place that makes it.
pub(super) fn is_channel(name: &Name) -> bool {
    name.segments.first().is_some_and(|first| first.starts_with(CHANNEL))
}

impl RustWorld<'_> {
    /// What is sent into a channel.
    pub(super) fn sent(&self, site: Site, channel: &Name) -> Vec<Definition<'_>> {
        let Some(from) = self.entry_of(site.file) else { return Vec::new() };
        let mut files: Vec<usize> =
            table().senders().flat_map(|method| self.files_with(from, &[Word::Written(method)])).collect();
        files.retain(|&file| self.are_related(file, from));
        files.sort_unstable();
        files.dedup();
        if files.len() > FEW_FILES {
            files = Vec::new();
        }
        if !files.contains(&from) {
            files.push(from);
        }
        let mut found = Vec::new();
        for file in files {
            let Some(parsed) = self.parsed(file) else { continue };
            // What begins a channel is told where that is made.
            let sends = |_: PartId, body: &str| table().senders().chain(["channel"]).any(|word| body.contains(word));
            let writes = parsed.parts_where(sends).flat_map(|part| &part.field_writes);
            for write in writes.filter(|write| write.field == SENT) {
                let Some(sender) = &write.base else { continue };
                let at = self.site(file, write.site);
                if !self.leads_to_channel(at, sender, (site.file, channel), STEPS) {
                    continue;
                }
                found.push(Definition {
                    value: Cow::Borrowed(&write.value),
                    site: at,
                    span: write.span,
                    note: "sent".to_owned(),
                    is_default: false,
                    of_type: true,
                    is_guess: false,
                });
            }
        }
        found
    }

    /// Whether a value is an end of a channel of that file.
    fn leads_to_channel(&self, site: Site, value: &Value, channel: (FileId, &Name), steps: usize) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        let leads = |site: Site, value: &Value| self.leads_to_channel(site, value, channel, steps);
        match value {
            Value::Via(via) => leads(site, &via.value),
            Value::Name(name) if is_channel(name) => (site.file, &name.segments) == (channel.0, &channel.1.segments),
            Value::Name(name) => self.definitions(site, name).iter().any(|one| leads(one.site, &one.value)),
            Value::Field(base, member, _) => {
                self.members(site, base, member).iter().any(|one| leads(one.site, &one.value))
            }
            Value::Param(index) => {
                let Some(function) = site.function else { return false };
                let id = FunctionId { file: site.file, index: function };
                let has_receiver = self.function(id).is_some_and(|function| function.has_receiver);
                self.callers(id).iter().any(|caller| {
                    let is_path = matches!(caller.call.callee, Callee::Path(_));
                    let argument = caller.call.arguments.get(index + usize::from(is_path && has_receiver));
                    argument.is_some_and(|argument| leads(caller.site, &argument.value))
                })
            }
            _ => false,
        }
    }
}

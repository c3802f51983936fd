//! The values of all changes as JSON, rendered once, because they occur up to four times in a plan.

use std::ops::Range;
use std::sync::Arc;

use iac_core::address::ResourceMode;
use iac_lang::value::Value;

use super::writer::Writer;
use crate::plan::secret::{SchemaSecrets, Secrets};
use crate::plan::{Action, ResourceChange};

/// Changes, and their values as JSON.
#[derive(Debug)]
pub(super) struct Rendered<'a> {
    secrets: &'a SchemaSecrets,
    json: Vec<u8>,
    entries: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    change: &'a ResourceChange,
    before: Range<usize>,
    after: Range<usize>,
    /// The value after, with changed sensitive values distinguished from unchanged ones.
    compared: Range<usize>,
}

/// A change, and its values as JSON.
#[derive(Debug)]
pub(super) struct Resource<'a> {
    pub(super) change: &'a ResourceChange,
    pub(super) before: &'a [u8],
    pub(super) after: &'a [u8],
    /// The value after, with changed sensitive values distinguished from unchanged ones.
    pub(super) compared: &'a [u8],
    pub(super) before_secrets: Secrets<'a>,
    pub(super) after_secrets: Secrets<'a>,
}

impl<'a> Rendered<'a> {
    pub(super) fn new(changes: impl Iterator<Item = &'a ResourceChange>, secrets: &'a SchemaSecrets) -> Self {
        let mut writer = Writer::default();
        let mut entries = Vec::with_capacity(changes.size_hint().1.unwrap_or_default());
        for change in changes {
            let schema = secrets.get(change.schema.as_ref());
            let before_secrets = Secrets::new(schema, &change.before_sensitive);
            let after_secrets = Secrets::new(schema, &change.after_sensitive);
            let mut value = |value, secrets: &Secrets<'_>, other| {
                let mark = writer.restart();
                writer.value(value, secrets, other);
                mark..writer.out.len()
            };
            let after = value(&change.after, &after_secrets, None);
            let is_same = change.action == Action::NoOp
                && change.before_sensitive == change.after_sensitive
                && Arc::ptr_eq(&change.before, &change.after);
            let (before, compared) = if is_same {
                (after.clone(), after.clone())
            } else {
                let before = value(&change.before, &before_secrets, None);
                let is_plain = after_secrets.is_empty() || *change.before == Value::Null;
                let compared = if is_plain {
                    after.clone()
                } else {
                    value(&change.after, &after_secrets, Some(&change.before))
                };
                (before, compared)
            };
            entries.push(Entry { change, before, after, compared });
        }
        Self { secrets, json: writer.out, entries }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Resource<'_>> {
        self.entries.iter().map(|entry| self.resource(entry))
    }

    fn resource<'b>(&'b self, entry: &Entry<'b>) -> Resource<'b> {
        let change = entry.change;
        let schema = self.secrets.get(change.schema.as_ref());
        let json = |range: &Range<usize>| &self.json[range.clone()];
        Resource {
            change,
            before: json(&entry.before),
            after: json(&entry.after),
            compared: json(&entry.compared),
            before_secrets: Secrets::new(schema, &change.before_sensitive),
            after_secrets: Secrets::new(schema, &change.after_sensitive),
        }
    }
}

impl Resource<'_> {
    /// Returns true if it is listed among the changes. Data sources are only if they are read during apply, or if that
    /// is undecided.
    pub(super) fn is_change(&self) -> bool {
        self.change.deferred.is_none()
            && (self.change.address.mode == ResourceMode::Managed || self.change.action != Action::NoOp)
            || !self.change.undecided.is_empty()
    }
}

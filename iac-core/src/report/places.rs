//! What is known about a place in a change: whether it is secret, forces replacement, or is undecided.

use super::diff::Document;
use crate::plan::secret::{SchemaSecrets, Secrets};
use crate::plan::{ResourceChange, Undecided};
use crate::value::{AttributePath, PathStep, Value};

/// What is known about a place and what is below it.
#[derive(Clone)]
pub(super) struct Around<'a> {
    pub(super) before: Secrets<'a>,
    pub(super) after: Secrets<'a>,
    /// What is left of the paths that force replacement.
    forces: Vec<&'a [PathStep]>,
    /// What is left of the paths that are undecided, and why.
    undecided: Vec<(&'a [PathStep], &'a str)>,
    depth: usize,
    /// The kind of document that it is in.
    document: Document,
}

impl<'a> Around<'a> {
    /// What is known about a whole resource.
    pub(super) fn change(change: &'a ResourceChange, secrets: &'a SchemaSecrets) -> Self {
        let schema = secrets.get(change.schema.as_ref());
        let inner = |path: &'a AttributePath| (!path.0.is_empty()).then_some(path.0.as_slice());
        Self {
            before: Secrets::new(schema, &change.before_sensitive),
            after: Secrets::new(schema, &change.after_sensitive),
            forces: change.replace_paths.iter().filter_map(inner).collect(),
            undecided: change
                .undecided
                .iter()
                .filter_map(|Undecided { path, reason }| Some((inner(path)?, reason.as_str())))
                .collect(),
            depth: 0,
            document: Document::None,
        }
    }

    /// The secret places of something new.
    pub(super) fn marked(after: Secrets<'a>) -> Self {
        Self { after, depth: 0, ..Self::value(false, false) }
    }

    /// What is known about a value of which all is secret, or nothing.
    pub(super) fn value(before: bool, after: bool) -> Self {
        let (before, after) = (Secrets::whole(before), Secrets::whole(after));
        Self { before, after, forces: Vec::new(), undecided: Vec::new(), depth: 1, document: Document::None }
    }

    /// An attribute or nested block.
    pub(super) fn inside(&self, step: &PathStep) -> Self {
        let PathStep::Name(name) = step else { return self.element(step) };
        self.step(self.before.name(name), self.after.name(name), step)
    }

    /// An element of a list or map.
    pub(super) fn element(&self, step: &PathStep) -> Self {
        match step {
            PathStep::Name(key) => self.step(self.before.key(key), self.after.key(key), step),
            PathStep::Index(index) => self.step(self.before.index(*index), self.after.index(*index), step),
        }
    }

    fn step(&self, before: Secrets<'a>, after: Secrets<'a>, step: &PathStep) -> Self {
        let rest = |path: &&'a [PathStep]| {
            path.split_first().filter(|(first, _)| *first == step).map(|(_, rest)| rest)
        };
        let undecided = |(path, reason): &(&'a [PathStep], &'a str)| Some((rest(path)?, *reason));
        Self {
            before,
            after,
            forces: self.forces.iter().filter_map(rest).collect(),
            undecided: self.undecided.iter().filter_map(undecided).collect(),
            depth: self.depth + 1,
            document: self.document,
        }
    }

    /// An element of a set. It has no place of its own: what is known about any of them stands at the set.
    pub(super) fn in_set(&self) -> Self {
        Self { depth: self.depth + 1, document: self.document, ..Self::value(false, false) }
    }

    /// What is in a document that a text holds.
    pub(super) fn in_document(&self, document: Document) -> Self {
        Self { depth: self.depth + 1, document, ..Self::value(false, false) }
    }

    /// The kind of document that it is in.
    pub(super) fn document(&self) -> Document {
        self.document
    }

    pub(super) fn is_top(&self) -> bool {
        self.depth == 1
    }

    /// Whether nothing is known about anything below.
    pub(super) fn is_plain(&self) -> bool {
        self.before.is_empty() && self.after.is_empty() && self.forces.is_empty() && self.undecided.is_empty()
    }

    /// Whether the change of what stands here forces replacement. Below it, something may.
    pub(super) fn is_forced(&self) -> bool {
        self.forces.iter().any(|path| path.is_empty())
    }

    pub(super) fn has_notes(&self) -> bool {
        !self.undecided.is_empty()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let here = self.undecided.iter().filter(|(path, _)| path.is_empty());
        here.map(|(_, reason)| format!("undecided: {reason}")).collect()
    }

    /// Whether what is secret before is not after, or the other way round.
    pub(super) fn changes_marks(&self, before: &Value, after: &Value) -> bool {
        self.before.has_other_marks(&self.after)
            || self.before.is_marked(Some(before)) != self.after.is_marked(Some(after))
    }
}

//! Properties of paths in a change: secret, forcing replacement, undecided.

use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::secret::{SchemaSecrets, Secrets};
use iac_plan::plan::{ResourceChange, Undecided};

/// The kind of document that encloses a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::report) enum Document {
    /// No document.
    #[default]
    None,
    /// A JSON document.
    Json,
    /// A policy document, in which some lists are unordered.
    Policy,
}

/// The properties of a path and of the paths below it.
#[derive(Clone)]
pub(super) struct PathContext<'a> {
    pub(super) before: Secrets<'a>,
    pub(super) after: Secrets<'a>,
    /// The paths below that force replacement.
    forces: Vec<&'a [PathStep]>,
    /// The paths below that are undecided, with the reason.
    undecided: Vec<(&'a [PathStep], &'a str)>,
    depth: usize,
    /// The kind of the enclosing document.
    document: Document,
}

impl<'a> PathContext<'a> {
    /// Returns the properties of a whole resource.
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

    /// Returns the properties of a new value with these secrets.
    pub(super) fn marked(after: Secrets<'a>) -> Self {
        Self { after, depth: 0, ..Self::value(false, false) }
    }

    /// Returns the properties of a value that is secret as a whole, or not at all.
    pub(super) fn value(before: bool, after: bool) -> Self {
        let (before, after) = (Secrets::whole(before), Secrets::whole(after));
        Self { before, after, forces: Vec::new(), undecided: Vec::new(), depth: 1, document: Document::None }
    }

    /// Returns the properties of an attribute or nested block.
    pub(super) fn inside(&self, step: &PathStep) -> Self {
        let PathStep::Name(name) = step else { return self.element(step) };
        self.step(self.before.name(name), self.after.name(name), step)
    }

    /// Returns the properties of an element of a list or map.
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

    /// Returns the properties of an element of a set. An element has no path, so all properties are those of the set.
    pub(super) fn in_set(&self) -> Self {
        Self { depth: self.depth + 1, document: self.document, ..Self::value(false, false) }
    }

    /// Returns the properties of a part of a document in a string.
    pub(super) fn in_document(&self, document: Document) -> Self {
        Self { depth: self.depth + 1, document, ..Self::value(false, false) }
    }

    /// Returns the kind of the enclosing document.
    pub(super) fn document(&self) -> Document {
        self.document
    }

    pub(super) fn is_top(&self) -> bool {
        self.depth == 1
    }

    /// Returns `true` if no path below has a property.
    pub(super) fn is_plain(&self) -> bool {
        self.before.is_empty() && self.after.is_empty() && self.forces.is_empty() && self.undecided.is_empty()
    }

    /// Returns `true` if a change of exactly this path forces replacement.
    pub(super) fn is_forced(&self) -> bool {
        self.forces.iter().any(|path| path.is_empty())
    }

    pub(super) fn has_notes(&self) -> bool {
        !self.undecided.is_empty()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let own = self.undecided.iter().filter(|(path, _)| path.is_empty());
        own.map(|(_, reason)| format!("undecided: {reason}")).collect()
    }

    /// Returns `true` if a value is secret on one side only.
    pub(super) fn changes_marks(&self, before: &Value, after: &Value) -> bool {
        self.before.has_other_marks(&self.after)
            || self.before.is_marked(Some(before)) != self.after.is_marked(Some(after))
    }
}

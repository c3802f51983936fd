//! Which places of a value must not be shown: what the schema says, and what the marks say.

mod credentials;
mod spread;

use std::collections::HashMap;
use std::sync::Arc;

pub(crate) use self::credentials::credential_places;
pub use self::credentials::hide_credentials;
pub(crate) use self::spread::{copies, parts, spread};
use crate::schema::{Attribute, Block, NestedAttributes, Schema};
use crate::text::Text;
use crate::value::{AttributePath, PathStep, Value};

/// What stands in the place of a value that must not be shown.
pub const REDACTED: &str = "(sensitive value)";
/// What stands in its place after a change, where the value is another one than before.
pub const REDACTED_CHANGED: &str = "(sensitive value, changed)";

/// The secret places of a type: of a whole value, or of some of its attributes. Collections are passed through.
#[derive(Debug)]
pub(crate) enum SecretNode {
    /// All of it.
    Whole,
    /// Attributes and nested blocks, sorted by name.
    Names(Vec<(Text, Self)>),
}

impl SecretNode {
    /// The secret places of a block; `None` where it has none, as most have.
    fn of(block: &Block) -> Option<Self> {
        let mut names = Vec::new();
        for attribute in &block.attributes {
            let node = if attribute.sensitive || attribute.write_only {
                Some(Self::Whole)
            } else {
                attribute.nested.as_ref().and_then(|NestedAttributes { block, .. }| Self::of(block))
            };
            names.extend(node.map(|node| (attribute.name.clone(), node)));
        }
        for nested in &block.blocks {
            names.extend(Self::of(&nested.block).map(|node| (nested.name.clone(), node)));
        }
        names.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        (!names.is_empty()).then_some(Self::Names(names))
    }

    fn get(&self, name: &str) -> Option<&Self> {
        let Self::Names(names) = self else { return None };
        let position = names.binary_search_by(|(each, _)| each.as_str().cmp(name)).ok()?;
        Some(&names[position].1)
    }
}

/// Whether an attribute is secret, or anything in it.
pub(crate) fn holds_secret(attribute: &Attribute) -> bool {
    attribute.sensitive
        || attribute.write_only
        || attribute.nested.as_ref().is_some_and(|nested| SecretNode::of(&nested.block).is_some())
}

/// The secret places of each schema, found once. Schemas are told apart by where they lie in memory, so that they must
/// outlive this.
#[derive(Debug, Default)]
pub(crate) struct SchemaSecrets(HashMap<usize, Option<SecretNode>>);

impl SchemaSecrets {
    pub(crate) fn of<'a>(schemas: impl Iterator<Item = Option<&'a Arc<Schema>>>) -> Self {
        let mut secrets = Self::default();
        let mut last = 0;
        for schema in schemas.flatten() {
            let pointer = Arc::as_ptr(schema) as usize;
            if pointer != last {
                last = pointer;
                secrets.0.entry(pointer).or_insert_with(|| SecretNode::of(&schema.block));
            }
        }
        secrets
    }

    pub(crate) fn get(&self, schema: Option<&Arc<Schema>>) -> Option<&SecretNode> {
        self.0.get(&(Arc::as_ptr(schema?) as usize))?.as_ref()
    }
}

/// The secret places at and below a place of a value.
#[derive(Clone, Debug)]
pub(crate) struct Secrets<'a> {
    schema: Option<&'a SecretNode>,
    /// What is left of the marks' paths.
    marks: Vec<&'a [PathStep]>,
}

impl<'a> Secrets<'a> {
    pub(crate) fn new(schema: Option<&'a SecretNode>, marks: &'a [AttributePath]) -> Self {
        Self { schema, marks: marks.iter().map(|path| path.0.as_slice()).collect() }
    }

    /// All of it, or nothing.
    pub(crate) fn whole(secret: bool) -> Self {
        Self { schema: secret.then_some(&SecretNode::Whole), marks: Vec::new() }
    }

    /// Whether nothing here or below is secret.
    pub(crate) fn is_empty(&self) -> bool {
        self.schema.is_none() && self.marks.is_empty()
    }

    /// Whether all of a value that stands here is secret. A set is, if anything in it is: its elements have no place of
    /// their own.
    pub(crate) fn covers(&self, value: &Value) -> bool {
        match value {
            Value::Null | Value::Unknown => false,
            Value::Set(elements) if !elements.is_empty() => !self.is_empty(),
            _ => self.is_whole() || matches!(value, Value::Sensitive(_)),
        }
    }

    /// The secret places that the schema says.
    pub(crate) fn of_schema(&self) -> Self {
        Self { schema: self.schema, marks: Vec::new() }
    }

    /// Whether other places are marked here or below.
    pub(crate) fn has_other_marks(&self, other: &Self) -> bool {
        self.marks != other.marks
    }

    fn is_whole(&self) -> bool {
        matches!(self.schema, Some(SecretNode::Whole)) || self.marks.iter().any(|path| path.is_empty())
    }

    /// Whether a mark stands here, whatever the value: null, too.
    pub(crate) fn is_marked(&self, value: Option<&Value>) -> bool {
        self.is_whole() || value.is_some_and(|value| self.covers(value))
    }

    /// The secret places in an attribute, a nested block or an element of a map.
    pub(crate) fn name(&self, name: &str) -> Self {
        let schema = self.schema.and_then(|node| node.get(name));
        let is_next = |step: &PathStep| matches!(step, PathStep::Name(each) if each == name);
        Self { schema, marks: self.next(is_next) }
    }

    /// The secret places in an element of a map whose elements have a schema.
    pub(crate) fn key(&self, key: &str) -> Self {
        let is_next = |step: &PathStep| matches!(step, PathStep::Name(each) if each == key);
        Self { schema: self.schema, marks: self.next(is_next) }
    }

    /// The secret places in an element of a list.
    pub(crate) fn index(&self, index: usize) -> Self {
        Self { schema: self.schema, marks: self.next(|step| *step == PathStep::Index(index)) }
    }

    /// The secret places in a part of a value.
    pub(crate) fn part(&self, value: &Value, step: &PathStep) -> Self {
        match (value, step) {
            (Value::Map(_), PathStep::Name(key)) => self.key(key),
            (_, PathStep::Name(name)) => self.name(name),
            (_, PathStep::Index(index)) => self.index(*index),
        }
    }

    fn next(&self, is_next: impl Fn(&PathStep) -> bool) -> Vec<&'a [PathStep]> {
        let inside = self.marks.iter().filter_map(|path| {
            let (first, rest) = path.split_first()?;
            is_next(first).then_some(rest)
        });
        inside.collect()
    }
}

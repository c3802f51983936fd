//! Sensitive paths of a value, according to the schema and to marks.

mod credentials;
mod spread;

use std::collections::HashMap;
use std::sync::Arc;

pub use self::credentials::hide_credentials;
pub(crate) use self::credentials::{credential_places, credential_places_of, credential_places_of_user};
pub(crate) use self::spread::{copies, hide, parts, spread};
use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use crate::schema::{Attribute, Block, NestedAttributes, Schema};

/// The replacement for a sensitive value.
pub const REDACTED: &str = "(sensitive value)";
/// The replacement for a sensitive value after a change, if it differs from the value before.
pub const REDACTED_CHANGED: &str = "(sensitive value, changed)";

/// The sensitive parts of a type: the whole value, or some of its attributes. Collections are transparent.
#[derive(Debug)]
pub enum SecretNode {
    /// The whole value.
    Whole,
    /// Attributes and nested blocks, sorted by name.
    Names(Vec<(Text, Self)>),
}

impl SecretNode {
    /// Returns the sensitive parts of a block; `None` if there are none, as in most blocks.
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

/// Returns true if an attribute, or anything in it, is sensitive.
pub(crate) fn holds_secret(attribute: &Attribute) -> bool {
    attribute.sensitive
        || attribute.write_only
        || attribute.nested.as_ref().is_some_and(|nested| SecretNode::of(&nested.block).is_some())
}

/// The sensitive parts of each schema, computed once. Schemas are identified by their memory address, so they must
/// outlive this.
#[derive(Debug, Default)]
pub struct SchemaSecrets(HashMap<usize, Option<SecretNode>>);

impl SchemaSecrets {
    /// Finds the sensitive attributes of these schemas.
    pub fn of<'a>(schemas: impl Iterator<Item = Option<&'a Arc<Schema>>>) -> Self {
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

    #[must_use]
    /// Returns the sensitive attributes of a schema; `None` if it has none.
    pub fn get(&self, schema: Option<&Arc<Schema>>) -> Option<&SecretNode> {
        self.0.get(&(Arc::as_ptr(schema?) as usize))?.as_ref()
    }
}

/// The sensitive parts at and below a path of a value.
#[derive(Clone, Debug)]
pub struct Secrets<'a> {
    schema: Option<&'a SecretNode>,
    /// The remaining steps of the marks' paths.
    marks: Vec<&'a [PathStep]>,
}

impl<'a> Secrets<'a> {
    #[must_use]
    /// Combines the sensitive attributes of a schema with the sensitive paths of a value.
    pub fn new(schema: Option<&'a SecretNode>, marks: &'a [AttributePath]) -> Self {
        Self { schema, marks: marks.iter().map(|path| path.0.as_slice()).collect() }
    }

    /// Everything is sensitive, or nothing is.
    #[must_use]
    pub fn whole(secret: bool) -> Self {
        Self { schema: secret.then_some(&SecretNode::Whole), marks: Vec::new() }
    }

    /// Returns true if nothing at or below this path is sensitive.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.schema.is_none() && self.marks.is_empty()
    }

    /// Returns true if a whole value at this path is sensitive. A set is if anything in it is, because its elements
    /// cannot be addressed.
    #[must_use]
    pub fn covers(&self, value: &Value) -> bool {
        match value {
            Value::Null | Value::Unknown(_) => false,
            Value::Set(elements) if !elements.is_empty() => !self.is_empty(),
            _ => self.is_whole() || matches!(value, Value::Sensitive(_)),
        }
    }

    /// Returns only the secret paths of the schema, without the marks.
    pub(crate) fn of_schema(&self) -> Self {
        Self { schema: self.schema, marks: Vec::new() }
    }

    /// Returns true if the marks at or below this path differ.
    #[must_use]
    pub fn has_other_marks(&self, other: &Self) -> bool {
        self.marks != other.marks
    }

    fn is_whole(&self) -> bool {
        matches!(self.schema, Some(SecretNode::Whole)) || self.marks.iter().any(|path| path.is_empty())
    }

    /// Returns true if this path is marked, even if its value is null.
    #[must_use]
    pub fn is_marked(&self, value: Option<&Value>) -> bool {
        self.is_whole() || value.is_some_and(|value| self.covers(value))
    }

    /// Returns the sensitive parts of an attribute, a nested block or an element of a map.
    #[must_use]
    pub fn name(&self, name: &str) -> Self {
        let schema = self.schema.and_then(|node| node.get(name));
        let is_next = |step: &PathStep| matches!(step, PathStep::Name(each) if each == name);
        Self { schema, marks: self.next(is_next) }
    }

    /// Returns the sensitive parts of a map element whose map has a nested schema.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let is_next = |step: &PathStep| matches!(step, PathStep::Name(each) if each == key);
        Self { schema: self.schema, marks: self.next(is_next) }
    }

    /// Returns the sensitive parts of a list element.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self { schema: self.schema, marks: self.next(|step| *step == PathStep::Index(index)) }
    }

    /// Returns the sensitive parts of a part of a value.
    #[must_use]
    pub fn part(&self, value: &Value, step: &PathStep) -> Self {
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

//! The schema of a resource type in the planner's form: types, and facts that only the provider knows.
//!
//! It is built from recorded knowledge of a provider (see [`Knowledge`]), or from the schema that a provider's binary
//! returns.

mod convert;
mod knowledge;

use std::sync::Arc;

pub use iac_schema::model::{
    EntityKind, Facts, ForceNew, Hook, Hooks, Literal, NestingMode, Norm, StateFunc, Suppress, Transition,
};

pub use knowledge::{Knowledge, KnowledgeFiles};

use iac_core::text::{Text, compare};
use iac_lang::types::Type;

/// The schema of a resource type, data source or ephemeral resource, or of a provider's configuration.
#[derive(Clone, Debug)]
pub struct Schema {
    /// The kind of entity.
    pub kind: EntityKind,
    /// The type name: `aws_vpc`.
    pub type_name: Text,
    /// The schema version, which the state records.
    pub version: u64,
    /// True if the type uses the legacy SDK's type system, in which null, zero and empty are equivalent.
    pub legacy: bool,
    /// True if the provider computes a part of the plan, so that a plan made from facts alone is an estimate.
    pub customize_diff: bool,
    /// True if any value in it is sensitive: [`Block::has_secrets`].
    pub has_secrets: bool,
    /// Its arguments, attributes and blocks.
    pub block: Arc<Block>,
    /// Arguments that exclude or require each other.
    pub groups: Groups,
}

/// Groups of arguments that exclude or require each other, as dotted paths.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// At most one may be set.
    pub conflicts_with: Vec<Vec<String>>,
    /// Exactly one must be set.
    pub exactly_one_of: Vec<Vec<String>>,
    /// At least one must be set.
    pub at_least_one_of: Vec<Vec<String>>,
    /// All must be set if the first one is.
    pub required_with: Vec<Vec<String>>,
}

/// Attributes and nested blocks, each sorted by name.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<NestedBlock>,
}

/// An attribute: an argument if it is required or optional.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent in Terraform's schema")]
pub struct Attribute {
    /// The name.
    pub name: Text,
    /// The type. For an attribute with a nested schema, the type that results from the schema.
    pub ty: Type,
    /// The nested schema of the attribute's objects, for attributes that have one.
    pub nested: Option<NestedAttributes>,
    /// The members of the attribute's object type, at any depth of collections. Members of an object type are neither
    /// required nor computed; they only carry facts.
    pub members: Option<Arc<Block>>,
    /// True if it must be set.
    pub required: bool,
    /// True if it can be set.
    pub optional: bool,
    /// True if the provider sets a value when the configuration does not.
    pub computed: bool,
    /// True if the value is sensitive.
    pub sensitive: bool,
    /// True if the attribute is write-only: never returned and never stored in the state.
    pub write_only: bool,
    /// Facts that the schema does not tell.
    pub facts: Arc<Facts>,
}

/// The nested schema of an attribute's objects.
#[derive(Clone, Debug)]
pub struct NestedAttributes {
    /// The collection that the objects form.
    pub mode: NestingMode,
    /// The attributes of each object.
    pub block: Arc<Block>,
}

/// A nested block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// The name.
    pub name: Text,
    /// The collection that the blocks form.
    pub mode: NestingMode,
    /// The minimum number of blocks.
    pub min_items: u64,
    /// The maximum number of blocks; 0 for no limit.
    pub max_items: u64,
    /// The content of each block.
    pub block: Arc<Block>,
    /// Facts that the schema does not tell.
    pub facts: Arc<Facts>,
}

impl Attribute {
    /// Creates an optional attribute without facts.
    pub(crate) fn optional(name: impl Into<Text>, ty: Type) -> Self {
        Self {
            name: name.into(),
            ty,
            nested: None,
            members: None,
            required: false,
            optional: true,
            computed: false,
            sensitive: false,
            write_only: false,
            facts: Arc::default(),
        }
    }
}

impl NestedBlock {
    /// Creates a block without facts, of which there may be any number.
    pub(crate) fn new(name: impl Into<Text>, mode: NestingMode, block: impl Into<Arc<Block>>) -> Self {
        Self {
            name: name.into(),
            mode,
            min_items: 0,
            max_items: 0,
            block: block.into(),
            facts: Arc::default(),
        }
    }
}

impl Block {
    /// Returns the attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        let position = self.attributes.binary_search_by(|each| compare(&each.name, name)).ok()?;
        Some(&self.attributes[position])
    }

    /// Returns the nested block of this name.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        let position = self.blocks.binary_search_by(|each| compare(&each.name, name)).ok()?;
        Some(&self.blocks[position])
    }

    /// Returns true if any attribute in the block or its nested blocks is sensitive.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        let of_attribute = |attribute: &Attribute| {
            attribute.sensitive || attribute.nested.as_ref().is_some_and(|nested| nested.block.has_secrets())
        };
        self.attributes.iter().any(of_attribute)
            || self.blocks.iter().any(|nested| nested.block.has_secrets())
    }
}

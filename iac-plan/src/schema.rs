//! The schema of a resource type as the planner walks it: types, and what only the provider knows.
//!
//! Made from the knowledge of a provider (see [`Knowledge`]), or from what a provider's binary says.

mod convert;
mod knowledge;

use std::sync::Arc;

pub use iac_schema::model::{EntityKind, Facts, ForceNew, Literal, NestingMode, Norm, Suppress, Transition};

pub use knowledge::{Knowledge, KnowledgeTexts};

use iac_core::text::{Text, compare};
use iac_lang::types::Type;

/// The schema of a resource type, data source or ephemeral resource, or of a provider's configuration.
#[derive(Clone, Debug)]
pub struct Schema {
    /// What it describes.
    pub kind: EntityKind,
    /// The type's name: `aws_vpc`.
    pub type_name: Text,
    /// The version, which the state records.
    pub version: u64,
    /// Whether it uses the provider SDK's type system, to which null, zero and empty are the same.
    pub legacy: bool,
    /// Whether the provider computes a part of the plan, so that a plan made from facts alone is an estimate.
    pub customize_diff: bool,
    /// Whether anything in it is a secret: [`Block::has_secrets`].
    pub has_secrets: bool,
    /// Its arguments, attributes and blocks.
    pub block: Arc<Block>,
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
    /// The type. Of an attribute with a nested schema, the type that the schema comes to.
    pub ty: Type,
    /// The attributes of its objects, where each is described by itself.
    pub nested: Option<NestedAttributes>,
    /// The attributes of the objects that it holds, where its type is one of objects, however deep in collections. Of an
    /// object type they are neither required nor computed; what is known about them stands there.
    pub members: Option<Arc<Block>>,
    /// Whether it must be set.
    pub required: bool,
    /// Whether it can be set.
    pub optional: bool,
    /// Whether the provider gives it a value when it is not set.
    pub computed: bool,
    /// Whether its value is a secret.
    pub sensitive: bool,
    /// Whether it can only be set, and never reaches the state.
    pub write_only: bool,
    /// What only the provider knows about it.
    pub facts: Arc<Facts>,
}

/// The attributes of the objects that an attribute holds.
#[derive(Clone, Debug)]
pub struct NestedAttributes {
    /// The collection that the objects make up.
    pub mode: NestingMode,
    /// What is in each.
    pub block: Arc<Block>,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// The name.
    pub name: Text,
    /// The collection that the blocks make up.
    pub mode: NestingMode,
    /// The least number of them.
    pub min_items: u64,
    /// The greatest number of them. 0 is no limit.
    pub max_items: u64,
    /// What is in each.
    pub block: Arc<Block>,
    /// What only the provider knows about it.
    pub facts: Arc<Facts>,
}

impl Block {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        let position = self.attributes.binary_search_by(|each| compare(&each.name, name)).ok()?;
        Some(&self.attributes[position])
    }

    /// The nested block of this name.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        let position = self.blocks.binary_search_by(|each| compare(&each.name, name)).ok()?;
        Some(&self.blocks[position])
    }

    /// Whether the value of any attribute in it, or in a block in it, is a secret.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        let of_attribute = |attribute: &Attribute| {
            attribute.sensitive || attribute.nested.as_ref().is_some_and(|nested| nested.block.has_secrets())
        };
        self.attributes.iter().any(of_attribute)
            || self.blocks.iter().any(|nested| nested.block.has_secrets())
    }
}

//! The in-memory model of knowledge about a provider.
//!
//! A nested-block shape (its attributes, blocks and their facts) is stored once per service and identified by a
//! [`ShapeId`]. Providers repeat their shapes many times (49,095 blocks of the AWS provider have 3,700 shapes), so
//! never expand them into a tree.

pub use crate::facts::{Facts, ForceNew, Hook, Hooks, Norm, StateFunc, Suppress, Transition};
pub use crate::json::Literal;

/// A provider, and the services that its types are grouped into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    /// The provider itself.
    pub provider: Provider,
    /// The services by name; only some after a partial load.
    pub services: Vec<Service>,
}

/// The provider itself: its source address, configuration and functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The source address, `registry.terraform.io/hashicorp/aws`.
    pub source: String,
    /// The version that the knowledge describes.
    pub version: String,
    /// The source of the facts about all types that do not specify another one.
    pub facts_source: String,
    /// The provider's functions, by name.
    pub functions: Vec<Function>,
    /// The provider's configuration: one entity of kind [`EntityKind::Provider`], with the provider's local name.
    pub config: Service,
}

impl Provider {
    /// Returns the provider's local name in configurations: `aws`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.config.name
    }
}

/// A provider function, called as `provider::aws::arn_parse(..)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name, without the provider.
    pub name: String,
    /// The return type.
    pub returns: Type,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The variadic parameter, if any number of arguments may follow the last one.
    pub variadic: Option<Parameter>,
}

/// A parameter of a [`Function`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name, which callers do not use.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// True if null may be passed.
    pub nullable: bool,
}

/// A group of related types, such as `ec2`: one knowledge file, one Rust module, one Cargo feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The name.
    pub name: String,
    /// The types: resources, data sources and ephemeral resources, each by name.
    pub entities: Vec<Entity>,
    /// The shapes of all nested blocks. A shape comes after the shapes it contains.
    pub shapes: Vec<Block>,
}

impl Service {
    /// Returns the shape with an ID of this service.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Block {
        &self.shapes[id.0]
    }

    /// Returns the type with the kind and name.
    #[must_use]
    pub fn entity(&self, kind: EntityKind, type_name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.kind == kind && entity.type_name == type_name)
    }

    /// Returns the attribute or block at a dotted path inside a block of this service.
    #[must_use]
    pub fn find<'a>(&'a self, block: &'a Block, path: &str) -> Option<Member<'a>> {
        let Some((name, rest)) = path.split_once('.') else { return block.member(path) };
        self.find(self.shape(block.member(name)?.shape()?), rest)
    }
}

/// Identifies a shape of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub usize);

/// The kind of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// The configuration of the provider itself.
    Provider,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// An ephemeral resource: opened during a run, never stored.
    Ephemeral,
}

impl EntityKind {
    /// All kinds, in the order of the knowledge files.
    pub const ALL: [Self; 4] = [Self::Provider, Self::Resource, Self::DataSource, Self::Ephemeral];

    /// Returns the keyword in Terraform's configuration language.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Resource => "resource",
            Self::DataSource => "data",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// A resource type, data source or ephemeral resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The kind.
    pub kind: EntityKind,
    /// The type name: `aws_vpc`.
    pub type_name: String,
    /// The version of its schema, as recorded in the state.
    pub schema_version: u64,
    /// True if the type uses the provider SDK's type system, in which null, zero and empty are equal; false for the
    /// plugin framework.
    pub legacy: bool,
    /// True if the provider computes a part of the plan, so that a plan made from facts alone is an estimate.
    pub customize_diff: bool,
    /// The source of its facts, if different from the provider's.
    pub facts_source: Option<String>,
    /// Groups of arguments of which at most one may be set.
    pub conflicts_with: Vec<Vec<String>>,
    /// Groups of arguments of which exactly one must be set.
    pub exactly_one_of: Vec<Vec<String>>,
    /// Groups of arguments of which at least one must be set.
    pub at_least_one_of: Vec<Vec<String>>,
    /// Groups of arguments that must all be set if the first one is.
    pub required_with: Vec<Vec<String>>,
    /// The arguments, attributes and blocks.
    pub block: Block,
}

impl Entity {
    /// Returns `true` if a configuration can set an attribute of the type. The provider SDK's schemas always declare
    /// `id` as optional, but few resources and data sources accept it.
    #[must_use]
    pub fn takes(&self, attribute: &Attribute) -> bool {
        let is_sdk = self.kind == EntityKind::Resource || self.legacy;
        let is_result = is_sdk && attribute.name == "id" && attribute.computed;
        attribute.is_argument() && (!is_result || attribute.facts.settable)
    }
}

/// Attributes and nested blocks, each sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Block {
    /// True if it is deprecated.
    pub deprecated: bool,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<NestedBlock>,
}

impl Block {
    /// Returns the attribute with the name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Returns the nested block with the name.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// Returns the attribute or nested block with the name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Member<'_>> {
        match self.attribute(name) {
            Some(attribute) => Some(Member::Attribute(attribute)),
            None => self.nested(name).map(Member::Block),
        }
    }

    /// Returns `true` if there are no attributes or blocks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.blocks.is_empty()
    }
}

/// A member of a [`Block`].
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// An attribute.
    Attribute(&'a Attribute),
    /// A nested block.
    Block(&'a NestedBlock),
}

impl<'a> Member<'a> {
    /// Its facts.
    #[must_use]
    pub fn facts(self) -> &'a Facts {
        match self {
            Self::Attribute(attribute) => &attribute.facts,
            Self::Block(block) => &block.facts,
        }
    }

    /// Returns the shape of its content, if it is a block or an attribute that holds objects.
    #[must_use]
    pub fn shape(self) -> Option<ShapeId> {
        match self {
            Self::Attribute(attribute) => attribute.ty.shape(),
            Self::Block(block) => Some(block.nested.shape),
        }
    }
}

/// An attribute of a type, which is an argument if it can be set; or a member of an object type, which is none of
/// required, optional and computed, or optional if it can be omitted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent in Terraform's schema")]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// True if it must be set.
    pub required: bool,
    /// True if it can be set.
    pub optional: bool,
    /// True if the provider chooses a value when it is not set.
    pub computed: bool,
    /// True if its value is secret.
    pub sensitive: bool,
    /// True if it is write-only and never stored in the state.
    pub write_only: bool,
    /// True if it is deprecated.
    pub deprecated: bool,
    /// Its facts.
    pub facts: Facts,
    /// The kind of resource it refers to. Set by the reference rules, never by the knowledge file of a service.
    pub reference: Option<Reference>,
}

impl Attribute {
    /// Returns `true` if a configuration can set it.
    #[must_use]
    pub fn is_argument(&self) -> bool {
        self.required || self.optional
    }

    /// Returns `true` if a configuration must set it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.required || self.facts.needed
    }
}

/// A block inside a block.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NestedBlock {
    /// The name.
    pub name: String,
    /// The cardinality and content.
    pub nested: Nested,
    /// Its facts.
    pub facts: Facts,
}

impl NestedBlock {
    /// Returns `true` if at least one block is required.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.nested.min_items > 0 || self.facts.needed
    }
}

/// The cardinality and shape of nested blocks or objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nested {
    /// The collection formed by the blocks or objects.
    pub mode: NestingMode,
    /// The minimum number of blocks.
    pub min_items: u64,
    /// The maximum number of blocks; 0 means no limit.
    pub max_items: u64,
    /// The shape of each block.
    pub shape: ShapeId,
}

/// The collection formed by nested blocks or by the objects of a nested type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NestingMode {
    /// A single object, or null.
    Single,
    /// A single object, never null: if omitted, an object with nothing set.
    Group,
    /// A list.
    List,
    /// A set.
    Set,
    /// A map.
    Map,
}

impl NestingMode {
    /// All modes.
    pub const ALL: [Self; 5] = [Self::Single, Self::Group, Self::List, Self::Set, Self::Map];

    /// Returns the name in Terraform's schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Group => "group",
            Self::List => "list",
            Self::Set => "set",
            Self::Map => "map",
        }
    }
}

/// The type of an attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Type {
    /// A string.
    #[default]
    String,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// Any type, determined by the value.
    Dynamic,
    /// A list.
    List(Box<Self>),
    /// A set.
    Set(Box<Self>),
    /// A map with string keys.
    Map(Box<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// An object, whose members are the attributes of a shape.
    Object(ShapeId),
    /// Objects whose attributes are described individually, like those of a block.
    Nested(Nested),
}

impl Type {
    /// Returns the shape of its objects, nested in any number of lists, sets and maps.
    #[must_use]
    pub fn shape(&self) -> Option<ShapeId> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.shape(),
            Self::Object(shape) | Self::Nested(Nested { shape, .. }) => Some(*shape),
            Self::String | Self::Number | Self::Bool | Self::Dynamic | Self::Tuple(_) => None,
        }
    }

    /// Returns a mutable reference to the ID of the shape of its objects.
    pub fn shape_mut(&mut self) -> Option<&mut ShapeId> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.shape_mut(),
            Self::Object(shape) | Self::Nested(Nested { shape, .. }) => Some(shape),
            Self::String | Self::Number | Self::Bool | Self::Dynamic | Self::Tuple(_) => None,
        }
    }
}

/// The target of a reference attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The kind of the target as a Rust name: `IamRole`.
    pub kind: String,
    /// The identifier used.
    pub identifier: Identifier,
}

/// The identifier by which an attribute refers to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// The resource's ID.
    Id,
    /// The resource's ARN.
    Arn,
}

impl Identifier {
    /// Returns its word in the reference rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Arn => "arn",
        }
    }
}

/// Strips `data.`, `ephemeral.` or `provider.` from a path and returns the kind.
#[must_use]
pub fn split_kind(path: &str) -> (EntityKind, &str) {
    for kind in [EntityKind::DataSource, EntityKind::Ephemeral, EntityKind::Provider] {
        if let Some(rest) = path.strip_prefix(kind.keyword()).and_then(|rest| rest.strip_prefix('.')) {
            return (kind, rest);
        }
    }
    (EntityKind::Resource, path)
}

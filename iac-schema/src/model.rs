//! What is known of a provider, in memory.
//!
//! A nested-block shape (its attributes, its blocks, and the facts about them) is held once per service and named by
//! a [`ShapeId`]: a provider repeats its shapes many times (49,095 blocks of the AWS provider have 3,700 shapes), so
//! nothing here may be expanded into a tree.

pub use crate::facts::{Facts, ForceNew, Norm, Suppress, Transition};
pub use crate::json::Literal;

/// A provider and the services that its types are grouped into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knowledge {
    /// The provider itself.
    pub provider: Provider,
    /// Its services, by name. After a partial load only some.
    pub services: Vec<Service>,
}

/// The provider itself: where it comes from, its configuration and its functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// The source address, `registry.terraform.io/hashicorp/aws`.
    pub source: String,
    /// The version that the knowledge describes.
    pub version: String,
    /// Where the facts come from, for every type that does not say otherwise.
    pub facts_source: String,
    /// The functions that the provider offers, by name.
    pub functions: Vec<Function>,
    /// The provider's configuration: one entity of kind [`EntityKind::Provider`], named as the provider's local name.
    pub config: Service,
}

impl Provider {
    /// The local name that a configuration uses for the provider: `aws`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.config.name
    }
}

/// A function that a provider offers, called as `provider::aws::arn_parse(..)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name, without provider.
    pub name: String,
    /// The type of the result.
    pub returns: Type,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// What the arguments after the last parameter are, if any number of them may follow.
    pub variadic: Option<Parameter>,
}

/// A parameter of a [`Function`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name, which callers never write.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// Whether null may be passed.
    pub nullable: bool,
}

/// A group of types that belong together, `ec2`: one knowledge file, one Rust module, one Cargo feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The name.
    pub name: String,
    /// The types: resources, data sources and ephemeral resources, each by name.
    pub entities: Vec<Entity>,
    /// The shapes of the nested blocks of all of them. A shape stands after those that it contains.
    pub shapes: Vec<Block>,
}

impl Service {
    /// The shape that an id of this service names.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Block {
        &self.shapes[id.0]
    }

    /// The type of this kind and name.
    #[must_use]
    pub fn entity(&self, kind: EntityKind, type_name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.kind == kind && entity.type_name == type_name)
    }

    /// The attribute or block at a dotted path inside a block of this service.
    #[must_use]
    pub fn find<'a>(&'a self, block: &'a Block, path: &str) -> Option<Member<'a>> {
        let Some((name, rest)) = path.split_once('.') else { return block.member(path) };
        self.find(self.shape(block.member(name)?.shape()?), rest)
    }
}

/// Names a shape of one service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShapeId(pub usize);

/// What a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// The configuration of the provider itself.
    Provider,
    /// A managed resource.
    Resource,
    /// A data source.
    DataSource,
    /// An ephemeral resource: read during a run, never stored.
    Ephemeral,
}

impl EntityKind {
    /// Every kind, in the order of the knowledge files.
    pub const ALL: [Self; 4] = [Self::Provider, Self::Resource, Self::DataSource, Self::Ephemeral];

    /// The word for it, as Terraform's configuration language has it.
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
    /// What it is.
    pub kind: EntityKind,
    /// The type name, `aws_vpc`.
    pub type_name: String,
    /// The version of its schema, which the state records.
    pub schema_version: u64,
    /// Whether it uses the provider SDK's type system, to which null, zero and empty are the same. False for the plugin
    /// framework's.
    pub legacy: bool,
    /// Whether the provider computes a part of the plan, so that a plan made from facts alone is an estimate.
    pub customize_diff: bool,
    /// Where its facts come from, if not from where the provider says.
    pub facts_source: Option<String>,
    /// Groups of arguments of which at most one may be set.
    pub conflicts_with: Vec<Vec<String>>,
    /// Groups of arguments of which exactly one must be set.
    pub exactly_one_of: Vec<Vec<String>>,
    /// Groups of arguments of which at least one must be set.
    pub at_least_one_of: Vec<Vec<String>>,
    /// Groups of arguments of which all must be set if the first is.
    pub required_with: Vec<Vec<String>>,
    /// Its arguments, attributes and blocks.
    pub block: Block,
}

impl Entity {
    /// Whether a configuration can set an attribute of the type. The schemas of the provider SDK make `id` optional in
    /// any case; hardly any resource takes it, and of the data sources few.
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
    /// Whether the provider asks not to use it any more.
    pub deprecated: bool,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The nested blocks.
    pub blocks: Vec<NestedBlock>,
}

impl Block {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The nested block of this name.
    #[must_use]
    pub fn nested(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// The attribute or nested block of this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Member<'_>> {
        match self.attribute(name) {
            Some(attribute) => Some(Member::Attribute(attribute)),
            None => self.nested(name).map(Member::Block),
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.attributes.is_empty() && self.blocks.is_empty()
    }
}

/// What a name in a [`Block`] stands for.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// An attribute.
    Attribute(&'a Attribute),
    /// A nested block.
    Block(&'a NestedBlock),
}

impl<'a> Member<'a> {
    /// The facts about it.
    #[must_use]
    pub fn facts(self) -> &'a Facts {
        match self {
            Self::Attribute(attribute) => &attribute.facts,
            Self::Block(block) => &block.facts,
        }
    }

    /// The shape of what it holds, if it is a block or an attribute that holds objects.
    #[must_use]
    pub fn shape(self) -> Option<ShapeId> {
        match self {
            Self::Attribute(attribute) => attribute.ty.shape(),
            Self::Block(block) => Some(block.nested.shape),
        }
    }
}

/// An attribute: an argument if it can be set, readable in any case. Or a member of an object type, which is none of
/// required, optional and computed, or optional if it can be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent in Terraform's schema")]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
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
    /// Whether the provider asks not to use it any more.
    pub deprecated: bool,
    /// The facts about it.
    pub facts: Facts,
    /// What it refers to. Never in the knowledge files of a service: the reference rules say so when they are applied.
    pub reference: Option<Reference>,
}

impl Attribute {
    /// Whether a configuration can set it.
    #[must_use]
    pub fn is_argument(&self) -> bool {
        self.required || self.optional
    }

    /// Whether a configuration has to set it.
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
    /// How often it stands there, and what is in it.
    pub nested: Nested,
    /// The facts about it.
    pub facts: Facts,
}

impl NestedBlock {
    /// Whether there has to be one.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.nested.min_items > 0 || self.facts.needed
    }
}

/// How often a shape stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nested {
    /// The collection that the blocks or objects make up.
    pub mode: NestingMode,
    /// The least number of them.
    pub min_items: u64,
    /// The greatest number of them. 0 is no limit.
    pub max_items: u64,
    /// What is in each.
    pub shape: ShapeId,
}

/// The collection that nested blocks, or the objects of a nested type, make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NestingMode {
    /// One, or null.
    Single,
    /// One, never null: without it, there is one in which nothing is set.
    Group,
    /// A list.
    List,
    /// A set.
    Set,
    /// A map.
    Map,
}

impl NestingMode {
    /// Every mode.
    pub const ALL: [Self; 5] = [Self::Single, Self::Group, Self::List, Self::Set, Self::Map];

    /// Its name in Terraform's schema.
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
    /// Text.
    #[default]
    String,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// Any type: the value brings its own.
    Dynamic,
    /// A list.
    List(Box<Self>),
    /// A set.
    Set(Box<Self>),
    /// A map from text.
    Map(Box<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// An object, whose members are the attributes of a shape.
    Object(ShapeId),
    /// Objects whose attributes are described one by one, like those of a block.
    Nested(Nested),
}

impl Type {
    /// The shape of what it holds: of its objects, however deep in lists, sets and maps.
    #[must_use]
    pub fn shape(&self) -> Option<ShapeId> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.shape(),
            Self::Object(shape) | Self::Nested(Nested { shape, .. }) => Some(*shape),
            Self::String | Self::Number | Self::Bool | Self::Dynamic | Self::Tuple(_) => None,
        }
    }

    /// The id of the shape of what it holds, to be changed.
    pub fn shape_mut(&mut self) -> Option<&mut ShapeId> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.shape_mut(),
            Self::Object(shape) | Self::Nested(Nested { shape, .. }) => Some(shape),
            Self::String | Self::Number | Self::Bool | Self::Dynamic | Self::Tuple(_) => None,
        }
    }
}

/// What an attribute refers to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The kind of thing, in Rust's spelling: `IamRole`.
    pub kind: String,
    /// How it is named.
    pub flavour: Flavour,
}

/// How one thing names another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flavour {
    /// By its id.
    Id,
    /// By its ARN.
    Arn,
}

impl Flavour {
    /// The word for it in the reference rules.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Arn => "arn",
        }
    }
}

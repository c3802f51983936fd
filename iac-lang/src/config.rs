//! Configuration in Terraform's language, read back: what a planner evaluates.
//!
//! Native syntax (`*.tf`) and JSON (`*.tf.json`) come to the same model. Nothing here is evaluated, and nothing is read
//! from disk: the caller gives the texts.

mod decode;
mod json;
mod load;
mod overrides;
mod sources;
#[cfg(test)]
mod tests;
mod variables;

pub use load::{load, read_model};
pub use variables::{VariableOption, VariableSources, VariableValues, variables};

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::body::Body;
use iac_core::diagnostic::Diagnostics;
pub use iac_core::diagnostic::Location;
use iac_core::expression::Expression;
use iac_core::text::Text;

use crate::types::Type;

/// A configuration that was read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The root module, with those that it calls.
    pub module: Module,
    /// What its author should know.
    pub warnings: Diagnostics,
}

/// The configuration of one module: the files of a directory.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The directory, as the caller named it.
    pub directory: String,
    /// `variable` blocks, in order.
    pub variables: Vec<Variable>,
    /// The values of `locals` blocks, in order.
    pub locals: Vec<Local>,
    /// `output` blocks, in order.
    pub outputs: Vec<Output>,
    /// `resource`, `data` and `ephemeral` blocks, in order.
    pub resources: Vec<Resource>,
    /// `module` blocks, in order.
    pub calls: Vec<ModuleCall>,
    /// `provider` blocks, in order.
    pub providers: Vec<ProviderConfiguration>,
    /// `required_providers`: local name, source address (`hashicorp/aws`) and version constraint.
    pub required_providers: Vec<RequiredProvider>,
    /// `moved` blocks, in order: from, to.
    pub moved: Vec<Moved>,
    /// `import` blocks, in order.
    pub imports: Vec<Import>,
    /// `removed` blocks, in order.
    pub removed: Vec<Removed>,
    /// `check` blocks, in order.
    pub checks: Vec<Check>,
    /// The `backend` or `cloud` block, where there is one: its label (`cloud` has none) and content.
    pub backend: Option<(Option<Text>, Body)>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Whether it is managed, read or opened.
    pub mode: ResourceMode,
    /// The type: `aws_subnet`.
    pub type_name: Text,
    /// The name: `a`.
    pub name: Text,
    /// Where it stands.
    pub location: Location,
    /// Its arguments and blocks, meta-arguments left out. What JSON says of blocks stands here as arguments: the schema
    /// tells them apart.
    pub body: Body,
    /// The meta-arguments.
    pub meta: Meta,
}

/// The meta-arguments of a resource or module call.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// `count`.
    pub count: Option<Expression>,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `depends_on`: references.
    pub depends_on: Vec<Expression>,
    /// `provider`: local name and alias.
    pub provider: Option<(Text, Option<Text>)>,
    /// `lifecycle`.
    pub lifecycle: Lifecycle,
}

/// A `lifecycle` block.
#[derive(Clone, Debug, Default)]
pub struct Lifecycle {
    /// `create_before_destroy`.
    pub create_before_destroy: Option<bool>,
    /// `prevent_destroy`.
    pub prevent_destroy: bool,
    /// `ignore_changes`.
    pub ignore_changes: IgnoreChanges,
    /// `replace_triggered_by`: references.
    pub replace_triggered_by: Vec<Expression>,
    /// `precondition` blocks.
    pub preconditions: Vec<Condition>,
    /// `postcondition` blocks.
    pub postconditions: Vec<Condition>,
}

/// What `ignore_changes` lists.
#[derive(Clone, Debug, PartialEq)]
pub enum IgnoreChanges {
    /// `all`.
    All,
    /// Paths of arguments, each an expression as `tags["Name"]`; often none.
    Paths(Vec<Expression>),
}

impl Default for IgnoreChanges {
    fn default() -> Self {
        Self::Paths(Vec::new())
    }
}

/// A condition, and what is said when it does not hold.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `condition`.
    pub condition: Expression,
    /// `error_message`.
    pub error_message: Expression,
    /// Where it stands.
    pub location: Location,
}

/// A `variable` block.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an argument of the block, or follows from one")]
pub struct Variable {
    /// The name.
    pub name: Text,
    /// `type`; [`Type::Any`] where it is not said.
    pub ty: Type,
    /// Whether text that is given for it, as with `-var`, is the value as it is; otherwise it is an expression.
    pub takes_text: bool,
    /// `default`.
    pub default: Option<Expression>,
    /// `sensitive`.
    pub sensitive: bool,
    /// `ephemeral`.
    pub ephemeral: bool,
    /// `nullable`, true unless said otherwise.
    pub nullable: bool,
    /// `validation` blocks.
    pub validations: Vec<Condition>,
    /// Where it stands.
    pub location: Location,
}

/// A value of a `locals` block.
#[derive(Clone, Debug)]
pub struct Local {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Expression,
    /// Where it stands.
    pub location: Location,
}

/// An `output` block.
#[derive(Clone, Debug)]
pub struct Output {
    /// The name.
    pub name: Text,
    /// `value`.
    pub value: Expression,
    /// `description`.
    pub description: Option<Text>,
    /// `sensitive`.
    pub sensitive: bool,
    /// `ephemeral`.
    pub ephemeral: bool,
    /// `depends_on`.
    pub depends_on: Vec<Expression>,
    /// `precondition` blocks.
    pub preconditions: Vec<Condition>,
    /// Where it stands.
    pub location: Location,
}

/// A `module` block.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// The name.
    pub name: Text,
    /// `source`.
    pub source: Text,
    /// `version`.
    pub version: Option<Text>,
    /// What it passes for the variables, by name.
    pub arguments: Body,
    /// The meta-arguments that a module can have.
    pub meta: Meta,
    /// `providers`: name and alias inside, name and alias outside.
    pub providers: Vec<PassedProvider>,
    /// The module, where its source is there to be read.
    pub module: Option<Box<Module>>,
    /// Where it stands.
    pub location: Location,
}

/// A provider that a module call passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedProvider {
    /// Local name and alias in the module that is called.
    pub inner: (Text, Option<Text>),
    /// Local name and alias in the module that calls.
    pub outer: (Text, Option<Text>),
}

/// A `provider` block.
#[derive(Clone, Debug)]
pub struct ProviderConfiguration {
    /// The local name: `aws`.
    pub name: Text,
    /// `alias`.
    pub alias: Option<Text>,
    /// Its arguments and blocks.
    pub body: Body,
    /// Where it stands.
    pub location: Location,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredProvider {
    /// The local name: `aws`.
    pub name: Text,
    /// The source address, complete: `registry.terraform.io/hashicorp/aws`.
    pub source: Text,
    /// The version constraint.
    pub version: Option<Text>,
}

/// A `moved` block. Its ends are addresses of resources, instances or modules, relative to the module.
#[derive(Clone, Debug)]
pub struct Moved {
    /// `from`.
    pub from: Expression,
    /// `to`.
    pub to: Expression,
    /// Where it stands.
    pub location: Location,
}

/// An `import` block.
#[derive(Clone, Debug)]
pub struct Import {
    /// `to`: the address of an instance.
    pub to: Expression,
    /// `id`.
    pub id: Option<Expression>,
    /// `identity`.
    pub identity: Option<Expression>,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `provider`.
    pub provider: Option<(Text, Option<Text>)>,
    /// Where it stands.
    pub location: Location,
}

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// `from`: the address of a resource or module.
    pub from: Expression,
    /// `lifecycle { destroy = … }`, true unless said otherwise.
    pub destroy: bool,
    /// Where it stands.
    pub location: Location,
}

/// A `check` block.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name.
    pub name: Text,
    /// The data source inside, which only the check can see.
    pub data: Option<Resource>,
    /// `assert` blocks.
    pub assertions: Vec<Condition>,
    /// Where it stands.
    pub location: Location,
}

impl Resource {
    /// The address, relative to the module.
    #[must_use]
    pub fn address(&self) -> ResourceAddress {
        ResourceAddress {
            modules: Vec::new(),
            mode: self.mode,
            resource_type: self.type_name.clone(),
            name: self.name.clone(),
            key: None,
        }
    }
}

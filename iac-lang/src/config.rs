//! Terraform configuration, decoded to the model that the planner evaluates.
//!
//! Native syntax (`*.tf`) and JSON syntax (`*.tf.json`) decode to the same model. Nothing is evaluated here, and
//! nothing is read from disk: the caller provides the files.

mod decode;
mod file_names;
mod json_syntax;
mod load;
mod locate;
mod overrides;
mod sources;
#[cfg(test)]
mod tests;
mod validate;
mod variables;

pub use decode::version::satisfies;
pub use load::{load, load_readable, read_model};
pub use locate::locate;
pub use variables::{VariableOption, VariableSources, VariableValues, variables};

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::body::Body;
use iac_core::diagnostic::Diagnostics;
pub use iac_core::diagnostic::Location;
use iac_core::expression::Expression;
use iac_core::text::Text;

use crate::types::Type;

/// A decoded configuration.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The root module, with the modules that it calls.
    pub module: Module,
    /// Warnings for the author. With [`load_readable`], errors as well.
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
    /// `action` blocks, in order.
    pub actions: Vec<Action>,
    /// `module` blocks, in order.
    pub calls: Vec<ModuleCall>,
    /// `provider` blocks, in order.
    pub providers: Vec<ProviderConfiguration>,
    /// Entries of `required_providers`: local name, source address (`hashicorp/aws`) and version constraint.
    pub required_providers: Vec<RequiredProvider>,
    /// `moved` blocks, in order.
    pub moved: Vec<Moved>,
    /// `import` blocks, in order.
    pub imports: Vec<Import>,
    /// `removed` blocks, in order.
    pub removed: Vec<Removed>,
    /// `check` blocks, in order.
    pub checks: Vec<Check>,
    /// The `backend` or `cloud` block, if any: its label (`cloud` has none) and content.
    pub backend: Option<(Option<Text>, Body)>,
}

/// A `resource`, `data` or `ephemeral` block.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The resource mode: managed, data or ephemeral.
    pub mode: ResourceMode,
    /// The type: `aws_subnet`.
    pub type_name: Text,
    /// The name: `a`.
    pub name: Text,
    /// The position of the block.
    pub location: Location,
    /// Arguments and blocks, without meta-arguments. In JSON syntax, blocks of the provider's schema are arguments
    /// here; only the schema tells them apart.
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
    /// The content of `provisioner` and `connection` blocks, which do not affect the plan.
    pub provisioners: Vec<Body>,
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
    /// `action_trigger` blocks.
    pub action_triggers: Vec<ActionTrigger>,
}

/// An `action` block: a call of a provider's code that applying may make. Terraform has them since version 1.14.
#[derive(Clone, Debug)]
pub struct Action {
    /// The type: `aws_lambda_invoke`.
    pub type_name: Text,
    /// The name.
    pub name: Text,
    /// The arguments and blocks of the `config` block.
    pub body: Body,
    /// `count`, `for_each` and `provider`.
    pub meta: Meta,
    /// The position of the block.
    pub location: Location,
}

/// An `action_trigger` block.
#[derive(Clone, Debug)]
pub struct ActionTrigger {
    /// `events`: `after_create`, …
    pub events: Vec<Text>,
    /// `condition`.
    pub condition: Option<Expression>,
    /// `actions`: references, such as `action.aws_lambda_invoke.a`.
    pub actions: Vec<Expression>,
    /// The position of the block.
    pub location: Location,
}

/// The value of `ignore_changes`.
#[derive(Clone, Debug, PartialEq)]
pub enum IgnoreChanges {
    /// `all`.
    All,
    /// Paths of arguments, each an expression such as `tags["Name"]`; usually none.
    Paths(Vec<Expression>),
}

impl Default for IgnoreChanges {
    fn default() -> Self {
        Self::Paths(Vec::new())
    }
}

/// A condition and its error message.
#[derive(Clone, Debug)]
pub struct Condition {
    /// `condition`.
    pub condition: Expression,
    /// `error_message`.
    pub error_message: Expression,
    /// The position of the block.
    pub location: Location,
}

/// A `variable` block.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an argument of the block, or follows from one")]
pub struct Variable {
    /// The name.
    pub name: Text,
    /// `type`; [`Type::Any`] if it is not set.
    pub ty: Type,
    /// True if a string given for it, as with `-var`, is the literal value; otherwise it is parsed as an expression.
    pub takes_text: bool,
    /// `default`.
    pub default: Option<Expression>,
    /// `sensitive`.
    pub sensitive: bool,
    /// `ephemeral`.
    pub ephemeral: bool,
    /// `nullable`; true by default.
    pub nullable: bool,
    /// `validation` blocks.
    pub validations: Vec<Condition>,
    /// The position of the block.
    pub location: Location,
}

/// A value of a `locals` block.
#[derive(Clone, Debug)]
pub struct Local {
    /// The name.
    pub name: Text,
    /// The value.
    pub value: Expression,
    /// The position of the argument.
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
    /// The position of the block.
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
    /// The arguments for the module's variables, by name.
    pub arguments: Body,
    /// The meta-arguments that module calls support.
    pub meta: Meta,
    /// Entries of `providers`.
    pub providers: Vec<PassedProvider>,
    /// The called module, if it is installed.
    pub module: Option<Box<Module>>,
    /// The position of the block.
    pub location: Location,
}

/// A provider configuration that a module call passes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedProvider {
    /// The local name and alias in the called module.
    pub inner: (Text, Option<Text>),
    /// The local name and alias in the calling module.
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
    /// The position of the block.
    pub location: Location,
}

/// An entry of `required_providers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredProvider {
    /// The local name: `aws`.
    pub name: Text,
    /// The full source address: `registry.terraform.io/hashicorp/aws`.
    pub source: Text,
    /// The version constraint.
    pub version: Option<Text>,
    /// `configuration_aliases`: the local name and alias of configurations that a caller must pass.
    pub aliases: Vec<(Text, Text)>,
}

/// A `moved` block. Both addresses refer to resources, instances or modules, relative to the module.
#[derive(Clone, Debug)]
pub struct Moved {
    /// `from`.
    pub from: Expression,
    /// `to`.
    pub to: Expression,
    /// The position of the block.
    pub location: Location,
}

/// An `import` block.
#[derive(Clone, Debug)]
pub struct Import {
    /// `to`: the address of a resource instance.
    pub to: Expression,
    /// `id`.
    pub id: Option<Expression>,
    /// `identity`.
    pub identity: Option<Expression>,
    /// `for_each`.
    pub for_each: Option<Expression>,
    /// `provider`.
    pub provider: Option<(Text, Option<Text>)>,
    /// The position of the block.
    pub location: Location,
}

/// A `removed` block.
#[derive(Clone, Debug)]
pub struct Removed {
    /// `from`: the address of a resource or module.
    pub from: Expression,
    /// `lifecycle { destroy = … }`; true by default.
    pub destroy: bool,
    /// The position of the block.
    pub location: Location,
}

/// A `check` block.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name.
    pub name: Text,
    /// The nested data source, which only the check can refer to.
    pub data: Option<Resource>,
    /// `assert` blocks.
    pub assertions: Vec<Condition>,
    /// The position of the block.
    pub location: Location,
}

impl Resource {
    /// Returns the address, relative to the module.
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

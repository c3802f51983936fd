//! Plans: what applying a configuration would change, and why.
//!
//! A [`Plan`] is data. [`plan`](fn@plan) makes one from a configuration and a state, with a [`Provider`] that says what
//! becomes of each resource: [`Table`] knows it from facts, at once and without the provider's binary.

mod action;
mod builtin;
mod cause;
mod checks;
mod completion;
mod conditions;
mod counts;
mod data;
mod drift;
mod endpoint;
mod expand;
mod graph;
mod ignore;
mod imports;
pub mod json;
mod managed;
mod marks;
mod modules;
mod moved;
mod orphans;
mod outputs;
mod prior;
mod propose;
mod provider;
pub(crate) mod references;
mod request;
mod scope;
pub(crate) mod secret;
mod session;
mod table;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod threads;
mod triggers;
mod untyped;
mod values;
mod walk;

use std::sync::Arc;

pub use completion::{ActionInvocation, ActionTrigger, Completion, Deferral};
pub use counts::Counts;
pub use propose::propose;
pub use provider::{PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
pub use request::{Options, ProviderEntry, Request, Target};
pub use secret::{REDACTED, REDACTED_CHANGED, hide_credentials};
pub use table::Table;
pub use walk::plan;

use crate::address::ResourceAddress;
use crate::config::Location;
use crate::diagnostic::Diagnostics;
use crate::schema::Schema;
use crate::text::Text;
use crate::value::{AttributePath, Value, ValueMap};

/// What applying a configuration would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The resources of configuration and state, those without a change too; by address.
    pub changes: Vec<ResourceChange>,
    /// What differs between the state that was planned against and a fresher one.
    pub drift: Vec<ResourceChange>,
    /// The output values of the root module, by name.
    pub outputs: Vec<OutputChange>,
    /// The variables of the root module and their values, by name; ephemeral ones left out.
    pub variables: Vec<VariableValue>,
    /// What the conditions of the configuration come to, in order.
    pub checks: Vec<CheckResult>,
    /// The actions that are invoked when the plan is applied, and those that are deferred.
    pub invocations: Vec<ActionInvocation>,
    /// How much of what was asked for the plan covers.
    pub completion: Completion,
    /// The attributes whose drift has a part in the plan; `None` where that is not known, and all drift is of interest.
    pub relevant_attributes: Option<Vec<RelevantAttribute>>,
    /// What a plan that was read has and the format has not, as phrases. Whatever it means is not in the plan.
    pub unrecognized: Vec<Text>,
    /// The document that the plan was read from, if it was.
    pub document: Option<json::SourceDocument>,
    /// What is not wrong, but should be known: `check` blocks that fail, what could not be evaluated.
    pub warnings: Diagnostics,
}

/// An attribute that something in a plan was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelevantAttribute {
    /// The address of the resource instance.
    pub resource: Text,
    /// The attribute; empty for the whole resource.
    pub path: AttributePath,
}

/// What Terraform says of a change beside its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeDetails {
    /// The identity before.
    pub before_identity: Option<ValueMap>,
    /// The identity after.
    pub after_identity: Option<ValueMap>,
    /// The configuration that Terraform generates for what is imported.
    pub generated_config: Option<Text>,
}

/// The value of a variable of the root module.
#[derive(Clone, Debug)]
pub struct VariableValue {
    /// The name.
    pub name: Text,
    /// The value, unmarked.
    pub value: Value,
    /// Whether it must not be shown.
    pub sensitive: bool,
}

/// What the conditions of a block come to, in all its instances.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// What the block is.
    pub kind: CheckKind,
    /// Its address: `module.network.aws_vpc.main`, `check.health`, `output.url`, `var.size`.
    pub address: Text,
    /// Its instances, in order.
    pub instances: Vec<CheckInstance>,
}

/// What the conditions of an instance come to.
#[derive(Clone, Debug)]
pub struct CheckInstance {
    /// Its address: `module.network["eu"].aws_vpc.main[0]`.
    pub address: Text,
    /// What they come to.
    pub status: CheckStatus,
    /// What the conditions that do not hold say.
    pub problems: Vec<String>,
}

/// What has conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckKind {
    /// A resource or data source: preconditions and postconditions.
    Resource,
    /// An output: preconditions.
    Output,
    /// A `check` block: assertions.
    Check,
    /// A variable: validation.
    Variable,
}

/// What conditions come to. The greater one holds for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckStatus {
    /// All hold.
    Pass,
    /// Some are not known before the change is applied.
    Unknown,
    /// Some do not hold.
    Fail,
    /// Some could not be evaluated.
    Error,
}

/// What is planned for an instance of a resource.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// The instance.
    pub address: ResourceAddress,
    /// Where it was before, if it moved.
    pub previous_address: Option<ResourceAddress>,
    /// The key of the deposed object, if it is one.
    pub deposed: Option<Text>,
    /// The provider's source address: `registry.terraform.io/hashicorp/aws`.
    pub provider_name: Text,
    /// The schema of its type, where it is known.
    pub schema: Option<Arc<Schema>>,
    /// What is done.
    pub action: Action,
    /// Why, where the action does not say it.
    pub reason: Option<ActionReason>,
    /// The places whose change forces replacement.
    pub replace_paths: Vec<AttributePath>,
    /// The value before; null if it is created. Unmarked: see `before_sensitive`.
    pub before: Arc<Value>,
    /// The value after, with what is unknown; null if it is destroyed. Unmarked: see `after_sensitive`. Without a
    /// change it is the value before itself.
    pub after: Arc<Value>,
    /// The places of `before` whose values must not be shown, beyond those that the schema says.
    pub before_sensitive: Vec<AttributePath>,
    /// The places of `after` whose values must not be shown, beyond those that the schema says.
    pub after_sensitive: Vec<AttributePath>,
    /// The id or the identity that it is imported by, if it is.
    pub importing: Option<Text>,
    /// Why the change is deferred to a later plan, if it is: applying this plan does not make it.
    pub deferred: Option<Deferral>,
    /// Identities and generated configuration, which few changes have.
    pub details: Option<Box<ChangeDetails>>,
    /// What could not be decided.
    pub undecided: Vec<Undecided>,
    /// What led here: the edits, nearest first.
    pub cause: Vec<Cause>,
    /// Where it stands: the line of Rust where that is known, otherwise of configuration.
    pub source: Option<Location>,
    /// The line inside a construct, where `source` is the line that uses the construct.
    pub inner_source: Option<Location>,
}

/// What is done with an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// It is created.
    Create,
    /// A data source is read when the change is applied.
    Read,
    /// It is changed in place.
    Update,
    /// It is destroyed.
    Delete,
    /// It is destroyed, then created again.
    DeleteThenCreate,
    /// It is created again, then the old one is destroyed.
    CreateThenDelete,
    /// It is no longer managed, and goes on existing.
    Forget,
    /// It is created again, then the old one is no longer managed, and goes on existing.
    CreateThenForget,
    /// The old one is no longer managed and goes on existing, then it is created again.
    ForgetThenCreate,
}

/// Why something is done, in Terraform's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionReason {
    /// It is tainted.
    ReplaceBecauseTainted,
    /// `-replace` asks for it.
    ReplaceByRequest,
    /// `replace_triggered_by` asks for it.
    ReplaceByTriggers,
    /// An argument cannot be changed in place.
    ReplaceBecauseCannotUpdate,
    /// It is not in the configuration.
    DeleteBecauseNoResourceConfig,
    /// Its instance key is of another kind than the configuration's `count` or `for_each`.
    DeleteBecauseWrongRepetition,
    /// `count` has become smaller.
    DeleteBecauseCountIndex,
    /// The key is not in `for_each`.
    DeleteBecauseEachKey,
    /// The module instance is no longer there.
    DeleteBecauseNoModule,
    /// It was moved to an address that is not in the configuration.
    DeleteBecauseNoMoveTarget,
    /// `enabled` is false, in OpenTofu.
    DeleteBecauseEnabledFalse,
    /// The state says that it is not to be destroyed, in OpenTofu.
    ForgotBecauseLifecycleDestroyInState,
    /// The configuration says that it is not to be destroyed, in OpenTofu.
    ForgotBecauseLifecycleDestroyInConfig,
    /// The configuration of a data source is not known yet.
    ReadBecauseConfigUnknown,
    /// A data source depends on something that changes.
    ReadBecauseDependencyPending,
    /// A data source of a `check` block is read in any case.
    ReadBecauseCheckNested,
}

/// What is planned for an output value.
#[derive(Clone, Debug)]
pub struct OutputChange {
    /// The name.
    pub name: Text,
    /// What is done: nothing, creation, update or deletion.
    pub action: Action,
    /// The value before.
    pub before: Value,
    /// The value after, with what is unknown.
    pub after: Value,
    /// Whether the value before must not be shown.
    pub before_sensitive: bool,
    /// Whether the value after must not be shown.
    pub after_sensitive: bool,
    /// Why the value after is not certain.
    pub undecided: Vec<Undecided>,
}

/// Something that could not be decided, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Where; empty for the whole.
    pub path: AttributePath,
    /// Why, as a phrase.
    pub reason: Text,
}

/// A step from a change back to the edit that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What changed.
    pub address: ResourceAddress,
    /// Where in it.
    pub path: AttributePath,
    /// The place of this resource's configuration that refers to it.
    pub via: Option<AttributePath>,
}

//! Plans: the changes that applying a configuration would make, and the reasons for them.
//!
//! A [`Plan`] is plain data. [`plan`](fn@plan) makes one from a configuration and a state, with a [`Provider`] that
//! predicts the outcome for each resource. [`Table`] is such a provider: it answers from recorded facts, immediately
//! and without the provider's binary.

mod action;
mod builtin;
mod cause;
mod checks;
mod completion;
mod conditions;
mod counts;
mod data;
mod dependencies;
mod drift;
mod endpoint;
mod evaluation;
mod expand;

mod ignore;
mod imported;
mod imports;
mod index;
pub mod json;
mod knowledge_record;
mod managed;
mod marks;
mod modules;
mod move_type;
mod moved;
mod orphans;
mod outputs;
mod pending;
mod possible;
mod predictor;
mod prior;
mod propose;
mod provider;
mod reason;
mod remote_state;
mod request;
mod root_files;
mod scope;
pub mod secret;
mod session;
mod state_record;
mod table;
mod targets;
// Public only for the tests of the sibling crates.
#[doc(hidden)]
pub mod testing;
mod triggers;
mod typed;
mod undecided;
mod unset;
mod untyped;
mod values;
mod walk;
mod work;

use std::sync::Arc;

pub use completion::{ActionInvocation, ActionTrigger, Completion, Deferral};
pub use counts::Counts;
pub use knowledge_record::KnowledgeRecord;
pub use predictor::Predictor;
pub use propose::propose;
pub use provider::{MoveRequest, PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
pub use request::{Options, ProviderEntry, RemoteStates, Request, Target};
pub use secret::{REDACTED, REDACTED_CHANGED, hide_credentials};
pub use state_record::{StateContents, StateRecord};
pub use table::{CallFunction, ComputeData, Table};
pub use walk::{plan, plan_readable};

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostics;
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::value::{AttributePath, Value, ValueMap};

use crate::schema::Schema;

/// The changes that applying a configuration would make.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// All resource instances of the configuration and the state, including unchanged ones, sorted by address.
    pub changes: Vec<ResourceChange>,
    /// The instances that are not among the changes, because nobody can tell offline how many there are.
    pub undecided_instances: Vec<UndecidedInstances>,
    /// Differences between the state that was planned against and a fresher one.
    pub drift: Vec<ResourceChange>,
    /// The output values of the root module, by name.
    pub outputs: Vec<OutputChange>,
    /// The variables of the root module and their values, by name; ephemeral variables are left out.
    pub variables: Vec<VariableValue>,
    /// Results of the configuration's conditions, in order.
    pub checks: Vec<CheckResult>,
    /// The actions that applying the plan invokes, and those that are deferred.
    pub invocations: Vec<ActionInvocation>,
    /// How much of the request the plan covers.
    pub completion: Completion,
    /// The attributes whose drift affects the plan; `None` if that is not known, in which case all drift is relevant.
    pub relevant_attributes: Option<Vec<RelevantAttribute>>,
    /// Content of a plan file that the format does not define, as phrases. Its effect is not in this plan.
    pub unrecognized: Vec<Text>,
    /// The document that the plan was read from, if any.
    pub document: Option<json::SourceDocument>,
    /// The state that the plan was made from, if known.
    pub state: Option<StateRecord>,
    /// The versions of the providers whose facts predicted the changes.
    pub knowledge: Vec<KnowledgeRecord>,
    /// Problems that do not prevent the plan: failed `check` blocks, conditions that could not be evaluated. An error
    /// among them means that the plan is incomplete and Terraform would refuse to make it.
    pub warnings: Diagnostics,
}

/// An attribute that contributed to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelevantAttribute {
    /// The address of the resource instance.
    pub resource: Text,
    /// The path of the attribute; empty for the whole resource.
    pub path: AttributePath,
}

/// Details of a change in addition to its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangeDetails {
    /// The resource identity before.
    pub before_identity: Option<ValueMap>,
    /// The resource identity after.
    pub after_identity: Option<ValueMap>,
    /// The configuration that Terraform generates for an import.
    pub generated_config: Option<Text>,
    /// The arguments that the configuration mentions but does not set, because an expression is null or a dynamic block
    /// has no elements, so that the provider chooses the value.
    pub unset: Vec<AttributePath>,
    /// The configured strings in place of which the provider plans another one, such as a hash, unless they are sensitive.
    pub written: Vec<(AttributePath, Value)>,
}

/// The value of a variable of the root module.
#[derive(Clone, Debug)]
pub struct VariableValue {
    /// The name.
    pub name: Text,
    /// The value, unmarked.
    pub value: Value,
    /// True if the value is sensitive and must not be shown.
    pub sensitive: bool,
}

/// The combined result of a block's conditions in all its instances.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The kind of block.
    pub kind: CheckKind,
    /// The block's address: `module.network.aws_vpc.main`, `check.health`, `output.url`, `var.size`.
    pub address: Text,
    /// The block's instances, in order.
    pub instances: Vec<CheckInstance>,
}

/// The result of the conditions of one instance.
#[derive(Clone, Debug)]
pub struct CheckInstance {
    /// The instance's address: `module.network["eu"].aws_vpc.main[0]`.
    pub address: Text,
    /// The combined status of the instance's conditions.
    pub status: CheckStatus,
    /// The error messages of the conditions that do not hold.
    pub problems: Vec<String>,
}

/// The kinds of blocks that have conditions.
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

/// The result of conditions. The greatest status wins when several are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckStatus {
    /// All conditions hold.
    Pass,
    /// Some conditions are unknown until apply.
    Unknown,
    /// Some conditions do not hold.
    Fail,
    /// Some conditions could not be evaluated.
    Error,
}

/// The planned change of a resource instance.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// The address of the instance.
    pub address: ResourceAddress,
    /// The address before the move, if it moved.
    pub previous_address: Option<ResourceAddress>,
    /// The key of the deposed object, if this is one.
    pub deposed: Option<Text>,
    /// The provider's source address: `registry.terraform.io/hashicorp/aws`.
    pub provider_name: Text,
    /// The schema of the resource type, if known.
    pub schema: Option<Arc<Schema>>,
    /// The planned action.
    pub action: Action,
    /// The reason for the action, where the action alone does not tell.
    pub reason: Option<ActionReason>,
    /// The paths whose change forces replacement.
    pub replace_paths: Vec<AttributePath>,
    /// The value before; null if the instance is created. Unmarked: see `before_sensitive`.
    pub before: Arc<Value>,
    /// The value after, with unknowns; null if the instance is destroyed. Unmarked: see `after_sensitive`. For a
    /// no-op, this is the same value as `before`.
    pub after: Arc<Value>,
    /// Paths of sensitive values in `before`, in addition to those that the schema marks as sensitive.
    pub before_sensitive: Vec<AttributePath>,
    /// Paths of sensitive values in `after`, in addition to those that the schema marks as sensitive.
    pub after_sensitive: Vec<AttributePath>,
    /// The import ID or identity, if the instance is imported.
    pub importing: Option<Text>,
    /// The reason why the change is deferred to a later plan, if it is: applying this plan does not make it.
    pub deferred: Option<Deferral>,
    /// Identities and generated configuration, which few changes have.
    pub details: Option<Box<ChangeDetails>>,
    /// Who predicted the change, if several could have.
    pub predicted_by: Option<Predictor>,
    /// The parts of the prediction that could not be decided.
    pub undecided: Vec<Undecided>,
    /// The edits that caused this change, nearest first.
    pub cause: Vec<Cause>,
    /// The source location: the line of Rust if known, otherwise the line of configuration.
    pub source: Option<Location>,
    /// The line inside a construct, where `source` is the line that uses the construct.
    pub inner_source: Option<Location>,
}

impl ResourceChange {
    /// Returns true if the change has an effect, even if only on the state.
    #[must_use]
    pub const fn has_effect(&self) -> bool {
        self.action.has_effect()
            || self.importing.is_some()
            || self.previous_address.is_some()
            || self.deferred.is_some()
    }

    /// Creates a certain change that has no other properties.
    #[must_use]
    pub const fn new(
        address: ResourceAddress,
        provider_name: Text,
        action: Action,
        before: Arc<Value>,
        after: Arc<Value>,
    ) -> Self {
        Self {
            address,
            previous_address: None,
            deposed: None,
            provider_name,
            schema: None,
            action,
            reason: None,
            replace_paths: Vec::new(),
            before,
            after,
            before_sensitive: Vec::new(),
            after_sensitive: Vec::new(),
            importing: None,
            deferred: None,
            details: None,
            predicted_by: None,
            undecided: Vec::new(),
            cause: Vec::new(),
            source: None,
            inner_source: None,
        }
    }
}

/// An action on a resource instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// No change.
    NoOp,
    /// Create the object.
    Create,
    /// Read a data source during apply.
    Read,
    /// Update the object in place.
    Update,
    /// Destroy the object.
    Delete,
    /// Destroy the object, then create its replacement.
    DeleteThenCreate,
    /// Create the replacement, then destroy the old object.
    CreateThenDelete,
    /// Stop managing the object without destroying it.
    Forget,
    /// Create the replacement, then stop managing the old object without destroying it.
    CreateThenForget,
    /// Stop managing the old object without destroying it, then create the replacement.
    ForgetThenCreate,
}

/// The reason for an action, in Terraform's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionReason {
    /// The object is tainted.
    ReplaceBecauseTainted,
    /// Requested with `-replace`.
    ReplaceByRequest,
    /// Triggered by `replace_triggered_by`.
    ReplaceByTriggers,
    /// A changed argument cannot be updated in place.
    ReplaceBecauseCannotUpdate,
    /// The resource is not in the configuration.
    DeleteBecauseNoResourceConfig,
    /// The instance key is of another kind than the configuration's `count` or `for_each`.
    DeleteBecauseWrongRepetition,
    /// The index is out of range of `count`.
    DeleteBecauseCountIndex,
    /// The key is not in `for_each`.
    DeleteBecauseEachKey,
    /// The module instance no longer exists.
    DeleteBecauseNoModule,
    /// The object was moved to an address that is not in the configuration.
    DeleteBecauseNoMoveTarget,
    /// `enabled` is false (OpenTofu).
    DeleteBecauseEnabledFalse,
    /// The state has `destroy = false` for the object (OpenTofu).
    ForgotBecauseLifecycleDestroyInState,
    /// The configuration has `destroy = false` for the object (OpenTofu).
    ForgotBecauseLifecycleDestroyInConfig,
    /// The configuration of the data source is not known yet.
    ReadBecauseConfigUnknown,
    /// The data source depends on a resource with pending changes.
    ReadBecauseDependencyPending,
    /// The data source is nested in a `check` block, and so is always read during apply.
    ReadBecauseCheckNested,
}

/// The planned change of an output value.
#[derive(Clone, Debug)]
pub struct OutputChange {
    /// The name.
    pub name: Text,
    /// The planned action: no-op, create, update or delete.
    pub action: Action,
    /// The value before.
    pub before: Value,
    /// The value after, with unknowns.
    pub after: Value,
    /// True if the value before is sensitive.
    pub before_sensitive: bool,
    /// True if the value after is sensitive.
    pub after_sensitive: bool,
    /// The reasons why the value after is uncertain.
    pub undecided: Vec<Undecided>,
}

/// Instances of a resource or module that are not planned, because their number or keys are undecided.
///
/// Objects in the state that may belong to them are changes of their own, which are undecided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndecidedInstances {
    /// The address of the resource or module, without the undecided keys: `aws_subnet.main`, `module.network["eu"].module.vpc`.
    pub address: Text,
    /// The actions that are possible for an instance that is not in the state.
    pub actions: Vec<Action>,
    /// The reason, as a phrase.
    pub reason: Text,
    /// The source location of the block.
    pub source: Option<Location>,
}

/// A part of the prediction that could not be decided, and the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The path of the undecided value; empty for the whole object.
    pub path: AttributePath,
    /// The reason, as a phrase.
    pub reason: Text,
}

/// A step from a change back to the edit that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The resource that changed.
    pub address: ResourceAddress,
    /// The path that changed in it.
    pub path: AttributePath,
    /// The path in this resource's configuration that refers to it.
    pub via: Option<AttributePath>,
}

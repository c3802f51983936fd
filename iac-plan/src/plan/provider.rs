//! The interface between the planner and providers.

use std::fmt;
use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

use crate::plan::{Predictor, Undecided};
use crate::schema::{EntityKind, Schema};

/// Predicts the outcome for resources, from a table of facts or by asking a provider's binary.
///
/// Values are unmarked, conform to the schema exactly (every attribute is present, null if not set), and may contain
/// [`Value::Unknown`].
pub trait Provider: Sync {
    /// Returns the schema of a type; `None` if the type is not known.
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>>;

    /// Configures an instance of the provider. `name` is its address:
    /// `provider["registry.terraform.io/hashicorp/aws"].west`.
    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError>;

    /// Upgrades attributes from an older schema version to the schema's version. `attributes` is JSON.
    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError>;

    /// Returns why the provider refuses a type that it does not have; `None` if nothing is known of the type.
    fn lacks(&self, _kind: EntityKind, _type_name: &str) -> Option<String> {
        None
    }

    /// Returns false if [`Self::upgrade`] can only estimate what the provider makes of these attributes.
    fn is_known_upgrade(&self, _schema: &Schema, _version: u64, _attributes: &str) -> bool {
        true
    }

    /// Returns true if [`Self::move_state`] answers. Otherwise, moves from other types are undecided or refused.
    fn moves_state(&self) -> bool {
        false
    }

    /// Turns the recorded attributes of an object into those of another type, as a `moved` block asks for; `None` if
    /// that is not possible.
    fn move_state(&self, _request: &MoveRequest<'_>) -> Option<Result<Value, ProviderError>> {
        None
    }

    /// Adds what reading an object with this version of the provider adds to a state that an older version wrote.
    /// `provider` is the address of the provider's configuration.
    fn complete(&self, _provider: &str, _schema: &Schema, _prior: &mut Arc<Value>) {}

    /// Returns the errors in a configuration that the provider is known to refuse. A provider that validates when it
    /// plans returns none. `config` is the configuration before `ignore_changes`.
    fn validate(&self, _schema: &Schema, _config: &Value) -> Vec<ProviderError> {
        Vec::new()
    }

    /// Returns true if nothing changes, as far as the state and the configuration alone can tell quickly. Returning
    /// `false` is always correct: [`Self::plan`] is called then. `provider` is the address of the provider's
    /// configuration.
    fn unchanged(&self, _provider: &str, _schema: &Schema, _prior: &Value, _config: &Value) -> bool {
        false
    }

    /// Returns true if unknown values are exact. `false` if the provider may compute values that the schema does not
    /// describe, so that predictions are estimates.
    fn is_exact(&self) -> bool {
        true
    }

    /// The preferred number of instances in one call of [`Self::plan`]. Batches are planned on several threads.
    fn batch(&self) -> usize {
        64
    }

    /// Plans instances that do not depend on each other, and returns an answer for each, in order.
    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>>;

    /// Reads a data source; `None` if that is not possible, for example offline.
    fn read(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>>;

    /// Computes a data source that follows from its configuration alone, exactly as the provider does; `None` if the
    /// result depends on anything else. The state is not consulted then, as Terraform reads data sources anew.
    fn compute(&self, _request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        None
    }

    /// Returns whether the provider has a function of this name; `None` if that is not known.
    fn has_function(&self, _function: &str) -> Option<bool> {
        None
    }

    /// Calls a provider-defined function, such as `provider::aws::arn_parse`, with known arguments; `None` if that is
    /// not possible, or if there is no such function.
    fn call(&self, _function: &str, _arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        None
    }
}

/// A request to plan an instance.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The address of the instance, for messages.
    pub address: &'a ResourceAddress,
    /// The address of the provider's configuration: `provider["registry.terraform.io/hashicorp/aws"].west`.
    pub provider: &'a str,
    /// The schema of its type.
    pub schema: &'a Schema,
    /// The prior value; null if the instance is created.
    pub prior: &'a Value,
    /// The prior value and the configuration, merged as Terraform does; null if the instance is destroyed.
    pub proposed: &'a Value,
    /// The configuration; null if the instance is destroyed.
    pub config: &'a Value,
    /// The configuration before `ignore_changes`, which the provider validates; null if the instance is destroyed.
    pub written: &'a Value,
    /// The provider's private data, in base64.
    pub private: Option<&'a str>,
    /// True if values are sensitive beyond what the schema marks, so that the answer must not be cached.
    pub sensitive: bool,
}

/// A request to turn an object of one type into an object of another type.
#[derive(Clone, Copy, Debug)]
pub struct MoveRequest<'a> {
    /// The source address of the provider that recorded the object: `registry.terraform.io/hashicorp/aws`.
    pub from_provider: &'a str,
    /// The type of the recorded object.
    pub from_type: &'a str,
    /// The version of the schema that it was recorded with.
    pub from_version: u64,
    /// The recorded attributes, as JSON.
    pub attributes: &'a str,
    /// The provider's private data, in base64.
    pub private: Option<&'a str>,
    /// The schema of the new type.
    pub schema: &'a Schema,
}

/// A provider's plan for an instance.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// The planned value.
    pub planned: Value,
    /// The paths whose change requires replacement.
    pub requires_replace: Vec<AttributePath>,
    /// True if the type uses the legacy SDK's type system, whose plans may deviate from the configuration, so that
    /// `ignore_changes` has to be applied again.
    pub legacy: bool,
    /// Who made the plan, if several could have.
    pub predicted_by: Option<Predictor>,
    /// The parts of the plan that are undecided.
    pub undecided: Vec<Undecided>,
    /// The provider's warnings.
    pub warnings: Vec<String>,
}

/// A request to read a data source.
#[derive(Clone, Copy, Debug)]
pub struct ReadRequest<'a> {
    /// The address of the instance, for messages.
    pub address: &'a ResourceAddress,
    /// The address of the provider's configuration.
    pub provider: &'a str,
    /// The schema of its type.
    pub schema: &'a Schema,
    /// The configuration, which is wholly known.
    pub config: &'a Value,
}

/// An error of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderError {
    /// The problem, as a phrase.
    pub summary: Text,
    /// More details; often empty.
    pub detail: String,
    /// The path of the value; empty for the whole object.
    pub path: AttributePath,
    /// True if the provider only failed to reach its service, as happens offline. Then the answer is undecided and
    /// the configuration may be valid.
    pub unreachable: bool,
    /// True if the provider failed to answer, for example because it crashed. Then the error says nothing about the
    /// configuration.
    pub broken: bool,
}

impl ProviderError {
    /// Turns the error into one of a provider that failed to answer.
    #[must_use]
    pub fn broken(self) -> Self {
        Self { broken: true, ..self }
    }

    /// Creates an error about the whole object.
    #[must_use]
    pub fn new(summary: impl Into<Text>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            path: AttributePath::default(),
            unreachable: false,
            broken: false,
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)?;
        if self.path != AttributePath::default() {
            write!(f, ", at `{}`", self.path)?;
        }
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for ProviderError {}

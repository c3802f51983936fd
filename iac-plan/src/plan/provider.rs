//! What the planner asks a provider.

use std::fmt;
use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

use crate::plan::Undecided;
use crate::schema::{EntityKind, Schema};

/// Says what becomes of resources: from a table of facts, or by asking a provider's binary.
///
/// Values are unmarked, follow the schema exactly (every attribute is there, null where it is not set), and may hold
/// [`Value::Unknown`].
pub trait Provider: Sync {
    /// The schema of a type; `None` where the type is not known.
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>>;

    /// Configures an instance of the provider. `name` is its address: `provider["registry.terraform.io/hashicorp/aws"].west`.
    fn configure(&self, name: &str, config: &Value) -> Result<(), ProviderError>;

    /// Brings the attributes of an old schema version to the schema's own. `attributes` is JSON.
    fn upgrade(&self, schema: &Schema, version: u64, attributes: &str) -> Result<Value, ProviderError>;

    /// Whether nothing changes, as far as that can be said quickly from the state and the configuration alone. `false`
    /// is always right: [`Self::plan`] is asked then. `provider` is the provider's configuration.
    fn unchanged(&self, _provider: &str, _schema: &Schema, _prior: &Value, _config: &Value) -> bool {
        false
    }

    /// Whether what it does not know is what nobody knows before the change is applied. A provider may compute what its schema
    /// does not tell of, so that facts about it are not exact.
    fn is_exact(&self) -> bool {
        true
    }

    /// How many instances it is best asked about at once, if there are as many. Batches are planned in several threads.
    fn batch(&self) -> usize {
        64
    }

    /// Plans instances that do not depend on each other: an answer for each, in order.
    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>>;

    /// Reads a data source; `None` where that cannot be done, as offline.
    fn read(&self, request: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>>;

    /// Calls a function of the provider's, `provider::aws::arn_parse`, with known arguments; `None` where that cannot be
    /// done, or where there is no such function.
    fn call(&self, _function: &str, _arguments: &[Value]) -> Option<Result<Value, ProviderError>> {
        None
    }
}

/// What the provider is asked about an instance.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The instance, for messages.
    pub address: &'a ResourceAddress,
    /// The provider's configuration: `provider["registry.terraform.io/hashicorp/aws"].west`.
    pub provider: &'a str,
    /// The schema of its type.
    pub schema: &'a Schema,
    /// What is there; null if it is created.
    pub prior: &'a Value,
    /// Prior and configuration merged as Terraform merges them; null if it is destroyed.
    pub proposed: &'a Value,
    /// What the configuration says; null if it is destroyed.
    pub config: &'a Value,
    /// What is written, before `ignore_changes`: what a provider validates. Null if it is destroyed.
    pub written: &'a Value,
    /// What the provider kept for itself, in base64.
    pub private: Option<&'a str>,
    /// Whether there are secrets in the values beyond those that the schema says, so that the answer must not be kept.
    pub sensitive: bool,
}

/// What the provider answers about an instance.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// What there will be.
    pub planned: Value,
    /// The places that cannot be changed in place.
    pub requires_replace: Vec<AttributePath>,
    /// Whether it was planned with the provider SDK's type system, whose plans may depart from the configuration, so
    /// that what is ignored has to be put back once more.
    pub legacy: bool,
    /// What is not certain.
    pub undecided: Vec<Undecided>,
    /// What the provider warns of.
    pub warnings: Vec<String>,
}

/// What a data source is read by.
#[derive(Clone, Copy, Debug)]
pub struct ReadRequest<'a> {
    /// The instance, for messages.
    pub address: &'a ResourceAddress,
    /// The provider's configuration.
    pub provider: &'a str,
    /// The schema of its type.
    pub schema: &'a Schema,
    /// What the configuration says, all of it known.
    pub config: &'a Value,
}

/// Why a provider gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderError {
    /// What is wrong, as a phrase.
    pub summary: Text,
    /// More about it; often empty.
    pub detail: String,
    /// Where; empty for the whole.
    pub path: AttributePath,
    /// Whether it only could not ask somebody else, as offline: then nothing is wrong, but the answer is not certain.
    pub unreachable: bool,
}

impl ProviderError {
    /// Something that is wrong with the whole.
    #[must_use]
    pub fn new(summary: impl Into<Text>, detail: impl Into<String>) -> Self {
        Self {
            summary: summary.into(),
            detail: detail.into(),
            path: AttributePath::default(),
            unreachable: false,
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

//! The units of planning: an instance to be planned, and its planned change.

use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::Resource;
use iac_lang::value::Value;

use super::expand::Repetition;
use super::ignore::Ignored;
use super::index::InstanceIndex;
use super::session::SelectedProvider;
use crate::plan::{ProviderError, ResourceChange};
use crate::schema::Schema;

/// A resource block, with the properties that all of its instances share.
pub(crate) struct ResourceDefinition<'a> {
    pub resource: &'a Resource,
    pub selected: SelectedProvider<'a>,
    pub schema: Option<Arc<Schema>>,
    pub ignored: Ignored,
    pub create_before_destroy: bool,
}

/// An instance to be planned.
pub(crate) struct WorkItem<'a> {
    pub definition: Arc<ResourceDefinition<'a>>,
    pub module: InstanceIndex,
    pub repetition: Repetition,
    pub address: ResourceAddress,
    /// The import ID.
    pub importing: Option<Text>,
}

impl WorkItem<'_> {
    /// Returns the errors for which the provider is known to refuse a configuration.
    pub(super) fn refusals(&self, schema: &Schema, config: &Value) -> Vec<Diagnostic> {
        let provider = self.definition.selected.provider;
        let errors = provider.map_or_else(Vec::new, |provider| provider.validate(schema, config));
        errors.iter().map(|error| provider_error(error, &self.address, self.definition.resource)).collect()
    }
}

/// The planned change of an instance.
pub(crate) struct Outcome {
    pub change: ResourceChange,
    pub errors: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

/// Returns the diagnostic for a provider's error.
pub(crate) fn provider_error(
    error: &ProviderError,
    address: &ResourceAddress,
    resource: &Resource,
) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("provider", error.summary.as_str())
        .address(address.to_string())
        .at(resource.location.clone());
    let detail = match (error.path.0.is_empty(), error.detail.as_str()) {
        (true, detail) => detail.to_owned(),
        (false, "") => format!("At `{}`.", error.path),
        (false, detail) => format!("At `{}`: {detail}", error.path),
    };
    if !detail.is_empty() {
        diagnostic = diagnostic.detail(detail);
    }
    if !error.path.0.is_empty() {
        diagnostic.subject = Some((error.path.names().into(), 0));
    }
    diagnostic
}

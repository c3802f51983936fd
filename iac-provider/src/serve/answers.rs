//! The answers to Terraform's calls.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use iac_core::address::{ResourceAddress, ResourceMode};
use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::{PlanRequest, Provider as _, ProviderError, ReadRequest, Table};
use iac_plan::schema::{EntityKind, Schema};
use prost::Message;

use super::encode;
use crate::codec::{Shape, decode, encode as encode_value};
use crate::messages::{self, Diagnostic, DiagnosticsResponse, DynamicValue, Selector, StateResponse, Step};

/// Answers from a table.
pub(super) struct Answers {
    table: Table,
    schemas: OnceLock<Bytes>,
}

/// The reason for not answering a call.
pub(super) enum Refusal {
    /// The message does not conform to the protocol or to the schema.
    Invalid,
    /// The call is not one of validation or planning.
    Unimplemented,
}

type Answer<T> = Result<T, Refusal>;

impl Answers {
    pub(super) fn new(table: Table) -> Self {
        Self { table, schemas: OnceLock::new() }
    }

    /// Answers a call on a connection. Terraform opens one for each configuration of the provider.
    pub(super) fn answer(&self, method: &str, message: &[u8], connection: u64) -> Answer<Bytes> {
        let provider = format!("provider[\"{}\"].{connection}", self.table.knowledge().source());
        Ok(match method {
            "GetProviderSchema" => self.schemas.get_or_init(|| self.schemas().encode_to_vec().into()).clone(),
            // Terraform checks the configuration against the schema itself.
            "ValidateProviderConfig" | "StopProvider" | "Shutdown" => Bytes::new(),
            "ValidateResourceConfig" => self.validate(EntityKind::Resource, message)?,
            "ValidateDataResourceConfig" => self.validate(EntityKind::DataSource, message)?,
            "ValidateEphemeralResourceConfig" => self.validate(EntityKind::Ephemeral, message)?,
            "ConfigureProvider" => self.configure(&provider, message)?,
            "UpgradeResourceState" => self.upgrade(message)?,
            "ReadResource" => Self::read_resource(message)?,
            "ReadDataSource" => self.read(&provider, message)?,
            "PlanResourceChange" => self.plan(&provider, message)?,
            _ => return Err(Refusal::Unimplemented),
        })
    }

    fn schemas(&self) -> messages::Schemas {
        let of_kind = |kind| -> HashMap<String, Bytes> {
            let types = self.table.knowledge().types(kind).into_iter();
            let schema =
                |name: &str| self.table.schema(kind, name).map(|schema| encode::schema(&schema).into());
            types.filter_map(|name| Some((name.to_owned(), schema(name)?))).collect()
        };
        let provider = of_kind(EntityKind::Provider).into_values().next().unwrap_or_default();
        messages::Schemas {
            provider,
            resources: of_kind(EntityKind::Resource),
            data_sources: of_kind(EntityKind::DataSource),
            ephemeral_resources: of_kind(EntityKind::Ephemeral),
            server: Some(messages::ServerCapabilities {
                plan_destroy: false,
                get_provider_schema_optional: true,
                move_resource_state: false,
            }),
            ..messages::Schemas::default()
        }
    }

    fn schema(&self, kind: EntityKind, type_name: &str) -> Answer<Arc<Schema>> {
        self.table.schema(kind, type_name).ok_or(Refusal::Invalid)
    }

    fn validate(&self, kind: EntityKind, message: &[u8]) -> Answer<Bytes> {
        let request: messages::ValidateRequest = decoded(message)?;
        let schema = self.schema(kind, &request.type_name)?;
        let config = value(request.config.as_ref(), &schema)?;
        let diagnostics = self.table.validate(&schema, &config).iter().map(diagnostic).collect();
        Ok(DiagnosticsResponse { diagnostics }.encode_to_vec().into())
    }

    fn configure(&self, provider: &str, message: &[u8]) -> Answer<Bytes> {
        let request: messages::ConfigureRequest = decoded(message)?;
        let types = self.table.knowledge().types(EntityKind::Provider);
        let Some(name) = types.first() else { return Ok(Bytes::new()) };
        let config = value(request.config.as_ref(), &*self.schema(EntityKind::Provider, name)?)?;
        let diagnostics = self.table.configure(provider, &config).err().iter().map(diagnostic).collect();
        Ok(DiagnosticsResponse { diagnostics }.encode_to_vec().into())
    }

    fn upgrade(&self, message: &[u8]) -> Answer<Bytes> {
        let request: messages::UpgradeRequest = decoded(message)?;
        let schema = self.schema(EntityKind::Resource, &request.type_name)?;
        let raw = request.raw_state.unwrap_or_default();
        let attributes = std::str::from_utf8(&raw.json).map_err(|_| Refusal::Invalid)?;
        let version = u64::try_from(request.version).map_err(|_| Refusal::Invalid)?;
        state(self.table.upgrade(&schema, version, attributes), &schema)
    }

    /// Returns the recorded state: there is nothing to read.
    fn read_resource(message: &[u8]) -> Answer<Bytes> {
        let messages::ReadResourceRequest { current } = decoded(message)?;
        Ok(StateResponse { state: current, diagnostics: Vec::new() }.encode_to_vec().into())
    }

    fn read(&self, provider: &str, message: &[u8]) -> Answer<Bytes> {
        let request: messages::ReadRequest = decoded(message)?;
        let schema = self.schema(EntityKind::DataSource, &request.type_name)?;
        let config = value(request.config.as_ref(), &schema)?;
        let address = address(&request.type_name);
        let request = ReadRequest { address: &address, provider, schema: &schema, config: &config };
        let read = self.table.compute(&request).unwrap_or_else(|| {
            let summary = format!("cannot read `{}` from provider knowledge", schema.type_name);
            Err(ProviderError::new(summary, "The result depends on the service."))
        });
        state(read, &schema)
    }

    fn plan(&self, provider: &str, message: &[u8]) -> Answer<Bytes> {
        let request: messages::PlanRequest = decoded(message)?;
        let schema = self.schema(EntityKind::Resource, &request.type_name)?;
        let prior = value(request.prior.as_ref(), &schema)?;
        let proposed = value(request.proposed.as_ref(), &schema)?;
        let config = value(request.config.as_ref(), &schema)?;
        let address = address(&request.type_name);
        let asked = PlanRequest {
            address: &address,
            provider,
            schema: &schema,
            prior: &prior,
            proposed: &proposed,
            config: &config,
            written: &config,
            private: None,
            sensitive: false,
        };
        let mut response = messages::PlanResponse { private: request.private, ..Default::default() };
        match self.table.plan(&[asked]).pop() {
            Some(Ok(plan)) => {
                response.planned = Some(encoded(&plan.planned, &schema)?);
                response.requires_replace = plan.requires_replace.iter().map(path).collect();
                response.legacy_type_system = plan.legacy;
            }
            Some(Err(error)) => response.diagnostics.push(diagnostic(&error)),
            None => return Err(Refusal::Invalid),
        }
        Ok(response.encode_to_vec().into())
    }
}

/// Encodes a state, or the error of computing it.
fn state(result: Result<Value, ProviderError>, schema: &Schema) -> Answer<Bytes> {
    let response = match result {
        Ok(value) => StateResponse { state: Some(encoded(&value, schema)?), diagnostics: Vec::new() },
        Err(error) => StateResponse { state: None, diagnostics: vec![diagnostic(&error)] },
    };
    Ok(response.encode_to_vec().into())
}

fn decoded<T: Message + Default>(message: &[u8]) -> Answer<T> {
    T::decode(message).map_err(|_| Refusal::Invalid)
}

fn value(value: Option<&DynamicValue>, schema: &Schema) -> Answer<Value> {
    decode(value, Shape::Block(&schema.block)).map_err(|_| Refusal::Invalid)
}

fn encoded(value: &Value, schema: &Schema) -> Answer<DynamicValue> {
    encode_value(value, Shape::Block(&schema.block)).map_err(|_| Refusal::Invalid)
}

/// Returns an address for messages: the protocol does not tell the real one.
fn address(type_name: &str) -> ResourceAddress {
    ResourceAddress {
        modules: Vec::new(),
        mode: ResourceMode::Managed,
        resource_type: type_name.into(),
        name: "this".into(),
        key: None,
    }
}

fn diagnostic(error: &ProviderError) -> Diagnostic {
    let attribute = (error.path != AttributePath::default()).then(|| path(&error.path));
    Diagnostic { severity: 1, summary: error.summary.to_string(), detail: error.detail.clone(), attribute }
}

fn path(path: &AttributePath) -> messages::Path {
    let step = |step: &PathStep| Step {
        selector: Some(match step {
            PathStep::Name(name) => Selector::AttributeName(name.to_string()),
            PathStep::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
        }),
    };
    messages::Path { steps: path.0.iter().map(step).collect() }
}

//! The messages of the plugin protocol, as far as needed. Versions 5 and 6 differ only in schemas, which
//! [`crate::wire`] decodes.

use std::collections::HashMap;

use bytes::Bytes;
use prost::Message;

/// A value; one of the fields is set.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct DynamicValue {
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) msgpack: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    pub(crate) json: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Diagnostic {
    /// 1 is an error, 2 a warning.
    #[prost(int32, tag = "1")]
    pub(crate) severity: i32,
    #[prost(string, tag = "2")]
    pub(crate) summary: String,
    #[prost(string, tag = "3")]
    pub(crate) detail: String,
    #[prost(message, optional, tag = "4")]
    pub(crate) attribute: Option<Path>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Path {
    #[prost(message, repeated, tag = "1")]
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Step {
    #[prost(oneof = "Selector", tags = "1, 2, 3")]
    pub(crate) selector: Option<Selector>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Selector {
    #[prost(string, tag = "1")]
    AttributeName(String),
    #[prost(string, tag = "2")]
    ElementKeyString(String),
    #[prost(int64, tag = "3")]
    ElementKeyInt(i64),
}

/// Schemas stay encoded, because a provider sends a thousand of them and few are used.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Schemas {
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) provider: Bytes,
    #[prost(map = "string, bytes", tag = "2")]
    pub(crate) resources: HashMap<String, Bytes>,
    #[prost(map = "string, bytes", tag = "3")]
    pub(crate) data_sources: HashMap<String, Bytes>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) diagnostics: Vec<Diagnostic>,
    #[prost(message, optional, tag = "6")]
    pub(crate) server: Option<ServerCapabilities>,
    #[prost(map = "string, message", tag = "7")]
    pub(crate) functions: HashMap<String, Function>,
    #[prost(map = "string, bytes", tag = "8")]
    pub(crate) ephemeral_resources: HashMap<String, Bytes>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct ServerCapabilities {
    #[prost(bool, tag = "1")]
    pub(crate) plan_destroy: bool,
    #[prost(bool, tag = "2")]
    pub(crate) get_provider_schema_optional: bool,
    #[prost(bool, tag = "3")]
    pub(crate) move_resource_state: bool,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct ClientCapabilities {
    #[prost(bool, tag = "1")]
    pub(crate) deferral_allowed: bool,
    #[prost(bool, tag = "2")]
    pub(crate) write_only_attributes_allowed: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Function {
    #[prost(message, repeated, tag = "1")]
    pub(crate) parameters: Vec<Parameter>,
    #[prost(message, optional, tag = "2")]
    pub(crate) variadic: Option<Parameter>,
    #[prost(message, optional, tag = "3")]
    pub(crate) returns: Option<Return>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Parameter {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    /// The type, as JSON.
    #[prost(bytes = "bytes", tag = "2")]
    pub(crate) r#type: Bytes,
    #[prost(bool, tag = "3")]
    pub(crate) allow_null: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Return {
    /// The type, as JSON.
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) r#type: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ConfigureRequest {
    #[prost(string, tag = "1")]
    pub(crate) terraform_version: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) config: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(crate) capabilities: Option<ClientCapabilities>,
}

/// The answer to a request that only returns diagnostics.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct DiagnosticsResponse {
    #[prost(message, repeated, tag = "1")]
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ValidateRequest {
    #[prost(string, tag = "1")]
    pub(crate) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) config: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(crate) capabilities: Option<ClientCapabilities>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct UpgradeRequest {
    #[prost(string, tag = "1")]
    pub(crate) type_name: String,
    #[prost(int64, tag = "2")]
    pub(crate) version: i64,
    #[prost(message, optional, tag = "3")]
    pub(crate) raw_state: Option<RawState>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct MoveRequest {
    #[prost(string, tag = "1")]
    pub(crate) from_provider: String,
    #[prost(string, tag = "2")]
    pub(crate) from_type: String,
    #[prost(int64, tag = "3")]
    pub(crate) from_version: i64,
    #[prost(message, optional, tag = "4")]
    pub(crate) state: Option<RawState>,
    #[prost(string, tag = "5")]
    pub(crate) type_name: String,
    #[prost(bytes = "bytes", tag = "6")]
    pub(crate) private: Bytes,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RawState {
    #[prost(bytes = "bytes", tag = "1")]
    pub(crate) json: Bytes,
}

/// The answer to an upgrade, to a move, and to reading a data source.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct StateResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PlanRequest {
    #[prost(string, tag = "1")]
    pub(crate) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) prior: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(crate) proposed: Option<DynamicValue>,
    #[prost(message, optional, tag = "4")]
    pub(crate) config: Option<DynamicValue>,
    #[prost(bytes = "bytes", tag = "5")]
    pub(crate) private: Bytes,
    #[prost(message, optional, tag = "7")]
    pub(crate) capabilities: Option<ClientCapabilities>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct PlanResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) planned: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) requires_replace: Vec<Path>,
    #[prost(bytes = "bytes", tag = "3")]
    pub(crate) private: Bytes,
    #[prost(message, repeated, tag = "4")]
    pub(crate) diagnostics: Vec<Diagnostic>,
    #[prost(bool, tag = "5")]
    pub(crate) legacy_type_system: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ReadRequest {
    #[prost(string, tag = "1")]
    pub(crate) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) config: Option<DynamicValue>,
    #[prost(message, optional, tag = "4")]
    pub(crate) capabilities: Option<ClientCapabilities>,
}

#[cfg(feature = "serve")]
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ReadResourceRequest {
    #[prost(message, optional, tag = "2")]
    pub(crate) current: Option<DynamicValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CallRequest {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(crate) arguments: Vec<DynamicValue>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct CallResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) result: Option<DynamicValue>,
    #[prost(message, optional, tag = "2")]
    pub(crate) error: Option<FunctionError>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct FunctionError {
    #[prost(string, tag = "1")]
    pub(crate) text: String,
}

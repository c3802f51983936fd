//! The requests that planning needs.

use std::sync::Arc;

use bytes::Bytes;
#[cfg(feature = "probe")]
use iac_lang::value::PathStep;
use iac_lang::value::Value;
use iac_plan::plan::{MoveRequest, PlanRequest, PlanResponse, ProviderError, ReadRequest};
use iac_plan::schema::Schema;
use prost::Message as _;

#[cfg(feature = "probe")]
use super::convert::message;
use super::convert::{decode, decode_base64, encode, path, sort};
use super::{Binary, CAPABILITIES};
use crate::client::{Client, Method};
use crate::codec::Shape;
use crate::failure::{Failure, no_schema};
use crate::instance::{Instance, first_error};
#[cfg(feature = "probe")]
use crate::messages::Diagnostic;
use crate::messages::{self, DiagnosticsResponse, DynamicValue};
use crate::{secrets, wire};

impl Binary {
    pub(super) async fn plan_one(&self, request: &PlanRequest<'_>) -> Result<PlanResponse, Failure> {
        let destroys = *request.proposed == Value::Null;
        if destroys && !self.schemas.plans_destroy() {
            return Ok(PlanResponse {
                planned: Value::Null,
                requires_replace: Vec::new(),
                legacy: false,
                predicted_by: None,
                undecided: Vec::new(),
                warnings: Vec::new(),
            });
        }
        let schema = request.schema;
        let shape = Shape::Block(&schema.block);
        let instance = self.instance(request.provider)?;
        let mut client = None;
        let keeps = !request.sensitive
            && ![request.prior, request.proposed, request.config, request.written]
                .iter()
                .any(|value| secrets::holds(value, &schema.block));
        let config = encode(request.config, shape)?;
        let mut warnings = Vec::new();
        if !destroys {
            let validate = messages::ValidateRequest {
                type_name: schema.type_name.to_string(),
                config: Some(encode(request.written, shape)?),
                capabilities: Some(CAPABILITIES),
            };
            let store: fn(&DiagnosticsResponse) -> bool = |answer| first_error(&answer.diagnostics).is_none();
            let bytes = validate.encode_to_vec().into();
            let answer: DiagnosticsResponse = self
                .ask(&instance, &mut client, Method::ValidateResource, bytes, keeps.then_some(store))
                .await?;
            warnings.extend(sort(&answer.diagnostics)?);
        }
        let private = request.private.map(decode_base64).unwrap_or_default();
        let values = [request.prior, request.proposed];
        let mut answer =
            self.ask_plan(&instance, &mut client, schema, values, config, private, keeps).await?;
        warnings.append(&mut answer.warnings);
        Ok(PlanResponse { warnings, ..answer })
    }

    #[expect(clippy::too_many_arguments, reason = "they are what the protocol's message holds")]
    async fn ask_plan(
        &self,
        instance: &Instance,
        client: &mut Option<Arc<Client>>,
        schema: &Schema,
        [prior, proposed]: [&Value; 2],
        config: DynamicValue,
        private: Bytes,
        keeps: bool,
    ) -> Result<PlanResponse, Failure> {
        let shape = Shape::Block(&schema.block);
        let plan = messages::PlanRequest {
            type_name: schema.type_name.to_string(),
            prior: Some(encode(prior, shape)?),
            proposed: Some(encode(proposed, shape)?),
            config: Some(config),
            private,
            capabilities: Some(CAPABILITIES),
        };
        let store: fn(&messages::PlanResponse) -> bool = |answer| first_error(&answer.diagnostics).is_none();
        let bytes = plan.encode_to_vec().into();
        let answer: messages::PlanResponse =
            self.ask(instance, client, Method::Plan, bytes, keeps.then_some(store)).await?;
        let warnings = sort(&answer.diagnostics)?;
        Ok(PlanResponse {
            planned: decode(Method::Plan, answer.planned.as_ref(), shape)?,
            requires_replace: answer.requires_replace.iter().map(path).collect(),
            legacy: answer.legacy_type_system,
            predicted_by: None,
            undecided: Vec::new(),
            warnings,
        })
    }

    pub(super) async fn upgrade_one(
        &self,
        schema: &Schema,
        version: u64,
        attributes: &str,
    ) -> Result<Value, Failure> {
        let request = messages::UpgradeRequest {
            type_name: schema.type_name.to_string(),
            version: i64::try_from(version).unwrap_or(i64::MAX),
            raw_state: Some(messages::RawState { json: Bytes::copy_from_slice(attributes.as_bytes()) }),
        };
        let instance = self.any_instance()?;
        let bytes = request.encode_to_vec().into();
        let answer: messages::StateResponse =
            self.ask(&instance, &mut None, Method::Upgrade, bytes, None).await?;
        sort(&answer.diagnostics)?;
        Ok(decode(Method::Upgrade, answer.state.as_ref(), Shape::Block(&schema.block))?)
    }

    pub(super) async fn move_one(&self, request: &MoveRequest<'_>) -> Result<Value, Failure> {
        let schema = request.schema;
        let message = messages::MoveRequest {
            from_provider: request.from_provider.to_owned(),
            from_type: request.from_type.to_owned(),
            from_version: i64::try_from(request.from_version).unwrap_or(i64::MAX),
            state: Some(messages::RawState { json: Bytes::copy_from_slice(request.attributes.as_bytes()) }),
            type_name: schema.type_name.to_string(),
            private: request.private.map(decode_base64).unwrap_or_default(),
        };
        let instance = self.any_instance()?;
        let bytes = message.encode_to_vec().into();
        let answer: messages::StateResponse =
            self.ask(&instance, &mut None, Method::Move, bytes, None).await?;
        sort(&answer.diagnostics)?;
        Ok(decode(Method::Move, answer.state.as_ref(), Shape::Block(&schema.block))?)
    }

    pub(super) async fn read_one(&self, request: &ReadRequest<'_>) -> Result<Value, Failure> {
        let shape = Shape::Block(&request.schema.block);
        let instance = self.instance(request.provider)?;
        let config = encode(request.config, shape)?;
        let validate = messages::ValidateRequest {
            type_name: request.schema.type_name.to_string(),
            config: Some(config.clone()),
            capabilities: None,
        };
        let mut client = None;
        let bytes = validate.encode_to_vec().into();
        let answer: DiagnosticsResponse =
            self.ask(&instance, &mut client, Method::ValidateData, bytes, None).await?;
        sort(&answer.diagnostics)?;
        let read = messages::ReadRequest {
            type_name: request.schema.type_name.to_string(),
            config: Some(config),
            capabilities: Some(CAPABILITIES),
        };
        let bytes = read.encode_to_vec().into();
        let answer: messages::StateResponse =
            self.ask(&instance, &mut client, Method::Read, bytes, None).await?;
        sort(&answer.diagnostics)?;
        Ok(decode(Method::Read, answer.state.as_ref(), shape)?)
    }

    pub(super) async fn call_one(
        &self,
        name: &str,
        function: &messages::Function,
        arguments: &[Value],
    ) -> Result<Value, Failure> {
        let mut encoded = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let parameter = function.parameters.get(position).or(function.variadic.as_ref());
            let ty = parameter.and_then(|parameter| wire::parse_type(&parameter.r#type));
            let Some(ty) = ty else {
                return Err(ProviderError::new("too many arguments", String::new()).into());
            };
            encoded.push(encode(argument, Shape::Type(&ty))?);
        }
        let returns = function.returns.as_ref().and_then(|returns| wire::parse_type(&returns.r#type));
        let returns = returns.ok_or_else(no_schema)?;
        let request = messages::CallRequest { name: name.to_owned(), arguments: encoded };
        let instance = self.any_instance()?;
        let bytes = request.encode_to_vec().into();
        let answer: messages::CallResponse =
            self.ask(&instance, &mut None, Method::Call, bytes, None).await?;
        match answer.error {
            Some(error) => Err(ProviderError::new(error.text, String::new()).into()),
            None => Ok(decode(Method::Call, answer.result.as_ref(), Shape::Type(&returns))?),
        }
    }
}

/// A validation error of the provider.
#[cfg(feature = "probe")]
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The names on the path, without indexes.
    pub(crate) path: Vec<iac_core::Text>,
    /// The message.
    pub(crate) text: String,
}

#[cfg(feature = "probe")]
impl Binary {
    /// Returns the provider's validation errors for a configuration.
    pub(crate) fn problems(&self, schema: &Schema, config: &Value) -> Result<Vec<Problem>, ProviderError> {
        self.one(|| async {
            let instance = self.instance("")?;
            let validate = messages::ValidateRequest {
                type_name: schema.type_name.to_string(),
                config: Some(encode(config, Shape::Block(&schema.block))?),
                capabilities: Some(CAPABILITIES),
            };
            let bytes = validate.encode_to_vec().into();
            let answer: DiagnosticsResponse =
                self.ask(&instance, &mut None, Method::ValidateResource, bytes, None).await?;
            let errors = answer.diagnostics.iter().filter(|diagnostic| diagnostic.severity != 2);
            let problem = |diagnostic: &Diagnostic| {
                let steps = diagnostic.attribute.as_ref().map(path).unwrap_or_default();
                let name = |step: PathStep| match step {
                    PathStep::Name(name) => Some(name),
                    PathStep::Index(_) => None,
                };
                Problem { path: steps.0.into_iter().filter_map(name).collect(), text: message(diagnostic) }
            };
            Ok(errors.map(problem).collect())
        })
    }

    /// Plans a change without validating the configuration first.
    pub(crate) fn plan_only(
        &self,
        schema: &Schema,
        prior: &Value,
        proposed: &Value,
        config: &Value,
    ) -> Result<PlanResponse, ProviderError> {
        self.one(|| async {
            let instance = self.instance("")?;
            let config = encode(config, Shape::Block(&schema.block))?;
            self.ask_plan(&instance, &mut None, schema, [prior, proposed], config, Bytes::new(), false).await
        })
    }
}

//! Conversion of values, paths and diagnostics between the planner and the protocol.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use iac_lang::value::{AttributePath, PathStep, Value};
use iac_plan::plan::ProviderError;

use crate::client::Method;
use crate::codec::{self, CodecError, Shape};
use crate::instance::first_error;
use crate::messages::{self, Diagnostic, DynamicValue, Selector};
use crate::offline;

pub(super) fn encode(value: &Value, shape: Shape<'_>) -> Result<DynamicValue, ProviderError> {
    codec::encode(value, shape).map_err(|error: CodecError| {
        ProviderError::new("the value does not conform to the provider's schema", error.to_string())
    })
}

pub(super) fn decode(
    method: Method,
    value: Option<&DynamicValue>,
    shape: Shape<'_>,
) -> Result<Value, ProviderError> {
    codec::decode(value, shape).map_err(|error: CodecError| {
        let summary = format!("the provider's answer to `{}` does not conform to its schema", method.name(6));
        ProviderError::new(summary, error.to_string())
    })
}

/// Returns the warnings if there is no error.
pub(super) fn sort(diagnostics: &[Diagnostic]) -> Result<Vec<String>, ProviderError> {
    let Some(error) = first_error(diagnostics) else {
        return Ok(diagnostics.iter().map(message).collect());
    };
    let mut reported = ProviderError::new(error.summary.as_str(), error.detail.as_str());
    reported.path = error.attribute.as_ref().map(path).unwrap_or_default();
    for other in diagnostics.iter().filter(|other| other.severity != 2 && !std::ptr::eq(*other, error)) {
        if !reported.detail.is_empty() {
            reported.detail.push('\n');
        }
        reported.detail.push_str(&message(other));
    }
    reported.unreachable =
        offline::is_unreachable(&reported.summary) || offline::is_unreachable(&reported.detail);
    Err(reported)
}

pub(super) fn message(diagnostic: &Diagnostic) -> String {
    if diagnostic.detail.is_empty() {
        diagnostic.summary.clone()
    } else {
        format!("{}: {}", diagnostic.summary, diagnostic.detail)
    }
}

pub(super) fn path(path: &messages::Path) -> AttributePath {
    let step = |step: &messages::Step| {
        Some(match step.selector.as_ref()? {
            Selector::AttributeName(name) | Selector::ElementKeyString(name) => PathStep::Name(name.into()),
            Selector::ElementKeyInt(index) => PathStep::Index(usize::try_from(*index).ok()?),
        })
    };
    path.steps.iter().map_while(step).collect()
}

/// Decodes a provider's private data. Terraform always writes base64, so anything else is ignored.
pub(super) fn decode_base64(text: &str) -> Bytes {
    STANDARD.decode(text).unwrap_or_default().into()
}

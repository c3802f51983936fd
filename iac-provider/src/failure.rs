//! Failures of a call.

use iac_plan::plan::ProviderError;

use crate::error::ClientError;

/// The failure of a call.
pub(crate) enum Failure {
    /// The provider crashed during the call, because of it or of a concurrent one.
    Crashed(String),
    /// The provider returned an error or an invalid answer.
    Answered(ProviderError),
}

impl Failure {
    pub(crate) fn of(error: &ClientError) -> Self {
        Self::Answered(provider_error(error))
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::Answered(error)
    }
}

pub(crate) fn provider_error(error: &ClientError) -> ProviderError {
    match error {
        ClientError::Provider { summary, detail } => ProviderError::new(summary.as_str(), detail.as_str()),
        error => ProviderError::new(error.to_string(), String::new()).broken(),
    }
}

pub(crate) fn no_schema() -> ProviderError {
    ProviderError::new("cannot decode the provider's schema", String::new())
}

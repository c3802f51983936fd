//! Why a call gave no answer.

use iac_plan::plan::ProviderError;

use crate::error::ClientError;

/// Why a call gave no answer.
pub(crate) enum Failure {
    /// The provider crashed while it was under way: this call may be why, or another one.
    Crashed(String),
    /// The provider said no, or nothing that can be read.
    Answered(ProviderError),
}

impl Failure {
    pub(super) fn of(error: &ClientError) -> Self {
        Self::Answered(provider_error(error))
    }
}

impl From<ProviderError> for Failure {
    fn from(error: ProviderError) -> Self {
        Self::Answered(error)
    }
}

pub(super) fn provider_error(error: &ClientError) -> ProviderError {
    match error {
        ClientError::Provider { summary, detail } => ProviderError::new(summary.as_str(), detail.as_str()),
        error => ProviderError::new(error.to_string(), String::new()),
    }
}

pub(super) fn no_schema() -> ProviderError {
    ProviderError::new("the provider's schema cannot be read", String::new())
}

//! Credentials in plain text.

use iac_lang::value::Value;
use iac_plan::credential::has_credential;
use iac_review::policy::{Reading, Verdict};

/// Passes if a string, plain or in Base64, contains nothing with the shape of a credential.
pub(super) fn no_secrets(text: &Reading<'_>) -> Verdict {
    text.holds(|value| matches!(value, Value::String(text) if has_credential(text))).negate()
}

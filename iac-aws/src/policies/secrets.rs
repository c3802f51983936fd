//! Credentials where they do not belong.

use iac_core::credential::has_credential;
use iac_core::policy::{Reading, Verdict};
use iac_core::value::Value;

/// Holds if a text, plain or in Base64, has nothing that looks like a credential.
pub(super) fn no_secrets(text: &Reading<'_>) -> Verdict {
    text.holds(|value| matches!(value, Value::String(text) if has_credential(text))).negate()
}

//! Credentials where they do not belong.

use iac_lang::value::Value;
use iac_plan::credential::has_credential;
use iac_review::policy::{Reading, Verdict};

/// Holds if a text, plain or in Base64, has nothing that looks like a credential.
pub(super) fn no_secrets(text: &Reading<'_>) -> Verdict {
    text.holds(|value| matches!(value, Value::String(text) if has_credential(text)))
        .negate()
        .because("it has something that looks like a credential")
}

//! Diagnostics of evaluation errors.

use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::eval::EvalError;

/// Creates a diagnostic for an evaluation error.
pub(crate) fn evaluation(
    error: &EvalError,
    address: impl Into<Text>,
    location: Option<Location>,
) -> Diagnostic {
    let mut detail = error.detail.clone();
    if !error.path.0.is_empty() {
        detail = format!("At `{}`: {detail}", error.path);
    }
    let mut diagnostic =
        Diagnostic::error("evaluation", error.summary.as_str()).address(address).detail(detail);
    diagnostic.subject = Some((error.path.names().into(), error.subject));
    match location {
        Some(location) => diagnostic.at(location),
        None => diagnostic,
    }
}

//! Conditions: preconditions, postconditions, validations and assertions.

use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::Condition;
use iac_lang::eval::{Scope, evaluate};
use iac_lang::types::{Type, convert};
use iac_lang::value::Value;

use super::evaluation::evaluation;
use crate::plan::CheckStatus;

/// The result of conditions.
#[derive(Debug)]
pub(crate) struct Checked {
    pub status: CheckStatus,
    pub problems: Vec<String>,
    /// The problems, each with the location of its condition.
    pub diagnostics: Vec<Diagnostic>,
}

/// Evaluates conditions. `what` is the summary for a condition that does not hold: `Resource precondition failed`.
pub(crate) fn check(
    conditions: &[Condition],
    scope: &dyn Scope,
    what: &'static str,
    address: &str,
) -> Checked {
    let mut checked = Checked { status: CheckStatus::Pass, problems: Vec::new(), diagnostics: Vec::new() };
    for condition in conditions {
        let location = Some(condition.location.clone());
        let value = match evaluate(&condition.condition, scope) {
            Ok(value) => value.without_marks(),
            Err(error) => {
                checked.status = checked.status.max(CheckStatus::Error);
                checked.diagnostics.push(evaluation(&error, address, location));
                continue;
            }
        };
        match convert(value, &Type::Bool) {
            Ok(Value::Bool(true)) => {}
            Ok(Value::Bool(false)) => {
                checked.status = checked.status.max(CheckStatus::Fail);
                let message = message(condition, scope);
                let mut diagnostic = Diagnostic::error("condition-failed", what)
                    .address(Text::from(address))
                    .detail(message.clone())
                    .at(condition.location.clone());
                diagnostic.subject = Some((Text::from_static("condition"), 0));
                checked.diagnostics.push(diagnostic);
                checked.problems.push(message);
            }
            Ok(Value::Unknown(_)) => checked.status = checked.status.max(CheckStatus::Unknown),
            Ok(_) | Err(_) => {
                checked.status = checked.status.max(CheckStatus::Error);
                let mut diagnostic = Diagnostic::error("invalid-condition", "Invalid condition result")
                    .address(Text::from(address))
                    .detail("The value of `condition` must be true or false.")
                    .at(condition.location.clone());
                diagnostic.subject = Some((Text::from_static("condition"), 0));
                checked.diagnostics.push(diagnostic);
            }
        }
    }
    checked
}

fn message(condition: &Condition, scope: &dyn Scope) -> String {
    match evaluate(&condition.error_message, scope) {
        Ok(value) if value.contains_sensitive() => {
            "The error message is not shown, because it contains sensitive values.".to_owned()
        }
        Ok(Value::String(text)) => text.trim().to_owned(),
        Ok(Value::Unknown(_)) => "The error message is unknown until apply.".to_owned(),
        Ok(_) | Err(_) => "The value of `error_message` is not a valid string.".to_owned(),
    }
}

//! Function calls, and `try` and `can`, whose arguments are expressions.

use std::borrow::Cow;

use iac_core::expression::Expression;

use super::evaluator::{Environment, Evaluator};
use super::functions::{self, FunctionError};
use super::steps::kind;
use super::{EvalError, borrowed, budget};
use crate::types::Type;
use crate::value::Value;

/// Returns true if an unknown value of this type may be expanded to arguments.
const fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::Any | Type::List(_) | Type::Tuple(_) | Type::Set(_))
}

impl Evaluator<'_> {
    /// Evaluates `function(arguments)`.
    pub(super) fn call(
        &self,
        function: &str,
        arguments: &[Expression],
        expand_last: bool,
        environment: Environment<'_>,
    ) -> Result<Value, EvalError> {
        match function {
            "try" | "core::try" => return self.attempt(arguments, environment),
            "can" | "core::can" => return self.can(arguments, environment),
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument, environment)?);
        }
        if !expand_last && let Some(answer) = borrowed::answer(function, &values) {
            return Ok(answer);
        }
        let mut values: Vec<Value> = values.into_iter().map(Cow::into_owned).collect();
        if expand_last && let Some(last) = values.pop() {
            let (last, sensitive) = last.split_mark();
            match last {
                Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                    values.extend(elements.into_iter().map(|element| element.mark_if(sensitive)));
                }
                Value::Unknown(unknown) if is_sequence(unknown.ty()) => {
                    return Ok(Value::Unknown(unknown.derived()).mark_if(sensitive));
                }
                other => {
                    let detail = format!("The argument before `...` must be a list, not a {}.", kind(&other));
                    return Err(EvalError::of("Invalid expanding argument value", detail));
                }
            }
        }
        let context = self
            .scope
            .functions()
            .ok_or_else(|| EvalError::of("Function calls not allowed", "Functions cannot be called here."))?;
        let is_sensitive = values.iter().any(Value::contains_sensitive);
        let result = functions::call(function, values, &context).map_err(|error| {
            let summary = match error {
                FunctionError::NotFound { .. } => "Call to unknown function",
                FunctionError::MissingArgument { .. } => "Not enough function arguments",
                FunctionError::TooManyArguments { .. } => "Too many function arguments",
                FunctionError::Argument { .. } => "Invalid function argument",
                FunctionError::Failed(_) => "Error in function call",
            };
            // Messages of functions quote their arguments, or parts of them.
            if is_sensitive && matches!(error, FunctionError::Argument { .. } | FunctionError::Failed(_)) {
                let detail =
                    format!("`{function}`: the reason is not shown, because an argument is sensitive.");
                return EvalError::of(summary, detail);
            }
            EvalError::of(summary, format!("`{function}`: {error}."))
        });
        result.and_then(budget::made)
    }

    /// Evaluates `try`: the first argument that has no error.
    fn attempt(&self, arguments: &[Expression], environment: Environment<'_>) -> Result<Value, EvalError> {
        let mut reasons = String::new();
        for argument in arguments {
            match self.owned(argument, environment) {
                // An unknown value may still turn out to be an error.
                Ok(value) if !value.is_wholly_known() => {
                    return Ok(Value::unknown_of([&value]).mark_if(value.contains_sensitive()));
                }
                Ok(value) => return Ok(value),
                Err(error) => {
                    reasons.push_str("\n- ");
                    reasons.push_str(&error.detail);
                }
            }
        }
        Err(EvalError::of("Error in function call", format!("`try`: no expression succeeded:{reasons}")))
    }

    /// Evaluates `can`: whether the argument has no error.
    fn can(&self, arguments: &[Expression], environment: Environment<'_>) -> Result<Value, EvalError> {
        let [argument] = arguments else {
            let summary = if arguments.is_empty() {
                "Not enough function arguments"
            } else {
                "Too many function arguments"
            };
            return Err(EvalError::of(summary, "`can` takes one argument."));
        };
        Ok(match self.value(argument, environment) {
            Ok(value) if !value.is_wholly_known() => Value::unknown_of([&*value]),
            Ok(_) => Value::Bool(true),
            Err(_) => Value::Bool(false),
        })
    }
}

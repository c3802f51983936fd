//! Function calls, and `try` and `can`, whose arguments are expressions.

use std::borrow::Cow;

use iac_core::expression::Expression;

use super::evaluator::{Environment, Evaluator};
use super::functions::{self, FunctionError};
use super::null::converted;
use super::steps::kind;
use super::{EvalError, borrowed, budget};
use crate::types::{Type, convert, unify};
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
            // Expansion is no part of what `try` and `can` catch.
            "try" | "core::try" | "can" | "core::can" if expand_last => {
                if let Some(last) = arguments.last() {
                    self.value(last, environment)?;
                }
                return Ok(Value::undecided("the arguments of `try` and `can` are expanded"));
            }
            "try" | "core::try" => return self.attempt(arguments, environment),
            "can" | "core::can" => return self.can(arguments, environment),
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument, environment)?);
        }
        // The type of a literal null is not known, and then neither is the result.
        if matches!(function, "format" | "formatlist") && arguments.contains(&Expression::Null) {
            let is_sensitive = values.iter().any(|value| value.contains_sensitive());
            return Ok(Value::unknown_of(values.iter().map(|value| &**value)).mark_if(is_sensitive));
        }
        if !expand_last && let Some(answer) = borrowed::answer(function, &values) {
            return Ok(answer);
        }
        if !expand_last && let [argument] = arguments {
            self.check_conversion(function, argument, &values[0])?;
        }
        if function == "coalescelist" {
            // A null list is passed over as an empty one is, but a literal null is no list.
            for (argument, value) in arguments.iter().zip(&mut values) {
                if value.is_null() && matches!(self.type_of(argument, value), Type::List(_) | Type::Tuple(_))
                {
                    *value = Cow::Owned(Value::List(Vec::new()));
                }
            }
        }
        // A null has no value to choose, but its type is part of the common type.
        let types =
            (function == "coalesce" && values.iter().any(|value| value.peel().is_null())).then(|| {
                let types =
                    arguments.iter().zip(&values).map(|(argument, value)| self.type_of(argument, value));
                types.collect::<Vec<_>>()
            });
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
        let result = result.and_then(budget::made)?;
        let common = types.map(|types| unify(&types));
        match common {
            Some(Some(common)) => Ok(convert(result, &common)?),
            Some(None) => {
                let detail = "`coalesce`: all arguments must have the same type.";
                Err(EvalError::of("Error in function call", detail))
            }
            None => Ok(result),
        }
    }

    /// Checks that a null, or an object with nulls, has a type that a function converts.
    fn check_conversion(
        &self,
        function: &str,
        argument: &Expression,
        value: &Value,
    ) -> Result<(), EvalError> {
        let Some(to) = converted(function) else { return Ok(()) };
        if !matches!(value.peel(), Value::Null | Value::Object(_)) {
            return Ok(());
        }
        let from = self.declared(argument);
        if from.is_convertible_to(&to) {
            return Ok(());
        }
        let detail = format!("`{function}`: cannot convert a value of type {from} to {to}.");
        Err(EvalError::of("Invalid function argument", detail))
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
            Ok(value) if !value.is_wholly_known() => Value::unknown_as(Type::Bool, [&*value]),
            Ok(_) => Value::Bool(true),
            Err(_) => Value::Bool(false),
        })
    }
}

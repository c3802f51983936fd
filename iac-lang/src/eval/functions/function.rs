//! Function definitions: name, parameters, and implementation.

use super::argument::{Arguments, Parameter};
use super::context::{Context, FunctionError};
use super::{refined, returns};
use crate::types::Type;
use crate::value::{Unknown, Value};

/// The result of a call.
pub(super) type Outcome = Result<Value, FunctionError>;

/// A built-in function.
pub(super) struct Function {
    pub(super) name: &'static str,
    parameters: &'static [Parameter],
    /// The parameter of all further arguments.
    variadic: Option<Parameter>,
    body: Body,
}

/// An implementation, for arguments of their parameters' types.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// Never fails.
    Total(fn(&mut Arguments) -> Value),
    /// Fails for some arguments.
    Partial(fn(&mut Arguments) -> Outcome),
    /// Depends on the context of the call.
    Contextual(fn(&mut Arguments, &Context<'_>) -> Outcome),
}

use Body::{Contextual, Partial, Total};

impl Function {
    /// Defines a function that never fails.
    pub(super) const fn total(
        name: &'static str,
        parameters: &'static [Parameter],
        body: fn(&mut Arguments) -> Value,
    ) -> Self {
        Self { name, parameters, variadic: None, body: Total(body) }
    }

    /// Defines a function that fails for some arguments.
    pub(super) const fn partial(
        name: &'static str,
        parameters: &'static [Parameter],
        body: fn(&mut Arguments) -> Outcome,
    ) -> Self {
        Self { name, parameters, variadic: None, body: Partial(body) }
    }

    /// Defines a function that depends on the context of the call.
    pub(super) const fn contextual(
        name: &'static str,
        parameters: &'static [Parameter],
        body: fn(&mut Arguments, &Context<'_>) -> Outcome,
    ) -> Self {
        Self { name, parameters, variadic: None, body: Contextual(body) }
    }

    /// Adds a parameter for any number of further arguments.
    pub(super) const fn variadic(self, parameter: Parameter) -> Self {
        Self { variadic: Some(parameter), ..self }
    }

    /// Calls the function with unconverted arguments.
    pub(super) fn call(&'static self, arguments: Vec<Value>, context: &Context<'_>) -> Outcome {
        let given = arguments.len();
        if let Some(missing) = self.parameters.get(given) {
            return Err(FunctionError::MissingArgument { parameter: missing.name.into() });
        }
        if self.variadic.is_none() && given > self.parameters.len() {
            return Err(FunctionError::TooManyArguments { expected: self.parameters.len(), given });
        }
        let mut arguments = arguments;
        let doubt = arguments.iter().find_map(Value::doubt).cloned();
        let (mut sensitive, mut unknown, mut untyped) = (false, false, false);
        let parameters = self.parameters.iter().chain(self.variadic.iter().cycle());
        for (position, (argument, parameter)) in arguments.iter_mut().zip(parameters).enumerate() {
            match parameter.convert(argument) {
                Ok(marks) => {
                    sensitive |= marks.sensitive;
                    unknown |= marks.unknown;
                    untyped |= marks.untyped;
                }
                // As in Terraform, the rest is checked when all types are known.
                Err(_) if untyped && argument.is_null() => {}
                Err(message) => {
                    let parameter = parameter.name.into();
                    return Err(FunctionError::Argument { position, parameter, message });
                }
            }
        }
        let result = if untyped {
            Value::UNKNOWN
        } else if unknown {
            // Types are checked before values.
            let result = self.unknown_result(&arguments)?;
            refined::answer(self.name, &arguments).unwrap_or(result)
        } else {
            let copy = self.depends_on_types(&arguments).then(|| arguments.clone());
            let mut arguments = Arguments::new(arguments, self.parameters, self.variadic.as_ref());
            let result = match self.body {
                Total(body) => body(&mut arguments),
                Partial(body) => body(&mut arguments)?,
                Contextual(body) => body(&mut arguments, context)?,
            };
            match (result.peel(), copy) {
                (Value::Unknown(unknown), copy) if *unknown.ty() == Type::Any && !unknown.is_not_null() => {
                    let typed = self.unknown_result(&copy.unwrap_or_default())?;
                    let doubt = unknown.reason().is_some().then_some(unknown);
                    typed.doubted(doubt).mark_if(result.is_sensitive())
                }
                _ => result,
            }
        };
        Ok(result.composed().doubted(doubt.as_ref()).mark_if(sensitive))
    }

    /// Returns true if a known call may have an unknown result, whose type depends on those of the arguments.
    fn depends_on_types(&self, arguments: &[Value]) -> bool {
        !PASSES_ON.contains(&self.name) && !arguments.iter().all(Value::is_wholly_known)
    }

    /// Returns an unknown result of the type that it has for these arguments.
    fn unknown_result(&self, arguments: &[Value]) -> Outcome {
        if PASSES_ON.contains(&self.name) {
            return Ok(Value::UNKNOWN);
        }
        let ty = returns::result_type(self.name, arguments).map_err(|(position, message)| {
            let Some(position) = position else { return FunctionError::Failed(message.to_owned()) };
            let parameter = self.parameters.get(position).or(self.variadic.as_ref());
            let parameter = parameter.map(|parameter| parameter.name.into()).unwrap_or_default();
            FunctionError::Argument { position, parameter, message: message.to_owned() }
        })?;
        let unknown = Unknown::of(ty);
        let is_nullable = *unknown.ty() == Type::Any || returns::is_nullable(self.name);
        Ok(Value::Unknown(if is_nullable { unknown } else { unknown.not_null() }))
    }
}

/// Functions whose result is an argument, with its type.
const PASSES_ON: &[&str] = &[
    "sensitive",
    "nonsensitive",
    "ephemeralasnull",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
];

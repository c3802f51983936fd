//! Function definitions: name, parameters, and implementation.

use super::argument::{Arguments, Parameter};
use super::context::{Context, FunctionError};
use super::refined;
use crate::value::Value;

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
        let (mut sensitive, mut unknown) = (false, false);
        let parameters = self.parameters.iter().chain(self.variadic.iter().cycle());
        for (position, (argument, parameter)) in arguments.iter_mut().zip(parameters).enumerate() {
            match parameter.convert(argument) {
                Ok(marks) => {
                    sensitive |= marks.sensitive;
                    unknown |= marks.unknown;
                }
                Err(message) => {
                    let parameter = parameter.name.into();
                    return Err(FunctionError::Argument { position, parameter, message });
                }
            }
        }
        let result = if unknown {
            refined::answer(self.name, &arguments).unwrap_or(Value::UNKNOWN)
        } else {
            let mut arguments = Arguments::new(arguments, self.parameters, self.variadic.as_ref());
            match self.body {
                Total(body) => body(&mut arguments),
                Partial(body) => body(&mut arguments)?,
                Contextual(body) => body(&mut arguments, context)?,
            }
        };
        Ok(result.composed().doubted(doubt.as_ref()).mark_if(sensitive))
    }
}

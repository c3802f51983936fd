//! Function definitions: name, parameters, and implementation.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::argument::{Arguments, Parameter};
use super::{
    Context, FunctionError, collection, conversion, date_time, encoding, filesystem, format, hash, network,
    numeric, regex, rsa, select, sets, string, template, terraform, yaml,
};
use crate::value::Value;

/// The result of a call.
pub(super) type Outcome = Result<Value, FunctionError>;

/// A built-in function.
pub(super) struct Function {
    name: &'static str,
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
            Value::Unknown
        } else {
            let mut arguments = Arguments::new(arguments, self.parameters, self.variadic.as_ref());
            match self.body {
                Total(body) => body(&mut arguments),
                Partial(body) => body(&mut arguments)?,
                Contextual(body) => body(&mut arguments, context)?,
            }
        };
        Ok(result.composed().mark_if(sensitive))
    }
}

/// Returns the function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    static FUNCTIONS: LazyLock<HashMap<&'static str, &'static Function>> =
        LazyLock::new(|| all().map(|function| (function.name, function)).collect());
    FUNCTIONS.get(name).copied()
}

/// Returns the function with the most similar name.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let nearest = all().map(|function| function.name).min_by_key(|other| distance(other))?;
    (distance(nearest) <= 2).then_some(nearest)
}

/// Returns all functions.
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    [
        numeric::FUNCTIONS,
        string::FUNCTIONS,
        regex::FUNCTIONS,
        format::FUNCTIONS,
        collection::FUNCTIONS,
        select::FUNCTIONS,
        sets::FUNCTIONS,
        encoding::FUNCTIONS,
        yaml::FUNCTIONS,
        filesystem::FUNCTIONS,
        template::FUNCTIONS,
        date_time::FUNCTIONS,
        hash::FUNCTIONS,
        rsa::FUNCTIONS,
        network::FUNCTIONS,
        conversion::FUNCTIONS,
        terraform::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

//! From what a call is given to what its function takes.

use iac_core::text::Text;

use super::FunctionError;
use crate::types::{Type, convert};
use crate::value::{Number, Value, ValueMap};

/// A parameter of a function.
#[derive(Clone, Copy)]
pub(super) struct Parameter {
    /// The name.
    pub(super) name: &'static str,
    kind: Kind,
    /// Whether the argument may be null.
    null: bool,
    /// Whether the function looks at an argument that is unknown; without that, its result is unknown.
    unknown: bool,
    /// Whether the function looks at what is sensitive in the argument; without that, its result is sensitive.
    sensitive: bool,
}

/// The types of parameters.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Any type.
    Any,
    /// `string`
    String,
    /// `number`
    Number,
    /// `list(string)`
    Strings,
    /// `list(bool)`
    Bools,
    /// `list(any)`
    List,
    /// `set(any)`
    Set,
    /// `map(list(string))`
    MapOfStrings,
}

/// What was noticed of an argument.
#[derive(Clone, Copy, Default)]
pub(super) struct Admitted {
    /// Whether anything in it is sensitive that the function does not look at itself.
    pub(super) sensitive: bool,
    /// Whether it is unknown, and the function does not look at that itself.
    pub(super) unknown: bool,
}

const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, null: false, unknown: false, sensitive: false }
}

/// A parameter of any type.
pub(super) const fn any(name: &'static str) -> Parameter {
    parameter(name, Kind::Any)
}

/// A parameter of type `string`.
pub(super) const fn string(name: &'static str) -> Parameter {
    parameter(name, Kind::String)
}

/// A parameter of type `number`.
pub(super) const fn number(name: &'static str) -> Parameter {
    parameter(name, Kind::Number)
}

/// A parameter of a type with elements.
pub(super) const fn collection(name: &'static str, kind: Kind) -> Parameter {
    parameter(name, kind)
}

impl Parameter {
    /// The parameter, of which the argument may be null.
    pub(super) const fn nullable(self) -> Self {
        Self { null: true, ..self }
    }

    /// The parameter, of which the argument may be unknown.
    pub(super) const fn unknown(self) -> Self {
        Self { unknown: true, ..self }
    }

    /// The parameter, of which the argument may be or contain what is sensitive.
    pub(super) const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// Brings an argument to the parameter's type, or says what is wrong with it.
    pub(super) fn admit(&self, argument: &mut Value) -> Result<Admitted, String> {
        let mut admitted = Admitted::default();
        if !self.sensitive && argument.contains_sensitive() {
            admitted.sensitive = true;
            *argument = std::mem::replace(argument, Value::Null).without_marks();
        }
        match argument.peel() {
            Value::Null if self.null => {}
            Value::Null => return Err("argument must not be null".to_owned()),
            Value::Unknown => admitted.unknown = !self.unknown,
            _ => self.kind.convert(argument)?,
        }
        Ok(admitted)
    }
}

impl Kind {
    fn convert(self, argument: &mut Value) -> Result<(), String> {
        let wanted = match (self, &*argument) {
            (Self::Any, _) | (Self::String, Value::String(_)) | (Self::Number, Value::Number(_)) => {
                return Ok(());
            }
            (Self::String, _) => Type::String,
            (Self::Number, _) => Type::Number,
            (Self::Strings, _) => Type::List(Box::new(Type::String)),
            (Self::Bools, _) => Type::List(Box::new(Type::Bool)),
            (Self::List, _) => Type::List(Box::new(Type::Any)),
            (Self::Set, _) => Type::Set(Box::new(Type::Any)),
            (Self::MapOfStrings, _) => Type::Map(Box::new(Type::List(Box::new(Type::String)))),
        };
        let given = std::mem::replace(argument, Value::Null);
        *argument = convert(given, &wanted).map_err(|error| error.to_string())?;
        Ok(())
    }
}

/// The arguments of a call, each of its parameter's type.
///
/// What reads them states what the parameter's type is: a function is never called with anything else.
pub(super) struct Arguments {
    values: Vec<Value>,
    parameters: &'static [Parameter],
    variadic: Option<&'static Parameter>,
}

impl Arguments {
    pub(super) fn new(
        values: Vec<Value>,
        parameters: &'static [Parameter],
        variadic: Option<&'static Parameter>,
    ) -> Self {
        Self { values, parameters, variadic }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// All of them from a position on.
    pub(super) fn from(&self, position: usize) -> &[Value] {
        &self.values[position..]
    }

    /// An argument as it is.
    pub(super) fn value(&self, position: usize) -> &Value {
        &self.values[position]
    }

    /// All of them, to keep.
    pub(super) fn take_all(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.values)
    }

    /// An argument as it is, to keep.
    pub(super) fn take(&mut self, position: usize) -> Value {
        std::mem::replace(&mut self.values[position], Value::Null)
    }

    /// An argument of type `string`.
    pub(super) fn text(&self, position: usize) -> &Text {
        let Value::String(text) = &self.values[position] else { unreachable!("the parameter is a string") };
        text
    }

    /// An argument of type `number`.
    pub(super) fn number(&self, position: usize) -> &Number {
        let Value::Number(number) = &self.values[position] else { unreachable!("the parameter is a number") };
        number
    }

    /// An argument of type `number` that has to be a whole one.
    pub(super) fn integer(&self, position: usize) -> Result<i64, FunctionError> {
        let number = self.number(position);
        let message =
            if number.is_whole() { "the number is too large" } else { "a whole number is required" };
        number.as_i64().ok_or_else(|| self.error(position, message))
    }

    /// The elements of an argument that is a list or a set.
    pub(super) fn elements(&self, position: usize) -> &[Value] {
        elements_of(&self.values[position]).expect("the parameter is a list or a set")
    }

    /// The elements of an argument that is a list or a set, to keep.
    pub(super) fn take_elements(&mut self, position: usize) -> Vec<Value> {
        into_elements(self.take(position)).expect("the parameter is a list or a set")
    }

    /// The elements of an argument that is a map.
    pub(super) fn map(&self, position: usize) -> &ValueMap {
        map_of(&self.values[position]).expect("the parameter is a map")
    }

    /// That an argument is not what it has to be.
    pub(super) fn error(&self, position: usize, message: impl Into<String>) -> FunctionError {
        let parameter = self.parameters.get(position).or(self.variadic);
        let parameter = parameter.map(|parameter| parameter.name.into()).unwrap_or_default();
        FunctionError::Argument { position, parameter, message: message.into() }
    }
}

/// The elements of a list, tuple or set.
pub(super) fn elements_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => Some(elements),
        _ => None,
    }
}

/// The elements of a list, tuple or set, to keep.
pub(super) fn into_elements(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => Some(elements),
        _ => None,
    }
}

/// The elements of a map or attributes of an object.
pub(super) const fn map_of(value: &Value) -> Option<&ValueMap> {
    match value {
        Value::Map(elements) | Value::Object(elements) => Some(elements),
        _ => None,
    }
}

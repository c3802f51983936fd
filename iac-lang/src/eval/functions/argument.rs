//! Conversion of a call's arguments to the function's parameters.

use iac_core::text::Text;

use super::FunctionError;
use crate::types::{Type, convert};
use crate::value::{Number, Value, ValueMap};

/// A parameter of a function.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent in Terraform's functions")]
pub(super) struct Parameter {
    /// The name.
    pub(super) name: &'static str,
    kind: Kind,
    /// True if the argument may be null.
    null: bool,
    /// True if the function handles an unknown argument; otherwise its result is unknown.
    unknown: bool,
    /// True if the type of an unknown argument may be unknown; otherwise that of the result is, too.
    untyped: bool,
    /// True if the function handles sensitive values in the argument; otherwise its result is sensitive.
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

/// Properties of an accepted argument.
#[derive(Clone, Copy, Default)]
pub(super) struct ArgumentMarks {
    /// True if it contains sensitive values that the function does not handle.
    pub(super) sensitive: bool,
    /// True if it is unknown and the function does not handle that.
    pub(super) unknown: bool,
    /// True if its type is unknown, too, and the function does not handle that.
    pub(super) untyped: bool,
}

const fn parameter(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, null: false, unknown: false, untyped: false, sensitive: false }
}

/// Creates a parameter of any type.
pub(super) const fn any(name: &'static str) -> Parameter {
    parameter(name, Kind::Any)
}

/// Creates a parameter of type `string`.
pub(super) const fn string(name: &'static str) -> Parameter {
    parameter(name, Kind::String)
}

/// Creates a parameter of type `number`.
pub(super) const fn number(name: &'static str) -> Parameter {
    parameter(name, Kind::Number)
}

/// Creates a parameter of a collection type.
pub(super) const fn collection(name: &'static str, kind: Kind) -> Parameter {
    parameter(name, kind)
}

impl Parameter {
    /// Allows null.
    pub(super) const fn nullable(self) -> Self {
        Self { null: true, ..self }
    }

    /// Lets the function handle unknown arguments.
    pub(super) const fn unknown(self) -> Self {
        Self { unknown: true, ..self }
    }

    /// Lets the type of an argument be unknown.
    pub(super) const fn untyped(self) -> Self {
        Self { untyped: true, ..self }
    }

    /// Lets the function handle sensitive values.
    pub(super) const fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// Converts an argument to the parameter's type.
    pub(super) fn convert(&self, argument: &mut Value) -> Result<ArgumentMarks, String> {
        let mut marks = ArgumentMarks::default();
        if !self.sensitive && argument.contains_sensitive() {
            marks.sensitive = true;
            *argument = std::mem::replace(argument, Value::Null).without_marks();
        }
        match argument.peel() {
            Value::Null if self.null => {}
            Value::Null => return Err("argument must not be null".to_owned()),
            _ => self.kind.convert(argument)?,
        }
        if let Value::Unknown(unknown) = argument.peel() {
            marks.untyped = *unknown.ty() == Type::Any && !self.untyped;
            marks.unknown = !self.unknown;
        }
        Ok(marks)
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
/// The accessors assume the parameter's type: a function is never called with any other.
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

    /// Returns the number of arguments.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns the arguments from an index on.
    pub(super) fn from(&self, position: usize) -> &[Value] {
        &self.values[position..]
    }

    /// Returns an argument.
    pub(super) fn value(&self, position: usize) -> &Value {
        &self.values[position]
    }

    /// Takes all arguments.
    pub(super) fn take_all(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.values)
    }

    /// Takes an argument.
    pub(super) fn take(&mut self, position: usize) -> Value {
        std::mem::replace(&mut self.values[position], Value::Null)
    }

    /// Returns an argument of type `string`.
    pub(super) fn text(&self, position: usize) -> &Text {
        let Value::String(text) = &self.values[position] else { unreachable!("the parameter is a string") };
        text
    }

    /// Returns an argument of type `number`.
    pub(super) fn number(&self, position: usize) -> &Number {
        let Value::Number(number) = &self.values[position] else { unreachable!("the parameter is a number") };
        number
    }

    /// Returns an argument of type `number` that must be an integer.
    pub(super) fn integer(&self, position: usize) -> Result<i64, FunctionError> {
        let number = self.number(position);
        let message =
            if number.is_whole() { "the number is too large" } else { "a whole number is required" };
        number.as_i64().ok_or_else(|| self.error(position, message))
    }

    /// Returns the elements of a list or set argument.
    pub(super) fn elements(&self, position: usize) -> &[Value] {
        elements_of(&self.values[position]).expect("the parameter is a list or a set")
    }

    /// Takes the elements of a list or set argument.
    pub(super) fn take_elements(&mut self, position: usize) -> Vec<Value> {
        into_elements(self.take(position)).expect("the parameter is a list or a set")
    }

    /// Returns the elements of a map argument.
    pub(super) fn map(&self, position: usize) -> &ValueMap {
        map_of(&self.values[position]).expect("the parameter is a map")
    }

    /// Creates an error about an argument.
    pub(super) fn error(&self, position: usize, message: impl Into<String>) -> FunctionError {
        let parameter = self.parameters.get(position).or(self.variadic);
        let parameter = parameter.map(|parameter| parameter.name.into()).unwrap_or_default();
        FunctionError::Argument { position, parameter, message: message.into() }
    }
}

/// Returns the elements of a list, tuple or set.
pub(super) fn elements_of(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => Some(elements),
        _ => None,
    }
}

/// Takes the elements of a list, tuple or set.
pub(super) fn into_elements(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => Some(elements),
        _ => None,
    }
}

/// Returns the elements of a map, or the attributes of an object.
pub(super) const fn map_of(value: &Value) -> Option<&ValueMap> {
    match value {
        Value::Map(elements) | Value::Object(elements) => Some(elements),
        _ => None,
    }
}

/// Creates a string value.
pub(super) fn text(text: impl Into<Text>) -> Value {
    Value::String(text.into())
}

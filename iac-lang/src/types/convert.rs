//! Conversion of values to a type.

use std::fmt;

use iac_core::text::Text;

use super::unify::unify;
use super::{ObjectAttribute, Type};
use crate::value::{AttributePath, Lengths, Number, PathStep, Unknown, Value, ValueMap};

/// An error for a value that cannot be converted to a type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConvertError {
    /// The path in the value.
    pub path: AttributePath,
    /// The problem at that path, in Terraform's words: `a number is required`.
    pub message: String,
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConvertError {}

impl ConvertError {
    fn new(message: impl Into<String>) -> Self {
        // The steps are added from the inside out, and reversed at the end.
        Self { path: AttributePath::default(), message: message.into() }
    }

    fn inside(mut self, step: impl Into<PathStep>) -> Self {
        self.path.0.push(step.into());
        self
    }
}

/// Converts a value to a type, as Terraform does for arguments and variables.
///
/// Unknown, null and sensitive values stay unknown, null and sensitive. Attributes that the type does not have are
/// dropped. Optional attributes that the value lacks, or that are null, get the type's default. Where the type is
/// [`Type::Any`] inside a collection, the elements are converted to their common type.
///
/// # Errors
///
/// Returns an error if the value cannot be converted to the type.
pub fn convert(value: Value, ty: &Type) -> Result<Value, ConvertError> {
    convert_inside(value, ty).map_err(|mut error| {
        error.path.0.reverse();
        error
    })
}

fn convert_inside(value: Value, ty: &Type) -> Result<Value, ConvertError> {
    match (value, ty) {
        (Value::Unknown(value), ty) => unknown(value, ty),
        (value @ Value::Null, _)
        | (value, Type::Any)
        | (value @ Value::String(_), Type::String)
        | (value @ Value::Number(_), Type::Number)
        | (value @ Value::Bool(_), Type::Bool) => Ok(value),
        (Value::Sensitive(value), ty) => convert_inside(*value, ty).map(Value::mark),
        (value, Type::String) => text(&value).map(Value::String).ok_or_else(|| required(ty)),
        (Value::String(text), Type::Number) => {
            parse_number(&text).map(Value::Number).ok_or_else(|| required(ty))
        }
        (Value::String(text), Type::Bool) => parse_bool(&text).map(Value::Bool),
        (Value::Set(elements), Type::List(element))
            if elements.len() > 1 && !elements.iter().all(Value::is_wholly_known) =>
        {
            unknown_order(elements, element)
        }
        (Value::List(elements) | Value::Tuple(elements) | Value::Set(elements), Type::List(element)) => {
            all(elements, element).map(Value::List)
        }
        (Value::List(elements) | Value::Tuple(elements) | Value::Set(elements), Type::Set(element)) => {
            all(elements, element).map(Value::set)
        }
        (Value::Map(elements) | Value::Object(elements), Type::Map(element)) => map(elements, element),
        (Value::Map(elements) | Value::Object(elements), Type::Object(attributes)) => {
            object(elements, attributes).map(Value::Object)
        }
        (Value::Tuple(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            let elements = elements.into_iter().zip(types).enumerate();
            let convert = |(index, (element, ty))| {
                convert_inside(element, ty).map_err(|error: ConvertError| error.inside(index))
            };
            elements.map(convert).collect::<Result<_, _>>().map(Value::Tuple)
        }
        (_, ty) => Err(required(ty)),
    }
}

/// Converts an unknown value: its type must suit, and what is known of it may change.
fn unknown(value: Unknown, ty: &Type) -> Result<Value, ConvertError> {
    let from = value.ty();
    if matches!(ty, Type::Any) || from == ty {
        return Ok(Value::Unknown(value));
    }
    if !from.is_convertible_to(ty) {
        return Err(required(ty));
    }
    let lengths = match (from, ty) {
        (Type::Object(attributes), Type::Map(_)) => Lengths::exactly(attributes.len()),
        (Type::Tuple(elements), Type::List(_)) => Lengths::exactly(elements.len()),
        // Elements of a set may be equal.
        (Type::Tuple(elements), Type::Set(_)) => {
            Lengths { least: elements.len().min(1), most: Some(elements.len()) }
        }
        (Type::List(_) | Type::Set(_), Type::Set(_)) => {
            let Lengths { least, most } = value.lengths();
            Lengths { least: least.min(1), most }
        }
        (Type::List(_) | Type::Set(_) | Type::Map(_), Type::List(_) | Type::Map(_)) => value.lengths(),
        _ => Lengths::default(),
    };
    let (ty, not_null) = (from.converted_to(ty), value.is_not_null());
    let value = value.derived().with_type(ty).with_lengths(lengths);
    Ok(if not_null { value.not_null().settled() } else { Value::Unknown(value) })
}

/// Converts a set to a list. The unknown elements may be equal to others, so neither order nor length are known.
fn unknown_order(elements: Vec<Value>, ty: &Type) -> Result<Value, ConvertError> {
    let list = Value::List(all(elements, ty)?);
    Ok(Value::unknown_as(Type::of(&list), [&list]).mark_if(list.contains_sensitive()))
}

fn required(ty: &Type) -> ConvertError {
    ConvertError::new(match ty {
        Type::Any => "a value of another type is required".to_owned(),
        Type::String => "a string is required".to_owned(),
        Type::Number => "a number is required".to_owned(),
        Type::Bool => "a bool is required".to_owned(),
        Type::List(element) => format!("a list of {element} is required"),
        Type::Set(element) => format!("a set of {element} is required"),
        Type::Map(element) => format!("a map of {element} is required"),
        Type::Tuple(types) => format!("a tuple of {} elements is required", types.len()),
        Type::Object(_) => "an object is required".to_owned(),
    })
}

/// Returns the string form of a primitive value, as templates render it; `None` for other values.
#[must_use]
pub fn text(value: &Value) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_plain().into()),
        Value::Bool(value) => Some(Text::from_static(if *value { "true" } else { "false" })),
        _ => None,
    }
}

/// Parses a decimal number, with optional fraction and exponent.
#[must_use]
pub fn parse_number(text: &str) -> Option<Number> {
    let (sign, rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) if text.starts_with('-') => ("-", rest),
        Some(rest) => ("", rest),
        None => ("", text),
    };
    // `.5` and `5.` are numbers here, unlike in JSON.
    let (mantissa, exponent) = rest.split_at(rest.find(['e', 'E']).unwrap_or(rest.len()));
    let mantissa = match mantissa.split_once('.') {
        Some(("", "")) => return None,
        Some(("", fraction)) => format!("0.{fraction}"),
        Some((whole, "")) => whole.to_owned(),
        _ => mantissa.to_owned(),
    };
    format!("{sign}{mantissa}{exponent}").parse().ok()
}

fn parse_bool(text: &str) -> Result<bool, ConvertError> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(ConvertError::new("a bool is required: `true` or `false`, in lower case")),
    }
}

fn all(elements: Vec<Value>, ty: &Type) -> Result<Vec<Value>, ConvertError> {
    let common;
    let ty = if matches!(ty, Type::Any) {
        common = common_type(elements.iter())?;
        &common
    } else {
        ty
    };
    let elements = elements.into_iter().enumerate().map(|(index, element)| {
        convert_inside(element, ty).map_err(|error: ConvertError| error.inside(index))
    });
    elements.collect()
}

/// Terraform's map keys cannot be sensitive, so only the values are converted.
fn map(mut elements: ValueMap, ty: &Type) -> Result<Value, ConvertError> {
    let common;
    let ty = if matches!(ty, Type::Any) {
        common = common_type(elements.values())?;
        &common
    } else {
        ty
    };
    for (name, element) in elements.iter_mut() {
        let value = std::mem::replace(element, Value::Null);
        *element = convert_inside(value, ty).map_err(|error| error.inside(name.clone()))?;
    }
    Ok(Value::Map(elements))
}

fn common_type<'a>(elements: impl Iterator<Item = &'a Value>) -> Result<Type, ConvertError> {
    let types: Vec<_> = elements.map(Type::of).collect();
    unify(&types).ok_or_else(|| ConvertError::new("all elements must have the same type"))
}

fn object(elements: ValueMap, attributes: &[ObjectAttribute]) -> Result<ValueMap, ConvertError> {
    let mut given = elements.into_iter().peekable();
    let mut converted = Vec::with_capacity(attributes.len());
    for ObjectAttribute { name, ty, optional, default } in attributes {
        // Both are sorted by name.
        while given.next_if(|(given, _)| given < name).is_some() {}
        let value = match given.next_if(|(given, _)| given == name) {
            Some((_, Value::Null)) => default.clone().unwrap_or(Value::Null),
            Some((_, value)) => convert_inside(value, ty).map_err(|error| error.inside(name.clone()))?,
            None if *optional => default.clone().unwrap_or(Value::Null),
            None => return Err(ConvertError::new(format!("attribute {name:?} is required"))),
        };
        converted.push((name.clone(), value));
    }
    Ok(ValueMap::from_sorted(converted))
}

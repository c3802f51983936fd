//! Values in the plugin protocol: msgpack according to the type, with unknown values as an extension; or JSON.

mod decode;
mod encode;
mod json;

use iac_lang::types::Type;
use iac_lang::value::Value;
use iac_plan::schema::{Block, NestingMode};

use crate::messages::DynamicValue;

/// The maximum nesting depth of values; deeper ones are rejected.
const MAX_DEPTH: usize = 256;

/// The expected shape of a value.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// A type.
    Type(&'a Type),
    /// The object of a block.
    Block(&'a Block),
    /// The collection of a nested block.
    Blocks(NestingMode, &'a Block),
}

/// An error of encoding or decoding a value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum CodecError {
    #[error("truncated data")]
    Truncated,
    #[error("trailing data")]
    Trailing,
    #[error("expected {1}, found {0}")]
    Mismatch(String, &'static str),
    #[error("nested too deeply")]
    TooDeep,
    #[error("invalid JSON: {0}")]
    Json(String),
    #[error("missing value")]
    Missing,
}

/// Encodes a value.
pub(crate) fn encode(value: &Value, shape: Shape<'_>) -> Result<DynamicValue, CodecError> {
    let mut bytes = Vec::with_capacity(256);
    encode::value(&mut bytes, value, shape, MAX_DEPTH)?;
    Ok(DynamicValue { msgpack: bytes.into(), json: bytes::Bytes::new() })
}

/// Decodes a value.
pub(crate) fn decode(value: Option<&DynamicValue>, shape: Shape<'_>) -> Result<Value, CodecError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            let mut reader = decode::Reader::new(&value.msgpack);
            let decoded = reader.value(shape, MAX_DEPTH)?;
            reader.end()?;
            Ok(decoded)
        }
        Some(value) if !value.json.is_empty() => json::decode(&value.json, shape),
        _ => Err(CodecError::Missing),
    }
}

/// Returns the type of a value, for attributes of any type.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null | Value::Unknown(_) => Type::Any,
        Value::Bool(_) => Type::Bool,
        Value::Number(_) => Type::Number,
        Value::String(_) => Type::String,
        Value::List(elements) => Type::List(Box::new(element_type(elements.iter()))),
        Value::Tuple(elements) => Type::Tuple(elements.iter().map(type_of).collect()),
        Value::Set(elements) => Type::Set(Box::new(element_type(elements.iter()))),
        Value::Map(elements) => Type::Map(Box::new(element_type(elements.values()))),
        Value::Object(elements) => Type::Object(
            elements
                .iter()
                .map(|(name, element)| iac_lang::types::ObjectAttribute {
                    name: name.clone(),
                    ty: type_of(element),
                    optional: false,
                    default: None,
                })
                .collect(),
        ),
        Value::Sensitive(value) => type_of(value),
    }
}

/// Returns the type of the first element that has one.
fn element_type<'a>(elements: impl Iterator<Item = &'a Value>) -> Type {
    elements.map(type_of).find(|ty| *ty != Type::Any).unwrap_or(Type::Any)
}

/// Returns the kind of a value, for messages; never its content.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list",
        Value::Tuple(_) => "a tuple",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map",
        Value::Object(_) => "an object",
        Value::Unknown(_) => "an unknown value",
        Value::Sensitive(_) => "a sensitive value",
    }
}

#[cfg(test)]
mod tests;

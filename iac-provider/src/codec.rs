//! Values as the plugin protocol sends them: msgpack by type, with what is unknown as an extension; or JSON.

mod decode;
mod encode;
mod json;

use iac_lang::types::Type;
use iac_lang::value::Value;
use iac_plan::schema::{Block, NestingMode};

use crate::messages::DynamicValue;

/// How deep values may lie in values: what is deeper is refused, not read.
const DEEPEST: usize = 256;

/// What a value is to be read or written as.
#[derive(Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// A type.
    Type(&'a Type),
    /// The object that a block makes up.
    Block(&'a Block),
    /// The blocks of a nested block.
    Blocks(NestingMode, &'a Block),
}

/// Why a value could not be read or written.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum CodecError {
    #[error("it ends too early")]
    Truncated,
    #[error("it is followed by more")]
    Trailing,
    #[error("`{0}` cannot be taken as {1}")]
    Mismatch(String, &'static str),
    #[error("it is nested too deep")]
    TooDeep,
    #[error("it is not JSON: {0}")]
    Json(String),
    #[error("there is none")]
    Missing,
}

/// Writes a value.
pub(crate) fn encode(value: &Value, shape: Shape<'_>) -> Result<DynamicValue, CodecError> {
    let mut bytes = Vec::with_capacity(256);
    encode::value(&mut bytes, value, shape, DEEPEST)?;
    Ok(DynamicValue { msgpack: bytes.into(), json: bytes::Bytes::new() })
}

/// Reads a value.
pub(crate) fn decode(value: Option<&DynamicValue>, shape: Shape<'_>) -> Result<Value, CodecError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            let mut reader = decode::Reader::new(&value.msgpack);
            let decoded = reader.value(shape, DEEPEST)?;
            reader.end()?;
            Ok(decoded)
        }
        Some(value) if !value.json.is_empty() => json::decode(&value.json, shape),
        _ => Err(CodecError::Missing),
    }
}

/// The type that a value has by itself, for a place that takes any type.
fn type_of(value: &Value) -> Type {
    match value {
        Value::Null | Value::Unknown => Type::Any,
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

/// The type of the first element that has one.
fn element_type<'a>(elements: impl Iterator<Item = &'a Value>) -> Type {
    elements.map(type_of).find(|ty| *ty != Type::Any).unwrap_or(Type::Any)
}

/// What a value is, for messages: never its content.
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
        Value::Unknown => "an unknown value",
        Value::Sensitive(_) => "a sensitive value",
    }
}

#[cfg(test)]
mod tests;

//! Decoding of values from JSON, which the protocol allows instead of msgpack.

use iac_lang::types::Type;
use iac_lang::value::{Value, ValueMap};
use iac_plan::schema::NestingMode;

use super::{CodecError, Shape, kind};
use crate::wire::parse_type;

/// Decodes a value of a shape.
pub(super) fn decode(bytes: &[u8], shape: Shape<'_>) -> Result<Value, CodecError> {
    let text = std::str::from_utf8(bytes).map_err(|error| CodecError::Json(error.to_string()))?;
    let value = Value::parse_json(text).map_err(|error| CodecError::Json(error.to_string()))?;
    shaped(value, shape)
}

/// Converts a JSON value to a shape. The parser has limited the depth.
fn shaped(value: Value, shape: Shape<'_>) -> Result<Value, CodecError> {
    if value == Value::Null {
        return Ok(value);
    }
    match shape {
        Shape::Type(ty) => typed(value, ty),
        Shape::Block(block) => object(value, |name| {
            let attribute = block.attribute(name).map(|attribute| Shape::Type(&attribute.ty));
            attribute.or_else(|| block.nested(name).map(|nested| Shape::Blocks(nested.mode, &nested.block)))
        }),
        Shape::Blocks(mode, block) => {
            let inner = Shape::Block(block);
            match mode {
                NestingMode::Single | NestingMode::Group => shaped(value, inner),
                NestingMode::List => elements(value, inner).map(Value::List),
                NestingMode::Set => elements(value, inner).map(Value::set),
                NestingMode::Map => map(value, inner),
            }
        }
    }
}

fn typed(value: Value, ty: &Type) -> Result<Value, CodecError> {
    match (ty, value) {
        (Type::Any, Value::Object(mut members)) => {
            let ty = members.get("type").and_then(|ty| parse_type(json_text(ty)?.as_bytes()));
            match (ty, members.remove("value")) {
                (Some(ty), Some(value)) => shaped(value, Shape::Type(&ty)),
                _ => Err(CodecError::Mismatch("an object".to_owned(), "a type and a value")),
            }
        }
        (Type::String, value @ Value::String(_))
        | (Type::Number, value @ Value::Number(_))
        | (Type::Bool, value @ Value::Bool(_)) => Ok(value),
        (Type::Number, Value::String(text)) => match text.parse() {
            Ok(number) => Ok(Value::Number(number)),
            Err(_) => Err(CodecError::Mismatch("a string".to_owned(), "a number")),
        },
        (Type::List(element), value) => elements(value, Shape::Type(element)).map(Value::List),
        (Type::Set(element), value) => elements(value, Shape::Type(element)).map(Value::set),
        (Type::Map(element), value) => map(value, Shape::Type(element)),
        (Type::Tuple(types), Value::List(elements) | Value::Tuple(elements))
            if elements.len() == types.len() =>
        {
            let elements = elements.into_iter().zip(types);
            elements
                .map(|(element, ty)| shaped(element, Shape::Type(ty)))
                .collect::<Result<_, _>>()
                .map(Value::Tuple)
        }
        (Type::Object(attributes), value) => object(value, |name| {
            attributes.iter().find(|each| each.name == name).map(|attribute| Shape::Type(&attribute.ty))
        }),
        (_, value) => Err(CodecError::Mismatch(kind(&value).to_owned(), "a value of this type")),
    }
}

fn elements(value: Value, shape: Shape<'_>) -> Result<Vec<Value>, CodecError> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => {
            elements.into_iter().map(|element| shaped(element, shape)).collect()
        }
        _ => Err(CodecError::Mismatch(kind(&value).to_owned(), "a list")),
    }
}

fn members(value: Value) -> Result<ValueMap, CodecError> {
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(CodecError::Mismatch(kind(&value).to_owned(), "an object")),
    }
}

fn map(value: Value, shape: Shape<'_>) -> Result<Value, CodecError> {
    let elements = members(value)?.into_iter();
    let elements = elements.map(|(key, element)| Ok((key, shaped(element, shape)?)));
    elements.collect::<Result<_, _>>().map(Value::Map)
}

fn object<'s>(value: Value, member: impl Fn(&str) -> Option<Shape<'s>>) -> Result<Value, CodecError> {
    let members = members(value)?.into_iter().map(|(name, value)| match member(&name) {
        Some(shape) => Ok((name, shaped(value, shape)?)),
        None => Err(CodecError::Mismatch(format!("`{name}`"), "an attribute of the schema")),
    });
    members.collect::<Result<_, _>>().map(Value::Object)
}

/// Returns the JSON of a type as text.
fn json_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::List(elements) | Value::Tuple(elements) => {
            let elements = elements.iter().map(json_text).collect::<Option<Vec<_>>>()?;
            format!("[{}]", elements.join(","))
        }
        Value::Object(members) => {
            let member = |(name, member): (&iac_core::Text, &Value)| {
                Some(format!("{}:{}", serde_json::Value::from(name.as_str()), json_text(member)?))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Option<Vec<_>>>()?.join(","))
        }
        _ => return None,
    })
}

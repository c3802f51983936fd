//! Encoding of values as msgpack.

use iac_lang::types::Type;
use iac_lang::value::{Number, Value, ValueMap};
use iac_plan::schema::{Block, NestingMode};

use super::{CodecError, Shape, kind, type_of};
use crate::wire::type_json;

const NIL: u8 = 0xc0;
/// Extension type 0 with one byte of no meaning.
const UNKNOWN: [u8; 3] = [0xd4, 0, 0];

/// Writes a value of a shape.
pub(super) fn value(
    bytes: &mut Vec<u8>,
    value: &Value,
    shape: Shape<'_>,
    depth: usize,
) -> Result<(), CodecError> {
    let depth = depth.checked_sub(1).ok_or(CodecError::TooDeep)?;
    match value {
        Value::Null => bytes.push(NIL),
        Value::Unknown(_) => bytes.extend(UNKNOWN),
        Value::Sensitive(inner) => self::value(bytes, inner, shape, depth)?,
        _ => match shape {
            Shape::Type(ty) => typed(bytes, value, ty, depth)?,
            Shape::Block(block) => self::block(bytes, members(value)?, block, depth)?,
            Shape::Blocks(mode, block) => {
                let inner = Shape::Block(block);
                match mode {
                    NestingMode::Single | NestingMode::Group => self::value(bytes, value, inner, depth)?,
                    NestingMode::List | NestingMode::Set => sequence(bytes, elements(value)?, inner, depth)?,
                    NestingMode::Map => map(bytes, members(value)?, inner, depth)?,
                }
            }
        },
    }
    Ok(())
}

fn typed(bytes: &mut Vec<u8>, value: &Value, ty: &Type, depth: usize) -> Result<(), CodecError> {
    let mismatch = |expected| Err(CodecError::Mismatch(kind(value).to_owned(), expected));
    match (ty, value) {
        (Type::Any, _) => {
            let ty = type_of(value);
            head(bytes, 2, 0x90, 0xdc);
            let json = type_json(&ty).to_string();
            binary(bytes, json.as_bytes());
            typed(bytes, value, &ty, depth)?;
        }
        (Type::String, Value::String(text)) => string(bytes, text),
        (Type::Number, Value::Number(value)) => number(bytes, value),
        (Type::Bool, Value::Bool(value)) => bytes.push(if *value { 0xc3 } else { 0xc2 }),
        (Type::List(element) | Type::Set(element), _) => {
            sequence(bytes, elements(value)?, Shape::Type(element), depth)?;
        }
        (Type::Map(element), _) => map(bytes, members(value)?, Shape::Type(element), depth)?,
        (Type::Tuple(types), _) => {
            let elements = elements(value)?;
            if elements.len() != types.len() {
                return mismatch("a tuple with as many elements as its type");
            }
            head(bytes, elements.len(), 0x90, 0xdc);
            for (element, ty) in elements.iter().zip(types) {
                self::value(bytes, element, Shape::Type(ty), depth)?;
            }
        }
        (Type::Object(attributes), _) => {
            let members = members(value)?;
            head(bytes, attributes.len(), 0x80, 0xde);
            for attribute in attributes {
                string(bytes, &attribute.name);
                let member = members.get(&attribute.name).unwrap_or(&Value::Null);
                self::value(bytes, member, Shape::Type(&attribute.ty), depth)?;
            }
        }
        (Type::String, _) => return mismatch("a string"),
        (Type::Number, _) => return mismatch("a number"),
        (Type::Bool, _) => return mismatch("a boolean"),
    }
    Ok(())
}

fn block(bytes: &mut Vec<u8>, members: &ValueMap, block: &Block, depth: usize) -> Result<(), CodecError> {
    head(bytes, block.attributes.len() + block.blocks.len(), 0x80, 0xde);
    for attribute in &block.attributes {
        string(bytes, &attribute.name);
        let member = members.get(&attribute.name).unwrap_or(&Value::Null);
        value(bytes, member, Shape::Type(&attribute.ty), depth)?;
    }
    for nested in &block.blocks {
        string(bytes, &nested.name);
        let member = members.get(&nested.name).unwrap_or(&Value::Null);
        value(bytes, member, Shape::Blocks(nested.mode, &nested.block), depth)?;
    }
    Ok(())
}

fn sequence(
    bytes: &mut Vec<u8>,
    elements: &[Value],
    shape: Shape<'_>,
    depth: usize,
) -> Result<(), CodecError> {
    head(bytes, elements.len(), 0x90, 0xdc);
    elements.iter().try_for_each(|element| value(bytes, element, shape, depth))
}

fn map(bytes: &mut Vec<u8>, elements: &ValueMap, shape: Shape<'_>, depth: usize) -> Result<(), CodecError> {
    head(bytes, elements.len(), 0x80, 0xde);
    elements.iter().try_for_each(|(key, element)| {
        string(bytes, key);
        value(bytes, element, shape, depth)
    })
}

fn elements(value: &Value) -> Result<&[Value], CodecError> {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => Ok(elements),
        _ => Err(CodecError::Mismatch(kind(value).to_owned(), "a list or set")),
    }
}

fn members(value: &Value) -> Result<&ValueMap, CodecError> {
    match value {
        Value::Map(members) | Value::Object(members) => Ok(members),
        _ => Err(CodecError::Mismatch(kind(value).to_owned(), "a map or object")),
    }
}

/// Writes the header of a list (`0x90`, `0xdc`) or map (`0x80`, `0xde`).
fn head(bytes: &mut Vec<u8>, length: usize, short: u8, long: u8) {
    if let Ok(length) = u16::try_from(length) {
        if let Ok(length @ 0..16) = u8::try_from(length) {
            bytes.push(short | length);
        } else {
            bytes.push(long);
            bytes.extend(length.to_be_bytes());
        }
    } else {
        bytes.push(long + 1);
        bytes.extend(size(length));
    }
}

/// Returns a length in four bytes. Nothing that fits into memory and a message is longer.
fn size(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

pub(super) fn string(bytes: &mut Vec<u8>, text: &str) {
    let length = text.len();
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ 0..32), _) => bytes.push(0xa0 | length),
        (Ok(length), _) => bytes.extend([0xd9, length]),
        (_, Ok(length)) => {
            bytes.push(0xda);
            bytes.extend(length.to_be_bytes());
        }
        _ => {
            bytes.push(0xdb);
            bytes.extend(size(length));
        }
    }
    bytes.extend(text.as_bytes());
}

fn binary(bytes: &mut Vec<u8>, content: &[u8]) {
    if let Ok(length) = u8::try_from(content.len()) {
        bytes.extend([0xc4, length]);
    } else {
        bytes.push(0xc6);
        bytes.extend(size(content.len()));
    }
    bytes.extend(content);
}

/// Writes a number. Integers of up to 64 bits are encoded as such; others as strings, which preserves every digit, as
/// in Terraform.
fn number(bytes: &mut Vec<u8>, number: &Number) {
    let text = number.to_string();
    if let Ok(number) = text.parse::<i64>() {
        if let Ok(small @ -32..=127) = i8::try_from(number) {
            bytes.push(small.cast_unsigned());
        } else {
            bytes.push(0xd3);
            bytes.extend(number.to_be_bytes());
        }
    } else if let Ok(number) = text.parse::<u64>() {
        bytes.push(0xcf);
        bytes.extend(number.to_be_bytes());
    } else {
        string(bytes, &text);
    }
}

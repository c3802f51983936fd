//! Values according to a schema: empty ones, access by path, and replacements for unknown values.

use iac_core::Text;
use iac_lang::types::Type;
use iac_lang::value::{Value, ValueMap};
use iac_plan::schema::{Block, NestingMode};

use super::Hints;
use super::values::known;

/// Returns the object of a block with no arguments set.
pub(super) fn empty(block: &Block) -> Value {
    let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null));
    let blocks = block.blocks.iter().map(|nested| (nested.name.clone(), none(nested.mode, &nested.block)));
    Value::Object(attributes.chain(blocks).collect())
}

/// Returns an empty collection of blocks.
pub(super) fn none(mode: NestingMode, block: &Block) -> Value {
    match mode {
        NestingMode::Single => Value::Null,
        NestingMode::Group => empty(block),
        NestingMode::List => Value::List(Vec::new()),
        NestingMode::Set => Value::Set(Vec::new()),
        NestingMode::Map => Value::Map(ValueMap::new()),
    }
}

/// Returns a collection with one block.
pub(super) fn one(mode: NestingMode, object: Value) -> Value {
    match mode {
        NestingMode::Single | NestingMode::Group => object,
        NestingMode::List => Value::List(vec![object]),
        NestingMode::Set => Value::set(vec![object]),
        NestingMode::Map => Value::Map([(Text::from_static("probe"), object)].into()),
    }
}

/// Returns the value at a path of names. Paths go through the first element of each block.
pub(super) fn get<'v>(value: &'v Value, path: &[Text]) -> Option<&'v Value> {
    let Some((name, rest)) = path.split_first() else { return Some(value) };
    match first(value)? {
        Value::Object(members) | Value::Map(members) => get(members.get(name)?, rest),
        _ => None,
    }
}

fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::List(elements) | Value::Set(elements) => elements.first(),
        Value::Map(elements) => elements.values().next(),
        other => Some(other),
    }
}

/// Replaces the value at a path of names.
pub(super) fn with(value: &Value, path: &[Text], new: Value) -> Value {
    let Some((name, rest)) = path.split_first() else { return new };
    match value {
        Value::Object(members) => {
            let mut members = members.clone();
            if let Some(member) = members.get_mut(name) {
                *member = inside(member, rest, new);
            }
            Value::Object(members)
        }
        other => other.clone(),
    }
}

fn inside(value: &Value, path: &[Text], new: Value) -> Value {
    if path.is_empty() {
        return new;
    }
    match value {
        Value::List(elements) if !elements.is_empty() => {
            let mut elements = elements.clone();
            elements[0] = with(&elements[0], path, new);
            Value::List(elements)
        }
        Value::Set(elements) if !elements.is_empty() => {
            let mut elements = elements.clone();
            elements[0] = with(&elements[0], path, new);
            Value::set(elements)
        }
        Value::Map(elements) => {
            let mut elements = elements.clone();
            if let Some((_, element)) = elements.iter_mut().next() {
                *element = with(element, path, new);
            }
            Value::Map(elements)
        }
        other => with(other, path, new),
    }
}

/// Replaces unknown values by known ones, as they may be after apply.
///
/// With `bare`, optional attributes that are not configured become empty, because some providers reject generated
/// values for them.
pub(super) fn fill(value: &Value, block: &Block, hints: &Hints, path: &str, bare: bool) -> Value {
    let Value::Object(members) = value else { return value.clone() };
    let members = members.iter().map(|(name, value)| {
        let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        let filled = if let Some(attribute) = block.attribute(name) {
            match value {
                Value::Unknown(_) if bare && attribute.optional && attribute.ty == Type::String => {
                    Value::String(Text::default())
                }
                Value::Unknown(_) => known(name, &attribute.ty, &hints.get(&path)),
                other => fill_elements(other, name, &attribute.ty, hints, &path),
            }
        } else if let Some(nested) = block.nested(name) {
            let object = |object: &Value| match object {
                Value::Unknown(_) => Value::Null,
                other => fill(other, &nested.block, hints, &path, bare),
            };
            match value {
                Value::Unknown(_) => none(nested.mode, &nested.block),
                Value::List(elements) => Value::List(elements.iter().map(object).collect()),
                Value::Set(elements) => Value::set(elements.iter().map(object).collect()),
                Value::Map(elements) => {
                    Value::Map(elements.iter().map(|(key, element)| (key.clone(), object(element))).collect())
                }
                other => object(other),
            }
        } else {
            value.clone()
        };
        (name.clone(), filled)
    });
    Value::Object(members.collect())
}

/// Replaces unknown values inside a value of a type.
fn fill_elements(value: &Value, name: &str, ty: &Type, hints: &Hints, path: &str) -> Value {
    match (value, ty) {
        (Value::Unknown(_), _) => known(name, ty, &hints.get(path)),
        (Value::List(elements), Type::List(ty)) => Value::List(
            elements.iter().map(|element| fill_elements(element, name, ty, hints, path)).collect(),
        ),
        (Value::Set(elements), Type::Set(ty)) => {
            Value::set(elements.iter().map(|element| fill_elements(element, name, ty, hints, path)).collect())
        }
        (Value::Map(elements), Type::Map(ty)) => Value::Map(
            elements
                .iter()
                .map(|(key, element)| (key.clone(), fill_elements(element, name, ty, hints, path)))
                .collect(),
        ),
        (Value::Object(members), Type::Object(types)) => Value::Object(
            members
                .iter()
                .map(|(name, member)| {
                    let ty = types.iter().find(|each| each.name == *name).map_or(&Type::Any, |each| &each.ty);
                    (name.clone(), fill_elements(member, name, ty, hints, path))
                })
                .collect(),
        ),
        (other, _) => other.clone(),
    }
}

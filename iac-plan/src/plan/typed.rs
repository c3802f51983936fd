//! Types of unknown values, which others may depend on: that a list is unknown does not make it a string.

use std::borrow::Cow;

use iac_lang::types::{ObjectAttribute, Type};
use iac_lang::value::Value;

use crate::schema::{Block, NestedBlock, NestingMode};

/// Adds types to the unknown parts of an instance's value.
pub(crate) fn instance(value: &mut Value, block: &Block) {
    match value {
        Value::Sensitive(value) => instance(value, block),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                if !member.is_wholly_known() {
                    self::member(member, block, name);
                }
            }
        }
        Value::Unknown(unknown) if *unknown.ty() == Type::Any => value.assume(&object(block)),
        _ => {}
    }
}

/// Adds types to the unknown parts of an attribute or nested block of an instance.
pub(crate) fn attribute<'v>(value: Cow<'v, Value>, block: &Block, name: &str) -> Cow<'v, Value> {
    if value.is_wholly_known() {
        return value;
    }
    let mut value = value.into_owned();
    member(&mut value, block, name);
    Cow::Owned(value)
}

fn member(value: &mut Value, block: &Block, name: &str) {
    if let Some(attribute) = block.attribute(name) {
        value.assume(&attribute.ty);
    } else if let Some(nested) = block.nested(name) {
        self::nested(value, nested);
    }
}

fn nested(value: &mut Value, block: &NestedBlock) {
    match value {
        Value::Sensitive(value) => nested(value, block),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            for element in elements {
                instance(element, &block.block);
            }
        }
        Value::Map(elements) => elements.iter_mut().for_each(|(_, element)| instance(element, &block.block)),
        Value::Object(_) => instance(value, &block.block),
        Value::Unknown(unknown) if *unknown.ty() == Type::Any => value.assume(&collection(block)),
        _ => {}
    }
}

/// Returns the type of the values of a block.
fn object(block: &Block) -> Type {
    let attributes = block
        .attributes
        .iter()
        .map(|attribute| ObjectAttribute::new(attribute.name.clone(), attribute.ty.clone()));
    let blocks =
        block.blocks.iter().map(|nested| ObjectAttribute::new(nested.name.clone(), collection(nested)));
    let mut members: Vec<ObjectAttribute> = attributes.chain(blocks).collect();
    members.sort_by(|left, right| left.name.cmp(&right.name));
    Type::Object(members)
}

fn collection(nested: &NestedBlock) -> Type {
    let element = object(&nested.block);
    // Blocks with attributes of any type form tuples and objects instead.
    if nested.mode != NestingMode::Single && nested.mode != NestingMode::Group && element.contains_any() {
        return Type::Any;
    }
    match nested.mode {
        NestingMode::Single | NestingMode::Group => element,
        NestingMode::List => Type::List(Box::new(element)),
        NestingMode::Set => Type::Set(Box::new(element)),
        NestingMode::Map => Type::Map(Box::new(element)),
    }
}

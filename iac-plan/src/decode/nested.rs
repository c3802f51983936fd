//! Attributes with a nested schema.

use iac_lang::types::{self, ConvertError, ObjectAttribute, Type};
use iac_lang::value::Value;

use crate::schema::{Block, NestedAttributes, NestingMode};

/// Converts a value to such an attribute. Members that are optional in the configuration may be omitted.
pub(super) fn convert(value: Value, schema: &NestedAttributes) -> Result<Value, ConvertError> {
    types::convert(value, &type_of(schema))
}

fn type_of(schema: &NestedAttributes) -> Type {
    let object = object(&schema.block);
    match schema.mode {
        NestingMode::Single | NestingMode::Group => object,
        NestingMode::List => Type::List(Box::new(object)),
        NestingMode::Set => Type::Set(Box::new(object)),
        NestingMode::Map => Type::Map(Box::new(object)),
    }
}

fn object(block: &Block) -> Type {
    let attributes = block.attributes.iter().map(|attribute| ObjectAttribute {
        name: attribute.name.clone(),
        ty: attribute.nested.as_ref().map_or_else(|| attribute.ty.clone(), type_of),
        optional: !attribute.required,
        default: None,
    });
    Type::Object(attributes.collect())
}

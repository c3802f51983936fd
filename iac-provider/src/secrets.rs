//! Detection of sensitive values according to the schema.

use iac_lang::value::Value;
use iac_plan::schema::{Attribute, Block};

/// Returns true if the object of a block contains a sensitive value.
pub(crate) fn holds(value: &Value, block: &Block) -> bool {
    match value {
        Value::Sensitive(_) => true,
        Value::Object(members) | Value::Map(members) => {
            let has_attributes = |members: &iac_lang::value::ValueMap| {
                block
                    .attributes
                    .iter()
                    .any(|each| members.get(&each.name).is_some_and(|value| attribute(value, each)))
                    || block
                        .blocks
                        .iter()
                        .any(|each| members.get(&each.name).is_some_and(|value| objects(value, &each.block)))
            };
            has_attributes(members)
        }
        _ => false,
    }
}

fn attribute(value: &Value, attribute: &Attribute) -> bool {
    match value {
        Value::Null | Value::Unknown(_) => false,
        _ if attribute.sensitive || attribute.write_only => true,
        _ => attribute.nested.as_ref().is_some_and(|nested| objects(value, &nested.block)),
    }
}

/// Returns true if any object in a collection contains a sensitive value.
fn objects(value: &Value, block: &Block) -> bool {
    match value {
        Value::List(elements) | Value::Set(elements) => elements.iter().any(|element| holds(element, block)),
        Value::Map(elements) => elements.values().any(|element| holds(element, block)),
        _ => holds(value, block),
    }
}

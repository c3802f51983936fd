//! What the SDK makes of recorded values in an update.

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{Value, ValueMap};

use super::{elements, member};
use crate::schema::{Block, NestedBlock, NestingMode};

/// Replaces the null values in recorded blocks by the zero of their type: before it plans, the SDK writes the recorded
/// values anew, and reads the ones in blocks that are missing as zero.
pub(super) fn zeros(block: &Block, prior: &Value, planned: &mut Value) {
    within(block, prior, planned, false);
}

fn within(block: &Block, prior: &Value, planned: &mut Value, in_set: bool) {
    let Value::Object(members) = planned else { return };
    for nested in &block.blocks {
        let Some(value) = members.get_mut(&nested.name) else { continue };
        let prior = elements(member(prior, &nested.name));
        match (nested.mode, value) {
            (NestingMode::List, Value::List(planned)) => {
                for (prior, planned) in prior.iter().zip(planned) {
                    in_block(nested, prior, planned, in_set);
                }
            }
            (NestingMode::Set, value @ Value::Set(_)) => {
                let mut planned = elements(value).to_vec();
                for each in &mut planned {
                    if let Some(prior) = prior.iter().find(|prior| *prior == each) {
                        in_block(nested, prior, each, true);
                    }
                }
                *value = Value::set(planned);
            }
            _ => {}
        }
    }
}

fn in_block(nested: &NestedBlock, prior: &Value, planned: &mut Value, in_set: bool) {
    let attributes = || nested.block.attributes.iter().filter(|attribute| !attribute.write_only);
    // It takes a block of which nothing is recorded for one that does not exist.
    if nested.block.blocks.is_empty() && attributes().all(|each| member(prior, &each.name).is_null()) {
        return;
    }
    within(&nested.block, prior, planned, in_set);
    let Value::Object(members) = planned else { return };
    for attribute in attributes() {
        let Some(value) = members.get_mut(&attribute.name).filter(|value| value.is_null()) else { continue };
        if member(prior, &attribute.name).is_null() {
            *value = zero(&attribute.ty, in_set);
        }
    }
}

fn zero(ty: &Type, in_set: bool) -> Value {
    match ty {
        Type::String => Value::String(Text::default()),
        Type::Number => Value::Number(0_i64.into()),
        Type::Bool => Value::Bool(false),
        Type::List(_) => Value::List(Vec::new()),
        Type::Set(_) => Value::set(Vec::new()),
        Type::Map(_) if !in_set => Value::Map(ValueMap::new()),
        _ => Value::Null,
    }
}

//! Comparison of the schemas of a type, so that a value of one can be sent as a value of the other.

use iac_plan::schema::{Attribute, Block, NestedBlock};

/// Returns true if two blocks have the same arguments, attributes and nested blocks. Facts do not matter.
pub(super) fn is_same(left: &Block, right: &Block) -> bool {
    left.attributes.len() == right.attributes.len()
        && left.blocks.len() == right.blocks.len()
        && left.attributes.iter().zip(&right.attributes).all(|(left, right)| is_same_attribute(left, right))
        && left.blocks.iter().zip(&right.blocks).all(|(left, right)| is_same_nested(left, right))
}

fn is_same_attribute(left: &Attribute, right: &Attribute) -> bool {
    let is_same_nested = match (&left.nested, &right.nested) {
        (Some(left), Some(right)) => left.mode == right.mode && is_same(&left.block, &right.block),
        (None, None) => left.ty == right.ty,
        _ => false,
    };
    is_same_nested
        && left.name == right.name
        && (left.required, left.optional, left.computed) == (right.required, right.optional, right.computed)
        && left.write_only == right.write_only
}

fn is_same_nested(left: &NestedBlock, right: &NestedBlock) -> bool {
    left.name == right.name && left.mode == right.mode && is_same(&left.block, &right.block)
}

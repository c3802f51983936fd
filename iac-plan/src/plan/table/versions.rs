//! Facts for a version of a provider that is not known: those of a known one, with doubts where known versions differ.

use std::sync::Arc;

use crate::schema::{Attribute, Block, Facts, Hook, NestedAttributes, NestedBlock, Schema};

/// Marks the arguments of a type in which other versions differ.
pub(super) fn doubted(schema: &Schema, other: &Schema) -> Schema {
    Schema { block: Arc::new(block(&schema.block, &other.block)), ..schema.clone() }
}

fn block(block: &Block, other: &Block) -> Block {
    let attributes = block.attributes.iter().map(|each| attribute(each, other.attribute(&each.name)));
    let blocks = block.blocks.iter().map(|each| nested(each, other.nested(&each.name)));
    Block { attributes: attributes.collect(), blocks: blocks.collect() }
}

fn attribute(known: &Attribute, other: Option<&Attribute>) -> Attribute {
    let mut doubted = known.clone();
    let is_same = match other {
        None => known.facts.provider_default.is_some(),
        Some(other) => {
            let flags = |each: &Attribute| (each.required, each.optional, each.computed, each.write_only);
            if let (Some(inner), Some(others)) = (&known.nested, &other.nested) {
                let block = Arc::new(block(&inner.block, &others.block));
                doubted.nested = Some(NestedAttributes { mode: inner.mode, block });
            }
            flags(known) == flags(other) && known.ty == other.ty && same_facts(&known.facts, &other.facts)
        }
    };
    if !is_same {
        doubt(&mut doubted.facts);
    }
    doubted
}

fn nested(known: &NestedBlock, other: Option<&NestedBlock>) -> NestedBlock {
    let mut doubted = known.clone();
    match other {
        Some(other) if other.mode == known.mode => {
            doubted.block = Arc::new(block(&known.block, &other.block));
            if !same_facts(&known.facts, &other.facts) {
                doubt(&mut doubted.facts);
            }
        }
        _ => doubt(&mut doubted.facts),
    }
    doubted
}

/// Compares facts. What only some versions record is no difference.
fn same_facts(left: &Facts, right: &Facts) -> bool {
    let comparable = |facts: &Facts| {
        let mut facts = facts.clone();
        facts.unmodeled.clear();
        facts.perhaps_updated_by.clear();
        facts.allowed.clear();
        facts
    };
    left.provider_default.is_some() || comparable(left) == comparable(right)
}

fn doubt(facts: &mut Arc<Facts>) {
    Arc::make_mut(facts).unmodeled.push(Hook::Version);
}

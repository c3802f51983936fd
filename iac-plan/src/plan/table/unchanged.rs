//! A quick check that nothing changes, from prior state and configuration alone; it succeeds for most resources of
//! most plans.
//!
//! It returns `true` only if a full plan would give the same result, and allocates nothing.

use iac_lang::value::Value;

use super::effects;
use super::equal::{equivalent, is_normal, rewrites, same_in_any_order};
use super::legacy::{elements, is_unset, keeps, may_lose, member, same};
use super::tags::{DefaultTags, TAGS, TAGS_ALL};
use super::{literal, undecided_by};
use crate::plan::propose::corresponds;
use crate::schema::{Attribute, Block, NestedBlock, NestingMode, Schema};

/// Returns true if the configuration matches the prior value.
pub(super) fn unchanged(schema: &Schema, tags: &DefaultTags, prior: &Value, config: &Value) -> bool {
    same_content(&schema.block, schema.legacy, prior, config)
        && same_tags(schema, tags, prior, config)
        && effects::none(schema, prior, config)
}

fn same_tags(schema: &Schema, tags: &DefaultTags, prior: &Value, config: &Value) -> bool {
    let has_all = |name| schema.block.attribute(name).is_some();
    if !has_all(TAGS) || !has_all(TAGS_ALL) {
        return true;
    }
    tags.merge_to(member(config, TAGS), member(prior, TAGS_ALL))
}

fn same_content(block: &Block, legacy: bool, prior: &Value, config: &Value) -> bool {
    let (Value::Object(prior), Value::Object(config)) = (prior, config) else { return false };
    let (mut attributes, mut blocks) = (block.attributes.iter().peekable(), block.blocks.iter().peekable());
    // Both conform to the schema, so the members are in the same order.
    prior.len() == config.len()
        && prior.iter().zip(config.iter()).all(|((name, prior), (other, config))| {
            if name != other {
                return false;
            }
            if let Some(attribute) = attributes.next_if(|attribute| attribute.name == *name) {
                let may_differ =
                    rewrites(&attribute.facts) || attribute.facts.default.is_some() && config.is_null();
                return prior == config && !may_differ || same_attribute(attribute, legacy, prior, config);
            }
            let nested = blocks.next_if(|nested| nested.name == *name);
            nested.is_some_and(|nested| same_blocks(nested, legacy, prior, config))
        })
}

fn same_attribute(attribute: &Attribute, legacy: bool, prior: &Value, config: &Value) -> bool {
    if attribute.write_only {
        return prior.is_null();
    }
    let facts = &*attribute.facts;
    if config.is_null() {
        return match &facts.default {
            Some(default) if !attribute.computed || !legacy => {
                let default = literal(default);
                default == *prior || legacy && default.is_zero() && prior.is_zero()
            }
            _ => {
                attribute.computed && is_normal(prior, facts)
                    || facts.null_keeps
                    || legacy && is_unset(prior, facts)
            }
        };
    }
    if undecided_by(facts) {
        return false;
    }
    if legacy {
        return same(&attribute.ty, facts, attribute.members.as_deref(), prior, config);
    }
    match &attribute.nested {
        Some(nested) => same_nested(nested.mode, &nested.block, legacy, prior, config),
        None => config.is_wholly_known() && equivalent(prior, config, facts),
    }
}

fn same_blocks(nested: &NestedBlock, legacy: bool, prior: &Value, config: &Value) -> bool {
    if legacy && !matches!(nested.mode, NestingMode::List | NestingMode::Set) {
        return true;
    }
    let is_kept = || {
        if legacy {
            keeps(&nested.facts) && !may_lose(nested, elements(prior))
        } else {
            nested.facts.null_keeps
        }
    };
    if config.is_null_or_empty() && (prior.is_null_or_empty() || is_kept()) {
        return true;
    }
    same_nested(nested.mode, &nested.block, legacy, prior, config)
}

/// Returns true if an element of a set has computed values that the configuration does not set. It keeps them only if
/// Terraform matches it with a configured element, for which null and empty differ.
fn has_computed_values(block: &Block, prior: &Value, config: &Value) -> bool {
    let is_kept = |attribute: &Attribute| {
        attribute.computed
            && member(config, &attribute.name).is_null()
            && !member(prior, &attribute.name).is_null()
    };
    let holds = |nested: &NestedBlock| {
        let inner = elements(member(config, &nested.name));
        let pairs = elements(member(prior, &nested.name)).iter().enumerate();
        pairs.into_iter().any(|(index, prior)| {
            has_computed_values(&nested.block, prior, inner.get(index).unwrap_or(&Value::Null))
        })
    };
    block.attributes.iter().any(is_kept) || block.blocks.iter().any(holds)
}

fn same_nested(mode: NestingMode, block: &Block, legacy: bool, prior: &Value, config: &Value) -> bool {
    if config.is_unknown() {
        return false;
    }
    let (left, right) = (elements(prior), elements(config));
    let each = |prior: &Value, config: &Value| same_content(block, legacy, prior, config);
    match mode {
        NestingMode::Single | NestingMode::Group => prior == config || each(prior, config),
        NestingMode::List => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| each(left, right))
        }
        NestingMode::Set => same_in_any_order(left, right, |prior, config| {
            each(prior, config)
                && (!has_computed_values(block, prior, config) || corresponds(block, prior, config))
        }),
        NestingMode::Map => prior == config,
    }
}

//! Equality of values to the provider SDK, to which null, zero and empty are the same.

use iac_lang::types::Type;
use iac_lang::value::Value;

use super::super::equal::{equivalent, rewritten, same_in_any_order};
use super::super::literal;
use crate::schema::{Attribute, Block, Facts, NestedBlock, NestingMode, Suppress};

/// Returns a member of an object; null if it does not exist.
pub(in crate::plan::table) fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    match object {
        Value::Object(members) => members.get(name).unwrap_or(&Value::Null),
        Value::Unknown(_) => &Value::UNKNOWN,
        _ => &Value::Null,
    }
}

/// Returns the elements of a collection; none if it is null.
pub(in crate::plan::table) fn elements(value: &Value) -> &[Value] {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => elements,
        _ => &[],
    }
}

/// Returns the default of an argument, as a value of its type.
pub(in crate::plan::table) fn default(attribute: &Attribute) -> Option<Value> {
    let value = literal(attribute.facts.default.as_ref()?);
    match (&attribute.ty, value) {
        (Type::Set(_), Value::List(elements)) => Some(Value::set(elements)),
        // Also for literals that the type cannot represent.
        (_, Value::Null) => None,
        (_, value) => Some(value),
    }
}

/// Returns true if two values are equal to the provider.
pub(in crate::plan::table) fn same(
    ty: &Type,
    facts: &Facts,
    members: Option<&Block>,
    prior: &Value,
    new: &Value,
) -> bool {
    if let Some(normal) = rewritten(new, facts) {
        return *prior == normal
            || is_unset(prior, facts) && is_unset(&normal, facts)
            || !facts.rewrites && equivalent(prior, &normal, facts);
    }
    if prior == new {
        return new.is_wholly_known();
    }
    if is_unset(prior, facts) && is_unset(new, facts) {
        return true;
    }
    match (ty, prior, new) {
        (_, _, Value::Unknown(_)) => false,
        (Type::List(element), Value::List(left), Value::List(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(element, facts, members, left, right))
                || equivalent(prior, new, facts)
        }
        (Type::Set(element), Value::Set(left), Value::Set(right)) => {
            same_in_any_order(left, right, |left, right| same(element, facts, members, left, right))
        }
        (Type::Map(element), Value::Map(left), Value::Map(right)) => {
            let left: Vec<_> = left.iter().filter(|(_, value)| !value.is_null()).collect();
            let right: Vec<_> = right.iter().filter(|(_, value)| !value.is_null()).collect();
            left.len() == right.len()
                && left.iter().zip(&right).all(|((name, left), (other, right))| {
                    // A missing key differs from a key with an empty value.
                    name == other && same(element, facts, members, left, right)
                })
        }
        (Type::Object(_), Value::Object(_), Value::Object(_)) => {
            members.is_some_and(|members| same_object(members, prior, new))
        }
        _ => equivalent(prior, new, facts),
    }
}

/// Returns true if the provider treats a value as not set.
pub(in crate::plan::table) fn is_unset(value: &Value, facts: &Facts) -> bool {
    value.is_zero() || facts.unset.iter().any(|unset| literal(unset) == *value)
}

/// Returns true if two objects are equal to the provider.
pub(in crate::plan::table) fn same_object(block: &Block, prior: &Value, new: &Value) -> bool {
    let same_attribute = |attribute: &Attribute| {
        let (prior, new) = (member(prior, &attribute.name), member(new, &attribute.name));
        if attribute.facts.unhashed || attribute.write_only {
            return true;
        }
        // If the elements correspond, the proposed value already contains the computed attributes.
        let is_computed = attribute.computed && !attribute.optional;
        let default = new.is_null().then(|| default(attribute)).flatten();
        let new = default.as_ref().unwrap_or(new);
        is_computed || same(&attribute.ty, &attribute.facts, attribute.members.as_deref(), prior, new)
    };
    let same_block = |nested: &NestedBlock| {
        let (prior, new) = (member(prior, &nested.name), member(new, &nested.name));
        !new.is_unknown() && is_same_nested(nested, elements(prior), elements(new))
    };
    !new.is_unknown() && block.attributes.iter().all(same_attribute) && block.blocks.iter().all(same_block)
}

/// Returns true if blocks are equal to the provider.
pub(in crate::plan::table) fn is_same_nested(nested: &NestedBlock, left: &[Value], right: &[Value]) -> bool {
    if right.is_empty() && (left.is_empty() || keeps(&nested.facts)) {
        return true;
    }
    let same = |left: &Value, right: &Value| same_object(&nested.block, left, right);
    match nested.mode {
        NestingMode::Set => same_in_any_order(left, right, same),
        _ => left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right)),
    }
}

/// Returns true if removing all blocks changes nothing.
pub(in crate::plan::table) fn keeps(facts: &Facts) -> bool {
    facts.null_keeps || facts.suppressed && !keeps_empty(facts) || is_computed(facts)
}

/// Returns true if the provider creates blocks if none are configured. A block with a suppressed difference and an
/// unknown suppression function is treated as such.
pub(in crate::plan::table) fn is_computed(facts: &Facts) -> bool {
    facts.computed || facts.suppressed && facts.suppress.is_none()
}

/// Returns true if removing all blocks keeps them, with nothing set in them: the usual suppression function for
/// blocks created by the service suppresses only the number of blocks, not their content.
pub(in crate::plan::table) fn keeps_empty(facts: &Facts) -> bool {
    facts.suppress == Some(Suppress::MissingBlock) && !facts.null_keeps && !facts.computed
}

/// Returns true if a block that is kept when the configuration removes it may lose content. The suppression covers
/// only the number of blocks, and that of nested blocks and elements which occur once.
pub(in crate::plan::table) fn may_lose(nested: &NestedBlock, prior: &[Value]) -> bool {
    let has_many = |old: &Value| {
        let attributes = nested.block.attributes.iter().filter(|attribute| !attribute.computed);
        attributes.map(|attribute| elements(member(old, &attribute.name))).any(|elements| elements.len() > 1)
    };
    nested.facts.suppress == Some(Suppress::MissingBlock)
        && prior.iter().any(|old| has_many(old) || holds_blocks(&nested.block, old))
}

/// Returns true if a block has nested blocks with a value that is neither unset nor the default.
fn holds_blocks(block: &Block, value: &Value) -> bool {
    let is_set = |attribute: &Attribute, value: &Value| {
        !attribute.computed
            && !is_unset(value, &attribute.facts)
            && attribute.facts.default.as_ref().is_none_or(|default| literal(default) != *value)
    };
    block.blocks.iter().any(|nested| {
        elements(member(value, &nested.name)).iter().any(|inner| {
            nested.block.attributes.iter().any(|each| is_set(each, member(inner, &each.name)))
                || holds_blocks(&nested.block, inner)
        })
    })
}

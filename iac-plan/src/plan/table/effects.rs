//! Effects of a provider's code on the plan of a whole resource, after each argument is planned.

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::Value;

use super::condition::{self, Place, Values};
use super::legacy::member;
use super::trace::Trace;
use crate::schema::{Attribute, Block, Hooks, Literal, NestedBlock, NestingMode, Schema};

/// Applies the effects, and decides which changes replace the resource.
pub(super) fn apply(block: &Block, planned: &mut Value, trace: &mut Trace<'_>) {
    if has_effects(block) {
        // The provider's functions run one after the other: some read what others have set.
        let [first, others] = in_order(block);
        for (attributes, blocks) in [(first, &[][..]), (others, &block.blocks)] {
            if attributes.is_empty() && blocks.is_empty() {
                continue;
            }
            let original = planned.clone();
            trace.with_planned(&original, |trace| {
                within(&attributes, blocks, trace.values.prior, &original, planned, trace);
            });
        }
    }
    trace.with_planned(planned, |trace| {
        trace.decide_replacements();
    });
}

/// An attribute, and the provider's code that takes part in planning it.
type Coded<'b> = (&'b Attribute, &'b Hooks);

/// Returns the attributes of a block that the provider has code for.
fn with_code(block: &Block) -> Vec<Coded<'_>> {
    block.attributes.iter().filter_map(|each| Some((each, each.facts.hooks.as_deref()?))).collect()
}

/// Returns the attributes with code: first those that the provider sets and that the code of others reads.
fn in_order(block: &Block) -> [Vec<Coded<'_>>; 2] {
    let all = with_code(block);
    let read_by_others = |(attribute, hooks): &Coded<'_>| {
        let mut others = all.iter().filter(|(other, _)| other.name != attribute.name);
        let reads_set_ones =
            others.clone().any(|(other, code)| !code.sets.is_empty() && sets_read(hooks, &other.name));
        // Two that read each other have no order.
        !hooks.sets.is_empty()
            && !reads_set_ones
            && others.any(|(_, code)| {
                sets_read(code, &attribute.name)
                    || code.unknown.as_ref().is_some_and(|condition| mentions(condition, &attribute.name))
            })
    };
    let (first, others) = all.iter().copied().partition(read_by_others);
    [first, others]
}

fn sets_read(hooks: &Hooks, name: &str) -> bool {
    hooks.sets.iter().any(|(condition, _)| mentions(condition, name))
}

fn mentions(expression: &Literal, name: &str) -> bool {
    match expression {
        Literal::String(text) => text == name,
        Literal::List(items) => items.iter().any(|item| mentions(item, name)),
        _ => false,
    }
}

/// Returns true if no effect changes a resource whose configuration matches its prior value.
pub(super) fn none(schema: &Schema, prior: &Value, config: &Value) -> bool {
    let values = Values { prior, planned: prior, config, schema };
    let is_none = |hooks: &Hooks| {
        let conditions = hooks.unknown.iter().chain(hooks.sets.iter().map(|(condition, _)| condition));
        let mut conditions = conditions.map(|each| condition::holds(each, values, Place::default()));
        conditions.all(|each| each == Some(false))
    };
    all_hooks(&schema.block, &is_none)
}

fn all_hooks(block: &Block, test: &dyn Fn(&Hooks) -> bool) -> bool {
    let attributes = block.attributes.iter().filter_map(|each| each.facts.hooks.as_deref());
    attributes.into_iter().all(test) && block.blocks.iter().all(|nested| all_hooks(&nested.block, test))
}

fn has_effects(block: &Block) -> bool {
    !all_hooks(block, &|hooks| hooks.unknown.is_none() && hooks.reverts.is_none() && hooks.sets.is_empty())
        || block.blocks.iter().any(|nested| {
            nested
                .facts
                .hooks
                .as_ref()
                .is_some_and(|hooks| hooks.reverts.is_some() || hooks.unknown.is_some())
        })
}

/// Applies the effects to attributes and nested blocks. Conditions see the values from before these effects.
fn within(
    attributes: &[Coded<'_>],
    blocks: &[NestedBlock],
    prior: &Value,
    original: &Value,
    planned: &mut Value,
    trace: &mut Trace<'_>,
) {
    let Value::Object(members) = planned else { return };
    for (attribute, hooks) in attributes {
        let Some(value) = members.get_mut(&attribute.name) else { continue };
        let old = member(prior, &attribute.name);
        trace.at(attribute.name.clone(), |trace| one(attribute, hooks, old, value, trace));
    }
    for nested in blocks {
        let Some(value) = members.get_mut(&nested.name) else { continue };
        let (old, new) = (member(prior, &nested.name), member(original, &nested.name));
        trace.at(nested.name.clone(), |trace| {
            if let Some(hooks) = nested.facts.hooks.as_deref() {
                match trace.reverts(hooks) {
                    Some(true) if !trace.create => {
                        *value = old.clone();
                        return trace.forget();
                    }
                    None => trace.undecided_because(UNRESOLVED),
                    Some(_) => {}
                }
                match hooks.unknown.as_ref().map(|condition| trace.holds(condition)) {
                    // Blocks that are not computed are never unknown as a whole.
                    Some(Some(true)) if nested.facts.computed && !value.is_unknown() => {
                        *value = Value::UNKNOWN;
                    }
                    Some(None) if !trace.create && !value.is_unknown() => trace.undecided_because(UNRESOLVED),
                    _ => {}
                }
            }
            if nested.mode == NestingMode::List
                && let (Value::List(now), Value::List(new)) = (&mut *value, new)
            {
                for (index, (now, new)) in now.iter_mut().zip(new).enumerate() {
                    let old = super::legacy::elements(old).get(index).unwrap_or(&Value::Null);
                    let attributes = with_code(&nested.block);
                    trace.at(index, |trace| {
                        within(&attributes, &nested.block.blocks, old, new, now, trace);
                    });
                }
            }
        });
    }
}

const UNRESOLVED: &str = "the provider decides this argument by code that is not modeled";

fn one(attribute: &Attribute, hooks: &Hooks, old: &Value, value: &mut Value, trace: &mut Trace<'_>) {
    match trace.reverts(hooks) {
        Some(true) if !trace.create => {
            *value = old.clone();
            trace.forget();
        }
        None => trace.undecided_because(UNRESOLVED),
        Some(_) => {}
    }
    for (condition, new) in &hooks.sets {
        match trace.holds(condition) {
            Some(false) => {}
            None => trace.undecided_because(UNRESOLVED),
            Some(true) => match planned_value(attribute, new, trace) {
                Some(new) => replace(attribute, old, value, new, trace),
                None => trace.undecided_because(UNRESOLVED),
            },
        }
    }
    let Some(condition) = &hooks.unknown else { return };
    match trace.holds(condition) {
        Some(false) => {}
        Some(true) => {
            if !value.is_unknown() {
                replace(attribute, old, value, Value::UNKNOWN, trace);
            }
        }
        None if trace.create || value.is_unknown() => {}
        None => trace.undecided_because(UNRESOLVED),
    }
}

fn replace(attribute: &Attribute, old: &Value, value: &mut Value, new: Value, trace: &mut Trace<'_>) {
    *value = new;
    if *value == *old || value.is_zero() && old.is_zero() {
        if !trace.create {
            *value = old.clone();
        }
        trace.forget();
    } else {
        trace.changes(&attribute.facts, old, value);
    }
}

/// Returns the value that the provider plans; a string stands for itself, and a list is an expression.
fn planned_value(attribute: &Attribute, expression: &Literal, trace: &Trace<'_>) -> Option<Value> {
    if let Literal::List(items) = expression
        && let [Literal::String(head), Literal::Object(members)] = items.as_slice()
        && let [(name, each)] = members.as_slice()
    {
        return (head == "set_of").then(|| objects(attribute, name, each, trace)).flatten();
    }
    let value = trace.value(expression)?;
    value.doubt().is_none().then(|| match (&value, &attribute.ty) {
        (Value::Null, Type::Number) if trace.values.schema.legacy => Value::Number(0_i64.into()),
        (Value::Null, Type::Bool) if trace.values.schema.legacy => Value::Bool(false),
        (Value::Null, Type::String) if trace.values.schema.legacy => Value::String(Text::default()),
        _ => value,
    })
}

/// Returns a set of objects of which one member is known: each of the values of `["each_of", …]`.
fn objects(attribute: &Attribute, name: &str, each: &Literal, trace: &Trace<'_>) -> Option<Value> {
    let members = attribute.members.as_ref()?;
    let Literal::List(items) = each else { return None };
    let [Literal::String(head), sources @ ..] = items.as_slice() else { return None };
    let mut values = Vec::new();
    for source in sources.iter().filter(|_| head == "each_of") {
        match trace.value(source)? {
            Value::Set(all) | Value::List(all) => values.extend(all),
            // Not known yet.
            Value::Null => values.push(Value::UNKNOWN),
            value => values.push(value),
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for value in values {
        if value.is_unknown() || !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    let object = |value: Value| {
        let member = |each: &Attribute| {
            (each.name.clone(), if each.name == name { value.clone() } else { Value::UNKNOWN })
        };
        Value::Object(members.attributes.iter().map(member).collect())
    };
    Some(Value::set(distinct.into_iter().map(object).collect()))
}

/// Returns a prior or new value in the notation of the SDK; `None` for a collection, and for an undecided value.
pub(super) fn notation(value: &Value, unset: &'static str) -> Option<Text> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_plain().into()),
        Value::Bool(value) => Some(Text::from_static(if *value { "true" } else { "false" })),
        Value::Null => Some(Text::from_static(unset)),
        Value::Unknown(unknown) => unknown.reason().is_none().then(|| Text::from_static(condition::UNKNOWN)),
        _ => None,
    }
}

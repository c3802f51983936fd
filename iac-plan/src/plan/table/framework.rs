//! Rules of the plugin framework: null and empty differ, and any change makes computed attributes unknown.

use iac_lang::types::Type;
use iac_lang::value::Value;

use super::effects;
use super::equal::equivalent;
use super::legacy::{elements, member};
use super::literal;
use super::tags::{DefaultTags, PlannedTags, TAGS, TAGS_ALL};
use super::trace::Trace;
use crate::plan::PlanRequest;
use crate::schema::{Attribute, Block, Facts, ForceNew, NestingMode};

/// Plans a resource.
pub(super) fn plan(request: &PlanRequest<'_>, tags: &DefaultTags, trace: &mut Trace<'_>) -> Value {
    let block = &request.schema.block;
    let mut planned = with_defaults(block, request.prior, request.proposed, request.config, trace.create);
    set_tags_all(block, request, tags, &mut planned, trace);
    if planned == *request.prior || is_settled(block, &planned, trace) {
        return request.prior.clone();
    }
    note(block, request.prior, &planned, trace);
    if trace.create || trace.any_changed(&["*".to_owned()]) {
        make_unknown(block, request.prior, &mut planned, request.config, trace);
    }
    effects::apply(block, &mut planned, trace);
    planned
}

/// Returns true if the provider's code turns the defaults into the prior value, so that nothing changes.
fn is_settled(block: &Block, planned: &Value, trace: &Trace<'_>) -> bool {
    if trace.create {
        return false;
    }
    let (mut settled, mut attempt) = (planned.clone(), Trace::new(trace.values));
    effects::apply(block, &mut settled, &mut attempt);
    let (replace, undecided) = attempt.finish();
    settled == *trace.values.prior && replace.is_empty() && undecided.is_empty()
}

fn set_tags_all(
    block: &Block,
    request: &PlanRequest<'_>,
    tags: &DefaultTags,
    planned: &mut Value,
    trace: &mut Trace<'_>,
) {
    let has = |name: &str| block.attribute(name).is_some_and(|each| matches!(each.ty, Type::Map(_)));
    let Value::Object(members) = planned else { return };
    if !has(TAGS) || !has(TAGS_ALL) || !member(request.config, TAGS_ALL).is_null() {
        return;
    }
    let all = match tags.framework(member(request.proposed, TAGS)) {
        PlannedTags::Kept => return,
        PlannedTags::Unknown(unknown) => unknown,
        PlannedTags::Known(all) => Value::Map(all),
    };
    if let Some(reason) = all.doubt().and_then(|doubt| doubt.reason()) {
        let reason = reason.clone();
        trace.at(TAGS_ALL, |trace| trace.undecided_for(reason));
    }
    let prior = member(request.prior, TAGS_ALL);
    let is_same = all.is_null_or_empty() && prior.is_null() && !request.prior.is_null();
    members.insert(TAGS_ALL.into(), if is_same { Value::Null } else { all });
}

/// Adds defaults to the proposed value, and keeps prior values that are equivalent.
fn with_defaults(block: &Block, prior: &Value, proposed: &Value, config: &Value, create: bool) -> Value {
    if !matches!(proposed, Value::Object(_)) {
        return proposed.clone();
    }
    let mut planned = Vec::with_capacity(block.attributes.len() + block.blocks.len());
    for attribute in &block.attributes {
        let name = &attribute.name;
        let (old, new, set) = (member(prior, name), member(proposed, name), member(config, name));
        let value = if attribute.write_only {
            Value::Null
        } else if set.is_null() && attribute.facts.default.is_some() {
            default(attribute).unwrap_or(Value::Null)
        } else if set.is_null() && attribute.facts.null_keeps && !create {
            old.clone()
        } else if let Some(nested) = &attribute.nested {
            within(nested.mode, &nested.block, old, new, set, create)
        } else if is_same(&attribute.facts, old, new) {
            old.clone()
        } else {
            new.clone()
        };
        planned.push((name.clone(), value));
    }
    for nested in &block.blocks {
        let name = &nested.name;
        let (old, new, set) = (member(prior, name), member(proposed, name), member(config, name));
        let value = if elements(new).is_empty() && nested.facts.null_keeps && !create && !new.is_unknown() {
            old.clone()
        } else {
            within(nested.mode, &nested.block, old, new, set, create)
        };
        planned.push((name.clone(), value));
    }
    Value::Object(planned.into_iter().collect())
}

fn within(
    mode: NestingMode,
    block: &Block,
    prior: &Value,
    proposed: &Value,
    config: &Value,
    create: bool,
) -> Value {
    match (mode, proposed) {
        (NestingMode::Single | NestingMode::Group, Value::Object(_)) => {
            with_defaults(block, prior, proposed, config, create)
        }
        (NestingMode::List, Value::List(new)) => {
            let (old, set) = (elements(prior), elements(config));
            let null = &Value::Null;
            let element = |(index, new)| {
                let old = old.get(index).unwrap_or(null);
                with_defaults(block, old, new, set.get(index).unwrap_or(new), create)
            };
            Value::List(new.iter().enumerate().map(element).collect())
        }
        (NestingMode::Set, Value::Set(new)) => {
            let old = elements(prior);
            let element = |new: &Value| {
                let known = old.iter().find(|old| *old == new);
                known.cloned().unwrap_or_else(|| with_defaults(block, &Value::Null, new, new, create))
            };
            Value::set(new.iter().map(element).collect())
        }
        (NestingMode::Map, Value::Map(new)) => {
            let element = |(name, new): (&iac_core::text::Text, &Value)| {
                let at = |value: &'_ Value| match value {
                    Value::Map(elements) => elements.get(name).cloned().unwrap_or(Value::Null),
                    _ => Value::Null,
                };
                (name.clone(), with_defaults(block, &at(prior), new, &at(config), create))
            };
            Value::Map(new.iter().map(element).collect())
        }
        _ => proposed.clone(),
    }
}

fn is_same(facts: &Facts, prior: &Value, new: &Value) -> bool {
    prior == new || !prior.is_null() && !new.is_unknown() && equivalent(prior, new, facts)
}

fn default(attribute: &Attribute) -> Option<Value> {
    let value = literal(attribute.facts.default.as_ref()?);
    Some(match (&attribute.ty, value) {
        (Type::Set(_), Value::List(elements)) => Value::set(elements),
        (_, value) => value,
    })
}

/// Records the arguments that change.
fn note(block: &Block, prior: &Value, planned: &Value, trace: &mut Trace<'_>) {
    for attribute in &block.attributes {
        let (old, new) = (member(prior, &attribute.name), member(planned, &attribute.name));
        if old == new {
            continue;
        }
        trace.at(attribute.name.clone(), |trace| {
            trace.changes(&attribute.facts, old, new);
            if let Some(nested) = &attribute.nested {
                note_within(nested.mode, &nested.block, old, new, trace);
            }
        });
    }
    for nested in &block.blocks {
        let (old, new) = (member(prior, &nested.name), member(planned, &nested.name));
        if old == new {
            continue;
        }
        trace.at(nested.name.clone(), |trace| {
            if elements(old).len() != elements(new).len()
                || new.is_unknown()
                || old.is_null()
                || new.is_null()
            {
                trace.changes(&nested.facts, old, new);
            }
            note_within(nested.mode, &nested.block, old, new, trace);
        });
    }
}

fn note_within(mode: NestingMode, block: &Block, prior: &Value, planned: &Value, trace: &mut Trace<'_>) {
    let null = &Value::Null;
    match (mode, planned) {
        (_, Value::Unknown(_) | Value::Null) => {}
        (NestingMode::Single | NestingMode::Group, _) => note(block, prior, planned, trace),
        (NestingMode::List, _) => {
            // Removed elements do not count.
            let old = elements(prior);
            for (index, new) in elements(planned).iter().enumerate() {
                trace.at(index, |trace| note(block, old.get(index).unwrap_or(null), new, trace));
            }
        }
        (NestingMode::Set, _) => trace.in_set(|trace| {
            let (old, new) = (elements(prior), elements(planned));
            for element in old.iter().filter(|element| !new.contains(element)) {
                note(block, element, null, trace);
            }
            for element in new.iter().filter(|element| !old.contains(element)) {
                note(block, null, element, trace);
            }
        }),
        (NestingMode::Map, _) => {
            let (Value::Map(new), Value::Map(old)) = (planned, prior) else { return };
            for (name, new) in new.iter() {
                let old = old.get(name).unwrap_or(null);
                trace.at(name.clone(), |trace| note(block, old, new, trace));
            }
        }
    }
}

/// Makes computed attributes unknown, unless they keep their value.
fn make_unknown(block: &Block, prior: &Value, planned: &mut Value, config: &Value, trace: &mut Trace<'_>) {
    let Value::Object(members) = planned else { return };
    for attribute in &block.attributes {
        let name = &attribute.name;
        let Some(value) = members.get_mut(name) else { continue };
        let (old, set) = (member(prior, name), member(config, name));
        if !set.is_null() {
            if let Some(nested) = &attribute.nested {
                make_unknown_within(nested.mode, &nested.block, old, value, set, trace);
            }
            continue;
        }
        let is_new = trace.create || !matches!(prior, Value::Object(_));
        let is_decided = !attribute.computed
            || name.as_str() == TAGS_ALL
            || attribute.facts.default.is_some()
            || attribute.facts.provider_default.is_some()
            || !is_new && keeps_value(&attribute.facts, old, trace);
        if is_decided {
            continue;
        }
        if !is_new && !old.is_null() && attribute.facts.force_new != ForceNew::No {
            // Few providers replace on every update.
            trace.at(name.clone(), |trace| {
                trace.undecided_because("if the provider computes another value, it replaces the resource");
            });
            continue;
        }
        *value = match (&attribute.facts.created, is_new) {
            (Some(created), true) => literal(created),
            _ => Value::UNKNOWN,
        };
        if value != old {
            trace.at(name.clone(), |trace| trace.changes(&attribute.facts, old, &Value::UNKNOWN));
        }
    }
    for nested in &block.blocks {
        let name = &nested.name;
        let Some(value) = members.get_mut(name) else { continue };
        let (old, set) = (member(prior, name), member(config, name));
        trace.at(name.clone(), |trace| {
            make_unknown_within(nested.mode, &nested.block, old, value, set, trace);
        });
    }
}

fn make_unknown_within(
    mode: NestingMode,
    block: &Block,
    prior: &Value,
    planned: &mut Value,
    config: &Value,
    trace: &mut Trace<'_>,
) {
    match (mode, &mut *planned) {
        (NestingMode::Single | NestingMode::Group, Value::Object(_)) => {
            make_unknown(block, prior, planned, config, trace);
        }
        (NestingMode::List, Value::List(new)) => {
            for (index, element) in new.iter_mut().enumerate() {
                let old = elements(prior).get(index).unwrap_or(&Value::Null);
                let set = elements(config).get(index).unwrap_or(&Value::Null);
                trace.at(index, |trace| make_unknown(block, old, element, set, trace));
            }
        }
        (NestingMode::Set, Value::Set(new)) => {
            let mut changed = std::mem::take(new);
            trace.in_set(|trace| {
                for element in &mut changed {
                    let set = element.clone();
                    make_unknown(block, &Value::Null, element, &set, trace);
                }
            });
            *planned = Value::set(changed);
        }
        (NestingMode::Map, Value::Map(new)) => {
            for (name, element) in new.iter_mut() {
                let at = |value: &Value| match value {
                    Value::Map(elements) => elements.get(name).cloned().unwrap_or(Value::Null),
                    _ => Value::Null,
                };
                let (old, set) = (at(prior), at(config));
                trace.at(name.clone(), |trace| make_unknown(block, &old, element, &set, trace));
            }
        }
        _ => {}
    }
}

/// Returns true if a computed attribute keeps its value in this update.
fn keeps_value(facts: &Facts, prior: &Value, trace: &Trace<'_>) -> bool {
    if !facts.updated_by.is_empty() {
        return !trace.any_changed(&facts.updated_by);
    }
    facts.kept && !prior.is_null()
}

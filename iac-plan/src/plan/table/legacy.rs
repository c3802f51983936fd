//! Rules of the legacy provider SDK: null, zero and empty are equivalent, and equivalent values keep their prior
//! value.

mod objects;
mod recorded;
mod same;

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{Value, ValueMap};

use self::objects::{elements_of, unset_in_set};
use self::same::{default, is_computed, is_same_nested, keeps_empty, same_object};
pub(super) use self::same::{elements, is_unset, keeps, may_lose, member, same};
use super::effects;
use super::equal::{is_normal, may_be_rewritten, rewritten, text};
use super::tags::{DefaultTags, PlannedTags, TAGS, TAGS_ALL};
use super::trace::Trace;
use super::{literal, undecided_by};
use crate::plan::PlanRequest;
use crate::schema::{Attribute, Block, Facts, ForceNew, Literal, NestedBlock, NestingMode, Suppress};

/// Plans a resource.
pub(super) fn plan(request: &PlanRequest<'_>, tags: &DefaultTags, trace: &mut Trace<'_>) -> Value {
    let block = &request.schema.block;
    if let Some((proposed, config)) = without_tags_all(block, request) {
        if member(request.config, TAGS_ALL) != member(request.prior, TAGS_ALL) {
            trace.at(TAGS_ALL, |trace| trace.undecided_because("the provider overwrites this argument"));
        }
        return plan(&PlanRequest { proposed: &proposed, config: &config, ..*request }, tags, trace);
    }
    let sides = Sides {
        prior: request.prior,
        proposed: request.proposed,
        config: request.config,
        is_new: trace.create,
        is_added: false,
    };
    let (planned, mut changed) = object(block, sides, trace);
    let Value::Object(mut planned) = planned else { return planned };
    let tags_change = tags_all(block, request, tags, &mut planned, trace);
    changed |= tags_change;
    if !trace.create {
        for attribute in block.attributes.iter().filter(|attribute| !attribute.facts.updated_by.is_empty()) {
            let is_set = !member(request.config, &attribute.name).is_null();
            if !is_set && trace.any_changed(&attribute.facts.updated_by) {
                planned.insert(attribute.name.clone(), Value::UNKNOWN);
                trace.at(attribute.name.clone(), |trace| {
                    trace.changes(&attribute.facts, &Value::Null, &Value::UNKNOWN);
                });
            }
        }
    }
    let mut planned = Value::Object(planned);
    effects::apply(block, &mut planned, trace);
    if trace.create {
        return planned;
    }
    if !changed && !trace.has_changes() {
        return request.prior.clone();
    }
    recorded::zeros(block, request.prior, &mut planned);
    planned
}

/// Returns the request without `tags_all`, if it is set, because providers overwrite it.
fn without_tags_all(block: &Block, request: &PlanRequest<'_>) -> Option<(Value, Value)> {
    let has = |name| block.attribute(name).is_some_and(|each| matches!(each.ty, Type::Map(_)));
    if member(request.config, TAGS_ALL).is_null() || !has(TAGS) || !has(TAGS_ALL) {
        return None;
    }
    let with = |object: &Value, all: &Value| {
        let mut object = object.clone();
        if let Value::Object(members) = &mut object {
            members.insert(TAGS_ALL.into(), all.clone());
        }
        object
    };
    Some((with(request.proposed, member(request.prior, TAGS_ALL)), with(request.config, &Value::Null)))
}

/// Plans `tags_all`, and returns whether it changes.
fn tags_all(
    block: &Block,
    request: &PlanRequest<'_>,
    tags: &DefaultTags,
    planned: &mut ValueMap,
    trace: &mut Trace<'_>,
) -> bool {
    let (Some(own), Some(all)) = (block.attribute(TAGS), block.attribute(TAGS_ALL)) else { return false };
    if !all.computed || !matches!(all.ty, Type::Map(_)) {
        return false;
    }
    let prior = member(request.prior, TAGS_ALL);
    let new = member(request.proposed, TAGS);
    let tags_change = !same(&own.ty, &own.facts, own.members.as_deref(), member(request.prior, TAGS), new);
    let value = match tags.legacy(new, tags_change) {
        PlannedTags::Kept => return false,
        PlannedTags::Unknown(unknown) => unknown,
        PlannedTags::Known(all) => Value::Map(all),
    };
    if let Some(reason) = value.doubt().and_then(|doubt| doubt.reason()) {
        let reason = reason.clone();
        trace.at(all.name.clone(), |trace| trace.undecided_for(reason));
    }
    let is_same = value == *prior || value.is_zero() && prior.is_zero() && !trace.create;
    if !is_same {
        trace.at(all.name.clone(), |trace| trace.changes(&all.facts, prior, &value));
    }
    planned.insert(all.name.clone(), if is_same { prior.clone() } else { value });
    !is_same
}

/// A part of a resource: what it is, what Terraform proposes, and what is configured.
struct Sides<'v, T: ?Sized = Value> {
    prior: &'v T,
    proposed: &'v T,
    config: &'v T,
    /// True if the part is new, so that computed attributes are unknown.
    is_new: bool,
    /// True if the part is in a block of a list that the resource did not have before.
    is_added: bool,
}

impl<T: ?Sized> Clone for Sides<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for Sides<'_, T> {}

impl<'v> Sides<'v> {
    /// Returns a member of the object.
    fn member(self, name: &str) -> Self {
        Self {
            prior: member(self.prior, name),
            proposed: member(self.proposed, name),
            config: member(self.config, name),
            is_new: self.is_new,
            is_added: self.is_added,
        }
    }

    /// Returns the sides of an object that only the configuration has.
    const fn new_object(object: &'v Value) -> Self {
        Self { prior: &Value::Null, proposed: object, config: object, is_new: true, is_added: false }
    }
}

/// Plans the content of a block, and returns whether it changes.
fn object(block: &Block, sides: Sides<'_>, trace: &mut Trace<'_>) -> (Value, bool) {
    if sides.proposed.is_unknown() {
        return (Value::UNKNOWN, true);
    }
    let mut changed = false;
    let mut planned = Vec::with_capacity(block.attributes.len() + block.blocks.len());
    for each in &block.attributes {
        let inner = sides.member(&each.name);
        let (value, is_changed) = trace.at(each.name.clone(), |trace| attribute(each, inner, trace));
        changed |= is_changed;
        planned.push((each.name.clone(), value));
    }
    for each in &block.blocks {
        let inner = sides.member(&each.name);
        let (value, is_changed) = trace.at(each.name.clone(), |trace| nested(each, inner, trace));
        changed |= is_changed;
        planned.push((each.name.clone(), value));
    }
    let is_empty = |(_, value): &(Text, Value)| value.is_null_or_empty();
    if sides.is_new && trace.is_nested() && !trace.is_in_set() && planned.iter().all(is_empty) {
        // Nothing is known of a block with nothing in it but that it exists. Terraform restores only lists.
        for (_, value) in planned.iter_mut().filter(|(_, value)| matches!(value, Value::Set(_))) {
            *value = Value::Null;
        }
    }
    (Value::Object(planned.into_iter().collect()), changed)
}

fn attribute(attribute: &Attribute, sides: Sides<'_>, trace: &mut Trace<'_>) -> (Value, bool) {
    let Sides { prior, proposed, config, is_new, .. } = sides;
    let facts = &*attribute.facts;
    if attribute.write_only {
        return (Value::Null, false);
    }
    if config.is_null() && attribute.computed {
        if !proposed.is_null() {
            if !is_normal(proposed, facts) {
                trace.undecided_because("the provider rewrites the value in the state again");
            }
            return (proposed.clone(), false);
        }
        if !is_new {
            return unset_in_update(attribute, sides, trace);
        }
        let value = facts.created.as_ref().map_or(Value::UNKNOWN, literal);
        let changed = !value.is_null();
        if value.is_unknown() && trace.is_in_set() {
            trace.changes(facts, &Value::Null, &value);
        }
        return (value, changed);
    }
    let default = proposed.is_null().then(|| default(attribute)).flatten();
    // At first, an empty string is no difference to an argument that is not set.
    let default =
        default.filter(|default| !is_new || !matches!(default, Value::String(text) if text.is_empty()));
    let new = default.as_ref().unwrap_or(proposed);
    if may_be_rewritten(new, facts) {
        trace.undecided_because("the provider rewrites the value by a function that is not modeled");
    }
    let normal = rewritten(new, facts);
    let new = normal.as_ref().unwrap_or(new);
    if new.is_unknown() && !is_new && attribute.computed && is_full_set(&attribute.ty, prior) {
        return (prior.clone(), false);
    }
    if new.is_null() && (facts.null_keeps && !is_new || is_unset(prior, facts)) {
        let unset = if is_new && trace.is_in_set() { unset_in_set(&attribute.ty) } else { prior.clone() };
        return (unset, false);
    }
    // At first, zero and false are differences, other than an empty string.
    let is_difference = is_new && matches!(new, Value::Number(_) | Value::Bool(_));
    if !is_difference && let Some(answer) = unchanged(attribute, prior, new, is_new, trace) {
        return answer;
    }
    let hidden = facts.hooks.as_ref().and_then(|hooks| hooks.hidden.as_ref());
    if let Some(hidden) = hidden {
        match is_hidden(attribute, hidden, prior, new, trace) {
            Some(true) if !trace.create => return (prior.clone(), false),
            Some(true) => return (if attribute.computed { Value::UNKNOWN } else { Value::Null }, true),
            Some(false) => {}
            None => trace.undecided_because("the provider decides by its code whether this is a change"),
        }
    }
    if is_difference && let Some(answer) = unchanged(attribute, prior, new, is_new, trace) {
        return answer;
    }
    if hidden.is_none() && !is_new && (undecided_by(facts) || may_suppress_configured(facts, prior)) {
        trace.undecided_because("the provider treats some values of this argument as equivalent");
    }
    if let (Some(members), Value::List(_) | Value::Set(_)) = (&attribute.members, new) {
        collection(&attribute.ty, facts, members, prior, new, trace);
    } else {
        trace.changes(facts, prior, new);
    }
    if let Some(members) = &attribute.members
        && let Type::List(_) | Type::Set(_) = &attribute.ty
        && let Value::List(all) | Value::Set(all) = new
    {
        return (elements_of(&attribute.ty, members, elements(prior), all, trace.is_in_set()), true);
    }
    if is_beyond_floats(prior, new) {
        trace.undecided_because("the provider may not tell the two numbers apart");
    }
    let is_unknown = match (&attribute.ty, new) {
        // A collection of primitives is either wholly known or unknown.
        (Type::List(_), Value::List(elements)) | (Type::Set(_), Value::Set(elements)) => {
            elements.iter().any(Value::is_unknown)
        }
        (Type::Map(_), Value::Map(elements)) => elements.values().any(Value::is_unknown),
        _ => false,
    };
    (if is_unknown { Value::unknown_of([new]) } else { new.clone() }, true)
}

/// Plans a computed attribute that neither the configuration nor the state sets, in an update.
fn unset_in_update(attribute: &Attribute, sides: Sides<'_>, trace: &mut Trace<'_>) -> (Value, bool) {
    let facts = &*attribute.facts;
    match attribute.ty {
        // Unlike other values, the elements of a set in a new block are not known.
        Type::Set(_) if sides.is_added => {
            trace.changes(facts, &Value::Null, &Value::UNKNOWN);
            return (Value::UNKNOWN, true);
        }
        Type::List(_) | Type::Map(_) if sides.is_added && facts.force_new != ForceNew::No => {
            trace.undecided_because("if the provider computes another value, it replaces the resource");
        }
        _ => {}
    }
    (sides.prior.clone(), false)
}

/// Returns true if two numbers differ only beyond the precision of a float, which some arguments are to the provider.
fn is_beyond_floats(prior: &Value, new: &Value) -> bool {
    matches!((prior, new), (Value::Number(left), Value::Number(right)) if text::same_float(left, right))
}

/// Returns the planned value of an argument whose value is that of the state to the provider, and whether it changes.
fn unchanged(
    attribute: &Attribute,
    prior: &Value,
    new: &Value,
    is_new: bool,
    trace: &Trace<'_>,
) -> Option<(Value, bool)> {
    // The SDK represents an argument that is not set as an empty string.
    let is_unset = attribute.computed && matches!(new, Value::String(text) if text.is_empty());
    let is_same = || same(&attribute.ty, &attribute.facts, attribute.members.as_deref(), prior, new);
    if new.is_unknown() || !(is_unset && !is_new || is_same()) {
        return None;
    }
    Some(if !is_new {
        (prior.clone(), false)
    } else if !new.is_null_or_empty() {
        (new.clone(), false)
    } else if attribute.computed {
        // Given as empty, it counts as not set.
        (Value::UNKNOWN, true)
    } else if trace.is_in_set() {
        (unset_in_set(&attribute.ty), false)
    } else if matches!(new, Value::Map(_) | Value::Set(_)) {
        // Terraform restores only empty strings and lists.
        (Value::Null, false)
    } else {
        (new.clone(), false)
    })
}

/// Returns whether the provider hides a change of an argument.
fn is_hidden(
    attribute: &Attribute,
    hidden: &Literal,
    prior: &Value,
    new: &Value,
    trace: &Trace<'_>,
) -> Option<bool> {
    let unset = match attribute.ty {
        Type::Number => "0",
        Type::Bool => "false",
        _ => "",
    };
    let change = effects::notation(prior, "").zip(effects::notation(new, unset));
    let change = change.as_ref().map(|(old, new)| (old.as_str(), new.as_str()));
    trace.holds_for(
        hidden,
        change.filter(|_| matches!(attribute.ty, Type::String | Type::Number | Type::Bool)),
    )
}

/// Returns true if a configured value may equal a value missing from the state, because the provider suppresses the
/// difference in combination with another argument.
fn may_suppress_configured(facts: &Facts, prior: &Value) -> bool {
    matches!(facts.suppress, Some(Suppress::Conditional | Suppress::Other)) && is_unset(prior, facts)
}

/// Returns true if the SDK keeps the elements of a computed set whose new elements are unknown, because it treats the
/// set as not set.
fn is_full_set(ty: &Type, prior: &Value) -> bool {
    matches!(ty, Type::Set(_)) && !elements(prior).is_empty()
}

/// Records the replacements forced by a change of a collection of objects.
fn collection(ty: &Type, facts: &Facts, members: &Block, prior: &Value, new: &Value, trace: &mut Trace<'_>) {
    trace.changes(facts, prior, new);
    let is_set = matches!(ty, Type::Set(_));
    let forces = |trace: &mut Trace<'_>, object: &Value| removed(members, object, trace);
    if is_set {
        trace.in_set(|trace| {
            for element in elements(prior).iter().chain(elements(new)) {
                let is_in_both = elements(prior).contains(element) && elements(new).contains(element);
                if !is_in_both {
                    forces(trace, element);
                }
            }
        });
    }
}

fn nested(nested: &NestedBlock, sides: Sides<'_>, trace: &mut Trace<'_>) -> (Value, bool) {
    let Sides { prior, proposed, config, is_new, is_added } = sides;
    let facts = &*nested.facts;
    match nested.mode {
        NestingMode::List | NestingMode::Set => {}
        // `timeouts` blocks, which are not compared but taken from the configuration.
        NestingMode::Single | NestingMode::Group | NestingMode::Map => return (proposed.clone(), false),
    }
    if proposed.is_unknown() {
        trace.changes(facts, prior, proposed);
        return (Value::UNKNOWN, true);
    }
    let (left, right) = (elements(prior), elements(proposed));
    if let Some(hidden) = facts.hooks.as_ref().and_then(|hooks| hooks.hidden.as_ref())
        && (!left.is_empty() || !right.is_empty())
    {
        let count = |elements: &[Value]| elements.len().to_string();
        let (old, new) = (count(left), count(right));
        match trace.holds_for(hidden, (old != new).then_some((old.as_str(), new.as_str()))) {
            Some(true) if trace.create => return (Value::List(Vec::new()), false),
            Some(true) => return (prior.clone(), false),
            Some(false) => {}
            None if is_same_nested(nested, left, right) => return (prior.clone(), false),
            None => trace.undecided_because("the provider decides by its code whether this is a change"),
        }
    }
    if right.is_empty() {
        if left.is_empty() {
            return if is_computed(facts) && is_new {
                (Value::UNKNOWN, true)
            } else {
                (proposed.clone(), false)
            };
        }
        if keeps(facts) {
            if may_lose(nested, left) {
                trace.undecided_because(
                    "the provider keeps the block only if none of its content would be lost",
                );
            }
            return (prior.clone(), false);
        }
        if keeps_empty(facts) && nested.mode == NestingMode::List {
            let unset = vec![Value::Object(ValueMap::new()); left.len()];
            return list(
                nested,
                Sides { prior: left, proposed: &*unset, config: &*unset, is_new, is_added },
                trace,
            );
        }
    }
    if nested.mode == NestingMode::Set {
        set(nested, left, right, trace)
    } else {
        list(
            nested,
            Sides { prior: left, proposed: right, config: elements(config), is_new, is_added },
            trace,
        )
    }
}

fn list(nested: &NestedBlock, sides: Sides<'_, [Value]>, trace: &mut Trace<'_>) -> (Value, bool) {
    let Sides { prior, proposed, config, is_new, is_added } = sides;
    let mut changed = prior.len() != proposed.len();
    if changed && prior.is_empty() && !is_new && may_suppress_configured(&nested.facts, &Value::Null) {
        trace.undecided_because("the provider ignores the block in some cases");
    }
    if changed {
        let (from, to) = (Value::List(prior.to_vec()), Value::List(proposed.to_vec()));
        trace.changes(&nested.facts, &from, &to);
    }
    let mut planned = Vec::with_capacity(proposed.len());
    for (index, new) in proposed.iter().enumerate() {
        let old = prior.get(index).unwrap_or(&Value::Null);
        let config = config.get(index).unwrap_or(new);
        let is_added = is_added || index >= prior.len();
        let sides = Sides { prior: old, proposed: new, config, is_new, is_added };
        let (value, is_changed) = trace.at(index, |trace| object(&nested.block, sides, trace));
        changed |= is_changed;
        planned.push(value);
    }
    for (index, old) in prior.iter().enumerate().skip(proposed.len()) {
        trace.at(index, |trace| removed(&nested.block, old, trace));
    }
    (Value::List(planned), changed)
}

fn set(nested: &NestedBlock, prior: &[Value], proposed: &[Value], trace: &mut Trace<'_>) -> (Value, bool) {
    let mut free: Vec<Option<&Value>> = prior.iter().map(Some).collect();
    let mut partners: Vec<Option<&Value>> = Vec::with_capacity(proposed.len());
    for new in proposed {
        // The SDK reads an element in which nothing is set as nothing at all, which equals no recorded one.
        let is_nothing = has_computed(&nested.block) && is_blank(&nested.block, new);
        let is_partner =
            |old: Option<&Value>| !is_nothing && old.is_some_and(|old| same_object(&nested.block, old, new));
        let position = free.iter().position(|old| is_partner(*old));
        partners.push(position.and_then(|position| free[position].take()));
    }
    if partners.iter().all(Option::is_some) && free.iter().all(Option::is_none) {
        return (Value::Set(prior.to_vec()), false);
    }
    if prior.len() != proposed.len() || !nested.facts.unmodeled.is_empty() {
        trace.changes(&nested.facts, &Value::Set(prior.to_vec()), &Value::Set(proposed.to_vec()));
    }
    let planned = trace.in_set(|trace| {
        for old in free.into_iter().flatten() {
            removed(&nested.block, old, trace);
        }
        let element = |(new, partner): (&Value, Option<&Value>)| match partner {
            Some(old) => old.clone(),
            None => object(&nested.block, Sides::new_object(new), trace).0,
        };
        proposed.iter().zip(partners).map(element).collect()
    });
    (Value::set(planned), true)
}

/// Returns true if a block has attributes that are computed unless they are set.
fn has_computed(block: &Block) -> bool {
    block.attributes.iter().any(|attribute| attribute.computed && attribute.optional)
}

/// Returns true if neither a configuration nor a default sets anything in a block.
fn is_blank(block: &Block, value: &Value) -> bool {
    let is_unset = |attribute: &Attribute| {
        member(value, &attribute.name).is_null() && default(attribute).is_none_or(|default| default.is_zero())
    };
    block.attributes.iter().all(is_unset)
        && block.blocks.iter().all(|nested| member(value, &nested.name).is_null_or_empty())
}

/// Records the replacements forced by the removal of a block.
fn removed(block: &Block, prior: &Value, trace: &mut Trace<'_>) {
    for attribute in &block.attributes {
        let old = member(prior, &attribute.name);
        // A removed block still has its defaults.
        let is_default = default(attribute).is_some_and(|default| default == *old);
        if !old.is_zero() && !is_default && !attribute.computed && !attribute.write_only {
            trace.at(attribute.name.clone(), |trace| trace.changes(&attribute.facts, old, &Value::Null));
        }
    }
    for nested in &block.blocks {
        let old = elements(member(prior, &nested.name));
        trace.at(nested.name.clone(), |trace| {
            let note = |trace: &mut Trace<'_>| {
                for (index, old) in old.iter().enumerate() {
                    trace.at(index, |trace| removed(&nested.block, old, trace));
                }
            };
            if old.is_empty() {
            } else if nested.mode == NestingMode::Set {
                trace.in_set(note);
            } else {
                trace.changes(&nested.facts, &Value::List(old.to_vec()), &Value::List(Vec::new()));
                note(trace);
            }
        });
    }
}

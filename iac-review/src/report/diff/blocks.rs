//! Differences of blocks: attributes and nested blocks.

use iac_core::text::Text;
use iac_lang::value::{PathStep, Value};
use iac_plan::schema::{Block, NestedBlock, NestingMode};

use super::documents::{as_lists, unordered};
use super::value::{elements, shape};
use super::{Diff, Group, Hidden, Name, Pair, PathContext, Shape, Sign, names, part};

/// Returns the parts of a block.
pub(in crate::report) fn block(pair: Pair<'_>, schema: Option<&Block>, context: &PathContext<'_>) -> Group {
    let mut group = Group::default();
    for name in names(pair) {
        let inside = pair.member(name);
        let context = context.inside(&PathStep::Name(name.clone()));
        match schema.and_then(|schema| schema.nested(name)) {
            Some(nested) => nested_blocks(nested, inside, &context, &mut group),
            None => attribute(name, schema, inside, &context, &mut group),
        }
    }
    // Blocks follow attributes.
    group.parts.sort_by_key(|part| matches!(part.name, Name::Block(..)));
    group
}

fn attribute(
    name: &Text,
    schema: Option<&Block>,
    pair: Pair<'_>,
    context: &PathContext<'_>,
    group: &mut Group,
) {
    if pair.either().is_none() {
        return;
    }
    let sign = pair.sign(context);
    // Identifying attributes are shown even if they do not change.
    let is_context = context.is_top() && matches!(name.as_str(), "id" | "name");
    // Most providers treat the removal of an empty string as no change, and Terraform does not show it.
    let is_empty =
        pair.after.is_none() && matches!(pair.before, Some(Value::String(text)) if text.is_empty());
    if (sign == Sign::Same || is_empty) && !is_context && !context.has_notes() && !context.is_forced() {
        group.hidden.attributes += 1;
        return;
    }
    if let Some((before, after)) = as_lists(name, pair, context) {
        let inner = unordered(&before, &after, context);
        if inner.parts.is_empty() {
            group.hidden.attributes += 1;
        } else {
            let shape = Shape::Group(inner);
            let name = Name::Attribute(name.clone());
            group.parts.push(Diff { name, sign, shape, forces: context.is_forced(), notes: context.notes() });
        }
        return;
    }
    let nested = schema.and_then(|schema| schema.attribute(name)?.nested.as_ref());
    let part = part(Name::Attribute(name.clone()), sign, pair, nested, context);
    // Rules with the same summary are no change.
    let says_nothing = matches!(&part.shape, Shape::Group(inner)
        if sign == Sign::Update && inner.parts.is_empty() && inner.becomes.is_none() && inner.hidden != Hidden::default());
    if says_nothing && part.notes.is_empty() && !part.forces {
        group.hidden.attributes += 1;
    } else {
        group.parts.push(part);
    }
}

/// The elements that only one of two sets has, and the number of common ones.
pub(super) struct Sides<'v> {
    pub(super) removed: Vec<&'v Value>,
    pub(super) added: Vec<&'v Value>,
    pub(super) same: usize,
}

pub(super) fn sides<'v>(before: &'v [Value], after: &'v [Value]) -> Sides<'v> {
    let mut sides = Sides { removed: Vec::new(), added: Vec::new(), same: 0 };
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return sides,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(before), Some(after)) => before.order(after),
        };
        if order.is_eq() {
            left.next();
            right.next();
            sides.same += 1;
        } else if order.is_lt() {
            sides.removed.extend(left.next());
        } else {
            sides.added.extend(right.next());
        }
    }
}

/// Adds the nested blocks of a type.
fn nested_blocks(nested: &NestedBlock, pair: Pair<'_>, context: &PathContext<'_>, group: &mut Group) {
    let mut push = |label: Option<Text>, pair: Pair<'_>, context: &PathContext<'_>| {
        let sign = pair.sign(context);
        if sign == Sign::Same && !context.has_notes() {
            group.hidden.blocks += usize::from(pair.either().is_some());
            return;
        }
        let shape = match (pair.before, pair.after) {
            (_, Some(Value::Object(_))) | (Some(Value::Object(_)), None) => {
                Shape::Group(block(pair, Some(&nested.block), context))
            }
            _ => shape(pair, None, context),
        };
        let name = Name::Block(nested.name.clone(), label);
        group.parts.push(Diff { name, sign, shape, forces: context.is_forced(), notes: context.notes() });
    };
    // Unknown or secret blocks are shown as a whole.
    if pair.is_secret(context) || pair.is_any(|value| matches!(value, Value::Unknown(_) | Value::String(_))) {
        match pair.sign(context) {
            Sign::Same => group.hidden.blocks += elements(pair.either()).len(),
            sign => group.parts.push(part(Name::Attribute(nested.name.clone()), sign, pair, None, context)),
        }
        return;
    }
    match nested.mode {
        NestingMode::Single | NestingMode::Group => push(None, pair, context),
        NestingMode::List => {
            let (before, after) = (elements(pair.before), elements(pair.after));
            for index in 0..before.len().max(after.len()) {
                let inside = Pair { before: before.get(index), after: after.get(index) };
                push(None, inside, &context.element(&PathStep::Index(index)));
            }
        }
        NestingMode::Set => {
            let Sides { removed, added, same } = sides(elements(pair.before), elements(pair.after));
            let context = context.in_set();
            // If a single block replaces another, only the differences are shown.
            if let ([before], [after]) = (removed.as_slice(), added.as_slice()) {
                push(None, Pair { before: Some(before), after: Some(after) }, &context);
            } else {
                for value in removed {
                    push(None, Pair { before: Some(value), after: None }, &context);
                }
                for value in added {
                    push(None, Pair { before: None, after: Some(value) }, &context);
                }
            }
            group.hidden.blocks += same;
        }
        NestingMode::Map => {
            for key in names(pair) {
                let context = context.element(&PathStep::Name(key.clone()));
                push(Some(key.clone()), pair.member(key), &context);
            }
        }
    }
}

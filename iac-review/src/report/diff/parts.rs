//! The computation of differences: one recursion over blocks, attributes, collections and documents.

use iac_core::text::Text;
use iac_lang::value::{PathStep, Value};
use iac_plan::plan::secret::REDACTED;
use iac_plan::schema::{Block, NestedAttributes, NestedBlock, NestingMode};

use super::documents::{as_lists, broadens, correlate, decoded, identity, json_document};
use super::leaf::{UNKNOWN, leaf, quoted, rule};
use super::lines::{self, LIMIT};
use super::model::{Brackets, Diff, Group, Hidden, Name, Shape, Sign};
use super::pair::{Pair, Sides, elements, is_collection, names, sides};
use crate::report::places::{Document, PathContext};

/// Returns the parts of a block.
pub(super) fn block(pair: Pair<'_>, schema: Option<&Block>, context: &PathContext<'_>) -> Group {
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

/// Returns a part that is shown.
fn part(
    name: Name,
    sign: Sign,
    pair: Pair<'_>,
    nested: Option<&NestedAttributes>,
    context: &PathContext<'_>,
) -> Diff {
    let mut notes = context.notes();
    if sign == Sign::Update && pair.before == pair.after {
        notes.push("only its sensitivity changes".to_owned());
    }
    Diff { name, sign, shape: shape(pair, nested, context), forces: context.is_forced(), notes }
}

pub(super) fn shape(pair: Pair<'_>, nested: Option<&NestedAttributes>, context: &PathContext<'_>) -> Shape {
    if pair.is_secret(context) {
        let hidden = |value: Option<&Value>| {
            value.map(|value| if *value == Value::UNKNOWN { UNKNOWN } else { REDACTED }.to_owned())
        };
        return Shape::Leaf { before: hidden(pair.before), after: hidden(pair.after) };
    }
    match (pair.before, pair.after) {
        // Only an output may be null before and after: its sensitivity changes, not its value.
        (None, None) => Shape::Leaf { before: None, after: Some("null".to_owned()) },
        (Some(Value::Object(_)) | None, Some(Value::Object(_))) | (Some(Value::Object(_)), None) => {
            Shape::Group(block(pair, nested.map(|nested| &*nested.block), context))
        }
        (Some(Value::Map(_)) | None, Some(Value::Map(_))) | (Some(Value::Map(_)), None) => {
            Shape::Group(map(pair, nested, context))
        }
        (before, after) if is_list(before) && is_list(after) && (before.is_some() || after.is_some()) => {
            Shape::Group(list(pair, nested, context))
        }
        (Some(Value::Set(_)) | None, Some(Value::Set(_))) | (Some(Value::Set(_)), None) => {
            Shape::Group(set(pair, nested, context))
        }
        (Some(before), Some(Value::Unknown(_))) if is_collection(before) => {
            let removed = Pair { before: Some(before), after: None };
            match shape(removed, nested, context) {
                Shape::Group(group) => Shape::Group(Group { becomes: Some(UNKNOWN), ..group }),
                other => other,
            }
        }
        _ => text(pair, context),
    }
}

fn is_list(value: Option<&Value>) -> bool {
    matches!(value, None | Some(Value::List(_) | Value::Tuple(_)))
}

/// Strings that contain JSON or several lines are shown as such.
fn text(pair: Pair<'_>, context: &PathContext<'_>) -> Shape {
    let string = |value: Option<&'_ Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let (before, after) = (string(pair.before), string(pair.after));
    let is_text = before.is_some() == pair.before.is_some() && after.is_some() == pair.after.is_some();
    if is_text {
        let document = |text: &Option<Text>| match text {
            Some(text) => json_document(text).map(Some),
            None => Some(None),
        };
        if let (Some(before), Some(after)) = (document(&before), document(&after))
            && (before.is_some() || after.is_some())
        {
            let pair = Pair { before: before.as_ref(), after: after.as_ref() };
            let kind = pair.either().map_or(Document::Json, Document::of);
            return Shape::Call("jsonencode", Box::new(shape(pair, None, &context.in_document(kind))));
        }
        let plain = |text: &Option<Text>| match text {
            Some(text) => decoded(text).map(Some),
            None => Some(None),
        };
        if let (Some(before), Some(after)) = (plain(&before), plain(&after))
            && (before.is_some() || after.is_some())
        {
            let lines = lines::diff(before.as_deref(), after.as_deref());
            return Shape::Call("base64encode", Box::new(Shape::Lines(lines)));
        }
        if [&before, &after].into_iter().flatten().any(|text| text.trim_end_matches('\n').contains('\n')) {
            return Shape::Lines(lines::diff(before.as_deref(), after.as_deref()));
        }
    }
    let before = match (pair.before, pair.after) {
        // The old value of a long string is of little use if the new one is unknown.
        (Some(Value::String(text)), Some(Value::Unknown(_))) if text.len() > SHORT => Some(shortened(text)),
        (before, _) => before.map(leaf),
    };
    Shape::Leaf { before, after: pair.after.map(leaf) }
}

/// The maximum length of a string that is shown in full if its new value is unknown.
const SHORT: usize = 160;

fn shortened(text: &Text) -> String {
    if json_document(text).is_some() {
        return "jsonencode(…)".to_owned();
    }
    let start: String = text.chars().take(SHORT / 2).collect();
    format!("{}…", quoted(&start))
}

fn map(pair: Pair<'_>, nested: Option<&NestedAttributes>, context: &PathContext<'_>) -> Group {
    let mut group = Group::default();
    for key in names(pair) {
        let context = context.element(&PathStep::Name(key.clone()));
        push_element(Name::Key(key.clone()), pair.element(key), nested, &context, &mut group);
    }
    group
}

fn push_element(
    name: Name,
    pair: Pair<'_>,
    nested: Option<&NestedAttributes>,
    context: &PathContext<'_>,
    group: &mut Group,
) {
    let sign = pair.sign(context);
    if sign == Sign::Same && !context.has_notes() {
        group.hidden.elements += 1;
    } else {
        group.parts.push(part(name, sign, pair, nested, context));
    }
}

fn list(pair: Pair<'_>, nested: Option<&NestedAttributes>, context: &PathContext<'_>) -> Group {
    if let Some(group) = objects(pair, context) {
        return group;
    }
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let (before, after) = (elements(pair.before), elements(pair.after));
    let is_plain = !before.iter().chain(after).any(is_collection) && context.is_plain();
    if is_plain && before.len().saturating_mul(after.len()) <= LIMIT {
        for (left, right) in lines::align(before, after) {
            let inside =
                Pair { before: left.map(|left| &before[left]), after: right.map(|right| &after[right]) };
            push_element(Name::Element, inside, None, context, &mut group);
        }
        return group;
    }
    for index in 0..before.len().max(after.len()) {
        let inside = Pair { before: before.get(index), after: after.get(index) };
        push_element(Name::Element, inside, nested, &context.element(&PathStep::Index(index)), &mut group);
    }
    group
}

fn set(pair: Pair<'_>, nested: Option<&NestedAttributes>, context: &PathContext<'_>) -> Group {
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let Sides { mut removed, mut added, same } = sides(elements(pair.before), elements(pair.after));
    group.hidden.elements = same;
    // Rules with the same summary differ only in insignificant ways, such as null and an empty string.
    removed.retain(|value| {
        let summary = rule(value);
        let twin =
            summary.and_then(|summary| added.iter().position(|other| rule(other).as_ref() == Some(&summary)));
        group.hidden.elements += usize::from(twin.is_some());
        twin.map(|twin| added.remove(twin)).is_none()
    });
    let context = context.in_set();
    let mut push = |sign: Sign, pair: Pair<'_>| match pair.either().and_then(rule) {
        // A security group rule is shown on one line.
        Some(rule) => {
            let (before, after) = (pair.before.map(|_| quoted(&rule)), pair.after.map(|_| quoted(&rule)));
            let shape = Shape::Leaf { before, after };
            group.parts.push(Diff { name: Name::Element, sign, shape, forces: false, notes: Vec::new() });
        }
        None => push_element(Name::Element, pair, nested, &context, &mut group),
    };
    for value in removed {
        push(Sign::Remove, Pair { before: Some(value), after: None });
    }
    for value in added {
        push(Sign::Add, Pair { before: None, after: Some(value) });
    }
    group
}

/// Compares lists without regard to order.
pub(super) fn unordered(before: &[Value], after: &[Value], context: &PathContext<'_>) -> Group {
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let context = context.in_set();
    for value in before {
        if after.contains(value) {
            group.hidden.elements += 1;
        } else {
            let pair = Pair { before: Some(value), after: None };
            group.parts.push(part(Name::Element, Sign::Remove, pair, None, &context));
        }
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        let pair = Pair { before: None, after: Some(value) };
        group.parts.push(part(Name::Element, Sign::Add, pair, None, &context));
    }
    group
}

/// Compares objects in a list of a document, matched by identity or equality. `None` if the list has other elements.
pub(super) fn objects(pair: Pair<'_>, context: &PathContext<'_>) -> Option<Group> {
    let (before, after) = (elements(pair.before), elements(pair.after));
    let is_object = |value: &Value| matches!(value, Value::Object(_) | Value::Map(_));
    if context.document() == Document::None || before.is_empty() && after.is_empty() {
        return None;
    }
    let is_small = before.len().saturating_mul(after.len()) <= LIMIT;
    if !is_small || !before.iter().chain(after).all(is_object) {
        return None;
    }
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    for (left, right) in correlate(before, after) {
        let inside = Pair { before: left.map(|left| &before[left]), after: right.map(|right| &after[right]) };
        let context = context.element(&PathStep::Index(right.or(left).unwrap_or_default()));
        let sign = inside.sign(&context);
        if sign == Sign::Same {
            group.hidden.elements += 1;
            continue;
        }
        let Diff { mut notes, name, shape, forces, .. } = part(Name::Element, sign, inside, None, &context);
        let says_the_same = matches!(&shape, Shape::Group(group) if group.parts.is_empty());
        if sign == Sign::Update && says_the_same {
            group.hidden.elements += 1;
            continue;
        }
        if sign == Sign::Update
            && let Some(called) = inside.after.and_then(identity)
        {
            notes.push(called.to_owned());
        }
        if context.document() == Document::Policy && broadens(inside) {
            notes.push("broadens access".to_owned());
        }
        group.parts.push(Diff { name, sign, shape, forces, notes });
    }
    Some(group)
}

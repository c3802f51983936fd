//! Differences of values: collections by element, other values as a whole.

use iac_core::text::Text;
use iac_lang::eval::functions::json_decode;
use iac_lang::value::{PathStep, Value};
use iac_plan::plan::secret::REDACTED;
use iac_plan::schema::NestedAttributes;

use super::blocks::{Sides, block, sides};
use super::documents::{Document, decoded, objects, rule};
use super::{Brackets, Diff, Group, Name, Pair, PathContext, Shape, Sign, UNKNOWN, names, part};
use crate::report::lines::{self, LIMIT};
use crate::report::push_visible;

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

pub(super) fn is_collection(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) | Value::Object(_))
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

/// Parses a string that is a JSON object or array.
fn json_document(text: &Text) -> Option<Value> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) {
        return None;
    }
    // With all digits of numbers: only some of them may have changed.
    let value = json_decode(text).ok()?;
    is_collection(&value).then_some(value)
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

pub(super) fn elements(value: Option<&Value>) -> &[Value] {
    value.map_or(&[], Value::elements)
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

/// Formats a value on one line.
pub(in crate::report) fn leaf(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quoted(text),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            format!("[{}]", elements.iter().map(leaf).collect::<Vec<_>>().join(", "))
        }
        Value::Map(members) | Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Map(members) | Value::Object(members) => {
            let member = |(name, value): (&Text, &Value)| format!("{} = {}", quoted(name), leaf(value));
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Unknown(_) => UNKNOWN.to_owned(),
        Value::Sensitive(_) => REDACTED.to_owned(),
    }
}

/// Quotes a string, and escapes all characters that could control a terminal.
pub(in crate::report) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => push_visible(other, &mut quoted),
        }
    }
    quoted.push('"');
    quoted
}

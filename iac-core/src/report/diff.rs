//! What of a value changes, as a tree: what reports show of it, without how.
//!
//! What is unchanged is counted, not kept; what is secret is not in it.

use super::lines::{self, LIMIT};
use super::places::Around;
use crate::plan::secret::REDACTED;
use crate::plan::{Action, OutputChange, Undecided};
use crate::schema::{Block, NestedAttributes, NestedBlock, NestingMode};
use crate::text::Text;
use crate::value::{PathStep, Value, ValueMap};

/// What stands in the place of a value that is not known yet.
pub(super) const UNKNOWN: &str = "(known after apply)";

/// How something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Same,
    Add,
    Remove,
    Update,
}

/// A part of a value, and how it changes.
#[derive(Debug)]
pub(super) struct Diff {
    pub(super) name: Name,
    pub(super) sign: Sign,
    pub(super) shape: Shape,
    /// Whether its change forces replacement.
    pub(super) forces: bool,
    /// Why it is not certain, and what is to be said of it besides.
    pub(super) notes: Vec<String>,
}

/// What a part is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Element,
    Attribute(Text),
    Key(Text),
    Block(Text, Option<Text>),
}

/// What a part consists of.
#[derive(Debug)]
pub(super) enum Shape {
    /// One piece. Both are there where it changes; they are the same where it does not.
    Leaf { before: Option<String>, after: Option<String> },
    /// Parts, in brackets.
    Group(Group),
    /// Text of several lines.
    Lines(Vec<(Sign, String)>),
    /// A JSON document in a text.
    Json(Box<Self>),
}

/// Parts that are shown, and how many there are besides.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) brackets: Brackets,
    pub(super) parts: Vec<Diff>,
    pub(super) hidden: Hidden,
    /// The names of attributes that are known after the change, and of which no more is to be said.
    pub(super) known_later: Vec<Text>,
    /// What the whole comes to, where the parts do not say it.
    pub(super) becomes: Option<&'static str>,
}

/// What stands around parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Brackets {
    #[default]
    Curly,
    Square,
}

/// How many unchanged parts are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) attributes: usize,
    pub(super) elements: usize,
    pub(super) blocks: usize,
}

/// A value before and after, absent on the side where it does not exist, and what is known about the place.
#[derive(Clone, Copy)]
pub(super) struct Pair<'v> {
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
}

impl<'v> Pair<'v> {
    /// An attribute or nested block. Null is nothing.
    fn member(self, name: &str) -> Self {
        let Self { before, after } = self.element(name);
        let is_there = |value: &&Value| **value != Value::Null;
        Self { before: before.filter(is_there), after: after.filter(is_there) }
    }

    /// An element of a map, which may be null.
    fn element(self, key: &str) -> Self {
        let element = |value: Option<&'v Value>| match value {
            Some(Value::Object(members) | Value::Map(members)) => members.get(key),
            _ => None,
        };
        Self { before: element(self.before), after: element(self.after) }
    }

    fn sign(self, around: &Around<'_>) -> Sign {
        match (self.before, self.after) {
            (None, None) => Sign::Same,
            (None, Some(_)) => Sign::Add,
            (Some(_), None) => Sign::Remove,
            (Some(before), Some(after)) if before == after && !around.changes_marks(before, after) => {
                Sign::Same
            }
            (Some(_), Some(_)) => Sign::Update,
        }
    }

    fn either(self) -> Option<&'v Value> {
        self.after.or(self.before)
    }

    fn is_any(self, what: impl Fn(&Value) -> bool) -> bool {
        self.before.is_some_and(&what) || self.after.is_some_and(&what)
    }

    /// Whether what stands there must not be shown.
    fn is_secret(self, around: &Around<'_>) -> bool {
        self.before.is_some_and(|value| around.before.covers(value))
            || self.after.is_some_and(|value| around.after.covers(value))
    }
}

/// The parts of a resource.
pub(super) fn resource(action: Action, pair: Pair<'_>, schema: Option<&Block>, around: &Around<'_>) -> Group {
    let mut group = block(pair, schema, around);
    let is_replaced = matches!(action, Action::DeleteThenCreate | Action::CreateThenDelete);
    if action != Action::Create && !is_replaced {
        return group;
    }
    // What only the provider knows of something new is named in a line, not in one each.
    let Group { parts, known_later, .. } = &mut group;
    parts.retain(|part| {
        let Name::Attribute(name) = &part.name else { return true };
        let is_unknown = matches!(&part.shape, Shape::Leaf { after: Some(after), .. } if after == UNKNOWN);
        let is_computed = schema.and_then(|schema| schema.attribute(name)).is_some_and(|attribute| {
            attribute.computed && !attribute.required && (!is_replaced || !attribute.optional)
        });
        let is_dull = is_unknown && is_computed && !part.forces && part.notes.is_empty();
        if is_dull {
            known_later.push(name.clone());
        }
        !is_dull
    });
    group
}

/// Output values that change.
pub(super) fn outputs(outputs: &[OutputChange]) -> Group {
    let part = |output: &OutputChange| {
        if output.action == Action::NoOp && output.undecided.is_empty() {
            return None;
        }
        let is_there = |value: &&Value| **value != Value::Null;
        let pair = Pair {
            before: Some(&output.before).filter(is_there),
            after: Some(&output.after).filter(is_there),
        };
        let around = Around::value(output.before_sensitive, output.after_sensitive);
        let sign = match output.action {
            Action::Create => Sign::Add,
            Action::Delete => Sign::Remove,
            _ => pair.sign(&around),
        };
        let undecided = |undecided: &Undecided| format!("undecided: {}", undecided.reason);
        let notes = output.undecided.iter().map(undecided).collect();
        let shape = shape(pair, None, &around);
        Some(Diff { name: Name::Attribute(output.name.clone()), sign, shape, forces: false, notes })
    };
    Group { parts: outputs.iter().filter_map(part).collect(), ..Group::default() }
}

/// The parts of a block.
fn block(pair: Pair<'_>, schema: Option<&Block>, around: &Around<'_>) -> Group {
    let mut group = Group::default();
    for name in names(pair) {
        let inside = pair.member(name);
        let around = around.inside(&PathStep::Name(name.clone()));
        match schema.and_then(|schema| schema.nested(name)) {
            Some(nested) => nested_blocks(nested, inside, &around, &mut group),
            None => attribute(name, schema, inside, &around, &mut group),
        }
    }
    // Blocks stand below attributes.
    group.parts.sort_by_key(|part| matches!(part.name, Name::Block(..)));
    group
}

fn attribute(name: &Text, schema: Option<&Block>, pair: Pair<'_>, around: &Around<'_>, group: &mut Group) {
    if pair.either().is_none() {
        return;
    }
    let sign = pair.sign(around);
    // What tells one thing from another is shown even where it does not change.
    let is_context = around.is_top() && matches!(name.as_str(), "id" | "name");
    if sign == Sign::Same && !is_context && !around.has_notes() {
        group.hidden.attributes += 1;
        return;
    }
    let nested = schema.and_then(|schema| schema.attribute(name)?.nested.as_ref());
    group.parts.push(part(Name::Attribute(name.clone()), sign, pair, nested, around));
}

/// A part that is shown.
fn part(
    name: Name,
    sign: Sign,
    pair: Pair<'_>,
    nested: Option<&NestedAttributes>,
    around: &Around<'_>,
) -> Diff {
    let mut notes = around.notes();
    if sign == Sign::Update && pair.before == pair.after {
        notes.push("only whether it is sensitive changes".to_owned());
    }
    Diff { name, sign, shape: shape(pair, nested, around), forces: around.is_forced(), notes }
}

fn shape(pair: Pair<'_>, nested: Option<&NestedAttributes>, around: &Around<'_>) -> Shape {
    if pair.is_secret(around) {
        let hidden = |value: Option<&Value>| {
            value.map(|value| if *value == Value::Unknown { UNKNOWN } else { REDACTED }.to_owned())
        };
        return Shape::Leaf { before: hidden(pair.before), after: hidden(pair.after) };
    }
    match (pair.before, pair.after) {
        (Some(Value::Object(_)) | None, Some(Value::Object(_))) | (Some(Value::Object(_)), None) => {
            Shape::Group(block(pair, nested.map(|nested| &*nested.block), around))
        }
        (Some(Value::Map(_)) | None, Some(Value::Map(_))) | (Some(Value::Map(_)), None) => {
            Shape::Group(map(pair, nested, around))
        }
        (before, after) if is_list(before) && is_list(after) && (before.is_some() || after.is_some()) => {
            Shape::Group(list(pair, nested, around))
        }
        (Some(Value::Set(_)) | None, Some(Value::Set(_))) | (Some(Value::Set(_)), None) => {
            Shape::Group(set(pair, nested, around))
        }
        (Some(before), Some(Value::Unknown)) if is_collection(before) => {
            let gone = Pair { before: Some(before), after: None };
            match shape(gone, nested, around) {
                Shape::Group(group) => Shape::Group(Group { becomes: Some(UNKNOWN), ..group }),
                other => other,
            }
        }
        _ => text(pair, around),
    }
}

fn is_list(value: Option<&Value>) -> bool {
    matches!(value, None | Some(Value::List(_) | Value::Tuple(_)))
}

fn is_collection(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) | Value::Object(_))
}

/// Text that is JSON or has several lines is shown as such.
fn text(pair: Pair<'_>, around: &Around<'_>) -> Shape {
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
        if let (Some(before), Some(after)) = (document(&before), document(&after)) {
            let pair = Pair { before: before.as_ref(), after: after.as_ref() };
            return Shape::Json(Box::new(shape(pair, None, &around.in_document())));
        }
        if [&before, &after].into_iter().flatten().any(|text| text.trim_end_matches('\n').contains('\n')) {
            return Shape::Lines(lines::diff(before.as_deref(), after.as_deref()));
        }
    }
    Shape::Leaf { before: pair.before.map(leaf), after: pair.after.map(leaf) }
}

/// The document in a text that is a JSON object or array and not tiny.
fn json_document(text: &Text) -> Option<Value> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '[']) {
        return None;
    }
    let value = Value::parse_json(text).ok()?;
    is_collection(&value).then_some(value)
}

fn names<'v>(pair: Pair<'v>) -> Vec<&'v Text> {
    let members = |value: Option<&'v Value>| match value {
        Some(Value::Object(members) | Value::Map(members)) => Some(members),
        _ => None,
    };
    let (before, after) = (members(pair.before), members(pair.after));
    let mut names: Vec<&Text> = Vec::with_capacity(after.or(before).map_or(0, ValueMap::len));
    for members in [before, after].into_iter().flatten() {
        names.extend(members.keys());
    }
    if before.is_some() && after.is_some() {
        names.sort_unstable();
        names.dedup();
    }
    names
}

fn map(pair: Pair<'_>, nested: Option<&NestedAttributes>, around: &Around<'_>) -> Group {
    let mut group = Group::default();
    for key in names(pair) {
        let around = around.element(PathStep::Name(key.clone()));
        push_element(Name::Key(key.clone()), pair.element(key), nested, &around, &mut group);
    }
    group
}

fn push_element(
    name: Name,
    pair: Pair<'_>,
    nested: Option<&NestedAttributes>,
    around: &Around<'_>,
    group: &mut Group,
) {
    let sign = pair.sign(around);
    if sign == Sign::Same && !around.has_notes() {
        group.hidden.elements += 1;
    } else {
        group.parts.push(part(name, sign, pair, nested, around));
    }
}

fn elements(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::List(elements) | Value::Tuple(elements) | Value::Set(elements)) => elements,
        _ => &[],
    }
}

fn list(pair: Pair<'_>, nested: Option<&NestedAttributes>, around: &Around<'_>) -> Group {
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let (before, after) = (elements(pair.before), elements(pair.after));
    let is_plain = !before.iter().chain(after).any(is_collection) && around.is_plain();
    if is_plain && before.len().saturating_mul(after.len()) <= LIMIT {
        for (left, right) in lines::align(before, after) {
            let inside =
                Pair { before: left.map(|left| &before[left]), after: right.map(|right| &after[right]) };
            push_element(Name::Element, inside, None, around, &mut group);
        }
        return group;
    }
    for index in 0..before.len().max(after.len()) {
        let inside = Pair { before: before.get(index), after: after.get(index) };
        push_element(Name::Element, inside, nested, &around.element(PathStep::Index(index)), &mut group);
    }
    group
}

fn set(pair: Pair<'_>, nested: Option<&NestedAttributes>, around: &Around<'_>) -> Group {
    let mut group = Group { brackets: Brackets::Square, ..Group::default() };
    let Sides { removed, added, same } = sides(elements(pair.before), elements(pair.after));
    group.hidden.elements = same;
    let around = around.in_set();
    for value in removed {
        push_element(Name::Element, Pair { before: Some(value), after: None }, nested, &around, &mut group);
    }
    for value in added {
        push_element(Name::Element, Pair { before: None, after: Some(value) }, nested, &around, &mut group);
    }
    group
}

/// The elements of two sets that only one of them has, and how many both have.
struct Sides<'v> {
    removed: Vec<&'v Value>,
    added: Vec<&'v Value>,
    same: usize,
}

fn sides<'v>(before: &'v [Value], after: &'v [Value]) -> Sides<'v> {
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

/// The nested blocks of a type.
fn nested_blocks(nested: &NestedBlock, pair: Pair<'_>, around: &Around<'_>, group: &mut Group) {
    let mut push = |label: Option<Text>, pair: Pair<'_>, around: &Around<'_>| {
        let sign = pair.sign(around);
        if sign == Sign::Same && !around.has_notes() {
            group.hidden.blocks += usize::from(pair.either().is_some());
            return;
        }
        let shape = match (pair.before, pair.after) {
            (_, Some(Value::Object(_))) | (Some(Value::Object(_)), None) => {
                Shape::Group(block(pair, Some(&nested.block), around))
            }
            _ => shape(pair, None, around),
        };
        let name = Name::Block(nested.name.clone(), label);
        group.parts.push(Diff { name, sign, shape, forces: around.is_forced(), notes: around.notes() });
    };
    // Blocks that are not known one by one, or not to be shown, are shown as a whole.
    if pair.is_secret(around) || pair.is_any(|value| matches!(value, Value::Unknown | Value::String(_))) {
        match pair.sign(around) {
            Sign::Same => group.hidden.blocks += elements(pair.either()).len(),
            sign => group.parts.push(part(Name::Attribute(nested.name.clone()), sign, pair, None, around)),
        }
        return;
    }
    match nested.mode {
        NestingMode::Single | NestingMode::Group => push(None, pair, around),
        NestingMode::List => {
            let (before, after) = (elements(pair.before), elements(pair.after));
            for index in 0..before.len().max(after.len()) {
                let inside = Pair { before: before.get(index), after: after.get(index) };
                push(None, inside, &around.element(PathStep::Index(index)));
            }
        }
        NestingMode::Set => {
            let Sides { removed, added, same } = sides(elements(pair.before), elements(pair.after));
            let around = around.in_set();
            // One that takes the place of one is told by what differs.
            if let ([before], [after]) = (removed.as_slice(), added.as_slice()) {
                push(None, Pair { before: Some(before), after: Some(after) }, &around);
            } else {
                removed
                    .into_iter()
                    .for_each(|value| push(None, Pair { before: Some(value), after: None }, &around));
                added
                    .into_iter()
                    .for_each(|value| push(None, Pair { before: None, after: Some(value) }, &around));
            }
            group.hidden.blocks += same;
        }
        NestingMode::Map => {
            for key in names(pair) {
                let around = around.element(PathStep::Name(key.clone()));
                push(Some(key.clone()), pair.member(key), &around);
            }
        }
    }
}

/// One value, on one line.
pub(super) fn leaf(value: &Value) -> String {
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
        Value::Unknown => UNKNOWN.to_owned(),
        Value::Sensitive(_) => REDACTED.to_owned(),
    }
}

/// Text in quotes, in which nothing can reach the terminal that is not text.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            other => super::push_visible(other, &mut quoted),
        }
    }
    quoted.push('"');
    quoted
}

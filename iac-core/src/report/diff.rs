//! What of a value changes, as a tree: what reports show of it, without how.
//!
//! What is unchanged is counted, not kept; what is secret is not in it.

mod blocks;
mod documents;
mod value;

use self::blocks::block;
pub(super) use self::documents::{Document, rule};
use self::value::shape;
pub(super) use self::value::{leaf, quoted};
use super::places::Around;
use crate::plan::{Action, OutputChange, Undecided};
use crate::schema::{Block, NestedAttributes};
use crate::text::Text;
use crate::value::{Value, ValueMap};

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
    /// What a function makes a text of: `jsonencode` or `base64encode`.
    Call(&'static str, Box<Self>),
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
    let is_replaced = matches!(
        action,
        Action::DeleteThenCreate
            | Action::CreateThenDelete
            | Action::CreateThenForget
            | Action::ForgetThenCreate
    );
    if action != Action::Create && !is_replaced {
        return group;
    }
    // What only the provider knows of something new is named in a line, not in one each.
    let Group { parts, known_later, .. } = &mut group;
    parts.retain(|part| {
        let Name::Attribute(name) = &part.name else { return true };
        let is_unknown = matches!(&part.shape, Shape::Leaf { after: Some(after), .. } if after == UNKNOWN);
        let is_computed =
            schema.and_then(|schema| schema.attribute(name)).is_some_and(|attribute| attribute.computed);
        let is_dull = is_unknown && is_computed && !part.forces && part.notes.is_empty();
        if is_dull {
            known_later.push(name.clone());
        }
        !is_dull
    });
    group
}

/// The parts of an object that has no schema.
pub(super) fn object(pair: Pair<'_>, around: &Around<'_>) -> Group {
    block(pair, None, around)
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
            Action::Update => Sign::Update,
            _ => pair.sign(&around),
        };
        let undecided = |undecided: &Undecided| format!("undecided: {}", undecided.reason);
        let notes = output.undecided.iter().map(undecided).collect();
        let shape = shape(pair, None, &around);
        Some(Diff { name: Name::Attribute(output.name.clone()), sign, shape, forces: false, notes })
    };
    Group { parts: outputs.iter().filter_map(part).collect(), ..Group::default() }
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

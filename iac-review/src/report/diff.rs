//! Trees of differences: the content of reports, independent of their format.
//!
//! Unchanged parts are counted and not kept. Secrets are never part of a tree.

mod blocks;
mod documents;
mod value;

use self::blocks::block;
pub(super) use self::documents::{Document, rule};
use self::value::shape;
pub(super) use self::value::{leaf, quoted};
use super::places::PathContext;
use iac_core::text::Text;
use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::{Action, OutputChange, Undecided};
use iac_plan::schema::{Block, NestedAttributes};

/// The placeholder for values that are known only after apply.
pub(super) const UNKNOWN: &str = "(known after apply)";

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Same,
    Add,
    Remove,
    Update,
}

/// A part of a value, and its difference.
#[derive(Debug)]
pub(super) struct Diff {
    pub(super) name: Name,
    pub(super) sign: Sign,
    pub(super) shape: Shape,
    /// `true` if the change of this part forces replacement.
    pub(super) forces: bool,
    /// The reasons for uncertainty, and other notes.
    pub(super) notes: Vec<String>,
}

/// The name of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Element,
    Attribute(Text),
    Key(Text),
    Block(Text, Option<Text>),
}

/// The content of a part.
#[derive(Debug)]
pub(super) enum Shape {
    /// A single value. Both sides are set if it changes, and equal if it does not.
    Leaf { before: Option<String>, after: Option<String> },
    /// Parts in brackets.
    Group(Group),
    /// A string of several lines.
    Lines(Vec<(Sign, String)>),
    /// A string that is the result of a function, `jsonencode` or `base64encode`, and its argument.
    Call(&'static str, Box<Self>),
}

/// The parts that are shown, and the number of hidden ones.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) brackets: Brackets,
    pub(super) parts: Vec<Diff>,
    pub(super) hidden: Hidden,
    /// The attributes that are known only after apply, and of which nothing else is shown.
    pub(super) known_later: Vec<Text>,
    /// The new value of the whole, if the parts do not show it.
    pub(super) becomes: Option<&'static str>,
}

/// The brackets context parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Brackets {
    #[default]
    Curly,
    Square,
}

/// The numbers of hidden unchanged parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hidden {
    pub(super) attributes: usize,
    pub(super) elements: usize,
    pub(super) blocks: usize,
}

/// A value before and after the change; absent on the side where it does not exist.
#[derive(Clone, Copy)]
pub(super) struct Pair<'v> {
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
}

impl<'v> Pair<'v> {
    /// Returns an attribute or nested block. Null counts as absent.
    fn member(self, name: &str) -> Self {
        let Self { before, after } = self.element(name);
        let is_present = |value: &&Value| **value != Value::Null;
        Self { before: before.filter(is_present), after: after.filter(is_present) }
    }

    /// Returns an element of a map, which may be null.
    fn element(self, key: &str) -> Self {
        let element = |value: Option<&'v Value>| value.and_then(|value| value.member(key));
        Self { before: element(self.before), after: element(self.after) }
    }

    fn sign(self, context: &PathContext<'_>) -> Sign {
        match (self.before, self.after) {
            (None, None) => Sign::Same,
            (None, Some(_)) => Sign::Add,
            (Some(_), None) => Sign::Remove,
            (Some(before), Some(after)) if before == after && !context.changes_marks(before, after) => {
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

    /// Returns `true` if the values must not be shown.
    fn is_secret(self, context: &PathContext<'_>) -> bool {
        self.before.is_some_and(|value| context.before.covers(value))
            || self.after.is_some_and(|value| context.after.covers(value))
    }
}

/// Returns the parts of a resource.
pub(super) fn resource(
    action: Action,
    pair: Pair<'_>,
    schema: Option<&Block>,
    context: &PathContext<'_>,
) -> Group {
    let mut group = block(pair, schema, context);
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
    // Computed attributes of a new object are listed on one line instead of one line each.
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

/// Returns the parts of an object without a schema.
pub(super) fn object(pair: Pair<'_>, context: &PathContext<'_>) -> Group {
    block(pair, None, context)
}

/// Returns the output values that change.
pub(super) fn outputs(outputs: &[OutputChange]) -> Group {
    let part = |output: &OutputChange| {
        if output.action == Action::NoOp && output.undecided.is_empty() {
            return None;
        }
        let is_present = |value: &&Value| **value != Value::Null;
        let pair = Pair {
            // A recorded output that is null is all that there is to show of its deletion.
            before: Some(&output.before).filter(|value| is_present(value) || output.action == Action::Delete),
            after: Some(&output.after).filter(is_present),
        };
        let context = PathContext::value(output.before_sensitive, output.after_sensitive);
        let sign = match output.action {
            Action::Create => Sign::Add,
            Action::Delete => Sign::Remove,
            Action::Update => Sign::Update,
            _ => pair.sign(&context),
        };
        let undecided = |undecided: &Undecided| format!("undecided: {}", undecided.reason);
        let notes = output.undecided.iter().map(undecided).collect();
        let shape = shape(pair, None, &context);
        Some(Diff { name: Name::Attribute(output.name.clone()), sign, shape, forces: false, notes })
    };
    Group { parts: outputs.iter().filter_map(part).collect(), ..Group::default() }
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

fn names(pair: Pair<'_>) -> Vec<&Text> {
    let (before, after) = (pair.before.and_then(Value::members), pair.after.and_then(Value::members));
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

//! Trees of differences: the content of reports, independent of their format.
//!
//! Unchanged parts are counted and not kept. Secrets are never part of a tree.

mod documents;
mod leaf;
mod lines;
mod model;
mod pair;
mod parts;

use iac_lang::value::Value;
use iac_plan::plan::{Action, OutputChange, Undecided};
use iac_plan::schema::Block;

pub(super) use self::leaf::{UNKNOWN, leaf, quoted, rule};
pub(super) use self::model::{Brackets, Diff, Group, Hidden, Name, Shape, Sign};
pub(super) use self::pair::Pair;
use self::parts::{block, shape};
use super::places::PathContext;

/// Returns the parts of a resource.
pub(super) fn resource(
    action: Action,
    pair: Pair<'_>,
    schema: Option<&Block>,
    context: &PathContext<'_>,
) -> Group {
    let mut group = block(pair, schema, context);
    if action != Action::Create && !action.is_replace() {
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

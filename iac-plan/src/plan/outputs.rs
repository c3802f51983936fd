//! The outputs and variables of the root module in the finished plan.

use std::collections::HashSet;

use iac_core::expression::{Expression, Operation};
use iac_core::text::Text;
use iac_lang::config::Output;
use iac_lang::value::{AttributePath, Unknown, Value};

use super::dependencies::Kind;
use super::index::{InstanceIndex, ModuleIndex};
use super::session::Session;
use crate::plan::{Action, OutputChange, Undecided, VariableValue};

impl Session<'_> {
    /// Returns the names of the outputs that show what is sensitive: their expression calls `nonsensitive`.
    pub(crate) fn shown_outputs(&self) -> HashSet<Text> {
        let outputs = &self.modules.get(ModuleIndex::ROOT).module.outputs;
        let calls_nonsensitive = |output: &&Output| {
            let mut calls = false;
            output.value.visit(&mut |part| {
                calls |= matches!(part, Expression::Operation(operation)
                    if matches!(&**operation, Operation::Call { function, .. } if *function == "nonsensitive"));
            });
            calls
        };
        outputs.iter().filter(calls_nonsensitive).map(|output| output.name.clone()).collect()
    }

    /// Returns the changes of outputs, by name.
    pub(crate) fn output_changes(&self) -> Vec<OutputChange> {
        let module = self.modules.get(ModuleIndex::ROOT).module;
        let state = self.request.options.refreshed.or(self.request.state);
        let before: &[crate::state::Output] = state.map_or(&[], |state| &state.outputs);
        let is_destroyed = self.request.options.destroy;
        let mut changes = Vec::with_capacity(module.outputs.len());
        for (position, output) in module.outputs.iter().enumerate() {
            let node = self.dependencies.id(ModuleIndex::ROOT, Kind::Output, position);
            if is_destroyed || !self.included[node] || output.ephemeral {
                continue;
            }
            let earlier = before.iter().find(|each| each.name == output.name);
            let value = self.instances[InstanceIndex::ROOT].outputs[position].clone();
            let sensitive = value.contains_sensitive();
            let after = value.without_marks();
            let (old, old_sensitive) =
                earlier.map_or((Value::Null, false), |earlier| (earlier.value.clone(), earlier.sensitive));
            let action = match earlier {
                None if after.is_null() => Action::NoOp,
                None => Action::Create,
                Some(_) if after.is_null() => Action::Delete,
                Some(_) if loosely_equal(&old, &after) && old_sensitive == sensitive => Action::NoOp,
                Some(_) => Action::Update,
            };
            let mut undecided = Vec::new();
            if let Some(reason) = after.doubt().and_then(Unknown::reason) {
                undecided.push(Undecided { path: AttributePath::default(), reason: reason.clone() });
            }
            changes.push(OutputChange {
                name: output.name.clone(),
                action,
                before: old,
                after,
                before_sensitive: old_sensitive,
                after_sensitive: sensitive,
                undecided,
            });
        }
        for output in before {
            let is_declared = module.outputs.iter().any(|each| each.name == output.name);
            if is_destroyed || (!is_declared && self.request.options.targets.is_empty()) {
                changes.push(OutputChange {
                    name: output.name.clone(),
                    action: Action::Delete,
                    before: output.value.clone(),
                    after: Value::Null,
                    before_sensitive: output.sensitive,
                    after_sensitive: false,
                    undecided: Vec::new(),
                });
            }
        }
        changes.sort_by(|left, right| left.name.cmp(&right.name));
        changes
    }

    /// Returns the values of the variables, by name.
    pub(crate) fn variable_values(&self) -> Vec<VariableValue> {
        let module = self.modules.get(ModuleIndex::ROOT).module;
        let variables = module.variables.iter().zip(&self.instances[InstanceIndex::ROOT].variables);
        let mut values: Vec<_> = variables
            .filter(|(variable, _)| !variable.ephemeral)
            .map(|(variable, value)| VariableValue {
                name: variable.name.clone(),
                sensitive: variable.sensitive || value.contains_sensitive(),
                value: value.clone().without_marks(),
            })
            .collect();
        values.sort_by(|left, right| left.name.cmp(&right.name));
        values
    }
}

/// Returns true if an output in the state is equal. Lists, sets and tuples are not distinguished, because only the
/// recorded type tells them apart.
fn loosely_equal(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (
            Value::List(before) | Value::Tuple(before) | Value::Set(before),
            Value::List(after) | Value::Tuple(after) | Value::Set(after),
        ) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| loosely_equal(before, after))
        }
        (Value::Object(before) | Value::Map(before), Value::Object(after) | Value::Map(after)) => {
            before.len() == after.len()
                && before
                    .iter()
                    .zip(after.iter())
                    .all(|((name, before), (other, after))| name == other && loosely_equal(before, after))
        }
        _ => before == after,
    }
}

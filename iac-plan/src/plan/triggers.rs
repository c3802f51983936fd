//! Forced replacement: `-replace` and `replace_triggered_by`.

use iac_core::address::{InstanceKey, ResourceMode};
use iac_core::diagnostic::Diagnostic;
use iac_lang::eval::evaluate;
use iac_lang::references::{Reference, Step, visit};
use iac_lang::value::{PathStep, Value};

use super::ignore::at;
use super::managed::WorkItem;
use super::session::{Session, evaluation};
use crate::plan::{Action, ActionReason, ResourceChange};

/// Returns the reason why an instance must be replaced even without changes, and errors of `replace_triggered_by`.
pub(crate) fn forced(session: &Session<'_>, work: &WorkItem<'_>) -> (Option<ActionReason>, Vec<Diagnostic>) {
    let mut errors = Vec::new();
    let mut reason = None;
    if session.request.options.replace.contains(&work.address) {
        reason = Some(ActionReason::ReplaceByRequest);
    }
    for trigger in &work.definition.resource.meta.lifecycle.replace_triggered_by {
        // The first reference is the trigger; other references are part of its keys.
        let mut found = None;
        visit(trigger, &mut |reference| found = Some(reference));
        let Some(reference) = found else { continue };
        match is_triggered(session, work, &reference) {
            Ok(true) => reason = Some(ActionReason::ReplaceByTriggers),
            Ok(false) => {}
            Err(error) => errors.push(*error),
        }
    }
    (reason, errors)
}

fn is_triggered(
    session: &Session<'_>,
    work: &WorkItem<'_>,
    reference: &Reference<'_>,
) -> Result<bool, Box<Diagnostic>> {
    let instance = &session.instances[work.module];
    let static_module = session.modules.get(instance.module);
    let position = reference
        .name(0)
        .and_then(|name| static_module.resource(ResourceMode::Managed, reference.root, name));
    let Some(position) = position else { return Ok(false) };
    let scope = session.scope(work.module, &work.repetition);
    let mut steps = Vec::new();
    for step in &reference.steps[1..] {
        steps.push(match step {
            Step::Name(name) => PathStep::Name((*name).into()),
            Step::Splat => break,
            Step::Key(key) => {
                let location = Some(work.definition.resource.location.clone());
                let key = evaluate(key, &scope)
                    .map_err(|error| Box::new(evaluation(&error, work.address.to_string(), location)))?;
                match key.peel() {
                    Value::String(name) => PathStep::Name(name.clone()),
                    Value::Number(number) => match number.as_usize() {
                        Some(index) => PathStep::Index(index),
                        None => return Ok(false),
                    },
                    _ => return Ok(false),
                }
            }
        });
    }
    let range = &instance.resources[position];
    let changes = range.positions().map(|position| &session.changes[position]);
    let key = match (range, steps.first()) {
        (super::session::InstanceRange::Count(..), Some(PathStep::Index(index))) => {
            Some(InstanceKey::Number(u64::try_from(*index).unwrap_or(u64::MAX)))
        }
        (super::session::InstanceRange::Each(..), Some(PathStep::Name(name))) => {
            Some(InstanceKey::String(name.clone()))
        }
        _ => None,
    };
    let path = if key.is_some() { &steps[1..] } else { &steps[..] };
    let mut changes = changes.filter(|change| key.is_none() || change.address.key == key);
    Ok(changes.any(|change| is_changed(change, path)))
}

/// Only updates and replacements trigger, not creation or destruction.
fn is_changed(change: &ResourceChange, path: &[PathStep]) -> bool {
    if change.action != Action::Update && !change.action.is_replace() {
        return false;
    }
    path.is_empty() || at(&change.before, path) != at(&change.after, path)
}

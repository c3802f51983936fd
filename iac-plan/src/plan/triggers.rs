//! Forced replacement: `-replace` and `replace_triggered_by`.

use iac_core::address::{InstanceKey, ResourceMode};
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::eval::evaluate;
use iac_lang::references::{Reference, Step, visit};
use iac_lang::value::{AttributePath, PathStep, Value};

use super::evaluation::evaluation;
use super::ignore::at;
use super::session::Session;
use super::work::WorkItem;
use crate::plan::{Action, ActionReason, ResourceChange, Undecided};

/// The reason why an instance must be replaced even without changes.
#[derive(Default)]
pub(crate) struct Forced {
    pub reason: Option<ActionReason>,
    /// The triggers that are undecided.
    pub undecided: Vec<Undecided>,
    /// Errors of `replace_triggered_by`.
    pub errors: Vec<Diagnostic>,
}

/// Returns the reason why an instance must be replaced even without changes.
pub(crate) fn forced(session: &Session<'_>, work: &WorkItem<'_>) -> Forced {
    let Forced { mut reason, mut undecided, mut errors } = Forced::default();
    if session.request.options.replace.contains(&work.address) {
        reason = Some(ActionReason::ReplaceByRequest);
    }
    for trigger in &work.definition.resource.meta.lifecycle.replace_triggered_by {
        // The first reference is the trigger; other references are part of its keys.
        let mut found = None;
        visit(trigger, &mut |reference| found = Some(reference));
        let Some(reference) = found else { continue };
        match is_triggered(session, work, &reference) {
            Ok(Triggered::Yes) => reason = Some(ActionReason::ReplaceByTriggers),
            Ok(Triggered::Undecided(why)) => {
                undecided.push(Undecided { path: AttributePath::default(), reason: why });
            }
            Ok(Triggered::No) => {}
            Err(error) => errors.push(*error),
        }
    }
    // What is certain makes up for what is undecided.
    if reason.is_some() {
        undecided.clear();
    }
    Forced { reason, undecided, errors }
}

/// The answer of a trigger.
enum Triggered {
    No,
    Yes,
    /// It cannot be told, and why.
    Undecided(Text),
}

fn is_triggered(
    session: &Session<'_>,
    work: &WorkItem<'_>,
    reference: &Reference<'_>,
) -> Result<Triggered, Box<Diagnostic>> {
    let instance = &session.instances[work.module];
    let static_module = session.modules.get(instance.module);
    let position = reference
        .name(0)
        .and_then(|name| static_module.resource(ResourceMode::Managed, reference.root, name));
    let Some(position) = position else { return Ok(Triggered::No) };
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
                        None => return Ok(Triggered::No),
                    },
                    _ => return Ok(Triggered::No),
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
    let mut answer = Triggered::No;
    for change in changes.filter(|change| key.is_none() || change.address.key == key) {
        // The creation of an instance is no trigger, however much of it is undecided.
        if !change.undecided.is_empty() && !change.before.is_null() {
            let reason = format!("whether `{}` changes is undecided", change.address);
            answer = Triggered::Undecided(reason.into());
        } else if is_changed(change, path) {
            return Ok(Triggered::Yes);
        }
    }
    if matches!(range, super::session::InstanceRange::Unknown) {
        return Ok(Triggered::Undecided("the instances of a trigger are unknown".into()));
    }
    Ok(answer)
}

/// Only updates and replacements trigger, not creation or destruction.
fn is_changed(change: &ResourceChange, path: &[PathStep]) -> bool {
    if change.action != Action::Update && !change.action.is_replace() {
        return false;
    }
    path.is_empty() || at(&change.before, path) != at(&change.after, path)
}

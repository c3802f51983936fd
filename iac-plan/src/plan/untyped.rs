//! Resources without a schema: the configuration is compared with the state as written.

use std::sync::Arc;

use iac_core::body::Body;
use iac_core::text::Text;
use iac_lang::eval::{Scope, evaluate};
use iac_lang::value::{AttributePath, PathStep, Value, ValueMap};

use super::evaluation::evaluation;
use super::prior::PriorObject;
use super::session::Session;
use super::work::{Outcome, WorkItem, provider_error};
use super::{action, marks, triggers};
use crate::plan::{Action, ResourceChange, Undecided};

/// Plans an instance without a schema.
pub(crate) fn plan(session: &Session<'_>, work: &WorkItem<'_>) -> Outcome {
    let resource = work.definition.resource;
    let scope = session.scope(work.module, &work.repetition);
    let (config, mut errors) = config(&resource.body, &scope, work);
    let (config, sensitive) = config.unmark();
    let object = session.prior.current(&work.address);
    let prior = match object.map(PriorObject::decode_untyped).transpose() {
        Ok(prior) => prior,
        Err(error) => {
            errors.push(provider_error(&error, &work.address, resource));
            None
        }
    };
    let triggers::Forced { reason: forced, undecided: doubts, errors: trigger_errors } =
        triggers::forced(session, work);
    errors.extend(trigger_errors);
    let (before, before_sensitive) =
        prior.map_or_else(|| (Arc::new(Value::Null), Vec::new()), |prior| (prior.value, prior.sensitive));
    let (differing, after) = merge(&before, &config);
    let reason = || {
        Text::from(format!(
            "the schema of `{}` is unknown, so only the configured arguments are compared",
            resource.type_name
        ))
    };
    let mut undecided: Vec<Undecided> =
        differing.iter().map(|path| Undecided { path: path.clone(), reason: reason() }).collect();
    let is_tainted = object.is_some_and(|object| object.instance.tainted);
    let (action, because) = match forced {
        _ if before.is_null() => (Action::Create, None),
        _ if is_tainted => (Action::DeleteThenCreate, Some(crate::plan::ActionReason::ReplaceBecauseTainted)),
        Some(forced) => (Action::DeleteThenCreate, Some(forced)),
        None if differing.is_empty() => (Action::NoOp, None),
        None => (Action::Update, None),
    };
    let action = match action {
        Action::DeleteThenCreate if work.definition.create_before_destroy => Action::CreateThenDelete,
        action => action,
    };
    if matches!(action, Action::Create) || action.is_replace() {
        undecided = vec![Undecided { path: AttributePath::default(), reason: reason() }];
    }
    undecided.extend(doubts);
    if resource.meta.lifecycle.prevent_destroy && action.is_replace() {
        errors.push(action::prevented(&work.address, resource));
    }
    let after = if action == Action::NoOp { Arc::clone(&before) } else { Arc::new(after) };
    let (address, provider) = (work.address.clone(), work.definition.selected.source.clone());
    let change = ResourceChange {
        previous_address: object.and_then(|object| object.moved_from.clone()),
        reason: because,
        before_sensitive,
        after_sensitive: marks::normalized(&after, sensitive),
        importing: work.importing.clone(),
        undecided,
        source: Some(resource.location.clone()),
        ..ResourceChange::new(address, provider, action, before, after)
    };
    Outcome { change, errors, warnings: Vec::new() }
}

/// Evaluates the configuration to an object; blocks become lists of objects.
fn config(
    body: &Body,
    scope: &dyn Scope,
    work: &WorkItem<'_>,
) -> (Value, Vec<iac_core::diagnostic::Diagnostic>) {
    match evaluate(&body.clone().into_object(), scope) {
        Ok(value) => (value, Vec::new()),
        Err(error) => {
            let location = Some(work.definition.resource.location.clone());
            (Value::Object(ValueMap::new()), vec![evaluation(&error, work.address.to_string(), location)])
        }
    }
}

/// Returns the arguments that differ from the state, and the planned value as far as it is known.
fn merge(before: &Value, config: &Value) -> (Vec<AttributePath>, Value) {
    let empty = ValueMap::new();
    let arguments = match config {
        Value::Object(arguments) => arguments,
        _ => &empty,
    };
    let mut after = match before {
        Value::Object(members) => members.clone(),
        _ => ValueMap::new(),
    };
    let mut differing = Vec::new();
    for (name, value) in arguments.iter() {
        let is_same = after.get(name).map_or(value.is_null(), |before| same(before, value));
        if !is_same {
            differing.push(AttributePath(vec![PathStep::Name(name.clone())]));
            after.insert(name.clone(), value.clone());
        }
    }
    (differing, Value::Object(after))
}

/// Returns true if a value in the state may be the result of a configured one. The state does not distinguish kinds
/// of collections, and arguments that are not set may have computed values.
fn same(before: &Value, written: &Value) -> bool {
    match (before, written) {
        (_, Value::Unknown(_)) => false,
        (
            Value::List(before) | Value::Tuple(before) | Value::Set(before),
            Value::List(written) | Value::Tuple(written) | Value::Set(written),
        ) => {
            before.len() == written.len()
                && before.iter().zip(written).all(|(before, written)| same(before, written))
        }
        (Value::Object(before) | Value::Map(before), Value::Object(written) | Value::Map(written)) => {
            written.iter().all(|(name, written)| {
                before.get(name).map_or(written.is_null(), |before| same(before, written))
            })
        }
        (Value::Null, Value::List(elements) | Value::Tuple(elements) | Value::Set(elements)) => {
            elements.is_empty()
        }
        // A block that can occur only once is written like a list with one element.
        (before @ Value::Object(_), Value::List(written) | Value::Tuple(written)) => {
            matches!(&written[..], [written] if same(before, written))
        }
        (Value::Number(_) | Value::Bool(_), Value::String(_))
        | (Value::String(_), Value::Number(_) | Value::Bool(_)) => {
            iac_lang::types::text(before) == iac_lang::types::text(written)
        }
        _ => before == written,
    }
}

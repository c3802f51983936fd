//! Resources of which no schema is known: what is written is compared with what is in the state, as it is.

use std::sync::Arc;

use crate::body::Body;
use crate::eval::{Scope, evaluate};
use crate::plan::{Action, ResourceChange, Undecided};
use crate::text::Text;
use crate::value::{AttributePath, PathStep, Value, ValueMap};

use super::managed::{Outcome, Work, provider_error};
use super::prior::PriorObject;
use super::session::{Session, evaluation};
use super::{action, marks, triggers};

/// Plans an instance whose schema is not known.
pub(crate) fn plan(session: &Session<'_>, work: &Work<'_>) -> Outcome {
    let resource = work.declared.resource;
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
    let (forced, trigger_errors) = triggers::forced(session, work);
    errors.extend(trigger_errors);
    let (before, before_sensitive) =
        prior.map_or_else(|| (Arc::new(Value::Null), Vec::new()), |prior| (prior.value, prior.sensitive));
    let (differing, after) = merge(&before, &config);
    let reason = || {
        Text::from(format!(
            "the schema of {} is not known, so it is compared as it is written",
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
        Action::DeleteThenCreate if work.declared.create_before_destroy => Action::CreateThenDelete,
        action => action,
    };
    if matches!(action, Action::Create) || action.is_replace() {
        undecided = vec![Undecided { path: AttributePath::default(), reason: reason() }];
    }
    if resource.meta.lifecycle.prevent_destroy && action.is_replace() {
        errors.push(action::prevented(&work.address, resource));
    }
    let after = if action == Action::NoOp { Arc::clone(&before) } else { Arc::new(after) };
    let change = ResourceChange {
        address: work.address.clone(),
        previous_address: object.and_then(|object| object.moved_from.clone()),
        deposed: None,
        provider_name: work.declared.asked.source.clone(),
        schema: None,
        action,
        reason: because,
        replace_paths: Vec::new(),
        before,
        after_sensitive: marks::normalized(&after, sensitive),
        after,
        before_sensitive,
        importing: work.importing.clone(),
        deferred: None,
        details: None,
        undecided,
        cause: Vec::new(),
        source: Some(resource.location.clone()),
        inner_source: None,
    };
    Outcome { change, errors, warnings: Vec::new() }
}

/// What is written, as an object; blocks are lists of objects.
fn config(body: &Body, scope: &dyn Scope, work: &Work<'_>) -> (Value, Vec<crate::diagnostic::Diagnostic>) {
    match evaluate(&body.clone().into_object(), scope) {
        Ok(value) => (value, Vec::new()),
        Err(error) => {
            let location = Some(work.declared.resource.location.clone());
            (Value::Object(ValueMap::new()), vec![evaluation(&error, work.address.to_string(), location)])
        }
    }
}

/// The arguments that differ from what is there, and what there will be as far as it is known.
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

/// Whether what is in the state may be what is written: collections are told apart by nothing in the state, and what is
/// not written may have been filled in.
fn same(before: &Value, written: &Value) -> bool {
    match (before, written) {
        (_, Value::Unknown) => false,
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
        // A block of which there can be one is written like a list of one.
        (before @ Value::Object(_), Value::List(written) | Value::Tuple(written)) => {
            matches!(&written[..], [written] if same(before, written))
        }
        (Value::Number(_) | Value::Bool(_), Value::String(_))
        | (Value::String(_), Value::Number(_) | Value::Bool(_)) => {
            crate::types::text(before) == crate::types::text(written)
        }
        _ => before == written,
    }
}

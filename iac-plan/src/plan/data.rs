//! Data sources: taken from the state if their configuration did not change, read if possible, otherwise unknown.

use std::sync::Arc;

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Unknown, Value};

use super::evaluation::evaluation;
use super::pending::Pending;
use super::propose::propose_unread;
use super::session::Session;
use super::work::{Outcome, WorkItem, provider_error};
use super::{marks, remote_state, table};
use crate::decode;
use crate::plan::{Action, ActionReason, ReadRequest, ResourceChange, Undecided};
use crate::schema::{Block, Facts, Schema};

/// Plans an instance of a data source. `pending` tells whether a resource that it waits for has pending changes.
pub(crate) fn plan(session: &Session<'_>, work: &WorkItem<'_>, pending: &Pending) -> Outcome {
    let resource = work.definition.resource;
    let mut errors = Vec::new();
    let object = session.prior.current(&work.address);
    let mut change = unplanned(work);
    let (Some(schema), Some(provider)) = (&work.definition.schema, work.definition.selected.provider) else {
        change.undecided.push(whole(format!("the schema of `{}` is unknown", resource.type_name)));
        return Outcome { change, errors, warnings: Vec::new() };
    };
    let scope = session.scope(work.module, &work.repetition);
    let evaluated = decode::evaluate(&resource.body, &schema.block, &scope);
    let error = |error| evaluation(error, work.address.to_string(), Some(resource.location.clone()));
    errors.extend(evaluated.errors.iter().map(error));
    let (config, sensitive) = evaluated.value.unmark();
    if errors.is_empty() {
        errors = work.refusals(schema, &config);
    }
    if !errors.is_empty() {
        return Outcome { change, errors, warnings: Vec::new() };
    }
    let is_known = config.is_wholly_known();
    let undecided = match pending {
        Pending::Yes => None,
        Pending::Undecided(reason) if is_known => Some(reason),
        _ => only_undecided(&config),
    };
    if let Some(reason) = undecided {
        return unread(change, schema, &config, (sensitive, reason.clone()));
    }
    if !is_known || *pending == Pending::Yes {
        change.action = Action::Read;
        change.reason = Some(if is_known {
            ActionReason::ReadBecauseDependencyPending
        } else {
            ActionReason::ReadBecauseConfigUnknown
        });
        return proposed(change, schema, &config, sensitive);
    }
    if let Some(states) = session.request.options.remote_states
        && remote_state::is_it(schema, &work.definition.selected)
    {
        match remote_state::read(states, &config) {
            Ok(Some(read)) => {
                session.hide(read.secrets);
                return found(change, read.value, sensitive);
            }
            Ok(None) => {}
            Err(reason) => return unread(change, schema, &config, (sensitive, reason)),
        }
    }
    let name = &work.definition.selected.name;
    let request = ReadRequest { address: &work.address, provider: name, schema, config: &config };
    let known = object.and_then(|object| object.decode(schema, provider).ok());
    if let Some(computed) = provider.compute(&request) {
        change.before = known.map_or(change.before, |known| known.value);
        match computed {
            Ok(value) => change.after = Arc::new(value),
            Err(error) => errors.push(provider_error(&error, &work.address, resource)),
        }
        change.after_sensitive = marks::normalized(&change.after, sensitive);
        return Outcome { change, errors, warnings: Vec::new() };
    }
    let known = known.and_then(|known| Some((unset(schema, &config, &known.value)?, known)));
    if let Some((unset, known)) = known {
        change.undecided.extend(unset.into_iter().map(|path| Undecided {
            path,
            reason: Text::from_static(
                "the argument is not set, and the value in the state may be a default or a removed setting",
            ),
        }));
        change.before = Arc::clone(&known.value);
        change.after = known.value;
        change.after_sensitive =
            marks::normalized(&change.after, sensitive.into_iter().chain(known.sensitive));
        return Outcome { change, errors, warnings: Vec::new() };
    }
    match provider.read(&request) {
        Some(Ok(value)) => change.after = Arc::new(value),
        Some(Err(error)) => errors.push(provider_error(&error, &work.address, resource)),
        None => {
            change.after = Arc::new(propose_unread(&schema.block, &config));
            change
                .undecided
                .push(whole("data sources are not read offline, and the state does not contain this one"));
        }
    }
    change.after_sensitive = marks::normalized(&change.after, sensitive);
    Outcome { change, errors, warnings: Vec::new() }
}

/// Returns the change of a data source of which nothing is known.
fn unplanned(work: &WorkItem<'_>) -> ResourceChange {
    ResourceChange {
        schema: work.definition.schema.clone(),
        source: Some(work.definition.resource.location.clone()),
        ..ResourceChange::new(
            work.address.clone(),
            work.definition.selected.source.clone(),
            Action::NoOp,
            Arc::new(Value::Null),
            Arc::new(Value::UNKNOWN),
        )
    }
}

/// Returns the outcome for a data source whose value is known, so that there is nothing to apply.
fn unchanged(mut change: ResourceChange, value: Value, sensitive: Vec<AttributePath>) -> Outcome {
    change.before = Arc::new(value);
    change.after = Arc::clone(&change.before);
    change.after_sensitive = marks::normalized(&change.after, sensitive);
    change.before_sensitive.clone_from(&change.after_sensitive);
    Outcome { change, errors: Vec::new(), warnings: Vec::new() }
}

/// Returns the outcome for a data source whose value is known, or as far as a planned state shows it: the rest is
/// read during apply, after that state was written.
fn found(mut change: ResourceChange, value: Value, sensitive: Vec<AttributePath>) -> Outcome {
    if value.is_wholly_known() {
        return unchanged(change, value, sensitive);
    }
    change.action = Action::Read;
    change.reason = Some(ActionReason::ReadBecauseDependencyPending);
    if let Some(reason) = value.doubt().and_then(Unknown::reason) {
        change.undecided.push(whole(reason.clone()));
    }
    change.after = Arc::new(value);
    change.after_sensitive = marks::normalized(&change.after, sensitive);
    Outcome { change, errors: Vec::new(), warnings: Vec::new() }
}

/// Returns the outcome for a data source that Terraform may read.
fn unread(
    mut change: ResourceChange,
    schema: &Schema,
    config: &Value,
    (sensitive, reason): (Vec<AttributePath>, Text),
) -> Outcome {
    change.undecided.push(whole(reason));
    proposed(change, schema, config, sensitive)
}

/// Returns the outcome for a data source that is not read before apply.
fn proposed(
    mut change: ResourceChange,
    schema: &Schema,
    config: &Value,
    sensitive: Vec<AttributePath>,
) -> Outcome {
    change.after = Arc::new(propose_unread(&schema.block, config));
    change.after_sensitive = marks::normalized(&change.after, sensitive);
    Outcome { change, errors: Vec::new(), warnings: Vec::new() }
}

/// Returns the reason why a configuration is unknown, if Terraform may know all of it.
fn only_undecided(config: &Value) -> Option<&Text> {
    let reason = config.doubt()?.reason()?;
    (!config.is_unknown_after_apply()).then_some(reason)
}

fn whole(reason: impl Into<Text>) -> Undecided {
    Undecided { path: AttributePath::default(), reason: reason.into() }
}

/// Returns the arguments that are not set but have a value in the state, either a default or a value set earlier.
/// `None` if the state cannot be the result of reading this configuration.
fn unset(schema: &Schema, config: &Value, value: &Value) -> Option<Vec<AttributePath>> {
    let mut unset = Vec::new();
    let compared = Compared { legacy: schema.legacy };
    compared.block(&schema.block, config, value, &mut Vec::new(), &mut unset).then_some(unset)
}

/// How a configuration is compared with the state.
#[derive(Clone, Copy)]
struct Compared {
    /// True if null, zero and empty are equivalent.
    legacy: bool,
}

impl Compared {
    fn block(
        self,
        schema: &Block,
        config: &Value,
        value: &Value,
        path: &mut Vec<PathStep>,
        unset: &mut Vec<AttributePath>,
    ) -> bool {
        let (Value::Object(config), Value::Object(value)) = (config, value) else { return config == value };
        for attribute in schema.attributes.iter().filter(|attribute| attribute.required || attribute.optional)
        {
            let config = config.get(&attribute.name).unwrap_or(&Value::Null);
            let value = value.get(&attribute.name).unwrap_or(&Value::Null);
            if !config.is_null() {
                if config != value && !(self.legacy && config.is_zero() && value.is_zero()) {
                    return false;
                }
            } else if !attribute.computed && !value.is_zero() && !is_default(&attribute.facts, value) {
                path.push(PathStep::Name(attribute.name.clone()));
                unset.push(AttributePath(path.clone()));
                path.pop();
            }
        }
        schema.blocks.iter().all(|nested| {
            let config = config.get(&nested.name).unwrap_or(&Value::Null);
            let value = value.get(&nested.name).unwrap_or(&Value::Null);
            path.push(PathStep::Name(nested.name.clone()));
            let same = self.collection(&nested.block, config, value, path, unset);
            path.pop();
            same
        })
    }

    fn collection(
        self,
        schema: &Block,
        config: &Value,
        value: &Value,
        path: &mut Vec<PathStep>,
        unset: &mut Vec<AttributePath>,
    ) -> bool {
        match (config, value) {
            (Value::List(config) | Value::Tuple(config), Value::List(value) | Value::Tuple(value)) => {
                config.len() == value.len()
                    && config.iter().zip(value).enumerate().all(|(position, (config, value))| {
                        path.push(PathStep::Index(position));
                        let same = self.block(schema, config, value, path, unset);
                        path.pop();
                        same
                    })
            }
            (Value::Set(config), Value::Set(value)) => {
                let mut free: Vec<&Value> = value.iter().rev().collect();
                config.len() == value.len()
                    && config.iter().all(|config| {
                        let found =
                            free.iter().rposition(|value| self.block(schema, config, value, path, unset));
                        found.map(|position| free.remove(position)).is_some()
                    })
            }
            (Value::Object(_), Value::Object(_)) => self.block(schema, config, value, path, unset),
            (config, value) => config == value || (config.is_zero() && value.is_zero()),
        }
    }
}

/// Returns true if the value of an argument that is not set can be the provider's default, according to the facts.
fn is_default(facts: &Facts, value: &Value) -> bool {
    facts.default.as_ref().is_some_and(|default| table::literal(default) == *value)
        || facts.allowed.iter().any(|allowed| table::literal(allowed) == *value)
}

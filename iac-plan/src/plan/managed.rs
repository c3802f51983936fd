//! Planning of managed resources.

use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

use super::action::{self, Decision};
use super::evaluation::evaluation;
use super::prior::{PriorObject, PriorValue};
use super::propose::{propose, propose_unread};
use super::session::Session;
use super::work::{Outcome, WorkItem, provider_error};
use super::{cause, marks, move_type, triggers, undecided, untyped};
use crate::plan::{
    Action, ActionReason, PlanRequest, PlanResponse, Provider, ProviderError, ResourceChange, Undecided,
};
use crate::schema::Schema;
use crate::{decode, threads};

/// An instance with its configuration evaluated.
struct Prepared {
    /// The prior value; null if there is none, or if it is tainted.
    prior: PriorValue,
    /// The prior value, if it is tainted and must be replaced.
    tainted: Option<PriorValue>,
    private: Option<String>,
    previous_address: Option<ResourceAddress>,
    config: Value,
    /// Paths of sensitive values in the configuration.
    sensitive: Vec<AttributePath>,
    /// The configuration without `ignore_changes` applied, if that makes a difference.
    original: Option<Value>,
    /// The proposed value; `None` if nothing changes.
    proposed: Option<Value>,
    forced: Option<ActionReason>,
    undecided: Vec<Undecided>,
    errors: Vec<Diagnostic>,
}

/// A pending request to a provider, and its instance.
struct PendingRequest<'p> {
    position: usize,
    prior: &'p Value,
    proposed: &'p Value,
    config: &'p Value,
}

/// Plans instances that do not depend on each other, in order.
pub(crate) fn plan(session: &Session<'_>, items: &[WorkItem<'_>]) -> Vec<Outcome> {
    let providers = items.iter().filter_map(|work| work.definition.selected.provider);
    let batch = providers.map(Provider::batch).max().unwrap_or(usize::MAX).max(1);
    // Intermediate values are kept for one batch at a time.
    threads::map_batches(items, batch, |items| {
        let prepared = threads::map(items, |work| {
            work.definition.schema.as_ref().map(|schema| prepare(session, work, schema))
        });
        let answers = ask_all(items, &prepared);
        finish_all(session, items, prepared, answers)
    })
}

fn ask_all(
    items: &[WorkItem<'_>],
    prepared: &[Option<Prepared>],
) -> Vec<Option<Result<PlanResponse, ProviderError>>> {
    let pending = prepared.iter().enumerate().filter_map(|(position, prepared)| {
        let prepared = prepared.as_ref()?;
        let proposed = prepared.proposed.as_ref().filter(|_| prepared.errors.is_empty())?;
        Some(PendingRequest { position, prior: &prepared.prior.value, proposed, config: &prepared.config })
    });
    ask(items, prepared, &pending.collect::<Vec<_>>())
}

/// Sends requests to the providers, one batch for each provider.
fn ask(
    items: &[WorkItem<'_>],
    prepared: &[Option<Prepared>],
    pending: &[PendingRequest<'_>],
) -> Vec<Option<Result<PlanResponse, ProviderError>>> {
    let mut answers: Vec<Option<Result<PlanResponse, ProviderError>>> = items.iter().map(|_| None).collect();
    let mut remaining: Vec<&PendingRequest<'_>> = pending.iter().collect();
    while let Some(first) = remaining.first() {
        let source = items[first.position].definition.selected.source.clone();
        let (batch, others): (Vec<_>, Vec<_>) = remaining
            .into_iter()
            .partition(|request| items[request.position].definition.selected.source == source);
        remaining = others;
        let Some(provider) = items[batch[0].position].definition.selected.provider else { continue };
        let requests: Vec<_> = batch
            .iter()
            .filter_map(|request| {
                let work = &items[request.position];
                let prepared = prepared[request.position].as_ref()?;
                Some(PlanRequest {
                    address: &work.address,
                    provider: &work.definition.selected.name,
                    schema: work.definition.schema.as_ref()?,
                    prior: request.prior,
                    proposed: request.proposed,
                    config: request.config,
                    written: prepared.original.as_ref().unwrap_or(&prepared.config),
                    private: prepared.private.as_deref(),
                    sensitive: !prepared.sensitive.is_empty() || !prepared.prior.sensitive.is_empty(),
                })
            })
            .collect();
        for (request, answer) in batch.iter().zip(provider.plan(&requests)) {
            answers[request.position] = Some(answer);
        }
    }
    answers
}

fn finish_all(
    session: &Session<'_>,
    items: &[WorkItem<'_>],
    mut prepared: Vec<Option<Prepared>>,
    answers: Vec<Option<Result<PlanResponse, ProviderError>>>,
) -> Vec<Outcome> {
    let mut decisions: Vec<Option<Decision>> = Vec::with_capacity(items.len());
    for ((work, prepared), answer) in items.iter().zip(&mut prepared).zip(answers) {
        decisions.push(prepared.as_mut().and_then(|prepared| decide(work, prepared, answer)));
    }
    // A replacement is planned again, without a prior value.
    let null = Value::Null;
    let mut replacements: Vec<Option<Value>> = Vec::new();
    for ((work, prepared), decision) in items.iter().zip(&prepared).zip(&decisions) {
        let is_replaced = decision.as_ref().is_some_and(|decision| decision.action.is_replace());
        let replanned = prepared.as_ref().zip(work.definition.schema.as_ref()).filter(|_| is_replaced);
        replacements.push(replanned.map(|(prepared, schema)| {
            propose(&schema.block, &Value::Null, prepared.original.as_ref().unwrap_or(&prepared.config))
        }));
    }
    let pending = replacements.iter().enumerate().filter_map(|(position, proposed)| {
        let prepared = prepared[position].as_ref()?;
        let config = prepared.original.as_ref().unwrap_or(&prepared.config);
        Some(PendingRequest { position, prior: &null, proposed: proposed.as_ref()?, config })
    });
    let replanned = ask(items, &prepared, &pending.collect::<Vec<_>>());
    let parts = items.iter().zip(prepared).zip(decisions).zip(replanned);
    threads::map_owned(parts.collect(), |(((work, prepared), decision), replanned)| match prepared {
        Some(prepared) => finish(session, work, prepared, decision, replanned),
        None => untyped::plan(session, work),
    })
}

/// Evaluates the configuration of an instance and merges it with the prior value.
fn prepare(session: &Session<'_>, work: &WorkItem<'_>, schema: &Arc<Schema>) -> Prepared {
    let definition = &work.definition;
    let resource = definition.resource;
    let scope = session.scope(work.module, &work.repetition);
    let address = || work.address.to_string();
    let location = || Some(resource.location.clone());
    let mut errors = Vec::new();
    let object = session.prior.current(&work.address);
    let decoded = object.map(|object| decode(object, schema, definition.selected.provider));
    let decoded = match decoded.transpose() {
        Ok(decoded) => decoded,
        Err(error) => {
            errors.push(provider_error(&error, &work.address, resource));
            None
        }
    };
    let is_tainted = object.is_some_and(|object| object.instance.tainted);
    let nothing = || PriorValue { value: Arc::new(Value::Null), sensitive: Vec::new() };
    let (prior, tainted) =
        if is_tainted { (nothing(), decoded) } else { (decoded.unwrap_or_else(nothing), None) };

    let evaluated = decode::evaluate(&resource.body, &schema.block, &scope);
    errors.extend(evaluated.errors.iter().map(|error| evaluation(error, address(), location())));
    let (mut config, mut sensitive) = if evaluated.value.contains_sensitive() {
        evaluated.value.unmark()
    } else {
        (evaluated.value, Vec::new())
    };
    let mut original = None;
    if !definition.ignored.is_nothing() && !prior.value.is_null() {
        original = Some(config.clone());
        definition.ignored.apply(schema, (&prior.value, &prior.sensitive), &mut config, &mut sensitive);
    }
    let triggers::Forced { reason: forced, undecided: doubts, errors: trigger_errors } =
        triggers::forced(session, work);
    errors.extend(trigger_errors);
    let is_unchanged = forced.is_none()
        && !prior.value.is_null()
        && definition.selected.provider.is_some_and(|provider| {
            provider.unchanged(&definition.selected.name, schema, &prior.value, &config)
        });
    let proposed = (!is_unchanged).then(|| propose(&schema.block, &prior.value, &config));
    let mut undecided = if is_unchanged { Vec::new() } else { undecided::arguments(&config) };
    undecided.extend(doubts);
    if object.is_some_and(|object| move_type::is_undecided(object, schema)) {
        undecided.push(Undecided {
            path: AttributePath::default(),
            reason: "it is moved from another type, which only the provider can do".into(),
        });
    }
    Prepared {
        private: object
            .filter(|_| !is_tainted)
            .and_then(|object| object.instance.private.as_deref().map(Into::into)),
        previous_address: object.and_then(|object| object.moved_from.clone()),
        prior,
        tainted,
        config,
        sensitive,
        original,
        proposed,
        forced,
        undecided,
        errors,
    }
}

fn decode(
    object: &PriorObject<'_>,
    schema: &Schema,
    provider: Option<&dyn Provider>,
) -> Result<PriorValue, ProviderError> {
    match provider {
        Some(provider) => object.decode(schema, provider),
        None => object.decode_untyped(),
    }
}

/// Decides the action from the provider's answer.
fn decide(
    work: &WorkItem<'_>,
    prepared: &mut Prepared,
    answer: Option<Result<PlanResponse, ProviderError>>,
) -> Option<Decision> {
    if !prepared.errors.is_empty() {
        return None;
    }
    let mut response = match answer {
        Some(Ok(response)) => response,
        Some(Err(error)) if error.unreachable => return Some(estimate(work, prepared)),
        Some(Err(error)) => {
            prepared.errors.push(provider_error(&error, &work.address, work.definition.resource));
            return None;
        }
        None => return Some(Decision::nothing()),
    };
    if response.legacy && !prepared.prior.value.is_null() {
        work.definition.ignored.revert(&prepared.prior.value, &mut response.planned);
    }
    let decision = action::decide(
        &prepared.prior.value,
        response,
        prepared.forced,
        work.definition.create_before_destroy,
    );
    Some(match &prepared.tainted {
        Some(_) if decision.action == Action::Create => {
            decision.tainted(work.definition.create_before_destroy)
        }
        _ => decision,
    })
}

/// Estimates the action if the provider cannot answer because it cannot reach its service.
fn estimate(work: &WorkItem<'_>, prepared: &mut Prepared) -> Decision {
    let planned = match &work.definition.schema {
        Some(schema) if prepared.prior.value.is_null() => {
            Some(propose_unread(&schema.block, &prepared.config))
        }
        _ => prepared.proposed.take(),
    };
    let response = PlanResponse {
        planned: planned.unwrap_or(Value::UNKNOWN),
        requires_replace: Vec::new(),
        legacy: false,
        undecided: vec![unreachable()],
        warnings: Vec::new(),
    };
    action::decide(&prepared.prior.value, response, prepared.forced, work.definition.create_before_destroy)
}

fn unreachable() -> Undecided {
    Undecided {
        path: AttributePath::default(),
        reason: Text::from_static("the provider needs to access its service, which is not possible offline"),
    }
}

fn finish(
    session: &Session<'_>,
    work: &WorkItem<'_>,
    mut prepared: Prepared,
    decision: Option<Decision>,
    replanned: Option<Result<PlanResponse, ProviderError>>,
) -> Outcome {
    let definition = &work.definition;
    let resource = definition.resource;
    let schema = definition.schema.clone();
    let mut decision = decision.unwrap_or_else(|| Decision::failed(&prepared.prior.value));
    let mut undecided = std::mem::take(&mut prepared.undecided);
    undecided.append(&mut decision.undecided);
    match replanned {
        Some(Ok(response)) => {
            decision.planned = Some(response.planned);
            for each in response.undecided {
                if !undecided.contains(&each) {
                    undecided.push(each);
                }
            }
        }
        Some(Err(error)) if error.unreachable => {
            if let Some(schema) = &schema {
                let config = prepared.original.as_ref().unwrap_or(&prepared.config);
                decision.planned = Some(propose_unread(&schema.block, config));
                undecided.push(unreachable());
            }
        }
        Some(Err(error)) => prepared.errors.push(provider_error(&error, &work.address, resource)),
        None => {}
    }
    let before = prepared.tainted.as_ref().unwrap_or(&prepared.prior);
    if let (Some(planned), Some(schema)) = (&mut decision.planned, &schema) {
        action::without_write_only(&schema.block, planned);
    }
    let after = match decision.planned {
        Some(planned) if decision.action != Action::NoOp => Arc::new(planned),
        _ => Arc::clone(&before.value),
    };
    let mut after_sensitive = prepared.sensitive;
    if decision.action == Action::NoOp
        && let Some(schema) = &schema
    {
        let of_schema = marks::of_schema(schema, &after);
        let now = marks::normalized(&after, of_schema.into_iter().chain(after_sensitive.iter().cloned()));
        if now != before.sensitive {
            decision.action = Action::Update;
        }
    }
    after_sensitive = marks::normalized(&after, after_sensitive);
    if resource.meta.lifecycle.prevent_destroy && decision.action.is_replace() {
        prepared.errors.push(action::prevented(&work.address, resource));
    }
    if work.importing.is_some() {
        // The state lacks attributes that only Terraform knows, so an import is nearly always followed by an update.
        decision.action = Action::Update;
        undecided = vec![Undecided {
            path: AttributePath::default(),
            reason: Text::from_static("the imported object is not read offline"),
        }];
    }
    let mut change = ResourceChange {
        address: work.address.clone(),
        previous_address: prepared.previous_address,
        deposed: None,
        provider_name: definition.selected.source.clone(),
        action: decision.action,
        reason: decision.reason,
        replace_paths: decision.replace_paths,
        before: Arc::clone(&before.value),
        after,
        before_sensitive: before.sensitive.clone(),
        after_sensitive,
        importing: work.importing.clone(),
        deferred: None,
        details: None,
        undecided,
        cause: Vec::new(),
        source: Some(resource.location.clone()),
        inner_source: None,
        schema,
    };
    if prepared.errors.is_empty() {
        change.cause = cause::of(session, work, &change);
    }
    let warning = |text: &String| {
        Diagnostic::warning("provider", text.as_str())
            .address(work.address.to_string())
            .at(resource.location.clone())
    };
    let warnings = decision.warnings.iter().map(warning).collect();
    Outcome { change, errors: prepared.errors, warnings }
}

//! What is planned for the instances of managed resources.

use std::sync::Arc;

use crate::address::ResourceAddress;
use crate::config::Resource;
use crate::diagnostic::Diagnostic;
use crate::eval::body;
use crate::plan::{
    Action, ActionReason, PlanRequest, PlanResponse, Provider, ProviderError, ResourceChange, Undecided,
};
use crate::schema::Schema;
use crate::text::Text;
use crate::value::{AttributePath, Value};

use super::action::{self, Decision};
use super::expand::Repetition;
use super::ignore::Ignored;
use super::prior::{PriorObject, PriorValue};
use super::propose::{propose, propose_unread};
use super::session::{Asked, Session, evaluation};
use super::{cause, marks, threads, triggers, untyped};

/// A resource as it is written, with what is the same for all of its instances.
pub(crate) struct Declared<'a> {
    pub resource: &'a Resource,
    pub asked: Asked<'a>,
    pub schema: Option<Arc<Schema>>,
    pub ignored: Ignored,
    pub create_before_destroy: bool,
    /// Whether anything that it refers to could not be decided.
    pub uncertain: bool,
}

/// An instance that is to be planned.
pub(crate) struct Work<'a> {
    pub declared: Arc<Declared<'a>>,
    /// The instance of the module.
    pub module: usize,
    pub repetition: Repetition,
    pub address: ResourceAddress,
    /// The id that it is imported by.
    pub importing: Option<Text>,
}

/// What an instance comes to.
pub(crate) struct Outcome {
    pub change: ResourceChange,
    pub errors: Vec<Diagnostic>,
    pub warnings: Vec<Diagnostic>,
}

/// An instance whose configuration is evaluated.
struct Prepared {
    /// What is there and may be changed; null if nothing, or if it is tainted.
    prior: PriorValue,
    /// What is there and has to be replaced.
    tainted: Option<PriorValue>,
    private: Option<String>,
    previous_address: Option<ResourceAddress>,
    config: Value,
    /// The places of the configuration that are sensitive.
    sensitive: Vec<AttributePath>,
    /// What the configuration says without `ignore_changes`, where that makes a difference.
    original: Option<Value>,
    /// None where nothing changes.
    proposed: Option<Value>,
    forced: Option<ActionReason>,
    undecided: Vec<Undecided>,
    errors: Vec<Diagnostic>,
}

/// A request that is still to be made, and for which instance.
struct Asking<'p> {
    position: usize,
    prior: &'p Value,
    proposed: &'p Value,
    config: &'p Value,
}

/// Plans instances that do not depend on each other, in order.
pub(crate) fn plan(session: &Session<'_>, works: &[Work<'_>]) -> Vec<Outcome> {
    let providers = works.iter().filter_map(|work| work.declared.asked.provider);
    let batch = providers.map(Provider::batch).max().unwrap_or(usize::MAX).max(1);
    // What is made on the way is not kept for more than a batch.
    threads::map_batches(works, batch, |works| {
        let prepared = threads::map(works, |work| {
            work.declared.schema.as_ref().map(|schema| prepare(session, work, schema))
        });
        let answers = ask_all(works, &prepared);
        finish_all(session, works, prepared, answers)
    })
}

fn ask_all(
    works: &[Work<'_>],
    prepared: &[Option<Prepared>],
) -> Vec<Option<Result<PlanResponse, ProviderError>>> {
    let asking = prepared.iter().enumerate().filter_map(|(position, prepared)| {
        let prepared = prepared.as_ref()?;
        let proposed = prepared.proposed.as_ref().filter(|_| prepared.errors.is_empty())?;
        Some(Asking { position, prior: &prepared.prior.value, proposed, config: &prepared.config })
    });
    ask(works, prepared, &asking.collect::<Vec<_>>())
}

/// Asks the providers, each once for all that it is asked for.
fn ask(
    works: &[Work<'_>],
    prepared: &[Option<Prepared>],
    asking: &[Asking<'_>],
) -> Vec<Option<Result<PlanResponse, ProviderError>>> {
    let mut answers: Vec<Option<Result<PlanResponse, ProviderError>>> = works.iter().map(|_| None).collect();
    let mut open: Vec<&Asking<'_>> = asking.iter().collect();
    while let Some(first) = open.first() {
        let source = works[first.position].declared.asked.source.clone();
        let (now, later): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|asking| works[asking.position].declared.asked.source == source);
        open = later;
        let Some(provider) = works[now[0].position].declared.asked.provider else { continue };
        let requests: Vec<_> = now
            .iter()
            .filter_map(|asking| {
                let work = &works[asking.position];
                let prepared = prepared[asking.position].as_ref()?;
                Some(PlanRequest {
                    address: &work.address,
                    provider: &work.declared.asked.name,
                    schema: work.declared.schema.as_ref()?,
                    prior: asking.prior,
                    proposed: asking.proposed,
                    config: asking.config,
                    written: prepared.original.as_ref().unwrap_or(&prepared.config),
                    private: prepared.private.as_deref(),
                    sensitive: !prepared.sensitive.is_empty() || !prepared.prior.sensitive.is_empty(),
                })
            })
            .collect();
        for (asking, answer) in now.iter().zip(provider.plan(&requests)) {
            answers[asking.position] = Some(answer);
        }
    }
    answers
}

fn finish_all(
    session: &Session<'_>,
    works: &[Work<'_>],
    mut prepared: Vec<Option<Prepared>>,
    answers: Vec<Option<Result<PlanResponse, ProviderError>>>,
) -> Vec<Outcome> {
    let mut decisions: Vec<Option<Decision>> = Vec::with_capacity(works.len());
    for ((work, prepared), answer) in works.iter().zip(&mut prepared).zip(answers) {
        decisions.push(prepared.as_mut().and_then(|prepared| decide(work, prepared, answer)));
    }
    // What is replaced is planned again as if there were nothing.
    let null = Value::Null;
    let mut fresh: Vec<Option<Value>> = Vec::new();
    for ((work, prepared), decision) in works.iter().zip(&prepared).zip(&decisions) {
        let is_replaced = decision.as_ref().is_some_and(|decision| decision.action.is_replace());
        let again = prepared.as_ref().zip(work.declared.schema.as_ref()).filter(|_| is_replaced);
        fresh.push(again.map(|(prepared, schema)| {
            propose(&schema.block, &Value::Null, prepared.original.as_ref().unwrap_or(&prepared.config))
        }));
    }
    let asking = fresh.iter().enumerate().filter_map(|(position, proposed)| {
        let prepared = prepared[position].as_ref()?;
        let config = prepared.original.as_ref().unwrap_or(&prepared.config);
        Some(Asking { position, prior: &null, proposed: proposed.as_ref()?, config })
    });
    let again = ask(works, &prepared, &asking.collect::<Vec<_>>());
    let parts = works.iter().zip(prepared).zip(decisions).zip(again);
    threads::map_owned(parts.collect(), |(((work, prepared), decision), again)| match prepared {
        Some(prepared) => finish(session, work, prepared, decision, again),
        None => untyped::plan(session, work),
    })
}

/// Evaluates the configuration of an instance and merges it with what is there.
fn prepare(session: &Session<'_>, work: &Work<'_>, schema: &Arc<Schema>) -> Prepared {
    let declared = &work.declared;
    let resource = declared.resource;
    let scope = session.scope(work.module, &work.repetition);
    let address = || work.address.to_string();
    let location = || Some(resource.location.clone());
    let mut errors = Vec::new();
    let object = session.prior.current(&work.address);
    let found = object.map(|object| decode(object, schema, declared.asked.provider));
    let found = match found.transpose() {
        Ok(found) => found,
        Err(error) => {
            errors.push(provider_error(&error, &work.address, resource));
            None
        }
    };
    let is_tainted = object.is_some_and(|object| object.instance.tainted);
    let nothing = || PriorValue { value: Arc::new(Value::Null), sensitive: Vec::new() };
    let (prior, tainted) =
        if is_tainted { (nothing(), found) } else { (found.unwrap_or_else(nothing), None) };

    let evaluated = body::evaluate(&resource.body, &schema.block, &scope);
    errors.extend(evaluated.errors.iter().map(|error| evaluation(error, address(), location())));
    let (mut config, mut sensitive) = if evaluated.value.contains_sensitive() {
        evaluated.value.unmark()
    } else {
        (evaluated.value, Vec::new())
    };
    let mut original = None;
    if !declared.ignored.is_nothing() && !prior.value.is_null() {
        original = Some(config.clone());
        declared.ignored.apply(schema, (&prior.value, &prior.sensitive), &mut config, &mut sensitive);
    }
    let (forced, trigger_errors) = triggers::forced(session, work);
    errors.extend(trigger_errors);
    let is_unchanged = forced.is_none()
        && !prior.value.is_null()
        && declared
            .asked
            .provider
            .is_some_and(|provider| provider.unchanged(&declared.asked.name, schema, &prior.value, &config));
    let proposed = (!is_unchanged).then(|| propose(&schema.block, &prior.value, &config));
    let mut undecided = Vec::new();
    if declared.uncertain && !is_unchanged && !config.is_wholly_known() {
        undecided = cause::uncertain(session, work, &config);
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

pub(crate) fn provider_error(
    error: &ProviderError,
    address: &ResourceAddress,
    resource: &Resource,
) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("provider", error.summary.as_str())
        .address(address.to_string())
        .at(resource.location.clone());
    let detail = if error.path.0.is_empty() {
        error.detail.clone()
    } else {
        format!("At `{}`: {}", error.path, error.detail)
    };
    if !detail.is_empty() {
        diagnostic = diagnostic.detail(detail);
    }
    diagnostic
}

/// What is done, from what the provider says of the change.
fn decide(
    work: &Work<'_>,
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
            prepared.errors.push(provider_error(&error, &work.address, work.declared.resource));
            return None;
        }
        None => return Some(Decision::nothing()),
    };
    if response.legacy && !prepared.prior.value.is_null() {
        work.declared.ignored.revert(&prepared.prior.value, &mut response.planned);
    }
    let decision =
        action::decide(&prepared.prior.value, response, prepared.forced, work.declared.create_before_destroy);
    Some(match &prepared.tainted {
        Some(_) if decision.action == Action::Create => decision.tainted(work.declared.create_before_destroy),
        _ => decision,
    })
}

/// What is likely done where the provider cannot answer because it cannot ask its service.
fn estimate(work: &Work<'_>, prepared: &mut Prepared) -> Decision {
    let planned = match &work.declared.schema {
        Some(schema) if prepared.prior.value.is_null() => {
            Some(propose_unread(&schema.block, &prepared.config))
        }
        _ => prepared.proposed.take(),
    };
    let response = PlanResponse {
        planned: planned.unwrap_or(Value::Unknown),
        requires_replace: Vec::new(),
        legacy: false,
        undecided: vec![unreachable()],
        warnings: Vec::new(),
    };
    action::decide(&prepared.prior.value, response, prepared.forced, work.declared.create_before_destroy)
}

fn unreachable() -> Undecided {
    Undecided {
        path: AttributePath::default(),
        reason: Text::from_static("the provider would ask its service, which is not done offline"),
    }
}

fn finish(
    session: &Session<'_>,
    work: &Work<'_>,
    mut prepared: Prepared,
    decision: Option<Decision>,
    again: Option<Result<PlanResponse, ProviderError>>,
) -> Outcome {
    let declared = &work.declared;
    let resource = declared.resource;
    let schema = declared.schema.clone();
    let mut decision = decision.unwrap_or_else(|| Decision::failed(&prepared.prior.value));
    let mut undecided = std::mem::take(&mut prepared.undecided);
    undecided.append(&mut decision.undecided);
    match again {
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
        // Importing reads what exists, and it differs nearly always in what only Terraform knows.
        decision.action = Action::Update;
        undecided = vec![Undecided {
            path: AttributePath::default(),
            reason: Text::from_static("what is imported is not read offline"),
        }];
    }
    let mut change = ResourceChange {
        address: work.address.clone(),
        previous_address: prepared.previous_address,
        deposed: None,
        provider_name: declared.asked.source.clone(),
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

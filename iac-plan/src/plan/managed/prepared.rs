//! The first step: an instance with its configuration evaluated and its prior value decoded.

use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::diagnostic::Diagnostic;
use iac_lang::value::{AttributePath, Value};

use crate::decode;
use crate::plan::evaluation::evaluation;
use crate::plan::prior::{PriorObject, PriorValue};
use crate::plan::propose::propose;
use crate::plan::session::Session;
use crate::plan::work::{WorkItem, provider_error};
use crate::plan::{ActionReason, Provider, ProviderError, Undecided, move_type, triggers, undecided};
use crate::schema::Schema;
use crate::state::Attributes;

/// An instance with its configuration evaluated.
pub(super) struct Prepared {
    /// The prior value; null if there is none, or if it is tainted.
    pub prior: PriorValue,
    /// The prior value, if it is tainted and must be replaced.
    pub tainted: Option<PriorValue>,
    pub private: Option<String>,
    pub previous_address: Option<ResourceAddress>,
    pub config: Value,
    /// Paths of sensitive values in the configuration.
    pub sensitive: Vec<AttributePath>,
    /// The configuration without `ignore_changes` applied, if that makes a difference.
    pub original: Option<Value>,
    /// The proposed value; `None` if nothing changes.
    pub proposed: Option<Value>,
    pub forced: Option<ActionReason>,
    pub undecided: Vec<Undecided>,
    pub errors: Vec<Diagnostic>,
}

/// Evaluates the configuration of an instance and merges it with the prior value.
pub(super) fn prepare(session: &Session<'_>, work: &WorkItem<'_>, schema: &Arc<Schema>) -> Prepared {
    let definition = &work.definition;
    let resource = definition.resource;
    let scope = session.scope(work.module, &work.repetition);
    let address = || work.address.to_string();
    let location = || Some(resource.location.clone());
    let mut errors = Vec::new();
    let object = session.prior.current(&work.address);
    let decoded = object.map(|object| decode(object, schema, definition.selected.provider));
    let decoded = match decoded.transpose() {
        Ok(mut decoded) => {
            if let (Some(decoded), Some(provider)) = (&mut decoded, definition.selected.provider) {
                provider.complete(&definition.selected.name, schema, &mut decoded.value);
            }
            decoded
        }
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
    if errors.is_empty() {
        errors = work.refusals(schema, &config);
    }
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
    if object.is_some_and(|object| move_type::is_undecided(object, schema, definition.selected.provider)) {
        undecided.push(Undecided {
            path: AttributePath::default(),
            reason: "it is moved from another type, which only the provider can do".into(),
        });
    }
    undecided
        .extend(object.and_then(|object| unknown_upgrade(object, schema, definition.selected.provider?)));
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

/// Returns the doubt about attributes that an older version of the provider recorded.
fn unknown_upgrade(object: &PriorObject<'_>, schema: &Schema, provider: &dyn Provider) -> Option<Undecided> {
    let version = object.instance.schema_version;
    let Attributes::Json(json) = object.instance.attributes else { return None };
    if version >= schema.version || provider.is_known_upgrade(schema, version, json) {
        return None;
    }
    let reason = format!(
        "the state has schema version {version}, and it is not recorded how the provider upgrades it to {}",
        schema.version
    );
    Some(Undecided { path: AttributePath::default(), reason: reason.into() })
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

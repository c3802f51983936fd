//! Moves from one resource type to another, which the provider of the new type has to support.

use iac_core::text::Text;
use iac_lang::value::{Value, ValueMap};

use super::builtin;
use super::prior::PriorObject;
use crate::plan::{MoveRequest, Provider, ProviderError};
use crate::schema::Schema;
use crate::state::Attributes;

/// Returns the value of an object that was moved from another type; `None` if its type is the same.
pub(crate) fn moved(
    object: &PriorObject<'_>,
    schema: &Schema,
    provider: &dyn Provider,
) -> Result<Option<Value>, ProviderError> {
    if !object.changes_type {
        return Ok(None);
    }
    let from = &object.resource.type_name;
    if schema.type_name == builtin::TYPE && is_null_resource(object) {
        return from_null_resource(object).map(Some);
    }
    if let Attributes::Json(attributes) = object.instance.attributes {
        let request = MoveRequest {
            from_provider: source_of(&object.resource.provider),
            from_type: from,
            from_version: object.instance.schema_version,
            attributes,
            private: object.instance.private.as_deref(),
            schema,
        };
        if let Some(moved) = provider.move_state(&request) {
            return moved.map(Some);
        }
    }
    // Types of the legacy SDK do not support it. Of others, the state is read as if it were of the new type.
    if schema.type_name == builtin::TYPE || schema.legacy {
        return Err(ProviderError::new(
            "Unsupported `moved` across resource types",
            format!("`{}` does not support moves from `{from}`.", schema.type_name),
        ));
    }
    Ok(None)
}

/// Returns true if the type of an object is another one than the schema's, and it is not certain how it is moved.
pub(crate) fn is_undecided(
    object: &PriorObject<'_>,
    schema: &Schema,
    provider: Option<&dyn Provider>,
) -> bool {
    object.changes_type
        && schema.type_name != builtin::TYPE
        && !schema.legacy
        && !provider.is_some_and(Provider::moves_state)
}

/// Returns the source address in the address of a provider's configuration.
fn source_of(provider: &str) -> &str {
    provider
        .split_once("[\"")
        .and_then(|(_, rest)| rest.split_once("\"]"))
        .map_or(provider, |(source, _)| source)
}

fn is_null_resource(object: &PriorObject<'_>) -> bool {
    object.resource.type_name == "null_resource" && object.resource.provider.contains("hashicorp/null")
}

/// `triggers` becomes `triggers_replace`: an object, as a literal in the configuration is.
fn from_null_resource(object: &PriorObject<'_>) -> Result<Value, ProviderError> {
    let old = object.decode_untyped()?.value;
    let triggers = match old.member("triggers") {
        Some(Value::Map(triggers) | Value::Object(triggers)) => Value::Object(triggers.clone()),
        _ => Value::Null,
    };
    let id = old.member("id").cloned().unwrap_or(Value::Null);
    let members =
        [("id", id), ("input", Value::Null), ("output", Value::Null), ("triggers_replace", triggers)];
    let members = members.into_iter().map(|(name, value)| (Text::from_static(name), value));
    Ok(Value::Object(members.collect::<ValueMap>()))
}

//! The data sources of the AWS provider that need no service.
//!
//! Their results follow from their configuration, from the region and default tags of the provider, and from tables that
//! are part of the provider. A result is exactly what the provider returns, or there is none.

mod go_json;
mod policy_document;
mod regions;
mod set_order;

use iac_core::Text;
use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::ProviderError;
use iac_plan::schema::Schema;

/// Computes a data source; `None` if its result depends on a service, or on settings that are not known.
///
/// `config` is the known configuration according to the schema, and `settings` the configuration of the provider.
#[must_use]
pub fn compute(schema: &Schema, config: &Value, settings: &Value) -> Option<Result<Value, ProviderError>> {
    let Value::Object(config) = config else { return None };
    let computed = match schema.type_name.as_str() {
        "aws_iam_policy_document" => policy_document::compute(config),
        "aws_arn" => arn(config),
        "aws_default_tags" => default_tags(config, settings),
        type_name => regions::compute(type_name, config, settings),
    };
    match computed? {
        Ok(value) => complete(schema, value, settings).map(Ok),
        error => Some(error),
    }
}

/// Adds the region, which data sources have since version 6. `None` if a version has other attributes that are not
/// computed here.
fn complete(schema: &Schema, mut value: Value, settings: &Value) -> Option<Value> {
    for attribute in schema.block.attributes.iter().filter(|attribute| attribute.computed) {
        let Value::Object(members) = &mut value else { return None };
        if members.get(&attribute.name).is_none_or(Value::is_null) {
            let region =
                (attribute.name.as_str() == "region").then(|| regions::of_provider(settings)).flatten()?;
            members.insert(attribute.name.clone(), string(region.name));
        }
    }
    Some(value)
}

/// Adds computed attributes to a configuration.
fn with<const N: usize>(config: &ValueMap, computed: [(&'static str, Value); N]) -> Value {
    let mut members = config.clone();
    for (name, value) in computed {
        members.insert(Text::from_static(name), value);
    }
    Value::Object(members)
}

fn string(text: impl Into<Text>) -> Value {
    Value::String(text.into())
}

/// Returns the string argument; `None` if it is not set.
fn text<'c>(config: &'c ValueMap, name: &str) -> Option<&'c str> {
    match config.get(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn arn(config: &ValueMap) -> Option<Result<Value, ProviderError>> {
    let arn = text(config, "arn")?;
    let mut parts = arn.strip_prefix("arn:").into_iter().flat_map(|rest| rest.splitn(5, ':'));
    let mut next = || parts.next().map(string);
    let (Some(partition), Some(service), Some(region), Some(account), Some(resource)) =
        (next(), next(), next(), next(), next())
    else {
        let detail = format!("the provided value cannot be parsed as an ARN: {arn}");
        return Some(Err(ProviderError::new("Invalid ARN Value", detail)));
    };
    let computed = [
        ("id", string(arn)),
        ("partition", partition),
        ("service", service),
        ("region", region),
        ("account", account),
        ("resource", resource),
    ];
    Some(Ok(with(config, computed)))
}

fn default_tags(config: &ValueMap, settings: &Value) -> Option<Result<Value, ProviderError>> {
    let partition = regions::of_provider(settings)?.partition;
    let blocks = settings.member("default_tags").map(Value::elements).unwrap_or_default();
    let tags = match blocks {
        [] => ValueMap::new(),
        [block] => match block.peel().member("tags").map(Value::peel) {
            None | Some(Value::Null) => ValueMap::new(),
            Some(Value::Map(tags)) if tags.values().all(|tag| matches!(tag.peel(), Value::String(_))) => {
                tags.iter().map(|(name, tag)| (name.clone(), tag.peel().clone())).collect()
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(Ok(with(config, [("id", string(partition)), ("tags", Value::Map(tags))])))
}

#[cfg(test)]
mod tests {
    use iac_plan::schema::EntityKind;

    use super::*;
    use crate::knowledge::knowledge;

    fn region_of(version: &str, type_name: &str, set: &[(&'static str, &str)]) -> Option<Value> {
        let knowledge = knowledge(version);
        let schema = knowledge.schema(EntityKind::DataSource, type_name).unwrap().unwrap();
        let attributes = schema.block.attributes.iter().map(|each| (each.name.clone(), Value::Null));
        let mut config: ValueMap = attributes.collect();
        for (name, value) in set {
            config.insert(Text::from_static(name), string(*value));
        }
        let settings = Value::Object([("region".into(), string("eu-west-1"))].into());
        let Value::Object(members) = compute(&schema, &Value::Object(config), &settings)?.unwrap() else {
            panic!("not an object")
        };
        members.get("region").cloned()
    }

    #[test]
    fn data_sources_have_a_region_since_version_6() {
        assert_eq!(region_of("5.100.0", "aws_region", &[]), None);
        assert_eq!(region_of("6.58.0", "aws_region", &[]), Some(string("eu-west-1")));
        assert_eq!(region_of("6.58.0", "aws_region", &[("region", "us-east-1")]), Some(string("us-east-1")));
        assert_eq!(region_of("6.58.0", "aws_elb_service_account", &[]), Some(string("eu-west-1")));
    }
}

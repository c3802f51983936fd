//! What Terraform proposes to a provider: prior and configuration, merged.

use iac_core::schema::{Attribute, Block, NestingMode};
use iac_core::value::{Value, ValueMap};

/// Merges prior and configuration as Terraform does.
pub(super) fn propose(block: &Block, prior: &Value, config: &Value) -> Value {
    let Value::Object(config) = config else { return config.clone() };
    let nothing = ValueMap::new();
    let prior = if let Value::Object(prior) = prior { prior } else { &nothing };
    let mut members = Vec::with_capacity(block.attributes.len() + block.blocks.len());
    for attribute in &block.attributes {
        let (prior, config) = (get(prior, &attribute.name), get(config, &attribute.name));
        let keeps = attribute.computed && *config == Value::Null && !only_configured(attribute, prior);
        members.push((attribute.name.clone(), if keeps { prior } else { config }.clone()));
    }
    for nested in &block.blocks {
        let (prior, config) = (get(prior, &nested.name), get(config, &nested.name));
        members.push((nested.name.clone(), blocks(nested.mode, &nested.block, prior, config)));
    }
    Value::Object(members.into_iter().collect())
}

fn get<'a>(members: &'a ValueMap, name: &str) -> &'a Value {
    members.get(name).unwrap_or(&Value::Null)
}

/// Whether a prior value holds something that only a configuration can have put there.
fn only_configured(attribute: &Attribute, prior: &Value) -> bool {
    let Some(nested) = attribute.nested.as_ref().filter(|_| attribute.optional) else { return false };
    let configured = |object: &Value| match object {
        Value::Object(members) => nested
            .block
            .attributes
            .iter()
            .any(|each| !each.computed && *get(members, &each.name) != Value::Null),
        _ => false,
    };
    match prior {
        Value::List(elements) | Value::Set(elements) => elements.iter().any(configured),
        Value::Map(elements) => elements.values().any(configured),
        object => configured(object),
    }
}

fn blocks(mode: NestingMode, block: &Block, prior: &Value, config: &Value) -> Value {
    match (mode, config) {
        (NestingMode::Single | NestingMode::Group, Value::Object(_)) => propose(block, prior, config),
        (NestingMode::List, Value::List(elements)) => {
            let priors = if let Value::List(priors) = prior { priors.as_slice() } else { &[] };
            let element =
                |(position, element)| propose(block, priors.get(position).unwrap_or(&Value::Null), element);
            Value::List(elements.iter().enumerate().map(element).collect())
        }
        (NestingMode::Map, Value::Map(elements)) => {
            let prior_of = |key: &str| match prior {
                Value::Map(priors) => priors.get(key),
                _ => None,
            };
            let element = |(key, element): (&iac_core::Text, &Value)| {
                (key.clone(), propose(block, prior_of(key).unwrap_or(&Value::Null), element))
            };
            Value::Map(elements.iter().map(element).collect())
        }
        (NestingMode::Set, Value::Set(elements)) => {
            let mut priors: Vec<&Value> =
                if let Value::Set(priors) = prior { priors.iter().collect() } else { Vec::new() };
            let element = |element: &Value| {
                let found = priors.iter().position(|prior| matches(block, prior, element));
                let prior = found.map_or(&Value::Null, |position| priors.remove(position));
                propose(block, prior, element)
            };
            Value::set(elements.iter().map(element).collect())
        }
        _ => config.clone(),
    }
}

/// Whether an element of a set in the prior state is what an element of the configuration has become.
fn matches(block: &Block, prior: &Value, config: &Value) -> bool {
    let (Value::Object(prior), Value::Object(config)) = (prior, config) else { return prior == config };
    block.attributes.iter().all(|attribute| {
        let (prior, config) = (get(prior, &attribute.name), get(config, &attribute.name));
        prior == config || (attribute.computed && *config == Value::Null)
    }) && block.blocks.iter().all(|nested| {
        let each = |priors: &[Value], configs: &[Value]| {
            priors.len() == configs.len()
                && priors.iter().zip(configs).all(|(prior, config)| matches(&nested.block, prior, config))
        };
        match (get(prior, &nested.name), get(config, &nested.name)) {
            (Value::List(prior), Value::List(config)) | (Value::Set(prior), Value::Set(config)) => {
                each(prior, config)
            }
            (prior, config) => matches(&nested.block, prior, config),
        }
    })
}

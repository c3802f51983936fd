//! The proposed new value: the prior value and the configuration, merged according to the schema as Terraform does.
//!
//! Configured arguments come from the configuration; computed attributes that are not set keep their prior value.
//! Lists correlate by position, maps by key. An element of a set keeps the computed attributes of a prior element
//! that could correspond to it.

use iac_lang::value::{Value, ValueMap};

use crate::schema::{Attribute, Block, NestedBlock, NestingMode};

/// The kind of objects in a collection, which determines the handling of null.
#[derive(Clone, Copy)]
enum Element<'a> {
    /// Nested blocks.
    Block(&'a Block),
    /// Objects of an attribute.
    Object(&'a Block),
}

/// Merges the prior value and the configuration, as Terraform does before it asks a provider. If `prior` is
/// [`Value::Unknown`], every value that would be kept is unknown.
#[must_use]
pub fn propose(schema: &Block, prior: &Value, config: &Value) -> Value {
    if config.is_null() && prior.is_null() {
        return Value::Null;
    }
    match config {
        Value::Object(config) => Value::Object(block(schema, prior, config)),
        _ if prior.is_null() => empty(schema),
        _ => prior.clone(),
    }
}

/// Returns the value of a data source that is read during apply, with computed attributes unknown.
pub(crate) fn propose_unread(schema: &Block, config: &Value) -> Value {
    propose(schema, &Value::UNKNOWN, config)
}

/// Returns true if a prior element of a set of blocks could correspond to a configured one, so that it keeps its
/// computed attributes.
pub(crate) fn corresponds(schema: &Block, prior: &Value, config: &Value) -> bool {
    Element::Block(schema).could_come_from(prior, config)
}

/// Returns a block with no arguments set.
pub(crate) fn empty(schema: &Block) -> Value {
    let attributes = schema.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null));
    let blocks = schema.blocks.iter().map(|nested| {
        let value = match nested.mode {
            NestingMode::Single => Value::Null,
            NestingMode::Group => empty(&nested.block),
            NestingMode::List => Value::List(Vec::new()),
            NestingMode::Set => Value::Set(Vec::new()),
            NestingMode::Map => Value::Map(ValueMap::new()),
        };
        (nested.name.clone(), value)
    });
    Value::Object(attributes.chain(blocks).collect())
}

fn block(schema: &Block, prior: &Value, config: &ValueMap) -> ValueMap {
    let attributes = schema.attributes.iter().map(|attribute| {
        let value =
            self::attribute(attribute, member(prior, &attribute.name), setting(config, &attribute.name));
        (attribute.name.clone(), value)
    });
    let blocks = schema.blocks.iter().map(|nested| {
        let value = nested_block(nested, member(prior, &nested.name), setting(config, &nested.name));
        (nested.name.clone(), value)
    });
    attributes.chain(blocks).collect()
}

/// Returns a member of an object: null for a null object, unknown for an unknown one.
fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    match value {
        Value::Object(members) | Value::Map(members) => members.get(name).unwrap_or(&Value::Null),
        Value::Unknown(_) => &Value::UNKNOWN,
        _ => &Value::Null,
    }
}

fn setting<'a>(config: &'a ValueMap, name: &str) -> &'a Value {
    config.get(name).unwrap_or(&Value::Null)
}

fn attribute(schema: &Attribute, prior: &Value, config: &Value) -> Value {
    match &schema.nested {
        _ if schema.computed && config.is_null() => {
            let was_configured = schema.optional
                && schema.nested.as_ref().is_some_and(|nested| holds_configured(&nested.block, prior));
            if was_configured { Value::Null } else { prior.clone() }
        }
        Some(nested) => {
            let element = Element::Object(&nested.block);
            match nested.mode {
                NestingMode::Single | NestingMode::Group => element.merge(prior, config),
                mode => collection(element, mode, prior, config),
            }
        }
        None => config.clone(),
    }
}

/// Returns true if the objects of an attribute contain anything that must come from a configuration.
fn holds_configured(schema: &Block, value: &Value) -> bool {
    match value {
        Value::Object(members) => schema.attributes.iter().any(|attribute| {
            members.get(&attribute.name).is_some_and(|value| match &attribute.nested {
                _ if value.is_null() => false,
                _ if !attribute.computed => true,
                Some(nested) => holds_configured(&nested.block, value),
                None => false,
            })
        }),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            elements.iter().any(|element| holds_configured(schema, element))
        }
        Value::Map(elements) => elements.values().any(|element| holds_configured(schema, element)),
        _ => false,
    }
}

fn nested_block(schema: &NestedBlock, prior: &Value, config: &Value) -> Value {
    if config.is_unknown() {
        return Value::UNKNOWN;
    }
    let element = Element::Block(&schema.block);
    match schema.mode {
        NestingMode::Single if config.is_null() => Value::Null,
        NestingMode::Single | NestingMode::Group => element.merge(prior, config),
        mode => collection(element, mode, prior, config),
    }
}

fn collection(element: Element<'_>, mode: NestingMode, prior: &Value, config: &Value) -> Value {
    match config {
        Value::List(elements) => Value::List(list(element, prior, elements)),
        Value::Tuple(elements) => Value::Tuple(list(element, prior, elements)),
        Value::Set(elements) => Value::set(set(element, prior, elements)),
        Value::Map(elements) => Value::Map(map(element, prior, elements)),
        Value::Object(elements) if mode == NestingMode::Map => Value::Object(map(element, prior, elements)),
        other => other.clone(),
    }
}

fn list(element: Element<'_>, prior: &Value, config: &[Value]) -> Vec<Value> {
    let merge = |(position, config): (usize, &Value)| match prior {
        Value::Unknown(_) => element.merge(&Value::UNKNOWN, config),
        Value::List(prior) | Value::Tuple(prior) => match prior.get(position) {
            Some(prior) => element.merge(prior, config),
            None => config.clone(),
        },
        _ => config.clone(),
    };
    config.iter().enumerate().map(merge).collect()
}

fn map(element: Element<'_>, prior: &Value, config: &ValueMap) -> ValueMap {
    let merge = |(key, config): (&iac_core::text::Text, &Value)| {
        let prior = match prior {
            Value::Map(prior) | Value::Object(prior) => prior.get(key),
            _ => None,
        };
        (key.clone(), prior.map_or_else(|| config.clone(), |prior| element.merge(prior, config)))
    };
    config.iter().map(merge).collect()
}

fn set(element: Element<'_>, prior: &Value, config: &[Value]) -> Vec<Value> {
    let prior = match prior {
        Value::Set(prior) => &prior[..],
        _ => &[],
    };
    // Most sets are unchanged: their elements match in order, so the search below stays short.
    let mut free: Vec<&Value> = prior.iter().rev().collect();
    let merge = |config: &Value| {
        let matching = free.iter().rposition(|prior| element.could_come_from(prior, config));
        match matching {
            Some(position) => element.merge(free.remove(position), config),
            None => element.merge(&Value::Null, config),
        }
    };
    config.iter().map(merge).collect()
}

impl<'a> Element<'a> {
    const fn schema(self) -> &'a Block {
        match self {
            Self::Block(schema) | Self::Object(schema) => schema,
        }
    }

    fn merge(self, prior: &Value, config: &Value) -> Value {
        match self {
            Self::Block(schema) => propose(schema, prior, config),
            Self::Object(schema) => match config {
                Value::Object(config) => Value::Object(block(schema, prior, config)),
                other => other.clone(),
            },
        }
    }

    /// Returns true if a prior element of a set could correspond to a configured one: they differ only in computed
    /// attributes that are not configured. Terraform does not compare nested sets here, not even computed ones.
    fn could_come_from(self, prior: &Value, config: &Value) -> bool {
        if prior == config {
            return true;
        }
        let (Value::Object(prior), Value::Object(config)) = (prior, config) else { return false };
        let schema = self.schema();
        let attributes = schema.attributes.iter().all(|attribute| {
            let (prior, config) = (setting(prior, &attribute.name), setting(config, &attribute.name));
            prior == config
                || match &attribute.nested {
                    Some(nested) => parts_could_come_from(Element::Object(&nested.block), prior, config),
                    None => attribute.computed && config.is_null() && !matches!(prior, Value::Set(_)),
                }
        });
        attributes
            && schema.blocks.iter().all(|nested| {
                let (prior, config) = (setting(prior, &nested.name), setting(config, &nested.name));
                prior == config || parts_could_come_from(Element::Block(&nested.block), prior, config)
            })
    }
}

/// Like `could_come_from`, for nested objects and collections of them. Sets must be equal, because their elements
/// cannot be matched here.
fn parts_could_come_from(element: Element<'_>, prior: &Value, config: &Value) -> bool {
    match (prior, config) {
        // The comparison iterates over the prior value, so a null prior value never differs.
        (Value::Null, _) => true,
        (Value::List(elements) | Value::Tuple(elements), _) if elements.is_empty() => true,
        (Value::Set(_), _) | (_, Value::Set(_)) => prior == config,
        (Value::Object(_), Value::Object(_)) => element.could_come_from(prior, config),
        (Value::List(prior) | Value::Tuple(prior), Value::List(config) | Value::Tuple(config)) => {
            prior.len() <= config.len()
                && prior.iter().zip(config).all(|(prior, config)| element.could_come_from(prior, config))
        }
        (Value::Map(prior), Value::Map(config)) => prior
            .iter()
            .all(|(key, prior)| config.get(key).is_some_and(|config| element.could_come_from(prior, config))),
        _ => false,
    }
}

#[cfg(test)]
mod tests;

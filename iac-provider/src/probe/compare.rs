//! Comparison and formatting of paths and values.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use iac_lang::value::Value;
use iac_plan::schema::{Block, Literal, Transition};

use super::{NULL, UNKNOWN};

/// Returns true if a path of names is inside another.
pub(super) fn is_inside(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
}

/// Replaces the arguments of a block by the block, if all of them are listed.
pub(super) fn shorten(some: &BTreeSet<String>, all: &BTreeSet<String>) -> Vec<String> {
    let mut short = BTreeSet::new();
    for path in some {
        let mut best = path.clone();
        let mut outer = path.as_str();
        while let Some((parent, _)) = outer.rsplit_once('.') {
            let inside: Vec<&String> =
                all.iter().filter(|each| is_inside(each, parent) || *each == parent).collect();
            if inside.len() > 1 && inside.iter().all(|each| some.contains(*each)) {
                parent.clone_into(&mut best);
            }
            outer = parent;
        }
        short.insert(best);
    }
    short.into_iter().collect()
}

pub(super) fn shape(block: &Block) -> u64 {
    fn add(block: &Block, hasher: &mut DefaultHasher) {
        for attribute in &block.attributes {
            attribute.name.hash(hasher);
            attribute.ty.to_string().hash(hasher);
            (attribute.required, attribute.optional, attribute.computed).hash(hasher);
        }
        for nested in &block.blocks {
            nested.name.hash(hasher);
            (nested.mode, nested.min_items, nested.max_items).hash(hasher);
            add(&nested.block, hasher);
        }
    }
    let mut hasher = DefaultHasher::new();
    add(block, &mut hasher);
    hasher.finish()
}

/// Returns the direction of a change, if there is one.
pub(super) fn direction(first: &Value, second: &Value) -> Transition {
    let size = |value: &Value| match value {
        Value::Number(number) => number.to_string().parse::<f64>().ok(),
        _ => None,
    };
    match (size(first), size(second)) {
        (Some(first), Some(second)) if first < second => Transition::Increased,
        (Some(first), Some(second)) if first > second => Transition::Decreased,
        _ => Transition::Changed,
    }
}

pub(super) fn reverse(kind: Transition) -> Transition {
    match kind {
        Transition::Increased => Transition::Decreased,
        Transition::Decreased => Transition::Increased,
        other => other,
    }
}

/// Returns the strings in a value.
pub(super) fn strings(value: &Value) -> BTreeSet<String> {
    fn add(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                found.insert(text.to_string());
            }
            Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
                for element in elements {
                    add(element, found);
                }
            }
            Value::Map(elements) | Value::Object(elements) => {
                for element in elements.values() {
                    add(element, found);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    add(value, &mut found);
    found
}

/// Returns true if a value only repeats configured strings.
pub(super) fn is_own(value: &Value, configured: &BTreeSet<String>) -> bool {
    let made_up = |text: &String| {
        text.contains("probe") || (configured.contains(text) && super::values::is_candidate(text))
    };
    strings(value).iter().any(made_up)
}

/// Returns a value as JSON, with a marker for unknown values.
pub(super) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::json!({ NULL: true }),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or_default(),
        Value::String(text) => text.as_str().into(),
        Value::List(elements) | Value::Set(elements) | Value::Tuple(elements) => {
            elements.iter().map(json).collect()
        }
        Value::Map(members) | Value::Object(members) => {
            members.iter().map(|(name, member)| (name.to_string(), json(member))).collect()
        }
        Value::Unknown(_) | Value::Sensitive(_) => serde_json::json!({ UNKNOWN: true }),
    }
}

/// Returns a known value other than null as a literal.
pub(super) fn literal(value: &Value) -> Option<Literal> {
    match value {
        Value::Bool(value) => Some(Literal::Bool(*value)),
        Value::Number(number) => Some(Literal::Number(number.to_string())),
        Value::String(text) => Some(Literal::String(text.to_string())),
        _ => None,
    }
}

//! Arguments whose planned value is not what the configuration sets.
//!
//! A configuration may mention an argument and not set it. The planned value of an argument that the provider computes is unknown if the argument is not set, and also if it is
//! set to an unknown value. Whoever reads the plan needs to know which of the two it is, and cannot tell from the
//! configuration: an expression may be null, and a dynamic block may have no elements.

use iac_core::body::{Body, Content};
use iac_lang::value::{AttributePath, PathStep, Value};

/// Returns the paths in `after` that are unknown although they are not set, for the arguments and blocks of a body.
pub(crate) fn arguments(body: &Body, config: &Value, after: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    let (Value::Object(config), Value::Object(after)) = (config, after) else { return found };
    for (name, after) in after.iter().filter(|(_, after)| !after.is_null()) {
        let Some(config) = config.get(name) else { continue };
        if body.items().iter().any(|item| item.name == *name) {
            collect(config, after, &mut vec![PathStep::Name(name.clone())], &mut found);
        }
    }
    found
}

fn collect(config: &Value, after: &Value, path: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
    match (config, after) {
        (config, Value::Unknown(_)) if config.is_null_or_empty() => found.push(AttributePath(path.clone())),
        (Value::Object(config), Value::Object(after)) => {
            for (name, after) in after.iter() {
                if let Some(config) = config.get(name) {
                    path.push(PathStep::Name(name.clone()));
                    collect(config, after, path, found);
                    path.pop();
                }
            }
        }
        (Value::List(config), Value::List(after)) if config.len() == after.len() => {
            for (position, (config, after)) in config.iter().zip(after).enumerate() {
                path.push(PathStep::Index(position));
                collect(config, after, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Returns the configured strings in place of which the provider plans another one, for the arguments of a body.
pub(crate) fn rewritten(body: &Body, config: &Value, after: &Value) -> Vec<(AttributePath, Value)> {
    let (Value::Object(config), Value::Object(after)) = (config, after) else { return Vec::new() };
    let names = body.items().iter().filter(|item| matches!(item.content, Content::Argument(_)));
    let rewritten = names.filter_map(|item| match (config.get(&item.name), after.get(&item.name)) {
        (Some(Value::String(config)), Some(Value::String(after))) if config != after => {
            Some((AttributePath(vec![PathStep::Name(item.name.clone())]), Value::String(config.clone())))
        }
        _ => None,
    });
    rewritten.collect()
}

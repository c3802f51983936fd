//! Paths of sensitive values.

use iac_lang::value::{AttributePath, PathStep, Value};

use crate::schema::{Block, NestingMode, Schema};

/// Returns the paths that the schema marks as sensitive. Inside a set, that is the whole set.
pub(crate) fn of_schema(schema: &Schema, value: &Value) -> Vec<AttributePath> {
    let mut found = Vec::new();
    if schema.has_secrets {
        block(&schema.block, value, &mut Vec::new(), &mut found);
    }
    found
}

fn block(schema: &Block, value: &Value, path: &mut Vec<PathStep>, found: &mut Vec<AttributePath>) {
    let Value::Object(members) = value else { return };
    for attribute in &schema.attributes {
        if attribute.sensitive {
            path.push(PathStep::Name(attribute.name.clone()));
            found.push(AttributePath(path.clone()));
            path.pop();
        } else if let (Some(nested), Some(value)) = (&attribute.nested, members.get(&attribute.name)) {
            path.push(PathStep::Name(attribute.name.clone()));
            collection(nested.mode, &nested.block, value, path, found);
            path.pop();
        }
    }
    for nested in &schema.blocks {
        let Some(value) = members.get(&nested.name) else { continue };
        path.push(PathStep::Name(nested.name.clone()));
        collection(nested.mode, &nested.block, value, path, found);
        path.pop();
    }
}

fn collection(
    mode: NestingMode,
    schema: &Block,
    value: &Value,
    path: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    match value {
        Value::Object(members) if mode == NestingMode::Map => {
            for (key, value) in members.iter() {
                inside(PathStep::Name(key.clone()), schema, value, path, found);
            }
        }
        Value::Object(_) => block(schema, value, path, found),
        Value::Map(elements) => {
            for (key, value) in elements.iter() {
                inside(PathStep::Name(key.clone()), schema, value, path, found);
            }
        }
        Value::List(elements) | Value::Tuple(elements) => {
            for (position, value) in elements.iter().enumerate() {
                inside(PathStep::Index(position), schema, value, path, found);
            }
        }
        Value::Set(elements) => {
            // Elements of a set cannot be addressed.
            let mut within = Vec::new();
            for element in elements {
                block(schema, element, &mut Vec::new(), &mut within);
            }
            if !within.is_empty() {
                found.push(AttributePath(path.clone()));
            }
        }
        _ => {}
    }
}

fn inside(
    step: PathStep,
    schema: &Block,
    value: &Value,
    path: &mut Vec<PathStep>,
    found: &mut Vec<AttributePath>,
) {
    path.push(step);
    block(schema, value, path, found);
    path.pop();
}

/// Normalizes paths for comparison: sorted, without duplicates, paths inside others, and paths that do not exist in
/// the value. Paths into a set become the set itself.
pub(crate) fn normalized(
    value: &Value,
    paths: impl IntoIterator<Item = AttributePath>,
) -> Vec<AttributePath> {
    let mut normal: Vec<AttributePath> =
        paths.into_iter().filter_map(|path| truncated(value, path)).collect();
    normal.sort_unstable();
    normal.dedup();
    normal.dedup_by(|next, first| next.starts_with(first));
    normal
}

fn truncated(value: &Value, mut path: AttributePath) -> Option<AttributePath> {
    let mut value = value;
    for (depth, step) in path.0.iter().enumerate() {
        value = match (value, step) {
            (Value::Set(_), _) => {
                path.0.truncate(depth);
                return Some(path);
            }
            (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => members.get(name)?,
            (Value::List(elements) | Value::Tuple(elements), PathStep::Index(position)) => {
                elements.get(*position)?
            }
            _ => return None,
        };
    }
    Some(path)
}

/// Marks the values at these paths as sensitive.
pub(crate) fn marked(mut value: Value, paths: &[AttributePath]) -> Value {
    for path in paths {
        mark_at(&mut value, &path.0);
    }
    value
}

pub(crate) fn mark_at(value: &mut Value, steps: &[PathStep]) {
    let mark = |value: &mut Value| *value = std::mem::replace(value, Value::Null).mark();
    let Some((step, rest)) = steps.split_first() else { return mark(value) };
    let inner = match (&mut *value, step) {
        (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => members.get_mut(name),
        (Value::List(elements) | Value::Tuple(elements), PathStep::Index(position)) => {
            elements.get_mut(*position)
        }
        (Value::Set(_), _) => return mark(value),
        _ => None,
    };
    if let Some(inner) = inner {
        mark_at(inner, rest);
    }
}

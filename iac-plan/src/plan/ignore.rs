//! `ignore_changes`: prior values replace the configuration at some paths.

use iac_core::expression::{Expression, Operation};
use iac_core::text::Text;
use iac_lang::config::IgnoreChanges;
use iac_lang::eval::{NoScope, evaluate};
use iac_lang::value::{AttributePath, PathStep, Value, ValueMap};

use crate::schema::{Block, NestingMode, Schema};

/// The paths in `ignore_changes`, parsed once for each resource.
#[derive(Debug)]
pub(crate) enum Ignored {
    /// No arguments.
    Nothing,
    /// All arguments.
    All,
    /// The arguments at these paths. The last step may be a map key that does not exist.
    Paths(Vec<AttributePath>),
}

impl Ignored {
    /// Parses `ignore_changes`; also returns the expressions that are not valid paths.
    pub(crate) fn of(ignored: &IgnoreChanges) -> (Self, Vec<&Expression>) {
        match ignored {
            IgnoreChanges::All => (Self::All, Vec::new()),
            IgnoreChanges::Paths(paths) if paths.is_empty() => (Self::Nothing, Vec::new()),
            IgnoreChanges::Paths(paths) => {
                let (mut read, mut invalid) = (Vec::with_capacity(paths.len()), Vec::new());
                for expression in paths {
                    match path(expression) {
                        Some(path) => read.push(path),
                        None => invalid.push(expression),
                    }
                }
                (Self::Paths(read), invalid)
            }
        }
    }

    /// Returns the names that the schema does not have.
    pub(crate) fn unknown(&self, block: &Block) -> Vec<Text> {
        let Self::Paths(paths) = self else { return Vec::new() };
        let names = paths.iter().filter_map(|path| match path.0.first() {
            Some(PathStep::Name(name)) => Some(name),
            _ => None,
        });
        let is_known = |name: &&Text| {
            block.attributes.iter().any(|attribute| attribute.name == **name)
                || block.blocks.iter().any(|nested| nested.name == **name)
        };
        names.filter(|name| !is_known(name)).cloned().collect()
    }

    pub(crate) const fn is_nothing(&self) -> bool {
        matches!(self, Self::Nothing)
    }

    /// Replaces ignored arguments by their prior values, and updates the paths of sensitive values.
    pub(crate) fn apply(
        &self,
        schema: &Schema,
        prior: (&Value, &[AttributePath]),
        config: &mut Value,
        sensitive: &mut Vec<AttributePath>,
    ) {
        match self {
            Self::Nothing => {}
            Self::All => {
                *config = configurable(&schema.block, prior.0, true);
                *sensitive = prior.1.to_vec();
            }
            Self::Paths(paths) => {
                revert_marks(paths, prior.1, sensitive);
                revert(paths, prior.0, config);
            }
        }
    }

    /// Restores prior values at ignored paths of a planned value, because providers that use the legacy SDK may
    /// change them regardless of the configuration.
    pub(crate) fn revert(&self, prior: &Value, planned: &mut Value) {
        match self {
            Self::Nothing => {}
            Self::All => *planned = prior.clone(),
            Self::Paths(paths) => revert(paths, prior, planned),
        }
    }
}

/// Parses a path in `ignore_changes`: `tags["Name"]`, `ingress[0].from_port`. It may be quoted, as in JSON syntax.
fn path(expression: &Expression) -> Option<AttributePath> {
    let mut steps = Vec::new();
    let mut base = expression;
    loop {
        match base {
            Expression::Operation(operation) => match &**operation {
                Operation::Attribute(inner, name) => {
                    steps.push(PathStep::Name(name.clone()));
                    base = inner;
                }
                Operation::Index(inner, key) => {
                    steps.push(key_step(key)?);
                    base = inner;
                }
                Operation::Name(name) => {
                    steps.push(PathStep::Name(name.clone()));
                    break;
                }
                Operation::Static(inner) => base = inner,
                _ => return None,
            },
            Expression::String(name) if steps.is_empty() => {
                steps.push(PathStep::Name(name.clone()));
                break;
            }
            Expression::Symbol(name) => {
                steps.extend(name.rsplit('.').map(|name| PathStep::Name(Text::from_static(name))));
                break;
            }
            _ => return None,
        }
    }
    steps.reverse();
    Some(AttributePath(steps))
}

fn key_step(key: &Expression) -> Option<PathStep> {
    match evaluate(key, &NoScope).ok()? {
        Value::String(name) => Some(PathStep::Name(name)),
        Value::Number(number) => number.as_usize().map(PathStep::Index),
        _ => None,
    }
}

/// Returns the prior value without attributes that cannot be configured.
fn configurable(schema: &Block, prior: &Value, top: bool) -> Value {
    let Value::Object(members) = prior else { return prior.clone() };
    let members = members.iter().map(|(name, value)| {
        let value = if let Some(attribute) = schema.attribute(name) {
            // The SDK makes `id` optional everywhere, but it is still set by the provider.
            let is_id = top && attribute.computed && *name == "id";
            match &attribute.nested {
                _ if is_id || (attribute.computed && !attribute.optional) => Value::Null,
                Some(nested) => each_object(value, &|object| configurable(&nested.block, object, false)),
                None => value.clone(),
            }
        } else if let Some(nested) = schema.nested(name) {
            match nested.mode {
                NestingMode::Single | NestingMode::Group => configurable(&nested.block, value, false),
                _ => each_object(value, &|object| configurable(&nested.block, object, false)),
            }
        } else {
            value.clone()
        };
        (name.clone(), value)
    });
    Value::Object(members.collect())
}

fn each_object(value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match value {
        Value::Object(_) => change(value),
        Value::List(elements) => Value::List(elements.iter().map(change).collect()),
        Value::Tuple(elements) => Value::Tuple(elements.iter().map(change).collect()),
        Value::Set(elements) => Value::set(elements.iter().map(change).collect()),
        Value::Map(elements) => {
            Value::Map(elements.iter().map(|(key, value)| (key.clone(), change(value))).collect())
        }
        other => other.clone(),
    }
}

fn revert(paths: &[AttributePath], prior: &Value, value: &mut Value) {
    for path in paths {
        let Some((last, parents)) = path.0.split_last() else { continue };
        let Some(before) = at(prior, parents) else { continue };
        let Some(after) = at_mut(value, parents) else { continue };
        match last {
            PathStep::Name(name) => revert_name(name, before, after),
            PathStep::Index(position) => {
                if let (Some(before), Some(after)) =
                    (at(before, std::slice::from_ref(last)), element(after, *position))
                {
                    after.clone_from(before);
                }
            }
        }
    }
}

/// Restores an attribute of an object or a key of a map, which may be missing before or after, also in a null map.
fn revert_name(name: &Text, before: &Value, after: &mut Value) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            if let (Some(before), Some(after)) = (before.get(name), after.get_mut(name)) {
                after.clone_from(before);
            }
        }
        (before @ (Value::Map(_) | Value::Null), after @ (Value::Map(_) | Value::Null)) => {
            let before = match before {
                Value::Map(before) => before.get(name),
                _ => None,
            };
            match (before, &mut *after) {
                (Some(before), Value::Map(after)) => {
                    after.insert(name.clone(), before.clone());
                }
                (Some(before), after) => {
                    *after = Value::Map(ValueMap::from([(name.clone(), before.clone())]));
                }
                (None, Value::Map(after)) => {
                    after.remove(name);
                }
                (None, _) => {}
            }
        }
        _ => {}
    }
}

fn revert_marks(paths: &[AttributePath], prior: &[AttributePath], sensitive: &mut Vec<AttributePath>) {
    for path in paths {
        sensitive.retain(|place| !place.starts_with(path));
        sensitive.extend(prior.iter().filter(|place| place.starts_with(path)).cloned());
    }
}

/// Returns the value at a path; elements of sets cannot be addressed.
pub(crate) fn at<'a>(value: &'a Value, steps: &[PathStep]) -> Option<&'a Value> {
    steps.iter().try_fold(value, |value, step| match (value, step) {
        (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => members.get(name),
        (Value::List(elements) | Value::Tuple(elements), PathStep::Index(position)) => {
            elements.get(*position)
        }
        _ => None,
    })
}

fn at_mut<'a>(value: &'a mut Value, steps: &[PathStep]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |value, step| match (value, step) {
        (Value::Object(members) | Value::Map(members), PathStep::Name(name)) => members.get_mut(name),
        (value, PathStep::Index(position)) => element(value, *position),
        _ => None,
    })
}

fn element(value: &mut Value, position: usize) -> Option<&mut Value> {
    match value {
        Value::List(elements) | Value::Tuple(elements) => elements.get_mut(position),
        _ => None,
    }
}

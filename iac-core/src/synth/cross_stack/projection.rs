//! Projections: an attribute of each instance of a resource or module, as `Many::all` and `Many::by_key` write it.
//!
//! The producing stack evaluates them, so that it publishes the attribute and not the instances.

use crate::expression::{Binding, Expression, ForExpression, ForResult, Operation, Reference};

/// Returns the entry whose instances are projected; `None` for anything else, and for projections that need values that
/// only exist where they are used.
pub(super) fn root(expression: &Expression) -> Option<Reference> {
    let Expression::Operation(operation) = expression else { return None };
    match &**operation {
        Operation::Splat(instances, path) if !path.is_empty() => entry(instances),
        Operation::For(each) => entry(&each.collection).filter(|root| is_closed(each, *root)),
        _ => None,
    }
}

/// Writes a name for the projection: `.all.id`, `.by_key.id`. Returns false for anything else.
pub(super) fn write_path(expression: &Expression, out: &mut String) -> bool {
    let Expression::Operation(operation) = expression else { return false };
    let (word, value) = match &**operation {
        Operation::Splat(_, path) => {
            out.push_str(".all");
            for name in path {
                out.push('.');
                out.push_str(name);
            }
            return true;
        }
        Operation::For(ForExpression { result: ForResult::List(value), .. }) => (".all", value),
        Operation::For(ForExpression { result: ForResult::Object { value, .. }, .. }) => (".by_key", value),
        _ => return false,
    };
    out.push_str(word);
    write_attributes(value, out);
    true
}

/// Writes the attributes of an instance; nothing for other results.
fn write_attributes(value: &Expression, out: &mut String) {
    if let Expression::Operation(operation) = value
        && let Operation::Attribute(base, name) = &**operation
    {
        write_attributes(base, out);
        out.push('.');
        out.push_str(name);
    }
}

/// Returns the entry of all instances: `aws_subnet.a`, or `values(aws_subnet.a)`.
fn entry(instances: &Expression) -> Option<Reference> {
    match instances {
        Expression::Reference(reference) => reference.attribute.is_empty().then_some(*reference),
        Expression::Operation(operation) => match &**operation {
            Operation::Call { function, arguments, .. } if *function == *"values" => {
                match arguments.as_slice() {
                    [instances] => entry(instances),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

/// Returns true if the stack of the entry can evaluate the loop, and if no result is a whole instance.
fn is_closed(each: &ForExpression, root: Reference) -> bool {
    let mut own: Vec<Binding> = vec![each.value];
    own.extend(each.key);
    let (ForResult::List(value) | ForResult::Object { value, .. }) = &each.result;
    let mut closed = *value != Expression::Bound(each.value);
    for part in parts(each) {
        part.visit(&mut |expression| match expression {
            Expression::Reference(reference) => closed &= reference.target.stack == root.target.stack,
            Expression::Symbol(_) => closed = false,
            Expression::Bound(binding) => closed &= own.contains(binding),
            Expression::Operation(operation) => match &**operation {
                Operation::For(inner) => {
                    own.push(inner.value);
                    own.extend(inner.key);
                }
                Operation::Raw(_)
                | Operation::Name(_)
                | Operation::Invalid(_)
                | Operation::Static(_)
                | Operation::Secret(_) => closed = false,
                _ => {}
            },
            _ => {}
        });
    }
    closed
}

/// Returns the expressions that a loop evaluates for each instance.
fn parts(each: &ForExpression) -> impl Iterator<Item = &Expression> {
    let (key, value) = match &each.result {
        ForResult::List(value) => (None, value),
        ForResult::Object { key, value, .. } => (Some(key), value),
    };
    key.into_iter().chain([value]).chain(&each.condition)
}

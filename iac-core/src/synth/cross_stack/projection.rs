//! Projections: an attribute of each instance of a resource or module, as `Many::all` and `Many::by_key` write it.
//!
//! The producing stack evaluates them, so that it publishes the attribute and not the instances.

use crate::expression::{Binding, Expression, ForExpression, ForResult, Operation, Reference};
use crate::text::Text;

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

/// Returns the entry, the attributes and the key of an instance that only Terraform knows: `aws_subnet.a[var.zone].id`.
pub(super) fn chosen(expression: &Expression) -> Option<(Reference, Vec<Text>, &Expression)> {
    let mut path = Vec::new();
    let mut rest = expression;
    while let Expression::Operation(operation) = rest {
        match &**operation {
            Operation::Attribute(base, name) => {
                path.insert(0, name.clone());
                rest = base;
            }
            Operation::Index(_, Expression::Integer(_) | Expression::String(_)) => return None,
            Operation::Index(base, key) if !path.is_empty() => {
                return entry(base).map(|entry| (entry, path, key));
            }
            _ => return None,
        }
    }
    None
}

/// Returns the projection of an attribute: `aws_subnet.a[*].id` with `count`, a map with `for_each`.
pub(super) fn of(instances: Reference, path: Vec<Text>, is_counted: bool) -> Expression {
    if is_counted {
        return Operation::Splat(instances.into(), path).into();
    }
    let (key, value) = (Binding::fresh(), Binding::fresh());
    let attribute = path.into_iter().fold(Expression::Bound(value), Expression::attribute);
    let result = ForResult::Object { key: Expression::Bound(key), value: attribute, group: false };
    let collection = instances.into();
    Operation::For(ForExpression { key: Some(key), value, collection, result, condition: None }).into()
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

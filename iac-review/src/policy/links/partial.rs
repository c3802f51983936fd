//! Documents that are partly known from the configuration.

use iac_core::expression::{Expression, ObjectKey, Operation, TemplatePart};
use iac_lang::config::Local;
use iac_lang::value::{Number, Value};

/// Returns the document that an argument encodes: literals as they are, everything else unknown. `None` if it encodes
/// none.
pub(super) fn document(argument: &Expression, locals: &[Local]) -> Option<Value> {
    of(argument, locals, MAX_LOCALS)
}

/// The number of local values that are followed.
const MAX_LOCALS: usize = 8;

fn of(argument: &Expression, locals: &[Local], left: usize) -> Option<Value> {
    let Expression::Operation(operation) = argument else { return None };
    match &**operation {
        Operation::Call { function, arguments, expand_last: false } if *function == "jsonencode" => {
            match &**arguments {
                [document] => Some(value(document)).filter(|value| *value != Value::UNKNOWN),
                _ => None,
            }
        }
        Operation::Template(parts) => template(parts),
        Operation::Attribute(Expression::Operation(root), name) if is_local(root) && left > 0 => {
            let local = locals.iter().find(|local| local.name == *name)?;
            of(&local.value, locals, left - 1)
        }
        _ => None,
    }
}

fn is_local(root: &Operation) -> bool {
    matches!(root, Operation::Name(name) if *name == "local")
}

/// A character that stands for an interpolation in JSON text. It has no meaning in any alphabet.
const PLACEHOLDER: char = '\u{f8ff}';

/// Returns the document that a template writes, if its interpolations are inside of strings.
fn template(parts: &[TemplatePart]) -> Option<Value> {
    let mut text = String::new();
    for part in parts {
        match part {
            TemplatePart::Literal(literal) => text.push_str(literal),
            TemplatePart::Interpolation(_) => text.push(PLACEHOLDER),
        }
    }
    let document = Value::parse_json(&text).ok()?;
    matches!(document, Value::Object(_)).then(|| unknown_strings(document))
}

/// Makes the strings unknown that have an interpolation.
fn unknown_strings(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains(PLACEHOLDER) => Value::UNKNOWN,
        Value::List(elements) => Value::List(elements.into_iter().map(unknown_strings).collect()),
        Value::Tuple(elements) => Value::Tuple(elements.into_iter().map(unknown_strings).collect()),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), unknown_strings(value.clone()))).collect(),
        ),
        other => other,
    }
}

fn value(expression: &Expression) -> Value {
    match expression {
        Expression::Null => Value::Null,
        Expression::Bool(value) => Value::Bool(*value),
        Expression::Integer(number) => Value::Number(Number::from(*number)),
        Expression::Float(number) => Number::from_f64(*number).map_or(Value::UNKNOWN, Value::Number),
        Expression::String(text) => Value::String(text.clone()),
        Expression::List(elements) => Value::List(elements.iter().map(value).collect()),
        Expression::Object(members) => {
            let known = members.iter().map(|(key, member)| match key {
                ObjectKey::Name(name) => Some((name.clone(), value(member))),
                ObjectKey::Computed(_) => None,
            });
            known.collect::<Option<_>>().map_or(Value::UNKNOWN, Value::Object)
        }
        _ => Value::UNKNOWN,
    }
}

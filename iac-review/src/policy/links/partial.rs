//! Documents that are partly known from the configuration.

use iac_core::expression::{Expression, ObjectKey, Operation};
use iac_lang::value::{Number, Value};

/// Returns the document that an argument encodes: literals as they are, everything else unknown. `None` if it encodes
/// none.
pub(super) fn document(argument: &Expression) -> Option<Value> {
    let Expression::Operation(operation) = argument else { return None };
    match &**operation {
        Operation::Call { function, arguments, expand_last: false } if *function == "jsonencode" => {
            match &**arguments {
                [document] => Some(value(document)).filter(|value| *value != Value::UNKNOWN),
                _ => None,
            }
        }
        _ => None,
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

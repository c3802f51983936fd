//! Operators.

use iac_core::expression::{BinaryOperator, UnaryOperator};

use super::EvalError;
use super::steps::kind;
use crate::types::parse_number;
use crate::value::{Number, Value};

/// Evaluates `left operator right`.
pub(super) fn binary(operator: BinaryOperator, left: Value, right: Value) -> Result<Value, EvalError> {
    use BinaryOperator as Op;
    if let Op::Equal | Op::NotEqual = operator {
        let equal = left.equals(&right);
        return Ok(if operator == Op::Equal { equal } else { negate(equal) });
    }
    let (left, left_mark) = left.split_mark();
    let (right, right_mark) = right.split_mark();
    let unknown = || Value::unknown_of([&left, &right]);
    let result = match operator {
        Op::Or | Op::And => {
            let (left, right) = (boolean(&left, Side::Left)?, boolean(&right, Side::Right)?);
            // Terraform 1.11 does not short-circuit.
            match (left, right) {
                (Some(left), Some(right)) => {
                    Value::Bool(if operator == Op::Or { left || right } else { left && right })
                }
                _ => unknown(),
            }
        }
        _ => match (number(&left, Side::Left)?, number(&right, Side::Right)?) {
            (Some(left), Some(right)) => arithmetic(operator, &left, &right)?,
            _ => unknown(),
        },
    };
    Ok(result.mark_if(left_mark || right_mark))
}

fn arithmetic(operator: BinaryOperator, left: &Number, right: &Number) -> Result<Value, EvalError> {
    use BinaryOperator as Op;
    let number = match operator {
        Op::Less => return Ok(Value::Bool(left < right)),
        Op::LessOrEqual => return Ok(Value::Bool(left <= right)),
        Op::Greater => return Ok(Value::Bool(left > right)),
        Op::GreaterOrEqual => return Ok(Value::Bool(left >= right)),
        Op::Add => left.add(right),
        Op::Subtract => left.subtract(right),
        Op::Multiply => left.multiply(right),
        Op::Divide => left.divide(right),
        Op::Modulo => left.remainder(right),
        Op::Or | Op::And | Op::Equal | Op::NotEqual => unreachable!("not arithmetic operators"),
    };
    let failed = || {
        let detail = if operator == Op::Divide && *right == Number::from(0_i64) {
            "Division by zero."
        } else {
            "The number is too large."
        };
        EvalError::of("Operation failed", detail)
    };
    number.map(Value::Number).ok_or_else(failed)
}

/// Evaluates `!value` and `-value`.
pub(super) fn unary(operator: UnaryOperator, value: Value) -> Result<Value, EvalError> {
    let (value, mark) = value.split_mark();
    let result = match operator {
        UnaryOperator::Not => boolean(&value, Side::Only)?
            .map_or_else(|| Value::unknown_of([&value]), |value| Value::Bool(!value)),
        UnaryOperator::Negate => number(&value, Side::Only)?
            .map_or_else(|| Value::unknown_of([&value]), |number| Value::Number(-&number)),
    };
    Ok(result.mark_if(mark))
}

fn negate(value: Value) -> Value {
    match value {
        Value::Bool(value) => Value::Bool(!value),
        Value::Sensitive(value) => negate(*value).mark(),
        value => value,
    }
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
    Only,
}

impl Side {
    fn unsuitable(self, value: &Value, wanted: &str) -> EvalError {
        if matches!(value, Value::Null) {
            return EvalError::of("Operation failed", "The operand must not be null.");
        }
        let side = match self {
            Self::Left => "left ",
            Self::Right => "right ",
            Self::Only => "",
        };
        let detail =
            format!("Unsuitable value for the {side}operand: a {wanted} is required, not a {}.", kind(value));
        EvalError::of("Invalid operand", detail)
    }
}

/// Converts an operand to a number; `None` if it is unknown.
fn number(value: &Value, side: Side) -> Result<Option<Number>, EvalError> {
    match value {
        Value::Number(number) => Ok(Some(number.clone())),
        Value::Unknown(_) => Ok(None),
        Value::String(text) => match parse_number(text) {
            Some(number) => Ok(Some(number)),
            None => Err(side.unsuitable(value, "number")),
        },
        value => Err(side.unsuitable(value, "number")),
    }
}

/// Converts an operand to a Boolean; `None` if it is unknown.
fn boolean(value: &Value, side: Side) -> Result<Option<bool>, EvalError> {
    match truth(value) {
        Some(truth) => Ok(Some(truth)),
        None if matches!(value, Value::Unknown(_)) => Ok(None),
        None => Err(side.unsuitable(value, "bool")),
    }
}

/// Converts a known value to a Boolean; `None` if that is impossible.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

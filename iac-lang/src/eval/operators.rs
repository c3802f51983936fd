//! Operators.

use iac_core::expression::{BinaryOperator, UnaryOperator};

use super::EvalError;
use super::steps::kind;
use crate::types::{Type, parse_number};
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
    let unknown = |ty: Type| unknown_result(ty, [&left, &right]);
    let result = match (number(&left, Side::Left)?, number(&right, Side::Right)?) {
        (Some(left), Some(right)) => arithmetic(operator, &left, &right)?,
        _ => match operator {
            Op::Less | Op::LessOrEqual | Op::Greater | Op::GreaterOrEqual => {
                order(operator, &left, &right).map_or_else(|| unknown(Type::Bool), Value::Bool)
            }
            _ => unknown(Type::Number),
        },
    };
    Ok(result.mark_if(left_mark || right_mark))
}

/// Evaluates `left && right` and `left || right`.
///
/// Where an operand fails or is null, the other one may decide: so Terraform since version 1.12 and OpenTofu. Terraform
/// 1.11 refuses it.
pub(super) fn logical(
    operator: BinaryOperator,
    left: Result<Value, EvalError>,
    right: Result<Value, EvalError>,
) -> Result<Value, EvalError> {
    let (left_truth, right_truth) = (operand(&left, Side::Left)?, operand(&right, Side::Right)?);
    let decisive = operator == BinaryOperator::Or;
    let is_null = |operand: &Result<Value, _>| operand.as_ref().is_ok_and(Value::is_null);
    let is_mark = |operand: &Result<Value, _>| operand.as_ref().is_ok_and(Value::is_sensitive);
    let is_sensitive = is_mark(&left) || is_mark(&right);
    let is_plain = left.is_ok() && right.is_ok() && !is_null(&left) && !is_null(&right);
    let unknown = || unknown_result(Type::Bool, left.iter().chain(&right));
    match (left_truth, right_truth) {
        (Some(left), Some(right)) if is_plain => {
            let result = if decisive { left || right } else { left && right };
            Ok(Value::Bool(result).mark_if(is_sensitive))
        }
        // As in Terraform, an unknown result of logical operators is not sensitive.
        _ if is_plain => Ok(unknown()),
        (Some(truth), _) | (_, Some(truth)) if truth == decisive => {
            Ok(Value::Bool(truth).mark_if(is_sensitive))
        }
        (None, _) if left.is_err() => left,
        (Some(_), None) if right.is_err() => right,
        (Some(_), Some(_)) => Err(Side::Only.unsuitable(&Value::Null, "bool")),
        _ => Ok(unknown().mark_if(is_sensitive)),
    }
}

/// Returns the truth of an operand of a logical operator; `None` if it is unknown or failed. Null is false.
fn operand(operand: &Result<Value, EvalError>, side: Side) -> Result<Option<bool>, EvalError> {
    match operand.as_ref().map(Value::peel) {
        Ok(Value::Null) => Ok(Some(false)),
        Ok(value) => boolean(value, side),
        Err(_) => Ok(None),
    }
}

fn unknown_result<'v>(ty: Type, operands: impl IntoIterator<Item = &'v Value>) -> Value {
    match Value::unknown_as(ty, operands) {
        Value::Unknown(unknown) => Value::Unknown(unknown.not_null()),
        value => value,
    }
}

/// Compares unknown numbers by their bounds. As in Terraform, `<` and `>` do not use that bounds are exact.
fn order(operator: BinaryOperator, left: &Value, right: &Value) -> Option<bool> {
    use BinaryOperator as Op;
    let is_number = |value: &Value| match value {
        Value::Unknown(unknown) => *unknown.ty() == Type::Number,
        value => matches!(value, Value::Number(_)),
    };
    if !is_number(left) || !is_number(right) {
        return None;
    }
    let bounds = |value: &Value| match value {
        Value::Unknown(unknown) => {
            let (least, most) = unknown.bounds();
            (least.cloned(), most.cloned())
        }
        Value::Number(number) => (Some(number.clone()), Some(number.clone())),
        _ => (None, None),
    };
    let ((left_least, left_most), (right_least, right_most)) = (bounds(left), bounds(right));
    let is_less = left_most.zip(right_least).is_some_and(|(left, right)| left < right);
    let is_greater = left_least.zip(right_most).is_some_and(|(left, right)| left > right);
    match operator {
        Op::Less | Op::LessOrEqual if is_less => Some(true),
        Op::Greater | Op::GreaterOrEqual if is_greater => Some(true),
        // Terraform also asks whether they are equal, which is unknown of two unknown numbers.
        Op::LessOrEqual | Op::GreaterOrEqual if left.is_unknown() && right.is_unknown() => None,
        Op::Less | Op::LessOrEqual if is_greater => Some(false),
        Op::Greater | Op::GreaterOrEqual if is_less => Some(false),
        _ => None,
    }
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
        UnaryOperator::Not => boolean(&value, Side::Only)?.map(|value| Value::Bool(!value)),
        UnaryOperator::Negate => number(&value, Side::Only)?.map(|number| Value::Number(-&number)),
    };
    let ty = if operator == UnaryOperator::Not { Type::Bool } else { Type::Number };
    // As in Terraform, an unknown result is not sensitive.
    Ok(result.map_or_else(|| unknown_result(ty, [&value]), |result| result.mark_if(mark)))
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
        Value::Unknown(unknown) if unknown.ty().is_convertible_to(&Type::Number) => Ok(None),
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
        None if matches!(value, Value::Unknown(unknown) if unknown.ty().is_convertible_to(&Type::Bool)) => {
            Ok(None)
        }
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

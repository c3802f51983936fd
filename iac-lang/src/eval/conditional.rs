//! The type of a conditional, and what is known of one whose condition is not.

use std::borrow::Cow;

use super::EvalError;
use super::steps::kind;
use crate::types::{Type, convert, unify};
use crate::value::{Lengths, Number, Unknown, Value};

/// Converts a result of a conditional to the common type of both results.
pub(super) fn to_common_type<'a>(value: Cow<'a, Value>, other: &Value) -> Result<Cow<'a, Value>, EvalError> {
    match (value.peel(), other.peel()) {
        (Value::Null, _)
        | (_, Value::Null)
        | (Value::String(_), Value::String(_) | Value::Number(_) | Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => return Ok(value),
        _ => {}
    }
    match common_type(&value, other)? {
        Some(common) if common != Type::of(&value) => Ok(Cow::Owned(convert(value.into_owned(), &common)?)),
        _ => Ok(value),
    }
}

/// Returns the common type of both results; `None` if the type of any is not known yet.
fn common_type(value: &Value, other: &Value) -> Result<Option<Type>, EvalError> {
    if [value, other].iter().any(|value| is_untyped(value)) {
        return Ok(None);
    }
    let inconsistent = || {
        let detail = format!(
            "The two results of a conditional must have compatible types, but one is a {} and the other is a {}.",
            kind(value),
            kind(other)
        );
        EvalError::of("Inconsistent conditional result types", detail)
    };
    unify(&[Type::of(value), Type::of(other)]).map(Some).ok_or_else(inconsistent)
}

/// Returns true for an unknown value of unknown type.
fn is_untyped(value: &Value) -> bool {
    matches!(value.peel(), Value::Unknown(unknown) if *unknown.ty() == Type::Any)
}

/// Returns what both results of a conditional have in common, if the condition is unknown.
pub(super) fn either(condition: &Unknown, yes: &Value, no: &Value) -> Result<Value, EvalError> {
    let ty = common_type(yes, no)?.unwrap_or_default();
    let (yes, no) = (yes.peel(), no.peel());
    if yes.is_null() && no.is_null() {
        return Ok(Value::Null);
    }
    let result = condition.derived().with_type(ty);
    let result = if is_not_null(yes) && is_not_null(no) { result.not_null() } else { result };
    let result = match (Type::of(yes), Type::of(no)) {
        (Type::Number, Type::Number) => {
            let [yes, no] = [yes, no].map(bounds);
            let least = yes.0.zip(no.0).map(|(yes, no)| yes.min(no).clone());
            result.with_bounds(least, yes.1.zip(no.1).map(|(yes, no)| yes.max(no).clone()))
        }
        (yes_type @ (Type::List(_) | Type::Set(_) | Type::Map(_)), no_type) if yes_type == no_type => {
            result.with_lengths(lengths(yes).or(lengths(no)))
        }
        _ => result,
    };
    Ok(result.settled())
}

fn is_not_null(value: &Value) -> bool {
    match value {
        Value::Unknown(unknown) => unknown.is_not_null(),
        value => !value.is_null(),
    }
}

/// Returns the bounds of a number.
fn bounds(value: &Value) -> (Option<&Number>, Option<&Number>) {
    match value {
        Value::Number(number) => (Some(number), Some(number)),
        Value::Unknown(unknown) => unknown.bounds(),
        _ => (None, None),
    }
}

/// Returns the bounds of the length of a collection. Unknown elements of a set may be equal.
fn lengths(value: &Value) -> Lengths {
    match value {
        Value::Set(elements) if elements.len() > 1 && !value.is_wholly_known() => Lengths::default(),
        Value::List(elements) | Value::Set(elements) => Lengths::exactly(elements.len()),
        Value::Map(elements) => Lengths::exactly(elements.len()),
        Value::Unknown(unknown) => unknown.lengths(),
        _ => Lengths::default(),
    }
}

//! The type of a conditional, and what is known of one whose condition is not.

use std::borrow::Cow;

use super::EvalError;
use super::steps::kind_of_type;
use crate::types::{Type, convert, unify};
use crate::value::{Lengths, Number, Unknown, Value};

/// Converts a result of a conditional to the common type of both results.
pub(super) fn to_type(value: Cow<'_, Value>, common: Option<Type>) -> Result<Cow<'_, Value>, EvalError> {
    match common {
        Some(common) if common != Type::of(&value) => Ok(Cow::Owned(convert(value.into_owned(), &common)?)),
        _ => Ok(value),
    }
}

/// Returns the common type of both results; `None` if nothing is to be converted, or the type of any is not known yet.
pub(super) fn common_type(
    value: &Value,
    other: &Value,
    types: impl FnOnce() -> [Type; 2],
) -> Result<Option<Type>, EvalError> {
    match (value.peel(), other.peel()) {
        (Value::String(_), Value::String(_) | Value::Number(_) | Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => return Ok(None),
        _ => {}
    }
    unified(&types())
}

/// Returns the common type of two types; `None` if any is not known yet.
pub(super) fn unified(types: &[Type; 2]) -> Result<Option<Type>, EvalError> {
    if types.contains(&Type::Any) {
        return Ok(None);
    }
    let inconsistent = || {
        let detail = format!(
            "The two results of a conditional must have compatible types, but one is a {} and the other is a {}.",
            kind_of_type(&types[0]),
            kind_of_type(&types[1])
        );
        EvalError::of("Inconsistent conditional result types", detail)
    };
    unify(types).map(Some).ok_or_else(inconsistent)
}

/// Returns what both results of a conditional have in common, if the condition is unknown.
pub(super) fn either(
    condition: &Unknown,
    (yes, no): (&Value, &Value),
    types: [Type; 2],
) -> Result<Value, EvalError> {
    let (yes, no) = (yes.peel(), no.peel());
    let ty = match unified(&types)? {
        Some(ty) => ty,
        // A null takes the type of the other result.
        None if yes.is_null() => types[1].clone(),
        None if no.is_null() => types[0].clone(),
        None => Type::Any,
    };
    if yes.is_null() && no.is_null() {
        return Ok(Value::Null);
    }
    let result = condition.derived().with_type(ty);
    let result = if is_not_null(yes) && is_not_null(no) { result.not_null() } else { result };
    let [yes_type, no_type] = types;
    let result = match (yes_type, no_type) {
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

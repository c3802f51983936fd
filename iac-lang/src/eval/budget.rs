//! The work and memory that an expression may take.
//!
//! A few short expressions can describe more values than any machine holds, such as lists of lists of lists.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

use super::EvalError;
use crate::value::Value;

/// The default limit: values that one expression may make or copy.
pub const DEFAULT_LIMIT: u64 = 10_000_000;

/// The length of a string that counts like another value, in bytes.
const BYTES_PER_VALUE: usize = 32;

// Tests reach the limit soon.
static LIMIT: AtomicU64 = AtomicU64::new(if cfg!(test) { 500_000 } else { DEFAULT_LIMIT });

thread_local! {
    static SPENT: Cell<u64> = const { Cell::new(0) };
}

/// Sets the number of values that one expression may make or copy, in this process.
pub fn set_evaluation_limit(limit: u64) {
    LIMIT.store(limit, Ordering::Relaxed);
}

/// Starts the account of an expression.
pub(super) fn start() {
    SPENT.set(0);
}

/// Spends the work of making values.
pub(super) fn spend(values: usize) -> Result<(), EvalError> {
    let spent = SPENT.get().saturating_add(values as u64);
    SPENT.set(spent);
    if spent > LIMIT.load(Ordering::Relaxed) { Err(exhausted()) } else { Ok(()) }
}

/// Spends the work of making a string.
fn spend_text(length: usize) -> Result<(), EvalError> {
    spend(length / BYTES_PER_VALUE)
}

// These functions keep the frames of the evaluator small, which are repeated for each level of an expression.

/// Appends to a string.
#[inline(never)]
pub(super) fn append(text: &mut String, part: &str) -> Result<(), EvalError> {
    spend_text(part.len())?;
    text.push_str(part);
    Ok(())
}

/// Copies a value, unless it is owned.
#[inline(never)]
pub(super) fn copied(value: Cow<'_, Value>) -> Result<Value, EvalError> {
    if let Cow::Borrowed(value) = &value {
        spend_value(value)?;
    }
    Ok(value.into_owned())
}

/// Spends the work of a value that a function made.
#[inline(never)]
pub(super) fn made(value: Value) -> Result<Value, EvalError> {
    spend_value(&value)?;
    Ok(value)
}

/// Spends the work of making or copying a value, which is that of all its parts.
fn spend_value(value: &Value) -> Result<(), EvalError> {
    match value {
        Value::String(text) => spend_text(text.len()),
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Map(_) | Value::Object(_) => {
            spend(size(value))
        }
        Value::Sensitive(value) => spend_value(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => Ok(()),
    }
}

/// Returns the number of values that a value consists of.
fn size(value: &Value) -> usize {
    match value {
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            1 + elements.iter().map(size).sum::<usize>()
        }
        Value::Map(elements) | Value::Object(elements) => 1 + elements.values().map(size).sum::<usize>(),
        Value::Sensitive(value) => size(value),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Unknown(_) => 1,
    }
}

#[cold]
fn exhausted() -> EvalError {
    let limit = LIMIT.load(Ordering::Relaxed);
    let detail = format!(
        "The expression makes more than {limit} values. Make it smaller, or raise the limit with the environment variable IAC_EVALUATION_LIMIT."
    );
    EvalError::of("Expression too large", detail)
}

#[cfg(test)]
mod tests {
    use iac_core::syntax::Parser;

    use crate::eval::{NoScope, evaluate};

    fn outcome(text: &str) -> String {
        let expression = Parser::new(text).whole_expression().unwrap();
        evaluate(&expression, &NoScope).map_or_else(|error| error.summary.to_string(), |_| "fine".to_owned())
    }

    #[test]
    fn evaluation_ends() {
        let ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        let loops = |depth: usize| {
            (0..depth).fold("1".to_owned(), |inner, depth| format!("[for x{depth} in {ten} : {inner}]"))
        };
        assert_eq!(outcome(&loops(3)), "fine");
        assert_eq!(outcome(&loops(12)), "Expression too large");
        let doubled = |times: usize| {
            (0..times).fold("\"0123456789\"".to_owned(), |inner, depth| {
                format!("[for x{depth} in [{inner}] : \"${{x{depth}}}${{x{depth}}}\"][0]")
            })
        };
        assert_eq!(outcome(&doubled(5)), "fine");
        assert_eq!(outcome(&doubled(30)), "Expression too large");
    }
}

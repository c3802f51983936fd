//! Answers of functions about unknown arguments, of which enough is known.

use crate::value::{Unknown, Value};

/// Returns the answer of a function with an unknown argument, if what is known of it suffices.
pub(super) fn answer(function: &str, arguments: &[Value]) -> Option<Value> {
    match (function, arguments) {
        ("length", [value]) => {
            let Value::Unknown(unknown) = value.peel() else { return None };
            let length = u64::try_from(unknown.length()?).ok()?;
            Some(Value::Number(length.into()).mark_if(value.is_sensitive()))
        }
        ("startswith", [Value::Unknown(unknown), Value::String(prefix)]) => {
            let known = unknown.prefix();
            if known.starts_with(prefix.as_str()) {
                return Some(Value::Bool(true));
            }
            (!prefix.starts_with(known)).then_some(Value::Bool(false))
        }
        ("concat", lists) => {
            let is_sensitive = lists.iter().any(Value::is_sensitive);
            let elements: Option<Vec<Vec<Value>>> = lists.iter().map(|list| elements(list.peel())).collect();
            Some(Value::Tuple(elements?.concat()).mark_if(is_sensitive))
        }
        _ => None,
    }
}

/// Returns the elements of a tuple, known or not.
fn elements(tuple: &Value) -> Option<Vec<Value>> {
    match tuple {
        Value::Tuple(elements) => Some(elements.clone()),
        Value::Unknown(unknown) => {
            let element = |unknown: &Unknown| Value::Unknown(unknown.derived());
            Some(vec![element(unknown); unknown.length()?])
        }
        _ => None,
    }
}

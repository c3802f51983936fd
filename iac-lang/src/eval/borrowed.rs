//! Calls that read little of a large value.
//!
//! Functions take ownership of their arguments. Copying a map of ten thousand elements for each of ten thousand
//! resources that look up one of them would take seconds, so these calls are answered from a borrowed value.

use std::borrow::Cow;

use crate::types::text;
use crate::value::{Number, Value};

/// Smaller values are copied.
const MIN_LENGTH: usize = 8;

/// Answers a call whose first argument is large and borrowed, for frequently used functions, if it succeeds.
pub(super) fn answer(function: &str, arguments: &[Cow<'_, Value>]) -> Option<Value> {
    match (function, arguments) {
        ("lookup", [Cow::Borrowed(map), key] | [Cow::Borrowed(map), key, _]) => lookup(map, key),
        ("element", [Cow::Borrowed(list), index]) => element(list, index),
        ("length", [Cow::Borrowed(value)]) => length(value),
        _ => None,
    }
}

fn lookup(map: &Value, key: &Value) -> Option<Value> {
    let (Value::Map(elements) | Value::Object(elements)) = map.peel() else { return None };
    if elements.len() <= MIN_LENGTH {
        return None;
    }
    let value = elements.get(&text(key.peel())?)?;
    Some(value.clone().mark_if(map.is_sensitive() || key.is_sensitive()))
}

fn element(list: &Value, index: &Value) -> Option<Value> {
    let (Value::List(elements) | Value::Tuple(elements), Value::Number(position)) =
        (list.peel(), index.peel())
    else {
        return None;
    };
    if elements.len() <= MIN_LENGTH {
        return None;
    }
    let value = &elements[position.as_usize()? % elements.len()];
    Some(value.clone().mark_if(list.is_sensitive() || index.is_sensitive()))
}

/// Sets are excluded, because the number of their elements may be unknown.
fn length(value: &Value) -> Option<Value> {
    let length = match value.peel() {
        Value::List(elements) | Value::Tuple(elements) => elements.len(),
        Value::Map(elements) | Value::Object(elements) => elements.len(),
        _ => return None,
    };
    let number = i64::try_from(length).ok().filter(|_| length > MIN_LENGTH)?;
    Some(Value::Number(Number::from(number)).mark_if(value.is_sensitive()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::functions::{Context, call};
    use crate::files::MemoryFiles;
    use crate::value::ValueMap;

    #[test]
    fn borrowed_calls_agree_with_the_functions() {
        let number = |number: i64| Value::Number(Number::from(number));
        let list = Value::List((0..20).map(number).collect());
        let tuple = Value::Tuple((0..20).map(number).collect()).mark();
        let elements: ValueMap = (0..20).map(|n| (format!("k{n:02}").into(), number(n))).collect();
        let map = Value::Map(elements.clone());
        let object = Value::Object(elements).mark();
        let key = Value::String("k07".into());
        let files = MemoryFiles::new();
        let calls = [
            ("length", vec![&list]),
            ("length", vec![&tuple]),
            ("length", vec![&map]),
            ("length", vec![&object]),
            ("element", vec![&list, &Value::Null]),
            ("element", vec![&tuple, &Value::Null]),
            ("lookup", vec![&map, &key]),
            ("lookup", vec![&object, &key, &Value::Null]),
        ];
        for (function, arguments) in calls {
            for position in [0, 7, 27] {
                let position = number(position).mark_if(position == 7);
                let arguments: Vec<Value> = arguments
                    .iter()
                    .map(|argument| if argument.is_null() { position.clone() } else { (*argument).clone() })
                    .collect();
                let borrowed: Vec<_> = arguments.iter().map(Cow::Borrowed).collect();
                let expected = call(function, arguments.clone(), &Context::new(&files));
                assert_eq!(answer(function, &borrowed), expected.ok(), "{function} of {arguments:?}");
            }
        }
    }
}

//! Functions that query and select from lists and maps.

use unicode_segmentation::UnicodeSegmentation as _;

use super::FunctionError;
use super::argument::{Arguments, Kind, any, collection, elements_of, into_elements, map_of, number, string};
use super::function::{Function, Outcome};
use crate::types::{Type, convert, unify};
use crate::value::{Number, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total("alltrue", &[collection("list", Kind::Bools)], |arguments| {
        let decisive = arguments.elements(0).iter().find(|element| **element != Value::Bool(true));
        decisive.map_or(Value::Bool(true), |element| match element {
            Value::Unknown(_) => Value::UNKNOWN,
            _ => Value::Bool(false),
        })
    }),
    Function::total("anytrue", &[collection("list", Kind::Bools)], |arguments| {
        let elements = arguments.elements(0);
        if elements.contains(&Value::Bool(true)) {
            return Value::Bool(true);
        }
        if elements.contains(&Value::UNKNOWN) { Value::UNKNOWN } else { Value::Bool(false) }
    }),
    Function::partial("coalesce", &[], coalesce).variadic(any("vals").nullable().unknown().untyped()),
    Function::partial("coalescelist", &[], coalesce_list)
        .variadic(any("vals").nullable().unknown().untyped()),
    Function::partial("contains", &[any("list"), any("value")], contains),
    Function::partial("element", &[any("list").sensitive(), number("index")], element),
    Function::partial("index", &[any("list"), any("value")], index),
    Function::partial("length", &[any("value").sensitive().untyped()], length),
    Function::partial("lookup", &[any("inputMap").sensitive(), string("key")], lookup)
        .variadic(any("default").nullable().unknown().untyped().sensitive()),
    Function::partial(
        "matchkeys",
        &[
            collection("values", Kind::List),
            collection("keys", Kind::List),
            collection("searchset", Kind::List),
        ],
        match_keys,
    ),
    Function::partial("one", &[any("list").sensitive()], one),
    Function::partial("sum", &[any("list")], sum),
];

/// Finds the first argument that is neither null nor empty, converted to the common type of all arguments.
fn coalesce(arguments: &mut Arguments) -> Outcome {
    if arguments.len() == 0 {
        return Err(FunctionError::Failed("at least one argument is required".to_owned()));
    }
    let types: Vec<Type> = arguments.from(0).iter().map(Type::of).collect();
    let ty = unify(&types)
        .ok_or_else(|| FunctionError::Failed("all arguments must have the same type".to_owned()))?;
    for (position, value) in arguments.take_all().into_iter().enumerate() {
        let value = convert(value, &ty).map_err(|error| arguments.error(position, error.to_string()))?;
        match value.peel() {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            _ => return Ok(value),
        }
    }
    Err(FunctionError::Failed("all arguments are null or empty".to_owned()))
}

fn coalesce_list(arguments: &mut Arguments) -> Outcome {
    if arguments.len() == 0 {
        return Err(FunctionError::Failed("at least one argument is required".to_owned()));
    }
    // The types of all arguments matter, not only of those up to the chosen one; but not after an unknown one.
    let known = arguments.from(0).iter().take_while(|value| !value.is_unknown());
    let is_list = |value: &Value| matches!(value, Value::List(_) | Value::Tuple(_));
    if !known.into_iter().all(is_list) {
        return Err(FunctionError::Failed("all arguments must be lists or tuples".to_owned()));
    }
    for value in arguments.take_all() {
        match &value {
            Value::List(elements) | Value::Tuple(elements) if elements.is_empty() => {}
            // Its type is that of the result only if all have the same.
            Value::Unknown(unknown) => return Ok(Value::Unknown(unknown.derived())),
            _ => return Ok(value),
        }
    }
    Err(FunctionError::Failed("all lists are empty".to_owned()))
}

fn contains(arguments: &mut Arguments) -> Outcome {
    let Some(elements) = elements_of(arguments.value(0)) else {
        return Err(arguments.error(0, "a list, tuple or set is required"));
    };
    let mut answer = Value::Bool(false);
    for element in elements {
        match element.equals(arguments.value(1)) {
            Value::Bool(false) => {}
            Value::Bool(true) => return Ok(Value::Bool(true)),
            _ => answer = Value::UNKNOWN,
        }
    }
    Ok(answer)
}

fn element(arguments: &mut Arguments) -> Outcome {
    let index = arguments.integer(1)?;
    let (list, sensitive) = arguments.take(0).split_mark();
    let (Value::List(mut elements) | Value::Tuple(mut elements)) = list else {
        return Err(arguments.error(0, "a list or tuple is required"));
    };
    if elements.is_empty() {
        return Err(FunctionError::Failed("an empty list has no element".to_owned()));
    }
    let length = i64::try_from(elements.len()).unwrap_or(i64::MAX);
    let index = usize::try_from(index % length);
    let index = index.map_err(|_| arguments.error(1, "the index must not be negative"))?;
    Ok(elements.swap_remove(index).mark_if(sensitive))
}

fn index(arguments: &mut Arguments) -> Outcome {
    let (Value::List(elements) | Value::Tuple(elements)) = arguments.value(0) else {
        return Err(arguments.error(0, "a list or tuple is required"));
    };
    if elements.is_empty() {
        return Err(FunctionError::Failed("the list is empty".to_owned()));
    }
    for (element, position) in elements.iter().zip(0_u64..) {
        match element.equals(arguments.value(1)) {
            Value::Bool(false) => {}
            Value::Bool(true) => return Ok(Value::Number(position.into())),
            _ => return Ok(Value::UNKNOWN),
        }
    }
    Err(FunctionError::Failed("the list does not contain the value".to_owned()))
}

/// Counts elements or characters. Unknown elements of a set may be equal to others.
fn length(arguments: &mut Arguments) -> Outcome {
    let value = arguments.value(0);
    let number = |length: usize| Number::from(length as u64);
    let length = match value.peel() {
        Value::Set(elements) if elements.len() > 1 && !elements.iter().all(Value::is_wholly_known) => {
            let bounded = Unknown::AFTER_APPLY.with_bounds(Some(number(1)), Some(number(elements.len())));
            return Ok(Value::Unknown(bounded.not_null()).mark_if(value.is_sensitive()));
        }
        Value::String(text) => text.graphemes(true).count(),
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => elements.len(),
        Value::Map(elements) | Value::Object(elements) => elements.len(),
        _ => {
            let detail = "a string, list, tuple, set, map or object is required".to_owned();
            return Err(FunctionError::Failed(detail));
        }
    };
    Ok(Value::Number(number(length)).mark_if(value.is_sensitive()))
}

fn lookup(arguments: &mut Arguments) -> Outcome {
    if arguments.len() > 3 {
        return Err(FunctionError::TooManyArguments { expected: 3, given: arguments.len() });
    }
    let key = arguments.text(1);
    let map = arguments.value(0);
    let sensitive = map.is_sensitive();
    let Some(elements) = map_of(map.peel()) else {
        return Err(arguments.error(0, "a map or object is required"));
    };
    if let Some(element) = elements.get(key) {
        return Ok(element.clone().mark_if(sensitive));
    }
    if arguments.len() < 3 {
        return Err(FunctionError::Failed(format!(
            "the key {:?} does not exist, and there is no default",
            key.as_str()
        )));
    }
    let ty = match (map.peel(), Type::of(map)) {
        (Value::Map(_), Type::Map(element)) => *element,
        _ => Type::Any,
    };
    let default = arguments.take(2);
    let default = convert(default, &ty).map_err(|error| arguments.error(2, error.to_string()))?;
    Ok(default.mark_if(sensitive))
}

fn match_keys(arguments: &mut Arguments) -> Outcome {
    let [values, keys] = [0, 1].map(|position| arguments.elements(position).len());
    if values != keys {
        return Err(arguments
            .error(1, format!("the number of keys ({keys}) differs from the number of values ({values})")));
    }
    if arguments.elements(2).is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    if !arguments.from(0).iter().all(Value::is_wholly_known) {
        return Ok(Value::UNKNOWN);
    }
    // Keys and search values are converted to a common type.
    let types = [1, 2].map(|position| Type::of(arguments.value(position)));
    let ty =
        unify(&types).ok_or_else(|| arguments.error(2, "keys and search values must have a common type"))?;
    let [keys, wanted] = [1, 2].map(|position| {
        let value = arguments.take(position);
        convert(value, &ty).map(|value| into_elements(value).unwrap_or_default())
    });
    let [keys, mut wanted] = [
        keys.map_err(|error| arguments.error(1, error.to_string()))?,
        wanted.map_err(|error| arguments.error(2, error.to_string()))?,
    ];
    wanted.sort_by(Value::order);
    let is_wanted = |key: &Value| wanted.binary_search_by(|each| each.order(key)).is_ok();
    let values = arguments.take_elements(0).into_iter().zip(&keys);
    Ok(Value::List(values.filter(|(_, key)| is_wanted(key)).map(|(value, _)| value).collect()))
}

fn one(arguments: &mut Arguments) -> Outcome {
    let (list, sensitive) = arguments.take(0).split_mark();
    let undecided = matches!(&list, Value::Set(elements) if !elements.iter().all(Value::is_wholly_known));
    let Some(mut elements) = into_elements(list) else {
        return Err(arguments.error(0, "a list, tuple or set is required"));
    };
    let value = match elements.len() {
        0 => Value::Null,
        1 => elements.remove(0),
        _ if undecided => Value::UNKNOWN,
        _ => return Err(arguments.error(0, "the list must have at most one element")),
    };
    Ok(value.mark_if(sensitive))
}

fn sum(arguments: &mut Arguments) -> Outcome {
    let Some(elements) = elements_of(arguments.value(0)) else {
        return Err(arguments.error(0, "a list, tuple or set of numbers is required"));
    };
    if elements.is_empty() {
        return Err(arguments.error(0, "an empty list has no sum"));
    }
    if !elements.iter().all(Value::is_wholly_known) {
        return Ok(Value::UNKNOWN);
    }
    let mut sum = Number::from(0_i64);
    for element in elements {
        let Ok(Value::Number(number)) = convert(element.clone(), &Type::Number) else {
            return Err(arguments.error(0, "all elements must be numbers"));
        };
        sum = sum.add(&number).ok_or_else(|| arguments.error(0, "a number is too large"))?;
    }
    Ok(Value::Number(sum))
}

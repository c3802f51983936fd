//! Set functions.

use super::argument::{Arguments, Kind, any, collection, into_elements};
use super::function::{Function, Outcome};
use super::{FunctionError, refined};
use crate::types::{Type, convert, unify};
use crate::value::Value;

/// The maximum number of combinations that `setproduct` returns.
const MAX_COMBINATIONS: usize = 1_000_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("setintersection", &[collection("first_set", Kind::Set)], |arguments| {
        combine(arguments, false, |left, right| left.retain(|element| holds(right, element)))
    })
    .variadic(collection("other_sets", Kind::Set)),
    Function::partial("setproduct", &[], product).variadic(any("sets").sensitive()),
    Function::partial(
        "setsubtract",
        &[collection("a", Kind::Set), collection("b", Kind::Set)],
        |arguments| combine(arguments, false, |left, right| left.retain(|element| !holds(right, element))),
    ),
    Function::partial("setunion", &[collection("first_set", Kind::Set)], |arguments| {
        combine(arguments, true, Vec::extend_from_slice)
    })
    .variadic(collection("other_sets", Kind::Set)),
];

/// Returns true if a set contains an element. Sets are sorted.
fn holds(set: &[Value], element: &Value) -> bool {
    set.binary_search_by(|each| each.order(element)).is_ok()
}

/// Converts all sets to a common type, and combines each with the result so far.
fn combine(arguments: &mut Arguments, unknowns: bool, with: fn(&mut Vec<Value>, &[Value])) -> Outcome {
    let sets = arguments.take_all();
    if !unknowns && !sets.iter().all(Value::is_wholly_known) {
        return Ok(Value::UNKNOWN);
    }
    let types: Vec<Type> = sets.iter().map(Type::of).collect();
    let ty = unify(&types)
        .ok_or_else(|| FunctionError::Failed("all sets must have elements of the same type".to_owned()))?;
    let mut result: Option<Vec<Value>> = None;
    for (position, set) in sets.into_iter().enumerate() {
        let set = convert(set, &ty).map_err(|error| arguments.error(position, error.to_string()))?;
        let elements = into_elements(set).unwrap_or_default();
        match &mut result {
            Some(result) => with(result, &elements),
            None => result = Some(elements),
        }
    }
    Ok(Value::set(result.unwrap_or_default()))
}

/// Returns all combinations of one element of each argument; a set if any argument is a set.
fn product(arguments: &mut Arguments) -> Outcome {
    if arguments.len() < 2 {
        return Err(FunctionError::Failed("at least two sets are required".to_owned()));
    }
    let (mut sensitive, mut is_set, mut unknown) = (false, false, false);
    let mut lists = Vec::with_capacity(arguments.len());
    let mut combinations = 1_usize;
    for position in 0..arguments.len() {
        let (list, marked) = arguments.take(position).split_mark();
        sensitive |= marked;
        // A single element cannot be equal to another one.
        unknown |= matches!(&list, Value::Set(elements) if elements.len() > 1 && !list.is_wholly_known());
        is_set |= matches!(list, Value::Set(_));
        // Elements of a tuple are converted to a common type.
        let list = match list {
            Value::Tuple(_) => convert(list, &Type::List(Box::new(Type::Any)))
                .map_err(|error| arguments.error(position, error.to_string()))?,
            list => list,
        };
        let Some(elements) = into_elements(list) else {
            return Err(arguments.error(position, "a set or list is required"));
        };
        combinations = combinations.saturating_mul(elements.len());
        lists.push(elements);
    }
    if unknown {
        let sets: Vec<Value> = arguments.take_all();
        return Ok(refined::product(&sets).unwrap_or(Value::UNKNOWN).mark_if(sensitive));
    }
    if combinations > MAX_COMBINATIONS {
        return Err(FunctionError::Failed(format!(
            "the result would have more than {MAX_COMBINATIONS} combinations"
        )));
    }
    let mut product: Vec<Vec<Value>> = Vec::new();
    if combinations > 0 {
        product.push(Vec::new());
        for list in lists {
            let extend = |start: Vec<Value>| {
                let with = move |element: &Value| start.iter().chain([element]).cloned().collect();
                list.iter().map(with).collect::<Vec<_>>()
            };
            product = product.into_iter().flat_map(extend).collect();
        }
    }
    let tuples = product.into_iter().map(Value::Tuple).collect();
    Ok(if is_set { Value::set(tuples) } else { Value::List(tuples) }.mark_if(sensitive))
}

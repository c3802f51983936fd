//! Functions that build lists and maps.

use iac_core::text::Text;

use super::argument::{Arguments, Kind, any, collection, elements_of, into_elements, number};
use super::function::{Function, Outcome};
use super::{FunctionError, refined};
use crate::types::{Type, convert, unify};
use crate::value::{Lengths, Number, Unknown, Value, ValueMap};

/// The maximum number of elements of Terraform's `range`.
const MAX_RANGE_LENGTH: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("chunklist", &[collection("list", Kind::List).sensitive(), number("size")], chunk),
    Function::total("compact", &[collection("list", Kind::Strings)], |arguments| {
        if !arguments.value(0).is_wholly_known() {
            return Value::UNKNOWN;
        }
        let mut elements = arguments.take_elements(0);
        elements.retain(|element| matches!(element, Value::String(text) if !text.is_empty()));
        Value::List(elements)
    }),
    Function::partial("concat", &[], concat).variadic(any("seqs").sensitive()),
    Function::total("distinct", &[collection("list", Kind::List)], distinct),
    Function::partial("flatten", &[any("list").sensitive()], flatten),
    Function::partial("keys", &[any("inputMap").sensitive()], keys),
    Function::partial("merge", &[], merge).variadic(any("maps").nullable().untyped().sensitive()),
    Function::partial("range", &[], range).variadic(number("params")),
    Function::partial("reverse", &[any("list").sensitive()], reverse),
    Function::partial("slice", &[any("list").sensitive(), number("start_index"), number("end_index")], slice),
    Function::partial("sort", &[collection("list", Kind::Strings)], sort),
    Function::partial("transpose", &[collection("values", Kind::MapOfStrings)], transpose),
    Function::partial("values", &[any("mapping").sensitive()], values),
    Function::partial("zipmap", &[collection("keys", Kind::Strings), any("values").sensitive()], zipmap),
];

fn chunk(arguments: &mut Arguments) -> Outcome {
    let size = usize::try_from(arguments.integer(1)?)
        .map_err(|_| arguments.error(1, "the size must not be negative"))?;
    let (list, sensitive) = arguments.take(0).split_mark();
    let elements = into_elements(list).unwrap_or_default();
    let chunks = elements.chunks(if size == 0 { elements.len().max(1) } else { size });
    Ok(Value::List(chunks.map(|chunk| Value::List(chunk.to_vec())).collect()).mark_if(sensitive))
}

/// Lists with a common element type become a list; any tuple makes the result a tuple.
fn concat(arguments: &mut Arguments) -> Outcome {
    if arguments.len() == 0 {
        return Err(FunctionError::Failed("at least one list is required".to_owned()));
    }
    let (mut all, mut types) = (Vec::new(), Vec::new());
    let (mut sensitive, mut tuple) = (false, false);
    for position in 0..arguments.len() {
        let (list, marked) = arguments.take(position).split_mark();
        sensitive |= marked;
        types.push(Type::of(&list));
        match list {
            Value::List(elements) => all.extend(elements),
            Value::Tuple(elements) => {
                tuple = true;
                all.extend(elements);
            }
            _ => return Err(arguments.error(position, "a list or tuple is required")),
        }
    }
    let common = if tuple { None } else { unify(&types) };
    let result = match common {
        Some(ty) => {
            convert(Value::List(all), &ty).map_err(|error| FunctionError::Failed(error.to_string()))?
        }
        None => Value::Tuple(all),
    };
    Ok(result.mark_if(sensitive))
}

fn distinct(arguments: &mut Arguments) -> Value {
    if !arguments.value(0).is_wholly_known() {
        return Value::UNKNOWN;
    }
    let elements = arguments.take_elements(0);
    let mut order: Vec<usize> = (0..elements.len()).collect();
    // The sort is stable, so the first of several equal elements is kept.
    order.sort_by(|left, right| elements[*left].order(&elements[*right]));
    order.dedup_by(|next, first| elements[*next] == elements[*first]);
    order.sort_unstable();
    let mut kept = order.into_iter().peekable();
    let is_kept = |(position, element)| kept.next_if_eq(&position).map(|_| element);
    Value::List(elements.into_iter().enumerate().filter_map(is_kept).collect())
}

fn flatten(arguments: &mut Arguments) -> Outcome {
    let (list, sensitive) = arguments.take(0).split_mark();
    if elements_of(&list).is_none() {
        return Err(arguments.error(0, "a list, tuple or set is required"));
    }
    let mut flat = Flat { elements: Vec::new(), sensitive, known: true };
    flat.add_list(list);
    let result = if flat.known { Value::Tuple(flat.elements) } else { Value::UNKNOWN };
    Ok(result.mark_if(flat.sensitive))
}

struct Flat {
    elements: Vec<Value>,
    sensitive: bool,
    known: bool,
}

impl Flat {
    /// Adds the elements of a list. Unknown elements of a set may be equal to others.
    fn add_list(&mut self, list: Value) {
        if matches!(&list, Value::Set(elements) if elements.len() > 1) && !list.is_wholly_known() {
            self.known = false;
        }
        self.add(into_elements(list).unwrap_or_default());
    }

    /// Adds elements, flattening lists. An unknown element may be a list, unless its type tells that it is none.
    fn add(&mut self, elements: Vec<Value>) {
        let is_list = |element: &Value| elements_of(element.peel()).is_some();
        for element in elements {
            if let Value::Unknown(unknown) = element.peel()
                && matches!(unknown.ty(), Type::Any | Type::List(_) | Type::Set(_) | Type::Tuple(_))
            {
                self.known = false;
            }
            match element {
                Value::Sensitive(list) if is_list(&list) => {
                    self.sensitive = true;
                    self.add_list(list.split_mark().0);
                }
                list @ (Value::List(_) | Value::Tuple(_) | Value::Set(_)) => self.add_list(list),
                element => self.elements.push(element),
            }
        }
    }
}

fn keys(arguments: &mut Arguments) -> Outcome {
    let map = arguments.value(0);
    let names = |map: &ValueMap| map.keys().cloned().map(Value::String).collect();
    let keys = match map.peel() {
        Value::Map(map) => Value::List(names(map)),
        Value::Object(map) => Value::Tuple(names(map)),
        _ => return Err(arguments.error(0, "a map or object is required")),
    };
    Ok(keys.mark_if(map.is_sensitive()))
}

fn values(arguments: &mut Arguments) -> Outcome {
    let (map, sensitive) = arguments.take(0).split_mark();
    let elements = |map: ValueMap| map.into_iter().map(|(_, value)| value).collect();
    let values = match map {
        Value::Map(map) => Value::List(elements(map)),
        Value::Object(map) => Value::Tuple(elements(map)),
        _ => return Err(arguments.error(0, "a map or object is required")),
    };
    Ok(values.mark_if(sensitive))
}

/// Maps become a map; any object makes the result an object.
fn merge(arguments: &mut Arguments) -> Outcome {
    let (mut sensitive, mut maps) = (false, arguments.len() > 0);
    let mut merged = Vec::new();
    for position in 0..arguments.len() {
        let (map, marked) = arguments.take(position).split_mark();
        sensitive |= marked;
        match map {
            Value::Null => {}
            Value::Map(elements) => merged.push(elements),
            Value::Object(elements) => {
                maps = false;
                merged.push(elements);
            }
            _ => return Err(arguments.error(position, "a map or object is required")),
        }
    }
    // The last of several elements with the same name wins.
    let merged = if merged.len() == 1 { merged.remove(0) } else { merged.into_iter().flatten().collect() };
    Ok(if maps { Value::Map(merged) } else { Value::Object(merged) }.mark_if(sensitive))
}

fn range(arguments: &mut Arguments) -> Outcome {
    let zero = Number::from(0_i64);
    let number = |position: usize| arguments.number(position).clone();
    let (start, end) = match arguments.len() {
        0 => return Err(FunctionError::MissingArgument { parameter: "params".into() }),
        1 => (zero.clone(), number(0)),
        2 | 3 => (number(0), number(1)),
        given => return Err(FunctionError::TooManyArguments { expected: 3, given }),
    };
    let down = end < start;
    let step = if arguments.len() == 3 { number(2) } else { Number::from(if down { -1_i64 } else { 1 }) };
    if (down && step > zero) || (!down && end != start && step < zero) {
        return Err(arguments.error(2, "the step must lead towards the end"));
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if down { next > end } else { next < end } {
        if numbers.len() == MAX_RANGE_LENGTH {
            return Err(FunctionError::Failed(format!(
                "the result would have more than {MAX_RANGE_LENGTH} values"
            )));
        }
        let after = next.add(&step).ok_or_else(|| arguments.error(0, "the number is too large"))?;
        numbers.push(Value::Number(std::mem::replace(&mut next, after)));
    }
    Ok(Value::List(numbers))
}

fn reverse(arguments: &mut Arguments) -> Outcome {
    let (list, sensitive) = arguments.take(0).split_mark();
    let turn = |mut elements: Vec<Value>| {
        elements.reverse();
        elements
    };
    let reversed = match list {
        Value::List(elements) | Value::Set(elements) => Value::List(turn(elements)),
        Value::Tuple(elements) => Value::Tuple(turn(elements)),
        _ => {
            return Err(
                arguments.error(0, "a list, tuple or set is required; use `strrev` to reverse a string")
            );
        }
    };
    Ok(reversed.mark_if(sensitive))
}

fn slice(arguments: &mut Arguments) -> Outcome {
    let [start, end] =
        [arguments.integer(1)?, arguments.integer(2)?].map(|index| usize::try_from(index).ok());
    let (list, sensitive) = arguments.take(0).split_mark();
    let length = match &list {
        Value::List(elements) | Value::Tuple(elements) => elements.len(),
        _ => return Err(arguments.error(0, "a list or tuple is required")),
    };
    let end = end.filter(|end| *end <= length);
    let end = end.ok_or_else(|| arguments.error(2, format!("the end must be between 0 and {length}")))?;
    let start = start.filter(|start| *start <= end);
    let start = start.ok_or_else(|| arguments.error(1, format!("the start must be between 0 and {end}")))?;
    let part = |mut elements: Vec<Value>| {
        elements.truncate(end);
        elements.drain(..start);
        elements
    };
    let sliced = match list {
        Value::List(elements) => Value::List(part(elements)),
        list => Value::Tuple(part(into_elements(list).unwrap_or_default())),
    };
    Ok(sliced.mark_if(sensitive))
}

fn sort(arguments: &mut Arguments) -> Outcome {
    if !arguments.value(0).is_wholly_known() {
        let length = arguments.elements(0).len();
        return Ok(refined::sorted(&Unknown::AFTER_APPLY, Lengths::exactly(length)));
    }
    if let Some(index) = arguments.elements(0).iter().position(Value::is_null) {
        return Err(arguments.error(0, format!("element {index} is null")));
    }
    let mut elements = arguments.take_elements(0);
    elements.sort_by(Value::order);
    Ok(Value::List(elements))
}

fn transpose(arguments: &mut Arguments) -> Outcome {
    if !arguments.value(0).is_wholly_known() {
        return Ok(Value::UNKNOWN);
    }
    let mut pairs: Vec<(Text, Value)> = Vec::new();
    for (key, list) in arguments.map(0).iter() {
        let Some(elements) = elements_of(list) else {
            return Err(arguments.error(0, format!("the list for key {:?} is null", key.as_str())));
        };
        for element in elements {
            let Value::String(element) = element else {
                return Err(arguments.error(0, format!("the list for key {:?} contains null", key.as_str())));
            };
            pairs.push((element.clone(), Value::String(key.clone())));
        }
    }
    // The sort is stable, so the order of the keys is kept.
    pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
    let mut transposed: Vec<(Text, Value)> = Vec::new();
    for (element, key) in pairs {
        match transposed.last_mut() {
            Some((last, Value::List(keys))) if *last == element => keys.push(key),
            _ => transposed.push((element, Value::List(vec![key]))),
        }
    }
    Ok(Value::Map(ValueMap::from_sorted(transposed)))
}

fn zipmap(arguments: &mut Arguments) -> Outcome {
    let keys = arguments.take_elements(0);
    let (values, sensitive) = arguments.take(1).split_mark();
    let is_list = matches!(values, Value::List(_));
    let (Value::List(values) | Value::Tuple(values)) = values else {
        return Err(arguments.error(1, "a list or tuple is required"));
    };
    if !keys.iter().all(Value::is_wholly_known) {
        return Ok(Value::UNKNOWN.mark_if(sensitive));
    }
    if keys.len() != values.len() {
        let message = format!(
            "the number of values ({}) differs from the number of keys ({})",
            values.len(),
            keys.len()
        );
        return Err(arguments.error(1, message));
    }
    let names: Option<Vec<Text>> = keys.into_iter().map(name).collect();
    let names = names.ok_or_else(|| arguments.error(0, "a key is null"))?;
    let zipped = names.into_iter().zip(values).collect();
    Ok(if is_list { Value::Map(zipped) } else { Value::Object(zipped) }.mark_if(sensitive))
}

fn name(key: Value) -> Option<Text> {
    match key {
        Value::String(name) => Some(name),
        _ => None,
    }
}

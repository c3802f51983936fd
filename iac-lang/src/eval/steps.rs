//! Steps into a value: `.name`, `[key]`, `[*]`.

use std::borrow::Cow;

use super::EvalError;
use crate::types::{parse_number, text};
use crate::value::{Number, Value};

/// A step after a name.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// `.name`.
    Name(&'a str),
    /// `[key]`, with the key evaluated. It may be unknown or sensitive.
    Key(Cow<'a, Value>),
}

impl Step<'_> {
    /// Returns the attribute name of `.name` or `["name"]`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Key(key) => match key.peel() {
                Value::String(name) => Some(name),
                _ => None,
            },
        }
    }

    /// Applies the step to a value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value has no such element.
    pub fn of<'a>(&self, value: Cow<'a, Value>) -> Result<Cow<'a, Value>, EvalError> {
        match value {
            Cow::Borrowed(Value::Sensitive(inner)) => {
                self.of(Cow::Borrowed(&**inner)).map(|value| Cow::Owned(value.into_owned().mark()))
            }
            Cow::Owned(Value::Sensitive(inner)) => {
                self.of(Cow::Owned(*inner)).map(|value| Cow::Owned(value.into_owned().mark()))
            }
            value => match self {
                Self::Name(name) => attribute(value, name),
                Self::Key(key) => match &**key {
                    Value::Sensitive(key) => {
                        // Terraform does not consider attribute names of an object sensitive, unlike the keys of a
                        // map.
                        let sensitive = !matches!(*value, Value::Object(_));
                        let hidden = |error| EvalError {
                            detail: "The key, which is sensitive, does not select an element.".to_owned(),
                            ..error
                        };
                        let value = Step::Key(Cow::Borrowed(&**key)).of(value).map_err(hidden)?;
                        Ok(if sensitive { Cow::Owned(value.into_owned().mark()) } else { value })
                    }
                    key => index(value, key),
                },
            },
        }
    }
}

/// Evaluates `value.name`.
fn attribute<'a>(value: Cow<'a, Value>, name: &str) -> Result<Cow<'a, Value>, EvalError> {
    let detail = match &*value {
        Value::Unknown(unknown) => return Ok(Cow::Owned(Value::Unknown(unknown.derived()))),
        Value::Object(elements) | Value::Map(elements) if elements.contains_key(name) => {
            return Ok(element(value, name));
        }
        Value::Object(_) => format!("This object does not have an attribute named `{name}`."),
        Value::Map(_) => {
            let detail = format!("This map does not have an element with the key {name:?}.");
            return Err(EvalError::of("Missing map element", detail));
        }
        Value::Null => {
            return Err(EvalError::of(
                "Attempt to get attribute from null value",
                format!("This value is null, so it does not have the attribute `{name}`."),
            ));
        }
        Value::List(_) | Value::Tuple(_) => format!(
            "This value is a list, so it does not have the attribute `{name}`. Use `[*].{name}` for all elements, or \
             `[0].{name}` for the first one."
        ),
        Value::Set(_) => format!(
            "This value is a set, so it does not have the attribute `{name}`. Use `[*].{name}` for all elements."
        ),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            format!("A {} does not have the attribute `{name}`.", kind(&value))
        }
        Value::Sensitive(_) => unreachable!("the value is unmarked"),
    };
    Err(EvalError::of("Unsupported attribute", detail))
}

/// Returns an existing element of a map or object.
fn element<'a>(value: Cow<'a, Value>, name: &str) -> Cow<'a, Value> {
    match value {
        Cow::Borrowed(Value::Object(elements) | Value::Map(elements)) => {
            elements.get(name).map_or(Cow::Owned(Value::Null), Cow::Borrowed)
        }
        Cow::Owned(Value::Object(mut elements) | Value::Map(mut elements)) => {
            Cow::Owned(elements.remove(name).unwrap_or(Value::Null))
        }
        _ => unreachable!("only maps and objects have elements with names"),
    }
}

/// Evaluates `value[key]`.
fn index<'a>(value: Cow<'a, Value>, key: &Value) -> Result<Cow<'a, Value>, EvalError> {
    let invalid = |detail: String| EvalError::of("Invalid index", detail);
    match (&*value, key) {
        (Value::Null, _) => Err(EvalError::of(
            "Attempt to index null value",
            "This value is null, so it does not have any elements.",
        )),
        (_, Value::Null) => Err(invalid("Cannot use a null value as an index.".to_owned())),
        (Value::Unknown(unknown), _) => Ok(Cow::Owned(Value::Unknown(unknown.derived()))),
        (Value::List(elements) | Value::Tuple(elements), key) => {
            if matches!(key, Value::Unknown(_)) {
                return Ok(Cow::Owned(Value::unknown_of([key])));
            }
            let position = position(key, elements.len()).map_err(invalid)?;
            Ok(match value {
                Cow::Borrowed(Value::List(elements) | Value::Tuple(elements)) => {
                    Cow::Borrowed(&elements[position])
                }
                Cow::Owned(Value::List(mut elements) | Value::Tuple(mut elements)) => {
                    Cow::Owned(elements.swap_remove(position))
                }
                _ => unreachable!("the value is a list"),
            })
        }
        (Value::Map(elements) | Value::Object(elements), key) => {
            if matches!(key, Value::Unknown(_)) {
                return Ok(Cow::Owned(Value::unknown_of([key])));
            }
            let name = text(key).ok_or_else(|| invalid("The key must be a string.".to_owned()))?;
            if elements.contains_key(&name) {
                return Ok(element(value, &name));
            }
            let kind = kind(&value);
            Err(invalid(format!("This {kind} does not have an element with the key {name:?}.")))
        }
        (Value::Set(_), _) => Err(invalid(
            "Elements of a set cannot be selected by key. Convert the set to a list with `tolist`, or use `one` if it has a single element."
                .to_owned(),
        )),
        _ => Err(invalid(format!("A {} does not have any elements.", kind(&value)))),
    }
}

/// Converts a key to an index in a list of this length.
fn position(key: &Value, length: usize) -> Result<usize, String> {
    let number = match key {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => parse_number(text),
        _ => None,
    };
    let number = number.ok_or("The index must be a number.")?;
    if number.is_negative() {
        return Err(format!("The index {} is negative.", number.to_plain()));
    }
    if !number.is_whole() {
        return Err(format!("The index {} has a fractional part.", number.to_plain()));
    }
    number.as_usize().filter(|position| *position < length).ok_or_else(|| out_of_range(&number, length))
}

fn out_of_range(number: &Number, length: usize) -> String {
    let number = number.to_plain();
    match length {
        0 => format!("There is no element with the index {number}: the collection has no elements."),
        1 => format!("There is no element with the index {number}: the collection has one element."),
        _ => format!("There is no element with the index {number}: the collection has {length} elements."),
    }
}

/// Returns the elements of `value[*]`, and whether they come from a list instead of a tuple. A value that is not a
/// collection is its only element; null has none. `None` if the value is unknown.
pub(super) fn elements(value: &Value) -> Option<(&[Value], bool)> {
    match value {
        Value::Unknown(_) => None,
        Value::Null => Some((&[], false)),
        Value::List(elements) | Value::Set(elements) => Some((elements, true)),
        Value::Tuple(elements) => Some((elements, false)),
        value => Some((std::slice::from_ref(value), false)),
    }
}

/// Like [`elements`], for an owned value.
pub(super) fn owned_elements(value: Value) -> Option<(Vec<Value>, bool)> {
    match value {
        Value::List(elements) | Value::Set(elements) => Some((elements, true)),
        Value::Tuple(elements) => Some((elements, false)),
        value => elements(&value).map(|(elements, is_list)| (elements.to_vec(), is_list)),
    }
}

/// Returns the kind of a value, for messages.
#[must_use]
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Set(_) => "set",
        Value::Map(_) => "map",
        Value::Object(_) => "object",
        Value::Unknown(_) => "value that is not known yet",
        Value::Sensitive(value) => kind(value),
    }
}

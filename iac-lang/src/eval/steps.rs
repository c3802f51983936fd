//! Steps into a value: `.name`, `[key]`, `[*]`.

use std::borrow::Cow;

use super::EvalError;
use crate::types::{Type, convert, parse_number, text};
use crate::value::{Number, Unknown, Value};

const NO_KEYS: &str = "Elements of a set cannot be selected by key. Convert the set to a list with `tolist`, or use `one` if it has a single element.";

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
                        // An unknown result only has the marks of the collection.
                        let sensitive =
                            !matches!(*value, Value::Object(_) | Value::Unknown(_)) && !key.is_unknown();
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
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Any => return Ok(unknown_part(unknown, Type::Any)),
            Type::Map(element) => return Ok(unknown_part(unknown, (**element).clone())),
            Type::Object(_) => match unknown.ty().attribute(name) {
                Some(ty) => return Ok(unknown_part(unknown, ty.clone())),
                None => format!("This object does not have an attribute named `{name}`."),
            },
            ty => format!("A {} does not have the attribute `{name}`.", kind_of_type(ty)),
        },
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
        (Value::Unknown(collection), key) => unknown_element(collection, key).map_err(invalid),
        (Value::List(elements) | Value::Tuple(elements), key) => {
            if let Value::Unknown(unknown) = key {
                if !unknown.ty().is_convertible_to(&Type::Number) {
                    return Err(invalid("The index must be a number.".to_owned()));
                }
                return Ok(unknown_part(unknown, element_type(&value, unknown)));
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
            if let Value::Unknown(unknown) = key {
                if !unknown.ty().is_convertible_to(&Type::String) {
                    return Err(invalid("The key must be a string.".to_owned()));
                }
                return Ok(unknown_part(unknown, element_type(&value, unknown)));
            }
            let name = text(key).ok_or_else(|| invalid("The key must be a string.".to_owned()))?;
            if elements.contains_key(&name) {
                return Ok(element(value, &name));
            }
            let kind = kind(&value);
            Err(invalid(format!("This {kind} does not have an element with the key {name:?}.")))
        }
        (Value::Set(_), _) => Err(invalid(NO_KEYS.to_owned())),
        _ => Err(invalid(format!("A {} does not have any elements.", kind(&value)))),
    }
}

/// Returns an unknown part of an unknown value, or one that an unknown key selects.
fn unknown_part(source: &Unknown, ty: Type) -> Cow<'static, Value> {
    Cow::Owned(Value::Unknown(source.derived().with_type(ty)))
}

/// Returns the type of the element that an unknown key selects.
fn element_type(collection: &Value, key: &Unknown) -> Type {
    match Type::of(collection) {
        Type::List(element) | Type::Map(element) if *key.ty() != Type::Any => *element,
        _ => Type::Any,
    }
}

/// Selects an element of an unknown collection.
fn unknown_element(collection: &Unknown, key: &Value) -> Result<Cow<'static, Value>, String> {
    let suits = |ty: &Type| match key {
        Value::Unknown(key) => key.ty().is_convertible_to(ty),
        key => convert(key.clone(), ty).is_ok(),
    };
    let part = |ty: &Type| {
        let source = match key {
            Value::Unknown(key) if collection.reason().is_none() => key,
            _ => collection,
        };
        let is_untyped = matches!(key, Value::Unknown(key) if *key.ty() == Type::Any);
        unknown_part(source, if is_untyped { Type::Any } else { ty.clone() })
    };
    match collection.ty() {
        Type::List(_) | Type::Tuple(_) if !suits(&Type::Number) => {
            Err("The index must be a number.".to_owned())
        }
        Type::Map(_) | Type::Object(_) if !suits(&Type::String) => {
            Err("The key must be a string.".to_owned())
        }
        Type::List(element) | Type::Map(element) => Ok(part(element)),
        Type::Tuple(_) if matches!(key, Value::Unknown(_)) => Ok(part(&Type::Any)),
        // Terraform does not look at the attributes of an unknown object here, unlike in `object.name`.
        Type::Any | Type::Object(_) => Ok(part(&Type::Any)),
        Type::Tuple(elements) => position(key, elements.len()).map(|position| part(&elements[position])),
        Type::Set(_) => Err(NO_KEYS.to_owned()),
        ty => Err(format!("A {} does not have any elements.", kind_of_type(ty))),
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

/// Returns the kind of a type, for messages.
pub(super) const fn kind_of_type(ty: &Type) -> &'static str {
    match ty {
        Type::Any => "value that is not known yet",
        Type::Bool => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Tuple(_) => "tuple",
        Type::Set(_) => "set",
        Type::Map(_) => "map",
        Type::Object(_) => "object",
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
        Value::Unknown(unknown) => kind_of_type(unknown.ty()),
        Value::Sensitive(value) => kind(value),
    }
}

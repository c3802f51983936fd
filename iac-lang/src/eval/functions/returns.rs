//! The types of results, for calls whose result is not known.
//!
//! Terraform determines the type of a result before it looks at values, so a call with an unknown argument fails if the
//! types of the arguments do not fit.

use super::regex;
use crate::types::{ObjectAttribute, Type, unify};
use crate::value::Value;

/// A problem with the type of an argument, and its position if Terraform names it.
pub(super) type TypeError = (Option<usize>, &'static str);

/// Returns the type of a function's result, which is [`Type::Any`] if it depends on unknown values.
pub(super) fn result_type(function: &str, arguments: &[Value]) -> Result<Type, TypeError> {
    let types: Vec<Type> = arguments.iter().map(Type::of).collect();
    Ok(match (function, types.as_slice()) {
        (name, _) if NUMBERS.contains(&name) => Type::Number,
        (name, _) if BOOLS.contains(&name) => Type::Bool,
        (name, _) if STRINGS.contains(&name) => Type::String,
        ("compact" | "sort" | "split" | "formatlist" | "cidrsubnets", _) => list(Type::String),
        ("fileset", _) => Type::Set(Box::new(Type::String)),
        ("range", _) => list(Type::Number),
        ("transpose", _) => Type::Map(Box::new(list(Type::String))),
        ("length", [ty]) => match ty {
            Type::Number | Type::Bool => {
                return Err((None, "a string, list, tuple, set, map or object is required"));
            }
            _ => Type::Number,
        },
        ("distinct", [ty]) => ty.clone(),
        ("chunklist", [ty, _]) => list(ty.clone()),
        ("matchkeys", [values, keys, wanted]) => match unify(&[keys.clone(), wanted.clone()]) {
            Some(_) => values.clone(),
            None => return Err((None, "keys and search values must have a common type")),
        },
        ("setunion" | "setintersection" | "setsubtract", types) => {
            unify(types).ok_or((None, "all sets must have elements of the same type"))?
        }
        ("flatten", [ty]) => match ty {
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => Type::Any,
            _ if !arguments[0].is_wholly_known() => Type::Any,
            _ => return Err((None, "a list, tuple or set is required")),
        },
        ("concat", types) => concat(types, arguments)?,
        ("setproduct", types) => product(types)?,
        ("keys", [ty]) => match ty {
            Type::Map(_) => list(Type::String),
            Type::Object(attributes) => Type::Tuple(vec![Type::String; attributes.len()]),
            _ => return Err((Some(0), "a map or object is required")),
        },
        ("values", [ty]) => match ty {
            Type::Map(element) => Type::List(element.clone()),
            Type::Object(attributes) => {
                Type::Tuple(attributes.iter().map(|attribute| attribute.ty.clone()).collect())
            }
            _ => return Err((None, "a map or object is required")),
        },
        ("reverse", [ty]) => match ty {
            Type::List(element) | Type::Set(element) => Type::List(element.clone()),
            Type::Tuple(elements) => Type::Tuple(elements.iter().rev().cloned().collect()),
            _ => return Err((Some(0), "a list, tuple or set is required")),
        },
        ("slice", [ty, ..]) => match ty {
            Type::List(_) | Type::Tuple(_) if is_outside(arguments) => {
                return Err((Some(1), "an index is greater than the length of the list"));
            }
            Type::List(_) => ty.clone(),
            Type::Tuple(_) => Type::Any,
            _ => return Err((Some(0), "a list or tuple is required")),
        },
        ("element", [ty, _]) => match ty {
            Type::List(element) => (**element).clone(),
            Type::Tuple(elements) => element(elements, &arguments[1])?,
            _ => return Err((None, "a list or tuple is required")),
        },
        ("regex", _) => regex::match_type(&arguments[0])?,
        ("regexall", _) => list(regex::match_type(&arguments[0])?),
        ("jsondecode", _) => document(&arguments[0])?,
        ("one", [ty]) => match ty {
            Type::List(element) | Type::Set(element) => (**element).clone(),
            Type::Tuple(elements) => match elements.as_slice() {
                [] => Type::Any,
                [element] => element.clone(),
                _ => return Err((Some(0), "the list must have at most one element")),
            },
            _ => return Err((Some(0), "a list, tuple or set is required")),
        },
        ("lookup", [ty, _, default @ ..]) => lookup(ty, arguments, default)?,
        ("merge", types) => merge(types, arguments)?,
        ("zipmap", [_, ty]) => match ty {
            Type::List(element) => Type::Map(element.clone()),
            Type::Tuple(types) => match arguments[0].peel() {
                Value::List(keys) if keys.iter().all(Value::is_wholly_known) => {
                    if keys.len() != types.len() {
                        return Err((None, "the number of values differs from the number of keys"));
                    }
                    Type::Any
                }
                _ => Type::Any,
            },
            _ => return Err((None, "a list or tuple is required")),
        },
        ("coalesce", types) => unify(types).ok_or((None, "all arguments must have the same type"))?,
        ("parseint", [ty, _]) => match ty {
            Type::String => Type::Number,
            _ => return Err((Some(0), "a string is required")),
        },
        _ => Type::Any,
    })
}

/// Returns true if a function may return null.
pub(super) fn is_nullable(function: &str) -> bool {
    matches!(
        function,
        "element"
            | "lookup"
            | "one"
            | "strcontains"
            | "jsondecode"
            | "tolist"
            | "tomap"
            | "toset"
            | "tostring"
            | "tonumber"
            | "tobool"
            | "sensitive"
            | "nonsensitive"
            | "ephemeralasnull"
    )
}

const NUMBERS: &[&str] =
    &["abs", "ceil", "floor", "index", "log", "max", "min", "pow", "signum", "sum", "timecmp"];

const BOOLS: &[&str] =
    &["alltrue", "anytrue", "contains", "endswith", "fileexists", "issensitive", "startswith", "strcontains"];

const STRINGS: &[&str] = &[
    "abspath",
    "base64decode",
    "base64encode",
    "base64gzip",
    "base64sha256",
    "base64sha512",
    "basename",
    "bcrypt",
    "chomp",
    "cidrhost",
    "cidrnetmask",
    "cidrsubnet",
    "dirname",
    "file",
    "filebase64",
    "filebase64sha256",
    "filebase64sha512",
    "filemd5",
    "filesha1",
    "filesha256",
    "filesha512",
    "format",
    "formatdate",
    "indent",
    "join",
    "jsonencode",
    "lower",
    "md5",
    "pathexpand",
    "plantimestamp",
    "replace",
    "rsadecrypt",
    "sha1",
    "sha256",
    "sha512",
    "strrev",
    "substr",
    "templatestring",
    "textdecodebase64",
    "textencodebase64",
    "timeadd",
    "timestamp",
    "title",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "upper",
    "urlencode",
    "uuid",
    "uuidv5",
    "yamlencode",
];

fn list(element: Type) -> Type {
    Type::List(Box::new(element))
}

/// Returns the type of an element of a tuple.
fn element(elements: &[Type], index: &Value) -> Result<Type, TypeError> {
    let Value::Number(index) = index.peel() else { return Ok(Type::Any) };
    if index.is_negative() && index.is_whole() {
        return Ok(Type::Any);
    }
    let Some(index) = index.as_usize() else { return Err((None, "the index must be a whole number")) };
    match elements.len() {
        0 => Err((None, "the list is empty")),
        length => Ok(elements[index % length].clone()),
    }
}

/// Returns the type of a JSON document, of which the beginning may be known.
fn document(text: &Value) -> Result<Type, TypeError> {
    let Value::Unknown(text) = text.peel() else { return Ok(Type::Any) };
    Ok(match text.prefix().trim().chars().next() {
        None | Some('{' | '[' | 'n') => Type::Any,
        Some('"') => Type::String,
        Some('t' | 'f') => Type::Bool,
        Some('-' | '0'..='9') => Type::Number,
        Some(_) => return Err((Some(0), "the beginning is not that of a JSON document")),
    })
}

/// Lists with a common element type become a list; any tuple makes the result a tuple.
fn concat(types: &[Type], arguments: &[Value]) -> Result<Type, TypeError> {
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = unify(types)
    {
        return Ok(common);
    }
    let mut all = Vec::new();
    for (position, (ty, argument)) in types.iter().zip(arguments).enumerate() {
        match (ty, argument.peel()) {
            (Type::Tuple(elements), _) => all.extend(elements.iter().cloned()),
            (Type::List(element), Value::List(elements)) => {
                all.extend(vec![(**element).clone(); elements.len()]);
            }
            // The number of elements is unknown. Terraform does not look at what follows.
            (Type::List(_), _) => return Ok(Type::Any),
            _ => return Err((Some(position), "a list or tuple is required")),
        }
    }
    Ok(Type::Tuple(all))
}

/// Returns true if a known index of `slice` is not within a list of known length.
fn is_outside(arguments: &[Value]) -> bool {
    let length = match arguments[0].peel() {
        Value::Unknown(unknown) => match unknown.ty() {
            Type::Tuple(elements) => Some(elements.len()),
            _ => None,
        },
        known => Some(known.elements().len()),
    };
    let is_outside = |index: &Value| match (index.peel(), length) {
        (Value::Number(index), _) if index.is_negative() || !index.is_whole() => true,
        (Value::Number(index), Some(length)) => index.as_usize().is_none_or(|index| index > length),
        _ => false,
    };
    arguments[1..].iter().any(is_outside)
}

fn product(types: &[Type]) -> Result<Type, TypeError> {
    let mut elements = Vec::with_capacity(types.len());
    for (position, ty) in types.iter().enumerate() {
        elements.push(match ty {
            Type::List(element) | Type::Set(element) => (**element).clone(),
            Type::Tuple(types) => {
                unify(types).ok_or((Some(position), "all elements must have the same type"))?
            }
            _ => return Err((Some(position), "a set or list is required")),
        });
    }
    let tuple = Box::new(Type::Tuple(elements));
    let is_set = types.iter().any(|ty| matches!(ty, Type::Set(_)));
    Ok(if is_set { Type::Set(tuple) } else { Type::List(tuple) })
}

fn lookup(ty: &Type, arguments: &[Value], default: &[Type]) -> Result<Type, TypeError> {
    match (ty, arguments[1].peel()) {
        (Type::Object(_), Value::String(key)) => match (ty.attribute(key), default) {
            (Some(ty), _) | (None, [ty]) => Ok(ty.clone()),
            _ => Err((Some(0), "the key does not exist, and there is no default")),
        },
        (Type::Object(_), _) => Ok(Type::Any),
        (Type::Map(element), _) => match default {
            [default] if !default.is_convertible_to(element) => {
                Err((Some(2), "the default must have the type of the elements"))
            }
            _ => Ok((**element).clone()),
        },
        _ => Err((Some(0), "a map or object is required")),
    }
}

/// Maps of one type become a map; objects, and maps whose keys are known, an object.
fn merge(types: &[Type], arguments: &[Value]) -> Result<Type, TypeError> {
    let given = || types.iter().zip(arguments).filter(|(_, argument)| !argument.is_null());
    // In their order, as Terraform: nothing is known of what follows an argument of unknown type.
    for (ty, _) in given() {
        match ty {
            Type::Map(_) | Type::Object(_) => {}
            Type::Any => return Ok(Type::Any),
            _ => return Err((None, "a map or object is required")),
        }
    }
    let mut attributes: Vec<ObjectAttribute> = Vec::new();
    let mut add = |name: &iac_core::text::Text, ty: &Type| match attributes
        .binary_search_by(|attribute| attribute.name.cmp(name))
    {
        Ok(position) => attributes[position].ty = ty.clone(),
        Err(position) => attributes.insert(position, ObjectAttribute::new(name.clone(), ty.clone())),
    };
    let mut are_known = true;
    for (ty, argument) in given() {
        match (ty, argument.peel()) {
            (Type::Object(attributes), _) => {
                for attribute in attributes {
                    add(&attribute.name, &attribute.ty);
                }
            }
            (Type::Map(element), Value::Map(elements)) => elements.keys().for_each(|name| add(name, element)),
            _ => are_known = false,
        }
    }
    if let Some((first, _)) = given().next()
        && given().all(|(ty, _)| ty == first)
    {
        return Ok(first.clone());
    }
    Ok(if are_known { Type::Object(attributes) } else { Type::Any })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::functions::table;

    #[test]
    fn every_named_function_exists() {
        for name in NUMBERS.iter().chain(BOOLS).chain(STRINGS) {
            assert!(table::find(name).is_some(), "there is no function `{name}`");
        }
    }
}

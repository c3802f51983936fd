//! Type conversion functions.

use super::argument::{Arguments, any};
use super::function::{Function, Outcome};
use crate::types::{Type, convert};
use crate::value::Value;

/// Conversions accept null, unknown and sensitive arguments.
const VALUE: &[super::argument::Parameter] = &[any("v").nullable().unknown().sensitive()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total("ephemeralasnull", &[any("value").nullable().unknown().sensitive()], |arguments| {
        arguments.take(0)
    }),
    Function::total("issensitive", &[any("value").nullable().unknown().sensitive()], |arguments| {
        Value::Bool(arguments.value(0).is_sensitive())
    }),
    Function::total("nonsensitive", &[any("value").nullable().unknown().sensitive()], |arguments| {
        arguments.take(0).split_mark().0
    }),
    Function::total("sensitive", &[any("value").nullable().unknown().sensitive()], |arguments| {
        arguments.take(0).mark()
    }),
    Function::partial("tobool", VALUE, |arguments| to(arguments, &Type::Bool)),
    Function::partial("tolist", VALUE, |arguments| to(arguments, &Type::List(Box::new(Type::Any)))),
    Function::partial("tomap", VALUE, |arguments| to(arguments, &Type::Map(Box::new(Type::Any)))),
    Function::partial("tonumber", VALUE, |arguments| to(arguments, &Type::Number)),
    Function::partial("toset", VALUE, |arguments| to(arguments, &Type::Set(Box::new(Type::Any)))),
    Function::partial("tostring", VALUE, |arguments| to(arguments, &Type::String)),
];

fn to(arguments: &mut Arguments, ty: &Type) -> Outcome {
    let value = arguments.take(0);
    convert(value, ty).map_err(|error| arguments.error(0, error.to_string()))
}

//! Type conversion functions.

use super::argument::{Arguments, any};
use super::function::{Function, Outcome};
use crate::types::{Type, convert};
use crate::value::{Unknown, Value};

/// Conversions accept null, unknown and sensitive arguments.
const VALUE: &[super::argument::Parameter] = &[any("v").nullable().unknown().untyped().sensitive()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::total(
        "ephemeralasnull",
        &[any("value").nullable().unknown().untyped().sensitive()],
        |arguments| arguments.take(0),
    ),
    Function::total("issensitive", &[any("value").nullable().unknown().untyped().sensitive()], |arguments| {
        match arguments.value(0) {
            // What the value depends on may turn out to be sensitive.
            Value::Unknown(_) => Value::UNKNOWN,
            value => Value::Bool(value.is_sensitive()),
        }
    }),
    Function::total(
        "nonsensitive",
        &[any("value").nullable().unknown().untyped().sensitive()],
        |arguments| arguments.take(0).split_mark().0,
    ),
    Function::total("sensitive", &[any("value").nullable().unknown().untyped().sensitive()], |arguments| {
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
    if let Value::Unknown(unknown) = value.peel()
        && unknown.ty() != ty
    {
        // Terraform's functions, unlike its implicit conversions, keep nothing but the type.
        let is_sensitive = value.is_sensitive();
        let unsuitable = || arguments.error(0, format!("cannot convert a {} to {ty}", unknown.ty()));
        let converted = Unknown::of(ty.clone());
        return if unknown.ty().is_convertible_to(ty) {
            Ok(Value::Unknown(converted).mark_if(is_sensitive))
        } else {
            Err(unsuitable())
        };
    }
    convert(value, ty).map_err(|error| arguments.error(0, error.to_string()))
}

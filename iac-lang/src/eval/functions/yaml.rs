//! YAML functions.

mod decode;
mod emit;

use super::argument::{any, string};
use super::function::Function;
use super::string::text;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::partial("yamldecode", &[string("src")], |arguments| {
        decode::decode(arguments.text(0)).map_err(|message| arguments.error(0, message))
    }),
    Function::total("yamlencode", &[any("value").nullable().unknown().untyped()], |arguments| {
        let value = arguments.value(0);
        if value.is_wholly_known() { text(emit::document(value)) } else { Value::UNKNOWN }
    }),
];

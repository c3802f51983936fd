//! Terraform's built-in functions.
//!
//! [`call`] takes the arguments as they are: unknown, sensitive, or of other types. It converts each to the type of
//! its parameter and propagates unknown and sensitive values to the result, as Terraform does for each function.
//!
//! `try` and `can` are not here, because their arguments are expressions. Results of `timestamp`, `plantimestamp`,
//! `uuid` and `bcrypt` are unknown until apply. `base64gzip` is treated the same way, because its output depends on
//! the exact compressor.

mod argument;
mod collection;
mod context;
mod conversion;
mod date_time;
mod encoding;
mod filesystem;
mod format;
mod function;
mod hash;
mod network;
mod numeric;
mod refined;
mod regex;
mod returns;
mod rsa;
mod select;
mod sets;
mod string;
mod table;
mod template;
mod terraform;
mod yaml;

pub use context::{Context, FunctionError, ProviderFunctions};
pub use encoding::{json, json_decode};

use crate::value::Value;

/// Calls a built-in function, or `provider::name::function`, whose result is unknown if [`Context::providers`] does
/// not provide it.
///
/// # Errors
///
/// Returns an error if the function does not exist, or if the call fails.
pub fn call(name: &str, arguments: Vec<Value>, context: &Context<'_>) -> Result<Value, FunctionError> {
    if let Some(function) = table::find(name.strip_prefix("core::").unwrap_or(name)) {
        return function.call(arguments, context);
    }
    let Some((provider, function)) = name.strip_prefix("provider::").and_then(|name| name.split_once("::"))
    else {
        return Err(FunctionError::NotFound { name: name.into(), similar: table::similar(name) });
    };
    if context.providers.and_then(|providers| providers.exists(provider, function)) == Some(false) {
        return Err(FunctionError::NotFound { name: name.into(), similar: None });
    }
    let sensitive = arguments.iter().any(Value::contains_sensitive);
    if !arguments.iter().all(Value::is_wholly_known) {
        return Ok(Value::unknown_of(&arguments).mark_if(sensitive));
    }
    let arguments: Vec<Value> = arguments.into_iter().map(Value::without_marks).collect();
    let result = context.providers.and_then(|providers| providers.call(provider, function, &arguments));
    let undecided = || Ok(Value::undecided("functions of providers are not called offline"));
    result.unwrap_or_else(undecided).map(|value| value.mark_if(sensitive))
}

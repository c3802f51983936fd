//! Terraform's functions, evaluated.
//!
//! [`call`] is given the arguments as they are: unknown, sensitive, of other types. It converts each to the type of its
//! parameter, and lets what is unknown or sensitive pass on to the result as Terraform does, function by function.
//!
//! Two are not here, `try` and `can`: they are given expressions, not values. Some results are known only when they are
//! applied: `timestamp`, `plantimestamp`, `uuid`, `bcrypt`; and `base64gzip` is taken for one of them, since its bytes
//! are those of one certain compressor.

mod argument;
mod collection;
mod conversion;
mod date_time;
mod encoding;
mod filesystem;
mod format;
mod function;
mod hash;
mod network;
mod numeric;
mod regex;
mod rsa;
mod select;
mod sets;
mod string;
mod template;
mod terraform;
mod yaml;

use std::fmt;

pub use encoding::json;

use iac_core::text::Text;

use crate::files::Files;
use crate::value::Value;

/// What functions may ask for, other than their arguments.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The files, for those that read them.
    pub files: &'a dyn Files,
    /// The absolute path of the directory at which relative paths begin, for `abspath`.
    pub directory: Option<&'a str>,
    /// The user's home directory, for paths that begin with `~`.
    pub home: Option<&'a str>,
    /// The functions of providers.
    pub providers: Option<&'a dyn ProviderFunctions>,
    /// Whether the call stands in a template that a function renders: there, templates are not rendered again.
    in_template: bool,
}

impl<'a> Context<'a> {
    /// Files, and nothing else.
    #[must_use]
    pub const fn new(files: &'a dyn Files) -> Self {
        Self { files, directory: None, home: None, providers: None, in_template: false }
    }
}

/// The functions of providers: `provider::aws::arn_parse`.
pub trait ProviderFunctions {
    /// Calls a function of the provider that the module knows by a local name; none when there is no such function.
    ///
    /// The arguments are wholly known, and none of them is sensitive; what the result is like follows from what they
    /// were.
    fn call(
        &self,
        provider: &str,
        function: &str,
        arguments: &[Value],
    ) -> Option<Result<Value, FunctionError>>;
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FunctionError {
    /// No function has the name.
    #[error("there is no function named {name:?}")]
    NotFound {
        /// The name.
        name: Text,
        /// A function of a similar name.
        similar: Option<&'static str>,
    },
    /// An argument is missing.
    #[error("the argument for {parameter:?} is missing")]
    MissingArgument {
        /// The parameter's name.
        parameter: Text,
    },
    /// There are more arguments than parameters.
    #[error("the function takes {expected} arguments, not {given}")]
    TooManyArguments {
        /// How many there may be.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// An argument is of the wrong type, null, or out of bounds.
    #[error("invalid value for {parameter:?}: {message}")]
    Argument {
        /// Which one, counted from zero.
        position: usize,
        /// The parameter's name.
        parameter: Text,
        /// What is wrong with it.
        message: String,
    },
    /// The arguments are right one by one, but have no result.
    #[error("{0}")]
    Failed(String),
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("directory", &self.directory).finish_non_exhaustive()
    }
}

/// Calls a function: one of Terraform's, or `provider::name::function`, whose result is unknown where
/// [`Context::providers`] do not have it.
///
/// # Errors
///
/// When there is no such function, or it has no result for the arguments.
pub fn call(name: &str, arguments: Vec<Value>, context: &Context<'_>) -> Result<Value, FunctionError> {
    if let Some(function) = function::find(name.strip_prefix("core::").unwrap_or(name)) {
        return function.call(arguments, context);
    }
    let Some((provider, function)) = name.strip_prefix("provider::").and_then(|name| name.split_once("::"))
    else {
        return Err(FunctionError::NotFound { name: name.into(), similar: function::similar(name) });
    };
    let sensitive = arguments.iter().any(Value::contains_sensitive);
    if !arguments.iter().all(Value::is_wholly_known) {
        return Ok(Value::Unknown.mark_if(sensitive));
    }
    let arguments: Vec<Value> = arguments.into_iter().map(Value::without_marks).collect();
    let result = context.providers.and_then(|providers| providers.call(provider, function, &arguments));
    // Where nobody is there to ask, only the provider knows.
    result.unwrap_or(Ok(Value::Unknown)).map(|value| value.mark_if(sensitive))
}

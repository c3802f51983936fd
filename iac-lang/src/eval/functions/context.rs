//! What a call of a function needs besides its arguments, and how it fails.

use std::fmt;

use iac_core::text::Text;

use crate::files::Files;
use crate::value::Value;

/// The environment of function calls, besides their arguments.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The files, for functions that read them.
    pub files: &'a dyn Files,
    /// The absolute path of the directory that relative paths start from, for `abspath`.
    pub directory: Option<&'a str>,
    /// The user's home directory, for paths that begin with `~`.
    pub home: Option<&'a str>,
    /// Provider-defined functions.
    pub providers: Option<&'a dyn ProviderFunctions>,
    /// True if the call is inside a template that a function renders; templates cannot be rendered recursively.
    pub(super) in_template: bool,
}

impl<'a> Context<'a> {
    /// Creates a context with files only.
    #[must_use]
    pub const fn new(files: &'a dyn Files) -> Self {
        Self { files, directory: None, home: None, providers: None, in_template: false }
    }
}

/// Provider-defined functions: `provider::aws::arn_parse`.
pub trait ProviderFunctions {
    /// Returns whether the provider with this local name in the module has a function; `None` if that is not known.
    fn exists(&self, _provider: &str, _function: &str) -> Option<bool> {
        None
    }

    /// Calls a function of the provider with this local name in the module; `None` if there is no such function.
    ///
    /// The arguments are wholly known and not sensitive. The caller propagates sensitivity to the result.
    fn call(
        &self,
        provider: &str,
        function: &str,
        arguments: &[Value],
    ) -> Option<Result<Value, FunctionError>>;
}

/// An error of a function call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FunctionError {
    /// The function does not exist.
    #[error("there is no function named `{name}`")]
    NotFound {
        /// The name.
        name: Text,
        /// A function with a similar name.
        similar: Option<&'static str>,
    },
    /// A required argument is missing.
    #[error("missing argument for parameter `{parameter}`")]
    MissingArgument {
        /// The name of the parameter.
        parameter: Text,
    },
    /// There are more arguments than parameters.
    #[error("expected at most {expected} arguments, found {given}")]
    TooManyArguments {
        /// The maximum number of arguments.
        expected: usize,
        /// The number of arguments given.
        given: usize,
    },
    /// An argument is of the wrong type, null, or out of range.
    #[error("invalid value for parameter `{parameter}`: {message}")]
    Argument {
        /// The index of the argument, from zero.
        position: usize,
        /// The name of the parameter.
        parameter: Text,
        /// The problem with the argument.
        message: String,
    },
    /// Each argument is valid, but the call fails.
    #[error("{0}")]
    Failed(String),
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("directory", &self.directory).finish_non_exhaustive()
    }
}

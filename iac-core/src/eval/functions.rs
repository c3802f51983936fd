//! Terraform's functions, evaluated.

use std::fmt;

use crate::config::Files;
use crate::text::Text;
use crate::value::Value;

/// What functions may ask for, other than their arguments.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The files, for those that read them.
    pub files: &'a dyn Files,
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
        f.debug_struct("Context").finish_non_exhaustive()
    }
}

/// Calls a function.
///
/// # Errors
///
/// When there is no such function, or it has no result for the arguments.
pub fn call(name: &str, _arguments: Vec<Value>, _context: &Context<'_>) -> Result<Value, FunctionError> {
    Err(FunctionError::NotFound { name: name.into(), similar: None })
}

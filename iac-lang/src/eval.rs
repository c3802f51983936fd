//! Evaluation of expressions, as Terraform evaluates them.
//!
//! Unknown and sensitive values make the results derived from them unknown and sensitive. Names are resolved by a
//! [`Scope`].

mod borrowed;
mod budget;
mod calls;
mod collections;
mod conditional;
mod constraint;
mod error;
pub mod evaluator;
pub mod functions;
mod null;
mod operators;
pub mod steps;

use std::borrow::Cow;

pub use budget::{DEFAULT_LIMIT, set_evaluation_limit};
pub use constraint::ParseTypeError;
pub use error::EvalError;
pub use steps::Step;

use iac_core::expression::Expression;

use crate::types::Type;
use crate::value::Value;

use evaluator::Evaluator;

/// Resolution of names.
pub trait Scope {
    /// Resolves a name and the steps after it: `root` is `var`, `local`, `each`, `aws_vpc`, `data`, `module`, `self`,
    /// …
    ///
    /// `steps` are the steps written after the name, their keys evaluated: `[Name("a"), Key(0), Name("id")]` for
    /// `aws_vpc.a[0].id`. The scope consumes any number of them and returns that number; the rest are applied to the
    /// value that it returns. So it never has to build a larger value than requested, and can return a borrowed one.
    ///
    /// # Errors
    ///
    /// Returns an error if the name does not exist.
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError>;

    /// Returns the declared type of a name and the attributes after it, which is the type of null there.
    fn declared_type(&self, _root: &str, _names: &[&str]) -> Option<Type> {
        None
    }

    /// Returns the context for function calls; `None` where functions cannot be called.
    fn functions(&self) -> Option<functions::Context<'_>>;
}

/// An empty scope, for expressions that must be constant.
#[derive(Clone, Copy, Debug)]
pub struct NoScope;

impl Scope for NoScope {
    fn resolve(&self, _: &str, _: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        Err(EvalError::of("Variables not allowed", "Variables may not be used here."))
    }

    fn functions(&self) -> Option<functions::Context<'_>> {
        None
    }
}

/// A resolved name.
#[derive(Clone, Debug)]
pub struct Resolved<'a> {
    /// The value.
    pub value: Cow<'a, Value>,
    /// The number of steps consumed.
    pub used: usize,
}

impl<'a> Resolved<'a> {
    /// Creates a result with a borrowed value.
    #[must_use]
    pub const fn borrowed(value: &'a Value, used: usize) -> Self {
        Self { value: Cow::Borrowed(value), used }
    }

    /// Creates a result with an owned value.
    #[must_use]
    pub const fn owned(value: Value, used: usize) -> Self {
        Self { value: Cow::Owned(value), used }
    }
}

/// Evaluates an expression.
///
/// # Errors
///
/// Returns Terraform's error if the expression cannot be evaluated.
pub fn evaluate(expression: &Expression, scope: &dyn Scope) -> Result<Value, EvalError> {
    Evaluator::new(scope).evaluate(expression)
}

#[cfg(test)]
mod tests;

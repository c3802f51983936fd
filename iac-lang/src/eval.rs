//! Expressions evaluated, as Terraform evaluates them.
//!
//! What is unknown makes what is made of it unknown, and what is sensitive makes it sensitive. Whatever a name stands
//! for comes from a [`Scope`].

mod calls;
mod collections;
mod constraint;
mod error;
pub mod evaluator;
pub mod functions;
mod lent;
mod operators;
pub mod steps;

use std::borrow::Cow;

pub use constraint::ParseTypeError;
pub use error::EvalError;
pub use steps::Step;

use iac_core::expression::Expression;

use crate::value::Value;

use evaluator::Evaluator;

/// What names stand for.
pub trait Scope {
    /// What a name and the steps behind it stand for: `root` is `var`, `local`, `each`, `aws_vpc`, `data`, `module`,
    /// `self`, …
    ///
    /// The steps are what is written behind the name, their keys evaluated: `[Name("a"), Key(0), Name("id")]` for
    /// `aws_vpc.a[0].id`. The scope takes as many as it likes, and says how many; the rest is taken from the value that it
    /// gives. So nothing bigger than what is asked for has to be made, and what is there already is lent.
    ///
    /// # Errors
    ///
    /// When there is nothing of that name.
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError>;

    /// What functions may ask for; none where no function can be called.
    fn functions(&self) -> Option<functions::Context<'_>>;
}

/// A scope in which there is nothing: for what has to be constant.
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

/// What a name stands for.
#[derive(Clone, Debug)]
pub struct Resolved<'a> {
    /// The value.
    pub value: Cow<'a, Value>,
    /// How many of the steps led to it.
    pub used: usize,
}

impl<'a> Resolved<'a> {
    /// A value that is there already.
    #[must_use]
    pub const fn lent(value: &'a Value, used: usize) -> Self {
        Self { value: Cow::Borrowed(value), used }
    }

    /// A value that is made.
    #[must_use]
    pub const fn made(value: Value, used: usize) -> Self {
        Self { value: Cow::Owned(value), used }
    }
}

/// What an expression comes to.
///
/// # Errors
///
/// When it has no value, with Terraform's reason.
pub fn evaluate(expression: &Expression, scope: &dyn Scope) -> Result<Value, EvalError> {
    Evaluator::new(scope).evaluate(expression)
}

#[cfg(test)]
mod tests;

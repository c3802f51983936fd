//! Evaluation errors.

use std::fmt;

use iac_core::expression::Expression;
use iac_core::syntax::fingerprint;
use iac_core::text::Text;

use crate::types::ConvertError;
use crate::value::AttributePath;

/// An error that prevents the evaluation of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvalError {
    /// The kind of error, as Terraform calls it: `Invalid index`.
    pub summary: Text,
    /// The problem, as a sentence.
    pub detail: String,
    /// The argument that contains the expression, if a whole body is evaluated: `ingress[0].from_port`.
    pub path: AttributePath,
    /// The [`fingerprint`] of the innermost expression concerned; 0 if there is none.
    pub subject: u64,
}

impl EvalError {
    /// Creates an error.
    pub fn new(summary: impl Into<Text>, detail: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: detail.into(), path: AttributePath::default(), subject: 0 }
    }

    /// Creates an error with a constant summary.
    pub fn of(summary: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Text::from_static(summary), detail)
    }

    /// Sets the expression concerned, unless there is a more specific one.
    #[cold]
    #[inline(never)]
    pub fn concerns(&mut self, expression: &Expression) {
        if self.subject == 0 {
            self.subject = fingerprint(expression);
        }
    }

    /// Adds the path of the argument.
    #[must_use]
    pub fn at(mut self, path: AttributePath) -> Self {
        self.path = path;
        self
    }
}

impl From<ConvertError> for EvalError {
    fn from(error: ConvertError) -> Self {
        Self::of("Incorrect value", format!("{error}.")).at(error.path)
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}: {}", self.summary, self.detail)
    }
}

impl std::error::Error for EvalError {}

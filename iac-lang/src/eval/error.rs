//! Why an expression has no value.

use std::fmt;

use iac_core::text::Text;

use crate::types::ConvertError;
use crate::value::AttributePath;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvalError {
    /// What kind of mistake it is, as Terraform calls it: `Invalid index`.
    pub summary: Text,
    /// What is wrong, in a sentence.
    pub detail: String,
    /// The argument whose value it is, where a whole body is evaluated: `ingress[0].from_port`.
    pub path: AttributePath,
}

impl EvalError {
    /// An error of this kind.
    pub fn new(summary: impl Into<Text>, detail: impl Into<String>) -> Self {
        Self { summary: summary.into(), detail: detail.into(), path: AttributePath::default() }
    }

    /// An error of a kind that the program knows.
    pub fn of(summary: &'static str, detail: impl Into<String>) -> Self {
        Self::new(Text::from_static(summary), detail)
    }

    /// Says which argument it is about.
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

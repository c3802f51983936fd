//! Lists that grow until the stack is synthesized, as arguments.

use super::IntoExpression;
use crate::expression::{Expression, Gathered};

impl Gathered {
    /// Adds an element, unless an equal one exists.
    pub fn push(&self, element: impl IntoExpression) {
        self.insert(element.into_expression());
    }
}

impl IntoExpression for &Gathered {
    fn into_expression(self) -> Expression {
        self.to_expression()
    }
}

//! Expressions that a user writes in HCL's own syntax.

use crate::expr::Expr;
use crate::expression::Operation;
use crate::syntax::Parser;

/// An expression in HCL's own syntax, past the types: for what there is no other way to say.
///
/// It may name what is in the stack by its address, and then depends on it. A text that is no expression is reported when
/// the stack is synthesised.
///
/// ```
/// use iac_core::{Expr, raw};
///
/// let zone: Expr<String> = raw("var.zones[length(var.zones) - 1]");
/// ```
#[must_use]
pub fn raw<T: ?Sized>(text: &str) -> Expr<T> {
    let text = text.trim();
    let expression = Parser::new(text).whole_expression().unwrap_or_else(|error| {
        let (line, column) = error.line_and_column(text);
        let message = format!("`{text}` is not an expression: {}, at {line}:{column}", error.message);
        Operation::Invalid(message).into()
    });
    Expr::from_expression(expression)
}

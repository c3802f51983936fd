//! Raw expressions in HCL syntax.

use crate::expr::Expr;
use crate::expression::Operation;
use crate::syntax::Parser;

/// An expression in HCL syntax, bypassing the types: for expressions that cannot be written otherwise.
///
/// It may refer to entries of the stack by address, and then depends on them. Invalid syntax is reported when the
/// stack is synthesized.
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
        let message = format!("invalid expression `{text}`: {}, at {line}:{column}", error.message);
        Operation::Invalid(message).into()
    });
    Expr::from_expression(expression)
}

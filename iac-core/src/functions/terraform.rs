//! Terraform's `terraform` values, and the functions of the built-in `terraform` provider.

use super::{argument, call};
use crate::expr::{Any, Ephemeral, Expr, IntoExpr, IntoExpression};
use crate::expression::Expression;

/// `terraform.workspace`: the name of the current workspace.
#[must_use]
pub fn workspace() -> Expr<String> {
    Expr::from_expression(Expression::Symbol("terraform.workspace"))
}

/// `terraform.applying`: true while changes are applied.
#[must_use]
pub fn applying() -> Expr<Ephemeral<bool>> {
    Expr::from_expression(Expression::Symbol("terraform.applying"))
}

/// Decodes the text of a `.tfvars` file into an object.
#[must_use]
pub fn decode_tfvars(src: impl IntoExpr<String>) -> Expr<Any> {
    call("provider::terraform::decode_tfvars", vec![argument(src)])
}

/// Encodes a value as a Terraform expression.
#[must_use]
pub fn encode_expr(expr: impl IntoExpression) -> Expr<String> {
    call("provider::terraform::encode_expr", vec![expr.into_expression()])
}

/// Encodes an object as the text of a `.tfvars` file.
#[must_use]
pub fn encode_tfvars(value: impl IntoExpression) -> Expr<String> {
    call("provider::terraform::encode_tfvars", vec![value.into_expression()])
}

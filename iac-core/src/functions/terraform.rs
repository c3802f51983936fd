//! The run of Terraform, and the functions of Terraform's own provider.

use super::{argument, call};
use crate::expr::{Any, Ephemeral, Expr, IntoExpr, IntoExpression};
use crate::expression::Expression;

/// `terraform.workspace`: the name of the workspace.
#[must_use]
pub fn workspace() -> Expr<String> {
    Expr::from_expression(Expression::Symbol("terraform.workspace"))
}

/// `terraform.applying`: whether changes are being applied.
#[must_use]
pub fn applying() -> Expr<Ephemeral<bool>> {
    Expr::from_expression(Expression::Symbol("terraform.applying"))
}

/// The values in the text of a `.tfvars` file, as an object.
#[must_use]
pub fn decode_tfvars(src: impl IntoExpr<String>) -> Expr<Any> {
    call("provider::terraform::decode_tfvars", vec![argument(src)])
}

/// The value as an expression of Terraform's language.
#[must_use]
pub fn encode_expr(expr: impl IntoExpression) -> Expr<String> {
    call("provider::terraform::encode_expr", vec![expr.into_expression()])
}

/// The attributes of an object as the text of a `.tfvars` file.
#[must_use]
pub fn encode_tfvars(value: impl IntoExpression) -> Expr<String> {
    call("provider::terraform::encode_tfvars", vec![value.into_expression()])
}

//! Terraform's `path` values.

use crate::expr::Expr;
use crate::expression::Expression;

/// `path.module`: the directory of the configuration.
#[must_use]
pub fn module() -> Expr<String> {
    Expr::from_expression(Expression::Symbol("path.module"))
}

/// `path.root`: the directory of the root module, i.e. of the stack.
#[must_use]
pub fn root() -> Expr<String> {
    Expr::from_expression(Expression::Symbol("path.root"))
}

/// `path.cwd`: the directory from which Terraform was started, regardless of `-chdir`.
#[must_use]
pub fn cwd() -> Expr<String> {
    Expr::from_expression(Expression::Symbol("path.cwd"))
}

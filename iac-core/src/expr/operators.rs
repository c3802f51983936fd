//! Operators and conditionals.

use std::ops;

use super::{Expr, IntoExpr, Number, Typed};
use crate::expression::{BinaryOperator, Operation, UnaryOperator};

fn binary<T: ?Sized, U: ?Sized, V: ?Sized>(
    operator: BinaryOperator,
    left: Expr<T>,
    right: Expr<U>,
) -> Expr<V> {
    Expr::from_expression(Operation::Binary(operator, left.into_expression(), right.into_expression()).into())
}

/// `condition ? yes : no`. The first value determines the type.
///
/// ```
/// use iac_core::{Expr, Null, Number, if_else};
///
/// fn size(production: Expr<bool>) -> Expr<Number> {
///     if_else(production, 6, 1)
/// }
///
/// fn window(production: Expr<bool>) -> Expr<String> {
///     if_else(production, "sun:03:00-sun:04:00", Null)
/// }
/// # let _ = (size, window);
/// ```
pub fn if_else<Y: Typed>(
    condition: impl IntoExpr<bool>,
    yes: Y,
    no: impl IntoExpr<Y::Type>,
) -> Expr<Y::Type> {
    let condition = condition.into_expr().into_expression();
    let operation = Operation::Conditional(
        condition,
        yes.into_expr().into_expression(),
        no.into_expr().into_expression(),
    );
    Expr::from_expression(operation.into())
}

/// `!condition`.
pub fn not(condition: impl IntoExpr<bool>) -> Expr<bool> {
    let condition = condition.into_expr().into_expression();
    Expr::from_expression(Operation::Unary(UnaryOperator::Not, condition).into())
}

/// Comparison methods, which return an expression instead of a Rust `bool`.
pub trait Comparable<T: ?Sized>: Sized {
    /// Returns the left operand.
    fn left(self) -> Expr<T>;

    /// `self == other`.
    fn equals(self, other: impl IntoExpr<T>) -> Expr<bool> {
        binary(BinaryOperator::Equal, self.left(), other.into_expr())
    }

    /// `self != other`.
    fn differs(self, other: impl IntoExpr<T>) -> Expr<bool> {
        binary(BinaryOperator::NotEqual, self.left(), other.into_expr())
    }
}

impl<T: ?Sized> Comparable<T> for Expr<T> {
    fn left(self) -> Self {
        self
    }
}

impl<T: ?Sized> Comparable<T> for &Expr<T> {
    fn left(self) -> Expr<T> {
        self.clone()
    }
}

impl Expr<Number> {
    /// `self < other`.
    #[must_use]
    pub fn less_than(self, other: impl IntoExpr<Number>) -> Expr<bool> {
        binary(BinaryOperator::Less, self, other.into_expr())
    }

    /// `self <= other`.
    #[must_use]
    pub fn at_most(self, other: impl IntoExpr<Number>) -> Expr<bool> {
        binary(BinaryOperator::LessOrEqual, self, other.into_expr())
    }

    /// `self > other`.
    #[must_use]
    pub fn greater_than(self, other: impl IntoExpr<Number>) -> Expr<bool> {
        binary(BinaryOperator::Greater, self, other.into_expr())
    }

    /// `self >= other`.
    #[must_use]
    pub fn at_least(self, other: impl IntoExpr<Number>) -> Expr<bool> {
        binary(BinaryOperator::GreaterOrEqual, self, other.into_expr())
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operator:ident;)*) => {$(
        impl<V: IntoExpr<Number>> ops::$trait<V> for Expr<Number> {
            type Output = Self;

            fn $method(self, other: V) -> Self {
                binary(BinaryOperator::$operator, self, other.into_expr())
            }
        }
        impl<V: IntoExpr<Number>> ops::$trait<V> for &Expr<Number> {
            type Output = Expr<Number>;

            fn $method(self, other: V) -> Expr<Number> {
                binary(BinaryOperator::$operator, self.clone(), other.into_expr())
            }
        }
        arithmetic!($trait $method $operator: i32 f64);
    )*};
    // One integer and one float type only: with more, the type of a literal would be ambiguous.
    ($trait:ident $method:ident $operator:ident: $($literal:ty)*) => {$(
        impl ops::$trait<Expr<Number>> for $literal {
            type Output = Expr<Number>;

            fn $method(self, other: Expr<Number>) -> Expr<Number> {
                let literal: Expr<Number> = self.into_expr();
                binary(BinaryOperator::$operator, literal, other)
            }
        }
    )*};
}

arithmetic! {
    Add add Add;
    Sub sub Subtract;
    Mul mul Multiply;
    Div div Divide;
    Rem rem Modulo;
}

impl ops::Neg for Expr<Number> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::from_expression(Operation::Unary(UnaryOperator::Negate, self.into_expression()).into())
    }
}

impl ops::Not for Expr<bool> {
    type Output = Self;

    fn not(self) -> Self {
        not(self)
    }
}

macro_rules! logic {
    ($($trait:ident $method:ident $operator:ident;)*) => {$(
        impl<V: IntoExpr<bool>> ops::$trait<V> for Expr<bool> {
            type Output = Self;

            fn $method(self, other: V) -> Self {
                binary(BinaryOperator::$operator, self, other.into_expr())
            }
        }
    )*};
}

// Rust's `&&` and `||` cannot be overloaded; `&` and `|` become `&&` and `||` in Terraform.
logic! {
    BitAnd bitand And;
    BitOr bitor Or;
}

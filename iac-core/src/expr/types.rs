//! Names for the types of Terraform's type system, used as the parameter of [`Expr`](crate::Expr).

use std::marker::PhantomData;

use super::{Element, Expr, IntoExpr, IntoExpression, Typed};
use crate::expression::Expression;

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident $(<$parameter:ident>)?;)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name $(<$parameter: ?Sized>)? (PhantomData<fn() $(-> Box<$parameter>)?>);
    )*};
}

markers! {
    /// Terraform's `number`: whole or fractional.
    Number;
    /// A value whose type is known only when Terraform runs.
    Any;
    /// Terraform's `list(T)`.
    List<T>;
    /// Terraform's `set(T)`: unordered, without duplicates.
    Set<T>;
    /// Terraform's `map(T)`, whose keys are strings.
    Map<T>;
    /// The `id` of a resource of kind `K`. It is a string, but not any string: a subnet's id is not accepted where a
    /// VPC's is expected.
    Id<K>;
    /// The ARN of a resource of kind `K`; see [`Id`].
    Arn<K>;
    /// A value that is in no state and no plan: only write-only arguments, ephemeral blocks and providers take it.
    Ephemeral<T>;
    /// The argument's value is sent to the provider and never stored.
    WriteOnly<T>;
}

/// A Rust enum whose variants are the values that an argument allows.
///
/// The bindings make one for each argument of which the provider says what it allows. A value that is missing there can
/// be given as an expression, as in `Expr::from("new-value")`.
pub trait Enumeration {
    /// The value as the provider spells it.
    fn as_str(&self) -> &str;
}

/// A type that bindings make: an enumeration of allowed values, or an object type.
///
/// What such types are to the rest of the crate follows from this, so that each has one implementation to compile.
pub trait Nominal: Sized {
    /// What stands for a value: an [`Expr`] for an enumeration; for an object, the object itself.
    type Value;

    /// The value as an expression.
    fn into_value(self) -> Expression;

    /// Takes an expression as a value.
    fn value_of(expression: Expression) -> Self::Value;
}

impl<E: Enumeration> Nominal for E {
    type Value = Expr<E>;

    fn into_value(self) -> Expression {
        Expression::string(self.as_str())
    }

    fn value_of(expression: Expression) -> Self::Value {
        Expr::from_expression(expression)
    }
}

impl<N: Nominal> Element for N {
    type Value = N::Value;

    fn from_expression(expression: Expression) -> Self::Value {
        N::value_of(expression)
    }
}

impl<N: Nominal> Typed for N {
    type Type = N;
}

impl<N: Nominal> IntoExpr<N> for N {
    fn into_expr(self) -> Expr<N> {
        Expr::from_expression(self.into_value())
    }
}

impl<N: Nominal> IntoExpression for N {
    fn into_expression(self) -> Expression {
        self.into_value()
    }
}

//! Typed expressions: the values of arguments and attributes.
//!
//! ```
//! use iac_core::{Expr, IntoExpr};
//!
//! fn bucket_arn(bucket: impl IntoExpr<String>) -> Expr<String> {
//!     iac_core::tf!("arn:aws:s3:::{}", bucket.into_expr())
//! }
//! # let _ = bucket_arn("logs");
//! ```

pub(crate) mod collections;
mod convert;
mod document;
mod gathered;
mod literals;
mod object;
mod operators;
mod sequences;
mod template;
mod types;

use std::fmt;
use std::marker::PhantomData;

pub use convert::{IntoExpr, IntoExpression, Null, Typed};
pub use document::json_text;
pub use literals::{ListLiteral, MapLiteral};
pub use object::{Collection, Each, Element};
pub use operators::{Comparable, if_else, not};
pub use sequences::{ListType, MapType, Mapping, Sequence, SequenceType};
pub use template::{TemplateArgument, TemplateSink};
pub use types::{Any, Arn, Enumeration, Ephemeral, Id, List, Map, Nominal, Number, Set, WriteOnly};

use crate::expression::Expression;
pub use crate::expression::Gathered;

/// An expression whose value has the Terraform type `T`.
///
/// `T` is one of [`String`], [`bool`], [`Number`], [`List`], [`Set`], [`Map`], [`Id`], [`Arn`], [`Any`], an
/// enumeration of allowed values, or an object type of a provider. The value exists only when Terraform runs, so a
/// program cannot inspect an expression; it can pass it to an argument, insert it into a template with
/// [`tf!`](crate::tf) or pass it to a function of [`functions`](crate::functions).
pub struct Expr<T: ?Sized> {
    expression: Expression,
    value_type: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Expr<T> {
    /// Assigns a type to an untyped expression. The type is not checked.
    #[must_use]
    pub const fn from_expression(expression: Expression) -> Self {
        Self { expression, value_type: PhantomData }
    }

    /// Returns the untyped expression.
    #[must_use]
    pub const fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Returns the untyped expression.
    #[must_use]
    pub fn into_expression(self) -> Expression {
        self.expression
    }

    /// Returns the same expression with another type, for values whose type is more specific than the provider's
    /// schema says.
    #[must_use]
    pub fn cast<U: ?Sized>(self) -> Expr<U> {
        Expr::from_expression(self.expression)
    }
}

impl<T: ?Sized> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self::from_expression(self.expression.clone())
    }
}

impl<T: ?Sized> PartialEq for Expr<T> {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

impl<T: ?Sized> fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

//! Type conversion, error handling and sensitivity.

use super::{Arguments, ValueOf, argument, call, some};
use crate::expr::{
    Element, Ephemeral, Expr, IntoExpression, List, Map, Mapping, Number, Sequence, Set, Typed,
};
use crate::expression::Expression;

/// Returns true if the expression can be evaluated without an error.
#[must_use]
pub fn can(expression: impl IntoExpression) -> Expr<bool> {
    call("can", vec![expression.into_expression()])
}

/// Replaces ephemeral values with null, so that the result can be used where ephemeral values are not allowed.
#[must_use]
pub fn ephemeralasnull<T: Element>(value: Expr<Ephemeral<T>>) -> ValueOf<T> {
    T::from_expression(Expression::call("ephemeralasnull", vec![value.into_expression()]))
}

/// Returns true if the value is sensitive.
#[must_use]
pub fn issensitive(value: impl IntoExpression) -> Expr<bool> {
    call("issensitive", vec![value.into_expression()])
}

/// Removes the sensitive mark from a value that does not need it.
#[must_use]
pub fn nonsensitive<V: Typed>(value: V) -> Expr<V::Type> {
    call("nonsensitive", vec![argument(value)])
}

/// Marks a value as sensitive, which hides it in Terraform's output. A literal remains readable in the configuration.
#[must_use]
pub fn sensitive<V: Typed>(value: V) -> Expr<V::Type> {
    call("sensitive", vec![argument(value)])
}

/// Converts a value into a bool: true, false, `"true"`, `"false"` or null.
#[must_use]
pub fn tobool(value: impl IntoExpression) -> Expr<bool> {
    call("tobool", vec![value.into_expression()])
}

/// Converts a value into a list; the elements of a set are sorted.
#[must_use]
pub fn tolist<S: Sequence>(value: S) -> Expr<List<S::Element>> {
    call("tolist", vec![value.into_sequence()])
}

/// Converts an object into a map.
#[must_use]
pub fn tomap<M: Mapping>(value: M) -> Expr<Map<M::Element>> {
    call("tomap", vec![value.into_mapping()])
}

/// Converts a value into a number: a number, a numeric string, or null.
#[must_use]
pub fn tonumber(value: impl IntoExpression) -> Expr<Number> {
    call("tonumber", vec![value.into_expression()])
}

/// Converts a value into a set, discarding order and duplicates.
#[must_use]
pub fn toset<S: Sequence>(value: S) -> Expr<Set<S::Element>> {
    call("toset", vec![value.into_sequence()])
}

/// Converts a value into a string: a string, a number, a bool, or null.
#[must_use]
pub fn tostring(value: impl IntoExpression) -> Expr<String> {
    call("tostring", vec![value.into_expression()])
}

/// Returns the first expression that can be evaluated without an error.
///
/// ```
/// # use iac_core::{Any, Expr, functions::try_};
/// fn port(settings: Expr<Any>) -> Expr<Any> {
///     try_((settings.attribute("port"), 8080))
/// }
/// # let _ = port;
/// ```
#[must_use]
pub fn try_<A: Arguments>(expressions: A) -> ValueOf<A::Argument> {
    A::Argument::from_expression(some("try", expressions.into_arguments()))
}

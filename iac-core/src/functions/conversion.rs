//! Types, errors and marks.

use super::{Arguments, ValueOf, argument, call, some};
use crate::expr::{
    Element, Ephemeral, Expr, IntoExpression, List, Map, Mapping, Number, Sequence, Set, Typed,
};
use crate::expression::Expression;

/// Whether the expression can be evaluated without an error.
#[must_use]
pub fn can(expression: impl IntoExpression) -> Expr<bool> {
    call("can", vec![expression.into_expression()])
}

/// Null in place of an ephemeral value, so that it may stand where ephemeral values may not.
#[must_use]
pub fn ephemeralasnull<T: Element>(value: Expr<Ephemeral<T>>) -> ValueOf<T> {
    T::from_expression(Expression::call("ephemeralasnull", vec![value.into_expression()]))
}

/// Whether Terraform hides the value.
#[must_use]
pub fn issensitive(value: impl IntoExpression) -> Expr<bool> {
    call("issensitive", vec![value.into_expression()])
}

/// The value, no longer hidden. It is for what only looks like a secret.
#[must_use]
pub fn nonsensitive<V: Typed>(value: V) -> Expr<V::Type> {
    call("nonsensitive", vec![argument(value)])
}

/// The value, hidden in what Terraform prints. A literal stays readable in the configuration.
#[must_use]
pub fn sensitive<V: Typed>(value: V) -> Expr<V::Type> {
    call("sensitive", vec![argument(value)])
}

/// The value as a bool: true, false, `"true"`, `"false"` or null.
#[must_use]
pub fn tobool(value: impl IntoExpression) -> Expr<bool> {
    call("tobool", vec![value.into_expression()])
}

/// The elements as a list: those of a set in the order of their values.
#[must_use]
pub fn tolist<S: Sequence>(value: S) -> Expr<List<S::Element>> {
    call("tolist", vec![value.into_sequence()])
}

/// The attributes of an object as a map.
#[must_use]
pub fn tomap<M: Mapping>(value: M) -> Expr<Map<M::Element>> {
    call("tomap", vec![value.into_mapping()])
}

/// The value as a number: a number, text that spells one, or null.
#[must_use]
pub fn tonumber(value: impl IntoExpression) -> Expr<Number> {
    call("tonumber", vec![value.into_expression()])
}

/// The elements as a set: without order and duplicates.
#[must_use]
pub fn toset<S: Sequence>(value: S) -> Expr<Set<S::Element>> {
    call("toset", vec![value.into_sequence()])
}

/// The value as text: text, a number, a bool, or null.
#[must_use]
pub fn tostring(value: impl IntoExpression) -> Expr<String> {
    call("tostring", vec![value.into_expression()])
}

/// The first of the expressions that can be evaluated without an error.
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

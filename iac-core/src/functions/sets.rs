//! Set functions.

use super::{Arguments, ElementOf, argument, call, some};
use crate::expr::{Expr, IntoExpr, List, Sequence, SequenceType, Set};

/// The type of all combinations of elements of `T`.
pub type ProductOf<T> = <T as SequenceType>::Of<List<ElementOf<T>>>;

/// Returns the elements common to all sets.
#[must_use]
pub fn setintersection<A: Arguments<Argument: SequenceType>>(sets: A) -> Expr<Set<ElementOf<A::Argument>>> {
    Expr::from_expression(some("setintersection", sets.into_arguments()))
}

/// Returns all combinations of elements, one of each argument: a list if all arguments are lists, otherwise a set.
/// Needs at least two arguments.
///
/// ```
/// # use iac_core::{Expr, List, functions::setproduct};
/// fn rules(zones: Expr<List<String>>) -> Expr<List<String>> {
///     setproduct((zones, ["http", "https"])).map(|pair| iac_core::tf!("{}-{}", pair.get(0), pair.get(1)))
/// }
/// # let _ = rules;
/// ```
#[must_use]
pub fn setproduct<A: Arguments<Argument: SequenceType>>(sets: A) -> Expr<ProductOf<A::Argument>> {
    Expr::from_expression(some("setproduct", sets.into_arguments()))
}

/// Returns the elements of the first set that are not in the second.
#[must_use]
pub fn setsubtract<S: Sequence>(a: S, b: impl IntoExpr<Set<S::Element>>) -> Expr<Set<S::Element>> {
    call("setsubtract", vec![a.into_sequence(), argument(b)])
}

/// Returns the elements of all sets.
#[must_use]
pub fn setunion<A: Arguments<Argument: SequenceType>>(sets: A) -> Expr<Set<ElementOf<A::Argument>>> {
    Expr::from_expression(some("setunion", sets.into_arguments()))
}

//! Sets.

use super::{Arguments, ElementOf, argument, call, some};
use crate::expr::{Expr, IntoExpr, List, Sequence, SequenceType, Set};

/// The type of all combinations of elements of lists or sets of type `T`.
pub type ProductOf<T> = <T as SequenceType>::Of<List<ElementOf<T>>>;

/// The elements that are in all sets.
#[must_use]
pub fn setintersection<A: Arguments<Argument: SequenceType>>(sets: A) -> Expr<Set<ElementOf<A::Argument>>> {
    Expr::from_expression(some("setintersection", sets.into_arguments()))
}

/// All combinations of an element of each: a list when all arguments are lists, a set otherwise. It takes two arguments
/// or more.
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

/// The elements of the first set that are not in the second.
#[must_use]
pub fn setsubtract<S: Sequence>(a: S, b: impl IntoExpr<Set<S::Element>>) -> Expr<Set<S::Element>> {
    call("setsubtract", vec![a.into_sequence(), argument(b)])
}

/// The elements that are in any of the sets.
#[must_use]
pub fn setunion<A: Arguments<Argument: SequenceType>>(sets: A) -> Expr<Set<ElementOf<A::Argument>>> {
    Expr::from_expression(some("setunion", sets.into_arguments()))
}

//! Collection functions.

use super::{Arguments, ElementOf, ValueOf, argument, call, some, variadic};
use crate::expr::{
    Element, Expr, IntoExpr, IntoExpression, List, ListType, Map, MapType, Mapping, Number, Sequence,
    SequenceType,
};
use crate::expression::Expression;

functions! {
    /// Returns true if all elements are true or the list is empty.
    fn alltrue(list: List<bool>) -> bool;

    /// Returns true if any element is true; false for an empty list.
    fn anytrue(list: List<bool>) -> bool;

    /// Removes null and empty strings from a list.
    fn compact(list: List<String>) -> List<String>;

    /// Sorts strings alphabetically.
    fn sort(list: List<String>) -> List<String>;

    /// Returns the sum of the numbers.
    fn sum(list: List<Number>) -> Number;

    /// Swaps the keys and values of a map of lists of strings.
    fn transpose(map: Map<List<String>>) -> Map<List<String>>;
}

/// Splits a list into lists of a fixed size; the last one may be shorter.
#[must_use]
pub fn chunklist<L: Sequence>(list: L, size: impl IntoExpr<Number>) -> Expr<List<List<L::Element>>> {
    call("chunklist", vec![list.into_sequence(), argument(size)])
}

/// Returns the first value that is neither null nor an empty string.
///
/// ```
/// # use iac_core::{Expr, functions::coalesce};
/// fn name(given: Expr<String>) -> Expr<String> {
///     coalesce((given, "unnamed"))
/// }
/// # let _ = name;
/// ```
#[must_use]
pub fn coalesce<A: Arguments>(values: A) -> ValueOf<A::Argument> {
    A::Argument::from_expression(some("coalesce", values.into_arguments()))
}

/// Returns the first list that is not empty.
#[must_use]
pub fn coalescelist<A: Arguments<Argument: ListType>>(lists: A) -> Expr<A::Argument> {
    Expr::from_expression(some("coalescelist", lists.into_arguments()))
}

/// Concatenates lists.
///
/// ```
/// # use iac_core::{Expr, List, Id, functions::concat};
/// # enum Subnet {}
/// fn subnets(private: Expr<List<Id<Subnet>>>) -> Expr<List<Id<Subnet>>> {
///     concat((private, ["subnet-0a1b2c3d"]))
/// }
/// # let _ = subnets;
/// ```
#[must_use]
pub fn concat<A: Arguments<Argument: ListType>>(lists: A) -> Expr<A::Argument> {
    Expr::from_expression(some("concat", lists.into_arguments()))
}

/// Returns true if the list contains the value.
#[must_use]
pub fn contains<L: Sequence>(list: L, value: impl IntoExpr<L::Element>) -> Expr<bool> {
    call("contains", vec![list.into_sequence(), argument(value)])
}

/// Removes duplicates; the first of equal elements is kept.
#[must_use]
pub fn distinct<L: Sequence>(list: L) -> Expr<List<L::Element>> {
    call("distinct", vec![list.into_sequence()])
}

/// Returns the element at an index, counted from zero and wrapping around at the end. Without wrap-around,
/// `list.get(index)` is shorter.
#[must_use]
pub fn element<L: Sequence>(list: L, index: impl IntoExpr<Number>) -> ValueOf<L::Element> {
    L::Element::from_expression(Expression::call("element", vec![list.into_list(), argument(index)]))
}

/// Flattens a list of lists. Terraform flattens all levels; for deeper nesting, set the element type with
/// [`Expr::cast`].
#[must_use]
pub fn flatten<L: Sequence<Element: SequenceType>>(list: L) -> Expr<List<ElementOf<L::Element>>> {
    call("flatten", vec![list.into_sequence()])
}

/// Returns the index of a value in a list. Terraform fails if the list does not contain it.
#[must_use]
pub fn index<L: Sequence>(list: L, value: impl IntoExpr<L::Element>) -> Expr<Number> {
    call("index", vec![list.into_list(), argument(value)])
}

/// Returns the keys of a map in alphabetical order.
#[must_use]
pub fn keys(map: impl Mapping) -> Expr<List<String>> {
    call("keys", vec![map.into_mapping()])
}

/// Returns the number of elements of a list, set or map, or the number of characters of a string.
#[must_use]
pub fn length(value: impl IntoExpression) -> Expr<Number> {
    call("length", vec![value.into_expression()])
}

/// Returns the value for a key of a map, or the default if the key does not exist.
#[must_use]
pub fn lookup<M: Mapping>(
    map: M,
    key: impl IntoExpr<String>,
    default: impl IntoExpr<M::Element>,
) -> ValueOf<M::Element> {
    let arguments = vec![map.into_mapping(), argument(key), argument(default)];
    M::Element::from_expression(Expression::call("lookup", arguments))
}

/// Returns the elements of `values` at the positions where `keys` contains one of the searched keys.
#[must_use]
pub fn matchkeys<V: Sequence, K: Sequence>(
    values: V,
    keys: K,
    searchset: impl IntoExpr<List<K::Element>>,
) -> Expr<List<V::Element>> {
    call("matchkeys", vec![values.into_sequence(), keys.into_sequence(), argument(searchset)])
}

/// Merges maps; for duplicate keys, the last map wins.
///
/// ```
/// # use iac_core::{Expr, Map, functions::merge};
/// fn tags(common: Expr<Map<String>>) -> Expr<Map<String>> {
///     merge((common, [("Name", "web")]))
/// }
/// # let _ = tags;
/// ```
#[must_use]
pub fn merge<A: Arguments<Argument: MapType>>(maps: A) -> Expr<A::Argument> {
    Expr::from_expression(variadic("merge", Vec::new(), maps.into_arguments()))
}

/// Returns the only element of a list, or null if the list is empty. Terraform fails if there are several.
#[must_use]
pub fn one<L: Sequence>(list: L) -> ValueOf<L::Element> {
    L::Element::from_expression(Expression::call("one", vec![list.into_sequence()]))
}

/// Returns a sequence of numbers: up to a limit, from a start to a limit, or in steps. The limit is excluded.
///
/// ```
/// # use iac_core::functions::range;
/// range([3]); // 0, 1, 2
/// range([1, 4]); // 1, 2, 3
/// range([1, 8, 2]); // 1, 3, 5, 7
/// ```
#[must_use]
pub fn range(limits: impl Arguments<Argument = Number>) -> Expr<List<Number>> {
    Expr::from_expression(some("range", limits.into_arguments()))
}

/// Reverses a list.
#[must_use]
pub fn reverse<L: Sequence>(list: L) -> Expr<List<L::Element>> {
    call("reverse", vec![list.into_sequence()])
}

/// Returns the elements from a start index to an end index, which is excluded.
#[must_use]
pub fn slice<L: Sequence>(
    list: L,
    start: impl IntoExpr<Number>,
    end: impl IntoExpr<Number>,
) -> Expr<List<L::Element>> {
    call("slice", vec![list.into_list(), argument(start), argument(end)])
}

/// Returns the values of a map, ordered by key.
#[must_use]
pub fn values<M: Mapping>(map: M) -> Expr<List<M::Element>> {
    call("values", vec![map.into_mapping()])
}

/// Builds a map from a list of keys and a list of values.
#[must_use]
pub fn zipmap<V: Sequence>(keys: impl IntoExpr<List<String>>, values: V) -> Expr<Map<V::Element>> {
    call("zipmap", vec![argument(keys), values.into_list()])
}

//! Lists and maps.

use super::{Arguments, ElementOf, ValueOf, argument, call, some, variadic};
use crate::expr::{
    Element, Expr, IntoExpr, IntoExpression, List, ListType, Map, MapType, Mapping, Number, Sequence,
    SequenceType,
};
use crate::expression::Expression;

functions! {
    /// Whether all elements are true; an empty list is.
    fn alltrue(list: List<bool>) -> bool;

    /// Whether any element is true; an empty list is not.
    fn anytrue(list: List<bool>) -> bool;

    /// The elements that are neither null nor empty.
    fn compact(list: List<String>) -> List<String>;

    /// The elements in alphabetical order.
    fn sort(list: List<String>) -> List<String>;

    /// The sum of the numbers.
    fn sum(list: List<Number>) -> Number;

    /// The values of a map of lists as keys, each with the keys under which it was listed.
    fn transpose(map: Map<List<String>>) -> Map<List<String>>;
}

/// The list cut into lists of a size.
#[must_use]
pub fn chunklist<L: Sequence>(list: L, size: impl IntoExpr<Number>) -> Expr<List<List<L::Element>>> {
    call("chunklist", vec![list.into_sequence(), argument(size)])
}

/// The first of the values that is neither null nor an empty string.
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

/// The first of the lists that is not empty.
#[must_use]
pub fn coalescelist<A: Arguments<Argument: ListType>>(lists: A) -> Expr<A::Argument> {
    Expr::from_expression(some("coalescelist", lists.into_arguments()))
}

/// The elements of all lists, one list after the other.
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

/// Whether the value is in the list.
#[must_use]
pub fn contains<L: Sequence>(list: L, value: impl IntoExpr<L::Element>) -> Expr<bool> {
    call("contains", vec![list.into_sequence(), argument(value)])
}

/// The elements without those that were there before.
#[must_use]
pub fn distinct<L: Sequence>(list: L) -> Expr<List<L::Element>> {
    call("distinct", vec![list.into_sequence()])
}

/// The element at a position, counted from zero; beyond the end it starts over. Without that, `list.get(index)` is
/// shorter.
#[must_use]
pub fn element<L: Sequence>(list: L, index: impl IntoExpr<Number>) -> ValueOf<L::Element> {
    L::Element::from_expression(Expression::call("element", vec![list.into_list(), argument(index)]))
}

/// The elements of the lists in a list. Terraform goes on with the lists in those; their elements' type is then to be
/// said with [`Expr::cast`].
#[must_use]
pub fn flatten<L: Sequence<Element: SequenceType>>(list: L) -> Expr<List<ElementOf<L::Element>>> {
    call("flatten", vec![list.into_sequence()])
}

/// The position of a value in a list. Terraform stops when it is not there.
#[must_use]
pub fn index<L: Sequence>(list: L, value: impl IntoExpr<L::Element>) -> Expr<Number> {
    call("index", vec![list.into_list(), argument(value)])
}

/// The keys of a map, in alphabetical order.
#[must_use]
pub fn keys(map: impl Mapping) -> Expr<List<String>> {
    call("keys", vec![map.into_mapping()])
}

/// How many elements a list, set or map has, or characters a text.
#[must_use]
pub fn length(value: impl IntoExpression) -> Expr<Number> {
    call("length", vec![value.into_expression()])
}

/// The value of a key in a map, or the default where the key is not there.
#[must_use]
pub fn lookup<M: Mapping>(
    map: M,
    key: impl IntoExpr<String>,
    default: impl IntoExpr<M::Element>,
) -> ValueOf<M::Element> {
    let arguments = vec![map.into_mapping(), argument(key), argument(default)];
    M::Element::from_expression(Expression::call("lookup", arguments))
}

/// The values at whose positions the keys are among those that are searched for.
#[must_use]
pub fn matchkeys<V: Sequence, K: Sequence>(
    values: V,
    keys: K,
    searchset: impl IntoExpr<List<K::Element>>,
) -> Expr<List<V::Element>> {
    call("matchkeys", vec![values.into_sequence(), keys.into_sequence(), argument(searchset)])
}

/// All maps in one; where several have a key, the last one's value counts.
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

/// The only element of a list, or null where there is none. Terraform stops when there are several.
#[must_use]
pub fn one<L: Sequence>(list: L) -> ValueOf<L::Element> {
    L::Element::from_expression(Expression::call("one", vec![list.into_sequence()]))
}

/// Numbers in a row: up to a limit, from a start up to a limit, or in steps. The limit is left out.
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

/// The elements from last to first.
#[must_use]
pub fn reverse<L: Sequence>(list: L) -> Expr<List<L::Element>> {
    call("reverse", vec![list.into_sequence()])
}

/// The elements from a position up to another one, which is left out.
#[must_use]
pub fn slice<L: Sequence>(
    list: L,
    start: impl IntoExpr<Number>,
    end: impl IntoExpr<Number>,
) -> Expr<List<L::Element>> {
    call("slice", vec![list.into_list(), argument(start), argument(end)])
}

/// The values of a map, in the order of their keys.
#[must_use]
pub fn values<M: Mapping>(map: M) -> Expr<List<M::Element>> {
    call("values", vec![map.into_mapping()])
}

/// A map of the keys to the values at the same positions.
#[must_use]
pub fn zipmap<V: Sequence>(keys: impl IntoExpr<List<String>>, values: V) -> Expr<Map<V::Element>> {
    call("zipmap", vec![argument(keys), values.into_list()])
}

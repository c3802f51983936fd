//! Elements of collections, and their representation in loops.

use std::collections::BTreeMap;

use super::{
    Any, Arn, Ephemeral, Expr, Id, IntoExpr, IntoExpression, List, ListLiteral, Map, MapLiteral, Number, Set,
    Typed,
};
use crate::expression::{Binding, Expression};
use crate::text::Text;

/// A type whose values can be elements of a collection.
pub trait Element {
    /// The Rust representation of an element: [`Expr`] for plain types; for an object, a type with a getter for each
    /// attribute.
    type Value;

    /// Wraps an expression as an element.
    fn from_expression(expression: Expression) -> Self::Value;
}

macro_rules! elements {
    ($([$($parameter:tt)*] $type:ty;)*) => {$(
        impl<$($parameter)*> Element for $type {
            type Value = Expr<Self>;

            fn from_expression(expression: Expression) -> Self::Value {
                Expr::from_expression(expression)
            }
        }
    )*};
}

elements! {
    [] String;
    [] Number;
    [] bool;
    [] Any;
    [K] Id<K>;
    [K] Arn<K>;
    [T] List<T>;
    [T] Set<T>;
    [T] Map<T>;
    [T] Ephemeral<T>;
}

impl<T: Element> Expr<List<T>> {
    /// `self[index]`, counted from zero.
    #[must_use]
    pub fn get(&self, index: impl IntoExpr<Number>) -> T::Value {
        T::from_expression(self.expression().clone().index(index.into_expr().into_expression()))
    }
}

impl<T: Element> Expr<Map<T>> {
    /// `self[key]`.
    #[must_use]
    pub fn get(&self, key: impl IntoExpr<String>) -> T::Value {
        T::from_expression(self.expression().clone().index(key.into_expr().into_expression()))
    }
}

impl Expr<Any> {
    /// `self.name`, for values whose attributes are not known to the bindings.
    #[must_use]
    pub fn attribute(&self, name: impl Into<Text>) -> Self {
        Self::from_expression(self.expression().clone().attribute(name))
    }

    /// `self[key]`, for values that may have indices or names as keys.
    #[must_use]
    pub fn get(&self, key: impl IntoExpression) -> Self {
        Self::from_expression(self.expression().clone().index(key.into_expression()))
    }
}

impl<T: Element> Expr<Ephemeral<T>> {
    /// Derives a value from an ephemeral one. The result is ephemeral as well.
    ///
    /// ```
    /// use iac_core::{Any, Ephemeral, Expr, functions::jsondecode};
    ///
    /// fn password(secret: Expr<Ephemeral<String>>) -> Expr<Ephemeral<Any>> {
    ///     secret.map(|text| jsondecode(text).attribute("password"))
    /// }
    /// # let _ = password;
    /// ```
    #[must_use]
    pub fn map<V: Typed>(self, of: impl FnOnce(T::Value) -> V) -> Expr<Ephemeral<V::Type>> {
        of(T::from_expression(self.into_expression())).into_expr().cast()
    }
}

/// The current element of `for_each` or of a `dynamic` block.
#[derive(Debug)]
#[non_exhaustive]
pub struct Each<T: Element> {
    /// The key in a map, the index in a list, or the element of a set.
    pub key: Expr<String>,
    /// The element.
    pub value: T::Value,
}

impl<T: Element> Each<T> {
    /// Refers to `each.key` and `each.value`.
    pub(crate) fn of_resource() -> Self {
        Self {
            key: Expr::from_expression(Expression::Symbol("each.key")),
            value: T::from_expression(Expression::Symbol("each.value")),
        }
    }

    /// Refers to the iterator of a `dynamic` block.
    pub(crate) fn of_iterator(iterator: Binding) -> Self {
        let part = |name: &'static str| Expression::Bound(iterator).attribute(Text::from_static(name));
        Self { key: Expr::from_expression(part("key")), value: T::from_expression(part("value")) }
    }
}

/// A collection for `for_each` and `dynamic`: a map, or a list or set of strings.
///
/// ```
/// # use iac_core::Collection;
/// fn zones(zones: impl Collection<Element = String>) {}
///
/// zones(["a", "b"]);
/// zones([("a", "10.0.0.0/24"), ("b", "10.0.1.0/24")]);
/// ```
#[diagnostic::on_unimplemented(
    message = "Terraform cannot iterate over `{Self}`",
    label = "expected an array or `Vec` of strings or `(key, value)` pairs, a `BTreeMap`, or an expression of a map, set or list"
)]
pub trait Collection {
    /// The type of the elements' values.
    type Element: Element;

    /// Converts the collection for `dynamic`.
    fn into_collection(self) -> Expression;

    /// Converts the collection for `for_each`, which does not accept lists.
    fn into_for_each(self) -> Expression;
}

macro_rules! collections {
    ($([$($parameter:tt)*] $from:ty => $element:ty, $to:ty, $for_each:expr;)*) => {$(
        impl<$($parameter)*> Collection for $from {
            type Element = $element;

            fn into_collection(self) -> Expression {
                IntoExpr::<$to>::into_expr(self).into_expression()
            }

            fn into_for_each(self) -> Expression {
                $for_each(self.into_collection())
            }
        }
    )*};
}

collections! {
    [T: Element] Expr<Map<T>> => T, Map<T>, same;
    [T: Element] &Expr<Map<T>> => T, Map<T>, same;
    [T: Element] MapLiteral<T> => T, Map<T>, same;
    [K: Into<Text>, V: Typed, const N: usize] [(K, V); N] => V::Type, Map<V::Type>, same;
    [K: Into<Text>, V: Typed] Vec<(K, V)> => V::Type, Map<V::Type>, same;
    [K: Into<Text>, V: Typed] BTreeMap<K, V> => V::Type, Map<V::Type>, same;
    [T: Element] Expr<Set<T>> => T, Set<T>, set;
    [T: Element] &Expr<Set<T>> => T, Set<T>, set;
    [T: Element] Expr<List<T>> => T, List<T>, list;
    [T: Element] &Expr<List<T>> => T, List<T>, list;
    [T: Element] ListLiteral<T> => T, List<T>, list;
    ['a, const N: usize] [&'a str; N] => String, List<String>, list;
    ['a] Vec<&'a str> => String, List<String>, list;
    [const N: usize] [String; N] => String, List<String>, list;
    [] Vec<String> => String, List<String>, list;
    ['a] &'a [String] => String, List<String>, list;
    ['a] &'a Vec<String> => String, List<String>, list;
}

fn same(map: Expression) -> Expression {
    map
}

fn list(list: Expression) -> Expression {
    Expression::call(Text::from_static("toset"), vec![list])
}

/// A set literal is written like a list.
fn set(set: Expression) -> Expression {
    match set {
        elements @ Expression::List(_) => list(elements),
        set => set,
    }
}

//! Lists and maps whose elements have different Rust types.

use super::{Element, Expr, IntoExpr, IntoExpression, List, Map, Set, Typed};
use crate::expression::{Expression, ObjectKey};

/// A list of values with different Rust types but one Terraform type: `list![vpc.id(), "vpc-0a1b"]`.
///
/// Values of one Rust type need no macro: use an array or a `Vec`.
///
/// ```
/// use iac_core::{Expr, IntoExpr, List, list};
///
/// fn zones(first: Expr<String>) -> Expr<List<String>> {
///     list![first, "eu-west-1b", format!("eu-west-1{}", 'c')].into_expr()
/// }
/// # let _ = zones;
/// ```
#[macro_export]
macro_rules! list {
    ($($element:expr),* $(,)?) => {
        $crate::expr::ListLiteral::new(::std::vec![$($crate::IntoExpr::into_expr($element)),*])
    };
}

/// A map of values with different Rust types but one Terraform type, or with expressions as keys: `map! { "Name" =>
/// "web", key => vpc.id() }`.
///
/// Values of one Rust type need no macro: use an array of pairs or a `BTreeMap`.
///
/// ```
/// use iac_core::{Expr, IntoExpr, Map, map};
///
/// fn tags(name: Expr<String>) -> Expr<Map<String>> {
///     map! { "Name" => name, "Team" => "web" }.into_expr()
/// }
/// # let _ = tags;
/// ```
#[macro_export]
macro_rules! map {
    ($($key:expr => $value:expr),* $(,)?) => {
        $crate::expr::MapLiteral::new(
            ::std::vec![$(($crate::IntoExpr::into_expr($key), $crate::IntoExpr::into_expr($value))),*],
        )
    };
}

/// The result of [`list!`](crate::list).
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is passed to an argument"]
pub struct ListLiteral<T>(Vec<Expr<T>>);

impl<T> ListLiteral<T> {
    /// Creates a list of the elements.
    pub const fn new(elements: Vec<Expr<T>>) -> Self {
        Self(elements)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoExpression for ListLiteral<T> {
    fn into_expression(self) -> Expression {
        Expression::List(self.0.into_iter().map(Expr::into_expression).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoExpr<List<T>> for ListLiteral<T> {
    fn into_expr(self) -> Expr<List<T>> {
        Expr::from_expression(self.into_expression())
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoExpr<Set<T>> for ListLiteral<T> {
    fn into_expr(self) -> Expr<Set<T>> {
        Expr::from_expression(self.into_expression())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> Typed for ListLiteral<T> {
    type Type = List<T>;
}

/// The result of [`map!`](crate::map).
#[derive(Clone, Debug)]
#[must_use = "has no effect until it is passed to an argument"]
pub struct MapLiteral<T>(Vec<(Expr<String>, Expr<T>)>);

impl<T> MapLiteral<T> {
    /// Creates a map of the keys to the values.
    pub const fn new(elements: Vec<(Expr<String>, Expr<T>)>) -> Self {
        Self(elements)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoExpression for MapLiteral<T> {
    fn into_expression(self) -> Expression {
        let element = |(key, value): (Expr<_>, Expr<_>)| (ObjectKey::from(key), value.into_expression());
        Expression::Object(self.0.into_iter().map(element).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoExpr<Map<T>> for MapLiteral<T> {
    fn into_expr(self) -> Expr<Map<T>> {
        Expr::from_expression(self.into_expression())
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element> Typed for MapLiteral<T> {
    type Type = Map<T>;
}

impl From<Expr<String>> for ObjectKey {
    fn from(key: Expr<String>) -> Self {
        match key.into_expression() {
            Expression::String(name) => Self::Name(name),
            key => Self::Computed(key),
        }
    }
}

//! Conversions into expressions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::iter;

use super::{Any, Arn, Element, Enumeration, Ephemeral, Expr, Id, List, Map, Number, Set, WriteOnly};
use crate::expression::{Expression, ObjectKey, Operation};
use crate::text::Text;

/// A value that can be passed where an `Expr<T>` is expected: an expression, or a Rust value, which becomes a
/// literal.
///
/// ```
/// use iac_core::{Id, IntoExpr, List};
/// # enum Subnet {}
/// fn subnets(ids: impl IntoExpr<List<Id<Subnet>>>) {}
///
/// subnets(["subnet-0a", "subnet-0b"]);
/// subnets((0..3).map(|i| format!("subnet-{i}")));
/// ```
#[diagnostic::on_unimplemented(
    message = "expected `{T}`, found `{Self}`",
    label = "cannot be converted into `{T}`",
    note = "pass a Rust value of the type (an enum variant, not a string), or an expression such as another resource's attribute (`vpc.id()`, not `vpc`)",
    note = "lists and sets accept ordered collections: an array, a `Vec`, a `BTreeSet` or an iterator, but not a `HashSet`"
)]
pub trait IntoExpr<T: ?Sized> {
    /// Converts the value into an expression.
    fn into_expr(self) -> Expr<T>;
}

/// A value that can be passed where any type is accepted: an element of a JSON document, or an argument of an untyped
/// function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no representation in Terraform",
    label = "cannot be converted into an expression"
)]
pub trait IntoExpression {
    /// Converts the value into an expression.
    fn into_expression(self) -> Expression;
}

/// A value with one natural Terraform type, which determines the type of a collection's elements.
#[diagnostic::on_unimplemented(
    message = "the Terraform type of `{Self}` is ambiguous",
    label = "expected an expression, or a Rust value with a single Terraform type"
)]
pub trait Typed: IntoExpr<Self::Type> {
    /// The Terraform type.
    type Type: Element;
}

#[diagnostic::do_not_recommend]
impl<T: Element> Typed for Expr<T> {
    type Type = T;
}

#[diagnostic::do_not_recommend]
impl<T: Element> Typed for &Expr<T> {
    type Type = T;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoExpr<T> for Expr<T> {
    fn into_expr(self) -> Self {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoExpr<T> for &Expr<T> {
    fn into_expr(self) -> Expr<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoExpression for Expr<T> {
    fn into_expression(self) -> Expression {
        self.into_expression()
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoExpression for &Expr<T> {
    fn into_expression(self) -> Expression {
        self.expression().clone()
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpression for Expression {
    fn into_expression(self) -> Expression {
        self
    }
}

/// Implements a conversion between expression types, for the expression and for a reference to it.
macro_rules! same_value {
    ($([$($parameter:ident),*] $from:ty => $to:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IntoExpr<$to> for Expr<$from> {
            fn into_expr(self) -> Expr<$to> {
                self.cast()
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IntoExpr<$to> for &Expr<$from> {
            fn into_expr(self) -> Expr<$to> {
                self.clone().cast()
            }
        }
    )*};
}

// Strings and identifiers convert into each other; identifiers of different kinds do not.
same_value! {
    [K] Id<K> => String;
    [K] Arn<K> => String;
    [K] String => Id<K>;
    [K] String => Arn<K>;
    [] Any => String;
    [] Any => Number;
    [] Any => bool;
    [K] Any => Id<K>;
    [K] Any => Arn<K>;
    [T] Any => List<T>;
    [T] Any => Set<T>;
    [T] Any => Map<T>;
    [T] List<T> => Set<T>;
    [T] T => WriteOnly<T>;
    [T] Ephemeral<T> => WriteOnly<T>;
    [] String => Any;
    [] Number => Any;
    [] bool => Any;
    [K] Id<K> => Any;
    [K] Arn<K> => Any;
    [T] List<T> => Any;
    [T] Set<T> => Any;
    [T] Map<T> => Any;
}

/// Implements a conversion between expression types that needs a Terraform function.
macro_rules! converted {
    ($([$($parameter:ident),*] $from:ty => $to:ty, $function:literal;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IntoExpr<$to> for Expr<$from> {
            fn into_expr(self) -> Expr<$to> {
                match self.into_expression() {
                    // List and set literals are written the same way.
                    list @ Expression::List(_) => Expr::from_expression(list),
                    other => Expr::from_expression(Expression::call(Text::from_static($function), vec![other])),
                }
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IntoExpr<$to> for &Expr<$from> {
            fn into_expr(self) -> Expr<$to> {
                self.clone().into_expr()
            }
        }
    )*};
}

/// Implements the conversions of collections whose elements convert without a function.
macro_rules! same_elements {
    ($([$($parameter:ident),*] $from:ty => $to:ty;)*) => {
        same_value! {$(
            [$($parameter),*] List<$from> => List<$to>;
            [$($parameter),*] Set<$from> => Set<$to>;
            [$($parameter),*] Map<$from> => Map<$to>;
            [$($parameter),*] List<$from> => Set<$to>;
        )*}
        converted! {$([$($parameter),*] Set<$from> => List<$to>, "tolist";)*}
    };
}

same_elements! {
    [K] Id<K> => String;
    [K] Arn<K> => String;
    [K] String => Id<K>;
    [K] String => Arn<K>;
    [] Any => String;
    [K] Any => Id<K>;
    [K] Any => Arn<K>;
    [] Any => Number;
}

// Terraform converts sets implicitly in arguments of resources, but `set[0]` and `concat(set)` are errors.
converted! {
    [T] Set<T> => List<T>, "tolist";
    [] Number => String, "tostring";
    [] bool => String, "tostring";
}

/// `null`, which is equivalent to not setting the argument. Useful in conditionals; otherwise just omit the setter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Null;

#[diagnostic::do_not_recommend]
impl<T: ?Sized> IntoExpr<T> for Null {
    fn into_expr(self) -> Expr<T> {
        Expr::from_expression(Expression::Null)
    }
}

#[diagnostic::do_not_recommend]
impl IntoExpression for Null {
    fn into_expression(self) -> Expression {
        Expression::Null
    }
}

#[diagnostic::do_not_recommend]
impl<E: Enumeration> IntoExpr<E> for Expr<String> {
    fn into_expr(self) -> Expr<E> {
        self.cast()
    }
}

#[diagnostic::do_not_recommend]
impl<E: Enumeration> IntoExpr<String> for Expr<E> {
    fn into_expr(self) -> Expr<String> {
        self.cast()
    }
}

/// Literals: `type => the Terraform types it converts into`.
macro_rules! literal {
    ($value:ident: $([$($parameter:ident),*] $from:ty)|+ => $to:ty = $expression:expr) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter),*> IntoExpr<$to> for $from {
            fn into_expr(self) -> Expr<$to> {
                let $value = self;
                Expr::from_expression($expression)
            }
        }
    )+};
}

macro_rules! text {
    ($($from:ty => |$value:ident| $text:expr;)*) => {$(
        literal!($value: [] $from => String = Expression::String($text));
        literal!($value: [K] $from => Id<K> = Expression::String($text));
        literal!($value: [K] $from => Arn<K> = Expression::String($text));
        literal!($value: [] $from => WriteOnly<String> = Expression::String($text));
        literal!($value: [] $from => Any = Expression::String($text));
        #[diagnostic::do_not_recommend]
        impl Typed for $from {
            type Type = String;
        }
        #[diagnostic::do_not_recommend]
        impl IntoExpression for $from {
            fn into_expression(self) -> Expression {
                let $value = self;
                Expression::String($text)
            }
        }
    )*};
}

text! {
    &str => |text| text.into();
    &&str => |text| (*text).into();
    String => |text| text.into();
    &String => |text| text.into();
    Cow<'_, str> => |text| text.into();
    Text => |text| text;
    &Text => |text| text.clone();
}

macro_rules! scalar {
    ($type:ty: $($from:ty)* => |$value:ident| $expression:expr) => {$(
        literal!($value: [] $from => $type = $expression);
        literal!($value: [] $from => WriteOnly<$type> = $expression);
        literal!($value: [] $from => Any = $expression);
        #[diagnostic::do_not_recommend]
        impl Typed for $from {
            type Type = $type;
        }
        #[diagnostic::do_not_recommend]
        impl IntoExpression for $from {
            fn into_expression(self) -> Expression {
                let $value = self;
                $expression
            }
        }
    )*};
}

scalar!(bool: bool => |value| Expression::Bool(value));
scalar!(Number: i64 => |number| Expression::Integer(number));
scalar!(Number: i8 i16 i32 u8 u16 u32 => |number| Expression::Integer(i64::from(number)));
scalar!(Number: u64 usize => |number| i64::try_from(number).map_or_else(
    // Too large for an integer literal of the model, but not for Terraform.
    |_| Operation::Raw(number.to_string()).into(),
    Expression::Integer,
));
scalar!(Number: f64 => |number| Expression::Float(number));

fn elements<T: ?Sized, V: IntoExpr<T>>(values: impl IntoIterator<Item = V>) -> Expression {
    Expression::List(values.into_iter().map(|value| value.into_expr().into_expression()).collect())
}

/// Implements lists and sets for ordered collections. `HashSet` is excluded: its order differs between runs, and the
/// output must not.
macro_rules! sequence {
    ($([$($parameter:tt)*] $from:ty, $item:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*, T: ?Sized> IntoExpr<List<T>> for $from where $item: IntoExpr<T> {
            fn into_expr(self) -> Expr<List<T>> {
                Expr::from_expression(elements(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*, T: ?Sized> IntoExpr<Set<T>> for $from where $item: IntoExpr<T> {
            fn into_expr(self) -> Expr<Set<T>> {
                Expr::from_expression(elements(self))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> Typed for $from where $item: Typed {
            type Type = List<<$item as Typed>::Type>;
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> IntoExpr<Any> for $from where $item: IntoExpression {
            fn into_expr(self) -> Expr<Any> {
                Expr::from_expression(self.into_expression())
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> IntoExpression for $from where $item: IntoExpression {
            fn into_expression(self) -> Expression {
                Expression::List(self.into_iter().map(IntoExpression::into_expression).collect())
            }
        }
    )*};
}

sequence! {
    [V] Vec<V>, V;
    [V, const N: usize] [V; N], V;
    ['a, V] &'a [V], &'a V;
    ['a, V] &'a Vec<V>, &'a V;
    ['a, V, const N: usize] &'a [V; N], &'a V;
    [V] BTreeSet<V>, V;
    ['a, V] &'a BTreeSet<V>, &'a V;
    [I: Iterator, V, F: FnMut(I::Item) -> V] iter::Map<I, F>, V;
    [I: Iterator, V, F: FnMut(I::Item) -> Option<V>] iter::FilterMap<I, F>, V;
    [I: Iterator, F: FnMut(&I::Item) -> bool] iter::Filter<I, F>, I::Item;
    [I: Iterator, U: IntoIterator, F: FnMut(I::Item) -> U] iter::FlatMap<I, U, F>, U::Item;
    [A: Iterator, B: Iterator<Item = A::Item>] iter::Chain<A, B>, A::Item;
    ['a, V: Clone + 'a, I: Iterator<Item = &'a V>] iter::Cloned<I>, V;
    ['a, V: Copy + 'a, I: Iterator<Item = &'a V>] iter::Copied<I>, V;
    [I: Iterator] iter::Take<I>, I::Item;
    [I: Iterator] iter::Skip<I>, I::Item;
    [I: DoubleEndedIterator] iter::Rev<I>, I::Item;
    [V] std::vec::IntoIter<V>, V;
}

fn object<V>(pairs: impl IntoIterator<Item = (Text, V)>, convert: impl Fn(V) -> Expression) -> Expression {
    Expression::Object(pairs.into_iter().map(|(key, value)| (ObjectKey::Name(key), convert(value))).collect())
}

/// Implements maps. The keys of a `HashMap` are sorted, so that the output is the same in each run.
macro_rules! map {
    ($([$($parameter:tt)*] $from:ty, $value:ty, |$map:ident| $pairs:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*, T: ?Sized> IntoExpr<Map<T>> for $from where $value: IntoExpr<T> {
            fn into_expr(self) -> Expr<Map<T>> {
                let $map = self;
                Expr::from_expression(object($pairs, |value| value.into_expr().into_expression()))
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> Typed for $from where $value: Typed {
            type Type = Map<<$value as Typed>::Type>;
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> IntoExpr<Any> for $from where $value: IntoExpression {
            fn into_expr(self) -> Expr<Any> {
                Expr::from_expression(self.into_expression())
            }
        }
        #[diagnostic::do_not_recommend]
        impl<$($parameter)*> IntoExpression for $from where $value: IntoExpression {
            fn into_expression(self) -> Expression {
                let $map = self;
                object($pairs, |value| value.into_expression())
            }
        }
    )*};
}

map! {
    [K: Into<Text>, V, const N: usize] [(K, V); N], V,
        |map| map.into_iter().map(|(key, value)| (key.into(), value));
    [K: Into<Text>, V] Vec<(K, V)>, V, |map| map.into_iter().map(|(key, value)| (key.into(), value));
    [K: Into<Text>, V] BTreeMap<K, V>, V, |map| map.into_iter().map(|(key, value)| (key.into(), value));
    ['a, V] &'a BTreeMap<String, V>, &'a V, |map| map.iter().map(|(key, value)| (key.clone().into(), value));
    [K: Into<Text>, V, S] HashMap<K, V, S>, V, |map| sorted(map);
}

fn sorted<K: Into<Text>, V>(map: impl IntoIterator<Item = (K, V)>) -> BTreeMap<Text, V> {
    map.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

#[diagnostic::do_not_recommend]
impl<V: IntoExpression> IntoExpression for Option<V> {
    /// `None` is `null`.
    fn into_expression(self) -> Expression {
        self.map_or(Expression::Null, V::into_expression)
    }
}

impl From<&str> for Expr<String> {
    fn from(text: &str) -> Self {
        text.into_expr()
    }
}

impl From<String> for Expr<String> {
    fn from(text: String) -> Self {
        text.into_expr()
    }
}

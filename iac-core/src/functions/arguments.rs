//! Arguments of variadic functions.

use crate::expr::{Element, Expr, IntoExpr, IntoExpression, List, Set, Typed};
use crate::expression::Expression;

/// Arguments of one Terraform type: an array, a `Vec` or an iterator, a tuple if their Rust types differ, or an
/// expression of a list, whose elements become the arguments.
///
/// The first element of a tuple determines the type.
///
/// ```
/// use iac_core::{Expr, List, Number, functions::max};
///
/// fn largest(sizes: Expr<List<Number>>, size: Expr<Number>) {
///     max([1, 2]);
///     max((size, 2)); // max(size, 2)
///     max(sizes); // max(sizes...)
/// }
/// # let _ = largest;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of arguments",
    label = "expected an array, a tuple, or an expression of a list"
)]
pub trait Arguments {
    /// The type of each argument.
    type Argument: Element;

    /// Converts the arguments into expressions.
    fn into_arguments(self) -> ArgumentList;
}

/// Arguments of any types: an array, a `Vec` or a tuple, or an expression of a list, whose elements become the
/// arguments.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of arguments",
    label = "expected an array, a tuple, or an expression of a list"
)]
pub trait AnyArguments {
    /// Converts the arguments into expressions.
    fn into_arguments(self) -> ArgumentList;
}

/// The arguments of a variadic function.
#[derive(Clone, Debug, PartialEq)]
pub struct ArgumentList {
    pub(super) arguments: Vec<Expression>,
    pub(super) expand_last: bool,
}

impl ArgumentList {
    fn new(arguments: Vec<Expression>) -> Self {
        Self { arguments, expand_last: false }
    }

    /// Expands the elements of a list.
    fn expanded(list: Expression) -> Self {
        match list {
            Expression::List(arguments) => Self::new(arguments),
            list => Self { arguments: vec![list], expand_last: true },
        }
    }
}

macro_rules! expanded {
    ($($type:ident)*) => {$(
        impl<T: Element> Arguments for Expr<$type<T>> {
            type Argument = T;

            fn into_arguments(self) -> ArgumentList {
                ArgumentList::expanded(self.into_expression())
            }
        }
        impl<T: Element> Arguments for &Expr<$type<T>> {
            type Argument = T;

            fn into_arguments(self) -> ArgumentList {
                ArgumentList::expanded(self.expression().clone())
            }
        }
        impl<T> AnyArguments for Expr<$type<T>> {
            fn into_arguments(self) -> ArgumentList {
                ArgumentList::expanded(self.into_expression())
            }
        }
        impl<T> AnyArguments for &Expr<$type<T>> {
            fn into_arguments(self) -> ArgumentList {
                ArgumentList::expanded(self.expression().clone())
            }
        }
    )*};
}

expanded!(List Set);

macro_rules! series {
    ($([$($parameter:tt)*] $from:ty, $item:ty;)*) => {$(
        impl<$($parameter)*> Arguments for $from where $item: Typed {
            type Argument = <$item as Typed>::Type;

            fn into_arguments(self) -> ArgumentList {
                let argument = |value: $item| value.into_expr().into_expression();
                ArgumentList::new(self.into_iter().map(argument).collect())
            }
        }
        impl<$($parameter)*> AnyArguments for $from where $item: IntoExpression {
            fn into_arguments(self) -> ArgumentList {
                ArgumentList::new(self.into_iter().map(IntoExpression::into_expression).collect())
            }
        }
    )*};
}

series! {
    [V, const N: usize] [V; N], V;
    [V] Vec<V>, V;
    ['a, V] &'a [V], &'a V;
    ['a, V] &'a Vec<V>, &'a V;
    [I: Iterator, V, F: FnMut(I::Item) -> V] std::iter::Map<I, F>, V;
}

macro_rules! tuples {
    ($(($first:ident $($rest:ident)*))*) => {$(
        impl<$first: Typed, $($rest: IntoExpr<$first::Type>),*> Arguments for ($first, $($rest,)*) {
            type Argument = $first::Type;

            #[allow(non_snake_case, reason = "each variable is named after its type parameter")]
            fn into_arguments(self) -> ArgumentList {
                let ($first, $($rest,)*) = self;
                ArgumentList::new(vec![
                    $first.into_expr().into_expression(),
                    $($rest.into_expr().into_expression(),)*
                ])
            }
        }
        impl<$first: IntoExpression, $($rest: IntoExpression),*> AnyArguments for ($first, $($rest,)*) {
            #[allow(non_snake_case, reason = "each variable is named after its type parameter")]
            fn into_arguments(self) -> ArgumentList {
                let ($first, $($rest,)*) = self;
                ArgumentList::new(vec![$first.into_expression(), $($rest.into_expression(),)*])
            }
        }
    )*};
}

tuples! {
    (A)
    (A B)
    (A B C)
    (A B C D)
    (A B C D E)
    (A B C D E F)
    (A B C D E F G)
    (A B C D E F G H)
}

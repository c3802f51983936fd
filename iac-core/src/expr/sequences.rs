//! Lists, sets and maps whose elements keep their type through a function.

use super::{Any, Element, List, Map, Set, Typed};
use crate::expression::Expression;
use crate::text::Text;

/// A type of which the values are lists or sets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list or a set",
    label = "expected a list or a set"
)]
pub trait SequenceType: Element {
    /// The type of the elements.
    type Element: Element;
    /// The same with other elements.
    type Of<T: Element>: SequenceType;

    /// The same elements as a list, for functions that do not take a set.
    #[must_use]
    fn into_list(expression: Expression) -> Expression {
        expression
    }
}

impl<T: Element> SequenceType for List<T> {
    type Element = T;
    type Of<U: Element> = List<U>;
}

impl<T: Element> SequenceType for Set<T> {
    type Element = T;
    type Of<U: Element> = Set<U>;

    fn into_list(expression: Expression) -> Expression {
        match expression {
            Expression::List(elements) => Expression::List(elements),
            other => Expression::call(Text::from_static("tolist"), vec![other]),
        }
    }
}

impl SequenceType for Any {
    type Element = Self;
    type Of<U: Element> = Self;
}

/// A type of which the values are lists, in order.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a list", label = "expected lists")]
pub trait ListType: SequenceType {}

impl<T: Element> ListType for List<T> {}
impl ListType for Any {}

/// A type of which the values are maps or objects.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a map", label = "expected a map")]
pub trait MapType: Element {
    /// The type of the elements.
    type Element: Element;
}

impl<T: Element> MapType for Map<T> {
    type Element = T;
}

impl MapType for Any {
    type Element = Self;
}

/// A list or set: an expression, or a Rust collection of values.
pub trait Sequence: Sized {
    /// The type of the elements.
    type Element: Element;

    /// Makes the expression.
    fn into_sequence(self) -> Expression;

    /// Makes an expression of a list.
    fn into_list(self) -> Expression;
}

impl<V: Typed> Sequence for V
where
    V::Type: SequenceType,
{
    type Element = <V::Type as SequenceType>::Element;

    fn into_sequence(self) -> Expression {
        self.into_expr().into_expression()
    }

    fn into_list(self) -> Expression {
        V::Type::into_list(self.into_sequence())
    }
}

/// A map: an expression, or a Rust collection of keys and values.
pub trait Mapping: Sized {
    /// The type of the elements.
    type Element: Element;

    /// Makes the expression.
    fn into_mapping(self) -> Expression;
}

impl<V: Typed> Mapping for V
where
    V::Type: MapType,
{
    type Element = <V::Type as MapType>::Element;

    fn into_mapping(self) -> Expression {
        self.into_expr().into_expression()
    }
}

//! Lists, sets and maps as arguments of functions that preserve the element type.

use super::{Any, Element, List, Map, Set, Typed};
use crate::expression::Expression;
use crate::text::Text;

/// A type whose values are lists or sets.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list or a set",
    label = "expected a list or a set"
)]
pub trait SequenceType: Element {
    /// The element type.
    type Element: Element;
    /// The same collection type with another element type.
    type Of<T: Element>: SequenceType;

    /// Converts the elements into a list, for functions that do not accept sets.
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

/// A type whose values are lists.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a list", label = "expected a list")]
pub trait ListType: SequenceType {}

impl<T: Element> ListType for List<T> {}
impl ListType for Any {}

/// A type whose values are maps or objects.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a map", label = "expected a map")]
pub trait MapType: Element {
    /// The element type.
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
    /// The element type.
    type Element: Element;

    /// Converts the value into an expression.
    fn into_sequence(self) -> Expression;

    /// Converts the value into a list expression.
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
    /// The element type.
    type Element: Element;

    /// Converts the value into an expression.
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

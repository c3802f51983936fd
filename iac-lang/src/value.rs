//! Values: the results of expressions.

mod access;
mod equal;
mod json;
mod map;
mod marks;
mod number;
mod path;
mod set;
mod unicode;
mod unknown;

use std::fmt;

pub use json::ParseJsonError;
pub use map::ValueMap;
pub use number::{Number, ParseNumberError};
pub use path::{AttributePath, PathStep};
pub use unicode::composed;
pub use unknown::{Lengths, Unknown};

use iac_core::expr::IntoExpression;
use iac_core::expression::{Expression, ObjectKey, Operation};
use iac_core::text::Text;

/// A Terraform value.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of arbitrary precision.
    Number(Number),
    /// A string.
    String(Text),
    /// A list: `tolist([…])`, or an argument of a list type.
    List(Vec<Self>),
    /// A tuple: the value of `[…]` if its type is not declared. Values that follow a schema contain tuples only where
    /// the schema accepts any type.
    Tuple(Vec<Self>),
    /// A set, sorted and without duplicates: see `Value::set`.
    Set(Vec<Self>),
    /// A map.
    Map(ValueMap),
    /// An object.
    Object(ValueMap),
    /// A value that is not known before apply, or only to Terraform.
    Unknown(Unknown),
    /// A value that must not be displayed.
    Sensitive(Box<Self>),
}

impl IntoExpression for Value {
    /// Unknown and sensitive values cannot be rendered: they are reported when the stack is synthesized.
    fn into_expression(self) -> Expression {
        let list =
            |elements: Vec<Self>| Expression::List(elements.into_iter().map(Self::into_expression).collect());
        match self {
            Self::Null => Expression::Null,
            Self::Bool(value) => Expression::Bool(value),
            Self::Number(number) => number.into_expression(),
            Self::String(text) => Expression::String(text),
            Self::List(elements) | Self::Tuple(elements) => list(elements),
            Self::Set(elements) => Expression::call(Text::from_static("toset"), vec![list(elements)]),
            Self::Map(elements) | Self::Object(elements) => {
                let element = |(key, value): (_, Self)| (ObjectKey::Name(key), value.into_expression());
                Expression::Object(elements.into_iter().map(element).collect())
            }
            Self::Unknown(_) => Operation::Invalid("an unknown value cannot be rendered".to_owned()).into(),
            Self::Sensitive(value) => Operation::Secret(value.into_expression()).into(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::String(text) => text.fmt(f),
            Self::List(elements) | Self::Tuple(elements) => elements.fmt(f),
            Self::Set(elements) => f.debug_set().entries(elements).finish(),
            Self::Map(elements) | Self::Object(elements) => elements.fmt(f),
            Self::Unknown(_) => f.write_str("(known after apply)"),
            Self::Sensitive(_) => f.write_str("(sensitive value)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sensitive_value_is_not_displayed() {
        let secret = Value::Sensitive(Box::new(Value::String("hunter2".into())));
        let object = Value::Object([("password".into(), secret), ("size".into(), Value::UNKNOWN)].into());
        assert_eq!(
            format!("{:?}", Value::List(vec![object])),
            r#"[{"password": (sensitive value), "size": (known after apply)}]"#
        );
    }

    #[test]
    fn value_becomes_a_literal() {
        let set = Value::Set(vec![Value::Number(Number::from(1_i64)), Value::Null]);
        let object = Value::Map([("a".into(), set)].into());
        let elements = vec![Expression::Integer(1), Expression::Null];
        let expected =
            vec![(ObjectKey::Name("a".into()), Expression::call("toset", vec![Expression::List(elements)]))];
        assert_eq!(object.into_expression(), Expression::Object(expected));
    }

    #[test]
    fn unknown_and_sensitive_values_become_invalid_expressions() {
        let is = |value: Value, expected: fn(&Operation) -> bool| match value.into_expression() {
            Expression::Operation(operation) => expected(&operation),
            _ => false,
        };
        assert!(is(Value::UNKNOWN, |operation| matches!(operation, Operation::Invalid(_))));
        assert!(is(Value::Sensitive(Box::new(Value::Null)), |operation| matches!(
            operation,
            Operation::Secret(_)
        )));
    }
}

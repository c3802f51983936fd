//! Values: what an expression comes to, without types.

#[cfg(feature = "plan")]
mod access;
#[cfg(feature = "plan")]
mod equal;
#[cfg(feature = "json")]
mod json;
mod map;
#[cfg(feature = "plan")]
mod marks;
mod number;
mod path;
#[cfg(feature = "plan")]
mod set;

use std::fmt;

#[cfg(feature = "json")]
pub use json::ParseJsonError;
#[cfg(feature = "json")]
pub(crate) use json::parse_expression;
pub use map::ValueMap;
pub use number::{Number, ParseNumberError};
pub use path::{AttributePath, PathStep};

use crate::expr::IntoExpression;
use crate::expression::{Expression, ObjectKey, Operation};
use crate::text::Text;

/// A value of Terraform's.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, exact.
    Number(Number),
    /// Text.
    String(Text),
    /// A list: `tolist([…])`, or an argument whose type says so.
    List(Vec<Self>),
    /// A tuple: what `[…]` comes to where nothing says that it is a list. Never in what follows a schema, except where
    /// that takes any type.
    Tuple(Vec<Self>),
    /// A set, sorted and each element once: see `Value::set`.
    Set(Vec<Self>),
    /// A map.
    Map(ValueMap),
    /// An object.
    Object(ValueMap),
    /// Not known before the change is applied.
    Unknown,
    /// A value that must not be shown.
    Sensitive(Box<Self>),
}

impl IntoExpression for Value {
    /// An unknown value is reported when the stack is synthesised, and so is a sensitive one: neither can be written.
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
            Self::Unknown => {
                Operation::Invalid("a value that is not known yet cannot be written".to_owned()).into()
            }
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
            Self::Unknown => f.write_str("(known after apply)"),
            Self::Sensitive(_) => f.write_str("(sensitive value)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensitive_value_is_not_shown() {
        let secret = Value::Sensitive(Box::new(Value::String("hunter2".into())));
        let object = Value::Object([("password".into(), secret), ("size".into(), Value::Unknown)].into());
        assert_eq!(
            format!("{:?}", Value::List(vec![object])),
            r#"[{"password": (sensitive value), "size": (known after apply)}]"#
        );
    }

    #[test]
    fn a_value_is_written_as_a_literal() {
        let set = Value::Set(vec![Value::Number(Number::from(1_i64)), Value::Null]);
        let object = Value::Map([("a".into(), set)].into());
        let elements = vec![Expression::Integer(1), Expression::Null];
        let expected =
            vec![(ObjectKey::Name("a".into()), Expression::call("toset", vec![Expression::List(elements)]))];
        assert_eq!(object.into_expression(), Expression::Object(expected));
    }

    #[test]
    fn what_cannot_be_written_is_marked() {
        let is = |value: Value, expected: fn(&Operation) -> bool| match value.into_expression() {
            Expression::Operation(operation) => expected(&operation),
            _ => false,
        };
        assert!(is(Value::Unknown, |operation| matches!(operation, Operation::Invalid(_))));
        assert!(is(Value::Sensitive(Box::new(Value::Null)), |operation| matches!(
            operation,
            Operation::Secret(_)
        )));
    }
}

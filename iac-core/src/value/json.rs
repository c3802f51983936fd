//! Conversion of JSON documents into values and expressions.

use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Number, Value};
use crate::expr::IntoExpression;
use crate::expression::{Expression, ObjectKey};
use crate::text::Text;

/// Error returned when a string is not a JSON document.
#[derive(Debug, thiserror::Error)]
#[error("invalid JSON")]
pub struct ParseJsonError(#[source] pub(crate) serde_json::Error);

impl Value {
    /// Parses a JSON document.
    ///
    /// # Errors
    ///
    /// Returns an error for invalid JSON, with the line and column as its source.
    pub fn parse_json(text: &str) -> Result<Self, ParseJsonError> {
        parse(text).map_err(ParseJsonError)
    }
}

/// Parses a JSON document, preserving the order of keys.
pub(crate) fn parse_expression(text: &str) -> Result<Expression, serde_json::Error> {
    parse(text)
}

fn parse<T: Tree>(text: &str) -> Result<T, serde_json::Error> {
    serde_json::from_str::<Json<T>>(text).map(|json| json.0)
}

/// A type that a JSON document can be parsed into.
trait Tree: Sized {
    fn null() -> Self;
    fn bool(value: bool) -> Self;
    fn number(number: Number) -> Self;
    fn string(text: Text) -> Self;
    fn list(elements: Vec<Self>) -> Self;
    fn object(elements: Vec<(Text, Self)>) -> Self;
}

impl Tree for Value {
    fn null() -> Self {
        Self::Null
    }

    fn bool(value: bool) -> Self {
        Self::Bool(value)
    }

    fn number(number: Number) -> Self {
        Self::Number(number)
    }

    fn string(text: Text) -> Self {
        Self::String(text)
    }

    fn list(elements: Vec<Self>) -> Self {
        Self::Tuple(elements)
    }

    fn object(elements: Vec<(Text, Self)>) -> Self {
        Self::Object(elements.into_iter().collect())
    }
}

impl Tree for Expression {
    fn null() -> Self {
        Self::Null
    }

    fn bool(value: bool) -> Self {
        Self::Bool(value)
    }

    fn number(number: Number) -> Self {
        number.into_expression()
    }

    fn string(text: Text) -> Self {
        Self::String(text)
    }

    fn list(elements: Vec<Self>) -> Self {
        Self::List(elements)
    }

    fn object(elements: Vec<(Text, Self)>) -> Self {
        Self::Object(elements.into_iter().map(|(key, value)| (ObjectKey::Name(key), value)).collect())
    }
}

struct Json<T>(T);

impl<'de, T: Tree> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor(PhantomData)).map(Self)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Json::deserialize(deserializer).map(|json| json.0)
    }
}

struct JsonVisitor<T>(PhantomData<T>);

impl<'de, T: Tree> Visitor<'de> for JsonVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::null())
    }

    fn visit_bool<E>(self, value: bool) -> Result<T, E> {
        Ok(T::bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        Number::from_f64(number).map(T::number).ok_or_else(|| E::custom("numbers must be finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::string(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<T, A::Error> {
        let mut elements = Vec::with_capacity(sequence.size_hint().unwrap_or_default());
        while let Some(Json(element)) = sequence.next_element()? {
            elements.push(element);
        }
        Ok(T::list(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut elements = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some((key, Json(value))) = map.next_entry::<String, _>()? {
            elements.push((key.into(), value));
        }
        Ok(T::object(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_document_is_parsed_into_a_value() {
        let value = Value::parse_json(
            r#" {"b": [1, -2.5, 18446744073709551615, "x\n"], "a": {"c": null, "d": true}} "#,
        );
        assert_eq!(
            format!("{:?}", value.expect("valid JSON")),
            r#"{"a": {"c": null, "d": true}, "b": [1, -2.5, 18446744073709551615, "x\n"]}"#
        );
    }

    #[test]
    fn invalid_json_is_rejected() {
        for text in ["", "{", "[1,]", "{\"a\": 1} x", "1e999"] {
            let error = Value::parse_json(text).expect_err(text);
            assert_eq!(error.to_string(), "invalid JSON");
            assert!(std::error::Error::source(&error).is_some());
        }
    }
}

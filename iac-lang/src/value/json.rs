//! JSON documents as values.

use std::fmt;

use iac_core::text::Text;
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Number, Value, ValueMap};

/// The text is not a JSON document.
#[derive(Debug, thiserror::Error)]
#[error("the text is not valid JSON")]
pub struct ParseJsonError(#[source] serde_json::Error);

impl ParseJsonError {
    /// For the sibling crates that decode documents of their own.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(source: serde_json::Error) -> Self {
        Self(source)
    }
}

impl Value {
    /// Parses a JSON document.
    ///
    /// # Errors
    ///
    /// If the text is not valid JSON, with the line and column as the source.
    pub fn parse_json(text: &str) -> Result<Self, ParseJsonError> {
        serde_json::from_str(text).map_err(ParseJsonError)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("a number has to be finite"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut elements = Vec::with_capacity(sequence.size_hint().unwrap_or_default());
        while let Some(element) = sequence.next_element()? {
            elements.push(element);
        }
        Ok(Value::Tuple(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut elements: Vec<(Text, Value)> = Vec::with_capacity(map.size_hint().unwrap_or_default());
        while let Some((key, value)) = map.next_entry::<String, _>()? {
            elements.push((key.into(), value));
        }
        Ok(Value::Object(elements.into_iter().collect::<ValueMap>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_becomes_a_value() {
        let value = Value::parse_json(
            r#" {"b": [1, -2.5, 18446744073709551615, "x\n"], "a": {"c": null, "d": true}} "#,
        );
        assert_eq!(
            format!("{:?}", value.expect("it is JSON")),
            r#"{"a": {"c": null, "d": true}, "b": [1, -2.5, 18446744073709551615, "x\n"]}"#
        );
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        for text in ["", "{", "[1,]", "{\"a\": 1} x", "1e999"] {
            let error = Value::parse_json(text).expect_err(text);
            assert_eq!(error.to_string(), "the text is not valid JSON");
            assert!(std::error::Error::source(&error).is_some());
        }
    }
}

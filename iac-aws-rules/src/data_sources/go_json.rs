//! JSON as Go's `encoding/json` writes it, on which documents of the provider depend byte for byte.

use std::fmt::Write as _;

use iac_lang::value::Value;

/// A document, with members in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    String(String),
    Array(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Converts a document, with sorted members as in a Go map. `None` if it contains a number: its form depends on more
    /// than its value.
    pub(super) fn from_value(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::String(text) => Self::String(text.to_string()),
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                Self::Array(elements.iter().map(Self::from_value).collect::<Option<_>>()?)
            }
            Value::Object(members) | Value::Map(members) => {
                let member =
                    |(name, value): (&iac_core::Text, _)| Some((name.to_string(), Self::from_value(value)?));
                Self::Object(members.iter().map(member).collect::<Option<_>>()?)
            }
            Value::Number(_) | Value::Unknown(_) | Value::Sensitive(_) => return None,
        })
    }

    /// Returns the document on one line.
    pub(super) fn minified(&self) -> String {
        let mut text = String::new();
        self.write(None, &mut text);
        text
    }

    /// Returns the document with an indent of two spaces.
    pub(super) fn indented(&self) -> String {
        let mut text = String::new();
        self.write(Some(0), &mut text);
        text
    }

    fn write(&self, depth: Option<usize>, text: &mut String) {
        let inner = depth.map(|depth| depth + 1);
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::String(string) => quote(string, text),
            Self::Array(elements) => {
                text.push('[');
                for (position, element) in elements.iter().enumerate() {
                    separate(position, inner, text);
                    element.write(inner, text);
                }
                end(elements.is_empty(), depth, text);
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (position, (name, value)) in members.iter().enumerate() {
                    separate(position, inner, text);
                    quote(name, text);
                    text.push_str(if depth.is_some() { ": " } else { ":" });
                    value.write(inner, text);
                }
                end(members.is_empty(), depth, text);
                text.push('}');
            }
        }
    }
}

fn separate(position: usize, depth: Option<usize>, text: &mut String) {
    if position > 0 {
        text.push(',');
    }
    line(depth, text);
}

fn end(is_empty: bool, depth: Option<usize>, text: &mut String) {
    if !is_empty {
        line(depth, text);
    }
}

fn line(depth: Option<usize>, text: &mut String) {
    if let Some(depth) = depth {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    }
}

/// Quotes a string. Go escapes what is special in HTML, too.
fn quote(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                write!(text, "\\u{:04x}", u32::from(character)).expect("writing to a string does not fail");
            }
            character => text.push(character),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_written_as_in_go() {
        let value = Value::parse_json(r#"{"b": ["<a> & \"b\"", []], "a": {}, "c": [{"d": "\b\u0001"}]}"#);
        let json = Json::from_value(&value.unwrap()).unwrap();
        assert_eq!(
            json.minified(),
            r#"{"a":{},"b":["\u003ca\u003e \u0026 \"b\"",[]],"c":[{"d":"\b\u0001"}]}"#
        );
        assert_eq!(
            json.indented(),
            "{\n  \"a\": {},\n  \"b\": [\n    \"\\u003ca\\u003e \\u0026 \\\"b\\\"\",\n    []\n  ],\n  \"c\": [\n    {\n      \
             \"d\": \"\\b\\u0001\"\n    }\n  ]\n}"
        );
    }
}

//! Messages of providers, which may quote sensitive values.

use iac_core::text::Text;
use iac_lang::value::{AttributePath, Value};

use crate::plan::{ProviderError, marks};
use crate::schema::Schema;

/// What replaces a sensitive value in a message.
const HIDDEN: &str = "(sensitive value)";
/// Shorter values are in any message by chance.
const SHORTEST: usize = 4;

/// The sensitive values of an instance, as messages may quote them.
pub(super) struct Redaction(Vec<String>);

impl Redaction {
    /// Finds the sensitive values of a configuration: those of the schema, and those at the given paths.
    pub(super) fn new(schema: &Schema, config: &Value, sensitive: &[AttributePath]) -> Self {
        let mut paths = marks::of_schema(schema, config);
        paths.extend_from_slice(sensitive);
        let mut texts = Vec::new();
        if !paths.is_empty() {
            collect(&marks::marked(config.clone(), &paths), false, &mut texts);
        }
        // A value may contain another one.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self(texts)
    }

    pub(super) fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }

    pub(super) fn error(&self, mut error: ProviderError) -> ProviderError {
        if !self.0.is_empty() {
            error.summary = Text::from(self.text(&error.summary));
            error.detail = self.text(&error.detail);
        }
        error
    }
}

fn collect(value: &Value, is_sensitive: bool, texts: &mut Vec<String>) {
    match value {
        Value::Sensitive(value) => collect(value, true, texts),
        Value::String(text) if is_sensitive && text.len() >= SHORTEST => {
            // Go quotes strings almost as Rust does.
            let quoted = format!("{:?}", text.as_str());
            let quoted = quoted[1..quoted.len() - 1].to_owned();
            if quoted != text.as_str() {
                texts.push(quoted);
            }
            texts.push(text.to_string());
        }
        Value::Number(number) if is_sensitive && number.to_plain().len() >= SHORTEST => {
            texts.push(number.to_plain());
        }
        Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
            for element in elements {
                collect(element, is_sensitive, texts);
            }
        }
        Value::Map(members) | Value::Object(members) => {
            for member in members.values() {
                collect(member, is_sensitive, texts);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::testing::schema;

    #[test]
    fn sensitive_values_are_not_quoted_in_messages() {
        let config = Value::Object(
            [
                ("name".into(), Value::String("hunter\n2".into())),
                ("size".into(), Value::String("large".into())),
            ]
            .into(),
        );
        let path = AttributePath(vec!["name".into()]);
        let redaction = Redaction::new(&schema(), &config, &[path]);
        let error = ProviderError::new("got hunter\n2, not large", r#"got "hunter\n2""#);
        let error = redaction.error(error);
        assert_eq!(error.summary, "got (sensitive value), not large");
        assert_eq!(error.detail, r#"got "(sensitive value)""#);
    }
}

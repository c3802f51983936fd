//! Unicode normalization: all text of Terraform is in form NFC.

use iac_core::text::Text;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::{Value, ValueMap};

/// Returns text in form NFC. It is the same text if it is already.
#[must_use]
pub fn composed(text: Text) -> Text {
    if is_composed(&text) { text } else { text.nfc().collect::<String>().into() }
}

fn is_composed(text: &str) -> bool {
    text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes
}

impl Value {
    /// Returns the value with all text and keys in form NFC. It is the same value if they are already.
    #[must_use]
    pub fn composed(self) -> Self {
        if self.is_composed() {
            return self;
        }
        let each = |elements: Vec<Self>| elements.into_iter().map(Self::composed).collect();
        let map = |elements: ValueMap| {
            elements.into_iter().map(|(name, element)| (composed(name), element.composed())).collect()
        };
        match self {
            Self::String(text) => Self::String(composed(text)),
            Self::List(elements) => Self::List(each(elements)),
            Self::Tuple(elements) => Self::Tuple(each(elements)),
            Self::Set(elements) => Self::set(each(elements)),
            Self::Map(elements) => Self::Map(map(elements)),
            Self::Object(elements) => Self::Object(map(elements)),
            Self::Sensitive(value) => value.composed().mark(),
            other => other,
        }
    }

    fn is_composed(&self) -> bool {
        match self {
            Self::String(text) => is_composed(text),
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_composed)
            }
            Self::Map(elements) | Self::Object(elements) => {
                elements.iter().all(|(name, element)| is_composed(name) && element.is_composed())
            }
            Self::Sensitive(value) => value.is_composed(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_keys_are_composed_at_every_depth() {
        let text = |text: &str| Value::String(text.into());
        let object = |name: &str, value: Value| Value::Object([(name.into(), value)].into());
        let decomposed = object("e\u{301}", Value::Tuple(vec![text("u\u{308}").mark(), text("a")]));
        let composed = object("\u{e9}", Value::Tuple(vec![text("\u{fc}").mark(), text("a")]));
        assert_eq!(decomposed.composed(), composed);
        assert_eq!(composed.clone().composed(), composed);
        let set = Value::set(vec![text("e\u{301}"), text("\u{e9}")]);
        assert_eq!(set.composed(), Value::set(vec![text("\u{e9}")]));
    }
}

//! The order of sets in the provider's SDK.
//!
//! Documents that are made from sets depend on it: the SDK sorts the elements of a set by a checksum, written in decimal
//! and compared as text.

use iac_lang::value::{Value, ValueMap};

/// Returns the elements of a set of strings in the SDK's order.
pub(super) fn strings(set: &Value) -> Vec<&str> {
    fn text(value: &Value) -> Option<&str> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
    sorted(set.elements().iter().filter_map(text), |text| format!("{text};"))
}

/// Returns the blocks of a set in the SDK's order. `serialize` returns a block as text, by [`serialized`].
pub(super) fn blocks(set: &Value, serialize: impl Fn(&ValueMap) -> String) -> Vec<&ValueMap> {
    fn members(value: &Value) -> Option<&ValueMap> {
        match value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }
    sorted(set.elements().iter().filter_map(members), |members| serialize(members))
}

/// Returns a block as the SDK writes it before it takes the checksum. The names are sorted, and the texts are those of
/// [`scalar`], [`list`] and [`set`].
pub(super) fn serialized<const N: usize>(members: &[(&str, String); N]) -> String {
    members.iter().flat_map(|(name, value)| [name, ":", value, ";"]).collect()
}

pub(super) fn scalar(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.as_str().to_owned(),
        _ => String::new(),
    }
}

pub(super) fn list(value: Option<&Value>) -> String {
    let elements = value.map(Value::elements).unwrap_or_default();
    let elements: String = elements.iter().map(|element| scalar(Some(element)) + ";").collect();
    format!("({elements})")
}

pub(super) fn set(value: Option<&Value>) -> String {
    let elements: String =
        value.map(strings).unwrap_or_default().into_iter().flat_map(|element| [element, ";"]).collect();
    format!("{{{elements}}}")
}

fn sorted<T>(elements: impl Iterator<Item = T>, serialize: impl Fn(&T) -> String) -> Vec<T> {
    let mut elements: Vec<(String, T)> = elements
        .map(|element| (crc32fast::hash(serialize(&element).as_bytes()).to_string(), element))
        .collect();
    elements.sort_by(|(left, _), (right, _)| left.cmp(right));
    elements.into_iter().map(|(_, element)| element).collect()
}

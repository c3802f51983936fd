//! Answers of functions about unknown arguments, of which enough is known.

use unicode_segmentation::UnicodeSegmentation as _;

use super::argument::elements_of;
use crate::types::Type;
use crate::value::{Lengths, Number, Unknown, Value};

/// Returns the answer of a function with an unknown argument, if what is known of it suffices.
pub(super) fn answer(function: &str, arguments: &[Value]) -> Option<Value> {
    match (function, arguments) {
        ("length", [value]) => {
            let Value::Unknown(unknown) = value.peel() else { return None };
            Some(length(unknown).mark_if(value.is_sensitive()))
        }
        ("startswith", [Value::Unknown(unknown), Value::String(prefix)]) => {
            let known = unknown.prefix();
            if known.starts_with(prefix.as_str()) {
                return Some(Value::Bool(true));
            }
            // Terraform does not see that a longer prefix differs from what is known.
            (!known.is_empty() && known.len() >= prefix.len()).then_some(Value::Bool(false))
        }
        ("keys", [value]) => {
            let ty = Type::of(value);
            let Type::Object(attributes) = ty else { return None };
            let names = attributes.into_iter().map(|attribute| Value::String(attribute.name)).collect();
            Some(Value::Tuple(names).mark_if(value.is_sensitive()))
        }
        ("sort", [Value::Unknown(unknown)]) => Some(sorted(unknown, unknown.lengths())),
        ("setproduct", sets) => product(sets),
        _ => None,
    }
}

/// Returns the length of an unknown value: a number within bounds.
fn length(value: &Unknown) -> Value {
    let number = |length: usize| Number::from(length as u64);
    let Lengths { least, most } = match value.ty() {
        Type::Tuple(elements) => Lengths::exactly(elements.len()),
        Type::Object(attributes) => Lengths::exactly(attributes.len()),
        Type::String => Lengths { least: value.prefix().graphemes(true).count(), most: None },
        // Terraform counts with integers of 64 bits.
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let Lengths { least, most } = value.lengths();
            Lengths { least, most: most.or(usize::try_from(i64::MAX).ok()) }
        }
        // The type may turn out to have no length.
        _ => return Value::Unknown(value.derived().with_type(Type::Number).not_null()),
    };
    value.derived().with_bounds(Some(number(least)), most.map(number)).not_null().settled()
}

/// Returns a list of strings whose order is unknown.
pub(super) fn sorted(source: &Unknown, lengths: Lengths) -> Value {
    let ty = Type::List(Box::new(Type::String));
    source.derived().with_type(ty).not_null().with_lengths(lengths).settled()
}

/// The bounds up to which Terraform multiplies lengths.
const MAX_FACTOR: usize = 1024;
const MAX_PRODUCT: usize = 2048;

/// Returns an unknown product within bounds.
pub(super) fn product(sets: &[Value]) -> Option<Value> {
    let is_sensitive = sets.iter().any(Value::is_sensitive);
    let ty = super::returns::result_type("setproduct", sets).ok()?;
    let mut most = 1;
    for set in sets {
        let length = match set.peel() {
            Value::Unknown(unknown) => match unknown.ty() {
                Type::Tuple(elements) => elements.len(),
                _ => unknown.lengths().most?,
            },
            known => elements_of(known)?.len(),
        };
        most *= length;
        if length > MAX_FACTOR || most > MAX_PRODUCT {
            return None;
        }
    }
    let Value::Unknown(unknown) = Value::unknown_as(ty, sets) else { return None };
    let lengths = Lengths { least: most.min(1), most: Some(most) };
    Some(unknown.not_null().with_lengths(lengths).settled().mark_if(is_sensitive))
}

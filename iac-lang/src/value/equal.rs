//! Equality of values, as in Terraform's `==`.

use super::{Lengths, Unknown, Value, ValueMap};
use crate::types::Type;

impl Value {
    /// `self == other`: true, false or unknown; sensitive if anything in either value is.
    ///
    /// Values of different types are not equal: `1 == "1"` is false. An unknown value may be equal to anything.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let equal = compare(self, other);
        let sensitive = self.contains_sensitive() || other.contains_sensitive();
        let unknown = || match Self::unknown_as(Type::Bool, [self, other]) {
            Self::Unknown(unknown) => Self::Unknown(unknown.not_null()),
            value => value,
        };
        equal.map_or_else(unknown, Self::Bool).mark_if(sensitive)
    }
}

/// Returns `None` if the result is unknown.
fn compare(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Sensitive(value), other) | (other, Value::Sensitive(value)) => compare(value, other),
        (Value::Null, Value::Null) => Some(true),
        (Value::Unknown(_), Value::Unknown(_)) => None,
        (Value::Unknown(unknown), known) | (known, Value::Unknown(unknown)) => {
            (!unknown.may_be(known)).then_some(false)
        }
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::String(left), Value::String(right)) => Some(left == right),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _)
        | (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => Some(false),
        _ if (!left.is_wholly_known() || !right.is_wholly_known()) && !is_comparable(left, right) => {
            (!Type::of(left).may_equal(&Type::of(right))).then_some(false)
        }
        (Value::Set(left), Value::Set(right)) => {
            let is_known = left.iter().chain(right).all(Value::is_wholly_known);
            is_known.then(|| elements(left, right)).flatten()
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            elements(left, right)
        }
        (Value::Map(left), Value::Map(right)) | (Value::Object(left), Value::Object(right)) => {
            members(left, right)
        }
        _ => Some(false),
    }
}

/// Returns `true` if the types of all unknown parts are known, and the types are the same. Otherwise, Terraform does
/// not compare the parts.
fn is_comparable(left: &Value, right: &Value) -> bool {
    !left.has_unknown_type() && !right.has_unknown_type() && Type::of(left).may_equal(&Type::of(right))
}

impl Unknown {
    /// Returns `false` if the value cannot turn out to be equal to a known one.
    fn may_be(&self, known: &Value) -> bool {
        let Lengths { least, most } = self.lengths();
        let is_within = |length: usize| length >= least && most.is_none_or(|most| length <= most);
        match known {
            Value::Null => !self.is_not_null(),
            _ if !self.ty().may_equal(&Type::of(known)) => false,
            Value::String(text) => text.starts_with(self.prefix()),
            Value::Number(number) => {
                let (least, most) = self.bounds();
                least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
            }
            Value::List(elements) | Value::Set(elements) => is_within(elements.len()),
            Value::Map(elements) => is_within(elements.len()),
            _ => true,
        }
    }
}

fn elements(left: &[Value], right: &[Value]) -> Option<bool> {
    if left.len() != right.len() {
        return Some(false);
    }
    // Terraform stops at the first pair that differs or is unknown.
    for (left, right) in left.iter().zip(right) {
        match compare(left, right) {
            Some(true) => {}
            other => return other,
        }
    }
    Some(true)
}

fn members(left: &ValueMap, right: &ValueMap) -> Option<bool> {
    let same_names = left.len() == right.len() && left.keys().eq(right.keys());
    if same_names { all(left.values().zip(right.values())) } else { Some(false) }
}

/// An unknown part makes the result unknown, as in Terraform, even if other parts differ.
fn all<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    pairs.try_fold(true, |equal, (left, right)| compare(left, right).map(|next| equal && next))
}

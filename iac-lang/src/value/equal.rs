//! Equality of values, as in Terraform's `==`.

use super::{Value, ValueMap};

impl Value {
    /// `self == other`: true, false or unknown; sensitive if anything in either value is.
    ///
    /// Values of different types are not equal: `1 == "1"` is false. An unknown value may be equal to anything.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let equal = compare(self, other);
        let sensitive = self.contains_sensitive() || other.contains_sensitive();
        equal.map_or_else(|| Self::unknown_of([self, other]), Self::Bool).mark_if(sensitive)
    }
}

/// Returns `None` if the result is unknown.
fn compare(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Sensitive(value), other) | (other, Value::Sensitive(value)) => compare(value, other),
        (Value::Null, Value::Null) => Some(true),
        (Value::Unknown(unknown), Value::Null) | (Value::Null, Value::Unknown(unknown)) => {
            unknown.is_not_null().then_some(false)
        }
        (Value::Unknown(unknown), Value::String(text)) | (Value::String(text), Value::Unknown(unknown)) => {
            (!text.starts_with(unknown.prefix())).then_some(false)
        }
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::String(left), Value::String(right)) => Some(left == right),
        // The type of an unknown element may be unknown, and then so is the type of the collection.
        (Value::List(_), Value::List(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Map(_), Value::Map(_))
            if !left.is_wholly_known() || !right.is_wholly_known() =>
        {
            None
        }
        (Value::List(left), Value::List(right))
        | (Value::Tuple(left), Value::Tuple(right))
        | (Value::Set(left), Value::Set(right)) => elements(left, right),
        (Value::Map(left), Value::Map(right)) | (Value::Object(left), Value::Object(right)) => {
            members(left, right)
        }
        _ => Some(false),
    }
}

fn elements(left: &[Value], right: &[Value]) -> Option<bool> {
    if left.len() == right.len() { all(left.iter().zip(right)) } else { Some(false) }
}

fn members(left: &ValueMap, right: &ValueMap) -> Option<bool> {
    let same_names = left.len() == right.len() && left.keys().eq(right.keys());
    if same_names { all(left.values().zip(right.values())) } else { Some(false) }
}

/// An unknown part makes the result unknown, as in Terraform, even if other parts differ.
fn all<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    pairs.try_fold(true, |equal, (left, right)| compare(left, right).map(|next| equal && next))
}

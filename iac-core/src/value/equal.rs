//! Whether values are equal, as Terraform's `==` has it.

use super::{Value, ValueMap};

impl Value {
    /// `self == other`: true, false or unknown, and sensitive where anything in either of them is.
    ///
    /// Values of different types are not equal: `1 == "1"` is false. An unknown value may turn out to be equal to
    /// anything.
    #[must_use]
    pub fn equals(&self, other: &Self) -> Self {
        let equal = compare(self, other);
        let sensitive = self.contains_sensitive() || other.contains_sensitive();
        equal.map_or(Self::Unknown, Self::Bool).mark_if(sensitive)
    }
}

/// None when it is not known.
fn compare(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Sensitive(value), other) | (other, Value::Sensitive(value)) => compare(value, other),
        (Value::Null, Value::Null) => Some(true),
        (Value::Unknown, _) | (_, Value::Unknown) => None,
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::String(left), Value::String(right)) => Some(left == right),
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            all(left.iter().zip(right))
        }
        (Value::Set(left), Value::Set(right)) => {
            let known = left.iter().chain(right).all(Value::is_wholly_known);
            known.then(|| left == right)
        }
        (Value::Map(left), Value::Map(right)) | (Value::Object(left), Value::Object(right)) => {
            if !same_names(left, right) {
                return Some(false);
            }
            all(left.values().zip(right.values()))
        }
        _ => Some(false),
    }
}

fn same_names(left: &ValueMap, right: &ValueMap) -> bool {
    left.len() == right.len() && left.keys().eq(right.keys())
}

/// One difference is enough, wherever it is; without one, an unknown leaves it open.
fn all<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut known = true;
    for (left, right) in pairs {
        match compare(left, right) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = false,
        }
    }
    known.then_some(true)
}

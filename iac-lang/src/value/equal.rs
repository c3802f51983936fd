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
        // What they hold may be of a type that is not known, and then so is theirs.
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

/// What is unknown leaves it open, as in Terraform, even where there is a difference elsewhere.
fn all<'a>(mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    pairs.try_fold(true, |equal, (left, right)| compare(left, right).map(|next| equal && next))
}

//! Access to the parts of collections.

use super::{Value, ValueMap};

impl Value {
    /// Returns the members of a map or object.
    #[must_use]
    pub const fn members(&self) -> Option<&ValueMap> {
        match self {
            Self::Map(members) | Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the member of a map or object with this name.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.members()?.get(name)
    }

    /// Returns the elements of a list, tuple or set, and none of any other value.
    #[must_use]
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => elements,
            _ => &[],
        }
    }

    /// Returns `true` for null and for an empty string, list, tuple, set or map.
    ///
    /// An object is never empty, as its members are fixed by its type.
    ///
    /// ```
    /// use iac_lang::Value;
    ///
    /// assert!(Value::Null.is_null_or_empty() && Value::String("".into()).is_null_or_empty());
    /// assert!(!Value::Bool(false).is_null_or_empty() && !Value::List(vec![Value::Null]).is_null_or_empty());
    /// ```
    #[must_use]
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::String(text) => text.is_empty(),
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => elements.is_empty(),
            Self::Map(members) => members.is_empty(),
            Self::Bool(_) | Self::Number(_) | Self::Object(_) | Self::Unknown(_) | Self::Sensitive(_) => {
                false
            }
        }
    }

    /// Returns `true` if the value is null, empty, zero or false, which the older provider SDK does not tell apart from
    /// an argument that is not set.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Bool(value) => !value,
            Self::Number(number) => *number == 0_i64.into(),
            value => value.is_null_or_empty(),
        }
    }
}

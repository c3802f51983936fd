//! Unknown values, and what is known of them.

use std::fmt;
use std::sync::Arc;

use iac_core::text::Text;

use super::Value;

/// What is known of an unknown value.
///
/// Unknown values are equal to each other, because plans are compared by what is known.
#[derive(Clone, Default)]
pub struct Unknown(Option<Arc<Details>>);

struct Details {
    /// The reason why Terraform may know the value.
    undecided: Text,
}

impl Unknown {
    /// A value that nobody knows before the change is applied.
    pub const AFTER_APPLY: Self = Self(None);

    /// A value that Terraform may know, and the reason why it is unknown here.
    #[must_use]
    pub fn undecided(reason: impl Into<Text>) -> Self {
        Self(Some(Arc::new(Details { undecided: reason.into() })))
    }

    /// Returns the reason why Terraform may know the value; `None` if nobody knows it before the change is applied.
    #[must_use]
    pub fn reason(&self) -> Option<&Text> {
        self.0.as_ref().map(|details| &details.undecided)
    }
}

impl PartialEq for Unknown {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(known after apply)")
    }
}

impl Value {
    /// A value that nobody knows before the change is applied.
    pub const UNKNOWN: Self = Self::Unknown(Unknown::AFTER_APPLY);

    /// Creates an unknown value that Terraform may know, with the reason why it is unknown here.
    #[must_use]
    pub fn undecided(reason: impl Into<Text>) -> Self {
        Self::Unknown(Unknown::undecided(reason))
    }

    /// Returns the first undecided part.
    #[must_use]
    pub fn doubt(&self) -> Option<&Unknown> {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().find_map(Self::doubt)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().find_map(Self::doubt),
            Self::Sensitive(value) => value.doubt(),
            Self::Unknown(unknown) => unknown.reason().is_some().then_some(unknown),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => None,
        }
    }

    /// Returns `true` if any part of the value is known to nobody before the change is applied.
    #[must_use]
    pub fn is_unknown_after_apply(&self) -> bool {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().any(Self::is_unknown_after_apply)
            }
            Self::Map(elements) | Self::Object(elements) => {
                elements.values().any(Self::is_unknown_after_apply)
            }
            Self::Sensitive(value) => value.is_unknown_after_apply(),
            Self::Unknown(unknown) => unknown.reason().is_none(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => false,
        }
    }

    /// Returns an unknown value that is derived from other values: undecided if any of them is.
    #[must_use]
    pub fn unknown_of<'v>(sources: impl IntoIterator<Item = &'v Self>) -> Self {
        let doubt = sources.into_iter().find_map(Self::doubt);
        doubt.map_or(Self::UNKNOWN, |unknown| Self::Unknown(unknown.clone()))
    }

    /// Makes all unknown parts undecided, for the reason of `doubt` if they have none.
    #[must_use]
    pub fn doubted(mut self, doubt: Option<&Unknown>) -> Self {
        if let Some(doubt) = doubt
            && !self.is_wholly_known()
        {
            self.cast_doubt(doubt);
        }
        self
    }

    fn cast_doubt(&mut self, doubt: &Unknown) {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter_mut().for_each(|element| element.cast_doubt(doubt));
            }
            Self::Map(elements) | Self::Object(elements) => {
                elements.iter_mut().for_each(|(_, element)| element.cast_doubt(doubt));
            }
            Self::Sensitive(value) => value.cast_doubt(doubt),
            Self::Unknown(unknown) if unknown.reason().is_none() => *unknown = doubt.clone(),
            Self::Unknown(_) | Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_is_kept_beside_certain_unknowns() {
        assert_eq!(size_of::<Value>(), size_of::<Option<Value>>());
        let value = Value::Tuple(vec![Value::UNKNOWN, Value::undecided("it is not read").mark()]);
        let doubt = value.doubt().unwrap().clone();
        assert_eq!(doubt.reason().unwrap(), "it is not read");
        assert_eq!(Value::UNKNOWN.doubt(), None);
        assert_eq!(Value::UNKNOWN.doubted(Some(&doubt)).doubt().unwrap().reason(), doubt.reason());
        assert_eq!(Value::Null.doubted(Some(&doubt)), Value::Null);
    }
}

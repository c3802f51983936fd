//! Unknown values, and what is known of them.

use std::fmt;
use std::sync::Arc;

use iac_core::text::Text;
use unicode_segmentation::UnicodeSegmentation as _;

use super::Value;

/// What is known of an unknown value.
///
/// Unknown values are equal to each other, because plans are compared by what is known.
#[derive(Clone, Default)]
pub struct Unknown(Option<Arc<Details>>);

#[derive(Clone, Default)]
struct Details {
    /// The reason why Terraform may know the value.
    undecided: Option<Text>,
    /// True if the value is not null.
    not_null: bool,
    /// The beginning of a string.
    prefix: Text,
    /// The length of a tuple.
    length: Option<usize>,
}

impl Unknown {
    /// A value that nobody knows before the change is applied.
    pub const AFTER_APPLY: Self = Self(None);

    /// A value that Terraform may know, and the reason why it is unknown here.
    #[must_use]
    pub fn undecided(reason: impl Into<Text>) -> Self {
        Self(Some(Arc::new(Details { undecided: Some(reason.into()), ..Details::default() })))
    }

    /// Returns the reason why Terraform may know the value; `None` if nobody knows it before the change is applied.
    #[must_use]
    pub fn reason(&self) -> Option<&Text> {
        self.0.as_ref()?.undecided.as_ref()
    }

    /// Adds that the value is not null.
    #[must_use]
    pub fn not_null(self) -> Self {
        self.with(|details| details.not_null = true)
    }

    /// Adds the beginning of a string, which is not null then.
    ///
    /// The last character is left out if it may combine with what follows, as in Terraform.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let prefix = Text::from(safe_prefix(prefix));
        self.with(|details| (details.not_null, details.prefix) = (true, prefix))
    }

    /// Adds the length of a tuple, which is not null then.
    #[must_use]
    pub fn with_length(self, length: usize) -> Self {
        self.with(|details| (details.not_null, details.length) = (true, Some(length)))
    }

    fn with(mut self, change: impl FnOnce(&mut Details)) -> Self {
        change(Arc::make_mut(self.0.get_or_insert_default()));
        self
    }

    /// Returns `true` if the value is not null, whatever it is.
    #[must_use]
    pub fn is_not_null(&self) -> bool {
        self.0.as_ref().is_some_and(|details| details.not_null)
    }

    /// Returns the beginning of a string, as far as it is known.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.as_ref().map_or("", |details| &details.prefix)
    }

    /// Returns the length of a tuple, if it is known.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        self.0.as_ref()?.length
    }

    /// Returns what is known of a value that is derived from this one: only why it is unknown.
    #[must_use]
    pub fn derived(&self) -> Self {
        self.reason().map_or(Self::AFTER_APPLY, |reason| Self::undecided(reason.clone()))
    }

    /// Returns what is known of this value after its conversion, as a string or as something else.
    pub(crate) fn converted(self, is_string: bool) -> Self {
        if self.length().is_none() && (is_string || self.prefix().is_empty()) {
            return self;
        }
        self.with(|details| {
            details.length = None;
            if !is_string {
                details.prefix = Text::default();
            }
        })
    }
}

fn safe_prefix(prefix: &str) -> &str {
    const DELIMITERS: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
    if prefix.ends_with(|last| DELIMITERS.contains(last)) {
        return prefix;
    }
    prefix.grapheme_indices(true).next_back().map_or("", |(last, _)| &prefix[..last])
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
        doubt.map_or(Self::UNKNOWN, |unknown| Self::Unknown(unknown.derived()))
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
                for element in elements {
                    element.cast_doubt(doubt);
                }
            }
            Self::Map(elements) | Self::Object(elements) => {
                for (_, element) in elements.iter_mut() {
                    element.cast_doubt(doubt);
                }
            }
            Self::Sensitive(value) => value.cast_doubt(doubt),
            Self::Unknown(unknown) if unknown.reason().is_none() => {
                let reason = doubt.reason().cloned();
                *unknown = std::mem::take(unknown).with(|details| details.undecided = reason);
            }
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

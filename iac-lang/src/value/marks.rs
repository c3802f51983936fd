//! Sensitive marks and unknown parts of values.

use super::{AttributePath, PathStep, Value};

impl Value {
    /// Marks the value as sensitive.
    #[must_use]
    pub fn mark(self) -> Self {
        match self {
            Self::Sensitive(_) => self,
            value => Self::Sensitive(Box::new(value)),
        }
    }

    /// Marks the value as sensitive if `sensitive` is true.
    #[must_use]
    pub fn mark_if(self, sensitive: bool) -> Self {
        if sensitive { self.mark() } else { self }
    }

    /// Removes a mark on the whole value and returns whether there was one. Nested marks are kept.
    #[must_use]
    pub fn split_mark(self) -> (Self, bool) {
        match self {
            Self::Sensitive(value) => (value.split_mark().0, true),
            value => (value, false),
        }
    }

    /// Returns the value inside a mark on the whole value.
    #[must_use]
    pub fn peel(&self) -> &Self {
        match self {
            Self::Sensitive(value) => value.peel(),
            value => value,
        }
    }

    /// Returns `true` if the whole value is sensitive.
    #[must_use]
    pub const fn is_sensitive(&self) -> bool {
        matches!(self, Self::Sensitive(_))
    }

    /// Returns `true` if any part of the value is sensitive.
    #[must_use]
    pub fn contains_sensitive(&self) -> bool {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().any(Self::contains_sensitive)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().any(Self::contains_sensitive),
            Self::Sensitive(_) => true,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Unknown(_) => false,
        }
    }

    /// Returns the value without marks, and the paths of the outermost marks, in order.
    #[must_use]
    pub fn unmark(self) -> (Self, Vec<AttributePath>) {
        let mut paths = Vec::new();
        if !self.contains_sensitive() {
            return (self, paths);
        }
        let value = self.unmark_into(&mut Vec::new(), &mut paths);
        (value, paths)
    }

    /// Returns the value without marks.
    #[must_use]
    pub fn without_marks(self) -> Self {
        self.unmark().0
    }

    fn unmark_into(self, at: &mut Vec<PathStep>, paths: &mut Vec<AttributePath>) -> Self {
        let mut inside = |step: PathStep, value: Self| {
            at.push(step);
            let value = value.unmark_into(at, paths);
            at.pop();
            value
        };
        let list = |elements: Vec<Self>, inside: &mut dyn FnMut(PathStep, Self) -> Self| {
            elements.into_iter().enumerate().map(|(index, element)| inside(index.into(), element)).collect()
        };
        match self {
            Self::Sensitive(value) => {
                paths.push(AttributePath(at.clone()));
                value.unmark_into(&mut Vec::new(), &mut Vec::new())
            }
            Self::List(elements) => Self::List(list(elements, &mut inside)),
            Self::Tuple(elements) => Self::Tuple(list(elements, &mut inside)),
            Self::Set(elements) => Self::Set(list(elements, &mut inside)),
            Self::Map(mut elements) => {
                for (name, value) in elements.iter_mut() {
                    *value = inside(name.clone().into(), std::mem::replace(value, Self::Null));
                }
                Self::Map(elements)
            }
            Self::Object(mut elements) => {
                for (name, value) in elements.iter_mut() {
                    *value = inside(name.clone().into(), std::mem::replace(value, Self::Null));
                }
                Self::Object(elements)
            }
            value => value,
        }
    }

    /// Returns `true` if the value itself is unknown; it may contain unknown parts otherwise.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self.peel(), Self::Unknown(_))
    }

    /// Returns `true` if the value is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.peel(), Self::Null)
    }

    /// Returns `true` if no part of the value is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().all(Self::is_wholly_known)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().all(Self::is_wholly_known),
            Self::Sensitive(value) => value.is_wholly_known(),
            Self::Unknown(_) => false,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }

    /// Returns `true` if the value is nested deeper than `limit`. Limits external values to a depth that can be
    /// traversed recursively.
    #[must_use]
    pub(crate) fn is_deeper_than(&self, limit: usize) -> bool {
        let is_too_deep = |part: &Self| limit == 0 || part.is_deeper_than(limit - 1);
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().any(is_too_deep)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().any(is_too_deep),
            Self::Sensitive(value) => is_too_deep(value),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::Unknown(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_removed_with_their_paths() {
        let secret = Value::Tuple(vec![Value::Null.mark(), Value::Bool(true)]).mark();
        let value = Value::Object(
            [("a".into(), Value::List(vec![Value::Null, Value::Bool(true).mark()])), ("b".into(), secret)]
                .into(),
        );
        assert!(value.contains_sensitive());
        let (value, paths) = value.unmark();
        let list = Value::List(vec![Value::Null, Value::Bool(true)]);
        let tuple = Value::Tuple(vec![Value::Null, Value::Bool(true)]);
        assert_eq!(value, Value::Object([("a".into(), list), ("b".into(), tuple)].into()));
        let path = |steps: &[PathStep]| AttributePath(steps.to_vec());
        assert_eq!(paths, [path(&["a".into(), 1.into()]), path(&["b".into()])]);
    }

    #[test]
    fn depth_is_checked_up_to_the_limit() {
        let mut value = Value::Null;
        for _ in 0..5 {
            value = Value::Tuple(vec![value]);
        }
        assert!(value.is_deeper_than(4));
        assert!(!value.is_deeper_than(5));
    }
}

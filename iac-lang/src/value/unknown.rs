//! Unknown values, and what is known of them.

use std::fmt;
use std::sync::Arc;

use iac_core::text::Text;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{Number, Value, ValueMap};
use crate::types::Type;

/// What is known of an unknown value: its type, and bounds, as Terraform's own unknown values have them.
///
/// Unknown values are equal to each other, because plans are compared by what is known.
#[derive(Clone, Default)]
pub struct Unknown(Option<Arc<Details>>);

#[derive(Clone, Default)]
struct Details {
    /// The reason why Terraform may know the value.
    undecided: Option<Text>,
    /// The type; `any` if it is unknown, too.
    ty: Type,
    /// True if the value is not null.
    not_null: bool,
    /// The beginning of a string.
    prefix: Text,
    /// Bounds of the length of a list, set or map.
    lengths: Lengths,
    /// Bounds of a number, inclusive.
    least: Option<Number>,
    most: Option<Number>,
}

/// Bounds of the length of a collection, inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// The lower bound.
    pub least: usize,
    /// The upper bound.
    pub most: Option<usize>,
}

impl Lengths {
    /// The bounds of a known length.
    #[must_use]
    pub const fn exactly(length: usize) -> Self {
        Self { least: length, most: Some(length) }
    }

    /// Returns the bounds that both values are within.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let most = self.most.zip(other.most).map(|(left, right)| left.max(right));
        Self { least: self.least.min(other.least), most }
    }
}

impl Unknown {
    /// A value that nobody knows before the change is applied.
    pub const AFTER_APPLY: Self = Self(None);

    /// A value of a type that nobody knows before the change is applied.
    #[must_use]
    pub fn of(ty: Type) -> Self {
        Self::AFTER_APPLY.with_type(ty)
    }

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

    /// Returns the type; [`Type::Any`] if it is unknown, too.
    #[must_use]
    pub fn ty(&self) -> &Type {
        self.0.as_ref().map_or(&Type::Any, |details| &details.ty)
    }

    /// Sets the type. Bounds do not change.
    #[must_use]
    pub fn with_type(self, ty: Type) -> Self {
        if ty == *self.ty() { self } else { self.with(|details| details.ty = ty) }
    }

    /// Adds that the value is not null.
    #[must_use]
    pub fn not_null(self) -> Self {
        if self.is_not_null() { self } else { self.with(|details| details.not_null = true) }
    }

    /// Adds the beginning of a string, which is not null then.
    ///
    /// The last character is left out if it may combine with what follows, as in Terraform.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> Self {
        let prefix = Text::from(safe_prefix(prefix));
        self.with(|details| (details.ty, details.not_null, details.prefix) = (Type::String, true, prefix))
    }

    /// Adds bounds of the length of a collection.
    #[must_use]
    pub fn with_lengths(self, lengths: Lengths) -> Self {
        if lengths == self.lengths() { self } else { self.with(|details| details.lengths = lengths) }
    }

    /// Adds bounds of a number, inclusive.
    #[must_use]
    pub fn with_bounds(self, least: Option<Number>, most: Option<Number>) -> Self {
        self.with(|details| (details.ty, details.least, details.most) = (Type::Number, least, most))
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

    /// Returns the bounds of the length of a list, set or map.
    #[must_use]
    pub fn lengths(&self) -> Lengths {
        self.0.as_ref().map_or_else(Lengths::default, |details| details.lengths)
    }

    /// Returns the bounds of a number.
    #[must_use]
    pub fn bounds(&self) -> (Option<&Number>, Option<&Number>) {
        self.0.as_ref().map_or((None, None), |details| (details.least.as_ref(), details.most.as_ref()))
    }

    /// Returns what is known of a value that is derived from this one: only why it is unknown.
    #[must_use]
    pub fn derived(&self) -> Self {
        self.reason().map_or(Self::AFTER_APPLY, |reason| Self::undecided(reason.clone()))
    }

    /// Returns the value, which is known if its bounds leave nothing open, as in Terraform.
    #[must_use]
    pub fn settled(self) -> Value {
        if !self.is_not_null() {
            return Value::Unknown(self);
        }
        let element = |ty: &Type| Value::Unknown(self.derived().with_type(ty.clone()));
        match (self.ty(), self.lengths(), self.bounds()) {
            (Type::Number, _, (Some(least), Some(most))) if least == most => Value::Number(least.clone()),
            (Type::List(_), Lengths { most: Some(0), .. }, _) => Value::List(Vec::new()),
            (Type::Set(_), Lengths { most: Some(0), .. }, _) => Value::Set(Vec::new()),
            (Type::Map(_), Lengths { most: Some(0), .. }, _) => Value::Map(ValueMap::default()),
            (Type::List(ty), Lengths { least, most }, _) if most == Some(least) && least <= MAX_SETTLED => {
                Value::List(vec![element(ty); least])
            }
            (Type::Set(ty), Lengths { least: 1, most: Some(1) }, _) => Value::Set(vec![element(ty)]),
            _ => Value::Unknown(self),
        }
    }
}

/// The maximum length of a list whose length only is known.
const MAX_SETTLED: usize = 100_000;

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

    /// Returns an unknown value of a type that is derived from other values: undecided if any of them is.
    #[must_use]
    pub fn unknown_as<'v>(ty: Type, sources: impl IntoIterator<Item = &'v Self>) -> Self {
        match Self::unknown_of(sources) {
            Self::Unknown(unknown) => Self::Unknown(unknown.with_type(ty)),
            value => value,
        }
    }

    /// Returns an unknown value that is derived from other values: undecided if any of them is.
    #[must_use]
    pub fn unknown_of<'v>(sources: impl IntoIterator<Item = &'v Self>) -> Self {
        let doubt = sources.into_iter().find_map(Self::doubt);
        doubt.map_or(Self::UNKNOWN, |unknown| Self::Unknown(unknown.derived()))
    }

    /// Gives unknown parts of unknown type the type that a schema has for them.
    pub fn assume(&mut self, ty: &Type) {
        match (self, ty) {
            (Self::Unknown(unknown), ty) if *unknown.ty() == Type::Any => {
                *unknown = std::mem::take(unknown).with_type(ty.without_defaults());
            }
            (Self::Sensitive(value), ty) => value.assume(ty),
            (Self::List(elements) | Self::Set(elements), Type::List(ty) | Type::Set(ty)) => {
                for element in elements {
                    element.assume(ty);
                }
            }
            (Self::Tuple(elements), Type::Tuple(types)) => {
                elements.iter_mut().zip(types).for_each(|(element, ty)| element.assume(ty));
            }
            (Self::Map(elements), Type::Map(ty)) => {
                elements.iter_mut().for_each(|(_, element)| element.assume(ty));
            }
            (Self::Object(elements), ty) => {
                for (name, element) in elements.iter_mut() {
                    if let Some(ty) = ty.attribute(name) {
                        element.assume(ty);
                    }
                }
            }
            _ => {}
        }
    }

    /// Returns `true` if the type of any unknown part is not known.
    pub(super) fn has_unknown_type(&self) -> bool {
        match self {
            Self::List(elements) | Self::Tuple(elements) | Self::Set(elements) => {
                elements.iter().any(Self::has_unknown_type)
            }
            Self::Map(elements) | Self::Object(elements) => elements.values().any(Self::has_unknown_type),
            Self::Sensitive(value) => value.has_unknown_type(),
            Self::Unknown(unknown) => unknown.ty().contains_any(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => false,
        }
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

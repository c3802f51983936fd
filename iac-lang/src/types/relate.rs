//! Relations between types: what can be converted to what, and what may turn out to be the same.

use super::unify::unify;
use super::{ObjectAttribute, Type};

impl Type {
    /// Returns `true` if values of this type can, in general, be converted to another.
    #[must_use]
    pub fn is_convertible_to(&self, to: &Self) -> bool {
        match (self, to) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Tuple(from), Self::List(to) | Self::Set(to)) if **to == Self::Any => unify(from).is_some(),
            (Self::Object(from), Self::Map(to)) if **to == Self::Any => {
                let types: Vec<Self> = from.iter().map(|attribute| attribute.ty.clone()).collect();
                unify(&types).is_some()
            }
            (Self::List(from) | Self::Set(from), Self::List(to) | Self::Set(to))
            | (Self::Map(from), Self::Map(to)) => from.is_convertible_to(to),
            (Self::Tuple(from), Self::List(to) | Self::Set(to)) => {
                from.iter().all(|from| from.is_convertible_to(to))
            }
            (Self::Object(from), Self::Map(to)) => from.iter().all(|from| from.ty.is_convertible_to(to)),
            (Self::Map(from), Self::Object(to)) => to.iter().all(|to| from.is_convertible_to(&to.ty)),
            (Self::Tuple(from), Self::Tuple(to)) => {
                from.len() == to.len() && from.iter().zip(to).all(|(from, to)| from.is_convertible_to(to))
            }
            (Self::Object(from), Self::Object(to)) => to.iter().all(|to| {
                let from = from.iter().find(|from| from.name == to.name);
                from.map_or(to.optional, |from| from.ty.is_convertible_to(&to.ty))
            }),
            (from, to) => {
                from == to
                    || (from.is_primitive()
                        && (matches!(to, Self::String)
                            || (matches!(from, Self::String) && to.is_primitive())))
            }
        }
    }

    /// Returns `false` if no value can be of both types.
    #[must_use]
    pub fn may_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(left), Self::List(right))
            | (Self::Set(left), Self::Set(right))
            | (Self::Map(left), Self::Map(right)) => left.may_equal(right),
            (Self::Tuple(left), Self::Tuple(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.may_equal(right))
            }
            (Self::Object(left), Self::Object(right)) => {
                let both = || left.iter().zip(right);
                left.len() == right.len()
                    && both().all(|(left, right)| left.name == right.name && left.ty.may_equal(&right.ty))
            }
            (left, right) => left == right,
        }
    }

    /// Returns `true` if any part of the type is [`Type::Any`].
    #[must_use]
    pub fn contains_any(&self) -> bool {
        match self {
            Self::Any => true,
            Self::String | Self::Number | Self::Bool => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.contains_any(),
            Self::Tuple(elements) => elements.iter().any(Self::contains_any),
            Self::Object(attributes) => attributes.iter().any(|attribute| attribute.ty.contains_any()),
        }
    }

    /// Returns the type of a value of this type after its conversion to another, which may contain [`Type::Any`].
    #[must_use]
    pub(super) fn converted_to(&self, to: &Self) -> Self {
        let common =
            |types: Vec<Self>, to: &Self| Box::new(unify(&types).unwrap_or_default().converted_to(to));
        match (self, to) {
            (from, Self::Any) => from.clone(),
            (Self::List(from) | Self::Set(from), Self::List(to)) => {
                Self::List(Box::new(from.converted_to(to)))
            }
            (Self::List(from) | Self::Set(from), Self::Set(to)) => Self::Set(Box::new(from.converted_to(to))),
            (Self::Map(from), Self::Map(to)) => Self::Map(Box::new(from.converted_to(to))),
            (Self::Tuple(from), Self::List(to)) => Self::List(common(from.clone(), to)),
            (Self::Tuple(from), Self::Set(to)) => Self::Set(common(from.clone(), to)),
            (Self::Object(from), Self::Map(to)) => {
                Self::Map(common(from.iter().map(|attribute| attribute.ty.clone()).collect(), to))
            }
            (Self::Tuple(from), Self::Tuple(to)) => {
                Self::Tuple(from.iter().zip(to).map(|(from, to)| from.converted_to(to)).collect())
            }
            (from, Self::Object(to)) => {
                let source = |name: &str| match from {
                    Self::Map(element) => Some(&**element),
                    from => from.attribute(name),
                };
                let attribute = |to: &ObjectAttribute| {
                    let ty = source(&to.name).unwrap_or(&Self::Any).converted_to(&to.ty);
                    ObjectAttribute::new(to.name.clone(), ty)
                };
                Self::Object(to.iter().map(attribute).collect())
            }
            (_, to) => to.without_defaults(),
        }
    }

    /// Returns the type of an attribute of an object type.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Self> {
        let Self::Object(attributes) = self else { return None };
        attributes.iter().find(|attribute| attribute.name == *name).map(|attribute| &attribute.ty)
    }

    /// Returns the type with all attributes required, as values have it.
    #[must_use]
    pub fn without_defaults(&self) -> Self {
        let inner = |ty: &Self| Box::new(ty.without_defaults());
        match self {
            Self::List(element) => Self::List(inner(element)),
            Self::Set(element) => Self::Set(inner(element)),
            Self::Map(element) => Self::Map(inner(element)),
            Self::Tuple(elements) => Self::Tuple(elements.iter().map(Self::without_defaults).collect()),
            Self::Object(attributes) => {
                let plain = |attribute: &ObjectAttribute| {
                    ObjectAttribute::new(attribute.name.clone(), attribute.ty.without_defaults())
                };
                Self::Object(attributes.iter().map(plain).collect())
            }
            Self::Any | Self::String | Self::Number | Self::Bool => self.clone(),
        }
    }
}

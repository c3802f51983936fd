//! The common type of several values.

use iac_core::text::Text;

use super::{ObjectAttribute, Type};
use crate::value::{Value, ValueMap};

impl Type {
    /// Returns the type of a value. Null, the elements of an empty collection, and unknown values of unknown type are
    /// [`Type::Any`].
    #[must_use]
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Any,
            Value::Unknown(unknown) => unknown.ty().clone(),
            Value::Bool(_) => Self::Bool,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::List(elements) => Self::List(Box::new(element_type(elements.iter()))),
            Value::Set(elements) => Self::Set(Box::new(element_type(elements.iter()))),
            Value::Tuple(elements) => Self::Tuple(elements.iter().map(Self::of).collect()),
            Value::Map(elements) => Self::Map(Box::new(element_type(elements.values()))),
            Value::Object(elements) => Self::of_object(elements),
            Value::Sensitive(value) => Self::of(value),
        }
    }

    fn of_object(elements: &ValueMap) -> Self {
        let attributes =
            elements.iter().map(|(name, value)| ObjectAttribute::new(name.clone(), Self::of(value)));
        Self::Object(attributes.collect())
    }

    /// Fills in the parts of this type that are [`Type::Any`] from another type.
    fn complete(&mut self, other: Self) {
        match (self, other) {
            (target @ Self::Any, other) => *target = other,
            (Self::List(target), Self::List(other))
            | (Self::Set(target), Self::Set(other))
            | (Self::Map(target), Self::Map(other)) => target.complete(*other),
            (Self::Tuple(target), Self::Tuple(other)) => {
                target.iter_mut().zip(other).for_each(|(target, other)| target.complete(other));
            }
            (Self::Object(target), Self::Object(other)) => {
                target.iter_mut().zip(other).for_each(|(target, other)| target.ty.complete(other.ty));
            }
            _ => {}
        }
    }

    pub(super) const fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }
}

/// Combines the types of all elements, as null and empty elements only tell a part of the type.
fn element_type<'a>(elements: impl Iterator<Item = &'a Value>) -> Type {
    let mut ty = Type::Any;
    for element in elements {
        ty.complete(Type::of(element));
        if ty.is_primitive() {
            break;
        }
    }
    ty
}

/// Returns the type that values of all these types can be converted to, as Terraform infers it for the two results of
/// a conditional or for the elements of a list; `None` if there is no such type. [`Type::Any`] imposes nothing.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    let common = unify_all(types.iter());
    if common.is_none() && types.contains(&Type::Any) { Some(Type::Any) } else { common }
}

fn unify_all<'a>(types: impl Iterator<Item = &'a Type>) -> Option<Type> {
    let types: Vec<&Type> = types.filter(|ty| !matches!(ty, Type::Any)).collect();
    let Some((first, rest)) = types.split_first() else { return Some(Type::Any) };
    if rest.iter().all(|ty| ty == first) {
        return Some((*first).clone());
    }
    let kinds = Kinds::of(&types);
    let common = match kinds {
        Kinds { primitives, .. } if primitives == types.len() => {
            return types.contains(&&Type::String).then_some(Type::String);
        }
        Kinds { primitives, .. } if primitives > 0 => return None,
        Kinds { maps, objects, .. } if maps > 0 && maps + objects == types.len() => {
            unify_all(members(&types)).map(|element| Type::Map(Box::new(element)))
        }
        Kinds { lists, tuples, .. } if lists > 0 && lists + tuples == types.len() => {
            unify_all(members(&types)).map(|element| Type::List(Box::new(element)))
        }
        Kinds { sets, .. } if sets == types.len() => {
            unify_all(members(&types)).map(|element| Type::Set(Box::new(element)))
        }
        Kinds { objects, .. } if objects == types.len() => return unify_objects(&types),
        Kinds { tuples, .. } if tuples == types.len() => return unify_tuples(&types),
        _ => None,
    };
    common.or_else(|| preferred(&types))
}

#[derive(Default)]
struct Kinds {
    primitives: usize,
    lists: usize,
    sets: usize,
    maps: usize,
    tuples: usize,
    objects: usize,
}

impl Kinds {
    fn of(types: &[&Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            *match ty {
                Type::List(_) => &mut kinds.lists,
                Type::Set(_) => &mut kinds.sets,
                Type::Map(_) => &mut kinds.maps,
                Type::Tuple(_) => &mut kinds.tuples,
                Type::Object(_) => &mut kinds.objects,
                Type::Any | Type::String | Type::Number | Type::Bool => &mut kinds.primitives,
            } += 1;
        }
        kinds
    }
}

/// Returns the element and attribute types of all these types.
fn members<'a>(types: &[&'a Type]) -> impl Iterator<Item = &'a Type> {
    types.iter().flat_map(|ty| {
        let (one, tuple, object) = match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => {
                (Some(&**element), &[][..], &[][..])
            }
            Type::Tuple(elements) => (None, elements.as_slice(), &[][..]),
            Type::Object(attributes) => (None, &[][..], attributes.as_slice()),
            Type::Any | Type::String | Type::Number | Type::Bool => (None, &[][..], &[][..]),
        };
        one.into_iter().chain(tuple).chain(object.iter().map(|attribute| &attribute.ty))
    })
}

/// Unifies objects: those with the same attributes to an object, others to a map.
fn unify_objects(types: &[&Type]) -> Option<Type> {
    let attributes = |ty: &'_ &Type| -> Vec<Text> {
        match ty {
            Type::Object(attributes) => attributes.iter().map(|attribute| attribute.name.clone()).collect(),
            _ => Vec::new(),
        }
    };
    let names = attributes(&types[0]);
    if types[1..].iter().any(|ty| attributes(ty) != names) {
        return unify_all(members(types)).map(|element| Type::Map(Box::new(element)));
    }
    let unified = names.into_iter().enumerate().map(|(position, name)| {
        let types = types.iter().filter_map(|ty| match ty {
            Type::Object(attributes) => Some(&attributes[position].ty),
            _ => None,
        });
        unify_all(types).map(|ty| ObjectAttribute::new(name, ty))
    });
    unified.collect::<Option<_>>().map(Type::Object)
}

/// Unifies tuples: those with the same length to a tuple, others to a list.
fn unify_tuples(types: &[&Type]) -> Option<Type> {
    let length = |ty: &Type| match ty {
        Type::Tuple(elements) => elements.len(),
        _ => 0,
    };
    let first = length(types[0]);
    if types[1..].iter().any(|ty| length(ty) != first) {
        return unify_all(members(types)).map(|element| Type::List(Box::new(element)));
    }
    let unified = (0..first).map(|position| {
        unify_all(types.iter().filter_map(|ty| match ty {
            Type::Tuple(elements) => Some(&elements[position]),
            _ => None,
        }))
    });
    unified.collect::<Option<_>>().map(Type::Tuple)
}

/// Returns the first type that all others can be converted to: lists and maps before sets, sets before objects.
fn preferred(types: &[&Type]) -> Option<Type> {
    let rank = |ty: &Type| match ty {
        Type::List(_) | Type::Map(_) => Some(0),
        Type::Set(_) => Some(1),
        Type::Object(_) => Some(2),
        _ => None,
    };
    let mut candidates: Vec<_> = types.iter().filter_map(|ty| rank(ty).map(|rank| (rank, *ty))).collect();
    candidates.sort_by_key(|(rank, _)| *rank);
    let suits = |candidate: &Type| types.iter().all(|ty| ty.is_convertible_to(candidate));
    candidates.into_iter().map(|(_, ty)| ty).find(|ty| suits(ty)).cloned()
}

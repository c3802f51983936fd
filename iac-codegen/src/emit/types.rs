//! Rust types of attributes and the kinds of setters.

use super::scope::{Scope, built_shape, is_settable};
use iac_schema::model::{Attribute, Identifier, NestingMode, Type};

/// Returns the Rust type of an attribute's value: the `T` of `Expr<T>`.
pub(super) fn value_type(scope: &Scope<'_>, attribute: &Attribute) -> String {
    rust_type(scope, attribute, &attribute.ty)
}

/// Returns the Rust type for an attribute's type.
pub(super) fn rust_type(scope: &Scope<'_>, attribute: &Attribute, ty: &Type) -> String {
    match ty {
        Type::String => match (&attribute.reference, scope.enum_name(attribute)) {
            (Some(reference), _) => {
                let identifier = match reference.identifier {
                    Identifier::Id => "Id",
                    Identifier::Arn => "Arn",
                };
                format!("c::{identifier}<kind::{}>", reference.kind)
            }
            (None, Some(name)) => format!("s::{name}"),
            (None, None) => "c::String".to_owned(),
        },
        Type::Number => "c::Number".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Dynamic | Type::Tuple(_) => "c::Any".to_owned(),
        Type::List(element) => format!("c::List<{}>", rust_type(scope, attribute, element)),
        Type::Set(element) => format!("c::Set<{}>", rust_type(scope, attribute, element)),
        Type::Map(element) => format!("c::Map<{}>", rust_type(scope, attribute, element)),
        Type::Object(shape) => format!("s::object::{}", scope.shape_name(*shape)),
        Type::Nested(nested) => {
            collection(nested.mode, &format!("s::object::{}", scope.shape_name(nested.shape)))
        }
    }
}

/// Returns the Rust type of the collection formed by nested blocks or objects.
pub(super) fn collection(mode: NestingMode, element: &str) -> String {
    match mode {
        NestingMode::Single | NestingMode::Group => element.to_owned(),
        NestingMode::List => format!("c::List<{element}>"),
        NestingMode::Set => format!("c::Set<{element}>"),
        NestingMode::Map => format!("c::Map<{element}>"),
    }
}

/// Returns `true` if values of a type are a single object, which the getter returns directly.
pub(super) fn is_object(ty: &Type) -> bool {
    match ty {
        Type::Object(_) => true,
        Type::Nested(nested) => matches!(nested.mode, NestingMode::Single | NestingMode::Group),
        _ => false,
    }
}

/// The kind of an argument's setter.
pub(super) enum Setting {
    /// Takes a value of a type.
    Value(String),
    /// Takes a value of any type.
    Any,
    /// Takes a closure that builds the value, and calls this method of `Body`.
    Built(Built),
}

/// A method of `Body` that builds a block or an object.
pub(super) enum Built {
    /// A block that may be repeated.
    PushBlock,
    /// A block that may occur once.
    SetBlock,
    /// A block with a label.
    InsertBlock,
    /// An object written as a block in HCL.
    PushElement,
    /// An object in a list.
    PushObject,
    /// A single object.
    SetObject,
    /// An object in a map.
    InsertObject,
}

/// Returns the kind of setter of an attribute, or `None` if it cannot be set.
pub(super) fn setting(scope: &Scope<'_>, attribute: &Attribute) -> Option<Setting> {
    if !is_settable(attribute) {
        return None;
    }
    if built_shape(&attribute.ty).is_some_and(|shape| !scope.can_be_set(shape)) {
        return None;
    }
    let built = match &attribute.ty {
        Type::Object(_) => Some(Built::SetObject),
        Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)) => {
            Some(Built::PushElement)
        }
        Type::Map(element) if matches!(**element, Type::Object(_)) => Some(Built::InsertObject),
        Type::Nested(nested) => Some(match nested.mode {
            NestingMode::Single | NestingMode::Group => Built::SetObject,
            NestingMode::List | NestingMode::Set => Built::PushObject,
            NestingMode::Map => Built::InsertObject,
        }),
        _ => None,
    };
    Some(match built {
        Some(built) => Setting::Built(built),
        None if is_any(&attribute.ty) => Setting::Any,
        None => Setting::Value(value_type(scope, attribute)),
    })
}

/// Returns `true` if the type does not determine a Rust type for its values.
fn is_any(ty: &Type) -> bool {
    match ty {
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_any(element),
        Type::String | Type::Number | Type::Bool | Type::Nested(_) => false,
    }
}

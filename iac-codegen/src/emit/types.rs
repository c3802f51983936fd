//! Types in Rust, and how an argument of a type is set.

use super::scope::{Scope, built_shape, is_settable};
use iac_schema::model::{Attribute, Flavour, NestingMode, Type};

/// The Rust type of an attribute's value: the `T` of `Expr<T>`.
pub(super) fn value_type(scope: &Scope<'_>, attribute: &Attribute) -> String {
    rust_type(scope, attribute, &attribute.ty)
}

/// The Rust type of a value of an attribute's type.
pub(super) fn rust_type(scope: &Scope<'_>, attribute: &Attribute, ty: &Type) -> String {
    match ty {
        Type::String => match (&attribute.reference, scope.enum_name(attribute)) {
            (Some(reference), _) => {
                let flavour = match reference.flavour {
                    Flavour::Id => "Id",
                    Flavour::Arn => "Arn",
                };
                format!("c::{flavour}<kind::{}>", reference.kind)
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

/// The Rust type of what nested blocks or objects make up.
pub(super) fn collection(mode: NestingMode, element: &str) -> String {
    match mode {
        NestingMode::Single | NestingMode::Group => element.to_owned(),
        NestingMode::List => format!("c::List<{element}>"),
        NestingMode::Set => format!("c::Set<{element}>"),
        NestingMode::Map => format!("c::Map<{element}>"),
    }
}

/// Whether values of a type are one object, whose getter gives the object itself.
pub(super) fn is_object(ty: &Type) -> bool {
    match ty {
        Type::Object(_) => true,
        Type::Nested(nested) => matches!(nested.mode, NestingMode::Single | NestingMode::Group),
        _ => false,
    }
}

/// How an argument is set.
pub(super) enum Setting {
    /// By a value of a type.
    Value(String),
    /// By a value of any type.
    Any,
    /// By building something, with this method of `Body`.
    Built(Built),
}

/// A method of `Body` that builds a block or an object.
pub(super) enum Built {
    /// A block of which there may be several.
    PushBlock,
    /// A block of which there is at most one.
    SetBlock,
    /// A block with a label.
    InsertBlock,
    /// An object that HCL writes as a block.
    PushElement,
    /// An object in a list.
    PushObject,
    /// One object.
    SetObject,
    /// An object in a map.
    InsertObject,
}

/// How an attribute is set. `None`: not at all.
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

/// Whether the type leaves open what Rust type its values have.
fn is_any(ty: &Type) -> bool {
    match ty {
        Type::Dynamic | Type::Tuple(_) | Type::Object(_) => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => is_any(element),
        Type::String | Type::Number | Type::Bool | Type::Nested(_) => false,
    }
}

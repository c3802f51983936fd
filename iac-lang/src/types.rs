//! Terraform's types, and the conversion of values to them.

mod convert;
mod json;
mod relate;
mod unify;

use std::fmt;

pub use convert::parse_number;
pub use convert::{ConvertError, convert, text};
pub use unify::unify;

use iac_core::text::Text;

use crate::value::Value;

/// A Terraform type.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Type {
    /// Any type; the value determines it.
    #[default]
    Any,
    /// A string.
    String,
    /// A number.
    Number,
    /// A Boolean.
    Bool,
    /// A list.
    List(Box<Self>),
    /// A set.
    Set(Box<Self>),
    /// A map with string keys.
    Map(Box<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// An object, with its attributes sorted by name.
    Object(Vec<ObjectAttribute>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectAttribute {
    /// The name.
    pub name: Text,
    /// The type.
    pub ty: Type,
    /// True if the attribute may be omitted. It is then null or the default.
    pub optional: bool,
    /// The default for an attribute that is omitted or null.
    pub default: Option<Value>,
}

impl ObjectAttribute {
    /// Creates a required attribute.
    #[must_use]
    pub const fn new(name: Text, ty: Type) -> Self {
        Self { name, ty, optional: false, default: None }
    }
}

impl fmt::Display for Type {
    /// Formats the type as a type constraint: `list(object({ name = string }))`. Defaults are not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any"),
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Set(element) => write!(f, "set({element})"),
            Self::Map(element) => write!(f, "map({element})"),
            Self::Tuple(elements) => {
                f.write_str("tuple([")?;
                for (position, element) in elements.iter().enumerate() {
                    write!(f, "{}{element}", if position == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Self::Object(attributes) if attributes.is_empty() => f.write_str("object({})"),
            Self::Object(attributes) => {
                f.write_str("object({ ")?;
                for (position, ObjectAttribute { name, ty, optional, .. }) in attributes.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    match optional {
                        true => write!(f, "{comma}{name} = optional({ty})")?,
                        false => write!(f, "{comma}{name} = {ty}")?,
                    }
                }
                f.write_str(" })")
            }
        }
    }
}

#[cfg(test)]
mod tests;

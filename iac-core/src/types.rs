//! Terraform's types, and the conversion of values to them.

use crate::text::Text;
use crate::value::Value;

/// A type of Terraform's.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Any type: the value brings its own.
    Any,
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// A list.
    List(Box<Self>),
    /// A set.
    Set(Box<Self>),
    /// A map from text.
    Map(Box<Self>),
    /// A tuple.
    Tuple(Vec<Self>),
    /// An object, its attributes sorted by name.
    Object(Vec<ObjectAttribute>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectAttribute {
    /// The name.
    pub name: Text,
    /// The type.
    pub ty: Type,
    /// Whether it may be left out: it is null then, or the default.
    pub optional: bool,
    /// What stands in for it where it is left out or null.
    pub default: Option<Value>,
}

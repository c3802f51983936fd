//! The names that generated bindings use, in one place: bindings import this module and nothing else.
//!
//! Not for people: what is here may change with the generator.

pub use std::marker::PhantomData;
pub use std::string::String;

pub use crate::body::Body;
pub use crate::builder::{
    BlockBuilder, Buildable, Complete, Given, Handle, Missing, Object, Provided, ProviderHandle, ProviderType,
    ResourceBuilder, ResourceHandle, ResourceMode, ResourceType,
};
pub use crate::construct::{Construct, Scope};
pub use crate::expression::Expression;
pub use crate::{
    Any, Arn, Configure, Element, Enumeration, Ephemeral, Expr, Id, IntoExpr, IntoExpression, List, Map, Number, Set,
    Text, WriteOnly,
};

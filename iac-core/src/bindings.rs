//! The names that generated bindings use. Bindings import this module and nothing else.
//!
//! Not a public API: the contents may change together with the generator.

pub use std::clone::Clone;
pub use std::convert::Into;
pub use std::fmt::{Debug, Formatter, Result as FormatResult};
pub use std::marker::{Copy, PhantomData};
pub use std::ops::FnOnce;
pub use std::string::String;

pub use crate::address::ResourceMode;
pub use crate::body::Body;
pub use crate::builder::{
    BlockBuilder, Buildable, Complete, Given, Handle, Missing, Object, Provided, ProviderHandle,
    ProviderType, ResourceBuilder, ResourceHandle, ResourceType, Wrapper,
};
pub use crate::expr::Nominal;
pub use crate::expression::Expression;
pub use crate::stack::{Construct, Scope};
pub use crate::{
    Any, Arn, Configure, Element, Enumeration, Ephemeral, Expr, Id, IntoExpr, IntoExpression, List, Map,
    Number, Set, Text, Typed, WriteOnly,
};

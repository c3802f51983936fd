//! Infrastructure as typed Rust: the provider-agnostic engine.
#![doc = ""]

pub mod address;
mod app;
#[doc(hidden)]
pub mod bindings;
mod blocks;
pub mod body;
pub mod builder;
mod configure;
mod construct;
pub mod diagnostic;
pub mod expr;
pub mod expression;
pub mod functions;
pub mod graph;
mod meta;
#[cfg(feature = "hcl")]
mod raw;
mod render;
mod stack;
pub mod synth;
mod text;
pub mod value;

pub use address::{InstanceKey, ParseAddressError, ResourceAddress};
pub use app::App;
pub use blocks::{
    Backend, Check, Cloud, Import, Local, Module, ModuleHandle, Moved, Output, Removed, Terraform,
    TypeConstraint, Variable,
};
pub use builder::{Many, ProviderHandle};
pub use configure::{Configure, RawBlock, plaintext};
pub use construct::{Construct, Scope};

#[cfg(feature = "json")]
pub use expr::json_text;
pub use expr::{
    Any, Arn, Collection, Comparable, Each, Element, Enumeration, Ephemeral, Expr, Id, IntoExpr,
    IntoExpression, List, Map, Number, Set, TemplateArgument, TemplateSink, Typed, WriteOnly, if_else, not,
};
pub use meta::{Dependency, MetaArguments, ResourceArguments};
#[cfg(feature = "hcl")]
pub use raw::raw;
pub use stack::Stack;
pub use text::Text;
pub use value::Value;

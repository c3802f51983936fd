//! Infrastructure as typed Rust: the provider-agnostic engine.
#![doc = ""]

pub mod body;
pub mod builder;
mod configure;
mod construct;
pub mod diagnostic;
pub mod expr;
pub mod expression;
mod meta;
mod stack;
mod text;

pub use builder::{Many, ProviderHandle};
pub use configure::{Configure, RawBlock, plaintext};
pub use construct::{Construct, Scope};

pub use expr::{
    Any, Arn, Collection, Comparable, Each, Element, Enumeration, Ephemeral, Expr, Id, IntoExpr,
    IntoExpression, List, Map, Number, Set, TemplateArgument, TemplateSink, Typed, WriteOnly, if_else, not,
};
pub use meta::{Dependency, MetaArguments};
pub use stack::Stack;
pub use text::Text;

//! Infrastructure as typed Rust: the engine, which knows no provider.
//!
//! A program makes an [`App`] with [`Stack`]s, and adds to them what a provider's bindings build. Running it writes
//! Terraform configuration.
//!
//! ```
//! use iac_core::prelude::*;
//!
//! let app = App::new();
//! let stack = app.stack("greeting");
//! let name = stack.add(Variable::<String>::new("name").default("world"));
//! stack.add(Output::new("greeting", tf!("Hello, {}!", name)));
//!
//! let hcl = stack.render_hcl()?;
//! assert!(hcl.contains(r#"value = "Hello, ${var.name}!""#));
//! # Ok::<(), iac_core::diagnostic::Diagnostics>(())
//! ```
//!
//! - [`expr`]: what arguments take and attributes give.
//! - [`functions`]: Terraform's functions.
//! - [`MetaArguments`], [`ResourceArguments`], [`Configure`]: what every builder can do.
//! - [`builder`]: what bindings are made of.
//! - [`synth`], [`graph`], [`diagnostic`]: from stacks to text, what depends on what, and what is wrong.
//!
//! Nothing here touches the disk, the environment or the terminal, except [`App::run`].

pub mod address;
mod app;
mod asset;
#[doc(hidden)]
pub mod bindings;
mod blocks;
pub mod body;
pub mod builder;
mod configure;
mod construct;
#[doc(hidden)]
pub mod decimal;
pub mod diagnostic;
pub mod expr;
pub mod expression;
pub mod functions;
pub mod graph;
mod meta;
pub mod prelude;
mod raw;
mod render;
mod stack;
#[doc(hidden)]
pub mod syntax;
pub mod synth;
pub mod text;

pub use address::{InstanceKey, ParseAddressError, ResourceAddress};
pub use app::App;
pub use asset::Asset;
pub use blocks::{
    Backend, Check, Cloud, Import, Local, Module, ModuleHandle, Moved, Output, Removed, Terraform,
    TypeConstraint, Variable,
};
pub use builder::{Many, ProviderHandle};
pub use configure::{Configure, RawBlock, plaintext};
pub use construct::{Construct, Scope};

pub use expr::{
    Any, Arn, Collection, Comparable, Each, Element, Enumeration, Ephemeral, Expr, Gathered, Id, IntoExpr,
    IntoExpression, List, Map, Null, Number, Set, TemplateArgument, TemplateSink, Typed, WriteOnly, if_else,
    json_text, not,
};
pub use meta::{Dependency, MetaArguments, ResourceArguments};
pub use raw::raw;
pub use stack::{Place, Stack};
pub use text::Text;

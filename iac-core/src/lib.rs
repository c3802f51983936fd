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
//! With the feature `plan`:
//!
//! - [`config`](mod@config), [`state`](mod@state): what is wanted and what is there, read.
//! - [`schema`](mod@schema): what is known of a provider.
//! - [`plan`](mod@plan): what a change comes to.
//! - [`report`](mod@report): a plan for people to read.
//! - [`policy`]: rules about what a plan leads to.
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
#[cfg(feature = "plan")]
pub mod config;
mod configure;
mod construct;
#[cfg(feature = "plan")]
pub mod credential;
pub mod diagnostic;
#[cfg(feature = "plan")]
pub mod eval;
pub mod expr;
pub mod expression;
pub mod functions;
pub mod graph;
mod meta;
#[cfg(feature = "plan")]
pub mod plan;
#[cfg(feature = "plan")]
pub mod policy;
pub mod prelude;
#[cfg(feature = "hcl")]
mod raw;
mod render;
#[cfg(feature = "plan")]
pub mod report;
#[cfg(feature = "plan")]
pub mod review;
#[cfg(feature = "plan")]
pub mod schema;
mod stack;
#[cfg(feature = "plan")]
pub mod state;
#[cfg(feature = "hcl")]
#[cfg_attr(
    not(feature = "plan"),
    expect(dead_code, reason = "raw expressions are only a part of the language")
)]
mod syntax;
pub mod synth;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
#[cfg(feature = "plan")]
pub mod types;
pub mod value;

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

#[cfg(feature = "json")]
pub use expr::json_text;
pub use expr::{
    Any, Arn, Collection, Comparable, Each, Element, Enumeration, Ephemeral, Expr, Gathered, Id, IntoExpr,
    IntoExpression, List, Map, Null, Number, Set, TemplateArgument, TemplateSink, Typed, WriteOnly, if_else,
    not,
};
pub use meta::{Dependency, MetaArguments, ResourceArguments};
#[cfg(feature = "hcl")]
pub use raw::raw;
pub use stack::{Place, Stack};
pub use text::Text;
pub use value::Value;

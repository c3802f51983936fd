//! Infrastructure as typed Rust: authoring and rendering of Terraform configuration.
//!
//! A program creates an [`App`] with [`Stack`]s and adds resources to them, which a provider's bindings build. Running
//! the program writes the Terraform configuration of every stack. This crate knows no provider.
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
//! # Writing programs
//!
//! 1. [`prelude`]: the names that nearly every program needs.
//! 2. [`App`], [`Stack`]: a program and its root modules. [`Construct`], [`Scope`], [`OwnedScope`]: everything that can be added to a
//!    stack, including patterns of your own.
//! 3. [`Variable`], [`Output`], [`Local`], [`Module`], [`Moved`], [`Import`], [`Removed`], [`Check`], [`Terraform`],
//!    [`Backend`], [`Cloud`]: Terraform's blocks other than resources. [`Asset`]: files next to a configuration.
//!    [`Resource`], [`Provider`]: resources and providers without bindings.
//! 4. [`MetaArguments`], [`ResourceArguments`], [`Configure`]: methods of every builder, such as `count`, `lifecycle`
//!    and [`when`](Configure::when).
//! 5. [`expr`]: typed expressions, the values of arguments and attributes. [`functions`]: Terraform's functions.
//!
//! # Processing programs
//!
//! 6. [`address`]: resource addresses.
//! 7. [`expression`], [`body`]: the untyped model, i.e. expressions and the contents of blocks. [`text`]: strings.
//! 8. [`builder`]: building blocks of generated bindings.
//! 9. [`synth`]: validates stacks and renders them. [`graph`]: their dependencies. [`diagnostic`]: errors and warnings
//!    with the lines of Rust that caused them.
//!
//! Nothing here accesses the disk, the environment or the terminal, except [`App::run`].

pub mod address;
mod app;
mod asset;
// Public only for generated bindings.
#[doc(hidden)]
pub mod bindings;
mod blocks;
pub mod body;
pub mod builder;
mod configure;
// Public only for the numbers of `iac-lang`.
#[doc(hidden)]
pub mod decimal;
pub mod diagnostic;
pub mod expr;
pub mod expression;
pub mod functions;
mod generic;
pub mod graph;
mod handle;
mod meta;
pub mod prelude;
mod raw;
mod render;
mod stack;
// Public only for the configurations of `iac-lang`.
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

pub use expr::{
    Any, Arn, Collection, Comparable, Each, Element, Enumeration, Ephemeral, Expr, Gathered, Id, IntoExpr,
    IntoExpression, List, Map, Null, Number, Set, TemplateArgument, TemplateSink, Typed, WriteOnly, if_else,
    json_text, not,
};
pub use generic::{Generic, GenericHandle, Provider, Resource};
pub use meta::{Dependency, MetaArguments, ResourceArguments};
pub use raw::raw;
pub use stack::{Construct, OwnedScope, Scope, Stack};
pub use text::Text;

//! Knowledge about Terraform providers: their schemas, and facts that the schemas do not contain.
//!
//! In reading order:
//!
//! 1. [`model`]: the knowledge in memory.
//! 2. [`parse`], [`print`](mod@print): the text files that it is stored in, one per service.
//! 3. [`changes`]: another version of a provider, as changes to these files.
//! 4. [`Overlay`]: corrections written by hand, each with its reason.
//!
//! This crate knows no resource by name and has no dependencies, since it is compiled in every user's build.

pub mod changes;
mod edit;
mod error;
mod facts;
mod json;
mod lines;
pub mod model;
mod overlay;
pub mod parse;
pub mod print;

pub use edit::MemberMut;
pub use error::{Error, Errors};
pub use lines::{Line, Lines};
pub use model::split_kind;
pub use overlay::Overlay;

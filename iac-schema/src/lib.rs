//! Knowledge about Terraform providers: their schemas, and facts that the schemas do not contain.
//!
//! Both are stored in text files, one per service ([`parse`], [`print`](mod@print)), with hand-written corrections
//! ([`Overlay`]). This crate knows no resource by name and has no dependencies, since it is compiled in every user's
//! build.

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
pub use overlay::{Overlay, split_kind};

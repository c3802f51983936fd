//! What is known of a Terraform provider: its schema, and the facts that its schema does not tell.
//!
//! Both live in text files, one per service ([`parse`], [`print`](mod@print)), with hand-written corrections
//! ([`Overlay`]). The crate knows no resource by name and depends on nothing: it is compiled in every user's build.

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

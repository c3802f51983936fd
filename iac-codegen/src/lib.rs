//! Turns what is known of a Terraform provider into typed Rust.
//!
//! A provider's schema, and facts that its schema does not tell, live in text files, one per service ([`parse`],
//! [`print`](mod@print)). Hand-written rules complete them: names, references between types, corrections ([`load`](load::load)).
//! This crate knows no resource by name, and by default depends on nothing: it is compiled in every user's build.

mod edit;
pub mod emit;
mod error;
mod facts;
#[cfg(feature = "import")]
pub mod import;
mod json;
mod lines;
pub mod load;
pub mod model;
pub mod names;
mod overlay;
pub mod parse;
pub mod print;
mod references;

pub use error::{Error, Errors};

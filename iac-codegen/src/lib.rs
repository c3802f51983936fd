//! Turns what is known of a Terraform provider into typed Rust.
//!
//! [`iac_schema`] reads a provider's schema and facts from text files, one per service. Hand-written rules complete
//! them: names, references between types, corrections ([`load`](load::load)). This crate knows no resource by name,
//! and by default depends on nothing but that: it is compiled in every user's build.

pub mod emit;
#[cfg(feature = "import")]
pub mod import;
pub mod load;
pub mod names;
mod references;

pub use iac_schema::{Error, Errors, model, parse, print};

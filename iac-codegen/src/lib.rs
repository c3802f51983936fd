//! Code generation: knowledge about a Terraform provider becomes typed Rust.
//!
//! [`iac_schema`] reads a provider's schema and facts from text files, one per service. Hand-written rules add names,
//! references between types and corrections ([`load`](load::load)). This crate knows no resource by name, and by
//! default depends only on `iac_schema`, since it is compiled in every user's build.

pub mod emit;
#[cfg(feature = "import")]
pub mod import;
pub mod load;
pub mod names;
mod references;

pub use iac_schema::{Error, Errors, model, parse, print};

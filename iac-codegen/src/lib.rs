//! Code generation: knowledge about a Terraform provider becomes typed Rust.
//!
//! In reading order:
//!
//! 1. [`load`]: a knowledge directory, which [`iac_schema`] reads, with the rules that are written by hand: names, references
//!    between types, corrections.
//! 2. [`names`]: Rust names for Terraform's.
//! 3. [`emit`]: the generated Rust.
//! 4. `import`: a provider's schema as knowledge, with the feature of that name.
//!
//! This crate knows no resource by name, and by default depends only on `iac_schema`, since it is compiled in every user's
//! build.

pub mod emit;
#[cfg(feature = "import")]
pub mod import;
pub mod load;
pub mod names;
mod references;

pub use iac_schema::{Error, Errors, model, parse, print};

//! Terraform's language, read and evaluated.
//!
//! - [`value`]: values as expressions evaluate to them.
//! - [`types`]: types and conversions between them.
//! - [`files`]: the files a configuration is read from.
//! - [`references`]: names that an expression refers to.
//! - [`eval`]: expressions and functions to values.
//! - [`config`](mod@config): a configuration, read from native syntax and JSON.
//!
//! Nothing here touches the disk, the environment or the terminal: callers pass file contents in.

pub mod value;

pub mod types;

pub mod files;

pub mod references;

pub mod eval;

pub mod config;

pub use value::Value;

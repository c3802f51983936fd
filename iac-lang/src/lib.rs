//! Terraform's language, read and evaluated.
//!
//! In reading order:
//!
//! 1. [`value`]: values, the results of expressions.
//! 2. [`types`]: types, and conversions between them.
//! 3. [`files`]: the source of configuration files.
//! 4. [`references`]: the names that an expression refers to.
//! 5. [`eval`]: the evaluation of expressions and functions.
//! 6. [`config`](mod@config): configurations, read from native syntax and JSON.
//!
//! Nothing here touches the disk, the environment or the terminal: callers pass file contents in.

pub mod value;

pub mod types;

pub mod files;

pub mod references;

pub mod eval;

pub mod config;

pub use value::Value;

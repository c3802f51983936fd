//! Typed Rust for every resource of the Terraform AWS provider.

#[allow(
    unused,
    clippy::all,
    clippy::pedantic,
    clippy::use_self,
    unreachable_pub,
    missing_debug_implementations
)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}

#[cfg(feature = "knowledge")]
pub mod functions;
#[cfg(feature = "policies")]
pub mod hazards;
#[cfg(feature = "knowledge")]
pub mod knowledge;
#[cfg(feature = "policies")]
pub mod policies;

// For the compiler's messages: "the item is gated behind the `sqs` feature".
include!(concat!(env!("OUT_DIR"), "/disabled.rs"));

pub use bindings::*;

/// The programs of the guide compile.
#[cfg(all(
    doctest,
    feature = "ec2",
    feature = "iam",
    feature = "s3",
    feature = "secretsmanager",
    feature = "sqs"
))]
#[doc = include_str!("../../docs/writing.md")]
mod guide {}

/// So does that of the README.
#[cfg(all(doctest, feature = "ec2"))]
#[doc = include_str!("../../README.md")]
mod readme {}

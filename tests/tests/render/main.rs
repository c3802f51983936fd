//! The output of the renderers, read back by hcl-rs and by Terraform.
#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

#[cfg(feature = "terraform")]
mod blocks;
#[cfg(feature = "terraform")]
mod formatted;
#[cfg(feature = "terraform")]
mod meaning;
mod normal;
mod random;
mod round_trip;
#[cfg(feature = "terraform")]
mod strings;
mod syntax;
#[cfg(feature = "terraform")]
mod terraform;
mod thing;

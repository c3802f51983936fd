//! What the renderers write, read back by hcl-rs and by Terraform.
#![expect(clippy::unwrap_used, reason = "what is wrong fails the test")]

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

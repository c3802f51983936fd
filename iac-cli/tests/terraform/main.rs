//! `iac plan` with the real Terraform: planning leaves every input unchanged, byte for byte.
//!
//! `terraform` must be on the path. No provider is needed: the configurations have built-in resources only.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod deploy;
mod layered;
mod project;
mod server;
mod untouched;

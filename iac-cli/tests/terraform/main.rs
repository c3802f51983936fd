//! `iac plan` beside the real Terraform: planning leaves every input byte for byte as it was.
//!
//! `terraform` has to be on the path. No provider is needed: the configurations have built-in resources only.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod project;
mod server;
mod untouched;

//! AWS: typed bindings for every resource of the Terraform provider, and high-level constructs.
//!
//! Each service is a module, such as [`ec2`], behind a Cargo feature of the same name. A construct bundles the
//! resources of one pattern, with secure defaults, behind one builder:
//!
//! - [`network`]: VPCs with subnets and routes, security groups, peering, VPNs.
//! - [`identity`]: policy documents, roles, roles for CI.
//! - [`encryption`], [`secrets`]: KMS keys, secrets, parameters.
//! - [`storage`], [`messaging`], [`databases`]: buckets, file systems, queues, topics, Aurora, caches, OpenSearch.
//! - [`compute`], [`containers`], [`serverless`]: instances, services, functions and their surroundings.
//! - [`traffic`]: load balancers, firewalls, certificates, zones.
//! - [`delivery`], [`monitoring`]: pipelines, feature flags, log groups, alarms, dashboards.
//!
//! [`prelude`] exports the traits of their handles, [`caller`] reads the account and the region, and [`knowledge`] contains the
//! texts that the bindings are generated from.
//!
//! Resource names are derived from the name of the construct, and listed in its documentation. They are part of its
//! interface, because renaming a resource replaces it. Physical names in AWS consist of the stack, the enclosing
//! constructs and the construct, joined by `-`. Handles expose their resources, so that arguments without a setter
//! can be changed with [`Stack::amend`](iac_core::Stack::amend).

#![allow(
    clippy::must_use_candidate,
    reason = "methods of handles add resources to the stack, and their return value is often not needed"
)]
#![allow(clippy::redundant_closure_for_method_calls, reason = "users do not name the types of builders")]

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

#[cfg(feature = "constructs")]
pub mod caller;
#[cfg(feature = "constructs")]
pub mod compute;
#[cfg(feature = "constructs")]
pub mod containers;
#[cfg(feature = "constructs")]
pub mod databases;
#[cfg(feature = "constructs")]
pub mod delivery;
#[cfg(feature = "constructs")]
mod document;
#[cfg(feature = "constructs")]
pub mod encryption;
#[cfg(feature = "constructs")]
pub mod identity;
pub mod knowledge;
#[cfg(feature = "constructs")]
pub mod messaging;
#[cfg(feature = "constructs")]
pub mod monitoring;
#[cfg(feature = "constructs")]
mod naming;
#[cfg(feature = "constructs")]
pub mod network;
#[cfg(feature = "constructs")]
pub mod prelude;
#[cfg(feature = "constructs")]
pub mod secrets;
#[cfg(feature = "constructs")]
pub mod serverless;
#[cfg(feature = "constructs")]
mod stacks;
#[cfg(feature = "constructs")]
pub mod storage;
#[cfg(feature = "constructs")]
pub mod traffic;

// Lets the compiler report "the item is gated behind the `sqs` feature".
include!(concat!(env!("OUT_DIR"), "/disabled.rs"));

pub use bindings::*;

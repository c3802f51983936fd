//! AWS: typed Rust for every resource of the Terraform provider, and constructs of many resources.
//!
//! There is a module for each service, such as [`ec2`], behind a feature of its own. The constructs say in a few lines
//! what people mean, with defaults that are safe:
//!
//! - [`network`]: VPCs with subnets and routes, security groups, peerings, VPNs.
//! - [`identity`]: policy documents, roles, roles for pipelines.
//! - [`encryption`], [`secrets`]: keys, secrets, parameters.
//! - [`storage`], [`messaging`], [`databases`]: buckets, file systems, queues, topics, Aurora, caches, OpenSearch.
//! - [`compute`], [`containers`], [`serverless`]: instances, services, functions and what belongs to them.
//! - [`traffic`]: load balancers, firewalls, certificates, zones.
//! - [`delivery`], [`monitoring`]: pipelines, feature flags, log groups, alarms, dashboards.
//!
//! [`prelude`] has the traits of their handles.
//!
//! A construct names its resources after itself, and lists them in its documentation: these names are part of its
//! interface, since another name would be another resource. What AWS wants a name for is called after the stack, the
//! constructs around and the construct, joined by `-`. The resources are in its handle, so that everything can be
//! changed: with [`Stack::amend`](iac_core::Stack::amend), where there is no setter.

#![allow(
    clippy::must_use_candidate,
    reason = "methods of handles add to the stack, and what they return is often not needed"
)]
#![allow(clippy::redundant_closure_for_method_calls, reason = "the types of builders are never named")]

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
pub mod storage;
#[cfg(feature = "constructs")]
pub mod traffic;

// For the compiler's messages: "the item is gated behind the `sqs` feature".
include!(concat!(env!("OUT_DIR"), "/disabled.rs"));

pub use bindings::*;

//! Plans of Terraform configurations, offline.
//!
//! - [`schema`]: a resource type as the planner walks it.
//! - [`state`](mod@state): the state, read.
//! - [`decode`]: bodies of blocks, evaluated against a schema.
//! - [`credential`]: recognizes strings that look like credentials.
//! - [`plan`](mod@plan): the planner, its result, and the plan's JSON format.
//!
//! Nothing here touches the disk, the environment or the terminal.

pub mod schema;

pub mod state;

pub mod decode;

pub mod credential;

pub mod plan;

#[doc(hidden)]
pub mod threads;

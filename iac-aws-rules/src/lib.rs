//! What tools know of AWS: policies, hazards, and the provider knowledge for the planner.
//!
//! In reading order:
//!
//! 1. [`knowledge`]: the knowledge of the provider, as the planner reads it. [`table`] and [`provider`] hand it to a plan.
//! 2. [`versions`]: the known versions of the provider, and which of them answers for a configuration.
//! 3. [`functions`]: the functions of the AWS provider, evaluated.
//! 4. [`data_sources`]: the data sources of the AWS provider that need no service, computed.
//! 4. [`hazards`]: changes that lose data or availability.
//! 5. [`policies`]: the rules of `iac check`.
//! 6. [`limits`]: what AWS refuses, and the provider accepts.

pub mod knowledge;

pub mod versions;

pub mod functions;

pub mod data_sources;

pub mod hazards;

pub mod policies;

pub mod limits;

pub use knowledge::{provider, table};

//! Delivery: pipelines, blue/green deployments and feature flags.

mod flags;
mod gradual;
mod pipeline;

pub use flags::{FeatureFlags, FeatureFlagsBuilder, Rollout};
pub use gradual::{GradualDeployment, GradualDeploymentBuilder};
pub use pipeline::{Pipeline, PipelineBuilder};

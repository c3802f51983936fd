//! How what is new gets to users: pipelines, and features that are turned on a few users at a time.

mod flags;
mod gradual;
mod pipeline;

pub use flags::{FeatureFlags, FeatureFlagsBuilder, Rollout};
pub use gradual::{GradualDeployment, GradualDeploymentBuilder};
pub use pipeline::{Pipeline, PipelineBuilder};

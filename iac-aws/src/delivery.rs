//! How what is new gets to users: pipelines, and features that are turned on a few users at a time.

mod flags;
mod pipeline;

pub use flags::{FeatureFlags, FeatureFlagsBuilder, Rollout};
pub use pipeline::{Pipeline, PipelineBuilder};

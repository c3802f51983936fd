//! Random programs over every resource type and random edits of them, planned by Terraform and by our planner.
//!
//! 1. [`Program::random`] creates a few resources of random types, valid as far as the knowledge tells.
//! 2. [`batch`] combines many programs into one configuration, because each run of Terraform takes seconds, and drops
//!    those that Terraform rejects.
//! 3. The provider's plan for creating them, with unknown values filled in by type, becomes the prior state.
//! 4. Each program is edited, and both planners plan the edit.

pub mod batch;
pub mod body;
mod choice;
pub mod edit;
mod examples;
pub mod judge;
pub mod ours;
pub mod program;
pub mod report;
pub mod shrink;
pub mod state;
pub mod types;
pub mod values;

pub use program::Program;

//! Random programs over every resource type, and random edits of them, for Terraform and our planner to agree upon.
//!
//! 1. [`Program::random`] makes a few resources of random types, valid as far as the knowledge tells.
//! 2. [`batch`] puts many programs into one configuration, because Terraform costs seconds a run, and drops those that it
//!    refuses.
//! 3. What the provider plans for their creation, with the unknown filled by type, is the state before.
//! 4. Each program is edited, and both say what that comes to.

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

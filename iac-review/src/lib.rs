//! Everything that reads a finished plan.
//!
//! - [`policy`]: rules about the resources of a plan.
//! - [`review`](mod@review): changes ordered by danger, renames, and the digest of the effects.
//! - [`report`]: a plan for people and for their tools.
//!
//! Nothing here makes a plan or touches the disk, the environment or the terminal.

pub mod policy;

pub mod review;

pub mod report;

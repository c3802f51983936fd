//! Everything that reads a finished plan.
//!
//! In reading order:
//!
//! 1. [`policy`]: rules about the resources of a plan.
//! 2. [`review`](mod@review): changes ordered by danger, renames, and the digest of the effects.
//! 3. [`report`]: plans for people and for their tools.
//!
//! Nothing here makes a plan or touches the disk, the environment or the terminal.

pub mod policy;

pub mod review;

pub mod report;

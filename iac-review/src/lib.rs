//! Everything that reads a finished plan.
//!
//! In reading order:
//!
//! 1. [`access`]: who may use a resource, according to its policy documents and network rules.
//! 2. [`policy`]: rules about the resources of a plan.
//! 3. [`review`](mod@review): changes ordered by danger, renames, and the digest of the effects.
//! 4. [`report`]: plans for people and for their tools.
//!
//! Nothing here makes a plan or touches the disk, the environment or the terminal.

pub mod access;

pub mod policy;

pub mod review;

pub mod report;

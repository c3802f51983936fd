//! Plans of Terraform configurations, offline.
//!
//! In reading order:
//!
//! 1. [`schema`]: resource types as the planner reads them, from a provider's knowledge.
//! 2. [`state`](mod@state): Terraform's state.
//! 3. [`decode`]: bodies of blocks, evaluated according to a schema.
//! 4. [`credential`]: recognizes strings that look like credentials.
//! 5. [`plan`](mod@plan): the planner and its result. [`plan::json`] writes and reads Terraform's plan format,
//!    [`plan::secret`] finds what is sensitive.
//!
//! Nothing here touches the disk, the environment or the terminal.

pub mod schema;

pub mod state;

pub mod decode;

pub mod credential;

pub mod plan;

// Public only for the sibling crates, which run work in parallel, too.
#[doc(hidden)]
pub mod threads;

//! A client of the Terraform plugin protocol: asks a provider's binary for its plan, as Terraform does.
//!
//! [`find`] searches for the binary where Terraform does, and [`Binary`] is a [`Provider`](iac_plan::plan::Provider)
//! to make a plan with. Its process is started on first use, restarted after a crash, and terminated when the
//! [`Binary`] is dropped.
//!
//! ```no_run
//! use iac_provider::{Binary, Options, Locations, find};
//!
//! let places = Locations::of(".".as_ref());
//! let found = find("registry.terraform.io/hashicorp/aws", None, &places)?;
//! let provider = Binary::open(found, Options::default())?;
//! # Ok::<(), iac_provider::ClientError>(())
//! ```
//!
//! Unless [`live`](Options::live) is set, a provider does not access its service: it gets no credentials, and data
//! sources are not read.

mod answers;
mod binary;
mod calls;
mod client;
mod codec;
mod error;
mod failure;
mod find;
mod handshake;
mod hybrid;
mod instance;
mod messages;
mod offline;
#[cfg(feature = "probe")]
pub mod probe;
mod process;
mod schemas;
mod secrets;
#[cfg(all(feature = "serve", unix))]
pub mod serve;
mod wire;

pub use answers::cache_directory;
pub use binary::{Binary, Options};
pub use error::ClientError;
pub use find::{Found, Locations, find, locked_version};
pub use hybrid::{Hybrid, Preference};

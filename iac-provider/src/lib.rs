//! A client of the Terraform plugin protocol: asks a provider's binary what it would plan, as Terraform does.
//!
//! [`find`] looks for the binary where Terraform does, and [`Binary`] is the [`Provider`](iac_plan::plan::Provider)
//! that a plan is made with. Its process is started when it is first needed, started again when it crashes, and ended
//! when the [`Binary`] is dropped.
//!
//! ```no_run
//! use iac_provider::{Binary, Options, Places, find};
//!
//! let places = Places::of(".".as_ref());
//! let found = find("registry.terraform.io/hashicorp/aws", None, &places)?;
//! let provider = Binary::open(found, Options::default())?;
//! # Ok::<(), iac_provider::ClientError>(())
//! ```
//!
//! Unless it is [`live`](Options::live), a provider is asked nothing that it would have to ask somebody else: it gets
//! no credentials, and data sources are not read.

mod answers;
mod binary;
mod calls;
mod client;
mod codec;
mod error;
mod find;
mod handshake;
mod instance;
mod messages;
mod offline;
#[cfg(feature = "probe")]
pub mod probe;
mod process;
mod schemas;
mod secrets;
mod wire;

pub use answers::cache_directory;
pub use binary::{Binary, Options};
pub use error::ClientError;
pub use find::{Found, Places, find};

//! Access: who may use a resource, according to its policy documents and network rules.
//!
//! Reviews ask whether a change lets somebody in who could not get in before, policies whether somebody may get in at
//! all. Both use these models, so that a condition or an address range means the same everywhere.
//!
//! ```
//! use iac_lang::value::Value;
//! use iac_review::access::Document;
//!
//! let text = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
//!     "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#;
//! let document = Document::parse(&Value::parse_json(text).unwrap()).unwrap();
//! assert_eq!(document.public_statements().count(), 1, "a condition that any caller can meet does not narrow");
//! ```

mod condition;
mod document;
mod federation;
mod network;
mod opening;
mod pattern;
mod ports;
mod privilege;
#[cfg(test)]
mod tests;

pub use condition::{Condition, Reach};
pub use document::{Document, Statement};
pub use network::{Addresses, NetworkRule, NetworkRules, OpenPorts, PortRange, Protocol};
pub use opening::{Accounts, Audience, Opening, openings};
pub use pattern::{covers, is_any_resource, matches};
pub use ports::{PortClass, class_of, ports_of, service_on};
pub use privilege::{ESCALATION, Privilege, privilege, restricts};

/// The placeholder for a string in a document that is only known after apply. It stands for a single resource or
/// principal, since a reference never evaluates to a wildcard.
pub const KNOWN_AFTER_APPLY: &str = "(known after apply)";

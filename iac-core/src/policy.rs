//! Policies: rules about what a plan leads to, in Rust.
//!
//! A [`Rule`] says what must hold of each resource of a type. [`check`] asks every rule about what is there before a
//! change and what is there after it, so that what a change brings can be told from what was there already. What is not
//! known before the change is applied neither passes nor fails: it is [`Outcome::Unknown`].
//!
//! ```
//! use iac_core::policy::{Rules, deny};
//!
//! let rules: Rules = [deny("bucket-name", "Bucket names must begin with the name of the team")
//!     .finding("Bucket name lacks the prefix of the team")
//!     .why("Costs are allocated by the prefix of the name.")
//!     .remedy("Set `bucket` to a name that begins with `learn-`.")
//!     .of("aws_s3_bucket", |bucket| bucket.at("bucket").matches(|name| name.starts_with("learn-")))]
//! .into_iter()
//! .collect();
//! assert_eq!(rules.get("bucket-name").unwrap().info.finding, "Bucket name lacks the prefix of the team");
//! ```
//!
//! Rules may also be typed by the provider's bindings: see [`Rule::on`].

mod baseline;
mod check;
mod finding;
mod links;
mod reading;
mod rule;
mod subject;
#[cfg(test)]
mod tests;
mod verdict;
mod waiver;
mod world;

pub use baseline::{Baseline, BaselineError};
pub use check::{Options, Report, check};
pub use finding::{Finding, Outcome, Status};
pub use links::Links;
pub use reading::Reading;
pub use rule::{Rule, RuleInfo, Rules, Severity, deny, warn};
pub use subject::{Subject, Untyped};
pub use verdict::{Failure, Verdict, all_of, any_of};
pub use waiver::{Date, ParseDateError, Waiver};
pub use world::{Side, World};

//! Policies: rules about the resources of a plan, written in Rust.
//!
//! A [`Rule`] is a requirement for the resources of some types. [`check`] evaluates every rule on the resources before and
//! after a change, so that new problems can be distinguished from existing ones. A rule that depends on a value that is
//! only known after apply neither passes nor fails: it is [`Outcome::Unknown`].
//!
//! ```
//! use iac_review::policy::{Rules, deny};
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
//! Rules may also use the typed bindings of a provider: see [`Rule::on`].

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
pub(crate) use check::complete;
pub use check::{Options, Report, check};
pub use finding::{Finding, Outcome, Status};
pub use links::Links;
pub(crate) use links::config_address;
pub use reading::Reading;
pub use rule::{Limit, Rule, RuleInfo, Rules, Severity, deny, warn};
pub use subject::{Subject, Untyped};
pub use verdict::{Failure, Verdict, all_of, any_of};
pub use waiver::{Date, ParseDateError, Waiver};
pub use world::{Side, World};

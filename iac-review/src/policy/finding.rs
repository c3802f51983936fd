//! Findings of rules.

use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_lang::config::Location;
use iac_lang::value::AttributePath;

use super::{RuleInfo, Waiver};

/// A resource that violates a rule, or may do so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The certainty of the violation.
    pub outcome: Outcome,
    /// The relation to the change: new, existing or fixed.
    pub status: Status,
    /// The resource.
    pub address: ResourceAddress,
    /// The path in the resource; empty for the whole resource.
    pub path: AttributePath,
    /// The problem as a phrase without a full stop: the rule's finding and its detail. Contains no value of the resource.
    pub message: Text,
    /// The specifics beyond the rule's finding: `statement 2`, ``container `web` ``.
    pub detail: Option<Text>,
    /// The line of Rust that created the resource if it is known, otherwise the line of configuration.
    pub source: Option<Location>,
    /// The waiver that covers the finding, if it has not expired.
    pub waived: Option<Waiver>,
    /// `true` if the finding is recorded in the baseline.
    pub baseline: bool,
    /// The rule of an open finding about the same part of the resource that includes this one.
    pub covered_by: Option<Text>,
}

/// The certainty of a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The rule is violated.
    Fail,
    /// The rule depends on a value that is only known after apply.
    Unknown,
}

/// The relation of a finding to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The finding exists only after the change.
    New,
    /// The finding exists before and after the change.
    Existing,
    /// The finding exists only before the change.
    Fixed,
}

impl Outcome {
    /// Returns `fail` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

impl Status {
    /// Returns `new`, `existing` or `fixed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Fixed => "fixed",
        }
    }
}

impl Finding {
    /// Returns `true` if the finding is certain, present after the change, not waived, not in the baseline, and not included
    /// in another one.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Fail)
            && !matches!(self.status, Status::Fixed)
            && self.waived.is_none()
            && !self.baseline
            && self.covered_by.is_none()
    }

    /// Returns `true` if the finding is open and introduced by the change.
    #[must_use]
    pub const fn is_open_and_new(&self) -> bool {
        self.is_open() && matches!(self.status, Status::New)
    }
}

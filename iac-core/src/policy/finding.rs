//! What rules find.

use std::sync::Arc;

use super::{RuleInfo, Waiver};
use crate::address::ResourceAddress;
use crate::config::Location;
use crate::text::Text;
use crate::value::AttributePath;

/// A resource of which a rule does not hold, or may not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// Whether it is certain.
    pub outcome: Outcome,
    /// Whether the change brings it.
    pub status: Status,
    /// The resource.
    pub address: ResourceAddress,
    /// The place in it; empty for the whole.
    pub path: AttributePath,
    /// The problem as a phrase without a full stop: the rule's finding and its detail. Contains no value of the resource.
    pub message: Text,
    /// The specifics beyond the rule's finding: `statement 2`, ``container `web` ``.
    pub detail: Option<Text>,
    /// The line of Rust that the resource comes from where that is known, otherwise of configuration.
    pub source: Option<Location>,
    /// The waiver that covers it, if one does and has not expired.
    pub waived: Option<Waiver>,
    /// Whether the baseline has it: it was there when that was written.
    pub baseline: bool,
}

/// Whether a finding is certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The rule does not hold.
    Fail,
    /// Whether it holds is not known before the change is applied.
    Unknown,
}

/// Whether a change brings a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It is there after the change, and not before.
    New,
    /// It is there before and after.
    Existing,
    /// It is there before the change, and not after.
    Fixed,
}

impl Outcome {
    /// `fail` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

impl Status {
    /// `new`, `existing` or `fixed`.
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
    /// Whether it is for sure there after the change, and nothing excuses it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Fail)
            && !matches!(self.status, Status::Fixed)
            && self.waived.is_none()
            && !self.baseline
    }

    /// Whether it is open and the change brings it.
    #[must_use]
    pub const fn is_open_and_new(&self) -> bool {
        self.is_open() && matches!(self.status, Status::New)
    }
}

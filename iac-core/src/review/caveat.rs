//! Why a plan does not show everything that applying the configuration will do.

use crate::plan::{Plan, ResourceChange};
use crate::text::Text;

/// A reason why a plan does not show everything that applying the configuration will do. While there is one, a plan without
/// dangers is no proof that there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caveat {
    /// What kind of reason it is.
    pub kind: CaveatKind,
    /// The address of the resource or action, where it is about one.
    pub address: Option<Text>,
    /// The reason, as a sentence without a period: `the plan is incomplete: …`.
    pub message: String,
}

/// A kind of caveat. The greater one is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CaveatKind {
    /// The plan has something that its format has not.
    Unrecognized,
    /// A change or an action is deferred to a later plan.
    Deferred,
    /// The plan leaves something out: it was made for some targets only, or changes are deferred.
    Incomplete,
    /// Planning stopped at an error.
    Failed,
}

impl CaveatKind {
    /// Returns the name that machine formats use: `unrecognized`, `deferred`, `incomplete`, `failed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unrecognized => "unrecognized",
            Self::Deferred => "deferred",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
        }
    }

    /// Returns the heading for it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unrecognized => "Unrecognized content",
            Self::Deferred => "Deferred change",
            Self::Incomplete => "Incomplete plan",
            Self::Failed => "Failed plan",
        }
    }
}

/// The caveats of a plan, the worst first, then by address.
pub(super) fn caveats(plan: &Plan) -> Vec<Caveat> {
    let of_plan = |kind, message: &str| Caveat { kind, address: None, message: message.to_owned() };
    let mut caveats = Vec::new();
    if plan.completion.has_failed() {
        let message = "planning failed: the plan ends at the error and cannot be applied";
        caveats.push(of_plan(CaveatKind::Failed, message));
    } else if plan.completion.is_partial() {
        let message = "the plan is incomplete: it was limited with `-target` or `-exclude`, or changes are deferred; apply it and plan again";
        caveats.push(of_plan(CaveatKind::Incomplete, message));
    }
    let of_change = |change: &ResourceChange| {
        let deferred = change.deferred?;
        let address = change.address.to_string();
        let message =
            format!("the change of {address} is deferred to a later plan, because {}", deferred.reason());
        Some(Caveat { kind: CaveatKind::Deferred, address: Some(address.into()), message })
    };
    caveats.extend(plan.changes.iter().filter_map(of_change));
    caveats.extend(plan.invocations.iter().filter_map(|invocation| {
        let deferred = invocation.deferred?;
        let address = invocation.address.clone();
        let message =
            format!("the action {address} is deferred to a later plan, because {}", deferred.reason());
        Some(Caveat { kind: CaveatKind::Deferred, address: Some(address), message })
    }));
    caveats.extend(plan.unrecognized.iter().map(|what| {
        of_plan(CaveatKind::Unrecognized, &format!("the plan file has content that was ignored: {what}"))
    }));
    caveats
}

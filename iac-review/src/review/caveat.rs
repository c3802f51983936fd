//! Reasons why a plan does not show everything that applying the configuration will do.

use iac_core::text::Text;
use iac_plan::plan::{Plan, ResourceChange};

use super::ActionEffect;

/// A reason why a plan does not show everything that applying the configuration will do.
///
/// The absence of dangers in such a plan proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caveat {
    /// The kind.
    pub kind: CaveatKind,
    /// The address of the resource or action, if the caveat concerns one.
    pub address: Option<Text>,
    /// The reason, as a sentence without a period: `the plan is incomplete: …`.
    pub message: String,
}

/// The kinds of caveats, by increasing severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CaveatKind {
    /// The plan file has content that its format does not define.
    Unrecognized,
    /// The plan invokes an action with an unknown effect.
    Action,
    /// A change or an action is deferred to a later plan.
    Deferred,
    /// The plan leaves something out: it is limited to targets, or changes are deferred.
    Incomplete,
    /// Planning stopped at an error.
    Failed,
}

impl CaveatKind {
    /// Returns the name in machine-readable formats: `unrecognized`, `action`, `deferred`, `incomplete`, `failed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unrecognized => "unrecognized",
            Self::Action => "action",
            Self::Deferred => "deferred",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
        }
    }

    /// Returns the heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unrecognized => "Unrecognized content",
            Self::Action => "Action with unknown effect",
            Self::Deferred => "Deferred change",
            Self::Incomplete => "Incomplete plan",
            Self::Failed => "Failed plan",
        }
    }
}

/// Returns the caveats of a plan, the worst first, then by address.
pub(super) fn caveats(plan: &Plan, actions: &[ActionEffect]) -> Vec<Caveat> {
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
    for effect in actions.iter().filter(|effect| effect.what.is_none()) {
        let Some(invocation) = plan.invocations.get(effect.invocation) else { continue };
        let message = format!("the plan does not show what the action {} does", invocation.address);
        let address = Some(invocation.address.clone());
        caveats.push(Caveat { kind: CaveatKind::Action, address, message });
    }
    caveats.extend(plan.unrecognized.iter().map(|what| {
        of_plan(CaveatKind::Unrecognized, &format!("the plan file has content that was ignored: {what}"))
    }));
    caveats
}

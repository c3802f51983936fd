//! The last lines of a report: how many of what.

use super::remarks::limited;
use super::{Planned, visible};
use crate::plan::{CheckStatus, Counts, Plan};

/// `1 to import, 2 to add, 0 to change, 1 to destroy`, with what is rare only where it is there.
pub(super) fn counts(counts: &Counts) -> String {
    let mut parts = Vec::new();
    let mut push = |count: usize, what: &str, always: bool| {
        if always || count > 0 {
            parts.push(format!("{count} {what}"));
        }
    };
    push(counts.import, "to import", false);
    push(counts.add, "to add", true);
    push(counts.change, "to change", true);
    push(counts.destroy, "to destroy", true);
    push(counts.forget, "to forget", false);
    push(counts.moved, "to move", false);
    push(counts.invoke, "to invoke", false);
    push(counts.deferred, "deferred", false);
    parts.join(", ")
}

/// Returns `true` if nothing changes, and the plan covers everything.
pub(super) fn is_unchanged(plan: &Plan, counts: &Counts) -> bool {
    !counts.has_changes()
        && counts.read == 0
        && !plan.completion.has_failed()
        && !plan.completion.is_partial()
        && plan.unrecognized.is_empty()
}

/// What is to be said beside the counts of a plan that does not cover everything.
pub(super) fn completion(plan: &Plan) -> Option<&'static str> {
    if plan.completion.has_failed() {
        Some("Planning failed; the plan is incomplete.")
    } else if plan.completion.is_partial() {
        Some("The plan is incomplete.")
    } else {
        None
    }
}

/// How much is not certain, where something is.
pub(super) fn undecided(counts: &Counts) -> Option<String> {
    match counts.undecided {
        0 => None,
        1 => Some("1 is not certain".to_owned()),
        many => Some(format!("{many} are not certain")),
    }
}

/// What is not certain, and why: what, where in it, the reason.
pub(super) fn undecided_places(plan: &Plan) -> Vec<String> {
    let mut places = Vec::new();
    for change in &plan.changes {
        for undecided in &change.undecided {
            let mut place = visible(&change.address);
            if !undecided.path.0.is_empty() {
                place.push('.');
                place.push_str(&visible(&undecided.path));
            }
            places.push(format!("{place}: {}", visible(&undecided.reason)));
        }
    }
    for output in &plan.outputs {
        for undecided in &output.undecided {
            places.push(format!("output.{}: {}", visible(&output.name), visible(&undecided.reason)));
        }
    }
    places
}

/// What the conditions say that do not hold.
pub(super) fn problems(plan: &Plan) -> Vec<String> {
    let mut problems = Vec::new();
    for check in &plan.checks {
        for instance in &check.instances {
            let address = visible(&instance.address);
            match instance.status {
                CheckStatus::Pass | CheckStatus::Unknown => {}
                CheckStatus::Fail | CheckStatus::Error if instance.problems.is_empty() => {
                    problems.push(format!("{address} does not hold"));
                }
                CheckStatus::Fail | CheckStatus::Error => {
                    problems
                        .extend(instance.problems.iter().map(|each| format!("{address}: {}", visible(each))));
                }
            }
        }
    }
    problems
}

/// The conditions of which nothing is known before the plan is applied.
pub(super) fn open_conditions(plan: &Plan) -> Vec<String> {
    let instances = plan.checks.iter().flat_map(|check| &check.instances);
    let open = instances.filter(|instance| instance.status == CheckStatus::Unknown);
    limited(open.map(|instance| visible(&instance.address)).collect())
}

/// The counts of all plans together.
pub(super) fn total(plans: &[Planned<'_>]) -> Counts {
    plans.iter().map(|planned| Counts::of(planned.plan)).fold(Counts::default(), Counts::and)
}

//! Summaries: the counts at the end of a report.

use iac_plan::plan::{CheckStatus, Counts, Plan};

use super::{Planned, visible};

/// Formats counts as `1 to import, 2 to add, 0 to change, 1 to destroy`. Rare actions are included only if they
/// occur.
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
    parts.join(", ")
}

/// Formats the number of uncertain changes, if there are any.
pub(super) fn undecided(counts: &Counts) -> Option<String> {
    match counts.undecided {
        0 => None,
        count => Some(format!("{count} uncertain")),
    }
}

/// Formats the counts of a plan, or says that there are no changes, which is said only if that is certain.
pub(super) fn counts_or_none(counts: &Counts) -> String {
    if counts.may_have_changes() || counts.read > 0 { self::counts(counts) } else { "no changes".to_owned() }
}

/// Returns the uncertain paths with their reasons.
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
    for instances in &plan.undecided_instances {
        places.push(format!("{}: {}", visible(&instances.address), visible(&instances.reason)));
    }
    for output in &plan.outputs {
        for undecided in &output.undecided {
            places.push(format!("output.{}: {}", visible(&output.name), visible(&undecided.reason)));
        }
    }
    places
}

/// Returns the messages of failed checks.
pub(super) fn problems(plan: &Plan) -> Vec<String> {
    let mut problems = Vec::new();
    for check in &plan.checks {
        for instance in &check.instances {
            let address = visible(&instance.address);
            match instance.status {
                CheckStatus::Pass | CheckStatus::Unknown => {}
                CheckStatus::Fail | CheckStatus::Error if instance.problems.is_empty() => {
                    problems.push(format!("{address} failed"));
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

/// Returns the sum of the counts of all plans.
pub(super) fn total(plans: &[Planned<'_>]) -> Counts {
    plans.iter().map(|planned| Counts::of(planned.plan)).fold(Counts::default(), Counts::and)
}

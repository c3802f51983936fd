//! Summaries: the counts at the end of a report.

use iac_plan::plan::{CheckStatus, Counts, Plan, Predictor, ResourceChange};

use super::remarks::limited;
use super::{Planned, visible};
use crate::review::Digest;

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
    push(counts.invoke, "to invoke", false);
    push(counts.deferred, "deferred", false);
    parts.join(", ")
}

/// Returns true if nothing changes and the plan covers everything.
pub(super) fn is_unchanged(plan: &Plan, counts: &Counts) -> bool {
    !counts.may_have_changes()
        && counts.read == 0
        && !plan.completion.has_failed()
        && !plan.completion.is_partial()
        && plan.unrecognized.is_empty()
}

/// Returns a remark beside the counts if the plan does not cover everything.
pub(super) fn completion(plan: &Plan) -> Option<&'static str> {
    if plan.completion.has_failed() {
        Some("Planning failed; the plan is incomplete.")
    } else if plan.completion.is_partial() {
        Some("The plan is incomplete.")
    } else {
        None
    }
}

/// Formats the state that the plan was made from.
pub(super) fn state(plan: &Plan) -> Option<String> {
    plan.state.as_ref().map(|state| format!("State: {}", visible(state)))
}

/// Formats the versions of the facts that are not those of the provider that will be applied, and who predicted the
/// changes.
pub(super) fn knowledge(plan: &Plan) -> Option<String> {
    let mut parts: Vec<String> =
        plan.knowledge.iter().filter(|record| record.remark.is_some()).map(visible).collect();
    for record in plan.knowledge.iter().filter(|record| record.predictor == Predictor::Provider) {
        let is_its = |change: &&ResourceChange| change.provider_name == record.provider;
        let count = predicted(plan, Predictor::Provider).filter(is_its).count();
        parts.push(format!("{} predicted {}", visible(record), changes(count)));
    }
    match predicted(plan, Predictor::Table).count() {
        0 => {}
        count => parts.push(format!("built-in knowledge predicted {}", changes(count))),
    }
    (!parts.is_empty()).then(|| format!("Provider: {}", parts.join("; ")))
}

fn predicted(plan: &Plan, by: Predictor) -> impl Iterator<Item = &ResourceChange> {
    plan.changes.iter().filter(move |change| change.predicted_by == Some(by))
}

fn changes(count: usize) -> String {
    format!("{count} change{}", if count == 1 { "" } else { "s" })
}

/// Formats the number of uncertain changes, if there are any.
pub(super) fn undecided(counts: &Counts) -> Option<String> {
    match counts.undecided {
        0 => None,
        count => Some(format!("{count} uncertain")),
    }
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

/// Returns the checks that are unknown until apply, one per line.
pub(super) fn open_conditions(plan: &Plan) -> Vec<String> {
    let instances = plan.checks.iter().flat_map(|check| &check.instances);
    let open = instances.filter(|instance| instance.status == CheckStatus::Unknown);
    limited(open.map(|instance| visible(&instance.address)).collect())
}

/// Returns the sum of the counts of all plans.
pub(super) fn total(plans: &[Planned<'_>]) -> Counts {
    plans.iter().map(|planned| Counts::of(planned.plan)).fold(Counts::default(), Counts::and)
}

/// Returns the combined digest, if all plans are reviewed.
pub(super) fn digest(plans: &[Planned<'_>]) -> Option<Digest> {
    let digests: Option<Vec<Digest>> =
        plans.iter().map(|planned| planned.review.map(|review| review.digest)).collect();
    let has_changes = plans.iter().any(|planned| !is_unchanged(planned.plan, &Counts::of(planned.plan)));
    digests.filter(|digests| has_changes && !digests.is_empty()).map(|digests| Digest::of_all(&digests))
}

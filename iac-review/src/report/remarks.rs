//! Phrases of a review that all formats for people share.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use iac_plan::plan::{Plan, ResourceChange};

use super::visible;
use crate::policy::{Finding, Severity};
use crate::review::{ActionEffect, CaveatKind, Danger, Fold, Rename, Review, is_shown};

/// The number of lines of a kind before the rest is only counted.
const LIMIT: usize = 50;

/// Returns the changes of a plan in reading order, each with the changes that are equal to it.
pub(super) fn ordered<'a>(plan: &'a Plan, review: Option<&'a Review>) -> Vec<ShownChange<'a>> {
    let change = |position: &usize| plan.changes.get(*position);
    match review {
        None => {
            let shown = plan.changes.iter().filter(|change| is_shown(change));
            shown.map(|change| ShownChange { change, fold: None, others: Vec::new() }).collect()
        }
        Some(review) => {
            let ordered = review.folds.iter().filter_map(|fold| {
                let (first, others) = fold.changes.split_first()?;
                let others = others.iter().filter_map(change).collect();
                Some(ShownChange { change: change(first)?, fold: Some(fold), others })
            });
            ordered.collect()
        }
    }
}

/// A change that is shown, and the changes that are equal to it.
pub(super) struct ShownChange<'a> {
    pub(super) change: &'a ResourceChange,
    pub(super) fold: Option<&'a Fold>,
    pub(super) others: Vec<&'a ResourceChange>,
}

impl ShownChange<'_> {
    pub(super) fn danger(&self) -> Danger {
        self.fold.map_or(Danger::None, |fold| fold.danger)
    }

    /// Returns the reasons for its danger.
    pub(super) fn dangers(&self) -> Vec<String> {
        let dangers = self.fold.map(dangers).unwrap_or_default();
        if self.change.is_action_certain() {
            return dangers;
        }
        // A reason may be uncertain itself, because of an unknown value.
        let reasons = self.fold.into_iter().flat_map(|fold| &fold.reasons);
        let is_uncertain = reasons.map(|reason| reason.what.starts_with("possibly "));
        let marked = dangers.into_iter().zip(is_uncertain);
        marked
            .map(|(text, is_uncertain)| if is_uncertain { text } else { format!("possibly {text}") })
            .collect()
    }

    /// Returns a phrase that names the equal changes.
    pub(super) fn same(&self) -> Option<String> {
        const NAMED: usize = 5;
        let (named, rest) = self.others.split_at(self.others.len().min(NAMED));
        let named: Vec<String> = named.iter().map(|change| visible(&change.address)).collect();
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        (!named.is_empty()).then(|| format!("same change for {}{more}", named.join(", ")))
    }
}

/// Returns the reasons for the danger of a change: `engine_version: interrupts connections`.
pub(super) fn dangers(fold: &Fold) -> Vec<String> {
    let reason = |reason: &crate::review::Reason| {
        let place =
            if reason.path.0.is_empty() { String::new() } else { format!("{}: ", visible(&reason.path)) };
        format!("{place}{}", visible(&reason.what))
    };
    fold.reasons.iter().map(reason).collect()
}

/// Returns the reasons why the plan does not show everything, one per line.
pub(super) fn caveats(review: &Review) -> Vec<String> {
    let caveats = review.caveats.iter().filter(|caveat| caveat.kind > CaveatKind::Action);
    limited(caveats.map(|caveat| visible(&caveat.message)).collect())
}

/// Returns the content of the plan that was ignored, one item per line.
pub(super) fn unrecognized(review: &Review) -> Vec<String> {
    let caveats = review.caveats.iter().filter(|caveat| caveat.kind == CaveatKind::Unrecognized);
    limited(caveats.map(|caveat| visible(&caveat.message)).collect())
}

/// Returns the actions that are dangerous or have an unknown effect, one per line.
pub(super) fn actions(plan: &Plan, review: Option<&Review>) -> Vec<String> {
    let actions = review.into_iter().flat_map(|review| &review.actions);
    let line = |effect: &ActionEffect| {
        let address = visible(&plan.invocations.get(effect.invocation)?.address);
        match &effect.what {
            None => Some(format!("Unknown effect: {address}: the plan does not show what the action does")),
            Some(what) if effect.danger > Danger::Changes => {
                Some(format!("{}: {address}: {}", effect.danger.title(), visible(what)))
            }
            Some(_) => None,
        }
    };
    limited(actions.filter_map(line).collect())
}

/// Returns the dangerous changes, one per line: `Data loss: aws_db_instance.main: deletes the database`.
pub(super) fn dangerous(ordered: &[ShownChange<'_>]) -> Vec<String> {
    let dangerous = ordered.iter().filter(|change| change.danger() >= Danger::RemovesProtection);
    let line = |ordered: &ShownChange<'_>| {
        let mut title = ordered.danger().title().to_owned();
        if !ordered.change.is_action_certain() {
            title = format!("Possibly {}", title.to_lowercase());
        }
        let mut line = format!("{title}: {}", visible(&ordered.change.address));
        if ordered.change.deposed.is_some() {
            line.push_str(" (deposed object)");
        }
        if !ordered.others.is_empty() {
            let _ = write!(line, " and {} more", ordered.others.len());
        }
        let reasons = ordered.dangers();
        if !reasons.is_empty() {
            let _ = write!(line, ": {}", reasons.join("; "));
        }
        line
    };
    limited(dangerous.map(line).collect())
}

/// Returns the violations that make something public or privileged, by rule.
pub(super) fn exposed(review: &Review) -> Vec<Violation> {
    by_rule(review.policies.broadening())
}

/// Returns the numbers of dangers by kind: `data loss (1), newly public or privileged (2)`.
pub(super) fn danger_counts(review: &Review) -> Option<String> {
    let kinds = [Danger::LosesData, Danger::Destroys, Danger::Interrupts, Danger::RemovesProtection];
    let mut counts: Vec<String> = Vec::new();
    for kind in kinds {
        let folds = review.folds.iter().filter(|fold| fold.danger == kind);
        let count: usize = folds.map(|fold| fold.changes.len()).sum();
        if count > 0 {
            counts.push(format!("{} ({count})", kind.title().to_lowercase()));
        }
    }
    let exposed: usize = exposed(review).iter().map(|violation| violation.count).sum();
    if exposed > 0 {
        counts.push(format!("newly public or privileged ({exposed})"));
    }
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// Returns the providers that the review knows nothing about: `no hazard or exposure rules for 98 changes of helm`.
pub(super) fn uncovered(review: &Review) -> Option<String> {
    let changes: usize = review.uncovered.iter().map(|(_, count)| count).sum();
    let providers: Vec<String> = review.uncovered.iter().map(|(provider, _)| visible(provider)).collect();
    let plural = if changes == 1 { "" } else { "s" };
    (changes > 0).then(|| {
        format!("No hazard or exposure rules for {changes} change{plural} of {}.", providers.join(", "))
    })
}

/// The number of changes with the same cause from which on they are a cascade.
const CASCADE: usize = 3;

/// Returns the causes of many changes, each with its changes: `8 changes follow from aws_sqs_queue.x.name: …`.
pub(super) fn cascades(plan: &Plan) -> Vec<String> {
    const NAMED: usize = 5;
    let mut causes: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for change in plan.changes.iter().filter(|change| is_shown(change)) {
        if let Some(root) = root(change) {
            causes.entry(root).or_default().push(visible(&change.address));
        }
    }
    let cascades = causes.into_iter().filter(|(_, changes)| changes.len() >= CASCADE);
    let line = |(cause, changes): (String, Vec<String>)| {
        let named = changes[..changes.len().min(NAMED)].join(", ");
        let more = match changes.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{} changes follow from {cause}: {named}{more}", changes.len())
    };
    limited(cascades.map(line).collect())
}

/// Returns the resource that a change finally follows from, if it is another one.
pub(super) fn root(change: &ResourceChange) -> Option<String> {
    let root = change.cause.iter().rfind(|cause| cause.address != change.address)?;
    let mut place = visible(&root.address);
    if !root.path.0.is_empty() {
        let _ = write!(place, ".{}", visible(&root.path));
    }
    Some(place)
}

/// Returns the other new violations of rules that deny.
pub(super) fn refused(review: &Review) -> Vec<Violation> {
    by_rule(rest(review).filter(|finding| finding.rule.severity == Severity::Deny))
}

/// Returns the other new violations of rules that warn.
pub(super) fn warnings(review: &Review) -> Vec<Violation> {
    by_rule(rest(review).filter(|finding| finding.rule.severity == Severity::Warn))
}

/// Returns a phrase that counts the new warnings.
pub(super) fn warned(review: &Review) -> Option<String> {
    let warnings = rest(review).filter(|finding| finding.rule.severity == Severity::Warn).count();
    let plural = if warnings == 1 { "" } else { "s" };
    (warnings > 0).then(|| format!("{warnings} policy warning{plural}; run `iac check` for details."))
}

fn rest(review: &Review) -> impl Iterator<Item = &Finding> {
    review.policies.open_and_new().filter(|finding| !finding.rule.exposure)
}

/// A violated rule, and the places of the violations.
pub(super) struct Violation {
    /// `Security group allows SSH (port 22) from 0.0.0.0/0 (security-group-no-ssh, CKV_AWS_24)`
    pub(super) rule: String,
    /// The reason for the rule, and the remedy.
    pub(super) why: String,
    /// `aws_security_group.web.ingress at src/main.rs:12:5`
    pub(super) places: Vec<String>,
    /// The number of places.
    pub(super) count: usize,
}

fn by_rule<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Violation> {
    let mut violations: Vec<(&str, Violation)> = Vec::new();
    for finding in findings {
        let id = finding.rule.id.as_str();
        let place = place(finding);
        if let Some((_, violation)) = violations.iter_mut().find(|(known, _)| *known == id) {
            violation.places.push(place);
            violation.count += 1;
        } else {
            let why = format!("{} {}", visible(&finding.rule.why), visible(&finding.rule.remedy));
            violations.push((id, Violation { rule: rule(finding), why, places: vec![place], count: 1 }));
        }
    }
    let limit =
        |(_, violation): (&str, Violation)| Violation { places: limited(violation.places), ..violation };
    violations.into_iter().map(limit).collect()
}

fn rule(finding: &Finding) -> String {
    let rule = &finding.rule;
    let ids: Vec<String> = std::iter::once(&rule.id).chain(&rule.aliases).map(visible).collect();
    format!("{} ({})", visible(&rule.finding), ids.join(", "))
}

fn place(finding: &Finding) -> String {
    let mut place = visible(&finding.address);
    if !finding.path.0.is_empty() {
        let _ = write!(place, ".{}", visible(&finding.path));
    }
    if let Some(detail) = &finding.detail {
        let _ = write!(place, " ({})", visible(detail));
    }
    if let Some(source) = &finding.source {
        let _ = write!(place, " at {}", visible(source));
    }
    place
}

/// `aws_vpc.main is destroyed and recreated as aws_vpc.network`
pub(super) fn renamed(rename: &Rename) -> String {
    let many = rename.changes.len();
    let count = if many == 1 { String::new() } else { format!(" ({many} resources)") };
    format!("{} is destroyed and recreated as {}{count}", visible(&rename.from), visible(&rename.to))
}

/// Truncates a list of lines, and states how many are left out.
pub(super) fn limited(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LIMIT {
        let more = lines.len() - LIMIT;
        lines.truncate(LIMIT);
        lines.push(format!("and {more} more"));
    }
    lines
}

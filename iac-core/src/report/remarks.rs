//! What a review says of a plan, in words.

use std::fmt::Write as _;

use super::visible;
use crate::plan::{Plan, ResourceChange};
use crate::policy::{Finding, Severity};
use crate::review::{CaveatKind, Danger, Fold, Rename, Review};

/// How many things of a kind are named before the rest is counted.
const LIMIT: usize = 50;

/// The changes of a plan in the order in which they are read, each with the others that are the same.
pub(super) fn ordered<'a>(plan: &'a Plan, review: Option<&'a Review>) -> Vec<Ordered<'a>> {
    let change = |position: &usize| plan.changes.get(*position);
    match review {
        None => {
            let shown = plan.changes.iter().filter(|change| super::text::is_shown(change));
            shown.map(|change| Ordered { change, fold: None, others: Vec::new() }).collect()
        }
        Some(review) => {
            let ordered = review.folds.iter().filter_map(|fold| {
                let (first, others) = fold.changes.split_first()?;
                let others = others.iter().filter_map(change).collect();
                Some(Ordered { change: change(first)?, fold: Some(fold), others })
            });
            ordered.collect()
        }
    }
}

/// A change that is shown, and those that are the same.
pub(super) struct Ordered<'a> {
    pub(super) change: &'a ResourceChange,
    pub(super) fold: Option<&'a Fold>,
    pub(super) others: Vec<&'a ResourceChange>,
}

impl Ordered<'_> {
    pub(super) fn danger(&self) -> Danger {
        self.fold.map_or(Danger::None, |fold| fold.danger)
    }

    /// What is dangerous about it.
    pub(super) fn dangers(&self) -> Vec<String> {
        self.fold.map(dangers).unwrap_or_default()
    }

    /// Which others are the same.
    pub(super) fn same(&self) -> Option<String> {
        const NAMED: usize = 5;
        let (named, rest) = self.others.split_at(self.others.len().min(NAMED));
        let named: Vec<String> = named.iter().map(|change| visible(&change.address)).collect();
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        (!named.is_empty()).then(|| format!("the same for {}{more}", named.join(", ")))
    }
}

/// What is dangerous about changes: `engine_version: interrupts connections`.
pub(super) fn dangers(fold: &Fold) -> Vec<String> {
    let reason = |reason: &crate::review::Reason| {
        let place =
            if reason.path.0.is_empty() { String::new() } else { format!("{}: ", visible(&reason.path)) };
        format!("{place}{}", visible(&reason.what))
    };
    fold.reasons.iter().map(reason).collect()
}

/// Why the plan does not show everything, a line each.
pub(super) fn caveats(review: &Review) -> Vec<String> {
    let caveats = review.caveats.iter().filter(|caveat| caveat.kind > CaveatKind::Unrecognized);
    limited(caveats.map(|caveat| visible(&caveat.message)).collect())
}

/// What of the plan is not understood, a line each.
pub(super) fn unrecognized(review: &Review) -> Vec<String> {
    let caveats = review.caveats.iter().filter(|caveat| caveat.kind == CaveatKind::Unrecognized);
    limited(caveats.map(|caveat| visible(&caveat.message)).collect())
}

/// The dangerous changes, a line each: `Data is lost: aws_db_instance.main: loses the database`.
pub(super) fn dangerous(ordered: &[Ordered<'_>]) -> Vec<String> {
    let dangerous = ordered.iter().filter(|change| change.danger() >= Danger::Unguards);
    let line = |ordered: &Ordered<'_>| {
        let mut line = format!("{}: {}", ordered.danger().title(), visible(&ordered.change.address));
        if ordered.change.deposed.is_some() {
            line.push_str(" (a deposed object)");
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

/// What the change makes public or privileged: a rule each, and where it does not hold.
pub(super) fn exposed(review: &Review) -> Vec<Broken> {
    by_rule(review.policies.broadening())
}

/// What else the policies refuse of what the change brings.
pub(super) fn refused(review: &Review) -> Vec<Broken> {
    by_rule(rest(review).filter(|finding| finding.rule.severity == Severity::Deny))
}

/// What the policies warn of besides.
pub(super) fn warnings(review: &Review) -> Vec<Broken> {
    by_rule(rest(review).filter(|finding| finding.rule.severity == Severity::Warn))
}

/// How much that is.
pub(super) fn warned(review: &Review) -> Option<String> {
    let warnings = rest(review).filter(|finding| finding.rule.severity == Severity::Warn).count();
    let plural = if warnings == 1 { "" } else { "s" };
    (warnings > 0).then(|| format!("{warnings} warning{plural} of policies, which `iac check` lists."))
}

fn rest(review: &Review) -> impl Iterator<Item = &Finding> {
    review.policies.open_and_new().filter(|finding| !finding.rule.exposure)
}

/// A rule, and where it does not hold.
pub(super) struct Broken {
    /// `SSH is not open to everybody (security-group-no-ssh, CKV_AWS_24)`
    pub(super) rule: String,
    /// Why it matters, and what to do.
    pub(super) why: String,
    /// `aws_security_group.web.ingress at src/main.rs:12:5`
    pub(super) places: Vec<String>,
}

fn by_rule<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Broken> {
    let mut broken: Vec<(&str, Broken)> = Vec::new();
    for finding in findings {
        let id = finding.rule.id.as_str();
        let place = place(finding);
        if let Some((_, broken)) = broken.iter_mut().find(|(known, _)| *known == id) {
            broken.places.push(place);
        } else {
            let why = format!("{} {}", visible(&finding.rule.why), visible(&finding.rule.remedy));
            broken.push((id, Broken { rule: rule(finding), why, places: vec![place] }));
        }
    }
    let limit = |(_, broken): (&str, Broken)| Broken { places: limited(broken.places), ..broken };
    broken.into_iter().map(limit).collect()
}

fn rule(finding: &Finding) -> String {
    let rule = &finding.rule;
    let ids: Vec<String> = std::iter::once(&rule.id).chain(&rule.aliases).map(visible).collect();
    format!("{} ({})", visible(&rule.title), ids.join(", "))
}

fn place(finding: &Finding) -> String {
    let mut place = visible(&finding.address);
    if !finding.path.0.is_empty() {
        let _ = write!(place, ".{}", visible(&finding.path));
    }
    if !finding.message.starts_with("not so: ") {
        let _ = write!(place, ", {}", visible(&finding.message));
    }
    if let Some(source) = &finding.source {
        let _ = write!(place, " at {}", visible(source));
    }
    place
}

/// `aws_vpc.main is the same as aws_vpc.network: …`
pub(super) fn renamed(rename: &Rename) -> String {
    let many = rename.changes.len();
    let count = if many == 1 { String::new() } else { format!(", with {many} resources") };
    format!("{} is destroyed and created again as {}{count}", visible(&rename.from), visible(&rename.to))
}

/// The first of many lines, and how many more there are.
pub(super) fn limited(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > LIMIT {
        let more = lines.len() - LIMIT;
        lines.truncate(LIMIT);
        lines.push(format!("and {more} more"));
    }
    lines
}

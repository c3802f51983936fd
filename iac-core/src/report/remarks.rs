//! What a review says of a plan, in words.

use std::fmt::Write as _;

use super::visible;
use crate::plan::{Plan, ResourceChange};
use crate::policy::{Finding, Severity};
use crate::review::{Danger, Fold, Rename, Review};
use crate::value::AttributePath;

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

/// What is dangerous about changes: `loses data: the database`.
pub(super) fn dangers(fold: &Fold) -> Vec<String> {
    let reason = |reason: &crate::review::Reason| {
        let place =
            if reason.path.0.is_empty() { String::new() } else { format!("{}: ", visible(&reason.path)) };
        format!("{place}{} {}", verb(fold.danger), visible(&reason.what))
    };
    fold.reasons.iter().map(reason).collect()
}

const fn verb(danger: Danger) -> &'static str {
    match danger {
        Danger::LosesData => "loses",
        Danger::Unguards => "unguards",
        _ => "interrupts",
    }
}

/// The dangerous changes, a line each: `Data is lost: aws_db_instance.main: loses the database`.
pub(super) fn dangerous(ordered: &[Ordered<'_>]) -> Vec<String> {
    let dangerous = ordered.iter().filter(|change| change.danger() >= Danger::Unguards);
    let line = |ordered: &Ordered<'_>| {
        let mut line = format!("{}: {}", ordered.danger().title(), visible(&ordered.change.address));
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

/// What the change makes public or privileged.
pub(super) fn exposed(review: &Review) -> Vec<String> {
    limited(review.policies.broadening().map(finding).collect())
}

/// What else the policies refuse of what the change brings, and how much they warn of.
pub(super) fn refused(review: &Review) -> Vec<String> {
    let rest = || review.policies.open_and_new().filter(|finding| !finding.rule.exposure);
    let is_refused = |finding: &&Finding| finding.rule.severity == Severity::Deny;
    let mut lines = limited(rest().filter(is_refused).map(finding).collect());
    let warnings = rest().filter(|finding| !is_refused(finding)).count();
    if warnings > 0 {
        let plural = if warnings == 1 { "" } else { "s" };
        lines.push(format!("{warnings} warning{plural}, which `iac check` lists"));
    }
    lines
}

/// `aws_subnet.a.map_public_ip_on_launch: not so: … (deny vpc-subnet-private, CKV_AWS_130) at src/main.rs:12:5`
pub(super) fn finding(finding: &Finding) -> String {
    let rule = &finding.rule;
    let mut line = format!("{}: {}", place(&finding.address, &finding.path), visible(&rule.title));
    let is_general = finding.message.starts_with("not so: ");
    if !is_general {
        let _ = write!(line, ": {}", visible(&finding.message));
    }
    let severity = if rule.severity == Severity::Deny { "deny" } else { "warn" };
    let ids: String = rule.aliases.iter().map(|id| format!(", {}", visible(id))).collect();
    let _ = write!(line, " ({severity} {}{ids})", visible(&rule.id));
    if let Some(source) = &finding.source {
        let _ = write!(line, " at {}", visible(source));
    }
    line
}

fn place(address: &crate::address::ResourceAddress, path: &AttributePath) -> String {
    if path.0.is_empty() { visible(address) } else { format!("{}.{}", visible(address), visible(path)) }
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

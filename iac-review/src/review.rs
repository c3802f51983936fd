//! Reviews: the findings that matter to the approver of a plan, ordered by danger.
//!
//! A [`Review`] orders and groups the changes of a [`Plan`] by danger, and has the findings of the policies, likely
//! renames, and a digest of the effects that an approval is tied to. The [reports](crate::report) show it.

mod actions;
mod caveat;
mod danger;
mod difference;
mod digest;
mod exposure;
mod fold;
mod hazards;
mod rename;
#[cfg(test)]
mod tests;

pub use actions::ActionEffect;
pub use caveat::{Caveat, CaveatKind};
pub use danger::{Danger, Reason};
pub use difference::{Difference, differences};
pub use digest::{Digest, ParseDigestError};
pub use exposure::exposure_rules;
pub use fold::Fold;
pub(crate) use fold::is_shown;
pub use hazards::changes::ChangeRule;
pub use hazards::{Hazards, HazardsError};
pub use rename::Rename;

use iac_plan::plan::Plan;
use iac_plan::threads;

use crate::policy::{self, Links, Rules};

/// The review of a plan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Review {
    /// The changes, ordered by danger. Equal changes are folded into one.
    pub folds: Vec<Fold>,
    /// The findings of the policies.
    pub policies: policy::Report,
    /// Resources that are destroyed and recreated under another address, and could be moved instead.
    pub renames: Vec<Rename>,
    /// The effects of the actions that the plan invokes, in its order.
    pub actions: Vec<ActionEffect>,
    /// The reasons why the plan does not show everything, the worst first; empty if it does.
    pub caveats: Vec<Caveat>,
    /// The providers for which there are no rules about hazards and exposures, with the number of their changes.
    pub uncovered: Vec<(String, usize)>,
    /// The number of changes, instances, outputs and exposures that are undecided.
    pub undecided: usize,
    /// The digest of the effects.
    pub digest: Digest,
}

/// Options of [`review()`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The references between the resources of the configuration.
    pub links: Option<&'a Links>,
    /// The policies.
    pub rules: Option<&'a Rules>,
    /// Waivers, the baseline, and today's date.
    pub policy: policy::Options<'a>,
    /// Data loss, interruptions and lost protections that schemas do not describe.
    pub hazards: Option<&'a Hazards>,
}

/// Reviews a plan.
///
/// ```
/// use iac_plan::plan::Plan;
/// use iac_review::review::{Options, review};
///
/// let review = review(&Plan::default(), &Options::default());
/// assert!(review.folds.is_empty() && review.greatest_danger().is_none());
/// ```
#[must_use]
pub fn review(plan: &Plan, options: &Options<'_>) -> Review {
    let none = Hazards::default();
    let nothing = Links::none();
    let links = options.links.unwrap_or(&nothing);
    let policies = || match options.rules {
        Some(rules) => policy::check(plan, links, rules, &options.policy),
        None => policy::Report::default(),
    };
    let rest =
        || (fold::folds(plan, options.hazards.unwrap_or(&none)), rename::renames(plan), Digest::of(plan));
    let (mut policies, (folds, renames, digest)) = threads::join(policies, rest);
    if let (Some(rules), Some(hazards)) = (options.rules, options.hazards) {
        exposure::add(&mut policies, plan, links, rules, hazards, &renames);
        policy::complete(&mut policies, &options.policy);
    }
    let actions = actions::effects(plan, options.hazards.unwrap_or(&none));
    let caveats = caveat::caveats(plan, &actions);
    let uncovered = options.hazards.map(|hazards| hazards.uncovered(plan)).unwrap_or_default();
    let undecided = undecided(plan, &policies);
    Review { folds, policies, renames, actions, caveats, uncovered, undecided, digest }
}

fn undecided(plan: &Plan, policies: &policy::Report) -> usize {
    let findings = policies.findings.iter();
    let exposures = findings.filter(|finding| {
        finding.outcome == policy::Outcome::Unknown
            && finding.status == policy::Status::New
            && finding.rule.exposure
            && finding.waived.is_none()
            && !finding.baseline
    });
    let changes = plan.changes.iter().filter(|change| !change.undecided.is_empty()).count();
    let outputs = plan.outputs.iter().filter(|output| !output.undecided.is_empty()).count();
    changes + plan.undecided_instances.len() + outputs + exposures.count()
}

impl Review {
    /// Returns the danger of the most dangerous change.
    #[must_use]
    pub fn greatest_danger(&self) -> Option<Danger> {
        self.folds.first().map(|fold| fold.danger)
    }

    /// Returns the changes that destroy a resource or lose data.
    pub fn destructive(&self) -> impl Iterator<Item = &Fold> {
        self.folds.iter().filter(|fold| fold.danger >= Danger::Destroys)
    }
}

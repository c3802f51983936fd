//! Reviews: what whoever approves a plan should know of it, the dangerous first.
//!
//! A [`Review`] says of a [`Plan`] in which order its changes are read and how dangerous each is, which of them are the same,
//! what a change makes public or privileged, what is only renamed, and a digest of the effects that an approval binds to.
//! The [reports](crate::report) show it.

mod caveat;
mod danger;
mod difference;
mod digest;
mod fold;
mod hazards;
mod rename;
#[cfg(test)]
mod tests;

pub use caveat::{Caveat, CaveatKind};
pub use danger::{Danger, Reason};
pub use difference::{Difference, differences};
pub use digest::{Digest, ParseDigestError};
pub use fold::Fold;
pub use hazards::{Hazards, HazardsError};
pub use rename::Rename;

use crate::plan::{Plan, threads};
use crate::policy::{self, Links, Rules};

/// What a reviewer should know of a plan.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Review {
    /// The changes in the order in which they should be read: the most dangerous first, those that are the same together.
    pub folds: Vec<Fold>,
    /// What the policies say.
    pub policies: policy::Report,
    /// What is destroyed and created again under another name, though it could be moved.
    pub renames: Vec<Rename>,
    /// Why the plan does not show everything, the worst first; empty where it does.
    pub caveats: Vec<Caveat>,
    /// The fingerprint of the effects.
    pub digest: Digest,
}

/// What is known beside the plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// What refers to what in the configuration.
    pub links: Option<&'a Links>,
    /// The policies that are asked.
    pub rules: Option<&'a Rules>,
    /// Waivers, the baseline, and the day.
    pub policy: policy::Options<'a>,
    /// What is lost or interrupted by which changes.
    pub hazards: Option<&'a Hazards>,
}

/// Reviews a plan.
///
/// ```
/// use iac_core::plan::Plan;
/// use iac_core::review::{Options, review};
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
    let (policies, (folds, renames, digest)) = threads::join(policies, rest);
    Review { folds, policies, renames, caveats: caveat::caveats(plan), digest }
}

impl Review {
    /// How dangerous the most dangerous change is.
    #[must_use]
    pub fn greatest_danger(&self) -> Option<Danger> {
        self.folds.first().map(|fold| fold.danger)
    }

    /// The changes that destroy something.
    pub fn destructive(&self) -> impl Iterator<Item = &Fold> {
        self.folds.iter().filter(|fold| fold.danger >= Danger::Destroys)
    }
}

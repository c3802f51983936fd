//! Exposures: changes that let somebody reach or use a resource who could not do so before.
//!
//! An exposure is a comparison of both sides of a change, so that a resource that has been public all along is none. The
//! questions are data: see [`Hazards::with_exposures`](super::Hazards::with_exposures).

mod accounts;
mod arguments;
mod documents;
mod networks;
pub(super) mod rules;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use iac_core::address::ResourceMode;
use iac_lang::value::{AttributePath, Value};
use iac_plan::plan::{Action, Plan, ResourceChange};

use self::rules::Kind;
use super::{Hazards, Rename};
use crate::access::Accounts;
use crate::policy::{Finding, Links, Outcome, Report, Rule, Rules, Status, warn};

/// Returns the rules of exposures. They are evaluated by [`review()`](super::review()) if they are among the rules of its
/// options, and can be disabled and waived like others.
#[must_use]
pub fn exposure_rules() -> Vec<Rule> {
    let rules = vec![
        warn(Kind::Network.id(), "Changes should not open ports to the internet")
            .finding("Port is opened to the internet")
            .why("Services other than HTTP are attacked within minutes of being reachable.")
            .remedy("Allow specific networks or security groups only."),
        warn(Kind::Reach.id(), "Changes should not make resources public")
            .finding("Resource becomes public")
            .why("Anyone on the internet can reach or use the resource.")
            .remedy("Keep the resource private, or waive this rule if it is meant for the public."),
        warn(Kind::Policy.id(), "Changes should not let any principal in by a policy")
            .finding("Policy lets any principal in")
            .why("Anyone can use the allowed actions, whatever a condition that any caller meets says.")
            .remedy(
                "List the principals that need access, or add a condition on their account or organization.",
            ),
        warn(Kind::Sharing.id(), "Changes should not share resources with other accounts")
            .finding("Resource is shared with others")
            .why("The permissions of the other account decide who can use the resource.")
            .remedy("Share with known accounts only, and waive this rule for each resource."),
        warn(Kind::Privilege.id(), "Changes should not grant privileges beyond a task")
            .finding("Privilege beyond a task is granted")
            .why("Whoever controls the identity controls every resource that the privilege covers.")
            .remedy("List the required actions and resources."),
    ];
    rules.into_iter().map(|rule| rule.service("review").exposure()).collect()
}

/// A change that lets somebody in, or may do so.
#[derive(Debug)]
struct Exposure {
    kind: Kind,
    /// The position in the plan's changes.
    change: usize,
    path: AttributePath,
    /// The specifics; none if the answer depends on an unknown value.
    detail: Option<String>,
}

impl Exposure {
    /// Returns `true` if the finding of a policy says the same.
    fn is_repeated_by(&self, finding: &Finding) -> bool {
        let Some(detail) = &self.detail else {
            // One undecided answer for a resource is enough.
            return finding.outcome == Outcome::Unknown;
        };
        if finding.outcome != Outcome::Fail {
            return false;
        }
        match self.kind {
            // A policy is about one port.
            Kind::Network => {
                matches!(finding.rule.service.as_str(), "security-group" | "vpc") && !detail.contains(',')
            }
            // No policy knows the account.
            Kind::Sharing => false,
            _ => finding.path.names() == self.path.names(),
        }
    }
}

/// What all questions need to know.
struct Context<'a> {
    plan: &'a Plan,
    links: &'a Links,
    hazards: &'a Hazards,
    accounts: Accounts,
    /// The value before of a resource that is only renamed.
    renamed: HashMap<usize, &'a Value>,
}

impl<'a> Context<'a> {
    /// Returns the value before a change, also if the resource is only renamed.
    fn before(&self, position: usize) -> &'a Value {
        self.renamed.get(&position).copied().unwrap_or(&self.plan.changes[position].before)
    }

    /// Returns `true` if the configuration leaves an unknown path to the provider: no expression sets it.
    fn is_left_to_provider(&self, change: &ResourceChange, path: &AttributePath) -> bool {
        let unset = change.details.iter().flat_map(|details| &details.unset);
        if unset.into_iter().any(|unset| path.starts_with(unset)) {
            return true;
        }
        let address = crate::policy::config_address(&change.address);
        self.links.resource(&address).is_some_and(|config| !self.links.is_computed(config, &path.names()))
    }
}

/// Adds the exposures of a plan to the findings of its policies.
pub(super) fn add(
    report: &mut Report,
    plan: &Plan,
    links: &Links,
    rules: &Rules,
    hazards: &Hazards,
    renames: &[Rename],
) {
    let pairs = renames.iter().flat_map(|rename| &rename.changes);
    let context = Context {
        plan,
        links,
        hazards,
        accounts: accounts::of(plan),
        renamed: pairs.map(|(old, new)| (*new, &*plan.changes[*old].before)).collect(),
    };
    let mut exposures = Vec::new();
    for (position, change) in plan.changes.iter().enumerate() {
        if change.address.mode != ResourceMode::Managed || change.deposed.is_some() {
            continue;
        }
        match change.action {
            Action::NoOp | Action::Read | Action::Forget => {}
            Action::Delete => exposures.extend(arguments::of_removal(&context, position)),
            _ => {
                arguments::of_change(&context, position, &mut exposures);
                documents::of_change(&context, position, &mut exposures);
            }
        }
    }
    networks::of_plan(&context, &mut exposures);
    report.findings.extend(findings(exposures, report, plan, rules));
}

/// Returns the findings for exposures that no policy reports.
fn findings(exposures: Vec<Exposure>, report: &Report, plan: &Plan, rules: &Rules) -> Vec<Finding> {
    let mut known: HashMap<String, Vec<&Finding>> = HashMap::new();
    for finding in
        report.findings.iter().filter(|finding| finding.rule.exposure && finding.status == Status::New)
    {
        known.entry(finding.address.to_string()).or_default().push(finding);
    }
    let mut found: Vec<Finding> = Vec::new();
    for exposure in exposures {
        let change = &plan.changes[exposure.change];
        let Some(rule) = rules.get(exposure.kind.id()) else { continue };
        let outcome = if exposure.detail.is_some() { Outcome::Fail } else { Outcome::Unknown };
        let of_policies = known.get(&change.address.to_string()).map(Vec::as_slice).unwrap_or_default();
        if of_policies.iter().any(|finding| exposure.is_repeated_by(finding)) {
            continue;
        }
        let is_sensitive = change.after_sensitive.iter().any(|secret| exposure.path.starts_with(secret));
        let detail = exposure.detail.filter(|_| !is_sensitive);
        let message = match (outcome, &detail) {
            (Outcome::Unknown, _) => format!("undecided until apply: {}", rule.info.requirement),
            (Outcome::Fail, Some(detail)) => format!("{}: {detail}", rule.info.finding),
            (Outcome::Fail, None) => rule.info.finding.to_string(),
        };
        let finding = Finding {
            rule: Arc::clone(&rule.info),
            outcome,
            status: Status::New,
            address: change.address.clone(),
            path: exposure.path,
            message: message.into(),
            detail: detail.map(Into::into),
            source: change.source.clone(),
            waived: None,
            baseline: false,
            covered_by: None,
        };
        if !found.contains(&finding) {
            found.push(finding);
        }
    }
    found
}

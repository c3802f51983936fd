//! Evaluation of all rules for all resources.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_lang::value::AttributePath;
use iac_plan::plan::Plan;
use iac_plan::threads;

use super::{
    Baseline, Date, Failure, Finding, Limit, Links, Outcome, Rule, Rules, Severity, Side, Status, Verdict,
    Waiver, World,
};

/// Options of [`check`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The waivers of each resource, by address without instance keys.
    pub waivers: Option<&'a HashMap<String, Vec<Waiver>>>,
    /// Today's date: waivers that ended before it have expired. `None` if no waiver expires.
    pub today: Option<Date>,
    /// Findings to ignore.
    pub baseline: Option<&'a Baseline>,
    /// Evaluates only resources that change, and those that refer to them or are referred to by them. That is enough
    /// to find new problems, in a fraction of the time.
    pub changed_only: bool,
}

/// The findings of all rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The findings, errors before warnings, then by address and rule.
    pub findings: Vec<Finding>,
    /// Expired waivers, by address.
    pub expired: Vec<(Text, Waiver)>,
    /// The number of evaluations of a rule for a resource as it is after the change.
    pub evaluations: usize,
}

impl Report {
    /// Returns the findings that are neither waived nor in the baseline.
    pub fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// Returns the rules that depend on a value known only after apply, unless they are waived or in the baseline.
    pub fn undecided(&self) -> impl Iterator<Item = &Finding> {
        let is_open = |finding: &&Finding| finding.waived.is_none() && !finding.baseline;
        self.findings.iter().filter(|finding| finding.outcome == Outcome::Unknown).filter(is_open)
    }

    /// Returns the open findings that are introduced by the change.
    pub fn open_and_new(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open_and_new())
    }

    /// Returns the new findings of exposure rules: what becomes public or privileged.
    pub fn broadening(&self) -> impl Iterator<Item = &Finding> {
        self.open_and_new().filter(|finding| finding.rule.exposure)
    }

    /// Returns `true` if there is an open finding of a rule that denies.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.open().any(|finding| finding.rule.severity == Severity::Deny)
    }
}

/// Evaluates each rule for each resource, before and after the change.
#[must_use]
pub fn check(plan: &Plan, links: &Links, rules: &Rules, options: &Options<'_>) -> Report {
    let (old, new) = threads::join(
        || all_verdicts(plan, links, rules, Side::Before, options.changed_only),
        || all_verdicts(plan, links, rules, Side::After, options.changed_only),
    );
    let mut report = Report::default();
    for ((rule, old), new) in rules.iter().zip(old).zip(new) {
        report.evaluations += if rule.info.limit.is_some() { 0 } else { new.len() };
        let failed_before: HashSet<&ResourceAddress> =
            old.iter().filter(|(_, verdict)| verdict.is_fail()).map(|(subject, _)| subject.0).collect();
        let mut failed_after = HashSet::new();
        for (subject, verdict) in &new {
            let (outcome, failure) = match verdict {
                Verdict::Pass => continue,
                Verdict::Fail(failure) => (Outcome::Fail, failure.clone()),
                Verdict::Unknown => (Outcome::Unknown, Failure::default()),
            };
            failed_after.insert(subject.0);
            let is_old = failed_before.contains(subject.0);
            let status = if is_old { Status::Existing } else { Status::New };
            report.findings.push(finding(rule, *subject, outcome, status, failure));
        }
        for (subject, verdict) in &old {
            if let Verdict::Fail(failure) = verdict
                && !failed_after.contains(subject.0)
            {
                report.findings.push(finding(rule, *subject, Outcome::Fail, Status::Fixed, failure.clone()));
            }
        }
    }
    complete(&mut report, options);
    report
}

/// Orders the findings, and applies waivers and the baseline.
pub(crate) fn complete(report: &mut Report, options: &Options<'_>) {
    report.expired.clear();
    report.findings.sort_by(|left, right| {
        let key = |finding: &Finding| std::cmp::Reverse(finding.rule.severity);
        key(left)
            .cmp(&key(right))
            .then_with(|| left.address.cmp(&right.address))
            .then_with(|| left.rule.id.cmp(&right.rule.id))
    });
    excuse(report, options);
    cover(&mut report.findings);
}

/// The part of a resource that a finding is about, and since when.
type Part<'f> = (&'f ResourceAddress, &'f AttributePath, Option<&'f Text>, Status);

fn part(finding: &Finding) -> Part<'_> {
    (&finding.address, &finding.path, finding.detail.as_ref(), finding.status)
}

/// Marks the findings that are included in another open one, about the same part of the same resource.
fn cover(findings: &mut [Finding]) {
    let mut open: HashMap<Part<'_>, Vec<&Text>> = HashMap::new();
    for finding in findings.iter() {
        let is_open = finding.outcome == Outcome::Fail && finding.waived.is_none() && !finding.baseline;
        if is_open {
            open.entry(part(finding)).or_default().push(&finding.rule.id);
        }
    }
    let covering = |finding: &Finding| {
        if finding.outcome != Outcome::Fail {
            return None;
        }
        let others = open.get(&part(finding))?;
        let found = finding.rule.covered_by.iter().find(|rule| others.contains(rule))?;
        Some(found.clone())
    };
    let covered: Vec<Option<Text>> = findings.iter().map(covering).collect();
    for (finding, covered) in findings.iter_mut().zip(covered) {
        finding.covered_by = covered;
    }
}

/// A resource: its address and source location.
type Origin<'p> = (&'p ResourceAddress, Option<&'p iac_lang::config::Location>);

/// Evaluates each rule on one side of a plan.
fn all_verdicts<'p>(
    plan: &'p Plan,
    links: &'p Links,
    rules: &Rules,
    side: Side,
    changed_only: bool,
) -> Vec<Vec<(Origin<'p>, Verdict)>> {
    let world = World::with_type_aliases(plan, links, side, rules.type_aliases);
    let affected = changed_only.then(|| world.affected());
    rules.iter().map(|rule| verdicts(rule, &world, affected.as_deref())).collect()
}

fn verdicts<'p>(rule: &Rule, world: &World<'p>, only: Option<&[bool]>) -> Vec<(Origin<'p>, Verdict)> {
    let mut verdicts = Vec::new();
    for check in &rule.checks {
        for subject in world.of(check.mode, &check.type_name) {
            if only.is_some_and(|only| !only[subject.node() as usize]) {
                continue;
            }
            let change = world.node(subject.node()).change;
            let origin = (&change.address, change.source.as_ref());
            verdicts.push((origin, (check.check)(&subject)));
        }
    }
    verdicts
}

fn finding(rule: &Rule, origin: Origin<'_>, outcome: Outcome, status: Status, failure: Failure) -> Finding {
    let info = &rule.info;
    let message = match (outcome, &failure.message) {
        (Outcome::Fail, Some(detail)) => format!("{}: {detail}", info.finding).into(),
        (Outcome::Fail, None) => info.finding.clone(),
        (Outcome::Unknown, _) => format!("undecided until apply: {}", info.requirement).into(),
    };
    Finding {
        rule: Arc::clone(info),
        outcome,
        status,
        address: origin.0.clone(),
        path: failure.path,
        message,
        detail: failure.message.map(Text::from),
        source: origin.1.cloned(),
        waived: None,
        baseline: false,
        covered_by: None,
    }
}

/// Applies waivers and the baseline.
fn excuse(report: &mut Report, options: &Options<'_>) {
    let holds = |waiver: &Waiver| options.today.is_none_or(|today| waiver.holds_on(today));
    for finding in report.findings.iter_mut().filter(|finding| finding.rule.limit != Some(Limit::Refused)) {
        let waivers = options.waivers.and_then(|waivers| {
            let address = super::links::config_address(&finding.address);
            waivers.get(&address)
        });
        let mut waivers = waivers.into_iter().flatten();
        finding.waived =
            waivers.find(|waiver| finding.rule.is_called(&waiver.rule) && holds(waiver)).cloned();
        finding.baseline = options.baseline.is_some_and(|baseline| baseline.contains(finding));
    }
    for (address, waivers) in options.waivers.into_iter().flatten() {
        let expired = waivers.iter().filter(|waiver| !holds(waiver));
        report.expired.extend(expired.map(|waiver| (address.as_str().into(), waiver.clone())));
    }
    report.expired.sort_by(|left, right| (&left.0, &left.1.rule).cmp(&(&right.0, &right.1.rule)));
}

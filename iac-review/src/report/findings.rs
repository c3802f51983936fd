//! Findings of policies, for terminals.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Layout, Planned, visible};
use crate::policy::{Finding, Outcome, Report, Severity, Status};

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const DIM: &str = "\x1b[2m";
const RESET: &str = "\x1b[0m";
/// The maximum number of resources that are listed for a rule that is undecided.
const MAX_ADDRESSES: usize = 4;

/// Renders the findings of policies, errors first, each with its source location, reason and remedy.
#[must_use]
pub fn findings(plans: &[Planned<'_>], layout: Layout) -> String {
    let mut out = Out { text: String::new(), color: layout.color };
    let mut total = Totals::default();
    for planned in plans {
        let Some(review) = planned.review else { continue };
        let report = &review.policies;
        if let Some(title) = planned.title().filter(|_| plans.len() > 1) {
            out.paint(BOLD, &visible(title));
            out.text.push_str("\n\n");
        }
        report.open().for_each(|finding| out.finding(finding, report));
        out.undecided(report);
        for (address, waiver) in &report.expired {
            let until = waiver.until.map(|date| date.to_string()).unwrap_or_default();
            out.paint(YELLOW, "expired");
            let (address, rule) = (visible(address), visible(&waiver.rule));
            let _ = writeln!(out.text, ": waiver of {rule} for {address} ended on {until}\n");
        }
        for instances in &planned.plan.undecided_instances {
            let address = visible(&instances.address);
            out.paint(YELLOW, "undecided");
            let reason = visible(&instances.reason);
            let _ = writeln!(out.text, ": {address} may be created and was not checked: {reason}\n");
        }
        total.add(report);
    }
    out.text.push_str(&total.to_string());
    out.text.push('\n');
    out.text
}

struct Out {
    text: String,
    color: bool,
}

impl Out {
    fn paint(&mut self, code: &str, text: &str) {
        if self.color {
            let _ = write!(self.text, "{code}{text}{RESET}");
        } else {
            self.text.push_str(text);
        }
    }

    /// Lists the rules that depend on values known only after apply, with the resources.
    fn undecided(&mut self, report: &Report) {
        let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for finding in report.undecided() {
            by_rule.entry(&finding.rule.id).or_default().push(visible(&finding.address));
        }
        if by_rule.is_empty() {
            return;
        }
        self.paint(BOLD, "Undecided until apply");
        self.text.push('\n');
        for (rule, addresses) in by_rule {
            let shown = addresses[..addresses.len().min(MAX_ADDRESSES)].join(", ");
            let _ = write!(self.text, "  {}: {shown}", visible(rule));
            if addresses.len() > MAX_ADDRESSES {
                let _ = write!(self.text, ", and {} more", addresses.len() - MAX_ADDRESSES);
            }
            self.text.push('\n');
        }
        self.text.push('\n');
    }

    fn finding(&mut self, finding: &Finding, report: &Report) {
        let rule = &finding.rule;
        let (code, severity) = match rule.severity {
            Severity::Deny => (RED, "error"),
            Severity::Warn => (YELLOW, "warning"),
        };
        self.paint(code, &format!("{severity}[{}]", visible(&rule.id)));
        self.paint(BOLD, &format!(": {}", visible(&finding.message)));
        self.text.push('\n');
        let mut place = visible(&finding.address);
        if !finding.path.0.is_empty() {
            let _ = write!(place, ".{}", visible(&finding.path));
        }
        let _ = write!(self.text, "  {place}");
        if let Some(source) = &finding.source {
            let _ = write!(self.text, " at {}", visible(source));
        }
        if finding.status == Status::New {
            self.paint(DIM, " (new)");
        }
        self.text.push('\n');
        let _ = writeln!(self.text, "  {} {}", visible(&rule.why), visible(&rule.remedy));
        if !rule.aliases.is_empty() {
            let ids: Vec<String> = rule.aliases.iter().map(visible).collect();
            self.paint(DIM, &format!("  also known as {}", ids.join(", ")));
            self.text.push('\n');
        }
        let is_included = |other: &&Finding| {
            other.covered_by.as_ref() == Some(&rule.id)
                && other.address == finding.address
                && other.path == finding.path
                && other.detail == finding.detail
        };
        let included: Vec<String> =
            report.findings.iter().filter(is_included).map(|other| visible(&other.rule.id)).collect();
        if !included.is_empty() {
            self.paint(DIM, &format!("  includes {}", included.join(", ")));
            self.text.push('\n');
        }
        self.text.push('\n');
    }
}

/// The numbers of findings by kind.
#[derive(Default)]
struct Totals {
    errors: usize,
    warnings: usize,
    waived: usize,
    baseline: usize,
    included: usize,
    unknown: usize,
    fixed: usize,
    evaluations: usize,
}

impl Totals {
    fn add(&mut self, report: &Report) {
        self.evaluations += report.evaluations;
        for finding in &report.findings {
            let counter = match (finding.status, finding.outcome) {
                (Status::Fixed, _) => &mut self.fixed,
                (_, Outcome::Unknown) => &mut self.unknown,
                _ if finding.waived.is_some() => &mut self.waived,
                _ if finding.baseline => &mut self.baseline,
                _ if finding.covered_by.is_some() => &mut self.included,
                _ if finding.rule.severity == Severity::Deny => &mut self.errors,
                _ => &mut self.warnings,
            };
            *counter += 1;
        }
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        write!(
            f,
            "{} error{}, {} warning{}",
            self.errors,
            plural(self.errors),
            self.warnings,
            plural(self.warnings)
        )?;
        let rest = [
            (self.waived, "waived"),
            (self.baseline, "in the baseline"),
            (self.included, "included in others"),
            (self.fixed, "fixed"),
            (self.unknown, "undecided until apply"),
        ];
        for (count, what) in rest.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {what}")?;
        }
        write!(f, ". {} rule evaluation{}.", self.evaluations, plural(self.evaluations))
    }
}

//! Coverage of standards.

use std::fmt::Write as _;

use iac_aws_rules::policies::{Control, Standard};
use iac_review::review::Review;

/// Returns a Markdown table of the controls of a standard, with the rules that cover them and the number of open findings.
pub(super) fn table(standard: Standard, reviews: &[Review]) -> String {
    let controls = standard.controls();
    let covered = controls.iter().filter(|control| control.rules().next().is_some()).count();
    let invisible = controls.iter().filter(|control| !control.not_visible.is_empty()).count();
    let mut text = format!(
        "{}: {covered} of {} controls are covered by rules, and {invisible} are not visible in configuration.\n\n",
        standard.name(),
        controls.len(),
    );
    text.push_str("| Control | Requirement | Rules | Open findings |\n|---|---|---|---|\n");
    for control in &controls {
        let rules: Vec<String> = control.rules().map(|rule| format!("`{rule}`")).collect();
        let (rules, open) = match (rules.is_empty(), control.not_visible) {
            (false, _) => (rules.join(" "), open(control, reviews).to_string()),
            (true, "") => ("none".to_owned(), String::new()),
            (true, reason) => (format!("not visible: {reason}"), String::new()),
        };
        let _ = writeln!(text, "| {} | {} | {rules} | {open} |", control.id, control.requirement);
    }
    text
}

/// Returns the number of open findings of the rules of a control. A finding that another one includes counts, as it may be
/// about another control.
fn open(control: &Control, reviews: &[Review]) -> usize {
    let findings = reviews.iter().flat_map(|review| &review.policies.findings);
    let is_open = |finding: &&iac_review::policy::Finding| {
        let is_included = finding.covered_by.is_some() && finding.waived.is_none() && !finding.baseline;
        finding.is_open() || is_included
    };
    findings.filter(is_open).filter(|finding| control.rules().any(|rule| finding.rule.id == *rule)).count()
}

//! Reviews in machine formats: SARIF, `JUnit`, GitHub workflow commands and JSON.
//!
//! The documents are written without crates for them, because of the time that those take to compile: `quick-junit` 10
//! seconds of CPU time for 20 packages, in place of 60 lines here, and `serde-sarif` more than 30 for 40 packages (it
//! generates the types of the whole schema, of which ten properties are used here).

use std::fmt::Write as _;

use iac_lang::config::Location;
use iac_plan::plan::{ActionInvocation, Plan};
use serde_json::{Value as Json, json};

use super::invocations::{self, Invoked};
use super::{Planned, remarks, visible};
use crate::policy::{Finding, Outcome, RuleInfo, Severity, Status};
use crate::review::{ActionEffect, Caveat, CaveatKind, Danger, Fold, Review};

/// A result that is shown at a line of code.
struct Result<'a> {
    rule: String,
    is_error: bool,
    message: String,
    source: Option<&'a Location>,
    /// The identity of the result, independent of its line.
    fingerprint: String,
    /// The justification of a suppressed result.
    excuse: Option<String>,
    is_new: bool,
}

fn results<'a>(plan: &'a Plan, review: &'a Review) -> Vec<Result<'a>> {
    let findings = review.policies.findings.iter().filter(|finding| finding.status != Status::Fixed);
    let mut results: Vec<Result<'a>> =
        findings.filter(|finding| finding.outcome == Outcome::Fail).map(of_finding).collect();
    let dangerous = review.folds.iter().filter(|fold| fold.danger >= Danger::RemovesProtection);
    for fold in dangerous {
        results.extend(fold.changes.iter().filter_map(|position| of_danger(plan, fold, *position)));
    }
    let invoked = plan.invocations.iter().zip(invocations::invoked(plan)).zip(&review.actions);
    results.extend(invoked.map(|(invoked, effect)| of_invocation(invoked, effect)));
    results.extend(review.caveats.iter().map(of_caveat));
    results
}

fn of_caveat<'a>(caveat: &Caveat) -> Result<'a> {
    let rule = format!("plan-{}", caveat.kind.as_str());
    Result {
        message: visible(&caveat.message),
        is_error: caveat.kind > CaveatKind::Action,
        source: None,
        fingerprint: format!("{rule} {}", caveat.address.as_deref().unwrap_or_default())
            .trim_end()
            .to_owned(),
        rule,
        excuse: None,
        is_new: true,
    }
}

fn of_invocation<'a>(
    (invocation, invoked): (&ActionInvocation, Invoked),
    effect: &ActionEffect,
) -> Result<'a> {
    let what = effect.what.as_ref().map(|what| format!("; {}", visible(what))).unwrap_or_default();
    Result {
        rule: "plan-invokes".to_owned(),
        is_error: false,
        message: format!("{}{what}", invoked.what),
        source: None,
        fingerprint: format!("plan-invokes {}", invocation.address),
        excuse: None,
        is_new: true,
    }
}

fn of_finding(finding: &Finding) -> Result<'_> {
    let waived = finding.waived.as_ref().map(|waiver| waiver.reason.to_string());
    Result {
        rule: finding.rule.id.to_string(),
        is_error: finding.rule.severity == Severity::Deny,
        message: format!(
            "{}: {}. {}",
            visible(&finding.address),
            visible(&finding.message),
            finding.rule.remedy
        ),
        source: finding.source.as_ref(),
        fingerprint: format!("{} {}", finding.rule.id, finding.address),
        excuse: waived.or_else(|| finding.baseline.then(|| "recorded in the baseline".to_owned())),
        is_new: finding.status == Status::New,
    }
}

fn of_danger<'a>(plan: &'a Plan, fold: &Fold, position: usize) -> Option<Result<'a>> {
    let change = plan.changes.get(position)?;
    let reasons = remarks::dangers(fold);
    let mut message = format!("{}: {}", fold.danger.title(), visible(&change.address));
    for reason in &reasons {
        let _ = write!(message, "; {reason}");
    }
    Some(Result {
        rule: format!("change-{}", fold.danger.as_str()),
        is_error: fold.danger == Danger::LosesData,
        message,
        source: change.source.as_ref(),
        fingerprint: format!("{} {}", fold.danger.as_str(), change.address),
        excuse: None,
        is_new: true,
    })
}

fn all<'a>(plans: &[Planned<'a>]) -> Vec<Result<'a>> {
    reviewed(plans).flat_map(|(planned, review)| results(planned.plan, review)).collect()
}

fn reviewed<'p, 'a>(plans: &'p [Planned<'a>]) -> impl Iterator<Item = (&'p Planned<'a>, &'a Review)> {
    plans.iter().filter_map(|planned| Some((planned, planned.review?)))
}

/// Renders findings and dangerous changes as SARIF 2.1.0, for code scanning.
#[must_use]
pub fn sarif(plans: &[Planned<'_>]) -> String {
    let mut rules: Vec<Json> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let infos =
        plans.iter().filter_map(|planned| planned.review).flat_map(|review| &review.policies.findings);
    for finding in infos {
        if seen.insert(finding.rule.id.as_str()) {
            rules.push(sarif_rule(&finding.rule));
        }
    }
    for danger in [Danger::LosesData, Danger::Destroys, Danger::Interrupts, Danger::RemovesProtection] {
        rules.push(json!({
            "id": format!("change-{}", danger.as_str()),
            "shortDescription": {"text": danger.title()},
            "defaultConfiguration": {"level": level(danger == Danger::LosesData)},
        }));
    }
    for kind in [
        CaveatKind::Failed,
        CaveatKind::Incomplete,
        CaveatKind::Deferred,
        CaveatKind::Action,
        CaveatKind::Unrecognized,
    ] {
        rules.push(json!({
            "id": format!("plan-{}", kind.as_str()),
            "shortDescription": {"text": kind.title()},
            "defaultConfiguration": {"level": level(kind > CaveatKind::Action)},
        }));
    }
    rules.push(json!({
        "id": "plan-invokes",
        "shortDescription": {"text": "Action invoked"},
        "defaultConfiguration": {"level": level(false)},
    }));
    let results: Vec<Json> = reviewed(plans)
        .flat_map(|(planned, review)| {
            let results = results(planned.plan, review);
            results.iter().map(|result| sarif_result(result, planned.fallback())).collect::<Vec<_>>()
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "iac", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    pretty(&document)
}

const fn level(is_error: bool) -> &'static str {
    if is_error { "error" } else { "warning" }
}

fn sarif_rule(rule: &RuleInfo) -> Json {
    json!({
        "id": rule.id.as_str(),
        // Code scanning shows the short description as the title of an alert, so it has to state the problem.
        "shortDescription": {"text": rule.finding.as_str()},
        "fullDescription": {"text": format!("{}. {}", rule.requirement, rule.why)},
        "help": {"text": rule.remedy.as_str()},
        "defaultConfiguration": {"level": level(rule.severity == Severity::Deny)},
        "properties": {"tags": rule.aliases.iter().map(iac_core::Text::as_str).collect::<Vec<_>>()},
    })
}

fn sarif_result(result: &Result<'_>, fallback: &str) -> Json {
    let mut json = json!({
        "ruleId": result.rule,
        "level": level(result.is_error),
        "message": {"text": result.message},
        "partialFingerprints": {"iac/v1": result.fingerprint},
        "baselineState": if result.is_new { "new" } else { "unchanged" },
    });
    // Code scanning refuses results without a location.
    let location = match result.source.filter(|source| source.line > 0) {
        Some(source) => json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(&source.file)},
            "region": {"startLine": source.line, "startColumn": source.column.max(1)},
        }}),
        None => json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(fallback)},
            "region": {"startLine": 1},
        }}),
    };
    json["locations"] = json!([location]);
    if let Some(excuse) = &result.excuse {
        json["suppressions"] = json!([{"kind": "external", "justification": excuse}]);
    }
    json
}

/// Percent-encodes a path as a URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// Renders findings as a `JUnit` report, with a suite per stack and a case per rule and resource.
#[must_use]
pub fn junit(plans: &[Planned<'_>]) -> String {
    let mut suites = String::new();
    let (mut tests, mut failures) = (0, 0);
    for planned in plans {
        let Some(review) = planned.review else { continue };
        let results = results(planned.plan, review);
        let failed: Vec<&Result<'_>> = results.iter().filter(|result| result.excuse.is_none()).collect();
        let skipped = results.len() - failed.len();
        // Each evaluation is a test; those that passed are one case, so that the report stays small.
        let passed = review.policies.evaluations.saturating_sub(results.len());
        let name = planned.title().unwrap_or_else(|| "plan".to_owned());
        let _ = writeln!(
            suites,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\">",
            xml(&name),
            results.len() + usize::from(passed > 0),
            failed.len()
        );
        if passed > 0 {
            let _ = writeln!(
                suites,
                "    <testcase classname=\"policies\" name=\"passed rule evaluations: {passed}\"/>"
            );
        }
        for result in &results {
            let file = result
                .source
                .map(|source| format!(" file=\"{}\" line=\"{}\"", xml(&source.file), source.line));
            let (rule, message) = (xml(&result.rule), xml(&result.message));
            let _ = writeln!(
                suites,
                "    <testcase classname=\"{rule}\" name=\"{}\"{}>",
                xml(&result.fingerprint),
                file.unwrap_or_default()
            );
            if let Some(excuse) = &result.excuse {
                let _ = writeln!(suites, "      <skipped message=\"{}\"/>", xml(excuse));
            } else {
                let kind = level(result.is_error);
                let _ = writeln!(suites, "      <failure type=\"{kind}\" message=\"{message}\"/>");
            }
            suites.push_str("    </testcase>\n");
        }
        suites.push_str("  </testsuite>\n");
        tests += results.len() + usize::from(passed > 0);
        failures += failed.len();
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"iac\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n{suites}</testsuites>\n"
    )
}

fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 cannot represent control characters.
            other if other.is_control() => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Renders findings and dangerous changes as GitHub workflow commands, which annotate lines of code.
#[must_use]
pub fn github(plans: &[Planned<'_>]) -> String {
    let mut out = String::new();
    for result in all(plans).iter().filter(|result| result.excuse.is_none()) {
        let mut properties = String::new();
        if let Some(source) = result.source {
            let _ = write!(properties, "file={},", property(&source.file));
            if source.line > 0 {
                let _ = write!(properties, "line={},col={},", source.line, source.column.max(1));
            }
        }
        let _ = writeln!(
            out,
            "::{} {properties}title={}::{}",
            level(result.is_error),
            property(&result.rule),
            data(&result.message)
        );
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Renders a review as JSON, as described by `docs/reference/review.schema.json`. It contains no values of resources.
#[must_use]
pub fn review_json(plan: &Plan, review: &Review) -> String {
    let address = |position: &usize| plan.changes.get(*position).map(|change| change.address.to_string());
    let fold = |fold: &Fold| {
        json!({
            "danger": fold.danger.as_str(),
            "addresses": fold.changes.iter().filter_map(address).collect::<Vec<_>>(),
            "reasons": fold.reasons.iter().map(|reason| {
                json!({"path": reason.path.to_string(), "what": reason.what.as_str()})
            }).collect::<Vec<_>>(),
        })
    };
    let renamed = |rename: &crate::review::Rename| json!({"from": rename.from, "to": rename.to, "hcl": rename.to_hcl()});
    json!({
        "format_version": "1.0",
        "effects_digest": review.digest.to_string(),
        "caveats": review.caveats.iter().map(|caveat| {
            let address = caveat.address.as_ref().map(iac_core::text::Text::as_str);
            json!({"kind": caveat.kind.as_str(), "address": address, "message": caveat.message})
        }).collect::<Vec<_>>(),
        "changes": review.folds.iter().map(fold).collect::<Vec<_>>(),
        "renames": review.renames.iter().map(renamed).collect::<Vec<_>>(),
        "findings": review.policies.findings.iter().map(finding_json).collect::<Vec<_>>(),
        "uncovered": review.uncovered.iter().map(|(provider, changes)| {
            json!({"provider": provider, "changes": changes})
        }).collect::<Vec<_>>(),
        "expired_waivers": review.policies.expired.iter().map(|(address, waiver)| {
            json!({"address": address.as_str(), "rule": waiver.rule.as_str(), "until": waiver.until.map(|date| date.to_string())})
        }).collect::<Vec<_>>(),
    })
    .to_string()
}

fn finding_json(finding: &Finding) -> Json {
    let rule = &finding.rule;
    let mut json = json!({
        "rule": rule.id.as_str(),
        "aliases": rule.aliases.iter().map(iac_core::Text::as_str).collect::<Vec<_>>(),
        "severity": rule.severity.as_str(),
        "exposure": rule.exposure,
        "outcome": finding.outcome.as_str(),
        "status": finding.status.as_str(),
        "address": finding.address.to_string(),
        "path": finding.path.to_string(),
        "title": rule.finding.as_str(),
        "requirement": rule.requirement.as_str(),
        "message": finding.message.as_str(),
        "why": rule.why.as_str(),
        "remedy": rule.remedy.as_str(),
        "baseline": finding.baseline,
    });
    if let Some(source) = &finding.source {
        json["source"] = json!({"file": source.file.as_str(), "line": source.line, "column": source.column});
    }
    if let Some(rule) = &finding.covered_by {
        json["covered_by"] = json!(rule.as_str());
    }
    if let Some(waiver) = &finding.waived {
        let until = waiver.until.map(|date| date.to_string());
        json["waived"] = json!({"reason": waiver.reason.as_str(), "until": until});
    }
    json
}

fn pretty(document: &Json) -> String {
    let mut text = format!("{document:#}");
    text.push('\n');
    text
}

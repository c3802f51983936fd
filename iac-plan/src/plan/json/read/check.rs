//! `checks`, and the `condition_results` of Terraform 1.2.

use super::ReadPlanError;
use super::entry::{Entry, Unknown};
use crate::plan::{CheckInstance, CheckKind, CheckResult, CheckStatus};

const CHECK: [&str; 3] = ["address", "instances", "status"];
const INSTANCE: [&str; 3] = ["address", "problems", "status"];
const CONDITION: [&str; 5] = ["address", "condition_type", "error_message", "result", "unknown"];

pub(super) fn checks(document: Entry<'_>, unknown: &mut Unknown) -> Result<Vec<CheckResult>, ReadPlanError> {
    let mut checks = Vec::new();
    for check in document.objects("checks")? {
        let check = check?.named("checks").only(&CHECK, "checks", unknown);
        let (kind, address) = check_address(check, unknown)?;
        let mut instances = Vec::new();
        for instance in check.objects("instances")? {
            let instance = instance?.named(address).only(&INSTANCE, "instances", unknown);
            let mut problems = Vec::new();
            for problem in instance.objects("problems")? {
                let problem = problem?.only(&["message"], "problems", unknown);
                problems.push(problem.text("message")?.unwrap_or_default().to_owned());
            }
            let display = instance.object("address")?.map(|each| each.text("to_display")).transpose()?;
            instances.push(CheckInstance {
                address: display.flatten().unwrap_or(address).into(),
                status: status(instance, unknown)?,
                problems,
            });
        }
        // A check without instances (their number may be unknown) still has a status of its own.
        if instances.is_empty() {
            let status = status(check, unknown)?;
            instances.push(CheckInstance { address: address.into(), status, problems: Vec::new() });
        }
        checks.push(CheckResult { kind, address: address.into(), instances });
    }
    conditions(document, unknown, &mut checks)?;
    Ok(checks)
}

fn check_address<'v>(check: Entry<'v>, unknown: &mut Unknown) -> Result<(CheckKind, &'v str), ReadPlanError> {
    let address = check.object("address")?.ok_or_else(|| check.wrong("address", "missing"))?;
    let display =
        address.text("to_display")?.ok_or_else(|| check.wrong("address", "without `to_display`"))?;
    let word = address.text("kind")?.unwrap_or_default();
    let kind = CheckKind::of_word(word).unwrap_or_else(|| {
        unknown.add("checks", format!("kind `{word}`"));
        CheckKind::Check
    });
    Ok((kind, display))
}

fn status(entry: Entry<'_>, unknown: &mut Unknown) -> Result<CheckStatus, ReadPlanError> {
    let word = entry.text("status")?.ok_or_else(|| entry.wrong("status", "missing"))?;
    Ok(CheckStatus::of_word(word).unwrap_or_else(|| {
        unknown.add("checks", format!("status `{word}`"));
        CheckStatus::Unknown
    }))
}

/// Reads conditions as Terraform 1.2 wrote them: an entry per condition instead of one per block.
fn conditions(
    document: Entry<'_>,
    unknown: &mut Unknown,
    checks: &mut Vec<CheckResult>,
) -> Result<(), ReadPlanError> {
    const LIST: &str = "condition_results";
    for condition in document.objects(LIST)? {
        let condition = condition?.named(LIST).only(&CONDITION, LIST, unknown);
        let address = condition.text("address")?.ok_or_else(|| condition.wrong("address", "missing"))?;
        let kind = match condition.text("condition_type")? {
            Some("OutputPrecondition") => CheckKind::Output,
            Some("ResourcePrecondition" | "ResourcePostcondition") => CheckKind::Resource,
            other => {
                unknown.add(LIST, format!("type `{}`", other.unwrap_or_default()));
                CheckKind::Resource
            }
        };
        let status = match (condition.flag("unknown")?, condition.flag("result")?) {
            (Some(true), _) | (_, None) => CheckStatus::Unknown,
            (_, Some(true)) => CheckStatus::Pass,
            (_, Some(false)) => CheckStatus::Fail,
        };
        let problems = condition.text("error_message")?.map(str::to_owned).into_iter().collect();
        let instance = CheckInstance { address: address.into(), status, problems };
        match checks.iter_mut().find(|check| check.kind == kind && check.address == *address) {
            Some(check) => check.instances.push(instance),
            None => checks.push(CheckResult { kind, address: address.into(), instances: vec![instance] }),
        }
    }
    Ok(())
}
